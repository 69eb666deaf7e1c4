"""What a saved page tells of its reader goes, and not a letter of an author's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fonds.archive.scrub import scrub
from growth import assert_linear

SECRET = b'"xsrfToken":"PHA0s1ZV4A","x":1,"currentUser":{"userId":"76e3","email" : "reader@mail.example"}'
CLEAN = b'"xsrfToken":"","x":1,"currentUser":{"userId":"76e3","email" : ""}'


def page(script: bytes, body: bytes = b"") -> bytes:
    return (
        b"<!doctype html><html><head><script>// <![CDATA[\nobvInit({"
        + script
        + b"})</script></head><body>"
        + body
        + b"</body>"
    )


def test_a_page_s_scripts() -> None:
    assert scrub(page(SECRET)) == (page(CLEAN), 2)
    assert scrub(page(SECRET).removesuffix(b"</script></head><body></body>"))[1] == 2


def test_answers() -> None:
    assert scrub(b'{"data":{' + SECRET + b"}}") == (b'{"data":{' + CLEAN + b"}}", 2)
    assert scrub(b'])}while(1);</x>{"payload":{' + SECRET + b"}}")[1] == 2
    assert scrub(b'\xef\xbb\xbf {"data":{' + SECRET + b"}}")[1] == 2


@pytest.mark.parametrize(
    "kept",
    [
        page(b"", b"<pre>" + SECRET + b"</pre>"),
        page(b'"text":"write \\"email\\":\\"a@b.example\\" there"'),
        page(b'"email":"","xsrfToken":null,"emails":"x","my email":"x"'),
        b'{"text":"{\\"xsrfToken\\":\\"abc\\"}"}',
        b"<article class='h-entry'>" + SECRET,
        b"",
    ],
)
def test_what_authors_wrote_stays(kept: bytes) -> None:
    assert scrub(kept) == (kept, 0)


@given(st.binary(max_size=200))
def test_bytes_of_any_kind(data: bytes) -> None:
    cleaned, count = scrub(data + b"xsrf")
    assert count or cleaned == data + b"xsrf"
    assert scrub(scrub(page(SECRET + data))[0])[1] == 0


@pytest.mark.parametrize("piece", [b"<script>", b'"email":"', b'"email":"\\', b"<script", b'"xsrf"   '])
def test_time_grows_with_the_page(piece: bytes) -> None:
    assert_linear(lambda size: scrub(b"{" + piece * size), 2_000)
    assert_linear(lambda size: scrub(b"<html>email" + piece * size), 2_000)
