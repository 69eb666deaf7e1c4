"""The noun phrase before a verb or behind a preposition: where a name begins and ends."""

from __future__ import annotations

from fonds.ledger.lexicon import (
    ADV,
    BE,
    CONJ,
    DET,
    HAVE,
    MODAL,
    NEG,
    PERSON,
    PREP,
    PRON,
    REL,
    SUB,
    THING,
    TIME,
    VERB,
)
from fonds.ledger.reading import QUOTES, Reading, is_verb

Span = tuple[int, int]
STOP = frozenset(";:!?()[]|—–")
REACH = 40


def is_finite(reading: Reading, at: int) -> bool:
    """Whether a finite verb stands at ``at``: it ends a noun phrase going left (report and claim are nouns too)."""
    mask, low = reading.masks[at], reading.words.low[at]
    if (
        at
        and reading.words.raw[at][0].isupper()
        and reading.words.raw[at - 1][:1].isupper()
        and not reading.words.raw[at].isupper()
    ):
        return False
    if at in reading.in_name:
        return False
    if mask & (BE | HAVE | MODAL):
        return True
    if mask & THING and mask & VERB and reading.words.low[at + 1 : at + 2] in (["by"], ["of"]):
        return False  # "attacks by the forces killed 13"
    if low in reading.lexicon["speech_nouns"]:
        return False
    tag = reading.tags[at]
    if tag is not None and is_verb(tag):
        names_a_noun = at + 1 < len(reading) and reading.masks[at + 1] & (PERSON | THING)
        return not (tag.form == "base" and names_a_noun)
    return bool(mask & VERB) and low not in (
        "work",
        "state",
        "use",
        "fire",
        "set",
        "lead",
        "working",
        "living",
        "taken",
        "based",
        "need",
        "show",
        "support",
        "rescue",
        "border",
        "report",
    )


def noun_before(reading: Reading, verb: int) -> Span | None:
    """The noun phrase that ends before the verb at ``verb``: its subject. With an apposition in commas."""
    low, masks = reading.words.low, reading.masks
    end = verb
    while (
        end > 0
        and (masks[end - 1] & (ADV | HAVE | MODAL | BE | TIME | NEG))
        and not reading.words.raw[end - 1][0].isupper()
    ):
        end -= 1
    floor = max(0, verb - REACH)
    if end > 1 and low[end - 1] == "to" and low[end - 2] in reading.lexicon["infinitive_enablers"]:
        end -= 2  # "is believed to have executed"
        while end > 0 and masks[end - 1] & (ADV | HAVE | BE):
            end -= 1
    elif end > 1 and low[end - 1] in ("of", "for") and low[verb].endswith("ing"):
        end -= 1  # "accused X of pushing back"
    if end > 1 and low[end - 1] in ("who", "which"):
        end -= 1  # "a survivor who said"
        end -= low[end - 1] == ","
    if end == verb and end > 1 and low[end - 1] in QUOTES and low[end - 2][0].isalpha():
        end -= 1  # "the police “deterred” 12 men"
    first = _walk(reading, end, floor)
    if first == end and end > 0 and low[end - 1] == ",":
        comma = end - 1
        opened = _relative_aside(reading, comma, floor)
        if opened > 0:
            first = _trim(reading, _walk(reading, opened, floor), opened)
            return (first, opened) if first < opened else None
        inner = _walk(reading, comma, floor)
        if inner > 0 and low[inner - 1] == ",":
            outer = _walk(reading, inner - 1, floor)
            first, end = (outer, comma) if outer < inner - 1 else (inner, comma)
        else:
            first, end = inner, comma
    if first == end and end > 0 and low[end - 1] in ("and", "but"):
        return _shared_subject(reading, end - 1, floor)
    relative = _behind_relative(reading, first, floor)
    if relative > 0:
        first, end = _walk(reading, relative, floor), relative
    first = _trim(reading, first, end)
    return (first, end) if first < end else None


_PARTICIPLES = frozenset(
    {"found", "seen", "held", "known", "shown", "taken", "left", "caught", "born", "speaking"}
)


def _behind_relative(reading: Reading, first: int, floor: int) -> int:
    """Where the noun ends whose relative clause stands before the verb: "a man who lives in the village said"; -1."""
    low = reading.words.low
    if first > 1 and low[first - 1] in ("that's", "who's"):
        return first - 1
    if first < 3 or not is_finite(reading, first - 1):
        return -1
    for at in (first - 1, first - 2, first - 3):
        if at > floor and low[at] in ("who", "that", "which", "that's", "who's"):
            return at
    return -1


def _relative_aside(reading: Reading, comma: int, floor: int) -> int:
    """The comma that opens an aside with "who" or "which" and closes at ``comma``, or -1."""
    low = reading.words.low
    for at in range(comma - 1, max(floor, comma - 20), -1):
        if low[at] in STOP or low[at] in QUOTES:
            return -1
        after = at + 1
        while after < comma and reading.masks[after] & ADV:
            after += 1  # "also known as"
        behind = low[after]
        participle = behind.endswith("ed") or behind in _PARTICIPLES
        if low[at] == "," and (
            behind in ("who", "which", "whose") or (participle and reading.masks[after + 1] & PREP)
        ):
            return at
    return -1


def _first_verb(reading: Reading, at: int, floor: int) -> int:
    """The first of a chain of verbs that ends at ``at``: "arrested, detained (and deported)"; -1 for none."""
    low, first = reading.words.low, -1
    while (
        at > floor
        and (is_verb(reading.tags[at]) or low[at].endswith("ed"))
        and reading.masks[at] & PERSON == 0
    ):
        first = at
        back = at - 1
        if low[back] not in (",", "and"):
            break
        at = back - 1 - (low[back - 1] in (",",))
    return first


def _shared_subject(reading: Reading, conjunction: int, floor: int) -> Span | None:
    """The subject of the verb before "and": "the rest came back and said"."""
    chained = _first_verb(reading, conjunction - 1, floor)
    if chained > floor and chained < conjunction - 1:
        return noun_before(reading, chained)
    verb = -1
    for at in range(conjunction - 1, floor - 1, -1):
        if (
            reading.words.low[at] in STOP
            or reading.words.low[at] in QUOTES
            or reading.masks[at] & (SUB | REL)
        ):
            break
        if is_finite(reading, at):
            verb = at
    last = conjunction - 1
    if verb < 0 and reading.words.low[last].endswith("ed") and not reading.masks[last]:
        verb = last  # "stopped and arrested 262 people"
    if verb <= 0:
        return None
    first = _trim(reading, _walk(reading, verb, floor), verb)
    return (first, verb) if first < verb else None


def _walk(reading: Reading, end: int, floor: int) -> int:
    low, masks = reading.words.low, reading.masks
    at = end
    while at > floor:
        word, mask = low[at - 1], masks[at - 1]
        if word == ")" and "(" in low[max(0, at - 6) : at]:
            while low[at - 1] != "(":
                at -= 1
            at -= 1
            continue
        if word == "," or word in STOP or word in QUOTES or (word == "." and at >= 2):
            break
        raw = reading.words.raw
        named = (
            word == "that"
            and at >= 2
            and raw[at - 2][0].isupper()
            and raw[min(at, len(raw) - 1)][0].isupper()
        )
        joins = word == "as" or named  # "News that Moves"
        if mask & (SUB | REL) and not joins:
            break
        if mask & CONJ and (at == end or masks[at] & PRON or _verb_left(reading, at - 1, floor)):
            break
        if (
            mask & PRON
            or is_finite(reading, at - 1)
            or (word == "to" and at < len(reading) and masks[at] & VERB)
        ):
            break
        at -= 1
    return at


def _verb_left(reading: Reading, at: int, floor: int) -> bool:
    """A verb stands between ``at`` and the comma or beginning to its left: "and" joins clauses, not names."""
    for index in range(at - 1, max(floor, at - 12) - 1, -1):
        if reading.words.low[index] in STOP or reading.words.low[index] == ",":
            return False
        if is_finite(reading, index):
            return True
    return False


def _trim(reading: Reading, first: int, end: int) -> int:
    """Leave out "On Thursday", "In Libya the", "and" before the name."""
    masks, low = reading.masks, reading.words.low
    while (
        first < end
        and (masks[first] & (CONJ | SUB | ADV | TIME) or low[first] in ("as", "that"))
        and not (first == 0 and masks[first] == 0)
    ):
        first += 1
    if first < end and masks[first] & PREP:
        at = first + 1
        while at < end and (masks[at] & (TIME | DET) or low[at][0].isdigit()):
            at += 1
        if at < end and masks[at - 1] & (TIME | DET) | (low[at - 1][0].isdigit()):
            first = at - 1 if masks[at - 1] & DET else at
        else:
            first += 1
    return first


def noun_after(reading: Reading, at: int, apposition: bool = False) -> Span | None:
    """The noun phrase that begins at word ``at``."""
    low, masks, size = reading.words.low, reading.masks, len(reading.words)
    first = at
    limit = min(size, at + REACH)
    while at < limit:
        word, mask = low[at], masks[at]
        if word == "," and apposition and at + 1 < limit and not masks[at + 1] & (SUB | CONJ | PRON):
            at += 1
            continue
        if word == "(" and at > first and ")" in low[at : at + 6]:
            at = low.index(")", at) + 1
            continue
        if word in STOP or word in (",", ".") or word in QUOTES:
            break
        if (
            mask & (SUB | BE | HAVE | MODAL | PRON)
            or (mask & REL and at > first)
            or (at > first and at in reading.lefts)
        ):
            break
        if mask & TIME and not reading.words.raw[at][0].isupper():
            break
        if mask & TIME and word not in ("may", "march"):
            break
        if at > first and is_finite(reading, at) and not masks[at - 1] & DET:
            break
        if mask & CONJ and at + 1 < limit and (masks[at + 1] & (PRON | HAVE) or at + 1 in reading.figure_at):
            break
        if mask & PREP and at + 1 < limit and masks[at + 1] & TIME:
            break
        at += 1
    while at > first and masks[at - 1] & (PREP | CONJ | DET):
        at -= 1
    while at > first and low[at - 1] in (",",):
        at -= 1
    return (first, at) if at > first else None


def names_somebody(reading: Reading, span: Span) -> bool:
    first, end = span
    raw, low = reading.words.raw, reading.words.low
    nouns = reading.lexicon["speech_nouns"]
    for at in range(first, end):
        if at in reading.in_name:
            return True
        word = low[at]
        if word in nouns or (word.endswith("'s") and word[:-2] in nouns):
            return True
        if (
            raw[at][0].isupper()
            and not reading.masks[at] & (DET | PRON | PREP | ADV | TIME)
            and (at > 0 or not reading.masks[at])
        ):
            return True
    return False
