"""Where everything stands in an archive (docs/archive.md), and which paths may stand in it."""

from __future__ import annotations

import hashlib
import os
import re
import stat
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, TypeAlias

from fonds.archive import files
from fonds.errors import UsageError

CONFIG = "fonds.toml"
HIDDEN = ".fonds"
JOURNAL = ".fonds/journal.jsonl"
CATALOG = ".fonds/catalog.sqlite"
CAPTURES = ".fonds/captures"
VERSIONS = ".fonds/posts"
MANIFEST = ".fonds/manifest-sha256.txt"
LOCK = ".fonds/lock"
SEARCH = ".fonds/search.sqlite"
CHECKED = ".fonds/verified.sqlite"
ASIDE = ".fonds/aside"
LEDGER = ".fonds/ledger"
"""Claims and events (fonds.ledger): what is derived is made again, its logs prove themselves by their own chain."""

FOLDERS = ("posts", "responses", "drafts")
"""Where Markdown is derived to."""
PAGES = ("README.md", "INDEX.md", "redirects.csv")
"""What else is derived at the top."""
KEPT = ("assets/", "data/", f"{VERSIONS}/", f"{CAPTURES}/")
"""What is kept and never changes; everything else can be made again."""
OWN = (*(f"{name}/" for name in FOLDERS), f"{HIDDEN}/", "assets/", "data/")
"""Where nobody but fonds puts files."""
THEME = "theme"
"""The user's own templates and styles for the site: theirs to change."""
SITE_MARK = "fonds-site.json"
"""A folder at the top with this file in it is a site that ``fonds site build`` made, and makes again."""
UNLISTED = (JOURNAL, MANIFEST, LOCK, SEARCH, CHECKED)
"""What the manifest does not list: the journal proves the manifest, the rest is nobody's loss."""
_TRANSIENT = re.compile(
    rf"{re.escape(HIDDEN)}/(?:catalog|search|verified)\.sqlite-(?:journal|wal|shm)|(?:{re.escape(ASIDE)}|{re.escape(LEDGER)})/.*",
    re.S,
)
_JUNK = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})
_DECOMPOSED = sys.platform == "darwin"
"""Whether the system may give names back in another form of Unicode than they were written in."""
_CONTROL = re.compile("[\x00-\x1f\x7f\\\\]")


class Layout:
    """The paths of the archive at ``root``."""

    def __init__(self, root: str | Path) -> None:
        self.root = Path(root)

    def path(self, relative: str) -> Path:
        return self.root / relative

    @property
    def config(self) -> Path:
        return self.root / CONFIG

    @property
    def journal(self) -> Path:
        return self.root / JOURNAL

    @property
    def catalog(self) -> Path:
        return self.root / CATALOG

    @property
    def captures(self) -> Path:
        return self.root / CAPTURES

    @property
    def manifest(self) -> Path:
        return self.root / MANIFEST

    @property
    def lock(self) -> Path:
        return self.root / LOCK

    @property
    def search(self) -> Path:
        return self.root / SEARCH

    def aside_for(self, path: str) -> Path:
        """A free place under ``.fonds/aside/`` for what stands under ``path``."""
        number = 1
        while os.path.lexists(self.root / ASIDE / str(number)):
            number += 1
        return self.root / ASIDE / str(number) / path


def version(post_id: str, number: int) -> str:
    """The path of a version. Ids that only case tells apart have folders that more than case does."""
    folder = post_id
    if post_id != post_id.lower():
        folder = f"{post_id}-{hashlib.sha256(post_id.encode()).hexdigest()[:6]}"
    return f"{VERSIONS}/{folder}/{number}.json"


def sound(path: str) -> str:
    """``path`` when it may stand in an archive: relative, ``/`` between its parts, none of them ``.``
    or ``..``. Raises UsageError."""
    parts = path.split("/")
    if not path or _CONTROL.search(path) or any(part in ("", ".", "..") for part in parts) or ":" in parts[0]:
        raise UsageError("is no path in an archive", origin=path)
    return path


def is_listed(path: str) -> bool:
    """Whether the manifest speaks of a file."""
    return not path.startswith(f"{HIDDEN}/") or (path not in UNLISTED and not _TRANSIENT.fullmatch(path))


def is_foreign(name: str, *, top: bool) -> bool:
    """Whether a file or folder is another program's: hidden at the top (.git, .github), or what systems
    leave behind."""
    if name[0] == ".":
        return (
            name in _JUNK
            or name.startswith("._")
            or (top and name != HIDDEN and not name.startswith(".fonds-"))
        )
    return name in _JUNK


class Entry(NamedTuple):
    """A file on the disk. ``order`` is what it is sorted by; ``regular`` is False for what is neither file
    nor folder (links, pipes)."""

    path: str
    order: bytes
    size: int
    regular: bool


_Found: TypeAlias = tuple[bytes, str, bool, os.DirEntry[str]]


def walk(root: Path) -> Iterator[Entry]:
    """Every file of the archive that a manifest should list, and every other that does not belong
    there, in the order of their paths' bytes. What other programs own is passed over.

    Memory does not grow with the archive, but for the names of one folder. Raises DiskError.
    """
    stack = [iter(_entries(str(root), ""))]
    while stack:
        found = next(stack[-1], None)
        if found is None:
            stack.pop()
            continue
        key, path, folder, entry = found
        if folder:
            if path != ASIDE and not (len(stack) == 1 and _is_made_elsewhere(root, path)):
                stack.append(iter(_entries(entry.path, path)))
        elif is_listed(path):
            try:
                info = entry.stat(follow_symlinks=False)
            except FileNotFoundError:
                continue
            except OSError as error:
                files.fail(error, entry.path)
            yield Entry(path, key, info.st_size, stat.S_ISREG(info.st_mode))


def _is_made_elsewhere(root: Path, folder: str) -> bool:
    """Whether a folder at the top is no part of the archive: a built site, or its theme."""
    if f"{folder}/" in OWN:
        return False
    return folder == THEME or (root / folder / SITE_MARK).is_file()


def _entries(folder: str, path: str) -> list[_Found]:
    """(order, path, whether it is a folder, entry) of what is in a folder. Folders sort as if their name
    ended in ``/``: then whole paths come in the order of their bytes."""
    before = f"{path}/" if path else ""
    found: list[_Found] = []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                name = entry.name
                if is_foreign(name, top=not path):
                    continue
                if _DECOMPOSED:
                    name = unicodedata.normalize("NFC", name)
                is_folder = entry.is_dir(follow_symlinks=False)
                own = before + name
                key = (own + "/" if is_folder else own).encode("utf-8", "surrogateescape")
                found.append((key, own, is_folder, entry))
    except OSError as error:
        files.fail(error, folder)
    if len(found) > 1:
        found.sort(key=_first)
    return found


def _first(found: _Found) -> bytes:
    return found[0]


def order(path: str) -> bytes:
    """What paths are sorted by, here and in the manifest."""
    return path.encode("utf-8", "surrogateescape")
