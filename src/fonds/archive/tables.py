"""How events add up: the tables of the catalog, and what each event does to them."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterable
from typing import Any

from fonds.archive import events as e
from fonds.archive import layout
from fonds.archive.journal import Line, Place

VERSION = 1
"""Raised when the tables change: an older catalog is then made again from the journal."""

SCHEMA = """
CREATE TABLE state (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE posts (
  id TEXT PRIMARY KEY, number INTEGER NOT NULL DEFAULT 0, full INTEGER NOT NULL DEFAULT 0,
  captured_at INTEGER NOT NULL DEFAULT 0, edition INTEGER NOT NULL DEFAULT 0,
  folder TEXT NOT NULL DEFAULT '', stem TEXT NOT NULL DEFAULT '', name TEXT NOT NULL DEFAULT '',
  preview INTEGER NOT NULL DEFAULT 0, title TEXT NOT NULL DEFAULT '', author TEXT NOT NULL DEFAULT '',
  url TEXT NOT NULL DEFAULT '', published_at INTEGER NOT NULL DEFAULT 0,
  gone_at INTEGER NOT NULL DEFAULT 0, gone_reason TEXT NOT NULL DEFAULT '',
  absent TEXT NOT NULL DEFAULT '', absent_detail TEXT NOT NULL DEFAULT '', absent_at INTEGER NOT NULL DEFAULT 0,
  claps INTEGER, responses INTEGER, seen_at INTEGER NOT NULL DEFAULT 0,
  known_at INTEGER NOT NULL DEFAULT 0, known_edition INTEGER NOT NULL DEFAULT 0,
  settled INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX posts_name ON posts (name) WHERE number > 0;
CREATE INDEX posts_published ON posts (published_at, id);
CREATE INDEX posts_missing ON posts (published_at, id) WHERE full = 0;
CREATE TABLE known (
  post_id TEXT, via TEXT, detail TEXT, url TEXT, title TEXT, author TEXT, published_at INTEGER,
  edition INTEGER, at INTEGER, PRIMARY KEY (post_id, via, detail)
) WITHOUT ROWID;
CREATE TABLE versions (
  post_id TEXT, number INTEGER, captured_at INTEGER, edition INTEGER, folder TEXT, stem TEXT, preview INTEGER,
  title TEXT, size INTEGER, sha256 TEXT, n INTEGER, PRIMARY KEY (post_id, number)
) WITHOUT ROWID;
CREATE TABLE stems (key TEXT PRIMARY KEY, post_id TEXT) WITHOUT ROWID;
CREATE TABLE history (
  n INTEGER PRIMARY KEY, at INTEGER, post_id TEXT, what TEXT, detail TEXT, number INTEGER
);
CREATE INDEX history_post ON history (post_id);
CREATE TABLE assets (
  n INTEGER PRIMARY KEY, key TEXT, path TEXT, size INTEGER, sha256 TEXT, url TEXT, type TEXT, width INTEGER,
  height INTEGER, etag TEXT, post_id TEXT, at INTEGER
);
CREATE INDEX assets_key ON assets (key);
CREATE INDEX assets_sha256 ON assets (sha256);
CREATE TABLE assets_absent (
  key TEXT PRIMARY KEY, reason TEXT, url TEXT, detail TEXT, post_id TEXT, at INTEGER
) WITHOUT ROWID;
CREATE TABLE media (media_id TEXT PRIMARY KEY, record TEXT, post_id TEXT, ref TEXT, at INTEGER) WITHOUT ROWID;
CREATE TABLE media_absent (
  media_id TEXT PRIMARY KEY, reason TEXT, detail TEXT, post_id TEXT, at INTEGER
) WITHOUT ROWID;
CREATE TABLE walks (source TEXT PRIMARY KEY, complete INTEGER, cursor TEXT, seen INTEGER, at INTEGER) WITHOUT ROWID;
CREATE TABLE moves (post_id TEXT, old_url TEXT, new_url TEXT, at INTEGER, PRIMARY KEY (post_id, old_url)) WITHOUT ROWID;
CREATE TABLE data (path TEXT PRIMARY KEY, kind TEXT, size INTEGER, sha256 TEXT) WITHOUT ROWID;
CREATE TABLE kept (sha256 TEXT PRIMARY KEY, ref TEXT, name TEXT) WITHOUT ROWID;
CREATE TABLE captures (file TEXT PRIMARY KEY, size INTEGER, sha256 TEXT, records INTEGER) WITHOUT ROWID;
CREATE TABLE files (path TEXT PRIMARY KEY, size INTEGER, sha256 TEXT) WITHOUT ROWID;
"""

_DATE = re.compile(r"_?\d{4,}-\d\d-\d\d-")


def begin(db: sqlite3.Connection) -> None:
    """Makes the tables in an empty database."""
    db.executescript(SCHEMA)
    db.execute("INSERT INTO state VALUES ('version', ?)", (VERSION,))
    set_place(db, Place())


def place(db: sqlite3.Connection) -> Place | None:
    """How far the journal is in the tables; None when they are those of another fonds."""
    state = dict(db.execute("SELECT key, value FROM state"))
    if state.get("version") != VERSION:
        return None
    return Place(state["n"], state["end"], state["sum"])


def set_place(db: sqlite3.Connection, found: Place) -> None:
    db.executemany(
        "INSERT OR REPLACE INTO state VALUES (?, ?)",
        (("n", found.n), ("end", found.end), ("sum", found.sum)),
    )


def fold(db: sqlite3.Connection, lines: Iterable[Line]) -> None:
    """Adds events to the tables, within the transaction of the caller."""
    last: Line | None = None
    for last in lines:
        _FOLDS[type(last.event)](db, last.event, last)
    if last is not None:
        set_place(db, Place(last.n, last.end, last.sum))


def _known(db: sqlite3.Connection, event: e.Known, line: Line) -> None:
    db.execute(
        "INSERT INTO known VALUES (?,?,?,?,?,?,?,?,?) ON CONFLICT DO UPDATE SET url = iif(excluded.url = '', url, excluded.url),"
        " title = iif(excluded.title = '', title, excluded.title), author = iif(excluded.author = '', author, excluded.author),"
        " published_at = iif(excluded.published_at = 0, published_at, excluded.published_at),"
        " edition = max(edition, excluded.edition)",
        (
            event.post_id,
            event.via,
            event.detail,
            event.url,
            event.title,
            event.author,
            event.published_at,
            event.edition,
            line.at,
        ),
    )
    # What a kept version says of itself counts more than what a list says of it.
    db.execute(
        "INSERT INTO posts (id, title, author, url, published_at, known_at, known_edition) VALUES (?,?,?,?,?,?,?)"
        " ON CONFLICT DO UPDATE SET title = iif(number > 0 OR excluded.title = '', title, excluded.title),"
        " author = iif(author = '', excluded.author, author), url = iif(number > 0 AND url <> '' OR excluded.url = '', url, excluded.url),"
        " published_at = iif(published_at = 0, excluded.published_at, published_at),"
        " known_edition = max(known_edition, excluded.known_edition)",
        (event.post_id, event.title, event.author, event.url, event.published_at, line.at, event.edition),
    )


def _post(db: sqlite3.Connection, post_id: str, at: int) -> None:
    db.execute("INSERT OR IGNORE INTO posts (id, known_at) VALUES (?,?)", (post_id, at))


def _versioned(db: sqlite3.Connection, event: e.Versioned, line: Line) -> None:
    from fonds.archive.naming import key

    _post(db, event.post_id, line.at)
    db.execute(
        "INSERT OR REPLACE INTO versions VALUES (?,?,?,?,?,?,?,?,?,?,?)",
        (
            event.post_id,
            event.number,
            event.captured_at,
            event.edition,
            event.folder,
            event.stem,
            event.preview,
            event.title,
            event.size,
            event.sha256,
            line.n,
        ),
    )
    db.execute(
        "UPDATE posts SET number = ?, full = iif(?, full, ?), captured_at = ?, edition = ?, folder = ?, stem = ?, name = ?, preview = ?,"
        " title = ?, author = iif(? = '', author, ?), url = iif(? = '', url, ?), published_at = iif(? = 0, published_at, ?),"
        " absent = iif(?, absent, ''), absent_detail = iif(?, absent_detail, ''), absent_at = iif(?, absent_at, 0)"
        " WHERE id = ?",
        (event.number, event.preview, event.number, event.captured_at, event.edition, event.folder, event.stem, _DATE.sub("", event.stem, count=1), event.preview,
         event.title, event.author, event.author, event.url, event.url, event.published_at, event.published_at,
         event.preview, event.preview, event.preview, event.post_id),
    )  # fmt: skip
    db.execute(
        "INSERT OR IGNORE INTO stems VALUES (?,?)", (key(f"{event.folder}/{event.stem}"), event.post_id)
    )
    _history(db, line, event.post_id, "versioned", "preview" if event.preview else "", number=event.number)
    _file(db, layout.version(event.post_id, event.number), event.size, event.sha256)


def _history(
    db: sqlite3.Connection, line: Line, post_id: str, what: str, detail: str, *, number: int = 0
) -> None:
    db.execute("INSERT INTO history VALUES (?,?,?,?,?,?)", (line.n, line.at, post_id, what, detail, number))


def _file(db: sqlite3.Connection, path: str, size: int, sha256: str) -> None:
    db.execute("INSERT OR REPLACE INTO files VALUES (?,?,?)", (path, size, sha256))


def _absent(db: sqlite3.Connection, event: e.Absent, line: Line) -> None:
    _post(db, event.post_id, line.at)
    db.execute(
        "UPDATE posts SET absent = ?, absent_detail = ?, absent_at = ? WHERE id = ?",
        (event.reason, event.detail, line.at, event.post_id),
    )
    _history(db, line, event.post_id, "absent", ": ".join(filter(None, (event.reason, event.detail))))


def _same(db: sqlite3.Connection, event: e.Same, _line: Line) -> None:
    db.execute(
        "UPDATE posts SET edition = max(edition, ?), absent = '', absent_detail = '', absent_at = 0 WHERE id = ?",
        (event.edition, event.post_id),
    )


def _settled(db: sqlite3.Connection, event: e.Settled, _line: Line) -> None:
    db.execute("UPDATE posts SET settled = ? WHERE id = ?", (event.number, event.post_id))


def _gone(db: sqlite3.Connection, event: e.Gone, line: Line) -> None:
    _post(db, event.post_id, line.at)
    db.execute(
        "UPDATE posts SET gone_at = ?, gone_reason = ? WHERE id = ?", (line.at, event.reason, event.post_id)
    )
    _history(db, line, event.post_id, "gone", ": ".join(filter(None, (event.reason, event.detail))))


def _back(db: sqlite3.Connection, event: e.Back, line: Line) -> None:
    db.execute("UPDATE posts SET gone_at = 0, gone_reason = '' WHERE id = ?", (event.post_id,))
    _history(db, line, event.post_id, "back", "")


def _moved(db: sqlite3.Connection, event: e.Moved, line: Line) -> None:
    _post(db, event.post_id, line.at)
    db.execute(
        "INSERT OR REPLACE INTO moves VALUES (?,?,?,?)",
        (event.post_id, event.old_url, event.new_url, line.at),
    )
    db.execute("UPDATE posts SET url = ? WHERE id = ?", (event.new_url, event.post_id))
    _history(db, line, event.post_id, "moved", f"{event.old_url} {event.new_url}")


def _asset(db: sqlite3.Connection, event: e.Asset, line: Line) -> None:
    db.execute(
        "INSERT INTO assets VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
        (
            line.n,
            event.key,
            event.path,
            event.size,
            event.sha256,
            event.url,
            event.type,
            event.width,
            event.height,
            event.etag,
            event.post_id,
            line.at,
        ),
    )
    db.execute("DELETE FROM assets_absent WHERE key = ?", (event.key,))
    _file(db, event.path, event.size, event.sha256)


def _asset_absent(db: sqlite3.Connection, event: e.AssetAbsent, line: Line) -> None:
    db.execute(
        "INSERT OR REPLACE INTO assets_absent VALUES (?,?,?,?,?,?)",
        (event.key, event.reason, event.url, event.detail, event.post_id, line.at),
    )


def _media(db: sqlite3.Connection, event: e.Media, line: Line) -> None:
    db.execute(
        "INSERT OR REPLACE INTO media VALUES (?,?,?,?,?)",
        (event.media_id, event.record, event.post_id, event.ref, line.at),
    )
    db.execute("DELETE FROM media_absent WHERE media_id = ?", (event.media_id,))


def _media_absent(db: sqlite3.Connection, event: e.MediaAbsent, line: Line) -> None:
    db.execute(
        "INSERT OR REPLACE INTO media_absent VALUES (?,?,?,?,?)",
        (event.media_id, event.reason, event.detail, event.post_id, line.at),
    )


def _facts(db: sqlite3.Connection, event: e.Facts, line: Line) -> None:
    _post(db, event.post_id, line.at)
    db.execute(
        "UPDATE posts SET claps = coalesce(?, claps), responses = coalesce(?, responses), seen_at = ? WHERE id = ?",
        (event.claps, event.responses, event.seen_at, event.post_id),
    )


def _walked(db: sqlite3.Connection, event: e.Walked, line: Line) -> None:
    db.execute(
        "INSERT OR REPLACE INTO walks VALUES (?,?,?,?,?)",
        (event.source, event.complete, event.cursor, event.seen, line.at),
    )


def _data(db: sqlite3.Connection, event: e.Data, _line: Line) -> None:
    db.execute(
        "INSERT OR REPLACE INTO data VALUES (?,?,?,?)", (event.path, event.kind, event.size, event.sha256)
    )
    _file(db, event.path, event.size, event.sha256)


def _kept(db: sqlite3.Connection, event: e.Kept, _line: Line) -> None:
    db.execute("INSERT OR IGNORE INTO kept VALUES (?,?,?)", (event.sha256, event.ref, event.name))


def _captured(db: sqlite3.Connection, event: e.Captured, _line: Line) -> None:
    db.execute(
        "INSERT OR REPLACE INTO captures VALUES (?,?,?,?)",
        (event.file, event.size, event.sha256, event.records),
    )
    _file(db, f"{layout.CAPTURES}/{event.file}", event.size, event.sha256)


def _wrote(db: sqlite3.Connection, event: e.Wrote, _line: Line) -> None:
    _file(db, event.path, event.size, event.sha256)


def _removed(db: sqlite3.Connection, event: e.Removed, _line: Line) -> None:
    db.execute("DELETE FROM files WHERE path = ?", (event.path,))


def _sealed(db: sqlite3.Connection, event: e.Sealed, line: Line) -> None:
    if event.catalog:
        _file(db, layout.CATALOG, event.catalog_size, event.catalog)
    db.executemany(
        "INSERT OR REPLACE INTO state VALUES (?, ?)",
        (("sealed_n", line.n), ("sealed_at", line.at), ("sealed_manifest", event.manifest)),
    )


_FOLDS: dict[type, Callable[[sqlite3.Connection, Any, Line], None]] = {
    e.Known: _known, e.Versioned: _versioned, e.Absent: _absent, e.Same: _same, e.Settled: _settled,
    e.Gone: _gone, e.Back: _back, e.Moved: _moved,
    e.Asset: _asset, e.AssetAbsent: _asset_absent, e.Media: _media, e.MediaAbsent: _media_absent, e.Facts: _facts,
    e.Walked: _walked, e.Data: _data, e.Kept: _kept, e.Captured: _captured, e.Wrote: _wrote, e.Removed: _removed,
    e.Sealed: _sealed,
}  # fmt: skip
