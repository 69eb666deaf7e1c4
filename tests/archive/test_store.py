"""An archive: what is prepared, what counts, and what is there when it is opened again."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

import fonds
import keeping
import made
from fonds.archive import events as e
from fonds.archive import files, journal, layout
from fonds.archive.lock import LockedError
from fonds.archive.store import Archive
from fonds.errors import UnreadableError, UsageError
from keeping import NOW, A, B, clock, post, response, version


@pytest.fixture
def root(tmp_path: Path) -> Path:
    with Archive.create(tmp_path / "kept", ["@ana"], "Ana", clock=clock()):
        pass
    return tmp_path / "kept"


def test_the_library_exports_it() -> None:
    assert fonds.Archive is Archive


def test_a_new_archive(root: Path) -> None:
    assert sorted(made.snapshot(root)) == [
        ".fonds/catalog.sqlite", ".fonds/journal.jsonl", ".fonds/lock", ".fonds/manifest-sha256.txt", "fonds.toml",
    ]  # fmt: skip
    with Archive.open(root) as archive:
        assert (archive.config.title, archive.config.sources) == ("Ana", ("@ana",))
        assert archive.sealed
        assert list(archive.catalog.posts()) == []


def test_what_was_committed_is_there(root: Path) -> None:
    with Archive.open(root, write=True, clock=clock()) as archive:
        ref = archive.capture(response())
        kept = archive.add_version(version(post(A), ref=ref))
        assert kept is not None
        assert kept.number == 1
        archive.put("posts/a.md", b"# Boats\n")
        archive.record(e.Known(B, "feed", title="Nets"))
        archive.commit()
    with Archive.open(root) as archive:
        assert archive.version(A) == kept
        assert archive.read_capture(ref).body == b"<p>hello"
        assert archive.read("posts/a.md") == b"# Boats\n"
        assert [row.id for row in archive.catalog.posts()] == [A]
        assert [(row.id, row.missing) for row in archive.catalog.missing()] == [(B, "never-asked")]


def test_what_was_not_committed_is_not(root: Path) -> None:
    before = made.snapshot(root)
    archive = Archive.open(root, write=True, clock=clock())
    archive.record(e.Known(B, "feed"))
    archive.put("posts/a.md", b"# Boats\n")
    archive.close(clean=False)
    after = made.snapshot(root)
    assert after.pop(".fonds/lock") != b""
    del before[".fonds/lock"]
    assert after == before


def test_a_run_in_which_nothing_happened_writes_nothing(root: Path) -> None:
    before = made.snapshot(root)
    with Archive.open(root, write=True, clock=clock()) as archive:
        archive.record(e.Back(A))
        archive.commit()
        archive.seal()
    assert made.snapshot(root) == before


def test_the_same_run_gives_the_same_bytes(tmp_path: Path) -> None:
    one, two = (keeping.small(tmp_path / name) for name in ("one", "two"))
    assert made.snapshot(one) == made.snapshot(two)


def test_the_manifest_lists_every_file(tmp_path: Path) -> None:
    root = keeping.small(tmp_path / "a")
    lines = (root / layout.MANIFEST).read_text("utf-8").splitlines()
    listed = {path: (sha256, int(size)) for sha256, size, path in (line.split("  ", 2) for line in lines)}
    found = {
        name: (hashlib.sha256(data).hexdigest(), len(data))
        for name, data in made.snapshot(root).items()
        if name not in layout.UNLISTED
    }
    assert listed == found
    assert list(listed) == sorted(listed)
    *_, last = journal.read(root / layout.JOURNAL)
    assert isinstance(last.event, e.Sealed)
    assert last.event.manifest == hashlib.sha256((root / layout.MANIFEST).read_bytes()).hexdigest()


def test_an_edit_adds_a_version_and_the_same_text_none(root: Path) -> None:
    with Archive.open(root, write=True, clock=clock()) as archive:
        assert archive.add_version(version(post(A, "one"))) is not None
        assert archive.add_version(version(post(A, "one", claps=7), NOW + 5)) is None
        archive.commit()
        assert archive.add_version(version(post(A, "one", responses=2), NOW + 9)) is None
        changed = archive.add_version(version(post(A, "one, two"), NOW + 9))
        assert changed is not None
        assert changed.number == 2
        archive.commit()
        assert archive.version(A) == changed
        assert archive.version(A, 1).post.blocks != changed.post.blocks


def test_a_preview_never_replaces_a_full_copy(root: Path) -> None:
    with Archive.open(root, write=True, clock=clock()) as archive:
        archive.add_version(version(post(A, "all of it")))
        archive.commit()
        assert archive.add_version(version(post(A, "all", preview_only=True))) is None
        archive.add_version(version(post(B, "part", preview_only=True)))
        archive.record(e.Absent(B, "locked"))
        archive.commit()
        assert [(row.id, row.missing) for row in archive.catalog.missing()] == [(B, "locked")]
        archive.add_version(version(post(B, "all of that")))
        archive.commit()
        assert list(archive.catalog.missing()) == []


def test_a_post_keeps_its_file_when_its_slug_moves(root: Path) -> None:
    with Archive.open(root, write=True, clock=clock()) as archive:
        archive.add_version(version(post(A, "one", title="Draft", draft=True)))
        archive.commit()
        first = archive.catalog.post(A)
        archive.add_version(version(post(A, "one", title="Boats")))
        archive.commit()
        second = archive.catalog.post(A)
        archive.add_version(version(post(A, "one", title="Ships")))
        archive.commit()
        third = archive.catalog.post(A)
    assert first is not None
    assert second is not None
    assert third is not None
    assert first.path == f"drafts/2016-05-31-draft-{A}.md"
    assert second.path == third.path == f"posts/2016-05-31-boats-{A}.md"


def test_names_that_some_file_system_mixes_up_are_told_apart(root: Path) -> None:
    with Archive.open(root, write=True, clock=clock()) as archive:
        for ident in ("abcd", "ABCD", "AbCd"):
            archive.add_version(version(post(ident, title="Boats")))
        archive.commit()
        paths = [row.path.lower() for row in archive.catalog.posts()]
        assert len(set(paths)) == 3
        assert len({layout.version(ident, 1).lower() for ident in ("abcd", "ABCD", "AbCd")}) == 3


def test_what_somebody_changed_is_put_aside(root: Path) -> None:
    with Archive.open(root, write=True, clock=clock()) as archive:
        assert archive.put("posts/a.md", b"one") == "written"
        archive.commit()
        (root / "posts" / "a.md").write_bytes(b"mine")
        assert archive.put("posts/a.md", b"two") == "aside"
        archive.commit()
        assert archive.put("posts/a.md", b"two") == "unchanged"
        assert archive.put("posts/a.md", b"three") == "replaced"
        assert archive.aside == ["posts/a.md"]
    assert (root / ".fonds" / "aside" / "1" / "posts" / "a.md").read_bytes() == b"mine"


def test_what_is_kept_for_good_is_not_replaced(root: Path) -> None:
    with Archive.open(root, write=True, clock=clock()) as archive:
        keeping.asset(archive, A, "1-x.png", b"one")
        archive.commit()
        with pytest.raises(files.ConflictError, match="kept for good"):
            archive.put(f"assets/{A}/1-x.png", b"two")
        with pytest.raises(files.ConflictError, match="kept for good"):
            archive.remove(f"assets/{A}/1-x.png")


@pytest.mark.parametrize(
    "path", ["../x", "/x", "a//b", "a/./b", "", "a\\b", "c:/x", "a\nb", ".fonds/lock", ".fonds/journal.jsonl"]
)
def test_paths_that_lead_elsewhere_are_refused(root: Path, path: str) -> None:
    with Archive.open(root, write=True, clock=clock()) as archive, pytest.raises(UsageError):
        archive.put(path, b"x")


def test_reading_alone_writes_nothing(tmp_path: Path) -> None:
    root = keeping.small(tmp_path / "a")
    before = made.snapshot(root)
    with Archive.open(root) as archive:
        assert archive.catalog.totals().versions == 3
        with pytest.raises(UsageError, match="reading alone"):
            archive.put("posts/a.md", b"")
    assert made.snapshot(root) == before


def test_no_archive(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="is not an archive"):
        Archive.open(tmp_path)
    (tmp_path / "fonds.toml").write_text("[convert]\njobs = 2\n")
    with pytest.raises(UnreadableError, match=r"no \[archive\]"):
        Archive.open(tmp_path)


def test_an_archive_of_a_newer_fonds(root: Path) -> None:
    path = root / "fonds.toml"
    path.write_text(path.read_text().replace("format = 1", "format = 2"))
    with pytest.raises(UnreadableError, match="of a newer fonds") as caught:
        Archive.open(root, write=True)
    assert caught.value.exit_code == 32


def test_one_writer_at_a_time(root: Path) -> None:
    with Archive.open(root, write=True, command="pull"):
        with pytest.raises(
            LockedError, match=r"another fonds writes to this archive \(fonds pull, process \d+"
        ):
            Archive.open(root, write=True)
        Archive.open(root).close()
    Archive.open(root, write=True).close()
