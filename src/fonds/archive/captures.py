"""Captures: what Medium answered and what was imported, as it came, in WARC 1.1 files that only grow.

Each record is a gzip member of its own, so that a file that was cut off keeps all records before the cut,
and one record can be read by its offset. A file is written as ``….warc.gz.open`` and gets its name when
it is closed. Records carry SHA-256 digests of block and payload; ids come from what a record holds and
where it stands, so the same run gives the same bytes. Cookies and other credentials are left out of
requests and answers; ``fonds-redacted`` names the headers that had any.

A picture's bytes stand in assets/: its record is ``metadata`` that names the file.
"""

from __future__ import annotations

import hashlib
import os
import re
import zlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import IO
from urllib.parse import quote, unquote, urlsplit

import msgspec

from fonds import __version__
from fonds.archive import files, manifest
from fonds.archive.events import Captured
from fonds.errors import IntegrityError, UnreadableError
from fonds.net import redact
from fonds.net.messages import Headers, Response, header

OPEN = ".open"
"""What a capture file's name ends in while it is written."""
ENDING = ".warc.gz"
SIZE = 1 << 30
"""Bytes from which on a new file is begun."""
MAX_RECORD = 1 << 30
"""Bytes that one record may have when it is read: what is larger is not ours."""

_SECRET = re.compile(
    r"(?:(?:proxy-)?authentication-info|x-[a-z-]*(?:xsrf|csrf|token|session|secret|api-?key)[a-z-]*)"
)
"""Names of headers besides ``redact.SECRET_HEADERS``: what any host may call a key of its own."""
_ADDRESSES = frozenset({"location", "content-location", "referer", "origin"})
_LEVEL = 6
_MAGIC = b"\x1f\x8b\x08\0\0\0\0\0"
"""How a member begins that this module wrote."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PIECE = 1 << 18
_BREAKS = re.compile(r"[\r\n\0]+")


class Capture(msgspec.Struct, frozen=True, gc=False):
    """A record as it is read again. ``kind`` is ``response``, ``request``, ``resource``, ``metadata`` or
    ``warcinfo``; ``url`` an address or ``urn:sha256:…`` of an imported file, whose name is ``name``.

    ``raw`` is the body as it came, ``body`` what that means (gzip undone). ``asset`` is the path of the
    file that holds the body of a picture, ``sha256`` that of ``raw``. ``end`` is the offset behind it.
    """

    ref: str
    kind: str
    url: str
    at: int = 0
    status: int = 0
    headers: Headers = ()
    raw: bytes = b""
    body: bytes = b""
    name: str = ""
    asset: str = ""
    sha256: str = ""
    truncated: bool = False
    end: int = 0

    def header(self, name: str) -> str:
        """The first value of an HTTP header, whatever its case; "" when it is not there."""
        return header(self.headers, name)


# ------------------------------------------------------------------------------------------- writing


class Writer:
    """Appends records to the capture files in ``folder`` (it must exist); the first begins when it is needed.

    ``number`` is that of the next file. ``closed`` are the files that were finished since it was last
    emptied.
    """

    def __init__(self, folder: Path, number: int, *, size: int = SIZE) -> None:
        self._folder = folder
        self._number = number
        self._size = size
        self._handle = -1
        self._file = ""
        self._end = 0
        self._records = 0
        self._digest = hashlib.sha256()
        self._dirty = False
        self._new = False
        self.closed: list[Captured] = []

    def response(self, response: Response, *, asset: str = "") -> str:
        """Keeps an answer with its request and the redirects before it, and returns its ref. With
        ``asset``, the path of the file that holds its body, only what is said about it. Raises
        DiskError."""
        at = response.fetched_at
        if asset:
            return self._append(self._file_for(at), _about(response, asset), at)
        for hop in response.hops:
            block = _answer(hop.status, hop.headers)
            head = [
                *_kind("response", hop.url),
                ("Content-Type", "application/http; msgtype=response"),
                *_redacted(hop.headers),
            ]
            if not _is_empty(hop.headers):
                head.append(("WARC-Truncated", "unspecified"))  # a redirect's body is nobody's text
            self._append(self._file_for(at), (head, block, b""), at)
        file = self._file_for(at)
        head = [
            *_kind("response", response.url),
            ("Content-Type", "application/http; msgtype=response"),
            *_redacted(response.headers),
        ]
        ref = self._append(
            file, (head, _answer(response.status, response.headers, len(response.raw)), response.raw), at
        )
        asked = response.request
        head = [
            *_kind("request", response.url),
            ("WARC-Concurrent-To", _record_id(ref)),
            ("Content-Type", "application/http; msgtype=request"),
            *_redacted(asked.headers),
        ]
        self._append(file, (head, _question(response), asked.body), at)
        return ref

    def resource(
        self, name: str, data: bytes, at: int, content_type: str = "application/octet-stream"
    ) -> str:
        """Keeps the bytes of an imported file, and returns the ref. Raises DiskError."""
        digest = hashlib.sha256(data).hexdigest()
        head = [
            *_kind("resource", f"urn:sha256:{digest}"),
            ("Content-Type", content_type),
            ("fonds-name", quote(name, safe="/ !()+,;=@")),
        ]
        return self._append(self._file_for(at), (head, b"", data), at)

    def _append(self, file: str, record: tuple[list[tuple[str, str]], bytes, bytes], at: int) -> str:
        ref = f"{file}#{self._end}"
        self._write(_member(ref, *record, at=at))
        self._records += 1
        return ref

    def _file_for(self, at: int) -> str:
        if self._file and self._end >= self._size:
            self.close()
        if not self._file:
            self._begin(at)
        return self._file

    def _begin(self, at: int) -> None:
        stamp = _moment(at).strftime("%Y%m%dT%H%M%SZ")
        name = f"{stamp}-{self._number:04d}.warc.gz"
        path = self._folder / f"{name}{OPEN}"
        try:
            self._handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | files._BINARY, 0o666)
        except OSError as error:
            files.fail(error, path)
        self._file, self._end, self._records, self._digest = name, 0, 0, hashlib.sha256()
        self._number += 1
        head = [
            ("WARC-Type", "warcinfo"),
            ("WARC-Filename", name),
            ("Content-Type", "application/warc-fields"),
        ]
        fields = f"software: fonds/{__version__}\r\nformat: WARC File Format 1.1\r\n".encode()
        self._write(_member(f"{name}#0", head, b"", fields, at=at))

    def _write(self, data: bytes) -> None:
        try:
            files._write_all(self._handle, data)
        except OSError as error:
            path = self._folder / f"{self._file}{OPEN}"
            # What was written of the record is taken back, so that the next one does not follow a half.
            self._cut()
            files.fail(error, path)
        self._end += len(data)
        self._digest.update(data)
        self._dirty = True

    def _cut(self) -> None:
        import contextlib

        with contextlib.suppress(OSError):  # else the next run does it
            os.ftruncate(self._handle, self._end)
            os.lseek(self._handle, self._end, os.SEEK_SET)

    def sync(self) -> None:
        """Returns when every record is on the disk. Raises DiskError."""
        if self._dirty and self._handle >= 0:
            try:
                os.fsync(self._handle)
            except OSError as error:
                files.fail(error, self._folder / f"{self._file}{OPEN}")
            if self._new:  # its name, too
                files.sync_folders([str(self._folder)])
            self._dirty = self._new = False

    def close(self) -> None:
        """Finishes the file in hand, if there is one: it gets its name. Raises DiskError."""
        if not self._file:
            return
        self.sync()
        path = self._folder / self._file
        try:
            os.close(self._handle)
            self._handle = -1
            Path(f"{path}{OPEN}").rename(path)
        except OSError as error:
            files.fail(error, path)
        files.sync_folders([str(self._folder)])
        self.closed.append(Captured(self._file, self._end, self._digest.hexdigest(), self._records))
        self._file = ""

    def abandon(self) -> None:
        """Lets go of the file as it is: the next run saves its whole records."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1


def _member(ref: str, head: list[tuple[str, str]], opening: bytes, payload: bytes, *, at: int) -> bytes:
    """One record, compressed. Its block is ``opening`` (an HTTP head, or nothing) and ``payload``."""
    digest = hashlib.sha256(opening + payload).hexdigest() if opening else hashlib.sha256(payload).hexdigest()
    kind, *rest = head
    wanted = [
        kind,
        ("WARC-Record-ID", _record_id(ref)),
        ("WARC-Date", _moment(at).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"),
        *rest,
        ("WARC-Block-Digest", f"sha256:{digest}"),
    ]
    if opening:
        wanted.append(("WARC-Payload-Digest", f"sha256:{hashlib.sha256(payload).hexdigest()}"))
    wanted.append(("Content-Length", str(len(opening) + len(payload))))
    lines = "".join(f"{name}: {_line(value)}\r\n" for name, value in wanted)
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, 31)  # 31: gzip, without a time in its head
    return b"".join((
        packer.compress(f"WARC/1.1\r\n{lines}\r\n".encode("utf-8", "replace")),
        packer.compress(opening),
        packer.compress(payload),
        packer.compress(b"\r\n\r\n"),
        packer.flush(),
    ))  # fmt: skip


def _kind(kind: str, url: str) -> list[tuple[str, str]]:
    return [("WARC-Type", kind), ("WARC-Target-URI", redact.url(url))]


def _record_id(ref: str) -> str:
    """A UUID of version 8 (RFC 9562: one's own) of where the record stands; every file has its name once."""
    digest = hashlib.sha256(ref.encode()).hexdigest()
    return f"<urn:uuid:{digest[:8]}-{digest[8:12]}-8{digest[13:16]}-{'89ab'[int(digest[16], 16) % 4]}{digest[17:20]}-{digest[20:32]}>"


def _moment(at: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=at)


def _line(value: str) -> str:
    return _BREAKS.sub(" ", value).strip()


def is_secret(name: str) -> bool:
    """Whether a header may hold what lets somebody in."""
    name = name.strip().lower()
    return name in redact.SECRET_HEADERS or _SECRET.fullmatch(name) is not None


def _redacted(headers: Headers) -> list[tuple[str, str]]:
    names = dict.fromkeys(name.strip().lower() for name, _ in headers if is_secret(name))
    return [("fonds-redacted", ", ".join(names))] if names else []


def _open(headers: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The headers without secrets, in their names or in the addresses that they hold."""
    for name, value in headers:
        if not is_secret(name):
            yield name, redact.url(value) if name.strip().lower() in _ADDRESSES else value


def _http(first: str, headers: Sequence[tuple[str, str]]) -> bytes:
    lines = (first, *(f"{_line(name)}: {_line(value)}" for name, value in _open(headers)))
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")


def _answer(status: int, headers: Headers, length: int | None = None) -> bytes:
    """The head of an answer. The body is kept without its chunks, so the header that says otherwise gets
    another name, and the length is told."""
    kept: list[tuple[str, str]] = []
    told = False
    for name, value in headers:
        low = name.strip().lower()
        if low == "transfer-encoding" or (
            low == "content-length" and length is not None and value.strip() != str(length)
        ):
            kept.append((f"X-Archive-Orig-{name.strip()}", value))
        else:
            told = told or low == "content-length"
            kept.append((name, value))
    if length is not None and not told:
        kept.append(("Content-Length", str(length)))
    return _http(f"HTTP/1.1 {status} {_phrase(status)}", kept)


def _is_empty(headers: Headers) -> bool:
    return any(name.lower() == "content-length" and value.strip() == "0" for name, value in headers)


def _question(response: Response) -> bytes:
    asked = response.request
    parts = urlsplit(redact.url(asked.url))
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = asked.headers
    if not any(name.lower() == "host" for name, _ in headers):
        headers = (("Host", parts.netloc.rpartition("@")[2]), *headers)
    return _http(f"{_line(asked.method)} {_line(target)} HTTP/1.1", headers)


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"


def _about(response: Response, asset: str) -> tuple[list[tuple[str, str]], bytes, bytes]:
    """The record of a picture: where its bytes stand, and what Medium said with them."""
    fields = [
        ("asset", quote(asset)),
        ("payload-digest", f"sha256:{hashlib.sha256(response.body).hexdigest()}"),
        ("payload-length", str(len(response.body))),
        ("status", str(response.status)),
        *(("hop", f"{hop.status} {redact.url(hop.url)}") for hop in response.hops),
        *((f"http-{name}", value) for name, value in _open(response.headers)),
    ]
    body = "".join(f"{_line(name)}: {_line(value)}\r\n" for name, value in fields)
    head = [
        *_kind("metadata", response.url),
        ("Content-Type", "application/warc-fields"),
        *_redacted(response.headers),
    ]
    return head, b"", body.encode("utf-8", "replace")


# ------------------------------------------------------------------------------------------- reading


def read(folder: Path, ref: str) -> Capture:
    """The record that ``ref`` (``file#offset``) names, in the files of ``folder``, the one that is being
    written too. Raises UnreadableError when there is none, IntegrityError when it is damaged."""
    name, _, offset = ref.rpartition("#")
    if not name or "/" in name or "\\" in name or not offset.isdecimal():
        raise UnreadableError("is no place in a capture", origin=ref)
    path = folder / name
    if not path.exists():
        path = folder / f"{name}{OPEN}"
    found = next(records(path, int(offset)), None)
    if found is None:
        raise IntegrityError("ends before the record", origin=str(path), where=f"byte {offset}")
    return found


def records(path: Path, offset: int = 0) -> Iterator[Capture]:
    """The records of a capture file from ``offset`` on. Raises IntegrityError at what is damaged or cut
    off, naming the byte; UnreadableError when the file cannot be read."""
    name = path.name.removesuffix(OPEN)
    for begin, end, data in members(path, offset):
        yield parse(data, f"{name}#{begin}", end, str(path))


def members(path: Path, offset: int = 0) -> Iterator[tuple[int, int, bytes]]:
    """The gzip members of a file from ``offset`` on: (begin, end, what it holds). Raises as ``records``."""
    try:
        with path.open("rb") as handle:
            handle.seek(offset)
            rest = b""
            while rest or (rest := handle.read(_PIECE)):
                data, size, rest = _inflate(handle, rest, str(path), offset)
                yield offset, offset + size, data
                offset += size
    except OSError as error:
        raise UnreadableError(
            f"cannot be read: {(error.strerror or str(error)).lower()}", origin=str(path)
        ) from None


def _inflate(handle: IO[bytes], piece: bytes, origin: str, begin: int) -> tuple[bytes, int, bytes]:
    """(what a member holds, its size on the disk, what was read behind it)"""
    unpacker = zlib.decompressobj(31)
    parts: list[bytes] = []
    size = held = 0
    while True:
        size += len(piece)
        try:
            while piece:
                part = unpacker.decompress(piece, _PIECE)
                parts.append(part)
                held += len(part)
                piece = unpacker.unconsumed_tail
                if held > MAX_RECORD:
                    raise IntegrityError(
                        "holds a record that is too large", origin=origin, where=f"byte {begin}"
                    )
        except zlib.error as error:
            raise IntegrityError(
                f"is damaged: {error}", origin=origin, where=f"record at byte {begin}"
            ) from None
        if unpacker.eof:
            return b"".join(parts), size - len(unpacker.unused_data), unpacker.unused_data
        piece = handle.read(_PIECE)
        if not piece:
            raise IntegrityError(
                "ends in the middle of a record", origin=origin, where=f"record at byte {begin}"
            )


def parse(data: bytes, ref: str, end: int, origin: str) -> Capture:
    """A record as ``Writer`` wrote it, its digests checked. Raises IntegrityError."""
    where = f"record at byte {ref.rpartition('#')[2]}"
    first, head, block = _split(data)
    fields = {name.lower(): value for name, value in head}
    if (
        not first.startswith("WARC/1.")
        or not block.endswith(b"\r\n\r\n")
        or fields.get("content-length") != str(len(block) - 4)
    ):
        raise IntegrityError("is no WARC record", origin=origin, where=where)
    block = block[:-4]
    digest = hashlib.sha256(block).hexdigest()
    if fields.get("warc-block-digest") != f"sha256:{digest}":
        raise IntegrityError("holds other bytes than its digest says", origin=origin, where=where)
    kind, url = fields.get("warc-type", ""), fields.get("warc-target-uri", "")
    at = _milliseconds(fields.get("warc-date", ""))
    if kind in ("response", "request"):
        first, headers, raw = _split(block, "latin-1")
        code = first.split(" ")[1:2]
        status = int(code[0]) if kind == "response" and code and code[0].isdecimal() else 0
        found = Capture(
            ref,
            kind,
            url,
            at,
            status,
            headers,
            raw,
            _decoded(headers, raw),
            sha256=hashlib.sha256(raw).hexdigest(),
            truncated="warc-truncated" in fields,
            end=end,
        )
    elif kind == "metadata" and fields.get("content-type") == "application/warc-fields":
        _, about, _ = _split(b"\r\n" + block + b"\r\n")
        said = dict(about)
        headers = tuple(
            (name.removeprefix("http-"), value) for name, value in about if name.startswith("http-")
        )
        told = said.get("status", "")
        found = Capture(
            ref,
            kind,
            url,
            at,
            int(told) if told.isdecimal() else 0,
            headers,
            asset=unquote(said.get("asset", "")),
            sha256=said.get("payload-digest", "").removeprefix("sha256:"),
            end=end,
        )
    else:
        found = Capture(
            ref,
            kind,
            url,
            at,
            raw=block,
            body=block,
            name=unquote(fields.get("fonds-name", "")),
            sha256=digest,
            end=end,
        )
    return found


def _split(data: bytes, encoding: str = "utf-8") -> tuple[str, Headers, bytes]:
    """(first line, header lines, what follows the empty line)"""
    head, _, rest = data.partition(b"\r\n\r\n")
    first, *lines = head.decode(encoding, "replace").split("\r\n")
    pairs = (line.partition(":") for line in lines)
    return first, tuple((name, value.strip()) for name, _, value in pairs), rest


def _milliseconds(text: str) -> int:
    try:
        return round((datetime.fromisoformat(text) - _EPOCH) / timedelta(milliseconds=1))
    except (ValueError, TypeError):
        return 0


def _decoded(headers: Headers, raw: bytes) -> bytes:
    """What a body means; one that says gzip and is none stays as it came."""
    if not any(
        name.lower() == "content-encoding" and value.strip().lower() in ("gzip", "x-gzip")
        for name, value in headers
    ):
        return raw
    unpacker = zlib.decompressobj(31)
    try:
        body = unpacker.decompress(raw, MAX_RECORD)
    except zlib.error:
        return raw
    return body if unpacker.eof else raw


# ------------------------------------------------------------------------------------------- saving


def number(file: str) -> int:
    """The number in the name of a capture file, 0 when it has none."""
    found = re.fullmatch(r"[0-9TZ]+-(\d{1,9})\.warc\.gz(?:\.open)?", file)
    return int(found[1]) if found else 0


def salvage(path: Path) -> Captured | None:
    """Finishes a file that a run left: its whole records stay, what was torn behind them is cut off, and
    it gets its name. None, and no file, when it holds no record. Raises DiskError.

    Damage between whole records stays where it is: their places are known by their offsets.
    """
    final = path.with_name(path.name.removesuffix(OPEN))
    end = count = 0
    try:
        for member in whole(path):
            end = member[1]
            count += 1
        if count < 2:  # the first only says what the file is
            path.unlink()
            return None
        handle = os.open(path, os.O_RDWR | files._BINARY)
        try:
            if os.fstat(handle).st_size > end:
                os.ftruncate(handle, end)
            os.fsync(handle)
        finally:
            os.close(handle)
        path.rename(final)
        files.sync_folders([str(path.parent)])
        digest, size = manifest.digest(final)
    except OSError as error:
        files.fail(error, path)
    return Captured(final.name, size, digest, count - 1)


def whole(path: Path) -> Iterator[tuple[int, int, bytes]]:
    """The members that are whole, as ``members`` gives them; damage between them is passed over."""
    offset, size = 0, path.stat().st_size
    while offset < size:
        try:
            for begin, end, data in members(path, offset):
                yield begin, end, data
                offset = end
        except IntegrityError:
            offset = _next(path, offset + 1)
        except UnreadableError as error:
            raise OSError(error.reason) from error


def _next(path: Path, offset: int) -> int:
    """Where the next gzip member may begin; the file's end when nowhere."""
    with path.open("rb") as handle:
        handle.seek(offset)
        before = b""
        while piece := handle.read(_PIECE):
            found = (before + piece).find(_MAGIC)
            if found >= 0:
                return offset - len(before) + found
            offset += len(piece)
            before = piece[-(len(_MAGIC) - 1) :]
    return offset
