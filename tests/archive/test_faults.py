"""Disks that are full, read-only, failing or gone, at every kind of write: one line, nothing lost, and the
next run comes to the same end.
"""

from __future__ import annotations

import contextlib
import errno
import itertools
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import keeping
import made
import syncing
from fonds.archive import events as e
from fonds.archive import files, layout, tables
from fonds.archive.store import Archive
from fonds.archive.verify import verify
from fonds.errors import DiskError

pytestmark = pytest.mark.usefixtures("quick")

CALLS = ("open", "write", "fsync", "replace", "rename", "unlink", "ftruncate", "mkdir")


def fail_at(monkeypatch: pytest.MonkeyPatch, at: int, number: int) -> Callable[[], int]:
    """The ``at``-th call that changes the disk, and every later one that is no clean-up, fails."""
    steps = 0

    def wrap(function: Callable[..., Any], name: str) -> Callable[..., Any]:
        def call(*given: Any, **named: Any) -> Any:
            nonlocal steps
            steps += 1
            if steps == at:
                if name == "write" and len(given[1]) > 1:
                    function(given[0], bytes(given[1])[: len(given[1]) // 2])
                raise OSError(number, os.strerror(number))
            return function(*given, **named)

        return call

    for name in CALLS:
        monkeypatch.setattr(os, name, wrap(getattr(os, name), name))
    return lambda: steps


def fault(run: Callable[[Path], None], root: Path) -> DiskError | None:
    """What a run says that a disk ends; None when it came to its end all the same."""
    try:
        run(root)
    except DiskError as error:
        found = error
    else:
        return None
    assert found.exit_code == 128
    assert "\n" not in str(found)
    assert found.origin, str(found)
    return found


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EIO, errno.EACCES, errno.EDQUOT])
def test_a_fault_at_any_step_is_one_line_and_the_next_run_is_whole(tmp_path: Path, number: int) -> None:
    syncing.sync(tmp_path / "undisturbed")
    wanted = syncing.tree(tmp_path / "undisturbed"), syncing.contents(tmp_path / "undisturbed")
    failed = 0
    for at in itertools.count(1 + number % 3, 9):
        root = tmp_path / str(at)
        with pytest.MonkeyPatch.context() as patch:
            steps = fail_at(patch, at, number)
            failed += fault(syncing.sync, root) is not None
            taken = steps()
        if taken < at:
            break
        syncing.sync(root)
        assert verify(root).findings == [], at
        assert (syncing.tree(root), syncing.contents(root)) == wanted, at
    assert failed > 8


@pytest.mark.parametrize(
    "code", [sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_BUSY]
)
def test_a_fault_of_the_catalog_is_one_line_and_what_the_journal_has_counts(
    tmp_path: Path, code: int
) -> None:
    root = keeping.small(tmp_path / "kept")
    archive = Archive.open(root, write=True, clock=keeping.clock())
    archive.record(e.Known("eeeeeeeeeeee", "feed"))

    def full(*_: object) -> None:
        error = sqlite3.OperationalError("no")
        error.sqlite_errorcode = code
        raise error

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tables, "fold", full)
        with pytest.raises(DiskError) as caught:
            archive.commit()
    assert caught.value.exit_code == 128
    archive.close(clean=False)
    with Archive.open(root, write=True) as again:
        assert again.catalog.post("eeeeeeeeeeee") is not None
    assert verify(root).findings == []


# ------------------------------------------------------------------------------------------- real disks


def mount(folder: Path, options: str) -> None:
    folder.mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], check=True, capture_output=True)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Callable[[str], Path]]:
    """Mounts small disks; needs to be root, and to be let."""
    mounted: list[Path] = []

    def function(options: str) -> Path:
        folder = tmp_path / f"disk{len(mounted)}"
        try:
            mount(folder, options)
        except (OSError, subprocess.CalledProcessError):
            pytest.skip("a disk of its own can be mounted by root only")
        mounted.append(folder)
        return folder

    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("a disk of its own can be mounted by root only")
    yield function
    for folder in mounted:
        subprocess.run(["umount", "-l", folder], check=False, capture_output=True)


def test_a_full_disk_at_every_kind_of_write(disk: Callable[[str], Path], tmp_path: Path) -> None:
    """Another program fills the disk in the midst of a run, each time a little later."""
    syncing.sync(tmp_path / "undisturbed")
    wanted = syncing.tree(tmp_path / "undisturbed"), syncing.contents(tmp_path / "undisturbed")
    place = disk("size=2m")
    root, filler = place / "kept", place / "filler"
    kinds = set()
    for at in itertools.count(2, 5):
        with pytest.MonkeyPatch.context() as patch:
            filled = fill_at(patch, at, filler)
            failed = fault(syncing.sync, root)
        if not filled():
            break
        filler.unlink()
        if failed is not None:
            assert "the disk is full" in str(failed), str(failed)
            kinds.add(kind(failed.origin.removeprefix(str(root))))
        syncing.sync(root)
        assert verify(root).findings == [], at
        assert (syncing.tree(root), syncing.contents(root)) == wanted, at
        shutil.rmtree(root)
    assert kinds >= {
        "fonds.toml",
        "journal",
        "catalog",
        "manifest",
        "captures",
        "version",
        "assets",
        "posts",
        "lock",
    }, kinds


def fill_at(monkeypatch: pytest.MonkeyPatch, at: int, filler: Path) -> Callable[[], bool]:
    """The disk of ``filler`` is full from the ``at``-th call on that changes it."""
    steps = 0
    real = {name: getattr(os, name) for name in CALLS}

    def wrap(name: str) -> Callable[..., Any]:
        def call(*given: Any, **named: Any) -> Any:
            nonlocal steps
            steps += 1
            if steps == at:
                handle = real["open"](filler, os.O_WRONLY | os.O_CREAT)
                with contextlib.suppress(OSError):
                    while real["write"](handle, bytes(4096)):
                        pass
                os.close(handle)
            return real[name](*given, **named)

        return call

    for name in CALLS:
        monkeypatch.setattr(os, name, wrap(name))
    return filler.exists


def kind(path: str) -> str:
    """What was to be written, of the place that an error names."""
    names = {".fonds/posts": "version"}
    wanted = (
        ".fonds/posts",
        "catalog",
        "captures",
        "journal",
        "manifest",
        "assets",
        "lock",
        "posts",
        "fonds.toml",
    )
    found = next((name for name in wanted if name in path), path)
    return names.get(found, found)


@pytest.mark.parametrize("folder", [".", ".fonds", ".fonds/captures", ".fonds/posts", "assets", "posts"])
def test_a_folder_that_is_read_only(disk: Callable[[str], Path], folder: str) -> None:
    root = disk("size=64m") / "kept"
    syncing.sync(root)
    before = made.snapshot(root)
    target = root / folder
    subprocess.run(["mount", "--bind", target, target], check=True)
    try:
        subprocess.run(["mount", "-o", "remount,ro,bind", target], check=True)
        with pytest.raises(DiskError, match="read-only") as caught:
            syncing.edit(root)
        assert str(target.resolve()) in str(Path(caught.value.origin).resolve())
        with Archive.open(root) as archive:
            assert len(list(archive.catalog.posts())) == 3
    finally:
        subprocess.run(["umount", target], check=True)
    after = made.snapshot(root)
    assert {name: after[name] for name in syncing.tree(root) if name in before} == {
        name: before[name] for name in syncing.tree(root) if name in before
    } or folder == "posts"
    syncing.edit(root)
    assert verify(root).findings == []
    syncing.sync(root.parent / "undisturbed")
    syncing.edit(root.parent / "undisturbed")
    assert (syncing.tree(root), syncing.contents(root)) == (
        syncing.tree(root.parent / "undisturbed"),
        syncing.contents(root.parent / "undisturbed"),
    )


def test_a_read_only_archive_can_be_read_and_verified(disk: Callable[[str], Path]) -> None:
    place = disk("size=64m")
    root = keeping.small(place / "kept")
    subprocess.run(["mount", "-o", "remount,ro", place], check=True)
    with Archive.open(root) as archive:
        assert archive.catalog.totals().versions == 3
    assert verify(root).findings == []
    assert verify(root, fast=True).findings == []
    with pytest.raises(DiskError, match="read-only"):
        verify(root, incremental=True)
    with pytest.raises(DiskError, match="read-only"):
        Archive.open(root, write=True)
    with pytest.raises(DiskError, match="read-only"):
        Archive.create(place / "new")


@pytest.mark.parametrize("folder", [".", ".fonds", ".fonds/captures", ".fonds/posts", "assets"])
def test_a_folder_that_vanishes(tmp_path: Path, folder: str) -> None:
    """Taken away between two commits, and brought back: nothing that counted is lost, nothing is begun anew."""
    root, away = tmp_path / "kept", tmp_path / "away"
    syncing.sync(root)
    archive = Archive.open(root, write=True, command="pull", clock=keeping.clock())
    archive.record(e.Known("eeeeeeeeeeee", "feed"))
    archive.commit()
    (root / folder).rename(away)
    with pytest.raises(DiskError, match=r"vanished|read-only") as caught:
        _write_everything(archive)
    assert caught.value.exit_code == 128
    archive.close(clean=False)
    assert not (root / folder).exists()
    away.rename(root / folder)
    syncing.sync(root)
    assert verify(root).findings == []
    with Archive.open(root) as again:
        assert len(list(again.catalog.posts())) == 3
        assert again.catalog.post("eeeeeeeeeeee") is not None


def _write_everything(archive: Archive) -> None:
    one = keeping.post("f00000000000", "more", title="More")
    archive.capture(keeping.response(one.medium_url))
    archive.add_version(keeping.version(one))
    archive.put(f"assets/{one.id}/1-a.png", b"png")
    archive.seal()


def test_derived_folders_are_simply_made_again(tmp_path: Path) -> None:
    root = tmp_path / "kept"
    syncing.sync(root)
    before = syncing.tree(root)
    shutil.rmtree(root / "posts")
    with Archive.open(root, write=True, clock=keeping.clock()) as archive:
        syncing.render(archive)
    assert syncing.tree(root) == before
    assert verify(root).findings == []


def test_the_root_is_never_made_again(tmp_path: Path) -> None:
    """Where a disk was unplugged, its folder may be gone or empty: nothing is written there."""
    root = tmp_path / "kept"
    syncing.sync(root)
    archive = Archive.open(root, write=True, clock=keeping.clock())
    root.rename(tmp_path / "away")
    with pytest.raises(DiskError, match="vanished"):
        archive.put("posts/x.md", b"x")
    assert not root.exists()
    archive.close(clean=False)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
@pytest.mark.parametrize("folder", [".", ".fonds", ".fonds/captures", ".fonds/posts"])
def test_no_permission(tmp_path: Path, folder: str) -> None:
    root = tmp_path / "kept"
    syncing.sync(root)
    (root / folder).chmod(0o555)
    try:
        with pytest.raises(DiskError, match="no permission"):
            syncing.edit(root)
    finally:
        (root / folder).chmod(0o755)
    syncing.edit(root)
    assert verify(root).findings == []


def test_a_lock_that_cannot_be_made(tmp_path: Path) -> None:
    root = keeping.small(tmp_path / "kept")
    (root / layout.LOCK).unlink()
    (root / layout.LOCK).mkdir()
    with pytest.raises(DiskError) as caught:
        Archive.open(root, write=True)
    assert caught.value.exit_code == 128
    assert not files.is_temporary(layout.LOCK)
