"""``fonds pull`` against the stand-in: what is asked, what is kept, and what never is."""

from __future__ import annotations

import csv
import gzip
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

import wire_faults as fault
from archive.pulling import SOURCE, Puller, content, derived, world
from fonds.archive.store import Archive
from fonds.errors import UsageError
from standin import Standin


@pytest.fixture
def standin() -> Iterator[Standin]:
    with Standin(world()).in_thread() as served:
        yield served


@pytest.fixture
def puller(standin: Standin, tmp_path: Path) -> Puller:
    return Puller(standin, tmp_path / "archive")


def missing(puller: Puller) -> dict[str, str]:
    with puller.archive() as archive:
        return {row.id: row.missing for row in archive.catalog.missing()}


# -- manners ---------------------------------------------------------------------------------------------


def test_everything_comes_once_and_then_nothing_more(puller: Puller) -> None:
    first = puller.pull()
    assert (first.exit_code, first.new, first.failed, first.left) == (0, 40, 0, 0)
    asked = [(one.method, one.host, one.target, one.body) for one in puller.standin.log]
    assert [one for one, count in Counter(asked).items() if count > 1] == []
    assert len(asked) <= 1.05 * (first.pictures + first.embeds) + 40 / 5 + 8
    before = derived(puller.root), content(puller.root)

    second = puller.pull()
    assert (second.exit_code, second.new, second.edited, second.pictures, second.written) == (0, 0, 0, 0, 0)
    assert len(puller.standin.log) <= 3
    assert (derived(puller.root), content(puller.root)) == before


def test_an_author_as_source(standin: Standin, tmp_path: Path) -> None:
    author = standin.world.authors[0]
    puller = Puller(standin, tmp_path / "a", f"@{author.username}")
    result = puller.pull()
    own = {post.id for post in standin.world.posts.values() if post.author is author}
    with puller.archive() as archive:
        kept = {row.id: row for row in archive.catalog.posts()}
        names = {archive.version(post_id).post.author.username for post_id in kept}
    assert result.exit_code == 0
    assert set(kept) == own
    assert names == {author.username}
    assert {row.folder for row in kept.values()} == {"posts", "responses"}
    assert puller.pull().new == 0
    assert len(standin.log) <= 4


def test_edited_posts_cost_little_and_add_a_version(puller: Puller) -> None:
    puller.pull()
    before = derived(puller.root)
    ids = sorted(puller.world.posts)[5:8]
    ids = [post_id for post_id in ids if puller.world.posts[post_id].publication]
    for post_id in ids:
        puller.world.edit(post_id, words="Seven lanterns more.", pictures=1)
    result = puller.pull()
    assert (result.edited, result.new, result.pictures) == (len(ids), 0, len(ids))
    assert len(puller.standin.log) <= 4 + len(ids) + result.pictures
    now = derived(puller.root)
    changed = {path for path in now if now[path] != before.get(path)}
    assert not before.keys() - now.keys()
    with puller.archive() as archive:
        for post_id in ids:
            row = archive.catalog.post(post_id)
            assert row is not None
            assert row.number == 2
            assert row.path in changed
            old, new = (str(archive.version(post_id, number).post.blocks) for number in (1, 2))
            assert "Seven lanterns more." in new
            assert "Seven lanterns more." not in old
    assert len([path for path in changed if path.endswith(".md") and "/" in path]) == len(ids)


# -- history ---------------------------------------------------------------------------------------------


def test_what_is_gone_stays_with_a_tombstone(puller: Puller) -> None:
    puller.pull()
    post_id = sorted(puller.world.posts)[0]
    text = puller.text(post_id)
    puller.world.delete(post_id)
    result = puller.pull()
    assert (result.gone, result.exit_code) == (1, 0)
    with puller.archive() as archive:
        row = archive.catalog.post(post_id)
        assert row is not None
        assert row.gone_at
        assert row.gone_reason == "deleted"
    assert puller.text(post_id) == text
    assert "gone from Medium" in (puller.root / "INDEX.md").read_text()
    assert puller.pull().gone == 0  # it is not asked for again

    puller.world.restore(post_id)
    puller.pull()
    with puller.archive() as archive:
        row = archive.catalog.post(post_id)
        assert row is not None
        assert not row.gone_at


def test_absent_from_the_list_is_not_deleted(puller: Puller) -> None:
    puller.pull()
    post_id = sorted(puller.world.posts)[0]
    puller.world.unlist(post_id)
    assert puller.pull().gone == 0
    assert missing(puller) == {}


def test_a_moved_slug_keeps_its_file_and_gains_a_redirect(puller: Puller) -> None:
    puller.pull()
    post = puller.world.posts[sorted(puller.world.posts)[0]]
    old = puller.world.url(post)
    with puller.archive() as archive:
        row = archive.catalog.post(post.id)
        assert row is not None
    puller.world.move(post.id, "another-slug-altogether")
    puller.world.edit(post.id)
    puller.pull()
    with puller.archive() as archive:
        now = archive.catalog.post(post.id)
        assert now is not None
    assert now.path == row.path
    table = dict(csv.reader((puller.root / "redirects.csv").read_text("utf-8").splitlines()))
    assert table[old] == table[puller.world.url(post)] == row.path
    assert puller.world.url(post) != old


def test_a_preview_never_replaces_what_is_whole(puller: Puller) -> None:
    puller.pull()
    post_id = sorted(puller.world.posts)[0]
    before = puller.text(post_id)
    with puller.archive() as archive:
        whole = archive.version(post_id).post.blocks
    puller.world.lock(post_id)
    puller.world.edit(post_id, words="Behind the wall.")
    result = puller.pull()
    assert result.exit_code == 16
    with puller.archive() as archive:
        assert archive.version(post_id).post.blocks == whole
    body, front = puller.text(post_id).split("\n---\n", 1)[::-1]
    assert body == before.split("\n---\n", 1)[1]
    assert "member_only: true" in front


def test_locked_posts_with_and_without_cookies(standin: Standin, tmp_path: Path) -> None:
    for post in list(standin.world.posts.values())[:4]:
        standin.world.lock(post.id)
    puller = Puller(standin, tmp_path / "a")
    first = puller.pull()
    assert (first.exit_code, first.previews) == (16, 4)
    assert set(missing(puller).values()) == {"locked"}
    assert puller.pull().exit_code == 0  # nobody asks again without cookies
    result = puller.pull(session=True)
    assert (result.exit_code, result.edited) == (0, 4)
    assert missing(puller) == {}
    for path in (path for path in puller.root.rglob("*") if path.is_file()):
        assert standin.world.session.encode() not in path.read_bytes(), path
    with puller.archive() as archive:
        for row in archive.catalog.captures():
            assert standin.world.session.encode() not in gzip.decompress(
                (puller.root / ".fonds/captures" / row.file).read_bytes()
            )


def test_a_picture_that_changed_is_kept_twice(puller: Puller) -> None:
    puller.pull()
    with puller.archive() as archive:
        asset = next(
            row for row in archive.catalog.assets() if row.url.startswith("https://miro.medium.com/")
        )
    before = (puller.root / asset.path).read_bytes()
    puller.world.change_picture(asset.key)
    result = puller.pull(again=True)
    assert result.pictures_changed == 1
    with puller.archive() as archive:
        rows = list(archive.catalog.assets(asset.key))
    assert len(rows) == 2
    assert (puller.root / asset.path).read_bytes() == before
    assert (puller.root / rows[1].path).read_bytes() != before


# -- faults ----------------------------------------------------------------------------------------------

GRAPHQL = {"host": "medium.com", "path": "/_/graphql"}
PICTURES = {"host": "miro.medium.com"}
HEALED = {
    # fault, where, how often: each goes away within the client's patience
    "short body of a list": (fault.short(3), GRAPHQL, 1, 1),
    "truncated gzip of a batch": (fault.truncated_gzip(), GRAPHQL, 2, 1),
    "a wrong check sum": (fault.bad_crc(), GRAPHQL, 2, 1),
    "a reset in a body": (fault.reset("body"), GRAPHQL, 2, 1),
    "a bad gateway": (fault.status(502), GRAPHQL, 1, 2),
    "a short picture": (fault.short(1), PICTURES, 3, 1),
    "a reset before a picture": (fault.reset("before"), PICTURES, 3, 2),
}


@pytest.mark.parametrize("why", HEALED)
def test_a_fault_that_heals_leaves_no_trace(standin: Standin, tmp_path: Path, why: str) -> None:
    whole = Puller(standin, tmp_path / "whole" / "archive")
    assert whole.pull().exit_code == 0
    what, where, nth, times = HEALED[why]
    standin.faults.add(what, nth=nth, times=times, **where)
    puller = Puller(standin, tmp_path / "faulty" / "archive")
    result = puller.pull()
    assert result.exit_code == 0
    assert result.retries >= 1
    assert derived(puller.root) == derived(whole.root)
    assert content(puller.root) == content(whole.root)


STUBBORN = {
    # fault, where, from which request on: exit code, reason of what is missing
    "a challenge for the list": (fault.challenge(403), GRAPHQL, 1, 8, {}),
    "a challenge with 200": (fault.challenge(200), GRAPHQL, 1, 8, {}),
    "a challenge for the bodies": (fault.challenge(403), GRAPHQL, 2, 8, {"challenge": 40}),
    "no end of 500": (fault.status(500), GRAPHQL, 2, 4, {"failed": 40}),
    "pages instead of pictures": (fault.html_instead(), PICTURES, 1, 4, {}),
    "errors instead of pictures": (fault.status(503), PICTURES, 1, 4, {}),
}


@pytest.mark.parametrize("why", STUBBORN)
def test_a_fault_that_stays_is_named_and_the_next_pull_ends_it(
    standin: Standin, tmp_path: Path, why: str
) -> None:
    what, where, nth, exit_code, reasons = STUBBORN[why]
    whole = Puller(standin, tmp_path / "whole" / "archive")
    whole.pull()
    standin.faults.add(what, nth=nth, times=0, **where)
    puller = Puller(standin, tmp_path / "faulty" / "archive")
    result = puller.pull()
    assert result.exit_code & exit_code, result.failures
    assert Counter(missing(puller).values()) == reasons
    with puller.archive() as archive:
        for row in archive.catalog.assets():
            assert row.type in ("png", "jpeg", "gif", "webp")
            assert b"<html" not in (puller.root / row.path).read_bytes()
    standin.faults.clear()
    assert puller.pull().exit_code == 0
    assert missing(puller) == {}
    assert derived(puller.root).keys() == derived(whole.root).keys()
    assert content(puller.root)["posts"] == content(whole.root)["posts"]


def test_a_lost_picture_is_a_link_and_is_not_asked_for_again(puller: Puller) -> None:
    with puller.archive() as archive:
        assert not list(archive.catalog.assets())
    first = puller.pull()
    with puller.archive() as archive:
        asset = next(archive.catalog.assets())
    puller.world.lost.add(asset.url)
    again = Puller(puller.standin, puller.root.parent / "again")
    result = again.pull()
    assert result.pictures == first.pictures - 1
    assert result.exit_code == 0
    with again.archive() as archive:
        absent = archive.catalog.asset_absent(asset.key)
        assert absent is not None
        assert absent.reason == "deleted"
        text = (
            again.root / next(row.path for row in archive.catalog.posts() if row.id == absent.post_id)
        ).read_text("utf-8")
    assert asset.key in text  # at its address
    again.pull()
    assert asset.url not in [one.url for one in again.standin.log]


# -- sources ---------------------------------------------------------------------------------------------


def test_a_source_that_is_not_there(standin: Standin, tmp_path: Path) -> None:
    puller = Puller(standin, tmp_path / "a", "@nobody-of-that-name", SOURCE)
    result = puller.pull()
    assert result.exit_code == 4
    assert len(result.failures) == 1
    assert "no such user" in str(result.failures[0])
    assert result.new == 40  # the others go on


def test_a_suspended_account(standin: Standin, tmp_path: Path) -> None:
    author = standin.world.authors[0]
    puller = Puller(standin, tmp_path / "a", f"@{author.username}")
    puller.pull()
    kept = derived(puller.root)
    standin.world.suspend(author.username)
    result = puller.pull()
    assert result.exit_code == 4
    assert "suspended" in str(result.failures[0])
    assert kept.keys() == derived(puller.root).keys()


def test_a_publication_that_moved(puller: Puller) -> None:
    puller.pull()
    kept = derived(puller.root)
    puller.world.move_publication(slug="the-new-letter")
    result = puller.pull()
    assert result.exit_code == 4
    assert "has moved to the-new-letter" in str(result.failures[0])
    assert kept.keys() == derived(puller.root).keys()


def test_no_sources(standin: Standin, tmp_path: Path) -> None:
    puller = Puller(standin, tmp_path / "a")
    with Archive.open(puller.root, write=True) as archive:
        archive.set_config(sources=())
    with pytest.raises(UsageError, match="has no sources"):
        puller.pull()


def test_no_network(puller: Puller) -> None:
    result = puller.pull(net={"gateway": "http://127.0.0.1:9"})
    assert result.exit_code == 4
    assert result.new == 0


# -- part by part ------------------------------------------------------------------------------------------


def test_in_pieces_it_comes_to_the_same(standin: Standin, tmp_path: Path) -> None:
    whole = Puller(standin, tmp_path / "whole" / "archive")
    whole.pull()
    puller = Puller(standin, tmp_path / "pieces")
    first = puller.pull(limit=7)
    assert (first.new, first.left) == (7, 33)
    assert Counter(missing(puller).values()) == {"never-asked": 33}
    puller.pull(limit=20)
    puller.pull()
    assert content(puller.root)["posts"] == content(whole.root)["posts"]
    ours, theirs = derived(puller.root), derived(whole.root)
    assert {path for path in ours if path.endswith(".md")} == {
        path for path in theirs if path.endswith(".md")
    }


def test_stopped_anywhere_the_same_command_goes_on(standin: Standin, tmp_path: Path) -> None:
    whole = Puller(standin, tmp_path / "whole" / "archive")
    whole.pull()
    for after in (1, 2, 3, 10, 30, 60, 90):
        asked = 0

        def stop(after: int = after) -> bool:
            nonlocal asked
            asked += 1
            return asked > after

        puller = Puller(standin, tmp_path / f"{after}" / "archive")
        result = puller.pull(stop=stop)
        assert result.interrupted
        assert result.exit_code == 130
        assert puller.pull().exit_code == 0
        assert derived(puller.root) == derived(whole.root)
        assert content(puller.root) == content(whole.root)


def test_since(puller: Puller) -> None:
    dates = sorted(post.latest for post in puller.world.posts.values() if post.publication)
    result = puller.pull(since=dates[-5])
    assert result.new == 5


def test_responses_on_request(puller: Puller) -> None:
    result = puller.pull(responses=True)
    world = puller.world
    answers = {
        post.id for post in world.posts.values() if post.parent is not None and post.parent.publication
    }
    with puller.archive() as archive:
        kept = {row.id for row in archive.catalog.posts() if row.folder == "responses"}
        parent = archive.version(sorted(kept)[0]).post.response
    assert result.exit_code == 0
    assert kept
    assert kept <= answers
    assert parent is not None
    assert parent.post_id
    before = content(puller.root)
    puller.pull(responses=True)
    assert content(puller.root) == before


def test_old_captures_tell_of_posts_that_no_list_has(puller: Puller) -> None:
    result = puller.pull(old=True, full=True)
    ghosts = {
        post_id: reason for post_id, reason in missing(puller).items() if post_id in puller.world.ghosts
    }
    assert set(ghosts.values()) == {"deleted"}
    assert len(ghosts) == 3
    assert result.exit_code == 0


def test_in_the_archive_s_own_folder(puller: Puller, monkeypatch: pytest.MonkeyPatch) -> None:
    """A path without a folder before it is one of the current folder."""
    monkeypatch.chdir(puller.root)
    puller.root = Path()
    assert puller.pull().exit_code == 0
    assert (Path("README.md").stat().st_size, len(list(Path("posts").iterdir()))) > (0, 39)
