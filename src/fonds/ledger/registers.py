"""The registers of places and organisations: tab-separated files that people can read and extend."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TypeAlias

from fonds.ledger import gazetteer
from fonds.ledger.lexicon import Phrases
from fonds.ledger.tokens import Words, tokenize


@dataclass(slots=True, frozen=True)
class Place:
    """``kind`` is country, region, island, sea, river, route, camp or city; ``country`` ISO 3166-1 alpha-2."""

    name: str
    kind: str
    country: str
    latitude: float
    longitude: float


@dataclass(slots=True, frozen=True)
class Organisation:
    """``kind`` is un, eu, ngo, rescue, monitor, media, coastguard, state, police or armed."""

    name: str
    kind: str
    country: str


@dataclass(slots=True, frozen=True)
class Named:
    """A name in a sentence: words ``first``..``last`` (exclusive). ``adjective``: "Russian", not "Russia"."""

    first: int
    last: int
    entry: Place | Organisation
    adjective: bool


def _rows(name: str) -> Iterator[list[str]]:
    text = files("fonds.ledger").joinpath("data").joinpath(name).read_text(encoding="utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            yield [*line.split("\t"), "", "", "", ""]


@cache
def register() -> Phrases:
    """All names of places and organisations, in lower case, to (entry, adjective). An organisation's name
    wins over a place that it begins with, because the longest name at a word is taken."""
    phrases = Phrases()
    for name, kind, country, latitude, longitude, aliases, adjectives, *_ in _rows("places.tsv"):
        place = Place(name, kind, country, float(latitude), float(longitude))
        for alias in (name, *aliases.split(";")):
            phrases.add(tokenize(alias).low, (place, False))
        for alias in adjectives.split(";"):
            phrases.add(tokenize(alias).low, (place, True))
    for name, kind, country, aliases, *_ in _rows("organisations.tsv"):
        entry = Organisation(name, kind, country)
        for alias in (name, *aliases.split(";")):
            phrases.add(tokenize(alias).low, (entry, False))
    return phrases


@cache
def _by_name() -> dict[str, Place | Organisation]:
    out: dict[str, Place | Organisation] = {}
    for held in register().table.values():
        for _, (entry, _adjective) in held:
            out[entry.name] = entry
    return out


def entry(name: str) -> Place | Organisation | None:
    """The entry of that (registered) name, or the gazetteer's town of that name and country, or None."""
    found = _by_name().get(name)
    if found is None and (town := gazetteer.town(name)) is not None:
        return of_town(town)
    return found


def of_town(town: gazetteer.Town) -> Place:
    """A town of the gazetteer as a place."""
    return Place(town.ident, "city", town.country, town.latitude, town.longitude)


Names: TypeAlias = dict[int, Named]
"""The names of a sentence by their first word."""


def names(words: Words) -> Names:
    """Every registered name in the sentence, left to right, the longest at each word.

    A name begins with a capital in the text (or is one that is written small, as "al-Hol"): "is" is no
    Islamic State. A possessive ("Libya’s") counts as the name.
    """
    table = register().table
    bare = words.low
    if "'" in words.text or "’" in words.text:
        bare = [word[:-2] if word.endswith("'s") else word for word in bare]
    out: Names = {}
    at, size = 0, len(bare)
    while at < size:
        held = table.get(bare[at])
        raw = words.raw[at]
        if held is None:
            at += 1
            continue
        for phrase, (found, adjective) in held:
            length = len(phrase)
            if tuple(bare[at : at + length]) != phrase:
                continue
            shown = words.raw[at + 1] if bare[at] == "the" and at + 1 < size else raw
            small = length > 1 and isinstance(found, Organisation)  # "white helmets"
            if not shown[0].isupper() and raw[:3] != "al-" and not small:
                continue
            if (
                length == 1
                and len(raw) <= 3
                and raw.isalpha()
                and phrase[0].isascii()
                and not raw.isupper()
                and found.name.upper() != raw.upper()
            ):
                continue
            out[at] = Named(at, at + length, found, adjective)
            at += length - 1
            break
        at += 1
    return out


def organisation_named(text: str) -> Organisation | None:
    """The organisation that ``text`` is a name of, whatever its case, or None."""
    words = tokenize(text).low
    for phrase, (found, _) in register().table.get(words[0], []) if words else []:
        if list(phrase) == words and isinstance(found, Organisation):
            return found
    return None


def place_named(text: str) -> Place | None:
    """The place that ``text`` is the name of, whatever its case ("GREECE", "Lesvos:"), or None."""
    words = [word for word in tokenize(text).low if word[0].isalnum()]
    if not words:
        return None
    for phrase, (found, adjective) in register().table.get(words[0], []):
        if list(phrase) == words and not adjective and isinstance(found, Place):
            return found
    return None


def places_in(text: str) -> list[Place]:
    """The places that ``text`` (a heading, a title) names, each once, in order; adjectives are no places."""
    found: dict[str, Place] = {}
    words = tokenize(text)
    if text.isupper():  # names are written with one capital in the register's eyes: "IS", "US"
        words.raw = [word.capitalize() if len(word) > 3 else word for word in words.raw]
    for name in names(words).values():
        if isinstance(name.entry, Place) and not name.adjective:
            found.setdefault(name.entry.name, name.entry)
    return list(found.values())


def only_place(text: str) -> Place | None:
    """The one place that a heading is about, or None: "GREECE", "Help needed in Novi Sad", "Greece: Lesvos"
    (the island, as both are in one country); not "Lebanon-Turkey"."""
    found = places_in(text)
    if len(found) > 1:
        countries = {place.country for place in found if place.country}
        inner = [place for place in found if place.kind != "country"]
        if len(countries) != 1 or len(inner) != 1 or any(not place.country for place in found):
            return None
        found = inner
    return found[0] if found else None
