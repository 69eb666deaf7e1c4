"""Retry-After and HTTP dates."""

from __future__ import annotations

import email.utils
import random
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fonds.net.retry import Budget, backoff, http_date, retry_after

NOW = 1_800_000_000.0
MOMENTS = st.integers(min_value=0, max_value=4_000_000_000)


@given(MOMENTS)
def test_each_form_of_a_date_reads_as_its_moment(at: int) -> None:
    moment = datetime.fromtimestamp(at, UTC)
    days, months = (
        ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
    )
    day, month = days[moment.weekday()], months[moment.month - 1]
    time = f"{moment:%H:%M:%S}"
    assert http_date(email.utils.formatdate(at, usegmt=True)) == at
    assert http_date(f"{day}, {moment.day:02} {month} {moment.year} {time} GMT") == at
    assert http_date(f"{day} {month} {moment.day:2} {time} {moment.year}") == at
    if 1970 <= moment.year <= 2068:  # two digits say no more
        assert http_date(f"{day}day, {moment.day:02}-{month}-{moment.year % 100:02} {time} GMT") == at


@given(st.text(max_size=60))
def test_no_text_breaks_it(text: str) -> None:
    http_date(text)
    wait = retry_after(text, date=text, now=NOW)
    assert wait is None or 0 <= wait <= 366 * 86400


@given(st.integers(min_value=0, max_value=10**30))
def test_seconds(value: int) -> None:
    wait = retry_after(f" {value} ", now=NOW)
    assert wait == min(value, 366 * 86400) or (value > 10**12 and wait == 366 * 86400)


@given(MOMENTS, st.integers(min_value=-(10**6), max_value=10**6), MOMENTS)
def test_a_date_against_either_clock(theirs: int, ahead: int, ours: int) -> None:
    at, date = (email.utils.formatdate(max(0, t), usegmt=True) for t in (theirs + ahead, theirs))
    assert retry_after(at, date=date, now=ours) == max(0, max(0, theirs + ahead) - theirs)
    assert retry_after(at, now=theirs) == max(0, max(0, theirs + ahead) - theirs)
    assert retry_after(at, date="yesterday", now=theirs) == max(0, max(0, theirs + ahead) - theirs)


@pytest.mark.parametrize(
    "value", ["", " ", "-1", "1.5", "soon", "1e3", "0x10", "٣", "1 2", "Mon, 99 Xxx 2026 00:00:00 GMT", "+5"]
)
def test_what_says_nothing(value: str) -> None:
    assert retry_after(value, now=NOW) is None


@given(st.integers(min_value=1, max_value=10_000), st.integers())
def test_back_off_lies_between_nothing_and_its_bound(attempt: int, seed: int) -> None:
    wait = backoff(attempt, base=0.5, cap=60, random=random.Random(seed))
    assert 0 <= wait <= min(60, 0.5 * 2.0 ** min(attempt - 1, 30))


@given(st.lists(st.booleans(), max_size=200))
def test_a_budget_never_gives_more_than_it_says(asks: list[bool]) -> None:
    budget, requests = Budget(floor=2, ratio=0.25, limit=20), 0
    for retry in asks:
        if retry:
            budget.take(requests)
        else:
            requests += 1
        assert budget.spent <= min(20, 2 + requests * 0.25)
