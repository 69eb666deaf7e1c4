"""The client: asks politely, again when that may help, and returns only whole answers."""

from __future__ import annotations

import random as randomness
from collections.abc import Callable
from types import TracebackType
from typing import Final, Self, TypeAlias

from fonds.net import address as addresses
from fonds.net import body, redact, resume, retry
from fonds.net.body import Framing
from fonds.net.clock import SYSTEM, Clock
from fonds.net.cookies import CookieJar
from fonds.net.errors import BlockedError, DeniedError, FailedError, FetchError, GoneError, OfflineError
from fonds.net.fault import CONNECTION_KINDS, Fault
from fonds.net.judge import Judge, Verdict, by_status
from fonds.net.messages import Headers, Hop, Request, Response
from fonds.net.pace import Gate
from fonds.net.resume import Part
from fonds.net.settings import Settings
from fonds.net.stats import Stats, Tally
from fonds.net.transport import Answer, Transport
from fonds.net.words import moment, seconds

OnWait: TypeAlias = Callable[[str, float, str], None]
"""Host, seconds, and why: "pace", "retry" or "retry-after"."""

_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_TOO_MANY: Final = 429
_LEAVE_ALONE: Final = frozenset({429, 503})
_OURS: Final = frozenset({"host", "cookie", "accept-encoding", "content-length", "transfer-encoding", "connection", "range", "if-range", "x-forwarded-proto"})  # fmt: skip
"""Headers that only the client writes: a request that brings one is refused."""
_JITTER: Final = 0.1


class Client:
    """Use it as an async context manager, one for a run: pace, budget and stats are its own.

    ``on_wait`` is called before a wait begins.
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
        self._settings = settings
        self._cookies = cookies or CookieJar()
        self._clock = clock
        self._random = random or randomness.SystemRandom()
        self._on_wait = on_wait
        self._gates: dict[str, Gate] = {}
        self._tally = Tally()
        self._budget = retry.Budget(
            floor=settings.budget_floor, ratio=settings.budget_ratio, limit=settings.budget_limit
        )
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
        return self._tally.snapshot()

    async def fetch(self, request: Request, judge: Judge = by_status) -> Response:
        """Asks, follows redirects, and returns a whole answer that ``judge`` calls OK.

        Raises ``FailedError``, ``OfflineError``, ``BlockedError``, ``DeniedError`` or ``GoneError``.
        """
        hops: tuple[Hop, ...] = ()
        seen: set[tuple[str, str]] = set()
        while True:
            _check(request)
            seen.add((request.method, request.url))
            response = await _Call(self, request, hops, judge).answer()
            onward = _onward(response)
            if not onward:
                return response
            hops = (*hops, Hop(response.url, response.status, response.headers))
            request = self._follow(request, response, onward, seen, len(hops))

    def _follow(
        self, request: Request, response: Response, onward: str, seen: set[tuple[str, str]], hops: int
    ) -> Request:
        """The request that a redirect asks for."""

        def refuse(kind: str, reason: str) -> FailedError:
            shown = redact.url(request.url)
            return FailedError(reason, url=shown, kind=kind, attempts=hops, response=response)

        try:
            target = addresses.join(request.url, onward)
            address = addresses.parse(target)
        except ValueError as error:
            raise refuse("redirect", f"the host sends us to no address ({error})") from None
        if address.scheme == "http" and request.url.startswith("https:") and not self._settings.gateway:
            raise refuse("redirect", "the host sends us from https to http, which is not followed")
        following = _redirected(request, target, response.status)
        if (following.method, following.url) in seen:
            raise refuse("redirect", "the host sends us in a circle")
        if hops > self._settings.max_redirects:
            raise refuse("redirect", f"more than {self._settings.max_redirects} redirects")
        return following

    def gate(self, host: str) -> Gate:
        if host not in self._gates:
            rate = self._settings.rate_of(host)
            self._gates[host] = Gate(1.0 / rate if rate > 0 else 0.0, self._clock)
        return self._gates[host]


class _Call:
    """One address until it has answered, or not: attempts, waits, resumes."""

    def __init__(self, client: Client, request: Request, hops: tuple[Hop, ...], judge: Judge) -> None:
        self._client = client
        self._settings = client._settings
        self._clock = client._clock
        self._request = request
        self._hops = hops
        self._judge = judge
        self._address = addresses.parse(request.url)
        self._host = self._address.host
        self._gate = client.gate(self._host)
        self._attempts = 0
        self._part: Part | None = None

    async def answer(self) -> Response:
        while True:
            wait = 0.0
            try:
                response = await self._attempt()
            except Fault as fault:
                problem: FetchError = self._failed(fault)
                self._part = resume.part_of(fault) if fault.again else None
                if not fault.again:
                    raise problem from None
            else:
                self._part = None
                if _onward(response):
                    return response
                verdict = self._judge(response)
                wait = self._heed(response)
                if verdict is Verdict.OK:
                    return response
                problem = self._refused(response, verdict)
                if verdict is not Verdict.RETRY:
                    raise problem
            await self._before_next(problem, wait)

    async def _attempt(self) -> Response:
        """Waits for its turn, asks once, and checks what comes. Raises ``Fault``."""
        async with self._gate.turn:
            await self._patience()
            sent = self._as_sent()
            self._attempts += 1
            # Counted from the moment when the request leaves; should none leave, from now.
            self._gate.started()
            self._client._tally.add(self._host, requests=1, retries=int(self._attempts > 1))
            room = self._settings.max_body - (len(self._part.raw) if self._part else 0)
            transport = self._client._transport
            if transport is None:
                raise RuntimeError("the client is not open: use it with async with")
            answer = await transport.send(sent, self._address, room=room, on_sent=self._gate.started)
        self._client._tally.add(self._host, answers=1, size=len(answer.raw))
        return self._whole(sent, answer)

    def _whole(self, sent: Request, answer: Answer) -> Response:
        """The answer, put together with the part before it, its end proven."""
        status, headers, raw, resumed = answer.status, answer.headers, answer.raw, False
        if status in (206, 416) and self._part is not None:
            if not resume.matches(self._part, status, headers):
                raise Fault("resume", "the rest of the body does not fit to its beginning")
            if len(self._part.raw) + len(raw) != resume.total(headers):
                raise Fault("short", "the rest of the body is not as long as it should be")
            status, headers, raw, resumed = 200, self._part.headers, self._part.raw + raw, True
        if answer.framing is Framing.CLOSE and body.encoding(headers) != "gzip":
            # Two answers that are the same prove nothing: a server may break off at the same place again.
            raise Fault("unmarked", "nothing marks the end of the body, so it may be cut short", again=False)
        meaning = body.decode(raw, headers, self._settings.max_body)
        return Response(
            request=Request(sent.url, sent.method, redact.headers(sent.headers), sent.body),
            url=sent.url,
            status=status,
            headers=redact.headers(headers),
            raw=raw,
            body=meaning,
            fetched_at=self._clock.now(),
            hops=self._hops,
            resumed=resumed,
        )

    def _as_sent(self) -> Request:
        """The request with every header that goes out, the cookies too."""
        given = {name.lower() for name, _ in self._request.headers}
        headers: list[tuple[str, str]] = [("Host", self._host)]
        if "user-agent" not in given:
            headers.append(("User-Agent", self._settings.user_agent))
        if "accept" not in given:
            headers.append(("Accept", "*/*"))
        headers.append(("Accept-Encoding", "gzip"))
        headers += self._request.headers
        if self._part is not None:
            headers += self._part.ask()
        if self._settings.gateway:
            headers.append(("X-Forwarded-Proto", self._address.scheme))
        if self._address.scheme == "https" or self._settings.gateway:
            cookie = self._client._cookies.header(
                self._address.name, self._address.path, now=self._clock.now()
            )
            headers += [("Cookie", cookie)] if cookie else []
        return Request(self._request.url, self._request.method, tuple(headers), self._request.body)

    async def _patience(self) -> None:
        """Waits until the host may be asked. Raises ``BlockedError`` when that is too long."""
        while (alone := self._gate.alone()) > 0:
            if alone > self._settings.max_wait:
                raise self._left_alone(alone, None)
            await self._wait(alone, "retry-after")
        if (pause := self._gate.pause()) > 0:
            await self._wait(pause, "pace")

    async def _before_next(self, problem: FetchError, wait: float) -> None:
        """Raises the problem when no further attempt may be made, else waits for it."""
        if self._attempts > self._settings.retries:
            raise problem
        requests = self._client.stats.requests - self._client.stats.retries
        if not self._client._budget.take(requests):
            problem.reason += "; no further attempts, this run has used up its own"
            raise problem
        if wait > 0:
            return  # the gate holds all requests to this host
        back_off = retry.backoff(
            self._attempts,
            base=self._settings.retry_base,
            cap=self._settings.retry_cap,
            random=self._client._random,
        )
        await self._wait(back_off, "retry")

    def _heed(self, response: Response) -> float:
        """Leaves the host alone for as long as it asks; seconds, 0 when it does not ask."""
        if response.status < 300:
            return 0.0
        wait = retry.retry_after(
            response.header("Retry-After"), date=response.header("Date"), now=self._clock.now() / 1000
        )
        if wait is None:
            return 0.0
        # Never earlier, and not all clients at once.
        wait += self._client._random.uniform(0.0, min(1.0, wait * _JITTER))
        self._gate.leave_alone(wait)
        if response.status in _LEAVE_ALONE and wait > self._settings.max_wait:
            raise self._left_alone(wait, response)
        return wait

    async def _wait(self, duration: float, why: str) -> None:
        if duration <= 0:
            return
        if self._client._on_wait is not None:
            self._client._on_wait(self._host, duration, why)
        self._client._tally.add(self._host, waited=duration)
        await self._clock.sleep(duration)

    def _left_alone(self, wait: float, response: Response | None) -> BlockedError:
        until = self._clock.now() + int(wait * 1000)
        error = BlockedError(
            f"{self._host} asks to be left alone for {seconds(wait)}",
            url=redact.url(self._request.url),
            kind="retry-after",
            attempts=self._attempts,
            response=response,
            remedy=f"Run the same command again after {moment(until)}",
        )
        error.until = until
        return error

    def _failed(self, fault: Fault) -> FetchError:
        """The error that a fault becomes when there is no further attempt."""
        never = self._client.stats.answers == 0
        offline = fault.offline or (never and fault.kind in CONNECTION_KINDS)
        kind = OfflineError if offline else FailedError
        remedy = "Is there a network?" if offline else ""
        url = redact.url(self._request.url)
        return kind(fault.reason, url=url, kind=fault.kind, attempts=self._attempts, remedy=remedy)

    def _refused(self, response: Response, verdict: Verdict) -> FetchError:
        """The error that a verdict becomes."""
        status = response.status
        kinds: dict[Verdict, tuple[type[FetchError], str, str]] = {
            Verdict.RETRY: (FailedError, "status", f"the host answered {status} again and again"),
            Verdict.BLOCKED: (
                BlockedError,
                "challenge",
                f"the host wants a person, not a program ({status})",
            ),
            Verdict.DENIED: (DeniedError, "denied", f"only for those who are signed in ({status})"),
            Verdict.GONE: (GoneError, "gone", f"there is nothing at this address ({status})"),
            Verdict.BAD: (FailedError, "bad", f"the answer is not what was asked for ({status})"),
        }
        error, kind, reason = kinds[verdict]
        if verdict is Verdict.RETRY and status == _TOO_MANY:
            error, kind, reason = (
                BlockedError,
                "too-many",
                "too many requests, says the host, again and again",
            )
        url = redact.url(response.url)
        return error(reason, url=url, kind=kind, attempts=self._attempts, response=response)


def _onward(response: Response) -> str:
    """Where a redirect leads; "" when it is none."""
    return response.header("Location") if response.status in _REDIRECTS else ""


def _redirected(request: Request, url: str, status: int) -> Request:
    """The request behind a redirect. As browsers do: only 307 and 308 keep a POST one. Headers that name a
    secret stay with the host they were given for."""
    headers: Headers = request.headers
    if addresses.parse(url).host != addresses.parse(request.url).host:
        headers = tuple(pair for pair in headers if pair[0].lower() not in redact.SECRET_HEADERS)
    if status in (307, 308) or request.method in ("GET", "HEAD"):
        return Request(url, request.method, headers, request.body)
    return Request(url, "GET", tuple(pair for pair in headers if pair[0].lower() != "content-type"))


def _check(request: Request) -> None:
    """Raises ``FailedError`` for what cannot be sent."""
    try:
        addresses.parse(request.url)
    except ValueError as error:
        raise FailedError(str(error), url=redact.url(request.url), kind="address") from None
    for name, value in request.headers:
        if name.lower() in _OURS:
            raise ValueError(f"the header {name} is the client's own")
        if not value.isprintable():
            raise FailedError(
                f"the header {name} holds control characters", url=redact.url(request.url), kind="address"
            )
