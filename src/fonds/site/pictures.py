"""Pictures on their way into a site: copied once, small versions made once, a hash of how each looks."""

from __future__ import annotations

import hashlib
import io
import os
import struct
import warnings
import zlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from fonds.archive import files
from fonds.archive.summary import Failure
from fonds.site.cards import Card
from fonds.site.output import digest
from fonds.site.source import Local
from fonds.site.state import Thumb, Written
from fonds.site.views import thumb_path

if TYPE_CHECKING:
    from PIL import Image as Pillow

WIDTHS = (320, 800, 1600)
"""Small versions, in pixels: a list's, a page's, a page's on a fine screen. Only those well below the original."""

_NEARLY = 0.85
_QUALITY = 76
_METHOD = 3
_MOST_PIXELS = 120_000_000
_DECODED = frozenset({"jpeg", "png", "gif", "webp", "avif", "bmp", "tiff"})
_PIECE = 1 << 20
_EVERY = 64


class Copy(msgspec.Struct, frozen=True, array_like=True, gc=False):
    local: Local
    mark: str


class Made(msgspec.Struct, array_like=True):
    """What came of some pictures: files as they are now, what was made of each, failures, folders to sync."""

    written: dict[str, Written] = {}
    thumbs: dict[str, Thumb] = {}
    failures: list[Failure] = []
    folders: set[str] = set()


def locals_of(cards: Iterable[Card]) -> dict[str, Local]:
    """Every kept picture that a site shows, by its place in it."""
    found: dict[str, Local] = {}
    for card in cards:
        for picture in card.pictures:
            found.setdefault(picture.local.place, picture.local)
        for local in card.stills:
            found.setdefault(local.place, local)
    return found


def mark_of(local: Local) -> str:
    return f"{local.size} {local.stamp}"


def copy(tasks: Sequence[Copy], *, out: str) -> Made:
    """Copies pictures to their places. One that cannot be read is a Failure. Raises DiskError."""
    made = Made()
    with files.Batch() as batch:
        for number, task in enumerate(tasks, 1):
            local = task.local
            path = f"{out}/{local.place}"
            try:
                size, hashed = _hash(local.path)
            except OSError as error:
                made.failures.append(
                    Failure(files.disk_error(error, local.path).reason, local.path, exit_code=4)
                )
                continue
            _make_folder(path, made.folders)
            batch.copy(local.path, path)
            made.written[local.place] = Written(task.mark, size, hashed)
            if number % _EVERY == 0:
                batch.commit()
        batch.commit()
        made.folders |= batch.folders
    return made


def _hash(path: str) -> tuple[int, bytes]:
    found = hashlib.blake2b(digest_size=16)
    size = 0
    with Path(path).open("rb", buffering=0) as handle:
        while piece := handle.read(_PIECE):
            found.update(piece)
            size += len(piece)
    return size, found.digest()


def _make_folder(path: str, made: set[str]) -> None:
    folder = os.path.dirname(path)  # noqa: PTH120
    if folder not in made:
        files.make_folder(Path(folder))
        made |= {folder, os.path.dirname(folder)}  # noqa: PTH120


# ------------------------------------------------------------------------------------------- thumbnails


def wants_thumbnail(local: Local) -> bool:
    return local.extension in _DECODED and local.width * local.height <= _MOST_PIXELS


def shrink(tasks: Sequence[Local], *, out: str) -> Made:
    """Makes the small versions of pictures. One that cannot be decoded is a Failure and has none."""
    from PIL.Image import DecompressionBombError

    undecodable = (*_UNDECODABLE, DecompressionBombError)
    made = Made()
    # A decoder's doubts (a large picture, odd metadata) are not for whoever builds a site: what fails is named.
    with files.Batch() as batch, warnings.catch_warnings(action="ignore"):
        for number, local in enumerate(tasks, 1):
            try:
                small = _small(local)
            except undecodable as error:
                reason = f"cannot be decoded, so it has no small version ({type(error).__name__})"
                made.failures.append(Failure(reason, local.path, exit_code=4))
                made.thumbs[local.place] = Thumb(local.size, local.stamp)
                continue
            for width, data in small.files:
                place = thumb_path(local.place, width)
                path = f"{out}/{place}"
                _make_folder(path, made.folders)
                batch.place(path, data)
                made.written[place] = Written(mark_of(local), len(data), digest(data))
            made.thumbs[local.place] = small.thumb
            if number % _EVERY == 0:
                batch.commit()
        batch.commit()
        made.folders |= batch.folders
    return made


# What Pillow raises for files that are cut off, of another kind, or far too large.
_UNDECODABLE = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    MemoryError,
    OverflowError,
    IndexError,
    TypeError,
    KeyError,
    struct.error,
    zlib.error,
)


class _Small(NamedTuple):
    files: list[tuple[int, bytes]]
    thumb: Thumb


def _small(local: Local) -> _Small:
    from PIL import Image, ImageOps

    with Image.open(local.path) as opened:
        if opened.width * opened.height > _MOST_PIXELS:
            raise OverflowError("too many pixels")
        wanted = [width for width in WIDTHS if width <= opened.width * _NEARLY]
        if local.extension == "gif":
            wanted = wanted[:1]  # a small version does not move: it is for lists alone
        if wanted and opened.format == "JPEG":
            largest = wanted[-1]
            opened.draft("RGB", (largest, max(round(opened.height * largest / opened.width), 1)))
        full = opened.size
        picture = ImageOps.exif_transpose(_plain(opened))
    width, height = local.width or full[0], local.height or full[1]
    found: list[tuple[int, bytes]] = []
    for size in reversed(wanted):
        picture = picture.resize(
            (size, max(round(picture.height * size / picture.width), 1)), Image.Resampling.LANCZOS
        )
        target = io.BytesIO()
        picture.save(target, "WEBP", quality=_QUALITY, method=_METHOD)
        found.insert(0, (size, target.getvalue()))
    return _Small(
        found, Thumb(local.size, local.stamp, tuple(size for size, _ in found), _look(picture), width, height)
    )


def _plain(opened: Pillow.Image) -> Pillow.Image:
    """The first frame in a mode that WebP can hold."""
    opened.load()
    if opened.mode in ("RGB", "RGBA"):
        return opened.copy()
    clear = opened.mode in ("LA", "PA", "La") or "transparency" in opened.info
    picture = opened.convert("RGBA" if clear else "RGB")
    if "exif" in opened.info:
        picture.info["exif"] = opened.info["exif"]
    return picture


def _look(picture: Pillow.Image) -> int:
    """A difference hash (dHash, 64 bits): near pictures have near hashes. 0 for one too plain to tell."""
    from PIL import Image

    grey = picture.convert("L").resize((9, 8), Image.Resampling.BILINEAR)
    pixels = grey.tobytes()
    bits = 0
    for row in range(8):
        for column in range(8):
            at = row * 9 + column
            bits = bits << 1 | (pixels[at] > pixels[at + 1])
    return 0 if max(pixels) - min(pixels) < 12 or bits.bit_count() < 6 or bits.bit_count() > 58 else bits


# ------------------------------------------------------------------------------------------- look-alikes

_APART = 3
"""Bits by which two hashes of one picture may differ."""
_BANDS = 4
_CROWD = 200


def alike(looks: Mapping[str, tuple[int, int, int]]) -> dict[str, str]:
    """Which pictures show the same: place → the place that stands for its group (its least).

    ``looks``: place → (hash, width, height). Two belong together when their hashes differ by at most three of 64
    bits and their shapes by little; hashes that differ so little agree in one of four bands of 16 bits.
    """
    parent = {place: place for place in looks}

    def find(place: str) -> str:
        while parent[place] != place:
            parent[place] = parent[parent[place]]
            place = parent[place]
        return place

    bands: dict[tuple[int, int], list[str]] = {}
    for place in sorted(looks):
        look = looks[place][0]
        if not look:
            continue
        for band in range(_BANDS):
            bands.setdefault((band, look >> 16 * band & 0xFFFF), []).append(place)
    for places in bands.values():
        # Many in one band are plain pictures (maps, screens): only neighbours in it are compared.
        for index, one in enumerate(places):
            for other in places[index + 1 : index + 1 + _CROWD]:
                if _is_alike(looks[one], looks[other]):
                    first, second = sorted((find(one), find(other)))
                    parent[second] = first
    return {place: found for place in looks if (found := find(place)) != place}


def _is_alike(one: tuple[int, int, int], other: tuple[int, int, int]) -> bool:
    if (one[0] ^ other[0]).bit_count() > _APART:
        return False
    return abs(one[1] * other[2] - other[1] * one[2]) * 20 <= max(one[1] * other[2], 1)
