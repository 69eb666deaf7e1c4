"""Everything that a post refers to: what there is to fetch, fetching it, and putting it into the post.

``wants`` names each thing once, in the order of the text. What comes back may refer to further things (a
tweet's pictures, a video's still), so ask the filled post again what it wants. What cannot be had stays
the link that it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Literal, TypeAlias

import msgspec

from fonds import embeds, richtext
from fonds.medium import frames, gists, pictures, tweets
from fonds.medium.things import Frame, Gist, Thing, Tweet
from fonds.model import Block, Embed, Image, ImageRow, LinkCard, Paragraph, Post, Section
from fonds.net.errors import BlockedError, FetchError, OfflineError
from fonds.net.messages import Response

if TYPE_CHECKING:
    from fonds.net.client import Client

Kind: TypeAlias = Literal["picture", "gist", "tweet", "media", "oembed"]


class Want(msgspec.Struct, frozen=True):
    """A thing to fetch. ``key`` is what an archive knows it by: of a picture its image id or address, of an
    embed its media id or address; ``url`` is where it is asked for."""

    kind: Kind
    key: str
    url: str


class Found(msgspec.Struct, frozen=True):
    """An embed's thing. ``responses`` are the answers that it was read from."""

    want: Want
    thing: Thing
    responses: tuple[Response, ...]


class Lost(msgspec.Struct, frozen=True):
    """An embed's thing that could not be had, and why."""

    want: Want
    reason: pictures.Absence
    detail: str
    response: Response | None = None


Outcome: TypeAlias = Found | Lost | pictures.Picture | pictures.Missing

_MEDIA_PAGE = re.compile(r"(?:https?:)?//(?:[\w.-]+\.)?medium\.com/media/([0-9a-f]{6,64})(?=[/?#]|$)")

# -- what a post wants --------------------------------------------------------------------------------


def wants(post: Post) -> list[Want]:
    """The things that ``post`` refers to and does not hold, each once, in the order of the text; at the end
    its preview picture."""
    found: dict[tuple[str, str], Want] = {}
    for want in _all(post):
        found.setdefault((want.kind, want.key), want)
    return list(found.values())


def _all(post: Post) -> Iterator[Want]:
    for block in post.blocks:
        match block:
            case Image():
                yield from _picture(block.id or block.src)
            case ImageRow():
                for image in block.images:
                    yield from _picture(image.id or image.src)
            case Section(cover=Image() as cover):
                yield from _picture(cover.id or cover.src)
            case Paragraph(drop_cap_image=Image() as cap):
                yield from _picture(cap.id or cap.src)
            case LinkCard():
                yield from _picture(block.thumbnail)
            case Embed():
                yield from _embed(block)
            case _:
                pass
    yield from _picture(post.image)


def _picture(given: str) -> Iterator[Want]:
    url = pictures.address(given) if given else ""
    if url:
        yield Want("picture", pictures.key(given), url)


def _embed(block: Embed) -> Iterator[Want]:
    yield from _picture(block.thumbnail)
    for image in block.images:
        yield from _picture(image.id or image.src)
    name = key(block)
    target = _target(block)
    if not name:
        return
    if block.kind == "gist":
        if not block.files and (url := gists.address(target.provider_id)):
            yield Want("gist", name, url)
    elif block.kind == "tweet":
        # Only its host tells when it was published.
        if not block.published_at and (url := tweets.address(target.provider_id)):
            yield Want("tweet", name, url)
    elif not block.provider and block.media_id and _is_media_page(block):
        yield Want("media", name, f"https://medium.com/media/{block.media_id}")
    elif (not block.title or not block.thumbnail) and (
        url := frames.oembed_address(block.provider, block.href)
    ):
        yield Want("oembed", name, url)


def key(block: Embed | LinkCard) -> str:
    """What an embed or card is known by: Medium's media id, else its own address."""
    if block.media_id:
        return block.media_id
    return block.href or (block.iframe_src if isinstance(block, Embed) else "")


def _target(block: Embed) -> embeds.Target:
    if block.provider_id:
        return embeds.Target(block.kind, block.provider, block.provider_id, block.href)
    return embeds.recognise(block.iframe_src, block.href)


def _is_media_page(block: Embed) -> bool:
    """Whether all that is known of an embed is Medium's own page round it."""
    return all(not address or _MEDIA_PAGE.match(address) for address in (block.href, block.iframe_src))


# -- fetching -----------------------------------------------------------------------------------------


async def fetch(client: Client, want: Want) -> Outcome:
    """The thing, or why it could not be had.

    Raises ``BlockedError`` when the host that is asked first wants no more questions, and ``OfflineError``.
    """
    if want.kind == "picture":
        return await pictures.fetch(client, want.key)
    responses: list[Response] = []
    try:
        match want.kind:
            case "gist":
                thing: Thing | str = await gists.fetch(client, want.url, responses)
            case "tweet":
                thing = await tweets.fetch(client, want.url, responses)
            case "media":
                thing = await frames.media(client, want.url, responses)
            case _:
                thing = await frames.oembed(client, want.url, responses)
    except (BlockedError, OfflineError):
        raise
    except FetchError as error:
        return Lost(want, pictures.absence(error), error.reason, error.response)
    if isinstance(thing, str):
        return Lost(want, "gone", thing, responses[-1] if responses else None)
    return Found(want, thing, tuple(responses))


# -- putting it into the post ---------------------------------------------------------------------------


def fill(post: Post, things: Mapping[str, Thing]) -> Post:
    """``post`` with the things that are known by its embeds' keys in their places. Pure; what the post says
    itself stays, but for a bare address of Medium's in place of the thing's own."""
    blocks = tuple(_filled(block, things) for block in post.blocks)
    if all(new is old for new, old in zip(blocks, post.blocks, strict=True)):
        return post
    return msgspec.structs.replace(post, blocks=blocks)


def _filled(block: Block, things: Mapping[str, Thing]) -> Block:
    if not isinstance(block, (Embed, LinkCard)):
        return block
    thing = things.get(key(block))
    match block, thing:
        case Embed(), Gist():
            return _with_gist(block, thing)
        case Embed(), Tweet():
            return _with_tweet(block, thing)
        case Embed(), Frame():
            return _with_frame(block, thing)
        case LinkCard(), Frame():
            return msgspec.structs.replace(
                block,
                title=block.title or thing.title,
                description=block.description or thing.description,
                thumbnail=block.thumbnail or thing.thumbnail,
            )
        case _:
            return block


def _with_gist(block: Embed, gist: Gist) -> Embed:
    target = embeds.recognise("", gist.href)
    return msgspec.structs.replace(
        block,
        kind="gist",
        provider=target.provider,
        provider_id=target.provider_id,
        href=gist.href,
        title=block.title or gist.title,
        author=block.author or gist.author,
        files=gist.files,
    )


def _with_tweet(block: Embed, tweet: Tweet) -> Embed:
    target = embeds.recognise("", tweet.href)
    return msgspec.structs.replace(
        block,
        kind="tweet",
        provider=target.provider or block.provider,
        provider_id=target.provider_id or block.provider_id,
        href=tweet.href or block.href,
        author=tweet.author or block.author,
        content=richtext.from_utf16(tweet.text, ()) if tweet.text else block.content,
        images=block.images or tuple(Image(src=address) for address in tweet.pictures),
        published_at=tweet.published_at or block.published_at,
    )


def _with_frame(block: Embed, frame: Frame) -> Embed:
    source = block.iframe_src
    if not source or _MEDIA_PAGE.match(source):
        source = frame.iframe_src or source
    href = block.href
    if not href or _MEDIA_PAGE.match(href):
        href = frame.href or href
    target = embeds.recognise(source, href, block.thumbnail or frame.thumbnail)
    return msgspec.structs.replace(
        block,
        kind=target.kind,
        provider=target.provider,
        provider_id=target.provider_id,
        href=target.href,
        iframe_src=source,
        title=block.title or frame.title,
        author=block.author or frame.author,
        thumbnail=target.thumbnail,
        width=block.width or frame.width,
        height=block.height or frame.height,
    )
