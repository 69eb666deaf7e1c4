"""The proof of a written text, by flavour: parsed again and compared with the model.

The default flavour is proven by ``fonds.writers.check``. ``zmedium`` cannot carry all that the model
holds (its own tool loses it): there the proof is that the text, read again, has every word of the post
in its order, its pictures, title and dates.
"""

from __future__ import annotations

from collections.abc import Iterator

from fonds.errors import UnreadableError
from fonds.model import Block, Embed, Image, ImageRow, Post, RichText, Section
from fonds.writers.check import Finding, check
from fonds.writers.context import Context

_ENOUGH = 20


def prove(post: Post, text: str, flavour: str, context: Context) -> list[Finding]:
    """What is not in ``text`` as the post has it. Flavours without a proof of their own give nothing."""
    if flavour == "fonds":
        return check(post, text, context=context)
    return _prove_zmedium(post, text) if flavour == "zmedium" else []


def _prove_zmedium(post: Post, text: str) -> list[Finding]:
    from fonds.sources import zmedium

    try:
        found = next((thing for thing in zmedium.read(text.encode()) if isinstance(thing, Post)), None)
    except UnreadableError as error:
        return [Finding("E208", f"cannot be read again: {error.reason}", error.where)]
    if found is None:
        return [Finding("E208", "cannot be read again: is no post")]
    findings = list(_lost_words(post, found))
    if _pictures(post) != _pictures(found):
        findings.append(Finding("E207", "pictures differ"))
    if _letters(post.title) != _letters(found.title):
        findings.append(Finding("E206", "front matter differs", "title"))
    for name in ("first_published_at", "latest_published_at"):
        if getattr(post, name) and getattr(post, name) != getattr(found, name):
            findings.append(Finding("E206", "front matter differs", name))
    return findings


def _lost_words(post: Post, found: Post) -> Iterator[Finding]:
    """Blocks whose characters, white space aside, do not follow each other in the text read again.
    Between them it may have more: the addresses that stand for frames."""
    written = "".join("".join(rich.text.split()) for block in found.blocks for rich in _texts(block))
    at = lost = 0
    for number, block in enumerate(post.blocks, 1):
        for rich in _texts(block):
            words = "".join(rich.text.split())
            place = written.find(words, at)
            if place < 0:
                lost += 1
                if lost > _ENOUGH:  # each look costs the length of the text
                    return
                yield Finding("E208", f"lost: {rich.text[:40]!r}", block.name or f"block {number}")
            else:
                at = place + len(words)


def _texts(block: Block) -> Iterator[RichText]:
    if isinstance(block, Section):
        return
    if isinstance(block, ImageRow):
        yield from (image.caption for image in block.images)
    elif isinstance(block, (Image, Embed)):
        yield block.caption
    else:
        yield block.content


def _pictures(post: Post) -> list[str]:
    rows = (block.images if isinstance(block, ImageRow) else (block,) for block in post.blocks)
    return [image.id or image.src for row in rows for image in row if isinstance(image, Image)]


def _letters(text: str) -> str:
    """A title as front matter of any generation keeps it: without white space, brackets and quotes."""
    return "".join(char for char in text if not char.isspace() and char not in "[]\\\"'")
