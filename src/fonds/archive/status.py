"""What an archive keeps, and what is missing: the answers of ``fonds status`` and ``fonds missing``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from fonds.archive import rows

if TYPE_CHECKING:
    from fonds.archive.store import Archive


class Status(msgspec.Struct, frozen=True):
    """``sealed_at`` is when the last run came to its end (0: none has), ``sealed`` whether none was cut off
    since; ``head`` the journal's last sum."""

    archive: str
    title: str
    sources: tuple[str, ...]
    created: int
    sealed_at: int
    sealed: bool
    head: str
    totals: rows.Totals
    walks: tuple[rows.WalkRow, ...]


def status(archive: Archive) -> Status:
    return Status(
        str(archive.root),
        archive.config.title,
        archive.config.sources,
        archive.config.created,
        archive.sealed_at,
        archive.sealed,
        archive.head,
        archive.catalog.totals(),
        tuple(archive.catalog.walks()),
    )
