"""Markdown by ZMediumToMarkdown: every generation, other hands, damage, and a CommonMark parser's view."""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from fonds.errors import UnreadableError
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
    Paragraph,
    Person,
    Post,
    Publication,
    Quote,
    RichText,
    Tag,
)
from fonds.sources import zmedium
from fonds.sources.zmedium_front_matter import time as read_time
from fonds.sources.zmedium_inline import read as inline
from fonds.zmedium.rules import GENERATIONS

TOOL = "https://github.com/ZhgChgLi/ZMediumToMarkdown"
URL = "https://medium.com/@ana/a-day-at-the-quay-0a1b2c3d4e5f"
CONVERTED = f"_Converted [Medium Post]({URL}) by [ZMediumToMarkdown]({TOOL})._"
POST = f"_[Post]({URL}) converted from Medium by [ZMediumToMarkdown]({TOOL})._"
BANNER = "■■■■■■■■■■■■■■ "


def bare(body: str, *, footer: str = CONVERTED) -> str:
    """A file of v1 around ``body``."""
    return (
        "---\ntitle: A day: at the quay\nauthor: Ana Šarić\ndate: 2020-07-01T08:00:00.001+0100\n"
        "last_modified_at: 2020-12-01T08:00:00.000+0000\ncategories: \ntags: [sea,boats]\n"
        f"description: Fish — and more\n---\n\n{body}\n\n\n\n{footer}\n"
    )


def quoted(body: str, *, footer: str = POST, more: str = "", categories: str = '""') -> str:
    """A file of v3 or v4 around ``body``, with the tool's own mixture of line ends."""
    return (
        '---\ntitle: "A day \\"at\\" the quay"\nauthor: "Ana Šarić"\ndate: 2020-07-01T08:00:00.001+0000\n'
        f'last_modified_at: 2020-07-01T08:00:00.001+0000\ncategories: {categories}\ntags: ["sea","boats"]\n'
        f'description: "Fish — and more"\n{more}---\n\r\n{body}\n\r\n\r\n\r\n{footer}\r\n'
    )


def one(text: str | bytes, origin: str = "x.md") -> Post:
    found = list(zmedium.read(text if isinstance(text, bytes) else text.encode(), origin))
    assert len(found) == 1
    assert isinstance(found[0], Post)
    return found[0]


def blocks(text: str) -> tuple[Block, ...]:
    return one(text).blocks


def plain(text: str, *marks: Mark) -> RichText:
    return RichText(text, marks)


def p(text: str, *marks: Mark) -> Paragraph:
    return Paragraph(content=RichText(text, marks))


# --- front matter and identity


def test_front_matter_that_no_yaml_parser_reads() -> None:
    post = one(bare("### A day: at the quay\n#### Fish and more\n\nText\\."))
    assert post.title == "A day: at the quay"
    assert post.subtitle == "Fish and more"
    assert post.author == Person(name="Ana Šarić", username="ana")
    assert post.description == "Fish — and more"
    assert post.tags == (Tag("sea"), Tag("boats"))
    assert post.publication is None
    assert (post.id, post.slug, post.medium_url) == ("0a1b2c3d4e5f", "a-day-at-the-quay", URL)
    assert post.source.form == "zmedium"
    assert post.notes == ()


def test_local_times_become_utc_and_keep_their_offsets() -> None:
    post = one(bare("### x"))
    assert post.first_published_at == 1593586800001
    assert post.latest_published_at == 1606809600000
    assert post.source.details["utc_offset"] == "+0100"
    assert post.source.details["utc_offset_modified"] == "+0000"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2016-05-31T12:05:50.178+0100", (1464692750178, "+0100")),
        ("2016-05-31T11:05:50.178Z", (1464692750178, "Z")),
        ("2016-05-31T05:35:50.178-0530", (1464692750178, "-0530")),
        ("1969-12-31T23:59:59.999+0000", (-1, "+0000")),
        ("2016-02-31T11:05:50.178+0000", None),
        ("2016-05-31", None),
        ("2016-05-31T11:05:50.178+9900", None),
        ("0001-01-01T00:00:00.000+0100", (-62135600400000, "+0100")),
    ],
)
def test_times(text: str, found: tuple[int, str] | None) -> None:
    assert read_time(text) == found


def test_quoted_front_matter() -> None:
    post = one(quoted('### A day "at" the quay', more="pin: true\r\n", categories='["The \\"Quay\\""]'))
    assert post.title == 'A day "at" the quay'
    assert post.publication == Publication(name='The "Quay"')
    assert post.tags == (Tag("sea"), Tag("boats"))
    assert post.source.details["pin"] == "true"
    heading = post.blocks[0]
    assert isinstance(heading, Heading)
    assert heading.role == "title"


def test_brackets_that_front_matter_lost_come_from_the_heading() -> None:
    post = one(bare("### \\[A day:\\] at the quay"))
    assert post.title == "[A day:] at the quay"


def test_quotes_around_a_bare_value_are_the_authors() -> None:
    text = bare("### x").replace("title: A day: at the quay", 'title: "Harbour"')
    assert one(text).title == '"Harbour"'


def test_v2_quotes_where_a_colon_stands() -> None:
    text = bare("### x").replace("title: A day: at the quay", 'title: "A day: at \\"the\\" quay"')
    post = one(text)
    assert post.title == 'A day: at "the" quay'
    assert post.source.details["generation"] == "v2"


def test_without_a_last_line_the_file_name_and_its_folder_tell_the_post() -> None:
    text = bare("### x\n\n\n![](assets/0a1b2c3d4e5f/1*x.png)\n\n", footer="")
    post = one(text, "backup/2020-07-01-a-day-0a1b2c3d4e5f.md")
    assert (post.id, post.slug) == ("0a1b2c3d4e5f", "a-day")
    assert one(bare("### x", footer=""), "2020-07-01-0a1b2c3d4e.md").id == "0a1b2c3d4e"
    assert one(bare("### x", footer=""), "notes.md").id == ""


def test_a_locked_post_is_a_preview() -> None:
    paywall = (
        f"**This [post]({URL}) is behind Medium's paywall, View the full [post]({URL}) on Medium, "
        f"converted by [ZMediumToMarkdown]({TOOL}).**"
    )
    post = one(quoted("### x", footer=paywall, more="lockedPreviewOnly: true\r\n"))
    assert (post.preview_only, post.member_only, post.visibility) == (True, True, "locked")
    assert [note.code for note in post.notes] == ["W108"]
    assert post.id == "0a1b2c3d4e5f"


def test_what_the_tool_does_not_write_into_front_matter_is_named() -> None:
    text = bare("### x").replace("tags: [sea,boats]", "layout: post\ntags: [sea, boats]")
    post = one(text)
    assert post.tags == (Tag("sea"), Tag("boats"))
    assert [note.code for note in post.notes] == ["W132"]
    unreadable = one(text.replace("2020-07-01T08:00:00.001+0100", "last summer"))
    assert unreadable.first_published_at == 0
    assert [note.code for note in unreadable.notes] == ["W133", "W132"]


def test_a_rule_at_the_beginning_is_no_front_matter() -> None:
    """Text is never lost in front matter that does not end, or ends far below."""
    prose = "\n".join(f"line {n}" for n in range(40))
    post = one(f"---\ntitle: x\n{prose}\n\n---\n\n{CONVERTED}\n")
    assert prose in "\n".join(b.content.text for b in post.blocks if isinstance(b, Paragraph))


# --- blocks

CASES: dict[str, tuple[str, tuple[Block, ...]]] = {
    "paragraphs, and an empty one": (
        bare("\none\\.\ntwo\n\nthree\n\n\nfour"),
        (p("one.\ntwo"), p("three"), Paragraph(), p("four")),
    ),
    "headings": (
        bare("## a\n### b\n#### c"),
        (
            Heading(level=2, content=plain("a")),
            Heading(level=3, content=plain("b")),
            Heading(level=4, content=plain("c")),
        ),
    ),
    "lists, with a line of their own": (
        bare("\nbefore\n- a\nmore\n- b\n\n1. c\n2. d\n\n\nafter"),
        (
            p("before"),
            ListItem(content=plain("a\nmore")),
            ListItem(content=plain("b")),
            ListItem(content=plain("c"), ordered=True),
            ListItem(content=plain("d"), ordered=True),
            p("after"),
        ),
    ),
    "a number that is no item": (
        quoted("\nin the year\n2019. It rained"),
        (p("in the year\n2019. It rained"),),
    ),
    "a block quote of v1": (bare("\n\n> a b \n\n\n\n\nafter"), (Quote(content=plain("a b")), p("after"))),
    "a quote of two lines": (
        bare("\n\n> a\n \n\n> b  \n\n\n\n\nafter"),
        (Quote(content=plain("a\nb ")), p("after")),
    ),
    "block and pull quotes of v3, told by the blank lines behind them": (
        quoted(
            "\n\n> b \n\n\n\n\n\nafter\\.\n\n\n> p \n\n\n\n\nafter\n\n\n> b \n\n\n\n\n\n> c \n\n\n\n\n\nend"
        ),
        (
            Quote(content=plain("b")),
            p("after."),
            Quote(content=plain("p"), pull=True),
            p("after"),
            Quote(content=plain("b")),
            Quote(content=plain("c")),
            p("end"),
        ),
    ),
    "code": (
        bare("\nx\n```py\nif a:\n\n    b_c = `*`\n```\n```\n\n```"),
        (
            p("x"),
            Code(content=plain("if a:\n\n    b_c = `*`"), lang="py"),
            Code(),
        ),
    ),
    "code whose fence never ends": (bare("\nx\n```\na\n\nb"), (p("x"), Code(content=plain("a\n\nb")))),
    "a picture without caption": (
        bare("\nx\n\n\n![](assets/0a1b2c3d4e5f/0*q_r.)\n\n\ny"),
        (p("x"), Image(id="0*q_r."), p("y")),
    ),
    "a caption with a link, which stands twice": (
        bare(
            "\nx\n\n\n![by [Ana\\!](https://a.example/x_y)](assets/0a1b2c3d4e5f/1*q.png)\n\n"
            "by [Ana\\!](https://a.example/x_y)\n#### z"
        ),
        (
            p("x"),
            Image(id="1*q.png", caption=plain("by Ana!", Mark("link", 3, 7, "https://a.example/x_y"))),
            Heading(level=4, content=plain("z")),
        ),
    ),
    "a caption of two lines": (
        quoted("\n\n![a \\[1\\](x)\nb](assets/0a1b2c3d4e5f/1*q.png)\n\na \\[1\\](x)\nb\n\ny"),
        (Image(id="1*q.png", caption=plain("a [1](x)\nb")), p("y")),
    ),
    "a description that is no caption": (
        bare("\n\n![a boat](assets/0a1b2c3d4e5f/1*q.png)\n\n\ny"),
        (Image(id="1*q.png", alt="a boat"), p("y")),
    ),
    "a picture of another host, and one of Medium's that was not downloaded": (
        bare("\n\n![](https://a.example/b.png)\n\n\n\n![](https://miro.medium.com/max/1400/1*q.png)\n\n\ny"),
        (Image(src="https://a.example/b.png"), Image(id="1*q.png"), p("y")),
    ),
    "a video": (
        bare(
            '\n\n[![a "b" [c]](assets/0a1b2c3d4e5f/e3cb_hqdefault.jpg "a "b" [c]")]'
            "(http://www.youtube.com/watch?v=abcdefghijk)\n\n\ny"
        ),
        (
            Embed(
                name="e3cb",
                kind="video",
                href="https://www.youtube.com/watch?v=abcdefghijk",
                title='a "b" [c]',
                provider="youtube",
                provider_id="abcdefghijk",
                thumbnail="https://i.ytimg.com/vi/abcdefghijk/hqdefault.jpg",
            ),
            p("y"),
        ),
    ),
    "a frame of any other host": (
        bare('\n\n[![tides](https://a.example/og.png "tides")](https://a.example/t)\n\n\ny'),
        (Embed(href="https://a.example/t", title="tides", thumbnail="https://a.example/og.png"), p("y")),
    ),
    "link cards with and without a picture": (
        bare(
            "\n\n[![](https://a.example/og.png)](https://a.example/)\n\n\n\n[![]()](https://b.example/)\n\n\ny"
        ),
        (
            LinkCard(href="https://a.example/", thumbnail="https://a.example/og.png"),
            LinkCard(href="https://b.example/"),
            p("y"),
        ),
    ),
    "a link card as text": (
        quoted(
            "\n[**Tides\\.**](https://a.example/t) \n[_When it comes_ a\\.example](https://a.example/t)\n\ny"
        ),
        (
            LinkCard(
                href="https://a.example/t",
                title="Tides.",
                description="When it comes",
                host="a.example",
                content=plain(
                    "Tides. \nWhen it comes a.example",
                    Mark("link", 0, 6, "https://a.example/t"),
                    Mark("strong", 0, 6),
                    Mark("link", 8, 31, "https://a.example/t"),
                    Mark("em", 8, 21),
                ),
            ),
            p("y"),
        ),
    ),
    "a tweet": (
        quoted(
            f"\n\n{BANNER}\n> **[Ana 🚤](https://twitter.com/ana_q) @ Twitter Says:** \n\n"
            "> > High &amp; low @[bo](https://twitter.com/bo)\n\n*now*  \n\n"
            f"> **Tweeted at [2020-01-02 03:04:05](https://twitter.com/ana_q/status/99).** \n\n{BANNER}\n\n\ny"
        ),
        (
            Embed(
                kind="tweet",
                href="https://twitter.com/ana_q/status/99",
                title="Ana 🚤 (@ana_q), 2020-01-02 03:04:05",
                provider="twitter",
                provider_id="99",
                author="Ana 🚤",
                content=plain("High & low @bo\n\n*now* ", Mark("link", 12, 14, "https://twitter.com/bo")),
            ),
            p("y"),
        ),
    ),
    "a player that v4 frames for Jekyll": (
        quoted(
            '\nx\n<iframe class="embed-video" loading="lazy" src="https://player.vimeo.com/video/42" title="a > b" '
            'frameborder="0" allow="autoplay; fullscreen; picture-in-picture" allowfullscreen ></iframe>\n\ny. z',
            more="render_with_liquid: false\n",
        ),
        (
            p("x"),
            Embed(
                kind="video",
                href="https://vimeo.com/42",
                title="a > b",
                provider="vimeo",
                provider_id="42",
                iframe_src="https://player.vimeo.com/video/42",
            ),
            p("y. z"),
        ),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_blocks(name: str) -> None:
    text, expected = CASES[name]
    post = one(text)
    assert post.blocks == expected
    assert post.notes == ()


# --- text with marks

U = "https://a.example/"
INLINE: list[tuple[str, str, RichText]] = [
    ("v1", r"a\.b \- c\! \(d\) \[e\] \{f\} \#\+\|\`\*\_ \\", plain("a.b - c! (d) [e] {f} #+|`*_ \\")),
    ("v1", "**a** b _c_ `d_e*`", plain("a b c d_e*", Mark("strong", 0, 1), Mark("em", 4, 5), Mark("code", 6, 10))),
    ("v1", "**a _b_** c", plain("a b c", Mark("strong", 0, 3), Mark("em", 2, 3))),
    ("v1", "_a **b**_ c", plain("a b c", Mark("em", 0, 3), Mark("strong", 2, 3))),
    ("v1", f"[**a**]({U}) \\.", plain("a .", Mark("link", 0, 1, U), Mark("strong", 0, 1))),
    ("v1", f"**a [b]({U}x_(y)) c**", plain("a b c", Mark("strong", 0, 5), Mark("link", 2, 3, f"{U}x_(y)"))),
    ("v1", f"**[a]({U}x_(y)_z)**", plain("a", Mark("link", 0, 1, f"{U}x_(y)_z"), Mark("strong", 0, 1))),
    ("v1", f"[a]({U}(open) b", plain("a b", Mark("link", 0, 1, f"{U}(open"))),
    ("v1", f"上[文件]({U})～[b]({U}c) d", plain("上文件～b d", Mark("link", 1, 3, U), Mark("link", 4, 5, f"{U}c"))),
    ("v1", "[Bo](https://medium.com/u/ab12cd) \\!", plain("Bo !", Mark("link", 0, 2, "https://medium.com/u/ab12cd", user_id="ab12cd"))),
    ("v1", "**a** \n**b**", plain("a \nb", Mark("strong", 0, 1), Mark("strong", 3, 4))),
    ("v1", f"[a [b]({U}) c](d", plain("[a b c](d", Mark("link", 3, 4, U))),
    ("v1", "**a **b** c", plain("**a b c", Mark("strong", 4, 5))),
    ("v1", "a ** b [c _d `e", plain("a ** b [c _d `e")),
    ("v1", "https://a.example/x_y_z", plain("https://a.example/x_y_z")),
    ("v1", "a < b &lt; c", plain("a < b &lt; c")),
    ("v3", r"\<b\> \-\> **c**", plain("<b> -> c", Mark("strong", 7, 8))),
    ("v3-jekyll", f'&lt;b&gt; [c]({U}){{:target="_blank"}} d `&lt;`', plain("<b> c d &lt;", Mark("link", 4, 5, U), Mark("code", 8, 12))),
    ("v4", "**\u00a0a** b", plain("\u00a0a b", Mark("strong", 1, 2))),
    ("v4", r"a.b \[c\] \*d\* 5.5", plain("a.b [c] *d* 5.5")),
    ("v4", r"3\. of May", plain("3. of May")),
    ("v4", r"\\> not a quote", plain("> not a quote")),
    ("v4-jekyll", r"\&gt; not a quote", plain("> not a quote")),
    ("v4", "📌 **𠮷田** 👩‍🍳", plain("📌 𠮷田 👩‍🍳", Mark("strong", 2, 4))),
    ("v0", "f(_ a: b, _c_d) `e` _f g_ **h**", plain("f(_ a: b, _c_d) e f g h", Mark("code", 16, 17), Mark("em", 18, 21), Mark("strong", 22, 23))),
    ("v0", r"a \. b", plain(r"a \. b")),
]  # fmt: skip


@pytest.mark.parametrize(("generation", "raw", "expected"), INLINE)
def test_inline(generation: str, raw: str, expected: RichText) -> None:
    assert inline(raw, GENERATIONS[generation]) == expected


def test_mentions_are_people() -> None:
    post = one(bare("\n[@Bo](https://medium.com/u/ab12cd) and [Bo](https://medium.com/u/ab12cd)"))
    assert post.people == (Person(id="ab12cd", name="Bo"),)


# --- generations


@pytest.mark.parametrize(
    ("text", "generation"),
    [
        (bare("\na\\."), "v1"),
        (bare("\na\n\n\n![](../assets/0a1b2c3d4e5f/1*q.png)\n\n"), "v2"),
        (bare("\na\n\n\n![](/assets/0a1b2c3d4e5f/1*q.png)\n\n"), "v1-jekyll"),
        (quoted("\na\\."), "v3"),
        (quoted("\na.", categories='["x"]'), "v4"),
        (quoted("\na", categories='["x"]'), "v4"),
        (quoted("\na"), "v3"),
        (quoted("\na. b `\\(` c"), "v4"),
        (quoted("\na.\n```\n\\(\\!\n```"), "v4"),
        (quoted("\na\\.", more="render_with_liquid: false\n"), "v3-jekyll"),
        (quoted("\na.", more="render_with_liquid: false\n"), "v4-jekyll"),
        (f"### Title\n\na. b\n\n\n\n{CONVERTED}\n", "v0"),
        (f"### Title\n\na\\. b\n\n\n\n{CONVERTED}\n", "v1"),
        (f"### Title\n\na. b\n\n\n\n{POST}\n", "v4"),
    ],
)
def test_generation(text: str, generation: str) -> None:
    assert one(text).source.details["generation"] == generation


V0 = f"""### Boats (old)

One. _Two_ three.


![by Ana](assets/0a1b2c3d4e5f/1*q.png "by Ana")

by [Ana](https://a.example/)
> A quote.
> Another.



[![Tides
When it comes\\.a\\.example](https://a.example/og.png "Tides
When it comes\\.a\\.example")](https://a.example/t)



{CONVERTED}
"""


def test_v0_has_neither_front_matter_nor_escapes() -> None:
    post = one(V0)
    assert post.title == "Boats (old)"
    assert post.blocks == (
        Heading(level=3, content=plain("Boats (old)"), role="title"),
        p("One. Two three.", Mark("em", 5, 8)),
        Image(id="1*q.png", caption=plain("by Ana", Mark("link", 3, 6, "https://a.example/"))),
        Quote(content=plain("A quote.")),
        Quote(content=plain("Another.")),
        LinkCard(
            href="https://a.example/t",
            title="Tides",
            description="When it comes.a.example",
            thumbnail="https://a.example/og.png",
            content=plain("Tides\nWhen it comes.a.example"),
        ),
    )
    assert post.notes == ()


# --- another hand


def test_what_a_hand_mended_is_kept_in_a_few_characters() -> None:
    post = one(bare(f"\n上[文件]({U})～～\n- {U}a-b.html\n\n- {U}c\n\nz"))
    assert post.blocks[0] == p("上文件～～", Mark("link", 1, 3, U))
    assert post.blocks[1] == ListItem(content=plain(f"{U}a-b.html"))
    details = post.source.details
    assert details["edits"] == "0=1-,26-\n1=9-,20-,23-\n2=9-"
    assert details["blank_lines"] == "2=1\n3=1"
    assert post.notes == ()


def test_an_address_that_only_lacks_encryption_takes_five_characters() -> None:
    text, expected = CASES["a video"]
    assert isinstance(expected[0], Embed)
    assert one(text).source.details["address"] == "0=http:"


def test_another_hands_markdown_is_text_with_a_note() -> None:
    post = one(bare('\n![a](b c "d") e\n\nf'))
    assert post.blocks == (p("!a e", Mark("link", 1, 2, 'b c "d"')), p("f"))
    assert [(note.code, note.where) for note in post.notes] == [("W131", "0")]


def test_text_behind_the_last_line_stays_text() -> None:
    post = one(bare("\na\n\n\n\n" + CONVERTED, footer="Added later\\."))
    assert post.blocks[-1] == p("Added later.")
    assert post.id == "0a1b2c3d4e5f"


# --- damage


@pytest.mark.parametrize(
    "data", [b"", b"# Notes\n\nMine.\n", b"---\ntitle: x\n---\n\nMine.\n", b"\x00\xff\xfe", b"<html>"]
)
def test_what_shows_no_sign_of_the_tool_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableError) as refused:
        list(zmedium.read(data, "notes.md"))
    assert str(refused.value).startswith("notes.md: is no Markdown by ZMediumToMarkdown")


def test_broken_characters_become_marks_of_replacement() -> None:
    post = one(b"\xef\xbb\xbf" + bare("\na\\. ").encode() + b"\n\n\xff\x00b\n")
    assert "\ufffd\ufffdb" in post.blocks[-1].content.text  # type: ignore[union-attr]
    assert post.notes[0].code == "W109"
    assert post.title == "A day: at the quay"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_line_ends(end: str) -> None:
    text = bare("### a\n\nb\\.\n\n\n![](assets/0a1b2c3d4e5f/1*q.png)\n\n")
    assert one(text.replace("\n", end)).blocks == one(text).blocks


SNIPPETS = st.sampled_from(
    ["**", "_", "`", "[", "](", ")", "![", "[![", "\n", "\n\n", "> ", "- ", "1. ", "```\n", "---\n", "\\", "\0",
     '{:target="_blank"}', "#### ", " ", '"', f"{BANNER}\n", "assets/0a1b2c3d4e5f/x", "&lt;", "港口", "🚤", "\u2028", "a"]
)  # fmt: skip


@given(st.lists(SNIPPETS, max_size=60).map("".join), st.sampled_from([bare, quoted]), st.booleans())
def test_nothing_makes_it_raise(body: str, frame: object, cut: bool) -> None:
    text = frame(body)  # type: ignore[operator]
    post = one(text[: len(text) // 2 + 200] if cut else text)
    letters = sum(
        block.content.text.count("港口") for block in post.blocks if isinstance(block, (Paragraph, Heading))
    )
    assert letters <= body.count("港口") * 2


@given(st.binary(max_size=300))
def test_any_bytes(data: bytes) -> None:
    with contextlib.suppress(UnreadableError):
        one(data)


@pytest.mark.parametrize(
    "piece",
    ["](", "[](", "[", "**a", "_a ", "`", "a`b", "\\", ")_", "![a](b", "> a\n", "- a\n", "![a](b\n", "[![a](b \"a\n",
     "```\n", "\n", f"{BANNER}\n> **[a](https://twitter.com/b) @ Twitter Says:** \n\n> > x\n"],
)  # fmt: skip
def test_time_grows_with_the_text_alone(piece: str) -> None:
    text = bare("\n" + piece * (60_000 // len(piece)) + "\n\n)")
    start = time.perf_counter()
    one(text)
    assert time.perf_counter() - start < 20  # a second or two; quadratic ways take minutes


# --- what a CommonMark parser sees

Seen = tuple[str, frozenset[str], str]


def _rich(rich: RichText) -> Iterator[Seen]:
    for n, char in enumerate(rich.text):
        if not char.isspace():
            over = [mark for mark in rich.marks if mark.start <= n < mark.end]
            href = next((unquote(mark.href) for mark in over if mark.kind == "link"), "")
            yield char, frozenset(mark.kind for mark in over if mark.kind != "link"), href


def _words(text: str, kind: str) -> Iterator[Seen]:
    return ((char, frozenset({kind}), "") for char in text if not char.isspace())


def _of_model(post: Post) -> Iterator[Seen]:
    for block in post.blocks:
        if isinstance(block, Code):
            yield from _words(block.content.text, "block")
        elif isinstance(block, Image):
            yield "IMAGE", frozenset(), (block.id or block.src).rpartition("/")[2]
            yield from _words(block.caption.text or block.alt, "alt")
            yield from _rich(block.caption)
        elif isinstance(block, (Embed, LinkCard)) and not block.content.marks:
            yield "LINKED", frozenset(), unquote(block.href).partition("//")[2]
        elif isinstance(block, (Heading, Paragraph, Quote, ListItem, LinkCard)):
            yield from _rich(block.content)


def _of_parser(body: str) -> Iterator[Seen]:
    for token in MarkdownIt("commonmark").parse(body):
        if token.type in ("fence", "code_block", "html_block"):
            yield from _words(token.content, "block")
        over: list[str] = []
        href = ""
        children = token.children or []
        for n, child in enumerate(children):
            if child.type in ("strong_open", "em_open"):
                over.append(child.type[:-5])
            elif child.type in ("strong_close", "em_close"):
                over.remove(child.type[:-6])
            elif child.type == "link_open":
                href = unquote(str(child.attrs["href"]))
                if children[n + 1].type == "image":
                    yield "LINKED", frozenset(), href.partition("//")[2]
            elif child.type == "link_close":
                href = ""
            elif child.type == "image" and not href:
                yield "IMAGE", frozenset(), unquote(str(child.attrs["src"])).rpartition("/")[2]
                yield from _words("".join(inner.content for inner in child.children or ()), "alt")
            elif child.type in ("text", "code_inline"):
                marks = frozenset(over) | ({"code"} if child.type == "code_inline" else set())
                yield from ((char, marks, href) for char in child.content if not char.isspace())


def _body(text: str) -> str:
    """What a parser is given: without front matter, last line, kramdown's attributes, and tweets, whose
    frame is no text of the post's."""
    text = text.replace("\r\n", "\n").replace('{:target="_blank"}', "")
    body = text.split("\n---\n", 1)[1] if text.startswith("---\n") else text
    body = re.sub(rf"{BANNER}\n.*?\n{BANNER}", "", body, flags=re.S)
    return re.sub(
        r"\n(?:_Converted |_\[Post\]|\*\*This \[post\])[^\n]*ZMediumToMarkdown[^\n]*\n\Z", "\n", body
    )


NOT_COMMONMARK = {
    "a tweet": "its frame is no text of the post's",
    "a player that v4 frames for Jekyll": "HTML",
    "a video": "the tool escapes nothing in titles, and these have quotes and brackets",
}


@pytest.mark.parametrize("name", [name for name in CASES if name not in NOT_COMMONMARK])
def test_cases_as_a_commonmark_parser_sees_them(name: str) -> None:
    text = CASES[name][0]
    assert list(_of_model(one(text))) == list(_of_parser(_body(text)))


NOT_WHAT_IT_MEANS = {
    f"[a]({U}(open) b": "the tool encodes no parenthesis of an address",
    f"[a]({U}open)) b": "nor this one",
    r"\\> not a quote": "two rules of v4 escape it",
    r"\&gt; not a quote": "and so for Jekyll",
    "a < b &lt; c": "an ampersand is never escaped",
    "**\u00a0a** b": "marks may begin with a no-break space",
}
"""What the tool writes though no CommonMark parser reads it so: there the reader goes by the tool's rules."""


@pytest.mark.parametrize(
    ("generation", "raw"), [(generation, raw) for generation, raw, _ in INLINE if generation != "v0"]
)
def test_inline_as_a_commonmark_parser_sees_it(generation: str, raw: str) -> None:
    model = list(_rich(inline(raw, GENERATIONS[generation])))
    seen = list(_of_parser(raw.replace('{:target="_blank"}', "")))
    assert (model == seen) == (raw not in NOT_WHAT_IT_MEANS)


@pytest.mark.parametrize("raw", NOT_WHAT_IT_MEANS)
def test_where_the_tools_own_markdown_is_broken(raw: str) -> None:
    assert [char for char, _, _ in _rich(inline(raw, GENERATIONS["v4"]))] != []
    name = "v4-jekyll" if raw.startswith("\\&") else "v4"
    assert list(_rich(inline(raw, GENERATIONS[name]))) != list(_of_parser(raw))


# --- real files


def _files(corpus: Path) -> list[Path]:
    return sorted((corpus / "zmedium_markdown").rglob("*.md"))


@pytest.mark.corpus
def test_real_files_are_read_as_a_commonmark_parser_sees_them(corpus: Path) -> None:
    """Every character outside white space, with its marks, links and pictures."""
    for path in _files(corpus):
        text = path.read_bytes().decode()
        post = one(text, path.name)
        assert post.notes == (), path.name
        kept = [block for block in post.blocks if not (isinstance(block, Embed) and block.kind == "tweet")]
        model = Post(blocks=tuple(kept))
        assert list(_of_model(model)) == list(_of_parser(_body(text))), path.name


@pytest.mark.corpus
def test_real_front_matter_keeps_its_values(corpus: Path) -> None:
    for path in _files(corpus):
        lines = path.read_bytes().decode().replace("\r\n", "\n").split("\n")
        if lines[0] != "---":
            continue
        raw = dict(line.partition(":")[::2] for line in lines[1 : lines.index("---", 1)] if line.strip())
        post = one(path.read_bytes(), path.name)

        def value(key: str, raw: dict[str, str] = raw) -> str:
            return raw.get(key, "").strip().strip('"')

        assert post.title == value("title")
        assert post.author.name == value("author")
        assert post.description == value("description")
        assert (post.publication.name if post.publication else "") == value("categories")
        assert [tag.slug for tag in post.tags] == [tag for tag in value("tags").strip("[]").split(",") if tag]
        assert post.image == value("  path").rpartition("/")[2]
        assert post.first_published_at > 1.4e12
        assert post.id == re.sub(r".*-|\.md", "", path.name)
        assert EMPTY not in [block.content for block in post.blocks if isinstance(block, Heading)]
