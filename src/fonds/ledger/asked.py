"""A language model, asked for claims that the rules did not find. Off unless somebody names one.

It is asked through an OpenAI-compatible address, one section a call, for JSON of a given schema. What it answers
is believed only as far as the text bears it out: every value must be a substring of the sentence, and every number
is read by the rules. Its name, the hash of the prompt and its raw answer are kept in ``model.jsonl``.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import http.client
import itertools
import json
import re
import ssl
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec

from fonds.errors import FondsError, UsageError
from fonds.ledger import settings as times
from fonds.ledger.figures import Figure, find
from fonds.ledger.folding import fold
from fonds.ledger.lexicon import load
from fonds.ledger.records import Claim, Mention
from fonds.ledger.redaction import Redaction
from fonds.ledger.registers import names
from fonds.ledger.rows import Head, Row
from fonds.ledger.sentences import Sentence, sentences
from fonds.ledger.store import Ledger
from fonds.ledger.tokens import tokenize

MAX_ANSWER = 4 << 20
MAX_SENTENCES = 40
"""Sentences of one call: a longer section is asked in parts."""
KINDS = ("killed", "injured", "missing", "rescued", "arrived", "detained", "deported", "displaced")
COPIED = ("population", "place", "date", "source", "responsible")

_TEXT = {"type": ["string", "null"]}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["claims"],
    "properties": {
        "claims": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["sentence", "figure", "kind", "stance", *COPIED],
                "properties": {
                    "sentence": {"type": "integer"},
                    "figure": _TEXT,
                    "kind": {"type": "string", "enum": list(KINDS)},
                    "stance": {"type": "string", "enum": ["asserts", "denies"]},
                    **dict.fromkeys(COPIED, _TEXT),
                },
            },
        }
    },
}


class ModelError(FondsError):
    """The model could not be asked, or answered what is no answer."""

    exit_code = 4


class Settings(msgspec.Struct, frozen=True):
    """``url`` is the part before ``/chat/completions``. ``key`` goes into a header and nowhere else."""

    url: str
    model: str
    key: str = ""
    timeout: float = 120.0

    def __repr__(self) -> str:
        return f"Settings(url={self.url!r}, model={self.model!r})"


class _Said(msgspec.Struct, frozen=True):
    """One claim of an answer."""

    sentence: int
    kind: str
    stance: str = "asserts"
    figure: str | None = None
    population: str | None = None
    place: str | None = None
    date: str | None = None
    source: str | None = None
    responsible: str | None = None


class _Answer(msgspec.Struct, frozen=True):
    claims: list[_Said]


class Refused(msgspec.Struct, frozen=True):
    """Something that the model said and the text does not bear out."""

    sentence: int
    reason: str


class Kept(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One line of ``model.jsonl``. ``mark`` is that of the post when it was asked; ``rows`` are the claims that
    stood the test, ``raw`` is the answer as it came."""

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


def prompt(language: str = "en") -> str:
    """What the model is told, as it stands in ``data/<language>/model_prompt.txt``."""
    return (
        files("fonds.ledger")
        .joinpath("data")
        .joinpath(language)
        .joinpath("model_prompt.txt")
        .read_text("utf-8")
    )


def request(model: str, texts: Sequence[str], first: int, section: str) -> dict[str, Any]:
    """The body of one call."""
    numbered = "\n".join(f"{first + n}. {' '.join(text.split())}" for n, text in enumerate(texts))
    return {
        "model": model,
        "temperature": 0,
        "messages": [
            {"role": "system", "content": prompt()},
            {"role": "user", "content": f"Section: {section or '(none)'}\n\n{numbered}"},
        ],
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "claims", "strict": True, "schema": SCHEMA},
        },
    }


def post_json(settings: Settings, body: bytes) -> str:
    """The content of the model's answer. Raises ModelError; UsageError for an address that is none."""
    parts = urlsplit(settings.url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UsageError(
            f"{settings.url!r} is no address of a model", remedy="It begins with http:// or https://."
        )
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    if settings.key:
        headers["Authorization"] = f"Bearer {settings.key}"
    connection = (
        http.client.HTTPSConnection(
            parts.hostname, parts.port, timeout=settings.timeout, context=ssl.create_default_context()
        )
        if parts.scheme == "https"
        else http.client.HTTPConnection(parts.hostname, parts.port, timeout=settings.timeout)
    )
    origin = f"{parts.scheme}://{parts.hostname}"
    try:
        connection.request("POST", f"{parts.path.rstrip('/')}/chat/completions", body, headers)
        response = connection.getresponse()
        data = response.read(MAX_ANSWER + 1)
    except (OSError, http.client.HTTPException) as error:
        raise ModelError(
            f"the model does not answer: {error or type(error).__name__}",
            origin=origin,
            remedy="What the rules found is kept.",
        ) from None
    finally:
        connection.close()
    if response.status != 200 or len(data) > MAX_ANSWER:
        why = f"answered {response.status}" if response.status != 200 else "answered too much"
        raise ModelError(f"the model {why}", origin=origin, remedy="What the rules found is kept.")
    try:
        content = json.loads(data)["choices"][0]["message"]["content"]
    except (ValueError, LookupError, TypeError, RecursionError):
        content = None
    if not isinstance(content, str):
        raise ModelError("the model's answer is no chat completion", origin=origin)
    return content


def judge(raw: str, texts: Sequence[Sentence], first: int, head: Head) -> tuple[list[Row], list[Refused]]:
    """The claims of an answer that the sentences bear out, and what was refused and why. ``first`` is the number
    of the first sentence in the post of ``head``."""
    from fonds.ledger.run import claim_id, place_of

    try:
        answer = msgspec.json.decode(raw, type=_Answer)
    except (msgspec.DecodeError, UnicodeEncodeError) as error:
        return [], [Refused(-1, f"no JSON of the schema: {error}")]
    rows: list[Row] = []
    refused: list[Refused] = []
    taken: set[tuple[int, int]] = set()
    for said in answer.claims:
        at = said.sentence - first
        if not 0 <= at < len(texts):
            refused.append(Refused(said.sentence, "no such sentence"))
            continue
        sentence = texts[at]
        read = _read(said, sentence.text, taken, at, head.date)
        if isinstance(read, str):
            refused.append(Refused(said.sentence, read))
            continue
        nth = sum(1 for other in texts[:at] if fold(other.text) == fold(sentence.text))
        told = "" if read.figure else f"{read.stance} {read.kind}"
        ident = claim_id(head.id, sentence.text, nth, read.start, f"model {told}")
        rows.append(
            Row(
                id=ident,
                post=head.id,
                version=head.version,
                date=head.date,
                sentence=place_of(sentence, "", said.sentence),
                claim=read,
                extractor="model",
                extractor_version=0,
            )
        )
    return rows, refused


def _read(said: _Said, text: str, taken: set[tuple[int, int]], at: int, date: str) -> Claim | str:
    """The claim, or why it is refused."""
    if said.kind not in KINDS or said.stance not in ("asserts", "denies"):
        return "no such kind or stance"
    for name in COPIED:
        value = getattr(said, name)
        if value is not None and (not value.strip() or value not in text):
            return f"{name} is no substring of the sentence"
    figure: Figure | None = None
    if said.figure is not None:
        if not said.figure.strip() or said.figure not in text:
            return "figure is no substring of the sentence"
        figure = _figure(said.figure, text, taken, at)
        if figure is None:
            return "figure is no number that the rules read"
    elif said.stance != "denies":
        return "an assertion without a figure"
    fields: dict[str, Any] = {
        "kind": said.kind,
        "stance": said.stance,
        "population": said.population or "",
        "rule": "model",
    }
    if figure is not None:
        taken.add((at, figure.start))
        fields |= {"figure": text[figure.start : figure.end], "start": figure.start, "end": figure.end, "low": figure.low, "high": figure.high, "qualifier": figure.qualifier}  # fmt: skip
    for name in ("place", "date", "source", "responsible"):
        value = getattr(said, name)
        if value is not None:
            fields[name] = _mention(name, value, text, date)
    return Claim(**fields)


def _figure(quoted: str, text: str, taken: set[tuple[int, int]], at: int) -> Figure | None:
    """The rules' own number at the quotation: they read what it is worth."""
    found = find(tokenize(text), load("en"))
    for match in re.finditer(re.escape(quoted), text):
        for figure in found:
            if figure.start < match.end() and match.start() < figure.end and (at, figure.start) not in taken:
                return figure
    return None


def _mention(name: str, value: str, text: str, date: str) -> Mention:
    start = text.index(value)
    if name == "date":
        return Mention(value, start, start + len(value), id=times.resolve(value, date))
    found = [one.entry.name for one in names(tokenize(value)).values() if not one.adjective]
    return Mention(value, start, start + len(value), id=found[0] if found else "")


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


def worth_asking(texts: Iterable[Sentence]) -> bool:
    """Whether a number or a denial may stand in the section at all."""
    lexicon = load("en")
    for sentence in texts:
        words = set(re.findall(r"[^\W\d_]+", sentence.text.lower()))
        if any(char.isdigit() for char in sentence.text) or not words.isdisjoint(lexicon.cue):
            return True
    return False


def ask_all(
    path: Path,
    ledger: Ledger,
    settings: Settings,
    *,
    progress: Callable[[str, int, int], None] = lambda _phase, _done, _total: None,
    stop: Callable[[], bool] = lambda: False,
    clock: Callable[[], str] = lambda: dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
) -> None:
    """Asks about every section that was not asked about before, and takes the answers into the ledger.

    Each answer is kept before the next question. Posts in other languages, posts that repeat another and what
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
    asker = _Asker(settings, {kept.request_sha256 for kept in kept_answers(ledger)}, clock, hide)
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
        run.extract(path, ledger, jobs=1)


class _Asker:
    """Asks about the sections of one post after another; knows what was asked before."""

    def __init__(
        self, settings: Settings, asked: set[str], clock: Callable[[], str], hide: Redaction
    ) -> None:
        self._settings = settings
        self._asked = asked
        self._clock = clock
        self._hide = hide

    def ask(self, head: Head, every: list[Sentence]) -> Iterator[Kept]:
        """An answer for each section that may hold a claim and was not asked about. Raises ModelError."""
        for first, texts in sections(every):
            if not worth_asking(texts) or any(self._hide.touches(s.text) for s in texts):
                continue
            body = msgspec.json.encode(
                request(self._settings.model, [s.text for s in texts], first, texts[0].section)
            )
            digest = hashlib.sha256(head.id.encode() + b"\n" + body).hexdigest()
            if digest not in self._asked:
                self._asked.add(digest)
                yield self._kept(head, texts, first, digest, post_json(self._settings, body))

    def _kept(self, head: Head, texts: list[Sentence], first: int, digest: str, raw: str) -> Kept:
        rows, refused = judge(raw, texts, first, head)
        name = f"model:{self._settings.model}"
        return Kept(
            at=self._clock(),
            model=self._settings.model,
            prompt_sha256=hashlib.sha256(prompt().encode()).hexdigest(),
            request_sha256=digest,
            post=head.id,
            version=head.version,
            mark=head.mark,
            first=first,
            last=first + len(texts) - 1,
            raw=raw,
            rows=[msgspec.structs.replace(row, extractor=name) for row in rows],
            refused=refused,
        )


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
    """``rows`` of a post with the model's claims that the rules did not find, as long as the post is as it was
    when the model was asked."""
    have = {row.id for row in rows}
    spans: dict[int, list[tuple[int, int]]] = {}
    denied = {row.sentence.number for row in rows if row.claim.stance == "denies"}
    for row in rows:
        spans.setdefault(row.sentence.number, []).append((row.claim.start, row.claim.end))
    more: list[Row] = []
    for kept in answers:
        for row in kept.rows if kept.mark == head.mark else ():
            known = any(
                a < row.claim.end and row.claim.start < b
                for a, b in spans.get(row.sentence.number, [])
                if a >= 0
            )
            if row.id in have or known or (not row.claim.figure and row.sentence.number in denied):
                continue
            have.add(row.id)
            more.append(row)
    if not more:
        return rows
    return sorted(
        [*rows, *more],
        key=lambda row: (row.sentence.number, row.claim.start if row.claim.start >= 0 else 1 << 30),
    )
