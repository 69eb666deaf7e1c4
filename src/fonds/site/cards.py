"""What lists, search and neighbours need of a post, so that the post itself need not be held. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import msgspec

from fonds.archive import naming, parse
from fonds.model import (
    Block,
    Code,
    Embed,
    Heading,
    Image,
    ImageRow,
    LinkCard,
    Paragraph,
    Post,
    Quote,
    Section,
    Tag,
    lead_blocks,
)
from fonds.site import languages
from fonds.site.body import anchors
from fonds.site.source import Kept, Local
from fonds.sources import addresses

_EXCERPT = 220


class Picture(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A kept picture where it stands in a post. ``anchor`` is the paragraph's name, ``words`` its caption
    (else its description)."""

    ref: str
    local: Local
    anchor: str
    words: str
    alt: str


class Card(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A post in lists. ``kind`` is posts, responses or drafts; ``day`` is YYYY-MM-DD or ""; ``mark`` stands
    for everything the page is made from, ``face`` for what lists show of it."""

    ident: str
    kind: str
    stem: str
    title: str
    subtitle: str
    excerpt: str
    at: int
    day: str
    updated: int
    lang: str
    author: str
    username: str
    publication: str
    tags: tuple[tuple[str, str], ...]
    address: str
    lead: int
    """Which of ``pictures`` stands for the post, or -1."""
    pictures: tuple[Picture, ...]
    stills: tuple[Local, ...]
    """Kept preview pictures of embeds and link cards."""
    absent: int
    """Pictures in the post that are not kept."""
    words: int
    refs: tuple[str, ...]
    old: tuple[str, ...]
    """Paths at Medium under which the post could be reached."""
    unlisted: bool
    preview: bool
    editions: int
    gone: bool
    sha256: str
    mark: str
    face: str

    @property
    def page(self) -> str:
        """The post's page, from the site's root."""
        return f"{self.kind}/{self.stem}.html"


def card(kept: Kept, stem: str) -> Card:
    """The card of a post whose page will be called ``stem``."""
    post = kept.post
    lang = post.language or languages.guess(_said(post))
    pictures = tuple(_pictures(kept))
    at = post.first_published_at or post.created_at
    title = " ".join(post.title.split()) or _first_words(post) or f"Post {kept.ident}"
    excerpt = _cut(" ".join((post.subtitle or post.description or _first_words(post)).split()), _EXCERPT)
    tags = _tags(post.tags)
    mark = hashlib.blake2b(msgspec.msgpack.encode(kept), digest_size=16).hexdigest()
    found = Card(
        ident=kept.ident,
        kind=naming.folder(post),
        stem=stem,
        title=title,
        subtitle=" ".join(post.subtitle.split()),
        excerpt="" if excerpt == title else excerpt,
        at=at,
        day=naming.date(at),
        updated=post.latest_published_at or post.updated_at or at,
        lang=lang,
        author=post.author.name or (f"@{post.author.username}" if post.author.username else ""),
        username=post.author.username,
        publication=post.publication.name if post.publication is not None else "",
        tags=tags,
        address=post.medium_url or post.canonical_url,
        lead=_lead(pictures, post.image),
        pictures=pictures,
        stills=_stills(kept, pictures),
        absent=sum(1 for image in images(post) if (image.id or image.src) not in kept.pictures),
        words=_words(post),
        refs=_refs(post, kept.ident),
        old=tuple(_old(post, kept.ident, kept.moved)),
        unlisted=post.visibility == "unlisted",
        preview=post.preview_only,
        editions=len(kept.editions),
        gone=bool(kept.gone_at),
        sha256=kept.sha256,
        mark=mark,
        face="",
    )
    face = (found.title, found.subtitle, found.excerpt, found.day, lang, found.author, tags, found.page)
    extra = (found.lead >= 0 and pictures[found.lead].local, found.unlisted, found.preview, found.gone)
    return msgspec.structs.replace(
        found,
        face=hashlib.blake2b(repr((face, extra)).encode("utf-8", "replace"), digest_size=12).hexdigest(),
    )


def images(post: Post) -> Iterator[Image]:
    """Every picture of the body, in order."""
    for block in post.blocks:
        if isinstance(block, Image):
            yield block
        elif isinstance(block, ImageRow):
            yield from block.images
        elif isinstance(block, Section) and block.cover is not None:
            yield block.cover
        elif isinstance(block, Paragraph) and block.drop_cap_image is not None:
            yield block.drop_cap_image


def _pictures(kept: Kept) -> Iterator[Picture]:
    names = anchors(kept.post)
    seen: set[str] = set()
    for image in images(kept.post):
        ref = image.id or image.src
        local = kept.pictures.get(ref)
        if local is None or local.path in seen:
            continue
        seen.add(local.path)
        words = " ".join(image.caption.text.split())
        yield Picture(
            ref, local, image.name if image.name in names else "", words, " ".join(image.alt.split())
        )


def _stills(kept: Kept, pictures: tuple[Picture, ...]) -> tuple[Local, ...]:
    shown = {picture.local.path for picture in pictures}
    return tuple(local for local in kept.pictures.values() if local.path not in shown)


def _lead(pictures: tuple[Picture, ...], wanted: str) -> int:
    for index, picture in enumerate(pictures):
        if wanted and picture.ref == wanted:
            return index
    return next((index for index, picture in enumerate(pictures) if picture.local.extension != "svg"), -1)


def _tags(tags: tuple[Tag, ...]) -> tuple[tuple[str, str], ...]:
    found: dict[str, str] = {}
    for tag in tags:
        slug = naming.slug(tag.slug or tag.name)
        if slug:
            found.setdefault(slug, " ".join((tag.name or tag.slug.replace("-", " ")).split()))
    return tuple(found.items())


def _refs(post: Post, ident: str) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for href in parse.hrefs(post):
        target = addresses.target(href)
        if target is not None and target.post_id and target.post_id != ident:
            found[target.post_id] = None
    if post.response is not None and post.response.post_id:
        found[post.response.post_id] = None
    return tuple(found)


def _old(post: Post, ident: str, moved: tuple[str, ...]) -> Iterator[str]:
    """``/p/id``, ``/@user/slug-id``, the publication's path, and the path of the address it has now."""
    if not naming.is_sound(post.id):
        return
    from urllib.parse import urlsplit

    found = {f"/p/{ident}": None}
    tail = f"{naming.slug(post.slug or post.title, ident) or ident}-{ident}" if post.slug else ""
    if tail and post.author.username:
        found[f"/@{post.author.username}/{tail}"] = None
    if tail and post.publication is not None and post.publication.slug:
        found[f"/{naming.slug(post.publication.slug)}/{tail}"] = None
    for address in (post.medium_url, post.canonical_url, *moved):
        try:
            path = urlsplit(address).path
        except ValueError:
            continue
        if path.rstrip("/").endswith(ident) and len(path) < 300:
            found["/" + path.strip("/")] = None
    yield from found


def block_text(block: Block) -> str:
    """All of a block's text that is searched as its own: not captions nor what other hosts say."""
    if isinstance(block, (Section, Image, ImageRow, Embed, LinkCard)):
        return ""
    return block.content.text


def _aside(block: Block) -> Iterator[str]:
    """Captions, descriptions, embeds and cards."""
    match block:
        case Image():
            yield from (block.caption.text, block.alt)
        case ImageRow():
            for image in block.images:
                yield from (image.caption.text, image.alt)
        case Section() if block.cover is not None:
            yield from (block.cover.caption.text, block.cover.alt)
        case Embed():
            yield from (block.title, block.author, block.content.text, block.caption.text)
            for file in block.files:
                yield from (file.name, file.text)
            for image in block.images:
                yield from (image.caption.text, image.alt)
        case LinkCard():
            yield block.content.text or "\n".join((block.title, block.description, block.host))
        case _:
            return


def fields(post: Post, card: Card) -> tuple[str, str, str]:
    """What is searched: title and subtitle; captions, embeds, tags, people; the text."""
    lead = lead_blocks(post)
    body = (block_text(block) for index, block in enumerate(post.blocks) if index not in lead)
    people = [person.name for person in (post.author, *post.people) if person.name]
    aside = [text for block in post.blocks for text in _aside(block) if text.strip()]

    return (
        "\n".join(text for text in (card.title, post.subtitle) if text.strip()),
        "\n".join((*aside, *(name for _, name in card.tags), *people)),
        "\n".join(text for text in body if text.strip()),
    )


def _said(post: Post) -> str:
    """All that is said in a language of people: code is not."""
    return "\n".join(
        (post.title, *(block_text(block) for block in post.blocks if not isinstance(block, Code)))
    )


def _first_words(post: Post) -> str:
    lead = lead_blocks(post)
    for index, block in enumerate(post.blocks):
        if index in lead or isinstance(block, (Heading, Code)):
            continue
        if isinstance(block, (Paragraph, Quote)) and block.content.text.strip():
            return _cut(" ".join(block.content.text.split()), _EXCERPT)
    return ""


def _words(post: Post) -> int:
    if post.word_count:
        return post.word_count
    count = 0
    for block in post.blocks:
        text = block_text(block)
        # In scripts without blanks two characters count as a word.
        count += len(text.split()) if text.isascii() else max(len(text.split()), _wide(text) // 2)
    return count


def _wide(text: str) -> int:
    return sum(1 for char in text if "\u3040" <= char <= "\u9fff" or "\uac00" <= char <= "\ud7a3")


def _cut(text: str, size: int) -> str:
    if len(text) <= size:
        return text
    cut = text.rfind(" ", size // 2, size)
    return text[: cut if cut > 0 else size].rstrip(" ,;:.–—-") + "…"
