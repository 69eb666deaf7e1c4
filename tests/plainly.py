"""Search in the plainest way: what the index must agree with."""

from __future__ import annotations

from fonds.archive import folding


def matches(query: str, text: str) -> bool:
    """The meaning of a phrase, in the plainest way."""
    terms = list(folding.terms(text))
    wanted = folding.wanted(query)
    first = {wanted[0].term, *folding.with_prefixes(wanted[0].term)}
    for start in range(len(terms) - len(wanted) + 1):
        here = terms[start : start + len(wanted)]
        if here[0] not in first and not (wanted[0].prefix and here[0].startswith(wanted[0].term)):
            continue
        if all(
            have.startswith(want.term) if want.prefix else have == want.term
            for have, want in zip(here[1:], wanted[1:], strict=True)
        ):
            return True
    return False
