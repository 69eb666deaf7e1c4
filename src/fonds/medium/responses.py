"""The responses to a post, with their bodies, page by page.

Medium gives those to the post itself; a response that was answered says so (``Post.responses``), and its
own responses are asked for by its id.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import msgspec

from fonds.errors import UnreadableError
from fonds.medium import answers, queries
from fonds.medium.answers import Failed, Full, Preview
from fonds.medium.errors import SourceError
from fonds.medium.graphql import Answer, Schema, ask
from fonds.medium.nodes import ThreadAnswerNode, ThreadNode
from fonds.net.messages import Response
from fonds.sources.decode import decode

if TYPE_CHECKING:
    from fonds.net.client import Client

PAGE = 25

_THREAD = msgspec.json.Decoder(ThreadAnswerNode)


class _NameNode(msgspec.Struct, gc=False):
    id: str | None = None


_NAME = msgspec.json.Decoder(_NameNode)


class Page(msgspec.Struct, frozen=True):
    """One page. ``outcomes`` are responses not seen on earlier pages; ``cursor``, ``complete`` and ``fault`` as
    in ``fonds.medium.records.Page``."""

    outcomes: tuple[Full | Preview | Failed, ...]
    response: Response
    cursor: str = ""
    complete: bool = False
    fault: str = ""


async def walk(
    client: Client, post_id: str, *, cursor: str = "", size: int = PAGE, schema: Schema | None = None
) -> AsyncIterator[Page]:
    """The responses to ``post_id`` from ``cursor`` on. Raises ``SourceError`` when Medium does not tell them,
    and the client's errors."""
    schema = schema or Schema()
    seen: set[str] = set()
    passed: set[str] = set()
    while True:
        passed.add(cursor)
        answered = await ask(client, [queries.responses(post_id, cursor, size)], schema)
        thread = _thread(answered.parts[0] if answered.parts else Answer(b"{}", ("no answer",)), post_id)
        following = thread.paging_info.next if thread.paging_info is not None else None
        cursor = (following.to or "") if following is not None else ""
        fault = ""
        if following is not None and (not cursor or cursor in passed):
            fault = f"the list goes in a circle: the next page is {cursor!r}, which was read already"
        yield Page(
            outcomes=tuple(_outcomes(thread, answered.response, seen)),
            response=answered.response,
            cursor="" if fault else cursor,
            complete=following is None,
            fault=fault,
        )
        if following is None or fault:
            return


def _thread(answer: Answer, post_id: str) -> ThreadNode:
    try:
        node, _ = decode(answer.data, _THREAD, post_id)
    except UnreadableError as error:
        raise SourceError("unreadable", error.reason, origin=post_id) from error
    post = node.data.post if node.data is not None else None
    if post is None or post.threaded_post_responses is None:
        reason = (
            f"Medium answered: {answer.reason}" if answer.errors else "Medium does not tell its responses"
        )
        raise SourceError("unreadable" if post or answer.errors else "missing", reason, origin=post_id)
    return post.threaded_post_responses


def _outcomes(thread: ThreadNode, response: Response, seen: set[str]) -> list[Full | Preview | Failed]:
    found: list[Full | Preview | Failed] = []
    for part in thread.posts or ():
        data = bytes(part)
        try:
            name = _NAME.decode(data).id or ""
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            continue  # null stands where a response is hidden
        if not name or name in seen:
            continue
        seen.add(name)
        alone = Answer(b'{"data":{"post":' + data + b"}}")
        outcome = answers.read_body(name, alone, response)
        found.append(outcome or Failed(name, "failed", "the response came without its text", response))
    return found
