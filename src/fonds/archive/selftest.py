"""``fonds selftest``: does the user's own disk do what an archive counts on?

A scratch folder is made, the essential checks run in it, each says what it saw, and the folder is taken
away again, whatever happened.
"""

from __future__ import annotations

import hashlib
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from fonds.archive import captures, files, layout, naming
from fonds.archive import events as e
from fonds.archive.lock import Lock, LockedError
from fonds.archive.repair import Sources, repair
from fonds.archive.store import Archive
from fonds.archive.verify import verify
from fonds.archive.versions import Origin, Version
from fonds.errors import FondsError
from fonds.model import Paragraph, Post, RichText
from fonds.net.messages import Request, Response

ROOM = 500_000_000
"""Bytes below which there is a word on free space."""
FLIPS = 200

_POST = "00000f00d500"
_NOW = 1_480_000_000_000


class Result(msgspec.Struct, frozen=True):
    """A check: whether all is well, and what was seen."""

    name: str
    ok: bool
    seen: str
    seconds: float = 0


class _FailedError(FondsError):
    """A check saw what must not be."""


def selftest(folder: str | Path = ".") -> Iterator[Result]:
    """Runs the checks in a scratch folder under ``folder``, one after the other. Raises DiskError when not
    even the scratch folder can be made."""
    try:
        scratch = Path(tempfile.mkdtemp(prefix="fonds-selftest-", dir=folder))
    except OSError as error:
        files.fail(error, folder)
    try:
        for name, check in _CHECKS.items():
            began = time.monotonic()
            place = scratch / name.replace(" ", "-")
            try:
                place.mkdir()
                ok, seen = True, check(place)
            except (FondsError, OSError, sqlite3.Error, subprocess.SubprocessError) as error:
                ok, seen = False, str(error) or type(error).__name__
            yield Result(name, ok, " ".join(seen.split()), round(time.monotonic() - began, 3))
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _expect(truth: object, otherwise: str) -> None:
    if not truth:
        raise _FailedError(otherwise)


# ------------------------------------------------------------------------------------------- the disk


def _room(place: Path) -> str:
    free = shutil.disk_usage(place).free
    low = ": little, a large archive may not fit" if free < ROOM else ""
    return f"{free / 1e9:.1f} GB free{low}"


def _whole(place: Path) -> str:
    target = place / "file"
    for data in (b"one", b"another" * 1000):
        with files.Batch() as batch:
            batch.place(str(target), data)
        files.sync_folders(batch.folders)
        _expect(target.read_bytes() == data, "a file that was synced and renamed does not have its bytes")
    left = [entry.name for entry in place.iterdir() if entry != target]
    _expect(not left, f"temporary files stay: {', '.join(left)}")
    return "files get their names whole, and take the place of older ones"


def _speed(place: Path) -> str:
    count = 64
    began = time.monotonic()
    with files.Batch() as batch:
        for number in range(count):
            batch.place(str(place / str(number)), bytes(10_000))
    files.sync_folders(batch.folders)
    each = (time.monotonic() - began) / count
    return f"{1 / max(each, 1e-9):,.0f} files a second, safely on the disk"


def _lock(place: Path) -> str:
    path = place / "lock"
    lock = Lock(path, "selftest")
    try:
        _expect(_is_refused(path), "a second writer in this process was not refused")
        script = (
            "import sys, pathlib; from fonds.archive.lock import Lock, LockedError\n"
            "try: Lock(pathlib.Path(sys.argv[1]), 'selftest')\nexcept LockedError: sys.exit(7)"
        )
        done = subprocess.run([sys.executable, "-c", script, str(path)], check=False, timeout=60)  # noqa: S603
        _expect(done.returncode == 7, "a second writer in another process was not refused")
    finally:
        lock.release(clean=True)
    Lock(path, "selftest").release(clean=True)
    return "one writer at a time"


def _is_refused(path: Path) -> bool:
    try:
        Lock(path, "selftest").release(clean=True)
    except LockedError:
        return True
    return False


def _names(place: Path) -> str:
    composed = [
        naming.slug(text)
        for text in ("Čokolada i šećer", "حمص في حلب", "老板说今天的鱼最新鲜", "नमस्ते", "Ελλάδα")
    ]
    wanted = sorted({*composed, "a" * 200, "1-" + "Zz9_" * 25 + ".jpeg"})
    for name in wanted:
        (place / name).write_bytes(name.encode())
        _expect((place / name).read_bytes() == name.encode(), f"a file named {name} cannot be read again")
    found = sorted(entry.name for entry in place.iterdir())
    if found == wanted:
        return "names of every script stay as they are written"
    _expect(
        sorted(unicodedata.normalize("NFC", name) for name in found) == wanted,
        "names come back other than they were written",
    )
    return "names come back decomposed (NFD), which fonds reckons with"


def _case(place: Path) -> str:
    (place / "Name").write_bytes(b"")
    if (place / "nAME").exists():
        return "upper and lower case are one here: fonds never tells files apart by it"
    return "upper and lower case are told apart; fonds never relies on it"


def _database(place: Path) -> str:
    path = place / "catalog.sqlite"
    db = sqlite3.connect(path, isolation_level=None)
    try:
        db.execute("PRAGMA synchronous = FULL")
        db.execute("CREATE TABLE t (n)")
        db.execute("BEGIN IMMEDIATE")
        db.executemany("INSERT INTO t VALUES (?)", ((number,) for number in range(1000)))
        other = sqlite3.connect(path, timeout=0)
        try:
            _expect(
                other.execute("SELECT count(*) FROM t").fetchone() == (0,), "a reader sees half a transaction"
            )
        finally:
            other.close()
        db.execute("ROLLBACK")
        _expect(db.execute("SELECT count(*) FROM t").fetchone() == (0,), "a transaction cannot be taken back")
    finally:
        db.close()
    return f"SQLite {sqlite3.sqlite_version} keeps its transactions"


# ------------------------------------------------------------------------------------------- an archive


def _build(place: Path) -> Path:
    root = place / "archive"
    picture = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8
    post = Post(
        id=_POST, title="A test", slug="a-test", blocks=(Paragraph(content=RichText("Nobody wrote this.")),)
    )
    with Archive.create(root, title="Selftest", clock=lambda: _NOW) as archive:
        url = f"https://medium.com/p/{_POST}"
        body = b"<html>a test</html>" * 20
        ref = archive.capture(
            Response(Request(url), url, 200, (("Content-Type", "text/html"),), body, body, _NOW)
        )
        archive.add_version(
            Version(id=_POST, post=post, captured_at=_NOW, origins=(Origin("page", url, ref),))
        )
        for number in (1, 2):
            path = f"assets/{_POST}/1-{number}.png"
            archive.put(path, picture)
            archive.record(
                e.Asset(f"1*{number}.png", path, len(picture), hashlib.sha256(picture).hexdigest())
            )
        archive.put("README.md", b"# A test\n")
        archive.commit()
    return root


def _round_trip(place: Path) -> str:
    root = _build(place)
    with Archive.open(root) as archive:
        version = archive.version(_POST)
        _expect(version.post.title == "A test", "a version does not come back")
        found = archive.read_capture(version.origins[0].ref)
        _expect(found.body.startswith(b"<html>a test"), "a capture does not come back")
        counted = sum(
            1
            for row in archive.catalog.captures()
            for _ in captures.records(archive.layout.captures / row.file)
        )
    report = verify(root)
    _expect(not report.findings, "; ".join(map(str, report.findings)))
    return f"an archive of {report.listed} files and {counted} captured records comes back byte for byte"


def _damage(place: Path) -> str:
    root = _build(place)
    rng = random.Random(1)  # noqa: S311  the same in every run
    names = [entry.path for entry in layout.walk(root)] + [layout.JOURNAL, layout.MANIFEST]
    for number in range(FLIPS):
        path = root / names[number % len(names)]
        data = path.read_bytes()
        at = rng.randrange(len(data))
        for what, damaged in (
            ("a flipped bit", data[:at] + bytes([data[at] ^ 1 << rng.randrange(8)]) + data[at + 1 :]),
            ("a cut", data[:at]),
        ):
            path.write_bytes(damaged)
            found = {finding.path for finding in verify(root).findings}
            _expect(
                found == {names[number % len(names)]}, f"{what} at byte {at} of {path.name} was not found"
            )
        path.write_bytes(data)
    return f"{FLIPS} flipped bits and {FLIPS} cuts, all found and named"


def _cut_off(place: Path) -> str:
    root = _build(place)
    archive = Archive.open(root, write=True, command="selftest", clock=lambda: _NOW)
    archive.capture(
        Response(Request("https://medium.com/"), "https://medium.com/", 200, (), b"x", b"x", _NOW)
    )
    archive.record(e.Known("00000f00d501", "given"))
    archive.commit()
    archive.close(clean=False)
    with (root / layout.JOURNAL).open("ab") as handle:
        handle.write(b'{"n":99,')
    Archive.open(root, write=True, command="selftest", clock=lambda: _NOW).close()
    report = verify(root)
    _expect(not report.findings, "; ".join(map(str, report.findings)))
    with Archive.open(root) as archive:
        _expect(archive.catalog.post("00000f00d501") is not None, "what was committed is gone")
    return "a run that was cut off is finished by the next"


def _mended(place: Path) -> str:
    root = _build(place)
    for path in (layout.CATALOG, layout.MANIFEST, layout.JOURNAL, f"assets/{_POST}/1-1.png"):
        (root / path).unlink()
        report = repair(root, verify(root), sources=Sources(derive=lambda _archive, _path: None))
        _expect(
            report.exit_code == 0, f"{path} could not be repaired: {'; '.join(map(str, report.findings))}"
        )
    return "catalog, manifest, journal and a picture are restored from what else has them"


_CHECKS: dict[str, Callable[[Path], str]] = {
    "free space": _room,
    "whole files": _whole,
    "speed": _speed,
    "lock": _lock,
    "names": _names,
    "case": _case,
    "database": _database,
    "round trip": _round_trip,
    "damage": _damage,
    "cut off": _cut_off,
    "repair": _mended,
}
"""Name → what is tried, in a folder of its own; gives what it saw, raises when that must not be."""
