"""The proof can fail: every finding code has a sabotage that brings it about.

It has two ways, to the letter and item by item: the first must never say yes where the second says no.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from cmarkgfm.cmark import Options, markdown_to_html

from fonds.model import (
    Block,
    Code,
    Embed,
    EmbedFile,
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
from fonds.writers import check_html, check_items, check_reader, write
from fonds.writers.check import check, html
from fonds.writers.context import ALONE, Context
from texts import Generator

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


def _rendered(text: str) -> str:
    return str(markdown_to_html(text.split("\n---\n", 1)[1], Options.CMARK_OPT_UNSAFE))


@pytest.mark.parametrize(("before", "after"), [row[1:3] for row in SABOTAGE if row[3] != "E206"])
def test_sabotage_changes_letters(before: str, after: str) -> None:
    text = write(POST)
    assert _rendered(text) == check_html.page(POST, ALONE)
    assert _rendered(text.replace(before, after, 1)) != check_html.page(POST, ALONE)


def _near(href: str) -> str | None:
    return "../posts/a.md" if href == "https://example.org/" else None


@pytest.mark.parametrize("context", [ALONE, Context(link=_near, anchors=frozenset({"n1", "n4", "n7"}))])
@pytest.mark.parametrize("batch", range(4))
def test_what_is_the_same_to_the_letter_is_the_same_item_by_item(batch: int, context: Context) -> None:
    generator = Generator(9000 + batch)
    same = 0
    for _ in range(200):
        blocks = tuple(_any_block(number, generator) for number in range(generator.random.randint(1, 4)))
        post = Post(blocks=blocks)
        rendered = _rendered(write(post, context=context))
        if rendered == check_html.page(post, context):
            same += 1
            wanted = [item[:3] for item in check_items.expect(post, context)]
            assert [item[:3] for item in check_reader.read(rendered)] == wanted
    assert same > 150  # the others have marks that cross


def _any_block(number: int, generator: Generator) -> Block:
    """A block of a random kind with random text, named after its place."""
    rich, other, name = generator.rich(), generator.rich(), f"n{number}"
    makers: tuple[Callable[[], Block], ...] = (
        lambda: Paragraph(content=rich, name=name),
        lambda: Paragraph(content=rich, name=name, drop_cap=True, drop_cap_image=Image(id="1*d.png")),
        lambda: Paragraph(content=rich, name=name, role="section-caption"),
        lambda: Heading(level=generator.random.choice((2, 3, 4)), content=rich, name=name),
        lambda: Quote(content=rich, name=name, pull=generator.random.random() < 0.5),
        lambda: ListItem(content=rich, name=name, ordered=generator.random.random() < 0.5),
        lambda: ListItem(content=rich, name=name),
        lambda: Code(content=rich, lang=generator.random.choice(("", "c++")), name=name),
        lambda: Image(id="1*a.png", caption=rich, alt=other.text, title='a "b" & c', name=name),
        lambda: Image(id="1*a.png", href="https://example.org/", name=name),
        lambda: ImageRow(images=(Image(id="1*a.png", name=name), Image(id="1*b.png", caption=rich))),
        lambda: ImageRow(images=(Image(id="1*a.png", caption=other), Image(src="https://a.example/b c"))),
        lambda: LinkCard(href="https://example.org/", content=rich, host="example.org", thumbnail="1*t.png"),
        lambda: LinkCard(href="https://a.example/", title=rich.text, description="d", host="a.example"),
        lambda: Embed(href="https://a.example/&x", title=rich.text, caption=other, provider="a", name=name),
        lambda: Embed(media_id="0a1b", author="Ana", content=rich, files=(EmbedFile("a.c", "c", "x\n"),)),
        lambda: Section(name=name, cover=Image(id="1*c.png", caption=rich)),
        lambda: Unknown("POLL", rich, name=name),
    )
    return generator.random.choice(makers)()


@pytest.mark.skipif(
    not Path("/proc/self/statm").exists(), reason="the system does not tell what a process holds"
)
def test_what_was_proven_is_not_held() -> None:
    """Two hundred texts of 100 kB each, from C's memory, where no tracer of Python's looks."""
    body = "Boats came in before noon. " * 4000

    def held() -> int:
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    for _ in range(20):
        html(body)
    before = held()
    for _ in range(200):
        html(body)
    assert held() - before < 5_000_000
