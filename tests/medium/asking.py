"""A client against a stand-in, quickly: no pace, and short patience unless a test asks for more."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Coroutine
from typing import Any, TypeVar

import msgspec

from fonds.net.client import Client
from fonds.net.cookies import CookieJar
from fonds.net.settings import Settings
from standin import Standin, World

T = TypeVar("T")

QUICK = Settings(
    rate=0,
    connect_timeout=5,
    first_byte_timeout=5,
    total_timeout=10,
    retries=2,
    retry_base=0.001,
    retry_cap=0.002,
    max_wait=5,
)


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(coroutine)


@contextlib.asynccontextmanager
async def asking(
    world: World,
    *,
    cookies: CookieJar | None = None,
    short: bool = True,
    batch_limit: int = 0,
    **changes: Any,
) -> AsyncIterator[tuple[Standin, Client]]:
    """A stand-in of ``world``, and a client whose gateway it is; ``changes`` are fields of Settings."""
    async with Standin(world, short=short, batch_limit=batch_limit) as standin:
        settings = msgspec.structs.replace(QUICK, **{"gateway": standin.url, **changes})
        async with Client(settings, cookies=cookies, random=random.Random(7)) as client:
            yield standin, client
