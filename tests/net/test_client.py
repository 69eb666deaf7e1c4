"""What a request looks like, what a verdict becomes, where a redirect may lead."""

from __future__ import annotations

import asyncio

import pytest

import wire_faults as faults
from fonds.errors import UsageError
from fonds.net.client import Client
from fonds.net.cookies import CookieJar, read_header
from fonds.net.errors import BlockedError, DeniedError, FailedError, GoneError, OfflineError
from fonds.net.judge import Verdict
from fonds.net.messages import Request, Response
from fonds.net.settings import Settings
from net.asking import HOST, QUICK, TEXT, URL, bare, outcome, pair, plain, run
from wire import Asked, Reply

JAR = read_header("sid=s3cr3t; uid=u1", domain="medium.example")


def test_a_whole_answer_is_kept_as_it_came_and_as_it_reads() -> None:
    async def go() -> None:
        async with pair(plain) as (wire, client):
            response = await client.fetch(Request(URL))
            assert response.body == TEXT
            assert response.raw[:2] == b"\x1f\x8b"
            assert response.header("content-ENCODING") == "gzip"
            assert response.url == URL
            assert response.fetched_at > 1_700_000_000_000
            (asked,) = wire.log
            assert (asked.host, asked.target) == (HOST, "/a")
            assert asked.header("User-Agent").startswith("fonds/")
            assert asked.header("Accept-Encoding") == "gzip"
            assert asked.header("X-Forwarded-Proto") == "https"
            assert client.stats.hosts[HOST].bytes == len(response.raw)

    run(go())


@pytest.mark.parametrize(
    "target",
    [
        "/",
        "/%7Eme/a%2Fb?x=%20y&z=a+b",
        "/a//b/../c",
        "/v2/resize:fit:800/1*ab-C_d.png",
        "/x?a=1?b=2",
        "/;p=1,2",
    ],
)
def test_an_address_is_sent_as_it_is(target: str) -> None:
    async def go() -> None:
        async with pair(bare) as (wire, client):
            await client.fetch(Request(f"https://{HOST}{target}#part"))
            assert wire.log[0].target == target

    run(go())


def test_an_address_beyond_ascii_is_escaped() -> None:
    async def go() -> None:
        async with pair(bare) as (wire, client):
            await client.fetch(Request("https://bücher.example/ž?q=é"))
            assert (wire.log[0].host, wire.log[0].target) == ("xn--bcher-kva.example", "/%C5%BE?q=%C3%A9")

    run(go())


@pytest.mark.parametrize(
    "url",
    [
        "",
        "medium.com/a",
        "ftp://medium.com/a",
        "file:///etc/passwd",
        "https:///a",
        "https://u:p@medium.com/",
        "https://medium.com/a b",
        "https://medium.com/\r\nX: y",
        "https://medium.com:99999/",
        "https://[::1/",
    ],
)
def test_what_is_no_address_is_refused_before_anything_is_sent(url: str) -> None:
    async def go() -> None:
        async with pair(bare) as (wire, client):
            error = await outcome(client, url)
            assert isinstance(error, FailedError)
            assert error.kind == "address"
            assert "u:p" not in str(error)
            assert wire.log == []

    run(go())


def test_a_post_sends_its_body_and_headers_once() -> None:
    async def go() -> None:
        async with pair(bare) as (wire, client):
            headers = (("Content-Type", "application/json"), ("Accept", "application/json"))
            await client.fetch(Request(URL, "POST", headers, b"[1]"))
            (asked,) = wire.log
            assert (asked.method, asked.body) == ("POST", b"[1]")
            names = [name.lower() for name, _ in asked.headers]
            assert names.count("accept") == names.count("content-type") == 1

    run(go())


@pytest.mark.parametrize(
    "header", [("Cookie", "a=b"), ("Host", "x"), ("Range", "bytes=0-"), ("X-A", "a\r\nB: c")]
)
def test_headers_that_are_the_clients_own_are_refused(header: tuple[str, str]) -> None:
    async def go() -> None:
        async with pair(bare) as (wire, client):
            with pytest.raises(ValueError, match="header"):
                await client.fetch(Request(URL, headers=(header,)))
            assert wire.log == []

    run(go())


@pytest.mark.parametrize(
    ("status", "error", "kind", "code", "requests"),
    [
        (400, FailedError, "bad", 4, 1),
        (401, DeniedError, "denied", 16, 1),
        (403, DeniedError, "denied", 16, 1),
        (404, GoneError, "gone", 4, 1),
        (410, GoneError, "gone", 4, 1),
        (429, BlockedError, "too-many", 8, 3),
        (500, FailedError, "status", 4, 3),
        (503, FailedError, "status", 4, 3),
        (302, FailedError, "bad", 4, 1),  # no Location
    ],
)
def test_each_status_has_its_error(
    status: int, error: type[FailedError], kind: str, code: int, requests: int
) -> None:
    async def go() -> None:
        async with pair(bare) as (wire, client):
            wire.faults.add(faults.status(status), times=0)
            got = await outcome(client)
            assert type(got) is error
            assert isinstance(got, error)
            assert (got.kind, got.exit_code, got.attempts, len(wire.log)) == (kind, code, requests, requests)
            assert got.response is not None
            assert got.response.status == status
            assert str(status) in str(got)

    run(go())


def test_the_judge_sees_every_whole_answer_and_decides() -> None:
    def judge(response: Response) -> Verdict:
        if b"Just a moment" in response.body:
            return Verdict.BLOCKED
        return Verdict.RETRY if response.body == b"" else Verdict.OK

    async def go() -> None:
        async with pair(bare) as (wire, client):
            wire.faults.add(faults.challenge(200))
            error = await outcome(client, URL, judge)
            assert isinstance(error, BlockedError)
            assert (error.kind, error.exit_code, len(wire.log)) == ("challenge", 8, 1)
            wire.faults.add(faults.instead(Reply(b"")))
            response = await outcome(client, URL, judge)
            assert isinstance(response, Response)
            assert len(wire.log) == 3

    run(go())


# -- redirects ----------------------------------------------------------------------------------------


def test_redirects_are_followed_and_kept_with_the_answer() -> None:
    async def go() -> None:
        async with pair(bare) as (wire, client):
            wire.faults.add(faults.redirect("/b?x=1#part", 301), path="/a")
            wire.faults.add(faults.redirect("//other.example/c", 302), path="/b*")
            response = await client.fetch(Request(URL))
            assert response.url == "https://other.example/c"
            assert [(hop.url, hop.status) for hop in response.hops] == [
                (URL, 301),
                (f"https://{HOST}/b?x=1", 302),
            ]
            assert [asked.url for asked in wire.log] == [
                *(hop.url for hop in response.hops),
                "https://other.example/c",
            ]

    run(go())


@pytest.mark.parametrize(
    ("status", "method", "body"),
    [(301, "GET", b""), (302, "GET", b""), (303, "GET", b""), (307, "POST", b"{}"), (308, "POST", b"{}")],
)
def test_a_post_stays_one_where_the_redirect_says_so(status: int, method: str, body: bytes) -> None:
    async def go() -> None:
        async with pair(bare) as (wire, client):
            wire.faults.add(faults.redirect("/b", status))
            await client.fetch(Request(URL, "POST", (("Content-Type", "application/json"),), b"{}"))
            assert (wire.log[1].method, wire.log[1].body) == (method, body)
            assert bool(wire.log[1].header("Content-Type")) == (method == "POST")

    run(go())


@pytest.mark.parametrize(
    ("location", "requests", "words"),
    [
        ("{url}", 1, "circle"),
        ("{url}x", 11, "more than 10"),
        ("ftp://other.example/", 1, "http"),
        ("javascript:alert(1)", 1, "http"),
        ("https://me:secret@other.example/", 1, "user"),
        ("https://", 1, "host"),
    ],
)
def test_redirects_that_lead_nowhere(location: str, requests: int, words: str) -> None:
    async def go() -> None:
        async with pair(bare) as (wire, client):
            wire.faults.add(faults.redirect(location), times=0)
            error = await outcome(client)
            assert isinstance(error, FailedError)
            assert (error.kind, len(wire.log)) == ("redirect", requests)
            assert words in str(error)
            assert "secret" not in str(error)

    run(go())


def test_https_does_not_become_http() -> None:
    # Without a gateway the client would leave this machine, so the rule is asked directly.
    client = Client(Settings())
    response = Response(Request(URL), URL, 302, (("Location", "http://medium.example/b"),))
    with pytest.raises(FailedError, match="from https to http"):
        client._follow(Request(URL), response, set(), 1)


def test_secrets_in_headers_stay_with_their_host() -> None:
    async def go() -> None:
        async with pair(bare) as (wire, client):
            for location in ("/b", "https://other.example/b"):
                wire.faults.add(faults.redirect(location), path="/a")
                await client.fetch(Request(URL, headers=(("Authorization", "Bearer x"), ("X-Ours", "1"))))
            seen = [asked.header("Authorization") for asked in wire.log]
            assert seen == ["Bearer x", "Bearer x", "Bearer x", ""]
            assert {asked.header("X-Ours") for asked in wire.log} == {"1"}

    run(go())


# -- cookies ------------------------------------------------------------------------------------------


def test_cookies_go_to_their_host_over_https_only() -> None:
    async def go() -> None:
        async with pair(bare, cookies=JAR) as (wire, client):
            for url in (URL, "https://www.medium.example/a", "https://other.example/a", f"http://{HOST}/a"):
                await client.fetch(Request(url))
            assert [asked.header("Cookie") for asked in wire.log] == [
                "sid=s3cr3t; uid=u1",
                "sid=s3cr3t; uid=u1",
                "",
                "",
            ]

    run(go())


def test_a_redirect_takes_no_cookies_to_another_host() -> None:
    async def go() -> None:
        async with pair(bare, cookies=JAR) as (wire, client):
            wire.faults.add(faults.redirect("https://other.example/b"))
            response = await client.fetch(Request(URL))
            assert [bool(asked.header("Cookie")) for asked in wire.log] == [True, False]
            assert "s3cr3t" not in str([response, response.request.headers, response.hops])

    run(go())


def test_what_a_server_sets_is_not_sent_back() -> None:
    def handler(_asked: Asked) -> Reply:
        return Reply(TEXT, headers=(("Set-Cookie", "visitor=v1s1tor; Path=/"),))

    async def go() -> None:
        async with pair(handler, cookies=CookieJar()) as (wire, client):
            responses = [await client.fetch(Request(URL)) for _ in range(2)]
            assert [asked.header("Cookie") for asked in wire.log] == ["", ""]
            assert responses[0].header("Set-Cookie") == "[removed]"

    run(go())


# -- connections --------------------------------------------------------------------------------------


def test_a_connection_is_kept_and_dropped_after_a_fault() -> None:
    async def go() -> None:
        async with pair(bare, total_timeout=1.0) as (wire, client):
            await client.fetch(Request(URL))
            await client.fetch(Request(URL))
            wire.faults.add(faults.stall(after=5))
            await client.fetch(Request(URL))
            # Damaged, but its end was seen: nothing is wrong with the connection.
            wire.faults.add(faults.bad_crc())
            await client.fetch(Request(URL))
            assert [asked.connection for asked in wire.log] == [1, 1, 1, 2, 2, 2]

    run(go())


def test_one_host_is_asked_one_thing_at_a_time_and_hosts_side_by_side() -> None:
    def slow(_asked: Asked) -> Reply:
        return Reply(TEXT, delay=0.02)

    async def go() -> None:
        async with pair(slow) as (wire, client):
            urls = [f"https://{host}.example/{number}" for number in range(4) for host in "abc"]
            await asyncio.gather(*(client.fetch(Request(url)) for url in urls))
            assert [wire.most_at_once(f"{host}.example") for host in "abc"] == [1, 1, 1]
            assert wire.most_at_once() == 3
            assert [asked.target for asked in wire.asked("a.example")] == ["/0", "/1", "/2", "/3"]

    run(go())


def test_nothing_is_sent_again_behind_the_clients_back() -> None:
    """A kept connection that ends under a request is the usual case of aiohttp's own second try."""

    async def go() -> None:
        async with pair(bare, retries=0) as (wire, client):
            await client.fetch(Request(URL))
            wire.faults.add(faults.closed())
            error = await outcome(client)
            assert isinstance(error, FailedError)
            assert (error.kind, len(wire.log), client.stats.requests) == ("reset", 2, 2)

    run(go())


def test_where_nobody_answers_there_is_no_network() -> None:
    async def go() -> None:
        settings = QUICK
        async with Client(settings) as client:
            error = await outcome(client, "http://127.0.0.1:9/x?token=abcd")
            assert isinstance(error, OfflineError)
            assert (error.kind, error.exit_code, error.attempts) == ("connect", 4, 3)
            assert "abcd" not in str(error)
        async with pair(bare) as (wire, client):
            await client.fetch(Request(URL))
            await wire.__aexit__(None, None, None)
            error = await outcome(client)
            assert type(error) is FailedError
            await wire.__aenter__()

    run(go())


@pytest.mark.parametrize(
    "gateway",
    [
        "http://example.org",
        "https://127.0.0.1:1",
        "127.0.0.1:80",
        "http://127.0.0.1/x",
        "http://10.0.0.1",
        "http://[::1",
    ],
)
def test_a_gateway_is_on_this_machine(gateway: str) -> None:
    with pytest.raises(UsageError, match="on this machine"):
        Client(Settings(gateway=gateway))


def test_stopping_leaves_no_task_and_no_connection() -> None:
    async def go() -> None:
        async with pair(bare) as (wire, client):
            wire.faults.add(faults.stall(), times=0)
            tasks = [
                asyncio.create_task(client.fetch(Request(f"https://{host}.example/{number}")))
                for host in "ab"
                for number in range(3)
            ]
            while len(wire.log) < 2:
                await asyncio.sleep(0.01)
            for task in tasks:
                task.cancel()
            done = await asyncio.gather(*tasks, return_exceptions=True)
            assert all(isinstance(one, asyncio.CancelledError) for one in done)
            wire.faults.clear()
            # The turn of a stopped request is free again, its connection is not used again.
            await client.fetch(Request("https://a.example/after"))
            assert wire.log[-1].connection == 3

    run(go())
