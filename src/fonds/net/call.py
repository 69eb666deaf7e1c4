"""One address until it has answered, or not: turns, waits, attempts, resumes."""

from __future__ import annotations

import random as randomness
from collections.abc import Callable
from typing import Final, TypeAlias

from fonds.net import address as addresses
from fonds.net import body, redact, resume, retry
from fonds.net.body import Framing
from fonds.net.clock import Clock
from fonds.net.cookies import CookieJar
from fonds.net.errors import BlockedError, DeniedError, FailedError, FetchError, GoneError, OfflineError
from fonds.net.fault import CONNECTION_KINDS, Fault
from fonds.net.judge import Judge, Verdict
from fonds.net.messages import Hop, Request, Response
from fonds.net.pace import Gate
from fonds.net.resume import Part
from fonds.net.settings import Settings
from fonds.net.stats import Tally
from fonds.net.transport import Answer, Transport
from fonds.net.words import moment, seconds

OnWait: TypeAlias = Callable[[str, float, str], None]
"""Host, seconds, and why: "pace", "retry" (after a fault) or "asked" (the host asks to be left alone)."""

REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_TOO_MANY: Final = 429
_LEAVE_ALONE: Final = frozenset({429, 503})
_JITTER: Final = 0.1


class Run:
    """What all calls of a client share: manners, time, pace, budget, counts."""

    def __init__(
        self,
        settings: Settings,
        cookies: CookieJar,
        clock: Clock,
        random: randomness.Random,
        on_wait: OnWait | None,
    ) -> None:
        self.settings = settings
        self.cookies = cookies
        self.clock = clock
        self.random = random
        self.on_wait = on_wait
        self.tally = Tally()
        self._gates: dict[str, Gate] = {}
        self._budget = retry.Budget(
            floor=settings.budget_floor, ratio=settings.budget_ratio, limit=settings.budget_limit
        )

    def gate(self, host: str) -> Gate:
        """The one gate of a host."""
        if host not in self._gates:
            rate = self.settings.rate_of(host)
            self._gates[host] = Gate(1.0 / rate if rate > 0 else 0.0, self.clock)
        return self._gates[host]

    def may_retry(self) -> bool:
        """Takes a further attempt from the budget."""
        return self._budget.take(self.tally.first_attempts)

    async def wait(self, host: str, duration: float, why: str) -> None:
        if duration <= 0:
            return
        if self.on_wait is not None:
            self.on_wait(host, duration, why)
        self.tally.add(host, waited=duration)
        await self.clock.sleep(duration)


class Call:
    """One request, redirects aside: whoever called follows those."""

    def __init__(
        self, run: Run, transport: Transport, request: Request, hops: tuple[Hop, ...], judge: Judge
    ) -> None:
        self._run = run
        self._settings = run.settings
        self._transport = transport
        self._request = request
        self._hops = hops
        self._judge = judge
        self._address = addresses.parse(request.url)
        self._host = self._address.host
        self._gate = run.gate(self._host)
        self._attempts = 0
        self._part: Part | None = None

    async def answer(self) -> Response:
        """A whole answer that the judge calls OK, or a redirect. Raises ``FetchError``."""
        while True:
            asked = 0.0
            try:
                response = await self._attempt()
            except Fault as fault:
                problem: FetchError = self._failed(fault)
                if not fault.again:
                    raise problem from None
            else:
                if onward(response):
                    return response
                verdict = self._judge(response)
                asked = self._heed(response)
                if verdict is Verdict.OK:
                    return response
                problem = self._refused(response, verdict)
                if verdict is not Verdict.RETRY:
                    raise problem
            await self._before_next(problem, asked)

    async def _attempt(self) -> Response:
        """Waits for its turn, asks once, and checks what comes. Raises ``Fault``."""
        async with self._gate.turn:
            await self._patience()
            sent = self._as_sent()
            self._attempts += 1
            # Counted from the moment when the request leaves; should none leave, from now.
            self._gate.started()
            self._run.tally.add(self._host, requests=1, retries=int(self._attempts > 1))
            room = self._settings.max_body - (len(self._part.raw) if self._part else 0)
            try:
                answer = await self._transport.send(
                    sent, self._address, room=room, on_sent=self._gate.started
                )
            except Fault as fault:
                self._part = resume.after(fault, self._part)
                raise
        part, self._part = self._part, None
        self._run.tally.add(self._host, answers=1, size=len(answer.raw))
        return self._whole(sent, answer, part)

    def _whole(self, sent: Request, answer: Answer, part: Part | None) -> Response:
        """The answer, put together with the part before it, its end proven. Raises ``Fault``."""
        status, headers, raw, resumed = answer.status, answer.headers, answer.raw, False
        if status == 206 or (status == 416 and part is not None):
            if part is None or not resume.matches(part, status, headers):
                raise Fault("resume", "the part that came is not the part that is missing")
            if len(part.raw) + len(raw) != resume.total(headers):
                raise Fault("short", "the rest of the body is not as long as it should be")
            status, headers, raw, resumed = 200, part.headers, part.raw + raw, True
        if answer.framing is Framing.CLOSE and body.encoding(headers) != "gzip":
            # A second answer that is the same would prove nothing: a server may break off there again.
            raise Fault("unmarked", "nothing marks the end of the body, so it may be cut short", again=False)
        meaning = body.decode(raw, headers, self._settings.max_body)
        return Response(
            request=Request(sent.url, sent.method, redact.headers(sent.headers), sent.body),
            url=sent.url,
            status=status,
            headers=redact.headers(headers),
            raw=raw,
            body=meaning,
            fetched_at=self._run.clock.now(),
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
        if self._address.scheme == "https":
            address = self._address
            cookie = self._run.cookies.header(address.name, address.path, now=self._run.clock.now())
            headers += [("Cookie", cookie)] if cookie else []
        return Request(self._request.url, self._request.method, tuple(headers), self._request.body)

    async def _patience(self) -> None:
        """Waits until the host may be asked. Raises ``BlockedError`` when that is too long."""
        while (alone := self._gate.alone()) > 0:
            if alone > self._settings.max_wait:
                raise self._left_alone(alone, None)
            await self._run.wait(self._host, alone, "asked")
        await self._run.wait(self._host, self._gate.pause(), "pace")

    async def _before_next(self, problem: FetchError, asked: float) -> None:
        """Raises the problem when no further attempt may be made, else waits for it."""
        if self._attempts > self._settings.retries:
            raise problem
        if not self._run.may_retry():
            problem.reason += "; this run has used up its further attempts"
            raise problem
        if asked > 0:
            return  # the gate holds every request to this host
        settings, status = self._settings, problem.response.status if problem.response else 0
        base = settings.too_many_base if status in _LEAVE_ALONE else settings.retry_base
        pause = retry.backoff(self._attempts, base=base, cap=settings.retry_cap, random=self._run.random)
        if status in _LEAVE_ALONE:
            self._gate.leave_alone(pause)
        else:
            await self._run.wait(self._host, pause, "retry")

    def _heed(self, response: Response) -> float:
        """Leaves the host alone for as long as it asks; seconds, 0 when it does not ask.

        Raises ``BlockedError`` when it asks for longer than anyone wants to wait.
        """
        if response.status < 300:
            return 0.0
        now = self._run.clock.now() / 1000
        wait = retry.retry_after(response.header("Retry-After"), date=response.header("Date"), now=now)
        if wait is None:
            return 0.0
        # Never earlier, and not all clients at once.
        wait += self._run.random.uniform(0.0, min(1.0, wait * _JITTER))
        self._gate.leave_alone(wait)
        if response.status in _LEAVE_ALONE and wait > self._settings.max_wait:
            raise self._left_alone(wait, response)
        return wait

    def _left_alone(self, wait: float, response: Response | None) -> BlockedError:
        until = self._run.clock.now() + int(wait * 1000)
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
        nobody = self._run.tally.answers == 0
        offline = fault.offline or (nobody and fault.kind in CONNECTION_KINDS)
        error = OfflineError if offline else FailedError
        remedy = "Is there a network?" if offline else ""
        url = redact.url(self._request.url)
        return error(fault.reason, url=url, kind=fault.kind, attempts=self._attempts, remedy=remedy)

    def _refused(self, response: Response, verdict: Verdict) -> FetchError:
        """The error that a verdict becomes."""
        status = response.status
        error, kind, reason = _WORDS[verdict]
        if verdict is Verdict.RETRY and status == _TOO_MANY:
            error, kind, reason = (
                BlockedError,
                "too-many",
                "too many requests, says the host, again and again",
            )
        url = redact.url(response.url)
        return error(f"{reason} ({status})", url=url, kind=kind, attempts=self._attempts, response=response)


_WORDS: Final[dict[Verdict, tuple[type[FetchError], str, str]]] = {
    Verdict.RETRY: (FailedError, "status", "the host has trouble, again and again"),
    Verdict.BLOCKED: (BlockedError, "challenge", "the host wants to see a person, not a program"),
    Verdict.DENIED: (DeniedError, "denied", "only for those who are signed in"),
    Verdict.GONE: (GoneError, "gone", "there is nothing at this address"),
    Verdict.BAD: (FailedError, "bad", "the answer is not what was asked for"),
}


def onward(response: Response) -> str:
    """Where a redirect leads; "" when it is none."""
    return response.header("Location") if response.status in REDIRECTS else ""
