"""Numbers: where they stand, what they bound, and which count no people."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fonds.ledger.figures import find, number
from fonds.ledger.lexicon import load
from fonds.ledger.tokens import tokenize

LEXICON = load("en")

BOUNDS = [
    ("23 people died", "23", 23, 23, "exact"),
    ("at least 23 people died", "23", 23, None, "at least"),
    ("no less than 23 people", "23", 23, None, "at least"),
    ("over 23 people", "23", 24, None, "more than"),
    ("+70 missing", "+70", 71, None, "more than"),
    ("70+ missing", "70", 71, None, "more than"),
    ("up to 23 people", "23", None, 23, "up to"),
    ("As many as 17 people", "17", None, 17, "up to"),
    ("nearly 300 people", "300", None, 300, "almost"),
    ("around 250 injured", "250", 250, 250, "around"),
    ("an estimated 3,500 people", "3,500", 3500, 3500, "around"),
    ("40 people or more", "40", 40, None, "at least"),
    ("8or 11 refugees", "8or 11", 8, 11, "between"),
    ("4 to 6 children", "4 to 6", 4, 6, "between"),
    ("between 90 and 100 civilians", "90 and 100", 90, 100, "between"),
    ("10–15 men", "10–15", 10, 15, "between"),
    ("1.239 persons", "1.239", 1239, 1239, "exact"),
    ("1,357 migrants", "1,357", 1357, 1357, "exact"),
    ("12 000 people", "12 000", 12000, 12000, "exact"),
    ("156 thousand arrivals", "156 thousand", 156000, 156000, "exact"),
    ("1.2 million people", "1.2 million", 1200000, 1200000, "exact"),
    ("One hundred and thirty men", "One hundred and thirty", 130, 130, "exact"),
    ("forty-two people", "forty-two", 42, 42, "exact"),
    ("a dozen men", "a dozen", 12, 12, "exact"),
    ("about a hundred people", "a hundred", 100, 100, "around"),
    ("dozens of people", "dozens", None, None, "vague"),
    ("tens of thousands of people", "tens of thousands", None, None, "vague"),
    ("57% of hospitals", "57%", 57, 57, "exact"),
    ("60 per cent of the town", "60 per cent", 60, 60, "exact"),
    ("٤٥ people", "٤٥", 45, 45, "exact"),
    ("۱۲۳ people", "۱۲۳", 123, 123, "exact"),
    ("12men with burns", "12", 12, 12, "exact"),
    ("over 2000 people", "2000", 2001, None, "more than"),
]


@pytest.mark.parametrize(("text", "figure", "low", "high", "qualifier"), BOUNDS)
def test_a_number_is_read_with_its_bounds(
    text: str, figure: str, low: int, high: int, qualifier: str
) -> None:
    (found,) = find(tokenize(text), LEXICON)
    assert (text[found.start : found.end], found.low, found.high, found.qualifier) == (
        figure,
        low,
        high,
        qualifier,
    )


NO_COUNTS = [
    "Call +30 694 555 01 23 now",
    "write to help2020@example.org",
    "on 18/03/21 and 2021-04-05",
    "on 9th of May, on February 4 and 18 April",
    "in 2016, since 2015",
    "from 8:30 am until 12:00",
    "the 16-year-old and a 2-hour talk",
    "70 km away, 370m deep, 1.4g of salt",
    "for 24 hours and 3 days",
    "€350 million and 9,600 Euro",
    "the A3 near Section 2, Article 3",
    "no one, this one, each one",
    "one in every 20",
    "9" * 400,
    "a Covid-19 ward",
]


@pytest.mark.parametrize("text", NO_COUNTS)
def test_what_counts_no_people_is_no_figure(text: str) -> None:
    assert find(tokenize(text), LEXICON) == []


@given(st.integers(min_value=1, max_value=10**12))
def test_grouping_does_not_change_a_number(value: int) -> None:
    for mark in (",", ".", "\u202f", "'"):
        assert number(f"{value:,}".replace(",", mark)) == value


@given(st.text())
def test_offsets_are_code_points_of_the_text(text: str) -> None:
    words = tokenize(text)
    for raw, start, end in zip(words.raw, words.starts, words.ends, strict=True):
        assert text[start:end] == raw
    for figure in find(words, LEXICON):
        assert 0 <= figure.start < figure.end <= len(text)
