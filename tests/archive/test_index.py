"""README.md, INDEX.md and redirects.csv, whole."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fonds.archive import index
from fonds.archive.index import Row, Totals

ROWS = (
    Row("a1", "posts/2016-05-31-boats-a1.md", "posts", "Boats [and] *ferries*", 1464692750178, "Mira",
        urls=("https://medium.com/@mira/boats-a1", "https://medium.com/@mira/old-a1")),
    Row("b2", "posts/2016-04-02-tides-b2.md", "posts", "Tides", 1459555200000, preview=True,
        urls=("https://letter.example/tides-b2",)),
    Row("c3", "posts/2015-01-02-fog-c3.md", "posts", "Fog", 1420156800000, gone=True, urls=("https://medium.com/@mira/old-a1",)),
    Row("d4", "drafts/رسائل-d4.md", "drafts", "رسائل", 0),
    Row("e5", "responses/2017-01-01-no-e5.md", "responses", "", 1483228800000, urls=("not an address", "ftp://x/y")),
)  # fmt: skip


def test_index() -> None:
    assert (
        "".join(index.index(index.ordered(ROWS), "The Harbour Letter"))
        == """\
# The Harbour Letter

## 2016

### May 2016

- 2016-05-31 [Boats \\[and\\] \\*ferries\\*](posts/2016-05-31-boats-a1.md) (Mira)

### April 2016

- 2016-04-02 [Tides](posts/2016-04-02-tides-b2.md) (only the beginning)

## 2015

### January 2015

- 2015-01-02 [Fog](posts/2015-01-02-fog-c3.md) (gone from Medium)

## Responses

- 2017-01-01 [e5](responses/2017-01-01-no-e5.md)

## Drafts

- [رسائل](drafts/%D8%B1%D8%B3%D8%A7%D8%A6%D9%84-d4.md)
"""
    )


def test_readme() -> None:
    totals = Totals("The <Letter>", ("@mira",), 3, 3_800_000_000, {"deleted": 2})
    text = index.readme(ROWS, totals)
    assert text.startswith("# The \\<Letter\\>\n\nEverything kept of @mira.\n")
    for line in (
        "| [posts](posts/) | 3 |",
        "| [drafts](drafts/) | 1 |",
        "| pictures and other files ([assets](assets/)) | 3 (3.8 GB) |",
        "| of these only the beginning (locked) | 1 |",
        "| of these gone from Medium | 1 |",
        "| known, and not here: deleted | 2 |",
        "| [2016](INDEX.md#2016) | 2 |",
    ):
        assert line in text.splitlines()


def test_redirects_know_every_address_once() -> None:
    table = list(csv.reader(io.StringIO("".join(index.redirects(ROWS)))))
    assert table[0] == ["from", "to"]
    places = dict(table[1:])
    assert len(places) == len(table) - 1
    # What c3 has now counts more than what a1 had once.
    assert places["https://medium.com/@mira/old-a1"] == "posts/2015-01-02-fog-c3.md"
    assert places["https://letter.example/tides-b2"] == "posts/2016-04-02-tides-b2.md"
    assert "not an address" not in places
    assert "ftp://x/y" not in places
    assert not any(source.endswith("/p/a1") for source in places)  # "a1" is too short to be an id


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1000, "1.0 kB"),
        (3_800_000_000, "3.8 GB"),
        (2 * 10**12, "2000.0 GB"),
    ],
)
def test_sizes(count: int, text: str) -> None:
    assert index.readme((), Totals("x", pictures=1, picture_bytes=count)).count(f"({text})") == 1


@given(st.permutations(ROWS))
def test_the_order_of_the_rows_says_nothing(rows: list[Row]) -> None:
    assert index.ordered(rows) == index.ordered(ROWS)
    assert index.readme(rows, Totals("x")) == index.readme(ROWS, Totals("x"))
