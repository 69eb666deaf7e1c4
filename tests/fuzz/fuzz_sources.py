"""Coverage-guided fuzzing of the sources: ``python tests/fuzz/fuzz_sources.py TARGET --seconds N``
(or ``--inputs N``).

Each input must give posts, other things or an UnreadableError within two seconds, and every post must
be written and pass the proof (``promises.examine``). A finding does not end the run: it is kept, made
small, and told at the end. Exit code: 0 nothing found, 1 findings, 3 the target's module or atheris is
missing.

    python tests/fuzz/fuzz_sources.py api --seconds 300
    python tests/fuzz/fuzz_sources.py all --seconds 15
    python tests/fuzz/fuzz_sources.py api --replay .fuzz/api/findings/0123abcd-0.bin
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import importlib.util
import os
import pkgutil
import re
import shutil
import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE.parent))

MISSING = 3
LIMIT = 40_000
"""Bytes of an input."""
EACH = 4
"""Findings kept of one kind: the smallest."""
SLOWER = 3
"""How much longer an input may take while the fuzzer counts what it covers; it is timed again afterwards."""
GRACE = 200
"""Seconds that a run may take longer than asked for before it is ended."""

_DIGITS = re.compile(r"\d+|'[^']*'|\"[^\"]*\"")


def main() -> int:
    from promises import TARGETS

    parser = argparse.ArgumentParser(description="Fuzz the sources.")
    parser.add_argument("target", choices=[*TARGETS, "all"], help="a module of fonds.sources, or all")
    length = parser.add_mutually_exclusive_group()
    length.add_argument("--seconds", type=int, default=60)
    length.add_argument("--inputs", type=int, default=0, help="so many inputs, however long they take")
    parser.add_argument("--work", type=Path, default=ROOT / ".fuzz", help="kept inputs and findings")
    parser.add_argument("--seed", type=int, default=0, help="0: another one every time")
    parser.add_argument("--no-judge", action="store_true", help="without the second Markdown engine")
    parser.add_argument("--minimise", type=float, default=10.0, help="seconds for each finding")
    parser.add_argument("--replay", type=Path, help="examine one input and show what happens")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.replay:
        return _replay(given.target, given.replay, judge=not given.no_judge)
    if given.child:
        return _child(given)
    if importlib.util.find_spec("atheris") is None:
        print("atheris is not installed: pip install 'fonds[fuzz]'")
        return MISSING
    if given.target == "all":
        return _run_all(TARGETS, sys.argv[2:])
    return _run(given.target, given)


def _run_all(targets: tuple[str, ...], options: list[str]) -> int:
    """Each target in a process of its own, as many at once as there are processors."""

    def run(target: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, str(Path(__file__)), target, *options]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    codes = []
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for done in pool.map(run, targets):
            print(done.stdout + done.stderr, end="", flush=True)
            codes.append(done.returncode)
    return 1 if 1 in codes else max(codes)


def _run(target: str, given: argparse.Namespace) -> int:
    """The fuzzer in a process of its own, since libFuzzer never returns; then what it found."""
    from promises import Missing, reader

    try:
        reader(target)
    except Missing as missing:
        print(f"{target}: {missing}")
        return MISSING
    work = given.work / target
    for name in ("corpus", "seeds", "artifacts", "findings"):
        (work / name).mkdir(parents=True, exist_ok=True)
    shutil.rmtree(work / "findings")
    (work / "findings").mkdir()
    _write_seeds(target, work / "seeds")
    command = [
        sys.executable, str(Path(__file__)), target, "--child", *_length(given),
        "--work", str(given.work), "--seed", str(given.seed), *(["--no-judge"] if given.no_judge else []),
    ]  # fmt: skip
    log = work / "log.txt"
    began = time.monotonic()
    with log.open("wb") as out:
        try:
            code = subprocess.run(
                command,
                stdout=out,
                stderr=out,
                timeout=None if given.inputs else given.seconds + GRACE,
                check=False,
            ).returncode
        except subprocess.TimeoutExpired:
            code = -1
    said = log.read_text("utf-8", "replace")
    tries = re.findall(r"(?:number_of_executed_units: |^#)(\d+)", said, re.M)
    covered = re.findall(r"cov: (\d+)", said)
    print(
        f"{target}: {tries[-1] if tries else 0} inputs in {time.monotonic() - began:.0f} s, "
        f"coverage {covered[-1] if covered else 0}, exit {code}"
    )
    found = _tell(target, work, judge=not given.no_judge, seconds=given.minimise)
    if code and not found:
        print(said[-3_000:])
    return 1 if code or found else 0


def _length(given: argparse.Namespace) -> list[str]:
    return ["--inputs", str(given.inputs)] if given.inputs else ["--seconds", str(given.seconds)]


def _write_seeds(target: str, folder: Path) -> None:
    from fuzz.seeds import samples, tiny

    for data in (*tiny(target), *samples(target)):
        (folder / hashlib.sha256(data).hexdigest()[:16]).write_bytes(data)


def _tell(target: str, work: Path, *, judge: bool, seconds: float) -> int:
    """Prints the findings, smallest input of each kind made smaller. Returns their number."""
    from fuzz.minimise import minimise

    def same(kind: str) -> Callable[[bytes], bool]:
        return lambda data: signature(target, data, judge=judge)[0] == kind

    found = 0
    for artifact in sorted((work / "artifacts").iterdir()):
        if artifact.name.startswith(("crash-", "timeout-", "oom-", "leak-")):
            print(f"  FINDING {artifact.name}: {artifact}")
            found += 1
    for path in sorted((work / "findings").glob("*-0.bin")):
        data = path.read_bytes()
        kind, trace = signature(target, data, judge=judge)
        if not kind:
            print(f"  does not come again (slow, but within bounds without the fuzzer): {path}")
            continue
        found += 1
        if not kind.startswith("slow"):
            small = minimise(data, same(kind), seconds)
            path.with_name(path.name.replace("-0.bin", "-min.bin")).write_bytes(small)
            trace = signature(target, small, judge=judge)[1]
            print(f"  FINDING {kind}\n{trace}\n  {len(small)} bytes: {small[:600]!r}\n  {path}")
        else:
            print(f"  FINDING {kind} {len(data)} bytes: {path}\n{trace}")
    return found


def signature(target: str, data: bytes, *, judge: bool) -> tuple[str, str]:
    """(what kind of finding an input gives, its traceback); ("", "") when all is well."""
    from promises import examine, reader

    try:
        examine(reader(target), data, judge=judge)
    except Exception as error:  # noqa: BLE001 - whatever escapes is what we look for
        return _kind(error), "".join(traceback.format_exception(error))[-2_500:]
    return "", ""


def _kind(error: Exception) -> str:
    from promises import Broken

    if isinstance(error, Broken):
        return f"{error.kind}: {_DIGITS.sub('…', str(error))[:100]}"
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f"{os.sep}fonds{os.sep}" in f.filename]
    if isinstance(error, RecursionError):
        frames = frames[:1]
    place = f"{Path(frames[-1].filename).name}:{frames[-1].name}:{frames[-1].lineno}" if frames else "?"
    return f"{type(error).__name__} in {place}"


def _replay(target: str, path: Path, *, judge: bool) -> int:
    from promises import examine, reader

    seen = examine(reader(target), path.read_bytes(), judge=judge)
    for post in seen.posts:
        print(post)
    for text in seen.texts:
        print(text)
    print(seen.others, seen.refused)
    return 0


def _child(given: argparse.Namespace) -> int:
    import atheris  # type: ignore[import-not-found,unused-ignore]

    with atheris.instrument_imports(include=["fonds"]):
        import fonds.sources
        import fonds.writers.zmedium

        for package in (fonds.sources, fonds.writers):
            for module in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
                importlib.import_module(module.name)
        from promises import SLOW, examine, reader
    from fuzz.mutate import mutate

    read = reader(given.target)
    folder = given.work / given.target
    judge = not given.no_judge
    kept: dict[str, list[int]] = {}

    def one(data: bytes) -> None:
        try:
            # The second engine takes longer than all the rest: every eighth input is enough.
            examine(read, data, judge=judge and len(data) % 8 == 0, slow=SLOW * SLOWER)
        except Exception as error:  # noqa: BLE001 - whatever escapes is what we look for
            _keep(folder / "findings", _kind(error), data, kept)

    def custom(data: bytes, limit: int, number: int) -> bytes:
        if number % 5 == 0:
            return bytes(atheris.Mutate(data, limit))
        found = mutate(data, number, limit)
        return bytes(atheris.Mutate(found, limit)) if number % 11 == 0 and found else found

    length = f"-runs={given.inputs}" if given.inputs else f"-max_total_time={given.seconds}"
    arguments = [
        "fuzz", str(folder / "corpus"), str(folder / "seeds"), length, "-timeout=30",
        "-rss_limit_mb=4096", f"-max_len={LIMIT}", f"-artifact_prefix={folder / 'artifacts'}{os.sep}",
        "-print_final_stats=1", "-len_control=0", *([f"-seed={given.seed}"] if given.seed else []),
    ]  # fmt: skip
    for old in (folder / "artifacts").iterdir():
        old.unlink()
    atheris.Setup(arguments, one, custom_mutator=custom)
    atheris.Fuzz()
    return 0


def _keep(folder: Path, kind: str, data: bytes, kept: dict[str, list[int]]) -> None:
    """The smallest few inputs of each kind, the smallest of all as number 0."""
    sizes = kept.setdefault(kind, [])
    if len(sizes) >= EACH and len(data) >= sizes[-1]:
        return
    name = hashlib.sha256(kind.encode()).hexdigest()[:8]
    place = next((n for n, size in enumerate(sizes) if len(data) < size), len(sizes))
    for number in range(min(len(sizes), EACH - 1), place, -1):
        (folder / f"{name}-{number - 1}.bin").replace(folder / f"{name}-{number}.bin")
    (folder / f"{name}-{place}.bin").write_bytes(data)
    sizes.insert(place, len(data))
    del sizes[EACH:]


if __name__ == "__main__":
    sys.exit(main())
