"""Events: claims about one thing that happened, by place, day and kind, across posts.

What was reported is put side by side: least, most, who says so, who is accused, who denies. Nothing is added up
and nothing is judged. What a person merged or split stays so.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from fonds.ledger import registers
from fonds.ledger.claims import is_event
from fonds.ledger.folding import fold
from fonds.ledger.lexicon import load
from fonds.ledger.records import Claim
from fonds.ledger.rows import Event, Figure, Head, Override, Row

FAMILIES = {"killed": "harm", "injured": "harm", "missing": "harm"}
"""Kinds that one event has together; every other kind is a family of its own."""
ORDER = ("killed", "injured", "missing", "rescued", "arrived", "detained", "deported", "displaced", "other")
DAYS = 2
"""Days that a report may come after what it reports, where no text says the day."""
FINE = frozenset({"city", "camp", "island"})
"""Places small enough that one day and one kind there are taken for one event."""
REPORTERS = frozenset(
    {"un", "eu", "ngo", "rescue", "monitor", "media", "coastguard", "state", "police", "armed"}
)


@dataclass(slots=True)
class _Item:
    """A claim made ready for clustering. ``first``/``last`` are ordinals of days, 0 when unknown."""

    row: Row
    family: str
    place: str
    fine: bool
    first: int
    last: int
    said: bool
    bounds: tuple[float, float]
    where: registers.Place | None
    days: tuple[str, str, bool]


@dataclass(slots=True)
class _Cluster:
    items: list[_Item] = field(default_factory=list)
    by_hand: bool = False


def cluster(rows: Iterable[Row], heads: Sequence[Head], overrides: Sequence[Override] = ()) -> list[Event]:
    """The events, by date. Of posts that repeat another, and of sums to date, no claim counts."""
    dates = {head.id: head.date for head in heads}
    twins = {head.id for head in heads if head.twin}
    kept = [row for row in rows if row.post not in twins and is_event(row.claim)]
    kept.sort(key=lambda row: (dates.get(row.post, ""), row.post, row.sentence.number, row.claim.start))
    clusters = _clusters([_item(row) for row in kept if not row.claim.total])
    clusters = _overridden(clusters, overrides)
    events = [
        _event(one) for one in clusters if any(item.row.claim.figure for item in one.items) or one.by_hand
    ]
    events.sort(key=lambda event: (event.date or "9", event.place, event.kind, event.id))
    return events


def known_place(claim: Claim) -> registers.Place | None:
    """The registered place of a claim: its own, or the one round it."""
    for mention in (claim.place, claim.within):
        if mention is not None and mention.id:
            found = registers.entry(mention.id)
            if isinstance(found, registers.Place):
                return found
    return None


def span(row: Row) -> tuple[str, str, bool]:
    """First and last day of what a claim tells, ISO 8601, and whether a text says so. A month or a year is no
    day: then the post's day counts."""
    told = row.claim.date.id if row.claim.date is not None else ""
    first, _, last = told.partition("/")
    if len(first) == 10 and (not last or len(last) == 10):
        return first, last or first, True
    if len(first) in (4, 7):
        return first, first, True
    return row.date, row.date, False


@lru_cache(maxsize=8192)
def _ordinal(text: str) -> int:
    try:
        return dt.date.fromisoformat(text).toordinal()
    except ValueError:
        return 0


def _item(row: Row) -> _Item:
    claim = row.claim
    place = known_place(claim)
    name = place.name if place is not None else ""
    if not name and claim.place is not None:
        name = f"~{row.post} {fold(claim.place.text)}"
    days = first, last, said = span(row)
    family = FAMILIES.get(claim.kind, claim.kind)
    if len(first) in (4, 7):  # a month: one event by its own words
        name, key = f"{name} {first}", 0
        return _Item(row, family, name, False, key, key, True, _bounds(claim), place, days)
    return _Item(
        row,
        family,
        name,
        place is not None and place.kind in FINE,
        _ordinal(first),
        _ordinal(last),
        said,
        _bounds(claim),
        place,
        days,
    )


def _bounds(claim: Claim) -> tuple[float, float]:
    if claim.low is None and claim.high is None:
        return 0, float("inf")
    return (claim.low if claim.low is not None else 0), (
        claim.high if claim.high is not None else float("inf")
    )


def _clusters(items: list[_Item]) -> list[_Cluster]:
    """Each item joins the newest cluster of its place and family that it fits, else it begins one."""
    out: list[_Cluster] = []
    open_: dict[tuple[str, str], list[_Cluster]] = {}
    by_sentence: dict[tuple[str, int, str], _Cluster] = {}
    by_post: dict[tuple[str, str, str], _Cluster] = {}
    for item in items:
        row = item.row
        key = (item.place or f"?{row.post}", item.family)
        here = (row.post, row.sentence.number, item.family)
        found = by_sentence.get(here)
        if found is not None and (not _same_setting(found.items[-1], item) or _another(found, item)):
            found = None
        if found is None and not row.claim.figure:
            found = _denied(item, by_post, open_.get(key, []))
        if found is None:
            found = next((c for c in reversed(open_.get(key, [])[-8:]) if _fits(c, item)), None)
        if found is None:
            found = _Cluster()
            out.append(found)
            open_.setdefault(key, []).append(found)
        found.items.append(item)
        by_sentence[here] = found
        if row.claim.figure:
            by_post[row.post, row.sentence.region, item.family] = found
    return out


def _same_setting(one: _Item, other: _Item) -> bool:
    """Two claims of one sentence: "33 arrived on Chios and 31 on Kos" are two events."""
    return one.place == other.place and (one.first, one.last) == (other.first, other.last)


def _denied(
    item: _Item, by_post: dict[tuple[str, str, str], _Cluster], open_: list[_Cluster]
) -> _Cluster | None:
    """The event that a denial or attribution without a figure is about: the last of its place that it fits, or
    the last that its post tells under the same heading."""
    for one in reversed(open_[-8:]):
        if _near(one.items[0], item):
            return one
    row = item.row
    return (
        by_post.get((row.post, row.sentence.region, item.family))
        if not item.place or row.claim.place is None or row.claim.place.scope != "sentence"
        else None
    )


def _near(one: _Item, other: _Item) -> bool:
    if not one.first or not other.first:
        return one.row.post == other.row.post
    if one.said and other.said:
        return one.first <= other.last and other.first <= one.last and other.last - other.first <= 7
    return abs(one.first - other.first) <= DAYS


def _fits(one: _Cluster, item: _Item) -> bool:
    """Near in time; and, where the place is a whole country or sea, with a number that may be the same."""
    first = one.items[0]
    if not _near(first, item):
        return False
    if not item.place:
        return any(_alike(held.row.claim, item.row.claim) for held in one.items)
    if item.fine:
        return not _another(one, item)
    return not item.row.claim.figure or _same_number(one, item)


def _another(one: _Cluster, item: _Item) -> bool:
    """The same post tells another number of the same people and names no other source: it tells of two things,
    not of a disagreement."""
    claim = item.row.claim
    for held in one.items:
        told = held.row.claim
        if held.row.post != item.row.post or told.kind != claim.kind or not (told.figure and claim.figure):
            continue
        apart = held.bounds[0] > item.bounds[1] or item.bounds[0] > held.bounds[1]
        if apart and _group(told) == _group(claim) and (told.source is None or claim.source is None):
            return True
    return False


NEAR = 1.25
"""A number left open ("more than 900") is taken to reach so far, where it decides whether two reports are of one thing."""


def _alike(one: Claim, other: Claim) -> bool:
    return (
        one.kind == other.kind
        and (one.low, one.high) == (other.low, other.high)
        and _group(one) == _group(other)
    )


def _same_number(one: _Cluster, item: _Item) -> bool:
    """In a whole country or sea: with a number that may well be the same."""
    low, high = _reach(item.row.claim)
    for held in one.items:
        claim = held.row.claim
        if claim.kind == item.row.claim.kind and claim.figure and _group(claim) == _group(item.row.claim):
            least, most = _reach(claim)
            return least <= high and low <= most
    return False


def _reach(claim: Claim) -> tuple[float, float]:
    if claim.low is None and claim.high is None:
        return 0, float("inf")
    if claim.low is None:
        return (claim.high or 0) / NEAR, claim.high or 0
    return claim.low, claim.low * NEAR if claim.high is None else claim.high


# ---- what people decided ------------------------------------------------------------------------------------


def _overridden(clusters: list[_Cluster], overrides: Sequence[Override]) -> list[_Cluster]:
    """Merges and splits, in the order in which they were made. Claims that are gone are passed over."""
    if not overrides:
        return clusters
    where = {item.row.id: one for one in clusters for item in one.items}
    for override in overrides:
        present = [claim for claim in override.claims if claim in where]
        if override.do == "merge":
            _merge([where[claim] for claim in present], where)
        elif present:
            staying = [claim for claim in override.apart if claim in where]
            _split(present, staying, where)
    held: dict[int, _Cluster] = {}
    for one in [*clusters, *where.values()]:
        if one.items:
            held.setdefault(id(one), one)
    return list(held.values())


def _merge(parts: list[_Cluster], where: dict[str, _Cluster]) -> None:
    if len({id(part) for part in parts}) < 2:
        return
    into = parts[0]
    into.by_hand = True
    for part in parts[1:]:
        if part is not into:
            for item in part.items:
                where[item.row.id] = into
            into.items += part.items
            part.items = []


def _split(leaving: list[str], staying: list[str], where: dict[str, _Cluster]) -> None:
    stay = {id(where[claim]) for claim in staying}
    new = _Cluster(by_hand=True)
    for claim in leaving:
        held = where[claim]
        if staying and id(held) not in stay:
            continue  # they stand apart already
        for item in [item for item in held.items if item.row.id == claim]:
            held.items.remove(item)
            held.by_hand = True
            new.items.append(item)
            where[claim] = new


# ---- an event of a cluster ----------------------------------------------------------------------------------


def _order(item: _Item) -> tuple[str, str, int, int]:
    row = item.row
    return row.date, row.post, row.sentence.number, row.claim.start


def _event(one: _Cluster) -> Event:
    items = one.items if len(one.items) == 1 else sorted(one.items, key=_order)
    claims = [item.row.claim for item in items]
    place = next((item.where for item in items if item.where is not None), None)
    words = (
        place.name
        if place is not None
        else next(
            (
                claim.place.text
                for claim in claims
                if claim.place is not None and claim.place.scope == "sentence"
            ),
            "",
        )
    )
    spans = [item.days for item in items]
    told = [s for s in spans if s[2]] or spans
    known = [s for s in told if s[0]]
    figures = _figures(items)
    denials = [claim for claim in claims if claim.stance == "denies"]
    sources = {name for claim in claims if claim.stance != "denies" and (name := _registered(claim))}
    unknown = {fold(c.source.text) for c in claims if c.source is not None and not c.source.id}
    accused = _parties([claim for claim in claims if claim.stance != "denies"]) or _parties(denials)
    deniers = {name for claim in denials if (name := _registered(claim))}
    kinds = {claim.kind for claim in claims if claim.figure} or {claim.kind for claim in claims}
    return Event(
        id="e" + hashlib.blake2b(items[0].row.id.encode(), digest_size=6).hexdigest(),
        kind=min(kinds, key=ORDER.index),
        date=min((s[0] for s in known), default=""),
        until=max((s[1] for s in known), default=""),
        basis="said" if any(s[2] for s in spans) else "post",
        place=words,
        place_kind=place.kind if place is not None else "",
        country=place.country if place is not None else "",
        latitude=place.latitude if place is not None else None,
        longitude=place.longitude if place is not None else None,
        figures=figures,
        sources=tuple(sorted(sources)),
        other_sources=len(unknown),
        accused=tuple(sorted(accused)),
        deniers=tuple(sorted(deniers)),
        denied=bool(denials),
        conflict=bool(denials) or any(figure.conflict for figure in figures),
        claims=tuple(item.row.id for item in items),
        posts=tuple(dict.fromkeys(item.row.post for item in items)),
        by_hand=one.by_hand,
    )


def _parties(claims: Iterable[Claim]) -> set[str]:
    return {
        name for c in claims if c.responsible is not None for name in c.responsible.id.split("; ") if name
    }


def _registered(claim: Claim) -> str:
    return claim.source.id if claim.source is not None else ""


_PLURAL = {
    "man": "men",
    "woman": "women",
    "child": "children",
    "kid": "children",
    "kids": "children",
    "baby": "babies",
}


def _group(claim: Claim) -> str:
    """The group of people that a figure counts, as it may be compared: "children", "women"; "" for people."""
    alone = claim.part_of is not None or claim.kind == "other"
    return _group_of(claim.population, alone, claim.figure.endswith("%"))


@lru_cache(maxsize=4096)
def _group_of(population: str, alone: bool, share: bool) -> str:
    words = fold_words(population)
    if share:
        return f"% of {' '.join(words)}".rstrip()
    demographics = load("en")["demographics"]
    for word in reversed(words):
        if word in demographics:
            return _PLURAL.get(word, word if word.endswith(("s", "men", "children")) else word + "s")
    if alone:
        return " ".join(words)
    if words and words[-1] in _OF_THEIR_OWN:
        return words[-1]
    return ""


_OF_THEIR_OWN = frozenset(
    {"doctors", "patients", "soldiers", "journalists", "policemen", "officers", "bodies", "rescuers", "boats"}
)


def fold_words(text: str) -> list[str]:
    return [word for word in (fold(part) for part in text.split()) if word]


def _figures(items: Sequence[_Item]) -> tuple[Figure, ...]:
    if len(items) == 1:
        only = items[0].row.claim
        if not only.figure or only.stance == "denies":
            return ()
        return (_figure(only.kind, _group(only), items),)
    groups: dict[tuple[str, str], list[_Item]] = {}
    for item in items:
        claim = item.row.claim
        if claim.figure and claim.stance != "denies":
            groups.setdefault((claim.kind, _group(claim)), []).append(item)
    order = sorted(groups, key=lambda key: (ORDER.index(key[0]), key[1] != "", key[1]))
    return tuple(_figure(kind, population, groups[kind, population]) for kind, population in order)


def _figure(kind: str, population: str, items: Sequence[_Item]) -> Figure:
    if len(items) == 1:  # most events are told once
        row, claim = items[0].row, items[0].row.claim
        both = [n for n in (claim.low, claim.high) if n is not None]
        return Figure(
            kind=kind,
            population=population,
            low=both[0] if both else None,
            high=both[-1] if both else None,
            open_low=bool(both) and claim.low is None,
            open_high=bool(both) and claim.high is None,
            vague=claim.qualifier == "vague",
            claims=(row.id,),
        )
    numbers: list[int | float] = []
    for item in items:
        numbers += [n for n in (item.row.claim.low, item.row.claim.high) if n is not None]
    counted = [item for item in items if item.row.claim.low is not None or item.row.claim.high is not None]
    tightest = max((item.bounds[0] for item in counted), default=0)
    loosest = min((item.bounds[1] for item in counted), default=float("inf"))
    return Figure(
        kind=kind,
        population=population,
        low=min(numbers, default=None),
        high=max(numbers, default=None),
        open_low=any(item.row.claim.low is None for item in counted),
        open_high=any(item.row.claim.high is None for item in counted),
        vague=any(item.row.claim.qualifier == "vague" for item in items),
        differ=len({(item.row.claim.low, item.row.claim.high) for item in counted}) > 1,
        conflict=tightest > loosest,
        claims=tuple(item.row.id for item in items),
    )
