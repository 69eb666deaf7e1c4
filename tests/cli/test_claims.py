"""``fonds claims`` and ``fonds events`` as people use them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import click
import pytest

import ledgers
import made
from running import Run


@pytest.fixture
def archive(here: Path) -> Path:
    return ledgers.archive(here)


@pytest.fixture
def ledger(archive: Path, run: Run) -> Path:
    assert run("claims", "extract", "-q") == (0, "", "")
    return archive


def test_extract_says_what_it_did(run: Run, archive: Path) -> None:
    ran = run("claims", "extract")
    assert ran.code == 0
    assert "4 (4 read now, 0 as before)" in ran.out
    assert "stand twice 1" in ran.out
    assert "1 in other languages" in ran.out
    assert json.loads(run("claims", "extract", "--json").out)["kept"] == 4
    assert (archive / ".fonds" / "ledger" / "claims.jsonl").is_file()


def test_a_plain_folder_needs_a_place_for_its_ledger(run: Run, here: Path) -> None:
    made.tree(here / "in", {"a.html": made.export_post("One", made.graf("5 people drowned off Kos."))})
    assert (
        run("claims", "extract").lines[0].startswith("fonds: .: this folder is no archive")
        or run("claims", "extract").code == 2
    )
    assert run("claims", "extract", "in", "-q").code == 0
    assert "5 people: killed" in run("claims", "list", "-C", "ledger").out
    assert run("claims", "extract", "in", "-o", "other", "-q").code == 0
    assert (here / "other" / "claims.jsonl").is_file()


WRONG = [
    (("claims", "list"), 2, "holds no ledger"),
    (("claims", "extract", "nowhere"), 2, "is not there"),
    (("events", "list"), 2, "holds no ledger"),
    (("claims", "extract", "--sentences", "nowhere"), 128, "nowhere"),
    (("claims", "score", "nowhere"), 128, "nowhere"),
]


@pytest.mark.parametrize(("words", "code", "said"), WRONG)
def test_one_line_for_what_is_wrong(
    run: Run, here: Path, words: tuple[str, ...], code: int, said: str
) -> None:
    ran = run(*words)
    assert (ran.code, len(ran.lines)) == (code, 1)
    assert said in ran.err


def test_list_puts_the_sentence_beside_the_number(run: Run, ledger: Path) -> None:
    out = run("claims", "list", "--kind", "killed", "--place", "Idlib").out
    assert "23 people: killed" in out
    assert "reported by the Observatory for the Rights of Man, in “Night over Idlib”" in out
    assert (
        "“At least 23 people were killed in Idlib, according to the Observatory for the Rights of Man.”"
        in out
    )
    assert "denied by Russia, in “Night over Idlib”" in out
    assert "54 people" not in out
    assert run("claims", "list", "--since", "yesterday").code == 2
    assert len(run("claims", "list", "--json").out.splitlines()) == 10
    assert "100 people" not in run("claims", "list").out
    assert "100 people: deported or pushed back (planned)" in run("claims", "list", "--all").out


def ident(run: Run, figure: str) -> str:
    rows = [json.loads(line)["row"] for line in run("claims", "list", "--json").out.splitlines()]
    found: str = next(row["id"] for row in rows if row["claim"].get("figure") == figure)
    return found


def test_show(run: Run, ledger: Path) -> None:
    out = run("claims", "show", ident(run, "nine")[:10]).out
    assert "… 54 people arrived on Lesvos on Monday." in out
    assert "» Among them were nine children." in out
    assert "Lesvos (from the sentence before)" in out
    assert run("claims", "show", "zz").code == 2
    assert json.loads(run("claims", "show", ident(run, "54"), "--json").out)["row"]["claim"]["low"] == 54


def keys(monkeypatch: pytest.MonkeyPatch, typed: str, lines: tuple[str, ...] = ()) -> None:
    pressed, written = iter(typed), iter(lines)
    monkeypatch.setattr(click, "getchar", lambda: next(pressed))
    monkeypatch.setattr(click, "prompt", lambda *_args, **_more: next(written))
    monkeypatch.setattr(click, "clear", lambda: None)


def test_review_one_key_each(run: Run, ledger: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keys(monkeypatch, "asbrxnreq", ("a typing error", "low=20", "kind=hurt", "kind=injured", ""))
    ran = run("claims", "review", "--as", "ana", "--post", "aaaa00000001")
    assert ran.code == 0
    log = [
        json.loads(line) for line in (ledger / ".fonds/ledger/review.jsonl").read_text("utf-8").splitlines()
    ]
    # accept, skip, back to it, reject, nothing, a note, reject with it, edit, quit
    assert [(line["state"], line["by"], line.get("note", "")) for line in log] == [
        ("accepted", "ana", ""), ("rejected", "ana", ""), ("rejected", "ana", "a typing error"), ("edited", "ana", ""),
    ]  # fmt: skip
    assert log[3]["fields"] == {"low": 20, "kind": "injured"}
    assert "'hurt' is no kind" in ran.out
    assert "» At least 23 people were killed in Idlib" in ran.out
    assert "4 decided" in ran.out
    out = run("claims", "list", "--state", "accepted").out
    assert "[accepted]" in out
    assert "23 people" in out
    keys(monkeypatch, "q")
    assert "1 of 6 " in run("claims", "review", "--as", "ana").out


def test_review_ends_with_its_input(run: Run, ledger: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def ended() -> str:
        raise EOFError

    monkeypatch.setattr(click, "getchar", ended)
    assert "0 decided" in run("claims", "review").out
    assert "Nothing to review" in run("claims", "review", "--post", "zzzz").out


def test_corrections(run: Run, ledger: Path) -> None:
    one, two = ident(run, "23"), ident(run, "60")
    assert run("claims", "correct", two, one, "--as", "ana").code == 0
    assert f"corrected by {two}" in run("claims", "show", one).out
    assert run("claims", "correct", one, one).code == 2


@pytest.mark.parametrize("what", ["claims", "events"])
@pytest.mark.parametrize("kind", ["csv", "jsonl", "jsonld", "geojson"])
def test_export(run: Run, ledger: Path, what: str, kind: str) -> None:
    printed = run(what, "export", kind)
    assert printed.code == 0
    assert printed.out
    assert run(what, "export", kind, "-o", f"out.{kind}") == (0, "", "")
    assert (ledger / f"out.{kind}").read_bytes().decode() == printed.out


def event(run: Run, place: str) -> dict[str, object]:
    rows = [json.loads(line) for line in run("events", "list", "--json").out.splitlines()]
    found: dict[str, object] = next(row for row in rows if row["place"] == place)
    return found


def test_events(run: Run, ledger: Path) -> None:
    out = run("events", "list", "--place", "Syria").out
    assert "Idlib: at least 23 to more than 60 killed" in out
    assert "denied by Russia" in out
    shown = run("events", "show", ident(run, "31")).out
    assert "“The White Helmets say that 31 people were killed in Idlib on Tuesday.”" in shown
    idlib, kos, samos = event(run, "Idlib"), event(run, "Kos"), event(run, "Samos")
    assert run("events", "merge", kos["id"], samos["id"], "--as", "ana").code == 0
    assert run("events", "split", idlib["id"], ident(run, "31"), "--as", "ana").code == 0
    assert run("claims", "extract", "--again", "-q").code == 0
    assert set(event(run, "Kos")["claims"]) == {*kos["claims"], *samos["claims"]}  # type: ignore[call-overload, misc]
    assert "31 people" not in run("events", "show", ident(run, "23")).out
    for words in (("merge", kos["id"]), ("split", event(run, "Kos")["id"], ident(run, "23")), ("show", "e")):
        assert run("events", *words).code == 2
    alone = event(run, "Lesvos")
    assert run("events", "split", alone["id"], *alone["claims"]).code == 2  # type: ignore[misc]


def test_unread(run: Run, ledger: Path) -> None:
    assert "Vijesti iz Zagreba" in run("claims", "unread").out
    assert json.loads(run("claims", "unread", "--json").out)["language"] == "other"


def test_page(run: Run, ledger: Path) -> None:
    assert "index.html" in run("claims", "page").out
    assert (ledger / "claims-page" / "index.html").is_file()


LINES = b'{"sentence_id": "a-1", "text": "7 people drowned off Kos."}\n{"sentence_id": "a-2", "text": "It rained."}\n'


def test_sentences(run: Run, here: Path) -> None:
    (here / "in.jsonl").write_bytes(LINES)
    out = run("claims", "extract", "--sentences", "in.jsonl").out
    first, second = map(json.loads, out.splitlines())
    assert second == {"sentence_id": "a-2", "claims": []}
    assert first["claims"] == [
        {"figure": "7", "start": 0, "end": 1, "kind": "killed", "low": 7, "high": 7, "qualifier": "exact", "population": "people",
         "place": "off Kos", "date": None, "source": None, "responsible": None, "stance": "asserts"}
    ]  # fmt: skip
    assert run("claims", "extract", "--sentences", "-", stdin=LINES).out == out
    assert run("claims", "extract", "--sentences", "in.jsonl", "-o", "out.jsonl") == (0, "", "")
    assert (here / "out.jsonl").read_text("utf-8") == out
    (here / "in.jsonl").write_bytes(b"[]\n")
    assert run("claims", "extract", "--sentences", "in.jsonl").code == 32


def test_score(run: Run, here: Path) -> None:
    row = {"sentence_id": "a", "sentence": "7 people drowned.", "label": "claim", "figure": "7", "figure_start": 0, "figure_end": 1,
           "kind": "killed", "low": 7, "high": 7, "stance": "asserts", "singular_article": False}  # fmt: skip
    (here / "gold.jsonl").write_text(json.dumps(row) + "\n")
    assert "figure and kind     P 1.000 R 1.000" in run("claims", "score", "gold.jsonl").out
    (here / "given.jsonl").write_text('{"sentence_id": "a", "claims": []}\n')
    assert (
        json.loads(run("claims", "score", "gold.jsonl", "--predicted", "given.jsonl", "--json").out)["kind"][
            "missed"
        ]
        == 1
    )
    (here / "gold.jsonl").write_text('{"sentence": "x"}\n')
    assert "row 1: lacks label" in run("claims", "score", "gold.jsonl").err
    (here / "gold.jsonl").write_text("x\n")
    assert "line 1" in run("claims", "score", "gold.jsonl").err


def test_settings_of_a_command_of_a_group(run: Run, ledger: Path) -> None:
    (ledger / "fonds.toml").write_text('[claims.list]\nkind = ["arrived"]\n')
    assert "23 people" not in run("claims", "list").out
    (ledger / "fonds.toml").write_text("[claims.list]\ncolour = 1\n")
    assert "claims.list has no setting 'colour'" in run("claims", "list").err
    (ledger / "fonds.toml").write_text("[claims]\nlist = 3\n")
    assert "[claims.list] is no table" in run("claims", "list").err


def test_an_archive_s_settings_count_from_elsewhere(
    run: Run, ledger: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    assert "23 people" in run("claims", "list", "-C", str(ledger)).out
    with (ledger / "fonds.toml").open("a", encoding="utf-8") as file:
        file.write('\n[archive]\n\n[claims.list]\nkind = ["arrived"]\n')
    assert "23 people" not in run("claims", "list", "-C", str(ledger)).out
    assert "23 people" in run("claims", "list", "-C", str(ledger), "--kind", "killed").out


def test_pages_in_a_site(run: Run, here: Path) -> None:
    pytest.importorskip("jinja2")
    made.tree(here / "in", {"a.html": made.export_post("One", made.graf("5 people drowned off Kos."))})
    assert run("claims", "extract", "in", "-q").code == 0
    page = ("claims", "page", "in", "-C", "ledger", "--site")
    assert run(*page, "nowhere").code == 2
    assert run("site", "build", "in", "-o", "site", "-q").code == 0
    assert "claims/index.html" not in (here / "site" / "index.html").read_text("utf-8")
    assert run(*page, "site").code == 0
    (path,) = (here / "site" / "claims" / "posts").glob("*.html")
    text = path.read_text("utf-8")
    (link,) = {found.partition("#")[0] for found in re.findall(r'href="([^"]*/posts/[^"]*)"', text)}
    assert (path.parent / link).resolve().is_file()
    assert "#:~:text=5%20people%20drowned%20off%20Kos." in text
    assert '<a href="../../index.html">' in text
    assert run("site", "build", "in", "-o", "site", "-q").code == 0
    assert 'href="claims/index.html"' in (here / "site" / "index.html").read_text("utf-8")
    assert (here / "site" / "claims" / "index.html").is_file()
