"""fonds.sources.body: rows joined and roles assigned, alike for every form."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fonds.model import Block, Code, Heading, Image, ImageRow, Mark, Paragraph, Quote, RichText, Section
from fonds.sources.body import arrange
from growth import assert_linear


def h(text: str, level: int = 3, role: Any = "") -> Heading:
    return Heading(level, RichText(text), role)


def p(text: str, role: Any = "") -> Paragraph:
    return Paragraph(RichText(text), role=role)


def i(name: str, layout: str = "") -> Image:
    return Image(name + ".png", layout=layout, name=name)


ROW, MORE = "OUTSET_ROW", "OUTSET_ROW_CONTINUE"
T = "Boats"

ROLES: tuple[tuple[str, str, tuple[Block, ...], tuple[Block, ...], str], ...] = (
    ("nothing", T, (), (), ""),
    ("title and subtitle", T, (h("Boats"), h("Of the north", 4), p("x")),
     (h("Boats", 3, "title"), h("Of the north", 4, "subtitle"), p("x")), "Of the north"),
    ("old title", T, (h("Boats", 2), h("S", 4)), (h("Boats", 2, "title"), h("S", 4, "subtitle")), "S"),
    ("small title", T, (h("Boats", 4), h("S", 4)), (h("Boats", 4, "title"), h("S", 4, "subtitle")), "S"),
    ("title as a paragraph", T, (p("Boats"), h("S", 4)), (p("Boats", "title"), h("S", 4, "subtitle")), "S"),
    ("white space aside", "The  boats", (h(" The\nboats "),), (h(" The\nboats ", 3, "title"),), ""),
    ("a large heading is no subtitle", T, (h("Boats"), h("S", 3)), (h("Boats", 3, "title"), h("S", 3)), ""),
    ("a paragraph is no subtitle", T, (h("Boats"), p("S")), (h("Boats", 3, "title"), p("S")), ""),
    ("unless the form says so", T, (h("Boats"), p("S", "subtitle")),
     (h("Boats", 3, "title"), p("S", "subtitle")), "S"),
    ("another first heading", T, (h("Ships"), h("S", 4)), (h("Ships"), h("S", 4)), ""),
    ("the title, late", T, (p("x"), h("Boats")), (p("x"), h("Boats")), ""),
    ("no title known", "", (h("Boats"), h("S", 4)), (h("Boats"), h("S", 4)), ""),
    ("title of blanks", " ", (h(" "), h("S", 4)), (h(" "), h("S", 4)), ""),
    ("a role the form gave stays", T, (h("Ships", 3, "title"), h("S", 4)),
     (h("Ships", 3, "title"), h("S", 4, "subtitle")), "S"),
    ("kicker of the form", T, (h("K", 4, "kicker"), h("Boats"), h("S", 4)),
     (h("K", 4, "kicker"), h("Boats", 3, "title"), h("S", 4, "subtitle")), "S"),
    ("kicker by its place", T, (h("K", 4), h("Boats"), h("S", 4)),
     (h("K", 4, "kicker"), h("Boats", 3, "title"), h("S", 4, "subtitle")), "S"),
    ("a small heading before a small title is no kicker", T, (h("K", 4), h("Boats", 4)), (h("K", 4), h("Boats", 4)), ""),
    ("a small heading first is no kicker without the title", T, (h("K", 4), p("x")), (h("K", 4), p("x")), ""),
    ("covers before and between", T, (Section(), i("a"), h("Boats"), i("b"), h("S", 4)),
     (Section(), i("a"), h("Boats", 3, "title"), i("b"), h("S", 4, "subtitle")), "S"),
    ("empty paragraphs between", T, (p(""), h("Boats"), p(" "), h("S", 4)),
     (p(""), h("Boats", 3, "title"), p(" "), h("S", 4, "subtitle")), "S"),
    ("code ends the search", T, (Code(RichText("x")), h("Boats")), (Code(RichText("x")), h("Boats")), ""),
    ("a quote between ends it", T, (h("Boats"), Quote(RichText("q")), h("S", 4)),
     (h("Boats", 3, "title"), Quote(RichText("q")), h("S", 4)), ""),
    ("a second small heading stays", T, (h("Boats"), h("S", 4), h("U", 4)),
     (h("Boats", 3, "title"), h("S", 4, "subtitle"), h("U", 4)), "S"),
)  # fmt: skip


@pytest.mark.parametrize(("why", "title", "blocks", "wanted", "subtitle"), ROLES, ids=[c[0] for c in ROLES])
def test_roles(
    why: str, title: str, blocks: tuple[Block, ...], wanted: tuple[Block, ...], subtitle: str
) -> None:
    assert arrange(blocks, title) == (wanted, subtitle)
    assert arrange(wanted, title) == (wanted, subtitle), "doing it again changes nothing"


def test_marks_of_the_title_stay() -> None:
    marked = Heading(3, RichText("Boats", (Mark("em", 0, 5),)), name="0a1b")
    (found,), _ = arrange((marked,), "Boats")
    assert found == msgspec.structs.replace(marked, role="title")


def row(*names: str) -> ImageRow:
    first, *rest = names
    return ImageRow((i(first, ROW), *(i(name, MORE) for name in rest)), name=first)


ROWS: tuple[tuple[str, tuple[Block, ...], tuple[Block, ...]], ...] = (
    ("two", (i("a", ROW), i("b", MORE)), (row("a", "b"),)),
    ("three among others", (p("x"), i("a", ROW), i("b", MORE), i("c", MORE), p("y")),
     (p("x"), row("a", "b", "c"), p("y"))),
    ("a row of one is a picture", (i("a", ROW), p("x")), (i("a", ROW), p("x"))),
    ("two rows behind each other", (i("a", ROW), i("b", MORE), i("c", ROW), i("d", MORE)),
     (row("a", "b"), row("c", "d"))),
    ("broken by text", (i("a", ROW), p("x"), i("b", MORE)), (i("a", ROW), p("x"), i("b", MORE))),
    ("a continuation without its beginning", (i("b", MORE), p("x")), (i("b", MORE), p("x"))),
    ("two continuations alone", (i("b", MORE), i("c", MORE)),
     (ImageRow((i("b", MORE), i("c", MORE)), name="b"),)),
    ("another layout ends it", (i("a", ROW), i("b", MORE), i("c", "FULL_WIDTH")),
     (row("a", "b"), i("c", "FULL_WIDTH"))),
    ("another layout first", (i("c", "FULL_WIDTH"), i("b", MORE)), (i("c", "FULL_WIDTH"), i("b", MORE))),
    ("beginnings only", (i("a", ROW), i("b", ROW)), (i("a", ROW), i("b", ROW))),
)  # fmt: skip


@pytest.mark.parametrize(("why", "blocks", "wanted"), ROWS, ids=[case[0] for case in ROWS])
def test_rows(why: str, blocks: tuple[Block, ...], wanted: tuple[Block, ...]) -> None:
    assert arrange(blocks, "") == (wanted, "")
    assert arrange(wanted, "") == (wanted, ""), "doing it again changes nothing"


pieces = st.one_of(
    st.builds(i, st.sampled_from("abc"), st.sampled_from(["", ROW, MORE, "FULL_WIDTH"])),
    st.builds(h, st.sampled_from(["Boats", "S", ""]), st.integers(2, 4), st.sampled_from(["", "title", "kicker"])),
    st.builds(p, st.sampled_from(["Boats", "x", " "]), st.sampled_from(["", "subtitle"])),
    st.just(Section()),
    st.just(Code(RichText("x"))),
)  # fmt: skip


@given(st.lists(pieces, max_size=8), st.sampled_from(["Boats", ""]))
def test_nothing_but_rows_and_roles_changes(blocks: list[Block], title: str) -> None:
    before = list(blocks)
    found, subtitle = arrange(blocks, title)
    assert blocks == before, "what comes in is left alone"
    flat = [image for block in found for image in (block.images if isinstance(block, ImageRow) else (block,))]
    assert [bare(block) for block in flat] == [bare(block) for block in blocks]
    roles = [block.role for block in found if isinstance(block, (Heading, Paragraph))]
    given_roles = [block.role for block in blocks if isinstance(block, (Heading, Paragraph))]
    assert all(now == then for now, then in zip(roles, given_roles, strict=True) if then)
    assert not subtitle or any(
        block.role == "subtitle" and block.content.text == subtitle
        for block in found
        if isinstance(block, (Heading, Paragraph))
    )
    again, same = arrange(found, title)
    assert (again, same) == (found, subtitle)


def bare(block: Block) -> Block:
    return msgspec.structs.replace(block, role="") if isinstance(block, (Heading, Paragraph)) else block


GROWING: dict[str, Block] = {
    "pictures": i("a", MORE),
    "kickers": h("K", 4, "kicker"),
    "empty paragraphs": p(" "),
    "small headings": h("K", 4),
}


@pytest.mark.parametrize("name", GROWING)
def test_time_grows_with_the_body(name: str) -> None:
    assert_linear(lambda n: arrange([GROWING[name]] * n, "Boats"), 5_000)
