"""What changed between two texts, in words: for people, and in time that does not explode.

Lines are compared first, then the words of lines that took each other's place. Both go by what occurs once
in either text (patience diff), which anchors the rest; what lies between two anchors is compared
closely when it is small, and taken as exchanged when it is not.
"""

from __future__ import annotations

import difflib
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Literal, TypeAlias

import msgspec

from fonds.archive.versions import Version
from fonds.writers.context import ALONE

Piece: TypeAlias = tuple[Literal["same", "removed", "added"], str]
"""A run of words that both texts have, or one of them."""

# A sign of Chinese or Japanese is a word to its readers; vowel signs and accents belong to their letters.
_SIGN = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_MARK = "\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0900-\u0903\u093a-\u094f"
_WORD = re.compile(rf"\s+|[{_SIGN}]|(?:(?![{_SIGN}])[^\W_]|[{_MARK}])+|.", re.S)
_SMALL = 1 << 16
"""Pairs that are compared one by one."""


class Change(msgspec.Struct, frozen=True, omit_defaults=True):
    """A place where two texts differ: in each the line (from 1) where it begins and how many lines it has,
    what stood there, what stands there now, and how the one became the other, word by word."""

    line: int
    lines: int
    new_line: int
    new_lines: int
    before: str = ""
    after: str = ""
    pieces: tuple[Piece, ...] = ()


class Side(msgspec.Struct, frozen=True):
    """One of the two versions that are compared."""

    number: int
    captured_at: int
    edition: int


class Differences(msgspec.Struct, frozen=True):
    """What changed between two versions of a post: in their Markdown, and the names of the fields of Post
    in which they differ."""

    id: str
    before: Side
    after: Side
    changes: tuple[Change, ...]
    fields: tuple[str, ...]


def differences(before: Version, after: Version) -> Differences:
    """Compares two versions by the Markdown of the default flavour."""
    from fonds import writers

    one, other = (writers.write(version.post, context=ALONE) for version in (before, after))
    names = [
        name
        for name in before.post.__struct_fields__
        if name not in ("source", "notes") and getattr(before.post, name) != getattr(after.post, name)
    ]
    return Differences(before.id, _side(before), _side(after), tuple(changes(one, other)), tuple(names))


def _side(version: Version) -> Side:
    return Side(version.number, version.captured_at, version.edition)


def changes(before: str, after: str) -> Iterator[Change]:
    """The places where ``after`` differs from ``before``, in order."""
    old, new = before.split("\n"), after.split("\n")
    for low, high, new_low, new_high in _gaps(old, new):
        one, other = "\n".join(old[low:high]), "\n".join(new[new_low:new_high])
        yield Change(
            low + 1, high - low, new_low + 1, new_high - new_low, one, other, tuple(words(one, other))
        )


def words(before: str, after: str) -> Iterator[Piece]:
    """How ``before`` became ``after``: joined, its same and removed pieces are the one, its same and added
    ones the other."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    at = 0
    for low, high, new_low, new_high in _gaps(old, new):
        if low > at:
            yield "same", "".join(old[at:low])
        if high > low:
            yield "removed", "".join(old[low:high])
        if new_high > new_low:
            yield "added", "".join(new[new_low:new_high])
        at = high
    if at < len(old):
        yield "same", "".join(old[at:])


Gap: TypeAlias = tuple[int, int, int, int]


def _gaps(old: Sequence[str], new: Sequence[str]) -> Iterator[Gap]:
    """The ranges of both that take each other's place, in order."""
    stack: list[Gap] = [(0, len(old), 0, len(new))]
    while stack:
        low, high, new_low, new_high = _trimmed(old, new, stack.pop())
        if low == high or new_low == new_high:
            if low < high or new_low < new_high:
                yield low, high, new_low, new_high
            continue
        anchors = _anchors(old, new, (low, high, new_low, new_high))
        if anchors:
            inner: list[Gap] = []
            for at, new_at in (*anchors, (high, new_high)):
                inner.append((low, at, new_low, new_at))
                low, new_low = at, new_at
            stack += reversed(inner)
        elif (high - low) * (new_high - new_low) <= _SMALL:
            yield from _closely(old, new, (low, high, new_low, new_high))
        else:
            yield low, high, new_low, new_high


def _trimmed(old: Sequence[str], new: Sequence[str], gap: Gap) -> Gap:
    """The gap without what is the same at its beginning and end."""
    low, high, new_low, new_high = gap
    while low < high and new_low < new_high and old[low] == new[new_low]:
        low, new_low = low + 1, new_low + 1
    while low < high and new_low < new_high and old[high - 1] == new[new_high - 1]:
        high, new_high = high - 1, new_high - 1
    return low, high, new_low, new_high


def _anchors(old: Sequence[str], new: Sequence[str], gap: Gap) -> list[tuple[int, int]]:
    """Places of what occurs once in either range, as many as keep their order (the longest increasing
    run)."""
    low, high, new_low, new_high = gap
    count, new_count = Counter(old[low:high]), Counter(new[new_low:new_high])
    places = {thing: at for at, thing in enumerate(new[new_low:new_high], new_low) if new_count[thing] == 1}
    pairs = [
        (at, places[thing])
        for at, thing in enumerate(old[low:high], low)
        if count[thing] == 1 and thing in places
    ]
    ends: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for number, (_, new_at) in enumerate(pairs):
        at = bisect_left(ends, new_at)
        before.append(last[at - 1] if at else -1)
        if at == len(ends):
            ends.append(new_at)
            last.append(number)
        else:
            ends[at], last[at] = new_at, number
    found: list[tuple[int, int]] = []
    number = last[-1] if last else -1
    while number >= 0:
        found.append(pairs[number])
        number = before[number]
    return found[::-1]


def _closely(old: Sequence[str], new: Sequence[str], gap: Gap) -> Iterator[Gap]:
    low, high, new_low, new_high = gap
    matcher = difflib.SequenceMatcher(None, old[low:high], new[new_low:new_high], autojunk=False)
    for tag, one, two, new_one, new_two in matcher.get_opcodes():
        if tag != "equal":
            yield low + one, low + two, new_low + new_one, new_low + new_two
