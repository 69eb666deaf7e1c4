"""WARC files of any tool (ISO 28500, 1.0 and 1.1), read as a stream: what a host answered, and files kept as such.

Plain or gzip, a member for each record or one for all. Memory holds one record, and of records that are too
large or of no use nothing. Unlike most readers this one says when a file ends too early: a block shorter than
its header says, a gzip member without its end. What is damaged is passed over up to the next record, and told.
"""

from __future__ import annotations

import contextlib
import re
import zlib
from collections.abc import Callable, Iterator
from typing import IO, TypeAlias
from urllib.parse import unquote

import msgspec

from fonds.archive.summary import Failure
from fonds.sources.times import milliseconds

GZIP = b"\x1f\x8b\x08"
_BEGIN = re.compile(rb"WARC/[01]\.\d+\r?\n")
_NEXT = re.compile(rb"(?:^|\n)(?=WARC/[01]\.\d+\r?\n)")
_PIECE = 1 << 18
_FIRST = 1 << 13
_NEAR = 1 << 10
"""Bytes read at first: behind damage many places are tried that are no beginning."""
_TRIES = 10_000
"""So many in a row; then the rest of the file is given up."""
_MAX_HEAD = 1 << 16
"""Bytes of a record's header, and of an answer's."""
_MAX_LINE = 1 << 15
# What never is a post; everything else is looked at, as servers and tools call things what they like.
_USELESS = re.compile(
    r"(?:image|video|audio|font)/|application/(?:font|pdf|octet-stream|wasm|zip)|text/(?:css|javascript)|application/(?:x-)?javascript"
)


class Record(msgspec.Struct, frozen=True, gc=False):
    """An answer with status 200 (``url`` is where from), or a file (``url`` as the tool calls it, ``name``
    if it was one that fonds kept). ``at`` is when it was captured, UTC milliseconds; ``data`` the body,
    decoded."""

    url: str
    at: int
    type: str
    data: bytes
    name: str = ""


class Passed(msgspec.Struct, frozen=True, gc=False):
    """A record that holds no text: ``kind`` is what it is instead."""

    kind: str


Found: TypeAlias = Record | Passed | Failure


class _DamagedError(Exception):
    """``reason`` says what is wrong with the bytes."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class _EndedError(_DamagedError):
    """The file is at its end, too early."""


def is_warc(head: bytes) -> bool:
    """Whether bytes are the beginning of a WARC file, compressed or not."""
    if head.startswith(GZIP):
        with contextlib.suppress(zlib.error):
            head = zlib.decompressobj(31).decompress(head, 64)
    return _BEGIN.match(head) is not None


def has_name(name: str) -> bool:
    """Whether a file is called like a WARC file."""
    return name.lower().endswith((".warc", ".warc.gz", ".warc.gz.open"))


def read(
    handle: IO[bytes], origin: str, limit: int, stop: Callable[[], bool] = lambda: False
) -> Iterator[Found]:
    """The records of a file (which can seek) that may hold a post, in order; ``limit`` is the most bytes that
    one may have. Raises OSError."""
    offset: int | None = 0
    told = False
    tries = 0
    while offset is not None and tries < _TRIES and not stop():
        stream = _Stream(handle, offset)
        good = False
        try:
            while not stop():
                found = _record(stream, origin, limit)
                if found is None:
                    return
                good, tries = True, 0
                yield found
        except _DamagedError as error:
            # Behind damage every try may fail again: that is one fault, not one for each byte.
            if good or not told:
                ended = isinstance(error, _EndedError)
                remedy = (
                    "What is before it was read." if ended else "What can be read before and behind it was."
                )
                yield Failure(error.reason, origin, f"byte {stream.place}", remedy)
                told = True
            if isinstance(error, _EndedError):
                return
            tries += 1
            offset = _resume(handle, max(stream.place, offset) + 1)


def _resume(handle: IO[bytes], offset: int) -> int | None:
    """Where the next record may begin, from ``offset`` on."""
    handle.seek(offset)
    before = b""
    size = _NEAR
    while piece := handle.read(size):
        size = min(size * 4, _PIECE)
        data = before + piece
        places = [data.find(GZIP), found.start() if (found := _NEXT.search(data)) else -1]
        first = min((place for place in places if place >= 0), default=-1)
        if first >= 0:
            return offset - len(before) + first
        offset += len(piece)
        before = data[-16:]
    return None


class _Stream:
    """The bytes of a file from ``offset`` on, decompressed where they are gzip. ``place`` is where in the
    file the record in hand begins (with one member for all: how much was read)."""

    def __init__(self, handle: IO[bytes], offset: int) -> None:
        self._handle = handle
        handle.seek(offset)
        self._raw = handle.read(_FIRST)
        self._read_to = offset + len(self._raw)
        self._gzip = self._raw.startswith(GZIP)
        self._unpacker = zlib.decompressobj(31) if self._gzip else None
        self._fed = False
        self._buffer = bytearray()
        self.place = offset

    def begin(self) -> None:
        """Tells that a record begins here."""
        if not self._gzip:
            self.place = self._read_to - len(self._raw) - len(self._buffer)
        elif not self._buffer:
            self.place = self._read_to - len(self._raw)

    def _fill(self) -> bool:
        """More bytes in the buffer; False at the end. Raises _DamagedError."""
        while True:
            if not self._raw:
                self._raw = self._handle.read(_PIECE)
                self._read_to += len(self._raw)
            if not self._raw:
                if self._gzip and self._fed:
                    raise _EndedError("ends in the middle: the gzip data has no end")
                return False
            if self._unpacker is None:
                self._buffer += self._raw
                self._raw = b""
                return True
            if not self._fed and not self._raw.strip(b"\0"):
                self._raw = b""  # what tapes and some tools fill a file up with
                continue
            try:
                part = self._unpacker.decompress(self._raw, _PIECE)
            except zlib.error as error:
                raise _DamagedError(f"is damaged: {error}") from None
            self._fed = True
            self._raw = self._unpacker.unconsumed_tail
            if self._unpacker.eof:
                self._raw = self._unpacker.unused_data
                self._unpacker = zlib.decompressobj(31)
                self._fed = False
            if part:
                self._buffer += part
                return True

    def line(self) -> bytes:
        """A line with its end; b"" at the end of the file."""
        searched = 0
        while (end := self._buffer.find(b"\n", searched)) < 0:
            searched = len(self._buffer)
            if searched > _MAX_LINE:
                raise _DamagedError("is no WARC: a line of a header does not end")
            if not self._fill():
                end = len(self._buffer) - 1
                break
        line = bytes(self._buffer[: end + 1])
        del self._buffer[: end + 1]
        return line

    def take(self, size: int, *, keep: bool) -> bytes:
        """The next ``size`` bytes (b"" when they are not kept). Raises _EndedError when there are fewer."""
        parts: list[bytes] = []
        while size > 0:
            if not self._buffer and not self._fill():
                raise _EndedError(f"ends in the middle of a record: {size} bytes are missing")
            part = bytes(self._buffer[:size])
            del self._buffer[: len(part)]
            size -= len(part)
            if keep:
                parts.append(part)
        return b"".join(parts)


def _record(stream: _Stream, origin: str, limit: int) -> Found | None:
    """The next record; None at the end of the file. Raises _DamagedError."""
    stream.begin()
    line = stream.line()
    while line in (b"\r\n", b"\n"):
        stream.begin()
        line = stream.line()
    if not line:
        return None
    if not _BEGIN.fullmatch(line):
        if not line.endswith(b"\n"):
            raise _EndedError("ends with what is no record")
        raise _DamagedError("is no WARC record")
    head = _fields(stream)
    length = head.get("content-length", "")
    if not length.isdecimal() or len(length) > 15:
        raise _DamagedError("a record does not say how long it is")
    kind, size = head.get("warc-type", ""), int(length)
    url = head.get("warc-target-uri", "").strip("<>")
    wanted = kind in ("response", "resource", "conversion") and not _is_useless(head.get("content-type", ""))
    if not wanted or size > limit:
        stream.take(size, keep=False)
        if wanted:
            return Failure(f"is larger than {limit >> 20} MiB", f"{origin}!{url}", remedy="Raise --max-size.")
        return Passed(
            "record of another kind" if kind not in ("response", "resource") else "picture or program"
        )
    block = stream.take(size, keep=True)
    at = milliseconds(head.get("warc-date", ""))
    if "warc-truncated" in head:
        return Passed("answer that its tool cut off")
    if kind != "response":
        name = unquote(head.get("fonds-name", ""))
        return Record(url, at, head.get("content-type", ""), block, name)
    if not head.get("content-type", "").startswith("application/http"):
        return Passed("answer of another protocol")
    return _answer(url, at, block, f"{origin}!{url}", limit)


def _fields(stream: _Stream) -> dict[str, str]:
    """Header lines up to the empty one; of two with one name the first."""
    fields: dict[str, str] = {}
    size, last = 0, ""
    while True:
        line = stream.line()
        size += len(line)
        if not line.endswith(b"\n"):
            raise _EndedError("ends in the middle of a record's header")
        if size > _MAX_HEAD:
            raise _DamagedError("a record's header does not end")
        text = line.decode("utf-8", "replace").rstrip("\r\n")
        if not text:
            return fields
        if text[0] in " \t" and last:  # folded, as WARC 1.0 allows
            fields[last] += " " + text.strip()
            continue
        name, colon, value = text.partition(":")
        if not colon:
            raise _DamagedError("a line of a record's header is none")
        last = name.strip().lower()
        fields.setdefault(last, value.strip())


def _is_useless(content_type: str) -> bool:
    return _USELESS.match(content_type.lower()) is not None


def _answer(url: str, at: int, block: bytes, origin: str, limit: int) -> Found:
    """The body of an HTTP answer."""
    head, separator, body = block.partition(b"\r\n\r\n")
    if not separator:
        head, _, body = block.partition(b"\n\n")
    first, *lines = head[:_MAX_HEAD].decode("latin-1").splitlines() or [""]
    status = first.split(" ")[1:2]
    fields: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(":")
        fields.setdefault(name.strip().lower(), value.strip())
    if status != ["200"]:
        return Passed("answer that is no page" if status else "answer without a head")
    if _is_useless(fields.get("content-type", "")):
        return Passed("picture or program")
    if "chunked" in fields.get("transfer-encoding", "").lower():
        whole = _unchunked(body)
        if whole is None:
            return Failure("is cut off: its last chunk is missing", origin)
        body = whole
    decoded = _decoded(body, fields.get("content-encoding", "").lower(), limit)
    if isinstance(decoded, str):
        return Failure(decoded, origin)
    return Record(url, at, fields.get("content-type", ""), decoded)


_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,8})[^\r\n]{0,200}\r?\n")


def _unchunked(body: bytes) -> bytes | None:
    """``body`` without its chunks' borders, None when it ends before the last; as it is where it has none:
    many tools take them out and leave the header."""
    parts: list[bytes] = []
    place = 0
    while found := _CHUNK.match(body, place):
        size = int(found[1], 16)
        if size == 0:
            return b"".join(parts)
        place = found.end() + size
        parts.append(body[found.end() : place])
        place += 2 if body[place : place + 2] == b"\r\n" else 1 if body[place : place + 1] == b"\n" else 0
    return None if parts else body


def _decoded(body: bytes, coding: str, limit: int) -> bytes | str:
    """``body`` without its content coding, or what is wrong with it. One that is not coded as its header
    says stays as it is: many tools decode and leave the header."""
    for name in reversed([part.strip() for part in coding.split(",")]):
        if name in ("gzip", "x-gzip", "deflate"):
            if name.endswith("gzip") and not body.startswith(GZIP):
                continue
            unpacked = _inflated(body, 47 if name != "deflate" or body[:1] == b"\x78" else -15, limit)
            if unpacked is None and name == "deflate":
                continue
            if unpacked is None:
                return "is cut off or damaged: its gzip data has no end"
            body = unpacked
        elif name in ("br", "zstd") and body.lstrip()[:1] not in (b"<", b"{", b"[", b"]"):
            return f"is compressed in a way that is not read ({name})"
    return body


def _inflated(body: bytes, bits: int, limit: int) -> bytes | None:
    unpacker = zlib.decompressobj(bits)
    try:
        data = unpacker.decompress(body, limit + 1)
    except zlib.error:
        return None
    return data if unpacker.eof and len(data) <= limit else None
