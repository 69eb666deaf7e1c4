"""GraphQL answers: posts, lists, responses, as whoever asks may see them."""

from __future__ import annotations

import json
import zlib
from typing import Any

from standin import body, query, text
from standin.model import Person, Post, Publication
from standin.world import World

Json = dict[str, Any]


def user(person: Person) -> Json:
    return {
        "__typename": "User",
        "id": person.id,
        "name": person.name,
        "username": person.username,
        "imageId": person.avatar,
        "bio": "",
        "isSuspended": person.suspended,
    }


def collection(home: Publication) -> Json:
    return {
        "__typename": "Collection",
        "id": home.id,
        "name": home.name,
        "slug": home.slug,
        "domain": home.domain or None,
        "avatar": {"__typename": "ImageMetadata", "id": home.avatar},
    }


def facts(world: World, post: Post, *, reader: bool = False) -> Json:
    """Everything about a post; what is dear is made when it is asked for. ``reader``: may read it all."""
    locked = post.locked and not reader
    language = text.LANGUAGES[post.language]

    def content(**_options: Any) -> Json:
        return {
            "__typename": "PostContent",
            "isLockedPreviewOnly": locked,
            "bodyModel": body.model(world, post, preview=locked),
        }

    parent = None
    if post.parent is not None:
        parent = {
            "__typename": "Post",
            "id": post.parent.id,
            "title": post.parent.title,
            "mediumUrl": world.url(post.parent),
        }
    return {
        "__typename": "Post",
        "id": post.id,
        "title": post.title,
        "uniqueSlug": post.unique_slug,
        "mediumUrl": world.url(post),
        "canonicalUrl": "",
        "createdAt": post.published - 86_400_000,
        "firstPublishedAt": post.published,
        "latestPublishedAt": post.latest,
        "updatedAt": post.updated,
        "latestPublishedVersion": f"{post.id[:10]}{post.edits:02x}",
        "creator": user(post.author),
        "collection": collection(post.publication) if post.publication is not None else None,
        "tags": [
            {"__typename": "Tag", "id": slug, "displayTitle": slug.title(), "normalizedTagSlug": slug}
            for slug in ("harbour", "boats", "weather")[: 1 + post.number % 3]
        ],
        "previewContent": {"__typename": "PreviewContent", "subtitle": f"{post.title[:60]}…"},
        "previewImage": body.preview_image(post),
        "detectedLanguage": language.code,
        "visibility": "UNLISTED" if post.unlisted else "LOCKED" if post.locked else "PUBLIC",
        "isLocked": post.locked,
        "lockedSource": "LOCKED_POST_SOURCE_UGC" if post.locked else "LOCKED_POST_SOURCE_NONE",
        "isPublished": True,
        "isSeries": False,
        "isShortform": False,
        "isSuspended": False,
        "license": "ALL_RIGHTS_RESERVED",
        "pinnedAt": 0,
        "pinnedByCreatorAt": post.pinned,
        "wordCount": lambda: body.word_count(world, post),
        "readingTime": lambda: body.word_count(world, post) / 265,
        "clapCount": post.claps,
        "postResponses": {"__typename": "PostResponses", "count": post.responses},
        "inResponseToPostResult": parent,
        "inResponseToMediaResource": None,
        "inResponseToCatalogResult": None,
        "content": content,
        "viewerEdge": {"__typename": "PostViewerEdge", "id": f"{post.id}-viewer", "fullContent": content},
        "threadedPostResponses": lambda **given: _responses(world, post, reader=reader, **given),
    }


def root(world: World, *, reader: bool, short: bool) -> Json:
    """What a query may ask for. ``short``: pages of lists are now and then short or empty."""

    def post(id: str) -> Json | None:  # noqa: A002
        found = world.post(id)
        return None if found is None else facts(world, found, reader=reader)

    def user_result(id: str | None = None, username: str | None = None) -> Json | None:  # noqa: A002
        person = world.person(username) if username else world.person_by_id(id or "")
        if person is None or person.suspended:
            return None
        found = user(person)
        found["homepagePostsConnection"] = lambda **given: _homepage(world, person, short=short, **given)
        return found

    def publication_by_ref(ref: Json) -> Json | None:
        home = world.publication
        wanted = ref.get("slug") or ref.get("domain")
        if wanted not in (home.slug, home.domain or None):
            return None
        found = collection(home)
        found["publicationPostsConnection"] = lambda **given: _edges(world, home, short=short, **given)
        return found

    return {
        "post": post,
        "postResult": post,
        "userResult": user_result,
        "publicationByRef": publication_by_ref,
    }


# -- lists --------------------------------------------------------------------------------------------


def _shortened(cursor: str, posts: list[Post], short: bool) -> tuple[list[Post], bool]:
    """The posts of a page, some of the last left to the next one; and whether it is an empty one."""
    if not short or len(posts) < 5:
        return posts, False
    number = zlib.crc32(cursor.encode()) % 11
    if number == 3 and not cursor.startswith("E"):
        return [], True
    return (posts[:-2], False) if number in (5, 8) else (posts, False)


def _homepage(
    world: World,
    person: Person,
    *,
    short: bool,
    paging: Json,
    includeDistributedResponses: bool = True,  # noqa: N803
) -> Json:
    """Pinned posts first, then all by date, the pinned ones again at their place."""
    limit = min(int(paging.get("limit") or 10), 25)
    cursor = paging.get("from") or ""
    posts = world.listed(of=person)
    place = cursor.removeprefix("E")
    after = None
    if place:
        published, _, identity = place.removeprefix("L").partition(":")
        after = (-int(published), identity)
    some, empty = _shortened(cursor, world.page(posts, after, limit), short and bool(cursor))
    shown = some if cursor else [post for post in posts if post.pinned] + some
    if empty:
        following: str | None = "E" + cursor
    else:
        last = some[-1] if some else None
        more = last is not None and last is not posts[-1]
        following = f"L{last.published}:{last.id}" if more and last is not None else None
    return {
        "__typename": "PostsConnection",
        "posts": [facts(world, post) for post in shown],
        "pagingInfo": {
            "__typename": "Paging",
            "next": {"__typename": "PageParams", "from": following, "limit": limit} if following else None,
        },
    }


def _edges(
    world: World,
    home: Publication,
    *,
    short: bool,
    first: int,
    after: str,
    orderBy: Json,  # noqa: N803
    filter: Json,  # noqa: A002
) -> Json:
    posts = world.listed()
    place = json.loads(after.removeprefix("E")) if after else None
    key = None
    if place is not None:
        key = (-int(place["feed_sort_listed_at##listed_at"]["N"]), place["post_id"]["S"])
    some, empty = _shortened(after, world.page(posts, key, min(int(first), 150)), short and bool(after))
    last = some[-1] if some else None
    more = empty or (last is not None and last is not posts[-1])
    cursor = after
    if empty:
        cursor = "E" + after
    elif last is not None:
        cursor = json.dumps({
            "feed_sort_listed_at##listed_at": {"N": str(last.published)},
            "post_id": {"S": last.id},
            "publication_id": {"S": home.id},
        })  # fmt: skip
    return {
        "__typename": "PublicationPostsConnection",
        "edges": [
            {"__typename": "PublicationPostsEdge", "listedAt": post.published, "node": facts(world, post)}
            for post in some
        ],
        "pageInfo": {"__typename": "PageInfo", "endCursor": cursor, "hasNextPage": more},
    }


def _responses(
    world: World,
    post: Post,
    *,
    reader: bool,
    paging: Json | None = None,
    sortType: str = "TOP",  # noqa: N803
) -> Json:
    paging = paging or {}
    start, limit = int(paging.get("to") or 0), int(paging.get("limit") or 10)
    answers = world.responses_to(post)
    some = answers[start : start + limit]
    following = str(start + limit) if start + limit < len(answers) else None
    return {
        "__typename": "ThreadedPostResponsesConnection",
        "posts": [facts(world, answer, reader=reader) for answer in some],
        "pagingInfo": {
            "__typename": "Paging",
            "next": {"__typename": "PageParams", "to": following, "limit": limit} if following else None,
        },
    }


# -- operations ---------------------------------------------------------------------------------------


def answer(world: World, operation: Any, *, reader: bool, short: bool) -> Json:
    """The answer to one operation of a request."""
    try:
        fields = query.parse(str(operation.get("query") or ""))
        errors = query.check(fields, world.lacks)
        if errors:
            return _refused(*errors)
        top = root(world, reader=reader, short=short)
        return {"data": query.choose(top, fields, operation.get("variables") or {})}
    except (query.QueryError, AttributeError, TypeError, ValueError, KeyError) as error:
        return _refused(str(error))


def _refused(*messages: str) -> Json:
    code = {"code": "GRAPHQL_VALIDATION_FAILED"}
    return {"errors": [{"message": message, "extensions": code} for message in messages]}
