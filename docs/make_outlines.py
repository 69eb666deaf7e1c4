"""Makes the outlines of the ledger's map from Natural Earth's countries (public domain).

    npm pack world-atlas    # Natural Earth 1:50m as TopoJSON; unpack it
    python docs/make_outlines.py package/countries-50m.json > src/fonds/ledger/data/outlines.json

Arcs are simplified (Douglas-Peucker) as arcs, so that neighbours keep one border. Coordinates are written in
twentieths of a degree, each point as its distance from the one before.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, TypeAlias

UNIT = 20
"""Steps of a degree."""
TOLERANCE = 0.045
"""Degrees that a line may be off: less than a pixel on a map of a continent."""
SMALLEST = 0.004
"""Square degrees below which an island is left out (Lesvos has 0.17, Samos 0.05)."""

Point: TypeAlias = tuple[float, float]


def arcs(topology: dict[str, Any]) -> list[list[Point]]:
    (sx, sy), (dx, dy) = topology["transform"]["scale"], topology["transform"]["translate"]
    out = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for step in arc:
            x, y = x + step[0], y + step[1]
            points.append((x * sx + dx, y * sy + dy))
        out.append(points)
    return out


def simple(points: list[Point]) -> list[Point]:
    """Douglas-Peucker without recursion; the ends stay."""
    keep = {0, len(points) - 1}
    spans = [(0, len(points) - 1)]
    while spans:
        first, last = spans.pop()
        best, at = 0.0, -1
        for n in range(first + 1, last):
            off = distance(points[n], points[first], points[last])
            if off > best:
                best, at = off, n
        if at >= 0 and best > TOLERANCE:
            keep.add(at)
            spans += [(first, at), (at, last)]
    return [points[n] for n in sorted(keep)]


def distance(p: Point, a: Point, b: Point) -> float:
    dx, dy = b[0] - a[0], b[1] - a[1]
    length = dx * dx + dy * dy
    t = max(0.0, min(1.0, ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / length)) if length else 0.0
    return float(((p[0] - a[0] - t * dx) ** 2 + (p[1] - a[1] - t * dy) ** 2) ** 0.5)


def rings(geometry: dict[str, Any]) -> list[list[int]]:
    if geometry["type"] == "Polygon":
        return [list(ring) for ring in geometry["arcs"]]
    if geometry["type"] == "MultiPolygon":
        return [list(ring) for polygon in geometry["arcs"] for ring in polygon]
    if geometry["type"] == "GeometryCollection":
        return [ring for part in geometry["geometries"] for ring in rings(part)]
    return []


def area(ring: list[int], lines: list[list[Point]]) -> float:
    points: list[Point] = []
    for index in ring:
        line = lines[index] if index >= 0 else lines[~index][::-1]
        points += line[1 if points else 0 :]
    pairs = zip(points, points[1:] + points[:1], strict=True)
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairs)) / 2


def main(path: str) -> None:
    topology = json.loads(Path(path).read_text("utf-8"))
    lines = arcs(topology)
    land = [ring for ring in rings(topology["objects"]["land"]) if area(ring, lines) >= SMALLEST]
    uses: dict[int, int] = {}
    for country in topology["objects"]["countries"]["geometries"]:
        for ring in rings(country):
            for index in ring:
                arc = index if index >= 0 else ~index
                uses[arc] = uses.get(arc, 0) + 1
    borders = sorted(arc for arc, count in uses.items() if count > 1)
    used = sorted({index if index >= 0 else ~index for ring in land for index in ring} | set(borders))
    number = {arc: n for n, arc in enumerate(used)}
    out = {
        "about": "Land and country borders of Natural Earth 1:50m (public domain, naturalearthdata.com), from the npm"
        " package world-atlas, simplified by docs/make_outlines.py. Borders are those of Natural Earth, no statement of ours.",
        "unit": UNIT,
        "arcs": [delta(simple(lines[arc])) for arc in used],
        "land": [[number[i] if i >= 0 else ~number[~i] for i in ring] for ring in land],
        "borders": [number[arc] for arc in borders],
    }
    sys.stdout.write(json.dumps(out, separators=(",", ":")) + "\n")


def delta(points: list[Point]) -> list[int]:
    out: list[int] = []
    before = (0, 0)
    for x, y in points:
        here = (round(x * UNIT), round(y * UNIT))
        if out and here == before and len(points) > 2:
            continue
        out += [here[0] - before[0], here[1] - before[1]]
        before = here
    return out


if __name__ == "__main__":
    main(sys.argv[1])
