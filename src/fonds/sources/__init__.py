"""Medium's forms in, model out: bytes → Post. Pure: no network, no clock, no disk.

One module a form, each with ``read(data, origin)``; ``fonds.sources.sniff`` tells which.
"""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable, Iterator

import msgspec

from fonds.model import Note, Other, Post
from fonds.sources import sniff

Reader = Callable[[bytes, str], Iterator[Post | Other]]

_MODULES = {
    "export": "export", "export-other": "export", "page": "page", "legacy": "legacy", "api": "api",
    "json": "payload", "feed": "feed", "dom": "dom", "zmedium": "zmedium",
}  # fmt: skip


def read(data: bytes, origin: str = "") -> Iterator[Post | Other]:
    """The posts in ``data``, whichever form it has, in its order; ``Other`` for what is no post.

    ``origin`` is the file's name as people know it. The text may be in any encoding that
    ``sniff.normalise`` knows; W112 on each post says so when it was not UTF-8. Raises
    ``UnreadableError`` for a form that is recognised and cannot be read.
    """
    name = sniff.form(data)
    reader = _reader(name)
    if reader is None:
        yield Other(name, origin)
        return
    text = sniff.normalise(data)
    note = _encoding_note(text)
    for found in reader(text.data, origin):
        if note is not None and isinstance(found, Post):
            found = msgspec.structs.replace(found, notes=(*found.notes, note))
        yield found


@functools.cache
def _reader(form: str) -> Reader | None:
    module = _MODULES.get(form)
    if module is None:
        return None
    # Loaded when the form first occurs: most runs meet one form, and each module costs start-up time.
    found: Reader = importlib.import_module(f"fonds.sources.{module}").read
    return found


def _encoding_note(text: sniff.Text) -> Note | None:
    if text.replaced:
        encoding = text.encoding or "UTF-8"
        return Note("W112", f"{text.replaced} places are no {encoding}: they became U+FFFD")
    if text.encoding and not text.encoding.startswith("utf-16"):
        return Note("W112", f"the file is no UTF-8: read as {text.encoding}")
    return None
