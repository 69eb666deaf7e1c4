"""Medium's paragraph and markup JSON, numeric (until 2018) and by name (GraphQL), to model blocks.

``bodyModel`` is ``{paragraphs, sections}``. The names of the fields below are Medium's; docs/forms.md
says what each is and which were seen where.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from fonds import embeds, richtext
from fonds.model import (
    EMPTY,
    Block,
    Code,
    Embed,
    Heading,
    Image,
    LinkCard,
    ListItem,
    Mark,
    MarkKind,
    Note,
    Paragraph,
    Quote,
    RichText,
    Section,
    Unknown,
)
from fonds.sources import media_html
from fonds.sources.facts import layout, section_layout
from fonds.sources.records import (
    BodyNode,
    CardNode,
    IframeNode,
    ImageNode,
    MediaNode,
    ParagraphNode,
    SectionNode,
)

# -- Medium's numbers ---------------------------------------------------------------------------------

_NUMBERED = (
    "P", "H2", "H3", "IMG", "HR", "BQ", "PQ", "PRE", "ULI", "OLI", "IFRAME", "H1", "H4", "MIXTAPE_EMBED",
    "SECTION_CAPTION", "COVER_TITLE",
)  # fmt: skip
_TYPES: dict[int | str | None, str] = {name: name for name in _NUMBERED}
_TYPES |= dict(enumerate(_NUMBERED, 1))
_TYPES |= {str(number): name for number, name in enumerate(_NUMBERED, 1)}

# Blocks that are their text. H1 is the title of the very first posts; the editor has had two sizes of
# headings since, called H3 and H4.
_OF_TEXT: dict[str | None, Callable[[RichText, str], Block]] = {
    "H1": lambda content, name: Heading(2, content, name=name),
    "H2": lambda content, name: Heading(2, content, name=name),
    "H3": lambda content, name: Heading(3, content, name=name),
    "H4": lambda content, name: Heading(4, content, name=name),
    "COVER_TITLE": lambda content, name: Heading(3, content, name=name),
    "BQ": lambda content, name: Quote(content, name=name),
    "PQ": lambda content, name: Quote(content, True, name=name),
    "ULI": lambda content, name: ListItem(content, name=name),
    "OLI": lambda content, name: ListItem(content, True, name=name),
    "SECTION_CAPTION": lambda content, name: Paragraph(content, role="section-caption", name=name),
}

_MARKS: dict[int | str | None, MarkKind] = {
    1: "strong", 2: "em", 3: "link", 10: "code",
    "1": "strong", "2": "em", "3": "link", "10": "code",
    "STRONG": "strong", "EM": "em", "A": "link", "CODE": "code",
}  # fmt: skip

# Not the author's: what readers highlighted or quoted, editors' notes and queries, sentence bounds.
_OTHERS_MARKS = frozenset([
    4, 5, 6, 7, 8, 9, 11, "4", "5", "6", "7", "8", "9", "11",
    "HIGHLIGHT", "WARNING", "COMMENT", "QUOTE", "SENTENCE_DEPRECATED", "QUERY", "UNUSED_DETAIL",
])  # fmt: skip
_LINK = frozenset([0, "0", "LINK"])
_MODES: dict[int | str | None, str] = {
    None: "", 0: "DISABLED", 1: "AUTO", 2: "EXPLICIT", "0": "DISABLED", "1": "AUTO", "2": "EXPLICIT",
}  # fmt: skip

MISSING = ParagraphNode()
"""Keeps the place of a paragraph that is known to be missing, and noted already."""

_USER_ADDRESS = "https://medium.com/u/"
_MEDIA_ADDRESS = "https://medium.com/media/"

Media = Callable[[str], MediaNode | None]
"""Looks up a media resource by the id that a frame carries instead of the resource itself."""


class Body(NamedTuple):
    """``mentions`` are the users mentioned, in the order of the text: id → name as the text has it."""

    blocks: list[Block]
    notes: list[Note]
    mentions: dict[str, str]


def read_body(body: BodyNode, media: Media | None = None) -> Body:
    """The blocks of a ``bodyModel`` whose references are all followed, in order, rows and roles not
    yet arranged (``fonds.sources.body``). What cannot be kept as it was is noted, never dropped."""
    return _Reader(media).read(body)


def first_heading(blocks: list[Block]) -> str:
    """The text of the heading that a body begins with: the title, as Medium itself makes one, where a
    form names none. "" when other text comes first."""
    for block in blocks:
        if isinstance(block, (Section, Image)):
            continue
        if isinstance(block, Heading) and (block.level < 4 or not block.content):
            if block.content:
                return block.content.text
        elif not (isinstance(block, Paragraph) and not block.content):
            return ""
    return ""


class _Reader:
    """One body's conversion: where notes and mentions gather."""

    def __init__(self, media: Media | None) -> None:
        self.media = media
        self.notes: list[Note] = []
        self.mentions: dict[str, str] = {}

    def read(self, body: BodyNode) -> Body:
        paragraphs = body.paragraphs or []
        breaks = self._section_starts(body.sections or [], len(paragraphs))
        blocks: list[Block] = []
        for index, paragraph in enumerate(paragraphs):
            if breaks and index in breaks:
                blocks += breaks[index]
            if paragraph is MISSING:
                continue
            if paragraph is None:
                self._note("W101", "a paragraph that is no object was left out", str(index))
                continue
            text = paragraph.text
            if text and not paragraph.markups and "\r" not in text:
                content = RichText(text)  # all else that richtext repairs, fonds.sources.decode has
            else:
                content = self._content(paragraph, index)
            kind = _TYPES.get(paragraph.type)
            if kind == "P" and not paragraph.has_drop_cap and paragraph.drop_cap_image is None:
                blocks.append(Paragraph(content, name=paragraph.name or ""))
            elif kind in _OF_TEXT:
                blocks.append(_OF_TEXT[kind](content, paragraph.name or ""))
            else:
                blocks.append(self._block(paragraph, kind, content, index))
        blocks += breaks.get(len(paragraphs), ())
        return Body(blocks, self.notes, self.mentions)

    def _note(self, code: str, message: str, where: str) -> None:
        self.notes.append(Note(code, message, where))

    # -- text ------------------------------------------------------------------------------------------

    def _content(self, paragraph: ParagraphNode, index: int) -> RichText:
        text = paragraph.text
        if text is None:
            if paragraph.type not in _WITHOUT_TEXT:
                self._note("W103", "the text is null", _where(paragraph, index))
            return EMPTY
        if not paragraph.markups:
            return richtext.from_utf16(text, ()) if text else EMPTY
        marks: list[Mark] = []
        mentions = False
        unknown: list[str] = []
        for markup in paragraph.markups:
            if markup is None:
                continue
            kind = _MARKS.get(markup.type)
            if kind == "link":
                href, title, user = markup.href, markup.title, markup.user_id
                if user and (not href or markup.anchor_type not in _LINK):
                    # Medium gives a mention the user's id in place of an address, and mostly no address.
                    mentions = True
                    href = href or _USER_ADDRESS + user
                elif href:
                    user = ""
                else:
                    continue
                title = "" if title is None or title == href else title
                marks.append(Mark("link", markup.start or 0, markup.end or 0, href, title, user))
            elif kind is not None:
                marks.append(Mark(kind, markup.start or 0, markup.end or 0))
            elif markup.type not in _OTHERS_MARKS:
                unknown.append(str(markup.type))
        for name in dict.fromkeys(unknown):
            message = f"marks of the unknown type {name}: their text is kept"
            self._note("W102", message, _where(paragraph, index))
        content = richtext.from_utf16(text, marks)
        if mentions:
            self._mentions(content)
        return content

    def _mentions(self, content: RichText) -> None:
        for mark in content.marks:
            if mark.user_id and not self.mentions.get(mark.user_id):
                name = content.text[mark.start : mark.end].strip().removeprefix("@")
                self.mentions[mark.user_id] = name

    # -- blocks ----------------------------------------------------------------------------------------

    def _block(self, paragraph: ParagraphNode, kind: str | None, content: RichText, index: int) -> Block:
        name = paragraph.name or ""
        if kind == "P":
            return _with_drop_cap(paragraph, content)
        if kind == "IMG":
            return self._image(paragraph, content, index)
        if kind == "PRE":
            code = paragraph.code_block_metadata
            if code is None:
                return Code(content, name=name)
            return Code(content, code.lang or "", _MODES.get(code.mode, str(code.mode)), name=name)
        if kind == "IFRAME":
            return self._embed(paragraph, content, index)
        if kind == "MIXTAPE_EMBED":
            return _card(paragraph, content)
        if kind == "HR" and not content:
            return Section(name=name)
        medium_type = "" if paragraph.type is None else str(paragraph.type)
        self._note(
            "W101", f"a paragraph of the unknown type {medium_type or 'null'}: its text is kept", _where(paragraph, index)
        )  # fmt: skip
        return Unknown(medium_type, content, name=name)

    def _image(self, paragraph: ParagraphNode, caption: RichText, index: int) -> Image:
        image = _picture(
            paragraph.metadata, paragraph.name or "", caption, paragraph.href or "", layout(paragraph.layout)
        )
        if not image.id and not image.src:
            self._note("W111", "a picture without id and address", _where(paragraph, index))
        return image

    def _embed(self, paragraph: ParagraphNode, caption: RichText, index: int) -> Embed:
        frame = paragraph.iframe or IframeNode()
        media_id = frame.media_resource_id or ""
        media = frame.media_resource
        if media is None and media_id and self.media is not None:
            media = self.media(media_id)
        if media is None:
            media = MediaNode()
        media_id = media.id or media.media_resource_id or media_id
        source, thumbnail = media.iframe_src or "", media.thumbnail_url or frame.thumbnail_url or ""
        href, author, said = _behind(media)
        if source or href:
            target = embeds.recognise(source, href, thumbnail)
        else:  # what Medium's own pages frame then
            source = _MEDIA_ADDRESS + media_id if media_id else ""
            target = embeds.Target("frame", href=source, thumbnail=thumbnail)
            if not media_id:
                self._note("W121", "an embed without an address", _where(paragraph, index))
        return Embed(
            kind=target.kind,
            href=target.href,
            title=media.title or "",
            provider=target.provider,
            provider_id=target.provider_id,
            media_id=media_id,
            iframe_src=source,
            thumbnail=target.thumbnail,
            width=media.iframe_width or frame.iframe_width or 0,
            height=media.iframe_height or frame.iframe_height or 0,
            caption=caption,
            author=author,
            content=richtext.from_utf16(said, ()) if said else EMPTY,
            name=paragraph.name or "",
        )

    # -- sections --------------------------------------------------------------------------------------

    def _section_starts(self, sections: list[SectionNode | None], count: int) -> dict[int, list[Block]]:
        """Section blocks by the index of the paragraph that they stand before."""
        starts: dict[int, list[Block]] = {}
        last = -1
        for number, section in enumerate(sections):
            if section is None or (section.start_index is None and number):
                self._note("W106", "a section without a place was left out", f"section {number}")
                continue
            start = section.start_index or 0
            if start <= last or not 0 <= start <= count:
                self._note(
                    "W106", f"a section that begins at paragraph {start} of {count}, out of order", section.name or f"section {number}"
                )  # fmt: skip
            last = max(last, start)
            block = _section(section)
            if number or start > 0 or block.cover is not None or block.video:
                starts.setdefault(min(max(start, 0), count), []).append(block)
        return starts


_WITHOUT_TEXT = frozenset([4, "4", "IMG", 5, "5", "HR", 11, "11", "IFRAME"])
"""Types that Medium sends with null in place of no caption."""


def _where(paragraph: ParagraphNode, index: int) -> str:
    return paragraph.name or str(index)


def _with_drop_cap(paragraph: ParagraphNode, content: RichText) -> Paragraph:
    picture = paragraph.drop_cap_image
    image = _picture(picture) if picture is not None and picture.id else None
    return Paragraph(content, bool(paragraph.has_drop_cap), image, name=paragraph.name or "")


def _picture(
    image: ImageNode | None, name: str = "", caption: RichText = EMPTY, href: str = "", place: str = ""
) -> Image:
    if image is None:
        return Image(caption=caption, href=href, layout=place, name=name)
    return Image(
        id=image.id or "",
        src="" if image.id else image.external_src or "",
        alt=image.alt or "",
        caption=caption,
        href=href,
        width=image.original_width or 0,
        height=image.original_height or 0,
        focus_x=image.focus_percent_x,
        focus_y=image.focus_percent_y,
        layout=place,
        featured=bool(image.is_featured),
        unsplash_id=image.unsplash_photo_id or "",
        name=name,
    )


def _section(section: SectionNode) -> Section:
    image, video = section.background_image, section.background_video
    cover = _picture(image) if image is not None and (image.id or image.external_src) else None
    if cover is None and video is not None and video.preview_image_id:
        cover = Image(id=video.preview_image_id)
    return Section(
        cover=cover,
        video=video.video_id or "" if video is not None else "",
        layout=section_layout(section.image_layout, section.text_layout),
        name=section.name or "",
    )


def _behind(media: MediaNode) -> tuple[str, str, str]:
    """(address for people, author, text) of what a media resource says it is."""
    gist, tweet = media.gist, media.tweet
    if gist is not None and gist.gist_id:
        user = f"{gist.github_username}/" if gist.github_username else ""
        return f"https://gist.github.com/{user}{gist.gist_id}", media.author_name or "", ""
    if tweet is not None and tweet.tweet_id:
        who = tweet.twitter_screen_name or "i/web"
        href = media.href or f"https://twitter.com/{who}/status/{tweet.tweet_id}"
        return href, tweet.twitter_name or tweet.twitter_screen_name or "", tweet.tweet or ""
    return media.href or "", media.author_name or "", ""


def _card(paragraph: ParagraphNode, content: RichText) -> LinkCard:
    card = paragraph.mixtape_metadata or CardNode()
    media = card.media_resource or MediaNode()
    return media_html.card(
        content,
        href=card.href or media.href or "",
        thumbnail=card.thumbnail_image_id or media.thumbnail_url or "",
        media_id=card.media_resource_id or media.id or media.media_resource_id or "",
        name=paragraph.name or "",
    )
