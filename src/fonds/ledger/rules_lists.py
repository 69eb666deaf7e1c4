"""Rules in which a number shares the kind of another, of a count, a list or the sentence before."""

from __future__ import annotations

from fonds.ledger.asking import (
    REACH,
    STOP,
    Hit,
    Hits,
    is_rate,
    is_thing,
    left_word,
    modality_at,
    predicate_starts,
)
from fonds.ledger.figures import Figure
from fonds.ledger.lexicon import (
    ADV,
    BE,
    DET,
    HAVE,
    MODAL,
    PERSON,
    PREP,
    SUB,
    TIME,
)
from fonds.ledger.reading import Reading, is_verb


def out_of_whole(reading: Reading, figure: Figure, hits: Hits) -> Hit | None:
    """ "Of the 66 rescued, 20 are minors"."""
    index = reading.figure_at[figure.first]
    low = reading.words.low
    if not index:
        return _out_of_those(reading, figure)
    if left_word(reading, figure) not in (",", "and", "only", "while"):
        return None
    first, held = reading.figures[0], hits[0]
    if held is None or low[max(0, first.left - 2) : first.first].count("of") == 0 or figure.noun >= len(low):
        return None
    if low[figure.noun] not in ("are", "were", "is", "was") and not (
        index > 1 and hits[index - 1] is not None
    ):
        return None
    if low[figure.noun] in ("are", "were", "is", "was") and not any(
        reading.masks[n] & PERSON for n in range(figure.noun, min(len(low), figure.noun + 5))
    ):
        return None
    if low[figure.noun] not in ("are", "were", "is", "was"):
        return None
    return Hit(held.kind, held.verb, held.modality, 0)


def _out_of_those(reading: Reading, figure: Figure) -> Hit | None:
    """ "Of those rescued, 20 were minors": the whole has no number."""
    low, masks = reading.words.low, reading.masks
    if (
        low[:2] not in (["of", "those"], ["of", "the"], ["among", "those"], ["among", "the"])
        or figure.first > 12
    ):
        return None
    told = next((at for at in range(2, figure.left) if reading.tags[at] is not None), -1)
    behind = range(figure.noun, min(len(low), figure.noun + 5))
    if told < 0 or left_word(reading, figure) != "," or not behind or not masks[figure.noun] & BE:
        return None
    tag = reading.tags[told]
    if tag is None or not any(masks[at] & PERSON for at in behind):
        return None
    return Hit(tag.kind, told)


def _between(reading: Reading, before: Figure, figure: Figure) -> list[str]:
    return reading.words.low[before.noun : figure.left]


def _whole(reading: Reading, index: int, hits: Hits) -> int | None:
    """The figure that this one is a part of: behind "including", "among them", "of whom", "of them"."""
    figure = reading.figures[index]
    low = reading.words.low
    behind = low[figure.last : figure.last + 2]
    marked = behind in (["of", "whom"], ["of", "them"], ["of", "which"], ["of", "these"], ["of", "those"])
    for at in range(figure.left - 1, max(-1, figure.left - 14), -1):
        if marked:
            break
        if (
            low[at] in ("including", "includes", "included", "incl")
            or (low[at] == "among" and low[at + 1 : at + 2] in (["them"], ["whom"], ["those"], ["which"]))
            or (low[at] == "of" and low[at + 1 : at + 2] in (["whom"], ["which"], ["them"]))
        ):
            marked = True
        elif reading.tags[at] is not None or reading.masks[at] & (BE | HAVE | SUB):
            return None
    if not marked:
        return None
    for n in range(index - 1, max(-1, index - 9), -1):
        hit = hits[n]
        if hit is not None and hit.whole is None:
            return n
    return None


def _own_fate(reading: Reading, figure: Figure) -> Hit | None:
    """ "30 people were taken, eight of whom were later shot": the part has a verb of its own."""
    low, masks, tags = reading.words.low, reading.masks, reading.tags
    at = figure.last + 2
    if low[figure.last : at] not in (["of", "whom"], ["of", "them"]):
        return None
    while at < len(low) and masks[at] & (BE | HAVE | ADV) and tags[at] is None:
        at += 1
    tag = tags[at] if at < len(low) else None
    if tag is None or tag.form != "past" or tag.kind == "other":
        return None
    return Hit(tag.kind, at)


def _how_badly(reading: Reading, index: int, hits: Hits) -> Hit | None:
    """ "12 people were injured, three seriously": a part told by an adverb alone."""
    figure = reading.figures[index]
    at = figure.last
    if reading.words.low[at : at + 2] in (["of", "them"], ["of", "whom"]):
        at += 2
    worse = reading.lexicon["severities"]
    held = hits[index - 1] if index else None
    if held is None or held.kind != "injured" or reading.words.low[at : at + 1] == []:
        return None
    if reading.words.low[at] not in worse or reading.figures[index - 1].noun + 12 < figure.first:
        return None
    if at + 1 < len(reading) and reading.words.low[at + 1] not in (",", ".", ";", "and"):
        return None
    kind = "killed" if reading.words.low[at] in ("fatally", "mortally") else "injured"
    return Hit(kind, -1, held.modality, index - 1)


def part(reading: Reading, figure: Figure, hits: Hits) -> Hit | None:
    """A part shares the kind of its whole: "23 civilians, including 7 children"."""
    index = reading.figure_at[figure.first]
    whole = _whole(reading, index, hits)
    if whole is None:
        return _how_badly(reading, index, hits)
    if reading.words.low[figure.first] == "many" and _own_fate(reading, figure) is None:
        return None  # "many of whom are from Eritrea"
    held = hits[whole]
    if held is None:
        return None
    own = _own_fate(reading, figure)
    if own is not None and own.kind != held.kind:
        own.whole = whole
        return own
    return Hit(held.kind, held.verb, held.modality, whole, agent=held.agent)


def more_parts(reading: Reading, figure: Figure, hits: Hits) -> Hit | None:
    """A list of parts goes on behind an interruption: "38 people, including 14 minors, one just 4 months old, 7
    women and 17 men"."""
    index = reading.figure_at[figure.first]
    low = reading.words.low
    if figure.noun == figure.last or low[figure.noun - 1] not in reading.lexicon["demographics"]:
        return None
    if left_word(reading, figure) not in (",", "and", "&"):
        return None
    for n in range(index - 1, max(-1, index - 5), -1):
        held = hits[n]
        if held is not None:
            if held.whole is None or any(
                low[at] in STOP for at in range(reading.figures[n].noun, figure.left)
            ):
                return None
            return Hit(held.kind, held.verb, held.modality, held.whole, agent=held.agent)
    return None


def coordinated(reading: Reading, figure: Figure, hits: Hits) -> Hit | None:
    """A list goes on: "killed 3 soldiers and 5 civilians", "23 people, 60 according to some"."""
    index = reading.figure_at[figure.first]
    if not index:
        return None
    before, held = reading.figures[index - 1], hits[index - 1]
    if held is None:
        return None
    between = _between(reading, before, figure)
    if len(between) > 4 or not between:
        return None
    if not all(
        reading.words.low[n] in reading.lexicon["list_glue"] or reading.masks[n] & PERSON
        for n in range(before.noun, figure.left)
    ):
        return None
    if between[-1] in ("with", "of", "at") or (
        held.agent is False and held.verb >= before.last and predicate_starts(reading, figure.noun)
    ):
        return None
    return Hit(held.kind, held.verb, held.modality, held.whole, agent=held.agent)


def elliptical(reading: Reading, figure: Figure, hits: Hits) -> Hit | None:
    """Only number and place, or number and doer: "33 people arrived on Chios and 31 on Kastellorizo", "69 by ISIS"."""
    index = reading.figure_at[figure.first]
    low, masks = reading.words.low, reading.masks
    if not index:
        return None
    held = hits[index - 1]
    if held is not None and figure.noun != figure.last and _repeated(reading, index):
        return Hit(held.kind, held.verb, held.modality, None, agent=False)
    if figure.noun != figure.last:
        return None
    if held is not None and (
        _set_elsewhere(reading, reading.figures[index - 1], figure) or _in_another_time(reading, index)
    ):
        return Hit(held.kind, held.verb, held.modality, None, agent=False)
    if figure.last >= len(low):
        return None
    if held is None or not masks[figure.last] & PREP or low[figure.last] in ("as", "with", "of", "than"):
        return None
    left = left_word(reading, figure)
    if (
        left not in (",", "and", ";", "but", "while", "with", "another", "or")
        or reading.figures[index - 1].last + 25 < figure.first
    ):
        return None
    if left == "with" and low[figure.last] != "by":
        return None
    return Hit(held.kind, held.verb, held.modality, None, agent=False)


def _set_elsewhere(reading: Reading, before: Figure, figure: Figure) -> bool:
    """Another time or place, and the number ends the clause: "five died on Monday and on Tuesday seven"."""
    low, masks = reading.words.low, reading.masks
    if figure.last < len(low) and low[figure.last] not in (".", ",", ";", "and"):
        return False
    start = figure.left - 1
    if start >= 0 and low[start] == ",":
        start -= 1
    timed = False
    while start > before.noun and (masks[start] & (PREP | TIME | DET) or low[start].isdigit()):
        timed = timed or bool(masks[start] & TIME) or (low[start].isdigit() and len(low[start]) == 4)
        start -= 1
    return timed and low[start] in ("and", ";", ",") and start - before.noun < 12


def _in_another_time(reading: Reading, index: int) -> bool:
    """ "2,700 people arrived this month, and a total of 35,200 this year"."""
    low, masks = reading.words.low, reading.masks
    figure, before = reading.figures[index], reading.figures[index - 1]
    at = figure.last
    timed = at + 1 < len(low) and masks[at] & (DET | PREP) and masks[at + 1] & TIME
    return bool(timed) and low[figure.left - 1] in ("and", ",") and figure.left - before.noun < 14


def _repeated(reading: Reading, index: int) -> bool:
    """The same noun with another phrase and no verb: "8,566 people were removed on flights, seven people by land"."""
    low, masks = reading.words.low, reading.masks
    figure, before = reading.figures[index], reading.figures[index - 1]
    same = (
        low[figure.noun - 1] in ("people", "persons", "others")
        or low[figure.noun - 1] == low[before.noun - 1]
    )
    if not same or figure.noun >= len(low) or not masks[figure.noun] & PREP:
        return False
    if left_word(reading, figure) not in (",", "and", ";") or figure.left - before.noun > 12:
        return False
    for at in range(figure.noun, min(len(low), figure.noun + 12)):
        if low[at] in (",", ".", ";"):
            break
        if masks[at] & (BE | HAVE | MODAL | SUB) or (is_verb(reading.tags[at]) and not masks[at - 1] & PREP):
            return False
    return True


def compared(reading: Reading, figure: Figure, hits: Hits) -> Hit | None:
    """The figure of another time: "compared to 59,000 last year", "down from 101.512 in 2017", "against 300"."""
    index = reading.figure_at[figure.first]
    low = reading.words.low
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
    earlier = low[at].endswith("'s") and low[at][:-2] in reading.lexicon["units"]  # "last week's 1,099"
    marked = (
        marked
        or earlier
        or (low[at] == "(" and bare)
        or _that_number(reading, reading.figures[index - 1], figure)
    )
    return Hit(held.kind, held.verb, held.modality, None) if marked and held else None


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
    low, masks, tags = reading.words.low, reading.masks, reading.tags
    at = figure.left - 1
    if at < 1 or is_thing(reading, figure):
        return None
    own = low[figure.left : figure.first]
    link = low[at]
    bare_with = link == "with" and figure.noun == figure.last and not _left_behind(reading, figure)
    if (
        link not in reading.lexicon["count_links"]
        and not bare_with
        and not any(word in reading.lexicon["count_links"] or word.startswith("exceed") for word in own)
    ):
        return None
    behind = low[figure.noun : figure.noun + 2]
    if behind[:1] in (["aboard"], ["onboard"]) or behind == ["on", "board"]:
        return None
    counted = None
    noun = False
    for back in range(at - 1, max(-1, at - 22), -1):
        if (
            low[back] in (";", "|", "they", "we")
            or (low[back] == "there" and masks[back + 1] & BE)
            or (masks[back] & SUB and not masks[back] & PREP and low[back] != "as")
        ):
            break
        tag = tags[back]
        if (
            tag is not None
            and tag.kind != "other"
            and not (tag.kind == "arrived" and low[back].startswith("come"))
            and (
                tag.role in ("event", "people", "state")
                or tag.also
                or tag.form == "past"
                or (tag.form == "ing" and tag.role == "intransitive")
            )
        ):
            counted = (back, tag)
            noun = noun or "event" in (tag.role, tag.also)
        if low[back] in reading.lexicon["count_nouns"]:
            noun = True
            if counted is not None:
                break
    if counted is None or not noun:
        return None
    if link == "was" and is_rate(reading, figure.noun):
        return None
    modality = modality_at(reading, at + 1) or "planned"
    if low[at] == "be" and low[at - 1] in ("could", "may", "might"):  # an estimate, not a forecast
        modality = "reported"
    return Hit(counted[1].kind, counted[0], modality)


def tally(reading: Reading, figure: Figure, _hits: Hits) -> Hit | None:
    """ "Arrivals: Lesvos 54, Chios 31": a list under its heading."""
    low, tags = reading.words.low, reading.tags
    own = tags[figure.left - 2] if figure.left > 1 and low[figure.left - 1] == ":" else None
    if own is not None and own.length == 1 and own.kind != "other" and figure.noun == figure.last:
        return Hit(own.kind, figure.left - 2)  # "Killed: 12, wounded: 30"
    colon = low.index(":", 0, 8) if ":" in low[:8] else -1
    if colon < 0 or figure.first - colon > 4 * REACH or is_thing(reading, figure):
        return None
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
        named = tag.role in ("people", "state") or (at and low[at - 1] in ("those", "the", "people"))
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


def goes_back(reading: Reading, figure: Figure) -> bool:
    """The sentence leaves its verb to the one before: "Among them were nine …", "In 2015, there were 1,733."."""
    low, masks = reading.words.low, reading.masks
    if is_thing(reading, figure) or figure.percent or reading.figure_at[figure.first] != 0:
        return False
    before = low[: figure.left]
    if before[:2] in (
        ["among", "them"],
        ["among", "those"],
        ["amongst", "them"],
        ["of", "them"],
        ["of", "these"],
        ["among", "these"],
    ):
        told = low[2 : figure.left]
        bare = before[1] == "them" or not any(reading.tags[n] is not None for n in range(2, figure.left))
        return bare and len(told) < 6
    if before[:2] in (["they", "included"], ["they", "include"], ["these", "include"], ["these", "included"]):
        return True
    if (
        before[-2:] in (["there", "were"], ["there", "was"])
        and figure.noun == figure.last
        and len(before) <= 8
    ):
        return True
    behind = low[figure.last : figure.last + 2]
    if not before and behind in (["of", "them"], ["of", "these"], ["of", "those"], ["of", "whom"]):
        return True
    if (
        len(before) >= 3
        and before[0] in ("this", "the", "that")
        and before[1] in reading.lexicon["count_nouns"]
    ):
        told = any(reading.tags[n] is not None for n in range(1, figure.left))
        return not told and "of" not in before and before[-1] in ("be", "is", "was", "to", "at")
    demographics = reading.lexicon["demographics"]
    after = low[figure.last : figure.last + 6]
    return (
        not before
        and figure.last == figure.noun
        and after[:1] in (["were"], ["are"], ["was"])
        and any(w in demographics for w in after)
        and not any(masks[n] & SUB for n in range(figure.last, min(len(low), figure.last + 6)))
    )
