"""What one reading of a body knows about its embeds and another does not. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec

from fonds.model import Block, Embed, EmbedFile, Image, ImageRow, LinkCard, Section

_EMBED = (
    "href", "title", "provider", "provider_id", "media_id", "iframe_src", "thumbnail", "author", "content",
    "images", "published_at",
)  # fmt: skip
_CARD = ("title", "description", "host", "thumbnail", "media_id", "content")


def fill(blocks: tuple[Block, ...], others: Sequence[Block]) -> tuple[Block, ...]:
    """``blocks`` with what ``others``, of the same edition, know more: of embeds and cards what was found
    out about them, of pictures the size. Never an author's words: those are of one form only.

    The same tuple when there is nothing to add.
    """
    known: dict[tuple[str, str], Block] = {}
    theirs = list(_flat(others))
    for block in theirs:
        for key in _keys(block):
            known.setdefault(key, block)
    if not known:
        return blocks
    # Some forms know a frame's page, others what was framed: the only one of a host is the same one.
    alone = _sole(_flat(blocks))
    known |= {("sole", host): block for host, block in _sole(theirs).items() if host in alone}
    filled = tuple(_filled(block, known) for block in blocks)
    return blocks if all(new is old for new, old in zip(filled, blocks, strict=True)) else filled


def _flat(blocks: Sequence[Block]) -> Iterator[Block]:
    for block in blocks:
        if isinstance(block, ImageRow):
            yield from block.images
        elif isinstance(block, Section) and block.cover is not None:
            yield block.cover
        else:
            yield block


def _keys(block: Block) -> Iterator[tuple[str, str]]:
    """By what two readings of one thing can be known for the same, the surest first."""
    if isinstance(block, Embed):
        if block.media_id:
            yield "media", block.media_id
        if block.provider_id:
            yield f"embed of {block.provider}", block.provider_id
        if block.href:
            yield "embed", _address(block.href)
        if block.iframe_src:
            yield "frame", _address(block.iframe_src)
    elif isinstance(block, LinkCard):
        if block.href:
            yield "card", _address(block.href)
    elif isinstance(block, Image) and block.id:
        yield "image", block.id


def _host(block: Embed) -> str:
    return block.provider or _address(block.href or block.iframe_src).partition("/")[0]


def _sole(blocks: Iterable[Block]) -> dict[str, Block]:
    """The embeds that are the only one of their host among ``blocks``, by that host."""
    embeds = [(host, block) for block in blocks if isinstance(block, Embed) and (host := _host(block))]
    counts = Counter(host for host, _ in embeds)
    return {host: block for host, block in embeds if counts[host] == 1}


def _address(address: str) -> str:
    return address.partition("://")[2] or address.removeprefix("//")


def _filled(block: Block, known: dict[tuple[str, str], Block]) -> Block:
    if isinstance(block, ImageRow):
        images = tuple(_filled(image, known) for image in block.images)
        return block if images == block.images else msgspec.structs.replace(block, images=images)
    if isinstance(block, Section):
        cover = _filled(block.cover, known) if block.cover is not None else None
        return block if cover is block.cover else msgspec.structs.replace(block, cover=cover)
    keys = [*_keys(block), ("sole", _host(block))] if isinstance(block, Embed) else _keys(block)
    other = next((known[key] for key in keys if key in known), None)
    if other is None or type(other) is not type(block):
        return block
    changes: dict[str, Any] = {}
    if isinstance(block, Embed) and isinstance(other, Embed):
        changes = _lacking(block, other, _EMBED)
        if block.kind == "frame" and other.kind != "frame":
            changes["kind"] = other.kind
        if _told(other.files) > _told(block.files):
            changes["files"] = other.files
        changes |= _size(block, other)
    elif isinstance(block, LinkCard):
        changes = _lacking(block, other, _CARD)
    elif isinstance(block, Image) and isinstance(other, Image):
        changes = _size(block, other)
    return msgspec.structs.replace(block, **changes) if changes else block


def _lacking(block: Block, other: Block, names: Sequence[str]) -> dict[str, Any]:
    return {name: getattr(other, name) for name in names if not getattr(block, name) and getattr(other, name)}


def _size(block: Embed | Image, other: Embed | Image) -> dict[str, Any]:
    if block.width or block.height or not (other.width or other.height):
        return {}
    return {"width": other.width, "height": other.height}


def _told(files: Sequence[EmbedFile]) -> tuple[int, int]:
    """How many files of a gist are here, and how much of them."""
    return sum(1 for file in files if file.text), len(files)
