"""The index of last time, brought up to date where only some posts changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from fonds.site.cards import Card
from fonds.site.search import index
from fonds.site.state import State

_ORDER = "order"


def index_of(cards: Sequence[Card], state: State, old: Mapping[str, bytes]) -> index.Table:
    """The index of ``cards``; ``old`` holds the terms, as they were, of the posts that were read again. Where posts
    came or went in between, every number changes, and it is made from nothing."""
    order = [card.ident for card in cards]
    before = msgspec.msgpack.decode(state.meta(_ORDER) or b"\x90", type=list[str])
    table = state.index() if before and order[: len(before)] == before else {}
    if not table:
        table = index.merge(map(state.terms, order))
    else:
        changes = [
            (number, old.get(ident, b""), state.terms(ident))
            for number, ident in enumerate(order)
            if ident in old or number >= len(before)
        ]
        if not changes:
            return table
        index.patch(table, changes)
    state.set_meta(_ORDER, msgspec.msgpack.encode(order))
    state.put_index(table)
    return table


def outdated(state: State) -> None:
    """The index that is kept knows nothing of posts that were put into ``state``: it is made from nothing next time."""
    state.forget(_ORDER)
