"""What Medium's numbers and names for a post's facts mean, the same in all its JSON.

The numbers are those of ``?format=json`` and the pages of 2013-2018, the names those of GraphQL.
"""

from __future__ import annotations

from typing import Literal
from urllib.parse import unquote, urlsplit

from fonds.model import Person, Publication

Visibility = Literal["", "public", "unlisted", "locked"]

_VISIBILITY: dict[int | str | None, Visibility] = {
    0: "public", 1: "unlisted", 2: "locked",
    "0": "public", "1": "unlisted", "2": "locked",
    "PUBLIC": "public", "UNLISTED": "unlisted", "LOCKED": "locked",
}  # fmt: skip

_LICENSES = (
    "ALL_RIGHTS_RESERVED",
    "CC_40_BY",
    "CC_40_BY_ND",
    "CC_40_BY_SA",
    "CC_40_BY_NC",
    "CC_40_BY_NC_ND",
    "CC_40_BY_NC_SA",
    "CC_40_ZERO",
    "PUBLIC_DOMAIN",
)

# Which programme locked a post; NONE says nothing.
_LOCKED_SOURCES = (
    "",
    "LOCKED_POST_SOURCE_UGC",
    "LOCKED_POST_SOURCE_COMMISSIONED",
    "LOCKED_POST_SOURCE_SYNDICATED",
    "LOCKED_POST_SOURCE_PUBLICATION_MEMBERSHIP",
    "LOCKED_POST_SOURCE_FEATURE_LOCK",
    "LOCKED_POST_SOURCE_UGC_UNENROLLED",
    "LOCKED_POST_SOURCE_PARTNERSHIPS",
)

# Layouts of pictures and frames. 1, 3, 4, 5 are seen beside their class names in pages of 2015-2018
# (graf--layoutOutsetCenter, graf--layoutOutsetLeft, graf--layoutFillWidth), 10 in previews.
_LAYOUTS = (
    "",
    "INSET_CENTER",
    "INSET_LEFT",
    "OUTSET_CENTER",
    "OUTSET_LEFT",
    "FULL_WIDTH",
    "OUTSET_ROW",
    "OUTSET_ROW_CONTINUE",
    "FULL_WIDTH_CROPPED_COVER",
    "CONSTRAINED_HEIGHT_PREVIEW",
    "CROPPED_HEIGHT_PREVIEW",
    "INSET_CENTER_SMALL",
    "INSET_RIGHT",
)

_SECTION_IMAGE = (
    "",
    "NONE",
    "FULL_BLEED",
    "UNUSED_LEFT",
    "UNUSED_RIGHT",
    "CONTENT",
    "FULL_SCREEN",
    "ASPECT_RATIO",
    "COVER_FADE",
    "ASPECT_RATIO_VIEWPORT",
    "SECTION_FILL_CROP",
    "SECTION_FILL_OVERFLOW_X",
)
_SECTION_TEXT = (
    "",
    "FLOW",
    "BOTTOM_CENTER",
    "MIDDLE_CENTER",
    "TOP_CENTER",
    "CAPTION_ONLY",
    "SERIES_COVER",
    "SERIES_COVER_TITLELESS",
)


def visibility(value: int | str | None) -> Visibility:
    """Medium's visibility in the model's words; "" for none and for what Medium may invent."""
    return _VISIBILITY.get(value, "")


def license_name(value: int | str | None) -> str:
    """GraphQL's name of a licence (``CC_40_BY_SA``), "" when none is given."""
    return _named(value, _LICENSES)


def locked_source(value: int | str | None) -> str:
    """GraphQL's name of the programme that locked a post, "" for ``LOCKED_POST_SOURCE_NONE``."""
    name = _named(value, _LOCKED_SOURCES)
    return "" if name == "LOCKED_POST_SOURCE_NONE" else name


def layout(value: int | str | None) -> str:
    """GraphQL's name of a picture's or frame's layout; one that fonds does not know stays as it is."""
    return _named(value, _LAYOUTS)


def section_layout(image: int | str | None, text: int | str | None) -> str:
    """``image layout/text layout`` of a section by GraphQL's names, "" when both are Medium's default."""
    pair = _named(image, _SECTION_IMAGE), _named(text, _SECTION_TEXT)
    if pair[0] in ("", "NONE") and pair[1] in ("", "FLOW"):
        return ""
    return "/".join(pair)


def _named(value: int | str | None, names: tuple[str, ...]) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        if not value.isdecimal() or len(value) > 4:
            return value
        value = int(value)
    return names[value] if 0 <= value < len(names) else str(value)


def slug(unique_slug: str | None, post_id: str, address: str = "") -> str:
    """Medium's ``uniqueSlug`` without the id at its end, or that of the post's ``address``."""
    if not unique_slug and address:
        try:
            unique_slug = unquote(urlsplit(address).path.rpartition("/")[2])
        except ValueError:
            return ""
        if not unique_slug.endswith("-" + post_id):
            return ""
    unique_slug = unique_slug or ""
    if post_id and unique_slug.endswith(post_id):
        return unique_slug[: -len(post_id)].removesuffix("-")
    return unique_slug


def addresses(medium: str | None, *canonical: str | None, post_id: str) -> tuple[str, str]:
    """(Medium's own address, the author's canonical address or "").

    Before GraphQL, ``canonicalUrl`` holds Medium's own address unless the post came from elsewhere; an
    address of Medium's ends with the post's id (RFC 3986 path, query aside).
    """
    given = next((address for address in canonical if address), "")
    own = medium or ""
    if not own and given and post_id and given.partition("?")[0].endswith(post_id):
        own = given
    return own, "" if given == own else given


def built_address(unique_slug: str | None, author: Person, publication: Publication | None) -> str:
    """The address under which Medium serves a post whose form names none: under its publication, else
    under its author. The id at the end of ``unique_slug`` is what Medium goes by. "" without a place."""
    if not unique_slug:
        return ""
    if publication is not None and publication.domain:
        return f"https://{publication.domain}/{unique_slug}"
    place = publication.slug if publication is not None and publication.slug else ""
    if not place and author.username:
        place = f"@{author.username}"
    return f"https://medium.com/{place}/{unique_slug}" if place else ""
