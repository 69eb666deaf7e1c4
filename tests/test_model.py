"""fonds.model: JSON that comes back as it was, canonical bytes, and which paragraphs repeat the title."""

from __future__ import annotations

import json
import pickle
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fonds.model import (
    EMPTY,
    TEXT_BLOCKS,
    Block,
    Code,
    Embed,
    EmbedFile,
    Heading,
    Image,
    ImageRow,
    LinkCard,
    ListItem,
    Mark,
    Note,
    Paragraph,
    Person,
    Post,
    Publication,
    Quote,
    Response,
    RichText,
    Section,
    Source,
    Tag,
    Unknown,
    decode,
    encode,
    json_schema,
    lead_blocks,
)
from texts import riches

RICH = RichText("Čamac 💸 港", (Mark("link", 0, 5, "https://a.example/", "tip", "12ab"), Mark("em", 6, 7)))
PICTURE = Image("1*ab.jpeg", "", "a boat", "its title", RICH, "https://a.example/", 800, 600, 12.5, 99.0,
                "FULL_WIDTH", True, "uns-1", name="0a1b")  # fmt: skip

# Each block with every field set, and with none: a new field that JSON loses shows here.
BLOCKS: tuple[tuple[Block, str], ...] = (
    (Section(), '{"type":"section"}'),
    (Section(Image("1*c.png"), "v1", "1/2", name="00ff"),
     '{"cover":{"id":"1*c.png","type":"image"},"layout":"1/2","name":"00ff","type":"section","video":"v1"}'),
    (Heading(3), '{"level":3,"type":"heading"}'),
    (Heading(4, RichText("Ana"), "subtitle", name="1"),
     '{"content":{"text":"Ana"},"level":4,"name":"1","role":"subtitle","type":"heading"}'),
    (Paragraph(), '{"type":"paragraph"}'),
    (Paragraph(RichText("a", (Mark("strong", 0, 1),)), True, Image("d.png"), "title"),
     ('{"content":{"marks":[{"end":1,"kind":"strong","start":0}],"text":"a"},"drop_cap":true,'
     '"drop_cap_image":{"id":"d.png","type":"image"},"role":"title","type":"paragraph"}')),
    (Quote(), '{"type":"quote"}'),
    (Quote(RichText("\n"), True), '{"content":{"text":"\\n"},"pull":true,"type":"quote"}'),
    (ListItem(), '{"type":"item"}'),
    (ListItem(RichText("قارب"), True), '{"content":{"text":"قارب"},"ordered":true,"type":"item"}'),
    (Code(), '{"type":"code"}'),
    (Code(RichText("  x\t"), "python", "EXPLICIT"),
     '{"content":{"text":"  x\\t"},"lang":"python","mode":"EXPLICIT","type":"code"}'),
    (Image(), '{"type":"image"}'),
    (PICTURE,
     ('{"alt":"a boat","caption":{"marks":[{"end":5,"href":"https://a.example/","kind":"link","start":0,'
     '"title":"tip","user_id":"12ab"},{"end":7,"kind":"em","start":6}],"text":"Čamac 💸 港"},"featured":true,'
     '"focus_x":12.5,"focus_y":99.0,"height":600,"href":"https://a.example/","id":"1*ab.jpeg",'
     '"layout":"FULL_WIDTH","name":"0a1b","title":"its title","type":"image","unsplash_id":"uns-1","width":800}')),
    (Image(focus_x=0.0, focus_y=0.0), '{"focus_x":0.0,"focus_y":0.0,"type":"image"}'),
    (ImageRow(), '{"type":"row"}'),
    (ImageRow((Image("a"), Image("b")), name="2"),
     '{"images":[{"id":"a","type":"image"},{"id":"b","type":"image"}],"name":"2","type":"row"}'),
    (Embed(), '{"type":"embed"}'),
    (Embed("gist", "https://h.example/", "t", "p", "i", "m", "f", "th", 1, 2, RichText("c"), "Ana", RichText("x"),
           (EmbedFile("n", "l", "t", "u"), EmbedFile())),
     ('{"author":"Ana","caption":{"text":"c"},"content":{"text":"x"},"files":[{"lang":"l","name":"n","text":"t",'
     '"url":"u"},{}],"height":2,"href":"https://h.example/","iframe_src":"f","kind":"gist","media_id":"m",'
     '"provider":"p","provider_id":"i","thumbnail":"th","title":"t","type":"embed","width":1}')),
    (LinkCard(), '{"type":"card"}'),
    (LinkCard("h", "t", "d", "host", "th", "m", RichText("x")),
     ('{"content":{"text":"x"},"description":"d","host":"host","href":"h","media_id":"m","thumbnail":"th",'
     '"title":"t","type":"card"}')),
    (Unknown(), '{"type":"unknown"}'),
    (Unknown("POLL", RichText("x")), '{"content":{"text":"x"},"medium_type":"POLL","type":"unknown"}'),
)  # fmt: skip

FULL = Post(
    id="1a0c4e5b7d21",
    title="T",
    subtitle="S",
    description="D",
    slug="t",
    medium_url="https://medium.com/p/1a0c4e5b7d21",
    canonical_url="https://a.example/t",
    author=Person("1", "Ana", "ana"),
    publication=Publication("2", "The Letter", "the-letter", "letter.example"),
    created_at=1,
    first_published_at=2,
    latest_published_at=3,
    updated_at=2**53,
    tags=(Tag("sea"), Tag("north-sea", "North Sea")),
    language="hr",
    visibility="locked",
    member_only=True,
    preview_only=True,
    locked_source="LOCKED_POST_SOURCE_UGC",
    draft=True,
    response=Response("inResponseToPostId", "3", "P", "https://medium.com/p/3"),
    series=True,
    shortform=True,
    suspended=True,
    license="all-rights-reserved",
    pinned_at=4,
    claps=0,
    responses=0,
    word_count=0,
    reading_time=0.5,
    image="1*p.png",
    version_id="v",
    people=(Person("4"),),
    blocks=tuple(block for block, _ in BLOCKS),
    source=Source("page", "a.zip!b.html", {"k": "v"}),
    notes=(Note("W101", "m", "w"),),
)


@pytest.mark.parametrize(("block", "wanted"), BLOCKS, ids=[wanted[:60] for _, wanted in BLOCKS])
def test_a_block_as_json(block: Block, wanted: str) -> None:
    data = encode(Post(blocks=(block,)))
    assert data.decode() == '{"blocks":[' + wanted + "]}"
    assert decode(data).blocks == (block,)


def test_every_kind_of_block_is_tried() -> None:
    tried = {type(block) for block, _ in BLOCKS}
    assert tried == set(Block.__args__)
    assert set(TEXT_BLOCKS) <= tried


def test_a_whole_post_comes_back() -> None:
    assert decode(encode(FULL)) == FULL
    assert encode(decode(encode(FULL))) == encode(FULL)


def test_every_field_of_the_post_is_tried() -> None:
    plain = Post()
    same = [name for name in Post.__struct_fields__ if getattr(FULL, name) == getattr(plain, name)]
    assert same == []


def test_an_empty_post_is_nothing() -> None:
    assert encode(Post()) == b"{}"
    assert decode(b"{}") == Post()


def test_bytes_are_canonical() -> None:
    """Keys in order, defaults left out, no blanks: equal posts give equal bytes, however they came about."""
    found = encode(FULL)
    assert found == json.dumps(
        json.loads(found), sort_keys=True, separators=(",", ":"), ensure_ascii=False
    ).encode().replace(b"9007199254740992.0", b"9007199254740992")
    shuffled = json.dumps(dict(reversed(json.loads(found).items()))).encode()
    assert encode(decode(shuffled)) == found


def test_a_field_of_a_later_version_does_not_hurt() -> None:
    assert decode(b'{"title":"T","later":{"x":[1]}}') == Post(title="T")


WRONG = (
    (b"", "truncated"),
    (b"{", "truncated"),
    (b"[]", "object"),
    (b'{"title":1}', "$.title"),
    (b'{"blocks":[{"type":"sonnet"}]}', "$.blocks[0]"),
    (b'{"blocks":[{"level":3}]}', "$.blocks[0]"),
    (b'{"blocks":[{"type":"paragraph","content":{"marks":[{"kind":"blink","start":0,"end":1}]}}]}',
     "$.blocks[0].content.marks[0].kind"),
    (b'{"source":{"form":"fax"}}', "$.source.form"),
    (b'{"title":"\xff"}', "utf-8"),
)  # fmt: skip


@pytest.mark.parametrize(("data", "says"), WRONG)
def test_what_is_no_post_is_refused_by_name(data: bytes, says: str) -> None:
    with pytest.raises((msgspec.DecodeError, UnicodeDecodeError)) as caught:
        decode(data)
    assert says in str(caught.value)


def test_records_do_not_change() -> None:
    with pytest.raises(AttributeError):
        FULL.title = "other"  # type: ignore[misc]
    with pytest.raises(AttributeError):
        PICTURE.alt = "other"  # type: ignore[misc]


def test_records_can_go_to_another_process() -> None:
    assert pickle.loads(pickle.dumps(FULL)) == FULL


def test_empty_text_is_false() -> None:
    assert not EMPTY
    assert not RichText()
    assert RichText(" ")


# -- the schema


def _validator() -> Any:
    jsonschema = pytest.importorskip("jsonschema", reason="jsonschema judges the schema: pip install it")
    schema = json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def test_the_schema_takes_what_encode_writes() -> None:
    validator = _validator()
    for post in (FULL, Post(), *(Post(blocks=(block,)) for block, _ in BLOCKS)):
        validator.validate(json.loads(encode(post)))


@pytest.mark.parametrize(
    "data", [data for data, says in WRONG if says.startswith("$")], ids=lambda data: data.decode()[:50]
)
def test_the_schema_refuses_what_decode_refuses(data: bytes) -> None:
    assert not _validator().is_valid(json.loads(data))


def test_the_schema_is_json() -> None:
    assert json.loads(json.dumps(json_schema()))["$ref"] == "#/$defs/Post"


# -- any post

_names = st.text(max_size=6).filter(lambda text: not any("\ud800" <= char <= "\udfff" for char in text))
_whole = st.integers(-(2**62), 2**62)
_images = st.builds(
    Image, id=_names, src=_names, alt=_names, caption=riches(), width=_whole,
    focus_x=st.none() | st.floats(allow_nan=False, allow_infinity=False), featured=st.booleans(),
)  # fmt: skip
_blocks: st.SearchStrategy[Block] = st.one_of(
    st.builds(Section, cover=st.none() | _images, video=_names),
    st.builds(Heading, level=st.integers(2, 4), content=riches(), role=st.sampled_from(["", "title"])),
    st.builds(Paragraph, content=riches(), drop_cap=st.booleans(), drop_cap_image=st.none() | _images),
    st.builds(Quote, content=riches(), pull=st.booleans()),
    st.builds(ListItem, content=riches(), ordered=st.booleans()),
    st.builds(Code, content=riches(), lang=_names),
    _images,
    st.builds(ImageRow, images=st.lists(_images, max_size=3).map(tuple)),
    st.builds(Embed, title=_names, caption=riches(),
              files=st.lists(st.builds(EmbedFile, name=_names, text=_names), max_size=2).map(tuple)),
    st.builds(LinkCard, href=_names, content=riches()),
    st.builds(Unknown, medium_type=_names, content=riches()),
)  # fmt: skip
posts = st.builds(
    Post,
    title=_names,
    updated_at=_whole,
    tags=st.lists(st.builds(Tag, _names, _names), max_size=2).map(tuple),
    response=st.none() | st.builds(Response, basis=_names),
    reading_time=st.none() | st.floats(allow_nan=False, allow_infinity=False),
    blocks=st.lists(_blocks, max_size=4).map(tuple),
    source=st.builds(
        Source, st.just("api"), _names, st.dictionaries(_names, _names, max_size=3)
    ),
)  # fmt: skip


@given(posts)
def test_any_post_comes_back(post: Post) -> None:
    data = encode(post)
    assert decode(data) == post
    assert encode(decode(data)) == data


def test_the_order_of_details_does_not_matter() -> None:
    one = Post(source=Source("zmedium", "", {"a": "1", "b": "2"}))
    other = Post(source=Source("zmedium", "", {"b": "2", "a": "1"}))
    assert encode(one) == encode(other)


# -- lead blocks


def h(text: str, level: int = 3, role: Any = "") -> Heading:
    return Heading(level, RichText(text), role)


def p(text: str, *marks: Mark) -> Paragraph:
    return Paragraph(RichText(text, marks))


IMG = Image("1*a.png")
LEADS: tuple[tuple[str, str, str, tuple[Block, ...], tuple[int | None, int | None]], ...] = (
    ("no blocks", "T", "S", (), (None, None)),
    ("title and subtitle", "T", "S", (h("T"), h("S", 4), p("x")), (0, 1)),
    ("title alone", "T", "S", (h("T"), p("x"), h("S", 4)), (0, None)),
    ("no title", "T", "S", (p("x"), h("T"), h("S", 4)), (None, None)),
    ("the subtitle needs the title", "T", "S", (h("S", 4), p("x")), (None, None)),
    ("white space aside", "A  boat ", "S\nS", (h(" A\nboat"), h("S S ", 4)), (0, 1)),
    ("as a paragraph", "T", "S", (p("T"), p("S")), (0, 1)),
    ("level does not matter", "T", "S", (h("T", 2), h("S", 3)), (0, 1)),
    ("another title", "T", "S", (h("Other"), h("S", 4)), (None, None)),
    ("marks would be lost", "T", "S", (p("T", Mark("em", 0, 1)), h("S", 4)), (None, None)),
    ("marks in the subtitle", "T", "S", (h("T"), p("S", Mark("em", 0, 1))), (0, None)),
    ("behind cover and section", "T", "S", (Section(), IMG, h("T"), ImageRow((IMG, IMG)), h("S", 4)), (2, 4)),
    ("behind a kicker", "T", "S", (h("K", 4, "kicker"), h("T"), h("S", 4)), (1, 2)),
    ("a kicker behind the title ends it", "T", "S", (h("T"), h("K", 4, "kicker"), h("S", 4)), (0, None)),
    ("behind an empty paragraph", "T", "S", (p(" "), h("T"), p(""), h("S", 4)), (1, 3)),
    ("a quote ends it", "T", "S", (Quote(RichText("T")), h("T")), (None, None)),
    ("a list item ends it", "T", "S", (h("T"), ListItem(RichText("x")), h("S", 4)), (0, None)),
    ("no title known", "", "S", (h(""), h("S", 4)), (None, None)),
    ("no subtitle known", "T", "", (h("T"), h("", 4), p("x")), (0, None)),
    ("title twice", "T", "T", (h("T"), h("T", 4), h("T", 4)), (0, 1)),
    ("only pictures", "T", "S", (IMG, IMG), (None, None)),
)  # fmt: skip


@pytest.mark.parametrize(
    ("why", "title", "subtitle", "blocks", "wanted"), LEADS, ids=[case[0] for case in LEADS]
)
def test_lead_blocks(
    why: str, title: str, subtitle: str, blocks: tuple[Block, ...], wanted: tuple[int | None, int | None]
) -> None:
    assert lead_blocks(Post(title=title, subtitle=subtitle, blocks=blocks)) == wanted
