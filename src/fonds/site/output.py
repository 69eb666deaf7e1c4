"""Files of the site: written whole, replaced only when they are ours, removed only when they are as we wrote them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from fonds.archive import files
from fonds.archive.summary import Failure, failure
from fonds.site.state import Written

MARKER = "fonds-site.json"
"""Stands at the root of every site: a folder that has it was made here, and may be made again."""

_EVERY = 512


class File(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A file to write: its path from the site's root, its bytes, and the mark of what they were made from."""

    path: str
    data: bytes
    mark: str


def digest(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=16).digest()


class Result(msgspec.Struct, array_like=True):
    """What came of writing: the files as they are now, failures, folders to sync."""

    written: dict[str, Written] = {}
    failures: list[Failure] = []
    folders: set[str] = set()
    changed: int = 0


def write(out: str, found: Iterable[File], before: Mapping[str, bytes | None]) -> Result:
    """Writes files below ``out``.

    ``before``: the digest of each path as it was written last time, None where nobody remembers. A file that
    has other bytes than those was changed by somebody else: it stays, and is a Failure. Raises DiskError.
    """
    result = Result()
    with files.Batch() as batch:
        for number, file in enumerate(found, 1):
            path = f"{out}/{file.path}"
            now = digest(file.data)
            kept = _look(path)
            if kept != now:
                known = before.get(file.path, b"")
                if kept is not None and known is not None and kept != known:
                    result.failures.append(_changed(path))
                    continue
                _folder(path, result.folders)
                batch.place(path, file.data)
                result.changed += 1
            result.written[file.path] = Written(file.mark, len(file.data), now)
            if number % _EVERY == 0:
                batch.commit()
        batch.commit()
        result.folders |= batch.folders
    return result


def _changed(path: str) -> Failure:
    return failure(
        files.ConflictError(
            "is not as fonds wrote it, so it was not replaced",
            origin=path,
            remedy="Move it away; to change pages for good, put a template into theme/ (docs/site.md).",
        )
    )


def _look(path: str) -> bytes | None:
    """The digest of a file, or None when there is none. Raises DiskError."""
    try:
        return digest(Path(path).read_bytes())
    except FileNotFoundError:
        return None
    except OSError as error:
        raise files.disk_error(error, path) from error


def _folder(path: str, made: set[str]) -> None:
    folder = os.path.dirname(path)  # noqa: PTH120
    if folder not in made:
        files.make_folder(Path(folder))
        made |= {folder, os.path.dirname(folder)}  # noqa: PTH120


def remove(out: str, paths: Iterable[str], before: Mapping[str, bytes | None]) -> list[str]:
    """Removes what the site no longer has, where it still is as it was written. What was removed."""
    removed: list[str] = []
    for path in paths:
        whole = f"{out}/{path}"
        kept = _look(whole)
        if kept is None or kept != before.get(path):
            continue
        try:
            os.unlink(whole)  # noqa: PTH108
        except OSError as error:
            raise files.disk_error(error, whole) from error
        removed.append(path)
        _prune(out, os.path.dirname(whole))  # noqa: PTH120
    return removed


def _prune(out: str, folder: str) -> None:
    """Removes folders that became empty."""
    while folder != out:
        try:
            os.rmdir(folder)  # noqa: PTH106
        except OSError:
            return  # not empty: it holds more
        folder = os.path.dirname(folder)  # noqa: PTH120
