"""What the ledger reads: the newest versions in an archive, or any file, folder or ZIP that fonds reads.

This is the only module that knows how an archive lies on the disk: ``.fonds/posts/<id>/<n>.json``, an envelope
whose ``post`` is the model's Post (docs/archive-layout.md).
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, TypeAlias

import msgspec

from fonds.archive import intake, naming, parse
from fonds.archive.summary import Failure
from fonds.errors import UnreadableError
from fonds.model import Post

_VERSION = re.compile(r"(\d{1,9})\.json")


class Source(msgspec.Struct, frozen=True):
    """One input. ``mark`` changes whenever what it holds may have changed; ``key`` names it in its archive or
    folder. ``version`` is the number of an archive's version, 0 for a plain file."""

    key: str
    mark: str
    path: str = ""
    origin: str = ""
    data: bytes | None = None
    version: int = 0
    given: bool = False


class Given(NamedTuple):
    """A post, under the id that names it, and its version (0 outside an archive)."""

    id: str
    version: int
    post: Post


class _Envelope(msgspec.Struct):
    post: Post


Found: TypeAlias = Source | Failure


def is_archive(path: Path) -> bool:
    """Whether ``path`` is an archive that fonds keeps."""
    return (path / ".fonds").is_dir()


def sources(path: Path, avoid: Path | None = None) -> Iterator[Found]:
    """Every input in ``path``, in a fixed order, unread. ``avoid`` is a folder that is not entered."""
    if is_archive(path):
        yield from _versions(path / ".fonds" / "posts")
        return
    for found in intake.items([path], avoid=avoid):
        if isinstance(found, Failure):
            yield found
        elif isinstance(found, intake.Item):
            yield _plain(found)


def _plain(item: intake.Item) -> Source:
    if item.data is not None:  # a member of a ZIP: it comes with its bytes
        mark = hashlib.sha256(item.data).hexdigest()[:32]
        return Source(item.origin, mark, origin=item.origin, data=item.data, given=item.given)
    try:
        info = os.stat(item.path)  # noqa: PTH116  a Path costs as much again
    except OSError:
        return Source(item.origin, "", item.path, item.origin, given=item.given)
    return Source(item.origin, f"{info.st_size}:{info.st_mtime_ns}", item.path, item.origin, given=item.given)


def _versions(folder: Path) -> Iterator[Found]:
    try:
        names = sorted(entry.name for entry in os.scandir(folder) if entry.is_dir())
    except FileNotFoundError:
        return
    except OSError as error:
        yield intake.unreadable(str(folder), error)
        return
    for name in names:
        newest = max((int(found[1]) for file in os.listdir(folder / name) if (found := _VERSION.fullmatch(file))), default=0)  # noqa: PTH208  # fmt: skip
        if newest:
            path = folder / name / f"{newest}.json"
            # A version never changes: its number says all.
            yield Source(name, str(newest), str(path), f"{name}/{newest}.json", version=newest)


def posts(source: Source) -> Iterator[Given | Failure]:
    """The posts of one input. Raises nothing that the input is to blame for. Drafts are left out: what was
    never published was reported to nobody."""
    if source.version:
        try:
            post = msgspec.json.decode(Path(source.path).read_bytes(), type=_Envelope).post
        except OSError as error:
            yield intake.unreadable(source.path, error)
            return
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            yield Failure(f"is no version of a post: {error}", source.path, remedy="Run fonds verify.")
            return
        if not post.draft:
            yield Given(source.key, source.version, post)
        return
    item = intake.Item(source.origin, source.path, source.data, given=source.given)
    for found in parse.posts(item):
        if isinstance(found, Failure):
            yield found
        elif isinstance(found, Post) and not found.draft:
            yield Given(naming.identity(found), 0, found)


def find(path: Path, key: str) -> Source:
    """The input of that key. Raises UnreadableError when it is gone."""
    for found in sources(path):
        if isinstance(found, Source) and found.key == key:
            return found
    raise UnreadableError(
        f"the input {key} is no longer there", origin=str(path), remedy="Run fonds claims extract again."
    )
