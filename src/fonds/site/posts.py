"""The page of a post, and that of its versions. Runs in any process: what is needed comes with the task."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote

import msgspec
from markupsafe import Markup

from fonds.archive.parse import DEFECTS, defect
from fonds.archive.summary import Failure
from fonds.model import Post, lead_blocks
from fonds.site import body, citations, languages, meta, versions
from fonds.site.cards import Card
from fonds.site.combine import combine
from fonds.site.inline import escape, inline, link, text
from fonds.site.links import Links
from fonds.site.output import File, Result, write
from fonds.site.source import Kept
from fonds.site.state import unpack
from fonds.site.theme import Theme
from fonds.site.times import date, iso
from fonds.site.views import Site, View, Where, attributes, up

_WORDS_A_MINUTE = 240

_FORMS = {
    "export": "the account export",
    "page": "a page of Medium's",
    "legacy": "a page of Medium's, as it was until 2018",
    "api": "an answer of Medium's interface (GraphQL)",
    "json": "an answer of Medium's interface (format=json)",
    "feed": "a feed of Medium's",
    "dom": "a saved page",
    "zmedium": "Markdown by ZMediumToMarkdown",
}


class Task(msgspec.Struct, frozen=True, array_like=True):
    """One post: every reading of it (packed), its card, its neighbours, and where its links and tags lead."""

    kept: tuple[bytes, ...]
    card: Card
    mark: str
    previous: Card | None = None
    next: Card | None = None
    related: tuple[Card, ...] = ()
    answers: tuple[Card, ...] = ()
    pages: dict[str, str] = {}
    tags: tuple[tuple[str, str], ...] = ()
    """(name, path)."""
    author: str = ""
    """The path of the author's page, "" when there is none."""
    language: str = ""


class Maker(msgspec.Struct, frozen=True, array_like=True):
    """The same for all posts of a build."""

    out: str
    theme: str
    site: Site
    where: Where


@functools.lru_cache(maxsize=2)
def _theme(folder: str) -> Theme:
    return Theme(Path(folder) if folder else None)


def batch(tasks: Sequence[tuple[Task, dict[str, bytes | None]]], *, maker: Maker) -> Result:
    """Renders some posts and writes their pages. ``before``: the digests of their files as they were."""
    before: dict[str, bytes | None] = {}
    for _, known in tasks:
        before |= known
    failures: list[Failure] = []
    result = write(maker.out, _rendered([task for task, _ in tasks], maker, failures), before)
    result.failures = [*failures, *result.failures]
    return result


def _rendered(tasks: Sequence[Task], maker: Maker, failures: list[Failure]) -> Iterator[File]:
    for task in tasks:
        try:
            yield from pages(task, maker)
        except DEFECTS as error:  # one post must not take the others with it
            failures.append(defect(error, task.card.page))


def pages(task: Task, maker: Maker) -> Iterator[File]:
    """The post's page, and that of its versions when there are several."""
    kept = combine([unpack(data) for data in task.kept])
    card = task.card
    yield File(card.page, _page(kept, task, maker), task.mark)
    if kept.editions:
        yield File(versions_path(card), _versions(kept, card, maker), task.mark)


def versions_path(card: Card) -> str:
    return f"versions/{card.stem}.html"


def _page(kept: Kept, task: Task, maker: Maker) -> bytes:
    post, card = kept.post, task.card
    root = up(card.page)
    speech = languages.speech(card.lang)
    pages = {ident: root + path for ident, path in task.pages.items()}
    around = body.Surroundings(
        speech, Links(kept.ident, pages, body.anchors(post)), _Pictures(kept, maker.where, root)
    )
    heading, subtitle = _head(post, card, around)
    return _theme(maker.theme).render(
        "post.html",
        site=maker.site,
        root=root,
        page={
            "kind": "post",
            "lang": speech.lang,
            "dir": speech.dir,
            "title": card.title,
            "description": card.excerpt,
            "path": card.page,
            "part": "years/index.html",
            "meta": meta.of_post(card, maker.site, maker.where),
        },
        card=_view(card),
        heading=heading,
        subtitle=subtitle,
        author={"name": card.author, "path": task.author},
        language={"name": languages.name(card.lang), "path": task.language},
        minutes=max(round(post.reading_time or card.words / _WORDS_A_MINUTE), 1) if card.words else 0,
        notices=list(_notices(kept, card, around)),
        body=Markup(body.render(post, around)),  # noqa: S704  escaped by body
        tags=[{"name": name, "path": path} for name, path in task.tags],
        previous=task.previous,
        next=task.next,
        related=[_view(other) for other in task.related],
        answers=[_view(other) for other in task.answers],
        facts=list(_facts(kept, card)),
        versions={"path": versions_path(card), "count": len(kept.editions) + 1} if kept.editions else None,
        captures=[
            {"when": date(capture.at), "what": capture.what, "sha256": capture.sha256}
            for capture in kept.captures
        ],
        citation=citations.cite(card, maker.site.title, maker.site.url),
    )


def _view(card: Card) -> View:
    from fonds.site.views import view

    return view(card)


class _Pictures:
    """Image id or address → the kept picture as this page shows it."""

    def __init__(self, kept: Kept, where: Where, root: str) -> None:
        self._kept = kept
        self._where = where
        self._root = root

    def __call__(self, ref: str) -> body.Shown | None:
        local = self._kept.pictures.get(ref)
        return self._where.shown(local, self._root) if local is not None else None


def _head(post: Post, card: Card, around: body.Surroundings) -> tuple[Markup, Markup]:
    """Title and subtitle, in the words of the post's own first paragraphs where they repeat them."""
    lead = lead_blocks(post)
    found = []
    for index, words in zip(lead, (post.title or card.title, post.subtitle), strict=True):
        block = post.blocks[index] if index is not None else None
        content = getattr(block, "content", None)
        if content is not None:
            found.append(Markup(inline(content, around.resolve, around.speech)))  # noqa: S704
        else:
            found.append(Markup(text(words, around.speech)))  # noqa: S704
    return found[0], found[1]


def _notices(kept: Kept, card: Card, around: body.Surroundings) -> Iterator[Markup]:
    post = kept.post
    if post.response is not None:
        parent = post.response
        title = parent.title or "another post"
        href = parent.url or (f"https://medium.com/p/{parent.post_id}" if parent.post_id else "")
        words = f"“{title}”" if parent.title else title
        named = link(f"<bdi>{escape(words)}</bdi>", href, around.resolve) if href else escape(words)
        yield Markup(f"This answers {named}.")  # noqa: S704  escaped
    if kept.gone_at:
        reason = f" ({kept.gone})" if kept.gone else ""
        yield Markup("Gone from Medium since {}{}. It is kept here.").format(date(kept.gone_at), reason)
    if post.preview_only:
        yield Markup("Only the beginning is kept: the rest stood behind Medium's paywall.")
    if post.draft:
        yield Markup("This was never published.")
    if card.absent:
        yield Markup("{} of its pictures {} not kept here.").format(
            card.absent, "is" if card.absent == 1 else "are"
        )


class Fact(NamedTuple):
    name: str
    value: Markup | str


def _facts(kept: Kept, card: Card) -> Iterator[Fact]:
    """What is known of where a post came from, in words."""
    post = kept.post
    if card.address:
        yield Fact("Address", _address(card.address))
    if post.canonical_url and post.canonical_url != card.address:
        yield Fact("Its first place", _address(post.canonical_url))
    for name, at in (
        ("Published", post.first_published_at),
        ("Last published", post.latest_published_at),
        ("Written", post.created_at if not post.first_published_at else 0),
        ("Seen", kept.captured_at),
        ("Gone since", kept.gone_at),
    ):
        if at and not (name == "Last published" and at == post.first_published_at):
            yield Fact(name, _time(at))
    if post.publication is not None and post.publication.name:
        yield Fact("Publication", post.publication.name)
    yield Fact("Read from", _FORMS.get(post.source.form, post.source.form))
    if kept.number:
        yield Fact("Version", str(kept.number))
    if post.id:
        yield Fact("Medium's id", post.id)
    if post.license:
        yield Fact("Licence", post.license.replace("_", " ").lower())
    if post.member_only:
        yield Fact("At Medium", "for members only")
    if post.claps is not None:
        yield Fact("Claps", str(post.claps))
    if kept.sha256:
        yield Fact("SHA-256", Markup('<code class="hash">{}</code>').format(kept.sha256))


def _address(address: str) -> Markup:
    resolve = Links("", {})
    return Markup(link(escape(unquote(address)), address, resolve))  # noqa: S704  escaped


def _time(at: int) -> Markup:
    return Markup('<time datetime="{}">{}, {} UTC</time>').format(iso(at), date(at), iso(at)[11:16])


def _versions(kept: Kept, card: Card, maker: Maker) -> bytes:
    path = versions_path(card)
    root = up(path)
    speech = languages.speech(card.lang)
    shown: list[dict[str, Any]] = []
    before: list[str] = []
    posts = [(edition.number, edition.at, edition.post, edition.preview) for edition in kept.editions]
    last = kept.post
    posts.append(
        (kept.number or len(posts) + 1, last.latest_published_at or kept.captured_at, last, last.preview_only)
    )
    for index, (number, at, post, preview) in enumerate(posts):
        now = versions.paragraphs(post)
        shown.append({
            "number": number,
            "when": date(at),
            "day": iso(at)[:10],
            "preview": preview,
            "whole": now if index == 0 else (),
            "differences": versions.differences(before, now) if index else None,
        })  # fmt: skip
        before = now
    return _theme(maker.theme).render(
        "versions.html",
        site=maker.site,
        root=root,
        page={
            "kind": "versions",
            "lang": "en",
            "dir": "ltr",
            "title": f"Versions of {card.title}",
            "description": "",
            "path": path,
            "part": "years/index.html",
            "text_dir": "rtl" if speech.dir == "rtl" else "",
        },
        card=_view(card),
        versions=shown[::-1],
        attributes=attributes(card.lang, card.title),
    )
