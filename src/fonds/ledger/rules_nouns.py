"""Rules in which a noun tells the kind, or stands for those whom a verb befalls: events, bodies, lives, boats."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.ledger.asking import (
    REACH,
    STOP,
    Hit,
    Hits,
    is_passive,
    left_word,
    modality_at,
    noun_modality,
)
from fonds.ledger.figures import Figure
from fonds.ledger.lexicon import ADV, BE, HAVE, PASS, PERSON, VERB, Trigger
from fonds.ledger.reading import Reading, is_verb
from fonds.ledger.records import Kind
from fonds.ledger.rules_kept_out import prevented
from fonds.ledger.rules_objects import direct_object, split_verb, told_of
from fonds.ledger.rules_verbs import predicate_after

TAKEN_UP = 18
"""Words within which "they" stands for the people counted."""
MANY_TIMES = 500
"""From here on "evictions" count people, not times that a camp was cleared."""


def counted_noun(reading: Reading, figure: Figure, _hits: Hits) -> Hit | None:
    """The counted phrase itself says it: "41 new arrivals", "153 fatalities", "19 injured", "30 killed people"."""
    tags, low = reading.tags, reading.words.low
    best: tuple[int, Trigger] | None = None
    for at in range(figure.last, figure.noun):
        tag = tags[at]
        if tag is None or (tag.role == "people" and tag.kind == "detained"):
            continue
        if best is None or tag.role == "people" or tag.kind == "killed":
            best = (at, tag)
    if best is None:
        return None
    at, tag = best
    if low[at] in ("victim", "victims") and low[figure.noun : figure.noun + 1] == ["of"]:
        return None  # "two victims of trafficking"
    few = figure.value is None or figure.value < MANY_TIMES
    if few and low[at] in reading.lexicon["incidents"] and low[figure.noun : figure.noun + 1] != ["of"]:
        return None  # "23 evictions took place": times, not people
    undone = {"prevented", "cancelled", "canceled", "halted", "averted", "suspended"}
    if tag.kind == "deported" and undone & set(low[figure.last : at]):
        return None  # "ten prevented deportations"
    if low[at] == "homeless" and figure.noun > at + 1:
        return None  # "three homeless migrants": who they are
    if tag.role == "event" and _people_follow(reading, figure):
        return None  # "321 pushbacks, in which 9,798 people were pushed back"
    if _one_of_them(reading, figure):
        return None
    if tag.role == "people" and low[figure.noun : figure.noun + 1] in (
        ["told"],
        ["said"],
        ["says"],
        ["tell"],
        ["recalled"],
    ):
        return None  # "one survivor told": who speaks is not counted
    if (tag.role == "transitive" and tag.kind == "other") or low[at] in ("rescue", "rescues"):
        return None  # "five rescues in a day" are operations
    if left_word(reading, figure) in ("to", "for", "with", "by") and _aided(reading, figure):
        return None
    if tag.kind == "arrived" and tag.role == "event":
        kept = prevented(reading, figure)
        if kept >= 0:
            return Hit("deported", kept, agent=kept < figure.first)
    if tag.kind == "displaced" and tag.role != "event" and _hosted(reading, figure):
        return None
    if tag.kind == "displaced" and tag.role != "event" and left_word(reading, figure) == "for":
        return None  # "a camp for 5,000 displaced people"
    vague = figure.qualifier == "vague" and figure.noun - at > 1
    if tag.kind == "displaced" and vague and predicate_after(reading, figure, _hits) is None:
        return None  # "the millions of displaced people worldwide"
    later = _overruled(reading, figure, tag, _hits)
    if later is not None:
        return later
    done = _done(reading, figure) if tag.role == "event" or tag.also == "event" else -1
    if done >= 0:
        return Hit(tag.kind, done, modality_at(reading, done) or "planned", agent=True)
    who = (
        tag.role == "people" and tag.kind == "rescued"
    )  # "urges the landing of 629 survivors": rescued they are
    return Hit(tag.kind, at, "reported" if who else noun_modality(reading, figure.left))


def _people_follow(reading: Reading, figure: Figure) -> bool:
    """Behind ", in which" or "involving" the people have a number of their own: the figure counts operations."""
    low, at = reading.low, figure.noun
    at += low[at : at + 1] == [","]
    joined = low[at : at + 2] in (["in", "which"], ["during", "which"]) or low[at : at + 1] == ["involving"]
    figures = (reading.figures[reading.figure_at[n]] for n in range(at, at + 6) if n in reading.figure_at)
    return joined and any(one.noun > one.last and reading.masks[one.noun - 1] & PERSON for one in figures)


def cases_of(reading: Reading, figure: Figure, _hits: Hits) -> Hit | None:
    """ "1,350 cases of children being pushed back", "cases of 26 people who were beaten": a case, a person."""
    low, masks = reading.low, reading.masks
    told = figure.noun > figure.last and low[figure.noun - 1] in ("cases", "instances")
    before = low[figure.left - 2 : figure.left] in (["cases", "of"], ["instances", "of"])
    if not (told and low[figure.noun : figure.noun + 1] == ["of"]) and not before:
        return None
    start = figure.noun if before else figure.noun + 1
    person = before
    for at in range(start, min(len(low), start + 14)):
        tag = reading.tags[at]
        if low[at] in STOP or (at in reading.figure_at and not before):
            return None
        person = person or bool(masks[at] & PERSON)
        passive = (
            tag is not None and tag.form == "past" and (tag.role == "intransitive" or is_passive(reading, at))
        )
        if person and tag is not None and tag.kind != "other" and passive:
            modality = modality_at(reading, at)
            return Hit(tag.kind, at, modality) if modality else None
    return None


def _one_of_them(reading: Reading, figure: Figure) -> bool:
    """ "one of the victims is believed to be a minor", "many of those deaths": of people told before."""
    low = reading.low
    few = low[figure.first] == "one" or figure.qualifier == "vague"
    return (
        few
        and low[figure.last : figure.last + 1] == ["of"]
        and low[figure.last + 1 : figure.last + 2]
        in (
            ["the"],
            ["those"],
            ["these"],
        )
    )


def _done(reading: Reading, figure: Figure) -> int:
    """The verb that carries out a counted act: "police made 12 arrests"; -1 when none does."""
    low = reading.words.low
    at = figure.left - 1
    if at > 0 and low[at] == "out":
        at -= 1
    return at if at > 0 and low[at] in reading.lexicon["doing_verbs"] else -1


_BEFALLS: dict[Kind, tuple[Kind, ...]] = {
    "rescued": ("arrived", "detained", "deported", "killed", "injured"),
    "displaced": ("arrived", "detained", "deported", "killed", "injured", "missing", "rescued"),
    "injured": ("detained", "deported", "killed"),
    "detained": ("deported", "killed", "injured", "rescued"),
    "deported": ("arrived", "detained", "displaced", "killed", "injured", "missing"),
    "arrived": ("detained", "deported", "killed"),
    "killed": ("injured",),
}
"""Who they were (rescued people, returnees), and what a verb may tell befell them since."""


def _overruled(reading: Reading, figure: Figure, tag: Trigger, hits: Hits) -> Hit | None:
    """What befell people whom the noun names by something earlier: "12 rescued migrants were detained"."""
    if tag.role == "event" or tag.kind not in _BEFALLS:
        return None
    if tag.kind == "killed" and reading.words.low[figure.noun - 1] not in ("victim", "victims"):
        return None  # bodies are brought ashore, and stay bodies
    for rule in (predicate_after, direct_object, split_verb):
        later = rule(reading, figure, hits)
        if later is not None and later.kind in _BEFALLS[tag.kind] and later.modality == "reported":
            return later
    return None


def _hosted(reading: Reading, figure: Figure) -> bool:
    """Displaced people who are there or are helped are no report of a flight."""
    low = reading.words.low
    stock = reading.lexicon["stock_verbs"]
    near = low[max(0, figure.left - 6) : figure.left]
    return bool(
        stock & set(low[figure.noun : figure.noun + 4]) or (stock | reading.lexicon["aid_verbs"]) & set(near)
    )


def _aided(reading: Reading, figure: Figure) -> bool:
    """Something is given or done for the people counted: "provide tents … to 41 new arrivals"."""
    low = reading.words.low
    aid = reading.lexicon["aid_verbs"]
    return any(low[n] in aid for n in range(max(0, figure.left - 18), figure.left))


def lives(reading: Reading, figure: Figure, _hits: Hits) -> Hit | None:
    """Lives are lost, claimed or saved: "1,020 lives have been lost", "claimed 40 lives"."""
    low = reading.words.low
    if low[figure.noun : figure.noun + 2] in (["whose", "lives"], ["whose", "life"]):
        ended = {"lost", "claimed", "taken", "ended", "cut", "cost"} & set(
            low[figure.noun + 2 : figure.noun + 5]
        )
        return Hit("killed", figure.noun + 1) if ended else None
    if figure.left and low[figure.left - 1] in ("lost", "loses", "lose", "losing", "cost", "costing"):
        kin = figure.noun > figure.last and low[figure.noun - 1] in reading.lexicon["kin"]
        cost = low[figure.noun : figure.noun + 2] in (["their", "lives"], ["their", "life"])
        if cost or (kin and low[figure.left - 1].startswith("los")):
            return Hit("killed", figure.left - 1, modality_at(reading, figure.left - 1) or "planned")
    if figure.noun == figure.last or low[figure.noun - 1] not in ("lives", "life"):
        return None
    near = low[max(0, figure.left - 3) : figure.left] + low[figure.noun : figure.noun + 8]
    for word in near:
        if word in (
            "lost",
            "claimed",
            "claiming",
            "claims",
            "claim",
            "cost",
            "costing",
            "took",
            "taking",
            "taken",
            "ended",
        ):
            return Hit("killed", figure.noun - 1, noun_modality(reading, figure.left))
        if word in ("saved", "saving", "save"):
            return Hit("rescued", figure.noun - 1, noun_modality(reading, figure.left))
    return None


def _the_harmed(reading: Reading, figure: Figure) -> bool:
    """The whole in "nine of the 30 injured died"."""
    low, at = reading.low, figure.last
    tag = reading.tags[at] if at < len(low) else None
    index = reading.figure_at[figure.first]
    apart = index and low[reading.figures[index - 1].last : figure.left + 1][:2] == ["of", "the"]
    named = tag is not None and tag.form == "past" and tag.role == "transitive" and tag.kind != "other"
    return bool(apart) and figure.first - reading.figures[index - 1].last < 3 and named


def of_the_harmed(reading: Reading, figure: Figure, _hits: Hits) -> Hit | None:
    """ "nine of the wounded later died": the verb behind tells what befell them, the participle who they are."""
    low, masks, tags = reading.words.low, reading.masks, reading.tags
    at = figure.last + 2
    if _the_harmed(reading, figure):
        return Hit(tags[figure.last].kind, figure.last)  # type: ignore[union-attr]
    if low[figure.last : at] != ["of", "the"] or at >= len(low):
        return None
    whole = reading.figure_at.get(at)
    if whole is not None:  # "nine of the 30 injured died"
        at = reading.figures[whole].last
    named = tags[at] if at < len(low) else None
    if named is None or named.form != "past":
        return None
    at += named.length
    while at < len(low) and masks[at] & (ADV | HAVE | BE):
        at += 1
    tag = tags[at] if at < len(low) else None
    if tag is None or tag.form != "past":
        return None
    modality = modality_at(reading, at)
    return Hit(tag.kind, at, modality) if modality else None


def fate_of(reading: Reading, figure: Figure, _hits: Hits) -> Hit | None:
    """ "the fate of another 40 people is uncertain": they are missing."""
    low = reading.words.low
    at = figure.left - 2
    if at >= 0 and low[at + 1] == "of" and low[at] in reading.lexicon["fates"]:
        held = reading.tags[figure.noun - 1] if figure.noun > figure.last else None
        return Hit("detained" if held is not None and held.kind == "detained" else "missing", at)
    if at >= 0 and low[at + 1] == "for" and low[at] in reading.lexicon["searching"]:
        rescue = reading.lexicon["rescue_words"]
        person = figure.noun == figure.last or reading.masks[figure.noun - 1] & PERSON
        rest = "remaining" in low[figure.left : figure.first]  # "the search for the remaining eleven"
        if person and (rest or any(word in rescue for word in low[max(0, at - 12) : at])):
            return Hit("missing", at)
    return None


def done_to_them(reading: Reading, figure: Figure) -> Hit | None:
    """ "20 people, including a child, who said that police deported them"."""
    low = reading.words.low
    for at in range(figure.noun + 1, min(len(low), figure.noun + 2 * TAKEN_UP)):
        if low[at] in STOP:
            return None
        if low[at] == "them":
            tag = reading.tags[at - 1]
            plain = (
                tag is not None and tag.role == "transitive" and tag.kind != "other" and tag.form != "base"
            )
            modality = modality_at(reading, at - 1) if plain else None
            return Hit(tag.kind, at - 1, modality, agent=True) if modality and tag is not None else None
    return None


def taken_up(reading: Reading, figure: Figure, _hits: Hits) -> Hit | None:
    """ "985 people did not reach Europe as they were returned": a pronoun takes the people up again."""
    low, masks, tags = reading.words.low, reading.masks, reading.tags
    if figure.noun == figure.last or not masks[figure.noun - 1] & PERSON or figure.percent:
        return None
    done = done_to_them(reading, figure)
    if done is not None:
        return done
    for at in range(figure.noun, min(len(low) - 1, figure.noun + TAKEN_UP)):
        if low[at] in STOP or at in reading.figure_at or masks[at] & PERSON:
            return None
        if low[at] != "they":
            continue
        verb = at + 1
        while verb < len(low) and masks[verb] & (BE | HAVE | ADV):
            verb += 1
        tag = tags[verb] if verb < len(low) else None
        if (
            tag is None
            or tag.form != "past"
            or tag.kind == "other"
            or (verb == at + 1 and tag.role == "transitive")
        ):
            return None
        modality = modality_at(reading, verb)
        return Hit(tag.kind, verb, modality) if modality else None
    return None


def involving(reading: Reading, figure: Figure, _hits: Hits) -> Hit | None:
    """ "15 pushbacks, involving 344 people": the people share what the event says."""
    low, tags = reading.words.low, reading.tags
    if left_word(reading, figure) not in reading.lexicon["involving"]:
        return None
    for at in range(figure.left - 2, max(-1, figure.left - REACH), -1):
        tag = tags[at]
        if low[at] in STOP:
            return None
        if tag is not None and tag.kind != "other":
            modality = modality_at(reading, at) if is_verb(tag) else noun_modality(reading, at)
            return Hit(tag.kind, at, modality) if modality else None
    return None


def event_of(reading: Reading, figure: Figure, hits: Hits) -> Hit | None:
    """ "the bodies of seven women", "the arrival of 300 people", "drowning of dozens"."""
    low, tags = reading.words.low, reading.tags
    index = reading.figure_at[figure.first]
    held = hits[index - 1] if index else None
    if held is not None and held.rule == "event_of" and figure.noun > figure.last:
        between = low[reading.figures[index - 1].noun : figure.left]
        alike = reading.masks[figure.noun - 1] & PERSON and tags[held.verb] is not None
        if alike and between in (["and"], ["&"], [","], [",", "and"]):
            return Hit(held.kind, held.verb, held.modality)  # "the bodies of five men and one woman"
    of = figure.left - 1
    if of > 3 and (low[of] in ("her", "his", "their", "the") or low[of] == "and"):
        of = _bodies_of(reading, figure)  # "the bodies of a mother and her two children"
    if of < 1 or low[of] not in ("of", "among"):
        return None
    for back in (1, 2, 3):
        at = of - back
        tag = tags[at] if at >= 0 else None
        if tag is None or tag.length != back:
            continue
        if (
            tag.role in ("event", "people")
            or tag.also in ("event", "people")
            or (tag.form == "ing" and at and low[at - 1] in ("the", "of", "subsequent", "and"))
        ):
            return Hit(tag.kind, at, noun_modality(reading, at))
        if low[at] in ("lives",):
            return Hit(tag.kind, at, "reported")
    if low[of - 1] == "lives" and low[of] == "of":
        return Hit("killed", of - 1, "reported")
    return None


def _bodies_of(reading: Reading, figure: Figure) -> int:
    """The "of" behind "bodies" where a list of the dead begins, or -1."""
    low, tags = reading.words.low, reading.tags
    joined = False
    for at in range(figure.left - 1, max(0, figure.left - 8), -1):
        joined = joined or low[at] in ("and", ",")
        if low[at] == "of" and joined:
            return at if low[at - 1] in ("bodies", "body", "corpses", "remains") else -1
        if tags[at] is not None or low[at] in STOP or at in reading.figure_at:
            return -1
    return -1


def _clause_round(reading: Reading, figure: Figure, start: int) -> Iterator[int]:
    """Words left of the figure, then right of it, each up to a semicolon or another figure on the right."""
    low = reading.words.low
    for at in range(figure.first - 1, start - 1, -1):
        if low[at] in (";", "|", "while", "whereas"):
            break
        yield at
    for at in range(figure.noun, min(len(low), figure.noun + 20)):
        if low[at] in (";", "|") or at in reading.figure_at:
            break
        yield at


def _managed(reading: Reading, at: int) -> bool:
    """ "managed to reach": done, though the verb is an infinitive."""
    before = reading.low[max(0, at - 2) : at]
    return before[-1:] == ["to"] and before[0] in ("managed", "able")


def _still_at_sea(reading: Reading, at: int) -> bool:
    """ "reached the search and rescue zone": on the way."""
    near = set(reading.low[at + 1 : at + 6])
    return reading.low[at] in ("reached", "entered") and bool(near & {"sar", "zone", "zones", "waters"})


def carried(reading: Reading, figure: Figure, hits: Hits) -> Hit | None:
    """People on a boat share what befell the boat: "boats landed … carrying 104 people", "stopped with 303 people"."""
    low, masks, tags = reading.words.low, reading.masks, reading.tags
    left = left_word(reading, figure)
    after = low[figure.noun : figure.noun + 2]
    aboard = bool(after) and (after[0] in reading.lexicon["aboard"] or after == ["on", "board"])
    load = (
        left in (",", "(", ":", "-", "–", "—")
        and figure.noun > figure.last
        and (not after or after[0] in ",.;)!|/")
    )
    index = reading.figure_at[figure.first]
    load = load and not (index and hits[index - 1] is not None)
    boatload = left == "of" and figure.left > 1 and low[figure.left - 2] in reading.lexicon["carriers"]
    with_people = left in ("with", "carrying", "transporting") or (
        aboard and left not in ("had", "has", "have")
    )
    if not (with_people or load or boatload):
        return None
    carriers = reading.lexicon["carriers"] - ({"first", "second", "third", "one"} if load else set())
    start = max(0, figure.first - REACH)
    sailing = aboard and (low[figure.first - 1] == "with" or left == "with")
    if not sailing and not any(word in carriers for word in low[start : figure.first]):
        return None  # a ship may have a name: "Lifeline entered the port with 234 people on board"
    order = _clause_round(reading, figure, start)
    for at in order:
        tag = tags[at]
        if load and (at > figure.first or (tag is not None and tag.kind not in ("arrived", "rescued"))):
            return None
        if tag is not None and tag.role == "event" and tag.kind == "arrived" and at < figure.first:
            return Hit("arrived", at, noun_modality(reading, at))  # "new arrivals, with 300 people on board"
        if (
            tag is not None
            and is_verb(tag)
            and (tag.form != "base" or _managed(reading, at))
            and tag.kind in ("arrived", "rescued", "deported", "other", "missing")
            and not (tag.kind == "missing" and at < figure.first)
        ):
            nobody = told_of(reading, at) or _still_at_sea(reading, at)
            modality = None if nobody else modality_at(reading, at)
            if modality and not (tag.kind == "other" and low[at] in ("transporting", "transport")):
                active = tag.role == "transitive" and not is_passive(reading, at)
                return Hit("rescued" if low[at] == "found" else tag.kind, at, modality, agent=active)
        lost = tag is not None and tag.kind == "missing" and tag.role == "state" and at > figure.first
        if lost and masks[at - 1] & (BE | PASS | ADV):
            return Hit("missing", at)  # "a boat with 50 people is missing"
        if low[at] in ("stopped", "returned") and masks[at] & VERB:
            return Hit("other", at)
        if low[at] in ("escorted", "towed", "reached") and not _still_at_sea(reading, at):
            return Hit("arrived", at)
    return None
