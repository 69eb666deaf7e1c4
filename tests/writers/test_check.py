"""The proof can fail: every finding code has a sabotage that brings it about."""

from __future__ import annotations

import pytest

from fonds.model import (
    Code,
    Heading,
    Image,
    ListItem,
    Mark,
    Paragraph,
    Post,
    Quote,
    RichText,
    Section,
)
from fonds.writers import write
from fonds.writers.check import check

POST = Post(
    title='The "Ana"',
    subtitle="A boat",
    tags=(),
    blocks=(
        Heading(level=3, content=RichText('The "Ana"')),
        Heading(level=4, content=RichText("A boat")),
        Paragraph(
            name="a1b2",
            content=RichText(
                "Ten people came ashore at dawn",
                (Mark("strong", 0, 3), Mark("link", 11, 15, "https://example.org/a")),
            ),
        ),
        Code(content=RichText("if x:\n    pass"), lang="python"),
        Image(id="1*a.png", alt="a boat"),
        Quote(content=RichText("We saw nothing")),
        ListItem(content=RichText("one")),
        ListItem(content=RichText("two")),
        Section(),
        Paragraph(content=RichText("The end")),
    ),
)

SABOTAGE = [
    ("a letter lost", "people", "peple", "E201"),
    ("a space inserted", "ashore at", "ashore  at", "E201"),
    ("an escape too many", "dawn", "\\dawn", "E201"),
    ("bold lost", "**Ten**", "Ten", "E202"),
    ("bold became italic", "**Ten**", "*Ten*", "E202"),
    ("bold grew", "**Ten** people", "**Ten people**", "E202"),
    ("another address", "example.org/a", "example.org/b", "E203"),
    ("a link lost", "[came](https://example.org/a)", "came", "E203"),
    ("a line of code changed", "    pass", "   pass", "E204"),
    ("a language lost", "```python", "```", "E205"),
    ("paragraphs run together", "\n\n---\n\nThe end", "\nThe end", "E205"),
    ("a block lost", "\n> We saw nothing\n", "", "E205"),
    ("a block added", "The end\n", "The end\n\nMore\n", "E205"),
    ("a quote lost", "> We saw", "We saw", "E205"),
    ("list became loose text", "- one\n- two", "one\ntwo", "E205"),
    ("list items nested", "- one\n- two", "- one\n  - two", "E201"),
    ("a tag from nowhere", "The end", "The end</div>", "E205"),
    ("another picture", "1*a.png", "1*b.png", "E207"),
    ("a description changed", "a boat]", "a ship]", "E201"),
    ("title changed", '\\"Ana\\"', '\\"Eva\\"', "E206"),
    ("broken front matter", 'title: "', 'title: ""', "E206"),
    ("front matter key lost", 'subtitle: "A boat"\n', "", "E206"),
    ("front matter key added", "---\n\n", "draft: true\n---\n\n", "E206"),
]


def test_the_undisturbed_file_passes() -> None:
    assert check(POST, write(POST)) == []


@pytest.mark.parametrize(
    ("before", "after", "code"), [row[1:] for row in SABOTAGE], ids=[r[0] for r in SABOTAGE]
)
def test_sabotage_is_found(before: str, after: str, code: str) -> None:
    text = write(POST)
    assert before in text
    findings = check(POST, text.replace(before, after, 1))
    assert code in {finding.code for finding in findings}, findings


def test_a_finding_names_its_place() -> None:
    finding = check(POST, write(POST).replace("people", "peple"))[0]
    assert finding.where == "a1b2"
    assert "'Ten people" in finding.message


def test_a_file_without_front_matter_or_text() -> None:
    assert check(POST, "")
    assert check(POST, "---\n- a list\n---\n")
    assert check(POST, "---\ntitle: [\n---\n")
