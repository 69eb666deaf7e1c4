"""Which post, and which paragraph of it, does an address of Medium's mean?"""

from __future__ import annotations

import re
from urllib.parse import unquote

import msgspec

from fonds.patterns import Seldom

_MAX = 2048
# scheme and host are optional (exports write relative addresses now and then).
_LIKELY = re.compile(r"[-/][0-9a-f]{8,13}/?(?:[?#\s]|$)|^\s*#|redirectUrl=")
_ADDRESS = re.compile(r"(?:(?:https?:)?//([^/?#\s]*))?((?:/[^?#\s]*)?)(?:\?([^#\s]*))?(?:#(\S*))?", re.I)
_ID = re.compile(r"(?:^|[-/])([0-9a-f]{8,13})$")
_ANCHOR = re.compile(r"[A-Za-z0-9][\w.-]{0,63}$")
_REDIRECT = Seldom(r"(?:^|&)redirectUrl=([^&]{1,2048})")
# Hosts whose paths end in such digits too, and mean something else.
_FOREIGN = re.compile(
    r"(?:^|\.)(?:link\.medium\.com|miro\.medium\.com|cdn-[\w-]*\.medium\.com|glyph\.medium\.com|web\.archive\.org"
    r"|archive\.(?:org|is|today|ph)|gist\.github\.com|github\.com|githubusercontent\.com|twitter\.com|x\.com"
    r"|facebook\.com|linkedin\.com|google\.[a-z.]{2,6}|youtube\.com|youtu\.be)$"
)  # fmt: skip


class Target(msgspec.Struct, frozen=True, gc=False):
    """``post_id`` is "" for an anchor in the same text; ``anchor`` a paragraph's name or ""."""

    post_id: str
    anchor: str


def target(href: str) -> Target | None:
    """The post that ``href`` leads to, or None when it is no address of a post of Medium's.

    Known shapes: ``/@user/slug-id``, ``user.medium.com/slug-id``, ``/publication/slug-id``, ``/slug-id``
    under a custom domain, ``/p/id``, ``#name``, and ``/m/global-identity?redirectUrl=`` of any of them.
    Tracking (``?source=``) and friend links (``?sk=``) are ignored; an anchor of tracking (``#.abc``) and
    a text fragment (``#:~:``) are no paragraph names. Every custom domain counts, so a target says
    something only once its id is known to be a post's.
    """
    if len(href) > _MAX or not _may_lead(href) or not _LIKELY.search(href):
        return None
    found = _ADDRESS.fullmatch(href.strip())
    if found is None:
        return None
    host, path, query, fragment = found.groups()
    anchor = fragment if fragment and _ANCHOR.match(fragment) else ""
    if not path.strip("/") and not host and query is None:
        return Target("", anchor) if anchor else None
    host = (host or "medium.com").lower().rpartition("@")[2].partition(":")[0]
    if _FOREIGN.search(host) or "://" in path or "%3a%2f%2f" in path.lower():
        return None
    if path.startswith("/m/"):
        inner = _REDIRECT.search(query or "")
        # One level: a redirect to a redirect is nobody's link.
        inner_href = unquote(inner[1]) if inner else ""
        return None if not inner_href or "/m/global-identity" in inner_href else target(inner_href)
    identified = _ID.search(path.rstrip("/"))
    return Target(identified[1], anchor) if identified else None


def _may_lead(href: str) -> bool:
    """Whether the path ends in the digits of an id, or there is none, or a redirect hides another: most
    links lead to other places, and this costs a fraction of what a pattern does."""
    path = href.strip().partition("#")[0].partition("?")[0].rstrip("/")
    return not path[-8:].strip("0123456789abcdef") or path[-1] == ":" or "redirectUrl=" in href
