"""Search: what is found agrees with the plainest way of looking, and the index with the archive."""

from __future__ import annotations

import itertools
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fonds.archive import events as e
from fonds.archive import folding, search_index, search_query, search_text
from fonds.archive.search import Filters, Results, search
from fonds.archive.search_query import Matcher
from fonds.archive.store import Archive
from fonds.archive.versions import Version
from fonds.errors import UsageError
from fonds.medium import things
from fonds.model import (
    Block,
    Code,
    Embed,
    EmbedFile,
    Heading,
    Image,
    ImageRow,
    LinkCard,
    Paragraph,
    Person,
    Post,
    Response,
    RichText,
    Section,
    Source,
    Tag,
)
from growth import assert_linear
from keeping import clock
from plainly import matches

DAY = 86_400_000


def text(words: str) -> Paragraph:
    return Paragraph(content=RichText(words))


def post(number: int, *blocks: Block | str, **facts: object) -> Post:
    body = tuple(text(block) if isinstance(block, str) else block for block in blocks)
    return Post(id=f"{number:012x}", source=Source("api"), blocks=body, **facts)  # type: ignore[arg-type]


def keep(root: Path, *posts: Post) -> None:
    with Archive.open(root, write=True, clock=clock()) as archive:
        for one in posts:
            assert archive.add_version(Version(id=one.id, post=one, origins=(e.Origin("api"),))) is not None


@pytest.fixture
def root(tmp_path: Path) -> Path:
    with Archive.create(tmp_path / "kept", clock=clock()):
        pass
    return tmp_path / "kept"


def look(root: Path, query: str, **filters: object) -> Results:
    with Archive.open(root) as archive:
        return search(archive, query, Filters(**filters), limit=1000)  # type: ignore[arg-type]


def found(root: Path, query: str, **filters: object) -> list[int]:
    return sorted(int(hit.id, 16) for hit in look(root, query, **filters).hits)


# -- what is found -------------------------------------------------------------------------------------------


def test_everything_that_a_post_says_is_found(root: Path) -> None:
    cover = Image(id="1*x.png", alt="A buoy")
    keep(
        root,
        post(1, title="The lighthouse"),
        post(2, subtitle="Under the lamp"),
        post(3, description="In short"),
        post(4, Heading(level=3, content=RichText("Tides tonight"))),
        post(5, Code(content=RichText("def ebb():\n    return flood"))),
        post(6, Image(id="1*a.png", alt="Grey gull", title="Bird", caption=RichText("At noon"))),
        post(7, ImageRow(images=(Image(alt="Left"), Image(alt="Right")))),
        post(8, Section(cover=cover)),
        post(
            9,
            Embed(
                title="Song of the quay", author="Una", content=RichText("Sung."), caption=RichText("Live")
            ),
        ),
        post(10, Embed(kind="gist", files=(EmbedFile("tables.py", text="print(moon)"),))),
        post(11, LinkCard(title="A page", description="About nets", host="nets.example")),
        post(12, LinkCard(content=RichText("Bare words"))),
    )
    for query, number in (
        ("lighthouse", 1), ("lamp", 2), ("short", 3), ("tonight", 4), ("flood", 5), ("gull", 6), ("bird", 6), ("noon", 6),
        ("right", 7), ("buoy", 8), ("quay", 9), ("una", 9), ("sung", 9), ("live", 9), ("moon", 10), ("tables", 10),
        ("about", 11), ("nets example", 11), ("bare", 12),
    ):  # fmt: skip
        assert found(root, query) == [number], query


def test_words_phrases_beginnings_exclusions_or(root: Path) -> None:
    keep(
        root,
        post(1, "the ferry left early"),
        post(2, "the early ferry"),
        post(3, "ferries and tides"),
        post(4, "OR"),
    )
    assert found(root, "ferry early") == [1, 2]
    assert found(root, '"early ferry"') == found(root, "“early ferry”") == found(root, "«Early Ferry»") == [2]
    assert found(root, "ferr*") == [1, 2, 3]
    assert found(root, '"and tid"*') == [3]
    assert found(root, "ferry -left") == found(root, 'ferry -"ferry left"') == [2]
    assert found(root, "left OR tides") == found(root, "left | tides") == [1, 3]
    assert found(root, "ferry left OR tides") == [1]
    assert found(root, "-ferry") == [3, 4]
    assert found(root, "OR") == [4]
    assert found(root, '"unbalanced ferry') == []
    assert look(root, "ferry 💸 —").ignored == ("💸", "—")


def test_a_phrase_does_not_reach_over_the_end_of_a_paragraph(root: Path) -> None:
    keep(root, post(1, "one two", "three four"))
    assert found(root, '"two three"') == []
    assert found(root, "two three") == [1]


def test_every_language_by_its_own_rules(root: Path) -> None:
    keep(
        root,
        post(1, "قالت الشُّرطة إنَّ المدينة هادئة"),
        post(2, "کشتی‌های قدیمی در سال ۱۴۰۲"),
        post(3, "港口的早晨很安静。"),
        post(4, "Đurđa Čavić čisti nebo nad Łódźom"),
        post(5, "フェリーは港に着いた"),
        post(6, "항구에서 아침을"),
        post(7, "Η ΘΆΛΑΣΣΑ"),
    )
    for query, numbers in (
        ("شرطة", [1]), ("والشرطة", [1]), ("ان", [1]), ("مدينه", [1]), ("کشتی", [2]), ("1402", [2]), ("كشتي", [2]),
        ("早晨", [3]), ("静", [3]), ("港", [3, 5]), ("晨早", []), ("durda cavic", [4]), ("lodzom", [4]), ("ﾌｪﾘｰ", [5]),
        ("항구", [6]), ("θαλασσα", [7]),
    ):  # fmt: skip
        assert found(root, query) == numbers, query


def test_nothing_that_is_typed_is_an_error(root: Path) -> None:
    keep(root, post(1, "NEAR title AND NOT fts5"))
    for query in ('"', '""', "'", "a:b", "title:x", "NEAR(a b)", "a AND b", "NOT", "^a", "a*b*", "(((", "-", "*", '-"', "\0a", "{title}: x", "a\nb"):  # fmt: skip
        if search_query.parse(query).groups or search_query.parse(query).excluded:
            look(root, query)
        else:
            with pytest.raises(UsageError, match="no word to search for"):
                look(root, query)
    assert found(root, "near AND not") == [1]


_WORDS = st.sampled_from([
    "ferry", "Ferry", "tide", "tides", "Đurđa", "durda", "والشرطة", "شرطة", "الشرطة", "كتاب", "港口", "港", "口的早", "早",
    "it's", "1,000", "ｶﾞｽ", "항구에서", "—",
])  # fmt: skip


@given(
    st.lists(st.lists(_WORDS, max_size=6).map(" ".join), min_size=1, max_size=6),
    st.lists(_WORDS, min_size=1, max_size=3),
)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_found_is_what_the_plainest_way_finds(texts: list[str], words: list[str]) -> None:
    db = sqlite3.connect(":memory:")
    search_index._make(db)
    for number, one in enumerate(texts, 1):
        db.execute("INSERT INTO words (rowid, text) VALUES (?, ?)", (number, " ".join(folding.terms(one))))
    phrase = " ".join(words)
    query = search_query.parse(f'"{phrase}"')
    expected = [number for number, one in enumerate(texts, 1) if matches(phrase, one)] if query.groups else []
    rows = db.execute("SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid", (search_query.expression(query),)) if query.groups else []  # fmt: skip
    assert [row[0] for row in rows] == expected
    # … and what is marked says why.
    for number, one in enumerate(texts, 1):
        marks = list(Matcher(query).marks(one))
        assert bool(marks) == (number in expected)
        assert all(0 <= start < end <= len(one) for start, end in marks)
        assert all(first[1] <= second[0] for first, second in itertools.pairwise(marks))
        if marks:
            assert Matcher(query).may_mark(one)
            assert any(matches(phrase, one[start:end]) for start, end in marks)


# -- filters -------------------------------------------------------------------------------------------------


def test_filters(root: Path) -> None:
    keep(
        root,
        post(1, "sea", first_published_at=1_464_652_800_000, language="en", author=Person(name="Una Đurić", username="una")),
        post(2, "sea", first_published_at=1_464_652_800_000 + DAY, language="ar", tags=(Tag("human-rights", "Human Rights"), Tag("sea"))),
        post(3, "sea", created_at=1_480_000_000_000, language="zh-Hant", draft=True, tags=(Tag("sea"),)),
        post(4, "sea", response=Response("inResponseToPostId", "1"), language="en"),
    )  # fmt: skip
    assert found(root, "sea", after="2016-06-01") == [2, 3]
    assert found(root, "sea", before="2016-06-01") == [1]
    assert found(root, "sea", after="2016-05", before="2016-06") == [1]
    assert found(root, "sea", after="2017") == []
    assert found(root, "sea", years=(2016,)) == [1, 2, 3]
    assert (
        found(root, "sea", tags=("Human rights",)) == found(root, "sea", tags=("human-rights", "SEA")) == [2]
    )
    assert found(root, "sea", tags=("human",)) == []
    assert found(root, "sea", author="@una") == found(root, "sea", author="Una Duric") == [1]
    assert found(root, "sea", author="un") == []
    assert found(root, "sea", languages=("zh", "ar")) == [2, 3]
    assert found(root, "sea", languages=("z_",)) == []
    assert found(root, "sea", kinds=("draft", "response")) == [3, 4]
    assert found(root, "", kinds=("draft",)) == [3]
    with pytest.raises(UsageError, match="is no date"):
        look(root, "sea", after="May 2016")


def test_order_and_limit(root: Path) -> None:
    keep(
        root,
        post(1, "sea sea sea", first_published_at=3 * DAY, title="Sea"),
        post(2, "sea and land", first_published_at=4 * DAY),
        post(3, "sea"),
    )
    with Archive.open(root) as archive:
        best = search(archive, "sea")
        newest = search(archive, "sea", order="newest", limit=2)
        oldest = search(archive, "sea", order="oldest")
    assert best.hits[0].id.endswith("1")
    assert [hit.score for hit in best.hits] == sorted((hit.score for hit in best.hits), reverse=True)
    assert ([hit.id[-1] for hit in newest.hits], newest.total) == (["2", "1"], 3)
    assert [hit.id[-1] for hit in oldest.hits] == ["1", "2", "3"]
    assert [hit.date for hit in oldest.hits] == ["1970-01-04", "1970-01-05", ""]


# -- snippets ------------------------------------------------------------------------------------------------


def marked(snippet: search_text.Snippet) -> list[str]:
    return [snippet.text[start:end] for start, end in snippet.marks]


def test_snippets_show_the_words_as_they_were_written(root: Path) -> None:
    filler = "Nothing of the kind is said here. " * 20
    keep(
        root,
        post(1, f"{filler}Straße,\nund   die STRASSE. {filler}", "Die Straße.", title="Straße"),
        post(2, f"{filler} 港口的早晨很安静 {filler}"),
        post(3, "وقالت والشُّرطة إن"),
    )
    hit = look(root, "strasse").hits[0]
    assert marked(hit.title) == ["Straße"]
    assert [marked(snippet) for snippet in hit.snippets] == [["Straße", "STRASSE"], ["Straße"]]
    first = hit.snippets[0]
    assert first.cut == (True, True)
    assert len(first.text) <= search_text.WIDTH
    assert "Straße, und die STRASSE." in first.text
    assert [marked(snippet) for snippet in look(root, "早晨很").hits[0].snippets] == [["早晨很"]]
    assert [marked(snippet) for snippet in look(root, "شرطة").hits[0].snippets] == [["والشُّرطة"]]


def test_a_snippet_stands_where_the_most_words_are_together() -> None:
    pieces = [
        search_text.Piece("text", "ferry " * 3),
        search_text.Piece("text", "the ferry and the tide"),
        search_text.Piece("code", "tide()"),
    ]
    shown = search_text.snippets(pieces, Matcher(search_query.parse("ferry tide")))
    assert [snippet.text for snippet in shown] == ["ferry ferry ferry", "the ferry and the tide"]
    assert search_text.snippets(pieces[:1], Matcher(search_query.parse("-x")))[0].text == "ferry ferry ferry"


@given(st.text(st.sampled_from("ab ü港 \n\tß"), max_size=300), st.integers(0, 300), st.integers(0, 300))
def test_marks_in_a_snippet_stand_on_the_same_letters(whole: str, one: int, other: int) -> None:
    matcher = Matcher(search_query.parse("a* OR 港 OR ss"))
    marks = list(matcher.marks(whole))
    cut = min(one, other, len(whole)), min(max(one, other), len(whole))
    snippet = search_text._snippet("text", whole, cut, marks)
    assert "".join(snippet.text.split()) == "".join(whole[slice(*cut)].split())
    expected = [whole[max(start, cut[0]) : min(end, cut[1])] for start, end in marks]
    assert [word for word in marked(snippet) if word] == [word for word in expected if word]


# -- the index -----------------------------------------------------------------------------------------------


def test_only_what_has_changed_is_taken_in(root: Path) -> None:
    keep(root, post(1, "ferry"), post(2, "tide"))
    assert look(root, "ferry").updated == 2
    assert look(root, "ferry").updated == 0
    keep(root, post(2, "ferry now"), post(3, "ferry too"))
    again = look(root, "ferry")
    assert (again.updated, again.total) == (2, 3)
    assert found(root, "tide") == []
    with Archive.open(root, write=True, clock=clock()) as archive:
        archive.record(e.Known("00000000000f", "feed"))
    assert look(root, "ferry").updated == 0


def test_what_was_found_out_about_an_embed_is_searched(root: Path) -> None:
    keep(root, post(1, Embed(kind="gist", href="https://gist.github.com/una/0ddba11", provider="github-gist", provider_id="una/0ddba11")))  # fmt: skip
    assert found(root, "moonrise") == []
    from fonds.medium.media import key

    with Archive.open(root, write=True, clock=clock()) as archive:
        block = archive.version(f"{1:012x}").post.blocks[0]
        assert isinstance(block, Embed)
        gist = things.Gist(
            "https://gist.github.com/una/0ddba11", files=(EmbedFile("a.py", text="moonrise = 1"),)
        )
        archive.record(e.Media(key(block), things.encode(gist).decode(), post_id=f"{1:012x}"))
    hits = look(root, "moonrise")
    assert hits.updated == 1
    assert [marked(snippet) for snippet in hits.hits[0].snippets] == [["moonrise"]]
    assert look(root, "moonrise").updated == 0


@pytest.mark.parametrize("damage", [b"", b"not a database", b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_damaged_index_is_made_again(root: Path, damage: bytes) -> None:
    keep(root, post(1, "ferry"))
    assert found(root, "ferry") == [1]
    (root / ".fonds/search.sqlite").write_bytes(damage)
    assert look(root, "ferry").updated == 1
    assert found(root, "ferry") == [1]


def test_any_flipped_bytes_in_the_index_never_end_in_a_defect(root: Path) -> None:
    keep(root, *(post(n, f"ferry {n} and tides") for n in range(1, 30)))
    expected = found(root, "ferry tid*")
    path = root / ".fonds/search.sqlite"
    whole = path.read_bytes()
    for place in range(0, len(whole), 1031):
        path.write_bytes(
            whole[:place] + bytes(byte ^ 0xFF for byte in whole[place : place + 64]) + whole[place + 64 :]
        )
        look(
            root, "ferry tid*"
        )  # what SQLite does not notice is not seen here either; it is nobody's only copy
        (root / ".fonds/search.sqlite-journal").unlink(missing_ok=True)
    path.unlink()
    assert found(root, "ferry tid*") == expected


def test_an_index_of_other_rules_is_made_again(root: Path) -> None:
    keep(root, post(1, "ferry"))
    look(root, "ferry")
    with sqlite3.connect(root / ".fonds/search.sqlite") as db:
        db.execute("UPDATE meta SET value = '0' WHERE key = 'schema'")
    assert look(root, "ferry").updated == 1


def test_waste_is_cleared_away(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search_index, "_WASTE", 2)
    for n in range(5):
        keep(root, post(1, f"edit {n}"))
        assert found(root, f"edit {n}") == [1]
    with sqlite3.connect(root / ".fonds/search.sqlite") as db:
        assert db.execute("SELECT value FROM meta WHERE key = 'waste'").fetchone() in (None, ("1",))


@contextmanager
def unwritable(folder: Path) -> Iterator[None]:
    folder.chmod(0o555)
    try:
        yield
    finally:
        folder.chmod(0o755)


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_an_archive_that_cannot_be_written_is_searched_all_the_same(root: Path) -> None:
    keep(root, post(1, "ferry"))
    with unwritable(root / ".fonds"):
        results = look(root, "ferry")
    assert (results.total, results.kept) == (1, False)


def test_an_index_that_cannot_be_kept(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(root, post(1, "ferry"))

    def refuse(*_: object) -> int:
        raise PermissionError

    monkeypatch.setattr(search_index, "_rebuild", refuse)
    results = look(root, "ferry")
    assert (results.total, results.kept) == (1, False)
    assert not (root / ".fonds/search.sqlite").exists()


def test_searching_changes_nothing_that_the_manifest_lists(root: Path) -> None:
    keep(root, post(1, "ferry"))
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    look(root, "ferry")
    after = {
        path: path.read_bytes() for path in root.rglob("*") if path.is_file() and path.name != "search.sqlite"
    }
    assert after == before


@pytest.mark.parametrize("piece", ["ferry ", "Fährre ", "港", "x ", "ferry\n"])
def test_time_grows_with_the_text_of_a_hit(piece: str) -> None:
    matcher = Matcher(search_query.parse("ferry OR 港 OR fahrre"))
    assert_linear(
        lambda size: search_text.snippets([search_text.Piece("text", piece * size)], matcher), 5_000
    )


def test_time_grows_with_the_query(root: Path) -> None:
    keep(root, post(1, "ferry"))
    assert_linear(lambda size: look(root, "شرطة " * size), 30)
    assert_linear(lambda size: look(root, "ferry OR -tide " * size), 200)
