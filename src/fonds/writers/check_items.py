"""What the model asks of a parser: the items that it must find in the Markdown, in order.

Made straight from the model: the proof shares nothing with the writer (``fonds.writers.check``).
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple
from urllib.parse import quote

from fonds.model import (
    Block,
    Code,
    Embed,
    Heading,
    Image,
    ImageRow,
    LinkCard,
    ListItem,
    Paragraph,
    Post,
    Quote,
    RichText,
    Section,
    Unknown,
    lead_blocks,
)
from fonds.writers import front_matter
from fonds.writers.context import ALONE, Context

BITS = {"strong": 1, "em": 2, "code": 4}
HREF_SAFE = "-_.+!*(),%#@?=;:/$~'&"
"""What cmark leaves alone in an address; the rest is percent-encoded."""


class Run(NamedTuple):
    """A stretch of one look: ``bits`` of _BITS, ``href`` of the link it stands in. A picture is the run
    whose ``image`` is set, and has its description for text."""

    text: str
    bits: int = 0
    href: str = ""
    image: str = ""


class Item(NamedTuple):
    """A block as a reader sees it. ``detail`` is a language, a list's kind, an element's attributes."""

    kind: str
    detail: str = ""
    runs: tuple[Run, ...] = ()
    where: str = ""


def expect(post: Post, context: Context) -> Iterator[Item]:
    """The items that a parser must find, in order."""
    lead = lead_blocks(post)
    shown = [None if n in lead or is_silent(block) else block for n, block in enumerate(post.blocks)]
    levels = sorted({block.level for block in shown if isinstance(block, Heading)})
    before: Block | None = None  # the block directly before, None where something silent stood
    codes: list[Code] = []
    parted = True
    for number, block in enumerate(shown):
        if codes and not (isinstance(block, Code) and block.lang == codes[0].lang):
            yield from _expect_code(codes, context)
            codes = []
        if block is None:
            parted = True
            continue
        where = block.name or f"block {number + 1}"
        if isinstance(block, Code):
            codes.append(block)
        elif isinstance(block, ListItem):
            new = parted or not (isinstance(before, ListItem) and before.ordered == block.ordered)
            kind = ("ol" if block.ordered else "ul") + (" new" if new else "")
            blank = not block.content.text.strip()
            content = () if blank else _anchored(block, block.content, context)
            yield Item("li", kind, content, where)
        elif isinstance(block, Heading):
            level = f"h{min(levels.index(block.level) + 2, 6)}"
            yield Item(level, "", _anchored(block, block.content, context), where)
        else:
            yield from _expect(block, context, where, first=number == 0)
        before, parted = block, False
    if codes:
        yield from _expect_code(codes, context)


def is_silent(block: Block) -> bool:
    if isinstance(block, Paragraph) and block.drop_cap_image:
        return False
    return isinstance(block, (Heading, Paragraph, Quote, Unknown)) and not block.content.text.strip()


def _anchored(block: Block, content: RichText, context: Context) -> tuple[Run, ...]:
    """The block's runs, behind its anchor when something links to it."""
    runs = runs_of(content, context)
    return (*_anchor(block, context), *runs)


def _anchor(block: Block, context: Context) -> tuple[Run, ...]:
    return (Run("", 0, "", f"#{block.name}"),) if block.name and block.name in context.anchors else ()


def _expect(block: Block, context: Context, where: str, *, first: bool) -> Iterator[Item]:
    if isinstance(block, (Paragraph, Unknown)):
        yield from _expect_paragraph(block, context, where)
    elif isinstance(block, Quote):
        yield Item("pull" if block.pull else "quote", "", _anchored(block, block.content, context), where)
    elif isinstance(block, Image):
        yield from _expect_image(block, context, where)
    elif isinstance(block, ImageRow):
        yield from _expect_row(block, context, where)
    elif isinstance(block, Section):
        yield from _expect_section(block, context, where, first=first)
    elif isinstance(block, Embed):
        yield from _expect_embed(block, context, where)
    elif isinstance(block, LinkCard):
        yield from _expect_card(block, context, where)


def _expect_paragraph(block: Paragraph | Unknown, context: Context, where: str) -> Iterator[Item]:
    runs = _anchored(block, block.content, context)
    role = ""
    if isinstance(block, Paragraph):
        role = "drop-cap" if block.drop_cap or block.drop_cap_image else ""
        role = role or ("section-caption" if block.role == "section-caption" else "")
    if not role:
        yield Item("p", "", runs, where)
        return
    yield Item("div", f'class="{role}"', (), where)
    if isinstance(block, Paragraph) and block.drop_cap_image is not None and role == "drop-cap":
        yield Item("p", "", (_picture(block.drop_cap_image, context),), where)
    if runs:
        yield Item("p", "", runs, where)
    yield Item("/div", "", (), where)


def _expect_code(codes: Sequence[Code], context: Context) -> Iterator[Item]:
    if not any(code.content.text.strip() for code in codes):
        return
    where = codes[0].name
    anchors = tuple(run for code in codes for run in _anchor(code, context))
    if anchors:
        yield Item("p", "", anchors, where)
    runs: list[Run] = []
    for code in codes:
        for run in runs_of(code.content, ALONE):
            runs.append(run._replace(bits=run.bits & 3))
        runs.append(Run("\n"))
    lang = "".join(codes[0].lang.split()[:1])
    lang = "" if "`" in lang else lang.replace("\\", "").replace("&", "")
    yield Item("pre", lang, merge(runs), where)


def _picture(image: Image, context: Context) -> Run:
    href = (context.link(image.href) or image.href) if image.href else ""
    return Run(" ".join(image.alt.split()), 0, encode(href), encode(context.image(image.id or image.src)))


def _expect_image(block: Image, context: Context, where: str) -> Iterator[Item]:
    runs = (*_anchor(block, context), _picture(block, context))
    if block.caption and block.caption.text.strip():
        yield from _figure("", [Item("p", "", runs, where)], block.caption, context, where)
    else:
        yield Item("p", "", runs, where)


def _figure(
    attributes: str, inner: Sequence[Item], caption: RichText, context: Context, where: str
) -> Iterator[Item]:
    yield Item("figure", attributes, (), where)
    yield from inner
    if caption.text.strip():
        yield Item("figcaption", "", (), where)
        yield Item("p", "", runs_of(caption, context), where)
        yield Item("/figcaption", "", (), where)
    yield Item("/figure", "", (), where)


def _expect_row(block: ImageRow, context: Context, where: str) -> Iterator[Item]:
    captions = [number for number, image in enumerate(block.images) if image.caption.text.strip()]
    if captions and captions != [len(block.images) - 1]:
        yield Item("figure", 'class="row"', (), where)
        for image in block.images:
            runs = (*_anchor(image, context), _picture(image, context))
            yield from _figure("", [Item("p", "", runs, where)], image.caption, context, where)
        yield Item("/figure", "", (), where)
        return
    runs_list: list[Run] = []
    for image in block.images:
        if runs_list:
            runs_list.append(Run("\n"))
        runs_list += [*_anchor(image, context), _picture(image, context)]
    caption = block.images[-1].caption if block.images else RichText()
    yield from _figure('class="row"', [Item("p", "", tuple(runs_list), where)], caption, context, where)


def _expect_section(block: Section, context: Context, where: str, *, first: bool) -> Iterator[Item]:
    if not (first and (block.cover or block.video)):
        yield Item("hr", "", (), where)
    anchor = _anchor(block, context)
    if anchor:
        yield Item("p", "", anchor, where)
    if block.cover is not None:
        picture = Item("p", "", (_picture(block.cover, context),), where)
        yield from _figure('class="section-cover"', [picture], block.cover.caption, context, where)
    if block.video:
        yield Item("p", "", (Run(" ".join(block.video.split()), 0, encode(block.video)),), where)


def _expect_embed(block: Embed, context: Context, where: str) -> Iterator[Item]:
    media = f"https://medium.com/media/{block.media_id}" if block.media_id else ""
    href = encode(block.href or block.iframe_src or media)
    title = " ".join((block.title or block.href or block.iframe_src or media).split())
    anchor = _anchor(block, context)
    inner: list[Item] = []
    if block.thumbnail:
        thumbnail = Run(" ".join(block.title.split()), 0, href, encode(context.image(block.thumbnail)))
        inner.append(Item("p", "", (*anchor, thumbnail), where))
    if block.content:
        inner.append(Item("quote", "", runs_of(block.content, context), where))
    inner += [Item("p", "", (_picture(image, context),), where) for image in block.images]
    if not block.thumbnail or block.content or not block.title:
        label = f"{block.author}: {title}" if block.author and not block.title else title
        runs = (*(() if block.thumbnail else anchor), *((Run(label, 0, href),) if label else ()))
        inner += [Item("p", "", runs, where)] if runs else []
    for file in block.files:
        if file.name:
            inner.append(Item("p", "", (Run(" ".join(file.name.split()), 1, encode(file.url)),), where))
        inner.append(
            Item("pre", "".join(file.lang.split()[:1]), (Run(file.text.removesuffix("\n") + "\n"),), where)
        )
    published = front_matter.rfc3339(block.published_at) if block.published_at else ""
    data = (("provider", block.provider), ("id", block.provider_id), ("published", published))
    attributes = "".join(f' data-{key}="{html.escape(_spaceless(value))}"' for key, value in data if value)
    yield from _figure(f'class="embed"{attributes}', inner, block.caption, context, where)


def _expect_card(block: LinkCard, context: Context, where: str) -> Iterator[Item]:
    yield Item("div", 'class="link-card"', (), where)
    href = encode(context.link(block.href) or block.href)
    anchor = _anchor(block, context)
    if block.thumbnail:
        yield Item("p", "", (*anchor, Run("", 0, href, encode(context.image(block.thumbnail)))), where)
    text, marks = block.content.text, block.content.marks
    if not text.strip():
        text = "\n".join(filter(None, (block.title, block.description, block.host))) or block.href
        marks = ()
    runs = runs_of(RichText(text, marks), context)
    if block.host and text.endswith(block.host) and text[: -len(block.host)][-1:] not in ("", "\n"):
        runs = _broken(runs, len(text) - len(block.host))  # Medium shows the host on a line of its own
    if block.href and not any(mark.kind == "link" for mark in marks):
        runs = merge([run._replace(href=href) for run in runs])
    if runs:
        yield Item("p", "", (*(() if block.thumbnail else anchor), *runs), where)
    yield Item("/div", "", (), where)


def _broken(runs: Sequence[Run], at: int) -> tuple[Run, ...]:
    """The runs with a line break at an offset, in the look that spans it."""
    result: list[Run] = []
    offset = 0
    for run in runs:
        stop = offset + len(run.text)
        if offset < at < stop:
            left, right = run.text[: at - offset], run.text[at - offset :]
            result += [run._replace(text=left), Run("\n", run.bits & 3, run.href), run._replace(text=right)]
        elif offset == at:
            before = result[-1]
            href = before.href if before.href == run.href else ""
            result += [Run("\n", before.bits & run.bits & 3, href), run]
        else:
            result.append(run)
        offset = stop
    return merge(result)


def runs_of(rich: RichText, context: Context) -> tuple[Run, ...]:
    """Text with marks as runs of one look, straight from the offsets."""
    text = rich.text
    if not rich.marks:
        return (Run(text),) if text else ()
    bounds = sorted({0, len(text), *(m.start for m in rich.marks), *(m.end for m in rich.marks)})
    slot = {offset: number for number, offset in enumerate(bounds)}
    bits = [0] * len(bounds)
    hrefs = [""] * len(bounds)
    for mark in rich.marks:
        span = range(slot[mark.start], slot[mark.end])
        if mark.kind == "link":
            href = encode(context.link(mark.href) or mark.href) or "#"
            for n in span:
                hrefs[n] = href
        else:
            for n in span:
                bits[n] |= BITS[mark.kind]
    return merge([Run(text[bounds[n] : bounds[n + 1]], bits[n], hrefs[n]) for n in range(len(bounds) - 1)])


def merge(runs: Sequence[Run]) -> tuple[Run, ...]:
    """Neighbours of one look as one run, empty ones left out."""
    merged: list[Run] = []
    texts: list[str] = []
    for run in runs:
        last = merged[-1] if merged else None
        if last is not None and not run.image and not last.image and last[1:3] == run[1:3]:
            texts.append(run.text)
        elif run.text or run.image:
            if len(texts) > 1 and last is not None:
                merged[-1] = last._replace(text="".join(texts))
            merged.append(run)
            texts = [run.text]
    if len(texts) > 1:
        merged[-1] = merged[-1]._replace(text="".join(texts))
    return tuple(merged)


def encode(href: str) -> str:
    return quote(href, safe=HREF_SAFE) if href else ""


def _spaceless(text: str) -> str:
    return re.sub(r"[\x00-\x20\x7f\xa0\s`]", lambda match: quote(match[0]), text)
