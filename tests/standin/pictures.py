"""Tiny valid pictures, other bytes for every name: drawn once a kind, told apart by a remark inside."""

from __future__ import annotations

import functools
import hashlib
import io
import struct
import zlib

from PIL import Image

KINDS = ("jpeg", "png", "gif", "webp")
SIZES = ((24, 16), (16, 24), (32, 32), (48, 20))


def kind_of(name: str) -> str:
    """The form of the bytes behind a name, which its end need not tell: Medium serves PNG under ``.jpeg``."""
    return KINDS[_number(name) % len(KINDS)]


def size_of(name: str) -> tuple[int, int]:
    """Width and height."""
    return SIZES[_number(name) // 7 % len(SIZES)]


def suffix(number: int) -> str:
    """The end of an image id, missing now and then."""
    return ("", ".jpeg", ".png", ".jpeg", ".png", ".gif", ".jpeg", ".webp")[number % 8]


def draw(name: str, version: int = 0) -> bytes:
    """The bytes of a picture. Another ``version`` is another picture of the same kind and size."""
    remark = f"{name} {version}".encode()
    number = _number(name) + 31 * version
    kind, size = kind_of(name), size_of(name)
    base = _base(kind, size, number % 12)
    if kind == "jpeg":
        return base[:2] + b"\xff\xfe" + struct.pack(">H", len(remark) + 2) + remark + base[2:]
    if kind == "png":
        chunk = b"tEXt" + b"Comment\0" + remark
        part = struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
        return base[:33] + part + base[33:]
    if kind == "gif":
        return base[:-1] + b"\x21\xfe" + bytes([len(remark)]) + remark + b"\0" + base[-1:]
    return _webp(base, remark, size)


def _webp(base: bytes, remark: bytes, size: tuple[int, int]) -> bytes:
    """The extended form (VP8X), which may hold an XMP chunk."""
    flags = struct.pack("<I", 0x04)
    width, height = size[0] - 1, size[1] - 1
    extent = struct.pack("<I", width)[:3] + struct.pack("<I", height)[:3]
    image = base[12:]
    remark += b" " * (len(remark) % 2)
    chunks = (
        b"VP8X"
        + struct.pack("<I", 10)
        + flags
        + extent
        + image
        + b"XMP "
        + struct.pack("<I", len(remark))
        + remark
    )
    return b"RIFF" + struct.pack("<I", len(chunks) + 4) + b"WEBP" + chunks


@functools.cache
def _base(kind: str, size: tuple[int, int], shade: int) -> bytes:
    image = Image.new("RGB", size)
    for y in range(size[1]):
        for x in range(size[0]):
            image.putpixel((x, y), (20 * shade, (x * 9 + shade * 5) % 256, (y * 11) % 256))
    file = io.BytesIO()
    if kind == "gif":
        image.quantize(16).save(file, "GIF")
    elif kind == "webp":
        image.save(file, "WEBP", lossless=True)
    else:
        image.save(file, kind.upper())
    return file.getvalue()


def _number(name: str) -> int:
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=6).digest(), "big")
