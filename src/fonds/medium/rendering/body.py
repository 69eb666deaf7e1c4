"""Blocks → Medium's body model: flat paragraphs with marks in UTF-16 units, and where sections begin."""

from __future__ import annotations

import re
from itertools import accumulate
from typing import Final

from fonds.medium.rendering import Json
from fonds.model import (
    EMPTY,
    Block,
    Code,
    Embed,
    Heading,
    Image,
    ImageRow,
    LinkCard,
    ListItem,
    Mark,
    Paragraph,
    Post,
    Quote,
    RichText,
    Section,
    Unknown,
)

_MARKS: Final = {"strong": "STRONG", "em": "EM", "code": "CODE", "link": "A"}
_ROW: Final = "OUTSET_ROW"
_CONTINUE: Final = "OUTSET_ROW_CONTINUE"
_MEDIA_PAGE = re.compile(r"https?://medium\.com/media/[0-9a-f]+")
_USER_PAGE: Final = "https://medium.com/u/"


def model(post: Post) -> Json:
    """``bodyModel`` with Medium's names."""
    paragraphs: list[Json] = []
    sections: list[Json] = []
    for block in post.blocks:
        if isinstance(block, Section):
            sections.append(_section(block, len(paragraphs)))
            continue
        if not sections:
            sections.append(_section(Section(), 0))
        for node in _paragraphs(block):
            node["id"] = f"{post.version_id or post.id}_{len(paragraphs)}"
            paragraphs.append(node)
    return {
        "__typename": "RichText",
        "sections": sections or [_section(Section(), 0)],
        "paragraphs": paragraphs,
    }


# -- text ---------------------------------------------------------------------------------------------


def markups(content: RichText) -> list[Json]:
    """The marks of a text, their places counted in UTF-16 units as Medium counts them."""
    if not content.marks:
        return []
    units = _units(content.text)
    return [_markup(mark, units) for mark in content.marks]


def _units(text: str) -> list[int]:
    """For each place in code points, the same place in UTF-16 units."""
    return list(accumulate((2 if char > "\uffff" else 1 for char in text), initial=0))


def _markup(mark: Mark, units: list[int]) -> Json:
    link = mark.kind == "link"
    mention = bool(mark.user_id)
    own = mention and mark.href == _USER_PAGE + mark.user_id
    return {
        "__typename": "Markup",
        "type": _MARKS[mark.kind],
        "start": units[mark.start],
        "end": units[mark.end],
        "href": (None if own else mark.href) if link else None,
        "title": mark.title if link and not mention else None,
        "rel": "" if link else None,
        "anchorType": ("USER" if mention else "LINK") if link else None,
        "userId": mark.user_id or None,
        "linkMetadata": None,
    }


# -- blocks -------------------------------------------------------------------------------------------


def _paragraph(kind: str, name: str, content: RichText, **more: object) -> Json:
    return {
        "__typename": "Paragraph",
        "id": "",
        "name": name,
        "type": kind,
        "text": content.text,
        "markups": markups(content),
        "href": None,
        "layout": None,
        "metadata": None,
        "hasDropCap": None,
        "dropCapImage": None,
        "iframe": None,
        "mixtapeMetadata": None,
        "codeBlockMetadata": None,
        **more,
    }


def _paragraphs(block: Block) -> list[Json]:
    match block:
        case Heading():
            return [_paragraph(f"H{block.level}", block.name, block.content)]
        case Paragraph(role="section-caption"):
            return [_paragraph("SECTION_CAPTION", block.name, block.content)]
        case Paragraph():
            image = block.drop_cap_image
            return [
                _paragraph(
                    "P",
                    block.name,
                    block.content,
                    hasDropCap=block.drop_cap or None,
                    dropCapImage=picture(image) if image is not None else None,
                )
            ]
        case Quote():
            return [_paragraph("PQ" if block.pull else "BQ", block.name, block.content)]
        case ListItem():
            return [_paragraph("OLI" if block.ordered else "ULI", block.name, block.content)]
        case Code():
            return [_code(block)]
        case Image():
            return [_image(block, block.layout)]
        case ImageRow():
            return _row(block)
        case Embed():
            return [_embed(block)]
        case LinkCard():
            return [_card(block)]
        case Unknown():
            return [_paragraph(block.medium_type, block.name, block.content)]
        case Section():
            return []


def _code(block: Code) -> Json:
    about = None
    if block.mode or block.lang:
        about = {
            "__typename": "CodeBlockMetadata",
            "mode": block.mode or None,
            "lang": block.lang or None,
        }
    return _paragraph("PRE", block.name, block.content, codeBlockMetadata=about)


def picture(image: Image) -> Json:
    """The metadata of a picture."""
    return {
        "__typename": "ImageMetadata",
        "id": image.id,
        "originalWidth": image.width or None,
        "originalHeight": image.height or None,
        "focusPercentX": image.focus_x,
        "focusPercentY": image.focus_y,
        "alt": image.alt or None,
        "unsplashPhotoId": image.unsplash_id or None,
        "isFeatured": image.featured or None,
        "externalSrc": image.src or None,
    }


def _image(image: Image, layout: str) -> Json:
    return _paragraph(
        "IMG",
        image.name,
        image.caption,
        href=image.href or None,
        layout=layout or None,
        metadata=picture(image),
    )


def _row(row: ImageRow) -> list[Json]:
    """A row is its first picture, and those that say that they continue it."""
    nodes = []
    for number, image in enumerate(row.images):
        wanted = (_ROW, _CONTINUE) if number == 0 else (_CONTINUE,)
        nodes.append(_image(image, image.layout if image.layout in wanted else wanted[0]))
    return nodes


def _embed(block: Embed) -> Json:
    framed = "" if _MEDIA_PAGE.fullmatch(block.iframe_src) else block.iframe_src
    href = "" if _MEDIA_PAGE.fullmatch(block.href) else block.href
    resource = {
        "__typename": "MediaResource",
        "id": block.media_id,
        "href": href,
        "iframeSrc": framed,
        "iframeWidth": block.width,
        "iframeHeight": block.height,
        "title": block.title,
        "thumbnailUrl": block.thumbnail or None,
        "authorName": block.author or None,
    }
    frame = {
        "__typename": "Iframe",
        "iframeWidth": block.width,
        "iframeHeight": block.height,
        "mediaResource": resource,
    }
    return _paragraph("IFRAME", block.name, block.caption, iframe=frame)


def _card(block: LinkCard) -> Json:
    content = block.content
    if not content:
        said = (block.title, block.description, block.host)
        content = RichText("\n".join(part for part in said if part)) if any(said) else EMPTY
    about = {
        "__typename": "MixtapeMetadata",
        "href": block.href,
        "thumbnailImageId": block.thumbnail,
        "mediaResourceId": block.media_id or None,
        "mediaResource": {"__typename": "MediaResource", "id": block.media_id, "mediumCatalog": None},
    }
    return _paragraph("MIXTAPE_EMBED", block.name, content, mixtapeMetadata=about)


def _section(block: Section, start: int) -> Json:
    image_layout, _, text_layout = block.layout.partition("/")
    video = None
    if block.video:
        video = {"__typename": "SectionVideo", "videoId": block.video, "previewImageId": None}
    return {
        "__typename": "Section",
        "name": block.name,
        "startIndex": start,
        "imageLayout": image_layout or None,
        "textLayout": text_layout or None,
        "backgroundImage": picture(block.cover) if block.cover is not None else None,
        "backgroundVideo": video,
        "videoLayout": None,
    }
