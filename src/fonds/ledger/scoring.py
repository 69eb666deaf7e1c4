"""How well claims were read, measured on labelled sentences.

Gold rows are one claim or negative each (``label``), or one sentence each with its ``claims``. Predicted rows
are what ``extract_file`` writes. A predicted figure matches a gold one when their spans overlap, each at most
once. Figures told by an article ("a 30-year-old migrant") and the kind "other" are neutral: neither wanted nor
counted against.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import msgspec

from fonds.errors import UnreadableError
from fonds.ledger.chat import Ask, Prefer

Row = dict[str, Any]


class Counts(msgspec.Struct):
    """Right, wrong and missed, and what follows from them."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        return self.right / max(1, self.right + self.wrong)

    @property
    def recall(self) -> float:
        return self.right / max(1, self.right + self.missed)

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


class Score(msgspec.Struct):
    """``figure``: the number was found; ``kind``: and its kind is right; ``bounds`` counts low and high right
    among those; ``source`` and ``responsible`` are judged on them too; ``flagged`` negatives gave a figure."""

    figure: Counts = msgspec.field(default_factory=Counts)
    kind: Counts = msgspec.field(default_factory=Counts)
    bounds: Counts = msgspec.field(default_factory=Counts)
    source: Counts = msgspec.field(default_factory=Counts)
    responsible: Counts = msgspec.field(default_factory=Counts)
    denials: Counts = msgspec.field(default_factory=Counts)
    negatives: int = 0
    flagged: int = 0


class _Sentence(msgspec.Struct):
    wanted: list[Row] = msgspec.field(default_factory=list)
    neutral: list[Row] = msgspec.field(default_factory=list)
    negative: bool = False
    denies: bool = False


def _placed(figure: str, sentence: str) -> Row:
    at = sentence.find(figure)
    return {"figure_start": at, "figure_end": at + len(figure)}


def _gather(gold: Iterable[Row]) -> dict[str, _Sentence]:
    out: dict[str, _Sentence] = {}
    for number, row in enumerate(gold):
        key = row.get("sentence_id") or f"{row['post']}-{number:03}"
        held = out.setdefault(key, _Sentence())
        if "claims" in row:
            held.wanted += [{**claim, **_placed(claim["figure"], row["sentence"])} for claim in row["claims"]]
            for figure in row.get("neutral", []):
                text = figure["figure"] if isinstance(figure, dict) else figure
                held.neutral.append(_placed(text, row["sentence"]))
            held.negative = held.negative or not row["claims"]
        elif row["label"] == "negative":
            held.negative = True
        else:
            held.denies = held.denies or row["stance"] == "denies"
            if row["figure"]:
                neutral = row["singular_article"] or row["kind"] == "other"
                (held.neutral if neutral else held.wanted).append(row)
    return out


def _bag(text: str | None) -> set[str]:
    plain = re.sub(r"^(the|a|an)\s+", "", (text or "").lower())
    return set(re.sub(r"[^\w ]", " ", plain).split())


def same_phrase(one: str | None, other: str | None) -> bool:
    """Half of the words of the shorter phrase stand in the other."""
    a, b = _bag(one), _bag(other)
    return bool(a and b) and 2 * len(a & b) >= min(len(a), len(b))


def _overlap(claim: Row, gold: Row) -> bool:
    return bool(claim["start"] < gold["figure_end"] and gold["figure_start"] < claim["end"])


def _phrase(counts: Counts, wanted: str | None, given: str | None) -> None:
    if wanted and given and same_phrase(wanted, given):
        counts.right += 1
    else:
        counts.wrong += bool(given)
        counts.missed += bool(wanted)


def _judge(result: Score, held: _Sentence, claims: list[Row]) -> None:
    used: set[int] = set()
    for claim in claims:
        hit = next((n for n, g in enumerate(held.wanted) if n not in used and _overlap(claim, g)), None)
        if hit is None:
            if not any(_overlap(claim, g) for g in held.neutral):
                result.figure.wrong += 1
                result.kind.wrong += 1
            continue
        used.add(hit)
        gold = held.wanted[hit]
        result.figure.right += 1
        if claim["kind"] != gold["kind"]:
            result.kind.wrong += 1
            result.kind.missed += 1
            continue
        result.kind.right += 1
        exact = (claim.get("low"), claim.get("high")) == (gold.get("low"), gold.get("high"))
        result.bounds.right += exact
        result.bounds.wrong += not exact
        for counts, name in ((result.source, "source"), (result.responsible, "responsible")):
            if name in gold:
                _phrase(counts, gold[name], claim.get(name))
    missed = len(held.wanted) - len(used)
    result.figure.missed += missed
    result.kind.missed += missed


def score(gold: Iterable[Row], predicted: Iterable[Row]) -> Score:
    """What ``predicted`` (rows as ``extract_file`` writes them, decoded) is worth against ``gold``.

    Sentences that ``predicted`` lacks count as sentences without claims. Raises KeyError for a gold row
    that is neither form.
    """
    given = {row["sentence_id"]: row["claims"] for row in predicted}
    result = Score()
    for key, held in _gather(gold).items():
        claims = given.get(key, [])
        numbered = [claim for claim in claims if claim.get("figure")]
        result.negatives += held.negative
        result.flagged += held.negative and bool(numbered)
        _judge(result, held, numbered)
        denies = any(claim.get("stance") == "denies" for claim in claims)
        result.denials.right += denies and held.denies
        result.denials.wrong += denies and not held.denies
        result.denials.missed += held.denies and not denies
    return result


def texts_of(gold: Iterable[Row], origin: str = "") -> dict[str, str]:
    """The sentences of ``gold`` by their ids. Raises UnreadableError, naming the row, for a row that is neither form."""
    texts: dict[str, str] = {}
    for number, row in enumerate(gold, 1):
        missing = [name for name in ("sentence",) if not isinstance(row.get(name), str)]
        if "claims" not in row:
            missing += [name for name in ("label",) if name not in row]
            if row.get("label") == "claim":
                missing += [n for n in ("figure", "kind", "stance", "singular_article") if n not in row]
        if missing or not (row.get("sentence_id") or row.get("post")):
            named = missing or ["sentence_id"]
            raise UnreadableError(
                f"lacks {', '.join(named)}",
                origin=origin,
                where=f"row {number}",
                remedy="docs/claims.md describes the rows.",
            )
        texts.setdefault(row.get("sentence_id") or f"{row['post']}-{number - 1:03}", row["sentence"])
    return texts


def score_file(
    gold: list[Row],
    predicted: list[Row] | None = None,
    *,
    origin: str = "",
    ask: Ask | None = None,
    prefer: Prefer = "rules",
) -> Score:
    """``score`` for rows that people wrote: without ``predicted``, what ``extract_file`` reads in the sentences of
    ``gold``, with ``ask`` and ``prefer``.

    Raises UnreadableError, naming the row, for a row that is neither form; what ``ask`` raises.
    """
    from fonds.ledger.files import extract_file

    texts = texts_of(gold, origin)
    if predicted is None:
        lines = (msgspec.json.encode({"sentence_id": key, "text": text}) for key, text in texts.items())
        predicted = [
            msgspec.json.decode(line) for line in extract_file(lines, origin, ask=ask, prefer=prefer)
        ]
    return score(gold, predicted)


def report(result: Score) -> str:
    """The score as seven lines of text, for people."""
    lines = []
    for name, counts in (
        ("figure", result.figure),
        ("figure and kind", result.kind),
        ("source in sentence", result.source),
        ("responsible", result.responsible),
        ("denials", result.denials),
    ):
        lines.append(
            f"{name:<19} P {counts.precision:.3f} R {counts.recall:.3f} F1 {counts.f1:.3f}"
            f" ({counts.right} right, {counts.wrong} wrong, {counts.missed} missed)"
        )
    bounds = result.bounds
    lines.insert(2, f"{'low and high right':<19} {bounds.right}/{bounds.right + bounds.wrong}")
    lines.append(f"{'negatives flagged':<19} {result.flagged}/{result.negatives}")
    return "\n".join(lines)
