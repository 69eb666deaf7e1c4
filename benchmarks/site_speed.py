"""How long a site takes, how much it holds, and how that grows.

    python benchmarks/site_speed.py [--posts 3145] [--pictures 19000] [--times 10] [--jobs 2]

An invented publication (site_made.py) is built: the first time without thumbnails, again with nothing changed, again with
one post edited, thumbnails for a part of the pictures; then one ``--times`` as large, without pictures, for time and peak
memory. Seconds are processor time of all processes and, beside it, of the wall; another machine, or a busy one,
changes both, so the ratios count.
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


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--posts", type=int, default=3145)
    parser.add_argument("--pictures", type=int, default=19_000)
    parser.add_argument("--times", type=int, default=10, help="growth; 0 leaves it out")
    parser.add_argument("--jobs", type=int, default=2)
    given = parser.parse_args()
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    with tempfile.TemporaryDirectory() as place:
        folder, out = Path(place) / "in", Path(place) / "out"
        text = site_made.make(folder, given.posts, given.pictures)
        print(f"{given.posts} posts, {given.pictures} pictures, {text / 1e6:.1f} MB of text")
        cold = run(folder, out)
        show("first build, one process", cold)
        shutil.rmtree(out)
        state = next(Path(place).glob(".out*"))
        state.unlink()
        show(
            f"first build, {given.jobs} processes",
            run(folder, out, jobs=given.jobs),
            "(cpu: of the first process)",
        )
        show("nothing changed", run(folder, out))
        post = sorted((folder / "posts").iterdir())[given.posts // 3]
        post.write_text(post.read_text("utf-8").replace("the", "thx", 2), "utf-8")
        show("one post edited", run(folder, out))
        index, texts = size(out / "search" / "t"), size(out / "search" / "d")
        print(
            f"{'index':<34}{index / text:8.1%} of the text ({index / 1e6:.1f} MB); texts for results {texts / text:.1%}"
        )
        pages = sorted(path.stat().st_size for path in (out / "posts").glob("*.html"))
        shared = sum(
            (out / "static" / name).stat().st_size
            for name in ("style.css", "colours.css", "site.js", "light.js")
        )
        print(f"{'a post page':<34}{(pages[len(pages) // 2] + shared) / 1e3:8.1f} kB in the middle, {(pages[-1] + shared) / 1e3:.1f} kB at most, with styles and scripts")  # fmt: skip
        shutil.rmtree(folder)
        shutil.rmtree(out)
        few = min(given.pictures, 600)
        site_made.make(folder, 100, few)
        run(folder, Path(place) / "thumbs")
        made = run(folder, Path(place) / "thumbs", thumbnails=True)
        show(f"thumbnails of {few} pictures", made, f"{1000 * made.cpu / max(few, 1):.1f} ms each")
        if given.times:
            shutil.rmtree(folder)
            site_made.make(folder, given.posts, 0)
            small = run(folder, Path(place) / "small")
            show("without pictures", small)
            shutil.rmtree(folder)
            site_made.make(folder, given.posts * given.times, 0)
            large = run(folder, Path(place) / "large")
            show(f"{given.times} times the posts", large, f"{large.cpu / small.cpu:.1f} times the time")


if __name__ == "__main__":
    main()
