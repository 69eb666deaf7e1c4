"""Medium's paragraph JSON to blocks: one peculiarity a case, in both spellings."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

import growth
import texts
from fonds import model
from fonds.errors import UnreadableError
from fonds.model import (
    Block,
    Code,
    Embed,
    Heading,
    Image,
    LinkCard,
    ListItem,
    Mark,
    Paragraph,
    Person,
    Publication,
    Quote,
    RichText,
    Section,
    Unknown,
)
from fonds.sources import facts
from fonds.sources.decode import decode
from fonds.sources.paragraphs import Body, first_heading, read_body
from fonds.sources.records import BodyNode, MediaNode

BODY = msgspec.json.Decoder(BodyNode)
Json = dict[str, Any]


def read(*paragraphs: object, sections: list[object] | None = None, media: Json | None = None) -> Body:
    """The body that these paragraphs (JSON objects) make, through bytes as a file would."""
    data = json.dumps({"paragraphs": list(paragraphs), "sections": sections or []}).encode()
    body, _ = decode(data, BODY)
    known = {key: msgspec.convert(value, MediaNode) for key, value in (media or {}).items()}
    return read_body(body, known.get)


def rich(text: str, *marks: Mark) -> RichText:
    return RichText(text, marks)


# -- types -------------------------------------------------------------------------------------------

TEXT = "Tri broda u luci."
TYPES: list[tuple[int, str, Block]] = [
    (1, "P", Paragraph(rich(TEXT), name="a1b2")),
    (2, "H2", Heading(2, rich(TEXT), name="a1b2")),
    (3, "H3", Heading(3, rich(TEXT), name="a1b2")),
    (4, "IMG", Image(caption=rich(TEXT), name="a1b2")),
    (6, "BQ", Quote(rich(TEXT), name="a1b2")),
    (7, "PQ", Quote(rich(TEXT), True, name="a1b2")),
    (8, "PRE", Code(rich(TEXT), name="a1b2")),
    (9, "ULI", ListItem(rich(TEXT), name="a1b2")),
    (10, "OLI", ListItem(rich(TEXT), True, name="a1b2")),
    (11, "IFRAME", Embed(caption=rich(TEXT), name="a1b2")),
    (12, "H1", Heading(2, rich(TEXT), name="a1b2")),
    (13, "H4", Heading(4, rich(TEXT), name="a1b2")),
    (14, "MIXTAPE_EMBED", LinkCard(title=TEXT, content=rich(TEXT), name="a1b2")),
    (15, "SECTION_CAPTION", Paragraph(rich(TEXT), role="section-caption", name="a1b2")),
    (16, "COVER_TITLE", Heading(3, rich(TEXT), name="a1b2")),
]


@pytest.mark.parametrize(("number", "name", "expected"), TYPES, ids=[case[1] for case in TYPES])
def test_types_by_number_by_name_and_by_number_as_text(number: int, name: str, expected: Block) -> None:
    for spelling in (number, name, str(number), float(number)):
        found = read({"name": "a1b2", "type": spelling, "text": TEXT, "markups": []})
        assert found.blocks == [expected], spelling


PECULIAR: dict[str, tuple[Json, Block, list[str]]] = {
    "only a type": ({"type": 1}, Paragraph(), ["W103"]),
    "no type": ({"text": "قارب"}, Unknown("", rich("قارب")), ["W101"]),
    "a type that fonds does not know": (
        {"name": "9f9f", "type": "AUDIO_CLIP", "text": "Tri", "markups": [{"type": "EM", "start": 0, "end": 3}]},
        Unknown("AUDIO_CLIP", rich("Tri", Mark("em", 0, 3)), name="9f9f"), ["W101"],
    ),
    "an unknown number": ({"type": 99, "text": "Tri"}, Unknown("99", rich("Tri")), ["W101"]),
    "null text": ({"name": "0a0a", "type": "P", "text": None}, Paragraph(name="0a0a"), ["W103"]),
    "null text of a picture": (
        {"type": "IMG", "text": None, "metadata": {"id": "1*a.png"}}, Image(id="1*a.png"), [],
    ),
    "null name, null markups": ({"type": "P", "name": None, "text": "x", "markups": None}, Paragraph(rich("x")), []),
    "a rule": ({"name": "1111", "type": 5, "text": ""}, Section(name="1111"), []),
    "a rule with words in it": ({"type": "HR", "text": "***"}, Unknown("HR", rich("***")), ["W101"]),
    "line break in the middle": ({"type": "P", "text": "one\r\ntwo\rthree\nfour"}, Paragraph(rich("one\ntwo\nthree\nfour")), []),
    "drop cap": ({"type": "P", "text": "x", "hasDropCap": True}, Paragraph(rich("x"), True), []),
    "drop cap of a picture": (
        {"type": "P", "text": "x", "hasDropCap": True, "dropCapImage": {"id": "1*c.png", "originalWidth": 40, "originalHeight": 50}},
        Paragraph(rich("x"), True, Image(id="1*c.png", width=40, height=50)), [],
    ),
    "code with its language": (
        {"type": "PRE", "text": "x = 1\n  y", "codeBlockMetadata": {"mode": "EXPLICIT", "lang": "python"}},
        Code(rich("x = 1\n  y"), "python", "EXPLICIT"), [],
    ),
    "code without highlighting": (
        {"type": "PRE", "text": "x", "codeBlockMetadata": {"mode": "DISABLED", "lang": None}}, Code(rich("x"), "", "DISABLED"), [],
    ),
    "code whose mode is a number": (
        {"type": 8, "text": "x", "codeBlockMetadata": {"mode": 1, "lang": "go"}}, Code(rich("x"), "go", "AUTO"), [],
    ),
    "a text that is a number": ({"type": 1, "text": 12}, Paragraph(rich("12")), []),
    "a text that is a list": ({"type": 1, "text": ["x"]}, Paragraph(), ["W103"]),
    "unknown keys": ({"type": 1, "text": "x", "new": {"deep": [1, {"a": None}]}}, Paragraph(rich("x")), []),
    "markups that are an object": ({"type": 1, "text": "x", "markups": {}}, Paragraph(rich("x")), []),
}  # fmt: skip


@pytest.mark.parametrize("case", PECULIAR.values(), ids=PECULIAR.keys())
def test_peculiar_paragraphs(case: tuple[Json, Block, list[str]]) -> None:
    paragraph, block, codes = case
    found = read(paragraph)
    assert found.blocks == [block]
    codes = [*codes, "W111"] if isinstance(block, Image) and not block.id else codes
    assert [note.code for note in found.notes] == codes


def test_a_paragraph_that_is_null_leaves_the_others_where_they_are() -> None:
    found = read(
        {"type": 1, "text": "a"},
        None,
        "junk",
        {"type": 1, "text": "b"},
        sections=[{"startIndex": 0}, {"name": "5e5e", "startIndex": 3}],
    )
    assert found.blocks == [Paragraph(rich("a")), Section(name="5e5e"), Paragraph(rich("b"))]
    assert [(note.code, note.where) for note in found.notes] == [("W101", "1"), ("W101", "2")]


# -- marks -------------------------------------------------------------------------------------------

LINK = "https://example.org/a"
MARKUPS: dict[str, tuple[str, list[object], tuple[Mark, ...], list[str]]] = {
    "strong, em, code": (
        "one two three",
        [{"type": "STRONG", "start": 0, "end": 3}, {"type": "EM", "start": 4, "end": 7}, {"type": "CODE", "start": 8, "end": 13}],
        (Mark("strong", 0, 3), Mark("em", 4, 7), Mark("code", 8, 13)), [],
    ),
    "the same by number": (
        "one two three",
        [{"type": 1, "start": 0, "end": 3}, {"type": 2, "start": 4, "end": 7}, {"type": 10, "start": 8, "end": 13}],
        (Mark("strong", 0, 3), Mark("em", 4, 7), Mark("code", 8, 13)), [],
    ),
    "offsets count UTF-16 units": (
        "💸 новац",
        [{"type": 1, "start": 3, "end": 8}], (Mark("strong", 2, 7),), [],
    ),
    "a link": (
        "click here", [{"type": "A", "start": 6, "end": 10, "href": LINK, "anchorType": "LINK", "userId": None}],
        (Mark("link", 6, 10, LINK),), [],
    ),
    "a link with a tooltip": (
        "here", [{"type": 3, "start": 0, "end": 4, "href": LINK, "title": "Luka", "anchorType": 0}],
        (Mark("link", 0, 4, LINK, "Luka"),), [],
    ),
    "a tooltip that is the address": (
        "here", [{"type": 3, "start": 0, "end": 4, "href": LINK, "title": LINK, "anchorType": 0}],
        (Mark("link", 0, 4, LINK),), [],
    ),
    "a mention": (
        "by Ana", [{"type": "A", "start": 3, "end": 6, "href": None, "anchorType": "USER", "userId": "5ebe1a51c0de"}],
        (Mark("link", 3, 6, "https://medium.com/u/5ebe1a51c0de", user_id="5ebe1a51c0de"),), [],
    ),
    "a mention by number, without an anchor's type": (
        "by Ana", [{"type": 3, "start": 3, "end": 6, "userId": "5ebe1a51c0de"}],
        (Mark("link", 3, 6, "https://medium.com/u/5ebe1a51c0de", user_id="5ebe1a51c0de"),), [],
    ),
    "a mention that has an address": (
        "by Ana", [{"type": 3, "start": 3, "end": 6, "anchorType": 2, "href": "https://medium.com/@ana", "userId": "5ebe1a51c0de"}],
        (Mark("link", 3, 6, "https://medium.com/@ana", user_id="5ebe1a51c0de"),), [],
    ),
    "a link that names a user and is none": (
        "by Ana", [{"type": 3, "start": 3, "end": 6, "anchorType": 0, "href": LINK, "userId": "5ebe1a51c0de"}],
        (Mark("link", 3, 6, LINK),), [],
    ),
    "a link to nowhere": ("here", [{"type": 3, "start": 0, "end": 4, "href": ""}], (), []),
    "a reader's highlight": ("here", [{"type": "HIGHLIGHT", "start": 0, "end": 4}, {"type": 7, "start": 0, "end": 4}], (), []),
    "unknown, once a type and paragraph": (
        "here", [{"type": "BLINK", "start": 0, "end": 2}, {"type": "BLINK", "start": 2, "end": 4}, {"type": 77, "start": 0, "end": 4}],
        (), ["W102", "W102"],
    ),
    "null, empty, out of range, backwards": (
        "here",
        [None, {"type": 1, "start": 2, "end": 2}, {"type": 1, "start": 9, "end": 12}, {"type": 1, "start": 3, "end": 1}, {"type": 1}],
        (), [],
    ),
    "numbers as text, and far too large": (
        "here", [{"type": "1", "start": "1", "end": "3"}, {"type": 2, "start": -5, "end": 10**30}],
        (Mark("em", 0, 4), Mark("strong", 1, 3)), [],
    ),
    "through half of an emoji": ("a💸b", [{"type": 1, "start": 0, "end": 2}], (Mark("strong", 0, 2),), []),
}  # fmt: skip


@pytest.mark.parametrize("case", MARKUPS.values(), ids=MARKUPS.keys())
def test_markups(case: tuple[str, list[object], tuple[Mark, ...], list[str]]) -> None:
    text, markups, marks, codes = case
    found = read({"type": "P", "text": text, "markups": markups})
    assert found.blocks == [Paragraph(RichText(text, marks))]
    assert [note.code for note in found.notes] == codes


def test_mentions_are_listed_once_with_the_name_in_the_text() -> None:
    ana = {"type": 3, "start": 0, "end": 4, "anchorType": 2, "userId": "5ebe1a51c0de"}
    found = read(
        {"type": 1, "text": "@Ana", "markups": [ana]},
        {"type": 6, "text": "Ana B", "markups": [ana]},
        {"type": 1, "text": "مها", "markups": [{**ana, "end": 3, "userId": "0ddba11"}]},
    )
    assert found.mentions == {"5ebe1a51c0de": "Ana", "0ddba11": "مها"}


# -- pictures ----------------------------------------------------------------------------------------

LAYOUTS: list[tuple[int | str | None, str]] = [
    (None, ""), (0, ""), (1, "INSET_CENTER"), (2, "INSET_LEFT"), (3, "OUTSET_CENTER"), (4, "OUTSET_LEFT"), (5, "FULL_WIDTH"),
    (6, "OUTSET_ROW"), (7, "OUTSET_ROW_CONTINUE"), (8, "FULL_WIDTH_CROPPED_COVER"), (9, "CONSTRAINED_HEIGHT_PREVIEW"),
    (10, "CROPPED_HEIGHT_PREVIEW"), (11, "INSET_CENTER_SMALL"), (12, "INSET_RIGHT"), (13, "13"), ("5", "FULL_WIDTH"),
    ("OUTSET_ROW", "OUTSET_ROW"), ("SOMETHING_NEW", "SOMETHING_NEW"),
]  # fmt: skip


@pytest.mark.parametrize(("given_layout", "name"), LAYOUTS)
def test_layouts(given_layout: int | str | None, name: str) -> None:
    found = read({"type": 4, "text": "", "layout": given_layout, "metadata": {"id": "1*a.png"}})
    assert found.blocks == [Image(id="1*a.png", layout=name)]


def test_everything_a_picture_has() -> None:
    found = read(
        {
            "name": "b0a7",
            "type": "IMG",
            "text": "Luka, zora",
            "markups": [{"type": "A", "start": 0, "end": 4, "href": LINK}],
            "href": "https://example.org/boat",
            "layout": "FULL_WIDTH",
            "metadata": {
                "__typename": "ImageMetadata", "id": "1*boat@2x.jpeg", "originalWidth": 1600, "originalHeight": 900,
                "alt": "A boat", "focusPercentX": 35, "focusPercentY": 49.5, "unsplashPhotoId": "uNsPlAsH", "isFeatured": True,
            },
        }
    )  # fmt: skip
    assert found.blocks == [
        Image(
            id="1*boat@2x.jpeg", alt="A boat", caption=rich("Luka, zora", Mark("link", 0, 4, LINK)),
            href="https://example.org/boat", width=1600, height=900, focus_x=35.0, focus_y=49.5, layout="FULL_WIDTH",
            featured=True, unsplash_id="uNsPlAsH", name="b0a7",
        )
    ]  # fmt: skip


def test_pictures_of_other_hosts_and_of_none() -> None:
    found = read(
        {"type": 4, "text": "", "metadata": {"id": "", "externalSrc": "https://example.org/a.png"}},
        {"name": "0bad", "type": 4, "text": "", "metadata": None},
    )
    assert found.blocks == [Image(src="https://example.org/a.png"), Image(name="0bad")]
    assert [(note.code, note.where) for note in found.notes] == [("W111", "0bad")]


# -- embeds ------------------------------------------------------------------------------------------

VIDEO = "https://cdn.embedly.com/widgets/media.html?src=https%3A%2F%2Fwww.youtube.com%2Fembed%2Fb0a7b0a7b0A&url=http%3A%2F%2Fwww.youtube.com%2Fwatch%3Fv%3Db0a7b0a7b0A"
WATCH = "https://www.youtube.com/watch?v=b0a7b0a7b0A"
THUMBNAIL = "https://i.ytimg.com/vi/b0a7b0a7b0A/hqdefault.jpg"
MEDIA_ID = "c0ffee00c0ffee00c0ffee00c0ffee00"
FRAMED = "https://medium.com/media/" + MEDIA_ID
EMBEDS: dict[str, tuple[Json, Json, Embed, list[str]]] = {
    "a video, inline": (
        {"mediaResource": {"id": MEDIA_ID, "title": "القارب", "iframeSrc": VIDEO, "iframeWidth": 854, "iframeHeight": 480}}, {},
        Embed("video", WATCH, "القارب", "youtube", "b0a7b0a7b0A", MEDIA_ID, VIDEO, THUMBNAIL, 854, 480), [],
    ),
    "a frame that is looked up": (
        {"mediaResourceId": MEDIA_ID, "thumbnailUrl": "https://example.org/t.png"},
        {MEDIA_ID: {"mediaResourceId": MEDIA_ID, "title": "Map", "iframeSrc": "https://example.org/map", "iframeWidth": 600}},
        Embed("frame", "https://example.org/map", "Map", "", "", MEDIA_ID, "https://example.org/map", "https://example.org/t.png", 600), [],
    ),
    "a frame of which only the id is known": (
        {"mediaResourceId": MEDIA_ID, "iframeWidth": 800, "iframeHeight": 600}, {},
        Embed("frame", FRAMED, media_id=MEDIA_ID, iframe_src=FRAMED, width=800, height=600), [],
    ),
    "a gist": (
        {"mediaResource": {"id": MEDIA_ID, "title": "boat.py", "iframeSrc": "", "gist": {"gistId": "b0a7b0a7b0a7", "githubUsername": "ana"}}}, {},
        Embed("gist", "https://gist.github.com/ana/b0a7b0a7b0a7", "boat.py", "github-gist", "ana/b0a7b0a7b0a7", MEDIA_ID), [],
    ),
    "a page without a frame": (
        {"mediaResource": {"id": MEDIA_ID, "href": "https://example.org/p", "iframeSrc": ""}}, {},
        Embed("frame", "https://example.org/p", media_id=MEDIA_ID), [],
    ),
    "a tweet": (
        {"mediaResource": {"id": MEDIA_ID, "tweet": {"tweetId": "123456789", "tweet": "Boats\r\nahead", "twitterName": "Ana", "twitterScreenName": "ana_b"}}}, {},
        Embed("tweet", "https://twitter.com/ana_b/status/123456789", "", "twitter", "123456789", MEDIA_ID, author="Ana", content=rich("Boats\nahead")), [],
    ),
    "nothing": ({}, {}, Embed(), ["W121"]),
}  # fmt: skip


@pytest.mark.parametrize("case", EMBEDS.values(), ids=EMBEDS.keys())
def test_embeds(case: tuple[Json, Json, Embed, list[str]]) -> None:
    frame, media, expected, codes = case
    found = read({"type": "IFRAME", "text": "", "iframe": frame}, media=media)
    assert found.blocks == [expected]
    assert [note.code for note in found.notes] == codes


def test_caption_of_an_embed() -> None:
    found = read(
        {
            "type": 11,
            "text": "Snimka",
            "markups": [{"type": 2, "start": 0, "end": 6}],
            "iframe": {"mediaResourceId": MEDIA_ID},
        }
    )
    block = found.blocks[0]
    assert isinstance(block, Embed)
    assert block.caption == rich("Snimka", Mark("em", 0, 6))


CARD = "Boats of the Adriatic\nA list, with picturesexample.org"
CARDS: dict[str, tuple[str, list[object], Json | None, LinkCard]] = {
    "as Medium writes one": (
        CARD,
        [
            {"type": "A", "start": 0, "end": 54, "href": LINK, "title": LINK},
            {"type": "STRONG", "start": 0, "end": 21},
            {"type": "EM", "start": 22, "end": 43},
        ],
        {"href": LINK, "thumbnailImageId": "0*t.png", "mediaResourceId": MEDIA_ID},
        LinkCard(LINK, "Boats of the Adriatic", "A list, with pictures", "example.org", "0*t.png", MEDIA_ID,
                 rich(CARD, Mark("link", 0, 54, LINK), Mark("strong", 0, 21), Mark("em", 22, 43))),
    ),
    "without metadata": (
        "Boats\nexample.org", [{"type": 3, "start": 0, "end": 17, "href": LINK}, {"type": 1, "start": 0, "end": 5}], None,
        LinkCard(LINK, "Boats", "", "example.org", content=rich("Boats\nexample.org", Mark("link", 0, 17, LINK), Mark("strong", 0, 5))),
    ),
    "empty": ("", [], {"href": LINK, "mediaResource": {"id": MEDIA_ID, "thumbnailUrl": "https://example.org/t.png"}},
              LinkCard(LINK, thumbnail="https://example.org/t.png", media_id=MEDIA_ID)),
}  # fmt: skip


@pytest.mark.parametrize("case", CARDS.values(), ids=CARDS.keys())
def test_link_cards(case: tuple[str, list[object], Json | None, LinkCard]) -> None:
    text, markups, metadata, expected = case
    assert read({"type": 14, "text": text, "markups": markups, "mixtapeMetadata": metadata}).blocks == [
        expected
    ]


# -- sections ----------------------------------------------------------------------------------------

P = {"type": 1, "text": "x"}
X = Paragraph(rich("x"))
SECTIONS: dict[str, tuple[int, list[object], list[Block], list[str]]] = {
    "one": (1, [{"name": "aaaa", "startIndex": 0}], [X], []),
    "two": (2, [{"name": "aaaa", "startIndex": 0}, {"name": "bbbb", "startIndex": 1}], [X, Section(name="bbbb"), X], []),
    "defaults by name say nothing": (
        1, [{"startIndex": 0, "textLayout": "FLOW", "imageLayout": "NONE", "videoLayout": "NO_VIDEO", "backgroundImage": None}], [X], [],
    ),
    "a cover": (
        1, [{"name": "aaaa", "startIndex": 0, "backgroundImage": {"id": "1*c.png", "originalWidth": 9, "originalHeight": 8}, "textLayout": 3, "imageLayout": 9}],
        [Section(cover=Image(id="1*c.png", width=9, height=8), layout="ASPECT_RATIO_VIEWPORT/MIDDLE_CENTER", name="aaaa"), X], [],
    ),
    "a cover by name": (
        1, [{"startIndex": 0, "backgroundImage": {"id": "1*c.png"}, "textLayout": "TOP_CENTER", "imageLayout": "COVER_FADE"}],
        [Section(cover=Image(id="1*c.png"), layout="COVER_FADE/TOP_CENTER"), X], [],
    ),
    "a video": (
        1, [{"startIndex": 0, "backgroundVideo": {"videoId": "v1de0", "previewImageId": "1*p.png"}}],
        [Section(cover=Image(id="1*p.png"), video="v1de0"), X], [],
    ),
    "empty backgrounds": (1, [{"startIndex": 0, "backgroundImage": {"id": ""}, "backgroundVideo": {"videoId": ""}}], [X], []),
    "the first begins late": (2, [{"name": "aaaa", "startIndex": 1}], [X, Section(name="aaaa"), X], []),
    "at the end": (1, [{"startIndex": 0}, {"name": "bbbb", "startIndex": 1}], [X, Section(name="bbbb")], []),
    "null and without a place": (1, [{"startIndex": 0}, None, {"name": "cccc"}], [X], ["W106", "W106"]),
    "twice the same place": (2, [{"startIndex": 0}, {"name": "b", "startIndex": 1}, {"name": "c", "startIndex": 1}],
                             [X, Section(name="b"), Section(name="c"), X], ["W106"]),
    "beyond the end": (1, [{"startIndex": 0}, {"name": "b", "startIndex": 7}], [X, Section(name="b")], ["W106"]),
    "before the beginning": (1, [{"startIndex": 0}, {"name": "b", "startIndex": -7}], [Section(name="b"), X], ["W106"]),
}  # fmt: skip


@pytest.mark.parametrize("case", SECTIONS.values(), ids=SECTIONS.keys())
def test_sections(case: tuple[int, list[object], list[Block], list[str]]) -> None:
    count, sections, blocks, codes = case
    found = read(*[P] * count, sections=sections)
    assert found.blocks == blocks
    assert [note.code for note in found.notes] == codes


HEADINGS: list[tuple[list[Json], str]] = [
    ([], ""),
    ([{"type": 4, "metadata": {"id": "1*a"}}, {"type": 1, "text": ""}, {"type": 3, "text": "Luka"}], "Luka"),
    ([{"type": 2, "text": "Luka"}, {"type": 3, "text": "Brod"}], "Luka"),
    ([{"type": 1, "text": "Prvo"}, {"type": 3, "text": "Luka"}], ""),
    ([{"type": 13, "text": "Mali naslov"}, {"type": 3, "text": "Luka"}], ""),
]


@pytest.mark.parametrize(("paragraphs", "title"), HEADINGS)
def test_a_title_that_no_field_gives(paragraphs: list[Json], title: str) -> None:
    assert first_heading(read(*paragraphs).blocks) == title


FACTS: list[tuple[object, object]] = [
    (facts.visibility(2), "locked"), (facts.visibility("UNLISTED"), "unlisted"), (facts.visibility(None), ""), (facts.visibility(9), ""),
    (facts.license_name(0), "ALL_RIGHTS_RESERVED"), (facts.license_name(7), "CC_40_ZERO"), (facts.license_name("CC_40_BY"), "CC_40_BY"),
    (facts.license_name(None), ""), (facts.license_name(-1), "-1"), (facts.license_name("9" * 5000), "9" * 5000),
    (facts.locked_source("LOCKED_POST_SOURCE_NONE"), ""), (facts.locked_source(0), ""), (facts.locked_source(1), "LOCKED_POST_SOURCE_UGC"),
    (facts.slug("three-boats-0123456789ab", "0123456789ab"), "three-boats"), (facts.slug("0123456789ab", "0123456789ab"), ""),
    (facts.slug("three-boats", "0123456789ab"), "three-boats"),
    (facts.slug(None, "0123456789ab", "https://medium.com/@ana/%C4%8Damac-0123456789ab?source=x"), "čamac"),
    (facts.slug(None, "0123456789ab", "https://medium.com/p/0123456789ab"), ""), (facts.slug(None, "0123456789ab", "http://[bad"), ""),
    (facts.addresses("https://medium.com/a-1", "", post_id="1"), ("https://medium.com/a-1", "")),
    (facts.addresses(None, None, "https://medium.com/a-1?x", post_id="1"), ("https://medium.com/a-1?x", "")),
    (facts.addresses("https://medium.com/a-1", "https://ana.example/a", post_id="1"), ("https://medium.com/a-1", "https://ana.example/a")),
    (facts.addresses("", "https://ana.example/a", post_id="1"), ("", "https://ana.example/a")),
    (facts.built_address("boats-1", Person(username="ana"), None), "https://medium.com/@ana/boats-1"),
    (facts.built_address("boats-1", Person(username="ana"), Publication(slug="luka")), "https://medium.com/luka/boats-1"),
    (facts.built_address("boats-1", Person(), Publication(slug="luka", domain="luka.example")), "https://luka.example/boats-1"),
    (facts.built_address("boats-1", Person(name="Ana"), Publication(name="Luka")), ""),
    (facts.built_address(None, Person(username="ana"), None), ""),
]  # fmt: skip


@pytest.mark.parametrize(("found", "expected"), FACTS)
def test_facts(found: object, expected: object) -> None:
    assert found == expected


# -- bytes -------------------------------------------------------------------------------------------

REPAIRED: dict[str, tuple[bytes, str, list[str]]] = {
    "NUL": (rb'{"paragraphs":[{"type":1,"text":"a\u0000b"}]}', "a\ufffdb", ["W109"]),
    "an escaped backslash before u0000": (rb'{"paragraphs":[{"type":1,"text":"a\\u0000b"}]}', "a\\u0000b", []),
    "half of a pair": (rb'{"paragraphs":[{"type":1,"text":"a\ud83db"}]}', "a\ufffdb", ["W109"]),
    "the other half": (rb'{"paragraphs":[{"type":1,"text":"\udcb8"}]}', "\ufffd", ["W109"]),
    "a whole pair beside a half": (rb'{"paragraphs":[{"type":1,"text":"\ud83d\udcb8\udcb8"}]}', "💸\ufffd", ["W109"]),
    "NaN": (b'{"paragraphs":[{"type":1,"text":"a","hasDropCap":NaN}],"x":Infinity}', "a", []),
    "a number beyond all floats": (b'{"paragraphs":[{"type":1,"text":"a","layout":1e999}]}', "a", []),
    "a number of ten thousand digits": (b'{"paragraphs":[{"type":1,"text":"a","layout":' + b"9" * 10_000 + b"}]}", "a", []),
    "a raw line break in a string": (b'{"paragraphs":[{"type":1,"text":"a\nb"}]}', "a\nb", []),
    "a byte order mark": (b'\xef\xbb\xbf{"paragraphs":[{"type":1,"text":"a"}]}', "a", []),
}  # fmt: skip


@pytest.mark.parametrize("case", REPAIRED.values(), ids=REPAIRED.keys())
def test_what_is_no_json_and_can_be_had(case: tuple[bytes, str, list[str]]) -> None:
    data, text, codes = case
    body, notes = decode(data, BODY)
    assert [note.code for note in notes] == codes
    assert read_body(body).blocks == [Paragraph(rich(text))]


BROKEN: dict[str, tuple[bytes, str, str]] = {
    "nothing": (b"", "ends in the middle of its JSON", "byte 7"),
    "cut": (b'{"paragraphs":[{"ty', "ends in the middle of its JSON", "byte 26"),
    "cut after a value": (b'{"paragraphs":[]', "ends in the middle of its JSON", "byte 23"),
    "a comma too many": ('{"č":1,,}'.encode(), "is no JSON", "byte 15"),
    "Latin-1": (b'{"paragraphs":[{"text":"caf\xe9"}]}', "is not UTF-8", "byte 34"),
    "nested without end": (b'{"x":' + b"[" * 200_000, "nested more deeply", "byte 7"),
    "an array": (b"[1]", "holds a list where", "byte 7"),
}


@pytest.mark.parametrize("case", BROKEN.values(), ids=BROKEN.keys())
def test_what_cannot_be_had_says_where(case: tuple[bytes, str, str]) -> None:
    data, reason, where = case
    with pytest.raises(UnreadableError) as raised:
        decode(data, BODY, "posts/a.json", 7)
    assert reason in raised.value.reason
    assert (raised.value.where, raised.value.origin) == (where, "posts/a.json")
    assert "\n" not in str(raised.value)


# -- properties --------------------------------------------------------------------------------------

KINDS = {1: "strong", 2: "em", 10: "code"}
markups = st.lists(
    st.fixed_dictionaries(
        {"type": st.sampled_from([1, 2, 10]), "start": st.integers(-2, 60), "end": st.integers(-2, 60)}
    ),
    max_size=6,
)


@given(texts.texts, markups)
def test_every_character_marked_in_utf16_is_marked(text: str, marks: list[Json]) -> None:
    """The text stays; a character is marked when any of its UTF-16 units is, white space at the ends of
    strong and em and breaks in code aside (``fonds.richtext``)."""
    found = read({"type": "P", "text": text, "markups": marks})
    block = found.blocks[0]
    assert isinstance(block, Paragraph)
    assert block.content.text == text.replace("\r\n", "\n").replace("\r", "\n")
    assert found.notes == []
    if "\r" in text:
        return
    units = [index for index, char in enumerate(text) for _ in range(1 + (char > "\uffff"))]
    for number, kind in KINDS.items():
        expected = {
            index
            for mark in marks
            if mark["type"] == number and mark["start"] < mark["end"]
            for index in units[max(mark["start"], 0) : max(mark["end"], 0)]
            if not text[index].isspace()
        }
        covered = {
            index
            for mark in block.content.marks
            if mark.kind == kind
            for index in range(mark.start, mark.end)
        }
        assert expected <= covered
        for index in covered - expected:  # white space inside, or the rest of a joined character
            assert text[index].isspace() or not text[index].isascii() or not text[index - 1].isascii()


# Anything at all where Medium has something: nothing but UnreadableError, and a model that is whole.
scalars = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5))
values: st.SearchStrategy[Any] = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["id", "href", "mediaResource", "title", "lang", "__ref"]), inner, max_size=3),
    ),
    max_leaves=8,
)  # fmt: skip
NAMES = ["name", "type", "text", "markups", "href", "layout", "metadata", "hasDropCap", "dropCapImage", "iframe", "mixtapeMetadata", "codeBlockMetadata"]  # fmt: skip
odd_paragraphs = st.dictionaries(
    st.sampled_from(NAMES), st.one_of(values, st.integers(0, 17), st.sampled_from(["IMG", "IFRAME", "MIXTAPE_EMBED", "PRE"]))
)  # fmt: skip


@given(st.lists(st.one_of(values, odd_paragraphs), max_size=4), st.lists(values, max_size=2))
def test_no_value_of_a_wrong_type_breaks_the_rest(paragraphs: list[Any], sections: list[Any]) -> None:
    data = json.dumps({"paragraphs": [{"type": 1, "text": "first"}, *paragraphs], "sections": sections})
    body, _ = decode(data.encode(), BODY)
    found = read_body(body)
    assert any(block == Paragraph(rich("first")) for block in found.blocks)
    post = model.Post(blocks=tuple(found.blocks), notes=tuple(found.notes))
    assert model.decode(model.encode(post)) == post


GROWTH = {
    "one paragraph": lambda n: {"paragraphs": [{"type": 1, "text": "čamac 💸 " * n}]},
    "marks everywhere": lambda n: {
        "paragraphs": [
            {"type": 1, "text": "é💸x" * n, "markups": [{"type": 1 + i % 3, "start": i, "end": i + 9, "href": "u"} for i in range(n)]}
        ]
    },
    "marks of many unknown types": lambda n: {
        "paragraphs": [{"type": 1, "text": "x", "markups": [{"type": f"T{i}", "start": 0, "end": 1} for i in range(n)]}]
    },
    "sections in one place": lambda n: {"paragraphs": [], "sections": [{"startIndex": 0}] * n},
    "paragraphs that are nothing": lambda n: {"paragraphs": [None, {}, {"type": "?"}] * n},
}  # fmt: skip


@pytest.mark.parametrize("make", GROWTH.values(), ids=GROWTH.keys())
def test_time_grows_with_the_input(make: Any) -> None:
    inputs = {size: json.dumps(make(size)).encode() for size in (2000, 2000 * growth.FACTOR)}
    growth.assert_linear(lambda size: read_body(decode(inputs[size], BODY)[0]), 2000)
