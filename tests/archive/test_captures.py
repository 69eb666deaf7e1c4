"""Captures: what was asked and answered, kept as it came, without what lets somebody in."""

from __future__ import annotations

import errno
import gzip
import hashlib
import os
import re
import zlib
from pathlib import Path

import pytest
from fastwarc.warc import ArchiveIterator
from hypothesis import given
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator as OtherIterator
from warcio.checker import Checker

import keeping
from fonds.archive import capture_writer, captures
from fonds.archive.capture_writer import Writer
from fonds.archive.captures import OPEN
from fonds.archive.store import Archive
from fonds.errors import DiskError, IntegrityError, UnreadableError
from fonds.net.messages import Hop, Request, Response

NOW = keeping.NOW
BODY = "<html>Čamci — 船</html>".encode()


def answer(url: str = "https://medium.com/p/1", **fields: object) -> Response:
    facts: dict[str, object] = {
        "request": Request(url, headers=(("Accept", "text/html"),)),
        "url": url,
        "status": 200,
        "headers": (("Content-Type", "text/html"), ("Content-Encoding", "gzip"), ("ETag", '"x"')),
        "raw": gzip.compress(BODY, mtime=0),
        "body": BODY,
        "fetched_at": NOW,
    }
    return Response(**{**facts, **fields})  # type: ignore[arg-type]


@pytest.fixture
def writer(tmp_path: Path) -> Writer:
    return begun(tmp_path / "captures")


def begun(folder: Path, number: int = 1, **options: int) -> Writer:
    folder.mkdir()
    return Writer(folder, number, **options)


def only(writer: Writer) -> Path:
    """The one file that was written, closed."""
    writer.close()
    (done,) = writer.closed
    return writer._folder / done.file


# ------------------------------------------------------------------------------------------- what comes back


def test_an_answer_comes_back_as_it_came(writer: Writer) -> None:
    ref = writer.response(answer())
    for _ in ("while it is open", "when it is closed"):
        found = captures.read(writer._folder, ref)
        assert (found.kind, found.url, found.status, found.at) == (
            "response",
            "https://medium.com/p/1",
            200,
            NOW,
        )
        assert found.raw == gzip.compress(BODY, mtime=0)
        assert found.body == BODY
        assert found.header("etag") == '"x"'
        writer.close()


def test_request_and_redirects_are_with_it(writer: Writer) -> None:
    hops = (Hop("http://medium.com/p/1", 301, (("Location", "https://medium.com/p/1"),)),)
    writer.response(answer(hops=hops))
    found = list(captures.records(only(writer)))
    assert [(record.kind, record.url, record.status) for record in found] == [
        ("warcinfo", "", 0),
        ("response", "http://medium.com/p/1", 301),
        ("response", "https://medium.com/p/1", 200),
        ("request", "https://medium.com/p/1", 0),
    ]
    assert [record.truncated for record in found] == [False, True, False, False]


def test_a_chunked_answer_says_how_long_it_is(writer: Writer) -> None:
    headers = (("Transfer-Encoding", "chunked"), ("Content-Type", "text/html"))
    ref = writer.response(answer(headers=headers, raw=BODY))
    found = captures.read(writer._folder, ref)
    assert found.header("transfer-encoding") == ""
    assert found.header("x-archive-orig-transfer-encoding") == "chunked"
    assert found.header("content-length") == str(len(BODY))


def test_an_imported_file(writer: Writer) -> None:
    ref = writer.resource("posts/čamci 船.html", BODY, NOW)
    found = captures.read(writer._folder, ref)
    assert (found.kind, found.name, found.body) == ("resource", "posts/čamci 船.html", BODY)
    assert found.url == f"urn:sha256:{hashlib.sha256(BODY).hexdigest()}"


def test_a_picture_s_bytes_stand_in_its_file(tmp_path: Path) -> None:
    with Archive.create(tmp_path / "kept", clock=keeping.clock()) as archive:
        data = bytes(range(256)) * 100
        archive.put("assets/x/1-a b.png", data)
        response = answer(
            "https://miro.medium.com/v2/1*a.png",
            raw=data,
            body=data,
            headers=(("Content-Type", "image/png"),),
        )
        ref = archive.capture(response, asset="assets/x/1-a b.png")
        archive.commit()
        found = archive.read_capture(ref)
        assert (found.kind, found.status, found.body) == ("metadata", 200, data)
        assert found.header("content-type") == "image/png"
        (archive.root / "assets/x/1-a b.png").write_bytes(b"other")
        with pytest.raises(IntegrityError, match="was changed"):
            archive.read_capture(ref)
    (file,) = (tmp_path / "kept" / ".fonds" / "captures").iterdir()
    assert file.stat().st_size < 2000


def test_what_an_archive_has_already_is_not_kept_twice(tmp_path: Path) -> None:
    with Archive.create(tmp_path / "kept", clock=keeping.clock()) as archive:
        ref = archive.capture_file("a.html", BODY)
        assert archive.capture_file("b.html", BODY) == ref
        archive.commit()
        assert archive.capture_file("c.html", BODY) == ref
        assert archive.capture_file("d.html", BODY + b" ") != ref


def test_the_same_run_gives_the_same_bytes(tmp_path: Path) -> None:
    files = []
    for name in ("one", "two"):
        writer = begun(tmp_path / name, 7)
        writer.response(answer())
        writer.resource("a", BODY, NOW)
        files.append(only(writer))
    assert files[0].name == files[1].name == "20161124T150640Z-0007.warc.gz"
    assert files[0].read_bytes() == files[1].read_bytes()


# ------------------------------------------------------------------------------------------- other readers


def fill(writer: Writer) -> Path:
    writer.response(answer(hops=(Hop("http://medium.com/", 302),)))
    writer.response(answer(headers=(("X-Words", "šumë"), ("X-Words", "again")), raw=b"", body=b""))
    writer.response(
        answer("https://miro.medium.com/1*a.png", raw=b"png", body=b"png"), asset="assets/x/1-a.png"
    )
    writer.resource("boats.html", BODY, NOW)
    writer.response(
        answer(
            request=Request(
                "https://medium.com/_/graphql",
                "POST",
                (("Content-Type", "application/json"),),
                b'{"query":"{}"}',
            )
        )
    )
    return only(writer)


KINDS = [
    "warcinfo",
    "response",
    "response",
    "request",
    "response",
    "request",
    "metadata",
    "resource",
    "response",
    "request",
]


def test_fastwarc_reads_every_record_and_verifies_its_digests(writer: Writer) -> None:
    path = fill(writer)
    own = list(captures.records(path))
    for record, mine in zip(ArchiveIterator(str(path), parse_http=False, strict_mode=True), own, strict=True):
        assert record.headers.get("WARC-Type") == mine.kind
        assert f"{path.name}#{record.stream_pos}" == mine.ref
        assert (record.headers.get("WARC-Block-Digest") or "").startswith("sha256:")
        assert record.verify_block_digest()
    assert [record.kind for record in own] == KINDS
    bodies = [
        record.reader.read()
        for record in ArchiveIterator(str(path), auto_decode="all")
        if record.headers.get("WARC-Type") == "response"
    ]
    assert bodies == [b"", BODY, b"", BODY]


def test_warcio_reads_every_record_and_finds_nothing_to_say(
    writer: Writer, capsys: pytest.CaptureFixture[str]
) -> None:
    path = fill(writer)
    with path.open("rb") as handle:
        found = [
            (
                record.rec_type,
                record.rec_headers.get_header("WARC-Target-URI") or "",
                record.content_stream().read(),
            )
            for record in OtherIterator(handle, check_digests="raise")
        ]
    own = list(captures.records(path))
    assert [(kind, url) for kind, url, _ in found] == [(record.kind, record.url) for record in own]
    assert [body for kind, _, body in found if kind == "response"] == [b"", BODY, b"", BODY]
    checker = Checker(type("Args", (), {"inputs": [str(path)], "verbose": True})())
    checker.process_all()
    assert checker.exit_value == 0, capsys.readouterr().out


def test_each_record_is_a_member_of_its_own(writer: Writer) -> None:
    path = fill(writer)
    data = path.read_bytes()
    starts = [begin for begin, _, _ in captures.members(path)]
    assert len(starts) == len(KINDS)
    for start in starts:
        unpacker = zlib.decompressobj(31)
        assert unpacker.decompress(data[start:]).startswith(b"WARC/1.1\r\n")
        assert unpacker.eof


# ------------------------------------------------------------------------------------------- secrets

SECRETS = {
    "Cookie": "sid=TOPSECRET", "Set-Cookie": "uid=TOPSECRET; Path=/", "Authorization": "Bearer TOPSECRET",
    "Proxy-Authorization": "Basic TOPSECRET", "x-xsrf-token": "TOPSECRET", "X-Client-Token": "TOPSECRET",
    "X-Obvious-CSRF": "TOPSECRET", "X-Api-Key": "TOPSECRET", "COOKIE2": "TOPSECRET", "X-Session-Id": "TOPSECRET",
}  # fmt: skip


@pytest.mark.parametrize("name", SECRETS)
def test_no_secret_is_written(writer: Writer, name: str) -> None:
    header = ((name, SECRETS[name]), ("X-Kept", "yes"))
    asked = Request("https://medium.com/p/1?sk=TOPSECRET&source=x", headers=header)
    writer.response(
        answer(
            request=asked,
            url=asked.url,
            headers=(*header, ("Location", "https://user:TOPSECRET@medium.com/?access_token=TOPSECRET")),
            hops=(Hop(asked.url, 302, header),),
        )
    )
    writer.response(answer(url=asked.url, request=asked, headers=header), asset="assets/x/1.png")
    moved = answer(headers=(*header, ("Location", "https://medium.com/?token=TOPSECRET")))
    writer.response(moved, asset="assets/x/2.png")
    text = gzip.decompress(only(writer).read_bytes())
    assert b"TOPSECRET" not in text
    assert text.count(b"X-Kept: yes") == 5
    assert text.count(f"fonds-redacted: {name.lower()}\r\n".encode()) == 5
    assert b"source=x" in text


def test_what_is_no_secret_stays(writer: Writer) -> None:
    names = (
        "Content-Security-Policy",
        "X-Request-Id",
        "Server",
        "Www-Authenticate",
        "X-Robots-Tag",
        "CF-Ray",
        "ETag",
        "Vary",
    )
    ref = writer.response(answer(headers=tuple((name, "value") for name in names)))
    found = captures.read(writer._folder, ref)
    assert [name for name, _ in found.headers][: len(names)] == list(names)


HEADER = st.text(st.characters(codec="latin-1", exclude_characters="\r\n\0"), max_size=30)


@given(
    headers=st.lists(
        st.tuples(st.from_regex(r"[A-Za-z][A-Za-z0-9-]{0,20}", fullmatch=True), HEADER), max_size=6
    ),
    raw=st.binary(max_size=500),
    url=st.from_regex(r"https://[a-z]{1,9}\.example/[!-~]{0,40}", fullmatch=True),
    status=st.integers(100, 999),
)
def test_whatever_is_answered_comes_back(
    tmp_path_factory: pytest.TempPathFactory,
    headers: list[tuple[str, str]],
    raw: bytes,
    url: str,
    status: int,
) -> None:
    writer = begun(tmp_path_factory.mktemp("any") / "captures")
    response = Response(Request(url), url, status, tuple(headers), raw, raw, NOW)
    ref = writer.response(response)
    found = captures.read(writer._folder, ref)
    assert found.raw == raw
    assert found.status == status
    kept = [(name, " ".join(value.split())) for name, value in found.headers]
    for name, value in headers:
        low = name.lower()
        if not capture_writer.is_secret(name) and low not in (
            "transfer-encoding",
            "content-length",
            "location",
            "referer",
            "origin",
            "content-location",
        ):
            assert (name, " ".join(value.split())) in kept
    path = only(writer)
    assert all(record.verify_block_digest() for record in ArchiveIterator(str(path), parse_http=False))


def test_a_line_break_in_a_header_breaks_no_record(writer: Writer) -> None:
    ref = writer.response(answer(headers=(("X-Evil", "a\r\n\r\nWARC/1.1\r\nb"), ("X-Next", "yes"))))
    found = captures.read(writer._folder, ref)
    assert found.header("x-next") == "yes"
    assert len(list(captures.records(only(writer)))) == 3


# ------------------------------------------------------------------------------------------- files


def test_a_file_that_is_large_enough_is_followed_by_another(tmp_path: Path) -> None:
    writer = begun(tmp_path / "captures", 3, size=2000)
    refs = [writer.resource(str(number), os.urandom(700), NOW) for number in range(7)]
    writer.close()
    assert [captures.number(done.file) for done in writer.closed] == list(range(3, 3 + len(writer.closed)))
    assert len(writer.closed) == 4
    for number, ref in enumerate(refs):
        assert captures.read(writer._folder, ref).name == str(number)
    for done in writer.closed:
        data = (writer._folder / done.file).read_bytes()
        assert (done.size, done.sha256) == (len(data), hashlib.sha256(data).hexdigest())
    assert sum(done.records for done in writer.closed) == 7


def test_a_clock_set_back_gives_no_name_twice(tmp_path: Path) -> None:
    root = tmp_path / "kept"
    Archive.create(root, clock=keeping.clock()).close()
    for at in (NOW, NOW - 10**9, NOW, NOW):
        with Archive.open(root, write=True, clock=keeping.clock(at)) as archive:
            archive.capture(answer(fetched_at=at))
    with Archive.open(root) as archive:
        names = [row.file for row in archive.catalog.captures()]
    assert [captures.number(name) for name in sorted(names, key=captures.number)] == [1, 2, 3, 4]


@pytest.mark.parametrize("ref", ["", "x", "x#", "#1", "../x#1", "a/b#1", "x#-1", "x#1x", "x.warc.gz#0"])
def test_what_is_no_place_in_a_capture(writer: Writer, ref: str) -> None:
    writer.response(answer())
    with pytest.raises((UnreadableError, IntegrityError)):
        captures.read(writer._folder, ref)


def test_an_offset_inside_a_record_is_no_place(writer: Writer) -> None:
    file, _, offset = writer.response(answer()).partition("#")
    with pytest.raises(IntegrityError):
        captures.read(writer._folder, f"{file}#{int(offset) + 1}")


def test_a_failed_write_leaves_no_half_record(writer: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    writer.response(answer())
    real = os.write

    def half(handle: int, data: bytes) -> int:
        real(handle, bytes(data)[: len(data) // 2])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "write", half)
    with pytest.raises(DiskError, match="the disk is full"):
        writer.response(answer("https://medium.com/p/2"))
    monkeypatch.setattr(os, "write", real)
    ref = writer.response(answer("https://medium.com/p/3"))
    assert captures.read(writer._folder, ref).url == "https://medium.com/p/3"
    assert len(list(captures.records(only(writer)))) == 5


# ------------------------------------------------------------------------------------------- damage


def opened(tmp_path: Path) -> tuple[Path, bytes, list[int]]:
    """A file that a killed run left open, its bytes, and where its records end."""
    writer = begun(tmp_path / "captures")
    for number in range(4):
        writer.resource(str(number), os.urandom(300), NOW)
    writer.sync()
    writer.abandon()
    (path,) = (tmp_path / "captures").iterdir()
    return path, path.read_bytes(), [end for _, end, _ in captures.members(path)]


def test_a_cut_at_every_byte_keeps_every_whole_record(tmp_path: Path) -> None:
    path, data, ends = opened(tmp_path)
    for cut in range(len(data) + 1):
        path.write_bytes(data[:cut])
        whole = [end for end in ends if end <= cut]
        saved = captures.salvage(path)
        if len(whole) < 2:
            assert saved is None
            assert list(path.parent.iterdir()) == []
            continue
        assert saved is not None
        final = path.parent / saved.file
        assert final.read_bytes() == data[: whole[-1]]
        assert (saved.size, saved.records) == (whole[-1], len(whole) - 1)
        final.unlink()


def test_damage_in_the_middle_keeps_what_is_behind_it(tmp_path: Path) -> None:
    path, data, ends = opened(tmp_path)
    middle = (ends[1] + ends[2]) // 2
    path.write_bytes(data[:middle] + bytes(40) + data[middle + 40 :] + b"\x1f\x8b\x08\0torn")
    saved = captures.salvage(path)
    assert saved is not None
    assert saved.size == len(data)
    assert captures.read(path.parent, f"{saved.file}#{ends[3]}").name == "3"
    with pytest.raises(IntegrityError, match=rf"record at byte {ends[1]}"):
        captures.read(path.parent, f"{saved.file}#{ends[1]}")


@pytest.mark.parametrize("at", range(0, 300, 23))
def test_a_changed_byte_is_no_record(writer: Writer, at: int) -> None:
    ref = writer.response(answer())
    path = only(writer)
    begin = int(ref.partition("#")[2])
    data = bytearray(path.read_bytes())
    if begin + at in range(begin + 4, begin + 10):  # time and system in gzip's head say nothing
        return
    data[begin + at] ^= 0x10
    path.write_bytes(data)
    with pytest.raises(IntegrityError):
        captures.read(path.parent, ref)


def test_a_digest_that_does_not_fit_is_found(writer: Writer) -> None:
    ref = writer.response(answer(raw=b"plain text", headers=()))
    path = only(writer)
    begin = int(ref.partition("#")[2])
    members = [gzip.decompress(path.read_bytes()[low:high]) for low, high, _ in captures.members(path)]
    forged = gzip.compress(members[1].replace(b"plain text", b"other text"))
    path.write_bytes(path.read_bytes()[:begin] + forged)
    with pytest.raises(IntegrityError, match="other bytes than its digest"):
        captures.read(path.parent, ref)


def test_a_bomb_is_not_inflated(writer: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(captures, "MAX_RECORD", 1 << 20)
    path = writer._folder / "x.warc.gz"
    path.write_bytes(gzip.compress(bytes(8 << 20)))
    with pytest.raises(IntegrityError, match="too large"):
        captures.read(path.parent, "x.warc.gz#0")


def test_reading_takes_no_more_memory_than_a_record(tmp_path: Path) -> None:
    import tracemalloc

    writer = begun(tmp_path / "captures")
    for number in range(64):
        writer.resource(str(number), os.urandom(200_000), NOW)
    path = only(writer)
    tracemalloc.start()
    assert sum(1 for _ in captures.records(path)) == 65
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4_000_000
    assert path.stat().st_size > 12_000_000


def test_a_name_says_its_number() -> None:
    assert captures.number(f"20161124T150640Z-0007.warc.gz{OPEN}") == 7
    assert captures.number("20161124T150640Z-12345.warc.gz") == 12345
    assert [captures.number(name) for name in ("x", "0007.warc.gz", "")] == [0, 0, 0]
    assert re.fullmatch(
        r"<urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}>",
        capture_writer._record_id("x#0"),
    )
