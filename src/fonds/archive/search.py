"""``fonds search``: full text over everything an archive keeps, with filters and snippets."""

from __future__ import annotations

import contextlib
import functools
import re
import sqlite3
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

import msgspec

from fonds.archive import search_index, search_query, search_text
from fonds.archive.search_query import Matcher
from fonds.archive.search_text import Snippet
from fonds.errors import UsageError

if TYPE_CHECKING:
    from fonds.archive.store import Archive

Kind = Literal["post", "response", "draft"]
Order = Literal["best", "newest", "oldest"]

KINDS: tuple[Kind, ...] = ("post", "response", "draft")
ORDERS: tuple[Order, ...] = ("best", "newest", "oldest")
LIMIT = 20

_DAY = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?")
# A word of the title says most of what a post is about, one of its code or captions least.
_WEIGHTS = "8.0, 4.0, 1.0, 0.6, 0.8, 0.6"
_ORDERS = {
    "best": "rank, published_at DESC, post_id",
    "newest": "published_at DESC, post_id",
    "oldest": "published_at = 0, published_at, post_id",
}


class Filters(msgspec.Struct, frozen=True, omit_defaults=True):
    """``after`` (its day included) and ``before`` (its day not) are days, months or years, in UTC. Of
    ``tags`` a post must have every one; of ``languages`` and ``kinds`` any."""

    after: str = ""
    before: str = ""
    years: tuple[int, ...] = ()
    tags: tuple[str, ...] = ()
    author: str = ""
    languages: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()


class Hit(msgspec.Struct, frozen=True):
    """A post that was found. ``score`` is the better the higher, comparable within one search."""

    id: str
    title: Snippet
    date: str
    kind: Kind
    author: str
    language: str
    path: str
    url: str
    score: float
    snippets: tuple[Snippet, ...] = ()


class Results(msgspec.Struct, frozen=True):
    """``total`` posts were found, the first of which are ``hits``. ``ignored`` are the words of the query
    that hold nothing to look for. ``updated``: posts that the index took in before; ``kept``: whether the
    index is on the disk now."""

    query: str
    total: int
    hits: tuple[Hit, ...] = ()
    ignored: tuple[str, ...] = ()
    updated: int = 0
    kept: bool = True


def search(
    archive: Archive,
    query: str,
    filters: Filters = Filters(),  # noqa: B008  frozen
    *,
    limit: int = LIMIT,
    order: Order = "best",
    progress: Callable[[str, int, int], None] = lambda _phase, _done, _total: None,
) -> Results:
    """The posts of ``archive`` in which ``query`` is found (docs/search.md); without words, all that the
    filters let through.

    Raises UsageError when there is nothing to look for, or a filter is no date; DiskError.
    """
    wanted = search_query.parse(query)
    where, values = _conditions(filters)
    if not wanted.groups and not wanted.excluded and not where:
        raise UsageError("there is no word to search for", origin=query or "the query")
    try:
        opened = search_index.open_index(archive, progress)
        found = _find(opened, wanted, where, values, order)
    except sqlite3.DatabaseError:  # damaged where nothing looked before
        opened = search_index.open_index(archive, progress, anew=True)
        found = _find(opened, wanted, where, values, order)
    matcher = Matcher(wanted)
    hits = tuple(_hit(archive, row, matcher) for row in found[:limit])
    return Results(query, len(found), hits, wanted.ignored, opened.updated, opened.kept)


_Row = tuple[float, str, str, str, str, str, str]


def _find(
    opened: search_index.Opened,
    query: search_query.Query,
    where: list[str],
    values: list[object],
    order: Order,
) -> list[_Row]:
    """Every post that is found, in order. Closes the index."""
    columns = "post_id, docs.title, day, kind, author, language"
    if match := search_query.expression(query):
        rank = f"bm25(words, {_WEIGHTS})" if order == "best" else "0.0"
        source, where, values = (
            "words JOIN docs ON doc = words.rowid",
            ["words MATCH ?", *where],
            [match, *values],
        )
    else:
        rank, source = "0.0", "docs"
        if excluded := search_query.exclusion(query):
            where, values = (
                [*where, "doc NOT IN (SELECT rowid FROM words WHERE words MATCH ?)"],
                [*values, excluded],
            )
    conditions = f"WHERE {' AND '.join(where)}" if where else ""
    # Nothing of the user's stands in the statement, but in its values.
    statement = f"SELECT {rank} AS rank, {columns} FROM {source} {conditions} ORDER BY {_ORDERS[order]}"  # noqa: S608
    with contextlib.closing(opened.db) as db:
        return db.execute(statement, values).fetchall()


def _conditions(filters: Filters) -> tuple[list[str], list[object]]:
    where: list[str] = []
    values: list[object] = []

    def add(condition: str, *of: object) -> None:
        where.append(condition)
        values.extend(of)

    # A day's text sorts as its date does, and a month before its days.
    if filters.after:
        add("day >= ?", _date(filters.after))
    if filters.before:
        add("day <> '' AND day < ?", _date(filters.before))
    if filters.years:
        add(f"substr(day, 1, 4) IN ({_marks(filters.years)})", *(f"{year:04d}" for year in filters.years))
    for tag in filters.tags:
        add("instr(tags, ?)", f" {search_index.tag_key(tag)} ")
    if filters.author:
        add("instr(names, ?)", search_index.words(filters.author.removeprefix("@")))
    if filters.languages:
        either = " OR ".join("language = ? OR language LIKE ? ESCAPE '\\'" for _ in filters.languages)
        codes = [code.lower() for code in filters.languages]
        add(f"({either})", *(part for code in codes for part in (code, f"{_literal(code)}-%")))
    if filters.kinds:
        add(f"kind IN ({_marks(filters.kinds)})", *filters.kinds)
    return where, values


def _marks(values: tuple[object, ...]) -> str:
    return ", ".join("?" for _ in values)


def _literal(text: str) -> str:
    return re.sub(r"([\\%_])", r"\\\1", text)


def _date(text: str) -> str:
    if not _DAY.fullmatch(text):
        raise UsageError(f"{text!r} is no date", remedy="Write 2016, 2016-05 or 2016-05-31.")
    return text


def _hit(archive: Archive, row: _Row, matcher: Matcher) -> Hit:
    score, post_id, title, day, kind, author, language = row
    known = archive.catalog.post(post_id)
    post, _ = search_index.filled(archive.version(post_id).post, functools.partial(_record, archive))
    return Hit(
        post_id,
        search_text.whole("title", title, matcher),
        day,
        kind,  # type: ignore[arg-type]
        author,
        language,
        known.path if known is not None else "",
        post.medium_url,
        round(-score, 4),
        search_text.snippets(search_text.pieces(post), matcher),
    )


def _record(archive: Archive, key: str) -> str | None:
    row = archive.catalog.media(key)
    return row.record if row is not None else None
