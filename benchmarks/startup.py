"""How long fonds takes to begin: ``fonds --help`` and one post, against an empty Python program.

    python benchmarks/startup.py [--rounds N]

Whole processes, measured in turns by the wall clock; told are the median and the shortest.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import bench
from fonds.sources import sniff


def main() -> int:
    given = bench.arguments(__doc__ or "", rounds=21).parse_args()
    folder = bench.corpus(given.corpus)
    by_form: dict[str, bytes] = {}
    for one in bench.inputs(folder):
        by_form.setdefault(sniff.form(one.data), one.data)
    with tempfile.TemporaryDirectory() as place:
        out = Path(place) / "out"

        def convert(source: Path, *options: str) -> None:
            shutil.rmtree(out, ignore_errors=True)
            bench.run([*bench.FONDS, "convert", str(source), "-o", str(out), "-q", *options])

        runs: dict[str, Callable[[], object]] = {
            "python -c pass": lambda: bench.run([sys.executable, "-c", "pass"]),
            "fonds --version": lambda: bench.run([*bench.FONDS, "--version"]),
            "fonds --help": lambda: bench.run([*bench.FONDS, "--help"]),
        }
        for form, suffix in (("export", "html"), ("page", "html"), ("json", "json")):
            if form in by_form:
                source = Path(place) / f"one-{form}.{suffix}"
                source.write_bytes(by_form[form])
                runs[f"fonds convert, one post ({form})"] = lambda source=source: convert(source)  # type: ignore[misc]
        seconds = bench.rounds(runs, given.rounds, clock=bench.wall)
    print(f"{bench.machine()}\n")
    empty = seconds["python -c pass"]
    rows = [
        (
            name,
            f"{bench.median(taken) * 1000:.0f}",
            f"{min(taken) * 1000:.0f}",
            f"{bench.ratio(taken, empty):.1f}",
        )
        for name, taken in seconds.items()
    ]
    print(bench.table(("command", "median ms", "shortest ms", "times an empty program"), rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
