"""What Medium frames of other hosts: its own page round it, and what hosts say by oEmbed."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import msgspec

from fonds import embeds
from fonds.errors import UnreadableError
from fonds.medium import gists, judge, tweets
from fonds.medium.things import Again, Frame, Thing
from fonds.net.errors import BlockedError, FetchError, GoneError, OfflineError
from fonds.net.messages import Request
from fonds.sources import sniff
from fonds.sources.decode import decode

if TYPE_CHECKING:
    from fonds.net.client import Client
    from fonds.net.messages import Response

# Where hosts answer oEmbed (oembed.com's list); the thing's page is put at the end.
_OEMBED = {
    "youtube": "https://www.youtube.com/oembed?format=json&url=",
    "vimeo": "https://vimeo.com/api/oembed.json?url=",
    "dailymotion": "https://www.dailymotion.com/services/oembed?format=json&url=",
    "ted": "https://www.ted.com/services/v1/oembed.json?url=",
    "wistia": "https://fast.wistia.com/oembed?url=",
    "loom": "https://www.loom.com/v1/oembed?url=",
    "giphy": "https://giphy.com/services/oembed?url=",
    "spotify": "https://open.spotify.com/oembed?url=",
    "soundcloud": "https://soundcloud.com/oembed?format=json&url=",
    "mixcloud": "https://app.mixcloud.com/oembed/?format=json&url=",
    "codepen": "https://codepen.io/api/oembed?format=json&url=",
    "codesandbox": "https://codesandbox.io/oembed?format=json&url=",
    "speakerdeck": "https://speakerdeck.com/oembed.json?url=",
    "slideshare": "https://www.slideshare.net/api/oembed/2?format=json&url=",
    "flourish": "https://app.flourish.studio/api/v1/oembed?format=json&url=",
}

_TITLE = re.compile(r"<title[^>]{0,200}>([^<]{0,1000})</title>", re.I)
_TAG = re.compile(r"<(script|iframe)(\s[^<>]{0,5000}+)", re.I)
_SOURCE = re.compile(r"\s(?:data-)?src=[\"']([^\"']{1,4000}+)[\"']", re.I)
_GIST = re.compile(r"(?:https?:)?//gist\.github\.com/")
_TWEET = re.compile(
    r"href=[\"'](https?://(?:www\.|mobile\.)?(?:twitter|x)\.com/[^\"'/]{1,100}/status(?:es)?/\d+)", re.I
)
_SIZE = re.compile(r"\s(width|height)=[\"'](\d{1,5})[\"']", re.I)
_MOST = 262_144
"""Bytes of a page that are looked at: Medium's have a few hundred."""
_BLANK_TITLES = frozenset({"", "medium", "untitled", "embed"})


def oembed_address(provider: str, href: str) -> str:
    """Where ``provider`` tells about its page ``href``; "" for a host that does not."""
    place = _OEMBED.get(provider, "")
    return place + quote(href, safe="") if place and href else ""


# -- oEmbed -------------------------------------------------------------------------------------------


class _OembedNode(msgspec.Struct, gc=False):
    title: str | None = None
    description: str | None = None
    author_name: str | None = None
    thumbnail_url: str | None = None
    width: Any = None
    height: Any = None
    html: str | None = None


_OEMBED_NODE = msgspec.json.Decoder(_OembedNode)


def read_oembed(data: bytes, url: str) -> Frame:
    """What a host says by oEmbed. Raises ``UnreadableError``."""
    node, _ = decode(data, _OEMBED_NODE, url)
    framed = next((src for name, src, _ in _tags((node.html or "")[:_MOST]) if name == "iframe"), "")
    return Frame(
        iframe_src=framed,
        title=" ".join((node.title or "").split()),
        description=(node.description or "").strip(),
        author=node.author_name or "",
        thumbnail=node.thumbnail_url or "",
        width=_pixels(node.width),
        height=_pixels(node.height),
    )


def _pixels(value: object) -> int:
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value[:6])
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 100_000 else 0


async def oembed(client: Client, url: str, responses: list[Response]) -> Frame | str:
    """What is told at ``url``, or why that cannot be read; the answer is added to ``responses``."""
    response = await client.fetch(Request(url), judge.json)
    responses.append(response)
    try:
        return read_oembed(response.body, url)
    except UnreadableError as error:
        return f"the answer cannot be read: {error.reason}"


# -- Medium's page --------------------------------------------------------------------------------------


def read_media(data: bytes, url: str) -> Frame | None:
    """What Medium's page round an embed frames: a frame, or a gist's or tweet's address as ``href``. None
    when it frames nothing. ``url`` is the page that answered: a redirect may lead to the thing itself."""
    text = sniff.normalise(data[:_MOST]).data.decode()
    title = _TITLE.search(text)
    name = " ".join(html.unescape(title[1]).split()) if title else ""
    name = name.removesuffix("– Medium").strip()
    name = "" if name.lower() in _BLANK_TITLES else name
    tags = list(_tags(text))
    scripts = (src for kind, src, _ in tags if kind == "script" and _GIST.match(src))
    tweet = _TWEET.search(text)
    if page := next(scripts, "") or (html.unescape(tweet[1]) if tweet else ""):
        return Frame(href=embeds.recognise("", page).href, title=name)
    if "medium.com/media/" not in url and embeds.recognise("", url).provider:
        return Frame(href=url, title=name)
    for kind, source, attributes in tags:
        if kind == "iframe":
            target = embeds.recognise(source)
            sizes = {key.lower(): int(value) for key, value in _SIZE.findall(attributes)}
            width, height = sizes.get("width", 0), sizes.get("height", 0)
            return Frame(target.href, source, name, thumbnail=target.thumbnail, width=width, height=height)
    return None


def _tags(text: str) -> Iterator[tuple[str, str, str]]:
    """(name, source, attributes) of the scripts and frames that have a source."""
    for tag in _TAG.finditer(text):
        if source := _SOURCE.search(tag[2]):
            yield tag[1].lower(), html.unescape(source[1]), tag[2]


async def media(client: Client, url: str, responses: list[Response]) -> Thing | str:
    """What stands behind Medium's media resource at ``url``: its host is asked as well. When that host does
    not tell, what Medium told remains, and ``Frame.lacking`` says why there is no more."""
    response = await client.fetch(Request(url), judge.page)
    responses.append(response)
    frame = read_media(response.body, response.url)
    if frame is None:
        return "Medium's page frames nothing"
    target = embeds.recognise(frame.iframe_src, frame.href)
    try:
        if target.kind == "gist" and (place := gists.address(target.provider_id)):
            more: Thing | str = await gists.fetch(client, place, responses)
        elif target.kind == "tweet" and (place := tweets.address(target.provider_id)):
            more = await tweets.fetch(client, place, responses)
        elif (not frame.title or not frame.thumbnail) and (
            place := oembed_address(target.provider, target.href)
        ):
            more = await oembed(client, place, responses)
        else:
            return frame
    except OfflineError:
        raise
    except FetchError as error:
        kinds: dict[type[FetchError], Again] = {GoneError: "", BlockedError: "challenge"}
        return msgspec.structs.replace(frame, lacking=error.reason, again=kinds.get(type(error), "failed"))
    if isinstance(more, str):
        return msgspec.structs.replace(frame, lacking=more)
    return merged(frame, more) if isinstance(more, Frame) else more


def merged(first: Frame, second: Frame) -> Frame:
    """What the first says, and what only the second does."""
    return Frame(**{
        field: getattr(first, field) or getattr(second, field) for field in Frame.__struct_fields__
    })  # fmt: skip
