"""The default flavour: CommonMark that says exactly what the author wrote (docs/guide.md shows it).

Nothing but CommonMark is needed to read it; raw HTML stands only where CommonMark has no word for
what Medium has (captions, rows, pull quotes, drop caps, embeds, marked code), always as blocks with
blank lines inside, so that the Markdown within still works.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from fonds.model import (
    EMPTY,
    Block,
    Code,
    Embed,
    EmbedFile,
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
from fonds.richtext import Span, clean, tree
from fonds.writers import front_matter
from fonds.writers.compose import brackets_balance
from fonds.writers.context import ALONE, Context, no_link
from fonds.writers.escape import Around, escape, is_harmless
from fonds.writers.inline import inline
from fonds.writers.spans import address, attribute, destination, link_title

_TICKS = re.compile("`+")
_RULE = re.compile(r"([-*])(?:[ \t]*\1)+[ \t]*\Z")
_TASK = re.compile(r"\[[ xX]\][ \t]")
_RISKY = frozenset("[-*")  # what they begin with
_IN_BRACKETS = Around(before="[", after="]", starts=False, ends=False, line_start=False)


def write(post: Post, context: Context = ALONE) -> str:
    """Front matter and body; LF line ends, one final newline. Pure, linear in the post."""
    body = "\n\n".join(blocks(post, context))
    head = front_matter.render(post, context)
    return f"{head}\n{body}\n" if body else head


def blocks(post: Post, context: Context) -> Iterator[str]:
    """The body's blocks, each without blank lines around it."""
    body = post.blocks
    lead = lead_blocks(post)
    levels: dict[int, int] = {}
    marker: _ListMarker | None = None
    stop = 0  # of the run of items or code that was written last
    for index, block in enumerate(body):
        if index < stop:
            continue
        kind = type(block)
        if kind in _TEXTS and (index in lead or _is_blank(block)):
            continue  # still parts what stands around it
        if isinstance(block, ListItem):
            stop = _run(body, index)
            marker = _ListMarker.following(marker, block.ordered)
            yield marker.render(body[index:stop], context)
        elif kind is Code:
            stop = code_run(body, index)
            code = list(_code(body[index:stop], context))
            marker = None if code else marker  # blank code parts two lists and shows nothing
            yield from code
        else:
            marker = None
            if isinstance(block, Paragraph):
                yield _paragraph(block, context)
            elif isinstance(block, Heading):
                levels = levels or _levels(body, lead)
                yield _heading(block, levels[block.level], context)
            elif isinstance(block, Section):
                yield from _section(block, context, first=index == 0)
            else:
                yield _block(block, context)


def visible(post: Post) -> list[Block]:
    """The blocks that Markdown shows: not title and subtitle, which front matter carries, and no text
    of nothing but white space (empty code and list items stay: they are blank lines, empty bullets)."""
    lead = lead_blocks(post)
    return [block for index, block in enumerate(post.blocks) if index not in lead and not _is_blank(block)]


def _levels(body: Sequence[Block], lead: tuple[int | None, int | None]) -> dict[int, int]:
    """Medium's heading levels present → Markdown's, from 2 without gaps."""
    present = {
        block.level
        for index, block in enumerate(body)
        if type(block) is Heading and index not in lead and not _is_blank(block)
    }
    return {level: min(number + 2, 6) for number, level in enumerate(sorted(present))}


_TEXTS = frozenset({Heading, Paragraph, Quote, Unknown})


def _is_blank(block: Block) -> bool:
    if type(block) not in _TEXTS:
        return False
    text = block.content.text  # type: ignore[union-attr]  # _TEXTS have one
    if text and not text.isspace():
        return False
    return type(block) is not Paragraph or block.drop_cap_image is None


def _run(body: Sequence[Block], start: int) -> int:
    """The end of a run of list items of one kind."""
    first = body[start]
    for stop in range(start + 1, len(body)):
        block = body[stop]
        if type(block) is not ListItem or type(first) is not ListItem or block.ordered != first.ordered:
            return stop
    return len(body)


def code_run(body: Sequence[Block], start: int) -> int:
    """The end of a run of PRE paragraphs in one language: Medium shows it as one block, line by line."""
    first = body[start]
    for stop in range(start + 1, len(body)):
        block = body[stop]
        if type(block) is not Code or type(first) is not Code or block.lang != first.lang:
            return stop
    return len(body)


class _ListMarker:
    """Bullets and delimiters alternate between lists that would otherwise run together (5.3)."""

    def __init__(self, ordered: bool, *, other: bool) -> None:
        self.ordered = ordered
        self.other = other

    @classmethod
    def following(cls, last: _ListMarker | None, ordered: bool) -> _ListMarker:
        return cls(ordered, other=last is not None and last.ordered == ordered and not last.other)

    def render(self, items: Sequence[Block], context: Context) -> str:
        lines = []
        for number, item in enumerate(items, 1):
            if self.ordered:
                mark = f"{number}{')' if self.other else '.'} "
            else:
                mark = "* " if self.other else "- "
            if type(item) is not ListItem:
                continue
            text = "" if item.content.text.isspace() else _text(item.content, item, context)
            # GFM would make the one a checkbox, and "- --" is a thematic break (4.1).
            if text[:1] in _RISKY and (_TASK.match(text) or _RULE.match(text)):
                text = "\\" + text
            if "\n" in text:
                text = text.replace("\n", "\n" + " " * len(mark))
            lines.append((mark + text).rstrip(" ") if not text else mark + text)
        return "\n".join(lines)


def _anchor(name: str, context: Context) -> str:
    return f'<a id="{attribute(name)}"></a>' if name and name in context.anchors else ""


def _text(content: RichText, block: Block, context: Context) -> str:
    anchor = _anchor(block.name, context) if context.anchors else ""
    return inline(content, context.link, anchor=anchor)


def _block(block: Block, context: Context) -> str:
    match block:
        case Quote():
            return _quote(block, context)
        case Image():
            return _image(block, context)
        case ImageRow():
            return _row(block, context)
        case Embed():
            return _embed(block, context)
        case LinkCard():
            return _card(block, context)
        case Unknown():
            return _text(block.content, block, context)
        case _:
            raise AssertionError(f"no place for {type(block).__name__}")


def _paragraph(block: Paragraph, context: Context) -> str:
    text = _text(block.content, block, context) if context.anchors else inline(block.content, context.link)
    if block.drop_cap or block.drop_cap_image is not None:
        parts = ['<div class="drop-cap">']
        if block.drop_cap_image is not None:
            parts.append(picture(block.drop_cap_image, context))
        if text:
            parts.append(text)
        return "\n\n".join([*parts, "</div>"])
    if block.role == "section-caption":
        return f'<div class="section-caption">\n\n{text}\n\n</div>'
    return text


def _heading(block: Heading, level: int, context: Context) -> str:
    text = inline(
        block.content,
        context.link,
        line_break="<br>",
        line_start=False,
        anchor=_anchor(block.name, context),
    )
    hashes = len(text) - len(text.rstrip("#"))
    if hashes and text[: -hashes or None][-1:] in ("", " ", "\t"):  # would read as a closing sequence (4.2)
        text = f"{text[:-1]}\\#"
    return f"{'#' * level} {text}"


def _quote(block: Quote, context: Context) -> str:
    text = _text(block.content, block, context)
    if block.pull:
        return f'<blockquote class="pullquote">\n\n{text}\n\n</blockquote>'
    return "> " + text.replace("\n", "\n> ")


def _code(run: Sequence[Block], context: Context) -> Iterator[str]:
    codes = [block for block in run if type(block) is Code]
    text = "\n".join([code.content.text for code in codes])
    if not text or text.isspace():
        return
    if context.anchors and (anchors := "".join(_anchor(block.name, context) for block in codes)):
        yield anchors
    lang = codes[0].lang
    if any(mark.kind != "code" for code in codes if code.content.marks for mark in code.content.marks):
        yield _marked_code(codes, lang)
    else:
        yield fence(text, lang)


def fence(text: str, lang: str) -> str:
    """Fenced code (4.5): a fence longer than any run of backticks inside, the text untouched."""
    ticks = "```"
    if ticks in text:
        ticks = "`" * (max(map(len, _TICKS.findall(text))) + 1)
    return f"{ticks}{language(lang)}\n{text}\n{ticks}"


def language(lang: str) -> str:
    """A language as an info string: its first word, without what would end or hide the fence."""
    if not lang:
        return ""
    word = "".join(lang.split()[:1])
    return "" if "`" in word else word.replace("\\", "").replace("&", "")


def _marked_code(codes: Sequence[Code], lang: str) -> str:
    """Code with bold, italic or links, which no fence can hold: HTML's own ``pre`` (an HTML block of
    kind 1, 4.6, so blank lines inside do not end it)."""
    name = language(lang)
    opening = f'<pre><code class="language-{attribute(name)}">' if name else "<pre><code>"
    return f"{opening}{chr(10).join(html_inline(code.content) for code in codes)}\n</code></pre>"


def html_inline(rich: RichText) -> str:
    """Text with marks as HTML inlines (code marks aside: it all is code)."""

    def render(nodes: tuple[Span | str, ...]) -> str:
        out = []
        for node in nodes:
            if isinstance(node, str):
                out.append(node.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))
                continue
            inner = render(node.children)
            if node.mark.kind == "link":
                out.append(f'<a href="{attribute(address(node.mark.href))}">{inner}</a>')
            elif node.mark.kind == "code":
                out.append(inner)
            else:
                out.append(f"<{node.mark.kind}>{inner}</{node.mark.kind}>")
        return "".join(out)

    return render(tree(rich))


def picture(image: Image, context: Context) -> str:
    """``![alt](address)``, within its link when it has one."""
    place = destination(context.image(image.id or image.src))
    title = link_title(image.title)
    text = f"![{alt(image.alt)}]({place}{title})"
    return f"[{text}]({destination(context.link(image.href) or image.href)})" if image.href else text


def alt(text: str) -> str:
    """What stands between the brackets of a picture, or of a link without marks: one line."""
    line = " ".join(text.split())
    if "[" in line or "]" in line or not is_harmless(line) or line[:1] == "^" or line[-1:] == "!":
        line = escape(line, replace(_IN_BRACKETS, in_link=not brackets_balance(line)))
    return "\\" + line if line[:1] == "^" else line  # GFM would read a footnote


def _image(block: Image, context: Context) -> str:
    text = _anchor(block.name, context) + picture(block, context)
    return _figure("", text, block.caption, context) if _says(block.caption) else text


def _says(content: RichText) -> bool:
    return content.text != "" and not content.text.isspace()


def _figure(attributes: str, content: str, caption: RichText, context: Context) -> str:
    parts = [f"<figure{attributes}>", content] if content else [f"<figure{attributes}>"]
    if _says(caption):
        parts += ["<figcaption>", inline(caption, context.link), "</figcaption>\n</figure>"]
    else:
        parts.append("</figure>")
    return "\n\n".join(parts)


def _row(block: ImageRow, context: Context) -> str:
    """One paragraph of pictures; in a figure when the row has its caption (Medium sets it under the
    last picture), each in a figure of its own when others have captions too."""
    images = block.images
    captioned = [image for image in images if _says(image.caption)]
    if captioned and (len(captioned) > 1 or captioned[0] is not images[-1]):
        inner = [
            _figure("", _anchor(image.name, context) + picture(image, context), image.caption, context)
            for image in images
        ]
        return "\n\n".join(['<figure class="row">', *inner, "</figure>"])
    pictures = "\n".join(_anchor(image.name, context) + picture(image, context) for image in images)
    return _figure(' class="row"', pictures, images[-1].caption if images else EMPTY, context)


def _section(block: Section, context: Context, *, first: bool) -> Iterator[str]:
    if not first or not (block.cover or block.video):
        yield "---"
    anchor = _anchor(block.name, context)
    if anchor:
        yield anchor
    if block.cover is not None:
        yield _figure(' class="section-cover"', picture(block.cover, context), block.cover.caption, context)
    if block.video:
        yield f"[{alt(block.video)}]({destination(block.video)})"


def _data(provider: str, provider_id: str) -> str:
    found = ""
    if provider:
        found += f' data-provider="{attribute(provider)}"'
    if provider_id:
        found += f' data-id="{attribute(address(provider_id))}"'
    return found


def _published(time: int) -> str:
    return f' data-published="{front_matter.rfc3339(time)}"' if time else ""


def _embed(block: Embed, context: Context) -> str:
    """A figure that names host and id for machines, and holds what people need: picture, title, link."""
    href = (
        block.href
        or block.iframe_src
        or (f"https://medium.com/media/{block.media_id}" if block.media_id else "")
    )
    parts = []
    anchor = _anchor(block.name, context)
    title = block.title or href
    if block.thumbnail:
        place = f"![{alt(block.title)}]({destination(context.image(block.thumbnail))})"
        parts.append(f"{anchor}[{place}]({destination(href)})" if href else anchor + place)
    if block.content:
        quoted = inline(block.content, context.link)
        parts.append("> " + quoted.replace("\n", "\n> "))
    parts += [picture(image, context) for image in block.images]
    if not block.thumbnail or block.content or not block.title:
        label = f"{block.author}: {title}" if block.author and not block.title else title
        shown = (anchor if not block.thumbnail else "") + _linked(label, href)
        parts += [shown] if shown else []
    for file in block.files:
        parts += _file(file)
    return _figure(
        f' class="embed"{_data(block.provider, block.provider_id)}{_published(block.published_at)}',
        "\n\n".join(parts),
        block.caption,
        context,
    )


def _linked(label: str, href: str) -> str:
    """A label on one line that is a link, or only itself where there is no address."""
    line = " ".join(label.split())
    marks = (Mark("link", 0, len(line), href),) if href and line else ()
    return inline(RichText(line, marks), no_link)


def _file(file: EmbedFile) -> Iterator[str]:
    if file.name:
        name = f"**{alt(file.name)}**"
        yield f"[{name}]({destination(file.url)})" if file.url else name
    yield fence(file.text.removesuffix("\n"), file.lang)


def _card(block: LinkCard, context: Context) -> str:
    """A link card: picture, then its text as written, the whole of it the link."""
    anchor = _anchor(block.name, context)
    href = context.link(block.href) or block.href
    parts = ['<div class="link-card">']
    if block.thumbnail:
        place = f"![]({destination(context.image(block.thumbnail))})"
        parts.append(f"{anchor}[{place}]({destination(href)})" if href else anchor + place)
    text = inline(card_text(block), context.link, anchor=anchor if len(parts) == 1 else "")
    if text:
        parts.append(text)
    return "\n\n".join([*parts, "</div>"])


def card_text(block: LinkCard) -> RichText:
    """The card's text with its link over all of it, whether or not the form marked it so. Medium stores
    the host right behind the description and shows it on a line of its own: so does this."""
    content = block.content
    if not content.text.strip():  # blanks show nothing, as in every other block
        lines = [line for line in (block.title, block.description, block.host) if line]
        content = RichText("\n".join(lines) or block.href)
    text, marks = content.text, list(content.marks)
    at = len(text) - len(block.host)
    if block.host and at > 0 and text.endswith(block.host) and text[at - 1] != "\n":
        text = f"{text[:at]}\n{block.host}"
        marks = [
            replace(mark, start=mark.start + (mark.start >= at), end=mark.end + (mark.end > at))
            for mark in marks
        ]
    if block.href and not any(mark.kind == "link" for mark in marks):
        marks.append(Mark("link", 0, len(text), block.href))
    return clean(text, marks)
