"""Pages with Apollo state: both reference styles, which post is the page's own, what is broken in a state."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

import growth
from fonds.errors import UnreadableError
from fonds.model import (
    Code,
    Embed,
    Heading,
    Image,
    ImageRow,
    LinkCard,
    Mark,
    MarkKind,
    Note,
    Other,
    Paragraph,
    Person,
    Post,
    Response,
    RichText,
    Section,
    Source,
    Tag,
    Unknown,
)
from fonds.richtext import from_utf16
from fonds.sources import api, page

Json = dict[str, Any]

ID = "b0a7b0a7b0a7"
KEY = f"Post:{ID}"
HEAD = "<!doctype html><html><head><title>Medium</title><title>Tri broda</title></head><body><article>…</article>"
TAIL = '<script src="https://cdn-client.medium.com/lite/static/js/main.js"></script></body></html>'


def html(state: object, *, before: str = "window.__APOLLO_STATE__ = ", behind: str = "") -> bytes:
    text = state if isinstance(state, str) else json.dumps(state, ensure_ascii=False)
    return f"{HEAD}<script>window.__PRELOADED_STATE__ = {{}}</script><script>{before}{text}{behind}</script>{TAIL}".encode()


def read(data: bytes) -> list[Post | Other]:
    return list(page.read(data, "page.html"))


def one(data: bytes) -> Post:
    found = read(data)
    assert len(found) == 1
    assert isinstance(found[0], Post)
    return found[0]


# -- one post in every style -------------------------------------------------------------------------

PARAGRAPHS: list[Json] = [
    {"name": "0001", "type": "H3", "text": "Tri broda", "markups": []},
    {"name": "0002", "type": "H4", "text": "القوارب في الميناء", "markups": []},
    {
        "name": "0003", "type": "IMG", "text": "Luka", "href": "https://example.org/luka", "layout": "FULL_WIDTH", "markups": [],
        "metadata": {"__typename": "ImageMetadata", "id": "1*luka.jpeg", "originalWidth": 900, "originalHeight": 600, "focusPercentX": None, "focusPercentY": None, "alt": "Boats"},
    },
    {
        "name": "0004", "type": "P", "text": "💸 Maha piše o brodu.", "hasDropCap": True, "dropCapImage": {"__typename": "ImageMetadata", "id": "1*cap.png"},
        "markups": [
            {"__typename": "Markup", "type": "STRONG", "start": 3, "end": 7, "href": None, "anchorType": None, "userId": None},
            {"__typename": "Markup", "type": "A", "start": 3, "end": 7, "href": None, "anchorType": "USER", "userId": "0ddba11"},
            {"__typename": "Markup", "type": "A", "start": 15, "end": 19, "href": "https://example.org/b?a=1&b=2", "anchorType": "LINK", "userId": None},
        ],
    },
    {"name": "0005", "type": "IMG", "text": "", "layout": "OUTSET_ROW", "metadata": {"id": "1*r1.png"}, "markups": []},
    {"name": "0006", "type": "IMG", "text": None, "layout": "OUTSET_ROW_CONTINUE", "metadata": {"id": "1*r2.png"}, "markups": []},
    {
        "name": "0007", "type": "IFRAME", "text": "", "layout": "INSET_CENTER", "markups": [],
        "iframe": {"__typename": "Iframe", "mediaResource": {"__typename": "MediaResource", "id": "c0ffee", "title": "Map", "iframeSrc": "https://example.org/map", "iframeWidth": 6, "iframeHeight": 4}},
    },
    {
        "name": "0008", "type": "MIXTAPE_EMBED", "text": "Brodovi\nexample.org", "markups": [{"type": "STRONG", "start": 0, "end": 7}],
        "mixtapeMetadata": {"__typename": "MixtapeMetadata", "href": "https://example.org/c", "thumbnailImageId": "0*t.png", "mediaResource": {"__typename": "MediaResource", "id": "cafe"}},
    },
    {"name": "0009", "type": "PRE", "text": "a < b && c", "markups": [], "codeBlockMetadata": {"__typename": "CodeBlockMetadata", "mode": "EXPLICIT", "lang": "js"}},
]  # fmt: skip
SECTIONS: list[Json] = [
    {"__typename": "Section", "name": "aaaa", "startIndex": 0, "textLayout": "TOP_CENTER", "imageLayout": "COVER_FADE", "backgroundImage": {"__typename": "ImageMetadata", "id": "1*cover.png"}, "videoLayout": None, "backgroundVideo": None},
    {"__typename": "Section", "name": "bbbb", "startIndex": 7, "textLayout": None, "imageLayout": None, "backgroundImage": None, "videoLayout": None, "backgroundVideo": None},
]  # fmt: skip
BODY: Json = {"__typename": "RichText", "paragraphs": PARAGRAPHS, "sections": SECTIONS}
POST: Json = {
    "__typename": "Post",
    "id": ID,
    "title": "Tri broda",
    "mediumUrl": f"https://ana.medium.com/tri-broda-{ID}",
    "creator": {"__typename": "User", "id": "5ebe1a51c0de", "name": "Ana", "username": "ana"},
    "collection": None,
    "tags": [{"__typename": "Tag", "id": "boats", "displayTitle": "Boats"}],
    "previewContent": {"__typename": "PreviewContent", "subtitle": "Boats…"},
    "previewImage": {"__typename": "ImageMetadata", "id": "1*luka.jpeg"},
    "inResponseToPostResult": {"__typename": "Post", "id": "1a2b3c4d5e6f", "title": "Dva broda", "mediumUrl": "https://medium.com/p/1a2b3c4d5e6f"},
    "postResponses": {"__typename": "PostResponses", "count": 2},
    "visibility": "PUBLIC",
}  # fmt: skip
CONTENT: Json = {"__typename": "PostContent", "isLockedPreviewOnly": False, "bodyModel": BODY}
MAHA: Json = {"__typename": "User", "id": "0ddba11", "name": "Maha Alosh", "username": "maha"}


def apollo(value: object, nodes: Json, *, old: bool, path: str = "") -> object:
    """What Apollo's cache makes of an answer: objects with a type and an id become nodes of their own;
    until 2020 all other objects too, under their path."""
    if isinstance(value, list):
        return [apollo(item, nodes, old=old, path=f"{path}.{n}") for n, item in enumerate(value)]
    if not isinstance(value, dict):
        return value
    kind, identity = value.get("__typename"), value.get("id")
    if kind and identity is not None:
        key = f"{kind}:{identity}"
    elif old and path:
        key = ("" if path.startswith("$") else "$") + path
    else:
        return {name: apollo(item, nodes, old=old, path=f"{path}.{name}") for name, item in value.items()}
    node = nodes.setdefault(key, {})
    node.update({name: apollo(item, nodes, old=old, path=f"{key}.{name}") for name, item in value.items()})
    if not old:
        return {"__ref": key}
    return {"type": "id", "generated": key.startswith("$"), "id": key, "typename": kind or "x"}


def state(
    *,
    old: bool = False,
    arguments: str = '({"postMeteringOptions":{}})',
    inline: bool = False,
    **changes: object,
) -> Json:
    """The state of a page of POST. ``inline``: pictures in the paragraphs, as the pages of 2026 have them."""
    paragraphs = [
        {"__typename": "Paragraph", "id": f"5e5e_{n}", **paragraph} for n, paragraph in enumerate(PARAGRAPHS)
    ]
    content = {**CONTENT, "bodyModel": {**BODY, "paragraphs": paragraphs}}
    whole: Any = {**POST, f"content{arguments}": content, **changes}
    if inline:
        whole = json.loads(json.dumps(whole).replace('"__typename": "ImageMetadata", ', ""))
    nodes: Json = {"ROOT_QUERY": {"__typename": "Query", "viewer": None}}
    own = apollo(whole, nodes, old=old)
    apollo(MAHA, nodes, old=old)
    nodes["ROOT_QUERY"][f'postResult({{"id":"{ID}"}})'] = own
    return nodes


USER = "https://medium.com/u/0ddba11"
EXPECTED_BLOCKS = (
    Section(cover=Image(id="1*cover.png"), layout="COVER_FADE/TOP_CENTER", name="aaaa"),
    Heading(3, RichText("Tri broda"), "title", name="0001"),
    Heading(4, RichText("القوارب في الميناء"), "subtitle", name="0002"),
    Image(
        id="1*luka.jpeg", alt="Boats", caption=RichText("Luka"), href="https://example.org/luka", width=900, height=600,
        layout="FULL_WIDTH", name="0003",
    ),
    Paragraph(
        RichText(
            "💸 Maha piše o brodu.",
            (
                Mark("link", 2, 6, USER, user_id="0ddba11"),
                Mark("strong", 2, 6),
                Mark("link", 14, 18, "https://example.org/b?a=1&b=2"),
            ),
        ),
        True, Image(id="1*cap.png"), name="0004",
    ),
    ImageRow(
        name="0005",
        images=(Image(id="1*r1.png", layout="OUTSET_ROW", name="0005"), Image(id="1*r2.png", layout="OUTSET_ROW_CONTINUE", name="0006")),
    ),
    Embed(
        href="https://example.org/map", title="Map", media_id="c0ffee", iframe_src="https://example.org/map", width=6, height=4,
        name="0007",
    ),
    Section(name="bbbb"),
    LinkCard(
        "https://example.org/c", "Brodovi", "", "example.org", "0*t.png", "cafe",
        RichText("Brodovi\nexample.org", (Mark("strong", 0, 7),)), name="0008",
    ),
    Code(RichText("a < b && c"), "js", "EXPLICIT", name="0009"),
)  # fmt: skip

STYLES: dict[str, Json] = {
    "references": state(),
    "references by id": state(old=True),
    "references, pictures inline": state(inline=True),
    "content without arguments": state(arguments=""),
    "content with no arguments": state(arguments="({})"),
    "content with an unknown argument": state(
        arguments='({"postMeteringOptions":{"referrer":"","shareKey":"x"}})'
    ),
    "content with arguments, by id": state(old=True, arguments="({})"),
}


@pytest.mark.parametrize("nodes", STYLES.values(), ids=STYLES.keys())
def test_one_post_in_every_style(nodes: Json) -> None:
    post = one(html(nodes))
    assert post == Post(
        id=ID,
        title="Tri broda",
        subtitle="القوارب في الميناء",
        description="Boats…",
        slug="tri-broda",
        medium_url=f"https://ana.medium.com/tri-broda-{ID}",
        author=Person("5ebe1a51c0de", "Ana", "ana"),
        tags=(Tag("boats", "Boats"),),
        visibility="public",
        response=Response(
            "inResponseToPostResult", "1a2b3c4d5e6f", "Dva broda", "https://medium.com/p/1a2b3c4d5e6f"
        ),
        responses=2,
        image="1*luka.jpeg",
        people=(Person("0ddba11", "Maha Alosh", "maha"),),
        blocks=EXPECTED_BLOCKS,
        source=Source("page", "page.html"),
    )


def test_a_page_and_an_answer_of_one_post_are_one_post() -> None:
    answer = {"data": {"post": {**POST, "content": CONTENT}}}
    found = next(api.read(json.dumps(answer).encode(), "page.html"))
    assert isinstance(found, Post)
    post = one(html(state()))
    # An answer names nobody but the author; the page knows who is mentioned.
    people = (Person("0ddba11", "Maha"),)
    assert msgspec.structs.replace(post, source=found.source, people=people) == found


# -- finding the state -------------------------------------------------------------------------------

TEXT = json.dumps(state(), ensure_ascii=False)
ESCAPED = re.sub(
    r"[\x80-\U0010ffff/]", lambda match: json.dumps(match[0])[1:-1].replace("/", "\\u002F"), TEXT
)
SHOWN = '<p>How to read <code>window.__APOLLO_STATE__ = {"ROOT_QUERY":{}}</code></p>'
FOUND: dict[str, bytes] = {
    "plainly": html(TEXT),
    "with a semicolon": html(TEXT, behind=";"),
    "laid out": html(json.dumps(state(), indent=2), before="\n    window.__APOLLO_STATE__\n  =\n  ", behind="\n  ;\n"),
    "with ASCII escapes": html(ESCAPED),
    "in CDATA": html(TEXT, before="\n<![CDATA[\nwindow.__APOLLO_STATE__ = ", behind="\n]]>\n"),
    "in commented CDATA": html(TEXT, before="// <![CDATA[\nwindow.__APOLLO_STATE__ = ", behind="\n// ]]>"),
    "by brackets": html(TEXT, before="window['__APOLLO_STATE__']="),
    "before another statement": html(TEXT, behind=';window.__OTHER__ = {"a":{}};'),
    "behind another statement": html(TEXT, before="if(a<b){};window.__APOLLO_STATE__="),
    "with JavaScript's escapes": html(TEXT.replace("<", "\\x3c").replace("&", "\\x26")),
    "with an end tag in a text": html(TEXT.replace('"viewer": null', '"viewer": "</script>"')),
    "written as HTML": html(TEXT.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")),
    "written as XHTML": html(
        TEXT.replace("&", "&amp;").replace("<", "&lt;"), before="// &lt;![CDATA[\nwindow.__APOLLO_STATE__ = ", behind="\n// ]]&gt;\n",
    ),
    "in a capital SCRIPT": html(TEXT).replace(b"</script>", b"</SCRIPT>"),
    "behind a text that shows one": html(TEXT).replace("<article>…".encode(), f"<article>{SHOWN}".encode()),
    "behind a text that shows one, escaped": html(TEXT).replace("<article>…".encode(), SHOWN.replace('"', "&quot;").encode()),
    "with its name in words before": html(TEXT).replace("<article>…".encode(), b"<article>__APOLLO_STATE__ is"),
}  # fmt: skip


@pytest.mark.parametrize("data", FOUND.values(), ids=FOUND.keys())
def test_the_state_is_found(data: bytes) -> None:
    assert one(data).blocks == EXPECTED_BLOCKS


def test_what_is_written_as_html_is_unescaped_once() -> None:
    nodes = state(title="a &amp; b")
    text = json.dumps(nodes).replace("&", "&amp;")
    post = one(html(text, before="// &lt;![CDATA[\nwindow.__APOLLO_STATE__ = ", behind="\n// ]]&gt;"))
    assert post.title == "a &amp; b"
    assert one(html(json.dumps(nodes))).title == "a &amp; b"


def test_a_cut_page_says_where() -> None:
    data = html(TEXT)
    cut = data.index(b"0005")
    with pytest.raises(UnreadableError) as raised:
        read(data[:cut])
    assert (raised.value.where, raised.value.origin) == (f"byte {cut}", "page.html")
    assert raised.value.reason == "ends in the middle of its JSON"


def test_a_broken_state_says_where() -> None:
    data = html(TEXT.replace('"Dva broda"', "Dva broda"))
    with pytest.raises(UnreadableError) as raised:
        read(data)
    assert raised.value.where == f"byte {data.index(b'Dva broda')}"


NO_STATE: list[bytes] = [
    b"",
    b"<p>x",
    b"<script>window.__APOLLO_STATE__</script>",
    b"__APOLLO_STATE__ = null",
]


@pytest.mark.parametrize("data", NO_STATE)
def test_no_state(data: bytes) -> None:
    with pytest.raises(UnreadableError, match="holds no window"):
        read(data)


# -- which post --------------------------------------------------------------------------------------


def named(identity: str, **more: object) -> Json:
    return {"__typename": "Post", "id": identity, "title": f"Post {identity}", **more}


def inline(text: str, *, locked: bool = False) -> Json:
    return {
        "isLockedPreviewOnly": locked,
        "bodyModel": {"paragraphs": [{"type": "P", "text": text}], "sections": []},
    }


PAGES: dict[str, tuple[Json, str]] = {
    "the one asked for": (
        {"ROOT_QUERY": {'postResult({"id":"2"})': {"__ref": "Post:2"}}, "Post:1": named("1", content=inline("one")), "Post:2": named("2", content=inline("two"))},
        "two",
    ),
    "the one asked for as post": (
        {"ROOT_QUERY": {'post({"id":"2"})': {"type": "id", "generated": False, "id": "Post:2", "typename": "Post"}},
         "Post:1": named("1", content=inline("one")), "Post:2": named("2", content=inline("two"))},
        "two",
    ),
    "of those asked for the one with a body": (
        {"ROOT_QUERY": {'post({"id":"1"})': {"__ref": "Post:1"}, 'post({"id":"2"})': {"__ref": "Post:2"}}, "Post:1": named("1"), "Post:2": named("2", content=inline("two"))},
        "two",
    ),
    "nothing asked for: the one with a body": ({"ROOT_QUERY": {}, "Post:1": named("1"), "Post:2": named("2", **{"content({})": inline("two")})}, "two"),
    "no root": ({"Post:2": named("2", **{"content({})": inline("two")})}, "two"),
    "of two bodies the whole one": (
        {"Post:2": named("2", **{'content({"a":1})': inline("cut", locked=True), 'content({"b":1})': inline("two")})}, "two",
    ),
    "the viewer's body": ({"Post:2": named("2", **{"content({})": {"bodyModel": None}, "viewerEdge": {"fullContent": inline("two")}})}, "two"),
    "the viewer's body by reference": (
        {"Post:2": named("2", **{"content({})": inline("cut", locked=True), "viewerEdge": {"__ref": "PostViewerEdge:2"}}), "PostViewerEdge:2": {"id": "2", "fullContent": inline("two")}},
        "two",
    ),
    "only a preview": (
        {"ROOT_QUERY": {'postResult({"id":"2"})': {"__ref": "Post:2"}}, "Post:2": named("2", **{'extendedPreviewContent({"n":1})': inline("begin")})}, "begin (W108)",
    ),
    "no body at all": ({"ROOT_QUERY": {'postResult({"id":"2"})': {"__ref": "Post:2"}}, "Post:2": named("2")}, " (W107)"),
    "cut at the paywall": ({"Post:2": named("2", **{"content({})": inline("cut", locked=True)})}, "cut (W108)"),
    "a profile": ({"ROOT_QUERY": {'userResult({"id":"1"})': {"__ref": "User:1"}}, "User:1": {}, "Post:1": named("1"), "Post:2": named("2")}, "listing 2"),
    "a profile with previews": ({"Post:1": named("1", previewContent=inline("one")), "Post:2": named("2")}, "listing 2"),
    "a post that was not found": ({"ROOT_QUERY": {'postResult({"id":"2"})': {"__ref": "NotFound:2"}}}, "listing 0"),
    "an empty state": ({}, "listing 0"),
    "nodes that are nothing": ({"ROOT_QUERY": None, "Post:1": None, "Post:2": [1], "Post:3": "x"}, "listing 3"),
}  # fmt: skip


@pytest.mark.parametrize("case", PAGES.values(), ids=PAGES.keys())
def test_which_post_is_the_pages_own(case: tuple[Json, str]) -> None:
    nodes, expected = case
    found = read(html(nodes))
    assert len(found) == 1
    item = found[0]
    if isinstance(item, Other):
        assert f"{item.kind} {item.count}" == expected
        return
    block = item.blocks[-1] if item.blocks else Paragraph()
    assert isinstance(block, Paragraph)
    codes = " ".join(note.code for note in item.notes)
    assert (f"{block.content.text} ({codes})" if codes else block.content.text) == expected


# -- broken references -------------------------------------------------------------------------------


def refer(key: str) -> Json:
    return {"__ref": key}


def with_body(paragraphs: list[Any], nodes: Json | None = None, sections: list[Any] | None = None) -> bytes:
    own = named(ID, **{"content({})": {"bodyModel": {"paragraphs": paragraphs, "sections": sections or []}}})
    return html({"ROOT_QUERY": {f'postResult({{"id":"{ID}"}})': refer(KEY)}, KEY: own, **(nodes or {})})


P: Json = {"type": "P", "text": "x"}
X = Paragraph(RichText("x"))
BROKEN: dict[str, tuple[bytes, list[object], list[str]]] = {
    "a paragraph that is not there": (with_body([P, refer("Paragraph:1")]), [X], ["Paragraph:1"]),
    "a paragraph that refers to itself": (with_body([P, refer("Paragraph:1")], {"Paragraph:1": refer("Paragraph:1")}), [X], ["Paragraph:1"]),
    "paragraphs in a circle": (
        with_body([P, refer("Paragraph:1")], {"Paragraph:1": refer("Paragraph:2"), "Paragraph:2": refer("Paragraph:1")}), [X], ["Paragraph:1"],
    ),
    "a paragraph that is no object": (with_body([P, refer("Paragraph:1")], {"Paragraph:1": [1]}), [X], ["Paragraph:1"]),
    "a reference to a reference": (with_body([P, refer("Paragraph:1")], {"Paragraph:1": refer("Paragraph:2"), "Paragraph:2": P}), [X, X], []),
    "a missing paragraph leaves sections in place": (
        with_body([P, refer("Paragraph:1"), P], sections=[{"startIndex": 0}, {"name": "bbbb", "startIndex": 2}]),
        [X, Section(name="bbbb"), X], ["Paragraph:1"],
    ),
    "a mark that is not there": (
        with_body([{**P, "markups": [refer("Markup:1"), {"type": "EM", "start": 0, "end": 1}]}]),
        [Paragraph(RichText("x", (Mark("em", 0, 1),)))], ["Markup:1"],
    ),
    "a picture that is not there": (with_body([{"type": "IMG", "name": "1111", "text": "c", "metadata": refer("ImageMetadata:1")}]),
                                    [Image(caption=RichText("c"), name="1111")], ["1111", "ImageMetadata:1"]),
    "a paragraph that is the post": (with_body([refer(KEY), P]), [Unknown(), X], ["0", "0"]),
    "a section that is not there": (with_body([P], sections=[refer("Section:1")]), [X], ["section 0", "Section:1"]),
}  # fmt: skip


@pytest.mark.parametrize("case", BROKEN.values(), ids=BROKEN.keys())
def test_broken_references_are_noted(case: tuple[bytes, list[object], list[str]]) -> None:
    data, blocks, where = case
    post = one(data)
    assert list(post.blocks) == blocks
    assert [note.where for note in post.notes] == where
    assert {note.code for note in post.notes} <= {"W105", "W101", "W103", "W106", "W111"}


def test_a_state_that_means_endless_text_is_refused() -> None:
    text = "x" * 50_000
    with pytest.raises(UnreadableError, match="repeats itself without end"):
        read(with_body([refer("Paragraph:1")] * 10_000, {"Paragraph:1": {"type": "P", "text": text}}))


def test_nul_is_noted() -> None:
    post = one(with_body([{"type": "P", "text": "a\x00b"}]))
    assert post.notes == (Note("W109", "1 characters that no file can carry became U+FFFD"),)


GROWTH: dict[str, Any] = {
    "references": lambda n: with_body([refer(f"P:{i}") for i in range(n)], {f"P:{i}": P for i in range(n)}),
    "missing references": lambda n: with_body([refer(f"P:{i}") for i in range(n)]),
    "end tags in a text": lambda n: html('{"a": "' + "</script>" * n + '"}'),
    "names in the text": lambda n: b"__APOLLO_STATE__ = " * n + html({}),
    "assignments in the text": lambda n: b"__APOLLO_STATE__ = {" * n + html({}),
    "posts": lambda n: html({f"Post:{i}": named(str(i)) for i in range(n)}),
}


@pytest.mark.parametrize("make", GROWTH.values(), ids=GROWTH.keys())
def test_time_grows_with_the_page(make: Any) -> None:
    inputs = {size: make(size) for size in (1000, 1000 * growth.FACTOR)}
    growth.assert_linear(lambda size: read(inputs[size]), 1000)


# -- real pages --------------------------------------------------------------------------------------

# Post, blocks, links and marks of each page with state, counted apart from this project's code.
PAGES_KEPT = {
    "adbar__trafilatura/medium.com.dokku.html": "1cb97e3ab041",
    "adbar__trafilatura/medium.com.recherche.html": "be507f7cf761",
    "microlinkhq__metascraper/webpack-3.html": "15fd2dd8f07b",
    "mozilla__readability/lazy-image-1.html": "d6e62af173e2",
    "mozilla__readability/medium-3.html": "d146a92473a1",
}
MARKS: dict[str, MarkKind] = {"A": "link", "STRONG": "strong", "EM": "em", "CODE": "code"}
WITHOUT_STATE = ["postlight__parser/medium.com--another.html", "postlight__parser/medium.com.html"]


def raw_state(data: bytes) -> Json:
    text = data.decode()
    begin = re.search(r"__APOLLO_STATE__\s*=\s*", text)
    assert begin is not None
    found: Json = json.JSONDecoder().raw_decode(text[begin.end() :])[0]
    return found


def raw_paragraphs(nodes: Json, post_id: str) -> list[Json]:
    """The paragraphs of a page, by a walk of the test's own."""

    def follow(value: Any) -> Any:
        if isinstance(value, list):
            return [follow(item) for item in value]
        if isinstance(value, dict) and ("__ref" in value or "generated" in value):
            return follow(nodes[value.get("__ref") or value["id"]])
        return value

    post = nodes[f"Post:{post_id}"]
    content = follow(next(value for key, value in post.items() if key.startswith("content(")))
    body = follow(content["bodyModel"])
    paragraphs: list[Json] = follow(body["paragraphs"])
    return [{**paragraph, "markups": follow(paragraph["markups"])} for paragraph in paragraphs]


def kept_texts(post: Post) -> list[RichText]:
    """Texts and captions of a post's paragraphs, in order; pictures of a row one by one."""
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
    """Text and marks of a raw paragraph, the marks cleaned as all marks are."""
    marks = []
    for markup in paragraph["markups"]:
        kind = MARKS[markup["type"]]
        href = (markup["href"] or f"https://medium.com/u/{markup['userId']}") if kind == "link" else ""
        marks.append(Mark(kind, markup["start"], markup["end"], href, "", markup["userId"] or ""))
    return from_utf16(paragraph["text"] or "", marks)


@pytest.mark.corpus
def test_real_pages(corpus: Path) -> None:
    folder = corpus / "apollo_html"
    files = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.html"))
    assert files == sorted([*PAGES_KEPT, *WITHOUT_STATE])
    for name, post_id in PAGES_KEPT.items():
        data = (folder / name).read_bytes()
        post = one(data)
        assert post.id == post_id
        paragraphs = raw_paragraphs(raw_state(data), post_id)
        assert [text.text for text in kept_texts(post)] == [paragraph["text"] for paragraph in paragraphs]
        assert kept_texts(post) == [raw_rich(paragraph) for paragraph in paragraphs]
        assert post.notes == ()
        assert post.title
        assert post.author.name
        assert post.slug
    for name in WITHOUT_STATE:
        with pytest.raises(UnreadableError):
            read((folder / name).read_bytes())


@pytest.mark.corpus
def test_a_real_profile_is_a_listing(corpus: Path) -> None:
    data = (corpus / "listing" / "fedejordan__export-medium-posts-tool" / "medium-page.html").read_bytes()
    posts = sum(key.startswith("Post:") for key in raw_state(data))
    assert read(data) == [Other("listing", "page.html", count=posts)]
