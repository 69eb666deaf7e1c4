"""The timeline: how many events of each kind were reported for each month. Events are counted, never people."""

from __future__ import annotations

from collections.abc import Sequence

from fonds.ledger.page.shell import LABELS, e
from fonds.ledger.rows import Event

WIDTH, LEFT, ROW = 1000, 150, 34
NAME = 32
"""Room for the four digits of a year."""


def month(event: Event) -> str:
    """The month of an event, or its year, or ""."""
    return event.date[:7] if event.date else ""


MANY = 300
"""Events of a year above which each month has a page of its own."""


class Pages:
    """On which page the events of a month stand."""

    def __init__(self, events: Sequence[Event]) -> None:
        self.years: dict[str, list[Event]] = {}
        for event in events:
            self.years.setdefault(event.date[:4] or "undated", []).append(event)
        self._parted = {year for year, held in self.years.items() if len(held) > MANY and year != "undated"}

    def parted(self, year: str) -> bool:
        return year in self._parted

    def link(self, at: str) -> str:
        """Where the events of the month ``at`` begin; those of a year without a month stand on its page."""
        year = at[:4]
        if self.parted(year) and len(at) == 7:
            return f"events-{at}.html"
        return f"events-{year}.html#m-{at}"


def svg(events: Sequence[Event], where: Pages) -> str:
    """A row for each kind, a column for each month; each mark leads to that month."""
    months = [month(event) for event in events if len(month(event)) == 7]
    if not months:
        return ""
    first, last = _index(min(months)), _index(max(months))
    span = max(12, last - first + 1)
    step = (WIDTH - LEFT - 10) / span
    counts: dict[tuple[str, str], int] = {}
    for event in events:
        at = month(event)
        if len(at) == 7:
            counts[event.kind, at] = counts.get((event.kind, at), 0) + 1
    kinds = [kind for kind in LABELS if any(key[0] == kind for key in counts)]
    most = max(counts.values())
    height = ROW * len(kinds) + 30
    parts = [
        f'<svg class="time" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="Events by kind and month">'
    ]
    for year in range(first // 12, last // 12 + 1):
        x = LEFT + (year * 12 - first) * step
        if x >= LEFT - 1:
            parts.append(f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="0" y2="{height - 22}"/>')
            fits = x + 3 + NAME <= WIDTH
            if fits or 12 * step > 2 * NAME:  # the last year's begins before its line rather than be cut off
                place = x + 3 if fits else WIDTH - NAME
                parts.append(f'<text class="year" x="{place:.1f}" y="{height - 6}">{year}</text>')
    if first % 12:
        parts.append(
            f'<text class="year" x="{LEFT}" y="{height - 6}">{_name(first)}</text>'
            if (12 - first % 12) * step > 60
            else ""
        )
    for row, kind in enumerate(kinds):
        base = (row + 1) * ROW - 4
        parts.append(
            f'<text class="kind" x="{LEFT - 10}" y="{base - 6}" text-anchor="end">{e(LABELS[kind])}</text>'
        )
        parts.append(f'<line class="base" x1="{LEFT}" x2="{WIDTH}" y1="{base}" y2="{base}"/>')
        for (held, at), count in sorted(counts.items()):
            if held != kind:
                continue
            tall = 3 + (ROW - 9) * count / most
            x = LEFT + (_index(at) - first) * step
            parts.append(
                f'<a href="{where.link(at)}"><rect class="bar k-{kind}" x="{x:.1f}" y="{base - tall:.1f}" '
                f'width="{max(1.5, min(step - 0.6, 18)):.1f}" height="{tall:.1f}"><title>{at}, {e(LABELS[kind].lower())}: {count} event'
                f"{'s' if count != 1 else ''} reported</title></rect></a>"
            )
    parts.append("</svg>")
    return "".join(parts)


def _index(at: str) -> int:
    return int(at[:4]) * 12 + int(at[5:7]) - 1


def _name(index: int) -> str:
    return f"{index // 12}-{index % 12 + 1:02}"
