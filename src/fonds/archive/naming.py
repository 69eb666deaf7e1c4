"""Names of files: the same on every file system, readable, and the same in every run. Pure."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Literal, TypeAlias
from urllib.parse import unquote

from fonds.model import Post
from fonds.patterns import Seldom

SLUG_BYTES = 120
"""At most this many bytes of UTF-8: with date, id and ending a name stays far below 255."""

Zone: TypeAlias = tzinfo | None
"""The time zone of dates; None is UTC."""

Folder = Literal["posts", "responses", "drafts"]

_SOUND_ID = re.compile(r"[0-9A-Za-z]{4,32}")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_DAY = _EPOCH.toordinal()
_DAY = 86_400_000
_PLAIN_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
# [MS-FSA] and the Win32 naming rules: these may not be a file's name, whatever its ending.
_RESERVED = frozenset(
    ["con", "prn", "aux", "nul", "conin$", "conout$", "clock$"]
    + [f"{port}{number}" for port in ("com", "lpt") for number in "0123456789¹²³"]
)
_VIRAMA = 9
"""Canonical combining class of the viramas: what follows one belongs to the same grapheme (GB9c)."""
_IMAGE_ENDING = Seldom(r"\.(?:jpe?g|jfif|png|gif|webp|avif|heic|svg|bmp|tiff?|ico)$", re.I)
_NOT_IN_IMAGE = Seldom(r"[^0-9A-Za-z_.-]+|\.(?=\.)")


def folder(post: Post) -> Folder:
    """Where a post's file stands: drafts and responses apart from the posts."""
    if post.draft:
        return "drafts"
    return "responses" if post.response is not None else "posts"


def is_sound(ident: str) -> bool:
    """Whether an id can stand in a path: it comes from files that anybody may have written."""
    return _SOUND_ID.fullmatch(ident) is not None


def identity(post: Post) -> str:
    """The id that names a post's files: Medium's, or twelve digits of a hash of all its content.

    The same content has the same hash wherever it was read; other content has another.
    """
    if is_sound(post.id):
        return post.id
    import hashlib  # here: most posts have an id

    # Not the source: the same draft read from a ZIP and from its folder is the same draft.
    facts = (post.id, post.title, post.first_published_at or post.created_at, post.author.username)
    digest = hashlib.sha256(repr(facts).encode("utf-8", "backslashreplace"))
    for block in post.blocks:
        digest.update(repr(block).encode("utf-8", "backslashreplace"))
    return digest.hexdigest()[:12]


def stem(post: Post, ident: str, zone: Zone = None) -> str:
    """``2016-05-31-ays-civilians-1c77ce714985``: date, slug and id, each where it is known.

    The date is that of the first publication (else of the creation), in UTC unless ``zone`` is given.
    """
    parts = (
        date(post.first_published_at or post.created_at, zone),
        slug(post.slug or post.title, ident),
        ident,
    )
    name = "-".join(part for part in parts if part)
    return f"_{name}" if name.lower() in _RESERVED else name


def date(milliseconds: int, zone: Zone = None) -> str:
    """``YYYY-MM-DD``, or "" for an unknown time and for one that no calendar holds."""
    if not milliseconds:
        return ""
    try:
        if zone is None:
            return datetime.fromordinal(_FIRST_DAY + milliseconds // _DAY).date().isoformat()
        return (_EPOCH + timedelta(milliseconds=milliseconds)).astimezone(zone).date().isoformat()
    except (OverflowError, ValueError):
        return ""


def slug(text: str, ident: str = "") -> str:
    """``text`` as part of a file name: letters, marks and digits of any script, joined by ``-``.

    NFC, lower case, at most SLUG_BYTES, cut at a ``-`` when there is one in its second half and never
    inside a grapheme. The id at the end of a Medium slug is left out.
    """
    if not _PLAIN_SLUG.fullmatch(text):
        # A title of 100 MB must cost no more than its beginning: nothing grows by more than 3 in NFC.
        text = text[: 16 * SLUG_BYTES]
        if "%" in text:
            text = unquote(text)
        # Lower case may decompose (İ), hence NFC once more; NFKC would change letters.
        text = unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).lower())
        text = _joined(text)
    if ident and (text == ident or text.endswith("-" + ident)):
        text = text[: -len(ident)].rstrip("-")
    return _cut(text, SLUG_BYTES)


def _joined(text: str) -> str:
    parts: list[str] = []
    last = "-"
    for char in text:
        category = unicodedata.category(char)[0]
        if category in "LN" or (category == "M" and last != "-"):  # a mark needs something to stand on
            last = char
        # Apostrophes and invisible joiners stand within words: "don't", Persian half-spaces.
        elif char in "'’ʼ`" or unicodedata.category(char) == "Cf" or last == "-":
            continue
        else:
            last = "-"
        parts.append(last)
    return "".join(parts).rstrip("-")


def _cut(text: str, size: int) -> str:
    raw = text.encode("utf-8")
    if len(raw) <= size:
        return text
    end = len(raw[:size].decode("utf-8", "ignore"))
    hyphen = text.rfind("-", 0, end + 1)
    if hyphen > end // 2:
        return text[:hyphen]
    while end > 0 and _continues(text, end):
        end -= 1
    return text[:end].rstrip("-")


def _continues(text: str, at: int) -> bool:
    """Whether a grapheme (UAX 29) runs across the offset ``at``, as far as letters and marks go."""
    here, before = text[at], text[at - 1]
    return (
        unicodedata.category(here)[0] == "M"
        or here in "\u0e33\u0eb3"  # Thai and Lao AM
        or "\u1160" <= here <= "\u11ff"
        or "\ud7b0" <= here <= "\ud7ff"
        or unicodedata.combining(before) == _VIRAMA
    )


def key(name: str) -> str:
    """What two names share when some file system takes them for one (case and normalisation aside)."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", name).casefold())


class Names:
    """Hands out names that no file system mixes up, in the order in which they are asked for."""

    def __init__(self) -> None:
        self._taken: dict[str, int] = {}

    def take(self, name: str, ending: str) -> tuple[str, bool]:
        """(``name`` + ``ending``, or with ``-2``, ``-3``, … before the ending; whether it was taken)."""
        first = key(name + ending)
        if first not in self._taken:
            self._taken[first] = 1
            return name + ending, False
        number = self._taken[first]
        while True:
            number += 1
            other = f"{name}-{number}{ending}"
            if key(other) not in self._taken:
                self._taken[first] = number
                self._taken[key(other)] = 1
                return other, True


def image_name(image_id: str, extension: str) -> str:
    """``1*M6vu….jpeg`` → ``1-M6vu….jpeg``; the ending is ``extension`` (from the bytes), never the name's."""
    name = _IMAGE_ENDING.sub("", image_id.rstrip(". "))
    name = _NOT_IN_IMAGE.sub("-", name).strip(".-")[:100].rstrip(".-")
    if not name:
        import hashlib

        name = hashlib.sha256(image_id.encode("utf-8", "backslashreplace")).hexdigest()[:12]
    return f"_{name}.{extension}" if name.partition(".")[0].lower() in _RESERVED else f"{name}.{extension}"
