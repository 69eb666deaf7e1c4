"""Rules in which a count tells the number: tolls, tallies, comparisons, shares, and what was counted among whom."""

from __future__ import annotations

from fonds.ledger.asking import (
    REACH,
    STOP,
    Hit,
    Hits,
    is_rate,
    is_thing,
    modality_at,
)
from fonds.ledger.figures import Figure
from fonds.ledger.lexicon import (
    BE,
    HAVE,
    MODAL,
    PREP,
    SUB,
    Trigger,
)
from fonds.ledger.reading import Reading, is_verb


def compared(reading: Reading, figure: Figure, hits: Hits) -> Hit | None:
    """The figure of another time: "compared to 59,000 last year", "down from 101.512 in 2017", "against 300"."""
    index = reading.figure_at[figure.first]
    low = reading.words.low
    while index and hits[index - 1] is None and reading.figures[index - 1].percent:
        index -= 1  # "1,370, which is 24 percent lower than the 1,792 of last year"
    if not index or hits[index - 1] is None:
        return None
    at = figure.left - 1
    two = low[max(0, at - 1) : at + 1]
    marked = two in (
        ["compared", "to"],
        ["compared", "with"],
        ["down", "from"],
        ["up", "from"],
        ["opposed", "to"],
        ["comparison", "with"],
        ["comparison", "to"],
        ["contrast", "to"],
        ["contrast", "with"],
        ["comparable", "to"],
        ["opposed", "to"],
    ) or low[at] in ("against", "versus", "vs")
    held = hits[index - 1]
    bare = figure.noun == figure.last and low[figure.last : figure.last + 1] in (["in"], ["for"], ["during"])
    changing = reading.lexicon["changing"]
    rose = low[at] == "from" and bool(changing & set(low[max(0, figure.left - 14) : figure.left]))
    marked = marked or rose
    earlier = low[at].endswith("'s") and low[at][:-2] in reading.lexicon["units"]  # "last week's 1,099"
    marked = (
        marked
        or earlier
        or (low[at] == "(" and bare)
        or _that_number(reading, reading.figures[index - 1], figure)
        or _set_beside(reading, reading.figures[index - 1], figure)
    )
    return Hit(held.kind, held.verb, held.modality, None) if marked and held else None


def in_brackets(reading: Reading, figure: Figure, hits: Hits) -> Hit | None:
    """ "with 400 arrivals on Chios (225), Samos (61) and Kos (18)": each place has its number behind it."""
    low = reading.low
    index = reading.figure_at[figure.first]
    alone = low[figure.first - 1 : figure.first] == ["("] and low[figure.last : figure.last + 1] == [")"]
    if not alone or not index:
        return None
    held = hits[index - 1]
    near = figure.first - reading.figures[index - 1].noun < 12
    return Hit(held.kind, held.verb, held.modality) if held is not None and near else None


_BESIDE = frozenset({"ahead", "surpassing", "exceeding", "surpassed", "exceeded", "than", "below", "above"})
_SPANS = (
    ["in"],
    ["during"],
    ["through"],
    ["by"],
    ["last"],
    ["of"],
    ["for"],
    ["who"],
    ["reported"],
    ["recorded"],
)


def _set_beside(reading: Reading, before: Figure, figure: Figure) -> bool:
    """ "ahead of last year's figure of 3,771", "more than the 380 during 2017", "almost 1,000 more than last year"."""
    low = reading.words.low
    between = range(before.noun, figure.left)
    beside = next((at for at in reversed(between) if low[at] in _BESIDE), before.noun)
    if any(reading.tags[at] is not None or low[at] in STOP for at in range(beside, figure.left)):
        return False
    bare = figure.noun == figure.last and not figure.percent
    ends = low[figure.last : figure.last + 1]
    told = {low[at] for at in between}
    own = set(low[figure.left : figure.first])
    if bare and ends == ["more"] and low[figure.last + 1 : figure.last + 2] == ["than"]:
        return bool({"which", ","} & told)  # "which is almost 1,000 more than last year"
    if not bare or not (ends in ([], ["."], [","], [")"], [";"], ["("]) or ends in _SPANS):
        return False
    kept = bool({"total", "figure", "number", "the"} & (told | own)) or low[figure.left - 1] == "("
    return bool(_BESIDE & (told | own)) and kept


def _that_number(reading: Reading, before: Figure, figure: Figure) -> bool:
    """ "16 people were killed, while elsewhere that number is much higher — over 60"."""
    low = reading.words.low
    start = max(before.noun, figure.left - 10)
    for at in range(start, figure.left - 1):
        if low[at] in ("that", "this", "the", "their") and low[at + 1] in reading.lexicon["count_nouns"]:
            return low[at + 2 : at + 3] != ["of"] and not any(
                reading.tags[n] is not None for n in range(at, figure.left)
            )
    return False


def _left_behind(reading: Reading, figure: Figure) -> bool:
    """ "with 5,000 left injured": the number has a predicate of its own."""
    at = figure.noun
    return at + 1 < len(reading) and reading.low[at] == "left" and reading.tags[at + 1] is not None


def count_statement(reading: Reading, figure: Figure, _hits: Hits) -> Hit | None:
    """ "The death toll has risen to 61", "the number of missing persons is 60"."""
    low = reading.words.low
    at = figure.left - 1
    if at < 1 or is_thing(reading, figure):
        return None
    if low[at] == "to" and low[figure.noun : figure.noun + 1] == ["the"]:
        return _brought_to(reading, figure)
    behind = low[figure.noun : figure.noun + 2]
    aboard = behind[:1] in (["aboard"], ["onboard"]) or behind == ["on", "board"]
    if aboard or not _is_linked(reading, figure):
        return None
    counted = _counted_before(reading, at)
    if counted is None or (low[at] == "was" and is_rate(reading, figure.noun)):
        return None
    if low[0] == "average" or {"average", "daily"} & set(low[max(0, at - 6) : at]):
        return None
    modality = modality_at(reading, at + 1) or "planned"
    if low[at] == "be" and low[at - 1] in ("could", "may", "might"):  # an estimate, not a forecast
        modality = "reported"
    return Hit(counted[1].kind, counted[0], modality)


def _is_linked(reading: Reading, figure: Figure) -> bool:
    """A word of counting stands before the number, or is one of its own: "stands at 61", "exceeds 1,000"."""
    low, at = reading.words.low, figure.left - 1
    links = reading.lexicon["count_links"]
    if low[at] in links:
        return True
    if low[at] == "from" and low[at - 1] in reading.lexicon["changing"]:
        return True
    if low[at] == "with" and figure.noun == figure.last and not _left_behind(reading, figure):
        return True
    return any(word in links or word.startswith("exceed") for word in low[figure.left : figure.first])


def _counted_before(reading: Reading, link: int) -> tuple[int, Trigger] | None:
    """What the number before whose link at ``link`` is read counts ("deaths"), if a count or an event is named."""
    low, masks = reading.words.low, reading.masks
    counted, noun = None, False
    for back in range(link - 1, max(-1, link - 22), -1):
        clause = masks[back] & SUB and not masks[back] & PREP and low[back] != "as"
        there = low[back] == "there" and masks[back + 1] & BE
        if low[back] in (";", "|", "they", "we") or there or clause:
            break
        tag = reading.tags[back]
        if tag is not None and _can_be_counted(tag, low[back]):
            counted = (back, tag)
            noun = noun or "event" in (tag.role, tag.also)
        if low[back] in reading.lexicon["count_nouns"]:
            noun = True
            if counted is not None:
                break
    return counted if noun else None


def _can_be_counted(tag: Trigger, word: str) -> bool:
    if tag.kind == "other" or (tag.kind == "arrived" and word.startswith("come")):
        return False
    named = tag.role in ("event", "people", "state") or bool(tag.also)
    return named or tag.form == "past" or (tag.form == "ing" and tag.role == "intransitive")


def _brought_to(reading: Reading, figure: Figure) -> Hit | None:
    """ "brings to 45 the number of people killed"."""
    low = reading.words.low
    if low[figure.noun + 1 : figure.noun + 2] not in (["number"], ["toll"], ["total"], ["death"], ["tally"]):
        return None
    for at in range(figure.noun + 1, min(len(low), figure.noun + 10)):
        tag = reading.tags[at]
        if tag is not None and tag.kind != "other" and tag.form != "ing":
            return Hit(tag.kind, at)
    return None


def tally(reading: Reading, figure: Figure, _hits: Hits) -> Hit | None:
    """ "Arrivals: Lesvos 54, Chios 31": a list under its heading."""
    low, tags = reading.words.low, reading.tags
    own = tags[figure.left - 2] if figure.left > 1 and low[figure.left - 1] == ":" else None
    if own is not None and own.length == 1 and own.kind != "other" and figure.noun == figure.last:
        return Hit(own.kind, figure.left - 2)  # "Killed: 12, wounded: 30"
    colon = low.index(":", 0, 14) if ":" in low[:14] else -1
    if colon < 0 or figure.first - colon > 4 * REACH or is_thing(reading, figure):
        return None
    if {"average", "daily"} & set(low[:colon]):
        return None  # "Average daily arrivals: 45"
    held = next(((n, tags[n]) for n in range(colon) if tags[n] is not None), None)
    if held is None:
        return None
    at, tag = held
    if tag is None or not (tag.role in ("event", "people", "state") or tag.also or tag.form == "past"):
        return None
    for n in range(colon + 1, figure.first):
        if reading.masks[n] & (BE | HAVE | MODAL) or is_verb(tags[n]) or low[n] in "!?|":
            return None
    return Hit(tag.kind, at)


def share(reading: Reading, figure: Figure, _hits: Hits) -> Hit | None:
    """The share of a facility or town that is destroyed or closed: "57% of public hospitals … closed"."""
    low = reading.words.low
    if not figure.percent:
        return None
    for at in range(figure.noun, min(len(low), figure.noun + 28)):
        if low[at] in STOP or reading.masks[at] & SUB:
            return None
        if low[at] in reading.lexicon["out_of_use"] and low[at] != "down":
            return Hit("other", at)
    return None


def attacks(reading: Reading, figure: Figure, _hits: Hits) -> Hit | None:
    """Attacks that somebody counted: "reports of at least 71 attacks"."""
    low = reading.words.low
    if figure.noun - 1 < figure.last or low[figure.noun - 1] not in reading.lexicon["attack_words"]:
        return None
    if any(word in reading.lexicon["recorded_words"] for word in low[max(0, figure.left - 4) : figure.left]):
        return Hit("other", figure.noun - 1)
    return None


def alternative(reading: Reading, figure: Figure, hits: Hits) -> Hit | None:
    """Another source gives another number: "609 deaths, while other NGOs state it is more than 2,000"."""
    index = reading.figure_at[figure.first]
    if not index or figure.first - reading.figures[index - 1].noun > REACH:
        return None
    held = hits[index - 1]
    between = reading.words.low[reading.figures[index - 1].noun : figure.left]
    if held is None or not {"other", "others", "some"} & set(between):
        return None
    said = reading.lexicon["speech_verbs"] & set(between)
    told = any(reading.tags[n] is not None for n in range(reading.figures[index - 1].noun, figure.left))
    return Hit(held.kind, held.verb, held.modality) if said and not told else None


def among_the(reading: Reading, figure: Figure, _hits: Hits) -> Hit | None:
    """ "Among the dead are four children"."""
    low = reading.words.low
    at = figure.left - 1
    if at < 1 or is_thing(reading, figure):
        return None
    if low[at] in ("include", "includes", "included"):
        return _included(reading, at)
    if at < 3 or not reading.masks[at] & BE:
        return None
    start = max(0, at - 8)
    if low[start : start + 1] != ["among"] and "among" not in low[start:at]:
        return None
    for back in range(at - 1, start - 1, -1):
        tag = reading.tags[back]
        if tag is not None and (tag.role in ("state", "people", "event") or tag.also or tag.form == "past"):
            return Hit(tag.kind, back)
    return None


def _included(reading: Reading, verb: int) -> Hit | None:
    """ "The dead included three children", "those arrested include two journalists"."""
    low = reading.words.low
    for at in range(verb - 1, max(-1, verb - 7), -1):
        tag = reading.tags[at]
        if tag is None or tag.kind == "other":
            continue
        named = tag.role in ("people", "state") or (at > 0 and low[at - 1] in ("those", "the", "people"))
        return Hit(tag.kind, at) if named and tag.form != "ing" else None
    return None


def means(reading: Reading, figure: Figure, hits: Hits) -> Hit | None:
    """The attacks that did the harm just told: "23 civilians were killed in no less than 10 airstrikes"."""
    index = reading.figure_at[figure.first]
    if (
        not index
        or figure.noun - 1 < figure.last
        or reading.words.low[figure.noun - 1] not in reading.lexicon["attack_words"]
    ):
        return None
    held = hits[index - 1]
    if (
        held is None
        or held.kind not in ("killed", "injured")
        or figure.first - held.verb > 8
        or held.verb > figure.first
    ):
        return None
    return Hit("other", figure.noun - 1)
