"""A picture's bytes, decoded once to their end: the only proof that nothing of them is missing.

``verify()`` of the same library passes a JPEG or GIF cut to nine tenths; loading every frame finds it.
Flipped bits it finds rarely, so pictures are hashed as well. SVG is read as the text that it is.
"""

from __future__ import annotations

import io
import re
import struct
import warnings
import zlib
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from PIL.Image import Image as Picture


class Size(msgspec.Struct, frozen=True):
    """Pixels; 0 where the form does not say. ``checked`` tells whether the bytes were decoded to their end:
    not those of a form that nothing here decodes, nor pictures larger than memory should be spent on."""

    width: int = 0
    height: int = 0
    checked: bool = True


class Flaw(msgspec.Struct, frozen=True):
    """What is wrong with the bytes."""

    reason: str


_FORMATS = {
    "jpeg": "JPEG", "png": "PNG", "gif": "GIF", "webp": "WEBP", "avif": "AVIF", "bmp": "BMP", "tiff": "TIFF", "ico": "ICO",
}  # fmt: skip
_MOST_PIXELS = 120_000_000
"""Of one frame: half a gigabyte in memory, and far beyond what Medium takes."""
_MOST_ALL = 2_000_000_000
"""Of all frames of an animation together: seconds of decoding."""

_SVG_TAG = re.compile(rb"<svg\b[^>]{0,8000}>", re.I)
_SVG_LENGTH = rb"\s%s\s*=\s*[\"']\s*(\d{1,6})(?:\.\d{0,9})?(?:px)?\s*[\"']"
_SVG_WIDTH = re.compile(_SVG_LENGTH % b"width", re.I)
_SVG_HEIGHT = re.compile(_SVG_LENGTH % b"height", re.I)
_SVG_BOX = re.compile(
    rb"\sviewBox\s*=\s*[\"']\s*[-\d.]{1,20}[\s,]+[-\d.]{1,20}[\s,]+(\d{1,6})[\d.]{0,20}[\s,]+(\d{1,6})", re.I
)


def measure(data: bytes, kind: str) -> Size | Flaw:
    """The size of a picture whose first bytes are those of ``kind`` (``fonds.sources.sniff.picture``), or
    what is wrong with it. Decodes all of it: not for an event loop."""
    if kind == "svg":
        return _svg(data)
    if kind not in _FORMATS:
        return Size(checked=False)
    if not _ends(data, kind):
        return Flaw("the picture breaks off before its end mark")
    from PIL import Image, UnidentifiedImageError

    with warnings.catch_warnings():
        # Pictures of many pixels are dealt with below, and odd metadata is no flaw of the picture.
        warnings.simplefilter("ignore")
        try:
            with Image.open(io.BytesIO(data), formats=[_FORMATS[kind]]) as picture:
                width, height = picture.size
                return Size(width, height, _load(picture))
        except UnidentifiedImageError:
            return Flaw(f"begins as {kind} and is none")
        except Image.DecompressionBombError:
            return Size(checked=False)
        except (
            OSError, EOFError, ValueError, SyntaxError, LookupError, TypeError, ArithmeticError, RuntimeError, struct.error,
            zlib.error,
        ) as error:  # fmt: skip
            # Pillow promises OSError for damaged bytes; its decoders raise any of these.
            return Flaw(f"the picture is damaged or breaks off: {_words(error)}")


def _ends(data: bytes, kind: str) -> bool:
    """Whether the end mark is there where a form has one. Without it all pixels of a PNG may be there, and
    of an animation as many frames as came: nothing else would miss the others."""
    if kind == "png":
        return b"IEND" in data
    return _gif_ends(data) if kind == "gif" else True


def _gif_ends(data: bytes) -> bool:
    """Walks the blocks of a GIF (GIF89a specification, 2.5) to its trailer."""
    at = 13 + _table(data, 10)
    while at < len(data):
        mark = data[at]
        if mark == 0x3B:
            return True
        if mark == 0x21:
            at += 2
        elif mark == 0x2C:
            at += 11 + _table(data, at + 9)  # the descriptor, its colours, and the size of codes
        elif mark == 0:
            at += 1  # padding, which some encoders leave
            continue
        else:
            return True  # no block: for the decoder to judge
        while at < len(data) and data[at]:
            at += 1 + data[at]
        at += 1
    return False


def _table(data: bytes, at: int) -> int:
    """Bytes of the colour table that the flags at ``at`` announce."""
    flags = data[at] if at < len(data) else 0
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _load(picture: Picture) -> bool:
    """Decodes every frame; False when there is more of it than time or memory should be spent on."""
    size = picture.size[0] * picture.size[1]
    if size > _MOST_PIXELS:
        return False
    frames = getattr(picture, "n_frames", 1)
    for number in range(frames):
        if size * (number + 1) > _MOST_ALL:
            return False
        picture.seek(number)
        picture.load()
    return True


def _words(error: BaseException) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__


def _svg(data: bytes) -> Size | Flaw:
    """Text, and never executed: whoever shows it must not either (docs/medium.md)."""
    tag = _SVG_TAG.search(data)
    if tag is None or b"</svg>" not in data[tag.end() - 2 :].lower():
        return Flaw("begins as svg and does not end")
    width, height, box = _SVG_WIDTH.search(tag[0]), _SVG_HEIGHT.search(tag[0]), _SVG_BOX.search(tag[0])
    if width and height:
        return Size(int(width[1]), int(height[1]), checked=False)
    return Size(int(box[1]), int(box[2]), checked=False) if box else Size(checked=False)
