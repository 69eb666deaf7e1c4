"""The JSON and page forms in memory: bytes to Markdown, against json.loads of the same body.

    python benchmarks/json_speed.py [--corpus DIR] [--rounds N] [--form FORM] [--profile]

The yardstick is the standard library's ``json.loads`` of the JSON that holds the post: the whole answer
of GraphQL and ``?format=json``, the state that a page carries in a script. It is cut out of the page
once, before the clock runs; fonds finds it each time.
"""

from __future__ import annotations

import cProfile
import json
import pstats
import re
import sys
from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

import bench
from fonds.errors import UnreadableError
from fonds.model import Post
from fonds.sources import _reader, sniff
from fonds.writers import write
from fonds.writers.check import check

FORMS = ("api", "json", "page", "legacy")
# A page of 2013-2018 has the post in obvInit, and in GLOBALS nothing but settings, or all in GLOBALS.
_BODIES = (
    re.compile(rb"__APOLLO_STATE__\"?\]?\s*=\s*(?=\{)"),
    re.compile(rb"obvInit\"?\]?\(\s*(?=\{)"),
    re.compile(rb"GLOBALS\s*=\s*(?=\{)"),
)
_HEX = re.compile(r"\\x([0-9a-fA-F]{2})")


class Pair(NamedTuple):
    data: bytes
    body: bytes


def main() -> int:
    parser = bench.arguments(__doc__ or "")
    parser.add_argument("--form", choices=FORMS, action="append")
    parser.add_argument("--profile", action="store_true", help="show the functions that take longest")
    given = parser.parse_args()
    folder = bench.corpus(given.corpus)
    found: dict[str, list[bench.Input]] = {}
    for one in bench.inputs(folder):
        found.setdefault(sniff.form(one.data), []).append(one)
    print(f"from {folder.name}; {bench.machine()}\n")
    rows = []
    left = Counter[str]()
    for form in given.form or FORMS:
        pairs = []
        for one in found.get(form, ()):
            body = _body(one.data)
            if body is None or not _posts(form, one.data):
                left[form] += 1
                continue
            pairs.append(Pair(one.data, body))
        if pairs:
            rows.append(_row(form, pairs, given.rounds))
        if pairs and given.profile:
            _profile(form, pairs)
    head = (
        "form",
        "files",
        "kB of JSON",
        "json.loads, ms",
        "read",
        "write",
        "convert",
        "with check",
        "convert, of json.loads' speed",
    )
    print(bench.table(head, rows))
    for form, number in left.items():
        print(f"{form}: {number} files without a post, or whose body is no JSON by itself, were left out")
    return 0


def _row(form: str, pairs: list[Pair], rounds: int) -> tuple[object, ...]:
    many = pairs * max(1, 2_000_000 // sum(len(pair.body) for pair in pairs))
    posts = [post for pair in many for post in _posts(form, pair.data)]
    functions: dict[str, Callable[[], object]] = {
        "loads": lambda: [json.loads(pair.body) for pair in many],
        "read": lambda: [_posts(form, pair.data) for pair in many],
        "write": lambda: [write(post) for post in posts],
        "convert": lambda: [write(post) for pair in many for post in _posts(form, pair.data)],
        "checked": lambda: [check(post, write(post)) for pair in many for post in _posts(form, pair.data)],
    }
    seconds = bench.rounds(functions, rounds)
    each = {name: bench.median(taken) / len(many) * 1000 for name, taken in seconds.items()}
    size = sum(len(pair.body) for pair in many) / len(many) / 1000
    times = [f"{each[name]:.2f}" for name in ("loads", "read", "write", "convert", "checked")]
    return (
        form,
        len(pairs),
        f"{size:.0f}",
        *times,
        f"{bench.ratio(seconds['loads'], seconds['convert']):.2f}",
    )


def _body(data: bytes) -> bytes | None:
    """The JSON in ``data`` that holds the post, as the standard library reads it; None when it does not."""
    head = data.lstrip()
    if head.startswith(b"])}"):
        head = head[head.find(b"{") :]
    if head[:1] in (b"{", b"["):
        return _value(head.decode("utf-8", "replace"))
    match = next(filter(None, (pattern.search(data) for pattern in _BODIES)), None)
    if match is None:
        return None
    return _value(_HEX.sub(r"\\u00\1", data[match.end() :].decode("utf-8", "replace")))


def _value(text: str) -> bytes | None:
    text = text.lstrip()
    try:
        _, end = json.JSONDecoder().raw_decode(text)
    except ValueError:
        return None
    return text[:end].encode()


def _posts(form: str, data: bytes) -> list[Post]:
    read = _reader(form)
    assert read is not None
    try:
        return [found for found in read(data, "") if isinstance(found, Post)]
    except UnreadableError:
        return []


def _profile(form: str, pairs: list[Pair]) -> None:
    profile = cProfile.Profile()
    profile.enable()
    for _ in range(5):
        for pair in pairs:
            for post in _posts(form, pair.data):
                write(post)
    profile.disable()
    print(form)
    pstats.Stats(profile).sort_stats("tottime").print_stats(25)


if __name__ == "__main__":
    sys.exit(main())
