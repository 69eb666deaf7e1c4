"""Posts between the passes: the same ones come out, from memory and from disk."""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path

import pytest

from fonds.archive import spool
from fonds.errors import DiskError
from fonds.model import Image, ImageRow, Mark, Note, Paragraph, Person, Post, RichText, Source

POST = Post(
    id="0123456789ab",
    title="قاربان",
    author=Person(name="Ana"),
    blocks=(
        Paragraph(content=RichText("two 🚤", (Mark("link", 0, 3, "https://example.org"),))),
        ImageRow(images=(Image(id="1*a.png", focus_x=50.0),)),
    ),
    source=Source("zmedium", "a.md", {"ends": "crlf"}),
    notes=(Note("W103", "the text is null", "a1b2"),),
)


@pytest.mark.parametrize("memory", [1 << 20, 10, 0])
def test_what_went_in_comes_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, memory: int) -> None:
    monkeypatch.setattr(spool, "MEMORY", memory)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    pieces = [spool.encode(POST), b"", b"x" * 50, spool.encode(Post())]
    with spool.Spool() as kept:
        places = [(kept.append(piece), len(piece)) for piece in pieces]
        assert [kept.read(*place) for place in reversed(places)] == pieces[::-1]
        places.append((kept.append(b"more"), 4))
        assert kept.read(*places[-1]) == b"more"
        assert spool.decode(kept.read(*places[0])) == POST
    assert list(tmp_path.iterdir()) == []


def test_a_full_temporary_folder_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(**_options: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(spool, "MEMORY", 0)
    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    with spool.Spool() as kept, pytest.raises(DiskError, match="the disk is full"):
        kept.append(b"x")
