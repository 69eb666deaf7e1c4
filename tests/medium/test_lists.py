"""Lists to their true end: short and empty pages, pinned repeats, other writers, circles, what is not there."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

import wire_faults
from fonds.medium import lists
from fonds.medium.errors import SourceError
from fonds.medium.records import Page
from fonds.medium.sources import Author, Publication, Source, parse
from fonds.net.client import Client
from fonds.net.errors import BlockedError, DeniedError, FailedError
from medium.asking import asking, run
from standin import World
from wire import Asked, Fault, Reply

AUTHOR, PUBLICATION = "@miralund", "the-quay-letter"


def walk(
    world: World, given: str, *, cursor: str = "", size: int = 0, faults: tuple[Fault, ...] = ()
) -> list[Page]:
    """The pages of a source's list."""

    async def pages() -> list[Page]:
        async with asking(world) as (standin, client):
            for fault in faults:
                standin.faults.add(fault, path="/_/graphql", times=0)
            return await _walk(client, parse(given), cursor=cursor, size=size)

    return run(pages())


async def _walk(client: Client, source: Source, *, cursor: str = "", size: int = 0) -> list[Page]:
    assert isinstance(source, (Author, Publication))
    return [page async for page in lists.walk(client, source, cursor=cursor, size=size)]


def ids(pages: list[Page]) -> list[str]:
    return [entry.post_id for page in pages for entry in page.entries]


@pytest.fixture(scope="module")
def world() -> World:
    return World.generate(3, 260, pictures=0)


def test_an_authors_list_holds_every_post_of_theirs_and_no_other(world: World) -> None:
    author = world.authors[0]
    pages = walk(world, AUTHOR)
    own = [post.id for post in world.listed(of=author) if post.author is author]
    assert sorted(ids(pages)) == sorted(own)
    assert len(set(ids(pages))) == len(ids(pages))
    assert {entry.author_id for page in pages for entry in page.entries} == {author.id}


def test_a_publications_list_is_in_its_order(world: World) -> None:
    assert ids(walk(world, PUBLICATION)) == [post.id for post in world.listed()]


def test_short_and_empty_pages_are_no_end(world: World) -> None:
    pages = walk(world, AUTHOR, size=7)
    sizes = [len(page.entries) + len(page.others) + page.repeated for page in pages]
    assert 0 in sizes  # the stand-in gives such pages
    assert any(0 < size < 7 for size in sizes[:-1])
    assert [page.complete for page in pages] == [False] * (len(pages) - 1) + [True]


def test_pinned_posts_come_first_and_count_once(world: World) -> None:
    pages = walk(world, AUTHOR)
    pinned = [entry.post_id for page in pages for entry in page.entries if entry.pinned]
    assert pinned == ids(pages)[: len(pinned)] != []
    assert sum(page.repeated for page in pages) == len(pinned)


def test_other_writers_posts_are_told_apart() -> None:
    world = World.generate(5, 60, pictures=0, authors=1)
    pages = walk(world, AUTHOR)
    others = {entry.author for page in pages for entry in page.others}
    assert others
    assert "miralund" not in others
    assert all(entry.is_response for page in pages for entry in page.others)


def test_what_an_entry_says(world: World) -> None:
    entry = walk(world, PUBLICATION)[0].entries[0]
    post = world.listed()[0]
    assert (entry.title, entry.url, entry.slug) == (post.title, world.url(post), post.slug)
    assert (entry.published_at, entry.edition) == (post.published, post.latest)
    assert (entry.claps, entry.responses) == (post.claps, post.responses)
    assert entry.via == "list"
    assert not entry.is_response


def test_whose_list_it_is(world: World) -> None:
    author, home = world.authors[0], world.publication
    first = walk(world, AUTHOR)[0].owner
    assert (first.id, first.name, first.username, first.avatar) == (author.id, author.name, author.username, author.avatar)  # fmt: skip
    first = walk(world, PUBLICATION)[0].owner
    assert (first.id, first.name, first.slug, first.avatar) == (home.id, home.name, home.slug, home.avatar)


@pytest.mark.parametrize("given", [AUTHOR, PUBLICATION])
def test_a_walk_goes_on_from_any_cursor(world: World, given: str) -> None:
    size = 25
    whole = walk(world, given, size=size)
    middle = len(whole) // 2
    rest = walk(world, given, cursor=whole[middle].cursor, size=size)
    before = set(ids(whole[: middle + 1]))
    # Pinned posts stand before their place: a walk that did not see them there meets them again.
    assert [post for post in ids(rest) if post not in before] == ids(whole[middle + 1 :])


def test_a_custom_domain_is_asked_for_as_one() -> None:
    world = World.generate(4, 30, pictures=0, domain="letters.quay.example")
    pages = walk(world, "letters.quay.example")
    assert len(ids(pages)) == 30
    assert pages[0].owner.domain == "letters.quay.example"


def test_a_post_published_while_walking_shifts_nothing(world: World) -> None:
    world = World.generate(6, 120, pictures=0, authors=1, responses=0)

    async def pages() -> list[Page]:
        async with asking(world) as (standin, client):
            found = []
            async for page in lists.walk(client, Author("miralund"), size=10):
                found.append(page)
                if len(found) == 3:
                    standin.world.publish()
            return found

    assert len(ids(run(pages()))) == 120


# -- ends that are none ---------------------------------------------------------------------------------


def _next(change: Any) -> Fault:
    """Every answer's way on is changed."""

    def reply(_asked: Asked, was: Reply) -> Reply:
        answers = json.loads(was.body)
        for answer in answers:
            data = answer["data"]
            if data.get("userResult"):
                change(data["userResult"]["homepagePostsConnection"]["pagingInfo"])
            else:
                change(data["publication"]["publicationPostsConnection"]["pageInfo"])
        return replace(was, body=json.dumps(answers).encode())

    return Fault("next", reply=reply)


def test_a_cursor_that_repeats_is_a_fault_and_no_end(world: World) -> None:
    post = world.listed()[9]
    again = json.dumps({"feed_sort_listed_at##listed_at": {"N": post.published}, "post_id": {"S": post.id}})
    circle = _next(lambda info: info.update(endCursor=again, hasNextPage=True))
    pages = walk(world, PUBLICATION, faults=(circle,))
    assert len(pages) == 2
    assert "circle" in pages[-1].fault
    assert post.id in pages[-1].fault
    assert not any(page.complete for page in pages)


def test_an_authors_cursor_that_repeats_too(world: World) -> None:
    post = world.listed()[9]
    again = {"from": f"L{post.published}:{post.id}", "limit": 25}
    pages = walk(world, AUTHOR, faults=(_next(lambda info: info.update(next=again)),))
    assert "circle" in pages[-1].fault
    assert not pages[-1].complete


def test_more_without_a_cursor_is_a_fault(world: World) -> None:
    pages = walk(
        world, PUBLICATION, faults=(_next(lambda info: info.update(endCursor=None, hasNextPage=True)),)
    )
    assert len(pages) == 1
    assert "goes on" in pages[0].fault


# -- what is not there ----------------------------------------------------------------------------------


def refused(world: World, given: str, fault: Fault | None = None, path: str = "*") -> SourceError:
    async def attempt() -> None:
        async with asking(world) as (standin, client):
            if fault is not None:
                standin.faults.add(fault, path=path, times=0)
            await _walk(client, parse(given))

    with pytest.raises(SourceError) as caught:
        run(attempt())
    assert "\n" not in str(caught.value)
    assert caught.value.exit_code == 4
    return caught.value


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ("@nobody", "no such user"),
        ("no-such-letter", "no such publication"),
        ("nowhere.example", "no such publication"),
        ("nobody.medium.com", "no such user"),
    ],
)
def test_a_source_that_does_not_exist(world: World, given: str, reason: str) -> None:
    error = refused(world, given)
    assert (error.kind, reason in str(error)) == ("missing", True)


def test_a_suspended_account() -> None:
    world = World.generate(2, 10, pictures=0)
    world.suspend("miralund")
    assert refused(world, AUTHOR).kind == "suspended"


@pytest.mark.parametrize(("slug", "domain"), [("the-new-letter", ""), ("", "letters.quay.example")])
def test_a_publication_that_moved_says_where_to(slug: str, domain: str) -> None:
    world = World.generate(2, 10, pictures=0)
    world.move_publication(slug=slug, domain=domain)
    if domain:
        world.publication.slug, world.publication.former = "the-new-letter", {PUBLICATION}
    error = refused(world, PUBLICATION)
    assert (error.kind, error.moved_to) == ("moved", domain or slug)
    assert (domain or slug) in str(error)


def test_a_domain_may_be_an_authors() -> None:
    """Medium's list of publications does not know it; its feed tells whose it is."""
    world = World.generate(2, 12, pictures=0, authors=1, responses=0)
    author = world.authors[0]

    def feed(asked: Asked, was: Reply) -> Reply:
        link = f"https://mira.example?source=rss-{author.id}------2"
        body = f"<rss><channel><title>Stories by Mira</title><link>{link}</link><item></item></channel></rss>"
        return Reply(body.encode() if asked.path == "/feed" else b"<html><title>Mira</title></html>")

    async def pages() -> list[Page]:
        async with asking(world) as (standin, client):
            standin.faults.add(Fault("author", reply=feed), host="mira.example", times=0)
            return await _walk(client, parse("mira.example"))

    assert len(ids(run(pages()))) == 12


def test_errors_of_the_list_are_in_the_line(world: World) -> None:
    body = json.dumps([{"errors": [{"message": "Sorry, harbour closed"}], "data": None}]).encode()
    error = refused(world, AUTHOR, wire_faults.instead(Reply(body, type="application/json")), "/_/graphql")
    assert (error.kind, "harbour closed" in str(error)) == ("unreadable", True)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (wire_faults.challenge(200), BlockedError),
        (wire_faults.challenge(403), BlockedError),
        (wire_faults.challenge(503), BlockedError),
        (wire_faults.instead(Reply(b"error code: 1015", 429, "text/plain")), BlockedError),
        (wire_faults.status(403, body=b"<html><title>Access denied</title></html>"), BlockedError),
        (wire_faults.status(401), DeniedError),
        (wire_faults.status(500), FailedError),
        (wire_faults.html_instead(200), FailedError),
    ],
)
def test_walls_before_a_list(world: World, fault: Fault, error: type[Exception]) -> None:
    with pytest.raises(error):
        walk(world, AUTHOR, faults=(fault,))


def test_fields_that_medium_lost_are_not_asked_for_again() -> None:
    world = World.generate(2, 60, pictures=0)
    world.lacks = {"clapCount", "isLocked", "pinnedByCreatorAt"}

    async def pages() -> tuple[list[Page], int]:
        async with asking(world, short=False) as (standin, client):
            found = await _walk(client, parse(AUTHOR))
            return found, len(standin.asked(path="/_/graphql"))

    found, requests = run(pages())
    assert found[-1].complete
    assert requests == len(found) + 1


def test_a_field_that_is_needed_and_lost_ends_the_walk() -> None:
    world = World.generate(2, 10, pictures=0)
    world.lacks = {"pagingInfo", "clapCount"}
    error = refused(world, AUTHOR)
    assert "pagingInfo" in str(error)
