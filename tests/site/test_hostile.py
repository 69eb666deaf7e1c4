"""Posts that want to run something: nothing runs, nothing is asked for, and no word of their text is lost."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fonds.model import Mark, Paragraph, Post
from fonds.richtext import clean
from fonds.site import body, inline, links
from fonds.site.build import build
from fonds.site.folder import Folder
from fonds.site.languages import Speech
from fonds.site.settings import Settings
from site_browser import PHONE, Seen
from site_looking import loaded, pages, parsed, target

SCRIPT = "<script>window.ran = 1; alert(1)</script>"
IMAGE = '"><img src=x onerror="window.ran = 2">'
SVG = b"""<svg xmlns="http://www.w3.org/2000/svg" width="90" height="60" onload="window.ran = 3; top.ran = 3">
<script>window.ran = 4; parent.ran = 4; fetch("https://evil.example/")</script>
<image href="https://evil.example/pixel.png" width="9" height="9"/><rect width="90" height="60" fill="red"/></svg>"""
ADDRESSES = (
    "javascript:window.ran=5",
    "JaVaScRiPt:window.ran=5",
    " \x01javascript:window.ran=5",
    "java\nscript:window.ran=5",
    "java\tscript:window.ran=5//https://medium.com",
    "data:text/html,<script>window.ran=6</script>",
    "vbscript:x",
    "file:///etc/passwd",
    "blob:https://evil.example/x",
    "view-source:javascript:1",
    "https:javascript",
    "&#106;avascript:window.ran=5",
)
ID = "bad0bad0bad0"
IMAGE_ID = "1*evil.svg"


def _paragraph(number: int, kind: str, text: str, **more: object) -> dict[str, object]:
    return {"name": f"{number:04x}", "type": kind, "text": text, "markups": [], **more}


def answer() -> bytes:
    body = [
        _paragraph(1, "H3", f"Title {SCRIPT}"),
        _paragraph(2, "P", f"Text {SCRIPT} {IMAGE} &lt;b&gt; &amp; {{{{ 7*7 }}}} {{% raw %}} </div></article></main>"),
        _paragraph(3, "PRE", f"</code></pre>{SCRIPT}"),
        _paragraph(4, "BQ", f"<!-- {SCRIPT} --> ]]> \u2028 \u2029 \u202e evil \u202c"),
        {**_paragraph(5, "IMG", f"Caption {SCRIPT}"), "metadata": {"id": IMAGE_ID, "alt": f"Alt {IMAGE}"}},
        {**_paragraph(6, "IMG", ""), "metadata": {"id": "https://evil.example/pixel.png?x=\"onload=alert(1)", "alt": ""}},
        {**_paragraph(7, "IFRAME", SCRIPT), "iframe": {"mediaResource": {"id": "x", "iframeSrc": "javascript:window.ran=7", "title": f"Frame {SCRIPT}", "href": "javascript:window.ran=8"}}},
        *(
            {**_paragraph(16 + number, "P", f"link {number}"), "markups": [
                {"type": "A", "start": 0, "end": 4, "href": address, "anchorType": "LINK", "title": '" onclick="window.ran=9'}
            ]}
            for number, address in enumerate(ADDRESSES)
        ),
        {**_paragraph(0, "P", "a name"), "name": 'x" onclick="window.ran=10'},
        {**_paragraph(0, "P", "our name"), "name": "fonds-main"},
    ]  # fmt: skip
    post = {
        "__typename": "Post", "id": ID, "title": f"Title {SCRIPT}", "uniqueSlug": f"{'..' * 2}/../x{SCRIPT}-{ID}",
        "mediumUrl": f"javascript:window.ran=11//{ID}", "firstPublishedAt": 1464692750178, "detectedLanguage": '"><script>',
        "creator": {"id": "c0", "name": f"Ana {SCRIPT}", "username": "../../ana"},
        "tags": [{"id": "t", "displayTitle": f"Tag {SCRIPT}", "normalizedTagSlug": "../../x"}, {"id": "con", "normalizedTagSlug": "con"}],
        "previewContent": {"subtitle": f"Subtitle {SCRIPT}"},
        "content": {"bodyModel": {"paragraphs": body, "sections": []}},
    }  # fmt: skip
    return json.dumps({"data": {"post": post}}).encode()


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "in" / "assets" / ID).mkdir(parents=True)
    (folder / "in" / "post.json").write_bytes(answer())
    (folder / "in" / "assets" / ID / IMAGE_ID).write_bytes(SVG)
    settings = Settings(title=f"Site {SCRIPT}", intro=f"Intro {IMAGE}", url="https://harbour.example/")
    summary = build(Folder([folder / "in"]), folder / "out", settings=settings, jobs=1)
    assert [str(failure) for failure in summary.failures] == []
    return folder / "out"


def test_no_script_of_a_post_is_in_any_page(hostile: Path) -> None:
    for page in pages(hostile):
        found = parsed(page)
        for script in found.css("script"):
            kind = script.attributes.get("type")
            assert (script.attributes.get("src") or "").startswith(
                ("static/", "../static/")
            ) or kind == "application/ld+json"
        for node in found.css("*"):
            assert not [name for name in node.attributes if name.startswith("on")], node.html
            assert (node.attributes.get("href") or "").partition(":")[0].lower() not in (
                "javascript",
                "data",
                "vbscript",
                "file",
                "blob",
            )
        assert [address for address in loaded(found) if target(page, address) is None] == []
        assert found.css_first("main") is not None
        assert len(found.css("main")) == 1


def test_pages_stay_inside_the_site(hostile: Path) -> None:
    outside = {path.relative_to(hostile.parent).parts[0] for path in hostile.parent.rglob("*")}
    assert outside <= {"in", "out", ".out.fonds-site.sqlite"}
    names = [path.relative_to(hostile).as_posix() for path in hostile.rglob("*.html")]
    assert not [name for name in names if ".." in name]
    assert "tags/con.html" not in names


def test_no_word_is_lost(hostile: Path) -> None:
    (page,) = hostile.glob("posts/*.html")
    text = parsed(page).body.text()  # type: ignore[union-attr]
    for words in (f"Title {SCRIPT}", f"Text {SCRIPT} {IMAGE} &lt;b&gt; &amp; {{{{ 7*7 }}}}", f"</code></pre>{SCRIPT}", f"Caption {SCRIPT}", f"<!-- {SCRIPT} -->", f"Frame {SCRIPT}"):  # fmt: skip
        assert words in text
    for number in range(len(ADDRESSES)):
        assert f"link {number}" in " ".join(text.split()) or f"{number}" in text
    assert "javascript:window.ran=5" in text  # where it would have led is told


def test_data_blocks_cannot_be_left(hostile: Path) -> None:
    (page,) = hostile.glob("posts/*.html")
    (block,) = parsed(page).css('script[type="application/ld+json"]')
    assert json.loads(block.text())["headline"] == f"Title {SCRIPT}"


def test_a_picture_that_is_a_program_is_only_a_picture(hostile: Path) -> None:
    for page in pages(hostile):
        found = parsed(page)
        assert found.css_first("svg") is None
        assert [
            node.html for node in found.css("a") if (node.attributes.get("href") or "").endswith(".svg")
        ] == []


@pytest.fixture(scope="module")
def watched(hostile: Path, browser: Any) -> Iterator[Seen]:
    seen = Seen(browser)
    yield seen
    seen.close()


@pytest.mark.parametrize("pattern", ["index.html", "posts/*.html", "search.html", "tags/*.html", "people/*.html", "pictures/*.html", "timeline.html", "about.html"])  # fmt: skip
def test_nothing_runs(hostile: Path, browser: Any, pattern: str) -> None:
    seen = Seen(browser)
    try:
        for page in sorted(hostile.glob(pattern)):
            opened = seen.open(page, "?q=script" if pattern == "search.html" else "")
            opened.wait_for_timeout(150)
            assert opened.evaluate("window.ran") is None
            for link in opened.query_selector_all("main a[href]")[:40]:
                href = link.get_attribute("href") or ""
                assert not href.lower().startswith(("javascript", "data", "vbscript"))
        assert [line for line in seen.said if "dialog" in line or "error" in line] == []
        assert [url for url in seen.asked if not url.startswith(hostile.as_uri() + "/")] == []
    finally:
        seen.close()


LONG = "Donaudampfschifffahrts" * 12
URL = f"https://harbour.example/{'a' * 180}"


def long_words() -> bytes:
    """A post in which every word is wider than a phone: title, names, tags, captions, descriptions, addresses, code."""
    frame = {"id": "x", "iframeSrc": URL, "title": LONG, "href": URL}
    body = [
        _paragraph(1, "H3", LONG), _paragraph(2, "P", f"{LONG} {URL}"), _paragraph(3, "BQ", LONG), _paragraph(4, "PQ", LONG),
        _paragraph(5, "ULI", LONG), _paragraph(6, "PRE", LONG), _paragraph(7, "H4", LONG),
        {**_paragraph(8, "IMG", LONG), "metadata": {"id": "1*absent.png", "alt": LONG}},
        {**_paragraph(9, "IMG", ""), "metadata": {"id": "1*away.png", "alt": URL}},
        {**_paragraph(10, "IFRAME", LONG), "iframe": {"mediaResource": frame}},
        {**_paragraph(11, "MIXTAPE_EMBED", f"{LONG}\n{LONG}\nharbour.example"), "mixtapeMetadata": {"href": URL, "mediaResource": None}},
        {**_paragraph(12, "P", LONG), "markups": [{"type": "CODE", "start": 0, "end": len(LONG)}]},
        {**_paragraph(13, "P", LONG), "markups": [{"type": "A", "start": 0, "end": 9, "href": f"tel:{LONG}", "anchorType": "LINK"}]},
    ]  # fmt: skip
    post = {
        "__typename": "Post", "id": "10a610a610a6", "title": LONG, "uniqueSlug": "long-10a610a610a6", "mediumUrl": f"{URL}-10a610a610a6",
        "firstPublishedAt": 1464692750178, "detectedLanguage": "en",
        "creator": {"id": "c1", "name": LONG, "username": LONG[:60]},
        "tags": [{"id": "t", "displayTitle": LONG, "normalizedTagSlug": LONG[:70].lower()}],
        "previewContent": {"subtitle": LONG}, "content": {"bodyModel": {"paragraphs": body, "sections": []}},
    }  # fmt: skip
    return json.dumps({"data": {"post": post}}).encode()


def test_words_wider_than_a_phone_are_broken(tmp_path: Path, browser: Any) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "post.json").write_bytes(long_words())
    settings = Settings(title=LONG, intro=LONG)
    build(Folder([tmp_path / "in"]), tmp_path / "out", settings=settings, jobs=1)
    seen = Seen(browser, viewport=PHONE)
    try:
        wide = {}
        for page in pages(tmp_path / "out"):
            opened = seen.open(page, f"?q={LONG}" if page.name == "search.html" else "")
            opened.wait_for_timeout(60)
            width = opened.evaluate("document.documentElement.scrollWidth")
            if width > PHONE["width"]:
                wide[page.relative_to(tmp_path / "out").as_posix()] = width
        assert wide == {}
    finally:
        seen.close()


@pytest.mark.parametrize("address", ADDRESSES)
def test_addresses_that_no_link_may_have(address: str) -> None:
    found = links.safe(address)
    assert found == "" or found.partition(":")[0] in links.SCHEMES


@pytest.mark.parametrize(
    ("address", "wanted"),
    [
        ("https://harbour.example/a b?x=1&y=ü#z", "https://harbour.example/a%20b?x=1&y=ü#z"),
        ("http://harbour.example/100%", "http://harbour.example/100%25"),
        ("//harbour.example/x", "https://harbour.example/x"),
        (" https://harbour.example/\tx\n", "https://harbour.example/x"),
        ("/@ana/x-0123456789ab", "https://medium.com/@ana/x-0123456789ab"),
        ("harbour.example/x", "http://harbour.example/x"),
        ("mailto:office@harbour.example", "mailto:office@harbour.example"),
        ("harbour.example:8080/x", "http://harbour.example:8080/x"),
        ('https://harbour.example/"><b>', "https://harbour.example/%22%3E%3Cb%3E"),
        ("#here", ""),
        ("", ""),
        ("tel:+385", ""),
        ("nowhere", ""),
    ],
)
def test_addresses_as_links(address: str, wanted: str) -> None:
    assert links.safe(address) == wanted


def test_marks_in_text_become_elements_and_nothing_else() -> None:
    rich = clean(
        'a <b> "c" & d\ne', [Mark("strong", 2, 5), Mark("link", 6, 9, "javascript:1"), Mark("em", 12, 15)]
    )
    html = inline.inline(rich, links.Links("", {}), Speech("en"))
    assert html == (
        'a <strong>&lt;b&gt;</strong> <span class="no-link">"c" <code class="address">javascript:1</code></span>'
        " &amp; <em>d<br>\ne</em>"
    )


def test_ids_of_our_own_are_not_taken() -> None:
    post = Post(blocks=(Paragraph(name="fonds-main", content=clean("x", ())),))
    around = body.Surroundings(Speech("en"), links.Links("", {}), lambda _: None)
    assert 'id="fonds-main"' not in body.render(post, around)
