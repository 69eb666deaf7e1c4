"""The account export in memory: bytes to Markdown, against nothing but parsing the same bytes.

    python benchmarks/export_speed.py [--corpus DIR] [--rounds N] [--profile]

The yardstick is selectolax's ``LexborHTMLParser(data)``, a C parser that builds its tree and does
nothing with it. Told are posts a second, how fonds compares with the yardstick, and where its time
goes. All on one processor, without the disk.
"""

from __future__ import annotations

import cProfile
import pstats
import sys
from collections.abc import Callable

from selectolax.lexbor import LexborHTMLParser

import bench
from fonds.errors import UnreadableError
from fonds.model import Post
from fonds.sources import export, sniff
from fonds.writers import write
from fonds.writers.check import check


def main() -> int:
    parser = bench.arguments(__doc__ or "")
    parser.add_argument("--profile", action="store_true", help="show the functions that take longest")
    given = parser.parse_args()
    folder = bench.corpus(given.corpus)
    found = [one for one in bench.inputs(folder) if sniff.form(one.data) == "export" and _posts(one.data)]
    if not found:
        sys.exit(f"no posts of an account export in {folder}")
    sources = [one.data for one in bench.multiplied(found, 150)]
    posts = [post for data in sources for post in _posts(data)]
    written = [(post, write(post)) for post in posts]
    functions: dict[str, Callable[[], object]] = {
        "parser": lambda: [LexborHTMLParser(data) for data in sources],
        "read": lambda: [_posts(data) for data in sources],
        "write": lambda: [write(post) for post in posts],
        "convert": lambda: [write(post) for data in sources for post in _posts(data)],
        "check": lambda: [check(post, text) for post, text in written],
        "convert and check": lambda: [check(post, write(post)) for data in sources for post in _posts(data)],
    }
    seconds = bench.rounds(functions, given.rounds)
    size = sum(map(len, sources))
    print(
        f"{len(found)} posts, {size / len(sources) / 1000:.1f} kB each, from {folder.name}; {bench.machine()}\n"
    )
    rows = [
        (
            name,
            f"{len(sources) / bench.median(taken):,.0f}",
            f"{bench.median(taken) / len(sources) * 1e6:,.0f}",
            f"{bench.ratio(seconds['parser'], taken):.2f}",
            f"{bench.ratio(taken, seconds['convert']):.0%}",
        )
        for name, taken in seconds.items()
    ]
    print(bench.table(("step", "posts/s", "µs/post", "of the parser's speed", "of convert's time"), rows))
    if given.profile:
        _profile(sources)
    return 0


def _posts(data: bytes) -> list[Post]:
    try:
        return [
            found
            for found in export.read(data, "posts/2020-01-01_x-0123456789ab.html")
            if isinstance(found, Post)
        ]
    except UnreadableError:
        return []


def _profile(sources: list[bytes]) -> None:
    profile = cProfile.Profile()
    profile.enable()
    for data in sources:
        for post in _posts(data):
            write(post)
    profile.disable()
    pstats.Stats(profile).sort_stats("tottime").print_stats(30)


if __name__ == "__main__":
    sys.exit(main())
