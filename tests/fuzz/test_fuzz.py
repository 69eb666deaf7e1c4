"""A short run of every fuzzing target; ``FONDS_FUZZ_SECONDS`` makes it longer (15 by itself)."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

from promises import TARGETS

SCRIPT = Path(__file__).with_name("fuzz_sources.py")
SECONDS = int(os.environ.get("FONDS_FUZZ_SECONDS", "15"))


# One test a target, so that pytest-xdist spreads them over the processors.
@pytest.mark.slow
@pytest.mark.parametrize("target", TARGETS)
def test_fuzz(target: str, tmp_path: Path) -> None:
    if importlib.util.find_spec("atheris") is None:
        pytest.skip("atheris is not installed (pip install 'fonds[fuzz]'; CPython 3.11 to 3.13): no fuzzing")
    command = [sys.executable, str(SCRIPT), target, "--seconds", str(SECONDS), "--work", str(tmp_path)]
    # One seed, so that a run can be had again; make fuzz takes another every time. Without the second
    # engine, whose own view of impossible host names says nothing about fonds.
    command += ["--seed", "1", "--no-judge"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS + 300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    tries = int(done.stdout.split(":")[1].split()[0])
    assert tries > 20, f"a run of {tries} inputs tries nothing\n{done.stdout}"
