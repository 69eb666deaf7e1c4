"""All pictures: by year and month, and on one page that shows only what is in sight. Text, no files."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import msgspec
from markupsafe import Markup

from fonds.site import pictures
from fonds.site.body import Shown, tag_of
from fonds.site.cards import Card, Picture
from fonds.site.pages import Lists, Planned, marked
from fonds.site.theme import thousands
from fonds.site.times import MONTHS, date
from fonds.site.views import Where, attributes, thumb_path, up
from fonds.site.ways import UNDATED, month

A_PAGE = 120
_PART = "pictures/index.html"
_SIZES = "(max-width: 46rem) 50vw, 15rem"
_WORDS = 200


class Hung(NamedTuple):
    """A picture with its post."""

    picture: Picture
    card: Card


class Gallery:
    """``cards`` in the order of their time."""

    def __init__(self, cards: Sequence[Card], lists: Lists, where: Where) -> None:
        self._lists = lists
        self._where = where
        self._months: dict[str, list[Hung]] = {}
        for card in cards:
            for picture in card.pictures:
                self._months.setdefault(month(card), []).append(Hung(picture, card))
        self._total = sum(len(found) for found in self._months.values())
        looks = {
            hung.picture.local.place: (thumb.look, thumb.width, thumb.height)
            for found in self._months.values()
            for hung in found
            if (thumb := where.made.get(hung.picture.local.place)) is not None and thumb.look
        }
        self._alike = pictures.alike(looks)
        every = [hung for found in self._months.values() for hung in found]
        counts = Counter(map(self._group, every))
        self._groups: dict[str, list[Hung]] = {}
        """The pictures that are more than one in their group: most are alone, and there may be very many."""
        for hung in every:
            if counts[self._group(hung)] > 1:
                self._groups.setdefault(self._group(hung), []).append(hung)

    def _group(self, hung: Hung) -> str:
        place = hung.picture.local.place
        return self._alike.get(place, place)

    def _like(self, hung: Hung) -> list[Hung]:
        """A picture and those that look like it."""
        return self._groups.get(self._group(hung)) or [hung]

    def plan(self) -> Iterator[Planned]:
        parts = {key: self._folded(found) for key, found in self._months.items()}
        keys = sorted(parts)
        shown = {key: self._mark(parts[key]) for key in keys}
        yield Planned("pictures/index.html", marked("pictures", shown), functools.partial(self._index, parts))
        for key in keys:
            yield from self._month(key, parts[key])
        years: dict[str, list[Hung]] = {}
        for key in keys:
            years.setdefault(key[:4] if key != UNDATED else key, []).extend(parts[key])
        for year, found in sorted(years.items()):
            data = self._data(year, found)
            yield Planned(f"pictures/data/{year}.js", marked(data), functools.partial(bytes, data))
        yield Planned(
            "pictures/all.html", marked("all", shown, sorted(years)), functools.partial(self._all, years)
        )

    def _folded(self, found: Sequence[Hung]) -> list[Hung]:
        """Of pictures that look alike within a month, the first."""
        seen: dict[str, Hung] = {}
        for hung in found:
            seen.setdefault(self._group(hung), hung)
        return list(seen.values())

    def _mark(self, found: Sequence[Hung]) -> str:
        return marked([
            (hung.picture.local.place, hung.picture.words, hung.picture.alt, hung.card.page, hung.card.title,
             self._where.made.get(hung.picture.local.place), len(self._like(hung)), hung.picture.local.width)
            for hung in found
        ])  # fmt: skip

    # ------------------------------------------------------------------------------------------- pages

    def _summary(self) -> str:
        folded = self._total - sum(len(self._folded(found)) for found in self._months.values())
        more = (
            f"; {thousands(folded)} that look like another of their month are folded into it"
            if folded
            else ""
        )
        return f"{thousands(self._total)} {'picture' if self._total == 1 else 'pictures'}{more}."

    def _index(self, parts: dict[str, list[Hung]]) -> bytes:
        years: dict[str, list[dict[str, Any]]] = {}
        for key in sorted(parts, reverse=True):
            still: Markup | str = ""
            for hung in parts[key]:
                still = self._where.still(hung.picture.local, "../")
                if still:
                    break
            name = MONTHS[int(key[5:7]) - 1] if key != UNDATED else "Without a date"
            years.setdefault(key[:4] if key != UNDATED else key, []).append(
                {
                    "path": f"pictures/{key}.html",
                    "name": name,
                    "count": thousands(len(parts[key])),
                    "still": still,
                }
            )
        return self._lists.render(
            "pictures.html",
            "pictures/index.html",
            _PART,
            "Pictures",
            page={"summary": self._summary()},
            total=self._total,
            years=[
                {"id": year, "name": year if year != UNDATED else "Without a date", "months": months[::-1]}
                for year, months in years.items()
            ],
        )

    def _month(self, key: str, found: list[Hung]) -> Iterator[Planned]:
        parts = [found[at : at + A_PAGE] for at in range(0, len(found), A_PAGE)]
        pages = [(str(n + 1), f"{key}.html" if n == 0 else f"{key}-p{n + 1}.html") for n in range(len(parts))]
        for number, part in enumerate(parts):
            path = f"pictures/{pages[number][1]}"
            yield Planned(
                path,
                marked("month", pages, number, self._mark(part), len(found)),
                functools.partial(self._make_month, path, key, part, pages, number),
            )

    def _make_month(
        self, path: str, key: str, part: list[Hung], pages: list[tuple[str, str]], number: int
    ) -> bytes:
        name = f"{MONTHS[int(key[5:7]) - 1]} {key[:4]}" if key != UNDATED else "without a date"
        count = len(self._months[key])
        return self._lists.render(
            "pictures_month.html",
            path,
            _PART,
            f"Pictures, {name}",
            page={
                "heading": name,
                "summary": f"{thousands(count)} {'picture' if count == 1 else 'pictures'}.",
            },
            pages=[{"name": name, "href": href} for name, href in pages],
            now=number + 1,
            pictures=[self._shown(hung, up(path)) for hung in part],
        )

    def _shown(self, hung: Hung, root: str) -> dict[str, Any]:
        picture, card = hung
        kept = self._where.shown(picture.local, root)
        alt = picture.alt or picture.words or f"Picture in {card.title}"
        first = kept.sizes[:2]
        tag = tag_of(
            Shown(kept.href, kept.width, kept.height, kept.extension, first), alt[:_WORDS], sizes=_SIZES
        )
        others = [other for other in self._like(hung) if other.picture is not picture]
        return {
            "href": kept.href if picture.local.extension != "svg" else f"{root}{_place(hung)}",
            "plain": picture.local.extension == "svg",
            "tag": Markup(tag),  # noqa: S704  escaped by tag_of
            "words": picture.words,
            "attributes": attributes(card.lang, picture.words or card.title),
            "post": f"{root}{_place(hung)}",
            "title": card.title,
            "day": card.day,
            "date": date(card.at),
            "others": [
                {"post": f"{root}{_place(other)}", "title": other.card.title, "date": date(other.card.at)}
                for other in others[:20]
            ],
        }

    def _all(self, years: dict[str, list[Hung]]) -> bytes:
        parts = [f"{year}:{len(found)}" for year, found in sorted(years.items(), reverse=True)]
        return self._lists.render(
            "pictures_all.html",
            "pictures/all.html",
            _PART,
            "All pictures",
            page={"summary": self._summary()},
            total=sum(len(found) for found in years.values()),
            parts_list=" ".join(parts),
        )

    def _data(self, year: str, found: Sequence[Hung]) -> bytes:
        """The pictures of a year for the page that shows all: posts once each, and of each picture its post, its
        small version, its original, its shape and its words. The newest first."""
        posts: dict[str, int] = {}
        rows: list[list[Any]] = []
        heads: list[list[str]] = []
        for hung in reversed(found):
            card, local = hung.card, hung.picture.local
            if card.ident not in posts:
                posts[card.ident] = len(heads)
                heads.append([card.page, card.title, card.day])
            thumb = self._where.made.get(local.place)
            small = thumb_path(local.place, thumb.widths[0]) if thumb is not None and thumb.widths else ""
            words = (hung.picture.words or hung.picture.alt)[:_WORDS]
            href = "" if local.extension == "svg" else self._where.href(local)
            rows.append(
                [posts[card.ident], small or self._where.href(local), href, hung.picture.anchor, words]
            )
        counts = Counter(len(row) for row in rows)
        value = {"year": year, "posts": heads, "pictures": rows, "count": counts.total()}
        text = msgspec.json.encode(value).decode().replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
        return f"fonds.wall({text});\n".encode("utf-8", "replace")


def _place(hung: Hung) -> str:
    anchor = hung.picture.anchor
    return f"{hung.card.page}#{anchor}" if anchor else hung.card.page
