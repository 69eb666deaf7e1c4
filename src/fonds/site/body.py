"""Blocks → HTML, straight from the model. Pure; no text is dropped and none is trusted.

Every block says its direction and language where they are not the page's. Pictures have the sizes that their
files have, so that nothing moves while they load; a picture that is not kept is a frame that says so.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterator, Sequence

import msgspec

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
from fonds.richtext import Span, tree
from fonds.site import languages, media
from fonds.site.code import highlight
from fonds.site.inline import escape, inline, link
from fonds.site.languages import Speech
from fonds.site.links import Resolve
from fonds.writers.markdown import code_run

_NAME = re.compile(r"(?!fonds-)[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_ALT = 72
"""Characters of a caption that stand for a picture without a description: the caption itself is beside it."""
_DROP = re.compile(r"[A-Za-z\u00c0-\u024f0-9]")


class Shown(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A kept picture as a page shows it: ``href`` the original, ``sizes`` smaller ones (width, address)."""

    href: str
    width: int
    height: int
    extension: str = ""
    sizes: tuple[tuple[int, str], ...] = ()


Pictures = Callable[[str], Shown | None]
"""Image id or address → the kept picture, or None when there is none."""


class Surroundings(msgspec.Struct, frozen=True):
    """What a body must be told: the page's language, where links lead, which pictures are kept."""

    speech: Speech
    resolve: Resolve
    pictures: Pictures


def render(post: Post, around: Surroundings) -> str:
    """The body of a post, without the title and subtitle that the page's head shows."""
    return "\n".join(blocks(post, around))


def blocks(post: Post, around: Surroundings) -> Iterator[str]:
    """The body's blocks as HTML, in order."""
    body = post.blocks
    lead = lead_blocks(post)
    levels = _levels(body, lead)
    names = _Names()
    index = 0
    while index < len(body):
        block = body[index]
        start = index
        index += 1
        if start in lead or _is_blank(block):
            continue
        if isinstance(block, ListItem):
            index = _run(body, start)
            yield _list(body[start:index], names, around)
        elif isinstance(block, Code):
            index = code_run(body, start)
            yield _code(body[start:index], names)
        elif isinstance(block, Section):
            yield from _section(block, names, around, first=start == 0)
        else:
            yield _block(block, levels, names, around)


class _Names:
    """Ids of paragraphs: each once on a page, and none that is no name of Medium's."""

    def __init__(self) -> None:
        self._used: set[str] = set()

    def __call__(self, block: Block) -> str:
        name = block.name
        if not name or name in self._used or not _NAME.fullmatch(name):
            return ""
        self._used.add(name)
        return f' id="{name}"'


def anchors(post: Post) -> frozenset[str]:
    """The paragraph names that the page of ``post`` has as ids."""
    lead = lead_blocks(post)
    return frozenset(
        block.name
        for index, block in enumerate(post.blocks)
        if index not in lead and block.name and not _is_blank(block) and _NAME.fullmatch(block.name)
    )


def _levels(body: Sequence[Block], lead: tuple[int | None, int | None]) -> dict[int, int]:
    """Medium's heading levels present → HTML's, from 2 without gaps: the title is the only h1."""
    present = {
        block.level
        for index, block in enumerate(body)
        if isinstance(block, Heading) and index not in lead and not _is_blank(block)
    }
    return {level: min(number + 2, 6) for number, level in enumerate(sorted(present))}


def _is_blank(block: Block) -> bool:
    if not isinstance(block, (Heading, Paragraph, Quote, Unknown)):
        return False
    if block.content.text.strip():
        return False
    return not (isinstance(block, Paragraph) and block.drop_cap_image is not None)


def _run(body: Sequence[Block], start: int) -> int:
    first = body[start]
    stop = start
    while stop < len(body):
        block = body[stop]
        if not (
            isinstance(block, ListItem) and isinstance(first, ListItem) and block.ordered == first.ordered
        ):
            break
        stop += 1
    return stop


def speech_of(text: str, page: Speech) -> tuple[Speech, str]:
    """The language and direction of a block, and the attributes that say so where the page's differ."""
    if text.isascii() and page.dir == "ltr":
        return page, ""
    found = languages.of_script(text)
    if found is None:
        if page.dir == "ltr" or not any(char.isalpha() for char in text):
            return page, ""
        return Speech("und"), ' dir="ltr"'
    if found.dir != page.dir:
        return found, f' dir="{found.dir}" lang="{found.lang}"'
    if found.lang.partition("-")[0] == page.lang.partition("-")[0] or _same_script(found.lang, page.lang):
        return page, ""
    return found, f' lang="{found.lang}"'


_FAMILIES = (
    frozenset({"ru", "uk", "sr", "bg", "mk", "be", "kk"}),
    frozenset({"ar", "fa", "ur", "ckb", "ps", "sd", "ug"}),
    frozenset({"zh", "ja"}),
    frozenset({"hi", "mr", "ne"}),
)


def _same_script(one: str, two: str) -> bool:
    """Whether a guess from the script says no more than what the page says of itself."""
    return any(one in family and two.partition("-")[0] in family for family in _FAMILIES)


def _text(content: RichText, around: Surroundings) -> tuple[str, str]:
    """(attributes, HTML) of a block's text."""
    speech, attributes = speech_of(content.text, around.speech)
    return attributes, inline(content, around.resolve, speech)


def _block(block: Block, levels: dict[int, int], names: _Names, around: Surroundings) -> str:
    match block:
        case Paragraph():
            return _paragraph(block, names, around)
        case Heading():
            attributes, text = _text(block.content, around)
            level = levels[block.level]
            kicker = ' class="kicker"' if block.role == "kicker" else ""
            return f"<h{level}{names(block)}{kicker}{attributes}>{text}</h{level}>"
        case Quote():
            attributes, text = _text(block.content, around)
            pull = ' class="pull"' if block.pull else ""
            return f"<blockquote{names(block)}{pull}{attributes}><p>{text}</p></blockquote>"
        case Image():
            return picture(block, around, names(block))
        case ImageRow():
            return _row(block, names, around)
        case Embed():
            return media.embed(block, around, names(block))
        case LinkCard():
            return media.card(block, around, names(block))
        case Unknown():
            attributes, text = _text(block.content, around)
            return f'<p{names(block)} class="unknown"{attributes}>{text}</p>'
        case _:
            raise AssertionError(f"no place for {type(block).__name__}")


def _paragraph(block: Paragraph, names: _Names, around: Surroundings) -> str:
    attributes, text = _text(block.content, around)
    classes: list[str] = []
    before = ""
    if block.drop_cap_image is not None:
        before = picture(block.drop_cap_image, around, "", extra="drop-picture") + "\n"
    elif block.drop_cap and _DROP.match(block.content.text):
        classes.append("drop")
    if block.role == "section-caption":
        classes.append("section-caption")
    named = f' class="{" ".join(classes)}"' if classes else ""
    return f"{before}<p{names(block)}{named}{attributes}>{text}</p>"


def _list(items: Sequence[Block], names: _Names, around: Surroundings) -> str:
    rows: list[str] = []
    ordered = False
    whole = "".join(item.content.text for item in items if isinstance(item, ListItem))
    speech, attributes = speech_of(whole, around.speech)
    inside = msgspec.structs.replace(around, speech=speech)
    for item in items:
        if isinstance(item, ListItem):
            ordered = item.ordered
            own, text = _text(item.content, inside)
            rows.append(f"<li{names(item)}{own}>{text}</li>")
    tag = "ol" if ordered else "ul"
    return f"<{tag}{attributes}>\n{chr(10).join(rows)}\n</{tag}>"


def _code(run: Sequence[Block], names: _Names) -> str:
    codes = [block for block in run if isinstance(block, Code)]
    if not any(code.content.text.strip() for code in codes):
        return ""
    lang = codes[0].lang
    if any(mark.kind != "code" for code in codes for mark in code.content.marks):
        text = "\n".join(marked(code.content) for code in codes)
    else:
        text = highlight("\n".join(code.content.text for code in codes), lang)
    return pre(text, lang, names(codes[0]))


def pre(code: str, lang: str, attributes: str = "") -> str:
    """A block of code (HTML inside) that keyboards can scroll."""
    label = f"Code, {lang}" if lang else "Code"
    return (
        f'<pre{attributes} class="code" dir="ltr" tabindex="0" role="group" aria-label="{escape(label)}">'
        f"<code>{code}</code></pre>"
    )


def marked(rich: RichText) -> str:
    """Code with bold, italic and links in it, which no lexer may take apart."""
    from fonds.site.links import Links

    resolve = Links("", {})

    def walk(nodes: tuple[Span | str, ...]) -> str:
        out: list[str] = []
        for node in nodes:
            if isinstance(node, str):
                out.append(escape(node))
            elif node.mark.kind == "link":
                out.append(link(walk(node.children), node.mark.href, resolve))
            elif node.mark.kind == "code":
                out.append(walk(node.children))
            else:
                out.append(f"<{node.mark.kind}>{walk(node.children)}</{node.mark.kind}>")
        return "".join(out)

    return walk(tree(rich))


def _section(block: Section, names: _Names, around: Surroundings, *, first: bool) -> Iterator[str]:
    if not first:
        yield f"<hr{names(block)}>"
    if block.cover is not None:
        yield picture(block.cover, around, names(block.cover), extra="cover")
    if block.video:
        yield f'<p class="section-video">{link("Background video", block.video, around.resolve)}</p>'


_WIDE = ("OUTSET_CENTER", "FULL_WIDTH")


def picture(image: Image, around: Surroundings, attributes: str, *, extra: str = "") -> str:
    """A figure: picture, link and caption."""
    classes = ["picture"]
    if image.layout.startswith(_WIDE):
        classes.append("wide")
    elif image.layout == "OUTSET_LEFT":
        classes.append("aside")
    if extra:
        classes.append(extra)
    inner = shown(image, around)
    return f'<figure{attributes} class="{" ".join(classes)}">{inner}{caption(image.caption, around)}</figure>'


def caption(content: RichText, around: Surroundings) -> str:
    if not content.text.strip():
        return ""
    attributes, text = _text(content, around)
    return f"<figcaption{attributes}>{text}</figcaption>"


def shown(image: Image, around: Surroundings) -> str:
    """The picture with its link (its own, or to the original for a closer look), without the figure."""
    ref = image.id or image.src
    alt = _alt(image)
    kept = around.pictures(ref)
    if kept is None:
        inner = absent(ref, image.alt, around.resolve)
        return link(inner, image.href, around.resolve) if image.href and "<a " not in inner else inner
    tag = tag_of(kept, alt)
    if image.href:
        return link(tag, image.href, around.resolve)
    if kept.extension == "svg":  # opened by itself, an SVG runs its scripts
        return tag
    return f'<a class="zoom" href="{escape(kept.href)}">{tag}</a>'


def _alt(image: Image) -> str:
    if image.alt.strip():
        return " ".join(image.alt.split())
    words = textwrap.shorten(image.caption.text, _ALT, placeholder="…") or image.caption.text.strip()[:_ALT]
    return f"Picture: {words}" if words else "Picture without a description"


def tag_of(kept: Shown, alt: str, *, sizes: str = "(max-width: 46rem) 100vw, 44rem") -> str:
    """``<img>`` with its sizes. Small versions are offered where there are some."""
    source = kept.sizes[-1][1] if kept.sizes else kept.href
    parts = [f'<img src="{escape(source)}" alt="{escape(alt)}" loading="lazy" decoding="async"']
    if kept.sizes:
        offered = ", ".join(f"{_spaceless(address)} {width}w" for width, address in kept.sizes)
        parts.append(f' srcset="{escape(offered)}" sizes="{escape(sizes)}"')
    if kept.width and kept.height:
        parts.append(f' width="{kept.width}" height="{kept.height}"')
    parts.append(">")
    return "".join(parts)


def _spaceless(address: str) -> str:
    return address.replace(" ", "%20").replace(",", "%2C")


def absent(ref: str, alt: str, resolve: Resolve) -> str:
    """The frame of a picture that is not kept: what it showed, and its address as a link."""
    words = " ".join(alt.split())
    said = f'<span class="says">{escape(words)}</span>' if words else ""
    address = ref if "://" in ref or ref.startswith(("data:", "/")) else f"https://miro.medium.com/{ref}"
    where = resolve(address)
    place = (
        f'<a lang="en" dir="ltr" href="{escape(where.href)}" rel="external noopener noreferrer">Its address at Medium</a>'
        if where.kind == "away" and ref
        else ""
    )
    return f'<span class="absent"><span lang="en" dir="ltr">This picture is not kept here.</span>{said}{place}</span>'


def _row(block: ImageRow, names: _Names, around: Surroundings) -> str:
    """Pictures side by side, each as wide as its shape asks for. The class is ten times width by height."""
    cells: list[str] = []
    images = block.images
    for number, image in enumerate(images):
        ratio = _ratio(image, around)
        last = number == len(images) - 1
        below = "" if last else caption(image.caption, around)
        cells.append(f'<div class="cell r{ratio}"{names(image)}>{shown(image, around)}{_small(below)}</div>')
    below = caption(images[-1].caption, around) if images else ""
    return f'<figure{names(block)} class="row"><div class="cells">{"".join(cells)}</div>{below}</figure>'


def _small(caption_html: str) -> str:
    """A caption of one picture of a row: a figure has room for one ``figcaption``."""
    return caption_html.replace("<figcaption", '<p class="caption"').replace("</figcaption>", "</p>")


def _ratio(image: Image, around: Surroundings) -> int:
    kept = around.pictures(image.id or image.src)
    width, height = (kept.width, kept.height) if kept is not None else (image.width, image.height)
    if not width or not height:
        return 13
    return min(max(round(10 * width / height), 4), 30)
