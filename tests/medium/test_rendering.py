"""What is rendered in Medium's words is read as the same post."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

import fonds
from fonds import richtext, sources
from fonds.medium import queries
from fonds.medium.rendering import facts, feed, graphql, numbers, pages
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
    Paragraph,
    Person,
    Post,
    Quote,
    Response,
    RichText,
    Section,
    Source,
    Tag,
    Unknown,
)
from fonds.sources import api
from texts import riches

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
FORMS = ("graphql", "pages", "json", "export")


def samples() -> list[tuple[str, Post]]:
    found = {}
    for form in FORMS:
        for post in fonds.read(SAMPLES / form, strict=False):
            if post.id and not post.draft:
                found[f"{form} {post.id} {post.source.origin.rpartition('/')[2]}"] = post
    return sorted(found.items())


def asked(post: Post) -> bytes:
    """The answer to the question that fonds asks."""
    operation = queries.post(post.id)
    root = {"post": lambda **_: facts.node(post)}
    found = graphql.answer(graphql.parse(operation.text()), root, operation.variables)
    return json.dumps({"data": found}).encode()


WAYS: dict[str, Callable[[Post], bytes]] = {"api": asked, "page": pages.post, "json": numbers.answer}


def only(data: bytes) -> Post:
    (post,) = [found for found in sources.read(data) if isinstance(found, Post)]
    return post


def alike(post: Post) -> Post:
    """Without what says how a post was read, and without what only one form has."""
    response = post.response
    if response is not None:
        response = msgspec.structs.replace(response, basis="") if response.post_id else None
    return msgspec.structs.replace(
        post, source=Source("api"), notes=(), response=response, people=(), pinned_at=0, suspended=False
    )


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("name", "post"), [pytest.param(*found, id=found[0]) for found in samples()])
def test_samples_come_back(name: str, post: Post, way: str) -> None:
    again = only(WAYS[way](post))
    assert again.source.form == way
    expected = alike(post)
    if name.startswith("export"):  # has no words counted, and guesses responses; its sections have no layout
        expected = msgspec.structs.replace(expected, response=alike(again).response)
    if way == "api":  # GraphQL is not asked which picture is the featured one
        expected = msgspec.structs.replace(expected, blocks=tuple(map(unfeatured, expected.blocks)))
    assert alike(again) == expected


def unfeatured(block: Block) -> Block:
    return msgspec.structs.replace(block, featured=False) if isinstance(block, Image) else block


# -- any post -----------------------------------------------------------------------------------------

NAMES = st.from_regex(r"[0-9a-f]{4}", fullmatch=True)
PICTURES = st.builds(
    Image,
    name=NAMES,
    id=st.from_regex(r"1\*[A-Za-z0-9_-]{22}\.(?:png|jpeg)", fullmatch=True),
    alt=st.text("ab é\"<'&", max_size=8),
    caption=riches(),
    href=st.sampled_from(["", "https://example.org/?a=1&b=2"]),
    width=st.integers(1, 5000),
    height=st.integers(1, 5000),
    focus_x=st.sampled_from([None, 50.0, 12.5]),
    layout=st.sampled_from(["", "INSET_CENTER", "OUTSET_CENTER", "FULL_WIDTH"]),
)
ROWS = st.lists(PICTURES, min_size=2, max_size=3).map(
    lambda images: ImageRow(
        name=images[0].name,
        images=tuple(
            msgspec.structs.replace(image, layout="OUTSET_ROW" if number == 0 else "OUTSET_ROW_CONTINUE")
            for number, image in enumerate(images)
        ),
    )
)
BLOCKS: st.SearchStrategy[Block] = st.one_of(
    st.builds(Paragraph, content=riches(), name=NAMES),
    st.builds(Heading, level=st.sampled_from([2, 3, 4]), content=riches(), name=NAMES),
    st.builds(Quote, content=riches(), pull=st.booleans(), name=NAMES),
    st.builds(ListItem, content=riches(), ordered=st.booleans(), name=NAMES),
    st.builds(Code, content=riches(), lang=st.sampled_from(["", "python"]), mode=st.sampled_from(["", "AUTO", "EXPLICIT"]), name=NAMES),
    st.builds(Section, name=NAMES, layout=st.just("")),
    PICTURES,
    ROWS,
)  # fmt: skip


def sound(blocks: list[Block]) -> tuple[Block, ...]:
    """Without sections that have nothing in them: Medium has none."""
    return tuple(
        block
        for number, block in enumerate(blocks)
        if not isinstance(block, Section)
        or (0 < number < len(blocks) - 1 and not isinstance(blocks[number - 1], Section))
    )


POSTS = st.builds(
    Post,
    id=st.from_regex(r"[0-9a-f]{12}", fullmatch=True),
    title=st.text("abc é 中💸<&\"'", min_size=1, max_size=20).map(str.strip).filter(bool),
    slug=st.just("a-slug"),
    medium_url=st.just("https://medium.com/@ana/a-slug"),
    author=st.just(Person("c0ffee", "Ana", "ana")),
    first_published_at=st.integers(1, 2_000_000_000_000),
    latest_published_at=st.integers(0, 2_000_000_000_000),
    tags=st.just((Tag("boats", "Boats"),)),
    claps=st.sampled_from([0, 7]),
    responses=st.just(0),
    member_only=st.booleans(),
    response=st.sampled_from(
        [None, Response("x", "abcdef012345", "Another", "https://medium.com/p/abcdef012345")]
    ),
    blocks=st.lists(BLOCKS, max_size=8).map(sound),
)


@pytest.mark.parametrize("way", WAYS)
@given(post=POSTS)
def test_any_post_settles(way: str, post: Post) -> None:
    """Rendered and read, a post may first be arranged as all forms are; from then on nothing changes."""
    once = only(WAYS[way](post))
    assert [block_text(block) for block in once.blocks] == [block_text(block) for block in post.blocks]
    twice = only(WAYS[way](once))
    assert alike(twice) == alike(once)


def block_text(block: Block) -> Any:
    if isinstance(block, ImageRow):
        return [image.caption for image in block.images]
    return block.caption if isinstance(block, Image) else getattr(block, "content", None)


@given(riches())
def test_marks_are_counted_in_utf16(content: RichText) -> None:
    from fonds.medium.rendering import body

    units = content.text.encode("utf-16-le", "surrogatepass")
    for mark, node in zip(content.marks, body.markups(content), strict=True):
        found = units[node["start"] * 2 : node["end"] * 2].decode("utf-16-le", "surrogatepass")
        assert found == content.text[mark.start : mark.end]


EMBEDS = [
    Embed(kind="video", href="https://www.youtube.com/watch?v=abcdefghijk", provider="youtube", provider_id="abcdefghijk", media_id="ab" * 16, iframe_src="https://www.youtube.com/embed/abcdefghijk?feature=oembed", thumbnail="https://i.ytimg.com/vi/abcdefghijk/hqdefault.jpg", width=854, height=480, title="Tides", name="e001"),
    Embed(kind="gist", href="https://gist.github.com/ana/0123456789abcdef", provider="github-gist", provider_id="ana/0123456789abcdef", media_id="cd" * 16, title="tide.py", name="e002"),
    Embed(kind="frame", href="https://medium.com/media/" + "ef" * 16, media_id="ef" * 16, iframe_src="https://medium.com/media/" + "ef" * 16, caption=RichText("A frame", (Mark("em", 2, 7),)), name="e003"),
    LinkCard(href="https://example.org/", title="Knots", description="All of them.", host="example.org", thumbnail="1*abc.png", media_id="12" * 16, content=RichText("Knots\nAll of them.example.org", (Mark("strong", 0, 5), Mark("em", 6, 18))), name="e004"),
    Unknown("HYPERCUBE", RichText("A shape", (Mark("strong", 0, 1),)), name="e005"),
    Paragraph(RichText("Once upon"), drop_cap=True, name="e006"),
    Paragraph(RichText("Under the cover"), role="section-caption", name="e007"),
    Paragraph(RichText("Ask Ana", (Mark("link", 4, 7, "https://medium.com/u/c0ffee", "", "c0ffee"),)), name="e008"),
    Section(cover=Image(id="1*cover.jpeg", width=3000, height=1000, alt="Sea"), layout="ASPECT_RATIO_VIEWPORT/BOTTOM_CENTER", name="e009"),
]  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("block", EMBEDS, ids=lambda block: block.name)
def test_each_kind_of_block_comes_back(block: Block, way: str) -> None:
    lead = Paragraph(RichText("First."), name="aaaa")
    post = Post(id="0123456789ab", title="Title", blocks=(lead, block))
    again = only(WAYS[way](post))
    found = again.blocks[1]
    if isinstance(block, Unknown):
        assert isinstance(found, Unknown)
        assert found.content == block.content
        return
    assert found == block


def test_a_feed_reads_back() -> None:
    posts = [post for name, post in samples() if name.startswith("graphql") and post.first_published_at]
    posts.sort(key=lambda post: -post.first_published_at)
    person = posts[0].author
    read = list(sources.read(feed.of_person(person, posts)))
    assert len(read) == min(len(posts), 10)
    for post, found in zip(posts, read, strict=False):
        assert isinstance(found, Post)
        assert (found.id, found.title, found.medium_url) == (post.id, post.title, post.medium_url)
        assert found.first_published_at // 1000 == post.first_published_at // 1000
        assert found.author.username == person.username
        words = " ".join(text(found)).split()
        assert set(words) <= set(" ".join(text(post)).split()) | {post.title}


def text(post: Post) -> list[str]:
    found: list[str] = []
    for block in post.blocks:
        said = block_text(block)
        found += [each.text for each in (said if isinstance(said, list) else [said]) if each is not None]
    return found + [block.caption.text for block in post.blocks if isinstance(block, Embed)]


# -- GraphQL ------------------------------------------------------------------------------------------

ROOT: dict[str, Any] = {
    "post": lambda id="": {"__typename": "Post", "id": id, "title": "T", "creator": {"__typename": "User", "id": "u", "name": "Ana"}, "tags": [{"id": "a", "name": "A"}, {"id": "b", "name": "B"}]},  # noqa: A006
    "nobody": None,
}  # fmt: skip


@pytest.mark.parametrize(
    ("query", "variables", "expected"),
    [
        ('{ post(id: "x") { id } }', {}, {"post": {"id": "x"}}),
        ("query Q($id: ID!) { p: post(id: $id) { t: title } }", {"id": "y"}, {"p": {"t": "T"}}),
        ('query ($id: ID = "d") { post(id: $id) { id } }', {}, {"post": {"id": "d"}}),
        ("{ nobody { id } other }", {}, {"nobody": None, "other": None}),
        ("{ post { tags { id } ... on Post { tags { name } } } }", {}, {"post": {"tags": [{"id": "a", "name": "A"}, {"id": "b", "name": "B"}]}}),
        ("{ post { ... on User { name } ... on Node { id } ...F } } fragment F on Post { creator { ...G } } fragment G on User { name }", {}, {"post": {"id": "", "creator": {"name": "Ana"}}}),
        ("query ($s: Boolean) { post { id @skip(if: $s) title @include(if: false) } }", {"s": True}, {"post": {}}),
        ('{ post(id: "a\\n\\u0062", more: [1, -2.5, {k: ENUM, n: null}]) { id } } # remark', {}, {"post": {"id": "a\nb"}}),
    ],
)  # fmt: skip
def test_questions(query: str, variables: dict[str, Any], expected: dict[str, Any]) -> None:
    root = {**ROOT, "post": lambda id="", **_: ROOT["post"](id)}  # noqa: A006
    assert graphql.answer(graphql.parse(query), root, variables) == expected


@pytest.mark.parametrize(
    "query",
    ["", "{", "{ post", "{ post { } ", "mutation { x }", "{ post(id: ) { id } }", "{ a ? }", "{" * 100 + "a" + "}" * 100,
     "{ post }", "{ post { ...Nowhere } }", "{ post { ...F } } fragment F on Post { ...F }",
     "{ post { ...A } } " + " ".join(f"fragment {chr(65 + n)} on Post {{ ...{chr(66 + n)} ...{chr(66 + n)} }}" for n in range(25)) + " fragment Z on Post { id }"],
)  # fmt: skip
def test_what_is_no_question(query: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graphql, "_MOST_OBJECTS", 10_000)
    root = {**ROOT, "post": lambda id="", **_: ROOT["post"](id)}  # noqa: A006
    with pytest.raises(graphql.QueryError):
        graphql.answer(graphql.parse(query), root, {})


@given(st.text('{}()$:@!." \nabq=[]on', max_size=40))
def test_no_text_breaks_the_parser(text: str) -> None:
    with contextlib.suppress(graphql.QueryError):
        graphql.answer(graphql.parse(text), ROOT, {})


def test_the_named_operation_is_answered() -> None:
    document = "query A { nobody { a } } query B { b: nobody { a } }"
    assert graphql.answer(graphql.parse(document, "B"), ROOT, {}) == {"b": None}


def test_a_script_in_a_post_stays_text() -> None:
    post = Post(
        id="0123456789ab",
        title="</script><script>alert(1)</script>",
        blocks=(Paragraph(RichText("</script><!-- <script> \u2028 -->"), name="a1b2"),),
    )
    page = pages.post(post)
    assert page.count(b"</script>") == 1
    assert only(page).blocks == post.blocks
    assert richtext.from_utf16("", ()) == RichText()
    assert list(api.read(asked(post)))
