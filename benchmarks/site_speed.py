"""How long a site takes, how much it holds, and how that grows.

    python benchmarks/site_speed.py [--only build|thumbnails|growth] [--posts 3145] [--pictures 19000] [--times 10]

``build``: an invented publication (site_made.py) for the first time without thumbnails, in one process and in two; with
nothing changed; with one post edited; the index beside the text. ``thumbnails``: those of 600 pictures in two processes,
and how long that makes for all. ``growth``: posts and pictures (tiny ones), then ``--times`` as many, time and peak memory.
Seconds are processor time of the processes that were waited for and, beside it, of the wall; another machine, or a busy
one, changes both, so the ratios count. The post page and the search are measured by site_waits.py.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import site_made

_CHILD = """
import resource, sys, time
from pathlib import Path
from fonds.jobs import collect_rarely
from fonds.site.build import build
from fonds.site.opening import prepare
collect_rarely()
source, out, settings = prepare([sys.argv[1]], sys.argv[2], thumbnails=sys.argv[3] == "yes")
summary = build(source, out, settings=settings, jobs=int(sys.argv[4]) or None)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(summary.written, summary.read, summary.thumbnails, peak)
"""


class Ran(NamedTuple):
    wall: float
    cpu: float
    written: int
    read: int
    thumbnails: int
    peak: int
    """MiB of the building process."""


def run(source: Path, out: Path, *, thumbnails: bool = False, jobs: int = 1) -> Ran:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.monotonic()
    words = [sys.executable, "-c", _CHILD, str(source), str(out), "yes" if thumbnails else "no", str(jobs)]
    done = subprocess.run(words, check=True, capture_output=True, text=True)
    wall = time.monotonic() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    written, read, made, peak = map(int, done.stdout.split())
    return Ran(wall, cpu, written, read, made, peak >> 10)


def size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def show(name: str, ran: Ran, note: str = "") -> None:
    print(
        f"{name:<34}{ran.cpu:8.2f} s cpu {ran.wall:8.2f} s wall {ran.peak:6} MiB  {ran.written:6} files  {note}"
    )


def builds(place: Path, posts: int, pictures: int, jobs: int) -> None:
    folder, out = place / "in", place / "out"
    text = site_made.make(folder, posts, pictures)
    print(f"{posts} posts, {pictures} pictures, {text / 1e6:.1f} MB of text")
    show("first build, one process", run(folder, out))
    shutil.rmtree(out)
    next(place.glob(".out*")).unlink()
    parallel = run(folder, out, jobs=jobs)
    show(f"first build, {jobs} processes", parallel, "bar 25 s wall (cpu: of the first process)")
    show("nothing changed", run(folder, out), "bar 1 s")
    post = sorted((folder / "posts").iterdir())[posts // 3]
    post.write_text(post.read_text("utf-8").replace("the", "thx", 2), "utf-8")
    show("one post edited", run(folder, out), "bar 2 s")
    index, texts, heads = (size(out / "search" / name) for name in "tdh")
    print(f"{'index':<34}{(index + heads) / text:8.1%} of the text ({(index + heads) / 1e6:.1f} MB), bar 40 %; texts for results {texts / text:.1%}")  # fmt: skip


def thumbnails(place: Path, pictures: int, jobs: int) -> None:
    few = min(pictures, 600)
    site_made.make(place / "in", 100, few)
    run(place / "in", place / "out")
    made = run(place / "in", place / "out", thumbnails=True, jobs=jobs)
    show(f"thumbnails of {few} pictures", made, f"{made.wall / few * pictures / 60:.1f} minutes for {pictures}, bar 6")  # fmt: skip


def growth(place: Path, posts: int, pictures: int, times: int) -> None:
    ran = []
    for name, factor in (("small", 1), ("large", times)):
        site_made.make(place / name, posts * factor, pictures * factor, tiny=True)
        ran.append(run(place / name, place / f"{name}-out"))
        note = f"{ran[-1].cpu / ran[0].cpu:.1f} times the time, bar 11; bar 500 MB" if factor > 1 else ""
        show(f"{posts * factor} posts, {pictures * factor} pictures", ran[-1], note)


def main() -> None:
    words = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=words)
    parser.add_argument("--only", choices=("build", "thumbnails", "growth"))
    parser.add_argument("--posts", type=int, default=3145)
    parser.add_argument("--pictures", type=int, default=19_000)
    parser.add_argument("--times", type=int, default=10, help="growth; 0 leaves it out")
    parser.add_argument("--jobs", type=int, default=2)
    given = parser.parse_args()
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        for part in ("build", "thumbnails", "growth"):
            (place / part).mkdir()
        if given.only in (None, "build"):
            builds(place / "build", given.posts, given.pictures, given.jobs)
        if given.only in (None, "thumbnails"):
            thumbnails(place / "thumbnails", given.pictures, given.jobs)
        if given.only in (None, "growth") and given.times:
            growth(place / "growth", given.posts, given.pictures, given.times)


if __name__ == "__main__":
    main()
