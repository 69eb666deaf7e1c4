"""Medium's editor HTML (``class="graf …"``) → blocks.

The markup of account exports, of pages of 2013-2018, and of drafts in either: every paragraph is one
element, its type among its classes (docs/forms.md). One compiled pattern cuts a body into paragraphs,
figures and the elements around them, in one pass. What Medium wrote itself is read as it is (*strict*,
see ``fonds.sources.inline_html``); anything else is first put in order by a parser, serialised, and
read by the same code (*lenient*).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from fonds.errors import UnreadableError
from fonds.model import (
    EMPTY,
    Block,
    Code,
    Heading,
    ListItem,
    Note,
    Paragraph,
    Person,
    Post,
    Quote,
    RichText,
    Section,
    Source,
    Unknown,
)
from fonds.patterns import Seldom
from fonds.sources import html_tree, media_html
from fonds.sources.body import arrange
from fonds.sources.editor_classes import Graf, graf, section_layout
from fonds.sources.inline_html import (
    ANY_ATTRIBUTES,
    STRICT_ATTRIBUTES,
    Found,
    OddError,
    attributes,
    flat,
    nested,
    rich,
    unescape,
    with_line_ends,
)

_TEXTUAL = "p|h[1-6]|li|pre|blockquote|label"
_AROUND = "div|figure|section|ul|ol|table|hr|article|header|footer|main|nav|aside|dl|dt|dd|form"
_INNER = r'<div class="section-inner [^"]*+"(?: data-paragraph-count="\d+")?>'
_SECTION = (
    r'section name="([\w.-]*+)" class="([^"]*+)"><div class="section-divider"><hr class="section-divider"></div>'
    rf'<div class="section-content">{_INNER}'
)


def _token(attributes: str, name: str) -> str:
    """Groups: 1 a paragraph's tag, 2 its name and 3 its class in Medium's usual order or else 4 all its
    attributes, 5 its inner HTML; 6 a figure's tag, 7 its inner HTML; 8 a change of columns, as between
    text and a picture wider than it; 9 name and 10 class of a section that begins as usual, 11 the end of
    one; 12 the slash of an end tag, 13 the name of any other tag, 14 its attributes; 15 text outside."""
    return (
        rf"<(?:({_TEXTUAL}|div(?=[^<>]*\bgraf--))"
        rf'(?: name="([\w.-]*+)" id="[^"]*+" class="([^"]*+)"|({attributes}))>'
        rf"([^<]*+(?:<(?!/?(?:{_TEXTUAL}|{_AROUND})\b)[^<]*+)*+)</\1>"
        rf"|(figure{attributes})>([^<]*+(?:<(?!/?(?:figure|section|p|li|ul|ol|h[1-6])\b)[^<]*+)*+)</figure>"
        rf"|(/div>{_INNER})|{_SECTION}|(/div></div></section>)"
        rf"|(/?)({name})({attributes})/?>)|([^<]+|<)"
    )


_STRICT_TOKEN = re.compile(_token(STRICT_ATTRIBUTES, "section|div|ul|ol|hr|br"), re.A)
_ANY_TOKEN = Seldom(_token(ANY_ATTRIBUTES, r"[^\s/>]++"), re.A)
_STRUCTURE = frozenset(
    ["section", "div", "ul", "ol", "li", "hr", "p", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "blockquote", "label",
     "figure", "figcaption", "table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td", "dl", "dt", "dd",
     "article", "header", "footer", "main", "nav", "aside", "form", "html", "body"]
)  # fmt: skip
_USUAL_SECTION = ["section", "div", "div"]
_MISFITS = 64
_MODES = {"0": "DISABLED", "1": "AUTO", "2": "EXPLICIT"}


class Body(msgspec.Struct, frozen=True, gc=False):
    """``blocks`` in order, rows and roles not yet arranged (``fonds.sources.body``)."""

    blocks: list[Block]
    notes: list[Note]
    people: tuple[Person, ...]


def read_body(html: str, *, strict: bool = False) -> Body:
    """The blocks of a body in editor HTML: as a parser serialised it, or with ``strict`` as it is.

    Raises OddError when ``strict`` and a parser might read the body in another way.
    """
    return _Reader(html, strict).read()


# Where pages have the body, the surest first.
_CONTENTS = (".postArticle-content", ".postField--body", ".postArticle", "article", "main", "body")


def read_page(data: bytes, origin: str = "") -> Iterator[Post]:
    """The post of a page of 2013-2018 that has nothing but its markup: body from the editor's HTML,
    the rest from the page's head. Raises UnreadableError for a page without such a body."""
    from fonds.sources import page_meta  # here: exports have no such pages

    text, notes = html_tree.decode(data)
    tree = html_tree.parse(text, origin)
    content = next(filter(None, map(tree.css_first, _CONTENTS)), None)
    if content is None or content.css_first("[class*=graf--]") is None:
        raise UnreadableError("has no text in the markup of Medium's editor", origin=origin)
    meta = page_meta.read(tree)
    html_tree.clean(content)
    body = read_body(html_tree.inner_html(content))
    title = _title(body.blocks, meta.title)
    blocks, subtitle = arrange(body.blocks, title)
    yield page_meta.post(
        meta,
        title=title,
        subtitle=subtitle,
        people=body.people,
        blocks=blocks,
        source=Source("legacy", origin),
        notes=(*notes, *body.notes),
    )


def _title(blocks: list[Block], stated: str) -> str:
    """The title a page states, without the names of author and site that some append to it."""
    for block in blocks:
        if isinstance(block, Heading) and block.role == "title":
            title = " ".join(block.content.text.split())
            return title if title and stated.startswith(title) else stated
    return stated


class _Reader:
    """One body's conversion."""

    def __init__(self, html: str, strict: bool) -> None:
        self.html = html.strip(" \t\n\f")
        self.strict = strict
        # Medium breaks no lines: only a body that somebody laid out has white space to collapse.
        self.exact = not ("\n" in self.html or "\t" in self.html or "\f" in self.html)
        self.blocks: list[Block] = []
        self.notes: list[Note] = []
        self.people: dict[str, Person] = {}
        self.pictures: list[dict[str, str]] = []
        self.open: list[str] = []
        self.misfits = 0
        self.lists: list[str] = []
        self.sections = 0
        self.section: Section | None = None
        self.loose: list[str] = []

    def read(self) -> Body:
        strict, exact = self.strict, self.exact
        append = self.blocks.append
        for token in (_STRICT_TOKEN if strict else _ANY_TOKEN).findall(self.html):
            tag = token[0]
            if tag:
                if self.section is not None or self.loose:
                    self._flush()
                name, classes, inner = token[1], token[2], token[4]
                if "&" in classes:
                    classes = unescape(classes)
                if not classes:
                    raw = token[3]
                    self._unusual(tag, attributes(raw) if raw else {"name": name}, inner)
                elif exact and strict and (make := graf(tag, classes).make) is not None:
                    # Nearly all paragraphs are no more than this.
                    bare = inner and "<" not in inner and "&" not in inner
                    append(make(RichText(inner) if bare else self._rich(inner, name), name))
                else:
                    append(self._paragraph(graf(tag, classes), name, inner))
                if self.pictures:
                    self._inline_pictures()
            elif token[5]:
                self._figure(token[5], token[6])
            elif token[12]:
                self._structure(token[11], token[12], token[13])
            elif token[7]:
                self._close("div")
                self.open.append("div")
            elif token[9]:
                self._open_section(token[8], unescape(token[9]))
                self.open += ("div", "div")
            elif token[10]:
                self._close_section()
            elif not token[14].isspace():
                if strict:
                    raise OddError(token[14])
                self.loose.append(token[14])
        self._flush()
        if self.open and strict:
            raise OddError(self.open[-1])
        return Body(self.blocks, self.notes, tuple(self.people.values()))

    def _note(self, code: str, message: str, name: str = "") -> None:
        self.notes.append(Note(code, message, name or str(len(self.blocks))))

    # -- text ------------------------------------------------------------------------------------------

    def _rich(self, inner: str, name: str, pre: bool = False) -> RichText:
        found: list[Found] = []
        if self.exact:
            if "<" not in inner and "&" not in inner:
                return RichText(inner) if inner else EMPTY
            html = with_line_ends(inner)
            # What is read strictly comes as fonds.sources.html_tree.decode gives it.
            simple = flat(html, sound=self.strict)
            content = simple if simple is not None else nested(html, strict=self.strict, found=found)
        else:
            content = rich(inner, pre=pre, strict=self.strict, found=found)
        for element in found:
            if element.name == "img":
                self.pictures.append(element.attributes)
            else:
                self._note("W110", f"a <{element.name}> of unknown meaning: its text is kept", name)
        if "data-user-id" in inner:
            self._mentions(content)
        return content

    def _mentions(self, content: RichText) -> None:
        """Who is mentioned, by the id; an export has no other name for them than the link's text."""
        for mark in content.marks:
            if mark.user_id and mark.user_id not in self.people:
                name = content.text[mark.start : mark.end].strip().removeprefix("@")
                self.people[mark.user_id] = Person(mark.user_id, name)

    # -- paragraphs ------------------------------------------------------------------------------------

    def _unusual(self, tag: str, given: dict[str, str], inner: str) -> None:
        """A paragraph whose attributes are not Medium's usual ones, among them all code with a language."""
        if tag == "div" and self.strict and "graf--" not in given.get("class", ""):
            raise OddError(inner)  # it is another attribute that says so
        name = given.get("name") or given.get("id", "")
        block = self._paragraph(graf(tag, given.get("class", "")), name, inner)
        mode = given.get("data-code-block-mode")
        if mode is not None and type(block) is Code:
            lang = given.get("data-code-block-lang", "")
            block = Code(block.content, lang, _MODES.get(mode, mode), name=name)
        self.blocks.append(block)

    def _paragraph(self, said: Graf, name: str, inner: str) -> Block:
        kind = said.type
        if kind == "pre":
            if self.strict and inner[:1] == "\n":
                inner = inner[1:]  # HTML standard, 13.1.2.5: no part of the element
            return Code(self._rich(inner, name, pre=True), name=name)
        content = self._rich(inner, name)
        if kind == "li":
            return ListItem(content, self.lists[-1:] == ["ol"], name=name)
        if kind == "p" and said.role != "kicker" and not self.strict:
            block = self._contained(content, name)
            if block is not None:
                return block
        if said.make is not None:
            return said.make(content, name)
        if kind == "mixtapeEmbed":
            return media_html.card_of(content, inner, name)
        self._note("W101", f"a paragraph of the unknown type {kind}: its text is kept", name)
        return Unknown(kind, content, name=name)

    def _contained(self, content: RichText, name: str) -> Block | None:
        """A <p>, or bare text, in a list item or quote: what other tools make of Medium's HTML."""
        if self.open[-1:] == ["li"]:
            return ListItem(content, self.lists[-1:] == ["ol"], name=name)
        if self.open[-1:] == ["blockquote"]:
            return Quote(content, name=name)
        return None

    def _inline_pictures(self) -> None:
        """Pictures inside of paragraphs: that of a drop cap, else blocks of their own."""
        for given in self.pictures:
            image = media_html.image(given)
            last = self.blocks[-1] if self.blocks else None
            if type(last) is Paragraph and last.drop_cap and last.drop_cap_image is None:
                self.blocks[-1] = msgspec.structs.replace(last, drop_cap_image=image)
            else:
                self.blocks.append(image)
        self.pictures.clear()

    def _figure(self, tag: str, inner: str) -> None:
        if self.section is not None or self.loose:
            self._flush()
        usual = media_html.usual_picture(tag, inner, self._rich)
        if usual is not None:
            self.blocks.append(usual)
        else:
            figure = media_html.figure(tag, inner, strict=self.strict)
            content = self._rich(figure.caption, figure.name) if figure.caption else EMPTY
            self.blocks += media_html.blocks(figure, content, graf("figure", figure.classes).layout)
            for code, message in figure.notes:
                self._note(code, message, figure.name)
        if self.pictures:
            self._inline_pictures()

    # -- what stands around ----------------------------------------------------------------------------

    def _structure(self, slash: str, tag: str, raw: str) -> None:
        if not self.strict and tag not in _STRUCTURE:
            self._other(slash, tag, raw)
            return
        if self.loose:
            self._flush()
        if slash:
            self._close(tag)
        elif tag == "section":
            given = attributes(raw)
            self._open_section(given.get("name", ""), given.get("class", ""))
        elif tag == "hr":
            if "section-divider" not in attributes(raw).get("class", ""):
                self._flush()
                self.blocks.append(Section())
        elif tag != "br":  # there is one in the background of a section
            if self.strict and "graf--" in raw:
                raise OddError(raw)
            self.open.append(tag)
            if tag in ("ul", "ol"):
                self.lists.append(tag)
            if "data-image-id" in raw and self.section is not None:
                cover = media_html.image(attributes(raw))
                self.section = msgspec.structs.replace(self.section, cover=cover)

    def _close(self, tag: str) -> None:
        """The end of an element ends what is still open inside it (HTML standard, 13.2.6.4.7): Medium
        itself has that where a wide picture interrupts a list. An end without a beginning is nothing."""
        if self.open and self.open[-1] == tag:
            self.open.pop()
            if tag in ("ul", "ol"):
                self.lists.pop()
            return
        self.misfits += 1  # each is a look at all that is open, and that must not be often
        if tag not in self.open:
            if self.strict and (self.misfits > _MISFITS or tag not in ("ul", "ol")):
                raise OddError(tag)  # it may end an element around the body
            return
        if self.strict and self.misfits > _MISFITS:
            raise OddError(tag)
        while self.open.pop() != tag:
            pass
        self.lists = [one for one in self.open if one in ("ul", "ol")]

    def _close_section(self) -> None:
        if self.open[-3:] == _USUAL_SECTION:
            del self.open[-3:]
            return
        for tag in reversed(_USUAL_SECTION):
            self._close(tag)

    def _open_section(self, name: str, classes: str) -> None:
        self._flush()
        self.open.append("section")
        self.sections += 1
        self.section = Section(layout=section_layout(classes), name=name)

    def _other(self, slash: str, tag: str, raw: str) -> None:
        """An element that the editor does not write between paragraphs; only in lenient reading."""
        if tag in ("video", "source") and self.section is not None:
            self.section = msgspec.structs.replace(self.section, video=attributes(raw).get("src", ""))
        elif tag == "iframe" and not slash:
            self._flush()
            given = attributes(raw)
            self.blocks.append(media_html.embed(given.get("src", ""), given=given))
        elif tag != "iframe":
            self.loose.append(f"<{slash}{tag}{raw}>")

    def _flush(self) -> None:
        """Writes down the section that began, and the text that stood outside of any paragraph."""
        if self.section is not None:
            if self.sections > 1 or self.section.cover is not None or self.section.video:
                self.blocks.append(self.section)
            self.section = None
        if not self.loose:
            return
        html = "".join(self.loose)
        self.loose.clear()
        content = self._rich(html, "")
        if content.text.strip():
            self._note("W110", "text outside of any paragraph was kept as a paragraph")
            self.blocks.append(self._contained(content, "") or Paragraph(content))
        self._inline_pictures()
