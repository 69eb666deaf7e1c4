"""The records of Medium's list answers, with Medium's own field names. See ``fonds.sources.records``."""

from __future__ import annotations

import msgspec

from fonds.sources.records import CollectionNode, ImageNode, PersonNode, PostNode


class NextNode(msgspec.Struct, rename="camel", gc=False):
    from_: str | None = msgspec.field(name="from", default=None)
    to: str | None = None


class PagingNode(msgspec.Struct, gc=False):
    next: NextNode | None = None


class PostsNode(msgspec.Struct, rename="camel", gc=False):
    posts: list[PostNode | None] | None = None
    paging_info: PagingNode | None = None


class UserNode(PersonNode, gc=False):
    kind: str | None = msgspec.field(name="__typename", default=None)
    image_id: str | None = None
    is_suspended: bool | None = None
    homepage_posts_connection: PostsNode | None = None


class EdgeNode(msgspec.Struct, gc=False):
    node: PostNode | None = None


class PageInfoNode(msgspec.Struct, rename="camel", gc=False):
    end_cursor: str | None = None
    has_next_page: bool | None = None


class EdgesNode(msgspec.Struct, rename="camel", gc=False):
    edges: list[EdgeNode | None] | None = None
    page_info: PageInfoNode | None = None


class PublicationNode(CollectionNode, gc=False):
    kind: str | None = msgspec.field(name="__typename", default=None)
    avatar: ImageNode | None = None
    publication_posts_connection: EdgesNode | None = None


class ListDataNode(msgspec.Struct, rename="camel", gc=False):
    user_result: UserNode | None = None
    publication: PublicationNode | None = None


class ListNode(msgspec.Struct, gc=False):
    data: ListDataNode | None = None


class ThreadNode(msgspec.Struct, rename="camel", gc=False):
    """``posts`` stay bytes: each is read as the answer of an operation of its own."""

    posts: list[msgspec.Raw] | None = None
    paging_info: PagingNode | None = None


class ThreadPostNode(msgspec.Struct, rename="camel", gc=False):
    id: str | None = None
    threaded_post_responses: ThreadNode | None = None


class ThreadDataNode(msgspec.Struct, gc=False):
    post: ThreadPostNode | None = None


class ThreadAnswerNode(msgspec.Struct, gc=False):
    data: ThreadDataNode | None = None


class StampDataNode(msgspec.Struct, gc=False):
    post: PostNode | None = None


class StampNode(msgspec.Struct, gc=False):
    """The answer to one operation that asks for a post."""

    data: StampDataNode | None = None
