"""Bodies: whole or not at all, and never more than may be held."""

from __future__ import annotations

import zlib
from enum import Enum
from typing import Final

from fonds.net.fault import Fault
from fonds.net.messages import Headers, header, header_all

_GZIP: Final = 31
"""zlib's window bits for "gzip header and trailer, checked"."""
_GZIP_NAMES: Final = frozenset({"gzip", "x-gzip"})
_PIECE: Final = 1024 * 1024


class Framing(Enum):
    """What marks the end of a body (RFC 9112, 6.3)."""

    NONE = "none"
    LENGTH = "length"
    CHUNKED = "chunked"
    CLOSE = "close"
    """Nothing but the end of the connection: a body cut short looks the same."""


def framing(method: str, status: int, headers: Headers) -> Framing:
    """Which end the body of an answer has."""
    if method == "HEAD" or status in (204, 304) or 100 <= status < 200:
        return Framing.NONE
    if header(headers, "Transfer-Encoding"):
        return Framing.CHUNKED
    return Framing.LENGTH if header(headers, "Content-Length") else Framing.CLOSE


def length(headers: Headers) -> int | None:
    """What Content-Length says; None when it is missing, no number, or says two things."""
    values = {value.strip() for value in header_all(headers, "Content-Length")}
    if len(values) != 1:
        return None
    value = values.pop()
    return int(value) if value.isascii() and value.isdigit() else None


def encoding(headers: Headers) -> str:
    """Content-Encoding: "gzip", "" for none, or whatever else stands there."""
    named = ",".join(header_all(headers, "Content-Encoding")).lower()
    names = [name for name in (part.strip() for part in named.split(",")) if name not in ("", "identity")]
    if len(names) == 1 and names[0] in _GZIP_NAMES:
        return "gzip"
    return ", ".join(names)


def decode(raw: bytes, headers: Headers, limit: int) -> bytes:
    """What a body means. Raises ``Fault`` when it is not whole, says more than ``limit`` bytes, or is
    encoded in a way that was not asked for."""
    name = encoding(headers)
    if not name or not raw:
        return raw
    if name != "gzip":
        raise Fault(
            "encoding", f"the answer is encoded as {name[:40]!r}, which was not asked for", again=False
        )
    return _gunzip(raw, limit)


def _gunzip(raw: bytes, limit: int) -> bytes:
    """Undoes gzip, of one member or several, and looks at its end, which common clients do not."""
    out = bytearray()
    rest = raw
    while True:
        undo = zlib.decompressobj(_GZIP)
        while not undo.eof:
            try:
                piece = undo.decompress(rest, min(_PIECE, limit + 1 - len(out)))
            except zlib.error:
                raise Fault("gzip", "the compressed body is damaged") from None
            out += piece
            if len(out) > limit:
                raise Fault("too-large", f"the body unpacks to more than {limit} bytes", again=False)
            rest = undo.unconsumed_tail
            if not undo.eof and not rest and not piece:
                raise Fault("gzip", "the compressed body ends too early")
        rest = undo.unused_data
        if not rest:
            return bytes(out)
        if not rest.startswith(b"\x1f\x8b"):
            raise Fault("gzip", f"{len(rest)} bytes stand behind the end of the compressed body")
