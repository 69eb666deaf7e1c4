"""Where everything stands in an archive (docs/archive.md), and which paths may stand in it."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

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
_FOREIGN = re.compile(
    r"\.(?!fonds(?:[/-]|$))[^/]+(?:/|$)|(?:.*/)?(?:\.DS_Store|Thumbs\.db|desktop\.ini|\._[^/]*)$", re.S
)
"""Hidden names at the top (.git, .github) are other programs', and so is what systems leave behind."""
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
    return path not in UNLISTED and not _TRANSIENT.fullmatch(path)


class Entry(NamedTuple):
    """A file on the disk. ``regular`` is False for what is neither file nor folder (links, pipes)."""

    path: str
    size: int
    mtime_ns: int
    regular: bool


def walk(root: Path) -> Iterator[Entry]:
    """Every file of the archive that a manifest should list, and every other that does not belong
    there, in the order of their paths' bytes. What other programs own is passed over.

    Memory does not grow with the archive, but for the names of one folder. Raises DiskError.
    """
    stack: list[Iterator[os.DirEntry[str]]] = [_entries(root, "")]
    prefixes = [""]
    while stack:
        entry = next(stack[-1], None)
        if entry is None:
            stack.pop()
            prefixes.pop()
            continue
        path = f"{prefixes[-1]}{entry.name}"
        folder = entry.is_dir(follow_symlinks=False)
        if _FOREIGN.match(f"{path}/" if folder else path):
            continue
        if folder:
            if path != ASIDE and not (len(stack) == 1 and _is_made_elsewhere(root, path)):
                stack.append(_entries(root, path))
                prefixes.append(f"{path}/")
        elif is_listed(path):
            try:
                info = entry.stat(follow_symlinks=False)
            except FileNotFoundError:
                continue
            except OSError as error:
                files.fail(error, entry.path)
            yield Entry(path, info.st_size, info.st_mtime_ns, entry.is_file(follow_symlinks=False))


def _is_made_elsewhere(root: Path, folder: str) -> bool:
    """Whether a folder at the top is no part of the archive: a built site, or its theme."""
    if f"{folder}/" in OWN:
        return False
    return folder == THEME or (root / folder / SITE_MARK).is_file()


def _entries(root: Path, folder: str) -> Iterator[os.DirEntry[str]]:
    try:
        with os.scandir(root / folder) as found:
            return iter(sorted(found, key=_order))
    except OSError as error:
        files.fail(error, root / folder)


def _order(entry: os.DirEntry[str]) -> bytes:
    """Folders sort as if their name ended in ``/``: then whole paths come in the order of their bytes."""
    return os.fsencode(f"{entry.name}/" if entry.is_dir(follow_symlinks=False) else entry.name)


def order(path: str) -> bytes:
    """What paths are sorted by, here and in the manifest."""
    return path.encode("utf-8", "surrogateescape")
