"""Rules in which a noun or verb tells the kind: each one function, named after the relation it reads."""

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
    first = at
    while first < end and masks[first] & ADV and tags[first] is None:  # "allegedly pushed back"
        first += 1
    if in_phrase and left_word(reading, figure) in ("by", "than"):
        return None
    while at < end:
        word, mask, tag = low[at], masks[at], tags[at]
        if at in reading.figure_at:
            other = reading.figures[reading.figure_at[at]]
            if (
                other is not figure
                and not predicate_starts(reading, other.noun)
                and not stands_in_phrase(reading, other)
            ):
                return found
            at = other.noun
            continue
        if tag is not None:
            if is_verb(tag) and (aux or relative or not in_phrase or at == first):
                hit = _subject_of(reading, at, tag, aux)
                if hit is not None and found is not None:
                    return hit if aux and hit.kind != "other" else found
                if hit is not None and hit.kind == "other":
                    return _second_participle(reading, at + 1) or hit
                if hit is not None and not (relative and _main_verb_follows(reading, at + tag.length)):
                    return hit
                if hit is None and not relative:
                    return found
                if hit is not None:
                    found, relative = hit, False
            elif tag.role == "state" and (
                aux or at <= figure.noun + 1 or (low[at - 1] in reading.lexicon["passthrough"])
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
        if masks[index] & (BE | HAVE):
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
            if tag.form in ("base", "third") and tag.kind not in ("arrived",):
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
    return any(
        word in ("beach", "beech", "shore", "land", "coast") for word in reading.words.low[at : at + 5]
    )


def direct_object(reading: Reading, figure: Figure, hits: Hits) -> Hit | None:
    """The number stands right behind the active verb: "arrested two smugglers of a boat that reached …"."""
    tag = reading.tags[figure.left - 1] if figure.left else None
    if tag is None and figure.left > 1:
        held = reading.tags[figure.left - 2]
        tag = held if held is not None and held.length == 2 else None
    if tag is None or tag.role != "transitive" or tag.kind == "other":
        return None
    if (
        tag.form == "past"
        and figure.noun < len(reading)
        and is_verb(reading.tags[figure.noun])
        and figure.noun == figure.last
    ):
        return None
    return object_of(reading, figure, hits)


def object_of(reading: Reading, figure: Figure, _hits: Hits) -> Hit | None:
    """The verb whose object is the counted people: "killing 19", "have deported at least 7,000 Afghans"."""
    low, masks, tags = reading.words.low, reading.masks, reading.tags
    if stands_in_phrase(reading, figure):
        return None
    at, words = figure.left - 1, 0
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


def _object_hit(reading: Reading, figure: Figure, at: int, tag: Trigger) -> Hit | None:
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


def split_verb(reading: Reading, figure: Figure, _hits: Hits) -> Hit | None:
    """A verb in two parts round its object: "sent 236 people back", "left 12 dead", "pulled 71 people from a dinghy"."""
    low, masks, tags = reading.words.low, reading.masks, reading.tags
    at, noun = figure.left - 1, figure.noun
    if at < 0:
        return None
    behind = low[noun : noun + 4]
    while behind and behind[0] in ("alive", "all"):
        behind = behind[1:]
    found: Kind | None = None
    if low[at] not in reading.lexicon["light_verbs"] and low[at] in ("has", "have", "with", "had"):
        return None
    back = at
    while (
        back > 0
        and back > at - 4
        and low[back] not in reading.lexicon["light_verbs"]
        and masks[back] & (ADV | TIME)
    ):
        back -= 1
    if low[back] not in reading.lexicon["light_verbs"]:
        return None
    verb = low[back]
    state = next((tags[n] for n in range(noun, min(len(low), noun + 2)) if tags[n] is not None), None)
    if verb.startswith(("left", "leav")):
        if state is not None:
            found = state.kind
        elif behind[:1] == ["with"] and any(
            word in ("burns", "injuries", "wounds", "fractures") for word in low[noun : noun + 6]
        ):
            found = "injured"
        elif "homeless" in behind:
            found = "displaced"
    elif (
        any(word in ("raft", "rafts", "liferafts", "liferaft") for word in low[noun : noun + 5])
        or "back" in behind[:3]
        or (
            verb.startswith(("put", "plac"))
            and behind[:1] == ["on"]
            and {"flight", "plane", "flights"} & set(low[noun : noun + 5])
        )
    ):
        found = "deported"
    elif verb.startswith(("took", "tak", "hold", "held")) and {"hostage", "captive", "prisoner"} & {
        low[noun - 1],
        *behind[:1],
    }:
        found = "detained"
    elif any(word in ("hospital", "hospitals") for word in low[noun : noun + 5]):
        found = "injured"
    elif verb.startswith(("pull", "took", "tak", "bring", "brought", "dragg")):
        if (
            behind[:1] == ["from"]
            or behind[:2] == ["out", "of"]
            or "board" in behind
            or "aboard" in behind
            or "safety" in behind
        ):
            found = "rescued"
        elif behind[:1] in (["to"], ["ashore"], ["onto"]):
            found = "arrived" if verb.startswith(("brought", "bring")) else None
    elif verb == "returned":
        found = "deported"
    if found is None or is_passive(reading, back):
        return None
    modality = modality_at(reading, back)
    return Hit(found, back, modality, agent=True) if modality else None
