"""Rendered pages without scripts: what is the author's, what is Medium's, and what each era's elements mean."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import growth
from fonds.errors import UnreadableError
from fonds.model import (
    Block,
    Code,
    Embed,
    Heading,
    Image,
    ImageRow,
    LinkCard,
    ListItem,
    Mark,
    Other,
    Paragraph,
    Person,
    Post,
    Publication,
    Quote,
    RichText,
    Section,
    Source,
    Tag,
)
from fonds.sources import dom, page
from fonds.writers import write
from fonds.writers.check import check

ID = "c0ffee123456"
URL = f"https://medium.com/@ana/tri-broda-{ID}"
HEAD = (
    f'<title>Tri broda | by Ana | Medium</title><meta property="og:title" content="Tri broda">'
    f'<meta property="al:web:url" content="{URL}"><meta property="al:android:url" content="medium://p/{ID}">'
    '<meta property="og:site_name" content="Medium"><meta name="author" content="Ana Anić">'
    '<meta property="article:author" content="https://medium.com/@ana">'
    '<meta property="article:published_time" content="2021-05-04T10:00:00.123Z">'
)
TITLE = '<div class=""><h1 id="aa01" class="pw-post-title x y">Tri broda</h1></div>'
MIRO = "https://miro.medium.com"


def document(article: str, *, head: str = HEAD, behind: str = "", kind: str = "") -> bytes:
    opened = f'<article class="{kind}">' if kind else "<article>"
    body = f"<nav><p>Home</p></nav>{opened}{article}</article>{behind}"
    return f"<!doctype html><html><head>{head}</head><body>{body}</body></html>".encode()


def column(inner: str, title: str = TITLE) -> bytes:
    return document(f'<section><div class="f g"><div class="c d e">{title}{inner}</div></div></section>')


def one(data: bytes) -> Post:
    (post,) = dom.read(data, "page.html")
    assert isinstance(post, Post)
    assert check(post, write(post)) == []
    return post


def blocks(inner: str) -> list[Block]:
    """The blocks behind the title."""
    return list(one(column(inner)).blocks[1:])


def p(text: str, *marks: Mark) -> Paragraph:
    return Paragraph(RichText(text, marks), name="aa02")


# -- blocks ----------------------------------------------------------------------------------------------

IMG = '<img alt="{}" src="{}" width="700" height="280" loading="lazy">'
LAZY = (
    f'<figure class="a b paragraph-image"><div><div><img alt="Image for post" src="{MIRO}/max/60/1*a.png?q=20" width="1894"'
    f' height="970"></div><img class="c" width="1894" height="970"><noscript><img src="{MIRO}/max/3788/1*a.png"'
    ' width="1894" height="970"></noscript></div><figcaption>Brod u <em>luci</em></figcaption></figure>'
)
PICTURE = (
    '<figure class="a b paragraph-image"><div role="button"><span class="speechify-ignore">Schauen Sie genauer</span>'
    f'<picture><source srcset="{MIRO}/v2/resize:fit:640/format:webp/1*b.png 640w, {MIRO}/v2/resize:fit:1400/format:webp/1*b.png'
    f' 1400w" type="image/webp"><source data-testid="og" srcset="{MIRO}/v2/resize:fit:640/1*b.png 640w">'
    '<img alt="" width="700" height="280"></picture></div></figure>'
)
SMALL = f'<figure class="paragraph-image"><img alt="lađa" src="{MIRO}/v2/resize:fit:614/1*c.png" width="614" height="285"></figure>'
CARD = (
    '<div class="n"><a href="https://example.org/x?source=post_page-----c0ffee123456----------------------"><div><div>'
    "<h2>Luka</h2><div><h3>Sve o luci</h3></div><div><p>example.org</p></div></div><div>"
    f'<div style="background-image: url({MIRO}/max/320/1*t.png);"></div></div></div></a></div>'
)

CASES: dict[str, tuple[str, list[Block]]] = {
    "paragraph": ('<p id="aa02" class="pw-post-body-paragraph j">سلام <strong>دنیا</strong></p>', [p("سلام دنیا", Mark("strong", 5, 9))]),
    "line ends and entities": ('<p id="aa02">a<br>b &amp; &lt;c&gt;&nbsp;d</p>', [p("a\nb & <c>\xa0d")]),
    "exact blanks": ('<p id="aa02">  two  blanks </p>', [p("  two  blanks ")]),
    "a name that is not given": ('<p id="aa02">x</p><p>y</p>', [p("x"), Paragraph(RichText("y"))]),
    "drop cap": ('<p id="aa02"><span class="l m">E</span>very day</p>', [Paragraph(RichText("Every day"), True, name="aa02")]),
    "readers' highlight": ('<p id="aa02">a <mark class="u">b</mark></p>', [p("a b")]),
    "lists": (
        '<ul class=""><li id="aa02">x</li><li id="aa03">y</li></ul><ol class=""><li id="aa04">z</li></ol>',
        [ListItem(RichText("x"), name="aa02"), ListItem(RichText("y"), name="aa03"), ListItem(RichText("z"), True, name="aa04")],
    ),
    "block quote": ('<blockquote class="a b c"><p id="aa02">q</p></blockquote>', [Quote(RichText("q"), name="aa02")]),
    "pull quote": ('<blockquote class="a"><p id="aa02">q</p></blockquote>', [Quote(RichText("q"), True, name="aa02")]),
    "pull quote until 2021": (
        '<blockquote class="a">\n<div id="aa02" class="b">\n<p class="c">q</p>\n</div>\n</blockquote>', [Quote(RichText("q"), True, name="aa02")]
    ),
    "code": (
        '<pre class="k"><span id="aa02">if x:<br>    y &lt; 1</span><span id="aa03">  <strong>z</strong></span></pre>',
        [Code(RichText("if x:\n    y < 1"), name="aa02"), Code(RichText("  z", (Mark("strong", 2, 3),)), name="aa03")],
    ),
    "coloured code": (
        '<pre data-code-block-lang="python" data-code-block-mode="2"><span id="aa02"><span class="hljs-keyword">def</span> f</span></pre>',
        [Code(RichText("def f"), "python", "EXPLICIT", name="aa02")],
    ),
    "code with its language in a class": ('<pre><code class="hljs language-c++">a;</code></pre>', [Code(RichText("a;"), "c++")]),
    "lazy picture": (LAZY, [Image("1*a.png", caption=RichText("Brod u luci", (Mark("em", 7, 11),)), width=1894, height=970)]),
    "picture with sources": (PICTURE, [Image("1*b.png")]),
    "small picture": (SMALL, [Image("1*c.png", alt="lađa", width=614, height=285)]),
    "picture with a link": (
        f'<figure class="paragraph-image"><a href="/p/1?source=post_page-----c0ffee123456-----"><div>{IMG.format("", MIRO + "/max/1400/1*d.png")}</div></a></figure>',
        [Image("1*d.png", href="https://medium.com/p/1")],
    ),
    "picture of another host": (f'<figure class="paragraph-image">{IMG.format("x", "https://example.org/e.png")}</figure>', [Image(src="https://example.org/e.png", alt="x")]),
    "row": (
        f'<p id="aa02">x</p><div class="r s">{SMALL}{SMALL.replace("1*c", "1*d")}</div>',
        [p("x"), ImageRow(images=(
            Image("1*c.png", alt="lađa", width=614, height=285, layout="OUTSET_ROW"),
            Image("1*d.png", alt="lađa", width=614, height=285, layout="OUTSET_ROW_CONTINUE"),
        ))],
    ),
    "two pictures in a column of text": (f'<p id="aa02">x</p></div><div class="c d e">{SMALL}{SMALL}', [p("x"), *[Image("1*c.png", alt="lađa", width=614, height=285)] * 2]),
    "video": (
        ('<figure><iframe src="https://cdn.embedly.com/widgets/media.html?src=https%3A%2F%2Fwww.youtube.com%2Fembed%2FabcdefghijK&amp;type=text"'
        ' width="854" height="480" title="Brod"></iframe><figcaption>gledaj</figcaption></figure>'),
        [Embed(
            kind="video", href="https://www.youtube.com/watch?v=abcdefghijK", title="Brod", provider="youtube", provider_id="abcdefghijK",
            iframe_src="https://cdn.embedly.com/widgets/media.html?src=https%3A%2F%2Fwww.youtube.com%2Fembed%2FabcdefghijK&type=text",
            thumbnail="https://i.ytimg.com/vi/abcdefghijK/hqdefault.jpg", width=854, height=480, caption=RichText("gledaj"),
        )],
    ),
    "Medium's own frame": (
        '<figure><iframe src="/media/0123abcd0123abcd"></iframe></figure>',
        [Embed(href="https://medium.com/media/0123abcd0123abcd", media_id="0123abcd0123abcd", iframe_src="https://medium.com/media/0123abcd0123abcd")],
    ),
    "gist": (
        '<figure><script src="https://gist.github.com/ana/0123456789abcdef0123.js"></script></figure>',
        [Embed(kind="gist", href="https://gist.github.com/ana/0123456789abcdef0123", provider="github-gist", provider_id="ana/0123456789abcdef0123")],
    ),
    "link card": (
        CARD,
        [LinkCard(href="https://example.org/x", title="Luka", description="Sve o luci", host="example.org", thumbnail="1*t.png",
                  content=RichText("Luka\nSve o luciexample.org", (Mark("link", 0, 26, "https://example.org/x"), Mark("strong", 0, 4), Mark("em", 5, 15))))],
    ),
    "separator": ('<p id="aa02">x</p><div role="separator"><span></span></div><p id="aa02">y</p>', [p("x"), Section(), p("y")]),
    "rule": ('<p id="aa02">x</p><hr class="q"><hr><p id="aa02">y</p><hr>', [p("x"), Section(), p("y")]),
    "section": ('<p id="aa02">x</p></div></div></section><section><div><div class="c d e"><p id="aa02">y</p>', [p("x"), Section(), p("y")]),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_blocks(case: str) -> None:
    inner, expected = CASES[case]
    post = one(column(inner))
    assert list(post.blocks[1:]) == expected
    assert post.notes == ()


HEADINGS = {
    "until 2025": ('<h1 id="aa02">A</h1><h2 id="aa03">B</h2>', [3, 4]),
    "until 2025, small ones only": ('<h2 id="aa02">A</h2>', [4]),
    "since 2025": ('<h2 id="aa02">A</h2><h3 id="aa03">B</h3>', [3, 4]),
    "since 2025, large ones only": (f'<h2 id="aa02">A</h2>{PICTURE}', [3]),
    "since 2025, small ones only": ('<h3 id="aa02">A</h3>', [4]),
}


@pytest.mark.parametrize("era", HEADINGS)
def test_headings_of_each_era(era: str) -> None:
    inner, levels = HEADINGS[era]
    assert [block.level for block in blocks(inner) if isinstance(block, Heading)] == levels


def test_title_subtitle_and_kicker() -> None:
    kicker = '<h2 id="aa00" aria-label="kicker paragraph">Iz luke</h2>'
    subtitle = '<div class=""><h2 id="aa02" class="pw-subtitle-paragraph q">O moru</h2></div>'
    post = one(column(subtitle + '<p id="aa03">x</p>', kicker + TITLE))
    assert post.blocks[:3] == (
        Heading(4, RichText("Iz luke"), "kicker", name="aa00"),
        Heading(3, RichText("Tri broda"), "title", name="aa01"),
        Heading(4, RichText("O moru"), "subtitle", name="aa02"),
    )
    assert (post.title, post.subtitle) == ("Tri broda", "O moru")
    older = one(column('<h2 id="aa02">O moru</h2>', '<div><div id="aa01"><h1>Tri broda</h1></div></div>'))
    assert older.blocks == post.blocks[1:3]


LINKS = [
    ("/@ana/x-1", "https://medium.com/@ana/x-1"),
    ("//example.org/a", "https://example.org/a"),
    ("#aa02", "#aa02"),
    ("mailto:a@example.org", "mailto:a@example.org"),
    ("https://medium.com/p/1?source=post_page-----c0ffee123456--------------------------------", "https://medium.com/p/1"),
    ("https://luka.example/p-1?a=1&source=post_internal_links---------0----------#x", "https://luka.example/p-1?a=1#x"),
    ("https://medium.com/p/1?source=user_profile---------3-------------------------&sk=ab", "https://medium.com/p/1?sk=ab"),
    ("https://medium.com/p/1?source=friends_link&sk=ab", "https://medium.com/p/1?source=friends_link&sk=ab"),
    ("https://example.org/?source=ana", "https://example.org/?source=ana"),
    ("https://medium.com/r/?url=https%3A%2F%2Fexample.org%2F%3Fa%3D1", "https://example.org/?a=1"),
]  # fmt: skip


@pytest.mark.parametrize(("given_href", "expected"), LINKS)
def test_links(given_href: str, expected: str) -> None:
    found = blocks(f'<p id="aa02"><a href="{html.escape(given_href)}" rel="noopener">x</a></p>')
    assert found == [p("x", Mark("link", 0, 1, expected))]


def test_links_of_a_custom_domain_are_relative_to_it() -> None:
    head = HEAD.replace(URL, f"https://luka.example/tri-broda-{ID}")
    post = one(document('<div><p id="aa02"><a href="/more-1">x</a></p></div>', head=head))
    assert post.blocks == (p("x", Mark("link", 0, 1, "https://luka.example/more-1")),)


def test_mentions() -> None:
    href = "https://medium.com/u/abcdef123456?source=post_page---user_mention--c0ffee123456-----------------------"
    post = one(column(f'<p id="aa02">Hvala, <span><a href="{href}">Ivo</a></span>!</p>'))
    assert post.blocks[1] == p("Hvala, Ivo!", Mark("link", 7, 10, "https://medium.com/u/abcdef123456", user_id="abcdef123456"))  # fmt: skip
    assert post.people == (Person("abcdef123456", "Ivo"),)


# -- what is Medium's ------------------------------------------------------------------------------------

FURNITURE = {
    "byline of 2020": '<div class="q"><div><a href="/@ana?source=post_page-----c0ffee123456-----"><img alt="Ana" src="x.png"></a><h4>Ana</h4></div>'
    "<div><a href='/x'>4. svibnja</a> · 6 min</div><button>Prati</button></div>",
    "byline of 2022": '<header class="pw-post-byline-header q"><p class="pw-published-date"><span>4. svibnja</span></p></header>',
    "byline of 2024": '<div class="speechify-ignore ab"><p>Ana</p><h2>ناشر</h2><span data-testid="storyReadTime">3 min</span></div>',
    "sign-up in the text": '<div class="q"><div><h2>Priče u pošti</h2><p>Pridruži se.</p><form><input></form><button>Da</button></div></div>',
    "drawings and styles": "<svg><title>pljesak</title></svg><style>p{}</style><template><p id='aa09'>x</p></template>",
    "what screen readers are told to pass over": '<span class="speechify-ignore">Slušaj</span>',
    "tooltip": '<div role="tooltip"><p id="aa09">Odgovori</p></div>',
    "another post": '<article data-testid="post-preview"><h2 id="aa09">Druga</h2></article>',
    "tags": '<div><ul class=""><li><a href="/tag/more">more</a></li></ul></div>',
}  # fmt: skip


@pytest.mark.parametrize("what", FURNITURE)
@pytest.mark.parametrize("behind", [False, True])
def test_furniture_is_left_out(what: str, behind: bool) -> None:
    text = '<p id="aa02">x</p>'
    post = one(column(text + FURNITURE[what] if behind else FURNITURE[what] + text))
    assert post.blocks[1:] == (p("x"),)
    assert post.notes == ()


STRAY = {
    "text in a column": ('<p id="aa02">x</p>and <em>more</em><p id="aa02">y</p>', "and more"),
    "a table": ('<p id="aa02">x</p><table><tr><td>a</td></tr></table><p id="aa02">y</p>', "a"),
    "a named element of unknown kind": ('<p id="aa02">x</p><div id="aa05">strange</div><p id="aa02">y</p>', "strange"),
    "text in a figure": (f'<p id="aa02">x</p><figure class="paragraph-image">{IMG.format("", MIRO + "/max/9/1*a.png")}odd</figure><p id="aa02">y</p>', "odd"),
}  # fmt: skip


@pytest.mark.parametrize("what", STRAY)
def test_text_of_the_author_s_is_never_dropped(what: str) -> None:
    inner, text = STRAY[what]
    post = one(column(inner))
    kept = [block.content.text for block in post.blocks if isinstance(block, Paragraph)]
    assert kept == ["x", text, "y"]
    assert [note.code for note in post.notes] == ["W110"]


def test_missing_addresses_are_noted() -> None:
    post = one(
        column('<p id="aa02">x</p><figure class="paragraph-image"></figure><figure><div></div></figure>')
    )
    assert [type(block) for block in post.blocks[2:]] == [Image, Embed]
    assert [(note.code, note.where) for note in post.notes] == [("W111", "2"), ("W121", "3")]


# -- the post --------------------------------------------------------------------------------------------


def test_facts() -> None:
    article = (
        '<header class="pw-post-byline-header"><div class="pw-reading-time">7 min read</div></header>'
        '<a data-testid="publicationName" href="/luka">Luka</a>' + f'<div class="c">{TITLE}<p id="aa02">x <a href="/tag/none">t</a></p></div>'
    )  # fmt: skip
    behind = (
        '<ul><li><a href="https://medium.com/tag/sea?source=post_page-----c0ffee123456">More</a></li><li><a href="/tag/sea">Sea</a></li></ul>'
        '<div class="pw-multi-vote-count"><p><button>55</button></p></div><span class="pw-responses-count">1.2K</span>'
    )
    post = one(document(article, behind=behind, kind="meteredContent"))
    assert post.source == Source("dom", "page.html")
    assert (post.id, post.slug, post.medium_url) == (ID, "tri-broda", URL)
    assert post.author == Person(name="Ana Anić", username="ana")
    assert post.publication == Publication(name="Luka")
    assert (post.reading_time, post.claps, post.responses) == (7.0, 55, None)
    assert post.tags == (Tag("sea", "More"),)
    assert (post.member_only, post.visibility, post.first_published_at) == (True, "locked", 1620122400123)


def test_without_a_head_the_byline_tells() -> None:
    byline = (
        f'<div><span><a data-testid="authorName" href="/@ana?source=post_page---byline--{ID}-----">Ana</a></span></div>'
        f'<a href="/@ana?source=post_page-----{ID}--------------------------------"></a>'
    )
    post = one(document(f'<div class="c">{TITLE}{byline}<p id="aa02">x</p></div>', head=""))
    assert (post.id, post.title, post.author) == (ID, "Tri broda", Person(name="Ana", username="ana"))


@pytest.mark.parametrize("wall", ['<div id="paywall-background-color"><h2>Još</h2></div>', '<div data-testid="paywall">Još</div>'])  # fmt: skip
def test_a_wall_cuts_the_post(wall: str) -> None:
    article = f'<div class="c">{TITLE}<p id="aa02">x</p></div>'
    for data in (document(article, behind=wall), document(article + wall)):
        post = one(data)
        assert post.preview_only
        assert [note.code for note in post.notes] == ["W108"]
        assert len(post.blocks) == 2


def test_the_article_with_the_text_is_the_post() -> None:
    own = f'<article><div>{TITLE}<p id="aa02">x</p><p id="aa03">y</p></div></article>'
    other = '<article><div><p id="aa09">Druga</p></div></article>'
    for body in (own + other, other + own):
        assert len(one(f"<head>{HEAD}</head><body>{body}</body>".encode()).blocks) == 3


def test_a_part_that_somebody_cut_out() -> None:
    post = one(f'<section><div>{TITLE}<p id="aa02">x</p></div></section>'.encode())
    assert post.title == "Tri broda"
    assert len(post.blocks) == 2


def test_an_article_without_names() -> None:
    post = one(document("<h1>Tri broda</h1><div><h4>Ana</h4></div><p>x</p><button>Da</button>"))
    assert [block.content.text for block in post.blocks if isinstance(block, (Heading, Paragraph))] == ["Tri broda", "Ana", "x"]  # fmt: skip


OTHERS: list[tuple[bytes, Other]] = [
    (b"<body><article data-testid='post-preview'><h2>a</h2></article><article><h2>b</h2></article></body>", Other("listing", "f", count=2)),
    (b"<body><a href='/x'>x</a></body>", Other("listing", "f")),
    (b"<body><p>x</p></body>", Other("page", "f")),
    (b"<body><article><button>x</button></article></body>", Other("page", "f")),
]  # fmt: skip


@pytest.mark.parametrize(("data", "expected"), OTHERS)
def test_pages_that_are_no_posts(data: bytes, expected: Other) -> None:
    assert list(dom.read(data, "f")) == [expected]


@pytest.mark.parametrize("body", ["<article><div></div></article>", "<main></main>"])
def test_a_post_without_text_is_refused(body: str) -> None:
    with pytest.raises(UnreadableError, match=r"f: names a post and holds nothing of it"):
        list(dom.read(f"<head>{HEAD}</head><body>{body}</body>".encode(), "f"))


# -- any input -------------------------------------------------------------------------------------------

TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40)


@given(st.lists(TEXT, min_size=1, max_size=5))
def test_every_character_comes_back(texts: list[str]) -> None:
    inner = "".join(f'<p id="{index:04x}">{html.escape(text)}</p>' for index, text in enumerate(texts))
    post = one(column(inner))
    assert [block.content.text for block in post.blocks[1:] if isinstance(block, Paragraph)] == texts


HOSTILE: dict[str, Callable[[int], str]] = {
    "paragraphs": lambda n: '<p id="aa02">x</p>' * n,
    "stray text": lambda n: "x<br>" * n,
    "pictures in a column": lambda n: '<p id="aa02">x</p>' + f'<img src="{MIRO}/1*a.png">' * n,
    "figures in one element": lambda n: f"<div>{SMALL * n}</div>",
    "buttons": lambda n: "<button><img></button>" * n,
    "deep names": lambda n: ('<div id="aaaa">' * 200 + "<p>x</p>" + "</div>" * 200) * (n // 200),
    "deep quotes": lambda n: (
        ("<blockquote>" * 200 + '<p id="aa02">x</p>' + "</blockquote>" * 200) * (n // 200)
    ),
    "links": lambda n: '<a href="/tag/x"><h2></h2></a>' * n,
    "tracking": lambda n: f'<p id="aa02"><a href="/x?source={"-" * n}?source=">x</a></p>',
    "a set of sources": lambda n: f'<figure><picture><source srcset="{"," * n}"><img></picture></figure>',
}


@pytest.mark.parametrize("what", HOSTILE)
def test_time_is_linear(what: str) -> None:
    growth.assert_linear(lambda n: list(dom.read(column(HOSTILE[what](n)))), 1000)


# -- the corpus ------------------------------------------------------------------------------------------

SCRIPT = re.compile(rb"<script\b.*?</script>", re.S | re.I)
BLANKS = re.compile(r"[ \t\n]+")


def comparable(block: Block) -> tuple[object, ...]:
    """What a rendered page says of a block: all but the names and layouts of pictures and embeds, and what
    is behind an embed whose frame was a script's to fill. Files that somebody indented say no blanks."""
    if isinstance(block, Image):
        return ("image", block.id, block.alt, rich(block.caption), block.href, block.width, block.height)
    if isinstance(block, Embed):
        return ("embed", rich(block.caption))
    if isinstance(block, Section):
        return ("section",)
    if isinstance(block, Code):
        return ("code", block.content, block.name)
    assert isinstance(block, (Heading, Paragraph, Quote, ListItem))
    kind = getattr(block, "level", 0), getattr(block, "pull", None), getattr(block, "ordered", None)
    return (type(block).__name__, kind, getattr(block, "role", ""), rich(block.content), block.name)


def rich(content: RichText) -> tuple[object, ...]:
    said = [(mark.kind, BLANKS.sub(" ", content.text[mark.start : mark.end]).strip(), mark.href, mark.user_id) for mark in content.marks]  # fmt: skip
    return BLANKS.sub(" ", content.text).strip(), tuple(said)


@pytest.mark.corpus
def test_a_page_says_the_same_without_its_scripts(corpus: Path) -> None:
    compared = 0
    for path in sorted((corpus / "apollo_html").rglob("*.html")):
        data = path.read_bytes()
        bare = one(SCRIPT.sub(b"", data))
        if b"__APOLLO_STATE__" not in data:
            continue
        (full,) = page.read(data)
        assert isinstance(full, Post)
        assert list(map(comparable, bare.blocks)) == list(map(comparable, full.blocks)), path.name
        for field in ("id", "title", "subtitle", "slug"):
            assert getattr(bare, field) == getattr(full, field), (path.name, field)
        compared += 1
    assert compared == 5


@pytest.mark.corpus
def test_pages_that_were_saved_without_scripts(corpus: Path) -> None:
    folder = corpus / "apollo_html" / "postlight__parser"
    found = {}
    for path in sorted(folder.glob("*.html")):
        post = one(path.read_bytes())
        kinds = [type(block).__name__ for block in post.blocks]
        found[post.id] = {kind: kinds.count(kind) for kind in sorted(set(kinds))}
        assert not post.notes
    assert found == {
        "ac4ec8aee7d1": {"Code": 30, "Heading": 9, "Image": 2, "ListItem": 2, "Paragraph": 33, "Section": 6},
        "e52ab9515573": {"Embed": 1, "Heading": 2, "Image": 21, "Paragraph": 35},
    }
