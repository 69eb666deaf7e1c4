"""An archive as a Source: each post that it keeps is a unit, read from its versions, without the network."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path

from fonds.archive import layout
from fonds.archive.rows import AssetRow, PostRow, VersionRow
from fonds.archive.store import Archive
from fonds.archive.summary import Failure, failure
from fonds.errors import FondsError
from fonds.medium import media, pictures, things
from fonds.medium.things import Thing
from fonds.model import Post
from fonds.site.dimensions import HEAD, dimensions
from fonds.site.folder import refs
from fonds.site.source import Capture, Edition, Kept, Local, Missing, Reading, Unit, Watched

REASONS = {
    "locked": "behind Medium's paywall",
    "deleted": "deleted at Medium before it was fetched",
    "suspended": "suspended by Medium",
    "challenge": "a challenge page came instead",
    "failed": "could not be fetched",
    "unlisted": "unlisted",
    "never-asked": "not asked for yet",
    "gone": "gone before it was fetched",
}
"""Why something known is not here, in words for people."""


@functools.lru_cache(maxsize=2)
def _opened(root: str, _head: str) -> Archive:
    """One for each process and state of the archive: kept open, because every post asks."""
    return Archive.open(root)


class ArchiveSource:
    """The archive at ``root``. Raises UnreadableError where there is none."""

    kind = "archive"

    def __init__(self, root: str | Path) -> None:
        self._root = str(Path(root).absolute())
        with Archive.open(self._root) as archive:
            self._head = archive.head
            self.title = archive.config.title

    @property
    def folder(self) -> Path:
        return Path(self._root)

    @property
    def _archive(self) -> Archive:
        return _opened(self._root, self._head)

    @cached_property
    def _assets(self) -> dict[str, AssetRow]:
        """Key → the file that counts (the last)."""
        return {row.key: row for row in self._archive.catalog.assets()}

    @cached_property
    def _media(self) -> dict[str, int]:
        return {row.media_id: row.at for row in self._archive.catalog.all_media()}

    def __getstate__(self) -> dict[str, object]:
        return {"_root": self._root, "_head": self._head, "title": self.title}

    def missing(self) -> Iterable[Missing]:
        """Posts and pictures that are known of and not here in full, with the reason."""
        catalog = self._archive.catalog
        for row in catalog.missing():
            yield Missing(
                "posts", REASONS.get(row.missing, row.missing), row.url, row.title, row.absent_detail
            )
        for asset in catalog.assets_absent():
            yield Missing(
                "pictures", REASONS.get(asset.reason, asset.reason), asset.url, asset.key, asset.detail
            )
        for thing in catalog.all_media_absent():
            yield Missing("embeds", REASONS.get(thing.reason, thing.reason), "", thing.media_id, thing.detail)

    def pulse(self) -> object:
        info = Path(self._root, layout.JOURNAL).stat()
        return info.st_size, info.st_mtime_ns

    def units(self) -> Iterator[Unit]:
        for row in self._archive.catalog.posts():
            facts = (
                row.number,
                row.full,
                row.folder,
                row.stem,
                row.gone_at,
                row.gone_reason,
                row.claps,
                row.responses,
            )
            yield Unit(row.id, " ".join(map(str, facts)))

    def is_same(self, watched: Watched) -> bool:
        """Whether a picture or embed is what it was when its post was read."""
        kind, _, key = watched[0].partition(":")
        if kind == "media":
            return self._media.get(key, 0) == watched[1]
        row = self._assets.get(key)
        return (row.n if row is not None else 0) == watched[1]

    def read(self, key: str) -> Reading:
        try:
            return self._read(key)
        except FondsError as error:
            return Reading(failures=(failure(error),))

    def _read(self, ident: str) -> Reading:
        archive = self._archive
        catalog = archive.catalog
        row = catalog.post(ident)
        if row is None:
            return Reading()
        number = row.full or row.number
        rows = list(catalog.versions(ident))
        shown = next(found for found in rows if found.number == number)
        version = archive.read_version(shown)
        known = _Things(archive)
        post = media.fill(version.post, known)
        watched: dict[str, Watched] = {}
        found, failures = self._pictures(post, watched)
        for name in sorted(known.asked):
            watched[f"media:{name}"] = (f"media:{name}", self._media.get(name, 0), 0)
        kept = Kept(
            ident,
            _facts(post, row),
            found,
            number=number,
            captured_at=version.captured_at,
            editions=tuple(self._editions(archive, rows, number)),
            captures=tuple(
                Capture(version.captured_at, origin.ref or origin.form, origin.address, origin.sha256)
                for origin in version.origins
            ),
            gone_at=row.gone_at,
            gone=REASONS.get(row.gone_reason, row.gone_reason) if row.gone_at else "",
            sha256=shown.sha256,
            stem=row.stem,
            moved=tuple(move.old_url for move in catalog.moves(ident)),
        )
        return Reading((kept,), tuple(failures), tuple(watched.values()))

    def _editions(self, archive: Archive, rows: list[VersionRow], shown: int) -> Iterator[Edition]:
        """The versions before the one that is shown; previews after it say nothing of their own."""
        for row in rows:
            if row.number < shown:
                post = archive.read_version(row).post
                yield Edition(row.number, row.edition or row.captured_at, post, row.preview)

    def _pictures(self, post: Post, watched: dict[str, Watched]) -> tuple[dict[str, Local], list[Failure]]:
        found: dict[str, Local] = {}
        failures: list[Failure] = []
        for ref in dict.fromkeys(refs(post)):
            key = pictures.key(ref)
            row = self._assets.get(key)
            watched[f"asset:{key}"] = (f"asset:{key}", row.n if row is not None else 0, 0)
            if row is not None:
                found[ref] = self._local(row)
        return found, failures

    def _local(self, row: AssetRow) -> Local:
        path = Path(self._root, layout.sound(row.path))
        width, height = row.width, row.height
        if not (width and height):
            try:
                with path.open("rb", buffering=0) as handle:
                    width, height = dimensions(handle.read(HEAD))
            except OSError:
                pass  # verify names files that are missing; the page shows where it should be
        extension = row.path.rpartition(".")[2].lower()
        return Local(str(path), row.path, extension, row.size, row.n, width, height)


def _facts(post: Post, row: PostRow) -> Post:
    """``post`` with the counts that were seen last."""
    import msgspec

    if row.claps is None and row.responses is None:
        return post
    return msgspec.structs.replace(
        post,
        claps=row.claps if row.claps is not None else post.claps,
        responses=row.responses if row.responses is not None else post.responses,
    )


class _Things(Mapping[str, Thing]):
    """Embed → what stands behind it, and which were asked for."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self.asked: set[str] = set()

    def __getitem__(self, key: str) -> Thing:
        self.asked.add(key)
        row = self._archive.catalog.media(key)
        if row is None:
            raise KeyError(key)
        return things.decode(row.record.encode())

    def __iter__(self) -> Iterator[str]:
        raise TypeError("is asked by key")

    def __len__(self) -> int:
        raise TypeError("is asked by key")
