"""A body that broke off is gone on with only when it is certainly the same one."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import wire_faults as faults
from fonds.net.errors import FailedError
from fonds.net.messages import Request, Response
from net.asking import URL, outcome, pair, run
from wire import Asked, Fault, Reply

# Big enough that its first half has been read when the second does not come.
OLD = bytes(range(256)) * 800
NEW = bytes(reversed(range(256))) * 800
HALF = len(OLD) // 2


def thing(
    body: bytes = OLD, etag: str = '"old"', *, ranges: bool = True, **more: bool
) -> Callable[[Asked], Reply]:
    return lambda _asked: Reply(body, type="image/jpeg", etag=etag, ranges=ranges)


def test_the_rest_is_asked_for_and_nothing_twice() -> None:
    async def go() -> None:
        async with pair(thing()) as (wire, client):
            wire.faults.add(faults.cut(HALF))
            response = await client.fetch(Request(URL))
            assert response.body == response.raw == OLD
            assert (response.status, response.resumed) == (200, True)
            assert response.header("Content-Length") == str(len(OLD))
            first, second = wire.log
            assert first.header("Range") == first.header("If-Range") == ""
            assert second.header("If-Range") == '"old"'
            assert second.header("Range") == f"bytes={HALF}-"
            assert second.status == 206

    run(go())


@pytest.mark.parametrize(
    "stop",
    [faults.cut(HALF), faults.cut(HALF, rude=True), faults.stall(after=HALF)],
    ids=["FIN", "RST", "silence"],
)
def test_it_is_gone_on_with_as_often_as_it_breaks(stop: Fault) -> None:
    async def go() -> None:
        async with pair(thing(), total_timeout=1.0, retries=4) as (wire, client):
            wire.faults.add(stop)
            wire.faults.add(faults.reset("before"), nth=2)
            wire.faults.add(faults.cut(HALF // 2), nth=3)
            response = await client.fetch(Request(URL))
            assert response.body == OLD
            ranges = [asked.header("Range") for asked in wire.log]
            assert ranges == ["", f"bytes={HALF}-", f"bytes={HALF}-", f"bytes={HALF + HALF // 2}-"]

    run(go())


def test_gzip_is_gone_on_with_in_its_own_bytes() -> None:
    import random

    noise = random.Random(1).randbytes(200_000)

    async def go() -> None:
        async with pair(lambda _: Reply(noise, etag='"z"', ranges=True, gzip=True)) as (wire, client):
            wire.faults.add(faults.cut(100_000))
            response = await client.fetch(Request(URL))
            assert response.resumed
            assert response.body == noise
            assert response.raw != noise
            assert len(wire.log) == 2

    run(go())


@pytest.mark.parametrize(
    ("first", "name"),
    [
        (thing(etag='W/"old"'), "weak"),
        (thing(etag=""), "none"),
        (thing(etag="old"), "unquoted"),
        (thing(ranges=False), "no ranges"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_without_a_strong_name_it_starts_again(first: Callable[[Asked], Reply], name: str) -> None:
    async def go() -> None:
        async with pair(first) as (wire, client):
            wire.faults.add(faults.cut(HALF))
            response = await client.fetch(Request(URL))
            assert response.body == OLD
            assert not response.resumed
            assert [asked.header("Range") for asked in wire.log] == ["", ""]

    run(go())


def test_what_changed_meanwhile_comes_whole() -> None:
    """The trap of peers: half the old thing and half the new."""

    def handler(asked: Asked) -> Reply:
        return thing()(asked) if asked.nth == 1 else thing(NEW, '"new"')(asked)

    async def go() -> None:
        async with pair(handler) as (wire, client):
            wire.faults.add(faults.cut(HALF))
            response = await client.fetch(Request(URL))
            assert response.body == NEW
            assert not response.resumed
            assert [asked.status for asked in wire.log] == [200, 200]

    run(go())


def _part(body: bytes, place: str, etag: str, *, chunked: bool = False, **more: str) -> Fault:
    headers = (("Content-Range", place), ("ETag", etag), *((k.replace("_", "-"), v) for k, v in more.items()))
    return faults.instead(Reply(body, 206, "image/jpeg", headers, chunked=chunked), f"206 {place} {etag}")


WHOLE = len(OLD)
LIES = [
    faults.other_entity(NEW),
    faults.other_entity(NEW, etag='W/"old"'),
    faults.other_entity(NEW + b"x", etag='"old"'),
    faults.wrong_range(),
    faults.wrong_range(-1),
    _part(OLD[HALF:], f"bytes {HALF}-{WHOLE - 1}/*", '"old"'),
    _part(OLD[HALF:], f"bytes {HALF}-{WHOLE - 2}/{WHOLE}", '"old"'),
    _part(OLD[HALF:-1], f"bytes {HALF}-{WHOLE - 2}/{WHOLE}", '"old"'),
    _part(OLD[HALF:], f"bytes {HALF}-{WHOLE - 1}/{WHOLE}", ""),
    _part(OLD[HALF:], "", '"old"'),
    _part(OLD[HALF:], f"lines {HALF}-{WHOLE - 1}/{WHOLE}", '"old"'),
    _part(OLD[HALF:], f"bytes {HALF}-{WHOLE - 1}/{WHOLE}", '"old"', Content_Encoding="gzip"),
    _part(OLD[HALF : HALF + 10], f"bytes {HALF}-{WHOLE - 1}/{WHOLE}", '"old"'),
    _part(OLD[HALF : HALF + 10], f"bytes {HALF}-{WHOLE - 1}/{WHOLE}", '"old"', chunked=True),
    _part(OLD[HALF:], f"bytes {HALF + 1}-{WHOLE - 1}/{WHOLE}", '"old"', chunked=True),
    faults.instead(Reply(b"", 416, headers=(("Content-Range", "bytes */3"),)), "416"),
]


@pytest.mark.parametrize("lie", LIES, ids=lambda fault: fault.name)
def test_a_part_that_does_not_fit_is_thrown_away(lie: Fault) -> None:
    async def go() -> None:
        async with pair(thing()) as (wire, client):
            wire.faults.add(faults.cut(HALF))
            wire.faults.add(lie, nth=2)
            response = await client.fetch(Request(URL))
            assert response.body == OLD
            assert not response.resumed
            assert [asked.header("Range") for asked in wire.log] == ["", f"bytes={HALF}-", ""]

    run(go())


def test_a_part_that_nobody_asked_for_is_no_answer() -> None:
    async def go() -> None:
        async with pair(thing()) as (wire, client):
            wire.faults.add(_part(OLD[:10], f"bytes 0-9/{WHOLE}", '"old"'), times=0)
            error = await outcome(client)
            assert isinstance(error, FailedError)
            assert error.kind == "resume"

    run(go())


def test_an_error_page_instead_of_the_rest_is_judged_as_one() -> None:
    async def go() -> None:
        async with pair(thing()) as (wire, client):
            wire.faults.add(faults.cut(HALF))
            wire.faults.add(faults.status(500), nth=2)
            response = await outcome(client)
            assert isinstance(response, Response)
            assert response.body == OLD

    run(go())


def test_a_damaged_whole_is_not_gone_on_with() -> None:
    async def go() -> None:
        async with pair(thing()) as (wire, client):
            wire.faults.add(faults.bad_crc())
            response = await client.fetch(Request(URL))
            assert response.body == OLD
            assert [asked.header("Range") for asked in wire.log] == ["", ""]

    run(go())
