"""Posts between the two halves of a conversion: in memory while they are few, on disk when many."""

from __future__ import annotations

import contextlib
import io
from types import TracebackType
from typing import IO, Self

import msgspec

from fonds.archive import files
from fonds.model import Post

MEMORY = 8 << 20
"""Bytes kept in memory before the spool moves to a temporary file."""

_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(Post)


def encode(post: Post) -> bytes:
    return _ENCODER.encode(post)


def decode(data: bytes) -> Post:
    return _DECODER.decode(data)


class Spool:
    """Encoded posts, appended once and read at their offsets. Gone when closed."""

    def __init__(self) -> None:
        self._file: IO[bytes] = io.BytesIO()
        self._where = ""
        self._end = 0

    def append(self, data: bytes) -> int:
        """Adds ``data`` and returns its offset. Raises DiskError when the temporary folder is full."""
        offset = self._end
        try:
            if not self._where and offset + len(data) > MEMORY:
                self._move()
            self._file.seek(offset)
            self._file.write(data)
        except OSError as error:
            files.fail(error, self._where)
        self._end += len(data)
        return offset

    def read(self, offset: int, size: int) -> bytes:
        try:
            self._file.seek(offset)
            return self._file.read(size)
        except OSError as error:
            files.fail(error, self._where)

    def _move(self) -> None:
        # Imported here: few runs are so long.
        import tempfile

        self._where = tempfile.gettempdir()
        kept = self._file
        self._file = tempfile.TemporaryFile(prefix="fonds-")  # noqa: SIM115  closed with the spool
        kept.seek(0)
        while piece := kept.read(1 << 20):
            self._file.write(piece)
        kept.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        # A full disk is told where it matters (append); the last buffered bytes are not needed any more.
        with contextlib.suppress(OSError):
            self._file.close()
