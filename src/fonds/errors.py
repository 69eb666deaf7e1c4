"""Every error a user can cause: one line that names file, place, reason and what to do."""

from __future__ import annotations

from fonds.patterns import Seldom

# What breaks a line, moves a terminal's cursor or cannot be encoded: a file's name may hold all of it.
_UNPRINTABLE = Seldom("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


class FondsError(Exception):
    """Base of all. ``exit_code`` is the bit the command line adds (docs/exit-codes.md)."""

    exit_code = 1

    def __init__(self, reason: str, *, origin: str = "", where: str = "", remedy: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.origin = origin
        """The file (a member of a ZIP after ``!``)."""
        self.where = where
        """Where in it: a line, a byte offset, a JSON path, a paragraph."""
        self.remedy = remedy

    def __str__(self) -> str:
        place = ", ".join(part for part in (self.origin, self.where) if part)
        line = f"{place}: {self.reason}" if place else self.reason
        line = f"{line}. {self.remedy}" if self.remedy else line
        return _UNPRINTABLE.sub(lambda match: match[0].encode("unicode_escape").decode(), line)


class UsageError(FondsError):
    """The command's words are off."""

    exit_code = 2


class UnreadableError(FondsError):
    """Input that cannot be read."""

    exit_code = 32


class IntegrityError(FondsError):
    """What was written, or kept, is not what it should be."""

    exit_code = 64


class DiskError(FondsError):
    """Disk or system."""

    exit_code = 128
