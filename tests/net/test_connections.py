"""Before a request is answered: names, certificates, proxies. Without a gateway, on this machine only."""

from __future__ import annotations

import asyncio
import shutil
import socket
import ssl
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest

from fonds.net.client import Client
from fonds.net.errors import FailedError, OfflineError
from fonds.net.messages import Request
from net.asking import QUICK, TEXT, bare, outcome, pair, run
from wire import Wire

SECRET = "s3cr3t"


def client(**changes: Any) -> Client:
    return Client(msgspec.structs.replace(QUICK, **changes))


@pytest.mark.parametrize(
    ("code", "known", "error"),
    [
        (socket.EAI_NONAME, False, OfflineError),
        (socket.EAI_NONAME, True, FailedError),
        (socket.EAI_AGAIN, True, OfflineError),
    ],
)
def test_a_name_that_is_not_known(
    code: int, known: bool, error: type[FailedError], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether there is a network is told by whether anybody answered, or by the system's own word."""
    real = socket.getaddrinfo

    def look_up(host: Any, *more: Any, **others: Any) -> Any:
        if host == "nowhere.example":
            raise socket.gaierror(code, "no such name")
        return real(host, *more, **others)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)

    async def go() -> None:
        async with Wire(bare) as wire, client() as asking:
            if known:
                await asking.fetch(Request(wire.url + "/a"))
            found = await outcome(asking, f"https://nowhere.example/a?sk={SECRET}")
            assert type(found) is error
            assert isinstance(found, FailedError)
            assert (found.kind, found.exit_code) == ("dns", 4)
            assert SECRET not in str(found)

    run(go())


@asynccontextmanager
async def encrypted(folder: Path) -> AsyncIterator[int]:
    """The port of a server with a certificate that nobody vouches for."""
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    words = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "1",
        "-subj",
        "/CN=localhost",
    ]
    subprocess.run([*words, "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)

    async def serve(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await server.wait_closed()
        await asyncio.sleep(0.05)  # its own tasks end behind it


@pytest.mark.skipif(shutil.which("openssl") is None, reason="makes its certificate with openssl")
def test_a_certificate_that_nobody_vouches_for_is_final(tmp_path: Path) -> None:
    async def go() -> None:
        async with encrypted(tmp_path) as port, client() as asking:
            error = await outcome(asking, f"https://localhost:{port}/")
            assert isinstance(error, FailedError)
            assert (error.kind, error.attempts) == ("tls", 1)

    run(go())


def test_what_speaks_no_tls() -> None:
    async def go() -> None:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.read(10)
            writer.write(b"220 ready\r\n")
            writer.close()

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        async with server, client() as asking:
            port = server.sockets[0].getsockname()[1]
            error = await outcome(asking, f"https://127.0.0.1:{port}/")
            assert isinstance(error, FailedError)
            assert (error.kind, error.attempts) == ("tls", 3)

    run(go())


def test_a_host_that_lets_nobody_in_is_given_up() -> None:
    """A listening socket whose queue is full answers nothing: to connect has a time-out of its own."""

    async def go() -> None:
        with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
            port = full.getsockname()[1]
            guests = [socket.socket() for _ in range(3)]
            for guest in guests:
                guest.setblocking(False)
                guest.connect_ex(("127.0.0.1", port))
            try:
                async with client(connect_timeout=0.2, first_byte_timeout=0.5, retries=0) as asking:
                    error = await outcome(asking, f"http://127.0.0.1:{port}/")
                    assert isinstance(error, FailedError)
                    assert error.kind in ("connect", "timeout")
            finally:
                for guest in guests:
                    guest.close()

    run(go())


def test_proxies_of_the_environment_are_not_used_unless_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")

    async def go() -> None:
        async with pair(bare) as (wire, _):
            async with client() as asking:
                assert (await asking.fetch(Request(wire.url + "/a"))).body == TEXT
            async with client(proxy=wire.url) as asking:
                assert (await asking.fetch(Request("http://far.example/b?c"))).body == TEXT
            assert [asked.target for asked in wire.log] == ["/a", "http://far.example/b?c"]

    run(go())


def test_nobodys_netrc_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text(f"machine 127.0.0.1 login me password {SECRET}\ndefault login me password {SECRET}\n")
    monkeypatch.setenv("NETRC", str(netrc))

    async def go() -> None:
        async with Wire(bare) as wire, client() as asking:
            await asking.fetch(Request(wire.url + "/a"))
            assert wire.log[0].header("Authorization") == ""

    run(go())
