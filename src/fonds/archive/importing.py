"""``fonds import``: brings what people have of a publication into an archive, merged by post id.

Whatever arrives, in whatever order, the same content comes out (``fonds.archive.merge``). The bytes that a post
was read from are kept once, so that everything can be read from them again by a later and better fonds;
what a page tells of the reader who saved it is taken out before (``fonds.archive.scrub``). Memory holds one
input; every few posts what was done is made to count, so a run that was stopped is taken up by the same
command.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING

import msgspec

from fonds.archive import assets, intake, parse, scrub, warcs
from fonds.archive import data as datas
from fonds.archive.accession import Accession, Imported
from fonds.archive.bodies import own_prefixes
from fonds.archive.convert import is_within
from fonds.archive.events import Origin
from fonds.archive.summary import Failure
from fonds.errors import UsageError
from fonds.medium import sources
from fonds.model import Other, Post
from fonds.sources.export import exported_at

if TYPE_CHECKING:
    from fonds.archive.store import Archive


def import_into(
    archive: Archive,
    inputs: Iterable[str | Path],
    *,
    data: Iterable[str] = (),
    own: bool = False,
    pictures: Sequence[str | Path] = (),
    max_size: int = intake.MAX_SIZE,
    progress: Callable[[str, int, int], None] = lambda _phase, _done, _total: None,
    stop: Callable[[], bool] = lambda: False,
) -> Imported:
    """Brings what ``inputs`` hold (files, folders, ZIPs, ``-``) into ``archive``, which is open for writing.

    ``data`` names kinds of an export's other files to keep (``fonds.archive.data.KINDS``); ``own``: only posts
    of the archive's sources; ``pictures`` are folders of pictures (``--assets``). Bad inputs are failures,
    and the others go on. Everything is committed when this returns; deriving the Markdown and sealing are
    the caller's. Raises UsageError, DiskError.
    """
    kinds = frozenset(data)
    if unknown := sorted(kinds - set(datas.KINDS)):
        raise UsageError(f"there is no {unknown[0]!r} to keep", remedy=f"Known: {', '.join(datas.KINDS)}.")
    assets.forget()
    given = [str(path) for path in inputs]
    accession = Accession(archive, tuple(map(str, pictures)))
    reader = _Reader(
        accession,
        given,
        kinds,
        own=_Own(archive.config.sources) if own else None,
        limit=max_size,
        progress=progress,
        stop=stop,
    )
    for found in intake.items(given, limit=max_size, avoid=archive.root, stop=stop, warcs=True):
        reader.take(found)
        if stop():
            break
    accession.finish(whole=not stop())
    if not stop():
        reader.name_the_empty()
    return accession.result


class _Own:
    """Tells the posts of an archive's sources from others'. One that does not say where it stands is own:
    drafts do not."""

    def __init__(self, given: Iterable[str]) -> None:
        self._sources = [sources.parse(one) for one in given]
        self._prefixes = tuple(prefix for source in self._sources for prefix in own_prefixes(source))
        if not self._sources:
            raise UsageError(
                "the archive has no source whose posts could be told from others",
                remedy="Leave --own out, or name the author or publication in fonds.toml.",
            )

    def __call__(self, post: Post) -> bool:
        if not post.medium_url or post.medium_url == f"https://medium.com/p/{post.id}":
            return True
        return post.medium_url.startswith(self._prefixes) or any(_is_of(one, post) for one in self._sources)


def _is_of(source: sources.Source, post: Post) -> bool:
    """Whether a post says that it is by an author, in a publication, or the one that is meant."""
    if isinstance(source, sources.Author):
        return bool(source.username) and post.author.username.lower() == source.username.lower()
    if isinstance(source, sources.Single):
        return source.post_id == post.id
    here = post.publication
    if here is None:
        return False
    return here.slug == source.slug if source.slug else here.domain == source.domain


class _Input(msgspec.Struct, frozen=True):
    """Bytes that posts are read from. ``origin`` is the file, or the record of a WARC file; ``address`` where
    they were captured, ``at`` when (0: not told); ``place`` the file on the disk, beside which pictures may
    lie, and ``given`` whether the user named it."""

    origin: str
    data: bytes
    at: int = 0
    address: str = ""
    place: str = ""
    given: bool = False


class _Reader:
    """Inputs in, posts out into an accession."""

    def __init__(
        self,
        accession: Accession,
        given: Sequence[str],
        kinds: frozenset[str],
        *,
        own: _Own | None,
        limit: int,
        progress: Callable[[str, int, int], None],
        stop: Callable[[], bool],
    ) -> None:
        self._accession = accession
        self._result = accession.result
        self._kinds = kinds
        self._own = own
        self._limit = limit
        self._progress = progress
        self._stop = stop
        self._roots = dict(map(_root, given))
        self._empty = list(self._roots)
        self._done = 0

    def take(self, found: intake.Found | Post) -> None:
        """One input: a file, a member of a ZIP, or what is none."""
        if isinstance(found, Other):
            self._result.count(found.kind)
        elif isinstance(found, Failure):
            self._fail(found)
        elif isinstance(found, intake.Item):
            if found.data is None and warcs.has_name(found.path):
                self._warc(found)
            else:
                self._item(found)

    def _item(self, item: intake.Item) -> None:
        loaded = intake.load(item, self._limit)
        if isinstance(loaded, Failure):
            self._fail(loaded)
        elif isinstance(loaded, Other):
            self._odd(loaded, item)
        elif item.path and warcs.is_warc((loaded.data or b"")[:4096]):
            self._warc(item)
        else:
            self._read(_Input(item.origin, loaded.data or b"", place=item.origin, given=item.given))

    def _odd(self, other: Other, item: intake.Item) -> None:
        """What is no text: a ZIP or WARC with the name of something else, a WACZ, or of no use here."""
        if other.kind == "zip" and item.path.lower().endswith(".wacz"):
            self._wacz(item)
        elif other.kind == "zip" and item.path:
            from fonds.archive import zips

            members = zips.members(
                item.origin, Path(item.path), limit=self._limit, given=item.given, stop=self._stop
            )
            for found in members:
                self.take(found)
        elif item.path and warcs.is_warc(_head(item.path)):
            self._warc(item)
        else:
            for judged in parse.posts(item, self._limit):
                self.take(judged)

    def _warc(self, item: intake.Item) -> None:
        try:
            with Path(item.path).open("rb") as handle:
                self._records(handle, item.origin)
        except OSError as error:
            self._fail(intake.unreadable(item.origin, error))

    def _wacz(self, item: intake.Item) -> None:
        """A WACZ is a ZIP with WARC files in ``archive/``."""
        try:
            with zipfile.ZipFile(item.path) as archive:
                for info in archive.infolist():
                    if warcs.has_name(info.filename):
                        with archive.open(info) as handle:
                            self._records(handle, f"{item.origin}!{info.filename}")
        except OSError as error:
            self._fail(intake.unreadable(item.origin, error))
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
            self._fail(Failure(f"is no WACZ that can be read: {error}", item.origin))

    def _records(self, handle: IO[bytes], origin: str) -> None:
        for record in warcs.read(handle, origin, self._limit, self._stop):
            if isinstance(record, Failure):
                self._fail(record)
            elif isinstance(record, warcs.Passed):
                self._result.count(record.kind)
            else:
                called = record.name or record.url
                address = record.url if record.url.startswith(("http://", "https://")) else ""
                self._read(_Input(f"{origin}!{called}", record.data, record.at, address))

    def _read(self, given: _Input) -> None:
        """The posts in some bytes, taken in; what else they are, counted."""
        self._done += 1
        self._progress("read", self._done, 0)
        clean, private = scrub.scrub(given.data)
        posts: list[Post] = []
        item = intake.Item(given.origin, data=clean, size=len(clean), given=given.given)
        for found in parse.posts(item, self._limit):
            if isinstance(found, Post):
                posts.append(found)
            elif isinstance(found, Failure):
                self._fail(found)
            elif found.kind in self._kinds:
                self._accession.take_data(found.kind, self._name(given.origin), clean)
                self._found(given.origin)
            else:
                self._result.count(found.kind)
        chosen = [post for post in posts if self._own is None or self._own(post)]
        if len(chosen) < len(posts):
            self._result.count("post of others", len(posts) - len(chosen))
            self._found(given.origin)
        if chosen:
            self._result.private += private
            self._take(given, chosen, clean)
        self._accession.commit_some()

    def _take(self, given: _Input, posts: Sequence[Post], clean: bytes) -> None:
        self._result.files += 1
        self._found(given.origin)
        name = self._name(given.origin)
        ref = self._accession.keep(name, clean)
        digest = hashlib.sha256(clean).hexdigest()
        at = given.at or (exported_at(clean) if posts[0].source.form == "export" else 0)
        for post in posts:
            origin = Origin(post.source.form, given.address or name, ref, digest)
            source = msgspec.structs.replace(post.source, origin=name)
            self._accession.take(msgspec.structs.replace(post, source=source), origin, at, given.place)

    def _fail(self, failed: Failure) -> None:
        self._result.failures.append(failed)
        self._found(failed.origin)

    # -- names ------------------------------------------------------------------------------------------

    def _name(self, origin: str) -> str:
        """What the archive calls a file: beginning with what the user named, without the folders above it,
        which are nobody's business."""
        for root, shown in self._roots.items():
            if is_within(origin, root):
                return f"{shown}{origin[len(root) :]}".replace("\\", "/")
        return origin

    def _found(self, origin: str) -> None:
        """Something came of an input that the user named."""
        self._empty = [root for root in self._empty if not is_within(origin, root)]

    def name_the_empty(self) -> None:
        """A failure for each input that holds nothing to take in: the user expects a post there."""
        for root in self._empty:
            reason = "holds no post in any form of Medium's that fonds knows"
            self._result.failures.append(Failure(reason, root, remedy="docs/forms.md lists the forms."))


def _root(path: str) -> tuple[str, str]:
    """(how the origins of what lies in an input begin, what it is called)."""
    if path == "-":
        return "standard input", "standard input"
    return intake.shown(str(Path(path))), intake.shown(Path(path).absolute().name or path)


def _head(path: str) -> bytes:
    try:
        with Path(path).open("rb") as handle:
            return handle.read(4096)
    except OSError:
        return b""
