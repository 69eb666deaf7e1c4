"""A web server of raw sockets: many hosts on one port, every fault on order, a log of what was asked.

Polite test servers correct the faults that a test wants to inject (a wrong Content-Length, say), so this one
writes bytes to the socket itself::

    def handler(asked: Asked) -> Reply:
        return Reply(body=b"<p>...</p>") if asked.path == "/a" else missing()

    async with Wire(handler) as wire:
        wire.faults.add(wire_faults.short(by=3), host="medium.com", path="/a")     # the first time only
        async with Client(Settings(gateway=wire.url, rate=0)) as client:
            await client.fetch(Request("https://medium.com/a"))
        assert [asked.fault for asked in wire.log] == ["short", ""]

The host is what the request's Host header says: point the client's ``gateway`` at ``wire.url``. Tests that do
not run in a loop of their own (the command line in a process) use ``with in_thread(handler) as wire``.

``Faults.add`` says for which requests: patterns (fnmatch) of host and of path with its query, the n-th
request that they fit, and how many from there. ``wire_faults`` has the faults.
"""

from __future__ import annotations

import asyncio
import contextlib
import email.utils
import fnmatch
import gzip
import itertools
import json
import socket
import struct
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from http import HTTPStatus
from types import TracebackType
from typing import Self, TypeAlias

Headers: TypeAlias = tuple[tuple[str, str], ...]


@dataclass
class Asked:
    """One request, as it came. The server adds what became of it."""

    at: float
    """Seconds of a clock that never goes back, when the head of the request had come."""
    connection: int
    """Number of the connection, from 1."""
    method: str
    host: str
    """Lower case, as the Host header says."""
    target: str
    """Path and query, as they stood on the line."""
    headers: Headers
    body: bytes = b""
    nth: int = 1
    """How often this method, host and target were asked, this time included."""
    status: int = 0
    """What was answered; 0 when nothing was."""
    fault: str = ""
    """Name of the fault that it met."""
    ended: float = 0.0
    """When the answer had been written, or broken off."""

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
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")


@dataclass(frozen=True)
class Reply:
    """What a handler answers. The server adds length or chunks, Date, and knows ranges when ``ranges``.

    ``gzip`` compresses for who accepts that; ``etag`` stands with its quotes (``"a"``, ``W/"a"``).
    """

    body: bytes = b""
    status: int = 200
    type: str = "text/html; charset=utf-8"
    headers: Headers = ()
    etag: str = ""
    ranges: bool = False
    gzip: bool = False
    chunked: bool = False
    delay: float = 0.0
    """Seconds before the answer begins."""


Handler: TypeAlias = Callable[[Asked], "Reply | Awaitable[Reply]"]


@dataclass
class Message:
    """An answer as it is about to be written: what faults change. ``body`` is as on the wire, chunks aside."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes
    chunked: bool = False
    reason: str = ""

    def head(self) -> bytes:
        reason = self.reason or _reason(self.status)
        lines = [
            f"HTTP/1.1 {self.status} {reason}",
            *(f"{name}: {value}" for name, value in self.headers),
            "",
            "",
        ]
        return "\r\n".join(lines).encode("latin-1")

    def payload(self) -> bytes:
        return chunks(self.body) if self.chunked else self.body

    def set(self, name: str, value: str | None) -> None:
        """Replaces a header, or takes it out."""
        self.headers = [pair for pair in self.headers if pair[0].lower() != name.lower()]
        if value is not None:
            self.headers.append((name, value))


class Line:
    """The socket of one connection, for faults: raw bytes, and rude ways to end."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer
        self.open = True

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    def close(self) -> None:
        """The polite end: FIN."""
        self.open = False
        self.writer.close()

    def reset(self) -> None:
        """The rude end: RST, and what the kernel still holds is thrown away."""
        self.open = False
        raw = self.writer.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()

    async def gone(self) -> None:
        """Waits until the client has left."""
        with contextlib.suppress(ConnectionError):
            while await self.reader.read(65536):
                pass
        self.open = False


Writing: TypeAlias = Callable[[Message, Line], Awaitable[None]]


@dataclass(frozen=True)
class Fault:
    """``reply`` may change what the handler answers, before ranges and length; ``write`` writes it instead
    of the server."""

    name: str
    reply: Callable[[Asked, Reply], Reply] | None = None
    write: Writing | None = None


@dataclass
class _Order:
    fault: Fault
    host: str
    path: str
    first: int
    times: int
    seen: int = 0

    def meets(self, asked: Asked) -> bool:
        if not (fnmatch.fnmatchcase(asked.host, self.host) and fnmatch.fnmatchcase(asked.target, self.path)):
            return False
        self.seen += 1
        return self.first <= self.seen and (self.times == 0 or self.seen < self.first + self.times)


class Faults:
    """Orders, the earliest first: a request meets at most one."""

    def __init__(self) -> None:
        self._orders: list[_Order] = []

    def add(self, fault: Fault, *, host: str = "*", path: str = "*", nth: int = 1, times: int = 1) -> None:
        """Orders a fault for the ``nth`` request that fits and the ones behind it, ``times`` in all (0: all)."""
        self._orders.append(_Order(fault, host, path, nth, times))

    def clear(self) -> None:
        self._orders.clear()

    def of(self, asked: Asked) -> Fault | None:
        # All of them count the request, whichever it meets.
        met = [order.fault for order in self._orders if order.meets(asked)]
        return met[0] if met else None


class Wire:
    """The server, on loopback, on a port of its own choice."""

    def __init__(
        self,
        handler: Handler,
        *,
        port: int = 0,
        monotonic: Callable[[], float] = time.monotonic,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._handler = handler
        self._port = port
        self._monotonic = monotonic
        self._now = now
        self._server: asyncio.Server | None = None
        self._connections = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._counts: dict[tuple[str, str, str], int] = {}
        self.faults = Faults()
        self.log: list[Asked] = []

    @property
    def url(self) -> str:
        """What a client's gateway is set to."""
        return f"http://127.0.0.1:{self._port}"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", self._port, limit=1 << 20)
        self._port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    def asked(self, host: str = "*", path: str = "*") -> list[Asked]:
        """The log of requests that fit patterns of host and target."""
        return [
            one
            for one in self.log
            if fnmatch.fnmatchcase(one.host, host) and fnmatch.fnmatchcase(one.target, path)
        ]

    def gaps(self, host: str = "*") -> list[float]:
        """Seconds between one request to a host and the next."""
        times = [one.at for one in self.asked(host)]
        return [after - before for before, after in itertools.pairwise(times)]

    def most_at_once(self, host: str = "*") -> int:
        """The most requests to a host that were under way at one time."""
        events = [(one.at, 1) for one in self.asked(host)]
        events += [(one.ended or float("inf"), -1) for one in self.asked(host)]
        most = now = 0
        for _, step in sorted(events):
            now += step
            most = max(most, now)
        return most

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._connections += 1
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        number, line = self._connections, Line(reader, writer)
        try:
            while line.open and (asked := await self._read(number, reader)) is not None:
                try:
                    await self._answer(asked, line)
                finally:
                    asked.ended = self._monotonic()
        except (ConnectionError, asyncio.CancelledError, TimeoutError):
            pass  # the client's end of it, or the test's
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _read(self, number: int, reader: asyncio.StreamReader) -> Asked | None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            asked = _parse(head, number, self._monotonic())
            asked.body = await reader.readexactly(int(asked.header("Content-Length") or 0))
        except asyncio.IncompleteReadError:
            return None
        key = (asked.method, asked.host, asked.target)
        asked.nth = self._counts[key] = self._counts.get(key, 0) + 1
        self.log.append(asked)
        return asked

    async def _answer(self, asked: Asked, line: Line) -> None:
        answered = self._handler(asked)
        reply = answered if isinstance(answered, Reply) else await answered
        fault = self.faults.of(asked)
        if fault is not None:
            asked.fault = fault.name
            reply = fault.reply(asked, reply) if fault.reply else reply
        message = compose(asked, reply, self._now())
        asked.status = message.status
        if reply.delay:
            await asyncio.sleep(reply.delay)
        if fault is not None and fault.write is not None:
            await fault.write(message, line)
        else:
            await line.send(message.head() + message.payload())
        if asked.header("Connection").lower() == "close" and line.open:
            line.close()


@contextlib.contextmanager
def in_thread(handler: Handler, *, port: int = 0) -> Iterator[Wire]:
    """A Wire in a loop and thread of its own, for tests that run no loop, or another process."""
    wire = Wire(handler, port=port)
    ready, done = threading.Event(), asyncio.Event()
    loop = asyncio.new_event_loop()

    async def serve() -> None:
        async with wire:
            ready.set()
            await done.wait()

    def run() -> None:
        try:
            loop.run_until_complete(serve())
        finally:
            loop.close()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    ready.wait()
    try:
        yield wire
    finally:
        loop.call_soon_threadsafe(done.set)
        thread.join()


def as_json(value: object, *, status: int = 200, **more: object) -> Reply:
    """A JSON answer; ``more`` are fields of Reply."""
    body = json.dumps(value, ensure_ascii=False).encode()
    return replace(Reply(body, status, "application/json; charset=utf-8"), **more)  # type: ignore[arg-type]


def missing(text: str = "<!doctype html><title>Not found</title>") -> Reply:
    return Reply(text.encode(), 404)


def compose(asked: Asked, reply: Reply, now: float) -> Message:
    """The answer in words of HTTP: encoding, range, length."""
    body, headers = reply.body, [("Date", email.utils.formatdate(now, usegmt=True)), *reply.headers]
    if reply.type and reply.status not in (204, 304):
        headers.append(("Content-Type", reply.type))
    if reply.gzip and "gzip" in asked.header("Accept-Encoding"):
        body = gzip.compress(body, mtime=0)
        headers.append(("Content-Encoding", "gzip"))
    if reply.etag:
        headers.append(("ETag", reply.etag))
    status = reply.status
    if reply.ranges and status == 200:
        headers.append(("Accept-Ranges", "bytes"))
        status, body = _ranged(asked, reply.etag, body, headers)
    message = Message(status, headers, body, reply.chunked)
    if reply.chunked:
        message.set("Transfer-Encoding", "chunked")
    elif status not in (204, 304):
        message.set("Content-Length", str(len(body)))
    if asked.method == "HEAD":
        message.body, message.chunked = b"", False
    return message


def chunks(body: bytes, size: int = 8192) -> bytes:
    """A body in chunks, with their end."""
    return b"".join(chunk(body[at : at + size]) for at in range(0, len(body), size)) + b"0\r\n\r\n"


def chunk(piece: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(piece), piece)


def _ranged(asked: Asked, etag: str, body: bytes, headers: list[tuple[str, str]]) -> tuple[int, bytes]:
    """206 when a range from some byte on is asked of this very thing (RFC 9110, 13.1.5 and 14.2)."""
    wanted = asked.header("Range")
    condition = asked.header("If-Range")
    if not wanted.startswith("bytes=") or (condition and (condition != etag or etag.startswith("W/"))):
        return 200, body
    first = int(wanted.removeprefix("bytes=").partition("-")[0])
    if first >= len(body):
        headers.append(("Content-Range", f"bytes */{len(body)}"))
        return 416, b""
    headers.append(("Content-Range", f"bytes {first}-{len(body) - 1}/{len(body)}"))
    return 206, body[first:]


def _parse(head: bytes, connection: int, at: float) -> Asked:
    first, *lines = head.decode("latin-1").rstrip("\r\n").split("\r\n")
    method, target, _ = first.split(" ")
    headers = tuple(
        (name.strip(), value.strip()) for name, _, value in (line.partition(":") for line in lines)
    )
    asked = Asked(at, connection, method, "", target, headers)
    asked.host = asked.header("Host").lower()
    return asked


def _reason(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Status"
