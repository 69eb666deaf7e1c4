"""The server on loopback: who is meant, and what HTTP asks of any server."""

from __future__ import annotations

import asyncio
import gzip

import pytest

from fonds.errors import DiskError
from fonds.net.client import Client
from fonds.net.messages import Request
from fonds.net.server import Asked, Reply, Server, meant
from fonds.net.settings import Settings
from net.asking import run


@pytest.mark.parametrize(
    ("host", "target", "found", "prefix"),
    [
        ("medium.com", "/@me?x=1", ("medium.com", "/@me?x=1"), ""),
        ("medium.com:8462", "/", ("medium.com", "/"), ""),
        ("127.0.0.1:8462", "/medium.com/@me?x=1", ("medium.com", "/@me?x=1"), "/medium.com"),
        ("localhost:1", "/Medium.com", ("medium.com", "/"), "/medium.com"),
        ("localhost:1", "/medium.com?x=1", ("medium.com", "/?x=1"), "/medium.com"),
        ("[::1]:80", "/a.example/b/c", ("a.example", "/b/c"), "/a.example"),
        ("127.0.0.1", "https://a.example/b?c", ("a.example", "/b?c"), ""),
        ("127.0.0.1", "/", ("", "/"), ""),
        ("127.0.0.1", "/favicon/x", ("", "/favicon/x"), ""),
        ("127.0.0.1", "/../etc/passwd", ("", "/../etc/passwd"), ""),
        ("", "/medium.com/x", ("medium.com", "/x"), "/medium.com"),
    ],
)
def test_who_is_meant(host: str, target: str, found: tuple[str, str], prefix: str) -> None:
    asked, named = meant(Asked("GET", host, target))
    assert ((asked.host, asked.target), named) == (found, prefix)


TEXT = b"Two boats came in. " * 200


def handler(asked: Asked) -> Reply:
    if asked.path == "/moved":
        return Reply(b"", 302, "", (("Location", "https://b.example/there?x=1"),))
    if asked.path == "/echo":
        return Reply(asked.body, type="application/octet-stream")
    return Reply(TEXT, type="text/plain", etag='"t"')


def test_a_client_asks_it_through_its_gateway() -> None:
    async def go() -> None:
        async with Server(handler) as server, Client(Settings(gateway=server.url, rate=0)) as client:
            response = await client.fetch(Request("https://a.example/x"))
            assert response.body == TEXT
            assert response.raw != TEXT
            moved = await client.fetch(Request("https://a.example/moved"))
            assert moved.url == "https://b.example/there?x=1"
            echo = await client.fetch(Request("https://a.example/echo", "POST", (), bytes(range(256))))
            assert echo.body == bytes(range(256))

    run(go())


async def ask(url: str, path: str, *headers: str, method: str = "GET") -> tuple[int, dict[str, str], bytes]:
    """Without a client of ours: raw bytes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", int(url.rpartition(":")[2]))
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", "Connection: close", *headers, "", ""]
    writer.write("\r\n".join(lines).encode())
    answer = await reader.read()
    writer.close()
    head, _, body = answer.partition(b"\r\n\r\n")
    first, *rest = head.decode().split("\r\n")
    pairs = (line.partition(": ") for line in rest)
    return int(first.split(" ")[1]), {name.lower(): value for name, _, value in pairs}, body


@pytest.mark.parametrize(
    ("headers", "status", "body"),
    [
        ([], 200, TEXT),
        (["Range: bytes=10-"], 206, TEXT[10:]),
        (["Range: bytes=10-19"], 206, TEXT[10:20]),
        (["Range: bytes=10-", 'If-Range: "t"'], 206, TEXT[10:]),
        (["Range: bytes=10-", 'If-Range: "other"'], 200, TEXT),
        ([f"Range: bytes={len(TEXT)}-"], 416, b""),
        (["Range: bytes=5-2"], 416, b""),
        (["Range: lines=5-"], 200, TEXT),
        (['If-None-Match: "x", "t"'], 304, b""),
    ],
)
def test_parts_and_conditions(headers: list[str], status: int, body: bytes) -> None:
    async def go() -> None:
        async with Server(handler) as server:
            found = await ask(server.url, "/a.example/x", *headers)
            assert (found[0], found[2]) == (status, body)
            if status == 206:
                assert found[1]["content-range"].endswith(f"/{len(TEXT)}")

    run(go())


def test_what_is_asked_by_prefix_is_sent_on_by_prefix() -> None:
    async def go() -> None:
        async with Server(handler) as server:
            status, headers, _ = await ask(server.url, "/a.example/moved")
            assert (status, headers["location"]) == (302, "/b.example/there?x=1")
            status, headers, body = await ask(server.url, "/a.example/x", "Accept-Encoding: gzip")
            assert headers["content-encoding"] == "gzip"
            assert gzip.decompress(body) == TEXT
            assert (await ask(server.url, "/a.example/x", method="HEAD"))[2] == b""

    run(go())


def test_any_bytes_in_a_path() -> None:
    seen: list[str] = []

    def note(asked: Asked) -> Reply:
        seen.append(asked.target)
        return Reply(b"")

    async def go() -> None:
        async with Server(note) as server:
            for path in (b"/a.example/\xc3\xa9", b"/a.example/\xff\xfe", b"/a.example/%ff"):
                reader, writer = await asyncio.open_connection(
                    "127.0.0.1", int(server.url.rpartition(":")[2])
                )
                writer.write(b"GET " + path + b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                await reader.read()
                writer.close()

    run(go())
    assert all(target.isascii() for target in seen)


def test_a_port_that_is_taken() -> None:
    async def go() -> None:
        async with Server(handler) as server:
            port = int(server.url.rpartition(":")[2])
            with pytest.raises(DiskError, match=f"port {port}"):
                async with Server(handler, port=port):
                    pass

    run(go())
