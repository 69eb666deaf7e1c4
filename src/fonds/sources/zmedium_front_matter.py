"""Front matter by ZMediumToMarkdown → values.

Its bare form is no YAML (``title: AYS: Civilians, …``), so it is read line by line as the tool wrote it:
a key, a colon, a blank, and the value to the end of the line. Values in quotes have ``\\"`` for ``"`` and
no other escape.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import Literal, NamedTuple

KEYS = (
    "title", "author", "date", "last_modified_at", "categories", "tags", "description", "image", "path",
    "pin", "lockedPreviewOnly", "render_with_liquid",
)  # fmt: skip
OWN = frozenset({"title", "author", "last_modified_at"})
"""Keys that together no other tool's posts are known to have."""

_LINE = re.compile(r"(?:  )?(\w+):(?: (.*))?")
_ITEM = re.compile(r'"((?:[^"\\]|\\.)*)"|([^",\]]+)')
_TIME = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)\.(\d{3})(?:([+-]\d\d)(\d\d)|Z)")
_LONGEST = 60
_MOST_UNKNOWN = 20
"""Lines that front matter may have, and those among them that the tool does not write. What has more is
a text between two rules."""


class FrontMatter(NamedTuple):
    """``lines`` are those between the ``---``, ``end`` is the line behind the second. ``unknown`` are the
    lines that the tool does not write (blank ones aside)."""

    values: dict[str, str]
    tags: tuple[str, ...]
    quoting: Literal["never", "colon", "always"]
    category_list: bool
    lines: tuple[str, ...]
    unknown: tuple[str, ...]
    end: int


def read(lines: Sequence[str]) -> FrontMatter | None:
    """The front matter that ``lines`` begin with, if they do."""
    if not lines or lines[0].rstrip() != "---":
        return None
    end = next((n for n in range(1, min(len(lines), _LONGEST)) if lines[n].rstrip() == "---"), 0)
    if not end:
        return None
    raw: dict[str, str] = {}
    unknown = []
    for line in lines[1:end]:
        found = _LINE.fullmatch(line)
        if found and found[1] in KEYS and found[1] not in raw:
            raw[found[1]] = found[2] or ""
        elif line.strip():
            unknown.append(line)
    if len(unknown) > _MOST_UNKNOWN or not raw:
        return None
    quoting = _quoting(raw)
    categories = raw.get("categories", "")
    listed = categories.startswith("[")
    if listed:
        raw["categories"] = ", ".join(_items(categories))
    tags = _items(raw.get("tags", ""))
    plain = (
        ("date", "last_modified_at", "tags", "categories") if listed else ("date", "last_modified_at", "tags")
    )
    values = {key: value if key in plain else _value(value, quoting) for key, value in raw.items()}
    return FrontMatter(values, tags, quoting, listed, tuple(lines[1:end]), tuple(unknown), end + 1)


def time(text: str) -> tuple[int, str] | None:
    """(UTC milliseconds, offset as written) of a local time; None for what is none."""
    found = _TIME.fullmatch(text.strip())
    if found is None:
        return None
    year, month, day, hour, minute, second, millisecond = (int(part) for part in found.groups()[:7])
    sign = -1 if (found[8] or "+").startswith("-") else 1
    offset = timedelta(hours=int(found[8] or 0), minutes=sign * int(found[9] or 0))
    try:
        moment = datetime(year, month, day, hour, minute, second, tzinfo=timezone(offset))
    except ValueError:
        return None
    elapsed = moment - datetime(1970, 1, 1, tzinfo=UTC)
    seconds = elapsed.days * 86_400 + elapsed.seconds
    return seconds * 1000 + millisecond, f"{found[8]}{found[9]}" if found[8] else "Z"


def _quoting(raw: dict[str, str]) -> Literal["never", "colon", "always"]:
    title, author = raw.get("title", ""), raw.get("author", "")
    if _is_quoted(title) and (_is_quoted(author) or "author" not in raw):
        return "always"
    return "colon" if any(_is_quoted(value) and ": " in value for value in raw.values()) else "never"


def _is_quoted(value: str) -> bool:
    return len(value) > 1 and value[0] == value[-1] == '"'


def _value(text: str, quoting: str) -> str:
    if quoting == "never" or not _is_quoted(text) or (quoting == "colon" and ": " not in text):
        return text
    return text[1:-1].replace('\\"', '"')


def _items(text: str) -> tuple[str, ...]:
    """The members of ``[a,b]`` or ``["a","b"]``; empty ones are none."""
    text = text.strip()
    if not text.startswith("[") or not text.endswith("]"):
        return ()
    found = (
        match[1].replace('\\"', '"') if match[2] is None else match[2].strip()
        for match in _ITEM.finditer(text[1:-1])
    )
    return tuple(item for item in found if item)
