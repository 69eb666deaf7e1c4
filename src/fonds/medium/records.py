"""What Medium's lists say about posts and about whose they are."""

from __future__ import annotations

from typing import Literal

import msgspec

from fonds.net.messages import Response

Via = Literal["list", "feed", "sitemap", "cdx", "response"]


class Entry(msgspec.Struct, frozen=True, omit_defaults=True):
    """A post as a list names it. What the list does not say keeps its default.

    Times are UTC milliseconds; ``edition`` is when it was last published (or else updated), 0 when the
    list does not say. ``pinned``: it stands before its place by date.
    """

    post_id: str
    via: Via = "list"
    url: str = ""
    title: str = ""
    slug: str = ""
    author_id: str = ""
    author: str = ""
    published_at: int = 0
    edition: int = 0
    is_locked: bool = False
    is_response: bool = False
    visibility: str = ""
    pinned: bool = False
    claps: int | None = None
    responses: int | None = None


class Owner(msgspec.Struct, frozen=True, omit_defaults=True):
    """Whose list it is: a person (``username``) or a publication (``slug``, ``domain``). ``avatar`` is
    Medium's image id."""

    id: str = ""
    name: str = ""
    username: str = ""
    slug: str = ""
    domain: str = ""
    avatar: str = ""


class Page(msgspec.Struct, frozen=True):
    """One page of a list.

    ``entries`` are posts not seen on earlier pages of this walk; ``others`` are other writers' posts that
    Medium put among an author's; ``repeated`` counts what came again (pinned posts do). ``cursor`` asks
    for the next page, "" when there is none. ``complete``: this is the true end. ``fault`` says why a walk
    ended before it; then ``complete`` is False and no page follows.
    """

    entries: tuple[Entry, ...]
    response: Response
    cursor: str = ""
    complete: bool = False
    others: tuple[Entry, ...] = ()
    repeated: int = 0
    owner: Owner = Owner()
    fault: str = ""
