"""Posts by their ids: bodies in batches, editions of many in one request, and what became of the rest.

What a batch does not give is asked for alone, then as the post's page, then as ``?format=json``; each
with its own bytes, so that the answer can be kept as it came and read again later.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from fonds.medium import answers, judge, queries
from fonds.medium.answers import Failed, Full, Gone, Outcome, Preview, State
from fonds.medium.graphql import Answer, Schema, ask
from fonds.net.errors import BlockedError, DeniedError, FailedError, GoneError, OfflineError
from fonds.net.messages import Request, Response

if TYPE_CHECKING:
    from fonds.net.client import Client

T = TypeVar("T")

BATCH = 10
"""Posts with their bodies in one request."""
EDITIONS = 128
"""Posts without bodies in one request."""

_SPARE_PAGES = 20
"""Pages looked at for the posts of one batch that Medium answered with errors: more is no matter of posts."""

_Question: TypeAlias = "Callable[[str], queries.Operation]"
_Part: TypeAlias = "tuple[Answer, Response] | Failed"


def address(post_id: str) -> str:
    """Where Medium leads to a post by its id alone."""
    return f"https://medium.com/p/{post_id}"


# -- asking -------------------------------------------------------------------------------------------


async def bodies(
    client: Client, ids: Iterable[str], *, size: int = BATCH, schema: Schema | None = None
) -> AsyncIterator[Outcome]:
    """What became of each post, in the order of ``ids``, ``size`` to a request.

    Raises ``BlockedError``, ``DeniedError`` and ``OfflineError`` when nothing more can be asked: the
    posts that were not yielded were not had.
    """
    asker = _Asker(client, schema or Schema(), size)
    async for outcome in asker.each(ids, asker.bodies):
        yield outcome


async def editions(
    client: Client, ids: Iterable[str], *, size: int = EDITIONS, schema: Schema | None = None
) -> AsyncIterator[State]:
    """How each post stands now, in the order of ``ids``, ``size`` to a request. A post that Medium gives as
    null is looked for at its page. Raises like ``bodies``."""
    asker = _Asker(client, schema or Schema(), size)
    async for state in asker.each(ids, asker.editions):
        yield state


async def one(client: Client, post_id: str, *, schema: Schema | None = None) -> Outcome:
    """What became of one post."""
    (outcome,) = await _Asker(client, schema or Schema(), 1).bodies([post_id])
    return outcome


class _Asker:
    """One call's way of asking, and what it learnt on its way.

    ``size`` shrinks when Medium refuses a request as too large; ``walled`` says that the pages are behind
    a challenge, so no more are asked for; ``failures`` counts requests that failed since one did not.
    """

    def __init__(self, client: Client, schema: Schema, size: int) -> None:
        self.client = client
        self.schema = schema
        self.size = size
        # One post that breaks its batch is found within this many failures; more mean an ill server.
        self.patience = 2 * size.bit_length() + 1
        self.failures = 0
        self.walled = ""

    async def each(
        self, ids: Iterable[str], batch: Callable[[Sequence[str]], Awaitable[Sequence[T]]]
    ) -> AsyncIterator[T]:
        wanted = list(dict.fromkeys(ids))
        start = 0
        while start < len(wanted):
            some = wanted[start : start + self.size]
            start += len(some)
            for outcome in await batch(some):
                yield outcome

    async def bodies(self, ids: Sequence[str]) -> list[Outcome]:
        outcomes: list[Outcome] = []
        for post_id, part in zip(ids, await self._batch(ids, queries.post), strict=True):
            found = _body(post_id, part)
            if found is None and len(ids) > 1:
                (part,) = await self._batch([post_id], queries.post)
                found = _body(post_id, part)
            outcomes.append(found or await self._page(post_id, _said(part)))
        return outcomes

    async def editions(self, ids: Sequence[str]) -> list[State]:
        parts = dict(zip(ids, await self._batch(ids, queries.stamps), strict=True))
        erring = [post_id for post_id, part in parts.items() if _said(part)]
        if erring and len(ids) > 1:
            parts |= zip(erring, await self._batch(erring, queries.stamps), strict=True)
        spare = _SPARE_PAGES
        states: list[State] = []
        for post_id, part in parts.items():
            state: State | None = part if isinstance(part, Failed) else answers.read_stamp(post_id, *part)
            if state is None and _said(part):
                spare -= 1
                state = None if spare >= 0 else Failed(post_id, "failed", f"Medium answered: {_said(part)}")
            if state is None:
                found = await self._page(post_id, _said(part))
                state = answers.as_seen(found) if isinstance(found, (Full, Preview)) else found
            states.append(state)
        return states

    async def _batch(self, ids: Sequence[str], question: _Question) -> list[_Part]:
        """An answer for each of ``ids``, asked in one request; in two halves when that fails."""
        if self.failures >= self.patience:
            return [Failed(post_id, "failed", "Medium's answers kept failing") for post_id in ids]
        try:
            answered = await ask(self.client, [question(post_id) for post_id in ids], self.schema)
        except OfflineError:
            raise
        except (FailedError, GoneError) as error:
            self.failures += 1
            if len(ids) == 1:
                return [Failed(ids[0], "failed", error.reason, error.response)]
            return await self._halves(ids, question, error.response)
        if len(answered.parts) != len(ids) and len(ids) > 1:
            # An answer to none of them in particular: about the request.
            self.failures += 1
            return await self._halves(ids, question, answered.response)
        self.failures = 0
        parts = answered.parts or (Answer(b"{}", ("Medium answered nothing",)),)
        return [(part, answered.response) for part in parts]

    async def _halves(
        self, ids: Sequence[str], question: _Question, response: Response | None
    ) -> list[_Part]:
        half = (len(ids) + 1) // 2
        if response is not None and response.status < 500 and half < self.size:
            self.size = half
        first = await self._batch(ids[:half], question)
        return first + await self._batch(ids[half:], question)

    async def _page(self, post_id: str, said: str) -> Outcome:
        """The post by its page, or what the page says about it; ``said`` is what GraphQL did."""
        if self.walled:
            return Failed(post_id, "challenge", self.walled)
        try:
            response = await self.client.fetch(Request(address(post_id)), judge.post_page)
        except GoneError as error:
            suspended = error.response is not None and judge.suspended(error.response)
            return Gone(post_id, "suspended" if suspended else "deleted", error.reason, error.response)
        except BlockedError as error:
            self.walled = f"Medium's pages are behind a challenge ({error.reason})"
            return Failed(post_id, "challenge", self.walled, error.response)
        except DeniedError as error:
            return Failed(post_id, "locked", error.reason, error.response)
        except OfflineError:
            raise
        except FailedError as error:
            return await self._json(post_id, said or error.reason, error.response)
        outcome = answers.read_page(post_id, response)
        return outcome or await self._json(post_id, said or "its page does not hold it", response)

    async def _json(self, post_id: str, said: str, response: Response | None) -> Outcome:
        """The post by Medium's old address, which is optional: the page has said why already."""
        try:
            answer = await self.client.fetch(Request(address(post_id) + "?format=json"), judge.post_json)
        except OfflineError:
            raise
        except (FailedError, GoneError, DeniedError, BlockedError):
            return Failed(post_id, "failed", said, response)
        return answers.read_json(post_id, answer) or Failed(post_id, "failed", said, answer)


def _body(post_id: str, part: _Part) -> Outcome | None:
    return part if isinstance(part, Failed) else answers.read_body(post_id, *part)


def _said(part: _Part) -> str:
    """Medium's own words about an operation, "" for none."""
    return "" if isinstance(part, Failed) else part[0].reason
