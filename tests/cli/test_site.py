"""``fonds site build`` from the command line: what it says, and how it ends."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

pytest.importorskip("jinja2", reason="the site's extra is not installed")
pytest.importorskip("PIL", reason="the site's extra is not installed")

from running import Run


@pytest.fixture
def posts(samples: Path, tmp_path: Path) -> Path:
    shutil.copytree(samples / "graphql", tmp_path / "in")
    return tmp_path / "in"


def test_a_build_says_what_it_made_and_a_second_that_nothing_changed(
    run: Run, posts: Path, tmp_path: Path
) -> None:
    first = run("site", "build", posts, "-o", tmp_path / "out")
    assert first.code == 0
    assert str(tmp_path / "out" / "index.html") in first.out
    again = run("site", "build", posts, "-o", tmp_path / "out", "--json", "-q")
    assert (again.code, json.loads(again.out)["written"]) == (0, 0)


def test_a_folder_with_other_things_is_wrong_usage(run: Run, posts: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "letter.txt").write_text("mine", "utf-8")
    found = run("site", "build", posts, "-o", tmp_path / "out")
    assert found.code == 2
    assert len(found.lines) == 1
    assert "is not empty and no site" in found.err


def test_an_input_that_is_not_there_is_one_line(run: Run, tmp_path: Path) -> None:
    found = run("site", "build", tmp_path / "nothing", "-o", tmp_path / "out")
    assert found.code == 128
    assert len(found.lines) == 1
    assert "nothing" in found.err


def test_a_file_where_the_site_should_go_is_one_line(run: Run, posts: Path, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine", "utf-8")
    found = run("site", "build", posts, "-o", tmp_path / "out" / "site")
    assert found.code == 128
    assert "a file, not a folder" in found.err
    assert (tmp_path / "out").read_text("utf-8") == "mine"


def test_an_unreadable_input_takes_no_other_with_it(run: Run, posts: Path, tmp_path: Path) -> None:
    (posts / "broken.zip").write_bytes(b"PK\x03\x04 and no more")
    found = run("site", "build", posts, "-o", tmp_path / "out")
    assert found.code & 4
    assert "broken.zip" in found.err
    assert list((tmp_path / "out" / "posts").glob("*.html"))
