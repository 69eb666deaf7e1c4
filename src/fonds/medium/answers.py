"""What became of a post that was asked for, and how Medium's answers are read as that. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, TypeAlias

import msgspec

from fonds import sources
from fonds.errors import UnreadableError
from fonds.medium.graphql import Answer
from fonds.medium.lists import entry
from fonds.medium.nodes import StampNode
from fonds.medium.records import Entry
from fonds.model import TEXT_BLOCKS, Form, Other, Post
from fonds.net.messages import Response
from fonds.sources import api, sniff
from fonds.sources.decode import decode

Absence = Literal["locked", "challenge", "failed"]
Ending = Literal["deleted", "suspended"]


class Full(msgspec.Struct, frozen=True):
    """A post whole. ``data`` is its own answer, which ``fonds.sources`` reads as ``form``; it came in
    ``response``, which other posts of the batch share. ``post`` is what it says."""

    post_id: str
    form: Form
    data: bytes
    response: Response
    post: Post


class Preview(msgspec.Struct, frozen=True):
    """A locked post as far as whoever asks may read it."""

    post_id: str
    form: Form
    data: bytes
    response: Response
    post: Post


class Seen(msgspec.Struct, frozen=True):
    """A post as it stands at Medium now, without its body."""

    post_id: str
    entry: Entry
    response: Response


class Gone(msgspec.Struct, frozen=True):
    """Medium says that it is not there: its page did, not a list or a null alone."""

    post_id: str
    reason: Ending
    detail: str
    response: Response | None = None


class Failed(msgspec.Struct, frozen=True):
    """It could not be had now, and why."""

    post_id: str
    reason: Absence
    detail: str
    response: Response | None = None


Outcome: TypeAlias = Full | Preview | Gone | Failed
State: TypeAlias = Seen | Gone | Failed

_PAGES: dict[str, Form] = {"page": "page", "legacy": "legacy", "dom": "dom"}
_STAMP = msgspec.json.Decoder(StampNode)

# Scripts that set no blanks between words: there Medium counts characters.
_CHARACTERS = re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_CUT = 0.5
"""A locked post with fewer than this part of its words is cut."""


def read_body(post_id: str, answer: Answer, response: Response) -> Full | Preview | None:
    """The post in an operation's answer; None when it is not there with a body."""
    return _outcome(post_id, "api", response, api.read(answer.data), answer.data)


def read_page(post_id: str, response: Response) -> Full | Preview | None:
    """The post in a page of any era; None for a page of something else."""
    form = _PAGES.get(sniff.form(response.body))
    return None if form is None else _outcome(post_id, form, response, sources.read(response.body))


def read_json(post_id: str, response: Response) -> Full | Preview | None:
    """The post in a ``?format=json`` answer."""
    return _outcome(post_id, "json", response, sources.read(response.body))


def _outcome(
    post_id: str, form: Form, response: Response, read: Iterator[Post | Other], data: bytes | None = None
) -> Full | Preview | None:
    try:
        found = next((post for post in read if isinstance(post, Post)), None)
    except UnreadableError:
        return None
    if found is None or found.id != post_id or not found.blocks:
        return None
    kind = Preview if found.preview_only or is_cut(found) else Full
    return kind(post_id, form, response.body if data is None else data, response, found)


def is_cut(post: Post) -> bool:
    """Whether a locked post holds so few of the words that Medium counts in it that it must be a preview,
    although nothing says so."""
    if not post.member_only or not post.word_count:
        return False
    words = 0
    for block in post.blocks:
        if isinstance(block, TEXT_BLOCKS):
            words += len(block.content.text.split()) + len(_CHARACTERS.findall(block.content.text))
    return words < _CUT * post.word_count


def read_stamp(post_id: str, answer: Answer, response: Response) -> Seen | None:
    """How a post stands, in an operation's answer; None when the answer does not say."""
    try:
        node, _ = decode(answer.data, _STAMP)
    except UnreadableError:
        return None
    post = node.data.post if node.data is not None else None
    if post is None or post.id != post_id or post.kind not in (None, "Post"):
        return None
    return Seen(post_id, entry(post), response)


def as_seen(outcome: Full | Preview) -> Seen:
    """What a post that came whole says about how it stands."""
    post = outcome.post
    said = Entry(
        post_id=post.id,
        url=post.medium_url,
        title=post.title,
        slug=post.slug,
        author_id=post.author.id,
        author=post.author.username,
        published_at=post.first_published_at,
        edition=post.latest_published_at or post.updated_at,
        is_locked=post.member_only,
        is_response=post.response is not None,
        visibility=post.visibility,
        claps=post.claps,
        responses=post.responses,
    )
    return Seen(outcome.post_id, said, outcome.response)
