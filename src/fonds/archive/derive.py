"""``fonds render``: the plain files of an archive, made from its versions without the network.

A post's file depends on its newest version, the records of what it embeds, where its pictures lie, and
the names and paragraphs of the posts that it links to. All of that is hashed into a *print*; only posts
whose print changed are written again. ``.fonds/derived.jsonl`` keeps the prints; without it everything is
made anew, with the same bytes. Runs here or in a pool of processes.
"""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

import msgspec

from fonds import jobs as job
from fonds.archive import events as e
from fonds.archive import index, layout
from fonds.archive.derive_plan import CHUNK, Plan, State, each, kept, pooled
from fonds.archive.derive_post import Made, make
from fonds.archive.journal import Place
from fonds.archive.summary import Failure

if TYPE_CHECKING:
    from fonds.archive.rows import PostRow
    from fonds.archive.store import Archive

T = TypeVar("T")
R = TypeVar("R")

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
    rows = list(archive.catalog.posts())
    digests = {(row.post_id, row.number): row.sha256 for row in archive.catalog.versions()}
    derived = Derived(posts=len(rows))
    before = {} if everything else _load(archive)
    changed = sum(
        1 for row in rows if row.id not in before or before[row.id].version != digests[row.id, kept(row)]
    )
    count = jobs or (job.default_jobs() if changed >= _POOL_FROM else 1)
    with job.runner(count) as run:
        plan = Plan(archive, rows, digests, before, run)
        orders = plan.orders(check=check)
        sink = _Sink(archive, plan, derived)
        work = functools.partial(each, make, root=str(archive.layout.root), head=archive.head)
        for done, made in enumerate(pooled(run, work, orders), 1):
            sink.take(made)
            progress("render", done, len(orders))
            if stop() and done < len(orders):
                derived.interrupted = True
                break
    if not derived.interrupted:
        sink.finish(rows)
    archive.commit()
    return derived


def _load(archive: Archive) -> dict[str, State]:
    """The states of the last run; none when there was none, or one by other rules."""
    try:
        lines = archive.layout.path(STATE).read_bytes().splitlines()
        head = msgspec.json.decode(lines[0], type=Head)
        states = msgspec.json.Decoder(State)
        found = [states.decode(line) for line in lines[1:]]
    except (OSError, IndexError, msgspec.DecodeError):
        return {}  # it is made again, and verify tells what was wrong with it
    return {state.id: state for state in found} if head.rules == RULES else {}


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
        self._states: dict[str, State] = {}
        self._failed: set[str] = set()
        self._staged = 0

    def take(self, made: Made) -> None:
        self._derived.failures += made.failures
        self._derived.findings += made.findings
        if not made.text:
            self._failed.add(made.id)
            return
        order = self._plan.order(made.id, check=False)
        if self._archive.put(order.file, made.text.encode()) == "unchanged":
            self._derived.unchanged += 1
        else:
            self._derived.written += 1
        self._states[made.id] = State(
            made.id,
            self._plan.versions[made.id][1],
            self._plan.print(order, made.keys, made.media),
            order.file,
            self._plan.refs[made.id],
            made.keys,
            made.media,
            self._plan.names(made.id),
        )
        self._staged += 1
        if self._staged % CHUNK == 0:
            self._archive.commit()

    def finish(self, rows: Sequence[PostRow]) -> None:
        """The files around the posts, those that no post has any more, and the states of this run."""
        archive, plan = self._archive, self._plan
        states = {
            post_id: self._states.get(post_id) or self._kept(post_id)
            for post_id in plan.versions
            if post_id not in self._failed
        }
        self._derived.unchanged += len(states) - len(self._states)
        files = {state.file for state in states.values()} | {plan.files[post_id] for post_id in self._failed}
        for path in [file.path for file in archive.catalog.files() if _is_post(file.path)]:
            if path not in files:
                self._derived.removed += archive.remove(path)
        for name, data in around(archive, rows).items():
            archive.put(name, data)
        if states == plan.left() and is_current(archive):
            return
        archive.commit()
        head = msgspec.json.encode(Head(RULES, archive.place))
        lines = (msgspec.json.encode(states[post_id], order="sorted") for post_id in sorted(states))
        archive.put(STATE, b"\n".join((head, *lines, b"")))

    def _kept(self, post_id: str) -> State:
        before = self._plan.before(post_id)
        if before is None:
            raise KeyError(post_id)
        return msgspec.structs.replace(before, names=self._plan.names(post_id))


def _is_post(path: str) -> bool:
    """Whether a file that the archive wrote is a post's Markdown."""
    return path.endswith(".md") and path.partition("/")[0] in layout.FOLDERS and path.count("/") == 1


def around(archive: Archive, rows: Sequence[PostRow]) -> dict[str, bytes]:
    """README.md, INDEX.md and redirects.csv: name → bytes."""
    old: dict[str, list[str]] = {}
    for move in archive.catalog.moves():
        old.setdefault(move.post_id, []).append(move.old_url)
    table = [
        index.Row(
            row.id,
            row.path,
            row.folder,
            row.title,
            row.published_at,
            row.author,
            not row.full,
            bool(row.gone_at),
            tuple(dict.fromkeys(filter(None, (row.url, *old.get(row.id, ()))))),
        )
        for row in rows
    ]
    totals = archive.catalog.totals()
    said = index.Totals(
        archive.config.title or archive.layout.root.resolve().name,
        archive.config.sources,
        totals.assets,
        totals.asset_bytes,
        Counter(row.missing for row in archive.catalog.missing() if not row.number),
    )
    return {
        "README.md": index.readme(table, said).encode(),
        "INDEX.md": index.index(table, said.title).encode(),
        "redirects.csv": index.redirects(table).encode(),
    }


class Deriving:
    """Single derived files by their paths, for ``verify --repair``: what depends on what is found out once."""

    def __init__(self) -> None:
        self._plan: Plan | None = None
        self._ids: dict[str, str] = {}

    def __call__(self, archive: Archive, path: str) -> bytes | None:
        """The bytes of a derived file as it should be, None for what is no such file or cannot be made."""
        rows = list(archive.catalog.posts())
        if not _is_post(path):
            return around(archive, rows).get(
                path, msgspec.json.encode(Head("", Place())) + b"\n" if path == STATE else None
            )
        if self._plan is None:
            digests = {(row.post_id, row.number): row.sha256 for row in archive.catalog.versions()}
            with job.runner(1) as run:
                self._plan = Plan(archive, rows, digests, {}, run)
            self._ids = {file: post_id for post_id, file in self._plan.files.items()}
        if path not in self._ids:
            return None
        made = make(self._plan.order(self._ids[path], check=False), str(archive.layout.root), archive.head)
        return made.text.encode() or None
