"""What figures of one sentence share or take from each other: lists, bounds, breakdowns, names."""

from __future__ import annotations

from fonds.ledger import registers
from fonds.ledger.figures import Figure
from fonds.ledger.kinds import Hit
from fonds.ledger.lexicon import BE, CONJ, HAVE, MODAL, PERSON, PREP, REL, SUB, VERB
from fonds.ledger.reading import Reading
from fonds.ledger.registers import Organisation

MAX_PARTS = 12
"""Parts of one whole that are looked at."""


def share_backwards(reading: Reading, hits: list[Hit | None], index: int) -> None:
    """ "four women and one child dead in the Aegean": what is said behind the last of a list counts for all."""
    hit = hits[index]
    if hit is None or hit.rule != "predicate_after" or hit.verb < reading.figures[index].last:
        return
    low, masks = reading.low, reading.masks
    joined = False
    for n in range(index - 1, max(-1, index - MAX_PARTS), -1):
        before, figure = reading.figures[n], reading.figures[n + 1]
        between = low[before.noun : figure.left]
        joined = joined or between[-1:] in (["and"], ["&"])
        held = hits[n]
        if held is not None and held.verb == hit.verb and joined:
            continue
        if held is not None or not joined or figure.left - before.noun > 8:
            return
        people = bool(masks[before.noun - 1] & PERSON) and before.noun > before.last
        alike = people and (bool(masks[figure.noun - 1] & PERSON) or joined)
        if between in (["and"], ["&"], [","], [",", "and"]):
            if not alike:
                return
        elif not (
            people and _only_where(reading, before.noun, figure.left) and _begins_clause(reading, before)
        ):
            return
        hits[n] = Hit(hit.kind, hit.verb, hit.modality, None, "predicate_after")


def _only_where(reading: Reading, start: int, end: int) -> bool:
    """Nothing but a phrase with a preposition and "and": "12 people in the north and four in the south"."""
    if not reading.masks[start] & PREP or reading.low[end - 1] != "and":
        return False
    verbs = BE | HAVE | MODAL | VERB | SUB | REL | CONJ
    return not any(reading.masks[at] & verbs or reading.tags[at] is not None for at in range(start, end - 1))


def _begins_clause(reading: Reading, figure: Figure) -> bool:
    return figure.left == 0 or reading.low[figure.left - 1] in (",", ":", "that", ";")


def share_out_of(reading: Reading, hits: list[Hit | None], index: int) -> None:
    """ "37 out of 54 people who arrived were children": the first is a part of the second."""
    whole, before, hit = reading.figures[index], reading.figures[index - 1], hits[index]
    if hit is None or hits[index - 1] is not None or whole.left - before.last > 3:
        return
    if reading.low[before.last : before.last + 2] == ["out", "of"]:
        hits[index - 1] = Hit(hit.kind, hit.verb, hit.modality, index, "part", hit.agent)


def share_at_least(reading: Reading, hits: list[Hit | None], index: int) -> None:
    """ "at least 14 patients and two doctors were killed": the bound stands for both."""
    figure, before = reading.figures[index], reading.figures[index - 1]
    hit, held = hits[index], hits[index - 1]
    if before.qualifier != "at least" or figure.qualifier != "exact" or hit is None or held is None:
        return
    if (
        hit.verb == held.verb
        and reading.low[before.noun : figure.left] in (["and"], ["&"])
        and hit.rule == "predicate_after"
    ):
        figure.qualifier, figure.high = "at least", None


_OPENS = frozenset({",", "(", ":", "-", "–", "—"})


def _members(reading: Reading, n: int) -> list[int]:
    """The figures behind figure ``n`` that split it up by sex and age and sum up to it, or none."""
    figures, low = reading.figures, reading.low
    value, total = figures[n].value, 0
    out: list[int] = []
    for m in range(n + 1, min(len(figures), n + MAX_PARTS)):
        between = low[figures[m - 1].noun : figures[m].left]
        joined = between in ([","], ["and"], [",", "and"], ["&"]) or (m == n + 1 and set(between) <= _OPENS)
        part = figures[m].value
        if not joined or part is None or low[figures[m].noun - 1] not in reading.lexicon["demographics"]:
            break
        out.append(m)
        total += int(part)
        if total == value and len(out) > 1:
            return out
    return []


def _told_by_parts(reading: Reading, hits: list[Hit | None]) -> None:
    """ "23 people, 14 men, 4 women and 5 children landed": the verb behind the parts is the whole's."""
    for n, hit in enumerate(hits):
        members = _members(reading, n) if reading.figures[n].noun > reading.figures[n].last else []
        told = next((hits[m] for m in members if hits[m] is not None), None)
        if told is None or (hit is not None and hit.kind != told.kind):
            continue
        hits[n] = hit or Hit(told.kind, told.verb, told.modality, None, "predicate_after", told.agent)
        for m in members:
            hits[m] = None


_LISTED = ("carried", "coordinated", "tally", "count_statement")
"""Rules by which a list goes on: "70 arrivals: 24 men, 14 women and 32 children"."""


def without_breakdowns(reading: Reading, hits: list[Hit | None]) -> list[Hit | None]:
    """A list that splits a whole up entirely ("59 people, 1 baby, 19 women …") adds no claims of its own."""
    figures = reading.figures
    _told_by_parts(reading, hits)
    for n, hit in enumerate(hits):
        if hit is None or hit.whole is not None:
            continue
        members = []
        for m in range(n + 1, min(len(hits), n + MAX_PARTS)):
            other = hits[m]
            if other is None or (other.whole != n and other.rule not in _LISTED):
                break
            members.append(m)
        demographics = reading.lexicon["demographics"]
        if len(members) < 2 or not all(reading.low[figures[m].noun - 1] in demographics for m in members):
            continue
        values = [figures[m].value for m in members]
        value = figures[n].value
        if value is None or any(v is None for v in values):
            continue
        total = sum(v for v in values if v is not None)
        if total == value or (
            len(members) >= 3 and value <= total <= value * 1.2 and hit.kind in ("arrived", "rescued")
        ):
            for m in members:
                hits[m] = None
    return hits


def without_names(reading: Reading, hits: list[Hit | None], named: registers.Names) -> list[Hit | None]:
    """The number of a ship's name counts nobody: "disembarked from the Sea-Watch 3"."""
    inside = {
        at
        for name in named.values()
        if isinstance(name.entry, Organisation) and not reading.low[name.first][0].isdigit()
        for at in range(name.first + 1, name.last)
    }
    return (
        [None if reading.figures[n].first in inside else hit for n, hit in enumerate(hits)]
        if inside
        else hits
    )
