"""One function over many things: the same results, in order, for any number of processes."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from fonds import jobs
from fonds.errors import UnreadableError


def double(number: int) -> int:
    return number * 2


def fail_on_three(number: int) -> int:
    if number == 3:
        raise UnreadableError("three", origin="a.html", where="byte 3", remedy="Leave it.")
    return number


def process(_number: int) -> int:
    return os.getpid()


@pytest.mark.parametrize("count", [0, 1, 2])
def test_results_come_in_order(count: int) -> None:
    with jobs.runner(count) as run:
        assert list(run(double, range(40))) == [number * 2 for number in range(40)]
        assert list(run(double, [])) == []


@pytest.mark.parametrize("count", [1, 2])
def test_an_exception_is_raised_in_its_place_and_whole(count: int) -> None:
    with jobs.runner(count) as run:
        results = run(fail_on_three, range(6))
        assert [next(results) for _ in range(3)] == [0, 1, 2]
        with pytest.raises(UnreadableError) as caught:
            next(results)
    assert str(caught.value) == "a.html, byte 3: three. Leave it."


@pytest.mark.parametrize(("count", "ahead"), [(1, 1), (2, 2 * jobs._AHEAD)])
def test_things_are_taken_as_they_are_needed(count: int, ahead: int) -> None:
    taken: list[int] = []

    def things() -> Iterator[int]:
        for number in range(50):
            taken.append(number)
            yield number

    with jobs.runner(count) as run:
        results = run(double, things())
        assert taken == []
        next(results)
        assert len(taken) == ahead


def test_one_job_is_done_here_and_two_elsewhere() -> None:
    with jobs.runner(1) as run:
        assert set(run(process, range(3))) == {os.getpid()}
    with jobs.runner(2) as run:
        assert os.getpid() not in set(run(process, range(3)))


def test_processors_are_counted() -> None:
    assert jobs.default_jobs() >= 1
