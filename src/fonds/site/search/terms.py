"""Posts as search sees them: their terms, and their text for the results. Pure."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

from fonds.archive import folding

TITLE, ASIDE, OFTEN, ONCE = 3, 2, 1, 0
"""How a post holds a term, the weightiest that holds: in its title; in captions, tags, people, embeds; more
than once in its text; once."""


def counted(fields: Sequence[str]) -> bytes:
    """The terms of a post's fields (title, asides, text) with how it holds them, sorted: a line for each,
    ``<0 to 3><term>``."""
    title, aside, text = (list(folding.terms(field)) for field in fields)
    found: dict[str, int] = {}
    for term in text:
        found[term] = OFTEN if term in found else ONCE
    for term in aside:
        found[term] = ASIDE
    for term in title:
        found[term] = TITLE
    for term in list(found):
        # Arabic writes and, in, the … as one with the word: the word behind them is found too.
        for bare in folding.without_prefixes(term) if not term.isascii() else ():
            found[bare] = max(found.get(bare, ONCE), found[term])
    lines = "\n".join(f"{found[term]}{term}" for term in sorted(found))
    return zlib.compress(lines.encode(), 1)


def read(data: bytes) -> dict[str, int]:
    """What ``counted`` wrote: term → how."""
    text = zlib.decompress(data).decode() if data else ""
    return {line[1:]: int(line[0]) for line in text.split("\n") if line}


def packed(fields: Sequence[str]) -> bytes:
    """The fields for the results page: a raw deflate stream of the three, parted by U+001F."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    text = "\x1f".join(field.replace("\x1f", " ") for field in fields)
    return packer.compress(text.encode("utf-8", "replace")) + packer.flush()
