"""What can go wrong between a question and its whole answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fonds.errors import FondsError

if TYPE_CHECKING:
    from fonds.net.messages import Response


class FetchError(FondsError):
    """Base of all. ``url`` has no secrets in it; ``kind`` is one of docs/net.md; ``attempts`` counts what
    was sent; ``response`` is the whole answer that was judged, when there was one."""

    exit_code = 4

    def __init__(
        self,
        reason: str,
        *,
        url: str = "",
        kind: str = "",
        attempts: int = 0,
        response: Response | None = None,
        remedy: str = "",
    ) -> None:
        super().__init__(reason, origin=url, remedy=remedy)
        self.url = url
        self.kind = kind
        self.attempts = attempts
        self.response = response


class FailedError(FetchError):
    """No whole or usable answer came."""


class OfflineError(FailedError):
    """Nothing can be reached: there is no network, or it ends before the host."""


class GoneError(FetchError):
    """There is nothing at this address (any more)."""


class BlockedError(FetchError):
    """The host wants to be left alone: a challenge, or too many requests. ``until`` are UTC milliseconds, 0 unknown."""

    exit_code = 8
    until = 0


class DeniedError(FetchError):
    """The answer is not for those who show no (or these) cookies."""

    exit_code = 16
