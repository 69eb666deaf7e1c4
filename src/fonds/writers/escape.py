"""Plain text as CommonMark: the fewest escapes that the place needs.

Rules and section numbers are those of the CommonMark spec 0.31. Where 0.29 (cmark-gfm) and 0.31 call
different characters punctuation, what either would read as a delimiter is escaped. Two things beyond
CommonMark are escaped because nearly every site generator and GitHub would eat them: strikethrough
pairs (``~~``) and what would start a table's second line.
"""

from __future__ import annotations

import re
import string
import unicodedata
from functools import lru_cache

import msgspec

_PUNCT = frozenset(string.punctuation)
_SPACE = 0
_LETTER = 1
_SYMBOL = 2  # punctuation since 0.31 only: Unicode S*
_PUNCTUATION = 3

_LIST_NUMBER = re.compile(r"\d{1,9}[.)](?:[ \t]|\Z)")
_HEADS = frozenset("#>+-=|:[_0123456789")
_SPECIAL = re.compile(r"[\\`*_~<&\[\]!\n]")
_RUN = frozenset("*_~`")
_LOOSE_UNDERSCORE = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
_RUNS = {char: re.compile(re.escape(char) + "+") for char in "*_~`"}
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|([A-Za-z][A-Za-z0-9]{1,40}));")
_TAG = re.compile(r"<[A-Za-z/!?]")
_BLANKS = re.compile(r"[ \t\n]*")
# A line break would stop it too (6.3), but is written with a backslash before it, and markdown-it reads on.
# Nor does a control character, which cmark reads as part of the address though the specification does not.
_DESTINATION_STOP = re.compile(r"[\t\x0b-\r ]|\Z")
_LINE_START = re.compile(
    r"(?P<first>\#{1,6}(?=[ \t]|\Z)|>|[-+*](?=[ \t]|\Z)|([-*_])(?:[ \t]*\2){2,}[ \t]*\Z|~~~)"
    r"|(?P<number>\d{1,9})[.)](?=[ \t]|\Z)"
)
# Of a link reference, whose label may go on over line breaks (4.7).
_DEFINITION = re.compile(r"\[[^\[\]]*\]:")
_SETEXT = re.compile(r"=+[ \t]*\Z|-+[ \t]*\Z")


def _classes(char: str) -> tuple[int, ...]:
    """Unicode white space, letter (anything else), symbol or punctuation, as 6.2 of the spec asks; both
    of the former for what the spec calls no white space and some engine does."""
    if char in _PUNCT:
        return (_PUNCTUATION,)
    if char == "\x0b":
        return (_SPACE, _LETTER)
    category = unicodedata.category(char)
    if category == "Zs" or char in "\t\n\f\r":
        return (_SPACE,)
    return (_PUNCTUATION if category[0] == "P" else _SYMBOL if category[0] == "S" else _LETTER,)


class Flanking(msgspec.Struct, frozen=True, gc=False):
    """Whether a delimiter run could open or close emphasis."""

    opens: bool
    closes: bool


def _flanking(before: int, after: int, floor: int, char: str) -> Flanking:
    """6.2 with ``floor`` as the lowest class that counts as punctuation."""
    left = after != _SPACE and (after < floor or before == _SPACE or before >= floor)
    right = before != _SPACE and (before < floor or after == _SPACE or after >= floor)
    if char == "_":
        return Flanking(left and (not right or before >= floor), right and (not left or after >= floor))
    return Flanking(left, right)


def _readings(before: str, after: str, char: str) -> list[Flanking]:
    """What a run of ``char`` between these two does in each version of the spec."""
    return [
        _flanking(a, b, floor, char)
        for a in _classes(before)
        for b in _classes(after)
        for floor in (_PUNCTUATION, _SYMBOL)
    ]


@lru_cache(maxsize=4096)
def may_flank(before: str, after: str, char: str) -> Flanking:
    """What a run of ``char`` between these two could do in any version of the spec."""
    found = _readings(before, after, char)
    return Flanking(any(one.opens for one in found), any(one.closes for one in found))


@lru_cache(maxsize=4096)
def does_flank(before: str, after: str, char: str) -> Flanking:
    """What a run of ``char`` between these two does in every version of the spec."""
    found = _readings(before, after, char)
    return Flanking(all(one.opens for one in found), all(one.closes for one in found))


def is_harmless(text: str) -> bool:
    """Whether nothing in the text but a line break means anything inside a line: the common case. (In a
    link's text square brackets do.)

    Searches for one character each are many times faster than one regex with a class of them all.
    """
    return not (
        "*" in text
        or "`" in text
        or "\\" in text
        or "~" in text
        or ("_" in text and _LOOSE_UNDERSCORE.search(text))
        or ("&" in text and _ENTITY.search(text))
        or ("<" in text and _TAG.search(text))
        or ("[" in text and "](" in text)
    )


def starts_plainly(text: str) -> bool:
    """Whether the beginning of a harmless text means nothing at the beginning of a block either."""
    head = text[:1]
    if head in _HEADS:
        return head.isdigit() and not _LIST_NUMBER.match(text)
    return head != "" and not head.isspace()


class Around(msgspec.Struct, frozen=True, gc=False):
    """What a literal stretch needs to know of the block around it.

    ``before`` and ``after`` are the neighbouring characters of the output ("\\n" at the block's ends);
    ``starts`` and ``ends`` say that it begins or ends the block; ``line_start`` that it stands where a
    block could start; ``stars``, ``underscores``, ``tildes``, ``ticks`` that the block holds other delimiters of that kind;
    ``in_link`` that square brackets must balance; ``opened`` that an unescaped ``[`` may stand before.
    """

    before: str = "\n"
    after: str = "\n"
    starts: bool = True
    ends: bool = True
    line_start: bool = True
    first_line: bool = True
    stars: bool = False
    underscores: bool = False
    tildes: bool = False
    ticks: bool = False
    in_link: bool = False
    opened: bool = False
    link_follows: bool = False
    line_break: str = "\\\n"


WHOLE = Around()


def escape(text: str, around: Around = WHOLE) -> str:
    """The text as it must be written at that place, so that a parser gives it back."""
    if is_harmless(text):
        simple = _broken_only(text, around)
        if simple is not None:
            return simple
    out: list[str] = []
    at = 0
    runs = _Runs(text, around)
    start = _leading(text, around, out)
    if start:
        at = start
    line_start = around.line_start and not start
    first_line = around.first_line
    if line_start:
        at = _line_start(text, at, around, first_line, out)
    for match in _SPECIAL.finditer(text):
        begin = match.start()
        if begin < at:
            continue
        if begin > at:
            out.append(text[at:begin])
        char = text[begin]
        if char == "\n":
            at = _newline(text, begin + 1, around, out)
            continue
        at = begin + 1
        if char in _RUN:
            while text[at : at + 1] == char:
                at += 1
        out.append(_special(text, (begin, at), around, runs))
    if at < len(text):
        out.append(text[at:])
    if around.ends and out:
        out[-1] = _trailing(out[-1])
    return "".join(out)


def _broken_only(text: str, around: Around) -> str | None:
    """A harmless text of which only its line breaks need another form; None when more does."""
    if (
        ((around.starts or around.line_start) and not starts_plainly(text.partition("\n")[0]))
        or (around.ends and text[-1:].isspace())
        or (around.link_follows and text.endswith("!"))
        or (around.in_link and ("[" in text or "]" in text))
        or (around.opened and "](" in text)
    ):
        return None
    return with_breaks(text, around.line_break)


def with_breaks(text: str, line_break: str) -> str | None:
    """A harmless text with its line breaks written as ``line_break``; None when a line behind one begins
    with what means something there."""
    if "\n" not in text:
        return text
    if line_break == "\\\n":
        _, *lines = text.split("\n")
        if not all(map(starts_plainly, lines[:-1] if lines[-1] == "" else lines)):
            return None
    return text.replace("\n", line_break)


def _leading(text: str, around: Around, out: list[str]) -> int:
    """White space at the block's edge as a reference: engines strip it (4.8; some strip all of Unicode's)."""
    if around.starts and text and text[0].isspace() and text[0] != "\n" and not _control(text[0]):
        out.append(reference(text[0]))
        return 1
    if around.line_start and text[:1] in (" ", "\t"):
        out.append(reference(text[0]))
        return 1
    return 0


def _trailing(last: str) -> str:
    if last and last[-1].isspace() and last[-1] != "\n" and not _control(last[-1]):
        return last[:-1] + reference(last[-1])
    return last


def reference(char: str) -> str:
    """A character as a reference (2.5); the one that Medium leaves at paragraphs' ends by its name."""
    return "&nbsp;" if char == "\xa0" else f"&#{ord(char)};"


def _control(char: str) -> bool:
    return char != "\t" and (char < " " or char == "\x85")


def _newline(text: str, at: int, around: Around, out: list[str]) -> int:
    """A line break inside the block, and what begins the next line. At the edges only a tag survives."""
    if around.line_break != "\\\n":
        out.append(around.line_break)
        return at
    if at == len(text) and around.ends:
        out.append("<br>")
        return at
    out.append("\\\n")
    if at < len(text) and text[at] in " \t":
        out.append(reference(text[at]))
        return at + 1
    return _line_start(text, at, around, False, out)


def _line_start(text: str, at: int, around: Around, first_line: bool, out: list[str]) -> int:
    """Writes what must be escaped because a line begins here; returns where the text goes on."""
    stop = text.find("\n", at)
    line = text[at:] if stop < 0 else text[at:stop]
    if not line:
        return at
    if stop < 0 and not around.ends:
        line += "\ufffc"  # the line goes on after this stretch
    if not first_line and (_SETEXT.match(line) or _is_table_rule(line)):
        out.append("\\" + line[0])
        return at + 1
    if line[0] == "[":
        if not first_line or not _DEFINITION.match(text, at):
            return at
        out.append("\\[")
        return at + 1
    match = _LINE_START.match(line)
    if match is None:
        return at
    number = match["number"]
    if number is None:
        # The rest of a run would flank otherwise than the whole of it.
        run = len(line) - len(line.lstrip(line[0])) if line[0] in "*_~" else 1
        out.append(("\\" + line[0]) * run)
        return at + run
    if not first_line and int(number) != 1:  # only a list that starts with 1 interrupts (5.3)
        return at
    out.append(f"{number}\\")
    return at + len(number)


def _is_table_rule(line: str) -> bool:
    """Whether GFM would read the line as the rule under a table's head."""
    return "-" in line and line[0] in "|:-" and not line.strip(" \t|:-")


def line_head(text: str, out: list[str]) -> int:
    """Writes to ``out`` what must be escaped where a block begins; returns where the text goes on."""
    return _line_start(text, 0, WHOLE, True, out)


class _Runs:
    """Which runs of ``*``, ``_``, ``~`` and backticks in a literal stretch must be escaped, and where
    its first ``[`` and last ``>`` stand (found once, so that the whole stays linear)."""

    def __init__(self, text: str, around: Around) -> None:
        self.escaped: set[int] = set()
        self.first_opening = -1 if around.opened else text.find("[")
        self.last_angle = text.rfind(">")
        self._stop = self._closing = -1
        self._title = False
        for char, ours in (("*", around.stars), ("_", around.underscores), ("~", around.tildes)):
            if char in text:
                self._emphasis(text, char, around, ours=ours)
        if "`" in text:
            self._ticks(text, around)

    def _emphasis(self, text: str, char: str, around: Around, *, ours: bool) -> None:
        """A run that could open emphasis which a later one closes; all that could do either, when the
        block holds delimiters of ours of the same character."""
        closers: set[int] = set()  # lengths, which matter to strikethrough alone
        for match in reversed(list(_RUNS[char].finditer(text))):
            begin, end = match.span()
            length = end - begin if char == "~" else 1
            if length > 2:
                continue
            before, after = _neighbours(text, begin, end, around)
            can = may_flank(before, after, char)
            if (can.opens and length in closers) or (ours and (can.opens or can.closes)):
                self.escaped.add(begin)
            if can.closes:
                closers.add(length)

    def _ticks(self, text: str, around: Around) -> None:
        """A run that has a mate of its length behind it, or that would open a fence. Backslashes mean
        nothing inside a code span (6.1), so an escaped tick still closes one that a single tick opened:
        single ticks before an escaped one are escaped too."""
        runs = [(match.start(), len(match[0])) for match in _RUNS["`"].finditer(text)]
        last = {length: begin for begin, length in runs}
        escaped = {
            begin
            for begin, length in runs
            if around.ticks
            or begin != last[length]
            or (length >= 3 and self.starts_line(text, begin, around))
        }
        if escaped:
            final = max(escaped)
            escaped.update(begin for begin, length in runs if length == 1 and begin < final)
        self.escaped |= escaped

    def ends_link(self, text: str, begin: int) -> bool:
        """Whether what stands behind a ``](`` could be a destination and its end (6.3). Asked from left
        to right: what was found holds until it is passed, so that the whole stays linear."""
        at = _BLANKS.match(text, begin + 2).end()  # type: ignore[union-attr]  # it matches nothing too
        if text[at : at + 1] == "<":
            return True
        if at > self._stop:
            self._stop = _DESTINATION_STOP.search(text, at).start()  # type: ignore[union-attr]  # or the end
            after = _BLANKS.match(text, self._stop).end()  # type: ignore[union-attr]
            self._title = after > self._stop and text[after : after + 1] in {")", '"', "'", "("}
        if at > self._closing:
            self._closing = text.find(")", at)
            self._closing = len(text) if self._closing < 0 else self._closing
        return self._closing < self._stop or self._title

    @staticmethod
    def starts_line(text: str, begin: int, around: Around) -> bool:
        if begin == 0:
            return around.line_start
        return text[begin - 1] == "\n" and around.line_break == "\\\n"


def _neighbours(text: str, begin: int, end: int, around: Around) -> tuple[str, str]:
    """The characters of the output beside ``text[begin:end]``, as far as flanking asks: white space at
    the edges of a block or line is written as a reference, a line break as ``around`` says."""
    before = text[begin - 1] if begin else around.before
    after = text[end] if end < len(text) else around.after
    if begin and before == "\n":
        before = around.line_break[-1]
    elif begin and before.isspace() and _is_edge(text, begin - 1, around):
        before = ";"
    if end < len(text) and after == "\n":
        after = around.line_break[0]
    elif end == len(text) - 1 and around.ends and after.isspace():
        after = "&"
    return before, after


def _is_edge(text: str, at: int, around: Around) -> bool:
    """Whether the white space at ``at`` begins a block or a line."""
    return (around.starts or around.line_start) if at == 0 else text[at - 1] == "\n"


def _special(text: str, span: tuple[int, int], around: Around, runs: _Runs) -> str:
    begin, end = span
    token = text[begin:end]
    first = token[0]
    if first in "*_~`":
        return "".join("\\" + char for char in token) if begin in runs.escaped else token
    if first == "\\":
        if end == len(text):
            return "\\" if around.ends else "\\\\"
        after = text[end] if text[end] == "\n" else _neighbours(text, begin, end, around)[1]
        return "\\\\" if after in _PUNCT or after == "\n" else "\\"
    if first == "<":
        any_angle = not around.ends or runs.starts_line(text, begin, around)
        return "\\<" if _is_tag(text, begin, runs, any_angle) else "<"
    if first == "&":
        return "\\&" if is_entity(text, begin) else "&"
    if first == "!":
        return "\\!" if around.link_follows and end == len(text) else "!"
    if around.in_link:
        return "\\" + first
    if first == "[":
        return "["
    opened = runs.first_opening < begin and (around.opened or runs.first_opening >= 0)
    if not (opened and text.startswith("](", begin)):
        return "]"
    return "\\]" if not around.ends or runs.ends_link(text, begin) else "]"


def _is_tag(text: str, begin: int, runs: _Runs, any_angle: bool) -> bool:
    """Whether ``<`` could begin a tag, autolink or comment that a later ``>`` ends; ``any_angle``: without
    one here too, because an HTML block (4.6) needs none or because the block goes on."""
    if not _TAG.match(text, begin):
        return False
    return any_angle or runs.last_angle > begin


def reference_ampersands(text: str) -> str:
    """``&amp;`` for each ``&`` that would begin a character reference."""
    if "&" not in text:
        return text
    return _ENTITY.sub(lambda match: "&amp;" + match[0][1:] if is_entity(match[0], 0) else match[0], text)


def is_entity(text: str, begin: int) -> bool:
    """Whether an ``&`` begins a character reference (2.5)."""
    match = _ENTITY.match(text, begin)
    return match is not None and (match[1] is None or match[1] in _names())


@lru_cache(maxsize=1)
def _names() -> frozenset[str]:
    """The two thousand names of characters, which few texts ask for."""
    from html.entities import html5

    return frozenset(name[:-1] for name in html5 if name[-1] == ";")
