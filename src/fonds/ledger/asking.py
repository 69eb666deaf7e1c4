"""What the rules ask of a sentence: is this verb negated or planned, passive or active, a rate, a thing?"""

from __future__ import annotations

from dataclasses import dataclass

from fonds.ledger.figures import Figure
from fonds.ledger.lexicon import (
    ADV,
    BE,
    CONJ,
    DET,
    FEAR,
    HAVE,
    MODAL,
    NEG,
    PASS,
    PERSON,
    PLAN,
    PREP,
    PRON,
    REL,
    SUB,
    THING,
    TIME,
    VERB,
)
from fonds.ledger.reading import Reading, is_verb
from fonds.ledger.records import Kind, Modality

STOP = frozenset(";:!?|")
DASH = frozenset("—–-")
QUOTE_MARKS = frozenset("“”\"„«»‘’'")
REACH = 45
"""Words that a rule looks ahead; it keeps the time linear in the length of a sentence."""


@dataclass(slots=True)
class Hit:
    """``verb`` is the word index of what told the kind (-1 when it was inherited); ``whole`` the index of
    the figure that this one is a part of."""

    kind: Kind
    verb: int
    modality: Modality = "reported"
    whole: int | None = None
    rule: str = ""
    agent: bool = False
    """The verb is active and the people counted are its object: its subject did it."""


Hits = list[Hit | None]
_POSSIBLE = frozenset(
    [
        "risk",
        "danger",
        "threat",
        "verge",
        "fear",
        "brink",
        "proposal",
        "idea",
        "plan",
        "possibility",
        "intention",
        "hope",
    ]
)
"""What is spoken of before "of drowning" or "of bringing 4,000 people" has not happened."""


_HABIT = frozenset({"routinely", "regularly", "usually", "always", "frequently", "commonly"})
_KEPT = ("stopp", "prevent", "block", "barr", "prohibit", "banned", "hinder")


def modality_at(reading: Reading, verb: int) -> Modality | None:
    """Whether the verb at ``verb`` tells an event, a fear or a plan; None when it is negated."""
    low, masks, tags = reading.words.low, reading.masks, reading.tags
    saw_to = saw_have = comma = False
    own = True  # so far only auxiliaries
    for at in range(verb - 1, max(-1, verb - 9), -1):
        mask, word = masks[at], low[at]
        if own and at in reading.covers and at not in reading.figure_at:
            break  # "may have died and 100 people were rescued": what stands before its subject is not its own
        own = own and bool(mask & (BE | HAVE | MODAL | ADV | NEG | PASS))
        if word in STOP or mask & REL or (mask & SUB and word not in ("as",)):
            if word in ("if", "unless") and not comma:
                return "planned"
            break
        comma = comma or word == ","
        if word in ("they", "we", "he", "she") and at:  # what stands before the subject is not its own
            return "planned" if low[at - 1] in ("if", "unless") else "reported"
        if mask & NEG and word != "no" and not (word == "without" and verb - at > 3):
            return None
        if (
            word in ("committed", "committing", "commitment", "pledged", "promised", "vowed")
            and low[at + 1] == "to"
        ):
            return "planned"  # "committed to resettling 2,900 people"
        if word == "of" and at and low[at - 1] in _POSSIBLE:
            return "planned"
        if word == "whether" or (word == "in" and at and low[at - 1] in ("interest", "interested")):
            return "planned"  # "interested in relocating 4,000 refugees"
        tag = tags[verb]
        if word == "currently" and tag is not None and (tag.kind, tag.form) == ("detained", "ing"):
            return None  # "the camp is currently holding 5,800": how many there are
        if word in _HABIT and at and low[at - 1] in ("are", "is", "get"):
            return None  # "people are routinely abused": nothing that happened once
        if mask & HAVE:
            saw_have = True
        if mask & MODAL:
            if word == "could" and tags[verb] is not None and tags[verb].kind == "rescued":  # type: ignore[union-attr]
                return "reported"
            return "feared" if saw_have else "planned"
        if word == "to" and not saw_to and at >= verb - 5 and infinitive(reading, at, verb):
            saw_to = True
            before = low[at - 1] if at else ""
            if at and masks[at - 1] & ADV:
                before = low[at - 2] if at > 1 else ""
            if masks[at - 1] & FEAR:
                return "feared"
            if before in reading.lexicon["infinitive_enablers"] and not masks[at - 1] & PLAN:
                continue
            return "reported" if saw_have and not masks[at - 1] & PLAN else "planned"
        if (
            word == "from"
            and at >= verb - 2
            and any(one.startswith(_KEPT) for one in low[max(0, at - 6) : at])
        ):
            return None  # "stopped the authorities from deporting two men"
        if mask & FEAR and not mask & PASS:
            return "feared"
        if (
            tags[at] is not None
            and is_verb(tags[at])
            and not saw_to
            and not masks[at + 1] & CONJ
            and low[at + 1] != ","
        ):
            break
    return "reported"


def infinitive(reading: Reading, to: int, verb: int) -> bool:
    """ "to (be|have been) <verb>", not "brought to <place> and killed"."""
    tag = reading.tags[verb]
    for at in range(to + 1, verb):
        if not reading.masks[at] & (BE | HAVE | ADV):
            return False
    if verb == to + 1:
        return tag is not None and (tag.form in ("base", "") or (tag.form == "past" and tag.length > 1))
    return True


def noun_modality(reading: Reading, at: int) -> Modality:
    """A counted noun is planned when a plan word governs it ("expects 5,000 returns")."""
    for back in range(at - 1, max(-1, at - 9), -1):
        mask, word = reading.masks[back], reading.words.low[back]
        if word in STOP or word in (",", "that") or mask & SUB:
            break  # "announced that 94 bodies have been found"
        if mask & PLAN and word not in ("set", "order", "ready", "about", "trying"):
            return "planned"
        if mask & MODAL:
            return "planned"
    return "reported"


def is_rate(reading: Reading, start: int) -> bool:
    """ "… every day", "… a month" within the clause behind ``start``."""
    low, masks = reading.words.low, reading.masks
    for at in range(start, min(len(low) - 1, start + 12)):
        if low[at] in STOP or masks[at] & SUB:
            return False
        if low[at] == "daily":
            return True
        if low[at] == "per" and at + 1 in reading.figure_at:
            return True
        if low[at] == "per" and at > start and at - 1 in reading.covers and "," in low[start:at]:
            continue  # "500 lives, more than two per day": the rate of another number
        if low[at] in ("every", "per", "each", "a") and low[at + 1] in reading.lexicon["units"]:
            if (
                low[at] == "a"
                and at
                and low[at - 1]
                in (
                    "in",
                    "within",
                    "for",
                    "over",
                    "during",
                    "after",
                    "of",
                    "half",
                    "about",
                    "almost",
                    "than",
                    "once",
                )
            ):
                continue
            if low[at] == "a" and at + 2 < len(low) and not masks[at + 2] and low[at + 2].isalpha():
                continue  # "following a night search"
            if low[at] == "a" and low[at + 2 : at + 3] in (
                ["ago"],
                ["after"],
                ["before"],
                ["later"],
                ["earlier"],
            ):
                continue
            return True
    return bool(low and low[-1] == "daily")


def rate_before(reading: Reading, figure: Figure) -> bool:
    """ "Each year some 300 people die", "28 daily arrivals", "5 refugees daily"."""
    low = reading.words.low
    of = figure.left > 2 and low[figure.left - 1] == "of" and low[figure.left - 3] == "daily"
    if of or "daily" in low[figure.last : figure.noun]:
        return True  # "daily arrivals of six people" too
    if {"annually", "yearly", "monthly", "weekly"} & set(low[figure.last : figure.noun + 1]):
        return True
    for at in range(max(0, figure.left - 4), figure.left - 1):
        if low[at] in ("each", "every") and low[at + 1] in reading.lexicon["units"]:
            return True
    return False


def is_thing(reading: Reading, figure: Figure) -> bool:
    """The last word of the counted phrase names things, not people (boats, meals, attacks)."""
    last = figure.noun - 1
    if last < figure.last:
        return False
    mask = reading.masks[last]
    return bool(mask & THING and not mask & PERSON)


def left_word(reading: Reading, figure: Figure) -> str:
    return reading.words.low[figure.left - 1] if figure.left else ""


def stands_in_phrase(reading: Reading, figure: Figure) -> bool:
    """The number stands behind a preposition: it is neither subject nor object."""
    if not figure.left:
        return False
    for length in (2, 3):  # "took in 400 people": the verb's own particle
        tag = reading.tags[figure.left - length] if figure.left >= length else None
        if tag is not None and tag.length == length and is_verb(tag):
            return False
    mask = reading.masks[figure.left - 1]
    return bool(
        mask & PREP and not mask & SUB and reading.words.low[figure.left - 1] not in ("including", "plus")
    )


def begins_object(reading: Reading, at: int) -> bool:
    """What begins at word ``at`` is an object: the participle before it was an active verb."""
    if at >= len(reading):
        return False
    mask, word = reading.masks[at], reading.words.low[at]
    if at in reading.covers:
        return not mask & PREP or at in reading.lefts
    if mask & DET and at + 1 < len(reading) and reading.masks[at + 1] & TIME:
        return False  # "disembarked last week"
    if mask & (PREP | TIME | CONJ | ADV | BE | SUB | MODAL | HAVE) or not word[0].isalpha():
        return False
    return bool(mask & (DET | PERSON | THING | PRON)) or word.isalpha()


def next_mark(reading: Reading, at: int, mark: str) -> int:
    """Index of the next ``mark`` behind ``at`` within reach, or -1."""
    low = reading.words.low
    for index in range(at + 1, min(len(low), at + REACH)):
        if low[index] == mark:
            return index
        if low[index] in STOP:
            return -1
    return -1


def predicate_starts(reading: Reading, at: int) -> bool:
    if at >= len(reading):
        return False
    while at < len(reading) and reading.masks[at] & ADV and not reading.tags[at]:
        at += 1
    if at >= len(reading):
        return False
    tag = reading.tags[at]
    if tag is not None and tag.role == "transitive" and begins_object(reading, at + tag.length):
        return False
    if reading.low[at].startswith(("seem", "appear")) and reading.low[at + 1 : at + 2] == ["to"]:
        return True  # ", including seven children, seem to have drowned"
    if reading.masks[at] & PASS and at + 1 < len(reading):  # "remain missing"
        state = reading.tags[at + 1]
        if state is not None and state.role == "state":
            return True
    return (
        bool(reading.masks[at] & (BE | HAVE | MODAL))
        or (is_verb(tag) and tag is not None and tag.form != "ing")
        or (tag is not None and tag.role == "state")
    )


def is_passive(reading: Reading, at: int) -> bool:
    """A form of "be" (or "got", "being") before the participle, adverbs and "and <participle>" aside."""
    low, masks, tags = reading.words.low, reading.masks, reading.tags
    back = at - 1
    for _ in range(6):
        if back < 0:
            return False
        mask = masks[back]
        if mask & BE:
            return True
        if (
            mask & ADV
            or low[back] in ("to", "not", "then", "found", "reported", "feared", "believed", ",")
            or mask & CONJ
            or mask & NEG
        ):
            back -= 1
            continue
        tag = tags[back]
        if (tag is not None and tag.form == "past") or (
            mask & VERB and low[back].endswith(("ed", "en", "ght"))
        ):
            if low[back + 1] in ("and", "or", ","):
                back -= 1
                continue
            return False
        return False
    return False
