"""Rendered pages of medium.com whose scripts were stripped, 2020 to today.

Class names are random, but for a few (``pw-post-title``); what stays is structure. A paragraph has its
name as id, four hexadecimal digits; an element that holds such paragraphs is a *column*, and whatever
else stands directly in a column is the author's too. Buttons, bylines, sign-up walls and previews of
other posts stand in elements of their own, without names: that, and never their language, leaves them
out. Learned from pages of 2019-2025; docs/forms.md says what each era looks like.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

import msgspec
from selectolax.lexbor import LexborNode

from fonds import richtext
from fonds.errors import UnreadableError
from fonds.model import (
    EMPTY,
    Block,
    Code,
    Heading,
    Image,
    ListItem,
    Mark,
    Note,
    Other,
    Paragraph,
    Person,
    Post,
    Quote,
    RichText,
    Section,
    Source,
)
from fonds.sources import dom_page, html_tree, media_html, page_meta
from fonds.sources.body import arrange
from fonds.sources.inline_html import Found, collapse, rich

__all__ = ["read"]

_TEXTUAL = frozenset(["p", "h1", "h2", "h3", "h4", "h5", "h6"])
_CONTAINED = frozenset(["li", "ul", "ol", "blockquote", "pre", "span", "code"])
_INLINE = frozenset(["a", "strong", "b", "em", "i", "code", "span", "mark", "br", "u", "s", "sub", "sup"])
_FOREIGN = frozenset(["table", "dl", "details", "video", "audio", "object"])
_BLOCKS = "p, h1, h2, h3, h4, h5, h6, ul, ol, pre, blockquote, figure, iframe, table, section"

_WALL = "[id^=paywall-], [data-testid^=paywall], [data-testid=post-paywall]"
_HARMLESS = frozenset(["picture", "source", "noscript", "span"])
_PLAUSIBLE = re.compile(r"[\w.-]{1,64}")
_MODES = {"0": "DISABLED", "1": "AUTO", "2": "EXPLICIT"}
_BACKGROUND = re.compile(r"background-image:\s{0,9}url\(\s{0,9}[\"']?([^\"')\s]+)")
_FIRST = re.compile(r"[\s,]*+(\S*[^\s,])")
_RARE = re.compile(r"<(?:!--|iframe|xmp|plaintext|noembed|noframes|noscript)")

# Medium's own: ?source=post_page-----<id>---------------------- and its like, on links of any host of Medium's.
_TRACKING = re.compile(
    r"([?&])source=(?:[\w.~%-]*-{5,}[^&#]*|(?:post_page|user_profile|user_mention)\w*(?=[&#]|$))(&?)"
)
_REDIRECT = re.compile(r"https?://medium\.com/r/?\?url=([^&#]+)")
_USER = re.compile(r"https?://medium\.com/u/([0-9a-f]{6,16})(?=[/?#]|$)")
_HOST = re.compile(r"https?://[^/?#]+")
_LANG = re.compile(r"(?:^|\s)lang(?:uage)?-([\w+#.-]+)")
_COPY = re.compile(r"/(?:resize:fit:|max/)(\d{1,5})/")


def read(data: bytes, origin: str = "") -> Iterator[Post | Other]:
    """The post of a rendered page (HTML), or Other: ``listing`` for a page of several posts, ``page`` for
    one without any.

    A title, the paragraphs' names and most of what the head says are exact; the form does not carry
    layouts but rows, the sections' covers, or the language of code. Raises UnreadableError for a page
    that names a post and holds nothing of it.
    """
    text, notes = html_tree.decode(data)
    tree = html_tree.parse(text, origin)
    root = dom_page.root(tree)
    meta = page_meta.read(tree)
    if root is None:
        previews = len(tree.css("article"))
        if previews or not meta.id:
            yield Other(
                "listing" if previews or tree.css_first("a[href]") else "page", origin, count=previews
            )
            return
        raise UnreadableError("names a post and holds nothing of it", origin=origin)
    facts = dom_page.facts(tree, root, meta)
    cut = tree.css_first(_WALL) is not None
    hint = root.css_first("figure .speechify-ignore") is not None
    dom_page.clear(root)
    host = _HOST.match(meta.url)
    reader = _Reader(root, host[0] if host else "https://medium.com", hint)
    reader.read()
    if not any(type(block) is not Section for block in reader.blocks):
        if not meta.id:
            yield Other("page", origin)
            return
        raise UnreadableError("names a post and holds nothing of its text", origin=origin)
    title = reader.title or meta.title
    blocks, subtitle = arrange(reader.blocks, title)
    if cut:
        reader.note("W108", "the body ends at the paywall: the form holds the preview only", "body")
    yield page_meta.post(
        meta,
        **facts,
        title=title,
        subtitle=subtitle,
        preview_only=cut,
        people=tuple(reader.people.values()),
        blocks=blocks,
        source=Source("dom", origin),
        notes=(*notes, *reader.notes),
    )


# -- the text -------------------------------------------------------------------------------------------


class _Reader:
    """One article's conversion. ``host`` is what relative links are relative to; ``hint`` says that its
    pictures tell their readers how to enlarge them, which Medium began with other heading elements."""

    def __init__(self, root: LexborNode, host: str, hint: bool) -> None:
        self.root = root
        self.host = host
        self.hint = hint
        self.title = ""
        self.blocks: list[Block] = []
        self.notes: list[Note] = []
        self.people: dict[str, Person] = {}
        self.columns: set[int] = set()
        self.column_classes: set[str] = set()
        self.around_classes: set[str] = set()
        self.headings: list[tuple[int, str]] = []
        self.rows: dict[int, bool] = {}
        self.loose: list[str] = []
        self.loose_in = 0
        self.section = False

    def note(self, code: str, message: str, where: str = "") -> None:
        self.notes.append(Note(code, message, where or str(len(self.blocks))))

    def read(self) -> None:
        self._find_columns()
        # Depth first; of each node its next sibling waits while its children are read.
        stack = [self.root.child]
        while stack:
            node = stack.pop()
            if node is None:
                continue
            stack.append(node.next)
            if not self._take(node):
                stack.append(node.child)
        self._flush()
        self._set_levels()

    def _find_columns(self) -> None:
        for node in self.root.css(dom_page.NAMED):
            if node.tag == "figcaption" or not dom_page.is_named(node):
                continue
            column = node.parent
            for _ in range(5):  # li in ul, p in div in blockquote, span in code in pre
                if column is None or (column.tag not in _CONTAINED and not dom_page.is_named(column)):
                    break
                column = column.parent
            if column is None or column.tag in ("html", "figure", "a"):
                continue
            self.columns.add(column.mem_id)
            around = column.parent
            if around is not None and "pw-" in (node.attributes.get("class") or "") and node.tag != "p":
                self.columns.add(around.mem_id)  # the column proper, though it may have no named text
            self.column_classes.add(column.attributes.get("class") or "")
            if around is not None and column.mem_id != self.root.mem_id:
                self.around_classes.add(around.attributes.get("class") or "")
                if around.parent is not None:
                    self.around_classes.add(around.parent.attributes.get("class") or "")
        # A title stands in a column of its own, inside of the one that goes on behind it.
        self.around_classes -= self.column_classes | {""}
        self.column_classes.discard("")

    def _take(self, node: LexborNode) -> bool:
        """Reads an element that is a block, or leaves it out, and says so; False: look inside."""
        tag, parent = node.tag or "", node.parent
        in_column = parent is not None and parent.mem_id in self.columns
        if not node.is_element_node:
            if in_column and node.is_text_node:
                self._keep(node, _escape(node.text(deep=False)))
            return True
        at_home = in_column or not self.columns
        if tag in _TEXTUAL:
            if at_home or dom_page.is_named(node) or (parent is not None and dom_page.is_named(parent)):
                self._textual(node, tag)
            return True
        if tag in ("ul", "ol"):
            self._list(node, tag, at_home)
        elif tag == "blockquote":
            if at_home or node.css_first(dom_page.NAMED) is not None:
                self._quote(node)
        elif tag == "pre":
            self._code(node)
        elif tag == "figure":
            self._figure(node)
        elif tag == "iframe":
            self._frame(node, node, EMPTY)
        elif tag == "hr" or node.attributes.get("role") == "separator":
            self._flush()
            self.section = bool(self.blocks)
        elif tag == "a" and self._card(node):
            pass
        elif tag in _INLINE and in_column:
            self._keep(node, node.html or "")
        elif tag in ("img", "picture") and in_column:
            for image in self._pictures(node):
                self._add(image)
        elif tag in _FOREIGN and at_home:
            self._foreign(node, f"a <{tag}>: its text is kept")
        elif tag == "div" and dom_page.is_named(node) and node.css_first(_BLOCKS) is None:
            self._foreign(node, "a paragraph of unknown kind: its text is kept")
        else:
            if tag == "section" and self.blocks:
                self.section = True
            return False
        return True

    def _add(self, block: Block) -> None:
        self._flush()
        if self.section and self.blocks:
            self.blocks.append(Section())
        self.section = False
        self.blocks.append(block)

    def _keep(self, node: LexborNode, html: str) -> None:
        """Text that stands between paragraphs, where no editor puts any."""
        if not self.loose and not html.strip():
            return
        column = node.parent.mem_id if node.parent is not None else 0
        if column != self.loose_in:
            self._flush()
            self.loose_in = column
        self.loose.append(html)

    def _flush(self) -> None:
        if not self.loose:
            return
        html = "".join(self.loose)
        self.loose.clear()
        content, pictures = self._rich(html, "")
        if content.text.strip():
            self.note("W110", "text outside of any paragraph was kept as a paragraph")
            self._add(Paragraph(content))
        for image in pictures:
            self._add(image)

    def _foreign(self, node: LexborNode, message: str) -> None:
        before = len(self.notes)
        content, pictures = self._rich(_html(node), _name(node))
        del self.notes[before:]  # one says it for all that is in there
        if content.text.strip():
            self.note("W110", message, _name(node))
            self._add(Paragraph(content, name=_name(node)))
        for image in pictures:
            self._add(image)

    # -- rich text ------------------------------------------------------------------------------------

    def _rich(self, html: str, name: str, *, pre: bool = False) -> tuple[RichText, list[Image]]:
        """Text and marks of a block, and the pictures in it."""
        found: list[Found] = []
        content = rich(html, pre=pre, found=found, address=self._address if "<a" in html else None)
        pictures: list[Image] = []
        for element in found:
            if element.name == "img":
                pictures.append(media_html.image(element.attributes))
            elif element.name not in _HARMLESS:
                self.note("W110", f"a <{element.name}> of unknown meaning: its text is kept", name)
        if "medium.com/u/" in html:
            content = self._mentions(content)
        return content, pictures

    def _address(self, given: str) -> str:
        """A link's address without what Medium adds to it, absolute."""
        href = given.strip()
        if href.startswith("//"):
            href = "https:" + href
        elif href.startswith("/"):
            href = self.host + href
        if (redirect := _REDIRECT.match(href)) is not None:
            href = unquote(redirect[1])
        if "source=" in href:
            href = _TRACKING.sub(lambda match: match[1] if match[2] else "", href)
        return href or given

    def _mentions(self, content: RichText) -> RichText:
        marks: list[Mark] = []
        for mark in content.marks:
            user = _USER.fullmatch(mark.href) if mark.kind == "link" else None
            if user is not None:
                mark = msgspec.structs.replace(mark, user_id=user[1])
                name = content.text[mark.start : mark.end].strip().removeprefix("@")
                self.people.setdefault(user[1], Person(user[1], name))
            marks.append(mark)
        return RichText(content.text, tuple(marks))

    # -- paragraphs -----------------------------------------------------------------------------------

    def _textual(self, node: LexborNode, tag: str) -> None:
        given = node.attributes
        name = _name(node)
        content, pictures = self._rich(_html(node), name)
        if not (content or pictures or name or dom_page.is_named(node)):
            return  # what a parser makes of a stray end tag
        classes = given.get("class") or ""
        if "pw-post-title" in classes or given.get("data-testid") == "storyTitle":
            self.title = self.title or collapse(content.text.replace("\n", " "))
            self._add(Heading(3, content, "title", name=name))
        elif "pw-subtitle-paragraph" in classes:
            self._add(Heading(4, content, "subtitle", name=name))
        elif "pw-kicker" in classes or given.get("aria-label") == "kicker paragraph":
            self._add(Heading(4, content, "kicker", name=name))
        elif tag != "p":
            self._add(Heading(3, content, name=name))
            self.headings.append((len(self.blocks) - 1, tag))
        elif _has_drop_cap(node):
            self._add(Paragraph(content, True, pictures.pop(0) if pictures else None, name=name))
        else:
            self._add(Paragraph(content, name=name))
        for image in pictures:
            self._add(image)

    def _set_levels(self) -> None:
        """Which sizes of headings the elements stand for. Until 2025 Medium's H3 was an h1 and its H4 an
        h2; since then the title alone is an h1, and they are h2 and h3."""
        tags = {tag for _, tag in self.headings}
        newer = "h1" not in tags and ("h3" in tags or self.hint)
        large = ("h1", "h2") if newer else ("h1",)
        for index, tag in self.headings:
            heading = self.blocks[index]
            if tag not in large and isinstance(heading, Heading):
                self.blocks[index] = Heading(4, heading.content, name=heading.name)

    def _list(self, node: LexborNode, tag: str, at_home: bool) -> None:
        for item in node.iter(include_text=True):
            if item.tag == "li" and (at_home or dom_page.is_named(item)):
                content, pictures = self._rich(_html(item), _name(item))
                self._add(ListItem(content, tag == "ol", name=_name(item)))
                for image in pictures:
                    self._add(image)
            elif item.tag != "li" and at_home and item.text().strip():
                self._foreign(item, "text in a list outside of its items was kept as a paragraph")

    def _quote(self, node: LexborNode) -> None:
        """A block quote has a frame's three classes. A pull quote has one, and until 2021 its paragraph
        stood in an element of its own that had the name."""
        pull = len((node.attributes.get("class") or "").split()) == 1
        parts = [part for part in node.iter(include_text=True) if part.is_element_node or part.text().strip()]
        paragraphs: list[LexborNode] = []
        for part in parts:
            inner = part.child if part.tag == "div" and dom_page.is_named(part) else part
            while inner is not None and not inner.is_element_node and not inner.text().strip():
                inner = inner.next
            if inner is not None and inner.tag == "p":
                paragraphs.append(inner)
        if not parts or len(paragraphs) != len(parts):
            paragraphs = [node]
        for paragraph in paragraphs:
            content, pictures = self._rich(_html(paragraph), _name(paragraph))
            self._add(Quote(content, pull, name=_name(paragraph)))
            for image in pictures:
                self._add(image)

    def _code(self, node: LexborNode) -> None:
        """A <pre> holds a run of code paragraphs, each a <span> with its name."""
        parts = [part for part in node.iter(include_text=True) if part.is_element_node or part.text().strip()]
        if not parts or not all(part.tag == "span" and dom_page.is_named(part) for part in parts):
            parts = [node]
        for part in parts:
            given = node.attributes
            inner = part
            only = part.child
            if only is not None and only.tag == "code" and only.next is None:
                inner = only
            classes = " ".join(one.attributes.get("class") or "" for one in (node, part, inner))
            lang = _LANG.search(classes)
            content, _ = self._rich(_html(inner), _name(part), pre=True)
            stated = given.get("data-code-block-lang") or (lang[1] if lang else "")
            mode = given.get("data-code-block-mode") or ""
            self._add(Code(content, stated, _MODES.get(mode, mode), name=_name(part)))

    # -- pictures, frames, cards ----------------------------------------------------------------------

    def _figure(self, node: LexborNode) -> None:
        name = _name(node)
        caption = EMPTY
        pictures: list[Image] = []
        if (below := node.css_first("figcaption")) is not None:
            caption, pictures = self._rich(_html(below), name)
            below.decompose()
        frame = node.css_first("iframe")
        script = node.css_first("script")
        if frame is not None or script is not None:
            self._frame(node, frame or script, caption)
            pictures = []
        elif "paragraph-image" in (node.attributes.get("class") or "") or node.css_first("img, source"):
            first, *others = self._pictures(node) or [Image()]
            if not first.id and not first.src:
                self.note("W111", "a picture without id and address", name)
            layout = self._row(node)
            self._add(msgspec.structs.replace(first, caption=caption, layout=layout, name=name))
            pictures = others + pictures
        elif caption or not node.text().strip():
            self._frame(node, None, caption)
        for image in pictures:
            self._add(image)
        for part in reversed(node.css("iframe, noscript, [role=button]")):
            part.decompose()
        if node.text().strip():
            self._foreign(node, "text in a figure, outside of its caption, was kept as a paragraph")

    def _frame(self, figure: LexborNode, frame: LexborNode | None, caption: RichText) -> None:
        given = {key: value or "" for key, value in frame.attributes.items()} if frame is not None else {}
        src = given.get("src") or given.get("data-src") or ""
        if src.startswith("/"):
            src = ("https:" if src.startswith("//") else self.host) + src
        is_script = frame is not None and frame.tag == "script"
        embed = media_html.embed(
            "" if is_script else src,
            href=src if is_script else "",
            given=given,
            name=_name(figure),
            caption=caption,
        )
        if not embed.href and not embed.media_id:
            self.note("W121", "an embed without an address", embed.name)
        self._add(embed)

    def _pictures(self, node: LexborNode) -> list[Image]:
        """Each picture once, from all the elements that load it: a small copy first, the large one when
        it is looked at, one for readers without scripts."""
        found: dict[str, dict[str, str]] = {}
        links = [link for link in node.css("a[href]") if link.css_first("img") is not None]
        href = self._address(links[0].attributes.get("href") or "") if links else ""
        for image in [node] if node.tag == "img" else node.css("img"):
            given = {key: value or "" for key, value in image.attributes.items()}
            address = _source(image, given)
            if not address:
                continue
            width, height = _size(image, given, address)
            known = found.setdefault(media_html.image_id(address) or address, {})
            alt = given.get("alt", "")
            more = {
                "src": address,
                # What pages of 2020 said of every picture that its author said nothing of.
                "alt": "" if alt == "Image for post" else alt,
                "title": given.get("title", ""),
                "data-width": width,
                "data-height": height,
            }
            known.update({key: value for key, value in more.items() if value and not known.get(key)})
        if not found and (source := node.css_first("source")) is not None:
            address = _first_of_set(source.attributes.get("srcset") or "")
            if address:
                found[address] = {"src": address}
        return [media_html.image(given, href=href) for given in found.values()]

    def _row(self, figure: LexborNode) -> str:
        """The layout of a picture in a row: an element in a column that holds figures and nothing else."""
        parent = figure.parent
        if parent is None or parent.mem_id in self.columns:
            return ""
        known = self.rows.get(parent.mem_id)
        if known is not None:
            return "OUTSET_ROW_CONTINUE" if known else ""
        around = parent.parent
        classes = (parent.attributes.get("class") or "", (around and around.attributes.get("class")) or "")
        inside = [part.tag for part in parent.iter(include_text=False)]
        is_row = (
            len(inside) > 1
            and set(inside) == {"figure"}
            and parent.tag == "div"
            and classes[0] not in self.column_classes
            and classes[1] not in self.around_classes
        )
        self.rows[parent.mem_id] = is_row
        return "OUTSET_ROW" if is_row else ""

    def _card(self, node: LexborNode) -> bool:
        """A link card, with its text as Medium stores it (see ``media_html.card``)."""
        heading = node.css_first("h2")
        below = [part for part in node.css("h3, p") if collapse(part.text())]
        up = node.parent
        for _ in range(3):
            if up is None or up.mem_id in self.columns:
                break
            up = up.parent
        if heading is None or not below or up is None or (self.columns and up.mem_id not in self.columns):
            return False
        title = collapse(heading.text())
        description = "".join(collapse(part.text()) for part in below if part.tag == "h3")
        host = "".join(collapse(part.text()) for part in below if part.tag == "p")
        href = self._address(node.attributes.get("href") or "")
        text = f"{title}\n{description}{host}"
        marks = [Mark("strong", 0, len(title))]
        marks.append(Mark("em", len(title) + 1, len(title) + 1 + len(description)))
        if href:
            marks.append(Mark("link", 0, len(text), href))
        thumbnail = ""
        for part in node.css("[style*=background-image], img"):
            style = _BACKGROUND.search(part.attributes.get("style") or "")
            address = style[1] if style else part.attributes.get("src") or ""
            thumbnail = thumbnail or media_html.image_id(address) or address
        content = richtext.clean(text, marks)
        self._add(media_html.card(content, href=href, thumbnail=thumbnail, name=_name(node)))
        return True


def _name(node: LexborNode) -> str:
    """A paragraph's name: its own, or that of the element made for it alone."""
    own = node.attributes.get("id") or ""
    if own or node.parent is None or node.parent.tag != "div":
        return own if _PLAUSIBLE.fullmatch(own) else ""
    own = node.parent.attributes.get("id") or ""
    return own if dom_page.NAME.fullmatch(own) else ""


def _html(node: LexborNode) -> str:
    html = node.inner_html or ""
    return html_tree.inner_html(node) if _RARE.search(html) else html


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\xa0", "&nbsp;")


def _has_drop_cap(node: LexborNode) -> bool:
    """A first letter in an element of its own, as Medium sets it large."""
    first = node.child
    while first is not None and first.is_text_node and not first.text().strip():
        first = first.next
    return (
        first is not None
        and first.tag == "span"
        and first.next is not None
        and not first.attributes.get("id")
        and 0 < len(first.text().strip()) < 3
    )


def _source(image: LexborNode, given: dict[str, str]) -> str:
    """The address of a picture, whichever attribute or neighbour has it."""
    for address in (given.get("src", ""), given.get("data-src", ""), _first_of_set(given.get("srcset", ""))):
        if address and not address.startswith("data:"):
            return address
    if image.parent is not None and image.parent.tag == "picture":
        source = image.parent.css_first("source")
        return _first_of_set(source.attributes.get("srcset") or "") if source is not None else ""
    return ""


def _first_of_set(srcset: str) -> str:
    found = _FIRST.match(srcset)
    return found[1] if found else ""


def _size(image: LexborNode, given: dict[str, str], address: str) -> tuple[str, str]:
    """Width and height where they are the original's: beside a placeholder (until 2021), and where the
    largest copy, which is never enlarged, is as wide as it is shown."""
    width, height = given.get("width", ""), given.get("height", "")
    copy = _COPY.search(address)
    lazy = address.endswith("?q=20") or (image.parent is not None and image.parent.tag == "noscript")
    return (width, height) if lazy or (copy and copy[1] == width) else ("", "")
