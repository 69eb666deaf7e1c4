"""A file by ZMediumToMarkdown taken apart: front matter, body, last line, and its generation."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from fonds.errors import UnreadableError
from fonds.sources import zmedium_front_matter
from fonds.sources.zmedium_front_matter import OWN, FrontMatter
from fonds.zmedium.rules import GENERATIONS, NEW_WINDOW, Footer, Generation, own, read_footer, write_footer

_ASSETS = re.compile(r"\]\(((?:[^()\s]*/)?assets)/([^/()\s]+)/")
_COVER = re.compile(r"((?:.*/)?assets)/([^/]+)/([^/]+)")
_ADDRESS = re.compile(r"\]\([^()\[\]\s]*\)|https?://\S+")
_ALL_ESCAPED = re.compile(r"\\[|{}(!]|[^\d\s\\]\\[.)\-+#]")
_UNESCAPED = re.compile(r"\w[.!)(]|[a-z]-[a-z]")
_INLINE_CODE = re.compile(r"`[^`]*`")
_LAST_LINES = 50
"""Lines at the end among which the tool's own is looked for: what stands behind it is another hand's."""


class File(NamedTuple):
    """``footer`` is the tool's last line, wherever near the end it was found. ``ending`` is what the file
    ends with: its kind, "none" (an empty line in its place) or "absent"."""

    front: FrontMatter | None
    body: Sequence[str]
    footer: Footer | None
    ending: str
    generation: Generation
    assets: tuple[str, str]
    """(path before it, name) of the first folder that a picture lies in."""


def take_apart(lines: list[str], origin: str, details: dict[str, str]) -> File:
    """The parts of a file of ``lines``; what is not as usual for its generation goes to ``details``.

    Raises ``UnreadableError`` for what shows no sign of the tool.
    """
    front = zmedium_front_matter.read(lines)
    footer = next((found for line in lines[: -_LAST_LINES - 1 : -1] if (found := read_footer(line))), None)
    assets = _assets(lines)
    if not (footer or assets[0] or (front and front.values.keys() >= OWN)):
        raise UnreadableError(
            "is no Markdown by ZMediumToMarkdown", origin=origin,
            remedy="Its posts have a last line or front matter of their own.",
        )  # fmt: skip
    body = lines[front.end :] if front else lines
    last, behind = _cut_end(body, details)
    ending = read_footer(last)
    kind = ending.kind if ending else ""
    own_ways = {"assets": assets[0], "new_window": _window(lines)}
    generation = _generation(front, _name(front, body, kind, assets[0]), own_ways, details)
    if ending and write_footer(ending.kind, ending.url, generation) != last:
        body.append(last)  # another hand has been at it
        kind = "absent"
    elif not ending:
        body += [last, *[""] * (behind - 1)] if last else []
        kind = "none" if behind else "absent"
        behind = 0
    if behind:
        details["end"] = str(behind)
    return File(front, body, footer, kind, generation, assets)


def _cut_end(body: list[str], details: dict[str, str]) -> tuple[str, int]:
    """The last line that is not blank, taken out of ``body``, and how many blank ones stood behind it."""
    if body and not body[-1]:
        body.pop()
    else:
        details["end"] = "cut"
    behind = 0
    while body and not body[-1]:
        body.pop()
        behind += 1
    return (body.pop() if body else ""), behind


def _assets(lines: Sequence[str]) -> tuple[str, str]:
    """The folder of the first picture, else of the first link that looks like one."""
    named = [line for line in lines if "assets/" in line]
    pictures = [line for line in named if line.startswith(("![", "[!["))]
    found = next((found for line in (*pictures, *named) if (found := _ASSETS.search(line))), None)
    return (found[1], found[2]) if found else ("", "")


def _window(lines: Sequence[str]) -> str:
    """Whether links open a new window; "" when there are no links."""
    if any(NEW_WINDOW in line for line in lines):
        return "yes"
    return "no" if any("](http" in line for line in lines) else ""


def cover(path: str, generation: Generation, folder: str) -> str:
    """The id of the preview picture at ``path``, or the path where it is none of the archive's."""
    found = _COVER.fullmatch(path)
    return found[3] if found and (found[1], found[2]) == (generation.cover, folder) else path


def _generation(
    front: FrontMatter | None, name: str, found: dict[str, str], details: dict[str, str]
) -> Generation:
    """The generation ``name``, with what this file has of its own; ``details`` says both."""
    jekyll = found["assets"].startswith("/") or (front is not None and "render_with_liquid" in front.values)
    usual = GENERATIONS.get(f"{name}-jekyll" if jekyll else name, GENERATIONS[name])
    details["generation"] = usual.name
    if front is not None:
        preview = _COVER.fullmatch(front.values.get("path", ""))
        found["cover"] = preview[1] if preview else ""
        found["category_list"] = yes(front.category_list) if front.quoting == "always" else ""
    for key, value in found.items():
        expected = getattr(usual, key)
        if value and value != (expected if isinstance(expected, str) else yes(expected)):
            details[key] = value
    return own(usual, details)


def yes(value: bool) -> str:
    """How ``Source.details`` writes a truth."""
    return "yes" if value else "no"


def _name(front: FrontMatter | None, body: Sequence[str], ending: str, assets: str) -> str:
    style = _escapes(body)
    if front is None:
        if style == "all":
            return "v1"
        return "v4" if ending in ("post", "paywall") or not _early(body) else "v0"
    if front.quoting == "always":
        return "v4" if style == "few" or (not style and front.category_list) else "v3"
    return "v2" if front.quoting == "colon" or assets.startswith("..") else "v1"


def _early(body: Sequence[str]) -> bool:
    """Whether a file without front matter is of v0, which had none, and titles on its pictures."""
    pictures = [line for line in body if line.startswith("![") and not line.startswith("![](")]
    return any(line.endswith('")') for line in pictures) or not pictures


def _escapes(lines: Sequence[str]) -> str:
    """Whether the text outside code escapes "all" or "few" (or nothing); "" when nothing in it tells.

    Hands and defects leave some of either in files of the other kind, so the lines vote.
    """
    every = few = 0
    code = False
    for line in lines:
        if line.startswith("```"):
            code = not code
        elif not code and line and not line.startswith("[!["):
            text = _INLINE_CODE.sub("", line) if "`" in line else line
            if "\\" in text and _ALL_ESCAPED.search(text):
                every += 1
            elif _UNESCAPED.search(_ADDRESS.sub("", text)):
                few += 1
    return "all" if every > few else "few" if few else ""
