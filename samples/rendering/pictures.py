"""Small pictures of the sea: real PNG, JPEG and GIF bytes, drawn here, the same in every run."""

from __future__ import annotations

import hashlib
import struct
import zlib

from rendering.parts import Picture

Rows = list[list[int]]
_SHADES = 8


def draw(picture: Picture) -> bytes:
    """The file behind a picture, in the format that it is stored in."""
    seed = hashlib.sha256(picture.key.encode()).digest()
    rows = _sea(picture.width, picture.height, seed)
    if picture.stored_as == "jpeg":
        return _jpeg(rows)
    if picture.stored_as == "gif":
        return _gif(rows, _palette(seed))
    return _png(rows, _palette(seed))


def _sea(width: int, height: int, seed: bytes) -> Rows:
    """Shades 0 to 7: sky above, a sun in it, waves below."""
    horizon = height * (40 + seed[0] % 25) // 100
    sun_x, sun_y, radius = width * (20 + seed[1] % 60) // 100, horizon // 2, max(2, height // 8)
    swell = 3 + seed[2] % 5
    rows = []
    for y in range(height):
        row = []
        for x in range(width):
            if y >= horizon:
                shade = 4 + abs((x // swell + y * y // 40 + seed[3]) % 6 - 3)
            elif (x - sun_x) ** 2 + (y - sun_y) ** 2 <= radius**2:
                shade = 0
            else:
                shade = 1 + 3 * y // max(horizon, 1)
            row.append(min(shade, _SHADES - 1))
        rows.append(row)
    return rows


def _palette(seed: bytes) -> list[tuple[int, int, int]]:
    warm = 190 + seed[4] % 60
    sky = [(255, 240, 170)] + [(warm - 20 * step, 200 + 10 * step, 235 + 5 * step) for step in range(3)]
    sea = [(20 + 12 * step, 60 + 22 * step + seed[5] % 20, 110 + 25 * step) for step in range(4)]
    return sky + sea


def _png(rows: Rows, palette: list[tuple[int, int, int]]) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    def packed(row: list[int]) -> bytes:
        pairs = zip(row[::2], [*row[1::2], 0], strict=False)
        return bytes(left << 4 | right for left, right in pairs)

    header = struct.pack(">IIBBBBB", len(rows[0]), len(rows), 4, 3, 0, 0, 0)
    colours = b"".join(bytes(colour) for colour in palette)
    # Stored, not deflated: what zlib makes of the same bytes differs from version to version.
    data = zlib.compress(b"".join(b"\0" + packed(row) for row in rows), 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"PLTE", colours)
        + chunk(b"IDAT", data)
        + chunk(b"IEND", b"")
    )


def _gif(rows: Rows, palette: list[tuple[int, int, int]]) -> bytes:
    """GIF89a whose codes never grow: the table is cleared before it would."""
    bits, held, size = bytearray(), 0, 0

    def put(code: int) -> None:
        nonlocal held, size
        held |= code << size
        size += 4
        while size >= 8:
            bits.append(held & 255)
            held >>= 8
            size -= 8

    clear, end = _SHADES, _SHADES + 1
    for number, shade in enumerate(shade for row in rows for shade in row):
        if number % 6 == 0:
            put(clear)
        put(shade)
    put(end)
    put(0)
    blocks = b"".join(bytes([len(bits[i : i + 255])]) + bits[i : i + 255] for i in range(0, len(bits), 255))
    colours = b"".join(bytes(colour) for colour in palette)
    screen = struct.pack("<HHBBB", len(rows[0]), len(rows), 0x82, 0, 0)
    image = b"," + struct.pack("<HHHHB", 0, 0, len(rows[0]), len(rows), 0) + b"\3"
    return b"GIF89a" + screen + colours + image + blocks + b"\0;"


_DC_CODES = (
    "00",
    "010",
    "011",
    "100",
    "101",
    "110",
    "1110",
    "11110",
    "111110",
    "1111110",
    "11111110",
    "111111110",
)


def _jpeg(rows: Rows) -> bytes:
    """Baseline grey JPEG of flat 8 × 8 blocks (ITU T.81; the DC table is its K.3, the AC table only ends blocks)."""
    height, width = len(rows), len(rows[0])
    bits: list[str] = []
    before = 0
    for top in range(0, height, 8):
        for left in range(0, width, 8):
            block = [shade for row in rows[top : top + 8] for shade in row[left : left + 8]]
            level = 255 - 30 * (sum(block) // len(block)) - 128
            change, before = level - before, level
            length = abs(change).bit_length()
            value = change if change > 0 else change + (1 << length) - 1
            bits.append(_DC_CODES[length] + (format(value, f"0{length}b") if length else "") + "0")
    stream = "".join(bits)
    stream += "1" * (-len(stream) % 8)
    data = bytes(int(stream[i : i + 8], 2) for i in range(0, len(stream), 8)).replace(b"\xff", b"\xff\0")

    def segment(marker: int, content: bytes) -> bytes:
        return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content

    return (
        b"\xff\xd8"
        + segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0")
        + segment(0xDB, b"\0" + bytes([8] * 64))
        + segment(0xC0, struct.pack(">BHHB", 8, height, width, 1) + b"\1\x11\0")
        + segment(0xC4, b"\0" + bytes([0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0]) + bytes(range(12)))
        + segment(0xC4, b"\x10" + bytes([1] + [0] * 15) + b"\0")
        + segment(0xDA, b"\1\1\0\0\x3f\0")
        + data
        + b"\xff\xd9"
    )
