"""``fonds render``: the plain files of an archive, made from its versions without the network.

A post's file depends on its newest version, the records of what it embeds, where its pictures lie, and
the names and paragraphs of the posts that it links to. All of that is hashed into a *print*; only posts
whose print changed are written again. ``.fonds/derived.jsonl`` keeps the prints; without it everything is
made anew, with the same bytes. Runs here or in a pool of processes.
"""

from __future__ import annotations

import functools
import io
import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import zip_longest
from typing import TYPE_CHECKING

import msgspec

from fonds import jobs as job
from fonds.archive import events as e
from fonds.archive import index, layout
from fonds.archive.derive_plan import CHUNK, Plan, each, pooled
from fonds.archive.derive_post import Made, make
from fonds.archive.journal import Place
from fonds.archive.summary import Failure

if TYPE_CHECKING:
    from fonds.archive.rows import PostRow
    from fonds.archive.store import Archive


RULES = "1"
"""Changed when the same inputs give other files, so that ``render`` makes all of them again."""
STATE = ".fonds/derived.jsonl"

_POOL_FROM = 300
"""Fewer files are made before a pool of processes has started."""


class Head(msgspec.Struct, frozen=True):
    """The first line of the states: by which rules they were made, and how far the journal was then."""

    rules: str
    place: Place


_ASIDE = (e.Walked, e.Kept, e.Captured, e.Wrote, e.Removed, e.Sealed, e.Facts, e.Same, e.Settled)
"""Events that no derived file depends on."""


class Derived(msgspec.Struct):
    """The result of a run over ``posts`` posts: files written, left as they were, and taken away because
    the post's file has another name now."""

    posts: int = 0
    written: int = 0
    unchanged: int = 0
    removed: int = 0
    failures: list[Failure] = []
    findings: list[Failure] = []
    interrupted: bool = False

    @property
    def exit_code(self) -> int:
        """The bits of what failed and was found; 130 when it was stopped."""
        if self.interrupted:
            return 130
        code = 0
        for failed in (*self.failures, *self.findings):
            code |= failed.exit_code
        return code


def derive(
    archive: Archive,
    *,
    check: bool = True,
    jobs: int | None = None,
    everything: bool = False,
    progress: Callable[[str, int, int], None] = lambda _phase, _done, _total: None,
    stop: Callable[[], bool] = lambda: False,
) -> Derived:
    """Makes the plain files of ``archive`` (open for writing, everything committed) agree with it.

    ``check``: each text is proven; ``jobs`` processes (None: as many as processors once it is worth it);
    ``everything``: also what has not changed. The files are committed when this returns; sealing is the
    caller's. Raises DiskError.
    """
    with Plan(archive, () if everything else _lines(archive)) as plan:
        derived = Derived(posts=plan.posts)
        count = jobs or (job.default_jobs() if plan.changed >= _POOL_FROM else 1)
        with job.runner(count) as run:
            plan.look(run)
            total = plan.choose()
            sink = _Sink(archive, plan, derived)
            work = functools.partial(each, make, root=str(archive.layout.root), head=archive.head)
            for done, made in enumerate(pooled(run, work, plan.orders(check=check)), 1):
                sink.take(made)
                progress("render", done, total)
                if stop() and done < total:
                    derived.interrupted = True
                    break
        if not derived.interrupted:
            sink.finish()
    archive.commit()
    return derived


def _lines(archive: Archive) -> Iterator[bytes]:
    """The states of the last run; none when there was none, or one by other rules. Raises OSError and
    DecodeError for what cannot be read."""
    path = archive.layout.path(STATE)
    if not path.exists():
        return
    with path.open("rb") as handle:
        head = msgspec.json.decode(handle.readline(), type=Head)
        if head.rules == RULES:
            for line in handle:
                yield line.rstrip(b"\n")


def is_current(archive: Archive) -> bool:
    """Whether nothing has happened since the files were made that one of them depends on. What somebody has
    done to the files themselves is not looked at: ``derive`` and ``verify`` do."""
    try:
        with archive.layout.path(STATE).open("rb") as handle:
            head = msgspec.json.decode(handle.readline(), type=Head)
    except (OSError, msgspec.DecodeError):
        return False
    if head.rules != RULES or head.place.end > archive.place.end:
        return False
    return all(isinstance(event, _ASIDE) for event in archive.since(head.place))


class _Sink:
    """Puts what was made into the archive and remembers its state."""

    def __init__(self, archive: Archive, plan: Plan, derived: Derived) -> None:
        self._archive = archive
        self._plan = plan
        self._derived = derived
        self._staged = self._failed = 0

    def take(self, made: Made) -> None:
        self._derived.failures += made.failures
        self._derived.findings += made.findings
        if not made.text:
            self._failed += 1
            self._plan.failed(made.id)
            return
        if self._archive.put(self._plan.file(made.id), made.text.encode()) == "unchanged":
            self._derived.unchanged += 1
        else:
            self._derived.written += 1
        self._plan.made(made.id, made.keys, made.media)
        self._staged += 1
        if self._staged % CHUNK == 0:
            self._archive.commit()

    def finish(self) -> None:
        """The files around the posts, those that no post has any more, and the states of this run."""
        archive, plan = self._archive, self._plan
        self._derived.unchanged += plan.posts - self._failed - self._staged
        files = (file.path for file in archive.catalog.files())
        for path in [path for path in files if _is_post(path) and not plan.has_file(path)]:
            self._derived.removed += archive.remove(path)
        for name, data in around(archive):
            archive.put(name, data)
        if all(now == then for now, then in zip_longest(plan.states(), plan.before())) and is_current(
            archive
        ):
            return
        archive.commit()
        head = msgspec.json.encode(Head(RULES, archive.place))
        archive.put(STATE, _joined(itertools.chain((head,), plan.states())))


def _joined(lines: Iterable[bytes]) -> bytes:
    """Lines with their ends, put together without holding each of them."""
    out = io.BytesIO()
    for line in lines:
        out.write(line)
        out.write(b"\n")
    return out.getvalue()


def _is_post(path: str) -> bool:
    """Whether a file that the archive wrote is a post's Markdown."""
    return path.endswith(".md") and path.partition("/")[0] in layout.FOLDERS and path.count("/") == 1


def around(archive: Archive) -> Iterator[tuple[str, bytes]]:
    """README.md, INDEX.md and redirects.csv: name and bytes, one after the other."""
    catalog = archive.catalog
    newest = map(_row, itertools.chain.from_iterable(map(catalog.newest, index.FOLDERS)))
    totals = catalog.totals()
    said = index.Totals(
        archive.config.title or archive.layout.root.resolve().name,
        archive.config.sources,
        totals.assets,
        totals.asset_bytes,
        Counter(row.missing for row in catalog.missing() if not row.number),
    )
    yield "README.md", index.readme(map(_row, catalog.by_id()), said).encode()
    yield "INDEX.md", _text(index.index(newest, said.title))
    old: dict[str, list[str]] = {}
    for move in catalog.moves():
        old.setdefault(move.post_id, []).append(move.old_url)
    yield (
        "redirects.csv",
        _text(index.redirects(_row(row, old.get(row.id, ())) for row in catalog.by_id())),
    )


def _row(row: PostRow, old: Iterable[str] = ()) -> index.Row:
    return index.Row(
        row.id,
        row.path,
        row.folder,
        row.title,
        row.published_at,
        row.author,
        not row.full,
        bool(row.gone_at),
        tuple(dict.fromkeys(filter(None, (row.url, *old)))),
    )


def _text(lines: Iterable[str]) -> bytes:
    out = io.BytesIO()
    for line in lines:
        out.write(line.encode())
    return out.getvalue()


class Deriving:
    """Single derived files by their paths, for ``verify --repair``: what depends on what is found out once."""

    def __init__(self) -> None:
        self._plan: Plan | None = None

    def __call__(self, archive: Archive, path: str) -> bytes | None:
        """The bytes of a derived file as it should be, None for what is no such file or cannot be made."""
        if path == STATE:
            return msgspec.json.encode(Head("", Place())) + b"\n"
        if not _is_post(path):
            return dict(around(archive)).get(path)
        if self._plan is None:
            self._plan = Plan(archive)
            with job.runner(1) as run:
                self._plan.look(run)
        order = self._plan.order(path)
        if order is None:
            return None
        return make(order, str(archive.layout.root), archive.head).text.encode() or None
