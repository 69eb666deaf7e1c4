"""Killed at any point, then the same command again: as if nothing had happened.

A child process runs a small synchronisation and dies (without any clean-up, as by SIGKILL) at its n-th
step: a system call that changes the disk, half of a write, a statement of SQLite. The parent runs the same
to its end and holds what is there against an undisturbed run.
"""

from __future__ import annotations

import itertools
import os
import signal
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import keeping
import made
from fonds.archive import database, files, layout
from fonds.archive import events as e
from fonds.archive.store import Archive
from fonds.archive.verify import verify
from syncing import POSTS, contents, edit, sync, tree

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork"),
    pytest.mark.usefixtures("quick"),
]

CALLS = ("open", "write", "fsync", "replace", "rename", "unlink", "ftruncate", "mkdir", "close")
STEP = 7
"""Every so many steps of a run are tried, beginning with another one for each scenario."""


SCENARIOS: dict[str, tuple[Callable[[Path], None], ...]] = {"the first": (sync,), "a later one": (sync, edit)}


class Doom:
    """Counts the steps of a run, and ends the process at one of them."""

    def __init__(self, at: int) -> None:
        self._at = at
        self.steps = 0
        for name in CALLS:
            setattr(os, name, self._wrap(getattr(os, name), name))
        connect = database.connect

        def connecting(name: str) -> sqlite3.Connection:
            db = connect(name)
            db.set_trace_callback(lambda _statement: self._step())
            return db

        database.connect = connecting

    def _wrap(self, function: Callable[..., Any], name: str) -> Callable[..., Any]:
        def call(*given: Any, **named: Any) -> Any:
            if name == "write" and self.steps + 1 == self._at and len(given[1]) > 1:
                function(given[0], given[1][: len(given[1]) // 2])
            self._step()
            return function(*given, **named)

        return call

    def _step(self) -> None:
        self.steps += 1
        if self.steps == self._at:
            os.kill(os.getpid(), signal.SIGKILL)


def killed(run: Callable[[Path], None], root: Path, at: int) -> bool:
    """Runs in a child that dies at a step; False when it came to its end before."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            Doom(at)
            run(root)
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return True
    assert os.waitstatus_to_exitcode(status) == 0
    return False


@pytest.mark.parametrize("name", SCENARIOS)
def test_killed_at_any_step_and_run_again(name: str, tmp_path: Path) -> None:
    *before, run = SCENARIOS[name]
    undisturbed = tmp_path / "undisturbed"
    for earlier in (*before, run):
        earlier(undisturbed)
    wanted = tree(undisturbed), contents(undisturbed)
    tried = 0
    for at in itertools.count(1 + len(before), STEP):
        root = tmp_path / str(at)
        for earlier in before:
            earlier(root)
        if not killed(run, root, at):
            break
        tried += 1
        run(root)
        assert verify(root).findings == [], at
        assert (tree(root), contents(root)) == wanted, at
        assert not [
            path for path in root.rglob("*") if files.is_temporary(path.name) or path.name.endswith(".open")
        ], at
        assert not (root / layout.ASIDE).exists(), at
    assert tried > 12


def test_killed_again_and_again(tmp_path: Path) -> None:
    """A run that dies each time a little later comes to its end all the same."""
    undisturbed, root = tmp_path / "undisturbed", tmp_path / "kept"
    sync(undisturbed)
    deaths = 0
    for at in itertools.count(2, 9):
        if not killed(sync, root, at):
            break
        deaths += 1
    assert deaths > 10
    assert verify(root).findings == []
    assert (tree(root), contents(root)["posts"]) == (tree(undisturbed), contents(undisturbed)["posts"])


def test_what_was_committed_before_the_kill_is_there_without_another_run(tmp_path: Path) -> None:
    """Reading alone sees it, and verify names what the run left."""
    root = tmp_path / "kept"
    sync(root)
    seen: set[str] = set()
    for at in range(20, 400, 30):
        if not killed(edit, root, at):
            break
        with Archive.open(root) as archive:
            assert [row.id for row in archive.catalog.posts()] == POSTS
            assert all(archive.version(post_id).post.title for post_id in POSTS)
        seen |= {finding.code for finding in verify(root).findings}
    assert seen & {"E131", "E133", "E104", "E113"}
    edit(root)
    assert verify(root).findings == []


def ticks() -> Iterator[int]:
    yield from itertools.count()


@pytest.mark.parametrize("junk", [b"", b"{", b'{"n":9,"at":1,"do":"known"', b"\0" * 100, b"x" * 70_000])
def test_a_torn_line_never_happened(tmp_path: Path, junk: bytes) -> None:
    root = keeping.small(tmp_path / "kept")
    path = root / layout.JOURNAL
    data = path.read_bytes()
    path.write_bytes(data + junk)
    with Archive.open(root) as archive:
        assert archive.catalog.totals().versions == 3
    assert path.read_bytes() == data + junk
    with Archive.open(root, write=True):
        pass
    assert path.read_bytes() == data


def test_a_catalog_that_is_gone_is_made_again(tmp_path: Path) -> None:
    root = keeping.small(tmp_path / "kept")
    before = contents(root)
    (root / layout.CATALOG).unlink()
    assert contents(root) == before
    assert not (root / layout.CATALOG).exists()
    with Archive.open(root, write=True):
        pass
    assert (root / layout.CATALOG).exists()
    assert verify(root).findings == []
    assert contents(root) == before


@pytest.mark.parametrize("at", [0, 50, 4096 * 3 + 17])
def test_a_catalog_that_is_damaged_is_made_again(tmp_path: Path, at: int) -> None:
    root = keeping.small(tmp_path / "kept")
    before = contents(root)
    data = bytearray((root / layout.CATALOG).read_bytes())
    data[at : at + 64] = bytes(64)
    (root / layout.CATALOG).write_bytes(data)
    with Archive.open(root, write=True):
        pass
    assert verify(root).findings == []
    assert contents(root) == before


def test_a_catalog_of_an_older_fonds_is_made_again(tmp_path: Path) -> None:
    root = keeping.small(tmp_path / "kept")
    before = contents(root)
    with sqlite3.connect(root / layout.CATALOG) as db:
        db.execute("UPDATE state SET value = 0 WHERE key = 'version'")
    db.close()
    assert contents(root) == before
    with Archive.open(root, write=True):
        pass
    assert verify(root).findings == []


def test_damage_of_the_catalog_does_not_get_into_the_manifest(tmp_path: Path) -> None:
    """A hash that flipped in the catalog would else be sealed, and the right file called wrong."""
    root = keeping.small(tmp_path / "kept")
    (line,) = [
        line for line in (root / layout.MANIFEST).read_text().splitlines() if line.endswith("README.md")
    ]
    data = (root / layout.CATALOG).read_bytes()
    (root / layout.CATALOG).write_bytes(data.replace(line[:64].encode(), b"0" * 64))
    with Archive.open(root, write=True, clock=keeping.clock()) as archive:
        archive.record(e.Known("eeeeeeeeeeee", "feed"))
    assert line in (root / layout.MANIFEST).read_text().splitlines()
    assert verify(root).findings == []


def test_an_unknown_manifest_stops_the_next_writer(tmp_path: Path) -> None:
    """The journal's end is gone: nothing is written on top."""
    from fonds.errors import IntegrityError

    root = keeping.small(tmp_path / "kept")
    path = root / layout.JOURNAL
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))
    before = made.snapshot(root)
    with pytest.raises(IntegrityError, match="does not fit the journal") as caught:
        Archive.open(root, write=True)
    assert caught.value.exit_code == 64
    after = made.snapshot(root)
    assert {name for name in after if after[name] != before.get(name)} == {layout.LOCK}


def test_killed_between_the_journal_s_last_word_and_the_manifest_s_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one step at which journal and manifest are of two runs: the next one writes the manifest again."""
    root = keeping.small(tmp_path / "kept")
    before = (root / layout.MANIFEST).read_bytes()
    archive = Archive.open(root, write=True, clock=keeping.clock())
    archive.record(e.Known("eeeeeeeeeeee", "feed"))
    monkeypatch.setattr(Path, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        archive.seal()
    monkeypatch.undo()
    archive.close(clean=False)
    assert archive.sealed
    assert (root / layout.MANIFEST).read_bytes() == before
    assert [finding.code for finding in verify(root).findings] == ["E123"]
    journal_before = (root / layout.JOURNAL).read_bytes()
    with Archive.open(root, write=True, clock=keeping.clock()):
        pass
    assert verify(root).findings == []
    assert (root / layout.JOURNAL).read_bytes() == journal_before


def interrupted(path: Path, target: Path) -> Path:
    raise KeyboardInterrupt(path, target)
