"""What posts refer to: gists, tweets, videos, pages. Each is made of the number of its post, and the other
way round, so that nothing need be kept."""

from __future__ import annotations

import hashlib
import random
import re
from dataclasses import dataclass
from urllib.parse import quote

from standin import text
from standin.model import Post

GIST_USER = "quay-letter"
EMBEDLY = "https://cdn.embedly.com/widgets/media.html"
_SUFFIXES = {"python": "py", "sql": "sql", "bash": "sh"}


@dataclass(frozen=True)
class GistFile:
    name: str
    lang: str
    text: str


@dataclass(frozen=True)
class Media:
    """A media resource of Medium's. ``hidden``: Medium's JSON gives nothing but its id."""

    id: str
    title: str
    href: str
    src: str = ""
    image: str = ""
    width: int = 0
    height: int = 0
    hidden: bool = False

    @property
    def iframe_src(self) -> str:
        if not self.src:
            return ""
        image = f"&image={quote(self.image, safe='')}" if self.image else ""
        return f"{EMBEDLY}?src={quote(self.src, safe='')}&url={quote(self.href, safe='')}{image}&type=text%2Fhtml"


def media_of(post: Post) -> Media | None:
    """The embed in a post's body, by its kind."""
    number, identity = post.number, media_id(post.number)
    name = f"Number {number} by the quay"
    match post.kind:
        case 3:
            video = f"yt{number:09d}"
            return Media(
                identity, name, f"https://www.youtube.com/watch?v={video}", f"https://www.youtube.com/embed/{video}",
                f"https://i.ytimg.com/vi/{video}/hqdefault.jpg", 854, 480,
            )  # fmt: skip
        case 13:
            video = str(100_000 + number)
            return Media(
                identity,
                name,
                f"https://vimeo.com/{video}",
                f"https://player.vimeo.com/video/{video}",
                "",
                640,
                360,
            )
        case 23:
            track = f"track/{_digest(number)[:22]}"
            return Media(
                identity,
                "",
                f"https://open.spotify.com/{track}",
                f"https://open.spotify.com/embed/{track}",
                "",
                456,
                80,
            )
        case 33:
            page = f"https://soundcloud.com/quay-letter/sound-{number}"
            src = f"https://w.soundcloud.com/player/?url={quote(page, safe='')}"
            return Media(identity, name, page, src, "", 800, 166)
        case 15:
            page = f"https://codepen.io/quay/pen/{_digest(number)[:7]}"
            return Media(identity, name, page, page.replace("/pen/", "/embed/"), "", 800, 600)
        case 5 | 25:
            files = gist_files(number)
            page = f"https://gist.github.com/{GIST_USER}/{gist_id(number)}"
            return Media(identity, files[0].name, page, hidden=post.kind == 25)
        case 7 | 27:
            page = f"https://twitter.com/quayletter/status/{tweet_id(number)}"
            return Media(identity, "", page, "", "", 500, 185)
        case 35:
            page = f"https://datawrapper.dwcdn.net/q{number % 10000:04d}/1/"
            return Media(identity, name, page, page, "", 600, 400)
        case _:
            return None


def gist_files(number: int) -> list[GistFile]:
    """One to three files, a name with a blank and a file without an end among them."""
    files = []
    for place in range(1 + number // 40 % 3):
        lang, code = text.CODE[(number + place) % len(text.CODE)]
        name = f"{('tide', 'boat list', 'lamp')[place]}.{_SUFFIXES[lang]}" if place < 2 else "README"
        files.append(GistFile(name, lang, code.replace("{n}", str(number)) + ("\n" if place == 0 else "")))
    return files


def tweet_text(number: int) -> str:
    return text.paragraph(text.ENGLISH, random.Random(f"tweet {number}"), 2)


def media_id(number: int) -> str:
    return _digest(f"media {number}")[:24] + f"{number:08x}"


def gist_id(number: int) -> str:
    return _digest(f"gist {number}")[:24] + f"{number:08x}"


def tweet_id(number: int) -> str:
    return str(1_200_000_000_000_000_000 + number)


def number_of(identity: str) -> int:
    """The number of the post that a media resource's, gist's or tweet's id was made of; -1 for another."""
    if re.fullmatch(r"12\d{17}", identity):
        return int(identity) - 1_200_000_000_000_000_000
    if re.fullmatch(r"[0-9a-f]{32}", identity):
        number = int(identity[24:], 16)
        return number if identity in (media_id(number), gist_id(number)) else -1
    return -1


def _digest(what: object) -> str:
    return hashlib.blake2b(str(what).encode(), digest_size=16).hexdigest()
