"""What stands in place of an answer, whatever its status: each kind by its judge."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

import wire_faults
from fonds.medium import judge
from fonds.net.judge import Verdict
from fonds.net.messages import Request, Response
from standin import World, pages, pictures
from standin.hosts import gist_index, tweet

Judge = Callable[[Response], Verdict]
JUDGES: dict[str, Judge] = {
    "graphql": judge.graphql,
    "post_page": judge.post_page,
    "page": judge.page,
    "post_json": judge.post_json,
    "json": judge.json,
    "feed": judge.feed,
    "sitemap": judge.sitemap,
    "picture": judge.picture,
}
WORLD = World.generate(1, 12, pictures=12)
POST = WORLD.listed()[3]
ANSWER = b'[{"data":{"post":{"id":"1c77ce714985"}}}]'
FEED = pages.feed(WORLD, WORLD.listed(), "The Quay Letter", "https://medium.com/the-quay-letter")

# What each judge takes, and nobody else's answers are among them.
RIGHT: dict[str, list[bytes]] = {
    "graphql": [
        ANSWER,
        b'{"data":{"post":null}}',
        b'[{"errors":[{"message":"x"}],"data":{"post":null}}]',
        b"[]",
    ],
    "post_page": [pages.post_page(WORLD, POST)],
    "page": [pages.profile_page(WORLD.authors[0]), pages.post_page(WORLD, POST)],
    "post_json": [pages.post_json(WORLD, POST)],
    "json": [gist_index(5), tweet(7), b"[]"],
    "feed": [FEED],
    "sitemap": [pages.sitemap(WORLD, WORLD.listed()), pages.sitemap_index(["https://a.example/1.xml"])],
    "picture": [pictures.draw(f"1*{n}") for n in range(8)],
}
WALLS = [
    ("challenge", wire_faults.CHALLENGE, Verdict.BLOCKED),
    (
        "attention",
        b"<html><head><title>Attention Required! | Cloudflare</title></head></html>",
        Verdict.BLOCKED,
    ),
    ("details", b'<html><body><div id="cf-error-details">1020</div></body></html>', Verdict.BLOCKED),
    ("login", pages.LOGIN, Verdict.DENIED),
    ("not found", pages.NOT_FOUND, Verdict.GONE),
    ("suspended", pages.SUSPENDED, Verdict.GONE),
]
STATUSES = (200, 403, 404, 410, 503)


def response(body: bytes, status: int = 200, **headers: str) -> Response:
    request = Request("https://medium.com/x")
    pairs = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Response(request, request.url, status, pairs, body, body)


@pytest.mark.parametrize("name", JUDGES)
def test_what_was_asked_for_is_taken(name: str) -> None:
    for body in RIGHT[name]:
        assert JUDGES[name](response(body)) is Verdict.OK, body[:80]


@pytest.mark.parametrize("name", JUDGES)
@pytest.mark.parametrize(("what", "body", "verdict"), WALLS, ids=[wall[0] for wall in WALLS])
@pytest.mark.parametrize("status", STATUSES)
def test_a_wall_is_one_whatever_was_asked_for_and_whatever_its_status(
    name: str, what: str, body: bytes, verdict: Verdict, status: int
) -> None:
    assert JUDGES[name](response(body, status)) is verdict


@pytest.mark.parametrize("name", JUDGES)
@pytest.mark.parametrize("status", [200, 403, 503])
def test_the_guard_s_header_is_enough(name: str, status: int) -> None:
    assert (
        JUDGES[name](response(b"<html><p>one moment</p>", status, cf_mitigated="challenge"))
        is Verdict.BLOCKED
    )


@pytest.mark.parametrize("name", JUDGES)
def test_no_judge_takes_another_s_answer(name: str) -> None:
    takes = {
        "post_page": {"page"},
        "page": {"post_page", "feed", "sitemap", "graphql", "post_json", "json", "picture"},
        "json": {"graphql"},
    }
    for other, bodies in RIGHT.items():
        if other == name or other in takes.get(name, ()):
            continue
        for body in bodies:
            if name == "graphql" and b'"data"' in body[:4096]:
                continue
            assert JUDGES[name](response(body)) is not Verdict.OK or body == b"[]", (other, body[:80])


@pytest.mark.parametrize("name", JUDGES)
@pytest.mark.parametrize(
    ("status", "body", "verdict"),
    [
        (429, b"<html>slow down</html>", Verdict.RETRY),
        (500, wire_faults.ERROR_PAGE, Verdict.RETRY),
        (503, b"<html>maintenance</html>", Verdict.RETRY),
        (401, b"", Verdict.DENIED),
        (403, b"Forbidden", Verdict.BLOCKED),
        (403, b"error code: 1020", Verdict.BLOCKED),
        (429, b"error code: 1015", Verdict.BLOCKED),
        (404, b"Not Found", Verdict.GONE),
        (410, b"", Verdict.GONE),
        (200, b"", Verdict.BAD),
        (200, b"<html><p>all is well</p></html>", Verdict.BAD),
        (204, b"", Verdict.BAD),
    ],
)
def test_statuses(name: str, status: int, body: bytes, verdict: Verdict) -> None:
    if name == "page" and status == 200 and body:
        verdict = Verdict.OK  # its reader says what is in it
    if name in ("picture", "json") and body == b"Forbidden":
        verdict = Verdict.DENIED  # of this one thing
    assert JUDGES[name](response(body, status)) is verdict


@pytest.mark.parametrize("status", [200, 400, 403])
def test_rate_limits_in_words_of_graphql(status: int) -> None:
    for body in (
        {"errors": [{"message": "Too many requests"}]},
        {"errors": [{"message": "x", "extensions": {"code": "RATE_LIMITED"}}], "data": None},
        {"errors": [{"message": "x", "extensions": {"code": "RATE_LIMITED"}}], "data": {"post": None}},
    ):
        assert judge.graphql(response(json.dumps([body]).encode(), status)) is Verdict.RETRY


def test_a_refused_query_is_for_whoever_asked_it() -> None:
    body = b'[{"errors":[{"message":"Cannot query field \\"x\\" on type \\"Post\\"."}]}]'
    assert judge.graphql(response(body, 400)) is Verdict.OK


def test_an_error_among_many_answers_is_no_refusal_of_all() -> None:
    parts = [{"data": {"post": {"id": "1c77ce714985"}}}] * 3 + [{"errors": [{"message": "rate limit"}]}]
    assert judge.graphql(response(json.dumps(parts, separators=(",", ":")).encode())) is Verdict.OK
    assert judge.graphql(response(json.dumps(parts).encode())) is Verdict.OK
    first_fails = json.dumps(parts[::-1]).encode()
    assert judge.graphql(response(first_fails)) is Verdict.OK


@pytest.mark.parametrize("body", [b'{"error":"x"}', b"<html></html>", b"", b"GIF", b"\x00" * 100])
def test_no_text_is_a_picture_whatever_its_header_says(body: bytes) -> None:
    assert judge.picture(response(body, Content_Type="image/jpeg")) is Verdict.BAD


def test_a_text_with_the_words_of_a_wall_is_a_text() -> None:
    assert judge.text(response(wire_faults.CHALLENGE)) is Verdict.OK


def test_a_post_about_challenges_is_a_post() -> None:
    world = World.generate(1, 2, pictures=0)
    post = world.listed()[0]
    world.edit(
        post.id, title="Just a moment...", words="PAGE NOT FOUND. Enable JavaScript and cookies to continue"
    )
    assert judge.post_page(response(pages.post_page(world, post))) is Verdict.OK


@pytest.mark.parametrize(("body", "status", "suspended"), [(pages.SUSPENDED, 404, True), (b"", 410, True), (pages.NOT_FOUND, 404, False)])  # fmt: skip
def test_suspended_or_deleted(body: bytes, status: int, suspended: bool) -> None:
    assert judge.suspended(response(body, status)) is suspended


@pytest.mark.parametrize("name", ["challenge.html", "not-found.html"])
def test_the_samples_walls(samples: Path, name: str) -> None:
    body = (samples / "other" / name).read_bytes()
    verdict = Verdict.BLOCKED if name == "challenge.html" else Verdict.GONE
    assert {each(response(body)) for each in JUDGES.values()} == {verdict}


def test_the_samples_pages(samples: Path) -> None:
    for path in (samples / "pages").glob("*.html"):
        assert judge.post_page(response(path.read_bytes())) is Verdict.OK, path.name


@pytest.mark.corpus
def test_real_pages_and_answers(corpus: Path) -> None:
    for folder in ("apollo_html", "legacy_html"):
        for path in (corpus / folder).glob("*/*.html"):
            assert judge.post_page(response(path.read_bytes())) is Verdict.OK, path.name
    for path in (corpus / "format_json").glob("*/*.json"):
        assert judge.post_json(response(path.read_bytes())) is Verdict.OK, path.name
    for path in (corpus / "rss").glob("*/*"):
        assert judge.feed(response(path.read_bytes())) is Verdict.OK, path.name
