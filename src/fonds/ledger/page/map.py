"""The map: outlines and points as one SVG in the page. No tiles, no network, no script."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import msgspec

from fonds.ledger.page.shell import e, slug
from fonds.ledger.rows import Event

WIDTH = 1000
LABELS = 22
"""Names on the map at most."""
CORE = 0.92
"""Share of the events that the large map must show; what lies far away goes on a small map of the world."""


class Spot(NamedTuple):
    """A place, and the events reported there. ``fine`` places are points, others stand for an area."""

    name: str
    kind: str
    latitude: float
    longitude: float
    events: int


class _Outlines(msgspec.Struct):
    about: str
    unit: int
    arcs: list[list[int]]
    land: list[list[int]]
    borders: list[int]


class Window(NamedTuple):
    """Degrees of the map's edges."""

    west: float
    south: float
    east: float
    north: float


WORLD = Window(-180, -58, 180, 80)
SMALLEST = Window(-12, 26, 46, 56)
"""The Mediterranean, the Balkans and the Middle East: what a map shows at least when its points lie there."""


@cache
def _outlines() -> tuple[list[list[tuple[float, float]]], _Outlines]:
    data = files("fonds.ledger").joinpath("data").joinpath("outlines.json").read_bytes()
    found = msgspec.json.decode(data, type=_Outlines)
    lines = []
    for arc in found.arcs:
        x = y = 0
        points = []
        for n in range(0, len(arc), 2):
            x, y = x + arc[n], y + arc[n + 1]
            points.append((x / found.unit, y / found.unit))
        lines.append(points)
    return lines, found


def spots(events: Sequence[Event]) -> list[Spot]:
    """The places with coordinates, the one with the most events first."""
    counts: dict[tuple[str, str, float, float], int] = {}
    for event in events:
        if event.latitude is not None and event.longitude is not None:
            key = (event.place, event.place_kind, event.latitude, event.longitude)
            counts[key] = counts.get(key, 0) + 1
    found = [Spot(*key, count) for key, count in counts.items()]
    return sorted(found, key=lambda spot: (-spot.events, spot.name))


def window(found: Sequence[Spot]) -> Window:
    """The part of the world that holds CORE of the events, with room round it."""
    total = sum(spot.events for spot in found)
    west, east = _core([(s.longitude, s.events) for s in found], total)
    south, north = _core([(s.latitude, s.events) for s in found], total)
    west, east, south, north = west - 3, east + 3, south - 2.5, north + 2.5
    if (
        west > SMALLEST.west
        and east < SMALLEST.east + 20
        and south > SMALLEST.south - 5
        and north < SMALLEST.north + 4
    ):
        west, south = min(west, SMALLEST.west), min(south, SMALLEST.south)
        east, north = max(east, SMALLEST.east), max(north, SMALLEST.north)
    height, width = north - south, east - west
    if width < 1.1 * height:
        extra = (1.1 * height - width) / 2
        west, east = west - extra, east + extra
    return Window(max(-180, west), max(-58, south), min(180, east), min(80, north))


def _core(values: list[tuple[float, int]], total: int) -> tuple[float, float]:
    """The shortest span that holds CORE of the weight."""
    ordered = sorted(values)
    best = (ordered[0][0], ordered[-1][0])
    held, first = 0, 0
    for value, count in ordered:
        held += count
        while held - ordered[first][1] >= CORE * total:
            held -= ordered[first][1]
            first += 1
        if held >= CORE * total and value - ordered[first][0] < best[1] - best[0]:
            best = (ordered[first][0], value)
    return best


class _Projection:
    """Equirectangular, with degrees of longitude as long as they are at the middle of the map."""

    def __init__(self, view: Window, width: int) -> None:
        self._view = view
        squeeze = math.cos(math.radians((view.south + view.north) / 2))
        self._x = width / (view.east - view.west)
        self._y = self._x / squeeze
        self.width, self.height = width, round((view.north - view.south) * self._y)

    def __call__(self, longitude: float, latitude: float) -> tuple[float, float]:
        return (longitude - self._view.west) * self._x, (self._view.north - latitude) * self._y


def svg(found: Sequence[Spot], view: Window, title: str, *, width: int = WIDTH, names: bool = True) -> str:
    """The map of ``found`` in ``view``. Each point is a link to the page of its place."""
    project = _Projection(view, width)
    inside = [
        s for s in found if view.west <= s.longitude <= view.east and view.south <= s.latitude <= view.north
    ]
    most = max((spot.events for spot in inside), default=1)
    scale = max(0.5, width / WIDTH)
    points = []
    for spot in inside:  # the largest first, so that the small ones stay in sight
        x, y = project(spot.longitude, spot.latitude)
        radius = _radius(spot, most) * scale
        area = spot.kind not in ("city", "camp", "island")
        events = f"{spot.events} event{'s' if spot.events != 1 else ''} reported"
        points.append(
            f'<a href="place/{slug(spot.name)}.html"><circle class="{"area" if area else "spot"}" cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}">'
            f"<title>{e(spot.name)} ({e(spot.kind)}): {events}</title></circle></a>"
        )
    labels = _labels(inside, project, most) if names else ""
    return (
        f'<svg class="map" viewBox="0 0 {project.width} {project.height}" role="img" aria-label="{e(title)}">'
        f"<title>{e(title)}</title><rect class=sea width=100% height=100% />"
        f'<path class="land" d="{_land(project, view)}"/><path class="border" d="{_borders(project, view)}"/>'
        f"{''.join(points)}{labels}</svg>"
    )


def _radius(spot: Spot, most: int) -> float:
    """The area of a circle goes with the number of events."""
    return 3 + 12 * math.sqrt(spot.events / most)


def _labels(inside: Sequence[Spot], project: _Projection, most: int) -> str:
    taken: list[tuple[float, float, float, float]] = []
    out = []
    for spot in inside[: 3 * LABELS]:
        x, y = project(spot.longitude, spot.latitude)
        radius = _radius(spot, most)
        width = 6.6 * len(spot.name)
        for left, top, anchor in (
            (x + radius + 3, y - 7, "start"), (x - radius - 3 - width, y - 7, "end"),
            (x - width / 2, y - radius - 15, "middle"), (x - width / 2, y + radius + 2, "middle"),
        ):  # fmt: skip
            box = (left, top, left + width, top + 14)
            if box[0] < 0 or box[2] > project.width or box[1] < 0 or box[3] > project.height:
                continue
            if any(box[0] < b[2] and b[0] < box[2] and box[1] < b[3] and b[1] < box[3] for b in taken):
                continue
            taken.append(box)
            at = {"start": left, "end": left + width, "middle": left + width / 2}[anchor]
            out.append(f'<text x="{at:.1f}" y="{top + 11:.1f}" text-anchor="{anchor}">{e(spot.name)}</text>')
            break
        if len(out) >= LABELS:
            break
    return "".join(out)


def _land(project: _Projection, view: Window) -> str:
    lines, found = _outlines()
    parts = []
    for ring in found.land:
        points: list[tuple[float, float]] = []
        for index in ring:
            line = lines[index] if index >= 0 else lines[~index][::-1]
            points += line[1 if points else 0 :]
        if _meets(points, view):
            parts.append(_path(_clipped(points, view), project) + "Z")
    return "".join(parts)


def _borders(project: _Projection, view: Window) -> str:
    lines, found = _outlines()
    return "".join(_path(lines[arc], project) for arc in found.borders if _meets(lines[arc], view))


def _meets(points: Sequence[tuple[float, float]], view: Window) -> bool:
    return (
        min(p[0] for p in points) < view.east
        and max(p[0] for p in points) > view.west
        and min(p[1] for p in points) < view.north
        and max(p[1] for p in points) > view.south
    )


def _clipped(points: list[tuple[float, float]], view: Window) -> list[tuple[float, float]]:
    """Points far outside are drawn to a frame round the window: less to write, the same to see."""
    west, east = view.west - 2, view.east + 2
    south, north = view.south - 2, view.north + 2
    out: list[tuple[float, float]] = []
    for x, y in points:
        point = (min(max(x, west), east), min(max(y, south), north))
        if not out or point != out[-1]:
            out.append(point)
    return out


def _path(points: Sequence[tuple[float, float]], project: _Projection) -> str:
    parts = []
    before = (0, 0)
    for n, (x, y) in enumerate(points):
        px, py = project(x, y)
        here = (round(px * 10), round(py * 10))
        if n == 0 or abs(x - points[n - 1][0]) > 180:  # across the date line: a new piece
            parts.append(f"M{here[0] / 10:g} {here[1] / 10:g}l")
        elif here != before:
            parts.append(f"{(here[0] - before[0]) / 10:g} {(here[1] - before[1]) / 10:g} ")
        before = here
    return "".join(parts).rstrip("l ").replace("lM", "M")
