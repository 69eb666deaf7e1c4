"""A web server on loopback that stands in for many hosts: whoever is asked is told by the Host header.

Who cannot set that header (or a gateway) asks for ``/<host>/<path>``. The handler is called for one request
at a time.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from types import TracebackType
from typing import Final, Self, TypeAlias
from urllib.parse import quote, urlsplit

import msgspec
from aiohttp import web

from fonds.errors import DiskError
from fonds.net.messages import Headers, header

LOOPBACK: Final = "127.0.0.1"
_OWN: Final = frozenset({"127.0.0.1", "localhost", "[::1]"})
_HOST = re.compile(r"(?i)(?:[a-z0-9](?:[a-z0-9-]{0,62})\.)+[a-z][a-z0-9-]{1,62}")
_PACKED: Final = re.compile(r"(?i)text/|json|xml|javascript|svg")
_ASCII_PRINTABLE: Final = "".join(map(chr, range(0x21, 0x7F)))
_SMALL: Final = 512
"""Bytes below which nothing is compressed."""


class Asked(msgspec.Struct, frozen=True):
    """A request. ``host`` is lower case, "" when the server itself is meant; ``target`` path and query,
    ASCII."""

    method: str
    host: str
    target: str
    headers: Headers = ()
    body: bytes = b""

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        return self.target.partition("?")[2]

    @property
    def url(self) -> str:
        return f"https://{self.host}{self.target}"

    def header(self, name: str) -> str:
        return header(self.headers, name)


class Reply(msgspec.Struct, frozen=True):
    """An answer. The server adds length, compression for who accepts it, and parts for who asks for them."""

    body: bytes = b""
    status: int = 200
    type: str = "text/html; charset=utf-8"
    headers: Headers = ()
    etag: str = ""


Handler: TypeAlias = Callable[[Asked], Reply]


class Server:
    """Use it as an async context manager; ``url`` is where it listens."""

    def __init__(self, handler: Handler, *, port: int = 0, name: str = "fonds") -> None:
        self._handler = handler
        self._port = port
        self._name = name
        self._runner: web.ServerRunner | None = None

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self._port}"

    async def __aenter__(self) -> Self:
        self._runner = web.ServerRunner(web.Server(self._serve), access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, LOOPBACK, self._port)
        try:
            await site.start()
        except OSError as error:
            await self._runner.cleanup()
            reason = (error.strerror or str(error)).lower()
            raise DiskError(
                f"the port {self._port} cannot be used: {reason}", remedy="Name another"
            ) from None
        _, self._port = self._runner.addresses[0][:2]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _serve(self, request: web.BaseRequest) -> web.StreamResponse:
        asked, prefix = meant(
            Asked(
                request.method,
                request.headers.get("Host", "").lower(),
                _escaped(request.raw_path),
                tuple(request.headers.items()),
                await request.read(),
            )
        )
        return _response(asked, self._handler(asked), prefix, self._name)


def _escaped(target: str) -> str:
    """A target as it should have been sent: bytes beyond ASCII escaped (aiohttp gives them as surrogates when
    they are no UTF-8)."""
    return quote(target.encode("utf-8", "surrogateescape"), safe=_ASCII_PRINTABLE)


def meant(asked: Asked) -> tuple[Asked, str]:
    """The request as the host that is meant would get it, and the prefix that named that host ("" when the
    Host header did)."""
    name = asked.host.rpartition(":")[0] if re.search(r":\d+$", asked.host) else asked.host
    if name and name not in _OWN:
        return msgspec.structs.replace(asked, host=name), ""
    # A proxy's client sends the whole address.
    if asked.target.startswith(("http://", "https://")):
        parts = urlsplit(asked.target)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        return msgspec.structs.replace(asked, host=(parts.hostname or "").lower(), target=target), ""
    first, slash, rest = asked.target.lstrip("/").partition("/")
    host, mark, query = first.partition("?")
    if not _HOST.fullmatch(host):
        return msgspec.structs.replace(asked, host=""), ""
    target = f"/{rest}" if slash else f"/{mark}{query}"
    return msgspec.structs.replace(asked, host=host.lower(), target=target), f"/{host.lower()}"


def _response(asked: Asked, reply: Reply, prefix: str, name: str) -> web.Response:
    headers = [("Server", name)]
    for key, value in reply.headers:
        headers.append((key, _under(value, asked.host) if prefix and key.lower() == "location" else value))
    status, body = reply.status, reply.body
    if reply.type and status != 304:
        headers.append(("Content-Type", reply.type))
    if reply.etag:
        headers.append(("ETag", reply.etag))
        if status == 200:
            headers.append(("Accept-Ranges", "bytes"))
            status, body = _conditional(asked, reply, headers)
    packed = len(body) > _SMALL and _PACKED.search(reply.type) is not None
    if packed and status == 200 and "gzip" in asked.header("Accept-Encoding"):
        packer = zlib.compressobj(6, zlib.DEFLATED, 31)
        body = packer.compress(body) + packer.flush()
        headers += [("Content-Encoding", "gzip"), ("Vary", "Accept-Encoding")]
    return web.Response(status=status, headers=headers, body=body)


def _conditional(asked: Asked, reply: Reply, headers: list[tuple[str, str]]) -> tuple[int, bytes]:
    """304 for who has it, 206 for who has the beginning of it (RFC 9110, 13 and 14)."""
    if reply.etag in [tag.strip() for tag in asked.header("If-None-Match").split(",")]:
        return 304, b""
    size = len(reply.body)
    wanted = re.fullmatch(r"bytes=(\d{1,18})-(\d{0,18})", asked.header("Range").strip())
    if not wanted or asked.header("If-Range") not in ("", reply.etag):
        return 200, reply.body
    first, last = int(wanted[1]), min(int(wanted[2] or size), size - 1)
    if first >= size or last < first:
        headers.append(("Content-Range", f"bytes */{size}"))
        return 416, b""
    headers.append(("Content-Range", f"bytes {first}-{last}/{size}"))
    return 206, reply.body[first : last + 1]


def _under(location: str, host: str) -> str:
    """A redirect for who asks by prefix: it leads to the same server."""
    parts = urlsplit(location)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return f"/{(parts.hostname or host).lower()}{target}"
