"""ZIPs as they come from strangers: every fault is one Failure, and the other members are read."""

from __future__ import annotations

import struct
import time
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import made
from fonds.archive import intake, zips
from fonds.archive.intake import Found, Item
from fonds.archive.summary import Failure
from fonds.model import Other

POST = made.export_post()


def lines(found: list[Found]) -> list[str]:
    result = []
    for thing in found:
        if isinstance(thing, Item):
            result.append(f"item {thing.origin}")
        elif isinstance(thing, Other):
            result.append(f"{thing.kind} {thing.origin}")
        else:
            result.append(f"fail {thing.origin}: {thing.reason}")
    return result


def read(data: bytes, limit: int = intake.MAX_SIZE) -> list[str]:
    return lines(list(zips.members("a.zip", data, limit=limit)))


def test_an_export(tmp_path: Path) -> None:
    data = made.zipped({**made.export(), "posts/1*a.png": made.PNG, ".DS_Store": b"x", "posts/": b""})
    path = tmp_path / "export.zip"
    path.write_bytes(data)
    found = list(intake.items([path]))
    assert [line.replace(f"{path}!", "") for line in lines(found)] == [
        "item README.html", "item bookmarks/bookmarks-0001.html", "item claps/claps-0001.html",
        "personal ips/ips-0001.html", "personal profile/profile.html", "personal sessions/sessions-0001.html",
        "item posts/2016-05-31_Boats-0123456789ab.html", "picture posts/1*a.png",
    ]  # fmt: skip
    assert [thing.data for thing in found if isinstance(thing, Item)][-1] == POST


def test_an_export_in_a_folder_of_the_zip_and_zips_in_folders(tmp_path: Path) -> None:
    inside = {f"medium-export/{name}": data for name, data in made.export().items()}
    made.tree(tmp_path, {"deep/export.zip": made.zipped(inside)})
    found = lines(list(intake.items([tmp_path])))
    assert sum(line.startswith("personal") for line in found) == 3
    assert sum(line.startswith("item") for line in found) == 4


def test_personal_members_are_not_inflated() -> None:
    data = made.zipped(made.export())
    broken = data.replace(zlib.compress(made.SECRET.encode())[2:8], b"\xff" * 6)
    assert not any(line.startswith("fail") for line in read(broken))


@pytest.mark.parametrize(
    "name",
    ["../up.html", "posts/../../up.html", "/etc/cron.html", "C:\\a.html", "\\\\host\\a.html", "..\\a.html"],
)
def test_names_that_lead_out(name: str) -> None:
    assert read(made.zipped({name: POST, "posts/a.html": POST})) == [
        f"fail a.zip!{name}: has a name that leads out of the ZIP, so it was not read", "item a.zip!posts/a.html",
    ]  # fmt: skip


def test_a_name_with_control_characters_stays_on_its_line() -> None:
    (line,) = read(made.zipped({"a\n\x1b[31m.html": POST}))
    assert line.isprintable()


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_stands_twice() -> None:
    assert read(made.zipped([("a.html", POST), ("a.html", POST), ("b.html", POST)])) == [
        "item a.zip!a.html", "fail a.zip!a.html: stands in the ZIP twice: the first was read, this one was not", "item a.zip!b.html",
    ]  # fmt: skip


def _patched(data: bytes, name: bytes, change: Callable[[bytearray, int, int], None]) -> bytes:
    """``change(bytes, offset of the local header, offset of the central one)`` for the member ``name``."""
    raw = bytearray(data)
    change(raw, data.index(b"PK\x03\x04"), data.rindex(b"PK\x01\x02", 0, data.rindex(name)))
    return bytes(raw)


def _encrypted(raw: bytearray, local: int, central: int) -> None:
    raw[local + 6] |= 1
    raw[central + 8] |= 1


def _wrong_crc(raw: bytearray, local: int, central: int) -> None:
    raw[local + 14] ^= 1
    raw[central + 16] ^= 1


def _method(number: int) -> Callable[[bytearray, int, int], None]:
    def change(raw: bytearray, local: int, central: int) -> None:
        struct.pack_into("<H", raw, local + 8, number)
        struct.pack_into("<H", raw, central + 10, number)

    return change


def _size(number: int) -> Callable[[bytearray, int, int], None]:
    def change(raw: bytearray, local: int, central: int) -> None:
        struct.pack_into("<I", raw, local + 22, number)
        struct.pack_into("<I", raw, central + 24, number)

    return change


def _garbled(raw: bytearray, local: int, _central: int) -> None:
    raw[local + 40 : local + 60] = b"\xff" * 20


def _elsewhere(raw: bytearray, _local: int, central: int) -> None:
    struct.pack_into("<I", raw, central + 42, 3)


FAULTS = {
    "encrypted": (_encrypted, "is encrypted"),
    "wrong CRC": (_wrong_crc, "is damaged: bad CRC-32"),
    "bzip2": (_method(12), "is compressed in a way that is not read (bzip2)"),
    "LZMA": (_method(14), "is compressed in a way that is not read (LZMA)"),
    "unheard of": (_method(77), "is compressed in a way that is not read (method 77)"),
    "says it is larger": (_size(len(POST) + 9), "is damaged: "),
    "says it is smaller": (_size(9), "is damaged: "),
    "garbled": (_garbled, "is damaged: "),
    "no header where it should be": (_elsewhere, "is damaged: "),
}


@pytest.mark.parametrize(("change", "reason"), FAULTS.values(), ids=FAULTS.keys())
def test_a_faulty_member_is_named_and_the_others_are_read(
    change: Callable[[bytearray, int, int], None], reason: str
) -> None:
    data = _patched(made.zipped({"bad.html": POST, "good.html": POST}), b"bad.html", change)
    bad, good = read(data)
    assert bad.startswith(f"fail a.zip!bad.html: {reason}")
    assert "\n" not in bad
    assert good == "item a.zip!good.html"


@pytest.mark.parametrize("cut", [1, 30, 200, -1, -30])
def test_a_zip_cut_off(cut: int) -> None:
    (line,) = read(made.zipped({"a.html": POST})[:cut])
    assert line.startswith("fail a.zip: is no ZIP that can be read")


def test_a_bomb_is_left_when_it_has_gone_off_a_little() -> None:
    data = made.zipped({"bomb.html": b"<" * (100 << 20), "good.html": POST})
    tracemalloc.start()
    found = read(data)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found == [
        "fail a.zip!bomb.html: is absurdly compressed: more than 200 times its size",
        "item a.zip!good.html",
    ]
    assert peak < 60 << 20


def test_a_bomb_of_many_members_is_left_as_a_whole() -> None:
    one = b"<" * (8 << 20)
    data = made.zipped({f"{number}.html": one for number in range(30)})
    began = time.process_time()
    found = read(data)
    assert time.process_time() - began < 5
    assert found[-1] == "fail a.zip: is absurdly compressed as a whole: the rest of it was not read"
    assert len(found) < 10


def test_members_that_share_their_bytes_are_bounded_together() -> None:
    """The central directory names one member's bytes hundreds of times (Fifield's bomb, in short)."""
    single = made.zipped({"a.html": b"<" * (4 << 20)})
    start = single.index(b"PK\x01\x02")
    entry = single[start : single.index(b"PK\x05\x06")]
    entries = b"".join(entry.replace(b"a.html", f"{number:06}".encode()) for number in range(500))
    end = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 500, 500, len(entries), start, 0)
    began = time.process_time()
    found = read(single[:start] + entries + end)
    assert time.process_time() - began < 5
    assert all(line.startswith("fail") for line in found)


def test_what_inflates_well_and_is_small_is_read() -> None:
    text = made.export_post("Boats", made.graf("row " * 100_000))
    assert read(made.zipped({"a.html": text})) == ["item a.zip!a.html"]


def test_the_bound_on_one_input_holds_inside() -> None:
    assert read(made.zipped({"a.html": POST}), limit=100) == ["fail a.zip!a.html: is larger than 0 MiB"]


def test_one_zip_in_a_zip_is_read_and_the_next_is_named() -> None:
    third = made.zipped({"c.html": POST})
    second = made.zipped({"b.html": POST, "third.zip": third})
    first = made.zipped({"a.html": POST, "second.zip": second, "z.html": POST})
    assert read(first) == [
        "item a.zip!a.html", "item a.zip!second.zip!b.html",
        "fail a.zip!second.zip!third.zip: is a ZIP in a ZIP in a ZIP, which is not read", "item a.zip!z.html",
    ]  # fmt: skip


def test_binaries_by_their_bytes_and_documents() -> None:
    assert read(made.zipped({"photo.html": made.JPEG + b"\x00" * 99, "a": b"\x00" * 99})) == [
        "picture a.zip!photo.html", "binary a.zip!a",
    ]  # fmt: skip
    assert read(made.zipped({"[Content_Types].xml": b"<x/>"})) == ["binary a.zip"]
    document = zips.members("a.docx", made.zipped({"mimetype": b"x"}), given=True)
    assert lines(list(document)) == ["fail a.docx: is a document, not an export"]


def test_an_empty_zip_holds_nothing() -> None:
    assert read(made.zipped({})) == []


def test_stopping() -> None:
    asked = iter([False, False, True])
    found = zips.members(
        "a.zip", made.zipped({f"{n}.html": POST for n in range(9)}), stop=lambda: next(asked)
    )
    assert len(list(found)) == 2


_SEED = made.zipped({**made.export(), "second.zip": made.zipped({"b.html": POST})})


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, len(_SEED) - 1), st.integers(0, 255)), max_size=8),
    st.integers(1, len(_SEED)),
)
def test_any_damage_is_a_failure_and_no_exception(changes: list[tuple[int, int]], length: int) -> None:
    raw = bytearray(_SEED)
    for place, value in changes:
        raw[place] = value
    for data in (bytes(raw), bytes(raw[:length]), b"PK\x05\x06" + bytes(raw[4:])):
        for found in zips.members("a.zip", data):
            assert isinstance(found, (Item, Other, Failure))
            assert found.origin.isprintable()


def test_zips_are_read_without_being_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zipfile.ZipFile, "extract", None)
    monkeypatch.setattr(zipfile.ZipFile, "extractall", None)
    (tmp_path / "a.zip").write_bytes(made.zipped({"posts/a.html": POST}))
    assert len(list(intake.items([tmp_path / "a.zip"]))) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.zip"]
