"""Addresses as they are sent: taken apart, checked, and never rewritten when they are plain already."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote, urljoin, urlsplit

import msgspec

_UNSAFE = re.compile("[\x00-\x20\x7f]")
_ASCII_PRINTABLE: Final = "".join(map(chr, range(0x21, 0x7F)))
_PORTS: Final = {"http": 80, "https": 443}


class Address(msgspec.Struct, frozen=True):
    """``host`` is lower case ASCII, with the port unless that is the scheme's own; ``target`` is path and query."""

    scheme: str
    host: str
    target: str

    def __str__(self) -> str:
        return f"{self.scheme}://{self.host}{self.target}"

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    @property
    def name(self) -> str:
        """The host without its port."""
        return urlsplit(str(self)).hostname or ""


def parse(url: str) -> Address:
    """Raises ``ValueError`` with a reason for people when the address cannot be asked."""
    if _UNSAFE.search(url):
        raise ValueError("an address holds no spaces or control characters")
    parts = urlsplit(url)
    scheme = parts.scheme.lower()
    if scheme not in _PORTS:
        raise ValueError("only http and https addresses are fetched")
    if "@" in parts.netloc:
        raise ValueError("an address with a user's name in it is not fetched")
    host, port = _ascii_host(parts.hostname or ""), parts.port
    if not host:
        raise ValueError("the address names no host")
    if port is not None and port != _PORTS[scheme]:
        host = f"{host}:{port}"
    target = parts.path or "/"
    if not target.startswith("/"):
        raise ValueError("the address has no path behind its host")
    if parts.query:
        target += "?" + parts.query
    return Address(scheme, host, quote(target, safe=_ASCII_PRINTABLE))


def join(base: str, reference: str) -> str:
    """Where a Location (Latin-1, as headers are) leads from an address. Spaces and bytes beyond ASCII are
    escaped, as browsers do. Raises ``ValueError``."""
    escaped = quote(reference.strip(" \t\r\n").encode("latin-1"), safe=_ASCII_PRINTABLE)
    return urljoin(base, escaped).partition("#")[0]


def _ascii_host(name: str) -> str:
    if name.isascii():
        return f"[{name}]" if ":" in name else name.lower()
    try:
        return name.encode("idna").decode("ascii").lower()
    except UnicodeError:
        raise ValueError("the host's name is not one") from None
