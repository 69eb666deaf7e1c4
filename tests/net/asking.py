"""A client against a Wire, quickly: no pace and short patience unless a test asks for them."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Coroutine
from typing import Any, TypeVar

import msgspec

from fonds.net.call import OnWait
from fonds.net.client import Client
from fonds.net.clock import SYSTEM, Clock
from fonds.net.cookies import CookieJar
from fonds.net.errors import FetchError
from fonds.net.judge import Judge, by_status
from fonds.net.messages import Request, Response
from fonds.net.settings import Settings
from wire import Asked, Handler, Reply, Wire

T = TypeVar("T")

HOST = "medium.example"
URL = f"https://{HOST}/a"
TEXT = ("A thing that is whole or not there at all. " * 50).encode()
QUICK = Settings(
    rate=0,
    connect_timeout=5,
    first_byte_timeout=5,
    total_timeout=10,
    retries=2,
    retry_base=0.001,
    retry_cap=0.002,
    too_many_base=0.001,
    max_wait=5,
    max_body=1024 * 1024,
)


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """Runs it in a loop of its own; a task that it leaves behind is a failure."""

    async def alone() -> T:
        try:
            return await coroutine
        finally:
            left = asyncio.all_tasks() - {asyncio.current_task()}
            assert not left, left

    return asyncio.run(alone())


def plain(_asked: Asked) -> Reply:
    """TEXT for everything, compressed, with a name."""
    return Reply(TEXT, gzip=True, etag='"one"', ranges=True)


def bare(_asked: Asked) -> Reply:
    """TEXT for everything, as it is, with a name."""
    return Reply(TEXT, etag='"one"', ranges=True)


@contextlib.asynccontextmanager
async def pair(
    handler: Handler = plain,
    *,
    cookies: CookieJar | None = None,
    clock: Clock = SYSTEM,
    on_wait: OnWait | None = None,
    **changes: Any,
) -> AsyncIterator[tuple[Wire, Client]]:
    """A server, and a client whose gateway it is; ``changes`` are fields of Settings."""
    async with Wire(handler, monotonic=clock.monotonic, now=lambda: clock.now() / 1000) as wire:
        settings = msgspec.structs.replace(QUICK, gateway=wire.url, **changes)
        seeded = random.Random(7)
        async with Client(settings, cookies=cookies, clock=clock, random=seeded, on_wait=on_wait) as client:
            yield wire, client


async def outcome(
    client: Client, request: Request | str = URL, judge: Judge = by_status
) -> Response | FetchError:
    """The response, or the error that came instead."""
    try:
        return await client.fetch(Request(request) if isinstance(request, str) else request, judge)
    except FetchError as error:
        return error


class Sandglass:
    """A clock that only waiting moves: the server's log reads it too, so distances are exact."""

    def __init__(self, start: int = 1_800_000_000_000) -> None:
        self._start = start
        self.passed = 0.0

    def now(self) -> int:
        return self._start + round(self.passed * 1000)

    def monotonic(self) -> float:
        return self.passed

    async def sleep(self, seconds: float) -> None:
        self.passed += seconds
        await asyncio.sleep(0)
