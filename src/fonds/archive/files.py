"""Files whole or not at all.

A file gets its final name only when all its bytes are on the disk: it is written beside, synced, then
renamed. The rename itself becomes durable with a sync of its folder, and that is done once
for each folder at the end of a batch (``sync_folders``). This is safe because the order can only lose
whole files that were renamed since the last sync, never leave half of one: after a power cut a name
either is not there (or still means the old file) or means the whole new one, and the same command makes
the missing ones again. Nothing is reported as done before the folders are synced.
"""

from __future__ import annotations

import contextlib
import errno
import functools
import itertools
import os
import platform
import re
import stat
from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType
from typing import Literal, NoReturn, Self, TypeAlias

from fonds.archive import durable
from fonds.errors import DiskError, FondsError
from fonds.patterns import Seldom

_COUNTER = itertools.count()
_TEMPORARY = Seldom(r"\.fonds-([\w.-]{1,64})-(\d{1,10})-\d{1,10}\.tmp")
_PIECE = 1 << 20
_OPEN = 64
"""Files staged at most at a time. As many may be on their way to the disk: systems allow 256 open ones
and more."""
_BINARY = getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)

Outcome = Literal["written", "replaced", "unchanged"]

_REASONS = {
    errno.ENOSPC: ("the disk is full", "Make room and run the command again."),
    errno.EDQUOT: ("the disk quota is used up", "Make room and run the command again."),
    errno.EACCES: ("no permission to write", "Choose another folder, or change its permissions."),
    errno.EPERM: ("writing is not permitted", "Choose another folder, or change its permissions."),
    errno.EROFS: ("the file system is read-only", "Choose another folder."),
    errno.ENOTDIR: ("a part of the path is a file, not a folder", "Choose another folder."),
    errno.EEXIST: ("a file stands where a folder is needed", "Choose another folder."),
    errno.ENOENT: ("the folder has vanished", "Check that the disk is still there."),
    errno.ENAMETOOLONG: ("the path is too long for this file system", "Choose a folder with a shorter path."),
    errno.EIO: ("the disk reports an error", "Check the disk before anything else."),
    errno.EMFILE: ("too many files are open", "Raise the limit (ulimit -n) or lower --jobs."),
}


class ConflictError(FondsError):
    """A file that is not ours stands where one should be written."""

    exit_code = 4


def disk_error(error: OSError, path: str | Path) -> DiskError:
    """``error`` as one line for people, about ``path``."""
    reason, remedy = _REASONS.get(error.errno or 0, (error.strerror or str(error), ""))
    return DiskError(reason, origin=str(path), remedy=remedy)


def fail(error: OSError, path: str | Path) -> NoReturn:
    raise disk_error(error, path) from error


def make_folder(path: Path) -> None:
    """``path`` with its parents, as a folder. Raises DiskError."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        fail(error, path)


_Staged: TypeAlias = tuple[int, str, str]
"""Handle (-1: closed), temporary name, name to be."""


class Batch:
    """Files that get their names together, when the bytes of all are on the disk.

    Used as a context manager: at the end of the block everything is committed, on any exception (Ctrl-C
    included) what has no name yet is removed. ``folders`` are those that need a sync afterwards. Of a
    batch of many files some are synced while the next are written; ``lost`` says that this failed, and
    that some which had been staged before will get no name.
    """

    def __init__(self) -> None:
        self._staged: list[_Staged] = []
        self._going: list[_Staged] = []
        self._arrive: Callable[[], None] | None = None
        self.folders: set[str] = set()
        self.lost = False

    def write(self, path: str, data: bytes, *, medium_id: str = "") -> Outcome:
        """``data`` under ``path``, whole or not at all; the folder must exist.

        A file with the same bytes is left alone. One with other bytes is replaced only when fonds wrote
        it for the same post (its front matter says ``medium_id``). Raises ConflictError for any other,
        and DiskError.
        """
        try:
            outcome = _existing(path, data, medium_id)
        except OSError as error:
            fail(error, path)
        if outcome != "unchanged":
            self.place(path, data)
        return outcome

    def place(self, path: str, data: bytes) -> None:
        """``data`` under ``path``, whatever stands there: the caller knows whose it is. Raises DiskError."""
        self._stage(path, lambda handle: _write_all(handle, data))

    def copy(self, source: str | Path, path: str) -> None:
        """The bytes of ``source`` under ``path``. Raises DiskError.

        No hard link: a picture edited in one place would change in the other. Where the file system can
        share blocks (btrfs, XFS), ``copy_file_range`` does.
        """
        try:
            with Path(source).open("rb", buffering=0) as reading:
                self._stage(path, functools.partial(_transfer, reading.fileno()))
        except OSError as error:
            fail(error, path)

    def _stage(self, path: str, fill: Callable[[int], None]) -> None:
        """A new file beside ``path``, staged when ``fill`` has written it, else removed. Raises DiskError."""
        if len(self._staged) >= _OPEN:
            self._depart()
        folder = os.path.dirname(path) or os.curdir  # noqa: PTH120  this is called for every file of a run
        temporary = beside(folder)
        handle, done = -1, False
        try:
            # "exclusive": with host, process and number in its name, a file that stands there is not ours.
            handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, 0o666)
            fill(handle)
            self._staged.append((handle, temporary, path))
            self.folders.add(folder)
            done = True
        except OSError as error:
            done = handle < 0
            fail(error, path)
        finally:
            if not done:  # Ctrl-C may come between the file and its handle
                _remove(handle, temporary)

    def commit(self) -> None:
        """Syncs what is staged and gives it its names, in the order in which it came. Raises DiskError."""
        self._depart()
        self._settle()

    def _depart(self) -> None:
        """Begins to sync what is staged, behind what began before. Raises DiskError."""
        self._settle()
        staged, self._staged = self._staged, []
        self._going = staged
        if staged:
            try:
                self._arrive = durable.begin([handle for handle, _, _ in staged])
            except OSError as error:
                self._lose()
                fail(error, staged[0][2])

    def _settle(self) -> None:
        """Names for what began to be synced, when it is. Where that fails it gets none, whoever asks again:
        what a disk has lost, a second sync would not tell (fsync(2)). Raises DiskError."""
        staged, arrive = self._going, self._arrive
        if arrive is None:
            return
        path = staged[0][2]
        try:
            arrive()
            for number, (handle, temporary, path) in enumerate(staged):
                staged[number] = (-1, temporary, path)
                os.close(handle)
            self._arrive = None
            while staged:
                _, temporary, path = staged[0]
                os.replace(temporary, path)  # noqa: PTH105
                del staged[0]
        except OSError as error:
            self._lose()
            fail(error, path)

    def _lose(self) -> None:
        """Removes what began to be synced and has no name yet. A thread that still syncs harms nothing."""
        self._arrive = None
        self.lost = self.lost or bool(self._going)
        _remove_all(self._going)

    def discard(self) -> None:
        """Removes what has no name yet."""
        self._lose()
        _remove_all(self._staged)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self.commit()
        finally:
            self.discard()


def beside(folder: str) -> str:
    """A new name in ``folder`` for a file that is not whole yet; ``sweep`` knows such names."""
    return f"{folder}{os.sep}.fonds-{_host()}-{os.getpid()}-{next(_COUNTER)}.tmp"


def _remove_all(staged: list[_Staged]) -> None:
    """Removes the files, and each from the list only then: one more Ctrl-C loses none of them."""
    while staged:
        handle, temporary, path = staged[-1]
        staged[-1] = (-1, temporary, path)
        _remove(handle, temporary)
        del staged[-1]


def _remove(handle: int, temporary: str) -> None:
    if handle >= 0:
        with contextlib.suppress(OSError):
            os.close(handle)
    with contextlib.suppress(OSError):
        os.unlink(temporary)  # noqa: PTH108


def _write_all(handle: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(handle, view) :]


def _existing(path: str, data: bytes, medium_id: str) -> Outcome:
    """What to do about what stands under ``path`` already. Raises ConflictError."""
    try:
        info = os.lstat(path)
    except FileNotFoundError:
        return "written"
    if not stat.S_ISREG(info.st_mode):
        raise ConflictError(
            "is a link or folder, so it was not replaced", origin=path, remedy="Move it away."
        )
    with Path(path).open("rb") as reading:
        head = reading.read(len(data) + 1 if info.st_size == len(data) else 65_536)
    if head == data:
        return "unchanged"
    if medium_id and _owner(head) == medium_id:
        return "replaced"
    raise ConflictError(
        "already there and not written by fonds for this post, so it was not replaced",
        origin=path,
        remedy="Move it away, or choose another folder with -o.",
    )


_OWNER = Seldom(rb'^medium_id: "([0-9A-Za-z]{4,32})"$', re.M)


def _owner(head: bytes) -> str:
    """The ``medium_id`` in front matter as the default flavour writes it (one line a value), else ""."""
    if not head.startswith(b"---\n"):
        return ""
    found = _OWNER.search(head[: max(head.find(b"\n---\n"), 0)])
    return found[1].decode("ascii") if found else ""


def _transfer(reading: int, writing: int) -> None:
    if hasattr(os, "copy_file_range"):
        try:
            while os.copy_file_range(reading, writing, 1 << 30):
                pass
        except OSError as error:
            if error.errno not in (errno.EXDEV, errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP, errno.EPERM):
                raise
            # Another file system or an old kernel: what was transferred so far is transferred again.
            os.lseek(reading, 0, os.SEEK_SET)
            os.lseek(writing, 0, os.SEEK_SET)
            os.ftruncate(writing, 0)
        else:
            return
    while piece := os.read(reading, _PIECE):
        _write_all(writing, piece)


def sync_folders(folders: Iterable[str]) -> None:
    """Makes the renames in ``folders`` durable. Where folders cannot be synced (Windows) the system
    does it by itself. Raises DiskError."""
    if os.name == "nt":
        return
    for folder in sorted(set(folders)):
        try:
            handle = os.open(folder, os.O_RDONLY | getattr(os, "O_DIRECTORY", 0))
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
        except OSError as error:
            if error.errno not in (errno.EINVAL, errno.EBADF, errno.ENOTSUP):  # no such thing on this one
                fail(error, folder)


def is_temporary(name: str) -> bool:
    """Whether a file has a name that only what is not whole yet has, of whatever process."""
    return _TEMPORARY.fullmatch(name) is not None


def sweep(folder: Path) -> None:
    """Removes what a killed run of this machine left in ``folder``: temporary files whose process is gone."""
    try:
        names = [entry.name for entry in os.scandir(folder) if entry.name.startswith(".fonds-")]
    except OSError:
        return  # it is not there yet, or writing will say what is wrong with it
    for name in names:
        found = _TEMPORARY.fullmatch(name)
        if found and found[1] == _host() and not _alive(int(found[2])):
            with contextlib.suppress(OSError):
                (folder / name).unlink()


@functools.cache
def _host() -> str:
    return re.sub(r"[^\w.-]", "-", platform.node())[:64] or "host"


def _alive(process: int) -> bool:
    if process == os.getpid():
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True
