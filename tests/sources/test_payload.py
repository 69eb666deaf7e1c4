"""``?format=json`` answers: with and without their prefix, what their references add, what is no post."""

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
    MarkKind,
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
from fonds.richtext import from_utf16
from fonds.sources import api, payload

Json = dict[str, Any]

ID = "b0a7b0a7b0a7"
PREFIX = b"])}while(1);</x>"


def body(*lines: str) -> Json:
    return {
        "paragraphs": [{"name": "", "type": 1, "text": line, "markups": []} for line in lines],
        "sections": [],
    }


def value(**fields: object) -> Json:
    return {
        "id": ID,
        "title": "Tri broda",
        "content": {"subtitle": "", "bodyModel": body("hello")},
        "type": "Post",
        **fields,
    }


def answer(post: Json, references: Json | None = None, **fields: object) -> Json:
    return {
        "success": True,
        "payload": {"value": post, "references": references or {}, **fields},
        "v": 3,
        "b": "1-a",
    }


def read(data: object) -> list[Post | Other]:
    text = data if isinstance(data, bytes) else json.dumps(data, ensure_ascii=False).encode()
    return list(payload.read(text, "post.json"))


def one(data: object) -> Post:
    found = read(data)
    assert len(found) == 1
    assert isinstance(found[0], Post)
    return found[0]


BYTES = json.dumps(answer(value())).encode()


@pytest.mark.parametrize(
    "data",
    [BYTES, PREFIX + BYTES, PREFIX + b"\n" + BYTES, b" \n" + PREFIX + BYTES, b"])};" + BYTES, BYTES + b"\n"],
    ids=["without", "with", "and a line", "behind a line", "short", "with a last line"],
)
def test_prefix(data: bytes) -> None:
    assert one(data).blocks == (Paragraph(RichText("hello")),)


WHOLE = value(
    versionId="5e5e5e5e5e5e",
    creatorId="5ebe1a51c0de",
    homeCollectionId="c011ec710e",
    detectedLanguage="hr",
    createdAt=1500000000001,
    firstPublishedAt=1500000000002,
    latestPublishedAt=1500000000003,
    updatedAt=1500000000004,
    slug="tri-broda",
    uniqueSlug=f"tri-broda-{ID}",
    canonicalUrl=f"https://medium.com/luka/tri-broda-{ID}",
    webCanonicalUrl="https://ana.example/brodovi",
    mediumUrl=f"https://medium.com/luka/tri-broda-{ID}",
    inResponseToPostId="1a2b3c4d5e6f",
    visibility=2,
    license=3,
    isSeries=True,
    isShortform=True,
    isSubscriptionLocked=True,
    lockedPostSource=1,
    previewContent={"bodyModel": body("preview"), "isFullContent": False, "subtitle": "A list of boats…"},
    virtuals={
        "snippet": "snip",
        "subtitle": "sub",
        "previewImage": {"imageId": "1*boat.jpeg", "originalWidth": 3},
        "wordCount": 34,
        "readingTime": 1.25,
        "tags": [{"slug": "boats", "name": "Boats", "postCount": 1}, {"slug": "قوارب", "name": "قوارب"}],
        "responsesCreatedCount": 2,
        "totalClapCount": 12,
        "isLockedPreviewOnly": False,
    },
    content={
        "subtitle": "Popis",
        "bodyModel": {
            "sections": [{"name": "aaaa", "startIndex": 0}],
            "paragraphs": [
                {"name": "0001", "type": 3, "text": "Tri broda", "markups": [], "alignment": 1},
                {"name": "0002", "type": 13, "text": "Popis", "markups": []},
                {"name": "0003", "type": 1, "text": "Maha", "markups": [{"type": 3, "start": 0, "end": 4, "anchorType": 2, "userId": "0ddba11"}]},
                {"name": "0004", "type": 11, "text": "", "markups": [], "layout": 1, "iframe": {"mediaResourceId": "c0ffee"}},
                {"name": "0005", "type": 4, "text": "", "markups": [], "layout": 6, "metadata": {"id": "1*a.png"}},
                {"name": "0006", "type": 4, "text": "", "markups": [], "layout": 7, "metadata": {"id": "1*b.png"}},
            ],
        },
    },
)  # fmt: skip
REFERENCES: Json = {
    "User": {
        "5ebe1a51c0de": {"userId": "5ebe1a51c0de", "name": "Ana Žubor", "username": "ana"},
        "0ddba11": {"userId": "0ddba11", "name": "Maha Alosh", "username": "maha"},
        "1": {"userId": "1", "name": "Somebody else"},
    },
    "Collection": {"c011ec710e": {"id": "c011ec710e", "name": "Luka", "slug": "luka", "domain": "luka.example"}},
    "MediaResource": {"c0ffee": {"mediaResourceId": "c0ffee", "title": "Map", "iframeSrc": "https://example.org/map", "iframeWidth": 6, "iframeHeight": 4}},
    "Post": {"1a2b3c4d5e6f": {"id": "1a2b3c4d5e6f", "title": "Dva broda", "canonicalUrl": "https://medium.com/@x/dva-broda-1a2b3c4d5e6f"}},
    "Social": {"0ddba11": {"userId": "0ddba11", "type": "Social"}},
}  # fmt: skip


def test_every_fact_of_a_post() -> None:
    mention = Mark("link", 0, 4, "https://medium.com/u/0ddba11", user_id="0ddba11")
    assert one(answer(WHOLE, REFERENCES)) == Post(
        id=ID,
        title="Tri broda",
        subtitle="Popis",
        description="A list of boats…",
        slug="tri-broda",
        medium_url=f"https://medium.com/luka/tri-broda-{ID}",
        canonical_url="https://ana.example/brodovi",
        author=Person("5ebe1a51c0de", "Ana Žubor", "ana"),
        publication=Publication("c011ec710e", "Luka", "luka", "luka.example"),
        created_at=1500000000001,
        first_published_at=1500000000002,
        latest_published_at=1500000000003,
        updated_at=1500000000004,
        tags=(Tag("boats", "Boats"), Tag("قوارب")),
        language="hr",
        visibility="locked",
        member_only=True,
        locked_source="LOCKED_POST_SOURCE_UGC",
        response=Response("inResponseToPostId", "1a2b3c4d5e6f", "Dva broda", "https://medium.com/@x/dva-broda-1a2b3c4d5e6f"),
        series=True,
        shortform=True,
        license="CC_40_BY_SA",
        claps=12,
        responses=2,
        word_count=34,
        reading_time=1.25,
        image="1*boat.jpeg",
        version_id="5e5e5e5e5e5e",
        people=(Person("0ddba11", "Maha Alosh", "maha"),),
        blocks=(
            Heading(3, RichText("Tri broda"), "title", name="0001"),
            Heading(4, RichText("Popis"), "subtitle", name="0002"),
            Paragraph(RichText("Maha", (mention,)), name="0003"),
            Embed(href="https://example.org/map", title="Map", media_id="c0ffee", iframe_src="https://example.org/map", width=6, height=4, name="0004"),
            ImageRow(
                name="0005",
                images=(Image(id="1*a.png", layout="OUTSET_ROW", name="0005"), Image(id="1*b.png", layout="OUTSET_ROW_CONTINUE", name="0006")),
            ),
        ),
        source=Source("json", "post.json"),
    )  # fmt: skip


USER = {"userId": "5ebe1a51c0de", "name": "Ana", "username": "@ana"}
LUKA = {"id": "c0", "name": "Luka", "slug": "luka", "domain": ""}
FIELDS: list[tuple[Json, Json, str, object]] = [
    ({"creator": USER}, {}, "author", Person("5ebe1a51c0de", "Ana", "ana")),
    ({"creatorId": "5ebe1a51c0de"}, {}, "author", Person("5ebe1a51c0de")),
    ({"homeCollection": LUKA}, {}, "publication", Publication("c0", "Luka", "luka")),
    ({"homeCollectionId": "", "approvedHomeCollectionId": "c0"}, {"Collection": {"c0": LUKA}}, "publication", Publication("c0", "Luka", "luka")),
    ({"homeCollectionId": "gone"}, {"Collection": {}}, "publication", None),
    ({"uniqueSlug": f"b-{ID}", "creator": USER}, {}, "medium_url", f"https://medium.com/@ana/b-{ID}"),
    ({"uniqueSlug": f"b-{ID}", "creator": USER, "firstPublishedAt": 0}, {}, "medium_url", ""),
    ({"firstPublishedAt": 0}, {}, "draft", True),
    ({}, {}, "draft", False),
    ({"canonicalUrl": f"https://medium.com/@ana/tri-broda-{ID}"}, {}, "medium_url", f"https://medium.com/@ana/tri-broda-{ID}"),
    ({"canonicalUrl": f"https://medium.com/@ana/tri-broda-{ID}"}, {}, "canonical_url", ""),
    ({"canonicalUrl": "https://ana.example/b"}, {}, "canonical_url", "https://ana.example/b"),
    ({"virtuals": {"subtitle": "sub", "snippet": "snip"}}, {}, "description", "sub"),
    ({"virtuals": {"snippet": "snip"}}, {}, "description", "snip"),
    ({"virtuals": {}}, {}, "claps", None),
    ({"visibility": 1}, {}, "visibility", "unlisted"),
    ({"inResponseToPostId": "9"}, {}, "response", Response("inResponseToPostId", "9")),
    ({"inResponseToPostId": "", "inResponseToMediaResourceId": "m"}, {}, "response", Response("inResponseToMediaResourceId")),
    ({"virtuals": {"isLockedPreviewOnly": True}}, {}, "preview_only", True),
    ({"virtuals": {"isLockedPreviewOnly": True}}, {}, "notes", (Note("W108", "the body ends at the paywall: the form holds the preview only"),)),
    ({"content": {"subtitle": "S"}}, {}, "notes", (Note("W107", "the body is missing"),)),
    ({"content": {}, "previewContent": {"bodyModel": body("x"), "isFullContent": True}}, {}, "blocks", (Paragraph(RichText("x")),)),
    ({"content": None, "previewContent": {"bodyModel": body("x"), "isFullContent": False}}, {}, "preview_only", True),
    ({"title": "", "content": {"bodyModel": {"paragraphs": [{"type": 3, "text": "Luka"}]}}}, {}, "title", "Luka"),
    ({"coverless": False, "content": {"image": {"imageId": "1*c.png", "originalWidth": 5, "originalHeight": 4}, "bodyModel": body("x")}}, {},
     "blocks", (Section(cover=Image(id="1*c.png", width=5, height=4)), Paragraph(RichText("x")))),
    ({"coverless": True, "content": {"image": {"imageId": "1*c.png"}, "bodyModel": body("x")}}, {}, "blocks", (Paragraph(RichText("x")),)),
    ({"virtuals": {"tags": "none", "wordCount": "12"}}, {}, "word_count", 12),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "references", "name", "expected"), FIELDS)
def test_facts_one_by_one(fields: Json, references: Json, name: str, expected: object) -> None:
    assert getattr(one(answer(value(**fields), references)), name) == expected


def test_people_come_from_mentioned_users_too() -> None:
    paragraph = {
        "type": 1,
        "text": "Ana",
        "markups": [{"type": 3, "start": 0, "end": 3, "anchorType": 2, "userId": "5ebe1a51c0de"}],
    }
    post = value(content={"bodyModel": {"paragraphs": [paragraph]}})
    assert one(answer(post, mentionedUsers=[USER, None])).people == (Person("5ebe1a51c0de", "Ana", "ana"),)


NAMED = {"1": {"id": "1", "title": "One"}, "2": {"id": "2", "title": "Two"}}
OTHERS: dict[str, tuple[Json, Other]] = {
    "a profile": ({"success": True, "payload": {"user": USER, "streamItems": [{}], "references": {"Post": NAMED}}}, Other("listing", "post.json", count=2)),
    "an empty list": ({"success": True, "payload": {"references": {}}}, Other("listing", "post.json")),
    "no references": ({"success": True, "payload": {}}, Other("listing", "post.json")),
    "a refusal": ({"success": False, "error": "Not authorized", "v": 3}, Other("error answer", "post.json", "Not authorized")),
    "a refusal without a reason": ({"success": False}, Other("error answer", "post.json", "success is false")),
    "something that is no post": ({"success": True, "payload": {"value": {"id": "1", "type": "MediaResource"}}}, Other("listing", "post.json", "MediaResource")),
}  # fmt: skip


@pytest.mark.parametrize("case", OTHERS.values(), ids=OTHERS.keys())
def test_what_is_no_post(case: tuple[Json, Other]) -> None:
    data, expected = case
    assert read(data) == [expected]


def test_posts_of_a_list_that_came_with_their_bodies() -> None:
    posts = {"1": value(id="1"), "2": {"id": "2"}, "3": value(id="3")}
    found = read({"payload": {"references": {"Post": posts}}})
    assert [post.id for post in found if isinstance(post, Post)] == ["1", "3"]


def test_only_the_payload_was_saved() -> None:
    assert one({"value": value(), "references": REFERENCES}).blocks == (Paragraph(RichText("hello")),)


def test_one_post_as_json_and_as_graphql() -> None:
    """The two differ in the facts that each alone carries, and in nothing else."""
    names = {1: "P", 3: "H3", 4: "IMG", 11: "IFRAME", 13: "H4"}
    layouts = {1: "INSET_CENTER", 6: "OUTSET_ROW", 7: "OUTSET_ROW_CONTINUE"}
    post = json.loads(json.dumps(WHOLE))
    for paragraph in post["content"]["bodyModel"]["paragraphs"]:
        paragraph["type"] = names[paragraph["type"]]
        paragraph["layout"] = layouts.get(paragraph.get("layout"))
        for markup in paragraph["markups"]:
            markup |= {"type": "A", "anchorType": "USER", "href": None}
        if "iframe" in paragraph:
            paragraph["iframe"] = {"mediaResource": {"id": "c0ffee", **REFERENCES["MediaResource"]["c0ffee"]}}
    graph = {
        "id": ID, "title": "Tri broda", "content": {"bodyModel": post["content"]["bodyModel"]},
        "previewContent": {"subtitle": "A list of boats…"},
    }  # fmt: skip
    found = next(api.read(json.dumps({"data": {"post": graph}}).encode()))
    assert isinstance(found, Post)
    first = one(answer(WHOLE, REFERENCES))
    assert found.blocks == first.blocks
    assert (found.title, found.subtitle, found.description) == (
        first.title,
        first.subtitle,
        first.description,
    )


BROKEN: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "byte 0"),
    "only the prefix": (PREFIX, "byte 16"),
    "cut": (PREFIX + BYTES[:40], "byte 56"),
    "cut in the prefix": (b"])}while(1", "byte 10"),
    "an array": (b"[]", "byte 0"),
}


@pytest.mark.parametrize("case", BROKEN.values(), ids=BROKEN.keys())
def test_what_is_broken_says_where(case: tuple[bytes, str]) -> None:
    data, where = case
    with pytest.raises(UnreadableError) as raised:
        read(data)
    assert (raised.value.where, raised.value.origin) == (where, "post.json")


FIELD_NAMES = ["value", "content", "bodyModel", "paragraphs", "references", "User", "Post", "virtuals", "tags", "creator", "creatorId", "success", "payload", "type", "1"]  # fmt: skip
leaves = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=3))
trees: st.SearchStrategy[Any] = st.recursive(
    leaves,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(FIELD_NAMES), inner, max_size=4)),
    max_leaves=25,
)  # fmt: skip


@given(st.dictionaries(st.sampled_from(FIELD_NAMES), trees))
def test_any_object_is_posts_or_others(data: Any) -> None:
    for item in read(data):
        if isinstance(item, Post):
            assert msgspec.json.decode(msgspec.json.encode(item), type=Post) == item


def frames(count: int) -> bytes:
    """Many frames of one resource with a long title: text that is named often and stands there once."""
    paragraphs = [{"type": 11, "text": "", "iframe": {"mediaResourceId": "m"}}] * count
    media = {"m": {"title": "x" * 10 * count}}
    return json.dumps(
        answer(value(content={"bodyModel": {"paragraphs": paragraphs}}), {"MediaResource": media})
    ).encode()


def test_time_and_text_grow_with_the_answer() -> None:
    inputs = {size: frames(size) for size in (1000, 1000 * growth.FACTOR)}
    growth.assert_linear(lambda size: msgspec.json.encode(read(inputs[size])), 1000)
    assert len(msgspec.json.encode(read(inputs[8000]))) < 6 * len(inputs[8000])


# -- real answers ------------------------------------------------------------------------------------

KEPT = {
    "bestartupmanifesto.json": "fa749671e145",
    "howto.json": "c06dc981bd96",
    "howto~2.json": "c06dc981bd96",
    "jstape.json": "6aa105d8eaf4",
    "nativearticle.json": "34e470446399",
    "testpost.json": "fcd5dd43ac86",
    "twitteradsense.json": "35a985c2a4d4",
    "vipassana.json": "71abda54940e",
}
LISTS = {
    "AvanthikaMeenakshi__avanthikameenakshi.github.io/posts.json": 8,
    "AvanthikaMeenakshi__avanthikameenakshi.github.io/posts~2.json": 7,
    "evenchange4__micro-medium-api/mock-posts.json": 10,
    "fedejordan__export-medium-posts-tool/response.json": 19,
}
MARKS: dict[int, MarkKind] = {1: "strong", 2: "em", 10: "code"}


def raw_value(data: bytes) -> Json:
    text = data.decode()
    found: Json = json.loads(text[text.index("{") :])["payload"]["value"]
    return found


def kept_texts(post: Post) -> list[RichText]:
    kept: list[RichText] = []
    for block in post.blocks:
        if isinstance(block, ImageRow):
            kept += [image.caption for image in block.images]
        elif isinstance(block, (Image, Embed)):
            kept.append(block.caption)
        elif not isinstance(block, Section):
            kept.append(block.content)
    return kept


def raw_rich(paragraph: Json) -> RichText:
    marks = []
    for markup in paragraph["markups"]:
        if markup["type"] == 3:
            title = markup["title"] if markup["title"] != markup["href"] else ""
            marks.append(Mark("link", markup["start"], markup["end"], markup["href"], title))
        else:
            marks.append(Mark(MARKS[markup["type"]], markup["start"], markup["end"]))
    return from_utf16(paragraph["text"], marks)


@pytest.mark.corpus
def test_real_answers(corpus: Path) -> None:
    folder = corpus / "format_json" / "xdamman__mediumexporter"
    assert sorted(path.name for path in folder.iterdir()) == sorted(KEPT)
    for name, post_id in KEPT.items():
        data = (folder / name).read_bytes()
        raw = raw_value(data)
        post = one(data)
        assert (post.id, post.title, post.notes) == (post_id, raw["title"], ())
        assert (post.created_at, post.first_published_at) == (raw["createdAt"], raw["firstPublishedAt"])
        assert f"{post.slug}-{post.id}" == (raw["uniqueSlug"] or raw["canonicalUrl"].rpartition("/")[2])
        assert [tag.name or tag.slug for tag in post.tags] == [tag["name"] for tag in raw["virtuals"]["tags"]]
        paragraphs = raw["content"]["bodyModel"]["paragraphs"]
        assert [text.text for text in kept_texts(post)] == [paragraph["text"] for paragraph in paragraphs]
        assert kept_texts(post) == [raw_rich(paragraph) for paragraph in paragraphs]
        covers = [
            section for section in raw["content"]["bodyModel"]["sections"] if "backgroundImage" in section
        ]
        assert [block.cover.id for block in post.blocks if isinstance(block, Section) and block.cover] == [
            section["backgroundImage"]["id"] for section in covers
        ]


@pytest.mark.corpus
def test_two_versions_of_one_answer(corpus: Path) -> None:
    """Saved twice within minutes: the readers' numbers differ, the post does not."""
    folder = corpus / "format_json" / "xdamman__mediumexporter"
    first, second = (one((folder / name).read_bytes()) for name in ("howto.json", "howto~2.json"))
    assert first == second


@pytest.mark.corpus
def test_real_lists(corpus: Path) -> None:
    folder = corpus / "listing"
    assert sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.json")) == sorted(LISTS)
    for name, count in LISTS.items():
        assert read((folder / name).read_bytes()) == [Other("listing", "post.json", count=count)]
