"""What stands behind an embed, as far as its host told: the records that an archive keeps.

Each is what a host said once; ``fonds.medium.media.fill`` puts it into a post.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from fonds.model import EmbedFile

Again = Literal["", "challenge", "failed"]
"""Why something is lacking that may be had another day; "" for what never will."""


class Gist(msgspec.Struct, frozen=True, omit_defaults=True, tag="gist"):
    """Every file of a gist. ``lacking`` names those that could not be had, and ``again`` says
    whether, and why, to ask once more."""

    href: str
    title: str = ""
    author: str = ""
    files: tuple[EmbedFile, ...] = ()
    lacking: tuple[str, ...] = ()
    again: Again = ""


class Tweet(msgspec.Struct, frozen=True, omit_defaults=True, tag="tweet"):
    """``author`` is the name for people, ``handle`` the one behind @; ``published_at`` UTC milliseconds;
    ``pictures`` addresses of its pictures and of its videos' stills; ``quotes`` the tweet that it quotes."""

    href: str
    author: str = ""
    handle: str = ""
    text: str = ""
    published_at: int = 0
    pictures: tuple[str, ...] = ()
    quotes: str = ""


class Frame(msgspec.Struct, frozen=True, omit_defaults=True, tag="frame"):
    """A video, sound, page, … of another host. ``href`` for people, ``iframe_src`` what is framed.
    ``lacking`` says why its host told no more, ``again`` whether to ask it once more."""

    href: str = ""
    iframe_src: str = ""
    title: str = ""
    description: str = ""
    author: str = ""
    thumbnail: str = ""
    width: int = 0
    height: int = 0
    lacking: str = ""
    again: Again = ""


Thing: TypeAlias = Gist | Tweet | Frame


def encode(thing: Thing) -> bytes:
    """Canonical JSON: sorted keys, defaults left out."""
    return msgspec.json.encode(thing, order="sorted")


_THING: msgspec.json.Decoder[Thing] = msgspec.json.Decoder(Gist | Tweet | Frame)


def decode(data: bytes) -> Thing:
    """What ``encode`` wrote. Raises ``msgspec.ValidationError`` naming the path that is wrong."""
    return _THING.decode(data)
