"""The static pages: every link leads somewhere, every number to its sentence; no script, no network, no name
that is withheld."""

from __future__ import annotations

import itertools
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

import ledgers
import made
from fonds.archive.files import ConflictError
from fonds.ledger import page
from fonds.ledger.page import map as maps
from fonds.ledger.page import timeline
from fonds.ledger.redaction import NAME
from fonds.ledger.rows import Event
from fonds.ledger.run import extract
from fonds.ledger.store import IN_ARCHIVE, Ledger
from fonds.ledger.view import View


class Seen(HTMLParser):
    """Links, ids and words of a page, and whether its tags close."""

    VOID = frozenset({"meta", "link", "br", "hr", "img"})

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.links: list[str] = []
        self.sources: list[str] = []
        self.ids: list[str] = []
        self.tags: list[str] = []
        self.words = ""
        self.feed(text)
        self.close()
        assert self.tags == [], self.tags

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = dict(attrs)
        if tag == "a":
            self.links.append(held.get("href") or "")
        if held.get("id"):
            self.ids.append(str(held["id"]))
        self.sources += [str(held[name]) for name in ("src", "srcset", "action") if held.get(name)]
        if tag == "link":
            self.sources.append(held.get("href") or "")
        assert tag not in ("script", "iframe", "object", "form")
        assert not any(name.startswith("on") for name in held)
        if tag not in self.VOID:
            self.tags.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in self.VOID:
            self.tags.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.tags, tag
        assert self.tags.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    folder = ledgers.archive(tmp_path / "archive")
    extract(folder, Ledger(folder / IN_ARCHIVE))
    return folder


def written(archive: Path, folder: Path) -> dict[str, Seen]:
    page.write(View(Ledger(archive / IN_ARCHIVE)), archive, folder)
    return {
        path.relative_to(folder).as_posix(): Seen(path.read_text("utf-8"))
        for path in sorted(folder.rglob("*.html"))
    }


def test_every_link_leads_somewhere(archive: Path, tmp_path: Path) -> None:
    pages = written(archive, tmp_path / "page")
    assert len(pages) > 15
    for name, seen in pages.items():
        assert len(seen.ids) == len(set(seen.ids)), name
        folder = name.rpartition("/")[0]
        for link in [*seen.links, *seen.sources]:
            if (
                link.startswith("https://medium.com/") or link == "data:,"
            ):  # no icon, so that none is asked for
                continue
            path, _, anchor = link.partition("#")
            parts: list[str] = [] if not folder else [folder]
            target = name if not path else "/".join([*parts, path])
            while "/../" in f"/{target}":
                target = re.sub(r"[^/]+/\.\./", "", target, count=1)
            if target.endswith(".css"):
                assert (tmp_path / "page" / target).is_file()
                continue
            assert target in pages, (name, link)
            assert not anchor or anchor in pages[target].ids, (name, link)


def test_every_number_leads_to_its_sentence_marked_in_the_post(archive: Path, tmp_path: Path) -> None:
    pages = written(archive, tmp_path / "page")
    ledger = Ledger(archive / IN_ARCHIVE)
    counted = {e.row.id: e.row for e in View(ledger).raw if e.counts}
    assert counted
    for ident, row in counted.items():
        text = (tmp_path / "page" / "posts" / f"{row.post}.html").read_text("utf-8")
        at = text.index(f'id="c-{ident}"')
        mark = text.rindex("<mark", 0, at)
        marked = Seen(text[mark : text.index("</mark>", at) + 7]).words
        assert marked == row.sentence.text
        assert (
            not row.claim.figure or f"<b>{row.claim.figure}</b>" in text[at : at + 60 + len(row.claim.figure)]
        )
    linked = {link.rpartition("#c-")[2] for seen in pages.values() for link in seen.links if "#c-" in link}
    shown = {e.row.id for e in View(ledger).entries if e.counts and not View(ledger).twin(e.row)}
    assert shown <= linked


def test_everything_reads_reported_by_in(archive: Path, tmp_path: Path) -> None:
    pages = written(archive, tmp_path / "page")
    for name, seen in pages.items():
        if name.startswith("events-"):
            cards = seen.words.count("reported by") + seen.words.count("denied by")
            assert cards >= len([ident for ident in seen.ids if ident.startswith("e")])
    words = pages["events-2016.html"].words
    assert "at least 23 to more than 60" in words
    assert "denied by Russia" in words
    assert "83" not in words  # 23 and 60 are not added up


def test_posts_not_read_and_posts_that_stand_twice_are_named(archive: Path, tmp_path: Path) -> None:
    pages = written(archive, tmp_path / "page")
    assert "Vijesti iz Zagreba" in pages["posts.html"].words
    assert "1 post stands twice and counts once" in pages["index.html"].words
    assert "repeats" in pages["posts/bbbb00000001.html"].words


def test_the_pages_name_no_private_person_in_an_index(archive: Path, tmp_path: Path) -> None:
    pages = written(archive, tmp_path / "page")
    for name in ("sources.html", "parties.html", "places.html", "index.html"):
        assert "Invented" not in pages[name].words
    assert not any("invented" in name for name in pages)


def test_what_is_redacted_is_on_no_page(archive: Path, tmp_path: Path) -> None:
    (archive / IN_ARCHIVE / NAME).write_text("Amir Invented\nIdlib\npost:aaaa00000002\n", "utf-8")
    pages = written(archive, tmp_path / "page")
    for seen in pages.values():
        assert "Invented" not in seen.words
        assert "Idlib" not in seen.words
    assert "posts/aaaa00000002.html" not in pages


def test_the_same_ledger_gives_the_same_bytes_and_foreign_folders_are_left_alone(
    archive: Path, tmp_path: Path
) -> None:
    written(archive, tmp_path / "one")
    written(archive, tmp_path / "two")
    assert made.snapshot(tmp_path / "one") == made.snapshot(tmp_path / "two")
    written(archive, tmp_path / "one")
    assert made.snapshot(tmp_path / "one") == made.snapshot(tmp_path / "two")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "index.html").write_text("mine")
    with pytest.raises(ConflictError):
        written(archive, tmp_path / "mine")
    assert (tmp_path / "mine" / "index.html").read_text() == "mine"


def event(place: str, latitude: float, longitude: float, date: str = "2016-05-31") -> Event:
    return Event(
        id=f"e{place}",
        kind="killed",
        date=date,
        place=place,
        place_kind="city",
        latitude=latitude,
        longitude=longitude,
    )


def test_the_map_shows_points_where_they_lie() -> None:
    found = maps.spots([event("A", 35, 36), event("A", 35, 36), event("B", 39, 26)])
    assert [(s.name, s.events) for s in found] == [("A", 2), ("B", 1)]
    window = maps.window(found)
    text = maps.svg(found, window, "t")
    circles = [tuple(map(float, c)) for c in re.findall(r'cx="([\d.]+)" cy="([\d.]+)" r="([\d.]+)"', text)]
    (ax, ay, ar), (bx, by, br) = circles
    assert ax > bx  # A lies east and south of B, and is larger
    assert ay > by
    assert ar > br
    assert text.count("<path") == 2


def test_a_map_of_far_places_has_a_window_for_most() -> None:
    window = maps.window(
        maps.spots([event(f"P{n}", 35 + n / 10, 26 + n / 10) for n in range(30)] + [event("Far", 21, 92)])
    )
    assert window.east < 60
    for far in ([event("Pole", 89, 0)], [event("Date", 0, 179.9), event("Line", 0, -179.9)]):
        assert "<svg" in maps.svg(maps.spots(far), maps.window(maps.spots(far)), "t")


def test_months_with_many_events_have_pages_of_their_own() -> None:
    many = [event(f"P{n}", 35, 26, f"2016-{n % 12 + 1:02}-01") for n in range(400)]
    where = timeline.Pages([*many, event("Q", 35, 26, "2017-02-03"), event("R", 35, 26, "")])
    assert (where.link("2016-03"), where.link("2017-02"), where.link("2016")) == (
        "events-2016-03.html", "events-2017.html#m-2017-02", "events-2016.html#m-2016",
    )  # fmt: skip
    assert timeline.svg([], where) == ""
    assert 'href="events-2016-03.html"' in timeline.svg(many, where)


def test_the_last_year_is_not_cut_off() -> None:
    events = [event("P", 35, 26, date) for date in ("2019-10-01", "2026-02-03")]
    drawn = timeline.svg(events, timeline.Pages(events))
    years = {year: float(x) for x, year in re.findall(r'class="year" x="([\d.]+)"[^>]*>(\d{4})<', drawn)}
    assert set(years) == {str(year) for year in range(2020, 2027)}
    assert max(years.values()) + timeline.NAME <= timeline.WIDTH
    assert all(b - a >= timeline.NAME for a, b in itertools.pairwise(sorted(years.values())))
