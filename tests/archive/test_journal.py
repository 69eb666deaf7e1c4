"""The journal: lines that can only be added, and a chain that shows any change."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import typing
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fonds.archive import events as e
from fonds.archive import journal, tables
from fonds.archive.journal import Journal, Place
from fonds.errors import DiskError, IntegrityError, UnreadableError

KINDS: tuple[type[msgspec.Struct], ...] = typing.get_args(e.Event)
NUMBERS = st.integers(0, 2**53)
VALUES = {str: st.text(max_size=12), int: NUMBERS, int | None: st.none() | NUMBERS}


def filled(kind: type[msgspec.Struct]) -> st.SearchStrategy[msgspec.Struct]:
    """Any event of a kind."""
    hints = typing.get_type_hints(kind)
    fields = {
        name: VALUES[hints[name]] if hints[name] in VALUES else st.from_type(hints[name])
        for name in kind.__struct_fields__
    }
    return st.builds(kind, **fields)


EVENTS = st.one_of([filled(kind) for kind in KINDS])


@given(found=st.lists(st.tuples(EVENTS, st.integers(0, 2**45)), max_size=8))
def test_what_is_appended_is_read_again(
    tmp_path_factory: pytest.TempPathFactory, found: list[tuple[e.Event, int]]
) -> None:
    path = tmp_path_factory.mktemp("journal") / "journal.jsonl"
    half = len(found) // 2
    for part in (found[:half], found[half:]):
        book = Journal(path, write=True)
        book.append(part)
        end = book.place
        book.close()
    lines = list(journal.read(path))
    assert [(line.event, line.at) for line in lines] == found
    assert [line.n for line in lines] == list(range(1, len(found) + 1))
    if lines:
        assert Place(lines[-1].n, lines[-1].end, lines[-1].sum) == end
    before = journal.START
    for number, raw in enumerate(path.read_bytes().splitlines(keepends=True), 1):
        said = json.loads(raw)
        assert said["n"] == number
        assert list(said)[-1] == "sum"
        body = raw[: raw.rindex(b',"sum"')]
        assert hashlib.sha256(before.encode() + body).hexdigest() == said["sum"]
        before = said["sum"]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_event_has_its_tables_and_its_line_in_the_docs(kind: type[msgspec.Struct]) -> None:
    assert kind in tables._STATEMENTS
    page = (Path(__file__).resolve().parents[2] / "docs" / "archive.md").read_text("utf-8")
    tag = kind.__struct_config__.tag
    (row,) = [line for line in page.split("## Versions")[0].splitlines() if line.startswith(f"| `{tag}` |")]
    missing = [field.name for field in msgspec.structs.fields(kind) if f"`{field.name}`" not in row]
    assert missing == []


def test_every_table_has_its_line_in_the_docs() -> None:
    import re

    page = (Path(__file__).resolve().parents[2] / "docs" / "archive.md").read_text("utf-8")
    named = "".join(line for line in page.split("## The catalog")[1].splitlines() if line.startswith("| `"))
    for table in re.findall(r"CREATE TABLE (\w+)", tables.SCHEMA):
        assert f"`{table}`" in named


def written(path: Path, count: int = 5) -> list[bytes]:
    book = Journal(path, write=True)
    book.append([(e.Known(f"{number:012x}", "list", title="x" * number), number) for number in range(count)])
    book.close()
    return path.read_bytes().splitlines(keepends=True)


def test_it_goes_on_from_any_place(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    written(path)
    lines = list(journal.read(path))
    for at, line in enumerate(lines):
        assert list(journal.read(path, Place(line.n, line.end, line.sum))) == lines[at + 1 :]
        assert list(journal.read(path, end=line.end)) == lines[: at + 1]


CHANGES: dict[str, Callable[[list[bytes]], list[bytes]]] = {
    "a changed letter": lambda lines: [*lines[:2], lines[2].replace(b"list", b"feed"), *lines[3:]],
    "a line taken out": lambda lines: [*lines[:2], *lines[3:]],
    "a line put in": lambda lines: [*lines[:2], lines[1], *lines[2:]],
    "lines exchanged": lambda lines: [*lines[:2], lines[3], lines[2], lines[4]],
    "an empty line": lambda lines: [*lines[:2], b"\n", *lines[2:]],
    "the first line gone": lambda lines: lines[1:],
}


@pytest.mark.parametrize("name", CHANGES)
def test_any_change_is_found_and_its_line_named(tmp_path: Path, name: str) -> None:
    path = tmp_path / "journal.jsonl"
    path.write_bytes(b"".join(CHANGES[name](written(path))))
    with pytest.raises(IntegrityError) as caught:
        list(journal.read(path))
    assert caught.value.where in ("line 3", "line 1")
    assert caught.value.exit_code == 64


def test_a_changed_last_line_is_found_when_it_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    lines = written(path)
    path.write_bytes(b"".join((*lines[:-1], lines[-1].replace(b"list", b"feed"))))
    with pytest.raises(IntegrityError):
        Journal(path, write=True)


def test_an_event_of_a_newer_fonds(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    body = b'{"n":1,"at":5,"do":"teleported"'
    digest = hashlib.sha256(journal.START.encode() + body).hexdigest()
    path.write_bytes(body + f',"sum":"{digest}"}}\n'.encode())
    with pytest.raises(UnreadableError, match="does not know") as caught:
        list(journal.read(path))
    assert caught.value.remedy == "Install the newest fonds."


def test_a_line_longer_than_what_is_read_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    for number in range(3):
        book = Journal(path, write=True)
        book.append([(e.Media(str(number), "x" * 200_000), 0)])
        book.close()
    assert Journal(path).place.n == 3


def test_holds_only_its_own_places(tmp_path: Path) -> None:
    path, other = tmp_path / "journal.jsonl", tmp_path / "other.jsonl"
    written(path)
    written(other, 9)
    book = Journal(path)
    places = [Place(line.n, line.end, line.sum) for line in journal.read(path)]
    assert all(map(book.holds, (Place(), *places)))
    assert not book.holds(Place(2, places[1].end, "0" * 64))
    assert not book.holds(Place(9, 10**6, places[1].sum))
    book.close()


def test_what_could_not_be_written_whole_is_taken_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "journal.jsonl"
    book = Journal(path, write=True)
    book.append([(e.Known("a" * 12, "list"), 1)])
    before = path.read_bytes()
    real = os.write

    def half(handle: int, data: bytes) -> int:
        real(handle, bytes(data)[: len(data) // 2])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", half)
        with pytest.raises(DiskError, match="the disk is full"):
            book.append([(e.Media("m", "x" * 5000), 2)])
    assert path.read_bytes() == before
    book.append([(e.Known("b" * 12, "list"), 3)])
    book.close()
    assert [line.event for line in journal.read(path)] == [
        e.Known("a" * 12, "list"),
        e.Known("b" * 12, "list"),
    ]
