"""The review in the terminal: one claim after another, one key each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import click

from fonds.cli import common
from fonds.errors import UsageError

if TYPE_CHECKING:
    from fonds.ledger.review import Entry
    from fonds.ledger.rows import Row, State
    from fonds.ledger.view import View

STATES: dict[str, State] = {"a": "accepted", "r": "rejected", "e": "edited"}
KEYS = "[a]ccept  [r]eject  [e]dit  [s]kip  [b]ack  [n]ote  [q]uit"


def run(view: View, queue: Sequence[Entry], name: str, clock: Callable[[], str]) -> None:
    """Asks about every claim of ``queue``; each answer is in the log before the next claim is shown."""
    from fonds.cli.claims import card
    from fonds.ledger import review

    if not queue:
        common.say("Nothing to review.")
        return
    rules: dict[str, Row] = {row.id: row for row in view.ledger.rows()}
    at, done, note = 0, 0, ""
    while at < len(queue):
        entry = queue[at]
        click.clear()
        common.say(f"{at + 1} of {len(queue)}   reviewing as {name}")
        common.say()
        for line in card(entry, view):
            common.say(line)
        common.say()
        common.say(f"{KEYS}{'   note: ' + note if note else ''}")
        key = _key()
        if key == "q":
            break
        if key == "b":
            at = max(0, at - 1)
            continue
        if key == "n":
            note = click.prompt("note", default="", show_default=False)
            continue
        if key == "s":
            at, note = at + 1, ""
            continue
        fields: dict[str, Any] | None = None
        if key == "e":
            fields = _fields()
            if not fields:
                continue
        elif key not in ("a", "r"):
            continue
        made = review.decision(
            entry, STATES[key], name, clock(), rules=rules.get(entry.row.id), fields=fields, note=note
        )
        view.ledger.add_decision(made)
        at, done, note = at + 1, done + 1, ""
    common.say(
        f"{done} decided, {len(queue) - at} left. Events are made again by fonds claims extract; lists show it at once."
    )


def _key() -> str:
    """One key; at the end of the input, q."""
    try:
        return click.getchar().lower()
    except (EOFError, OSError):
        return "q"


def _fields() -> dict[str, Any]:
    """``field=value`` lines until an empty one; what is no field is asked again."""
    from fonds.ledger import review

    common.say(f"field=value, an empty line ends; value - clears. Fields: {', '.join(review.FIELDS)}")
    fields: dict[str, Any] = {}
    while True:
        line = click.prompt("edit", default="", show_default=False)
        if not line.strip():
            return fields
        name, _, value = line.partition("=")
        try:
            fields[name.strip()] = review.field(name.strip(), value)
        except UsageError as error:
            common.say(str(error))
