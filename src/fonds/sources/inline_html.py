"""Inline HTML → text and marks, for every form whose bodies are HTML.

Works on text, not on a tree: the piece between a block's start and end tag, either as Medium wrote it
or as a parser serialised it (HTML standard, 13.3). What Medium writes is nearly always what a
serialiser would write, and then no parser is needed. *Strict* reading proves that as it goes: whatever
the parsing rules might read in another way raises ``OddError``, and the caller lets a parser put the
text in order first (``fonds.sources.html_tree``). *Lenient* reading takes serialised text and never
raises.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable

import msgspec

from fonds import richtext
from fonds.model import EMPTY, Mark, MarkKind, RichText
from fonds.patterns import Seldom

STRICT_ATTRIBUTES = r'(?:(?: |(?<="))[a-z][\w:-]*+(?:="[^"]*+")?)*+ ?'
"""Attributes that every reading of the parsing rules takes alike."""
ANY_ATTRIBUTES = r'(?: =?[^\s/>=]*="[^"]*+")*+'
"""Attributes as serialised; their names may hold nearly anything."""
_STRICT_TAG = re.compile(rf"<(/?[a-z][a-z0-9]*+)({STRICT_ATTRIBUTES})/?>", re.A)
_ANY_TAG = Seldom(rf"<(/?[^\s/>]++)({ANY_ATTRIBUTES})/?>")
# A mark that holds nothing but text, as Medium writes it: 1 its element, 2 its text; a link's 3 address, or 4 all
# attributes, and 5 text. Where a value has a line end, it may have been a <br>.
_FLAT = re.compile(
    r'<(strong|em|code) class="[^"]*+">([^<]*+)</\1>'
    r'|<a(?: href="[^"]*+" data-href="([^"\n]++)" class="markup--anchor [^"]*+"(?: rel="[^"]*+")?(?: target="[^"]*+")?'
    r'|((?: [a-z][a-z-]*+="[^"\n]*+")++))>([^<]*+)</a>'
)
_LINE_END = re.compile(r"<br ?/?>")
_ATTRIBUTE = re.compile(r'([^\s/>="]+)="([^"]*+)"')

_ENTITIES = (("&#39;", "'"), ("&quot;", '"'), ("&gt;", ">"), ("&lt;", "<"), ("&nbsp;", "\xa0"))
"""The character references that are written, but for ``&amp;``."""

_LAID_OUT = re.compile(r"[\t\n\f]")
_SPACE = Seldom(r"[ \t\n\f]*(?:\0[ \t\n\f]*)+|[ \t\n\f]+")
_BREAK = "\0"  # no HTML text holds NUL, so it can stand for <br> while white space collapses

_MARKS: dict[str, MarkKind] = {
    "strong": "strong", "b": "strong", "em": "em", "i": "em", "code": "code", "a": "link",
}  # fmt: skip
# Nothing of the author's: code highlighting, drop caps, readers' highlights, dates.
_PLAIN = frozenset(["span", "mark", "time"])
_BLOCKS = frozenset(
    ["p", "div", "ul", "ol", "li", "blockquote", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "table", "tr", "dl", "dt",
     "dd", "hr", "figure", "figcaption", "section", "article", "header", "footer"]
)  # fmt: skip
VOID = frozenset(
    ["br", "img", "hr", "wbr", "source", "input", "embed", "track", "col", "area", "link", "meta", "base", "param"]
)  # fmt: skip


class OddError(ValueError):
    """The text is not as a serialiser would write it: a parser has to read it first."""


class Found(msgspec.Struct, frozen=True, gc=False):
    """An element inside a block that carries no mark, with its attributes."""

    name: str
    attributes: dict[str, str]


def unescape(text: str) -> str:
    """``text`` with the character references resolved that serialisers, and Medium, write.

    Raises OddError for any other; serialised text has no other.
    """
    if "&" not in text:
        return text
    for entity, character in _ENTITIES:
        if entity in text:
            text = text.replace(entity, character)
    if text.count("&") != text.count("&amp;"):
        raise OddError(text)
    return text.replace("&amp;", "&")


def attributes(raw: str) -> dict[str, str]:
    """The attributes of a tag, from the text between its name and its ``>``; the first of a name wins."""
    pairs = _ATTRIBUTE.findall(raw)
    pairs.reverse()
    if "&" in raw:
        return {name: unescape(value) for name, value in pairs}
    return dict(pairs)


def tags(html: str, *, strict: bool) -> list[str]:
    """``html`` cut at its tags: text, name, attributes, text, …, text. An end tag's name begins with /."""
    pieces = (_STRICT_TAG if strict else _ANY_TAG).split(html)
    if strict and "<" in "".join(pieces[::3]):
        raise OddError(html)
    return pieces


def rich(
    html: str,
    *,
    pre: bool = False,
    strict: bool = False,
    found: list[Found] | None = None,
    address: Callable[[str], str] | None = None,
) -> RichText:
    """The text and marks of what stands between a block's tags.

    With ``pre`` white space is exact. Otherwise white space that lays out the file (where the block has
    line ends or tabs in its source) collapses as HTML says, while spaces alone are the author's, since
    Medium writes each block on one line. ``<br>`` is a line end, but for the last: that one is what an
    editor needs to show an empty last line, or an empty block. Elements without a mark are appended to
    ``found``, their text stays. ``address`` changes the addresses of links. ``strict``: see above.
    """
    if not pre and _LAID_OUT.search(html):
        text, marks = _collapse(*_read(html, _BREAK, _How(strict, found, address)))
        return _content(text, marks)
    html = with_line_ends(html)
    simple = flat(html) if address is None else None
    return simple if simple is not None else nested(html, strict=strict, found=found, address=address)


def with_line_ends(html: str) -> str:
    """``html`` with line ends in place of ``<br>``."""
    return _LINE_END.sub("\n", html) if "<br" in html else html


def nested(
    html: str, *, strict: bool, found: list[Found] | None, address: Callable[[str], str] | None = None
) -> RichText:
    """What ``rich`` makes of any HTML with exact white space and line ends in place of ``<br>``."""
    return _content(*_read(html, "\n", _How(strict, found, address)))


def _content(text: str, marks: list[Mark]) -> RichText:
    text = text.removesuffix("\n")
    return richtext.clean(text, marks) if marks else RichText(text)


def flat(html: str, *, sound: bool = False) -> RichText | None:
    """What ``rich`` makes of the simplest and most common HTML: marks of Medium's with nothing but text
    in them, line ends in place of ``<br>``. None for any other. ``sound``: there is no character in it
    that ``fonds.richtext.clean`` would repair."""
    if "<" not in html:
        return RichText(unescape(html).removesuffix("\n")) if html else EMPTY
    pieces = _FLAT.split(html)
    if "<" in "".join(pieces[::6]):
        return None
    if "&" in html:  # the attributes are unescaped one by one
        pieces = [piece if number % 6 == 4 else unescape(piece or "") for number, piece in enumerate(pieces)]
    out = [pieces[0]]
    marks: list[Mark] = []
    at = len(pieces[0])
    for index in range(1, len(pieces), 6):
        kind, inner, href, raw, linked, after = pieces[index : index + 6]
        start = at
        if kind:
            at += len(inner)
            marks.append(Mark(kind, start, at))  # type: ignore[arg-type]  # the pattern allows no other
        else:
            inner = linked
            at += len(linked)
            if href:
                marks.append(Mark("link", start, at, href))
            elif (mark := _link(raw, start, at, None)) is not None:
                marks.append(mark)
        out += (inner, after)
        at += len(after)
    whole = "".join(out).removesuffix("\n")
    return richtext.in_order(whole, marks) if sound else richtext.clean(whole, marks)


def collapse(text: str) -> str:
    """``text`` as HTML shows it: a run of white space is one space, at the ends it is none."""
    return _collapse(text, [])[0]


class _How(msgspec.Struct, frozen=True, gc=False):
    """The options of ``rich``."""

    strict: bool
    found: list[Found] | None
    address: Callable[[str], str] | None


def _read(html: str, line_break: str, how: _How) -> tuple[str, list[Mark]]:
    """Text and raw marks in code points. Nesting, however deep, is a list and never recursion."""
    strict = how.strict
    pieces = tags(html, strict=strict)
    if strict and "\n" in "".join(pieces[2::3]):
        raise OddError(html)  # there may have been a <br> in a value
    texts = [unescape(text) for text in pieces[::3]] if "&" in html else pieces[::3]
    out = [texts[0]] if texts[0] else []
    at = len(texts[0])
    marks: list[Mark] = []
    opened: list[tuple[str, int, str]] = []
    for name, raw, text in zip(pieces[1::3], pieces[2::3], texts[1:], strict=True):
        if name in _MARKS:
            if name == "a" and strict and any(one[0] == "a" for one in opened):
                raise OddError(html)
            opened.append((name, at, raw))
        elif name == "br":
            out.append(line_break)
            at += 1
        else:
            ends = name[0] == "/"
            element = name[1:] if ends else name
            if element in _BLOCKS and out and out[-1] != line_break:
                out.append(line_break)
                at += 1
            if not ends:
                if name not in _PLAIN:
                    _note(name, raw, how)
                if name not in VOID:
                    opened.append((name, at, raw))
            elif opened and opened[-1][0] == element:
                mark = _mark(opened.pop(), at, how.address)
                if mark is not None:
                    marks.append(mark)
            elif strict:
                raise OddError(html)
        if text:
            out.append(text)
            at += len(text)
    if opened and strict:
        raise OddError(html)
    return "".join(out), marks


def _note(name: str, raw: str, how: _How) -> None:
    if how.strict and name != "img":
        raise OddError(name)
    if how.found is not None:
        how.found.append(Found(name, attributes(raw)))


def _mark(opened: tuple[str, int, str], end: int, address: Callable[[str], str] | None) -> Mark | None:
    """The mark of an element that ends."""
    name, start, raw = opened
    kind = _MARKS.get(name)
    if kind is None or start == end:
        return None
    return _link(raw, start, end, address) if kind == "link" else Mark(kind, start, end)


def _link(raw: str, start: int, end: int, address: Callable[[str], str] | None) -> Mark | None:
    """The link of an ``<a>`` with the attributes ``raw``. ``data-href`` is what the author gave; on pages
    ``href`` may be Medium's redirect to it."""
    given = attributes(raw)
    href = given.get("data-href") or given.get("href", "")
    user = given.get("data-user-id", "")
    if not href and user:
        href = "https://medium.com/u/" + user
    if not href:
        return None
    if address is not None:
        href = address(href)
    title = given.get("title", "")
    return Mark("link", start, end, href, "" if title == href else title, user)


def _collapse(text: str, marks: list[Mark]) -> tuple[str, list[Mark]]:
    """White space collapsed (CSS Text 3, 4.1.1), breaks as line ends, marks moved along."""
    out: list[str] = []
    starts: list[int] = []
    breaks = [match.start() for match in re.finditer(_BREAK, text)]
    runs: list[tuple[int, int, int, str]] = []
    at = 0
    length = 0
    for run in _SPACE.finditer(text):
        start, end = run.span()
        out.append(text[at:start])
        length += start - at
        count = bisect_left(breaks, end) - bisect_left(breaks, start)
        shown = "\n" * count if count else " " if start > 0 and end < len(text) else ""
        starts.append(start)
        runs.append((start, end, length, shown))
        out.append(shown)
        length += len(shown)
        at = end
    out.append(text[at:])

    def moved(offset: int) -> int:
        place = bisect_right(starts, offset) - 1
        if place < 0:
            return offset
        start, end, new, shown = runs[place]
        if offset >= end:
            return new + len(shown) + offset - end
        if offset == start:
            return new
        if shown[:1] != "\n":
            return new + len(shown)
        return new + bisect_left(breaks, offset) - bisect_left(breaks, start)

    moved_marks = [
        Mark(mark.kind, moved(mark.start), moved(mark.end), mark.href, mark.title, mark.user_id)
        for mark in marks
    ]
    return "".join(out), moved_marks


def words(text: str) -> str:
    """``text`` of a field that a file's layout may have wrapped, without white space around it."""
    text = text.strip(" \t\n\f")
    return collapse(text) if _LAID_OUT.search(text) else text
