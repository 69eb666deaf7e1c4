"""Captures: what Medium answered and what was imported, as it came, in WARC 1.1 files that only grow.

Each record is a gzip member of its own, so that a file that was cut off keeps all records before the cut,
and one record can be read by its offset. A file is written as ``….warc.gz.open`` and gets its name when
it is closed. Records carry SHA-256 digests of block and payload; ids come from what a record holds and
where it stands, so the same run gives the same bytes. Cookies and other credentials are left out of
requests and answers; ``fonds-redacted`` names the headers that had any.

A picture's bytes stand in assets/: its record is ``metadata`` that names the file. Here they are read, and what a run
left unfinished is saved; ``capture_writer`` writes.
"""

from __future__ import annotations

import hashlib
import os
import re
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO
from urllib.parse import unquote

import msgspec

from fonds.archive import files, manifest
from fonds.archive.events import Captured
from fonds.errors import IntegrityError, UnreadableError
from fonds.net.messages import Headers, header

OPEN = ".open"
"""What a capture file's name ends in while it is written."""
ENDING = ".warc.gz"
MAX_RECORD = 1 << 30
"""Bytes that one record may have when it is read: what is larger is not ours."""

_MAGIC = b"\x1f\x8b\x08\0\0\0\0\0"
"""How a member begins that this module wrote."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PIECE = 1 << 18


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
        return round((datetime.fromisoformat(text) - EPOCH) / timedelta(milliseconds=1))
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
