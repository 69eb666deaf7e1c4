"""``fonds pull``: brings an archive up to date with Medium, and can be stopped anywhere.

Five steps, each of which only begins when the one before is done, so that a run that was interrupted and
the same command again end where an undisturbed run does: which posts are there (``discover``); how those
stand that no list told of; the bodies of new and edited ones (``bodies``); what they refer to
(``belongings``); the plain files (``derive``). What is done is committed as it goes.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec

from fonds.archive import derive as deriving
from fonds.archive.belongings import FINAL, Belongings, avatar
from fonds.archive.bodies import Bodies, Tally
from fonds.archive.discover import Discovery, Heard
from fonds.archive.events import Absent, Settled
from fonds.archive.plan import Standing, why
from fonds.archive.summary import Failure, failure
from fonds.errors import FondsError, UsageError
from fonds.medium import answers, posts, responses, sources
from fonds.medium.errors import SourceError
from fonds.medium.graphql import Schema
from fonds.medium.sources import Author, Publication, Single, Source
from fonds.net.client import Client
from fonds.net.errors import BlockedError, DeniedError, FetchError, OfflineError

if TYPE_CHECKING:
    from fonds.archive.rows import PostRow
    from fonds.archive.store import Archive
    from fonds.model import Post

Progress = Callable[[str, int, int], None]
"""Phase (``list``, ``editions``, ``posts``, ``embeds``, ``pictures``, ``render``), done, total (0 unknown)."""


_SETTLED = 1000
"""Posts that are noted at a time as having everything they refer to: events are in memory until they are committed."""


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """``since`` is UTC milliseconds, ``limit`` the most posts whose bodies are asked for (0: all), ``full``
    walks every list to its end, ``old`` asks the Wayback Machine too, ``responses`` brings what others
    answered, ``again`` asks for the pictures once more, ``check`` proves each text, ``jobs`` is the number of
    processes that write files (None: as many as processors)."""

    since: int = 0
    limit: int = 0
    full: bool = False
    old: bool = False
    responses: bool = False
    again: bool = False
    check: bool = True
    jobs: int | None = None


class Pulled(msgspec.Struct, kw_only=True):
    """What a pull did. ``known`` posts in all, ``found`` of them new to the archive, ``left`` not asked for
    because of ``limit``, a challenge or Ctrl-C."""

    known: int = 0
    found: int = 0
    new: int = 0
    edited: int = 0
    unchanged: int = 0
    previews: int = 0
    gone: int = 0
    failed: int = 0
    left: int = 0
    pictures: int = 0
    pictures_changed: int = 0
    embeds: int = 0
    not_had: int = 0
    requests: int = 0
    retries: int = 0
    bytes: int = 0
    waited: float = 0.0
    written: int = 0
    failures: list[Failure] = []
    findings: list[Failure] = []
    interrupted: bool = False
    exit_code: int = 0

    def finish(self) -> None:
        """Adds up the exit code."""
        code = 0
        for failed in (*self.failures, *self.findings):
            code |= failed.exit_code
        if self.previews:
            code |= 16
        self.exit_code = 130 if self.interrupted else code


def pull(
    archive: Archive,
    client: Client,
    options: Options,
    *,
    progress: Progress = lambda _phase, _done, _total: None,
    stop: Callable[[], bool] = lambda: False,
    cookies: bool = False,
) -> Pulled:
    """Brings ``archive`` (open for writing) up to date. ``cookies``: the client has some, so that locked posts
    are asked for again. ``stop`` is asked between items.

    What failed is in the result; the rest is done. Raises DiskError, and UsageError for an archive without
    sources. The caller seals.
    """
    chosen = [sources.parse(source) for source in archive.config.sources]
    if not chosen:
        raise UsageError(
            "has no sources to pull from",
            origin=str(archive.layout.config),
            remedy='Name some there: sources = ["@user"].',
        )
    run = _Pull(
        archive, client, chosen=chosen, options=options, progress=progress, stop=stop, cookies=cookies
    )
    asyncio.run(run.all())
    if not (stop() or deriving.is_current(archive)):
        made = deriving.derive(archive, check=options.check, jobs=options.jobs, progress=progress, stop=stop)
        run.result.written = made.written
        run.result.failures += made.failures
        run.result.findings += made.findings
        run.result.interrupted |= made.interrupted
    run.result.interrupted |= stop()
    run.result.finish()
    return run.result


class _Pull:
    def __init__(
        self,
        archive: Archive,
        client: Client,
        *,
        chosen: Sequence[Source],
        options: Options,
        progress: Progress,
        stop: Callable[[], bool],
        cookies: bool,
    ) -> None:
        self._archive = archive
        self._client = client
        self._chosen = chosen
        self._options = options
        self._progress = progress
        self._stop = stop
        self._cookies = cookies
        self._schema = Schema()
        self._tally = Tally()
        self._heard = Heard()
        self._bodies = Bodies(archive, chosen, self._tally, self._schema)
        self._blocked = False
        self.result = Pulled()

    async def all(self) -> None:
        """Everything that needs the network. A wall or no network ends what needs that host; the result
        says so."""
        try:
            async with self._client:
                await self._guarded(self._discover)
                await self._guarded(self._editions)
                await self._guarded(self._fetch)
                if self._options.responses:
                    await self._guarded(self._responses)
                await self._guarded(self._belongings)
        finally:
            self._archive.commit()
            self._count()

    async def _guarded(self, step: Callable[[], object]) -> None:
        """Runs a step; when Medium itself cannot be asked any more, so do no further steps that ask it."""
        if self._stop() or (self._blocked and step != self._belongings):
            return
        try:
            await step()  # type: ignore[misc]
        except FetchError as error:
            self._blocked |= isinstance(error, (BlockedError, DeniedError, OfflineError))
            self._fail(error)

    def _fail(self, error: FondsError) -> None:
        self.result.failures.append(failure(error))

    # -- which posts are there

    async def _discover(self) -> None:
        finding = Discovery(
            self._archive,
            self._client,
            self._schema,
            self._heard,
            fail=self._fail,
            stop=self._stop,
            progress=self._progress,
        )
        try:
            await finding.run(self._chosen, full=self._options.full, old=self._options.old)
        finally:
            self.result.found = self._heard.new

    async def _editions(self) -> None:
        """How the posts stand that are here and that no list told of in this pull: edited, or gone."""
        rows = [
            row.id
            for row in self._archive.catalog.posts()
            if row.id not in self._heard.told and not row.gone_at and row.folder != "drafts"
        ]
        done = 0
        try:
            async for state in posts.editions(self._client, rows, schema=self._schema):
                done += 1
                self._progress("editions", done, len(rows))
                if isinstance(state, answers.Seen):
                    events = self._heard.hear(self._archive, state.entry)
                    self._archive.record(*events)
                elif isinstance(state, answers.Gone):
                    self._bodies.gone(state)
                if self._stop():
                    break
        finally:
            self._archive.commit()

    # -- bodies

    def _wanted(self) -> list[str]:
        """The posts to ask for, the newest first: those that nothing tells the age of at the end."""
        return [
            row.id
            for row in self._archive.catalog.newest()
            if why(self._standing(row), cookies=self._cookies, since=self._options.since)
        ]

    def _standing(self, row: PostRow) -> Standing:
        return Standing(
            row.id,
            row.number,
            row.edition,
            row.known_edition,
            preview=bool(row.number and not row.full),
            reason=row.absent or ("deleted" if row.gone_at else ""),
            listed=row.id in self._heard.told,
            free=row.id in self._heard.free,
            date=row.published_at,
        )

    async def _fetch(self) -> None:
        """Asks for the bodies; and for those of posts that these link to, until there are no more."""
        asked: set[str] = set()
        while not self._stop():
            wanted = [post_id for post_id in self._wanted() if post_id not in asked]
            room = self._options.limit - len(asked) if self._options.limit else len(wanted)
            self.result.left = max(len(wanted) - room, 0)
            wanted = wanted[:room]
            if not wanted:
                return
            await self._ask(wanted)
            asked.update(wanted)

    async def _ask(self, wanted: Sequence[str]) -> None:
        done = 0
        try:
            done = await self._bodies.ask(self._client, wanted, stop=self._stop, progress=self._progress)
        except BlockedError as error:
            rest = [post_id for post_id in wanted if not self._bodies.has_put(post_id)]
            self._archive.record(
                *(Absent(post_id, "challenge", error.reason) for post_id in rest if self._is_away(post_id))
            )
            self.result.left += len(rest)
            raise
        except (DeniedError, OfflineError):
            self.result.left += sum(not self._bodies.has_put(post_id) for post_id in wanted)
            raise
        self.result.left += len(wanted) - done

    def _is_away(self, post_id: str) -> bool:
        row = self._archive.catalog.post(post_id)
        return row is None or not row.number

    async def _responses(self) -> None:
        """What others answered to the posts that are here; bodies come with the lists."""
        for row in list(self._archive.catalog.posts()):
            if self._stop():
                return
            if row.folder != "posts" or not row.responses or row.gone_at:
                continue
            try:
                async for page in responses.walk(self._client, row.id, schema=self._schema):
                    for outcome in page.outcomes:
                        self._bodies.put(outcome, via="response", detail=row.id)
                    if page.fault:
                        self._fail(SourceError("unreadable", page.fault, origin=row.url or row.id))
            except SourceError as error:
                self._fail(error)
            self._archive.commit()

    # -- what they refer to

    async def _belongings(self) -> None:
        catalog = self._archive.catalog
        looked = {
            row.id: (row.number, row.settled)
            for row in catalog.posts()
            if row.number and (self._options.again or row.settled != row.number)
        }

        def wanted() -> Iterator[tuple[Post, str]]:
            for post_id in looked:
                yield self._archive.version(post_id).post, post_id

        getting = Belongings(
            self._archive, self._client, again=self._options.again, stop=self._stop, progress=self._progress
        )
        try:
            avatars = (want for owner in self._heard.owners for want in avatar(owner.avatar))
            await getting.fetch(wanted, avatars)
        finally:
            self._settle(looked, getting)

    def _settle(self, looked: Mapping[str, tuple[int, int]], getting: Belongings) -> None:
        """Notes the posts of which everything is here or gone for good: they are not looked at again."""
        counts = getting.counts
        self.result.pictures = counts.pictures
        self.result.pictures_changed = counts.changed
        self.result.embeds = counts.embeds
        self.result.not_had = len(counts.failures)
        for error in counts.blocked:
            self._fail(error)
        walled = sum(absent.reason == "challenge" for absent in counts.failures)
        failed = sum(absent.reason not in ("challenge", *FINAL) for absent in counts.failures)
        for count, what, code in ((walled, "are behind a challenge", 8), (failed, "could not be had", 4)):
            if count:
                remedy = "fonds missing names them; the next pull asks again."
                said = Failure(f"{count} pictures and embeds {what}", remedy=remedy, exit_code=code)
                self.result.failures.append(said)
        unsettled = getting.unsettled()
        if unsettled is not None:
            settled = (
                Settled(post_id, number)
                for post_id, (number, before) in looked.items()
                if before != number and post_id not in unsettled
            )
            while events := list(itertools.islice(settled, _SETTLED)):
                self._archive.record(*events)
                self._archive.commit()
        self._archive.commit()

    def _count(self) -> None:
        result, tally, stats = self.result, self._tally, self._client.stats
        result.known = self._archive.catalog.totals().known
        result.new, result.edited, result.unchanged = tally.new, tally.edited, tally.unchanged
        result.previews, result.gone, result.failed = tally.previews, tally.gone, tally.failed
        result.requests, result.retries = stats.requests, stats.retries
        result.bytes, result.waited = stats.bytes, stats.waited
        for absent in tally.failures:
            result.failures.append(
                Failure(
                    absent.detail or absent.reason,
                    posts.address(absent.post_id),
                    exit_code=8 if absent.reason == "challenge" else 4,
                )
            )


__all__ = ["Author", "FetchError", "Options", "Publication", "Pulled", "Single", "pull"]
