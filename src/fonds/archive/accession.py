"""Posts that were read from what people have, taken into an archive: merged, linked, with their pictures.

What ``fonds.archive.importing`` does with each post once it is read.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from fonds.archive import data, naming, parse
from fonds.archive import events as e
from fonds.archive.adopting import Adopted, Adopter
from fonds.archive.events import Origin
from fonds.archive.merge import edition, merge
from fonds.archive.summary import Failure, Warnings, failure, note_down
from fonds.errors import IntegrityError, UsageError
from fonds.sources import addresses

if TYPE_CHECKING:
    from fonds.archive.store import Archive
    from fonds.archive.versions import Version
    from fonds.model import Post

_COMMIT_POSTS = 64
_COMMIT_BYTES = 32 << 20
"""What may be lost by a power cut, and so is done again: little; and one wait for the disk for many."""

_TYPES = (
    ((b"{", b"[", b"])}"), "application/json"),
    ((b"<?xml", b"<rss", b"<feed"), "application/xml"),
    ((b"<",), "text/html"),
)


class Imported(msgspec.Struct, kw_only=True):
    """What an import did. ``files`` are those that held a post. Of the posts in them ``new`` were not here
    before (``posts``, ``responses``, ``drafts`` tell what these are), ``changed`` were and say more now, and
    ``unchanged`` bring nothing new. ``previews``: how many are here only in part now. ``links``: posts that
    were not known before, and are linked to.
    ``data`` counts by kind the files kept on request, ``private`` the values taken out (a mail address, a
    token), ``others`` by kind what is no post."""

    archive: str = ""
    files: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    posts: int = 0
    responses: int = 0
    drafts: int = 0
    previews: int = 0
    links: int = 0
    pictures: Adopted = msgspec.field(default_factory=Adopted)
    data: dict[str, int] = {}
    private: int = 0
    others: dict[str, int] = {}
    warnings: dict[str, Warnings] = {}
    failures: list[Failure] = []
    interrupted: bool = False

    @property
    def exit_code(self) -> int:
        """The bits of all failures; 4 when others were done; 130 when it was stopped."""
        if self.interrupted:
            return 130
        code = 0
        for failed in self.failures:
            code |= failed.exit_code
        return code | 4 if code & 32 and self.files else code

    def count(self, kind: str, number: int = 1) -> None:
        """Counts what is no post."""
        self.others[kind] = self.others.get(kind, 0) + number


class Accession:
    """Takes posts into ``archive`` and tells ``result``. ``pictures`` are folders of them (``--assets``)."""

    def __init__(self, archive: Archive, pictures: tuple[str, ...]) -> None:
        self._archive = archive
        self._adopter = Adopter(archive, pictures)
        self._places: dict[str, None] = {}
        self._linked: dict[str, tuple[str, str]] = {}
        self._previews: set[str] = set()
        self._told: dict[tuple[str, str], int] = {}
        self._posts = self._bytes = 0
        self.result = Imported(archive=str(archive.root), pictures=self._adopter.counts)

    def keep(self, name: str, content: bytes) -> str:
        """The bytes of a file, once; their ref."""
        self._bytes += len(content)
        return self._archive.capture_file(name, content, _type(content))

    def take(self, post: Post, origin: Origin, captured_at: int, place: str) -> None:
        """One post, ``captured_at`` a time (0: nobody knows); ``place`` is the file on the disk beside which
        its pictures may lie."""
        archive = self._archive
        post_id = naming.identity(post)
        try:
            current = self._current(post_id)
        except IntegrityError as error:  # told, and left as it is: verify repairs it
            self.result.failures.append(failure(error))
            return
        for note in post.notes:
            note_down(self.result.warnings, note, origin.address)
        found = merge(current, post, origin, captured_at)
        if found is not None and not captured_at:  # by now, then
            found = msgspec.structs.replace(found, captured_at=archive.clock())
        made = archive.add_version(found) if found is not None else None
        self._posts += 1
        if made is None:
            self.result.unchanged += 1
        else:
            self._made(made, current)
        kept = made or current
        if kept is not None and kept.post.preview_only:
            archive.record(e.Absent(post_id, "locked", "what was imported ends at the paywall"))
            self._previews.add(post_id)
        else:
            self._previews.discard(post_id)
        if naming.is_sound(post.id):
            self._known(post, captured_at)
        self._remember_links(post)
        self._bytes += self._adopter.adopt(post, post_id, place)

    def _current(self, post_id: str) -> Version | None:
        try:
            return self._archive.version(post_id)
        except UsageError:
            return None

    def _made(self, made: Version, current: Version | None) -> None:
        result = self.result
        if current is None:
            result.new += 1
            folder = naming.folder(made.post)
            setattr(result, folder, getattr(result, folder) + 1)
        else:
            result.changed += 1
            before, now = current.post.medium_url, made.post.medium_url
            # An address that only names the id is nobody's link.
            if before and now and before not in (now, f"https://medium.com/p/{made.id}"):
                self._archive.record(e.Moved(made.id, before, now))

    def _known(self, post: Post, captured_at: int) -> None:
        """That a post exists, once for each kind of source and edition; counts, when none are known or these
        are surely later."""
        via: e.Via = "export" if post.source.form == "export" else "import"
        told = edition(post)
        heard = [row.edition for row in self._archive.catalog.known(post.id) if row.via == via]
        if max((*heard, self._told.get((post.id, via), -1)), default=-1) < told:
            self._told[post.id, via] = told
            author = post.author.name or post.author.username
            self._archive.record(
                e.Known(post.id, via, post.medium_url, post.title, author, post.first_published_at, told)
            )
        if post.claps is not None or post.responses is not None:
            row = self._archive.catalog.post(post.id)
            if row is None or not row.seen_at or captured_at > row.seen_at:
                seen_at = captured_at or self._archive.clock()
                self._archive.record(e.Facts(post.id, post.claps, post.responses, seen_at))
        self._places.update(dict.fromkeys(_places(post)))

    def _remember_links(self, post: Post) -> None:
        """Links that may lead to posts of the same author or publication: whose those are is known when
        everything was read."""
        for href in parse.hrefs(post):
            target = addresses.target(href)
            if target is not None and target.post_id != post.id and naming.is_sound(target.post_id):
                address = href.partition("#")[0].partition("?")[0]
                self._linked.setdefault(target.post_id, (address, post.id))

    def take_data(self, kind: str, name: str, content: bytes) -> None:
        """A file of an export that is no post: its bytes as a capture, what they say as JSON."""
        archive = self._archive
        digest = hashlib.sha256(content).hexdigest()
        self.keep(name, content)
        file = re.split(r"[/!]", name)[-1]
        path = f"data/{kind}/{naming.slug(file.removesuffix('.html')) or kind}-{digest[:8]}.json"
        made = data.encode(data.read(kind, file, digest, content))
        archive.put(path, made)
        archive.record(e.Data(kind, path, len(made), hashlib.sha256(made).hexdigest()))
        self.result.data[kind] = self.result.data.get(kind, 0) + 1

    def commit_some(self) -> None:
        """Makes what was staged count when there is enough of it."""
        if self._posts >= _COMMIT_POSTS or self._bytes >= _COMMIT_BYTES:
            self.commit()

    def commit(self) -> None:
        self._archive.commit()
        self._adopter.settled()
        self._posts = self._bytes = 0

    def finish(self, *, whole: bool) -> None:
        """The end; with ``whole`` everything was read, and the posts that nobody told of and that are linked to
        are known now."""
        self.commit()
        self.result.failures += self._adopter.failures
        self.result.previews = len(self._previews)
        if not whole:
            self.result.interrupted = True
            return
        places = tuple(self._places)
        for post_id, (href, source) in sorted(self._linked.items()):
            if href.startswith(places) and self._archive.catalog.post(post_id) is None:
                self._archive.record(e.Known(post_id, "link", url=href, detail=source))
                self.result.links += 1
        self._archive.commit()


def _type(content: bytes) -> str:
    head = content[:64].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return next((kind for begins, kind in _TYPES if head.startswith(begins)), "text/plain")


def _places(post: Post) -> Iterator[str]:
    """What the addresses of posts by the same author, or in the same publication, begin with."""
    if name := post.author.username:
        yield f"https://medium.com/@{name}/"
        if re.fullmatch(r"[A-Za-z0-9-]+", name):
            yield f"https://{name}.medium.com/"
    if (publication := post.publication) is not None:
        if publication.slug:
            yield f"https://medium.com/{publication.slug}/"
        if publication.domain:
            yield f"https://{publication.domain}/"
