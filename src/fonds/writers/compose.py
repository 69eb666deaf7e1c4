"""Blocks whose marks nest, touch or cross, or whose text needs escapes, piece by piece."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from fonds.model import Mark, RichText
from fonds.richtext import Span, tree
from fonds.writers.escape import Around, does_flank, escape, is_harmless, starts_plainly, with_breaks
from fonds.writers.spans import code_span, code_tag, is_bare, link_end

Resolve = Callable[[str], str | None]

_TEXT, _RAW, _OPEN, _CLOSE = range(4)


class _Piece(msgspec.Struct, gc=False):
    """Literal text, raw output, or one end of an emphasis. ``mate`` is its other end, ``outer`` the
    beginning of the emphasis around it, by index, ``form`` its delimiter ("" for a tag), ``code`` what a code span holds."""

    kind: int
    text: str
    outer: int = -1
    in_link: bool = False
    code: str = ""
    mate: int = -1
    form: str = ""
    strong: bool = False

    def tag(self) -> str:
        """The HTML tag that stands in for a delimiter."""
        name = "strong" if self.strong else "em"
        return f"</{name}>" if self.kind == _CLOSE else f"<{name}>"


class Composer:
    """One block with marks → its inlines."""

    def __init__(self, rich: RichText, resolve: Resolve, line_break: str, *, line_start: bool) -> None:
        self.text = rich.text
        self.resolve = resolve
        self.line_break = line_break
        self.line_start = line_start
        self.pieces: list[_Piece] = []
        self.hints: _Hints | None = None
        self._flatten(tree(rich), -1, in_link=False)

    def compose(self) -> str:
        """The inlines as CommonMark."""
        pieces = self.pieces
        for index, piece in enumerate(pieces):
            if piece.kind == _OPEN:
                piece.form = pieces[piece.mate].form = self._form(index, piece)
        calm = _is_calm(self.text)
        final = len(pieces) - 1
        out: list[str] = []
        opened, first_line = False, True
        for index, piece in enumerate(pieces):
            text = piece.text
            if piece.kind == _RAW:
                out.append(text)
            elif piece.kind != _TEXT:
                out.append(piece.form or piece.tag())
            elif calm and 0 < index < final and text[-1] != "!" and text[0] != "^" and "\n" not in text:
                out.append(text)  # only the edges of such text need a look, and what links make of them
            else:
                out.append(self._literal(index, piece, opened=opened, first_line=first_line))
                opened = opened or "[" in text
                first_line = first_line and "\n" not in text
        return "".join(out)

    @property
    def begins_with_link(self) -> bool:
        return self.pieces[0].kind == _RAW and self.pieces[0].text == "["

    def with_code_tags(self) -> str:
        """The inlines with code as ``<code>`` (``code_tag``)."""
        for piece in self.pieces:
            if piece.code:
                piece.text = code_tag(piece.code)
        return self.compose()

    def _flatten(self, nodes: tuple[Span | str, ...], outer: int, *, in_link: bool) -> None:
        pieces = self.pieces
        for node in nodes:
            if isinstance(node, str):
                pieces.append(_Piece(_TEXT, node, -1, in_link))
                continue
            mark = node.mark
            if mark.kind == "code":
                code = "".join(_leaves(node))
                pieces.append(_Piece(_RAW, code_span(code), code=code))
            elif mark.kind == "link":
                self._link(node, mark, outer)
            else:
                opening = len(pieces)
                begin = _Piece(_OPEN, "*", outer)
                pieces.append(begin)
                self._flatten(node.children, opening, in_link=in_link)
                end = _Piece(_CLOSE, "*")
                begin.strong = end.strong = mark.kind == "strong"
                begin.mate, end.mate = len(pieces), opening
                pieces.append(end)

    def _link(self, node: Span, mark: Mark, outer: int) -> None:
        href = self.resolve(mark.href) or mark.href
        if len(node.children) == 1 and is_bare(node.children[0], href, mark.title):
            self.pieces.append(_Piece(_RAW, f"<{href}>"))
            return
        self.pieces.append(_Piece(_RAW, "["))
        self._flatten(node.children, outer, in_link=True)
        self.pieces.append(_Piece(_RAW, link_end(href, mark.title)))

    def _last(self, index: int) -> str:
        """The last character of a piece's output, as far as flanking asks."""
        char = self.pieces[index].text[-1] if index >= 0 else "\n"
        return self.line_break[-1] if char == "\n" and index >= 0 else char

    def _first(self, index: int) -> str:
        if index >= len(self.pieces):
            return "\n"
        char = self.pieces[index].text[0]
        return self.line_break[0] if char == "\n" else char

    def _form(self, index: int, piece: _Piece) -> str:
        """The delimiter of an emphasis, or "" where only a tag is read alike everywhere."""
        pieces, mate = self.pieces, piece.mate
        before, after = self._last(index - 1), self._first(mate + 1)
        touching = (
            pieces[index + 1].kind >= _OPEN
            or pieces[mate - 1].kind >= _OPEN
            or (index > 0 and pieces[index - 1].kind >= _OPEN)
            or (mate + 1 < len(pieces) and pieces[mate + 1].kind >= _OPEN)
        )
        # Emphasis that touches another delimiter takes the other character: runs never merge.
        char = "_" if touching and not piece.strong else "*"
        opening = does_flank(before, self._first(index + 1), char)
        closing = does_flank(self._last(mate - 1), after, char)
        if not (opening.opens and closing.closes):
            return ""
        if opening.closes or closing.opens:
            outer = piece.outer
            while outer >= 0:
                if self.pieces[outer].form[:1] == char:
                    return ""
                outer = self.pieces[outer].outer
            if char == "_" and not (before in "\n *" and after in "\n *"):
                return ""
        return "**" if piece.strong else char

    def _literal(self, index: int, piece: _Piece, *, opened: bool, first_line: bool) -> str:
        """A stretch of text. ``opened``: a stretch before it has an opening bracket."""
        text = piece.text
        after = self._first(index + 1)
        starts, ends = index == 0, index == len(self.pieces) - 1
        escaped = None
        if (
            not (starts and not starts_plainly(text.partition("\n")[0]))
            and not (ends and text[-1].isspace())
            and is_harmless(text)
            and not ("[" in text or "]" in text)
        ):
            escaped = with_breaks(text, self.line_break)
        if escaped is not None:
            escaped = escaped[:-1] + "\\!" if text[-1] == "!" and after == "[" else escaped
        else:
            hints = self.hints = self.hints or _Hints(self.pieces)
            around = Around(
                before=self._last(index - 1),
                after=after,
                starts=starts,
                ends=ends,
                line_start=self.line_start and starts,
                first_line=first_line,
                stars=hints.stars,
                underscores=hints.underscores,
                tildes=hints.tildes,
                ticks=hints.ticks,
                in_link=index in hints.unbalanced,
                opened=opened,
                link_follows=after == "[",
                line_break=self.line_break,
            )
            escaped = escape(text, around)
        if piece.in_link and text[0] == "^" and self.pieces[index - 1].text == "[":
            return "\\" + escaped  # GFM would read a footnote's name
        return escaped


class _Hints:
    """What a stretch of text must know of the others in its block, from its pieces, whose forms are chosen."""

    def __init__(self, pieces: list[_Piece]) -> None:
        literal = [piece.text for piece in pieces if piece.kind == _TEXT]
        forms = {piece.form[:1] for piece in pieces if piece.kind == _OPEN}
        self.stars = "*" in forms or _scattered("*", literal)
        self.underscores = "_" in forms or _scattered("_", literal)
        self.tildes = _scattered("~", literal)
        self.ticks = _scattered("`", literal) or any(
            piece.kind == _RAW and piece.text[0] == "`" for piece in pieces
        )
        self.unbalanced = _unbalanced_links(pieces)


def _is_calm(text: str) -> bool:
    """Whether nothing in a text but its line breaks means anything, in a link's text neither, however it
    is cut into stretches."""
    return is_harmless(text) and not ("[" in text or "]" in text or "_" in text)


def _leaves(span: Span) -> list[str]:
    return [child if isinstance(child, str) else "".join(_leaves(child)) for child in span.children]


def _scattered(char: str, stretches: list[str]) -> bool:
    """Whether a delimiter stands in several stretches of text, where one cannot see the others' runs."""
    found = False
    for text in stretches:
        if char in text:
            if found:
                return True
            found = True
    return False


def _unbalanced_links(pieces: list[_Piece]) -> frozenset[int]:
    """Text pieces inside links whose square brackets do not balance: there each one is escaped."""
    result: set[int] = set()
    inside: list[int] = []
    for index, piece in enumerate(pieces):
        if piece.kind == _TEXT and piece.in_link:
            inside.append(index)
        elif piece.kind == _RAW and inside and piece.text.startswith("]("):
            text = "".join(pieces[at].text for at in inside)
            if ("[" in text or "]" in text) and not brackets_balance(text):
                result.update(inside)
            inside = []
    return frozenset(result)


def brackets_balance(text: str) -> bool:
    """Whether square brackets in a link's text may stay as they are (6.3)."""
    if "](" in text:
        return False
    depth = 0
    for char in text:
        depth += (char == "[") - (char == "]")
        if depth < 0:
            return False
    return depth == 0
