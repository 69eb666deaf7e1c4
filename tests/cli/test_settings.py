"""Where a setting comes from: the command line, the environment, this folder, the user."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

import made
from running import Run


@pytest.fixture
def post(here: Path) -> Path:
    return made.tree(here, {"a.json": made.api_post()})


def mine(text: str) -> None:
    folder = Path(click.get_app_dir("fonds"))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "fonds.toml").write_text(text, "utf-8")


def where(run: Run, here: Path, *arguments: str) -> str:
    """The folder that was written to."""
    before = {path.name for path in here.iterdir()}
    assert run("convert", "a.json", *arguments, "-q") == (0, "", "")
    (new,) = {path.name for path in here.iterdir()} - before
    return new


def test_precedence(run: Run, post: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert where(run, post) == "markdown"
    mine('[convert]\noutput = "of-mine"\n')
    assert where(run, post) == "of-mine"
    (post / "fonds.toml").write_text('[convert]\noutput = "of-folder"\n[archive]\nanything = 1\n')
    (post / "of-folder").rmdir() if (post / "of-folder").exists() else None
    assert where(run, post) == "of-folder"
    monkeypatch.setenv("FONDS_OUTPUT", "of-environment")
    assert where(run, post) == "of-environment"
    assert where(run, post, "-o", "of-command") == "of-command"


def test_every_kind_of_setting(run: Run, post: Path) -> None:
    made.tree(post, {"pictures/1*a.png": made.PNG, "b.html": made.export_post("B", made.figure("1*a.png"))})
    (post / "fonds.toml").write_text(
        '[convert]\nassets = ["pictures"]\ncheck = false\njobs = 1\nmax-size = 3\nflavour = "fonds"\nquiet = false\n'
    )
    ran = run("convert", "b.html")
    assert "1 copied" in ran.out
    assert "proof" not in ran.out
    assert "proof" in run("convert", "b.html", "--check", "-o", "two").out


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[convert", "is no TOML"),
        ("[convert]\nflavor = 'fonds'", "convert has no setting 'flavor'"),
        ("convert = 3", "[convert] is no table"),
        ("\ufeff[convert]\noutput = '\udcff'", ""),
    ],
)
def test_a_wrong_file_is_one_line(run: Run, post: Path, text: str, words: str) -> None:
    (post / "fonds.toml").write_bytes(text.encode("utf-8", "surrogateescape"))
    ran = run("convert", "a.json")
    assert ran.code == 2
    assert len(ran.lines) == 1
    assert "fonds.toml" in ran.err
    assert words in ran.err


def test_a_wrong_value_is_wrong_usage(run: Run, post: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (post / "fonds.toml").write_text("[convert]\njobs = -1\n")
    assert run("convert", "a.json").code == 2
    (post / "fonds.toml").unlink()
    monkeypatch.setenv("FONDS_JOBS", "many")
    assert run("convert", "a.json").code == 2


def test_settings_of_one_command_are_not_for_the_other(run: Run, post: Path) -> None:
    (post / "fonds.toml").write_text("[convert]\nnonsense = 1\n")
    assert run("inspect", "a.json").code == 0
