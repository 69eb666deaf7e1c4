"""The records of Medium's JSON, with Medium's own field names (``anchorType`` is ``anchor_type``).

Every field may be missing or null, and a field of another type than here is read leniently
(``fonds.sources.decode``); fields that say nothing about a post are not listed. docs/forms.md says what
the fields mean and where they were seen.
"""

from __future__ import annotations

import msgspec


class Node(msgspec.Struct, rename="camel", gc=False):
    """What any object of Medium's JSON may have: an id, or the marks of a reference in its place."""

    id: str | None = None
    ref: str | None = msgspec.field(name="__ref", default=None)
    generated: bool | None = None

    def target(self) -> str | None:
        """The key that this object stands for; None when it is the object itself."""
        if self.ref is not None:
            return self.ref
        return None if self.generated is None else self.id


# -- the body: {paragraphs, sections} ------------------------------------------------------------------


class MarkupNode(Node, gc=False):
    type: int | str | None = None
    start: int | None = None
    end: int | None = None
    href: str | None = None
    title: str | None = None
    anchor_type: int | str | None = None
    user_id: str | None = None


class ImageNode(Node, gc=False):
    original_width: int | None = None
    original_height: int | None = None
    focus_percent_x: float | None = None
    focus_percent_y: float | None = None
    alt: str | None = None
    unsplash_photo_id: str | None = None
    is_featured: bool | None = None
    external_src: str | None = None


class GistNode(Node, gc=False):
    gist_id: str | None = None
    github_username: str | None = None


class TweetNode(Node, gc=False):
    tweet_id: str | None = None
    tweet: str | None = None
    twitter_name: str | None = None
    twitter_screen_name: str | None = None


class MediaNode(Node, gc=False):
    media_resource_id: str | None = None
    title: str | None = None
    href: str | None = None
    iframe_src: str | None = None
    iframe_width: int | None = None
    iframe_height: int | None = None
    thumbnail_url: str | None = None
    author_name: str | None = None
    gist: GistNode | None = None
    tweet: TweetNode | None = None


class IframeNode(Node, gc=False):
    media_resource: MediaNode | None = None
    media_resource_id: str | None = None
    iframe_width: int | None = None
    iframe_height: int | None = None
    thumbnail_url: str | None = None


class CardNode(Node, gc=False):
    href: str | None = None
    thumbnail_image_id: str | None = None
    media_resource_id: str | None = None
    media_resource: MediaNode | None = None


class CodeNode(Node, gc=False):
    mode: int | str | None = None
    lang: str | None = None


class ParagraphNode(Node, gc=False):
    name: str | None = None
    type: int | str | None = None
    text: str | None = None
    markups: list[MarkupNode | None] | None = None
    href: str | None = None
    layout: int | str | None = None
    metadata: ImageNode | None = None
    has_drop_cap: bool | None = None
    drop_cap_image: ImageNode | None = None
    iframe: IframeNode | None = None
    mixtape_metadata: CardNode | None = None
    code_block_metadata: CodeNode | None = None


class VideoNode(Node, gc=False):
    video_id: str | None = None
    preview_image_id: str | None = None


class SectionNode(Node, gc=False):
    name: str | None = None
    start_index: int | None = None
    text_layout: int | str | None = None
    image_layout: int | str | None = None
    background_image: ImageNode | None = None
    background_video: VideoNode | None = None


class BodyNode(Node, gc=False):
    paragraphs: list[ParagraphNode | None] | None = None
    sections: list[SectionNode | None] | None = None


# -- a post of GraphQL's -------------------------------------------------------------------------------


class PersonNode(Node, gc=False):
    name: str | None = None
    username: str | None = None


class CollectionNode(Node, gc=False):
    name: str | None = None
    slug: str | None = None
    domain: str | None = None


class TagNode(Node, gc=False):
    display_title: str | None = None
    normalized_tag_slug: str | None = None
    slug: str | None = None
    name: str | None = None


class ParentNode(Node, gc=False):
    kind: str | None = msgspec.field(name="__typename", default=None)
    title: str | None = None
    medium_url: str | None = None


class ContentNode(Node, gc=False):
    body_model: BodyNode | None = None
    is_locked_preview_only: bool | None = None
    is_full_content: bool | None = None
    subtitle: str | None = None


class ViewerNode(Node, gc=False):
    full_content: ContentNode | None = None


class CountNode(Node, gc=False):
    count: int | None = None


class PostNode(Node, gc=False):
    """A post of GraphQL's. ``content`` and the previews are keys without arguments here; a page's
    state has them with (``fonds.sources.page``)."""

    kind: str | None = msgspec.field(name="__typename", default=None)
    title: str | None = None
    unique_slug: str | None = None
    medium_url: str | None = None
    canonical_url: str | None = None
    created_at: int | None = None
    first_published_at: int | None = None
    latest_published_at: int | None = None
    updated_at: int | None = None
    creator: PersonNode | None = None
    collection: CollectionNode | None = None
    tags: list[TagNode | None] | None = None
    preview_content: ContentNode | None = None
    extended_preview_content: ContentNode | None = None
    preview_image: ImageNode | None = None
    is_locked: bool | None = None
    is_locked_preview_only: bool | None = None
    locked_source: int | str | None = None
    is_published: bool | None = None
    visibility: int | str | None = None
    detected_language: str | None = None
    in_response_to_post_result: ParentNode | None = None
    in_response_to_post: ParentNode | None = None
    in_response_to_media_resource: Node | None = None
    in_response_to_catalog_result: Node | None = None
    is_series: bool | None = None
    is_shortform: bool | None = None
    is_suspended: bool | None = None
    license: int | str | None = None
    pinned_at: int | None = None
    pinned_by_creator_at: int | None = None
    clap_count: int | None = None
    responses_count: int | None = None
    post_responses: CountNode | None = None
    word_count: int | None = None
    reading_time: float | None = None
    latest_published_version: str | None = None
    content: ContentNode | None = None
    viewer_edge: ViewerNode | None = None
