"""The proof of the ``zmedium`` flavour: what that Markdown cannot carry, or lost, is named."""

from __future__ import annotations

import pytest

from fonds.archive.proof import prove
from fonds.model import Code, Image, Paragraph, Post, RichText
from fonds.writers import write
from fonds.writers.context import ALONE

POST = Post(
    id="0a1b2c3d4e5f",
    title="The tide",
    medium_url="https://medium.com/@ana/the-tide-0a1b2c3d4e5f",
    first_published_at=1_464_692_750_178,
    latest_published_at=1_464_693_414_642,
    blocks=(
        Paragraph(name="a1b2", content=RichText("Ten people came ashore.")),
        Image(id="1*boat.png"),
        Paragraph(name="c3d4", content=RichText("And the boat went back.")),
    ),
)


def test_the_undisturbed_file_passes() -> None:
    assert prove(POST, write(POST, "zmedium"), "zmedium", ALONE) == []


@pytest.mark.parametrize(
    ("before", "after", "code", "where"),
    [
        ("Ten people", "Ten", "E208", "a1b2"),
        ("And the boat went back", "", "E208", "c3d4"),
        ("1*boat.png", "1*ship.png", "E207", ""),
        ("title: The tide", "title: The boat", "E206", "title"),
        ("date: 2016-05-31T11:05:50.178", "date: 2016-05-31T11:05:50.179", "E206", "first_published_at"),
    ],
)
def test_sabotage_is_found(before: str, after: str, code: str, where: str) -> None:
    text = write(POST, "zmedium")
    assert before in text
    findings = prove(POST, text.replace(before, after), "zmedium", ALONE)
    assert (code, where) in {(finding.code, finding.where) for finding in findings}


def test_what_the_flavour_cannot_carry_is_named() -> None:
    post = Post(title="t", blocks=(Code(name="e5f6", content=RichText("```\nbox\n```")),))
    assert [f.code for f in prove(post, write(post, "zmedium"), "zmedium", ALONE)] == ["E208"]
    assert prove(post, write(post), "fonds", ALONE) == []
