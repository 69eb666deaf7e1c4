"""SQLite as fonds uses it: connections that wait, errors in the words of fonds."""

from __future__ import annotations

import contextlib
import errno
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

from fonds.archive import files
from fonds.errors import DiskError, IntegrityError

_WAIT = 30.0
"""Seconds that a reader waits for a writer's transaction, and the other way round."""
SYSTEM_NUMBERS = {
    sqlite3.SQLITE_FULL: errno.ENOSPC, sqlite3.SQLITE_READONLY: errno.EROFS, sqlite3.SQLITE_IOERR: errno.EIO,
    sqlite3.SQLITE_CANTOPEN: errno.ENOENT, sqlite3.SQLITE_PERM: errno.EACCES,
}  # fmt: skip
"""SQLite's codes of what the system refused → the system's own."""


def connect(name: str) -> sqlite3.Connection:
    db = sqlite3.connect(name, timeout=_WAIT, isolation_level=None, uri=name.startswith("file:"))
    db.execute("PRAGMA synchronous = FULL")
    return db


@contextlib.contextmanager
def told(path: Path) -> Iterator[None]:
    """SQLite's errors as those of fonds."""
    try:
        yield
    except sqlite3.Error as error:
        fail(error, path)


def _open_like_sqlite(path: Path) -> None:
    """Raises DiskError with the system's reason, which SQLite keeps to itself."""
    existed = path.exists()
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o666))
        if not existed:
            path.unlink()
    except OSError as error:
        files.fail(error, path)


def fail(error: sqlite3.Error, path: Path) -> NoReturn:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_CANTOPEN:
        _open_like_sqlite(path)
    if code in SYSTEM_NUMBERS:
        number = SYSTEM_NUMBERS[code]
        files.fail(OSError(number, os.strerror(number)), path)
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        raise DiskError("another program holds the catalog", origin=str(path), remedy="Close it.") from error
    raise IntegrityError(
        f"the catalog cannot be read: {error}",
        origin=str(path),
        remedy="fonds verify --repair makes it again from the journal.",
    ) from error
