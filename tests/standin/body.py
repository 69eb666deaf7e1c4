"""The body of a post, in GraphQL's words."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from standin import pictures, text, things
from standin.model import Post
from standin.world import World, picture_id

Json = dict[str, Any]
PREVIEW = 3
"""Paragraphs before the paywall."""


def units(words: str) -> int:
    """Length in UTF-16 code units, as Medium counts."""
    return len(words.encode("utf-16-le")) // 2


def image(name: str, number: int, alt: str = "") -> Json:
    """ImageMetadata of the ``number``-th picture of something."""
    identity = picture_id(name, pictures.suffix(number))
    width, height = pictures.size_of(identity)
    return {
        "__typename": "ImageMetadata",
        "id": identity,
        "originalWidth": width,
        "originalHeight": height,
        "focusPercentX": 50 if number % 9 == 4 else None,
        "focusPercentY": 25 if number % 9 == 4 else None,
        "alt": alt or None,
        "unsplashPhotoId": None,
    }


def picture_of(post: Post, number: int) -> Json:
    return image(f"{post.id} {number}", number, f"Picture {number} of {post.number}" if number % 3 else "")


def preview_image(post: Post) -> Json | None:
    return picture_of(post, 0) if post.pictures else None


def model(world: World, post: Post, *, preview: bool = False) -> Json:
    """The body; with ``preview`` only what stands before the paywall."""
    paragraphs = list(_paragraphs(world, post))
    sections = [_section(post, 0)]
    if len(paragraphs) > 8:
        sections.append(_section(post, 8))
    if preview:
        paragraphs, sections = paragraphs[:PREVIEW], sections[:1]
    for number, paragraph in enumerate(paragraphs):
        paragraph["id"] = f"{post.id}{post.edits}_{number}"
        paragraph["name"] = f"{(post.number * 97 + number * 1289) % 65536:04x}"
    return {"__typename": "RichText", "sections": sections, "paragraphs": paragraphs}


def word_count(world: World, post: Post) -> int:
    words = (paragraph["text"] or "" for paragraph in _paragraphs(world, post))
    if text.LANGUAGES[post.language].joint:
        return sum(len(each.split()) for each in words)
    return sum(map(len, words))


def _paragraphs(world: World, post: Post) -> Iterator[Json]:
    chance = random.Random(f"{world.seed} {post.id}")
    language = text.LANGUAGES[post.language]
    left = iter(range(post.pictures))
    if post.parent is not None:
        yield _p("P", post.title + (f" {post.words}" if post.words else ""))
        yield _p("P", text.paragraph(language, chance, 2))
        return
    yield _p("H3", post.title)
    if post.number % 2:
        yield _p("H4", text.paragraph(language, chance, 1))
    yield from _pictures(post, left, 1)
    for number in range(4 + int(chance.random() * 4)):
        yield _marked(world, post, text.paragraph(language, chance, 2 + number % 3), number)
        yield from _pictures(post, left, 1)
    if post.edits:
        yield _p("P", post.words or f"{post.edits}. {text.paragraph(language, random.Random(post.edits), 1)}")
    if post.kind % 6 == 0:
        yield _p("BQ" if post.kind % 4 else "PQ", text.paragraph(language, chance, 1))
    if post.kind % 5 == 2:
        for _ in range(3):
            yield _p("ULI" if post.kind % 2 else "OLI", text.sentence(language, chance).strip())
    if post.kind % 8 == 1:
        lang, code = text.CODE[post.number % 3]
        said = _p("PRE", code.replace("{n}", str(post.number)))
        said["codeBlockMetadata"] = {"__typename": "CodeBlockMetadata", "mode": "EXPLICIT", "lang": lang}
        yield said
    if not world.text_only:
        yield from _embeds(post, chance, language)
    yield from _pictures(post, left, post.pictures)
    yield _p("P", text.paragraph(language, chance, 1))


def _p(kind: str, words: str | None) -> Json:
    return {
        "__typename": "Paragraph",
        "type": kind,
        "text": words,
        "href": None,
        "layout": None,
        "hasDropCap": None,
        "markups": [],
        "metadata": None,
        "dropCapImage": None,
        "iframe": None,
        "mixtapeMetadata": None,
        "codeBlockMetadata": None,
    }


def markup(kind: str, words: str, start: int, end: int, **more: str | None) -> Json:
    """A mark over ``words[start:end]``."""
    link = kind == "A"
    return {
        "__typename": "Markup",
        "type": kind,
        "start": units(words[:start]),
        "end": units(words[:end]),
        "href": None,
        "title": None,
        "anchorType": "LINK" if link else None,
        "userId": None,
    } | more


def _marked(world: World, post: Post, words: str, number: int) -> Json:
    paragraph = _p("P", words)
    third = max(len(words) // 3, 1)
    if number == 0:
        paragraph["hasDropCap"] = True if post.kind == 11 else None
        paragraph["markups"] = [markup("STRONG", words, 0, third), markup("EM", words, third // 2, third + 4)]
    elif number == 1 and (neighbour := world.by_number(post.number - 1)) is not None:
        paragraph["markups"] = [markup("A", words, third, 2 * third, href=world.url(neighbour))]
    elif number == 2:
        friend = world.authors[(post.number + 1) % len(world.authors)]
        paragraph["markups"] = [markup("A", words, 0, third, anchorType="USER", userId=friend.id)]
    elif number == 3:
        paragraph["markups"] = [markup("CODE", words, third, third + 5)]
    return paragraph


def _pictures(post: Post, left: Iterator[int], most: int) -> Iterator[Json]:
    """Up to ``most`` pictures of those that are left; now and then two make a row."""
    for _ in range(most):
        number = next(left, None)
        if number is None:
            return
        paragraph = _p("IMG", f"Caption {number} of {post.number}" if number % 2 == 0 else "")
        paragraph["metadata"] = picture_of(post, number)
        row = number % 7
        paragraph["layout"] = {5: "OUTSET_ROW", 6: "OUTSET_ROW_CONTINUE"}.get(row, "INSET_CENTER")
        paragraph["href"] = "https://quay.example/boats" if number % 11 == 3 else None
        yield paragraph


def _embeds(post: Post, chance: random.Random, language: text.Language) -> Iterator[Json]:
    media = things.media_of(post)
    if media is not None:
        paragraph = _p("IFRAME", "" if post.number % 2 else text.sentence(language, chance).strip())
        paragraph["iframe"] = {
            "__typename": "Iframe",
            "iframeWidth": media.width,
            "iframeHeight": media.height,
            "mediaResource": {
                "__typename": "MediaResource",
                "id": media.id,
                "href": None if media.hidden else media.href,
                "iframeSrc": media.iframe_src,
                "iframeWidth": media.width,
                "iframeHeight": media.height,
                "title": media.title,
                "thumbnailUrl": None,
            },
        }
        yield paragraph
    if post.kind % 10 == 9:
        yield _card(post)


def _card(post: Post) -> Json:
    title, description, host = f"Boats of {post.number}", "What floats, and since when.", "quay.example"
    paragraph = _p("MIXTAPE_EMBED", f"{title}\n{description}{host}")
    words = paragraph["text"]
    href = f"https://quay.example/boats/{post.number}"
    end = len(title) + 1 + len(description)
    paragraph["markups"] = [
        markup("A", words, 0, len(words), href=href, title=href),
        markup("STRONG", words, 0, len(title)),
        markup("EM", words, len(title) + 1, end),
    ]
    paragraph["mixtapeMetadata"] = {
        "__typename": "MixtapeMetadata",
        "href": href,
        "thumbnailImageId": image(f"card {post.number}", 3)["id"] if post.number % 2 else "",
        "mediaResourceId": things.media_id(20_000_000 + post.number),
    }
    return paragraph


def _section(post: Post, start: int) -> Json:
    cover = start > 0 and post.kind == 17 and post.pictures > 0
    return {
        "__typename": "Section",
        "name": f"{(post.number + start) % 65536:04x}",
        "startIndex": start,
        "textLayout": "BOTTOM_CENTER" if cover else None,
        "imageLayout": "ASPECT_RATIO_VIEWPORT" if cover else None,
        "backgroundImage": image(f"cover {post.id}", 1) if cover else None,
        "backgroundVideo": None,
    }
