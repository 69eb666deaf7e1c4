"""Fixity: is every byte what it was? Finds and names what is missing, extra, cut or changed.

First the records are held against each other (``fonds.archive.truth``), then every file against them.
``fast`` looks at names and sizes alone; ``incremental`` hashes what was not hashed for the longest time
first, so that a little each night goes round the whole. Nothing is written, but for the times of the
incremental check (``.fonds/verified.sqlite``); ``fonds.archive.repair`` does the rest.
"""

from __future__ import annotations

import contextlib
import fnmatch
import hashlib
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn, Self

import msgspec

from fonds.archive import config, files, layout, lock, manifest
from fonds.archive.layout import Entry, Layout
from fonds.archive.manifest import File
from fonds.archive.truth import Finding, Truth, said
from fonds.errors import FondsError, UnreadableError

__all__ = ["Finding", "Progress", "Report", "verify"]

Progress = Callable[[str, int, int], None]
"""Told while it goes on: phase, done, total."""

_PIECE = 1 << 20
_EVERY = 64
"""Files between two words on the progress."""


class Report(msgspec.Struct, kw_only=True):
    """What a check has found. ``files`` and ``bytes`` are those that were read and hashed, ``listed`` how
    many there should be. ``complete``: all that was asked for was done; of an incremental check, that
    the round is at its end. ``oldest`` is then the time of the check longest ago."""

    archive: str
    mode: str = "full"
    listed: int = 0
    files: int = 0
    bytes: int = 0
    complete: bool = True
    oldest: int = 0
    seconds: float = 0
    interrupted: bool = False
    findings: list[Finding] = []
    exit_code: int = 0

    def finish(self) -> None:
        left = any(not finding.repaired for finding in self.findings)
        self.exit_code = 130 if self.interrupted else 64 if left else 0


def _silent(_phase: str, _done: int, _total: int) -> None:
    """Nothing is shown."""


def verify(
    path: str | Path,
    *,
    fast: bool = False,
    incremental: bool = False,
    time_limit: float | None = None,
    progress: Progress = _silent,
    stop: Callable[[], bool] = lambda: False,
    clock: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
) -> Report:
    """Checks the archive at ``path``. ``time_limit`` is in seconds.

    Raises UnreadableError when there is no archive, or one of a newer fonds, LockedError while somebody
    writes to it, DiskError.
    """
    place = Layout(path)
    began = time.monotonic()
    report = Report(archive=str(path), mode="fast" if fast else "incremental" if incremental else "full")
    found = opened(place, report)
    if lock.held(place.lock):
        raise lock.LockedError(
            "another fonds writes to this archive",
            origin=str(place.lock),
            remedy="Verify it when that has ended.",
        )

    def enough() -> bool:
        report.interrupted = report.interrupted or stop()
        return report.interrupted or (time_limit is not None and time.monotonic() - began >= time_limit)

    with Truth(place) as truth:
        check = _Check(place, truth, report, ignore=found.ignore, progress=progress, enough=enough)
        if fast:
            check.compare()
        elif incremental:
            check.go_round(clock)
        else:
            check.compare(hashing=True)
        if not truth.lists_catalog:
            truth.judge_catalog()
        report.findings += truth.findings
    report.findings.sort(key=lambda finding: (layout.order(finding.path), finding.code, finding.where))
    report.seconds = round(time.monotonic() - began, 3)
    report.finish()
    return report


def opened(place: Layout, report: Report) -> config.Config:
    """The configuration of an archive that may be damaged; what is wrong with fonds.toml is a finding.

    Raises UnreadableError when nothing says that there was an archive, and for one of a newer fonds.
    """
    try:
        return config.read(place.config)
    except UnreadableError as error:
        if not (place.journal.exists() or place.manifest.exists()):
            raise
        if isinstance(error, config.NewerError) and _is_as_listed(place):
            raise
        if place.config.exists():  # that it is missing is found among the files
            report.findings.append(Finding("E141", layout.CONFIG, error.reason, error.where))
        return config.Config()


def _is_as_listed(place: Layout) -> bool:
    """Whether fonds.toml is what the manifest says: then a newer fonds wrote it, and no bit has flipped."""
    try:
        digest, _ = manifest.digest(place.config)
        return any(
            file.path == layout.CONFIG and file.sha256 == digest for file in manifest.read(place.manifest)
        )
    except (OSError, FondsError):
        return False


class _Check:
    def __init__(
        self,
        place: Layout,
        truth: Truth,
        report: Report,
        *,
        ignore: tuple[str, ...],
        progress: Progress,
        enough: Callable[[], bool],
    ) -> None:
        self._layout = place
        self._truth = truth
        self._report = report
        self._ignore = ignore
        self._progress = progress
        self._enough = enough
        self._buffer = bytearray(_PIECE)
        self._total = 0

    def compare(self, *, hashing: bool = False, seen: Callable[[File], None] = lambda _: None) -> None:
        """Holds what is on the disk against what should be; ``seen`` is told of each file whose size is
        right."""
        report = self._report
        sealed = self._truth.journal.sealed
        self._total = sealed.files if sealed is not None else 0
        for wanted, there in _pairs(self._truth.expected(), layout.walk(self._layout.root)):
            if wanted is None:
                assert there is not None  # noqa: S101  one of the two is
                self._extra(there)
                continue
            report.listed += 1
            if report.listed % _EVERY == 0:
                self._progress("verify", report.listed, self._total)
                if self._enough():
                    report.complete = False
                    return
            if there is None:
                self._find("E102", wanted.path, "is missing")
            elif not there.regular:
                self._find("E105", wanted.path, "is a link, or something else that is no file")
            elif there.size != wanted.size:
                self._differs("E103", wanted.path, f"has {there.size} bytes instead of {wanted.size}")
            else:
                seen(wanted)
                if hashing:
                    self._hash(wanted)

    def _hash(self, wanted: File) -> bool:
        """Whether the bytes are those that they should be."""
        try:
            digest, size = self._digest(os.path.join(self._layout.root, wanted.path))  # noqa: PTH118  for speed
        except OSError as error:
            self._find("E106", wanted.path, said(error))
            return False
        self._report.files += 1
        self._report.bytes += size
        if size != wanted.size:
            self._differs("E103", wanted.path, f"has {size} bytes instead of {wanted.size}")
        elif digest != wanted.sha256:
            self._differs("E101", wanted.path, "has other bytes than the manifest says")
        return (size, digest) == (wanted.size, wanted.sha256)

    def _differs(self, code: str, path: str, reason: str) -> None:
        if path == layout.CONFIG:
            # It is the user's to change: what can be read counts from the next run on.
            if not any(finding.code == "E141" for finding in self._report.findings):
                self._find("E142", path, "was changed since the last run, which the next one takes as it is")
            return
        if path.startswith(f"{layout.CAPTURES}/"):
            from fonds.archive import captures

            with contextlib.suppress(OSError):
                whole = sum(1 for _ in captures.whole(self._layout.path(path)))
                reason = f"{reason}; {whole} of its records can be read"
        self._find(code, path, reason)

    def _digest(self, path: str) -> tuple[str, int]:
        found = hashlib.sha256()
        size = 0
        view = memoryview(self._buffer)
        with open(path, "rb", buffering=0) as handle:  # noqa: PTH123  a Path costs as much again
            while count := handle.readinto(view):
                found.update(view[:count])
                size += count
        return found.hexdigest(), size

    def _extra(self, there: Entry) -> None:
        path = there.path
        if path == layout.CATALOG and not self._truth.lists_catalog:
            return
        if any(fnmatch.fnmatchcase(path, pattern) for pattern in self._ignore):
            return
        name = path.rpartition("/")[2]
        if files.is_temporary(name):
            self._find("E133", path, "was left by a run that was cut off")
        elif path.startswith(f"{layout.CAPTURES}/") and name.endswith(".open"):
            self._find("E133", path, "was not closed: a run was cut off; the next one saves its records")
        else:
            self._find("E104", path, "is not in the manifest")

    def _find(self, code: str, path: str, reason: str, where: str = "") -> None:
        self._report.findings.append(Finding(code, path, reason, where))

    # --------------------------------------------------------------------------------- a little at a time

    def go_round(self, clock: Callable[[], int]) -> None:
        """Names and sizes of everything; then hashes, the longest unhashed first, until it is enough or
        everything was hashed since the round began."""
        with _Rounds(self._layout.path(layout.CHECKED)) as rounds:
            rounds.begin()
            self.compare(seen=rounds.wanted)
            if not self._report.complete:
                return
            rounds.listed()
            self._total = rounds.left()
            for done, wanted in enumerate(rounds.due()):
                if done % _EVERY == 0:
                    self._progress("verify", done, self._total)
                if self._enough():
                    self._report.complete = False
                    break
                rounds.looked_at(wanted.path, clock() if self._hash(wanted) else 0)
            else:
                rounds.end()
            self._report.oldest = rounds.oldest()


class _Rounds:
    """When each file was last hashed and found right. Nobody's loss: what cannot be read is made anew."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._open()
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                self._fail(error)
            with contextlib.suppress(OSError):
                path.unlink()
            self._open()

    def _open(self) -> None:
        self._db = sqlite3.connect(self._path, isolation_level=None)
        self._db.execute("PRAGMA synchronous = NORMAL")
        self._db.execute(
            "CREATE TABLE IF NOT EXISTS checked (path TEXT PRIMARY KEY, at INTEGER NOT NULL DEFAULT 0, round INTEGER NOT NULL"
            " DEFAULT 0, size INTEGER, sha256 TEXT, wanted INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID"
        )
        self._db.execute("CREATE TABLE IF NOT EXISTS state (round INTEGER NOT NULL)")
        if self._db.execute("SELECT count(*) FROM state").fetchone() == (0,):
            self._db.execute("INSERT INTO state VALUES (1)")

    def _do(self, query: str, *values: object) -> sqlite3.Cursor:
        try:
            return self._db.execute(query, values)
        except sqlite3.Error as error:
            self._fail(error)

    def _fail(self, error: sqlite3.Error) -> NoReturn:
        from fonds.archive import database

        database.fail(error, self._path)

    def begin(self) -> None:
        self._do("BEGIN")
        self._do("UPDATE checked SET wanted = 0")

    def wanted(self, file: File) -> None:
        """A file that should be there and is. One with other bytes than before was never checked."""
        self._do(
            "INSERT INTO checked (path, size, sha256, wanted) VALUES (?,?,?,1) ON CONFLICT DO UPDATE SET wanted = 1,"
            " at = iif(sha256 = excluded.sha256, at, 0), round = iif(sha256 = excluded.sha256, round, 0),"
            " size = excluded.size, sha256 = excluded.sha256",
            file.path, file.size, file.sha256,
        )  # fmt: skip

    def listed(self) -> None:
        self._do("DELETE FROM checked WHERE NOT wanted")

    def left(self) -> int:
        found: int = self._do(
            "SELECT count(*) FROM checked, state WHERE checked.round < state.round"
        ).fetchone()[0]
        return found

    def due(self) -> Iterator[File]:
        query = "SELECT path, size, sha256 FROM checked, state WHERE checked.round < state.round ORDER BY at, path LIMIT 500"
        # A few at a time: what was looked at is not due any more, and all at once might not fit in memory.
        while found := self._do(query).fetchall():
            for row in found:
                yield File(*row)

    def looked_at(self, path: str, at: int) -> None:
        """``at`` is 0 when the file was not right."""
        self._do("UPDATE checked SET at = ?, round = (SELECT round FROM state) WHERE path = ?", at, path)

    def end(self) -> None:
        self._do("UPDATE state SET round = round + 1")

    def oldest(self) -> int:
        found: int = self._do("SELECT coalesce(min(at), 0) FROM checked").fetchone()[0]
        return found

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if self._db.in_transaction:
                self._do("COMMIT")
        finally:
            self._db.close()


def _pairs(wanted: Iterator[File], there: Iterator[Entry]) -> Iterator[tuple[File | None, Entry | None]]:
    """What should be and what is, side by side; both come in the order of their paths."""
    file, entry = next(wanted, None), next(there, None)
    while file is not None or entry is not None:
        if file is not None and entry is not None and file.path == entry.path:
            yield file, entry
            file, entry = next(wanted, None), next(there, None)
        elif entry is None or (file is not None and layout.order(file.path) < entry.order):
            yield file, None
            file = next(wanted, None)
        else:
            yield None, entry
            entry = next(there, None)
