"""The index: for every term the posts that hold it, in small files of neighbouring terms.

A post's number is its place in time. For each term its posts stand as variable-length integers, each the step
from the post before times four plus how the term is held (``terms``). Files are cut by size, so that a term, or
all terms with one beginning, lie in few of them; ``search/index.js`` says with which term each begins.
"""

from __future__ import annotations

import base64
import hashlib
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from fonds.archive import folding
from fonds.site import languages
from fonds.site.cards import Card
from fonds.site.pages import Planned, marked
from fonds.site.search import terms

PIECE = 12_000
"""Bytes of a file's terms and posts before they are packed: what a word costs who looks for it."""
IN_A_FOLDER = 500
HEADS = 16
"""Posts whose titles lie in one file: ten results are seldom neighbours."""

Table = dict[str, bytes]


def merge(found: Iterable[bytes]) -> Table:
    """The index of posts, given what ``terms.counted`` made of each, in their order."""
    last: dict[str, int] = {}
    lists: dict[str, bytearray] = {}
    for number, data in enumerate(found):
        for term, how in terms.read(data).items():
            before = last.get(term)
            if before is None:
                before, lists[term] = -1, bytearray()
            last[term] = number
            value = (number - before) << 2 | how
            if value < 0x80:
                lists[term].append(value)
            else:
                lists[term] += _number(value)
    last.clear()
    # One by one, so that both forms of the whole are never there together.
    return {term: bytes(lists.pop(term)) for term in list(lists)}


def patch(table: Table, changes: Iterable[tuple[int, bytes, bytes]]) -> None:
    """Brings ``table`` up to date: (number, terms before, terms now) of each post that changed."""
    for number, old, new in changes:
        before, now = terms.read(old), terms.read(new)
        for term in before.keys() | now.keys():
            if before.get(term) != now.get(term):
                held = _decoded(table.get(term, b""))
                held.pop(number, None)
                if term in now:
                    held[number] = now[term]
                if held:
                    table[term] = _encoded(held)
                else:
                    table.pop(term, None)


def _number(value: int) -> bytes:
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def _decoded(data: bytes) -> dict[int, int]:
    held: dict[int, int] = {}
    number, value, shift = -1, 0, 0
    for byte in data:
        value |= (byte & 0x7F) << shift
        if byte & 0x80:
            shift += 7
            continue
        number += value >> 2
        held[number] = value & 3
        value = shift = 0
    return held


def _encoded(held: Mapping[int, int]) -> bytes:
    out = bytearray()
    before = -1
    for number in sorted(held):
        out += _number((number - before) << 2 | held[number])
        before = number
    return bytes(out)


# ------------------------------------------------------------------------------------------- files


def pieces(table: Table) -> Iterator[list[str]]:
    """The terms in the order of UTF-16 (that of JavaScript), cut into files."""
    piece: list[str] = []
    size = 0
    for term in sorted(table, key=_utf16):
        length = len(table[term]) + len(term) + 3
        if piece and size + length > PIECE:
            yield piece
            piece, size = [], 0
        piece.append(term)
        size += length
    if piece:
        yield piece


def _utf16(term: str) -> bytes:
    return term.encode("utf-16-be", "surrogatepass")


def encoded(table: Table, piece: Sequence[str]) -> bytes:
    """One file's content: each term as what it shares with the one before and its rest, then the posts."""
    head = bytearray(_number(len(piece)))
    before = b""
    for term in piece:
        raw = term.encode("utf-8", "replace")
        shared = 0
        limit = min(len(raw), len(before))
        while shared < limit and raw[shared] == before[shared]:
            shared += 1
        head += _number(shared) + _number(len(raw) - shared) + raw[shared:] + _number(len(table[term]))
        before = raw
    return bytes(head) + b"".join(table[term] for term in piece)


def plan(table: Table, cards: Sequence[Card], text: Callable[[str], bytes]) -> Iterator[Planned]:
    """The files of the index, those of the posts' texts (``text``: id → packed fields), and the rules."""
    rules = _script("rules", folding_rules())
    yield Planned("search/rules.js", marked(rules), lambda: rules)
    begins: list[str] = []
    for number, piece in enumerate(pieces(table)):
        begins.append(piece[0])
        yield Planned(
            f"search/t/{number}.js", _mark(table, piece), _made(_piece_script, number, table, piece)
        )
    index = _script(
        "index",
        {
            "version": folding.FOLDING_VERSION,
            "posts": len(cards),
            "begins": begins,
            "folder": IN_A_FOLDER,
            "heads": HEADS,
        },
    )
    yield Planned("search/index.js", marked(index), lambda: index)
    for block in range(0, len(cards), HEADS):
        heads = [_head(card) for card in cards[block : block + HEADS]]
        number = block // HEADS
        yield Planned(f"search/h/{number}.js", marked(number, heads), _made(_heads_script, number, heads))
    for number, card in enumerate(cards):
        yield Planned(
            f"search/d/{number // IN_A_FOLDER}/{number}.js",
            marked(number, card.mark),
            _made(_text_script, number, card, text),
        )


def _made(make: Callable[..., bytes], *arguments: Any) -> Callable[[], bytes]:
    return lambda: make(*arguments)


def _mark(table: Table, piece: Sequence[str]) -> str:
    found = hashlib.blake2b("\0".join(piece).encode("utf-8", "replace"), digest_size=16)
    found.update(b"\0".join(table[term] for term in piece))
    return found.hexdigest()


def _piece_script(number: int, table: Table, piece: Sequence[str]) -> bytes:
    return _packed_script("terms", number, _deflated(encoded(table, piece)))


def _heads_script(number: int, heads: Sequence[Mapping[str, str]]) -> bytes:
    return _packed_script("heads", number, _deflated(msgspec.json.encode(heads)))


def _text_script(number: int, card: Card, text: Callable[[str], bytes]) -> bytes:
    return _packed_script("text", number, text(card.ident))


def _packed_script(name: str, number: int, data: bytes) -> bytes:
    return b'fonds.%s(%d,"%s");\n' % (name.encode(), number, base64.b64encode(data))


def _deflated(data: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def _head(card: Card) -> dict[str, str]:
    """What a result shows of a post before its text is there."""
    speech = languages.speech(card.lang)
    about = {
        "page": card.page, "title": card.title, "day": card.day, "lang": speech.lang, "dir": speech.dir,
        "author": card.author, "kind": card.kind,
    }  # fmt: skip
    return {name: value for name, value in about.items() if value}


def _script(name: str, value: Any) -> bytes:
    return b"fonds.%s(%s);\n" % (name.encode(), _json(value))


def _json(value: Any) -> bytes:
    """JSON that is a script too, in any encoding: U+2028 and U+2029 end lines in old JavaScript."""
    text = msgspec.json.encode(value).decode()
    return text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029").encode()


def folding_rules() -> dict[str, Any]:
    """The rules of ``fonds.archive.folding`` as data, for the script that folds what is looked for."""
    return {
        "version": folding.FOLDING_VERSION,
        "longest": folding.MAX_TERM,
        "spaceless": folding.SPACELESS,
        "attached": folding.ATTACHED,
        "marks": folding.MARKS,
        "invisible": folding.INVISIBLE,
        "beside": folding.BESIDE_LETTERS,
        "apart": folding.APART,
        "letters": folding.LETTERS,
        "digits": folding.DIGITS,
        "prefixes": folding.PREFIXES,
    }


def posts(cards: Sequence[Card]) -> bytes:
    """``data/posts.js``: of each post its day, language, author and tags, for filters and the timeline."""
    spoken = sorted({card.lang for card in cards})
    people = sorted({card.username or card.author for card in cards if card.author})
    tags = sorted({slug for card in cards for slug, _ in card.tags})
    places = {
        name: {key: n for n, key in enumerate(keys)}
        for name, keys in (("l", spoken), ("p", people), ("t", tags))
    }
    value = {
        "languages": spoken,
        "people": people,
        "tags": tags,
        "days": [_day(card) for card in cards],
        "language": [places["l"][card.lang] for card in cards],
        "person": [places["p"].get(card.username or card.author, -1) for card in cards],
        "tag": [[places["t"][slug] for slug, _ in card.tags] for card in cards],
    }
    return _script("posts", value)


def _day(card: Card) -> int:
    """Days since 1970; -1 for an unknown one."""
    return card.at // 86_400_000 if card.day else -1
