"""Opens the catalog: for writing, for reading beside a writer, or made again from the journal."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from fonds.archive import database, files, journal, manifest, tables
from fonds.archive import events as e
from fonds.archive.catalog import Catalog
from fonds.archive.database import SYSTEM_NUMBERS, fail, told
from fonds.archive.journal import Journal, Line
from fonds.errors import IntegrityError


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
    db = database.connect("")
    with told(path):
        tables.begin(db)
    return Catalog(db, path)


def _copied(catalog: Catalog) -> Catalog:
    """A copy in a temporary file, to be changed. A transaction of the journal's writer may come first: then
    the copy is that much newer."""
    db = database.connect("")
    copy = catalog.copied(db)
    catalog.close()
    return copy


def _usable(path: Path, found: Journal, *, write: bool) -> Catalog | None:
    if not path.is_file():
        return None
    for mode in ("rw",) if write else ("ro", "rw"):
        db: sqlite3.Connection | None = None
        try:
            db = database.connect(f"{path.absolute().as_uri()}?mode={mode}")
            place = tables.place(db)
        except sqlite3.Error as error:
            if db is not None:
                db.close()
            if getattr(error, "sqlite_errorcode", 0) & 0xFF in SYSTEM_NUMBERS and write:
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
        return Catalog(database.connect(f"{path.absolute().as_uri()}?mode=ro"), path)


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
        db = database.connect(str(temporary))
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
