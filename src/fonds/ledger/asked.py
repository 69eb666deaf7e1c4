"""A language model, asked about a ledger's posts for claims that the rules did not find. Off unless somebody names
one.

One section a call (``chat``). The model's name, the hash of the prompt and its raw answer are kept in
``model.jsonl``.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import msgspec

from fonds.ledger.chat import (
    MAX_SENTENCES,
    Prefer,
    Refused,
    Settings,
    believed,
    gives_way,
    is_same,
    post_json,
    prompt,
    request,
    worth_asking,
)
from fonds.ledger.folding import fold
from fonds.ledger.records import EXTRACTOR
from fonds.ledger.redaction import Redaction
from fonds.ledger.rows import Head, Row
from fonds.ledger.sentences import Sentence, sentences
from fonds.ledger.store import Ledger


class Kept(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One line of ``model.jsonl``. ``mark`` is that of the post when it was asked; ``rows`` are the claims that
    stood the test, ``raw`` is the answer as it came. Of two lines about one place in a post the later counts."""

    at: str
    model: str
    prompt_sha256: str
    request_sha256: str
    post: str
    version: int
    mark: str
    first: int
    last: int
    raw: str
    rows: list[Row] = []
    refused: list[Refused] = []
    prefer: Prefer = "rules"


def judge(
    raw: str, texts: Sequence[Sentence], first: int, head: Head, earlier: Sequence[int]
) -> tuple[list[Row], list[Refused]]:
    """The claims of an answer that the sentences bear out, and what was refused and why. ``first`` is the number
    of the first sentence in the post of ``head``, ``earlier`` how often each of the sentences was said before."""
    from fonds.ledger.run import claim_id, place_of

    heard, refused = believed(raw, [sentence.text for sentence in texts], head.date)
    rows: list[Row] = []
    for at, claim in ((at, claim) for at, one in enumerate(heard) for claim in one.claims):
        sentence = texts[at]
        told = "" if claim.figure else f"{claim.stance} {claim.kind}"
        rows.append(
            Row(
                id=claim_id(head.id, sentence.text, earlier[at], claim.start, f"model {told}"),
                post=head.id,
                version=head.version,
                date=head.date,
                sentence=place_of(sentence, "", first + at),
                claim=claim,
                extractor="model",
                extractor_version=0,
            )
        )
    return rows, refused


def sections(every: Sequence[Sentence]) -> Iterator[tuple[int, list[Sentence]]]:
    """Runs of sentences under one heading, with the number of the first, of at most MAX_SENTENCES."""
    numbered = [(n, s) for n, s in enumerate(every) if s.kind != "code"]
    for _, group in itertools.groupby(numbered, key=lambda pair: pair[1].section):
        held = list(group)
        for at in range(0, len(held), MAX_SENTENCES):
            part = held[at : at + MAX_SENTENCES]
            # Numbers without gaps: a block of code parts a section.
            for run in _runs(part):
                yield run[0][0], [sentence for _, sentence in run]


def _runs(part: list[tuple[int, Sentence]]) -> Iterator[list[tuple[int, Sentence]]]:
    run: list[tuple[int, Sentence]] = []
    for pair in part:
        if run and pair[0] != run[-1][0] + 1:
            yield run
            run = []
        run.append(pair)
    if run:
        yield run


def ask_all(
    path: Path,
    ledger: Ledger,
    settings: Settings,
    *,
    prefer: Prefer = "rules",
    progress: Callable[[str, int, int], None] = lambda _phase, _done, _total: None,
    stop: Callable[[], bool] = lambda: False,
    clock: Callable[[], str] = lambda: dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
) -> None:
    """Asks about every section that was not asked about before, and takes the answers into the ledger.

    Each answer is kept before the next question. An answer to the same question is taken again: what a post says as
    before is not asked twice when the rest of it was edited, nor when ``prefer`` is another. Posts in other languages, posts that repeat another and what
    the redaction list withholds are not sent. Raises ModelError (what came before it is kept), DiskError.
    """
    from fonds.archive.summary import Failure
    from fonds.ledger import given, run
    from fonds.ledger.redaction import load as load_redaction

    hide = load_redaction(ledger.folder)
    heads = {
        head.id: head
        for head in ledger.heads()
        if not head.unread and not head.twin and head.id not in hide.posts
    }
    asker = _Asker(settings, kept_answers(ledger), prefer, clock, hide)
    done = 0
    try:
        for source in given.sources(path, avoid=ledger.folder):
            if isinstance(source, Failure):
                continue
            for found in given.posts(source):
                if isinstance(found, Failure):
                    continue
                head = heads.get(found.id)
                if head is None or head.key != source.key or stop():
                    continue
                for kept in asker.ask(head, sentences(found.post)):
                    ledger.add_answer(msgspec.json.encode(kept))
                done += 1
                progress("ask", done, len(heads))
    finally:
        # Rows that gave way to a model's are not in the ledger: they are read again where the choice is another.
        run.extract(path, ledger, jobs=1, again=asker.chose_otherwise)


class _Asker:
    """Asks about the sections of one post after another; knows what was asked before."""

    def __init__(
        self,
        settings: Settings,
        answers: Iterable[Kept],
        prefer: Prefer,
        clock: Callable[[], str],
        hide: Redaction,
    ) -> None:
        self.chose_otherwise = False
        self._settings = settings
        self._raw: dict[str, str] = {}
        self._taken: dict[tuple[str, int, str], Prefer] = {}
        for kept in answers:
            self._take(kept)
        self._prefer = prefer
        self._clock = clock
        self._hide = hide

    def ask(self, head: Head, every: list[Sentence]) -> Iterator[Kept]:
        """An answer for each section that may hold a claim, unless it is kept already. Raises ModelError."""
        earlier = _earlier(every)
        for first, texts in sections(every):
            if not worth_asking(s.text for s in texts) or any(self._hide.touches(s.text) for s in texts):
                continue
            body = msgspec.json.encode(
                request(self._settings.model, [s.text for s in texts], texts[0].section)
            )
            digest = hashlib.sha256(head.id.encode() + b"\n" + body).hexdigest()
            taken = self._taken.get((digest, first, head.mark))
            if taken == self._prefer:
                continue
            self.chose_otherwise |= taken is not None
            raw = self._raw.get(digest) or post_json(self._settings, body)
            told = judge(raw, texts, first, head, earlier[first : first + len(texts)])
            kept = self._kept(head, (first, first + len(texts) - 1), digest, raw, told)
            self._take(kept)
            yield kept

    def _take(self, kept: Kept) -> None:
        self._raw[kept.request_sha256] = kept.raw
        self._taken[kept.request_sha256, kept.first, kept.mark] = kept.prefer

    def _kept(
        self, head: Head, span: tuple[int, int], digest: str, raw: str, told: tuple[list[Row], list[Refused]]
    ) -> Kept:
        name = f"model:{self._settings.model}"
        return Kept(
            at=self._clock(),
            model=self._settings.model,
            prompt_sha256=hashlib.sha256(prompt().encode()).hexdigest(),
            request_sha256=digest,
            post=head.id,
            version=head.version,
            mark=head.mark,
            first=span[0],
            last=span[1],
            raw=raw,
            rows=[msgspec.structs.replace(row, extractor=name) for row in told[0]],
            refused=told[1],
            prefer=self._prefer,
        )


def _earlier(every: Iterable[Sentence]) -> list[int]:
    """How often each sentence of a post was said before in it."""
    said: Counter[str] = Counter()
    out = []
    for sentence in every:
        folded = fold(sentence.text)
        out.append(said[folded])
        said[folded] += 1
    return out


def kept_answers(ledger: Ledger) -> list[Kept]:
    """The answers that were kept. Lines that are damaged are passed over: they only save a question."""
    out = []
    for line in ledger.answers():
        try:
            out.append(msgspec.json.decode(line, type=Kept))
        except msgspec.DecodeError:
            continue
    return out


def added(rows: list[Row], head: Head, answers: Sequence[Kept]) -> list[Row]:
    """``rows`` of a post with the model's claims, as long as the post is as it was when the model was asked.

    Where the model is preferred, its claim takes the place, and the id, of the rules', and what the rules alone
    found in a sentence that it read gives way. Nothing does where something that it said was refused.
    """
    out = {row.id: row for row in rows}
    latest = {(kept.request_sha256, kept.first): kept for kept in answers if kept.mark == head.mark}
    for kept in latest.values():
        here = [row for row in rows if kept.first <= row.sentence.number <= kept.last]
        for row in kept.rows:
            same = next(
                (r for r in here if r.sentence.number == row.sentence.number and is_same(r.claim, row.claim)),
                None,
            )
            if same is None:
                out[row.id] = row
            elif kept.prefer == "model":
                here.remove(same)
                out[same.id] = msgspec.structs.replace(
                    same,
                    claim=row.claim,
                    extractor=row.extractor,
                    extractor_version=row.extractor_version,
                )
        if kept.prefer == "model":
            for row in here:
                if (
                    row.extractor == EXTRACTOR
                    and gives_way(row.claim)
                    and _is_whole(kept, row.sentence.number)
                ):
                    out.pop(row.id, None)  # another model may have been preferred before
    return sorted(
        out.values(),
        key=lambda row: (row.sentence.number, row.claim.start if row.claim.start >= 0 else 1 << 30),
    )


def _is_whole(kept: Kept, number: int) -> bool:
    """Whether nothing of what the model said of this sentence of the post was refused."""
    return not any(one.sentence in (-1, number - kept.first + 1) for one in kept.refused)
