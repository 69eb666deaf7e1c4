"""Text with marks: Medium's offsets in, clean marks and a clean tree out.

Medium stores marks as ranges of UTF-16 code units. They may overlap, repeat, be empty, run past the
end, touch white space, cut a surrogate pair or a joined emoji (../docs/forms.md, "Marks"). ``clean``
turns any such list into the marks that ``fonds.model.RichText`` promises; ``tree`` nests those for a
writer. Both are pure and linear in the text, n log n in the marks.
"""

from __future__ import annotations

import functools
import itertools
import operator
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Sequence

import msgspec

from fonds.model import Mark, MarkKind, RichText
from fonds.patterns import Seldom

_ORDER: dict[MarkKind, int] = {"link": 0, "strong": 1, "em": 2, "code": 3}
_ASTRAL = Seldom("[\U00010000-\U0010ffff]")
_BAD = Seldom("\r\n?|[\x00\ud800-\udfff]")
_FLAGS = Seldom("[\U0001f1e6-\U0001f1ff]+")
_ZWJ = "\u200d"
_LONGEST = 64
_START = operator.attrgetter("start")


def from_utf16(text: str, marks: Iterable[Mark]) -> RichText:
    """RichText of a text whose ``marks`` count UTF-16 code units, as all of Medium's JSON does.

    An offset inside a surrogate pair is moved out of it, so that the mark covers the whole character.
    """
    raw = list(marks)
    if text.isascii():
        return _clean(text, raw, True) if _is_sound_ascii(text) else clean(text, raw)
    data = _encoded(text)
    if data is None:
        return clean(text, _in_code_points(text, raw))
    # A character of two UTF-16 units begins with one of these bytes in UTF-8, and no other does.
    if raw and (b"\xf0" in data or b"\xf1" in data or b"\xf2" in data or b"\xf3" in data or b"\xf4" in data):
        raw = _in_code_points(text, raw)
    return clean(text, raw) if b"\r" in data or b"\x00" in data else _clean(text, raw, False)


def _in_code_points(text: str, marks: list[Mark]) -> list[Mark]:
    # The UTF-16 offset at which the n-th astral character begins: its index plus those before it.
    begins = [match.start() + n for n, match in enumerate(_ASTRAL.finditer(text))]
    return [
        Mark(
            mark.kind,
            _code_point(begins, mark.start, 0),
            _code_point(begins, mark.end, 1),
            mark.href,
            mark.title,
            mark.user_id,
        )
        for mark in marks
        if mark.start < mark.end
    ]


def _code_point(begins: Sequence[int], offset: int, up: int) -> int:
    before = bisect_right(begins, offset - 1)
    if before and begins[before - 1] == offset - 1:  # between the halves of a pair
        return offset - before + up
    return offset - before


def clean(text: str, marks: Iterable[Mark]) -> RichText:
    """RichText with clean marks, from marks that count code points and may be anything.

    Line ends become ``\\n``; NUL and lone surrogates, which no file can carry, become U+FFFD.
    """
    raw = list(marks)
    ascii_only = text.isascii()
    if not (_is_sound_ascii(text) if ascii_only else _is_sound(text)):
        text, raw = _repair(text, raw)
        ascii_only = text.isascii()
    return _clean(text, raw, ascii_only)


def in_order(text: str, marks: list[Mark]) -> RichText:
    """``clean`` for a text that needs no repair, and marks in the order of their starts."""
    ascii_only = text.isascii()
    usual = _usual(text, marks, ascii_only)
    return RichText(text, tuple(usual)) if usual is not None else _clean(text, marks, ascii_only)


def _clean(text: str, raw: list[Mark], ascii_only: bool) -> RichText:
    """``clean`` for a text that needs no repair."""
    if not raw:
        return RichText(text)
    ordered = sorted(raw, key=_START) if len(raw) > 1 else raw
    usual = _usual(text, ordered, ascii_only)
    if usual is not None:
        return RichText(text, tuple(usual))
    by_kind: dict[MarkKind, list[Mark]] = {}
    length = len(text)
    flags: list[int] = []
    for mark in raw:
        start, end = mark.start, mark.end
        if start < 0 or end > length:
            start, end = max(start, 0), min(end, length)
        if start >= end:
            continue
        if not ascii_only:
            if start and (text[start] >= "\u0300" or text[start - 1] == _ZWJ):
                start = _snap(text, start, -1, flags)
            if end < length and (text[end] >= "\u0300" or text[end - 1] == _ZWJ):
                end = _snap(text, end, 1, flags)
        if start != mark.start or end != mark.end:
            mark = Mark(mark.kind, start, end, mark.href, mark.title, mark.user_id)
        same = by_kind.get(mark.kind)
        if same is None:
            by_kind[mark.kind] = [mark]
        else:
            same.append(mark)
    result: list[Mark] = []
    for kind, same in by_kind.items():
        if kind == "link":
            result += _clean_links(same)
        elif kind == "code":
            result += _clean_code(text, _merge(same))
        else:
            result += _trim(text, _merge(same))
    if len(result) > 1:
        result.sort(key=_key)
    return RichText(text, tuple(result))


def _key(mark: Mark) -> tuple[int, int, int]:
    return mark.start, -mark.end, _ORDER[mark.kind]


def _usual(text: str, marks: list[Mark], ascii_only: bool) -> list[Mark] | None:
    """What ``clean`` makes of marks, in the order of their starts, that need no more than to lose the
    white space at their ends: nearly all of Medium's. None for others, and where a mark ends beside what
    may be part of a joined character."""
    length = len(text)
    ends: dict[MarkKind, int] = {}
    result: list[Mark] = []
    last: Mark | None = None
    ordered = True
    for mark in marks:
        kind, start, end = mark.kind, mark.start, mark.end
        if start <= ends.get(kind, -1) or start >= end or end > length:
            return None
        if not ascii_only and (_may_join(text, start) or (end < length and _may_join(text, end))):
            return None
        ends[kind] = end
        if kind == "code":
            if "\n" in text[start:end]:
                return None
        elif kind != "link" and (text[start].isspace() or text[end - 1].isspace()):
            trimmed = _trim(text, [mark])
            if not trimmed:
                continue
            mark = trimmed[0]
        ordered = ordered and (last is None or mark.start > last.start or _key(mark) > _key(last))
        result.append(mark)
        last = mark
    if not ordered:
        result.sort(key=_key)
    return result


def _may_join(text: str, offset: int) -> bool:
    """Whether an offset may stand within a grapheme; ``_joined`` knows."""
    return (text[offset] >= "\u0300" and _extends(text[offset])) or (offset > 0 and text[offset - 1] == _ZWJ)


@functools.lru_cache(maxsize=4096)
def _extends(char: str) -> bool:
    return (
        char == _ZWJ
        or "\U0001f1e6" <= char <= "\U0001f1ff"
        or "\U0001f3fb" <= char <= "\U0001f3ff"
        or unicodedata.category(char)[0] == "M"
        or "\U000e0020" <= char <= "\U000e007f"
    )


def _is_sound(text: str) -> bool:
    """Whether ``_sound`` would change nothing. Looking for single bytes is many times faster than a
    search for a class of characters."""
    if text.isascii():
        return _is_sound_ascii(text)
    data = _encoded(text)
    return data is not None and b"\r" not in data and b"\x00" not in data


def _is_sound_ascii(text: str) -> bool:
    return "\r" not in text and "\x00" not in text


def _encoded(text: str) -> bytes | None:
    """UTF-8, or None for a text with half of a surrogate pair."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return None


def _sound(text: str) -> str:
    return _BAD.sub(lambda match: "\n" if match[0][0] == "\r" else "\ufffd", text)


def _repair(text: str, marks: list[Mark]) -> tuple[str, list[Mark]]:
    lost = [match.start() + 1 for match in re.finditer("\r\n", text)]
    text = _sound(text)
    if lost:
        marks = [
            Mark(
                mark.kind,
                mark.start - bisect_right(lost, mark.start),
                mark.end - bisect_right(lost, mark.end),
                mark.href,
                mark.title,
                mark.user_id,
            )
            for mark in marks
        ]
    return text, marks


def _snap(text: str, offset: int, step: int, flags: list[int]) -> int:
    """The nearest offset in direction ``step`` that does not cut a grapheme (UAX 29, in short).

    ``flags`` is filled, when first needed, with where each run of regional indicators begins.
    After ``_LONGEST`` steps it stays where it was: nothing that people read is joined so long, and a
    text made of combining characters alone must not cost its length for every mark.
    """
    at = offset
    for _ in range(_LONGEST):
        if not (0 < at < len(text) and _joined(text, at, flags)):
            return at
        at += step
    return offset


def _joined(text: str, offset: int, flags: list[int]) -> bool:
    here = text[offset]
    before = text[offset - 1]
    if before == _ZWJ and (unicodedata.category(here) == "So" or here == "\u2194"):  # an emoji of category Sm
        return True
    if here < "\u0300":
        return False
    if here == _ZWJ or "\U0001f3fb" <= here <= "\U0001f3ff" or "\U000e0020" <= here <= "\U000e007f":
        return not before.isspace()
    if "\U0001f1e6" <= here <= "\U0001f1ff":  # flags are pairs: count the indicators before
        if not flags:
            flags.extend(match.start() for match in _FLAGS.finditer(text))
        return (offset - flags[bisect_right(flags, offset) - 1]) % 2 == 1
    return unicodedata.category(here)[0] == "M" and not before.isspace()


def _merge(marks: list[Mark]) -> list[Mark]:
    """Union of ranges of one kind: overlapping and touching ones become one."""
    if len(marks) == 1:
        return marks
    marks.sort(key=_key)
    merged = [marks[0]]
    for mark in marks[1:]:
        last = merged[-1]
        if mark.start <= last.end:
            if mark.end > last.end:
                merged[-1] = Mark(last.kind, last.start, mark.end)
        else:
            merged.append(mark)
    return merged


def _trim(text: str, marks: list[Mark]) -> list[Mark]:
    """Strong and em without the white space at their ends: it looks the same and carries no mark."""
    result = []
    for mark in marks:
        start, end = mark.start, mark.end
        while start < end and text[start].isspace():
            start += 1
        while end > start and text[end - 1].isspace():
            end -= 1
        if start < end:
            same = start == mark.start and end == mark.end
            result.append(mark if same else Mark(mark.kind, start, end))
    return result


def _clean_code(text: str, marks: list[Mark]) -> list[Mark]:
    """Code ends at a line break and goes on after it: no flavour has a break inside inline code."""
    result = []
    for mark in marks:
        start = mark.start
        while start < mark.end:
            stop = text.find("\n", start, mark.end)
            stop = mark.end if stop < 0 else stop
            if start < stop:
                result.append(Mark("code", start, stop))
            start = stop + 1
    return result


def _clean_links(marks: list[Mark]) -> list[Mark]:
    """Links do not overlap: the one that begins first keeps its range, equal neighbours become one."""
    marks.sort(key=_key)
    result: list[Mark] = []
    for mark in marks:
        last = result[-1] if result else None
        if last is not None and mark.start <= last.end:
            if (mark.href, mark.title, mark.user_id) == (last.href, last.title, last.user_id):
                if mark.end > last.end:
                    result[-1] = Mark("link", last.start, mark.end, last.href, last.title, last.user_id)
                continue
            if mark.end <= last.end:
                continue
            if mark.start < last.end:
                mark = Mark("link", last.end, mark.end, mark.href, mark.title, mark.user_id)
        result.append(mark)
    return result


class Span(msgspec.Struct, frozen=True, gc=False):
    """A marked stretch. ``mark`` is the piece this node stands for, cut where marks crossed."""

    mark: Mark
    children: tuple[Span | str, ...]


def tree(rich: RichText) -> tuple[Span | str, ...]:
    """Properly nested spans over the text of ``rich``, whose marks must be clean.

    Where marks cross, one is cut: code at every boundary (it stands innermost), strong and em at the
    boundaries of a link, the later of strong and em at the end of the earlier. Texts of all leaves in
    order are the text.
    """
    if not rich.marks:
        return (rich.text,) if rich.text else ()
    marks = list(rich.marks)
    if len(marks) > 1:
        marks = _uncross(marks)
    marks.reverse()
    return _nest(rich.text, 0, len(rich.text), marks)


def _uncross(marks: list[Mark]) -> list[Mark]:
    """Marks cut so that none crosses a link, and code contains no boundary of another mark."""
    if _are_nested(marks):
        return marks
    link_cuts = sorted({o for m in marks if m.kind == "link" for o in (m.start, m.end)})
    all_cuts = sorted({o for m in marks if m.kind != "code" for o in (m.start, m.end)})
    links = [m for m in marks if m.kind == "link"]
    result: list[Mark] = []
    for mark in marks:
        if mark.kind == "link":
            result.append(mark)
        elif mark.kind == "code":
            result += _cut(mark, all_cuts)
        else:
            result += _cut(mark, [cut for cut in _inside(link_cuts, mark) if _crosses(mark, cut, links)])
    result.sort(key=_key)
    return result


def _are_nested(marks: list[Mark]) -> bool:
    """Whether each mark stands beside the one before it, or within it; nothing stands within code."""
    around: list[int] = []  # the ends of the marks that the next one may stand in
    code = 0
    for mark in marks:
        start, end = mark.start, mark.end
        while around and around[-1] <= start:
            around.pop()
        if start < code or (around and end > around[-1]):
            return False
        around.append(end)
        if mark.kind == "code":
            code = end
    return True


def _inside(cuts: list[int], mark: Mark) -> list[int]:
    return cuts[bisect_right(cuts, mark.start) : bisect_right(cuts, mark.end - 1)]


def _crosses(mark: Mark, cut: int, links: list[Mark]) -> bool:
    """Whether the link that has a boundary at ``cut`` reaches out of ``mark`` at its other end."""
    first = bisect_right(links, cut, key=lambda link: link.start) - 1
    return any(
        cut in (link.start, link.end) and (link.start < mark.start or link.end > mark.end)
        for link in links[max(first - 1, 0) : first + 1]
    )


def _cut(mark: Mark, cuts: list[int]) -> list[Mark]:
    inner = _inside(cuts, mark)
    if not inner:
        return [mark]
    bounds = [mark.start, *inner, mark.end]
    return [Mark(mark.kind, a, b) for a, b in itertools.pairwise(bounds)]


def _nest(text: str, start: int, end: int, stack: list[Mark]) -> tuple[Span | str, ...]:
    """Nodes of ``text[start:end]``, taking from ``stack`` (last is next) the marks that begin there.

    Kinds do not nest in themselves, so the recursion is at most four deep.
    """
    nodes: list[Span | str] = []
    at = start
    while stack and stack[-1].start < end:
        mark = stack.pop()
        if mark.end > end:  # strong and em crossing: cut here, the rest comes behind
            rest = Mark(mark.kind, end, mark.end)
            mark = Mark(mark.kind, mark.start, end)
            place = len(stack)
            while place and _key(stack[place - 1]) < _key(rest):
                place -= 1
            stack.insert(place, rest)
        if mark.start > at:
            nodes.append(text[at : mark.start])
        nodes.append(Span(mark, _nest(text, mark.start, mark.end, stack)))
        at = mark.end
    if at < end:
        nodes.append(text[at:end])
    return tuple(nodes)
