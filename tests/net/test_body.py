"""Bodies: framing, gzip's end, limits."""

from __future__ import annotations

import contextlib
import gzip
import time
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

import wire_faults as faults
from fonds.net.body import Framing, decode, encoding, framing, length
from fonds.net.errors import FailedError
from fonds.net.fault import Fault
from fonds.net.messages import Headers, Response
from net.asking import TEXT, URL, bare, outcome, pair, plain, run
from wire import Asked, Reply

GZIP: Headers = (("Content-Encoding", "gzip"),)


@given(st.lists(st.binary(max_size=200), min_size=1, max_size=4))
def test_gzip_in_one_member_or_several(pieces: list[bytes]) -> None:
    raw = b"".join(gzip.compress(piece) for piece in pieces)
    assert decode(raw, GZIP, 10_000) == b"".join(pieces)


@given(st.binary(min_size=1, max_size=300), st.data())
def test_gzip_cut_anywhere_is_seen(body: bytes, data: st.DataObject) -> None:
    raw = gzip.compress(body)
    cut = data.draw(st.integers(min_value=1, max_value=len(raw) - 1))
    with pytest.raises(Fault):
        decode(raw[:cut], GZIP, 10_000)


@given(st.binary(max_size=300), st.binary(min_size=1, max_size=20))
def test_anything_behind_the_end_is_seen(body: bytes, extra: bytes) -> None:
    with pytest.raises(Fault):
        decode(gzip.compress(body) + extra, GZIP, 10_000)


@given(st.binary(min_size=20, max_size=300), st.data())
def test_a_flipped_bit_never_gives_other_bytes(body: bytes, data: st.DataObject) -> None:
    raw = bytearray(gzip.compress(body, mtime=0))
    bit = data.draw(st.integers(min_value=0, max_value=len(raw) * 8 - 1))
    raw[bit // 8] ^= 1 << bit % 8
    with contextlib.suppress(Fault):  # some bits of gzip's header say nothing
        assert decode(bytes(raw), GZIP, 10_000) == body


@given(st.integers(min_value=0, max_value=3000), st.integers(min_value=0, max_value=3000))
def test_the_limit_is_exact(size: int, limit: int) -> None:
    raw = gzip.compress(bytes(size))
    if size <= limit:
        assert len(decode(raw, GZIP, limit)) == size
    else:
        with pytest.raises(Fault, match="unpacks to more"):
            decode(raw, GZIP, limit)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ((), ""),
        ((("Content-Encoding", "identity"),), ""),
        ((("content-encoding", "GZIP"),), "gzip"),
        ((("Content-Encoding", "x-gzip"),), "gzip"),
        ((("Content-Encoding", "gzip, identity"),), "gzip"),
        ((("Content-Encoding", "gzip"), ("Content-Encoding", "gzip")), "gzip, gzip"),
        ((("Content-Encoding", "br"),), "br"),
    ],
)
def test_encodings(headers: Headers, expected: str) -> None:
    assert encoding(headers) == expected


@pytest.mark.parametrize(
    ("method", "status", "headers", "expected"),
    [
        ("GET", 200, (("Content-Length", "3"),), Framing.LENGTH),
        ("GET", 200, (("Content-Length", "3"), ("Transfer-Encoding", "chunked")), Framing.CHUNKED),
        ("GET", 200, (), Framing.CLOSE),
        ("HEAD", 200, (("Content-Length", "3"),), Framing.NONE),
        ("GET", 304, (("Content-Length", "3"),), Framing.NONE),
        ("POST", 204, (), Framing.NONE),
    ],
)
def test_framings(method: str, status: int, headers: Headers, expected: Framing) -> None:
    assert framing(method, status, headers) is expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["3"], 3),
        ([" 3 "], 3),
        (["3", "3"], 3),
        (["3", "4"], None),
        (["-1"], None),
        (["٣"], None),
        ([], None),
    ],
)
def test_lengths(values: list[str], expected: int | None) -> None:
    assert length(tuple(("Content-Length", value) for value in values)) == expected


# -- over the wire ------------------------------------------------------------------------------------


def test_a_bomb_does_no_harm() -> None:
    async def go() -> None:
        async with pair(bare) as (wire, client):
            wire.faults.add(faults.bomb(256 * 1024 * 1024), times=0)
            tracemalloc.start()
            try:
                error = await outcome(client)
                peak = tracemalloc.get_traced_memory()[1]
            finally:
                tracemalloc.stop()
            assert isinstance(error, FailedError)
            assert (error.kind, error.attempts) == ("too-large", 1)
            assert peak < 8 * 1024 * 1024

    run(go())


@pytest.mark.parametrize(
    "handler",
    [lambda _: Reply(bytes(2 * 1024 * 1024)), lambda _: Reply(bytes(2 * 1024 * 1024), chunked=True)],
)
def test_what_is_too_large_is_not_read_to_its_end(handler: object) -> None:
    async def go() -> None:
        async with pair(handler) as (wire, client):  # type: ignore[arg-type]
            error = await outcome(client)
            assert isinstance(error, FailedError)
            assert (error.kind, len(wire.log)) == ("too-large", 1)

    run(go())


def test_chunks_without_end_end() -> None:
    async def go() -> None:
        async with pair(bare) as (wire, client):
            wire.faults.add(faults.oversized())
            error = await outcome(client)
            assert isinstance(error, FailedError)
            assert error.kind == "too-large"

    run(go())


@pytest.mark.parametrize("name", ["br", "deflate", "zstd", "gzip, gzip", "x"])
def test_an_encoding_that_nobody_asked_for(name: str) -> None:
    async def go() -> None:
        async with pair(bare) as (wire, client):
            wire.faults.add(faults.encoded(name))
            error = await outcome(client)
            assert isinstance(error, FailedError)
            assert (error.kind, len(wire.log)) == ("encoding", 1)

    run(go())


def test_without_a_mark_of_the_end_only_gzip_proves_one() -> None:
    async def go() -> None:
        async with pair(bare) as (wire, client):
            wire.faults.add(faults.unmarked(), times=2)
            error = await outcome(client)
            assert isinstance(error, FailedError)
            assert (error.kind, len(wire.log)) == ("unmarked", 1)
        async with pair(plain) as (wire, client):
            wire.faults.add(faults.unmarked(keep=40))
            wire.faults.add(faults.unmarked(), nth=2)
            response = await outcome(client)
            assert isinstance(response, Response)
            assert response.body == TEXT
            assert [asked.fault for asked in wire.log] == ["unmarked", "unmarked"]

    run(go())


@pytest.mark.parametrize("body", [b"", b"x", TEXT])
@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("packed", [False, True])
def test_whole_bodies_of_each_kind(body: bytes, chunked: bool, packed: bool) -> None:
    def handler(_asked: Asked) -> Reply:
        return Reply(body, chunked=chunked, gzip=packed)

    async def go() -> None:
        async with pair(handler) as (_wire, client):
            for _ in range(2):
                response = await outcome(client)
                assert isinstance(response, Response)
                assert response.body == body
                assert response.raw == (gzip.compress(body, mtime=0) if packed else body)

    run(go())


@pytest.mark.parametrize("status", [204, 304])
def test_answers_without_a_body(status: int) -> None:
    async def go() -> None:
        async with pair(lambda _: Reply(status=status, etag='"a"')) as (wire, client):
            for _ in range(2):
                response = await outcome(client, URL)
                assert isinstance(response, Response)
                assert (response.status, response.body) == (status, b"")
            assert wire.log[-1].connection == 1

    run(go())


@pytest.mark.parametrize("headers", [False, True])
def test_a_drip_does_not_stretch_the_time_out(headers: bool) -> None:
    async def go() -> None:
        async with pair(bare, total_timeout=0.4, first_byte_timeout=0.4, retries=1) as (wire, client):
            # 2,150 bytes at 10 ms each would take more than 20 s a time.
            wire.faults.add(faults.drip(0.01, headers=headers), times=0)
            began = time.monotonic()
            error = await outcome(client)
            assert isinstance(error, FailedError)
            assert (error.kind, error.attempts) == ("timeout", 2)
            assert time.monotonic() - began < 10

    run(go())
