"""Where a line of a file differs from the rules: delimiters and blanks added or taken away.

People mend what the tool wrote: they take out the blank before a link, or paste an address without its
escapes. And the tool has ways to nest marks that its rules do not give twice. ``difference`` says so in a
few characters, and ``apply`` does the same again. No letter is ever held.
"""

from __future__ import annotations

import re

_DELIMITERS = " \\*_`[]"
_MOST = 2000
"""Edits of one text: what has more is another text."""
_OPERATION = re.compile(r"(\d+)(?:-|\+([ \\*_`\[\]]))")


def difference(rule: str, found: str) -> str | None:
    """The edits that make ``found`` of ``rule``; None when they differ in more than delimiters.

    ``12-`` takes away the character at offset 12 of ``rule``, ``12+*`` puts a ``*`` before it; edits stand
    in order, with commas between.
    """
    edits: list[str] = []
    at = there = 0
    while at < len(rule) or there < len(found):
        if len(edits) > _MOST:
            return None
        mine, theirs = rule[at : at + 1], found[there : there + 1]
        if mine == theirs:
            at += 1
            there += 1
        elif mine and mine in _DELIMITERS and (theirs not in _DELIMITERS or rule[at + 1 : at + 2] == theirs):
            edits.append(f"{at}-")
            at += 1
        elif theirs and theirs in _DELIMITERS:
            edits.append(f"{at}+{theirs}")
            there += 1
        elif mine and mine in _DELIMITERS:
            edits.append(f"{at}-")
            at += 1
        else:
            return None
    return ",".join(edits)


def apply(rule: str, edits: str) -> str:
    """``rule`` after ``edits``, as ``difference`` wrote them. What is no edit is left out."""
    pieces: list[str] = []
    at = 0
    for found in _OPERATION.finditer(edits):
        offset = max(at, min(int(found[1]), len(rule)))
        pieces.append(rule[at:offset])
        pieces.append(found[2] or "")
        at = offset if found[2] else offset + 1
    pieces.append(rule[at:])
    return "".join(pieces)
