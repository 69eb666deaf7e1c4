"""What a page holds, read with a parser of HTML that is not ours."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from selectolax.lexbor import LexborHTMLParser

_ADDRESSES = ("href", "src", "srcset", "action", "data", "poster", "content")


def pages(site: Path) -> list[Path]:
    return sorted(site.rglob("*.html"))


def parsed(page: Path) -> LexborHTMLParser:
    return LexborHTMLParser(page.read_text("utf-8"))


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
