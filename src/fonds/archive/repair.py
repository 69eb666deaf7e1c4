"""What verify found, made good from whatever still has it.

The journal from the lines that the catalog keeps; the catalog and the manifest from the journal; a version
from the captures that its event names; a picture or any other file from a file with the same bytes, from
a capture, or from the network; what is derived from the versions, by whoever derives it. A file takes the
place of another only when its hash is the one that is wanted (a version that today's readers read
otherwise is the exception, and the journal says so). What stood there before is kept in ``.fonds/aside``:
nothing is ever deleted.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import msgspec

from fonds.archive import config, events, files, journal, layout, manifest, versions
from fonds.archive.journal import Place
from fonds.archive.layout import Layout
from fonds.archive.lock import Lock
from fonds.archive.manifest import File
from fonds.archive.store import Archive, Clock, system_clock
from fonds.archive.truth import Finding, Scan, Truth, scan
from fonds.archive.verify import Progress, Report, _silent, verify
from fonds.archive.versions import Version
from fonds.errors import FondsError, IntegrityError


class Sources(msgspec.Struct, frozen=True):
    """Where lost files come from. Each may say None, or give nothing: not from here.

    ``fetch`` gives the bytes at an address (nothing is asked of the network unless it is given);
    ``derive`` those of a derived file (posts/….md, INDEX.md, …) by its path, ``reread`` what the captures of
    a version say today: None for the archive's own way.
    """

    fetch: Callable[[str], bytes | None] = lambda _url: None
    derive: Callable[[Archive, str], bytes | None] | None = None
    reread: Callable[[Archive, events.Versioned], Iterable[Version]] | None = None


def repair(
    path: str | Path,
    report: Report,
    *,
    sources: Sources = Sources(),  # noqa: B008  frozen
    progress: Progress = _silent,
    clock: Clock = system_clock,
) -> Report:
    """Makes good what can be made good of ``report`` (of a ``verify`` just done), and verifies again.

    The findings of the report that is returned are the first one's, with ``repaired`` where they are
    gone, and those that are new. Raises what ``Archive.open`` raises.
    """
    if not report.findings:
        return report
    place = Layout(path)
    done: dict[str, str] = {}
    _mend_records(place, report, done)
    with Archive.open(path, write=True, command="verify --repair", clock=clock, repairing=True) as archive:
        work = _Repair(archive, sources, done)
        wanted = [finding for finding in report.findings if finding.code in _FILES]
        for number, finding in enumerate(wanted):
            progress("repair", number, len(wanted))
            work.mend(finding)
    # Once more from the beginning: what was made good must be seen to be.
    after = verify(path, fast=report.mode == "fast", progress=progress)
    left = {(finding.code, finding.path) for finding in after.findings}
    before = [
        finding
        if (finding.code, finding.path) in left
        else msgspec.structs.replace(finding, repaired=done.get(finding.path, "gone"))
        for finding in report.findings
    ]
    told = {(finding.code, finding.path) for finding in before}
    after.findings = [
        *before,
        *(finding for finding in after.findings if (finding.code, finding.path) not in told),
    ]
    after.finish()
    return after


_FILES = frozenset({"E101", "E102", "E103", "E104", "E105", "E106"})


# ------------------------------------------------------------------------------------------- the records


def _mend_records(place: Layout, report: Report, done: dict[str, str]) -> None:
    """Journal, catalog and fonds.toml, so far that the archive can be opened."""
    codes = {finding.code for finding in report.findings}
    lock = Lock(place.lock, "verify --repair")
    try:
        if codes & {"E111", "E112", "E114"}:
            _mend_journal(place, done)
        damaged = {finding.path for finding in report.findings}
        if layout.CATALOG in damaged:
            done[layout.CATALOG] = "made again from the journal"
        if layout.CONFIG in damaged:
            _mend_config(place, done)
        _check_that_nothing_is_lost(place)
        for code, path, what in (
            ("E113", layout.JOURNAL, "taken away: it never counted"),
            ("E131", layout.JOURNAL, "sealed"),
            ("E121", layout.MANIFEST, "made again from the journal"),
            ("E122", layout.MANIFEST, "made again from the journal"),
            ("E123", layout.MANIFEST, "made again from the journal"),
        ):
            if code in codes:
                done.setdefault(path, what)
    finally:
        lock.release(clean=False)  # the archive, opened next, cleans up as after a crash


def _mend_journal(place: Layout, done: dict[str, str]) -> None:
    """The journal again from the lines in the catalog, and those of its own that follow them.

    Raises IntegrityError when the two together do not give a whole one.
    """
    found = scan(place.journal)
    temporary = Path(files.beside(str(place.journal.parent)))
    try:
        with temporary.open("wb") as handle:
            end = Place()
            for raw in _lines(place, found):
                line = journal.parse(raw, end, str(place.journal))
                handle.write(raw)
                end = Place(line.n, line.end, line.sum)
            handle.flush()
            os.fsync(handle.fileno())
        if end.n < found.place.n or end.n == 0:
            raise IntegrityError(
                f"lines are damaged, and the catalog does not have them: from line {end.n + 1} on",
                origin=str(place.journal),
                remedy="Bring the journal back from a copy of the archive.",
            )
        if place.journal.exists():
            _aside(place, layout.JOURNAL)
        temporary.replace(place.journal)
    except OSError as error:
        files.fail(error, place.journal)
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()
    files.sync_folders([str(place.journal.parent)])
    done[layout.JOURNAL] = "made whole again from the lines that the catalog keeps"


def _check_that_nothing_is_lost(place: Layout) -> None:
    """Raises IntegrityError when the manifest lists files that the journal does not know: a seal on top of
    that would give them up."""
    with Truth(place) as truth:
        if truth.basis != "unproven":
            return
        told = {file.path for file in truth.folded_files()} | {layout.CATALOG} if truth.whole else set()
        lost = sum(1 for file in manifest.read(place.manifest) if file.path not in told)
    if lost:
        raise IntegrityError(
            f"lines are lost, and the catalog does not have them: they tell of {lost} files",
            origin=str(place.journal),
            remedy="Bring the journal back from a copy of the archive.",
        )


def _lines(place: Layout, found: Scan) -> Iterator[bytes]:
    """The lines of the catalog, as far as they are a chain; then those of the journal that follow."""
    end = Place()
    for raw in _catalog_lines(place.catalog):
        try:
            line = journal.parse(raw, end, "")
        except IntegrityError:
            break
        yield raw
        end = Place(line.n, line.end, line.sum)
    if found.missing:
        return
    with place.journal.open("rb") as handle:
        for number, raw in enumerate(handle, 1):
            if number <= end.n:
                continue
            try:
                line = journal.parse(raw, end, "")
            except IntegrityError:
                return
            yield raw
            end = Place(line.n, line.end, line.sum)


def _catalog_lines(path: Path) -> Iterator[bytes]:
    try:
        with contextlib.closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as db:
            for (raw,) in db.execute("SELECT raw FROM lines ORDER BY n"):
                if not isinstance(raw, bytes):
                    return
                yield raw
    except sqlite3.Error:
        return  # what could be read of it was given


def _mend_config(place: Layout, done: dict[str, str]) -> None:
    """fonds.toml as the journal has it, unless what is there can be read: then it is the user's."""
    with contextlib.suppress(FondsError):
        config.read(place.config)
        done[layout.CONFIG] = "taken as it is"
        return
    text = ""
    for line in journal.read(place.journal):
        if isinstance(line.event, events.Configured):
            text = line.event.text
    if text:
        if place.config.exists():
            _aside(place, layout.CONFIG)
        with files.Batch() as batch:
            batch.place(str(place.config), text.encode("utf-8"))
        files.sync_folders(batch.folders)
        done[layout.CONFIG] = "as the journal has it"


def _aside(place: Layout, path: str) -> None:
    target = place.aside_for(path)
    files.make_folder(target.parent)
    place.path(path).rename(target)


# ------------------------------------------------------------------------------------------- files


class _Repair:
    def __init__(self, archive: Archive, sources: Sources, done: dict[str, str]) -> None:
        from fonds.archive.derive import Deriving  # most runs have nothing to repair
        from fonds.archive.reread import lost

        self._archive = archive
        self._fetch = sources.fetch
        self._deriving = sources.derive or Deriving()
        self._reading = sources.reread or lost
        self._done = done

    def mend(self, finding: Finding) -> None:
        """Makes one file good, if anything can."""
        path = finding.path
        if path in self._done or path in (layout.CATALOG, layout.CONFIG):
            return
        wanted = self._archive.catalog.file(path)
        if wanted is None:
            if finding.code == "E104" and path.startswith(layout.OWN):
                self._archive.set_aside(path)
                self._done[path] = f"moved to {layout.ASIDE}/"
            return
        for how, data in self._candidates(wanted):
            if hashlib.sha256(data).hexdigest() == wanted.sha256:
                self._archive.restore(path, data)
                self._done[path] = how
                return
        if path.startswith(f"{layout.VERSIONS}/"):
            self._reread(path)
        elif not path.startswith(layout.KEPT):
            self._derive(path)

    def _candidates(self, wanted: File) -> Iterator[tuple[str, bytes]]:
        """(where from, bytes) that may be the lost ones, the nearest first."""
        archive = self._archive
        for other in archive.catalog.files_with(wanted.sha256):
            if other != wanted.path:
                with contextlib.suppress(OSError):
                    yield f"from {other}, which has the same bytes", archive.layout.path(other).read_bytes()
        if ref := archive.catalog.kept(wanted.sha256):
            with contextlib.suppress(FondsError):
                yield f"from the capture {ref}", archive.read_capture(ref).raw
        for version in self._versions(wanted.path):
            yield "from its captures", versions.encode(version)
        for asset in archive.catalog.assets_at(wanted.path):
            data = self._fetch(asset.url) if asset.url else None
            if data is not None:
                yield f"from {asset.url}", data
        if not wanted.path.startswith(layout.KEPT):
            data = self._deriving(archive, wanted.path)
            if data is not None:
                yield "derived again", data

    def _event(self, path: str) -> events.Versioned | None:
        """The event that tells of a version's file."""
        row = self._archive.catalog.version_at(path)
        raw = self._archive.catalog.line(row.n) if row is not None else b""
        event = journal.event(raw) if raw else None
        return event if isinstance(event, events.Versioned) else None

    def _versions(self, path: str) -> Iterator[Version]:
        """What the captures of a version give today."""
        event = self._event(path) if path.startswith(f"{layout.VERSIONS}/") else None
        if event is not None:
            yield from self._reading(self._archive, event)

    def _reread(self, path: str) -> None:
        """A version that today's readers read otherwise than those that it was first read with: better
        than none, and the journal says what it is."""
        event = self._event(path)
        version = next(iter(self._versions(path)), None)
        if event is None or version is None or self._is_readable(path):
            return
        data = versions.encode(version)
        self._archive.restore(path, data)
        again = msgspec.structs.replace(
            event, size=len(data), sha256=hashlib.sha256(data).hexdigest(), repaired=True
        )
        self._archive.record(again)
        self._done[path] = "read again from its captures, by another fonds than at first"

    def _is_readable(self, path: str) -> bool:
        """Whether a changed version can still be read: then its bytes are worth more than a new reading,
        and people should look at them."""
        try:
            versions.decode(self._archive.layout.path(path).read_bytes())
        except (OSError, FondsError):
            return False
        return True

    def _derive(self, path: str) -> None:
        data = self._deriving(self._archive, path)
        if data is not None:
            self._archive.put(path, data)
            self._done[path] = "derived again, by another fonds than at first"
