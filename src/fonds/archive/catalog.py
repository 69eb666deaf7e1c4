"""The catalog: what the journal adds up to, in SQLite, so that questions are quick. Can be made again.

How far the journal is in it stands in the same transaction as what it says: it is never ahead, and when
it is behind (a run was cut off in between) the rest is folded. Any program that reads SQLite can open it;
docs/archive.md describes the tables.
"""

from __future__ import annotations

import contextlib
import functools
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from fonds.archive import events as e
from fonds.archive import layout, rows, tables
from fonds.archive.database import told
from fonds.archive.journal import Line, Place
from fonds.archive.manifest import File

R = TypeVar("R", bound=msgspec.Struct)


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

    def newest(self, folder: str = "") -> Iterator[rows.PostRow]:
        """The posts that are known (of which a version is kept in ``folder``), the newest first."""
        where = _if("number > 0 AND folder = ?", folder)
        return self._rows(rows.PostRow, "posts", *where, order="published_at DESC, id")

    def by_id(self) -> Iterator[rows.PostRow]:
        """The posts of which a version is kept, in the order of their ids."""
        return self._rows(rows.PostRow, "posts", "number > 0", order="id")

    def shown(self) -> Iterator[tuple[Any, ...]]:
        """(id, number, SHA-256, Markdown file) of the version of each post that is shown, by id: the latest that is
        more than a preview, where there is one."""
        return self._query(
            "SELECT p.id, v.number, v.sha256, p.folder || '/' || p.stem || '.md' FROM posts p CROSS JOIN versions v"
            " ON v.post_id = p.id AND v.number = iif(p.full, p.full, p.number) WHERE p.number > 0 ORDER BY p.id"
        )

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

    def copied(self, db: sqlite3.Connection) -> Catalog:
        """This catalog in another database, which was empty."""
        with told(self.path):
            self._db.backup(db)
        return Catalog(db, self.path)

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
