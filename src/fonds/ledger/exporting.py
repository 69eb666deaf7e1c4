"""Claims and events for other programs: CSV, JSON Lines, JSON-LD and GeoJSON. Deterministic, UTF-8.

JSON-LD speaks schema.org (Claim), Web Annotation (oa:Annotation with a text quote selector) and PROV. Its context
stands in the file: nothing is fetched to expand it.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import msgspec

from fonds import __version__
from fonds.ledger import events as clustering
from fonds.ledger import wording
from fonds.ledger.records import Claim, Mention
from fonds.ledger.review import Entry
from fonds.ledger.rows import Event, Head
from fonds.ledger.view import View

FORMATS = ("csv", "jsonl", "jsonld", "geojson")
NOTICE = "Reported claims, not facts. Figures must not be added up. Read the sentence beside each number."

COLUMNS = (
    "claim_id", "state", "kind", "figure", "low", "high", "qualifier", "population", "part_of", "stance", "modality", "total",
    "place", "place_id", "place_type", "country", "latitude", "longitude", "place_scope", "date_text", "date", "date_scope",
    "source", "source_id", "source_scope", "responsible", "responsible_id", "responsible_scope", "sentence", "section",
    "block", "frame", "post_id", "post_version", "post_date", "post_title", "post_url", "post_author", "same_as_post", "repeats",
    "corrects", "corrected_by", "reviewed_by", "reviewed_at", "extractor", "rule",
)  # fmt: skip
EVENT_COLUMNS = (
    "event_id", "kind", "date", "until", "date_basis", "place", "place_type", "country", "latitude", "longitude",
    "figure_kind", "population", "lowest_reported", "highest_reported", "or_fewer", "or_more", "vague", "differ",
    "conflict", "sources", "other_sources", "accused", "denied_by", "claims", "posts",
)  # fmt: skip

# A cell that begins like a formula is one to a spreadsheet; "+70" and "-5" are numbers.
_FORMULA = re.compile(r"[=@\t\r]|[+-](?!\d)")


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = str(value)
    return f"'{text}" if _FORMULA.match(text) else text


def _table(columns: Sequence[str], rows: Iterable[dict[str, object]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")  # RFC 4180
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(row[name]) for name in columns])
    return out.getvalue()


def flat(entry: Entry, view: View) -> dict[str, object]:
    """A claim as one row of a table."""
    row, claim, place = entry.row, entry.row.claim, clustering.known_place(entry.row.claim)
    head = view.heads.get(row.post)

    def part(mention: Mention | None, name: str) -> object:
        return getattr(mention, name) if mention is not None else None

    return {
        "claim_id": row.id, "state": entry.state, "kind": claim.kind, "figure": claim.figure, "low": claim.low,
        "high": claim.high, "qualifier": claim.qualifier, "population": claim.population,
        "part_of": claim.part_of is not None, "stance": claim.stance, "modality": claim.modality, "total": claim.total,
        "place": part(claim.place, "text"), "place_id": place.name if place is not None else None,
        "place_type": place.kind if place is not None else None, "country": place.country if place is not None else None,
        "latitude": place.latitude if place is not None else None, "longitude": place.longitude if place is not None else None,
        "place_scope": part(claim.place, "scope"), "date_text": part(claim.date, "text"), "date": part(claim.date, "id"),
        "date_scope": part(claim.date, "scope"), "source": part(claim.source, "text"), "source_id": part(claim.source, "id"),
        "source_scope": part(claim.source, "scope"), "responsible": part(claim.responsible, "text"),
        "responsible_id": part(claim.responsible, "id"), "responsible_scope": part(claim.responsible, "scope"),
        "sentence": row.sentence.text, "section": row.sentence.section, "block": row.sentence.kind,
        "frame": row.sentence.frame, "post_id": row.post, "post_version": row.version or None, "post_date": row.date,
        "post_title": head.title if head is not None else None, "post_url": head.url if head is not None else None,
        "post_author": head.author if head is not None else None, "same_as_post": view.twin(row), "repeats": row.repeats,
        "corrects": entry.corrects, "corrected_by": entry.corrected_by, "reviewed_by": entry.by, "reviewed_at": entry.at,
        "extractor": f"{row.extractor}/{row.extractor_version}", "rule": claim.rule,
    }  # fmt: skip


def claims_csv(entries: Iterable[Entry], view: View) -> str:
    return _table(COLUMNS, (flat(entry, view) for entry in entries))


def claims_jsonl(entries: Iterable[Entry], view: View) -> str:
    encode = msgspec.json.Encoder(order="deterministic").encode
    return "".join(encode(_full(entry, view)).decode() + "\n" for entry in entries)


def _full(entry: Entry, view: View) -> dict[str, Any]:
    out: dict[str, Any] = msgspec.to_builtins(entry)
    out.setdefault("state", entry.state)
    head = view.heads.get(entry.row.post)
    if head is not None:
        out["post"] = {
            "id": head.id,
            "title": head.title,
            "url": head.url,
            "author": head.author,
            "date": head.date,
            "same_as": head.twin,
        }
    place = clustering.known_place(entry.row.claim)
    if place is not None:
        out["located"] = {"name": place.name, "type": place.kind, "country": place.country, "latitude": place.latitude, "longitude": place.longitude}  # fmt: skip
    return out


# ---- JSON-LD ------------------------------------------------------------------------------------------------

CONTEXT: dict[str, Any] = {
    "schema": "https://schema.org/",
    "oa": "http://www.w3.org/ns/oa#",
    "prov": "http://www.w3.org/ns/prov#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "fonds": "urn:fonds:term:",
    "id": "@id",
    "type": "@type",
    "graph": "@graph",
    "text": "schema:text",
    "name": "schema:name",
    "url": {"@id": "schema:url", "@type": "@id"},
    "author": "schema:author",
    "datePublished": {"@id": "schema:datePublished", "@type": "xsd:date"},
    "appearance": {"@id": "schema:appearance", "@type": "@id"},
    "claimant": "schema:author",
    "about": "schema:about",
    "locationCreated": "schema:contentLocation",
    "geo": "schema:geo",
    "latitude": {"@id": "schema:latitude", "@type": "xsd:decimal"},
    "longitude": {"@id": "schema:longitude", "@type": "xsd:decimal"},
    "minValue": "schema:minValue",
    "maxValue": "schema:maxValue",
    "unitText": "schema:unitText",
    "temporal": "schema:temporalCoverage",
    "hasBody": {"@id": "oa:hasBody", "@type": "@id"},
    "hasTarget": "oa:hasTarget",
    "hasSource": {"@id": "oa:hasSource", "@type": "@id"},
    "hasSelector": "oa:hasSelector",
    "refinedBy": "oa:refinedBy",
    "exact": "oa:exact",
    "prefix": "oa:prefix",
    "suffix": "oa:suffix",
    "start": {"@id": "oa:start", "@type": "xsd:nonNegativeInteger"},
    "end": {"@id": "oa:end", "@type": "xsd:nonNegativeInteger"},
    "wasGeneratedBy": {"@id": "prov:wasGeneratedBy", "@type": "@id"},
    "wasDerivedFrom": {"@id": "prov:wasDerivedFrom", "@type": "@id"},
    "wasAssociatedWith": {"@id": "prov:wasAssociatedWith", "@type": "@id"},
    "wasRevisionOf": {"@id": "prov:wasRevisionOf", "@type": "@id"},
    "wasAttributedTo": "prov:wasAttributedTo",
    "generatedAtTime": {"@id": "prov:generatedAtTime", "@type": "xsd:dateTime"},
    "kind": "fonds:kind",
    "figure": "fonds:figure",
    "qualifier": "fonds:qualifier",
    "population": "fonds:population",
    "partOf": "fonds:partOf",
    "stance": "fonds:stance",
    "modality": "fonds:modality",
    "total": "fonds:sumToDate",
    "responsible": "fonds:heldResponsible",
    "scope": "fonds:scope",
    "state": "fonds:reviewState",
    "rule": "fonds:rule",
    "notice": "schema:disambiguatingDescription",
}


def claims_jsonld(entries: Iterable[Entry], view: View) -> str:
    graph: list[dict[str, Any]] = []
    posts: dict[str, Head | None] = {}
    activities: dict[str, dict[str, Any]] = {}
    for entry in entries:
        row = entry.row
        posts.setdefault(row.post, view.heads.get(row.post))
        made_by = f"urn:fonds:extraction:{row.extractor}:{row.extractor_version}"
        activities.setdefault(made_by, _activity(made_by, row.extractor, row.extractor_version))
        graph += [_claim_node(entry, made_by), _annotation(entry, posts[row.post])]
    software = {
        "id": "urn:fonds:software",
        "type": ["prov:SoftwareAgent", "schema:SoftwareApplication"],
        "name": f"fonds {__version__}",
    }
    nodes = [_post_node(ident, head) for ident, head in posts.items()]
    whole = {"@context": CONTEXT, "notice": NOTICE, "graph": [software, *activities.values(), *nodes, *graph]}
    return msgspec.json.format(msgspec.json.encode(whole), indent=1).decode() + "\n"


def _activity(ident: str, name: str, version: int) -> dict[str, Any]:
    return {
        "id": ident,
        "type": "prov:Activity",
        "name": f"{name}, version {version}",
        "wasAssociatedWith": "urn:fonds:software",
    }


def post_uri(ident: str, head: Head | None) -> str:
    """The post's address, or a name for it where it has none."""
    if head is not None and re.fullmatch(r"https?://[^\s<>\"{}|\\^`]+", head.url):
        return head.url
    return f"urn:fonds:post:{ident}"


def _post_node(ident: str, head: Head | None) -> dict[str, Any]:
    node: dict[str, Any] = {"id": f"urn:fonds:post:{ident}", "type": ["schema:Article", "prov:Entity"]}
    if head is not None:
        node |= {"name": head.title, "url": post_uri(ident, head)}
        if head.author:
            node["author"] = head.author
        if len(head.date) == 10:
            node["datePublished"] = head.date
        if head.twin:
            node["schema:isBasedOn"] = {"id": f"urn:fonds:post:{head.twin}"}
    return node


def _mention_node(mention: Mention, kind: str) -> dict[str, Any]:
    node: dict[str, Any] = {
        "type": kind,
        "name": mention.id or mention.text,
        "text": mention.text,
        "scope": mention.scope,
    }
    return node


def _claim_node(entry: Entry, made_by: str) -> dict[str, Any]:
    row, claim = entry.row, entry.row.claim
    node: dict[str, Any] = {
        "id": f"urn:fonds:claim:{row.id}",
        "type": ["schema:Claim", "prov:Entity"],
        "text": row.sentence.text,
        "kind": claim.kind,
        "stance": claim.stance,
        "modality": claim.modality,
        "state": entry.state,
        "rule": claim.rule,
        "appearance": f"urn:fonds:post:{row.post}",
        "wasGeneratedBy": made_by,
        "wasDerivedFrom": f"urn:fonds:post:{row.post}",
    }
    if claim.figure:
        about: dict[str, Any] = {"type": "schema:QuantitativeValue", "unitText": claim.population or "people"}
        about |= {"minValue": claim.low} if claim.low is not None else {}
        about |= {"maxValue": claim.high} if claim.high is not None else {}
        node |= {"figure": claim.figure, "qualifier": claim.qualifier, "about": about}
    node |= {"population": claim.population} if claim.population else {}
    node |= {"total": True} if claim.total else {}
    node |= {"partOf": True} if claim.part_of is not None else {}
    node |= {"temporal": claim.date.id} if claim.date is not None and claim.date.id else {}
    if claim.source is not None:
        node["claimant"] = _mention_node(claim.source, "schema:Thing")
    if claim.responsible is not None:
        node["responsible"] = _mention_node(claim.responsible, "schema:Thing")
    if claim.place is not None:
        node["locationCreated"] = _place_node(claim, claim.place)
    if entry.corrects:
        node["wasRevisionOf"] = f"urn:fonds:claim:{entry.corrects}"
    if entry.by:
        node["wasAttributedTo"] = {"type": "prov:Agent", "name": entry.by}
        node["generatedAtTime"] = entry.at
    return node


def _place_node(claim: Claim, place: Mention) -> dict[str, Any]:
    node = _mention_node(place, "schema:Place")
    known = clustering.known_place(claim)
    if known is not None:
        node["name"] = known.name
        node["geo"] = {
            "type": "schema:GeoCoordinates",
            "latitude": str(known.latitude),
            "longitude": str(known.longitude),
        }
    return node


def _annotation(entry: Entry, head: Head | None) -> dict[str, Any]:
    """The sentence in its post; in it, the figure."""
    row, claim = entry.row, entry.row.claim
    quote = row.sentence.selector
    selector: dict[str, Any] = {
        "type": "oa:TextQuoteSelector",
        "exact": quote.exact,
        "prefix": quote.prefix,
        "suffix": quote.suffix,
    }
    if claim.start >= 0:
        selector["refinedBy"] = {"type": "oa:TextPositionSelector", "start": claim.start, "end": claim.end}
    return {
        "id": f"urn:fonds:annotation:{row.id}",
        "type": "oa:Annotation",
        "hasBody": f"urn:fonds:claim:{row.id}",
        "hasTarget": {
            "type": "oa:SpecificResource",
            "hasSource": post_uri(row.post, head),
            "hasSelector": selector,
        },
    }


# ---- GeoJSON ------------------------------------------------------------------------------------------------


def _collection(features: list[dict[str, Any]]) -> str:
    whole = {"type": "FeatureCollection", "notice": NOTICE, "features": features}
    return msgspec.json.format(msgspec.json.encode(whole), indent=1).decode() + "\n"


def _point(longitude: object, latitude: object) -> dict[str, Any] | None:
    """RFC 7946: longitude first; null for a place that is not known."""
    return {"type": "Point", "coordinates": [longitude, latitude]} if longitude is not None else None


def claims_geojson(entries: Iterable[Entry], view: View) -> str:
    features = []
    for entry in entries:
        row = flat(entry, view)
        point = _point(row.pop("longitude"), row.pop("latitude"))
        features.append({"type": "Feature", "id": entry.row.id, "geometry": point, "properties": row})
    return _collection(features)


# ---- events -------------------------------------------------------------------------------------------------


def _event_rows(found: Iterable[Event]) -> Iterator[dict[str, object]]:
    """A row for each figure of an event: rows must not be added up, and one event has several."""
    for event in found:
        for figure in event.figures or (None,):
            yield {
                "event_id": event.id, "kind": event.kind, "date": event.date, "until": event.until,
                "date_basis": event.basis, "place": event.place, "place_type": event.place_kind, "country": event.country,
                "latitude": event.latitude, "longitude": event.longitude,
                "figure_kind": figure.kind if figure else None, "population": figure.population if figure else None,
                "lowest_reported": figure.low if figure else None, "highest_reported": figure.high if figure else None,
                "or_fewer": figure.open_low if figure else None, "or_more": figure.open_high if figure else None,
                "vague": figure.vague if figure else None, "differ": figure.differ if figure else None,
                "conflict": event.conflict, "sources": "; ".join(event.sources), "other_sources": event.other_sources,
                "accused": "; ".join(event.accused), "denied_by": "; ".join(event.deniers) or ("denied" if event.denied else ""),
                "claims": " ".join(event.claims), "posts": " ".join(event.posts),
            }  # fmt: skip


def events_csv(found: Iterable[Event], view: View) -> str:  # noqa: ARG001  one signature for all
    return _table(EVENT_COLUMNS, _event_rows(found))


def events_jsonl(found: Iterable[Event], view: View) -> str:  # noqa: ARG001  one signature for all
    encode = msgspec.json.Encoder(order="deterministic").encode
    return "".join(encode(event).decode() + "\n" for event in found)


def events_geojson(found: Iterable[Event], view: View) -> str:
    features = []
    for event in found:
        properties: dict[str, Any] = msgspec.to_builtins(event)
        properties.pop("latitude", None)
        properties.pop("longitude", None)
        properties["reported"] = [wording.figure(figure, view.by_id) for figure in event.figures]
        properties["sentences"] = [view.by_id[c].row.sentence.text for c in event.claims if c in view.by_id]
        features.append(
            {
                "type": "Feature",
                "id": event.id,
                "geometry": _point(event.longitude, event.latitude),
                "properties": properties,
            }
        )
    return _collection(features)


def events_jsonld(found: Iterable[Event], view: View) -> str:
    graph: list[dict[str, Any]] = []
    for event in found:
        node: dict[str, Any] = {
            "id": f"urn:fonds:event:{event.id}",
            "type": ["schema:Event", "prov:Entity"],
            "kind": event.kind,
            "name": f"{', '.join(wording.figure(f, view.by_id) for f in event.figures) or event.kind}, as reported",
            "wasDerivedFrom": [f"urn:fonds:claim:{claim}" for claim in event.claims],
            "fonds:accused": list(event.accused),
            "fonds:deniedBy": list(event.deniers),
            "fonds:conflict": event.conflict,
            "fonds:reported": [
                msgspec.to_builtins(figure) | {"type": "fonds:Figure"} for figure in event.figures
            ],
        }
        node |= {"schema:startDate": event.date} if event.date else {}
        node |= {"schema:endDate": event.until} if event.until else {}
        if event.place:
            place: dict[str, Any] = {"type": "schema:Place", "name": event.place}
            if event.latitude is not None:
                place["geo"] = {
                    "type": "schema:GeoCoordinates",
                    "latitude": str(event.latitude),
                    "longitude": str(event.longitude),
                }
            node["schema:location"] = place
        graph.append(node)
    terms = CONTEXT | {"low": "fonds:lowestReported", "high": "fonds:highestReported", "open_low": "fonds:orFewer", "open_high": "fonds:orMore", "vague": "fonds:vague", "differ": "fonds:differ", "conflict": "fonds:conflict", "claims": "fonds:claims"}  # fmt: skip
    whole = {"@context": terms, "notice": NOTICE, "graph": graph}
    return msgspec.json.format(msgspec.json.encode(whole), indent=1).decode() + "\n"


CLAIMS: dict[str, Callable[[Iterable[Entry], View], str]] = {
    "csv": claims_csv, "jsonl": claims_jsonl, "jsonld": claims_jsonld, "geojson": claims_geojson,
}  # fmt: skip
EVENTS: dict[str, Callable[[Iterable[Event], View], str]] = {
    "csv": events_csv, "jsonl": events_jsonl, "jsonld": events_jsonld, "geojson": events_geojson,
}  # fmt: skip
