"""Whether exports load in readers that are not ours, and selectors find their sentences.

JSON-LD is expanded by PyLD without a network; GeoJSON is validated by the package geojson where it is installed
(else read as JSON); CSV by Python's reader. Selectors are resolved in the post's own text, in its Markdown as
ZMediumToMarkdown writes it, read again, and in the page of the post.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import re
import tempfile
from html import unescape
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import fonds
import ledger_made
from fonds.ledger import exporting, given
from fonds.ledger.page import pages
from fonds.ledger.rows import Row
from fonds.ledger.run import extract
from fonds.ledger.sentences import full_text, resolve
from fonds.ledger.store import IN_ARCHIVE, Ledger
from fonds.ledger.view import View, Wanted
from fonds.model import Post
from fonds.sources import read


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--posts", type=int, default=60)
    parser.add_argument(
        "--input", type=Path, default=None, help="an archive or a folder of posts instead of invented ones"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = options.input or Path(place, "archive")
        if options.input is None:
            ledger_made.archive(folder, options.posts)
        ledger = Ledger(Path(place, "ledger") if options.input else folder / IN_ARCHIVE)
        extract(folder, ledger)
        view = View(ledger)
        wanted = list(view.claims(Wanted(everything=True)))
        print(f"{len(view.heads)} posts, {len(wanted)} claims, {len(view.events)} events")
        _exports(view, wanted)
        _selectors(view, folder, ledger.rows())


def _exports(view: View, wanted: list[Any]) -> None:
    kinds: tuple[tuple[str, Any, Any], ...] = (
        ("claims", exporting.CLAIMS, wanted),
        ("events", exporting.EVENTS, view.events),
    )
    for name, write, things in kinds:
        rows = list(csv.DictReader(io.StringIO(write["csv"](things, view))))
        print(
            f"{name}: CSV {len(rows)} rows; JSON Lines {len(write['jsonl'](things, view).splitlines())} lines"
        )
        text = write["geojson"](things, view)
        if find_spec("geojson"):
            import geojson  # type: ignore[import-not-found,import-untyped,unused-ignore]

            found = geojson.loads(text)
            print(f"{name}: GeoJSON {len(found.features)} features, valid: {found.is_valid}")
        else:
            print(f"{name}: GeoJSON {len(json.loads(text)['features'])} features (read as JSON)")
        from pyld import jsonld

        (whole,) = jsonld.expand(json.loads(write["jsonld"](things, view)), {"documentLoader": _no_network})
        print(f"{name}: JSON-LD expands to {len(whole['@graph'])} nodes")


def _no_network(url: str, _options: object) -> None:
    raise AssertionError(f"the context must not be fetched: {url}")


def _selectors(view: View, folder: Path, rows: list[Row]) -> None:
    posts = {found.id: found.post for source in given.sources(folder) if isinstance(source, given.Source) for found in given.posts(source) if isinstance(found, given.Given)}  # fmt: skip
    marked = {name: data.decode() for name, data in pages(view, folder) if name.startswith("posts/")}
    exact = again = shown = 0
    texts: dict[str, tuple[str, str, str]] = {}
    for row in rows:
        if row.post not in texts:
            texts[row.post] = (
                full_text(posts[row.post]),
                _reread(posts[row.post]),
                _words(marked[f"posts/{row.post}.html"]),
            )
        own, markdown, page = texts[row.post]
        place = row.sentence
        exact += resolve(own, place.selector, place.position) == place.position
        at = resolve(markdown, place.selector)
        again += at >= 0 and _same(markdown[at : at + 2 * len(place.text)], place.text)
        shown += " ".join(place.text.split()) in page
    print(
        f"selectors: {exact} of {len(rows)} at the exact place; {again} found in the Markdown read again; {shown} in the page"
    )


def _reread(post: Post) -> str:
    """The text of the post after it was written as ZMediumToMarkdown writes and read again."""
    text = fonds.write(post, "zmedium")
    for found in read(text.encode("utf-8", "surrogatepass"), "post.md"):
        if isinstance(found, Post):
            return full_text(found)
    return ""


def _same(found: str, wanted: str) -> bool:
    """White space aside: ZMediumToMarkdown puts a blank behind a link."""
    return "".join(found.split()).startswith("".join(wanted.split()))


def _words(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", "", page)).split())


if __name__ == "__main__":
    main()
