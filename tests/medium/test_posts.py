"""Bodies in batches, editions of many at once, and what becomes of a post that does not come."""

from __future__ import annotations

import json
from collections.abc import Callable

import msgspec
import pytest

import wire_faults
from fonds.medium import answers, posts
from fonds.medium.answers import Failed, Full, Gone, Outcome, Preview, Seen, State
from fonds.model import Post as Model
from fonds.model import encode
from fonds.net.cookies import read_header
from fonds.net.errors import BlockedError, DeniedError, OfflineError
from fonds.sources import api, read
from medium.asking import asking, run
from standin import Standin, World
from standin.model import Post
from wire import Asked, Fault, Reply

Order = Callable[[Standin], None]


@pytest.fixture
def world() -> World:
    return World.generate(8, 25, pictures=40, locked=0, responses=0)


def listed(world: World) -> list[Post]:
    return world.listed()


def bodies(
    world: World,
    ids: list[str],
    order: Order | None = None,
    *,
    cookie: str = "",
    size: int = 10,
    batch_limit: int = 0,
) -> tuple[list[Outcome], list[Asked]]:
    async def outcomes() -> tuple[list[Outcome], list[Asked]]:
        jar = read_header(cookie, domain="medium.com") if cookie else None
        async with asking(world, cookies=jar, batch_limit=batch_limit) as (standin, client):
            if order is not None:
                order(standin)
            return [outcome async for outcome in posts.bodies(client, ids, size=size)], standin.log

    return run(outcomes())


def editions(world: World, ids: list[str], order: Order | None = None) -> tuple[list[State], list[Asked]]:
    async def states() -> tuple[list[State], list[Asked]]:
        async with asking(world) as (standin, client):
            if order is not None:
                order(standin)
            return [state async for state in posts.editions(client, ids)], standin.log

    return run(states())


def targets(log: list[Asked]) -> list[str]:
    return [one.target for one in log]


# -- whole posts ----------------------------------------------------------------------------------------


def test_ten_bodies_come_in_one_request(world: World) -> None:
    ids = [post.id for post in listed(world)]
    outcomes, log = bodies(world, ids)
    assert [outcome.post_id for outcome in outcomes] == ids
    assert all(isinstance(outcome, Full) for outcome in outcomes)
    assert targets(log) == ["/_/graphql"] * 3
    assert [len(json.loads(one.body)) for one in log] == [10, 10, 5]


def test_each_posts_own_answer_is_a_file_for_the_reader(world: World) -> None:
    outcomes, _ = bodies(world, [post.id for post in listed(world)[:10]])
    for outcome in outcomes:
        assert isinstance(outcome, Full)
        (found,) = api.read(outcome.data)
        assert isinstance(found, Model)
        assert found == outcome.post
        assert found.id == outcome.post_id
        assert found.word_count
        assert found.blocks
        assert outcome.data in outcome.response.body
    assert len({id(outcome.response) for outcome in outcomes if isinstance(outcome, Full)}) == 1


def test_a_post_asked_for_twice_is_asked_once(world: World) -> None:
    one, two = (post.id for post in listed(world)[:2])
    outcomes, log = bodies(world, [one, two, one])
    assert [outcome.post_id for outcome in outcomes] == [one, two]
    assert len(json.loads(log[0].body)) == 2


def test_every_form_of_a_post_says_the_same(world: World) -> None:
    """The page and Medium's old JSON hold what GraphQL does, each by a writer and reader of its own."""
    for post in listed(world):
        forms_of(world, post.id)


def forms_of(world: World, post_id: str) -> None:
    (full,), _ = bodies(world, [post_id])
    (page,), _ = bodies(world, [post_id], lambda standin: broken(standin, post_id, "null", 9))
    (old,), _ = bodies(world, [post_id], lambda standin: no_page(standin, post_id))
    assert isinstance(full, Full)
    assert isinstance(page, Full)
    assert isinstance(old, Full)
    assert (full.form, page.form, old.form) == ("api", "page", "json")
    assert text(page.post) == text(full.post) == text(old.post)
    same = {"source": full.post.source, "notes": full.post.notes}
    assert encode(msgspec.structs.replace(page.post, **same)) == encode(full.post)


def text(post: Model) -> list[str]:
    return [f"{type(block).__name__} {getattr(block, 'content', '')}" for block in post.blocks]


def broken(standin: Standin, post_id: str, kind: str, times: int) -> None:
    standin.broken[post_id] = (kind, times)


def no_page(standin: Standin, post_id: str) -> None:
    broken(standin, post_id, "null", 9)
    standin.faults.add(wire_faults.html_instead(200), path=f"/p/{post_id}")


# -- what a batch does not give ---------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["null", "error", "rate"])
def test_an_operation_that_fails_is_asked_again_alone(world: World, kind: str) -> None:
    ids = [post.id for post in listed(world)[:10]]
    outcomes, log = bodies(world, ids, lambda standin: broken(standin, ids[3], kind, 1))
    assert all(isinstance(outcome, Full) for outcome in outcomes)
    assert [len(json.loads(one.body)) for one in log] == [10, 1]


@pytest.mark.parametrize("kind", ["null", "error"])
def test_then_by_its_page(world: World, kind: str) -> None:
    ids = [post.id for post in listed(world)[:10]]
    outcomes, log = bodies(world, ids, lambda standin: broken(standin, ids[3], kind, 2))
    assert [outcome.form for outcome in outcomes if isinstance(outcome, Full)].count("page") == 1
    assert targets(log)[:3] == ["/_/graphql", "/_/graphql", f"/p/{ids[3]}"]
    page = outcomes[3]
    assert isinstance(page, Full)
    assert next(read(page.data)) == page.post


def test_then_as_old_json(world: World) -> None:
    ids = [post.id for post in listed(world)[:3]]
    outcomes, log = bodies(world, ids, lambda standin: no_page(standin, ids[1]))
    assert isinstance(outcomes[1], Full)
    assert outcomes[1].form == "json"
    assert f"/p/{ids[1]}?format=json" in targets(log)


def test_and_when_nothing_gives_it_the_reason_is_medium_s_own(world: World) -> None:
    ids = [post.id for post in listed(world)[:3]]

    def order(standin: Standin) -> None:
        broken(standin, ids[1], "error", 9)
        standin.faults.add(wire_faults.html_instead(200), path=f"*{ids[1]}*", times=0)

    outcomes, _ = bodies(world, ids, order)
    assert isinstance(outcomes[1], Failed)
    assert (outcomes[1].reason, outcomes[1].detail) == ("failed", "An error occurred")
    assert isinstance(outcomes[0], Full)
    assert isinstance(outcomes[2], Full)


def test_a_batch_that_is_refused_is_halved_and_stays_smaller(world: World) -> None:
    ids = [post.id for post in listed(world)]
    outcomes, log = bodies(world, ids, batch_limit=5)
    assert all(isinstance(outcome, Full) for outcome in outcomes)
    assert [len(json.loads(one.body)) for one in log] == [10, 5, 5, 5, 5, 5]


def test_a_post_that_breaks_its_batch_does_not_take_the_others_with_it(world: World) -> None:
    ids = [post.id for post in listed(world)[:10]]
    poison = Fault(
        "poison", reply=lambda asked, was: Reply(status=500) if ids[6].encode() in asked.body else was
    )
    outcomes, _ = bodies(world, ids, lambda standin: standin.faults.add(poison, path="/_/graphql", times=0))
    assert [isinstance(outcome, Full) for outcome in outcomes] == [n != 6 for n in range(10)]


def test_an_ill_server_is_not_asked_for_every_post(world: World) -> None:
    ids = [post.id for post in listed(world)]
    outcomes, log = bodies(world, ids, lambda standin: standin.faults.add(wire_faults.status(500), times=0))
    assert len(outcomes) == len(ids)
    assert all(isinstance(outcome, Failed) and outcome.reason == "failed" for outcome in outcomes)
    assert len(log) < 3 * 12  # each asked at most three times by the client itself


# -- gone, locked, behind a wall --------------------------------------------------------------------------


def test_deleted_is_what_the_page_says_not_the_null(world: World) -> None:
    ids = [post.id for post in listed(world)[:4]]
    world.delete(ids[2])
    outcomes, log = bodies(world, ids)
    assert isinstance(outcomes[2], Gone)
    assert outcomes[2].reason == "deleted"
    assert targets(log)[-1] == f"/p/{ids[2]}"


def test_a_not_found_page_with_200_means_the_same(world: World) -> None:
    post = listed(world)[0]
    page = wire_faults.instead(Reply(b"<html><title>Medium</title><h1>PAGE NOT FOUND</h1></html>", 200))

    def order(standin: Standin) -> None:
        broken(standin, post.id, "null", 9)
        standin.faults.add(page, path=f"/p/{post.id}")

    (outcome,), _ = bodies(world, [post.id], order)
    assert isinstance(outcome, Gone)
    assert outcome.reason == "deleted"


def test_a_suspended_account_is_told_apart(world: World) -> None:
    world.suspend("miralund")
    post = next(post for post in world.posts.values() if post.author.suspended)
    (outcome,), _ = bodies(world, [post.id])
    assert isinstance(outcome, Gone)
    assert outcome.reason == "suspended"


def test_unlisted_posts_are_whole(world: World) -> None:
    post = listed(world)[0]
    world.unlist(post.id)
    (outcome,), _ = bodies(world, [post.id])
    assert isinstance(outcome, Full)
    assert outcome.post.visibility == "unlisted"


@pytest.mark.parametrize("code", [200, 403, 503])
def test_a_challenge_before_the_pages_is_met_once(world: World, code: int) -> None:
    ids = [post.id for post in listed(world)[:5]]

    def order(standin: Standin) -> None:
        for post_id in ids[1:4]:
            broken(standin, post_id, "null", 9)
        standin.faults.add(wire_faults.challenge(code), path="/p/*", times=0)

    outcomes, log = bodies(world, ids, order)
    assert [type(outcome) for outcome in outcomes] == [Full, Failed, Failed, Failed, Full]
    assert {outcome.reason for outcome in outcomes if isinstance(outcome, Failed)} == {"challenge"}
    assert sum(target.startswith("/p/") for target in targets(log)) == 1


@pytest.mark.parametrize("code", [200, 403, 503])
def test_a_challenge_before_graphql_ends_all_asking(world: World, code: int) -> None:
    with pytest.raises(BlockedError) as caught:
        bodies(
            world,
            [post.id for post in listed(world)],
            lambda standin: standin.faults.add(wire_faults.challenge(code), nth=2, times=0),
        )
    assert caught.value.exit_code == 8
    assert caught.value.attempts == 1


def test_a_login_page_in_place_of_a_post(world: World) -> None:
    from standin import pages

    post = listed(world)[0]

    def order(standin: Standin) -> None:
        broken(standin, post.id, "null", 9)
        standin.faults.add(wire_faults.instead(Reply(pages.LOGIN)), path=f"/p/{post.id}")

    (outcome,), _ = bodies(world, [post.id], order)
    assert isinstance(outcome, Failed)
    assert outcome.reason == "locked"


def test_graphql_for_readers_only(world: World) -> None:
    body = json.dumps([{"errors": [{"message": "x", "extensions": {"code": "UNAUTHENTICATED"}}]}]).encode()
    with pytest.raises(DeniedError):
        bodies(
            world,
            [listed(world)[0].id],
            lambda standin: standin.faults.add(
                wire_faults.instead(Reply(body, 401, "application/json")), times=0
            ),
        )


def test_no_network_is_no_fault_of_the_posts(world: World) -> None:
    async def attempt() -> None:
        async with asking(world, gateway="http://127.0.0.1:1") as (_, client):
            async for _ in posts.bodies(client, ["1c77ce714985"]):
                pass

    with pytest.raises(OfflineError):
        run(attempt())


# -- previews ---------------------------------------------------------------------------------------------


def test_a_locked_post_is_a_preview_until_its_reader_shows_who_they_are(world: World) -> None:
    post = listed(world)[4]
    world.lock(post.id)
    (preview,), _ = bodies(world, [post.id])
    assert isinstance(preview, Preview)
    assert preview.post.preview_only
    assert preview.post.member_only
    (full,), _ = bodies(world, [post.id], cookie=f"sid={world.session}")
    assert isinstance(full, Full)
    assert len(full.post.blocks) > len(preview.post.blocks)
    assert world.session not in repr(full.response)
    assert all("standin-session" not in value for _, value in full.response.request.headers)
    (expired,), _ = bodies(world, [post.id], cookie="sid=1:another")
    assert isinstance(expired, Preview)


@pytest.mark.parametrize("by", ["page", "json"])
def test_previews_are_recognised_in_every_form(world: World, by: str) -> None:
    post = listed(world)[4]
    world.lock(post.id)

    def order(standin: Standin) -> None:
        broken(standin, post.id, "null", 9)
        if by == "json":
            no_page(standin, post.id)

    (outcome,), _ = bodies(world, [post.id], order)
    assert isinstance(outcome, Preview)
    assert outcome.form == by


def test_a_cut_body_of_a_locked_post_is_a_preview_though_nothing_says_so(world: World) -> None:
    for post in listed(world)[:8]:  # in every language
        (full,), _ = bodies(world, [post.id])
        assert isinstance(full, Full)
        locked = msgspec.structs.replace(full.post, member_only=True)
        assert not answers.is_cut(locked)
        assert answers.is_cut(msgspec.structs.replace(locked, blocks=locked.blocks[:2]))
        assert not answers.is_cut(msgspec.structs.replace(full.post, blocks=full.post.blocks[:2]))


# -- editions ---------------------------------------------------------------------------------------------


def test_editions_of_many_posts_cost_one_request(world: World) -> None:
    ids = [post.id for post in world.posts.values() if post.parent is None]
    states, log = editions(world, ids)
    assert [state.entry.edition for state in states if isinstance(state, Seen)] == [
        world.posts[i].latest for i in ids
    ]
    assert len(log) == 1
    assert b"paragraphs" not in log[0].body


def test_what_happened_since(world: World) -> None:
    one, two, three, four, five = (post.id for post in listed(world)[:5])
    world.edit(one)
    world.move(two, "another-name")
    world.lock(three)
    world.delete(four)
    world.unlist(five)
    states, log = editions(world, [one, two, three, four, five])
    seen = {state.post_id: state.entry for state in states if isinstance(state, Seen)}
    assert seen[one].edition == world.now
    assert seen[two].slug == "another-name"
    assert (seen[three].is_locked, seen[three].visibility) == (True, "locked")
    assert seen[five].visibility == "unlisted"
    assert isinstance(states[3], Gone)
    assert len(log) == 2


def test_a_null_whose_page_is_there_is_there(world: World) -> None:
    post = listed(world)[0]
    (state,), log = editions(world, [post.id], lambda standin: broken(standin, post.id, "null", 9))
    assert isinstance(state, Seen)
    assert state.entry.edition == post.latest
    assert targets(log)[1] == f"/p/{post.id}"


def test_a_challenge_is_no_deletion(world: World) -> None:
    post = listed(world)[0]
    world.delete(post.id)
    (state,), _ = editions(
        world, [post.id], lambda standin: standin.faults.add(wire_faults.challenge(403), path="/p/*", times=0)
    )
    assert isinstance(state, Failed)
    assert state.reason == "challenge"


def test_operations_that_erred_are_asked_again_together(world: World) -> None:
    ids = [post.id for post in listed(world)]

    def order(standin: Standin) -> None:
        for post_id in ids[:12]:
            broken(standin, post_id, "error", 1)

    states, log = editions(world, ids, order)
    assert all(isinstance(state, Seen) for state in states)
    assert [len(json.loads(one.body)) for one in log] == [25, 12]


def test_errors_of_all_are_no_reason_to_ask_for_every_page() -> None:
    world = World.generate(9, 60, pictures=0)
    ids = [post.id for post in world.listed()]

    def order(standin: Standin) -> None:
        for post_id in ids:
            broken(standin, post_id, "error", 99)

    states, log = editions(world, ids, order)
    assert len(states) == len(ids)
    assert sum(isinstance(state, Seen) for state in states) == 20
    assert sum(target.startswith("/p/") for target in targets(log)) == 20


def test_fields_that_medium_lost_cost_one_request_more(world: World) -> None:
    ids = [post.id for post in listed(world)]
    world.lacks = {"wordCount", "tags", "unsplashPhotoId", "dropCapImage"}
    outcomes, log = bodies(world, ids)
    assert all(isinstance(outcome, Full) for outcome in outcomes)
    assert len(log) == 4
