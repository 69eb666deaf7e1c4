"""What should be there: journal, manifest and catalog, held against each other before any file is.

The journal proves itself line by line and, with the last run's ``Sealed``, the manifest; the manifest
proves every file, the catalog among them; and the catalog holds the journal's lines once more. So each
can be judged by the others, and what is told of the files is told by whichever of them is whole.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Literal, Self

import msgspec

from fonds.archive import events as e
from fonds.archive import files, journal, layout, manifest, recovery, tables
from fonds.archive.journal import Line, Place
from fonds.archive.layout import Layout
from fonds.archive.manifest import File
from fonds.errors import IntegrityError, UnreadableError


class Finding(msgspec.Struct, frozen=True, omit_defaults=True):
    """Something that is not as it should be. ``code`` is in docs/findings.md, ``path`` is relative to the
    archive, ``repaired`` says what was done about it."""

    code: str
    path: str
    reason: str
    where: str = ""
    repaired: str = ""

    def __str__(self) -> str:
        place = f"{self.path}, {self.where}" if self.where else self.path
        line = f"{self.code} {place}: {self.reason}"
        return f"{line} ({self.repaired})" if self.repaired else line


class Broken(msgspec.Struct, frozen=True, gc=False):
    """A line of the journal that does not follow the one before it."""

    number: int
    offset: int
    reason: str


class Scan(msgspec.Struct):
    """What reading the whole journal gives. ``unsealed``: events behind the last ``Sealed``; ``torn``:
    bytes behind the last line end; ``seals``: hash of each manifest → its line."""

    place: Place = Place()
    broken: list[Broken] = []
    sealed: e.Sealed | None = None
    sealed_n: int = 0
    unsealed: int = 0
    torn: int = 0
    missing: bool = False
    seals: dict[str, int] = {}


_BROKEN = 100
"""Damaged lines that are named; more say nothing more."""


def scan(path: Path) -> Scan:
    """Reads the journal at ``path`` to its end, over damaged lines too. Raises DiskError, and
    UnreadableError for an event of a newer fonds."""
    found = Scan()
    try:
        with path.open("rb") as handle:
            for raw in handle:
                if not raw.endswith(b"\n"):
                    found.torn = len(raw)
                    break
                _scan_line(found, raw, str(path))
    except FileNotFoundError:
        found.missing = True
    except OSError as error:
        files.fail(error, path)
    return found


def _scan_line(found: Scan, raw: bytes, origin: str) -> None:
    place = found.place
    try:
        line: Line | None = journal.parse(raw, place, origin)
    except IntegrityError as error:
        if len(found.broken) < _BROKEN:
            found.broken.append(Broken(place.n + 1, place.end, error.reason))
        # Its own sum, if it has one, is what the next line was chained to.
        line = None
        tail = raw[-67:-3].decode("latin-1")
        found.place = Place(place.n + 1, place.end + len(raw), tail)
    if line is None:
        found.unsealed += 1
        return
    found.place = Place(line.n, line.end, line.sum)
    if isinstance(line.event, e.Sealed):
        found.sealed, found.sealed_n, found.unsealed = line.event, line.n, 0
        found.seals[line.event.manifest] = line.n
    else:
        found.unsealed += 1


Basis = Literal["manifest", "journal", "unproven", "catalog", "nothing"]


class Truth:
    """What the records say, and which of them say it: ``expected`` gives every file as it should be.

    ``basis`` is what tells: the manifest when the journal proves it, the journal's sum when it is whole;
    else the manifest or the catalog, unproven. A context manager, for it may need a temporary database.
    """

    def __init__(self, place: Layout) -> None:
        self.layout = place
        self.findings: list[Finding] = []
        self.journal = scan(place.journal)
        self._db: sqlite3.Connection | None = None
        self._find_in_journal()
        self.basis = self._judge(self._manifest_digest())

    @property
    def whole(self) -> bool:
        """Whether every line of the journal is there and proven, as far as it can tell by itself."""
        return not (self.journal.missing or self.journal.broken)

    # --------------------------------------------------------------------------------- judging

    def _find_in_journal(self) -> None:
        found = self.journal
        if found.missing:
            self._find("E111", layout.JOURNAL, "is missing")
        for broken in found.broken:
            self._find("E112", layout.JOURNAL, broken.reason, f"line {broken.number}, byte {broken.offset}")
        if found.torn:
            self._find(
                "E113",
                layout.JOURNAL,
                f"{found.torn} bytes behind the last line, of a run that was cut off",
                f"byte {found.place.end}",
            )

    def _judge(self, digest: str) -> Basis:
        found = self.journal
        last = found.sealed.manifest if found.sealed is not None else ""
        if digest and digest == last:
            basis: Basis = "journal" if found.unsealed and self.whole else "manifest"
        elif not self.whole:
            if digest:
                return self._judge_by_catalog()
            self._find("E121", layout.MANIFEST, "is missing")
            return "catalog"
        elif digest in found.seals:
            basis = "journal"
            self._find("E123", layout.MANIFEST, "is that of an earlier run")
        elif not digest:
            basis = "journal"
            if last:
                self._find("E121", layout.MANIFEST, "is missing")
        elif self._is_cut():
            self._find(
                "E114",
                layout.JOURNAL,
                "has lost its end: the manifest is of a later run",
                f"byte {found.place.end}",
            )
            return self._judge_by_catalog()
        else:
            basis = "journal"
            self._find(
                "E122", layout.MANIFEST, "was changed: the journal does not know it", self._difference()
            )
        if found.unsealed and self.whole:
            self._find(
                "E131",
                layout.JOURNAL,
                "the last run did not come to its end; the same command again finishes it",
            )
        return basis

    def _manifest_digest(self) -> str:
        try:
            return manifest.digest(self.layout.manifest)[0]
        except FileNotFoundError:
            return ""
        except OSError as error:
            self._find("E106", layout.MANIFEST, said(error))
            return ""

    def _is_cut(self) -> bool:
        """Whether lines are gone at the journal's end. A manifest gets its name when the journal has its
        hash, so an unknown one is either of lines that are gone, or changed."""
        place = catalog_place(self.layout.catalog)
        if place is not None and place.end > self.journal.place.end:
            return True
        # It does not end as a run ends, though a manifest of a later run is there.
        return self.journal.unsealed > 0 or self.journal.sealed is None

    def _judge_by_catalog(self) -> Basis:
        """Whether the catalog, by its own lines of the journal, says what the manifest says: when the journal
        cannot speak for it."""
        try:
            with contextlib.closing(_read_only(self.layout.catalog)) as db:
                wanted = _files(self._folded_again(db))
        except (sqlite3.Error, IntegrityError, UnreadableError) as error:
            there = self.layout.catalog.exists()
            self._find("E132", layout.CATALOG, f"does not hold together: {error}" if there else "is missing")
            self._find(
                "E122", layout.MANIFEST, "cannot be proven: journal and catalog are damaged, or missing, too"
            )
            return "unproven"
        told = manifest.read(self.layout.manifest)
        try:
            for one, other in zip_longest(*map(_but_catalog, (told, wanted))):
                if one != other:
                    self._find(
                        "E122", layout.MANIFEST, "does not say what the catalog says", (one or other).path
                    )
                    return "catalog"
        except IntegrityError as error:
            self._find("E122", layout.MANIFEST, error.reason, error.where)
            return "catalog"
        return "unproven"

    def _difference(self) -> str:
        """The first line of the manifest that is not what the journal adds up to."""
        wanted = (manifest.line(file).encode() for file in self._sum())
        try:
            with self.layout.manifest.open("rb") as handle:
                for number, line in enumerate(wanted, 1):
                    if handle.readline() != line:
                        return f"line {number}"
                return "behind its last line" if handle.read(1) else ""
        except OSError:
            return ""

    def _find(self, code: str, path: str, reason: str, where: str = "") -> None:
        self.findings.append(Finding(code, path, reason, where))

    # --------------------------------------------------------------------------------- telling

    def expected(self) -> Iterator[File]:
        """Every file as it should be, by path, as far as anything tells. The catalog is among them unless
        something has happened since it was last listed."""
        found: Iterator[File] = iter(())
        if self.basis in ("manifest", "unproven"):
            found = self._listed()
        elif self.basis == "journal":
            found = self._sum()
        elif self.basis == "catalog":
            found = self._of_catalog()
        for file in found:
            if file.path != layout.CATALOG or self.lists_catalog:
                yield file

    @property
    def lists_catalog(self) -> bool:
        """Whether a hash speaks of the catalog; none does while something has happened that is not sealed, or
        when the catalog is all that tells. Where damage may have made it look so, the manifest's counts."""
        if self.basis == "unproven":
            return True
        if self.basis == "catalog":
            return self.journal.sealed is not None
        return not (self.whole and self.journal.unsealed)

    def _listed(self) -> Iterator[File]:
        try:
            yield from manifest.read(self.layout.manifest)
        except IntegrityError as error:
            self._find("E122", layout.MANIFEST, error.reason, error.where)

    def _sum(self) -> Iterator[File]:
        """The files that the journal adds up to."""
        sealed = self.journal.sealed
        found = _files(self.folded())
        return recovery.listed(found, sealed.catalog, sealed.catalog_size) if sealed is not None else found

    def _of_catalog(self) -> Iterator[File]:
        sealed = self.journal.sealed
        if self.layout.catalog.is_file():
            try:
                with contextlib.closing(_read_only(self.layout.catalog)) as db:
                    found = _files(self._folded_again(db))
            except (sqlite3.Error, IntegrityError, UnreadableError):
                found = iter(())
        else:
            found = iter(())
        yield from found if sealed is None else recovery.listed(found, sealed.catalog, sealed.catalog_size)

    def folded_files(self) -> Iterator[File]:
        """The files that the journal adds up to, whatever the basis."""
        return _files(self.folded())

    def folded(self, end: int | None = None) -> sqlite3.Connection:
        """The tables that the journal adds up to (up to the offset ``end``), in a temporary database."""
        if self._db is None or end is not None:
            upto = self.journal.place.end if end is None else end
            return self._sum_up(journal.read(self.layout.journal, Place(), upto))
        return self._db

    def judge_catalog(self) -> None:
        """Finds where the catalog does not say what the journal says, or where that is damaged, what its own
        lines of it say: for when no hash speaks of it."""
        path = self.layout.catalog
        if not path.is_file():
            self._find("E132", layout.CATALOG, "is missing")
            return
        try:
            with contextlib.closing(_read_only(path)) as db:
                reason = self._differs(db)
        except (sqlite3.Error, KeyError, IntegrityError) as error:
            reason = f"cannot be read: {error}"
        if not reason and self.basis == "catalog":
            reason = "cannot be proven: journal and manifest are damaged, or missing, too"
        if reason:
            self._find("E132", layout.CATALOG, reason)

    def _differs(self, db: sqlite3.Connection) -> str:
        problem = next(db.execute("PRAGMA integrity_check(1)"))[0]
        place = tables.place(db)
        if problem != "ok":
            return f"is damaged: {' '.join(str(problem).split())}"
        if place is None or (self.whole and place.end > self.journal.place.end):
            return "is not that of this journal"
        own = self.folded(place.end) if self.whole else self._folded_again(db)
        names = own.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
        for (table,) in names:
            query = f"SELECT * FROM {table}"  # noqa: S608  our own names; rows come in the order of their keys
            for one, other in zip_longest(db.execute(query), own.execute(query)):
                if one != other:
                    return f"does not say what the journal says (table {table})"
        return ""

    def _folded_again(self, db: sqlite3.Connection) -> sqlite3.Connection:
        """The tables that a catalog's own lines of the journal add up to. Raises IntegrityError."""

        def lines() -> Iterator[Line]:
            end = Place()
            for (raw,) in db.execute("SELECT raw FROM lines ORDER BY n"):
                if not isinstance(raw, bytes):
                    raise IntegrityError("has lost lines of the journal", origin=layout.CATALOG)
                line = journal.parse(raw, end, layout.CATALOG)
                yield line
                end = Place(line.n, line.end, line.sum)

        return self._sum_up(lines())

    def _sum_up(self, lines: Iterator[Line]) -> sqlite3.Connection:
        self.close()
        self._db = sqlite3.connect("", isolation_level=None)
        tables.begin(self._db)
        self._db.execute("BEGIN")
        tables.fold(self._db, lines)
        self._db.execute("COMMIT")
        return self._db

    def close(self) -> None:
        if self._db is not None:
            self._db.close()
            self._db = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _files(db: sqlite3.Connection) -> Iterator[File]:
    for path, size, sha256 in db.execute("SELECT path, size, sha256 FROM files ORDER BY path"):
        yield File(path, size, sha256)


def _but_catalog(found: Iterator[File]) -> Iterator[File]:
    return (file for file in found if file.path != layout.CATALOG)


def _read_only(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)


def catalog_place(path: Path) -> Place | None:
    """How far the journal is in the catalog at ``path``; None when that cannot be told."""
    if not path.is_file():
        return None
    try:
        with contextlib.closing(_read_only(path)) as db:
            return tables.place(db)
    except (sqlite3.Error, KeyError):
        return None


def said(error: OSError) -> str:
    return f"cannot be read: {(error.strerror or str(error)).lower()}"
