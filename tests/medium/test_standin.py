"""The stand-in itself: the same world for the same numbers, whatever happens to it, and light enough."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections import Counter
from pathlib import Path

import msgspec
import pytest

import wire_faults
from fonds.medium import media, posts
from fonds.medium.answers import Full, Gone, Preview
from fonds.net.client import Client
from fonds.sources import read
from medium.asking import QUICK, asking, run
from standin import Standin, World, pages, query
from standin.hosts import picture

TESTS = Path(__file__).resolve().parents[1]


def state(world: World) -> list[tuple[object, ...]]:
    return [
        (
            post.id,
            post.title,
            post.slug,
            post.latest,
            post.locked,
            world.url(post),
            pages.post_page(world, post),
        )
        for post in world.listed()
    ]


def test_the_same_numbers_make_the_same_world() -> None:
    one, two = World.generate(5, 40), World.generate(5, 40)
    assert state(one) == state(two)
    assert state(one) != state(World.generate(6, 40))
    for world in (one, two):
        post = world.listed()[3]
        world.edit(post.id, words="Another word.")
        world.move(world.listed()[5].id, "elsewhere")
        world.publish()
        world.change_picture("1*a")
    assert state(one) == state(two)
    assert picture(one, "1*a") == picture(two, "1*a") != picture(World.generate(5, 40), "1*a")


def test_ids_titles_and_pictures_are_nobody_else_s() -> None:
    world = World.generate(1, 500, pictures=3000, locked=0, responses=0)

    async def wanted() -> list[str]:
        async with asking(world) as (_, client):
            found = []
            async for outcome in posts.bodies(client, [post.id for post in world.listed()]):
                assert isinstance(outcome, Full)
                keys = [want.key for want in media.wants(outcome.post) if want.kind == "picture"]
                found += [key for key in keys if key.startswith("1*")]
            return found

    keys = Counter(run(wanted()))
    assert set(keys.values()) == {1}
    assert 3000 <= len(keys) < 3200  # in bodies, and the thumbnails and covers besides
    assert len({post.title for post in world.posts.values()}) == len(world.posts)
    assert all(len(post.id) == 12 for post in world.posts.values())


def test_posts_of_every_language_and_kind_are_read_without_a_note() -> None:
    world = World.generate(2, 120)
    for post in world.listed():
        (found,) = read(pages.post_page(world, post, reader=True))
        assert not getattr(found, "notes", ()), found


def test_what_happens_to_a_world() -> None:
    world = World.generate(3, 20, locked=0)
    one, two, three = (post.id for post in world.listed()[:3])

    async def outcomes() -> list[object]:
        async with asking(world) as (_, client):
            return [await posts.one(client, post_id) for post_id in (one, two, three)]

    world.delete(one)
    world.lock(two)
    first = run(outcomes())
    assert [type(outcome) for outcome in first] == [Gone, Preview, Full]
    world.restore(one)
    world.lock(two, False)
    world.edit(three, title="Another title", words="A new sentence.")
    second = run(outcomes())
    assert [type(outcome) for outcome in second] == [Full, Full, Full]
    assert isinstance(second[2], Full)
    assert second[2].post.title == "Another title"
    assert any("A new sentence." in str(block) for block in second[2].post.blocks)
    assert second[2].post.latest_published_at == world.now


def test_a_moved_post_is_led_to() -> None:
    world = World.generate(3, 5)
    post = world.listed()[0]
    former = world.url(post)
    world.move(post.id, "elsewhere")

    async def asked() -> tuple[str, int]:
        from fonds.net.messages import Request

        async with asking(world) as (_, client):
            response = await client.fetch(Request(former))
            return response.url, len(response.hops)

    assert run(asked()) == (world.url(post), 1)


def test_a_query_is_answered_with_what_it_asks_and_nothing_else() -> None:
    def post(**given: str) -> dict[str, object]:
        return {
            "__typename": "Post",
            "id": given["id"],
            "title": "x",
            "tags": [{"__typename": "Tag", "id": "a"}],
        }

    value = {"__typename": "Query", "post": post}
    fields = query.parse('query A($i: ID!) { mine: post(id: $i) { id ... on Post { tags { id } } ... on User { name } } }')  # fmt: skip
    assert query.choose(value, fields, {"i": "7"}) == {"mine": {"id": "7", "tags": [{"id": "a"}]}}
    for wrong in (
        "query { post(id: 1) { nope } }",
        "query { post(id: 1) }",
        "query { post(id: 1) { id { x } } }",
    ):
        with pytest.raises(query.QueryError):
            query.choose(value, query.parse(wrong), {})
    for wrong in ("", "query {", "query { }", "query { a } b"):
        with pytest.raises(query.QueryError):
            query.parse(wrong)


def test_in_a_thread_for_who_runs_no_loop() -> None:
    with Standin(World.generate(1, 3)).in_thread() as standin:

        async def asked() -> object:
            async with Client(msgspec.structs.replace(QUICK, gateway=standin.url)) as client:
                return await posts.one(client, standin.world.listed()[0].id)

        assert isinstance(run(asked()), (Full, Preview))
        assert len(standin.log) == 1


def test_as_a_process_that_is_ordered_about() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "standin", "--posts", "7", "--pictures", "9"],
        cwd=TESTS,
        env={**os.environ, "PYTHONPATH": str(TESTS)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    url = process.stdout.readline().strip()

    def order(path: str) -> object:
        request = urllib.request.Request(f"{url}/{path}", headers={"Host": "standin.test"})
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.loads(answer.read())

    try:
        told = order("posts")
        assert isinstance(told, list)
        assert len([post for post in told if "the-quay-letter" in post["url"]]) == 7
        first = told[0]["id"]
        assert isinstance(order(f"edit?post={first}&words=Hello"), int)
        assert order("fault?name=status&with=%7B%22code%22%3A418%7D&path=/p/*") == "418"
        assert order(f"delete?post={first}") is None
        page = urllib.request.Request(f"{url}/p/{first}", headers={"Host": "medium.com"})
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(page, timeout=10)
        assert caught.value.code == 418
        caught.value.close()
        log = order("log")
        assert isinstance(log, list)
        (logged,) = log
        assert (logged["host"], logged["fault"], logged["status"]) == ("medium.com", "418", 418)
    finally:
        process.send_signal(signal.SIGTERM)
        process.stdout.close()
        assert process.wait(20) == 0


def test_every_fault_has_a_name_to_order_it_by() -> None:
    for name in ("short", "challenge", "drip", "reset", "truncated_gzip"):
        assert hasattr(wire_faults, name)
