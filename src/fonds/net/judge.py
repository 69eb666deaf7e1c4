"""What a whole answer means for the one who asked."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from fonds.net.messages import Response


class Verdict(Enum):
    """What to do with a whole answer. Only OK is returned, all others become an error in the end."""

    OK = "ok"
    RETRY = "retry"
    """Not now: asked again, with patience. FailedError when that does not help; BlockedError for 429."""
    BLOCKED = "blocked"
    """A challenge, or words that mean one: asking again would make it worse. BlockedError."""
    DENIED = "denied"
    """Only for those who are signed in. DeniedError."""
    GONE = "gone"
    """GoneError."""
    BAD = "bad"
    """Not what was asked for, and asking again will not change that. FailedError."""


Judge: TypeAlias = "Callable[[Response], Verdict]"

_LATER = frozenset({408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524, 529})


def by_status(response: Response) -> Verdict:
    """The verdict that the status alone allows."""
    status = response.status
    if status in _LATER:
        return Verdict.RETRY
    if status in (401, 403, 407):
        return Verdict.DENIED
    if status in (404, 410):
        return Verdict.GONE
    # 304 comes only to who asked for it.
    return Verdict.OK if 200 <= status < 300 or status == 304 else Verdict.BAD
