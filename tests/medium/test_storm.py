"""Everything goes wrong at once: what comes through is true, and what does not is named."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Sequence

import pytest

import wire_faults
from fonds.medium import lists, media, pictures, posts
from fonds.medium.answers import Failed, Full, Outcome
from fonds.medium.errors import SourceError
from fonds.medium.sources import Publication
from fonds.model import encode
from fonds.net.errors import BlockedError, FetchError
from medium.asking import asking, run
from standin import Standin, World
from standin.hosts import picture
from wire import Fault

FAULTS: list[Fault] = [
    wire_faults.short(), wire_faults.short(by=200), wire_faults.cut(120), wire_faults.cut(120, rude=True), wire_faults.longer(),
    wire_faults.unmarked(60), wire_faults.two_lengths(), wire_faults.truncated_gzip(), wire_faults.bad_crc(),
    wire_faults.gzip_garbage(), wire_faults.encoded(), wire_faults.reset("before"), wire_faults.reset("head"),
    wire_faults.reset("headers"), wire_faults.reset("body"), wire_faults.closed(), wire_faults.not_http(),
    wire_faults.bad_chunk(), wire_faults.lying_chunk(), wire_faults.no_last_chunk(), wire_faults.status(500),
    wire_faults.status(503, retry_after=0), wire_faults.status(429), wire_faults.status(404), wire_faults.challenge(200),
    wire_faults.challenge(403), wire_faults.html_instead(), wire_faults.json_instead(), wire_faults.json_instead(500),
    wire_faults.wrong_range(), wire_faults.other_entity(b"GIF89a; not this one"), wire_faults.redirect("{url}"),
]  # fmt: skip


def truth(world: World) -> tuple[dict[str, bytes], list[str]]:
    """Every post as it comes undisturbed, and the names of all pictures."""

    async def quiet() -> tuple[dict[str, bytes], list[str]]:
        async with asking(world) as (_, client):
            found = [outcome async for outcome in posts.bodies(client, [post.id for post in world.listed()])]
            whole = {each.post_id: encode(each.post) for each in found if isinstance(each, Full)}
            wanted = [want for each in found if isinstance(each, Full) for want in media.wants(each.post)]
            return whole, [want.key for want in wanted if want.kind == "picture"]

    return run(quiet())


def blown(standin: Standin, faults: Sequence[Fault], chance: random.Random) -> None:
    for fault in faults:
        standin.faults.add(fault, nth=chance.randrange(1, 30), times=chance.randrange(1, 4))


@pytest.fixture(scope="module")
def world() -> World:
    return World.generate(21, 30, pictures=45, locked=0)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_one_fault_again_and_again(world: World, fault: Fault) -> None:
    """Whatever stands in every third answer, nothing false is taken for a post or a picture."""
    whole, keys = truth(world)

    async def storm() -> tuple[list[Outcome], list[pictures.Outcome]]:
        async with asking(world, retry_base=0.0, max_wait=1, budget_floor=500) as (standin, client):
            for number in range(1, 400, 3):
                standin.faults.add(fault, nth=number)
            return await _all(client_posts(world), client, keys)

    _judge(world, whole, *run(storm()))


@pytest.mark.parametrize("seed", range(12))
def test_all_faults_mixed(world: World, seed: int) -> None:
    whole, keys = truth(world)

    async def storm() -> tuple[list[Outcome], list[pictures.Outcome]]:
        async with asking(world, retry_base=0.0, max_wait=1, budget_floor=500) as (standin, client):
            chance = random.Random(seed)
            blown(standin, chance.sample(FAULTS, 12), chance)
            return await _all(client_posts(world), client, keys)

    found, seen = run(storm())
    _judge(world, whole, found, seen)


def client_posts(world: World) -> list[str]:
    return [post.id for post in world.listed()]


async def _all(
    ids: list[str], client: object, keys: list[str]
) -> tuple[list[Outcome], list[pictures.Outcome]]:
    from fonds.net.client import Client

    assert isinstance(client, Client)
    found: list[Outcome] = []
    try:
        async for outcome in posts.bodies(client, ids):
            found.append(outcome)
    except FetchError:
        pass  # nothing more can be asked of Medium: the others were not had
    seen = []
    for key in keys:
        with contextlib.suppress(BlockedError):
            seen.append(await pictures.fetch(client, key))
    return found, seen


def _judge(world: World, whole: dict[str, bytes], found: list[Outcome], seen: list[pictures.Outcome]) -> None:
    for outcome in found:
        if isinstance(outcome, Full) and outcome.form == "api":
            assert encode(outcome.post) == whole[outcome.post_id]
        elif isinstance(outcome, Full):
            assert outcome.post.title == world.posts[outcome.post_id].title
        elif isinstance(outcome, Failed):
            assert outcome.detail
    for each in seen:
        if isinstance(each, pictures.Picture):
            assert each.data == picture(world, each.key)[0]
        else:
            assert each.detail


@pytest.mark.parametrize("seed", range(8))
def test_a_list_is_whole_or_its_end_is_an_error(world: World, seed: int) -> None:
    async def storm() -> tuple[list[str], bool]:
        async with asking(world, retry_base=0.0, max_wait=1) as (standin, client):
            chance = random.Random(100 + seed)
            for fault in chance.sample(FAULTS, 8):
                standin.faults.add(fault, nth=chance.randrange(1, 9), times=chance.randrange(1, 5))
            ids: list[str] = []
            try:
                async for page in lists.walk(client, Publication("the-quay-letter"), size=5):
                    ids += [entry.post_id for entry in page.entries]
                    if page.complete:
                        return ids, True
            except (FetchError, SourceError):
                return ids, False
            return ids, False

    ids, complete = run(storm())
    listed = [post.id for post in world.listed()]
    assert ids == (listed if complete else listed[: len(ids)])
