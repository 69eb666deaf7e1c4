"""When to ask again: Retry-After, full jitter, a budget for the whole run."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from random import Random

_LONGEST = 366 * 24 * 3600.0
"""Seconds. More is no time to wait for: it is cut, so that no arithmetic overflows."""


def http_date(text: str) -> float | None:
    """Seconds since 1970 of a date in any of the three forms of RFC 9110, 5.6.7; None when it is none."""
    try:
        parsed = parsedate_to_datetime(text.strip())
    except (TypeError, ValueError, IndexError, OverflowError):
        parsed = None
    if parsed is None:
        try:
            # The form of C's asctime, which has no zone.
            parsed = datetime.strptime(" ".join(text.split()), "%a %b %d %H:%M:%S %Y").replace(tzinfo=UTC)
        except ValueError:
            return None
    if parsed.tzinfo is None:  # "-0000" in mail; a server's dates are in GMT
        parsed = parsed.replace(tzinfo=UTC)
    try:
        return parsed.timestamp()
    except (ValueError, OverflowError):
        return None


def retry_after(value: str, *, date: str = "", now: float) -> float | None:
    """Seconds to wait by a Retry-After header; None when it is missing or says nothing.

    ``now`` is our own time in seconds since 1970. A date is held against the server's own (``date``, its
    Date header) where that is known, so that neither clock need be right.
    """
    text = value.strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:12]), _LONGEST)
    at = http_date(text) if text else None
    if at is None:
        return None
    theirs = http_date(date) if date else None
    return min(max(at - (now if theirs is None else theirs), 0.0), _LONGEST)


def backoff(attempt: int, *, base: float, cap: float, random: Random) -> float:
    """Seconds before the attempt that follows the ``attempt``-th: full jitter, so that clients that failed
    together do not come back together."""
    return random.uniform(0.0, min(cap, base * 2.0 ** min(attempt - 1, 30)))


class Budget:
    """How many further attempts a whole run may make: a host that fails often is not asked twice as often."""

    def __init__(self, *, floor: int, ratio: float, limit: int) -> None:
        self._floor = floor
        self._ratio = ratio
        self._limit = limit
        self.spent = 0

    def take(self, requests: int) -> bool:
        """Takes one further attempt, when there is one after that many first attempts."""
        if self.spent >= min(self._limit, self._floor + int(self._ratio * requests)):
            return False
        self.spent += 1
        return True
