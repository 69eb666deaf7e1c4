"""What any process does for a build before pages are made: reads units, makes cards of posts."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import TypeVar

import msgspec

from fonds.archive import naming
from fonds.archive.parse import DEFECTS, defect
from fonds.archive.summary import Failure
from fonds.site import cards as carding
from fonds.site.cards import Card
from fonds.site.combine import combine
from fonds.site.search import terms
from fonds.site.source import Source, Unit
from fonds.site.state import UnitNote, pack, unpack

T = TypeVar("T")

_CHUNK = 24


def chunks(things: Iterable[T], size: int = _CHUNK) -> Iterator[list[T]]:
    """``things``, so many at a time as one call of a process is given."""
    iterator = iter(things)
    while chunk := list(itertools.islice(iterator, size)):
        yield chunk


class Read(msgspec.Struct, frozen=True, array_like=True):
    """One unit, read in any process."""

    key: str
    note: UnitNote
    kept: tuple[tuple[str, bytes], ...]
    failures: tuple[Failure, ...]


def read(units: list[Unit], *, source: Source) -> list[Read]:
    results = []
    for unit in units:
        try:
            reading = source.read(unit.key)
            kept = tuple((one.ident, pack(one)) for one in reading.kept)
            failures, watched = reading.failures, reading.watched
        except DEFECTS as error:
            kept, watched, failures = (), (), (defect(error, unit.key),)
        note = UnitNote(
            unit.stamp,
            watched,
            tuple(ident for ident, _ in kept),
            tuple(msgspec.json.encode(one) for one in failures),
        )
        results.append(Read(unit.key, note, kept, failures))
    return results


class Made(msgspec.Struct, frozen=True, array_like=True):
    """A post's card and what search needs of it."""

    card: Card | None
    terms: bytes = b""
    text: bytes = b""
    failure: Failure | None = None


def make_cards(things: list[tuple[str, tuple[bytes, ...]]]) -> list[Made]:
    results = []
    for ident, packed in things:
        try:
            kept = combine([unpack(data) for data in packed])
            card = carding.card(kept, kept.stem or naming.stem(kept.post, ident))
            fields = carding.fields(kept.post, card)
            results.append(Made(card, terms.counted(fields), terms.packed(fields)))
        except DEFECTS as error:
            results.append(Made(None, failure=defect(error, ident)))
    return results
