"""Rendered pages of 2020-2026 whose scripts were stripped: structure is all there is.

Class names are random but for a few (``pw-post-title``), and so is the depth of the boxes. What the
author wrote has Medium's paragraph name as its ``id``; the interface around and between (byline,
buttons, "Follow") has none, whatever its language. Pictures and frames stand in figures, link cards in
links that hold headings. Lists, quotes and code are what they look like; a ``<pre>`` holds a run of code
paragraphs, each in a ``<span>``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal
from urllib.parse import urljoin

import msgspec
from selectolax.lexbor import LexborHTMLParser, LexborNode

from fonds import richtext
from fonds.errors import UnreadableError
from fonds.model import (
    Block,
    Code,
    Embed,
    Heading,
    Image,
    LinkCard,
    Mark,
    Note,
    Other,
    Person,
    Post,
    Section,
    Source,
)
from fonds.sources import html_tree, media_html, page_meta
from fonds.sources.body import arrange
from fonds.sources.inline_html import rich, words
from fonds.sources.page_meta import Meta
from fonds.sources.plain_html import Around, Reader
from fonds.sources.times import milliseconds

_TEXTS = "p[id], h1[id], h2[id], h3[id], h4[id], li[id], pre span[id], div[id] > p, div[id] > h1"
_INTERFACE = frozenset(["button", "nav", "aside", "form", "input", "footer", "dialog", "label", "select"])
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_PAYWALL = (
    "[data-testid*=paywall], [id*=paywall], a[href*=post_paywall], a[href*=post_regwall], [class*=pw-paywall]"
)
# ?source=post_page-----<id>---------------------- and its like, which Medium adds to its own links.
_TRACKING = re.compile(
    r"([?&])source=[\w%.]*-{2,}[\w%.-]*(&|(?=#)|$)|([?&])source=post_page[\w%.-]*(&|(?=#)|$)"
)
# Alternative texts that Medium made up, in English on every page of 2020-2021, where there was none.
_NO_ALT = ("Image for post", "Post image", "Article image")
_HOME = re.compile(r"(?:https?://medium\.com)?/@([^/?#]+)")
_DAY = 86_400_000
_DATE = re.compile(r"([A-Z][a-z]{2}) (\d{1,2}), (\d{4})", re.A)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

Role = Literal["", "title", "subtitle", "kicker"]
_ROLES: tuple[tuple[str, Role], ...] = (
    ("pw-post-title", "title"), ("pw-subtitle-paragraph", "subtitle"), ("pw-kicker", "kicker"),
)  # fmt: skip


def read(data: bytes, origin: str = "") -> Iterator[Post | Other]:
    """The post of a rendered page, or ``Other("listing")`` for a page of several posts' previews.

    A page that ends at the paywall is marked ``preview_only`` (W108). Raises UnreadableError for a page
    without an article.
    """
    text, notes = html_tree.decode(data)
    tree = html_tree.parse(text, origin)
    articles = tree.css("article")
    if not articles:
        raise UnreadableError("has no article", origin=origin, remedy="Save the page of a single post")
    article = next((one for one in articles if one.css_first(_TEXTS) is not None), None)
    if article is None and len(articles) > 1:
        yield Other("listing", origin, count=len(articles))
        return
    yield _post(tree, article or articles[0], notes, origin)


def _post(tree: LexborHTMLParser, article: LexborNode, notes: tuple[Note, ...], origin: str) -> Post:
    meta = _completed(page_meta.read(tree), tree, article)
    cut = tree.css_first(_PAYWALL) is not None
    html_tree.clean(article)
    body = _Body(article, meta.url or meta.canonical or "https://medium.com/")
    body.read(article)
    blocks, subtitle = arrange(body.blocks, meta.title)
    if cut:
        notes += (Note("W108", "the page ends at the paywall: only a preview of this post is in it"),)
    return page_meta.post(
        meta,
        subtitle=subtitle,
        preview_only=cut,
        member_only=cut,
        people=tuple(body.people.values()),
        blocks=blocks,
        source=Source("dom", origin),
        notes=(*notes, *body.notes),
    )


def _completed(meta: Meta, tree: LexborHTMLParser, article: LexborNode) -> Meta:
    """``meta`` with what the page itself shows.

    ``article:published_time`` is the time of the latest publication since about 2018; the page shows the
    day of the first. Where both are the same day, the time is kept.
    """
    author = meta.author
    if not author.name and (shown := tree.css_first("[data-testid=authorName]")) is not None:
        home = _HOME.match(shown.attributes.get("href") or "")
        author = Person(name=words(shown.text()), username=home[1] if home else "")
    stated = first = meta.published_at
    day = _shown_day(article, meta.id)
    if day and not 0 <= stated - day + _DAY < 3 * _DAY:  # the day is that of some time zone
        first = day
    return meta._replace(author=author, published_at=first, latest_at=stated)


def _shown_day(article: LexborNode, post_id: str) -> int:
    """The day in the byline, UTC midnight in milliseconds, 0 where it shows none that can be read."""
    places = ["[data-testid=storyPublishDate]", "header span"]
    if post_id:
        places.append(f'a[href*="{post_id}"]')
    for node in article.css(", ".join(places)):
        found = _DATE.fullmatch(words(node.text()))
        if found is not None and found[1] in _MONTHS:
            return milliseconds(f"{found[3]}-{_MONTHS.index(found[1]) + 1:02}-{int(found[2]):02}")
    return 0


class _Body(Reader):
    """The body of a page. ``base`` is the page's address, for relative links."""

    def __init__(self, article: LexborNode, base: str) -> None:
        super().__init__()
        self.base = base
        self.broken = False
        # A page whose paragraphs lost their names: everything that looks like text has to do.
        self.named = article.css_first(_TEXTS) is not None
        self.levels = _levels(article)

    def add(self, *blocks: Block) -> None:
        """Writes down blocks, a section's beginning before them where there was a break."""
        if self.broken and self.blocks:
            self.blocks.append(Section())
        self.broken = False
        self.blocks += blocks

    def enter(self, node: LexborNode, around: Around) -> Around | None:
        tag = node.tag or ""
        if tag in _INTERFACE or node.is_text_node:
            return None
        given = html_tree.attributes(node)
        if tag in ("section", "hr") or given.get("role") == "separator":
            self.broken = True
            return around if tag == "section" else None
        if tag == "a":
            return self._link(node, given, around)
        inner = super().enter(node, around)
        if inner is not None and tag == "div" and given.get("id"):
            # In a quote, only a pull quote has a box of its own.
            return inner._replace(name=given["id"], pull=around.quote)
        return inner

    def _link(self, node: LexborNode, given: dict[str, str], around: Around) -> Around | None:
        """A link around blocks: a link card when there is a heading of a card in it, or else interface."""
        if node.css_first("figure") is not None:
            return around
        title = node.css_first("h2")
        if title is not None and not around.list:
            self.add(_card(node, title, self.address(given.get("href", ""))))
        return None

    def gather(self, node: LexborNode, around: Around) -> None:
        """Inline content between blocks is interface where paragraphs have names."""
        if not self.named:
            super().gather(node, around)

    def text(self, node: LexborNode, around: Around) -> None:
        if self.name(node) or around.name or not self.named:
            super().text(node, around)

    def heading(self, tag: str, node: LexborNode, around: Around) -> None:
        name = self.name(node) or around.name
        if not name and self.named:
            return
        classes = node.attributes.get("class") or ""
        role: Role = next((role for mark, role in _ROLES if mark in classes), "")
        self.add(Heading(self.levels[tag], self.rich(node, name), role, name=name))

    def code(self, node: LexborNode, around: Around) -> None:
        spans = [child for child in node.iter() if child.tag == "span" and child.attributes.get("id")]
        if not spans:
            super().code(node, around)
        for span in spans:
            name = self.name(span)
            self.add(Code(self.rich(span, name, pre=True), name=name))

    def figure(self, node: LexborNode, around: Around) -> None:
        before = len(self.blocks)
        super().figure(node, around)
        for index in range(before, len(self.blocks)):
            block = self.blocks[index]
            if isinstance(block, Image):
                self.blocks[index] = self._image(block)

    def _image(self, image: Image) -> Block:
        """A picture without Medium's stand-ins. A figure without one was a frame that loaded later."""
        if not image.id and not image.src:
            self.notes[-1] = Note("W121", "an embed without an address", self.notes[-1].where)
            return Embed(caption=image.caption, name=image.name)
        alt = "" if image.alt in _NO_ALT else image.alt
        return msgspec.structs.replace(image, alt=alt, href=self.address(image.href) if image.href else "")

    def name(self, node: LexborNode) -> str:
        """The ``id`` of the element, which is Medium's name of the paragraph."""
        return node.attributes.get("id") or ""

    def address(self, href: str) -> str:
        """An address without what Medium added to it; relative ones are made whole."""
        if "source=" in href:
            href = _TRACKING.sub(_joint, href)
        if href.startswith("/") and not href.startswith("//"):
            try:
                return urljoin(self.base, href)
            except ValueError:
                return href
        return href


def _joint(match: re.Match[str]) -> str:
    before, after = match[1] or match[3], match[2] or match[4]
    return before if after == "&" else ""


def _levels(article: LexborNode) -> dict[str, int]:
    """Medium's heading levels by element. The large one (H3) has been h1, the small one (H4) h2; since
    about 2024 the title alone is h1, and the two are h2 and h3."""
    later = article.css_first("h3[id]") is not None or (
        len(article.css("h1")) <= 1 and article.css_first("[data-testid=storyTitle]") is not None
    )
    if later:
        return dict(zip(_HEADINGS, (3, 3, 4, 4, 4, 4), strict=True))
    return dict(zip(_HEADINGS, (3, 4, 4, 4, 4, 4), strict=True))


def _card(node: LexborNode, title: LexborNode, href: str) -> LinkCard:
    """A link card: its title in a heading, its description in a smaller one, its host in a paragraph,
    and its picture in the background of a box."""
    description, host = node.css_first("h3"), node.css_first("p")
    lines = [rich(html_tree.inner_html(part)) for part in (title, description, host) if part is not None]
    picture = re.search(r"url\(&quot;?([^)\s]+?)(?:&quot;)?\)|url\(([^)\s]+)\)", node.html or "")
    address = (picture[1] or picture[2]).strip("'\"") if picture else ""
    texts = [words(line.text) for line in lines]
    said = texts[1] if description is not None else ""
    where = texts[-1] if host is not None else ""
    text = "\n".join(filter(None, (texts[0], said + where)))
    marks = [Mark("link", 0, len(text), href)] if href else []
    marks.append(Mark("strong", 0, len(texts[0])))
    if said:
        start = len(texts[0]) + 1
        marks.append(Mark("em", start, start + len(said)))
    return LinkCard(
        href=href,
        title=texts[0],
        description=said,
        host=where,
        thumbnail=media_html.image_id(address) or address,
        content=richtext.clean(text, marks),
    )
