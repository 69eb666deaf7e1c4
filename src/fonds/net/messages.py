"""What is asked and what is answered: records without behaviour."""

from __future__ import annotations

from typing import TypeAlias

import msgspec

Headers: TypeAlias = tuple[tuple[str, str], ...]
"""Names and values in the order in which they stood on the wire."""


class Request(msgspec.Struct, frozen=True):
    """``url`` is absolute, http or https; ``body`` is sent as it is."""

    url: str
    method: str = "GET"
    headers: Headers = ()
    body: bytes = b""


class Hop(msgspec.Struct, frozen=True):
    """A redirect that was followed on the way: its address, status and headers."""

    url: str
    status: int
    headers: Headers = ()


class Response(msgspec.Struct, frozen=True):
    """A whole answer: its length, and its gzip end where it had one, were checked.

    ``url`` is the address that answered in the end, ``raw`` the body as it was sent (gzip not undone,
    chunks joined), ``body`` what that means, ``fetched_at`` the UTC milliseconds when its end had come.
    """

    request: Request
    url: str
    status: int
    headers: Headers = ()
    raw: bytes = b""
    body: bytes = b""
    fetched_at: int = 0
    hops: tuple[Hop, ...] = ()

    def header(self, name: str) -> str:
        """The first value of a header, whatever its case; "" when it is not there."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), "")
