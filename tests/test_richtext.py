"""fonds.richtext: cases side by side, the promises of RichText, and a second way to the same answer.

The oracle knows nothing of the module: it paints every UTF-16 unit by itself and reads the marks off.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fonds import richtext
from fonds.model import EMPTY, Mark, MarkKind, RichText
from fonds.richtext import Span, clean, from_utf16, tree
from growth import assert_linear
from texts import HREFS, KINDS, Generator, riches, texts

Raw = tuple[MarkKind, int, int] | tuple[MarkKind, int, int, str]

A, B = "https://a.example/", "https://b.example/"


def marks_of(raw: Iterable[Raw]) -> list[Mark]:
    return [Mark(*one) for one in raw]


class Case(NamedTuple):
    """``raw`` marks count UTF-16 units of ``text``; ``marks`` code points of ``wanted``."""

    why: str
    text: str
    raw: tuple[Raw, ...]
    marks: tuple[Raw, ...]
    wanted: str | None = None  # where the text itself changes


FROM_UTF16 = (
    Case("no marks", "a boat", (), ()),
    Case("empty text", "", (("strong", 0, 4),), ()),
    Case("one mark", "a boat", (("strong", 2, 6),), (("strong", 2, 6),)),
    Case("the whole text", "boat", (("em", 0, 4),), (("em", 0, 4),)),
    # ranges that are off
    Case("empty", "a boat", (("strong", 2, 2),), ()),
    Case("end before start", "a boat", (("strong", 4, 2),), ()),
    Case("negative start", "a boat", (("strong", -3, 1),), (("strong", 0, 1),)),
    Case("all negative", "a boat", (("em", -9, -1),), ()),
    Case("past the end", "a boat", (("code", 2, 400),), (("code", 2, 6),)),
    Case("begins past the end", "a boat", (("code", 6, 9),), ()),
    Case("very far past the end", "a boat", (("link", 0, 2**62, A),), (("link", 0, 6, A),)),
    # repeated, overlapping, touching
    Case("repeated", "a boat", (("em", 0, 1), ("em", 0, 1)), (("em", 0, 1),)),
    Case("overlapping", "a boat", (("em", 0, 4), ("em", 2, 6)), (("em", 0, 6),)),
    Case("touching", "a boat", (("strong", 2, 4), ("strong", 4, 6)), (("strong", 2, 6),)),
    Case("inside another", "a boat", (("em", 3, 4), ("em", 2, 6)), (("em", 2, 6),)),
    Case("behind each other, out of order", "a b c", (("em", 4, 5), ("em", 0, 1)), (("em", 0, 1), ("em", 4, 5))),
    Case("only white space between", "a b", (("em", 0, 1), ("em", 2, 3)), (("em", 0, 1), ("em", 2, 3))),
    Case("kinds on the same range, sorted", "boat",
         (("code", 0, 4), ("em", 0, 4), ("strong", 0, 4), ("link", 0, 4, A)),
         (("link", 0, 4, A), ("strong", 0, 4), ("em", 0, 4), ("code", 0, 4))),
    Case("longer first", "boat", (("link", 0, 2, A), ("em", 0, 4)), (("em", 0, 4), ("link", 0, 2, A))),
    # white space
    Case("blanks inside the ends", "a boat b", (("strong", 1, 7),), (("strong", 2, 6),)),
    Case("nothing but blanks", "a   b", (("strong", 1, 4),), ()),
    Case("no-break and ideographic space", "\u00a0港\u3000", (("em", 0, 3),), (("em", 1, 2),)),
    Case("line breaks at the ends", "\nboat\n", (("em", 0, 6),), (("em", 1, 5),)),
    Case("zero-width space is no white space", "\u200bboat", (("em", 0, 5),), (("em", 0, 5),)),
    Case("blank between touching marks is inside", "a b", (("em", 0, 2), ("em", 2, 3)), (("em", 0, 3),)),
    Case("code keeps its blanks", "a  b", (("code", 1, 3),), (("code", 1, 3),)),
    Case("a link keeps its blanks", "a  b", (("link", 1, 3, A),), (("link", 1, 3, A),)),
    # surrogate pairs
    Case("a pair counts two", "💸 sold", (("strong", 3, 7),), (("strong", 2, 6),)),
    Case("starts inside a pair", "💸 sold", (("strong", 1, 7),), (("strong", 0, 6),)),
    Case("ends inside a pair", "sold 💸", (("strong", 0, 6),), (("strong", 0, 6),)),
    Case("inside one pair", "a💸b", (("em", 2, 3),), (("em", 1, 2),)),
    Case("first half", "a💸b", (("em", 1, 2),), (("em", 1, 2),)),
    Case("empty inside a pair", "a💸b", (("em", 2, 2),), ()),
    Case("reversed inside two pairs", "💸💸", (("em", 3, 1),), ()),
    Case("between two pairs", "💸💸", (("em", 2, 4),), (("em", 1, 2),)),
    Case("from the middle of one to that of the next", "💸💸", (("em", 1, 3),), (("em", 0, 2),)),
    Case("past the end behind pairs", "💸💸", (("em", 2, 9),), (("em", 1, 2),)),
    # joined emoji and others that are one to the eye
    Case("family cut in the middle", "👨‍👩‍👧 at sea", (("strong", 3, 5),), (("strong", 0, 5),)),
    Case("ends before the joiner", "👩‍✈️ flies", (("em", 0, 2),), (("em", 0, 4),)),
    Case("kiss counts eleven", "👩‍❤️‍💋‍👩 so", (("strong", 12, 14),), (("strong", 9, 11),)),
    Case("skin tone", "a👍🏽b", (("em", 1, 3),), (("em", 1, 3),)),
    Case("arrow joined to a face", "🙂‍↔️ no", (("em", 0, 3),), (("em", 0, 4),)),
    Case("keycap", "1\ufe0f\u20e3 first", (("strong", 0, 1),), (("strong", 0, 3),)),
    Case("flag cut in half", "🇭🇷🇬🇷", (("em", 2, 4),), (("em", 0, 2),)),
    Case("second of two flags", "🇭🇷🇬🇷", (("em", 4, 8),), (("em", 2, 4),)),
    Case("between two flags", "🇭🇷🇬🇷", (("em", 2, 6),), (("em", 0, 4),)),
    Case("a flag of tags", "\U0001f3f4\U000e0067\U000e0062\U000e007f!", (("em", 2, 4),), (("em", 0, 4),)),
    Case("combining acute", "cafe\u0301 is", (("strong", 0, 4),), (("strong", 0, 5),)),
    Case("from the accent on", "cafe\u0301 is", (("strong", 4, 5),), (("strong", 3, 5),)),
    Case("harakat", "مُدَرِّس", (("em", 0, 1),), (("em", 0, 2),)),
    Case("a sign behind a joiner", "क\u094d\u200d\u093e", (("em", 0, 3),), (("em", 0, 4),)),
    Case("two harakat on one letter", "مُدَرِّس", (("em", 5, 6),), (("em", 4, 7),)),
    Case("niqqud", "שָׁלוֹם", (("em", 2, 3),), (("em", 0, 3),)),
    Case("combining mark on a blank", "a \u0301b", (("em", 2, 4),), (("em", 2, 4),)),
    Case("a combining mark begins anew behind a blank", "a \u0301b", (("link", 2, 4, A),), (("link", 2, 4, A),)),
    Case("adjacent marks meet in one grapheme", "e\u0301x", (("em", 0, 1), ("em", 1, 3)), (("em", 0, 3),)),
    Case("flags in a long row", "🇭🇷" * 40, (("em", 2 * 67, 2 * 68),), (("em", 66, 68),)),
    # links
    Case("overlapping links: the first keeps its range", "a boat sails", (("link", 0, 6, A), ("link", 2, 12, B)),
         (("link", 0, 6, A), ("link", 6, 12, B))),
    Case("a link inside a link", "a boat sails", (("link", 0, 12, A), ("link", 2, 6, B)), (("link", 0, 12, A),)),
    Case("two links on one range: the first named", "boat", (("link", 0, 4, A), ("link", 0, 4, B)),
         (("link", 0, 4, A),)),
    Case("touching links of one address", "a boat", (("link", 0, 2, A), ("link", 2, 6, A)), (("link", 0, 6, A),)),
    Case("touching links of two", "a boat", (("link", 0, 2, A), ("link", 2, 6, B)),
         (("link", 0, 2, A), ("link", 2, 6, B))),
    Case("one address again behind another", "abcdef",
         (("link", 0, 3, A), ("link", 1, 4, B), ("link", 2, 6, A)),
         (("link", 0, 3, A), ("link", 3, 4, B), ("link", 4, 6, A))),
    Case("links that meet in a grapheme begin together: the longer", "e\u0301x",
         (("link", 0, 1, A), ("link", 1, 3, B)), (("link", 0, 3, B),)),
    # code and line breaks
    Case("code over a line break", "ls\ncd", (("code", 0, 5),), (("code", 0, 2), ("code", 3, 5))),
    Case("code over two breaks", "a\n\nb", (("code", 0, 4),), (("code", 0, 1), ("code", 3, 4))),
    Case("code of breaks alone", "a\n\nb", (("code", 1, 3),), ()),
    Case("strong runs over a break", "a\nb", (("strong", 0, 3),), (("strong", 0, 3),)),
    # line ends
    Case("CRLF before the mark", "a\r\nboat", (("strong", 3, 7),), (("strong", 2, 6),), "a\nboat"),
    Case("CRLF inside the mark", "a\r\nb c", (("strong", 0, 4),), (("strong", 0, 3),), "a\nb c"),
    Case("CR alone", "a\rboat", (("strong", 2, 6),), (("strong", 2, 6),), "a\nboat"),
    Case("CR CR LF", "a\r\r\nb", (("em", 4, 5),), (("em", 3, 4),), "a\n\nb"),
    Case("between CR and LF", "ab\r\ncd", (("link", 3, 6, A),), (("link", 2, 5, A),), "ab\ncd"),
    Case("ends between CR and LF", "ab\r\ncd", (("link", 0, 3, A),), (("link", 0, 2, A),), "ab\ncd"),
    Case("CRLF without marks", "a\r\nb\rc", (), (), "a\nb\nc"),
    Case("CRLF and a pair", "💸\r\n💸 so", (("em", 4, 6),), (("em", 2, 3),), "💸\n💸 so"),
    # what no file can carry
    Case("NUL", "a\x00b", (("em", 2, 3),), (("em", 2, 3),), "a\ufffdb"),
    Case("lone surrogate", "a\ud83db", (("em", 2, 3),), (("em", 2, 3),), "a\ufffdb"),
    Case("lone surrogates without marks", "\udcb8\ud83d", (), (), "\ufffd\ufffd"),
)  # fmt: skip


@pytest.mark.parametrize("case", FROM_UTF16, ids=lambda case: case.why)
def test_from_utf16(case: Case) -> None:
    rich = from_utf16(case.text, marks_of(case.raw))
    assert rich.text == (case.text if case.wanted is None else case.wanted)
    assert rich.marks == tuple(marks_of(case.marks))


CLEAN = (
    Case("offsets are code points", "💸 sold", (("strong", 2, 6),), (("strong", 2, 6),)),
    Case("a family is five", "👨‍👩‍👧!", (("em", 1, 2),), (("em", 0, 5),)),
    Case("CRLF", "a\r\n💸b", (("em", 3, 4),), (("em", 2, 3),), "a\n💸b"),
)


@pytest.mark.parametrize("case", CLEAN, ids=lambda case: case.why)
def test_clean(case: Case) -> None:
    rich = clean(case.text, marks_of(case.raw))
    assert rich.text == (case.text if case.wanted is None else case.wanted)
    assert rich.marks == tuple(marks_of(case.marks))


def test_a_link_keeps_all_its_facts() -> None:
    mark = Mark("link", 1, 400, "/u/12ab", "Ana", "12ab")
    assert from_utf16("💸 Ana", [mark]).marks == (Mark("link", 0, 5, "/u/12ab", "Ana", "12ab"),)
    assert from_utf16("a\r\nAna", [Mark("link", 3, 6, "#", "t", "u")]).marks == (
        Mark("link", 2, 5, "#", "t", "u"),
    )


def test_links_that_differ_in_their_user_stay_apart() -> None:
    marks = [Mark("link", 0, 2, "#", "", "a"), Mark("link", 2, 4, "#", "", "b")]
    assert clean("abcd", marks).marks == tuple(marks)


def test_what_comes_in_is_left_alone() -> None:
    marks = [Mark("em", 2, 4), Mark("em", 0, 3)]
    before = list(marks)
    from_utf16("abcd", marks)
    assert marks == before


# -- the tree

Nodes = tuple[object, ...]

TREES: tuple[tuple[str, str, tuple[Raw, ...], Nodes], ...] = (
    ("nothing", "", (), ()),
    ("text alone", "boat", (), ("boat",)),
    ("one mark", "a boat.", (("em", 2, 6),), ("a ", ("em", "boat"), ".")),
    ("nested", "abcd", (("strong", 0, 4), ("em", 1, 3)), (("strong", "a", ("em", "bc"), "d"),)),
    ("equal ranges nest link, strong, em, code", "ab",
     (("link", 0, 2), ("strong", 0, 2), ("em", 0, 2), ("code", 0, 2)),
     (("link", ("strong", ("em", ("code", "ab")))),)),
    ("strong and em cross", "abc", (("strong", 0, 2), ("em", 1, 3)), (("strong", "a", ("em", "b")), ("em", "c"))),
    ("strong crosses a link", "abc", (("strong", 0, 2), ("link", 1, 3)),
     (("strong", "a"), ("link", ("strong", "b"), "c"))),
    ("strong over the end of a link", "abc", (("link", 0, 2), ("strong", 1, 3)),
     (("link", "a", ("strong", "b")), ("strong", "c"))),
    ("a link within strong", "abc", (("strong", 0, 3), ("link", 1, 2)), (("strong", "a", ("link", "b"), "c"),)),
    ("strong crosses one link and holds another", "abcdef", (("strong", 0, 5), ("link", 1, 2), ("link", 4, 6)),
     (("strong", "a", ("link", "b"), "cd"), ("link", ("strong", "e"), "f"))),
    ("two touching links under strong", "abcd", (("link", 0, 2), ("link", 2, 4), ("strong", 1, 3)),
     (("link", "a", ("strong", "b")), ("link", ("strong", "c"), "d"))),
    ("code crosses strong", "abc", (("strong", 0, 2), ("code", 1, 3)),
     (("strong", "a", ("code", "b")), ("code", "c"))),
    ("code around strong is cut at both ends", "abc", (("code", 0, 3), ("strong", 1, 2)),
     (("code", "a"), ("strong", ("code", "b")), ("code", "c"))),
    ("code around a link", "abc", (("code", 0, 3), ("link", 1, 2)),
     (("code", "a"), ("link", ("code", "b")), ("code", "c"))),
    ("em crosses strong with code between", "abcdef", (("strong", 0, 4), ("em", 1, 6), ("code", 2, 3)),
     (("strong", "a", ("em", "b", ("code", "c"), "d")), ("em", "ef"))),
)  # fmt: skip


def shape(nodes: Iterable[Span | str]) -> Nodes:
    return tuple(node if isinstance(node, str) else (node.mark.kind, *shape(node.children)) for node in nodes)


@pytest.mark.parametrize(("why", "text", "raw", "wanted"), TREES, ids=[case[0] for case in TREES])
def test_tree(why: str, text: str, raw: tuple[Raw, ...], wanted: Nodes) -> None:
    marks = [Mark(kind, start, end, f"#{start}" if kind == "link" else "") for kind, start, end, *_ in raw]
    assert shape(tree(clean(text, marks))) == wanted


# -- an oracle: every UTF-16 unit by itself

Painted = tuple[frozenset[str], str]
"""Kinds over a character, and the link it stands in ("" for none)."""


def units_of(text: str) -> list[tuple[int, str]]:
    """(number of the character in the sound text, that character) for every UTF-16 unit of ``text``."""
    sound: list[tuple[int, str]] = []
    number = 0
    for index, char in enumerate(text):
        if char == "\r" and text[index + 1 : index + 2] == "\n":
            sound.append((-1, ""))  # it goes away
            continue
        char = "\n" if char == "\r" else "\ufffd" if char == "\0" or "\ud800" <= char <= "\udfff" else char
        sound += [(number, char)] * (2 if ord(char) > 0xFFFF else 1)
        number += 1
    return sound


def graphemes(text: str) -> list[tuple[int, int]]:
    """Ranges of what is one to the eye, by a walk from the left: a base, what combines with it, joined
    pictures, flags by twos (UAX 29, the rules that richtext names)."""
    ranges: list[tuple[int, int]] = []
    flags = 0
    for index, char in enumerate(text):
        before = text[index - 1] if index else "\n"
        flag = 0x1F1E6 <= ord(char) <= 0x1F1FF
        extends = (
            unicodedata.category(char).startswith("M")
            or char == "\u200d"
            or 0x1F3FB <= ord(char) <= 0x1F3FF
            or 0xE0020 <= ord(char) <= 0xE007F
        ) and not before.isspace()
        picture = before == "\u200d" and (unicodedata.category(char) == "So" or char == "↔")
        if (extends or picture or (flag and flags % 2)) and ranges:
            ranges[-1] = (ranges[-1][0], index + 1)
        else:
            ranges.append((index, index + 1))
        flags = flags + 1 if flag else 0
    return ranges


def paint(text: str, raw: Sequence[Mark]) -> tuple[str, list[Painted]]:
    """The sound text, and what every character of it must show."""
    units = units_of(text)
    sound = "".join(char for number, char in sorted({u for u in units if u[0] >= 0}))
    whole = {index: range(start, end) for start, end in graphemes(sound) for index in range(start, end)}
    covers: list[tuple[Mark, set[int]]] = []
    for mark in raw:
        chars = {units[at][0] for at in range(max(mark.start, 0), min(mark.end, len(units)))} - {-1}
        if chars:
            covers.append((mark, {n for char in (min(chars), max(chars)) for n in whole[char]} | chars))
    painted: list[Painted] = []
    kinds: list[set[str]] = [set() for _ in sound]
    for kind in ("strong", "em", "code"):
        covered = set().union(*(chars for mark, chars in covers if mark.kind == kind))
        for index in covered:
            if kind == "code" and sound[index] == "\n":
                continue
            if kind != "code" and edge(sound, index, covered):
                continue
            kinds[index].add(kind)
    links = sorted(
        (m for m in covers if m[0].kind == "link"), key=lambda found: (min(found[1]), -max(found[1]))
    )
    for index in range(len(sound)):
        href = next((mark.href for mark, chars in links if index in chars), "")
        painted.append((frozenset(kinds[index]), href))
    return sound, painted


def edge(text: str, index: int, covered: set[int]) -> bool:
    """Whether the character is white space at the beginning or end of a covered stretch."""
    if not text[index].isspace():
        return False
    for step in (-1, 1):
        at = index
        while at in covered and text[at].isspace():
            at += step
        if at not in covered:
            return True
    return False


def shown(rich: RichText) -> list[Painted]:
    kinds: list[set[str]] = [set() for _ in rich.text]
    hrefs = [""] * len(rich.text)
    for mark in rich.marks:
        for index in range(mark.start, mark.end):
            if mark.kind == "link":
                assert not hrefs[index], "links nest"
                hrefs[index] = mark.href
            else:
                kinds[index].add(mark.kind)
    return [(frozenset(k), href) for k, href in zip(kinds, hrefs, strict=True)]


def leaves(
    nodes: Iterable[Span | str], kinds: frozenset[str] = frozenset(), href: str = ""
) -> Iterable[tuple[str, Painted]]:
    for node in nodes:
        if isinstance(node, str):
            yield node, (kinds, href)
        elif node.mark.kind == "link":
            yield from leaves(node.children, kinds, node.mark.href)
        else:
            yield from leaves(node.children, kinds | {node.mark.kind}, href)


NASTY = st.sampled_from(
    ("\r\n", "\r", "\n", "\r\n\r\n", "\x00", "\ud83d", "\udcb8", "\u200d", "\ufe0f", "\u0301", "\u064e", "🇭", "🇭🇷",
     "👩‍❤️‍💋‍👩", "💸", "🏽", "↔", "\u20e3", "\U000e0067", " ", "\u3000", "\u0085", "\u2028", "a", "מ")
)  # fmt: skip


@st.composite
def inputs(draw: st.DrawFn) -> tuple[str, list[Mark]]:
    """Any text, and marks that may be anything."""
    text = draw(st.one_of(texts, st.lists(NASTY, max_size=10).map("".join)))
    units = len(text) + sum(char > "\uffff" for char in text)
    raw = draw(
        st.lists(
            st.tuples(
                st.sampled_from(KINDS),
                st.integers(-3, units + 3),
                st.integers(-3, units + 3),
                st.sampled_from(HREFS[:3]),
            ),
            max_size=8,
        )
    )
    return text, [
        Mark(kind, start, end, href if kind == "link" else "", "", "") for kind, start, end, href in raw
    ]


@given(inputs())
@example(("a💸b", [Mark("em", 2, 2)]))
@example(("🇭" * 7, [Mark("em", 4, 6)]))
@example(("e\u0301x", [Mark("link", 0, 1, "1"), Mark("link", 1, 3, "2")]))
def test_as_the_oracle_paints_it(given_: tuple[str, list[Mark]]) -> None:
    text, raw = given_
    rich = from_utf16(text, raw)
    wanted, painted = paint(text, raw)
    assert rich.text == wanted
    assert shown(rich) == painted


@given(inputs())
def test_promises_of_richtext(given_: tuple[str, list[Mark]]) -> None:
    keeps_its_promises(from_utf16(*given_))


@given(inputs())
def test_promises_of_clean(given_: tuple[str, list[Mark]]) -> None:
    keeps_its_promises(clean(*given_))


@given(riches())
def test_promises_of_the_writers_texts(rich: RichText) -> None:
    keeps_its_promises(rich)


def keeps_its_promises(rich: RichText) -> None:
    text, marks = rich.text, rich.marks
    order: dict[MarkKind, int] = {"link": 0, "strong": 1, "em": 2, "code": 3}
    keys = [(mark.start, -mark.end, order[mark.kind]) for mark in marks]
    assert keys == sorted(keys), "sorted by (start, -end, kind)"
    assert not re.search("[\r\x00\ud800-\udfff]", text), "only what a file can carry, \\n alone"
    bounds = {start for start, _ in graphemes(text)} | {len(text)}
    for mark in marks:
        assert 0 <= mark.start < mark.end <= len(text), "none empty or out of range"
        assert {mark.start, mark.end} <= bounds, "none splits a grapheme"
        stretch = text[mark.start : mark.end]
        if mark.kind in ("strong", "em"):
            assert stretch == stretch.strip(), "no white space at the ends of strong and em"
            assert mark == Mark(mark.kind, mark.start, mark.end), "what only links have"
        if mark.kind == "code":
            assert "\n" not in stretch, "code ends at a line break"
    for kind in KINDS:
        same = [mark for mark in marks if mark.kind == kind]
        for first, second in itertools.pairwise(same):
            assert first.end <= second.start, "one kind does not overlap"
            if first.end == second.start:
                assert kind == "link", "nor touch"
                assert (first.href, first.title, first.user_id) != (
                    second.href,
                    second.title,
                    second.user_id,
                ), "unless the links differ"


@given(inputs())
def test_clean_again_changes_nothing(given_: tuple[str, list[Mark]]) -> None:
    rich = from_utf16(*given_)
    assert clean(rich.text, rich.marks) == rich


@given(st.one_of(inputs().map(lambda given_: from_utf16(*given_)), riches()))
def test_the_tree_says_what_the_marks_say(rich: RichText) -> None:
    found = list(leaves(tree(rich)))
    assert "".join(text for text, _ in found) == rich.text
    assert [look for text, look in found for _ in text] == shown(rich)


@given(st.one_of(inputs().map(lambda given_: from_utf16(*given_)), riches()))
def test_the_tree_is_well_formed(rich: RichText) -> None:
    def walk(nodes: tuple[Span | str, ...], start: int, end: int, outer: tuple[str, ...]) -> int:
        at = start
        before = ""
        for node in nodes:
            if isinstance(node, str):
                assert node, "no empty leaf"
                assert before != "text", "no two leaves side by side"
                before = "text"
                at += len(node)
                continue
            before = "span"
            assert node.mark.start == at, "where its mark says"
            assert node.mark.kind not in outer, "no kind in itself"
            assert "code" not in outer, "code stands innermost"
            at = walk(node.children, at, node.mark.end, (*outer, node.mark.kind))
            assert at == node.mark.end
        assert at == end
        return at

    walk(tree(rich), 0, len(rich.text), ())


@given(inputs())
def test_order_of_the_input_matters_to_links_alone(given_: tuple[str, list[Mark]]) -> None:
    text, raw = given_
    others = [mark for mark in raw if mark.kind != "link"]
    assert from_utf16(text, others) == from_utf16(text, others[::-1])


def test_many_generated_texts_keep_the_promises() -> None:
    generator = Generator(7)
    for _ in range(3_000):
        text = generator.text()
        raw = generator.marks(text)
        rich = from_utf16(text, raw)
        keeps_its_promises(rich)
        assert shown(rich) == paint(text, raw)[1]


def test_no_marks_no_work() -> None:
    assert from_utf16("", ()) == EMPTY
    assert from_utf16("boat", ()).marks == ()


# -- growth


def crossing(n: int) -> tuple[str, list[Mark]]:
    """Marks of all kinds, each crossing the next."""
    kinds = itertools.cycle(KINDS)
    return "ab" * n, [
        Mark(kind, i, i + 3, A if i % 3 else B) for i, kind in zip(range(2 * n), kinds, strict=False)
    ]


def all_over_all(n: int) -> tuple[str, list[Mark]]:
    """Every mark overlaps every other: from 0 on, and from the middle on."""
    return "a" * 2 * n, [Mark(KINDS[i % 4], i // 2, n + i, str(i)) for i in range(n)]


def nested_links(n: int) -> tuple[str, list[Mark]]:
    return "a" * 2 * n, [Mark("link", i, 2 * n - i, str(i)) for i in range(n)]


def strong_over_links(n: int) -> tuple[str, list[Mark]]:
    links = [Mark("link", 2 * i, 2 * i + 1, A) for i in range(n)]
    return "ab" * n, [Mark("strong", 0, 2 * n), Mark("em", 1, 2 * n - 1), Mark("code", 0, 2 * n), *links]


def repeated(text: str, step: int) -> Callable[[int], tuple[str, list[Mark]]]:
    def make(n: int) -> tuple[str, list[Mark]]:
        whole = text * n
        return whole, [Mark(KINDS[i % 4], i, i + step, A) for i in range(0, 2 * len(whole), 2)]

    return make


def long_text(n: int) -> tuple[str, list[Mark]]:
    return "港の船 💸 " * 100 * n, [Mark("strong", 3, 300 * n), Mark("link", 9, 500 * n, A)]


def line_breaks(n: int) -> tuple[str, list[Mark]]:
    return "a\r\n" * n, [Mark("code", 0, 3 * n), *(Mark("em", 3 * i, 3 * i + 4) for i in range(n))]


GROWING = {
    "crossing marks": crossing,
    "all over all": all_over_all,
    "nested links": nested_links,
    "strong over many links": strong_over_links,
    "combining marks alone": repeated("\u0301", 1),
    "flags alone": repeated("🇭🇷", 3),
    "joiners alone": repeated("\u200d", 1),
    "joined emoji": repeated("👩‍❤️‍💋‍👩", 7),
    "one flag half": repeated("🇭", 1),
    "white space alone": repeated(" ", 5),
    "long text": long_text,
    "line breaks": line_breaks,
    "NULs": repeated("\x00", 3),
}


@pytest.mark.parametrize("name", GROWING)
def test_time_grows_with_the_input(name: str) -> None:
    assert_linear(lambda n: tree(from_utf16(*GROWING[name](n))), 1_000)


def test_a_hundred_thousand_marks() -> None:
    text, marks = crossing(50_000)
    rich = from_utf16(text, marks)
    assert len(marks) == 100_000
    assert "".join(part for part, _ in leaves(tree(rich))) == text


def test_a_paragraph_of_ten_million_characters() -> None:
    text = "The 港 and the 💸. " * 600_000
    rich = from_utf16(text, [Mark("strong", 4, 10_000_000), Mark("em", len(text) + 600_000 - 3, 2**31)])
    assert len(rich.text) == len(text)
    assert [mark.kind for mark in rich.marks] == ["strong", "em"]


@pytest.mark.parametrize("seed", range(3))
def test_usual_marks_take_a_short_way_to_the_same_end(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    generator = Generator(seed)
    raw = []
    for _ in range(2000):
        text = generator.text()
        raw.append((text, [mark for mark in generator.marks(text) if mark.start >= 0]))
    found = [clean(text, marks) for text, marks in raw]
    short = sum(richtext._usual(text, sorted(marks, key=_start), False) is not None for text, marks in raw)
    assert short > 800
    monkeypatch.setattr(richtext, "_usual", lambda *_: None)
    assert found == [clean(text, marks) for text, marks in raw]


def _start(mark: Mark) -> int:
    return mark.start
