"""The XML of a feed → fields of its items, item by item, in time linear in the input.

The parser is expat. Entities that a feed declares, which is how a small feed becomes a large one, are
refused; no feed of Medium's declares any.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from fonds.errors import UnreadableError

_CHUNK = 1 << 16
_MAX_DEPTH = 256
_PREFIXES = {
    "http://www.w3.org/2005/Atom": "atom:",
    "http://purl.org/dc/elements/1.1/": "dc:",
    "http://purl.org/rss/1.0/modules/content/": "content:",
}
_REMEDY = "Fetch the feed again"


class Element(NamedTuple):
    """A field's attributes, and its text; HTML where the field holds HTML."""

    attributes: dict[str, str]
    text: str


Fields = dict[str, list[Element]]
"""Fields by name: plain in RSS, with ``atom:``, ``dc:`` or ``content:`` before it in a namespace; a part
of a field as ``atom:author/name``."""


class Channel(NamedTuple):
    """The feed itself. ``link`` is the page whose feed it is."""

    title: str = ""
    link: str = ""


def text(fields: Fields, name: str) -> str:
    """The text of the first field of a name, "" for none."""
    found = fields.get(name)
    return found[0].text if found else ""


def attribute(fields: Fields, name: str, key: str) -> str:
    """An attribute of the field of a name; of several links, of the one to the page itself."""
    for element in fields.get(name, ()):
        if element.attributes.get("rel", "alternate") == "alternate" and key in element.attributes:
            return element.attributes[key]
    return ""


class Parser:
    """Reads one feed."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.path: list[str] = []
        self.own: Fields = {}
        self.item: Fields | None = None
        self.item_depth = 0
        self.field: tuple[str, dict[str, str]] | None = None
        self.field_depth = 0
        self.buffer: list[str] = []
        self.part = 0
        self.markup = False
        self.done: list[Fields] = []
        # The encoding given here overrules the one that the file declares: it was transcoded.
        self.expat = expat.ParserCreate("utf-8", " ")
        self.expat.buffer_text = True
        self.expat.StartElementHandler = self._start
        self.expat.EndElementHandler = self._end
        self.expat.CharacterDataHandler = self._text
        self.expat.EntityDeclHandler = self._entity

    @property
    def channel(self) -> Channel:
        """What the feed has said about itself so far: in RSS and Atom, all of it before the items."""
        title = text(self.own, "title") or text(self.own, "atom:title")
        return Channel(title, (text(self.own, "link") or attribute(self.own, "atom:link", "href")).strip())

    def items(self, data: bytes) -> Iterator[Fields]:
        """The items of a feed in UTF-8. Raises UnreadableError after those before the broken place."""
        at, size = 0, _CHUNK
        error: UnreadableError | None = None
        while error is None and (at < len(data) or at == 0):
            parsed = self.expat.CurrentByteIndex
            last = at + size >= len(data)
            try:
                self.expat.Parse(data[at : at + size], last)
            except expat.ExpatError as broken:
                error = self._error(f"is no XML: {expat.ErrorString(broken.code)}")
            except UnreadableError as refused:
                error = refused
            yield from self.done
            self.done.clear()
            at += size
            # A token longer than the pieces is read again with each: let the pieces grow with it.
            size = _CHUNK if self.expat.CurrentByteIndex - parsed > size // 2 else size * 2
        if error is not None:
            raise error

    def _error(self, reason: str) -> UnreadableError:
        where = f"line {self.expat.CurrentLineNumber}, column {self.expat.CurrentColumnNumber + 1}"
        return UnreadableError(reason, origin=self.origin, where=where, remedy=_REMEDY)

    def _entity(self, *_declared: object) -> None:
        raise self._error("declares entities, which no feed of Medium's does")

    def _start(self, name: str, given: dict[str, str]) -> None:
        namespace, _, local = name.rpartition(" ")
        key = _PREFIXES.get(namespace, "other:" if namespace else "") + local
        self.path.append(key)
        depth = len(self.path)
        if depth > _MAX_DEPTH:
            raise self._error("elements are nested too deep")
        if self.field is not None:
            if self.markup:
                written = "".join(f" {k}={quoteattr(v)}" for k, v in given.items() if " " not in k)
                self.buffer.append(f"<{local}{written}>")
            elif depth == self.field_depth + 1:
                self.part = len(self.buffer)
        elif key in ("item", "atom:entry") and self.item is None:
            self.item, self.item_depth = {}, depth
        elif depth == self._field_level():
            self.field, self.field_depth = (key, given), depth
            self.markup = given.get("type") == "xhtml"

    def _field_level(self) -> int:
        if self.item is not None:
            return self.item_depth + 1
        return 2 if self.path[0] == "atom:feed" else 3

    def _text(self, data: str) -> None:
        if self.field is not None:
            self.buffer.append(escape(data) if self.markup else data)

    def _end(self, name: str) -> None:
        depth = len(self.path)
        key = self.path.pop()
        fields = self.own if self.item is None else self.item
        if self.field is not None:
            if depth == self.field_depth:
                field, given = self.field
                fields.setdefault(field, []).append(Element(given, "".join(self.buffer)))
                self.field = None
                self.buffer.clear()
            elif self.markup:
                self.buffer.append(f"</{name.rpartition(' ')[2]}>")
            elif depth == self.field_depth + 1:
                part = f"{self.field[0]}/{key.rpartition(':')[2]}"
                fields.setdefault(part, []).append(Element({}, "".join(self.buffer[self.part :])))
        elif self.item is not None and depth == self.item_depth:
            self.done.append(self.item)
            self.item = None
