"""``fonds convert`` as a whole process, against medium-2-md on the same folder.

    python benchmarks/process_speed.py [--corpus DIR] [--rounds N]

The posts of an account export are put into one folder, where medium-2-md looks for them. Both read
files, convert with front matter, drafts included, and write files, in one process; fonds once as it
comes (every file proven) and once with ``--no-check``. Beside them stands what no Python program of this kind
can go below: one that starts, imports the parser, parses each file and writes as many bytes under as many
names, without converting, proving or waiting for the disk. medium-2-md is installed from npm into a cache
folder the first time; without npm only fonds is measured.
"""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import bench
from fonds.sources import sniff

PACKAGE = "medium-2-md@0.5.1"
FLOOR = "parsing and writing alone"
_FLOOR = """
import os, sys
from selectolax.lexbor import LexborHTMLParser
source, out, size = sys.argv[1], sys.argv[2], int(sys.argv[3])
os.makedirs(out)
for name in os.listdir(source):
    if name.endswith(".html"):
        with open(f"{source}/{name}", "rb") as file:
            data = file.read()
        LexborHTMLParser(data)
        with open(f"{out}/.{name}", "wb") as file:
            file.write(data[:size])
        os.rename(f"{out}/.{name}", f"{out}/{name}")
"""


def main() -> int:
    given = bench.arguments(__doc__ or "", rounds=5).parse_args()
    folder = bench.corpus(given.corpus)
    found = [one.data for one in bench.inputs(folder) if sniff.form(one.data) == "export"]
    if not found:
        sys.exit(f"no posts of an account export in {folder}")
    posts_found = bench.multiplied([bench.Input("", data) for data in found], 150)
    other = _medium_2_md()
    with tempfile.TemporaryDirectory() as place:
        posts = Path(place) / "posts"
        posts.mkdir()
        for number, one in enumerate(posts_found):
            (posts / f"2020-01-01_Post-{number:012x}.html").write_bytes(one.data)
        out, written = Path(place) / "out", Path(place) / "written"
        written.mkdir()
        count = itertools.count()

        def kept(folder: Path) -> None:
            """What was written goes out of the way and is deleted at the end: a file system that has just
            deleted hundreds of files (ext4 at least) takes longer to make new ones."""
            folder.rename(written / str(next(count)))

        def fonds(*options: str) -> None:
            if out.exists():
                kept(out)
            bench.run([*bench.FONDS, "convert", str(posts), "-o", str(out), "--jobs", "1", "-q", *options])

        def floor() -> None:
            if out.exists():
                kept(out)
            size = str(sum(len(one.data) for one in posts_found) // len(posts_found) // 2)
            bench.run([sys.executable, "-c", _FLOOR, str(posts), str(out), size])

        def theirs() -> None:
            for old in posts.glob("md_*"):
                kept(old)
            bench.run([*other, "convertLocal", str(posts), "-d", "-f"])

        runs: dict[str, Callable[[], object]] = {
            "fonds": fonds,
            "fonds --no-check": lambda: fonds("--no-check"),
            FLOOR: floor,
        }
        if other:
            runs[PACKAGE] = theirs
        seconds = bench.rounds(runs, given.rounds, clock=bench.wall)
        made = {path.parent for path in (*written.rglob("*.md"), *out.rglob("*.md"))}
        converted = {"fonds": max(len(list(path.glob("*.md"))) for path in made)}
        if other:
            converted[PACKAGE] = len(list(posts.glob("md_*/*.md")))
    print(f"{len(posts_found)} posts from {folder.name}; {bench.machine()}\n")
    yardstick = seconds.get(PACKAGE)
    rows = [
        (
            name,
            converted.get(name, converted["fonds"]),
            f"{bench.median(taken):.2f}",
            f"{len(posts_found) / bench.median(taken):,.0f}",
            f"{bench.ratio(yardstick, taken):.1f}" if yardstick else "",
        )
        for name, taken in seconds.items()
    ]
    print(bench.table(("", "files written", "seconds", "posts/s", f"times as fast as {PACKAGE}"), rows))
    return 0


def _medium_2_md() -> list[str]:
    """The command, installed when it is not there yet; [] without npm."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        print(f"npm or node is not installed: {PACKAGE} is left out\n")
        return []
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "fonds-benchmarks" / PACKAGE
    script = cache / "node_modules" / "medium-2-md" / "index.js"
    if not script.is_file():
        cache.mkdir(parents=True, exist_ok=True)
        command = [npm, "install", "--prefix", str(cache), "--no-audit", "--no-fund", PACKAGE]
        if subprocess.run(command, capture_output=True, check=False).returncode:
            print(f"npm could not install {PACKAGE}: it is left out\n")
            return []
    return ["node", str(script)]


if __name__ == "__main__":
    sys.exit(main())
