"""Paths in, inputs out, in one order; what cannot be read is named and the walk goes on."""

from __future__ import annotations

import io
import os
import socket
import sys
from pathlib import Path

import pytest

import growth
import made
from fonds.archive import intake
from fonds.archive.intake import Item
from fonds.archive.summary import Failure
from fonds.model import Other

POST = made.export_post()


def names(folder: Path, *inputs: Path | str, **options: object) -> list[str]:
    """``item a.html``, ``personal profile/about.html``, ``fail a.html: why``: one line a thing found."""
    lines = []
    for found in intake.items(inputs or [folder], **options):  # type: ignore[arg-type]
        origin = found.origin.replace(str(folder) + os.sep, "").replace(os.sep, "/")
        if isinstance(found, Item):
            lines.append(f"item {origin}")
        elif isinstance(found, Other):
            lines.append(f"{found.kind} {origin}")
        else:
            lines.append(f"fail {origin}: {found.reason}")
    return lines


def test_folders_are_walked_in_the_order_of_their_names(tmp_path: Path) -> None:
    made.tree(
        tmp_path, dict.fromkeys(("b/z.html", "b/a/x.html", "a.html", "c.html", "B.html", "b.html"), POST)
    )
    assert names(tmp_path) == [
        "item B.html", "item a.html", "item b.html", "item c.html", "item b/z.html", "item b/a/x.html",
    ]  # fmt: skip


def test_inputs_keep_their_order(tmp_path: Path) -> None:
    made.tree(tmp_path, {"b.html": POST, "a.html": POST})
    assert names(tmp_path, tmp_path / "b.html", tmp_path / "a.html") == ["item b.html", "item a.html"]


def test_pictures_are_counted_unopened(tmp_path: Path) -> None:
    made.tree(tmp_path, {"1*a.PNG": b"", "b.mp4": b"", "c.html": POST})
    (tmp_path / "1*a.PNG").chmod(0)
    assert names(tmp_path) == ["picture 1*a.PNG", "binary b.mp4", "item c.html"]


def test_programs_in_folders_are_counted_and_named_ones_are_read(tmp_path: Path) -> None:
    made.tree(tmp_path, {"make.py": POST, "site.CSS": b"", "a.html": POST})
    assert names(tmp_path) == ["item a.html", "unknown text make.py", "unknown text site.CSS"]
    assert names(tmp_path, tmp_path / "make.py") == ["item make.py"]


def test_what_systems_leave_behind_is_passed_over(tmp_path: Path) -> None:
    made.tree(
        tmp_path,
        {".git/a.html": POST, "__MACOSX/b.html": POST, ".DS_Store": b"x", "Thumbs.db": b"x", "c.html": POST},
    )
    assert names(tmp_path) == ["item c.html"]


def test_personal_folders_are_counted_and_never_opened(tmp_path: Path) -> None:
    made.tree(tmp_path, made.export())
    for name in ("sessions", "profile", "ips"):
        for path in (tmp_path / name).iterdir():
            path.chmod(0)
    assert names(tmp_path) == [
        "item README.html", "personal ips/ips-0001.html", "personal profile/profile.html",
        "personal sessions/sessions-0001.html", "item bookmarks/bookmarks-0001.html", "item claps/claps-0001.html",
        "item posts/2016-05-31_Boats-0123456789ab.html",
    ]  # fmt: skip


def test_personal_files_that_are_named_are_not_opened(tmp_path: Path) -> None:
    made.tree(tmp_path, made.export())
    assert names(tmp_path, tmp_path / "sessions" / "sessions-0001.html") == [
        "personal sessions/sessions-0001.html"
    ]
    assert names(tmp_path, tmp_path / "profile" / "profile.html") == ["personal profile/profile.html"]
    assert names(tmp_path, tmp_path / "profile") == ["personal profile/profile.html"]


def test_a_folder_called_profile_elsewhere_is_read(tmp_path: Path) -> None:
    made.tree(tmp_path, {"profile/saved-page.html": POST, "sessions/2016.html": POST})
    assert names(tmp_path) == ["item profile/saved-page.html", "item sessions/2016.html"]


def test_the_output_folder_is_not_read(tmp_path: Path) -> None:
    made.tree(tmp_path, {"a.html": POST, "markdown/posts/b.html": POST})
    assert names(tmp_path, avoid=tmp_path / "markdown") == ["item a.html"]
    assert names(tmp_path, avoid=tmp_path) == ["item a.html", "item markdown/posts/b.html"]


def test_links_neither_lead_in_circles_nor_multiply(tmp_path: Path) -> None:
    made.tree(tmp_path, {"a/x.html": POST, "b/y.html": POST})
    (tmp_path / "a" / "up").symlink_to("..")
    (tmp_path / "b" / "here").symlink_to(".")
    (tmp_path / "c").symlink_to("b")
    (tmp_path / "dead.html").symlink_to("nowhere.html")
    assert names(tmp_path) == [
        "fail dead.html: is a link to nothing",
        "item a/x.html",
        "fail a/up: is a link that leads back to a folder above it",
        "item b/y.html",
        "fail b/here: is a link that leads back to a folder above it",
        "folder seen already c",
    ]


def test_links_that_double_at_each_step_are_walked_once(tmp_path: Path) -> None:
    for number in range(40):
        folder = tmp_path / f"d{number}"
        folder.mkdir()
        if number < 39:
            (folder / "one").symlink_to(f"../d{number + 1}")
            (folder / "two").symlink_to(f"../d{number + 1}")
    assert len(names(tmp_path, tmp_path / "d0")) == 39


@pytest.mark.skipif(sys.platform == "win32", reason="no pipes in folders here")
def test_pipes_and_sockets_are_named(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.html")
    made.tree(tmp_path, {"z.html": POST})
    with socket.socket(socket.AF_UNIX) as listener:
        here = Path.cwd()
        os.chdir(tmp_path)  # the path of a socket may not be long
        listener.bind("sock.html")
        os.chdir(here)
        found = names(tmp_path)
    assert found == [
        "fail pipe.html: is a pipe, not a file",
        "fail sock.html: is a socket, not a file",
        "item z.html",
    ]
    assert names(Path("/dev"), Path("/dev/null")) == ["fail null: is a device, not a file"]


def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    assert names(tmp_path, tmp_path / "gone.html") == [
        "fail gone.html: cannot be read: no such file or directory"
    ]
    assert names(tmp_path, "nul\0byte") == ["fail nul\0byte: is no name of a file"]


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_is_named(tmp_path: Path) -> None:
    made.tree(tmp_path, {"a/x.html": POST, "b.html": POST, "c.html": POST})
    (tmp_path / "a").chmod(0)
    (tmp_path / "b.html").chmod(0)
    found = [intake.load(item) for item in intake.items([tmp_path]) if isinstance(item, Item)]
    assert [type(thing) for thing in found] == [Failure, Item]
    assert "fail a: cannot be read: permission denied" in names(tmp_path)
    (tmp_path / "a").chmod(0o700)


def test_large_inputs_are_refused_by_size(tmp_path: Path) -> None:
    made.tree(tmp_path, {"a.html": POST, "b.html": POST * 20})
    limit = len(POST) * 2
    assert names(tmp_path, limit=limit) == ["item a.html", f"fail b.html: is larger than {limit >> 20} MiB"]


def test_a_file_that_grew_is_refused_too(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_bytes(b"<html>" * 20_000)
    found = intake.load(Item(str(path), str(path), size=10), limit=100_000)
    assert isinstance(found, Failure)


def test_of_binaries_only_the_beginning_is_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.html"
    with path.open("wb") as handle:
        handle.write(made.PNG)
        handle.truncate(1 << 40)  # sparse
    assert intake.load(Item("huge.html", str(path)), limit=1 << 50) == Other("picture", "huge.html")


def test_standard_input(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def given(data: bytes, limit: int = 1 << 20) -> list[str]:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
        return names(tmp_path, "-", limit=limit)

    assert given(POST) == ["item standard input"]
    assert given(made.zipped({"posts/a.html": POST})) == ["item standard input!posts/a.html"]
    assert given(POST, limit=10) == ["fail standard input: is larger than 0 MiB"]


def test_stopping_ends_the_walk(tmp_path: Path) -> None:
    made.tree(tmp_path, {f"{number}/a.html": POST for number in range(9)})
    asked = iter([False] * 4 + [True] * 99)
    assert len(names(tmp_path, stop=lambda: next(asked))) < 9


def test_many_files_in_one_folder_cost_no_more_each(tmp_path: Path) -> None:
    def walk(count: int) -> None:
        folder = tmp_path / str(count)
        if not folder.exists():
            made.tree(folder, {f"{number}.html": b"<" for number in range(count)})
        assert len(list(intake.items([folder]))) == count

    walk(100)
    walk(800)
    growth.assert_linear(walk, 100)
