"""Months as calendars: which days have posts, and how many. Pure."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from datetime import date as day_of
from datetime import timedelta
from typing import Any

from fonds.site.cards import Card
from fonds.site.times import MONTHS
from fonds.site.views import View

SHADES = 4
_EMPTY: dict[str, Any] = {"number": 0, "count": 0, "href": "", "shade": 0, "words": ""}


def shade(count: int) -> int:
    """1 to 4: one, two, up to four, more."""
    return 0 if not count else 1 if count == 1 else 2 if count == 2 else 3 if count <= 4 else SHADES


def months(year: str, cards: Sequence[Card], views: Mapping[str, View]) -> list[dict[str, Any]]:
    """The twelve months of a year, each with its weeks (from Monday) and its days with posts, newest last."""
    by_day: dict[str, list[View]] = {}
    for card in cards:
        by_day.setdefault(card.day, []).append(views[card.ident])
    result = []
    for number in range(1, 13):
        key = f"{year}-{number:02d}"
        days = [
            {"id": f"d{day}", "cards": found} for day, found in sorted(by_day.items()) if day.startswith(key)
        ]
        count = sum(len(day["cards"]) for day in days)
        result.append({
            "id": f"m{key}",
            "name": MONTHS[number - 1],
            "href": f"{key}.html" if days else "",
            "count": count,
            "days": days,
            "weeks": _weeks(year, number, by_day),
        })  # fmt: skip
    return result


def undated(cards: Sequence[Card], views: Mapping[str, View]) -> dict[str, Any]:
    """All posts without a date, as if they were a month."""
    found = [views[card.ident] for card in cards]
    return {
        "id": "undated",
        "name": "Without a date",
        "href": "",
        "count": len(found),
        "weeks": [],
        "days": [{"id": "dundated", "cards": found}],
    }


def _weeks(year: str, month: int, by_day: Mapping[str, list[View]]) -> list[list[dict[str, Any]]]:
    first = day_of(int(year), month, 1)
    try:
        after = day_of(int(year) + (month == 12), month % 12 + 1, 1)
        length = (after - first).days
    except ValueError:  # the last month of the last year that there is
        length = 31
    cells: list[dict[str, Any]] = [_EMPTY] * first.weekday()
    for number in range(1, length + 1):
        key = f"{int(year):04d}-{month:02d}-{number:02d}"
        count = len(by_day.get(key, ()))
        words = f"{number} {MONTHS[month - 1]}: {count} {'post' if count == 1 else 'posts'}"
        cells.append({
            "number": number, "count": count, "href": f"#d{key}" if count else "", "shade": shade(count), "words": words,
        })  # fmt: skip
    cells += [_EMPTY] * (-len(cells) % 7)
    return [cells[at : at + 7] for at in range(0, len(cells), 7)]


def gaps(cards: Sequence[Card], most: int = 8, least: int = 8) -> list[tuple[int, Card, Card]]:
    """The longest times without a post: (days, post before, post after), the longest first."""
    dated = [card for card in cards if card.day]
    found = []
    for before, after in itertools.pairwise(dated):
        days = _days(before, after)
        if days >= least:
            found.append((days, before, after))
    return sorted(found, key=lambda gap: (-gap[0], gap[1].at))[:most]


def _days(before: Card, after: Card) -> int:
    one, two = day_of.fromisoformat(before.day), day_of.fromisoformat(after.day)
    return max((two - one - timedelta(days=1)).days, 0)
