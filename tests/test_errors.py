"""fonds.errors: one line that names file, place, reason and what to do; the exit code behind it."""

from __future__ import annotations

import pickle

import pytest

from fonds.errors import DiskError, FondsError, IntegrityError, UnreadableError, UsageError

LINES = (
    # reason, origin, where, remedy, the line
    ("no JSON", "", "", "", "no JSON"),
    ("no JSON", "a.json", "", "", "a.json: no JSON"),
    ("no JSON", "a.zip!b.json", "byte 12", "", "a.zip!b.json, byte 12: no JSON"),
    ("no JSON", "", "line 3", "", "line 3: no JSON"),
    ("no JSON", "a.json", "", "Save it again.", "a.json: no JSON. Save it again."),
    ("no JSON", "", "", "Save it again.", "no JSON. Save it again."),
    ("قارب", "港.html", "0a1b", "x", "港.html, 0a1b: قارب. x"),
)


@pytest.mark.parametrize(("reason", "origin", "where", "remedy", "line"), LINES)
def test_one_line(reason: str, origin: str, where: str, remedy: str, line: str) -> None:
    error = UnreadableError(reason, origin=origin, where=where, remedy=remedy)
    assert str(error) == line
    assert (error.reason, error.origin, error.where, error.remedy) == (reason, origin, where, remedy)


CODES = ((FondsError, 1), (UsageError, 2), (UnreadableError, 32), (IntegrityError, 64), (DiskError, 128))


@pytest.mark.parametrize(("kind", "code"), CODES)
def test_exit_codes(kind: type[FondsError], code: int) -> None:
    """Those of commands.md; the bits add up, so no two kinds share one."""
    assert kind.exit_code == code
    assert issubclass(kind, FondsError)


@pytest.mark.parametrize("kind", [kind for kind, _ in CODES])
def test_an_error_crosses_processes_whole(kind: type[FondsError]) -> None:
    error = kind("no JSON", origin="a.json", where="byte 1", remedy="r")
    found = pickle.loads(pickle.dumps(error))
    assert type(found) is kind
    assert str(found) == str(error)
    assert found.remedy == "r"


# A file's name may hold anything but NUL and a slash; the line stays one line.
WILD = (
    ("a\nb.json", "a\\nb.json: no JSON"),
    ("a\r\nb", "a\\r\\nb: no JSON"),
    ("a\u2028b", "a\\u2028b: no JSON"),
    ("a\x1b[31mb", "a\\x1b[31mb: no JSON"),
    ("a\udcffb", "a\\udcffb: no JSON"),  # a byte that is no UTF-8, as Python names such files
    ("می\u200cروم \u202b.html", "می\u200cروم \u202b.html: no JSON"),  # joiners and direction are text
    ("a\\b", "a\\b: no JSON"),
)


@pytest.mark.parametrize(("origin", "line"), WILD)
def test_a_wild_name_stays_on_the_line(origin: str, line: str) -> None:
    found = str(UnreadableError("no JSON", origin=origin))
    assert found == line
    assert len(found.splitlines()) == 1
    found.encode()
