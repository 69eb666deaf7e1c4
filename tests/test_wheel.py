"""The wheel installs and runs in an empty environment: nothing is missing from it, nothing undeclared."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def _run(*command: str | Path, cwd: Path) -> str:
    plain = {
        key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "FONDS_", "COV"))
    }
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=plain,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, f"{command[0]} … exit {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.mark.slow
def test_the_wheel_runs_in_an_empty_environment(tmp_path: Path) -> None:
    _run(sys.executable, "-m", "build", "--wheel", "--outdir", tmp_path / "dist", ROOT, cwd=tmp_path)
    (wheel,) = (tmp_path / "dist").glob("fonds-*.whl")
    venv.create(tmp_path / "env", with_pip=True)
    programs = tmp_path / "env" / ("Scripts" if os.name == "nt" else "bin")
    _run(programs / "python", "-m", "pip", "install", "--quiet", wheel, cwd=tmp_path)

    assert _run(programs / "fonds", "--version", cwd=tmp_path).startswith("fonds")
    _run(programs / "fonds", "convert", ROOT / "samples" / "export.zip", "-o", "out", cwd=tmp_path)
    assert list((tmp_path / "out" / "posts").glob("*.md"))
    typed = "import fonds, pathlib; print((pathlib.Path(fonds.__file__).parent / 'py.typed').is_file())"
    assert _run(programs / "python", "-c", typed, cwd=tmp_path).strip() == "True"
