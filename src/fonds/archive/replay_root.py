"""What GraphQL may be asked of an archive: posts, lists of authors and publications, responses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from fonds.medium import queries
from fonds.medium.rendering import Json, facts, graphql
from fonds.medium.rendering.graphql import QueryError
from fonds.model import Person, Publication

if TYPE_CHECKING:
    from fonds.archive.replay_posts import Kept, Listed, Shelf

_MOST = 150


class Asked(msgspec.Struct, frozen=True, rename="camel"):
    """One operation of a request."""

    query: str = ""
    operation_name: str | None = None
    variables: dict[str, Any] | None = None


def answer(shelf: Shelf, asked: Asked) -> bytes:
    """The answer to an operation, JSON: Medium's own where it was asked this very question."""
    variables = asked.variables or {}
    verbatim = _verbatim(shelf, asked, variables)
    if verbatim is not None:
        return verbatim
    try:
        query = graphql.parse(asked.query, asked.operation_name or "")
        data = graphql.answer(query, _root(shelf), variables)
    except QueryError as error:
        return msgspec.json.encode({"errors": [{"message": str(error)}]})
    except _AwayError as error:
        return msgspec.json.encode({"errors": [{"message": str(error)}], "data": None})
    return msgspec.json.encode({"data": data})


class _AwayError(Exception):
    """A post is known and not here, so that null would say too much."""


def _verbatim(shelf: Shelf, asked: Asked, variables: dict[str, Any]) -> bytes | None:
    post_id = variables.get("id")
    if not isinstance(post_id, str) or asked.query != queries.post(post_id).text():
        return None
    kept = shelf.get(post_id)
    return shelf.captures.answer(kept.version) if kept is not None and not kept.gone else None


def _root(shelf: Shelf) -> Json:
    """The fields of a query. Their arguments are Medium's names; others are passed over."""

    def post(id: Any = "", **_: Any) -> Json | None:  # noqa: A002  Medium's name
        return _post(shelf, str(id or ""))

    def posts(ids: Any = (), **_: Any) -> list[Json | None]:
        return [_post(shelf, str(each)) for each in (ids if isinstance(ids, list) else [])]

    def user(id: Any = "", username: Any = "", **_: Any) -> Json | None:  # noqa: A002  Medium's name
        return _user(
            shelf, shelf.person(username=str(username or "").removeprefix("@"), user_id=str(id or ""))
        )

    def publication(ref: Any = None, slug: Any = "", domain: Any = "", **more: Any) -> Json | None:
        ref = ref if isinstance(ref, dict) else {}
        name = str(ref.get("slug") or slug or more.get("domainOrSlug") or "")
        return _publication(
            shelf, shelf.publication(slug=name, domain=str(ref.get("domain") or domain or ""))
        )

    return {
        "__typename": "Query",
        "post": post,
        "postResult": post,
        "posts": posts,
        "user": user,
        "userResult": user,
        "publicationByRef": publication,
        "collection": publication,
        "collectionByDomainOrSlug": publication,
    }


# -- posts --------------------------------------------------------------------------------------------


def _post(shelf: Shelf, post_id: str) -> Json | None:
    kept = shelf.get(post_id)
    if kept is not None and not kept.gone:
        return _node(shelf, kept)
    reason = shelf.absence(post_id)
    if reason in ("", "deleted", "suspended"):
        return None
    raise _AwayError(f"this archive knows of {post_id} and does not hold it: {reason}")


def _node(shelf: Shelf, kept: Kept) -> Json:
    node = facts.node(kept.post, claps=kept.claps, responses=kept.responses)

    def responses(paging: Any = None, **_: Any) -> Json:
        given = paging if isinstance(paging, dict) else {}
        found = shelf.responses(kept.post.id)
        start, limit = _number(given.get("to"), 0), _number(given.get("limit"), 10)
        some = [facts.node(post) for post in found[start : start + limit]]
        more = start + limit < len(found)
        return _page(
            "ThreadedPostResponsesConnection",
            some,
            {"to": str(start + limit), "limit": limit} if more else None,
        )

    node["threadedPostResponses"] = responses
    return node


def _listed(shelf: Shelf, one: Listed) -> Json | None:
    if one.stub is not None:
        return facts.node(one.stub)
    kept = shelf.get(one.post_id)
    return _node(shelf, kept) if kept is not None else None


# -- lists --------------------------------------------------------------------------------------------


def _user(shelf: Shelf, person: Person | None) -> Json | None:
    if person is None:
        return None

    def homepage(paging: Any = None, **_: Any) -> Json:
        given = paging if isinstance(paging, dict) else {}
        return _connection(shelf, person, _number(given.get("limit"), 10), given.get("from"))

    node = facts.user(person, shelf.captures.avatar(person.id))
    node["homepagePostsConnection"] = node["latestPostsConnection"] = homepage
    return node


def _connection(shelf: Shelf, person: Person, limit: int, cursor: Any) -> Json:
    some, following = _from(shelf.listed(person), cursor, min(limit, _MOST))
    nodes = [node for one in some if (node := _listed(shelf, one)) is not None]
    return _page("PostConnection", nodes, {"from": following, "limit": limit} if following else None)


def _page(kind: str, nodes: list[Json], following: Json | None) -> Json:
    params = {"__typename": "PageParams", "from": None, "to": None, **following} if following else None
    return {
        "__typename": kind,
        "posts": nodes,
        "pagingInfo": {"__typename": "Paging", "next": params, "previous": None},
    }


def _publication(shelf: Shelf, home: Publication | None) -> Json | None:
    if home is None:
        return None

    def connection(first: Any = 0, after: Any = "", **_: Any) -> Json:
        some, following = _from(shelf.listed(home), after, min(_number(first, 10), _MOST))
        nodes = [node for one in some if (node := _listed(shelf, one)) is not None]
        return {
            "__typename": "PublicationPostsConnection",
            "edges": [
                {"__typename": "PublicationPostsEdge", "listedAt": node["firstPublishedAt"], "node": node}
                for node in nodes
            ],
            "pageInfo": {"__typename": "PageInfo", "endCursor": following, "hasNextPage": bool(following)},
        }

    node = facts.collection(home, shelf.captures.avatar(home.id))
    node["publicationPostsConnection"] = connection
    return node


def _from(listed: list[Listed], cursor: Any, limit: int) -> tuple[list[Listed], str]:
    """(a page, where the next begins): a cursor is the last post's time and id."""
    start = 0
    if isinstance(cursor, str) and cursor:
        at, _, post_id = cursor.partition(":")
        place = (-_number(at, 0), post_id)
        start = sum((-one.published_at, one.post_id) <= place for one in listed)
    some = listed[start : start + max(limit, 1)]
    more = bool(some) and start + len(some) < len(listed)
    return some, f"{some[-1].published_at}:{some[-1].post_id}" if more else ""


def _number(value: Any, default: int) -> int:
    """A count, as a number or its text; nothing else is one."""
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value[:18])
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else default
