"""Inline Markdown of ZMediumToMarkdown → text with marks.

The tool's own small grammar, not CommonMark's: ``**`` strong, ``_`` em, one backtick code, ``[…](…)``
link, a backslash before what its generation escapes, ``&lt;`` and ``&gt;`` in Jekyll files. What does
not pair is text. One pass, linear.
"""

from __future__ import annotations

import re
from itertools import accumulate
from typing import NamedTuple

from fonds.model import Mark, MarkKind, Note, RichText
from fonds.richtext import clean
from fonds.zmedium import inline
from fonds.zmedium.edits import difference
from fonds.zmedium.inline import BLANK
from fonds.zmedium.rules import NEW_WINDOW, Generation

_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|<>])")
_ENTITY = re.compile(r"&(lt|gt);")
_TOKEN = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|<>])|&lt;|&gt;|\*\*|_|`|\[|\]\(")
_BARE_TOKEN = re.compile(r"((?!))|\*\*|_|`|\[|\]\(")
_ANGLE = {"lt": "<", "gt": ">", "&lt;": "<", "&gt;": ">"}
_USER = re.compile(r"https://medium\.com/u/(\w+)")
# Group 1 is the end of a link's address, told by what the tool lets follow it: a blank or the end, behind
# the marks that end there too, or kramdown's attributes. The others end the search for it.
_LINK_END = re.compile(r"(\))(?=(?:\*\*|_)*+(?:[ \n]|\Z)|\{:)|\s|\]\(")


def read(raw: str, generation: Generation) -> RichText:
    """The text and marks of one paragraph. Never raises."""
    if "[" not in raw and "*" not in raw and "_" not in raw and "`" not in raw:
        return RichText(plain(raw, generation))
    return _Scanner(raw, generation).read()


def plain(raw: str, generation: Generation) -> str:
    """``raw`` without its escapes: text in which no marks are looked for."""
    if generation.angles == "entity" and "&" in raw:
        raw = _ENTITY.sub(lambda match: _ANGLE[match[1]], raw)
    if generation.escapes == "none" or "\\" not in raw:
        return raw
    return _ESCAPED.sub(_bare, raw[_doubled(raw, generation) :])


def _bare(found: re.Match[str]) -> str:
    return found[1]


def unescape(raw: str) -> str:
    """``raw`` without backslash escapes, whatever its generation."""
    return _ESCAPED.sub(_bare, raw) if "\\" in raw else raw


def check(
    raw: str, content: RichText, generation: Generation
) -> tuple[tuple[tuple[str, str], ...], tuple[Note, ...]]:
    """Traces of what keeps the rules from writing ``content`` as ``raw`` again, or W131."""
    rule = inline.write(content, generation)
    if rule == raw:
        return (), ()
    traces: tuple[tuple[str, str], ...] = ()
    inside = inline.write(content, generation, code_inside=True)
    if inside != rule:
        rule, traces = inside, (("code_inside", ""),)
    edits = difference(rule, raw)
    if edits is None:
        return (), (Note("W131", "Markdown that ZMediumToMarkdown does not write: kept as text"),)
    return ((*traces, ("edits", edits)) if edits else traces), ()


def _doubled(raw: str, generation: Generation) -> int:
    """1 where a paragraph begins with ``>`` in v4: it gets the backslashes of two rules (a defect)."""
    return generation.escapes == "few" and raw.startswith(("\\\\>", "\\&gt;"))


class _Opener(NamedTuple):
    """A delimiter that turns out to be text when nothing closes it. ``place`` is its piece."""

    kind: MarkKind
    text: str
    place: int


class _Span(NamedTuple):
    kind: MarkKind
    start: int
    end: int
    href: str = ""


class _Scanner:
    """Collects pieces of text; openers hold a piece of their own, empty unless they do not pair.
    Spans count pieces, so that they stand wherever openers turn into text."""

    def __init__(self, raw: str, generation: Generation) -> None:
        self._raw = raw
        self._strict = generation.escapes == "none"
        self._entities = generation.angles == "entity"
        self._start = _doubled(raw, generation)
        self._pieces: list[str] = []
        self._spans: list[_Span] = []
        self._brackets: list[_Opener] = []
        self._emphasis: dict[str, _Opener] = {}
        self._unpaired: list[_Opener] = []
        self._found: dict[str, int] = {}

    def read(self) -> RichText:
        raw, at = self._raw, self._start
        token = _BARE_TOKEN if self._strict else _TOKEN
        while found := token.search(raw, at):
            self._pieces.append(raw[at : found.start()])
            at = found.end()
            tag = found[0]
            if found[1]:
                self._pieces.append(found[1])
            elif tag in _ANGLE:
                self._pieces.append(_ANGLE[tag] if self._entities else tag)
            elif tag == "`":
                at = self._code(at)
            elif tag == "[":
                self._brackets.append(self._opener("link", tag))
            elif tag == "](":
                at = self._link(at)
            else:
                self._delimiter(tag, found.start(), at)
        self._pieces.append(raw[at:])
        return self._finish()

    def _opener(self, kind: MarkKind, text: str) -> _Opener:
        self._pieces.append("")
        return _Opener(kind, text, len(self._pieces) - 1)

    def _next(self, char: str, at: int) -> int:
        """``raw.find(char, at)`` for rising ``at``, which looks at no stretch twice."""
        found = self._found.get(char, 0)
        if 0 <= found < at or char not in self._found:
            found = self._found[char] = self._raw.find(char, at)
        return found

    def _code(self, at: int) -> int:
        close, line_end = self._next("`", at), self._next("\n", at)
        if close <= at or 0 <= line_end < close:
            self._pieces.append("`")
            return at
        self._pieces.append(self._raw[at:close])
        self._spans.append(_Span("code", len(self._pieces) - 1, len(self._pieces)))
        return close + 1

    def _delimiter(self, tag: str, start: int, end: int) -> None:
        before, after = self._raw[start - 1 : start], self._raw[end : end + 1]
        can_open = bool(after) and after not in BLANK
        can_close = bool(before) and before not in BLANK
        if self._strict:  # nothing is escaped: only the blanks that the tool put there tell
            can_open = can_open and (not before or before in " \n[*_")
            can_close = can_close and (not after or after in " \n]*_")
        elif tag == "_":  # in a word it is text, as in CommonMark: addresses that a hand pasted have it
            can_open = can_open and not before.isalnum()
            can_close = can_close and not after.isalnum()
        opened = self._emphasis.get(tag)
        if opened is not None and can_close:
            del self._emphasis[tag]
            self._spans.append(_Span(opened.kind, opened.place, len(self._pieces)))
        elif can_open:
            if opened is not None:  # the nearest pairs, as in CommonMark
                self._unpaired.append(opened)
            self._emphasis[tag] = self._opener("strong" if tag == "**" else "em", tag)
        else:
            self._pieces.append(tag)

    def _link(self, at: int) -> int:
        end = self._address_end(at) if self._brackets else -1
        if end < 0:
            self._pieces.append("](")
            return at
        opened = self._brackets.pop()
        self._unpaired += self._brackets  # a link holds no link, so what is left open is text
        self._brackets.clear()
        self._spans.append(_Span("link", opened.place, len(self._pieces), self._raw[at:end]))
        end += 1
        return end + len(NEW_WINDOW) if self._raw.startswith(NEW_WINDOW, end) else end

    def _address_end(self, at: int) -> int:
        """Where the ``)`` of a link stands, -1 when it is none. The tool encodes no parenthesis of an
        address, but what it lets follow tells the last one; where nothing tells, it is the first."""
        first, line_end = self._next(")", at), self._next("\n", at)
        if first < 0 or 0 <= line_end < first:
            return -1
        told = _LINK_END.search(self._raw, first)
        return told.start() if told and told[1] else first

    def _finish(self) -> RichText:
        for opener in (*self._unpaired, *self._brackets, *self._emphasis.values()):
            self._pieces[opener.place] = opener.text
        text = "".join(self._pieces)
        if not self._spans:
            return RichText(text)
        offsets = [0, *accumulate(map(len, self._pieces))]
        return clean(text, [_mark(span, offsets) for span in self._spans])


def _mark(span: _Span, offsets: list[int]) -> Mark:
    user = _USER.fullmatch(span.href) if span.href else None
    return Mark(
        span.kind,
        offsets[span.start],
        offsets[span.end],
        span.href,
        user_id=user[1] if user else "",
    )
