"""Every byte that is missing, extra, cut or changed is found and named."""

from __future__ import annotations

import random
import re
import shutil
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import keeping
import made
from fonds.archive import events as e
from fonds.archive import journal, layout
from fonds.archive.store import Archive
from fonds.archive.truth import Finding
from fonds.archive.verify import Report, verify
from fonds.errors import UnreadableError

FLIPS = 1000
STEP = 97


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small archive with every kind of file; tests put back what they change."""
    return keeping.small(tmp_path_factory.mktemp("verify") / "kept")


@pytest.fixture
def archive(whole: Path, tmp_path: Path) -> Path:
    """A copy of it, to be damaged."""
    return Path(shutil.copytree(whole, tmp_path / "kept"))


def proven(root: Path) -> dict[str, bytes]:
    """Every file that is proven, but for the lock, which is empty."""
    return {name: data for name, data in made.snapshot(root).items() if name != layout.LOCK}


def named(report: Report, name: str) -> bool:
    return report.exit_code == 64 and {finding.path for finding in report.findings} == {name}


def test_nothing_is_found_in_a_whole_archive(whole: Path) -> None:
    before = made.snapshot(whole)
    report = verify(whole)
    assert (report.findings, report.exit_code, report.complete) == ([], 0, True)
    assert report.files == report.listed == len(proven(whole)) - 2
    assert report.bytes == sum(
        len(data) for name, data in proven(whole).items() if name not in (layout.JOURNAL, layout.MANIFEST)
    )
    assert made.snapshot(whole) == before


def test_every_kind_of_file_is_in_it(whole: Path) -> None:
    kinds = {re.sub(r"[0-9a-f]{12}|\d{8}T\d+Z-\d+|\b\d\.json", "*", name) for name in proven(whole)}
    assert kinds == {
        "fonds.toml", "README.md", "posts/*.md", "assets/*/1-*.png", "data/bookmarks.json", ".fonds/captures/*.warc.gz",
        ".fonds/posts/*/*", ".fonds/catalog.sqlite", ".fonds/journal.jsonl", ".fonds/manifest-sha256.txt",
    }  # fmt: skip


def test_every_flipped_bit_is_found_and_named(whole: Path) -> None:
    rng = random.Random(20161124)
    files = proven(whole)
    names = sorted(files)
    missed = []
    for number in range(FLIPS):
        name = names[number % len(names)]
        data = bytearray(files[name])
        at, bit = rng.randrange(len(data)), rng.randrange(8)
        data[at] ^= 1 << bit
        (whole / name).write_bytes(data)
        if not named(verify(whole), name):
            missed.append((name, at, bit))
        (whole / name).write_bytes(files[name])
    assert missed == []


def test_every_bit_of_a_journal_s_line_counts(whole: Path) -> None:
    """The line's end and its sum among them, of which the next line is proven."""
    path = whole / layout.JOURNAL
    lines = path.read_bytes().splitlines(keepends=True)
    missed = []
    line = lines[4]
    for at in range(len(line) - 80, len(line)):
        for bit in range(8):
            flipped = line[:at] + bytes([line[at] ^ 1 << bit]) + line[at + 1 :]
            path.write_bytes(b"".join((*lines[:4], flipped, *lines[5:])))
            if not named(verify(whole), layout.JOURNAL):
                missed.append((at, bit))
    path.write_bytes(b"".join(lines))
    assert missed == []


def borders(name: str, data: bytes) -> set[int]:
    """Where the records of a file end."""
    if name.endswith(".gz"):
        return {found.start() for found in re.finditer(re.escape(b"\x1f\x8b\x08\0\0\0\0\0"), data)}
    if name.endswith((".jsonl", ".txt", ".toml", ".md", ".json")):
        return {found.end() for found in re.finditer(rb"\n", data)}
    return set(range(0, len(data), 4096)) if name.endswith(".sqlite") else set()


def test_every_cut_is_found_and_named(whole: Path) -> None:
    missed = []
    for name, data in proven(whole).items():
        for at in sorted({0, *range(0, len(data), STEP), len(data) - 1, *borders(name, data)} - {len(data)}):
            (whole / name).write_bytes(data[:at])
            if not named(verify(whole), name):
                missed.append((name, at))
        (whole / name).write_bytes(data)
    assert missed == []


def test_whatever_is_missing_is_named(whole: Path) -> None:
    for name, data in proven(whole).items():
        (whole / name).unlink()
        assert named(verify(whole), name), name
        (whole / name).write_bytes(data)


def test_whatever_grew_is_named(whole: Path) -> None:
    for name, data in proven(whole).items():
        for more in (b"\n", b"\0", b"{}\n", data):
            (whole / name).write_bytes(data + more)
            assert named(verify(whole), name), (name, more)
        (whole / name).write_bytes(data)


def test_files_come_in_the_order_of_their_paths(tmp_path: Path) -> None:
    """Which is not that of the names in a folder: - and . come before the / behind a folder's name."""
    names = ["a/b", "a-b/c", "a.md", "a0", "a/b-c", "a/b/c".replace("b/c", "d/e"), "ä", "a\u0301", "Z", "a b"]
    made.tree(tmp_path, dict.fromkeys(names, b""))
    assert [entry.path for entry in layout.walk(tmp_path)] == sorted(names, key=str.encode)


@pytest.mark.parametrize("fast", [True, False])
def test_what_is_exchanged_is_named(archive: Path, fast: bool) -> None:
    """Two files of the same size, each in the other's place: only the hash sees it."""
    one, two = sorted((archive / "assets").rglob("*.png"))
    first, second = one.read_bytes(), two.read_bytes()
    assert len(first) == len(second)
    one.write_bytes(second)
    two.write_bytes(first)
    codes = [finding.code for finding in verify(archive, fast=fast).findings]
    assert codes == ([] if fast else ["E101", "E101"])


# ------------------------------------------------------------------------------------------- a fixture a code


def _edit(path: str, change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    def damage(root: Path) -> None:
        (root / path).write_bytes(change((root / path).read_bytes()))

    return damage


def _flip(data: bytes) -> bytes:
    return data[:-2] + bytes([data[-2] ^ 1]) + data[-1:]


def _link(root: Path) -> None:
    (root / "README.md").rename(root.parent / "elsewhere.md")
    (root / "README.md").symlink_to(root.parent / "elsewhere.md")


def _forbid(root: Path) -> None:
    (root / "README.md").unlink()
    (root / "README.md").mkdir()


def _unseal(root: Path) -> None:
    """A run that was cut off behind its first commit."""
    archive = Archive.open(root, write=True, clock=keeping.clock())
    archive.record(e.Known("eeeeeeeeeeee", "feed"))
    archive.commit()
    archive.close(clean=False)


def _unsealed_and_flipped(root: Path) -> None:
    _unseal(root)
    path = root / layout.CATALOG
    data = path.read_bytes()
    path.write_bytes(data.replace(b"Not here", b"Not hera"))


def _leave_open(root: Path) -> None:
    archive = Archive.open(root, write=True, clock=keeping.clock())
    archive.capture(keeping.response())
    archive.close(clean=False)


def _earlier_manifest(root: Path) -> None:
    before = (root / layout.MANIFEST).read_bytes()
    with Archive.open(root, write=True, clock=keeping.clock()) as archive:
        archive.record(e.Known("eeeeeeeeeeee", "feed"))
    (root / layout.MANIFEST).write_bytes(before)


CODES: dict[str, tuple[str, Callable[[Path], None]]] = {
    "E101": ("README.md", _edit("README.md", _flip)),
    "E102": ("README.md", lambda root: (root / "README.md").unlink()),
    "E103": ("README.md", _edit("README.md", lambda data: data[:-1])),
    "E104": ("posts/new.md", lambda root: (root / "posts" / "new.md").touch()),
    "E105": ("README.md", _link),
    "E111": (layout.JOURNAL, lambda root: (root / layout.JOURNAL).unlink()),
    "E112": (layout.JOURNAL, _edit(layout.JOURNAL, lambda data: data.replace(b"Not here", b"Not hera"))),
    "E113": (layout.JOURNAL, _edit(layout.JOURNAL, lambda data: data + b'{"n":99,"at":1')),
    "E114": (layout.JOURNAL, _edit(layout.JOURNAL, lambda data: data[: data.rfind(b"\n", 0, -1) + 1])),
    "E121": (layout.MANIFEST, lambda root: (root / layout.MANIFEST).unlink()),
    "E122": (layout.MANIFEST, _edit(layout.MANIFEST, _flip)),
    "E123": (layout.MANIFEST, _earlier_manifest),
    "E131": (layout.JOURNAL, _unseal),
    "E132": (layout.CATALOG, _unsealed_and_flipped),
    "E133": (f"{layout.CAPTURES}/20161124T150640Z-0002.warc.gz.open", _leave_open),
    "E142": (layout.CONFIG, _edit(layout.CONFIG, lambda data: data + b"\n")),
    "E141": (layout.CONFIG, _edit(layout.CONFIG, lambda data: data + b"[")),
}


@pytest.mark.parametrize("code", CODES)
def test_each_code_has_its_damage(archive: Path, code: str) -> None:
    path, damage = CODES[code]
    damage(archive)
    found = verify(archive).findings
    assert (code, path) in [(finding.code, finding.path) for finding in found], found


def test_what_cannot_be_read_is_named(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from fonds.archive import verify as module

    def fail(_check: object, path: str) -> tuple[str, int]:
        raise OSError(5, "Input/output error") if path.endswith("README.md") else KeyError

    monkeypatch.setattr(module._Check, "_digest", fail)
    with pytest.raises(KeyError):
        verify(archive)
    monkeypatch.setattr(
        layout, "walk", lambda _root: iter([layout.Entry("README.md", b"README.md", 6, True)])
    )
    found = [finding for finding in verify(archive).findings if finding.path == "README.md"]
    assert found == [Finding("E106", "README.md", "cannot be read: input/output error")]


def test_a_format_that_only_a_flipped_bit_gave_is_damage(archive: Path) -> None:
    path = archive / layout.CONFIG
    path.write_text(path.read_text().replace("format = 1", "format = 9"))
    assert [(f.code, f.path) for f in verify(archive).findings] == [("E141", layout.CONFIG)]


def test_the_line_of_a_changed_manifest_is_named(archive: Path) -> None:
    path = archive / layout.MANIFEST
    lines = path.read_bytes().splitlines(keepends=True)
    lines[3] = lines[3].replace(b"  ", b"  1", 1)
    path.write_bytes(b"".join(lines))
    assert [(f.code, f.where) for f in verify(archive).findings] == [("E122", "line 4")]


def test_what_is_not_fonds_s_is_left_alone(archive: Path) -> None:
    made.tree(
        archive,
        {
            ".git/config": b"x", ".gitignore": b"x", ".github/workflows/pull.yml": b"x", "posts/.DS_Store": b"x",
            ".fonds/aside/1/posts/mine.md": b"x", ".fonds/search.sqlite": b"x", ".fonds/catalog.sqlite-journal": b"x",
        },
    )  # fmt: skip
    assert verify(archive).findings == []
    made.tree(archive, {"site/index.html": b"x", "LICENSE": b"x"})
    assert [f.path for f in verify(archive).findings] == ["LICENSE", "site/index.html"]
    text = (archive / "fonds.toml").read_text()
    with Archive.open(archive, write=True):
        (archive / "fonds.toml").write_text(text + 'ignore = ["LICENSE", "site/*"]\n')
    with Archive.open(archive, write=True):
        pass
    assert verify(archive).findings == []


def test_a_site_and_its_theme_are_no_part_of_it(archive: Path) -> None:
    """Whatever its folder's name; but nothing hides among the archive's own files behind that mark."""
    for folder in ("site", "theme", "pages"):
        (archive / folder).mkdir()
        (archive / folder / "index.html").write_text("x")
    assert {finding.path for finding in verify(archive).findings} == {"site/index.html", "pages/index.html"}
    for folder in ("site", "pages", "posts"):
        (archive / folder / layout.SITE_MARK).write_text("{}")
    assert {finding.path for finding in verify(archive).findings} == {f"posts/{layout.SITE_MARK}"}


def test_nothing_is_verified_while_somebody_writes(archive: Path) -> None:
    from fonds.archive.lock import LockedError

    with Archive.open(archive, write=True), pytest.raises(LockedError, match="another fonds writes"):
        verify(archive)


def test_no_archive(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="is not an archive"):
        verify(tmp_path)


# ------------------------------------------------------------------------------------------- a little at a time


def ticking() -> Iterator[int]:
    yield from range(1, 10_000)


def test_the_incremental_check_goes_round(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = verify(archive).listed
    ticks = ticking()
    calls = 0

    def stop() -> bool:
        nonlocal calls
        calls += 1
        return calls > 5

    first = verify(archive, incremental=True, stop=stop, clock=lambda: next(ticks))
    assert (first.files, first.complete, first.exit_code) == (0, False, 130) or first.files < files
    calls = -1000
    second = verify(archive, incremental=True, stop=stop, clock=lambda: next(ticks))
    assert (first.files + second.files, second.complete) == (files, True)
    third = verify(archive, incremental=True, clock=lambda: next(ticks))
    assert (third.files, third.complete) == (files, True)
    assert third.oldest > second.oldest > 0


def test_the_incremental_check_finds_what_the_full_one_does(archive: Path) -> None:
    CODES["E101"][1](archive)
    for _ in range(2):  # damage is found in every round
        assert [f.code for f in verify(archive, incremental=True).findings] == ["E101"]


def test_a_time_limit_ends_it_in_between(archive: Path) -> None:
    report = verify(archive, incremental=True, time_limit=0)
    assert (report.files, report.complete, report.exit_code) == (0, False, 0)


def test_a_state_that_cannot_be_read_is_made_anew(archive: Path) -> None:
    (archive / layout.CHECKED).write_bytes(
        b"no database at all, but longer than a header of one would be" * 9
    )
    assert verify(archive, incremental=True).complete


def test_a_capture_that_is_changed_and_packed_again_is_found(archive: Path) -> None:
    """Even where the size stays: a WARC checker alone would be content."""
    (path,) = (archive / layout.CAPTURES).iterdir()
    data = path.read_bytes()
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    again = packer.compress(zlib.decompress(data, 31)) + packer.flush()
    path.write_bytes(again + data[len(again) :])
    assert named(verify(archive), f"{layout.CAPTURES}/{path.name}")


def test_the_journal_s_lines_cannot_change_places(archive: Path) -> None:
    path = archive / layout.JOURNAL
    lines = path.read_bytes().splitlines(keepends=True)
    lines[2], lines[3] = lines[3], lines[2]
    path.write_bytes(b"".join(lines))
    report = verify(archive)
    assert named(report, layout.JOURNAL)
    assert {finding.where.partition(",")[0] for finding in report.findings} >= {"line 3", "line 4"}
    assert len(list(journal.read(archive / layout.JOURNAL, end=0))) == 0
