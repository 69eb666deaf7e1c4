"""Each fault of the wire alone: asked again where that helps, never taken for a whole answer."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

import wire_faults as faults
from fonds.net.errors import FailedError
from fonds.net.messages import Response
from net.asking import TEXT, URL, bare, outcome, pair, plain, run
from wire import Fault, Handler

AGAIN: list[tuple[Fault, str]] = [
    (faults.short(), "short"),
    (faults.short(by=1000), "short"),
    (faults.cut(10), "short"),
    (faults.cut(10, rude=True), "short"),
    (faults.truncated_gzip(), "gzip"),
    (faults.truncated_gzip(by=1), "gzip"),
    (faults.bad_crc(), "gzip"),
    (faults.gzip_garbage(), "gzip"),
    (faults.reset("before"), "reset"),
    (faults.reset("head"), "reset"),
    (faults.reset("headers"), "short"),
    (faults.reset("body"), "short"),
    (faults.closed(), "reset"),
    (faults.stall(), "timeout"),
    (faults.stall(after=10), "timeout"),
    (faults.drip(), "timeout"),
    (faults.drip(headers=True), "timeout"),
    (faults.bad_chunk(), "protocol"),
    (faults.lying_chunk(), "protocol"),
    (faults.no_last_chunk(), "chunk"),
    (faults.not_http(), "protocol"),
    (faults.two_lengths(), "protocol"),
    (faults.status(500), "status"),
    (faults.status(502), "status"),
    (faults.status(503), "status"),
]
ids = [f"{fault.name}-{number}" for number, (fault, _) in enumerate(AGAIN)]


@pytest.mark.parametrize(("fault", "kind"), AGAIN, ids=ids)
@pytest.mark.parametrize("handler", [bare, plain], ids=["bare", "gzip"])
def test_once_it_is_asked_again_and_always_it_fails(fault: Fault, kind: str, handler: Handler) -> None:
    async def go() -> None:
        # Short only where it is waited for: a busy machine must not make it the fault of others.
        limit: dict[str, Any] = (
            {"total_timeout": 0.6, "first_byte_timeout": 0.6, "retries": 1} if kind == "timeout" else {}
        )
        async with pair(handler, **limit) as (wire, client):
            wire.faults.add(fault)
            response = await outcome(client)
            assert isinstance(response, Response), response
            assert response.body == TEXT
            assert wire.log[0].fault == fault.name
            wire.faults.add(fault, times=0)
            error = await outcome(client)
            assert isinstance(error, FailedError), error
            assert (error.kind, error.attempts, error.url) == (kind, 1 + limit.get("retries", 2), URL)

    run(go())


@pytest.mark.parametrize("later", [0.0, 0.02])
def test_what_comes_behind_an_answer_does_not_answer_the_next_question(later: float) -> None:
    async def go() -> None:
        async with pair(bare) as (wire, client):
            wire.faults.add(faults.longer(later=later))
            for _ in range(3):
                got = await outcome(client)
                assert isinstance(got, Response)
                assert got.body == TEXT
                await asyncio.sleep(0.1)
            assert len(wire.log) == 3

    run(go())
