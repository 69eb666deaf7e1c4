"""What ``fonds pull`` costs: requests, time and memory, from a generated Medium on loopback.

    python benchmarks/pull.py [--posts 3145] [--pictures 19089] [--text-only] [--keep DIR]

The stand-in of the tests runs as a process of its own. Counted by its log: the first pull, a second one
with nothing changed, a third with ten posts edited. The seconds are those of a pull without any pace, as a
whole process, by the wall clock and of processor time; ``render`` and ``status`` are told beside them. Told as well: the peak memory of each.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import bench
from fonds.archive.store import Archive

ALLOWED = {0, 4, 16}
"""Locked posts come as previews (16); a lost embed is told (4)."""


class World:
    """A stand-in in a process of its own."""

    def __init__(self, options: Sequence[str]) -> None:
        command = [sys.executable, "-m", "standin", *options]
        environment = {**os.environ, "PYTHONPATH": str(bench.ROOT / "tests")}
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
        assert self._process.stdout is not None
        self.url = self._process.stdout.readline().strip()

    def order(self, what: str) -> Any:
        request = urllib.request.Request(f"{self.url}/{what}", headers={"Host": "standin.test"})
        with urllib.request.urlopen(request) as answer:
            return json.loads(answer.read())

    def asked(self) -> list[dict[str, Any]]:
        """The requests since this was last asked."""
        found: list[dict[str, Any]] = self.order("log?clear=1")
        return found

    def close(self) -> None:
        self._process.terminate()
        self._process.wait()


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--posts", type=int, default=3145)
    parser.add_argument("--pictures", type=int, default=19_089)
    parser.add_argument("--text-only", action="store_true")
    parser.add_argument("--keep", type=Path, help="where the archive is made (and left)")
    given = parser.parse_args()
    options = ["--posts", str(given.posts)]
    options += ["--text-only"] if given.text_only else ["--pictures", str(given.pictures)]
    world = World(options)
    try:
        with tempfile.TemporaryDirectory() as place:
            _measure(world, given, given.keep or Path(place) / "archive")
    finally:
        world.close()
    return 0


def _measure(world: World, given: argparse.Namespace, root: Path) -> None:
    Archive.create(root, ("the-quay-letter",)).close()
    pull = [*bench.FONDS, "pull", str(root), "--gateway", world.url, "--rate", "1000000", "-q", "--json"]
    rows: list[tuple[object, ...]] = []

    def run(name: str, command: Sequence[str], bound: object = "") -> dict[str, Any]:
        done = bench.measure_output(command, allowed=ALLOWED)
        asked = [(one["host"], one["target"]) for one in world.asked() if one["method"] == "GET"]
        found: dict[str, Any] = json.loads(done.output) if done.output.strip() else {}
        twice = len(asked) - len(set(asked))
        times = f"{done.seconds:.2f}", f"{done.processor:.2f}", f"{done.megabytes:.0f}"
        rows.append((name, found.get("requests", len(asked)), twice, bound, *times))
        return found

    first = run("first pull", pull)
    bound = 1.05 * (first["pictures"] + first["embeds"] + first["not_had"]) + given.posts / 5
    rows[0] = (*rows[0][:3], f"{bound:.0f}", *rows[0][4:])
    run("second pull, nothing changed", pull, 35)
    ids = [post["id"] for post in world.order("posts")[: 3 * 10 : 3]]
    for post_id in ids:
        world.order(f"edit?post={post_id}&words=Boats&pictures={0 if given.text_only else 1}")
    world.asked()
    third = run("ten posts edited", pull)
    rows[2] = (*rows[2][:3], f"{35 + 10 + third['pictures']}", *rows[2][4:])
    for name, command in (
        ("render --all", ["render", str(root), "--all", "-q"]),
        ("status", ["status", str(root), "-q"]),
        ("verify --fast", ["verify", str(root), "--fast", "-q"]),
        ("verify", ["verify", str(root), "-q"]),
        ("search, its index made first", ["search", "lantern", "-C", str(root), "-q"]),
        ("search", ["search", "lantern", "-C", str(root), "-q"]),
    ):
        run(name, [*bench.FONDS, *command])
    print(f"{given.posts} posts, {first['pictures']} pictures, {first['embeds']} embeds; {bench.machine()}\n")
    print(
        bench.table(("what", "requests", "asked twice", "at most", "seconds", "processor s", "peak MB"), rows)
    )


if __name__ == "__main__":
    sys.exit(main())
