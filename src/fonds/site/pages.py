"""The pages that lead to posts: home, years, months, tags, people, languages, search, about. Text, no files."""

from __future__ import annotations

import functools
import hashlib
import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from markupsafe import Markup

from fonds.site import calendar, links, meta
from fonds.site.cards import Card
from fonds.site.source import Missing
from fonds.site.theme import Theme, thousands
from fonds.site.times import MONTHS, date
from fonds.site.views import Site, View, Where, up, view
from fonds.site.ways import UNDATED, Way, Ways, month, year

_A_PAGE = 200
_TAGS_AT_HOME = 40
_LISTED = 500
_STEPS = 20
_NOTHING: Mapping[str, Any] = {}


class Planned(NamedTuple):
    """A page that may have to be made: ``mark`` stands for what it is made from."""

    path: str
    mark: str
    make: Callable[[], bytes]


Place = tuple[list[tuple[str, str]], int]
"""The pages beside one (name, address), and which of them it is."""


def marked(*parts: object) -> str:
    """One mark for all of ``parts``."""
    return hashlib.blake2b(repr(parts).encode("utf-8", "replace"), digest_size=16).hexdigest()


def faces(cards: Iterable[Card]) -> str:
    return "".join(card.face for card in cards)


class Lists:
    """Plans the pages of a site. ``where`` says where pictures are, ``missing`` what is known and not here."""

    def __init__(
        self,
        ways: Ways,
        site: Site,
        theme: Theme,
        where: Where,
        missing: Sequence[Missing],
        *,
        archive: bool,
        newest: int,
    ) -> None:
        self._ways = ways
        self._site = site
        self._theme = theme
        self._where = where
        self._missing = missing
        self._archive = archive
        self._newest = newest
        self._authors = len(ways.people) > 1

    def plan(self) -> Iterator[Planned]:
        ways = self._ways
        every = faces(ways.cards)
        yield Planned(
            "index.html", marked("home", every, self._stills(ways.cards[-self._newest :])), self._home
        )
        yield self._index("years/index.html", "Years", ways.years, "bars", "post")
        for index, way in enumerate(ways.years):
            yield self._year(index, way)
        for index, way in enumerate(ways.months):
            if way.key != UNDATED:
                yield from self._month(index, way)
        yield self._index("tags/index.html", "Tags", _ranked(ways.tags), "chips", "tag")
        yield self._index("people/index.html", "People", _ranked(ways.people), "chips", "person")
        yield self._index("languages/index.html", "Languages", _ranked(ways.languages), "bars", "language")
        for way in itertools.chain(ways.tags, ways.people, ways.languages):
            yield from self._way(way)
        yield Planned("search.html", marked("search", *self._choices()), self._search)
        yield Planned(
            "about.html", marked("about", every, _thumbless(ways.cards), repr(self._missing)), self._about
        )

    # ------------------------------------------------------------------------------------------- pages

    def render(
        self,
        template: str,
        path: str,
        part: str,
        title: str,
        *,
        page: Mapping[str, Any] = _NOTHING,
        **rest: Any,
    ) -> bytes:
        about = {
            "kind": template.removesuffix(".html").replace("_", "-"),
            "lang": "en",
            "dir": "ltr",
            "title": title,
            "heading": title,
            "description": "",
            "summary": "",
            "path": path,
            "part": part,
            "meta": "",
            "short": False,
            **page,
        }
        return self._theme.render(template, site=self._site, root=up(path), page=about, **rest)

    def _views(self, cards: Iterable[Card], root: str, *, stills: bool = False) -> list[View]:
        return [
            view(card, self._still(card, root) if stills else "", show_author=self._authors) for card in cards
        ]

    def _still(self, card: Card, root: str) -> Markup | str:
        return self._where.still(card.pictures[card.lead].local, root) if card.lead >= 0 else ""

    def _stills(self, cards: Iterable[Card]) -> str:
        return "".join(str(self._still(card, "")) for card in cards)

    def _home(self) -> bytes:
        ways = self._ways
        cards = ways.cards
        kinds = Counter(card.kind for card in cards)
        totals = [
            ("post", "posts", "years/index.html", kinds["posts"]),
            ("response", "responses", "years/index.html", kinds["responses"]),
            ("draft", "drafts", "years/index.html", kinds["drafts"]),
            ("picture", "pictures", "pictures/index.html", sum(len(card.pictures) for card in cards)),
            ("word", "words", "timeline.html", sum(card.words for card in cards)),
            ("tag", "tags", "tags/index.html", len(ways.tags)),
            ("person", "people", "people/index.html", len(ways.people)),
            ("language", "languages", "languages/index.html", len(ways.languages)),
        ]
        newest = [card for card in reversed(cards) if card.kind == "posts"][: self._newest]
        return self.render(
            "home.html",
            "index.html",
            "index.html",
            self._site.title,
            page={"description": self._site.intro, "meta": meta.of_home(self._site)},
            totals=[
                {"name": one if count == 1 else many, "href": href, "count": thousands(count)}
                for one, many, href, count in totals
                if count
            ],
            newest=self._views(newest, "", stills=True),
            years=_bars(ways.years),
            tags=_bars(_ranked(ways.tags)[:_TAGS_AT_HOME]),
        )

    def _index(self, path: str, name: str, ways: Sequence[Way], shape: str, what: str) -> Planned:
        several = {"person": "people"}.get(what, what + "s")
        count = len(self._ways.cards) if what == "post" else len(ways)
        summary = f"{thousands(count)} {what if count == 1 else several}"
        if what == "post":
            summary += f" in {len(ways)} {'year' if len(ways) == 1 else 'years'}."
        else:
            summary += ", the most frequent first."
        shown = _bars(ways)
        return Planned(
            path,
            marked("index", path, shown, summary),
            lambda: self.render(
                "ways.html", path, path, name, page={"shape": shape, "summary": summary}, ways=shown
            ),
        )

    def _year(self, index: int, way: Way) -> Planned:
        years = self._ways.years
        near = [(_year_name(one), one.path.rpartition("/")[2]) for one in years]
        make = functools.partial(self._make_year, way, near, index)
        return Planned(way.path, marked("year", near, faces(way.cards)), make)

    def _make_year(self, way: Way, near: list[tuple[str, str]], index: int) -> bytes:
        root = up(way.path)
        views = {card.ident: view(card) for card in way.cards}
        months = (
            calendar.months(way.key, way.cards, views)
            if way.key != UNDATED
            else [calendar.undated(way.cards, views)]
        )
        return self.render(
            "year.html",
            way.path,
            "years/index.html",
            _year_name(way),
            page={"summary": f"{_posts(len(way.cards))}."},
            root_=root,
            months=months,
            pages=[{"name": name, "href": href} for name, href in near],
            now=index + 1,
        )

    def _month(self, index: int, way: Way) -> Iterator[Planned]:
        months = self._ways.months
        number = int(way.key[5:7])
        name = f"{MONTHS[number - 1]} {way.key[:4]}"
        before = months[index - 1] if index else None
        after = months[index + 1] if index + 1 < len(months) and months[index + 1].key != UNDATED else None
        near = [(one.key, one.path.rpartition("/")[2]) for one in (before, way, after) if one is not None]
        parts = list(_cut(way.cards[::-1]))
        for part, cards in enumerate(parts):
            path = _numbered(way.path, part)
            if len(parts) > 1:
                near = [(str(n + 1), _numbered(way.path, n).rpartition("/")[2]) for n in range(len(parts))]
            now = part + 1 if len(parts) > 1 else 1 + (before is not None)
            yield Planned(
                path,
                marked("month", near, now, faces(cards), len(way.cards), self._stills(cards), self._authors),
                functools.partial(self._make_month, path, name, way, list(cards), (near, now)),
            )

    def _make_month(self, path: str, name: str, way: Way, cards: list[Card], place: Place) -> bytes:
        near, now = place
        return self.render(
            "list.html",
            path,
            "years/index.html",
            name,
            page={"summary": f"{_posts(len(way.cards))}, the newest first."},
            up={"href": f"{way.key[:4]}.html", "name": way.key[:4]},
            pages=[{"name": one, "href": href} for one, href in near],
            now=now,
            groups=[{"name": "", "cards": self._views(cards, up(path), stills=True)}],
        )

    def _way(self, way: Way) -> Iterator[Planned]:
        parts = list(_cut(way.cards[::-1]))
        pages = [(str(n + 1), _numbered(way.path, n).rpartition("/")[2]) for n in range(len(parts))]
        for part, cards in enumerate(parts):
            path = _numbered(way.path, part)
            yield Planned(
                path,
                marked("way", way.name, pages, part, len(way.cards), faces(cards), self._authors),
                functools.partial(self._make_way, path, way, list(cards), (pages, part + 1)),
            )

    def _make_way(self, path: str, way: Way, cards: list[Card], place: Place) -> bytes:
        pages, now = place
        folder = path.partition("/")[0]
        groups: list[dict[str, Any]] = []
        for card in cards:
            name = year(card)
            if not groups or groups[-1]["key"] != name:
                href = f"../years/{name}.html"
                shown = "Without a date" if name == UNDATED else name
                groups.append({"key": name, "name": shown, "id": f"y{name}", "href": href, "cards": []})
            groups[-1]["cards"].append(view(card, show_author=self._authors))
        return self.render(
            "list.html",
            path,
            f"{folder}/index.html",
            way.name,
            page={"summary": f"{_posts(len(way.cards))}, the newest first.", "short": True},
            up={"href": "index.html", "name": f"All {folder}"},
            pages=[{"name": name, "href": href} for name, href in pages],
            now=now,
            groups=groups,
        )

    # ------------------------------------------------------------------------------------------- search, about

    def _choices(self) -> tuple[list[dict[str, str]], ...]:
        ways = self._ways
        years = [{"value": way.key, "name": _year_name(way)} for way in reversed(ways.years)]
        tags = [{"value": way.key, "name": f"{way.name} ({len(way.cards)})"} for way in _by_name(ways.tags)]
        people = [
            {"value": way.key, "name": f"{way.name} ({len(way.cards)})"} for way in _by_name(ways.people)
        ]
        spoken = [{"value": way.key, "name": way.name} for way in _ranked(ways.languages)]
        return years, tags, people, spoken

    def choices(self) -> dict[str, Any]:
        """What the filters of search and timeline offer."""
        years, tags, people, spoken = self._choices()
        return {"years": years, "tags": tags, "people": people, "languages": spoken}

    def _search(self) -> bytes:
        choices: dict[str, Any] = self.choices()
        return self.render("search.html", "search.html", "search.html", "Search", **choices)

    def _about(self) -> bytes:
        cards = self._ways.cards
        kinds = Counter(card.kind for card in cards)
        dated = [card for card in cards if card.day]
        lines = [
            ("posts", kinds["posts"]),
            ("responses", kinds["responses"]),
            ("drafts", kinds["drafts"]),
            ("pictures", sum(len(card.pictures) for card in cards)),
            ("words", sum(card.words for card in cards)),
            ("earlier versions", sum(card.editions for card in cards)),
            ("posts gone from Medium, kept here", sum(1 for card in cards if card.gone)),
        ]
        absent = sum(card.absent for card in cards)
        preview = sum(1 for card in cards if card.preview)
        reasons = Counter((one.what, one.reason) for one in self._missing)
        missing = [
            {"what": what, "reason": reason, "count": thousands(count)}
            for (what, reason), count in sorted(reasons.items())
        ]
        if preview:
            missing.append(
                {
                    "what": "the rest of posts",
                    "reason": "behind Medium's paywall",
                    "count": thousands(preview),
                }
            )
        if absent:
            missing.append({"what": "pictures in posts", "reason": "not kept", "count": thousands(absent)})
        return self.render(
            "about.html",
            "about.html",
            "about.html",
            "About this archive",
            kept=[{"name": name, "count": thousands(count)} for name, count in lines if count],
            first=date(dated[0].at) if dated else "no known date",
            last=date(dated[-1].at) if dated else "no known date",
            missing=missing,
            listed=[
                {
                    "what": one.what,
                    "title": one.title or one.url or "?",
                    "href": links.safe(one.url),
                    "reason": one.reason,
                    "detail": one.detail,
                }
                for one in self._missing[:_LISTED]
            ],
            total_missing=thousands(len(self._missing)),
            more=len(self._missing) > _LISTED,
            archive=self._archive,
            sitemap=bool(self._site.url),
        )


def _thumbless(cards: Iterable[Card]) -> tuple[int, int, int]:
    """What the page about the archive counts beside what lists show."""
    found = [(len(card.pictures), card.absent, card.words + 1000 * card.editions) for card in cards]
    return sum(n[0] for n in found), sum(n[1] for n in found), sum(n[2] for n in found)


def _year_name(way: Way) -> str:
    return "Without a date" if way.key == UNDATED else way.name


def _posts(count: int) -> str:
    return f"{thousands(count)} {'post' if count == 1 else 'posts'}"


def _ranked(ways: Iterable[Way]) -> list[Way]:
    return sorted(ways, key=lambda way: (-len(way.cards), way.key))


def _by_name(ways: Iterable[Way]) -> list[Way]:
    return sorted(ways, key=lambda way: (way.name.lower(), way.key))


def _bars(ways: Iterable[Way]) -> list[dict[str, Any]]:
    """Ways with their counts, and bars in steps of five per cent of the largest."""
    listed = list(ways)
    most = max((len(way.cards) for way in listed), default=1)
    return [
        {
            "name": _year_name(way),
            "path": way.path,
            "count": thousands(len(way.cards)),
            "share": max(round(_STEPS * len(way.cards) / most), 1),
        }
        for way in listed
    ]


def _cut(cards: Sequence[Card]) -> Iterator[Sequence[Card]]:
    for start in range(0, len(cards), _A_PAGE):
        yield cards[start : start + _A_PAGE]


def _numbered(path: str, part: int) -> str:
    return path if part == 0 else f"{path.removesuffix('.html')}-p{part + 1}.html"


def months_of(cards: Iterable[Card]) -> Counter[str]:
    """Posts per month (``2016-05``)."""
    return Counter(month(card) for card in cards if card.day)
