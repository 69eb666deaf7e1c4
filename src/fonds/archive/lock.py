"""One writer at a time: an advisory lock that the system lets go when its process ends."""

from __future__ import annotations

import contextlib
import errno
import os
import platform
from pathlib import Path

from fonds.archive import files
from fonds.errors import DiskError

_UNSUPPORTED = (errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOLCK, errno.EINVAL)
_HELD = (errno.EAGAIN, errno.EACCES, errno.EDEADLK)


class LockedError(DiskError):
    """Another process writes to the archive."""


class Lock:
    """Held from ``Lock(path, command)`` until ``release``. The file says who holds it.

    ``crashed``: the last holder did not let go by itself, so that it may have left something half done.
    """

    def __init__(self, path: Path, command: str) -> None:
        self.path = path
        self.crashed = False
        try:
            self._handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o666)
        except OSError as error:
            files.fail(error, path)
        try:
            self._take(command)
        except BaseException:
            os.close(self._handle)
            raise

    def _take(self, command: str) -> None:
        try:
            locked = _try(self._handle)
            os.lseek(self._handle, 0, os.SEEK_SET)
            before = os.read(self._handle, 4096).decode("utf-8", "replace").strip()
            if locked is False or (locked is None and before and not _is_dead(before)):
                raise self._error(before, certain=locked is False)
            self.crashed = bool(before)
            os.ftruncate(self._handle, 0)
            os.lseek(self._handle, 0, os.SEEK_SET)
            os.write(self._handle, f"{os.getpid()} {platform.node()} {command}\n".encode("utf-8", "replace"))
            os.fsync(self._handle)
        except OSError as error:
            files.fail(error, self.path)

    def _error(self, holder: str, *, certain: bool) -> LockedError:
        process, _, rest = holder.partition(" ")
        host, _, command = rest.partition(" ")
        who = f" (fonds {command}, process {process} on {host})" if command else ""
        remedy = "Wait for it to end." if certain else "Wait for it to end; if it has, delete this file."
        return LockedError(f"another fonds writes to this archive{who}", origin=str(self.path), remedy=remedy)

    def release(self, *, clean: bool) -> None:
        """Lets go. Only a ``clean`` end clears the holder's name: the next one then knows that all is
        done."""
        if self._handle < 0:
            return
        if clean:
            with contextlib.suppress(OSError):  # a name left behind costs the next run a look around
                os.ftruncate(self._handle, 0)
        os.close(self._handle)
        self._handle = -1


def held(path: Path) -> bool:
    """Whether somebody holds the lock now."""
    try:
        handle = os.open(path, os.O_RDWR | getattr(os, "O_CLOEXEC", 0))
    except OSError:
        return False
    try:
        return _try(handle) is False
    except OSError:
        return False
    finally:
        os.close(handle)


def _try(handle: int) -> bool | None:
    """Whether the lock was got; None where the file system knows no locks."""
    try:
        if os.name == "nt":
            import msvcrt

            # Far behind the text, because Windows locks bytes against reading too.
            os.lseek(handle, 1 << 20, os.SEEK_SET)
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in _HELD:
            return False
        if error.errno in _UNSUPPORTED:
            return None
        raise
    return True


def _is_dead(holder: str) -> bool:
    process, _, rest = holder.partition(" ")
    host = rest.partition(" ")[0]
    return host == platform.node() and process.isdecimal() and not files._alive(int(process))
