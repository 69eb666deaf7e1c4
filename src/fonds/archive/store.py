"""An archive, opened: what the commands and the synchronisation work with.

Writing goes through one door. ``capture``, ``add_version``, ``put`` and ``record`` prepare; ``commit``
makes it count: capture bytes on the disk, files under their names, folders synced, then the journal's
lines (from then on it happened), then the catalog. ``seal`` ends a run: captures closed, manifest
written, and the journal says its hash. Whatever is cut off in between is mended when the archive is next
opened for writing.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import stat
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Literal, Self

import msgspec

from fonds.archive import (
    captures,
    catalog_opening,
    config,
    files,
    journal,
    layout,
    manifest,
    naming,
    personal,
    versions,
)
from fonds.archive import events as e
from fonds.archive.capture_writer import Writer
from fonds.archive.catalog import Catalog
from fonds.archive.config import Config
from fonds.archive.journal import Journal, Place
from fonds.archive.layout import Layout
from fonds.archive.lock import Lock
from fonds.archive.manifest import File
from fonds.archive.versions import Version
from fonds.errors import IntegrityError, UsageError

if TYPE_CHECKING:
    from fonds.archive.captures import Capture
    from fonds.archive.rows import VersionRow
    from fonds.net.messages import Response

Clock = Callable[[], int]
"""The time now, in UTC milliseconds."""

Outcome = Literal["written", "replaced", "unchanged", "aside"]


def system_clock() -> int:
    return time.time_ns() // 1_000_000


class _Staged(msgspec.Struct, frozen=True, gc=False):
    size: int
    sha256: str


class Archive:
    """Made by ``Archive.create`` or ``Archive.open``; a context manager. Without ``write`` nothing on the
    disk is touched, and what would write raises UsageError.

    ``crashed``: the run before was cut off, and what it left was mended. ``aside``: files that somebody
    had changed, moved there before fonds wrote them again.
    """

    def __init__(self, root: Path, lock: Lock | None, clock: Clock) -> None:
        self.layout = Layout(root)
        self.clock = clock
        self.config: Config = Config()
        self.crashed = lock is not None and lock.crashed
        self.aside: list[str] = []
        self._lock = lock
        self._journal: Journal
        self._catalog: Catalog
        self._captures: Writer
        self._batch = files.Batch()
        self._folders: set[str] = set()
        self._staged: dict[str, _Staged] = {}
        self._pending: list[e.Event] = []
        self._unsealed = False
        self._new: dict[str, tuple[Version, str, str]] = {}
        self._stems: dict[str, str] = {}
        self._kept: dict[str, str] = {}

    # --------------------------------------------------------------------------------- beginning

    @classmethod
    def create(
        cls,
        path: str | Path,
        sources: Sequence[str] = (),
        title: str = "",
        *,
        command: str = "init",
        clock: Clock = system_clock,
    ) -> Self:
        """A new archive in the folder ``path`` (made when it is not there), open for writing.

        Raises UsageError when there is one already, ConflictError when the folder holds what an archive
        would overwrite, DiskError.
        """
        root = Path(path)
        before = _room(root)
        files.make_folder(root / layout.HIDDEN)
        lock = Lock(root / layout.LOCK, command)
        archive = cls(root, lock, clock)
        archive._folders |= {str(root.parent), str(root), str(root / layout.HIDDEN)}
        with archive._closing_on_error():
            made = Config(title=title, sources=tuple(sources), created=clock())
            data = config.create(made, before)
            archive._begin(config.parse(data, layout.CONFIG))
            archive._place_config(data)
            archive.seal()
        return archive

    @classmethod
    def open(
        cls,
        path: str | Path,
        *,
        write: bool = False,
        command: str = "",
        clock: Clock = system_clock,
        repairing: bool = False,
    ) -> Self:
        """The archive in the folder ``path``.

        With ``write`` it is locked against other writers, and what a run left that was cut off is mended.
        Raises UnreadableError when it is no archive or that of a newer fonds, LockedError, IntegrityError
        when the journal is damaged, DiskError. ``repairing`` opens one whose manifest does not fit too.
        """
        root = Path(path)
        found = config.read(root / layout.CONFIG)
        if not write:
            archive = cls(root, None, clock)
            archive.config = found
            with archive._closing_on_error():
                archive._journal, archive._catalog = catalog_opening.reading(
                    archive.layout.catalog, archive.layout.journal
                )
            return archive
        archive = cls(root, Lock(root / layout.LOCK, command), clock)
        with archive._closing_on_error():
            archive._begin(found, check=not repairing)
            archive._adopt_config()
        return archive

    def _begin(self, found: Config, *, check: bool = True) -> None:
        from fonds.archive import recovery

        self.config = found
        self._journal = Journal(self.layout.journal, write=True)
        if check:
            recovery.check_seal(self.layout, self._journal)
        self._catalog = catalog_opening.writable(self.layout.catalog, self._journal)
        finished = recovery.finish_seal(self.layout, self._journal, self._catalog)
        self._unsealed = self._catalog.fresh or not finished
        self._pending += recovery.mend(self.layout, self._catalog, crashed=self.crashed)
        self._captures = Writer(self.layout.captures, self._next_capture())

    def _next_capture(self) -> int:
        """Capture files are numbered, so that a clock set back gives no name twice."""
        numbers = [0]
        for row in self._catalog.captures():
            numbers.append(captures.number(row.file))
        with contextlib.suppress(OSError):
            numbers += [captures.number(entry.name) for entry in os.scandir(self.layout.captures)]
        return max(numbers) + 1

    def _adopt_config(self) -> None:
        """fonds.toml is the user's: as they changed it, it counts."""
        there = self._catalog.file(layout.CONFIG)
        data = config.load(self.layout.config)
        found = File(layout.CONFIG, len(data), hashlib.sha256(data).hexdigest())
        if there != found:
            self._pending.append(e.Configured(data.decode("utf-8"), by_hand=True))

    # --------------------------------------------------------------------------------- reading

    @property
    def root(self) -> Path:
        return self.layout.root

    @property
    def catalog(self) -> Catalog:
        """What is known: as of the last commit."""
        return self._catalog

    @property
    def sealed(self) -> bool:
        """Whether the last run came to its end: the journal's last line says so."""
        last = self._journal.last
        return last is not None and isinstance(last.event, e.Sealed)

    @property
    def sealed_at(self) -> int:
        """When the last run that came to its end did so; 0 when none has."""
        last = self._journal.last
        return last.at if last is not None and self.sealed else self._catalog.sealed_at()

    @property
    def place(self) -> Place:
        """The end of the journal."""
        return self._journal.place

    def since(self, place: Place) -> Iterator[e.Event]:
        """What happened behind a place in the journal, the earliest first."""
        return (line.event for line in journal.read(self.layout.journal, place))

    @property
    def head(self) -> str:
        """The journal's last sum: it stands for everything that ever happened here."""
        return self._journal.place.sum

    def version(self, post_id: str, number: int | None = None) -> Version:
        """A version that is kept; without ``number`` the latest, a full one before a preview. What was
        staged counts. Raises UsageError when there is none, IntegrityError when it is damaged."""
        if number is None and post_id in self._new:
            return self._new[post_id][0]
        row = self._catalog.post(post_id)
        if number is None and row is not None:
            number = row.full or row.number
        found = self._catalog.version(post_id, number) if number else None
        if found is None:
            if row is not None and not number:
                raise UsageError(f"{post_id} is known, and not here: {row.missing}", origin=str(self.root))
            what = f"version {number} of {post_id}" if number else f"post {post_id}"
            raise UsageError(f"there is no {what} in this archive", origin=str(self.root))
        return self.read_version(found)

    def read_version(self, row: VersionRow) -> Version:
        """The version that a row of the catalog tells of; its bytes are proven first."""
        relative = layout.version(row.post_id, row.number)
        path = self.layout.path(relative)
        try:
            data = path.read_bytes()
        except OSError as error:
            raise IntegrityError(
                f"a version cannot be read: {(error.strerror or str(error)).lower()}",
                origin=str(path),
                remedy=_VERIFY,
            ) from None
        if hashlib.sha256(data).hexdigest() != row.sha256:
            raise IntegrityError("was changed since it was kept", origin=str(path), remedy=_VERIFY)
        return versions.decode(data, str(path))

    def versions(self) -> Iterator[Version]:
        """The latest version (a full one before a preview) of every post kept, the oldest post first."""
        for row in self._catalog.posts():
            yield self.version(row.id)

    def read_capture(self, ref: str) -> Capture:
        """The record at ``ref``; of a picture with its bytes, from assets/. Raises UnreadableError,
        IntegrityError."""
        found = captures.read(self.layout.captures, ref)
        if not found.asset:
            return found
        path = self.layout.path(layout.sound(found.asset))
        try:
            data = path.read_bytes()
        except OSError as error:
            raise IntegrityError(
                f"a picture cannot be read: {(error.strerror or str(error)).lower()}",
                origin=str(path),
                remedy=_VERIFY,
            ) from None
        if hashlib.sha256(data).hexdigest() != found.sha256:
            raise IntegrityError("was changed since it was kept", origin=str(path), remedy=_VERIFY)
        return msgspec.structs.replace(found, raw=data, body=data)

    def read(self, path: str) -> bytes:
        """The bytes of any file of the archive, as they are on the disk. Raises DiskError."""
        try:
            return self.layout.path(layout.sound(path)).read_bytes()
        except OSError as error:
            files.fail(error, self.layout.path(path))

    # --------------------------------------------------------------------------------- preparing

    def capture(self, response: Response, *, asset: str = "") -> str:
        """Keeps an answer (with its request and redirects) as it came, but for what it says about whoever is
        signed in (``fonds.archive.personal``), and returns its ref. ``asset``:
        the path under which its body is put as a picture; then the capture names the file."""
        self._writing()
        self._make_folder(self.layout.captures)
        return self._captures.response(response if asset else personal.without(response), asset=asset)

    def capture_file(self, name: str, data: bytes, content_type: str = "application/octet-stream") -> str:
        """Keeps the bytes of an imported file under its name, once, and returns their ref."""
        self._writing()
        data = personal.scrub(data)
        digest = hashlib.sha256(data).hexdigest()
        there = self._catalog.kept(digest) or self._kept.get(digest, "")
        if there:
            return there
        self._make_folder(self.layout.captures)
        ref = self._kept[digest] = self._captures.resource(name, data, self.clock(), content_type)
        self._pending.append(e.Kept(digest, ref, name))
        return ref

    def add_version(self, version: Version, *, folder: str = "", stem: str = "") -> Version | None:
        """Stages a version and its event, and returns it with its number.

        None, and nothing staged, when it says what the latest says, from the same sources, or is a preview
        of what is kept in full. The Markdown's name stays what it was, whatever the slug is now, unless the post moves to
        another folder (a draft that was published); ``folder`` and ``stem`` override both.
        """
        self._writing()
        post_id = version.id
        if not naming.is_sound(post_id):
            raise UsageError(f"{post_id!r} is no id of a post")
        row = self._catalog.post(post_id)
        latest, before, stem_before = self._new.get(post_id, (None, "", ""))
        if row is not None and row.number and latest is None:
            latest, before, stem_before = self.version(post_id), row.folder, row.stem
        if latest is not None and (
            (version.post.preview_only and not latest.post.preview_only)
            or (versions.same(version.post, latest.post) and version.fields == latest.fields)
        ):
            return None
        number = max(row.number if row is not None else 0, latest.number if latest is not None else 0) + 1
        version = msgspec.structs.replace(version, number=number)
        post = version.post
        folder = folder or naming.folder(post)
        if not stem:
            stem = (
                stem_before
                if before == folder
                else self._free_stem(folder, naming.stem(post, post_id), post_id)
            )
        data = versions.encode(version)
        self._stage(layout.version(post_id, number), data, replace=False)
        self._new[post_id] = version, folder, stem
        self._stems[naming.key(f"{folder}/{stem}")] = post_id
        self._pending.append(
            e.Versioned(
                post_id, number, version.captured_at, version.edition, folder, stem, post.preview_only, post.title,
                post.medium_url, post.author.name or post.author.username, post.first_published_at or post.created_at,
                len(data), hashlib.sha256(data).hexdigest(), version.origins,
            )
        )  # fmt: skip
        return version

    def _free_stem(self, folder: str, stem: str, post_id: str) -> str:
        """``stem``, or with ``-2``, ``-3``, … when another post has that name."""
        number, wanted = 1, stem
        while True:
            key = naming.key(f"{folder}/{wanted}")
            if (self._stems.get(key) or self._catalog.stem_owner(key)) in ("", post_id):
                return wanted
            number += 1
            wanted = f"{stem}-{number}"

    def put(self, path: str, data: bytes) -> Outcome:
        """Stages a file under the archive's root (a picture, a page of Markdown, …).

        A file of the archive's own that has other bytes is replaced, but for what is kept for good
        (assets/, data/): that raises ConflictError. What somebody else has changed is put aside first
        (``aside``). Whatever event does not speak of it, ``commit`` writes down by itself.
        """
        self._writing()
        layout.sound(path)
        if (
            path in layout.UNLISTED
            or path == layout.CATALOG
            or path.startswith((f"{layout.CAPTURES}/", f"{layout.VERSIONS}/"))
        ):
            raise UsageError("is written by the archive itself", origin=path)
        return self._stage(path, data, replace=not path.startswith(layout.KEPT))

    def remove(self, path: str) -> bool:
        """Takes a derived file away, at once; what somebody has changed is put aside. False when there is
        none. Raises ConflictError for what is kept for good."""
        self._writing()
        layout.sound(path)
        if path.startswith((*layout.KEPT, f"{layout.HIDDEN}/")) or path == layout.CONFIG:
            raise files.ConflictError("is kept for good", origin=path)
        there = self._catalog.file(path)
        if there is None and path not in self._staged:
            return False
        if path in self._staged:
            self.commit()
            there = self._catalog.file(path)
        target = self.layout.path(path)
        try:
            if there is not None and target.exists() and _matches(target, there.size, there.sha256):
                target.unlink()
                self._folders.add(str(target.parent))
            elif target.exists():
                self.set_aside(path)
        except OSError as error:
            files.fail(error, target)
        self._pending.append(e.Removed(path))
        return True

    def record(self, *events: e.Event) -> None:
        """Stages events. What the catalog says already is not written down again."""
        self._writing()
        self._pending += [event for event in events if not self._catalog.tells(event)]

    def _stage(self, path: str, data: bytes, replace: bool) -> Outcome:
        digest = hashlib.sha256(data).hexdigest()
        there = self._staged.get(path) or self._catalog.file(path)
        target = self.layout.path(path)
        self._make_folder(target.parent)
        outcome: Outcome = "written"
        if path in self._staged:
            self._batch.commit()  # so that what is on the disk is what is looked at
        try:
            info = os.lstat(target)
        except FileNotFoundError:
            info = None
        except OSError as error:
            files.fail(error, target)
        if info is not None:
            outcome = self._existing(path, data, info, there, replace=replace)
        if outcome != "unchanged":
            self._batch.place(str(target), data)
        self._staged[path] = _Staged(len(data), digest)
        return outcome

    def _existing(
        self, path: str, data: bytes, info: os.stat_result, there: File | _Staged | None, *, replace: bool
    ) -> Outcome:
        """What becomes of the file that stands under ``path`` when it gets ``data``."""
        target = self.layout.path(path)
        digest = hashlib.sha256(data).hexdigest()
        try:
            regular = stat.S_ISREG(info.st_mode)
            if regular and info.st_size == len(data) and target.read_bytes() == data:
                return "unchanged"
            if there is not None and there.sha256 != digest and not replace:
                raise files.ConflictError("is kept for good with other bytes", origin=path)
            if regular and there is not None and _matches(target, there.size, there.sha256):
                return "replaced"
            if regular and there is None and self.crashed and path.startswith(f"{layout.HIDDEN}/"):
                return "replaced"  # of the run that was cut off: it never counted
        except OSError as error:
            files.fail(error, target)
        self.set_aside(path)
        return "aside"

    def restore(self, path: str, data: bytes) -> None:
        """Stages the bytes that a file of the archive should have, or is to have again; what stands there
        is put aside. For repairs."""
        self._writing()
        self._stage(layout.sound(path), data, replace=True)

    def set_aside(self, path: str) -> None:
        """Moves what stands under ``path`` to ``.fonds/aside/``, at once: nothing that is not ours is
        lost."""
        self._writing()
        target = self.layout.aside_for(layout.sound(path))
        files.make_folder(target.parent)
        try:
            self.layout.path(path).rename(target)
        except OSError as error:
            files.fail(error, target)
        self._folders |= {str(target.parent), str(self.layout.path(path).parent)}
        self.aside.append(path)

    def _make_folder(self, folder: Path) -> None:
        if str(folder) in self._folders or folder.is_dir():
            return
        name = f"{folder.relative_to(self.root).as_posix()}/"
        if folder == self.root or (name in layout.KEPT and self._catalog.has_files(name)):
            # Not made again: where it is gone, so may be the disk.
            files.fail(OSError(errno.ENOENT, os.strerror(errno.ENOENT)), folder)
        self._make_folder(folder.parent)
        files.make_folder(folder)
        self._folders |= {str(folder), str(folder.parent)}

    def set_config(self, *, title: str | None = None, sources: Sequence[str] | None = None) -> None:
        """Changes fonds.toml; comments and everything else in it stay."""
        self._writing()
        data = config.edit(config.load(self.layout.config), title=title, sources=sources)
        self.config = config.parse(data, str(self.layout.config))
        self._place_config(data)

    def _place_config(self, data: bytes) -> None:
        self._batch.place(str(self.layout.config), data)
        self._pending.append(e.Configured(data.decode("utf-8")))

    # --------------------------------------------------------------------------------- counting

    def commit(self) -> None:
        """Makes everything prepared count, on the disk. Raises DiskError: then nothing of it counts, and
        the archive is to be closed."""
        self._writing()
        self._captures.sync()
        self._batch.commit()
        self._folders |= self._batch.folders
        files.sync_folders(self._folders)
        self._batch.folders.clear()
        self._folders.clear()
        self._pending += self._captures.closed
        self._captures.closed.clear()
        told = {path for event in self._pending for path in _paths(event)}
        for path, staged in self._staged.items():
            wrote = e.Wrote(path, staged.size, staged.sha256)
            if path not in told and not self._catalog.tells(wrote):
                self._pending.append(wrote)
        if self._pending:
            now = self.clock()
            lines = self._journal.append([(event, now) for event in self._pending])
            self._pending.clear()
            self._staged.clear()
            for waiting in (self._new, self._stems, self._kept):
                waiting.clear()
            catalog_opening.catch_up(self._catalog, self._journal, lines)
        self._staged.clear()

    def seal(self) -> None:
        """Ends a run: closes the captures, commits, and writes the manifest. Nothing is written when
        nothing happened since the last time."""
        from fonds.archive import recovery

        self._writing()
        self._captures.close()
        self.commit()
        if self._unsealed or not self.sealed:
            self._unsealed = False
            recovery.seal(self.layout, self._journal, self._catalog, self.clock())

    def _writing(self) -> None:
        if self._lock is None:
            raise UsageError("the archive is open for reading alone", origin=str(self.root))

    # --------------------------------------------------------------------------------- ending

    def close(self, *, clean: bool = True) -> None:
        """Lets go of everything. ``clean``: commits and seals first."""
        try:
            if clean and self._lock is not None:
                self.seal()
        except BaseException:
            clean = False
            raise
        finally:
            self._batch.discard()
            for name in ("_captures", "_catalog", "_journal"):
                part = getattr(self, name, None)
                if part is not None:
                    part.abandon() if isinstance(part, Writer) else part.close()
            if self._lock is not None:
                self._lock.release(clean=clean)

    @contextlib.contextmanager
    def _closing_on_error(self) -> Iterator[None]:
        try:
            yield
        except BaseException:
            self.close(clean=False)
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close(clean=kind is None)


_VERIFY = "fonds verify says what else is, and --repair what can be done."


def _matches(path: Path, size: int, sha256: str) -> bool:
    return path.stat().st_size == size and manifest.digest(path)[0] == sha256


def _paths(event: e.Event) -> tuple[str, ...]:
    """The files that an event speaks of."""
    if isinstance(event, e.Versioned):
        return (layout.version(event.post_id, event.number),)
    return (event.path,) if isinstance(event, (e.Asset, e.Data)) else ()


def _room(root: Path) -> bytes:
    """What fonds.toml holds already in a folder where an archive can begin. Raises UsageError,
    ConflictError."""
    path = root / layout.CONFIG
    before = b""
    try:
        if path.exists():
            before = path.read_bytes()
            if config.is_archive(before, str(path)):
                raise UsageError(
                    "is an archive already", origin=str(root), remedy="fonds pull brings it up to date."
                )
        taken = [
            name
            for name in (*layout.FOLDERS, "assets", "data", *layout.PAGES)
            if os.path.lexists(root / name)
        ]
        if (root / layout.JOURNAL).exists() and (root / layout.JOURNAL).stat().st_size:
            taken.append(layout.JOURNAL)
    except OSError as error:
        files.fail(error, root)
    if taken:
        raise files.ConflictError(
            f"holds {taken[0]} already, which an archive would write",
            origin=str(root),
            remedy="Choose an empty folder.",
        )
    return before
