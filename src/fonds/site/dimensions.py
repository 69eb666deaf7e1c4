"""Width and height of a picture from the beginning of its file: pages must know them before it loads. Pure.

Own, because a page of 6 pictures must not wait for a decoder: these are the formats that Medium serves.
"""

from __future__ import annotations

import re
import struct

HEAD = 1 << 16
"""Bytes that tell the size of nearly every picture; a JPEG with much metadata may need more."""

_SVG_SIZE = re.compile(rb"<svg\b[^>]{0,2000}", re.I)
_NUMBER = rb"\s*=\s*[\"']\s*([0-9.]{1,9})(?:px)?\s*[\"']"
_SVG_WIDTH = re.compile(rb"\swidth" + _NUMBER)
_SVG_HEIGHT = re.compile(rb"\sheight" + _NUMBER)
_SVG_BOX = re.compile(
    rb"viewBox\s*=\s*[\"']\s*[-0-9.]+[ ,]+[-0-9.]+[ ,]+([0-9.]{1,9})[ ,]+([0-9.]{1,9})", re.I
)
# Start of frame, baseline to arithmetic: not the tables (C4, C8, CC) among them (ITU T.81, table B.1).
_FRAMES = frozenset({0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF})
_TURNED = frozenset({5, 6, 7, 8})


def dimensions(head: bytes) -> tuple[int, int]:
    """(width, height) as a browser shows it, or (0, 0) when ``head`` does not tell."""
    try:
        if head.startswith(b"\x89PNG") and head[12:16] == b"IHDR":
            return _pair(struct.unpack(">II", head[16:24]))
        if head.startswith(b"GIF8"):
            return _pair(struct.unpack("<HH", head[6:10]))
        if head.startswith(b"\xff\xd8"):
            return _jpeg(head)
        if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
            return _webp(head)
        if head[4:8] == b"ftyp":
            return _avif(head)
        if b"<svg" in head[:4096].lower():
            return _svg(head)
    except (struct.error, IndexError, ValueError):
        return 0, 0
    return 0, 0


def _pair(pair: tuple[int, ...]) -> tuple[int, int]:
    return pair[0], pair[1]


def _jpeg(head: bytes) -> tuple[int, int]:
    at = 2
    turned = False
    while at + 9 < len(head):
        if head[at] != 0xFF:
            return 0, 0
        marker = head[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        size = struct.unpack(">H", head[at + 2 : at + 4])[0]
        if marker in _FRAMES:
            height, width = struct.unpack(">HH", head[at + 5 : at + 9])
            return (height, width) if turned else (width, height)
        if marker == 0xE1 and head[at + 4 : at + 10] == b"Exif\0\0":
            turned = _orientation(head[at + 10 : at + 2 + size]) in _TURNED
        at += 2 + size
    return 0, 0


def _orientation(tiff: bytes) -> int:
    """Exif's orientation (tag 0x0112 of the first directory): 5 to 8 lie on their side."""
    order = "<" if tiff[:2] == b"II" else ">"
    try:
        (first,) = struct.unpack(order + "I", tiff[4:8])
        (count,) = struct.unpack(order + "H", tiff[first : first + 2])
        for number in range(min(count, 200)):
            entry = tiff[first + 2 + 12 * number : first + 14 + 12 * number]
            tag, _, _, value = struct.unpack(order + "HHIH", entry[:10])
            if tag == 0x0112:
                return int(value)
    except struct.error:
        return 1
    return 1


def _webp(head: bytes) -> tuple[int, int]:
    kind = head[12:16]
    if kind == b"VP8X":
        return 1 + int.from_bytes(head[24:27], "little"), 1 + int.from_bytes(head[27:30], "little")
    if kind == b"VP8L":
        bits = int.from_bytes(head[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    width, height = struct.unpack("<HH", head[26:30])
    return width & 0x3FFF, height & 0x3FFF


def _avif(head: bytes) -> tuple[int, int]:
    """The first image spatial extent (``ispe``, ISO/IEC 23008-12) that is not a thumbnail's: the largest."""
    best = (0, 0)
    at = head.find(b"ispe")
    while at >= 0:
        width, height = struct.unpack(">II", head[at + 8 : at + 16])
        best = max(best, (width, height), key=lambda size: size[0] * size[1])
        at = head.find(b"ispe", at + 4)
    return best


def _svg(head: bytes) -> tuple[int, int]:
    opening = _SVG_SIZE.search(head)
    if opening is None:
        return 0, 0
    width, height = _SVG_WIDTH.search(opening[0]), _SVG_HEIGHT.search(opening[0])
    if width is not None and height is not None:
        return round(float(width[1])), round(float(height[1]))
    box = _SVG_BOX.search(opening[0])
    return (round(float(box[1])), round(float(box[2]))) if box is not None else (0, 0)
