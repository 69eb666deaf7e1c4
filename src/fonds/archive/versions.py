"""Versions of a post: what was kept, when, and where each part came from. Pure."""

from __future__ import annotations

import msgspec

from fonds.archive.events import Origin
from fonds.errors import UnreadableError
from fonds.model import Post, Source

__all__ = ["Origin", "Version", "content", "decode", "encode", "same"]


class Version(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One state of a post as it was captured.

    ``number`` counts from 1 (0: the archive gives the next one). ``edition`` is the time of the latest
    change as Medium told it, 0 when unknown. ``fields`` names for each field that another form than the
    first origin's gave the form that did.
    """

    id: str
    post: Post
    number: int = 0
    captured_at: int = 0
    edition: int = 0
    fields: dict[str, str] = {}
    origins: tuple[Origin, ...] = ()


_VOLATILE = {"claps": None, "responses": None, "source": Source("api"), "notes": ()}


def content(post: Post) -> Post:
    """``post`` without what changes though nobody changed it: counts, where and how it was read."""
    return msgspec.structs.replace(post, **_VOLATILE)


def same(one: Post, other: Post) -> bool:
    """Whether two states of a post say the same, so that the second is no new version."""
    return content(one) == content(other)


def encode(version: Version) -> bytes:
    """Canonical UTF-8 JSON, a line end at its end: equal versions give equal bytes."""
    return msgspec.json.encode(version, order="sorted") + b"\n"


def decode(data: bytes, origin: str = "") -> Version:
    """What ``encode`` wrote. Raises UnreadableError."""
    try:
        return msgspec.json.decode(data, type=Version)
    except msgspec.DecodeError as error:
        raise UnreadableError(
            f"is no version of a post: {error}",
            origin=origin,
            remedy="fonds verify --repair looks for its source.",
        ) from None
