"""The list of a site's files with their digests (BLAKE2b, 128 bits), as ``b2sum -l 128 -c`` reads it.

It stands in the site: whoever has a copy can check it, and a build that has lost its state knows by it which
files are as fonds wrote them.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from pathlib import Path

from fonds.archive import files

NAME = "fonds-site.sums"

_LINE = re.compile(r"([0-9a-f]{32})  (.+)")


def text(digests: Iterable[tuple[str, bytes]], paths: Container[str]) -> bytes:
    """A line for each of ``paths``, in the order of ``digests``: (path, digest)."""
    return "".join(f"{digest.hex()}  {path}\n" for path, digest in digests if path in paths).encode()


def read(out: Path) -> dict[str, bytes]:
    """Path → digest, as the site in ``out`` lists them; nothing where it has no list, nor of
    what it names outside itself. Raises DiskError."""
    try:
        lines = (out / NAME).read_text("utf-8", "replace").split("\n")
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise files.disk_error(error, out / NAME) from error
    matches = filter(None, map(_LINE.fullmatch, lines))
    return {found[2]: bytes.fromhex(found[1]) for found in matches if _is_inside(found[2])}


def _is_inside(path: str) -> bool:
    """A path as ``text`` writes it. A list may come from somebody else: what it names elsewhere is not the site's."""
    parts = path.split("/")
    return not {"", ".", ".."} & set(parts) and "\\" not in path and ":" not in parts[0]
