"""Medium's editor HTML → blocks: cases, marks, and the proof that strict reading reads as a parser does."""

from __future__ import annotations

import contextlib
import html as html_module
import itertools
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fonds import richtext
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
    MarkKind,
    Paragraph,
    Person,
    Quote,
    RichText,
    Section,
    Unknown,
)
from fonds.sources import html_tree
from fonds.sources.editor_html import Body, read_body, read_page
from fonds.sources.inline_html import OddError, collapse, rich


def text(value: str, *marks: Mark) -> RichText:
    return RichText(value, marks)


def strict(html: str) -> Body:
    return read_body(html, strict=True)


def lenient(html: str) -> Body:
    """As any HTML is read that Medium did not write itself: through a parser."""
    tree = html_tree.parse(f"<!doctype html><body><main>{html}</main>")
    root = tree.css_first("main")
    assert root is not None
    html_tree.clean(root)
    return read_body(html_tree.inner_html(root))


def p(inner: str, classes: str = "graf graf--p", tag: str = "p", name: str = "1a2b") -> str:
    return f'<{tag} name="{name}" id="{name}" class="{classes}">{inner}</{tag}>'


A = '<a href="https://a.example/?x=1&amp;y=2" data-href="https://a.example/?x=1&amp;y=2" class="markup--anchor markup--p-anchor" rel="noopener" target="_blank">'
HREF = "https://a.example/?x=1&y=2"
STRONG = '<strong class="markup--strong markup--p-strong">'
EM = '<em class="markup--em markup--p-em">'
CODE = '<code class="markup--code markup--p-code">'

PARAGRAPHS: list[tuple[str, str, Block]] = [
    ("plain", p("Ribari su na moru."), Paragraph(text("Ribari su na moru."), name="1a2b")),
    ("references", p("a &lt;b&gt; &amp;amp; &quot;c&quot; &#39;d&#39;"), Paragraph(text("a <b> &amp; \"c\" 'd'"), name="1a2b")),
    ("no-break space", p("a&nbsp;b\xa0c "), Paragraph(text("a\xa0b\xa0c "), name="1a2b")),
    ("two spaces are the author's", p("a  b"), Paragraph(text("a  b"), name="1a2b")),
    ("empty", p("<br>", "graf graf--p graf--empty"), Paragraph(EMPTY, name="1a2b")),
    ("line break", p("a<br>b<br/>c"), Paragraph(text("a\nb\nc"), name="1a2b")),
    ("the last break shows an empty line", p("a<br><br>"), Paragraph(text("a\n"), name="1a2b")),
    ("large heading", p("Luka", "graf graf--h3 graf-after--p", "h3"), Heading(3, text("Luka"), name="1a2b")),
    ("old heading", p("Luka", "graf graf--h2", "h2"), Heading(2, text("Luka"), name="1a2b")),
    ("small heading", p("Luka", "graf graf--h4", "h4"), Heading(4, text("Luka"), name="1a2b")),
    ("a class says more than its tag", p("Luka", "graf graf--h3 graf--title", "h1"), Heading(3, text("Luka"), "title", name="1a2b")),
    ("subtitle", p("Mala", "graf graf--h4 graf--subtitle", "h4"), Heading(4, text("Mala"), "subtitle", name="1a2b")),
    ("kicker", p("Vijest", "graf graf--h4 graf--kicker", "h4"), Heading(4, text("Vijest"), "kicker", name="1a2b")),
    ("a class that begins like a heading's", p("Luka", "graf graf--hero", "div"), Unknown("hero", text("Luka"), name="1a2b")),
    ("title in a paragraph", p("Luka", "graf graf--p graf--title"), Paragraph(text("Luka"), role="title", name="1a2b")),
    ("quote", p("قال", "graf graf--blockquote", "blockquote"), Quote(text("قال"), name="1a2b")),
    ("pull quote", p("海", "graf graf--pullquote", "blockquote"), Quote(text("海"), pull=True, name="1a2b")),
    ("code", p("a  = 1<br>  b<br><br>", "graf graf--pre", "pre"), Code(text("a  = 1\n  b\n"), name="1a2b")),
    ("code begins behind a line end", p("\n\n x\t", "graf graf--pre", "pre"), Code(text("\n x\t"), name="1a2b")),
    ("code in code", p(f"{CODE}x{'</code>'}", "graf graf--pre", "pre"), Code(text("x", Mark("code", 0, 1)), name="1a2b")),
    ("section caption", p("Foto", "graf graf--sectionCaption", "label"), Paragraph(text("Foto"), role="section-caption", name="1a2b")),
    ("drop cap", p('<span class="graf-dropCap">B</span>ura', "graf graf--p graf--hasDropCap"), Paragraph(text("Bura"), True, name="1a2b")),
    ("a reader's highlight", p('a <span class="markup--highlight" name="selection">b</span>'), Paragraph(text("a b"), name="1a2b")),
    ("unknown type", p("x", "graf graf--poll", "div"), Unknown("poll", text("x"), name="1a2b")),
    ("until 2015", '<p name="1a2b" id="1a2b" class="graf--p graf--first">a</p>', Paragraph(text("a"), name="1a2b")),
    ("another order", '<p class="graf graf--p" id="1a2b" name="1a2b">a</p>', Paragraph(text("a"), name="1a2b")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("html", "block"), [case[1:] for case in PARAGRAPHS], ids=[case[0] for case in PARAGRAPHS]
)
def test_paragraph(html: str, block: Block) -> None:
    assert strict(html).blocks == [block]
    assert lenient(html).blocks == [block]


MARKS: list[tuple[str, str, RichText]] = [
    ("strong", f"a {STRONG}b</strong>", text("a b", Mark("strong", 2, 3))),
    ("em", f"{EM}b</em>.", text("b.", Mark("em", 0, 1))),
    ("code", f"{CODE}f(x)</code>", text("f(x)", Mark("code", 0, 4))),
    ("link", f"{A}b</a>", text("b", Mark("link", 0, 1, HREF))),
    ("nested", f"{STRONG}a{EM}b</em></strong>", text("ab", Mark("strong", 0, 2), Mark("em", 1, 2))),
    ("touching", f"{EM}a</em>{EM}b</em>", text("ab", Mark("em", 0, 2))),
    ("white space at the ends", f"a{STRONG} b </strong>c", text("a b c", Mark("strong", 2, 3))),
    ("only white space", f"a{STRONG}{EM} </em></strong>b", text("a b")),
    ("astral characters count one", f"🐟🐟{EM}🐟</em>", text("🐟🐟🐟", Mark("em", 2, 3))),
    ("the address the author gave", '<a href="/r/?url=x" data-href="https://x.example">b</a>', text("b", Mark("link", 0, 1, "https://x.example"))),
    ("no address", "<a>b</a>", text("b")),
    ("tooltip", '<a href="https://x.example" title="X">b</a>', text("b", Mark("link", 0, 1, "https://x.example", "X"))),
    ("tooltip that is the address", '<a href="https://x.example" title="https://x.example">b</a>', text("b", Mark("link", 0, 1, "https://x.example"))),
    ("references in attributes", '&amp;<a href="https://x.example/?a&amp;b" title="&amp;amp; &quot;X&quot;">b</a>', text("&b", Mark("link", 1, 2, "https://x.example/?a&b", '&amp; "X"'))),
    (
        "mention",
        ('<a href="https://medium.com/u/c0ffee01" data-href="https://medium.com/u/c0ffee01" data-anchor-type="2" '
        'data-user-id="c0ffee01" class="markup--user markup--p-user">Lin Wen</a>'),
        text("Lin Wen", Mark("link", 0, 7, "https://medium.com/u/c0ffee01", "", "c0ffee01")),
    ),
    ("break in a mark", f"{STRONG}a<br></strong>b", text("a\nb", Mark("strong", 0, 1))),
    ("last break behind nested marks", f"{STRONG}{EM}a</em></strong><br>", text("a", Mark("strong", 0, 1), Mark("em", 0, 1))),
]  # fmt: skip


@pytest.mark.parametrize(("inner", "content"), [case[1:] for case in MARKS], ids=[case[0] for case in MARKS])
def test_marks(inner: str, content: RichText) -> None:
    assert strict(p(inner)).blocks == [Paragraph(content, name="1a2b")]
    assert lenient(p(inner)).blocks == [Paragraph(content, name="1a2b")]


def test_persons_mentioned() -> None:
    body = strict(p('<a href="https://medium.com/u/c0ffee01" data-user-id="c0ffee01">@Lin Wen</a>'))
    assert body.people == (Person("c0ffee01", "Lin Wen"),)


def test_code_with_language() -> None:
    pre = (
        '<pre data-code-block-mode="2" spellcheck="false" data-code-block-lang="python" name="0a0b" id="0a0b" '
        'class="graf graf--pre graf--preV2"><span class="pre--content"><span class="hljs-keyword">if</span> x:'
        "<br />    <span>pass</span></span></pre>"
    )
    assert strict(pre).blocks == [Code(text("if x:\n    pass"), "python", "EXPLICIT", name="0a0b")]
    assert lenient(pre).blocks == strict(pre).blocks


LAID_OUT = [
    ("\n   a\n  b   c\n ", "a b c", ()),
    ("\n a <br> b \n", "a\nb", ()),
    ("\n<em>\n a \n</em>\n b", "a b", (Mark("em", 0, 1),)),
    ('a\n<a href="x"> b\n</a> c', "a b c", (Mark("link", 2, 4, "x"),)),
    ("a\tb", "a b", ()),
    ("\n \n", "", ()),
]


@pytest.mark.parametrize(("inner", "shown", "marks"), LAID_OUT)
def test_white_space_of_a_file_that_was_laid_out(inner: str, shown: str, marks: tuple[Mark, ...]) -> None:
    assert rich(inner) == RichText(shown, marks)
    assert strict(f"\n  <ul>\n{p(inner, 'graf graf--li', 'li')}\n</ul>\n").blocks == [
        ListItem(RichText(shown, marks), name="1a2b")
    ]


def test_lists() -> None:
    item = [p(word, "graf graf--li", "li") for word in ("a", "b", "c")]
    html = f'<ul class="postList">{item[0]}</ul><ol class="postList">{item[1]}</ol>{p("x")}<ul class="postList">{item[2]}</ul>'
    kinds = [(block.ordered if isinstance(block, ListItem) else None) for block in strict(html).blocks]
    assert kinds == [False, True, None, False]


def test_a_list_that_medium_closes_too_late() -> None:
    """Seen in an export of 2025: a wide picture in a list ends the column before the list."""
    html = (
        '<div class="section-inner sectionLayout--insetColumn"><ol class="postList">'
        + p("a", "graf graf--li", "li")
        + '</div><div class="section-inner sectionLayout--outsetColumn"></ol>'
        + p("b", "graf graf--li", "li")
        + "</div>"
    )
    assert strict(html).blocks == lenient(html).blocks
    assert strict(html).blocks == [
        ListItem(text("a"), ordered=True, name="1a2b"),
        ListItem(text("b"), name="1a2b"),
    ]


IMG = '<img class="graf-image" data-image-id="1*abc_D.jpeg" data-width="800" data-height="600" src="https://cdn-images-1.medium.com/max/800/1*abc_D.jpeg">'
BOX = '<div class="aspectRatioPlaceholder is-locked" style="max-width: 700px;"><div class="aspectRatioPlaceholder-fill" style="padding-bottom: 75%;"></div>'


def figure(inner: str, classes: str = "") -> str:
    return f'<figure name="0f0f" id="0f0f" class="graf graf--figure {classes} graf-after--p">{inner}</figure>'


def image(**more: object) -> Image:
    fields: dict[str, object] = {
        "id": "1*abc_D.jpeg",
        "width": 800,
        "height": 600,
        "layout": "INSET_CENTER",
        "name": "0f0f",
    }
    return Image(**(fields | more))  # type: ignore[arg-type]


FIGURES: list[tuple[str, str, list[Block]]] = [
    ("picture", figure(IMG), [image()]),
    ("in its box", figure(f"{BOX}{IMG}</div>"), [image()]),
    (
        "caption with marks",
        figure(f'{IMG}<figcaption class="imageCaption">a {STRONG}b</strong></figcaption>'),
        [image(caption=text("a b", Mark("strong", 2, 3)))],
    ),
    ("featured", figure(IMG.replace(" src=", ' data-is-featured="true" src=')), [image(featured=True)]),
    (
        "alternative text, focus, tooltip",
        figure(IMG.replace(" src=", ' data-focus-x="50" data-focus-y="12.5" alt="a &quot;b&quot;" title="t" src=')),
        [image(alt='a "b"', title="t", focus_x=50.0, focus_y=12.5)],
    ),
    (
        "lent by Unsplash",
        figure(IMG.replace(" src=", ' data-unsplash-photo-id="Xy-9" src=')),
        [image(unsplash_id="Xy-9")],
    ),
    (
        "link",
        figure(f'<a href="https://x.example/" data-href="https://x.example/" class="graf-imageAnchor">{IMG}</a>'),
        [image(href="https://x.example/")],
    ),
    ("wide", figure(IMG, "graf--layoutOutsetCenter"), [image(layout="OUTSET_CENTER")]),
    ("left", figure(IMG, "graf--layoutOutsetLeft"), [image(layout="OUTSET_LEFT")]),
    ("full", figure(IMG, "graf--layoutFillWidth"), [image(layout="FULL_WIDTH")]),
    ("row", figure(IMG, "graf--layoutOutsetRow"), [image(layout="OUTSET_ROW")]),
    ("row goes on", figure(IMG, "graf--layoutOutsetRowContinue"), [image(layout="OUTSET_ROW_CONTINUE")]),
    ("until 2015", figure(IMG, "postField--fillWidthImage"), [image(layout="FULL_WIDTH")]),
    (
        "lazily loaded",
        figure(
            '<div class="progressiveMedia" data-image-id="1*abc_D.jpeg" data-width="800" data-height="600">'
            '<img src="https://cdn-images-1.medium.com/freeze/max/60/1*abc_D.jpeg?q=20"></div>'
        ),
        [image()],
    ),
    ("without an id", figure('<img src="https://x.example/a.png">'), [image(id="", src="https://x.example/a.png", width=0, height=0)]),
    ("id in the address", figure('<img src="https://miro.medium.com/v2/resize:fit:700/0%2Aq.png">'), [image(id="0*q.png", width=0, height=0)]),
    (
        "frame",
        figure('<iframe src="https://www.youtube.com/embed/aaaaaaaaaaa?feature=oembed" width="700" height="393"></iframe>', "graf--iframe"),
        [
            Embed(
                "video", "https://www.youtube.com/watch?v=aaaaaaaaaaa", provider="youtube", provider_id="aaaaaaaaaaa",
                iframe_src="https://www.youtube.com/embed/aaaaaaaaaaa?feature=oembed", width=700, height=393,
                thumbnail="https://i.ytimg.com/vi/aaaaaaaaaaa/hqdefault.jpg", name="0f0f",
            )
        ],
    ),
    (
        "gist",
        figure('<script src="https://gist.github.com/lin/0123456789abcdef.js"></script><figcaption class="imageCaption">c</figcaption>', "graf--iframe"),
        [
            Embed(
                "gist", "https://gist.github.com/lin/0123456789abcdef", provider="github-gist",
                provider_id="lin/0123456789abcdef", caption=text("c"), name="0f0f",
            )
        ],
    ),
    (
        "tweet",
        figure(
            '<blockquote class="twitter-tweet"><a href="https://twitter.com/luka/status/99"></a></blockquote>'
            '<script async src="https://platform.twitter.com/widgets.js" charset="utf-8"></script>',
            "graf--iframe",
        ),
        [Embed("tweet", "https://twitter.com/luka/status/99", provider="twitter", provider_id="99", name="0f0f")],
    ),
    (
        "frame of Medium's",
        figure('<iframe data-width="640" data-height="480" width="700" height="525" src="/media/0a1b2c3d4e5f?postId=9" data-media-id="0a1b2c3d4e5f"></iframe>', "graf--iframe"),
        [
            Embed(
                href="https://medium.com/media/0a1b2c3d4e5f", media_id="0a1b2c3d4e5f", width=640, height=480,
                iframe_src="https://medium.com/media/0a1b2c3d4e5f", name="0f0f",
            )
        ],
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("html", "blocks"), [case[1:] for case in FIGURES], ids=[case[0] for case in FIGURES]
)
def test_figure(html: str, blocks: list[Block]) -> None:
    assert strict(html) == Body(blocks, [], ())
    assert lenient(html) == Body(blocks, [], ())


@pytest.mark.parametrize(
    ("html", "code"),
    [(figure(""), "W111"), (figure("", "graf--iframe"), "W121"), (figure("<b>lost</b>"), "W110")],
)
def test_figure_with_something_missing(html: str, code: str) -> None:
    body = lenient(html)
    assert code in [note.code for note in body.notes]
    assert {note.where for note in body.notes} == {"0f0f"}


CARD = (
    '<div name="0e0e" id="0e0e" class="graf graf--mixtapeEmbed graf-after--p"><a href="https://x.example/" data-href="https://x.example/"'
    ' class="markup--anchor markup--mixtapeEmbed-anchor" title="https://x.example/">%s</a><a href="https://x.example/"'
    ' class="js-mixtapeImage mixtapeImage u-ignoreBlock" data-media-id="abcdef" data-thumbnail-img-id="0*thumb"'
    ' style="background-image: url(https://cdn-images-1.medium.com/fit/c/160/160/0*thumb);"></a></div>'
)
CARDS = [
    (
        f"{STRONG}Luka</strong><br>{EM}Brodovi i ljudi…</em>luka.example",
        "Luka",
        "Brodovi i ljudi…",
        "luka.example",
    ),
    (f"{STRONG}Luka</strong><br>luka.example", "Luka", "", "luka.example"),
    (f"{STRONG}Luka</strong><br>Uredio autor sam.", "Luka", "Uredio autor sam.", ""),
    (f"{STRONG}Luka</strong><br>{EM}a<br>b</em>luka.example", "Luka", "a\nb", "luka.example"),
]


@pytest.mark.parametrize(("inner", "title", "description", "host"), CARDS)
def test_link_card(inner: str, title: str, description: str, host: str) -> None:
    blocks = strict(CARD % inner).blocks
    assert blocks == lenient(CARD % inner).blocks
    (card,) = blocks
    assert isinstance(card, LinkCard)
    assert (card.title, card.description, card.host) == (title, description, host)
    assert (card.href, card.thumbnail, card.media_id) == ("https://x.example/", "0*thumb", "abcdef")
    assert card.content.marks[0] == Mark("link", 0, len(card.content.text), "https://x.example/")


def section(inner: str, name: str = "5ec1", classes: str = "") -> str:
    return (
        f'<section name="{name}" class="section section--body {classes}"><div class="section-divider"><hr class="section-divider">'
        f'</div><div class="section-content"><div class="section-inner sectionLayout--insetColumn">{inner}</div></div></section>'
    )


def test_sections() -> None:
    html = (
        section(p("a"), "aaaa", "section--first")
        + section(p("b"), "bbbb")
        + section("", "cccc", "section--last")
    )
    expected = [
        Paragraph(text("a"), name="1a2b"),
        Section(name="bbbb"),
        Paragraph(text("b"), name="1a2b"),
        Section(name="cccc"),
    ]
    assert strict(html).blocks == expected
    assert lenient(html).blocks == expected


def test_cover_of_a_section() -> None:
    html = (
        '<section class="section section--body section--bottomCenter section-image--coverFade section--first">'
        '<div class="section-background u-width100pct"contenteditable="false" data-image-id="1*cover.jpeg" data-width="748"'
        ' data-height="677"><div class="section-backgroundImage" style="background-image: url(&quot;x&quot;);"></div><br></div>'
        f'<div class="section-content">{p("a")}</div><div class="section-captionContent">'
        f"{p('Foto: nitko', 'graf graf--sectionCaption', 'label')}</div></section>"
    )
    expected = [
        Section(cover=Image(id="1*cover.jpeg", width=748, height=677), layout="COVER_FADE/BOTTOM_CENTER"),
        Paragraph(text("a"), name="1a2b"),
        Paragraph(text("Foto: nitko"), role="section-caption", name="1a2b"),
    ]
    assert strict(html).blocks == expected
    assert lenient(html).blocks == expected


# -- HTML that Medium does not write ------------------------------------------------------------------

FOREIGN: list[tuple[str, str, list[Block], list[str]]] = [
    ("element of unknown meaning", p("a <kbd>b</kbd>"), [Paragraph(text("a b"), name="1a2b")], ["W110"]),
    ("text outside", f"lost {STRONG}and</strong> found{p('a')}",
     [Paragraph(text("lost and found", Mark("strong", 5, 8))), Paragraph(text("a"), name="1a2b")], ["W110"]),
    ("upper case, no quotes", "<P CLASS=graf--p NAME=x1>a<BR>b</P>", [Paragraph(text("a\nb"), name="x1")], []),
    ("comment", p("a<!-- b <p> -->c"), [Paragraph(text("ac"), name="1a2b")], []),
    ("script", p("a") + "<script>if (1 < 2) document.write('<p>b</p>')</script>", [Paragraph(text("a"), name="1a2b")], ["W110"]),
    ("what no reader sees", p("a") + "<style>p {}</style><template><p>b</p></template><svg><text>c</text></svg>", [Paragraph(text("a"), name="1a2b")], []),
    ("paragraphs in a quote", "<blockquote><p>a</p><p>b</p></blockquote>", [Quote(text("a")), Quote(text("b"))], []),
    ("paragraphs in items", "<ol><li><p>a</p></li><li><p>b</p></li></ol>",
     [ListItem(text("a"), ordered=True), ListItem(text("b"), ordered=True)], []),
    ("picture in a paragraph", p('a<img src="https://x.example/y.png">b'),
     [Paragraph(text("ab"), name="1a2b"), Image(src="https://x.example/y.png")], []),
    ("drop cap that is a picture", p('<span class="graf-dropCap"><img src="https://x.example/B.png"></span>ura', "graf graf--p graf--hasDropCap"),
     [Paragraph(text("ura"), True, Image(src="https://x.example/B.png"), name="1a2b")], []),
    ("unclosed mark", "<p class=graf--p><b>a<p class=graf--p>b", [Paragraph(text("a", Mark("strong", 0, 1))), Paragraph(text("b", Mark("strong", 0, 1)))], []),
    ("rare references", p("&copy &mdash;&#x2003;&hellip;"), [Paragraph(text("© —\u2003…"), name="1a2b")], []),
    ("rule", f"{p('a')}<hr>{p('b')}", [Paragraph(text("a"), name="1a2b"), Section(), Paragraph(text("b"), name="1a2b")], []),
    ("names that are not names", '<p a"b="1" =c class="graf--p" &copy;x="2">a</p>', [Paragraph(text("a"))], []),
]  # fmt: skip


@pytest.mark.parametrize(
    ("html", "blocks", "codes"), [case[1:] for case in FOREIGN], ids=[case[0] for case in FOREIGN]
)
def test_foreign_html(html: str, blocks: list[Block], codes: list[str]) -> None:
    body = lenient(html)
    assert body.blocks == blocks
    assert [note.code for note in body.notes] == codes


ODD = [
    "<p>a<p>b", p("<b>a</i>"), p("a<!-- b -->"), p("&copy;"), p("a & b"), p("<u>a</u>"), p("a</br>b"), "<P>a</P>",
    p('<a href="x">a<a href="y">b</a></a>'), "x", "<table></table>", p("<a href='x'>a</a>"), p("a < b"), "<div>", "</div>",
    p('<a title="a<br>b" href="x">c</a>'), figure("<iframe><b></b></iframe>"), figure("text"), figure("<div>"),
    '<hr class="x" class="section-divider">x', p("<b>a"), p("x</b>"), '<div class="a" class="graf--p">a</div>',
    figure(f"{IMG}</div>"), figure(f"{BOX}{IMG}"), '<div title="a>b" class="graf--p"></div>',
]  # fmt: skip


@pytest.mark.parametrize("html", ODD)
def test_what_strict_reading_leaves_to_a_parser(html: str) -> None:
    with pytest.raises(OddError):
        strict(html)
    lenient(html)


DOCUMENT = "".join(
    [
        section(
            "".join(html for _, html, _ in PARAGRAPHS if "\n" not in html)
            + "".join(p(inner) for _, inner, _ in MARKS),
            "aaaa",
            "section--first",
        ),
        section(
            f'<ul class="postList">{p("a", "graf graf--li", "li")}</ul></div><div class="section-inner sectionLayout--fullWidth">'
            + "".join(html for _, html, _ in FIGURES)
        ),
        section(CARD % CARDS[0][0]),
    ]
)
PIECES = [
    "<", ">", "</p>", "<p>", "</div>", "<div>", STRONG, "</strong>", EM, "</em>", A, "</a>", "&", "&amp;", "&copy;", "&nbsp",
    '"', "'", "/", "<br>", "</br>", "<ul>", "</ul>", "<li>", "</li>", "<ol>", "</ol>", "<h3>", "</h3>", "<pre>\n", "</pre>",
    "<blockquote>", "<figure>", "</figure>", "<figcaption>", "</figcaption>", "<section>", "</section>", "<hr>", "<!--", "-->",
    "<script>", "</script>", "<iframe>", "</iframe>", "\n", "\t", "  ", ' class="graf graf--p"', " x", " x=y", ' NAME="q"', "<P>",
    "<span>", "</span>", "<u>", "</u>", "<table>", "<td>", "<label>", "<svg>", "</svg>", "<button>", "<i>", "</i>", "<b>", "</b>",
    ' title="a<br>b"', "<footer>", "<html>", "<body>", "<![CDATA[x]]>", "<?x?>", "<p/>", "<a>", "\u200d", "👩‍🚀",
]  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, len(DOCUMENT)), st.integers(0, 12), st.sampled_from(["", *PIECES])),
        min_size=1,
        max_size=4,
    )
)
def test_strict_reading_reads_as_a_parser_does(edits: list[tuple[int, int, str]]) -> None:
    """Whatever happens to a document, strict reading gives what a parser makes of it, or nothing."""
    html = DOCUMENT
    for place, length, piece in edits:
        html = html[:place] + piece + html[place + length :]
    try:
        body = strict(html)
    except OddError:
        lenient(html)
    else:
        assert lenient(html) == body


def test_the_document_itself_is_read_strictly() -> None:
    assert strict(DOCUMENT) == lenient(DOCUMENT)
    assert len(strict(DOCUMENT).blocks) > 60


# -- any text, any marks ------------------------------------------------------------------------------

LETTERS = st.sampled_from(
    [
        *list("ab c.,’—čšž اسلام שלום 中文。日本、 é"),
        "🐟",
        "👩\u200d🚀",
        chr(769),
        "🇭🇷",
        "&",
        "<",
        '"',
        "&amp;",
        "\xa0",
        "\n",
    ]
)
TEXTS = st.lists(LETTERS, max_size=40).map("".join)
KINDS: list[MarkKind] = ["strong", "em", "code", "link"]


def raw_marks(length: int) -> st.SearchStrategy[list[Mark]]:
    offset = st.integers(0, max(length, 1))
    one = st.builds(
        lambda kind, a, b, n: Mark(kind, min(a, b), max(a, b), f"https://x.example/{n}?a=1&b" if kind == "link" else ""),
        st.sampled_from(KINDS), offset, offset, st.integers(0, 2),
    )  # fmt: skip
    return st.lists(one, max_size=8)


def render(content: RichText, pre: bool = False) -> str:
    """As Medium's editor writes it: elements cut wherever another mark begins or ends."""
    cuts = sorted(
        {0, len(content.text), *(offset for mark in content.marks for offset in (mark.start, mark.end))}
    )
    out = []
    for start, end in itertools.pairwise(cuts):
        piece = html_module.escape(content.text[start:end], quote=True).replace("&#x27;", "&#39;")
        piece = piece.replace("\n", "<br>")
        for mark in reversed([m for m in content.marks if m.start <= start and end <= m.end]):
            if mark.kind == "link":
                href = html_module.escape(mark.href)
                piece = f'<a href="{href}" data-href="{href}" class="markup--anchor markup--p-anchor" rel="noopener">{piece}</a>'
            else:
                piece = (
                    f'<{mark.kind} class="markup--{mark.kind} markup--p-{mark.kind}">{piece}</{mark.kind}>'
                )
        out.append(piece)
    # An editor needs one more break to show an empty last line; an empty paragraph is one break.
    return "".join(out) + ("<br>" if content.text.endswith("\n") or (not content.text and not pre) else "")


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_any_text_with_any_marks_comes_back(data: st.DataObject) -> None:
    value = data.draw(TEXTS)
    content = richtext.clean(value, data.draw(raw_marks(len(value))))
    for tag, classes in (("p", "graf graf--p"), ("pre", "graf graf--pre")):
        html = p(render(content), classes, tag)
        (block,) = strict(html).blocks
        assert isinstance(block, (Paragraph, Code))
        assert block.content == content
        assert lenient(html).blocks == [block]


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=" \t\nab", max_size=30))
def test_white_space_collapses_as_html_says(value: str) -> None:
    assert collapse(value) == " ".join(value.split())


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from([*PIECES, "a", "b "]), max_size=40).map("".join))
def test_no_html_is_too_strange(html: str) -> None:
    with contextlib.suppress(UnreadableError):
        lenient(html)
    with contextlib.suppress(OddError):
        strict(html)


N = 100_000
ABSURD = {
    "nested boxes": "<div>" * N + "</div>" * N,
    "nested marks": p("<strong>" * N + "a" + "</strong>" * N),
    "boxes never closed": "<div>" * N,
    "marks never closed": p("<b>" * N + "a"),
    "different marks never closed": "".join(f"<p><b id=b{n}>" for n in range(N)),
    "lists in lists": "<ul><li>" * N,
    "a tag of attributes": "<p " + " ".join(f"a{n}=1" for n in range(N)) + ">a</p>",
    "angle brackets": "<" * N,
    "breaks and marks, laid out": p("\n" + "<b><br>a</b> " * N),
    "paragraphs never closed": "<p>" * N,
    "figures": "<figure>" * N,
    "quotes in tags": p('<a href="' * N),
    "comments": "<!-- " * N,
}


@pytest.mark.parametrize("name", ABSURD)
def test_absurd_html_takes_linear_time(name: str) -> None:
    started = time.process_time()
    for read in (strict, lenient):
        with contextlib.suppress(OddError, UnreadableError):
            read(ABSURD[name])
    assert time.process_time() - started < 20  # quadratic time would be minutes


# -- pages of 2013-2018 without their JSON ------------------------------------------------------------

PAGE = f"""<!DOCTYPE html><html><head><title>Bura – Mira – Medium</title>
<meta property="og:title" content="Bura – Mira – Medium"><meta property="og:description" content="Vjetar.">
<meta property="article:published_time" content="2015-04-05T10:30:00.250Z"><meta name="author" content="Mira Horvat">
<meta property="article:author" content="https://medium.com/@mira"><meta property="og:site_name" content="Medium">
<meta property="al:ios:url" content="medium:/p/70a9c2e5f8d">
<link rel="canonical" href="https://medium.com/@mira/bura-70a9c2e5f8d"></head><body>
<div class="metabar"><p>Follow</p></div><article lang="hr"><div class="postField postField--body">
<section name="aaaa" class=" section--first section--last"><div class="section-inner layoutSingleColumn">
{p("Bura", "graf--h3 graf--first graf--title", "h3")}{p("Puše.", "graf--p")}</div></section></div></article>
<footer><p>Read next</p></footer></body></html>"""


def test_page_without_json() -> None:
    (post,) = read_page(PAGE.encode(), "bura.html")
    assert post.blocks == (
        Heading(3, text("Bura"), "title", name="1a2b"),
        Paragraph(text("Puše."), name="1a2b"),
    )
    assert (post.id, post.title, post.slug, post.language) == ("70a9c2e5f8d", "Bura", "bura", "hr")
    assert post.medium_url == "https://medium.com/@mira/bura-70a9c2e5f8d"
    assert post.author == Person(name="Mira Horvat", username="mira")
    assert post.first_published_at == 1428229800250
    assert post.source.form == "legacy"


def test_page_without_a_text() -> None:
    with pytest.raises(UnreadableError, match="no text in the markup"):
        list(read_page(b"<html><body><p>hello</p></body></html>"))
