"""An export's other files as data."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fonds.archive import data
from fonds.archive.data import Entry
from fonds.cli import import_

EXPORT = Path(__file__).parents[2] / "samples" / "export"


def entries(kind: str) -> tuple[Entry, ...]:
    (path,) = (EXPORT / kind).iterdir()
    return data.read(kind, path.name, "", path.read_bytes()).entries


def test_the_samples() -> None:
    assert entries("bookmarks") == (
        Entry("https://medium.com/p/what-the-dredger-found-81bad3f60e4c", "What the Dredger Found", "2021-09-8 7:15 am"),
    )  # fmt: skip
    assert entries("claps") == (
        Entry(
            "https://medium.com/p/رسائل-من-الميناء-5e7a0c3d6b19",
            "رسائل من الميناء",
            "2020-02-28 6:01 am",
            claps=50,
        ),
    )
    assert entries("highlights") == (
        Entry(time="2021-03-12 9:00 am", text="Nobody on the quay could say why.", paragraph="0a1b"),
    )
    assert [entry.url for entry in entries("lists")] == [
        "https://medium.com/p/2b7d9f3c6e80",
        "https://medium.com/p/4d6f9b2c5a08",
    ]


def test_what_fonds_does_not_know_keeps_its_words() -> None:
    html = b"<h3>Notes, page 1</h3><ul><li>A note without any link</li><li></li><li><a href='https://medium.com/p/1'>On tides</a>: read again</li></ul>"
    assert data.read("notes", "n.html", "", html).entries == (
        Entry(text="A note without any link"),
        Entry("https://medium.com/p/1", "On tides", text="read again"),
    )
    assert data.read("notes", "n.html", "", b"").entries == ()


def test_the_json_is_plain() -> None:
    file = data.read("bookmarks", "b.html", "00", b"<h3>B</h3><li><a href='u'>T</a></li>")
    assert json.loads(data.encode(file)) == {"kind": "bookmarks", "name": "b.html", "sha256": "00", "title": "B", "entries": [{"url": "u", "title": "T"}]}  # fmt: skip


def test_the_command_knows_the_same_kinds() -> None:
    assert import_.KINDS == data.KINDS
    assert not {"sessions", "profile", "ips"} & set(data.KINDS)


@pytest.mark.parametrize("kind", data.KINDS)
def test_any_bytes(kind: str) -> None:
    for junk in (b"\xff\xfe", b"<li" * 1000, b"<li>" * 1000, bytes(range(256))):
        data.encode(data.read(kind, "a.html", "", junk))
