"""What fonds promises of any input, however broken: the judge of the fuzzer and of test_hostile.py.

``examine`` reads an input and raises ``Broken`` for whatever should never be: another exception than
``UnreadableError``, more than two seconds, rich text that is not clean, JSON that does not come back,
a file that the proof (and, when asked, the second judge) finds different from its post.
"""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import msgspec

from fonds import model
from fonds.errors import UnreadableError
from fonds.model import (
    Block,
    Code,
    Embed,
    Heading,
    Image,
    ImageRow,
    LinkCard,
    ListItem,
    Other,
    Paragraph,
    Post,
    Quote,
    RichText,
    Section,
    Unknown,
)
from fonds.richtext import clean
from fonds.writers import write
from fonds.writers.check import check
from judge import differences

Read = Callable[[bytes, str], Iterable[Post | Other]]

SLOW = 2.0
"""Seconds for one input, whatever it is (the bar of the project)."""

MODULES = ("api", "page", "payload", "legacy", "export", "feed", "dom", "zmedium")
TARGETS = (*MODULES, "sources", "model")
"""A target for each source module, one through the recognition of forms, one for the model's JSON."""


class Broken(AssertionError):
    """A promise not kept. ``kind`` groups findings that have one cause."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(f"{kind}: {message}")
        self.kind = kind


class Missing(Exception):
    """The module of a target does not exist (yet)."""


@dataclass(frozen=True)
class Seen:
    """What an input turned out to be."""

    posts: tuple[Post, ...] = ()
    others: tuple[Other, ...] = ()
    refused: str = ""
    """The line of the UnreadableError that ended it."""
    texts: tuple[str, ...] = field(default=(), repr=False)
    """The posts in the default flavour."""


def reader(target: str) -> Read:
    """``read`` of a target. Raises Missing when there is no such module."""
    if target not in TARGETS:
        raise Missing(f"there is no target {target!r}; known: {', '.join(TARGETS)}")
    if target == "model":
        return _read_model
    name = "fonds.sources" if target == "sources" else f"fonds.sources.{target}"
    try:
        module = importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        raise Missing(f"there is no module {name}") from error
    found: Read = module.read
    return found


def _read_model(data: bytes, origin: str) -> Iterator[Post]:
    """The JSON model decoder. What any JSON may say and no source does is put right, as a source would:
    marks that are not clean, NULs, rows without pictures, providers that ``fonds.embeds`` does not know."""
    try:
        model.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UnreadableError(" ".join(str(error).split()), origin=origin) from error
    post = model.decode(data.replace(b"\\u0000", b""))
    blocks = (_cleaned(block) for block in post.blocks)
    yield msgspec.structs.replace(
        post, blocks=tuple(block for block in blocks if not isinstance(block, ImageRow) or block.images)
    )


def examine(read: Read, data: bytes, *, judge: bool = False, slow: float = SLOW) -> Seen:
    """Reads ``data`` and looks at all that comes of it. Raises Broken, or lets a stray exception through."""
    began = time.process_time()  # the machine may have more to do
    posts: list[Post] = []
    others: list[Other] = []
    refused = ""
    try:
        for found in read(data, "dir/input"):
            if isinstance(found, Post):
                posts.append(found)
            elif isinstance(found, Other):
                others.append(found)
            else:
                raise Broken("type", f"neither Post nor Other: {type(found)}")
    except UnreadableError as error:
        refused = str(error)
        _is_one_line(refused)
    texts = [_examine_post(post, judge=judge) for post in posts]
    taken = time.process_time() - began
    if taken > slow:
        raise Broken("slow", f"{taken:.1f} s for {len(data)} bytes")
    for other in others:
        if not other.kind or len(other.kind.splitlines()) != 1:
            raise Broken("other", repr(other))
        msgspec.json.encode(other)
    if not (posts or others or refused):
        raise Broken("nothing", "no post, nothing else, and no reason")
    return Seen(tuple(posts), tuple(others), refused, tuple(texts))


def _is_one_line(line: str) -> None:
    if len(line.splitlines()) != 1 or not line.strip():
        raise Broken("error line", repr(line))
    line.encode()


def _examine_post(post: Post, *, judge: bool) -> str:
    for block in post.blocks:
        for rich in rich_texts(block):
            if clean(rich.text, rich.marks) != rich:
                raise Broken("unclean", f"{type(block).__name__} {block.name}: {rich!r}")
    data = model.encode(post)
    if model.decode(data) != post:
        raise Broken("json", "the post's JSON does not come back")
    text = write(post)
    _is_file(text)
    findings = check(post, text)
    if findings:
        raise Broken(f"proof {findings[0].code}", "; ".join(f"{f.where}: {f.message}" for f in findings[:3]))
    if judge:
        other = differences(post, text)
        if other:
            raise Broken("judge", "; ".join(other[:3]))
    write(post, "zmedium").encode()  # its line ends are what the tool's were
    return text


def _is_file(text: str) -> None:
    text.encode()
    if "\r" in text or "\x00" in text:
        raise Broken("line ends", "a carriage return or NUL in the file")
    if not text.endswith("\n"):
        raise Broken("line ends", "no newline at the end")


def rich_texts(block: Block) -> Iterator[RichText]:
    """Every rich text of a block."""
    if isinstance(block, (Heading, Paragraph, Quote, ListItem, Code, Unknown, LinkCard)):
        yield block.content
    if isinstance(block, Paragraph) and block.drop_cap_image is not None:
        yield block.drop_cap_image.caption
    if isinstance(block, Section) and block.cover is not None:
        yield block.cover.caption
    if isinstance(block, Image):
        yield block.caption
    if isinstance(block, ImageRow):
        for image in block.images:
            yield image.caption
    if isinstance(block, Embed):
        yield block.caption
        yield block.content


def _cleaned(block: Block) -> Block:
    changes: dict[str, object] = {}
    for name in block.__struct_fields__:
        value = getattr(block, name)
        if isinstance(value, RichText):
            changes[name] = clean(value.text, value.marks)
            if any(mark.kind == "link" and not mark.href for mark in value.marks):
                changes[name] = clean(value.text, ())
        elif isinstance(value, Image):
            changes[name] = _cleaned(value)
        elif isinstance(block, ImageRow) and name == "images":
            changes[name] = tuple(_cleaned(image) for image in block.images)
    if isinstance(block, Embed) and block.provider:
        changes["provider"] = "harbour"
    return msgspec.structs.replace(block, **changes) if changes else block
