"""What a build writes: whole, the same every time, and only what changed."""

from __future__ import annotations

import contextlib
import hashlib
import random
import shutil
import sqlite3
import struct
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest

from fonds.errors import DiskError, UsageError
from fonds.site import sums
from fonds.site.build import Summary, build
from fonds.site.folder import Folder
from fonds.site.frame import state_path
from fonds.site.settings import Settings
from fonds.site.source import Unit
from site_looking import FORMS, SETTINGS, links, loaded, pages, parsed, target


def tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


@pytest.fixture
def posts(samples: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    shutil.copytree(samples / "graphql", folder / "graphql")
    shutil.copytree(samples / "assets", folder / "assets")
    (folder / "graphql" / "batch.json").unlink()
    return folder


def make(posts: Path, out: Path, jobs: int = 1) -> Summary:
    summary = build(Folder([posts], avoid=out), out, settings=Settings(title="Letters"), jobs=jobs)
    assert [str(failure) for failure in summary.failures] == []
    return summary


def test_every_link_and_picture_of_the_site_is_there(site: Path) -> None:
    missing = []
    ids = {
        page.resolve(): {node.attributes["id"] for node in parsed(page).css("[id]")} for page in pages(site)
    }
    for page in pages(site):
        found = parsed(page)
        for address in (*links(found), *loaded(found)):
            file = target(page, address)
            if file is None:
                continue
            anchor = unquote(address.partition("#")[2])
            if not file.is_file() or (anchor and anchor not in ids[file.resolve()]):
                missing.append(f"{page.relative_to(site)}: {address}")
    assert missing == []


def test_nothing_is_loaded_from_elsewhere(site: Path) -> None:
    away = [
        f"{page.relative_to(site)}: {address}"
        for page in pages(site)
        for address in loaded(parsed(page))
        if target(page, address) is None
    ]
    assert away == []


def test_every_page_has_its_policy_and_no_script_of_its_own(site: Path) -> None:
    for page in pages(site):
        found = parsed(page)
        policy = found.css_first('meta[http-equiv="Content-Security-Policy"]')
        assert policy is not None, page
        assert "default-src 'none'" in (policy.attributes["content"] or "")
        for script in found.css("script"):
            assert script.attributes.get("src") or script.attributes.get("type") == "application/ld+json", (
                page
            )
        assert found.css_first("[style], [onclick], [onload], [onerror]") is None, page


def test_processes_and_places_change_no_byte(
    posts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(posts, tmp_path / "one")
    other = tmp_path / "elsewhere" / "in"
    shutil.copytree(posts, other)
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    monkeypatch.setenv("LC_ALL", "C")
    make(other, tmp_path / "two", jobs=2)
    assert tree(tmp_path / "one") == tree(tmp_path / "two")


class _Turned(Folder):
    """The same units, found in another order."""

    def units(self) -> Iterator[Unit]:
        found = list(super().units())
        random.Random(5).shuffle(found)
        return iter(found)


@pytest.mark.parametrize("turned", [False, True], ids=["inputs", "files"])
def test_the_order_in_which_posts_are_found_changes_no_byte(
    site: Path, samples: Path, tmp_path: Path, *, turned: bool
) -> None:
    """The sample publication in all its forms: of each post several readings have to become one."""
    given = [samples / form for form in reversed(FORMS)]
    source = _Turned(given) if turned else Folder(given)
    build(source, tmp_path / "out", settings=SETTINGS, jobs=1)
    assert tree(tmp_path / "out") == tree(site)


def test_nothing_changed_nothing_written(posts: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    first = make(posts, out)
    assert first.written == len(tree(out))
    again = make(posts, out)
    assert (again.read, again.written, again.removed) == (0, 0, 0)


def test_an_edit_gives_what_a_first_build_gives(posts: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    first = make(posts, out)
    edit(posts)
    again = make(posts, out)
    assert 0 < again.written < first.written / 3
    make(posts, tmp_path / "fresh")
    assert tree(out) == tree(tmp_path / "fresh")


def test_a_post_that_went_leaves_no_page(posts: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    make(posts, out)
    (posts / "graphql" / "70a9c2e5f8d.json").unlink()
    make(posts, out)
    assert not list(out.glob("posts/*70a9c2e5f8d*"))
    make(posts, tmp_path / "fresh")
    assert tree(out) == tree(tmp_path / "fresh")


def test_a_lost_or_broken_state_is_made_again(posts: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    make(posts, out)
    before = tree(out)
    state_path(out).write_bytes(b"no database at all, but long enough to be looked at" * 40)
    assert make(posts, out).read > 0
    state_path(out).unlink()
    make(posts, out)
    assert tree(out) == before


def edit(posts: Path) -> None:
    file = posts / "graphql" / "81bad3f60e4c.json"
    file.write_text(file.read_text("utf-8").replace("anchor", "amphora"), "utf-8")


def cut_off(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def spoil(path: Path) -> None:
    data = bytearray(path.read_bytes())
    for at in range(8192, len(data), 977):
        data[at] ^= 0x5A
    path.write_bytes(data)


@pytest.mark.parametrize("harm", [Path.unlink, cut_off, spoil])
def test_what_changed_while_the_state_was_lost_reaches_the_site(
    posts: Path, tmp_path: Path, harm: Callable[[Path], None]
) -> None:
    """Pages of last time are known to be fonds' own without it, and are replaced and removed; others are not."""
    out = tmp_path / "out"
    make(posts, out)
    harm(state_path(out))
    edit(posts)
    (posts / "graphql" / "70a9c2e5f8d.json").unlink()
    make(posts, out)
    make(posts, tmp_path / "fresh")
    assert tree(out) == tree(tmp_path / "fresh")
    (out / "about.html").write_text("my own words", "utf-8")
    state_path(out).unlink()
    summary = build(Folder([posts], avoid=out), out, settings=Settings(title="Letters"), jobs=1)
    assert ["about.html" in str(failure) for failure in summary.failures] == [True]


def test_the_list_of_sums_is_what_b2sum_reads(site: Path) -> None:
    listed = sums.read(site)
    assert set(listed) == set(tree(site)) - {sums.NAME}
    program = shutil.which("b2sum")
    if program is None:
        pytest.skip("no b2sum: its reading of the list is left out")
    subprocess.run([program, "-l", "128", "--quiet", "--strict", "-c", sums.NAME], cwd=site, check=True)


@pytest.mark.parametrize(
    "name", ["../kept.txt", "{folder}/kept.txt", "posts/../../kept.txt", "./../kept.txt"]
)
def test_a_list_of_sums_that_names_files_elsewhere_is_not_followed(
    posts: Path, tmp_path: Path, name: str
) -> None:
    """A site may come from somebody else: nothing outside it is its own, whatever it lists."""
    out, kept = tmp_path / "out", tmp_path / "kept.txt"
    make(posts, out)
    kept.write_text("mine", "utf-8")
    state_path(out).unlink()
    digest = hashlib.blake2b(b"mine", digest_size=16).hexdigest()
    with (out / sums.NAME).open("a", encoding="utf-8") as listed:
        listed.write(f"{digest}  {name.format(folder=tmp_path)}\n")
    make(posts, out)
    assert kept.read_text("utf-8") == "mine"
    make(posts, tmp_path / "fresh")
    assert tree(out) == tree(tmp_path / "fresh")


class _Stop:
    """Says stop from the ``after``-th time on that it is asked."""

    def __init__(self, after: int) -> None:
        self.left = after

    def __call__(self) -> bool:
        self.left -= 1
        return self.left < 0


@pytest.mark.parametrize("after", range(4))
def test_what_was_read_before_ctrl_c_reaches_the_site_of_the_next_build(
    posts: Path, tmp_path: Path, after: int
) -> None:
    out = tmp_path / "out"
    make(posts, out)
    edit(posts)
    other = posts / "graphql" / "70a9c2e5f8d.json"
    other.write_text(other.read_text("utf-8").replace(" the ", " thee "), "utf-8")
    stopped = build(
        Folder([posts], avoid=out), out, settings=Settings(title="Letters"), jobs=1, stop=_Stop(after)
    )
    assert (stopped.interrupted, stopped.exit_code) == (True, 130)
    make(posts, out)
    make(posts, tmp_path / "fresh")
    assert tree(out) == tree(tmp_path / "fresh")
    assert make(posts, out).written == 0


def test_a_site_that_is_being_built_is_left_to_that_build(posts: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    make(posts, out)
    edit(posts)
    with contextlib.closing(sqlite3.connect(state_path(out))) as base:
        base.execute("BEGIN IMMEDIATE")
        with pytest.raises(DiskError, match="is being built already"):
            make(posts, out)
    make(posts, out)


def test_a_picture_that_would_fill_the_memory_is_named(posts: Path, tmp_path: Path) -> None:
    """A bitmap that says it is 30,000 by 30,000: the site is made, and the picture is in it as it is."""
    picture = posts / "assets" / "2b7d9f3c6e80" / "1-4Rjrp3bvT_Vkrk9QOdWAqn.png"
    sizes = struct.pack("<IiiHHIIiiII", 40, 30_000, 30_000, 1, 24, 0, 0, 0, 0, 0, 0)
    picture.write_bytes(b"BM" + struct.pack("<IHHI", 1000, 0, 0, 54) + sizes + bytes(900))
    out = tmp_path / "out"
    summary = build(Folder([posts], avoid=out), out, settings=Settings(), jobs=1)
    assert ["cannot be decoded" in failure.reason for failure in summary.failures] == [True]
    assert summary.exit_code == 4
    assert (out / "index.html").is_file()


def test_a_page_that_somebody_changed_is_left_and_named(posts: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    make(posts, out)
    (out / "about.html").write_text("my own words", "utf-8")
    (out / "CNAME").write_text("harbour.example", "utf-8")
    summary = build(Folder([posts], avoid=out), out, settings=Settings(title="Others"), jobs=1)
    assert ["about.html" in str(failure) for failure in summary.failures] == [True]
    assert summary.exit_code == 4
    assert (out / "about.html").read_text("utf-8") == "my own words"
    assert (out / "CNAME").read_text("utf-8") == "harbour.example"


def test_a_folder_with_other_things_is_left_alone(posts: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "letter.txt").write_text("mine", "utf-8")
    with pytest.raises(UsageError, match="not empty"):
        make(posts, out)
    assert tree(out) == {"letter.txt": b"mine"}
