"""Going on where a body broke off: only when the server proves that it is still the same thing."""

from __future__ import annotations

import re

import msgspec

from fonds.net import body
from fonds.net.fault import Fault
from fonds.net.messages import Headers, header

_CONTENT_RANGE = re.compile(r"bytes (\d{1,18})-(\d{1,18})/(\d{1,18})")
_STRONG = re.compile(r'"[\x21\x23-\x7e\x80-\xff]*"')


class Part(msgspec.Struct, frozen=True):
    """The beginning of a body, and the name (ETag) of the thing that it is the beginning of."""

    headers: Headers
    raw: bytes
    etag: str

    def ask(self) -> Headers:
        """The headers that ask for the rest of this thing, or for the whole of another."""
        return (("Range", f"bytes={len(self.raw)}-"), ("If-Range", self.etag))


def strong_etag(headers: Headers) -> str:
    """The ETag when it is a strong one (RFC 9110, 8.8.1: byte for byte the same), else ""."""
    return strong(header(headers, "ETag"))


def strong(etag: str) -> str:
    """An ETag that is a strong one, else ""."""
    etag = etag.strip()
    return etag if _STRONG.fullmatch(etag) else ""


def part_of(fault: Fault) -> Part | None:
    """What can be gone on with after a fault: a 200 with a strong ETag from a server that knows ranges."""
    ranges = [unit.strip().lower() for unit in header(fault.headers, "Accept-Ranges").split(",")]
    etag = strong_etag(fault.headers)
    if fault.status != 200 or not fault.part or not etag or "bytes" not in ranges:
        return None
    return Part(fault.headers, fault.part, etag)


def after(fault: Fault, before: Part | None) -> Part | None:
    """What there is after a fault, of what there was before the attempt."""
    if not fault.again:
        return None
    if fault.status == 0:  # nothing came: still the same
        return before
    if before is not None and matches(before, fault.status, fault.headers):
        return Part(before.headers, before.raw + fault.part, before.etag)
    return part_of(fault)


def matches(part: Part, status: int, headers: Headers) -> bool:
    """Whether an answer is exactly the rest of that part."""
    place = _CONTENT_RANGE.fullmatch(header(headers, "Content-Range").strip())
    if status != 206 or place is None or strong_etag(headers) != part.etag:
        return False
    first, last, total = (int(number) for number in place.groups())
    told = body.length(part.headers)
    return (
        first == len(part.raw)
        and last == total - 1
        and (told is None or told == total)
        and body.length(headers) in (None, total - first)
        and body.encoding(headers) == body.encoding(part.headers)
    )


def total(headers: Headers) -> int:
    """The length of the whole thing by the Content-Range of an answer that ``matches``."""
    return int(header(headers, "Content-Range").rpartition("/")[2])
