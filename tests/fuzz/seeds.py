"""Where the fuzzer begins: the samples, sorted by form, and one tiny input of each form."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fonds.model import Post, encode
from fonds.sources import sniff
from promises import Missing, reader

ROOT = Path(__file__).resolve().parents[2]
LARGEST = 40_000
"""Bytes: a larger sample makes every try slow and teaches nothing more."""

_TARGET = {"json": "payload", "export-other": "export"}
_NOT_TEXT = {".png", ".jpeg", ".jpg", ".gif", ".py", ".pyc", ".toml"}

_PARAGRAPHS: list[dict[str, Any]] = [
    {"name": "0a1b", "type": "H3", "text": "Boats of the north", "markups": []},
    {"name": "0a1c", "type": "P", "text": "The 💸 and the 港 — so!", "hasDropCap": True, "markups": [
        {"type": "STRONG", "start": 1, "end": 9}, {"type": "EM", "start": 4, "end": 15},
        {"type": "A", "start": 5, "end": 8, "href": "https://a.example/b_(c)", "anchorType": "LINK"},
        {"type": "A", "start": 9, "end": 12, "userId": "12ab", "anchorType": "USER"},
        {"type": "CODE", "start": 0, "end": 3}]},
    {"name": "0a1d", "type": "IMG", "text": "a *caption*", "layout": "OUTSET_ROW", "href": "https://a.example/",
     "metadata": {"id": "1*ab.jpeg", "originalWidth": 8, "originalHeight": 6, "alt": "a [boat]"}},
    {"name": "0a1e", "type": "IMG", "text": None, "layout": "OUTSET_ROW_CONTINUE", "metadata": {"id": "1*cd.png"}},
    {"name": "0a1f", "type": "PRE", "text": "x = `1`\n\n  y", "codeBlockMetadata": {"mode": "EXPLICIT", "lang": "python"},
     "markups": [{"type": "STRONG", "start": 0, "end": 1}]},
    {"name": "0a20", "type": "ULI", "text": "one"}, {"name": "0a21", "type": "OLI", "text": "1. two"},
    {"name": "0a22", "type": "BQ", "text": "said\nand said"}, {"name": "0a23", "type": "PQ", "text": "pulled"},
    {"name": "0a24", "type": "IFRAME", "text": "", "iframe": {"mediaResource": {
        "id": "m1", "title": "Tide", "iframeSrc": "https://www.youtube.com/embed/aB3-_xYz012", "iframeWidth": 8,
        "thumbnailUrl": "https://a.example/t.jpg"}}},
    {"name": "0a25", "type": "MIXTAPE_EMBED", "text": "Title\nWhat it says\na.example",
     "mixtapeMetadata": {"href": "https://a.example/", "thumbnailImageId": "0*x"},
     "markups": [{"type": "A", "start": 0, "end": 28, "href": "https://a.example/"}, {"type": "STRONG", "start": 0, "end": 5}]},
]  # fmt: skip
_BODY: dict[str, Any] = {
    "paragraphs": _PARAGRAPHS,
    "sections": [
        {"name": "s1", "startIndex": 0},
        {"name": "s2", "startIndex": 2, "backgroundImage": {"id": "1*bg.jpeg"}},
    ],
}
_POST: dict[str, Any] = {
    "__typename": "Post", "id": "1a0c4e5b7d21", "title": "Boats of the north", "uniqueSlug": "boats-1a0c4e5b7d21",
    "mediumUrl": "https://medium.com/p/1a0c4e5b7d21", "firstPublishedAt": 1551722415093, "isLocked": False,
    "creator": {"__typename": "User", "id": "12ab", "name": "Ana", "username": "ana"}, "tags": [{"id": "sea"}],
}  # fmt: skip


def _numbered() -> dict[str, Any]:
    """The body as ``?format=json`` has it."""
    types = {
        "P": 1,
        "H3": 3,
        "IMG": 4,
        "BQ": 6,
        "PQ": 7,
        "PRE": 8,
        "ULI": 9,
        "OLI": 10,
        "IFRAME": 11,
        "MIXTAPE_EMBED": 14,
    }
    marks = {"STRONG": 1, "EM": 2, "A": 3, "CODE": 10}
    layouts = {"OUTSET_ROW": 9, "OUTSET_ROW_CONTINUE": 10}
    body: dict[str, Any] = json.loads(json.dumps(_BODY))
    for paragraph in body["paragraphs"]:
        paragraph["type"] = types[paragraph["type"]]
        if "layout" in paragraph:
            paragraph["layout"] = layouts[paragraph["layout"]]
        for mark in paragraph.get("markups", ()):
            mark["type"] = marks[mark["type"]]
            if "anchorType" in mark:
                mark["anchorType"] = {"LINK": 0, "USER": 1}[mark["anchorType"]]
    return body


def _payload() -> dict[str, Any]:
    value = {
        "id": _POST["id"], "title": _POST["title"], "creatorId": "12ab", "uniqueSlug": _POST["uniqueSlug"],
        "content": {"bodyModel": _numbered(), "subtitle": "x"}, "virtuals": {"tags": [{"slug": "sea", "name": "Sea"}]},
        "firstPublishedAt": 1551722415093, "type": "Post",
    }  # fmt: skip
    return {
        "value": value,
        "references": {
            "User": {"12ab": {"userId": "12ab", "name": "Ana", "username": "ana", "type": "User"}}
        },
    }


def _apollo() -> dict[str, Any]:
    """The page's state: every object a node of its own."""
    state: dict[str, Any] = {
        "ROOT_QUERY": {
            "__typename": "Query",
            'postResult({"id":"1a0c4e5b7d21"})': {"__ref": "Post:1a0c4e5b7d21"},
        }
    }
    refs = []
    for paragraph in _PARAGRAPHS:
        key = f"Paragraph:{paragraph['name']}"
        node: dict[str, Any] = {"__typename": "Paragraph", "id": paragraph["name"], **paragraph}
        if isinstance(node.get("metadata"), dict):
            image = f"ImageMetadata:{node['metadata']['id']}"
            state[image] = node["metadata"]
            node["metadata"] = {"__ref": image}
        state[key] = node
        refs.append({"__ref": key})
    state["User:12ab"] = _POST["creator"]
    state["Post:1a0c4e5b7d21"] = {
        **_POST, "creator": {"__ref": "User:12ab"},
        'content({"postMeteringOptions":{}})': {"bodyModel": {"paragraphs": refs, "sections": _BODY["sections"]}},
    }  # fmt: skip
    return state


_GRAFS = (
    '<h3 name="0a1b" id="0a1b" class="graf graf--h3 graf--title">Boats of the north</h3>'
    '<p name="0a1c" id="0a1c" class="graf graf--p">The <strong class="markup--strong markup--p-strong">💸 and '
    '<em class="markup--em">the</em></strong> <a href="https://a.example/" data-href="https://a.example/" '
    'class="markup--anchor">港</a> <code class="markup--code">x`y</code><br>so!</p>'
    '<figure name="0a1d" id="0a1d" class="graf graf--figure"><img class="graf-image" data-image-id="1*ab.jpeg" '
    'data-width="8" data-height="6" src="https://cdn-images-1.medium.com/max/800/1*ab.jpeg">'
    '<figcaption class="imageCaption">a caption</figcaption></figure>'
    '<pre name="0a1f" id="0a1f" class="graf graf--pre">x = 1<br>  y</pre>'
    '<ul class="postList"><li name="0a20" id="0a20" class="graf graf--li">one</li></ul>'
    '<blockquote name="0a22" id="0a22" class="graf graf--blockquote">said</blockquote>'
    '<div name="0a25" id="0a25" class="graf graf--mixtapeEmbed"><a href="https://a.example/" '
    'class="markup--anchor markup--mixtapeEmbed-anchor"><strong class="markup--strong">Title</strong><br>'
    "<em>What</em>a.example</a></div>"
)
_EXPORT = (
    '<!DOCTYPE html><html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8">'
    '<title>Boats of the north</title></head><body><article class="h-entry"><header><h1 class="p-name">Boats of the '
    'north</h1></header><section data-field="subtitle" class="p-summary">Of boats</section><section data-field="body" '
    'class="e-content"><section name="aa" class="section section--body section--first"><div class="section-divider"><hr '
    'class="section-divider"></div><div class="section-content"><div class="section-inner sectionLayout--insetColumn">'
    + _GRAFS
    + '</div></div></section></section><footer><p>By <a href="https://medium.com/@ana" class="p-author h-card">Ana</a> on '
    '<a href="https://medium.com/p/1a0c4e5b7d21"><time class="dt-published" datetime="2016-05-31T11:05:50.178Z">x</time>'
    '</a>.</p><p><a href="https://medium.com/@ana/boats-1a0c4e5b7d21" class="p-canonical">Canonical link</a></p></footer>'
    "</article></body></html>"
)
_FEED_BODY = (
    '<h4>Of boats</h4><p>The <strong>💸 and <em>the</em></strong> <a href="https://a.example/">港</a><br>so!</p>'
    '<figure><img alt="a boat" src="https://cdn-images-1.medium.com/max/800/1*ab.jpeg"><figcaption>a caption</figcaption>'
    "</figure><pre>x = 1<br>  y</pre><ul><li>one</li></ul><blockquote>said</blockquote>"
)
_FEED = (
    '<?xml version="1.0" encoding="UTF-8"?><rss xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" version="2.0"><channel><title>Stories by Ana on Medium'
    "</title><link>https://medium.com/@ana?source=rss</link><item><title><![CDATA[Boats of the north]]></title>"
    '<link>https://medium.com/@ana/boats-1a0c4e5b7d21?source=rss</link><guid isPermaLink="false">'
    "https://medium.com/p/1a0c4e5b7d21</guid><category><![CDATA[sea]]></category><dc:creator><![CDATA[Ana]]></dc:creator>"
    "<pubDate>Tue, 31 May 2016 11:05:50 GMT</pubDate><content:encoded><![CDATA["
    + _FEED_BODY
    + "]]></content:encoded></item></channel></rss>"
)
_DOM = (
    '<!DOCTYPE html><html><head><title>Boats of the north | by Ana | Medium</title><meta property="og:site_name" '
    'content="Medium"><link rel="canonical" href="https://medium.com/@ana/boats-1a0c4e5b7d21"></head><body><article>'
    '<h1 data-testid="storyTitle" class="pw-post-title" id="0a1b">Boats of the north</h1><p class="pw-post-body-paragraph" '
    'id="0a1c">The <strong>💸 and <em>the</em></strong> <a href="https://a.example/">港</a><br>so!</p><figure><picture>'
    '<img alt="a boat" src="https://miro.medium.com/v2/resize:fit:700/1*ab.jpeg" width="700" height="400"></picture>'
    "<figcaption>a caption</figcaption></figure><pre><span>x = 1<br>  y</span></pre></article></body></html>"
)
_ZMEDIUM = """---
title: "Boats of the north"
author: "Ana"
date: 2016-05-31T12:05:50.178+0100
last_modified_at: 2016-06-01T12:05:50.178+0100
categories: ["Letter"]
tags: ["sea","boats"]
description: "Of boats"
image:
  path: /assets/1a0c4e5b7d21/1*ab.jpeg
---

### Boats of the north
#### Of boats

The **💸** and _the_ [港](https://a\\.example/) `x` so\\!


![a boat](assets/1a0c4e5b7d21/1*ab.jpeg)

a boat
- one


> said




```python
x = 1
```

_Converted [Medium Post](https://medium.com/p/1a0c4e5b7d21) by [ZMediumToMarkdown](https://github.com/ZhgChgLi/ZMediumToMarkdown)._
"""


def tiny(target: str) -> list[bytes]:
    """Inputs of that form that need no sample."""
    api = json.dumps(
        {"data": {"post": {**_POST, "content": {"bodyModel": _BODY}}}}, ensure_ascii=False
    ).encode()
    payload = json.dumps({"success": True, "payload": _payload()}, ensure_ascii=False).encode()
    state = json.dumps(_apollo(), ensure_ascii=False)
    page = f"<!DOCTYPE html><html><head><title>x</title></head><body><script>window.__APOLLO_STATE__ = {state}</script></body></html>"
    legacy = (
        '<!DOCTYPE html><html><body><script>// <![CDATA[\nGLOBALS = null;\nwindow["obvInit"]('
        + json.dumps(_payload()).replace("<", "\\x3c")
        + ")\n// ]]></script></body></html>"
    )
    grafs = f"<!DOCTYPE html><html><head><title>Boats – Medium</title></head><body><main>{_GRAFS}</main></body></html>"
    forms: dict[str, list[bytes]] = {
        "api": [api, b"[" + api + b"]"],
        "payload": [payload, b"])}while(1);</x>" + payload],
        "page": [page.encode()],
        "legacy": [legacy.encode(), grafs.encode()],
        "export": [_EXPORT.encode()],
        "feed": [_FEED.encode()],
        "dom": [_DOM.encode()],
        "zmedium": [_ZMEDIUM.encode()],
    }
    if target == "sources":
        return [data for same in forms.values() for data in same]
    if target == "model":
        return [encode(found) for found in _posts(api, "api")] or [b'{"title":"Boats"}']
    return forms[target]


def _posts(data: bytes, form: str) -> Iterator[Any]:
    try:
        yield from reader(form)(data, "")
    except Missing:
        return


def samples(target: str, folder: Path = ROOT / "samples") -> Iterator[bytes]:
    """The files under ``folder`` (members of ZIPs too) that are of the target's form."""
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or path.suffix.lower() in _NOT_TEXT or "__pycache__" in path.parts:
            continue
        data = path.read_bytes()
        for part in _members(data) if data[:4] == b"PK\x03\x04" else (data,):
            form = sniff.form(part)
            form = _TARGET.get(form, form)
            if target == "model" and form == "api":
                yield from (encode(post) for post in reader("api")(part, "") if isinstance(post, Post))
            elif len(part) <= LARGEST and (form == target or target == "sources"):
                yield part


def _members(data: bytes) -> Iterator[bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            if not name.endswith("/") and Path(name).suffix.lower() not in _NOT_TEXT:
                yield archive.read(name)
