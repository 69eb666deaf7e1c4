"""Addresses as a page may carry them: nothing that a post says is trusted. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from fonds.sources import addresses

SCHEMES = frozenset({"http", "https", "mailto"})
"""Schemes that a link may have; whatever else an author linked to is shown as text, with its address."""

# WHATWG URL: C0 controls and blanks at the ends are dropped, tabs and line ends anywhere.
_ENDS = "".join(map(chr, range(0x21)))
_INSIDE = re.compile("[\t\n\r]")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_HOST = re.compile(r"(?:[\w-]+\.)+[A-Za-z]{2,}(?::\d+)?(?=[/?#]|$)")
_ESCAPED = re.compile('[\x00-\x20\x7f"<>\\\\^`{|}\ud800-\udfff]')
_BROKEN_PERCENT = re.compile("%(?![0-9A-Fa-f]{2})")


def safe(href: str) -> str:
    """``href`` as the value of an ``href`` attribute (not escaped for HTML yet), or "" when it must not be one.

    Addresses without scheme are Medium's own paths, or a host that was written without one.
    """
    text = _INSIDE.sub("", href.strip(_ENDS))
    if not text or text.startswith("#"):
        return ""
    if text.startswith("//"):
        text = "https:" + text
    elif text.startswith("/"):
        text = "https://medium.com" + text
    found = _SCHEME.match(text)
    if found is None or _HOST.match(text):
        if not _HOST.match(text):
            return ""
        text = "http://" + text
    elif found[1].lower() not in SCHEMES:
        return ""
    text = _BROKEN_PERCENT.sub("%25", text)
    return _ESCAPED.sub(_percent, text)


def _percent(found: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in found[0].encode("utf-8", "replace"))


class Place(NamedTuple):
    """Where a link leads. ``kind`` is ``own`` (a page of this site), ``away``, or ``none``."""

    kind: str
    href: str


Resolve = Callable[[str], Place]


class Links:
    """Resolves the links of one post: own posts to their pages, others to where they lead.

    ``ident`` is the post's id; ``pages`` maps the ids of posts in the site to their pages, seen from this
    one; ``anchors`` are the paragraph names that this page has.
    """

    def __init__(self, ident: str, pages: Mapping[str, str], anchors: frozenset[str] = frozenset()) -> None:
        self._ident = ident
        self._pages = pages
        self._anchors = anchors

    def __call__(self, href: str) -> Place:
        target = addresses.target(href)
        if target is not None:
            ident = target.post_id or self._ident
            if ident == self._ident and target.anchor in self._anchors:
                return Place("own", f"#{target.anchor}")
            page = self._pages.get(ident)
            if page is not None and target.post_id:
                return Place("own", f"{page}#{target.anchor}" if target.anchor else page)
        found = safe(href)
        return Place("away", found) if found else Place("none", href)
