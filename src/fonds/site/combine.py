"""One post read from several files → one post, with its earlier versions. Pure.

An archive has merged its forms already; a folder may hold an export, saved pages and answers of the API side
by side.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from fonds.model import Person, Post
from fonds.site.cards import block_text
from fonds.site.source import Edition, Kept

_FILLED = (
    "subtitle", "description", "slug", "medium_url", "canonical_url", "author", "publication", "created_at",
    "first_published_at", "latest_published_at", "updated_at", "tags", "language", "response", "license", "image",
    "claps", "responses", "word_count", "reading_time", "people", "visibility",
)  # fmt: skip
"""Facts about a post that one form has and another leaves out."""


def combine(found: Sequence[Kept]) -> Kept:
    """The best of several readings of one post, with what only the others know; those with another text
    and another date become its earlier versions. The order of ``found`` decides between equals."""
    if len(found) == 1:
        return found[0]
    ranked = sorted(range(len(found)), key=lambda n: (_rank(found[n]), -n), reverse=True)
    best = found[ranked[0]]
    post = best.post
    pictures = dict(best.pictures)
    editions: dict[int, Edition] = {edition.at: edition for edition in best.editions}
    own, text = _published(post), _text(post)
    for index in ranked[1:]:
        other = found[index]
        post = _fill(post, other.post)
        for ref, local in other.pictures.items():
            pictures.setdefault(ref, local)
        at = _published(other.post)
        if at and own and at != own and at not in editions and _text(other.post) != text:
            editions[at] = Edition(0, at, other.post, other.post.preview_only)
    older = [editions[at] for at in sorted(editions)]
    numbered = tuple(msgspec.structs.replace(edition, number=n) for n, edition in enumerate(older, 1))
    captures = dict.fromkeys(capture for index in sorted(ranked) for capture in found[index].captures)
    return msgspec.structs.replace(
        best,
        post=post,
        pictures=pictures,
        editions=numbered,
        number=len(numbered) + 1 if numbered else best.number,
        captures=tuple(captures),
    )


def _rank(kept: Kept) -> tuple[bool, int, int]:
    post = kept.post
    return not post.preview_only, _published(post), sum(1 for name in _FILLED if _says(getattr(post, name)))


def _published(post: Post) -> int:
    return post.latest_published_at or post.updated_at or post.first_published_at


def _says(value: object) -> bool:
    return value not in (None, "", 0, (), Person())


def _text(post: Post) -> list[str]:
    return [" ".join(text.split()) for block in post.blocks if (text := block_text(block)).strip()]


def _fill(post: Post, other: Post) -> Post:
    missing = {
        name: getattr(other, name)
        for name in _FILLED
        if not _says(getattr(post, name)) and _says(getattr(other, name))
    }
    return msgspec.structs.replace(post, **missing) if missing else post
