"""An archive served as Medium would: what is pulled from it is what it keeps."""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import fonds
from archive.pulling import SOURCE, Puller, content, derived, world
from fonds.archive import captures as capture_files
from fonds.archive import events as e
from fonds.archive.replay import Replay
from fonds.archive.replay_captures import Captures
from fonds.archive.store import Archive
from fonds.archive.sync import Options, Pulled, pull
from fonds.archive.versions import Version, same
from fonds.medium.rendering import numbers
from fonds.model import Post
from fonds.net.client import Client
from fonds.net.server import Asked, Reply, Server
from fonds.net.settings import Settings
from fonds.sources import read
from standin import Standin

SAMPLES = Path(__file__).resolve().parents[2] / "samples"


class Replayed:
    """An archive that is being served; ``log`` is what was asked and answered."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.url = ""
        self.log: list[tuple[Asked, Reply]] = []

    def not_ok(self) -> list[tuple[str, int]]:
        return [(asked.url, reply.status) for asked, reply in self.log if reply.status >= 400]


@contextlib.contextmanager
def serving(root: Path) -> Iterator[Replayed]:
    """Serves an archive from a thread of its own."""
    replayed = Replayed(root)
    ready, done = threading.Event(), asyncio.Event()
    loop = asyncio.new_event_loop()

    async def serve() -> None:
        with Archive.open(root) as archive:
            replay = Replay(archive)

            def handler(asked: Asked) -> Reply:
                reply = replay(asked)
                replayed.log.append((asked, reply))
                return reply

            async with Server(handler) as server:
                replayed.url = server.url
                ready.set()
                await done.wait()

    def run() -> None:
        try:
            loop.run_until_complete(serve())
        finally:
            ready.set()
            loop.close()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    ready.wait()
    try:
        yield replayed
    finally:
        loop.call_soon_threadsafe(done.set)
        thread.join()


def pulled_from(replayed: Replayed, root: Path, *sources: str, **options: Any) -> Pulled:
    Archive.create(root, sources or (SOURCE,), title="Kept").close()
    settings = Settings(gateway=replayed.url, rate=0, retries=1, retry_base=0.001, retry_cap=0.002)
    with Archive.open(root, write=True) as archive:
        result = pull(archive, Client(settings), Options(**{"jobs": 1, **options}))
        archive.seal()
    return result


@pytest.fixture
def standin() -> Iterator[Standin]:
    with Standin(world()).in_thread() as served:
        yield served


@pytest.fixture
def puller(standin: Standin, tmp_path: Path) -> Puller:
    return titled(standin, tmp_path / "a", SOURCE)


def titled(standin: Standin, root: Path, source: str) -> Puller:
    """A puller whose archive has the title that ``pulled_from`` gives, so that the plain files are the same."""
    puller = Puller(standin, root / "unused", source)
    puller.root = root / "kept"
    Archive.create(puller.root, (source,), title="Kept").close()
    return puller


@contextlib.contextmanager
def replay(root: Path) -> Iterator[Replay]:
    with Archive.open(root) as archive:
        yield Replay(archive)


def get(answers: Replay, url: str, **headers: str) -> Reply:
    _, _, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    return answers(Asked("GET", host, slash + path or "/", tuple(headers.items())))


def ask(answers: Replay, *operations: dict[str, Any]) -> Any:
    reply = answers(Asked("POST", "medium.com", "/_/graphql", (), json.dumps(list(operations)).encode()))
    return json.loads(reply.body)


# -- the same again -----------------------------------------------------------------------------------


@pytest.mark.parametrize("verbatim", [True, False], ids=["as captured", "written anew"])
def test_a_pull_from_the_replay_gives_the_same_archive(
    puller: Puller, tmp_path: Path, verbatim: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    puller.pull()
    if not verbatim:
        monkeypatch.setattr(Captures, "answer", lambda *_: None)
        monkeypatch.setattr(Captures, "page", lambda *_: None)
    with serving(puller.root) as replayed:
        result = pulled_from(replayed, tmp_path / "b")
        assert (result.exit_code, result.failed, result.not_had) == (0, 0, 0)
        assert replayed.not_ok() == []
        again = len(replayed.log)
    assert derived(tmp_path / "b") == derived(puller.root)
    assert content(tmp_path / "b") == content(puller.root)
    assert again <= result.requests
    with Archive.open(puller.root) as first, Archive.open(tmp_path / "b") as second:
        for version in first.versions():
            assert same(second.version(version.id).post, version.post)


def test_an_author_with_responses(standin: Standin, tmp_path: Path) -> None:
    author = standin.world.authors[0]
    puller = titled(standin, tmp_path / "a", f"@{author.username}")
    puller.pull(responses=True)
    with serving(puller.root) as replayed:
        result = pulled_from(replayed, tmp_path / "b", f"@{author.username}", responses=True)
        assert result.exit_code == 0
        assert replayed.not_ok() == []
    assert derived(tmp_path / "b") == derived(puller.root)


def test_an_edit_shows_the_newest_version(puller: Puller, tmp_path: Path) -> None:
    puller.pull()
    post_id = min(puller.world.posts)
    puller.world.edit(post_id, words="Seven lanterns more.")
    puller.pull(full=True)
    with replay(puller.root) as answers:
        assert b"Seven lanterns more" in get(answers, f"https://medium.com/p/{post_id}?format=json").body
    with serving(puller.root) as replayed:
        pulled_from(replayed, tmp_path / "b")
    with Archive.open(tmp_path / "b") as second, Archive.open(puller.root) as first:
        assert same(first.version(post_id).post, second.version(post_id).post)
        assert len(list(second.catalog.versions(post_id))) == 1


def test_what_is_not_here_is_not_said_to_be_gone(puller: Puller, tmp_path: Path) -> None:
    puller.pull(limit=20)
    with puller.archive() as archive:
        away = [row for row in archive.catalog.missing() if row.missing == "never-asked"]
    assert away
    with Archive.open(puller.root, write=True) as archive:
        kept = [row.id for row in archive.catalog.posts()]
        archive.record(e.Gone(kept[0], reason="deleted"))
        archive.seal()
    with replay(puller.root) as answers:
        asked = [{"query": "query Q($id: ID!) { post(id: $id) { id title } }", "variables": {"id": each}} for each in (away[0].id, kept[0], "0" * 12, kept[1])]  # fmt: skip
        there_not, dead, nobody, here = ask(answers, *asked)
        assert "does not hold it: never-asked" in there_not["errors"][0]["message"]
        assert dead == nobody == {"data": {"post": None}}
        assert here["data"]["post"]["id"] == kept[1]
        assert get(answers, f"https://medium.com/p/{away[0].id}").status == 501
        assert get(answers, f"https://medium.com/p/{kept[0]}").status == 404
        assert get(answers, "https://medium.com/p/000000000000").status == 404
        assert get(answers, "https://miro.medium.com/1*unknown.png").status == 501
        assert get(answers, "https://gist.github.com/x/0123456789abcdef.json").status == 501
    with serving(puller.root) as replayed:
        result = pulled_from(replayed, tmp_path / "b")
        assert result.exit_code == 4
        assert result.gone == 0
    with Archive.open(tmp_path / "b") as second:
        reasons = {row.id: row.missing for row in second.catalog.missing()}
        assert reasons == {row.id: "failed" for row in away}
        assert second.catalog.post(kept[0]) is None


def test_a_preview_stays_one(tmp_path: Path) -> None:
    with Standin(world(locked=3)).in_thread() as standin:
        puller = Puller(standin, tmp_path / "a")
        first = puller.pull()
        with serving(puller.root) as replayed:
            second = pulled_from(replayed, tmp_path / "b")
        assert (second.previews, second.exit_code) == (first.previews, first.exit_code)
        assert first.previews


# -- each form ----------------------------------------------------------------------------------------


@pytest.fixture
def samples(tmp_path: Path) -> Path:
    """An archive of what an export says, which no answer of Medium's stands behind."""
    return imported(tmp_path / "samples")


def imported(root: Path) -> Path:
    with Archive.create(root, ("@mirahorvat",)) as archive:
        for post in fonds.read(SAMPLES / "export", strict=False):
            if post.id and not post.draft:
                archive.add_version(Version(id=post.id, post=post, captured_at=1, edition=post.updated_at))
        archive.seal()
    return root


def test_an_import_is_served_too(samples: Path, tmp_path: Path) -> None:
    with serving(samples) as replayed:
        result = pulled_from(replayed, tmp_path / "b", "@mirahorvat")
        assert result.failed == 0
    with Archive.open(samples) as first, Archive.open(tmp_path / "b") as second:
        rows = {row.id for row in first.catalog.posts()}
        assert rows == {row.id for row in second.catalog.posts()}
        for version in first.versions():
            now = second.version(version.id).post
            assert [type(block) for block in now.blocks] == [type(block) for block in version.post.blocks]
            assert now.title == version.post.title


def test_addresses_of_a_post(puller: Puller) -> None:
    puller.pull()
    with puller.archive() as archive:
        row = next(iter(archive.catalog.posts()))
        post = archive.version(row.id).post
    with replay(puller.root) as answers:
        moved = get(answers, f"https://medium.com/p/{post.id}")
        assert (moved.status, dict(moved.headers)["Location"]) == (302, post.medium_url)
        page = get(answers, post.medium_url)
        assert page.status == 200
        (found,) = [each for each in read(page.body) if isinstance(each, Post)]
        assert found.blocks == post.blocks
        old = get(answers, f"{post.medium_url}?format=json")
        assert old.body.startswith(numbers.PREFIX)
        (found,) = [each for each in read(old.body) if isinstance(each, Post)]
        assert found.title == post.title


def test_feed_sitemap_home_and_front(standin: Standin, puller: Puller) -> None:
    puller.pull()
    author = standin.world.authors[0].username
    with replay(puller.root) as answers:
        for url in (f"https://medium.com/feed/{SOURCE}", f"https://medium.com/feed/@{author}"):
            feed = list(read(get(answers, url).body))
            assert 0 < len(feed) <= 10
            assert all(isinstance(one, Post) for one in feed)
        sitemap = get(answers, "https://medium.com/sitemap/sitemap.xml")
        assert sitemap.body.count(b"<loc>") == 40
        for url in (f"https://medium.com/{SOURCE}", f"https://medium.com/@{author}"):
            assert get(answers, url).status == 200
        assert get(answers, "https://medium.com/@nobody-here").status == 404
        assert b"40 posts" in answers(Asked("GET", "", "/")).body
        assert answers(Asked("PUT", "medium.com", "/")).status == 405
        assert get(answers, "https://web.archive.org/cdx/search/cdx?url=x").body == b""


def test_pictures_in_any_size(puller: Puller) -> None:
    puller.pull()
    with puller.archive() as archive:
        row = next(row for row in archive.catalog.assets() if "/" not in row.key)
        data = archive.read(row.path)
    with replay(puller.root) as answers:
        for url in (
            f"https://miro.medium.com/{row.key}",
            f"https://miro.medium.com/v2/resize:fit:700/{row.key}",
            f"https://miro.medium.com/max/1400/{row.key}",
            f"https://cdn-images-1.medium.com/max/800/{row.key}",
        ):
            reply = get(answers, url)
            assert (reply.status, reply.body) == (200, data), url
            assert reply.type.startswith("image/")
            assert reply.etag


def test_lists_come_by_pages_to_their_end(puller: Puller) -> None:
    puller.pull()
    query = "query L($ref: PublicationRef!, $first: Int!, $after: String!) { publication: publicationByRef(ref: $ref) { id name publicationPostsConnection(first: $first, after: $after) { edges { node { id firstPublishedAt } } pageInfo { endCursor hasNextPage } } } }"
    seen: list[tuple[int, str]] = []
    after, more = "", True
    with replay(puller.root) as answers:
        while more:
            variables = {"ref": {"slug": SOURCE}, "first": 7, "after": after}
            (found,) = ask(answers, {"query": query, "variables": variables})
            page = found["data"]["publication"]["publicationPostsConnection"]
            seen += [(-edge["node"]["firstPublishedAt"], edge["node"]["id"]) for edge in page["edges"]]
            after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    assert len(seen) == 40
    assert seen == sorted(seen)


HOSTS = st.sampled_from(
    ["medium.com", "miro.medium.com", "mirahorvat.medium.com", "gist.github.com", "a.example", ""]
)
TARGETS = st.one_of(
    st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), max_size=40),
    st.lists(
        st.sampled_from(["/", "@mirahorvat", "feed", "p", "media", "u", "sitemap", "1a0c4e5b7d21", "-", "%", "%00", "?", "format=json", "&", "..", "%ed%a0%80", "%C3%A9"]),
        max_size=6,
    ).map(lambda parts: "/" + "".join(parts)),
)  # fmt: skip


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replay]:
    with Archive.open(imported(tmp_path_factory.mktemp("replay") / "samples")) as archive:
        yield Replay(archive)


@given(
    host=HOSTS,
    target=TARGETS,
    method=st.sampled_from(["GET", "POST", "HEAD", "BREW"]),
    body=st.binary(max_size=30),
)
def test_no_request_breaks_it(answers: Replay, host: str, target: str, method: str, body: bytes) -> None:
    reply = answers(Asked(method, host, target, (), body))
    assert 200 <= reply.status < 600
    for name, value in reply.headers:
        assert name.isascii()
        assert value.isprintable()


@pytest.mark.parametrize("body", [b"", b"[", b"7", b'"x"', b"[1]", b'{"query": 7}', b"\xff", b"[" * 100_000])
def test_a_body_that_is_no_question(samples: Path, body: bytes) -> None:
    with replay(samples) as answers:
        reply = answers(Asked("POST", "medium.com", "/_/graphql", (), body))
        assert reply.status == 400
        assert "errors" in json.loads(reply.body)


def test_what_other_converters_ask(puller: Puller) -> None:
    """Fragments, directives, and fields that nobody here knows."""
    puller.pull()
    with puller.archive() as archive:
        post = next(iter(archive.versions())).post
    query = """
        query FullPostQuery($id: ID!, $more: Boolean = true) {
          postResult(id: $id) { __typename ...Whole ... on Post { memberPreview: hasUnpublishedEdits } }
        }
        fragment Whole on Post {
          id title creator { ...Who @include(if: $more) }
          content(postMeteringOptions: {referrer: ""}) { bodyModel { paragraphs { ...Par } } }
        }
        fragment Who on User { id username socialStats { followerCount } }
        fragment Par on Paragraph { name type text markups { type start end } unknownField { a } }
    """
    with replay(puller.root) as answers:
        (found,) = ask(
            answers, {"operationName": "FullPostQuery", "query": query, "variables": {"id": post.id}}
        )
    node = found["data"]["postResult"]
    assert (node["__typename"], node["title"], node["memberPreview"]) == ("Post", post.title, None)
    assert node["creator"] == {"id": post.author.id, "username": post.author.username, "socialStats": None}
    assert node["content"]["bodyModel"]["paragraphs"][0]["unknownField"] is None


def test_a_damaged_capture_is_passed_over(puller: Puller) -> None:
    puller.pull()
    (file,) = (puller.root / ".fonds" / "captures").glob("*.warc.gz")
    data = bytearray(file.read_bytes())
    for begin, end, _ in list(capture_files.members(file)):
        data[(begin + end) // 2] ^= 0xFF
    file.write_bytes(data)
    with replay(puller.root) as answers, puller.archive() as archive:
        row = next(iter(archive.catalog.posts()))
        assert get(answers, f"https://medium.com/p/{row.id}?format=json").status == 200
        (found,) = ask(answers, {"query": '{ post(id: "%s") { id } }' % row.id})  # noqa: UP031
        assert found == {"data": {"post": {"id": row.id}}}
        assert get(answers, "https://vimeo.com/api/oembed.json?url=x").status == 501


def test_media_pages_are_written_where_none_was_captured(puller: Puller) -> None:
    from fonds.medium.frames import read_media

    puller.pull()
    with puller.archive() as archive, replay(puller.root) as answers:
        rows = [row for row in archive.catalog.all_media() if "/" not in row.media_id]
        assert rows
        for row in rows:
            url = f"https://medium.com/media/{row.media_id}"
            frame = read_media(get(answers, url).body, url)
            assert frame is not None
            record = json.loads(row.record)
            assert record.get("href", "") in (frame.href, "") or record.get("iframe_src") == frame.iframe_src
        assert get(answers, "https://medium.com/media/00000000").status == 404
