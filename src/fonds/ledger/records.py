"""The records of the ledger: frozen, typed, without behaviour.

All offsets are code points in the text of the sentence that they belong to.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

EXTRACTOR = "rules-en"
VERSION = 3
"""Raised whenever the same sentence may give other claims than before."""

Kind: TypeAlias = Literal[
    "killed", "injured", "missing", "rescued", "arrived", "detained", "deported", "displaced", "other",
]  # fmt: skip
Qualifier: TypeAlias = Literal[
    "exact", "at least", "around", "more than", "up to", "almost", "between", "vague",
]  # fmt: skip
Stance: TypeAlias = Literal["asserts", "denies", "attributes"]
Modality: TypeAlias = Literal["reported", "feared", "expected", "planned"]
Scope: TypeAlias = Literal["sentence", "previous", "section", "tweet frame"]


class Mention(msgspec.Struct, frozen=True, omit_defaults=True):
    """A place, date, source or party as a text names it.

    ``start``/``end`` are offsets in the sentence, or -1 when the mention stands elsewhere
    (``scope`` says where). ``id`` is the register's name for it, ``""`` when the register does not
    know it; for a date it is ISO 8601: a day, a month, a year, or an interval ``from/to``; a responsible
    party may have several names, parted by "; " ("the Russian and Syrian governments").
    """

    text: str
    start: int = -1
    end: int = -1
    scope: Scope = "sentence"
    id: str = ""


class Claim(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One figure, kind and population in one sentence; or a denial or attribution without a figure.

    ``low`` and ``high`` are what the words bound: ``None`` where they leave that side open.
    ``part_of`` is the ``start`` of the figure that this one is a part of ("23 …, including 7 …").
    ``within`` is the registered place round a ``place`` that the register does not know ("the hospital").
    ``total`` is true where the words speak of a sum to date and not of one event.
    ``rule`` names the rule that read the kind, so that a reader can look it up.
    """

    kind: Kind
    figure: str = ""
    start: int = -1
    end: int = -1
    low: int | float | None = None
    high: int | float | None = None
    qualifier: Qualifier | None = None
    population: str = ""
    part_of: int | None = None
    stance: Stance = "asserts"
    modality: Modality = "reported"
    total: bool = False
    place: Mention | None = None
    within: Mention | None = None
    date: Mention | None = None
    source: Mention | None = None
    responsible: Mention | None = None
    rule: str = ""


class Context(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What a reader knows beside the sentence.

    ``post_date`` is ISO 8601 (``2016-05-31``); ``section`` the heading above; ``previous`` the text of
    the sentence before, ``previous_kind`` what its last claim told (for "Among them were nine …").
    ``frame`` names the author of the tweet or card that the sentence stands in.
    """

    post_date: str = ""
    section: str = ""
    previous: str = ""
    frame: str = ""


NO_CONTEXT = Context()
