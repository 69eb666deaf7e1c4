"""Versions from their captures: the same again; another one where a newer reader sees more."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest

from archive.pulling import Puller, derived, world
from fonds import sources
from fonds.archive import versions
from fonds.archive.derive import STATE, Deriving, derive
from fonds.archive.reread import again, reread
from fonds.archive.store import Archive
from fonds.model import Other, Post
from standin import Standin


@pytest.fixture(scope="module")
def puller(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Puller]:
    with Standin(world(posts=15, pictures=20)).in_thread() as served:
        puller = Puller(served, tmp_path_factory.mktemp("reread") / "archive")
        puller.pull()
        for post_id in sorted(served.world.posts)[:3]:
            served.world.edit(post_id, words="More of it.")
        puller.pull()
        yield puller


def test_every_version_is_in_its_captures(puller: Puller) -> None:
    with puller.archive() as archive:
        rows = list(archive.catalog.versions())
        assert {row.number for row in rows} == {1, 2}
        for row in rows:
            kept = archive.read_version(row)
            found = again(archive, row.post_id, kept.origins)
            assert found is not None
            assert msgspec.structs.replace(found, number=kept.number) == kept


def test_a_reader_that_sees_the_same_adds_nothing(puller: Puller) -> None:
    before = sorted(path for path in puller.root.rglob("*") if "/posts/" in str(path))
    with Archive.open(puller.root, write=True) as archive:
        assert reread(archive, progress=lambda *_: None) == 0
    assert sorted(path for path in puller.root.rglob("*") if "/posts/" in str(path)) == before


def test_every_derived_file_can_be_made_alone(puller: Puller) -> None:
    deriving = Deriving()
    with puller.archive() as archive:
        for path in derived(puller.root):
            if not path.startswith("assets/"):
                assert deriving(archive, path) == (puller.root / path).read_bytes(), path
        assert deriving(archive, "posts/of-nobody.md") is None
        assert deriving(archive, "assets/x.png") is None
        assert deriving(archive, STATE) is not None


def test_a_reader_that_sees_more_adds_a_version_and_its_file(puller: Puller) -> None:
    def better(data: bytes, origin: str) -> Iterator[Post | Other]:
        for found in sources.read(data, origin):
            yield msgspec.structs.replace(found, license="CC-BY") if isinstance(found, Post) else found

    with Archive.open(puller.root, write=True) as archive:
        numbers = {row.id: row.number for row in archive.catalog.posts()}
        texts = {row.id: (puller.root / row.path).read_text("utf-8") for row in archive.catalog.posts()}
        assert reread(archive, read=better, progress=lambda *_: None) == 15
        assert derive(archive).written == 15
        archive.seal()
        for row in archive.catalog.posts():
            assert row.number == numbers[row.id] + 1
            was, now = (archive.version(row.id, number) for number in (row.number - 1, row.number))
            assert (now.edition, now.captured_at) == (was.edition, was.captured_at)
            assert not versions.same(now.post, was.post)
            lines = set((puller.root / row.path).read_text("utf-8").splitlines())
            assert lines - set(texts[row.id].splitlines()) == {'license: "CC-BY"'}
