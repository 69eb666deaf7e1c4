"""What verify finds is made good from whatever still has it, and nothing is lost on the way."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

import keeping
import made
from fonds import sources
from fonds.archive import events as e
from fonds.archive import layout
from fonds.archive.repair import Sources, repair
from fonds.archive.reread import lost
from fonds.archive.store import Archive
from fonds.archive.verify import Report, verify
from fonds.archive.versions import Origin, Version
from fonds.errors import IntegrityError
from fonds.model import Post

POST = "abcdef012345"
URL = f"https://medium.com/p/{POST}"
PICTURE = b"\x89PNG" + bytes(1000)


def derive(archive: Archive, path: str) -> bytes | None:
    """As render would: from the versions alone."""
    for version in archive.versions():
        if path == f"posts/{version.id}.md":
            return f"# {version.post.title}\n".encode()
    return b"# Index\n" if path == "INDEX.md" else None


def build(root: Path) -> Path:
    """An archive of a post from a GraphQL answer and one from an imported file, with what is derived."""
    with Archive.create(root, ["@ana"], clock=keeping.clock()) as archive:
        answer = made.api_post(post_id=POST)
        ref = archive.capture(keeping.response(URL, answer))
        keep(archive, answer, Origin("api", URL, ref, hashlib.sha256(answer).hexdigest()))
        page = made.export_post()
        ref = archive.capture_file("posts/boats.html", page, "text/html")
        keep(archive, page, Origin("export", "posts/boats.html", ref))
        archive.commit()
        keeping.asset(archive, POST, "1-a.png", PICTURE)
        keeping.asset(archive, "0123456789ab", "1-b.png", PICTURE)
        keeping.asset(archive, POST, "1-c.png", PICTURE + b"c")
        archive.put("data/bookmarks.html", page)
        for path in (f"posts/{POST}.md", "INDEX.md"):
            data = derive(archive, path)
            assert data is not None
            archive.put(path, data)
    return root


def keep(archive: Archive, data: bytes, origin: Origin) -> None:
    (post,) = (found for found in sources.read(data, origin.address) if isinstance(found, Post))
    assert archive.add_version(Version(id=post.id, post=post, captured_at=keeping.NOW, origins=(origin,)))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("repair") / "kept")


@pytest.fixture
def root(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "kept"))


def mend(root: Path, given: Sources = Sources(derive=derive)) -> Report:  # noqa: B008
    report = repair(root, verify(root), sources=given, clock=keeping.clock(keeping.NOW + 10**9))
    again = verify(root)
    assert bool(again.findings) == any(not finding.repaired for finding in report.findings)
    return report


def content(root: Path) -> dict[str, bytes]:
    return {
        name: data
        for name, data in made.snapshot(root).items()
        if name not in (*layout.UNLISTED, layout.CATALOG) and not name.startswith(layout.ASIDE)
    }


def flip(data: bytes) -> bytes:
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 4]) + data[middle + 1 :]


DAMAGES: dict[str, Callable[[bytes], bytes | None]] = {
    "changed": flip,
    "cut": lambda data: data[: len(data) // 2],
    "empty": lambda _: b"",
    "grown": lambda data: data + b"x",
    "missing": lambda _: None,
}
RESTORED = [
    layout.JOURNAL, layout.CATALOG, layout.MANIFEST, layout.version(POST, 1), layout.version("0123456789ab", 1), f"assets/{POST}/1-a.png",
    "data/bookmarks.html", f"posts/{POST}.md", "INDEX.md",
]  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("path", RESTORED)
def test_what_has_another_source_comes_back_byte_for_byte(root: Path, path: str, damage: str) -> None:
    before = content(root)
    data = DAMAGES[damage]((root / path).read_bytes())
    (root / path).unlink()
    if data is not None:
        (root / path).write_bytes(data)
    report = mend(root)
    assert report.exit_code == 0, report.findings
    assert {finding.path for finding in report.findings} == {path}
    assert all(finding.repaired for finding in report.findings)
    assert content(root) == before
    with Archive.open(root, write=True) as archive:
        assert archive.sealed
        assert archive.catalog.totals().versions == 2


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_picture_comes_from_the_network_when_it_is_still_the_same(root: Path, damage: str) -> None:
    path = f"assets/{POST}/1-c.png"
    data = DAMAGES[damage](PICTURE + b"c")
    (root / path).unlink()
    if data is not None:
        (root / path).write_bytes(data)
    asked: list[str] = []

    def fetch(url: str) -> bytes | None:
        asked.append(url)
        return PICTURE + b"c" if len(asked) > 1 else b"another picture"

    assert [f.repaired for f in mend(root, Sources(fetch=fetch)).findings] == [""]
    assert [f.repaired for f in mend(root, Sources(fetch=fetch)).findings] == [
        "from https://miro.medium.com/v2/1-c.png"
    ]
    assert (root / path).read_bytes() == PICTURE + b"c"


def test_what_nothing_else_has_stays_found_and_as_it_is(root: Path) -> None:
    (capture,) = (root / layout.CAPTURES).iterdir()
    capture.write_bytes(flip(capture.read_bytes()))
    before = made.snapshot(root)
    report = mend(root)
    assert report.exit_code == 64
    (finding,) = report.findings
    assert finding.code == "E101"
    assert "of its records can be read" in finding.reason
    assert content(root) == {name: data for name, data in before.items() if name in content(root)}


def test_what_stood_there_is_put_aside(root: Path) -> None:
    (root / "INDEX.md").write_bytes(b"my own words")
    mend(root)
    assert (root / layout.ASIDE / "1" / "INDEX.md").read_bytes() == b"my own words"


def test_what_does_not_belong_is_put_aside_and_what_is_beside_left(root: Path) -> None:
    made.tree(root, {"posts/notes.md": b"mine", ".fonds/posts/x/1.json": b"{}", "LICENSE": b"mine"})
    report = mend(root)
    assert [finding.path for finding in report.findings if not finding.repaired] == ["LICENSE"]
    assert sorted(path.name for path in (root / layout.ASIDE).rglob("*") if path.is_file()) == [
        "1.json",
        "notes.md",
    ]


def test_what_a_cut_off_run_left_is_cleaned(root: Path) -> None:
    archive = Archive.open(root, write=True, clock=keeping.clock(keeping.NOW + 10**8))
    archive.capture(keeping.response())
    archive.commit()
    archive.close(clean=False)
    (root / "posts" / ".fonds-elsewhere-7-7.tmp").write_bytes(b"half")
    assert {finding.code for finding in verify(root).findings} == {"E133"}
    assert mend(root).exit_code == 0
    with Archive.open(root) as archive:
        assert len(list(archive.catalog.captures())) == 2


def test_journal_and_catalog_mend_each_other(root: Path) -> None:
    """Damage in different lines of the one and in another part of the other."""
    path = root / layout.JOURNAL
    lines = path.read_bytes().splitlines(keepends=True)
    lines[1] = flip(lines[1])
    path.write_bytes(b"".join(lines))
    catalog = root / layout.CATALOG
    catalog.write_bytes(catalog.read_bytes().replace(b"Nets and knots", b"Nets and knotz", 1))
    report = mend(root)
    assert report.exit_code == 0, report.findings


def test_a_journal_that_is_lost_with_the_catalog_is_not_given_up(root: Path) -> None:
    """A seal on top of what is left would forget the rest: it stays unproven until a copy is brought."""
    (root / layout.CATALOG).unlink()
    path = root / layout.JOURNAL
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:5]))
    before = made.snapshot(root)
    with pytest.raises(IntegrityError, match="lines are lost"):
        mend(root)
    after = made.snapshot(root)
    assert {name: after[name] for name in (layout.JOURNAL, layout.MANIFEST)} == {
        name: before[name] for name in (layout.JOURNAL, layout.MANIFEST)
    }


def test_a_config_that_is_no_toml_comes_from_the_journal(root: Path) -> None:
    text = (root / layout.CONFIG).read_bytes()
    (root / layout.CONFIG).write_bytes(b"[archive\n" + text)
    assert mend(root).exit_code == 0
    assert (root / layout.CONFIG).read_bytes() == text
    (root / layout.CONFIG).unlink()
    assert mend(root).exit_code == 0
    assert (root / layout.CONFIG).read_bytes() == text


def test_a_config_that_somebody_edited_stays(root: Path) -> None:
    text = (root / layout.CONFIG).read_bytes() + b"# mine\n"
    (root / layout.CONFIG).write_bytes(text)
    assert mend(root).exit_code == 0
    assert (root / layout.CONFIG).read_bytes() == text
    with Archive.open(root) as archive:
        assert archive.catalog.config() == text.decode()


def test_a_version_that_is_read_otherwise_today_is_better_than_none(root: Path) -> None:
    path = root / layout.version(POST, 1)
    path.write_bytes(b"")

    def better(archive: Archive, event: e.Versioned) -> list[Version]:
        (found,) = lost(archive, event)
        return [msgspec.structs.replace(found, post=msgspec.structs.replace(found.post, subtitle="seen now"))]

    report = mend(root, Sources(derive=derive, reread=better))
    assert report.exit_code == 0
    assert [f.repaired for f in report.findings] == [
        "read again from its captures, by another fonds than at first"
    ]
    with Archive.open(root) as archive:
        assert archive.version(POST).post.subtitle == "seen now"
        assert [row.detail for row in archive.catalog.history(POST)] == ["", "repaired"]


def test_an_older_version_that_is_read_again_stays_the_older_one(root: Path) -> None:
    with Archive.open(root, write=True, clock=keeping.clock(keeping.NOW + 10**8)) as archive:
        changed = msgspec.structs.replace(archive.version(POST).post, title="Edited")
        archive.add_version(Version(id=POST, post=changed, captured_at=keeping.NOW + 9))
    (root / layout.version(POST, 1)).write_bytes(b"")

    def better(archive: Archive, event: e.Versioned) -> list[Version]:
        (found,) = lost(archive, event)
        return [msgspec.structs.replace(found, post=msgspec.structs.replace(found.post, subtitle="seen now"))]

    assert mend(root, Sources(derive=derive, reread=better)).exit_code in (0, 64)
    with Archive.open(root) as archive:
        row = archive.catalog.post(POST)
        assert row is not None
        assert (row.number, row.title) == (2, "Edited")
        assert archive.version(POST, 1).post.subtitle == "seen now"


def test_a_changed_version_that_can_be_read_is_left_to_people(root: Path) -> None:
    path = root / layout.version(POST, 1)
    path.write_bytes(path.read_bytes().replace(b"rains", b"snows"))
    assert [(f.code, f.repaired) for f in mend(root, Sources(reread=lambda *_: [])).findings] == [
        ("E101", "")
    ]
    assert b"snows" in path.read_bytes()


def test_versions_of_several_origins_come_from_who_merges_them(root: Path) -> None:
    with Archive.open(root, write=True, clock=keeping.clock(keeping.NOW + 10**8)) as archive:
        merged = keeping.version(keeping.post("eeeeeeeeeeee", "both"))
        merged = Version(
            id=merged.id, post=merged.post, captured_at=1, origins=(Origin("api", "a"), Origin("export", "b"))
        )
        kept = archive.add_version(merged)
        assert kept is not None
    (root / layout.version("eeeeeeeeeeee", 1)).unlink()
    assert mend(root).exit_code == 64

    def reread(_archive: Archive, event: e.Versioned) -> list[Version]:
        return [kept] if event.post_id == kept.id else []

    assert mend(root, Sources(derive=derive, reread=reread)).exit_code == 0


def test_nothing_is_written_when_nothing_is_found(root: Path) -> None:
    before = made.snapshot(root)
    assert repair(root, verify(root)).findings == []
    assert made.snapshot(root) == before
