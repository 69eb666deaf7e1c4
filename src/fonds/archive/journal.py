"""The journal: every event of an archive, a line of JSON each, in a chain that shows any change.

    {"n":12,"at":1480176000000,"do":"known",…,"sum":"<64 hex digits>"}

``sum`` is SHA-256 over the ``sum`` of the line before (64 zeros for the first) and the bytes of this line
before ``,"sum"``. So no line can be changed, taken out or put in without all after it showing it, and the
last ``sum`` stands for everything that ever happened. ``n`` orders the events; ``at`` only informs, for
clocks are set back. Appending and syncing lines is what makes a run's work count.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from fonds.archive import files
from fonds.archive.events import Event
from fonds.errors import IntegrityError, UnreadableError

START = "0" * 64
"""What stands for the sum of the line before the first."""

_TAIL_SIZE = len(',"sum":""}\n') + 64
_PIECE = 1 << 16
_event: msgspec.json.Decoder[Event] = msgspec.json.Decoder(Event)


class _Head(msgspec.Struct, frozen=True, gc=False):
    n: int
    at: int


_head = msgspec.json.Decoder(_Head)
_encoder = msgspec.json.Encoder()


class Line(msgspec.Struct, frozen=True, gc=False):
    """One line that was read. ``end`` is the offset behind it, ``raw`` what stands there."""

    n: int
    at: int
    event: Event
    sum: str
    end: int
    raw: bytes


class Place(msgspec.Struct, frozen=True, gc=False):
    """A place between two lines: how many lines and bytes are before it, and the sum of the last one."""

    n: int = 0
    end: int = 0
    sum: str = START


def line(event: Event, n: int, at: int, before: str) -> tuple[bytes, str]:
    """The line for an event, and its sum."""
    body = b'{"n":%d,"at":%d,%s' % (n, at, _encoder.encode(event)[1:-1])
    digest = hashlib.sha256(before.encode("latin-1") + body).hexdigest()
    return b'%s,"sum":"%s"}\n' % (body, digest.encode("ascii")), digest


def parse(raw: bytes, place: Place, origin: str) -> Line:
    """The line ``raw`` (with its line end) that follows ``place``. Raises IntegrityError when it is not
    what was written there, UnreadableError when a newer fonds wrote it."""
    where = f"line {place.n + 1}"
    if raw[-_TAIL_SIZE:-67] != b',"sum":"' or raw[-3:] != b'"}\n':
        raise IntegrityError("is no line of a journal", origin=origin, where=where)
    body = raw[:-_TAIL_SIZE]
    digest = hashlib.sha256(place.sum.encode("latin-1") + body).hexdigest()
    if digest.encode("ascii") != raw[-67:-3]:
        raise IntegrityError("was changed, or lines before it were", origin=origin, where=where)
    text = body + b"}"
    try:
        head = _head.decode(text)
        if head.n != place.n + 1:
            raise IntegrityError(f"has the number {head.n}", origin=origin, where=where)
        return Line(head.n, head.at, _event.decode(text), digest, place.end + len(raw), raw)
    except msgspec.DecodeError as error:
        # The sum is right, so it stands as it was written.
        raise UnreadableError(
            f"holds an event that this fonds does not know: {error}",
            origin=origin,
            where=where,
            remedy="Install the newest fonds.",
        ) from None


def event(raw: bytes) -> Event:
    """The event of a line that is proven already."""
    return _event.decode(raw)


def read(path: Path, start: Place = Place(), end: int | None = None) -> Iterator[Line]:  # noqa: B008  frozen
    """The lines behind ``start`` (up to the offset ``end``), each proven by its sum.

    What stands behind the last line end never happened: a run was cut off while it wrote it. Raises as
    ``parse``, and UnreadableError when there is no journal.
    """
    place = start
    try:
        with path.open("rb") as handle:
            handle.seek(start.end)
            while end is None or place.end < end:
                raw = handle.readline()
                if not raw.endswith(b"\n"):
                    return
                found = parse(raw, place, str(path))
                yield found
                place = Place(found.n, found.end, found.sum)
    except OSError as error:
        raise UnreadableError(
            f"the journal cannot be read: {(error.strerror or str(error)).lower()}", origin=str(path)
        ) from None


class Journal:
    """The journal at ``path``, open for reading its end and, with ``write``, for appending.

    ``place`` is its end; ``torn`` bytes behind it never happened, and with ``write`` are cut off.
    Raises IntegrityError when the last line is damaged, DiskError.
    """

    def __init__(self, path: Path, *, write: bool = False) -> None:
        self.path = path
        self._handle = -1
        self.last: Line | None = None
        try:
            flags = os.O_RDWR | os.O_CREAT if write else os.O_RDONLY
            self._handle = os.open(path, flags | files._BINARY, 0o666)
            size = os.fstat(self._handle).st_size
            self.place, self.torn = self._end(size)
            if write and self.torn:
                os.ftruncate(self._handle, self.place.end)
                os.fsync(self._handle)
        except OSError as error:
            self.close()
            files.fail(error, path)
        except BaseException:
            self.close()
            raise

    def _end(self, size: int) -> tuple[Place, int]:
        """(the end of the last whole line, the bytes behind it)"""
        end = self._line_end(size)
        if end == 0:
            return Place(), size
        begin = self._line_end(end - 1)
        raw = self._read(begin, end)
        before = Place(0, begin, self._read(begin - 67, begin - 3).decode("latin-1")) if begin else Place()
        try:
            number = _head.decode(raw).n - 1
        except msgspec.DecodeError:
            number = 0
        self.last = parse(raw, Place(number, begin, before.sum), str(self.path))
        return Place(self.last.n, end, self.last.sum), size - end

    def _line_end(self, before: int) -> int:
        """The offset behind the last line end in the first ``before`` bytes; 0 when there is none."""
        while before > 0:
            begin = max(before - _PIECE, 0)
            found = self._read(begin, before).rfind(b"\n")
            if found >= 0:
                return begin + found + 1
            before = begin
        return 0

    def _read(self, begin: int, end: int) -> bytes:
        os.lseek(self._handle, begin, os.SEEK_SET)
        pieces: list[bytes] = []
        while begin < end and (piece := os.read(self._handle, end - begin)):
            pieces.append(piece)
            begin += len(piece)
        return b"".join(pieces)

    def append(self, found: Sequence[tuple[Event, int]]) -> list[Line]:
        """Appends events with their times, and returns when they are on the disk. Raises DiskError: then
        none was appended."""
        lines: list[Line] = []
        raws: list[bytes] = []
        place = self.place
        for event, at in found:
            raw, digest = line(event, place.n + 1, at, place.sum)
            place = Place(place.n + 1, place.end + len(raw), digest)
            lines.append(Line(place.n, at, event, digest, place.end, raw))
            raws.append(raw)
        try:
            os.lseek(self._handle, self.place.end, os.SEEK_SET)
            files._write_all(self._handle, b"".join(raws))
            os.fsync(self._handle)
        except OSError as error:
            with contextlib.suppress(OSError):  # else the next run cuts it off
                os.ftruncate(self._handle, self.place.end)
            files.fail(error, self.path)
        self.place = place
        if lines:
            self.last = lines[-1]
        return lines

    def holds(self, place: Place) -> bool:
        """Whether ``place`` is one of this journal's: what was read up to there still stands here."""
        if place.end == 0:
            return True
        if place.end > self.place.end:
            return False
        try:
            return self._read(place.end - _TAIL_SIZE, place.end).endswith(
                f'"{place.sum}"}}\n'.encode("latin-1")
            )
        except OSError as error:
            files.fail(error, self.path)

    def close(self) -> None:
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1
