"""Embeds and link cards in the flavour ``zmedium``."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.embeds import unwrap
from fonds.model import Embed, LinkCard, Mark, RichText
from fonds.zmedium import inline, media
from fonds.zmedium.rules import Generation, Kind

_DOWNLOADED = frozenset({"youtube", "vimeo"})
"""Providers whose pictures the tool keeps beside the post's own."""


def embed(
    block: Embed, rules: Generation, place: str, address: str, *, may_frame: bool
) -> Iterator[tuple[Kind, str]]:
    """An embed as units. ``place`` is where downloaded pictures lie, ``address`` what the embed links to
    when the model has another form of it (``http:``: the same without encryption)."""
    tweet = media.tweet(block, rules)
    frame = media.frame(block, rules) if may_frame else ""
    if tweet:
        yield "tweet", tweet
    elif block.files:
        for file in block.files:
            yield "code", f"```{file.lang.lower()}\n{file.text}".removesuffix("\n") + "\n```"
    else:
        yield ("frame", frame) if frame else _picture(block, _page(block, address), rules, place)
        if block.content:
            yield "paragraph", inline.write(block.content, rules)
    if block.caption:
        yield "paragraph", inline.write(block.caption, rules)


def _page(block: Embed, address: str) -> str:
    page = unwrap(block.iframe_src)[1] or block.href or block.iframe_src
    if not page and block.media_id:
        page = f"https://medium.com/media/{block.media_id}"
    if address == "http:":
        return page.replace("https:", "http:", 1)
    return address or page


def _picture(block: Embed, page: str, rules: Generation, place: str) -> tuple[Kind, str]:
    title = block.title or ("Youtube" if block.provider == "youtube" else "")
    if title and block.thumbnail:
        return "linked", media.linked(title, _thumbnail(block, place), page, rules)
    mark = Mark("link", 0, len(title or page), page)
    return "paragraph", inline.write(RichText(title or page, (mark,)), rules)


def _thumbnail(block: Embed, place: str) -> str:
    """A file beside the post's pictures where the tool downloads it, else its address or path."""
    if "://" in block.thumbnail and block.provider in _DOWNLOADED and block.name:
        return place + media.local_thumbnail(block.name, block.thumbnail)
    return block.thumbnail


def card(block: LinkCard, rules: Generation) -> tuple[Kind, RichText | str]:
    """A card is a linked picture, or the text that the tool writes when it has no picture."""
    if rules.early and block.thumbnail:
        text = inline.escape_all(block.content.text)
        return "linked", media.linked(text, block.thumbnail, block.href, rules)
    content = block.content or RichText("\n".join(filter(None, (block.title, block.description, block.host))))
    if not content:
        return "linked", media.linked("", block.thumbnail, block.href, rules)
    if not block.href or any(mark.kind == "link" for mark in content.marks):
        return "paragraph", content
    return "paragraph", RichText(
        content.text, (Mark("link", 0, len(content.text), block.href), *content.marks)
    )
