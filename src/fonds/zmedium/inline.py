"""Text with marks, as ZMediumToMarkdown writes it.

The tool opens and closes marks as it walks over the characters, puts a blank on the outside of every
delimiter where none stands, takes white space off their inside, and closes what is open before a line
break to open it again behind. Its own Markdown needs that: ``_`` and ``**`` never stand inside a word.
What it costs (``foo**bar**`` becomes ``foo **bar**``) is part of the format. One pass, linear.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from fonds.model import Mark, RichText
from fonds.zmedium.rules import NEW_WINDOW, Generation

_ALL = re.compile(r"[*_`|\\{}\[\]()#+\-.!]")
_SPECIAL = {"none": re.compile("(?!)"), "all": _ALL, "few": re.compile(r"[\\`*_\[\]]")}
# What v4 escapes at the beginning of a paragraph only: what would begin a heading, quote or list item.
_FEW_FIRST = re.compile(r"[#>\-+]|[0-9]+(?=[.)])")
BLANK = "\t\n\v\f\r \0"
"""What Ruby's ``strip`` takes off, and so the tool from the inside of its delimiters."""
_RANK = {"code": 0, "link": 1, "strong": 2, "em": 2}
_CODE_INSIDE = {"link": 1, "strong": 2, "em": 2, "code": 3}
_DELIMITER = {"strong": "**", "em": "_", "code": "`"}
_LINE_END = re.compile(r"[\n\r]")


def write(rich: RichText, generation: Generation, *, code_inside: bool = False) -> str:
    """``rich`` (with clean marks) as the tool's inline Markdown, line breaks as they are.

    Of marks that begin together code is the outermost, so that the others are lost, except in v0 and with
    ``code_inside``.
    """
    text = rich.text
    escape = _Escape(rich, generation)
    if not rich.marks:
        return escape(text, 0)
    out = _Stream()
    stack: list[Mark] = []
    rank = _CODE_INSIDE if generation.early or code_inside else _RANK
    coming = sorted(rich.marks, key=lambda mark: (mark.start, rank[mark.kind], -mark.end))
    coming.reverse()
    at = 0
    for position in _positions(rich):
        if position > at:
            piece = text[at:position]
            out.text(piece if _in_code(stack) else escape(piece, at))
            at = position
        _end(position, stack, out, generation)
        if text[position : position + 1] == "\n":
            _break_line(stack, out, generation)
            at = position + 1
        while coming and coming[-1].start == position:
            _open(coming.pop(), stack, out)
    if at < len(text):
        out.text(escape(text[at:], at))
    return "".join(out.pieces)


def target(mark: Mark, generation: Generation) -> str:
    """What follows the text of a link: ``](address)``, with kramdown's attributes where they belong.

    Links between own posts (Jekyll: ``../<id>/``) do not open a new window.
    """
    href = mark.href or (f"https://medium.com/u/{mark.user_id}" if mark.user_id else "")
    href = _LINE_END.sub("%0A", href)
    return f"]({href})" + (NEW_WINDOW if generation.new_window and not href.startswith("../") else "")


def _positions(rich: RichText) -> list[int]:
    """Where something opens, closes or breaks, in order."""
    found = {offset for mark in rich.marks for offset in (mark.start, mark.end)}
    found.update(match.start() for match in re.finditer("\n", rich.text))
    return sorted(found)


def _in_code(stack: list[Mark]) -> bool:
    return any(mark.kind == "code" for mark in stack)


def _open(mark: Mark, stack: list[Mark], out: _Stream) -> None:
    """Marks within code are remembered but not written: Markdown has none there."""
    if not _in_code(stack):
        out.open(_DELIMITER.get(mark.kind, "["))
    stack.append(mark)


def _close(stack: list[Mark], out: _Stream, generation: Generation) -> Mark:
    mark = stack.pop()
    if not _in_code(stack):
        out.close(_DELIMITER.get(mark.kind) or target(mark, generation))
    return mark


def _end(position: int, stack: list[Mark], out: _Stream, generation: Generation) -> None:
    """Closes what ends here; what was opened later and goes on is closed and opened again."""
    ending = sum(mark.end == position for mark in stack)
    again: list[Mark] = []
    while ending:
        mark = _close(stack, out, generation)
        if mark.end == position:
            ending -= 1
        else:
            again.append(mark)
    while again:
        _open(again.pop(), stack, out)


def _break_line(stack: list[Mark], out: _Stream, generation: Generation) -> None:
    again: list[Mark] = []
    while stack:
        again.append(_close(stack, out, generation))
    out.text("\n")
    while again:
        _open(again.pop(), stack, out)


class _Stream:
    """Delimiters and text in order, with the tool's blanks between them.

    What lies between two texts is at most what can be open at once.
    """

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self._kinds: list[str] = []  # open, close, text

    def open(self, delimiter: str) -> None:
        self._add("open", delimiter)

    def close(self, delimiter: str) -> None:
        while self._last() == "text":
            left = self.pieces[-1].rstrip(BLANK.replace("\n", ""))
            if left:
                self.pieces[-1] = left
                break
            self._drop()
        if self._last() == "open":
            self._drop()  # nothing was left within
        else:
            self._add("close", delimiter)

    def text(self, text: str) -> None:
        last = self._last()
        if last == "open":
            self._set_off()
            text = text.lstrip(BLANK)
        elif last == "close" and text[0] != " ":
            text = " " + text
        if not text:
            return
        self._add("text", text)  # never joined to the text before it: that would copy it at every line break

    def _set_off(self) -> None:
        """A blank before the delimiters that stand last, unless they begin a line or follow one."""
        begin = len(self._kinds)
        while begin and self._kinds[begin - 1] == "open":
            begin -= 1
        before = next((n for n in reversed(range(begin)) if self._kinds[n] == "text"), None)
        if before is None or self.pieces[before][-1] in " \n":
            return
        if before == begin - 1:
            self.pieces[before] += " "
        else:
            self.pieces.insert(begin, " ")
            self._kinds.insert(begin, "text")

    def _last(self) -> str:
        return self._kinds[-1] if self._kinds else ""

    def _add(self, kind: str, piece: str) -> None:
        self._kinds.append(kind)
        self.pieces.append(piece)

    def _drop(self) -> None:
        self._kinds.pop()
        self.pieces.pop()


class _Escape:
    """Puts backslashes and entities into a piece of one paragraph, as its generation does."""

    def __init__(self, rich: RichText, generation: Generation) -> None:
        self._special = _SPECIAL[generation.escapes]
        self._first = -1
        if generation.escapes == "few":
            found = _FEW_FIRST.match(rich.text)
            if found:
                self._first = found.end() if found[0][0].isdigit() else 0
        self._angles = generation.angles
        if self._angles == "backslash":
            # The tool escapes angles as it walks over marks, and it walks only where there is one (an
            # escape is one).
            marked = rich.marks or self._first >= 0 or self._special.search(rich.text)
            self._angles = "backslash" if marked else "raw"

    def __call__(self, piece: str, start: int) -> str:
        """``piece`` stands at offset ``start`` of its paragraph."""
        first = self._first - start
        if 0 <= first < len(piece):
            return f"{self._plain(piece[:first])}\\{self._plain(piece[first:])}"
        return self._plain(piece)

    def _plain(self, piece: str) -> str:
        piece = self._special.sub(_with_backslash, piece)
        if self._angles == "backslash":
            return piece.replace("<", "\\<").replace(">", "\\>")
        if self._angles == "entity":
            return piece.replace("<", "&lt;").replace(">", "&gt;")
        return piece


def plain(rich: RichText, generation: Generation) -> str:
    """``rich`` without its marks. v0, which escapes nothing else, escapes this."""
    return escape_all(rich.text) if generation.early else write(RichText(rich.text), generation)


def _with_backslash(found: re.Match[str]) -> str:
    return "\\" + found[0]


def escape_all(text: str) -> str:
    """``text`` with a backslash before everything that Markdown may mean something by."""
    return _ALL.sub(_with_backslash, text)


def each_line(text: str) -> Iterator[str]:
    """The lines of ``text`` with their ends, as Ruby's ``each_line`` gives them."""
    start = 0
    while start < len(text):
        end = text.find("\n", start) + 1 or len(text)
        yield text[start:end]
        start = end
