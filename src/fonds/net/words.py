"""Times for people."""

from __future__ import annotations

from datetime import UTC, datetime


def seconds(duration: float) -> str:
    """``90 s``, ``12 min``, ``3 h``: what a person waits for."""
    if duration < 120:
        return f"{duration:.0f} s"
    return f"{duration / 60:.0f} min" if duration < 7200 else f"{duration / 3600:.1f} h"


def moment(at: int) -> str:
    """UTC milliseconds as ``2026-11-03 12:00:05 UTC``."""
    return f"{datetime.fromtimestamp(at / 1000, UTC):%Y-%m-%d %H:%M:%S} UTC"
