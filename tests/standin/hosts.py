"""The other hosts: gists, tweets, oEmbed, pictures of theirs, old captures."""

from __future__ import annotations

import html
import json
import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, quote, unquote

from standin import pictures, things
from standin.model import Post
from standin.world import World

Json = dict[str, Any]
PICTURE_HOSTS = (
    "i.ytimg.com",
    "pbs.twimg.com",
    "i.vimeocdn.com",
    "i.scdn.co",
    "i1.sndcdn.com",
    "quay.example",
)


def gist_index(number: int) -> bytes:
    """The JSON of a gist: its files' names, and them rendered, which holds the links to their bytes."""
    page = f"https://gist.github.com/{things.GIST_USER}/{things.gist_id(number)}"
    files = things.gist_files(number)
    shown = "".join(
        f'<div class="gist-file"><div class="gist-data"><div class="js-gist-file-update-container">'
        f'<div id="file-x" class="file"><div class="Box-body p-0 blob-wrapper data type-{file.lang}">'
        f"<table><tr><td>{html.escape(file.text)}</td></tr></table></div></div></div></div>"
        f'<div class="gist-meta"><a href="{page}/raw/{"ab" * 20}/{quote(file.name)}">view raw</a></div></div>'
        for file in files
    )
    return json.dumps({
        "description": f"Tides of {number}",
        "public": True,
        "created_at": "2021-03-04T05:06:07.000Z",
        "files": [file.name for file in files],
        "owner": things.GIST_USER,
        "div": f'<div id="gist1" class="gist">{shown}</div>',
        "stylesheet": "https://github.githubassets.com/assets/gist-embed.css",
    }).encode()  # fmt: skip


def gist_raw(number: int, name: str) -> bytes | None:
    return next((file.text.encode() for file in things.gist_files(number) if file.name == name), None)


def tweet(number: int) -> bytes:
    """As the host for embedded tweets answers: text with short addresses, pictures apart."""
    identity = things.tweet_id(number)
    said = things.tweet_text(number) + " & https://t.co/abc https://t.co/pic"
    when = datetime.fromtimestamp(1_600_000_000 + number * 60, UTC)
    answer: Json = {
        "__typename": "Tweet",
        "id_str": identity,
        "lang": "en",
        "created_at": when.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "text": said.replace("&", "&amp;"),
        "user": {"id_str": "7", "name": "The Quay Letter", "screen_name": "quayletter"},
        "entities": {
            "urls": [{"url": "https://t.co/abc", "expanded_url": f"https://quay.example/boats/{number}"}],
            "media": [{"url": "https://t.co/pic"}],
        },
    }
    if number % 2:
        address = f"https://pbs.twimg.com/media/T{number}.jpg"
        answer["mediaDetails"] = [{"media_url_https": address, "type": "photo"}]
        answer["photos"] = [{"url": address, "width": 24, "height": 16}]
    return json.dumps(answer).encode()


TOMBSTONE = json.dumps({
    "__typename": "TweetTombstone",
    "tombstone": {"text": {"text": "This Post was deleted by the Post author. Learn more"}},
}).encode()  # fmt: skip


def media_page(world: World, identity: str) -> bytes | None:
    """Medium's page round an embed: a gist's script, or a frame."""
    post = world.by_number(things.number_of(identity))
    media = things.media_of(post) if post is not None else None
    if media is None or media.id != identity:
        return None
    if "gist.github.com" in media.href:
        inner = f'<script src="{media.href}.js" charset="utf-8"></script>'
    elif "twitter.com" in media.href:
        inner = f'<blockquote class="twitter-tweet"><a href="{media.href}"></a></blockquote>'
    else:
        inner = f'<iframe src="{html.escape(media.iframe_src)}" width="{media.width}" height="{media.height}"></iframe>'
    title = html.escape(media.title or "Medium")
    return f"<!DOCTYPE html><html><head><title>{title}</title></head><body>{inner}</body></html>".encode()


def oembed(query: str) -> bytes | None:
    """What a host tells of one of its pages."""
    page = parse_qs(query).get("url", [""])[0]
    if not page:
        return None
    name = re.sub(r"\W+", " ", page.partition("://")[2]).strip()
    hosts = {"vimeo": "i.vimeocdn.com", "spotify": "i.scdn.co", "soundcloud": "i1.sndcdn.com"}
    host = next((host for word, host in hosts.items() if word in page), "quay.example")
    return json.dumps({
        "version": "1.0",
        "type": "rich",
        "title": f"Told by its host: {name}",
        "author_name": "Quay Sounds",
        "thumbnail_url": f"https://{host}/{quote(name.replace(' ', '-'))}.jpg",
        "width": 640,
        "height": "360",
        "html": f'<iframe src="{html.escape(page)}?embedded"></iframe>',
    }).encode()  # fmt: skip


def picture(world: World, key: str) -> tuple[bytes, str]:
    """The bytes behind a name or address, and their ETag."""
    version = world.changed_pictures.get(key, 0)
    return pictures.draw(key, version), f'"{version}-{abs(hash_of(key)):x}"'


def hash_of(key: str) -> int:
    return int.from_bytes(key.encode()[-6:], "big")


def cdx(world: World, query: str) -> bytes:
    """The Wayback Machine's index: captures of addresses that begin so, the forgotten ones too."""
    given = {name: values[0] for name, values in parse_qs(query).items()}
    prefix = re.sub(r"^https?://", "", unquote(given.get("url", ""))).removesuffix("*").rstrip("/")
    limit, start = int(given.get("limit") or 1000), int(given.get("resumeKey") or 0)
    found = sorted(_captured(world, prefix))
    lines = [f"{address} 20200102030405" for address in found[start : start + limit]]
    if given.get("showResumeKey") == "true" and start + limit < len(found):
        lines += ["", str(start + limit)]
    return ("\n".join(lines) + "\n").encode() if lines else b""


def _captured(world: World, prefix: str) -> list[str]:
    posts = [post for post in world.posts.values() if post.number % 2 == 0]
    addresses = [address for post in posts for address in _addresses(world, post)]
    home = world.publication
    site = home.domain or f"medium.com/{home.slug}"
    addresses += [f"https://{site}/forgotten-{ghost}" for ghost in world.ghosts]
    addresses += [f"https://{site}/about", f"https://{site}/tagged/boats"]
    return [address for address in addresses if address.partition("://")[2].startswith(prefix)]


def _addresses(world: World, post: Post) -> list[str]:
    former = [world.url(post, slug) for slug in post.former_slugs]
    return [world.url(post), world.url(post) + "?source=tracking", *former]
