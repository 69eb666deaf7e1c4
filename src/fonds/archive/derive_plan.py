"""What the plain files of an archive depend on, and so which of them are to be made again.

Which post links to which is kept in a temporary database of SQLite's, and read in the order of the posts' ids:
the memory that it takes does not grow with the archive.
"""

from __future__ import annotations

import functools
import hashlib
import itertools
import operator
import os
import tempfile
import weakref
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar

import msgspec

from fonds import jobs as job
from fonds.archive import database
from fonds.archive.derive_post import Look, Order, look

if TYPE_CHECKING:
    from fonds.archive.store import Archive

T = TypeVar("T")
R = TypeVar("R")

CHUNK = 48
"""Files that a process makes at a time."""

_SCHEMA = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA cache_size = -8000;
CREATE TABLE before (id TEXT PRIMARY KEY, version TEXT, state BLOB) WITHOUT ROWID;
CREATE TABLE posts (id TEXT PRIMARY KEY, number INTEGER, version TEXT, file TEXT) WITHOUT ROWID;
CREATE TABLE refs (id TEXT, n INTEGER, target TEXT, anchor TEXT, PRIMARY KEY (id, n)) WITHOUT ROWID;
CREATE TABLE looked (id TEXT PRIMARY KEY, names BLOB) WITHOUT ROWID;
CREATE TABLE asked (id TEXT, name TEXT, PRIMARY KEY (id, name)) WITHOUT ROWID;
CREATE TABLE wanted (id TEXT, name TEXT, there INTEGER, PRIMARY KEY (id, name)) WITHOUT ROWID;
CREATE TABLE chosen (id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE made (id TEXT PRIMARY KEY, state BLOB) WITHOUT ROWID;
BEGIN;
"""
"""``before``: the states of the last run; ``posts``: what is to be shown; ``looked``: the paragraphs' names of the
versions that were looked at; ``asked``: the paragraphs that some post links to, ``wanted``: and whether they exist; ``made``: the states of this
run, NULL for a file that failed."""


class State(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """What is known of a post's file since it was last made. ``refs`` are the posts and paragraphs that
    it links to; ``keys`` the pictures and ``media`` the embeds that it asked for; ``names`` tells for each of
    its paragraphs that something linked to whether it exists."""

    id: str
    version: str
    print: str
    file: str
    refs: tuple[tuple[str, str], ...] = ()
    keys: tuple[str, ...] = ()
    media: tuple[str, ...] = ()
    names: dict[str, bool] = {}


class Work(msgspec.Struct, frozen=True, gc=False):
    """A file, and what it depends on."""

    order: Order
    version: str
    refs: tuple[tuple[str, str], ...]
    names: dict[str, bool]
    before: State | None


_state = msgspec.json.Decoder(State)
_names = msgspec.json.Decoder(frozenset[str])


def encoded(state: State) -> bytes:
    """A state as a line of the file that keeps them."""
    return msgspec.json.encode(state, order="sorted")


def each(function: Callable[[T, str, str], R], things: list[T], *, root: str, head: str) -> list[R]:
    """``function`` over some things, in any process. ``head`` tells one state of the archive from the next."""
    return [function(thing, root, head) for thing in things]


def pooled(run: job.Runner, work: Callable[[list[T]], list[R]], things: Iterable[T]) -> Iterator[R]:
    """``work`` over ``things``, some at a time; they are taken as there is room for them."""
    waiting = iter(things)
    chunks = iter(lambda: list(itertools.islice(waiting, CHUNK)), [])
    return itertools.chain.from_iterable(run(work, chunks))


class Plan:
    """What each file depends on, and so which are to be made: ``look``, then ``choose``, then ``orders``.

    ``before`` are the lines of the last run's states; none count when one of them cannot be read. A context
    manager, for the temporary database. Raises DiskError.
    """

    def __init__(self, archive: Archive, before: Iterable[bytes] = ()) -> None:
        self._archive = archive
        self._place = Path(os.environ.get("SQLITE_TMPDIR") or tempfile.gettempdir())
        self._under_way: dict[str, Work] = {}
        self._db = database.connect("")
        # For who asks for single files, and cannot know which is the last.
        weakref.finalize(self, self._db.close)
        with database.told(self._place):
            self._db.executescript(_SCHEMA)
        try:
            self._load(before)
        except (OSError, msgspec.DecodeError):
            self._do("DELETE FROM before")  # they are made again, and verify tells what was wrong with them
        self._many("INSERT INTO posts VALUES (?, ?, ?, ?)", archive.catalog.shown())
        self._do("CREATE INDEX posts_file ON posts (file)")
        self.posts: int = self._one("SELECT count(*) FROM posts")
        self.changed: int = self._one(f"SELECT count(*) {_FRESH}")
        """Posts whose version is not the one that their file was made from."""

    def _load(self, lines: Iterable[bytes]) -> None:
        states = ((_state.decode(line), line) for line in lines)
        rows = ((state.id, state.version, line) for state, line in states)
        self._many("INSERT OR REPLACE INTO before VALUES (?, ?, ?)", rows)

    # --------------------------------------------------------------------------------- what links to what

    def look(self, run: job.Runner) -> None:
        """Finds out which post links to which, and whether the paragraphs are there that are linked to."""
        kept = self._query(
            "SELECT b.state FROM posts p CROSS JOIN before b ON b.id = p.id AND b.version = p.version ORDER BY p.id"
        )
        self._refer((state.id, state.refs) for (line,) in kept for state in (_state.decode(line),))
        fresh = self._query(f"SELECT p.id, p.number {_FRESH} ORDER BY p.id")
        self._refer((found.id, found.refs) for found in self._look(fresh, run))
        self._do(
            """INSERT OR IGNORE INTO asked SELECT p.id, r.anchor FROM refs r
               CROSS JOIN posts p ON p.id = iif(r.target = '', r.id, r.target) WHERE r.anchor <> ''"""
        )
        unsure = self._query(
            """SELECT id, number FROM posts WHERE id IN (SELECT id FROM asked)
               AND id NOT IN (SELECT id FROM looked) ORDER BY id"""
        )
        for _ in self._look((thing for thing in unsure if self._is_unsure(thing[0])), run):
            pass
        self._many("INSERT INTO wanted VALUES (?, ?, ?)", self._there())

    def _refer(self, found: Iterable[tuple[str, tuple[tuple[str, str], ...]]]) -> None:
        rows = ((ident, n, *ref) for ident, refs in found for n, ref in enumerate(refs))
        self._many("INSERT INTO refs VALUES (?, ?, ?, ?)", rows)

    def _look(self, things: Iterable[tuple[Any, ...]], run: job.Runner) -> Iterator[Look]:
        work = functools.partial(each, look, root=str(self._archive.layout.root), head="")
        for found in pooled(run, work, things):
            self._do("INSERT INTO looked VALUES (?, ?)", found.id, msgspec.json.encode(found.names))
            yield found

    def _is_unsure(self, ident: str) -> bool:
        """Whether a paragraph is linked to of which the state before does not say whether it exists."""
        line = self._one("SELECT state FROM before WHERE id = ?", ident)
        known = _state.decode(line).names
        return any(name not in known for (name,) in self._query("SELECT name FROM asked WHERE id = ?", ident))

    def _there(self) -> Iterator[tuple[str, str, bool]]:
        """The paragraphs that are linked to, and whether they exist."""
        wanted = self._query("SELECT id, name FROM asked ORDER BY id, name")
        for ident, rows in itertools.groupby(wanted, key=operator.itemgetter(0)):
            names = self._one("SELECT names FROM looked WHERE id = ?", ident)
            if names is not None:
                looked = _names.decode(names)
                yield from ((ident, name, name in looked) for _, name in rows)
            else:
                known = _state.decode(self._one("SELECT state FROM before WHERE id = ?", ident)).names
                yield from ((ident, name, known[name]) for _, name in rows)

    # --------------------------------------------------------------------------------- what is to be made

    def choose(self) -> int:
        """Finds out which files are to be made, and returns how many."""
        if self._one("SELECT 1 FROM before LIMIT 1") is None:
            self._do("INSERT INTO chosen SELECT id FROM posts")
        else:
            due = ((work.order.id,) for work in self._works() if self._is_due(work))
            self._many("INSERT INTO chosen VALUES (?)", due)
        return int(self._one("SELECT count(*) FROM chosen"))

    def _is_due(self, work: Work) -> bool:
        before = work.before
        return (
            before is None
            or before.print != self.print(work, before.keys, before.media)
            or not self._archive.layout.path(work.order.file).is_file()
        )

    def orders(self, *, check: bool) -> Iterator[Order]:
        """The files to make: in the order of their ids, so that each run does the same."""
        for work in self._works("JOIN chosen c ON c.id = p.id", check=check):
            self._under_way[work.order.id] = work
            yield work.order

    def order(self, file: str) -> Order | None:
        """What to make for one file; None when no post has it."""
        ident = self._one("SELECT id FROM posts WHERE file = ?", file)
        return next((work.order for work in self._works(only=ident)), None) if ident is not None else None

    def has_file(self, path: str) -> bool:
        return self._one("SELECT 1 FROM posts WHERE file = ?", path) is not None

    def _works(self, where: str = "", *, only: str = "", check: bool = False) -> Iterator[Work]:
        """The files and what they depend on, in the order of their ids: of all that ``where`` leaves, or one."""

        def of(column: str) -> str:
            return f"WHERE {column} = ?" if only else "WHERE ?"

        key = only or 1
        refs = _Groups(self._query(
            f"""SELECT r.id, r.target, r.anchor, t.file FROM refs r LEFT JOIN posts t ON t.id = r.target
                {of("r.id")} ORDER BY r.id, r.n""", key))  # noqa: S608  our own words  # fmt: skip
        linked = _Groups(self._query(
            f"""SELECT r.id, t.file, w.name FROM refs r CROSS JOIN posts t ON t.id = r.target
                CROSS JOIN wanted w ON w.id = t.id {of("r.id")} AND w.there ORDER BY r.id""", key))  # noqa: S608  # fmt: skip
        own = _Groups(self._query(
            f"SELECT id, name, there FROM wanted {of('id')} ORDER BY id, name", key))  # noqa: S608  # fmt: skip
        chosen = self._query(
            f"""SELECT p.id, p.number, p.version, p.file, b.state FROM posts p {where}
                LEFT JOIN before b ON b.id = p.id {of("p.id")} ORDER BY p.id""", key)  # noqa: S608  # fmt: skip
        for ident, number, version, file, state in chosen:
            found = refs.of(ident)
            names = {name: bool(there) for _, name, there in own.of(ident)}
            links = {target: place for _, target, _, place in found if place is not None}
            if links or any(not target for _, target, _, _ in found):
                links[ident] = file
            anchors: dict[str, set[str]] = {}
            for _, place, name in linked.of(ident):
                anchors.setdefault(place, set()).add(name)
            if any(names.values()):
                anchors[file] = {name for name, there in names.items() if there}
            order = Order(
                ident, number, file, links, {at: frozenset(some) for at, some in anchors.items()}, check
            )
            before = _state.decode(state) if state is not None else None
            yield Work(
                order, version, tuple((target, anchor) for _, target, anchor, _ in found), names, before
            )

    def print(self, work: Work, keys: Iterable[str], media: Iterable[str]) -> str:
        """The hash of everything that a file depends on."""
        order = work.order
        facts = (
            work.version,
            order.file,
            sorted(order.links.items()),
            sorted((file, sorted(names)) for file, names in order.anchors.items()),
            [(key, self._asset(key)) for key in sorted(keys)],
            [(thing, self._thing(thing)) for thing in sorted(media)],
        )
        return hashlib.sha256(repr(facts).encode()).hexdigest()

    def _asset(self, key: str) -> str:
        row = self._archive.catalog.asset(key)
        return row.path if row is not None else ""

    def _thing(self, media_id: str) -> str:
        row = self._archive.catalog.media(media_id)
        return hashlib.sha256(row.record.encode()).hexdigest() if row is not None else ""

    # --------------------------------------------------------------------------------- what came of it

    def made(self, ident: str, keys: tuple[str, ...], media: tuple[str, ...]) -> None:
        """Remembers that a file was made, and what it asked for."""
        work = self._under_way.pop(ident)
        done = self.print(work, keys, media)
        state = State(ident, work.version, done, work.order.file, work.refs, keys, media, work.names)
        self._do("INSERT INTO made VALUES (?, ?)", ident, encoded(state))

    def failed(self, ident: str) -> None:
        self._under_way.pop(ident)
        self._do("INSERT INTO made VALUES (?, NULL)", ident)

    def file(self, ident: str) -> str:
        """The file of a post that is being made."""
        return self._under_way[ident].order.file

    def states(self) -> Iterator[bytes]:
        """The states as they are now, in the order of the ids; of files that failed there is none."""
        own = _Groups(self._query("SELECT id, name, there FROM wanted ORDER BY id, name"))
        rows = self._query(
            """SELECT p.id, b.state, m.id, m.state FROM posts p LEFT JOIN before b ON b.id = p.id
               LEFT JOIN made m ON m.id = p.id ORDER BY p.id"""
        )
        for ident, before, done, state in rows:
            names = {name: bool(there) for _, name, there in own.of(ident)}
            if done is None:
                was = _state.decode(before)
                yield before if was.names == names else encoded(msgspec.structs.replace(was, names=names))
            elif state is not None:
                yield state

    def before(self) -> Iterator[bytes]:
        """The states of the last run, in the order of the ids."""
        return (line for (line,) in self._query("SELECT state FROM before ORDER BY id"))

    # --------------------------------------------------------------------------------- the database

    def _query(self, query: str, *values: object) -> Iterator[tuple[Any, ...]]:
        with database.told(self._place):
            # Not "yield from": a reader that stops half way would close a cursor of a database that is closed.
            for row in self._db.execute(query, values):  # noqa: UP028
                yield row

    def _one(self, query: str, *values: object) -> Any:
        row = next(self._query(query, *values), None)
        return None if row is None else row[0]

    def _do(self, statement: str, *values: object) -> None:
        with database.told(self._place):
            self._db.execute(statement, values)

    def _many(self, statement: str, rows: Iterable[tuple[Any, ...]]) -> None:
        with database.told(self._place):
            self._db.executemany(statement, rows)

    def close(self) -> None:
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


_FRESH = """FROM posts p LEFT JOIN before b ON b.id = p.id AND b.version = p.version WHERE b.id IS NULL"""


class _Groups:
    """Rows in the order of their first column, asked for by it in that order."""

    def __init__(self, rows: Iterator[tuple[Any, ...]]) -> None:
        self._groups = itertools.groupby(rows, key=operator.itemgetter(0))
        self._next = next(self._groups, None)

    def of(self, key: str) -> list[tuple[Any, ...]]:
        while self._next is not None and self._next[0] < key:
            self._next = next(self._groups, None)
        return list(self._next[1]) if self._next is not None and self._next[0] == key else []
