"""The body of a file by ZMediumToMarkdown: lines → blocks, and what its rules do not explain.

The tool sets blank lines by rule (``fonds.zmedium.rules.blank_lines``), so more of them than the rule
gives are empty paragraphs, and any other number is a trace of another hand. Such traces are kept as
small as they can be, so that the file can be written again as it was. Lines are read once, in order.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from fonds.model import Block, Code, Heading, ListItem, Note, Paragraph, Quote, RichText
from fonds.sources import zmedium_inline, zmedium_media
from fonds.sources.zmedium_media import Found
from fonds.zmedium.rules import Generation, Kind, blank_lines

_HEADING = re.compile(r"(#{1,4}) (.*)")
_NUMBER = re.compile(r"(\d{1,9})\. (.*)")
_FENCE = re.compile(r"```([^`]*)")
_EMPTY_PARAGRAPH = Paragraph()
_MOST_EMPTY = 32
"""Empty paragraphs in a row that are believed; more blank lines than that are only counted."""


class Body(NamedTuple):
    """Blocks, and in ``traces`` what the rules do not explain: name → number of the block → what.

    ``blank_lines`` before it; its ``number`` in a list; ``edits`` of its inline text; ``code_inside`` other
    marks of the same extent; ``quote``: a line without the blank at its end; ``alt``: a description that is
    no caption; ``plain_alt``: one that is the caption without its marks; ``path``: where a picture lies, when
    not with the others; ``address`` of an embed that the model has in another form; ``fence``: one that is
    "open" to the end, or that holds only one "blank" line.
    """

    blocks: tuple[Block, ...]
    traces: dict[str, dict[int, str]]
    notes: tuple[Note, ...]
    apart: bool
    """Whether the blank lines tell block quotes from pull quotes, as ``Generation.apart`` means it."""


def read(lines: Sequence[str], generation: Generation, folder: str, above: Kind) -> Body:
    """The blocks in ``lines``, which have no line ends, and neither front matter nor the tool's last
    line among them. ``folder`` is where the pictures lie (``assets/1c77ce714985``), ``above`` what stands
    above the lines. Never raises."""
    reader = _Reader(lines, generation, folder)
    found: list[Found] = []
    gaps: list[int] = []
    at = blank = 0
    while at < len(lines):
        if lines[at]:
            gaps.append(blank)
            found.append(reader.block(at))
            at, blank = found[-1].end, 0
        else:
            at += 1
            blank += 1
    gaps.append(blank)
    if not generation.apart and _quotes_apart(found, gaps, generation):
        generation = generation._replace(apart=True)
    end = Found(_EMPTY_PARAGRAPH, "end", 0)
    return _body([*_tell_quotes(found, gaps, generation), end], gaps, above, generation)


def _body(found: list[Found], gaps: list[int], above: Kind, generation: Generation) -> Body:
    blocks: list[Block] = []
    traces: dict[str, dict[int, str]] = {}
    notes: list[Note] = []
    before = above
    for one, gap in zip(found, gaps, strict=True):
        empty = _empty_paragraphs(before, one.kind, gap, generation)
        if empty is None:
            traces.setdefault("blank_lines", {})[len(blocks)] = str(gap)
        else:
            blocks += [_EMPTY_PARAGRAPH] * empty
        if one.kind == "end":
            break
        for name, value in one.traces:
            traces.setdefault(name, {})[len(blocks)] = value
        notes += [Note(note.code, note.message, str(len(blocks))) for note in one.notes]
        blocks.append(one.block)
        before = one.kind
    return Body(tuple(blocks), traces, tuple(notes), generation.apart)


def _empty_paragraphs(before: Kind, after: Kind, gap: int, generation: Generation) -> int | None:
    """How many empty paragraphs explain ``gap`` blank lines; None when no number does."""
    if gap == blank_lines(before, after, generation):
        return 0
    least = blank_lines(before, "empty", generation) + blank_lines("empty", after, generation)
    count = gap - least + 1
    return count if 0 < count <= _MOST_EMPTY else None


def _quotes_apart(found: list[Found], gaps: list[int], generation: Generation) -> bool:
    """Whether some quote has the blank line behind it that only block quotes have."""
    apart = generation._replace(apart=True)
    return any(
        one.kind == "quote"
        and gap == blank_lines("quote", after.kind, apart) > blank_lines("pull", after.kind, apart)
        for one, after, gap in zip(found, found[1:], gaps[1:], strict=False)
    )


def _tell_quotes(found: list[Found], gaps: list[int], generation: Generation) -> list[Found]:
    """The quotes among ``found`` as block or pull quotes, told by the blank lines around them: from the
    last to the first, since behind a quote it matters which kind the next one is."""
    told = list(found)
    after: Kind = "end"
    for index in reversed(range(len(found))):
        one = found[index]
        if one.kind == "quote" and isinstance(one.block, Quote):
            before = found[index - 1].kind if index else "top"
            above = blank_lines(before, "pull", generation) if before == "quote" else -1
            below = blank_lines("pull", after, generation)
            if below == blank_lines("quote", after, generation):
                pull = gaps[index] == above > blank_lines(before, "quote", generation)
            else:
                pull = gaps[index + 1] == below
            if pull:
                one = one._replace(block=Quote(content=one.block.content, pull=True), kind="pull")
                told[index] = one
        after = one.kind
    return told


class _Text(NamedTuple):
    content: RichText
    end: int
    traces: tuple[tuple[str, str], ...] = ()
    notes: tuple[Note, ...] = ()


class _Reader:
    def __init__(self, lines: Sequence[str], generation: Generation, folder: str) -> None:
        self._lines = lines
        self._generation = generation
        self._folder = folder
        self._number = 0

    def block(self, at: int) -> Found:
        """The block that begins in line ``at``, which is not blank."""
        line = self._lines[at]
        number, self._number = self._number, 0
        if line[0] in "![<■":
            media = zmedium_media.read(self._lines, at, self._generation, self._folder)
            if media is not None:
                return media
        elif line.startswith("```") and (fence := _FENCE.fullmatch(line)):
            return self._code(at, fence[1])
        elif heading := _HEADING.match(line):
            text = self._text(at, heading[2])
            return _found(Heading(level=len(heading[1]), content=text.content), "heading", text)
        elif line.startswith("- "):
            text = self._text(at, line[2:])
            return _found(ListItem(content=text.content), "bullet", text)
        elif item := _NUMBER.match(line):
            return self._item(at, item[1], item[2], number)
        elif line.startswith("> "):
            return self._quote(at)
        text = self._text(at, line)
        if line.startswith(("![", "[![")):
            note = Note("W131", "a picture that ZMediumToMarkdown does not write: kept as text")
            text = text._replace(notes=(*text.notes, note))
        block = zmedium_media.card(text.content) or Paragraph(content=text.content)
        return _found(block, "paragraph", text)

    def _item(self, at: int, number: str, first: str, before: int) -> Found:
        text = self._text(at, first, int(number))
        if number != str(before + 1):
            text = text._replace(traces=(*text.traces, ("number", number)))
        # The tool counts for itself, whatever number a hand has set.
        self._number = before + 1
        return _found(ListItem(content=text.content, ordered=True), "number", text)

    def _text(self, at: int, first: str, number: int = 0) -> _Text:
        """The text that begins with ``first`` and goes on in the lines behind ``at``, up to a blank one or
        one that begins a block. ``number`` is that of the list item that the text is."""
        end = at + 1
        while end < len(self._lines) and self._lines[end] and not self._begins(self._lines[end], number):
            end += 1
        raw = first if end == at + 1 else "\n".join((first, *self._lines[at + 1 : end]))
        return self._inline(raw, end)

    def _begins(self, line: str, number: int) -> bool:
        """Whether ``line`` begins a block though no blank line stands before it. Where the tool escapes
        everything only its own marks can; else the rules are CommonMark's."""
        first = line[0]
        if first in "#-`![<":
            starts = ("```", "- ", "![", "[![", '<iframe class="embed-')
            return line.startswith(starts) or _HEADING.match(line) is not None
        if first.isdigit():
            item = _NUMBER.match(line)
            return item is not None and int(item[1]) in (1, number + 1)
        return first == ">" and self._generation.early and line.startswith("> ")

    def _inline(self, raw: str, end: int) -> _Text:
        content = zmedium_inline.read(raw, self._generation)
        return _Text(content, end, *zmedium_inline.check(raw, content, self._generation))

    def _quote(self, at: int) -> Found:
        """``> line `` and two line ends; a line of one blank between the lines of one quote. In v0 only
        the first line has its ``>``."""
        if self._generation.early:
            text = self._text(at, self._lines[at][2:])
            return _found(Quote(content=text.content), "early quote", text)
        lines = self._lines
        parts = []
        end = at
        while True:
            parts.append(lines[end][2:])
            end += 1
            if end == len(lines) or lines[end] != " ":
                break
            end += 1
            if end + 1 >= len(lines) or lines[end] or not lines[end + 1].startswith("> "):
                parts.append(" ")  # the text ends with a line break
                break
            end += 1
        traces: tuple[tuple[str, str], ...] = ()
        if parts[-1].endswith(" "):
            parts[-1] = parts[-1][:-1]
        else:
            traces = (("quote", ""),)
        text = self._inline("\n".join(parts), end)
        return _found(Quote(content=text.content), "quote", text._replace(traces=(*text.traces, *traces)))

    def _code(self, at: int, lang: str) -> Found:
        lines = self._lines
        try:
            close, fence = lines.index("```", at + 1), ""
        except ValueError:
            close, fence = len(lines), "open"
            while not lines[close - 1]:
                close -= 1
        content = RichText("\n".join(lines[at + 1 : close]))
        if not content and close > at + 1:
            fence = "blank"
        end = close if fence == "open" else close + 1
        traces = (("fence", fence),) if fence else ()
        return Found(Code(content=content, lang=lang), "code", end, traces)


def _found(block: Block, kind: Kind, text: _Text) -> Found:
    return Found(block, kind, text.end, text.traces, text.notes)
