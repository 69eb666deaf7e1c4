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
from fonds.ledger.reading import Reading
from fonds.ledger.rules_lists import (
    alternative,
    among_the,
    attacks,
    compared,
    coordinated,
    count_statement,
    elliptical,
    goes_back,
    means,
    more_parts,
    out_of_whole,
    part,
    share,
    tally,
)
from fonds.ledger.rules_nouns import (
    carried,
    counted_noun,
    event_of,
    fate_of,
    held_off,
    involving,
    lives,
    of_the_harmed,
)
from fonds.ledger.rules_objects import direct_object, made_to, object_of, split_verb
from fonds.ledger.rules_verbs import predicate_after

__all__ = ["RULES", "Hit", "Hits", "goes_back", "is_rate", "kind_of", "rate_before"]

Rule = Callable[[Reading, Figure, Hits], Hit | None]
RULES: tuple[Rule, ...] = (
    lives, fate_of, held_off, of_the_harmed, event_of, counted_noun, split_verb, made_to, direct_object, part, compared, predicate_after, object_of,
    involving, carried, count_statement, among_the, tally, out_of_whole, coordinated, more_parts, elliptical, alternative,
)  # fmt: skip


def _brought_back(reading: Reading, hit: Hit) -> Hit:
    """Who is intercepted and then returned was pushed back: "intercepted 200 people and returned them to …"."""
    if (
        hit.kind != "other"
        or hit.verb < 0
        or not reading.words.low[hit.verb].startswith(("intercept", "stop"))
    ):
        return hit
    for at in range(hit.verb + 1, min(len(reading), hit.verb + REACH)):
        tag = reading.tags[at]
        if tag is not None and tag.kind == "deported" and (modality_at(reading, at) == "reported"):
            hit.kind = "deported"
            break
    return hit


def kind_of(reading: Reading, figure: Figure, hits: Hits) -> Hit | None:
    """What the first rule that knows says about ``figure``; ``hits`` are those of the figures before it."""
    if figure.percent:
        hit = share(reading, figure, hits)
        if hit is not None:
            hit.rule = "share"
        return hit
    if reading.lexicon["survey_verbs"] & set(reading.low[max(0, figure.left - 2) : figure.left]):
        return None
    thing = is_thing(reading, figure)
    if thing:
        for counted in (attacks, means):
            hit = counted(reading, figure, hits)
            if hit is not None:
                hit.rule = counted.__name__
                return hit
        return None
    for rule in RULES:
        hit = rule(reading, figure, hits)
        if hit is not None:
            hit.rule = rule.__name__
            return _brought_back(reading, hit)
    return None
