"""Anything Medium emitted → Markdown files, in two passes over the posts and one over the inputs.

The first pass reads the inputs, puts each post into a spool and keeps a small entry of it in memory;
then every post has a name. The second takes the posts from the spool, writes each with its links to the
others, proves what was written, and gives the file its name. Both passes run here or in a pool of
processes; the files are the same bytes either way.
"""

from __future__ import annotations

import contextlib
import functools
import itertools
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Protocol, TypeVar

import msgspec

from fonds import jobs as job
from fonds.archive import assets, files, intake, naming, parse, render
from fonds.archive.spool import Spool, decode
from fonds.archive.summary import Failure, Summary, failure
from fonds.errors import DiskError, UsageError
from fonds.model import Note, Other

T = TypeVar("T")

_CHUNK_ITEMS = 48
_CHUNK_BYTES = 2 << 20
_TASKS = 256
_TASKS_POOLED = 16
"""Posts written at a time: many, so that the disk is seldom waited for; in a pool few, so that Ctrl-C is
soon heeded: there they are on their way before the first is written."""
_SYNC_EVERY = 512
_POOL_FROM = 800
_POOL_BYTES = 32 << 20
"""Less than this is done before a pool of processes has started."""


class Progress(Protocol):
    """Told after each post: ``phase`` is ``read`` or ``write``, ``total`` is 0 while it is unknown."""

    def __call__(self, phase: str, done: int, total: int) -> None: ...


class Entry(msgspec.Struct, frozen=True, gc=False):
    """What is kept in memory of a post while others are read. ``refs`` are the posts (and paragraphs)
    that it links to, ``number`` its own in the spool."""

    ident: str
    folder: str
    stem: str
    number: int
    refs: tuple[tuple[str, str], ...]
    name: str = ""


def _silent(phase: str, done: int, total: int) -> None:
    """No progress is shown."""


def _never() -> bool:
    return False


def convert(
    inputs: Iterable[str | Path],
    out: str | Path,
    *,
    flavour: str = "fonds",
    timezone: str = "",
    check: bool = True,
    jobs: int | None = 1,
    pictures: Sequence[str | Path] = (),
    max_size: int = intake.MAX_SIZE,
    progress: Progress = _silent,
    stop: Callable[[], bool] = _never,
) -> Summary:
    """Converts what ``inputs`` hold (files, folders, ZIPs, ``-``) into Markdown under ``out``.

    ``timezone`` is an IANA name for flavours with local times ("": UTC, or that of the file a post was
    read from); ``jobs`` the number of processes (None:
    as many as there are processors, once there is enough to do); ``pictures`` folders of pictures
    (``--assets``). ``stop`` is asked between posts: when it says True, the run ends there with
    ``interrupted`` set. Bad inputs are failures in the Summary, and the others go on. Raises
    ``UsageError`` for an unknown flavour or time zone. A disk that cannot be written ends the run: the
    Summary says where.
    """
    target = Path(out)
    settings = render.Settings(
        str(target), flavour, timezone, check and flavour in render.CHECKED, tuple(map(str, pictures))
    )
    dates = render.known(settings)
    assets.forget()
    summary = Summary(out=str(target), flavour=flavour, checked=settings.check)
    with contextlib.ExitStack() as stack:
        spool = stack.enter_context(Spool())
        given = [str(path) for path in inputs]
        found = intake.items(given, limit=max_size, avoid=target, stop=stop)
        items, count = _ahead(found, jobs)
        run = stack.enter_context(job.runner(count))
        reader = _Reader(spool, summary, dates, progress, given)
        reader.read(run if count > 1 else None, items, limit=max_size)
        if stop():
            summary.interrupted = True
        else:
            reader.name_the_empty()
        if reader.entries and not summary.interrupted:
            writer = _Writer(settings, reader.named(), spool, summary, progress)
            try:
                writer.write(run, stop, _batches if count > 1 else _in_turn)
            except DiskError as error:  # what was written stays, and is counted
                summary.fail(failure(error))
    summary.finish()
    return summary


def to_text(
    inputs: Iterable[str | Path],
    *,
    flavour: str = "fonds",
    timezone: str = "",
    check: bool = True,
    max_size: int = intake.MAX_SIZE,
) -> tuple[str, Summary]:
    """The one post in ``inputs`` as text (for standard output); its pictures keep their addresses.

    The text is "" when nothing could be read: the Summary says why. Raises ``UsageError`` when there
    is more than one post.
    """
    settings = render.Settings("", flavour, timezone, check and flavour in render.CHECKED)
    dates = render.known(settings)
    summary = Summary(flavour=flavour, checked=settings.check)
    text = ""
    with Spool() as spool:
        given = [str(path) for path in inputs]
        reader = _Reader(spool, summary, dates, _silent, given)
        reader.read(None, intake.items(given, limit=max_size), limit=max_size)
        reader.name_the_empty()
        if len(reader.entries) > 1:
            raise UsageError(
                f"there are {len(reader.entries)} posts",
                remedy="Only one can go to standard output: give -o a folder.",
            )
        for task in _tasks(reader.named(), spool):
            rendered = render.render(settings, task)
            text = rendered.text
            summary.failures += rendered.failures
            summary.findings += rendered.findings
            summary.written += 1
    summary.finish()
    return text, summary


def _ahead(found: Iterator[intake.Found], jobs: int | None) -> tuple[Iterator[intake.Found], int]:
    """``found`` again, and the number of processes: one unless there is enough for more."""
    if jobs is not None:
        return found, max(jobs, 1)
    first: list[intake.Found] = []
    size = 0
    for thing in found:
        first.append(thing)
        size += thing.size if isinstance(thing, intake.Item) else 0
        if len(first) >= _POOL_FROM or (size >= _POOL_BYTES and len(first) > 1):
            return itertools.chain(first, found), job.default_jobs()
    return iter(first), 1


class _Reader:
    """The first pass."""

    def __init__(
        self,
        spool: Spool,
        summary: Summary,
        dates: str | None,
        progress: Progress,
        given: Sequence[str],
    ) -> None:
        self.entries: list[Entry] = []
        self._spool = spool
        self._summary = summary
        self._dates = dates
        self._progress = progress
        self._seen: dict[str, int] = {}
        self._empty = ["standard input" if path == "-" else intake.shown(str(Path(path))) for path in given]
        """What the user named and has given neither post nor failure yet."""

    def read(self, run: job.Runner | None, found: Iterator[intake.Found], *, limit: int) -> None:
        if run is not None:
            work = functools.partial(parse.chunk, limit=limit, dates=self._dates)
            results: Iterator[parse.Result] = itertools.chain.from_iterable(run(work, _chunks(found)))
        else:
            results = (result for thing in found for result in parse.read(thing, limit, self._dates))
        done = 0
        for result in results:
            if isinstance(result, Other):
                self._summary.other(result)
                continue
            if self._empty:
                self._empty = [path for path in self._empty if not is_within(result.origin, path)]
            if isinstance(result, Failure):
                self._summary.fail(result)
            else:
                self._add(result)
                done += 1
                self._progress("read", done, 0)

    def name_the_empty(self) -> None:
        """A failure for each input that holds nothing to convert: the user expects a post there."""
        for path in self._empty:
            self._summary.fail(
                Failure(
                    "holds no post in any form of Medium's that fonds knows",
                    path,
                    remedy="docs/forms.md lists the forms.",
                )
            )

    def _add(self, post: parse.Read) -> None:
        first = self._seen.get(post.ident)
        if first is not None:
            if self._is_same(self.entries[first], post):
                self._summary.duplicates += 1
                return
            self._summary.warn(
                Note("W141", f"another version of post {post.ident}: both are kept"), post.origin
            )
        for note in post.notes:
            self._summary.warn(note, post.origin)
        number = self._spool.put(post.post, post.size)
        self._seen.setdefault(post.ident, len(self.entries))
        self.entries.append(Entry(post.ident, post.folder, post.stem, number, post.refs))

    def _is_same(self, entry: Entry, post: parse.Read) -> bool:
        """Whether two posts say the same: where they were read does not matter."""
        return parse.content(self._spool.take(entry.number)) == parse.content(decode(post.post))

    def named(self) -> list[Entry]:
        """The entries with the names of their files, given in the order of the input."""
        names = naming.Names()
        result: list[Entry] = []
        for entry in self.entries:
            name, taken = names.take(f"{entry.folder}/{entry.stem}", ".md")
            if taken:
                self._summary.warn(Note("W142", "the name was taken by a post before it"), name)
            result.append(msgspec.structs.replace(entry, name=name))
        return result


def _tasks(entries: Sequence[Entry], spool: Spool) -> Iterator[render.Task]:
    """What the second pass needs for each post: its bytes, its name, where its links lead."""
    places: dict[str, str] = {}
    for entry in entries:
        places.setdefault(entry.ident, entry.name)
    wanted: dict[str, set[str]] = {}
    for entry in entries:
        for ident, anchor in entry.refs:
            if anchor and (ident in places or not ident):
                wanted.setdefault(places.get(ident, entry.name), set()).add(anchor)
    # An anchor works only where the paragraph is still there: posts that are linked to are looked at once.
    anchors = {
        entry.name: frozenset(render.anchors(spool.take(entry.number)) & wanted[entry.name])
        for entry in entries
        if entry.name in wanted
    }
    for entry in entries:
        links = {ident: places[ident] for ident, _ in entry.refs if ident in places}
        if links or any(not ident for ident, _ in entry.refs):
            # A post's own address leads to its own file, also where another version has the first name.
            links[entry.ident] = entry.name
        known = {place: anchors[place] for place in (entry.name, *links.values()) if place in anchors}
        yield render.Task(spool.raw(entry.number), entry.ident, entry.name, links, known)


class _Writer:
    """The second pass."""

    def __init__(
        self,
        settings: render.Settings,
        entries: Sequence[Entry],
        spool: Spool,
        summary: Summary,
        progress: Progress,
    ) -> None:
        self._settings = settings
        self._entries = entries
        self._spool = spool
        self._summary = summary
        self._progress = progress
        self._unsynced: set[str] = set()
        self._done = 0

    def write(
        self,
        run: job.Runner,
        stop: Callable[[], bool],
        batches: Callable[[Iterator[render.Task]], Iterator[Iterable[render.Task]]],
    ) -> None:
        out = self._settings.out
        new = [path for path in (Path(out), *Path(out).parents) if not path.exists()]
        self._unsynced.update(str(path.parent) for path in new)
        for name in sorted({entry.folder for entry in self._entries}):
            files.make_folder(Path(out, name))
            files.sweep(Path(out, name))
            self._unsynced |= {out, f"{out}/{name}"}
        tasks = batches(_until(_tasks(self._entries, self._spool), stop))
        try:
            self._collect(run(functools.partial(render.batch, settings=self._settings), tasks))
        finally:
            files.sync_folders(self._unsynced)
        if len(self._entries) > self._done:
            self._summary.interrupted = True

    def _collect(self, batches: Iterable[list[render.Written]]) -> None:
        for written in itertools.chain.from_iterable(batches):
            self._unsynced |= written.folders
            if written.fatal is not None:
                fatal = written.fatal
                raise DiskError(fatal.reason, origin=fatal.origin, remedy=fatal.remedy)
            self._done += 1
            _count(self._summary, written)
            if len(self._unsynced) > _SYNC_EVERY:
                files.sync_folders(self._unsynced)
                self._unsynced.clear()
            self._progress("write", self._done, len(self._entries))


def _count(summary: Summary, written: render.Written) -> None:
    summary.failures += written.failures
    summary.findings += written.findings
    summary.assets.copied += written.copied
    summary.assets.unchanged += written.there
    summary.assets.remote += written.remote
    if not written.outcome:
        return
    setattr(summary, written.outcome, getattr(summary, written.outcome) + 1)
    setattr(summary, written.folder, getattr(summary, written.folder) + 1)


def is_within(origin: str, path: str) -> bool:
    """Whether ``origin`` is ``path``, or lies in that folder or ZIP."""
    rest = origin.removeprefix(path)
    return (
        path == "."
        or (len(rest) < len(origin) and rest[:1] in ("", os.sep, "/", "!"))
        or path.endswith(os.sep)
    )


def _chunks(found: Iterator[intake.Found]) -> Iterator[list[intake.Found]]:
    chunk: list[intake.Found] = []
    size = 0
    for thing in found:
        chunk.append(thing)
        size += thing.size if isinstance(thing, intake.Item) else 0
        if len(chunk) >= _CHUNK_ITEMS or size >= _CHUNK_BYTES:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _in_turn(tasks: Iterator[render.Task]) -> Iterator[Iterable[render.Task]]:
    """Batches whose posts are taken one by one as they are written. Each must be used up before the next."""
    for first in tasks:
        yield itertools.chain((first,), itertools.islice(tasks, _TASKS - 1))


def _batches(tasks: Iterator[render.Task]) -> Iterator[list[render.Task]]:
    batch: list[render.Task] = []
    length = 0
    for task in tasks:
        batch.append(task)
        length += len(task.post) if isinstance(task.post, bytes) else 0
        if len(batch) >= _TASKS_POOLED or length >= _CHUNK_BYTES:
            yield batch
            batch, length = [], 0
    if batch:
        yield batch


def _until(things: Iterator[T], stop: Callable[[], bool]) -> Iterator[T]:
    for thing in things:
        if stop():
            return
        yield thing
