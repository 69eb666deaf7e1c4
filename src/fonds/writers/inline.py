"""Text with marks as CommonMark inlines: exactly the author's characters.

A mark becomes a delimiter where the flanking rules (6.2) carry it in every version of the spec, and a
tag (``<strong>``, ``<em>``) where they do not: inside a word that punctuation ends, in most Chinese
and Japanese spans that end in punctuation, where delimiters of one character would touch or nest
ambiguously. Nothing is moved, and no space inserted.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import quote

from fonds.model import Mark, RichText
from fonds.richtext import Span, tree
from fonds.writers.escape import Around, does_flank, escape, is_entity, is_harmless, starts_plainly

Resolve = Callable[[str], str | None]

_DEFINITION = re.compile(r"\[(?:[^\[\]\\]|\\.)*\]:")  # of a link reference, with marks in its label (4.7)
_TICKS = re.compile("`+")
_SCHEME = re.compile(r"https?://[^\s<>\x00-\x20\x7f&\\]+\Z")
_UNSAFE_IN_ADDRESS = re.compile(r"[\x00-\x20\x7f\xa0\s]")
_AWKWARD = re.compile(r"[()\\<>&]")


class _Piece(NamedTuple):
    """``kind``: T literal text, R raw output, O and C the beginning and end of an emphasis."""

    kind: str
    text: str
    mark: Mark | None = None
    mate: int = -1
    outer: int = -1
    in_link: bool = False


def inline(
    rich: RichText,
    resolve: Resolve,
    *,
    line_break: str = "\\\n",
    line_start: bool = True,
    anchor: str = "",
) -> str:
    """One block's inlines. ``line_break`` is written for ``\\n``; ``line_start`` says that the text
    stands where a block could start (not so in a heading); ``anchor`` is put before everything."""
    if not anchor:
        simple = _simple(rich, resolve, line_start)
        if simple is not None:
            return simple
    if not rich.marks:
        if anchor:
            around = Around(before=">", starts=True, line_start=False, line_break=line_break)
            return anchor + escape(rich.text, around)
        if line_start:
            return escape(rich.text)
        return escape(rich.text, Around(line_start=False, line_break=line_break))
    pieces = _flatten(tree(rich), resolve)
    forms = _choose(pieces, line_break)
    text = _assemble(pieces, forms, line_break, line_start and not anchor, anchor)
    if line_start and not anchor and _DEFINITION.match(text):
        return "\\" + text
    return anchor + text


def _simple(rich: RichText, resolve: Resolve, line_start: bool) -> str | None:
    """The common block at once: nothing to escape, marks that neither touch nor nest. None otherwise."""
    text = rich.text
    if not is_harmless(text) or text[-1:].isspace() or text[:1].isspace():
        return None
    marks = rich.marks
    broken = "\n" in text
    if broken and not (line_start and all(map(starts_plainly, text.split("\n")))):
        return None
    if not marks:
        if line_start and not starts_plainly(text):
            return None
        return text.replace("\n", "\\\n") if broken else text
    if "](" in text or (line_start and marks[0].start and not starts_plainly(text)):
        return None
    out: list[str] = []
    at = 0
    length = len(text)
    for mark in marks:
        start, end = mark.start, mark.end
        if start < at or (start == at and at):  # nested, crossing or touching
            return None
        if start > at:
            out.append(text[at:start])
        inner = text[start:end]
        at = end
        if mark.kind == "link":
            href = resolve(mark.href) or mark.href
            if inner == href and not mark.title and _SCHEME.match(href):
                out.append(f"<{href}>")
            elif inner[0] == "^" or "]" in inner or text[start - 1 : start] == "!":
                return None
            else:
                out.append(f"[{inner}]({destination(href)}{_title(mark.title)})")
        elif mark.kind == "code":
            out.append(code_span(inner))
        else:
            before = text[start - 1] if start else "\n"
            after = text[end] if end < length else "\n"
            if after == "\n" and broken:
                after = "\\"  # what stands before the line break
            opening = does_flank(before, inner[0], "*")
            closing = does_flank(inner[-1], after, "*")
            if not (opening.opens and closing.closes):
                return None
            delimiter = "**" if mark.kind == "strong" else "*"
            out.append(f"{delimiter}{inner}{delimiter}")
    if at < length:
        out.append(text[at:])
    result = "".join(out)
    return result.replace("\n", "\\\n") if broken else result


def _flatten(nodes: tuple[Span | str, ...], resolve: Resolve) -> list[_Piece]:
    pieces: list[_Piece] = []
    _append(nodes, resolve, pieces, -1, False)
    return pieces


def _append(
    nodes: tuple[Span | str, ...], resolve: Resolve, pieces: list[_Piece], outer: int, in_link: bool
) -> None:
    for node in nodes:
        if isinstance(node, str):
            pieces.append(_Piece("T", node, in_link=in_link))
            continue
        mark = node.mark
        if mark.kind == "code":
            pieces.append(_Piece("R", code_span("".join(_leaves(node)))))
        elif mark.kind == "link":
            address = resolve(mark.href) or mark.href
            if _is_bare(node, address, mark):
                pieces.append(_Piece("R", f"<{address}>"))
                continue
            pieces.append(_Piece("R", "["))
            _append(node.children, resolve, pieces, outer, True)
            pieces.append(_Piece("R", f"]({destination(address)}{_title(mark.title)})"))
        else:
            opening = len(pieces)
            pieces.append(_Piece("O", "", mark, outer=outer))
            _append(node.children, resolve, pieces, opening, in_link)
            pieces[opening] = pieces[opening]._replace(mate=len(pieces))
            pieces.append(_Piece("C", "", mark, mate=opening))


def _leaves(span: Span) -> list[str]:
    return [child if isinstance(child, str) else "".join(_leaves(child)) for child in span.children]


def _is_bare(node: Span, address: str, mark: Mark) -> bool:
    return (
        len(node.children) == 1
        and node.children[0] == address
        and not mark.title
        and _SCHEME.match(address) is not None
    )


def code_span(text: str) -> str:
    """Inline code (6.1): a fence longer than any run inside, padded where spaces or ticks touch it."""
    fence = "`"
    if "`" in text:
        runs = {len(run) for run in _TICKS.findall(text)}
        while len(fence) in runs:
            fence += "`"
    edge = text[0] == "`" or text[-1] == "`"
    spaces = text[0] == " " and text[-1] == " " and text.strip(" ") != ""
    return f"{fence} {text} {fence}" if edge or spaces else f"{fence}{text}{fence}"


def address(href: str) -> str:
    """The address as it stands in the Markdown: white space and controls percent-encoded (RFC 3986)."""
    return _UNSAFE_IN_ADDRESS.sub(lambda match: quote(match[0]), href)


def destination(href: str) -> str:
    """A link destination (6.3): as it is, or in angle brackets where its parentheses do not balance."""
    if href.isascii() and href.isprintable() and not _needs_care(href):
        return href
    href = address(href)
    if not _AWKWARD.search(href):
        return href
    if "&" in href or "\\" in href:
        href = _escape_address(href)
    if "<" in href or ">" in href:
        href = href.replace("<", "\\<").replace(">", "\\>")
    if "(" in href or ")" in href:
        return href if _balanced(href) and href[0] != "<" else f"<{href}>"
    return href


def _needs_care(href: str) -> bool:
    return (
        " " in href or "&" in href or "(" in href or ")" in href or "<" in href or ">" in href or "\\" in href
    )


def _escape_address(href: str) -> str:
    """``&`` as a reference where it would begin one (cmark-gfm does not know ``\\&`` in addresses)."""
    out: list[str] = []
    for index, char in enumerate(href):
        if char == "&" and is_entity(href, index):
            out.append("&amp;")
            continue
        if char == "\\" and not href[index + 1 : index + 2].isalnum():
            out.append("\\")
        out.append(char)
    return "".join(out)


def _balanced(text: str) -> bool:
    depth = 0
    for char in text:
        if char == "(":
            depth += 1
            if depth > 30:  # 6.3: parsers may stop counting at 32
                return False
        elif char == ")":
            depth -= 1
            if depth < 0:
                return False
    return depth == 0


def _title(title: str) -> str:
    if not title:
        return ""
    return f' "{quoted(" ".join(title.split()))}"'


def quoted(text: str) -> str:
    """What stands between the quotes of a link title (6.3)."""
    return "".join(
        "\\" + char if char in '"\\' else "&amp;" if char == "&" and is_entity(text, index) else char
        for index, char in enumerate(text)
    )


def _choose(pieces: list[_Piece], line_break: str) -> dict[int, str]:
    """For every emphasis (by the index of its beginning) its delimiter, or "" for a tag."""
    forms: dict[int, str] = {}
    for index, piece in enumerate(pieces):
        if piece.kind != "O" or piece.mark is None:
            continue
        forms[index] = _form(pieces, index, piece, forms, line_break)
    return forms


def _form(pieces: list[_Piece], index: int, piece: _Piece, forms: dict[int, str], line_break: str) -> str:
    before, first = _last(pieces, index - 1, line_break), _first(pieces, index + 1, line_break)
    last, after = _last(pieces, piece.mate - 1, line_break), _first(pieces, piece.mate + 1, line_break)
    touching = any(
        0 <= at < len(pieces) and pieces[at].kind in "OC"
        for at in (index - 1, index + 1, piece.mate - 1, piece.mate + 1)
    )
    strong = piece.mark is not None and piece.mark.kind == "strong"
    # Emphasis that touches another delimiter takes the other character: runs never merge.
    char = "_" if touching and not strong else "*"
    opening = does_flank(before, first, char)
    closing = does_flank(last, after, char)
    if not (opening.opens and closing.closes):
        return ""
    outer = piece.outer
    while outer >= 0:
        if forms[outer][:1] == char and (opening.closes or closing.opens):
            return ""
        outer = pieces[outer].outer
    if touching and not strong and (opening.closes or closing.opens):
        return "_" if before in _SAFE and after in _SAFE else ""
    return char * (2 if strong else 1)


_SAFE = frozenset("\n *")


def _last(pieces: list[_Piece], index: int, line_break: str) -> str:
    """The last character of the output of a piece, as far as flanking asks."""
    if index < 0:
        return "\n"
    piece = pieces[index]
    char = piece.text[-1] if piece.kind in "TR" else "*"
    return line_break[-1] if char == "\n" else char


def _first(pieces: list[_Piece], index: int, line_break: str) -> str:
    if index >= len(pieces):
        return "\n"
    piece = pieces[index]
    char = piece.text[0] if piece.kind in "TR" else "*"
    return line_break[0] if char == "\n" else char


def _assemble(
    pieces: list[_Piece], forms: dict[int, str], line_break: str, line_start: bool, anchor: str
) -> str:
    literal = [piece.text for piece in pieces if piece.kind == "T"]
    stars = any(form[:1] == "*" for form in forms.values()) or _scattered("*", literal)
    underscores = "_" in forms.values() or _scattered("_", literal)
    tildes = _scattered("~", literal)
    ticks = any(piece.kind == "R" and piece.text[0] == "`" for piece in pieces) or _scattered("`", literal)
    out: list[str] = []
    opened = False
    first_line = True
    brackets = _unbalanced_links(pieces)
    for index, piece in enumerate(pieces):
        if piece.kind == "R":
            out.append(piece.text)
        elif piece.kind == "O":
            form = forms[index]
            out.append(form or f"<{_tag(piece)}>")
        elif piece.kind == "C":
            out.append(forms[piece.mate] or f"</{_tag(piece)}>")
        elif 0 < index < len(pieces) - 1 and index not in brackets and _is_plain_inside(piece.text):
            out.append(piece.text)
        else:
            around = Around(
                before=_last(pieces, index - 1, line_break) if index or not anchor else ">",
                after=_first(pieces, index + 1, line_break),
                starts=index == 0,
                ends=index == len(pieces) - 1,
                line_start=line_start and (index == 0 or (bool(out) and out[-1].endswith("\n"))),
                first_line=first_line,
                stars=stars,
                underscores=underscores,
                tildes=tildes,
                ticks=ticks,
                in_link=index in brackets,
                opened=opened,
                link_follows=_first(pieces, index + 1, line_break) == "[",
                line_break=line_break,
            )
            text = escape(piece.text, around)
            if piece.in_link and out[-1] == "[" and text[:1] == "^":  # GFM: a footnote's name
                text = "\\" + text
            out.append(text)
            opened = opened or "[" in piece.text
            first_line = first_line and "\n" not in piece.text
    return "".join(out)


def _is_plain_inside(text: str) -> bool:
    """Whether a stretch between markup needs no look at all."""
    return not ("\n" in text or "]" in text or "!" in text or text[0] == "^") and is_harmless(text)


def _scattered(char: str, stretches: list[str]) -> bool:
    """Whether a delimiter stands in several stretches of text, where one cannot see the others' runs."""
    return sum(char in text for text in stretches) > 1


def _unbalanced_links(pieces: list[_Piece]) -> set[int]:
    """Text pieces inside links whose square brackets do not balance: there each one is escaped."""
    result: set[int] = set()
    inside: list[int] = []
    for index, piece in enumerate(pieces):
        if piece.kind == "T" and piece.in_link:
            inside.append(index)
        elif piece.kind == "R" and piece.text.startswith("](") and inside:
            text = "".join(pieces[at].text for at in inside)
            if ("[" in text or "]" in text) and not _square_balanced(text):
                result.update(inside)
            inside = []
    return result


def _square_balanced(text: str) -> bool:
    if "](" in text:
        return False
    depth = 0
    for char in text:
        depth += (char == "[") - (char == "]")
        if depth < 0:
            return False
    return depth == 0


def _tag(piece: _Piece) -> str:
    return "strong" if piece.mark is not None and piece.mark.kind == "strong" else "em"
