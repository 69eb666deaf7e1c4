"""What people decide: states, edits, corrections, and what a later run makes of them; the redaction list."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

import ledgers
from fonds.errors import UsageError
from fonds.ledger import redaction, review
from fonds.ledger.review import Entry
from fonds.ledger.rows import Decision, Row
from fonds.ledger.run import extract
from fonds.ledger.store import IN_ARCHIVE, Ledger
from fonds.ledger.view import View, Wanted

AT = "2026-01-01T00:00:00+00:00"


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    folder = ledgers.archive(tmp_path / "archive")
    found = Ledger(folder / IN_ARCHIVE)
    extract(folder, found)
    return found


def row(ledger: Ledger, figure: str) -> Row:
    return next(r for r in ledger.rows() if r.claim.figure == figure and r.post == "aaaa00000001")


def entry(ledger: Ledger, ident: str) -> Entry:
    return next(e for e in View(ledger).raw if e.row.id == ident)


def test_states_are_kept_over_a_run(ledger: Ledger, tmp_path: Path) -> None:
    one, two, three = row(ledger, "23"), row(ledger, "60"), row(ledger, "54")
    ledger.add_decision(review.decision(entry(ledger, one.id), "accepted", "ana", AT, rules=one))
    ledger.add_decision(
        review.decision(entry(ledger, two.id), "rejected", "ana", AT, rules=two, note="a typing error")
    )
    fields = {
        "kind": review.field("kind", "rescued"),
        "low": review.field("low", "50"),
        "place": review.field("place", "Samos"),
    }
    ledger.add_decision(
        review.decision(entry(ledger, three.id), "edited", "ben", AT, rules=three, fields=fields)
    )
    extract(tmp_path / "archive", ledger, again=True)
    assert entry(ledger, one.id).state == "accepted"
    assert (entry(ledger, two.id).state, entry(ledger, two.id).note, entry(ledger, two.id).counts) == (
        "rejected",
        "a typing error",
        False,
    )
    edited = entry(ledger, three.id)
    assert (edited.state, edited.by, edited.at, edited.changed) == ("edited", "ben", AT, False)
    claim = edited.row.claim
    assert claim.place is not None
    assert (claim.kind, claim.low, claim.place.id, claim.figure) == ("rescued", 50, "Samos", "54")
    assert not any(two.id in event.claims for event in ledger.events())
    assert any(event.place == "Samos" and three.id in event.claims for event in ledger.events())
    assert two.id not in [e.row.id for e in View(ledger).claims(Wanted())]
    assert two.id in [e.row.id for e in View(ledger).claims(Wanted(state=("rejected",)))]


def test_the_last_decision_counts(ledger: Ledger) -> None:
    one = row(ledger, "23")
    for state in ("rejected", "accepted"):
        ledger.add_decision(Decision(n=0, prev="", at=AT, by="ana", claim=one.id, state=state, seen=one))
    assert entry(ledger, one.id).state == "accepted"
    assert len(ledger.decisions()) == 2


def test_what_was_accepted_stays_when_the_rules_change_their_mind(ledger: Ledger) -> None:
    one = row(ledger, "23")
    seen = msgspec.structs.replace(one, claim=msgspec.structs.replace(one.claim, kind="injured"))
    ledger.add_decision(Decision(n=0, prev="", at=AT, by="ana", claim=one.id, state="accepted", seen=seen))
    held = entry(ledger, one.id)
    assert (held.row.claim.kind, held.changed) == ("injured", True)


def test_what_was_accepted_stays_when_the_sentence_is_gone(ledger: Ledger, tmp_path: Path) -> None:
    one = row(ledger, "23")
    ledger.add_decision(review.decision(entry(ledger, one.id), "accepted", "ana", AT, rules=one))
    shorter = msgspec.structs.replace(ledgers.FIRST, blocks=ledgers.FIRST.blocks[:1])
    ledgers.version(tmp_path / "archive", shorter, 2)
    extract(tmp_path / "archive", ledger)
    held = entry(ledger, one.id)
    assert (held.found, held.state, held.row.sentence.text) == (False, "accepted", one.sentence.text)


def test_a_correction_links_two_claims(ledger: Ledger) -> None:
    one, two = row(ledger, "23"), row(ledger, "60")
    ledger.add_decision(
        Decision(n=0, prev="", at=AT, by="ana", claim=two.id, state="corrects", corrects=one.id)
    )
    assert entry(ledger, two.id).corrects == one.id
    assert entry(ledger, one.id).corrected_by == two.id
    assert entry(ledger, one.id).state == "new"


FIELDS = [
    ("kind", "killed", "killed"), ("low", "12", 12), ("high", "2.5", 2.5), ("high", "-", None), ("population", "", ""),
    ("stance", "denies", "denies"), ("total", "yes", True), ("source", "the UN", "the UN"), ("source", "-", None),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "value"), FIELDS)
def test_fields(name: str, text: str, value: object) -> None:
    assert review.field(name, text) == value


@pytest.mark.parametrize(("name", "text"), [("figure", "5"), ("kind", "hurt"), ("kind", ""), ("low", "many"), ("low", "-5"), ("low", "nan"), ("high", "1e999"), ("stance", "x")])  # fmt: skip
def test_fields_that_are_none(name: str, text: str) -> None:
    with pytest.raises(UsageError):
        review.field(name, text)


def test_an_edited_date_is_read(ledger: Ledger) -> None:
    claim = review.edited(row(ledger, "23").claim, {"date": "on Monday"}, "2016-05-31")
    assert claim.date is not None
    assert claim.date.id == "2016-05-30"
    claim = review.edited(claim, {"date": "2016-05-29", "source": "MSF"})
    assert claim.date is not None
    assert claim.source is not None
    assert (claim.date.id, claim.source.id) == ("2016-05-29", "Médecins Sans Frontières")


# ---- redaction ----------------------------------------------------------------------------------------------


def redact(ledger: Ledger, *lines: str) -> View:
    (ledger.folder / redaction.NAME).write_text("# names\n" + "\n".join(lines) + "\n", "utf-8")
    return View(ledger)


def test_a_name_is_taken_out_of_everything_that_is_shown(ledger: Ledger) -> None:
    shown = redact(ledger, "amir  invented")
    held = next(e for e in shown.entries if e.row.claim.figure == "12")
    assert "[redacted]" in held.row.sentence.text
    claim, text = held.row.claim, held.row.sentence.text
    assert text[claim.start : claim.end] == "12"
    assert claim.source is not None
    assert text[claim.source.start : claim.source.end] == claim.source.text
    encoded = b"".join(msgspec.json.encode(e) for e in shown.entries)
    assert b"Invented" not in encoded
    assert b"Amir" not in encoded


def test_whole_claims_and_posts_are_withheld(ledger: Ledger) -> None:
    one = row(ledger, "23")
    shown = redact(ledger, f"claim:{one.id}", "post:aaaa00000002")
    assert one.id not in shown.by_id
    assert not any(e.row.post == "aaaa00000002" for e in shown.entries)
    assert "aaaa00000002" not in shown.heads
    assert not any(one.id in event.claims or "aaaa00000002" in event.posts for event in shown.events)


def test_the_list_is_not_what_is_kept(ledger: Ledger) -> None:
    redact(ledger, "Amir Invented")
    assert any("Amir Invented" in r.sentence.text for r in ledger.rows())


def test_an_address_that_tells_a_name_is_left_out() -> None:
    from fonds.ledger.rows import Head

    hide = redaction.Redaction(["Amir Invented"])
    head = Head(
        key="k",
        mark="m",
        id="x",
        title="Amir Invented speaks",
        url="https://medium.com/amir-invented-speaks-1",
    )
    shown = hide.head(head)
    assert shown is not None
    assert (shown.title, shown.url) == ("[redacted] speaks", "")
