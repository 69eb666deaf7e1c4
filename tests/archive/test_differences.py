"""What changed between two texts: exact, readable, and in time that does not explode."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

import growth
import keeping
from fonds.archive.differences import changes, differences, words
from fonds.archive.versions import Version

LINES = st.lists(
    st.sampled_from(["a", "b", "a b c", "", "Boats came in.", "x y z", "船来了", "naïve  é", "\t"]),
    max_size=12,
)


@given(LINES, LINES)
def test_the_one_becomes_the_other(old: list[str], new: list[str]) -> None:
    before, after = "\n".join(old), "\n".join(new)
    lines = before.split("\n")
    for change in reversed(list(changes(before, after))):
        at = change.line - 1
        assert "\n".join(lines[at : at + change.lines]) == change.before
        added = after.split("\n")[change.new_line - 1 :][: change.new_lines]
        assert "\n".join(added) == change.after
        lines[at : at + change.lines] = added
    assert lines == after.split("\n")


@given(st.text(max_size=60), st.text(max_size=60))
def test_the_pieces_are_both_texts(before: str, after: str) -> None:
    pieces = list(words(before, after))
    assert "".join(text for kind, text in pieces if kind != "added") == before
    assert "".join(text for kind, text in pieces if kind != "removed") == after
    if before == after:
        assert all(kind == "same" for kind, _ in pieces)


CASES = {
    "a word": ("Two boats came in.", "Three boats came in.", "[-Two-]{+Three+} boats came in."),
    "at the end": ("Two boats came", "Two boats came in", "Two boats came{+ in+}"),
    "a sign of Chinese": ("老板说今天的鱼新鲜", "老板说昨天的鱼新鲜", "老板说[-今-]{+昨+}天的鱼新鲜"),
    "a letter with its vowel signs": ("كَتَبَ الولد", "كَتَبَت البنت", "[-كَتَبَ-]{+كَتَبَت+} [-الولد-]{+البنت+}"),
    "an accent": ("cafe\u0301 noir", "cafe noir", "[-cafe\u0301-]{+cafe+} noir"),
    "punctuation": ("Yes, they said", "Yes: they said", "Yes[-,-]{+:+} they said"),
}


@pytest.mark.parametrize("name", CASES)
def test_it_is_told_word_by_word(name: str) -> None:
    before, after, shown = CASES[name]
    marks = {"same": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}
    assert "".join(marks[kind].format(text) for kind, text in words(before, after)) == shown


def test_places_are_told_by_their_lines() -> None:
    before = "one\ntwo\nthree\nfour\nfive"
    after = "one\n2\nthree\nnew\nfour"
    assert [
        (change.line, change.new_line, change.before, change.after) for change in changes(before, after)
    ] == [
        (2, 2, "two", "2"),
        (4, 4, "", "new"),
        (5, 6, "five", ""),
    ]


def test_versions_are_compared_by_their_markdown() -> None:
    one = Version(id=keeping.A, number=1, post=keeping.post(keeping.A, "Two boats came in."), captured_at=5)
    two = Version(
        id=keeping.A, number=2, post=keeping.post(keeping.A, "Three boats came in."), captured_at=9, edition=8
    )
    found = differences(one, two)
    assert (found.before.number, found.after.number, found.after.edition) == (1, 2, 8)
    assert [(change.before, change.after) for change in found.changes] == [
        ("Two boats came in.", "Three boats came in.")
    ]
    assert found.fields == ("blocks",)
    assert differences(one, one).changes == ()


HARD: dict[str, Callable[[int], tuple[str, str]]] = {
    "the same few lines": lambda n: ("\n".join(["a", "b"] * n), "\n".join(["b", "a", "a"] * n)),
    "all different": lambda n: ("\n".join(map(str, range(n))), "\n".join(map(str, range(n, 3 * n)))),
    "turned round": lambda n: ("\n".join(map(str, range(n))), "\n".join(map(str, reversed(range(n))))),
    "one long line": lambda n: ("a b " * n, "b a a " * n),
}


@pytest.mark.parametrize("name", HARD)
def test_time_grows_with_the_text(name: str) -> None:
    growth.assert_linear(lambda size: list(changes(*HARD[name](size))), 4000)
