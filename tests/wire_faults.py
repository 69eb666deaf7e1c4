"""Faults that ``wire.Wire`` serves on order: each a function that returns one."""

from __future__ import annotations

import asyncio
import email.utils
import gzip
import json
import time
import zlib
from collections.abc import Callable
from dataclasses import replace

from wire import Asked, Fault, Line, Message, Reply, chunk, chunks

CHALLENGE = (
    b"<!DOCTYPE html><html><head><title>Just a moment...</title></head><body>"
    b"<noscript>Enable JavaScript and cookies to continue</noscript>"
    b'<script>window._cf_chl_opt={cType:"managed"}</script></body></html>'
)
"""As the host's guard writes it, in our words."""

ERROR_PAGE = (
    b"<!DOCTYPE html><html><head><title>Error</title></head><body><h1>500</h1><p>Apologies.</p></body></html>"
)


# -- bodies that are not whole ------------------------------------------------------------------------


def short(by: int = 1) -> Fault:
    """``by`` bytes less than Content-Length says, then the end."""

    async def write(message: Message, line: Line) -> None:
        await line.send(message.head() + message.payload()[:-by])
        line.close()

    return Fault("short", write=write)


def cut(keep: int, *, rude: bool = False) -> Fault:
    """The first ``keep`` bytes of the body, a moment so that they arrive, then FIN (or RST)."""

    async def write(message: Message, line: Line) -> None:
        await line.send(message.head() + message.payload()[:keep])
        await asyncio.sleep(0.05)
        line.reset() if rude else line.close()

    return Fault("cut", write=write)


def longer(
    extra: bytes = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nEVIL", *, later: float = 0.0
) -> Fault:
    """More bytes than Content-Length says, at once or later; they look like an answer to the next question."""

    async def write(message: Message, line: Line) -> None:
        await line.send(message.head() + message.payload() + (b"" if later else extra))
        if later:
            await asyncio.sleep(later)
            await line.send(extra)

    return Fault("longer", write=write)


def unmarked(keep: int | None = None) -> Fault:
    """No length, no chunks: the body ends with the connection, perhaps after ``keep`` bytes of it."""

    async def write(message: Message, line: Line) -> None:
        message.set("Content-Length", None)
        message.set("Transfer-Encoding", None)
        await line.send(message.head() + message.body[:keep])
        line.close()

    return Fault("unmarked", write=write)


def two_lengths() -> Fault:
    """Two Content-Length headers that do not agree."""

    async def write(message: Message, line: Line) -> None:
        message.headers.append(("Content-Length", str(len(message.body) + 7)))
        await line.send(message.head() + message.payload())
        line.close()

    return Fault("two-lengths", write=write)


# -- gzip ---------------------------------------------------------------------------------------------


def gzip_body(name: str, change: Callable[[bytes], bytes]) -> Fault:
    """The body compressed and then changed; its length fits to what is sent."""

    def reply(_asked: Asked, was: Reply) -> Reply:
        body = change(gzip.compress(was.body, mtime=0))
        return replace(was, body=body, gzip=False, headers=(*was.headers, ("Content-Encoding", "gzip")))

    return Fault(name, reply=reply)


def truncated_gzip(by: int = 9) -> Fault:
    """The last bytes are missing and nothing but gzip's own end says so."""
    return gzip_body("truncated-gzip", lambda data: data[:-by])


def bad_crc() -> Fault:
    """One bit of gzip's check sum is wrong."""
    return gzip_body("bad-crc", lambda data: data[:-8] + bytes([data[-8] ^ 1]) + data[-7:])


def gzip_garbage(extra: bytes = b"\r\n<!-- cache -->") -> Fault:
    """Something behind the end of gzip."""
    return gzip_body("gzip-garbage", lambda data: data + extra)


def bomb(size: int = 64 * 1024 * 1024) -> Fault:
    """A few kilobytes that unpack to ``size`` bytes."""
    maker = zlib.compressobj(9, zlib.DEFLATED, 31)
    piece = bytes(1024 * 1024)
    data = b"".join(maker.compress(piece) for _ in range(size // len(piece))) + maker.flush()
    return gzip_body("bomb", lambda _: data)


def encoded(name: str = "br") -> Fault:
    """An encoding that nobody asked for."""

    def reply(_asked: Asked, was: Reply) -> Reply:
        return replace(was, gzip=False, headers=(*was.headers, ("Content-Encoding", name)))

    return Fault("encoded", reply=reply)


# -- connections --------------------------------------------------------------------------------------


def reset(when: str = "before") -> Fault:
    """RST "before" anything, in the "head", behind the "headers", or in the middle of the "body"."""

    async def write(message: Message, line: Line) -> None:
        head, payload = message.head(), message.payload()
        sent = {
            "before": b"",
            "head": head[: len(head) // 2],
            "headers": head,
            "body": head + payload[: len(payload) // 2],
        }[when]
        if sent:
            await line.send(sent)
            await asyncio.sleep(0.02)
        line.reset()

    return Fault(f"reset-{when}", write=write)


def closed() -> Fault:
    """FIN instead of an answer, as on a connection that was idle for too long."""

    async def write(_message: Message, line: Line) -> None:
        line.close()

    return Fault("closed", write=write)


def drip(every: float = 0.02, *, headers: bool = False) -> Fault:
    """One byte each ``every`` seconds: of the body, or of the headers too."""

    async def write(message: Message, line: Line) -> None:
        slow = message.payload()
        if headers:
            slow = message.head() + slow
        else:
            await line.send(message.head())
        for at in range(len(slow)):
            await line.send(slow[at : at + 1])
            await asyncio.sleep(every)

    return Fault("drip", write=write)


def stall(after: int | None = None) -> Fault:
    """Silence, until the client leaves: at once (None), or after so many bytes of the body."""

    async def write(message: Message, line: Line) -> None:
        if after is not None:
            await line.send(message.head() + message.payload()[:after])
        await line.gone()

    return Fault("stall", write=write)


def not_http(text: bytes = b"\x16\x03\x01 SSH-2.0\r\n\r\n") -> Fault:
    """Bytes that are no HTTP."""

    async def write(_message: Message, line: Line) -> None:
        await line.send(text)
        line.close()

    return Fault("not-http", write=write)


# -- chunks -------------------------------------------------------------------------------------------


def _chunked(name: str, change: Callable[[bytes], bytes], *, close: bool = True) -> Fault:
    async def write(message: Message, line: Line) -> None:
        message.set("Content-Length", None)
        message.set("Transfer-Encoding", "chunked")
        await line.send(message.head() + change(message.body))
        if close:
            line.close()

    return Fault(name, write=write)


def bad_chunk() -> Fault:
    """The second chunk's size is no number."""
    return _chunked(
        "bad-chunk", lambda body: chunk(body[:3] or b"abc") + b"zz\r\n" + body[3:] + b"\r\n0\r\n\r\n"
    )


def lying_chunk() -> Fault:
    """A chunk that is longer than its size says."""
    return _chunked("lying-chunk", lambda body: b"3\r\n" + (body or b"abcdef") + b"\r\n0\r\n\r\n")


def no_last_chunk() -> Fault:
    """Every chunk, but not the end of chunks; then FIN."""
    return _chunked("no-last-chunk", lambda body: chunks(body).removesuffix(b"0\r\n\r\n"))


def oversized() -> Fault:
    """Chunks without end, until the client leaves."""

    async def write(message: Message, line: Line) -> None:
        message.set("Content-Length", None)
        message.set("Transfer-Encoding", "chunked")
        await line.send(message.head())
        while line.open:
            await line.send(chunk(bytes(65536)))

    return Fault("oversized", write=write)


# -- answers that are something else ------------------------------------------------------------------


def status(
    code: int, *, retry_after: float | None = None, as_date: bool = False, body: bytes = ERROR_PAGE
) -> Fault:
    """A status with an error page, and Retry-After in seconds or as a date."""

    def reply(_asked: Asked, _was: Reply) -> Reply:
        headers: tuple[tuple[str, str], ...] = ()
        if retry_after is not None:
            at = email.utils.formatdate(time.time() + retry_after, usegmt=True)
            headers = (("Retry-After", at if as_date else f"{retry_after:.0f}"),)
        return Reply(body, code, headers=headers)

    return Fault(str(code), reply=reply)


def challenge(code: int = 403) -> Fault:
    """The guard's page, with 403, 503 or 200."""
    page = Reply(CHALLENGE, code, headers=(("cf-mitigated", "challenge"), ("Server", "cloudflare")))
    return instead(page, f"challenge-{code}")


def html_instead(code: int = 200) -> Fault:
    """A page where a picture should be."""
    return instead(Reply(ERROR_PAGE, code), "html")


def json_instead(code: int = 200) -> Fault:
    """An error in JSON where something else should be."""
    body = json.dumps({"error": {"message": "Something went wrong", "code": "INTERNAL"}}).encode()
    return instead(Reply(body, code, "application/json"), "json")


def instead(reply: Reply, name: str = "instead") -> Fault:
    """Another answer: also how a thing changes between a first attempt and its resume."""
    return Fault(name, reply=lambda _asked, _was: reply)


def redirect(location: str, code: int = 302) -> Fault:
    """``{url}`` in the location is the address that was asked: a loop."""

    def reply(asked: Asked, _was: Reply) -> Reply:
        return Reply(status=code, headers=(("Location", location.replace("{url}", asked.url)),))

    return Fault("redirect", reply=reply)


# -- ranges -------------------------------------------------------------------------------------------


def wrong_range(shift: int = 1) -> Fault:
    """206 whose Content-Range begins elsewhere than asked."""

    async def write(message: Message, line: Line) -> None:
        place = dict(message.headers).get("Content-Range", "bytes 0-0/1")
        span, total = place.removeprefix("bytes ").split("/")
        first, last = span.split("-")
        message.set("Content-Range", f"bytes {int(first) + shift}-{last}/{total}")
        await line.send(message.head() + message.payload())

    return Fault("wrong-range", write=write)


def other_entity(body: bytes, etag: str = '"other"') -> Fault:
    """206 of another thing: If-Range is not looked at."""

    def reply(asked: Asked, was: Reply) -> Reply:
        first = int(asked.header("Range").removeprefix("bytes=").partition("-")[0] or 0)
        place = f"bytes {first}-{len(body) - 1}/{len(body)}"
        headers = (*was.headers, ("Content-Range", place), ("ETag", etag))
        return Reply(body[first:], 206, was.type, headers)

    return Fault("other-entity", reply=reply)
