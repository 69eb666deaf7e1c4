"""How events add up: the tables of the catalog, and what each event does to them."""

from __future__ import annotations

import hashlib
import re
import sqlite3
from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from fonds.archive import events as e
from fonds.archive import layout, naming
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
CREATE TABLE lines (n INTEGER PRIMARY KEY, raw BLOB);
CREATE TABLE files (path TEXT PRIMARY KEY, size INTEGER, sha256 TEXT) WITHOUT ROWID;
"""

_DATE = re.compile(r"_?\d{4,}-\d\d-\d\d-")


def begin(db: sqlite3.Connection) -> None:
    """Makes the tables in an empty database."""
    db.executescript(SCHEMA)
    db.execute("INSERT INTO state VALUES ('version', ?)", (VERSION,))
    set_place(db, Place())


def place(db: sqlite3.Connection) -> Place | None:
    """How far the journal is in the tables; None when they are those of another fonds, or damaged."""
    state = dict(db.execute("SELECT key, value FROM state"))
    n, end, digest = state.get("n"), state.get("end"), state.get("sum")
    if state.get("version") != VERSION or not isinstance(digest, str):
        return None
    return Place(n, end, digest) if isinstance(n, int) and isinstance(end, int) else None


def set_place(db: sqlite3.Connection, found: Place) -> None:
    db.executemany(
        "INSERT OR REPLACE INTO state VALUES (?, ?)",
        (("n", found.n), ("end", found.end), ("sum", found.sum)),
    )


def fold(db: sqlite3.Connection, lines: Iterable[Line]) -> None:
    """Adds events to the tables, within the transaction of the caller."""
    last: Line | None = None
    for last in lines:
        event = last.event
        facts = msgspec.structs.asdict(event)
        facts.update(n=last.n, at=last.at, raw=last.raw)
        if more := _MORE.get(type(event)):
            facts.update(more(event))
        for statement in _STATEMENTS[type(event)]:
            db.execute(statement, facts)
        # The journal's only copy would be the one thing that nothing could give back.
        db.execute("INSERT OR REPLACE INTO lines VALUES (:n, :raw)", facts)
    if last is not None:
        set_place(db, Place(last.n, last.end, last.sum))


_POST = "INSERT OR IGNORE INTO posts (id, known_at) VALUES (:post_id, :at)"
_FILE = "INSERT OR REPLACE INTO files VALUES (:path, :size, :sha256)"
_HISTORY = "INSERT OR REPLACE INTO history VALUES (:n, :at, :post_id, :what, :detail, :number)"

_STATEMENTS: dict[type, tuple[str, ...]] = {
    e.Known: (
        """INSERT INTO known VALUES (:post_id, :via, :detail, :url, :title, :author, :published_at, :edition, :at)
           ON CONFLICT DO UPDATE SET
             url = iif(:url = '', url, :url), title = iif(:title = '', title, :title),
             author = iif(:author = '', author, :author),
             published_at = iif(:published_at = 0, published_at, :published_at), edition = max(edition, :edition)""",
        # What a kept version says of itself counts more than what a list says of it.
        """INSERT INTO posts (id, title, author, url, published_at, known_at, known_edition)
           VALUES (:post_id, :title, :author, :url, :published_at, :at, :edition)
           ON CONFLICT DO UPDATE SET
             title = iif(number > 0 OR :title = '', title, :title), author = iif(author = '', :author, author),
             url = iif((number > 0 AND url <> '') OR :url = '', url, :url),
             published_at = iif(published_at = 0, :published_at, published_at),
             known_edition = max(known_edition, :edition)""",
    ),
    e.Versioned: (
        _POST,
        """INSERT OR REPLACE INTO versions VALUES (
             :post_id, :number, :captured_at, :edition, :folder, :stem, :preview, :title, :size, :sha256, :n)""",
        """UPDATE posts SET
             number = :number, full = iif(:preview, full, :number), captured_at = :captured_at, edition = :edition,
             folder = :folder, stem = :stem, name = :name, preview = :preview, title = :title,
             author = iif(:author = '', author, :author), url = iif(:url = '', url, :url),
             published_at = iif(:published_at = 0, published_at, :published_at)
           WHERE id = :post_id AND number <= :number""",
        "UPDATE posts SET absent = '', absent_detail = '', absent_at = 0 WHERE id = :post_id AND NOT :preview",
        "INSERT OR IGNORE INTO stems VALUES (:key, :post_id)",
        _HISTORY,
        _FILE,
    ),
    e.Absent: (
        _POST,
        "UPDATE posts SET absent = :reason, absent_detail = :told, absent_at = :at WHERE id = :post_id",
        _HISTORY,
    ),
    e.Same: (
        """UPDATE posts SET edition = max(edition, :edition), absent = '', absent_detail = '', absent_at = 0
           WHERE id = :post_id""",
    ),
    e.Settled: ("UPDATE posts SET settled = :number WHERE id = :post_id",),
    e.Gone: (_POST, "UPDATE posts SET gone_at = :at, gone_reason = :reason WHERE id = :post_id", _HISTORY),
    e.Back: (_POST, "UPDATE posts SET gone_at = 0, gone_reason = '' WHERE id = :post_id", _HISTORY),
    e.Moved: (
        _POST,
        "INSERT OR REPLACE INTO moves VALUES (:post_id, :old_url, :new_url, :at)",
        "UPDATE posts SET url = :new_url WHERE id = :post_id",
        _HISTORY,
    ),
    e.Asset: (
        """INSERT OR REPLACE INTO assets VALUES (
             :n, :key, :path, :size, :sha256, :url, :type, :width, :height, :etag, :post_id, :at)""",
        "DELETE FROM assets_absent WHERE key = :key",
        _FILE,
    ),
    e.AssetAbsent: (
        "INSERT OR REPLACE INTO assets_absent VALUES (:key, :reason, :url, :detail, :post_id, :at)",
    ),
    e.Media: (
        "INSERT OR REPLACE INTO media VALUES (:media_id, :record, :post_id, :ref, :at)",
        "DELETE FROM media_absent WHERE media_id = :media_id",
    ),
    e.MediaAbsent: (
        "INSERT OR REPLACE INTO media_absent VALUES (:media_id, :reason, :detail, :post_id, :at)",
    ),
    e.Facts: (
        _POST,
        """UPDATE posts SET claps = coalesce(:claps, claps), responses = coalesce(:responses, responses),
             seen_at = :seen_at WHERE id = :post_id""",
    ),
    e.Walked: ("INSERT OR REPLACE INTO walks VALUES (:source, :complete, :cursor, :seen, :at)",),
    e.Data: ("INSERT OR REPLACE INTO data VALUES (:path, :kind, :size, :sha256)", _FILE),
    e.Kept: ("INSERT OR IGNORE INTO kept VALUES (:sha256, :ref, :name)",),
    e.Captured: ("INSERT OR REPLACE INTO captures VALUES (:file, :size, :sha256, :records)", _FILE),
    e.Wrote: (_FILE,),
    e.Configured: (_FILE, "INSERT OR REPLACE INTO state VALUES ('config', :text)"),
    e.Removed: ("DELETE FROM files WHERE path = :path",),
    e.Sealed: (
        "INSERT OR REPLACE INTO files SELECT :path, :catalog_size, :catalog WHERE :catalog <> ''",
        "INSERT OR REPLACE INTO state VALUES ('sealed_at', :at)",
    ),
}


def _versioned(event: e.Versioned) -> dict[str, Any]:
    return {
        "what": "versioned",
        "detail": "repaired" if event.repaired else "preview" if event.preview else "",
        "path": layout.version(event.post_id, event.number),
        "key": naming.key(f"{event.folder}/{event.stem}"),
        "name": _DATE.sub("", event.stem, count=1),
    }


def _absent(event: e.Absent | e.Gone) -> dict[str, Any]:
    return {
        "what": "absent" if isinstance(event, e.Absent) else "gone",
        "told": event.detail,
        "detail": ": ".join(filter(None, (event.reason, event.detail))),
        "number": 0,
    }


def _configured(event: e.Configured) -> dict[str, Any]:
    data = event.text.encode("utf-8")
    return {"path": layout.CONFIG, "size": len(data), "sha256": hashlib.sha256(data).hexdigest()}


_MORE: dict[type, Callable[[Any], dict[str, Any]]] = {
    e.Versioned: _versioned,
    e.Absent: _absent,
    e.Gone: _absent,
    e.Back: lambda _: {"what": "back", "detail": "", "number": 0},
    e.Moved: lambda event: {"what": "moved", "detail": f"{event.old_url} {event.new_url}", "number": 0},
    e.Captured: lambda event: {"path": f"{layout.CAPTURES}/{event.file}"},
    e.Configured: _configured,
    e.Sealed: lambda _: {"path": layout.CATALOG},
}
"""What a statement needs beside the event's own fields."""
