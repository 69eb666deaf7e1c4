"""Sentences of a post: where they end, in which block and section they stand, and how they are found again."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fonds.ledger.sentences import full_text, resolve, sentences, split
from fonds.model import (
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
)

SPLITS = [
    ("Two died. Three fled.", ["Two died.", "Three fled."]),
    ("Dr. Novak and J. Doe of the U.S. army spoke.", ["Dr. Novak and J. Doe of the U.S. army spoke."]),
    ("He paid 1.239 kuna at 8.30 p.m. on Sat. 4 May.", ["He paid 1.239 kuna at 8.30 p.m. on Sat. 4 May."]),
    ("They left.The police came.", ["They left.", "The police came."]),
    ("See example.org or a.b@c.de now.", ["See example.org or a.b@c.de now."]),
    ("“Go!” he said. “Now.” She went…", ["“Go!” he said.", "“Now.”", "She went…"]),
    ("and then… silence. 5 left", ["and then… silence.", "5 left"]),
    ("Line one\nline two", ["Line one", "line two"]),
    ("٤٥ شخصا. هل وصلوا؟ نعم.", ["٤٥ شخصا.", "هل وصلوا؟", "نعم."]),
    ("三人死亡。两人失踪。", ["三人死亡。", "两人失踪。"]),
    ("   ", []),
    ("", []),
]


@pytest.mark.parametrize(("text", "expected"), SPLITS)
def test_split(text: str, expected: list[str]) -> None:
    assert [text[a:b] for a, b in split(text)] == expected


def test_headings_part_at_their_separators() -> None:
    text = "Digest 24/06: 212 ARRIVALS // TWO DEAD / 3 hurt — more | end"
    parts = [text[a:b] for a, b in split(text, heading=True)]
    assert parts == ["Digest 24/06: 212 ARRIVALS", "TWO DEAD", "3 hurt", "more", "end"]


@given(st.text(alphabet="ab A.!?…\n“”//|—5", max_size=80), st.booleans())
def test_only_white_space_and_separators_are_left_out(text: str, heading: bool) -> None:
    spans = split(text, heading)
    rest, at = "", 0
    for start, end in spans:
        assert at <= start < end
        rest += text[at:start]
        at = end
    assert not (rest + text[at:]).strip(" \n/|—-–")


def bold(text: str) -> RichText:
    return RichText(text, (Mark("strong", 0, len(text)),))


POST = Post(
    title="A digest",
    blocks=(
        Heading(level=3, content=RichText("A digest"), role="title"),
        Heading(level=4, content=RichText("2 dead // 3 hurt"), role="subtitle"),
        Image(id="1*a.jpeg", caption=RichText("A boat at sea.")),
        Paragraph(content=RichText("A boat at sea.")),
        Heading(level=3, content=RichText("Sea")),
        Paragraph(content=RichText("Two died. Three were saved."), name="ab12"),
        Paragraph(content=bold("Greece")),
        ListItem(content=RichText("54 arrived on Lesvos.")),
        Quote(content=RichText("We saw it. All of us.")),
        Paragraph(content=RichText("FRANCE")),
        Embed(kind="tweet", author="Mare Liberum", content=RichText("5 people missing.")),
        LinkCard(title="Report", description="On 20 deaths.", host="example.org"),
        ImageRow(
            images=(Image(id="1*b.jpeg", caption=RichText("Left.")), Image(id="1*c.jpeg", alt="Right."))
        ),
        Paragraph(content=RichText("Two died. Three were saved.")),
    ),
)


def test_every_block_gives_its_sentences_with_kind_and_section() -> None:
    found = [(s.text, s.kind, s.section) for s in sentences(POST)]
    assert found == [
        ("A digest", "heading", ""),
        ("2 dead", "subtitle", ""),
        ("3 hurt", "subtitle", ""),
        ("A boat at sea.", "caption", ""),
        ("A boat at sea.", "body", ""),
        ("Sea", "heading", "Sea"),
        ("Two died.", "body", "Sea"),
        ("Three were saved.", "body", "Sea"),
        ("Greece", "body", "Greece"),
        ("54 arrived on Lesvos.", "item", "Greece"),
        ("We saw it.", "quote", "Greece"),
        ("All of us.", "quote", "Greece"),
        ("FRANCE", "body", "FRANCE"),
        ("5 people missing.", "tweet", "FRANCE"),
        ("Report", "card", "FRANCE"),
        ("On 20 deaths.", "card", "FRANCE"),
        ("Left.", "caption", "FRANCE"),
        ("Right.", "caption", "FRANCE"),
        ("Two died.", "body", "FRANCE"),
        ("Three were saved.", "body", "FRANCE"),
    ]


def test_a_repeated_caption_is_recognised_and_a_repeated_paragraph_is_not_a_caption() -> None:
    found = sentences(POST)
    assert [s.repeats for s in found if s.text == "A boat at sea."] == [None, 3]
    assert [s.repeats for s in found if s.text == "Two died."] == [None, None]


def test_a_tweet_names_its_author() -> None:
    assert [s.frame for s in sentences(POST) if s.kind == "tweet"] == ["Mare Liberum"]


def check_selectors(post: Post) -> None:
    text = full_text(post)
    for sentence in sentences(post):
        assert text[sentence.position : sentence.position + len(sentence.text)] == sentence.text
        assert resolve(text, sentence.selector, sentence.position) == sentence.position


def test_selectors_resolve_to_the_exact_place() -> None:
    check_selectors(POST)


def test_a_selector_finds_the_sentence_in_a_changed_rendering() -> None:
    sentence = next(s for s in sentences(POST) if s.text == "54 arrived on Lesvos.")
    changed = "Something new above.\n\n" + full_text(POST).replace("Greece", "* GREECE *")
    assert changed[resolve(changed, sentence.selector) :].startswith("54 arrived on Lesvos.")
    assert resolve("nothing of it", sentence.selector) == -1


def test_a_selector_finds_the_sentence_where_white_space_changed() -> None:
    sentence = next(s for s in sentences(POST) if s.text == "54 arrived on Lesvos.")
    changed = full_text(POST).replace("54 arrived on Lesvos.", "54\narrived on  Lesvos .")
    assert changed[resolve(changed, sentence.selector) :].startswith("54\narrived")


def test_a_selector_is_a_web_annotation_selector() -> None:
    selector = sentences(POST)[6].selector
    assert msgspec.to_builtins(selector) == {
        "type": "TextQuoteSelector",
        "exact": "Two died.",
        "prefix": "d\nA boat at sea.\nA boat at sea.\nSea\n"[-32:],
        "suffix": " Three were saved.\nGreece\n54 arrived"[:32],
    }


@given(st.lists(st.text(alphabet="ab A.!\n", max_size=12), max_size=12))
def test_selectors_resolve_in_any_post(texts: list[str]) -> None:
    check_selectors(Post(title="T", blocks=tuple(Paragraph(content=RichText(text)) for text in texts)))


def test_a_title_in_no_block_is_a_sentence_too() -> None:
    (first, second) = sentences(
        Post(title="Two dead", blocks=(Paragraph(content=RichText("They drowned.")),))
    )
    assert (first.text, first.block, second.block) == ("Two dead", -1, 0)


def test_an_empty_post_has_no_sentences() -> None:
    assert sentences(Post()) == []
