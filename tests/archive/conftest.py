"""What tests of archives share."""

from __future__ import annotations

import os
import sqlite3

import pytest

from fonds.archive import database


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing waits for the disk: what a killed process wrote is not lost with it, only a power cut is."""
    connect = database.connect

    def connecting(name: str) -> sqlite3.Connection:
        db = connect(name)
        db.execute("PRAGMA synchronous = OFF")
        return db

    monkeypatch.setattr(database, "connect", connecting)
    monkeypatch.setattr(os, "fsync", lambda _handle: None)
