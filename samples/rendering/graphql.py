"""GraphQL answers: the body model with Medium's names."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import publication as pub
from rendering.parts import Mark, Media, Para, Picture, Post, Section

Json = dict[str, Any]
EMBEDLY = "https://cdn.embedly.com/widgets/media.html"


def user() -> Json:
    return {
        "__typename": "User",
        "id": pub.AUTHOR.id,
        "name": pub.AUTHOR.name,
        "username": pub.AUTHOR.username,
        "bio": pub.AUTHOR.bio,
        "isSuspended": False,
    }


def collection() -> Json:
    return {
        "__typename": "Collection",
        "id": pub.COLLECTION_ID,
        "name": pub.COLLECTION_NAME,
        "slug": pub.COLLECTION_SLUG,
        "domain": None,
    }


def metadata(picture: Picture) -> Json:
    return {
        "__typename": "ImageMetadata",
        "id": picture.id,
        "originalWidth": picture.width,
        "originalHeight": picture.height,
        "focusPercentX": picture.focus[0] if picture.focus else None,
        "focusPercentY": picture.focus[1] if picture.focus else None,
        "alt": picture.alt or None,
        "unsplashPhotoId": picture.unsplash or None,
    }


def frame_address(media: Media) -> str:
    """What Medium frames: Embedly's widget round the host's own frame. A gist's is empty."""
    if media.gist:
        return ""
    inner = f"src={quote(media.src, safe='')}&" if media.src else ""
    image = f"&image={quote(media.thumbnail, safe='')}" if media.thumbnail else ""
    kind = f"&type=text%2Fhtml&schema={media.schema}" if media.schema else "&type=text%2Fhtml"
    return (
        f"{EMBEDLY}?{inner}url={quote(media.href, safe='')}{image}&key=00000000000000000000000000000000{kind}"
    )


def media_resource(media: Media) -> Json:
    return {
        "__typename": "MediaResource",
        "id": media.id,
        "iframeSrc": frame_address(media),
        "iframeHeight": media.height,
        "iframeWidth": media.width,
        "title": media.title,
    }


def markup(mark: Mark) -> Json:
    link = mark.kind == "A"
    return {
        "__typename": "Markup",
        "start": mark.start,
        "end": mark.end,
        "type": mark.kind,
        "href": mark.href or None,
        "anchorType": ("USER" if mark.user else "LINK") if link else None,
        "userId": mark.user or None,
        "title": mark.title if link and not mark.user else None,
        "linkMetadata": None,
    }


def paragraph(post: Post, index: int, para: Para) -> Json:
    code = (
        {"__typename": "CodeBlockMetadata", "mode": para.mode, "lang": para.lang or None}
        if para.mode
        else None
    )
    mixtape = None
    if para.card:
        mixtape = {
            "__typename": "MixtapeMetadata",
            "href": para.card.href,
            "mediaResource": {"__typename": "MediaResource", "id": para.card.media_id, "mediumCatalog": None},
            "thumbnailImageId": para.card.thumbnail.id if para.card.thumbnail else "",
        }
    iframe = {"__typename": "Iframe", "mediaResource": media_resource(para.media)} if para.media else None
    return {
        "__typename": "Paragraph",
        "id": f"{post.version}_{index}",
        "name": para.name,
        "type": para.kind,
        "text": para.text,
        "href": para.href or None,
        "layout": para.layout or None,
        "metadata": metadata(para.picture) if para.picture else None,
        "hasDropCap": True if para.drop_cap else None,
        "dropCapImage": metadata(para.drop_cap_picture) if para.drop_cap_picture else None,
        "iframe": iframe,
        "mixtapeMetadata": mixtape,
        "codeBlockMetadata": code,
        "markups": [markup(mark) for mark in para.marks],
    }


def section(post: Post, what: Section) -> Json:
    cover = what.cover
    return {
        "__typename": "Section",
        "name": f"{int(post.body[what.start].name or '0', 16) ^ 0x5555:04x}",
        "startIndex": what.start,
        "textLayout": "BOTTOM_CENTER" if cover else None,
        "imageLayout": "ASPECT_RATIO_VIEWPORT" if cover else None,
        "backgroundImage": metadata(cover) if cover else None,
        "videoLayout": None,
        "backgroundVideo": None,
    }


def body_model(post: Post, *, preview: bool = False) -> Json:
    """The body; with ``preview`` only what stands before the paywall."""
    end = post.preview if preview else len(post.body)
    return {
        "__typename": "RichText",
        "sections": [section(post, what) for what in post.sections if what.start < end],
        "paragraphs": [paragraph(post, index, para) for index, para in enumerate(post.body[:end])],
    }


def parent(post: Post) -> Json | None:
    if post.parent is None:
        return None
    return {
        "__typename": "Post",
        "id": post.parent.id,
        "title": post.parent.title,
        "mediumUrl": post.parent.url,
        "creator": user(),
    }


def facts(post: Post) -> Json:
    """Everything about a post but its body."""
    image = post.image
    return {
        "__typename": "Post",
        "id": post.id,
        "title": post.title,
        "uniqueSlug": post.unique_slug,
        "mediumUrl": pub.url(post),
        "canonicalUrl": "",
        "createdAt": post.created,
        "firstPublishedAt": post.published,
        "latestPublishedAt": post.latest,
        "updatedAt": post.updated,
        "latestPublishedVersion": post.version,
        "creator": user(),
        "collection": collection() if pub.in_collection(post) else None,
        "tags": [
            {"__typename": "Tag", "id": slug, "displayTitle": shown, "normalizedTagSlug": slug}
            for slug, shown in post.tags
        ],
        "previewContent": {"__typename": "PreviewContent", "subtitle": post.description},
        "previewImage": {"__typename": "ImageMetadata", "id": image.id} if image else None,
        "detectedLanguage": post.language,
        "visibility": post.visibility,
        "isLocked": post.locked,
        "lockedSource": "LOCKED_POST_SOURCE_UGC" if post.locked else "LOCKED_POST_SOURCE_NONE",
        "isPublished": not post.draft,
        "isSeries": False,
        "isShortform": False,
        "isSuspended": False,
        "inResponseToPostResult": parent(post),
        "clapCount": post.claps,
        "postResponses": {"__typename": "PostResponses", "count": post.responses},
        "readingTime": post.reading_time,
        "wordCount": post.word_count,
        "license": "ALL_RIGHTS_RESERVED",
        "pinnedAt": 0,
    }


def answer(post: Post, *, viewer: bool = False, preview: bool = False) -> Json:
    """One operation's answer. ``viewer``: the body under ``viewerEdge``, as asked for by a reader."""
    content = {
        "__typename": "PostContent",
        "isLockedPreviewOnly": preview,
        "bodyModel": body_model(post, preview=preview),
    }
    result = facts(post)
    if viewer:
        result["viewerEdge"] = {"__typename": "PostViewerEdge", "fullContent": content}
    else:
        result["content"] = content
    return {"data": {"post": result}}


def listing(posts: tuple[Post, ...]) -> Json:
    """A page of a publication's list: addresses and dates, no bodies."""
    edges = []
    for post in posts:
        node = facts(post)
        chosen = (
            "__typename",
            "id",
            "title",
            "uniqueSlug",
            "mediumUrl",
            "firstPublishedAt",
            "latestPublishedAt",
        )
        edges.append({"__typename": "PostEdge", "node": {key: node[key] for key in chosen}})
    connection = {
        "__typename": "PublicationPostsConnection",
        "edges": edges,
        "pageInfo": {"__typename": "PageInfo", "hasNextPage": False, "endCursor": ""},
    }
    return {"data": {"publication": {**collection(), "publicationPostsConnection": connection}}}
