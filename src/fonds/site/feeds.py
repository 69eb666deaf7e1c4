"""Atom (RFC 4287), JSON Feed (1.1) and a sitemap. Pure.

Without an address of the site, links are relative to the feed's own place, and ids are those of Medium.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from typing import Any

import msgspec

from fonds.site.cards import Card
from fonds.site.times import iso
from fonds.site.views import Site

NEWEST = 50
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def _xml(text: str) -> str:
    return html.escape(_NOT_XML.sub("\ufffd", text))


def shown(cards: Sequence[Card]) -> list[Card]:
    """What a feed lists: posts that anybody may find, the newest first."""
    return [card for card in reversed(cards) if card.kind == "posts" and not card.unlisted and card.at][
        :NEWEST
    ]


def _id(card: Card) -> str:
    return card.address or f"urn:fonds:{card.ident}"


def atom(cards: Sequence[Card], site: Site) -> bytes:
    """feed.xml."""
    listed = shown(cards)
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<feed xmlns="http://www.w3.org/2005/Atom">',
        f"<id>{_xml(f'{site.url}feed.xml' if site.url else f'urn:fonds:{site.title}')}</id>".replace(
            " ", "%20"
        ),
        f"<title>{_xml(site.title)}</title>",
        f'<link rel="self" type="application/atom+xml" href="{_xml(site.url)}feed.xml"/>',
        f'<link rel="alternate" type="text/html" href="{_xml(site.url)}index.html"/>',
        f"<updated>{max((iso(card.updated) for card in listed), default='1970-01-01T00:00:00Z')}</updated>",
        f'<generator version="{_xml(site.version)}">fonds</generator>',
    ]
    if not any(card.author for card in listed) or not all(card.author for card in listed):
        lines.append(f"<author><name>{_xml(site.title)}</name></author>")
    for card in listed:
        lines += [
            f'<entry xml:lang="{_xml(card.lang)}">',
            f"<id>{_xml(_id(card))}</id>",
            f"<title>{_xml(card.title)}</title>",
            f'<link rel="alternate" type="text/html" href="{_xml(site.url + card.page)}"/>',
            *([f'<link rel="via" href="{_xml(card.address)}"/>'] if card.address else []),
            f"<published>{iso(card.at)}</published>",
            f"<updated>{iso(card.updated)}</updated>",
            *([f"<author><name>{_xml(card.author)}</name></author>"] if card.author else []),
            *(f'<category term="{_xml(slug)}" label="{_xml(name)}"/>' for slug, name in card.tags),
            f"<summary>{_xml(card.excerpt)}</summary>",
            "</entry>",
        ]
    lines.append("</feed>\n")
    return "\n".join(lines).encode("utf-8", "replace")


def json_feed(cards: Sequence[Card], site: Site) -> bytes:
    """feed.json."""
    items: list[dict[str, Any]] = []
    for card in shown(cards):
        item: dict[str, Any] = {
            "id": _id(card),
            "url": site.url + card.page,
            "external_url": card.address,
            "title": card.title,
            "summary": card.excerpt,
            "content_text": card.excerpt or card.title,
            "date_published": iso(card.at),
            "date_modified": iso(card.updated),
            "language": card.lang if card.lang != "und" else "",
            "authors": [{"name": card.author}] if card.author else [],
            "tags": [name for _, name in card.tags],
        }
        items.append({name: value for name, value in item.items() if value})
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": site.title,
        "description": site.intro,
        "home_page_url": f"{site.url}index.html",
        "feed_url": f"{site.url}feed.json",
        "items": items,
    }
    kept = {name: value for name, value in feed.items() if value or name == "items"}
    return msgspec.json.format(msgspec.json.encode(kept), indent=1) + b"\n"


def sitemap(cards: Sequence[Card], site: Site, pages: Sequence[str]) -> bytes:
    """sitemap.xml (sitemaps.org 0.9) of a site that has an address: ``pages`` and every listed post."""
    rows = [f"<url><loc>{_xml(site.url + page)}</loc></url>" for page in pages]
    for card in cards:
        if not card.unlisted and card.kind != "drafts":
            changed = f"<lastmod>{iso(card.updated)[:10]}</lastmod>" if card.updated else ""
            rows.append(f"<url><loc>{_xml(site.url + card.page)}</loc>{changed}</url>")
    head = '<?xml version="1.0" encoding="utf-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
    return (head + "\n".join(rows) + "\n</urlset>\n").encode("utf-8", "replace")
