"""What a rendered page says around its text, and what of it is Medium's own and not the author's."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote

from selectolax.lexbor import LexborHTMLParser, LexborNode

from fonds.model import Person, Publication, Tag
from fonds.sources import page_meta
from fonds.sources.inline_html import words

_STABLE = re.compile(r"(?:^|\s)pw-(?:post-title|post-body-paragraph|subtitle-paragraph|kicker)(?=\s|$)")
# What no author writes. The marker speechify-ignore (2023-) says so in Medium's own words, to screen readers.
_UI = (
    "script, style, template, svg, button, form, input, textarea, select, nav, footer, aside, dialog, article,"
    " .speechify-ignore, .pw-post-byline-header, [role=tooltip], [role=dialog], [id^=paywall-],"
    " [data-testid^=header], [data-testid^=footer], [data-testid^=author], [data-testid^=publication],"
    " [data-testid^=responses], [data-testid^=paywall], [data-testid=post-paywall], [data-testid=post-preview], [data-testid=storyReadTime],"
    " [data-testid=storyPublishDate], [data-testid=audioPlayButton]"
)
_POST_OF_LINK = re.compile(r"[?&]source=post_page-+([0-9a-f]{8,13})-")
_PROFILE = re.compile(r"(?:https?://medium\.com)?/@([^/?#]+)|https?://([\w-]+)\.medium\.com(?:/?(?:\?|$))")
_TAG = re.compile(r"(?:https?://medium\.com)?/tag/([^/?#]+)")
_TAG_LINKS = 'a[href*="/tag/"]'
_NUMBER = re.compile(r"\s*+(\d{1,9})\s*+", re.A)
NAME = re.compile(r"[0-9a-f]{4}")
NAMED = "[id], [class*=pw-], [data-testid=storyTitle]"


def root(tree: LexborHTMLParser) -> LexborNode | None:
    """The article with the most named paragraphs (others are previews and responses); without any, a
    part of a page that somebody cut out; an article of other tools, when it is the only one."""
    articles = tree.css("article")
    if len(articles) == 1 and any(map(is_named, articles[0].css(NAMED))):
        return articles[0]
    counts: dict[int, int] = {}
    inside: dict[int, LexborNode] = {}
    rest = 0
    stack: list[tuple[LexborNode | None, LexborNode | None]] = [(tree.root, None)]
    while stack:
        node, article = stack.pop()
        if node is None:
            continue
        stack.append((node.next, article))
        if not node.is_element_node:
            continue
        if node.tag == "article":
            article = node
        if not is_named(node):
            pass
        elif article is None:
            rest += 1
        else:
            inside[article.mem_id] = article
            counts[article.mem_id] = counts.get(article.mem_id, 0) + 1
        stack.append((node.child, article))
    if counts:
        return inside[max(counts, key=lambda key: counts[key])]
    if rest:
        return tree.body
    return articles[0] if len(articles) == 1 else None


def is_named(node: LexborNode) -> bool:
    given = node.attributes
    return (
        NAME.fullmatch(given.get("id") or "") is not None
        or _STABLE.search(given.get("class") or "") is not None
        or given.get("data-testid") == "storyTitle"
    )


def facts(tree: LexborHTMLParser, root: LexborNode, meta: page_meta.Meta) -> dict[str, Any]:
    """What the page says around its text and its head did not."""
    result: dict[str, Any] = {"author": _author(tree, meta.author)}
    if not meta.id:
        links = (_POST_OF_LINK.search(link.attributes.get("href") or "") for link in root.css("a[href]"))
        result["id"] = next((found[1] for found in links if found), "")
    publication = tree.css_first("[data-testid=publicationName]")
    if not meta.site and publication is not None and (name := words(publication.text())):
        result["publication"] = Publication(name=name)
    reading_time = _number(tree, "[data-testid=storyReadTime], .pw-reading-time")
    if meta.reading_time is None and reading_time is not None:
        result["reading_time"] = float(reading_time)
    result["claps"] = _number(tree, ".pw-multi-vote-count", whole=True)
    result["responses"] = _number(tree, ".pw-responses-count", whole=True)
    # Schema.org's mark-up for paywalled content, which search engines ask for.
    if "meteredContent" in (root.attributes.get("class") or "").split():
        result["member_only"] = True
        result["visibility"] = "locked"
    written = {link.mem_id for link in root.css(_TAG_LINKS)}
    tags: dict[str, Tag] = {}
    for link in tree.css(_TAG_LINKS):
        tag = _TAG.match(link.attributes.get("href") or "")
        if tag is not None and link.mem_id not in written:
            slug, name = unquote(tag[1]), words(link.text())
            tags.setdefault(slug, Tag(slug, "" if name == slug else name))
    result["tags"] = tuple(tags.values())
    return result


def _author(tree: LexborHTMLParser, stated: Person) -> Person:
    """The head's author, completed from the byline."""
    node = tree.css_first("[data-testid=authorName], .pw-author-name, .pw-author a[href]")
    if node is None or (stated.name and stated.username):
        return stated
    link = node if node.tag == "a" else node.parent
    href = (link.attributes.get("href") or "") if link is not None else ""
    profile = _PROFILE.match(href)
    username = (profile[1] or profile[2]) if profile else ""
    return Person(stated.id, stated.name or words(node.text()), stated.username or username)


def _number(tree: LexborHTMLParser, selector: str, *, whole: bool = False) -> int | None:
    """The number that an element's text begins with, or with ``whole`` is (``1.2K`` is none)."""
    node = tree.css_first(selector)
    if node is None:
        return None
    text = node.text()
    found = _NUMBER.fullmatch(text) if whole else _NUMBER.match(text)
    return int(found[1]) if found else None


def clear(root: LexborNode) -> None:
    """Takes Medium's own elements out of the tree, what is inside of others first."""
    found = {node.mem_id: node for node in root.css(_UI)}
    found.pop(root.mem_id, None)
    for node in reversed(found.values()):
        if node.tag == "script" and "gist.github.com" in (node.attributes.get("src") or ""):
            continue  # an embedded gist
        if node.tag == "button" and node.css_first("picture") is not None:
            continue  # a picture that can be enlarged
        node.decompose()
