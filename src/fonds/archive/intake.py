"""Paths in, inputs out: files, folders, ZIPs and standard input, one at a time.

Nothing is unpacked to the disk, and nothing is believed that a file says about its own size. What cannot
be read is a Failure, what is no post an Other, and the walk goes on behind either.
"""

from __future__ import annotations

import os
import re
import stat
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TypeAlias

import msgspec

from fonds.archive.summary import Failure
from fonds.model import Other
from fonds.sources import sniff

MAX_SIZE = 512 << 20
"""Bytes of one input: Medium's longest post is under 5 MB; this bounds the memory of a run."""

PERSONAL = frozenset({"sessions", "profile", "ips"})
"""Folders of an account export that hold the owner's addresses: counted, never opened (docs/forms.md)."""

_EXPORT_PARTS = frozenset({
    "posts", "blocks", "bookmarks", "claps", "highlights", "interests", "lists", "notes", "partner-program",
    "pubs-following", "topics-following", "twitter", "users-following",
})  # fmt: skip
_PERSONAL_FILE = re.compile(r"(?:sessions|ips)(?:-\d+)?\.html$", re.I)
_PROFILE_FILE = re.compile(r"(?:about|charges|memberships|profile|publications)\.html$", re.I)
_PICTURES = frozenset(
    [
        ".jpg",
        ".jpeg",
        ".jfif",
        ".png",
        ".gif",
        ".webp",
        ".avif",
        ".heic",
        ".bmp",
        ".tif",
        ".tiff",
        ".ico",
        ".svg",
    ]
)
_MEDIA = _PICTURES | frozenset(
    [
        ".mp3",
        ".mp4",
        ".m4a",
        ".m4v",
        ".mov",
        ".avi",
        ".mkv",
        ".webm",
        ".wav",
        ".ogg",
        ".flac",
        ".pdf",
        ".epub",
        ".woff",
        ".woff2",
        ".ttf",
        ".otf",
        ".eot",
        ".gz",
        ".bz2",
        ".xz",
        ".7z",
        ".rar",
        ".tar",
        ".zst",
        ".exe",
        ".dll",
        ".so",
        ".dylib",
        ".sqlite",
        ".db",
    ]
)
_OF_POSTS = (".html", ".htm", ".xhtml", ".json", ".xml", ".rss", ".atom")
_JUNK = frozenset({"__macosx", "thumbs.db", "desktop.ini"})


class Item(msgspec.Struct, frozen=True, gc=False):
    """One input. ``path`` is the file to read when ``data`` is None. ``given``: the user named it, so
    that it must hold a post; what lies about in a folder need not."""

    origin: str
    path: str = ""
    data: bytes | None = None
    size: int = 0
    given: bool = False


Found: TypeAlias = Item | Other | Failure


def items(
    inputs: Iterable[str | Path],
    *,
    limit: int = MAX_SIZE,
    avoid: Path | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> Iterator[Found]:
    """What ``inputs`` hold, in the order given, folders in the order of their names.

    ``-`` is standard input. ``avoid`` is a folder that is not entered (the output). ``limit`` is the
    most bytes that one input may have. Files are named, not read (see ``load``); members of ZIPs come
    with their bytes.
    """
    walk = _Walk(limit, avoid, stop)
    for given in inputs:
        if stop():
            return
        if str(given) == "-":
            yield from walk.stream()
        else:
            yield from walk.path(Path(given))


def load(item: Item, limit: int = MAX_SIZE) -> Item | Other | Failure:
    """``item`` with its bytes. Of pictures and other binaries only the beginning is read."""
    if item.data is not None:
        return item
    try:
        with Path(item.path).open("rb") as handle:
            data = handle.read(sniff.HEAD)
            if len(data) == sniff.HEAD:
                kind = sniff.opening(data)
                if kind:
                    return Other(kind, item.origin)
                data += handle.read(limit + 1 - len(data))
    except OSError as error:
        return unreadable(item.origin, error)
    return too_large(item.origin, limit) if len(data) > limit else msgspec.structs.replace(item, data=data)


def unreadable(origin: str, error: OSError) -> Failure:
    reason = (error.strerror or str(error) or type(error).__name__).lower()
    return Failure(f"cannot be read: {reason}", origin)


def too_large(origin: str, limit: int) -> Failure:
    return Failure(
        f"is larger than {limit >> 20} MiB", origin, remedy="Take out what is no post, or raise --max-size."
    )


class _Walk:
    def __init__(self, limit: int, avoid: Path | None, stop: Callable[[], bool]) -> None:
        self._limit = limit
        self._avoid = _same(avoid)
        self._stop = stop
        self._visited: set[tuple[int, int]] = set()

    def stream(self) -> Iterator[Found]:
        data = sys.stdin.buffer.read(self._limit + 1)
        if len(data) > self._limit:
            yield too_large("standard input", self._limit)
        elif data[:4] in sniff.ZIP:
            yield from self._zip("standard input", data, given=True)
        else:
            yield Item("standard input", data=data, size=len(data), given=True)

    def path(self, path: Path) -> Iterator[Found]:
        """What the user named. Its own personal folders are not opened either."""
        origin = str(path)
        try:
            info = path.stat()
        except OSError as error:
            yield unreadable(origin, error)
            return
        except ValueError:  # a NUL in the name
            yield Failure("is no name of a file", origin)
            return
        if stat.S_ISDIR(info.st_mode):
            if _is_personal_folder(path.name, _names(path.parent)):
                yield Other("personal", origin, "not opened", count=len(_names(path)))
                return
            yield from self._folder(path)
            return
        absolute = path.absolute()
        around = _names(absolute.parent.parent) if absolute.parent.name.lower() in PERSONAL else frozenset()
        if is_personal(absolute.parent.name, path.name, around):
            yield Other("personal", origin, "not opened")
            return
        yield from self._file(path, info, given=True)

    def _folder(self, root: Path) -> Iterator[Found]:
        """Depth first, by name, without recursion: a tree may be deeper than the stack."""
        stack = [root]
        while stack:
            folder = stack.pop()
            if self._stop():
                return
            try:
                info = folder.stat()
                entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
            except OSError as error:
                yield unreadable(str(folder), error)
                continue
            key = (info.st_dev, info.st_ino)
            if key == self._avoid and folder != root:
                continue
            if key in self._visited:
                yield _seen(folder)
                continue
            self._visited.add(key)
            names = frozenset(entry.name.lower() for entry in entries)
            deeper: list[Path] = []
            # Files of a folder come before its folders, so that the order is that of the names twice over.
            for entry in entries:
                if entry.name.startswith(".") or entry.name.lower() in _JUNK:
                    continue
                path = folder / entry.name
                if _is_dir(entry):
                    if _is_personal_folder(entry.name, names):
                        yield from [
                            Other("personal", f"{path}{os.sep}{name}") for name in sorted(_names(path))
                        ]
                    else:
                        deeper.append(path)
                elif is_personal(folder.name, entry.name, frozenset()):
                    yield Other("personal", str(path))
                else:
                    yield from self._entry(path)
            stack += reversed(deeper)

    def _entry(self, path: Path) -> Iterator[Found]:
        if kind := is_media(path.name):
            yield Other(kind, str(path))
            return
        try:
            info = path.stat()
        except OSError as error:
            broken = path.is_symlink()
            yield Failure("is a link to nothing", str(path)) if broken else unreadable(str(path), error)
            return
        yield from self._file(path, info, given=False)

    def _file(self, path: Path, info: os.stat_result, *, given: bool) -> Iterator[Found]:
        origin = str(path)
        if not stat.S_ISREG(info.st_mode):
            yield Failure(
                f"is {_special(info.st_mode)}, not a file",
                origin,
                remedy="Pipe its bytes in and name them -.",
            )
            return
        if path.suffix.lower() == ".zip" or _begins_as_zip(path):
            yield from self._zip(origin, path, given=given)
        elif info.st_size > self._limit:
            yield too_large(origin, self._limit)
        else:
            yield Item(origin, str(path), size=info.st_size, given=given)

    def _zip(self, origin: str, source: Path | bytes, *, given: bool) -> Iterator[Found]:
        from fonds.archive import zips

        yield from zips.members(origin, source, limit=self._limit, given=given, stop=self._stop)


def is_personal(folder: str, name: str, around: frozenset[str]) -> bool:
    """Whether a file ``name`` in ``folder`` is one that an export keeps about its owner.

    ``around`` are the names (in lower case) beside the folder: beside an export's other parts every file
    of ``profile/`` is personal; alone, a folder of that name may hold anything but the known files.
    """
    folder = folder.lower()
    if _PERSONAL_FILE.match(name):
        return True
    return folder in PERSONAL and (
        bool(around & _EXPORT_PARTS) or (folder == "profile" and bool(_PROFILE_FILE.match(name)))
    )


def holds_posts(origin: str) -> bool:
    """Whether the name of a file promises a post, so that an empty or broken one is worth a word."""
    return origin.lower().endswith(_OF_POSTS)


def is_media(name: str) -> str:
    """``picture`` or ``binary`` for a name whose ending says so, else ""."""
    ending = os.path.splitext(name)[1].lower()  # noqa: PTH122  a Path for each name costs more
    if ending not in _MEDIA:
        return ""
    return "picture" if ending in _PICTURES else "binary"


def is_junk(name: str) -> bool:
    """Names that systems leave behind."""
    return name.startswith(".") or name.lower() in _JUNK


def _is_personal_folder(name: str, around: frozenset[str]) -> bool:
    return name.lower() in PERSONAL and bool(around & _EXPORT_PARTS)


def _seen(folder: Path) -> Found:
    """A folder is read once, so that links neither lead in circles nor multiply."""
    here = folder.parent.resolve()
    there = folder.resolve()
    if folder.is_symlink() and (there == here or there in here.parents):
        return Failure("is a link that leads back to a folder above it", str(folder))
    return Other("folder seen already", str(folder))


def _names(folder: Path) -> frozenset[str]:
    """Names in ``folder`` in lower case; a name is all that is asked of it."""
    try:
        return frozenset(entry.name.lower() for entry in folder.iterdir())
    except OSError:
        return frozenset()


def _is_dir(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _same(path: Path | None) -> tuple[int, int] | None:
    if path is None:
        return None
    try:
        info = path.stat()
    except OSError:
        return None
    return info.st_dev, info.st_ino


def _begins_as_zip(path: Path) -> bool:
    try:
        with path.open("rb") as handle:
            return handle.read(4) in sniff.ZIP
    except OSError:
        return False


def _special(mode: int) -> str:
    if stat.S_ISFIFO(mode):
        return "a pipe"
    if stat.S_ISSOCK(mode):
        return "a socket"
    return "a device"
