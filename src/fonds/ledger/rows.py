"""What the ledger keeps on the disk: one JSON object a line, each kind in a file of its own (docs/ledger.md)."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

import msgspec

from fonds.ledger.records import EXTRACTOR, VERSION, Claim
from fonds.ledger.sentences import BlockKind, Selector

State: TypeAlias = Literal["new", "accepted", "edited", "rejected"]
LAYOUT = 1
"""Raised when an older ledger's derived files can no longer be read; they are then made again."""


class Place(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Where a claim stands: the sentence, exactly, and how to find it again.

    ``number`` counts the post's sentences from 0; ``position`` is a code point offset in the post's full text,
    ``start``/``end`` in its block. ``previous`` is the sentence before, where it was read too.
    """

    number: int
    text: str
    kind: BlockKind
    block: int
    name: str = ""
    start: int
    end: int
    position: int
    selector: Selector
    section: str = ""
    region: str = ""
    frame: str = ""
    previous: str = ""


class Row(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A claim as kept. ``id`` stays the same in every run as long as the post says the same sentence and figure;
    ``repeats`` is the id of an earlier claim of the post whose sentence this one repeats (a caption)."""

    id: str
    post: str
    version: int = 0
    date: str = ""
    sentence: Place
    claim: Claim
    extractor: str = EXTRACTOR
    extractor_version: int = VERSION
    repeats: str = ""


class Head(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A post as the ledger knows it, and where its claims stand in ``claims.jsonl``.

    ``key``/``mark`` name the input and what it was when it was read: an input with the same mark is not read
    again. ``unread`` is the language that the rules do not read ("" when they do), ``share`` the part of the
    words that they do. ``twin`` is the post that this one repeats under another id. ``prints`` are hashes of
    its longer sentences. ``size`` is the number of bytes of its lines in ``claims.jsonl``.
    """

    key: str
    mark: str
    id: str
    version: int = 0
    date: str = ""
    title: str = ""
    url: str = ""
    author: str = ""
    publication: str = ""
    language: str = ""
    unread: str = ""
    share: float = 1.0
    words: int = 0
    sentences: int = 0
    claims: int = 0
    size: int = 0
    twin: str = ""
    prints: tuple[str, ...] = ()


class Decision(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One line of the review log: what a person decided about a claim, and what they saw.

    ``fields`` are the fields that an "edited" changes. ``seen`` is the claim as it stood, so that the decision
    can be understood when the rules read the sentence otherwise later. ``corrects`` links a later claim to the
    one that it corrects. ``prev`` is the SHA-256 of the line before: a line that was altered or taken out shows.
    """

    n: int
    prev: str
    at: str
    by: str
    claim: str
    state: State | Literal["corrects"]
    fields: dict[str, Any] = {}
    note: str = ""
    corrects: str = ""
    seen: Row | None = None


class Override(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A merge or split by hand: ``claims`` belong together, or part from ``apart`` (claims that stay)."""

    n: int
    prev: str
    at: str
    by: str
    do: Literal["merge", "split"]
    claims: tuple[str, ...]
    apart: tuple[str, ...] = ()
    note: str = ""


class Figure(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What was reported of one kind and one group of people in an event: least and most, never a sum.

    ``low``/``high`` are the least and the greatest number named; ``open_low``/``open_high`` say that a source
    left that side open ("up to", "at least"). ``differ``: the sources name different numbers. ``conflict``:
    two of them cannot both hold.
    """

    kind: str
    population: str = ""
    low: int | float | None = None
    high: int | float | None = None
    open_low: bool = False
    open_high: bool = False
    vague: bool = False
    differ: bool = False
    conflict: bool = False
    claims: tuple[str, ...] = ()


class Event(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Claims about one thing that happened, as far as place, day and kind tell. Nothing in it is a verdict.

    ``basis`` is "said" where a text names the day, "post" where the day is only that of the post. ``place`` is
    the register's name, or the words of the text where it knows none (``latitude`` is then None). ``accused``,
    ``deniers`` and ``sources`` hold names of the register only; ``other_sources`` counts those it does not know.
    """

    id: str
    kind: str
    date: str = ""
    until: str = ""
    basis: Literal["said", "post"] = "post"
    place: str = ""
    place_kind: str = ""
    country: str = ""
    latitude: float | None = None
    longitude: float | None = None
    figures: tuple[Figure, ...] = ()
    sources: tuple[str, ...] = ()
    other_sources: int = 0
    accused: tuple[str, ...] = ()
    deniers: tuple[str, ...] = ()
    denied: bool = False
    conflict: bool = False
    claims: tuple[str, ...] = ()
    posts: tuple[str, ...] = ()
    by_hand: bool = False
