"""The stand-in: every address of Medium's and of its neighbours, on one port, told apart by the Host."""

from __future__ import annotations

import contextlib
import gzip
import json
import re
from collections.abc import Iterator
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, unquote, urlsplit

import wire
from standin import answers, control, hosts, pages, things
from standin.model import Person, Post
from standin.world import World
from wire import Asked, Faults, Reply, Wire

_ID = re.compile(r"(?:^|[-/])([0-9a-f]{8,13})/?$")
_OEMBED_HOSTS = ("www.youtube.com", "vimeo.com", "open.spotify.com", "soundcloud.com", "codepen.io")


class Standin:
    """A Medium to ask. ``async with Standin(world) as standin`` (or ``with standin.in_thread()``), then point a
    client's gateway at ``standin.url``; order faults at ``standin.faults``; read ``standin.log``.

    ``short``: pages of lists are now and then short or empty. ``batch_limit``: more operations in one request
    are refused (0: any number). ``broken`` holds ids of posts whose operation fails in a batch: "null", "error"
    or "rate" for as many times as its number says.
    """

    def __init__(self, world: World, *, port: int = 0, short: bool = True, batch_limit: int = 0) -> None:
        self.world: World = world
        self.short = short
        self.batch_limit = batch_limit
        self.broken: dict[str, tuple[str, int]] = {}
        self.old_json = True
        """Whether ``?format=json`` still works."""
        self._port = port
        self.wire = Wire(self.handle, port=port)

    @property
    def url(self) -> str:
        return self.wire.url

    @property
    def faults(self) -> Faults:
        return self.wire.faults

    @property
    def log(self) -> list[Asked]:
        return self.wire.log

    def asked(self, host: str = "*", path: str = "*") -> list[Asked]:
        return self.wire.asked(host, path)

    async def __aenter__(self) -> Self:
        await self.wire.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.wire.__aexit__(kind, error, trace)

    @contextlib.contextmanager
    def in_thread(self) -> Iterator[Self]:
        """In a loop and thread of its own, for tests that run no loop, or another process."""
        with wire.in_thread(self.handle, port=self._port) as served:
            self.wire = served
            yield self

    # -- who is asked -------------------------------------------------------------------------------------

    def handle(self, asked: Asked) -> Reply:
        host, path = asked.host, unquote(asked.path)
        if f"https://{host}{path}" in self.world.lost:
            return Reply(b"Not Found", 404, "text/plain")
        if host in ("miro.medium.com", "cdn-images-1.medium.com"):
            return self._picture(path.rpartition("/")[2])
        if host == "gist.github.com":
            return _gist(path)
        if host == "cdn.syndication.twitter.com":
            return self._tweet(asked.query)
        if host == "web.archive.org" and path.startswith("/cdx/"):
            return Reply(hosts.cdx(self.world, asked.query), type="text/plain")
        if "oembed" in path:
            found = hosts.oembed(asked.query)
            return _json(found) if found is not None else _not_found()
        if host in hosts.PICTURE_HOSTS:
            return self._picture(f"https://{host}{path}")
        if host == "standin.test":
            return control.handle(self, asked)
        if path == "/_/graphql":
            return self._graphql(asked)
        return self._page(asked, host, path)

    def _reader(self, asked: Asked) -> bool:
        return f"sid={self.world.session}" in asked.header("Cookie")

    # -- GraphQL ------------------------------------------------------------------------------------------

    def _graphql(self, asked: Asked) -> Reply:
        if asked.method != "POST":
            return Reply(b"GET query missing.", 400, "text/plain")
        try:
            operations = json.loads(asked.body)
        except ValueError:
            return wire.as_json({"errors": [{"message": "Unexpected token"}]}, status=400)
        several = isinstance(operations, list)
        if several and self.batch_limit and len(operations) > self.batch_limit:
            return wire.as_json({"errors": [{"message": "Batch is too large"}]}, status=400)
        reader = self._reader(asked)
        found = [self._operation(each, reader=reader, alone=len(operations) == 1) for each in operations] if several else self._operation(operations, reader=reader, alone=True)  # fmt: skip
        refused = [each for each in (found if isinstance(found, list) else [found]) if "data" not in each]
        status = 400 if refused and len(refused) == (len(operations) if several else 1) else 200
        return wire.as_json(found, status=status, gzip=True)

    def _operation(self, operation: Any, *, reader: bool, alone: bool) -> Any:
        variables = operation.get("variables") or {} if isinstance(operation, dict) else {}
        kind, times = self.broken.get(str(variables.get("id")), ("", 0))
        if times > 0 and not (alone and kind.startswith("batch-")):
            self.broken[str(variables.get("id"))] = (kind, times - 1)
            match kind.removeprefix("batch-"):
                case "null":
                    return {"data": {"post": None}}
                case "rate":
                    return {
                        "errors": [{"message": "Too many requests", "extensions": {"code": "RATE_LIMITED"}}]
                    }
                case _:
                    return {"errors": [{"message": "An error occurred"}], "data": None}
        return answers.answer(self.world, operation, reader=reader, short=self.short)

    # -- pages --------------------------------------------------------------------------------------------

    def _page(self, asked: Asked, host: str, path: str) -> Reply:
        world, home = self.world, self.world.publication
        person = self._person(host, path)
        if path.startswith("/feed"):
            return self._feed(host, path)
        if path.startswith("/media/"):
            found = hosts.media_page(world, path.split("/")[2])
            return Reply(found) if found is not None else _not_found()
        if path.startswith("/sitemap/"):
            return self._sitemap(host, path)
        identity = _ID.search(path)
        post = world.posts.get(identity[1]) if identity else None
        if post is not None and not path.startswith("/u/"):
            return self._post(asked, post)
        if path.startswith("/u/") and identity:
            person = world.person_by_id(identity[1])
        if person is not None:
            return Reply(pages.SUSPENDED, 410) if person.suspended else Reply(pages.profile_page(person))
        name = host if host != "medium.com" else path.strip("/").partition("/")[0]
        if name in (home.slug, home.domain) and name:
            return Reply(pages.publication_page(home))
        if name in home.former:
            place = f"https://{home.domain}" if home.domain else f"https://medium.com/{home.slug}"
            return _moved(place)
        return _not_found()

    def _person(self, host: str, path: str) -> Person | None:
        if host == "medium.com":
            return self.world.person(path[2:].partition("/")[0]) if path.startswith("/@") else None
        return self.world.person(host.removesuffix(".medium.com")) if host.endswith(".medium.com") else None

    def _post(self, asked: Asked, post: Post) -> Reply:
        if post.author.suspended:
            return Reply(pages.SUSPENDED, 410)
        if post.deleted:
            return _not_found()
        reader = self._reader(asked)
        if "format=json" in asked.query:
            if not self.old_json:
                return Reply(pages.post_page(self.world, post, reader=reader), gzip=True)
            return _json(pages.post_json(self.world, post, reader=reader))
        place = urlsplit(self.world.url(post))
        if (asked.host, unquote(asked.path)) != (place.netloc, unquote(place.path)):
            return _moved(self.world.url(post))
        return Reply(pages.post_page(self.world, post, reader=reader), gzip=True)

    def _feed(self, host: str, path: str) -> Reply:
        world, home = self.world, self.world.publication
        name = path.removeprefix("/feed").strip("/")
        person = world.person(name[1:]) if name.startswith("@") else self._person(host, path)
        if person is not None and not person.suspended:
            link = f"https://medium.com/@{person.username}?source=rss-{person.id}------2"
            own = [post for post in world.listed(of=person) if post.author is person]
            return _feed(pages.feed(world, own, f"Stories by {person.name} on Medium", link))
        if name == home.slug or (home.domain and host == home.domain):
            link = f"https://medium.com/{home.slug}?source=rss----{home.id}---4"
            return _feed(pages.feed(world, world.listed(), f"{home.name} - Medium", link))
        return _not_found()

    def _sitemap(self, host: str, path: str) -> Reply:
        """An index of years; the files of odd years are compressed ones."""
        home = self.world.publication
        person = self._person(host, path)
        if person is None and host != home.domain:
            return _not_found()
        posts = [
            post for post in self.world.listed(of=person) if urlsplit(self.world.url(post)).netloc == host
        ]
        years = sorted({pages.stamp(post.published)[:4] for post in posts})
        if path == "/sitemap/sitemap.xml":
            ends = {year: "xml.gz" if int(year) % 2 else "xml" for year in years}
            places = [f"https://{host}/sitemap/posts/{year}/posts-{year}.{ends[year]}" for year in years]
            return Reply(pages.sitemap_index(places), type="text/xml")
        year = path.rpartition("posts-")[2][:4]
        found = pages.sitemap(self.world, [post for post in posts if pages.stamp(post.published)[:4] == year])
        if path.endswith(".gz"):
            return Reply(gzip.compress(found, mtime=0), type="application/gzip")
        return Reply(found, type="text/xml") if year in years else _not_found()

    # -- what posts refer to ------------------------------------------------------------------------------

    def _picture(self, key: str) -> Reply:
        if key in self.world.lost:
            return Reply(b"Not Found", 404, "text/plain")
        data, etag = hosts.picture(self.world, key)
        return Reply(data, type="image/jpeg", etag=etag, ranges=True)

    def _tweet(self, query: str) -> Reply:
        given = parse_qs(query)
        identity = given.get("id", [""])[0]
        number = things.number_of(identity)
        if f"tweet {identity}" in self.world.lost:
            return _json(hosts.TOMBSTONE)
        if number < 0 or not given.get("token"):
            return Reply(b"", 404, "text/html")
        return _json(hosts.tweet(number))


def _gist(path: str) -> Reply:
    parts = path.strip("/").split("/")
    if len(parts) < 2:
        return _not_found()
    number = things.number_of(parts[1].removesuffix(".json"))
    if number < 0:
        return _not_found()
    if parts[1].endswith(".json"):
        return _json(hosts.gist_index(number))
    found = hosts.gist_raw(number, parts[-1]) if "raw" in parts else None
    return Reply(found, type="text/plain; charset=utf-8") if found is not None else _not_found()


def _json(body: bytes) -> Reply:
    return Reply(body, type="application/json; charset=utf-8", gzip=True)


def _feed(body: bytes) -> Reply:
    return Reply(body, type="text/xml; charset=UTF-8", gzip=True)


def _moved(place: str) -> Reply:
    return Reply(b"", 301, headers=(("Location", place.encode().decode("latin-1")),))


def _not_found() -> Reply:
    return Reply(pages.NOT_FOUND, 404)
