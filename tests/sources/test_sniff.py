"""The form is told by content: each case is bytes and a name."""

from __future__ import annotations

import gzip
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import growth
import made
from fonds import sources
from fonds.errors import FondsError
from fonds.model import Other, Post
from fonds.sources import sniff

HTML = "<!DOCTYPE html><html><head><title>{title}</title></head><body>{body}</body></html>"
STATE = "<script>window.__APOLLO_STATE__ = {state}</script>"
POST_STATE = STATE.format(state='{"Post:1":{"content({})":{"bodyModel":{}}}}')
OBV = '<script>// <![CDATA[\nwindow["obvInit"]({state})\n// ]]></script>'

CASES: dict[str, tuple[str | bytes, str]] = {
    "post of an export": (made.export_post(), "export"),
    "draft of an export": (made.export_post(draft=True), "export"),
    "export, restyled with a line before it": (b"\n\n" + made.export_post(), "export"),
    "export about challenge pages": (made.export_post("Just a moment..."), "export"),
    "export with a page's source as code": (
        made.export_post("Apollo", made.graf("window.__APOLLO_STATE__ = {}", kind="pre")), "export",
    ),
    "bookmarks": (made.export_list("bookmarks"), "export-other"),
    "claps": (made.export_list("claps"), "export-other"),
    "list of an export": (
        made.export_post().replace(b'data-field="body"', b'data-field="lists"'), "export-other",
    ),
    "highlights, with paragraphs": (
        made.export_list("quotes").replace(b"<li>", b'<li><p class="graf graf--p">Quoted</p>'), "export-other",
    ),
    "Apollo page": (HTML.format(title="A post", body="<article></article>" + POST_STATE), "page"),
    "Apollo page of a post about 404": (
        HTML.format(title="404: not found", body="<article></article>" + POST_STATE), "page",
    ),
    "Apollo page of a profile": (HTML.format(title="Ana", body=STATE.format(state="{}")), "listing"),
    "Apollo page of nothing": (
        HTML.format(title="Medium", body="PAGE NOT FOUND" + STATE.format(state="{}")), "not-found page",
    ),
    "legacy page": (HTML.format(title="Old", body=OBV.replace("{state}", '{"value":{"id":"1"}}')), "legacy"),
    "legacy page, laid out": (
        HTML.format(title="Old", body=OBV.replace("{state}", '{\n  "value": {"id": "1"}}')), "legacy",
    ),
    "legacy profile": (HTML.format(title="Old", body=OBV.replace("{state}", '{"references":{}}')), "listing"),
    "page of 2015": (HTML.format(title="Old", body='<article><p class="graf--p">One</p></article>'), "legacy"),
    "page without scripts": (
        HTML.format(title="Sign in with a key", body='<article><p>One</p><img src="https://miro.medium.com/x"></article>'),
        "dom",
    ),
    "page without scripts, about 404": (
        HTML.format(title="The 404 page", body='<article data-testid="storyTitle"></article>'), "dom",
    ),
    "GraphQL answer": (made.api_post(), "api"),
    "list of GraphQL answers": (b"[" + made.api_post() + b"]", "api"),
    "GraphQL error": ('{"errors": [{"message": "no"}], "data": null}', "api"),
    "bare post object": ('{"id": "1", "content": {"bodyModel": {"paragraphs": []}}}', "api"),
    "format=json": ('{"success": true, "payload": {"value": {"id": "1"}}}', "json"),
    "format=json with its prefix": ('])}while(1);</x>{"success":true,"payload":{"value":{"id":"1"}}}', "json"),
    "format=json refused": ('])}while(1);</x>{"success":false,"error":"gone"}', "json"),
    "format=json of a profile": ('{"success":true,"payload":{"user":{"id":"1"},"streamItems":[]}}', "listing"),
    "RSS": ('<?xml version="1.0"?>\n<!-- made up -->\n<rss version="2.0"><channel/></rss>', "feed"),
    "RSS without a prolog": ('  <rss version="2.0"/>', "feed"),
    "Atom": ('<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"/>', "feed"),
    "RSS about challenge pages": ("<rss><title>Just a moment...</title></rss>", "feed"),
    "zmedium with front matter": (
        "---\ntitle: Boats\nauthor: Ana\ndate: 2016-05-31\nlast_modified_at: 2016-05-31\n---\n\n### Boats\n", "zmedium",
    ),
    "zmedium without front matter": ("### Boats\n\n![a](assets/0123456789ab/1*a.png)\n", "zmedium"),
    "zmedium by its last line": (
        "# Boats\n\n_[Post](https://medium.com/p/1) converted from Medium by [ZMediumToMarkdown](https://x)._\n", "zmedium",
    ),
    "Markdown of fonds": ('---\ntitle: "Boats"\nmedium_id: "0123456789ab"\n---\n\nText\n', "fonds markdown"),
    "other Markdown": ("# Notes\n\nNothing of Medium's.\n", "unknown text"),
    "a table that mentions the tool": ("a\tZhgChgLi/ZMediumToMarkdown\n", "unknown text"),
    "a page behind lines of the tool that saved it": (
        "> save@1.0.0 start\n\n" + HTML.format(title="A post", body="<article></article>" + POST_STATE), "page",
    ),
    "a program that quotes the markup": ("TAG = '<p class=\"graf\">'\nif TAG: print('<html>')\n", "unknown text"),
    "other HTML": (HTML.format(title="Shop", body="<p>Nets</p>"), "unknown text"),
    "other JSON": ('{"name": "fonds"}', "unknown text"),
    "other HTML with an article": (HTML.format(title="Shop", body="<article>Nets</article>"), "unknown text"),
    "challenge page": (made.CHALLENGE, "challenge page"),
    "blocked": (HTML.format(title="Attention Required! | Cloudflare", body=""), "challenge page"),
    "not-found page": (made.NOT_FOUND, "not-found page"),
    "suspended": (
        HTML.format(title="Medium", body="This account is under investigation or was found in violation"), "not-found page",
    ),
    "login page": (made.LOGIN, "login page"),
    "PNG": (made.PNG, "picture"),
    "JPEG": (made.JPEG, "picture"),
    "SVG": ('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"></svg>', "picture"),
    "ZIP": (made.zipped({"a": b"b"}), "zip"),
    "empty ZIP": (made.zipped({}), "zip"),
    "gzip": (gzip.compress(b"a" * 99, mtime=0), "binary"),
    "NULs": (b"\x00" * 70_000 + b"x", "binary"),
    "nothing": (b"", "empty"),
    "white space": (b"\n \t\r\n", "empty"),
    "a mark and nothing": (b"\xef\xbb\xbf", "empty"),
}  # fmt: skip


@pytest.mark.parametrize(("data", "expected"), CASES.values(), ids=CASES.keys())
def test_form(data: str | bytes, expected: str) -> None:
    raw = data.encode() if isinstance(data, str) else data
    assert sniff.form(raw) == expected


TEXTS = [name for name, (_, form) in CASES.items() if form not in ("picture", "zip", "binary", "empty")]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be", "utf-16-le"])
@pytest.mark.parametrize("name", TEXTS)
def test_form_in_other_encodings(name: str, encoding: str) -> None:
    data, expected = CASES[name]
    text = data if isinstance(data, str) else data.decode()
    assert sniff.form(text.encode(encoding)) == expected


NORMALISED: dict[str, tuple[bytes, str, str, int]] = {
    "UTF-8": ("Split – سلام".encode(), "Split – سلام", "", 0),
    "UTF-8 with a mark": ("Split".encode("utf-8-sig"), "Split", "", 0),
    "UTF-16 with a mark": ("Split – 港".encode("utf-16"), "Split – 港", "utf-16-le", 0),
    "UTF-16, big end first": (b"\xfe\xff" + "港, 船".encode("utf-16-be"), "港, 船", "utf-16-be", 0),
    "UTF-16 without a mark": ("<html>Split".encode("utf-16-le"), "<html>Split", "utf-16-le", 0),
    "declared Latin-1, read as browsers do": (
        b'<meta charset="iso-8859-1"> caf\xe9 \x93so\x94', '<meta charset="iso-8859-1"> café “so”', "cp1252", 0,
    ),
    "declared Windows-1250": (b'<meta charset="windows-1250"> \xe8a\xb9a', '<meta charset="windows-1250"> čaąa', "windows-1250", 0),
    "declared in a prolog": (b'<?xml version="1.0" encoding="KOI8-R"?> \xc1', '<?xml version="1.0" encoding="KOI8-R"?> а', "koi8-r", 0),
    "declared UTF-8 and not": (b'<meta charset="utf-8"> caf\xe9', '<meta charset="utf-8"> café', "cp1252", 0),
    "UTF-8 with a broken place": ("šta ".encode() + b"\xff ne", "šta \ufffd ne", "", 1),
    "an encoding nobody knows": (b'<meta charset="klingon"> \xe9', '<meta charset="klingon"> é', "cp1252", 0),
    "a declared codec that is no text encoding": (b'<meta charset="rot13"> \xe9', '<meta charset="rot13"> é', "cp1252", 0),
    "a replacement character of the author's": ("a\ufffdb".encode() + "é".encode(), "a\ufffdbé", "", 0),
}  # fmt: skip


@pytest.mark.parametrize(("data", "text", "encoding", "replaced"), NORMALISED.values(), ids=NORMALISED.keys())
def test_normalise(data: bytes, text: str, encoding: str, replaced: int) -> None:
    assert sniff.normalise(data) == sniff.Text(text.encode(), encoding, replaced)


@given(st.text())
def test_utf8_is_left_as_it_is(text: str) -> None:
    data = text.encode("utf-8", "replace")
    if not text.startswith("\ufeff") and not sniff._utf16(data):
        assert sniff.normalise(data) == sniff.Text(data)


@given(st.binary(max_size=400))
def test_any_bytes_have_a_form_and_become_utf8(data: bytes) -> None:
    assert sniff.form(data)
    sniff.normalise(data).data.decode("utf-8")
    for head in (b"<html>", b"{", b"---\n", b"\xff\xfe", b"<!--", b'<meta charset="'):
        assert sniff.form(head + data)
        sniff.normalise(head + data).data.decode("utf-8")


PICTURES: dict[str, tuple[bytes, str]] = {
    "JPEG": (made.JPEG, "jpeg"),
    "PNG": (made.PNG, "png"),
    "GIF": (made.GIF, "gif"),
    "WebP": (b"RIFF\x24\x00\x00\x00WEBPVP8 ", "webp"),
    "AVIF": (b"\x00\x00\x00\x1cftypavif\x00\x00\x00\x00avifmif1", "avif"),
    "AVIF by its second brand": (b"\x00\x00\x00\x20ftypmif1\x00\x00\x00\x00mif1avifmiaf", "avif"),
    "SVG": (b"<svg width='1'/>", "svg"),
    "SVG behind a prolog": (b"<?xml version='1.0'?>\n<!-- a -->\n<!DOCTYPE svg PUBLIC '-'>\n<svg/>", "svg"),
    "BMP": (b"BM\x3a\x00\x00\x00\x00\x00\x00\x00\x36\x00\x00\x00\x28\x00\x00\x00", "bmp"),
    "TIFF": (b"II*\x00\x08\x00\x00\x00", "tiff"),
    "ICO": (b"\x00\x00\x01\x00\x01\x00\x10\x10", "ico"),
    "an error page": (b"<!DOCTYPE html><html><body>404</body></html>", ""),
    "an HTML page with a drawing": (b"<html><body><svg></svg></body></html>", ""),
    "text": (b"BM is short for Biomedical", ""),
    "nothing": (b"", ""),
}


@pytest.mark.parametrize(("data", "extension"), PICTURES.values(), ids=PICTURES.keys())
def test_picture(data: bytes, extension: str) -> None:
    assert sniff.picture(data) == extension


@pytest.mark.parametrize(
    "filler",
    [
        b"<!-- x -->",
        b" \n",
        b"<p>",
        b"<article ",
        b'{"payload":{',
        b"<title>",
        b"Converted ",
        b'{"',
        b"\xc3\xa9",
        b"<?x ?>",
    ],
)
@pytest.mark.parametrize("head", [b"<html>", b"<?xml?>", b"", b"---\n"])
def test_time_is_linear(head: bytes, filler: bytes) -> None:
    growth.assert_linear(lambda size: sniff.form(head + filler * (size // len(filler))), 200_000)
    growth.assert_linear(lambda size: sniff.normalise(head + filler * (size // len(filler))), 200_000)


def test_many_comments_before_a_drawing_are_read_once() -> None:
    growth.assert_linear(lambda size: sniff.picture(b"<!-- x -->" * (size // 10) + b"<p><svg>"), 4_000)


def test_read_names_what_is_no_post() -> None:
    assert list(sources.read(made.CHALLENGE, "a.html")) == [Other("challenge page", "a.html")]


def test_read_notes_an_encoding() -> None:
    latin = made.export_post("Café", made.graf("Déjà vu")).decode().encode("cp1252")
    (post,) = sources.read(latin, "a.html")
    assert isinstance(post, Post)
    assert post.title == "Café"
    assert [note.code for note in post.notes] == ["W112"]


EXPECTED = {
    "apollo_html": {"page": 5, "dom": 2},
    "export_html": {"export": 329, "export-other": 21},
    "format_json": {"json": 8},
    "legacy_html": {"legacy": 11},
    "listing": {"listing": 6},
    "rss": {"feed": 5},
    "zmedium_markdown": {"zmedium": 29},
}


@pytest.mark.corpus
@pytest.mark.parametrize("folder", EXPECTED)
def test_real_files(corpus: Path, folder: str) -> None:
    found = Counter(sniff.form(path.read_bytes()) for path in (corpus / folder).rglob("*") if path.is_file())
    assert found == EXPECTED[folder]


@pytest.mark.corpus
def test_every_real_file_is_read_or_named(corpus: Path) -> None:
    """No exception but the one that names file and reason."""
    for path in sorted(corpus.rglob("*")):
        if path.is_file():
            try:
                found = list(sources.read(path.read_bytes(), path.name))
            except FondsError as error:
                pytest.fail(str(error))
            assert found
