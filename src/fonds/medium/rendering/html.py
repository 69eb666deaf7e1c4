"""Blocks → HTML without classes, as feeds carry it and pages show it."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Final

from fonds import richtext
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
    Quote,
    RichText,
    Section,
    Unknown,
)
from fonds.richtext import Span

_TAGS: Final = {"strong": "strong", "em": "em", "code": "code"}
PICTURES: Final = "https://cdn-images-1.medium.com/max/1024/"


def blocks(given: Iterable[Block]) -> str:
    """The blocks one behind the other; runs of items are lists."""
    parts: list[str] = []
    list_open = ""
    for block in given:
        wanted = ("ol" if block.ordered else "ul") if isinstance(block, ListItem) else ""
        if wanted != list_open:
            parts.append(f"</{list_open}>" if list_open else "")
            parts.append(f"<{wanted}>" if wanted else "")
            list_open = wanted
        parts.append(_block(block))
    parts.append(f"</{list_open}>" if list_open else "")
    return "".join(parts)


def inline(content: RichText) -> str:
    """Text with its marks. A line break is ``<br>``."""
    return "".join(_spans(richtext.tree(content)))


def _spans(spans: Iterable[Span | str]) -> Iterable[str]:
    for span in spans:
        if isinstance(span, str):
            yield escape(span, quote=False).replace("\n", "<br>")
            continue
        mark = span.mark
        inner = "".join(_spans(span.children))
        if mark.kind == "link":
            title = f' title="{escape(mark.title)}"' if mark.title else ""
            yield f'<a href="{escape(mark.href)}"{title}>{inner}</a>'
        else:
            yield f"<{_TAGS[mark.kind]}>{inner}</{_TAGS[mark.kind]}>"


def _block(block: Block) -> str:
    match block:
        case Section():
            cover = _figure(block.cover) if block.cover is not None else ""
            return f"<hr>{cover}"
        case Heading():
            return f"<h{block.level}>{inline(block.content)}</h{block.level}>"
        case Paragraph():
            return f"<p>{inline(block.content)}</p>"
        case Quote():
            return f"<blockquote>{inline(block.content)}</blockquote>"
        case ListItem():
            return f"<li>{inline(block.content)}</li>"
        case Code():
            return f"<pre>{inline(block.content)}</pre>"
        case Image():
            return _figure(block)
        case ImageRow():
            return "".join(map(_figure, block.images))
        case Embed():
            return _embed(block)
        case LinkCard():
            return f'<a href="{escape(block.href)}">{escape(block.title or block.href, quote=False)}</a>'
        case Unknown():
            return f"<p>{inline(block.content)}</p>"


def _figure(image: Image) -> str:
    src = PICTURES + image.id if image.id else image.src
    shown = f'<img alt="{escape(image.alt)}" src="{escape(src)}">'
    if image.href:
        shown = f'<a href="{escape(image.href)}">{shown}</a>'
    caption = f"<figcaption>{inline(image.caption)}</figcaption>" if image.caption else ""
    return f"<figure>{shown}{caption}</figure>"


def _embed(block: Embed) -> str:
    """As feeds do: a frame, and in it the address of Medium's own page for who cannot show one."""
    page = f"https://medium.com/media/{block.media_id}/href" if block.media_id else block.href
    inner = f'<a href="{escape(page)}">{escape(page, quote=False)}</a>' if page else ""
    frame = f'<iframe src="{escape(block.iframe_src)}" width="{block.width}" height="{block.height}" frameborder="0" scrolling="no">{inner}</iframe>'
    caption = f"<figcaption>{inline(block.caption)}</figcaption>" if block.caption else ""
    return f"<figure>{frame}{caption}</figure>" if caption else frame
