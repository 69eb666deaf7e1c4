"""The second pass over one post: model → text, proof, pictures, file. Runs in any process."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from fonds.archive import assets, files, parse, spool
from fonds.archive.summary import Failure, failure
from fonds.errors import DiskError, FondsError, UsageError
from fonds.model import Post
from fonds.sources import addresses
from fonds.writers import FLAVOURS, write
from fonds.writers.context import Context, no_link

CHECKED = frozenset({"fonds", "zmedium"})
"""The flavours that have a proof (``fonds.archive.proof``)."""


class Settings(msgspec.Struct, frozen=True, gc=False):
    """The same for all posts of a run. ``out`` is "" when the text goes to standard output."""

    out: str
    flavour: str
    timezone: str
    check: bool
    pictures: tuple[str, ...] = ()


class Task(msgspec.Struct, frozen=True, gc=False):
    """One post. ``links``: id → file of each post of the run that it may link to, its own included, and
    nothing when it links to none; ``anchors``: file → the paragraph names there that are linked to and
    exist."""

    post: Post | bytes
    ident: str
    name: str
    links: dict[str, str]
    anchors: dict[str, frozenset[str]]


class Rendered(msgspec.Struct, frozen=True, gc=False):
    """``text`` is "" when the post failed."""

    text: str
    failures: tuple[Failure, ...] = ()
    findings: tuple[Failure, ...] = ()
    used: assets.Used | None = None


class Written(msgspec.Struct, frozen=True, gc=False):
    """``outcome`` is written, replaced or unchanged, or "" when the post failed. ``folders`` (of the last
    of a batch) need a sync."""

    folder: str = ""
    outcome: str = ""
    failures: tuple[Failure, ...] = ()
    findings: tuple[Failure, ...] = ()
    copied: int = 0
    there: int = 0
    remote: int = 0
    folders: frozenset[str] = frozenset()
    fatal: Failure | None = None


def known(settings: Settings) -> str | None:
    """The time zone of the dates in file names: None is UTC, "" that of the file a post was read from.

    Raises UsageError for a flavour or time zone that does not exist.
    """
    if settings.flavour not in FLAVOURS:
        raise UsageError(f"there is no flavour {settings.flavour!r}", remedy=f"Known: {', '.join(FLAVOURS)}.")
    if settings.timezone:
        from fonds.zmedium.front_matter import zone

        zone(settings.timezone)
    # The default flavour speaks UTC everywhere; ZMediumToMarkdown names files by the local date.
    return settings.timezone if settings.flavour == "zmedium" else None


def batch(tasks: Iterable[Task], *, settings: Settings) -> list[Written]:
    """Renders some posts and writes them with their pictures: what is done at a time, here or in a
    process of a pool. A disk that fails ends it: ``fatal`` of the last one says how, and what was
    written before has its name."""
    results: list[Written] = []
    staged: list[Written] = []
    try:
        with files.Batch() as sink:
            for task in tasks:
                try:
                    staged.append(put(settings, task, sink))
                except DiskError as error:
                    if sink.lost:
                        raise  # nobody could say of which: none is counted
                    sink.commit()
                    results, staged = staged, []
                    results.append(Written(fatal=failure(error)))
                    break
        results = results or staged
    except DiskError as error:
        results = [Written(fatal=failure(error))]
    results[-1] = msgspec.structs.replace(results[-1], folders=frozenset(sink.folders))
    return results


def put(settings: Settings, task: Task, sink: files.Batch) -> Written:
    """Renders one post and stages its files. Raises DiskError: then no other can be written either."""
    rendered = render(settings, task)
    used = rendered.used
    if not rendered.text or used is None:
        return Written(failures=rendered.failures, findings=rendered.findings)
    copied, there = used.copy(settings.out, sink)
    failures = (*rendered.failures, *used.failures)
    outcome = ""
    try:
        data = rendered.text.encode("utf-8")
        outcome = sink.write(f"{settings.out}/{task.name}", data, medium_id=task.ident)
    except files.ConflictError as error:
        failures = (*failures, failure(error))
    folder = task.name.partition("/")[0]
    return Written(folder, outcome, failures, rendered.findings, copied, there, used.remote)


def render(settings: Settings, task: Task) -> Rendered:
    """The text of one post and what the proof says about it. Raises nothing but DiskError."""
    post = spool.decode(task.post)
    origin = post.source.origin or task.name
    local = assets.Pictures(task.ident, origin if settings.out else "", settings.pictures)
    used = assets.Used(local, f"assets/{task.ident}", "../")
    context = Context(
        link=Links(task, alone=not settings.out) if task.links else no_link,
        image=used.place,
        anchors=task.anchors.get(task.name, frozenset()),
        timezone=settings.timezone,
    )
    try:
        text = write(post, settings.flavour, context=context)
        findings = _proof(post, text, context, settings, task.name)
        if settings.flavour == "zmedium":
            used.keep(text, task.name.partition("/")[0])
    except FondsError as error:
        return Rendered("", (Failure(error.reason, origin, error.where, error.remedy, error.exit_code),))
    except parse.DEFECTS as error:
        return Rendered("", (parse.defect(error, origin),))
    return Rendered(text, (), findings, used)


def _proof(post: Post, text: str, context: Context, settings: Settings, name: str) -> tuple[Failure, ...]:
    if not settings.check:
        return ()
    # Imported here: the parsers behind it take 40 ms to load, and --no-check needs none.
    from fonds.archive.proof import prove

    return tuple(
        Failure(f"{finding.code} {finding.message}", name, finding.where, exit_code=64)
        for finding in prove(post, text, settings.flavour, context)
    )


class Links:
    """Address → relative path to the post of the same run that it means, with its anchor, or None.

    ``alone``: the text gets no file, so that it can only link into itself.
    """

    def __init__(self, task: Task, *, alone: bool = False) -> None:
        self._task = task
        self._alone = alone
        self._folder, _, self._name = task.name.rpartition("/")

    def __call__(self, href: str) -> str | None:
        target = addresses.target(href)
        if target is None:
            return None
        task = self._task
        place = task.links.get(target.post_id or task.ident)
        if place is None:
            return None
        anchor = target.anchor if target.anchor in task.anchors.get(place, ()) else ""
        if place == task.name:
            if anchor:
                return f"#{anchor}"
            return self._name if target.post_id and not self._alone else None
        folder, _, name = place.rpartition("/")
        path = name if folder == self._folder else f"../{place}"
        return f"{path}#{anchor}" if anchor else path


def anchors(post: Post) -> set[str]:
    """The paragraph names that can be linked to in what the default flavour writes."""
    from fonds.writers.markdown import visible

    return {block.name for block in visible(post) if block.name}
