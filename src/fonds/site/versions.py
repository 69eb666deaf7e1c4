"""What changed between two versions of a post, in words. Pure."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from markupsafe import Markup

from fonds.model import Image, ImageRow, Post
from fonds.site.cards import block_text
from fonds.site.inline import plain

_TOKEN = re.compile(r"\s+|[^\W_]+|.", re.S)
_LARGEST = 4_000_000
"""Words of one text times words of the other: more is shown as gone and come, word by word takes too long."""

_LONG = 1000
"""From so many on, what occurs everywhere (blanks) starts no match: that would take the square of the time."""


class Difference(NamedTuple):
    """A paragraph with its changes, or a number of paragraphs that are the same."""

    html: Markup | None = None
    gap: int = 0


def paragraphs(post: Post) -> list[str]:
    """A version's text, paragraph by paragraph, pictures by their captions."""
    found = [" ".join(post.title.split())] if post.title else []
    for block in post.blocks:
        if isinstance(block, (Image, ImageRow)):
            images = block.images if isinstance(block, ImageRow) else (block,)
            found += [f"[picture: {' '.join((image.caption.text or image.alt).split())}]" for image in images]
        elif (text := block_text(block)).strip() and text != post.title:
            found.append(text)
    return found


def differences(before: Sequence[str], after: Sequence[str]) -> list[Difference]:
    """What to show of the way from one text to the next; empty when they are the same."""
    if list(before) == list(after):
        return []
    return list(_grouped(before, after))


def _grouped(before: Sequence[str], after: Sequence[str]) -> Iterator[Difference]:
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=len(after) > _LONG)
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            yield Difference(gap=b - a)
            continue
        old, new = before[a:b], after[c:d]
        for number in range(max(len(old), len(new))):
            if number >= len(old):
                yield Difference(_html("ins", new[number]))
            elif number >= len(new):
                yield Difference(_html("del", old[number]))
            else:
                yield Difference(_words(old[number], new[number]))


def _html(tag: str, text: str) -> Markup:
    return Markup(f"<{tag}>{plain(text)}</{tag}>") if text else Markup("")  # noqa: S704  escaped


def _words(old: str, new: str) -> Markup:
    before, after = _TOKEN.findall(old), _TOKEN.findall(new)
    if len(before) * len(after) > _LARGEST:
        return _html("del", old) + _html("ins", new)
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=len(after) > _LONG)
    if matcher.quick_ratio() < 0.3:
        return _html("del", old) + _html("ins", new)
    parts: list[Markup] = []
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            parts.append(Markup(plain("".join(before[a:b]))))  # noqa: S704
        else:
            parts += [_html("del", "".join(before[a:b])), _html("ins", "".join(after[c:d]))]
    return Markup("").join(parts)
