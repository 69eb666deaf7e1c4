"""Pictures in their original form: type from the bytes, decoded once to their end, hashed.

An address of a copy (``/v2/resize:fit:700/…``, ``/max/800/…``) names the same original. A picture of
another host is asked for at its own address. What is no picture, or breaks off, is named.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from typing import TYPE_CHECKING, Literal, TypeAlias
from urllib.parse import quote

import msgspec

from fonds.medium import judge
from fonds.medium.decoding import Flaw, measure
from fonds.net.errors import BlockedError, DeniedError, FetchError, GoneError, OfflineError
from fonds.net.messages import Request, Response
from fonds.sources import sniff
from fonds.sources.media_html import image_id

if TYPE_CHECKING:
    from fonds.net.client import Client

HOST = "miro.medium.com"
_ACCEPT = (("Accept", "image/*,*/*;q=0.1"),)
_ID = re.compile(r"[^\s/?#\\]{3,200}")


Absence: TypeAlias = Literal["gone", "locked", "failed"]


class Picture(msgspec.Struct, frozen=True):
    """A whole picture. ``key`` is Medium's image id, or the address of one of another host; ``type`` an
    extension that the bytes tell (``jpeg``, ``png``, ``gif``, ``webp``, ``svg``, …); ``width`` and ``height``
    are 0 where the form says neither. ``etag`` is the host's name for these bytes."""

    key: str
    url: str
    data: bytes
    type: str
    width: int
    height: int
    sha256: str
    etag: str
    response: Response


class Missing(msgspec.Struct, frozen=True):
    """A picture that could not be had, and why. ``response`` is what came in its place."""

    key: str
    url: str
    reason: Absence
    detail: str
    response: Response | None = None
    broken: bool = False
    """It began as a picture."""


Outcome: TypeAlias = Picture | Missing


def key(given: str) -> str:
    """What a picture is known by: Medium's image id when ``given`` is one or an address of a copy on
    Medium's hosts, else the address itself."""
    if given.startswith("//"):
        given = "https:" + given
    if given.startswith(("http://", "https://")):
        return image_id(given) or given
    return given


def address(given: str) -> str:
    """Where the original of a picture is; "" for what is neither an id of Medium's nor an address."""
    known = key(given)
    if known.startswith(("http://", "https://")):
        return known
    return f"https://{HOST}/{quote(known, safe='*-_.~')}" if _ID.fullmatch(known) else ""


def request(given: str) -> Request:
    """The question for a picture's original."""
    return Request(address(given), headers=_ACCEPT)


async def fetch(client: Client, given: str) -> Outcome:
    """The original behind an image id or address.

    A picture that breaks off is asked for once more: it may have been cut on its way. Raises
    ``BlockedError`` when its host wants no more questions, and ``OfflineError``.
    """
    known = key(given)
    url = address(given)
    if not url:
        return Missing(known, given, "failed", "neither an image id of Medium's nor an address")
    outcome = await _once(client, known, url)
    if isinstance(outcome, Missing) and outcome.broken:
        outcome = await _once(client, known, url)
    return outcome


async def _once(client: Client, known: str, url: str) -> Outcome:
    try:
        response = await client.fetch(request(url), judge.picture)
    except (BlockedError, OfflineError):
        raise
    except FetchError as error:
        return Missing(known, url, absence(error), error.reason, error.response)
    return await asyncio.to_thread(read, known, url, response)


def absence(error: FetchError) -> Absence:
    """The reason, in a word, why something was not had."""
    if isinstance(error, DeniedError):
        return "locked"
    return "gone" if isinstance(error, GoneError) else "failed"


def read(known: str, url: str, response: Response) -> Outcome:
    """The picture in an answer, decoded to its end, or what is wrong with its bytes."""
    data = response.body
    kind = sniff.picture(data[:4096])
    if not kind:
        return Missing(known, url, "failed", f"no picture: {sniff.form(data)}", response)
    measured = measure(data, kind)
    if isinstance(measured, Flaw):
        return Missing(known, url, "failed", measured.reason, response, broken=True)
    digest = hashlib.sha256(data).hexdigest()
    return Picture(
        key=known,
        url=response.url,
        data=data,
        type=kind,
        width=measured.width,
        height=measured.height,
        sha256=digest,
        etag=response.header("ETag"),
        response=response,
    )
