"""Events: what is put together, what is kept apart, least and most, denials, and what people decided."""

from __future__ import annotations

from pathlib import Path

import pytest

import ledgers
from fonds.ledger import wording
from fonds.ledger.review import override
from fonds.ledger.rows import Event
from fonds.ledger.run import extract
from fonds.ledger.store import IN_ARCHIVE, Ledger
from fonds.ledger.view import View, Wanted, pick_event
from fonds.model import Post


def events_of(folder: Path, *posts: Post) -> list[Event]:
    ledgers.archive(folder, posts)
    ledger = Ledger(folder / IN_ARCHIVE)
    extract(folder, ledger)
    return View(ledger).events


def shape(event: Event) -> tuple[str, str, str, list[tuple[str, str, object, object]]]:
    return event.place, event.date, event.kind, [(f.kind, f.population, f.low, f.high) for f in event.figures]


def digest(*paragraphs: str, days: int = 0, ident: str = "dddd00000001", title: str = "Digest") -> Post:
    return ledgers.post(ident, title, [ledgers.para(text) for text in paragraphs], days=days)


def test_two_posts_about_one_thing(tmp_path: Path) -> None:
    found = {event.place: event for event in events_of(tmp_path, *ledgers.ALL)}
    idlib = found["Idlib"]
    assert shape(idlib) == ("Idlib", "2016-05-31", "killed", [("killed", "", 23, 61)])
    (figure,) = idlib.figures
    assert (figure.open_high, figure.differ, figure.conflict) == (True, True, True)
    assert (idlib.sources, idlib.deniers, idlib.denied) == (
        ("Turkish foreign ministry", "White Helmets"),
        ("Russia",),
        True,
    )
    assert idlib.posts == ("aaaa00000001", "aaaa00000002")
    assert (idlib.latitude, idlib.country) == (35.9, "SY")


def test_posts_that_stand_twice_and_sums_to_date_make_no_event(tmp_path: Path) -> None:
    found = events_of(tmp_path, *ledgers.ALL)
    assert not any("bbbb00000001" in event.posts for event in found)
    assert not any(figure.low == 8000 for event in found for figure in event.figures)
    assert not any(event.place == "Calais" for event in found)  # a plan


APART = [
    ("33 people arrived on Chios and 31 on Kos.", [("Chios", 33), ("Kos", 31)]),
    ("5 people drowned off Libya. 12 people were killed in Aleppo.", [("Libya", 5), ("Aleppo", 12)]),
    ("5 people were killed in Syria. 12 people were killed in Syria.", [("Syria", 5), ("Syria", 12)]),
    ("At least 5 people were killed in Syria. At least 13 people were killed in Syria.", [("Syria", 5), ("Syria", 13)]),
    ("More than 55,000 people arrived. More than 157,000 people arrived.", [("", 55_001), ("", 157_001)]),
    ("900 people were arrested in Syria. Around 900 people were arrested in Syria.", [("Syria", 900)]),
    ("Greece received over 157,000, while Italy saw more than 55,000 refugees arrive.", [("Greece", 157_001), ("Italy", 55_001)]),
    ("5 people were killed in Aleppo by a bomb. 12 people were killed in Aleppo by a mine.", [("Aleppo", 5), ("Aleppo", 12)]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), APART)
def test_what_is_kept_apart(tmp_path: Path, text: str, expected: list[tuple[str, int]]) -> None:
    found = [(event.place, event.figures[0].high) for event in events_of(tmp_path, digest(text))]
    assert sorted(found, key=str) == sorted(expected, key=str)


def test_days_apart_are_events_apart(tmp_path: Path) -> None:
    text = "40 people arrived on Lesvos."
    posts = [digest(text, days=n, ident=f"dddd0000000{n}", title=f"Digest {n}") for n in (0, 5)]
    assert len(events_of(tmp_path, *posts)) == 2


def test_parts_are_no_second_figure_and_nothing_is_added_up(tmp_path: Path) -> None:
    (event,) = events_of(
        tmp_path,
        digest(
            "23 civilians, including 7 children, were killed in Aleppo.",
            "Nine people were injured in Aleppo.",
        ),
    )
    assert shape(event)[3] == [("killed", "", 23, 23), ("killed", "children", 7, 7), ("injured", "", 9, 9)]


def test_shares_are_no_counts(tmp_path: Path) -> None:
    (event,) = events_of(
        tmp_path, digest("57% of public hospitals in Syria are closed, according to the WHO.")
    )
    assert event.figures[0].population == "% of public hospitals"


def test_a_range_is_told_once(tmp_path: Path) -> None:
    (event,) = events_of(tmp_path, digest("8 or 11 people were killed in Aleppo."))
    view = View(Ledger(tmp_path / IN_ARCHIVE))
    assert wording.figure(event.figures[0], view.by_id) == "8 or 11 killed"
    assert (event.figures[0].low, event.figures[0].high) == (8, 11)


def test_a_source_that_the_register_does_not_know_is_counted_and_not_named(tmp_path: Path) -> None:
    (event,) = events_of(
        tmp_path, digest("Maria Invented, a neighbour, said 5 people were killed in Aleppo.")
    )
    assert (event.sources, event.other_sources) == ((), 1)


def test_merges_and_splits_survive_a_run(tmp_path: Path) -> None:
    found = events_of(tmp_path, *ledgers.ALL)
    ledger = Ledger(tmp_path / IN_ARCHIVE)
    lesvos = next(event for event in found if event.place == "Lesvos")
    kos = next(event for event in found if event.place == "Kos")
    idlib = next(event for event in found if event.place == "Idlib")
    ledger.add_override(
        override("merge", [*lesvos.claims, *kos.claims], by="me", at="2026-01-01T00:00:00+00:00")
    )
    leaving, staying = idlib.claims[-1:], idlib.claims[:-1]
    ledger.add_override(override("split", leaving, staying, by="me", at="2026-01-01T00:00:00+00:00"))
    for again in (False, True):
        extract(tmp_path, ledger, again=again)
        held = {frozenset(event.claims): event for event in ledger.events()}
        assert held[frozenset((*lesvos.claims, *kos.claims))].by_hand
        assert frozenset(leaving) in held
        assert frozenset(staying) in held
        assert [event.id for event in View(ledger).events] == [event.id for event in ledger.events()]


def test_an_event_is_found_by_its_id_its_beginning_and_a_claim(tmp_path: Path) -> None:
    events_of(tmp_path, *ledgers.ALL)
    shown = View(Ledger(tmp_path / IN_ARCHIVE))
    event = shown.events[0]
    assert (
        pick_event(shown, event.id) == pick_event(shown, event.id[:9]) == pick_event(shown, event.claims[0])
    )


FILTERS = [
    (Wanted(kind=("killed",)), {"Idlib", "Kos"}),
    (Wanted(place="Greece"), {"Lesvos", "Kos", "Greece", "Samos"}),
    (Wanted(place="lesbos"), {"Lesvos"}),
    (Wanted(source="Syria Civil Defence"), {"Idlib"}),
    (Wanted(stance="denies"), {"Idlib"}),
    (Wanted(party="Russia"), {"Idlib"}),
    (Wanted(since="2016-05-31"), {"Idlib", "Kos", "Greece", "Samos"}),
    (Wanted(until="2016-05-30"), {"Lesvos"}),
    (Wanted(until="2015"), set()),
    (Wanted(since="2016-05", until="2016"), {"Idlib", "Lesvos", "Kos", "Greece", "Samos"}),
    (Wanted(post="aaaa00000002"), {"Idlib"}),
]  # fmt: skip


@pytest.mark.parametrize(("wanted", "places"), FILTERS)
def test_filters(tmp_path: Path, wanted: Wanted, places: set[str]) -> None:
    events_of(tmp_path, *ledgers.ALL)
    assert {event.place for event in View(Ledger(tmp_path / IN_ARCHIVE)).chosen_events(wanted)} == places
