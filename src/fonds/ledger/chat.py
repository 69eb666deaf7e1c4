"""One call to a language model, and what of its answer the sentences bear out.

It is asked through an OpenAI-compatible address for JSON of a given schema. Its answer is believed only as far as
the text goes: every value must be a substring of the sentence, and every number is read by the rules.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from importlib.resources import files
from typing import Any, Literal
from urllib.parse import urlsplit

import msgspec

from fonds.errors import FondsError, UsageError
from fonds.ledger import settings as times
from fonds.ledger.claims import is_event
from fonds.ledger.figures import Figure, find
from fonds.ledger.lexicon import load
from fonds.ledger.records import Claim, Mention
from fonds.ledger.registers import names
from fonds.ledger.tokens import tokenize

MAX_ANSWER = 4 << 20
_WITHOUT = "Without --model the rules read alone; what they found before is kept."
MAX_SENTENCES = 40
"""Sentences of one call: a longer section is asked in parts."""
Prefer = Literal["rules", "model"]
"""``rules``: the model adds to what they found. ``model``: its reading takes the place of theirs."""
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


def prompt(language: str = "en") -> str:
    """What the model is told, as it stands in ``data/<language>/model_prompt.txt``."""
    return (
        files("fonds.ledger")
        .joinpath("data")
        .joinpath(language)
        .joinpath("model_prompt.txt")
        .read_text("utf-8")
    )


def request(model: str, texts: Sequence[str], section: str) -> dict[str, Any]:
    """The body of one call. The sentences are numbered from 1, so that a section asks the same wherever it stands."""
    numbered = "\n".join(f"{n}. {' '.join(text.split())}" for n, text in enumerate(texts, 1))
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
    import http.client  # what reads no model's answer need not wait for it
    import ssl

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
            remedy=_WITHOUT,
        ) from None
    finally:
        connection.close()
    if response.status != 200 or len(data) > MAX_ANSWER:
        why = f"answered {response.status}" if response.status != 200 else "answered too much"
        raise ModelError(
            f"the model {why}",
            origin=origin,
            remedy=_WITHOUT,
        )
    try:
        content = json.loads(data)["choices"][0]["message"]["content"]
    except (ValueError, LookupError, TypeError, RecursionError):
        content = None
    if not isinstance(content, str):
        raise ModelError("the model's answer is no chat completion", origin=origin)
    return content


class Heard(msgspec.Struct):
    """What a model said of a sentence: the claims that the sentence bears out, and ``whole``, whether it was asked
    and nothing that it said of the sentence was refused."""

    claims: list[Claim] = []
    whole: bool = False


Ask = Callable[[Sequence[str], str], list[Heard]]
"""Sentences that stand together and the heading above them, to what was said of each."""


def believed(raw: str, texts: Sequence[str], date: str) -> tuple[list[Heard], list[Refused]]:
    """What an answer says of each sentence, and what of it was refused and why. ``date`` is the post's day."""
    try:
        answer = msgspec.json.decode(raw, type=_Answer)
    except (msgspec.DecodeError, UnicodeEncodeError) as error:
        return [Heard() for _ in texts], [Refused(-1, f"no JSON of the schema: {error}")]
    heard = [Heard([], whole=True) for _ in texts]
    refused: list[Refused] = []
    taken: set[tuple[int, int]] = set()
    for said in answer.claims:
        at = said.sentence - 1
        if not 0 <= at < len(texts):
            refused.append(Refused(said.sentence, "no such sentence"))
            continue
        read = _read(said, texts[at], taken, at, date)
        if isinstance(read, str):
            refused.append(Refused(said.sentence, read))
            heard[at].whole = False
        else:
            heard[at].claims.append(read)
    return heard, refused


def together(rules: Sequence[Claim], heard: Heard, prefer: Prefer) -> list[Claim]:
    """The claims of a sentence, of both readers."""
    if prefer == "rules":
        return [*rules, *_beside(rules, heard.claims)]
    kept = _beside(heard.claims, rules)
    return [*heard.claims, *(claim for claim in kept if not (heard.whole and gives_way(claim)))]


def _beside(first: Sequence[Claim], second: Iterable[Claim]) -> list[Claim]:
    """What the second reader of a sentence found and the first did not: no figure twice, no second denial."""
    return [claim for claim in second if not any(is_same(one, claim) for one in first)]


def is_same(one: Claim, claim: Claim) -> bool:
    """Whether two readers of a sentence speak of the same thing: of one figure, or both of a denial."""
    if claim.figure:
        return 0 <= one.start < claim.end and claim.start < one.end
    return claim.stance == one.stance == "denies"


def gives_way(claim: Claim) -> bool:
    """Whether a model that is preferred would have named the claim: it is not asked for plans, other kinds or
    admissions."""
    return (
        is_event(claim)
        and claim.kind in KINDS
        and claim.rule != "means"
        and bool(claim.figure or claim.stance == "denies")
    )


def asker(settings: Settings) -> Ask:
    """What asks this model about sentences, all at once. It raises ModelError, UsageError for an address that is
    none."""

    def ask(texts: Sequence[str], section: str) -> list[Heard]:
        if not worth_asking(texts):
            return [Heard() for _ in texts]
        body = msgspec.json.encode(request(settings.model, texts, section))
        return believed(post_json(settings, body), texts, "")[0]

    return ask


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


def worth_asking(texts: Iterable[str]) -> bool:
    """Whether a number or a denial may stand in the section at all."""
    lexicon = load("en")
    for text in texts:
        words = set(re.findall(r"[^\W\d_]+", text.lower()))
        if any(char.isdigit() for char in text) or not words.isdisjoint(lexicon.cue):
            return True
    return False
