"""Embeds as ZMediumToMarkdown writes them: linked pictures, tweets, frames. Nothing in them is escaped."""

from __future__ import annotations

import re
from urllib.parse import quote

from fonds.model import Embed, RichText
from fonds.zmedium.rules import NEW_WINDOW, Generation

BANNER = "■■■■■■■■■■■■■■ "
"""The line above and below a tweet."""

_TWEET = re.compile(r"(.*) \(@([^()\s]*)\), (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)", re.S)
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


def local_thumbnail(paragraph: str, address: str) -> str:
    """File name of an embed's picture: the paragraph's name and the last part of the address."""
    return f"{paragraph}_{address.partition('?')[0].rpartition('/')[2]}"


def linked(title: str, picture: str, page: str, generation: Generation) -> str:
    """A picture within a link: an embed or, without ``title``, a link card."""
    window = NEW_WINDOW if generation.new_window else ""
    text = f'![{title}]({picture} "{title}")' if title else f"![]({picture})"
    return f"[{text}]({page}){window}"


def frame(block: Embed, generation: Generation) -> str:
    """The HTML line of a player that v4 frames in Jekyll files; "" for what it does not frame."""
    player = _PLAYERS.get(block.provider) if generation.escapes == "few" and generation.jekyll else None
    if player is None or not block.provider_id:
        return ""
    name, address, allow = player
    thing = quote(block.provider_id, safe="") if block.provider == "soundcloud" else block.provider_id
    title = block.title or block.provider.capitalize()
    return (
        f'<iframe class="{name}" loading="lazy" src="{address.format(thing)}" title="{title}" frameborder="0"'
        f' allow="{allow}" allowfullscreen ></iframe>'
    )


def tweet_title(name: str, handle: str, moment: str) -> str:
    """By what people know a tweet: who, and when (as the tool wrote it, UTC)."""
    return f"{name} (@{handle}), {moment}"


def tweet(block: Embed, generation: Generation) -> str:
    """A tweet between its banners, blank lines within; "" for an embed without a ``tweet_title``."""
    parts = _TWEET.fullmatch(block.title) if block.kind == "tweet" else None
    if parts is None:
        return ""
    window = NEW_WINDOW if generation.new_window else ""
    return (
        f"{BANNER}\n> **[{parts[1]}](https://twitter.com/{parts[2]}){window} @ Twitter Says:** \n\n"
        f"> > {_tweet_text(block.content)} \n\n"
        f"> **Tweeted at [{parts[3]}]({block.href}){window}.** \n\n{BANNER}"
    )


def _tweet_text(content: RichText) -> str:
    """Links and entities; other marks there are none."""
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
