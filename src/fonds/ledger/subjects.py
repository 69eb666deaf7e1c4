"""What a verb says of the people who are its subject: whether it befalls them, and which of two verbs counts."""

from __future__ import annotations

from fonds.ledger.asking import STOP, Hit, begins_object, is_passive, modality_at, predicate_starts
from fonds.ledger.lexicon import ADV, BE, DET, HAVE, NEG, PASS, PREP, REL, SUB, Trigger
from fonds.ledger.reading import Reading, is_verb
from fonds.ledger.records import Kind

_MAIN: dict[Kind, tuple[Kind, ...]] = {
    "rescued": ("arrived", "deported", "detained", "killed"),
    "other": ("arrived", "deported", "detained", "killed", "rescued"),
    "detained": ("deported", "killed"),
    "displaced": ("killed", "injured", "arrived", "detained", "deported"),
    "injured": ("killed",),
    "deported": ("killed", "detained", "displaced", "rescued"),
}
"""A participle tells who they are ("rescued by a trawler"), the main verb what the sentence reports."""


def main_verb_of(reading: Reading, start: int, told: Hit) -> Hit | None:
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


def loose(tag: Trigger | None) -> bool:
    """A form that is no predicate of its own: "fleeing", "to reach"."""
    return tag is not None and tag.form in ("ing", "base")


def main_verb_follows(reading: Reading, at: int) -> bool:
    """Behind a relative clause the main verb comes ("… who had fled the camp were arrested")."""
    low, masks = reading.words.low, reading.masks
    for index in range(at, min(len(low), at + 8)):
        if low[index] == "," and index + 1 < len(low) and masks[index + 1] & (BE | HAVE):
            return True  # ", who had crossed the river at night, were sent back"
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


def second_participle(reading: Reading, at: int) -> Hit | None:
    """ "were found … and later rescued": what the second participle says."""
    low, masks, tags = reading.words.low, reading.masks, reading.tags
    for index in range(at, min(len(low) - 1, at + 8)):
        if low[index] in STOP or low[index] == "," or index in reading.figure_at:
            return None
        if low[index] in ("and", "/"):
            nxt = index + 1
            while nxt < len(low) and masks[nxt] & ADV and tags[nxt] is None:
                nxt += 1
            tag = tags[nxt] if nxt < len(low) else None
            if tag is not None and tag.form == "past" and tag.kind != "other":
                return Hit(tag.kind, nxt)
            return None
    return None


def subject_of(reading: Reading, at: int, tag: Trigger, aux: bool) -> Hit | None:
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
            off = low[at].startswith("disembark") and (low[at - 1] == "to" or bool(masks[at - 1] & HAVE))
            inside = low[at] == "locked" and tag.length == 2  # "refugees locked in a disused camp"
            object_ = begins_object(reading, after) and not (aux and is_passive(reading, at))
            if object_ and not (off or inside):
                return None
            if masks[at - 1] & HAVE and not off:
                return None  # "have disembarked": the people themselves did
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
    if low[at] in ("turned", "showed", "turn") and low[after : after + 1] in (["at"], ["for"]):
        places = reading.lexicon["landing_places"] | reading.lexicon["at_sea"] | {"border", "borders", "camp"}
        if tag.kind == "arrived" and not places & set(low[after : after + 5]):
            return None  # "16 people turned up at the briefing"
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
        and ({"asylum", "as", "with", "for"} & set(low[after : after + 4]) or _stands_registered(reading, at))
    ):
        new = {"arrivals", "arrived", "newcomers"} & set(low[after : after + 4])
        return Hit("arrived", at, modality) if new else None
    let_go = low[at] == "freed" and {"prison", "jail", "custody", "detention"} & set(low[after : after + 4])
    if let_go and "secret" not in low[after : after + 4]:
        return None  # whom a state lets go is not rescued
    if kind == "rescued" and tag.length == 2 and low[at] == "picked" and _on_land(reading, after):
        kind = "arrived"
    return Hit(kind, at, modality)


def _stands_registered(reading: Reading, at: int) -> bool:
    """ "are currently registered on the islands": how many there are, not how many came."""
    low, back = reading.low, at - 1
    while back > 0 and reading.masks[back] & ADV:
        back -= 1
    there = any(low[n : n + 2] in (["there", "are"], ["there", "were"]) for n in range(max(0, at - 8), at))
    return back >= 0 and (low[back] in ("are", "is") or there)


def _on_land(reading: Reading, at: int) -> bool:
    behind = reading.words.low[at : at + 5]
    return "off" not in behind and bool({"beach", "beech", "shore", "land", "coast"} & set(behind))
