"""``fonds import`` as people and scripts call it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fonds.archive.store import Archive
from keeping import clock
from made import snapshot
from running import Run

SAMPLES = Path(__file__).parents[2] / "samples"


@pytest.fixture(autouse=True)
def archive(here: Path) -> Path:
    with Archive.create(here / "kept", ["@mirahorvat"], clock=clock()):
        pass
    return here / "kept"


def test_for_people(run: Run, archive: Path) -> None:
    ran = run(
        "import",
        "-C",
        "kept",
        SAMPLES / "export.zip",
        SAMPLES / "graphql",
        "--with",
        "bookmarks,lists",
        "--with",
        "claps",
    )
    assert ran.code == 0
    assert ran.err == ""
    said = {line[:12].strip(): line[12:] for line in ran.out.splitlines()}
    assert said["read"] == "20 files with posts"
    assert said["posts"].startswith("13 new, ")
    assert said["new"] == "10 posts, 1 responses, 2 drafts"
    assert said["data"] == "1 bookmarks, 1 claps, 1 lists in data/"
    assert said["files"] == "13 written, 0 as they were"
    assert len(list((archive / "posts").glob("*.md"))) == 10
    assert len(list((archive / "drafts").glob("*.md"))) == 2
    assert (archive / "README.md").exists()


def test_for_machines(run: Run) -> None:
    ran = run("import", "-C", "kept", SAMPLES / "export.zip", "--json", "-q")
    assert ran.err == ""
    said = json.loads(ran.out)
    assert said["imported"]["new"] == 13
    assert said["derived"]["written"] == 13
    assert said["exit_code"] == ran.code == 0


def test_the_same_again_changes_nothing(run: Run, archive: Path) -> None:
    run("import", "-C", "kept", SAMPLES / "export.zip", SAMPLES / "zmedium")
    before = snapshot(archive)
    ran = run("import", "-C", "kept", SAMPLES / "export.zip", SAMPLES / "zmedium")
    assert ran.code == 0
    assert snapshot(archive) == before
    assert "0 written, 13 as they were" in ran.out


def test_the_archive_is_the_one_that_the_folder_lies_in(
    run: Run, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(archive)
    assert run("import", SAMPLES / "dom").code == 0
    monkeypatch.chdir(archive.parent)
    nothing = run("import", SAMPLES / "dom")
    assert nothing.code == 32
    assert nothing.lines == ["fonds: .: is not an archive: it has no fonds.toml. fonds init DIR makes one."]


def test_standard_input(run: Run) -> None:
    data = (SAMPLES / "export.zip").read_bytes()
    assert run("import", "-C", "kept", "-", stdin=data).code == 0
    with Archive.open("kept") as kept:
        assert all(
            origin.address.startswith("standard input!posts/")
            for version in kept.versions()
            for origin in version.origins
        )


def test_bad_input(run: Run, here: Path) -> None:
    (here / "empty").mkdir()
    ran = run(
        "import",
        "-C",
        "kept",
        "nowhere",
        "empty",
        SAMPLES / "export.zip",
        SAMPLES / "other" / "challenge.html",
    )
    assert ran.code == 36
    assert [line.split(": ")[1].rpartition("/")[2] for line in ran.lines] == [
        "nowhere",
        "challenge.html",
        "empty",
    ]
    assert "failed      3 (named above)" in ran.out
    assert run("import", "-C", "kept", SAMPLES / "export.zip", "--with", "sessions").code == 2
    assert run("import", "-C", "kept").code == 2


def test_another_writer(run: Run) -> None:
    with Archive.open("kept", write=True):
        ran = run("import", "-C", "kept", SAMPLES / "export.zip")
    assert ran.code == 128
    assert len(ran.lines) == 1


def test_what_is_taken_out_is_said(run: Run, here: Path) -> None:
    page = (SAMPLES / "pages" / "2018-how-we-write-this-letter.html").read_bytes()
    (here / "page.html").write_bytes(
        page.replace(b"</head>", b'<script>x = {"email":"a@b.example"}</script></head>', 1)
    )
    assert "taken out   1 private values" in run("import", "-C", "kept", "page.html").out
