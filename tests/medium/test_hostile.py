"""Answers of strangers: any bytes end in a record or an UnreadableError, in time that grows as they do."""

from __future__ import annotations

import contextlib
import gzip
import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fonds.errors import UnreadableError
from fonds.medium import answers, frames, gists, judge, sitemap, tweets, wayback
from fonds.medium.decoding import Flaw, Size, measure
from fonds.medium.graphql import Answer, split
from fonds.net.judge import Verdict
from fonds.net.messages import Request, Response
from growth import assert_linear

URL = "https://medium.com/x"


def response(body: bytes, status: int = 200) -> Response:
    return Response(Request(URL), URL, status, (), body, body)


def _media_page(data: bytes) -> object:
    return frames.read_media(data, "https://medium.com/media/ab12cd")


READERS: dict[str, Callable[[bytes], object]] = {
    "split": split,
    "body": lambda data: answers.read_body("1c77ce714985", Answer(data), response(data)),
    "stamp": lambda data: answers.read_stamp("1c77ce714985", Answer(data), response(data)),
    "page": lambda data: answers.read_page("1c77ce714985", response(data)),
    "json": lambda data: answers.read_json("1c77ce714985", response(data)),
    "gist": lambda data: gists.read(data, "https://gist.github.com/a/0123456789abcdef.json"),
    "tweet": lambda data: tweets.read(data, "x"),
    "oembed": lambda data: frames.read_oembed(data, "x"),
    "media": _media_page,
    "cdx": wayback.read,
    "sitemap": lambda data: sitemap._entries(sitemap.unpack(data)[0], set()),
    "picture": lambda data: [measure(data, kind) for kind in ("jpeg", "png", "gif", "webp", "svg", "ico")],
    "judges": lambda data: [
        each(response(data, status))
        for each in (judge.graphql, judge.post_page, judge.page, judge.post_json, judge.json, judge.feed, judge.sitemap, judge.picture)
        for status in (200, 403)
    ],
}  # fmt: skip

ANYTHING = st.binary(max_size=300)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["data", "post", "errors", "message", "id", "files", "div", "text", "entities", "urls", "url", "media",
                 "user", "mediaDetails", "photos", "title", "html", "width", "tombstone", "quoted_tweet", "id_str"]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)  # fmt: skip


@pytest.mark.parametrize("name", READERS)
@given(data=ANYTHING)
def test_any_bytes(name: str, data: bytes) -> None:
    with contextlib.suppress(UnreadableError):
        READERS[name](data)


@pytest.mark.parametrize("name", ["split", "body", "stamp", "gist", "tweet", "oembed", "judges"])
@given(value=JSON)
def test_any_json(name: str, value: object) -> None:
    with contextlib.suppress(UnreadableError):
        READERS[name](json.dumps(value).encode())


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("gist", lambda n: json.dumps({"files": ["a"], "div": 'href="https://gist.github.com/raw/' * n}).encode()),
        ("gist", lambda n: json.dumps({"files": ["a"], "div": "type-a" * n}).encode()),
        ("sitemap", lambda n: b"<urlset>" + b"<loc>" * n),
        ("sitemap", lambda n: b"<urlset><loc>" + b" " * 10 * n),
        ("sitemap", lambda n: b"<urlset>" + b"<loc> <![CDATA[ " * n),
        ("media", lambda n: b"<iframe " * n),
        ("media", lambda n: b"<script src='//gist.github.com/" * n),
        ("media", lambda n: b"<title>" * n),
        ("tweet", lambda n: json.dumps({"id_str": "1", "text": "a" * n, "entities": {"urls": [{"url": "a", "expanded_url": "b"}] * n}}).encode()),
        ("cdx", lambda n: b"\n \n" * n),
        ("split", lambda n: b"[" + b'{"errors":[{"message":"a"}]},' * n + b"{}]"),
        ("judges", lambda n: b'[{"errors":[],"data":{' + b'"data" : { "a" : null,' * n),
        ("judges", lambda n: b"<" + b"<title>" * n),
        ("picture", lambda n: b"GIF89a" + bytes(7) + b"\x21\xfe\x01a\x00" * n),
        ("picture", lambda n: b"<svg " + b"width=" * n),
    ],
)  # fmt: skip
def test_time_grows_as_the_answer_does(name: str, make: Callable[[int], bytes]) -> None:
    def read(size: int) -> None:
        with contextlib.suppress(UnreadableError):
            READERS[name](make(size))

    assert_linear(read, 4_000)


def test_a_bomb_in_a_sitemap_is_cut_off_and_named() -> None:
    text, fault = sitemap.unpack(gzip.compress(b"<loc>" + bytes(80 * 1024 * 1024)))
    assert "unpacks to more" in fault
    assert len(text) <= 64 * 1024 * 1024


def test_deep_nesting_is_no_recursion() -> None:
    deep = b"[" * 100_000
    for name in ("split", "body", "stamp", "gist", "tweet", "oembed", "judges"):
        with contextlib.suppress(UnreadableError):
            READERS[name](b'{"data":' + deep)


def test_another_post_s_answer_is_not_taken() -> None:
    data = b'{"data":{"post":{"id":"1c77ce714986","title":"x","content":{"bodyModel":{"paragraphs":[{"type":"P","text":"a"}]}}}}}'
    assert answers.read_body("1c77ce714985", Answer(data), response(data)) is None
    assert answers.read_body("1c77ce714986", Answer(data), response(data)) is not None


def test_measured_or_flawed() -> None:
    assert isinstance(measure(b"\xff\xd8\xff" + bytes(50), "jpeg"), Flaw)
    assert isinstance(measure(b"....ftypheic" + bytes(20), "heic"), Size)
    assert judge.picture(response(b"\xff\xd8\xff")) is Verdict.OK
