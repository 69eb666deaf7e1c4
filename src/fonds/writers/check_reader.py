"""What a parser found: the HTML that cmark-gfm makes of a Markdown body, read back into items."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from fonds.writers.check_items import BITS, Item, Run, encode, merge

_TOKEN = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)([^>]*)>([^<]*)")
_ATTRIBUTE = re.compile(r'([a-zA-Z-]+)="([^"]*)"')


def read(rendered: str) -> Iterator[Item]:
    """The items in the HTML of a body."""
    return _Reader().read(rendered)


class _Reader:
    """HTML of one document → items. A machine over tags; what it does not expect becomes an item too."""

    def __init__(self) -> None:
        self.runs: list[Run] | None = None
        self.kind = ""
        self.detail = ""
        self.bits = 0
        self.depth = dict.fromkeys(BITS, 0)
        self.href = ""
        self.quote = ""
        self.list = ""
        self.fresh = False

    def read(self, rendered: str) -> Iterator[Item]:
        for closing, tag, attributes, text in _TOKEN.findall(rendered):
            item = self._close(tag) if closing else self._open(tag, attributes)
            if item is not None:
                yield item
            if not text:
                continue
            if tag == "br" and text[0] == "\n" and attributes:
                text = text[1:]  # cmark's own line end behind a hard break
            if self.runs is not None:
                if text:
                    self.runs.append(Run(html.unescape(text) if "&" in text else text, self.bits, self.href))
            elif not text.isspace():
                yield Item("stray", "", (Run(text),))

    def _open(self, tag: str, attributes: str) -> Item | None:
        if tag in BITS:
            if self.kind == "pre" and tag == "code" and self.runs == []:
                self.detail = _attribute(attributes, "class").removeprefix("language-")
                return None
            self.depth[tag] += 1
            self.bits |= BITS[tag]
            return None
        if tag == "a":
            return self._anchor_or_link(attributes)
        if tag == "br":
            if self.runs is not None:
                self.runs.append(Run("\n", self.bits, self.href))
            return None
        if tag == "img":
            return self._image(attributes)
        if tag == "hr":
            return Item("hr")
        if tag in ("ul", "ol"):
            self.list, self.fresh = tag, True
            return None
        if tag == "blockquote":
            self.quote = "pull" if "pullquote" in attributes else "quote"
            return None
        if tag in ("p", "li", "pre") or (tag[0] == "h" and tag[1:].isdigit()):
            stray = self._flush()
            self.runs, self.kind, self.detail = [], tag, ""
            return stray
        return Item(tag, " ".join(attributes.split()).rstrip("/"))

    def _anchor_or_link(self, attributes: str) -> Item | None:
        name = _attribute(attributes, "id")
        if name and self.runs is not None:
            self.runs.append(Run("", 0, "", f"#{name}"))
        else:
            self.href = encode(_attribute(attributes, "href")) or "#"
        return None

    def _image(self, attributes: str) -> Item | None:
        run = Run(_attribute(attributes, "alt"), 0, self.href, encode(_attribute(attributes, "src")))
        if self.runs is None:
            return Item("stray", "img", (run,))
        self.runs.append(run)
        return None

    def _close(self, tag: str) -> Item | None:
        if tag in BITS:
            if self.depth[tag]:
                self.depth[tag] -= 1
                if not self.depth[tag]:
                    self.bits &= ~BITS[tag]
            return None
        if tag == "a":
            self.href = ""
            return None
        if tag in ("ul", "ol"):
            self.list = ""
            return None
        if tag == "blockquote":
            self.quote = ""
            return None
        if tag == self.kind and self.runs is not None:
            return self._flush()
        return None if tag in ("p", "li", "pre") else Item("/" + tag)

    def _flush(self) -> Item | None:
        if self.runs is None:
            return None
        runs, kind, detail = merge(self.runs), self.kind, self.detail
        self.runs = None
        self.kind = ""
        if kind == "li":
            detail = self.list + (" new" if self.fresh else "")
            self.fresh = False
        elif kind == "p" and self.quote:
            kind = self.quote
        return Item(kind, detail, runs)


def _attribute(attributes: str, name: str) -> str:
    for key, value in _ATTRIBUTE.findall(attributes):
        if key == name:
            return html.unescape(value)
    return ""
