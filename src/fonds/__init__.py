"""Keeps everything an author or a publication has published on Medium.

``read``, ``write``, ``convert`` and ``Archive`` do what the commands do. What they need is loaded when it is first
called: importing fonds costs nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from fonds.archive.store import Archive
    from fonds.archive.summary import Summary
    from fonds.model import Post
    from fonds.writers.context import Context

__version__ = "0.1.0"
__all__ = ["Archive", "__version__", "convert", "read", "write"]


def __getattr__(name: str) -> Any:
    """``fonds.Archive`` (see ``fonds.archive.store``) is loaded when it is first asked for."""
    if name == "Archive":
        from fonds.archive.store import Archive as _Archive

        return _Archive
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def read(path: str | Path, *, strict: bool = True) -> Iterator[Post]:
    """The posts of a file, folder or ZIP (``-`` is standard input), one at a time, in order.

    Raises ``UnreadableError`` at what cannot be read; with ``strict=False`` that is passed over.
    """
    from fonds.archive.inspect import read as _read

    return _read(path, strict=strict)


def write(post: Post, flavour: str = "fonds", *, context: Context | None = None) -> str:
    """The post as Markdown of a flavour. Without ``context`` it stands alone: pictures at Medium, links
    as they are. Raises ``UsageError`` for an unknown flavour."""
    from fonds import writers
    from fonds.writers.context import ALONE

    return writers.write(post, flavour, context=context or ALONE)


def convert(
    inputs: Iterable[str | Path],
    out: str | Path,
    *,
    flavour: str = "fonds",
    timezone: str = "",
    check: bool = True,
    jobs: int | None = 1,
    pictures: Sequence[str | Path] = (),
) -> Summary:
    """Converts files, folders and ZIPs into Markdown files under ``out``.

    ``pictures`` are folders of pictures that are here already; ``jobs`` is the number of processes, None
    for as many as there are processors. What could not be read is in the Summary's ``failures``, what
    the proof found in its ``findings``. Raises ``UsageError`` for an unknown flavour or time zone.
    """
    from fonds.archive.convert import convert as _convert

    return _convert(
        inputs, out, flavour=flavour, timezone=timezone, check=check, jobs=jobs, pictures=pictures
    )
