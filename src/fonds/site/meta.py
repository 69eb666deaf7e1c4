"""What machines read in a page's head: Open Graph and JSON-LD. Pure."""

from __future__ import annotations

from typing import Any

import msgspec
from markupsafe import Markup

from fonds.site.cards import Card
from fonds.site.inline import escape
from fonds.site.times import iso
from fonds.site.views import Site, Where

_OG_LOCALES = {"en": "en_US", "ar": "ar_AR", "fr": "fr_FR", "de": "de_DE", "hr": "hr_HR", "es": "es_ES"}


def of_post(card: Card, site: Site, where: Where) -> Markup:
    """Open Graph properties and a NewsArticle. Addresses are whole where the site has one."""
    url = f"{site.url}{card.page}" if site.url else ""
    image = ""
    if card.lead >= 0 and site.url and not where.link:
        image = site.url + where.href(card.pictures[card.lead].local)
    properties = [
        ("og:type", "article"),
        ("og:title", card.title),
        ("og:description", card.excerpt),
        ("og:site_name", site.title),
        ("og:locale", _OG_LOCALES.get(card.lang, "")),
        ("og:url", url),
        ("og:image", image),
        ("article:published_time", iso(card.at)),
        ("article:modified_time", iso(card.updated)),
        *(("article:tag", name) for _, name in card.tags),
    ]
    lines = [f'<meta property="{name}" content="{escape(value)}">' for name, value in properties if value]
    if url:
        lines.append(f'<link rel="canonical" href="{escape(url)}">')
    lines.append(_data(_article(card, site, url, image)))
    return Markup("\n".join(lines))  # noqa: S704  escaped above


def of_home(site: Site) -> Markup:
    properties = (
        ("og:type", "website"),
        ("og:title", site.title),
        ("og:description", site.intro),
        ("og:url", site.url),
    )
    return Markup(  # noqa: S704
        "\n".join(
            f'<meta property="{name}" content="{escape(value)}">' for name, value in properties if value
        )
    )


def _article(card: Card, site: Site, url: str, image: str) -> dict[str, Any]:
    own = f"{card.stem}.html"
    found: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": card.title,
        "alternativeHeadline": card.subtitle,
        "description": card.excerpt,
        "identifier": card.ident,
        "datePublished": iso(card.at),
        "dateModified": iso(card.updated),
        "inLanguage": card.lang if card.lang != "und" else "",
        "wordCount": card.words,
        "keywords": [name for _, name in card.tags],
        "author": {"@type": "Person", "name": card.author} if card.author else "",
        "publisher": {"@type": "Organization", "name": card.publication} if card.publication else "",
        "isPartOf": {"@type": "Collection", "name": site.title},
        "url": card.address,
        "archivedAt": url or own,
        "image": image,
    }
    return {name: value for name, value in found.items() if value}


def _data(value: dict[str, Any]) -> str:
    """A block of data that no parser of HTML takes for the end of it, or for a script."""
    text = msgspec.json.encode(value).decode()
    safe = text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    return f'<script type="application/ld+json">{safe}</script>'
