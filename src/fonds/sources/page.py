"""Post pages since 2018: the post whose page it is, out of ``window.__APOLLO_STATE__``.

Of all the posts that a page names (recommended, answered, answering) one is its own: the one that
``ROOT_QUERY`` asked for. Its body is under a key that begins with ``content``; the arguments behind it
(``content({"postMeteringOptions":{}})``) changed from year to year and say nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from fonds.errors import UnreadableError
from fonds.model import Other, Post, Source
from fonds.sources import api
from fonds.sources.decode import decode_part
from fonds.sources.paragraphs import MISSING
from fonds.sources.records import (
    BodyNode,
    CardNode,
    CodeNode,
    CollectionNode,
    ContentNode,
    CountNode,
    GistNode,
    IframeNode,
    ImageNode,
    MarkupNode,
    MediaNode,
    Node,
    ParagraphNode,
    ParentNode,
    PersonNode,
    PostNode,
    SectionNode,
    TagNode,
    TweetNode,
    VideoNode,
    ViewerNode,
)
from fonds.sources.state import State, find_value, script_value

_NAME = b"__APOLLO_STATE__"
_USUAL = b"window.__APOLLO_STATE__ = {"
_ASSIGNED = re.compile(rb"__APOLLO_STATE__[\"']?\]?\s{0,100}=\s{0,100}(?=\{)")
_ASKED = re.compile(r"post(?:Result)?\(")
_CONTENT = re.compile(r"content(?:\(|$)")
_PREVIEW = re.compile(r"(?:extendedPreview|preview)Content\(")

_KEYS = msgspec.json.Decoder(dict[str, msgspec.Raw])
_NODE = msgspec.json.Decoder(Node)
_POST = msgspec.json.Decoder(PostNode)
_CONTENT_NODE = msgspec.json.Decoder(ContentNode)
_BODY = msgspec.json.Decoder(BodyNode)
_PARAGRAPH = msgspec.json.Decoder(ParagraphNode)
_MARKUP = msgspec.json.Decoder(MarkupNode)
_SECTION = msgspec.json.Decoder(SectionNode)
_PERSON = msgspec.json.Decoder(PersonNode)
_TAG = msgspec.json.Decoder(TagNode)
_IMAGE = msgspec.json.Decoder(ImageNode)

# Fields of a record that may be references, and what stands behind them.
_OF_PARAGRAPH: tuple[tuple[str, msgspec.json.Decoder[Any]], ...] = (
    ("metadata", _IMAGE),
    ("drop_cap_image", _IMAGE),
    ("iframe", msgspec.json.Decoder(IframeNode)),
    ("mixtape_metadata", msgspec.json.Decoder(CardNode)),
    ("code_block_metadata", msgspec.json.Decoder(CodeNode)),
)
_OF_SECTION: tuple[tuple[str, msgspec.json.Decoder[Any]], ...] = (
    ("background_image", _IMAGE),
    ("background_video", msgspec.json.Decoder(VideoNode)),
)
_OF_FRAME: tuple[tuple[str, msgspec.json.Decoder[Any]], ...] = (
    ("media_resource", msgspec.json.Decoder(MediaNode)),
)
_OF_MEDIA: tuple[tuple[str, msgspec.json.Decoder[Any]], ...] = (
    ("gist", msgspec.json.Decoder(GistNode)),
    ("tweet", msgspec.json.Decoder(TweetNode)),
)
_OF_POST: tuple[tuple[str, msgspec.json.Decoder[Any]], ...] = (
    ("creator", _PERSON),
    ("collection", msgspec.json.Decoder(CollectionNode)),
    ("preview_content", _CONTENT_NODE),
    ("extended_preview_content", _CONTENT_NODE),
    ("preview_image", _IMAGE),
    ("in_response_to_post_result", msgspec.json.Decoder(ParentNode)),
    ("in_response_to_post", msgspec.json.Decoder(ParentNode)),
    ("post_responses", msgspec.json.Decoder(CountNode)),
    ("content", _CONTENT_NODE),
    ("viewer_edge", msgspec.json.Decoder(ViewerNode)),
)


def read(data: bytes, origin: str = "") -> Iterator[Post | Other]:
    """The post of a page with Apollo state (HTML, UTF-8), or ``Other("listing")`` with the number of
    posts that a page of another kind names.

    Raises ``UnreadableError`` when there is no state, or naming the byte where it is broken or cut.
    """
    start = find_value(data, _NAME, _ASSIGNED, _USUAL)
    if start < 0:
        raise UnreadableError("holds no window.__APOLLO_STATE__", origin=origin)
    nodes, notes = script_value(data, start, _KEYS, origin)
    state = State(nodes, len(data) - start, origin)
    own = _own_post(state)
    if own is None:
        posts = sum(1 for key in nodes if key.startswith("Post:"))
        yield Other("listing", origin, count=posts)
        return
    node, content = own
    _resolve(state, node, _OF_POST)
    if node.tags:
        node.tags = [state.follow(tag, _TAG) for tag in node.tags]
    if content is not None and content.body_model is not None:
        _resolve_body(state, content.body_model)
    post = api.make_post(node, content, Source("page", origin), notes, people=lambda user: _user(state, user))
    if state.notes:
        post = msgspec.structs.replace(post, notes=(*post.notes, *state.notes))
    yield post


# -- which post ---------------------------------------------------------------------------------------


def _own_post(state: State) -> tuple[PostNode, ContentNode | None] | None:
    """The page's own post and its fullest body; without that, its longest preview."""
    asked = _asked_for(state)
    candidates = asked or [key for key in state.nodes if key.startswith("Post:")]
    bare: tuple[PostNode, ContentNode | None] | None = None
    for key in candidates:
        part = state.nodes.get(key)
        fields = decode_part(part, _KEYS, state.origin) if part is not None else None
        if fields is None or not (asked or any(_CONTENT.match(name) for name in fields)):
            continue
        node = state.get(key, _POST)
        if node is None or node.kind not in (None, "Post"):
            continue
        node.id = node.id or key.removeprefix("Post:")
        content = api.best_content(node, _contents(state, node, fields))
        if content is not None:
            return node, content
        bare = bare or (node, api.preview(node, _previews(state, node, fields)))
    return bare


def _asked_for(state: State) -> list[str]:
    """Keys of the posts that the page's own query asked for, each once."""
    root = state.nodes.get("ROOT_QUERY")
    fields = decode_part(root, _KEYS, state.origin) if root is not None else None
    keys: dict[str, None] = {}
    for name, part in (fields or {}).items():
        if _ASKED.match(name):
            node = decode_part(part, _NODE, state.origin)
            key = node.target() if node is not None else None
            if key in state.nodes and key is not None:
                keys[key] = None
    return list(keys)


def _contents(state: State, node: PostNode, fields: dict[str, msgspec.Raw]) -> tuple[ContentNode | None, ...]:
    """The bodies of a post under ``content`` with any arguments, and its viewer's."""
    node.content = None  # it is among the fields
    node.viewer_edge = state.follow(node.viewer_edge, _OF_POST[-1][1])
    found = [decode_part(part, _CONTENT_NODE, state.origin) for name, part in fields.items() if _CONTENT.match(name)]  # fmt: skip
    if node.viewer_edge is not None:
        found.append(node.viewer_edge.full_content)
        node.viewer_edge = None
    return tuple(_with_body(state, content) for content in found)


def _previews(state: State, node: PostNode, fields: dict[str, msgspec.Raw]) -> tuple[ContentNode | None, ...]:
    found = [decode_part(part, _CONTENT_NODE, state.origin) for name, part in fields.items() if _PREVIEW.match(name)]  # fmt: skip
    found += [node.preview_content, node.extended_preview_content]
    return tuple(_with_body(state, content) for content in found)


def _with_body(state: State, content: ContentNode | None) -> ContentNode | None:
    content = state.follow(content, _CONTENT_NODE)
    if content is not None:
        content.body_model = state.follow(content.body_model, _BODY)
    return content


def _user(state: State, user: str) -> PersonNode | None:
    key = f"User:{user}"
    return state.get(key, _PERSON) if key in state.nodes else None


# -- references ---------------------------------------------------------------------------------------


def _resolve(state: State, node: Node, fields: tuple[tuple[str, msgspec.json.Decoder[Any]], ...]) -> None:
    """Puts the objects themselves in the place of references, in the fields named."""
    for name, decoder in fields:
        value = getattr(node, name)
        if value is not None and (value.ref is not None or value.generated is not None):
            setattr(node, name, state.follow(value, decoder))


def _resolve_body(state: State, body: BodyNode) -> None:
    paragraphs: list[ParagraphNode | None] = []
    for given in body.paragraphs or ():
        paragraph = state.follow(given, _PARAGRAPH)
        if given is not None and paragraph is None:
            paragraphs.append(MISSING)
            continue
        if paragraph is not None:
            _resolve_paragraph(state, paragraph)
        paragraphs.append(paragraph)
    body.paragraphs = paragraphs
    body.sections = [state.follow(section, _SECTION) for section in body.sections or ()]
    for section in body.sections:
        if section is not None:
            _resolve(state, section, _OF_SECTION)


def _resolve_paragraph(state: State, paragraph: ParagraphNode) -> None:
    if paragraph.markups:
        paragraph.markups = [
            markup if markup is None or (markup.ref is None and markup.generated is None) else state.follow(markup, _MARKUP)
            for markup in paragraph.markups
        ]  # fmt: skip
    _resolve(state, paragraph, _OF_PARAGRAPH)
    for frame in (paragraph.iframe, paragraph.mixtape_metadata):
        if frame is not None:
            _resolve(state, frame, _OF_FRAME)
            if frame.media_resource is not None:
                _resolve(state, frame.media_resource, _OF_MEDIA)
