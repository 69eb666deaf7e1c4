"""Addresses of posts that the Wayback Machine captured: Medium no longer lists some of them.

Only its index is read (CDX), a page a request, at the pace it asks for (``fonds.medium.manners``).
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from fonds.medium import judge
from fonds.medium.records import Entry, Page
from fonds.medium.sources import Author, Publication
from fonds.net.messages import Request
from fonds.sources.addresses import target

if TYPE_CHECKING:
    from fonds.net.client import Client

_INDEX = "https://web.archive.org/cdx/search/cdx"
PAGE = 5000
"""Lines of the index in one request."""


def prefixes(source: Author | Publication) -> list[str]:
    """What the addresses of a source's posts begin with, now or formerly."""
    if isinstance(source, Author):
        found = [f"medium.com/@{source.username}/"] if source.username else []
        host = source.host or (f"{source.username}.medium.com" if _is_label(source.username) else "")
        return [*found, f"{host}/"] if host else found
    if source.domain:
        return [f"{source.domain}/"] + ([f"medium.com/{source.slug}/"] if source.slug else [])
    return [f"medium.com/{source.slug}/"]


def _is_label(name: str) -> bool:
    return bool(name) and all(char.isascii() and (char.isalnum() or char == "-") for char in name)


def address(prefix: str, resume: str = "", limit: int = PAGE) -> str:
    """The question for captured pages whose addresses begin with ``prefix``, each once."""
    query = (
        f"?url={quote(prefix, safe='')}*&collapse=urlkey&filter=statuscode:200&filter=mimetype:text/html"
        f"&fl=original,timestamp&showResumeKey=true&limit={limit}"
    )
    return _INDEX + query + (f"&resumeKey={quote(resume, safe='')}" if resume else "")


async def walk(
    client: Client, source: Author | Publication, *, cursor: str = "", size: int = PAGE
) -> AsyncIterator[Page]:
    """Posts whose addresses were captured; ``cursor`` is a number of a prefix and a resume key, as
    ``Page.cursor`` gives it. Raises the client's errors."""
    places = prefixes(source)
    number, _, resume = cursor.partition(" ")
    at = int(number) if number.isascii() and number.isdigit() else 0
    seen: set[str] = set()
    passed: set[str] = set()
    while at < len(places):
        passed.add(f"{at} {resume}")
        response = await client.fetch(Request(address(places[at], resume, size)), judge.text)
        urls, resume = read(response.body)
        if not resume:
            at += 1
        fault = ""
        if f"{at} {resume}" in passed:
            fault = "the index goes in a circle"
        done = at >= len(places)
        yield Page(
            entries=_entries(urls, places, seen),
            response=response,
            cursor="" if done or fault else f"{at} {resume}",
            complete=done,
            fault=fault,
        )
        if fault:
            return


def read(data: bytes) -> tuple[list[str], str]:
    """The addresses of a page of the index, and the key to go on from: it stands on the last line, behind
    an empty one."""
    lines = data.decode("utf-8", "replace").split("\n")
    while lines and not lines[-1].strip():
        lines.pop()
    resume = ""
    if len(lines) >= 2 and not lines[-2].strip():
        resume = lines.pop().strip()
    return [line.split(" ", 1)[0] for line in lines if line.strip()], resume


def _entries(urls: list[str], places: list[str], seen: set[str]) -> tuple[Entry, ...]:
    hosts = {place.partition("/")[0] for place in places}
    entries = []
    for url in urls:
        meant = target(url)
        if meant is None or not meant.post_id or meant.post_id in seen or _host(url) not in hosts:
            continue
        seen.add(meant.post_id)
        entries.append(Entry(meant.post_id, "cdx", url.partition("?")[0].partition("#")[0]))
    return tuple(entries)


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
