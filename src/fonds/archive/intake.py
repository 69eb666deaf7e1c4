"""Paths in, inputs out: files, folders, ZIPs and standard input, one at a time.

Nothing is unpacked to the disk, and nothing is believed that a file says about its own size. What cannot
be read is a Failure, what is no post an Other, and the walk goes on behind either.
"""

from __future__ import annotations

import io
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
from fonds.patterns import Seldom
from fonds.sources import sniff

MAX_SIZE = 512 << 20
"""Bytes of one input: Medium's longest post is under 5 MB; this bounds the memory of a run."""

_PIECE = 4 << 20

PERSONAL = frozenset({"sessions", "profile", "ips"})
"""Folders of an account export that hold the owner's addresses: counted, never opened (docs/forms.md)."""

_EXPORT_PARTS = frozenset({
    "posts", "blocks", "bookmarks", "claps", "highlights", "interests", "lists", "notes", "partner-program",
    "pubs-following", "topics-following", "twitter", "users-following",
})  # fmt: skip
_PERSONAL_FILE = re.compile(r"(?:sessions|ips)(?:-\d+)?\.html$", re.I)
_PROFILE_FILE = Seldom(r"(?:about|charges|memberships|profile|publications)\.html$", re.I)
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
_CODE = frozenset(
    [
        ".py", ".js", ".mjs", ".jsx", ".ts", ".tsx", ".css", ".scss", ".sh", ".rb", ".go", ".rs", ".c", ".h", ".cpp",
        ".java", ".kt", ".swift", ".php", ".toml", ".yaml", ".yml", ".ini", ".cfg", ".lock", ".csv", ".tsv", ".log", ".sql",
    ]
)  # fmt: skip
"""Files that quote Medium's markup and are no saved page. Only what the user names itself is opened."""
_OF_POSTS = (".html", ".htm", ".xhtml", ".json", ".xml", ".rss", ".atom")
_STREAMS = (".warc", ".warc.gz", ".warc.gz.open", ".wacz")
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
    warcs: bool = False,
) -> Iterator[Found]:
    """What ``inputs`` hold, in the order given, folders in the order of their names.

    ``-`` is standard input. ``avoid`` is a folder that is not entered (the output). ``limit`` is the
    most bytes that one input may have. ``warcs``: WARC files, which are read as a stream, are named
    whatever their size. Files are named, not read (see ``load``); members of ZIPs come with their bytes.
    """
    walk = _Walk(limit, avoid, stop, warcs=warcs)
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
        with open(item.path, "rb", buffering=0) as handle:  # noqa: PTH123  a Path costs as much again
            data = handle.read(sniff.HEAD) or b""
            kind = sniff.opening(data) if len(data) == sniff.HEAD or data[:4] in sniff.ZIP else ""
            if kind:
                return Other(kind, item.origin)
            if len(data) == sniff.HEAD:
                data = b"".join((data, *_rest(handle, limit + 1 - len(data))))
    except OSError as error:
        return unreadable(item.origin, error)
    return too_large(item.origin, limit) if len(data) > limit else msgspec.structs.replace(item, data=data)


def _rest(handle: io.FileIO, limit: int) -> Iterator[bytes]:
    while limit > 0 and (piece := handle.read(min(limit, _PIECE))):
        limit -= len(piece)
        yield piece


def unreadable(origin: str, error: OSError) -> Failure:
    reason = (error.strerror or str(error) or type(error).__name__).lower()
    return Failure(f"cannot be read: {reason}", origin)


def too_large(origin: str, limit: int) -> Failure:
    return Failure(
        f"is larger than {limit >> 20} MiB", origin, remedy="Take out what is no post, or raise --max-size."
    )


class _Walk:
    # Names are plain strings here, not Paths: an export has thousands, and each Path costs as much as
    # opening the file.

    def __init__(self, limit: int, avoid: Path | None, stop: Callable[[], bool], *, warcs: bool) -> None:
        self._limit = limit
        self._warcs = warcs
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
        origin = shown(str(path))
        try:
            info = path.stat()
        except OSError as error:
            yield unreadable(origin, error)
            return
        except ValueError:  # a NUL in the name
            yield Failure("is no name of a file", origin)
            return
        absolute = path.absolute()
        if stat.S_ISDIR(info.st_mode):
            if _is_personal_folder(absolute.name, _names(absolute.parent)):
                yield from _personal(str(path))
            else:
                yield from self._folder(str(path))
            return
        around = _names(absolute.parent.parent) if absolute.parent.name.lower() in PERSONAL else frozenset()
        if is_personal(absolute.parent.name, path.name, around):
            yield Other("personal", origin, "not opened")
        else:
            yield from self._file(str(path), info, given=True)

    def _folder(self, root: str) -> Iterator[Found]:
        """Depth first, by name, without recursion: a tree may be deeper than the stack."""
        stack = [root]
        while stack:
            folder = stack.pop()
            if self._stop():
                return
            try:
                info = Path(folder).stat()
                entries = sorted(os.scandir(folder), key=_name)
            except OSError as error:
                yield unreadable(shown(folder), error)
                continue
            key = (info.st_dev, info.st_ino)
            if key == self._avoid and folder != root:
                continue
            if key in self._visited:
                yield _seen(Path(folder))
                continue
            self._visited.add(key)
            deeper: list[str] = []
            # Files of a folder come before its folders, so that the order is that of the names twice over.
            yield from self._entries(entries, Path(folder).name, deeper)
            stack += reversed(deeper)

    def _entries(self, entries: list[os.DirEntry[str]], folder: str, deeper: list[str]) -> Iterator[Found]:
        names = frozenset(entry.name.lower() for entry in entries)
        for entry in entries:
            name = entry.name
            if is_junk(name):
                continue
            if _is_dir(entry):
                if _is_personal_folder(name, names):
                    yield from _personal(entry.path)
                else:
                    deeper.append(entry.path)
            elif is_personal(folder, name, frozenset()):
                yield Other("personal", shown(entry.path), "not opened")
            elif (kind := unopened(name)) and not self._is_stream(name):
                yield Other(kind, shown(entry.path))
            else:
                yield from self._entry(entry)

    def _is_stream(self, name: str) -> bool:
        return self._warcs and name.lower().endswith(_STREAMS)

    def _entry(self, entry: os.DirEntry[str]) -> Iterator[Found]:
        try:
            info = entry.stat()
        except OSError as error:
            origin = shown(entry.path)
            yield Failure("is a link to nothing", origin) if entry.is_symlink() else unreadable(origin, error)
            return
        yield from self._file(entry.path, info, given=False)

    def _file(self, path: str, info: os.stat_result, *, given: bool) -> Iterator[Found]:
        origin = shown(path)
        if not stat.S_ISREG(info.st_mode):
            yield Failure(
                f"is {_special(info.st_mode)}, not a file",
                origin,
                remedy="Pipe its bytes in and name them -.",
            )
        elif path.lower().endswith(".zip"):
            # One with another name is found by its bytes when it is read (parse.posts).
            yield from self._zip(origin, Path(path), given=given)
        elif info.st_size > self._limit and not self._is_stream(path):
            yield too_large(origin, self._limit)
        else:
            yield Item(origin, path, size=info.st_size, given=given)

    def _zip(self, origin: str, source: Path | bytes, *, given: bool) -> Iterator[Found]:
        from fonds.archive import zips

        yield from zips.members(origin, source, limit=self._limit, given=given, stop=self._stop)


def shown(path: str) -> str:
    """A path as text that every file and stream takes: names on a disk may be any bytes (PEP 383)."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return os.fsencode(path).decode("utf-8", "replace")
    return path


def _name(entry: os.DirEntry[str]) -> str:
    return entry.name


def _personal(folder: str) -> Iterator[Found]:
    for name in sorted(_names(Path(folder))):
        yield Other("personal", shown(f"{folder}{os.sep}{name}"), "not opened")


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


def unopened(name: str) -> str:
    """What a file that lies in a folder or ZIP is when its ending says that it is no post, else ""."""
    ending = os.path.splitext(name)[1].lower()  # noqa: PTH122  a Path for each name costs more
    if ending in _CODE:
        return "unknown text"
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


def _special(mode: int) -> str:
    if stat.S_ISFIFO(mode):
        return "a pipe"
    if stat.S_ISSOCK(mode):
        return "a socket"
    return "a device"
