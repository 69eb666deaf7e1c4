"""The rule of the verb whose subject the people counted are, and what it asks."""

from __future__ import annotations

from fonds.ledger.asking import (
    DASH,
    QUOTE_MARKS,
    REACH,
    STOP,
    Hit,
    Hits,
    begins_object,
    is_passive,
    left_word,
    modality_at,
    next_mark,
    predicate_starts,
    stands_in_phrase,
)
from fonds.ledger.figures import Figure
from fonds.ledger.lexicon import (
    ADV,
    BE,
    CONJ,
    DET,
    HAVE,
    MODAL,
    NEG,
    PASS,
    PERSON,
    PREP,
    PRON,
    REL,
    SUB,
    THING,
    TIME,
    VERB,
    Trigger,
)
from fonds.ledger.reading import Reading, is_verb
from fonds.ledger.records import Kind

MAX_ASIDES = 3
"""Asides (", … ,") that one predicate is looked for behind."""


def predicate_after(reading: Reading, figure: Figure, _hits: Hits) -> Hit | None:
    """The verb whose subject is the counted people: "58 people, including 11 children, have been killed"."""
    low, masks, tags = reading.words.low, reading.masks, reading.tags
    asides = 0
    found: Hit | None = None  # what a relative clause told: "who had fled … were arrested"
    at, end = figure.noun, min(len(reading.words), figure.noun + REACH)
    in_phrase, relative, aux, unknown, verbs = stands_in_phrase(reading, figure), False, False, 0, 0
    first, clause = at, False  # clause: behind "as", "after" another subject may stand
    while first < end and masks[first] & ADV and tags[first] is None:  # "allegedly pushed back"
        first += 1
    if low[figure.first] == "many" and low[figure.noun : figure.noun + 1] == ["who"]:
        return None  # "many who fled need help": nothing is counted
    if (in_phrase and left_word(reading, figure) in ("by", "than")) or _out_of_which(reading, figure):
        return None
    if low[first : first + 1] == ["left"] and first + 1 < end and tags[first + 1] is not None:
        at, first, aux = first + 1, first + 1, True  # "with 5,000 left injured"
    relative = first < end and low[first].endswith("ing")  # "12 people trying to reach Europe drowned"
    while at < end:
        word, mask, tag = low[at], masks[at], tags[at]
        if at in reading.figure_at:
            other = reading.figures[reading.figure_at[at]]
            if (
                other is not figure
                and not predicate_starts(reading, other.noun)
                and not stands_in_phrase(reading, other)
                and left_word(reading, other) != "including"
            ):
                return found
            at = other.noun
            continue
        if word == "on" and low[at + 1 : at + 2] == ["board"]:
            at += 2
            continue
        if _is_noun(reading, at):
            at += 1
            continue
        if word == "survived" and _journey(reading, at + 1):
            return Hit("arrived", at)
        if tag is not None:
            if is_verb(tag) and (aux or relative or not in_phrase or at == first):
                hit = _subject_of(reading, at, tag, aux)
                if (
                    clause
                    and not aux
                    and tag.form == "past"
                    and at > first
                    and not masks[at - 1] & (PRON | ADV | HAVE)
                ):
                    return found  # "97 people in distress as water entered their boat"
                if hit is not None and found is not None:
                    finite = aux or (
                        tag.form == "past" and tags[found.verb] is not None and _loose(tags[found.verb])
                    )
                    return hit if finite and hit.kind != "other" else found
                if hit is not None and hit.kind == "other":
                    main = None if aux else _main_verb_of(reading, at + tag.length, hit)
                    return main or _second_participle(reading, at + 1) or hit
                if hit is not None and not aux and tag.role == "transitive" and tag.form == "past":
                    return _main_verb_of(reading, at + tag.length, hit) or hit
                if hit is not None and not (relative and _main_verb_follows(reading, at + tag.length)):
                    return hit
                if hit is None and not relative:
                    return found
                if hit is not None:
                    found, relative = hit, False
            elif tag.role == "state" and (
                aux or at <= first + 1 or (low[at - 1] in reading.lexicon["passthrough"])
            ):
                return Hit(tag.kind, at, modality_at(reading, at) or "planned")
            at += tag.length
            aux = False
            continue
        if word in (",", "(") or word in DASH:
            asides += 1
            at = _behind_aside(reading, at) if asides <= MAX_ASIDES else -1
            if at < 0:
                return found
            continue
        if word in STOP or (mask & SUB and not mask & REL and word not in ("as", "after", "since", "before")):
            return found
        clause = clause or word in ("as", "after", "since", "before")
        if mask & REL:
            relative = True
        elif mask & NEG and word != "no":
            return found
        elif mask & (BE | HAVE):
            aux = True
        elif mask & CONJ:
            if found is not None or not _goes_on(reading, at + 1):
                return found
        elif mask & PASS or mask & (ADV | MODAL | PREP | TIME | DET) or word in QUOTE_MARKS:
            pass
        elif word in reading.lexicon["journey_verbs"] and _journey(reading, at + 1):
            modality = modality_at(reading, at)
            return Hit("arrived", at, modality) if modality else found
        elif word in reading.lexicon["motion_verbs"]:
            aux = False
        elif mask & VERB and not mask & (PERSON | THING):
            verbs += 1
            if not relative or verbs > 2:
                if aux and _goes_on_after(reading, at + 1):
                    at += 1
                    continue
                return found
            aux = False
        else:
            unknown += 1
            if unknown > 14:
                return found
            if aux and not mask and not word.endswith("ly"):
                aux = masks[at - 1] & PREP == 0 and word.endswith("ed")
        at += 1
        if in_phrase and not relative and at > first + 1 and not aux:
            return found
    return found


def _journey(reading: Reading, at: int) -> bool:
    """ "(made) the treacherous journey": an article, and a word for the way within a few."""
    low = reading.words.low
    return (
        bool(low[at : at + 1])
        and bool(reading.masks[at] & DET)
        and bool(reading.lexicon["journeys"] & set(low[at : at + 5]))
    )


_MAIN: dict[Kind, tuple[Kind, ...]] = {
    "rescued": ("arrived", "deported", "detained"),
    "other": ("arrived", "deported", "detained", "killed", "rescued"),
    "detained": ("deported", "killed"),
    "displaced": ("killed", "injured", "arrived", "detained", "deported"),
    "injured": ("killed",),
    "deported": ("killed", "detained", "displaced"),
}
"""A participle tells who they are ("rescued by a trawler"), the main verb what the sentence reports."""


def _main_verb_of(reading: Reading, start: int, told: Hit) -> Hit | None:
    """The finite verb behind "20 people intercepted by the coast guard disembarked on the island"."""
    low, masks, tags = reading.words.low, reading.masks, reading.tags
    aux = False
    for at in range(start, min(len(low), start + 18)):
        tag = tags[at]
        if (
            low[at] in STOP
            or low[at] in ("and", "(")
            or masks[at] & (SUB | REL | NEG)
            or at in reading.figure_at
        ):
            return None
        if low[at] == "," and not predicate_starts(reading, at + 1):
            continue
        if tag is not None and is_verb(tag) and tag.form == "past" and tag.kind in _MAIN.get(told.kind, ()):
            if not aux and (tag.role == "transitive" and begins_object(reading, at + tag.length)):
                return None
            if not aux and masks[at - 1] & (PREP | DET):
                return None
            modality = modality_at(reading, at)
            return Hit(tag.kind, at, modality) if modality else None
        aux = bool(masks[at] & (BE | HAVE)) or (aux and bool(masks[at] & (ADV | PASS)))
    return None


def _out_of_which(reading: Reading, figure: Figure) -> bool:
    """The whole of another number: "12 of the 80 passengers survived"."""
    index = reading.figure_at[figure.first]
    if not index or left_word(reading, figure) != "of":
        return False
    whole = reading.figures[index - 1]
    one = reading.words.low[whole.first : whole.last] == ["one"]  # "one of the 49 people still missing"
    return not one and figure.left - whole.last in (1, 2)


def _is_noun(reading: Reading, at: int) -> bool:
    """A word that could be a verb and stands behind an article: "on a bus", "at the attack"."""
    tag, mask = reading.tags[at], reading.masks[at]
    before = reading.masks[at - 1] if at else 0
    base = tag is not None and is_verb(tag) and tag.form == "base"
    if base and before & PREP and reading.words.low[at - 1] != "to":
        return True  # "by land"
    return (base or (tag is None and bool(mask & VERB))) and bool(before & DET) and not before & (REL | PRON)


def _loose(tag: Trigger | None) -> bool:
    """A form that is no predicate of its own: "fleeing", "to reach"."""
    return tag is not None and tag.form in ("ing", "base")


def _main_verb_follows(reading: Reading, at: int) -> bool:
    """Behind a relative clause the main verb comes ("… who had fled the camp were arrested")."""
    low, masks = reading.words.low, reading.masks
    for index in range(at, min(len(low), at + 8)):
        if (
            low[index] in STOP
            or low[index] in (",", "and")
            or masks[index] & SUB
            or index in reading.figure_at
        ):
            return False
        tag = reading.tags[index]
        if masks[index] & (BE | HAVE) or (
            tag is not None and tag.role == "intransitive" and tag.form == "past"
        ):
            return True
    return False


def _second_participle(reading: Reading, at: int) -> Hit | None:
    """ "were found … and later rescued": what the second participle says."""
    low, masks, tags = reading.words.low, reading.masks, reading.tags
    for index in range(at, min(len(low) - 1, at + 8)):
        if low[index] in STOP or low[index] == "," or index in reading.figure_at:
            return None
        if low[index] == "and":
            nxt = index + 1
            while nxt < len(low) and masks[nxt] & ADV:
                nxt += 1
            tag = tags[nxt] if nxt < len(low) else None
            if tag is not None and tag.form == "past" and tag.kind != "other":
                return Hit(tag.kind, nxt)
            return None
    return None


def _goes_on(reading: Reading, at: int) -> bool:
    """Behind "and": another verb of the same subject, or another noun beside it."""
    if at >= len(reading):
        return False
    held = reading.covers.get(at)
    if held is not None and at < reading.figures[held].last:
        return predicate_starts(reading, reading.figures[held].noun)
    return True


def _goes_on_after(reading: Reading, at: int) -> bool:
    """ "were found and rescued": a second participle behind "and"."""
    low, tags = reading.words.low, reading.tags
    for index in range(at, min(len(low), at + 8)):
        if low[index] in ("after", "before") and low[index + 1 : index + 2] in (["being"], ["having"]):
            return True  # "were taken to the island after being rescued"
        if low[index] == "and" and index + 1 < len(low):
            nxt = index + 1
            while nxt < len(low) and reading.masks[nxt] & ADV:
                nxt += 1
            tag = tags[nxt] if nxt < len(low) else None
            return is_verb(tag) and tag is not None and tag.form == "past"
        if low[index] in STOP or low[index] == ",":
            return False
    return False


def _behind_aside(reading: Reading, at: int) -> int:
    """Where the sentence goes on behind ", … ,", "( … )" or "— … —"; -1 when it does not."""
    low = reading.words.low
    if low[at] == "(":
        close = next_mark(reading, at, ")")
        return close + 1 if close >= 0 else -1
    if low[at] == ",":
        nxt = at + 1
        if nxt < len(low) and low[nxt] in ("they", "all", "who"):  # "130 people, they all drowned"
            return nxt + 1
        if nxt < len(low) and low[nxt] == "and":
            nxt += 1
        if predicate_starts(reading, nxt) and nxt not in reading.figure_at:
            return nxt
    close = next_mark(reading, at, low[at])
    while close >= 0 and close - at < REACH:
        if predicate_starts(reading, close + 1):
            return close + 1
        close = next_mark(reading, close, low[at])
    return -1


def _subject_of(reading: Reading, at: int, tag: Trigger, aux: bool) -> Hit | None:
    """The counted people are what the verb at ``at`` befalls, or None when they are its agent."""
    low, masks = reading.words.low, reading.masks
    after = at + tag.length
    if tag.role == "transitive":
        passive = is_passive(reading, at)
        if tag.form == "ing":  # "several are deporting people": they do it
            return None
        if not passive and low[at - 1] not in ("were", "was", "been"):
            if tag.form in ("base", "third") and tag.kind not in ("arrived",) and tag.also != "state":
                return None
            if begins_object(reading, after) and not (aux and is_passive(reading, at)):
                return None
            if masks[at - 1] & HAVE and not passive:
                return None
    if (
        tag.form == "ing"
        and tag.role == "intransitive"
        and masks[at - 1] & PREP
        and low[at - 1] not in ("of", "after")
    ):
        return None
    modality = modality_at(reading, at)
    if modality is None:
        return None
    kind = tag.kind
    if kind == "other" and low[at] == "evacuated" and low[after : after + 1] == ["from"]:
        kind = "rescued" if reading.lexicon["at_sea"] & set(low[after : after + 6]) else kind
    if (
        kind == "other"
        and low[at] in ("transferred", "transported", "evacuated")
        and low[after : after + 1] == ["to"]
    ):
        landing = reading.lexicon["landing_places"] & set(low[after : after + 4])
        kind = "arrived" if landing else kind
    if (
        kind == "arrived"
        and low[at] == "registered"
        and {"asylum", "as", "with", "for"} & set(low[after : after + 4])
    ):
        return None
    if kind == "rescued" and tag.length == 2 and low[at] == "picked" and _on_land(reading, after):
        kind = "arrived"
    return Hit(kind, at, modality)


def _on_land(reading: Reading, at: int) -> bool:
    behind = reading.words.low[at : at + 5]
    return "off" not in behind and bool({"beach", "beech", "shore", "land", "coast"} & set(behind))
