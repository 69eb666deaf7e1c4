"""Secrets never reach what is printed, raised, logged or kept."""

from __future__ import annotations

import logging
import traceback

import pytest
from hypothesis import given
from hypothesis import strategies as st

import wire_faults as faults
from fonds.net import redact
from fonds.net.cookies import read_header
from fonds.net.errors import FetchError
from fonds.net.messages import Request, Response
from net.asking import HOST, TEXT, bare, outcome, pair, run
from wire import Asked, Fault, Reply

SECRET = "s3cr3tValue"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://medium.com/a?format=json&limit=3", "https://medium.com/a?format=json&limit=3"),
        (f"https://medium.com/a?sk={SECRET}&x=1#f", "https://medium.com/a?sk=[removed]&x=1"),
        (f"https://u:{SECRET}@medium.com/a", "https://medium.com/a"),
        (
            f"https://h.example/?access_token={SECRET}&X-Amz-Signature={SECRET}",
            "https://h.example/?access_token=[removed]&X-Amz-Signature=[removed]",
        ),
        (f"https://h.example/?tweet-token={SECRET}", "https://h.example/?tweet-token=[removed]"),
        (f"https://[{SECRET}", "[removed]"),
    ],
)
def test_addresses_for_people(url: str, shown: str) -> None:
    assert redact.url(url) == shown


@given(st.text())
def test_no_address_breaks_it(url: str) -> None:
    redact.url(url)


def test_records_show_no_bodies_and_no_headers() -> None:
    request = Request(f"https://a.example/?sk={SECRET}", headers=(("Cookie", SECRET),), body=SECRET.encode())
    response = Response(
        request, request.url, 200, (("Set-Cookie", SECRET),), SECRET.encode(), SECRET.encode()
    )
    assert SECRET not in repr(request) + repr(response) + str(response) + repr([response])


def echo(asked: Asked) -> Reply:
    """A host that says back what it was told, in every place where it can."""
    told = asked.header("Cookie")
    headers = (("X-Echo", "1"), ("Set-Cookie", f"{told}; Path=/"))
    return Reply(TEXT + told.encode(), headers=headers, etag='"a"', ranges=True)


FAULTS = [
    faults.status(401),
    faults.status(429, retry_after=9999),
    faults.status(500),
    faults.reset("before"),
    faults.reset("body"),
    faults.short(),
    faults.bad_crc(),
    faults.bomb(),
    faults.not_http(f"HTTP/1.1 {SECRET}\r\nSet-Cookie: {SECRET}\r\n\r\n".encode()),
    faults.not_http(b"HTTP/1.1 200 OK\r\nSet-Cookie: \x00" + SECRET.encode() + b"\r\n\r\n"),
    faults.not_http(
        b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nSet-Cookie: bad name " + SECRET.encode() + b"\r\n\r\n"
    ),
    faults.two_lengths(),
    faults.redirect(f"https://u:{SECRET}@other.example/"),
    faults.redirect(f"ftp://other.example/?sk={SECRET}"),
    faults.redirect("{url}"),
    faults.stall(),
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_neither_error_nor_log_nor_what_is_kept_holds_a_cookie(
    fault: Fault, caplog: pytest.LogCaptureFixture
) -> None:
    async def go() -> None:
        jar = read_header(f"sid={SECRET}", domain=HOST)
        async with pair(bare, cookies=jar, retries=1, total_timeout=0.3) as (wire, client):
            wire.faults.add(fault, times=0)
            got = await outcome(client, f"https://{HOST}/a?sk={SECRET}")
            assert SECRET in wire.log[0].header("Cookie")
            if isinstance(got, FetchError):
                text = "".join(traceback.format_exception(got))
                assert SECRET not in text
                assert SECRET not in repr(got) + str(vars(got))
            else:
                assert SECRET not in str([got.headers, got.request.headers, got.hops])

    with caplog.at_level(logging.DEBUG):
        run(go())
    assert SECRET not in caplog.text


def test_what_is_kept_of_an_answer_holds_no_cookie() -> None:
    async def go() -> None:
        async with pair(echo, cookies=read_header(f"sid={SECRET}", domain=HOST)) as (wire, client):
            wire.faults.add(faults.redirect("/b"))
            headers = (("Authorization", f"Bearer {SECRET}"),)
            response = await client.fetch(Request(f"https://{HOST}/a", headers=headers))
            kept = [response.headers, response.request.headers, *(hop.headers for hop in response.hops)]
            assert SECRET not in str(kept)
            assert [name for name, value in response.request.headers if value == redact.REMOVED] == [
                "Authorization",
                "Cookie",
            ]
            assert response.header("Set-Cookie") == redact.REMOVED

    run(go())
