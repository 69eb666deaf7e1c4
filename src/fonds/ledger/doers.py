"""Whom the sentence holds to have done it. Rescuers are never responsible parties (RULES)."""

from __future__ import annotations

from fonds.ledger.figures import Figure
from fonds.ledger.kinds import Hit
from fonds.ledger.lexicon import ADV, BE, CONJ, DET, HAVE, PREP, REL, SUB
from fonds.ledger.parties import PARTY_KINDS, REACH, bare, by_phrase, is_party, party_part
from fonds.ledger.phrases import Span, is_finite, noun_after, noun_before
from fonds.ledger.reading import Reading
from fonds.ledger.registers import Names, Organisation
from fonds.ledger.speakers import Speaker

DONE_TO = frozenset({"killed", "injured", "detained", "deported", "displaced", "other", "missing"})
WINDOW = 80
"""Words round a figure in which an accusation counts as its own."""


def modifier(reading: Reading, named: Names) -> Span | None:
    """The word before the weapon: "Russian airstrikes", "ISIS car bombs", "government airstrikes"."""
    low, masks = reading.words.low, reading.masks
    speech = reading.lexicon.speech
    arms = speech["attack_nouns"] - {"forces", "soldiers", "guards", "police", "fire"}
    starts = {name.last: name for name in named.values()}
    for at, word in enumerate(low):
        if word not in arms or (at and low[at - 1] in arms):
            continue
        begin = at
        while begin > 0 and low[begin - 1] in (
            "military",
            "air",
            "deadly",
            "alleged",
            "suspected",
            "car",
            "new",
        ):
            begin -= 1
        if begin > 1 and low[begin - 1] in ("'", "’"):  # "Hamas' attack"
            begin -= 1
        name = starts.get(begin)
        if name is not None:
            organisation = isinstance(name.entry, Organisation)
            if organisation and name.entry.kind not in PARTY_KINDS:
                continue
            if organisation or name.adjective or name.entry.kind == "country":
                return name.first, begin
            continue
        before = begin - 1
        if before >= 0 and (
            bare(low[before]) in speech["party_nouns"]
            and low[before] not in ("security", "special", "unit", "service", "official")
        ):
            first = before
            while (
                first > 0
                and not masks[first - 1] & (DET | PREP | CONJ | BE | REL | SUB)
                and low[first - 1].replace("-", "").isalpha()
                and first > before - 3
                and (low[first - 1] in speech["party_nouns"] or first - 1 in named or "-" in low[first - 1])
            ):
                first -= 1
            return first, begin
    return None


_BLAMING = frozenset(
    """
    blamed_on out_by caused_by attributed_to claimed_by custody_of hands_of orders_of perpetrated_by launched_by
    dropped_by fired_by conducted_by crimes_of attacks_of violence_of massacres_of
    """.split()  # noqa: SIM905
)


def _blames_behind(reading: Reading, at: int) -> bool:
    """Behind the two words at ``at`` stands who did it: "carried out by", "at the hands of", "crimes of"."""
    low = reading.low
    attacked = low[at] in reading.lexicon.speech["attacked_by"] and low[at + 1 : at + 2] == ["by"]
    return attacked or "_".join(low[at : at + 2]) in _BLAMING


def crimes_of(reading: Reading, named: Names, figure: Figure) -> Span | None:
    """ "crimes of the Russian and Syrian governments", "carried out by", "blamed on", "X is responsible"."""
    low = reading.words.low
    speech = reading.lexicon.speech
    for at in range(max(0, figure.first - WINDOW), min(len(low), figure.first + WINDOW)):
        word = low[at]
        two = low[at : at + 2]
        if at > figure.last and at in reading.figure_at and not _is_part(reading, at):
            break
        span: Span | None = None
        if _blames_behind(reading, at):
            span = noun_after(reading, at + 2)
        elif word in ("used", "using") and speech["means"] & set(low[at + 1 : at + 5]):
            apart = ";" in low[at : figure.first]
            span = None if apart else noun_before(reading, at)
        elif (
            word in ("accused", "blamed", "suspected")
            and two[1:] in (["of"], ["for"])
            and _is_held(reading, at)
        ):
            span = noun_before(reading, at)  # "the army was accused of killing"
        elif word in speech["cells"]:
            span = _holder(reading, at)
        elif word in ("its", "their") and speech["told_attacks"] & set(low[at + 1 : at + 3]):
            span = _first_subject(reading, at)  # "Russia denies it, but 12 were killed in its strikes"
        elif word == "responsible" and at and (reading.masks[at - 1] & (BE | ADV)):
            span = noun_before(reading, at)
        elif word in ("blames", "blame", "blamed", "accuses", "accused") and two != ["blamed", "on"]:
            span = noun_after(reading, at + 1)
        elif word == "them" and at and (low[at - 1] in speech["harm_verbs"] or low[at - 1] == "took"):
            span = noun_before(reading, at - 1)  # "died after border guards forced them into a minefield"
        elif word in speech["committing_verbs"] and at and not reading.masks[at - 1] & BE:
            near = low[at + 1 : at + 8]
            committed = speech["told_attacks"] | {"offensive", "massacres", "operation", "massacre"}
            span = noun_before(reading, at) if committed & set(near) and "by" not in near[:2] else None
        elif word in speech["attack_verbs"] and at and not reading.masks[at - 1] & BE:
            span = noun_before(reading, at)
        if span is not None:
            span = party_part(reading, _subject(reading, span))
            if is_party(reading, span, named):
                return span
    return None


def _is_part(reading: Reading, at: int) -> bool:
    """The figure at ``at`` is a part of the one before: the clause goes on behind it."""
    before = reading.figures[reading.figure_at[at]].left - 1
    return before > 0 and reading.low[before] in ("including", "them", "among", "amongst")


def _holder(reading: Reading, at: int) -> Span | None:
    """ "died in police custody", "under torture in the regime's prisons": whose cells they are."""
    low, masks = reading.low, reading.masks
    first = at
    while first > 0 and first > at - 4 and not masks[first - 1] & (DET | PREP | BE | CONJ):
        first -= 1
    article = first - 1 if first and masks[first - 1] & DET else first
    held = article > 0 and low[article - 1] in ("in", "into", "inside")
    return (first, at) if held and first < at else None


def _first_subject(reading: Reading, before: int) -> Span | None:
    """The subject of the sentence's first verb."""
    for at in range(1, min(before, 12)):
        if is_finite(reading, at):
            return noun_before(reading, at)
    return None


def _keeper(reading: Reading, start: int, named: Names) -> Span | None:
    """ "held in centres run by the government", "kept in the regime's prisons": who holds them."""
    low = reading.low
    cells = reading.lexicon.speech["cells"]
    for at in range(start, min(len(low), start + REACH)):
        span: Span | None = None
        if low[at] == "by" and low[at - 1] in ("run", "operated", "controlled"):
            span = noun_after(reading, at + 1)
        elif low[at] in cells and low[at + 1 : at + 2] == ["of"]:
            span = noun_after(reading, at + 2)
        elif low[at] in cells:
            span = _holder(reading, at)
        elif at > start and at in reading.figure_at:
            return None
        if span is not None:
            span = party_part(reading, span)
            if is_party(reading, span, named):
                return span
    return None


_NOBODY = frozenset(
    [
        "war",
        "conflict",
        "fighting",
        "crisis",
        "disaster",
        "epidemic",
        "disease",
        "storm",
        "earthquake",
        "clashes",
    ]
)
"""What kills and cannot be held to have done it: "a war which has killed 10,000"."""


def _nobodys(reading: Reading, verb: int) -> bool:
    """The verb's subject is a relative pronoun that stands for a war or a storm."""
    at = verb - 1
    while at > 0 and reading.masks[at] & (HAVE | ADV):
        at -= 1
    return at > 0 and reading.low[at] in ("which", "that") and reading.low[at - 1] in _NOBODY


def speaks_of_itself(reading: Reading, speaker: Speaker | None) -> Span | None:
    """Police who report arrests in the passive made them: "the police said two men were arrested"."""
    if speaker is None or not speaker.verb:
        return None
    words = set(reading.words.low[speaker.first : speaker.last])
    return (speaker.first, speaker.last) if words & reading.lexicon.speech["arresting"] else None


def _acting(reading: Reading, noun: int, named: Names) -> Span | None:
    """Who orders, does or helps an act named by a noun: "Frontex aided the deportation of 25,000"."""
    low, masks = reading.words.low, reading.masks
    acting = reading.lexicon["acting_verbs"]
    at = noun - 1
    while at > max(0, noun - 5) and low[at] not in acting and (masks[at] & (DET | ADV) or not masks[at]):
        at -= 1
    if at < 1 or low[at] not in acting:
        return None
    span = noun_before(reading, at)
    return span if span is not None and is_party(reading, span, named) else None


def _with_support(reading: Reading, start: int, named: Names) -> Span | None:
    """ "removed with Frontex support"."""
    low = reading.words.low
    for at in range(start, min(len(low) - 2, start + REACH)):
        if low[at] == "with" and low[at + 2] in ("support", "help", "assistance", "backing"):
            return (at + 1, at + 2) if is_party(reading, (at + 1, at + 2), named) else None
    return None


def _is_held(reading: Reading, at: int) -> bool:
    back = at - 1
    while back > 0 and reading.masks[back] & ADV:
        back -= 1
    return bool(reading.masks[back] & BE)


def _main_subject(reading: Reading, before: int) -> Span | None:
    """The subject of the nearest finite verb left of a participle ("X launched missiles …, killing 19")."""
    low, masks = reading.words.low, reading.masks
    verb = -1
    for at in range(before - 1, max(-1, before - 40), -1):
        if low[at] in (";", "."):
            break
        if (
            is_finite(reading, at)
            and not low[at].endswith("ing")
            and not (low[at - 1 : at] and masks[at - 1] & DET)
        ):
            verb = at
    if verb <= 0:
        return None
    return noun_before(reading, verb)


def _behind_pronoun(reading: Reading, verb: int) -> Span | None:
    """ "The coast guard says it turned back …": whom "it" or "they" stands for, when they speak of themselves."""
    low, masks = reading.words.low, reading.masks
    at = verb - 1
    while at > 0 and masks[at] & (ADV | HAVE):
        at -= 1
    if at < 2 or low[at] not in ("it", "they"):
        return None
    if low[at - 1] == "that":
        at -= 1
    return noun_before(reading, at - 1) if low[at - 1] in reading.lexicon["speech_verbs"] else None


def _agent(reading: Reading, verb: int, named: Names) -> Span | None:
    """The party that is the subject of the active verb, or of the main verb before a participle."""
    low = reading.low
    accused = verb > 0 and low[verb - 1] in ("of", "for")
    leads = low[verb].endswith("ing") and not accused
    span = _main_subject(reading, verb) if leads else None
    if span is None or not is_party(reading, _subject(reading, span), named):
        span = noun_before(reading, verb) or _main_subject(reading, verb)
    if span is None:
        span = _behind_pronoun(reading, verb)
    if span is None:
        return None
    span = _subject(reading, span)
    part = party_part(reading, span)
    return part if is_party(reading, span, named) and is_party(reading, part, named) else None


def responsible_for(
    reading: Reading, figure: Figure, hit: Hit, named: Names, weapon: Span | None = None
) -> Span | None:
    """The party held to have done what ``hit`` says to the people of ``figure``, or None."""
    if hit.rule == "means":
        return weapon
    if hit.kind not in DONE_TO or (hit.kind == "other" and not hit.agent and hit.verb < 0):
        return None
    own = (
        by_phrase(reading, figure.last, named)
        if figure.noun == figure.last or hit.verb < figure.first
        else None
    )
    if own is None and hit.rule == "count_statement" and 0 <= hit.verb < figure.first:
        own = by_phrase(reading, hit.verb, named)
    if own is None and hit.rule == "out_of_whole" and 0 <= hit.verb < figure.first:
        own = by_phrase(reading, hit.verb, named)  # "of those killed at the hands of the regime, 34 were …"
    if own is None and hit.rule == "elliptical":
        own = _keeper(reading, figure.last, named)
    if own is not None and hit.rule in ("elliptical", "count_statement", "out_of_whole"):
        return own
    if hit.verb >= 0:
        span = by_phrase(reading, hit.verb, named) if hit.verb >= figure.last else own
        if span is None and hit.verb >= figure.last and hit.kind in ("deported", "detained"):
            span = by_phrase(reading, figure.last, named)  # "stopped by border police and returned"
        if span is not None:
            return span
    if hit.agent and hit.verb >= 0:
        if _nobodys(reading, hit.verb):
            return None
        if weapon is not None and hit.verb > 0 and reading.words.low[hit.verb - 1] in ("which", "that"):
            return weapon  # "Hamas' attack on the town, which killed …"
        span = _agent(reading, hit.verb, named)
        if span is not None:
            return span
    if own is None and hit.rule == "event_of":
        own = _acting(reading, hit.verb, named)
    if own is None and hit.kind == "detained":
        own = _keeper(reading, figure.last, named)
    if own is None and hit.kind == "deported":
        own = _with_support(reading, figure.last, named)
    if hit.kind in ("killed", "injured", "displaced", "missing"):
        if weapon is not None and weapon[1] < figure.first < hit.verb:
            apart = {"while", "whereas"} & set(reading.low[weapon[1] : figure.first])
            weapon = None if apart else weapon
        return weapon or crimes_of(reading, named, figure)
    return own


def _subject(reading: Reading, span: Span) -> Span:
    """ "Barrel bombs dropped by government helicopters" stands for whom "by" names."""
    first, end = span
    for at in range(first, end - 1):
        if reading.words.low[at] == "by":
            return party_part(reading, (at + 1, end))
    return first, end
