"""GraphQL answers: which posts are in them, and every fact of a post."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

import growth
from fonds.errors import UnreadableError
from fonds.model import (
    Embed,
    Heading,
    Image,
    ImageRow,
    Mark,
    Note,
    Other,
    Paragraph,
    Person,
    Post,
    Publication,
    Response,
    RichText,
    Section,
    Source,
    Tag,
)
from fonds.sources import api

Json = dict[str, Any]

ID = "b0a7b0a7b0a7"


def body(*lines: str, kind: str = "P") -> Json:
    paragraphs = [{"__typename": "Paragraph", "type": kind, "text": line, "markups": []} for line in lines]
    return {
        "__typename": "RichText",
        "paragraphs": paragraphs,
        "sections": [{"name": "aaaa", "startIndex": 0}],
    }


def content(*lines: str, locked: bool = False) -> Json:
    return {"__typename": "PostContent", "isLockedPreviewOnly": locked, "bodyModel": body(*lines)}


def post(**fields: object) -> Json:
    return {"__typename": "Post", "id": ID, "title": "Tri broda", **fields}


def read(answer: object) -> list[Post | Other]:
    return list(api.read(json.dumps(answer, ensure_ascii=False).encode(), "answer.json"))


def first_lines(found: list[Post | Other]) -> list[str]:
    """The last text of each post, or what else was found."""
    lines = []
    for item in found:
        if isinstance(item, Other):
            lines.append(f"{item.kind} {item.count}".removesuffix(" 0"))
        else:
            block = item.blocks[-1] if item.blocks else None
            lines.append(block.content.text if isinstance(block, (Paragraph, Heading)) else "")
    return lines


HELLO = content("hello")
NAMED = [post(id=f"{n}", mediumUrl=f"https://medium.com/p/{n}") for n in range(3)]
ANSWERS: dict[str, tuple[object, list[str]]] = {
    "data.post": ({"data": {"post": post(content=HELLO)}}, ["hello"]),
    "data.postResult": ({"data": {"postResult": post(content=HELLO)}}, ["hello"]),
    "the viewer's body": ({"data": {"post": post(viewerEdge={"id": "x", "fullContent": HELLO})}}, ["hello"]),
    "a whole body beside a cut one": (
        {"data": {"post": post(content=content("cut", "cut", locked=True), viewerEdge={"fullContent": HELLO})}}, ["hello"],
    ),
    "of two bodies the longer": (
        {"data": {"post": post(content=content("one"), viewerEdge={"fullContent": content("one", "two")})}}, ["two"],
    ),
    "a body beside its preview": (
        {"data": {"post": post(previewContent={"subtitle": "S", "bodyModel": body("preview")}, content=HELLO)}}, ["hello"],
    ),
    "a list of answers": (
        [{"data": {"post": post(content=content("one"))}}, {"data": {"post": None}}, {"data": {"post": post(content=content("two"))}}],
        ["one", "error answer", "two"],
    ),
    "an empty list": ([], ["listing"]),
    "several posts by other names": (
        {"data": {"a": post(content=content("one")), "b": post(content=content("two"))}}, ["one", "two"],
    ),
    "responses with their bodies": (
        {"data": {"post": post(content=HELLO, threadedPostResponses={"posts": [
            post(id="1", content=content("yes")), post(id="2"), post(id="3", content=content("no")),
        ]})}}, ["hello", "yes", "no"],
    ),
    "responses without the post's body": (
        {"data": {"post": {"__typename": "Post", "id": ID, "threadedPostResponses": {"posts": [post(id="1", content=content("yes"))]}}}},
        ["yes"],
    ),
    "recommendations do not count": ({"data": {"post": post(content=HELLO, internalLinks={"items": NAMED})}}, ["hello"]),
    "an author's list": (
        {"data": {"userResult": {"__typename": "User", "homepagePostsConnection": {"posts": NAMED, "pagingInfo": {"next": None}}}}},
        ["listing 3"],
    ),
    "a publication's list": (
        {"data": {"publicationByRef": {"publicationPostsConnection": {"edges": [{"node": node} for node in NAMED], "pageInfo": {}}}}},
        ["listing 3"],
    ),
    "a list whose posts answer others": (
        {"data": {"userResult": {"posts": [post(id="1", inResponseToPostResult=post(id="2"))]}}}, ["listing 1"],
    ),
    "a list without type names": (
        {"data": {"x": [{"id": "1", "title": "a", "mediumUrl": "u"}, {"id": "2", "title": "b", "uniqueSlug": "b-2"}, {"id": "3", "title": "c"}]}},
        ["listing 2"],
    ),
    "an empty list of posts": ({"data": {"userResult": {"homepagePostsConnection": {"posts": []}}}}, ["listing"]),
    "a post that is null": ({"data": {"post": None}}, ["error answer"]),
    "a post that is an error": ({"data": {"postResult": {"__typename": "NotFound", "message": "gone"}}}, ["error answer"]),
    "errors": ({"errors": [{"message": "no such field"}], "data": None}, ["error answer"]),
    "a bare post": (post(content=HELLO), ["hello"]),
    "a post beside the answer's shape": ({"post": post(content=HELLO)}, ["hello"]),
    "a post without a body": ({"data": {"post": post(mediumUrl="https://medium.com/p/x")}}, [""]),
    "a body that is null": ({"data": {"post": post(content={"bodyModel": None})}}, [""]),
    "only a preview": ({"data": {"post": post(extendedPreviewContent={"bodyModel": body("begin"), "isFullContent": False})}}, ["begin"]),
    "an id that is a number": ({"data": {"post": {"id": 17, "title": "t", "content": HELLO}}}, ["hello"]),
    "posts beside values of wrong types": ({"data": {"post": [], "postResult": post(content=HELLO, tags={"x": 1}, creator="Ana")}}, ["hello"]),
}  # fmt: skip


@pytest.mark.parametrize("case", ANSWERS.values(), ids=ANSWERS.keys())
def test_what_is_in_an_answer(case: tuple[object, list[str]]) -> None:
    answer, lines = case
    assert first_lines(read(answer)) == lines


REASONS: list[tuple[object, str]] = [
    ({"data": {"post": None}}, "post is null"),
    ({"data": {"postResult": {"__typename": "NotFound"}}}, "postResult is NotFound"),
    ({"errors": [{"message": "one"}, None, {"message": "two"}], "data": None}, "one; two"),
    ({"errors": [], "data": {"post": None}}, "errors"),
]


@pytest.mark.parametrize(("answer", "reason"), REASONS)
def test_an_answer_without_a_post_says_why(answer: object, reason: str) -> None:
    assert read(answer) == [Other("error answer", "answer.json", reason)]


def test_posts_come_one_by_one() -> None:
    """The first post is there before the last answer of the list is looked at."""
    parts = [json.dumps({"data": {"post": post(content=content(str(n)))}}) for n in range(2)]
    found = api.read(f"[{parts[0]},{parts[1]},17]".encode(), "answer.json")
    assert first_lines([next(found), next(found)]) == ["0", "1"]
    with pytest.raises(UnreadableError):
        next(found)


# -- one post ----------------------------------------------------------------------------------------

WHOLE = post(
    uniqueSlug=f"tri-broda-{ID}",
    mediumUrl=f"https://medium.com/luka/tri-broda-{ID}",
    canonicalUrl="https://ana.example/brodovi",
    createdAt=1600000000001,
    firstPublishedAt=1600000000002,
    latestPublishedAt=1600000000003,
    updatedAt=1600000000004,
    creator={"__typename": "User", "id": "5ebe1a51c0de", "name": "Ana Žubor", "username": "@ana"},
    collection={"__typename": "Collection", "id": "c011ec710e", "name": "Luka", "slug": "luka", "domain": "luka.example"},
    tags=[
        {"__typename": "Tag", "id": "boats", "displayTitle": "Boats", "normalizedTagSlug": "boats"},
        {"id": "قوارب", "displayTitle": "قوارب"},
        None,
    ],
    previewContent={"subtitle": "A list of boats…", "isFullContent": False},
    previewImage={"__typename": "ImageMetadata", "id": "1*boat.jpeg"},
    detectedLanguage="hr",
    visibility="LOCKED",
    isLocked=True,
    lockedSource="LOCKED_POST_SOURCE_UGC",
    isPublished=True,
    inResponseToPostResult={"__typename": "Post", "id": "1", "title": "Two boats", "mediumUrl": "https://medium.com/p/1"},
    isSeries=True,
    isShortform=True,
    isSuspended=True,
    license="CC_40_BY",
    pinnedAt=1600000000005,
    clapCount=12,
    responsesCount=0,
    wordCount=34,
    readingTime=1,
    latestPublishedVersion="5e5e5e5e5e5e",
    content={
        "isLockedPreviewOnly": True,
        "bodyModel": {
            "sections": [],
            "paragraphs": [
                {"name": "0001", "type": "H3", "text": "Tri broda"},
                {"name": "0002", "type": "H4", "text": "Popis"},
                {"name": "0003", "type": "P", "text": "Maha", "markups": [{"type": "A", "start": 0, "end": 4, "anchorType": "USER", "userId": "0ddba11"}]},
            ],
        },
    },
)  # fmt: skip


def test_every_fact_of_a_post() -> None:
    mention = Mark("link", 0, 4, "https://medium.com/u/0ddba11", user_id="0ddba11")
    assert read({"data": {"post": WHOLE}}) == [
        Post(
            id=ID,
            title="Tri broda",
            subtitle="Popis",
            description="A list of boats…",
            slug="tri-broda",
            medium_url=f"https://medium.com/luka/tri-broda-{ID}",
            canonical_url="https://ana.example/brodovi",
            author=Person("5ebe1a51c0de", "Ana Žubor", "ana"),
            publication=Publication("c011ec710e", "Luka", "luka", "luka.example"),
            created_at=1600000000001,
            first_published_at=1600000000002,
            latest_published_at=1600000000003,
            updated_at=1600000000004,
            tags=(Tag("boats", "Boats"), Tag("قوارب")),
            language="hr",
            visibility="locked",
            member_only=True,
            preview_only=True,
            locked_source="LOCKED_POST_SOURCE_UGC",
            response=Response("inResponseToPostResult", "1", "Two boats", "https://medium.com/p/1"),
            series=True,
            shortform=True,
            suspended=True,
            license="CC_40_BY",
            pinned_at=1600000000005,
            claps=12,
            responses=0,
            word_count=34,
            reading_time=1.0,
            image="1*boat.jpeg",
            version_id="5e5e5e5e5e5e",
            people=(Person("0ddba11", "Maha"),),
            blocks=(
                Heading(3, RichText("Tri broda"), "title", name="0001"),
                Heading(4, RichText("Popis"), "subtitle", name="0002"),
                Paragraph(RichText("Maha", (mention,)), name="0003"),
            ),
            source=Source("api", "answer.json"),
            notes=(Note("W108", "the body ends at the paywall: the form holds the preview only"),),
        )
    ]


def test_an_answer_that_says_nothing_but_the_body() -> None:
    answer = {
        "data": {
            "post": {"id": ID, "viewerEdge": {"fullContent": {"bodyModel": body("Tri broda", kind="H3")}}}
        }
    }
    assert read(answer) == [
        Post(
            id=ID,
            title="Tri broda",
            blocks=(Heading(3, RichText("Tri broda"), "title"),),
            source=Source("api", "answer.json"),
        )
    ]


FIELDS: list[tuple[Json, str, object]] = [
    ({"visibility": "PUBLIC"}, "member_only", False),
    ({"visibility": "UNLISTED"}, "visibility", "unlisted"),
    ({"isPublished": False}, "draft", True),
    ({"isPublished": True, "firstPublishedAt": 0}, "draft", False),
    ({"firstPublishedAt": 0}, "draft", True),
    ({"firstPublishedAt": None}, "draft", False),
    ({"inResponseToPostResult": {"__typename": "NotFound"}}, "response", Response("inResponseToPostResult")),
    ({"inResponseToPost": {"id": "1"}}, "response", Response("inResponseToPost", "1")),
    ({"inResponseToMediaResource": {"id": "m"}}, "response", Response("inResponseToMediaResource")),
    ({"inResponseToCatalogResult": {"id": "c"}}, "response", Response("inResponseToCatalogResult")),
    ({"pinnedByCreatorAt": 7}, "pinned_at", 7),
    ({"postResponses": {"count": 3}}, "responses", 3),
    (
        {"canonicalUrl": "https://medium.com/a-b0a7b0a7b0a7"},
        "medium_url",
        "https://medium.com/a-b0a7b0a7b0a7",
    ),
    ({"mediumUrl": "https://x.medium.com/%C4%8Damac-b0a7b0a7b0a7"}, "slug", "čamac"),
    (
        {"uniqueSlug": f"b-{ID}", "creator": {"username": "ana"}},
        "medium_url",
        f"https://medium.com/@ana/b-{ID}",
    ),
    ({"uniqueSlug": f"b-{ID}", "creator": {"username": "ana"}, "isPublished": False}, "medium_url", ""),
    ({"collection": {"id": "", "name": ""}}, "publication", None),
    (
        {"tags": [{"id": "a", "displayTitle": "a"}, {"slug": "b", "name": "B"}]},
        "tags",
        (Tag("a"), Tag("b", "B")),
    ),
    ({"tags": [{}]}, "tags", ()),
    ({"readingTime": "2.5"}, "reading_time", 2.5),
    ({"firstPublishedAt": "1600000000002"}, "first_published_at", 1600000000002),
    ({"firstPublishedAt": 1600000000002.0}, "first_published_at", 1600000000002),
    ({"isLocked": 1}, "member_only", True),
    ({"clapCount": None}, "claps", None),
]


@pytest.mark.parametrize(("fields", "name", "value"), FIELDS)
def test_facts_one_by_one(fields: Json, name: str, value: object) -> None:
    found = read({"data": {"post": post(content=HELLO, **fields)}})
    assert isinstance(found[0], Post)
    assert getattr(found[0], name) == value


NOTES: list[tuple[Json, list[str], bool]] = [
    ({"content": HELLO}, [], False),
    ({}, ["W107"], False),
    ({"content": content("x", locked=True)}, ["W108"], True),
    ({"previewContent": {"bodyModel": body("x"), "isFullContent": False}}, ["W108"], True),
    ({"previewContent": {"bodyModel": body("x"), "isFullContent": True}}, [], False),
    ({"content": {"bodyModel": {"paragraphs": []}}}, ["W107"], False),
    ({"content": content("a\x00b")}, ["W109"], False),
]


@pytest.mark.parametrize(("fields", "codes", "preview_only"), NOTES)
def test_what_is_missing_is_noted(fields: Json, codes: list[str], preview_only: bool) -> None:
    found = read({"data": {"post": post(**fields)}})
    assert isinstance(found[0], Post)
    assert [note.code for note in found[0].notes] == codes
    assert found[0].preview_only is preview_only


BROKEN = [
    b"",
    b'{"data":{"post":{"title":"Tri bro',
    b"<html>",
    b"17",
    b'"text"',
    b"null",
    b"{}",
    b'{"a":' * 100_000,
]


@pytest.mark.parametrize("data", BROKEN, ids=[str(data[:20]) for data in BROKEN])
def test_what_is_no_answer_is_unreadable(data: bytes) -> None:
    with pytest.raises(UnreadableError) as raised:
        list(api.read(data, "answer.json"))
    assert raised.value.origin == "answer.json"


# -- properties --------------------------------------------------------------------------------------

KEYS = ["data", "post", "postResult", "content", "bodyModel", "paragraphs", "id", "title", "__typename", "viewerEdge", "fullContent", "tags", "errors"]  # fmt: skip
leaves = st.one_of(
    st.none(), st.booleans(), st.integers(), st.text(max_size=4), st.sampled_from(["Post", "P"])
)
trees: st.SearchStrategy[Any] = st.recursive(
    leaves,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(KEYS), inner, max_size=4)),
    max_leaves=25,
)  # fmt: skip


@given(trees)
def test_any_json_is_posts_or_others_or_unreadable(answer: Any) -> None:
    try:
        found = read(answer)
    except UnreadableError:
        return
    for item in found:
        if isinstance(item, Post):
            assert msgspec.json.decode(msgspec.json.encode(item), type=Post) == item


def many(count: int, *, bodies: bool) -> bytes:
    posts = [post(id=str(n), content=HELLO) if bodies else post(id=str(n)) for n in range(count)]
    return json.dumps({"data": {"list": posts}}).encode()


def nested(count: int) -> bytes:
    """Posts each of which answers the next, as deep as a decoder goes; then many of those."""
    chain = post(content=HELLO)
    for _ in range(40):
        chain = post(content=HELLO, inResponseToPostResult=chain)
    return json.dumps({"data": {"list": [chain] * count}}).encode()


@pytest.mark.parametrize(
    "make", [lambda n: many(n, bodies=True), lambda n: many(n, bodies=False), lambda n: nested(n // 20)]
)
def test_time_grows_with_the_answer(make: Any) -> None:
    inputs = {size: make(size) for size in (200, 200 * growth.FACTOR)}
    growth.assert_linear(lambda size: list(api.read(inputs[size])), 200)


# -- real answers ------------------------------------------------------------------------------------


@pytest.mark.corpus
def test_the_document_that_the_project_began_with(seed: Path) -> None:
    data = (seed / "1c77ce714985.graphql.json").read_bytes()
    raw = json.loads(data)["data"]["post"]
    found = list(api.read(data))
    assert len(found) == 1
    assert isinstance(found[0], Post)
    post = found[0]
    assert (post.id, post.slug, post.author.username) == (raw["id"], raw["uniqueSlug"][:-13], "AreYouSyrious")
    assert [tag.slug for tag in post.tags] == ["syria", "war", "russia"]
    assert (post.first_published_at, post.latest_published_at) == (1464692750178, 1464693414642)
    assert post.description == raw["previewContent"]["subtitle"]
    paragraphs = raw["content"]["bodyModel"]["paragraphs"]
    assert post.subtitle == paragraphs[1]["text"]
    assert [block.name for block in post.blocks] == [paragraph["name"] for paragraph in paragraphs]
    texts = [
        block.caption.text if isinstance(block, (Image, Embed)) else block.content.text
        for block in post.blocks
        if not isinstance(block, (Section, ImageRow))
    ]
    assert texts == [paragraph["text"] for paragraph in paragraphs]
    assert post.notes == ()
