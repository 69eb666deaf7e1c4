"""Pages of 2013-2018: the JSON in their scripts, its escapes, and what it says beside the markup."""

from __future__ import annotations

import difflib
import html
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

import growth
from fonds.errors import UnreadableError
from fonds.model import (
    Block,
    Embed,
    Image,
    ImageRow,
    Mark,
    MarkKind,
    Other,
    Paragraph,
    Person,
    Post,
    RichText,
    Section,
    Source,
)
from fonds.richtext import from_utf16
from fonds.sources import editor_html, facts, legacy, page

Json = dict[str, Any]

ID = "b0a7b0a7b0a7"
MARKUP = '<article><p name="0001" class="graf graf--p">Tri broda &lt;3</p></article>'
DEFINED = 'window["obvInit"] = function (opt_embedded) {window["obvInit"]["embedded"] = opt_embedded;}'
GLOBALS = {"baseUrl": "https://medium.com", "currentUser": {"userId": "lo_1"}}

VALUE: Json = {
    "id": ID,
    "title": "Tri broda",
    "creator": {"userId": "5ebe1a51c0de", "name": "Ana", "username": "ana"},
    "content": {"bodyModel": {"paragraphs": [{"name": "0001", "type": 1, "text": "Tri broda <3 & još", "markups": []}], "sections": []}},
}  # fmt: skip
PAYLOAD: Json = {"value": VALUE, "mode": None, "references": {"User": {}}}
EXPECTED = Post(
    id=ID,
    title="Tri broda",
    author=Person("5ebe1a51c0de", "Ana", "ana"),
    blocks=(Paragraph(RichText("Tri broda <3 & još"), name="0001"),),
    source=Source("legacy", "page.html"),
)
TEXT = json.dumps(PAYLOAD, ensure_ascii=False)
EMBEDDED = json.dumps({**GLOBALS, "embedded": PAYLOAD}, ensure_ascii=False)


def document(*scripts: str, before: str = "// <![CDATA[\n", behind: str = "\n// ]]>") -> bytes:
    joined = "".join(f"<script>{before}{script}{behind}</script>" for script in scripts)
    return f"<!DOCTYPE html><html><body>{MARKUP}{joined}</body></html>".encode()


def read(data: bytes) -> list[Post | Other]:
    return list(legacy.read(data, "page.html"))


PAGES: dict[str, bytes] = {
    "obvInit": document(DEFINED, f"var GLOBALS = {json.dumps(GLOBALS)}", f'window["obvInit"]({TEXT})'),
    "obvInit, plainly called": document(f"obvInit({TEXT});"),
    "obvInit, laid out": document(DEFINED, f'window["obvInit"](\n  {json.dumps(PAYLOAD, indent=2)}\n  )'),
    "without CDATA": document(f'window["obvInit"]({TEXT})', before="", behind=""),
    "GLOBALS": document(f"var GLOBALS = {EMBEDDED}"),
    "GLOBALS, with a semicolon": document(f"var GLOBALS={EMBEDDED};"),
    "JavaScript's escapes": document(f'window["obvInit"]({TEXT.replace("<", chr(92) + "x3c").replace("&", chr(92) + "x26")})'),
    "written as XHTML": document(
        f'window["obvInit"]({html.escape(TEXT, quote=False)})', before="// &lt;![CDATA[\n", behind="\n// ]]&gt;\n",
    ),
    "a page saved twice in one file": document(f'window["obvInit"]({TEXT})') + document('window["obvInit"]({"value": {}})'),
    "behind a post that shows such a script": document(f'window["obvInit"]({TEXT})').replace(
        b"<article>", b'<article><pre>obvInit({"value": {}}) and GLOBALS = {}</pre>'
    ),
}  # fmt: skip


@pytest.mark.parametrize("data", PAGES.values(), ids=PAGES.keys())
def test_where_the_post_stands(data: bytes) -> None:
    assert read(data) == [EXPECTED]


def test_escapes_of_javascript_are_characters_and_escaped_backslashes_stay() -> None:
    text = r'{"value":{"id":"1","title":"\x48\xe9 \\x41 \u0041","content":{"bodyModel":{"paragraphs":[]}}}}'
    found = read(document(f'window["obvInit"]({text})'))
    assert isinstance(found[0], Post)
    assert found[0].title == r"Hé \x41 A"


def test_a_profile_is_a_listing() -> None:
    references = {"Post": {"1": {"id": "1", "title": "One"}, "2": {"id": "2", "title": "Two"}}}
    for script in (f'window["obvInit"]({json.dumps({"references": references, "user": {}})})',
                   f"GLOBALS = {json.dumps({'embedded': {'references': references}})}"):  # fmt: skip
        assert read(document(script)) == [Other("listing", "page.html", count=2)]


WITHOUT_JSON: dict[str, bytes] = {
    "no script": document(),
    "settings only": document(f"var GLOBALS = {json.dumps(GLOBALS)}"),
    "only the definition": document(DEFINED),
    "an embedded null": document('GLOBALS = {"embedded": null}'),
}


@pytest.mark.parametrize("data", WITHOUT_JSON.values(), ids=WITHOUT_JSON.keys())
def test_without_json_the_markup_is_read(data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    def read_page(given: bytes, origin: str) -> Iterator[Post | Other]:
        assert (given, origin) == (data, "page.html")
        yield EXPECTED

    monkeypatch.setattr(editor_html, "read_page", read_page, raising=False)
    assert read(data) == [EXPECTED]


def test_a_cut_page_says_where() -> None:
    data = document(f'window["obvInit"]({TEXT})')
    cut = data.index(b"broda <3 & ")
    with pytest.raises(UnreadableError) as raised:
        read(data[:cut])
    assert (raised.value.where, raised.value.reason) == (f"byte {cut}", "ends in the middle of its JSON")


def test_time_grows_with_the_page() -> None:
    def page_of(size: int) -> bytes:
        return b'GLOBALS = {"' * size + b"obvInit( " * size + document(f'window["obvInit"]({TEXT})')

    inputs = {size: page_of(size) for size in (2000, 2000 * growth.FACTOR)}
    growth.assert_linear(lambda size: read(inputs[size]), 2000)


# -- real pages --------------------------------------------------------------------------------------

KEPT = {
    "gunar__medium-parser/lib_dan.html": "7ca2f9a7c7d0",
    "gunar__medium-parser/mocks_balancing-heuristics-and-data.html": "9c1ea0163696",
    "gunar__medium-parser/mocks_dan.html": "7ca2f9a7c7d0",
    "gunar__medium-parser/mocks_dan~2.html": "7ca2f9a7c7d0",
    "gunar__medium-parser/mocks_you-might-not-need-redux.html": "be46360cf367",
    "gunar__medium-parser/tests_mocks_dan.html": "7ca2f9a7c7d0",
    "gunar__medium-parser/tests_mocks_lavrton.html": "ad01f5b161ae",
    "mozilla__readability/keep-images.html": "9718cd0fe504",
    "mozilla__readability/medium-1.html": "fb39f4f701bb",
    "mozilla__readability/medium-2.html": "429fab868ca8",
    "mozilla__readability/medium-3-2018.html": "d146a92473a1",
}
MARKS: dict[int, MarkKind] = {1: "strong", 2: "em", 10: "code"}


def raw_payload(data: bytes) -> Json:
    """The JSON of a page, found in another way than the project's."""
    text = data.decode()
    scripts: list[str] = re.findall(r"<script[^>]*>(.*?)</script>", text, re.S)
    script = next((script for script in scripts if '["obvInit"]({' in script), None)
    found: Json
    if script is None:
        script = next(script for script in scripts if "GLOBALS = {" in script)
        found = json.JSONDecoder().raw_decode(script[script.index("GLOBALS = {") + 10 :])[0]["embedded"]
        return found
    if "&lt;![CDATA[" in script:
        script = html.unescape(script)
    script = re.sub(r"\\x(..)", r"\\u00\1", script)
    found = json.JSONDecoder().raw_decode(script[script.index('"]({') + 3 :])[0]
    return found


def contents(blocks: tuple[Block, ...]) -> list[RichText]:
    kept: list[RichText] = []
    for block in blocks:
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


def real(corpus: Path) -> Iterator[tuple[str, bytes, Post]]:
    folder = corpus / "legacy_html"
    assert sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.html")) == sorted(KEPT)
    for name in KEPT:
        data = (folder / name).read_bytes()
        found = read(data)
        assert len(found) == 1, name
        assert isinstance(found[0], Post), name
        yield name, data, found[0]


@pytest.mark.corpus
def test_real_pages(corpus: Path) -> None:
    for name, data, post in real(corpus):
        raw = raw_payload(data)["value"]
        paragraphs = raw["content"]["bodyModel"]["paragraphs"]
        assert (post.id, post.title, post.notes) == (KEPT[name], raw["title"], ())
        assert [text.text for text in contents(post.blocks)] == [
            paragraph["text"] for paragraph in paragraphs
        ]
        assert contents(post.blocks) == [raw_rich(paragraph) for paragraph in paragraphs]
        assert post.author.name == raw["creator"]["name"]
        assert (post.publication is not None) == ("homeCollection" in raw)


@pytest.mark.corpus
def test_captures_of_one_version_are_one_post(corpus: Path) -> None:
    """Two pages of one version of a post, the reader signed in or not; and two of a later version."""
    posts = {name: post for name, _, post in real(corpus) if post.id == "7ca2f9a7c7d0"}
    versions = Counter(post.version_id for post in posts.values())
    assert sorted(versions.values()) == [2, 2]
    bodies = {
        version: {post.blocks for post in posts.values() if post.version_id == version}
        for version in versions
    }
    assert [len(bodies[version]) for version in versions] == [1, 1]


LAYOUT_CLASSES = {"": "INSET_CENTER", "insetCenter": "INSET_CENTER", "outsetCenter": "OUTSET_CENTER", "outsetLeft": "OUTSET_LEFT", "fillWidth": "FULL_WIDTH"}  # fmt: skip


@pytest.mark.corpus
def test_layout_numbers_mean_what_the_classes_beside_them_say(corpus: Path) -> None:
    """These pages hold a post twice, as JSON and as markup: the numbers of one are the names of the other."""
    seen: Counter[int] = Counter()
    for _, data, _ in real(corpus):
        markup = data.decode()
        for paragraph in raw_payload(data)["value"]["content"]["bodyModel"]["paragraphs"]:
            if paragraph["type"] != 4:
                continue
            tag = re.search(rf'<figure [^>]*name="{paragraph["name"]}"[^>]*>', markup)
            assert tag is not None
            word = re.search(r"graf--layout(\w+)|postField--(\w+)Image", tag[0])
            name = (word[1] or word[2]) if word else ""
            assert facts.layout(paragraph["layout"]) == LAYOUT_CLASSES[name[:1].lower() + name[1:]]
            seen[paragraph["layout"]] += 1
    assert set(seen) == {1, 3, 4, 5}


@pytest.mark.corpus
def test_a_real_profile_is_a_listing(corpus: Path) -> None:
    data = (corpus / "listing" / "pdabrowski6__hawker" / "medium.html").read_bytes()
    assert read(data) == [Other("listing", "page.html", count=len(raw_payload(data)["references"]["Post"]))]


# Why the facts of one post differ between its page of 2018 and that of 2020.
DIFFERENCES = {
    "created_at": "GraphQL's pages do not ask for it",
    "language": "GraphQL's pages do not ask for it",
    "word_count": "GraphQL's pages do not ask for it",
    "updated_at": "Medium touched the post in between, without a new version of it",
    "claps": "readers clapped in between",
    "responses": "a response was deleted in between",
    "source": "another form",
    "blocks": "tooltips of links, which GraphQL's pages do not ask for",
}


@pytest.mark.corpus
def test_one_post_from_pages_of_two_eras(corpus: Path) -> None:
    """d146a92473a1 from obvInit and from Apollo's state: but for DIFFERENCES the same, text and marks too."""
    old = next(post for name, _, post in real(corpus) if name.endswith("medium-3-2018.html"))
    data = (corpus / "apollo_html" / "mozilla__readability" / "medium-3.html").read_bytes()
    new = next(iter(page.read(data, "page.html")))
    assert isinstance(new, Post)
    differing = {name for name in Post.__struct_fields__ if getattr(old, name) != getattr(new, name)}
    assert differing == set(DIFFERENCES)
    texts = [[text.text for text in contents(post.blocks)] for post in (old, new)]
    assert texts[0] == texts[1], "\n".join(difflib.unified_diff(texts[0], texts[1], lineterm=""))
    titled = [mark for text in contents(old.blocks) for mark in text.marks if mark.title]
    assert len(titled) == 1
    without = [msgspec.structs.replace(titled[0], title="") if mark == titled[0] else mark for text in contents(old.blocks) for mark in text.marks]  # fmt: skip
    assert without == [mark for text in contents(new.blocks) for mark in text.marks]
    pairs = [pair for pair in zip(old.blocks, new.blocks, strict=True) if pair[0] != pair[1]]
    assert [titled[0] in contents((block,))[0].marks for block, _ in pairs] == [True]
