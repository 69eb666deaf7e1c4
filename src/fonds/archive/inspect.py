"""What is in there: forms, posts, blocks, marks, embeds, notes. Reads, and writes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TypeAlias

import msgspec

from fonds.archive import intake, naming, parse
from fonds.archive.summary import Failure, Warnings, note_down
from fonds.errors import UnreadableError
from fonds.model import Embed, Image, ImageRow, Other, Post, Section

Found: TypeAlias = Post | Other | Failure

TITLES = 50
"""Posts that a census lists by name."""


class Title(msgspec.Struct, frozen=True):
    """One line about a post."""

    date: str
    id: str
    kind: str
    form: str
    title: str
    origin: str


class Census(msgspec.Struct, kw_only=True):
    """Counts over inputs. ``forms`` counts posts by form, ``embeds`` by provider (or kind)."""

    forms: dict[str, int] = {}
    kinds: dict[str, int] = {}
    blocks: dict[str, int] = {}
    marks: dict[str, int] = {}
    embeds: dict[str, int] = {}
    notes: dict[str, Warnings] = {}
    others: dict[str, int] = {}
    titles: list[Title] = []
    failures: list[Failure] = []

    @property
    def exit_code(self) -> int:
        code = 0
        for failed in self.failures:
            code |= failed.exit_code
        return code | 4 if code & 32 and self.forms else code

    def add(self, found: Found) -> None:
        if isinstance(found, Failure):
            self.failures.append(found)
        elif isinstance(found, Other):
            _more(self.others, found.kind)
        else:
            self._post(found)

    def _post(self, post: Post) -> None:
        form = post.source.form
        folder = naming.folder(post)
        _more(self.forms, form)
        _more(self.kinds, folder)
        for note in post.notes:
            note_down(self.notes, note, post.source.origin)
        for block in post.blocks:
            _more(self.blocks, str(block.__struct_config__.tag))
            if isinstance(block, Embed):
                _more(self.embeds, block.provider or block.kind)
            if not isinstance(block, (Section, ImageRow)):
                rich = block.caption if isinstance(block, Image) else block.content
                for mark in rich.marks:
                    _more(self.marks, "mention" if mark.user_id else mark.kind)
        if len(self.titles) < TITLES:
            day = naming.date(post.first_published_at or post.created_at)
            title = Title(day, post.id, folder.removesuffix("s"), form, post.title, post.source.origin)
            self.titles.append(title)


def _more(counts: dict[str, int], key: str) -> None:
    counts[key] = counts.get(key, 0) + 1


def look(
    inputs: Iterable[str | Path],
    *,
    max_size: int = intake.MAX_SIZE,
    stop: Callable[[], bool] = lambda: False,
) -> Iterator[Found]:
    """Every post, other thing and failure in ``inputs``, in order, one at a time."""
    for thing in intake.items(inputs, limit=max_size, stop=stop):
        if stop():
            return
        if isinstance(thing, intake.Item):
            yield from parse.posts(thing, max_size)
        else:
            yield thing


def read(path: str | Path, *, strict: bool = True) -> Iterator[Post]:
    """The posts in ``path``. Raises ``UnreadableError`` at what cannot be read, unless not ``strict``."""
    for found in look([path]):
        if isinstance(found, Post):
            yield found
        elif strict and isinstance(found, Failure):
            raise UnreadableError(found.reason, origin=found.origin, where=found.where, remedy=found.remedy)
