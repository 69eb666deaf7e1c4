"""Bytes on the disk, for many files at once.

``fsync`` waits for the disk once for each file; Linux's ``syncfs`` once for all. It is as good where the
file system itself takes part and errors are reported (Linux 5.8 and later: syncfs(2), "Errors"), and is
used only there: FUSE and network file systems, older kernels and other systems get an fsync a file.
As it is one call, it can wait in a thread while more is written (``begin``).
"""

from __future__ import annotations

import functools
import os
import re
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

FEW = 8
"""Files below which fsync is as fast."""

_LOCAL = frozenset({"ext2", "ext3", "ext4", "xfs", "btrfs", "f2fs", "bcachefs", "tmpfs", "overlay"})
_ERRORS_SINCE = (5, 8)


def sync(handles: Sequence[int]) -> None:
    """Returns when the bytes of all the open files ``handles`` are on the disk. Raises OSError."""
    if not (_are_many(handles) and _syncfs(handles[0])):
        _one_by_one(handles)


def begin(handles: Sequence[int]) -> Callable[[], None]:
    """Begins to ``sync``, and gives what returns when it is done, or raises its OSError. The handles stay
    open until then. What has to be synced file by file is so when it is waited for: with a thread that
    needs Python between its calls, both would be slower."""
    if _are_many(handles) and _is_local(os.fstat(handles[0]).st_dev):
        return _Together(handles).wait
    return functools.partial(sync, handles)


class _Together:
    """A file system that is being synced in a thread."""

    def __init__(self, handles: Sequence[int]) -> None:
        self._handles = handles
        self._done = False
        self._error: OSError | None = None
        self._thread = threading.Thread(target=self._sync, name="fonds-sync", daemon=True)
        self._thread.start()

    def _sync(self) -> None:
        try:
            self._done = _syncfs(self._handles[0])
        except OSError as error:
            self._error = error

    def wait(self) -> None:
        self._thread.join()
        if self._error is not None:
            raise self._error
        if not self._done:
            _one_by_one(self._handles)


def _are_many(handles: Sequence[int]) -> bool:
    """Whether the files are many enough to be synced together, and all of one file system."""
    return len(handles) >= FEW and len({os.fstat(handle).st_dev for handle in handles}) == 1


def _one_by_one(handles: Sequence[int]) -> None:
    for handle in handles:
        os.fsync(handle)


def _syncfs(handle: int) -> bool:
    """Whether the file system of ``handle`` was synced as a whole. Raises OSError when that failed."""
    if not (sys.platform == "linux" and _is_local(os.fstat(handle).st_dev)):
        return False
    import ctypes  # here: few runs write so many files

    function = getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None)
    if function is None:
        return False
    if function(handle):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return True


@functools.cache
def _is_local(device: int) -> bool:
    version = re.match(r"(\d+)\.(\d+)", os.uname().release)
    if version is None or (int(version[1]), int(version[2])) < _ERRORS_SINCE:
        return False
    wanted = f"{os.major(device)}:{os.minor(device)}"
    try:
        mounts = Path("/proc/self/mountinfo").read_text("utf-8", "replace").splitlines()
    except OSError:
        return False
    # proc(5): … third field the device, and behind the hyphen the type.
    kinds = {
        line.partition(" - ")[2].partition(" ")[0] for line in mounts if line.split(" ", 3)[2:3] == [wanted]
    }
    return bool(kinds) and kinds <= _LOCAL
