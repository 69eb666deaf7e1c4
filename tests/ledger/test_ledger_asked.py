"""A language model, asked through a fake server of our own: what is sent, what is believed, what is kept."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

import ledgers
from chat_server import Fake, completion, said, serving
from fonds.errors import UsageError
from fonds.ledger import asked, chat
from fonds.ledger.chat import ModelError, Settings
from fonds.ledger.redaction import NAME
from fonds.ledger.run import extract
from fonds.ledger.store import IN_ARCHIVE, Ledger

AT = "2026-01-01T00:00:00+00:00"
POST = ledgers.post(
    "eeee00000001",
    "Digest",
    (
        ledgers.para("Eleven souls never came back from the crossing near Samos, says Alarm Phone."),
        ledgers.para("23 people were killed in Aleppo."),
        ledgers.head("GREECE"),
        ledgers.para("The weather was bad and nobody wrote."),
        ledgers.para("Three families mourn 14 relatives after the fire, the mayor told us."),
    ),
)


@pytest.fixture
def fake() -> Iterator[Fake]:
    with serving() as server:
        yield server


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    folder = ledgers.archive(tmp_path / "archive", [POST, ledgers.FOREIGN])
    extract(folder, Ledger(folder / IN_ARCHIVE))
    return folder


def ask(archive: Path, fake: Fake, *, key: str = "", prefer: chat.Prefer = "rules") -> Ledger:
    ledger = Ledger(archive / IN_ARCHIVE)
    settings = Settings(url=fake.url, model="invented-1", key=key)
    asked.ask_all(archive, ledger, settings, prefer=prefer, clock=lambda: AT)
    return ledger


GOOD = said(2, "Eleven", "missing", population="souls", place="near Samos", source="Alarm Phone")


def test_a_claim_that_the_text_bears_out_is_taken_in(archive: Path, fake: Fake) -> None:
    fake.answer = lambda body: completion([GOOD] if "Eleven" in body["messages"][1]["content"] else [])
    ledger = ask(archive, fake)
    row = next(r for r in ledger.rows() if r.extractor == "model:invented-1")
    claim = row.claim
    assert (claim.figure, claim.kind, claim.low, claim.high, claim.qualifier) == (
        "Eleven",
        "missing",
        11,
        11,
        "exact",
    )
    assert claim.source is not None
    assert claim.place is not None
    assert (claim.source.id, claim.place.id) == ("Alarm Phone", "Samos")
    assert row.sentence.text[claim.start : claim.end] == "Eleven"
    assert [r.claim.figure for r in ledger.rows() if r.extractor == "rules-en"] == ["23"]


def test_one_section_a_call_with_a_schema_and_nothing_twice(archive: Path, fake: Fake) -> None:
    ask(archive, fake, key="sesame")
    assert len(fake.calls) == 2
    path, headers, body = fake.calls[0]
    assert path == "/v1/chat/completions"
    assert headers["Authorization"] == "Bearer sesame"
    assert body["response_format"]["type"] == "json_schema"
    assert body["response_format"]["json_schema"]["schema"] == chat.SCHEMA
    assert "Eleven souls" in body["messages"][1]["content"]
    assert "14 relatives" not in body["messages"][1]["content"]
    assert "14 relatives" in fake.calls[1][2]["messages"][1]["content"]
    ask(archive, fake)
    assert len(fake.calls) == 2


def test_what_is_kept(archive: Path, fake: Fake) -> None:
    raw = '{"claims":[]}'
    fake.answer = lambda _body: completion([], raw)
    ledger = ask(archive, fake, key="sesame")
    text = (ledger.folder / "model.jsonl").read_text("utf-8")
    first = json.loads(text.splitlines()[0])
    assert (first["model"], first["raw"], first["at"], first["post"]) == (
        "invented-1",
        raw,
        AT,
        "eeee00000001",
    )
    assert first["prompt_sha256"] == hashlib.sha256(chat.prompt().encode()).hexdigest()
    for path in ledger.folder.iterdir():
        assert b"sesame" not in path.read_bytes()
    assert "sesame" not in repr(Settings(url="", model="", key="sesame"))


REFUSED = [
    (said(2, "11", "missing"), "figure is no substring"),
    (said(2, "souls", "missing"), "figure is no number"),
    (said(2, "Eleven", "missing", source="UNHCR"), "source is no substring"),
    (said(2, "Eleven", "missing", population=" "), "population is no substring"),
    (said(2, None, "missing"), "an assertion without a figure"),
    (said(99, "Eleven", "missing"), "no such sentence"),
    (said(1, "Eleven", "missing"), "figure is no substring"),
    (said(2, "Eleven", "arisen"), "no such kind"),
    (said(2, "Eleven", "missing", stance="knows"), "no such kind or stance"),
]


@pytest.mark.parametrize(("claim", "reason"), REFUSED)
def test_what_the_text_does_not_bear_out_is_refused(
    archive: Path, fake: Fake, claim: dict[str, Any], reason: str
) -> None:
    fake.answer = lambda body: completion([claim] if "Eleven" in body["messages"][1]["content"] else [])
    ledger = ask(archive, fake)
    assert {row.extractor for row in ledger.rows()} == {"rules-en"}
    (refused,) = [r for kept in asked.kept_answers(ledger) for r in kept.refused]
    assert reason in refused.reason


@pytest.mark.parametrize("raw", ["no json", '{"claims": 3}', "[]", '{"claims": [{"sentence": "x"}]}'])
def test_an_answer_that_is_no_answer_adds_nothing(archive: Path, fake: Fake, raw: str) -> None:
    fake.answer = lambda _body: completion([], raw)
    ledger = ask(archive, fake)
    assert [row.extractor for row in ledger.rows()] == ["rules-en"]
    assert all(kept.raw == raw and kept.refused for kept in asked.kept_answers(ledger))


def test_what_the_rules_found_is_not_found_again(archive: Path, fake: Fake) -> None:
    fake.answer = lambda body: completion(
        [said(3, "23")] if "Eleven" in body["messages"][1]["content"] else []
    )
    assert len(ask(archive, fake).rows()) == 1


def test_claims_of_a_model_stay_over_runs_as_long_as_the_post_does(archive: Path, fake: Fake) -> None:
    fake.answer = lambda body: completion([GOOD] if "Eleven" in body["messages"][1]["content"] else [])
    ledger = ask(archive, fake)
    before = ledger.rows()
    extract(archive, ledger, again=True)
    assert ledger.rows() == before
    ledgers.version(archive, POST, 2)
    extract(archive, ledger)
    assert [row.extractor for row in ledger.rows()] == ["rules-en"]


def test_posts_in_other_languages_and_redacted_sentences_are_not_sent(archive: Path, fake: Fake) -> None:
    (archive / IN_ARCHIVE / NAME).write_text("the mayor\n", "utf-8")
    ask(archive, fake)
    sent = json.dumps([body for _, _, body in fake.calls], ensure_ascii=False)
    assert "granici" not in sent
    assert "mayor" not in sent
    assert len(fake.calls) == 1


FAULTS = [(500, completion([]), "answered 500"), (200, b"not json", "no chat completion"), (200, b'{"choices": []}', "no chat completion"), (200, b'"x"', "no chat completion")]  # fmt: skip


@pytest.mark.parametrize(("status", "data", "words"), FAULTS)
def test_a_model_that_fails_is_named_and_the_rules_claims_stay(
    archive: Path, fake: Fake, status: int, data: bytes, words: str
) -> None:
    fake.status = status
    fake.answer = lambda _body: data
    with pytest.raises(ModelError, match=words):
        ask(archive, fake, key="sesame")
    assert len(Ledger(archive / IN_ARCHIVE).rows()) == 1


def test_nobody_there(archive: Path) -> None:
    ledger = Ledger(archive / IN_ARCHIVE)
    with pytest.raises(ModelError, match="does not answer"):
        asked.ask_all(archive, ledger, Settings(url="http://127.0.0.1:9/v1", model="x"))
    for url in ("", "ftp://x/y", "localhost:80"):
        with pytest.raises(UsageError, match="no address"):
            chat.post_json(Settings(url=url, model="x"), b"{}")


def test_a_section_that_says_as_before_is_not_asked_about_again(archive: Path, fake: Fake) -> None:
    fake.answer = lambda body: completion([GOOD] if "Eleven" in body["messages"][1]["content"] else [])
    ask(archive, fake)
    edited = msgspec.structs.replace(
        POST, blocks=(*POST.blocks, ledgers.para("Sixteen tents were not enough."))
    )
    ledgers.version(archive, edited, 2)
    extract(archive, Ledger(archive / IN_ARCHIVE))
    asked_before = len(fake.calls)
    ledger = ask(archive, fake)
    (row,) = [row for row in ledger.rows() if row.extractor == "model:invented-1"]
    assert (row.claim.figure, row.version) == ("Eleven", 2)
    assert [("Eleven" in str(call[2]), "Sixteen" in str(call[2])) for call in fake.calls[asked_before:]] == [
        (False, True)
    ]


def test_whose_reading_counts_can_be_chosen_and_chosen_again(archive: Path, fake: Fake) -> None:
    other = said(3, "23", "injured", source="Aleppo")
    fake.answer = lambda body: completion([GOOD, other] if "Eleven" in body["messages"][1]["content"] else [])
    by_rules = {
        row.claim.figure: (row.id, row.claim.kind, row.extractor) for row in ask(archive, fake).rows()
    }
    calls = len(fake.calls)
    by_model = {row.claim.figure: row for row in ask(archive, fake, prefer="model").rows()}
    assert by_rules["23"][1:] == ("killed", "rules-en")
    assert (by_model["23"].id, by_model["23"].claim.kind) == (by_rules["23"][0], "injured")
    assert {row.extractor for row in by_model.values()} == {"model:invented-1"}
    extract(archive, Ledger(archive / IN_ARCHIVE), again=True)
    again = Ledger(archive / IN_ARCHIVE).rows()
    assert {row.claim.figure: row for row in again} == by_model
    back = ask(archive, fake).rows()
    assert {row.claim.figure: (row.id, row.claim.kind, row.extractor) for row in back} == by_rules
    assert len(fake.calls) == calls


ALONE = [
    pytest.param([], [], id="read, and nothing named"),
    pytest.param([said(2, "Eleven", "missing")], ["Eleven"], id="something else named"),
    pytest.param([said(3, "23", "arisen")], ["23"], id="what it said of the sentence was refused"),
    pytest.param([said(99, "23")], [], id="said of no sentence"),
    pytest.param("no json", ["23"], id="no answer at all"),
]


@pytest.mark.parametrize(("answer", "left"), ALONE)
def test_what_the_rules_alone_found_gives_way_to_a_preferred_model_that_read_it(
    archive: Path, fake: Fake, answer: Any, left: list[str]
) -> None:
    raw = completion([], answer) if isinstance(answer, str) else completion(answer)
    fake.answer = lambda body: raw if "Eleven" in body["messages"][1]["content"] else completion([])
    assert [row.claim.figure for row in ask(archive, fake, prefer="model").rows()] == left
    assert [row.claim.figure for row in ask(archive, fake).rows() if row.extractor == "rules-en"] == ["23"]


def test_what_a_model_is_not_asked_for_stays(tmp_path: Path, fake: Fake) -> None:
    texts = ["The ministry plans to deport 40 people to the north.", "57% of the hospitals in the province are closed.",
             "The group claimed responsibility for the attack in Aleppo, and 12 people were killed."]  # fmt: skip
    post = ledgers.post("eeee00000004", "Digest", tuple(ledgers.para(text) for text in texts))
    folder = ledgers.archive(tmp_path / "archive", [post])
    extract(folder, Ledger(folder / IN_ARCHIVE))
    told = {(row.claim.figure, row.claim.stance) for row in ask(folder, fake, prefer="model").rows()}
    assert told == {("40", "asserts"), ("57%", "asserts"), ("", "attributes")}


def test_a_section_that_stands_twice_is_asked_about_once_and_counts_in_both_places(
    tmp_path: Path, fake: Fake
) -> None:
    section = (
        ledgers.head("GREECE"),
        ledgers.para(
            "Sixteen souls never came back from the sea, says Alarm Phone, and this is the last of it."
        ),
    )
    twice = ledgers.post(
        "eeee00000002",
        "Digest",
        (
            *section,
            ledgers.head("ITALY"),
            ledgers.para("It was a quiet day on the coast, and so it is for the time being."),
            *section,
        ),
    )
    folder = ledgers.archive(tmp_path / "archive", [twice])
    extract(folder, Ledger(folder / IN_ARCHIVE))
    fake.answer = lambda body: completion(
        [said(2, "Sixteen", "missing")] if "Sixteen" in body["messages"][1]["content"] else []
    )
    rows = ask(folder, fake).rows()
    assert [row.claim.figure for row in rows] == ["Sixteen", "Sixteen"]
    assert len({row.sentence.number for row in rows}) == 2
    assert sum("Sixteen" in str(call[2]) for call in fake.calls) == 1
    calls, kept = len(fake.calls), (folder / IN_ARCHIVE / "model.jsonl").read_bytes()
    assert ask(folder, fake).rows() == rows
    assert (len(fake.calls), (folder / IN_ARCHIVE / "model.jsonl").read_bytes()) == (calls, kept)


def test_two_denials_of_one_sentence_are_two(tmp_path: Path, fake: Fake) -> None:
    text = "The ministry denied the pushbacks, and the port police denied the beatings."
    folder = ledgers.archive(
        tmp_path / "archive", [ledgers.post("eeee00000003", "Digest", (ledgers.para(text),))]
    )
    extract(folder, Ledger(folder / IN_ARCHIVE))
    two = [said(2, None, "deported", stance="denies", source="The ministry"),
           said(2, None, "injured", stance="denies", source="the port police")]  # fmt: skip
    fake.answer = lambda _body: completion(two)
    rows = ask(folder, fake, prefer="model").rows()
    assert {row.claim.kind for row in rows} >= {"deported", "injured"}
    assert {row.extractor for row in rows if row.claim.kind in ("deported", "injured")} == {
        "model:invented-1"
    }


def test_two_models_that_are_preferred_one_after_the_other(archive: Path, fake: Fake) -> None:
    ask(archive, fake, prefer="model")
    ledger = Ledger(archive / IN_ARCHIVE)
    fake.answer = lambda body: completion([GOOD] if "Eleven" in body["messages"][1]["content"] else [])
    asked.ask_all(
        archive, ledger, Settings(url=fake.url, model="invented-2"), prefer="model", clock=lambda: AT
    )
    extract(archive, ledger, again=True)
    assert [(row.claim.figure, row.extractor) for row in ledger.rows()] == [("Eleven", "model:invented-2")]
