"""What a run leaves that was cut off, and how the next one mends it; and the seal at a run's end.

The journal's lines are what counts. What stands on the disk beyond them never happened: temporary files
go, whole records of an open capture are kept, a catalog that is behind is caught up, and a manifest that
did not get its name is written again, because the journal has its hash.
"""

from __future__ import annotations

import contextlib
import mmap
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from fonds.archive import captures, files, layout, manifest
from fonds.archive import events as e
from fonds.archive.catalog import Catalog
from fonds.archive.journal import Journal
from fonds.archive.layout import Layout
from fonds.archive.manifest import File
from fonds.errors import IntegrityError


def check_seal(place: Layout, journal: Journal) -> None:
    """Raises IntegrityError when the journal does not know the manifest: then its end was cut off, or the
    manifest was changed, and nothing must be written on top of it."""
    digest = _digest(place.manifest)
    if digest and not knows(journal, digest):
        raise IntegrityError(
            "does not fit the journal: one of them was changed or cut off",
            origin=str(place.manifest),
            remedy="fonds verify says more, and --repair what can be done.",
        )


def knows(journal: Journal, digest: str) -> bool:
    """Whether some run was sealed with the manifest of this SHA-256."""
    last = journal.last
    if last is not None and isinstance(last.event, e.Sealed) and last.event.manifest == digest:
        return True
    wanted = f'"manifest":"{digest}"'.encode()
    try:
        with journal.path.open("rb") as handle:
            if os.fstat(handle.fileno()).st_size == 0:
                return False
            with mmap.mmap(handle.fileno(), 0, access=mmap.ACCESS_READ) as data:
                return data.rfind(wanted) >= 0
    except OSError as error:
        files.fail(error, journal.path)


def finish_seal(place: Layout, journal: Journal, catalog: Catalog) -> bool:
    """Writes the manifest again when a run was cut off after the journal's last word and before the
    manifest had its name. False when that is not possible any more: the next seal makes another."""
    last = journal.last
    if last is None or not isinstance(last.event, e.Sealed) or _digest(place.manifest) == last.event.manifest:
        return True
    found = last.event
    return (
        _write(place, listed(catalog.files(), found.catalog, found.catalog_size), expected=found.manifest)
        is not None
    )


def seal(place: Layout, journal: Journal, catalog: Catalog, now: int) -> None:
    """Writes the manifest of everything that counts, and the journal's word on it. Raises DiskError."""
    try:
        digest, size = manifest.digest(place.catalog)
    except OSError as error:
        files.fail(error, place.catalog)

    def say(total: manifest.Total) -> None:
        journal.append([(e.Sealed(total.sha256, total.files, total.bytes, digest, size), now)])

    _write(place, listed(catalog.files(), digest, size), say)


def listed(found: Iterable[File], digest: str, size: int) -> Iterator[File]:
    """``found`` (by path) with the catalog as it is now."""
    own = File(layout.CATALOG, size, digest)
    told = not digest
    for file in found:
        if file.path == layout.CATALOG:
            continue
        if not told and layout.order(file.path) > layout.order(layout.CATALOG):
            told = True
            yield own
        yield file
    if not told:
        yield own


def _write(
    place: Layout,
    found: Iterator[File],
    say: Callable[[manifest.Total], None] = lambda _: None,
    *,
    expected: str = "",
) -> manifest.Total | None:
    """Writes the manifest beside, ``say``s its total, and gives it its name. None, and no file, when its
    SHA-256 is not the ``expected`` one."""
    temporary = Path(files.beside(str(place.manifest.parent)))
    try:
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | files._BINARY, 0o666)
        try:
            total = manifest.write(handle, found)
            os.fsync(handle)
        finally:
            os.close(handle)
        if expected and total.sha256 != expected:
            return None
        say(total)
        temporary.replace(place.manifest)
    except OSError as error:
        files.fail(error, place.manifest)
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()
    files.sync_folders([str(place.manifest.parent)])
    return total


def mend(place: Layout, catalog: Catalog, *, crashed: bool) -> list[e.Event]:
    """Cleans up behind a run that was cut off, and gives the events that say what was saved."""
    found: list[e.Event] = []
    try:
        names = sorted(entry.name for entry in os.scandir(place.captures))
    except FileNotFoundError:
        names = []
    except OSError as error:
        files.fail(error, place.captures)
    for name in names:
        path = place.captures / name
        if name.endswith(captures.OPEN):
            saved = captures.salvage(path)
            if saved is not None:
                found.append(saved)
        elif crashed and name.endswith(captures.ENDING) and catalog.capture(name) is None:
            # It had got its name, and the journal did not hear of it.
            saved = captures.salvage(path)
            if saved is not None:
                found.append(saved)
    if crashed:
        _sweep(place.root)
    return found


def _sweep(root: Path) -> None:
    """Removes temporary files of runs that are gone: whoever made them does not hold the lock."""
    stack = [str(root)]
    while stack:
        folder = stack.pop()
        try:
            entries = list(os.scandir(folder))
        except OSError:
            continue  # whoever writes there will say what is wrong with it
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                if not (folder == str(root) and entry.name.startswith(".") and entry.name != layout.HIDDEN):
                    stack.append(entry.path)
            elif files.is_temporary(entry.name):
                with contextlib.suppress(OSError):
                    Path(entry.path).unlink()


def _digest(path: Path) -> str:
    try:
        return manifest.digest(path)[0]
    except FileNotFoundError:
        return ""
    except OSError as error:
        files.fail(error, path)
