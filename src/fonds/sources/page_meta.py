"""What the head of a page says about its post, whatever the body is made of.

Medium has written the same tags since 2013: Open Graph (``og:``, ``article:``), App Links (``al:``),
Twitter's, and ``author`` and ``title``. Some tools that saved pages turned ``content`` into ``value``
and ``property`` into ``name``.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from selectolax.lexbor import LexborHTMLParser

from fonds.model import Person, Post, Publication
from fonds.sources.facts import addresses, slug
from fonds.sources.inline_html import words
from fonds.sources.media_html import image_id
from fonds.sources.times import milliseconds

_APP_LINK = re.compile(r"medium:/{1,2}p/([0-9a-f]{8,13})\b")
_ID_AT_END = re.compile(r"[-/]([0-9a-f]{8,13})(?:[/?#]|$)")
_USER = re.compile(r"(?:https?://[\w.-]+)?/@([^/?#]+)|https?://([\w-]+)\.medium\.com(?:/|$)")
_READING_TIME = re.compile(r"(\d{1,4})\s*min")


class Meta(NamedTuple):
    """``url`` is Medium's own address, ``canonical`` the author's when it is another; ``site`` names the
    publication; ``image`` is an image id or address; ``reading_time`` is in minutes."""

    id: str = ""
    title: str = ""
    description: str = ""
    url: str = ""
    canonical: str = ""
    author: Person = Person()
    published_at: int = 0
    latest_at: int = 0
    updated_at: int = 0
    site: str = ""
    image: str = ""
    language: str = ""
    reading_time: float | None = None


def read(tree: LexborHTMLParser) -> Meta:
    """What the ``<meta>``, ``<link>`` and ``<title>`` elements of a page say."""
    given: dict[str, str] = {}
    for node in tree.css("meta"):
        attributes = node.attributes
        key = attributes.get("property") or attributes.get("name") or ""
        value = attributes.get("content") or attributes.get("value") or ""
        if key and value:
            given.setdefault(key, words(value))
    canonical = tree.css_first("link[rel=canonical]")
    url = given.get("al:web:url") or given.get("og:url", "")
    stated = (canonical.attributes.get("href") or "") if canonical else ""
    post_id = _post_id(given, stated or url)
    medium, other = addresses(url if url.partition("?")[0].endswith(post_id) else "", stated, post_id=post_id)
    site = given.get("og:site_name") or given.get("al:ios:app_name", "")
    article = tree.css_first("article[lang]")
    picture = given.get("og:image") or given.get("twitter:image:src", "")
    reading = _READING_TIME.match(given.get("twitter:data1", ""))
    return Meta(
        id=post_id,
        title=given.get("og:title") or given.get("twitter:title") or _title(tree),
        description=given.get("og:description") or given.get("description", ""),
        url=medium,
        canonical=other,
        author=_author(given),
        published_at=milliseconds(given.get("article:published_time", "")),
        updated_at=milliseconds(given.get("article:modified_time", "")),
        site="" if site == "Medium" else site,
        image=image_id(picture) or picture,
        language=(article.attributes.get("lang") or "") if article else "",
        reading_time=float(reading[1]) if reading else None,
    )


def post(meta: Meta, **more: Any) -> Post:
    """A Post with what ``meta`` says and the fields in ``more``."""
    publication = Publication(name=meta.site) if meta.site else None
    fields: dict[str, Any] = {
        "id": meta.id,
        "title": meta.title,
        "description": meta.description,
        "slug": slug(None, meta.id, meta.url),
        "medium_url": meta.url,
        "canonical_url": meta.canonical,
        "author": meta.author,
        "publication": publication,
        "first_published_at": meta.published_at,
        "latest_published_at": meta.latest_at,
        "updated_at": meta.updated_at,
        "language": meta.language,
        "reading_time": meta.reading_time,
        "image": meta.image,
    }
    return Post(**(fields | more))


def _post_id(given: dict[str, str], address: str) -> str:
    for key in ("al:ios:url", "al:android:url", "twitter:app:url:iphone", "apple-itunes-app"):
        found = _APP_LINK.search(given.get(key, ""))
        if found:
            return found[1]
    found = _ID_AT_END.search(given.get("parsely-post-id", "")) or _ID_AT_END.search(address)
    return found[1] if found else ""


def _title(tree: LexborHTMLParser) -> str:
    node = tree.css_first("h1") or tree.css_first("title")
    return words(node.text()) if node else ""


def _author(given: dict[str, str]) -> Person:
    user = _USER.match(given.get("article:author", ""))
    return Person(name=given.get("author", ""), username=(user[1] or user[2]) if user else "")
