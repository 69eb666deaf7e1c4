"""What the site is made from: the one seam between it and whatever keeps the posts.

A *unit* is what can change by itself (a file of a folder, a post of an archive). A Source lists its units
with a stamp each, cheaply; what has the stamp of last time is not read again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Protocol, TypeAlias

import msgspec

from fonds.archive.summary import Failure
from fonds.model import Post

Watched: TypeAlias = tuple[str, int, int]
"""Something beside a unit that it was read with: a name, and two numbers that change when it does."""


class Unit(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """``stamp`` changes whenever what is under ``key`` may have changed."""

    key: str
    stamp: str


class Local(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A kept picture: the file, its type from its bytes, its size, its pixels (0 where they are not known).

    ``place`` is its path in a site that copies pictures, always below ``assets/``.
    """

    path: str
    place: str
    extension: str
    size: int
    stamp: int
    width: int = 0
    height: int = 0


class Edition(msgspec.Struct, frozen=True, array_like=True):
    """An earlier version of a post. ``at`` is when it was published, or seen (UTC milliseconds)."""

    number: int
    at: int
    post: Post
    preview: bool = False


class Capture(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One answer of Medium's that is kept, or the file that a post was read from."""

    at: int
    what: str
    url: str = ""
    sha256: str = ""


class Missing(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Something known to exist that is not here: a post, a picture. ``reason`` in words for people."""

    what: str
    reason: str
    url: str = ""
    title: str = ""
    detail: str = ""


class Kept(msgspec.Struct, frozen=True, array_like=True):
    """A post and all that is kept with it.

    ``pictures``: image id or address, as the post names it → the file. ``number`` is the version shown
    (0 where nobody counts), ``editions`` the earlier ones, oldest first. ``gone_at``: seen as gone from Medium
    then, with ``gone``, the reason. ``sha256`` is that of the version's canonical JSON.
    """

    ident: str
    post: Post
    pictures: dict[str, Local] = {}
    number: int = 0
    captured_at: int = 0
    editions: tuple[Edition, ...] = ()
    captures: tuple[Capture, ...] = ()
    missing: tuple[Missing, ...] = ()
    gone_at: int = 0
    gone: str = ""
    sha256: str = ""
    stem: str = ""
    """The name of the post's file where the source has given it one."""
    moved: tuple[str, ...] = ()
    """Addresses that it had before."""


class Reading(msgspec.Struct, frozen=True, array_like=True):
    """What came of one unit."""

    kept: tuple[Kept, ...] = ()
    failures: tuple[Failure, ...] = ()
    watched: tuple[Watched, ...] = ()


class Source(Protocol):
    """Keeper of posts. Pickles, so that any process can read from it."""

    @property
    def folder(self) -> Path:
        """Where ``fonds.toml`` and ``theme/`` are looked for."""

    @property
    def title(self) -> str:
        """What the keeper calls itself, or ""."""

    @property
    def kind(self) -> str:
        """``archive`` or ``folder``."""

    def pulse(self) -> object:
        """Changes when any unit may have changed. Cheaper than the units."""

    def units(self) -> Iterator[Unit]:
        """All units, in a fixed order. Cheap: nothing is read."""

    def is_same(self, watched: Watched) -> bool:
        """Whether what a unit was read with is as it was. Cheap."""

    def read(self, key: str) -> Reading:
        """What is in one unit. Bad input is a Failure of the Reading, never an exception."""

    def missing(self) -> Iterable[Missing]:
        """Posts that are known of and not here."""
