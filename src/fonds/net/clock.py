"""Time as a parameter: the client waits and measures by a clock that tests can replace."""

from __future__ import annotations

import asyncio
import time
from typing import Final, Protocol


class Clock(Protocol):
    """Two times and a wait."""

    def now(self) -> int:
        """UTC milliseconds: what is written down, and what dates are compared with."""
        ...

    def monotonic(self) -> float:
        """Seconds that never go back: what distances are measured by."""
        ...

    async def sleep(self, seconds: float) -> None: ...


class _System:
    def now(self) -> int:
        return time.time_ns() // 1_000_000

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


SYSTEM: Final[Clock] = _System()
