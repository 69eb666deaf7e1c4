"""A site from a source: read what changed, plan every page, make those whose marks are new, write, remember."""

from __future__ import annotations

import functools
import itertools
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

import msgspec

from fonds import jobs as job
from fonds.archive import assets, files
from fonds.archive.summary import Failure
from fonds.site import frame, machines, output, pages, posts, timeline, work
from fonds.site.cards import Card
from fonds.site.frame import Plan, Progress, Summary
from fonds.site.gallery import Gallery
from fonds.site.holdings import Holdings
from fonds.site.placing import Placing
from fonds.site.related import Related
from fonds.site.search import index, keeping
from fonds.site.settings import Settings, load
from fonds.site.source import Source, Unit
from fonds.site.state import BrokenStateError, State, UnitNote
from fonds.site.theme import Theme
from fonds.site.views import Site, Where
from fonds.site.ways import Ways

T = TypeVar("T")

_POOL_FROM = 200
"""Units below which one process is done before others have begun."""
_DONE = "done"


class _Done(msgspec.Struct, frozen=True, array_like=True):
    """How a build ended that came to its end."""

    summary: Summary
    missing: str
    thumbnails: bool


def build(
    source: Source,
    out: Path,
    *,
    settings: Settings | None = None,
    jobs: int | None = None,
    progress: Progress = frame.silent,
    stop: Callable[[], bool] = frame.never,
) -> Summary:
    """Makes, or brings up to date, the site of ``source`` in the folder ``out``.

    ``settings`` are those of ``[site]`` in the source's fonds.toml when None. ``jobs`` is the number of
    processes (None: as many as there are processors, once there is enough to do). Raises UsageError for
    settings and templates that do not work, and for a folder that is no site and not empty; DiskError.
    """
    out = Path(os.path.abspath(out))  # noqa: PTH100  links in the path stay as they are
    settings = settings if settings is not None else load(source.folder)
    frame.claim(out)
    theme = Theme(source.folder)
    engine = frame.engine(theme, settings, out)
    assets.forget()
    plan = Plan(source, out, settings, progress, stop)
    try:
        summary = _built(plan, theme, engine, jobs)
    except BrokenStateError:  # a cache: made again
        _remove(frame.state_path(out))
        summary = _built(plan, theme, engine, jobs)
    summary.finish()
    return summary


def _built(plan: Plan, theme: Theme, engine: str, jobs: int | None) -> Summary:
    with State(frame.state_path(plan.out), engine) as state:
        return _Builder(plan, theme, engine, state).run(jobs)


def _remove(path: Path) -> None:
    try:
        path.unlink()
    except OSError as error:
        files.fail(error, path)


class _Builder:
    def __init__(self, plan: Plan, theme: Theme, engine: str, state: State) -> None:
        self._plan = plan
        self._source, self._settings = plan.source, plan.settings
        self._progress, self._stop = plan.progress, plan.stop
        self._theme = theme
        self._engine = engine
        self._state = state
        self._summary = Summary(out=str(plan.out))
        self._holdings = Holdings(plan.out, engine, state, self._summary)
        self._terms: dict[str, bytes] = {}
        """The terms, as they were, of the posts that were read again."""

    def run(self, jobs: int | None) -> Summary:
        units = list(self._source.units())
        notes = self._state.units()
        changed = [unit for unit in units if not self._is_known(notes.get(unit.key), unit)]
        many = len(changed) >= _POOL_FROM or self._state.fresh
        count = jobs if jobs is not None else (job.default_jobs() if many else 1)
        if (
            not (changed or self._state.fresh or notes.keys() - {unit.key for unit in units})
            and self._is_whole()
        ):
            return self._summary
        self._state.begin()
        # A build that is stopped must not be taken for that of last time.
        self._state.forget(_DONE)
        with job.runner(max(count, 1)) as run:
            touched = self._read_changed(run, units, changed, notes)
            del units, changed, notes  # memory that the cards can have
            self._make_cards(run, touched)
            if self._stop():
                self._summary.interrupted = True
                keeping.outdated(self._state)
                self._state.save()
                return self._summary
            self._site(run)
        return self._summary

    def _is_whole(self) -> bool:
        """Whether the site is there to its last file, as it was made from the same posts; the Summary is then
        that of last time."""
        done = self._state.meta(_DONE)
        if done is None:
            return False
        last = msgspec.json.decode(done, type=_Done)
        if last.missing != self._missing_mark() or (self._settings.thumbnails and not last.thumbnails):
            return False
        if not self._holdings.are_whole():
            return False
        self._summary = msgspec.structs.replace(last.summary, read=0, thumbnails=0, written=0, removed=0)
        return True

    def _missing_mark(self) -> str:
        return pages.marked([msgspec.structs.astuple(one) for one in self._source.missing()])

    # ------------------------------------------------------------------------------------------- reading

    def _is_known(self, note: UnitNote | None, unit: Unit) -> bool:
        return (
            note is not None
            and note.stamp == unit.stamp
            and all(self._source.is_same(watched) for watched in note.watched)
        )

    def _read_changed(
        self, run: job.Runner, units: Sequence[Unit], changed: Sequence[Unit], notes: Mapping[str, UnitNote]
    ) -> set[str]:
        """Reads what changed. The ids of all posts that may be other than they were."""
        touched: set[str] = set()
        here = {unit.key for unit in units}
        for key in sorted(notes.keys() - here):
            touched.update(notes[key].idents)
            self._state.drop_unit(key)
        reader = functools.partial(work.read, source=self._source)
        for read in itertools.chain.from_iterable(run(reader, work.chunks(self._until(changed)))):
            touched.update(read.note.idents)
            if read.key in notes:
                touched.update(notes[read.key].idents)
            self._state.put_unit(read.key, read.note, read.kept)
            self._summary.failures += read.failures
            self._summary.read += 1
            self._progress("read", self._summary.read, len(changed))
        fresh = {unit.key for unit in changed}
        for key, note in sorted(notes.items()):
            if key in here and key not in fresh:
                self._summary.failures += [msgspec.json.decode(one, type=Failure) for one in note.failures]
        return touched

    def _until(self, things: Iterable[T]) -> Iterator[T]:
        for thing in things:
            if self._stop():
                return
            yield thing

    def _make_cards(self, run: job.Runner, touched: set[str]) -> None:
        def gathered() -> Iterator[tuple[str, tuple[bytes, ...]]]:
            for ident in sorted(touched):
                packed = self._state.kept(ident)
                if packed:
                    yield ident, tuple(packed)
                else:
                    self._state.drop_post(ident)

        for made in itertools.chain.from_iterable(run(work.make_cards, work.chunks(gathered()))):
            if made.failure is not None:
                self._summary.failures.append(made.failure)
            elif made.card is not None:
                self._terms[made.card.ident] = self._state.terms(made.card.ident)
                self._state.put_post(made.card, made.terms, made.text)

    # ------------------------------------------------------------------------------------------- writing

    def _site(self, run: job.Runner) -> None:
        cards = frame.ordered(self._state.cards(), self._settings)
        site = frame.described(cards, self._settings, self._source.title, self._plan.out)
        self._count(cards)
        self._for_readers(run, cards, site)
        # What follows shows no pictures and holds the index: of the two only one is there at a time. The cards are
        # read again without their pictures: parts of those that are there would keep their memory from being used.
        del cards
        without = (msgspec.structs.replace(card, pictures=(), stills=()) for card in self._state.cards())
        bare = frame.ordered(without, self._settings)
        self._holdings.write(
            itertools.chain(
                self._searched(bare),
                machines.plan(bare, site, self._theme, self._holdings.now),
                machines.static(self._theme, self._settings),
            )
        )
        self._holdings.finish()
        self._summary.interrupted = self._stop()  # small versions of pictures may be missing
        if not self._summary.interrupted:
            done = _Done(self._summary, self._missing_mark(), self._settings.thumbnails)
            self._state.set_meta(_DONE, msgspec.json.encode(done))
        self._state.save()

    def _count(self, cards: Sequence[Card]) -> None:
        for card in cards:
            setattr(self._summary, card.kind, getattr(self._summary, card.kind) + 1)
            self._summary.pictures += len(card.pictures)

    def _for_readers(self, run: job.Runner, cards: Sequence[Card], site: Site) -> None:
        """Pictures, the pages of posts, and those that lead to them."""
        where = Placing(self._plan, self._holdings, self._state, self._summary).place(cards, run)
        ways = Ways(cards)
        self._pages(run, cards, ways, site, where)
        lists = pages.Lists(
            ways,
            site,
            self._theme,
            where,
            list(self._source.missing()),
            archive=self._source.kind == "archive",
            newest=self._settings.newest,
        )
        self._holdings.write(
            itertools.chain(lists.plan(), timeline.plan(ways, lists), Gallery(cards, lists, where).plan())
        )

    # ------------------------------------------------------------------------------------------- posts

    def _pages(self, run: job.Runner, cards: Sequence[Card], ways: Ways, site: Site, where: Where) -> None:
        related = Related(cards)
        pages_of = {card.ident: card.page for card in cards}
        answers: dict[str, list[Card]] = {}
        for card in cards:
            if card.kind == "responses":
                for ref in card.refs[-1:]:
                    answers.setdefault(ref, []).append(card)
        in_line = [card for card in cards if card.kind == "posts"]
        places = {card.ident: number for number, card in enumerate(in_line)}

        def tasks() -> Iterator[tuple[posts.Task, dict[str, bytes | None]]]:
            for number, card in enumerate(cards):
                at = places.get(card.ident)
                task = posts.Task(
                    (),
                    card,
                    "",
                    in_line[at - 1] if at else None,
                    in_line[at + 1] if at is not None and at + 1 < len(in_line) else None,
                    tuple(related.of(number)),
                    tuple(answers.get(card.ident, ())),
                    {ref: pages_of[ref] for ref in (*card.refs, card.ident) if ref in pages_of},
                    ways.tags_of(card),
                    ways.author_of(card),
                    ways.language_of(card),
                )
                mark = self._mark_of(task, where)
                paths = [card.page, posts.versions_path(card)] if card.editions else [card.page]
                for path in paths:
                    self._holdings.now.add(path)
                if all(self._holdings.has(path, mark) for path in paths):
                    continue
                task = msgspec.structs.replace(task, kept=tuple(self._state.kept(card.ident)), mark=mark)
                yield task, self._holdings.known(paths)

        maker = posts.Maker(str(self._plan.out), str(self._source.folder), site, where)
        render = functools.partial(posts.batch, maker=maker)
        done = 0
        for result in run(render, work.chunks(tasks())):
            self._holdings.take(result)
            done += len(result.written)
            self._progress("write", min(done, len(cards)), len(cards))

    def _mark_of(self, task: posts.Task, where: Where) -> str:
        near = [
            one.face if one is not None else ""
            for one in (task.previous, task.next, *task.related, *task.answers)
        ]
        made = [where.made.get(picture.local.place) for picture in task.card.pictures] if where.made else []
        return pages.marked(
            self._engine, task.card.mark, task.card.page, near, task.pages, task.tags, task.author, task.language, made,
            where.link,
        )  # fmt: skip

    def _searched(self, cards: Sequence[Card]) -> Iterator[pages.Planned]:
        """The files of the search."""
        table = keeping.index_of(cards, self._state, self._terms)
        yield from index.plan(table, cards, self._state.text)
        facts = index.posts(cards)
        yield pages.Planned("data/posts.js", output.digest(facts).hex(), lambda: facts)


__all__ = ["Progress", "Summary", "build"]
