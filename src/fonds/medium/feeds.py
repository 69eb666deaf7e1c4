"""A source's feed: its ten newest posts, whole, in one request."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fonds.errors import UnreadableError
from fonds.medium import judge
from fonds.medium.errors import SourceError
from fonds.medium.records import Entry, Owner, Page
from fonds.medium.sources import Author, Publication, name
from fonds.model import Post
from fonds.net.messages import Request
from fonds.sources import feed, feed_xml, sniff

if TYPE_CHECKING:
    from fonds.net.client import Client

# On the channel's own link: ?source=rss-<user>------2, or ?source=rss----<publication>---4.
_USER = re.compile(r"[?&]source=rss-([0-9a-f]{6,16})-{6}")


def address(source: Author | Publication) -> str:
    """Where the feed is; "" for a user of whom only the id is known."""
    if isinstance(source, Author):
        if source.host:
            return f"https://{source.host}/feed"
        return f"https://medium.com/feed/@{source.username}" if source.username else ""
    return f"https://{source.domain}/feed" if source.domain else f"https://medium.com/feed/{source.slug}"


async def read(client: Client, source: Author | Publication) -> Page:
    """The newest posts. ``complete`` is never true: a feed does not say what it leaves out; the posts
    themselves are in ``response``, for ``fonds.sources.feed``.

    Raises ``SourceError`` when it cannot be read, and the client's errors.
    """
    where = address(source)
    if not where:
        raise SourceError("unreadable", "has no feed: the user's name is not known", origin=name(source))
    response = await client.fetch(Request(where), judge.feed)
    try:
        entries = tuple(
            _entry(post) for post in feed.read(response.body, where) if isinstance(post, Post) and post.id
        )
    except UnreadableError as error:
        raise SourceError("unreadable", error.reason, origin=where, where=error.where) from error
    return Page(entries=entries, response=response)


def _entry(post: Post) -> Entry:
    return Entry(
        post_id=post.id,
        via="feed",
        url=post.medium_url or post.canonical_url,
        title=post.title,
        slug=post.slug,
        author_id=post.author.id,
        author=post.author.username,
        published_at=post.first_published_at,
        is_response=post.response is not None,
    )


async def owner(client: Client, source: Publication) -> Owner:
    """Whose feed a domain's is, where that is a person's; an empty Owner when the feed does not say."""
    response = await client.fetch(Request(address(source)), judge.feed)
    parser = feed_xml.Parser(address(source))
    try:
        for _ in parser.items(sniff.normalise(response.body).data):
            break  # the channel's own fields stand before its items
    except UnreadableError:
        return Owner()
    found = _USER.search(parser.channel.link)
    return Owner(id=found[1]) if found else Owner()
