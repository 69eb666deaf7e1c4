"""The word lists of a language, read once from ``data/<language>/*.toml`` into look-up tables."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Literal, NamedTuple

from fonds.ledger.records import Kind

Role = Literal["transitive", "intransitive", "event", "people", "state"]
Form = Literal["base", "third", "past", "participle", "ing", ""]


class Trigger(NamedTuple):
    """A word or phrase that says what befell people. ``past`` stands for past and participle alike."""

    kind: Kind
    role: Role
    form: Form
    length: int
    """In words."""
    also: Role | Literal[""] = ""
    """The other role of a verb that is a noun or a state too (returns, wounded)."""


@dataclass(slots=True)
class Phrases:
    """Phrases by their first word, the longest first."""

    table: dict[str, list[tuple[tuple[str, ...], Any]]] = field(default_factory=dict)
    ends: set[str] = field(default_factory=set)
    """Last words of the phrases."""

    def add(self, words: Iterable[str], value: Any) -> None:
        phrase = tuple(words)
        if not phrase:
            return
        held = self.table.setdefault(phrase[0], [])
        self.ends.add(phrase[-1])
        held.append((phrase, value))
        held.sort(key=lambda pair: -len(pair[0]))

    def at(self, words: list[str], index: int) -> tuple[int, Any] | None:
        """Length and value of the longest phrase that begins at ``index``, or None."""
        held = self.table.get(words[index])
        if held is None:
            return None
        for phrase, value in held:
            size = len(phrase)
            if size == 1 or tuple(words[index : index + size]) == phrase:
                return size, value
        return None


def _forms(line: str) -> list[tuple[str, Form]]:
    """Forms of one verb, told apart by their endings (a line may hold any subset of them)."""
    out: list[tuple[str, Form]] = []
    words = line.split()
    for n, word in enumerate(words):
        first = word.split("_")[0].rsplit("-", 1)[-1]
        if first.endswith("ing") and len(words) > 1 and n >= 1:
            form: Form = "ing"
        elif n == 0 and len(words) >= 3:
            form = "base"
        elif n == 1 and len(words) >= 3 and first.endswith("s"):
            form = "third"
        else:
            form = "past"
        out.append((word, form))
    return out


@dataclass(slots=True)
class Lexicon:
    """Everything the rules ask about a language. Sets hold lower-case words."""

    language: str
    triggers: Phrases
    sets: dict[str, frozenset[str]]
    qualifiers: Phrases
    after: Phrases
    numbers: dict[str, int]
    scales: dict[str, int]
    suffixes: dict[str, int]
    """Letters glued to digits: "12k"."""
    vague: frozenset[str]
    speech: dict[str, frozenset[str]]
    denials: Phrases
    cue: frozenset[str]
    """What a sentence must hold (or a digit) to be worth reading."""
    says_no: frozenset[str]
    tails: tuple[tuple[str, ...], ...]
    """What may stand behind a noun and belongs to it: "people on the move"."""
    classes: dict[str, int]

    def __getitem__(self, name: str) -> frozenset[str]:
        return self.sets[name]


def read_data(language: str, name: str) -> dict[str, Any]:
    """One TOML file of a language, as it stands."""
    data = files("fonds.ledger").joinpath("data").joinpath(language).joinpath(name).read_bytes()
    return tomllib.loads(data.decode("utf-8"))


def _triggers(kinds: dict[str, Any]) -> Phrases:
    table: dict[tuple[str, ...], Trigger] = {}

    def add(word: str, kind: Any, role: Role, form: Form) -> None:
        parts = tuple(word.split("_"))
        held = table.get(parts)
        table[parts] = held._replace(also=role) if held else Trigger(kind, role, form, len(parts))

    verbs: tuple[Role, ...] = ("transitive", "intransitive")
    names: tuple[tuple[str, Role], ...] = (("people", "people"), ("events", "event"), ("states", "state"))
    for kind, entry in kinds.items():
        for role in verbs:
            for line in entry[role].strip().splitlines():
                for word, form in _forms(line):
                    add(word, kind, role, form)
    for kind, entry in kinds.items():
        for name, role in names:
            for word in entry[name].split():
                add(word, kind, role, "")
    phrases = Phrases()
    for parts, trigger in table.items():
        phrases.add(parts, trigger)
    return phrases


# One bit for each set of small words: a word's classes are looked up once.
CLASSES = (
    "be", "have", "modals", "negations", "determiners", "prepositions", "conjunctions", "subordinators", "relatives",
    "pronouns", "adverbs", "times", "passthrough", "verbs", "persons", "things", "plan_words", "fear_words",
)  # fmt: skip
(BE, HAVE, MODAL, NEG, DET, PREP, CONJ, SUB, REL, PRON, ADV, TIME, PASS, VERB, PERSON, THING, PLAN, FEAR) = (
    1 << n for n in range(len(CLASSES))
)


def _classes(sets: dict[str, frozenset[str]]) -> dict[str, int]:
    out: dict[str, int] = {}
    for bit, name in enumerate(CLASSES):
        for word in sets[name]:
            out[word] = out.get(word, 0) | 1 << bit
    return out


def _plain(words: Iterable[str]) -> frozenset[str]:
    """First words, as far as they are letters only: what a look at a sentence's letters can find."""
    return frozenset(part for word in words if (part := re.split(r"[_'-]", word)[0]))


@cache
def load(language: str = "en") -> Lexicon:
    """The lexicon of ``language`` (a folder of ``data/``). Raises FileNotFoundError for an unknown one."""
    grammar = read_data(language, "grammar.toml")
    grammar |= read_data(language, "relations.toml")
    figures = read_data(language, "figures.toml")
    sets = {name: frozenset(words.split()) for name, words in grammar.items()}
    qualifiers, after = Phrases(), Phrases()
    for table, phrases in ((figures["before"], qualifiers), (figures["after"], after)):
        for name, words in table.items():
            for phrase in words.split():
                phrases.add(phrase.split("_"), name)
    speech = {name: frozenset(words.split()) for name, words in read_data(language, "speech.toml").items()}
    denials = Phrases()
    for name in ("according", "deny_phrases", "responsible_phrases"):
        for phrase in speech[name]:
            denials.add(phrase.split("_"), name)
    denying = ("deny_verbs", "deny_phrases", "responsible_phrases", "negative_words", "false_words")
    says_no = frozenset().union(*(_plain(speech[name]) for name in denying)) - {"no", "had", "were"}
    says_no |= speech["denial_cues"] | speech["wronged"]
    counting = ["number", *figures["numbers"], *figures["scales"], *figures["vague"].split()]
    return Lexicon(
        language=language,
        triggers=_triggers(read_data(language, "kinds.toml")),
        sets=sets,
        qualifiers=qualifiers,
        after=after,
        numbers=figures["numbers"],
        scales=figures["scales"],
        suffixes=figures["suffixes"],
        vague=frozenset(figures["vague"].split()),
        speech=speech,
        denials=denials,
        cue=_plain(counting) | says_no | speech["described"],
        says_no=says_no,
        tails=tuple(tuple(tail.split("_")) for tail in grammar["noun_tails"].split()),
        classes=_classes(sets),
    )
