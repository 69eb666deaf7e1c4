"""Which posts belong together: rare tags and rare words of titles, links, and nearness in time. Pure."""

from __future__ import annotations

import heapq
import math
from bisect import bisect_left
from collections.abc import Iterable, Sequence

from fonds.archive import folding
from fonds.site.cards import Card

_NEAR = 12
"""Posts looked at to each side under each tag and word: a change of one post touches few others."""
_SHORTEST = 4
_MOST = 5
_LOOKED = 20
_OFTEN = 0.05


class Related:
    """``cards`` in the order of their time."""

    def __init__(self, cards: Sequence[Card]) -> None:
        self._cards = cards
        self._number = {card.ident: number for number, card in enumerate(cards)}
        self._places: dict[str, list[int]] = {}
        self._keys = [tuple(_keys(card)) for card in cards]
        for number, keys in enumerate(self._keys):
            for key in keys:
                self._places.setdefault(key, []).append(number)
        limit = max(len(cards) * _OFTEN, 30)
        self._weight = {
            key: math.log(1 + len(cards) / len(places)) * (1.5 if key[0] == "#" else 1.0)
            for key, places in self._places.items()
            if 1 < len(places) <= limit or (key[0] == "#" and len(places) > 1)
        }

    def of(self, number: int) -> list[Card]:
        """At most five others, the nearest first."""
        card = self._cards[number]
        scores: dict[int, float] = {}
        for key in self._keys[number]:
            weight = self._weight.get(key)
            if weight is None:
                continue
            places = self._places[key]
            at = bisect_left(places, number)
            for other in places[max(at - _NEAR, 0) : at + _NEAR + 1]:
                if other != number:
                    scores[other] = scores.get(other, 0.0) + weight
        for ref in card.refs:
            linked = self._number.get(ref)
            if linked is not None and linked != number:
                scores[linked] = scores.get(linked, 0.0) + 6.0
        ranked = heapq.nsmallest(
            _LOOKED, scores, key=lambda other: (-scores[other], abs(other - number), other)
        )
        same = [
            other
            for other in ranked
            if self._cards[other].kind == "posts" or self._cards[other].ident in card.refs
        ]
        return [self._cards[other] for other in same[:_MOST]]


def _keys(card: Card) -> Iterable[str]:
    yield from (f"#{slug}" for slug, _ in card.tags)
    words = dict.fromkeys(term for term in folding.terms(card.title) if len(term) >= _SHORTEST)
    yield from (f"w{word}" for word in words)
