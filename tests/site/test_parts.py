"""Parts of the site by themselves: sizes of pictures, languages, versions, look-alikes, calendars, feeds, the index."""

from __future__ import annotations

import io
import json
import random
import re
import xml.etree.ElementTree as ET
import zlib
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image as Pillow
from selectolax.lexbor import LexborHTMLParser

from fonds.archive import folding
from fonds.model import Code, Image, Mark, Paragraph, Person, Post, Publication, RichText
from fonds.richtext import clean
from fonds.site import body, cards, feeds, languages, pictures, redirects, versions, views
from fonds.site.code import highlight
from fonds.site.dimensions import dimensions
from fonds.site.inline import text
from fonds.site.languages import Speech
from fonds.site.links import Links
from fonds.site.search import index, terms
from fonds.site.source import Kept
from growth import assert_linear
from site_looking import first


def _around(lang: str = "en") -> body.Surroundings:
    return body.Surroundings(languages.speech(lang), Links("", {}), lambda _: None)


# ------------------------------------------------------------------------------------------- pictures


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP", "AVIF"])
@pytest.mark.parametrize("size", [(1, 1), (640, 427), (300, 2000)])
def test_sizes_are_those_that_pillow_reads(kind: str, size: tuple[int, int]) -> None:
    target = io.BytesIO()
    Pillow.new("RGB", size, "teal").save(target, kind)
    assert dimensions(target.getvalue()) == size


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_that_lies_on_its_side_is_as_wide_as_it_is_shown(orientation: int) -> None:
    target = io.BytesIO()
    exif = Pillow.Exif()
    exif[0x0112] = orientation
    Pillow.new("RGB", (40, 30), "teal").save(target, "JPEG", exif=exif)
    assert dimensions(target.getvalue()) == ((30, 40) if orientation >= 5 else (40, 30))


@pytest.mark.parametrize(
    ("svg", "size"),
    [
        (b'<svg xmlns="x" width="90" height="60">', (90, 60)),
        (b"<svg viewBox='0 0 30 20'>", (30, 20)),
        (b'<svg width="100%" viewBox="0 0 30 20">', (30, 20)),
        (b"<svg>", (0, 0)),
    ],
)
def test_sizes_of_drawings(svg: bytes, size: tuple[int, int]) -> None:
    assert dimensions(svg) == size


@given(st.binary(max_size=300))
def test_any_bytes_have_some_size(data: bytes) -> None:
    for head in (
        b"",
        b"\xff\xd8",
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
        b"GIF89a",
        b"RIFF    WEBP",
        b"    ftypavif",
        b"<svg ",
    ):
        width, height = dimensions(head + data)
        assert width >= 0
        assert height >= 0


def test_look_alikes_are_grouped_and_others_are_not() -> None:
    rng = random.Random(3)
    looks = {f"{n:03}": (rng.getrandbits(64), 30, 20) for n in range(300)}
    looks["copy"] = (looks["007"][0] ^ 0b101, 60, 40)
    looks["other shape"] = (looks["007"][0], 20, 30)
    looks["plain"] = looks["plainer"] = (0, 30, 20)
    assert pictures.alike(looks) == {"copy": "007"}


# ------------------------------------------------------------------------------------------- languages


@pytest.mark.parametrize(
    ("words", "lang", "direction"),
    [
        ("The ferry came and it was late for the first time in that winter", "en", "ltr"),
        ("Brod je došao i nije bilo nikoga na rivi, kao što se moglo vidjeti", "hr", "ltr"),
        ("Das Schiff ist nicht gekommen, und die Leute haben sich auf den Weg mit der Bahn", "de", "ltr"),
        ("Le bateau est dans le port, et les gens sont sur le quai avec des valises", "fr", "ltr"),
        ("البحر هادئ هذا الصباح", "ar", "rtl"),
        ("کشتی‌ها در بندر می‌مانند و پسر گفت چرا", "fa", "rtl"),
        ("שלום לכולם", "he", "rtl"),
        ("港口的早晨", "zh", "ltr"),
        ("港のフェリーはおそい", "ja", "ltr"),
        ("항구에서", "ko", "ltr"),
        ("Паром опоздал", "ru", "ltr"),
        ("Пором їде", "uk", "ltr"),
        ("12345 !!", "und", "ltr"),
    ],
)
def test_languages_are_guessed(words: str, lang: str, direction: str) -> None:
    assert languages.guess(words) == lang
    assert languages.speech(lang).dir == direction


def test_code_does_not_tell_a_post_s_language() -> None:
    """A Chinese post about Swift is not English because of its code."""
    code = Code(content=RichText("let the = of && to && in && that && is && was " * 40))
    post = Post(
        id="0a0b0c0d0e0f", title="港口", blocks=(Paragraph(content=RichText("港口的早晨很安静。")), code)
    )
    assert cards.card(Kept("0a0b0c0d0e0f", post), "x").lang == "zh"


def test_a_block_says_its_language_and_direction_where_they_are_others() -> None:
    post = Post(blocks=(Paragraph(content=RichText("One.")), Paragraph(content=RichText("صباح الخير"))))
    one, two = LexborHTMLParser(body.render(post, _around())).css("p")
    assert one.attributes.get("dir") is None
    assert (two.attributes["dir"], two.attributes["lang"]) == ("rtl", "ar")
    one, two = LexborHTMLParser(body.render(post, _around("ar"))).css("p")
    assert one.attributes["dir"] == "ltr"
    assert two.attributes.get("dir") is None


def test_words_from_right_to_left_inside_others_are_set_apart() -> None:
    html = text("He said صباح الخير (good morning) 港口", Speech("en"))
    assert '<bdi lang="ar" dir="rtl">صباح الخير</bdi>' in html
    assert '<bdi lang="zh">港口</bdi>' in html


@given(
    st.text(
        st.one_of(
            st.characters(codec="utf-8", exclude_characters="\x00\r"),
            st.sampled_from("abאבג港 (.\n\u200f\u200e"),
        ),
        max_size=60,
    )
)
@example("a \u05d0\u200f b")
def test_text_stays_what_it_was(words: str) -> None:
    for lang in ("en", "ar"):
        shown = first(f"<body><pre>x{text(words, languages.speech(lang))}</pre>", "pre").text()
        assert shown.replace("\n\n", "\n") == f"x{words}".replace("\n\n", "\n") or shown.replace(
            "\n", ""
        ) == f"x{words}".replace("\n", "")


@pytest.mark.parametrize("piece", ["a", "א ", "א.", "港,", "a א ", " ", "\u05d0" + " " * 30])
def test_time_grows_with_the_text(piece: str) -> None:
    assert_linear(lambda size: text(piece * size, Speech("en")), 4_000)
    assert_linear(lambda size: text(piece * size, Speech("ar", "rtl")), 4_000)


# ------------------------------------------------------------------------------------------- code, versions


@given(
    st.text(max_size=200),
    st.sampled_from(["", "python", "js", "html", "bash", "markdown", "json", "nothing"]),
)
def test_code_keeps_every_character(code: str, lang: str) -> None:
    code = code.replace("\r", "").replace("\x00", "")
    html = body.pre(highlight(code, lang), lang)
    assert first(html, "code").text() == code


@pytest.mark.parametrize("code", ["\ufeffa = 1", "a = 1\r\nb = 2\r\n"])
def test_code_that_a_lexer_would_change_is_shown_plain(code: str) -> None:
    assert highlight(code, "python") == code


@pytest.mark.parametrize("code", ["\n\nimport a", "import a\n\n", "import a"])
def test_empty_lines_at_the_ends_of_code_stay_and_cost_no_colour(code: str) -> None:
    assert (
        highlight(code, "python")
        .replace("import", "")
        .startswith(code.partition("import")[0] + '<span class="k">')
    )


def test_marks_in_code_stay() -> None:
    post = Post(blocks=(Code(content=clean("a <b> c", [Mark("strong", 2, 5)]), lang="html"),))
    assert "<strong>&lt;b&gt;</strong>" in body.render(post, _around())


def test_a_picture_that_is_not_kept_is_said_and_not_asked_for() -> None:
    post = Post(blocks=(Image(id="1*x.png", alt="A net"),))
    found = LexborHTMLParser(body.render(post, _around()))
    assert found.css_first("img") is None
    assert "A net" in found.text()
    assert first(found.html or "", "a").attributes["href"] == "https://miro.medium.com/1*x.png"


@given(st.lists(st.text("ab c", max_size=12), max_size=6), st.lists(st.text("ab c", max_size=12), max_size=6))
def test_differences_tell_both_texts(before: list[str], after: list[str]) -> None:
    before = [one for one in before if one.strip()]
    after = [one for one in after if one.strip()]
    shown = versions.differences(before, after)
    if before == after:
        assert shown == []
        return
    old: list[str] = []
    new: list[str] = []
    for difference in shown:
        if difference.html is None:
            old += before[len(old) : len(old) + difference.gap]
            new += after[len(new) : len(new) + difference.gap]
            continue
        html = str(difference.html)
        for texts, gone in ((old, "ins"), (new, "del")):
            left = re.sub(f"<{gone}>.*?</{gone}>", "", html)
            if left:
                texts.append(re.sub("<[^>]*>", "", left))
    assert (old, new) == (before, after)


# ------------------------------------------------------------------------------------------- the index


_WORDS = st.lists(st.text("abcdeاهـبšđ港口", min_size=1, max_size=5), max_size=12).map(" ".join)


@given(st.lists(st.tuples(_WORDS, _WORDS, _WORDS), max_size=8), st.data())
def test_a_patched_index_is_the_index_of_the_new_texts(
    posts: list[tuple[str, str, str]], data: st.DataObject
) -> None:
    old = [terms.counted(fields) for fields in posts]
    table = index.merge(old)
    new = list(old)
    for number in range(len(posts)):
        if data.draw(st.booleans()):
            new[number] = terms.counted(data.draw(st.tuples(_WORDS, _WORDS, _WORDS)))
    index.patch(
        table,
        ((number, old[number], new[number]) for number in range(len(posts)) if old[number] != new[number]),
    )
    assert table == index.merge(new)


def test_every_term_of_a_post_leads_to_it() -> None:
    texts = [("Title", "aside", "والشرطة هنا"), ("Other", "", "ferry ferry")]
    table = index.merge(terms.counted(fields) for fields in texts)
    assert index._decoded(table["شرطه"]) == {0: terms.ONCE}
    assert index._decoded(table["ferry"]) == {1: terms.OFTEN}
    assert index._decoded(table["title"]) == {0: terms.TITLE}
    assert index._decoded(table["aside"]) == {0: terms.ASIDE}


def test_the_text_of_a_post_is_packed_whole() -> None:
    fields = ("One\x1ftwo", "é", "港口")
    whole = zlib.decompress(terms.packed(fields), -15).decode()
    assert whole.split("\x1f") == ["One two", "é", "港口"]


def test_the_rules_for_the_script_are_those_of_folding() -> None:
    rules = index.folding_rules()
    assert rules["version"] == folding.FOLDING_VERSION
    assert rules["letters"] is folding.LETTERS
    assert json.loads(json.dumps(rules))


# ------------------------------------------------------------------------------------------- for machines


def test_feeds_sitemap_citations_and_redirects(site: Path) -> None:
    atom = ET.parse(site / "feed.xml").getroot()
    space = "{http://www.w3.org/2005/Atom}"
    entries = atom.findall(f"{space}entry")
    assert len(entries) == 9  # without drafts, responses and what is unlisted
    assert all(
        entry.find(f"{space}id") is not None and entry.find(f"{space}updated") is not None
        for entry in entries
    )
    assert entries[0].find(f"{space}link").attrib["href"].startswith("https://harbour.example/letter/posts/")  # type: ignore[union-attr]
    feed = json.loads((site / "feed.json").read_text("utf-8"))
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert len(feed["items"]) == 9
    sitemap = ET.parse(site / "sitemap.xml").getroot()
    places = [place.text or "" for place in sitemap.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
    assert all(place.startswith("https://harbour.example/letter/") for place in places)
    assert not [place for place in places if "drafts/" in place]
    items = json.loads((site / "citations.json").read_text("utf-8"))
    assert len(items) == len((site / "citations.bib").read_text("utf-8").split("@misc{")) - 1 == 11
    rules = (site / "_redirects").read_text("utf-8")
    assert (
        "/p/2b7d9f3c6e80 /letter/posts/2019-06-24-the-lighthouse-picture-by-picture-2b7d9f3c6e80.html 301"
        in rules
    )
    assert (site / "p" / "2b7d9f3c6e80" / "index.html").is_file()
    assert (
        site / "the-harbour-letter" / "the-lighthouse-picture-by-picture-2b7d9f3c6e80" / "index.html"
    ).is_file()
    assert '"/p/2b7d9f3c6e80"' in (site / "redirects" / "nginx.conf").read_text("utf-8")
    assert r'RewriteRule "^p/2b7d9f3c6e80/?$"' in (site / ".htaccess").read_text("utf-8")


def test_nginx_is_given_no_address_twice() -> None:
    """Its maps compare without case, and it does not start with one key twice."""
    post = Post(
        id="0a0b0c0d0e0f", title="Nets", slug="Nets", medium_url="https://medium.com/@Ana/nets-0a0b0c0d0e0f"
    )
    kept = Kept("0a0b0c0d0e0f", post, moved=("https://medium.com/@ana/Nets-0a0b0c0d0e0f",))
    rules = redirects.rules([cards.card(kept, "nets")])
    assert len(rules) == 3
    lines = [line for line in redirects.nginx(rules, "").decode().splitlines() if line.startswith('  "')]
    assert len(lines) == len({line.split('"')[1].lower() for line in lines}) == 2


def test_a_post_answers_to_its_address_in_its_publication_and_with_its_author() -> None:
    post = Post(
        id="0a0b0c0d0e0f", title="Nets", slug="nets", author=Person("c0ffee", "Ana", "ana"),
        publication=Publication(name="The Letter", slug="the-letter"),
    )  # fmt: skip
    rules = redirects.rules([cards.card(Kept("0a0b0c0d0e0f", post), "nets")])
    assert [rule.old for rule in rules] == [
        "/@ana/nets-0a0b0c0d0e0f",
        "/p/0a0b0c0d0e0f",
        "/the-letter/nets-0a0b0c0d0e0f",
    ]


def test_what_is_unlisted_is_in_no_sitemap() -> None:
    shown = Post(id="0a0b0c0d0e0f", title="Nets")
    hidden = Post(id="0a0b0c0d0e1f", title="Knots", visibility="unlisted")
    found = [cards.card(Kept(post.id, post), post.id) for post in (shown, hidden)]
    site = views.Site("Letters", "", (), (), "", "", "https://harbour.example/")
    text = feeds.sitemap(found, site, []).decode()
    assert "0a0b0c0d0e0f" in text
    assert "0a0b0c0d0e1f" not in text
