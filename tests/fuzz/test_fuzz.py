"""What the sources make of damaged inputs: the same ones every time, and a short run of the fuzzer itself.

A run of the fuzzer depends on addresses and on how fast the machine is: what it finds today it may not find
tomorrow. So CI tries mutations that a number decides, and finds what they find everywhere and always; of the
fuzzer it asks only whether it works. The search for something new is ``make fuzz``, before a release and after
every change of a source or writer.
"""

from __future__ import annotations

import importlib.util
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from fuzz.fuzz_sources import LIMIT, SLOWER, signature
from fuzz.mutate import mutate
from fuzz.seeds import samples, tiny
from promises import SLOW, TARGETS, examine, reader

SCRIPT = Path(__file__).with_name("fuzz_sources.py")
MUTATIONS = {"model": 6_000, "api": 4_000, "payload": 4_000, "page": 3_000, "dom": 800, "zmedium": 800}
"""Inputs tried, a few seconds of each (2,000 where none are named); ``FONDS_FUZZ_FACTOR`` multiplies them."""
FACTOR = int(os.environ.get("FONDS_FUZZ_FACTOR", "1"))
GENERATIONS = 400
"""Mutations kept to be mutated again."""


# One test a target, so that pytest-xdist spreads them over the processors.
@pytest.mark.slow
@pytest.mark.parametrize("target", TARGETS)
def test_mutations(target: str) -> None:
    read = reader(target)
    found: dict[str, str] = {}
    for data in _mutations(target, MUTATIONS.get(target, 2_000) * FACTOR):
        try:
            examine(read, data, slow=SLOW * SLOWER)
        except Exception:  # noqa: BLE001 - whatever escapes is what we look for
            kind, trace = signature(target, data, judge=False)
            if kind and len(found) < 5:
                found.setdefault(kind, f"{kind}\n{trace}\n{len(data)} bytes: {data[:600]!r}")
    assert not found, "\n".join(found.values())


def _mutations(target: str, count: int) -> Iterator[bytes]:
    pool = sorted({*tiny(target), *samples(target)}, key=lambda data: (len(data), data))
    first = len(pool)
    for number in range(count):
        choose = random.Random(number)
        data = mutate(choose.choice(pool), number, LIMIT)
        yield data
        if len(pool) < first + GENERATIONS:
            pool.append(data)
        else:
            pool[first + choose.randrange(GENERATIONS)] = data


@pytest.mark.slow
@pytest.mark.parametrize("target", TARGETS)
def test_the_fuzzer_works(target: str, tmp_path: Path) -> None:
    if importlib.util.find_spec("atheris") is None:
        pytest.skip("atheris is not installed (pip install 'fonds[fuzz]'; CPython 3.11 to 3.13): no fuzzing")
    command = [sys.executable, str(SCRIPT), target, "--inputs", "100", "--work", str(tmp_path), "--seed", "1"]
    done = subprocess.run([*command, "--no-judge"], capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert int(done.stdout.split(":")[1].split()[0]) >= 100, done.stdout
