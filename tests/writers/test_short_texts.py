"""Every text of a few characters, from the characters that mean something together: none is left to chance.

What random texts and the fuzzer find is mostly this short ("[", a line break, "]:"), so all of it is written and
read back by both engines: without marks, and with each kind of mark in each place.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, product

import pytest

from fonds.model import Block, Heading, ListItem, Mark, MarkKind, Paragraph, Post, Quote, RichText
from fonds.richtext import clean
from fonds.writers import write
from fonds.writers.check import check
from judge import differences

BATCH = 500

ALPHABETS = [
    pytest.param("[]:\n", 6, 5, id="link references"),
    pytest.param("[](\n<", 5, 4, id="links"),
    pytest.param("![^]a", 5, 4, id="pictures and footnotes"),
    pytest.param("`a\\*\n", 5, 4, id="code and escapes"),
    pytest.param("_a* \n", 5, 4, id="emphasis"),
    pytest.param("~a \n", 6, 4, id="strikethrough and fences"),
    pytest.param("-=|:\n", 5, 4, id="rules and tables"),
    pytest.param("1.)\n a", 5, 3, id="numbered lists"),
    pytest.param("#>+ \n", 5, 4, id="headings, quotes and lists"),
    pytest.param("&;#1x", 5, 4, id="references"),
    pytest.param("<a/>!", 5, 4, id="tags"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("alphabet", "length", "marked"), ALPHABETS)
def test_every_short_text(alphabet: str, length: int, marked: int) -> None:
    wrong: list[str] = []
    batch: list[Block] = []
    for rich in _riches(alphabet, length, marked):
        batch += _places(rich)
        if len(batch) >= BATCH:
            wrong += _wrong(batch)
            batch.clear()
    wrong += _wrong(batch)
    assert wrong[:10] == []


def _texts(alphabet: str, length: int) -> Iterator[str]:
    for size in range(1, length + 1):
        yield from map("".join, product(alphabet, repeat=size))


def _riches(alphabet: str, length: int, marked: int) -> Iterator[RichText]:
    kinds: tuple[MarkKind, ...] = ("strong", "em", "code", "link")
    for text in _texts(alphabet, length):
        yield clean(text, [])
    for text in _texts(alphabet, marked):
        for begin, end in combinations(range(len(text) + 1), 2):
            for kind in kinds:
                href = "https://a.example/" if kind == "link" else ""
                yield clean(text, [Mark(kind, begin, end, href=href)])


def _places(rich: RichText) -> Iterator[Block]:
    yield Paragraph(rich)
    if len(rich.text) < 4 and not rich.marks:
        yield from (Quote(rich), ListItem(rich), Heading(3, rich))


def _wrong(blocks: list[Block]) -> list[str]:
    """What does not come back, each with how it was written; all at once first, since nearly always all is well."""
    if not _differs(Post(title="", blocks=tuple(blocks))):
        return []
    return [
        f"{block} was written {write(post)!r}"
        for block in blocks
        if _differs(post := Post(title="", blocks=(block,)))
    ]


def _differs(post: Post) -> bool:
    text = write(post)
    return bool(check(post, text) or differences(post, text))
