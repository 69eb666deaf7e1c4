"""Names of files: each case is what a post says and the name that follows."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

import growth
from fonds.archive import naming
from fonds.model import Heading, Paragraph, Person, Post, Response, RichText, Source

MAY_31 = int(datetime(2016, 5, 31, 11, 5, 50, tzinfo=UTC).timestamp() * 1000)
ID = "1c77ce714985"

SLUGS = {
    "Two Boats, at Noon": "two-boats-at-noon",
    "already-a-slug": "already-a-slug",
    "Čamci u Luci": "čamci-u-luci",
    "قاربان في الميناء": "قاربان-في-الميناء",
    "می‌خواهم": "میخواهم",
    "港に二隻の船": "港に二隻の船",
    "שתי סירות": "שתי-סירות",
    "नाव और हिन्दी": "नाव-और-हिन्दी",
    "Don't – won’t": "dont-wont",
    "e\u0301t\u00e9": "été",
    "İstanbul": "i̇stanbul",
    "Straße": "straße",
    "⛵️ 🚤": "",
    "👩‍❤️‍💋‍👩 boats": "boats",
    "a/b\\c:d*e?f\"g<h>i|j": "a-b-c-d-e-f-g-h-i-j",
    "../../etc/passwd": "etc-passwd",
    "trailing. . .": "trailing",
    "line\nbreak\ttab\x00nul": "line-break-tab-nul",
    "half\u00adhyphen\u202ebidi": "halfhyphenbidi",
    "%D9%82%D8%A7%D8%B1%D8%A8": "قارب",
    "100 % true": "100-true",
    "": "",
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), SLUGS.items())
def test_slug(text: str, expected: str) -> None:
    assert naming.slug(text) == expected


@pytest.mark.parametrize("text", [f"boats-{ID}", f"boats-{ID}".upper(), ID])
def test_the_id_is_not_said_twice(text: str) -> None:
    assert naming.slug(text, ID) in ("boats", "")


def test_digits_that_are_not_the_whole_last_part_stay() -> None:
    assert naming.slug(f"x{ID}", ID) == f"x{ID}"


LONG = {
    "word " * 60: "-".join(["word"] * 24),
    "船" * 100: "船" * 40,
    "é" * 100: "é" * 60,
    "क्ष" * 50: "क्ष" * 13,
    "กำ" * 50: "กำ" * 20,
    "a" * 118 + "e\u0323\u0302\u0331": "a" * 118,
    "a" * 300: "a" * 120,
}


@pytest.mark.parametrize(("text", "expected"), LONG.items())
def test_long_titles_are_cut_between_graphemes(text: str, expected: str) -> None:
    assert naming.slug(text) == unicodedata.normalize("NFC", expected)


@given(st.text())
def test_slugs_suit_every_file_system(text: str) -> None:
    slug = naming.slug(text)
    assert len(slug.encode()) <= naming.SLUG_BYTES
    assert slug == unicodedata.normalize("NFC", slug)
    assert not set(slug) & set('<>:"/\\|?* .#%')
    assert all(unicodedata.category(char)[0] in "LMN" or char == "-" for char in slug)
    assert not slug.startswith("-")
    assert not slug.endswith("-")
    assert naming.slug(slug) in (slug, slug.lower())


def test_time_is_linear() -> None:
    growth.assert_linear(lambda size: naming.slug("\u0301" * size), 100_000)
    growth.assert_linear(lambda size: naming.image_name("." * size, "png"), 100_000)


POST = Post(id=ID, title="Two Boats", first_published_at=MAY_31)
STEMS = [
    (POST, f"2016-05-31-two-boats-{ID}"),
    (Post(id=ID, title="Two Boats", slug="boats-twice", first_published_at=MAY_31), f"2016-05-31-boats-twice-{ID}"),
    (Post(id=ID, title="Two Boats", created_at=MAY_31), f"2016-05-31-two-boats-{ID}"),
    (Post(id=ID, title="Two Boats"), f"two-boats-{ID}"),
    (Post(id=ID, first_published_at=MAY_31), f"2016-05-31-{ID}"),
    (Post(id=ID), ID),
    (Post(id=ID, title="CON"), f"con-{ID}"),
    (Post(id=ID, first_published_at=-62_135_596_800_000), f"0001-01-01-{ID}"),
    (Post(id=ID, first_published_at=10**18), ID),
]  # fmt: skip


@pytest.mark.parametrize(("post", "expected"), STEMS)
def test_stem(post: Post, expected: str) -> None:
    assert naming.stem(post, naming.identity(post)) == expected


@pytest.mark.parametrize("name", ["con", "nul", "com1", "lpt9", "aux"])
def test_reserved_names_are_never_given(name: str) -> None:
    assert naming.stem(Post(title=name), "") == f"_{name}"
    assert naming.image_name(name, "png") == f"_{name}.png"


def test_the_day_is_that_of_the_zone() -> None:
    late = int(datetime(2016, 5, 31, 23, 30, tzinfo=UTC).timestamp() * 1000)
    assert naming.date(late) == "2016-05-31"
    assert naming.date(late, ZoneInfo("Europe/London")) == "2016-06-01"
    assert naming.date(0) == ""


@pytest.mark.parametrize("bad", ["", "../../up", "a/b", "x" * 33, "id with space", "\x00\x00\x00\x00"])
def test_a_post_without_a_sound_id_gets_a_stable_hash(bad: str) -> None:
    def post(text: str, origin: str) -> Post:
        block = Paragraph(content=RichText(text))
        return Post(
            id=bad, title="Boats", author=Person(name="Ana"), blocks=(block,), source=Source("export", origin)
        )

    first = naming.identity(post("One", "a.html"))
    assert len(first) == 12
    assert set(first) <= set("0123456789abcdef")
    assert naming.identity(post("One", "elsewhere.zip!a.html")) == first
    assert naming.identity(post("Two", "a.html")) != first


def test_folders() -> None:
    answer = Response(basis="inResponseToPostId")
    assert naming.folder(POST) == "posts"
    assert naming.folder(Post(response=answer)) == "responses"
    assert naming.folder(Post(draft=True, response=answer)) == "drafts"


def test_names_that_a_file_system_takes_for_one_are_told_apart() -> None:
    names = naming.Names()
    wanted = ["Boats", "boats", "BOATS", "boats-2", "café", "cafe\u0301", "straße", "STRASSE", "other"]
    got = [names.take(name, ".md") for name in wanted]
    assert got == [
        ("Boats.md", False), ("boats-2.md", True), ("BOATS-3.md", True), ("boats-2-2.md", True), ("café.md", False),
        ("cafe\u0301-2.md", True), ("straße.md", False), ("STRASSE-2.md", True), ("other.md", False),
    ]  # fmt: skip
    assert len({naming.key(name) for name, _ in got}) == len(wanted)


def test_many_of_one_name_cost_no_more_each() -> None:
    def many(count: int) -> None:
        names = naming.Names()
        for _ in range(count):
            names.take("boats", ".md")

    growth.assert_linear(many, 2_000)


IMAGES = [
    ("1*M6vuKaBjcKZ48sxJtdhU4A.jpeg", "jpeg", "1-M6vuKaBjcKZ48sxJtdhU4A.jpeg"),
    ("1*M6vuKaBjcKZ48sxJtdhU4A.jpeg", "png", "1-M6vuKaBjcKZ48sxJtdhU4A.png"),
    ("0*N-b2NZo2AKjGfmIs.", "jpeg", "0-N-b2NZo2AKjGfmIs.jpeg"),
    ("1*M6vuKaBjcKZ48sxJtdhU4A", "gif", "1-M6vuKaBjcKZ48sxJtdhU4A.gif"),
    ("0*a.b.c.png", "png", "0-a.b.c.png"),
    ("e3cb_hqdefault.jpg", "jpeg", "e3cb_hqdefault.jpeg"),
    ("../../../up.png", "png", "up.png"),
    ("港.png", "png", "12 digits"),
    ("con.png", "png", "_con.png"),
    ("x" * 300 + ".png", "png", "x" * 100 + ".png"),
]


@pytest.mark.parametrize(("image", "extension", "expected"), IMAGES)
def test_image_names(image: str, extension: str, expected: str) -> None:
    name = naming.image_name(image, extension)
    assert name == expected or (expected == "12 digits" and len(name) == 16)


def test_content_and_not_place_makes_the_hash() -> None:
    post = Post(title="Boats", blocks=(Heading(level=3, content=RichText("Boats")),))
    assert naming.identity(post) == naming.identity(
        Post(title="Boats", blocks=post.blocks, source=Source("feed"))
    )
