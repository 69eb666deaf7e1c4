"""The posts of an archive as Medium would know them: whose they are, and in which lists they stand."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import msgspec

from fonds.errors import FondsError
from fonds.medium import sources
from fonds.model import Person, Post, Publication

if TYPE_CHECKING:
    from fonds.archive.replay_captures import Captures
    from fonds.archive.rows import PostRow
    from fonds.archive.store import Archive
    from fonds.archive.versions import Version

_CACHED = 2048
"""Posts held in memory with their bodies."""


class Kept(msgspec.Struct, frozen=True):
    """A post that is here. The counts are the newest that were told, ``gone`` says that Medium has it no more."""

    version: Version
    claps: int | None
    responses: int | None
    gone: bool

    @property
    def post(self) -> Post:
        return self.version.post


class Listed(msgspec.Struct, frozen=True, gc=False):
    """A post in a list. Of one that is not here a list still tells what it told: ``stub``."""

    post_id: str
    published_at: int
    stub: Post | None = None


class Shelf:
    def __init__(self, archive: Archive, captures: Captures) -> None:
        self._archive = archive
        self.captures = captures
        self._get = lru_cache(_CACHED)(self._read)

    # -- one post

    def knows(self, post_id: str) -> bool:
        return self._archive.catalog.post(post_id) is not None

    def get(self, post_id: str) -> Kept | None:
        """The latest version of a post, a full one before a preview; None when none is kept."""
        return self._get(post_id)

    def _read(self, post_id: str) -> Kept | None:
        row = self._archive.catalog.post(post_id)
        if row is None or not row.number:
            return None
        try:
            version = self._archive.version(post_id)
        except FondsError:
            return None  # damaged: fonds verify says so
        return Kept(version, row.claps, row.responses, bool(row.gone_at))

    def absence(self, post_id: str) -> str:
        """Why a post is not here; "" when nothing knows of it."""
        row = self._archive.catalog.post(post_id)
        return row.missing or row.gone_reason if row is not None else ""

    # -- whose

    @cached_property
    def _owners(self) -> tuple[dict[str, Person], dict[str, Publication]]:
        """Authors by username and by ``id:…``, publications by slug and domain, the latest word on each."""
        people: dict[str, Person] = {}
        homes: dict[str, Publication] = {}
        for post in self._posts():
            if post.author.username:
                people[post.author.username.lower()] = post.author
            if post.author.id:
                people[f"id:{post.author.id}"] = post.author
            if post.publication is not None:
                homes |= dict.fromkeys((post.publication.slug, post.publication.domain), post.publication)
        homes.pop("", None)
        return people, homes

    def person(self, *, username: str = "", user_id: str = "") -> Person | None:
        people, _ = self._owners
        return people.get(username.lower()) if username else people.get(f"id:{user_id}")

    def publication(self, *, slug: str = "", domain: str = "") -> Publication | None:
        _, homes = self._owners
        return homes.get(domain or slug) if domain or slug else None

    @cached_property
    def hosts(self) -> frozenset[str]:
        """The hosts that posts of this archive have addresses under."""
        rows = self._archive.catalog.posts()
        return frozenset(host for row in rows if (host := urlsplit(row.url).hostname or ""))

    # -- lists

    def listed(self, owner: Person | Publication) -> list[Listed]:
        """The posts of an owner as a list shows them: newest first, none that is gone, unlisted or a draft."""
        found = self._lists.get(_key(owner), [])
        return sorted(found, key=lambda one: (-one.published_at, one.post_id))

    def newest(self, owner: Person | Publication, count: int = 10) -> list[Post]:
        """For a feed: the posts themselves, of those that are here."""
        kept = (self.get(one.post_id) for one in self.listed(owner) if one.stub is None)
        posts = (found.post for found in kept if found is not None)
        return [post for post, _ in zip(posts, range(count), strict=False)]

    @cached_property
    def _lists(self) -> dict[str, list[Listed]]:
        lists: dict[str, list[Listed]] = {}
        told = {row.post_id for row in self._archive.catalog.known() if row.via == "list"}
        for row in self._archive.catalog.posts(all=True):
            if row.gone_at or row.folder == "drafts":
                continue
            kept = self._read(row.id)
            if kept is not None:
                post = kept.post
                if post.visibility == "unlisted" and row.id not in told:
                    continue
                one = Listed(row.id, post.first_published_at)
                lists.setdefault(_key(post.author), []).append(one)
                if post.publication is not None and (row.folder == "posts" or row.id in told):
                    lists.setdefault(_key(post.publication), []).append(one)
            elif row.id in told:
                for owner in self._guessed(row):
                    lists.setdefault(_key(owner), []).append(
                        Listed(row.id, row.published_at, _stub(row, owner))
                    )
        return lists

    def _guessed(self, row: PostRow) -> Iterator[Person | Publication]:
        """In whose lists a post stands that is not here: its author's, and that of the publication whose
        address it has."""
        person = self.person(username=row.author) if row.author else None
        if person is not None:
            yield person
        for given in self._archive.config.sources:
            source = sources.parse(given)
            if isinstance(source, sources.Publication) and row.url.startswith(sources.home(source) + "/"):
                home = self.publication(slug=source.slug, domain=source.domain)
                if home is not None:
                    yield home

    def responses(self, post_id: str) -> list[Post]:
        """The responses to a post that are here, the oldest first."""
        return [
            found.post for name in self._answers.get(post_id, ()) if (found := self.get(name)) is not None
        ]

    @cached_property
    def _answers(self) -> dict[str, list[str]]:
        answers: dict[str, list[str]] = {}
        for post in self._posts():
            if post.response is not None and post.response.post_id:
                answers.setdefault(post.response.post_id, []).append(post.id)
        return answers

    def urls(self, host: str) -> list[str]:
        """The addresses of posts under a host (of an author, those of his posts): a sitemap."""
        rows = [row for row in self._archive.catalog.posts(all=True) if not row.gone_at and row.url]
        person = (
            self.person(username=host.removesuffix(".medium.com")) if host.endswith(".medium.com") else None
        )
        if person is not None:
            own = {one.post_id for one in self.listed(person)}
            return [row.url for row in rows if row.id in own]
        return [row.url for row in rows if urlsplit(row.url).hostname == host]

    def _posts(self) -> Iterator[Post]:
        for row in self._archive.catalog.posts():
            kept = self._read(row.id)
            if kept is not None:
                yield kept.post

    def all_posts(self) -> Iterator[Post]:
        """The latest version of every post that is here, the oldest post first."""
        return self._posts()


def _key(owner: Person | Publication) -> str:
    if isinstance(owner, Person):
        return f"@{owner.username or owner.id}".lower()
    return owner.id or owner.slug or owner.domain


def _stub(row: PostRow, owner: Person | Publication) -> Post:
    """What a list told of a post that is not here."""
    return Post(
        id=row.id,
        title=row.title,
        medium_url=row.url,
        first_published_at=row.published_at,
        latest_published_at=row.known_edition or row.published_at,
        author=owner if isinstance(owner, Person) else Person(username=row.author),
        visibility="public",
    )
