"""Running the real command: in this process for most, in one of its own where that matters."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from fonds.cli import main
from running import Ran, Run


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current folder, nobody's settings, and the hooks of the interpreter as they were."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    for name in [name for name in os.environ if name.startswith("FONDS_") and name != "FONDS_CORPUS"]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home" / ".config"))
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(sys, "unraisablehook", sys.unraisablehook)
    return folder


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    def function(*arguments: object, stdin: bytes = b"") -> Ran:
        out, err = (
            io.TextIOWrapper(io.BytesIO(), "utf-8", newline=""),
            io.TextIOWrapper(io.BytesIO(), "utf-8"),
        )
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        with (
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
            pytest.raises(SystemExit) as ended,
        ):
            main([str(argument) for argument in arguments])
        out.flush()
        err.flush()
        code = ended.value.code
        assert isinstance(code, int)
        said = err.buffer.getvalue().decode()
        return Ran(code, out.buffer.getvalue().decode(), said)

    return function


@pytest.fixture
def command() -> Run:
    """The command in a process of its own."""

    def function(*arguments: object, stdin: bytes = b"", **options: object) -> Ran:
        words = [sys.executable, "-m", "fonds", *map(str, arguments)]
        done = subprocess.run(words, input=stdin, capture_output=True, check=False, timeout=60, **options)  # type: ignore[call-overload]
        return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())

    return function
