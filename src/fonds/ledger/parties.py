"""Who can be accused: a force, a group, a government, and whom "by" names."""

from __future__ import annotations

from fonds.ledger.asking import is_thing
from fonds.ledger.lexicon import PREP, SUB, TIME
from fonds.ledger.phrases import Span, noun_after
from fonds.ledger.reading import Reading
from fonds.ledger.registers import Names, Organisation

PARTY_KINDS = frozenset({"armed", "police", "state", "coastguard", "eu"})


REACH = 16


def bare(word: str) -> str:
    return word[:-2] if word.endswith("'s") else word.rstrip("'")


def is_party(reading: Reading, span: Span, named: Names, bare_country: bool = True) -> bool:
    """The words name somebody who can be accused: a force, a group, a government, a country."""
    first, end = span
    speech = reading.lexicon.speech
    while end > first + 1 and reading.masks[end - 1] & TIME:  # "the entrance of a police station Sunday"
        end -= 1
    if reading.words.low[end - 1] in speech["not_party"]:
        return False
    for at in range(first, end):
        word = bare(reading.words.low[at])
        behind = reading.words.low[at + 1] if at + 1 < len(reading) else ""
        if (word == "state" and behind == "of") or behind in ("station", "stations", "headquarters"):
            continue  # "a state of emergency", "the police station"
        if word in speech["party_nouns"] or (
            word.endswith(("-led", "-backed")) and word.split("-")[0] in speech["party_nouns"]
        ):
            return not (end - 1 < len(reading) and reading.words.low[end - 1] in speech["not_party"])
    if reading.words.low[end - 1] in speech["not_party"]:
        return False
    if reading.words.low[end - 1] in ("men", "persons", "people"):
        return bool(speech["unknown_men"] & set(reading.words.low[first:end]))
    if reading.words.low[end - 1] in reading.lexicon["lone_doers"]:
        return reading.words.low[first] in ("a", "an", "one")  # "a hunter shot one person"
    for at in range(first, end):
        name = named.get(at)
        if name is not None:
            if isinstance(name.entry, Organisation):
                if name.entry.kind in PARTY_KINDS:
                    return True
            elif (
                bare_country and name.entry.kind == "country" and name.first <= first + 1 and name.last >= end
            ):
                return True
    return False


def by_phrase(reading: Reading, start: int, named: Names) -> Span | None:
    """ "(killed) by Turkish border guards", "at the hands of the regime", from word ``start`` on."""
    low, masks = reading.words.low, reading.masks
    speech_only = reading.lexicon.speech["neutral_by"]
    for at in range(start, min(len(low), start + REACH)):
        if low[at] in (";", ":") or (masks[at] & SUB and low[at] not in ("as", "by", "of")):
            return None
        if (
            at > start
            and at in reading.figure_at
            and not is_thing(reading, reading.figures[reading.figure_at[at]])
        ):
            return None
        hands = low[at : at + 4] == ["at", "the", "hands", "of"]
        if low[at] == "by" and low[at - 1] in speech_only:
            continue
        if low[at] == "by" or hands:
            span = noun_after(reading, at + (4 if hands else 1))
            if span is None:
                continue
            span = party_part(reading, span)
            if is_party(reading, span, named):
                return span
    return None


def party_part(reading: Reading, span: Span) -> Span:
    """Cut "the regime with 718" at the preposition, and "government helicopters" to "government"."""
    first, end = span
    low = reading.words.low
    for at in range(first + 1, end):
        if low[at] in ("with", "while", "on", "after", "during", "because", "near") or (
            reading.masks[at] & PREP and low[at] not in ("of", "from", "for")
        ):
            end = at
            break
    arms = reading.lexicon.speech["attack_nouns"]
    cut = end
    while (
        cut > first + 1 and low[cut - 1] in arms and low[cut - 1] not in reading.lexicon.speech["party_nouns"]
    ):
        cut -= 1
    return first, cut
