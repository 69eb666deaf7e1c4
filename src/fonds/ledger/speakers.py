"""Who says it: the speaker of a sentence or of one figure in it."""

from __future__ import annotations

import bisect
from dataclasses import dataclass

from fonds.ledger.figures import Figure
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
MANY = 6
"""Speakers on either side of a figure that are looked at."""


@dataclass(slots=True)
class Speaker:
    """Words ``first``..``last`` name who says it; ``at`` is the word that says so (a verb, "according to").

    ``verb`` tells "X says …" from "according to X".
    """

    first: int
    last: int
    at: int
    verb: bool


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
    first = _walk(reading, end, floor)
    if first == end and end > 0 and low[end - 1] == ",":
        comma = end - 1
        inner = _walk(reading, comma, floor)
        if inner > 0 and low[inner - 1] == ",":
            outer = _walk(reading, inner - 1, floor)
            first, end = (outer, comma) if outer < inner - 1 else (inner, comma)
        else:
            first, end = inner, comma
    if first == end and end > 0 and low[end - 1] in ("and", "but"):
        return _shared_subject(reading, end - 1, floor)
    first = _trim(reading, first, end)
    return (first, end) if first < end else None


def _shared_subject(reading: Reading, conjunction: int, floor: int) -> Span | None:
    """The subject of the verb before "and": "the rest came back and said"."""
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
        joins = word == "as" or (word == "that" and at >= 2 and reading.words.raw[at - 2][0].isupper())
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


def _is_speech(reading: Reading, at: int) -> bool:
    low, masks, size = reading.words.low, reading.masks, len(reading.words)
    word = low[at]
    nxt = low[at + 1] if at + 1 < size else ""
    if at in reading.in_name and not masks[at] & BE and word in ("state", "states"):
        return False  # "Islamic State"
    if word == "accused" and nxt == "of":  # "a group accused of trafficking"
        return False
    if word in ("found", "indicated", "admitted", "posted") and nxt not in ("that", "on", ":", ".", ",", "", *QUOTES):
        return False  # "divers found 12 bodies"
    if word in ("claimed", "claims", "claim") and (
        nxt in ("responsibility", "asylum", "lives") or "lives" in low[at + 2 : at + 4]
    ):
        return False
    if word in (
        "reports",
        "report",
        "claims",
        "claim",
        "state",
        "shows",
        "show",
        "notes",
        "note",
        "estimates",
        "estimate",
        "counts",
        "states",
    ):
        before = low[at - 1] if at else ""
        mask = masks[at - 1] if at else DET
        if (mask & (DET | PREP) and not (at > 1 and before in ("here",))) or (
            before in ("first", "latest", "several", "many", "media", "of")
            and word == "reports"
            and nxt in ("of", "from", "on", "about")
        ):
            return False
        if word == "report" and nxt == "on" and at and low[at - 1].endswith(("s", "media")):
            return True  # "media sources report on the killing of four"
        if word in ("claims", "claim", "state", "states", "estimate", "report") and nxt in (
            "of",
            "'",
            "in",
            "on",
            "by",
        ):
            return False
    if (
        at + 1 < size
        and masks[at + 1] & (BE | HAVE | MODAL)
        and word in ("estimates", "reports", "claims", "report", "claim")
    ):
        return False
    back = at - 1
    while back >= 0 and masks[back] & ADV:
        back -= 1
    if back >= 0 and masks[back] & BE and low[back] not in ("'s",) and not word.endswith("ing"):
        return False
    if word in ("recorded", "counted", "documented", "registered", "shared", "mentioned"):
        return _counts(reading, at)
    return not (word in ("told",) and back >= 0 and masks[back] & BE)


def _counts(reading: Reading, at: int) -> bool:
    span = noun_before(reading, at)
    if span is None:
        return False
    words = set(reading.words.low[span[0] : span[1]])
    return not words & {"police", "guards", "guard", "countries"} and names_somebody(reading, span)


def speakers(reading: Reading) -> list[Speaker]:
    """Everyone the sentence names as saying something, in the order of the words that say so."""
    low, size = reading.words.low, len(reading.words)
    verbs = reading.lexicon["speech_verbs"]
    phrases = reading.lexicon.denials
    going_on = reading.lexicon["speech_progressive"]
    out: list[Speaker] = []
    at = 0
    while at < size:
        word = low[at]
        hit = phrases.at(low, at) if word in phrases.table else None
        if hit and hit[1] == "according":
            span = noun_after(reading, at + hit[0])
            if span and (names_somebody(reading, span) or word == "according"):
                out.append(Speaker(span[0], span[1], at, verb=False))
            at += hit[0]
            continue
        progressive = word in going_on and at > 0 and reading.masks[at - 1] & BE
        if progressive or (word in verbs and _is_speech(reading, at)):
            found = _speaking(reading, at)
            if found:
                out.append(Speaker(found[0], found[1], at, verb=True))
        elif word in ("released", "published", "received") and any(
            w in reading.lexicon.speech["data_words"] for w in low[at + 1 : at + 4]
        ):
            before = noun_before(reading, at)
            if before and names_somebody(reading, before):
                out.append(Speaker(before[0], before[1], at, verb=True))
        at += 1
    if not out:
        signed = _signed(reading) or _headed_by_data(reading)
        return [signed] if signed else []
    return out


def _headed_by_data(reading: Reading) -> Speaker | None:
    """ "In UNHCR’s latest data, 19,590 people …": figures named at the beginning, up to a comma."""
    low = reading.words.low
    if low[:1] not in (["in"], ["per"], ["from"]) or "," not in low[2:12]:
        return None
    end = low.index(",", 2)
    counts = reading.lexicon.speech["counting_words"]
    named = any(at in reading.in_name for at in range(1, end)) or low[1] in ("the", "its", "their")
    if named and counts & set(low[1:end]):
        return Speaker(1, end, 0, verb=False)
    return None


def _speaking(reading: Reading, at: int) -> Span | None:
    """The subject of a verb of saying: before it, or behind it where a quotation ends ("…,” said X, a Y")."""
    low = reading.words.low
    before = noun_before(reading, at)
    inverted = at > 0 and (low[at - 1] in QUOTES or low[at - 1] == ",")
    verbs = "inverted_verbs" if low[at - 1] == "," else "speech_verbs"
    if inverted and low[at] in reading.lexicon[verbs]:
        span = noun_after(reading, at + 1, apposition=True)
        if (
            span
            and names_somebody(reading, span)
            and (low[at - 1] in QUOTES or before is None or not names_somebody(reading, before))
        ):
            return span
    if before is not None and names_somebody(reading, before):
        if low[at] in ("show", "shows", "showed", "suggest", "suggests", "suggested") and not any(
            w in reading.lexicon["speech_nouns"] for w in low[before[0] : before[1]]
        ):
            return None
        return before
    return None


def _saying(speaker: Speaker) -> int:
    return speaker.at


def speaker_of(reading: Reading, figure: Figure, found: list[Speaker]) -> Speaker | None:
    """Whose figure it is: an aside of its own, the innermost speaker before it, or who speaks for the sentence."""
    low = reading.words.low
    if len(found) > MANY:
        middle = bisect.bisect_left(found, figure.first, key=_saying)
        found = found[max(0, middle - MANY) : middle + MANY]
    if not found:
        return None
    index = reading.figure_at[figure.first]
    near = reading.figures[max(0, index - 3) : index + 4]
    rest = []
    for speaker in found:
        if not speaker.verb and _is_aside(reading, speaker):
            own = any(f.noun <= speaker.at <= f.noun + 1 and f is figure for f in near)
            others = any(f.noun <= speaker.at <= f.noun + 1 and f is not figure for f in near)
            if own and figure is not reading.figures[0]:
                return speaker
            if others and len(reading.figures) > 1 and not own and low[speaker.at - 1] != ",":
                continue
        rest.append(speaker)
    before = [s for s in rest if s.last <= figure.first and s.verb and s.at < figure.first]
    phrase = [s for s in rest if not s.verb and low[s.at] in ("according", "as", "based")]
    if before:
        inner = before[-1]
        later = [s for s in phrase if s.at > figure.first]
        return later[0] if later and not _reaches(reading, inner, figure) else inner
    if phrase:
        return phrase[0]
    after = [
        s
        for s in rest
        if s.verb
        and s.at > figure.first
        and not (s.first <= figure.first < s.last)
        and not _in_brackets(reading, figure, s)
        and low[s.at + 1 : s.at + 2] != ["that"]  # it speaks for what comes behind
    ]
    if after:
        return after[0]
    other = [s for s in rest if not s.verb]
    return other[0] if other else None


def _in_brackets(reading: Reading, figure: Figure, speaker: Speaker) -> bool:
    """The speaker stands in brackets that open behind the figure."""
    between = reading.words.low[figure.last : speaker.at] if speaker.at - figure.last < 3 * REACH else []
    return between.count("(") > between.count(")")


def _signed(reading: Reading) -> Speaker | None:
    """A quotation with its speaker behind a dash: "… were killed — A. Name, resident of the town"."""
    low, raw, size = reading.words.low, reading.words.raw, len(reading.words)
    for at in range(size - 2, max(3, size - 6), -1):  # "… off Tripoli: official"
        if low[at] == ":" and low[size - 1] in reading.lexicon["speech_nouns"]:
            return Speaker(at + 1, size, at, verb=True)
    for at in range(size - 2, max(0, size - 14), -1):
        if low[at] in ("—", "–") or (low[at] == "-" and raw[at + 1][0].isupper()):
            rest = range(at + 1, size)
            named = raw[at + 1][0].isupper() and not any(
                is_finite(reading, n) or raw[n][0].isdigit() for n in rest
            )
            end = size - 1 if low[size - 1] == "." else size
            if named and at > 3 and end - at > 2 and not reading.tags[at + 1]:
                return Speaker(at + 1, end, at, verb=True)
            return None
    return None


def _reaches(reading: Reading, speaker: Speaker, figure: Figure) -> bool:
    return ";" not in reading.words.low[speaker.at : figure.first]


def _is_aside(reading: Reading, speaker: Speaker) -> bool:
    """The attribution ends at a comma, and the sentence goes on."""
    low = reading.words.low
    return speaker.last < len(low) - 2 and low[speaker.last] in (",", ")")
