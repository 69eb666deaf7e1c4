"""Exports, read again by readers that are not ours: csv, json, a JSON-LD processor, GeoJSON's own rules."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

import ledgers
from fonds.ledger import exporting
from fonds.ledger.redaction import NAME
from fonds.ledger.run import extract
from fonds.ledger.sentences import Selector, full_text, resolve
from fonds.ledger.store import IN_ARCHIVE, Ledger
from fonds.ledger.view import View, Wanted

OA, SCHEMA, PROV = "http://www.w3.org/ns/oa#", "https://schema.org/", "http://www.w3.org/ns/prov#"


@pytest.fixture
def view(tmp_path: Path) -> View:
    folder = ledgers.archive(tmp_path / "archive")
    ledger = Ledger(folder / IN_ARCHIVE)
    extract(folder, ledger)
    return View(ledger)


def claims(view: View, kind: str) -> str:
    return exporting.CLAIMS[kind](view.claims(Wanted()), view)


def events(view: View, kind: str) -> str:
    return exporting.EVENTS[kind](view.chosen_events(Wanted()), view)


def test_csv(view: View) -> None:
    rows = list(csv.DictReader(io.StringIO(claims(view, "csv"))))
    assert len(rows) == 10
    first = rows[0]
    assert (first["figure"], first["low"], first["high"], first["kind"], first["place_id"]) == (
        "23",
        "23",
        "",
        "killed",
        "Idlib",
    )
    assert (
        first["sentence"]
        == "At least 23 people were killed in Idlib, according to the Observatory for the Rights of Man."
    )
    assert (first["post_url"], first["post_title"]) == (
        "https://medium.com/p/aaaa00000001",
        "Night over Idlib",
    )
    found = list(csv.DictReader(io.StringIO(events(view, "csv"))))
    assert ("killed", "23", "61", "yes") in [
        (r["figure_kind"], r["lowest_reported"], r["highest_reported"], r["or_more"]) for r in found
    ]


FORMULAS = [("=1+1", "'=1+1"), ("@SUM(A1)", "'@SUM(A1)"), ("+cmd", "'+cmd"), ("-x", "'-x"), ("+70", "+70"), ("-5", "-5"), ("a=b", "a=b"), (None, ""), (True, "yes"), (0, "0")]  # fmt: skip


@pytest.mark.parametrize(("value", "cell"), FORMULAS)
def test_no_cell_is_a_formula(value: object, cell: str) -> None:
    assert exporting._cell(value) == cell


def test_json_lines(view: View) -> None:
    rows = [json.loads(line) for line in claims(view, "jsonl").splitlines()]
    assert len(rows) == 10
    assert rows[0]["row"]["claim"]["low"] == 23
    assert rows[0]["located"]["country"] == "SY"
    assert rows[0]["state"] == "new"
    assert len(events(view, "jsonl").splitlines()) == len(view.events)


def expanded(text: str) -> list[dict[str, Any]]:
    jsonld = pytest.importorskip("pyld").jsonld

    def no_network(url: str, _options: object) -> None:
        raise AssertionError(f"the context must not be fetched: {url}")

    (whole,) = jsonld.expand(json.loads(text), {"documentLoader": no_network})
    graph: list[dict[str, Any]] = whole["@graph"]
    return graph


def value(node: dict[str, Any], name: str) -> Any:
    held = node[name][0]
    return held.get("@value", held.get("@id"))


def test_json_ld_expands_and_its_selectors_find_the_sentence(view: View) -> None:
    graph = expanded(claims(view, "jsonld"))
    by_type: dict[str, list[dict[str, Any]]] = {}
    for node in graph:
        for kind in node["@type"]:
            by_type.setdefault(kind, []).append(node)
    assert len(by_type[SCHEMA + "Claim"]) == len(by_type[OA + "Annotation"]) == 10
    nodes = {node["@id"]: node for node in graph}
    texts = {f"https://medium.com/p/{post.id}": full_text(post) for post in ledgers.ALL}
    for note in by_type[OA + "Annotation"]:
        (target,) = note[OA + "hasTarget"]
        (selector,) = target[OA + "hasSelector"]
        assert selector["@type"] == [OA + "TextQuoteSelector"]
        claim = nodes[value(note, OA + "hasBody")]
        text = texts[value(target, OA + "hasSource")]
        quote = Selector(
            value(selector, OA + "exact"), value(selector, OA + "prefix"), value(selector, OA + "suffix")
        )
        assert text[resolve(text, quote) :].startswith(value(claim, SCHEMA + "text"))
        assert value(claim, PROV + "wasDerivedFrom") in nodes
        assert value(claim, PROV + "wasGeneratedBy") in nodes
    (denial,) = [c for c in by_type[SCHEMA + "Claim"] if value(c, "urn:fonds:term:stance") == "denies"]
    assert value(denial[SCHEMA + "author"][0], SCHEMA + "name") == "Russia"


def test_events_as_json_ld(view: View) -> None:
    graph = expanded(events(view, "jsonld"))
    assert len(graph) == len(view.events)
    idlib = next(n for n in graph if value(n[SCHEMA + "location"][0], SCHEMA + "name") == "Idlib")
    assert value(idlib, SCHEMA + "startDate") == "2016-05-31"
    assert "at least 23 to more than 60 killed, as reported" in value(idlib, SCHEMA + "name")


@pytest.mark.parametrize("write", [claims, events])
def test_geojson(view: View, write: Any) -> None:
    whole = json.loads(write(view, "geojson"))
    assert whole["type"] == "FeatureCollection"
    assert whole["features"]
    for feature in whole["features"]:
        assert feature["type"] == "Feature"
        assert set(feature) == {"type", "id", "geometry", "properties"}
        if feature["geometry"] is not None:
            longitude, latitude = feature["geometry"]["coordinates"]
            assert -180 <= longitude <= 180
            assert -90 <= latitude <= 90
    places = {
        f["properties"].get("place_id") or f["properties"].get("place"): f["geometry"]
        for f in whole["features"]
    }
    assert places["Idlib"]["coordinates"] == [36.6, 35.9]


@pytest.mark.parametrize("kind", exporting.FORMATS)
@pytest.mark.parametrize("write", [claims, events])
def test_what_is_redacted_is_in_no_export(view: View, kind: str, write: Any) -> None:
    assert "Amir Invented" in "".join(claims(view, k) for k in exporting.FORMATS)
    (view.ledger.folder / NAME).write_text("Amir Invented\nAlarm Phone\nIdlib\n", "utf-8")
    text = write(View(view.ledger), kind)
    for name in ("Invented", "Alarm Phone", "Idlib"):
        assert name not in text


@pytest.mark.parametrize("kind", exporting.FORMATS)
def test_an_empty_ledger_exports_too(tmp_path: Path, kind: str) -> None:
    folder = ledgers.archive(tmp_path / "archive", [ledgers.FOREIGN])
    ledger = Ledger(folder / IN_ARCHIVE)
    extract(folder, ledger)
    empty = View(ledger)
    for write in (claims, events):
        text = write(empty, kind)
        if kind in ("geojson", "jsonld"):
            json.loads(text)
