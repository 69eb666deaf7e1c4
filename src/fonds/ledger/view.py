"""The ledger as it is shown: claims after review and redaction, with their posts, and the filters over them.

Everything that leaves the ledger (lists, exports, pages) comes through here, so that the redaction list and what
people decided reach all of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property

import msgspec

from fonds.errors import UsageError
from fonds.ledger import events as clustering
from fonds.ledger import redaction, registers, review
from fonds.ledger.claims import is_event
from fonds.ledger.folding import fold
from fonds.ledger.review import Entry
from fonds.ledger.rows import Event, Head, Row
from fonds.ledger.store import Ledger


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """A filter; an empty field does not filter. ``place`` is a name, an alias or a country (which has its places
    with it); ``since``/``until`` are days, months or years. Repetitions, and plans and fears, are left out unless
    ``everything``."""

    kind: tuple[str, ...] = ()
    place: str = ""
    since: str = ""
    until: str = ""
    source: str = ""
    party: str = ""
    stance: str = ""
    post: str = ""
    state: tuple[str, ...] = ()
    everything: bool = False


class View:
    """What may be shown of a ledger."""

    def __init__(self, ledger: Ledger, hide: redaction.Redaction | None = None) -> None:
        self.ledger = ledger
        self.hide = redaction.load(ledger.folder) if hide is None else hide

    @cached_property
    def heads(self) -> dict[str, Head]:
        """The posts that may be shown, by id, in order."""
        shown = (self.hide.head(head) for head in self.ledger.heads())
        return {head.id: head for head in shown if head is not None}

    @cached_property
    def raw(self) -> list[Entry]:
        """Every claim after review, before redaction."""
        return review.apply(self.ledger.rows(), self.ledger.decisions())

    @cached_property
    def entries(self) -> list[Entry]:
        """Every claim that may be shown, as it may be shown."""
        out = []
        for entry in self.raw:
            row = self.hide.row(entry.row)
            if row is not None:
                out.append(entry if row is entry.row else msgspec.structs.replace(entry, row=row))
        return out

    @cached_property
    def by_id(self) -> dict[str, Entry]:
        return {entry.row.id: entry for entry in self.entries}

    @cached_property
    def events(self) -> list[Event]:
        """The events of the claims that may be shown: made again here, so that a decision counts at once."""
        kept = [entry.row for entry in self.raw if entry.counts and entry.row.id in self.by_id]
        made = clustering.cluster(kept, list(self.heads.values()), self.ledger.overrides())
        return [msgspec.structs.replace(event, place=self.hide.text(event.place)) for event in made]

    def twin(self, row: Row) -> str:
        """The post that the claim's post repeats, or ""."""
        head = self.heads.get(row.post)
        return head.twin if head is not None else ""

    def claims(self, wanted: Wanted) -> Iterator[Entry]:
        """The claims that pass the filter, in the order of the posts' days."""
        test = self._test(wanted)
        shown = [entry for entry in self.entries if test(entry)]
        shown.sort(key=lambda e: (e.row.date or "9", e.row.post, e.row.sentence.number, e.row.claim.start))
        yield from shown

    def chosen_events(self, wanted: Wanted) -> Iterator[Event]:
        """The events that hold a claim which passes the filter."""
        test = self._test(wanted)
        for event in self.events:
            if any(test(self.by_id[claim]) for claim in event.claims if claim in self.by_id):
                yield event

    def _test(self, wanted: Wanted) -> Callable[[Entry], bool]:
        tests: list[Callable[[Entry], bool]] = []
        if not wanted.everything:
            tests.append(lambda e: not e.row.repeats and not self.twin(e.row) and is_event(e.row.claim))
            if not wanted.state:
                tests.append(lambda e: e.state != "rejected")
        if wanted.kind:
            tests.append(lambda e: e.row.claim.kind in wanted.kind)
        if wanted.state:
            tests.append(lambda e: e.state in wanted.state)
        if wanted.stance:
            tests.append(lambda e: e.row.claim.stance == wanted.stance)
        if wanted.post:
            tests.append(lambda e: e.row.post == wanted.post)
        if wanted.since:
            tests.append(lambda e: clustering.span(e.row)[1] >= wanted.since)
        if wanted.until:
            tests.append(
                lambda e: (
                    clustering.span(e.row)[0] != ""
                    and clustering.span(e.row)[0][: len(wanted.until)] <= wanted.until
                )
            )
        if wanted.place:
            tests.append(_placed(wanted.place))
        if wanted.source:
            tests.append(_named("source", wanted.source))
        if wanted.party:
            tests.append(_named("responsible", wanted.party))
        return lambda entry: all(test(entry) for test in tests)


def _placed(text: str) -> Callable[[Entry], bool]:
    wanted = registers.place_named(text)
    if wanted is None:
        folded = fold(text)
        return lambda e: e.row.claim.place is not None and folded in fold(e.row.claim.place.text)

    def test(entry: Entry) -> bool:
        place = clustering.known_place(entry.row.claim)
        if place is None:
            return False
        return place.name == wanted.name or (wanted.kind == "country" and place.country == wanted.country)

    return test


def _named(name: str, text: str) -> Callable[[Entry], bool]:
    found = registers.organisation_named(text) or registers.place_named(text)
    folded = fold(text)

    def test(entry: Entry) -> bool:
        mention = getattr(entry.row.claim, name)
        if mention is None:
            return False
        return (found is not None and found.name in mention.id.split("; ")) or folded in fold(mention.text)

    return test


def pick(view: View, ident: str) -> Entry:
    """The claim whose id is, or begins with, ``ident``. Raises UsageError when none or several do."""
    found = [entry for entry in view.entries if entry.row.id.startswith(ident)]
    exact = [entry for entry in found if entry.row.id == ident]
    if len(exact or found) != 1:
        said = "is no claim of this ledger" if not found else f"may be any of {len(found)} claims"
        raise UsageError(f"{ident} {said}", remedy="fonds claims list shows the ids.")
    return (exact or found)[0]


def pick_event(view: View, ident: str) -> Event:
    """The event with that id (or its beginning), or the one that holds the claim of that id. Raises UsageError."""
    found = [event for event in view.events if event.id.startswith(ident)]
    found = found or [
        event for event in view.events if any(claim.startswith(ident) for claim in event.claims)
    ]
    if len(found) != 1:
        said = "is no event of this ledger" if not found else f"may be any of {len(found)} events"
        raise UsageError(f"{ident} {said}", remedy="fonds events list shows the ids.")
    return found[0]


def unread(heads: Iterable[Head]) -> list[Head]:
    """The posts that were not read because of their language."""
    return [head for head in heads if head.unread]
