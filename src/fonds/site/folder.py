"""Any folder, ZIP or file that fonds reads, as a Source: each input file is a unit."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import msgspec

from fonds.archive import assets, files, intake, naming, parse
from fonds.archive.summary import Failure
from fonds.model import Embed, LinkCard, Other, Post
from fonds.site.cards import images
from fonds.site.dimensions import HEAD, dimensions
from fonds.site.source import Capture, Kept, Local, Missing, Reading, Unit, Watched

_ABSENT = -1


class Folder:
    """``given`` are the inputs as the user named them; ``avoid`` is not entered (the site itself)."""

    kind = "folder"

    def __init__(
        self, given: Sequence[str | Path], *, avoid: Path | None = None, pictures: Sequence[str] = ()
    ) -> None:
        self._given = [Path(path) for path in given]
        self._avoid = avoid.absolute() if avoid is not None else None
        self._pictures = tuple(pictures)

    @property
    def folder(self) -> Path:
        first = self._given[0]
        return first if first.is_dir() else first.absolute().parent

    @property
    def title(self) -> str:
        return ""

    def missing(self) -> Iterable[Missing]:
        return ()

    def pulse(self) -> object:
        return [(unit.key, unit.stamp) for unit in self.units()]

    def units(self) -> Iterator[Unit]:
        """Every file that may hold a post, by name. Raises DiskError for an input that is not there."""
        for given in self._given:
            try:
                info = given.stat()
            except OSError as error:
                files.fail(error, given)
            if given.is_dir():
                yield from self._walk(str(given))
            else:
                yield Unit(str(given), f"{info.st_size} {info.st_mtime_ns}")

    def _walk(self, root: str) -> Iterator[Unit]:
        for folder, folders, names in os.walk(root):
            folders[:] = sorted(name for name in folders if not self._is_left_out(folder, name))
            for name in sorted(names):
                if intake.is_junk(name) or intake.unopened(name):
                    continue
                path = os.path.join(folder, name)  # noqa: PTH118  thousands of names
                try:
                    info = os.stat(path)  # noqa: PTH116
                except OSError:
                    continue  # a link to nothing; convert and inspect name those
                yield Unit(path, f"{info.st_size} {info.st_mtime_ns}")

    def _is_left_out(self, folder: str, name: str) -> bool:
        if intake.is_junk(name):
            return True
        return self._avoid is not None and Path(folder, name).absolute() == self._avoid

    def is_same(self, watched: Watched) -> bool:
        return _seen(watched[0]) == watched

    def read(self, key: str) -> Reading:
        kept: list[Kept] = []
        failures: list[Failure] = []
        watched: dict[str, Watched] = {}
        named = any(str(path) == key for path in self._given)
        for found in _posts(key, named=named):
            if isinstance(found, Failure):
                failures.append(found)
            elif isinstance(found, Post):
                kept.append(self._keep(found, key, failures, watched))
        return Reading(tuple(kept), tuple(failures), tuple(watched.values()))

    def _keep(self, post: Post, key: str, failures: list[Failure], watched: dict[str, Watched]) -> Kept:
        ident = naming.identity(post)
        origin = post.source.origin or key
        found = assets.Pictures(ident, origin, self._pictures)
        for folder in assets.folders(ident, origin, self._pictures):
            watched[folder] = _seen(folder)
        pictures: dict[str, Local] = {}
        names = naming.Names()
        for ref in dict.fromkeys(refs(post)):
            picture = found.find(ref) if found else None
            if isinstance(picture, Failure):
                failures.append(picture)
            elif picture is not None:
                local = _local(picture, ref, ident, names)
                watched[local.path] = (local.path, local.size, local.stamp)
                pictures[ref] = local
        # Where it lies on this machine is nobody's business: the name of the file is enough.
        name = Path(origin.replace("!", "/")).name
        return Kept(ident, post, pictures, captures=(Capture(0, name),))


def refs(post: Post) -> Iterator[str]:
    """Every picture that a post names: ids and addresses, those of embeds and cards too."""
    for image in images(post):
        yield image.id or image.src
    for block in post.blocks:
        if isinstance(block, (Embed, LinkCard)) and block.thumbnail:
            yield block.thumbnail
        if isinstance(block, Embed):
            yield from (image.id or image.src for image in block.images)


def _posts(key: str, *, named: bool) -> Iterator[Post | Other | Failure]:
    for thing in intake.items([key]):
        if isinstance(thing, intake.Item):
            yield from parse.posts(thing if named else msgspec.structs.replace(thing, given=False))
        else:
            yield thing


def _local(picture: assets.Picture, ref: str, ident: str, names: naming.Names) -> Local:
    wanted = naming.image_name(ref.partition("?")[0].rpartition("/")[2], picture.extension)
    stem, _, ending = wanted.rpartition(".")
    name, _ = names.take(stem, f".{ending}")
    path = str(picture.path)
    try:
        with picture.path.open("rb", buffering=0) as handle:
            info = os.fstat(handle.fileno())
            width, height = dimensions(handle.read(HEAD))
    except OSError as error:
        files.fail(error, path)
    return Local(
        path, f"assets/{ident}/{name}", picture.extension, info.st_size, info.st_mtime_ns, width, height
    )


def _seen(path: str) -> Watched:
    try:
        info = os.stat(path)  # noqa: PTH116
    except OSError:
        return path, _ABSENT, 0
    return path, info.st_size, info.st_mtime_ns
