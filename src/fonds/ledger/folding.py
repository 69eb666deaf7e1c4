"""Posts that exist twice under two ids (a digest put up again) are told apart from posts that share a line.

Without this every figure of theirs would count twice.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import msgspec

from fonds.ledger.rows import Head

LONG = 6
"""Words from which a sentence is somebody's own: shorter ones ("Photo by …") stand in many posts."""
COMMON = 40
"""A sentence in more posts than that is a standing line ("We strive to echo …")."""
SAME = 0.7
"""Share of the longer sentences of the smaller post that the other holds, for the two to be one."""
SIZE = 0.5
"""A post with less than half of the sentences of another is not that post."""


def fold(text: str) -> str:
    """``text`` as it is compared: case, white space and marks aside."""
    return "".join(char for char in text.casefold() if char.isalnum())


def prints(texts: Sequence[str]) -> tuple[str, ...]:
    """Hashes of the longer sentences, each once, in order."""
    found: dict[str, None] = {}
    for text in texts:
        if text.count(" ") >= LONG - 1:
            found[hashlib.blake2b(fold(text).encode(), digest_size=6).hexdigest()] = None
    return tuple(found)


def twins(heads: Sequence[Head]) -> list[Head]:
    """``heads``, with ``twin`` set on each post that repeats an earlier one (by date, then by id).

    Linear in the number of sentences: a sentence that stands in very many posts is not looked at.
    """
    order = sorted(range(len(heads)), key=lambda n: (heads[n].date or "9", heads[n].id))
    where: dict[str, list[int]] = {}
    for n in order:
        for mark in heads[n].prints:
            where.setdefault(mark, []).append(n)
    rank = {n: at for at, n in enumerate(order)}
    out = list(heads)
    for n in order:
        twin = _twin(n, heads, where, rank)
        name = heads[twin].id if twin is not None else ""
        if twin is not None and out[twin].twin:
            name = out[twin].twin
        if name != heads[n].twin:
            out[n] = msgspec.structs.replace(heads[n], twin=name)
    return out


def _twin(n: int, heads: Sequence[Head], where: dict[str, list[int]], rank: dict[int, int]) -> int | None:
    shared: dict[int, int] = {}
    for mark in heads[n].prints:
        held = where[mark]
        if 1 < len(held) <= COMMON:
            for other in held:
                if rank[other] < rank[n]:
                    shared[other] = shared.get(other, 0) + 1
    size = len(heads[n].prints)
    for other in sorted(shared, key=lambda m: rank[m]):
        less, more = sorted((size, len(heads[other].prints)))
        if less >= SIZE * more and shared[other] >= max(2, SAME * less):
            return other
    return None
