"""RSS 2.0 and Atom feeds of Medium: each item is a post, its body HTML without the editor's classes.

Medium adds to each body a picture of one pixel that counts readers, and a sentence on where the post
was published first; neither is the author's. A frame carries only the address of Medium's media
resource. Items that are cut (member-only posts) have a description in place of a body. The feed in an
account export of 2017 has drafts too: they were never updated, says ``atom:updated`` (1970).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

from selectolax.lexbor import LexborNode

from fonds.errors import UnreadableError
from fonds.model import (
    EMPTY,
    Block,
    Embed,
    Heading,
    Note,
    Other,
    Paragraph,
    Person,
    Post,
    Publication,
    RichText,
    Source,
    Tag,
)
from fonds.sources import html_tree, media_html, responses, sniff
from fonds.sources.body import arrange, says
from fonds.sources.feed_xml import Channel, Fields, Parser, attribute, text
from fonds.sources.inline_html import rich, words
from fonds.sources.plain_html import Around, Reader
from fonds.sources.times import milliseconds, milliseconds_of_mail

# Control characters that XML 1.0 does not allow at all, and some feeds have.
_CONTROL = bytes(set(range(32)) - {9, 10, 13})

_POST_ID = re.compile(r"(?:/p/|[-/])([0-9a-f]{8,13})$")
# ?source=rss-<user>------2 on a person's links, ?source=rss----<publication>---4 on a publication's.
_SOURCE = re.compile(r"[?&]source=rss-(?:([0-9a-f]+)-{6}|-{3}([0-9a-f]+)-{3})")
_USER = re.compile(r"https?://(?:medium\.com/@([^/?#]+)|([\w-]+)\.medium\.com(?:[/?#]|$))")
_SITE = re.compile(r"https?://([^/?#]+)(?:/([^/?#@]+))?/?(?:[?#].*)?$")
_CHANNEL_TITLE = re.compile(r"(?:Stories by (.+) on Medium|(.+) on Medium|(.+) - Medium)", re.S)
_MEDIA_LINK = re.compile(r"medium\.com/media/([0-9a-f]+)")
_STATUS = re.compile(r"https?://(?:www\.|mobile\.)?(?:twitter|x)\.com/[^/]+/status")
_PIXEL = "img[src*='medium.com/_/stat']"


def read(data: bytes, origin: str = "") -> Iterator[Post | Other]:
    """The posts of a feed in its order; ``Other("listing")`` for a feed without an item.

    Raises UnreadableError, after the items before it, at the line and column where the XML is broken,
    and for a feed that declares entities of its own.
    """
    notes: tuple[Note, ...] = ()
    data = sniff.normalise(data).data
    sound = data.translate(None, _CONTROL)
    if len(sound) != len(data):
        message = f"{len(data) - len(sound)} control characters that XML does not allow were left out"
        notes = (Note("W109", message),)
    parser = Parser(origin)
    empty = True
    for item in parser.items(sound):
        empty = False
        yield _post(item, parser.channel, notes, origin)
    if empty:
        yield Other("listing", origin, "a feed without items")


def _post(item: Fields, channel: Channel, notes: tuple[Note, ...], origin: str) -> Post:
    link = (text(item, "link") or attribute(item, "atom:link", "href")).strip()
    guid = (text(item, "guid") or text(item, "atom:id")).strip()
    address = link.partition("?")[0].partition("#")[0]
    found = _POST_ID.search(guid) or _POST_ID.search(address)
    post_id = found[1] if found else ""
    own = bool(post_id) and address.endswith(post_id)
    slug = unquote(address.rpartition("/")[2]).removesuffix(post_id).removesuffix("-") if own else ""
    title = words(text(item, "title") or text(item, "atom:title"))
    times = _times(item)
    if times.draft and title == "No title" and not slug:
        title = ""
    body = _body(item, post_id, origin)
    blocks, subtitle = _arrange(body.blocks, title)
    guess = None if times.draft or body.cut else responses.guess(title, blocks, address)
    image, description = body.image, body.description
    return Post(
        id=post_id,
        title=title,
        subtitle=subtitle,
        description=description,
        slug=slug,
        medium_url=address if own else "",
        canonical_url="" if own else address,
        author=_author(item, channel, address),
        publication=_publication(channel),
        first_published_at=times.first,
        updated_at=times.updated,
        tags=_tags(item),
        draft=times.draft,
        preview_only=body.cut,
        response=guess,
        people=tuple(body.people.values()),
        image=image,
        blocks=blocks,
        source=Source("feed", origin),
        notes=(*notes, *body.notes),
    )


def _arrange(blocks: list[Block], title: str) -> tuple[tuple[Block, ...], str]:
    """Rows and roles as in the other forms, although feeds leave the title out of the body.

    The small headings around it stay: of two in a row at the beginning, the first is the kicker.
    """
    texts = [n for n, block in enumerate(blocks[:8]) if isinstance(block, (Heading, Paragraph))][:2]
    first = blocks[texts[0]] if texts else None
    if isinstance(first, (Heading, Paragraph)) and title and says(first.content.text, title):
        return arrange(blocks, title)
    small = [isinstance(block := blocks[n], Heading) and block.level == 4 for n in texts]
    place = texts[0] + 1 if small == [True, True] and texts[1] == texts[0] + 1 else 0
    heading = Heading(3, RichText(title), "title")
    arranged, subtitle = arrange([*blocks[:place], heading, *blocks[place:]], title)
    return arranged[:place] + arranged[place + 1 :], subtitle


# -- what stands around the body ----------------------------------------------------------------------


class _Times:
    def __init__(self, first: int, updated: int, draft: bool) -> None:
        self.first = first
        self.updated = updated
        self.draft = draft


def _times(item: Fields) -> _Times:
    """RSS rounds the first publication to seconds; ``atom:updated`` has it in full until an update."""
    stated = text(item, "atom:updated")
    first = milliseconds_of_mail(text(item, "pubDate")) or milliseconds(text(item, "atom:published"))
    updated = milliseconds(stated)
    if stated and updated == 0:
        return _Times(0, first, True)
    if first and abs(updated - first) < 1000:
        first = updated
    return _Times(first, updated, False)


def _tags(item: Fields) -> tuple[Tag, ...]:
    names = [found.text for found in item.get("category", ())]
    names += [found.attributes.get("term", "") for found in item.get("atom:category", ())]
    return tuple(Tag(slug) for slug in dict.fromkeys(map(words, names)) if slug)


def _author(item: Fields, channel: Channel, address: str) -> Person:
    name = words(text(item, "dc:creator") or text(item, "atom:author/name") or text(item, "author"))
    user = _USER.match(address) or _USER.match(text(item, "atom:author/uri"))
    username = (user[1] or user[2]) if user else ""
    owner = _SOURCE.search(channel.link)
    if owner is None or not owner[1] or name != _channel_name(channel):
        return Person(name=name, username=username)
    home = _USER.match(channel.link)
    return Person(owner[1], name, (home[1] or home[2]) if home else username)


def _publication(channel: Channel) -> Publication | None:
    """The publication whose feed it is; None for a person's feed."""
    if not channel.link or _USER.match(channel.link):
        return None
    site = _SITE.match(channel.link)
    if site is None:
        return None
    source = _SOURCE.search(channel.link)
    own_domain = site[1] not in ("medium.com", "www.medium.com")
    return Publication(
        id=source[2] or "" if source else "",
        name=_channel_name(channel),
        slug="" if own_domain else site[2] or "",
        domain=site[1] if own_domain else "",
    )


def _channel_name(channel: Channel) -> str:
    title = words(channel.title)
    found = _CHANNEL_TITLE.fullmatch(title)
    return next(filter(None, found.groups()), "") if found else title


# -- the body ------------------------------------------------------------------------------------------


class _Body(Reader):
    """``cut``: only a preview is there; ``image`` and ``description`` are the preview's."""

    def __init__(self) -> None:
        super().__init__()
        self.cut = False
        self.image = ""
        self.description = ""

    def enter(self, node: LexborNode, around: Around) -> Around | None:
        if node.tag == "blockquote" and "twitter-tweet" in (node.attributes.get("class") or ""):
            self.flush()
            self.add(_tweet(node))
            return None
        return super().enter(node, around)

    def flush(self) -> None:
        """Links that stand alone between blocks are link cards: of those, feeds have only the title."""
        pieces = [piece for piece in self.loose if not piece.isspace()]
        if self.loose_in.list or self.loose_in.quote or not all(piece.startswith("<a ") for piece in pieces):
            super().flush()
            return
        self.loose.clear()
        for piece in pieces:
            if "<img" in piece:
                self.add(*media_html.blocks(media_html.figure("figure", piece), EMPTY, ""))
            else:
                self.add(media_html.card(rich(piece)))


def _body(item: Fields, post_id: str, origin: str) -> _Body:
    body = _Body()
    html = text(item, "content:encoded") or text(item, "atom:content")
    if not html.strip():
        html = text(item, "description") or text(item, "atom:summary")
        body.cut = True
        body.notes.append(Note("W108", "the feed has only a preview of this post"))
    try:
        tree = html_tree.parse(html, origin)
    except UnreadableError as error:
        body.notes.append(Note("W107", f"the body cannot be read: {error.reason}", error.where))
        return body
    root = tree.body
    if root is None:
        return body
    if body.cut:
        _read_preview(body, root)
    else:
        _drop_additions(root, post_id)
    _name_media(root)
    html_tree.clean(root)
    body.read(root)
    if body.cut:
        texts = (block.content.text for block in body.blocks if isinstance(block, Paragraph))
        body.description = " ".join(" ".join(texts).split())
    return body


def _read_preview(body: _Body, root: LexborNode) -> None:
    """A preview is a picture, a snippet and "Continue reading"; only the snippet is text of the post."""
    picture = root.css_first(".medium-feed-image img")
    if picture is not None:
        src = picture.attributes.get("src") or ""
        body.image = media_html.image_id(src) or src
    for addition in root.css(".medium-feed-image, .medium-feed-link"):
        addition.decompose()


def _drop_additions(root: LexborNode, post_id: str) -> None:
    """Takes out the counting pixel and, behind it, the rule and sentence about the first publication."""
    pixels = root.css(_PIXEL)
    if pixels:
        rule = _next_element(pixels[-1])
        sentence = _next_element(rule) if rule is not None and rule.tag == "hr" else None
        if (
            rule is not None
            and sentence is not None
            and sentence.tag == "p"
            and _next_element(sentence) is None
        ):
            link = sentence.css_first("a")
            href = (link.attributes.get("href") or "") if link is not None else ""
            if post_id and href.partition("?")[0].endswith(post_id):
                sentence.decompose()
                rule.decompose()
    for pixel in pixels:
        pixel.decompose()


def _next_element(node: LexborNode) -> LexborNode | None:
    following = node.next
    while following is not None and following.is_text_node and (following.text() or "").isspace():
        following = following.next
    return following


def _name_media(root: LexborNode) -> None:
    """Writes the id of Medium's media resource, which stands in a frame's fallback, on the frame."""
    for frame in root.css("iframe"):
        found = _MEDIA_LINK.search(frame.text() or "")
        if found:
            frame.attrs["data-media-id"] = found[1]


def _tweet(node: LexborNode) -> Embed:
    """A tweet as its own markup: paragraphs, then the author and a link to it."""
    href = ""
    for link in node.css("a"):
        address = link.attributes.get("href") or ""
        if _STATUS.match(address):
            href = address
    content = rich(html_tree.inner_html(node))
    return media_html.embed("", href=href, content=RichText(content.text.strip()))
