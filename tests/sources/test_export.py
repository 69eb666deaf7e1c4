"""The files of an account export: posts, drafts, responses, and everything else that is in the ZIP."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fonds.errors import UnreadableError
from fonds.model import (
    Heading,
    Image,
    ImageRow,
    LinkCard,
    Mark,
    Other,
    Paragraph,
    Person,
    Post,
    Publication,
    RichText,
    Tag,
)
from fonds.sources import export, responses
from fonds.sources.inline_html import OddError

P = '<p name="{0}" id="{0}" class="graf graf--p graf-after--p">{1}</p>'
TITLE = '<h3 name="aa00" id="aa00" class="graf graf--h3 graf--leading graf--title">{}</h3>'
FIELD = '<section data-field="{}" class="p-summary">\n{}\n</section>\n'
BY = (
    '<p>By <a href="https://medium.com/@mira" class="p-author h-card">Mira &amp; Ana</a> on <a href="https://medium.com/p/1a2b3c4d5e6f">'
    '<time class="dt-published" datetime="2019-03-04T18:00:15.093Z">March 4, 2019</time></a>.</p>'
)
CANONICAL = '<p><a href="{}" class="p-canonical">Canonical link</a></p>'
ORIGINAL = '<p><a href="https://medium.com/p/1a2b3c4d5e6f">View original.</a></p>'
EXPORTED = '<p>Exported from <a href="https://medium.com">Medium</a> on March 5, 2019.</p>'
OWN = "https://medium.com/@mira/luka-1a2b3c4d5e6f"


def file(
    body: str, *, title: str = "Luka", fields: str = "", foot: str = BY + CANONICAL.format(OWN) + EXPORTED
) -> bytes:
    return (
        f'<!DOCTYPE html><html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"><title>{title}</title>'
        "<style>\n      * {\n        font-family: Georgia;\n      }\n      </style></head><body>"
        f'<article class="h-entry">\n<header>\n<h1 class="p-name">{title}</h1>\n</header>\n{fields}'
        '<section data-field="body" class="e-content">\n<section name="5ec1" class="section section--body section--first section--last">'
        '<div class="section-divider"><hr class="section-divider"></div><div class="section-content">'
        f'<div class="section-inner sectionLayout--insetColumn">{body}</div></div></section>\n</section>\n'
        f"<footer>{foot}</footer></article></body></html>"
    ).encode()


def one(data: bytes, origin: str = "posts/2019-03-04_Luka-1a2b3c4d5e6f.html") -> Post:
    (found,) = export.read(data, origin)
    assert isinstance(found, Post)
    return found


def test_post() -> None:
    post = one(
        file(TITLE.format("Luka") + P.format("bb00", "Tekst."), fields=FIELD.format("subtitle", "O luci…"))
    )
    assert (post.id, post.title, post.description, post.slug) == ("1a2b3c4d5e6f", "Luka", "O luci…", "luka")
    assert post.author == Person(name="Mira & Ana", username="mira")
    assert post.first_published_at == 1551722415093
    assert (post.medium_url, post.canonical_url) == (OWN, "")
    assert post.blocks == (
        Heading(3, RichText("Luka"), "title", name="aa00"),
        Paragraph(RichText("Tekst."), name="bb00"),
    )
    assert (post.draft, post.response, post.notes, post.publication) == (False, None, (), None)
    assert (post.source.form, post.source.origin) == ("export", "posts/2019-03-04_Luka-1a2b3c4d5e6f.html")


def test_subtitle_is_the_paragraph_and_description_the_preview() -> None:
    body = (
        TITLE.format("Luka")
        + '<h4 name="cc00" id="cc00" class="graf graf--h4 graf--subtitle">Cijeli podnaslov</h4>'
    )
    post = one(file(body, fields=FIELD.format("subtitle", "Cijeli…")))
    assert (post.subtitle, post.description) == ("Cijeli podnaslov", "Cijeli…")
    both = FIELD.format("subtitle", "Uvod") + FIELD.format("description", "Za tražilice")
    post = one(file(TITLE.format("Luka"), fields=both))
    assert (post.subtitle, post.description) == ("Uvod", "Za tražilice")


ADDRESSES = [
    (OWN, OWN, "", "luka", None),
    ("https://medium.com/the-letter/luka-1a2b3c4d5e6f", "https://medium.com/the-letter/luka-1a2b3c4d5e6f", "", "luka", "the-letter"),
    ("https://mira.medium.com/%E6%B5%B7-1a2b3c4d5e6f", "https://mira.medium.com/%E6%B5%B7-1a2b3c4d5e6f", "", "海", None),
    ("https://blog.example/luka", "https://medium.com/p/1a2b3c4d5e6f", "https://blog.example/luka", "", None),
]  # fmt: skip


@pytest.mark.parametrize(("given_", "own", "canonical", "slug", "publication"), ADDRESSES)
def test_addresses(given_: str, own: str, canonical: str, slug: str, publication: str | None) -> None:
    post = one(file(TITLE.format("Luka"), foot=BY + CANONICAL.format(given_)))
    assert (post.medium_url, post.canonical_url, post.slug) == (own, canonical, slug)
    assert post.publication == (Publication(slug=publication) if publication else None)


IDS = [
    (BY, "x.html", "1a2b3c4d5e6f"),
    (CANONICAL.format("https://medium.com/@mira/luka-0f0e0d0c"), "x.html", "0f0e0d0c"),
    (EXPORTED, "posts/2013-10-15_Luka-70a9c2e5f8d.html", "70a9c2e5f8d"),
    (EXPORTED, "posts/draft_Luka-ababab1212121.html", "ababab1212121"),
    (EXPORTED, "export.zip!posts/draft_post-1678b78cecd4~2.html", "1678b78cecd4"),
    (EXPORTED, "posts/Luka.html", ""),
    (EXPORTED, "posts/deadbeefdeadbeefdeadbeef.html", ""),
]


@pytest.mark.parametrize(("foot", "origin", "post_id"), IDS)
def test_id(foot: str, origin: str, post_id: str) -> None:
    assert one(file(TITLE.format("Luka"), foot=foot), origin).id == post_id


def test_drafts() -> None:
    assert one(file(TITLE.format("Luka"), foot=ORIGINAL + EXPORTED), "posts/Luka.html").draft
    assert one(file(TITLE.format("Luka")), "posts/draft_Luka-1a2b3c4d5e6f.html").draft
    assert one(file(P.format("a", "Kratko."), title="Kratko.", foot=ORIGINAL)).response is None


def test_tags_where_there_are_some() -> None:
    tags = (
        '<p class="p-tags">Tagged in <a href="https://medium.com/tag/small-towns" class="p-tag">Small Towns</a>, '
        '<a class="p-tag" href="https://medium.com/tag/more">more</a></p>'
    )
    post = one(file(TITLE.format("Luka"), foot=tags + BY))
    assert post.tags == (Tag("small-towns", "Small Towns"), Tag("more"))


def test_another_order_of_attributes() -> None:
    data = file(TITLE.format("Luka") + P.format("bb00", "a")).decode()
    data = data.replace(
        '<section data-field="body" class="e-content">', '<section class="e-content" data-field="body">'
    )
    data = data.replace(
        '<a href="https://medium.com/@mira" class="p-author h-card">',
        '<a class="p-author h-card" href="https://medium.com/@mira">',
    )
    data = data.replace(f'<a href="{OWN}" class="p-canonical">', f'<a class="p-canonical" href="{OWN}">')
    assert one(data.encode()) == one(file(TITLE.format("Luka") + P.format("bb00", "a")))


def test_laid_out_by_another_tool() -> None:
    data = file("\n   " + TITLE.format("\n   Luka\n ") + P.format("bb00", "\n  a\n  <em>b</em>\n"))
    assert one(data).blocks == (
        Heading(3, RichText("Luka"), "title", name="aa00"),
        Paragraph(RichText("a b", (Mark("em", 2, 3),)), name="bb00"),
    )


def test_one_post_read_as_it_is_and_through_a_parser() -> None:
    """A comment before the article is enough for a parser to be asked."""
    body = (
        TITLE.format("Luka")
        + P.format("bb00", 'a <strong class="x">b</strong>&#39;')
        + "<ul class='postList'></ul>"
    )
    data = file(body.replace("'", '"'), fields=FIELD.format("subtitle", "x &lt; y"))
    assert one(data.replace(b"<body>", b"<body><!-- saved -->")) == one(data)


# -- responses ----------------------------------------------------------------------------------------

RESPONSES: list[tuple[str, str, list[str], bool]] = [
    (
        "cut in a sentence",
        "Slažem se s vama, no more nije…",
        ["Slažem se s vama, no more nije tamo gdje je bilo."],
        True,
    ),
    ("first sentence", "Hvala!", ["Hvala! Nisam to znao.", "Javit ću se."], True),
    ("all of the only paragraph", "نعم، أوافق.", ["نعم، أوافق."], True),
    ("short, with a sentence on top", "Odlično!", ["Odlično!", "I ja o tome pišem."], True),
    ("not so short", "Odlično!", ["Odlično!", "riječ " * 50], True),
    ("long, with a sentence on top", "Odlično!", ["Odlično!", "riječ " * 70], False),
    ("a title in a paragraph", "Noć je mlada", ["Noć je mlada", "Mjesec se skriva iza oblaka."], False),
    ("a title of its own", "Basic Post", ["Some text."], False),
    ("no text", "Luka", [""], False),
]


@pytest.mark.parametrize(
    ("title", "paragraphs", "answers"), [case[1:] for case in RESPONSES], ids=[case[0] for case in RESPONSES]
)
def test_response(title: str, paragraphs: list[str], answers: bool) -> None:
    body = "".join(P.format(f"{n:04x}", paragraph or "<br>") for n, paragraph in enumerate(paragraphs))
    post = one(file(body, title=title))
    assert (post.response is not None) is answers
    if post.response is not None:
        assert post.response.basis.startswith("heuristic: ")


def test_stories_are_no_responses() -> None:
    paragraph = P.format("bb00", "Hvala! Nisam to znao.")
    picture = '<figure name="c" id="c" class="graf graf--figure"><img class="graf-image" data-image-id="1*a.png" data-width="1" data-height="1" src="x"></figure>'
    assert one(file(paragraph, title="Hvala!")).response is not None
    assert one(file(TITLE.format("Hvala!") + paragraph, title="Hvala!")).response is None
    assert one(file(paragraph + picture, title="Hvala!")).response is None
    in_publication = BY + CANONICAL.format("https://medium.com/the-letter/hvala-1a2b3c4d5e6f")
    assert one(file(paragraph, title="Hvala!", foot=in_publication)).response is None


# -- other files of the ZIP ---------------------------------------------------------------------------


def other(title: str, body: str) -> bytes:
    return f"<!DOCTYPE html><html><head><title>{title}</title></head><body>{body}</body></html>".encode()


LIST = "<section><h3>x</h3><ul><li><a>a</a></li><li>b</li></ul></section>"
OTHERS = [
    ("bookmarks", other("Mira’s bookmarks, page 1", LIST), "bookmarks-0001.html", 2),
    ("claps", other("Mira’s claps, page 2", LIST), "a.html", 2),
    ("highlights", other("Mira’s quotes, page 1", LIST), "a.html", 2),
    ("interests", other("Tags Mira has shown interest in", LIST), "a.html", 2),
    ("pubs-following", other("Mira followed publications, page 1", LIST), "a.html", 2),
    ("topics-following", other("Mira followed topics, page 1", "<ul></ul>"), "a.html", 0),
    ("users-following", other("Mira followed users, page 1", LIST), "a.html", 2),
    ("README", other("Mira", "<section class='h-card'><h1>Archive for Mira</h1><ul><li>Blocked users</li></ul></section>"), "a.html", 0),
    ("notes", other("whatever", LIST), "export/notes/notes-0001.html", 2),
    ("partner-program", other("whatever", LIST), "partner-program__earnings.html", 2),
    ("twitter", other("whatever", LIST), "m.zip!twitter/x.html", 2),
    ("blocks", other("whatever", LIST), "blocks\\blocks-0001.html", 2),
    (
        "lists",
        (b'<article class="h-entry"><header><h1 class="p-name">Reading list</h1></header><section data-field="lists"><ul>'
        b'<li data-field="post"><a href="https://medium.com/p/1a2b3c4d5e6f">x</a></li><ul></section></article>'),
        "a.html",
        1,
    ),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "data", "origin", "count"), OTHERS, ids=[case[0] for case in OTHERS])
def test_other_files_are_named_and_counted(kind: str, data: bytes, origin: str, count: int) -> None:
    assert list(export.read(data, origin)) == [Other(kind, origin, count=count)]


PERSONAL = [
    ("sessions/sessions-0001.html", "sessions"),
    ("export.zip!profile/profile.html", "profile"),
    ("profile__publications.html", "profile"),
    ("ips/ips-0001.html", "ips"),
]


@pytest.mark.parametrize(("origin", "which"), PERSONAL)
def test_personal_files_are_not_read(origin: str, which: str) -> None:
    """Not even their bytes are looked at: these would be an error anywhere else."""
    assert list(export.read(b"\xff\xfe\x00", origin)) == [Other("personal", origin, which)]


def test_a_personal_file_without_its_path_is_recognised_by_its_words() -> None:
    (found,) = export.read(
        other("Mira’s sessions, page 1", "<table><tr><td>203.0.113.9</td></tr></table>"), "a.html"
    )
    assert found == Other("personal", "a.html", "sessions")


def test_a_post_named_profile_is_a_post() -> None:
    assert one(file(TITLE.format("Luka")), "posts/2019-01-01_My-profile-1a2b3c4d5e6f.html").title == "Luka"


# -- bad input ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("data", [b"", b"\x89PNG\r\n\x1a\n", b"hello", b"<html></html>", b"\x00" * 99])
def test_what_no_export_holds(data: bytes) -> None:
    with pytest.raises(UnreadableError, match="is no post of an account export"):
        list(export.read(data, "x.html"))


def test_a_file_that_ends_in_the_middle() -> None:
    data = file(TITLE.format("Luka") + P.format("bb00", "Prvi.") + P.format("cc00", "Drugi odlomak."))
    for end in range(data.index(b"Drugi") + 3, len(data) - 30, 7):
        post = one(data[:end])
        assert post.notes[0].code == "W120", end
        assert [b.content.text[:6] for b in post.blocks if isinstance(b, (Heading, Paragraph))][:2] == [
            "Luka",
            "Prvi.",
        ]


def test_bytes_that_are_not_utf_8() -> None:
    post = one(file(P.format("bb00", "čaj XY")).replace(b"XY", b"\xff\xfe"))
    assert [note.code for note in post.notes] == ["W112"]
    assert isinstance(post.blocks[0], Paragraph)
    assert post.blocks[0].content.text.startswith("čaj ")


def test_nul_and_carriage_returns() -> None:
    post = one(file(P.format("bb00", "a\r\n\x00b")))
    assert [note.code for note in post.notes] == ["W109"]
    assert post.blocks == (Paragraph(RichText("a \ufffdb"), name="bb00"),)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=60), st.integers(0, 1500), st.integers(0, 60))
def test_any_bytes_are_a_post_another_file_or_an_error(noise: bytes, place: int, length: int) -> None:
    data = file(TITLE.format("Luka") + P.format("bb00", "Tekst <em class='x'>ovdje</em>."))
    for broken in (noise, data[:place] + noise + data[place + length :]):
        try:
            for found in export.read(broken, "posts/x.html"):
                assert isinstance(found, (Post, Other))
        except UnreadableError as error:
            message = str(error)
        else:
            continue
        assert "\n" not in message


# -- real files ---------------------------------------------------------------------------------------


class Judge(HTMLParser):
    """The texts of a file's paragraphs and captions in order, by another parser and other code."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self.open: list[str] = []
        self.parts: list[str] = []
        self.pre = False
        self.body = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        classes = (dict(attrs).get("class") or "").split()
        self.body = (self.body or dict(attrs).get("data-field") == "body") and tag != "footer"
        if tag == "br":
            self.parts.append("\0")
        if not self.open:
            graf = ("graf" in classes and "graf--figure" not in classes) or "imageCaption" in classes
            plain = self.body and tag in ("p", "h1", "h2", "h3", "h4", "li", "pre", "blockquote")
            if graf or (plain and "twitter-tweet" not in classes):
                self.open, self.parts, self.pre = [tag], [], tag == "pre"
        elif tag not in ("br", "img"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.open and tag not in ("br", "img"):
            self.open.pop()
            if not self.open:
                self.texts.append(self._finish("".join(self.parts)))

    def handle_data(self, data: str) -> None:
        if self.open:
            self.parts.append(data)

    def _finish(self, value: str) -> str:
        if self.pre:
            value = value.removeprefix("\n")
        elif "\n" in value:  # the file was laid out
            lines = [" ".join(line.replace("\xa0", "\1").split()) for line in value.split("\0")]
            value = "\0".join(lines).replace("\1", "\xa0")
        return value.replace("\0", "\n").removesuffix("\n")


def texts(post: Post) -> list[str]:
    found = []
    for block in post.blocks:
        for part in block.images if isinstance(block, ImageRow) else (block,):
            if isinstance(part, LinkCard) or (hasattr(part, "content") and not hasattr(part, "caption")):
                found.append(part.content.text)
            elif hasattr(part, "caption") and part.caption:
                found.append(part.caption.text)
    return found


def exports(corpus: Path) -> list[Path]:
    return sorted(path for path in (corpus / "export_html").rglob("*") if path.is_file())


@pytest.mark.corpus
def test_every_file_of_the_corpus(corpus: Path) -> None:
    """Each is a post, or named for what it is; each paragraph's text is what another parser finds."""
    posts = others = 0
    for path in exports(corpus):
        data = path.read_bytes()
        (found,) = export.read(data, path.name)
        if isinstance(found, Other):
            others += 1
            assert b'data-field="body"' not in data
            continue
        posts += 1
        # A picture, and frames, that the exports themselves have lost.
        assert {note.code for note in found.notes} <= {"W111", "W121"}, path.name
        judge = Judge()
        judge.feed(data.decode())
        assert texts(found) == judge.texts, path.name
    assert (posts, others) == (329, 21)


@pytest.mark.corpus
def test_ids_of_the_corpus(corpus: Path) -> None:
    for line in (corpus / "INDEX.tsv").read_text().splitlines():
        form, name, *_, post_id, _language, _notes = line.split("\t")
        if form == "export_html" and post_id:
            (found,) = export.read((corpus / name).read_bytes(), name)
            assert isinstance(found, Post)
            assert found.id.startswith(post_id), name  # the index holds 13 digits at most


@pytest.mark.corpus
def test_no_post_of_the_corpus_needs_a_parser(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten people's exports of 2017-2026 are all as Medium writes them: that is what makes them fast."""

    def refuse(*_: object) -> None:
        raise AssertionError("read through a parser")

    monkeypatch.setattr(export, "_parse", refuse)
    for path in exports(corpus):
        list(export.read(path.read_bytes(), path.name))


@pytest.mark.corpus
def test_strict_reading_of_the_corpus_is_what_a_parser_gives(
    corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    posts = {path: list(export.read(path.read_bytes(), path.name)) for path in exports(corpus)}

    def refuse(_text: str) -> None:
        raise OddError("to the parser")

    monkeypatch.setattr(export, "_cut", refuse)
    for path, found in posts.items():
        assert list(export.read(path.read_bytes(), path.name)) == found, path.name


@pytest.mark.corpus
def test_responses_of_the_corpus(corpus: Path) -> None:
    """Read one by one: 27 responses among 224 published posts, and 27 found."""
    found = [
        post
        for path in exports(corpus)
        for post in export.read(path.read_bytes(), path.name)
        if isinstance(post, Post) and post.response is not None
    ]
    assert len(found) == 27
    assert all(not any(isinstance(block, (Heading, Image)) for block in post.blocks) for post in found)


def test_guess_needs_a_title() -> None:
    assert responses.guess("", (Paragraph(RichText("a")),), "") is None


def test_the_day_of_the_export() -> None:
    def foot(day: str) -> bytes:
        return f'<article></article><p>Exported from <a href="https://medium.com">Medium</a> on {day}.</p>'.encode()

    assert export.exported_at(foot("October 9, 2021")) == 1_633_737_600_000
    assert export.exported_at(foot("February 30, 2021")) == 0
    assert export.exported_at(foot("Octember 9, 2021")) == 0
    assert export.exported_at(foot("October 9, 2021") + b" " * 5000) == 0
    assert export.exported_at(b"") == 0
