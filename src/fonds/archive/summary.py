"""What a run did: counts, warnings by kind, failures, findings. What the commands print."""

from __future__ import annotations

import msgspec

from fonds.errors import FondsError
from fonds.model import Note, Other

PLACES = 3
"""So many places of each kind of warning are kept, so that memory does not grow with the run."""


class Failure(msgspec.Struct, frozen=True, omit_defaults=True):
    """Something that was not done: one line for people. ``exit_code`` is its bit (docs/exit-codes.md).

    ``trace`` is the traceback of a defect of fonds itself.
    """

    reason: str
    origin: str = ""
    where: str = ""
    remedy: str = ""
    exit_code: int = 32
    trace: str = ""

    def __str__(self) -> str:
        return str(FondsError(self.reason, origin=self.origin, where=self.where, remedy=self.remedy))


def failure(error: FondsError) -> Failure:
    return Failure(error.reason, error.origin, error.where, error.remedy, error.exit_code)


class Warnings(msgspec.Struct, omit_defaults=True):
    """One kind of warning: how often it occurred, the first message, and the first places."""

    message: str = ""
    count: int = 0
    places: list[str] = []


def note_down(warnings: dict[str, Warnings], note: Note, origin: str) -> None:
    """Counts ``note`` under its code, and keeps its place while there are few."""
    kind = warnings.setdefault(note.code, Warnings(note.message))
    kind.count += 1
    if len(kind.places) < PLACES:
        place = f"{origin}, {note.where}" if note.where else origin
        kind.places.append(f"{place}: {note.message}")


class Assets(msgspec.Struct):
    """Pictures: found locally and copied, already there, not there (their addresses stay)."""

    copied: int = 0
    unchanged: int = 0
    remote: int = 0


class Summary(msgspec.Struct, kw_only=True):
    """The result of ``convert``. ``others`` counts by kind what is no post; ``files`` names in their
    order the files written, relative to ``out``, when they were asked for."""

    out: str = ""
    flavour: str = "fonds"
    checked: bool = False
    posts: int = 0
    responses: int = 0
    drafts: int = 0
    written: int = 0
    replaced: int = 0
    unchanged: int = 0
    duplicates: int = 0
    others: dict[str, int] = {}
    assets: Assets = msgspec.field(default_factory=Assets)
    warnings: dict[str, Warnings] = {}
    failures: list[Failure] = []
    findings: list[Failure] = []
    interrupted: bool = False
    exit_code: int = 0

    @property
    def total(self) -> int:
        return self.posts + self.responses + self.drafts

    def warn(self, note: Note, origin: str) -> None:
        note_down(self.warnings, note, origin)

    def other(self, other: Other) -> None:
        self.others[other.kind] = self.others.get(other.kind, 0) + 1

    def fail(self, failed: Failure) -> None:
        self.failures.append(failed)

    def finish(self) -> None:
        """Adds up ``exit_code``: the bits of all failures and findings; 4 when others were done."""
        code = 0
        for failed in (*self.failures, *self.findings):
            code |= failed.exit_code
        if code & 32 and self.written + self.replaced + self.unchanged:
            code |= 4
        self.exit_code = 130 if self.interrupted else code
