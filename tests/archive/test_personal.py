"""What is personal is taken out of what is kept, and nothing else is."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fonds import sources
from fonds.archive import personal
from fonds.archive.store import Archive
from fonds.net.messages import Request, Response

ME = b"mira@quay.example"
CASES = {
    "state of a page": (
        b'<p>x</p><script>window.__APOLLO_STATE__ = {"viewer":{"email":"mira@quay.example","id":"1"}}</script>',
        b'<p>x</p><script>window.__APOLLO_STATE__ = {"viewer":{"email":"","id":"1"}}</script>',
    ),
    "a page of 2017": (
        b'<script>obvInit({"xsrfToken":"aB3","supportEmail":"help@medium.example","currentUser":{"googleEmail" : "mira@quay.example"}})</script>',
        b'<script>obvInit({"xsrfToken":"","supportEmail":"help@medium.example","currentUser":{"googleEmail" : ""}})</script>',
    ),
    "JSON": (
        b'])}while(1);</x>{"payload":{"currentUser":{"email":"mira@quay.example"}}}',
        b'])}while(1);</x>{"payload":{"currentUser":{"email":""}}}',
    ),
    "an escaped quote in the value": (b'{"email":"a\\"b","x":"y"}', b'{"email":"","x":"y"}'),
    "what an article says": (
        b'<article><pre>{"email":"mira@quay.example"}</pre></article>',
        b'<article><pre>{"email":"mira@quay.example"}</pre></article>',
    ),
    "what a post says in JSON": (
        b'{"text":"{\\"email\\":\\"mira@quay.example\\"}"}',
        b'{"text":"{\\"email\\":\\"mira@quay.example\\"}"}',
    ),
    "empty values": (b'{"email":"","xsrf":""}', b'{"email":"","xsrf":""}'),
    "no value of text": (b'{"email":null,"xsrf":{"a":"b"}}', b'{"email":null,"xsrf":{"a":"b"}}'),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_scrub(case: str) -> None:
    given_, wanted = CASES[case]
    assert personal.scrub(given_) == wanted
    assert personal.scrub(wanted) == wanted


@given(st.binary(max_size=300))
def test_other_bytes_stay(data: bytes) -> None:
    assert personal.scrub(data) == data or b'"' in data


def test_samples_say_the_same_without_it(samples: Path) -> None:
    for path in sorted((*samples.glob("pages/*"), *samples.glob("json/*"), *samples.glob("export/posts/*"))):
        data = path.read_bytes()
        assert list(sources.read(personal.scrub(data))) == list(sources.read(data)), path
        signed_in = data.replace(
            b"<head>", b'<head><script>var a = {"email":"mira@quay.example"}</script>', 1
        )
        assert ME not in personal.scrub(signed_in)


def test_no_capture_holds_it(tmp_path: Path) -> None:
    page = CASES["state of a page"][0]
    with Archive.create(tmp_path / "a") as archive:
        answer = Response(
            Request("https://medium.com/p/1"),
            "https://medium.com/p/1",
            200,
            (("Content-Encoding", "gzip"),),
            b"",
            page,
        )
        refs = archive.capture(answer), archive.capture_file("page.html", page)
        archive.seal()
        for ref in refs:
            capture = archive.read_capture(ref)
            assert capture.body == CASES["state of a page"][1]
    for path in (path for path in (tmp_path / "a").rglob("*") if path.is_file()):
        assert ME not in path.read_bytes()
