"""``?format=json`` and what pages up to 2018 carry: the body model with Medium's numbers."""

from __future__ import annotations

from typing import Any

import publication as pub
from rendering.graphql import frame_address
from rendering.parts import Mark, Para, Picture, Post, Section

Json = dict[str, Any]
PREFIX = "])}while(1);</x>"

TYPES = {"P": 1, "H2": 2, "H3": 3, "IMG": 4, "BQ": 6, "PQ": 7, "PRE": 8, "ULI": 9, "OLI": 10, "IFRAME": 11}
TYPES |= {"H4": 13, "MIXTAPE_EMBED": 14, "SECTION_CAPTION": 15}
MARKS = {"STRONG": 1, "EM": 2, "A": 3, "CODE": 10}
LAYOUTS = {"INSET_CENTER": 1, "OUTSET_CENTER": 3, "OUTSET_LEFT": 4, "FULL_WIDTH": 5}
LAYOUTS |= {"OUTSET_ROW": 6, "OUTSET_ROW_CONTINUE": 7}
MODES = {"DISABLED": 0, "AUTO": 1, "EXPLICIT": 2}
VISIBILITY = {"PUBLIC": 0, "UNLISTED": 1, "LOCKED": 2}


def _picture(picture: Picture) -> Json:
    result: Json = {"id": picture.id, "originalWidth": picture.width, "originalHeight": picture.height}
    if picture.alt:
        result["alt"] = picture.alt
    if picture.focus:
        result["focusPercentX"], result["focusPercentY"] = picture.focus
    if picture.unsplash:
        result["unsplashPhotoId"] = picture.unsplash
    if picture.featured:
        result["isFeatured"] = True
    return result


def _markup(mark: Mark) -> Json:
    result: Json = {"type": MARKS[mark.kind], "start": mark.start, "end": mark.end}
    if mark.user:
        return {**result, "anchorType": 2, "userId": mark.user}
    if mark.kind == "A":
        return {**result, "href": mark.href, "title": mark.title, "rel": "", "anchorType": 0}
    return result


def _paragraph(para: Para) -> Json:
    result: Json = {"name": para.name, "type": TYPES[para.kind], "text": para.text}
    result["markups"] = [_markup(mark) for mark in para.marks]
    if para.layout:
        result["layout"] = LAYOUTS[para.layout]
    if para.picture:
        result["metadata"] = _picture(para.picture)
    if para.href:
        result["href"] = para.href
    if para.media:
        result["iframe"] = {"mediaResourceId": para.media.id}
        if para.media.thumbnail:
            result["iframe"]["thumbnailUrl"] = para.media.thumbnail
    if para.card:
        thumbnail = para.card.thumbnail.id if para.card.thumbnail else ""
        result["mixtapeMetadata"] = {
            "mediaResourceId": para.card.media_id,
            "thumbnailImageId": thumbnail,
            "href": para.card.href,
        }
    if para.mode:
        result["codeBlockMetadata"] = {"mode": MODES[para.mode], "lang": para.lang}
    if para.drop_cap:
        result["hasDropCap"] = True
    if para.drop_cap_picture:
        result["dropCapImage"] = _picture(para.drop_cap_picture)
    return result


def _section(post: Post, what: Section) -> Json:
    name = f"{int(post.body[what.start].name or '0', 16) ^ 0x5555:04x}"
    result: Json = {"name": name, "startIndex": what.start}
    if what.cover:
        result |= {"backgroundImage": _picture(what.cover), "textLayout": 2, "imageLayout": 9}
    return result


def _preview(post: Post) -> Json:
    image = post.image
    paragraphs: list[Json] = []
    if image:
        cropped = {"name": "previewImage", "type": 4, "text": "", "layout": 10, "metadata": _picture(image)}
        paragraphs.append(cropped)
    paragraphs += [_paragraph(para) for para in post.body[:2] if para.kind != "IMG"]
    model = {"paragraphs": paragraphs, "sections": [{"startIndex": 0}]}
    return {"bodyModel": model, "isFullContent": False, "subtitle": post.description}


def value(post: Post) -> Json:
    """The post itself, in the order of Medium's keys."""
    image = post.image
    home = pub.COLLECTION_ID if pub.in_collection(post) else ""
    return {
        "id": post.id,
        "versionId": post.version,
        "creatorId": pub.AUTHOR.id,
        "homeCollectionId": home,
        "title": post.title,
        "detectedLanguage": post.language,
        "latestVersion": post.version,
        "latestPublishedVersion": post.version,
        "hasUnpublishedEdits": False,
        "latestRev": 100 + len(post.body),
        "createdAt": post.created,
        "updatedAt": post.updated,
        "acceptedAt": 0,
        "firstPublishedAt": post.published,
        "latestPublishedAt": post.latest,
        "vote": False,
        "experimentalCss": "",
        "displayAuthor": "",
        "content": {
            "subtitle": post.subtitle,
            "bodyModel": {
                "paragraphs": [_paragraph(para) for para in post.body],
                "sections": [_section(post, what) for what in post.sections],
            },
            "postDisplay": {"coverless": True},
        },
        "virtuals": {
            "statusForCollection": "APPROVED" if home else "",
            "allowNotes": True,
            "previewImage": {
                "imageId": image.id if image else "",
                "filter": "",
                "backgroundSize": "",
                "originalWidth": image.width if image else 0,
                "originalHeight": image.height if image else 0,
                "strategy": "resample",
                "height": 0,
                "width": 0,
            },
            "wordCount": post.word_count,
            "imageCount": sum(1 for para in post.body if para.picture),
            "readingTime": post.reading_time,
            "subtitle": post.description,
            "publishedInCount": 1 if home else 0,
            "usersBySocialRecommends": [],
            "noIndex": post.visibility == "UNLISTED",
            "recommends": post.claps // 3,
            "isBookmarked": False,
            "tags": [
                {"slug": slug, "name": shown, "postCount": 7, "type": "Tag"} for slug, shown in post.tags
            ],
            "socialRecommendsCount": 0,
            "responsesCreatedCount": post.responses,
            "isLockedPreviewOnly": False,
            "totalClapCount": post.claps,
            "sectionCount": len(post.sections),
            "readingList": 0,
        },
        "coverless": True,
        "slug": post.slug,
        "translationSourcePostId": "",
        "inResponseToPostId": post.parent.id if post.parent else "",
        "inResponseToRemovedAt": 0,
        "isTitleSynthesized": post.parent is not None,
        "allowResponses": True,
        "importedUrl": "",
        "importedPublishedAt": 0,
        "visibility": VISIBILITY[post.visibility],
        "uniqueSlug": post.unique_slug,
        "previewContent": _preview(post),
        "license": 0,
        "inResponseToMediaResourceId": "",
        "canonicalUrl": pub.url(post),
        "approvedHomeCollectionId": home,
        "newsletterId": "",
        "webCanonicalUrl": pub.url(post),
        "mediumUrl": pub.url(post),
        "isSeries": False,
        "isSubscriptionLocked": post.locked,
        "lockedPostSource": 1 if post.locked else 0,
        "deletedAt": 0,
        "type": "Post",
    }


def references(post: Post) -> Json:
    """People, publication and framed things that the post refers to."""
    mentioned = {mark.user for para in post.body for mark in para.marks if mark.user}
    people = [person for person in pub.PEOPLE if person is pub.AUTHOR or person.id in mentioned]
    result: Json = {
        "User": {
            person.id: {
                "userId": person.id,
                "name": person.name,
                "username": person.username,
                "createdAt": 1_400_000_000_000,
                "imageId": "",
                "bio": person.bio,
                "type": "User",
            }
            for person in people
        },
        "Social": {
            pub.AUTHOR.id: {"userId": "lo_000000000000", "targetUserId": pub.AUTHOR.id, "type": "Social"}
        },
    }
    if pub.in_collection(post):
        result["Collection"] = {
            pub.COLLECTION_ID: {
                "id": pub.COLLECTION_ID,
                "name": pub.COLLECTION_NAME,
                "slug": pub.COLLECTION_SLUG,
                "tags": ["HARBOURS"],
                "creatorId": pub.AUTHOR.id,
                "description": "A letter from Modra Luka, every Thursday.",
                "domain": "",
                "type": "Collection",
            }
        }
    media = {para.media.id: para.media for para in post.body if para.media}
    if media:
        result["MediaResource"] = {
            media_id: {
                "mediaResourceId": media_id,
                "mediaResourceType": "MediaResourceExternalLink",
                "href": what.href or f"https://gist.github.com/{what.gist}",
                "domain": (what.href or "https://gist.github.com/").split("/")[2],
                "title": what.title,
                "description": "",
                "iframeWidth": what.width,
                "iframeHeight": what.height,
                "iframeSrc": frame_address(what),
                "thumbnailUrl": what.thumbnail,
                "thumbnailWidth": 0,
                "thumbnailHeight": 0,
                "display": 1,
                "thumbnailImageId": "",
                "authorName": "",
                **(
                    {"gist": {"gistId": what.gist.split("/")[1], "githubUsername": what.gist.split("/")[0]}}
                    if what.gist
                    else {}
                ),
                "type": "MediaResource",
            }
            for media_id, what in media.items()
        }
    if post.parent:
        result["Post"] = {
            post.parent.id: {
                "id": post.parent.id,
                "title": post.parent.title,
                "mediumUrl": post.parent.url,
                "type": "Post",
            }
        }
    return result


def payload(post: Post) -> Json:
    """What ``?format=json`` answers."""
    mentioned = [
        person for person in pub.PEOPLE if person.id in {m.user for para in post.body for m in para.marks}
    ]
    users = [{"userId": person.id, "name": person.name, "username": person.username} for person in mentioned]
    return {
        "success": True,
        "payload": {
            "value": value(post),
            "mentionedUsers": users,
            "collaborators": [],
            "collectionUserRelations": [],
            "mode": None,
            "references": references(post),
        },
        "v": 3,
        "b": "00000-0000000",
    }


def profile(posts: tuple[Post, ...]) -> Json:
    """A profile page's ``?format=json``: previews of the newest posts, no bodies."""
    author = references(posts[0])["User"][pub.AUTHOR.id]
    items = [
        {
            "createdAt": post.published,
            "postPreview": {"postId": post.id, "postSuggestionReasons": [{"reason": 28}]},
            "randomId": post.version,
            "itemType": "postPreview",
            "type": "StreamItem",
        }
        for post in posts
    ]
    previews = {}
    for post in posts:
        whole = value(post)
        del whole["content"]["bodyModel"]
        previews[post.id] = whole
    return {
        "success": True,
        "payload": {
            "user": author,
            "streamItems": items,
            "references": {"User": {pub.AUTHOR.id: author}, "Post": previews},
            "paging": {"path": f"https://medium.com/_/api/users/{pub.AUTHOR.id}/profile/stream"},
        },
        "v": 3,
        "b": "00000-0000000",
    }
