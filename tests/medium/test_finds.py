"""The other ways to learn of posts: feeds, sitemaps, old captures, responses."""

from __future__ import annotations

import gzip
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from functools import partial

import pytest

import wire_faults
from fonds.medium import feeds, responses, sitemap, wayback
from fonds.medium.answers import Full, Preview
from fonds.medium.errors import SourceError
from fonds.medium.manners import RATES
from fonds.medium.records import Page
from fonds.medium.sources import Author, Publication, parse
from fonds.model import Post
from fonds.net.client import Client
from fonds.net.errors import BlockedError, GoneError
from fonds.net.settings import Settings
from fonds.sources import api, read
from medium.asking import asking, run
from standin import Standin, World
from wire import Asked, Fault, Reply

DOMAIN = "letters.quay.example"
Order = Callable[[Standin], None]
Walk = Callable[[Client], AsyncIterator[Page]]


def walked(world: World, walk: Walk, order: Order | None = None) -> tuple[list[Page], list[Asked]]:
    async def pages() -> tuple[list[Page], list[Asked]]:
        async with asking(world) as (standin, client):
            if order is not None:
                order(standin)
            return [page async for page in walk(client)], standin.log

    return run(pages())


def source(given: str) -> Author | Publication:
    found = parse(given)
    assert isinstance(found, (Author, Publication))
    return found


def ids(pages: list[Page]) -> list[str]:
    return [entry.post_id for page in pages for entry in page.entries]


# -- feeds ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("given", ["@miralund", "the-quay-letter", DOMAIN])
def test_a_feed_has_the_ten_newest_in_one_request(given: str) -> None:
    world = World.generate(1, 30, domain=DOMAIN if "." in given else "")

    async def page() -> tuple[Page, int]:
        async with asking(world) as (standin, client):
            return await feeds.read(client, source(given)), len(standin.log)

    found, requests = run(page())
    author = world.authors[0] if given.startswith("@") else None
    newest = [post for post in world.listed(of=author) if author is None or post.author is author][:10]
    assert [entry.post_id for entry in found.entries] == [post.id for post in newest]
    assert {entry.via for entry in found.entries} == {"feed"}
    assert [entry.url for entry in found.entries] == [world.url(post) for post in newest]
    assert not found.complete
    assert requests == 1
    assert [post.id for post in read(found.response.body) if isinstance(post, Post)] == [
        post.id for post in newest
    ]


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("@miralund", "https://medium.com/feed/@miralund"),
        ("miralund.medium.com", "https://miralund.medium.com/feed"),
        ("the-quay-letter", "https://medium.com/feed/the-quay-letter"),
        (DOMAIN, f"https://{DOMAIN}/feed"),
        ("https://medium.com/u/a1f00d5ea001", ""),
    ],
)
def test_where_a_feed_is(given: str, address: str) -> None:
    assert feeds.address(source(given)) == address


def test_a_feed_that_is_broken_is_an_error_with_its_place() -> None:
    async def attempt() -> None:
        async with asking(World.generate(1, 3)) as (standin, client):
            standin.faults.add(
                wire_faults.instead(Reply(b"<rss><channel><item><title>x</item>", type="text/xml"))
            )
            await feeds.read(client, source("@miralund"))

    with pytest.raises(SourceError) as caught:
        run(attempt())
    assert "line 1" in str(caught.value)


# -- sitemaps ---------------------------------------------------------------------------------------------


def test_a_sitemap_is_read_to_its_last_file_compressed_or_not() -> None:
    world = World.generate(1, 60, pictures=0, domain=DOMAIN)
    pages, log = walked(world, lambda client: sitemap.walk(client, source(DOMAIN)))
    assert sorted(ids(pages)) == sorted(post.id for post in world.listed())
    assert [page.complete for page in pages] == [False] * (len(pages) - 1) + [True]
    assert {entry.via for page in pages for entry in page.entries} == {"sitemap"}
    ends = {one.target.rpartition(".")[2] for one in log}
    assert ends == {"xml", "gz"}
    assert len(log) == len(pages) + 1


def test_a_sitemap_goes_on_from_a_file() -> None:
    world = World.generate(1, 60, pictures=0, domain=DOMAIN)
    whole, _ = walked(world, lambda client: sitemap.walk(client, source(DOMAIN)))
    rest, _ = walked(world, lambda client: sitemap.walk(client, source(DOMAIN), cursor=whole[2].cursor))
    assert ids(rest) == ids(whole[3:])


def test_a_file_that_is_not_there_is_named_and_the_others_are_read() -> None:
    world = World.generate(1, 60, pictures=0, domain=DOMAIN)
    pages, _ = walked(
        world,
        lambda client: sitemap.walk(client, source(DOMAIN)),
        lambda standin: standin.faults.add(wire_faults.status(404), path="*posts-2019*", times=0),
    )
    faults = [page.fault for page in pages if page.fault]
    assert len(faults) == 1
    assert "posts-2019" in faults[0]
    assert not any(page.complete for page in pages if page.fault)
    assert 0 < len(ids(pages)) < 60


def test_a_source_without_a_host_of_its_own_has_none() -> None:
    pages, log = walked(World.generate(1, 3), lambda client: sitemap.walk(client, source("the-quay-letter")))
    assert (pages, log) == ([], [])


def test_no_sitemap_at_all() -> None:
    with pytest.raises(GoneError):
        walked(World.generate(1, 3), lambda client: sitemap.walk(client, source("nowhere.example")))


def test_what_is_wrong_with_a_compressed_file() -> None:
    data = gzip.compress(b"<urlset></urlset>")
    assert sitemap.unpack(data) == ("<urlset></urlset>", "")
    assert sitemap.unpack(data[:-4])[1] == "the compressed file ends too early"
    assert sitemap.unpack(data[:10] + b"\xff" * 20)[1] == "the compressed file is damaged"
    assert sitemap.unpack(b"<urlset/>") == ("<urlset/>", "")


# -- old captures -----------------------------------------------------------------------------------------


def test_captures_tell_of_posts_that_nothing_else_does() -> None:
    world = World.generate(1, 40, pictures=0, domain=DOMAIN)
    pages, log = walked(world, lambda client: wayback.walk(client, source(DOMAIN), size=7))
    assert set(world.ghosts) < set(ids(pages))
    assert len(ids(pages)) == len(set(ids(pages)))
    assert pages[-1].complete
    assert {entry.via for page in pages for entry in page.entries} == {"cdx"}
    assert all("?" not in entry.url for page in pages for entry in page.entries)
    assert {one.host for one in log} == {"web.archive.org"}
    assert len(log) > 4
    captured = [post for post in world.posts.values() if post.number % 2 == 0 and post.parent is None]
    assert set(ids(pages)) == {post.id for post in captured} | set(world.ghosts)


@pytest.mark.parametrize("given", ["@miralund", DOMAIN])
def test_captures_go_on_from_any_cursor(given: str) -> None:
    world = World.generate(1, 40, pictures=0, domain=DOMAIN, responses=3)
    whole, _ = walked(world, lambda client: wayback.walk(client, source(given), size=3))
    for number, page in enumerate(whole[:-1]):
        rest, _ = walked(world, partial(wayback.walk, source=source(given), size=3, cursor=page.cursor))
        before = set(ids(whole[: number + 1]))
        assert [post for post in ids(rest) if post not in before] == ids(whole[number + 1 :])


@pytest.mark.parametrize(
    ("given", "prefixes"),
    [
        ("@miralund", ["medium.com/@miralund/", "miralund.medium.com/"]),
        ("@ida_okoro", ["medium.com/@ida_okoro/"]),
        ("the-quay-letter", ["medium.com/the-quay-letter/"]),
        (DOMAIN, [f"{DOMAIN}/"]),
        ("https://medium.com/u/a1f00d5ea001", []),
    ],
)
def test_what_captured_addresses_begin_with(given: str, prefixes: list[str]) -> None:
    assert wayback.prefixes(source(given)) == prefixes


def test_the_index_s_own_pace() -> None:
    settings = Settings(rates=RATES)
    assert settings.rate_of("web.archive.org") <= 24 / 60
    assert settings.rate_of("medium.com") == settings.rate


# -- responses --------------------------------------------------------------------------------------------


def answered_world() -> tuple[World, str]:
    world = World.generate(1, 12, pictures=0, responses=0)
    parent = world.listed()[6]
    for number in range(30):
        answer = world._respond(500_000 + number, world.authors[number % 3], parent)
        world.posts[answer.id] = answer
    world._listed = sorted(world.posts.values(), key=lambda post: post.key)
    return world, parent.id


def test_responses_come_with_their_bodies_page_by_page() -> None:
    world, parent = answered_world()

    async def pages() -> tuple[list[responses.Page], int]:
        async with asking(world) as (standin, client):
            return [page async for page in responses.walk(client, parent, size=10)], len(standin.log)

    found, requests = run(pages())
    outcomes = [outcome for page in found for outcome in page.outcomes]
    expected = world.responses_to(world.posts[parent])
    assert [outcome.post_id for outcome in outcomes] == [post.id for post in expected]
    assert requests == len(found) == -(-len(expected) // 10)
    assert found[-1].complete
    for outcome in outcomes:
        assert isinstance(outcome, (Full, Preview))
        (post,) = api.read(outcome.data)
        assert isinstance(post, Post)
        assert post.response is not None
        assert (post.response.post_id, post.response.basis) == (parent, "inResponseToPostResult")
        assert post.blocks


def test_a_walk_of_responses_goes_on_from_a_cursor() -> None:
    world, parent = answered_world()

    async def both() -> tuple[list[responses.Page], list[responses.Page]]:
        async with asking(world) as (_, client):
            whole = [page async for page in responses.walk(client, parent, size=10)]
            rest = [page async for page in responses.walk(client, parent, size=10, cursor=whole[0].cursor)]
            return whole, rest

    whole, rest = run(both())
    assert [page.outcomes for page in rest] == [page.outcomes for page in whole[1:]] or len(rest) == len(
        whole
    ) - 1


def test_a_response_that_comes_again_counts_once() -> None:
    world, parent = answered_world()

    def again(_asked: Asked, was: Reply) -> Reply:
        told = json.loads(was.body)
        some = told[0]["data"]["post"]["threadedPostResponses"]["posts"]
        some += [*some[:2], None]
        return replace(was, body=json.dumps(told).encode())

    async def outcomes() -> list[str]:
        async with asking(world) as (standin, client):
            standin.faults.add(Fault("again", reply=again), times=0)
            pages = [page async for page in responses.walk(client, parent, size=10)]
            return [outcome.post_id for page in pages for outcome in page.outcomes]

    assert run(outcomes()) == [post.id for post in world.responses_to(world.posts[parent])]


def test_a_circle_of_responses_is_a_fault() -> None:
    world, parent = answered_world()

    def circle(_asked: Asked, was: Reply) -> Reply:
        answers = json.loads(was.body)
        answers[0]["data"]["post"]["threadedPostResponses"]["pagingInfo"]["next"] = {"limit": 10, "to": "10"}
        return replace(was, body=json.dumps(answers).encode())

    async def pages() -> list[responses.Page]:
        async with asking(world) as (standin, client):
            standin.faults.add(Fault("circle", reply=circle), times=0)
            return [page async for page in responses.walk(client, parent, size=10)]

    found = run(pages())
    assert "circle" in found[-1].fault
    assert not found[-1].complete


def test_responses_of_a_post_that_is_not_there() -> None:
    async def attempt(client: Client) -> None:
        async for _ in responses.walk(client, "1c77ce714985"):
            pass

    async def asked() -> None:
        async with asking(World.generate(1, 3)) as (_, client):
            await attempt(client)

    with pytest.raises(SourceError) as caught:
        run(asked())
    assert caught.value.kind == "missing"


@pytest.mark.parametrize("walk", [sitemap.walk, wayback.walk])
def test_a_challenge_ends_a_walk(walk: Callable[[Client, Publication], AsyncIterator[Page]]) -> None:
    with pytest.raises(BlockedError):
        walked(
            World.generate(1, 3),
            lambda client: walk(client, Publication(domain=DOMAIN)),
            lambda standin: standin.faults.add(wire_faults.challenge(403), times=0),
        )
