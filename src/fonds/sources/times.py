"""Times as Medium's HTML and feeds write them → UTC milliseconds since 1970."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def milliseconds(value: str) -> int:
    """UTC milliseconds of an ISO 8601 time, 0 for what is none. A time without a zone is UTC."""
    try:
        return _since_epoch(datetime.fromisoformat(value.strip()))
    except (ValueError, OverflowError):
        return 0


def milliseconds_of_mail(value: str) -> int:
    """UTC milliseconds of a time as RSS writes it (RFC 822, section 5), 0 for what is none."""
    from email.utils import parsedate_to_datetime  # 10 ms of a start that only feeds need

    try:
        return _since_epoch(parsedate_to_datetime(value.strip()))
    except (ValueError, TypeError, IndexError, OverflowError):
        return 0


def _since_epoch(time: datetime) -> int:
    if time.tzinfo is None:
        time = time.replace(tzinfo=UTC)
    return (time - _EPOCH) // _MILLISECOND
