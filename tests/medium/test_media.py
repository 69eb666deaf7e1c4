"""Everything that a post refers to: named once, fetched to a record, put in its place, or left a link."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

import pytest

import wire_faults
from fonds.medium import frames, gists, media, pictures, posts, things, tweets
from fonds.medium.answers import Full
from fonds.medium.media import Found, Lost, Outcome, Want, fill, wants
from fonds.medium.things import Frame, Gist, Thing, Tweet
from fonds.model import Embed, EmbedFile, Image, ImageRow, LinkCard, Paragraph, Post, RichText, Section
from fonds.net.errors import BlockedError, OfflineError
from fonds.sources import read
from fonds.writers import write
from fonds.writers.check import check
from medium.asking import asking, run
from standin import Standin, World, pages
from standin import things as made
from wire import Fault, as_json

Order = Callable[[Standin], None]
GIST = "https://gist.github.com/quay/0123456789abcdef"


def fetched(world: World, some: Sequence[Want], order: Order | None = None) -> list[Outcome]:
    async def outcomes() -> list[Outcome]:
        async with asking(world) as (standin, client):
            if order is not None:
                order(standin)
            return [await media.fetch(client, want) for want in some]

    return run(outcomes())


def post_of(world: World, kind: int) -> Post:
    """The post of the stand-in with a body of a kind, as it comes."""
    wanted = next(post for post in world.posts.values() if post.kind == kind and post.parent is None)

    async def outcome() -> Post:
        async with asking(world) as (_, client):
            full = await posts.one(client, wanted.id)
            assert isinstance(full, Full)
            return full.post

    return run(outcome())


@pytest.fixture(scope="module")
def world() -> World:
    return World.generate(11, 90, pictures=90, locked=0)


def embed_of(post: Post) -> Embed:
    return next(block for block in post.blocks if isinstance(block, Embed))


# -- what a post wants ------------------------------------------------------------------------------------


def test_every_picture_is_wanted_once_in_the_order_of_the_text() -> None:
    post = Post(
        id="1c77ce714985",
        image="1*cover.png",
        blocks=(
            Section(cover=Image(id="1*section.png")),
            Paragraph(RichText("Once"), True, Image(id="1*cap.png")),
            Image(id="1*cover.png"),
            ImageRow((Image(id="1*left.png"), Image(src="https://miro.medium.com/max/60/1*right.png"))),
            Image(src="https://quay.example/boat.png"),
            LinkCard(href="https://quay.example/a", thumbnail="0*thumb.jpeg"),
            Embed(kind="video", href="https://youtu.be/abcdefghijk", title="A film", thumbnail="https://i.ytimg.com/vi/abcdefghijk/hqdefault.jpg"),
            Embed(kind="tweet", href="https://twitter.com/a/status/20", published_at=1, images=(Image(src="https://pbs.twimg.com/media/a.jpg"),)),
            Image(),
        ),
    )  # fmt: skip
    assert [(want.kind, want.key) for want in wants(post)] == [
        ("picture", "1*section.png"),
        ("picture", "1*cap.png"),
        ("picture", "1*cover.png"),
        ("picture", "1*left.png"),
        ("picture", "1*right.png"),
        ("picture", "https://quay.example/boat.png"),
        ("picture", "0*thumb.jpeg"),
        ("picture", "https://i.ytimg.com/vi/abcdefghijk/hqdefault.jpg"),
        ("picture", "https://pbs.twimg.com/media/a.jpg"),
    ]
    assert wants(post)[4].url == "https://miro.medium.com/1*right.png"


EMBEDS: list[tuple[Embed, tuple[str, str, str] | None]] = [
    (Embed(kind="gist", provider="github-gist", provider_id="quay/0123456789abcdef", href=GIST, media_id="ab12"), ("gist", "ab12", GIST + ".json")),
    (Embed(kind="gist", href=GIST), ("gist", GIST, GIST + ".json")),
    (Embed(kind="gist", href=GIST, files=(EmbedFile("a"),)), None),
    (Embed(kind="tweet", provider="twitter", provider_id="20", href="https://twitter.com/a/status/20"), ("tweet", "https://twitter.com/a/status/20", "https://cdn.syndication.twitter.com/tweet-result?id=20&lang=en&token=6dq1a2xwd93")),
    (Embed(media_id="ab12cd", href="https://medium.com/media/ab12cd", iframe_src="https://medium.com/media/ab12cd"), ("media", "ab12cd", "https://medium.com/media/ab12cd")),
    (Embed(media_id="ab12cd", href="https://medium.com/media/ab12cd/href"), ("media", "ab12cd", "https://medium.com/media/ab12cd")),
    (Embed(media_id="ab12cd", href="https://quay.example/boats"), None),
    (Embed(kind="video", provider="vimeo", provider_id="7", href="https://vimeo.com/7"), ("oembed", "https://vimeo.com/7", "https://vimeo.com/api/oembed.json?url=https%3A%2F%2Fvimeo.com%2F7")),
    (Embed(kind="video", provider="vimeo", href="https://vimeo.com/7", title="A", thumbnail="https://i.vimeocdn.com/a"), None),
    (Embed(kind="video", provider="twitch", href="https://www.twitch.tv/videos/7"), None),
    (Embed(), None),
]  # fmt: skip


@pytest.mark.parametrize(("block", "expected"), EMBEDS)
def test_what_an_embed_wants(block: Embed, expected: tuple[str, str, str] | None) -> None:
    found = [want for want in wants(Post(blocks=(block,))) if want.kind != "picture"]
    assert found == ([] if expected is None else [Want(*expected)])  # type: ignore[arg-type]


# -- fetching and filling, each kind of thing ---------------------------------------------------------------


def settled(world: World, post: Post, order: Order | None = None) -> tuple[Post, list[Outcome]]:
    """``post`` filled as an archive would: asked again for what things refer to, until nothing is new."""
    known: dict[str, Thing] = {}
    asked: set[tuple[str, str]] = set()
    outcomes: list[Outcome] = []
    while some := [want for want in wants(post) if (want.kind, want.key) not in asked]:
        asked |= {(want.kind, want.key) for want in some}
        for outcome in fetched(world, some, order):
            outcomes.append(outcome)
            if isinstance(outcome, Found):
                known[outcome.want.key] = outcome.thing
        post = fill(post, known)
    return post, outcomes


def test_a_gist_with_every_file(world: World) -> None:
    filled, outcomes = settled(world, post_of(world, 5))
    block = embed_of(filled)
    number = made.number_of(block.provider_id.partition("/")[2])
    assert [(file.name, file.lang, file.text) for file in block.files] == [
        (file.name, file.lang, file.text) for file in made.gist_files(number)
    ]
    assert (block.kind, block.provider, block.author) == ("gist", "github-gist", made.GIST_USER)
    assert block.href == f"https://gist.github.com/{made.GIST_USER}/{made.gist_id(number)}"
    found = next(outcome for outcome in outcomes if isinstance(outcome, Found))
    assert len(found.responses) == 1 + len(block.files)
    assert block.files[0].text in write(filled)


def test_a_gist_behind_medium_s_own_page(world: World) -> None:
    post = post_of(world, 25)
    assert embed_of(post).href == f"https://medium.com/media/{embed_of(post).media_id}"
    filled, outcomes = settled(world, post)
    assert embed_of(filled).kind == "gist"
    assert embed_of(filled).files
    found = next(outcome for outcome in outcomes if isinstance(outcome, Found))
    assert found.want.kind == "media"
    assert found.responses[0].url.startswith("https://medium.com/media/")


def test_a_tweet_s_text_author_time_and_pictures(world: World) -> None:
    filled, outcomes = settled(world, post_of(world, 7))
    block = embed_of(filled)
    number = made.number_of(block.provider_id)
    assert block.content.text == f"{made.tweet_text(number)} & https://quay.example/boats/{number}"
    assert (block.author, block.published_at) == ("The Quay Letter", (1_600_000_000 + number * 60) * 1000)
    assert block.images == ((Image(src=f"https://pbs.twimg.com/media/T{number}.jpg"),) if number % 2 else ())
    assert sum(isinstance(outcome, pictures.Picture) for outcome in outcomes) >= len(block.images)
    assert check(filled, write(filled)) == []


@pytest.mark.parametrize(("kind", "host"), [(13, "i.vimeocdn.com"), (23, "i.scdn.co"), (33, "i1.sndcdn.com"), (15, "quay.example")])  # fmt: skip
def test_what_hosts_tell_by_oembed(world: World, kind: int, host: str) -> None:
    post = post_of(world, kind)
    filled, outcomes = settled(world, post)
    before, after = embed_of(post), embed_of(filled)
    assert after.title == before.title if before.title else after.title.startswith("Told by its host")
    assert after.thumbnail.startswith(f"https://{host}/")
    assert (after.kind, after.provider, after.href) == (before.kind, before.provider, before.href)
    assert any(
        isinstance(outcome, pictures.Picture) and outcome.key == after.thumbnail for outcome in outcomes
    )


def test_what_medium_tells_is_not_asked_for(world: World) -> None:
    post = post_of(world, 3)
    assert embed_of(post).title
    assert {want.kind for want in wants(post)} == {"picture"}
    assert embed_of(post).thumbnail in {want.key for want in wants(post)}


def test_a_link_card_is_medium_s_own_answer(world: World) -> None:
    post = post_of(world, 9)
    card = next(block for block in post.blocks if isinstance(block, LinkCard))
    number = card.href.rpartition("/")[2]
    assert (card.title, card.description, card.host) == (
        f"Boats of {number}",
        "What floats, and since when.",
        "quay.example",
    )
    assert (card.thumbnail in {want.key for want in wants(post)}) == bool(card.thumbnail)


def test_embeds_of_a_feed_come_to_the_same(world: World) -> None:
    """A feed has Medium's media id and nothing else."""
    numbers = (3, 5, 7, 13, 25, 33)

    some = [post for post in world.listed() if post.kind in numbers][:10]
    feed = pages.feed(world, some, "The Quay Letter", "https://medium.com/the-quay-letter")
    kinds = set()
    for post in read(feed):
        assert isinstance(post, Post)
        assert {want.kind for want in wants(post)} - {"picture"} == {"media"}
        filled, _ = settled(world, post)
        block = embed_of(filled)
        kinds.add(block.provider)
        assert "medium.com" not in block.href
        full = settled(world, post_of(world, world.posts[post.id].kind))[0]
        assert embed_of(full).kind == block.kind
    assert {"github-gist", "twitter"} <= kinds


# -- what cannot be had -----------------------------------------------------------------------------------


def tweet_want(world: World) -> Want:
    return next(want for want in wants(post_of(world, 7)) if want.kind == "tweet")


def lost(outcome: Outcome) -> tuple[str, str]:
    assert isinstance(outcome, Lost)
    return outcome.reason, outcome.detail


def test_a_deleted_tweet_says_so(world: World) -> None:
    tombstone = {"__typename": "TweetTombstone", "tombstone": {"text": {"text": "Deleted by its author"}}}
    fault = wire_faults.instead(as_json(tombstone))
    (outcome,) = fetched(world, [tweet_want(world)], lambda standin: standin.faults.add(fault, host="cdn.*"))
    assert lost(outcome) == ("gone", "Deleted by its author")


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (wire_faults.status(404), "gone"),
        (wire_faults.status(500), "failed"),
        (wire_faults.status(403, body=b"no"), "locked"),
        (wire_faults.html_instead(), "failed"),
        (wire_faults.short(), "failed"),
        (wire_faults.instead(as_json({})), "gone"),
    ],
    ids=lambda each: getattr(each, "name", None),
)
def test_what_cannot_be_had_is_named_and_stays_a_link(world: World, fault: Fault, reason: str) -> None:
    post = post_of(world, 7)
    filled, outcomes = settled(world, post, lambda standin: standin.faults.add(fault, host="cdn.*", times=0))
    (found,) = [outcome for outcome in outcomes if isinstance(outcome, Lost)]
    assert found.reason == reason
    assert found.detail
    assert filled == post
    assert embed_of(filled).href.startswith("https://twitter.com/")


@pytest.mark.parametrize("kind", [5, 7, 13, 25])
def test_a_challenge_is_for_whoever_asks_all(world: World, kind: int) -> None:
    post = post_of(world, kind)
    want = next(want for want in wants(post) if want.kind != "picture")
    host = want.url.split("/")[2]
    with pytest.raises(BlockedError):
        fetched(world, [want], lambda standin: standin.faults.add(wire_faults.challenge(200), host=host))


def test_a_file_that_cannot_be_had_is_named_and_the_others_stay() -> None:
    world = World.generate(12, 100, pictures=0)
    post = next(
        post for post in world.posts.values() if post.kind == 5 and len(made.gist_files(post.number)) == 3
    )
    want = Want("gist", "x", f"https://gist.github.com/{made.GIST_USER}/{made.gist_id(post.number)}.json")
    names = [file.name for file in made.gist_files(post.number)]
    # Sent as a page or as JSON it is no file of a gist, whatever it says: those are plain text.
    instead = (wire_faults.challenge(200), wire_faults.html_instead(), wire_faults.json_instead())
    for fault in (wire_faults.status(500), wire_faults.status(404), *instead):
        (outcome,) = fetched(
            world, [want], lambda standin, fault=fault: standin.faults.add(fault, path="*boat*", times=0)  # type: ignore[misc]
        )  # fmt: skip
        assert isinstance(outcome, Found)
        assert isinstance(outcome.thing, Gist)
        walled = fault.name.startswith("challenge")  # then the last file is not asked for
        assert [file.name for file in outcome.thing.files] == [names[0], *([] if walled else [names[2]])]
        assert outcome.thing.lacking == (names[1], *([names[2]] if walled else []))
        assert outcome.thing.again == ("" if fault.name == "404" else "challenge" if walled else "failed")


def test_a_host_that_wants_no_more_questions_gets_none() -> None:
    world = World.generate(12, 100, pictures=0)
    post = next(
        post for post in world.posts.values() if post.kind == 5 and len(made.gist_files(post.number)) == 3
    )
    want = Want("gist", "x", f"https://gist.github.com/{made.GIST_USER}/{made.gist_id(post.number)}.json")

    async def attempt() -> tuple[Outcome, int]:
        async with asking(world) as (standin, client):
            standin.faults.add(wire_faults.challenge(403), path="*/raw/*", times=0)
            return await media.fetch(client, want), len(standin.log)

    outcome, requests = run(attempt())
    assert isinstance(outcome, Found)
    assert isinstance(outcome.thing, Gist)
    assert len(outcome.thing.lacking) == 3
    assert requests == 2


def test_behind_medium_s_page_the_address_stays_when_its_host_does_not_answer(world: World) -> None:
    post = post_of(world, 25)
    filled, outcomes = settled(
        world,
        post,
        lambda standin: standin.faults.add(wire_faults.status(404), host="gist.github.com", times=0),
    )
    found = next(outcome for outcome in outcomes if isinstance(outcome, Found))
    assert isinstance(found.thing, Frame)
    assert "nothing at this address" in found.thing.lacking
    assert embed_of(filled).href.startswith("https://gist.github.com/")


def test_no_network_is_no_reason(world: World) -> None:
    async def attempt() -> None:
        async with asking(world, gateway="http://127.0.0.1:1") as (_, client):
            await media.fetch(client, Want("tweet", "20", tweets.address("20")))

    with pytest.raises(OfflineError):
        run(attempt())


# -- the parts ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tweet", "token"),
    [  # as V8's toString(36) gives them
        ("20", "6dq1a2xwd93"),
        ("1", "bhi2ay3f28n"),
        ("1629307668568633344", "3y6mctgwzxo"),
    ],
)
def test_the_token_of_a_tweet(tweet: str, token: str) -> None:
    assert tweets.token(tweet) == token


@pytest.mark.parametrize(
    ("value", "digits"),
    [
        (0.5, "0.i"),
        (36.0, "10"),
        (35.0, "z"),
        (1 / 36, "0.1"),
        (1295.5, "zz.i"),
        (0.1, "0.3lllllllllqsn8td1p464unmi"),
    ],
)
def test_base_36(value: float, digits: str) -> None:
    written = tweets.base36(value)
    assert written.startswith(digits[:10])
    whole, _, after = written.partition(".")
    read_back = int(whole, 36) + sum(int(digit, 36) / 36**n for n, digit in enumerate(after, 1))
    assert abs(read_back - value) < 1e-12


def test_a_tweet_as_its_host_tells_it() -> None:
    answer = {
        "__typename": "Tweet",
        "id_str": "20",
        "created_at": "2021-03-04T05:06:07.000Z",
        "text": "Boats &amp; more https://t.co/a https://t.co/p",
        "user": {"name": "Ana", "screen_name": "ana"},
        "entities": {
            "urls": [{"url": "https://t.co/a", "expanded_url": "https://quay.example/?a=1&b=2"}, None],
            "media": [{"url": "https://t.co/p"}],
        },
        "mediaDetails": [{"media_url_https": "https://pbs.twimg.com/p.jpg", "type": "video"}, {}],
        "photos": [{"url": "https://pbs.twimg.com/p.jpg"}],
        "quoted_tweet": {"id_str": "19", "user": {"screen_name": "tomo"}},
    }
    assert tweets.read(json.dumps(answer).encode(), "x") == Tweet(
        href="https://twitter.com/ana/status/20",
        author="Ana",
        handle="ana",
        text="Boats & more https://quay.example/?a=1&b=2",
        published_at=1_614_834_367_000,
        pictures=("https://pbs.twimg.com/p.jpg",),
        quotes="https://twitter.com/tomo/status/19",
    )


def test_a_gist_s_index_without_links() -> None:
    index = {"files": ["a b.py", "c"], "description": None}
    gist, files = gists.read(json.dumps(index).encode(), f"{GIST}.json")
    assert gist == Gist(GIST, "", "quay")
    assert [(file.name, file.url) for file in files] == [
        ("a b.py", f"{GIST}/raw/a%20b.py"),
        ("c", f"{GIST}/raw/c"),
    ]


MEDIA_PAGES = [
    ('<script src="https://gist.github.com/quay/0123456789abcdef.js" charset="utf-8"></script>', Frame(href=GIST, title="Boats")),
    ('<script src="//gist.github.com/quay/0123456789abcdef.js?file=a.py"></script>', Frame(href=GIST, title="Boats")),
    (
        '<iframe width="854" height="480" src="https://cdn.embedly.com/widgets/media.html?src=https%3A%2F%2Fwww.youtube.com%2Fembed%2Fabcdefghijk&amp;url=x" frameborder="0"></iframe>',
        Frame(
            href="https://www.youtube.com/watch?v=abcdefghijk",
            iframe_src="https://cdn.embedly.com/widgets/media.html?src=https%3A%2F%2Fwww.youtube.com%2Fembed%2Fabcdefghijk&url=x",
            title="Boats",
            thumbnail="https://i.ytimg.com/vi/abcdefghijk/hqdefault.jpg",
            width=854,
            height=480,
        ),
    ),
    ('<blockquote><a href="https://twitter.com/ana/status/20">x</a></blockquote>', Frame(href="https://twitter.com/ana/status/20", title="Boats")),
    ("<p>nothing</p>", None),
]  # fmt: skip


@pytest.mark.parametrize(("inner", "frame"), MEDIA_PAGES)
def test_medium_s_page_round_an_embed(inner: str, frame: Frame | None) -> None:
    page = f"<html><head><title>Boats – Medium</title></head><body>{inner}</body></html>"
    found = frames.read_media(page.encode(), "https://medium.com/media/ab12cd")
    assert found == frame


def test_sizes_in_oembed_are_pixels_or_nothing() -> None:
    for given, pixels in ((640, 640), ("360", 360), ("100%", 0), (None, 0), (-5, 0), (True, 0), (1.5, 0)):
        assert frames.read_oembed(json.dumps({"width": given}).encode(), "x").width == pixels


THINGS: list[Thing] = [
    Gist(GIST, "Tides", "quay", (EmbedFile("a.py", "python", "x\n", "u"),), ("b.py",)),
    Tweet("https://twitter.com/ana/status/20", "Ana", "ana", "Boats", 5, ("https://pbs.twimg.com/p.jpg",)),
    Frame("https://vimeo.com/7", "https://player.vimeo.com/video/7", "A film", width=640),
]


@pytest.mark.parametrize("thing", THINGS)
def test_things_are_kept_as_canonical_json(thing: Thing) -> None:
    data = things.encode(thing)
    assert things.decode(data) == thing
    assert json.loads(data)["type"] == type(thing).__name__.lower()


@pytest.mark.parametrize("thing", THINGS)
def test_filling_is_pure_and_done_once(thing: Thing) -> None:
    before = Post(blocks=(Embed(media_id="ab12cd", title="Its own title"), Paragraph(RichText("x"))))
    filled = fill(before, {"ab12cd": thing})
    assert embed_of(filled).title == "Its own title"
    assert (
        embed_of(filled).kind
        == {"gist": "gist", "tweet": "tweet", "frame": "video"}[type(thing).__name__.lower()]
    )
    assert fill(filled, {"ab12cd": thing}) == filled
    assert fill(before, {}) is before
    assert filled.blocks[1] is before.blocks[1]


def test_a_card_takes_what_it_lacks() -> None:
    card = LinkCard(href="https://quay.example/a", title="Its own", media_id="ab12cd")
    told = Frame(title="Another", description="Boats.", thumbnail="https://quay.example/a.jpg")
    (filled,) = fill(Post(blocks=(card,)), {"ab12cd": told}).blocks
    assert filled == LinkCard(
        href="https://quay.example/a",
        title="Its own",
        description="Boats.",
        thumbnail="https://quay.example/a.jpg",
        media_id="ab12cd",
    )
