"""Feeds of Medium, RSS and Atom: what Medium adds, what it leaves out, and broken XML."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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
    Tag,
)
from fonds.sources import export, feed

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?><rss xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:atom="http://www.w3.org/2005/Atom" version="2.0">'
)
PUBLICATION = """<channel><title><![CDATA[The Letter - Medium]]></title>
<link>https://medium.com/the-letter?source=rss----5ea1b0a7c0de---4</link>
<image><url>https://x.example/a.png</url><title>not this</title><link>https://x.example/</link></image>
<atom:link href="https://medium.com/feed/the-letter" rel="self" type="application/rss+xml"/>"""
PERSON = """<channel><title><![CDATA[Stories by Mira Horvat on Medium]]></title>
<link>https://medium.com/@mira?source=rss-b80df8b256a3------2</link>"""
LINK = "https://medium.com/the-letter/luka-1a2b3c4d5e6f"
PIXEL = '<img src="https://medium.com/_/stat?event=post.clientViewed&referrerSource=full_rss&postId=1a2b3c4d5e6f" width="1" height="1" alt="">'
FOOTER = (
    f'<hr><p><a href="{LINK}">Luka</a> was originally published in <a href="https://medium.com/the-letter">The Letter</a> on Medium, '
    "where people are continuing the conversation by highlighting and responding to this story.</p>"
)


def posts_of(data: bytes, origin: str = "") -> Iterator[Post]:
    for found in feed.read(data, origin):
        assert isinstance(found, Post)
        yield found


def item(body: str | None, *, title: str = "Luka", link: str = LINK, more: str = "") -> str:
    content = f"<content:encoded><![CDATA[{body}]]></content:encoded>" if body is not None else ""
    return (
        f"<item><title><![CDATA[{title}]]></title><link>{link}?source=rss----5ea1b0a7c0de---4</link>"
        '<guid isPermaLink="false">https://medium.com/p/1a2b3c4d5e6f</guid><category><![CDATA[sea]]></category>'
        "<category><![CDATA[small-towns]]></category><dc:creator><![CDATA[Mira Horvat]]></dc:creator>"
        "<pubDate>Mon, 15 Aug 2022 08:00:00 GMT</pubDate><atom:updated>2022-08-15T08:00:00.555Z</atom:updated>"
        f"{more}{content}</item>"
    )


def rss(*items: str, channel: str = PUBLICATION) -> bytes:
    return f"{HEAD}{channel}{''.join(items)}</channel></rss>".encode()


def one(body: str | None, **more: str) -> Post:
    (post,) = posts_of(rss(item(body, **more)), "feed.xml")
    return post


def p(value: str, *marks: Mark) -> Paragraph:
    return Paragraph(RichText(value, marks))


def test_post() -> None:
    post = one("<h4>O luci</h4><p>Tekst.</p>")
    assert (post.id, post.title, post.subtitle, post.slug) == ("1a2b3c4d5e6f", "Luka", "O luci", "luka")
    assert (post.medium_url, post.canonical_url) == (LINK, "")
    assert post.author == Person(name="Mira Horvat")
    assert post.publication == Publication("5ea1b0a7c0de", "The Letter", "the-letter")
    assert post.tags == (Tag("sea"), Tag("small-towns"))
    assert (post.first_published_at, post.updated_at) == (1660550400555, 1660550400555)
    assert post.blocks == (Heading(4, RichText("O luci"), "subtitle"), p("Tekst."))
    assert (post.draft, post.preview_only, post.response, post.notes) == (False, False, None, ())
    assert post.source.form == "feed"


def test_a_person_s_feed() -> None:
    data = rss(item("<p>a</p>", link="https://medium.com/@mira/luka-1a2b3c4d5e6f"), channel=PERSON)
    (post,) = posts_of(data)
    assert post.author == Person("b80df8b256a3", "Mira Horvat", "mira")
    assert post.publication is None


def test_a_feed_under_a_domain_of_its_own() -> None:
    channel = "<channel><title>Letter - Medium</title><link>https://letter.example?source=rss----5ea1b0a7c0de---4</link>"
    (post,) = posts_of(
        rss(item("<p>a</p>", link="https://letter.example/luka-1a2b3c4d5e6f"), channel=channel)
    )
    assert post.publication == Publication("5ea1b0a7c0de", "Letter", domain="letter.example")
    assert post.medium_url == "https://letter.example/luka-1a2b3c4d5e6f"


def test_an_update_later() -> None:
    data = rss(item("<p>a</p>")).replace(b"2022-08-15T08:00:00.555Z", b"2023-01-01T00:00:00.001Z")
    (post,) = posts_of(data)
    assert (post.first_published_at, post.updated_at) == (1660550400000, 1672531200001)


def test_draft_in_the_feed_of_an_export() -> None:
    data = rss(
        item("<p></p>", title="No title", link="https://medium.com/@mira/1a2b3c4d5e6f"), channel=PERSON
    )
    (post,) = posts_of(data.replace(b"2022-08-15T08:00:00.555Z", b"1970-01-01T00:00:00.000Z"))
    assert (post.draft, post.title, post.slug, post.first_published_at) == (True, "", "", 0)
    assert post.updated_at == 1660550400000
    assert post.blocks == (p(""),)


BODIES: list[tuple[str, str, list[Block]]] = [
    ("marks", '<p>a <strong>b</strong> <em>c</em> <a href="https://x.example/?a=1&amp;b=2">d</a></p>',
     [p("a b c d", Mark("strong", 2, 3), Mark("em", 4, 5), Mark("link", 6, 7, "https://x.example/?a=1&b=2"))]),
    ("mention", '<p><a href="https://medium.com/u/c0ffee01">Lin Wen</a></p>',
     [p("Lin Wen", Mark("link", 0, 7, "https://medium.com/u/c0ffee01", "", "c0ffee01"))]),
    ("headings", "<h3>a</h3><h4>b</h4><p>c</p>", [Heading(3, RichText("a")), Heading(4, RichText("b")), p("c")]),
    ("lists", "<ul><li>a</li><li>b</li></ul><ol><li>c</li></ol>",
     [ListItem(RichText("a")), ListItem(RichText("b")), ListItem(RichText("c"), ordered=True)]),
    ("quote", "<blockquote>a<br>b</blockquote>", [Quote(RichText("a\nb"))]),
    ("code", "<pre>if a &lt; b:<br>    c  <a href='https://x.example'>d</a></pre>",
     [Code(RichText("if a < b:\n    c  d", (Mark("link", 17, 18, "https://x.example"),)))]),
    ("picture", '<figure><img alt="more" src="https://cdn-images-1.medium.com/max/1024/1*a_b.png" /><figcaption>a <em>b</em></figcaption></figure>',
     [Image(id="1*a_b.png", alt="more", caption=RichText("a b", (Mark("em", 2, 3),)))]),
    ("picture with a link", '<figure><a href="https://x.example"><img src="https://cdn-images-1.medium.com/max/800/0*c" /></a></figure>',
     [Image(id="0*c", href="https://x.example")]),
    ("frame", '<iframe src="" width="0" height="0"><a href="https://medium.com/media/0a1b2c/href">https://medium.com/media/0a1b2c/href</a></iframe>',
     [Embed(href="https://medium.com/media/0a1b2c", media_id="0a1b2c", iframe_src="https://medium.com/media/0a1b2c")]),
    ("frame with an address", '<iframe src="https://speakerdeck.com/player/abc" width="710" height="463"><a href="https://medium.com/media/0a1b2c/href">x</a></iframe>',
     [Embed(href="https://speakerdeck.com/player/abc", provider="speakerdeck", provider_id="abc", media_id="0a1b2c",
            iframe_src="https://speakerdeck.com/player/abc", width=710, height=463)]),
    ("link cards", '<p>a</p><a href="https://x.example/1">One</a><a href="https://x.example/2">Two</a><p>b</p>',
     [p("a"), LinkCard("https://x.example/1", "One", content=RichText("One", (Mark("link", 0, 3, "https://x.example/1"),))),
      LinkCard("https://x.example/2", "Two", content=RichText("Two", (Mark("link", 0, 3, "https://x.example/2"),))), p("b")]),
    ("tweet", ('<blockquote class="twitter-tweet"><p>more <a href="https://t.co/x">pic</a></p> — <a href="https://twitter.com/luka/status/99">@luka</a></blockquote>'
     "<script>alert(1)</script><style>p{}</style>"),
     [Embed("tweet", "https://twitter.com/luka/status/99", provider="twitter", provider_id="99", content=RichText("more pic\n — @luka"))]),
    ("section", "<p>a</p><hr><p>b</p>", [p("a"), Section(), p("b")]),
    ("text outside", "lost <b>text</b><p>a</p>", [p("lost text", Mark("strong", 5, 9)), p("a")]),
    ("the author's own last words", f"<p>a</p>{PIXEL}<hr><p>I go on.</p>", [p("a"), Section(), p("I go on.")]),
]  # fmt: skip


@pytest.mark.parametrize(("body", "blocks"), [case[1:] for case in BODIES], ids=[case[0] for case in BODIES])
def test_body(body: str, blocks: list[Block]) -> None:
    post = one(body)
    assert list(post.blocks) == blocks
    assert post.notes == ()


def test_what_medium_adds_is_left_out() -> None:
    assert one(f"<p>Tekst.</p>{PIXEL}{FOOTER}").blocks == (p("Tekst."),)
    assert one(f"<p>Tekst.</p>{PIXEL}").blocks == (p("Tekst."),)


def test_kicker_and_subtitle_stand_around_a_title_that_is_not_there() -> None:
    post = one("<h4>Vijest</h4><h4>O luci</h4><p>a</p>")
    assert [block.role for block in post.blocks if isinstance(block, Heading)] == ["kicker", "subtitle"]
    assert post.subtitle == "O luci"


def test_responses_among_posts() -> None:
    answer = one(
        "<p>Hvala! Nisam to znao.</p>", title="Hvala!", link="https://medium.com/@mira/hvala-1a2b3c4d5e6f"
    )
    assert answer.response is not None
    assert one("<p>Hvala! Nisam to znao.</p>", title="Hvala!").response is None  # in a publication


def test_only_a_preview() -> None:
    description = (
        '<description><![CDATA[<div class="medium-feed-item"><p class="medium-feed-image"><a href=\'x\'>'
        '<img src="https://cdn-images-1.medium.com/max/2600/1*p.jpeg" width="4000"></a></p><p class="medium-feed-snippet">Prve riječi</p>'
        '<p class="medium-feed-link"><a href="x">Continue reading on The Letter »</a></p></div>]]></description>'
    )
    post = one(None, more=description)
    assert post.preview_only
    assert [note.code for note in post.notes] == ["W108"]
    assert post.blocks == (p("Prve riječi"),)
    assert (post.description, post.image) == ("Prve riječi", "1*p.jpeg")


ATOM = """<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom"><title>The Letter - Medium</title>
<id>https://medium.com/the-letter</id><link rel="self" href="https://medium.com/feed/the-letter"/><link href="https://medium.com/the-letter"/>
<entry><title>Luka</title><id>https://medium.com/p/1a2b3c4d5e6f</id><link href="https://medium.com/the-letter/luka-1a2b3c4d5e6f?source=rss"/>
<category term="sea"/><author><name>Mira Horvat</name><uri>https://medium.com/@mira</uri></author>
<published>2019-06-24T11:25:00.640Z</published><updated>2019-06-25T00:00:00Z</updated>%s</entry></feed>"""


def test_atom() -> None:
    (post,) = posts_of((ATOM % '<content type="html">&lt;p&gt;a &amp;amp; b&lt;/p&gt;</content>').encode())
    assert (post.id, post.title, post.medium_url) == ("1a2b3c4d5e6f", "Luka", LINK)
    assert post.author == Person(name="Mira Horvat", username="mira")
    assert post.publication == Publication(name="The Letter", slug="the-letter")
    assert (post.first_published_at, post.updated_at) == (1561375500640, 1561420800000)
    assert (post.tags, post.blocks) == ((Tag("sea"),), (p("a & b"),))


def test_atom_with_xhtml() -> None:
    body = '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>a &lt; <em>b</em></p></div></content>'
    (post,) = posts_of((ATOM % body).encode())
    assert post.blocks == (p("a < b", Mark("em", 4, 5)),)


# -- bad input ----------------------------------------------------------------------------------------


def test_broken_xml_after_the_items_before_it() -> None:
    data = rss(item("<p>a</p>"), item("<p>b</p>"))
    cut = data[: data.rindex(b"<p>b</p>")]
    posts = posts_of(cut, "feed.xml")
    assert next(posts).blocks == (p("a"),)
    with pytest.raises(UnreadableError) as caught:
        next(posts)
    assert re.search(r"feed\.xml, line \d+, column \d+: is no XML", str(caught.value))


BOMB = b"""<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
<rss><channel><title>&b;</title></channel></rss>"""
EXTERNAL = b"""<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/passwd">]><rss><channel><item><title>&a;</title></item></channel></rss>"""


@pytest.mark.parametrize("data", [BOMB, EXTERNAL])
def test_entities_are_refused(data: bytes) -> None:
    with pytest.raises(UnreadableError, match="declares entities"):
        list(posts_of(data))


def test_control_characters() -> None:
    (post,) = posts_of(rss(item("<p>a\x08b</p>")))
    assert post.blocks == (p("ab"),)
    assert [note.code for note in post.notes] == ["W109"]


def test_other_encodings() -> None:
    data = rss(item("<p>čaj</p>")).decode().replace('encoding="UTF-8"', 'encoding="UTF-16"')
    (post,) = posts_of(data.encode("utf-16"))
    assert post.blocks == (p("čaj"),)


def test_an_absurd_body_leaves_the_other_items_alone() -> None:
    first, second = posts_of(rss(item("<div>" * 5000), item("<p>b</p>")))
    assert [note.code for note in first.notes] == ["W107"]
    assert second.blocks == (p("b"),)


@pytest.mark.parametrize(
    "data",
    [
        rss(*[item("<p>a</p>")] * 3).replace(b"<p>a</p>", b"a" * 10_000_000),
        HEAD.encode() + b"<channel>" + b"<x>" * 300_000,
        HEAD.encode() + b"<channel " + b"x" * 50_000_000 + b"='1'>",
        HEAD.encode() + b"<channel><item>" + b"<category>a</category>" * 100_000 + b"</item></channel></rss>",
    ],
    ids=["long text", "nesting", "long tag", "many fields"],
)
def test_absurd_xml_takes_linear_time(data: bytes) -> None:
    started = time.process_time()
    try:
        for _ in posts_of(data):
            pass
    except UnreadableError:
        pass
    assert time.process_time() - started < 20


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=40), st.integers(0, 1400), st.integers(0, 40))
def test_any_bytes_are_posts_or_an_error(noise: bytes, place: int, length: int) -> None:
    data = rss(item("<p>a</p>"))
    for broken in (noise, data[:place] + noise + data[place + length :]):
        try:
            for post in posts_of(broken, "x"):
                assert isinstance(post, Post)
        except UnreadableError as error:
            message = str(error)
        else:
            continue
        assert "\n" not in message


# -- real files ---------------------------------------------------------------------------------------


class Judge(HTMLParser):
    """The texts of a feed's paragraphs, by another parser and other code."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self.open = ""
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self.parts.append("\n")
        elif not self.open and tag in ("p", "h3", "h4", "li", "pre", "blockquote", "figcaption"):
            self.open, self.parts = tag, []

    def handle_endtag(self, tag: str) -> None:
        if tag == self.open:
            self.open = ""
            self.texts.append("".join(self.parts))

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


@pytest.mark.corpus
def test_every_feed_of_the_corpus(corpus: Path) -> None:
    count = 0
    for path in sorted((corpus / "rss").rglob("*.*")):
        data = path.read_bytes()
        bodies = re.findall(r"<content:encoded><!\[CDATA\[(.*?)\]\]>", data.decode(), re.S)
        posts = list(posts_of(data, path.name))
        assert len(posts) == len(bodies)
        for post, body in zip(posts, bodies, strict=True):
            count += 1
            assert post.id
            assert post.notes == ()
            if "twitter-tweet" in body:
                continue
            judge = Judge()
            judge.feed(re.sub(r'<img src="https://medium.com/_/stat.*', "", body, flags=re.S))
            assert [text for text in texts(post) if text] == [text for text in judge.texts if text]
    assert count == 46


def texts(post: Post) -> list[str]:
    found = []
    for block in post.blocks:
        for part in block.images if isinstance(block, ImageRow) else (block,):
            if isinstance(part, (Image, Embed)):
                found.append(part.caption.text)
            elif not isinstance(part, (Section, LinkCard, ImageRow)):
                found.append(part.content.text)
    return found


@pytest.mark.corpus
def test_an_export_and_the_feed_in_it(corpus: Path) -> None:
    """The same six posts twice. What differs, and why:

    - the feed leaves out the title, code marks, tooltips of links, sizes of pictures, paragraph names;
    - it sets the last space of every paragraph as a no-break space (exports: of headings and captions);
    - of a link card it has only the link, in 2017 as a paragraph; of a gist only Medium's media id.
    """
    (path,) = (corpus / "rss" / "agalea91__medium-blog-posts").iterdir()
    in_feed = {post.id: post for post in posts_of(path.read_bytes(), path.name)}
    compared = 0
    for file in (corpus / "export_html" / "agalea91__medium-blog-posts").iterdir():
        (exported,) = export.read(file.read_bytes(), file.name)
        assert isinstance(exported, Post)
        other = in_feed[exported.id]
        assert other.draft == exported.draft
        assert abs(other.first_published_at - exported.first_published_at) < 1000
        ours = [block for block in exported.blocks if getattr(block, "role", "") != "title"]
        assert len(ours) == len(other.blocks)
        for mine, theirs in zip(ours, other.blocks, strict=True):
            if isinstance(mine, (LinkCard, Embed)):
                assert isinstance(theirs, (Paragraph, Embed))
                continue
            assert type(mine) is type(theirs)
            if isinstance(mine, Image):
                assert isinstance(theirs, Image)
                assert (mine.id, plain(mine.caption)) == (theirs.id, plain(theirs.caption))
            else:
                assert plain(mine.content) == plain(theirs.content)  # type: ignore[union-attr]
            compared += 1
    assert compared > 100


def plain(content: RichText) -> tuple[str, list[Mark]]:
    marks = [
        Mark(mark.kind, mark.start, mark.end, mark.href) for mark in content.marks if mark.kind != "code"
    ]
    return content.text.replace("\xa0", " "), marks


@pytest.mark.parametrize(
    "data",
    [
        b'<rss version="2.0"><channel><title>x</title></channel></rss>',
        b'<feed s=""><title></title><entry></entry></feed>',  # not Atom's entry: it has no name space
    ],
)
def test_a_feed_without_items_says_so(data: bytes) -> None:
    (found,) = feed.read(data, "feed.xml")
    assert found == Other("listing", "feed.xml", "a feed without items")
