"""``fonds render``: the plain files of an archive, made from its versions without the network.

A post's file depends on its newest version, the records of what it embeds, where its pictures lie, and
the names and paragraphs of the posts that it links to. All of that is hashed into a *print*; only posts
whose print changed are written again. ``.fonds/derived.jsonl`` keeps the prints; without it everything is
made anew, with the same bytes. Runs here or in a pool of processes.
"""

from __future__ import annotations

import functools
import hashlib
import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar

import msgspec

from fonds import jobs as job
from fonds.archive import events as e
from fonds.archive import index
from fonds.archive.derive_post import Look, Made, Order, look, make
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

_CHUNK = 48
_POOL_FROM = 300
"""Fewer files are made before a pool of processes has started."""


class Head(msgspec.Struct, frozen=True):
    """The first line of the states: by which rules they were made, and how far the journal was then."""

    rules: str
    place: Place


_ASIDE = (e.Walked, e.Kept, e.Captured, e.Wrote, e.Removed, e.Sealed, e.Facts, e.Same, e.Settled)
"""Events that no derived file depends on."""


class State(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """What is known of a post's file since it was last made. ``refs`` are the posts and paragraphs that
    it links to; ``keys`` the pictures and ``media`` the embeds that it asked for; ``names`` tells for each of
    its paragraphs that something linked to whether it exists."""

    id: str
    version: str
    print: str
    file: str
    refs: tuple[tuple[str, str], ...] = ()
    keys: tuple[str, ...] = ()
    media: tuple[str, ...] = ()
    names: dict[str, bool] = {}


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
        plan = _Plan(archive, rows, digests, before, run)
        orders = plan.orders(check=check)
        sink = _Sink(archive, plan, derived)
        work = functools.partial(_each, make, root=str(archive.layout.root), head=archive.head)
        for done, made in enumerate(_pooled(run, work, orders), 1):
            sink.take(made)
            progress("render", done, len(orders))
            if stop() and done < len(orders):
                derived.interrupted = True
                break
    if not derived.interrupted:
        sink.finish(rows)
    archive.commit()
    return derived


def _each(function: Callable[[T, str, str], R], things: list[T], *, root: str, head: str) -> list[R]:
    """``function`` over some things, in any process. ``head`` tells one state of the archive from the next."""
    return [function(thing, root, head) for thing in things]


def _pooled(run: job.Runner, work: Callable[[list[T]], list[R]], things: Sequence[T]) -> Iterator[R]:
    chunks = (list(things[at : at + _CHUNK]) for at in range(0, len(things), _CHUNK))
    return itertools.chain.from_iterable(run(work, chunks))


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


def kept(row: PostRow) -> int:
    """The number of the version that is shown: the latest that is more than a preview, where there is one."""
    return row.full or row.number


class _Plan:
    """What each file depends on, and so which are to be made."""

    def __init__(
        self,
        archive: Archive,
        rows: Sequence[PostRow],
        digests: Mapping[tuple[str, int], str],
        before: dict[str, State],
        run: job.Runner,
    ) -> None:
        self._archive = archive
        self._before = before
        self.files = {row.id: row.path for row in rows}
        self.versions = {row.id: (kept(row), digests[row.id, kept(row)]) for row in rows}
        fresh = [
            post_id for post_id, (_, digest) in self.versions.items() if not self._is_same(post_id, digest)
        ]
        self._looked: dict[str, Look] = {}
        self._look(fresh, run)
        self.refs = {
            post_id: self._looked[post_id].refs if post_id in self._looked else before[post_id].refs
            for post_id in self.versions
        }
        self.wanted = self._wanted()
        self._look([post_id for post_id in self.wanted if self._unsure(post_id)], run)
        self._assets = {row.key: row.path for row in archive.catalog.assets()}
        self._media = {
            row.media_id: hashlib.sha256(row.record.encode()).hexdigest()
            for row in archive.catalog.all_media()
        }

    def _is_same(self, post_id: str, digest: str) -> bool:
        before = self._before.get(post_id)
        return before is not None and before.version == digest

    def _look(self, ids: Iterable[str], run: job.Runner) -> None:
        things = [(post_id, self.versions[post_id][0]) for post_id in ids]
        work = functools.partial(_each, look, root=str(self._archive.layout.root), head="")
        self._looked |= {found.id: found for found in _pooled(run, work, things)}

    def _wanted(self) -> dict[str, set[str]]:
        """Post → the names of its paragraphs that some post links to, whether or not they exist."""
        wanted: dict[str, set[str]] = {}
        for post_id, refs in self.refs.items():
            for target, anchor in refs:
                if anchor and (target or post_id) in self.versions:
                    wanted.setdefault(target or post_id, set()).add(anchor)
        return wanted

    def _unsure(self, post_id: str) -> bool:
        """Whether a paragraph of a post is linked to of which nobody knows whether it exists."""
        if post_id in self._looked:
            return False
        return not self.wanted[post_id] <= self._before[post_id].names.keys()

    def names(self, post_id: str) -> dict[str, bool]:
        """The paragraphs of a post that are linked to, and whether they exist."""
        looked = self._looked.get(post_id)
        wanted = sorted(self.wanted.get(post_id, ()))
        if looked is not None:
            return {name: name in looked.names for name in wanted}
        return {name: self._before[post_id].names[name] for name in wanted}

    def _anchors(self, post_id: str) -> frozenset[str]:
        return frozenset(name for name, exists in self.names(post_id).items() if exists)

    def order(self, post_id: str, *, check: bool) -> Order:
        links = {target: self.files[target] for target, _ in self.refs[post_id] if target in self.files}
        if links or any(not target for target, _ in self.refs[post_id]):
            links[post_id] = self.files[post_id]
        anchors = {self.files[target]: self._anchors(target) for target in (post_id, *links)}
        anchors = {file: names for file, names in anchors.items() if names}
        return Order(post_id, self.versions[post_id][0], self.files[post_id], links, anchors, check)

    def print(self, order: Order, keys: Iterable[str], media: Iterable[str]) -> str:
        """The hash of everything that a file depends on."""
        facts = (
            self.versions[order.id][1],
            order.file,
            sorted(order.links.items()),
            sorted((file, sorted(names)) for file, names in order.anchors.items()),
            [(key, self._assets.get(key, "")) for key in sorted(keys)],
            [(thing, self._media.get(thing, "")) for thing in sorted(media)],
        )
        return hashlib.sha256(repr(facts).encode()).hexdigest()

    def orders(self, *, check: bool) -> list[Order]:
        """The files to make: in the order of their ids, so that each run does the same."""
        chosen = []
        for post_id in sorted(self.versions):
            order = self.order(post_id, check=check)
            before = self._before.get(post_id)
            if (
                before is None
                or before.print != self.print(order, before.keys, before.media)
                or not self._archive.layout.path(order.file).is_file()
            ):
                chosen.append(order)
        return chosen

    def before(self, post_id: str) -> State | None:
        return self._before.get(post_id)

    def left(self) -> Mapping[str, State]:
        """The states of the last run."""
        return self._before


class _Sink:
    """Puts what was made into the archive and remembers its state."""

    def __init__(self, archive: Archive, plan: _Plan, derived: Derived) -> None:
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
        if self._staged % _CHUNK == 0:
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
        kept = {state.file for state in states.values()} | {plan.files[post_id] for post_id in self._failed}
        for state in plan.left().values():
            if state.file not in kept:
                self._derived.removed += archive.remove(state.file)
        around(archive, rows)
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


def around(archive: Archive, rows: Sequence[PostRow]) -> None:
    """README.md, INDEX.md and redirects.csv."""
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
    archive.put("README.md", index.readme(table, said).encode())
    archive.put("INDEX.md", index.index(table, said.title).encode())
    archive.put("redirects.csv", index.redirects(table).encode())
