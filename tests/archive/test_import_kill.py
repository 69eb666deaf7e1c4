"""SIGKILL at any moment of an import, then the same command: what an undisturbed import gives.

``FONDS_KILLS`` says how often (a third of it).
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

import made
from archive.pulling import content, derived
from fonds.archive.store import Archive

KILLS = max(int(os.environ.get("FONDS_KILLS", "24")) // 3, 1)
SAMPLES = Path(__file__).parents[2] / "samples"


@pytest.fixture
def inputs(tmp_path: Path) -> list[str]:
    """Some hundred posts, some of them in two forms, with pictures beside them."""
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(300):
            post_id = f"{number + 0x100000000000:012x}"
            body = [made.graf(f"Boat {number} came in, and {word} saw it.", f"a{word}") for word in "abcde"]
            name = f"posts/2016-05-31_Boats-{post_id}.html"
            archive.writestr(name, made.export_post(f"Boats {number}", *body, post_id=post_id))
    return [str(path), str(SAMPLES / "export.zip"), str(SAMPLES / "zmedium"), str(SAMPLES / "graphql")]


def command(root: Path, inputs: list[str]) -> list[str]:
    return [
        sys.executable,
        "-m",
        "fonds",
        "import",
        "-q",
        "-C",
        str(root),
        "--with",
        "bookmarks,lists",
        *inputs,
    ]


@pytest.mark.slow
def test_killed_anywhere_the_same_command_ends_it(inputs: list[str], tmp_path: Path) -> None:
    whole = tmp_path / "whole" / "archive"
    Archive.create(whole).close()
    began = time.monotonic()
    assert subprocess.run(command(whole, inputs), check=False).returncode == 0
    takes = time.monotonic() - began
    wanted = derived(whole), content(whole)
    chance = random.Random(1)
    hits = 0
    for number in range(KILLS):
        root = tmp_path / f"{number}" / "archive"
        Archive.create(root).close()
        with subprocess.Popen(command(root, inputs), stderr=subprocess.DEVNULL) as process:
            try:
                process.wait(chance.uniform(0.1 * takes, 0.7 * takes))
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                process.wait()
                hits += 1
        done = subprocess.run(command(root, inputs), capture_output=True, text=True, check=False)
        assert done.returncode == 0, (number, done.stderr)
        assert derived(root) == wanted[0], number
        assert {table: rows for table, rows in content(root).items() if rows != wanted[1][table]} == {}, (
            number
        )
        with Archive.open(root) as archive:
            assert archive.sealed
    assert hits  # how many is up to the machine
