"""``?format=json``: the same post with the numbers that Medium used before it had names."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from fonds.medium.rendering import Json, body, facts
from fonds.model import Embed, Person, Post, Publication

PREFIX: Final = b"])}while(1);</x>"
"""What the answer begins with, so that no script of another site can run it."""

_TYPES: Final = {
    "P": 1, "H2": 2, "H3": 3, "IMG": 4, "BQ": 6, "PQ": 7, "PRE": 8, "ULI": 9, "OLI": 10, "IFRAME": 11, "H4": 13,
    "MIXTAPE_EMBED": 14, "SECTION_CAPTION": 15,
}  # fmt: skip
_MARKS: Final = {"STRONG": 1, "EM": 2, "A": 3, "CODE": 10}
_LAYOUTS: Final = {
    name: number
    for number, name in enumerate(
        ("", "INSET_CENTER", "INSET_LEFT", "OUTSET_CENTER", "OUTSET_LEFT", "FULL_WIDTH", "OUTSET_ROW",
         "OUTSET_ROW_CONTINUE", "FULL_WIDTH_CROPPED_COVER", "CONSTRAINED_HEIGHT_PREVIEW", "CROPPED_HEIGHT_PREVIEW",
         "INSET_CENTER_SMALL", "INSET_RIGHT")
    )
    if name
}  # fmt: skip
_SECTION_IMAGE: Final = {
    name: number
    for number, name in enumerate(
        ("", "NONE", "FULL_BLEED", "UNUSED_LEFT", "UNUSED_RIGHT", "CONTENT", "FULL_SCREEN", "ASPECT_RATIO",
         "COVER_FADE", "ASPECT_RATIO_VIEWPORT", "SECTION_FILL_CROP", "SECTION_FILL_OVERFLOW_X")
    )
    if name
}  # fmt: skip
_SECTION_TEXT: Final = {
    name: number
    for number, name in enumerate(
        ("", "FLOW", "BOTTOM_CENTER", "MIDDLE_CENTER", "TOP_CENTER", "CAPTION_ONLY", "SERIES_COVER",
         "SERIES_COVER_TITLELESS")
    )
    if name
}  # fmt: skip
_MODES: Final = {"DISABLED": 0, "AUTO": 1, "EXPLICIT": 2}
_VISIBILITY: Final = {"public": 0, "unlisted": 1, "locked": 2, "": None}
_LICENSES: Final = {
    name: number
    for number, name in enumerate(
        ("ALL_RIGHTS_RESERVED", "CC_40_BY", "CC_40_BY_ND", "CC_40_BY_SA", "CC_40_BY_NC", "CC_40_BY_NC_ND",
         "CC_40_BY_NC_SA", "CC_40_ZERO", "PUBLIC_DOMAIN")
    )
}  # fmt: skip
_LOCKED: Final = {"": 0, "LOCKED_POST_SOURCE_UGC": 1}


def answer(post: Post, *, claps: int | None = None, responses: int | None = None) -> bytes:
    """The whole answer."""
    payload = {
        "success": True,
        "payload": {
            "value": value(post, claps=claps, responses=responses),
            "mentionedUsers": [_user(person) for person in post.people],
            "collaborators": [],
            "references": references(post),
        },
        "v": 3,
        "b": "00000-0000000",
    }
    return PREFIX + msgspec.json.encode(payload)


def missing(reason: str) -> bytes:
    """What is answered for a post that is not there."""
    return PREFIX + msgspec.json.encode({"success": False, "error": reason, "v": 3, "b": "00000-0000000"})


def value(post: Post, *, claps: int | None = None, responses: int | None = None) -> Json:
    """``payload.value``."""
    model = body.model(post)
    answered, media, _ = facts.parent(post)
    home = post.publication.id if post.publication is not None else ""
    return {
        "id": post.id,
        "versionId": post.version_id,
        "creatorId": post.author.id,
        "creator": _user(post.author),
        "homeCollectionId": home,
        "homeCollection": _collection(post.publication) if post.publication is not None else None,
        "title": post.title,
        "detectedLanguage": post.language,
        "latestPublishedVersion": post.version_id,
        "createdAt": post.created_at,
        "updatedAt": post.updated_at,
        "firstPublishedAt": post.first_published_at,
        "latestPublishedAt": post.latest_published_at,
        "content": {
            "subtitle": post.subtitle,
            "bodyModel": {
                "paragraphs": [_paragraph(node) for node in model["paragraphs"]],
                "sections": [_section(node) for node in model["sections"]],
            },
            "postDisplay": {"coverless": True},
            "isLockedPreviewOnly": post.preview_only,
        },
        "virtuals": {
            "previewImage": {"imageId": post.image},
            "wordCount": post.word_count,
            "readingTime": post.reading_time,
            "subtitle": post.description,
            "tags": [{"slug": tag.slug, "name": tag.name or tag.slug, "type": "Tag"} for tag in post.tags],
            "responsesCreatedCount": post.responses if responses is None else responses,
            "totalClapCount": post.claps if claps is None else claps,
            "isLockedPreviewOnly": post.preview_only,
        },
        "coverless": True,
        "slug": post.slug,
        "inResponseToPostId": answered["id"] if answered else "",
        "inResponseToMediaResourceId": "unknown" if media else "",
        "visibility": _VISIBILITY[post.visibility],
        "uniqueSlug": facts.unique_slug(post),
        "previewContent": {"isFullContent": False, "subtitle": post.description},
        "license": _LICENSES.get(post.license) if post.license else None,
        "canonicalUrl": post.canonical_url or post.medium_url,
        "webCanonicalUrl": post.canonical_url or post.medium_url,
        "mediumUrl": post.medium_url,
        "approvedHomeCollectionId": home,
        "isSeries": post.series,
        "isShortform": post.shortform,
        "isSubscriptionLocked": post.member_only,
        "lockedPostSource": _LOCKED.get(post.locked_source, post.locked_source),
        "deletedAt": 0,
        "type": "Post",
    }


def references(post: Post) -> Json:
    """Whom and what a post names, by kind and id."""
    people = {person.id: _user(person) for person in (*post.people, post.author) if person.id}
    found: Json = {"User": people}
    if post.publication is not None:
        found["Collection"] = {post.publication.id: _collection(post.publication)}
    media = {block.media_id: _media(block) for block in post.blocks if isinstance(block, Embed)}
    media.pop("", None)
    if media:
        found["MediaResource"] = media
    answered, _, _ = facts.parent(post)
    if answered:
        found["Post"] = {
            answered["id"]: {
                "id": answered["id"],
                "title": answered["title"],
                "mediumUrl": answered["mediumUrl"],
                "type": "Post",
            }
        }
    return found


def _user(person: Person) -> Json:
    return {"userId": person.id, "name": person.name, "username": person.username, "type": "User"}


def _collection(home: Publication) -> Json:
    return {"id": home.id, "name": home.name, "slug": home.slug, "domain": home.domain, "type": "Collection"}


def _media(block: Embed) -> Json:
    (node,) = body.model(Post(blocks=(block,)))["paragraphs"]
    given = {key: value for key, value in node["iframe"]["mediaResource"].items() if key != "__typename"}
    given["mediaResourceId"] = given.pop("id")
    return {**given, "type": "MediaResource"}


def _paragraph(node: Json) -> Json:
    """A paragraph of GraphQL's with numbers for names."""
    found: Json = {
        "name": node["name"],
        "type": _TYPES.get(node["type"], node["type"]),
        "text": node["text"],
        "markups": [_markup(mark) for mark in node["markups"]],
    }
    if node["layout"]:
        found["layout"] = _LAYOUTS.get(node["layout"], node["layout"])
    for key in ("metadata", "dropCapImage"):
        if node[key]:
            found[key] = _bare(node[key])
    for key in ("href", "hasDropCap"):
        if node[key]:
            found[key] = node[key]
    if node["iframe"]:
        resource = node["iframe"]["mediaResource"]
        frame: Json = (
            {"mediaResourceId": resource["id"]} if resource["id"] else {"mediaResource": _bare(resource)}
        )
        if resource["thumbnailUrl"]:
            frame["thumbnailUrl"] = resource["thumbnailUrl"]
        found["iframe"] = frame
    if node["mixtapeMetadata"]:
        card = node["mixtapeMetadata"]
        found["mixtapeMetadata"] = {
            "mediaResourceId": card["mediaResourceId"] or "",
            "thumbnailImageId": card["thumbnailImageId"],
            "href": card["href"],
        }
    if node["codeBlockMetadata"]:
        code = node["codeBlockMetadata"]
        found["codeBlockMetadata"] = {"mode": _MODES.get(code["mode"], code["mode"]), "lang": code["lang"]}
    return found


def _markup(node: Json) -> Json:
    found: Json = {"type": _MARKS[node["type"]], "start": node["start"], "end": node["end"]}
    if node["userId"]:
        found |= {"anchorType": 2, "userId": node["userId"]}
        return found | ({"href": node["href"]} if node["href"] else {})
    if node["type"] == "A":
        found |= {"href": node["href"], "title": node["title"], "rel": "", "anchorType": 0}
    return found


def _section(node: Json) -> Json:
    found: Json = {"name": node["name"], "startIndex": node["startIndex"]}
    if node["backgroundImage"]:
        found["backgroundImage"] = _bare(node["backgroundImage"])
    if node["backgroundVideo"]:
        found["backgroundVideo"] = _bare(node["backgroundVideo"])
    if node["imageLayout"]:
        found["imageLayout"] = _SECTION_IMAGE.get(node["imageLayout"], node["imageLayout"])
    if node["textLayout"]:
        found["textLayout"] = _SECTION_TEXT.get(node["textLayout"], node["textLayout"])
    return found


def _bare(node: dict[str, Any]) -> Json:
    """Without the type's name and what is null."""
    return {key: value for key, value in node.items() if key != "__typename" and value is not None}
