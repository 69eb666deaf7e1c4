"""What is asked and what is answered: records without behaviour."""

from __future__ import annotations

from typing import TypeAlias

import msgspec

from fonds.net import redact

Headers: TypeAlias = tuple[tuple[str, str], ...]
"""Names and values in the order in which they stood on the wire, as Latin-1."""


class Request(msgspec.Struct, frozen=True):
    """``url`` is absolute, http or https; ``body`` is sent as it is."""

    url: str
    method: str = "GET"
    headers: Headers = ()
    body: bytes = b""

    def __repr__(self) -> str:
        return f"Request({self.method} {redact.url(self.url)}, {len(self.body)} bytes)"


class Hop(msgspec.Struct, frozen=True):
    """A redirect that was followed on the way: its address, status and headers."""

    url: str
    status: int
    headers: Headers = ()

    def __repr__(self) -> str:
        return f"Hop({self.status} {redact.url(self.url)})"


class Response(msgspec.Struct, frozen=True):
    """A whole answer: its length, and its gzip end where it had one, were checked.

    ``request`` is the last one as it was sent, and ``url`` its address: the one that answered in the end.
    ``raw`` is the body as it came (gzip not undone, chunks joined), ``body`` what that means,
    ``fetched_at`` the UTC milliseconds when its end had come. ``resumed`` says that the body came in more
    than one part; the headers are then those of the first. Values of secret headers (``redact``) are
    ``[removed]`` in all of it.
    """

    request: Request
    url: str
    status: int
    headers: Headers = ()
    raw: bytes = b""
    body: bytes = b""
    fetched_at: int = 0
    hops: tuple[Hop, ...] = ()
    resumed: bool = False

    def __repr__(self) -> str:
        return f"Response({self.status} {redact.url(self.url)}, {len(self.raw)} bytes)"

    def header(self, name: str) -> str:
        """The first value of a header, whatever its case; "" when it is not there."""
        return header(self.headers, name)


def header(headers: Headers, name: str) -> str:
    """The first value of a header, whatever its case; "" when it is not there."""
    wanted = name.lower()
    return next((value for key, value in headers if key.lower() == wanted), "")


def header_all(headers: Headers, name: str) -> tuple[str, ...]:
    """Every value of a header, in order."""
    wanted = name.lower()
    return tuple(value for key, value in headers if key.lower() == wanted)
