"""Unusual input: nothing crashes, and time grows with the length only."""

from __future__ import annotations

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

import ledgers
from fonds.ledger import redaction
from fonds.ledger.around import of_post
from fonds.ledger.given import Source
from fonds.ledger.rows import Row
from fonds.ledger.run import made
from fonds.ledger.sentences import full_text, resolve
from fonds.model import Post
from growth import assert_linear

LONG = "and then 12 people near Lesvos said that 5 men were killed by the police, "


def claims(*paragraphs: str, date: str = "2016-05-31") -> list[tuple[str, str]]:
    post = ledgers.post("ffff00000001", "T", [ledgers.para(text) for text in paragraphs])
    return [(c.figure, c.kind) for told in of_post(post, date) for c in told.claims]


def test_nothing_to_read() -> None:
    assert list(of_post(Post())) == []
    assert claims() == []
    assert claims("", " ", "\n", "…", "!!!") == []


def test_no_date() -> None:
    post = Post(id="ffff00000002", title="T", blocks=(ledgers.para("5 people died on Monday in Aleppo."),))
    (told,) = of_post(post)
    assert told.claims[0].date is not None
    assert told.claims[0].date.id == ""


def test_a_sentence_of_ten_thousand_words() -> None:
    assert len(claims(LONG * 700)) > 100


def test_numbers_of_400_digits_and_mixed_scripts() -> None:
    assert claims(f"{'9' * 400} people died in Aleppo.", f"{'1' * 399}.5% of the camp burned.") == []
    assert claims("٤٥ people drowned near Κως, сообщает UNHCR: 三人 died.") == [("٤٥", "killed")]
    assert claims("\u202e5 people died\u202c \ud83d\ude00") == [("5", "killed")]


def test_a_post_takes_time_for_its_length_only() -> None:
    assert_linear(lambda n: claims(LONG * n), 60)
    assert_linear(
        lambda n: claims(*["5 people were killed in Aleppo on Monday, says MSF. Among them were two."] * n),
        30,
    )


TEXT = st.text(alphabet="5 9.,:;!?“”\"'-—()%+ab AZ\n人ع", max_size=60)
WORDS = st.sampled_from(
    [
        "5",
        "12",
        "people",
        "killed",
        "rescued",
        "in",
        "Aleppo",
        "on",
        "Monday",
        "MSF",
        "says",
        "that",
        "Russia",
        "denied",
        "including",
        "children",
        ",",
        ".",
        ":",
        "“",
        "”",
        "or",
        "at",
        "least",
        "more",
        "than",
    ]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(TEXT, st.lists(WORDS, max_size=25).map(" ".join)), max_size=6))
def test_any_post(texts: list[str]) -> None:
    post = ledgers.post("ffff00000003", "Title", [ledgers.para(text) for text in texts])
    found = made(Source("k", "m"), _given(post))
    text = full_text(post)
    ids = set()
    for row in msgspec.json.Decoder(Row).decode_lines(found.lines):
        ids.add(row.id)
        place, claim = row.sentence, row.claim
        assert resolve(text, place.selector, place.position) == place.position
        assert text[place.position : place.position + len(place.text)] == place.text
        for mention in (claim.place, claim.date, claim.source, claim.responsible):
            if mention is not None and mention.start >= 0:
                assert place.text[mention.start : mention.end] == mention.text
        if claim.figure:
            assert place.text[claim.start : claim.end] == claim.figure
        hidden = redaction.Redaction(["Aleppo", "MSF"]).row(row)
        assert hidden is not None
        assert "Aleppo" not in hidden.sentence.text
    assert len(ids) == found.head.claims


def _given(post: Post):  # type: ignore[no-untyped-def]
    from fonds.ledger.given import Given

    return Given(post.id, 1, post)
