"""Bad input, and good input of bad size: what ``promises`` says holds for all of it.

``FOUND`` holds what fuzzing found, made small: one line each, with what was wrong.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fonds.model import (
    Block,
    Code,
    Embed,
    EmbedFile,
    Heading,
    Image,
    ImageRow,
    LinkCard,
    ListItem,
    Mark,
    MarkKind,
    Paragraph,
    Post,
    Quote,
    RichText,
    Tag,
    encode,
)
from fonds.richtext import from_utf16
from fonds.writers import write
from fonds.writers.check import check
from fuzz.seeds import tiny
from growth import assert_linear
from judge import differences
from promises import MODULES, TARGETS, Missing, Read, Seen, examine, reader


def read_or_skip(target: str) -> Read:
    try:
        return reader(target)
    except Missing as missing:
        pytest.skip(str(missing))


@pytest.mark.parametrize("target", TARGETS)
def test_a_small_input_of_every_form_is_a_post(target: str) -> None:
    """The seeds must be good, or all that follows breaks nothing."""
    for data in tiny(target):
        seen = examine(read_or_skip(target), data, judge=True)
        assert seen.posts, (seen.others, seen.refused)
        assert len(seen.posts[0].blocks) >= 4


# -- cut, and wrongly encoded


@pytest.mark.parametrize("target", TARGETS)
def test_cut_anywhere(target: str) -> None:
    read = read_or_skip(target)
    for data in tiny(target)[:2]:
        for stop in range(0, len(data), max(1, len(data) // 150)):
            examine(read, data[:stop])
            examine(read, data[stop:])


# What people's editors and browsers do to files, and what makes no sense at all.
SPOILT: dict[str, Callable[[bytes], bytes]] = {
    "nothing": lambda _: b"",
    "a blank": lambda _: b" \n\t ",
    "NULs": lambda data: b"\x00" * len(data),
    "NULs within": lambda data: data.replace(b" ", b"\x00"),
    "all bytes": lambda _: bytes(range(256)) * 40,
    "UTF-8 with a mark": lambda data: b"\xef\xbb\xbf" + data,
    "UTF-16 with a mark": lambda data: data.decode().encode("utf-16"),
    "UTF-16 without": lambda data: data.decode().encode("utf-16-be"),
    "UTF-32": lambda data: data.decode().encode("utf-32"),
    "Latin-1": lambda data: data.decode().encode("latin-1", "replace"),
    "Windows-1256": lambda data: data.decode().encode("cp1256", "replace"),
    "Shift JIS": lambda data: data.decode().encode("shift-jis", "replace"),
    "broken UTF-8": lambda data: data.replace(b"o", b"\xff").replace(b"e", b"\xe6\xb8"),
    "surrogates as UTF-8": lambda data: data.replace(b"o", "\ud83d".encode("utf-8", "surrogatepass")),
    "twice UTF-8": lambda data: data.decode("latin-1").encode(),
    "CRLF": lambda data: data.replace(b"\n", b"\r\n"),
    "CR": lambda data: data.replace(b"\n", b"\r"),
    "twice": lambda data: data + data,
    "backwards": lambda data: data[::-1],
    "upper case": lambda data: data.upper(),
    "zipped": lambda data: b"PK\x03\x04" + data,
    "in quotes": lambda data: json.dumps(data.decode()).encode(),
    "entities for all": lambda data: "".join(f"&#{char};" for char in data).encode(),
}


@pytest.mark.parametrize("how", SPOILT)
@pytest.mark.parametrize("target", TARGETS)
def test_spoilt(target: str, how: str) -> None:
    read = read_or_skip(target)
    for data in tiny(target)[:2]:
        examine(read, SPOILT[how](data))


# -- JSON that is JSON, and no more than that

PLAIN_JSON = (
    b"null", b"true", b"0", b'""', b"[]", b"{}", b"[[]]", b"[null]", b'{"data":null}', b'{"data":[]}', b'{"data":{"post":null}}',
    b'{"data":{"post":{}}}', b'{"data":{"post":[]}}', b'{"data":{"post":{"content":{"bodyModel":null}}}}',
    b'{"data":{"post":{"content":{"bodyModel":{"paragraphs":null,"sections":null}}}}}',
    b'{"data":{"post":{"content":{"bodyModel":{"paragraphs":[null,{},{"type":null,"text":null,"markups":[null,{}]}]}}}}}',
    b'{"payload":null}', b'{"payload":{"value":{}}}', b'{"success":false}', b'{"success":true,"payload":{"value":null,"references":null}}',
    b'{"payload":{"value":{"content":{"bodyModel":{"paragraphs":[{"type":999,"text":"x"}],"sections":[{}]}}}}}',
    b'{"errors":[{"message":"no"}]}', b'{"error":"no"}', b'{"data":{"post":{"title":1e999}}}', b'{"data":{"post":{"title":NaN}}}',
    b'{"data":{"post":{"firstPublishedAt":99999999999999999999999}}}', b'{"data":{"post":{"firstPublishedAt":-1}}}',
    b'{"data":{"post":{"id":5,"title":["x"],"tags":{"a":1},"creator":"x"}}}', b'{"a":1,"a":2,"a":{}}', b'{"data":{"post":{"id":"x"}},}',
    b"{'data': 1}", b'{"data":{"post":{"title":"\\ud83d"}}}', b'{"data":{"post":{"title":"\\u0000"}}}', b"])}while(1);</x>", b"])}while(1);</x>null",
)  # fmt: skip


@pytest.mark.parametrize("data", PLAIN_JSON, ids=lambda data: data.decode()[:60])
@pytest.mark.parametrize("target", ["api", "payload", "sources", "model"])
def test_json_without_a_post(target: str, data: bytes) -> None:
    examine(read_or_skip(target), data)


@pytest.mark.parametrize("data", PLAIN_JSON, ids=lambda data: data.decode()[:60])
@pytest.mark.parametrize("target", ["page", "legacy"])
def test_a_page_without_a_post(target: str, data: bytes) -> None:
    name = b"window.__APOLLO_STATE__ = " if target == "page" else b'window["obvInit"]('
    examine(
        read_or_skip(target),
        b"<!DOCTYPE html><html><body><script>" + name + data + b")</script></body></html>",
    )


def body(paragraphs: list[dict[str, Any]], **more: Any) -> bytes:
    """A GraphQL answer with these paragraphs."""
    model = {"paragraphs": paragraphs, "sections": [], **more}
    return json.dumps(
        {"data": {"post": {"id": "0123456789ab", "title": "T", "content": {"bodyModel": model}}}}
    ).encode()


def state(nodes: dict[str, Any]) -> bytes:
    """A page with these nodes beside the post's own."""
    post = {"__typename": "Post", "id": "0123456789ab", "title": "T", "content({})": {"__ref": "body"}}
    whole = {
        "ROOT_QUERY": {'post({"id":"0123456789ab"})': {"__ref": "Post:0123456789ab"}},
        "Post:0123456789ab": post,
        **nodes,
    }
    return (
        f"<html><body><script>window.__APOLLO_STATE__ = {json.dumps(whole)}</script></body></html>".encode()
    )


def circle(size: int) -> bytes:
    nodes: dict[str, Any] = {f"n{i}": {"__ref": f"n{(i + 1) % size}"} for i in range(size)}
    return state({"body": {"bodyModel": {"__ref": "n0"}}, **nodes})


def paragraph_circle(_size: int) -> bytes:
    node = {"type": "P", "text": "x", "iframe": {"mediaResource": {"__ref": "p"}}, "mixtapeMetadata": {"__ref": "p"},
            "metadata": {"__ref": "p"}, "dropCapImage": {"__ref": "p"}}  # fmt: skip
    return state({"p": node, "body": {"bodyModel": {"paragraphs": [{"__ref": "p"}] * 5}}})


def fan(size: int) -> bytes:
    """Each node names the next twice: followed naively, two to the power of ``size``."""
    nodes: dict[str, Any] = {f"n{i}": [{"__ref": f"n{i + 1}"}] * 2 for i in range(size)}
    nodes[f"n{size}"] = {"type": "P", "text": "x"}
    return state({"body": {"bodyModel": {"paragraphs": {"__ref": "n0"}}}, **nodes})


def heavy(size: int) -> bytes:
    """One long paragraph, named again and again: the state is small, what it says is not."""
    text = {"__typename": "Paragraph", "type": "P", "text": "boat " * size}
    return state({"p": text, "body": {"bodyModel": {"paragraphs": [{"__ref": "p"}] * size}}})


def p(text: str, *marks: dict[str, Any]) -> dict[str, Any]:
    return {"name": "0a1b", "type": "P", "text": text, "markups": list(marks)}


def m(kind: str, start: int, end: int, href: str = "https://a.example/") -> dict[str, Any]:
    return {"type": kind, "start": start, "end": end, "href": href}


def html(grafs: str) -> bytes:
    return (
        '<!DOCTYPE html><html><head><title>T</title></head><body><article class="h-entry"><header><h1 class="p-name">T</h1>'
        f'</header><section data-field="body" class="e-content">{grafs}</section></article></body></html>'
    ).encode()


def dom(inner: str) -> bytes:
    return (
        '<!DOCTYPE html><html><head><title>T</title><meta property="og:site_name" content="Medium"></head><body><article>'
        f'<h1 data-testid="storyTitle">T</h1>{inner}</article></body></html>'
    ).encode()


def feed(content: str, head: str = "") -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{head}<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/">'
        "<channel><title>T</title><link>https://medium.com/@ana</link><item><title>T</title><guid>https://medium.com/p/0123456789ab"
        f"</guid><content:encoded><![CDATA[{content}]]></content:encoded></item></channel></rss>"
    ).encode()


def zmedium(text: str) -> bytes:
    last = "_[Post](https://medium.com/p/0123456789ab) converted from Medium by [ZMediumToMarkdown](https://github.com/ZhgChgLi/ZMediumToMarkdown)._"
    return f'---\ntitle: "T"\n---\n\n### T\n\n{text}\n\n{last}\n'.encode()


GRAF = '<p name="0a1b" id="0a1b" class="graf graf--p">{}</p>'

# Each grows with its number; time must grow no faster.
GROWING: dict[str, tuple[str, Callable[[int], bytes]]] = {
    "marks all over": ("api", lambda n: body([p("ab" * n, *(m(("STRONG", "EM", "A", "CODE")[i % 4], i, i + 9) for i in range(n)))])),
    "marks of one character": ("api", lambda n: body([p("ab" * n, *(m("EM", 2 * i, 2 * i + 1) for i in range(n)))])),
    "strong on one, em on the next": ("api", lambda n: body([p("ab" * n, *(m(("STRONG", "EM")[i % 2], i, i + 1) for i in range(2 * n)))])),
    "links inside strong": ("api", lambda n: body([p("ab" * n, m("STRONG", 0, 2 * n), *(m("A", 2 * i, 2 * i + 1) for i in range(n)))])),
    "em across links": ("api", lambda n: body([p("ab" * n, *(m(("A", "EM")[i % 2], i, i + 2) for i in range(2 * n)))])),
    "marks without number": ("api", lambda n: body([p("a", *(m("A", 0, 1, str(i)) for i in range(5 * n)))])),
    "one long paragraph": ("api", lambda n: body([p("The 港 and the 💸. " * 20 * n)])),
    "one long paragraph of brackets": ("api", lambda n: body([p("[" * 10 * n + "](" * 10 * n)])),
    "one long paragraph of stars": ("api", lambda n: body([p("*a _b ~~c `d " * n, m("STRONG", 1, 2))])),
    "one long line of ticks": ("api", lambda n: body([p("` `` ``` " * n, m("CODE", 2, 9))])),
    "lines": ("api", lambda n: body([p("1. a\n- b\n> c\n# d\n---\n" * n)])),
    "many paragraphs": ("api", lambda n: body([p("Boats.") for _ in range(n)])),
    "many list items": ("api", lambda n: body([{"type": "OLI", "text": "Boats."} for _ in range(n)])),
    "many pictures in a row": ("api", lambda n: body([{"type": "IMG", "layout": "OUTSET_ROW_CONTINUE", "metadata": {"id": "1*a.png"}, "text": "c"} for _ in range(n)])),
    "many code blocks": ("api", lambda n: body([{"type": "PRE", "text": "x", "codeBlockMetadata": {"lang": str(i % 2)}} for i in range(n)])),
    "many sections": ("api", lambda n: body([p("x")] * n, sections=[{"name": "s", "startIndex": i} for i in range(n)])),
    "sections all at one place": ("api", lambda n: body([p("x")], sections=[{"name": "s", "startIndex": 0}] * n)),
    "unknown types": ("api", lambda n: body([{"type": f"SONNET{i}", "text": "x", "markups": [{"type": f"BLINK{i}"}]} for i in range(n)])),
    "many posts": ("api", lambda n: b"[" + b",".join([body([p("x")])] * (n // 4)) + b"]"),
    "keys that nobody knows": ("api", lambda n: body([{"type": "P", "text": "x", **{f"k{i}": i for i in range(4 * n)}}])),
    "a long title": ("api", lambda n: body([p("x")]).replace(b'"T"', json.dumps("T [x](y) 港 " * n).encode())),
    "a circle of references": ("page", circle),
    "a long chain of references": ("page", lambda n: state({"body": {"bodyModel": {"__ref": "n0"}}, **{f"n{i}": {"__ref": f"n{i + 1}"} for i in range(n)}})),
    "one paragraph named often": ("page", lambda n: state({"p": p("Boats."), "body": {"bodyModel": {"paragraphs": [{"__ref": "p"}] * n}}})),
    "one list named often": ("page", lambda n: state({"l": [{"__ref": "p"}] * n, "p": p("x"), "body": {"bodyModel": {"paragraphs": [{"__ref": "l"}] * n}}})),
    "one long paragraph named often": ("page", heavy),
    "marks named often": ("page", lambda n: state({"m": m("EM", 0, 1), "l": [{"__ref": "m"}] * n, "body": {"bodyModel": {"paragraphs": [{**p("x"), "markups": {"__ref": "l"}}] * n}}})),
    "script beginnings": ("page", lambda n: b"<html><script>" + b"window.__APOLLO_STATE__ " * 20 * n + b"</script></html>"),
    "script ends": ("page", lambda n: state({"x": "</script>" * 20 * n})),
    "posts in a page": ("page", lambda n: state({f"Post:{i}": {"__typename": "Post", "id": str(i), "title": "T"} for i in range(n)})),
    "hex escapes": ("legacy", lambda n: b'<html><script>window["obvInit"]({"a":"' + b"\\x3c" * 20 * n + b'"})</script></html>'),
    "obvInit without end": ("legacy", lambda n: b"<html><script>" + b'window["obvInit"]({' * 10 * n + b"</script></html>"),
    "legacy marks": ("payload", lambda n: json.dumps({"success": True, "payload": {"value": {"id": "0123456789ab", "title": "T", "content": {"bodyModel": {"paragraphs": [{"type": 1, "text": "ab" * n, "markups": [{"type": i % 3 + 1, "start": i, "end": i + 4, "href": "x"} for i in range(n)]}]}}}}}).encode()),
    "deep strong": ("export", lambda n: html(GRAF.format("<strong>" * n + "x" + "</strong>" * n))),
    "deep links": ("export", lambda n: html(GRAF.format('<a href="x">a' * n))),
    "deep divisions": ("export", lambda n: html("<div>" * n + GRAF.format("x"))),
    "deep lists": ("export", lambda n: html("<ul><li>" * n + "x")),
    "deep mixed": ("export", lambda n: html(GRAF.format("<b><i><a><code>" * n))),
    "inline elements": ("export", lambda n: html(GRAF.format("<em>a</em>b<br>" * n))),
    "grafs": ("export", lambda n: html(GRAF.format("x") * n)),
    "attributes": ("export", lambda n: html("<p " + " ".join(f'a{i}="x"' for i in range(n)) + ' class="graf graf--p">x</p>')),
    "a long attribute": ("export", lambda n: html(f'<p class="graf graf--p {"x " * 10 * n}">x</p>')),
    "entities": ("export", lambda n: html(GRAF.format("&amp;&#x1F4B8;&nope;&" * 5 * n))),
    "comments": ("export", lambda n: html(GRAF.format("<!--" * 20 * n))),
    "open angles": ("export", lambda n: html(GRAF.format("<" * 20 * n))),
    "ends without a beginning": ("export", lambda n: html("</p></div></strong>" * 5 * n + GRAF.format("x"))),
    "unclosed paragraphs": ("export", lambda n: html('<p class="graf graf--p">x' * n)),
    "code lines": ("export", lambda n: html('<pre class="graf graf--pre">' + "x = 1<br>" * 5 * n + "</pre>")),
    "code spans": ("export", lambda n: html('<pre class="graf graf--preV2"><span class="pre--content">' + '<span class="hljs-keyword">if</span> x<br>' * n + "</span></pre>")),
    "export pictures": ("export", lambda n: html('<figure class="graf graf--figure graf--layoutOutsetRowContinue"><img class="graf-image" data-image-id="1*a.png"></figure>' * n)),
    "deep page": ("dom", lambda n: dom("<div>" * n + "<p>x</p>")),
    "page paragraphs": ("dom", lambda n: dom("<p>a <em>b</em></p>" * n)),
    "deep emphasis in a page": ("dom", lambda n: dom("<p>" + "<em>a<strong>b" * n)),
    "page lists": ("dom", lambda n: dom("<ul><li>" * n)),
    "feed content": ("feed", lambda n: feed("<p>a <em>b</em></p>" * n)),
    "deep feed": ("feed", lambda n: feed("<blockquote>" * n + "x")),
    "deep feed marks": ("feed", lambda n: feed("<p>" + "<strong>a<em>b" * n)),
    "feed items": ("feed", lambda n: feed("x").replace(b"</channel>", b"<item><title>T</title><description>&lt;p&gt;x&lt;/p&gt;</description></item>" * n + b"</channel>")),
    "deep XML": ("feed", lambda n: feed("x").replace(b"<channel>", b"<channel>" + b"<a>" * 5 * n)),
    "CDATA beginnings": ("feed", lambda n: feed("<![CDATA[" * 10 * n)),
    "quotes in Markdown": ("zmedium", lambda n: zmedium("> " * 10 * n + "x")),
    "lines of Markdown": ("zmedium", lambda n: zmedium("The **boats** and _ferries_ [x](https://a.example/)\\.\n\n" * n)),
    "stars of Markdown": ("zmedium", lambda n: zmedium("**a _b " * n)),
    "brackets of Markdown": ("zmedium", lambda n: zmedium("[" * 10 * n + "](" * 10 * n)),
    "ticks of Markdown": ("zmedium", lambda n: zmedium("` `` ``` " * n)),
    "backslashes of Markdown": ("zmedium", lambda n: zmedium("\\" * 10 * n)),
    "pictures of Markdown": ("zmedium", lambda n: zmedium("![a](assets/0123456789ab/1*a.png)\n\na\n\n" * n)),
    "fences of Markdown": ("zmedium", lambda n: zmedium("```\nx\n" * n)),
    "blank lines of Markdown": ("zmedium", lambda n: zmedium("\n" * 20 * n)),
    "keys of the front matter": ("zmedium", lambda n: zmedium("x").replace(b"title:", b'x: "y"\n' * n + b"title:")),
    "front matter without end": ("zmedium", lambda n: b"---\n" * 5 * n),
    "blanks": ("sources", lambda n: b" " * 100 * n),
    "dashes": ("sources", lambda n: b"-" * 100 * n),
    "angles": ("sources", lambda n: b"<" * 100 * n),
    "processing instructions": ("sources", lambda n: b"<?xml ?>" * 10 * n),
    "half comments": ("sources", lambda n: b"<!-- x" * 10 * n),
    "whole comments": ("sources", lambda n: b"<!-- x -->" * 10 * n),
    "doctypes": ("sources", lambda n: b"<!DOCTYPE html>" * 10 * n),
    "article beginnings": ("sources", lambda n: b"<article " * 10 * n),
    "title beginnings": ("sources", lambda n: b"<title " * 10 * n),
    "deep JSON": ("sources", lambda n: b"[" * 100 * n),
    "deep objects": ("sources", lambda n: b'{"data":' * 20 * n),
    "model blocks": ("model", lambda n: encode(Post(blocks=(Heading(3, RichText("x")), Paragraph(RichText("y"))) * n))),
}  # fmt: skip

SMALL = 400


@pytest.mark.parametrize("why", GROWING)
def test_time_grows_with_the_input(why: str) -> None:
    """Reading, writing in both flavours, and the proof."""
    target, make = GROWING[why]
    read = read_or_skip(target)
    assert_linear(lambda n: examine(read, make(n), slow=60), SMALL)


def paragraph(text: str, *marks: Mark) -> Post:
    return Post(blocks=(Paragraph(from_utf16(text, marks)),))


# Posts that only the writers and the proof make much of. What they hold grows with the number.
WRITTEN: dict[str, Callable[[int], Post]] = {
    "lines of a paragraph": lambda n: paragraph("boats \n" * n + "x"),
    "lines of a quote": lambda n: Post(blocks=(Quote(RichText("boats\n" * n + "x")),)),
    "lines with a mark": lambda n: paragraph("boats \n" * n + "x", Mark("em", 1, 5)),
    "lines in strong": lambda n: paragraph("boats \n" * n + "x", Mark("strong", 0, 6 * n)),
    "lines of code": lambda n: Post(blocks=(Code(RichText("boats \n" * n + "x")),)),
    "codes": lambda n: Post(blocks=(Code(RichText("boats")),) * (n // 4)),
    "codes with marks": lambda n: Post(blocks=(Code(RichText("boats", (Mark("strong", 0, 2),))),) * (n // 4)),
    "em after em": lambda n: paragraph("ab " * (n // 4), *(Mark("em", 3 * i, 3 * i + 1) for i in range(n // 4))),
    "em in strong": lambda n: paragraph("a b " * (n // 8), Mark("strong", 0, n), *(Mark("em", 4 * i, 4 * i + 1) for i in range(n // 8))),
    "pictures of one row": lambda n: Post(blocks=(ImageRow((Image("1*a.png"),) * (n // 10)),)),
    "items": lambda n: Post(blocks=(ListItem(RichText("a"), True),) * (n // 10)),
    "lists parted by nothing": lambda n: Post(blocks=(ListItem(RichText("a"), True), Paragraph()) * (n // 10)),
    "references": lambda n: paragraph("&lt;" * n),
    "angles": lambda n: paragraph("<b x>" * n),
    "underscores": lambda n: paragraph("_a b_ " * n),
    "tildes": lambda n: paragraph("~~a " * n),
    "dollars and pipes": lambda n: paragraph("$|-" * n),
    "openings": lambda n: paragraph("[" * n),
    "closings": lambda n: paragraph("](" * n),
    "openings and closings": lambda n: paragraph("[a](b" * n),
    "autolinks": lambda n: paragraph("<http://a" * n),
    "ticks of growing length": lambda n: paragraph("".join("`" * i + " " for i in range(int(n**0.5)))),
    "bangs": lambda n: paragraph("![" * n),
    "blanks": lambda n: paragraph(" " * n + "x" + " " * n),
    "hashes": lambda n: Post(blocks=(Heading(3, RichText("# " * n)),)),
    "a long address": lambda n: paragraph("x", Mark("link", 0, 1, "(" * n + "<&amp;" * n)),
    "a long title": lambda n: Post(title='"\\\n' * n),
    "a long description": lambda n: paragraph("x", Mark("link", 0, 1, "x", '"&amp;`' * n)),
    "an alt text": lambda n: Post(blocks=(Image("1*a.png", alt="[a](b) *c* " * (n // 4)),)),
    "tags": lambda n: Post(tags=tuple(Tag(str(i)) for i in range(n // 4))),
    "files of a gist": lambda n: Post(blocks=(Embed("gist", "https://x/", files=(EmbedFile("a", "py", "x = 1\n"),) * (n // 20)),)),
    "a card": lambda n: Post(blocks=(LinkCard("https://x/", content=RichText("a\n" * (n // 2))),)),
}  # fmt: skip


@pytest.mark.parametrize("why", WRITTEN)
def test_time_grows_with_the_post(why: str) -> None:
    def run(n: int) -> None:
        post = WRITTEN[why](n)
        text = write(post)
        check(post, text)
        write(post, "zmedium")

    post = WRITTEN[why](200)
    assert check(post, write(post)) == []
    assert_linear(run, 16_000)


DEEP: dict[str, tuple[str, bytes]] = {
    "a fan of references": ("page", fan(60)),
    "a circle of one": ("page", circle(1)),
    "a paragraph that is its own picture": ("page", paragraph_circle(1)),
    "a body that is itself": ("page", state({"body": {"__ref": "body"}})),
    "a post that is its own body": ("page", state({"body": {"__ref": "Post:0123456789ab"}})),
    "JSON a hundred thousand deep": ("api", b'{"data":' * 100_000 + b"1" + b"}" * 100_000),
    "lists a hundred thousand deep": ("api", b"[" * 100_000 + b"]" * 100_000),
    "a deep body": ("api", body([p("x")]).replace(b'"x"', b"[" * 50_000 + b"]" * 50_000)),
    "deep state": ("page", state({}).replace(b'"T"', b'{"a":' * 50_000 + b"1" + b"}" * 50_000)),
    "laughs": ("feed", feed("x", '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">' + "".join(
        f'<!ENTITY c{i} "{f"&c{i - 1};" * 10 if i else "&b;" * 10}">' for i in range(12)) + "]>").replace(b"<title>T<", b"<title>&c11;<")),
    "a file from elsewhere": ("feed", feed("x", '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>').replace(b"<title>T<", b"<title>&a;<")),
}  # fmt: skip


@pytest.mark.parametrize("why", DEEP)
def test_deep(why: str) -> None:
    target, data = DEEP[why]
    examine(read_or_skip(target), data)


def test_no_entity_is_fetched(samples: Path) -> None:
    target, data = DEEP["a file from elsewhere"]
    here = Path("/etc/hostname")
    seen = examine(read_or_skip(target), data)
    if here.is_file() and here.read_text().strip():
        assert here.read_text().strip() not in "".join(seen.texts)


@pytest.mark.slow
@pytest.mark.parametrize("target", ["api", "export"])
def test_a_paragraph_of_a_hundred_megabytes(target: str) -> None:
    text = "The boats of the north. " * (100_000_000 // 24)
    data = (
        body([p(text, m("STRONG", 4, 9))])
        if target == "api"
        else html(GRAF.format(f"<strong>The</strong> {text}"))
    )
    read = read_or_skip(target)
    (post,) = [found for found in read(data, "") if isinstance(found, Post)]
    written = write(post)
    assert len(written) > 99_000_000
    assert check(post, written) == []


# -- what fuzzing found

FOUND: tuple[tuple[str, str, bytes], ...] = (
    # module, what was wrong, the input
    ("api", "an empty list of answers was nothing at all", b"[]"),
    ("export", "an item, an empty code block, an item of one kind: two lists ran together",
     b'<section data-field="body"><ol><li>.<pre></li><li name="2a4">'),
    ("export", "stars on a line of their own inside strong closed it",
     b'<section data-field="body"><p><strong><p id="1a0e">h<br>***<br>|'),
    ("export", "a vertical tab is no white space to CommonMark", b'<section data-field="body"><p class="graf graf--p"><b>!</b>\x0ba'),
)  # fmt: skip


@pytest.mark.parametrize(
    ("target", "why", "data"), FOUND, ids=[f"{target}: {why}" for target, why, _ in FOUND]
)
def test_found(target: str, why: str, data: bytes) -> None:
    read = read_or_skip(target)
    examine(read, data, judge=True)


def t(text: str, *marks: tuple[MarkKind, int, int] | tuple[MarkKind, int, int, str]) -> RichText:
    return from_utf16(text, [Mark(*mark) for mark in marks])


BOLD_STARS = t("-\n***\n|", ("strong", 0, 7))
FOUND_BLOCKS: tuple[tuple[str, tuple[Block, ...]], ...] = (
    ("stars on a line of their own inside strong", (Paragraph(BOLD_STARS),)),
    ("the same in a list", (ListItem(BOLD_STARS),)),
    ("the same in a quote", (Quote(BOLD_STARS),)),
    ("lists parted by empty code", (ListItem(t("a"), True), Code(), ListItem(t("b"), True))),
    ("bullets parted by empty code", (ListItem(t("a")), Code(t(" \n")), ListItem(t("b")))),
    ("strong before a vertical tab", (Paragraph(t("!\x0ba", ("strong", 0, 1))),)),
    ("strong behind a vertical tab", (Paragraph(t("a\x0b!a", ("strong", 2, 3))),)),
    ("strong before a line separator", (Paragraph(t("!\u2028a", ("strong", 0, 1))),)),
    ("strong before a next-line control", (Paragraph(t("!\x85a", ("strong", 0, 1))),)),
    ("strong before a unit separator", (Paragraph(t("!\x1fa", ("strong", 0, 1))),)),
    ("a backslash before a blank at the end", (Paragraph(t("\\ ")), Heading(3, t("\\ ")), Quote(t("a\\\t")))),
    (
        "a card's host behind code on the same line",
        (LinkCard("r", "..", ".", ".", content=t("..", ("link", 0, 2, "r"), ("code", 0, 2), ("em", 0, 1))),),
    ),
    ("an id with a tick", (Embed("audio", "https://a.example/`", provider="soundcloud", provider_id="`"),)),
    ("an address with a picture in its host", (Paragraph(t("a b", ("link", 0, 1, "//😀/x"))),)),
    ("an address with Arabic in its host", (Paragraph(t("a b", ("link", 0, 1, "http://eي/"))),)),
    ("a card without an address", (LinkCard(title="Boats"), LinkCard(content=t("Boats", ("strong", 0, 2))))),
    ("a caption of a blank", (Image("1*a.png", caption=t(" ")),)),
    ("a caption of a next-line control", (Image("1*a.png", caption=t("\x85")),)),
    ("a tick in the text and in the title",
     (Paragraph(RichText("a ` b", (Mark("link", 4, 5, "https://a.example/", 'b "`" &#96; &'),))),)),
    ("a tick in the text and in the address", (Paragraph(t("a ` b", ("link", 4, 5, "https://a.example/`"))),)),
    ("a card that is a tick", (LinkCard("`"),)),
    ("an address in percents", (Paragraph(t("https://a.example/%20b", ("link", 0, 22, "https://a.example/%20b"))),)),
    ("a card of a line break, with a picture", (LinkCard(thumbnail="1*a.png", content=t("\n"), name="4521"), Paragraph(t("d")))),
    ("controls at the ends", (Paragraph(t("\x0b \x1f#")), Heading(3, t("\x0b\x0c\x1f```")), Quote(t("a\x1c")))),
    ("a link inside what would be one, with a control character in its address", (Paragraph(t("[[]()](\x01)")), ListItem(t("[a](b\x01c)")), Paragraph(t("[1][!](https://x/lo\x01r)")))),
    ("a link inside what would be one, with an angle in its address", (Paragraph(t("[[]()](><)")), ListItem(t("[a](b<c)")))),
    ("an address with no character in its host", (Paragraph(t("a b", ("link", 0, 1, "https://a.examp" + "\ufffd" * 104 + "le/"))),)),
    ("an address with a tag in its host", (Paragraph(t("a b", ("link", 0, 1, "https://a.¿e<figure name=x"))),)),
    ("no link, for its address has a line break", (Paragraph(t("[!](h\nr)")), Quote(t("**[M](~\nc) x")))),
    ("a picture that is its own address", (Image(src="data:,x"), Paragraph(t("d")))),
    ("a card without a word", (LinkCard("https://a.example/"), Paragraph(t("d")))),
)  # fmt: skip


@pytest.mark.parametrize(("why", "blocks"), FOUND_BLOCKS, ids=[why for why, _ in FOUND_BLOCKS])
def test_found_in_the_writer(why: str, blocks: tuple[Block, ...]) -> None:
    post = Post(title="T", blocks=blocks)
    text = write(post)
    assert check(post, text) == []
    assert differences(post, text) == []


def test_a_link_that_a_code_s_bracket_would_make_a_definition() -> None:
    """Found by the fuzzer. The second engine's reader knows no tags of code, so the proof alone judges."""
    post = Post(title="T", blocks=(Paragraph(t("[a]:", ("link", 0, 4, "e"), ("code", 2, 4))),))
    text = write(post)
    assert text.endswith("[\\[a<code>&#93;&#58;</code>](e)\n")
    assert check(post, text) == []


def test_every_module_is_tried() -> None:
    assert {target for target, _ in GROWING.values()} >= {*MODULES, "sources", "model"}


def test_the_judge_of_this_file_can_fail() -> None:
    """Broken promises are seen: another exception, nothing at all, text that is not the post's."""

    def crash(_data: bytes, _origin: str) -> list[Post]:
        raise KeyError("x")

    def nothing(_data: bytes, _origin: str) -> list[Post]:
        return []

    def unclean(_data: bytes, _origin: str) -> list[Post]:
        return [Post(blocks=(Paragraph(RichText("a b", (Mark("em", 0, 2),))),))]

    with pytest.raises(KeyError):
        examine(crash, b"")
    for read in (nothing, unclean):
        with pytest.raises(AssertionError):
            examine(read, b"")
    assert isinstance(examine(reader("sources"), b"PK"), Seen)
