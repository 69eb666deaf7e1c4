"""Times as pages show them, in UTC. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def moment(milliseconds: int) -> datetime | None:
    """UTC, or None for an unknown time and for one that no calendar holds."""
    if not milliseconds:
        return None
    try:
        return _EPOCH + timedelta(milliseconds=milliseconds)
    except OverflowError:
        return None


def date(milliseconds: int) -> str:
    """``31 May 2016``, or ""."""
    found = moment(milliseconds)
    return f"{found.day} {MONTHS[found.month - 1]} {found.year}" if found is not None else ""


def iso(milliseconds: int) -> str:
    """``2016-05-31T21:28:52Z``, or ""."""
    found = moment(milliseconds)
    if found is None:
        return ""
    return f"{found.year:04d}-{found.month:02d}-{found.day:02d}T{found.hour:02d}:{found.minute:02d}:{found.second:02d}Z"
