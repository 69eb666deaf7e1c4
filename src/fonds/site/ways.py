"""The ways into a site: years, months, tags, people, languages, each with its posts and its page. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from fonds.archive import naming
from fonds.site import languages
from fonds.site.cards import Card

# The Win32 naming rules: these may not be a file's name, whatever its ending; "index" is our own.
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d|index|undated)$")
UNDATED = "undated"
_PAGE = re.compile(r"-p\d+$")


class Way(NamedTuple):
    """Posts that have something in common, oldest first. ``path`` is its (first) page, ``key`` what search calls it."""

    key: str
    name: str
    path: str
    cards: list[Card]


class Ways:
    """``cards`` in the order of their time."""

    def __init__(self, cards: Sequence[Card]) -> None:
        self.cards = cards
        self.years = _by(cards, lambda card: [(year(card), year(card))], "years", keep=True)
        self.months = _by(cards, lambda card: [(month(card), month(card))], "years", keep=True)
        self.tags = _by(cards, lambda card: list(card.tags), "tags")
        self.people = _by(cards, _person, "people")
        self.languages = _by(
            cards, lambda card: [(card.lang, languages.name(card.lang))], "languages", keep=True
        )
        self._tag_paths = {way.key: way.path for way in self.tags}
        self._person_paths = {way.key: way.path for way in self.people}
        self._language_paths = {way.key: way.path for way in self.languages}

    def tags_of(self, card: Card) -> tuple[tuple[str, str], ...]:
        """(name, path) of each tag of a post."""
        return tuple((name, self._tag_paths[slug]) for slug, name in card.tags)

    def author_of(self, card: Card) -> str:
        """The path of a post's author, or ""."""
        found = _person(card)
        return self._person_paths[found[0][0]] if found else ""

    def language_of(self, card: Card) -> str:
        return self._language_paths[card.lang]


def year(card: Card) -> str:
    """``2016`` or ``undated``."""
    return card.day[:4] or UNDATED


def month(card: Card) -> str:
    """``2016-05`` or ``undated``."""
    return card.day[:7] or UNDATED


def _person(card: Card) -> list[tuple[str, str]]:
    return [(card.username or card.author, card.author)] if card.author else []


def _by(
    cards: Iterable[Card],
    keys: Callable[[Card], Sequence[tuple[str, str]]],
    folder: str,
    *,
    keep: bool = False,
) -> list[Way]:
    """Ways by what ``keys`` gives for each post ((key, name) pairs), in the order of the keys.

    A way is called by the name that most of its posts give it. ``keep``: keys are their own file names.
    """
    found: dict[str, list[Card]] = {}
    names: dict[str, Counter[str]] = {}
    for card in cards:
        for key, name in keys(card):
            found.setdefault(key, []).append(card)
            names.setdefault(key, Counter())[name] += 1
    taken = naming.Names()
    ways = []
    for key in sorted(found):
        name = min(names[key], key=lambda one: (-names[key][one], one))
        stem = key if keep else naming.slug(key) or naming.slug(name) or "other"
        if not keep and (_RESERVED.match(stem) or _PAGE.search(stem)):
            stem = f"{stem}-"
        file, _ = taken.take(stem, ".html")
        ways.append(Way(key, name, f"{folder}/{file}", found[key]))
    return ways
