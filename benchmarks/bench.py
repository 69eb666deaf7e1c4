"""What the benchmarks share: which files, how to measure, how to print.

Ratios are taken between things measured in turns in one run, each round's ratio by itself, and the
median of the rounds is told: another machine, or a busy one, changes both sides alike.
"""

from __future__ import annotations

import argparse
import gc
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = ROOT / "samples"
FONDS = [str(Path(sys.executable).with_name("fonds"))]
"""The command as its users start it, of the environment that runs the benchmark."""
_NOT_TEXT = {".png", ".jpeg", ".jpg", ".gif", ".py", ".pyc", ".toml", ".tsv"}


class Measured(NamedTuple):
    """A program run to its end: by the wall clock, the peak of its largest process, processor time."""

    seconds: float
    megabytes: float
    processor: float
    output: bytes


class Input(NamedTuple):
    name: str
    data: bytes


def arguments(description: str, *, rounds: int = 9) -> argparse.ArgumentParser:
    """The options of every benchmark: ``--corpus`` and ``--rounds``."""
    parser = argparse.ArgumentParser(description=description.split("\n", 1)[0])
    parser.add_argument(
        "--corpus",
        type=Path,
        default=None,
        help="folder of Medium's files; FONDS_CORPUS, or ../shared/corpus, or else the samples",
    )
    parser.add_argument("--rounds", type=int, default=rounds, help="how often everything is measured")
    return parser


def corpus(given: Path | None) -> Path:
    """The folder to measure on. Exits with a word when the one given is not there."""
    if given is not None:
        if not given.is_dir():
            sys.exit(f"{given} is no folder")
        return given
    named = os.environ.get("FONDS_CORPUS")
    beside = Path(named) if named else ROOT.parent / "shared" / "corpus"
    return beside if beside.is_dir() else SAMPLES


def inputs(folder: Path) -> Iterator[Input]:
    """Every file under ``folder`` that may hold text, and the members of its ZIPs, in one order."""
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or path.suffix.lower() in _NOT_TEXT or "__pycache__" in path.parts:
            continue
        if path.suffix.lower() == ".zip":
            with zipfile.ZipFile(path) as archive:
                for name in sorted(archive.namelist()):
                    if not name.endswith("/") and Path(name).suffix.lower() not in _NOT_TEXT:
                        yield Input(f"{path.name}!{name}", archive.read(name))
        else:
            yield Input(path.relative_to(folder).as_posix(), path.read_bytes())


def multiplied(found: Sequence[Input], least: int) -> list[Input]:
    """``found`` as often as makes ``least`` inputs: a handful of samples is over before a clock ticks."""
    times = -(-least // len(found)) if found else 0
    return list(found) * max(times, 1)


processor = time.process_time
"""The clock for what runs in this process: what else the machine does is not counted."""
wall = time.perf_counter
"""The clock for other processes."""


def rounds(
    functions: dict[str, Callable[[], object]], count: int, *, clock: Callable[[], float] = processor
) -> dict[str, list[float]]:
    """Seconds of each function in each of ``count`` rounds, in turns, after one round to warm up.

    The order turns from round to round, so that none always runs behind the same other.
    """
    names = list(functions)
    seconds: dict[str, list[float]] = {name: [] for name in names}
    for number in range(count + 1):
        for name in names[number % len(names) :] + names[: number % len(names)]:
            gc.collect()
            began = clock()
            functions[name]()
            taken = clock() - began
            if number:
                seconds[name].append(taken)
    return seconds


def environment() -> dict[str, str]:
    """The environment for other processes: as it is, but with compiled modules kept, as they are where
    a package is installed. A setting that forbids it would have every start compile them again."""
    found = dict(os.environ)
    if found.pop("PYTHONDONTWRITEBYTECODE", None):
        found["PYTHONPYCACHEPREFIX"] = str(Path(tempfile.gettempdir()) / "fonds-benchmarks-pycache")
    return found


def run(command: Sequence[str]) -> None:
    """Runs a program to its end. Exits with what it said when it fails."""
    done = subprocess.run(command, capture_output=True, check=False, env=environment())
    if done.returncode:
        sys.exit(
            f"{' '.join(command)} ended with {done.returncode}:\n{done.stderr.decode('utf-8', 'replace')}"
        )


def measure(command: Sequence[str]) -> tuple[float, float]:
    """(seconds by the wall clock, peak megabytes of the largest process) of a program run to its end."""
    return measure_output(command)[:2]


def measure_output(command: Sequence[str], allowed: Container[int] = (0,)) -> Measured:
    """As ``measure``, with what it wrote to standard output; ``allowed`` are its good exit codes."""
    with tempfile.TemporaryFile() as out:
        began = wall()
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL, env=environment())
        _, status, usage = os.wait4(process.pid, 0)
        took = wall() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in allowed:
            sys.exit(f"{' '.join(command)} ended with {process.returncode}")
        unit = 1e6 if sys.platform == "darwin" else 1e3
        out.seek(0)
        return Measured(took, usage.ru_maxrss / unit, usage.ru_utime + usage.ru_stime, out.read())


def ratio(numerator: Iterable[float], denominator: Iterable[float]) -> float:
    """Median of the rounds' ratios."""
    return statistics.median(a / b for a, b in zip(numerator, denominator, strict=True))


def median(seconds: Iterable[float]) -> float:
    return statistics.median(seconds)


def machine() -> str:
    """What the figures were measured with."""
    return (
        f"Python {platform.python_version()} on {platform.machine()}, {os.cpu_count()} processors, "
        f"selectolax {version('selectolax')}, msgspec {version('msgspec')}, cmarkgfm {version('cmarkgfm')}"
    )


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table."""
    cells = [list(head), *([str(cell) for cell in row] for row in rows)]
    widths = [max(len(row[n]) for row in cells) for n in range(len(head))]
    lines = [
        "| " + " | ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)) + " |" for row in cells
    ]
    lines.insert(1, "|" + "|".join("-" * (w + 2) for w in widths) + "|")
    return "\n".join(lines)
