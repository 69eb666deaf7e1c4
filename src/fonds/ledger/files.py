"""Claims of sentences given as JSON lines, in the output format that ``score`` reads."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from fonds.errors import UnreadableError
from fonds.ledger.chat import MAX_SENTENCES, Ask, Heard, Prefer, together
from fonds.ledger.claims import extract, is_event
from fonds.ledger.records import Claim, Context

MAX_PREVIOUS = 4_000
"""Code points of the sentence before that are read: the time for a line does not depend on its neighbour."""


class Line(msgspec.Struct, frozen=True):
    """One line of input. Only ``sentence_id`` and ``text`` are needed."""

    sentence_id: str
    text: str
    post_date: str = ""
    previous: str | None = None
    section: str = ""
    frame: str = ""


def as_row(claim: Claim) -> dict[str, Any]:
    """The claim as one object of the output: figure and offsets null where the claim has none."""
    return {
        "figure": claim.figure or None,
        "start": claim.start if claim.figure else None,
        "end": claim.end if claim.figure else None,
        "kind": claim.kind,
        "low": claim.low,
        "high": claim.high,
        "qualifier": claim.qualifier,
        "population": claim.population or None,
        "place": _in_sentence(claim, "place"),
        "date": _in_sentence(claim, "date"),
        "source": _in_sentence(claim, "source"),
        "responsible": _in_sentence(claim, "responsible"),
        "stance": "denies" if claim.stance == "denies" else "asserts",
    }


def _in_sentence(claim: Claim, name: str) -> str | None:
    mention = getattr(claim, name)
    return mention.text if mention is not None and mention.scope == "sentence" else None


def _stem(sentence_id: str) -> str:
    return sentence_id.rpartition("-")[0]


def extract_file(
    lines: Iterable[bytes | str], origin: str = "", *, ask: Ask | None = None, prefer: Prefer = "rules"
) -> Iterator[bytes]:
    """One line of JSON (without line end) for each line of JSON, in order, lazily.

    In: ``{"sentence_id", "text"}`` and, where known, ``post_date``, ``previous``, ``section``, ``frame``.
    Out: ``{"sentence_id", "claims": [{"figure", "start", "end", "kind", "low", "high", "qualifier",
    "population", "place", "date", "source", "responsible", "stance"}]}``, offsets in code points. Plans and
    expectations are left out, and so are fears except the missing "feared dead": they are no events. The number of attacks that did a harm ("killed in 10 airstrikes") is left
    out too: it belongs to the claim of the people harmed, and the labelling rules have no row for it.
    Where ``previous`` is not given, the line before is taken as the sentence before when both ids are the
    same up to their last hyphen (``post-s03``, ``post-s04``); give ``""`` to say that there is none.

    ``ask`` (``chat.asker``) is asked too, about up to MAX_SENTENCES lines at a time whose ids are the same up to
    their last hyphen. Its claims have ``"rule": "model"``; ``prefer`` says whose reading counts.

    Raises UnreadableError, naming the line, for a line that is no such object; what ``ask`` raises.
    """
    for group in _together(_lines(lines, origin), MAX_SENTENCES if ask else 1):
        texts = [line.text for line, _ in group]
        said = ask(texts, group[0][0].section) if ask else [Heard() for _ in texts]
        for (line, previous), heard in zip(group, said, strict=True):
            yield msgspec.json.encode(
                {"sentence_id": line.sentence_id, "claims": list(_claims(line, previous, heard, prefer))}
            )


def _lines(lines: Iterable[bytes | str], origin: str) -> Iterator[tuple[Line, str]]:
    """Each line with the sentence before it. Raises UnreadableError."""
    before_id, before_text = "", ""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = msgspec.json.decode(line, type=Line)
        except (msgspec.DecodeError, UnicodeDecodeError, UnicodeEncodeError) as error:
            raise UnreadableError(
                f"no sentence in this line: {error}",
                origin=origin,
                where=f"line {number}",
                remedy='Each line is a JSON object with "sentence_id" and "text".',
            ) from error
        previous = row.previous
        if previous is None:
            stem = _stem(row.sentence_id)
            previous = before_text if stem and stem == _stem(before_id) else ""
        before_id, before_text = row.sentence_id, row.text
        yield row, previous


def _together(rows: Iterable[tuple[Line, str]], most: int) -> Iterator[list[tuple[Line, str]]]:
    """Runs of at most ``most`` lines of one post and section."""
    for _, group in itertools.groupby(rows, key=lambda row: (_stem(row[0].sentence_id), row[0].section)):
        while run := list(itertools.islice(group, most)):
            yield run


def _claims(line: Line, previous: str, heard: Heard, prefer: Prefer) -> Iterator[dict[str, Any]]:
    context = Context(
        post_date=line.post_date, section=line.section, previous=previous[:MAX_PREVIOUS], frame=line.frame
    )
    for claim in together(extract(line.text, context), heard, prefer):
        if claim.rule == "model":
            yield {**as_row(claim), "rule": "model"}
        elif is_event(claim) and claim.rule != "means":
            yield as_row(claim)
