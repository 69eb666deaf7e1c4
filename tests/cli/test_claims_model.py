"""``fonds claims`` with a language model beside the rules, on a server of our own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chat_server import Fake, completion, said, serving
from fonds.ledger import chat
from fonds.ledger.chat import Settings
from fonds.ledger.files import extract_file
from running import Run

GOOD = said(1, "Eleven", "missing", population="souls", place="near Samos", source="Alarm Phone")


@pytest.fixture
def fake() -> Iterator[Fake]:
    with serving() as server:
        yield server


LINES = [
    {
        "sentence_id": "d1-s01",
        "text": "Eleven souls never came back from the crossing near Samos, says Alarm Phone.",
    },
    {"sentence_id": "d1-s02", "text": "23 people were killed in Aleppo."},
    {"sentence_id": "d2-s01", "text": "The weather was bad and nobody wrote."},
    {"sentence_id": "d2-s02", "text": "Three families mourn 14 relatives after the fire, the mayor told us."},
]


def _written(path: Path, rows: list[dict[str, Any]]) -> str:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return str(path)


def test_sentences_of_a_file_are_asked_about_a_post_at_a_time(here: Path, run: Run, fake: Fake) -> None:
    fake.answer = lambda body: completion(
        [GOOD, said(2, "23"), said(2, None, stance="denies")]
        if "Eleven" in body["messages"][1]["content"]
        else []
    )
    given = _written(here / "in.jsonl", LINES)
    done = run("claims", "extract", "--sentences", given, "--model", "invented-1", "--model-url", fake.url)
    rows = [json.loads(line) for line in done.out.splitlines()]
    assert [row["sentence_id"] for row in rows] == [line["sentence_id"] for line in LINES]
    assert [(c["figure"], c["kind"], c.get("rule")) for c in rows[0]["claims"]] == [
        ("Eleven", "missing", "model")
    ]
    assert [(c["figure"], c["stance"], c.get("rule")) for c in rows[1]["claims"]] == [
        ("23", "asserts", None),
        (None, "denies", "model"),
    ]
    assert rows[2]["claims"] == rows[3]["claims"] == []
    assert [call[2]["messages"][1]["content"].count("\n") for call in fake.calls] == [3, 3]
    without = run("claims", "extract", "--sentences", given)
    assert [len(json.loads(line)["claims"]) for line in without.out.splitlines()] == [0, 1, 0, 0]


def test_long_posts_are_asked_about_in_parts(fake: Fake) -> None:
    lines = [json.dumps({"sentence_id": f"p-{n}", "text": f"{n} boats came."}) for n in range(95)]
    assert len(list(extract_file(lines, ask=chat.asker(Settings(url=fake.url, model="m"))))) == 95
    assert [call[2]["messages"][1]["content"].count("boats came") for call in fake.calls] == [40, 40, 15]


def test_labelled_sentences_measure_the_rules_and_a_model(here: Path, run: Run, fake: Fake) -> None:
    fake.answer = lambda body: completion([GOOD] if "Eleven" in body["messages"][1]["content"] else [])
    label = {"label": "claim", "stance": "asserts", "singular_article": False, "low": None, "high": None}
    gold = [
        {**label, "sentence_id": LINES[0]["sentence_id"], "sentence": LINES[0]["text"], "figure": "Eleven",
         "figure_start": 0, "figure_end": 6, "kind": "missing"},
        {**label, "sentence_id": LINES[1]["sentence_id"], "sentence": LINES[1]["text"], "figure": "23",
         "figure_start": 0, "figure_end": 2, "kind": "killed"},
    ]  # fmt: skip
    file = _written(here / "gold.jsonl", gold)
    rules = json.loads(run("claims", "score", file, "--json").out)
    both = json.loads(run("claims", "score", file, "--json", "--model", "m", "--model-url", fake.url).out)
    assert (rules["kind"]["right"], both["kind"]["right"]) == (1, 2)
    refused = run("claims", "score", file, "--predicted", file, "--model", "m")
    assert refused.code == 2
    assert "--predicted and --model" in refused.err


def test_a_model_that_is_not_there_ends_the_reading_of_a_file(here: Path, run: Run) -> None:
    given = _written(here / "in.jsonl", LINES)
    done = run(
        "claims", "extract", "--sentences", given, "--model", "m", "--model-url", "http://127.0.0.1:9/v1"
    )
    assert done.code == 4
    assert "does not answer" in done.err


def test_in_a_file_too_the_model_can_be_preferred(here: Path, run: Run, fake: Fake) -> None:
    fake.answer = lambda body: completion(
        [said(2, "23", "injured"), said(4, "14", "displaced")]
        if "Eleven" in body["messages"][1]["content"]
        else []
    )
    given = _written(here / "in.jsonl", LINES)
    options = ("--sentences", given, "--model", "m", "--model-url", fake.url)
    kinds = {}
    for prefer in ("rules", "model"):
        done = run("claims", "extract", *options, "--prefer", prefer)
        kinds[prefer] = [c["kind"] for line in done.out.splitlines() for c in json.loads(line)["claims"]]
    assert kinds == {"rules": ["killed"], "model": ["injured"]}


SILENT = [
    pytest.param([], [], id="read, and nothing named"),
    pytest.param([said(2, "23", "arisen")], ["23"], id="what it said was refused"),
]


@pytest.mark.parametrize(("answer", "left"), SILENT)
def test_what_the_rules_alone_found_in_a_file_gives_way(
    here: Path, run: Run, fake: Fake, answer: list[dict[str, Any]], left: list[str]
) -> None:
    fake.answer = lambda _body: completion(answer)
    given = _written(here / "in.jsonl", LINES[:2])
    done = run(
        "claims",
        "extract",
        "--sentences",
        given,
        "--model",
        "m",
        "--model-url",
        fake.url,
        "--prefer",
        "model",
    )
    assert [c["figure"] for line in done.out.splitlines() for c in json.loads(line)["claims"]] == left


@pytest.mark.parametrize("prefer", ["rules", "model"])
def test_a_denial_that_both_read_is_one(here: Path, run: Run, fake: Fake, prefer: str) -> None:
    denial = said(1, None, "deported", stance="denies", source="The ministry")
    fake.answer = lambda _body: completion([denial])
    given = _written(here / "in.jsonl", [{"sentence_id": "d-1", "text": "The ministry denied that 40 pushbacks had occurred."}])  # fmt: skip
    done = run(
        "claims", "extract", "--sentences", given, "--model", "m", "--model-url", fake.url, "--prefer", prefer
    )
    (claim,) = json.loads(done.out)["claims"]
    assert (claim["stance"], claim.get("rule")) == ("denies", "model" if prefer == "model" else None)


@pytest.mark.parametrize("words", [("extract", "--sentences"), ("score",), ("score", "-", "--predicted")])
def test_a_file_that_is_not_there(here: Path, run: Run, words: tuple[str, ...]) -> None:
    done = run("claims", *words, "gone.jsonl")
    assert (done.code, done.out, done.err) == (128, "", "fonds: gone.jsonl: is not there\n")
