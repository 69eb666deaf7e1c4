"""The sitemap of a source that has a host of its own: addresses of its posts, a few years back.

An index names files, by day or by year, compressed or not; some hosts have one file with all posts.
"""

from __future__ import annotations

import html
import re
import zlib
from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from fonds.medium import judge
from fonds.medium.records import Entry, Page
from fonds.medium.sources import Author, Publication, site
from fonds.net.messages import Request, Response
from fonds.sources.addresses import target

if TYPE_CHECKING:
    from fonds.net.client import Client

_LOC = re.compile(r"<loc>(?:([^<]{1,4096}+)|\s{0,64}+<!\[CDATA\[([^<\]]{1,4096}+)\]\]>\s{0,64}+)</loc>")
_MOST = 64 * 1024 * 1024
"""Bytes of a file when unpacked: the protocol allows 50 MB."""
_MOST_FILES = 20_000


def address(source: Author | Publication) -> str:
    """Where the sitemap is; "" for a source under medium.com, whose own covers all of Medium."""
    host = site(source)
    return f"https://{host}/sitemap/sitemap.xml" if host else ""


async def walk(client: Client, source: Author | Publication, *, cursor: str = "") -> AsyncIterator[Page]:
    """The posts in the sitemap, a page a file. ``cursor`` is the file to go on from. A file that is not there
    is a page with a ``fault``, and the walk goes on. Raises the client's errors for the first file, and
    those that mean that nothing more can be asked."""
    first = address(source)
    if not first:
        return
    seen: set[str] = set()
    response = await client.fetch(Request(first), judge.sitemap)
    text, fault = unpack(response.body)
    files = _files(text, first)
    if not files:
        yield Page(entries=_entries(text, seen), response=response, complete=not fault, fault=fault)
        return
    start = files.index(cursor) if cursor in files else 0
    for number, place in enumerate(files[start:], start + 1):
        following = files[number] if number < len(files) else ""
        yield await _file(client, place, following, response, seen)


async def _file(client: Client, place: str, following: str, index: Response, seen: set[str]) -> Page:
    from fonds.net.errors import FailedError, GoneError, OfflineError

    try:
        response = await client.fetch(Request(place), judge.sitemap)
    except OfflineError:
        raise
    except (FailedError, GoneError) as error:
        return Page(
            entries=(), response=error.response or index, cursor=following, fault=f"{place}: {error.reason}"
        )
    text, fault = unpack(response.body)
    return Page(
        entries=_entries(text, seen),
        response=response,
        cursor=following,
        complete=not following and not fault,
        fault=f"{place}: {fault}" if fault else "",
    )


def unpack(data: bytes) -> tuple[str, str]:
    """The text of a file, gzip undone when there is any, and what is wrong with it."""
    fault = ""
    if data[:2] == b"\x1f\x8b":
        undo = zlib.decompressobj(31)
        try:
            data = undo.decompress(data, _MOST)
        except zlib.error:
            return "", "the compressed file is damaged"
        if undo.unconsumed_tail:
            fault = f"the file unpacks to more than {_MOST} bytes"
        elif not undo.eof:
            fault = "the compressed file ends too early"
    return data.decode("utf-8", "replace"), fault


def _files(text: str, index: str) -> list[str]:
    """The files that an index names, of its own host (or Medium's), each once."""
    if "<sitemapindex" not in text:
        return []
    hosts = {urlsplit(index).netloc, "medium.com"}
    own = (place for place in _addresses(text) if _host(place) in hosts)
    # Of an index some files hold no posts (tags, users); those that say so by their names are left out.
    return list(dict.fromkeys(place for place in own if not re.search(r"/(?:tags|users|topics)/", place)))[
        :_MOST_FILES
    ]


def _addresses(text: str) -> Iterator[str]:
    for found in _LOC.finditer(text):
        yield html.unescape(found[1]).strip() if found[1] else found[2].strip()


def _host(place: str) -> str:
    try:
        parts = urlsplit(place)
    except ValueError:
        return ""
    return parts.netloc.lower() if parts.scheme in ("http", "https") else ""


def _entries(text: str, seen: set[str]) -> tuple[Entry, ...]:
    entries = []
    for url in _addresses(text):
        meant = target(url)
        if meant is not None and meant.post_id and meant.post_id not in seen:
            seen.add(meant.post_id)
            entries.append(Entry(meant.post_id, "sitemap", url))
    return tuple(entries)
