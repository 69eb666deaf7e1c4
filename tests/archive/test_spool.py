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


@pytest.mark.parametrize("objects", [1000, 100, 0])
@pytest.mark.parametrize("memory", [1 << 20, 10, 0])
def test_what_went_in_comes_out(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, memory: int, objects: int
) -> None:
    monkeypatch.setattr(spool, "OBJECTS", objects)
    monkeypatch.setattr(spool, "MEMORY", memory)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    posts = [POST, Post(), Post(id="b"), Post(id="c"), POST]
    with spool.Spool() as kept:
        numbers = [kept.put(post if at % 2 else spool.encode(post), 60) for at, post in enumerate(posts)]
        assert [kept.take(number) for number in reversed(numbers)] == posts[::-1]
        assert kept.take(kept.put(Post(id="more"), 60)).id == "more"
        assert [spool.decode(kept.raw(number)) for number in numbers] == posts
    assert list(tmp_path.iterdir()) == []


def test_a_full_temporary_folder_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(**_options: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(spool, "OBJECTS", 0)
    monkeypatch.setattr(spool, "MEMORY", 0)
    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    with spool.Spool() as kept, pytest.raises(DiskError, match="the disk is full"):
        kept.put(POST, 1)
