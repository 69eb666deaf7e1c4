"""Which posts a pull asks for, and why. Pure: what is known in, a decision out."""

from __future__ import annotations

from typing import Literal

import msgspec

Why = Literal["", "new", "edited", "retry", "unlocked"]
"""``""``: not asked for. ``retry``: an earlier pull failed on it. ``unlocked``: at most its beginning is here,
and this time there are cookies, or a list says that it is locked no more."""

FINAL = frozenset({"deleted", "suspended"})
"""Reasons for which a post is not asked for again, unless Medium lists it again."""


class Standing(msgspec.Struct, frozen=True, gc=False):
    """What is known of one post before it is asked for.

    ``number`` is that of its newest version (0: none), ``edition`` that version's (UTC milliseconds, 0
    unknown), ``heard`` the newest edition that any list told of, ``reason`` why it is not here (or only
    partly), ``listed``: a list of this pull has it, ``free``: and says that it is not locked, ``date`` its publication (0 unknown).
    """

    id: str
    number: int = 0
    edition: int = 0
    heard: int = 0
    preview: bool = False
    reason: str = ""
    listed: bool = False
    free: bool = False
    date: int = 0


def why(post: Standing, *, cookies: bool, since: int = 0) -> Why:
    """Why ``post`` is asked for now, or "". ``since`` (UTC milliseconds) leaves out what was neither
    published nor edited after it; a post whose times are unknown is asked for.
    """
    newest = max(post.heard, post.edition, post.date)
    if since and newest and newest < since:
        return ""
    if post.heard > post.edition and post.number:
        return "edited"
    if post.number:
        return "unlocked" if post.preview and (cookies or post.free) else ""
    if post.reason in FINAL and not post.listed:
        return ""
    if post.reason == "locked":
        return "unlocked" if cookies or post.free else ""
    return "retry" if post.reason not in ("", "never-asked") else "new"
