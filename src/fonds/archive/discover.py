"""Which posts are there? Asks everything that can know, and writes down each post that is new or changed.

A list is walked to its true end the first time. Later a publication's list is walked whole (150 to a page,
it is cheap, and shows what is gone), an author's only until a page says nothing new: older posts are
asked about by their ids instead, many in one request (``fonds.medium.posts.editions``).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable
from typing import TYPE_CHECKING

import msgspec

from fonds.archive.events import Back, Event, Known, Moved, Via, Walked
from fonds.medium import feeds, lists, sitemap, sources, wayback
from fonds.medium.errors import SourceError
from fonds.medium.sources import Author, Publication, Single, Source
from fonds.net.errors import BlockedError, DeniedError, FetchError, OfflineError

if TYPE_CHECKING:
    from fonds.archive.rows import WalkRow
    from fonds.archive.store import Archive
    from fonds.medium.graphql import Schema
    from fonds.medium.records import Entry, Owner, Page
    from fonds.net.client import Client

PUBLICATION_PAGE = 150
"""The most that was seen in one page of a publication's list; pages that come short go on as any."""


class Heard(msgspec.Struct):
    """What was told in this pull, beside what is written down at once. ``told``: the posts that some list has;
    ``free``: those of them that were locked and are no more; ``whole``: the sources whose lists were walked
    to their end; ``new`` counts posts that were not known before."""

    told: set[str] = set()
    free: set[str] = set()
    whole: set[str] = set()
    owners: list[Owner] = []
    new: int = 0

    def hear(self, archive: Archive, entry: Entry) -> list[Event]:
        """What Medium's word on a post teaches: that it is there, edited, moved, back."""
        row = archive.catalog.post(entry.post_id)
        self.told.add(entry.post_id)
        if row is None:
            self.new += 1
        elif not entry.is_locked and (row.absent == "locked" or row.number > row.full):
            self.free.add(entry.post_id)
        events: list[Event] = []
        if (
            row is None
            or max(row.known_edition, row.edition) < entry.edition
            or (entry.url and row.url != entry.url)
        ):
            events.append(
                Known(
                    entry.post_id,
                    entry.via,
                    url=entry.url,
                    title=entry.title,
                    author=entry.author,
                    published_at=entry.published_at,
                    edition=entry.edition,
                )
            )
        if row is not None:
            if row.url and entry.url and row.url != entry.url:
                events.append(Moved(entry.post_id, row.url, entry.url))
            if row.gone_at:
                events.append(Back(entry.post_id))
        return events


class Discovery:
    """One pull's asking. What is told goes into ``heard``; ``fail`` is told of what could not be asked; the rest goes on.

    Raises ``BlockedError``, ``DeniedError`` and ``OfflineError`` of lists: then nothing more can be asked of Medium.
    """

    def __init__(
        self,
        archive: Archive,
        client: Client,
        schema: Schema,
        heard: Heard,
        *,
        fail: Callable[[FetchError | SourceError], None],
        stop: Callable[[], bool],
        progress: Callable[[str, int, int], None],
    ) -> None:
        self._archive = archive
        self._client = client
        self._schema = schema
        self._fail = fail
        self._stop = stop
        self._progress = progress
        self.heard = heard

    async def run(self, chosen: Iterable[Source], *, full: bool = False, old: bool = False) -> Heard:
        """Asks all of ``chosen``. ``full``: every list to its end, and the sitemap; ``old``: the Wayback Machine too."""
        for source in chosen:
            if self._stop():
                break
            if isinstance(source, Single):
                self._learn(Known(source.post_id, "given", url=source.url))
                continue
            try:
                await self._source(source, full=full, old=old)
            except (BlockedError, DeniedError, OfflineError):
                raise
            except (SourceError, FetchError) as error:
                self._fail(error)
        self._archive.commit()
        return self.heard

    async def _source(self, source: Author | Publication, *, full: bool, old: bool) -> None:
        called = sources.name(source)
        before = self._archive.catalog.walk(called)
        first = before is None or not before.complete
        await self._list(source, called, before, full=full)
        await self._optional(self._feed(source))
        if first or full:
            await self._optional(self._others(sitemap.walk(self._client, source), "sitemap"))
        if old:
            await self._optional(self._others(wayback.walk(self._client, source), "cdx"))

    async def _optional(self, asking: object) -> None:
        """What may be missing without harm: that it failed is told, and the pull goes on."""
        try:
            await asking  # type: ignore[misc]
        except (SourceError, FetchError) as error:
            if isinstance(error, OfflineError):
                raise
            self._fail(error)

    # -- lists

    async def _list(
        self, source: Author | Publication, called: str, before: WalkRow | None, *, full: bool
    ) -> None:
        size = PUBLICATION_PAGE if isinstance(source, Publication) else 0
        whole = full or before is None or not before.complete or isinstance(source, Publication)
        resume = before.cursor if before is not None and not before.complete else ""
        seen = 0
        async for page in lists.walk(self._client, source, size=size, schema=self._schema):
            seen += len(page.entries)
            fresh = self._page(page)
            if page.fault:
                self._fail(SourceError("unreadable", page.fault, origin=called))
            if page.complete:
                self.heard.whole.add(called)
            keep_cursor = before is None or not (before.complete or before.cursor)
            if page.complete or keep_cursor:
                self._walked(called, page, seen)
            self._archive.commit()
            self._progress("list", seen, 0)
            if self._stop() or (not fresh and (not whole or resume)):
                break
        if resume and called not in self.heard.whole and not self._stop():
            await self._rest(source, called, resume, size, seen)

    async def _rest(
        self, source: Author | Publication, called: str, cursor: str, size: int, seen: int
    ) -> None:
        """Goes on where a pull before was stopped."""
        async for page in lists.walk(self._client, source, cursor=cursor, size=size, schema=self._schema):
            seen += len(page.entries)
            self._page(page)
            if page.fault:
                self._fail(SourceError("unreadable", page.fault, origin=called))
            self._walked(called, page, seen)
            self._archive.commit()
            self._progress("list", seen, 0)
            if self._stop():
                break

    def _walked(self, called: str, page: Page, seen: int) -> None:
        now = Walked(called, complete=page.complete, cursor=page.cursor, seen=seen)
        if not page.fault:
            self._archive.record(now)

    def _page(self, page: Page) -> bool:
        """Writes down what a page teaches; whether it taught anything."""
        if page.owner.avatar and page.owner not in self.heard.owners:
            self.heard.owners.append(page.owner)
        events = [event for entry in page.entries for event in self.heard.hear(self._archive, entry)]
        if events:
            self._archive.capture(page.response)
            self._archive.record(*events)
        return bool(events)

    # -- the others

    async def _feed(self, source: Author | Publication) -> None:
        if feeds.address(source):
            self._hear((await feeds.read(self._client, source)).entries, "feed")

    async def _others(self, walk: AsyncIterator[Page], via: Via) -> None:
        seen = 0
        async for page in walk:
            self._hear(page.entries, via)
            seen += len(page.entries)
            self._progress(via, seen, 0)
            if self._stop():
                break

    def _hear(self, entries: Iterable[Entry], via: Via) -> None:
        """Of posts that are known already a feed, sitemap or index says nothing new."""
        for entry in entries:
            self._learn(
                Known(
                    entry.post_id,
                    via,
                    url=entry.url,
                    title=entry.title,
                    author=entry.author,
                    published_at=entry.published_at,
                )
            )
        self._archive.commit()

    def _learn(self, said: Known) -> None:
        if self._archive.catalog.post(said.post_id) is None:
            self.heard.new += 1
            self._archive.record(said)
