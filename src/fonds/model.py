"""What a post is: frozen, typed records without behaviour that touches the world.

Every source turns its form into these records and every writer reads only them. Times are UTC
milliseconds since 1970 (Medium's own unit), ``0`` when unknown; text offsets are code points, counted
in the text as it stands here (Medium counts UTF-16 units: ``fonds.richtext`` converts). A field that a
form does not carry keeps its default, and defaults are left out of the JSON.
"""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

import msgspec

MODEL_VERSION = 1
"""Raised when a stored Post can no longer be read by the Post below."""

MarkKind = Literal["strong", "em", "code", "link"]
Form = Literal[
    "export", "page", "legacy", "api", "json", "feed", "dom", "zmedium",
]  # fmt: skip
"""The forms a post comes in: account export, Apollo page, page of 2013-2018, GraphQL answer,
``?format=json``, RSS or Atom, page stripped to its DOM, Markdown by ZMediumToMarkdown."""


class Mark(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """One mark over ``text[start:end]`` of the RichText it belongs to (code points).

    A mention is a link with a ``user_id``. ``title`` is the link's tooltip, where it is not its address.
    """

    kind: MarkKind
    start: int
    end: int
    href: str = ""
    title: str = ""
    user_id: str = ""


class RichText(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """Text with clean marks, as ``fonds.richtext.clean`` makes them.

    Marks of one kind neither overlap nor touch when they are equal; none is empty or out of range;
    strong and em neither begin nor end in white space; no mark splits a grapheme; links do not nest.
    They are sorted by (start, -end, kind). A line break inside a block is ``\\n``.
    """

    text: str = ""
    marks: tuple[Mark, ...] = ()

    def __bool__(self) -> bool:
        return self.text != ""


EMPTY = RichText()


class _Block(msgspec.Struct, frozen=True, omit_defaults=True, tag_field="type", kw_only=True):
    """``name`` is Medium's paragraph name (usually 4 hex digits): the anchor of a deep link."""

    name: str = ""


class Section(_Block, frozen=True, omit_defaults=True, tag="section"):
    """The beginning of a section; the first of a post has one too when it says something.

    ``layout`` is Medium's imageLayout/textLayout pair as it stood, ``video`` the address or id of a
    background video.
    """

    cover: Image | None = None
    video: str = ""
    layout: str = ""


class Heading(_Block, frozen=True, omit_defaults=True, tag="heading"):
    """``level`` is Medium's own: 2 (H2, old posts), 3 (H3, the large one), 4 (H4, the small one).

    ``role`` is what the editor called it, where it did: title, subtitle or kicker.
    """

    level: int
    content: RichText = EMPTY
    role: Literal["", "title", "subtitle", "kicker"] = ""


class Paragraph(_Block, frozen=True, omit_defaults=True, tag="paragraph"):
    """``drop_cap``: the first letter is set large; ``drop_cap_image`` is the picture in its place.

    ``role`` tells a title or subtitle that stands as a plain paragraph, and a caption of a section cover.
    """

    content: RichText = EMPTY
    drop_cap: bool = False
    drop_cap_image: Image | None = None
    role: Literal["", "title", "subtitle", "section-caption"] = ""


class Quote(_Block, frozen=True, omit_defaults=True, tag="quote"):
    """A block quote (BQ) or, with ``pull``, a pull quote (PQ)."""

    content: RichText = EMPTY
    pull: bool = False


class ListItem(_Block, frozen=True, omit_defaults=True, tag="item"):
    """Medium's lists are flat: a run of items of one kind is one list."""

    content: RichText = EMPTY
    ordered: bool = False


class Code(_Block, frozen=True, omit_defaults=True, tag="code"):
    """One PRE paragraph. ``lang`` as Medium names it; ``mode`` is AUTO, EXPLICIT or DISABLED."""

    content: RichText = EMPTY
    lang: str = ""
    mode: str = ""


class Image(_Block, frozen=True, omit_defaults=True, tag="image"):
    """A picture. ``id`` is Medium's image id (``1*….jpeg``); ``src`` its address where it has no id.

    ``width`` and ``height`` are the original's pixels; focus in per cent; ``layout`` is Medium's name
    (INSET_CENTER, OUTSET_CENTER, OUTSET_LEFT, FULL_WIDTH, …). ``href`` is the link on the picture.
    """

    id: str = ""
    src: str = ""
    alt: str = ""
    title: str = ""
    caption: RichText = EMPTY
    href: str = ""
    width: int = 0
    height: int = 0
    focus_x: float | None = None
    focus_y: float | None = None
    layout: str = ""
    featured: bool = False
    unsplash_id: str = ""


class ImageRow(_Block, frozen=True, omit_defaults=True, tag="row"):
    """Pictures side by side (OUTSET_ROW and its OUTSET_ROW_CONTINUEs): one thing to its reader."""

    images: tuple[Image, ...] = ()


class EmbedFile(msgspec.Struct, frozen=True, omit_defaults=True):
    """One file of a gist. ``lang`` as the gist's host names it."""

    name: str = ""
    lang: str = ""
    text: str = ""
    url: str = ""


class Embed(_Block, frozen=True, omit_defaults=True, tag="embed"):
    """Something of another host: video, sound, gist, tweet, frame.

    ``href`` is the thing's own address for people (https), ``iframe_src`` what Medium framed,
    ``media_id`` Medium's media resource. ``provider`` and ``provider_id`` are filled where
    ``fonds.embeds`` knows the host. ``content`` is the text that came along (a tweet's, with ``author``),
    ``images`` the pictures in it, ``published_at`` when its host published it.
    """

    kind: Literal["video", "audio", "gist", "tweet", "code", "frame"] = "frame"
    href: str = ""
    title: str = ""
    provider: str = ""
    provider_id: str = ""
    media_id: str = ""
    iframe_src: str = ""
    thumbnail: str = ""
    width: int = 0
    height: int = 0
    caption: RichText = EMPTY
    author: str = ""
    content: RichText = EMPTY
    files: tuple[EmbedFile, ...] = ()
    images: tuple[Image, ...] = ()
    published_at: int = 0


class LinkCard(_Block, frozen=True, omit_defaults=True, tag="card"):
    """Medium's mixtape embed. ``content`` is its text as written (title, description and host on lines
    of their own, with their marks); ``title``, ``description`` and ``host`` are read from it.
    ``thumbnail`` is an image id of Medium's or an address."""

    href: str = ""
    title: str = ""
    description: str = ""
    host: str = ""
    thumbnail: str = ""
    media_id: str = ""
    content: RichText = EMPTY


class Unknown(_Block, frozen=True, omit_defaults=True, tag="unknown"):
    """A paragraph of a type that fonds does not know: its text is kept, the type named."""

    medium_type: str = ""
    content: RichText = EMPTY


Block: TypeAlias = (
    Section | Heading | Paragraph | Quote | ListItem | Code | Image | ImageRow | Embed | LinkCard | Unknown
)


class Person(msgspec.Struct, frozen=True, omit_defaults=True):
    id: str = ""
    name: str = ""
    username: str = ""
    """Without the ``@``."""


class Publication(msgspec.Struct, frozen=True, omit_defaults=True):
    id: str = ""
    name: str = ""
    slug: str = ""
    domain: str = ""


class Tag(msgspec.Struct, frozen=True, omit_defaults=True):
    slug: str
    name: str = ""
    """As people read it; empty where the form gives only the slug."""


class Response(msgspec.Struct, frozen=True, omit_defaults=True):
    """Says that a post answers another. ``basis`` tells a fact (``inResponseToPostId``) from a guess
    (``heuristic: …``); ``post_id`` is the parent where it is known."""

    basis: str
    post_id: str = ""
    title: str = ""
    url: str = ""


class Note(msgspec.Struct, frozen=True, omit_defaults=True):
    """Something a reader of the post should know about its conversion. Codes are in docs/findings.md.

    ``where`` is the paragraph (its name, or its number from 0) or the field.
    """

    code: str
    message: str
    where: str = ""


class Source(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where a Post came from. ``origin`` is the file (a member of a ZIP after ``!``), ``details`` what a
    writer of the same form needs to give the same bytes again (see ``fonds.sources.zmedium``)."""

    form: Form
    origin: str = ""
    details: dict[str, str] = {}


class Post(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A post, response or draft.

    ``subtitle`` is the whole subtitle the author wrote under the title; ``description`` Medium's
    preview text, often the subtitle or first paragraph cut at a word. ``blocks`` is the body as
    written, title and subtitle paragraphs included (``lead_blocks`` says which those are).
    """

    id: str = ""
    title: str = ""
    subtitle: str = ""
    description: str = ""
    slug: str = ""
    """Medium's uniqueSlug without the id at its end."""
    medium_url: str = ""
    canonical_url: str = ""
    author: Person = Person()
    publication: Publication | None = None
    created_at: int = 0
    first_published_at: int = 0
    latest_published_at: int = 0
    updated_at: int = 0
    tags: tuple[Tag, ...] = ()
    language: str = ""
    visibility: Literal["", "public", "unlisted", "locked"] = ""
    member_only: bool = False
    preview_only: bool = False
    """The body ends at the paywall: what follows was not in the form."""
    locked_source: str = ""
    draft: bool = False
    response: Response | None = None
    series: bool = False
    shortform: bool = False
    suspended: bool = False
    license: str = ""
    pinned_at: int = 0
    claps: int | None = None
    responses: int | None = None
    word_count: int | None = None
    reading_time: float | None = None
    """Minutes."""
    image: str = ""
    """Image id (or address) of the preview picture."""
    version_id: str = ""
    people: tuple[Person, ...] = ()
    """Persons mentioned, where the form names them."""
    blocks: tuple[Block, ...] = ()
    source: Source = Source("api")
    notes: tuple[Note, ...] = ()


class Other(msgspec.Struct, frozen=True, omit_defaults=True):
    """An input that is no post, named for what it is (``bookmarks``, ``listing``, ``challenge page``,
    ``personal``, …; docs/forms.md lists them). ``count`` is the number of entries where it has any."""

    kind: str
    origin: str = ""
    detail: str = ""
    count: int = 0


TEXT_BLOCKS = (Heading, Paragraph, Quote, ListItem, Code, Unknown)
"""The blocks whose whole content is their ``content``."""


def encode(post: Post) -> bytes:
    """Post as canonical UTF-8 JSON: sorted keys, defaults left out, so equal posts give equal bytes."""
    return msgspec.json.encode(post, order="sorted")


def decode(data: bytes) -> Post:
    """The Post that ``encode`` wrote. Raises ``msgspec.ValidationError`` naming the path that is wrong."""
    return msgspec.json.decode(data, type=Post)


def json_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of what ``encode`` writes; docs/model.schema.json is made from it."""
    return msgspec.json.schema(Post)


def _plain(text: str) -> str:
    return " ".join(text.split())


def lead_blocks(post: Post) -> tuple[int | None, int | None]:
    """Indexes in ``post.blocks`` of the paragraphs that repeat title and subtitle.

    Only what front matter carries without loss counts: a heading or paragraph without marks whose
    text is the title (white space aside), before any other text; then, as the next text block, the
    subtitle. Pictures, kickers and section starts may stand before and between (Medium's covers).
    """
    title: int | None = None
    for index, block in enumerate(post.blocks):
        kind = type(block)
        if kind is Section or kind is Image or kind is ImageRow:
            continue
        if not isinstance(block, (Heading, Paragraph)):
            break
        text = block.content.text
        if not text or text.isspace() or (block.role == "kicker" and title is None):
            continue
        wanted = post.title if title is None else post.subtitle
        if not wanted or block.content.marks or not (text == wanted or _plain(text) == _plain(wanted)):
            break
        if title is not None:
            return title, index
        title = index
    return title, None
