"""Pictures that are here already: found, checked by their bytes, copied under names that all take."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import NoReturn

import pytest

import made
from fonds.archive import assets
from fonds.archive.assets import Picture, Pictures
from fonds.archive.convert import convert
from fonds.archive.summary import Failure

ID = "0123456789ab"
STAR = "1*M6vuKaBjcKZ48sxJtdhU4A.jpeg"
HYPHEN = "1-M6vuKaBjcKZ48sxJtdhU4A.jpeg"


@pytest.fixture(autouse=True)
def _forget() -> None:
    assets.forget()


def test_the_layout_of_an_archive(tmp_path: Path) -> None:
    """The folder beside the file, above it, and at the top of a site; --assets with and without ids."""
    for place, origin, given in (
        ("posts/assets", "posts/a.md", ()),
        ("assets", "posts/a.md", ()),
        ("assets", "_posts/zmediumtomarkdown/a.md", ()),
        ("assets", "export.zip!posts/a.html", ()),
        ("pictures", "posts/a.md", ("pictures",)),
    ):
        root = tmp_path / place.replace("/", "-") / origin.replace("/", "-").replace("!", "-")
        made.tree(root, {f"{place}/{ID}/{STAR}": made.JPEG})
        found = Pictures(ID, str(root / origin), [str(root / name) for name in given]).find(STAR)
        assert found == Picture(root / place / ID / STAR, "jpeg"), place


def test_pictures_right_in_a_given_folder(tmp_path: Path) -> None:
    made.tree(tmp_path, {STAR: made.JPEG})
    assert Pictures(ID, "", [str(tmp_path)]).find(STAR) == Picture(tmp_path / STAR, "jpeg")


def test_a_nearer_folder_and_a_given_one_come_first(tmp_path: Path) -> None:
    made.tree(tmp_path, {f"assets/{ID}/{STAR}": made.JPEG, f"posts/assets/{ID}/{STAR}": made.PNG})
    assert Pictures(ID, str(tmp_path / "posts/a.md")).find(STAR) == Picture(
        tmp_path / "posts/assets" / ID / STAR, "png"
    )
    made.tree(tmp_path, {f"given/{ID}/{STAR}": made.GIF})
    found = Pictures(ID, str(tmp_path / "posts/a.md"), [str(tmp_path / "given")]).find(STAR)
    assert found == Picture(tmp_path / "given" / ID / STAR, "gif")


SAME = [
    STAR, STAR.removesuffix(".jpeg"), STAR.replace("*", "-"), STAR.replace("*", "_"), STAR.replace("*", "%2A"),
    STAR.replace("jpeg", "png"), STAR.removesuffix("jpeg"),
]  # fmt: skip


@pytest.mark.parametrize("name", SAME)
@pytest.mark.parametrize(
    "asked",
    [STAR, STAR.removesuffix(".jpeg"), f"https://miro.medium.com/max/800/{STAR}?q=20", f"assets/{ID}/{STAR}"],
)
def test_names_that_mean_one_picture(tmp_path: Path, name: str, asked: str) -> None:
    made.tree(tmp_path, {f"assets/{ID}/{name}": made.JPEG})
    assert Pictures(ID, str(tmp_path / "a.md")).find(asked) == Picture(
        tmp_path / "assets" / ID / name, "jpeg"
    )


@pytest.mark.parametrize(
    ("data", "what"), [(b"<html>404", "an HTML page"), (b"", "empty"), (b"words", "of another kind")]
)
def test_what_is_no_picture(tmp_path: Path, data: bytes, what: str) -> None:
    made.tree(tmp_path, {f"assets/{ID}/{STAR}": data})
    found = Pictures(ID, str(tmp_path / "a.md")).find(STAR)
    assert isinstance(found, Failure)
    assert what in found.reason
    assert found.exit_code == 4


@pytest.mark.parametrize("post_id", ["", "..", "../..", "a/b", "."])
def test_an_id_never_leads_elsewhere(tmp_path: Path, post_id: str) -> None:
    made.tree(tmp_path, {STAR: made.JPEG, "assets/x": b"", f"b/{STAR}": made.JPEG})
    assert Pictures(post_id, str(tmp_path / "a.md")).find(STAR) is None


def _archive(tmp_path: Path, pictures: dict[str, bytes]) -> Path:
    body = [made.figure(STAR), made.figure("0*other.png", "f3f4"), made.figure(STAR, "f5f6")]
    return made.tree(
        tmp_path / "in",
        {"posts/a.html": made.export_post("Boats", *body, post_id=ID)}
        | {f"assets/{ID}/{name}": data for name, data in pictures.items()},
    )


def test_convert_copies_what_a_post_uses(tmp_path: Path) -> None:
    folder = _archive(tmp_path, {STAR: made.PNG, "1*unused.png": made.PNG})
    summary = convert([folder / "posts"], tmp_path / "out")
    files = made.snapshot(tmp_path / "out")
    name = HYPHEN.replace("jpeg", "png")  # the ending from the bytes
    assert files.pop(f"assets/{ID}/{name}") == made.PNG
    ((path, text),) = files.items()
    assert path.startswith("posts/")
    assert text.count(f"](../assets/{ID}/{name})".encode()) == 2
    assert b"](https://miro.medium.com/0*other.png)" in text
    assert (summary.assets.copied, summary.assets.remote, summary.findings) == (1, 1, [])
    again = convert([folder / "posts"], tmp_path / "out")
    assert (again.assets.copied, again.assets.unchanged, again.unchanged) == (0, 1, 1)


def test_an_error_page_with_a_pictures_name_stays_where_it_is(tmp_path: Path) -> None:
    folder = _archive(tmp_path, {STAR: b"<!DOCTYPE html><html>Not Found</html>"})
    summary = convert([folder / "posts"], tmp_path / "out")
    (text,) = made.snapshot(tmp_path / "out").values()
    assert f"](https://miro.medium.com/{STAR})".encode() in text
    assert [failed.exit_code for failed in summary.failures] == [4]
    assert summary.written == 1


def test_a_picture_of_somebody_else_is_not_replaced(tmp_path: Path) -> None:
    folder = _archive(tmp_path, {STAR: made.JPEG})
    made.tree(tmp_path, {f"out/assets/{ID}/{HYPHEN}": made.GIF})
    summary = convert([folder / "posts"], tmp_path / "out")
    assert made.snapshot(tmp_path / "out")[f"assets/{ID}/{HYPHEN}"] == made.GIF
    assert "already there with other bytes" in summary.failures[0].reason
    assert (summary.written, summary.exit_code) == (1, 4)


def test_two_ids_that_become_one_name(tmp_path: Path) -> None:
    folder = made.tree(tmp_path / "in", {
        "a.html": made.export_post("Boats", made.figure("0*a.b.png"), made.figure("0*A.b.png", "f3f4"), post_id=ID),
        f"assets/{ID}/0*a.b.png": made.PNG, f"assets/{ID}/0*A.b.png": made.PNG + b"2",
    })  # fmt: skip
    convert([folder], tmp_path / "out")
    names = [name for name in made.snapshot(tmp_path / "out") if name.startswith("assets")]
    assert sorted(names) == [f"assets/{ID}/0-A.b-2.png", f"assets/{ID}/0-a.b.png"]


def test_pictures_of_zmedium_keep_their_names(tmp_path: Path) -> None:
    folder = _archive(tmp_path, {STAR: made.JPEG})
    summary = convert([folder / "posts"], tmp_path / "out", flavour="zmedium")
    files = made.snapshot(tmp_path / "out")
    assert files[f"posts/assets/{ID}/{STAR}"] == made.JPEG
    assert summary.assets.copied == 1
    assert f"](assets/{ID}/{STAR}".encode() in files[next(name for name in files if name.endswith(".md"))]


def test_a_disk_that_is_full_at_a_picture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_handle: int) -> NoReturn:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    folder = _archive(tmp_path, {STAR: made.JPEG})
    monkeypatch.setattr(os, "fsync", full)
    summary = convert([folder / "posts"], tmp_path / "out")
    assert summary.exit_code == 128
    assert made.snapshot(tmp_path / "out") == {}


def test_the_same_pictures_for_any_number_of_processes(tmp_path: Path) -> None:
    folder = _archive(tmp_path, {STAR: made.JPEG, "0*other.png": made.PNG})
    convert([folder / "posts"], tmp_path / "one")
    convert([folder / "posts"], tmp_path / "two", jobs=2)
    assert made.snapshot(tmp_path / "one") == made.snapshot(tmp_path / "two")
