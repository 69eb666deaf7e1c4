"""The first pass over one input: its bytes → posts, encoded for the spool. Runs in any process."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

import msgspec

from fonds import sources
from fonds.archive import intake, naming, spool
from fonds.archive.summary import Failure, failure
from fonds.errors import FondsError
from fonds.model import (
    TEXT_BLOCKS,
    Block,
    Embed,
    Image,
    ImageRow,
    LinkCard,
    Note,
    Other,
    Post,
    Section,
    Source,
)
from fonds.patterns import Seldom
from fonds.sources import addresses

DEFECTS = (
    ArithmeticError, AssertionError, AttributeError, LookupError, MemoryError, NameError, RuntimeError, TypeError,
    ValueError,
)  # fmt: skip
"""What a mistake of our own raises. One post must not take the others with it: such an error is reported
as a defect (exit code 1, traceback with -v), and the next post is done."""

_WALLS = {
    "challenge page": "is a challenge page, not a post",
    "login page": "is a login page, not a post",
    "not-found page": "is a not-found page, not a post",
}
_NOT_POSTS = {
    "empty": "is empty",
    "binary": "is binary, not a form of Medium's",
    "picture": "is a picture, not a post",
    "unknown text": "is no form of Medium's that fonds knows",
    "fonds markdown": "is Markdown that fonds wrote itself",
    "zip": "is a ZIP that cannot be read",
}
_REMEDIES = {
    "challenge page": "Open the address in a browser, pass the check, and save the page again.",
    "login page": "Log in and save the page again.",
    "empty": "Download it again.",
    "unknown text": "docs/forms.md lists the forms.",
    "fonds markdown": "Convert what it was made from.",
}
# How the account export names its posts.
_EXPORT_NAME = Seldom(r"(?:^|[/\\!])(?:\d{4}-\d\d-\d\d|draft)_[^/\\]*-[0-9a-f]{8,13}\.html$")


class Read(msgspec.Struct, frozen=True, gc=False):
    """A post that was read (encoded, when it comes from another process) from an input of ``size``
    bytes; the parts of its file's name, and the posts and paragraphs that it links to."""

    post: Post | bytes
    size: int
    ident: str
    folder: str
    stem: str
    origin: str
    refs: tuple[tuple[str, str], ...]
    notes: tuple[Note, ...]


Result: TypeAlias = Read | Other | Failure


def chunk(things: list[intake.Found], *, limit: int, dates: str | None) -> list[Result]:
    """``read`` over several inputs: what a process of a pool is given at a time."""
    results = [result for thing in things for result in read(thing, limit, dates)]
    return [_encoded(result) if isinstance(result, Read) else result for result in results]


def _encoded(result: Read) -> Read:
    return msgspec.structs.replace(result, post=spool.encode(spool.decode(result.post)))


def read(thing: intake.Found, limit: int, dates: str | None = None) -> Iterator[Result]:
    """What one input holds. Raises nothing that the input is to blame for.

    ``dates`` is the time zone of the dates in file names: None is UTC, "" that of the post's own file.
    """
    if not isinstance(thing, intake.Item):
        yield thing
        return
    for found in posts(thing, limit):
        if isinstance(found, Post):
            yield _read(found, thing, dates)
        else:
            yield found


def posts(item: intake.Item, limit: int = intake.MAX_SIZE) -> Iterator[Post | Other | Failure]:
    """The posts of one input, and what in it is none."""
    loaded = intake.load(item, limit)
    if isinstance(loaded, Failure):
        yield loaded
        return
    try:
        if isinstance(loaded, Other):
            if loaded.kind == "zip" and item.path:  # with the name of something else
                yield from _members(item, limit)
            else:
                yield _judged(loaded, item)
            return
        for found in sources.read(loaded.data or b"", item.origin):
            yield found if isinstance(found, Post) else _judged(found, item)
    except FondsError as error:
        error.origin = error.origin or item.origin
        yield failure(error)
    except DEFECTS as error:
        yield defect(error, item.origin)


def _members(item: intake.Item, limit: int) -> Iterator[Post | Other | Failure]:
    from fonds.archive import zips

    for found in zips.members(item.origin, Path(item.path), limit=limit, given=item.given):
        if isinstance(found, intake.Item):
            yield from posts(found, limit)
        else:
            yield found


def defect(error: BaseException, origin: str) -> Failure:
    """A mistake of our own as a failure."""
    import traceback  # here: no run should need it

    reason = f"fonds failed on it ({type(error).__name__}: {str(error)[:200]})"
    remedy = "This is a defect of fonds: please report it, with the file when it may be shown."
    trace = "".join(traceback.format_exception(error))
    return Failure(reason, origin, remedy=remedy, exit_code=1, trace=trace)


def _judged(other: Other, item: intake.Item) -> Other | Failure:
    """What is no post is counted, unless a post was promised: by the user, or by the file's name."""
    kind = other.kind
    promised = item.given or bool(_EXPORT_NAME.search(item.origin))
    if kind in _WALLS and (promised or intake.holds_posts(item.origin)):
        return Failure(_WALLS[kind], item.origin, remedy=_REMEDIES.get(kind, ""))
    if kind in ("empty", "binary") and (promised or intake.holds_posts(item.origin)):
        return Failure(_NOT_POSTS[kind], item.origin, remedy=_REMEDIES.get(kind, ""))
    if promised and kind in _NOT_POSTS:
        return Failure(_NOT_POSTS[kind], item.origin, remedy=_REMEDIES.get(kind, ""))
    if not item.given and promised:
        return Failure(
            f"is named like a post and holds none ({kind})", item.origin, remedy="It may be cut off."
        )
    return other


def _read(post: Post, item: intake.Item, dates: str | None) -> Read:
    ident = naming.identity(post)
    stem = naming.stem(post, ident, None if dates is None else _zone(post, dates))
    return Read(post, item.size, ident, naming.folder(post), stem, item.origin, refs(post), post.notes)


def _zone(post: Post, dates: str) -> naming.Zone:
    from fonds.zmedium.front_matter import zones
    from fonds.zmedium.rules import own_details

    return zones(own_details(post), dates)[0]


def content(post: Post) -> Post:
    """``post`` without where it was read: equal for two copies of one thing."""
    return msgspec.structs.replace(post, source=Source(post.source.form))


def refs(post: Post) -> tuple[tuple[str, str], ...]:
    """The posts and paragraphs that ``post`` may link to, each once, in order."""
    found: dict[tuple[str, str], None] = {}
    for href in hrefs(post):
        target = addresses.target(href)
        if target is not None:
            found[target.post_id if target.post_id != post.id else "", target.anchor] = None
    return tuple(found)


def hrefs(post: Post) -> list[str]:
    """Every address that a post's text and pictures link to."""
    found: list[str] = []
    for block in post.blocks:
        if isinstance(block, TEXT_BLOCKS):
            for mark in block.content.marks:
                if mark.href:
                    found.append(mark.href)
        elif isinstance(block, LinkCard):
            found.append(block.href)
            found += [mark.href for mark in block.content.marks]
        elif isinstance(block, Embed):
            found += [mark.href for mark in (*block.caption.marks, *block.content.marks)]
        else:
            found += _picture_hrefs(block)
    return [href for href in found if href]


def _picture_hrefs(block: Block) -> Iterator[str]:
    if isinstance(block, ImageRow):
        for image in block.images:
            yield from _picture_hrefs(image)
    elif isinstance(block, Image):
        yield block.href
        yield from (mark.href for mark in block.caption.marks)
    elif isinstance(block, Section) and block.cover is not None:
        yield from _picture_hrefs(block.cover)
