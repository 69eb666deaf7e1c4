"""How long a search takes on an archive of many posts, start-up aside, and how long its index.

Posts are made of words as frequent as words are (Zipf), a tenth of them Arabic, some Chinese. ``--posts
100000`` shows the growth.
"""

from __future__ import annotations

import argparse
import itertools
import random
import resource
import statistics
import tempfile
import time
from pathlib import Path

from fonds.archive import search_index
from fonds.archive.events import Origin
from fonds.archive.search import Filters, search
from fonds.archive.store import Archive
from fonds.archive.versions import Version
from fonds.model import Paragraph, Person, Post, RichText, Source, Tag

QUERIES = (
    ("a rare word", "rare", Filters()),
    ("the most frequent word", "kala", Filters()),
    ("two frequent words", "kala lomi", Filters()),
    ("a phrase", '"kala lomi"', Filters()),
    ("the beginning of words", "lo*", Filters()),
    ("an Arabic word, with its prefixes", "شرطة", Filters()),
    ("a Chinese character", "港", Filters()),
    ("without a word, of one year", "kala -lomi", Filters(years=(2016,))),
)
_SYLLABLES = (
    "ka",
    "la",
    "lo",
    "mi",
    "ter",
    "sen",
    "ver",
    "ra",
    "po",
    "du",
    "ni",
    "sha",
    "be",
    "gor",
    "fi",
    "lu",
)
_ARABIC = (
    "الشرطة",
    "والشرطة",
    "مدينة",
    "المدينة",
    "كتاب",
    "حقوق",
    "الإنسان",
    "للاجئين",
    "البحر",
    "في",
    "من",
    "على",
)


def made(root: Path, count: int) -> None:
    """An archive of ``count`` posts of about ten thousand characters."""
    chance = random.Random(5)
    words = ["kala", "lomi"] + [
        "".join(chance.choices(_SYLLABLES, k=chance.randint(2, 5))) for _ in range(30_000)
    ]
    weights = list(itertools.accumulate(1 / (rank + 1) for rank in range(len(words))))
    with Archive.create(root) as archive:
        for number in range(count):
            texts = []
            for _ in range(24):
                chosen = chance.choices(words, cum_weights=weights, k=60)
                if number % 10 == 0:
                    chosen = chance.choices(_ARABIC, k=60)
                texts.append(" ".join(chosen) + ("。港口的早晨很安静" if number % 50 == 7 else " — it’s."))
            if number == count // 2:
                texts.append("rare")
            post = Post(
                id=f"{number:012x}",
                title=f"Title {number}",
                author=Person(name="Una", username="una"),
                first_published_at=1_400_000_000_000 + number * 86_400_000 * 3145 // count,
                tags=(Tag("sea"),),
                language="ar" if number % 10 == 0 else "en",
                blocks=tuple(Paragraph(content=RichText(text)) for text in texts),
                source=Source("api"),
            )
            archive.add_version(Version(id=post.id, post=post, origins=(Origin("api"),)))
            if number % 500 == 499:
                archive.commit()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--posts", type=int, default=3145)
    parser.add_argument("--rounds", type=int, default=9)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "archive"
        made(root, given.posts)
        began = time.process_time()
        with Archive.open(root) as archive:
            search_index.open_index(archive, lambda _phase, _done, _total: None).db.close()
        size = (root / ".fonds/search.sqlite").stat().st_size
        print(
            f"{given.posts} posts: index made in {time.process_time() - began:.1f} s of processor time, {size / 1e6:.0f} MB"
        )
        for name, query, filters in QUERIES:
            times = []
            for _ in range(given.rounds):
                with Archive.open(root) as archive:
                    began = time.process_time()
                    results = search(archive, query, filters)
                    times.append(time.process_time() - began)
            middle = statistics.median(times) * 1000
            print(f"{middle:8.1f} ms  {name} ({results.total} found)")
    print(f"memory of all this: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
