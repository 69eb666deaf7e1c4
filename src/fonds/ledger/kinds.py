"""What befell the people that a number counts: one rule a function, the first that knows wins.

A rule takes the reading and one of its figures and answers a ``Hit`` or ``None``. It never names a
sentence, only relations between words: the noun that is counted, the verb behind or before it, the
boat that carries, the list that goes on. ``RULES`` gives the order and the names.
"""

from __future__ import annotations

from collections.abc import Callable

from fonds.ledger.asking import (
    REACH,
    Hit,
    Hits,
    is_rate,
    is_thing,
    modality_at,
    rate_before,
)
from fonds.ledger.figures import Figure
from fonds.ledger.lexicon import PERSON, THING
from fonds.ledger.reading import Reading, is_verb
from fonds.ledger.registers import names
from fonds.ledger.rules_counts import (
    alternative,
    among_the,
    attacks,
    compared,
    count_statement,
    in_brackets,
    means,
    share,
    tally,
)
from fonds.ledger.rules_kept_out import held_off, hindered
from fonds.ledger.rules_lists import coordinated, elliptical, goes_back, more_parts, out_of_whole, part
from fonds.ledger.rules_nouns import (
    carried,
    cases_of,
    counted_noun,
    done_to_them,
    event_of,
    fate_of,
    involving,
    lives,
    of_the_harmed,
    taken_up,
)
from fonds.ledger.rules_objects import direct_object, made_to, object_of, split_verb
from fonds.ledger.rules_verbs import predicate_after

__all__ = ["RULES", "Hit", "Hits", "goes_back", "is_rate", "kind_of", "rate_before"]

Rule = Callable[[Reading, Figure, Hits], Hit | None]
RULES: tuple[Rule, ...] = (
    lives, fate_of, held_off, of_the_harmed, event_of, counted_noun, split_verb, made_to, direct_object, part, compared, predicate_after, object_of,
    involving, carried, count_statement, among_the, in_brackets, cases_of, tally, out_of_whole, coordinated, more_parts, elliptical, alternative, taken_up,
)  # fmt: skip


def _brought_back(reading: Reading, hit: Hit) -> Hit:
    """Who is intercepted and then returned was pushed back: "intercepted 200 people and returned them to …"."""
    if (
        hit.kind != "other"
        or hit.verb < 0
        or not reading.words.low[hit.verb].startswith(("intercept", "stop"))
    ):
        return hit
    low = reading.low
    for at in range(hit.verb + 1, min(len(reading), hit.verb + REACH)):
        handed = low[at] in ("handed", "took", "brought", "pulled", "pushed", "sent", "towed", "forced")
        if handed and low[at + 1 : at + 2] == ["them"] and low[at + 2 : at + 3] in (["over"], ["back"]):
            hit.kind = "deported"  # "intercepted 72 people and handed them over to …"
            break
        tag = reading.tags[at]
        if tag is not None and tag.kind == "deported" and (modality_at(reading, at) == "reported"):
            hit.kind = "deported"
            break
    return hit


def _befalls_people(reading: Reading, figure: Figure, hit: Hit) -> bool:
    """A verb that things undergo as well ("12 ships arrived", "returned 12 rows") needs people as its noun."""
    lexicon, low = reading.lexicon, reading.low
    tag = reading.tags[hit.verb] if hit.verb >= 0 else None
    if tag is not None and tag.role == "state" and _describes_a_thing(reading, hit.verb + tag.length):
        return False
    if hit.verb < 0 or low[hit.verb] not in lexicon["weak_verbs"]:
        return True
    if figure.noun == figure.last:
        if low[figure.first] == "one" and tag is not None and tag.role == "transitive" and hit.agent:
            return False  # "received one with the position of a boat"
        if tag is None or tag.length > 1 or not is_verb(tag):
            return True
        strong = any(
            t is not None and low[at] not in lexicon["weak_verbs"] for at, t in enumerate(reading.tags)
        )
        return strong or any(mask & PERSON for mask in reading.masks) or bool(names(reading.words))
    if hit.kind not in ("killed", "injured") and low[figure.noun - 1] in lexicon["audience"]:
        return False
    raw = reading.words.raw
    for at in range(figure.last, figure.noun):
        tag = reading.tags[at]
        if reading.masks[at] & PERSON or raw[at][0].isupper() or at in reading.figure_at:
            return True
        if (
            tag is not None
            or low[at].endswith(("men", "-seekers", "-olds"))
            or low[at] in ("of", "more", "others")
        ):
            return True
    return False


def _told_as_well(reading: Reading, figure: Figure, hit: Hit, hits: Hits) -> Hit:
    """ "urges the disembarkation of 629 people rescued at the weekend": the plan is a noun's, the report a verb's."""
    if hit.modality != "planned" or hit.rule != "event_of":
        return hit
    for rule in (counted_noun, predicate_after):
        later = rule(reading, figure, hits)
        if later is not None and later.modality == "reported":
            later.rule = rule.__name__
            return later
    return hit


def _describes_a_thing(reading: Reading, at: int) -> bool:
    """ "several missing details", "12 dead whales": the state belongs to a noun of another sort."""
    if at >= len(reading) or at in reading.figure_at:
        return False
    mask, word = reading.masks[at], reading.low[at]
    plain = mask == 0 or bool(mask & THING)
    return (
        plain
        and word.isalpha()
        and reading.words.raw[at].islower()
        and not word.endswith(("ing", "ed", "ly"))
        and word not in ("somewhere", "again", "offshore", "overnight")
    )


def _of_things(reading: Reading, figure: Figure) -> bool:
    """ "Of the 340 asylum requests, 29 were accepted", "of the 25 boats, only nine landed": requests and boats."""
    index = reading.figure_at[figure.first]
    if not index or figure.noun != figure.last:
        return False
    whole = reading.figures[index - 1]
    if whole.left not in (1, 2) or reading.low[whole.left - 1] != "of":
        return False
    counted = reading.masks[whole.last : whole.noun]
    return any(mask & THING for mask in counted) and not any(mask & PERSON for mask in counted)


def kind_of(reading: Reading, figure: Figure, hits: Hits) -> Hit | None:
    """What the first rule that knows says about ``figure``; ``hits`` are those of the figures before it."""
    if figure.percent:
        hit = share(reading, figure, hits)
        if hit is not None:
            hit.rule = "share"
        return hit
    if reading.lexicon["survey_verbs"] & set(reading.low[max(0, figure.left - 2) : figure.left]):
        return done_to_them(reading, figure)
    if isinstance(figure.value, float) and not figure.value.is_integer():
        return None  # "0.9", "1.2": nobody is counted in fractions
    before = reading.low[figure.left - 1 : figure.left] if figure.left else []
    if before and before[0] in reading.lexicon["stock_verbs"]:
        return None
    kept_out = hindered(reading, figure)
    if kept_out is not None:
        return kept_out
    thing = is_thing(reading, figure) or _of_things(reading, figure)
    if thing:
        for counted in (cases_of, attacks, means):
            hit = counted(reading, figure, hits)
            if hit is not None:
                hit.rule = counted.__name__
                return hit
        return None
    for rule in RULES:
        hit = rule(reading, figure, hits)
        if hit is not None and figure.value == 0 and rule is not tally:
            return None  # "returns 0"; "Arrivals: Lesvos 54, Samos 0" counts
        if hit is not None:
            hit.rule = rule.__name__
            hit = _told_as_well(reading, figure, hit, hits)
            return _brought_back(reading, hit) if _befalls_people(reading, figure, hit) else None
    return None
