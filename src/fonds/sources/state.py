"""The state that Medium's pages carry in a script: finding it in the bytes, following its references.

Apollo (the GraphQL client of the pages since 2018) keeps every object under a key and refers to it as
``{"__ref": "Paragraph:1a2b_0"}`` or, until 2020, ``{"type": "id", "generated": …, "id": …}``.
"""

from __future__ import annotations

import re
from typing import TypeVar

import msgspec

from fonds.errors import UnreadableError
from fonds.model import Note
from fonds.sources.decode import decode, decode_part
from fonds.sources.records import Node

N = TypeVar("N", bound=Node)
T = TypeVar("T")

_HOPS = 8
"""References to references: none is known, so more than a few is a circle."""

_HEX = re.compile(rb"\\(?:x([0-9a-fA-F]{2})|.)", re.S)
_ENTITY = re.compile(rb"&(?:amp|lt|gt|quot|apos|nbsp|#39|#x27|#34|#x22);")
_CHARACTERS = {
    b"&amp;": b"&", b"&lt;": b"<", b"&gt;": b">", b"&quot;": b'"', b"&apos;": b"'", b"&#39;": b"'",
    b"&#x27;": b"'", b"&#34;": b'"', b"&#x22;": b'"', b"&nbsp;": b"\xc2\xa0",
}  # fmt: skip
_TRAILING = re.compile(r"trailing characters \(byte (\d+)\)")


def find_value(data: bytes, name: bytes, pattern: re.Pattern[bytes], usual: bytes) -> int:
    """Where the JSON begins that a script sets ``name`` to or calls it with (``pattern``, which matches
    from the name to the JSON); -1 when none does.

    ``usual`` is how such a script mostly begins, ``name`` in it: longer words are found faster. A post
    about Medium's pages may show the same words in its text, so the first tag before them must be a
    script's, unless there is no such place.
    """
    at = data.find(usual)
    if at >= 0 and _in_script(data, at):
        found = pattern.match(data, at + usual.index(name))
        if found:
            return found.end()
    elsewhere = -1
    at = data.find(name)
    while at >= 0:
        found = pattern.match(data, at)
        if found:
            if _in_script(data, at):
                return found.end()
            elsewhere = found.end() if elsewhere < 0 else elsewhere
        at = data.find(name, at + len(name))
    return elsewhere


def _in_script(data: bytes, at: int) -> bool:
    tag = data.rfind(b"<", max(at - 4096, 0), at)
    return tag >= 0 and data[tag : tag + 8].lower().startswith((b"<script", b"<![cdata"))


def script_value(
    data: bytes, start: int, decoder: msgspec.json.Decoder[T], origin: str = ""
) -> tuple[T, tuple[Note, ...]]:
    """The JSON value that begins at ``data[start]`` inside a script, whatever stands behind it.

    Takes JavaScript's ``\\xNN`` escapes, and scripts whose text was written as HTML (``&quot;``,
    ``&amp;``) by the tool that saved the page. Raises ``UnreadableError`` naming the byte.
    """
    end = _end_tag(data, start)
    stop = data.rfind(b"}", start, end) + 1 if end >= 0 else len(data)
    text = data[start : max(stop, start)]
    if _is_escaped(data, start, stop, end):
        text = _ENTITY.sub(lambda match: _CHARACTERS[match[0]], text)
    elif b"\\u0000" not in text:
        try:
            return decoder.decode(text), ()
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            pass  # to be repaired, or named
    if b"\\x" in text:
        text = _HEX.sub(lambda match: b"\\u00" + match[1] if match[1] else match[0], text)
    try:
        return decode(text, decoder, origin, start)
    except UnreadableError:
        whole = _first_value(data[start:], decoder)
        if whole is None:
            raise
        return decode(whole, decoder, origin, start)


def _end_tag(data: bytes, start: int) -> int:
    """Where the script around ``start`` ends; -1 where it does not. JSON has few "<" (Medium escapes
    them), and one character is found many times faster than nine."""
    at = data.find(b"<", start)
    while at >= 0 and data[at : at + 8].lower() != b"</script":
        at = data.find(b"<", at + 1)
    return at


def _is_escaped(data: bytes, start: int, stop: int, end: int) -> bool:
    """Whether a script's text was written as if it were HTML text. In an HTML file it never is (HTML
    standard, 13.2.5.4), but XHTML and some tools do; the CDATA marks round the script then show it."""
    return (
        data[start : start + 64].lstrip(b"{[ \t\r\n").startswith(b"&quot;")
        or data.rfind(b"&lt;![CDATA[", max(start - 200, 0), start) >= 0
        or (end >= 0 and data.find(b"]]&gt;", stop, end) >= 0)
    )


def _first_value(data: bytes, decoder: msgspec.json.Decoder[T]) -> bytes | None:
    """The bytes of the JSON value at the beginning of ``data``, where more stands behind it: another
    statement, or an end tag inside one of its strings."""
    try:
        decoder.decode(data)
    except msgspec.ValidationError:
        return data
    except msgspec.DecodeError as error:
        found = _TRAILING.search(str(error))
        return data[: int(found[1]) - 1] if found else None
    except (UnicodeDecodeError, RecursionError):
        return None
    return data


class State:
    """The objects of a page by their keys, read one by one when they are asked for.

    What was asked for in vain is in ``notes`` (W105). Objects read again and again (a state may be
    made so that a small file means endless text) count against a budget of four times the state.
    """

    def __init__(self, nodes: dict[str, msgspec.Raw], size: int, origin: str = "") -> None:
        self.nodes = nodes
        self.origin = origin
        self.notes: list[Note] = []
        self._left = 4 * size + 65_536

    def get(self, key: str, decoder: msgspec.json.Decoder[N]) -> N | None:
        """The object under ``key``, through references if it is one; None and a note when there is none."""
        passed: set[str] = set()
        while key not in passed and len(passed) < _HOPS:
            passed.add(key)
            part = self.nodes.get(key)
            if part is None:
                self._broken(key, "is not in the page's state")
                return None
            self._left -= memoryview(part).nbytes
            if self._left < 0:
                raise UnreadableError("the page's state repeats itself without end", origin=self.origin)
            node = decode_part(part, decoder, self.origin)
            if node is None:
                self._broken(key, "is no object")
                return None
            further = node.target()
            if further is None:
                return node
            key = further
        self._broken(key, "refers to itself, in a circle")
        return None

    def follow(self, node: N | None, decoder: msgspec.json.Decoder[N]) -> N | None:
        """``node`` itself, or the object that it refers to."""
        if node is None:
            return None
        key = node.target()
        return node if key is None else self.get(key, decoder)

    def _broken(self, key: str, what: str) -> None:
        self.notes.append(Note("W105", f"the object {key} {what}", key))
