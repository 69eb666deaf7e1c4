"""fonds.toml: a person's file, of which fonds changes only what it must."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import keeping
from fonds.archive import config
from fonds.archive.config import Config
from fonds.archive.store import Archive
from fonds.archive.verify import verify
from fonds.errors import UnreadableError

MINE = """# my archive
[pull]
rate = 0.5  # gently

[archive]
format = 1
title = 'Letters'  # as on the masthead
sources = [
    "@ana",  # the first
    "@bela",
]
created = 2026-11-26T12:00:00Z
ignore = ["LICENSE"]
# the end
"""


def test_what_it_says() -> None:
    found = config.parse(MINE.encode())
    assert found == Config(1, "Letters", ("@ana", "@bela"), 1795694400000, ("LICENSE",))


def test_a_new_one_is_read_as_it_was_meant() -> None:
    wanted = Config(title='The "title" — 船', sources=("@ana", "blog.example.org"), created=1795694400000)
    data = config.create(wanted)
    assert config.parse(data) == wanted
    assert data.startswith(b"# What this archive keeps")


def test_settings_that_were_there_before_stay() -> None:
    before = b"# mine\n[convert]\njobs = 2 # two\n"
    data = config.create(Config(title="Ana", created=1000), before)
    assert data.startswith(before)
    assert config.parse(data).title == "Ana"


def test_an_edit_changes_what_it_must_and_nothing_else() -> None:
    data = config.edit(MINE.encode(), title="More letters", sources=["@ana", "blog.example.org"]).decode()
    assert config.parse(data.encode()) == Config(
        1, "More letters", ("@ana", "blog.example.org"), 1795694400000, ("LICENSE",)
    )
    for kept in ("# my archive", "rate = 0.5  # gently", "# as on the masthead", "# the first", "# the end"):
        assert kept in data
    assert config.edit(MINE.encode()) == MINE.encode()


WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=20)


@given(title=WORDS, sources=st.lists(WORDS, unique=True, max_size=5))
def test_whatever_is_set_is_read_again(title: str, sources: list[str]) -> None:
    data = config.edit(MINE.encode(), title=title, sources=sources)
    found = config.parse(data)
    assert (found.title, sorted(found.sources)) == (title, sorted(sources))
    tables = tomllib.loads(data.decode())
    assert tables["pull"] == {"rate": 0.5}
    made = config.create(Config(title=title, sources=tuple(sources), created=5000))
    assert config.parse(made) == Config(title=title, sources=tuple(sources), created=5000)


WRONG = {
    "no TOML": (b"[archive", "is no TOML"),
    "no UTF-8": (b"[archive]\ntitle = '\xff'", "is no TOML"),
    "no table": (b"[convert]\n", r"no \[archive\]"),
    "something else of that name": (b"archive = 3\n", r"no \[archive\]"),
    "newer": (b"[archive]\nformat = 99\n", "newer fonds: format 99"),
    "a wrong type": (b"[archive]\ntitle = 3\n", "does not understand"),
    "wrong sources": (b"[archive]\nsources = '@ana'\n", "does not understand"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_cannot_be_read_is_one_line(name: str) -> None:
    data, words = WRONG[name]
    with pytest.raises(UnreadableError, match=words) as caught:
        config.parse(data, "kept/fonds.toml")
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith("kept/fonds.toml")


def test_what_a_newer_fonds_adds_is_passed_over() -> None:
    assert config.parse(b"[archive]\nformat = 1\nlater = 'x'\n").format == 1


def test_what_the_user_changes_counts_from_the_next_run_on(tmp_path: Path) -> None:
    root = keeping.small(tmp_path / "kept")
    path = root / "fonds.toml"
    path.write_text(path.read_text().replace('"@ana"', '"@ana", "@bela"'))
    assert [finding.code for finding in verify(root).findings] == ["E142"]
    with Archive.open(root, write=True, clock=keeping.clock()) as archive:
        assert archive.config.sources == ("@ana", "@bela")
    assert verify(root).findings == []
    with Archive.open(root) as archive:
        assert archive.catalog.config() == path.read_text()


def test_fonds_changes_it_through_the_archive(tmp_path: Path) -> None:
    root = keeping.small(tmp_path / "kept")
    with (root / "fonds.toml").open("a") as handle:
        handle.write("# mine\n")
    with Archive.open(root, write=True, clock=keeping.clock()) as archive:
        archive.set_config(sources=["@ana", "@bela"])
        assert archive.config.sources == ("@ana", "@bela")
    assert (root / "fonds.toml").read_text().endswith("# mine\n")
    assert verify(root).findings == []
