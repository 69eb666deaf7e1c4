"""Writes captures (``captures`` says what they are, and reads them)."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import zlib
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from urllib.parse import quote, urlsplit

from fonds import __version__
from fonds.archive import files
from fonds.archive.captures import EPOCH, OPEN
from fonds.archive.events import Captured
from fonds.net import redact
from fonds.net.messages import Headers, Response

SIZE = 1 << 30
"""Bytes from which on a new file is begun."""

_SECRET = re.compile(
    r"(?:(?:proxy-)?authentication-info|x-[a-z-]*(?:xsrf|csrf|token|session|secret|api-?key)[a-z-]*)"
)
"""Names of headers besides ``redact.SECRET_HEADERS``: what any host may call a key of its own."""
_ADDRESSES = frozenset({"location", "content-location", "referer", "origin"})
_LEVEL = 6
_BREAKS = re.compile(r"[\r\n\0]+")


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
    return EPOCH + timedelta(milliseconds=at)


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
