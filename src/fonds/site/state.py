"""What a build remembers for the next one: one SQLite file beside the site.

It is a cache and nothing else: when it is lost, broken or from another fonds, everything is made again, and
the site comes out the same.
"""

from __future__ import annotations

import itertools
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from fonds.errors import DiskError
from fonds.site.cards import Card
from fonds.site.source import Kept, Watched

_TABLES = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS units (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS kept (unit TEXT NOT NULL, n INTEGER NOT NULL, ident TEXT NOT NULL, value BLOB NOT NULL,
                                 PRIMARY KEY (unit, n));
CREATE INDEX IF NOT EXISTS kept_ident ON kept (ident);
CREATE TABLE IF NOT EXISTS posts (ident TEXT PRIMARY KEY, card BLOB NOT NULL, terms BLOB NOT NULL, text BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS files (path TEXT PRIMARY KEY, mark TEXT NOT NULL, size INTEGER NOT NULL,
                                  digest BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS thumbs (path TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
"""


class UnitNote(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What is remembered of a unit: its stamp, what else it was read with, its posts, its failures (JSON)."""

    stamp: str
    watched: tuple[Watched, ...]
    idents: tuple[str, ...]
    failures: tuple[bytes, ...] = ()


class Written(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A file of the site: ``mark`` stands for all it was made from, ``digest`` for its bytes."""

    mark: str
    size: int
    digest: bytes


class Thumb(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What was made of a picture: widths, a hash of its look (0: says nothing), and how large it really is.

    ``size`` and ``stamp`` are those of the file it was made from.
    """

    size: int
    stamp: int
    widths: tuple[int, ...] = ()
    look: int = 0
    width: int = 0
    height: int = 0


class BrokenStateError(DiskError):
    """The file is no state, or no longer one: it is a cache, so it is made again."""


_CARDS = msgspec.msgpack.Decoder(Card)
_KEPT = msgspec.msgpack.Decoder(Kept)
_UNITS = msgspec.msgpack.Decoder(UnitNote)
_THUMBS = msgspec.msgpack.Decoder(Thumb)
_TABLE = msgspec.msgpack.Decoder(dict[str, bytes])
_TERMS = 10_000
_encode = msgspec.msgpack.encode


def pack(kept: Kept) -> bytes:
    """``kept`` as the state keeps it."""
    return zlib.compress(_encode(kept), 1)


def unpack(data: bytes) -> Kept:
    return _KEPT.decode(zlib.decompress(data))


class State:
    """``engine`` stands for the code and settings that made it: with another one, all but thumbnails and what
    files were written is forgotten.

    Nothing reaches the disk before ``save``. Used as a context manager: what goes wrong with the file inside the
    block leaves it as a DiskError, BrokenStateError where the file is what is wrong.
    """

    def __init__(self, path: Path, engine: str) -> None:
        self._path = path
        self.fresh = False
        try:
            self._base = sqlite3.connect(path)
            self._base.execute("PRAGMA cache_size = -12000")
            self._base.executescript(_TABLES)
            self._is_of(engine)
        except sqlite3.Error as error:
            raise _failed(error, path) from error

    def _is_of(self, engine: str) -> None:
        if self.meta("engine") == engine.encode():
            return
        for table in ("meta", "units", "kept", "posts"):
            self._base.execute(f"DELETE FROM {table}")  # noqa: S608  names of our own
        self.set_meta("engine", engine.encode())
        self.fresh = True

    def begin(self) -> None:
        """From here on nobody else may write. Raises sqlite3.Error when somebody does."""
        if not self._base.in_transaction:
            self._base.execute("BEGIN IMMEDIATE")

    def meta(self, key: str) -> bytes | None:
        row = self._base.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return bytes(row[0]) if row else None

    def set_meta(self, key: str, value: bytes) -> None:
        self._base.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def forget(self, key: str) -> None:
        self._base.execute("DELETE FROM meta WHERE key = ?", (key,))

    def index(self) -> dict[str, bytes]:
        """The search's index of last time, or nothing."""
        table: dict[str, bytes] = {}
        for row in self._base.execute("SELECT value FROM meta WHERE key LIKE 'index/%' ORDER BY key"):
            table.update(_TABLE.decode(row[0]))
        return table

    def put_index(self, table: Mapping[str, bytes]) -> None:
        """Keeps ``table``, a part at a time: encoded whole it would be there twice, and once more in SQLite."""
        self._base.execute("DELETE FROM meta WHERE key LIKE 'index/%'")
        terms = iter(table.items())
        for number in itertools.count():
            part = dict(itertools.islice(terms, _TERMS))
            if not part:
                return
            self.set_meta(f"index/{number:06}", _encode(part))

    # ------------------------------------------------------------------------------------------- units

    def units(self) -> dict[str, UnitNote]:
        rows = self._base.execute("SELECT key, value FROM units")
        return {key: _UNITS.decode(value) for key, value in rows}

    def put_unit(self, key: str, note: UnitNote, kept: Iterable[tuple[str, bytes]]) -> None:
        """``kept``: (id, packed) of each post in the unit."""
        self.drop_unit(key)
        self._base.execute("INSERT INTO units VALUES (?, ?)", (key, _encode(note)))
        self._base.executemany(
            "INSERT INTO kept VALUES (?, ?, ?, ?)",
            ((key, n, ident, data) for n, (ident, data) in enumerate(kept)),
        )

    def drop_unit(self, key: str) -> None:
        self._base.execute("DELETE FROM units WHERE key = ?", (key,))
        self._base.execute("DELETE FROM kept WHERE unit = ?", (key,))

    def kept(self, ident: str) -> list[bytes]:
        """Every reading of a post, packed, in the order of the units."""
        rows = self._base.execute("SELECT value FROM kept WHERE ident = ? ORDER BY unit, n", (ident,))
        return [row[0] for row in rows]

    # ------------------------------------------------------------------------------------------- posts

    def cards(self) -> Iterator[Card]:
        """Every post's card, in the order of their ids, one at a time."""
        for row in self._base.execute("SELECT card FROM posts ORDER BY ident"):
            yield _CARDS.decode(row[0])

    def put_post(self, card: Card, terms: bytes, text: bytes) -> None:
        self._base.execute(
            "INSERT OR REPLACE INTO posts VALUES (?, ?, ?, ?)", (card.ident, _encode(card), terms, text)
        )

    def drop_post(self, ident: str) -> None:
        self._base.execute("DELETE FROM posts WHERE ident = ?", (ident,))

    def terms(self, ident: str) -> bytes:
        row = self._base.execute("SELECT terms FROM posts WHERE ident = ?", (ident,)).fetchone()
        return bytes(row[0]) if row else b""

    def text(self, ident: str) -> bytes:
        row = self._base.execute("SELECT text FROM posts WHERE ident = ?", (ident,)).fetchone()
        return bytes(row[0]) if row else b""

    # ------------------------------------------------------------------------------------------- files

    def files(self) -> dict[str, Written]:
        rows = self._base.execute("SELECT path, mark, size, digest FROM files")
        return {path: Written(mark, size, bytes(digest)) for path, mark, size, digest in rows}

    def digests(self) -> Iterator[tuple[str, bytes]]:
        """(path, digest) of every file, in the order of their paths, one at a time."""
        for path, digest in self._base.execute("SELECT path, digest FROM files ORDER BY path"):
            yield path, bytes(digest)

    def put_file(self, path: str, written: Written) -> None:
        self._base.execute(
            "INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?)",
            (path, written.mark, written.size, written.digest),
        )

    def drop_file(self, path: str) -> None:
        self._base.execute("DELETE FROM files WHERE path = ?", (path,))

    def thumbs(self) -> dict[str, Thumb]:
        return {
            path: _THUMBS.decode(value)
            for path, value in self._base.execute("SELECT path, value FROM thumbs")
        }

    def put_thumb(self, path: str, thumb: Thumb) -> None:
        self._base.execute("INSERT OR REPLACE INTO thumbs VALUES (?, ?)", (path, _encode(thumb)))

    def save(self) -> None:
        """Makes what was put durable."""
        self._base.commit()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._base.close()
        if isinstance(error, (sqlite3.Error, msgspec.MsgspecError, zlib.error)):
            raise _failed(error, self._path) from error


_BROKEN = ("SQLITE_CORRUPT", "SQLITE_NOTADB")


def _failed(error: Exception, path: Path) -> DiskError:
    """What went wrong with the state. Bytes that were changed on the disk are found by SQLite, or by who reads them."""
    name = getattr(error, "sqlite_errorname", _BROKEN[0])
    if name.startswith(_BROKEN):
        return BrokenStateError(f"is broken: {error}", origin=str(path), remedy="Remove the file.")
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return DiskError(
            "is in use: this site is being built already",
            origin=str(path),
            remedy="Wait for that build to end.",
        )
    return DiskError(f"cannot be written: {error}", origin=str(path), remedy="Make room, or remove the file.")
