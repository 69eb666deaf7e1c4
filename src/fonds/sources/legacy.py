"""Post pages of 2013-2018: the JSON of ``?format=json`` inside ``obvInit(…)`` or ``GLOBALS``.

``window["obvInit"]({"value": …})`` since late 2015, ``var GLOBALS = {…, "embedded": {"value": …}}``
before. Strings there have JavaScript's ``\\xNN`` escapes. A page saved without its scripts has only the
editor's markup (``class="graf …"``), which ``fonds.sources.editor_html`` reads.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from fonds.model import Other, Post, Source
from fonds.sources.payload import PayloadNode, read_payload
from fonds.sources.state import find_value, script_value

_CALLED = re.compile(rb"obvInit[\"']?\]?\(\s{0,100}(?=\{)")
_ASSIGNED = re.compile(rb"GLOBALS\s{0,100}=\s{0,100}(?=\{)")


class _GlobalsNode(msgspec.Struct, gc=False):
    embedded: PayloadNode | None = None


_PAYLOAD = msgspec.json.Decoder(PayloadNode)
_GLOBALS = msgspec.json.Decoder(_GlobalsNode)


def read(data: bytes, origin: str = "") -> Iterator[Post | Other]:
    """The post of a page (HTML, UTF-8), or ``Other("listing")`` of a profile or publication page.

    Raises ``UnreadableError`` naming the byte where the embedded JSON is broken or cut.
    """
    source = Source("legacy", origin)
    start = find_value(data, b"obvInit", _CALLED, b'window["obvInit"]({')
    if start >= 0:
        payload, notes = script_value(data, start, _PAYLOAD, origin)
        yield from read_payload(payload, source, len(data), notes)
        return
    start = find_value(data, b"GLOBALS", _ASSIGNED, b"var GLOBALS = {")
    if start >= 0:
        settings, notes = script_value(data, start, _GLOBALS, origin)
        if settings.embedded is not None:
            yield from read_payload(settings.embedded, source, len(data), notes)
            return
    from fonds.sources import editor_html

    yield from editor_html.read_page(data, origin)
