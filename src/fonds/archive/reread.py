"""Versions made again from what Medium answered and what was imported: for a lost version, and for a newer
fonds, whose readers see more in the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

import msgspec

from fonds import sources
from fonds.archive import events, naming, versions
from fonds.archive.events import Origin
from fonds.archive.merge import merge
from fonds.archive.versions import Version
from fonds.errors import FondsError
from fonds.model import Other, Post
from fonds.sources.export import exported_at

if TYPE_CHECKING:
    from fonds.archive.store import Archive

Read = Callable[[bytes, str], Iterator[Post | Other]]

STATED = ("tags", "canonical_url")
"""What an answer to fonds' own question for a post says also where it is empty (fonds.archive.bodies)."""


def again(
    archive: Archive, post_id: str, origins: Iterable[Origin], *, read: Read = sources.read
) -> Version | None:
    """The version that the captures of ``origins`` give, read and merged in that order; None when none of
    them can be read. Its number is 0."""
    found: Version | None = None
    for origin in origins:
        try:
            capture = archive.read_capture(origin.ref)
            post = next(
                (
                    thing
                    for thing in read(capture.body, origin.address)
                    if isinstance(thing, Post) and naming.identity(thing) == post_id
                ),
                None,
            )
        except FondsError:
            continue  # damaged, or of a form that nobody reads: verify tells the former
        if post is None:
            continue
        # What was imported is an answer to nobody knows which question, captured nobody knows when.
        imported = capture.kind == "resource"
        stated = STATED if origin.form == "api" and not imported else ()
        at = capture.at
        if imported:
            at = exported_at(capture.body) if origin.form == "export" else 0
        merged = merge(found, post, origin, at, stated=stated)
        if merged is not None:
            found = merged
        elif found is not None:
            found = msgspec.structs.replace(found, origins=(*found.origins, origin))
    return found


def lost(archive: Archive, event: events.Versioned) -> Iterator[Version]:
    """What a version that is lost was, as far as its captures tell."""
    found = again(archive, event.post_id, event.origins)
    if found is not None:
        yield msgspec.structs.replace(
            found,
            number=event.number,
            captured_at=event.captured_at,
            edition=event.edition,
            origins=event.origins,
        )


def reread(archive: Archive, *, read: Read = sources.read, progress: Callable[[str, int, int], None]) -> int:
    """Reads the captures of every post again and adds a version where today's readers see something else;
    how many. The version before stays. Committed when this returns."""
    rows = list(archive.catalog.posts())
    changed = 0
    for done, row in enumerate(rows, 1):
        current = archive.version(row.id)
        found = again(archive, row.id, current.origins, read=read)
        if found is not None and not versions.same(found.post, current.post):
            fresh = msgspec.structs.replace(found, captured_at=current.captured_at, edition=current.edition)
            changed += archive.add_version(fresh) is not None
            archive.commit()
        progress("reread", done, len(rows))
    return changed
