"""Folding: cases as data (the site's script is held to the same file), and what holds for any text."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fonds.archive import folding
from growth import assert_linear
from plainly import matches

CASES: dict[str, Any] = json.loads(Path(__file__).with_name("folding_cases.json").read_text("utf-8"))
_SCRIPTS = st.text(
    st.one_of(
        st.characters(codec="utf-8"),
        st.sampled_from("aZ9 _'’-ÄđßΣςЙёאבשָ\u0301\u00ad\u200c\u200dاأإآةىیکگوبلفكالـَ١۲"),
        st.sampled_from("港口早晨のフェリーｶﾞか\u3099항구\u1112\u1161\u11bcท่าเรือबंदरက"),
    ),
    max_size=40,
)


@pytest.mark.parametrize("case", CASES["terms"], ids=lambda case: str(case["why"]))
def test_terms(case: dict[str, Any]) -> None:
    assert list(folding.terms(case["text"])) == case["terms"]


@pytest.mark.parametrize("case", CASES["finds"], ids=lambda case: str(case["query"]))
def test_finds(case: dict[str, Any]) -> None:
    assert [text for text in case["in"] if not matches(case["query"], text)] == []
    assert [text for text in case["not"] if matches(case["query"], text)] == []


@pytest.mark.parametrize("case", CASES["bare"], ids=lambda case: str(case["why"]))
def test_bare(case: dict[str, Any]) -> None:
    assert folding.bare(case["term"]) == case["bare"]


@given(_SCRIPTS)
def test_located_terms_are_the_terms_and_lie_in_order(text: str) -> None:
    located = list(folding.located(text))
    assert [place.term for place in located] == list(folding.terms(text))
    ends = [0]
    for place in located:
        assert ends[-1] <= place.start < place.end <= len(text)
        ends.append(place.end)


@given(_SCRIPTS)
def test_terms_are_what_an_index_takes(text: str) -> None:
    """No blank and no ASCII sign: the index cuts its input there. Nothing longer than it should be."""
    for term in folding.terms(text):
        assert term
        assert len(term) <= 2 * folding.MAX_TERM
        assert all(not char.isascii() or char.isalnum() for char in term)
        assert not any(char.isspace() for char in term)


@given(_SCRIPTS)
def test_composed_and_decomposed_text_have_the_same_terms(text: str) -> None:
    # Canonical equivalence only within words: a mark at the head of a text has nothing to stand on.
    composed = unicodedata.normalize("NFC", text)
    assert list(folding.terms(unicodedata.normalize("NFD", composed))) == list(folding.terms(composed))


@given(st.text(st.sampled_from("البتكفلوميةىأؤشرط"), min_size=1, max_size=9))
def test_a_prefix_is_read_as_it_is_written(word: str) -> None:
    term = folding.fold(word)
    for longer in folding.with_prefixes(term):
        assert term in folding.without_prefixes(longer)
    for shorter in folding.without_prefixes(term):
        assert term in folding.with_prefixes(shorter)


@given(_SCRIPTS, _SCRIPTS, _SCRIPTS)
def test_what_stands_in_a_text_is_found_there(before: str, middle: str, after: str) -> None:
    if folding.wanted(middle):
        assert matches(middle, f"{before} {middle} {after}")


@given(st.text(st.sampled_from("港口的早晨のｶﾞか\u3099항구"), min_size=1, max_size=12), st.data())
def test_any_part_of_a_run_is_found(run: str, data: st.DataObject) -> None:
    places = [(term.start, term.end) for term in folding.located(run)]
    if places:
        first = data.draw(st.integers(0, len(places) - 1))
        last = data.draw(st.integers(first, len(places) - 1))
        assert matches(run[places[first][0] : places[last][1]], run)


@pytest.mark.parametrize(
    "piece", ["a", "é", "港", "\u200d", "e\u200d", "ا", "ﷺ", "\u0301", "ま\u3099", "か ", "\u1160"]
)
def test_time_grows_with_the_text(piece: str) -> None:
    assert_linear(lambda size: list(folding.located("x" + piece * size)), 20_000)
