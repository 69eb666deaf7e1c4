"""An invented publication of any size, for measuring the site: posts in four languages, with pictures.

    python benchmarks/site_made.py FOLDER [--posts 3145] [--pictures 19000] [--tiny]

Words are made of syllables and drawn as in real texts (few very often, most hardly ever); the same arguments make
the same bytes. Posts are answers of Medium's interface in ``posts/``, pictures small PNGs and JPEGs in ``assets/``.
"""

from __future__ import annotations

import argparse
import bisect
import itertools
import json
import random
import struct
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

DAY = 86_400_000
BEGIN = 1_451_606_400_000
"""1 January 2016."""
_ENGLISH = [
    "the",
    "of",
    "and",
    "to",
    "in",
    "that",
    "is",
    "was",
    "for",
    "with",
    "are",
    "from",
    "have",
    "this",
    "were",
    "they",
    "at",
    "by",
    "on",
    "not",
    "but",
    "had",
    "has",
    "one",
]
_CROATIAN = [
    "je",
    "se",
    "na",
    "i",
    "da",
    "su",
    "u",
    "za",
    "od",
    "koji",
    "što",
    "nije",
    "kao",
    "ali",
    "bi",
    "smo",
    "od",
    "do",
    "iz",
    "po",
]
_SYLLABLES = {
    "en": ["ha", "bor", "fer", "ry", "light", "wa", "ter", "quay", "mor", "ning", "stone", "wind", "let", "sea", "der", "ing", "tion", "ly", "es", "ment"],
    "hr": ["lu", "ka", "mo", "re", "vje", "tar", "bu", "ra", "či", "ša", "ću", "đe", "žu", "sti", "no", "la", "pri", "mje", "ni", "ce"],
    "ar": ["مي", "ناء", "بحر", "سف", "ينة", "ريح", "صب", "اح", "رسا", "لة", "شر", "طة", "مد", "نور", "حجر", "قا", "رب", "صيا", "دون", "موج"],
}  # fmt: skip
_TAGS = [
    "Harbour",
    "Ferry",
    "Weather",
    "Council",
    "History",
    "Lighthouse",
    "Fishing",
    "Trade",
    "Letters",
    "Storms",
    "Maps",
    "Boats",
]
_PEOPLE = [
    ("mirahorvat", "Mira Horvat"),
    ("yusuf", "Yusuf Haddad"),
    ("linwen", "Lin Wen"),
    ("ana", "Ana Kovač"),
]


class Voice(NamedTuple):
    """A language: its words, the commonest first, and the sums of their weights."""

    lang: str
    words: list[str]
    sums: list[float]
    joint: str


def voice(lang: str, rng: random.Random, size: int) -> Voice:
    words: dict[str, None] = dict.fromkeys({"en": _ENGLISH, "hr": _CROATIAN}.get(lang, []))
    while len(words) < size:
        if lang == "zh":
            word = "".join(
                chr(0x4E00 + int(rng.paretovariate(0.6) * 7) % 3000)
                for _ in range(rng.choice((1, 2, 2, 2, 3)))
            )
        else:
            word = "".join(rng.choice(_SYLLABLES[lang]) for _ in range(rng.choice((1, 2, 2, 3, 3, 4))))
        if lang == "ar":
            word = rng.choice(("", "", "", "ال", "ال", "و", "وال", "ب", "لل")) + word
        words[word] = None
    weights = (1 / (rank + 2.7) for rank in range(len(words)))
    return Voice(lang, list(words), list(itertools.accumulate(weights)), "" if lang == "zh" else " ")


def sentence(spoken: Voice, rng: random.Random) -> str:
    total = spoken.sums[-1]
    words = [
        spoken.words[bisect.bisect_left(spoken.sums, rng.random() * total)] for _ in range(rng.randint(6, 22))
    ]
    text = spoken.joint.join(words)
    return text[:1].upper() + text[1:] + ("。" if spoken.lang == "zh" else ".")


def picture(rng: random.Random, *, tiny: bool = False) -> tuple[str, int, int, bytes]:
    """A PNG of stripes: (ending, width, height, bytes)."""
    width, height = (24, 16) if tiny else rng.choice(((640, 427), (700, 525), (480, 640), (1000, 563)))
    colours = [bytes(rng.randrange(256) for _ in range(3)) for _ in range(rng.randint(3, 9))]
    edges = sorted(rng.randrange(width) for _ in range(len(colours) - 1))
    bounds = [0, *edges, width]
    rows = []
    for step in range(8):
        row = b"".join(
            bytes((channel + 13 * step) % 256 for channel in colour) * (end - start)
            for colour, start, end in zip(colours, bounds, bounds[1:], strict=False)
        )
        rows.append(b"\0" + row)
    band = max(height // 8, 1)
    raw = b"".join(rows[min(line // band, 7)] for line in range(height))
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(raw, 1)),
        (b"IEND", b""),
    )
    data = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in chunks
    )
    return "png", width, height, data


def paragraph(name: int, kind: str, text: str, **more: object) -> dict[str, object]:
    return {"name": f"{name:04x}", "type": kind, "text": text, "markups": [], **more}


def post(
    number: int, voices: Sequence[Voice], rng: random.Random, images: Sequence[tuple[str, int, int]]
) -> dict[str, object]:
    spoken = rng.choices(voices, (70, 12, 12, 6))[0]
    ident = f"{number * 2_654_435_761 % 2**48:012x}"
    title = " ".join(sentence(spoken, rng).rstrip(".。").split()[: rng.randint(3, 9)])
    body = [paragraph(0, "H3", title)]
    for at in range(1, rng.randint(10, 22)):
        text = spoken.joint.join(sentence(spoken, rng) for _ in range(rng.randint(2, 7)))
        marks = [{"type": "STRONG", "start": 0, "end": min(12, len(text))}] if rng.random() < 0.2 else []
        if rng.random() < 0.15:
            marks.append({"type": "A", "start": 2, "end": min(20, len(text)), "href": f"https://harbour.example/{number}/{at}", "anchorType": "LINK"})  # fmt: skip
        kind = rng.choices(("P", "BQ", "H3", "ULI"), (80, 6, 6, 8))[0]
        body.append({**paragraph(at, kind, text[:90] if kind == "H3" else text), "markups": marks})
    for at, (image, width, height) in enumerate(images):
        metadata = {
            "__typename": "ImageMetadata",
            "id": image,
            "originalWidth": width,
            "originalHeight": height,
            "alt": "",
        }
        shown = paragraph(0x1000 + at, "IMG", sentence(spoken, rng), metadata=metadata, layout="INSET_CENTER")
        body.insert(rng.randint(1, len(body)), shown)
    username, name = rng.choices(_PEOPLE, (70, 12, 6, 12))[0]
    at = BEGIN + int(number * 3650 * DAY / 3145) + rng.randrange(DAY)
    return {
        "__typename": "Post", "id": ident, "title": title, "uniqueSlug": f"letter-{number}-{ident}",
        "mediumUrl": f"https://medium.com/the-harbour-letter/letter-{number}-{ident}", "createdAt": at,
        "firstPublishedAt": at, "latestPublishedAt": at, "updatedAt": at, "detectedLanguage": spoken.lang,
        "creator": {"__typename": "User", "id": username, "name": name, "username": username},
        "collection": {"__typename": "Collection", "id": "5ea1b0a7c0de", "name": "The Harbour Letter", "slug": "the-harbour-letter"},
        "tags": [{"__typename": "Tag", "id": tag.lower(), "displayTitle": tag, "normalizedTagSlug": tag.lower()} for tag in rng.sample(_TAGS, 3)],
        "visibility": "PUBLIC", "isPublished": True, "clapCount": rng.randrange(300),
        "content": {"__typename": "PostContent", "bodyModel": {"__typename": "RichText", "paragraphs": body, "sections": []}},
    }  # fmt: skip


def make(folder: Path, posts: int, pictures: int, *, seed: int = 1, tiny: bool = False) -> int:
    """Writes the publication; the number of bytes of its texts. ``tiny`` pictures are of a few hundred bytes."""
    rng = random.Random(seed)
    voices = [
        voice(lang, rng, size)
        for lang, size in (("en", 30_000), ("ar", 12_000), ("hr", 20_000), ("zh", 6_000))
    ]
    stock = [picture(rng, tiny=tiny) for _ in range(97)] if pictures else []
    (folder / "posts").mkdir(parents=True, exist_ok=True)
    size = made = 0
    for number in range(posts):
        images = []
        share = (number + 1) * pictures // posts - number * pictures // posts
        ident = f"{number * 2_654_435_761 % 2**48:012x}"
        if share:
            (folder / "assets" / ident).mkdir(parents=True, exist_ok=True)
        for _ in range(share):
            ending, width, height, data = stock[made % len(stock)]
            image = f"1*{made:022x}.{ending}"
            made += 1
            # A few bytes of its own behind the picture's end, so that no two files are the same.
            (folder / "assets" / ident / image).write_bytes(data + made.to_bytes(4, "big"))
            images.append((image, width, height))
        value = post(number, voices, rng, images)
        body = value["content"]
        assert isinstance(body, dict)
        size += sum(len(str(one["text"]).encode()) for one in body["bodyModel"]["paragraphs"])
        (folder / "posts" / f"{ident}.json").write_text(
            json.dumps({"data": {"post": value}}, ensure_ascii=False), "utf-8"
        )
    return size


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--posts", type=int, default=3145)
    parser.add_argument("--pictures", type=int, default=19_000)
    parser.add_argument("--tiny", action="store_true", help="pictures of a few hundred bytes")
    given = parser.parse_args()
    print(f"{make(given.folder, given.posts, given.pictures, tiny=given.tiny):,} bytes of text")


if __name__ == "__main__":
    main()
