"""init, status, missing, log, diff, show, verify and selftest, as their users run them."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

import keeping
import made
from fonds.archive import events as e
from fonds.archive import layout
from fonds.archive.store import Archive
from fonds.archive.versions import Version
from keeping import A, B, C, D
from running import Run


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("commands") / "kept"
    with Archive.create(root, ["@ana"], "Ana’s boats", clock=keeping.clock()) as archive:
        archive.add_version(
            keeping.version(
                keeping.post(A, "Two boats came in, and nobody counted the third."), edition=keeping.NOW
            )
        )
        archive.add_version(
            keeping.version(keeping.post(B, "Part", title="Nets", slug="nets", preview_only=True))
        )
        keeping.asset(archive, A, "1-a.png", b"png" * 500)
        archive.record(
            e.Absent(B, "locked"), e.Known(C, "feed", "https://medium.com/p/c", "Not\nhere"), e.Known(D, "cdx"), e.Absent(D, "failed", "no answer"),
            e.AssetAbsent("1*b.png", "failed", detail="404"), e.MediaAbsent("m1", "deleted"), e.Walked("@ana", complete=True, seen=4),
        )  # fmt: skip
        archive.commit()
    with Archive.open(root, write=True, clock=keeping.clock(keeping.NOW + 10**8)) as archive:
        archive.add_version(
            keeping.version(
                keeping.post(A, "Three boats came in, and somebody counted the third."), keeping.NOW + 10**8
            )
        )
        archive.record(e.Moved(A, "https://medium.com/old", "https://medium.com/new"), e.Gone(A))
    return root


@pytest.fixture
def root(whole: Path, here: Path) -> Path:
    return Path(shutil.copytree(whole, here / "kept"))


# ------------------------------------------------------------------------------------------- init


def test_init_makes_an_archive(run: Run, here: Path) -> None:
    ran = run("init", "letters", "@mirahorvat", "blog.example.org", "--title", "Letters")
    assert (ran.code, ran.lines) == (0, [])
    assert "fonds pull letters" in ran.out
    with Archive.open(here / "letters") as archive:
        assert archive.config.sources == ("@mirahorvat", "blog.example.org")
        assert archive.config.title == "Letters"
    assert run("verify", "letters").code == 0


def test_init_takes_a_list(run: Run, here: Path) -> None:
    (here / "sources.txt").write_text("@ana  # mine\n\nblog.example.org\n@ana\n")
    ran = run("init", "letters", "--list", "sources.txt", "--json")
    assert json.loads(ran.out)["sources"] == ["@ana", "blog.example.org"]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["letters", "no such thing"], 2, "blank"),
        (["letters", "--list", "gone.txt"], 32, "cannot be read"),
        (["kept"], 2, "is an archive already"),
        (["full"], 4, "holds posts already"),
        (["file/inside"], 128, "a part of the path is a file"),
    ],
)
def test_init_says_what_is_wrong(
    run: Run, root: Path, here: Path, words: list[str], code: int, said: str
) -> None:
    made.tree(here, {"full/posts/mine.md": b"mine", "file": b""})
    before = made.snapshot(here)
    ran = run("init", *words)
    assert (ran.code, len(ran.lines)) == (code, 1)
    assert said in ran.err
    assert made.snapshot(here) == before


def test_init_keeps_settings_that_are_there(run: Run, here: Path) -> None:
    made.tree(here, {"letters/fonds.toml": b"# mine\n[convert]\njobs = 2\n", "letters/notes.txt": b"mine"})
    assert run("init", "letters", "@ana").code == 0
    text = (here / "letters" / "fonds.toml").read_text()
    assert text.startswith("# mine\n[convert]\njobs = 2\n")
    assert 'sources = ["@ana"]' in text


# ------------------------------------------------------------------------------------------- asking


def test_status(run: Run, root: Path) -> None:
    ran = run("status", "kept")
    assert ran.code == 0
    for words in ("Ana’s boats (kept)", "@ana", "2 posts", "3 versions, 1 posts only in part, 1 gone", "1 (1.5 kB), 1 not to be had", "3 (1 failed, 1 locked, 1 never-asked)", "2016-11-25"):  # fmt: skip
        assert words in ran.out, ran.out
    found = json.loads(run("status", "kept", "--json").out)
    assert found["totals"]["missing"] == {"failed": 1, "locked": 1, "never-asked": 1}
    assert (found["sealed"], found["walks"][0]["seen"]) == (True, 4)
    assert found["head"] in run("status", "kept", "-v").out


def test_the_archive_is_the_one_that_the_folder_lies_in(
    run: Run, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(root / "assets")
    assert "Ana’s boats" in run("status").out
    assert run("show", A).code == 0
    assert run("verify").code == 0


def test_missing(run: Run, root: Path) -> None:
    ran = run("missing", "kept")
    assert ran.code == 0
    assert [line.split()[-2:] for line in ran.out.splitlines()] == [
        ["Not", "here"],
        ["no", "answer"],
        ["here", "Nets"],
    ] or ran.out
    assert "locked, only its beginning is here" in ran.out
    assert "never-asked" in ran.out
    assert "failed: no answer" in ran.out
    assert ran.err == "3 posts, 1 pictures, 1 embeds; --all lists them\n"
    assert run("missing", "kept", "--reason", "failed").out.count("\n") == 1
    everything = run("missing", "kept", "--all").out
    assert "1*b.png  failed: 404" in everything
    assert "m1  deleted" in everything
    found = json.loads(run("missing", "kept", "--json").out)
    assert {row["id"]: (row["reason"], row["via"], row["preview"]) for row in found["posts"]} == {
        B: ("locked", [], True), C: ("never-asked", ["feed"], False), D: ("failed", ["cdx"], False),
    }  # fmt: skip
    assert [row["key"] for row in found["pictures"]] == ["1*b.png"]


def test_log(run: Run, root: Path) -> None:
    ran = run("log", "-C", "kept", "boats")
    assert ran.code == 0
    assert ran.out.splitlines()[:2] == [f"Boats ({A})", f"posts/2016-05-31-boats-{A}.md"]
    assert [line.split("UTC")[1].strip() for line in ran.out.splitlines()[2:]] == [
        ["version 1, edited 2016-11-24 15:06 ", ": Boats"][0].strip(),
        "version 2: Boats",
        "moved from https://medium.com/old to https://medium.com/new",
        "gone: deleted",
    ]
    found = json.loads(run("log", "-C", "kept", A, "--json").out)
    assert [entry["what"] for entry in found["history"]] == ["versioned", "versioned", "moved", "gone"]
    assert [version["number"] for version in found["versions"]] == [1, 2]


def test_show(run: Run, root: Path) -> None:
    ran = run("show", "-C", "kept", "boats")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith('---\ntitle: "Boats"\n')
    assert "Three boats came in" in ran.out
    assert "Two boats came in" in run("show", "-C", "kept", A, "--version", "1").out
    version = msgspec.json.decode(run("show", "-C", "kept", A, "--json").out, type=Version)
    assert (version.number, version.id) == (2, A)


def test_diff(run: Run, root: Path) -> None:
    ran = run("diff", "-C", "kept", "boats")
    assert ran.code == 0
    assert "[-Two-]{+Three+} boats came in, and [-nobody-]{+somebody+} counted the third." in ran.out
    assert ran.out.splitlines()[1].startswith("version 1 (kept 2016-11-24 15:06 UTC")
    found = json.loads(run("diff", "-C", "kept", A, "1", "2", "--json").out)
    assert found["fields"] == ["blocks"]
    assert found["changes"][0]["pieces"][0] == ["removed", "Two"]
    assert "{+Two+}" in run("diff", "-C", "kept", A, "2", "1").out
    assert "the Markdown is the same" in run("diff", "-C", "kept", A, "2", "2").out


QUESTIONS = [
    (["status"], 32, "kept: is not an archive"),
    (["show", "nothing"], 2, "there is no post 'nothing'"),
    (["show", "boots"], 2, "Like it: boats"),
    (["show", D], 2, "is known, and not here: failed"),
    (["show", A, "--version", "7"], 2, f"there is no version 7 of {A}"),
    (["diff", "nets"], 2, "only one version is kept"),
    (["diff", A, "5"], 2, "there is no version 5"),
    (["log", "x y z"], 2, "there is no post"),
]


@pytest.mark.parametrize(
    ("words", "code", "said"), QUESTIONS, ids=lambda value: " ".join(value) if isinstance(value, list) else ""
)
def test_what_cannot_be_answered_is_one_line(
    run: Run, root: Path, words: list[str], code: int, said: str
) -> None:
    if code == 32:
        (root / "fonds.toml").unlink()
        words = [*words, "kept"]
    else:
        words = [words[0], "-C", "kept", *words[1:]]
    ran = run(*words)
    assert (ran.code, ran.out) == (code, "")
    assert said in ran.lines[-1]


@pytest.mark.parametrize("command", ["status", "missing", "verify"])
def test_an_archive_of_a_newer_fonds(run: Run, root: Path, command: str) -> None:
    path, manifest = root / "fonds.toml", root / layout.MANIFEST
    old = path.read_bytes()
    path.write_bytes(old.replace(b"format = 1", b"format = 9"))
    before, after = (hashlib.sha256(data).hexdigest() for data in (old, path.read_bytes()))
    manifest.write_text(manifest.read_text().replace(before, after))
    ran = run(command, "kept")
    assert (ran.code, len(ran.lines)) == (32, 1)
    assert "of a newer fonds: format 9" in ran.err


# ------------------------------------------------------------------------------------------- verify


def test_verify_says_that_all_is_well(run: Run, root: Path) -> None:
    ran = run("verify", "kept")
    assert (ran.code, ran.err) == (0, "")
    assert "found       nothing" in ran.out
    for options in (["--fast"], ["--incremental"], ["--time-limit", "5m"]):
        assert run("verify", "kept", *options).code == 0
    report = json.loads(run("verify", "kept", "--json").out)
    assert (report["complete"], report["findings"], report["exit_code"]) == (True, [], 0)


def test_verify_names_what_it_finds_and_repairs_it(run: Run, root: Path) -> None:
    (root / layout.CATALOG).unlink()
    path = root / "assets" / A / "1-a.png"
    path.write_bytes(path.read_bytes()[:-1])
    ran = run("verify", "kept")
    assert ran.code == 64
    assert ran.lines == [
        "fonds: E102 .fonds/catalog.sqlite: is missing",
        f"fonds: E103 assets/{A}/1-a.png: has 1499 bytes instead of 1500",
    ]
    assert "--repair" in ran.out
    mended = run("verify", "kept", "--repair")
    assert mended.code == 64
    assert "fonds: E102 .fonds/catalog.sqlite: is missing (made again from the journal)" in mended.lines
    assert "1 findings (named above), 1 repaired" in mended.out
    assert [line for line in run("verify", "kept").lines if "E102" in line] == []
    report = json.loads(run("verify", "kept", "--json").out)
    assert [finding["code"] for finding in report["findings"]] == ["E103"]


@pytest.mark.parametrize(
    "words",
    [["--fast", "--incremental"], ["--fetch"], ["--time-limit", "soon"], ["--fast", "--time-limit", "5m"]],
)
def test_verify_s_options_that_do_not_go_together(run: Run, root: Path, words: list[str]) -> None:
    assert run("verify", "kept", *words).code == 2


def test_two_writers(command: Run, root: Path) -> None:
    script = (
        "import sys, time; from fonds import Archive\n"
        "with Archive.open('kept', write=True, command='pull'):\n    print('held', flush=True); time.sleep(60)"
    )
    other = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, cwd=root.parent)
    try:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        for words in (["render", "kept"], ["verify", "kept"]):
            ran = command(*words)
            assert (ran.code, len(ran.lines)) == (128, 1)
            assert "another fonds writes to this archive" in ran.err
        assert command("status", "kept").code == 0
    finally:
        other.kill()
        other.communicate()
    assert command("verify", "kept").code == 0
    assert command("render", "kept").code == 0


# ------------------------------------------------------------------------------------------- selftest


def test_selftest_says_each_check_in_a_line_and_leaves_nothing(run: Run, here: Path) -> None:
    ran = run("selftest")
    assert (ran.code, ran.err) == (0, "")
    lines = ran.out.splitlines()
    assert len(lines) > 8
    assert all(line.startswith("ok ") for line in lines)
    assert list(here.iterdir()) == []
    found = json.loads(run("selftest", str(here), "--json").out)
    assert found["ok"]
    assert len(found["checks"]) == len(lines)


def test_selftest_says_what_a_disk_does_not_do(run: Run, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that loses a byte of every file."""
    from fonds.archive import files

    write = files._write_all
    monkeypatch.setattr(files, "_write_all", lambda handle, data: write(handle, bytes(data)[:-1]))
    ran = run("selftest")
    assert ran.code == 128
    assert any(line.startswith("FAILED  whole files") for line in ran.lines)
    assert list(here.iterdir()) == []
