"""What the captures of an archive hold, by address: found when it is first needed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import msgspec

from fonds import sources
from fonds.archive import captures, versions
from fonds.archive.captures import Capture
from fonds.errors import FondsError
from fonds.medium import graphql
from fonds.model import Post
from fonds.net import redact
from fonds.net.server import Reply

if TYPE_CHECKING:
    from fonds.archive.store import Archive
    from fonds.archive.versions import Version

_KEPT: Final = frozenset({"etag", "last-modified", "location", "content-language"})
_PAGES: Final = frozenset({"page", "legacy", "dom"})


class _IdNode(msgspec.Struct, gc=False):
    id: str | None = None


class _OwnerNode(msgspec.Struct, rename="camel", gc=False):
    """An author (``image_id``) or a publication (``avatar``), as lists name them."""

    id: str | None = None
    image_id: str | None = None
    avatar: _IdNode | None = None


class _OwnersNode(msgspec.Struct, rename="camel", gc=False):
    user_result: _OwnerNode | None = None
    publication: _OwnerNode | None = None


class _ListNode(msgspec.Struct, gc=False):
    data: _OwnersNode | None = None


class _PostNode(msgspec.Struct, gc=False):
    post: _IdNode | None = None


class _AnswerNode(msgspec.Struct, gc=False):
    data: _PostNode | None = None


_ANSWER = msgspec.json.Decoder(_AnswerNode)
_LIST = msgspec.json.Decoder(_ListNode)
_LISTS: Final = (b'"homepagePostsConnection"', b'"publicationPostsConnection"')


class Captures:
    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._refs: dict[str, str] | None = None
        self._avatars: dict[str, str] = {}

    def reply(self, url: str) -> Reply | None:
        """The latest answer that was kept for an address, as it came; None for none."""
        ref = self._all().get(redact.url(url))
        found = self._read(ref) if ref else None
        return _as_reply(found) if found is not None else None

    def avatar(self, owner: str) -> str:
        """The picture that a list showed of an author or publication by its id; "" for none."""
        self._all()
        return self._avatars.get(owner, "")

    def page(self, version: Version) -> Reply | None:
        """The page that says what a version does, if that was captured."""
        for found in self._origins(version, _PAGES):
            if _says(found.body, version):
                return _as_reply(found)
        return None

    def answer(self, version: Version) -> bytes | None:
        """Medium's own answer to the question for that post, if one was captured that says what the version
        does: a version may be put together from several."""
        for found in self._origins(version, frozenset({"api"})):
            for part in graphql.split(found.body):
                if _is_of(part.data, version.id) and _says(part.data, version):
                    return part.data
        return None

    def _origins(self, version: Version, forms: frozenset[str]) -> Iterator[Capture]:
        """The answers that a version came from, the latest first."""
        for origin in reversed(version.origins):
            found = self._read(origin.ref) if origin.form in forms else None
            if found is not None and found.kind == "response":
                yield found

    def _read(self, ref: str) -> Capture | None:
        """The record, None when it is not there or damaged: then what it says is written anew."""
        try:
            return self._archive.read_capture(ref) if ref else None
        except FondsError:
            return None

    def _all(self) -> dict[str, str]:
        """Address → ref of the latest answer. Only GraphQL is asked with anything but a GET."""
        if self._refs is None:
            self._refs = {}
            for row in self._archive.catalog.captures():
                self._add(row.file, self._refs)
        return self._refs

    def _add(self, file: str, refs: dict[str, str]) -> None:
        """The answers of a file; what is damaged in it is passed over (``fonds verify`` names it)."""
        path = self._archive.layout.captures / file
        try:
            for record in captures.records(path):
                if record.kind != "response":
                    continue
                if record.url.endswith("/_/graphql"):
                    self._hear(record.body)
                elif record.status < 400 and (not record.truncated or record.status >= 300):
                    refs[record.url] = record.ref
        except FondsError:
            return

    def _hear(self, body: bytes) -> None:
        """Whose list it is, in an answer that is one."""
        if not any(name in body for name in _LISTS):
            return
        for part in graphql.split(body):
            try:
                data = _LIST.decode(part.data).data
            except (msgspec.DecodeError, UnicodeDecodeError):
                continue
            for owner in (data.user_result, data.publication) if data is not None else ():
                if owner is None or not owner.id:
                    continue
                image = owner.image_id or (owner.avatar.id if owner.avatar is not None else "")
                if image:
                    self._avatars[owner.id] = image


def _is_of(data: bytes, post_id: str) -> bool:
    """Whether an operation's answer is about that post."""
    try:
        node = _ANSWER.decode(data).data
    except (msgspec.DecodeError, UnicodeDecodeError):
        return False
    return node is not None and node.post is not None and node.post.id == post_id


def _says(data: bytes, version: Version) -> bool:
    try:
        found = next((post for post in sources.read(data) if isinstance(post, Post)), None)
    except FondsError:
        return False
    return found is not None and versions.same(found, version.post)


def _as_reply(found: Capture) -> Reply:
    headers = tuple((name, value) for name, value in found.headers if name.lower() in _KEPT - {"etag"})
    return Reply(
        found.body, found.status, found.header("Content-Type"), headers, found.header("ETag").strip()
    )
