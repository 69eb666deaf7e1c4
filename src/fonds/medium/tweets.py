"""A tweet's text, author, time and pictures, from the host that serves embedded tweets."""

from __future__ import annotations

import html
import math
import re
from typing import TYPE_CHECKING

import msgspec

from fonds.errors import UnreadableError
from fonds.medium import judge
from fonds.medium.things import Tweet
from fonds.net.messages import Request
from fonds.sources.decode import decode
from fonds.sources.times import milliseconds

if TYPE_CHECKING:
    from fonds.net.client import Client
    from fonds.net.messages import Response

_HOST = "https://cdn.syndication.twitter.com/tweet-result"
_ID = re.compile(r"[0-9]{1,20}")
_MOST_LINKS = 100
"""Of a tweet's links those that are written out: it cannot hold more."""
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


class _UserNode(msgspec.Struct, gc=False):
    name: str | None = None
    screen_name: str | None = None


class _UrlNode(msgspec.Struct, gc=False):
    url: str | None = None
    expanded_url: str | None = None


class _EntitiesNode(msgspec.Struct, gc=False):
    urls: list[_UrlNode | None] | None = None
    media: list[_UrlNode | None] | None = None


class _MediaNode(msgspec.Struct, gc=False):
    media_url_https: str | None = None


class _PhotoNode(msgspec.Struct, gc=False):
    url: str | None = None


class _TextNode(msgspec.Struct, gc=False):
    text: str | None = None


class _TombstoneNode(msgspec.Struct, gc=False):
    text: _TextNode | None = None


class _QuotedNode(msgspec.Struct, gc=False):
    id_str: str | None = None
    user: _UserNode | None = None


class _TweetNode(msgspec.Struct, gc=False):
    kind: str | None = msgspec.field(name="__typename", default=None)
    id_str: str | None = None
    text: str | None = None
    created_at: str | None = None
    user: _UserNode | None = None
    entities: _EntitiesNode | None = None
    media_details: list[_MediaNode | None] | None = msgspec.field(name="mediaDetails", default=None)
    photos: list[_PhotoNode | None] | None = None
    quoted_tweet: _QuotedNode | None = None
    tombstone: _TombstoneNode | None = None


_TWEET = msgspec.json.Decoder(_TweetNode)


def token(tweet_id: str) -> str:
    """What the host wants beside an id: ``((id / 1e15) * π).toString(36)`` without zeros and the point, in
    JavaScript's words."""
    return re.sub(r"0+|\.", "", base36(int(tweet_id) / 1e15 * math.pi))


def base36(value: float) -> str:
    """A positive number as JavaScript's ``toString(36)`` writes it: as many digits as tell it from its
    neighbours, the last one rounded (ECMA-262 leaves that open; this is what V8 does)."""
    whole = int(value)
    fraction = value - whole
    delta = max(0.5 * (math.nextafter(value, math.inf) - value), math.nextafter(0.0, 1.0))
    digits: list[int] = []
    if fraction >= delta:
        while True:
            fraction *= 36
            delta *= 36
            digit = int(fraction)
            digits.append(digit)
            fraction -= digit
            if (fraction > 0.5 or (fraction == 0.5 and digit & 1)) and fraction + delta > 1:
                while digits and digits[-1] == 35:
                    digits.pop()
                if digits:
                    digits[-1] += 1
                else:
                    whole += 1
                break
            if fraction < delta:
                break
    before = ""
    while whole or not before:
        whole, digit = divmod(whole, 36)
        before = _DIGITS[digit] + before
    after = "".join(_DIGITS[digit] for digit in digits)
    return f"{before}.{after}" if after else before


def address(tweet_id: str) -> str:
    """Where a tweet is asked for; "" for what is no tweet's id."""
    if not _ID.fullmatch(tweet_id):
        return ""
    return f"{_HOST}?id={tweet_id}&lang=en&token={token(tweet_id)}"


def read(data: bytes, url: str) -> Tweet | str:
    """The tweet in an answer, or the reason that stands in its place. Raises ``UnreadableError``."""
    node, _ = decode(data, _TWEET, url)
    if node.tombstone is not None or node.kind == "TweetTombstone":
        said = (
            node.tombstone.text.text if node.tombstone is not None and node.tombstone.text is not None else ""
        )
        return said or "the tweet is not there any more"
    if not node.id_str or node.text is None:
        return "the tweet is not there any more"
    user = node.user or _UserNode()
    stills = [media.media_url_https for media in node.media_details or () if media is not None]
    stills += [photo.url for photo in node.photos or () if photo is not None]
    return Tweet(
        href=_page(node),
        author=user.name or user.screen_name or "",
        handle=user.screen_name or "",
        text=_text(node),
        published_at=milliseconds(node.created_at or ""),
        pictures=tuple(dict.fromkeys(still for still in stills if still)),
        quotes=_page(node.quoted_tweet) if node.quoted_tweet is not None else "",
    )


def _page(node: _TweetNode | _QuotedNode) -> str:
    user = (node.user.screen_name if node.user is not None else "") or "i/web"
    return f"https://twitter.com/{user}/status/{node.id_str}" if node.id_str else ""


def _text(node: _TweetNode) -> str:
    """What its readers see: addresses in full, none for its own pictures."""
    text = node.text or ""
    entities = node.entities or _EntitiesNode()
    for link in (entities.urls or ())[:_MOST_LINKS]:
        if link is not None and link.url and link.expanded_url:
            text = text.replace(link.url, link.expanded_url)
    for media in (entities.media or ())[:_MOST_LINKS]:
        if media is not None and media.url:
            text = text.replace(media.url, "")
    return html.unescape(text).strip()


async def fetch(client: Client, url: str, responses: list[Response]) -> Tweet | str:
    """The tweet asked for at ``url``, or why there is none; the answer is added to ``responses``."""
    response = await client.fetch(Request(url), judge.json)
    responses.append(response)
    try:
        return read(response.body, url)
    except UnreadableError as error:
        return f"the answer cannot be read: {error.reason}"
