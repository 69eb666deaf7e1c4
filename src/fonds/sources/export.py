"""One file of a Medium account export (2017-2026): a post, draft or response, or what else is in the ZIP.

An export's HTML carries no tags (but for a few), no lock state and no parent of a response; a response
is told from a story by its shape alone (``fonds.sources.responses``). ``sessions/`` and ``profile/``
hold the owner's addresses and devices: they are recognised and not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

import msgspec

from fonds.errors import UnreadableError
from fonds.model import Note, Other, Person, Post, Publication, Source, Tag
from fonds.patterns import Seldom
from fonds.sources import facts, html_tree, responses
from fonds.sources.body import arrange
from fonds.sources.editor_html import Body, read_body
from fonds.sources.inline_html import OddError, unescape, words
from fonds.sources.times import milliseconds

_ANY_BODY = Seldom(r"data-field\s*=\s*[\"']?body\b", re.I)
# Groups: 1 the title, 2 the fields before the body.
_HEAD = re.compile(
    r'<article class="h-entry">\s*<header>\s*<h1 class="p-name">([^<]*)</h1>\s*</header>\s*'
    r'((?:<section(?![^<>]* data-field="body")(?: [\w-]+="[^"<>]*")*+>[^<]*</section>\s*)*+)'
    r'<section(?=[^<>]*? data-field="body")(?: [\w-]+="[^"<>]*")*+>',
    re.A,
)
_FIELD = re.compile(r'<section[^<>]*? data-field="(\w+)"[^<>]*>([^<]*)')
_TIME = re.compile(r'<time[^<>]*? datetime="([^"]*)"')

_OWN_LINK = re.compile(r' href="https?://medium\.com/p/([0-9a-f]{8,16})["/?#]')
_AUTHOR = Seldom(r'<a(?=[^<>]* class="p-author\b)[^<>]*? href="([^"]*)"[^<>]*>([^<]*)')
_CANONICAL = Seldom(r'<a(?=[^<>]* class="p-canonical\b)[^<>]*? href="([^"]*)"()')
_TAG_LINK = Seldom(r'<a(?=[^<>]* class="p-tag\b)[^<>]*? href="([^"]*)"[^<>]*>([^<]*)')
_ID_AT_END = Seldom(r"[-/]([0-9a-f]{8,13})(?:[/?#]|$)")
_ID_OF_FILE = Seldom(r"(?:^|[^0-9a-f])([0-9a-f]{8,13})(?:~\d+)?\.html?$")
_USER = re.compile(r"https?://(?:medium\.com/@([^/?#]+)|([\w-]+)\.medium\.com(?:/|$))")
_PUBLICATION = re.compile(r"https?://medium\.com/(?!@|p/|s/|m/|u/)([\w.-]+)/[^/]")
_TAG = Seldom(r"/tag(?:ged)?/([^/?#]+)")
_PERSONAL_FOLDER = Seldom(r"(?:^|[/\\!])(sessions|profile|ips)(?:[/\\]|__)[^/\\]*$")


NO_POST = "is no post of an account export"
REMEDY = "An export's posts are HTML files with an article of class h-entry"


_EXPORTED = re.compile(rb">Medium</a> on ([A-Z][a-z]+) (\d{1,2}), (\d{4})\.")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


class _Foot(msgspec.Struct, frozen=True, gc=False):
    id: str
    author: Person
    published_at: int
    canonical: str
    tags: tuple[Tag, ...]


class _Parts(msgspec.Struct, frozen=True, gc=False):
    """One post's file, cut up; ``fields`` are the texts beside the body (subtitle, description)."""

    title: str
    fields: dict[str, str]
    body: Body
    foot: _Foot


def read(data: bytes, origin: str = "") -> Iterator[Post | Other]:
    """The post in one HTML file of an export, or Other naming what the file is.

    ``origin`` is the file's path in the export as far as it is known: personal files are recognised by
    it before anything is read, a post without an address takes its id from it. Raises UnreadableError
    for a file that no export holds.
    """
    personal = _personal(origin)
    if personal:
        yield Other("personal", origin, personal)
        return
    text, notes = html_tree.decode(data)
    if 'data-field="body"' not in text and _ANY_BODY.search(text) is None:
        from fonds.sources.export_other import other

        yield other(text, origin)
        return
    try:
        parts = _cut(text)
    except OddError:
        parts = _parse(text, origin)
    if "</article>" not in text[-2048:] and "</article>" not in text:
        message = "the file ends in the middle: what follows is not in it"
        notes += (Note("W120", message, f"character {len(text)}"),)
    yield _post(parts, notes, origin)


def exported_at(data: bytes) -> int:
    """The day on which Medium made an export (UTC milliseconds), from the foot of any of its posts; 0 when
    it does not tell."""
    found = _EXPORTED.search(data, max(len(data) - 2048, 0))
    if found is None or (month := found[1].decode()) not in _MONTHS:
        return 0
    # Not strptime, which reads the months of the user's language.
    return milliseconds(f"{int(found[3]):04d}-{_MONTHS.index(month) + 1:02d}-{int(found[2]):02d}")


def _cut(text: str) -> _Parts:
    """The parts of a post as Medium writes them. Raises OddError for everything else."""
    start = text.find('<article class="h-entry">')
    head = _HEAD.match(text, start) if start >= 0 else None
    if head is None or text.find("<!--", 0, start) >= 0:
        raise OddError("no post as Medium writes it")
    begin = head.end()
    foot = text.rfind("<footer>", begin)
    end = text.rfind("</section>", begin, foot) if foot > 0 else -1
    close = text.find("</footer>", foot) if foot > 0 else -1
    if end < 0 or close < 0 or not text[end + 10 : foot].isspace():
        raise OddError("not as Medium writes it")
    fields = {name: words(unescape(value)) for name, value in _FIELD.findall(head[2])}
    title = words(unescape(head[1]))
    return _Parts(title, fields, read_body(text[begin:end], strict=True), _read_foot(text[foot + 8 : close]))


def _parse(text: str, origin: str) -> _Parts:
    """The parts of a post out of a tree."""
    tree = html_tree.parse(text, origin)
    body = tree.css_first("section[data-field=body]")
    if body is None:
        raise UnreadableError(NO_POST, origin=origin, remedy=REMEDY)
    fields: dict[str, str] = {}
    for field in tree.css("section[data-field]"):
        name = field.attributes.get("data-field") or ""
        if name != "body" and name not in fields:
            fields[name] = words(field.text())
    title = tree.css_first("h1.p-name") or tree.css_first("title")
    foot = tree.css_first("article.h-entry footer") or tree.css_first("footer")
    for part in (body, foot):
        if part is not None:
            html_tree.clean(part)
    return _Parts(
        words(title.text()) if title else "",
        fields,
        read_body(html_tree.inner_html(body)),
        _read_foot(html_tree.inner_html(foot) if foot else ""),
    )


def _post(parts: _Parts, notes: tuple[Note, ...], origin: str) -> Post:
    foot = parts.foot
    file = origin[max(map(origin.rfind, "/\\!")) + 1 :]
    post_id = foot.id or _id_of_file(file)
    medium_url, canonical_url = facts.addresses(None, foot.canonical, post_id=post_id)
    blocks, subtitle = arrange(parts.body.blocks, parts.title)
    description = parts.fields.get("description", "")
    preview = parts.fields.get("subtitle", "")
    draft = not foot.published_at or file.startswith("draft_")
    own = medium_url or canonical_url
    publication = _PUBLICATION.match(medium_url)
    return Post(
        id=post_id,
        title=parts.title,
        subtitle=subtitle or (preview if description else ""),
        description=description or preview,
        slug=_slug(medium_url, post_id),
        medium_url=medium_url or (f"https://medium.com/p/{post_id}" if foot.id else ""),
        canonical_url=canonical_url,
        author=foot.author,
        publication=Publication(slug=publication[1]) if publication else None,
        first_published_at=foot.published_at,
        tags=foot.tags,
        draft=draft,
        response=None if draft else responses.guess(parts.title, blocks, own),
        people=parts.body.people,
        blocks=blocks,
        source=Source("export", origin),
        notes=(*notes, *parts.body.notes),
    )


def _slug(medium_url: str, post_id: str) -> str:
    slug = medium_url.partition("?")[0].rpartition("/")[2].removesuffix(post_id).removesuffix("-")
    return unquote(slug) if "%" in slug else slug


def _read_foot(html: str) -> _Foot:
    """Author, time, addresses and tags: ``By … on … . Canonical link. Exported from Medium on … .``"""
    author = Person()
    if (found := _link(html, "p-author", _AUTHOR)) is not None:
        href, name = found
        user = _USER.match(href)
        username = user[1] or user[2] if user else ""
        author = Person("", unescape(name).strip(), username)
    own, published = _OWN_LINK.search(html), _TIME.search(html)
    found = _link(html, "p-canonical", _CANONICAL)
    canonical = unescape(found[0]) if found else ""
    if own is None and canonical:
        own = _ID_AT_END.search(canonical)
    tags: tuple[Tag, ...] = ()
    if "p-tag" in html:
        tags = tuple(_tag(unescape(href), unescape(name).strip()) for href, name in _TAG_LINK.findall(html))
    return _Foot(
        own[1] if own else "", author, milliseconds(published[1]) if published else 0, canonical, tags
    )


def _link(html: str, name: str, pattern: Seldom[str]) -> tuple[str, str] | None:
    """(address, text) of the first link of the class ``name``; ``pattern`` finds what is not written as
    usual: ``<a href="…" class="name …">…``."""
    at = html.find(name)
    if at < 0:
        return None
    begin, end = html.rfind('<a href="', 0, at) + 9, html.find(">", at)
    href, rest = html[begin : at - 9], html[at:end]
    named = html[at - 9 : at] == '" class="' and rest[len(name) :][:1] in ("", " ", '"')
    if (
        named
        and 8 < begin <= at - 9
        and end > 0
        and not ('"' in href or "<" in href or ">" in href or "<" in rest)
    ):
        return href, html[end + 1 :].partition("<")[0]
    found = pattern.search(html)
    return (found[1], found[2]) if found else None


def _tag(href: str, name: str) -> Tag:
    found = _TAG.search(href)
    slug = found[1] if found else name.lower().replace(" ", "-")
    return Tag(slug, "" if name == slug else name)


def _id_of_file(name: str) -> str:
    found = _ID_OF_FILE.search(name)
    return found[1] if found else ""


def _personal(origin: str) -> str:
    if "sessions" not in origin and "profile" not in origin and "ips" not in origin:
        return ""
    found = _PERSONAL_FOLDER.search(origin)
    return found[1] if found else ""
