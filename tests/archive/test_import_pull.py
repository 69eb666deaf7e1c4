"""An import, then a pull: what came with the import is not asked for again, and all else is."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import fonds
from archive.pulling import Puller, world
from fonds.archive import versions
from fonds.archive.importing import import_into
from fonds.archive.store import Archive
from standin import Standin


@pytest.fixture
def standin() -> Iterator[Standin]:
    with Standin(world(posts=24, pictures=40)).in_thread() as served:
        yield served


def by_the_other_tool(whole: Puller, folder: Path) -> int:
    """What ZMediumToMarkdown would have left of the archive ``whole``; how many pictures."""
    pictures = 0
    with whole.archive() as archive:
        for version in archive.versions():
            post = version.post
            path = folder / "zmediumtomarkdown" / f"{post.slug}-{post.id}.md"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(fonds.write(post, "zmedium"), "utf-8")
        for row in archive.catalog.assets():
            if row.post_id and "/" not in row.key:
                target = folder / "assets" / row.post_id / row.key
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(whole.root / row.path, target)
                pictures += 1
    return pictures


def contents(puller: Puller) -> dict[str, object]:
    with puller.archive() as archive:
        return {version.id: versions.content(version.post) for version in archive.versions()}


def test_after_an_archive_of_the_other_tool(standin: Standin, tmp_path: Path) -> None:
    whole = Puller(standin, tmp_path / "whole")
    assert whole.pull().exit_code == 0
    asked = len(standin.asked("miro.medium.com"))
    there = by_the_other_tool(whole, tmp_path / "medium")
    assert there > 20
    puller = Puller(standin, tmp_path / "kept")
    with Archive.open(puller.root, write=True) as archive:
        imported = import_into(archive, [tmp_path / "medium"])
        assert imported.failures == []
        assert imported.pictures.taken > 20
    result = puller.pull()
    assert result.exit_code == 0
    # Every post is asked for once, as Medium's own record is better; no picture that came along.
    assert result.new + result.edited >= imported.new
    assert len(standin.asked("miro.medium.com")) <= asked - imported.pictures.taken
    found, wanted = contents(puller), contents(whole)
    assert found == wanted
    with puller.archive() as archive, whole.archive() as other:
        assert {row.key for row in archive.catalog.assets()} == {row.key for row in other.catalog.assets()}
        for row in other.catalog.posts():
            assert archive.version(row.id, 1).post.source.form in ("zmedium", "api")
    again = puller.pull()
    assert (again.new, again.edited, again.exit_code) == (0, 0, 0)
    assert not standin.asked("miro.medium.com")


def test_after_an_export_drafts_stay(standin: Standin, tmp_path: Path) -> None:
    puller = Puller(standin, tmp_path / "kept")
    with Archive.open(puller.root, write=True) as archive:
        assert import_into(archive, [Path(__file__).parents[2] / "samples" / "export.zip"]).drafts == 2
    puller.pull()
    with puller.archive() as archive:
        drafts = [row for row in archive.catalog.posts() if row.folder == "drafts"]
        assert [row.gone_at for row in drafts] == [0, 0]
