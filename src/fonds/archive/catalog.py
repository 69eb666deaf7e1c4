"""The catalog: what the journal adds up to, in SQLite, so that questions are quick. Can be made again.

How far the journal is in it stands in the same transaction as what it says: it is never ahead, and when
it is behind (a run was cut off in between) the rest is folded. Any program that reads SQLite can open it;
docs/archive.md describes the tables.
"""

from __future__ import annotations

import contextlib
import errno
import functools
import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import msgspec

from fonds.archive import events as e
from fonds.archive import files, journal, layout, manifest, rows, tables
from fonds.archive.journal import Journal, Line, Place
from fonds.archive.manifest import File
from fonds.errors import DiskError, IntegrityError

R = TypeVar("R", bound=msgspec.Struct)

_WAIT = 30.0
"""Seconds that a reader waits for a writer's transaction, and the other way round."""
_NUMBERS = {
    sqlite3.SQLITE_FULL: errno.ENOSPC, sqlite3.SQLITE_READONLY: errno.EROFS, sqlite3.SQLITE_IOERR: errno.EIO,
    sqlite3.SQLITE_CANTOPEN: errno.ENOENT, sqlite3.SQLITE_PERM: errno.EACCES,
}  # fmt: skip


@functools.cache
def _columns(kind: type[msgspec.Struct]) -> str:
    return ", ".join(field.name for field in msgspec.structs.fields(kind))


@functools.cache
def _flags(kind: type[msgspec.Struct]) -> tuple[int, ...]:
    return tuple(number for number, field in enumerate(msgspec.structs.fields(kind)) if field.type is bool)


def _record(kind: type[R], row: Sequence[Any]) -> R:
    values = list(row)
    for number in _flags(kind):  # SQLite has no booleans
        values[number] = bool(values[number])
    return kind(*values)


def _if(condition: str, value: str) -> tuple[str, ...]:
    return (condition, value) if value else ("",)


class Catalog:
    """The catalog in an open database. ``path`` is its file, or that which it stands for.

    Every method that yields several gives them in one order, always the same.
    """

    def __init__(self, db: sqlite3.Connection, path: Path) -> None:
        self._db = db
        self.path = path
        self.fresh = False
        """Whether it was just made again, so that the manifest lists another."""

    # --------------------------------------------------------------------------------- posts

    def posts(self, *, all: bool = False) -> Iterator[rows.PostRow]:  # noqa: A002  the word for it
        """The posts of which a version is kept (with ``all`` every one that is known), the oldest first."""
        return self._rows(rows.PostRow, "posts", "" if all else "number > 0", order="published_at, id")

    def post(self, post_id: str) -> rows.PostRow | None:
        return self._row(rows.PostRow, "posts", "id = ?", post_id)

    def missing(self) -> Iterator[rows.PostRow]:
        """The posts that are known and not here in full, the oldest first; ``row.missing`` says why."""
        return self._rows(rows.PostRow, "posts", "full = 0", order="published_at, id")

    def gone(self) -> Iterator[rows.PostRow]:
        """The posts with a tombstone."""
        return self._rows(rows.PostRow, "posts", "gone_at > 0", order="published_at, id")

    def known(self, post_id: str = "") -> Iterator[rows.KnownRow]:
        """Who knows of a post (of all posts)."""
        return self._rows(rows.KnownRow, "known", *_if("post_id = ?", post_id), order="post_id, via, detail")

    def versions(self, post_id: str = "") -> Iterator[rows.VersionRow]:
        return self._rows(rows.VersionRow, "versions", *_if("post_id = ?", post_id), order="post_id, number")

    def version(self, post_id: str, number: int) -> rows.VersionRow | None:
        return self._row(rows.VersionRow, "versions", "post_id = ? AND number = ?", post_id, number)

    def history(self, post_id: str = "") -> Iterator[rows.HistoryRow]:
        return self._rows(rows.HistoryRow, "history", *_if("post_id = ?", post_id), order="n")

    def editions(self) -> dict[str, int]:
        """Post id → edition of the latest full version, for every post kept in full."""
        return dict(self._query("SELECT id, edition FROM posts WHERE full > 0"))

    def moves(self, post_id: str = "") -> Iterator[rows.MoveRow]:
        return self._rows(rows.MoveRow, "moves", *_if("post_id = ?", post_id), order="post_id, at, old_url")

    def stem_owner(self, key: str) -> str:
        """The id of the post that has, or had, a file name; "" when it is free. ``key`` is
        ``naming.key("folder/stem")``."""
        return self._one("SELECT post_id FROM stems WHERE key = ?", key) or ""

    def named(self, beginning: str, limit: int = 20) -> list[rows.PostRow]:
        """The kept posts whose file name, date aside, begins so."""
        columns = _columns(rows.PostRow)
        query = f"SELECT {columns} FROM posts WHERE number > 0 AND name >= ? AND name < ? ORDER BY name, id LIMIT ?"  # noqa: S608
        return [
            _record(rows.PostRow, row)
            for row in self._query(query, beginning, beginning + "\U0010ffff", limit)
        ]

    def names(self) -> Iterator[tuple[str, str]]:
        """(id, file name without its date) of every post kept."""
        return self._query("SELECT id, name FROM posts WHERE number > 0 ORDER BY name, id")

    # --------------------------------------------------------------------------------- what posts refer to

    def asset(self, key: str) -> rows.AssetRow | None:
        """The latest file kept for a key."""
        return self._row(rows.AssetRow, "assets", "key = ?", key, order="n DESC")

    def asset_with(self, sha256: str) -> rows.AssetRow | None:
        """The first file kept that has these bytes."""
        return self._row(rows.AssetRow, "assets", "sha256 = ?", sha256, order="n")

    def assets(self, key: str = "") -> Iterator[rows.AssetRow]:
        """Every file kept (for a key), as they came."""
        return self._rows(rows.AssetRow, "assets", *_if("key = ?", key), order="n")

    def asset_absent(self, key: str) -> rows.AssetAbsentRow | None:
        return self._row(rows.AssetAbsentRow, "assets_absent", "key = ?", key)

    def assets_absent(self) -> Iterator[rows.AssetAbsentRow]:
        return self._rows(rows.AssetAbsentRow, "assets_absent", "", order="key")

    def media(self, media_id: str) -> rows.MediaRow | None:
        return self._row(rows.MediaRow, "media", "media_id = ?", media_id)

    def all_media(self) -> Iterator[rows.MediaRow]:
        return self._rows(rows.MediaRow, "media", "", order="media_id")

    def media_absent(self, media_id: str) -> rows.MediaAbsentRow | None:
        return self._row(rows.MediaAbsentRow, "media_absent", "media_id = ?", media_id)

    def all_media_absent(self) -> Iterator[rows.MediaAbsentRow]:
        return self._rows(rows.MediaAbsentRow, "media_absent", "", order="media_id")

    # --------------------------------------------------------------------------------- the rest

    def walk(self, source: str) -> rows.WalkRow | None:
        return self._row(rows.WalkRow, "walks", "source = ?", source)

    def walks(self) -> Iterator[rows.WalkRow]:
        return self._rows(rows.WalkRow, "walks", "", order="source")

    def data(self) -> Iterator[rows.DataRow]:
        return self._rows(rows.DataRow, "data", "", order="path")

    def captures(self) -> Iterator[rows.CaptureRow]:
        """The capture files that are closed, as they were begun."""
        return self._rows(rows.CaptureRow, "captures", "", order="file")

    def capture(self, file: str) -> rows.CaptureRow | None:
        return self._row(rows.CaptureRow, "captures", "file = ?", file)

    def kept(self, sha256: str) -> str:
        """The ref of the imported file with these bytes; "" when there is none."""
        return self._one("SELECT ref FROM kept WHERE sha256 = ?", sha256) or ""

    def files(self) -> Iterator[File]:
        """Every file as it should be, by path: the manifest's lines."""
        return self._rows(File, "files", "", order="path")

    def file(self, path: str) -> File | None:
        return self._row(File, "files", "path = ?", path)

    def has_files(self, beginning: str) -> bool:
        """Whether there should be files whose path begins so."""
        return (
            self._one(
                "SELECT 1 FROM files WHERE path >= ? AND path < ? LIMIT 1",
                beginning,
                beginning + "\U0010ffff",
            )
            is not None
        )

    def files_with(self, sha256: str) -> Iterator[str]:
        """The paths of the files that should have these bytes."""
        return (
            path for (path,) in self._query("SELECT path FROM files WHERE sha256 = ? ORDER BY path", sha256)
        )

    def assets_at(self, path: str) -> Iterator[rows.AssetRow]:
        return self._rows(rows.AssetRow, "assets", "path = ?", path, order="n DESC")

    def version_at(self, path: str) -> rows.VersionRow | None:
        """The version that is kept under a path."""
        folder, _, name = path.removeprefix(f"{layout.VERSIONS}/").partition("/")
        # The folder is the id but for its case, and what is added then.
        found = self._rows(
            rows.VersionRow,
            "versions",
            "post_id IN (?, ?) OR lower(post_id) <> post_id",
            folder,
            folder[:-7],
            order="post_id, number",
        )
        return next(
            (
                row
                for row in found
                if layout.version(row.post_id, row.number) == f"{layout.VERSIONS}/{folder}/{name}"
            ),
            None,
        )

    def sealed_at(self) -> int:
        """When the last run ended, as far as the tables know; 0 when none has."""
        return self._one("SELECT value FROM state WHERE key = 'sealed_at'") or 0

    def config(self) -> str:
        """fonds.toml as it was last written down."""
        return self._one("SELECT value FROM state WHERE key = 'config'") or ""

    def line(self, n: int) -> bytes:
        """The journal's line with a number; b"" when the tables do not have it."""
        return self._one("SELECT raw FROM lines WHERE n = ?", n) or b""

    def totals(self) -> rows.Totals:
        def numbers(query: str) -> list[int]:
            return [number or 0 for number in next(self._query(query))]

        posts, responses, drafts, previews, first, latest = numbers(
            "SELECT sum(folder = 'posts'), sum(folder = 'responses'), sum(folder = 'drafts'), sum(full = 0),"
            " min(nullif(published_at, 0)), max(published_at) FROM posts WHERE number > 0"
        )
        known, gone = numbers("SELECT count(*), sum(gone_at > 0) FROM posts")
        assets, asset_bytes = numbers(
            "SELECT count(*), sum(size) FROM (SELECT DISTINCT path, size FROM assets)"
        )
        captures, capture_bytes = numbers("SELECT count(*), sum(size) FROM captures")
        versions, assets_missing, media, media_missing, listed = numbers(
            "SELECT (SELECT count(*) FROM versions), (SELECT count(*) FROM assets_absent), (SELECT count(*) FROM media),"
            " (SELECT count(*) FROM media_absent), (SELECT count(*) FROM files)"
        )
        missing = self._query(
            "SELECT CASE WHEN number > 0 THEN iif(absent = '', 'locked', absent) WHEN gone_reason <> '' THEN gone_reason"
            " WHEN absent <> '' THEN absent ELSE 'never-asked' END AS reason, count(*) FROM posts WHERE full = 0"
            " GROUP BY reason ORDER BY reason"
        )
        return rows.Totals(
            posts, responses, drafts, previews, gone, versions, known, assets, asset_bytes, assets_missing, media,
            media_missing, captures, capture_bytes, listed, first, latest, dict(missing),
        )  # fmt: skip

    def tells(self, event: e.Event) -> bool:
        """Whether an event says only what the catalog says already, so that it need not be written down."""
        return _is_told(self, event)

    # --------------------------------------------------------------------------------- rows

    def _query(self, query: str, *values: object) -> Iterator[tuple[Any, ...]]:
        with told(self.path):
            yield from self._db.execute(query, values)

    def _rows(self, kind: type[R], table: str, where: str, *values: object, order: str) -> Iterator[R]:
        condition = f" WHERE {where}" if where else ""
        query = f"SELECT {_columns(kind)} FROM {table}{condition} ORDER BY {order}"  # noqa: S608  no word of it is a user's
        for row in self._query(query, *values):
            yield _record(kind, row)

    def _row(self, kind: type[R], table: str, where: str, *values: object, order: str = "") -> R | None:
        by = f" ORDER BY {order}" if order else ""
        query = f"SELECT {_columns(kind)} FROM {table} WHERE {where}{by} LIMIT 1"  # noqa: S608
        row = next(self._query(query, *values), None)
        return None if row is None else _record(kind, row)

    def _one(self, query: str, *values: object) -> Any:
        row = next(self._query(query, *values), None)
        return None if row is None else row[0]

    # --------------------------------------------------------------------------------- changing

    @property
    def place(self) -> Place:
        with told(self.path):
            return tables.place(self._db) or Place()

    def fold(self, lines: Iterable[Line]) -> None:
        """Adds events in one transaction. Raises DiskError: then none was added."""
        with told(self.path):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                tables.fold(self._db, lines)
                self._db.execute("COMMIT")
            except BaseException:
                with contextlib.suppress(sqlite3.Error):
                    self._db.execute("ROLLBACK")
                raise

    def close(self) -> None:
        self._db.close()


def _is_told(catalog: Catalog, event: e.Event) -> bool:
    if isinstance(event, e.Known):
        return _is_known(catalog, event)
    if isinstance(event, (e.Absent, e.Same, e.Settled, e.Gone, e.Back, e.Facts)):
        post = catalog.post(event.post_id)
        if post is None:
            return isinstance(event, e.Back)
        if isinstance(event, e.Same):
            return not post.absent and post.edition >= event.edition
        if isinstance(event, e.Settled):
            return post.settled == event.number
        if isinstance(event, e.Absent):
            return (post.absent, post.absent_detail) == (event.reason, event.detail)
        if isinstance(event, e.Facts):
            return event.claps in (None, post.claps) and event.responses in (None, post.responses)
        return bool(post.gone_at) == isinstance(event, e.Gone)
    if isinstance(event, e.Moved):
        last = [move for move in catalog.moves(event.post_id) if move.old_url == event.old_url]
        return bool(last) and last[-1].new_url == event.new_url
    if isinstance(event, e.Asset):
        asset = catalog.asset(event.key)
        return asset is not None and (asset.path, asset.sha256, asset.etag) == (
            event.path,
            event.sha256,
            event.etag,
        )
    if isinstance(event, e.AssetAbsent):
        missing = catalog.asset_absent(event.key)
        return missing is not None and (missing.reason, missing.detail) == (event.reason, event.detail)
    if isinstance(event, e.Media):
        media = catalog.media(event.media_id)
        return media is not None and media.record == event.record
    if isinstance(event, e.MediaAbsent):
        unknown = catalog.media_absent(event.media_id)
        return unknown is not None and (unknown.reason, unknown.detail) == (event.reason, event.detail)
    if isinstance(event, e.Walked):
        walk = catalog.walk(event.source)
        return walk is not None and (walk.complete, walk.cursor, walk.seen) == (
            event.complete,
            event.cursor,
            event.seen,
        )
    if isinstance(event, (e.Data, e.Wrote)):
        there = catalog.file(event.path)
        return there is not None and (there.size, there.sha256) == (event.size, event.sha256)
    return False


def _is_known(catalog: Catalog, event: e.Known) -> bool:
    row = catalog._row(
        rows.KnownRow,
        "known",
        "post_id = ? AND via = ? AND detail = ?",
        event.post_id,
        event.via,
        event.detail,
    )
    return (
        row is not None
        and event.edition <= row.edition
        and all(
            getattr(event, name) in ("", 0, getattr(row, name))
            for name in ("url", "title", "author", "published_at")
        )
    )


# ------------------------------------------------------------------------------------------- opening


def writable(path: Path, found: Journal) -> Catalog:
    """The catalog at ``path``, up to the end of the journal. When it cannot be read, is that of another
    journal or fonds, or is not the one that the last run sealed, it is made again: damage in it would get
    into the next manifest. Raises DiskError."""
    catalog = _usable(path, found, write=True) if _is_as_sealed(path, found) else None
    if catalog is None:
        rebuild(path, found.path)
        catalog = _usable(path, found, write=True)
        if catalog is None:
            raise IntegrityError("the catalog cannot be made again", origin=str(path))
        catalog.fresh = True
    catch_up(catalog, found)
    return catalog


def _is_as_sealed(path: Path, found: Journal) -> bool:
    last = found.last
    if last is None or not isinstance(last.event, e.Sealed):
        return True  # something happened since, and no hash speaks of it
    try:
        return manifest.digest(path)[0] == last.event.catalog
    except FileNotFoundError:
        return False
    except OSError as error:
        files.fail(error, path)


def reading(path: Path, journal_path: Path) -> tuple[Journal, Catalog]:
    """Journal and catalog for reading alone: nothing is written beside the archive's files. When the catalog
    on the disk is behind, or is not the one that was sealed, one is made in a temporary file. Raises DiskError.

    Somebody may be writing: a catalog that is ahead of the journal's end as it was read just now is of a
    moment later, so both are looked at again.
    """
    for last in (False, False, True):
        found = Journal(journal_path)
        catalog: Catalog | None = None
        try:
            catalog = _usable(path, found, write=False) if _is_as_sealed(path, found) else None
            if catalog is None and last:
                catalog = _temporary(path)
            if catalog is not None:
                if _is_behind(catalog, found):
                    catalog = _copied(catalog)
                    catalog.fold(journal.read(found.path, catalog.place, found.place.end))
                return found, catalog
        except BaseException:
            if catalog is not None:
                catalog.close()
            found.close()
            raise
        found.close()
    raise AssertionError  # the last time round ends above


def _temporary(path: Path) -> Catalog:
    db = _connect("")
    with told(path):
        tables.begin(db)
    return Catalog(db, path)


def _copied(catalog: Catalog) -> Catalog:
    """A copy in a temporary file, to be changed. A transaction of the journal's writer may come first: then
    the copy is that much newer."""
    db = _connect("")
    with told(catalog.path):
        catalog._db.backup(db)
    catalog.close()
    return Catalog(db, catalog.path)


def _usable(path: Path, found: Journal, *, write: bool) -> Catalog | None:
    if not path.is_file():
        return None
    for mode in ("rw",) if write else ("ro", "rw"):
        db: sqlite3.Connection | None = None
        try:
            db = _connect(f"{path.absolute().as_uri()}?mode={mode}")
            place = tables.place(db)
        except sqlite3.Error as error:
            if db is not None:
                db.close()
            if getattr(error, "sqlite_errorcode", 0) & 0xFF in _NUMBERS and write:
                fail(error, path)
            continue  # a transaction to be taken back takes a connection that may write
        if place is None or not found.holds(place):
            db.close()
            return None
        return Catalog(db, path)
    return None


def _is_behind(catalog: Catalog, found: Journal) -> bool:
    """Whether events beyond the end of a run are not in the tables: that end alone changes no answer, and
    folding it would change the file that the manifest has just listed."""
    place = catalog.place
    if found.place.end == place.end:
        return False
    return any(
        not isinstance(line.event, e.Sealed) for line in journal.read(found.path, place, found.place.end)
    )


def snapshot(path: Path) -> Catalog:
    """The catalog as the last commit left it, for a process beside the one that writes. Raises DiskError."""
    with told(path):
        return Catalog(_connect(f"{path.absolute().as_uri()}?mode=ro"), path)


def catch_up(catalog: Catalog, found: Journal, fresh: Sequence[Line] = ()) -> None:
    """Folds what the journal has beyond the catalog, unless that is the end of a run alone. ``fresh`` are
    the lines that were just appended."""
    if fresh and fresh[0].n == catalog.place.n + 1:
        catalog.fold(fresh)
    elif _is_behind(catalog, found):
        catalog.fold(journal.read(found.path, catalog.place, found.place.end))


def rebuild(path: Path, journal_path: Path) -> None:
    """Makes the catalog at ``path`` from the journal, whole or not at all. Raises DiskError; and what
    ``journal.read`` raises at a damaged line."""
    temporary = Path(files.beside(str(path.parent)))
    try:
        db = _connect(str(temporary))
        catalog = Catalog(db, path)
        try:
            with told(path):
                db.execute("PRAGMA journal_mode = OFF")
                db.execute("PRAGMA synchronous = OFF")
                tables.begin(db)
            catalog.fold(journal.read(journal_path))
        finally:
            db.close()
        _replace(temporary, path)
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()


def _replace(temporary: Path, path: Path) -> None:
    try:
        with temporary.open("rb+") as handle:
            os.fsync(handle.fileno())
        # A transaction that was cut off belongs to the file that goes.
        path.with_name(f"{path.name}-journal").unlink(missing_ok=True)
        temporary.replace(path)
    except OSError as error:
        files.fail(error, path)
    files.sync_folders([str(path.parent)])


def _connect(name: str) -> sqlite3.Connection:
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
    if code in _NUMBERS:
        number = _NUMBERS[code]
        files.fail(OSError(number, os.strerror(number)), path)
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        raise DiskError("another program holds the catalog", origin=str(path), remedy="Close it.") from error
    raise IntegrityError(
        f"the catalog cannot be read: {error}",
        origin=str(path),
        remedy="fonds verify --repair makes it again from the journal.",
    ) from error
