"""Rules in which the people counted are the object of a verb, in one part or two."""

from __future__ import annotations

from fonds.ledger.asking import (
    STOP,
    Hit,
    Hits,
    is_passive,
    modality_at,
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
    PERSON,
    PREP,
    REL,
    SUB,
    THING,
    TIME,
    VERB,
    Trigger,
)
from fonds.ledger.reading import Reading, is_verb
from fonds.ledger.records import Kind


def direct_object(reading: Reading, figure: Figure, hits: Hits) -> Hit | None:
    """The number stands right behind the active verb: "arrested two smugglers of a boat that reached …"."""
    tag = reading.tags[figure.left - 1] if figure.left else None
    if tag is None and figure.left > 1:
        held = reading.tags[figure.left - 2]
        tag = held if held is not None and held.length == 2 else None
    if tag is None or tag.role != "transitive" or tag.kind == "other":
        return None
    told = reading.tags[figure.noun] if figure.noun < len(reading) else None
    if tag.kind == "arrived" and told is not None and told.form == "past" and figure.noun > figure.last:
        return None  # "registered 90 people pushed back": the participle tells
    if (
        tag.form == "past"
        and figure.noun < len(reading)
        and is_verb(reading.tags[figure.noun])
        and figure.noun == figure.last
    ):
        return None
    return object_of(reading, figure, hits)


def _first_of_two(reading: Reading, at: int) -> int:
    """ "beat and robbed 16 people": the verb that tells something stands before "and"."""
    low, tags = reading.words.low, reading.tags
    if (
        at < 2
        or low[at - 1] != "and"
        or tags[at] is not None
        or not (low[at].endswith("ed") or reading.masks[at] & VERB)
    ):
        return at
    return at - 2 if is_verb(tags[at - 2]) else at


def _toll_brought(low: list[str], figure: Figure) -> bool:
    """ "have brought to 45 the number of people killed": a toll, and no arrival."""
    behind = low[figure.noun : figure.noun + 3]
    return low[figure.left - 1] == "to" and behind[:1] == ["the"] and bool({"number", "toll"} & set(behind))


def object_of(reading: Reading, figure: Figure, _hits: Hits) -> Hit | None:
    """The verb whose object is the counted people: "killing 19", "have deported at least 7,000 Afghans"."""
    low, masks, tags = reading.words.low, reading.masks, reading.tags
    if stands_in_phrase(reading, figure) or _toll_brought(low, figure):
        return None
    at, words = _first_of_two(reading, figure.left - 1), 0
    while at >= 0 and words < 10:
        start = at
        tag = tags[at]
        if tag is None:
            for back in (1, 2, 3):
                held = tags[at - back] if at >= back else None
                if held is not None and held.length == back + 1:
                    start, tag = at - back, held
                    break
        if tag is not None:
            if is_verb(tag):
                return _object_hit(reading, figure, start, tag)
            if tag.role == "event" and words == 0 and low[start] in ("toll",):
                return None
            return None
        word, mask = low[at], masks[at]
        if (
            word in STOP
            or word == ","
            or word in "()"
            or at in reading.figure_at
            or mask & (SUB | REL | BE | HAVE | MODAL | CONJ)
        ):
            return None
        if word[0].isdigit():
            return None
        if mask & VERB and not mask & (PERSON | THING | ADV | PREP):
            return None
        at -= 1
        words += 1
    return None


def told_of(reading: Reading, at: int) -> bool:
    """ "received a call from a boat carrying 38 people", "received information about 600 people": only news came."""
    near = set(reading.low[at + 1 : at + 5])
    return reading.low[at].startswith("receiv") and bool(near & reading.lexicon["news"])


def _object_hit(reading: Reading, figure: Figure, at: int, tag: Trigger) -> Hit | None:
    if reading.low[at].startswith("transport") or told_of(reading, at):
        return None
    if reading.words.low[at] == "drowning" and at and reading.words.low[at - 1] == ",":
        return Hit("killed", at)  # "a boat sank, drowning 94 people"
    if tag.role == "intransitive" and tag.kind not in ("arrived",):
        return None
    if tag.role == "intransitive" and not (
        tag.kind == "arrived" and reading.words.low[at] in ("arriving", "arrived", "landed", "entered")
    ):
        return None
    if tag.role == "intransitive" and reading.words.low[at] == "entered":
        return None
    if tag.form == "past" and is_passive(reading, at):
        return None
    if at and reading.words.low[at - 1] in ("the", "a", "an", "their", "of") and tag.form != "ing":
        return None
    if (
        figure.noun == figure.last
        and figure.last < len(reading)
        and reading.words.low[figure.last] in reading.lexicon["things"]
    ):
        return None
    modality = modality_at(reading, at)
    if modality is None:
        return None
    if tag.form == "base" and modality == "reported" and at and reading.masks[at - 1] & DET:
        return None
    return Hit(tag.kind, at, modality, agent=True)


def _driven_from_home(reading: Reading, verb: str, behind: list[str]) -> bool:
    """ "forced 900 people from their homes", "drove 40 families out of the village"."""
    if not verb.startswith(("forc", "driv", "drov", "push", "chas", "sen", "throw", "threw")):
        return False
    out = behind[:1] == ["out"] or behind[:1] == ["from"]
    homes = reading.lexicon["homes"]
    return (out and bool(homes & set(behind))) or behind[:1] == ["fleeing"]


def _in_two_words(reading: Reading, at: int, behind: list[str]) -> Hit | None:
    """ "shot 12 people dead", "beat them to death", "burned 30 alive": the end tells that they were killed."""
    tag = reading.tags[at]
    hurt = tag is not None and tag.kind in ("injured", "killed")
    if not hurt and reading.words.low[at] not in reading.lexicon["killing_verbs"]:
        return None
    if behind[:2] != ["to", "death"] and behind[:1] not in (["dead"], ["alive"]):
        return None
    modality = modality_at(reading, at)
    return Hit("killed", at, modality, agent=True) if modality else None


def _found_at_sea(reading: Reading, figure: Figure, verb: int) -> bool:
    """ "helped 319 people in the waters off the island", "found nine people in the water": they are rescued."""
    low = reading.words.low
    if figure.noun > figure.last and not reading.masks[figure.noun - 1] & PERSON:
        return False
    return verb < figure.first and bool(reading.lexicon["at_sea"] & set(low[figure.noun : figure.noun + 16]))


def split_verb(reading: Reading, figure: Figure, _hits: Hits) -> Hit | None:
    """A verb in two parts round its object: "sent 236 people back", "left 12 dead", "pulled 71 people from a dinghy"."""
    low, masks, light = reading.words.low, reading.masks, reading.lexicon["light_verbs"]
    at, noun = figure.left - 1, figure.noun
    if at < 0:
        return None
    behind = low[noun : noun + 7]
    killed = _in_two_words(reading, at, behind)
    if killed is not None:
        return killed
    while behind and behind[0] in ("alive", "all"):
        behind = behind[1:]
    if low[at] not in light and low[at] in ("has", "have", "with", "had"):
        return None
    back = at
    while back > 0 and back > at - 4 and low[back] not in light and masks[back] & (ADV | TIME):
        back -= 1
    if low[back] not in light:
        return None
    verb = low[back]
    if verb.startswith(("left", "leav")):
        found = _left_as(reading, noun, behind)
    elif verb.startswith(("help", "assist", "find", "found")):
        alive = low[noun : noun + 1] == ["alive"]
        found = "rescued" if alive or _found_at_sea(reading, figure, back) else None
    elif _driven_from_home(reading, verb, behind):
        found = "displaced"
    else:
        found = _moved(reading, figure, verb, behind)
    if found is None or is_passive(reading, back):
        return None
    modality = modality_at(reading, back)
    return Hit(found, back, modality, agent=True) if modality else None


def _left_as(reading: Reading, noun: int, behind: list[str]) -> Kind | None:
    """ "left 12 dead", "left three with burns", "left 400 people without a roof"."""
    near = reading.low[noun : noun + 6]
    state = next((tag for tag in reading.tags[noun : noun + 2] if tag is not None), None)
    if state is not None:
        return state.kind
    if behind[:1] == ["with"] and {"burns", "injuries", "wounds", "fractures"} & set(near):
        return "injured"
    roofless = behind[:1] == ["without"] and {"roof", "home", "homes", "shelter"} & set(behind)
    return "displaced" if "homeless" in behind or roofless else None


def _moved(reading: Reading, figure: Figure, verb: str, behind: list[str]) -> Kind | None:
    """Where somebody was sent, put, pulled or taken tells what befell them."""
    low, noun = reading.low, figure.noun
    near = set(low[noun : noun + 5])
    flown = (
        verb.startswith(("put", "plac")) and behind[:1] == ["on"] and {"flight", "plane", "flights"} & near
    )
    if {"raft", "rafts", "liferafts", "liferaft"} & near or "back" in behind[:3] or flown:
        return "deported"
    taken = verb.startswith(("took", "tak", "hold", "held"))
    if taken and {"hostage", "captive", "prisoner"} & {low[noun - 1], *behind[:1]}:
        return "detained"
    medical = {"health", "medical"} & near and {"center", "centre", "centers", "centres"} & near
    if reading.lexicon["wards"] & near or medical:
        return "injured"
    if verb.startswith(("carr", "ferr")):
        people = noun == figure.last or bool(reading.masks[noun - 1] & PERSON)
        return "arrived" if people and behind[:1] in (["to"], ["ashore"]) else None
    if verb.startswith(("pull", "took", "tak", "bring", "brought", "dragg")):
        out = behind[:1] == ["from"] or behind[:2] == ["out", "of"]
        if out or {"board", "aboard", "safety"} & set(behind[:4]):
            return "rescued"
        ashore = behind[:1] in (["to"], ["ashore"], ["onto"]) and verb.startswith(("brought", "bring"))
        return "arrived" if ashore else None
    if {"hostages", "hostage", "captives", "prisoners"} & set(low[noun : noun + 6]):
        return "detained"
    return "deported" if verb == "returned" else None


def made_to(reading: Reading, figure: Figure, _hits: Hits) -> Hit | None:
    """What somebody is made to do: "forced 12,000 people to flee", "causing 40 to drown"."""
    low, masks, tags = reading.words.low, reading.masks, reading.tags
    behind = figure.noun
    if low[behind : behind + 1] != ["to"] or behind + 1 >= len(low):
        return None
    told = tags[behind + 1]
    if told is None or not is_verb(told) or told.form not in ("base", "past"):
        return None
    at = figure.left - 1
    while at > 0 and masks[at] & ADV:
        at -= 1
    if at < 0:
        return None
    let = told.kind == "arrived" and low[at] in reading.lexicon["letting_verbs"]
    made = (
        told.kind in ("displaced", "killed", "missing", "injured")
        and low[at] in reading.lexicon["causing_verbs"]
    )
    if not (let or made):
        return None  # "caused three people to enter the water" is neither
    modality = modality_at(reading, at)
    return Hit(told.kind, at, modality, agent=True) if modality else None
