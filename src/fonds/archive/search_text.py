"""The text of a post that can be searched, and what of it is shown of a hit. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

import msgspec

from fonds.archive.search_query import Matcher
from fonds.model import TEXT_BLOCKS, Block, Code, Embed, Image, ImageRow, LinkCard, Post, Section, lead_blocks

Field = Literal["title", "subtitle", "text", "code", "captions", "embeds"]
FIELDS: tuple[Field, ...] = ("title", "subtitle", "text", "code", "captions", "embeds")

WIDTH = 160
"""Characters of a snippet."""
_SNIPPETS = 2
_PIECES = 12
_MARKS = 200
"""Of a text of megabytes, no more are compared."""
_SPACE = re.compile(r"\s+")


class Piece(NamedTuple):
    """A text that stands by itself: phrases do not go on from one into the next."""

    field: Field
    text: str


class Snippet(msgspec.Struct, frozen=True):
    """A part of a post's text. ``marks`` are the ranges in ``text`` (code points) that were looked for;
    ``cut``: whether text was left out before and behind it."""

    field: Field
    text: str
    marks: tuple[tuple[int, int], ...] = ()
    cut: tuple[bool, bool] = (False, False)


def pieces(post: Post) -> Iterator[Piece]:
    """Everything of ``post`` that can be searched, in its order; title and subtitle once."""
    yield from _some("title", post.title)
    yield from _some("subtitle", post.subtitle or post.description)
    lead = lead_blocks(post)
    for number, block in enumerate(post.blocks):
        if number not in lead:
            yield from _block(block)


def _some(field: Field, *texts: str) -> Iterator[Piece]:
    return (Piece(field, text) for text in texts if text)


def _block(block: Block) -> Iterator[Piece]:
    if isinstance(block, Code):
        yield from _some("code", block.content.text)
    elif isinstance(block, TEXT_BLOCKS) or not isinstance(block, (Section, Image, ImageRow, Embed, LinkCard)):
        yield from _some("text", block.content.text)
    elif isinstance(block, Image):
        yield from _some("captions", block.caption.text, block.alt, block.title)
    elif isinstance(block, ImageRow):
        for image in block.images:
            yield from _block(image)
    elif isinstance(block, Section):
        if block.cover is not None:
            yield from _block(block.cover)
    elif isinstance(block, LinkCard):
        told = (block.title, block.description, block.host)
        yield from _some("embeds", *(told if any(told) else (block.content.text,)))
    else:
        yield from _some("embeds", block.title, block.author, block.content.text)
        yield from _some("captions", block.caption.text)
        for file in block.files:
            yield from _some("code", file.name, file.text)


def snippets(found: Iterable[Piece], matcher: Matcher) -> tuple[Snippet, ...]:
    """The parts of a post in which the most of what was looked for stands together, in their order; its
    beginning when nothing does.

    Looks no further than it must: at most at _PIECES pieces, and not behind two that have everything.
    """
    shown = _once(piece for piece in found if piece.field != "title")
    best: list[tuple[int, int, Snippet]] = []
    for number, piece in enumerate(shown):
        if len(best) >= _PIECES or sum(count >= matcher.groups for count, _, _ in best) >= _SNIPPETS:
            break
        if matcher.may_mark(piece.text) and (marks := list(matcher.marks(piece.text))):
            best.append(_window(piece, marks, number))
    if not best:
        text = shown[0].text if shown else ""
        return (_snippet(shown[0].field, text, _trim(text, 0, WIDTH), []),) if shown else ()
    ranked = sorted(best, key=lambda one: (-one[0], one[1]))[:_SNIPPETS]
    return tuple(snippet for _, _, snippet in sorted(ranked, key=lambda one: one[1]))


def _once(found: Iterable[Piece]) -> list[Piece]:
    """Pieces without those that another begins with: a description is often the first paragraph, cut."""
    listed = list(found)
    texts = [piece.text for piece in listed[1:_PIECES]]
    first = listed[0].text.rstrip("…. ") if listed else ""
    return listed[1:] if first and any(text.startswith(first) for text in texts) else listed


def whole(field: Field, text: str, matcher: Matcher) -> Snippet:
    """A text that is shown as it is, with its marks (a title)."""
    return _snippet(field, text, (0, len(text)), list(matcher.marks(text)))


def _window(piece: Piece, marks: list[tuple[int, int]], number: int) -> tuple[int, int, Snippet]:
    """How many different words the best part of a piece has, the piece's ``number``, and that part."""
    best, chosen = 0, 0
    for at, (start, _) in enumerate(marks[:_MARKS]):
        inside = [mark for mark in marks[at : at + 32] if mark[1] <= start + WIDTH * 3 // 4]
        count = len({piece.text[begin:end].casefold() for begin, end in inside})
        if count > best:
            best, chosen = count, at
    start = marks[chosen][0] - WIDTH // 4
    return best, number, _snippet(piece.field, piece.text, _trim(piece.text, start, start + WIDTH), marks)


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    """A range moved to the ends of words, where there are any nearby; inside ``text``."""
    start = max(start, 0)
    end = min(max(end, start), len(text))
    if start and (found := _SPACE.search(text, start, min(start + 24, end))):
        start = found.end()
    if (
        end < len(text)
        and (space := max(text.rfind(" ", end - 24, end), text.rfind("\n", end - 24, end))) > start
    ):
        end = space
    return start, end


def _snippet(field: Field, text: str, cut: tuple[int, int], marks: list[tuple[int, int]]) -> Snippet:
    """``text`` in the range ``cut``, its white space made single blanks, and its marks moved along."""
    start, end = cut
    parts: list[str] = []
    moved: list[tuple[int, int]] = []
    length, place = 0, start
    for begin, stop in [*((max(mark[0], start), min(mark[1], end)) for mark in marks), (end, end)]:
        if begin > end or stop < begin:
            continue
        before = _SPACE.sub(" ", text[place:begin])
        if before.startswith(" ") and (not parts or parts[-1].endswith(" ")):
            before = before[1:]
        marked = _SPACE.sub(" ", text[begin:stop])
        parts += [part for part in (before, marked) if part]
        length += len(before)
        if marked:
            moved.append((length, length + len(marked)))
        length += len(marked)
        place = stop
    return Snippet(field, "".join(parts).rstrip(), tuple(moved), (start > 0, end < len(text)))
