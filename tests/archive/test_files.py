"""Files whole or not at all, and none of anybody else's touched."""

from __future__ import annotations

import errno
import itertools
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest

import made
from fonds.archive import files
from fonds.errors import DiskError

OURS = b'---\ntitle: "Boats"\nmedium_id: "0123456789ab"\n---\n\nText\n'


def write(path: Path, data: bytes, medium_id: str = "") -> str:
    with files.Batch() as batch:
        return batch.write(str(path), data, medium_id=medium_id)


def copy(source: Path, path: Path) -> None:
    with files.Batch() as batch:
        batch.copy(source, str(path))


def test_a_new_file(tmp_path: Path) -> None:
    assert write(tmp_path / "a.md", b"text") == "written"
    assert made.snapshot(tmp_path) == {"a.md": b"text"}


def test_the_same_bytes_are_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_bytes(b"text")
    os.utime(path, ns=(1, 1))
    assert write(path, b"text") == "unchanged"
    assert path.stat().st_mtime_ns == 1


def test_a_file_of_the_same_post_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_bytes(OURS)
    assert write(path, OURS + b"More\n", medium_id="0123456789ab") == "replaced"
    assert path.read_bytes() == OURS + b"More\n"


STRANGERS = {
    "a note": b"my own notes\n",
    "of another post": OURS.replace(b"0123456789ab", b"ba9876543210"),
    "longer, of the same beginning": OURS[:20],
    "the id in the text": b"---\ntitle: x\n---\n" + OURS,
    "the id after the front matter": b'---\ntitle: "x"\n---\nmedium_id: "0123456789ab"\n',
    "front matter that does not end": b'---\nmedium_id: "0123456789ab"\n',
    "empty": b"",
}


@pytest.mark.parametrize("there", STRANGERS.values(), ids=STRANGERS.keys())
def test_a_stranger_is_not_replaced(tmp_path: Path, there: bytes) -> None:
    path = tmp_path / "a.md"
    path.write_bytes(there)
    with pytest.raises(files.ConflictError, match="not written by fonds"):
        write(path, OURS, medium_id="0123456789ab")
    assert made.snapshot(tmp_path) == {"a.md": there}


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "target").write_bytes(OURS)
    (tmp_path / "a.md").symlink_to("target")
    with pytest.raises(files.ConflictError):
        write(tmp_path / "a.md", b"x", medium_id="0123456789ab")
    assert (tmp_path / "target").read_bytes() == OURS


def test_a_folder_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "a.md").mkdir()
    with pytest.raises(files.ConflictError):
        write(tmp_path / "a.md", b"x")


def _raise(error: BaseException) -> Callable[..., NoReturn]:
    def function(*_args: object, **_kwargs: object) -> NoReturn:
        raise error

    return function


FAULTS = [
    (errno.ENOSPC, "the disk is full"),
    (errno.EROFS, "read-only"),
    (errno.EACCES, "no permission"),
    (errno.EDQUOT, "quota"),
    (errno.EIO, "reports an error"),
    (errno.ENOTDIR, "not a folder"),
]


@pytest.mark.parametrize("function", ["fsync", "replace", "open", "write"])
@pytest.mark.parametrize(("number", "words"), FAULTS)
def test_a_fault_is_one_line_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, words: str, function: str
) -> None:
    error = OSError(number, os.strerror(number))
    monkeypatch.setattr(os, function, _raise(error))
    with pytest.raises(DiskError, match=words) as caught:
        write(tmp_path / "a.md", b"text")
    assert caught.value.exit_code == 128
    assert "\n" not in str(caught.value)
    assert made.snapshot(tmp_path) == {}


@pytest.mark.parametrize("error", [KeyboardInterrupt(), MemoryError(), SystemExit(1)])
def test_whatever_happens_no_temporary_file_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    (tmp_path / "a.md").write_bytes(OURS)
    monkeypatch.setattr(os, "fsync", _raise(error))
    with pytest.raises(type(error)):
        write(tmp_path / "a.md", OURS + b"x", medium_id="0123456789ab")
    assert made.snapshot(tmp_path) == {"a.md": OURS}


def test_a_vanished_folder(tmp_path: Path) -> None:
    with pytest.raises(DiskError, match="vanished"):
        write(tmp_path / "gone" / "a.md", b"text")


def test_a_file_where_a_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "out").write_bytes(b"")
    with pytest.raises(DiskError, match=r"not a folder|a file stands"):
        files.make_folder(tmp_path / "out" / "posts")
    with pytest.raises(DiskError, match="a file stands"):
        files.make_folder(tmp_path / "out")


def test_copies_are_whole_and_their_own(tmp_path: Path) -> None:
    source = tmp_path / "a.png"
    source.write_bytes(made.PNG * 1000)
    copy(source, tmp_path / "b.png")
    assert (tmp_path / "b.png").read_bytes() == made.PNG * 1000
    assert not (tmp_path / "b.png").samefile(source)
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("number", [errno.EXDEV, errno.ENOSYS, errno.EINVAL])
def test_copies_without_the_help_of_the_file_system(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    calls = 0

    def half(_source: int, target: int, _count: int) -> int:
        nonlocal calls
        calls += 1
        if calls == 1:
            return os.write(target, b"half")
        raise OSError(number, "no")

    monkeypatch.setattr(os, "copy_file_range", half, raising=False)
    (tmp_path / "a").write_bytes(made.PNG)
    copy(tmp_path / "a", tmp_path / "b")
    assert (tmp_path / "b").read_bytes() == made.PNG


def test_what_a_killed_run_left_is_swept(tmp_path: Path) -> None:
    gone = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True, text=True
    )
    host = files._host()
    kept = [
        f".fonds-{host}-{os.getpid()}-7.tmp",
        f".fonds-elsewhere-{gone.stdout.strip()}-1.tmp",
        ".fonds-mine.tmp",
        "a.md",
    ]
    for name in (f".fonds-{host}-{gone.stdout.strip()}-1.tmp", *kept):
        (tmp_path / name).write_bytes(b"half")
    files.sweep(tmp_path)
    assert sorted(made.snapshot(tmp_path)) == sorted(kept)
    files.sweep(tmp_path / "not there")


def test_folders_are_synced_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", synced.append)
    files.sync_folders([str(tmp_path), str(tmp_path)])
    assert len(synced) == 1


def test_a_folder_that_is_gone_cannot_be_synced(tmp_path: Path) -> None:
    with pytest.raises(DiskError):
        files.sync_folders([str(tmp_path / "gone")])


def test_ctrl_c_between_a_file_and_its_handle_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = os.open

    def interrupted(path: str, flags: int, mode: int = 0o777) -> int:
        os.close(opened(path, flags, mode))
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "open", interrupted)
    with pytest.raises(KeyboardInterrupt), files.Batch() as batch:
        batch.place(str(tmp_path / "a.md"), b"text")
    assert made.snapshot(tmp_path) == {}


def test_a_temporary_file_of_somebody_else_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = tmp_path / "taken.tmp"
    taken.write_bytes(b"not ours")
    monkeypatch.setattr(files, "beside", lambda _folder: str(taken))
    with pytest.raises(DiskError), files.Batch() as batch:
        batch.place(str(tmp_path / "a.md"), b"text")
    assert made.snapshot(tmp_path) == {"taken.tmp": b"not ours"}


def test_ctrl_c_while_cleaning_up_loses_no_file_from_sight(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unlink, times = os.unlink, itertools.count()

    def interrupted(path: str) -> None:
        if next(times) == 1:
            raise KeyboardInterrupt
        unlink(path)

    batch = files.Batch()
    for number in range(4):
        batch.place(str(tmp_path / f"{number}.md"), b"text")
    monkeypatch.setattr(os, "unlink", interrupted)
    with pytest.raises(KeyboardInterrupt):
        batch.discard()
    batch.discard()
    assert made.snapshot(tmp_path) == {}
