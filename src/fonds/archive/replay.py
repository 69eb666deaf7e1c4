"""Answers as Medium would, from what an archive keeps: what ``fonds replay`` serves.

Pictures and what other hosts told come as they were kept; posts as Medium sent them where their very
answer is in a capture, and else written from the version that is kept; lists, feeds and sitemaps are made
anew, because a list that was captured tells of its own day only. What an archive knows of and does not
hold is not said to be gone: that is 501, and for GraphQL an error.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import msgspec

from fonds.archive.replay_captures import Captures
from fonds.archive.replay_media import media_page
from fonds.archive.replay_posts import Shelf
from fonds.archive.replay_root import Asked as Question
from fonds.archive.replay_root import answer
from fonds.archive.store import Archive
from fonds.medium import pictures
from fonds.medium.rendering import feed, numbers, pages
from fonds.model import Person, Publication
from fonds.net import resume
from fonds.net.server import Asked, Reply

_ID = re.compile(r"(?:^|[-/])([0-9a-f]{8,13})/?$")
_PICTURE_HOSTS = re.compile(r"miro\.medium\.com|cdn-images-\d\.medium\.com")
_JSON = "application/json; charset=utf-8"
_TYPES = {
    "jpeg": "image/jpeg", "jpg": "image/jpeg", "png": "image/png", "gif": "image/gif", "webp": "image/webp",
    "svg": "image/svg+xml", "avif": "image/avif", "ico": "image/x-icon", "bmp": "image/bmp", "tiff": "image/tiff",
}  # fmt: skip
_MOST_OPERATIONS = 1000

MISSING = Reply(pages.NOT_FOUND, 404)


class Replay:
    """The answers of one open archive."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._captures = Captures(archive)
        self._shelf = Shelf(archive, self._captures)

    def __call__(self, asked: Asked) -> Reply:
        """The answer to any request: a handler for ``fonds.net.server``."""
        if not asked.host:
            return self._front()
        if asked.method == "POST" and asked.path == "/_/graphql":
            return self._graphql(asked.body)
        if asked.method not in ("GET", "HEAD"):
            return Reply(b"", 405, headers=(("Allow", "GET, HEAD"),))
        return (
            self._picture(asked)
            or self._of_medium(asked)
            or self._captures.reply(asked.url)
            or self._elsewhere(asked)
        )

    # -- pictures

    def _picture(self, asked: Asked) -> Reply | None:
        medium = _PICTURE_HOSTS.fullmatch(asked.host) is not None
        row = self._archive.catalog.asset(pictures.key(asked.url))
        if row is None and medium:
            row = self._archive.catalog.asset(unquote(asked.path.rpartition("/")[2]))
        if row is None:
            absent = self._archive.catalog.asset_absent(pictures.key(asked.url))
            if absent is not None and absent.reason == "deleted":
                return MISSING
            return _not_held("the picture") if medium else None
        data = self._archive.read(row.path)
        kind = _TYPES.get(row.type, "application/octet-stream")
        return Reply(data, type=kind, etag=resume.strong(row.etag) or f'"{row.sha256[:32]}"')

    # -- GraphQL

    def _graphql(self, body: bytes) -> Reply:
        """One operation, or a list of them, which is answered by a list."""
        try:
            given = msgspec.json.decode(body, type=Question | list[Question])
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            return _json({"errors": [{"message": f"The body is no question: {error}"}]}, 400)
        if isinstance(given, list):
            if len(given) > _MOST_OPERATIONS:
                return _json({"errors": [{"message": "Batch is too large"}]}, 400)
            parts = [answer(self._shelf, question) for question in given]
            return Reply(b"[" + b",".join(parts) + b"]", type=_JSON)
        return Reply(answer(self._shelf, given), type=_JSON)

    # -- Medium's pages

    def _of_medium(self, asked: Asked) -> Reply | None:
        host, path = asked.host, unquote(asked.path)
        if path in ("/sitemap/sitemap.xml", "/sitemap.xml"):
            urls = self._shelf.urls(host)
            return Reply(feed.sitemap(urls), type="application/xml") if urls else None
        if path == "/feed" or path.startswith("/feed/"):
            return self._feed(host, path)
        if host == "medium.com" and path.startswith("/media/"):
            return self._captures.reply(asked.url) or self._media(path.split("/")[2])
        found = _ID.search(path)
        if found is not None and not path.startswith("/u/") and self._shelf.knows(found[1]):
            return self._post(asked, found[1])
        return self._home(host, path)

    def _post(self, asked: Asked, post_id: str) -> Reply:
        as_json = "format=json" in asked.query.split("&")
        known = self._shelf.get(post_id)
        if known is None or known.gone:
            return self._away(post_id, as_json=as_json)
        post = known.post
        place = urlsplit(post.medium_url)
        here = (asked.host, unquote(asked.path).rstrip("/"))
        if post.medium_url and not as_json and here != (place.netloc, unquote(place.path)):
            return Reply(b"", 302, "", (("Location", quote(post.medium_url, safe=":/@%?&=#!~*'();,+$")),))
        counts = {"claps": known.claps, "responses": known.responses}
        if as_json:
            return Reply(numbers.answer(post, **counts), type=_JSON)
        kept = self._captures.page(known.version)
        return kept or Reply(pages.post(post, **counts))

    def _away(self, post_id: str, *, as_json: bool) -> Reply:
        """What is said of a post that is known and not here, or gone."""
        reason = self._shelf.absence(post_id)
        if reason == "suspended":
            return Reply(pages.SUSPENDED, 410)
        if reason in ("deleted", ""):
            return Reply(numbers.missing("Not Found"), 404, _JSON) if as_json else MISSING
        return _not_held(f"the post {post_id}", reason)

    def _feed(self, host: str, path: str) -> Reply | None:
        name = path.removeprefix("/feed").strip("/")
        person, home = self._owner(host, f"/{name}" if name else "/")
        if person is not None:
            return Reply(feed.of_person(person, self._shelf.newest(person)), type="text/xml; charset=utf-8")
        if home is not None:
            return Reply(feed.of_publication(home, self._shelf.newest(home)), type="text/xml; charset=utf-8")
        return None

    def _home(self, host: str, path: str) -> Reply | None:
        person, home = self._owner(host, path)
        if person is not None:
            return Reply(pages.profile(person))
        return Reply(pages.publication(home)) if home is not None else None

    def _owner(self, host: str, path: str) -> tuple[Person | None, Publication | None]:
        """Whose home page (or feed) an address is."""
        first = path.strip("/").partition("/")[0]
        if host == "medium.com":
            if first == "u":
                return self._shelf.person(user_id=path.strip("/").partition("/")[2]), None
            if first.startswith("@"):
                return self._shelf.person(username=first[1:]), None
            return None, self._shelf.publication(slug=first)
        if host.endswith(".medium.com"):
            person = self._shelf.person(username=host.removesuffix(".medium.com"))
            if person is not None:
                return person, None
        return None, self._shelf.publication(domain=host)

    def _media(self, media_id: str) -> Reply:
        page = media_page(self._archive, self._shelf, media_id)
        return Reply(page) if page is not None else MISSING

    # -- everything else

    def _elsewhere(self, asked: Asked) -> Reply:
        if asked.host == "web.archive.org" and asked.path.startswith("/cdx/"):
            return Reply(b"", type="text/plain")  # no captures of others' are kept here
        own = asked.host == "medium.com" or asked.host in self._shelf.hosts
        return MISSING if own else _not_held("this address")

    def _front(self) -> Reply:
        """For people: what is served, and how to ask for it."""
        totals = self._archive.catalog.totals()
        lines = [
            f"fonds replay: {totals.posts} posts, {totals.responses} responses, {totals.assets} pictures.",
            "",
            "Set the Host header (fonds pull --gateway does), or put the host in the path:",
            "  /medium.com/_/graphql",
            *(f"  /{host}/" for host in sorted(self._shelf.hosts)),
        ]
        return Reply("\n".join([*lines, ""]).encode(), type="text/plain; charset=utf-8")


def _not_held(what: str, reason: str = "") -> Reply:
    """Not "gone": nobody here knows."""
    said = f"This archive does not hold {what}{f' ({reason})' if reason else ''}.\n"
    return Reply(said.encode(), 501, "text/plain; charset=utf-8")


def _json(value: dict[str, Any], status: int = 200) -> Reply:
    return Reply(msgspec.json.encode(value), status, _JSON)
