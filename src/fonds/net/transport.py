"""One attempt over aiohttp: bytes as they came, every way in which they may not come, one hard time-out."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import socket
from collections.abc import Callable
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import aiohttp
import msgspec
from yarl import URL

from fonds.net import body
from fonds.net.body import Framing
from fonds.net.fault import Fault
from fonds.net.messages import Headers, Request

if TYPE_CHECKING:
    from aiohttp.connector import Connection

    from fonds.net.address import Address
    from fonds.net.settings import Settings

_NO_NETWORK = frozenset({errno.ENETUNREACH, errno.ENETDOWN, errno.EHOSTUNREACH, errno.EADDRNOTAVAIL})


class Answer(msgspec.Struct, frozen=True):
    """An answer whose end was seen, or (``Framing.CLOSE``) has no mark. ``raw`` as it came, chunks joined."""

    status: int
    headers: Headers
    raw: bytes
    framing: Framing


class _Dropped(aiohttp.ClientError):
    """The connection ended before an answer began."""


class _Stale(aiohttp.ClientError):
    """A kept connection on which an answer stands that nobody asked for. Nothing was sent."""


class _FreshRequest(aiohttp.ClientRequest):
    """Looks at a kept connection before it writes: bytes that came behind the last answer's end would be
    taken for the answer to this request."""

    async def send(self, conn: Connection) -> aiohttp.ClientResponse:
        if conn.protocol is None or conn.protocol.should_close:
            raise _Stale
        return await super().send(conn)


class Transport:
    """Holds the connections. Use it within a running loop and close it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        trace = aiohttp.TraceConfig()
        trace.on_request_headers_sent.append(_on_sent)
        self._session = aiohttp.ClientSession(
            # The client sees to one connection a host; the connector keeps them.
            connector=aiohttp.TCPConnector(limit=0, use_dns_cache=True, ttl_dns_cache=300),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            trust_env=False,
            skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
            timeout=aiohttp.ClientTimeout(
                total=None, sock_connect=settings.connect_timeout, connect=settings.connect_timeout
            ),
            request_class=_FreshRequest,
            middlewares=(_once,),
            trace_configs=[trace],
            max_line_size=32 * 1024,
            max_field_size=32 * 1024,
        )

    async def close(self) -> None:
        await self._session.close()

    async def send(
        self, request: Request, address: Address, *, room: int, on_sent: Callable[[], None]
    ) -> Answer:
        """Sends it as it is and reads the answer to its end.

        ``room`` is the most that its body may hold; ``on_sent`` is called when the request leaves. Raises
        ``Fault``; a connection that had one is dropped.
        """
        state = _State()
        try:
            async with asyncio.timeout(self._settings.total_timeout):
                return await self._exchange(request, address, room, on_sent, state)
        except TimeoutError:
            limit = self._settings.total_timeout
            reason = f"the answer was not complete after {limit:g} s"
            raise state.fault("timeout", reason) from None

    async def _exchange(
        self,
        request: Request,
        address: Address,
        room: int,
        on_sent: Callable[[], None],
        state: _State,
    ) -> Answer:
        response = await self._begin(request, address, on_sent)
        whole = False
        try:
            state.status = response.status
            state.headers = tuple(
                (name.decode("latin-1"), value.decode("latin-1")) for name, value in response.raw_headers
            )
            end = body.framing(request.method, state.status, state.headers)
            await _read(response, state, end, room)
            whole = end is not Framing.CLOSE
            return Answer(state.status, state.headers, bytes(state.raw), end)
        finally:
            if whole:
                response.release()
            else:
                response.close()

    async def _begin(
        self, request: Request, address: Address, on_sent: Callable[[], None]
    ) -> aiohttp.ClientResponse:
        settings = self._settings
        base = settings.gateway.rstrip("/") or f"{address.scheme}://{address.host}"
        try:
            async with asyncio.timeout(settings.first_byte_timeout):
                while True:
                    with contextlib.suppress(_Stale):  # that connection is closed now: take another
                        return await self._session.request(
                            request.method,
                            URL(base + address.target, encoded=True),
                            headers=request.headers,
                            data=request.body or None,
                            allow_redirects=False,
                            proxy=settings.proxy or None,
                            trace_request_ctx=on_sent,
                        )
        except aiohttp.ClientError as error:
            raise _connecting(error) from None
        except TimeoutError:
            reason = f"no answer began within {settings.first_byte_timeout:g} s"
            raise Fault("timeout", reason) from None
        except ValueError:
            # aiohttp's word for what no address or header can hold.
            raise Fault("address", "the request cannot be put into words of HTTP", again=False) from None


class _State:
    """What has come of an answer so far, for whoever stops it."""

    def __init__(self) -> None:
        self.status = 0
        self.headers: Headers = ()
        self.raw = bytearray()

    def fault(self, kind: str, reason: str, *, again: bool = True) -> Fault:
        part = bytes(self.raw)
        return Fault(kind, reason, again=again, status=self.status, headers=self.headers, part=part)


async def _read(response: aiohttp.ClientResponse, state: _State, end: Framing, room: int) -> None:
    told = body.length(state.headers)
    if end is Framing.LENGTH and told is None:
        raise state.fault("protocol", "the answer does not say how long it is")
    if told is not None and told > room and end is Framing.LENGTH:
        raise state.fault("too-large", f"the body has {told} bytes, more than {room}", again=False)
    try:
        async for piece in response.content.iter_any():
            state.raw += piece
            if len(state.raw) > room:
                raise state.fault("too-large", f"the body has more than {room} bytes", again=False)
    except aiohttp.ClientPayloadError:
        kind = "chunk" if end is Framing.CHUNKED else "short"
        raise state.fault(kind, f"the body broke off after {len(state.raw)} bytes") from None
    except (aiohttp.ClientError, OSError):
        raise state.fault("reset", f"the connection broke after {len(state.raw)} bytes of the body") from None
    if end is Framing.LENGTH and len(state.raw) != told:
        raise state.fault("short", f"{len(state.raw)} bytes came of the {told} that were announced")


async def _once(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """Keeps aiohttp from sending a request a second time on its own, unseen by pace and budget."""
    try:
        return await handler(request)
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        raise _Dropped(str(type(error).__name__)) from error


async def _on_sent(_session: aiohttp.ClientSession, context: SimpleNamespace, _params: Any) -> None:
    context.trace_request_ctx()


def _connecting(error: aiohttp.ClientError) -> Fault:
    """Every way in which no answer begins. No text of aiohttp's is passed on: it may quote headers."""
    match error:
        case aiohttp.ClientConnectorDNSError():
            cause = error.os_error
            temporary = isinstance(cause, socket.gaierror) and cause.errno == socket.EAI_AGAIN
            return Fault("dns", "the host's name is not known here", offline=temporary)
        case aiohttp.ClientConnectorCertificateError():
            return Fault("tls", "the host's certificate is not valid for it", again=False)
        case aiohttp.ClientSSLError():
            return Fault("tls", "no secure connection could be made")
        case aiohttp.ClientConnectorError():
            code = error.os_error.errno
            reason = errno.errorcode.get(code or 0, "no connection")
            return Fault("connect", f"the host cannot be reached ({reason})", offline=code in _NO_NETWORK)
        case aiohttp.ServerTimeoutError():
            return Fault("connect", "the host does not answer")
        case _Dropped():
            return Fault("reset", "the connection broke before an answer came")
        case aiohttp.InvalidURL():
            return Fault("address", "the address is not one", again=False)
        case _:
            return Fault("protocol", "the answer is not HTTP")
