"""The manifest: SHA-256, size and path of every file of an archive, a line each, sorted by path.

    <64 hex digits>  <bytes>  <path>

Without the second column it is what ``sha256sum -c`` reads (docs/archive.md). It is made from what was
written, never from what is found on the disk, so that damage does not get into it.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from fonds.archive import files
from fonds.errors import IntegrityError

_LINE = re.compile(r"([0-9a-f]{64})  (\d{1,15})  ([^\n]+)\n")
_BUFFER = 1 << 18


class File(msgspec.Struct, frozen=True, gc=False):
    """A file as it should be."""

    path: str
    size: int
    sha256: str


class Total(msgspec.Struct, frozen=True, gc=False):
    """What a manifest adds up to. ``sha256`` is the manifest's own."""

    sha256: str
    files: int
    bytes: int


def line(file: File) -> str:
    return f"{file.sha256}  {file.size}  {file.path}\n"


def lines(found: Iterable[File]) -> Iterator[bytes]:
    for file in found:
        yield line(file).encode("utf-8")


def write(handle: int, found: Iterable[File]) -> Total:
    """Writes the lines for ``found`` (in order) into an open file. Raises OSError."""
    digest = hashlib.sha256()
    buffer = bytearray()
    count = size = 0
    for file in found:
        buffer += line(file).encode("utf-8")
        count += 1
        size += file.size
        if len(buffer) >= _BUFFER:
            digest.update(buffer)
            files._write_all(handle, bytes(buffer))
            buffer.clear()
    digest.update(buffer)
    files._write_all(handle, bytes(buffer))
    return Total(digest.hexdigest(), count, size)


def read(path: Path) -> Iterator[File]:
    """The files that a manifest lists. Raises IntegrityError, naming the line, at what is none of its
    lines, and DiskError."""
    before = b""
    try:
        with path.open("rb") as handle:
            for number, raw in enumerate(handle, 1):
                found = _LINE.fullmatch(raw.decode("utf-8", "replace"))
                if found is None:
                    raise IntegrityError("is no line of a manifest", origin=str(path), where=f"line {number}")
                name = raw[len(found[1]) + len(found[2]) + 4 : -1]
                if name <= before:
                    raise IntegrityError(
                        "stands in the wrong order", origin=str(path), where=f"line {number}"
                    )
                before = name
                yield File(found[3], int(found[2]), found[1])
    except OSError as error:
        files.fail(error, path)


def digest(path: Path) -> tuple[str, int]:
    """(SHA-256, size) of a file. Raises OSError."""
    found = hashlib.sha256()
    buffer = bytearray(1 << 18)
    view = memoryview(buffer)
    size = 0
    handle = os.open(path, os.O_RDONLY | files._BINARY)
    try:
        while count := os.readv(handle, [buffer]) if hasattr(os, "readv") else _readinto(handle, view):
            found.update(view[:count])
            size += count
    finally:
        os.close(handle)
    return found.hexdigest(), size


def _readinto(handle: int, view: memoryview) -> int:
    piece = os.read(handle, len(view))
    view[: len(piece)] = piece
    return len(piece)
