"""What a site is called and how it looks: the table ``[site]`` of ``fonds.toml``. Pure but for ``load``."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Literal

import msgspec

from fonds.errors import UsageError

NAME = "fonds.toml"

_COLOUR = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
_URL = re.compile(r"https?://[^\s\"'<>?#]+")


class Link(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A link in the foot of every page."""

    name: str
    href: str


class Colours(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """Colours as ``#rgb`` or ``#rrggbb``, for the light and the dark scheme; "" is the theme's own."""

    accent: str = ""
    background: str = ""
    text: str = ""
    dark_accent: str = ""
    dark_background: str = ""
    dark_text: str = ""


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """The table ``[site]``, every key with its default.

    ``url`` is where the site will be hosted: with it, feeds and previews carry whole addresses, and
    the sitemap and the redirect pages are made. ``pictures`` copies the kept pictures into the site, or
    links to where they lie (``auto``: links when the site stands in the archive itself).
    """

    title: str = ""
    intro: str = ""
    url: str = ""
    links: tuple[Link, ...] = ()
    colours: Colours = Colours()
    pictures: Literal["auto", "copy", "link"] = "auto"
    thumbnails: bool = True
    drafts: bool = False
    responses: bool = True
    unlisted: bool = True
    newest: int = 12
    """Posts on the home page."""


def load(folder: Path) -> Settings:
    """The settings in ``folder``'s fonds.toml; defaults when it has none. Raises UsageError."""
    path = folder / NAME
    if not path.is_file():
        return Settings()
    import tomllib

    try:
        table = tomllib.loads(path.read_text(encoding="utf-8")).get("site", {})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"is no TOML: {error}", origin=str(path)) from None
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror}", origin=str(path)) from None
    return parse(table, str(path))


def parse(table: Any, origin: str = "") -> Settings:
    """Settings from a table. Raises UsageError that names the key."""
    try:
        settings = msgspec.convert(table, Settings)
    except msgspec.ValidationError as error:
        raise UsageError(
            str(error), origin=origin, where="[site]", remedy="docs/site.md lists the keys."
        ) from None
    for name, colour in msgspec.structs.asdict(settings.colours).items():
        if colour and not _COLOUR.fullmatch(colour):
            raise UsageError(
                f"{name.replace('_', '-')} is no colour: {colour!r}",
                origin=origin,
                where="[site.colours]",
                remedy="Write it as #rrggbb.",
            )
    if settings.url and not _URL.fullmatch(settings.url):
        raise UsageError(
            f"url is no address: {settings.url!r}",
            origin=origin,
            where="[site]",
            remedy="Write where the site will stand, as in https://example.org/archive/.",
        )
    if settings.newest < 1:
        raise UsageError("newest must be at least 1", origin=origin, where="[site]")
    return settings
