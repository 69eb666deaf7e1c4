"""Bytes on the disk for many files at once, or one by one where that is not as good."""

from __future__ import annotations

import errno
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

import made
from fonds.archive import durable, files
from fonds.errors import DiskError


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Handles that were synced one by one; they really are."""
    handles: list[int] = []
    fsync = os.fsync

    def syncing(handle: int) -> None:
        handles.append(handle)
        fsync(handle)

    monkeypatch.setattr(os, "fsync", syncing)
    return handles


@pytest.fixture
def handles(tmp_path: Path) -> Iterator[list[int]]:
    found = [os.open(tmp_path / str(number), os.O_WRONLY | os.O_CREAT) for number in range(durable.FEW)]
    yield found
    for handle in found:
        os.close(handle)


def test_few_files_are_synced_one_by_one(handles: list[int], synced: list[int]) -> None:
    durable.sync(handles[:-1])
    assert synced == handles[:-1]
    durable.sync([])


def test_many_files_of_a_local_file_system_are_synced_together(
    handles: list[int], synced: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[int] = []

    def together(handle: int) -> bool:
        calls.append(handle)
        return True

    monkeypatch.setattr(durable, "_syncfs", together)
    durable.sync(handles)
    assert (calls, synced) == ([handles[0]], [])


def test_elsewhere_one_by_one(handles: list[int], synced: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(durable, "_is_local", lambda _device: False)
    durable.sync(handles)
    assert synced == handles


MOUNTS = "21 1 {device} / / rw,relatime shared:1 - {kind} /dev/vda rw\n22 21 0:20 / /proc rw - proc proc rw\n"


@pytest.mark.skipif(sys.platform != "linux", reason="Linux's mounts")
@pytest.mark.parametrize(
    ("kind", "release", "local"),
    [
        ("ext4", "6.1.0-13-amd64", True),
        ("xfs", "5.8.0", True),
        ("btrfs", "10.0", True),
        ("fuseblk", "6.1.0", False),
        ("nfs4", "6.1.0", False),
        ("ext4", "5.7.19", False),
        ("ext4", "4.19.0", False),
        ("ext4", "unknown", False),
    ],
)
def test_where_it_is_as_good(monkeypatch: pytest.MonkeyPatch, kind: str, release: str, local: bool) -> None:
    class Uname:
        def __init__(self) -> None:
            self.release = release

    text = MOUNTS.format(device="254:1", kind=kind)
    monkeypatch.setattr(os, "uname", Uname)
    monkeypatch.setattr(Path, "read_text", lambda *_: text)
    durable._is_local.cache_clear()
    assert durable._is_local(os.makedev(254, 1)) is local
    assert durable._is_local(os.makedev(254, 2)) is False
    durable._is_local.cache_clear()


def test_a_fault_of_all_names_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(_handle: int) -> bool:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(durable, "_syncfs", failing)
    batch = files.Batch()
    for number in range(durable.FEW):
        batch.write(str(tmp_path / f"{number}.md"), b"text")
    with pytest.raises(DiskError, match="the disk reports an error"):
        batch.__exit__(None, None, None)
    assert made.snapshot(tmp_path) == {}


def test_a_fault_of_the_disk_is_believed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """fsync tells of lost bytes once, and the next call for the same file may say that all is well."""
    told = iter([OSError(errno.EIO, os.strerror(errno.EIO))])

    def failing_once(_handle: int) -> bool:
        for error in told:
            raise error
        return True

    monkeypatch.setattr(durable, "_syncfs", failing_once)
    with files.Batch() as batch:
        for number in range(durable.FEW):
            batch.write(str(tmp_path / f"{number}.md"), b"text")
        with pytest.raises(DiskError, match="the disk reports an error"):
            batch.commit()
        batch.commit()
    assert made.snapshot(tmp_path) == {}


def _named(folder: Path) -> int:
    return sum(name.endswith(".md") for name in made.snapshot(folder))


def test_more_than_a_batch_holds(tmp_path: Path) -> None:
    """What came first is synced while more is written, and has its name before the next are synced."""
    with files.Batch() as batch:
        for number in range(files._OPEN + 5):
            batch.write(str(tmp_path / f"{number}.md"), b"text")
        assert _named(tmp_path) == 0
        for number in range(files._OPEN + 5, 2 * files._OPEN + 5):
            batch.write(str(tmp_path / f"{number}.md"), b"text")
        assert _named(tmp_path) == files._OPEN
    assert len(made.snapshot(tmp_path)) == _named(tmp_path) == 2 * files._OPEN + 5


def test_more_is_written_while_the_disk_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = threading.Event()

    def waiting(_handle: int) -> bool:
        return written.wait(60)

    monkeypatch.setattr(durable, "_is_local", lambda _device: True)
    monkeypatch.setattr(durable, "_syncfs", waiting)
    with files.Batch() as batch:
        for number in range(files._OPEN + durable.FEW):
            batch.write(str(tmp_path / f"{number}.md"), b"text")
        assert _named(tmp_path) == 0
        written.set()
    assert _named(tmp_path) == files._OPEN + durable.FEW


def test_a_fault_while_more_is_written_names_none_of_those(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(_handle: int) -> bool:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(durable, "_is_local", lambda _device: True)
    monkeypatch.setattr(durable, "_syncfs", failing)
    with files.Batch() as batch:
        for number in range(2 * files._OPEN):
            batch.write(str(tmp_path / f"{number}.md"), b"text")
        with pytest.raises(DiskError, match="the disk reports an error"):
            batch.write(str(tmp_path / "last.md"), b"text")
        assert batch.lost
        batch.discard()
    assert made.snapshot(tmp_path) == {}


def test_where_a_thread_finds_that_it_cannot_sync_all(
    handles: list[int], synced: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(durable, "_is_local", lambda _device: True)
    monkeypatch.setattr(durable, "_syncfs", lambda _handle: False)
    wait = durable.begin(handles)
    wait()
    assert synced == handles
