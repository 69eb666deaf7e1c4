"""Pictures that lie beside what is imported are taken into the archive, and so never fetched again.

ZMediumToMarkdown leaves them in ``assets/<post id>/``. Each is decoded to its end: what has a picture's name
and is an error page, or a picture that breaks off, is named and left where it is, and ``fonds pull`` asks
for the picture as for any other.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from fonds.archive import files
from fonds.archive.assets import Pictures
from fonds.archive.belongings import asset_path
from fonds.archive.events import Asset
from fonds.archive.summary import Failure, failure
from fonds.medium import media, pictures
from fonds.medium.decoding import Flaw, measure
from fonds.model import Embed, Post
from fonds.zmedium.media import local_thumbnail

if TYPE_CHECKING:
    from fonds.archive.assets import Picture
    from fonds.archive.store import Archive


class Adopted(msgspec.Struct):
    """What became of the pictures that posts refer to and that lay beside them: taken in, here already, not
    taken in because something is wrong with them."""

    taken: int = 0
    there: int = 0
    broken: int = 0


class Adopter:
    """Takes in pictures of one import. ``given`` are the folders of ``--assets``."""

    def __init__(self, archive: Archive, given: tuple[str, ...]) -> None:
        self._archive = archive
        self.given = given
        self._taken: dict[str, str] = {}
        """Key → SHA-256, of those that the catalog does not know yet."""
        self._broken: set[str] = set()
        self.counts = Adopted()
        self.failures: list[Failure] = []

    def settled(self) -> None:
        """Tells that everything staged is committed."""
        self._taken.clear()

    def adopt(self, post: Post, post_id: str, origin: str) -> int:
        """The pictures of ``post``, read from ``origin``; how many bytes were staged. Raises DiskError."""
        local = Pictures(post_id, origin, self.given)
        if not local:
            return 0
        size = 0
        for key, names in _wanted(post):
            found = next((found for name in names if (found := local.find(name)) is not None), None)
            if found is None:
                continue
            if isinstance(found, Failure):
                self._refuse(found)
            elif self._archive.catalog.asset(key) is not None or key in self._taken:
                self.counts.there += 1
            else:
                size += self._take(key, found, post_id)
        return size

    def _take(self, key: str, picture: Picture, post_id: str) -> int:
        try:
            data = picture.path.read_bytes()
        except OSError as error:
            self._refuse(
                Failure(files.disk_error(error, picture.path).reason, str(picture.path), exit_code=4)
            )
            return 0
        measured = measure(data, picture.extension)
        if isinstance(measured, Flaw):
            remedy = "It was not taken in; fonds pull fetches it."
            self._refuse(Failure(measured.reason, str(picture.path), remedy=remedy, exit_code=4))
            return 0
        path = asset_path(key, picture.extension, post_id)
        digest = hashlib.sha256(data).hexdigest()
        try:
            self._archive.put(path, data)
        except files.ConflictError as error:
            self._refuse(failure(error))
            return 0
        address = pictures.address(key)
        self._archive.record(
            Asset(
                key, path, len(data), digest, address, picture.extension, measured.width, measured.height, post_id=post_id
            )
        )  # fmt: skip
        self._taken[key] = digest
        self.counts.taken += 1
        return len(data)

    def _refuse(self, refused: Failure) -> None:
        """Each file is named once, whoever refers to it."""
        if refused.origin not in self._broken:
            self._broken.add(refused.origin)
            self.counts.broken += 1
            self.failures.append(refused)


def _wanted(post: Post) -> Iterator[tuple[str, tuple[str, ...]]]:
    """(key of a picture, names under which it may lie beside the post), each key once."""
    names: dict[str, list[str]] = {}
    for want in media.wants(post):
        if want.kind == "picture":
            names.setdefault(want.key, []).append(want.key)
    for block in post.blocks:
        if isinstance(block, Embed) and block.thumbnail:
            key = pictures.key(block.thumbnail)
            local = local_thumbnail(block.name, block.thumbnail) if block.name else block.thumbnail
            names.setdefault(key, []).insert(0, local)
    return ((key, tuple(of)) for key, of in names.items())
