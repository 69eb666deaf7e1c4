"""One pace for each host: a connection at a time, a distance between requests, a time to be left alone."""

from __future__ import annotations

import asyncio

from fonds.net.clock import Clock


class Gate:
    """What one host allows. Whoever holds ``turn`` may ask; they ask in the order in which they came."""

    def __init__(self, interval: float, clock: Clock) -> None:
        self.turn = asyncio.Lock()
        self._interval = interval
        self._clock = clock
        self._next = clock.monotonic()
        self._alone_until = clock.monotonic()

    def started(self) -> None:
        """A request is on its way: the next may follow one interval later."""
        self._next = self._clock.monotonic() + self._interval

    def leave_alone(self, seconds: float) -> None:
        """The host asked for it. A shorter time never ends a longer one."""
        self._alone_until = max(self._alone_until, self._clock.monotonic() + seconds)

    def pause(self) -> float:
        """Seconds until the next request by the pace alone."""
        return max(0.0, self._next - self._clock.monotonic())

    def alone(self) -> float:
        """Seconds for which the host is to be left alone."""
        return max(0.0, self._alone_until - self._clock.monotonic())
