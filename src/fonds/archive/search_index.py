"""``.fonds/search.sqlite``: the terms of every post kept, in SQLite's FTS5, and what a search filters by.

Derived: made when it is missing, damaged or of other rules, and brought up to date before a search, when
the archive's journal has gone on. The terms are folded before they come here (``fonds.archive.folding``),
so that FTS5 need only cut at blanks. The text itself is not in it: snippets come from the versions.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from fonds.archive import database, files, folding, search_text
from fonds.model import Embed, LinkCard, Post

if TYPE_CHECKING:
    from fonds.archive.store import Archive
    from fonds.medium.things import Thing

SCHEMA = f"2.{folding.FOLDING_VERSION}"
"""Of the tables and of the folding: an index of another one is made again."""

BREAK = "\u00b6"
"""Stands between two pieces of text: a term that no text has, so that no phrase reaches over it."""

_META = "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID"
_DOCS = """
CREATE TABLE docs (
  doc INTEGER PRIMARY KEY, post_id TEXT NOT NULL UNIQUE, number INTEGER NOT NULL, kind TEXT NOT NULL,
  title TEXT NOT NULL, author TEXT NOT NULL, names TEXT NOT NULL, language TEXT NOT NULL,
  published_at INTEGER NOT NULL, day TEXT NOT NULL, tags TEXT NOT NULL, media TEXT NOT NULL, print TEXT NOT NULL
)"""
# Prefixes of one character serve single Chinese characters, longer ones word*.
_WORDS = """
CREATE VIRTUAL TABLE words USING fts5(
  title, subtitle, text, code, captions, embeds, content='', tokenize='ascii', prefix='1 2 3'
)"""
_KINDS = {"posts": "post", "responses": "response", "drafts": "draft"}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EVERY = 500
"""Posts in a transaction."""
_WASTE = 200
"""Rows of words that no post has any more, and a quarter of all, before the index is made again."""


class Opened(msgspec.Struct, frozen=True):
    """An index that is up to date. ``updated`` posts were taken in for that; ``kept`` is False when the
    archive's folder could not be written, and the index is in memory."""

    db: sqlite3.Connection
    updated: int = 0
    kept: bool = True


def open_index(archive: Archive, progress: Callable[[str, int, int], None], *, anew: bool = False) -> Opened:
    """The index of ``archive``, up to date; ``anew``: made again, whatever is there. Raises DiskError."""
    path = archive.layout.search
    try:
        found = None if anew else _current(archive, path, progress)
        if found is None:
            found = Opened(updated=_rebuild(archive, path, progress), db=_connect(path))
    except sqlite3.Error as error:
        if _code(error) not in _UNWRITABLE:
            database.fail(error, path)
    except PermissionError:
        pass
    except OSError as error:
        files.fail(error, path)
    else:
        return found
    # An archive on a disc, or another person's: nothing is kept, and each search makes it again.
    db = sqlite3.connect(":memory:", isolation_level="IMMEDIATE")
    with db:
        _make(db)
        return Opened(db, _update(archive, db, progress), kept=False)


_UNWRITABLE = (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM)
_OF_THE_DISK = (
    *_UNWRITABLE,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
)


def _code(error: sqlite3.Error) -> int:
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def _current(archive: Archive, path: Path, progress: Callable[[str, int, int], None]) -> Opened | None:
    """The index on the disk brought up to date, or None when it is better made again."""
    db = _usable(path)
    if db is None:
        return None
    try:
        with db:
            updated = _update(archive, db, progress)
        if not _is_wasteful(db):
            return Opened(db, updated)
    except sqlite3.DatabaseError as error:
        if _code(error) in _OF_THE_DISK:
            db.close()
            raise
        # Damaged: nothing in it is anybody's loss.
    db.close()
    return None


def _connect(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, isolation_level="IMMEDIATE", timeout=30)


def _usable(path: Path) -> sqlite3.Connection | None:
    """The index at ``path`` when it can be read and is of our schema."""
    if not path.is_file():
        return None
    db = _connect(path)
    try:
        if _get(db, "schema") == SCHEMA:
            return db
    except sqlite3.DatabaseError:  # damaged, or no index at all
        db.close()
        return None
    db.close()
    return None


def _get(db: sqlite3.Connection, key: str) -> str:
    row = db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    return str(row[0]) if row else ""


def _set(db: sqlite3.Connection, key: str, value: str) -> None:
    db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))


def _make(db: sqlite3.Connection) -> None:
    for statement in (_META, _DOCS, _WORDS):
        db.execute(statement)
    _set(db, "schema", SCHEMA)


def _rebuild(archive: Archive, path: Path, progress: Callable[[str, int, int], None]) -> int:
    """Makes the index anew, whole or not at all."""
    temporary = Path(files.beside(str(path.parent)))
    try:
        with contextlib.closing(sqlite3.connect(temporary, isolation_level="IMMEDIATE")) as db:
            db.execute("PRAGMA journal_mode = OFF")
            db.execute("PRAGMA synchronous = OFF")
            with db:
                _make(db)
                updated = _update(archive, db, progress)
                db.execute("INSERT INTO words (words) VALUES ('optimize')")
        with contextlib.suppress(FileNotFoundError):
            path.with_name(f"{path.name}-journal").unlink()
        os.replace(temporary, path)  # noqa: PTH105
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()
    return updated


def _is_wasteful(db: sqlite3.Connection) -> bool:
    live = db.execute("SELECT count(*) FROM docs").fetchone()[0]
    return bool(int(_get(db, "waste") or 0) > max(_WASTE, live // 4))


# ------------------------------------------------------------------------------------------- taking in


def _update(archive: Archive, db: sqlite3.Connection, progress: Callable[[str, int, int], None]) -> int:
    """Takes in the posts whose newest version, or what is known of their embeds, is another than before."""
    if archive.head and _get(db, "head") == archive.head:
        return 0
    have = {
        row[0]: row[1:] for row in db.execute("SELECT post_id, number, kind, media, print, doc FROM docs")
    }
    media = {row.media_id: row.record for row in archive.catalog.all_media()}
    changed: list[tuple[str, str]] = []
    seen: set[str] = set()
    for row in archive.catalog.posts():
        seen.add(row.id)
        kind = _KINDS.get(row.folder, "post")
        number, kind_before, keys, before, _ = have.get(row.id, (0, "", "", "", 0))
        if (number, kind_before) != (row.full or row.number, kind) or _print(
            keys.splitlines(), media
        ) != before:
            changed.append((row.id, kind))
    _forget(db, [have[post_id][-1] for post_id in have.keys() - seen])
    for done, (post_id, kind) in enumerate(changed, 1):
        if post_id in have:
            _forget(db, [have[post_id][-1]])
        _add(archive, db, post_id, kind, media)
        progress("index", done, len(changed))
        if done % _EVERY == 0:
            db.commit()
    _set(db, "head", archive.head)
    return len(changed)


def _forget(db: sqlite3.Connection, docs: Iterable[int]) -> None:
    """Their words stay, as nobody's: FTS5 without the text takes no row out (SQLite before 3.43)."""
    gone = [(doc,) for doc in docs]
    if gone:
        db.executemany("DELETE FROM docs WHERE doc = ?", gone)
        _set(db, "waste", str(int(_get(db, "waste") or 0) + len(gone)))


def _add(archive: Archive, db: sqlite3.Connection, post_id: str, kind: str, media: Mapping[str, str]) -> None:
    version = archive.version(post_id)
    post, keys = filled(version.post, media.get)
    columns: dict[str, list[str]] = {field: [] for field in search_text.FIELDS}
    for piece in search_text.pieces(post):
        column = columns[piece.field]
        if column:
            column.append(BREAK)
        column += folding.terms(piece.text)
    cursor = db.execute(
        "INSERT INTO words (title, subtitle, text, code, captions, embeds) VALUES (?, ?, ?, ?, ?, ?)",
        [" ".join(columns[field]) for field in search_text.FIELDS],
    )
    published = post.first_published_at or post.created_at
    db.execute(
        "INSERT INTO docs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            cursor.lastrowid,
            post_id,
            version.number,
            kind,
            post.title,
            post.author.name or post.author.username,
            words(f"{post.author.name} {post.author.username}"),
            post.language,
            published,
            _day(published),
            " ".join(["", *(tag_key(name) for tag in post.tags for name in (tag.slug, tag.name) if name), ""]),
            "\n".join(keys),
            _print(keys, media),
        ),
    )  # fmt: skip


def words(text: str) -> str:
    """The terms of ``text`` between blanks, one at either end: to be looked for with LIKE."""
    return " ".join(["", *folding.terms(text), ""])


def tag_key(tag: str) -> str:
    """A tag as it is compared: ``Human Rights`` is ``human-rights``."""
    return "-".join(folding.terms(tag))


def _day(milliseconds: int) -> str:
    try:
        return f"{_EPOCH + timedelta(milliseconds=milliseconds):%Y-%m-%d}" if milliseconds else ""
    except OverflowError:
        return ""


# ------------------------------------------------------------------------------------------- embeds


def filled(post: Post, record: Callable[[str], str | None]) -> tuple[Post, tuple[str, ...]]:
    """``post`` with what the archive knows of its embeds, and the keys that it asked ``record`` for."""
    if not any(isinstance(block, (Embed, LinkCard)) for block in post.blocks):
        return post, ()
    # Imported here: most searches show posts without embeds, and this takes 50 ms.
    from fonds.medium.media import fill

    asked = _Asked(record)
    return fill(post, asked), tuple(sorted(asked.keys_asked))


class _Asked(Mapping[str, "Thing"]):
    """What is known of embeds, and what was asked for."""

    def __init__(self, record: Callable[[str], str | None]) -> None:
        self._record = record
        self.keys_asked: set[str] = set()

    def __getitem__(self, key: str) -> Thing:
        from fonds.medium.things import decode

        self.keys_asked.add(key)
        found = self._record(key)
        if found is None:
            raise KeyError(key)
        return decode(found.encode())

    def __iter__(self) -> Iterator[str]:
        raise TypeError("is asked by key")

    def __len__(self) -> int:
        raise TypeError("is asked by key")


def _print(keys: Iterable[str], media: Mapping[str, str]) -> str:
    """A hash of what is known of the embeds ``keys``; "" of none."""
    known = sorted(media[key] for key in keys if key in media)
    return hashlib.sha256("\0".join(known).encode()).hexdigest()[:16] if known else ""
