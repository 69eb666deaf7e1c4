"""The lists of an author's and of a publication's posts, page by page to their true end.

A page may be short or empty with more behind it, a pinned post comes twice, and among an author's posts
stand those of others that answer them. Only Medium's own word ends a walk: that there is no next page.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from typing import TYPE_CHECKING

import msgspec

from fonds.errors import UnreadableError, UsageError
from fonds.medium import feeds, judge, queries
from fonds.medium.errors import SourceError
from fonds.medium.graphql import Answer, Schema, ask
from fonds.medium.nodes import ListNode, PublicationNode, UserNode
from fonds.medium.records import Entry, Owner, Page, Via
from fonds.medium.sources import Author, Publication, home, name, parse
from fonds.net.errors import GoneError
from fonds.net.messages import Request, Response
from fonds.sources import facts
from fonds.sources.decode import decode
from fonds.sources.records import PostNode

if TYPE_CHECKING:
    from fonds.net.client import Client

AUTHOR_PAGE = 25
"""Medium gives an author's posts by 25 at most."""
PUBLICATION_PAGE = 150
"""The most that was seen at once; of such a page a few are left out, and come with the next."""

_LIST = msgspec.json.Decoder(ListNode)


class _Read(msgspec.Struct, frozen=True):
    """A page as it was answered, before it is compared with those before it."""

    owner: Owner
    entries: tuple[Entry, ...]
    following: str
    more: bool


async def walk(
    client: Client,
    source: Author | Publication,
    *,
    cursor: str = "",
    size: int = 0,
    schema: Schema | None = None,
) -> AsyncIterator[Page]:
    """The pages of ``source``'s list from ``cursor`` on ("" is the beginning): newest posts first, pinned
    ones before them. Stop when you have seen enough; ``Page.cursor`` goes on from there.

    Raises ``SourceError`` for what is not there, suspended, or moved, and the client's errors.
    """
    schema = schema or Schema()
    given = source
    seen: set[str] = set()
    passed: set[str] = set()
    while True:
        passed.add(cursor)
        answers = await ask(client, [_question(source, cursor, size)], schema)
        answer = answers.parts[0] if answers.parts else Answer(answers.response.body, ("no answer",))
        read = _read(answer, source)
        if read is None:
            source = await _settle(client, source, answer, given)
            continue
        page = _compare(read, source, answers.response, seen, passed)
        yield page
        if page.complete or page.fault:
            return
        cursor = page.cursor


def _question(source: Author | Publication, cursor: str, size: int) -> queries.Operation:
    if isinstance(source, Author):
        return queries.author_posts(source.username, source.user_id, cursor, size or AUTHOR_PAGE)
    return queries.publication_posts(source.slug, source.domain, cursor, size or PUBLICATION_PAGE)


# -- one page -----------------------------------------------------------------------------------------


def _read(answer: Answer, source: Author | Publication) -> _Read | None:
    """The page in an answer; None when Medium says that there is no such source."""
    try:
        node, _ = decode(answer.data, _LIST, name(source))
    except UnreadableError as error:
        raise SourceError("unreadable", error.reason, origin=name(source)) from error
    data = node.data
    user = data.user_result if data is not None else None
    publication = data.publication if data is not None else None
    if isinstance(source, Author) and user is not None and user.homepage_posts_connection is not None:
        if user.is_suspended:
            raise SourceError("suspended", "the account is suspended", origin=name(source))
        return _of_author(user)
    if publication is not None and publication.publication_posts_connection is not None:
        return _of_publication(publication)
    if answer.errors:
        raise SourceError("unreadable", f"Medium answered: {answer.reason}", origin=name(source))
    return None


def _of_author(user: UserNode) -> _Read:
    connection = user.homepage_posts_connection
    posts = connection.posts if connection is not None else None
    paging = connection.paging_info if connection is not None else None
    following = paging.next if paging is not None else None
    owner = Owner(
        id=user.id or "", name=user.name or "", username=user.username or "", avatar=user.image_id or ""
    )
    return _Read(
        owner, _entries(posts or ()), (following.from_ or "") if following else "", following is not None
    )


def _of_publication(publication: PublicationNode) -> _Read:
    connection = publication.publication_posts_connection
    edges = connection.edges if connection is not None else None
    info = connection.page_info if connection is not None else None
    owner = Owner(
        id=publication.id or "",
        name=publication.name or "",
        slug=publication.slug or "",
        domain=publication.domain or "",
        avatar=(publication.avatar.id or "") if publication.avatar is not None else "",
    )
    posts = (edge.node for edge in edges or () if edge is not None)
    more = bool(info is not None and info.has_next_page)
    return _Read(owner, _entries(posts), (info.end_cursor or "") if info is not None else "", more)


def _entries(posts: Iterable[PostNode | None]) -> tuple[Entry, ...]:
    return tuple(entry(post) for post in posts if post is not None and post.id)


def entry(post: PostNode, via: Via = "list") -> Entry:
    """What a list says about a post."""
    creator = post.creator
    parents = (
        post.in_response_to_post_result,
        post.in_response_to_media_resource,
        post.in_response_to_catalog_result,
    )
    count = post.post_responses.count if post.post_responses is not None else None
    return Entry(
        post_id=post.id or "",
        via=via,
        url=post.medium_url or "",
        title=post.title or "",
        slug=facts.slug(post.unique_slug, post.id or "", post.medium_url or ""),
        author_id=(creator.id or "") if creator is not None else "",
        author=(creator.username or "").removeprefix("@") if creator is not None else "",
        published_at=post.first_published_at or 0,
        edition=post.latest_published_at or post.updated_at or 0,
        is_locked=bool(post.is_locked),
        is_response=any(parent is not None for parent in parents),
        visibility=facts.visibility(post.visibility),
        pinned=bool(post.pinned_by_creator_at),
        claps=post.clap_count,
        responses=count if count is not None else post.responses_count,
    )


def _compare(
    read: _Read, source: Author | Publication, response: Response, seen: set[str], passed: set[str]
) -> Page:
    """The page without what came before, and where the walk goes from it."""
    own: list[Entry] = []
    others: list[Entry] = []
    repeated = 0
    for listed in read.entries:
        if listed.post_id in seen:
            repeated += 1
            continue
        seen.add(listed.post_id)
        foreign = isinstance(source, Author) and listed.author_id and listed.author_id != read.owner.id
        (others if foreign else own).append(listed)
    fault = ""
    if read.more and not read.following:
        fault = "Medium says that the list goes on, and not from where"
    elif read.more and read.following in passed:
        fault = f"the list goes in a circle: the next page is {read.following!r}, which was read already"
    return Page(
        entries=tuple(own),
        response=response,
        cursor="" if fault or not read.more else read.following,
        complete=not read.more,
        others=tuple(others),
        repeated=repeated,
        owner=read.owner,
        fault=fault,
    )


# -- no such source -----------------------------------------------------------------------------------


async def _settle(
    client: Client, source: Author | Publication, answer: Answer, given: Author | Publication
) -> Author | Publication:
    """What to ask instead of a source for which Medium's list says null; raises ``SourceError`` with the
    reason that its page tells when there is nothing to ask. ``given`` is what the user named."""
    if isinstance(source, Author) and source.host:
        return Publication(domain=source.host)
    called = name(given)
    try:
        response = await client.fetch(Request(home(source)), judge.page)
    except GoneError as error:
        if error.response is not None and judge.suspended(error.response):
            raise SourceError("suspended", "the account is suspended", origin=called) from error
        what = "publication" if isinstance(given, Publication) else "user"
        raise SourceError("missing", f"Medium knows no such {what}", origin=called) from error
    moved = _moved(source, response.url)
    if moved is not None:
        raise SourceError(
            "moved",
            f"has moved to {name(moved)}",
            origin=called,
            remedy="Name it that way",
            moved_to=name(moved),
        )
    if isinstance(source, Publication) and source.domain:
        owner = await feeds.owner(client, source)
        if owner.id:
            return Author(user_id=owner.id)
    said = f": {answer.reason}" if answer.reason else ""
    raise SourceError("unreadable", f"Medium has its page, and no list of its posts{said}", origin=called)


def _moved(source: Author | Publication, url: str) -> Author | Publication | None:
    """The source whose page ``url`` is, when it is another one than was asked for."""
    try:
        found = parse(url)
    except UsageError:
        return None
    if not isinstance(found, (Author, Publication)) or home(found) == home(source):
        return None
    if isinstance(found, Author) and isinstance(source, Author) and found.username == source.username:
        return None
    return found
