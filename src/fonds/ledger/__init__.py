"""Who reported what, where and when, and who denies it: sentences, claims, places, parties."""

from __future__ import annotations

from fonds.ledger.claims import extract, is_event
from fonds.ledger.files import extract_file
from fonds.ledger.records import Claim, Context, Mention
from fonds.ledger.scoring import Score, report, score
from fonds.ledger.sentences import Selector, Sentence

__all__ = [
    "Claim",
    "Context",
    "Mention",
    "Score",
    "Selector",
    "Sentence",
    "extract",
    "extract_file",
    "is_event",
    "report",
    "score",
]
