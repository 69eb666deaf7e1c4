"""Bytes to HTML text, and HTML text to a parsed tree, in time and memory linear in the input.

Lexbor builds the tree that browsers build, and with it inherits what HTML's parsing rules cost on
hostile input: every start tag walks the open elements (quadratic in the depth), every attribute is
compared with the others of its tag, and formatting elements that nobody closed are cloned into each
following block, attributes and all. ``parse`` measures the text first and refuses what no editor writes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fonds.errors import UnreadableError
from fonds.model import Note
from fonds.patterns import Seldom
from fonds.sources import sniff

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

MAX_DEPTH = 512
"""Elements open at once; browsers cap the depth of a tree at the same number."""
MAX_ATTRIBUTES = 256
"""Attributes of one tag."""
_MAX_CLONES = 64
"""How many times its size a text may grow through cloned formatting elements."""

_TAG = Seldom(
    r"<!--.*?(?:-->|\Z)|<(/?)([a-zA-Z][^\s/>]*)"
    r"((?:[\s/]++|[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s>\"'][^\s>]*+)?)?)*+)>?",
    re.S,
)
_ATTRIBUTE = Seldom(r"[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s>\"'][^\s>]*+)?)?")
_RAW = frozenset(["script", "style", "textarea", "title", "iframe", "noembed", "noframes", "xmp"])
_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
)
# Their start tags close the one before them, so that they nest only with another element between.
_SELF_CLOSING = frozenset(
    ["p", "li", "dd", "dt", "option", "optgroup", "tr", "td", "th", "tbody", "thead", "tfoot", "rp", "rt"]
)
_FORMATTING = frozenset(
    ["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"]
)


def decode(data: bytes) -> tuple[str, tuple[Note, ...]]:
    """The text of an HTML or XML file, and Notes on what could not be carried.

    Line ends become ``\\n``, as HTML's preprocessing wants; NUL becomes U+FFFD (W109); bytes that are
    not UTF-8 are read as ``fonds.sources.sniff.normalise`` says (W112).
    """
    notes: tuple[Note, ...] = ()
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        found = sniff.normalise(data)
        text = found.data.decode()
        encoding = found.encoding or f"U+FFFD in {found.replaced} places"
        notes = (Note("W112", f"the file is no UTF-8: read as {encoding}", f"byte {error.start}"),)
    text = text.removeprefix("\ufeff")
    # Looking for single bytes is many times faster than for characters.
    if b"\r" in data:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if b"\0" in data and "\0" in text:
        message = f"{text.count(chr(0))} characters that no file can carry became U+FFFD"
        notes += (Note("W109", message),)
        text = text.replace("\0", "\ufffd")
    return text, notes


def parse(text: str, origin: str = "") -> LexborHTMLParser:
    """The tree of an HTML document. Raises UnreadableError for one that would blow up (see above)."""
    # Imported here: it takes 4 ms to load, and what Medium wrote itself needs no parser.
    from selectolax.lexbor import LexborHTMLParser

    _guard(text, origin)
    return LexborHTMLParser(text)


def _guard(text: str, origin: str) -> None:
    """Raises UnreadableError when elements nest too deep, carry too many attributes or would multiply.

    What is counted never falls below what the parser keeps open: an end tag closes one start tag of
    its own name, and of the elements that are not counted none nests without a counted one between.
    """
    opened: dict[str, list[int]] = {}
    depth = weight = cost = at = 0
    scan = _TAG.compiled.search
    while tag := scan(text, at):
        at = tag.end()
        name = tag[2]
        if name is None or (name := name.lower()) in _VOID:
            continue
        if tag[1]:
            if closing := opened.get(name):
                depth -= 1
                weight -= closing.pop()
            continue
        attributes = tag[3]
        if len(attributes) > 2048 and sum(1 for _ in _ATTRIBUTE.finditer(attributes)) > MAX_ATTRIBUTES:
            raise _refusal("one tag has too many attributes", text, tag.start(), origin)
        if name in _RAW:
            end = re.compile(f"</{name}", re.I).search(text, at)
            at = end.start() if end else len(text)
            continue
        cost += weight
        if name in _SELF_CLOSING:
            continue
        depth += 1
        size = 64 + len(attributes) if name in _FORMATTING else 0
        weight += size
        opened.setdefault(name, []).append(size)
        if depth > MAX_DEPTH:
            raise _refusal("elements are nested too deep", text, tag.start(), origin)
        if cost > 1_000_000 + _MAX_CLONES * len(text):
            raise _refusal("formatting elements are opened and never closed", text, tag.start(), origin)


def _refusal(reason: str, text: str, at: int, origin: str) -> UnreadableError:
    line = text.count("\n", 0, at) + 1
    column = at - text.rfind("\n", 0, at)
    return UnreadableError(
        reason,
        origin=origin,
        where=f"line {line}, column {column}",
        remedy="No editor writes such HTML: save or export the post again",
    )


# What no reader sees. Drawings (svg) are a page's icons.
_UNSEEN = "style, template, svg, noembed, noframes, head"
_COMMENT = Seldom(r"<!--.*?-->", re.S)
# A serialiser writes no other references; but names of attributes hold whatever they held.
_AMPERSAND = Seldom(r"&(?!(?:amp|lt|gt|quot|nbsp);)")


def clean(node: LexborNode) -> None:
    """Takes out of ``node``, in place, what no reader sees, the code in scripts and what is shown in
    place of a frame; text that HTML takes as it is (``<xmp>``) becomes text like any other. Without
    this the serialised HTML could not be read tag by tag."""
    for unseen in node.css(_UNSEEN):
        unseen.decompose()
    for raw in node.css("script, iframe"):
        for child in list(raw.iter(include_text=True)):
            child.decompose()
    for raw in node.css("xmp, plaintext"):
        raw.replace_with(raw.text())


def inner_html(node: LexborNode) -> str:
    """What is inside ``node``, serialised (HTML standard, 13.3), for ``fonds.sources.inline_html``."""
    return _tidy(node.inner_html or "")


def outer_html(node: LexborNode) -> str:
    """``node`` serialised with its own tags."""
    return _tidy(node.html or "")


def _tidy(html: str) -> str:
    if "<!--" in html:
        html = _COMMENT.sub("", html)
    return _AMPERSAND.sub("&amp;", html) if "&" in html else html


def attributes(node: LexborNode) -> dict[str, str]:
    """The attributes of ``node``; one without a value has the empty text."""
    return {name: value or "" for name, value in node.attributes.items()}
