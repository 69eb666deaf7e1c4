"""Files whole or not at all.

A file gets its final name only when all its bytes are on the disk: it is written beside, flushed and
synced, then renamed. The rename itself becomes durable with a sync of its folder, and that is done once
for each folder at the end of a batch (``sync_folders``). This is safe because the order can only lose
whole files that were renamed since the last sync, never leave half of one: after a power cut a name
either is not there (or still means the old file) or means the whole new one, and the same command makes
the missing ones again. Nothing is reported as done before the folders are synced.
"""

from __future__ import annotations

import contextlib
import errno
import itertools
import os
import platform
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Literal, NoReturn

from fonds.errors import DiskError, FondsError

_COUNTER = itertools.count()
_TEMPORARY = re.compile(r"\.fonds-([\w.-]{1,64})-(\d{1,10})-\d{1,10}\.tmp")
_PIECE = 1 << 20

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


def write(path: Path, data: bytes, *, medium_id: str = "") -> Outcome:
    """``data`` under ``path``, whole or not at all; the folder must exist.

    A file with the same bytes is left alone. One with other bytes is replaced only when fonds wrote it
    for the same post (its front matter says ``medium_id``). Raises ConflictError for any other, and
    DiskError.
    """
    outcome: Outcome = "written"
    try:
        found = _existing(path, data, medium_id)
        if found is not None:
            if found == "unchanged":
                return "unchanged"
            outcome = found
        with replacing(path) as handle:
            handle.write(data)
    except OSError as error:
        fail(error, path)
    return outcome


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """A new file beside ``path`` that gets its name at the end of the block, synced; on any exception,
    Ctrl-C included, it is removed instead. Raises OSError."""
    temporary = path.parent / f".fonds-{_host()}-{os.getpid()}-{next(_COUNTER)}.tmp"
    renamed = False
    try:
        # "x": with host, process and number in its name, a file that stands there is nobody's we know.
        with temporary.open("xb") as handle:
            yield handle
            handle.flush()
            os.fsync(handle.fileno())
        temporary.replace(path)
        renamed = True
    finally:
        if not renamed:
            with contextlib.suppress(OSError):
                temporary.unlink()


def _existing(path: Path, data: bytes, medium_id: str) -> Outcome | None:
    """What stands under ``path`` already: None for nothing, else what to do. Raises ConflictError."""
    try:
        info = path.lstat()
    except FileNotFoundError:
        return None
    if path.is_symlink() or not path.is_file():
        raise ConflictError(
            "is a link or folder, so it was not replaced", origin=str(path), remedy="Move it away."
        )
    with path.open("rb") as handle:
        head = handle.read(len(data) + 1 if info.st_size == len(data) else 65_536)
    if head == data:
        return "unchanged"
    if medium_id and _owner(head) == medium_id:
        return "replaced"
    raise ConflictError(
        "already there and not written by fonds for this post, so it was not replaced",
        origin=str(path),
        remedy="Move it away, or choose another folder with -o.",
    )


_OWNER = re.compile(rb'^medium_id: "([0-9A-Za-z]{4,32})"$', re.M)


def _owner(head: bytes) -> str:
    """The ``medium_id`` in front matter as the default flavour writes it (one line a value), else ""."""
    if not head.startswith(b"---\n"):
        return ""
    found = _OWNER.search(head, 0, max(head.find(b"\n---\n"), 0))
    return found[1].decode("ascii") if found else ""


def copy(source: Path, path: Path) -> None:
    """The bytes of ``source`` under ``path``, whole or not at all. Raises DiskError.

    No hard link: a picture edited in one place would change in the other. Where the file system can
    share blocks (btrfs, XFS), ``copy_file_range`` does.
    """
    try:
        with source.open("rb") as reading, replacing(path) as writing:
            _transfer(reading, writing)
    except OSError as error:
        fail(error, path)


def _transfer(reading: IO[bytes], writing: IO[bytes]) -> None:
    if hasattr(os, "copy_file_range"):
        try:
            while os.copy_file_range(reading.fileno(), writing.fileno(), 1 << 30):
                pass
        except OSError as error:
            if error.errno not in (errno.EXDEV, errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP, errno.EPERM):
                raise
            # Another file system or an old kernel: what was transferred so far is transferred again.
            reading.seek(0)
            os.ftruncate(writing.fileno(), 0)
            os.lseek(writing.fileno(), 0, os.SEEK_SET)
        else:
            return
    while piece := reading.read(_PIECE):
        writing.write(piece)


def sync_folders(folders: Iterable[Path]) -> None:
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
