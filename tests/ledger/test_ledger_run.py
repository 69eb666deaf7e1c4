"""A run: what is read, what is read again, what is folded, what is listed as unread; the files on the disk."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

import ledgers
import made
from fonds.archive.files import ConflictError
from fonds.errors import DiskError, IntegrityError, UnreadableError, UsageError
from fonds.ledger import store
from fonds.ledger.language import spoken
from fonds.ledger.run import extract
from fonds.ledger.sentences import full_text, resolve
from fonds.ledger.store import IN_ARCHIVE, Ledger, opened
from fonds.ledger.view import View, Wanted
from fonds.model import Post

ONE = made.export_post("One", made.graf("5 people drowned off Kos."), post_id="111111111111")


def ledger_of(folder: Path) -> Ledger:
    return Ledger(folder / IN_ARCHIVE)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return ledgers.archive(tmp_path / "archive")


def told(folder: Path) -> list[tuple[str, str, str]]:
    """Figure, kind and post of every claim that counts."""
    shown = View(ledger_of(folder))
    return [(e.row.claim.figure, e.row.claim.kind, e.row.post[:4]) for e in shown.claims(Wanted())]


def test_what_an_archive_tells(archive: Path) -> None:
    summary = extract(archive, ledger_of(archive))
    assert (summary.posts, summary.read, summary.twins, summary.unread) == (4, 4, 1, {"other": 1})
    assert told(archive) == [
        ("23", "killed", "aaaa"), ("60", "killed", "aaaa"), ("", "killed", "aaaa"), ("54", "arrived", "aaaa"),
        ("nine", "arrived", "aaaa"), ("Two", "killed", "aaaa"), ("12", "deported", "aaaa"), ("45", "rescued", "aaaa"),
        ("31", "killed", "aaaa"), ("8,000", "arrived", "aaaa"),
    ]  # fmt: skip


def test_what_stands_around_a_sentence_fills_its_gaps_and_says_so(archive: Path) -> None:
    extract(archive, ledger_of(archive))
    shown = View(ledger_of(archive))
    by_figure = {e.row.claim.figure: e.row.claim for e in shown.claims(Wanted(post="aaaa00000001"))}
    denial, nine, twelve, rescued = by_figure[""], by_figure["nine"], by_figure["12"], by_figure["45"]
    assert denial.place is not None
    assert (denial.stance, denial.place.id, denial.place.scope) == ("denies", "Idlib", "previous")
    assert nine.place is not None
    assert (nine.place.id, nine.place.scope) == ("Lesvos", "previous")
    assert nine.date is not None
    assert (nine.date.id, nine.date.scope) == ("2016-05-30", "previous")
    assert twelve.place is not None
    assert (twelve.place.id, twelve.place.scope) == ("Greece", "section")
    assert rescued.source is not None
    assert (rescued.source.text, rescued.source.scope) == ("Alarm Phone", "tweet frame")


def test_a_second_run_reads_only_what_is_new(archive: Path) -> None:
    ledger = ledger_of(archive)
    extract(archive, ledger)
    before = made.snapshot(ledger.folder)
    again = extract(archive, ledger)
    assert (again.read, again.kept) == (0, 4)
    assert made.snapshot(ledger.folder) == before
    changed = msgspec.structs.replace(
        ledgers.SECOND, blocks=(*ledgers.SECOND.blocks, ledgers.para("7 people drowned off Samos."))
    )
    ledgers.version(archive, changed, 2)
    third = extract(archive, ledger)
    assert (third.read, third.kept) == (1, 3)
    assert ("7", "killed", "aaaa") in told(archive)
    fresh = Ledger(archive.parent / "fresh")
    extract(archive, fresh)
    for name in (store.CLAIMS, store.POSTS, store.EVENTS):
        assert (fresh.folder / name).read_bytes() == (ledger.folder / name).read_bytes()


def test_the_number_of_processes_changes_nothing(tmp_path: Path) -> None:
    posts = [msgspec.structs.replace(ledgers.FIRST, id=f"aaaa{n:08}") for n in range(60)]
    folder = ledgers.archive(tmp_path / "archive", posts)
    one, two = Ledger(tmp_path / "one"), Ledger(tmp_path / "two")
    extract(folder, one, jobs=1)
    extract(folder, two, jobs=2)
    assert made.snapshot(one.folder) == made.snapshot(two.folder)


def test_a_plain_folder_is_read_again_only_where_a_file_changed(tmp_path: Path) -> None:
    folder = made.tree(
        tmp_path / "files",
        {
            "one.html": ONE,
            "two.html": made.export_post("Two", made.graf("6 people were killed in Aleppo.")),
            "notes.txt": b"nothing",
        },
    )
    ledger = Ledger(tmp_path / "ledger")
    assert extract(folder, ledger).read == 2
    assert extract(folder, ledger).read == 0
    (folder / "two.html").write_bytes(
        made.export_post("Two", made.graf("6 or 7 people were killed in Aleppo."))
    )
    assert extract(folder, ledger).read == 1
    (folder / "two.html").unlink()
    last = extract(folder, ledger)
    assert (last.posts, last.gone) == (1, 1)


def test_one_post_in_two_files_is_read_once(tmp_path: Path) -> None:
    data = ONE
    folder = made.tree(tmp_path / "files", {"a.html": data, "b.html": data})
    ledger = Ledger(tmp_path / "ledger")
    summary = extract(folder, ledger)
    assert (summary.posts, summary.claims, summary.duplicates) == (1, 1, 1)
    assert extract(folder, ledger).read == 0
    (folder / "a.html").unlink()
    assert extract(folder, ledger).claims == 1


def test_drafts_are_left_out(tmp_path: Path) -> None:
    folder = ledgers.archive(tmp_path / "a", [msgspec.structs.replace(ledgers.FIRST, draft=True)])
    assert extract(folder, ledger_of(folder)).posts == 0


def test_what_cannot_be_read_is_named_and_the_rest_is_done(archive: Path) -> None:
    (archive / ".fonds" / "posts" / "aaaa00000002" / "1.json").write_bytes(b"{")
    summary = extract(archive, ledger_of(archive))
    assert (summary.posts, len(summary.failures), summary.exit_code) == (3, 1, 36)


def test_every_selector_of_the_ledger_finds_its_sentence(archive: Path) -> None:
    ledger = ledger_of(archive)
    extract(archive, ledger)
    texts = {post.id: full_text(post) for post in ledgers.ALL}
    rows = ledger.rows()
    assert rows
    for row in rows:
        place = row.sentence
        assert resolve(texts[row.post], place.selector, place.position) == place.position
        assert texts[row.post][place.position :].startswith(place.text)
        if row.claim.figure:
            assert place.text[row.claim.start : row.claim.end] == row.claim.figure


def test_ids_hold_when_the_post_grows(archive: Path) -> None:
    ledger = ledger_of(archive)
    extract(archive, ledger)
    before = {(r.sentence.text, r.claim.figure): r.id for r in ledger.rows() if r.post == "aaaa00000001"}
    grown = msgspec.structs.replace(
        ledgers.FIRST,
        blocks=(ledgers.FIRST.blocks[0], ledgers.para("A new beginning."), *ledgers.FIRST.blocks[1:]),
    )
    ledgers.version(archive, grown, 2)
    extract(archive, ledger)
    after = {(r.sentence.text, r.claim.figure): r.id for r in ledger.rows() if r.post == "aaaa00000001"}
    assert after == before
    assert len({row.id for row in ledger.rows()}) == len(ledger.rows())


def test_a_folder_that_is_no_ledger_is_left_alone(tmp_path: Path, archive: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "claims.jsonl").write_text("mine")
    with pytest.raises(ConflictError):
        extract(archive, Ledger(mine))
    assert (mine / "claims.jsonl").read_text() == "mine"


def test_a_crash_between_two_files_is_noticed(archive: Path) -> None:
    ledger = ledger_of(archive)
    extract(archive, ledger)
    whole = (ledger.folder / "claims.jsonl").read_bytes()
    (ledger.folder / "claims.jsonl").write_bytes(whole[: whole.index(b"\n") + 1])
    assert extract(archive, ledger).read == 4
    assert (ledger.folder / "claims.jsonl").read_bytes() == whole


def test_damage_is_named(archive: Path) -> None:
    ledger = ledger_of(archive)
    extract(archive, ledger)
    path = ledger.folder / "claims.jsonl"
    path.write_bytes(path.read_bytes() + b"{}\n")
    with pytest.raises(UnreadableError, match=r"claims\.jsonl.*line \d+"):
        ledger.rows()


def test_one_writer_at_a_time(archive: Path) -> None:
    ledger = ledger_of(archive)
    with ledger.locked(), pytest.raises(DiskError, match="another fonds"):
        extract(archive, ledger)


def test_a_ledger_is_found_in_an_archive_and_in_a_folder(archive: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds no ledger"):
        opened(archive)
    extract(archive, ledger_of(archive))
    assert opened(archive).folder == archive / IN_ARCHIVE
    assert opened(archive / IN_ARCHIVE).folder == archive / IN_ARCHIVE


def test_a_log_that_was_altered_is_refused(archive: Path) -> None:
    from fonds.ledger.rows import Decision

    ledger = ledger_of(archive)
    extract(archive, ledger)
    for claim in ("a", "b", "c"):
        ledger.add_decision(
            Decision(n=0, prev="", at="2026-01-01T00:00:00+00:00", by="x", claim=claim, state="rejected")
        )
    path = ledger.folder / "review.jsonl"
    assert [d.claim for d in ledger.decisions()] == ["a", "b", "c"]
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"n":4,"prev"')  # torn by a crash: it never happened
    assert len(ledger.decisions()) == 3
    ledger.add_decision(
        Decision(n=0, prev="", at="2026-01-01T00:00:00+00:00", by="x", claim="d", state="rejected")
    )
    assert [d.n for d in ledger.decisions()] == [1, 2, 3, 4]
    lines = whole.splitlines(keepends=True)
    path.write_bytes(lines[0] + lines[2])
    with pytest.raises(IntegrityError, match="line 2"):
        ledger.decisions()
    path.write_bytes(whole.replace(b'"claim":"a"', b'"claim":"z"'))
    with pytest.raises(IntegrityError, match="line 2"):
        ledger.decisions()


LANGUAGES = [
    (["The boat sank off the coast and all of the people on it were brought to the port by the navy."], ""),
    (["Die Polizei hat am Montag im Hafen zwölf Menschen festgenommen und später wieder freigelassen."], "other"),
    (["وصل خمسة وأربعون شخصا إلى الجزيرة يوم الاثنين"], "ar"),
    (["Полиция задержала двенадцать человек на границе"], "cyrillic"),
    (["警察在邊境拘留了十二個人"], "zh"),
    ([], ""),
    (["54 arrivals on Lesvos"], ""),
    (["The boat sank off the coast and all of the people on it were saved by the crew of a ship."] * 2 + ["وصل خمسة وأربعون شخصا"], ""),
]  # fmt: skip


@pytest.mark.parametrize(("texts", "unread"), LANGUAGES)
def test_languages_that_are_not_read(texts: list[str], unread: str) -> None:
    assert spoken(texts).unread == unread


def test_the_model_knows_the_same_blocks(archive: Path) -> None:
    line = json.loads((archive / ".fonds" / "posts" / "aaaa00000001" / "1.json").read_bytes())
    assert msgspec.convert(line["post"], Post) == ledgers.FIRST
