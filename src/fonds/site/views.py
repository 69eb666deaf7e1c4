"""Cards as templates are given them: dates for people, paths, small pictures. Pure."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Literal, NamedTuple
from urllib.parse import quote

import msgspec
from markupsafe import Markup

from fonds.site import languages
from fonds.site.body import Shown, tag_of
from fonds.site.cards import Card
from fonds.site.inline import escape
from fonds.site.settings import Link
from fonds.site.source import Local
from fonds.site.state import Thumb
from fonds.site.times import date

_LARGEST_OFFERED = 2000
_LARGEST_UNMADE = 120_000
"""Bytes of an original that a list may show where no small version was made."""


class Part(msgspec.Struct, frozen=True, array_like=True):
    """A way in, as the navigation of every page lists it."""

    name: str
    path: str


class Site(msgspec.Struct, frozen=True, array_like=True):
    """What every page is told about the site."""

    title: str
    intro: str
    links: tuple[Link, ...]
    parts: tuple[Part, ...]
    policy: str
    version: str
    url: str = ""


class View(NamedTuple):
    """A post in a list. ``attributes`` are its language and direction; ``still`` a small picture of it."""

    page: str
    title: str
    excerpt: str
    day: str
    date: str
    author: str
    kind: str
    unlisted: bool
    preview: bool
    gone: bool
    lang: str
    attributes: Markup
    still: Markup | str = ""
    show_author: bool = False


class Where(msgspec.Struct, frozen=True, array_like=True):
    """Where pictures are: in the site (``link`` is "") or, seen from its root, in the folder ``link``
    of the archive at ``base``. ``made`` are the thumbnails there are, by the picture's place."""

    made: Mapping[str, Thumb] = {}
    base: str = ""
    link: str = ""

    def href(self, local: Local) -> str:
        """The original, seen from the site's root."""
        if not self.link:
            return local.place
        return quote(f"{self.link}/{os.path.relpath(local.path, self.base)}".replace(os.sep, "/"))

    def shown(self, local: Local, root: str) -> Shown:
        """The picture with its sizes, seen from a page whose way up is ``root``."""
        thumb = self.made.get(local.place)
        href = root + self.href(local)
        width, height = local.width, local.height
        if thumb is None:
            return Shown(href, width, height, local.extension)
        width, height = width or thumb.width, height or thumb.height
        sizes = [(size, f"{root}{thumb_path(local.place, size)}") for size in thumb.widths]
        if sizes and sizes[-1][0] < width <= _LARGEST_OFFERED and local.extension != "gif":
            sizes.append((width, href))
        return Shown(href, width, height, local.extension, tuple(sizes))

    def still(self, local: Local, root: str, alt: str = "") -> Markup | str:
        """A small picture for a list, or "" when the original is too large for one."""
        thumb = self.made.get(local.place)
        if thumb is not None and thumb.widths:
            width = thumb.widths[0]
            height = max(round(thumb.height * width / thumb.width), 1) if thumb.width else width
            return Markup(  # noqa: S704  escaped by tag_of
                tag_of(Shown(f"{root}{thumb_path(local.place, width)}", width, height), alt)
            )
        if local.size > _LARGEST_UNMADE or local.extension == "svg":
            return ""
        return Markup(tag_of(Shown(root + self.href(local), local.width, local.height), alt))  # noqa: S704


def thumb_path(place: str, width: int) -> str:
    """``assets/<id>/<name>`` → the path of its version of that width."""
    return f"thumbs/{place.removeprefix('assets/')}.{width}.webp"


def attributes(lang: str, title: str = "") -> Markup:
    """``lang`` and ``dir`` for text of a language on a page that is English."""
    speech = languages.speech(lang)
    if speech.lang == "en":
        return Markup("")
    if speech.lang == "und":
        found = languages.of_script(title)
        speech = found if found is not None else speech
    direction: Literal["", ' dir="rtl"'] = ' dir="rtl"' if speech.dir == "rtl" else ""
    return Markup(f'lang="{escape(speech.lang)}"{direction}')  # noqa: S704  escaped


def view(card: Card, still: Markup | str = "", *, show_author: bool = False) -> View:
    return View(
        card.page,
        card.title,
        card.excerpt,
        card.day,
        date(card.at),
        card.author,
        card.kind,
        card.unlisted,
        card.preview,
        card.gone,
        card.lang,
        attributes(card.lang, card.title),
        still,
        show_author,
    )


def up(path: str) -> str:
    """The way from a page to the site's root: ``../`` for each folder."""
    return "../" * path.count("/")
