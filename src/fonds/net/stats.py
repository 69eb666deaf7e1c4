"""What a client has asked so far, and how long it waited."""

from __future__ import annotations

import msgspec


class HostStats(msgspec.Struct, frozen=True):
    """One host. ``requests`` counts everything that was sent, further attempts (``retries``) and redirects
    included; ``answers`` whole answers; ``bytes`` their bodies as they came; ``waited`` seconds."""

    requests: int = 0
    retries: int = 0
    answers: int = 0
    bytes: int = 0
    waited: float = 0.0


class Stats(msgspec.Struct, frozen=True):
    """All hosts at one moment."""

    hosts: dict[str, HostStats] = {}

    @property
    def requests(self) -> int:
        return sum(host.requests for host in self.hosts.values())

    @property
    def retries(self) -> int:
        return sum(host.retries for host in self.hosts.values())

    @property
    def answers(self) -> int:
        return sum(host.answers for host in self.hosts.values())

    @property
    def bytes(self) -> int:
        return sum(host.bytes for host in self.hosts.values())

    @property
    def waited(self) -> float:
        return sum(host.waited for host in self.hosts.values())


class Tally:
    """Counts up to the Stats."""

    def __init__(self) -> None:
        self._hosts: dict[str, HostStats] = {}
        self._requests = 0
        self._retries = 0
        self.answers = 0

    def add(
        self,
        host: str,
        *,
        requests: int = 0,
        retries: int = 0,
        answers: int = 0,
        size: int = 0,
        waited: float = 0.0,
    ) -> None:
        self._requests += requests
        self._retries += retries
        self.answers += answers
        was = self._hosts.get(host) or HostStats()
        self._hosts[host] = HostStats(
            was.requests + requests,
            was.retries + retries,
            was.answers + answers,
            was.bytes + size,
            was.waited + waited,
        )

    @property
    def first_attempts(self) -> int:
        """Requests that were not sent because an earlier one had failed."""
        return self._requests - self._retries

    def snapshot(self) -> Stats:
        return Stats(dict(self._hosts))
