"""Embeds and link cards in the flavour ``zmedium``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote

from fonds.embeds import unwrap
from fonds.model import Embed, LinkCard, Mark, RichText
from fonds.zmedium import inline
from fonds.zmedium.rules import BANNER, NEW_WINDOW, Generation, Kind, local_thumbnail, tweet_parts

_DOWNLOADED = frozenset({"youtube", "vimeo"})
"""Providers whose pictures the tool keeps beside the post's own."""
_ENTITY = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_ENTITIES = re.compile("[&<>]")
_YOUTUBE_ALLOWS = "accelerometer; autoplay; clipboard-write; encrypted-media; gyroscope; picture-in-picture"
_SOUNDCLOUD = (
    "https://w.soundcloud.com/player/?url={0}&color=%23ff5500&auto_play=false&hide_related=false"
    "&show_comments=true&show_user=true&show_reposts=false&show_teaser=true"
)
_PLAYERS = {
    "youtube": ("embed-video", "https://www.youtube.com/embed/{0}", _YOUTUBE_ALLOWS),
    "vimeo": (
        "embed-video",
        "https://player.vimeo.com/video/{0}",
        "autoplay; fullscreen; picture-in-picture",
    ),
    "soundcloud": ("embed-audio", _SOUNDCLOUD, "autoplay"),
    "spotify": ("embed-audio", "https://open.spotify.com/embed/{0}", "encrypted-media"),
}
"""Provider → class, address and rights of the frame that v4 writes for Jekyll."""


def embed(block: Embed, rules: Generation, place: str, address: str) -> Iterator[tuple[Kind, str]]:
    """An embed as units. ``place`` is where downloaded pictures lie, ``address`` what the embed links to
    when the model has another form of it (``http:``: the same without encryption)."""
    tweet = tweet_parts(block.title) if block.kind == "tweet" else None
    if tweet:
        yield "tweet", _tweet(block, *tweet, rules)
    elif block.files:
        for file in block.files:
            yield "code", f"```{file.lang.lower()}\n{file.text}".removesuffix("\n") + "\n```"
    else:
        page = unwrap(block.iframe_src)[1] or block.href or block.iframe_src
        if address:
            page = page.replace("https:", "http:", 1) if address == "http:" else address
        if not page and block.media_id:
            page = f"https://medium.com/media/{block.media_id}"
        yield _player(block, rules) or _picture(block, page, rules, place)
        if block.content:
            yield "paragraph", inline.write(block.content, rules)
    if block.caption:
        yield "paragraph", inline.write(block.caption, rules)


def _picture(block: Embed, page: str, rules: Generation, place: str) -> tuple[Kind, str]:
    title = block.title or ("Youtube" if block.provider == "youtube" else "")
    if title and block.thumbnail:
        return "linked", linked(title, _thumbnail(block, place), page, rules)
    mark = Mark("link", 0, len(title or page), page)
    return "paragraph", inline.write(RichText(title or page, (mark,)), rules)


def _thumbnail(block: Embed, place: str) -> str:
    """A file beside the post's pictures where the tool downloads it, else its address."""
    if "://" not in block.thumbnail:
        return place + block.thumbnail
    if block.provider in _DOWNLOADED and block.name:
        return place + local_thumbnail(block.name, block.thumbnail)
    return block.thumbnail


def linked(title: str, picture: str, page: str, rules: Generation) -> str:
    """A picture within a link. The tool escapes nothing in it."""
    window = NEW_WINDOW if rules.new_window else ""
    text = f'![{title}]({picture} "{title}")' if title else f"![]({picture})"
    return f"[{text}]({page}){window}"


def _player(block: Embed, rules: Generation) -> tuple[Kind, str] | None:
    player = _PLAYERS.get(block.provider) if rules.escapes == "few" and rules.jekyll else None
    if player is None or not block.provider_id:
        return None
    name, address, allow = player
    thing = quote(block.provider_id, safe="") if block.provider == "soundcloud" else block.provider_id
    source = address.format(thing)
    title = block.title or block.provider.capitalize()
    return "frame", (
        f'<iframe class="{name}" loading="lazy" src="{source}" title="{title}" frameborder="0"'
        f' allow="{allow}" allowfullscreen ></iframe>'
    )


def _tweet(block: Embed, name: str, handle: str, moment: str, rules: Generation) -> str:
    window = NEW_WINDOW if rules.new_window else ""
    return (
        f"{BANNER}\n> **[{name}](https://twitter.com/{handle}){window} @ Twitter Says:** \n\n"
        f"> > {_tweet_text(block.content)} \n\n"
        f"> **Tweeted at [{moment}]({block.href}){window}.** \n\n{BANNER}"
    )


def _tweet_text(content: RichText) -> str:
    """Links and entities; marks there are none, and nothing is escaped."""
    pieces: list[str] = []
    at = 0
    for mark in content.marks:
        if mark.kind == "link":
            pieces.append(_encoded(content.text[at : mark.start]))
            pieces.append(f"[{_encoded(content.text[mark.start : mark.end])}]({mark.href})")
            at = mark.end
    pieces.append(_encoded(content.text[at:]))
    return "".join(pieces)


def _encoded(text: str) -> str:
    return _ENTITIES.sub(lambda found: _ENTITY[found[0]], text)


def card_text(block: LinkCard) -> RichText:
    """The text of a card as the tool writes it when it has no picture: every word a link."""
    content = block.content or RichText("\n".join(filter(None, (block.title, block.description, block.host))))
    if not content or not block.href or any(mark.kind == "link" for mark in content.marks):
        return content
    return RichText(content.text, (Mark("link", 0, len(content.text), block.href), *content.marks))
