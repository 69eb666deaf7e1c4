"""The GraphQL that fonds asks Medium: our own texts, for the fields that the model carries.

Argument types are Medium's and strict (``ID!``, ``PagingOptions``, …). A schema drifts: a field that
Medium no longer knows is named in its error, and the same question is asked without it.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from typing import Any, TypeAlias

import msgspec

Fields: TypeAlias = "tuple[str | tuple[str, Fields], ...]"
"""Names of fields; a pair is a field (with its arguments) and the fields of what it holds."""


class Operation(msgspec.Struct, frozen=True):
    """One question. ``head`` names it and its variables, ``fields`` is what is asked."""

    name: str
    head: str
    fields: Fields
    variables: dict[str, Any]

    def text(self, without: frozenset[str] = frozenset()) -> str:
        """The query, leaving out the fields named in ``without``."""
        return f"query {self.name}{self.head} {_render(self.fields, without)}"


@functools.lru_cache(maxsize=256)
def _render(fields: Fields, without: frozenset[str]) -> str:
    parts = []
    for field in fields:
        called, inner = (field, ()) if isinstance(field, str) else field
        if _NAME.findall(called.partition("(")[0])[-1] in without:
            continue
        below = _render(inner, without) if inner else ""
        if below == "{ __typename }" and inner != ("__typename",):
            continue  # all that was asked of it is left out
        parts.append(f"{called} {below}" if below else called)
    return "{ " + " ".join(parts or ["__typename"]) + " }"


_NAME = re.compile(r"\w+")

# -- fields -------------------------------------------------------------------------------------------

_IMAGE: Fields = ("id", "originalWidth", "originalHeight", "focusPercentX", "focusPercentY", "alt")
_PICTURE: Fields = (*_IMAGE, "unsplashPhotoId")
_MARKUP: Fields = ("type", "start", "end", "href", "title", "anchorType", "userId")
_MEDIA: Fields = ("id", "href", "iframeSrc", "iframeWidth", "iframeHeight", "title", "thumbnailUrl")
_PARAGRAPH: Fields = (
    "id", "name", "type", "text", "href", "layout", "hasDropCap",
    ("markups", _MARKUP),
    ("metadata", _PICTURE),
    ("dropCapImage", _IMAGE),
    ("iframe", ("iframeWidth", "iframeHeight", ("mediaResource", _MEDIA))),
    ("mixtapeMetadata", ("href", "thumbnailImageId", "mediaResourceId")),
    ("codeBlockMetadata", ("mode", "lang")),
)  # fmt: skip
_SECTION: Fields = (
    "name", "startIndex", "textLayout", "imageLayout",
    ("backgroundImage", _IMAGE),
    ("backgroundVideo", ("videoId", "previewImageId")),
)  # fmt: skip
BODY: Fields = (("bodyModel", (("sections", _SECTION), ("paragraphs", _PARAGRAPH))),)
_PERSON: Fields = ("id", "name", "username")
_COLLECTION: Fields = ("id", "name", "slug", "domain")
_PARENT: Fields = ("__typename", ("... on Post", ("id", "title", "mediumUrl")))

STAMPS: Fields = (
    "__typename", "id", "title", "mediumUrl", "uniqueSlug", "firstPublishedAt", "latestPublishedAt",
    "updatedAt", "visibility", "isLocked",
)  # fmt: skip
"""What tells whether a post changed, moved or was locked."""
_COUNTS: Fields = ("clapCount", ("postResponses", ("count",)))
FACTS: Fields = (
    *STAMPS, "canonicalUrl", "createdAt", "latestPublishedVersion", "detectedLanguage", "lockedSource",
    "isPublished", "isSeries", "isShortform", "isSuspended", "license", "pinnedAt", "pinnedByCreatorAt", "wordCount", "readingTime",
    *_COUNTS,
    ("creator", _PERSON),
    ("collection", _COLLECTION),
    ("tags", ("id", "displayTitle", "normalizedTagSlug")),
    ("previewContent", ("subtitle",)),
    ("previewImage", ("id",)),
    ("inResponseToPostResult", _PARENT),
    ("inResponseToMediaResource", ("id",)),
    ("inResponseToCatalogResult", ("__typename",)),
)  # fmt: skip
_LISTED: Fields = (
    *STAMPS, "isPublished", "pinnedByCreatorAt",
    *_COUNTS,
    ("creator", _PERSON),
    ("inResponseToPostResult", _PARENT),
)  # fmt: skip

# -- questions ----------------------------------------------------------------------------------------


def post(post_id: str) -> Operation:
    """A post with its body, as whoever asks may read it."""
    content: Fields = ("isLockedPreviewOnly", *BODY)
    fields = (*FACTS, ("viewerEdge", ("id", ("fullContent", content))))
    return Operation("FondsPost", "($id: ID!)", (("post(id: $id)", fields),), {"id": post_id})


def stamps(post_id: str) -> Operation:
    """When a post was last published, and where it is; no body."""
    fields: Fields = (*STAMPS, *_COUNTS)
    return Operation("FondsEdition", "($id: ID!)", (("post(id: $id)", fields),), {"id": post_id})


def author_posts(username: str, user_id: str, after: str, limit: int) -> Operation:
    """A page of an author's list; ``after`` is "" for the first."""
    posts = (
        "homepagePostsConnection(paging: {limit: $limit, from: $from}, includeDistributedResponses: false)"
    )
    user: Fields = (
        "id", "name", "username", "imageId", "isSuspended",
        (posts, (("posts", _LISTED), ("pagingInfo", (("next", ("from", "limit")),)))),
    )  # fmt: skip
    return Operation(
        "FondsAuthorPosts",
        "($id: ID, $username: ID, $limit: PaginationLimit, $from: String)",
        (("userResult(id: $id, username: $username)", ("__typename", ("... on User", user))),),
        {"id": user_id or None, "username": username or None, "limit": limit, "from": after or None},
    )


def publication_posts(slug: str, domain: str, after: str, first: int) -> Operation:
    """A page of a publication's list, newest first."""
    posts = "publicationPostsConnection(first: $first, after: $after, orderBy: $orderBy, filter: $filter)"
    edges: Fields = (("edges", (("node", _LISTED),)), ("pageInfo", ("endCursor", "hasNextPage")))
    fields: Fields = ("__typename", *_COLLECTION, ("avatar", ("id",)), (posts, edges))
    return Operation(
        "FondsPublicationPosts",
        "($ref: PublicationRef!, $first: Int!, $after: String!, $orderBy: PublicationPostsOrderBy,"
        " $filter: PublicationPostsFilter)",
        (("publication: publicationByRef(ref: $ref)", fields),),
        {
            "ref": {"slug": slug or None, "domain": domain or None},
            "first": first,
            "after": after,
            "orderBy": {"publishedAt": "DESC"},
            "filter": {"published": True},
        },
    )


def responses(post_id: str, after: str, limit: int) -> Operation:
    """A page of the responses to a post, with their bodies."""
    answer: Fields = (*FACTS, ("content(postMeteringOptions: {})", ("isLockedPreviewOnly", *BODY)))
    page: Fields = (("posts", answer), ("pagingInfo", (("next", ("limit", "to")),)))
    paging: dict[str, Any] = {"limit": limit, "to": after} if after else {"limit": limit}
    return Operation(
        "FondsResponses",
        "($id: ID!, $paging: PagingOptions, $sortType: ResponseSortType)",
        (("post(id: $id)", ("id", ("threadedPostResponses(paging: $paging, sortType: $sortType)", page))),),
        {"id": post_id, "paging": paging, "sortType": "TOP"},
    )


# -- drift --------------------------------------------------------------------------------------------

_UNKNOWN_FIELD = re.compile(r"Cannot query field [\"'](\w+)[\"'] on type")
# Without these an answer is no answer, so they are never left out.
_NEEDED = frozenset({
    "post", "userResult", "publicationByRef", "homepagePostsConnection", "publicationPostsConnection", "posts",
    "pagingInfo", "next", "from", "edges", "node", "pageInfo", "endCursor", "hasNextPage", "id", "bodyModel",
    "paragraphs", "text", "type", "threadedPostResponses",
})  # fmt: skip


def unknown_fields(messages: Iterable[str]) -> frozenset[str]:
    """The fields that Medium's schema no longer has, according to its error messages, where fonds can do
    without them; empty when one of them is needed."""
    names = {found for message in messages for found in _UNKNOWN_FIELD.findall(message)}
    return frozenset() if names & _NEEDED else frozenset(names)
