"""Rules in which a number shares the kind of another, of a list or the sentence before."""

from __future__ import annotations

from fonds.ledger.asking import (
    STOP,
    Hit,
    Hits,
    is_thing,
    left_word,
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
from fonds.ledger.records import Kind
from fonds.ledger.rules_verbs import predicate_after


def out_of_whole(reading: Reading, figure: Figure, hits: Hits) -> Hit | None:
    """ "Of the 66 rescued, 20 are minors"."""
    index = reading.figure_at[figure.first]
    low = reading.words.low
    if not index:
        return _out_of_those(reading, figure)
    if _were_as_well(reading, index, hits):
        held = hits[index - 1]
        return Hit(held.kind, held.verb, held.modality, held.whole) if held is not None else None
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


def _were_as_well(reading: Reading, index: int, hits: Hits) -> bool:
    """ "500 of the dead were children and 276 were women": two parts of the same whole."""
    low, masks = reading.low, reading.masks
    before, figure = reading.figures[index - 1], reading.figures[index]
    if hits[index - 1] is None or figure.noun != figure.last or figure.left - before.noun > 8:
        return False
    between = range(before.noun, figure.left - 1)
    demographics = reading.lexicon["demographics"]

    def who(span: range) -> bool:
        people = any(low[at] in demographics or masks[at] & PERSON for at in span)
        return people and any(masks[at] & BE for at in span)

    behind = range(figure.last, min(len(low), figure.last + 3))
    told = any(reading.tags[at] is not None for at in behind)
    joined = low[figure.left - 1] in ("and", ",", "while")
    return joined and who(between) and len(behind) > 1 and who(behind) and not told


def _out_of_those(reading: Reading, figure: Figure) -> Hit | None:
    """ "Of those rescued, 20 were minors": the whole has no number."""
    low, masks = reading.words.low, reading.masks
    if (
        low[:2] not in (["of", "those"], ["of", "the"], ["among", "those"], ["among", "the"])
        or figure.first > 12
    ):
        return None
    told = next((at for at in range(figure.left) if reading.tags[at] is not None), -1)
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
    state = tags[figure.last] if figure.last < len(low) else None
    if state is not None and "state" in (state.role, state.also) and state.kind in ("killed", "injured"):
        return Hit(state.kind, figure.last)  # "31 men, including one deceased"
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
    kind: Kind = "killed" if reading.words.low[at] in ("fatally", "mortally") else "injured"
    return Hit(kind, -1, held.modality, index - 1)


def part(reading: Reading, figure: Figure, hits: Hits) -> Hit | None:
    """A part shares the kind of its whole: "23 civilians, including 7 children"."""
    index = reading.figure_at[figure.first]
    whole = _whole(reading, index, hits)
    if whole is None:
        return _how_badly(reading, index, hits)
    of_whom = reading.low[figure.last : figure.last + 1] == ["of"] or figure.noun == figure.last
    if reading.low[figure.first] == "many" and of_whom and _own_fate(reading, figure) is None:
        return None  # "many of whom are from Eritrea"
    held = hits[whole]
    if held is None:
        return None
    if left_word(reading, figure) in ("and", "while", "but") and predicate_starts(reading, figure.noun):
        later = predicate_after(reading, figure, hits)
        if later is not None and later.kind != held.kind:
            return later  # "20 drowned, many of them children, and dozens are missing"
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
    if held is not None and _more_elsewhere(reading, index, held.verb):
        return Hit(held.kind, held.verb, held.modality, None, agent=False)
    if held is not None and figure.noun != figure.last and _repeated(reading, index):
        return Hit(held.kind, held.verb, held.modality, None, agent=False)
    if figure.noun != figure.last:
        return None
    if held is not None and _the_second(reading, index):
        return Hit(held.kind, held.verb, held.modality, None, agent=held.agent)
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


def _the_second(reading: Reading, index: int) -> bool:
    """ "the first (boat) carrying 59 people and the second 43"."""
    before, figure = reading.figures[index - 1], reading.figures[index]
    left = [
        word
        for word in reading.low[before.noun : figure.left]
        if word not in ("carrying", "with", "of", "had")
    ]
    return left in (
        ["and", "the", "second"],
        [",", "the", "second"],
        ["and", "the", "other"],
        [",", "the", "other"],
    )


def _more_elsewhere(reading: Reading, index: int, verb: int) -> bool:
    """ "found five migrants off the coast of the city and eight more off the island"."""
    low, masks = reading.low, reading.masks
    before, figure = reading.figures[index - 1], reading.figures[index]
    at = figure.last + 1
    if low[figure.last : at] not in (["more"], ["others"]) or at >= len(low) or not masks[at] & PREP:
        return False
    between = range(max(before.noun, verb + 1), figure.left - 1)
    plain = not any(masks[n] & (BE | HAVE | SUB) or is_verb(reading.tags[n]) for n in between)
    return low[figure.left - 1] in ("and", ",") and len(between) < 16 and (plain or len(between) < 8)


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
        bare = before[1] == "them" or not any(reading.tags[n] is not None for n in range(2, figure.left))
        return bare and figure.left < 8
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
        return not reading.lexicon["speech_verbs"] & set(low[figure.last + 2 : figure.last + 3])
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
