"""From what a user names to a source, a folder for the site, and its settings."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec

from fonds.archive import config, layout
from fonds.site.folder import Folder
from fonds.site.settings import Settings, load, parse
from fonds.site.source import Source

NAME = "site"
"""The folder of a site where none is named."""


def prepare(
    inputs: Sequence[str | Path], output: str | Path = "", *, thumbnails: bool | None = None, url: str = ""
) -> tuple[Source, Path, Settings]:
    """The source that ``inputs`` are, where its site goes, its settings with those given over them.

    Raises UsageError for settings that do not work, DiskError for an input that is not there.
    """
    root = _archive(inputs)
    source: Source
    if root is not None:
        from fonds.site.archive import ArchiveSource

        out = Path(output) if output else root / NAME
        source = ArchiveSource(root)
    else:
        out = Path(output) if output else Path(NAME)
        source = Folder(inputs, avoid=out)
    settings = load(source.folder)
    if thumbnails is not None:
        settings = msgspec.structs.replace(settings, thumbnails=thumbnails)
    if url:
        settings = parse(msgspec.to_builtins(msgspec.structs.replace(settings, url=url)), "--url")
    return source, out, settings


def _archive(inputs: Sequence[str | Path]) -> Path | None:
    """The archive that ``inputs`` are: one folder, that has an archive's fonds.toml."""
    if len(inputs) != 1:
        return None
    root = Path(inputs[0])
    path = root / layout.CONFIG
    if not path.is_file():
        return None
    return root if config.is_archive(config.load(path), str(path)) else None
