"""A site from a source: read what changed, plan every page, make those whose marks are new, write, remember."""

from __future__ import annotations

import functools
import itertools
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, TypeVar

import msgspec

from fonds import jobs as job
from fonds.archive import files
from fonds.archive.summary import Failure
from fonds.site import frame, machines, output, pages, pictures, posts, timeline, work
from fonds.site.cards import Card
from fonds.site.frame import Progress, Summary
from fonds.site.gallery import Gallery
from fonds.site.output import File
from fonds.site.related import Related
from fonds.site.search import index
from fonds.site.settings import Settings, load
from fonds.site.source import Local, Source, Unit
from fonds.site.state import State, Thumb, UnitNote
from fonds.site.theme import Theme
from fonds.site.views import Site, Where, thumb_path
from fonds.site.ways import Ways

T = TypeVar("T")

_POOL_FROM = 200
"""Units below which one process is done before others have begun."""
_CHUNK = 24
_PICTURES = 64


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
    with State(frame.state_path(out), engine) as state:
        builder = _Builder(Plan(source, out, settings, progress, stop), theme, engine, state)
        summary = builder.run(jobs)
    summary.finish()
    return summary


class Plan(NamedTuple):
    """What is asked of a build."""

    source: Source
    out: Path
    settings: Settings
    progress: Progress
    stop: Callable[[], bool]


class _Builder:
    def __init__(self, plan: Plan, theme: Theme, engine: str, state: State) -> None:
        self._source, self._settings = plan.source, plan.settings
        self._out = out = plan.out
        self._progress, self._stop = plan.progress, plan.stop
        self._theme = theme
        self._engine = engine
        self._state = state
        self._summary = Summary(out=str(out))
        self._before = state.files()
        self._known: dict[str, bytes | None] = {
            path: written.digest for path, written in self._before.items()
        }
        self._folders: set[str] = {str(out.parent), str(out)}
        self._terms: dict[str, bytes] = {}
        """The terms, as they were, of the posts that were read again."""
        self._now: set[str] = set()
        """Every file of the site as it is to be."""

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
        with job.runner(max(count, 1)) as run:
            touched = self._read_changed(run, units, changed, notes)
            del units, changed, notes  # memory that the cards can have
            self._make_cards(run, touched)
            if self._stop():
                self._summary.interrupted = True
                self._state.save()
                return self._summary
            self._site(run)
        return self._summary

    def _is_whole(self) -> bool:
        """Whether the site is there to its last file, as it was made from the same posts; the Summary is then
        that of last time."""
        done = self._state.meta("done")
        if done is None:
            return False
        last = msgspec.json.decode(done, type=_Done)
        if last.missing != self._missing_mark() or (self._settings.thumbnails and not last.thumbnails):
            return False
        if not all(self._is_there(path, written.mark) for path, written in self._before.items()):
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
        for read in itertools.chain.from_iterable(run(reader, _chunks(self._until(changed)))):
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

        for made in itertools.chain.from_iterable(run(work.make_cards, _chunks(gathered()))):
            if made.failure is not None:
                self._summary.failures.append(made.failure)
            elif made.card is not None:
                self._terms[made.card.ident] = self._state.terms(made.card.ident)
                self._state.put_post(made.card, made.terms, made.text)

    # ------------------------------------------------------------------------------------------- writing

    def _site(self, run: job.Runner) -> None:
        cards = frame.ordered(self._state.cards(), self._settings)
        site = frame.described(cards, self._settings, self._source.title, self._out)
        self._count(cards)
        self._for_readers(run, cards, site)
        # What follows shows no pictures and holds the index: of the two only one is there at a time. The cards are
        # read again without their pictures: parts of those that are there would keep their memory from being used.
        del cards
        without = (msgspec.structs.replace(card, pictures=(), stills=()) for card in self._state.cards())
        bare = frame.ordered(without, self._settings)
        self._write(
            itertools.chain(
                self._searched(bare),
                machines.plan(bare, site, self._theme, self._now),
                machines.static(self._theme, self._settings),
            )
        )
        self._remove()
        files.sync_folders(self._folders)
        self._summary.files = len(self._now)
        if not self._stop():
            done = _Done(self._summary, self._missing_mark(), self._settings.thumbnails)
            self._state.set_meta("done", msgspec.json.encode(done))
        self._state.save()

    def _count(self, cards: Sequence[Card]) -> None:
        for card in cards:
            setattr(self._summary, card.kind, getattr(self._summary, card.kind) + 1)
            self._summary.pictures += len(card.pictures)

    def _for_readers(self, run: job.Runner, cards: Sequence[Card], site: Site) -> None:
        """Pictures, the pages of posts, and those that lead to them."""
        where = self._where(cards, run)
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
        self._write(
            itertools.chain(lists.plan(), timeline.plan(ways, lists), Gallery(cards, lists, where).plan())
        )

    # ------------------------------------------------------------------------------------------- pictures

    def _where(self, cards: Sequence[Card], run: job.Runner) -> Where:
        """Puts the pictures where pages find them."""
        shown = pictures.locals_of(cards)
        base = self._linked()
        if not base:
            self._copy(shown, run)
        made = self._thumbnails(shown, run)
        link = os.path.relpath(base, self._out).replace(os.sep, "/") if base else ""
        return Where(made, base, link)

    def _linked(self) -> str:
        """The archive in whose folder the site stands, when its pictures are linked to, else ""."""
        wanted = self._settings.pictures
        root = self._source.folder.absolute()
        inside = self._source.kind == "archive" and self._out.is_relative_to(root)
        return str(root) if wanted == "link" or (wanted == "auto" and inside) else ""

    def _copy(self, shown: Mapping[str, Local], run: job.Runner) -> None:
        tasks = []
        for place, local in shown.items():
            mark = pictures.mark_of(local)
            self._now.add(place)
            if not self._is_there(place, mark):
                tasks.append(pictures.Copy(local, mark))
        done = 0
        for made in run(functools.partial(pictures.copy, out=str(self._out)), _chunks(tasks, _PICTURES)):
            self._take_made(made)
            done += _PICTURES
            self._progress("pictures", min(done, len(tasks)), len(tasks))

    def _thumbnails(self, shown: Mapping[str, Local], run: job.Runner) -> dict[str, Thumb]:
        """What small versions there are, after making those that are missing."""
        made = {
            place: thumb
            for place, thumb in self._state.thumbs().items()
            if self._is_made(place, thumb, shown)
        }
        if self._settings.thumbnails:
            wanted = [
                local
                for place, local in shown.items()
                if place not in made and pictures.wants_thumbnail(local)
            ]
            done = 0
            for result in run(
                functools.partial(pictures.shrink, out=str(self._out)), _chunks(wanted, _PICTURES)
            ):
                self._take_made(result)
                for place, thumb in result.thumbs.items():
                    made[place] = thumb
                    self._state.put_thumb(place, thumb)
                    self._summary.thumbnails += bool(thumb.widths)
                done += len(result.thumbs)
                self._progress("pictures", done, len(wanted))
                if self._stop():
                    break
        for place, thumb in made.items():
            for width in thumb.widths:
                self._now.add(thumb_path(place, width))
        return made

    def _is_made(self, place: str, thumb: Thumb, shown: Mapping[str, Local]) -> bool:
        local = shown.get(place)
        if local is None or (local.size, local.stamp) != (thumb.size, thumb.stamp):
            return False
        mark = pictures.mark_of(local)
        return all(self._is_there(thumb_path(place, width), mark) for width in thumb.widths)

    def _take_made(self, made: pictures.Made) -> None:
        for path, written in made.written.items():
            self._state.put_file(path, written)
        self._summary.written += len(made.written)
        self._summary.failures += made.failures
        self._folders |= made.folders

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
                    self._now.add(path)
                if all(self._is_there(path, mark) for path in paths):
                    continue
                task = msgspec.structs.replace(task, kept=tuple(self._state.kept(card.ident)), mark=mark)
                yield task, {path: self._known[path] for path in paths if path in self._known}

        maker = posts.Maker(str(self._out), str(self._source.folder), site, where)
        render = functools.partial(posts.batch, maker=maker)
        done = 0
        for result in run(render, _chunks(tasks())):
            self._take(result)
            done += _CHUNK
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
        """The files of the search, from the index of last time where only the ends of it changed."""
        order = [card.ident for card in cards]
        before = msgspec.msgpack.decode(self._state.meta("order") or b"\x90", type=list[str])
        table = self._state.index() if order[: len(before)] == before else {}
        if table:
            changes = [
                (number, self._terms.get(ident, b""), self._state.terms(ident))
                for number, ident in enumerate(order)
                if ident in self._terms or number >= len(before)
            ]
            index.patch(table, changes)
            same = not changes
        else:
            table = index.merge(map(self._state.terms, order))
            same = False
        if not same:
            self._state.set_meta("order", msgspec.msgpack.encode(order))
            self._state.put_index(table)
        yield from index.plan(table, cards, self._state.text)
        facts = index.posts(cards)
        yield pages.Planned("data/posts.js", output.digest(facts).hex(), lambda: facts)

    def _write(self, planned: Iterable[pages.Planned]) -> None:
        """Makes and writes the pages whose marks are new."""

        def made() -> Iterator[File]:
            for page in planned:
                mark = f"{page.mark}{self._engine}"
                self._now.add(page.path)
                if not self._is_there(page.path, mark):
                    yield File(page.path, page.make(), mark)

        self._take(output.write(str(self._out), made(), self._known))

    def _is_there(self, path: str, mark: str) -> bool:
        """Whether a file is as it is to be already: made from the same, and still of that size."""
        written = self._before.get(path)
        if written is None or written.mark != mark:
            return False
        try:
            return os.stat(f"{self._out}/{path}").st_size == written.size  # noqa: PTH116
        except OSError:
            return False

    def _take(self, result: output.Result) -> None:
        for path, written in result.written.items():
            self._state.put_file(path, written)
        self._summary.failures += result.failures
        self._summary.written += result.changed
        self._folders |= result.folders

    def _remove(self) -> None:
        gone = [path for path in self._before if path not in self._now]
        self._summary.removed = len(output.remove(str(self._out), gone, self._known))
        for path in gone:
            self._state.drop_file(path)


def _chunks(things: Iterable[T], size: int = _CHUNK) -> Iterator[list[T]]:
    iterator = iter(things)
    while chunk := list(itertools.islice(iterator, size)):
        yield chunk


__all__ = ["Progress", "Summary", "build"]
