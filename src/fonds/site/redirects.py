"""Every old address of a post at Medium → its page here, in the forms that hosts read. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import quote, unquote, urlsplit

from fonds.site.cards import Card

_SAFE = re.compile(r"/[^\x00-\x20\"'<>\\^`{|}]*")


class Rule(NamedTuple):
    """``old`` is a path at Medium as people write it (not percent-encoded), ``card`` where it leads."""

    old: str
    card: Card


def rules(cards: Sequence[Card]) -> list[Rule]:
    """One rule a path, in the order of the paths; of two posts with one path the earlier has it."""
    found: dict[str, Card] = {}
    for card in cards:
        for path in card.old:
            plain = unquote(path)
            if _SAFE.fullmatch(plain) and ".." not in plain:
                found.setdefault(plain, card)
    return [Rule(old, found[old]) for old in sorted(found)]


def _base(url: str) -> str:
    """The path of the site at its host, with its slash; "/" when nothing is known."""
    return (urlsplit(url).path or "/") if url else "/"


def netlify(found: Sequence[Rule], url: str) -> bytes:
    """``_redirects``: from, to, status."""
    base = _base(url)
    lines = [f"{quote(rule.old, safe='/@')} {quote(base + rule.card.page)} 301" for rule in found]
    return ("\n".join(("# Old addresses at Medium. Made by fonds.", *lines)) + "\n").encode()


def apache(found: Sequence[Rule], url: str) -> bytes:
    """``.htaccess``: mod_alias would match beginnings, mod_rewrite matches the whole path."""
    base = _base(url)
    lines = ["# Old addresses at Medium. Made by fonds.", "RewriteEngine On"]
    for rule in found:
        pattern = re.sub(r'([.\\+*?\[^\]$(){}=!<>|:#"\s-])', r"\\\1", rule.old.lstrip("/"))
        target = quote(base + rule.card.page).replace("%", "\\%")
        lines.append(f'RewriteRule "^{pattern}/?$" "{target}" [R=301,L,NE]')
    return ("\n".join(lines) + "\n").encode()


def nginx(found: Sequence[Rule], url: str) -> bytes:
    """``redirects/nginx.conf``: a map for ``http { }``, with the two lines that use it."""
    base = _base(url)
    lines = [
        "# Old addresses at Medium. Made by fonds. Include this in http { }, and in server { } write:",
        "#   if ($fonds_moved) { return 301 $fonds_moved; }",
        "map_hash_bucket_size 512;",
        "map_hash_max_size 65536;",
        "map $uri $fonds_moved {",
    ]
    # nginx compares without case, and refuses a file that has one key twice.
    different = {rule.old.lower(): rule for rule in reversed(found)}
    for rule in sorted(different.values()):
        old = rule.old.replace("\\", "\\\\").replace('"', '\\"').replace("$", "\\$")
        lines.append(f'  "{old}" "{quote(base + rule.card.page)}";')
    return ("\n".join((*lines, "}")) + "\n").encode()


def page_path(rule: Rule) -> str:
    """Where a page that redirects must lie for hosts without tables (GitHub Pages), from the site's root."""
    return f"{rule.old.strip('/')}/index.html"


def fits(rule: Rule) -> bool:
    """Whether every part of the path can be a folder everywhere."""
    return all(
        part and len(part.encode()) < 250 and not re.search(r'[:*?"<>|]|[. ]$', part)
        for part in rule.old.strip("/").split("/")
    )
