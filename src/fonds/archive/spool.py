"""Posts between the two halves of a conversion: in memory while they are few, on disk when many."""

from __future__ import annotations

import contextlib
import functools
import io
from types import TracebackType
from typing import IO, Self

import msgspec

from fonds.archive import files
from fonds.model import Post

OBJECTS = 4 << 20
"""Bytes of input whose posts are kept as they are: small runs need no encoding at all."""
MEMORY = 8 << 20
"""Bytes of encoded posts kept in memory before the spool moves to a temporary file."""


@functools.cache
def _decoder() -> msgspec.msgpack.Decoder[Post]:
    return msgspec.msgpack.Decoder(Post)


def encode(post: Post) -> bytes:
    return msgspec.msgpack.encode(post)


def decode(data: Post | bytes) -> Post:
    """The post of what ``Spool.raw`` gives."""
    return data if isinstance(data, Post) else _decoder().decode(data)


class Spool:
    """Posts, put in once and taken by their numbers. Gone when closed."""

    def __init__(self) -> None:
        self._places: list[Post | tuple[int, int]] = []
        self._objects = 0
        self._file: IO[bytes] = io.BytesIO()
        self._where = ""
        self._end = 0

    def put(self, post: Post | bytes, size: int) -> int:
        """Adds a post (or one that ``encode`` has made) read from ``size`` bytes, and returns its number.

        Raises DiskError when the temporary folder is full.
        """
        if isinstance(post, Post) and self._objects + size <= OBJECTS:
            self._objects += size
            self._places.append(post)
        else:
            data = encode(post) if isinstance(post, Post) else post
            self._places.append((self._append(data), len(data)))
        return len(self._places) - 1

    def raw(self, number: int) -> Post | bytes:
        """A post as it lies here."""
        place = self._places[number]
        if isinstance(place, Post):
            return place
        try:
            self._file.seek(place[0])
            return self._file.read(place[1])
        except OSError as error:
            files.fail(error, self._where)

    def take(self, number: int) -> Post:
        return decode(self.raw(number))

    def _append(self, data: bytes) -> int:
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
