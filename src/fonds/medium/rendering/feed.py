"""A feed of the ten newest posts, RSS 2.0 as Medium writes it, and a sitemap."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from typing import Final

from fonds.medium.rendering import html
from fonds.model import Person, Post, Publication, lead_blocks

ITEMS: Final = 10
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LAST: Final = 253_402_300_799_000
"""The last second of the year 9999."""
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def of_person(person: Person, posts: Sequence[Post]) -> bytes:
    """The posts are the newest, newest first."""
    link = f"https://medium.com/@{person.username}?source=rss-{person.id}------2"
    return _feed(f"Stories by {person.name} on Medium", link, posts)


def of_publication(home: Publication, posts: Sequence[Post]) -> bytes:
    place = f"https://{home.domain}" if home.domain else f"https://medium.com/{home.slug}"
    return _feed(f"{home.name} - Medium", f"{place}?source=rss----{home.id}---4", posts)


def sitemap(urls: Iterable[str]) -> bytes:
    places = "".join(f"<url><loc>{escape(url)}</loc></url>" for url in urls)
    start = (
        '<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
    )
    return f"{start}{places}</urlset>".encode()


def _feed(title: str, link: str, posts: Sequence[Post]) -> bytes:
    tracked = link.partition("?")[2]
    items = "".join(_item(post, tracked) for post in posts[:ITEMS])
    return _NOT_XML.sub(
        "",
        '<?xml version="1.0" encoding="UTF-8"?><rss xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:atom="http://www.w3.org/2005/Atom"'
        f' version="2.0"><channel><title>{_cdata(title)}</title><link>{escape(link)}</link>{items}</channel></rss>',
    ).encode()


def _item(post: Post, tracked: str) -> str:
    link = f"{post.medium_url}?{tracked}" if post.medium_url else post.canonical_url
    tags = "".join(f"<category>{_cdata(tag.slug)}</category>" for tag in post.tags)
    leading = set(lead_blocks(post)[:1])
    written = [block for number, block in enumerate(post.blocks) if number not in leading]
    if post.preview_only:
        snippet = f'<p class="medium-feed-snippet">{escape(post.description)}</p>'
        body = f"<description>{_cdata(snippet)}</description>"
    else:
        pixel = f'<img src="https://medium.com/_/stat?event=post.clientViewed&amp;referrerSource=full_rss&amp;postId={post.id}" width="1" height="1" alt="">'
        body = f"<content:encoded>{_cdata(html.blocks(written) + pixel)}</content:encoded>"
    published = _moment(post.first_published_at // 1000 * 1000)
    updated = _moment(post.updated_at or post.first_published_at)
    return (
        f"<item><title>{_cdata(post.title)}</title><link>{escape(link)}</link>"
        f'<guid isPermaLink="false">https://medium.com/p/{post.id}</guid>{tags}'
        f"<dc:creator>{_cdata(post.author.name)}</dc:creator><pubDate>{format_datetime(published, usegmt=True)}</pubDate>"
        f"<atom:updated>{updated.isoformat(timespec='milliseconds').replace('+00:00', 'Z')}</atom:updated>{body}</item>"
    )


def _moment(at: int) -> datetime:
    """UTC milliseconds as a time that a calendar has: there are posts of the year 0 and 50,000."""
    return _EPOCH + timedelta(milliseconds=min(max(at, 0), _LAST))


def _cdata(value: str) -> str:
    return "<![CDATA[" + value.replace("]]>", "]]]]><![CDATA[>") + "]]>"
