"""What a page holds, read with a parser of HTML that is not ours."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from fonds.site.settings import Colours, Link, Settings

FORMS = ("export", "graphql", "json", "pages", "zmedium")
SETTINGS = Settings(
    title="The Harbour Letter",
    intro="Letters from Modra Luka.",
    url="https://harbour.example/letter",
    links=(Link("The harbour office", "https://harbour.example/office"),),
    colours=Colours(accent="#7a2a18"),
    drafts=True,
)

_ADDRESSES = ("href", "src", "srcset", "action", "data", "poster", "content")


def pages(site: Path) -> list[Path]:
    return sorted(site.rglob("*.html"))


def parsed(page: Path) -> LexborHTMLParser:
    return LexborHTMLParser(page.read_text("utf-8"))


def first(html: str, selector: str) -> LexborNode:
    """The first element of ``html`` that ``selector`` names."""
    found = LexborHTMLParser(html).css_first(selector)
    assert found is not None, f"no {selector} in {html[:200]}"
    return found


def loaded(tree: LexborHTMLParser) -> Iterator[str]:
    """Every address that a browser asks for by itself."""
    for node in tree.css("img, script, link, iframe, source, audio, video, object, embed, input"):
        attributes = node.attributes
        if node.tag == "link" and attributes.get("rel") not in ("stylesheet", "icon", "preload"):
            continue
        for name in ("src", "href", "srcset", "poster", "data"):
            value = attributes.get(name)
            if value and name == "srcset":
                yield from (part.split()[0] for part in value.split(", "))
            elif value:
                yield value


def links(tree: LexborHTMLParser) -> Iterator[str]:
    for node in tree.css("a[href], form[action]"):
        yield node.attributes.get("href") or node.attributes.get("action") or ""


def target(page: Path, address: str) -> Path | None:
    """The file that a relative address leads to, or None for an address elsewhere."""
    parts = urlsplit(address)
    if parts.scheme or parts.netloc:
        return None
    return (page.parent / unquote(parts.path)).resolve() if parts.path else page


KINDS = {
    "home": "index.html",
    "post": "posts/*lighthouse*.html",
    "embeds": "posts/*sounds*.html",
    "code": "posts/*tide-tables*.html",
    "arabic": "posts/*5e7a0c3d6b19.html",
    "chinese": "posts/*6f8b1d4e7c2a.html",
    "response": "responses/*.html",
    "draft": "drafts/*.html",
    "versions": "versions/*.html",
    "years": "years/index.html",
    "year": "years/2019.html",
    "month": "years/2019-06.html",
    "tags": "tags/index.html",
    "tag": "tags/harbour.html",
    "people": "people/index.html",
    "person": "people/mirahorvat.html",
    "languages": "languages/index.html",
    "language": "languages/en.html",
    "pictures": "pictures/index.html",
    "pictures of a month": "pictures/2019-06.html",
    "all pictures": "pictures/all.html",
    "timeline": "timeline.html",
    "search": "search.html",
    "about": "about.html",
}
"""A page of each kind."""


def page_of(site: Path, kind: str) -> Path:
    found = sorted(site.glob(KINDS[kind]))
    assert found, f"the site has no page of the kind {kind}"
    return found[0]
