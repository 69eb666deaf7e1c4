"""A sentence made ready for the rules: words, their classes, numbers, and the words that tell a kind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from fonds.ledger.figures import Figure, find
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
    Lexicon,
    Trigger,
)
from fonds.ledger.tokens import Words, tokenize

NOUN_STOP = BE | HAVE | MODAL | NEG | PREP | REL | SUB | PRON | TIME
QUOTES = "“”\"„«»‘’'"
_GOES_ON = frozenset({"more", "other", "further", "additional", "new", "different", "such", "extra"})
MAX_NOUN = 9
"""Words of a noun phrase behind a number."""


@dataclass(slots=True)
class Reading:
    """``tags[i]`` is the trigger that begins at word i; ``figure_at[i]`` the number of the figure there."""

    words: Words
    lexicon: Lexicon
    masks: list[int]
    tags: list[Trigger | None]
    figures: list[Figure]
    figure_at: dict[int, int]
    lefts: frozenset[int]
    """Where the numbers' own words ("at least") begin."""
    in_name: set[int]
    """Words inside a registered name, filled in by who looks names up: "Save the Children" has no verb."""
    covers: dict[int, int]
    """Words of the numbers' phrases, from "at least" to the noun, to the number of the figure."""

    @property
    def low(self) -> list[str]:
        return self.words.low

    def __len__(self) -> int:
        return len(self.words)


def _tag(words: Words, lexicon: Lexicon) -> list[Trigger | None]:
    tags: list[Trigger | None] = []
    table = lexicon.triggers
    held = table.table
    skip = 0
    for index, word in enumerate(words.low):
        if skip:
            skip -= 1
            tags.append(None)
        elif word in lexicon["conveyed"] and (length := _to_hospital(words, index, lexicon)):
            tags.append(Trigger("injured", "transitive", "past", length))
            skip = length - 1
        elif "-" in word and word not in held and (compound := _compound(word, held)) is not None:
            tags.append(compound)
        elif word in held and _inside_a_name(words, index):
            tags.append(None)
        elif word in held and (hit := table.at(words.low, index)):
            tags.append(hit[1])
            skip = hit[0] - 1
        else:
            tags.append(None)
    return tags


def _inside_a_name(words: Words, at: int) -> bool:
    """ "the International Rescue Committee": a capital between capitals, where not every word has one."""
    raw = words.raw
    if not 0 < at < len(raw) - 1 or not raw[at].istitle():
        return False
    if not (raw[at - 1].istitle() and raw[at + 1].istitle()):
        return False
    small = sum(word[0].islower() for word in raw if len(word) > 3)
    return small >= 3 and words.low[at].endswith(("e", "t", "d", "n", "h")) and not raw[at].endswith("ed")


def _to_hospital(words: Words, at: int, lexicon: Lexicon) -> int:
    """How many words "taken to a nearby military hospital" has; 0 for another goal."""
    low = words.low
    to = at + 1
    if low[to : to + 1] in (["by"], ["via"]):
        to = next((n for n in range(to + 1, min(len(low), to + 4)) if low[n] == "to"), to)
    if low[to : to + 1] != ["to"]:
        return 0
    for end in range(to + 1, min(len(low), to + 7)):
        word = low[end]
        if word in lexicon["wards"] or (
            word in ("center", "centers", "centre", "centres") and low[end - 1] in ("health", "medical")
        ):
            return end + 1 - at
        if not word[0].isalpha() or word in lexicon["prepositions"] or word in lexicon["be"]:
            return 0
    return 0


def _compound(word: str, held: dict[str, list[tuple[tuple[str, ...], Trigger]]]) -> Trigger | None:
    """ "battle-deaths", "sea-arrivals": the last part says it, where it is a noun."""
    tail = word.rsplit("-", 1)[1]
    for phrase, trigger in held.get(tail, []):
        if len(phrase) == 1 and trigger.role in ("event", "people"):
            return trigger
    return None


def is_verb(tag: Trigger | None) -> bool:
    return tag is not None and tag.role in ("transitive", "intransitive")


def _noun_start(reading: Reading, figure: Figure) -> int:
    """Where the noun begins that the number counts, behind "or more" and "of the"; below zero where it is a pronoun
    ("of them"), which ends at the number without its sign."""
    low, masks, size = reading.words.low, reading.masks, len(reading.words)
    at = figure.last
    if at < size and low[at] == "+":
        at += 1
    if low[at : at + 2] in (["or", "more"], ["or", "so"]):
        at += 2
    if at + 1 < size and low[at] in QUOTES and low[at + 1] == "of":
        at += 1  # "“hundreds” of dead"
    if at + 1 < size and low[at] == "of":
        at += 1
        if masks[at] & (PRON | REL):
            return -(at + 1)
        while at < size and masks[at] & DET:
            at += 1
    return at


class _Step(NamedTuple):
    """How far a word takes the noun phrase: ``words`` on; whether they belong to it, and whether they name people."""

    words: int
    belongs: bool = False
    person: bool = False


def noun_end(reading: Reading, figure: Figure) -> int:
    """Where the noun phrase that the number counts ends (the number's own end when there is none)."""
    at = _noun_start(reading, figure)
    if at < 0:
        return -at
    end, limit, person = at, min(len(reading.words), at + MAX_NOUN), False
    while at < limit:
        step = _noun_step(reading, figure, at, limit, person=person, first=at == end)
        if step is None:
            break
        at += step.words
        person = person or step.person
        if step.belongs:
            end = at
    for tail in reading.lexicon.tails:
        if tuple(reading.low[end : end + len(tail)]) == tail:
            return end + len(tail)
    return end


def _noun_step(
    reading: Reading, figure: Figure, at: int, limit: int, *, person: bool, first: bool
) -> _Step | None:
    """What the word at ``at`` does to the phrase; None where the phrase is over. ``first``: nothing stands open."""
    low, masks, size = reading.low, reading.masks, len(reading.words)
    word, tag = low[at], reading.tags[at]
    if person and _joins(reading, at, limit):
        return _Step(1)
    if not word[0].isalpha():
        quoted = word in QUOTES and at + 1 < limit and low[at + 1][0].isalpha() and first
        return _Step(1) if quoted else None
    if tag is not None:
        after = at + tag.length
        follows = after < size and bool(masks[after] & PERSON) and not masks[after] & (BE | HAVE)
        named = tag.role in ("event", "people") or tag.also in ("event", "people")
        return _Step(tag.length, True, True) if named or (follows and not person) else None
    return _Step(1, True, True) if masks[at] & PERSON else _plain_step(reading, figure, at, limit)


def _joins(reading: Reading, at: int, limit: int) -> bool:
    """A comma or an "and" behind which the list of people goes on: "men, women, and children"."""
    low, masks = reading.low, reading.masks

    def people(n: int) -> bool:
        return n < limit and bool(masks[n] & PERSON) and n not in reading.figure_at

    if low[at] == "and":
        return people(at + 1) and reading.tags[at] is None
    if low[at] != "," or at + 2 >= limit:
        return False
    if low[at + 1] == "and":
        return people(at + 2) and low[at - 2] == ","
    return people(at + 1) and low[at + 2] in ("and", ",")


def _plain_step(reading: Reading, figure: Figure, at: int, limit: int) -> _Step | None:
    """A word that names nobody and tells nothing: part of the noun, or its end."""
    low, masks, tags = reading.low, reading.masks, reading.tags
    word, mask = low[at], masks[at]
    if mask & ADV:
        told = at + 2 < len(low) and tags[at + 1] is not None and masks[at + 2] & PERSON
        return _Step(1) if told else None
    if mask & DET and word not in _GOES_ON:
        return None
    stamped = word in reading.lexicon["stamped"] and at == figure.last and at + 1 < limit
    if stamped and (masks[at + 1] & PERSON or low[at + 1] == "asylum"):
        return _Step(1)  # "128 rejected asylum seekers"
    if mask & (NOUN_STOP | CONJ) or (mask & VERB and not mask & THING) or at in reading.figure_at:
        return None
    if word.endswith("ed"):
        noun = at + 1 < limit and (masks[at + 1] & PERSON or (not masks[at + 1] and low[at + 1].isalpha()))
        return _Step(1, True) if noun else None
    return _Step(1, True)


def read(text: str, lexicon: Lexicon) -> Reading:
    """Words, classes, triggers, figures and noun phrases of ``text``."""
    words = tokenize(text)
    classes = lexicon.classes
    masks = [classes.get(word, 0) for word in words.low]
    for index, word in enumerate(words.low):
        if word.endswith("'s") and not masks[index]:
            masks[index] = classes.get(word[:-2], 0) & ~(PERSON | THING)
        elif word == "may" and words.raw[index] == "May":
            masks[index] &= ~MODAL
        elif word == "us" and words.raw[index] == "US":
            masks[index] = 0
        elif word == "so" and words.low[index + 1 : index + 2] == ["far"]:
            masks[index] = ADV
    figures = find(words, lexicon)
    reading = Reading(
        words,
        lexicon,
        masks,
        _tag(words, lexicon),
        figures,
        {f.first: n for n, f in enumerate(figures)},
        frozenset(f.left for f in figures),
        set(),
        {},
    )
    for figure in figures:
        figure.noun = noun_end(reading, figure)
    for n, figure in enumerate(figures):
        for at in range(figure.left, figure.noun):
            reading.covers[at] = n
    return reading
