"""Mutations that know the forms: JSON as a tree, HTML and Markdown as pieces.

Bytes flipped at random seldom leave valid JSON, so most of what lies behind the parser would never be
tried. Here a value is replaced, a key renamed, a paragraph doubled, a reference turned on itself, a tag
dropped or nested deep, and the result is written in the form it came in.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from typing import Any

from texts import GLUE, HREFS, WORDS

Tree = Any
"""What json.loads gives."""

_STATE = re.compile(rb"(?:__APOLLO_STATE__\"?\]?\s*=\s*|obvInit\"?\]?\(\s*|GLOBALS\s*=\s*|while\(1\);</x>)")
_HEX = re.compile(r"\\x([0-9a-fA-F]{2})")
_PIECE = re.compile(r"<[^<>]*>?|[^<]+")
_WORD = re.compile(r"\w+|\W")

STRINGS = (
    *WORDS, *GLUE, *HREFS, "", "P", "H3", "H4", "IMG", "BQ", "PQ", "PRE", "ULI", "OLI", "IFRAME", "MIXTAPE_EMBED", "HR",
    "SECTION_CAPTION", "POLL", "STRONG", "EM", "A", "CODE", "OUTSET_ROW", "OUTSET_ROW_CONTINUE", "FULL_WIDTH",
    "\r\n", "\x00", "\ud83d", "\u2028", "\x0b\x0c\x1f", "\ufeff", "\x85", "a" * 3_000, "[" * 200, "<b>" * 100, "> " * 100,
    "---", "```", "~~~\nx", "    code", "1. x\n2. y", "- x", "# x", "x\n===", "x\n---", "| a |\n| - |", "[a]: b", "<!--", "-->",
    "<pre>", "</pre>", "</figure>", "<div>\n\n", "]]>", "</script>", "&#0;", "&amp;amp;", "\\", "\\\n", "a  \nb", "**", "*a **b* c**",
    "javascript:x", "http://[", "https://a.example/%zz%20(", "//", "?", "#", "\t", "https://youtu.be/aB3-_xYz012",
    "https://gist.github.com/ana/0123abc", "1*aB3.jpeg", "../../x", "data:,x", "http://ä.example/ö", "https://a.example/\n",
    "[^1]", "[^1]: x", ":smile:", "https://a.example", "www.a.example", "ana@a.example", "\ud83d\ude00",
)  # fmt: skip
NUMBERS = (
    0,
    1,
    -1,
    2,
    3,
    4,
    7,
    8,
    10,
    11,
    13,
    14,
    15,
    99,
    2**31,
    -(2**31),
    2**53,
    2**63,
    2**64,
    10**30,
    0.5,
    -0.0,
    1e308,
    1.5e9,
)
OTHERS: tuple[Tree, ...] = (
    None,
    True,
    False,
    [],
    {},
    [[]],
    [None],
    {"__ref": ""},
    {"id": "ROOT_QUERY", "type": "id"},
)
KEYS = (
    "text", "type", "name", "markups", "start", "end", "href", "anchorType", "userId", "title", "layout", "metadata", "id",
    "iframe", "mediaResource", "mediaResourceId", "mixtapeMetadata", "codeBlockMetadata", "lang", "mode", "hasDropCap",
    "dropCapImage", "paragraphs", "sections", "startIndex", "backgroundImage", "bodyModel", "content", "payload", "value",
    "references", "data", "post", "__typename", "__ref", "generated", "creator", "collection", "tags", "virtuals", "blocks",
    "caption", "marks", "kind", "source", "form", "level", "role", "cover", "images", "files", "response", "alt", "src",
)  # fmt: skip
TAGS = (
    "p", "h1", "h2", "h3", "h4", "ul", "ol", "li", "pre", "code", "blockquote", "figure", "figcaption", "img", "a", "strong",
    "em", "b", "i", "br", "span", "div", "section", "article", "iframe", "hr", "table", "script", "svg", "template", "title", "time",
)  # fmt: skip
CLASSES = (
    "graf graf--p", "graf graf--h3 graf--title", "graf graf--h4 graf--subtitle", "graf graf--pre", "graf graf--preV2",
    "graf graf--figure", "graf graf--figure graf--layoutOutsetRow", "graf graf--layoutOutsetRowContinue", "graf graf--li",
    "graf graf--blockquote", "graf graf--pullquote", "graf graf--iframe", "graf graf--mixtapeEmbed", "graf graf--empty",
    "graf graf--hasDropCap", "graf-dropCap", "graf-dropCapImage", "graf-image", "imageCaption", "markup--strong markup--p-strong",
    "markup--em", "markup--anchor", "markup--code", "markup--user", "markup--highlight", "section section--body", "section-divider",
    "section-inner sectionLayout--outsetRow", "section-background", "postList", "h-entry", "p-name", "e-content", "p-canonical",
    "dt-published", "mixtapeImage", "markup--mixtapeEmbed-anchor", "hljs-keyword", "graf--kicker", "graf--sectionCaption", "sonnet",
)  # fmt: skip
ATTRIBUTES = (
    "class", "name", "id", "href", "data-href", "data-image-id", "data-width", "data-height", "data-focus-x", "src", "alt",
    "title", "data-code-block-lang", "data-code-block-mode", "data-field", "datetime", "data-user-id", "data-anchor-type",
    "data-media-id", "data-thumbnail-image-id", "data-testid", "start", "data-layout", "style", "dir", "lang",
)  # fmt: skip


def mutate(data: bytes, seed: int, limit: int) -> bytes:
    """Another input like ``data``, decided by ``seed``, of at most ``limit`` bytes."""
    choose = random.Random(seed)
    found = _json(data, choose)
    if found is None or (choose.random() < 0.15 and b"<" in data):
        found = _text(data, choose)
    return found[:limit]


# -- JSON


def _json(data: bytes, choose: random.Random) -> bytes | None:
    """A mutation of the JSON that ``data`` is or holds; None when there is none."""
    prefix, source, suffix = _span(data)
    if source is None:
        return None
    try:
        tree, end = json.JSONDecoder().raw_decode(source)
    except (ValueError, RecursionError):
        return None
    if not isinstance(tree, (dict, list)):
        return None
    for _ in range(choose.choice((1, 1, 1, 2, 3, 6))):
        _change(tree, choose)
    try:
        written = json.dumps(tree, ensure_ascii=choose.random() < 0.5, separators=(",", ":"))
    except (ValueError, RecursionError):
        return None
    rest = source[end:] if suffix else ""
    return prefix + (written + rest).encode("utf-8", "surrogatepass")


def _span(data: bytes) -> tuple[bytes, str | None, bool]:
    head = data.lstrip()[:1]
    if head in (b"{", b"["):
        return b"", data.decode("utf-8", "replace").lstrip(), False
    match = _STATE.search(data)
    if match is None:
        return b"", None, False
    rest = data[match.end() :].decode("utf-8", "replace")
    at = min((i for i in (rest.find("{"), rest.find("[")) if i >= 0), default=-1)
    if at < 0 or at > 50:
        return b"", None, False
    return data[: match.end()] + rest[:at].encode(), _HEX.sub(r"\\u00\1", rest[at:]), True


def _places(tree: Tree) -> list[tuple[Any, Any]]:
    """(container, key) of every value, without recursion."""
    places: list[tuple[Any, Any]] = []
    stack = [tree]
    while stack and len(places) < 20_000:
        node = stack.pop()
        keys = list(node) if isinstance(node, dict) else range(len(node))
        for key in keys:
            places.append((node, key))
            if isinstance(node[key], (dict, list)):
                stack.append(node[key])
    return places


def _change(tree: Tree, choose: random.Random) -> None:
    places = _places(tree)
    if not places:
        return
    node, key = choose.choice(places)
    if choose.random() < 0.5:  # paragraphs and marks are what it is about
        inner = [
            place
            for place in places
            if place[1] in ("text", "start", "end", "type", "href", "markups", "marks")
        ]
        node, key = choose.choice(inner or places)
    operation = choose.choice(_OPERATIONS)
    operation(node, key, places, choose)


def _copy(tree: Tree) -> Tree:
    """Nothing of a tree may stand in it twice: a later change would turn it into a circle."""
    return json.loads(json.dumps(tree))


def _any(choose: random.Random) -> Tree:
    return choose.choice((choose.choice(STRINGS), choose.choice(NUMBERS), _copy(choose.choice(OTHERS))))


def _replace(node: Any, key: Any, _places: list[tuple[Any, Any]], choose: random.Random) -> None:
    old = node[key]
    if isinstance(old, str) and choose.random() < 0.8:
        node[key] = string(old, choose)
    elif isinstance(old, (int, float)) and choose.random() < 0.8:
        node[key] = (
            old + choose.choice((-3, -2, -1, 1, 2, 5)) if choose.random() < 0.6 else choose.choice(NUMBERS)
        )
    else:
        node[key] = _any(choose)


def _splice(node: Any, key: Any, places: list[tuple[Any, Any]], choose: random.Random) -> None:
    other, name = choose.choice(places)
    node[key] = _copy(other[name])


def _drop(node: Any, key: Any, _places: list[tuple[Any, Any]], _choose: random.Random) -> None:
    del node[key]


def _double(node: Any, key: Any, _places: list[tuple[Any, Any]], choose: random.Random) -> None:
    if isinstance(node, list):
        node[key:key] = [_copy(node[key]) for _ in range(choose.choice((1, 1, 2, 30)))]
    else:
        node[choose.choice(KEYS)] = _copy(node[key])


def _rename(node: Any, key: Any, _places: list[tuple[Any, Any]], choose: random.Random) -> None:
    if isinstance(node, dict):
        node[choose.choice((choose.choice(KEYS), choose.choice(STRINGS)))] = node.pop(key)
    else:
        choose.shuffle(node)


def _add(node: Any, key: Any, places: list[tuple[Any, Any]], choose: random.Random) -> None:
    if isinstance(node[key], dict):
        node[key][choose.choice(KEYS)] = _any(choose)
    elif isinstance(node[key], list):
        kinds = choose.choice(
            (["STRONG", "EM", "CODE", "A"], [1, 2, 10, 3], ["strong", "em", "code", "link"])
        )
        start = choose.randint(-1, 20)
        field = "kind" if kinds[0] == "strong" else "type"
        mark = {
            field: choose.choice(kinds),
            "start": start,
            "end": start + choose.randint(-1, 20),
            "href": choose.choice(HREFS),
        }
        node[key].insert(choose.randint(0, len(node[key])), mark)
    else:
        _replace(node, key, places, choose)


def _refer(node: Any, key: Any, places: list[tuple[Any, Any]], choose: random.Random) -> None:
    names = [name for _, name in places if isinstance(name, str)]
    name = choose.choice(names) if names else ""
    node[key] = choose.choice(({"__ref": name}, {"type": "id", "id": name, "generated": True}, name))


def _nest(node: Any, key: Any, _places: list[tuple[Any, Any]], choose: random.Random) -> None:
    """Deep, but not so deep that json.dumps gives up."""
    inner = node[key]
    name = choose.choice(KEYS)
    for _ in range(choose.choice((1, 3, 150))):
        inner = {name: inner} if choose.random() < 0.5 else [inner]
    node[key] = inner


_OPERATIONS: tuple[Callable[[Any, Any, list[tuple[Any, Any]], random.Random], None], ...] = (
    _replace, _replace, _replace, _replace, _splice, _drop, _double, _rename, _add, _add, _refer, _nest,
)  # fmt: skip


def string(old: str, choose: random.Random) -> str:
    """``old`` with something put in, taken out, or in its place."""
    what = choose.random()
    new = "".join(choose.choice(STRINGS) for _ in range(choose.choice((1, 1, 2, 4))))
    if what < 0.2:
        return new
    at = choose.randint(0, len(old))
    if what < 0.7:
        return old[:at] + new + old[at:]
    return old[:at] + old[at + choose.randint(0, 8) :]


# -- HTML, XML, Markdown


def _text(data: bytes, choose: random.Random) -> bytes:
    text = data.decode("utf-8", "surrogateescape")
    pieces = _PIECE.findall(text) if "<" in text else text.splitlines(keepends=True)
    if not pieces:
        pieces = [choose.choice(STRINGS)]
    change = _change_html if "<" in text else _change_lines
    for _ in range(choose.choice((1, 1, 2, 3, 6))):
        change(pieces, choose)
    whole = "".join(pieces)
    try:
        return whole.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return whole.encode("utf-8", "surrogatepass")


def _change_html(pieces: list[str], choose: random.Random) -> None:
    at = choose.randrange(len(pieces)) if pieces else 0
    what = choose.randrange(9)
    if not pieces or what == 0:
        pieces.insert(at, _tag(choose))
    elif what == 1:
        pieces[at] = (
            _attribute(pieces[at], choose) if pieces[at].startswith("<") else _escaped(pieces[at], choose)
        )
    elif what == 2:
        del pieces[at]
    elif what == 3:
        stop = min(at + choose.choice((1, 2, 5, 20)), len(pieces))
        where = choose.randint(0, len(pieces))
        pieces[where:where] = pieces[at:stop] * choose.choice((1, 1, 2, 20))
    elif what == 4:
        tag = choose.choice(TAGS)
        stop = min(at + choose.choice((1, 2, 5, 20)), len(pieces))
        depth = choose.choice((1, 1, 1, 3, 300))
        pieces[at:stop] = [f"<{tag}>" * depth, *pieces[at:stop], f"</{tag}>" * depth]
    elif what == 5:
        other = choose.randrange(len(pieces))
        pieces[at], pieces[other] = pieces[other], pieces[at]
    elif what == 6:
        pieces[at] = (
            _attribute(pieces[at], choose) if pieces[at].startswith("<") else _escaped(pieces[at], choose)
        )
    elif what == 7:
        pieces.insert(at, _escaped("", choose))
    else:
        words = [n for n, piece in enumerate(pieces) if not piece.startswith("<") and piece.strip()]
        if words:
            at = choose.choice(words)
            pieces[at] = _escaped(pieces[at], choose)


def _escaped(old: str, choose: random.Random) -> str:
    new = string(old, choose)
    return new.replace("&", "&amp;").replace("<", "&lt;") if choose.random() < 0.8 else new


def _tag(choose: random.Random) -> str:
    name = choose.choice(TAGS)
    if choose.random() < 0.3:
        return f"</{name}>"
    return f'<{name} {choose.choice(ATTRIBUTES)}="{choose.choice(CLASSES)}">'


def _attribute(tag: str, choose: random.Random) -> str:
    name = choose.choice(ATTRIBUTES)
    value = (
        choose.choice(CLASSES)
        if name == "class"
        else choose.choice((choose.choice(STRINGS), str(choose.choice(NUMBERS))))
    )
    value = value.replace('"', "&quot;")
    if choose.random() < 0.5 and "=" in tag:
        return re.sub(r'="[^"]*"', lambda match: f'="{value}"' if choose.random() < 0.5 else match[0], tag)
    return f'{tag.rstrip(">")} {name}="{value}">'


def _change_lines(pieces: list[str], choose: random.Random) -> None:
    at = choose.randrange(len(pieces)) if pieces else 0
    what = choose.randrange(7)
    if not pieces or what == 0:
        pieces.insert(at, choose.choice(STRINGS) + "\n")
    elif what == 1:
        del pieces[at]
    elif what == 2:
        where = choose.randint(0, len(pieces))
        pieces[where:where] = [pieces[at]] * choose.choice((1, 1, 2, 50))
    elif what == 3:
        other = choose.randrange(len(pieces))
        pieces[at], pieces[other] = pieces[other], pieces[at]
    elif what == 4:
        words = _WORD.findall(pieces[at])
        if words:
            words[choose.randrange(len(words))] = choose.choice(STRINGS)
        pieces[at] = "".join(words)
    else:
        pieces[at] = string(pieces[at], choose)
