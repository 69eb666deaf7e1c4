"""Cookies: reading, matching, and that nobody sees their values."""

from __future__ import annotations

import contextlib
import http.cookiejar
import io
import urllib.request

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fonds.errors import UnreadableError, UsageError
from fonds.net import cookies
from fonds.net.cookies import Cookie, CookieJar, read, read_header, read_netscape

NOW = 1_800_000_000_000
FILE = """# Netscape HTTP Cookie File
# This is a generated file! Do not edit.

.medium.example\tTRUE\t/\tTRUE\t1900000000\tuid\tu1
#HttpOnly_.medium.example\tTRUE\t/\tTRUE\t0\tsid\t1:s3cr3t=="x"
blog.example\tFALSE\t/posts\tTRUE\t1700000000.5\told\tgone
www.other.example\tFALSE\t/\tFALSE\t\tplain\t
"""


def test_a_netscape_file() -> None:
    jar = read_netscape(FILE)
    assert len(jar) == 4
    assert jar.domains() == ("blog.example", "medium.example", "www.other.example")
    assert jar.header("medium.example", "/", now=NOW) == 'uid=u1; sid=1:s3cr3t=="x"'
    assert jar.header("a.medium.example", "/x", now=NOW) == 'uid=u1; sid=1:s3cr3t=="x"'
    assert jar.header("notmedium.example", "/", now=NOW) == ""
    assert jar.header("blog.example", "/posts/1", now=NOW) == ""
    assert jar.header("blog.example", "/posts/1", now=1_600_000_000_000) == "old=gone"
    assert jar.header("www.other.example", "/", now=NOW) == "plain="
    assert [cookie.name for cookie in jar.expired(NOW)] == ["old"]
    assert jar.names("medium.example") == ("sid", "uid")


@pytest.mark.parametrize(
    ("host", "path", "expected"),
    [
        ("a.example", "/", "x"),
        ("A.Example", "/", "x"),
        ("b.a.example", "/", "x"),
        ("ba.example", "/", ""),
        ("example", "/", ""),
        ("a.example.org", "/", ""),
    ],
)
def test_hosts(host: str, path: str, expected: str) -> None:
    jar = CookieJar([Cookie(name="n", value="x", domain="a.example")])
    assert jar.header(host, path, now=NOW).removeprefix("n=") == expected


@pytest.mark.parametrize(
    ("cookie", "path", "fits"),
    [
        ("/", "/", True),
        ("/", "/a", True),
        ("/a", "/a", True),
        ("/a", "/a/b", True),
        ("/a", "/ab", False),
        ("/a/", "/a", False),
        ("/a/", "/a/b", True),
    ],
)
def test_paths(cookie: str, path: str, fits: bool) -> None:
    assert Cookie(name="n", value="v", domain="a.example", path=cookie).fits("a.example", path) is fits


def test_a_host_only_cookie_stays_with_its_host() -> None:
    cookie = Cookie(name="n", value="v", domain="a.example", host_only=True)
    assert cookie.fits("a.example", "/")
    assert not cookie.fits("b.a.example", "/")


def test_a_numeric_address_has_nothing_below_it() -> None:
    assert not Cookie(name="n", value="v", domain="0.0.1").fits("127.0.0.1", "/")


def test_the_longest_path_comes_first_and_the_last_of_a_name_holds() -> None:
    jar = CookieJar(
        [
            Cookie(name="a", value="1", domain="x.example"),
            Cookie(name="a", value="2", domain="x.example", path="/p"),
            Cookie(name="a", value="3", domain="x.example"),
        ]
    )
    assert jar.header("x.example", "/p", now=NOW) == "a=2; a=3"
    assert (jar | CookieJar([Cookie(name="a", value="4", domain="x.example")])).header(
        "x.example", "/", now=NOW
    ) == "a=4"


def test_the_text_of_a_header() -> None:
    for text in ("sid=a=b; uid=u", "Cookie: sid=a=b; uid=u", " cookie:sid=a=b;uid=u; "):
        jar = read(text, domain=".Medium.example")
        assert jar.header("medium.example", "/", now=NOW) == "sid=a=b; uid=u"


def test_the_text_says_itself_what_it_is() -> None:
    assert len(read("\ufeff" + FILE.replace("\n", "\r\n"), domain="x.example")) == 4
    assert len(read("# Netscape HTTP Cookie File\n", domain="x.example")) == 0


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("s3cr3t", "cookie 1"),
        ("a=1; s3cr3t", "cookie 2"),
        ("a=1; s3cr3t b=2", "cookie 2"),
        ("a=s3\x01cr3t", "cookie 1"),
        (";", "no cookie"),
        ("a=1\nb=s3cr3t", "neither"),
        (".m.example\tTRUE\t/\tTRUE\ts3cr3t", "line 1"),
        ("\n.m.example\tTRUE\t/\tTRUE\t0\tn\ts3cr3t\tmore", "line 2"),
        (".m.example\tTRUE\t/\tTRUE\tsoon\tn\ts3cr3t", "line 1"),
        ("not a domain\tTRUE\t/\tTRUE\t0\tn\ts3cr3t", "line 1"),
        (".m.example\tTRUE\t/\tTRUE\t0\tn\ts3;cr3t", "line 1"),
        ('[{"name": "sid", "value": "s3cr3t"}]\n', "cookie 1"),
    ],
)
def test_what_cannot_be_read_is_said_without_a_value(text: str, place: str) -> None:
    with pytest.raises(UnreadableError) as caught:
        read(text, domain="m.example", origin="cookies.txt")
    said = str(caught.value)
    assert place in said
    assert "cookies.txt" in said
    assert "cr3t" not in said + repr(caught.value)


TOKEN = st.text("!#$%&'*+-.^_`|~09AZaz", min_size=1, max_size=12)
VALUE = st.text("".join(chr(c) for c in range(0x21, 0x7F) if chr(c) not in ";"), max_size=20)
DOMAIN = st.lists(st.sampled_from(["a", "b", "ba"]), min_size=1, max_size=3).map(
    lambda labels: ".".join([*labels, "example"])
)
"""Few, so that one is often below another, or its ending without being above it."""
PLAIN = st.text("abc", min_size=1, max_size=3)
"""The library puts backslashes and quotes of its own into other values."""


@given(st.lists(st.tuples(TOKEN, VALUE), min_size=1, max_size=5))
def test_a_header_reads_back(pairs: list[tuple[str, str]]) -> None:
    text = "; ".join(f"{name}={value}" for name, value in pairs)
    jar = read_header(text, domain="a.example")
    assert jar.header("a.example", "/", now=NOW) == "; ".join(f"{n}={v}" for n, v in dict(pairs).items())
    assert not any(len(value) > 3 and value in repr(jar) for _, value in pairs)


@given(st.text(max_size=80))
def test_no_text_breaks_the_reader(text: str) -> None:
    with contextlib.suppress(UnreadableError):
        repr(read(text, domain="a.example"))


@given(
    st.lists(
        st.tuples(DOMAIN, st.booleans(), st.sampled_from(["/", "/a", "/a/b"]), PLAIN, PLAIN),
        min_size=1,
        max_size=6,
    ),
    DOMAIN,
    st.sampled_from(["/", "/a", "/ab", "/a/b/c"]),
)
def test_who_gets_what_as_the_standard_library_says(
    rows: list[tuple[str, bool, str, str, str]], host: str, path: str
) -> None:
    """An independent oracle reads the same file and is asked about the same address."""
    # One of a name, domain and path: where there are two, we let the later hold, as RFC 6265 has it.
    rows = list({(row[0], row[2], row[3]): row for row in rows}.values())
    lines = [
        f"{'.' if below else ''}{domain}\t{'TRUE' if below else 'FALSE'}\t{where}\tTRUE\t1900000000\t{name}\t{value}"
        for domain, below, where, name, value in rows
    ]
    text = "# Netscape HTTP Cookie File\n" + "\n".join(lines) + "\n"
    oracle = http.cookiejar.MozillaCookieJar(
        policy=http.cookiejar.DefaultCookiePolicy(
            strict_ns_domain=http.cookiejar.DefaultCookiePolicy.DomainStrictNonDomain
        )
    )
    oracle._really_load(io.StringIO(text), "text", ignore_discard=True, ignore_expires=True)  # type: ignore[attr-defined]
    request = urllib.request.Request(f"https://{host}{path}")
    oracle.add_cookie_header(request)
    theirs = {part for part in (request.get_header("Cookie") or "").split("; ") if part}
    ours = {part for part in read_netscape(text).header(host, path, now=NOW).split("; ") if part}
    assert ours == theirs


class _Keyring:
    def __init__(self, kept: dict[tuple[str, str], str]) -> None:
        self.kept = kept

    def get_password(self, service: str, name: str) -> str | None:
        return self.kept.get((service, name))


def test_the_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys
    import types

    class KeyringError(Exception):
        pass

    errors = types.SimpleNamespace(KeyringError=KeyringError)
    monkeypatch.setitem(sys.modules, "keyring", _Keyring({("fonds", "medium.com"): "sid=1"}))
    monkeypatch.setitem(sys.modules, "keyring.errors", errors)
    assert cookies.from_keyring("medium.com") == "sid=1"
    assert cookies.from_keyring("other.com") == ""

    class Locked:
        def get_password(self, *_: str) -> str:
            raise KeyringError("the password is s3cr3t")

    monkeypatch.setitem(sys.modules, "keyring", Locked())
    with pytest.raises(UsageError) as caught:
        cookies.from_keyring("medium.com")
    assert "s3cr3t" not in str(caught.value)
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(UsageError, match=r"fonds\[keyring\]"):
        cookies.from_keyring("medium.com")
