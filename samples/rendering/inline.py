"""Text with marks as HTML. Marks may cross, repeat, be empty or run past the end; tags never cross."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import NamedTuple

from rendering.parts import Mark

_NESTING = {"CODE": 0, "A": 1, "STRONG": 2, "EM": 3}
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"})


class Tags(NamedTuple):
    """``open`` and ``close`` give the tags of a mark, ``breaks`` what a line break becomes."""

    open: Callable[[Mark], str]
    close: Callable[[Mark], str]
    breaks: str = "<br>"


def escape(text: str) -> str:
    """Text as Medium escapes it, attributes and text alike."""
    return text.translate(_ESCAPES)


def slices(text: str) -> list[int]:
    """For each UTF-16 offset the code point it belongs to, one more at the end."""
    result = []
    for index, character in enumerate(text):
        result += [index] * (2 if ord(character) > 0xFFFF else 1)
    result.append(len(text))
    return result


def runs(text: str, marks: Sequence[Mark]) -> list[tuple[str, tuple[Mark, ...]]]:
    """The text in stretches, each with the marks that stand over it, in the order in which tags nest.

    An offset inside a surrogate pair moves out of it, as HTML cannot say it.
    """
    place = slices(text)
    last = len(place) - 1
    spans = []
    for mark in marks:
        start, end = min(max(mark.start, 0), last), min(mark.end, last)
        first = place[start]
        stop = place[end] if end == last or place[end] != place[end - 1] or end == 0 else place[end] + 1
        if first < stop:
            spans.append((first, stop, mark))
    cuts = sorted({0, len(text), *(cut for span in spans for cut in span[:2])})
    result = []
    for start, stop in itertools.pairwise(cuts):
        over: dict[str, Mark] = {}
        for first, end, mark in spans:
            if first <= start and stop <= end:
                over.setdefault(mark.kind, mark)
        ordered = tuple(sorted(over.values(), key=lambda mark: _NESTING[mark.kind]))
        result.append((text[start:stop], ordered))
    return result


def html(text: str, marks: Sequence[Mark], tags: Tags) -> str:
    """Closes and opens no more tags than needed between two stretches."""
    out: list[str] = []
    stack: list[Mark] = []
    for stretch, over in runs(text, marks):
        keep = 0
        while keep < min(len(stack), len(over)) and _same(stack[keep], over[keep]):
            keep += 1
        while len(stack) > keep:
            out.append(tags.close(stack.pop()))
        for mark in over[keep:]:
            out.append(tags.open(mark))
            stack.append(mark)
        out.append(escape(stretch).replace("\n", tags.breaks))
    while stack:
        out.append(tags.close(stack.pop()))
    return "".join(out)


def _same(first: Mark, second: Mark) -> bool:
    return (first.kind, first.href, first.user) == (second.kind, second.href, second.user)
