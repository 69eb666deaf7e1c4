"""``?format=json`` answers, and the same JSON inside the pages of 2013-2018 (``fonds.sources.legacy``).

``payload.value`` is the post; whom and what it names is in ``payload.references``, by kind and id. The
answer begins with ``])}while(1);</x>``, which whoever saved it has often cut off.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from fonds.errors import UnreadableError
from fonds.model import Block, Image, Note, Other, Person, Post, Publication, Response, Section, Source
from fonds.sources import facts
from fonds.sources.api import mentioned, publication, read_content, tags
from fonds.sources.body import arrange
from fonds.sources.decode import decode
from fonds.sources.paragraphs import Media, first_heading
from fonds.sources.records import CollectionNode, ContentNode, MediaNode, Node, PersonNode, TagNode

# -- Medium's records ---------------------------------------------------------------------------------


class UserNode(Node, gc=False):
    user_id: str | None = None
    name: str | None = None
    username: str | None = None


class PictureNode(Node, gc=False):
    image_id: str | None = None
    original_width: int | None = None
    original_height: int | None = None


class PostContentNode(ContentNode, gc=False):
    image: PictureNode | None = None


class VirtualsNode(Node, gc=False):
    snippet: str | None = None
    preview_image: PictureNode | None = None
    word_count: int | None = None
    reading_time: float | None = None
    subtitle: str | None = None
    tags: list[TagNode | None] | None = None
    responses_created_count: int | None = None
    is_locked_preview_only: bool | None = None
    total_clap_count: int | None = None


class ValueNode(Node, gc=False):
    version_id: str | None = None
    creator_id: str | None = None
    creator: UserNode | None = None
    home_collection: CollectionNode | None = None
    home_collection_id: str | None = None
    title: str | None = None
    detected_language: str | None = None
    created_at: int | None = None
    updated_at: int | None = None
    first_published_at: int | None = None
    latest_published_at: int | None = None
    content: PostContentNode | None = None
    virtuals: VirtualsNode | None = None
    coverless: bool | None = None
    in_response_to_post_id: str | None = None
    visibility: int | str | None = None
    unique_slug: str | None = None
    preview_content: ContentNode | None = None
    license: int | str | None = None
    in_response_to_media_resource_id: str | None = None
    canonical_url: str | None = None
    approved_home_collection_id: str | None = None
    web_canonical_url: str | None = None
    medium_url: str | None = None
    is_series: bool | None = None
    is_shortform: bool | None = None
    is_subscription_locked: bool | None = None
    deleted_at: int | None = None
    locked_post_source: int | str | None = None
    type: str | None = None


class ReferencesNode(msgspec.Struct, gc=False):
    User: dict[str, UserNode | None] | None = None
    Collection: dict[str, CollectionNode | None] | None = None
    MediaResource: dict[str, MediaNode | None] | None = None
    Post: dict[str, ValueNode | None] | None = None


class PayloadNode(msgspec.Struct, rename="camel", gc=False):
    value: ValueNode | None = None
    mentioned_users: list[UserNode | None] | None = None
    references: ReferencesNode | None = None


class AnswerNode(PayloadNode, gc=False):
    """The answer; the fields of its payload, where somebody saved only that."""

    success: bool | None = None
    error: str | None = None
    payload: PayloadNode | None = None


_ANSWER = msgspec.json.Decoder(AnswerNode)

# -- reading ------------------------------------------------------------------------------------------


def read(data: bytes, origin: str = "") -> Iterator[Post | Other]:
    """The post of a ``?format=json`` answer (UTF-8), ``Other("listing")`` of a list or profile,
    ``Other("error answer")`` with Medium's reason where it refused.

    Raises ``UnreadableError`` for broken JSON, naming the byte.
    """
    start = 0
    if data[:1024].lstrip().startswith(b"])}"):
        start = data.find(b"{", data.find(b";"))
    if start < 0:
        raise UnreadableError("ends before its JSON begins", origin=origin, where=f"byte {len(data)}")
    answer, notes = decode(data[start:] if start else data, _ANSWER, origin, start)
    if answer.success is False:
        yield Other("error answer", origin, answer.error or "success is false")
        return
    yield from read_payload(answer.payload or answer, Source("json", origin), len(data), notes)


def read_payload(
    payload: PayloadNode, source: Source, size: int, notes: tuple[Note, ...] = ()
) -> Iterator[Post | Other]:
    """What a payload holds: its post, or the posts that came with their bodies, or a list's length.

    ``size`` (bytes of the JSON) bounds what its references may be repeated to.
    """
    references = payload.references or ReferencesNode()
    value = payload.value
    if value is not None:
        if value.type not in (None, "", "Post") and value.content is None:
            yield Other("listing", source.origin, value.type, len(references.Post or ()))
        else:
            yield _make_post(value, payload, references, source=source, size=size, notes=notes)
        return
    found = False
    for post in (references.Post or {}).values():
        if post is not None and post.content is not None and post.content.body_model is not None:
            found = True
            yield _make_post(post, payload, references, source=source, size=size, notes=notes)
    if not found:
        yield Other("listing", source.origin, count=len(references.Post or ()))


# -- one post -----------------------------------------------------------------------------------------


def _make_post(
    node: ValueNode,
    payload: PayloadNode,
    references: ReferencesNode,
    *,
    source: Source,
    size: int,
    notes: tuple[Note, ...],
) -> Post:
    post_id = node.id or ""
    virtuals = node.virtuals or VirtualsNode()
    content, cut = _content(node)
    creator = _creator(node, references)
    body = read_content(content, notes, cut=cut, media=_media(references, size))
    blocks = _with_cover(body.blocks, node)
    title = node.title or first_heading(blocks)
    arranged, subtitle = arrange(blocks, title)
    medium_url, canonical_url = facts.addresses(
        node.medium_url, node.web_canonical_url, node.canonical_url, post_id=post_id
    )
    author = Person(creator.id or "", creator.name or "", (creator.username or "").removeprefix("@"))
    shown_in, draft = _publication(node, references), node.first_published_at == 0
    if not medium_url and not draft:
        medium_url = facts.built_address(node.unique_slug, author, shown_in)
    shown = facts.visibility(node.visibility)
    picture = virtuals.preview_image
    return Post(
        id=post_id,
        title=title,
        subtitle=subtitle,
        description=_description(node, virtuals),
        slug=facts.slug(node.unique_slug, post_id, medium_url),
        medium_url=medium_url,
        canonical_url=canonical_url,
        author=author,
        publication=shown_in,
        created_at=node.created_at or 0,
        first_published_at=node.first_published_at or 0,
        latest_published_at=node.latest_published_at or 0,
        updated_at=node.updated_at or 0,
        tags=tags(virtuals.tags),
        language=node.detected_language or "",
        visibility=shown,
        member_only=bool(node.is_subscription_locked) or shown == "locked",
        preview_only=cut,
        locked_source=facts.locked_source(node.locked_post_source),
        draft=draft,
        response=_response(node, references),
        series=bool(node.is_series),
        shortform=bool(node.is_shortform),
        license=facts.license_name(node.license),
        claps=virtuals.total_clap_count,
        responses=virtuals.responses_created_count,
        word_count=virtuals.word_count,
        reading_time=virtuals.reading_time,
        image=(picture.image_id or "") if picture is not None else "",
        version_id=node.version_id or "",
        people=mentioned(body.mentions, creator, _users(payload, references).get) if body.mentions else (),
        blocks=arranged,
        source=source,
        notes=tuple(body.notes),
    )


def _content(node: ValueNode) -> tuple[ContentNode | None, bool]:
    """(the body, whether it ends at the paywall): the post's own, or else its preview."""
    locked = bool(node.virtuals is not None and node.virtuals.is_locked_preview_only)
    content, shown = node.content, node.preview_content
    if content is not None and content.body_model is not None and content.body_model.paragraphs:
        return content, locked or bool(content.is_locked_preview_only)
    if shown is not None and shown.body_model is not None and shown.body_model.paragraphs:
        return shown, not shown.is_full_content
    return content, locked


def _with_cover(blocks: list[Block], node: ValueNode) -> list[Block]:
    """Until 2014 a cover was no section's but the post's: ``content.image``, unless ``coverless``."""
    image = node.content.image if node.content is not None else None
    if node.coverless is not False or image is None or not image.image_id:
        return blocks
    if blocks and isinstance(blocks[0], Section) and blocks[0].cover is not None:
        return blocks
    cover = Image(id=image.image_id, width=image.original_width or 0, height=image.original_height or 0)
    return [Section(cover=cover), *blocks]


def _creator(node: ValueNode, references: ReferencesNode) -> PersonNode:
    user = node.creator or (references.User or {}).get(node.creator_id or "") or UserNode()
    return PersonNode(id=user.user_id or node.creator_id, name=user.name, username=user.username)


def _users(payload: PayloadNode, references: ReferencesNode) -> dict[str, PersonNode]:
    users = [*(payload.mentioned_users or ()), *(references.User or {}).values()]
    return {
        user.user_id: PersonNode(user.user_id, name=user.name, username=user.username)
        for user in users
        if user is not None and user.user_id
    }


def _publication(node: ValueNode, references: ReferencesNode) -> Publication | None:
    known = references.Collection or {}
    ids = (node.home_collection_id, node.approved_home_collection_id)
    collection = node.home_collection or next((known[key] for key in ids if key and known.get(key)), None)
    return publication(collection)


def _description(node: ValueNode, virtuals: VirtualsNode) -> str:
    shown, content = node.preview_content, node.content
    return (
        (shown.subtitle if shown is not None else None)
        or virtuals.subtitle
        or (content.subtitle if content is not None else None)
        or virtuals.snippet
        or ""
    )


def _response(node: ValueNode, references: ReferencesNode) -> Response | None:
    parent_id = node.in_response_to_post_id
    if parent_id:
        parent = (references.Post or {}).get(parent_id) or ValueNode()
        url, _ = facts.addresses(
            parent.medium_url, parent.web_canonical_url, parent.canonical_url, post_id=parent_id
        )
        return Response("inResponseToPostId", parent_id, parent.title or "", url)
    return Response("inResponseToMediaResourceId") if node.in_response_to_media_resource_id else None


def _media(references: ReferencesNode, size: int) -> Media | None:
    """Looks up a frame's media resource, as long as all that was looked up is not longer than the JSON
    could make it if each were used four times: a frame costs 60 bytes, a resource's text any number."""
    known = references.MediaResource
    if not known:
        return None
    left = 4 * size + 65_536

    def look_up(media_id: str) -> MediaNode | None:
        nonlocal left
        media = known.get(media_id)
        if media is not None:
            left -= sum(len(text or "") for text in (media.title, media.href, media.iframe_src, media.thumbnail_url))  # fmt: skip
        return media if left >= 0 else None

    return look_up
