"""The score, the JSON lines, and what the rules reach on labelled sentences."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fonds.errors import UnreadableError
from fonds.ledger import extract, extract_file, report, score
from fonds.ledger.scoring import Score
from fonds.sources import read

OWN = Path(__file__).with_name("own_sentences.jsonl")
FIELDS = [
    "figure", "start", "end", "kind", "low", "high", "qualifier", "population", "place", "date", "source",
    "responsible", "stance",
]  # fmt: skip


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def predict(gold: list[dict[str, Any]]) -> list[dict[str, Any]]:
    seen: dict[str, dict[str, str]] = {}
    for row in gold:
        seen.setdefault(row["sentence_id"], {"sentence_id": row["sentence_id"], "text": row["sentence"]})
    return [json.loads(line) for line in extract_file(json.dumps(line) for line in seen.values())]


def test_output_format() -> None:
    given = [
        b'{"sentence_id": "a-1", "text": "At least 23 people died in Idlib, UNHCR says."}',
        b"",
        b'{"sentence_id": "a-2", "text": "Hello."}',
    ]
    first, second = (json.loads(line) for line in extract_file(given))
    assert second == {"sentence_id": "a-2", "claims": []}
    (claim,) = first["claims"]
    assert list(claim) == FIELDS
    assert claim == dict(
        zip(
            FIELDS,
            ["23", 9, 11, "killed", 23, None, "at least", "people", "Idlib", None, "UNHCR", None, "asserts"],
            strict=True,
        )
    )


def test_the_number_of_attacks_that_harmed_is_a_claim_but_no_line() -> None:
    text = "At least 9 civilians were killed in 4 airstrikes."
    assert [(c.figure, c.kind, c.rule) for c in extract(text)][1] == ("4", "other", "means")
    (line,) = extract_file([json.dumps({"sentence_id": "a", "text": text})])
    assert [c["figure"] for c in json.loads(line)["claims"]] == ["9"]


def test_the_line_before_is_the_sentence_before_only_within_one_post() -> None:
    def kinds(*ids: str) -> list[str]:
        texts = ["29 people were killed.", "Among them were nine journalists."]
        given = (json.dumps({"sentence_id": i, "text": t}) for i, t in zip(ids, texts, strict=True))
        return [c["kind"] for c in json.loads(list(extract_file(given))[1])["claims"]]

    assert kinds("p-s1", "p-s2") == ["killed"]
    assert kinds("p-s1", "q-s2") == []
    assert kinds("1", "2") == []


@pytest.mark.parametrize("line", [b"{", b"[]", b'{"sentence_id": 3, "text": ""}', b'{"text": "x"}', b"\xff"])
def test_a_line_that_is_no_sentence_is_named(line: bytes) -> None:
    with pytest.raises(UnreadableError) as caught:
        list(extract_file([b'{"sentence_id": "a", "text": "x"}', line], "in.jsonl"))
    assert (caught.value.origin, caught.value.where) == ("in.jsonl", "line 2")


def gold_row(sentence_id: str, figure: str | None, kind: str = "killed", **more: Any) -> dict[str, Any]:
    sentence = "5 died, 6 fled, 7 went"
    at = sentence.find(figure) if figure else -1
    return {
        "sentence_id": sentence_id, "sentence": sentence, "label": "claim", "figure": figure, "figure_start": at,
        "figure_end": at + 1, "kind": kind, "low": 5, "high": 5, "source": None, "responsible": None,
        "stance": "asserts", "singular_article": False, **more,
    }  # fmt: skip


GOLD = [
    gold_row("a", "5", source="the UN"),
    gold_row("a", "6", "displaced"),
    gold_row("a", "7", "other"),
    gold_row("b", None, stance="denies"),
    {"sentence_id": "c", "sentence": "7 boats", "label": "negative", "reason": "boats"},
    gold_row("d", "5", responsible="Rebel forces"),
]


def guess(figure: str | None, at: int, kind: str = "killed", **more: Any) -> dict[str, Any]:
    return {"figure": figure, "start": at, "end": at + 1, "kind": kind, "low": 5, "high": 5, "source": None,
            "responsible": None, "stance": "asserts", **more}  # fmt: skip


PREDICTED = [
    {
        "sentence_id": "a",
        "claims": [guess("5", 0, source="UN"), guess("6", 8), guess("7", 16), guess("d", 3)],
    },
    {"sentence_id": "b", "claims": [guess(None, 0, stance="denies")]},
    {"sentence_id": "c", "claims": [guess("7", 0, "arrived")]},
    {"sentence_id": "d", "claims": [guess("5", 0, high=None, responsible="rebel")]},
]


def counts(result: Score) -> dict[str, tuple[int, int, int]]:
    return {
        name: (held.right, held.wrong, held.missed)
        for name, held in (
            ("figure", result.figure), ("kind", result.kind), ("source", result.source),
            ("responsible", result.responsible), ("denials", result.denials),
        )
    }  # fmt: skip


def test_score_of_invented_rows() -> None:
    result = score(GOLD, PREDICTED)
    assert counts(result) == {
        "figure": (3, 2, 0), "kind": (2, 3, 1), "source": (1, 0, 0), "responsible": (1, 0, 0), "denials": (1, 0, 0),
    }  # fmt: skip
    assert (result.bounds.right, result.bounds.wrong, result.flagged, result.negatives) == (1, 1, 1, 1)
    assert "negatives flagged   1/1" in report(result)


def test_score_reads_the_form_with_one_row_a_sentence() -> None:
    blind = [
        {
            "sentence_id": "a",
            "sentence": "5 died, 6 went",
            "claims": [{"figure": "5", "kind": "killed", "low": 5, "high": 5}],
            "neutral": ["6"],
        }
    ]
    result = score(blind, [{"sentence_id": "a", "claims": [guess("5", 0), guess("6", 8)]}])
    assert counts(result)["kind"] == (1, 0, 0)


# File: figures (kinds and bounds with them), sources, parties held responsible, denials; negatives flagged, and all.
KNOWN = [
    ("own_sentences.jsonl", 46, 15, 11, 5, (0, 25)),
    ("own_sentences_2.jsonl", 38, 8, 6, 0, (1, 5)),
]


@pytest.mark.parametrize(("name", "figures", "sources", "responsible", "denials", "flagged"), KNOWN)
def test_own_sentences_stay_read(
    name: str, figures: int, sources: int, responsible: int, denials: int, flagged: tuple[int, int]
) -> None:
    """As docs/claims.md says: they are known, and all right."""
    gold = rows(OWN.with_name(name))
    result = score(gold, predict(gold))
    wanted = {
        "figure": figures,
        "kind": figures,
        "source": sources,
        "responsible": responsible,
        "denials": denials,
    }
    assert counts(result) == {field: (right, 0, 0) for field, right in wanted.items()}
    assert (result.bounds.right, result.bounds.wrong) == (figures, 0)
    assert (result.flagged, result.negatives) == flagged


def test_own_sentences_are_labelled_by_the_rules() -> None:
    for row in rows(OWN):
        if row["label"] == "claim" and row["figure"]:
            assert row["sentence"][row["figure_start"] : row["figure_end"]] == row["figure"]


@pytest.fixture(scope="session")
def labelled(corpus: Path) -> Path:
    folder = corpus.parent / "claims"
    if not (folder / "gold_claims.jsonl").is_file():
        pytest.skip("no labelled claims beside the corpus")
    return folder


def judge(path: Path) -> Iterator[Any]:
    spec = importlib.util.spec_from_file_location("judge_of_claims", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module


@pytest.mark.corpus
@pytest.mark.parametrize("part", ["gold", "own", "invented"])
def test_both_scores_agree(
    part: str, labelled: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gold = GOLD if part == "invented" else rows(OWN if part == "own" else labelled / "gold_claims.jsonl")
    predicted = PREDICTED if part == "invented" else predict(gold)
    for name, lines in (("gold", gold), ("predicted", predicted)):
        (tmp_path / name).write_text("".join(json.dumps(row) + "\n" for row in lines), encoding="utf-8")
    (module,) = judge(labelled / "score.py")
    module.main(str(tmp_path / "gold"), str(tmp_path / "predicted"))
    printed = capsys.readouterr().out
    result = score(gold, predicted)
    for held in (result.figure, result.kind, result.source, result.responsible, result.denials):
        assert f"(tp {held.right} fp {held.wrong} fn {held.missed})" in printed
    assert f"{result.bounds.right}/{result.bounds.right + result.bounds.wrong}" in printed
    assert f"{result.flagged}/{result.negatives}" in printed


@pytest.mark.corpus
def test_bars_on_the_labelled_posts(labelled: Path) -> None:
    gold = rows(labelled / "gold_claims.jsonl")
    result = score(gold, predict(gold))
    assert result.kind.f1 >= 0.95
    assert result.bounds.right >= 0.95 * (result.bounds.right + result.bounds.wrong)
    assert result.source.f1 >= 0.85
    assert result.responsible.f1 >= 0.75
    assert result.denials.f1 >= 0.95
    assert result.flagged <= 2


@pytest.mark.corpus
def test_the_document_that_the_project_began_with(seed: Path) -> None:
    """Every claim that the design names (figures, kinds, sources, places, the denial), and nothing invented."""
    from fonds.ledger import Context, is_event
    from fonds.ledger.sentences import sentences
    from fonds.model import Post

    path = next(seed.glob("*.txt"))
    (post,) = [p for p in read(path.read_bytes(), path.name) if isinstance(p, Post)]
    found: set[tuple[str, str, str | None, str | None, str | None]] = set()
    denials: set[str] = set()
    for sentence in sentences(post):
        if sentence.repeats is not None:
            continue
        for claim in extract(sentence.text, Context(post_date="2016-05-31", section=sentence.section)):
            assert is_event(claim)
            if claim.stance == "denies":
                denials.add(claim.source.text if claim.source else "")
            elif claim.figure:
                found.add(
                    (
                        claim.figure,
                        claim.kind,
                        claim.source.text if claim.source else None,
                        claim.responsible.text if claim.responsible else None,
                        claim.place.id if claim.place else None,
                    )
                )
    observatory, who = "Syrian Observatory for Human Rights", "the World Health Organization"
    assert found == {
        ("23", "killed", None, None, None),
        ("60", "killed", "some sources", None, None),
        ("250", "injured", None, None, None),
        ("many", "missing", None, None, None),
        ("23", "killed", observatory, "Russian", "Idlib"),
        ("7", "killed", observatory, "Russian", "Idlib"),
        ("60", "killed", "The Turkish foreign ministry", "the Russian and Syrian governments", None),
        ("10", "other", observatory, "Russian", "Idlib"),
        ("dozens", "injured", "Amateur photos taken by people on site", None, ""),
        ("57%", "other", who, None, "Syria"),
        ("51%", "other", who, None, "Syria"),
        ("14", "killed", "AYS", None, "Aleppo"),
        ("two", "killed", "AYS", None, "Aleppo"),
    }
    assert denials == {"Russia", "Igor Konashenkov, a Russian Defence Ministry spokesman"}
