"""Pictures: the original's address, its type from the bytes, whole to the last pixel or named for what they are."""

from __future__ import annotations

import hashlib
import io
import warnings
from collections.abc import Callable

import pytest
from PIL import Image

import wire_faults
from fonds.medium import pictures
from fonds.medium.decoding import Flaw, Size, measure
from fonds.medium.pictures import Missing, Outcome, Picture
from fonds.net.errors import OfflineError
from fonds.sources import sniff
from medium.asking import asking, run
from standin import Standin, World
from standin import pictures as drawn
from wire import Asked, Fault, Reply

ID = "1*AbCdEfGhIjKlMnOpQrStUv.jpeg"
MIRO = f"https://miro.medium.com/{ID}"

ADDRESSES = [
    (ID, ID, MIRO),
    (MIRO, ID, MIRO),
    (f"https://miro.medium.com/v2/resize:fit:700/{ID}", ID, MIRO),
    (f"https://miro.medium.com/v2/resize:fit:1400/format:webp/{ID}", ID, MIRO),
    (f"https://miro.medium.com/max/1400/{ID}?q=20", ID, MIRO),
    (f"https://cdn-images-1.medium.com/max/2560/{ID}", ID, MIRO),
    (f"//cdn-images-1.medium.com/max/800/{ID}", ID, MIRO),
    ("https://cdn-images-1.medium.com/max/800/1%2AAbc.png", "1*Abc.png", "https://miro.medium.com/1*Abc.png"),
    ("0*without_an-end", "0*without_an-end", "https://miro.medium.com/0*without_an-end"),
    ("a b.png", "a b.png", ""),
    ("https://quay.example/boat.png?w=1", "https://quay.example/boat.png?w=1", "https://quay.example/boat.png?w=1"),
    ("", "", ""),
    ("../x", "../x", ""),
]  # fmt: skip


@pytest.mark.parametrize(("given", "key", "address"), ADDRESSES)
def test_the_original_behind_an_id_or_a_copy(given: str, key: str, address: str) -> None:
    assert (pictures.key(given), pictures.address(given)) == (key, address)


def fetch(
    given: str, order: Callable[[Standin], None] | None = None, world: World | None = None
) -> tuple[Outcome, list[Asked]]:
    async def outcome() -> tuple[Outcome, list[Asked]]:
        async with asking(world or World.generate(1, 3)) as (standin, client):
            if order is not None:
                order(standin)
            return await pictures.fetch(client, given), standin.log

    return run(outcome())


@pytest.mark.parametrize("number", range(8))
def test_a_picture_is_what_its_bytes_say(number: int) -> None:
    name = f"1*picture{number}.jpeg"  # whatever the name says
    found, log = fetch(name)
    assert isinstance(found, Picture)
    assert (found.key, found.url) == (name, f"https://miro.medium.com/{name}")
    assert found.type == drawn.kind_of(name)
    assert (found.width, found.height) == drawn.size_of(name)
    assert found.data == drawn.draw(name)
    assert found.sha256 == hashlib.sha256(found.data).hexdigest()
    assert found.etag == found.response.header("ETag") != ""
    assert [(one.method, one.host, one.target) for one in log] == [("GET", "miro.medium.com", f"/{name}")]


def test_a_picture_of_another_host() -> None:
    found, log = fetch("https://i.ytimg.com/vi/abcdefghijk/hqdefault.jpg")
    assert isinstance(found, Picture)
    assert found.key == "https://i.ytimg.com/vi/abcdefghijk/hqdefault.jpg"
    assert log[0].host == "i.ytimg.com"


WRONG = [
    (wire_faults.html_instead(200), "failed", "not what was asked for"),
    (wire_faults.json_instead(200), "failed", "not what was asked for"),
    (wire_faults.status(404), "gone", "nothing at this address"),
    (wire_faults.status(410), "gone", "nothing at this address"),
    (wire_faults.status(401), "locked", "signed in"),
    (wire_faults.status(403, body=b"<Error><Code>AccessDenied</Code></Error>"), "locked", "signed in"),
    (wire_faults.status(500), "failed", "again and again"),
    (wire_faults.short(), "failed", "broke off"),
    (wire_faults.truncated_gzip(), "failed", "ends too early"),
    (wire_faults.reset("body"), "failed", "broke"),
    (wire_faults.no_last_chunk(), "failed", "broke off"),
]  # fmt: skip


@pytest.mark.parametrize(("fault", "reason", "words"), WRONG, ids=lambda each: getattr(each, "name", None))
def test_what_is_no_picture_is_named(fault: Fault, reason: str, words: str) -> None:
    found, _ = fetch(ID, lambda standin: standin.faults.add(fault, times=0))
    assert isinstance(found, Missing)
    assert (found.key, found.reason) == (ID, reason)
    assert words in found.detail


@pytest.mark.parametrize(
    "fault",
    [wire_faults.short(), wire_faults.status(500), wire_faults.status(429), wire_faults.truncated_gzip()],
)
def test_what_passes_is_asked_for_again(fault: Fault) -> None:
    found, log = fetch(ID, lambda standin: standin.faults.add(fault))
    assert isinstance(found, Picture)
    assert len(log) == 2


def test_a_picture_cut_before_it_was_sent_is_asked_for_once_more() -> None:
    def cut(_asked: Asked, was: Reply) -> Reply:
        return Reply(was.body[: len(was.body) * 9 // 10], type="image/jpeg")

    found, log = fetch(ID, lambda standin: standin.faults.add(Fault("cut", reply=cut)))
    assert isinstance(found, Picture)
    assert len(log) == 2
    found, log = fetch(ID, lambda standin: standin.faults.add(Fault("cut", reply=cut), times=0))
    assert isinstance(found, Missing)
    assert (found.reason, found.broken) == ("failed", True)
    assert found.response is not None
    assert len(log) == 2


def test_an_error_page_is_not_asked_for_twice() -> None:
    _, log = fetch(ID, lambda standin: standin.faults.add(wire_faults.html_instead(), times=0))
    assert len(log) == 1


def test_no_network_is_nobody_s_reason() -> None:
    async def attempt() -> None:
        async with asking(World.generate(1, 1), gateway="http://127.0.0.1:1") as (_, client):
            await pictures.fetch(client, ID)

    with pytest.raises(OfflineError):
        run(attempt())


def test_what_is_neither_id_nor_address_is_not_asked_for() -> None:
    found, log = fetch("a b.png")
    assert isinstance(found, Missing)
    assert log == []


# -- to the last pixel ------------------------------------------------------------------------------------


def pixels(data: bytes) -> list[bytes]:
    """Every frame, by the library itself."""
    picture = Image.open(io.BytesIO(data))
    frames = []
    for number in range(getattr(picture, "n_frames", 1)):
        picture.seek(number)
        frames.append(picture.convert("RGBA").tobytes())
    return frames


def made(kind: str) -> bytes:
    """A picture of a kind; a GIF or WebP that moves."""
    frames = [Image.effect_noise((40, 30), 20 * n + 5).convert("RGB") for n in range(3)]
    file = io.BytesIO()
    options = {"save_all": True, "append_images": frames[1:]} if kind in ("gif", "webp") else {}
    frames[0].save(file, {"jpeg": "JPEG"}.get(kind, kind.upper()), **options)
    return file.getvalue()


KINDS = ("jpeg", "png", "gif", "webp", "bmp", "tiff", "avif")


@pytest.mark.parametrize("kind", KINDS)
def test_a_whole_picture_of_every_kind(kind: str) -> None:
    data = made(kind)
    assert sniff.picture(data[:4096]) == kind
    assert measure(data, kind) == Size(40, 30)


@pytest.mark.parametrize("kind", KINDS)
def test_a_cut_is_found_or_cost_no_pixel(kind: str) -> None:
    data = made(kind)
    whole = pixels(data)
    for end in range(64, len(data), max(len(data) // 150, 1)):
        found = measure(data[:end], kind)
        assert isinstance(found, (Flaw, Size))
        if isinstance(found, Size) and found.checked:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                assert pixels(data[:end]) == whole, end


@pytest.mark.parametrize("kind", KINDS)
def test_nine_tenths_of_a_picture_is_none(kind: str) -> None:
    data = made(kind)
    assert isinstance(measure(data[: len(data) * 9 // 10], kind), Flaw)


def test_the_last_frame_is_decoded_too() -> None:
    moving = made("gif")
    place = moving.rfind(b"\x21\xf9\x04") + 8  # the last image's descriptor (GIF89a, 20)
    flags = moving[place + 9]
    codes = place + 10 + (3 << (flags & 7) + 1 if flags & 0x80 else 0)
    damaged = moving[:codes] + b"\xff" + moving[codes + 1 :]  # codes of 255 bits
    assert isinstance(measure(damaged, "gif"), Flaw)
    moving = made("webp")
    place = moving.rfind(b"ANMF") + 32  # in the last frame's image
    assert isinstance(measure(moving[:place] + bytes(20) + moving[place + 20 :], "webp"), Flaw)


@pytest.mark.parametrize("kind", ["jpeg", "png", "gif", "webp", "avif", "bmp", "tiff", "ico"])
def test_damage_is_a_flaw_and_never_another_error(kind: str) -> None:
    data = made(kind) if kind != "ico" else b"\0\0\1\0\1\0\x10\x10\0\0\1\0\x20\0" + bytes(40)
    for place in range(0, min(len(data), 600), 7):
        damaged = data[:place] + bytes([data[place] ^ 0xFF]) + data[place + 1 :]
        assert isinstance(measure(damaged, kind), (Flaw, Size))
    assert isinstance(measure(data[:16], kind), Flaw)


def test_a_picture_of_too_many_pixels_is_not_decoded() -> None:
    """A few bytes that claim 30,000 × 30,000 pixels."""
    import struct
    import zlib

    header = b"IHDR" + struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    parts = [b"\x89PNG\r\n\x1a\n"]
    for chunk in (header, b"IDAT" + zlib.compress(b"\0" * 1000), b"IEND"):
        parts.append(struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk)))
    found = measure(b"".join(parts), "png")
    assert isinstance(found, Size)
    assert not found.checked


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" %s><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    ("attributes", "size"),
    [
        (b'width="40" height="30"', (40, 30)),
        (b"width='40px' height='30.5px' viewBox='0 0 4 3'", (40, 30)),
        (b'viewBox="0 0 120 80"', (120, 80)),
        (b'width="100%" height="50%"', (0, 0)),
        (b"", (0, 0)),
    ],
)
def test_svg_is_text(attributes: bytes, size: tuple[int, int]) -> None:
    data = SVG.replace(b"%s", attributes)
    assert sniff.picture(data) == "svg"
    assert measure(data, "svg") == Size(*size, checked=False)


def test_svg_without_its_end() -> None:
    assert isinstance(measure(SVG[:-6], "svg"), Flaw)
