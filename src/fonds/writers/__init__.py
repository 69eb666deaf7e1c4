"""Model in, text out: one module a flavour. Pure."""

from __future__ import annotations

from collections.abc import Callable

from fonds.errors import UsageError
from fonds.model import Post
from fonds.writers.context import ALONE, Context


def _fonds(post: Post, context: Context) -> str:
    from fonds.writers import markdown

    return markdown.write(post, context)


def _zmedium(post: Post, context: Context) -> str:
    from fonds.writers import zmedium

    return zmedium.write(post, timezone=context.timezone or None)


FLAVOURS: dict[str, Callable[[Post, Context], str]] = {"fonds": _fonds, "zmedium": _zmedium}
"""Name → writer. A new flavour is one module and one line here."""


def write(post: Post, flavour: str = "fonds", *, context: Context = ALONE) -> str:
    """The post as text in ``flavour``, ending with one newline. Raises UsageError for an unknown one."""
    writer = FLAVOURS.get(flavour)
    if writer is None:
        raise UsageError(f"there is no flavour {flavour!r}", remedy=f"Known: {', '.join(FLAVOURS)}.")
    return writer(post, context)
