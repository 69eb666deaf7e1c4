"""Sentences of a post: every block that holds words, with the place of each sentence in the whole text.

``full_text`` joins what the blocks say with line feeds; a sentence's selector (W3C Web Annotation,
TextQuoteSelector) finds the sentence in it, or in any text rendered from the same post that keeps the
words in order, without relying on offsets.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator
from functools import cache
from typing import Literal, NamedTuple, TypeAlias

import msgspec

from fonds.ledger.lexicon import read_data
from fonds.ledger.registers import Place, only_place, place_named, places_in
from fonds.model import (
    Block,
    Code,
    Embed,
    Heading,
    Image,
    ImageRow,
    LinkCard,
    ListItem,
    Paragraph,
    Post,
    Quote,
    RichText,
    Section,
    Unknown,
)

BlockKind: TypeAlias = Literal[
    "heading", "subtitle", "body", "quote", "tweet", "caption", "card", "item", "code"
]

CONTEXT = 32
"""Code points of prefix and suffix: what the Web Annotation tools use."""
MAX_CONTEXT = 512
"""A sentence that stands twice with the same neighbours gets up to so much prefix."""
MAX_SECTION = 60
"""A longer line is no heading, however bold."""


class Selector(msgspec.Struct, frozen=True, omit_defaults=True, tag="TextQuoteSelector"):
    """https://www.w3.org/TR/annotation-model/#text-quote-selector"""

    exact: str
    prefix: str = ""
    suffix: str = ""


class Sentence(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """``text`` is ``full_text(post)[position:position + len(text)]`` and the part ``start``..``end`` of the
    block's own text. ``block`` is the index in ``post.blocks``, -1 for a title that stands in no block;
    ``name`` the block's paragraph name (an anchor). ``section`` is the heading above, a bare bold or capital
    line included; ``region`` the nearest heading above (or the title, before the first heading) that is about
    one place: it holds on below headings that name none ("Communal kitchens to be open"). ``frame`` names the author of a tweet. ``repeats`` is the index of an earlier sentence that
    says the same, where one of the two is a caption: count only one.
    """

    text: str
    kind: BlockKind
    block: int
    start: int
    end: int
    position: int
    selector: Selector
    name: str = ""
    section: str = ""
    region: str = ""
    frame: str = ""
    repeats: int | None = None


class _Piece(NamedTuple):
    """One run of text of a block, as ``full_text`` joins them."""

    block: int
    name: str
    kind: BlockKind
    content: RichText
    frame: str


def _captions(image: Image, index: int) -> Iterator[_Piece]:
    if image.caption.text:
        yield _Piece(index, image.name, "caption", image.caption, "")
    elif image.alt:
        yield _Piece(index, image.name, "caption", RichText(image.alt), "")


def _pieces_of(block: Block, index: int) -> Iterator[_Piece]:
    if isinstance(block, Heading):
        yield _Piece(
            index, block.name, "subtitle" if block.role == "subtitle" else "heading", block.content, ""
        )
    elif isinstance(block, Paragraph):
        kinds: dict[str, BlockKind] = {
            "title": "heading",
            "subtitle": "subtitle",
            "section-caption": "caption",
        }
        yield _Piece(index, block.name, kinds.get(block.role, "body"), block.content, "")
    elif isinstance(block, Quote):
        yield _Piece(index, block.name, "quote", block.content, "")
    elif isinstance(block, ListItem):
        yield _Piece(index, block.name, "item", block.content, "")
    elif isinstance(block, Code):
        yield _Piece(index, block.name, "code", block.content, "")
    elif isinstance(block, Unknown):
        yield _Piece(index, block.name, "body", block.content, "")
    elif isinstance(block, Image):
        yield from _captions(block, index)
    elif isinstance(block, ImageRow):
        for image in block.images:
            yield from _captions(image, index)
    elif isinstance(block, Section):
        if block.cover is not None:
            yield from _captions(block.cover, index)
    elif isinstance(block, LinkCard):
        text = block.content.text or "\n".join(part for part in (block.title, block.description) if part)
        yield _Piece(index, block.name, "card", RichText(text), block.host)
    elif isinstance(block, Embed):
        yield from _embedded(block, index)


def _embedded(block: Embed, index: int) -> Iterator[_Piece]:
    text = block.content.text or block.title
    if text:
        yield _Piece(
            index, block.name, "tweet" if block.kind == "tweet" else "card", RichText(text), block.author
        )
    if block.caption.text:
        yield _Piece(index, block.name, "caption", block.caption, "")


def _pieces(post: Post) -> list[_Piece]:
    out: list[_Piece] = []
    titled = any(isinstance(b, (Heading, Paragraph)) and b.role == "title" for b in post.blocks)
    first = next(
        (b for b in post.blocks if isinstance(b, (Heading, Paragraph)) and b.content.text.strip()), None
    )
    if (
        post.title
        and not titled
        and not (first is not None and first.content.text.strip() == post.title.strip())
    ):
        out.append(_Piece(-1, "", "heading", RichText(post.title), ""))
    for index, block in enumerate(post.blocks):
        out += [piece for piece in _pieces_of(block, index) if piece.content.text]
    return out


def full_text(post: Post) -> str:
    """All words of the post in reading order, one line feed between the texts of blocks."""
    return "\n".join(piece.content.text for piece in _pieces(post))


# ---- where a sentence ends ----------------------------------------------------------------------------------

_END = re.compile(r"\n+|[.!?…]+[\"”’'»)\]]*|[。！？؟۔]+[\"”’'»)\]」』]*")
_HEADING_BREAK = re.compile(r"\s*(?://+|\||•|·)\s*|\s+[/—–-]\s+|\s*—\s*")
_WORD_BEFORE = re.compile(r"[^\s(\[“\"]+$")


@cache
def _words(language: str) -> dict[str, frozenset[str]]:
    return {name: frozenset(text.split()) for name, text in read_data(language, "sentences.toml").items()}


def _ends(text: str, start: int, end: int, language: str) -> bool:
    """Whether the stop at ``start``..``end`` ends a sentence."""
    stop = text[start:end]
    if "\n" in stop or stop[0] in "。！？؟۔":
        return True
    rest = text[end : end + 4]
    if not rest:
        return True
    found = _WORD_BEFORE.search(text, max(0, start - 24), start)
    before = found.group() if found else ""
    if not rest[0].isspace():
        glued = len(rest) > 1 and rest[0].isupper() and (rest[1].islower() or rest[1] == " ")
        return stop == "." and glued and len(before) > 1 and before.isalpha() and before[1:].islower()
    after = rest.lstrip()[:1] or text[end : end + 40].lstrip()[:1]
    if not after or after.islower():
        return not after
    if stop[0] != ".":
        return True
    words = _words(language)
    plain = before.lower().rstrip(".")
    if len(plain) == 1 and before[:1].isupper():
        return False
    return plain not in words["abbreviations"] or (
        plain in words["may_end"] and not after.isdigit() and plain != "no"
    )


def split(text: str, heading: bool = False, language: str = "en") -> list[tuple[int, int]]:
    """Start and end of each sentence of ``text``, without the white space round it.

    Abbreviations, initials, decimal points and a missing blank behind a full stop are looked at; a line feed
    always ends a sentence. In a heading ``//``, ``|`` and `` / ``, `` — `` part sentences too. Linear.
    """
    cuts: list[tuple[int, int]] = []
    begin = 0
    for match in _END.finditer(text):
        if match.start() >= begin and _ends(text, match.start(), match.end(), language):
            cuts.append((begin, match.end()))
            begin = match.end()
    cuts.append((begin, len(text)))
    if heading:
        cuts = [part for cut in cuts for part in _heading_parts(text, *cut)]
    out = []
    for first, last in cuts:
        piece = text[first:last]
        left = len(piece) - len(piece.lstrip())
        right = len(piece.rstrip())
        if right > left:
            out.append((first + left, first + right))
    return out


def _heading_parts(text: str, begin: int, end: int) -> Iterator[tuple[int, int]]:
    at = begin
    for match in _HEADING_BREAK.finditer(text, begin, end):
        yield at, match.start()
        at = match.end()
    yield at, end


# ---- sections and selectors ---------------------------------------------------------------------------------


def _strong(content: RichText) -> list[tuple[int, int]]:
    """Spans of the strong marks; they neither overlap nor touch (see ``RichText``), so they are sorted."""
    return [(mark.start, mark.end) for mark in content.marks if mark.kind == "strong"]


def _is_bold(strong: list[tuple[int, int]], start: int, end: int) -> bool:
    at = bisect.bisect_right(strong, (start, 1 << 62)) - 1
    return at >= 0 and strong[at][1] >= end


def _section_line(
    content: RichText, strong: list[tuple[int, int]], start: int, end: int, language: str
) -> bool:
    """A line of its own that heads what follows: a place, a known word, or capitals; bold or in capitals."""
    line = content.text[start:end]
    if (
        len(line) > MAX_SECTION
        or line[-1] in ".!?,;"
        or (end < len(content.text) and content.text[end] != "\n")
    ):
        return False
    if start and content.text[start - 1] != "\n":
        return False
    plain = line.strip(" :")
    capitals = plain.isupper() and sum(c.isalpha() for c in plain) > 1
    if not (capitals or _is_bold(strong, start, start + len(line.rstrip(" :")))):
        return False
    known = place_named(plain) is not None or plain.lower() in _words(language)["section_words"]
    return known or (len(plain.split()) <= 4 and not any(c.isdigit() for c in plain))


def _select(text: str, start: int, end: int, size: int) -> Selector:
    return Selector(text[start:end], text[max(0, start - size) : start], text[end : end + CONTEXT])


def resolve(text: str, selector: Selector, position: int = 0) -> int:
    """Where ``selector`` points in ``text`` (a code point offset), or -1. Where its quotation with prefix and
    suffix stands more than once, the one nearest to ``position`` counts; where it does not stand at all (the
    neighbours changed), the nearest place of the quotation alone; where that does not stand either, the same
    without white space (another rendering breaks lines elsewhere, or puts a blank behind a link)."""
    whole = selector.prefix + selector.exact + selector.suffix
    found = _nearest(text, whole, position - len(selector.prefix))
    if found >= 0:
        return found + len(selector.prefix)
    found = _nearest(text, selector.exact, position)
    if found >= 0 or not selector.exact.strip():
        return found
    places = [at for at, char in enumerate(text) if not char.isspace()]
    bare = "".join(text.split())
    for before in (selector.prefix, ""):
        quote = "".join((before + selector.exact).split())
        at = bare.find(quote)
        if at >= 0 and len(bare) == len(places):
            return places[at + len("".join(before.split()))]
    return -1


def _nearest(text: str, quote: str, position: int) -> int:
    best, at = -1, text.find(quote)
    while at >= 0 and quote:
        if best < 0 or abs(at - position) < abs(best - position):
            best = at
        if at > position:
            break
        at = text.find(quote, at + 1)
    return best


class _Cut(NamedTuple):
    """One sentence before its selector is made: where it stands, and under which headings."""

    piece: _Piece
    start: int
    end: int
    offset: int
    section: str
    region: str


def sentences(post: Post, language: str = "en") -> list[Sentence]:
    """Every sentence of ``post`` in reading order. Linear in the length of the post."""
    pieces = _pieces(post)
    text = "\n".join(piece.content.text for piece in pieces)
    found: list[_Cut] = []
    offset, section = 0, ""
    region = post.title if only_place(post.title) else ""
    for piece in pieces:
        own = piece.content.text
        if piece.kind == "heading" and piece.block >= 0 and not _is_title(post, piece):
            region = _region_below(" ".join(own.split()), region if section else "", language)
            section = " ".join(own.split())
        strong = _strong(piece.content)
        for start, end in split(own, piece.kind in ("heading", "subtitle"), language):
            if piece.kind == "body" and _section_line(piece.content, strong, start, end, language):
                line = own[start:end].strip(" :")
                region = _region_below(line, region if section else "", language)
                section = line
            under = (section, region) if piece.block >= 0 else ("", region)
            found.append(_Cut(piece, start, end, offset, *under))
        offset += len(own) + 1
    return _built(text, found)


def _region_below(heading: str, above: str, language: str) -> str:
    """The place that holds below ``heading``: its own, else the one above, unless a general part begins."""
    places = places_in(heading)
    if places:
        return heading if only_place(heading) else (above if _within(places, above) else "")
    plain = heading.strip(" :").lower()
    return "" if plain in _words(language)["section_words"] else above


def _within(places: list[Place], above: str) -> bool:
    """Several places, the one of the heading above among them: the heading above still holds."""
    held = only_place(above)
    return held is not None and any(held.country and place.country == held.country for place in places)


def _is_title(post: Post, piece: _Piece) -> bool:
    block = post.blocks[piece.block]
    return isinstance(block, (Heading, Paragraph)) and (
        block.role == "title" or block.content.text.strip() == post.title.strip()
    )


def _built(text: str, found: list[_Cut]) -> list[Sentence]:
    keys: dict[Selector, int] = {}
    for _, start, end, offset, *_ in found:
        selector = _select(text, offset + start, offset + end, CONTEXT)
        keys[selector] = keys.get(selector, 0) + 1
    out: list[Sentence] = []
    seen: dict[str, int] = {}
    for piece, start, end, offset, section, region in found:
        selector = _select(text, offset + start, offset + end, CONTEXT)
        if keys[selector] > 1:
            selector = _select(text, offset + start, offset + end, MAX_CONTEXT)
        exact = selector.exact
        folded = " ".join(exact.split())
        earlier = seen.setdefault(folded, len(out))
        repeats = earlier if earlier < len(out) and "caption" in (piece.kind, out[earlier].kind) else None
        out.append(
            Sentence(
                text=exact,
                kind=piece.kind,
                block=piece.block,
                start=start,
                end=end,
                position=offset + start,
                selector=selector,
                name=piece.name,
                section=section,
                region=region,
                frame=piece.frame if piece.kind == "tweet" else "",
                repeats=repeats,
            )
        )
    return out
