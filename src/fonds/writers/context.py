"""What a writer must be told about the files around the one it writes."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

IMAGE_HOST = "https://miro.medium.com/"


def remote_image(image: str) -> str:
    """Address of a picture that is not kept: its original at Medium's image host, or its own address."""
    return image if "://" in image or image.startswith("data:") else IMAGE_HOST + image


def no_link(_href: str) -> str | None:
    """No post is near: every link keeps its address."""
    return None


class Context(NamedTuple):
    """``link`` gives the relative path (with anchor) of an address that is a post of the same run, or
    None; ``image`` the path or address for an image id or address; ``anchors`` the paragraph names that
    something links to; ``timezone`` an IANA name for flavours that write local time ("": the zone that the post was read
    with, else UTC)."""

    link: Callable[[str], str | None] = no_link
    image: Callable[[str], str] = remote_image
    anchors: frozenset[str] = frozenset()
    timezone: str = ""


ALONE = Context()
"""A post by itself: remote pictures, links as they are."""
