"""Ten times the posts: how much longer, and how much more memory.

    python benchmarks/ten_times.py [--posts N] [--rounds N]

``fonds convert`` as a whole process on N generated posts of an account export and on ten times as
many, as a folder and as a ZIP. Each post has a text of its own. Peak memory is that of the process
(``ru_maxrss``); with one process and with two, where the workers count too.
"""

from __future__ import annotations

import random
import shutil
import sys
import tempfile
import zipfile
from pathlib import Path

import bench

TIMES = 10
_WORDS = [
    "the",
    "of",
    "a",
    "boats",
    "harbour",
    "ferry",
    "morning",
    "north",
    "wind",
    "letter",
    "quay",
    "nobody",
    "counted",
    "came",
    "again",
    "before",
    "after",
    "noon",
]


def main() -> int:
    parser = bench.arguments(__doc__ or "", rounds=3)
    parser.add_argument("--posts", type=int, default=300)
    given = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as place:
        small, large = Path(place) / "small", Path(place) / "large"
        _generate(small, given.posts)
        _generate(large, given.posts * TIMES)
        for name, few, many, options in (
            ("folder", small, large, ["--jobs", "1"]),
            ("folder, --no-check", small, large, ["--jobs", "1", "--no-check"]),
            ("ZIP", _zip(small), _zip(large), ["--jobs", "1"]),
            ("folder, --jobs 2", small, large, ["--jobs", "2"]),
        ):
            rows.append(_row(name, (few, many), options, Path(place) / "out", given.rounds))
    print(f"{given.posts} posts against {given.posts * TIMES}; {bench.machine()}\n")
    head = (
        "input",
        "seconds",
        f"{TIMES} times the posts",
        "ratio",
        "peak MB",
        f"{TIMES} times the posts",
        "difference",
    )
    print(bench.table(head, rows))
    return 0


def _row(
    name: str, sources: tuple[Path, Path], options: list[str], out: Path, rounds: int
) -> tuple[object, ...]:
    few, many = sources
    measured: dict[Path, list[tuple[float, float]]] = {few: [], many: []}
    for _ in range(rounds):
        for source, found in measured.items():
            shutil.rmtree(out, ignore_errors=True)
            found.append(
                bench.measure([*bench.FONDS, "convert", str(source), "-o", str(out), "-q", *options])
            )
    small, large = ([seconds for seconds, _ in measured[source]] for source in (few, many))
    little, much = (bench.median(memory for _, memory in measured[source]) for source in (few, many))
    return (
        name,
        f"{bench.median(small):.2f}",
        f"{bench.median(large):.2f}",
        f"{bench.ratio(large, small):.1f}",
        f"{little:.0f}",
        f"{much:.0f}",
        f"{much - little:+.0f}",
    )


def _generate(folder: Path, count: int) -> None:
    posts = folder / "posts"
    posts.mkdir(parents=True)
    for number in range(count):
        choose = random.Random(number)
        paragraphs = "".join(_paragraph(choose, number * 100 + n) for n in range(choose.randint(10, 40)))
        (posts / f"2020-01-01_Letter-{number:012x}.html").write_text(
            '<!DOCTYPE html><html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8">'
            f'<title>Letter {number}</title></head><body><article class="h-entry"><header><h1 class="p-name">Letter {number}'
            '</h1></header><section data-field="subtitle" class="p-summary">Of boats</section><section data-field="body" '
            'class="e-content"><section name="a1" class="section section--body"><div class="section-content"><div '
            f'class="section-inner">{paragraphs}</div></div></section></section><footer><p>By <a href="https://medium.com/@ana"'
            ' class="p-author h-card">Ana</a> on <a href="https://medium.com/p/x"><time class="dt-published" '
            f'datetime="2020-01-01T10:00:00.000Z">January 1, 2020</time></a>.</p><p><a href="https://medium.com/@ana/letter-{number:012x}"'
            ' class="p-canonical">Canonical link</a></p></footer></article></body></html>',
            "utf-8",
        )


def _paragraph(choose: random.Random, number: int) -> str:
    words = choose.choices(_WORDS, k=choose.randint(20, 80))
    words[3] = f'<strong class="markup--strong markup--p-strong">{words[3]}</strong>'
    words[9] = (
        f'<a href="https://a.example/{number}" data-href="https://a.example/{number}" class="markup--anchor">{words[9]}</a>'
    )
    return f'<p name="{number % 65536:04x}" id="{number % 65536:04x}" class="graf graf--p">{" ".join(words)}.</p>'


def _zip(folder: Path) -> Path:
    target = folder.with_suffix(".zip")
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*.html")):
            archive.write(path, path.relative_to(folder).as_posix())
    return target


if __name__ == "__main__":
    sys.exit(main())
