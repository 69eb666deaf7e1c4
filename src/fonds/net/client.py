"""The client: asks politely, follows redirects by hand, and returns only whole answers."""

from __future__ import annotations

import random as randomness
from ipaddress import ip_address
from types import TracebackType
from typing import Final, Self
from urllib.parse import urlsplit

from fonds.errors import UsageError
from fonds.net import address as addresses
from fonds.net import redact
from fonds.net.call import Call, OnWait, Run, onward
from fonds.net.clock import SYSTEM, Clock
from fonds.net.cookies import CookieJar
from fonds.net.errors import FailedError
from fonds.net.judge import Judge, by_status
from fonds.net.messages import Hop, Request, Response
from fonds.net.settings import Settings
from fonds.net.stats import Stats
from fonds.net.transport import Transport

_OURS: Final = frozenset({"host", "cookie", "accept-encoding", "content-length", "transfer-encoding", "connection", "range", "if-range", "x-forwarded-proto"})  # fmt: skip
"""Headers that only the client writes."""


class Client:
    """Use it as an async context manager, one for a run: pace, budget and stats are its own.

    ``on_wait`` is called before a wait begins. Raises ``UsageError`` for a gateway that is not on loopback.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        cookies: CookieJar | None = None,
        clock: Clock = SYSTEM,
        random: randomness.Random | None = None,
        on_wait: OnWait | None = None,
    ) -> None:
        _check_gateway(settings.gateway)
        self._settings = settings
        self._run = Run(settings, cookies or CookieJar(), clock, random or randomness.SystemRandom(), on_wait)
        self._transport: Transport | None = None

    async def __aenter__(self) -> Self:
        self._transport = Transport(self._settings)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._transport is not None:
            await self._transport.close()
            self._transport = None

    @property
    def stats(self) -> Stats:
        """What was asked so far."""
        return self._run.tally.snapshot()

    async def fetch(self, request: Request, judge: Judge = by_status) -> Response:
        """Asks, follows redirects, and returns a whole answer that ``judge`` calls OK.

        Many may be called at a time: hosts answer side by side, each one question after the other.
        Raises ``FailedError``, ``OfflineError``, ``BlockedError``, ``DeniedError`` or ``GoneError``.
        """
        if self._transport is None:
            raise RuntimeError("the client is not open: use it with async with")
        hops: tuple[Hop, ...] = ()
        seen: set[tuple[str, str]] = set()
        while True:
            _check(request)
            seen.add((request.method, request.url))
            response = await Call(self._run, self._transport, request, hops, judge).answer()
            if not onward(response):
                return response
            hops = (*hops, Hop(response.url, response.status, response.headers))
            request = self._follow(request, response, seen, len(hops))

    def _follow(self, request: Request, response: Response, seen: set[tuple[str, str]], hops: int) -> Request:
        """The request that a redirect asks for. Raises ``FailedError`` when it is not to be followed."""

        def refuse(reason: str) -> FailedError:
            url = redact.url(request.url)
            return FailedError(reason, url=url, kind="redirect", attempts=hops, response=response)

        try:
            target = addresses.join(request.url, onward(response))
            address = addresses.parse(target)
        except ValueError as error:
            raise refuse(f"the host sends us to what cannot be asked: {error}") from None
        if address.scheme == "http" and request.url.startswith("https:") and not self._settings.gateway:
            raise refuse("the host sends us from https to http, which is not followed")
        following = _redirected(request, target, response.status)
        if (following.method, following.url) in seen:
            raise refuse("the host sends us in a circle")
        if hops > self._settings.max_redirects:
            raise refuse(f"the host sends us on more than {self._settings.max_redirects} times")
        return following


def _redirected(request: Request, url: str, status: int) -> Request:
    """The request behind a redirect. As browsers do: only 307 and 308 keep a POST one. Headers that hold a
    secret stay with the host they were given for."""
    headers = request.headers
    if addresses.parse(url).host != addresses.parse(request.url).host:
        headers = tuple(pair for pair in headers if pair[0].lower() not in redact.SECRET_HEADERS)
    if status in (307, 308) or request.method in ("GET", "HEAD"):
        return Request(url, request.method, headers, request.body)
    return Request(url, "GET", tuple(pair for pair in headers if pair[0].lower() != "content-type"))


def _check(request: Request) -> None:
    """Raises ``FailedError`` for an address that cannot be asked, ``ValueError`` for headers that cannot be
    sent: those are the caller's own words."""
    try:
        addresses.parse(request.url)
    except ValueError as error:
        raise FailedError(str(error), url=redact.url(request.url), kind="address") from None
    for name, value in request.headers:
        if name.lower() in _OURS:
            raise ValueError(f"the header {name} is the client's own")
        if not (name.isprintable() and value.isprintable()):
            raise ValueError("a header holds control characters")


def _check_gateway(gateway: str) -> None:
    """What goes to a gateway is not encrypted, cookies included: it must not leave this machine."""
    if not gateway:
        return
    try:
        parts = urlsplit(gateway)
        fine = parts.scheme == "http" and _is_loopback(parts.hostname or "") and parts.path in ("", "/")
    except ValueError:
        fine = False
    if not fine:
        remedy = "Give one like http://127.0.0.1:8080"
        raise UsageError("the gateway must be an address on this machine", remedy=remedy)


def _is_loopback(host: str) -> bool:
    return host == "localhost" or ip_address(host).is_loopback
