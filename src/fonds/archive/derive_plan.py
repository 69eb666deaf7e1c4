"""What the plain files of an archive depend on, and so which of them are to be made again."""

from __future__ import annotations

import functools
import hashlib
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar

import msgspec

from fonds import jobs as job
from fonds.archive.derive_post import Look, Order, look

if TYPE_CHECKING:
    from fonds.archive.rows import PostRow
    from fonds.archive.store import Archive

T = TypeVar("T")
R = TypeVar("R")

CHUNK = 48
"""Files that a process makes at a time."""


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


def kept(row: PostRow) -> int:
    """The number of the version that is shown: the latest that is more than a preview, where there is one."""
    return row.full or row.number


def each(function: Callable[[T, str, str], R], things: list[T], *, root: str, head: str) -> list[R]:
    """``function`` over some things, in any process. ``head`` tells one state of the archive from the next."""
    return [function(thing, root, head) for thing in things]


def pooled(run: job.Runner, work: Callable[[list[T]], list[R]], things: Sequence[T]) -> Iterator[R]:
    chunks = (list(things[at : at + CHUNK]) for at in range(0, len(things), CHUNK))
    return itertools.chain.from_iterable(run(work, chunks))


class Plan:
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
        work = functools.partial(each, look, root=str(self._archive.layout.root), head="")
        self._looked |= {found.id: found for found in pooled(run, work, things)}

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
