"""Merging: every order of arrival gives one content, nothing comes twice, nothing is lost."""

from __future__ import annotations

import itertools
import random
from collections import defaultdict
from collections.abc import Sequence
from functools import reduce
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

import fonds
from fonds.archive import versions
from fonds.archive.merge import BEHIND, FACTUAL, RANK, SHORTER, edition, is_behind, merge
from fonds.archive.versions import Origin, Version
from fonds.model import (
    Block,
    Embed,
    EmbedFile,
    Form,
    Heading,
    Image,
    LinkCard,
    Note,
    Paragraph,
    Person,
    Post,
    Publication,
    Response,
    RichText,
    Source,
    Tag,
)

SAMPLES = Path(__file__).parents[2] / "samples"
FORMS: tuple[Form, ...] = ("zmedium", "dom", "feed", "legacy", "export", "page", "json", "api")
NOW = 1_700_000_000_000


def text(words: str) -> Paragraph:
    return Paragraph(content=RichText(words))


LONG = " ".join(f"Sentence number {n} about the ferry and the tide." for n in range(40))
BODY: tuple[Block, ...] = (
    Heading(level=3, content=RichText("The Quay"), role="title"),
    text("First."),
    text(LONG),
)


def post(form: Form, blocks: tuple[Block, ...] = BODY, **facts: object) -> Post:
    return Post(id="1a0c4e5b7d21", title="The Quay", blocks=blocks, source=Source(form), **facts)  # type: ignore[arg-type]


def arrive(readings: Sequence[Post], captured_at: int = NOW, current: Version | None = None) -> Version:
    for number, reading in enumerate(readings):
        origin = Origin(reading.source.form, f"file {number}", "", f"{number}")
        current = merge(current, reading, origin, captured_at) or current
    assert current is not None
    return current


def content(version: Version) -> dict[str, object]:
    post = replace(versions.content(version.post), pinned_at=0)
    return {name: getattr(post, name) for name in post.__struct_fields__}


def differences(one: Version, other: Version) -> dict[str, tuple[object, object]]:
    mine, its = content(one), content(other)
    return {name: (mine[name], its[name]) for name in mine if mine[name] != its[name]}


# -- any order -----------------------------------------------------------------------------------------------


def _samples() -> dict[str, list[Post]]:
    found: dict[str, dict[tuple[str, bool, int], Post]] = defaultdict(dict)
    for reading in fonds.read(SAMPLES, strict=False):
        key = (reading.source.form, reading.preview_only, edition(reading))
        found[reading.id].setdefault(key, reading)
    return {ident: list(readings.values()) for ident, readings in found.items()}


@pytest.mark.parametrize(
    ("ident", "readings"), _samples().items(), ids=lambda value: value if isinstance(value, str) else ""
)
def test_the_forms_of_a_sample_post_in_any_order(ident: str, readings: list[Post]) -> None:
    orders = list(itertools.permutations(readings))
    chance = random.Random(7)
    results = [arrive(order) for order in chance.sample(orders, min(len(orders), 60))]
    for result in results:
        assert differences(result, results[0]) == {}
        assert result.post.source.form == results[0].post.source.form
        told = [edition(reading) for reading in readings if reading.source.form in FACTUAL]
        assert result.edition == max(told, default=0)
    best = results[0]
    newest = [reading for reading in readings if not edition(reading) or edition(reading) == best.edition]
    whole = [reading for reading in newest if not reading.preview_only]
    top = max(whole, key=lambda reading: RANK[reading.source.form])
    assert [type(block) for block in best.post.blocks] == [type(block) for block in top.blocks]
    for name in ("tags", "language", "visibility", "description", "image"):
        assert getattr(best.post, name) or not any(getattr(reading, name) for reading in readings), name


TRUTH = post(
    "api",
    (
        *BODY,
        Embed(kind="gist", href="https://gist.github.com/u/1", media_id="m1", title="g", files=(EmbedFile("a", text="1"), EmbedFile("b", text="2"))),
        Embed(kind="tweet", href="https://twitter.com/u/status/1", author="U", content=RichText("said")),
        LinkCard(href="https://example.org/a", title="A", description="D", host="example.org", thumbnail="1*x.png"),
        Image(id="1*y.png", width=3, height=2),
    ),
    subtitle="Under it",
    description="In short",
    slug="the-quay",
    medium_url="https://medium.com/@u/the-quay-1a0c4e5b7d21",
    author=Person("u1", "Una", "una"),
    publication=Publication("c1", "Harbour", "harbour", "harbour.example"),
    first_published_at=NOW - 9_000_000,
    latest_published_at=NOW - 5_000_000,
    updated_at=NOW - 4_000_000,
    tags=(Tag("ferry", "Ferry"),),
    language="en",
    visibility="public",
    license="CC_40_BY",
    word_count=300,
    image="1*y.png",
    people=(Person("p1", "Pia", "pia"),),
)  # fmt: skip
_OPTIONAL = (
    "subtitle", "description", "slug", "medium_url", "publication", "tags", "language", "license", "word_count",
    "image", "first_published_at", "visibility",
)  # fmt: skip


def poorer(block: Block, draw: st.DrawFn) -> Block:
    """``block`` as a form might have it that was told less."""
    if isinstance(block, Embed):
        empty = {
            name: getattr(Embed(), name)
            for name in ("title", "author", "content", "files")
            if draw(st.booleans())
        }
        return replace(block, **empty)
    if isinstance(block, LinkCard):
        empty = {name: "" for name in ("title", "description", "thumbnail") if draw(st.booleans())}
        return replace(block, **empty)
    if isinstance(block, Image) and draw(st.booleans()):
        return replace(block, width=0, height=0)
    return block


@st.composite
def readings(draw: st.DrawFn) -> list[Post]:
    """One edition in several forms: each leaves things out, spells things its own way, or is a preview."""
    made: list[Post] = []
    for form in draw(st.lists(st.sampled_from(FORMS), min_size=1, max_size=5, unique=True)):
        factual = form in ("api", "page", "json", "legacy")
        facts: dict[str, object] = {}
        for name in _OPTIONAL:
            if draw(st.booleans()) or (not factual and name == "visibility"):
                facts[name] = getattr(Post(), name)
        # Medium's records tell both times or none, readers' forms at most the edition.
        if draw(st.booleans()):
            facts |= {"latest_published_at": 0, "updated_at": 0}
        elif not factual:
            facts["updated_at"] = 0
        if draw(st.booleans()):
            facts["description"] = f"In short, says {form}"
        if draw(st.booleans()):
            facts["author"] = Person("u1", f"Una of {form}")
        if not facts.get("visibility", "public") and draw(st.booleans()):
            facts["response"] = Response("heuristic: short")
        blocks = tuple(poorer(block, draw) for block in TRUTH.blocks)
        if draw(st.booleans()):
            blocks = (*blocks, text(f"As {form} has it."))
        if draw(st.integers(0, 3)) == 0:
            facts |= {"preview_only": True, "notes": (Note("W108", "preview"),)}
            blocks = blocks[: draw(st.integers(0, 2))]
        made.append(replace(TRUTH, source=Source(form), blocks=blocks, **facts))
    return made


@given(readings(), st.randoms(use_true_random=False))
def test_any_order_of_the_forms_of_one_edition_gives_one_content(
    made: list[Post], chance: random.Random
) -> None:
    first = arrive(made)
    shuffled = list(made)
    chance.shuffle(shuffled)
    second = arrive(shuffled)
    assert differences(second, first) == {}
    for reading in made:
        for name in ("tags", "language", "subtitle", "medium_url"):
            assert getattr(first.post, name) or not getattr(reading, name)
    # The whole text of the best whole reading is there.
    whole = [reading for reading in made if not reading.preview_only]
    if whole:
        best = max(whole, key=lambda reading: RANK[reading.source.form])
        assert [
            getattr(block, "content", None) for block in first.post.blocks if isinstance(block, Paragraph)
        ] == [block.content for block in best.blocks if isinstance(block, Paragraph)]
        told = [
            len(b.files)
            for r in made
            for b in r.blocks
            if isinstance(b, Embed) and b.kind == "gist" and not r.preview_only
        ]
        assert max(told) == max(
            len(b.files) for b in first.post.blocks if isinstance(b, Embed) and b.kind == "gist"
        )


@given(readings())
def test_what_came_before_brings_nothing_new(made: list[Post]) -> None:
    version = arrive(made)
    for number, reading in enumerate(made):
        assert merge(version, reading, Origin(reading.source.form, f"file {number}"), NOW - 1) is None
    assert arrive(made, NOW - 1, version) is version


@given(readings())
def test_every_field_knows_its_source(made: list[Post]) -> None:
    version = arrive(made)
    first = version.origins[0].form
    by_form = {reading.source.form: reading for reading in made}
    for name in ("tags", "language", "description", "subtitle", "slug", "license", "word_count"):
        value = getattr(version.post, name)
        if value:
            assert getattr(by_form[version.fields.get(name, first)], name) == value, name  # type: ignore[index]


# -- the rules, one at a time --------------------------------------------------------------------------------


def test_a_preview_never_replaces_a_full_copy_but_tells_the_lock() -> None:
    whole = post("export")
    cut = post(
        "api",
        BODY[:2],
        preview_only=True,
        visibility="locked",
        member_only=True,
        tags=(Tag("a"),),
        latest_published_at=NOW,
    )
    merged = arrive([whole, cut])
    assert merged.post.blocks == BODY
    assert not merged.post.preview_only
    assert (merged.post.visibility, merged.post.member_only, merged.post.tags) == (
        "locked",
        True,
        (Tag("a"),),
    )
    assert merged.fields["visibility"] == "api"
    assert "blocks" not in merged.fields
    assert merged.post.source.form == "export"


def test_a_full_copy_replaces_a_preview_whatever_its_form() -> None:
    cut = post("api", BODY[:2], preview_only=True, visibility="locked", tags=(Tag("a"),))
    merged = arrive([cut, post("zmedium")])
    assert merged.post.blocks == BODY
    assert not merged.post.preview_only
    assert merged.fields["blocks"] == "zmedium"
    assert merged.post.tags == (Tag("a"),)


def test_a_preview_of_a_newer_edition_says_that_the_body_is_behind() -> None:
    whole = post("api", latest_published_at=NOW - 5000)
    cut = replace(post("api", BODY[:2], preview_only=True, latest_published_at=NOW), title="The Quays")
    merged = arrive([whole, cut])
    assert merged.post.blocks == BODY
    assert merged.post.title == "The Quays"
    assert is_behind(merged)
    assert merged.edition == NOW
    # Any whole body of that edition then takes its place, even of a poorer form.
    new = post("feed", (*BODY, text("More.")), updated_at=NOW)
    healed = arrive([new], current=merged)
    assert healed.post.blocks == (*BODY, text("More."))
    assert not is_behind(healed)


def test_a_preview_that_does_not_say_so_is_found_out() -> None:
    beginning = post("api", (*BODY[:2], text(LONG[:900])), visibility="locked", member_only=True)
    for order in ([post("export"), beginning], [beginning, post("export")]):
        assert arrive(order).post.blocks == BODY
    newer = replace(beginning, latest_published_at=NOW)
    merged = arrive([post("export", latest_published_at=NOW - 9000), newer])
    assert merged.post.blocks == BODY
    assert is_behind(merged)


def test_the_newer_edition_s_body_wins_and_the_older_one_never() -> None:
    old = post("api", latest_published_at=NOW - 5000)
    new = post("feed", (text("New."),), updated_at=NOW)
    for order in ([old, new], [new, old]):
        merged = arrive(order)
        assert merged.post.blocks == (text("New."),)
        assert edition(merged.post) == NOW


def test_an_edition_is_what_a_record_of_medium_s_tells() -> None:
    """So a pull asks once for what was read from another form, and finds the better one."""
    old = post("zmedium", latest_published_at=NOW - 5000)
    assert arrive([old]).edition == 0
    asked = arrive(
        [post("api", (text("As Medium has it."),), latest_published_at=NOW - 5000)], current=arrive([old])
    )
    assert asked.edition == NOW - 5000
    assert asked.post.blocks == (text("As Medium has it."),)
    # What is older never comes back, whatever tells its edition.
    for order in ([post("feed", updated_at=NOW), old, post("api", latest_published_at=NOW - 9000)], [post("api", latest_published_at=NOW - 9000), old, post("feed", updated_at=NOW)]):  # fmt: skip
        merged = arrive(order)
        assert merged.post.source.form == "feed"
        assert edition(merged.post) == NOW
        assert merged.edition < NOW


def test_a_better_form_with_less_text_says_so() -> None:
    merged = arrive(
        [post("feed", (*BODY, text("End. " * 100))), post("export", (text("Other words. " * 20),))]
    )
    assert merged.post.blocks == (text("Other words. " * 20),)
    assert [note.code for note in merged.post.notes] == [SHORTER]


def test_a_body_that_is_missing_or_cut_off_replaces_nothing() -> None:
    whole = post("zmedium")
    assert arrive([whole, post("api", ())]).post.blocks == BODY
    damaged = post("export", BODY[:2], notes=(Note("W120", "the file ends in the middle"),))
    assert arrive([whole, damaged]).post.blocks == BODY
    assert arrive([damaged, whole]).post.blocks == BODY


def test_a_published_post_takes_the_place_of_its_draft_and_never_the_other_way() -> None:
    draft = post("export", (text("Draft."),), draft=True)
    published = post("feed", first_published_at=NOW)
    for order in ([draft, published], [published, draft]):
        merged = arrive(order)
        assert merged.post.blocks == BODY
        assert not merged.post.draft


def test_a_fact_replaces_a_guess_about_responses() -> None:
    guess = post("export", response=Response("heuristic: short"))
    fact = post("api", response=Response("inResponseToPostResult", "2b7d9f3c6e80", "Parent"))
    for order in ([guess, fact], [fact, guess]):
        merged = arrive(order)
        assert merged.post.response == fact.response
    # … and so does the fact that it is none.
    story = post("page", visibility="public")
    for order in ([guess, story], [story, guess]):
        assert arrive(order).post.response is None


def test_empty_never_overwrites_but_an_explicit_change_does() -> None:
    full = post("api", tags=(Tag("a"),), subtitle="Under it", description="D", language="en")
    bare = post("api")
    origin = Origin("api", "later")
    current = arrive([full])
    assert merge(current, bare, origin, NOW + 1) is None
    changed = merge(current, bare, origin, NOW + 1, stated=("tags", "subtitle"))
    assert changed is not None
    assert (changed.post.tags, changed.post.subtitle, changed.post.language) == ((), "", "en")
    other = merge(current, replace(bare, tags=(Tag("b"),), title="Quay"), origin, NOW + 1)
    assert other is not None
    assert (other.post.tags, other.post.title) == ((Tag("b"),), "Quay")
    assert merge(current, replace(bare, tags=(Tag("b"),)), origin, NOW - 1) is None


def test_a_subtitle_that_a_newer_edition_has_no_more_goes() -> None:
    old = post("api", subtitle="Under it", latest_published_at=NOW - 5000)
    assert arrive([old, post("api", latest_published_at=NOW)]).post.subtitle == ""


def test_counts_and_pins_make_no_version_and_come_along() -> None:
    current = arrive([post("api", claps=1, responses=0)])
    origin = Origin("api", "later")
    assert merge(current, post("api", claps=90, responses=7, pinned_at=5), origin, NOW + 1) is None
    changed = merge(current, post("api", claps=90, pinned_at=5, language="en"), origin, NOW + 1)
    assert changed is not None
    assert (changed.post.claps, changed.post.responses, changed.post.pinned_at) == (90, 0, 5)


def test_what_was_found_out_about_embeds_stays() -> None:
    gist = Embed(
        kind="gist",
        media_id="m1",
        title="tides.py",
        files=(EmbedFile("tides.py", text="1"), EmbedFile("b.py", text="2")),
    )
    tweet = Embed(
        kind="tweet", href="https://twitter.com/u/status/1", author="Una", content=RichText("Said.")
    )
    card = LinkCard(href="https://example.org/", title="A page", description="On tides", thumbnail="1*x.png")
    rich = post("page", (*BODY, gist, tweet, card))
    poor = post(
        "api",
        (
            *BODY,
            Embed(media_id="m1", href="https://gist.github.com/u/1"),
            replace(tweet, author="", content=RichText(), href="http://twitter.com/u/status/1"),
            LinkCard(href="http://example.org/"),
        ),
    )
    for order in ([rich, poor], [poor, rich]):
        merged = arrive(order).post
        assert merged.source.form == "api"
        assert merged.blocks[3] == replace(gist, href="https://gist.github.com/u/1")
        assert merged.blocks[4] == replace(tweet, href="http://twitter.com/u/status/1")
        assert merged.blocks[5] == replace(card, href="http://example.org/")


def test_another_edition_s_embeds_are_its_own() -> None:
    old = post("page", (*BODY, Embed(media_id="m1", title="Old title")), latest_published_at=NOW - 5000)
    new = post("api", (*BODY, Embed(media_id="m1")), latest_published_at=NOW)
    assert arrive([old, new]).post.blocks[-1] == Embed(media_id="m1")


def test_addresses_that_only_name_the_id_give_way() -> None:
    short, full = "https://medium.com/p/1a0c4e5b7d21", "https://medium.com/@u/the-quay-1a0c4e5b7d21"
    for order in (
        [post("api", medium_url=short), post("feed", medium_url=full)],
        [post("feed", medium_url=full), post("api", medium_url=short)],
    ):
        assert arrive(order).post.medium_url == full


def test_a_post_taken_out_of_its_publication() -> None:
    inside = post(
        "page", publication=Publication("c1", "Harbour"), visibility="public", updated_at=NOW - 5000
    )
    outside = post("page", visibility="public", updated_at=NOW)
    assert arrive([inside, outside]).post.publication is None
    assert arrive([outside, inside]).post.publication is None
    assert arrive([inside, post("export")]).post.publication == Publication("c1", "Harbour")


def test_a_form_that_says_nothing_of_a_publication_denies_none() -> None:
    """Found by the property test: the first form's silence stood for a word of the better form's."""
    silent = replace(TRUTH, source=Source("json"), publication=None, visibility="", blocks=TRUTH.blocks[:1])
    in_none = replace(silent, source=Source("legacy"), visibility="public")
    inside = replace(TRUTH, source=Source("page"), visibility="public", blocks=TRUTH.blocks[:1])
    for order in itertools.permutations((silent, in_none, inside)):
        assert arrive(order).post.publication == TRUTH.publication


def test_another_post_s_publication_is_not_mixed_in() -> None:
    one = post("api", publication=Publication("c1", "Harbour", "harbour", "harbour.example"))
    other = post("api", publication=Publication("c2", "Quay"), updated_at=NOW)
    assert arrive([replace(one, updated_at=NOW - 5000), other]).post.publication == Publication("c2", "Quay")


def test_origins_are_kept_in_their_order_each_once() -> None:
    version = arrive(
        [post("export"), post("feed", tags=(Tag("a"),)), post("api", visibility="public", language="en")]
    )
    assert [origin.form for origin in version.origins] == ["export", "feed", "api"]


def test_the_note_codes_are_documented() -> None:
    documented = (Path(__file__).parents[2] / "docs" / "findings.md").read_text("utf-8")
    assert all(f"| {code} |" in documented for code in (BEHIND, SHORTER))


def test_a_long_history_is_one_version_after_the_other() -> None:
    editions = [
        post("api", (*BODY, text(f"Edit {n}.")), latest_published_at=NOW + n * 10_000) for n in range(5)
    ]
    made = reduce(
        lambda version, reading: arrive([reading], current=version), editions[1:], arrive(editions[:1])
    )
    assert made.post.blocks[-1] == text("Edit 4.")
    assert made.edition == NOW + 40_000
