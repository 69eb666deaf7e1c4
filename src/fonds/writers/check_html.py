"""The HTML that cmark-gfm must make of a post, straight from the model.

What is the same to the letter needs no reading: nearly every file is proven by this alone. Where the
letters differ and may yet mean the same (marks that cross, addresses that can be written in two ways),
``fonds.writers.check`` reads both sides into items and compares those.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any
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
    Mark,
    Paragraph,
    Post,
    Quote,
    RichText,
    Section,
    Unknown,
    lead_blocks,
)
from fonds.writers import front_matter
from fonds.writers.context import Context

_PLAIN_ADDRESS = re.compile(r"[\w\-.+!*(),%#@?=;:/$~]*", re.A)
_SAFE = "-_.+!*(),%#@?=;:/$~'&"
_AWKWARD = re.compile(r"[\x00-\x20\x7f\xa0\s`]")
_BREAK = "<br />\n"


def page(post: Post, context: Context) -> str:
    """The HTML of the body that shows ``post``, as cmark-gfm writes it."""
    return "".join(_Page(post, context).parts)


class _Page:
    """One post's HTML, piece by piece."""

    def __init__(self, post: Post, context: Context) -> None:
        self.context = context
        self.parts: list[str] = []
        lead = lead_blocks(post)
        levels: dict[int, int] = {}
        codes: list[Code] = []
        items = ""  # the end tag of the list that is open
        for number, block in enumerate(post.blocks):
            kind = type(block)
            if items and kind is not ListItem:
                self.parts.append(items)
                items = ""
            if codes and not (isinstance(block, Code) and block.lang == codes[0].lang):
                self._code(codes)
                codes = []
            if kind in _TEXTS and (number in lead or _is_silent(block)):
                continue
            if isinstance(block, Paragraph):
                self._paragraph(block)
            elif isinstance(block, Code):
                codes.append(block)
            elif isinstance(block, ListItem):
                end = "</ol>\n" if block.ordered else "</ul>\n"
                if items != end:
                    self.parts += (items, f"<{end[2:]}")
                    items = end
                self._item(block)
            elif isinstance(block, Heading):
                levels = levels or _levels(post.blocks, lead)
                tag = f"h{levels[block.level]}"
                self.parts.append(f"<{tag}>{self._text(block, block.content, '<br>')}</{tag}>\n")
            elif isinstance(block, Section):
                self._section(block, first=number == 0)
            else:
                _OTHERS[kind](self, block)
        self.parts.append(items)
        if codes:
            self._code(codes)

    def _text(self, block: Block, content: RichText, line_break: str = _BREAK) -> str:
        """A block's text, behind its anchor when something links to it."""
        text = self._inline(content, line_break)
        return self._anchor(block) + text if self.context.anchors else text

    def _anchor(self, block: Block) -> str:
        return (
            f'<a id="{_attribute(block.name)}"></a>'
            if block.name and block.name in self.context.anchors
            else ""
        )

    def _inline(self, content: RichText, line_break: str = _BREAK) -> str:
        """Text with marks as inlines."""
        text = _nested(content, self._tags, _escape) if content.marks else _escape(content.text)
        return text.replace("\n", line_break) if "\n" in text else text

    def _tags(self, mark: Mark) -> tuple[str, str]:
        if mark.kind != "link":
            return f"<{mark.kind}>", f"</{mark.kind}>"
        title = f' title="{_escape(" ".join(mark.title.split()))}"' if mark.title else ""
        return f'<a href="{_address(self.context.link(mark.href) or mark.href)}"{title}>', "</a>"

    # -- blocks ----------------------------------------------------------------------------------------

    def _paragraph(self, block: Paragraph) -> None:
        text = self._text(block, block.content)
        if not (block.drop_cap or block.drop_cap_image or block.role == "section-caption"):
            self.parts.append(f"<p>{text}</p>\n")
            return
        role = "drop-cap" if block.drop_cap or block.drop_cap_image else "section-caption"
        self.parts.append(f'<div class="{role}">\n')
        if block.drop_cap_image is not None:
            self.parts.append(f"<p>{self._picture(block.drop_cap_image)}</p>\n")
        if text:
            self.parts.append(f"<p>{text}</p>\n")
        self.parts.append("</div>\n")

    def _item(self, block: ListItem) -> None:
        text = block.content.text
        shown = self._text(block, block.content) if text and not text.isspace() else ""
        self.parts.append(f"<li>{shown}</li>\n")

    def _unknown(self, block: Unknown) -> None:
        self.parts.append(f"<p>{self._text(block, block.content)}</p>\n")

    def _quote(self, block: Quote) -> None:
        pull = ' class="pullquote"' if block.pull else ""
        text = self._text(block, block.content)
        self.parts.append(f"<blockquote{pull}>\n<p>{text}</p>\n</blockquote>\n")

    def _code(self, codes: Sequence[Code]) -> None:
        """A run of PRE paragraphs: one block, line by line, without what is blank altogether."""
        if not any(code.content.text.strip() for code in codes):
            return
        if self.context.anchors and (anchors := "".join([self._anchor(code) for code in codes])):
            self.parts.append(f"<p>{anchors}</p>\n")
        lang = "".join(codes[0].lang.split()[:1])
        lang = "" if "`" in lang else lang.replace("\\", "").replace("&", "")
        opening = f'<pre><code class="language-{_escape(lang)}">' if lang else "<pre><code>"
        if any(mark.kind != "code" for code in codes for mark in code.content.marks):
            lines = [_nested(code.content, _code_tags, _as_html) for code in codes]
        else:
            lines = [_escape(code.content.text) for code in codes]
        self.parts += (opening, "\n".join(lines), "\n</code></pre>\n")

    def _picture(self, image: Image) -> str:
        title = f' title="{_escape(" ".join(image.title.split()))}"' if image.title else ""
        return self._linked(self._img(image.id or image.src, image.alt, title), image.href)

    def _img(self, image: str, alt: str, title: str = "") -> str:
        alt = _escape(" ".join(alt.split()))
        return f'<img src="{_address(self.context.image(image))}" alt="{alt}"{title} />'

    def _linked(self, inner: str, href: str) -> str:
        return f'<a href="{_address(self.context.link(href) or href)}">{inner}</a>' if href else inner

    def _image(self, block: Image) -> None:
        shown = f"<p>{self._anchor(block)}{self._picture(block)}</p>\n"
        if block.caption.text.strip():
            shown = self._figure("", shown, block.caption)
        self.parts.append(shown)

    def _figure(self, attributes: str, inner: str, caption: RichText) -> str:
        if not caption.text.strip():
            return f"<figure{attributes}>\n{inner}</figure>\n"
        text = f"<figcaption>\n<p>{self._inline(caption)}</p>\n</figcaption>\n"
        return f"<figure{attributes}>\n{inner}{text}</figure>\n"

    def _row(self, block: ImageRow) -> None:
        pictures = [self._anchor(image) + self._picture(image) for image in block.images]
        captions = [number for number, image in enumerate(block.images) if image.caption.text.strip()]
        if captions and captions != [len(block.images) - 1]:
            inner = "".join(
                self._figure("", f"<p>{picture}</p>\n", image.caption)
                for picture, image in zip(pictures, block.images, strict=True)
            )
            self.parts.append(f'<figure class="row">\n{inner}</figure>\n')
            return
        caption = block.images[-1].caption if block.images else RichText()
        shown = "\n".join(pictures)
        self.parts.append(self._figure(' class="row"', f"<p>{shown}</p>\n", caption))

    def _section(self, block: Section, *, first: bool) -> None:
        if not (first and (block.cover or block.video)):
            self.parts.append("<hr />\n")
        anchor = self._anchor(block)
        if anchor:
            self.parts.append(f"<p>{anchor}</p>\n")
        if block.cover is not None:
            picture = f"<p>{self._picture(block.cover)}</p>\n"
            self.parts.append(self._figure(' class="section-cover"', picture, block.cover.caption))
        if block.video:
            label = _escape(" ".join(block.video.split()))
            self.parts.append(f'<p><a href="{_address(block.video)}">{label}</a></p>\n')

    def _embed(self, block: Embed) -> None:
        media = f"https://medium.com/media/{block.media_id}" if block.media_id else ""
        href = block.href or block.iframe_src or media
        title = " ".join((block.title or href).split())
        anchor = self._anchor(block)
        inner: list[str] = []
        if block.thumbnail:
            picture = self._img(block.thumbnail, block.title)
            inner.append(f"<p>{anchor}{_link(picture, href)}</p>\n")
        if block.content:
            inner.append(f"<blockquote>\n<p>{self._inline(block.content)}</p>\n</blockquote>\n")
        inner += [f"<p>{self._picture(image)}</p>\n" for image in block.images]
        if not block.thumbnail or block.content or not block.title:
            label = f"{block.author}: {title}" if block.author and not block.title else title
            shown = ("" if block.thumbnail else anchor) + (_link(_escape(label), href) if label else "")
            inner += [f"<p>{shown}</p>\n"] if shown else []
        for file in block.files:
            if file.name:
                name = f"<strong>{_escape(' '.join(file.name.split()))}</strong>"
                inner.append(f"<p>{_link(name, file.url)}</p>\n")
            lang = "".join(file.lang.split()[:1])
            opening = f'<pre><code class="language-{_escape(lang)}">' if lang else "<pre><code>"
            inner += (opening, _escape(file.text.removesuffix("\n")), "\n</code></pre>\n")
        published = front_matter.rfc3339(block.published_at) if block.published_at else ""
        data = (("provider", block.provider), ("id", block.provider_id), ("published", published))
        attributes = "".join(f' data-{key}="{_attribute(_spaceless(value))}"' for key, value in data if value)
        self.parts.append(self._figure(f' class="embed"{attributes}', "".join(inner), block.caption))

    def _card(self, block: LinkCard) -> None:
        self.parts.append('<div class="link-card">\n')
        anchor = self._anchor(block)
        href = self.context.link(block.href) or block.href
        if block.thumbnail:
            picture = f'<img src="{_address(self.context.image(block.thumbnail))}" alt="" />'
            self.parts.append(f"<p>{anchor}{_link(picture, href)}</p>\n")
            anchor = ""
        text = anchor + self._inline(_card_text(block))
        if text:
            self.parts.append(f"<p>{text}</p>\n")
        self.parts.append("</div>\n")


_OTHERS: dict[type[Block], Callable[[_Page, Any], None]] = {
    Quote: _Page._quote,
    Image: _Page._image,
    ImageRow: _Page._row,
    Embed: _Page._embed,
    LinkCard: _Page._card,
    Unknown: _Page._unknown,
}
_TEXTS = frozenset({Heading, Paragraph, Quote, Unknown})


def _is_silent(block: Block) -> bool:
    """Whether a block of text shows nothing: there is nothing but white space in it."""
    text = block.content.text  # type: ignore[union-attr]  # _TEXTS have one
    if text and not text.isspace():
        return False
    return not (isinstance(block, Paragraph) and block.drop_cap_image)


def _levels(blocks: Sequence[Block], lead: tuple[int | None, int | None]) -> dict[int, int]:
    """Medium's levels of the headings shown → HTML's."""
    shown = {
        block.level
        for number, block in enumerate(blocks)
        if type(block) is Heading and number not in lead and not _is_silent(block)
    }
    return {level: min(number, 6) for number, level in enumerate(sorted(shown), 2)}


def _nested(content: RichText, tags: Callable[[Mark], tuple[str, str]], escape: Callable[[str], str]) -> str:
    """Text with marks, nested in the order in which the model has them. Where they cross, which one is
    cut is the writer's choice, and this no more than a guess."""
    text = content.text
    out: list[str] = []
    ends: list[tuple[int, str]] = []
    at = 0
    for mark in content.marks:
        start = mark.start
        while ends and ends[-1][0] <= start:
            end, closing = ends.pop()
            out += (escape(text[at:end]), closing)
            at = end
        if start > at:
            out.append(escape(text[at:start]))
            at = start
        opening, closing = tags(mark)
        out.append(opening)
        ends.append((mark.end, closing))
    while ends:
        end, closing = ends.pop()
        out += (escape(text[at:end]), closing)
        at = end
    out.append(escape(text[at:]))
    return "".join(out)


def _code_tags(mark: Mark) -> tuple[str, str]:
    """Code that has marks is raw HTML, and in it no code is marked: it all is."""
    if mark.kind == "link":
        return f'<a href="{_attribute(_spaceless(mark.href))}">', "</a>"
    return (f"<{mark.kind}>", f"</{mark.kind}>") if mark.kind != "code" else ("", "")


def _card_text(block: LinkCard) -> RichText:
    """A card's text, its host on a line of its own as Medium shows it, all of it in the card's link."""
    text, marks = block.content.text, block.content.marks
    if not text.strip():
        text = "\n".join(filter(None, (block.title, block.description, block.host))) or block.href
        marks = ()
    at = len(text) - len(block.host)
    if block.host and at > 0 and text.endswith(block.host) and text[at - 1] != "\n":
        text = f"{text[:at]}\n{block.host}"
        marks = tuple(
            Mark(
                mark.kind, mark.start + (mark.start >= at), mark.end + (mark.end > at), mark.href, mark.title
            )
            for mark in marks
        )
    if block.href and not any(mark.kind == "link" for mark in marks):
        marks = (Mark("link", 0, len(text), block.href), *marks)
    return RichText(text, marks)


def _link(inner: str, href: str) -> str:
    return f'<a href="{_address(href)}">{inner}</a>' if href else inner


def _address(href: str) -> str:
    """An address as cmark writes it into an attribute."""
    if _PLAIN_ADDRESS.fullmatch(href):
        return href
    return quote(href, safe=_SAFE).replace("&", "&amp;").replace("'", "&#x27;")


def _spaceless(text: str) -> str:
    return _AWKWARD.sub(lambda match: quote(match[0]), text)


def _escape(text: str) -> str:
    """Text as cmark escapes it."""
    if "&" in text or "<" in text or ">" in text:
        text = _as_html(text)
    return text.replace('"', "&quot;") if '"' in text else text


def _attribute(text: str) -> str:
    """Text as the value of an attribute in raw HTML."""
    return _escape(text).replace("'", "&#x27;")


def _as_html(text: str) -> str:
    """Text as raw HTML needs it."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
