"""Pictures that are here already: found by Medium's image id, checked by their bytes, copied.

ZMediumToMarkdown leaves ``assets/<post id>/<image id>`` beside its Markdown, above it, or at the top of a
Jekyll site. ``--assets DIR`` names any other folder with such folders, or with pictures right in it.
"""

from __future__ import annotations

import functools
import os
import re
from collections.abc import Sequence
from pathlib import Path

import msgspec

from fonds.archive import files, naming
from fonds.archive.summary import Failure, failure
from fonds.patterns import Seldom
from fonds.sources import sniff
from fonds.writers.context import remote_image

_ENDING = Seldom(r"\.(?:jpe?g|jfif|png|gif|webp|avif|heic|svg|bmp|tiff?|ico)$", re.I)
# ``*`` cannot stand in a file's name on Windows: what was saved there has something else in its place.
_STAR = Seldom(r"^(\d)(?:\*|-|_|%2A)", re.I)
_KEPT = Seldom(r"((?:\.\./|/)?\bassets)/([0-9A-Za-z]{4,32})/([^/\s()\"\\]{1,200})")
_LEVELS = 3
"""Folders above a file in which ``assets`` is looked for: posts/x.md, _posts/zmediumtomarkdown/x.md."""


class Picture(msgspec.Struct, frozen=True, gc=False):
    """``extension`` tells the type, from the bytes."""

    path: Path
    extension: str


class Pictures:
    """The pictures of one post that are kept locally.

    ``given`` are the folders of ``--assets``; ``origin`` is where the post was read.
    """

    def __init__(self, post_id: str, origin: str, given: Sequence[str] = ()) -> None:
        self._names: dict[str, Path] = {}
        for root in reversed(given):
            self._names.update(_listing(root))
        for folder in reversed(folders(post_id, origin, given)):
            self._names.update(_names(folder))

    def __bool__(self) -> bool:
        return bool(self._names)

    def find(self, image: str) -> Picture | Failure | None:
        """The picture with the id, address or relative path ``image``; a Failure when what has its name
        is no picture (an error page, an empty file); None when there is none."""
        path = self._names.get(_key(image.partition("?")[0].rpartition("/")[2]))
        if path is None:
            return None
        try:
            with path.open("rb") as handle:
                head = handle.read(4096)
        except OSError as error:
            return Failure(files.disk_error(error, path).reason, str(path), exit_code=4)
        extension = sniff.picture(head)
        if not extension:
            what = "an HTML page" if b"<html" in head.lower() else "empty" if not head else "of another kind"
            return Failure(
                f"has a picture's name and is no picture ({what})",
                str(path),
                remedy="The post links to the picture at Medium instead.",
                exit_code=4,
            )
        return Picture(path, extension)


def folders(post_id: str, origin: str, given: Sequence[str] = ()) -> list[str]:
    """The folders of a post's own pictures that there may be, those that count most first."""
    if not naming.is_sound(post_id):
        return []
    roots = (*given, *_beside(os.path.dirname(origin.partition("!")[0])))  # noqa: PTH120
    return [os.path.join(root, post_id) for root in roots]  # noqa: PTH118


def _key(name: str) -> str:
    return _STAR.sub(r"\1*", _ENDING.sub("", name.rstrip(". ")))


def _names(folder: str) -> dict[str, Path]:
    try:
        with os.scandir(folder) as entries:
            found = sorted(
                entry.name for entry in entries if entry.is_file() and not entry.name.startswith(".")
            )
    except OSError:
        return {}
    # Sorted, so that of two names for one id the same one is taken in every run.
    return {_key(name): Path(folder, name) for name in reversed(found)}


@functools.lru_cache(maxsize=8)
def _listing(folder: str) -> dict[str, Path]:
    """The pictures right in a folder of ``--assets``; kept, because every post asks for them."""
    return _names(folder)


@functools.lru_cache(maxsize=64)
def _beside(folder: str) -> tuple[str, ...]:
    """The ``assets`` folders beside and above ``folder``, the nearest first."""
    found: list[str] = []
    path = Path(folder or ".").absolute()
    for above in (path, *path.parents)[:_LEVELS]:
        candidate = above / "assets"
        if candidate.is_dir():
            found.append(str(candidate))
    return tuple(found)


def forget() -> None:
    """Forgets which folders there are: a new run looks again."""
    _listing.cache_clear()
    _beside.cache_clear()


class Used:
    """The pictures that one post's file uses, gathered while it is written, copied before it is.

    ``folder`` is the post's folder of pictures relative to the output, ``up`` the way there from the
    post's file (``../``).
    """

    def __init__(self, pictures: Pictures, folder: str, up: str) -> None:
        self._pictures = pictures
        self._folder = folder
        self._up = up
        self._names = naming.Names()
        self._places: dict[str, str] = {}
        self._copies: list[tuple[Path, str]] = []
        self.failures: list[Failure] = []
        self.remote = 0

    def place(self, image: str) -> str:
        """The path or address to write for a picture."""
        found = self._places.get(image)
        if found is None:
            found = self._places[image] = self._find(image)
        return found

    def _find(self, image: str) -> str:
        picture = self._pictures.find(image) if self._pictures else None
        if isinstance(picture, Picture):
            wanted = naming.image_name(image.partition("?")[0].rpartition("/")[2], picture.extension)
            stem, _, ending = wanted.rpartition(".")
            name, _ = self._names.take(stem, f".{ending}")
            self._copies.append((picture.path, f"{self._folder}/{name}"))
            return f"{self._up}{self._folder}/{name}"
        if isinstance(picture, Failure):
            self.failures.append(picture)
        self.remote += 1
        # A path of the archive that this was read from means nothing here, but is all that is known.
        return image if "/" in image and "://" not in image else remote_image(image)

    def keep(self, text: str, folder: str) -> None:
        """Pictures under the names and in the folders that ``text`` (flavour zmedium) gives them; its
        file stands in ``folder``."""
        for root, post, name in dict.fromkeys(_KEPT.findall(text)):
            picture = self._pictures.find(name) if self._pictures else None
            if isinstance(picture, Picture):
                above = f"{folder}/assets" if root == "assets" else "assets"
                self._copies.append((picture.path, f"{above}/{post}/{name}"))
            elif isinstance(picture, Failure):
                self.failures.append(picture)
            if not isinstance(picture, Picture):
                self.remote += 1

    def copy(self, out: str, batch: files.Batch) -> tuple[int, int]:
        """Copies into ``out`` as part of ``batch``: (copied, there already). Raises DiskError."""
        copied = unchanged = 0
        for source, place in self._copies:
            path = f"{out}/{place}"
            folder = Path(path).parent
            if str(folder) not in batch.folders:
                files.make_folder(folder)
                batch.folders |= {str(folder), str(folder.parent), str(folder.parent.parent)}
            try:
                if _is_there(source, Path(path)):
                    unchanged += 1
                    continue
                batch.copy(source, path)
                copied += 1
            except files.ConflictError as error:
                self.failures.append(failure(error))
        return copied, unchanged


def _is_there(source: Path, path: Path) -> bool:
    import filecmp

    try:
        if not os.path.lexists(path):
            return False
        if path.is_file() and not path.is_symlink() and filecmp.cmp(source, path, shallow=False):
            return True
    except OSError as error:
        raise files.disk_error(error, path) from error
    raise files.ConflictError(
        "already there with other bytes, so it was not replaced",
        origin=str(path),
        remedy="Move it away, or choose another folder with -o.",
    )
