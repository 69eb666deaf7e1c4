"""GraphQL answers: posts wherever they stand in one, and lists of posts without bodies.

``data.post`` or ``data.postResult`` is one post. Answers may come as a list (one for each operation of a
request), hold several posts (responses with their bodies), or only name posts (a list page).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from fonds.errors import UnreadableError
from fonds.model import Note, Other, Person, Post, Publication, Response, Source, Tag
from fonds.sources import facts
from fonds.sources.body import arrange
from fonds.sources.decode import decode, lenient
from fonds.sources.paragraphs import Body, Media, first_heading, read_body
from fonds.sources.records import CollectionNode, ContentNode, PersonNode, PostNode, TagNode

# -- the answer as a whole ---------------------------------------------------------------------------


class _DataNode(msgspec.Struct, rename="camel", gc=False):
    post: PostNode | None = None
    post_result: PostNode | None = None


class _AnswerNode(msgspec.Struct, gc=False):
    data: _DataNode | None = None


_ANSWER = msgspec.json.Decoder(_AnswerNode)
_ANYTHING = msgspec.json.Decoder(Any)
_PARTS = msgspec.json.Decoder(list[msgspec.Raw])

# -- reading ------------------------------------------------------------------------------------------


def read(data: bytes, origin: str = "") -> Iterator[Post | Other]:
    """Posts of a GraphQL answer (JSON, UTF-8), or of a list of answers, in their order.

    An answer without a body gives its posts' number as ``Other("listing")``, one without a post (null,
    an error) ``Other("error answer")`` with the reason. Raises ``UnreadableError`` for broken JSON.
    """
    source = Source("api", origin)
    if not data[:1024].lstrip().startswith(b"["):
        yield from _read_answer(data, source)
        return
    parts, notes = decode(data, _PARTS, origin)
    if not parts:
        yield Other("listing", origin)
    for part in parts:
        yield from _read_answer(part, source, notes)


def _read_answer(
    data: bytes | msgspec.Raw, source: Source, notes: tuple[Note, ...] = ()
) -> Iterator[Post | Other]:
    if isinstance(data, msgspec.Raw):
        data = bytes(data)
    answer, repaired = decode(data, _ANSWER, source.origin)
    notes = notes or repaired
    node = (answer.data.post or answer.data.post_result) if answer.data is not None else None
    if node is not None:
        content = best_content(node)
        if content is not None and data.count(b'"bodyModel"') == _bodies(node):
            yield make_post(node, content, source, notes)
            return
    value, _ = decode(data, _ANYTHING, source.origin)
    yield from _search(value, source, notes)


def _bodies(node: PostNode) -> int:
    """How many bodies a post that was read with types holds: when the answer has no more, it is all."""
    edge = node.viewer_edge
    contents = (
        node.content,
        edge.full_content if edge else None,
        node.preview_content,
        node.extended_preview_content,
    )
    return sum(1 for content in contents if content is not None and content.body_model is not None)


def _search(root: object, source: Source, notes: tuple[Note, ...]) -> Iterator[Post | Other]:
    """Every post with a body in an answer of any shape; failing that, what the answer is."""
    bare: list[dict[str, Any]] = []
    found = False
    for post in _posts(root):
        if not _has_body(post):
            bare.append(post)
            continue
        node = lenient(post, PostNode)
        content = best_content(node) if node is not None else None
        if node is not None and content is not None:
            found = True
            yield make_post(node, content, source, notes)
    if found:
        return
    asked = _asked_for(root)
    if asked is not None and isinstance(asked.get("title"), str):
        node = lenient(asked, PostNode)
        if node is not None:
            yield make_post(node, preview(node), source, notes)
            return
    yield _no_post(root, asked, bare, source.origin)


def _no_post(root: object, asked: dict[str, Any] | None, bare: list[dict[str, Any]], origin: str) -> Other:
    reason = _errors(root)
    if bare and (asked is None or len(bare) > 1):
        return Other("listing", origin, count=len(bare))
    data = root.get("data") if isinstance(root, dict) else None
    if not reason and isinstance(data, dict):
        for key in ("post", "postResult"):
            if key in data:
                value = data[key]
                kind = value.get("__typename") if isinstance(value, dict) else None
                if kind != "Post" or len(data) == 1:
                    reason = f"{key} is {kind or 'null'}"
    if reason:
        return Other("error answer", origin, reason)
    if isinstance(data, dict):
        return Other("listing", origin, ", ".join(sorted(map(str, data)))[:200])
    raise UnreadableError("is JSON, but no answer of Medium's", origin=origin)


def _asked_for(root: object) -> dict[str, Any] | None:
    data = root.get("data") if isinstance(root, dict) else None
    if not isinstance(data, dict):
        return None
    return next((data[key] for key in ("post", "postResult") if isinstance(data.get(key), dict)), None)


def _errors(root: object) -> str:
    errors = root.get("errors") if isinstance(root, dict) else None
    if not isinstance(errors, list):
        return ""
    said = [error.get("message") for error in errors if isinstance(error, dict)]
    return "; ".join(message for message in said if isinstance(message, str))[:500] or "errors"


def _posts(root: object) -> Iterator[dict[str, Any]]:
    """Posts in the order of the text: with a body wherever they stand, without one where no other
    post holds them (a post's parent or recommendations are no entries of a list)."""
    stack: list[tuple[object, bool]] = [(root, False)]
    while stack:
        value, inside = stack.pop()
        if isinstance(value, list):
            stack.extend((item, inside) for item in reversed(value))
        elif isinstance(value, dict):
            is_post = _is_post(value)
            if is_post and (not inside or _has_body(value)):
                yield value
            below = inside or is_post
            stack.extend((value[key], below) for key in reversed(value) if key not in _BODY_KEYS)


_BODY_KEYS = frozenset({"bodyModel"})


def _is_post(value: dict[str, Any]) -> bool:
    kind = value.get("__typename")
    if isinstance(kind, str):
        return kind == "Post"
    return _has_body(value) or ("title" in value and ("mediumUrl" in value or "uniqueSlug" in value))


def _has_body(value: dict[str, Any]) -> bool:
    if _holds_body(value.get("content")):
        return True
    edge = value.get("viewerEdge")
    return isinstance(edge, dict) and _holds_body(edge.get("fullContent"))


def _holds_body(content: object) -> bool:
    return isinstance(content, dict) and isinstance(content.get("bodyModel"), dict)


# -- one post -----------------------------------------------------------------------------------------


def best_content(node: PostNode, more: tuple[ContentNode | None, ...] = ()) -> ContentNode | None:
    """The fullest of the bodies that a post comes with (``more``: those found elsewhere): a whole one
    before one that ends at the paywall, then the one with more paragraphs. None when there is none."""
    edge = node.viewer_edge
    best: ContentNode | None = None
    for content in (node.content, edge.full_content if edge is not None else None, *more):
        if content is None or content.body_model is None or not content.body_model.paragraphs:
            continue
        if best is None or _fullness(content) > _fullness(best):
            best = content
    return best


def _fullness(content: ContentNode) -> tuple[bool, int]:
    paragraphs = content.body_model.paragraphs if content.body_model is not None else None
    return not content.is_locked_preview_only, len(paragraphs or ())


def preview(node: PostNode, more: tuple[ContentNode | None, ...] = ()) -> ContentNode | None:
    """The longest preview of a post that comes without its body, marked as the preview it is."""
    best: ContentNode | None = None
    for content in (node.extended_preview_content, node.preview_content, *more):
        if content is None or content.body_model is None or not content.body_model.paragraphs:
            continue
        if best is None or _fullness(content)[1] > _fullness(best)[1]:
            best = content
    if best is None or best.is_full_content:
        return best
    return msgspec.structs.replace(best, is_locked_preview_only=True)


def read_content(
    content: ContentNode | None, notes: tuple[Note, ...], *, cut: bool, media: Media | None = None
) -> Body:
    """The body in ``content``, after ``notes`` its own: W107 when there is none, W108 when it is ``cut``."""
    if content is None or content.body_model is None:
        body = Body([], [Note("W107", "the body is missing")], {})
    else:
        body = read_body(content.body_model, media)
    if cut:
        body.notes.append(Note("W108", "the body ends at the paywall: the form holds the preview only"))
    body.notes[:0] = notes
    return body


def make_post(
    node: PostNode,
    content: ContentNode | None,
    source: Source,
    notes: tuple[Note, ...] = (),
    people: Callable[[str], PersonNode | None] | None = None,
) -> Post:
    """The Post of a GraphQL post and its body. ``people`` looks up a user by id (mentions)."""
    post_id = node.id or ""
    cut = bool(content is not None and content.is_locked_preview_only)
    body = read_content(content, notes, cut=cut)
    title = node.title or first_heading(body.blocks)
    arranged, subtitle = arrange(body.blocks, title)
    medium_url, canonical_url = facts.addresses(node.medium_url, node.canonical_url, post_id=post_id)
    author, shown_in = person(node.creator), publication(node.collection)
    draft = node.is_published is False or (node.is_published is None and node.first_published_at == 0)
    if not medium_url and not draft:
        medium_url = facts.built_address(node.unique_slug, author, shown_in)
    shown = facts.visibility(node.visibility)
    return Post(
        id=post_id,
        title=title,
        subtitle=subtitle,
        description=_description(node),
        slug=facts.slug(node.unique_slug, post_id, medium_url),
        medium_url=medium_url,
        canonical_url=canonical_url,
        author=author,
        publication=shown_in,
        created_at=node.created_at or 0,
        first_published_at=node.first_published_at or 0,
        latest_published_at=node.latest_published_at or 0,
        updated_at=node.updated_at or 0,
        tags=tags(node.tags),
        language=node.detected_language or "",
        visibility=shown,
        member_only=bool(node.is_locked) or shown == "locked",
        preview_only=cut,
        locked_source=facts.locked_source(node.locked_source),
        draft=draft,
        response=_response(node),
        series=bool(node.is_series),
        shortform=bool(node.is_shortform),
        suspended=bool(node.is_suspended),
        license=facts.license_name(node.license),
        pinned_at=node.pinned_at or node.pinned_by_creator_at or 0,
        claps=node.clap_count,
        responses=_first(node.responses_count, node.post_responses.count if node.post_responses else None),
        word_count=node.word_count,
        reading_time=node.reading_time,
        image=(node.preview_image.id or "") if node.preview_image is not None else "",
        version_id=node.latest_published_version or "",
        people=mentioned(body.mentions, node.creator, people),
        blocks=arranged,
        source=source,
        notes=tuple(body.notes),
    )


def _first(*numbers: int | None) -> int | None:
    return next((number for number in numbers if number is not None), None)


def _description(node: PostNode) -> str:
    for content in (node.preview_content, node.extended_preview_content):
        if content is not None and content.subtitle:
            return content.subtitle
    return ""


def person(node: PersonNode | None) -> Person:
    """A Person of GraphQL's user; an empty one of none."""
    if node is None:
        return Person()
    return Person(node.id or "", node.name or "", (node.username or "").removeprefix("@"))


def publication(node: CollectionNode | None) -> Publication | None:
    """A Publication of GraphQL's collection."""
    if node is None or not (node.id or node.name or node.slug):
        return None
    return Publication(node.id or "", node.name or "", node.slug or "", node.domain or "")


def tags(nodes: list[TagNode | None] | None) -> tuple[Tag, ...]:
    """Tags by Medium's slug, with the name for people where it is another."""
    result = []
    for node in nodes or ():
        if node is None:
            continue
        slug = node.normalized_tag_slug or node.slug or node.id or ""
        name = node.display_title or node.name or ""
        if slug or name:
            result.append(Tag(slug or name, "" if name == slug else name))
    return tuple(result)


def mentioned(
    mentions: dict[str, str],
    author: PersonNode | None,
    people: Callable[[str], PersonNode | None] | None = None,
) -> tuple[Person, ...]:
    """The users mentioned, named as the form names them, else as the text does."""
    result = []
    for user, name in mentions.items():
        known = author if author is not None and author.id == user else people(user) if people else None
        known = known or PersonNode()
        result.append(Person(user, known.name or name, (known.username or "").removeprefix("@")))
    return tuple(result)


def _response(node: PostNode) -> Response | None:
    for basis, parent in (
        ("inResponseToPostResult", node.in_response_to_post_result),
        ("inResponseToPost", node.in_response_to_post),
    ):
        if parent is not None:
            return Response(basis, parent.id or "", parent.title or "", parent.medium_url or "")
    if node.in_response_to_media_resource is not None:
        return Response("inResponseToMediaResource")
    return Response("inResponseToCatalogResult") if node.in_response_to_catalog_result is not None else None
