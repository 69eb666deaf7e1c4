"""The sample publication and real files, by the rules that hold for what is fetched."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fonds.medium import answers, judge, lists, media
from fonds.medium.answers import Full, Preview
from fonds.medium.graphql import Answer, split
from fonds.medium.sources import Publication
from fonds.model import Embed, Post
from fonds.net.judge import Verdict
from fonds.net.messages import Request, Response
from fonds.sources import read


def response(body: bytes) -> Response:
    return Response(Request("https://medium.com/x"), "https://medium.com/x", 200, (), body, body)


def posts_in(path: Path) -> list[Post]:
    return [post for post in read(path.read_bytes(), path.name) if isinstance(post, Post)]


def test_every_answer_of_the_samples_is_a_body(samples: Path) -> None:
    for path in (samples / "graphql").glob("*.json"):
        data = path.read_bytes()
        assert judge.graphql(response(data)) is Verdict.OK
        for part in split(data):
            told = json.loads(part.data)["data"]
            post_id = told.get("post", told.get("postResult", {})).get("id", "")
            found = answers.read_body(post_id, part, response(data))
            if path.name == "list.json":
                assert found is None
            elif path.name == "dredger-preview.json":
                assert isinstance(found, Preview)
            else:
                assert isinstance(found, Full), path.name
                assert found.post.id == post_id


def test_the_sample_list_is_read_as_a_list(samples: Path) -> None:
    data = (samples / "graphql" / "list.json").read_bytes()
    found = lists._read(Answer(data), Publication("the-harbour-letter"))
    assert found is not None
    assert found.owner.slug == "the-harbour-letter"
    assert found.entries
    assert all(entry.url.endswith(entry.post_id) and entry.edition for entry in found.entries)


def test_every_page_of_the_samples_is_a_post(samples: Path) -> None:
    for path in sorted((samples / "pages").glob("*.html")) + sorted((samples / "dom").glob("*.html")):
        (post,) = posts_in(path)
        found = answers.read_page(post.id, response(path.read_bytes()))
        kind = Preview if "preview" in path.name else Full
        assert isinstance(found, kind), path.name
        assert answers.read_page("1c77ce714985", response(path.read_bytes())) is None


def test_every_json_of_the_samples_is_a_post(samples: Path) -> None:
    for path in (samples / "json").glob("*.json"):
        data = path.read_bytes()
        if path.name == "profile.json":
            assert judge.post_json(response(data)) is Verdict.BAD
            continue
        (post,) = posts_in(path)
        assert judge.post_json(response(data)) is Verdict.OK
        assert isinstance(answers.read_json(post.id, response(data)), (Full, Preview)), path.name


def test_what_the_sample_posts_want(samples: Path) -> None:
    """One post, three forms: the same pictures, whatever they are called by."""
    found: dict[str, set[str]] = {}
    for path in [*(samples / "graphql").glob("*.json"), *(samples / "pages").glob("202*.html")]:
        for post in posts_in(path):
            keys = {want.key for want in media.wants(post) if want.kind == "picture"}
            if not post.preview_only and post.id in found:
                assert keys == found[post.id], path.name
            elif not post.preview_only:
                found[post.id] = keys
            kinds = {want.kind for want in media.wants(post)}
            embeds = [block for block in post.blocks if isinstance(block, Embed)]
            assert kinds <= {"picture", "gist", "tweet", "media", "oembed"}
            assert embeds or kinds <= {"picture"}
    assert len(found) > 3


@pytest.mark.corpus
def test_lists_and_profiles_are_never_posts(corpus: Path) -> None:
    count = 0
    for path in (corpus / "listing").glob("*/*"):
        data = path.read_bytes()
        count += 1
        assert judge.post_page(response(data)) is Verdict.BAD, path.name
        assert judge.post_json(response(data)) is Verdict.BAD, path.name
    assert count == 6


@pytest.mark.corpus
def test_real_posts_are_whole_by_the_same_rules(corpus: Path) -> None:
    count = 0
    for path in [*(corpus / "apollo_html").glob("*/*.html"), *(corpus / "legacy_html").glob("*/*.html")]:
        posts = posts_in(path)
        if len(posts) != 1 or not posts[0].id:
            continue  # a page whose head was cut off does not say which post it is
        count += 1
        found = answers.read_page(posts[0].id, response(path.read_bytes()))
        assert isinstance(found, (Full, Preview)), path.name
        assert isinstance(found, Preview) == found.post.preview_only, path.name
        media.wants(found.post)
    assert count > 10
