"""WARC files of any tool: what two other readers say, and what neither says of damage."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastwarc.warc import ArchiveIterator as FastIterator
from fastwarc.warc import WarcRecordType
from hypothesis import given
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from fonds.archive import warcs
from fonds.archive.summary import Failure
from growth import assert_linear

LIMIT = 1 << 20
PAGE = b"<html>" + bytes(range(32, 127)) * 40 + b"</html>"


pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
"""warcio leaves its temporary files to the collector."""


def written(*answers: tuple[str, bytes, dict[str, str]], packed: bool = True) -> tuple[bytes, list[int]]:
    """(a WARC as warcio writes it, where each record begins)."""
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=packed)
    places = []
    for url, body, headers in answers:
        places.append(out.tell())
        status = headers.pop("status", "200 OK")
        http = StatusAndHeaders(
            status, [("Content-Type", "text/html"), *headers.items()], protocol="HTTP/1.1"
        )
        record = writer.create_warc_record(url, "response", payload=io.BytesIO(body), http_headers=http, length=len(body), warc_headers_dict={"WARC-Date": "2021-03-04T05:06:07Z"})  # fmt: skip
        writer.write_record(record)
    return out.getvalue(), places


def three(*, packed: bool = True) -> tuple[bytes, list[int]]:
    return written(*((f"https://medium.com/p/{n}", PAGE + b"%d" % n, {}) for n in range(3)), packed=packed)


def read(data: bytes, limit: int = LIMIT) -> list[warcs.Found]:
    return list(warcs.read(io.BytesIO(data), "a.warc", limit))


def bodies(found: list[warcs.Found]) -> list[bytes]:
    return [one.data for one in found if isinstance(one, warcs.Record)]


def failures(found: list[warcs.Found]) -> list[str]:
    return [f"{one.where}: {one.reason}" for one in found if isinstance(one, Failure)]


@pytest.mark.parametrize("packed", [True, False])
def test_two_other_readers_say_the_same(packed: bool) -> None:
    data, _ = three(packed=packed)
    found = read(data)
    assert failures(found) == []
    first = found[0]
    assert isinstance(first, warcs.Record)
    assert (first.url, first.at, first.type) == ("https://medium.com/p/0", 1_614_834_367_000, "text/html")
    assert bodies(found) == [record.content_stream().read() for record in ArchiveIterator(io.BytesIO(data))]
    theirs = FastIterator(io.BytesIO(data), record_types=WarcRecordType.response)
    assert bodies(found) == [record.reader.read() for record in theirs]


def test_one_gzip_over_all() -> None:
    plain, _ = three(packed=False)
    whole = gzip.compress(plain)
    assert bodies(read(whole)) == bodies(read(plain))
    assert failures(read(whole[:-3])) == [
        f"byte {len(whole) - 3}: ends in the middle: the gzip data has no end"
    ]


def test_codings() -> None:
    packed = gzip.compress(PAGE)
    chunked = (
        b"".join(b"%x;a=b\r\n%s\r\n" % (len(part), part) for part in (packed[:100], packed[100:]))
        + b"0\r\n\r\n"
    )
    data, _ = written(
        ("https://a.example/1", packed, {"Content-Encoding": "gzip"}),
        ("https://a.example/2", chunked, {"Content-Encoding": "gzip", "Transfer-Encoding": "chunked"}),
        ("https://a.example/3", PAGE, {"Content-Encoding": "gzip", "Transfer-Encoding": "chunked"}),
        ("https://a.example/4", zlib.compress(PAGE), {"Content-Encoding": "deflate"}),
        ("https://a.example/5", PAGE, {"Content-Encoding": "br"}),
        ("https://a.example/6", b"\x1b\x00\x11", {"Content-Encoding": "br"}),
        ("https://a.example/7", packed[:-9], {"Content-Encoding": "gzip"}),
        ("https://a.example/8", chunked[:-20], {"Content-Encoding": "gzip", "Transfer-Encoding": "chunked"}),
    )
    found = read(data)
    assert bodies(found) == [PAGE] * 5
    assert [(one.origin, one.reason) for one in found if isinstance(one, Failure)] == [
        ("a.warc!https://a.example/6", "is compressed in a way that is not read (br)"),
        ("a.warc!https://a.example/7", "is cut off or damaged: its gzip data has no end"),
        ("a.warc!https://a.example/8", "is cut off: its last chunk is missing"),
    ]


def test_what_is_no_page_is_passed_over() -> None:
    data, _ = written(
        ("https://a.example/1", b"", {"status": "301 Moved"}),
        ("https://a.example/2", b"\x89PNG", {"Content-Type": "image/png"}),
        ("https://a.example/3", PAGE, {}),
    )
    found = read(data)
    assert [one.kind for one in found if isinstance(one, warcs.Passed)] == ["answer that is no page"]
    assert len(bodies(found)) == 2  # of two content types the first counts
    assert failures(read(data, limit=300))[0].endswith("is larger than 0 MiB")


def test_resources_and_files_that_fonds_kept() -> None:
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True)
    writer.write_record(writer.create_warcinfo_record("a.warc.gz", {"software": "test"}))
    extra = {"fonds-name": "my%20export.zip!posts/a.html"}
    writer.write_record(writer.create_warc_record("urn:sha256:00", "resource", payload=io.BytesIO(PAGE), warc_content_type="text/html", warc_headers_dict=extra))  # fmt: skip
    found = read(out.getvalue())
    assert [type(one).__name__ for one in found] == ["Passed", "Record"]
    record = found[1]
    assert isinstance(record, warcs.Record)
    assert (record.url, record.name, record.data) == ("urn:sha256:00", "my export.zip!posts/a.html", PAGE)


# -- damage --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("packed", [True, False])
def test_every_cut_is_named_but_one_between_records(packed: bool) -> None:
    """A file cut exactly between two records is whole to everybody who has nothing else to go by."""
    data, places = three(packed=packed)
    whole = bodies(read(data))
    for cut in range(1, len(data), 7):
        found = read(data[:cut])
        count = sum(place + 1 < cut for place in [*places[1:], len(data)])
        assert bodies(found) == whole[: len(bodies(found))], cut
        assert len(bodies(found)) >= count - 1, cut
        between = cut in places or data[:cut].rstrip(b"\r\n") == data[: cut - 1] or (not packed and data[:cut].endswith(PAGE[-7:] + b"0"))  # fmt: skip
        if packed:
            assert failures(found) or cut in places, cut
        elif not between:
            complete = any(
                data[:cut].rstrip(b"\r\n") == data[:place].rstrip(b"\r\n") for place in [*places, len(data)]
            )
            assert failures(found) or complete, cut


@pytest.mark.parametrize("packed", [True, False])
def test_what_is_before_and_behind_damage_is_read(packed: bool) -> None:
    data, places = three(packed=packed)
    begin, end = places[1:3]
    damaged = data[: begin + 3] + b"\xff" * (end - begin - 6) + data[end - 3 :]
    found = read(damaged)
    assert bodies(found) == [PAGE + b"0", PAGE + b"2"]
    assert len(failures(found)) == 1
    assert failures(found)[0].startswith(f"byte {begin}: ")


@given(st.integers(0, 5000), st.integers(1, 255), st.booleans())
def test_a_flipped_byte_ends_in_records_or_failures(place: int, flip: int, packed: bool) -> None:
    data, _ = three(packed=packed)
    place %= len(data)
    found = read(data[:place] + bytes([data[place] ^ flip]) + data[place + 1 :])
    if packed and failures(found) == []:
        # gzip proves what it holds; only its own header has bytes that mean nothing.
        assert bodies(found) == bodies(read(data))
    assert len(bodies(found)) >= 1


@given(st.binary(max_size=400))
def test_bytes_of_any_kind(data: bytes) -> None:
    for found in (
        read(data),
        read(warcs.GZIP + data),
        read(b"WARC/1.0\r\n" + data),
        read(gzip.compress(data)),
    ):
        assert all(isinstance(one, (warcs.Record, warcs.Passed, Failure)) for one in found)
    assert read(b"") == []


def test_is_warc() -> None:
    for packed in (True, False):
        assert warcs.is_warc(three(packed=packed)[0][:4096])
    assert not warcs.is_warc(gzip.compress(b"<html>"))
    assert not warcs.is_warc(b"WARC is a format")
    assert not warcs.is_warc(warcs.GZIP)


def test_a_header_that_does_not_end() -> None:
    assert failures(read(b"WARC/1.0\r\nA: " + b"x" * 100_000)) == [
        "byte 0: is no WARC: a line of a header does not end"
    ]
    assert failures(read(b"WARC/1.0\r\n" + b"a: b\r\n" * 20_000)) == [
        "byte 0: a record's header does not end"
    ]


class _Zeros(io.RawIOBase):
    """A WARC with one record of many gigabytes, that needs no memory itself."""

    def __init__(self, size: int) -> None:
        self._head = b"WARC/1.0\r\nWARC-Type: resource\r\nContent-Length: %d\r\n\r\n" % size
        self._size = len(self._head) + size
        self._place = 0

    def seek(self, place: int, whence: int = 0) -> int:
        self._place = place
        return place

    def read(self, size: int = -1) -> bytes:
        size = min(size, self._size - self._place)
        part = self._head[self._place : self._place + size]
        self._place += size
        return part + bytes(size - len(part))


def test_memory_does_not_grow_with_a_record_that_is_too_large() -> None:
    import tracemalloc

    tracemalloc.start()
    found = list(warcs.read(_Zeros(1 << 28), "a.warc", LIMIT))  # type: ignore[arg-type]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [one.reason for one in found if isinstance(one, Failure)] == ["is larger than 1 MiB"]
    assert peak < 4 << 20


def _junk(size: int, kind: str) -> Iterator[bytes]:
    for _ in range(size):
        yield {"magic": warcs.GZIP, "version": b"WARC/1.0\r\n", "lines": b"\n"}[kind]


@pytest.mark.parametrize("kind", ["magic", "version", "lines"])
def test_time_grows_with_the_file(kind: str, tmp_path: Path) -> None:
    assert_linear(lambda size: read(b"".join(_junk(size, kind))), 2_000)
