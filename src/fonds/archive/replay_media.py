"""Medium's own page round an embed, written from what an archive knows to stand behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fonds.medium import things
from fonds.medium.rendering import pages
from fonds.medium.things import Frame, Gist, Tweet
from fonds.model import Embed

if TYPE_CHECKING:
    from fonds.archive.replay_posts import Shelf
    from fonds.archive.store import Archive


def media_page(archive: Archive, shelf: Shelf, media_id: str) -> bytes | None:
    """The page of a media resource; None when nothing knows of it."""
    row = archive.catalog.media(media_id)
    if row is not None:
        match things.decode(row.record.encode()):
            case Gist() as gist:
                return pages.media(gist.title, "", gist=gist.href)
            case Tweet() as tweet:
                return pages.media("", tweet.href)
            case Frame() as frame:
                source = frame.iframe_src or frame.href
                return pages.media(frame.title, source, width=frame.width, height=frame.height)
    for post in shelf.all_posts():
        for block in post.blocks:
            if isinstance(block, Embed) and block.media_id == media_id:
                gist_page = block.href if block.kind == "gist" else ""
                source = block.iframe_src or block.href
                return pages.media(
                    block.title, source, gist=gist_page, width=block.width, height=block.height
                )
    return None
