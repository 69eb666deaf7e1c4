"""Which post is meant? By its id, an address, the name of its file, or the beginning of its slug."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING

from fonds.archive import naming
from fonds.errors import UsageError
from fonds.sources import addresses

if TYPE_CHECKING:
    from fonds.archive.rows import PostRow
    from fonds.archive.store import Archive

_FEW = 5
_ENOUGH = 20_000
"""Names that are looked through for one that is like a wrong one."""
_NAME = re.compile(r"(?:_?\d{4,}-\d\d-\d\d-)?(.*?)(?:\.md)?", re.S)


def find(archive: Archive, given: str) -> PostRow:
    """The post that ``given`` means; it need not be kept. Raises UsageError when there is none, with names
    that are like it, or several."""
    word = given.strip()
    for ident in _ids(word):
        row = archive.catalog.post(ident)
        if row is not None:
            return row
    name = _plain(word)
    found = archive.catalog.named(name, _FEW + 1) if name else []
    exact = [row for row in found if _plain(row.stem) == name]
    if len(exact) == 1 or len(found) == 1:
        return (exact or found)[0]
    if found:
        shown = ", ".join(_plain(row.stem) for row in found[:_FEW])
        more = ", …" if len(found) > _FEW else ""
        raise UsageError(f"several posts begin with {given!r}", remedy=f"Which of them? {shown}{more}")
    raise _unknown(archive, given, name)


def _ids(word: str) -> list[str]:
    """The ids that a word may stand for, the likeliest first."""
    found = [word] if naming.is_sound(word) else []
    target = addresses.target(word)
    if target is not None and target.post_id:
        found.append(target.post_id)
    ending = _plain(word).rpartition("-")[2]
    if naming.is_sound(ending):
        found.append(ending)
    return found


def _plain(word: str) -> str:
    """A file's name without folder, date and ending; of an address its last part."""
    last = re.split(r"[/\\]", word.partition("?")[0].partition("#")[0].rstrip("/"))[-1]
    match = _NAME.fullmatch(last)
    return match[1] if match is not None else last


def _unknown(archive: Archive, given: str, name: str) -> UsageError:
    names: list[str] = []
    for ident, known in archive.catalog.names():
        names.append(known.removesuffix(f"-{ident}"))
        if len(names) >= _ENOUGH:
            break
    like = (
        difflib.get_close_matches(name, dict.fromkeys(names), _FEW, 0.6)
        or [known for known in names if name and name in known][:_FEW]
    )
    remedy = f"Like it: {', '.join(like)}." if like else "fonds status says what is here, INDEX.md lists it."
    return UsageError(f"there is no post {given!r} in this archive", origin=str(archive.root), remedy=remedy)
