"""The words in which samples/publication.py is written: posts, paragraphs, marks, pictures.

Types and layouts carry Medium's names. Offsets of marks are UTF-16 code units, as Medium counts them;
``mark`` finds them from the marked words, ``at`` takes them as they are (for marks that are wrong on purpose).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Literal

Kind = Literal["STRONG", "EM", "A", "CODE"]


@dataclass(frozen=True)
class Mark:
    kind: Kind
    start: int
    end: int
    href: str = ""
    user: str = ""
    title: str = ""


@dataclass(frozen=True)
class Wanted:
    """A mark over the ``nth`` occurrence of ``words``, before its paragraph's text is known."""

    kind: Kind
    words: str
    nth: int = 0
    href: str = ""
    user: str = ""
    title: str = ""


@dataclass(frozen=True)
class Picture:
    """``key`` names the drawing; ``id`` is Medium's image id. ``stored_as`` is the format of the bytes,
    which the name need not tell: Medium serves PNG bytes under ``.jpeg`` names, and names without an end."""

    key: str
    width: int
    height: int
    suffix: str = ".png"
    stored_as: str = "png"
    prefix: str = "1*"
    alt: str = ""
    focus: tuple[int, int] | None = None
    unsplash: str = ""
    featured: bool = False

    @property
    def id(self) -> str:
        digest = hashlib.sha256(self.key.encode()).digest()
        alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        length = 22 if self.prefix == "1*" else 16
        return self.prefix + "".join(alphabet[byte % 64] for byte in digest[:length]) + self.suffix


@dataclass(frozen=True)
class Media:
    """Medium's media resource. ``wrapped``: the frame's address goes through Embedly."""

    id: str
    title: str
    src: str = ""
    href: str = ""
    thumbnail: str = ""
    schema: str = ""
    width: int = 0
    height: int = 0
    gist: str = ""
    tweet: str = ""


@dataclass(frozen=True)
class Card:
    """A mixtape: Medium's link card."""

    href: str
    title: str
    description: str
    host: str
    media_id: str
    thumbnail: Picture | None = None

    @property
    def text(self) -> str:
        """As Medium writes it: no break stands between description and host."""
        return f"{self.title}\n{self.description}{self.host}"


@dataclass(frozen=True)
class Para:
    """``role``: title, subtitle or kicker where the editor's classes name one. ``text`` None is Medium's
    null, which only the JSON forms have."""

    kind: str
    text: str | None = ""
    marks: tuple[Mark, ...] = ()
    name: str | None = ""
    role: str = ""
    layout: str = ""
    picture: Picture | None = None
    href: str = ""
    media: Media | None = None
    card: Card | None = None
    lang: str = ""
    mode: str = ""
    drop_cap: int = 0
    drop_cap_picture: Picture | None = None


@dataclass(frozen=True)
class Section:
    """``start`` is the index of its first paragraph. A cover has Medium's layouts beside it."""

    start: int
    cover: Picture | None = None


@dataclass(frozen=True)
class Person:
    id: str
    name: str
    username: str
    bio: str = ""


@dataclass(frozen=True)
class Parent:
    """What a response answers."""

    id: str
    title: str
    url: str


@dataclass(frozen=True)
class Post:
    """One post. Times are UTC milliseconds; ``previous`` is how the post stood before it was edited;
    ``preview`` the number of paragraphs before the paywall."""

    id: str
    title: str
    slug: str
    language: str
    created: int
    published: int
    latest: int
    updated: int
    version: str
    body: tuple[Para, ...]
    sections: tuple[Section, ...] = (Section(0),)
    subtitle: str = ""
    description: str = ""
    tags: tuple[tuple[str, str], ...] = ()
    claps: int = 0
    responses: int = 0
    visibility: str = "PUBLIC"
    locked: bool = False
    preview: int = 0
    draft: bool = False
    parent: Parent | None = None
    previous: Post | None = field(default=None, repr=False)

    @property
    def unique_slug(self) -> str:
        return f"{self.slug}-{self.id}" if self.slug else self.id

    @property
    def image(self) -> Picture | None:
        pictures = [para.picture for para in self.body if para.picture is not None]
        return next((picture for picture in pictures if picture.featured), pictures[0] if pictures else None)

    @property
    def word_count(self) -> int:
        return sum(len((para.text or "").split()) for para in self.body)

    @property
    def reading_time(self) -> float:
        """Minutes, as Medium counts: 265 words each, and some seconds for every picture."""
        # Not sum(): from Python 3.12 on it rounds floats in another way.
        return self.word_count / 265 + 0.2 * sum(1 for para in self.body if para.picture)


def units(text: str) -> int:
    """Length in UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2


def strong(words: str, nth: int = 0) -> Wanted:
    return Wanted("STRONG", words, nth)


def em(words: str, nth: int = 0) -> Wanted:
    return Wanted("EM", words, nth)


def code(words: str, nth: int = 0) -> Wanted:
    return Wanted("CODE", words, nth)


def link(words: str, href: str, nth: int = 0, title: str = "") -> Wanted:
    return Wanted("A", words, nth, href, "", title)


def mention(person: Person) -> Wanted:
    return Wanted("A", person.name, 0, "", person.id)


def at(kind: Kind, start: int, end: int) -> Mark:
    """A mark at UTF-16 offsets, which may be anything."""
    return Mark(kind, start, end)


def resolve(text: str, wanted: Iterable[Wanted | Mark]) -> tuple[Mark, ...]:
    marks = []
    for want in wanted:
        if isinstance(want, Mark):
            marks.append(want)
            continue
        place = -1
        for _ in range(want.nth + 1):
            place = text.index(want.words, place + 1)
        start = units(text[:place])
        marks.append(Mark(want.kind, start, start + units(want.words), want.href, want.user, want.title))
    return tuple(marks)


def text_para(kind: str, role: str, text: str, marks: tuple[Wanted | Mark, ...]) -> Para:
    return Para(kind, text, resolve(text, marks), role=role)


def h2(text: str, *marks: Wanted | Mark, role: str = "") -> Para:
    return text_para("H2", role, text, marks)


def h3(text: str, *marks: Wanted | Mark, role: str = "") -> Para:
    return text_para("H3", role, text, marks)


def h4(text: str, *marks: Wanted | Mark, role: str = "") -> Para:
    return text_para("H4", role, text, marks)


def p(text: str, *marks: Wanted | Mark, cap: int = 0, cap_picture: Picture | None = None) -> Para:
    """``cap``: so many characters at its beginning are set large."""
    return Para("P", text, resolve(text, marks), drop_cap=cap, drop_cap_picture=cap_picture)


def bq(text: str, *marks: Wanted | Mark) -> Para:
    return text_para("BQ", "", text, marks)


def pq(text: str, *marks: Wanted | Mark) -> Para:
    return text_para("PQ", "", text, marks)


def uli(text: str, *marks: Wanted | Mark) -> Para:
    return text_para("ULI", "", text, marks)


def oli(text: str, *marks: Wanted | Mark) -> Para:
    return text_para("OLI", "", text, marks)


def pre(text: str, *marks: Wanted | Mark, lang: str = "", mode: str = "") -> Para:
    """Without ``mode`` it is the code paragraph of the editor before 2022."""
    return Para("PRE", text, resolve(text, marks), lang=lang, mode=mode)


def img(
    picture: Picture,
    caption: str | None = "",
    *marks: Wanted | Mark,
    layout: str = "INSET_CENTER",
    href: str = "",
) -> Para:
    return Para("IMG", caption, resolve(caption or "", marks), picture=picture, layout=layout, href=href)


def frame(media: Media, caption: str = "", *marks: Wanted | Mark) -> Para:
    return Para("IFRAME", caption, resolve(caption, marks), media=media, layout="INSET_CENTER")


def card(what: Card) -> Para:
    text = what.text
    wanted: list[Wanted | Mark] = [Wanted("A", text, 0, what.href, "", what.href), strong(what.title)]
    if what.description:
        wanted.append(em(what.description))
    return Para("MIXTAPE_EMBED", text, resolve(text, wanted), card=what)


def section_caption(text: str, *marks: Wanted | Mark) -> Para:
    return text_para("SECTION_CAPTION", "", text, marks)


def named(post_id: str, body: Iterable[Para]) -> tuple[Para, ...]:
    """Paragraphs with Medium's names: 4 hex digits each, the same in every run."""
    return tuple(
        replace(para, name=anchor(post_id, index)) if para.name == "" else para
        for index, para in enumerate(body)
    )


def anchor(post_id: str, index: int) -> str:
    """Name of the paragraph at ``index``: what a deep link to it ends in."""
    return hashlib.sha256(f"{post_id}/{index}".encode()).hexdigest()[:4]
