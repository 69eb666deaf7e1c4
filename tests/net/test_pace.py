"""Pace, Retry-After and budget, proven from the server's log.

The clock is a Sandglass that server and client read: only waiting moves it, so distances are exact.
"""

from __future__ import annotations

import asyncio
import email.utils
import itertools

import pytest

import wire_faults as faults
from fonds.net.clock import SYSTEM
from fonds.net.errors import BlockedError, FailedError
from fonds.net.messages import Request, Response
from fonds.net.pace import Gate
from net.asking import HOST, TEXT, URL, Sandglass, bare, outcome, pair, run
from wire import Asked, Reply

EPSILON = 1e-6


def urls(count: int, host: str = HOST) -> list[str]:
    return [f"https://{host}/{number}" for number in range(count)]


@pytest.mark.parametrize("rate", [0.5, 1.0, 4.0])
def test_requests_to_a_host_keep_their_distance(rate: float) -> None:
    async def go() -> None:
        async with pair(bare, clock=Sandglass(), rate=rate) as (wire, client):
            await asyncio.gather(*(client.fetch(Request(url)) for url in urls(8)))
            assert min(wire.gaps(HOST)) >= 1 / rate - EPSILON
            assert wire.log[-1].at == pytest.approx(7 / rate)
            assert client.stats.hosts[HOST].waited == pytest.approx(7 / rate)

    run(go())


def test_the_pace_holds_for_further_attempts_and_redirects() -> None:
    async def go() -> None:
        async with pair(bare, clock=Sandglass(), rate=1, retry_base=0, retries=4) as (wire, client):
            for nth, fault in enumerate((faults.reset("before"), faults.short(), faults.status(500)), 1):
                wire.faults.add(fault, nth=nth)
            wire.faults.add(faults.redirect("/c"), nth=4)
            await client.fetch(Request(f"https://{HOST}/x"))
            assert [asked.fault for asked in wire.log] == ["reset-before", "short", "500", "redirect", ""]
            assert min(wire.gaps(HOST)) >= 1 - EPSILON

    run(go())


def test_each_host_has_its_own_pace() -> None:
    async def go() -> None:
        rates = {"miro.medium.example": 10.0, ".example": 2.0, ".medium.example": 5.0}
        async with pair(bare, clock=Sandglass(), rate=1, rates=rates) as (wire, client):
            hosts = {
                "miro.medium.example": 0.1,
                "other.example": 0.5,
                "a.medium.example": 0.2,
                "example": 0.5,
                "else.org": 1.0,
            }
            for host, gap in hosts.items():
                for url in urls(3, host):
                    await client.fetch(Request(url))
                assert min(wire.gaps(host)) == pytest.approx(gap)

    run(go())


def test_on_a_real_clock_too() -> None:
    async def go() -> None:
        async with pair(bare, rate=20) as (wire, client):
            # From outside: a busy machine makes the server see a request late, and gaps of its log short.
            began = SYSTEM.monotonic()
            await asyncio.gather(*(client.fetch(Request(url)) for url in urls(5)))
            assert SYSTEM.monotonic() - began >= 4 / 20
            assert wire.most_at_once() == 1

    run(go())


# -- Retry-After --------------------------------------------------------------------------------------


@pytest.mark.parametrize("as_date", [False, True], ids=["seconds", "date"])
@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_holds_the_whole_host(status: int, as_date: bool) -> None:
    clock = Sandglass()

    def handler(asked: Asked) -> Reply:
        if asked.nth > 1 or asked.path != "/0":
            return Reply(TEXT)
        date = email.utils.formatdate(clock.now() / 1000 + 60, usegmt=True)
        return Reply(b"slow down", status, headers=(("Retry-After", date if as_date else "60"),))

    async def go() -> None:
        waits: list[tuple[str, float, str]] = []
        async with pair(
            handler, clock=clock, rate=1, max_wait=300, on_wait=lambda *wait: waits.append(wait)
        ) as (wire, client):
            await asyncio.gather(*(client.fetch(Request(url)) for url in urls(3)))
            first, second, *_ = wire.log
            # A date is a whole second, and "now" may be most of one further.
            assert second.at - first.at >= 60 - EPSILON
            assert second.at - first.at <= 62
            assert len(wire.log) == 4
            assert ("asked", HOST) in {(why, host) for host, _, why in waits}
            await client.fetch(Request("https://other.example/"))

    run(go())


def test_a_date_is_held_against_the_servers_own_clock() -> None:
    clock = Sandglass()
    skew = 7 * 24 * 3600

    def handler(asked: Asked) -> Reply:
        if asked.nth > 1:
            return Reply(TEXT)
        theirs = clock.now() / 1000 + skew
        later = email.utils.formatdate(theirs + 30, usegmt=True)
        return Reply(b"", 429, headers=(("Retry-After", later),))

    async def go() -> None:
        async with pair(handler, clock=clock, max_wait=60) as (wire, client):
            wire._now = lambda: clock.now() / 1000 + skew
            await client.fetch(Request(URL))
            assert 30 - EPSILON <= wire.gaps()[0] <= 32

    run(go())


def test_longer_than_anyone_waits_the_host_is_left_alone() -> None:
    clock = Sandglass()

    async def go() -> None:
        async with pair(bare, clock=clock, max_wait=300) as (wire, client):
            wire.faults.add(faults.status(429, retry_after=3600))
            error = await outcome(client)
            assert isinstance(error, BlockedError)
            assert (error.kind, error.exit_code, error.attempts) == ("retry-after", 8, 1)
            assert error.until >= clock.now() + 3600_000
            assert "2027-01-15 09:" in str(error), str(error)
            # Nothing more is asked of it, not even something else; other hosts are.
            error = await outcome(client, f"https://{HOST}/else")
            assert isinstance(error, BlockedError)
            assert (error.attempts, len(wire.asked(HOST))) == (0, 1)
            await client.fetch(Request("https://other.example/"))
            await clock.sleep(4000)
            assert isinstance(await outcome(client), Response)

    run(go())


def test_after_429_without_a_time_the_host_rests_for_all() -> None:
    async def go() -> None:
        clock = Sandglass()
        async with pair(bare, clock=clock, too_many_base=1000, retry_cap=1000, max_wait=2000) as (
            wire,
            client,
        ):
            wire.faults.add(faults.status(429), path="/0")
            await asyncio.gather(*(client.fetch(Request(url)) for url in urls(3)))
            assert wire.gaps()[0] > 10
            assert max(wire.gaps()[1:]) < EPSILON

    run(go())


def test_a_shorter_time_never_ends_a_longer_one() -> None:
    clock = Sandglass()
    gate = Gate(1.0, clock)
    gate.leave_alone(60)
    gate.leave_alone(5)
    assert gate.alone() == 60
    clock.passed = 61
    assert gate.alone() == 0


# -- back-off and budget ------------------------------------------------------------------------------


def test_waits_are_random_and_grow() -> None:
    async def go() -> None:
        waits: list[float] = []
        clock = Sandglass()
        async with pair(
            bare,
            clock=clock,
            retries=8,
            retry_base=1,
            retry_cap=20,
            on_wait=lambda *wait: waits.append(wait[1]),
        ) as (wire, client):
            wire.faults.add(faults.status(500), times=0)
            await outcome(client)
            assert len(waits) == 8
            for wait, most in zip(waits, [1, 2, 4, 8, 16, 20, 20, 20], strict=True):
                assert 0 <= wait <= most
            assert len(set(waits)) == 8
            assert wire.log[-1].at == pytest.approx(sum(waits))

    run(go())


def test_a_run_has_only_so_many_further_attempts() -> None:
    async def go() -> None:
        async with pair(bare, retries=4, budget_floor=3, budget_ratio=0.1, clock=Sandglass()) as (
            wire,
            client,
        ):
            wire.faults.add(faults.status(500), times=0)
            for url in urls(100):
                error = await outcome(client, url)
                assert isinstance(error, FailedError)
            assert "used up" in str(error)
            retries = len(wire.log) - 100
            assert retries == client.stats.retries == 13

    run(go())


def test_the_budget_has_an_end_whatever_the_ratio() -> None:
    async def go() -> None:
        async with pair(bare, budget_floor=50, budget_ratio=1, budget_limit=5, clock=Sandglass()) as (
            wire,
            client,
        ):
            wire.faults.add(faults.reset(), times=0)
            for url in urls(20):
                await outcome(client, url)
            assert len(wire.log) == 25

    run(go())


def test_a_burst_of_trouble_passes() -> None:
    async def go() -> None:
        async with pair(bare, clock=Sandglass(), rate=1, retries=6, retry_base=1) as (wire, client):
            wire.faults.add(faults.status(500), nth=3, times=5)
            responses = [await client.fetch(Request(url)) for url in urls(6)]
            assert {response.body for response in responses} == {TEXT}
            assert len(wire.log) == 11
            assert min(wire.gaps()) >= 1 - EPSILON

    run(go())


def test_two_runs_with_one_seed_ask_at_the_same_times() -> None:
    async def once() -> list[float]:
        async with pair(bare, clock=Sandglass(), rate=2, retries=4) as (wire, client):
            wire.faults.add(faults.status(500), nth=2, times=2)
            for url in urls(4):
                await client.fetch(Request(url))
            return [asked.at for asked in wire.log]

    first, second = run(once()), run(once())
    assert first == second
    assert all(before < after for before, after in itertools.pairwise(first))
