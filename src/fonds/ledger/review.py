"""What people decided about claims: an append-only log, and the claims as they stand after it.

A decision holds on to the claim as the person saw it. When the rules later read the sentence otherwise, what was
accepted or edited stays as it was, and is marked as read otherwise since; a claim that the rules no longer find
stays too, as long as it was accepted.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable
from typing import Any, Literal, get_args

import msgspec

from fonds.errors import UsageError
from fonds.ledger import settings
from fonds.ledger.claims import is_event
from fonds.ledger.records import Claim, Kind, Mention, Modality, Qualifier, Stance
from fonds.ledger.registers import names
from fonds.ledger.rows import Decision, Override, Row, State
from fonds.ledger.tokens import tokenize

MENTIONS = ("place", "date", "source", "responsible")
CHOICES: dict[str, tuple[str, ...]] = {
    "kind": get_args(Kind),
    "qualifier": get_args(Qualifier),
    "stance": get_args(Stance),
    "modality": get_args(Modality),
}
FIELDS = ("kind", "low", "high", "qualifier", "population", *MENTIONS, "stance", "modality", "total")
"""What an edit may change. The figure and the sentence are the post's own words, and stay."""


class Entry(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A claim as it stands: ``row`` with what people changed, its state, and who decided when.

    ``changed``: the rules read the sentence otherwise now than when somebody decided. ``found`` is false for a
    claim that the rules no longer find. ``corrects`` is an earlier claim that this one corrects,
    ``corrected_by`` the later one that corrects this.
    """

    row: Row
    state: State = "new"
    by: str = ""
    at: str = ""
    note: str = ""
    changed: bool = False
    found: bool = True
    corrects: str = ""
    corrected_by: str = ""

    @property
    def counts(self) -> bool:
        """Whether it is to be counted: not rejected, no repetition, and told as happened."""
        return self.state != "rejected" and not self.row.repeats and is_event(self.row.claim)


def apply(rows: Iterable[Row], decisions: Iterable[Decision]) -> list[Entry]:
    """The claims after the log, in the order of ``rows``; accepted ones that are no longer found come last."""
    last: dict[str, Decision] = {}
    corrects: dict[str, str] = {}
    corrected: dict[str, str] = {}
    for decision in decisions:
        if decision.state == "corrects":
            corrects[decision.claim] = decision.corrects
            corrected[decision.corrects] = decision.claim
        else:
            last[decision.claim] = decision
    out: list[Entry] = []
    for row in rows:
        known = last.pop(row.id, None)
        entry = Entry(row=row) if known is None else _decided(row, known)
        if row.id in corrects or row.id in corrected:
            entry = msgspec.structs.replace(
                entry, corrects=corrects.get(row.id, ""), corrected_by=corrected.get(row.id, "")
            )
        out.append(entry)
    for decision in last.values():
        if decision.state in ("accepted", "edited") and decision.seen is not None:
            out.append(msgspec.structs.replace(_decided(decision.seen, decision), found=False))
    return out


def _decided(row: Row, decision: Decision) -> Entry:
    seen = decision.seen or row
    claim = row.claim
    if decision.state in ("accepted", "edited"):
        claim = edited(seen.claim, decision.fields, row.date)
    return Entry(
        row=row if claim is row.claim else msgspec.structs.replace(row, claim=claim),
        state=decision.state if decision.state != "corrects" else "new",
        by=decision.by,
        at=decision.at,
        note=decision.note,
        changed=seen.claim != row.claim and decision.state != "new",
    )


def edited(claim: Claim, fields: dict[str, Any], post_date: str = "") -> Claim:
    """``claim`` with the fields of an edit."""
    if not fields:
        return claim
    changed = {
        name: _mention(name, value, post_date) if name in MENTIONS else value
        for name, value in fields.items()
    }
    return msgspec.structs.replace(claim, **changed)


def _mention(name: str, value: str | None, post_date: str) -> Mention | None:
    if not value:
        return None
    if name == "date":
        return Mention(value, id=value if _iso(value) else settings.resolve(value, post_date))
    found = [n.entry.name for n in names(tokenize(value)).values()]
    return Mention(value, id=found[0] if found else "")


def _iso(text: str) -> bool:
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def field(name: str, text: str) -> Any:
    """The value of an edited field from what a person typed ("" or "-" clears it). Raises UsageError."""
    text = text.strip()
    if name not in FIELDS:
        raise UsageError(f"{name} is no field of a claim", remedy=f"Known: {', '.join(FIELDS)}.")
    if text in ("", "-"):
        return (
            {"total": False, "population": ""}.get(name)
            if name not in ("kind", "stance", "modality")
            else _no(name, text)
        )
    if name in CHOICES:
        return text if text in CHOICES[name] else _no(name, text)
    if name in ("low", "high"):
        try:
            number = float(text)
        except ValueError:
            return _no(name, text)
        if not math.isfinite(number) or number < 0:
            return _no(name, text)
        return int(number) if number.is_integer() else number
    if name == "total":
        return text.lower() in ("y", "yes", "true", "1")
    return text


def _no(name: str, text: str) -> Any:
    known = CHOICES.get(name)
    raise UsageError(
        f"{text!r} is no {name}", remedy=f"Known: {', '.join(known)}." if known else "It is a number."
    )


def decision(
    entry: Entry, state: State, by: str, at: str, *, rules: Row | None = None,
    fields: dict[str, Any] | None = None, note: str = "",
) -> Decision:  # fmt: skip
    """A line for the log. ``rules`` is the claim as the rules read it, where they still do."""
    seen = rules or entry.row
    return Decision(
        n=0,
        prev="",
        at=at,
        by=by,
        claim=entry.row.id,
        state=state,
        fields=fields or {},
        note=note,
        seen=seen,
    )


def override(
    do: Literal["merge", "split"],
    claims: Iterable[str],
    apart: Iterable[str] = (),
    *,
    by: str,
    at: str,
    note: str = "",
) -> Override:
    """A merge or split of events for the log."""
    return Override(
        n=0, prev="", at=at, by=by, do=do,
        claims=tuple(sorted(claims)), apart=tuple(sorted(apart)), note=note,
    )  # fmt: skip
