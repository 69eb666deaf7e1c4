"""Faults in any order and mixture: what is returned is whole, the rest is an error that says why."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from typing import Any

import pytest

import wire_faults as faults
from fonds.net.errors import FetchError
from fonds.net.judge import Verdict, by_status
from fonds.net.messages import Request, Response
from net.asking import Sandglass, outcome, pair, run
from wire import Asked, Fault, Reply, in_thread

KINDS: list[Callable[[], Fault]] = [
    faults.short,
    lambda: faults.cut(30_000),
    lambda: faults.cut(50_000, rude=True),
    faults.truncated_gzip,
    faults.bad_crc,
    faults.gzip_garbage,
    lambda: faults.reset("before"),
    lambda: faults.reset("headers"),
    lambda: faults.reset("body"),
    faults.closed,
    lambda: faults.stall(after=20_000),
    faults.bad_chunk,
    faults.lying_chunk,
    faults.no_last_chunk,
    faults.not_http,
    faults.two_lengths,
    faults.longer,
    faults.unmarked,
    lambda: faults.unmarked(keep=999),
    lambda: faults.status(500),
    lambda: faults.status(503, retry_after=2),
    lambda: faults.status(429, retry_after=3, as_date=True),
    lambda: faults.challenge(200),
    lambda: faults.challenge(403),
    faults.html_instead,
    faults.json_instead,
    lambda: faults.redirect("{url}"),
    faults.wrong_range,
    lambda: faults.other_entity(b"another thing" * 9000),
    lambda: faults.encoded("br"),
]


def things(asked: Asked) -> bytes:
    """Bytes of their own for each address; what an address holds changes now and then."""
    return random.Random(f"{asked.path} {asked.nth // 3}").randbytes(80_000)


def thing(asked: Asked) -> Reply:
    how = random.Random(f"how {asked.url} {asked.nth // 3}")
    return Reply(
        things(asked),
        type="image/jpeg",
        etag=f'"{asked.path}-{asked.nth // 3}"',
        ranges=True,
        gzip=how.random() < 0.3,
        chunked=how.random() < 0.3,
    )


def judge(response: Response) -> Verdict:
    """As the one who wants pictures would."""
    if b"Just a moment" in response.body:
        return Verdict.BLOCKED
    verdict = by_status(response)
    if verdict is Verdict.OK and not response.header("Content-Type").startswith("image/"):
        return Verdict.BAD
    return verdict


ENDS = {"bad", "challenge", "unmarked", "redirect", "encoding"}
"""Kinds of errors that no further attempt helps against."""


@pytest.mark.parametrize("together", [False, True], ids=["one by one", "together"])
@pytest.mark.parametrize("seed", range(5))
def test_whatever_happens_only_whole_things_come(seed: int, together: bool) -> None:
    chance = random.Random(seed)
    urls = [f"https://{host}.example/{n}" for n in range(12) for host in "ab"]

    async def go() -> None:
        patience: dict[str, Any] = {"retries": 5, "budget_floor": 1000, "total_timeout": 0.3, "max_wait": 60}
        async with pair(thing, clock=Sandglass(), rate=1, **patience) as (wire, client):
            for _ in range(40):
                path, nth = f"/{chance.randrange(12)}", chance.randint(1, 4)
                wire.faults.add(chance.choice(KINDS)(), path=path, nth=nth)
            asking = [outcome(client, Request(url), judge) for url in urls]
            if together:
                got = await asyncio.gather(*asking)
            else:
                got = [await one for one in asking]
                for host in ("a.example", "b.example"):
                    assert min(wire.gaps(host)) >= 1 - 1e-6
            whole = 0
            for url, one in zip(urls, got, strict=True):
                if isinstance(one, FetchError):
                    assert one.kind in ENDS or one.attempts == 6, (one.kind, str(one))
                    continue
                assert one.body in {things(entry) for entry in wire.log if entry.url == url}
                whole += 1
            assert whole >= len(urls) / 2

    run(go())


def test_a_wire_in_a_thread_of_its_own() -> None:
    with in_thread(thing) as wire:

        async def go() -> None:
            from fonds.net.client import Client
            from fonds.net.settings import Settings

            async with Client(Settings(gateway=wire.url, rate=0)) as client:
                assert (await client.fetch(Request("https://a.example/1"))).body
            async with Client(Settings(gateway=wire.url, rate=0)) as client:
                assert (await client.fetch(Request("https://a.example/2"))).body

        run(go())
        assert [asked.path for asked in wire.log] == ["/1", "/2"]
