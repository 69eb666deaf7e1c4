"""Members of a ZIP, read one at a time and never unpacked to the disk.

What a ZIP's headers say about sizes is not believed: bytes are counted as they inflate, for each member
and for the whole file. Only stored and deflated members are read: the export has no others, and the
decompressors of the rest cannot be stopped in the middle.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import IO

from fonds.archive import intake
from fonds.archive.summary import Failure
from fonds.model import Other
from fonds.sources import sniff

RATIO = 200
"""A member that inflates beyond this many times its size is absurd: HTML and JSON stay below 40."""
FREE = 8 << 20
"""… but up to so many bytes anything goes."""

_PIECE = 1 << 18
_METHODS = {zipfile.ZIP_STORED: "stored", zipfile.ZIP_DEFLATED: "deflate", zipfile.ZIP_BZIP2: "bzip2", zipfile.ZIP_LZMA: "LZMA", 9: "deflate64", 93: "zstd", 98: "PPMd"}  # fmt: skip
_READABLE = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_OUTSIDE = re.compile(r"[/\\]|[A-Za-z]:")
_ENCRYPTED = 0x1
# OOXML, ODF and EPUB, JAR: ZIPs by their bytes, documents to people.
_DOCUMENTS = frozenset({"[Content_Types].xml", "mimetype", "META-INF/MANIFEST.MF"})


def members(
    origin: str,
    source: Path | bytes,
    *,
    limit: int = intake.MAX_SIZE,
    given: bool = False,
    stop: Callable[[], bool] = lambda: False,
    level: int = 0,
) -> Iterator[intake.Found]:
    """What the ZIP ``source`` (a path or its bytes) holds, in its own order; origins are ``origin!name``.

    A ZIP within is read, one within that is named. Raises nothing: every fault is a Failure.
    """
    try:
        archive = zipfile.ZipFile(source if isinstance(source, Path) else io.BytesIO(source))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError) as error:
        yield Failure(f"is no ZIP that can be read: {_reason(error)}", origin, remedy="Download it again.")
        return
    except OSError as error:
        yield intake.unreadable(origin, error)
        return
    with archive:
        size = source.stat().st_size if isinstance(source, Path) else len(source)
        if _DOCUMENTS & set(archive.NameToInfo):
            kind = "binary"
            yield Failure("is a document, not an export", origin) if given else Other(kind, origin)
            return
        yield from _Zip(origin, archive, size=size, limit=limit, level=level, stop=stop).members()


class _Zip:
    def __init__(
        self,
        origin: str,
        archive: zipfile.ZipFile,
        *,
        size: int,
        limit: int,
        level: int,
        stop: Callable[[], bool],
    ) -> None:
        self._origin = origin
        self._archive = archive
        self._limit = limit
        self._level = level
        self._stop = stop
        self._left = size * RATIO + FREE
        """Bytes that may still be inflated: members may share their bytes, so each alone says little."""
        folders: dict[str, set[str]] = {}
        for name in archive.NameToInfo:
            parts = PurePosixPath(name).parts
            for depth in range(min(len(parts), 4)):
                folders.setdefault("/".join(parts[:depth]), set()).add(parts[depth].lower())
        self._around = {folder: frozenset(names) for folder, names in folders.items()}

    def members(self) -> Iterator[intake.Found]:
        seen: set[str] = set()
        for info in self._archive.infolist():
            if self._stop():
                return
            if info.is_dir():
                continue
            path = PurePosixPath(info.filename)
            if any(intake.is_junk(part) for part in path.parts if not part.startswith("..")):
                continue
            origin = f"{self._origin}!{_shown(info.filename)}"
            reason = _refused(info, seen)
            seen.add(info.filename)
            if reason:
                yield Failure(reason, origin)
            elif self._is_personal(path):
                yield Other("personal", origin, "not opened")
            elif kind := intake.unopened(path.name):
                yield Other(kind, origin)
            elif self._left <= 0:
                yield Failure("is absurdly compressed as a whole: the rest of it was not read", self._origin)
                return
            else:
                yield from self._member(info, origin)

    def _is_personal(self, path: PurePosixPath) -> bool:
        """In a personal folder of an export at any depth, or a personal file by its own name."""
        parts = path.parts
        for depth, part in enumerate(parts[:-1][:4]):
            around = self._around.get("/".join(parts[:depth]), frozenset())
            if intake.is_personal(part, path.name, around):
                return True
        return intake.is_personal("", path.name, frozenset())

    def _member(self, info: zipfile.ZipInfo, origin: str) -> Iterator[intake.Found]:
        try:
            with self._archive.open(info) as handle:
                data, kind = self._inflate(handle, info)
        except _Refused as error:
            yield Failure(str(error), origin)
            return
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError) as error:
            yield Failure(f"is damaged: {_reason(error)}", origin, remedy="Download the ZIP again.")
            return
        except (RuntimeError, OSError) as error:  # RuntimeError: a password is asked for
            yield Failure(f"cannot be read: {_reason(error)}", origin)
            return
        if kind == "zip":
            if self._level >= 1:
                yield Failure(
                    "is a ZIP in a ZIP in a ZIP, which is not read", origin, remedy="Unpack it first."
                )
            else:
                yield from members(origin, data, limit=self._limit, stop=self._stop, level=self._level + 1)
        elif kind:
            yield Other(kind, origin)
        else:
            yield intake.Item(origin, data=data, size=len(data))

    def _inflate(self, handle: IO[bytes], info: zipfile.ZipInfo) -> tuple[bytes, str]:
        """(bytes, "" or what the first of them say it is: then, but for a ZIP, no more are read)."""
        pieces: list[bytes] = []
        size = 0
        kind = ""
        bound = max(info.compress_size * RATIO, FREE)
        while piece := handle.read(_PIECE):
            if not pieces:
                kind = sniff.opening(piece[: sniff.HEAD])
                if kind and kind != "zip":
                    self._left -= len(piece)
                    return b"", kind
            pieces.append(piece)
            size += len(piece)
            self._left -= len(piece)
            if size > self._limit:
                raise _Refused(f"is larger than {self._limit >> 20} MiB")
            if size > bound:
                raise _Refused(f"is absurdly compressed: more than {RATIO} times its size")
        if size != info.file_size:
            raise _Refused(f"is damaged: {size} bytes instead of {info.file_size}")
        return b"".join(pieces), kind


class _Refused(Exception):
    """Why a member is not read on."""


def _refused(info: zipfile.ZipInfo, seen: set[str]) -> str:
    """Why a member is not opened at all, or ""."""
    name = info.filename
    # orig_filename: what the ZIP says, before the library made it a path of this system.
    if _OUTSIDE.match(info.orig_filename) or ".." in re.split(r"[/\\]", info.orig_filename):
        return "has a name that leads out of the ZIP, so it was not read"
    if name in seen:
        return "stands in the ZIP twice: the first was read, this one was not"
    if info.flag_bits & _ENCRYPTED:
        return "is encrypted"
    if info.compress_type not in _READABLE:
        method = _METHODS.get(info.compress_type, f"method {info.compress_type}")
        return f"is compressed in a way that is not read ({method})"
    return ""


def _shown(name: str) -> str:
    """A member's name in one line: control characters would break it, or colour it."""
    return "".join(char if char.isprintable() else "\ufffd" for char in name)


def _reason(error: Exception) -> str:
    text = (error.strerror if isinstance(error, OSError) else "") or str(error) or type(error).__name__
    text = text.splitlines()[0]
    return text[:1].lower() + text[1:]
