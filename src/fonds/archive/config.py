"""``fonds.toml``: what an archive keeps, and how. A person's file: their comments stay when fonds edits it.

The table ``[archive]`` is the archive's own; every other is a command's settings (fonds.cli.settings).
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from fonds.archive import files
from fonds.errors import UnreadableError

if TYPE_CHECKING:
    import tomlkit

FORMAT = 1
"""Raised when an older fonds could not read the archive any more."""

_HEAD = "What this archive keeps, and how. Comments of yours stay."


class NewerError(UnreadableError):
    """The archive is of a newer fonds."""


class Config(msgspec.Struct, frozen=True, omit_defaults=True):
    """The table ``[archive]``. ``created`` is UTC milliseconds; ``ignore`` are patterns (``*.bak``,
    ``site/**``) of files in the archive's folder that verify passes over."""

    format: int = FORMAT
    title: str = ""
    sources: tuple[str, ...] = ()
    created: int = 0
    ignore: tuple[str, ...] = ()


def read(path: Path) -> Config:
    """The configuration in ``path``. Raises UnreadableError when that is no archive's, or one of a newer
    fonds."""
    try:
        data = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        raise UnreadableError(
            "is not an archive: it has no fonds.toml", origin=str(path.parent), remedy=_MAKE
        ) from None
    except OSError as error:
        raise UnreadableError(
            f"cannot be read: {(error.strerror or str(error)).lower()}", origin=str(path)
        ) from None
    return parse(data, str(path))


_MAKE = "fonds init DIR makes one."


def parse(data: bytes, origin: str = "") -> Config:
    """As ``read``, of bytes."""
    try:
        table = tomllib.loads(data.decode("utf-8")).get("archive")
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UnreadableError(f"is no TOML: {error}", origin=origin) from None
    if not isinstance(table, dict):
        raise UnreadableError("is not that of an archive: it has no [archive]", origin=origin, remedy=_MAKE)
    number = table.get("format")
    if isinstance(number, int) and number > FORMAT:
        raise NewerError(
            f"is of a newer fonds: format {number}, and this one knows {FORMAT}",
            origin=origin,
            remedy="Install the newest fonds.",
        )
    if isinstance(table.get("created"), datetime):
        table["created"] = _milliseconds(table["created"])
    try:
        return msgspec.convert(table, Config)
    except msgspec.ValidationError as error:
        raise UnreadableError(
            f"says what fonds does not understand: {error}", origin=origin, where="[archive]"
        ) from None


def is_archive(data: bytes, origin: str = "") -> bool:
    """Whether a fonds.toml is that of an archive, of whatever fonds. Raises UnreadableError when it is no
    TOML."""
    try:
        return "archive" in tomllib.loads(data.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UnreadableError(f"is no TOML: {error}", origin=origin) from None


def _milliseconds(moment: datetime) -> int:
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return round(moment.timestamp() * 1000)


def create(config: Config, before: bytes = b"") -> bytes:
    """A new fonds.toml; ``before`` is one that is there already, without ``[archive]``."""
    import tomlkit

    document = tomlkit.parse(before.decode("utf-8"))
    if not before:
        document.add(tomlkit.comment(_HEAD))
        document.add(tomlkit.nl())
    table = tomlkit.table()
    table["format"] = config.format
    table["title"] = config.title
    table["sources"] = _array(config.sources)
    table["created"] = datetime.fromtimestamp(config.created // 1000, UTC)
    if config.ignore:
        table["ignore"] = _array(config.ignore)
    document["archive"] = table
    return tomlkit.dumps(document).encode("utf-8")


def edit(data: bytes, *, title: str | None = None, sources: Sequence[str] | None = None) -> bytes:
    """``data`` with another title or other sources; everything else stands as it stood."""

    def change(table: Any) -> None:
        if title is not None:
            table["title"] = title
        if sources is not None:
            _set_sources(table, sources)

    return _changed(data, change)


def _changed(data: bytes, change: Callable[[Any], None]) -> bytes:
    import tomlkit

    document = tomlkit.parse(data.decode("utf-8"))
    change(document["archive"])
    return tomlkit.dumps(document).encode("utf-8")


def _set_sources(table: Any, sources: Sequence[str]) -> None:
    there = table.get("sources")
    if there is None:
        table["sources"] = _array(sources)
        return
    # Item by item, so that a comment beside one stays.
    for item in [item for item in there if item not in sources]:
        there.remove(item)
    for item in sources:
        if item not in there:
            there.append(item)


def _array(items: Sequence[str]) -> tomlkit.items.Array:
    import tomlkit

    array = tomlkit.array()
    array.extend(items)
    return array.multiline(len(items) > 1)


def load(path: Path) -> bytes:
    """The bytes of fonds.toml. Raises DiskError."""
    try:
        return path.read_bytes()
    except OSError as error:
        files.fail(error, path)
