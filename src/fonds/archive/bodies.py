"""Asks for posts and keeps what comes: the answer as it was sent, and the version that it makes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from fonds.archive import naming, parse
from fonds.archive.events import Absent, Event, Facts, Gone, Known, Moved, Origin, Same, Via
from fonds.archive.merge import merge
from fonds.archive.reread import STATED
from fonds.medium import answers, posts, sources
from fonds.medium.sources import Author, Publication, Source
from fonds.sources import addresses

if TYPE_CHECKING:
    from fonds.archive.store import Archive
    from fonds.medium.graphql import Schema
    from fonds.model import Post
    from fonds.net.client import Client
    from fonds.net.messages import Response


class Tally:
    """What became of the posts of one pull, counted."""

    def __init__(self) -> None:
        self.new = self.edited = self.unchanged = self.previews = self.gone = self.failed = 0
        self.failures: list[Absent] = []


_ASKED = dict(zip(STATED, ("tags", "canonicalUrl"), strict=True))
"""Fields of a Post of which an answer to ``fonds.medium.queries.post`` says so when they are empty → Medium's."""


class Bodies:
    """Takes outcomes in and puts them into the archive. One commit a batch.

    ``schema`` is what Medium's schema lacks: what was not asked is not answered.
    """

    def __init__(self, archive: Archive, chosen: Sequence[Source], tally: Tally, schema: Schema) -> None:
        self._schema = schema
        self._archive = archive
        self._prefixes = tuple(prefix for source in chosen for prefix in own_prefixes(source))
        self._tally = tally
        self._put: set[str] = set()
        self._last: Response | None = None
        self._ref = ""

    async def ask(
        self,
        client: Client,
        ids: Sequence[str],
        *,
        stop: Callable[[], bool],
        progress: Callable[[str, int, int], None],
    ) -> int:
        """Asks for ``ids``; how many were had or not. Raises like ``fonds.medium.posts.bodies``: what was
        put in before is committed."""
        done = 0
        try:
            async for outcome in posts.bodies(client, ids, schema=self._schema):
                if outcome.response is not None and outcome.response is not self._last:
                    self._archive.commit()  # a batch is whole
                    if stop():
                        break
                self.put(outcome)
                done += 1
                progress("posts", done, len(ids))
        finally:
            self._archive.commit()
        return done

    def put(self, outcome: answers.Outcome, *, via: Via | None = None, detail: str = "") -> None:
        """Records one outcome; the caller commits. ``via`` says how the post became known, where no list did."""
        if via is not None:
            self._archive.record(Known(outcome.post_id, via, detail=detail))
        self._put.add(outcome.post_id)
        if isinstance(outcome, answers.Gone):
            self._gone(outcome)
        elif isinstance(outcome, answers.Failed):
            self._tally.failed += 1
            absent = Absent(outcome.post_id, outcome.reason, outcome.detail)
            self._tally.failures.append(absent)
            self._archive.record(absent)
        else:
            self._body(outcome)

    def has_put(self, post_id: str) -> bool:
        """Whether this pull knows what became of a post that it asked for."""
        return post_id in self._put

    def gone(self, outcome: answers.Gone) -> None:
        """A post that is here is at Medium no more: what is kept stays, with a tombstone."""
        self._gone(outcome)

    def _gone(self, outcome: answers.Gone) -> None:
        self._tally.gone += 1
        known = self._archive.catalog.post(outcome.post_id)
        if known is not None and known.number:
            if not known.gone_at:
                self._capture(outcome.response)
                self._archive.record(Gone(outcome.post_id, reason=outcome.reason, detail=outcome.detail))
        else:
            self._archive.record(Absent(outcome.post_id, outcome.reason, outcome.detail))

    def _capture(self, response: Response | None) -> str:
        """The reference of an answer, which several posts of a batch share."""
        if response is not None and response is not self._last:
            self._ref = self._archive.capture(response)
            self._last = response
        return self._ref

    def _body(self, outcome: answers.Full | answers.Preview) -> None:
        archive, address = self._archive, outcome.response.url
        # As it is read again from its capture (fonds.archive.reread): with the address it came from.
        source = replace(outcome.post.source, origin=address)
        post = replace(outcome.post, source=source)
        known = archive.catalog.post(outcome.post_id)
        current = archive.version(outcome.post_id) if known is not None and known.number else None
        ref = self._capture(outcome.response)
        digest = hashlib.sha256(outcome.data).hexdigest()
        origin = Origin(outcome.form, address, ref, digest)
        told = known.known_edition if known is not None else 0
        stated = (
            ours for ours, its in _ASKED.items() if outcome.form == "api" and its not in self._schema.without
        )
        found = merge(current, post, origin, outcome.response.fetched_at, stated=stated)
        if found is None or archive.add_version(found) is None:
            self._tally.unchanged += 1
            archive.record(Same(outcome.post_id, told))
        else:
            if told > found.edition:  # the list's word for it: it need not be asked for again
                archive.record(Same(outcome.post_id, told))
            if current is None:
                self._tally.new += 1
            else:
                self._tally.edited += 1
                archive.record(*_moved(current.post, found.post))
        if isinstance(outcome, answers.Preview) and (found or current) is not None:
            self._tally.previews += 1
            kept = found or current
            if kept is not None and kept.post.preview_only:
                archive.record(Absent(outcome.post_id, "locked", "only its beginning is shown to who asks"))
        archive.record(*_facts(post, outcome.response.fetched_at), *self._links(post))

    def _links(self, post: Post) -> Iterator[Event]:
        """Posts of the same sources that this one links to and nobody told of."""
        found: dict[str, str] = {}
        for href in parse.hrefs(post):
            if href.startswith(self._prefixes):
                target = addresses.target(href)
                if target is not None and target.post_id and naming.is_sound(target.post_id):
                    found.setdefault(target.post_id, href.partition("#")[0].partition("?")[0])
        for post_id, href in found.items():
            if self._archive.catalog.post(post_id) is None:
                yield Known(post_id, "link", url=href, detail=post.id)


def own_prefixes(source: Source) -> tuple[str, ...]:
    """What the addresses of a source's own posts begin with; nothing for a single post."""
    if not isinstance(source, (Author, Publication)):
        return ()
    places = {sources.home(source), f"https://{site}" if (site := sources.site(source)) else ""}
    return tuple(f"{place}/" for place in sorted(places) if place)


def _moved(before: Post, now: Post) -> Iterator[Event]:
    if before.medium_url and now.medium_url and before.medium_url != now.medium_url:
        yield Moved(now.id, before.medium_url, now.medium_url)


def _facts(post: Post, seen_at: int) -> Iterator[Event]:
    if post.claps is not None or post.responses is not None:
        yield Facts(post.id, post.claps, post.responses, seen_at)
