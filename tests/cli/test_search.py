"""``fonds search`` as people and scripts call it."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from fonds.archive.store import Archive
from keeping import clock, post, version
from running import Run

A, B = "1a0c4e5b7d21", "2b7d9f3c6e80"


@pytest.fixture(autouse=True)
def archive(here: Path) -> Path:
    root = here / "kept"
    with Archive.create(root, clock=clock()) as kept:
        kept.add_version(version(post(A, "The ferry left at noon.", "Nothing else.", title="The ferry")))
        kept.add_version(version(post(B, "وقالت الشرطة\u202e إن", title="Boats \x1b[31m", language="ar")))
    return root


def test_for_people(run: Run) -> None:
    ran = run("search", "-C", "kept", "FERRY noon")
    assert ran.code == 0
    assert ran.err == "1 found\n"
    assert ran.out == (
        f"2016-05-31  The [ferry]\n            posts/2016-05-31-the-ferry-{A}.md  Ana\n"
        "            The [ferry] left at [noon].\n"
    )


def test_for_machines(run: Run) -> None:
    ran = run("search", "-C", "kept", "شرطة", "--json")
    assert ran.err == ""
    said = json.loads(ran.out)
    (hit,) = said["hits"]
    assert (said["total"], hit["id"], hit["kind"], hit["language"]) == (1, B, "post", "ar")
    (snippet,) = hit["snippets"]
    assert [snippet["text"][slice(*mark)] for mark in snippet["marks"]] == ["الشرطة"]


def test_nothing_that_a_post_says_moves_the_terminal(run: Run) -> None:
    ran = run("search", "-C", "kept", "boats")
    assert "\x1b" not in ran.out
    assert "\u202e" not in ran.out
    assert "[Boats] [31m" in ran.out


def test_colours_are_for_terminals_and_can_be_turned_off(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    import fonds.cli.search

    monkeypatch.setattr("fonds.cli.search._colours", lambda: True)
    assert "The \x1b[33m\x1b[1mferry\x1b[0m\n" in run("search", "-C", "kept", "ferry").out
    monkeypatch.undo()
    monkeypatch.setenv("NO_COLOR", "1")
    assert not fonds.cli.search._colours()


def test_the_archive_is_the_one_that_the_folder_lies_in(
    run: Run, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (archive / "posts" / "deep").mkdir(parents=True)
    monkeypatch.chdir(archive / "posts" / "deep")
    assert run("search", "ferry").err == "1 found\n"
    monkeypatch.chdir(archive.parent)
    assert run("search", "ferry").code == 32
    monkeypatch.setenv("FONDS_ARCHIVE", str(archive))
    assert run("search", "ferry").err == "1 found\n"


def test_filters_and_limit(run: Run) -> None:
    words = ("search", "-C", "kept")
    assert run(*words, "--language", "ar").err == "1 found\n"
    assert run(*words, "--after", "2016-06").err == "0 found\n"
    assert (
        run(*words, "--author", "ana", "--limit", "1", "--sort", "newest").err
        == "2 found, the first 1 shown (--limit)\n"
    )
    assert run(*words, "the", "--year", "2016", "--kind", "post", "--tag", "none").err == "0 found\n"
    assert run(*words, "-q", "ferry", "--limit", "0") == (0, "", "")


def test_bad_input(run: Run, here: Path) -> None:
    assert run("search", "-C", "kept", "💸").err == "fonds: 💸: there is no word to search for\n"
    assert run("search", "-C", "kept", "💸").code == 2
    assert run("search", "-C", "kept", "a", "--before", "1.5.2016").code == 2
    nothing = run("search", "-C", "nowhere", "ferry")
    assert nothing.code == 32
    assert nothing.err.startswith("fonds: nowhere: is not an archive")
    assert (
        run("search", "-C", "kept", "ferry 💸").err
        == "not looked for, as there is no letter or digit in it: 💸\n1 found\n"
    )


def test_an_index_that_cannot_be_kept_is_said(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> int:
        raise PermissionError

    monkeypatch.setattr("fonds.archive.search_index._rebuild", refuse)
    assert run("search", "-C", "kept", "ferry").err.startswith("the search index could not be kept")


def test_another_program_reads_the_index(run: Run, archive: Path) -> None:
    """docs/search.md shows this."""
    run("search", "-C", "kept", "ferry")
    with sqlite3.connect(archive / ".fonds" / "search.sqlite") as db:
        rows = db.execute(
            "SELECT post_id FROM words JOIN docs ON doc = words.rowid WHERE words MATCH 'ferry'"
        ).fetchall()
    assert rows == [(A,)]
