"""One post's file, made from its version: what ``fonds.archive.derive`` does in any process."""

from __future__ import annotations

import functools
import posixpath
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from fonds.archive import catalog_opening, layout, parse, versions
from fonds.archive.catalog import Catalog
from fonds.archive.proof import prove
from fonds.archive.render import Links, Task, anchors
from fonds.archive.summary import Failure
from fonds.errors import FondsError
from fonds.medium import media, pictures, things
from fonds.medium.things import Thing
from fonds.model import Post
from fonds.writers import write
from fonds.writers.context import Context, no_link, remote_image


class Order(msgspec.Struct, frozen=True, gc=False):
    """One file to write. ``links``: id → file of the posts that it may link to; ``anchors``: file → the
    paragraphs there that are linked to and exist."""

    id: str
    number: int
    file: str
    links: dict[str, str]
    anchors: dict[str, frozenset[str]]
    check: bool


class Look(msgspec.Struct, frozen=True, gc=False):
    """A version as it was looked at: the posts and paragraphs that it links to, and its own paragraphs'
    names."""

    id: str
    refs: tuple[tuple[str, str], ...]
    names: frozenset[str]


class Made(msgspec.Struct, frozen=True, gc=False):
    """A file's text ("" when it failed), the pictures and embeds it asked for, what the proof found."""

    id: str
    text: str
    keys: tuple[str, ...] = ()
    media: tuple[str, ...] = ()
    failures: tuple[Failure, ...] = ()
    findings: tuple[Failure, ...] = ()


def _read(root: str, post_id: str, number: int) -> Post:
    path = Path(root, layout.version(post_id, number))
    try:
        data = path.read_bytes()
    except OSError as error:
        raise FondsError(
            f"cannot be read: {(error.strerror or str(error)).lower()}",
            origin=str(path),
            remedy="fonds verify --repair",
        ) from None
    return versions.decode(data, str(path)).post


def look(thing: tuple[str, int], root: str, _head: str) -> Look:
    """The links and paragraph names of a version. One that cannot be read has none: ``make`` says why."""
    post_id, number = thing
    try:
        post = _read(root, post_id, number)
    except FondsError:
        return Look(post_id, (), frozenset())
    return Look(post_id, parse.refs(post), frozenset(anchors(post)))


def make(order: Order, root: str, head: str) -> Made:
    """The text of one file. Raises nothing that a version is to blame for."""
    try:
        post = _read(root, order.id, order.number)
        catalog = _catalog(root, head)
        known = _Things(catalog)
        full = media.fill(post, known)
        places = _Places(catalog, order.file)
        task = Task(full, order.id, order.file, order.links, order.anchors)
        context = Context(
            link=Links(task) if order.links else no_link,
            image=places,
            anchors=order.anchors.get(order.file, frozenset()),
        )
        text = write(full, context=context)
        findings = tuple(_found(full, text, context, order)) if order.check else ()
    except FondsError as error:
        return Made(
            order.id,
            "",
            failures=(
                Failure(error.reason, error.origin or order.file, error.where, error.remedy, error.exit_code),
            ),
        )
    except parse.DEFECTS as error:
        return Made(order.id, "", failures=(parse.defect(error, order.file),))
    return Made(order.id, text, tuple(sorted(places.asked)), tuple(sorted(known.asked)), findings=findings)


def _found(post: Post, text: str, context: Context, order: Order) -> Iterator[Failure]:
    for finding in prove(post, text, "fonds", context):
        yield Failure(f"{finding.code} {finding.message}", order.file, finding.where, exit_code=64)


@functools.lru_cache(maxsize=1)
def _catalog(root: str, _head: str) -> Catalog:
    """One connection a process, for one state of the archive."""
    return catalog_opening.snapshot(Path(root, layout.CATALOG))


class _Things(Mapping[str, Thing]):
    """Embed → what stands behind it, and which were asked for."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self.asked: set[str] = set()

    def __getitem__(self, key: str) -> Thing:
        self.asked.add(key)
        row = self._catalog.media(key)
        if row is None:
            raise KeyError(key)
        return things.decode(row.record.encode())

    def __iter__(self) -> Iterator[str]:
        raise TypeError("is asked by key")

    def __len__(self) -> int:
        raise TypeError("is asked by key")


class _Places:
    """Picture → its path as the post's file needs it, or its address where it is not here."""

    def __init__(self, catalog: Catalog, file: str) -> None:
        self._catalog = catalog
        self._folder = posixpath.dirname(file)
        self.asked: set[str] = set()

    def __call__(self, image: str) -> str:
        key = pictures.key(image)
        self.asked.add(key)
        row = self._catalog.asset(key)
        return posixpath.relpath(row.path, self._folder) if row is not None else remote_image(image)
