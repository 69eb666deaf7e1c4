"""The lines above the text, as each generation of ZMediumToMarkdown writes them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from fonds.errors import UsageError
from fonds.model import Post
from fonds.zmedium.rules import Generation, own_details

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_OFFSET = re.compile(r"([+-])(\d\d):?(\d\d)|Z")
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def zone(name: str) -> tzinfo:
    """The zone of an IANA name or an offset (``+0100``, ``Z``). Raises UsageError for any other word."""
    if name == "UTC":  # without asking for a database of zones, which not every system has
        return UTC
    found = _OFFSET.fullmatch(name)
    if found:
        minutes = 0 if found[1] is None else int(found[1] + found[2]) * 60 + int(found[1] + found[3])
        if abs(minutes) < 24 * 60:
            return timezone(timedelta(minutes=minutes))
    else:
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            pass
    raise UsageError(f"there is no time zone {name!r}", remedy="Use a name such as Europe/London.")


def local_time(milliseconds: int, where: tzinfo) -> str:
    """``2016-05-31T12:05:50.178+0100``; "" for an unknown time, or one that no calendar holds."""
    if not milliseconds:
        return ""
    try:
        moment = (_EPOCH + timedelta(milliseconds=milliseconds)).astimezone(where)
    except OverflowError:
        return ""
    day = f"{moment.year:04d}-{moment.month:02d}-{moment.day:02d}"
    return f"{day}T{moment:%H:%M:%S}.{milliseconds % 1000:03d}{moment:%z}"


def zones(details: Mapping[str, str], timezone: str | None = None) -> tuple[tzinfo, tzinfo]:
    """The zones of the two dates: ``timezone``, else those in which they stood in the file, else UTC."""
    first = timezone or details.get("utc_offset") or "Z"
    second = timezone or details.get("utc_offset_modified") or first
    return zone(first), zone(second)


def fields(post: Post, generation: Generation, zones: tuple[tzinfo, tzinfo]) -> dict[str, str]:
    """Key → line, in the tool's order; the dates as local times in ``zones``.

    ``path`` is the second line of ``image``. What the tool takes out of titles (square brackets) and of
    all values (characters that are not printable) is taken out here too.
    """
    always = generation.quoting == "always"
    category = post.publication.name if post.publication else ""
    category = f'["{_quoted(category)}"]' if generation.category_list else _value(category, generation)
    tags = ",".join(f'"{_quoted(tag.slug)}"' if always else _line(tag.slug) for tag in post.tags)
    found = {
        "title": f"title: {_value(post.title.replace('[', '').replace(']', ''), generation)}",
        "author": f"author: {_value(post.author.name, generation)}",
        "date": f"date: {local_time(post.first_published_at, zones[0])}",
        "last_modified_at": f"last_modified_at: {local_time(post.latest_published_at, zones[1])}",
        "categories": f"categories: {category}",
        "tags": f"tags: [{tags}]",
        "description": f"description: {_value(post.description, generation)}",
    }
    if post.image:
        found["image"] = "image:"
        found["path"] = f"  path: {_cover(post, generation)}"
    if own_details(post).get("pin"):
        found["pin"] = "pin: true"
    if post.preview_only and generation.quoting == "always":
        found["lockedPreviewOnly"] = "lockedPreviewOnly: true"
    if generation.jekyll:
        found["render_with_liquid"] = "render_with_liquid: false"
    return found


def _cover(post: Post, generation: Generation) -> str:
    """Path of the preview picture, or its address where it has no id."""
    folder = own_details(post).get("asset_folder", post.id)
    return post.image if "/" in post.image else f"{generation.cover}/{folder}/{post.image}"


def _value(text: str, generation: Generation) -> str:
    text = _line(text)
    if generation.quoting == "always" or (generation.quoting == "colon" and ": " in text):
        return f'"{_quoted(text)}"'
    return text


def _quoted(text: str) -> str:
    return _line(text).replace('"', '\\"')


def _line(text: str) -> str:
    return _UNPRINTABLE.sub("", text) if _UNPRINTABLE.search(text) else text
