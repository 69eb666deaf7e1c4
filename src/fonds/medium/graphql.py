"""Asking Medium's GraphQL: a list of operations in one request, answered by a list.

Each operation's answer keeps its own bytes, so that ``fonds.sources.api`` reads it as a file of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from fonds.medium import judge
from fonds.medium.queries import Operation, unknown_fields
from fonds.net.messages import Request, Response

if TYPE_CHECKING:
    from fonds.net.client import Client

ADDRESS = "https://medium.com/_/graphql"
_HEADERS = (("Content-Type", "application/json"), ("Accept", "application/json"))
_ROUNDS = 4
"""Times that one question is asked again because Medium's schema lost a field of it."""


class Answer(msgspec.Struct, frozen=True):
    """What one operation was answered. ``data`` is that answer as it was sent, a JSON object;
    ``errors`` are Medium's messages in it."""

    data: bytes
    errors: tuple[str, ...] = ()

    @property
    def reason(self) -> str:
        return "; ".join(self.errors)[:500]


class Answers(msgspec.Struct, frozen=True):
    """``parts`` are in the order of the operations; fewer when Medium answered fewer."""

    response: Response
    parts: tuple[Answer, ...]


class Schema:
    """What Medium's schema turned out to lack, learnt from its errors while a run goes on."""

    def __init__(self) -> None:
        self.without: frozenset[str] = frozenset()

    def learn(self, answers: Answers) -> bool:
        """Whether the answers name fields to do without that were not known before."""
        said = [message for part in answers.parts for message in part.errors]
        more = unknown_fields(said) - self.without
        self.without |= more
        return bool(more)


class _ErrorNode(msgspec.Struct, gc=False):
    message: Any = None


class _AnswerNode(msgspec.Struct, gc=False):
    errors: Any = None


_PARTS = msgspec.json.Decoder(list[msgspec.Raw])
_ANSWER = msgspec.json.Decoder(_AnswerNode)


def request(operations: Sequence[Operation], without: frozenset[str] = frozenset()) -> Request:
    """The POST that asks ``operations``, always as a list."""
    asked = [
        {
            "operationName": operation.name,
            "variables": operation.variables,
            "query": operation.text(without),
        }
        for operation in operations
    ]
    return Request(ADDRESS, method="POST", headers=_HEADERS, body=msgspec.json.encode(asked))


def split(body: bytes) -> tuple[Answer, ...]:
    """The answers in a body; one where it is a single object. Empty for what is no JSON of that kind."""
    try:
        if not body.lstrip().startswith(b"["):
            return (_answer(body),)
        return tuple(_answer(bytes(part)) for part in _PARTS.decode(body))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ()


def _answer(data: bytes) -> Answer:
    said = _ANSWER.decode(data).errors
    if not isinstance(said, list):
        return Answer(data, (str(said),) if said else ())
    messages = (error.get("message") if isinstance(error, dict) else None for error in said)
    return Answer(data, tuple(message if isinstance(message, str) else "an error" for message in messages))


async def ask(client: Client, operations: Sequence[Operation], schema: Schema) -> Answers:
    """What Medium answers to ``operations``; asked again without the fields that its schema lost.

    Raises the client's errors: blocked, denied, failed, offline.
    """
    for _ in range(_ROUNDS):
        response = await client.fetch(request(operations, schema.without), judge.graphql)
        answers = Answers(response, split(response.body))
        if not schema.learn(answers):
            break
    return answers
