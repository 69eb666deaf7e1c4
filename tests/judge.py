"""The second judge: Markdown through markdown-it-py's tokens, compared character by character.

It shares nothing with ``fonds.writers.check`` but the model: another engine, tokens instead of HTML,
and a table of characters with their marks instead of runs. It judges text, marks, links, code and
order of everything that carries text; structure around it is the proof's business.
"""

from __future__ import annotations

from collections.abc import Iterable
from html.parser import HTMLParser
from typing import NamedTuple
from urllib.parse import quote, unquote

from markdown_it import MarkdownIt
from markdown_it.common.normalize_url import normalizeLink
from markdown_it.token import Token

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

Char = tuple[str, frozenset[str], str]
"""A character, its marks, and the address of the link it stands in."""


class Line(NamedTuple):
    """One block's characters. ``kind``: text, heading, quote, item, code, image."""

    kind: str
    chars: tuple[Char, ...]


def differences(post: Post, markdown: str, preset: str = "commonmark") -> list[str]:
    """What the judge finds different; empty when the file says exactly what the post says."""
    wanted, found = map(_edged, _wanted(post)), map(_edged, _found(markdown, preset))
    return list(_compared(list(wanted), list(found)))


def _edged(line: Line) -> Line:
    """A line without the control characters at its ends that markdown-it-py takes for white space, because
    Python's strip does, and CommonMark does not: this judge cannot see them (the proof's engine does)."""
    chars = line.chars
    if line.kind == "code" or not chars:
        return line
    first = next((n for n, char in enumerate(chars) if char[0] not in _PYTHON_S), len(chars))
    last = next((n for n in range(len(chars), first, -1) if chars[n - 1][0] not in _PYTHON_S), first)
    return (
        Line(line.kind, chars[first:last]) if chars[0][0] in _CONTROLS or chars[-1][0] in _CONTROLS else line
    )


_CONTROLS = "\x0b\x0c\x1c\x1d\x1e\x1f\x85"
_PYTHON_S = _CONTROLS + " \t\n"


def _compared(wanted: list[Line], found: list[Line]) -> Iterable[str]:
    for number in range(max(len(wanted), len(found))):
        want = wanted[number] if number < len(wanted) else None
        got = found[number] if number < len(found) else None
        if want != got:
            yield f"{number}: wanted {_show(want)} found {_show(got)}"
            if want is None or got is None or want.kind != got.kind:
                break


def _show(line: Line | None) -> str:
    if line is None:
        return "nothing"
    text = "".join(char for char, _, _ in line.chars)
    marks = [(n, sorted(m), h) for n, (_, m, h) in enumerate(line.chars) if m or h]
    return f"{line.kind} {text!r} {marks}"


# --- from the model


def _wanted(post: Post) -> Iterable[Line]:
    lead = lead_blocks(post)
    code: list[Code] = []
    for index, block in enumerate(post.blocks):
        shown = index not in lead and not _nothing(block)
        if code and not (shown and isinstance(block, Code) and block.lang == code[0].lang):
            yield from _flush(code)
            code = []
        if not shown:
            continue
        if isinstance(block, Code):
            code.append(block)
        else:
            yield from _lines(block)
    yield from _flush(code)


def _flush(code: list[Code]) -> Iterable[Line]:
    if any(block.content.text.strip() for block in code):
        chars: list[Char] = []
        for block in code:
            chars += [(c, m - {"code"}, h) for c, m, h in _chars(block.content)]
            chars.append(("\n", frozenset(), ""))
        yield Line("code", tuple(chars))


def _nothing(block: Block) -> bool:
    texts = (Heading, Paragraph, Quote, Unknown)
    return (
        isinstance(block, texts)
        and not block.content.text.strip()
        and not getattr(block, "drop_cap_image", None)
    )


def _lines(block: Block) -> Iterable[Line]:
    if isinstance(block, (Paragraph, Unknown)):
        image = block.drop_cap_image if isinstance(block, Paragraph) else None
        if image is not None:
            yield Line("image", _alt(image.alt))
        if (
            block.content.text if image else block.content.text.strip()
        ):  # beside a picture, blanks are written too
            yield Line("text", _chars(block.content))
    elif isinstance(block, Heading):
        yield Line("heading", _chars(block.content))
    elif isinstance(block, Quote):
        yield Line("text" if block.pull else "quote", _chars(block.content))
    elif isinstance(block, ListItem):
        yield Line("item", _chars(block.content) if block.content.text.strip() else ())
    elif isinstance(block, Image):
        yield Line("image", _alt(block.alt))
        yield from _caption(block.caption)
    elif isinstance(block, ImageRow):
        captions = [image for image in block.images if image.caption.text.strip()]
        if captions and (len(captions) > 1 or captions[0] is not block.images[-1]):
            for image in block.images:
                yield from _lines(image)
        else:
            for image in block.images:
                yield Line("image", _alt(image.alt))
            yield from _caption(block.images[-1].caption)
    elif isinstance(block, Section):
        if block.cover is not None:
            yield from _lines(block.cover)
    elif isinstance(block, Embed):
        yield Line("embed", ())
        yield from _caption(block.caption)
    elif isinstance(block, LinkCard):
        text, rich = block.content.text, block.content
        if not text.strip():
            text = "\n".join(filter(None, (block.title, block.description, block.host))) or block.href
            rich = RichText(text)
        chars = _chars(rich)
        if block.href and not any(href for _, _, href in chars):
            chars = tuple((c, m, _address(block.href)) for c, m, _ in chars)
        at = len(text) - len(block.host)
        if block.host and at > 0 and text.endswith(block.host) and text[at - 1] != "\n":
            (_, before, left), (_, after, right) = chars[at - 1], chars[at]
            broken: Char = ("\n", before & after - {"code"}, left if left == right else "")
            chars = (*chars[:at], broken, *chars[at:])  # Medium shows the host on its own line
        if block.thumbnail:
            yield Line("image", ())
        if text.strip():
            yield Line("text", chars)


def _caption(rich: RichText) -> Iterable[Line]:
    if rich.text.strip():
        yield Line("text", _chars(rich))


def _alt(text: str) -> tuple[Char, ...]:
    return tuple((c, frozenset(), "") for c in " ".join(text.split()))


def _chars(rich: RichText) -> tuple[Char, ...]:
    marks: list[set[str]] = [set() for _ in rich.text]
    hrefs = [""] * len(rich.text)
    for mark in rich.marks:
        for n in range(mark.start, mark.end):
            if mark.kind == "link":
                hrefs[n] = _address(mark.href)
            else:
                marks[n].add(mark.kind)
    return tuple((c, frozenset(m), h) for c, m, h in zip(rich.text, marks, hrefs, strict=True))


def _address(href: str) -> str:
    """Addresses compare decoded, and as markdown-it writes them: it encodes, and punycodes hosts, in its own way.
    What it wrote already it leaves as it is, but for white space at the ends, which it drops."""
    return unquote(quote(unquote(normalizeLink(href)), safe="")).strip() or "#"


# --- from the file


def _found(markdown: str, preset: str) -> Iterable[Line]:
    body = markdown.split("\n---\n", 1)[1] if markdown.startswith("---\n") else markdown
    engine = MarkdownIt(preset, {"linkify": False}) if preset != "commonmark" else MarkdownIt("commonmark")
    engine.validateLink = lambda _url: True  # type: ignore[assignment,method-assign]  # what an address may be is not judged here
    embed = 0
    stack: list[str] = []
    for token in engine.parse(body):
        if token.type.endswith("_open"):
            stack.append(token.type)
        elif token.type.endswith("_close"):
            if token.type == "list_item_close" and stack[-1] == "list_item_open":
                yield Line("item", ())
            while stack.pop() not in (token.type.replace("_close", "_open"), "done"):
                pass
        elif token.type == "html_block":
            if "<pre>" in token.content:
                yield _html_code(token.content)
            elif 'class="embed"' in token.content:
                embed += 1
                yield Line("embed", ())
            elif embed and "<figcaption>" in token.content:
                embed = -1
            elif embed and "</figure>" in token.content:
                embed = 0
        elif embed > 0:
            continue
        elif token.type in ("fence", "code_block"):
            yield Line("code", tuple((c, frozenset(), "") for c in token.content))
        elif token.type == "inline":
            yield from _inline(token, stack)


def _inline(token: Token, stack: list[str]) -> Iterable[Line]:
    kind = "text"
    for opened in stack:
        kind = {"heading_open": "heading", "blockquote_open": "quote", "list_item_open": "item"}.get(
            opened, kind
        )
    if kind == "item":
        at = max(n for n, opened in enumerate(stack) if opened == "list_item_open")
        stack[at] = "done"
    chars: list[Char] = []
    images: list[Line] = []
    open_marks: list[str] = []
    href = ""
    for child in token.children or []:
        marks = frozenset(open_marks)
        if child.type == "text":
            chars += [(c, marks, href) for c in child.content]
        elif child.type == "code_inline":
            chars += [(c, marks | {"code"}, href) for c in child.content]
        elif child.type == "hardbreak":
            chars.append(("\n", marks, href))
        elif child.type == "softbreak":
            chars.append((" " if not images else "", marks, href))
        elif child.type in ("strong_open", "em_open"):
            open_marks.append(child.type[:-5])
        elif child.type in ("strong_close", "em_close"):
            open_marks.remove(child.type[:-6])
        elif child.type == "link_open":
            href = _address(str(child.attrs.get("href", "")))
        elif child.type == "link_close":
            href = ""
        elif child.type == "image":
            images.append(Line("image", _alt(_plain(child.children or []))))
        elif child.type == "html_inline":
            tag = child.content
            if tag in ("<strong>", "<em>"):
                open_marks.append(tag[1:-1])
            elif tag in ("</strong>", "</em>") and tag[2:-1] in open_marks:
                open_marks.remove(tag[2:-1])
            elif tag == "<br>":
                chars.append(("\n", marks, href))
            elif not tag.startswith(("<a id=", "</a>")):
                chars += [(c, marks, href) for c in tag]
        else:
            chars += [(c, frozenset({child.type}), href) for c in child.content]
    yield from images
    if chars and not images:
        yield Line(kind, tuple(chars))


def _plain(children: list[Token]) -> str:
    return "".join(" " if child.type == "softbreak" else child.content for child in children)


class _Html(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.chars: list[Char] = []
        self.marks: list[str] = []
        self.href = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("strong", "em"):
            self.marks.append(tag)
        elif tag == "a":
            self.href = _address(dict(attrs).get("href") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("strong", "em"):
            self.marks.remove(tag)
        elif tag == "a":
            self.href = ""

    def handle_data(self, data: str) -> None:
        self.chars += [(c, frozenset(self.marks), self.href) for c in data]


def _html_code(source: str) -> Line:
    parser = _Html()
    parser.feed(source.rstrip("\n"))
    parser.close()
    return Line("code", tuple(parser.chars))
