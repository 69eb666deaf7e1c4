"""HTML without the classes of Medium's editor → blocks: what feeds carry and what pages render.

One walk over the tree, iterative, with three decisions at each node: a block (read whole), something
that stands around blocks (entered), or inline content outside of any block, which is gathered and kept.
``fonds.sources.feed`` and ``fonds.sources.dom`` say what is particular to their forms.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import msgspec
from selectolax.lexbor import LexborNode

from fonds.model import (
    EMPTY,
    Block,
    Code,
    Heading,
    ListItem,
    Mark,
    Note,
    Paragraph,
    Person,
    Quote,
    RichText,
    Section,
)
from fonds.sources import html_tree, media_html
from fonds.sources.inline_html import Found, rich, words

_USER = re.compile(r"https?://medium\.com/u/([0-9a-f]+)")
_HEADINGS = {"h1": 2, "h2": 2, "h3": 3, "h4": 4, "h5": 4, "h6": 4}
_AROUND = frozenset(
    ["html", "body", "div", "section", "article", "main", "header", "footer", "aside", "nav", "ul", "ol", "dl", "table",
     "tbody", "thead", "tfoot", "tr", "center", "form", "fieldset", "details"]
)  # fmt: skip
_ITEMS = frozenset(["li", "dt", "dd", "td", "th", "caption", "summary"])
_BLOCKS = (
    "p, h1, h2, h3, h4, h5, h6, ul, ol, dl, table, pre, blockquote, figure, hr, iframe, div, section, article"
)
_IGNORED = frozenset(["script", "style", "template", "svg", "head", "link", "meta", "title", "button"])


class Around(NamedTuple):
    """What a node stands in: ``list`` is ul or ol, ``name`` that of a paragraph in several elements."""

    list: str = ""
    quote: bool = False
    pull: bool = False
    name: str = ""


class Reader:
    """The conversion of one body. ``read`` may be called for several roots in order."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.notes: list[Note] = []
        self.people: dict[str, Person] = {}
        self.loose: list[str] = []
        self.loose_in = Around()

    def read(self, root: LexborNode) -> None:
        """Appends the blocks of what is inside ``root``, which ``html_tree.clean`` has been applied to."""
        stack: list[tuple[LexborNode, Around]] = [(root, Around())]
        while stack:
            node, around = stack.pop()
            inner = self.enter(node, around)
            if inner is not None:
                children = list(node.iter(include_text=True))
                children.reverse()
                stack += [(child, inner) for child in children]
        self.flush()

    def enter(self, node: LexborNode, around: Around) -> Around | None:
        """Reads ``node`` and returns None, or returns what its children stand in."""
        tag = node.tag or ""
        if node.is_text_node or (tag not in _AROUND and tag not in _ITEMS and not self._is_block(tag)):
            if tag not in _IGNORED and not node.is_comment_node:
                self.gather(node, around)
            return None
        self.flush()
        if tag in _AROUND:
            return around._replace(list=tag) if tag in ("ul", "ol") else around._replace()
        if tag in _ITEMS or tag == "blockquote":
            quote = around.quote or tag == "blockquote"
            inside = around._replace(quote=quote, name=self.name(node) or around.name)
            if node.css_first(_BLOCKS) is not None:
                return inside
            self.text(node, inside)
        else:
            self.block(tag, node, around)
        return None

    @staticmethod
    def _is_block(tag: str) -> bool:
        return tag in _HEADINGS or tag in ("p", "pre", "blockquote", "figure", "hr", "iframe")

    def add(self, *blocks: Block) -> None:
        """Writes down blocks that were read."""
        self.blocks += blocks

    # -- blocks ----------------------------------------------------------------------------------------

    def block(self, tag: str, node: LexborNode, around: Around) -> None:
        """Reads an element that is a block of its own."""
        if tag in _HEADINGS:
            self.heading(tag, node, around)
        elif tag == "pre":
            self.code(node, around)
        elif tag == "figure":
            self.figure(node, around)
        elif tag == "iframe":
            given = html_tree.attributes(node)
            self.add(media_html.embed(given.get("src", ""), given=given))
        elif tag == "hr":
            self.add(Section())
        else:
            self.text(node, around)

    def heading(self, tag: str, node: LexborNode, around: Around) -> None:
        name = self.name(node) or around.name
        self.add(Heading(_HEADINGS[tag], self.rich(node, name), name=name))

    def code(self, node: LexborNode, around: Around) -> None:
        name = self.name(node) or around.name
        self.add(Code(self.rich(node, name, pre=True), name=name))

    def text(self, node: LexborNode, around: Around) -> None:
        name = self.name(node) or around.name
        self.paragraph(html_tree.inner_html(node), around, name)

    def paragraph(self, html: str, around: Around, name: str) -> None:
        """A paragraph, list item or quote, and after it the pictures that stood inside."""
        found: list[Found] = []
        content = self.finish(rich(html, found=found, address=self.address))
        pictures = [media_html.image(element.attributes) for element in found if element.name == "img"]
        if content or not pictures:
            self.add(_text_block(content, around, name))
        self.add(*pictures)
        for element in found:
            if element.name not in _KNOWN:
                message = f"a <{element.name}> of unknown meaning: its text is kept"
                self.notes.append(Note("W110", message, name or str(len(self.blocks) - 1)))

    def figure(self, node: LexborNode, around: Around) -> None:
        """A picture or frame with its caption."""
        name = self.name(node) or around.name
        caption_node = node.css_first("figcaption")
        caption = EMPTY
        if caption_node is not None:
            caption = self.rich(caption_node, name)
            caption_node.decompose()
        figure = media_html.figure("figure", html_tree.inner_html(node))
        figure.name = name
        self.add(*media_html.blocks(figure, caption, ""))
        self.notes += [
            Note(code, message, name or str(len(self.blocks) - 1)) for code, message in figure.notes
        ]

    # -- inline content --------------------------------------------------------------------------------

    def rich(self, node: LexborNode, name: str, *, pre: bool = False) -> RichText:
        found: list[Found] = []
        content = rich(html_tree.inner_html(node), pre=pre, found=found, address=self.address)
        for element in found:
            if element.name not in _KNOWN:
                message = f"a <{element.name}> of unknown meaning: its text is kept"
                self.notes.append(Note("W110", message, name or str(len(self.blocks))))
        return self.finish(content)

    def gather(self, node: LexborNode, around: Around) -> None:
        """Keeps a piece of inline content that stands outside of any block."""
        if self.loose and around is not self.loose_in:
            self.flush()
        self.loose_in = around
        self.loose.append(html_tree.outer_html(node))

    def flush(self) -> None:
        if not self.loose:
            return
        html = "".join(self.loose)
        self.loose.clear()
        if words(html):
            self.paragraph(html, self.loose_in, self.loose_in.name)

    # -- what forms differ in --------------------------------------------------------------------------

    def name(self, _node: LexborNode) -> str:
        """Medium's name of the paragraph in an element, "" where the form has none."""
        return ""

    def address(self, href: str) -> str:
        """The author's address behind the one that a link has in this form."""
        return href

    def finish(self, content: RichText) -> RichText:
        """A last look at each text: links to a user's id are mentions, as in the other forms."""
        if not any("medium.com/u/" in mark.href for mark in content.marks):
            return content
        marks: list[Mark] = []
        for mark in content.marks:
            user = _USER.fullmatch(mark.href)
            if user is not None:
                mark = msgspec.structs.replace(mark, user_id=user[1])
                name = content.text[mark.start : mark.end].strip().removeprefix("@")
                self.people.setdefault(user[1], Person(user[1], name))
            marks.append(mark)
        return RichText(content.text, tuple(marks))


_KNOWN = frozenset(["img", "picture", "source", "noscript", "wbr", "u", "s", "sub", "sup", "small", "font"])


def _text_block(content: RichText, around: Around, name: str) -> Block:
    if around.list:
        return ListItem(content, around.list == "ol", name=name)
    if around.quote:
        return Quote(content, around.pull, name=name)
    return Paragraph(content, name=name)
