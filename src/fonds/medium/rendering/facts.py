"""A post of the model → the object that GraphQL has for it. What is dear is made when it is asked for."""

from __future__ import annotations

from typing import Any, Final

from fonds.medium.rendering import Json, body
from fonds.model import Person, Post, Publication

_VISIBILITY: Final = {"public": "PUBLIC", "unlisted": "UNLISTED", "locked": "LOCKED", "": None}


def user(person: Person, avatar: str = "") -> Json:
    """``avatar`` is the id of the picture."""
    return {
        "__typename": "User",
        "id": person.id,
        "name": person.name,
        "username": person.username,
        "imageId": avatar,
        "bio": "",
        "isSuspended": False,
        "hasSubdomain": False,
    }


def collection(publication: Publication, avatar: str = "") -> Json:
    """``avatar`` is the id of the picture."""
    return {
        "__typename": "Collection",
        "id": publication.id,
        "name": publication.name,
        "slug": publication.slug,
        "domain": publication.domain or None,
        "avatar": {"__typename": "ImageMetadata", "id": avatar} if avatar else None,
    }


def unique_slug(post: Post) -> str:
    return f"{post.slug}-{post.id}" if post.slug else post.id


def parent(post: Post) -> tuple[Json | None, bool, bool]:
    """(the post that this one answers, whether it answers a media resource, or a catalogue)"""
    said = post.response
    if said is None:
        return None, False, False
    if said.basis.startswith("inResponseToMediaResource"):
        return None, True, False
    if said.basis == "inResponseToCatalogResult":
        return None, False, True
    if not said.post_id and not said.basis.startswith("inResponseTo"):
        return None, False, False  # a guess of ours, which Medium would not make
    node = {"__typename": "Post", "id": said.post_id, "title": said.title, "mediumUrl": said.url}
    return node, False, False


def content(post: Post) -> Json:
    """What ``content`` and ``fullContent`` hold."""
    return {
        "__typename": "PostContent",
        "isLockedPreviewOnly": post.preview_only,
        "validatedShareKey": "",
        "bodyModel": body.model(post),
    }


def node(post: Post, *, claps: int | None = None, responses: int | None = None) -> Json:
    """The post with everything that may be asked of it; ``content`` is a function, called with whatever
    arguments the question has. The counts override the post's own."""
    claps = post.claps if claps is None else claps
    responses = post.responses if responses is None else responses
    answered, media, catalogue = parent(post)

    def made(**_arguments: Any) -> Json:
        return content(post)

    return {
        "__typename": "Post",
        "id": post.id,
        "title": post.title,
        "uniqueSlug": unique_slug(post),
        "mediumUrl": post.medium_url,
        "canonicalUrl": post.canonical_url,
        "createdAt": post.created_at or None,
        "firstPublishedAt": post.first_published_at,
        "latestPublishedAt": post.latest_published_at or None,
        "updatedAt": post.updated_at or None,
        "latestPublishedVersion": post.version_id or None,
        "creator": user(post.author),
        "collection": collection(post.publication) if post.publication is not None else None,
        "tags": [
            {
                "__typename": "Tag",
                "id": tag.slug,
                "displayTitle": tag.name or tag.slug,
                "normalizedTagSlug": tag.slug,
            }
            for tag in post.tags
        ],
        "previewContent": {"__typename": "PreviewContent", "subtitle": post.description},
        "previewImage": {"__typename": "ImageMetadata", "id": post.image} if post.image else None,
        "detectedLanguage": post.language or None,
        "visibility": _VISIBILITY[post.visibility],
        "isLocked": post.member_only,
        "lockedSource": post.locked_source or "LOCKED_POST_SOURCE_NONE",
        "isPublished": not post.draft,
        "isSeries": post.series,
        "isShortform": post.shortform,
        "isSuspended": post.suspended,
        "license": post.license or None,
        "pinnedAt": post.pinned_at,
        "pinnedByCreatorAt": 0,
        "wordCount": post.word_count,
        "readingTime": post.reading_time,
        "clapCount": claps,
        "postResponses": {"__typename": "PostResponses", "count": responses},
        "inResponseToPostResult": answered,
        "inResponseToMediaResource": {"__typename": "MediaResource", "id": ""} if media else None,
        "inResponseToCatalogResult": {"__typename": "Catalog"} if catalogue else None,
        "content": made,
        "viewerEdge": {
            "__typename": "PostViewerEdge",
            "id": f"postId:{post.id}-viewerId:lo",
            "fullContent": made,
        },
    }
