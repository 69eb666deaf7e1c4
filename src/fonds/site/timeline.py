"""Posts over time: a plot, the same numbers as a table, and the times without posts. Text, no files."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from fonds.site import calendar
from fonds.site.cards import Card
from fonds.site.pages import Lists, Planned, faces, marked
from fonds.site.theme import thousands
from fonds.site.times import MONTHS
from fonds.site.views import view
from fonds.site.ways import Ways, month

_PATH = "timeline.html"


def plan(ways: Ways, lists: Lists) -> Iterator[Planned]:
    yield Planned(
        _PATH, marked("timeline", faces(ways.cards), lists.choices()), functools.partial(_page, ways, lists)
    )


def _page(ways: Ways, lists: Lists) -> bytes:
    dated = [card for card in ways.cards if card.day]
    counts = Counter(month(card) for card in dated)
    choices: dict[str, Any] = lists.choices()
    undated = len(ways.cards) - len(dated)
    summary = f"{thousands(len(dated))} {'post' if len(dated) == 1 else 'posts'} with a date"
    if dated:
        summary += f", from {view(dated[0]).date} to {view(dated[-1]).date}"
    if undated:
        summary += f"; {thousands(undated)} without one {'is' if undated == 1 else 'are'} not shown"
    return lists.render(
        _PATH,
        _PATH,
        _PATH,
        "Timeline",
        page={"summary": f"{summary}."},
        months=[name[:3] for name in MONTHS],
        rows=_years(dated, counts),
        gaps=[
            {"days": days, "before": view(before), "after": view(after)}
            for days, before, after in calendar.gaps(dated)
        ],
        **choices,
    )


def _years(dated: Sequence[Card], counts: Counter[str]) -> list[dict[str, Any]]:
    """A row for each year from the first to the last, those without posts too, with a cell for each month."""
    if not dated:
        return []
    first, last = int(dated[0].day[:4]), int(dated[-1].day[:4])
    most = max(counts.values())
    rows = []
    for year in range(first, last + 1):
        keys = [f"{year:04d}-{number:02d}" for number in range(1, 13)]
        total = sum(counts[key] for key in keys)
        rows.append({
            "name": f"{year:04d}",
            "href": f"years/{year:04d}.html" if total else "",
            "count": total,
            "cells": [
                {"count": counts[key], "href": f"years/{key}.html", "shade": _shade(counts[key], most)} for key in keys
            ],
        })  # fmt: skip
    return rows


def _shade(count: int, most: int) -> int:
    """1 to 4 for a share of the fullest month; 0 for none."""
    return 0 if not count else min(1 + 4 * (count - 1) // max(most, 1), calendar.SHADES)
