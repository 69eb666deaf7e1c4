"""An account export's other files (bookmarks, lists, highlights, claps, notes) as JSON. Pure.

Each is a list in HTML; an entry of it gives what it has of link, title, time, words. Times are as Medium
wrote them, without a zone, and nothing is made of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec
from selectolax.lexbor import LexborNode

from fonds.sources import html_tree
from fonds.sources.inline_html import words

KINDS = ("bookmarks", "lists", "highlights", "claps", "notes")
"""What ``--with`` can name: the owner's own reading. ``sessions``, ``profile`` and ``ips`` never can."""

_CLAPS = re.compile(r"^\s*\+(\d{1,6})\s*[—–-]")
_AROUND = " ()[]:;,.–—-"
_TIME = "time.dt-published, time"


class Entry(msgspec.Struct, frozen=True, omit_defaults=True):
    """``text`` is what was highlighted or noted; ``paragraph`` Medium's name of the paragraph it stands in;
    ``claps`` how many were given."""

    url: str = ""
    title: str = ""
    time: str = ""
    text: str = ""
    paragraph: str = ""
    claps: int = 0


class File(msgspec.Struct, frozen=True, omit_defaults=True):
    """One file of an export: ``name`` is its name there, ``sha256`` that of its bytes, which are kept too."""

    kind: str
    name: str
    sha256: str
    title: str = ""
    description: str = ""
    entries: tuple[Entry, ...] = ()


def read(kind: str, name: str, sha256: str, data: bytes) -> File:
    """The entries of one file of an export."""
    text, _ = html_tree.decode(data)
    tree = html_tree.parse(text, name)
    heading = tree.css_first("h1.p-name") or tree.css_first("h3") or tree.css_first("title")
    summary = tree.css_first("section[data-field=description]")
    return File(
        kind,
        name,
        sha256,
        words(heading.text()) if heading else "",
        words(summary.text()) if summary else "",
        tuple(_entries(tree.css("li"))),
    )


def _entries(items: list[LexborNode]) -> Iterator[Entry]:
    for item in items:
        link, time, paragraph = item.css_first("a[href]"), item.css_first(_TIME), item.css_first(".graf")
        # The selection's own span, else all of the paragraph.
        quoted = item.css(".markup--highlight") or item.css("[name=selection]") or item.css(".graf")
        whole = item.text()
        found = _CLAPS.match(whole)
        said = words(" ".join(node.text() for node in quoted))
        title = words(link.text()) if link and not said else ""
        when = words(time.text()) if time else ""
        if not said:
            rest = words(whole[found.end() :] if found else whole)
            said = rest.replace(title, "", 1).replace(when, "", 1).strip(_AROUND) if title or when else rest
        entry = Entry(
            (link.attributes.get("href") or "") if link else "",
            title,
            when,
            said,
            (paragraph.attributes.get("name") or "") if paragraph else "",
            int(found[1]) if found else 0,
        )
        if entry != Entry():
            yield entry


def encode(file: File) -> bytes:
    """The JSON that is kept: in the order of the fields, indented, a line end at its end."""
    return msgspec.json.format(msgspec.json.encode(file), indent=1) + b"\n"
