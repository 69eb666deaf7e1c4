"""Time and memory for archives that grow: linear or better."""

from __future__ import annotations

import gc
import itertools
import multiprocessing
import tracemalloc
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest

import growth
import keeping
from fonds.archive import events as e
from fonds.archive import layout
from fonds.archive.derive import derive
from fonds.archive.store import Archive
from fonds.archive.verify import verify
from fonds.model import Mark, Paragraph, RichText

pytestmark = pytest.mark.usefixtures("quick")

SIZE = 60
EVERY = 20
GROWTH = 2000
"""Bytes that a post may add to the memory of making its file: its lines in redirects.csv, INDEX.md, the states."""


def build(root: Path, posts: int) -> Path:
    with Archive.create(root, clock=keeping.clock()) as archive:
        for number in range(posts):
            ident = f"{number:012x}"
            one = keeping.post(ident, "Boats.", title=f"Boat {number}")
            archive.record(
                e.Known(ident, "list", one.medium_url, one.title, edition=1), e.Facts(ident, claps=number)
            )
            archive.add_version(keeping.version(one))
            archive.put(f"posts/boat-{ident}.md", f"# {one.title}\n".encode())
            if number % EVERY == 0:
                archive.commit()
    return root


def test_keeping_grows_with_what_is_kept(tmp_path: Path) -> None:
    numbers = itertools.count()
    growth.assert_linear(lambda size: build(tmp_path / f"{size}-{next(numbers)}", size), SIZE)


@pytest.fixture(scope="module")
def archives(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    folder = tmp_path_factory.mktemp("growth")
    return {size: build(folder / str(size), size) for size in (SIZE, SIZE * growth.FACTOR)}


def test_questions_grow_with_the_archive(archives: dict[int, Path]) -> None:
    def ask(size: int) -> None:
        with Archive.open(archives[size]) as archive:
            archive.catalog.totals()
            for row in archive.catalog.posts():
                archive.catalog.tells(e.Known(row.id, "list", row.url, row.title, edition=1))
            assert not list(archive.catalog.missing())

    growth.assert_linear(ask, SIZE)


def test_verify_grows_with_the_archive(archives: dict[int, Path]) -> None:
    growth.assert_linear(lambda size: verify(archives[size]), SIZE)
    growth.assert_linear(lambda size: verify(archives[size], fast=True), SIZE)


def test_a_small_change_costs_little_in_a_large_archive(archives: dict[int, Path]) -> None:
    """Eight times the archive: a run of one event writes its manifest anew, and nothing else."""
    numbers = itertools.count(1)

    def change(size: int) -> None:
        with Archive.open(archives[size], write=True, clock=keeping.clock()) as archive:
            archive.record(e.Facts("000000000000", claps=1000 + next(numbers)))

    growth.assert_linear(change, SIZE)


def test_a_catalog_is_made_again_in_linear_time(archives: dict[int, Path]) -> None:
    def again(size: int) -> None:
        (archives[size] / layout.CATALOG).unlink()
        with Archive.open(archives[size], write=True):
            pass

    growth.assert_linear(again, SIZE)


@contextmanager
def alone() -> Iterator[None]:
    """As in a process of its own: what other tests left is not looked at by the garbage collector, which would
    else let more garbage gather the more there is of it."""
    gc.collect()
    gc.freeze()
    gc.collect()
    try:
        yield
    finally:
        gc.unfreeze()


def test_memory_does_not_grow_with_the_archive(archives: dict[int, Path]) -> None:
    peaks = []
    for root in archives.values():
        with alone():
            tracemalloc.start()
            verify(root)
            with Archive.open(root, write=True, clock=keeping.clock()) as archive:
                archive.record(e.Facts("000000000001", claps=5000))
                for row in archive.catalog.posts():
                    archive.version(row.id)
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
    # The names of one folder are held at a time, and the manifest's buffer; no more.
    assert peaks[1] < peaks[0] + 800 * (growth.FACTOR - 1) * SIZE + 500_000, peaks


def linked(root: Path, posts: int) -> Path:
    """An archive of posts that link to three others each, and to paragraphs of theirs."""
    with Archive.create(root, clock=keeping.clock()) as archive:
        for number in range(posts):
            ident = f"{number:012x}"
            blocks = []
            for step in (1, 7, 31):
                other = f"{(number + step) % posts:012x}"
                href = f"https://medium.com/p/{other}#p{step}"
                blocks.append(
                    Paragraph(content=RichText("Boats.", (Mark("link", 0, 5, href=href),)), name=f"p{step}")
                )
            one = msgspec.structs.replace(keeping.post(ident, title=f"Boat {number}"), blocks=tuple(blocks))
            archive.add_version(keeping.version(one))
            if number % EVERY == 0:
                archive.commit()
    return root


def peak_of_making(roots: list[Path]) -> list[int]:
    """The most bytes held while the files of each archive are made, twice. Run in a process of its own: what other
    tests have loaded and left changes it."""
    peaks = []
    for root in roots:
        with Archive.open(root, write=True, clock=keeping.clock()) as archive:
            gc.collect()
            tracemalloc.start()
            made = derive(archive, check=False, jobs=1)
            again = derive(archive, check=False, jobs=1)
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
        assert (made.written > 0, again.written) == (True, 0)
    return peaks


def test_the_memory_of_making_files_hardly_grows_with_the_archive(tmp_path: Path) -> None:
    """What links to what is not held: for a post there are a few lines of the files around the posts alone."""
    sizes = (EVERY, SIZE, SIZE * growth.FACTOR)  # the first to load what is loaded once
    roots = [linked(tmp_path / str(size), size) for size in sizes]
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        peaks = pool.submit(peak_of_making, roots).result()
    assert peaks[2] - peaks[1] < GROWTH * (growth.FACTOR - 1) * SIZE, peaks
