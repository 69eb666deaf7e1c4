"""The issue's "Bad input", each through the real command: one line, the others go on, nothing half-written."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

import made
from running import Ran, Run

GOOD = made.api_post("A good one", "600d600d600d")
EXPORT = made.export_post("Boats", made.graf("Paragraph. " * 300))
NAME = "2016-05-31_Boats-0123456789ab.html"
STATE = b"<html><body><article></article><script>window.__APOLLO_STATE__ = %s</script></body></html>"

# Name of the input → its bytes, the words of its line, the exit code beside a good input.
LINES: dict[str, tuple[bytes, str, int]] = {
    "empty.html": (b"", "is empty", 36),
    "space.json": (b" \n\t", "is empty", 36),
    "binary.html": (bytes(range(256)) * 40, "is binary", 36),
    "picture.html": (made.PNG, "is a picture", 36),
    "words.txt": (b"Nothing of Medium's.", "no form of Medium's that fonds knows", 36),
    "other.json": (b'{"name": "x"}', "no form of Medium's that fonds knows", 36),
    "other.html": (b"<html><body><p>Shop</p></body></html>", "no form of Medium's that fonds knows", 36),
    "fonds.md": (b'---\ntitle: "x"\nmedium_id: "600d600d600d"\n---\n\nx\n', "Markdown that fonds wrote itself", 36),
    "challenge.html": (made.CHALLENGE, "is a challenge page, not a post", 36),
    "lost.html": (made.NOT_FOUND, "is a not-found page, not a post", 36),
    "login.html": (made.LOGIN, "is a login page, not a post", 36),
    "cut.json": (made.api_post()[:200], "in the middle of its JSON", 36),
    "cut-payload.json": (b'])}while(1);</x>{"success":true,"payload":{"value":{"id":"1"', "JSON", 36),
    "broken.json": (b'{"data": {"post": {"title": }}}', "is no JSON", 36),
    "deep.json": (b'{"data":' * 100_000, "", 36),
    "cut-state.html": (STATE % b'{"Post:1": {"content({})": {"bodyModel": {', "", 36),
    "broken.zip": (b"PK\x03\x04" + b"x" * 100, "is no ZIP that can be read", 36),
    "cut.zip": (made.zipped(made.export())[:-40], "is no ZIP that can be read", 36),
    "slip.zip": (made.zipped({"../up.html": EXPORT}), "leads out of the ZIP", 36),
    "bomb.zip": (made.zipped({"a.html": b"<" * (30 << 20)}), "absurdly compressed", 36),
    f"{NAME[:-5]}-cut.zip": (made.zipped({f"posts/{NAME}": EXPORT[:300]}), "no post of an account export|named like a post|no form of Medium", 36),
}  # fmt: skip


def _checked(ran: Ran, here: Path, name: str, words: str, code: int) -> None:
    import re

    assert ran.code == code, ran.err
    (line,) = ran.lines
    assert line.startswith(f"fonds: {name}"), line
    assert re.search(words, line), line
    assert "Traceback" not in ran.err
    files = made.snapshot(here / "out")
    assert [file for file in files if "600d600d600d" in file]
    assert len(files) == 1, list(files)


@pytest.mark.parametrize("name", LINES)
def test_one_line_and_the_others_go_on(run: Run, here: Path, name: str) -> None:
    data, words, code = LINES[name]
    made.tree(here, {name: data, "good.json": GOOD})
    _checked(run("convert", name, "good.json", "-o", "out", "-q"), here, name, words, code)
    inspected = run("inspect", name, "good.json", "-q")
    assert (inspected.code, len(inspected.lines)) == (code, 1)


@pytest.mark.parametrize("name", LINES)
def test_alone_it_is_32_and_nothing_is_written(run: Run, here: Path, name: str) -> None:
    made.tree(here, {name: LINES[name][0]})
    ran = run("convert", name, "-o", "out", "-q")
    assert (ran.code, len(ran.lines)) == (32, 1)
    assert not (here / "out").exists()


# What is kept although it is odd: name → bytes, code of the warning.
KEPT: dict[str, tuple[bytes, str]] = {
    "unknown paragraph type": (made.api_post(paragraphs=[{"name": "a1", "type": "SONG", "text": "la la", "markups": []}]), "W101"),
    "unknown mark type": (
        made.api_post(paragraphs=[{"name": "a1", "type": "P", "text": "la la", "markups": [{"type": "BLINK", "start": 0, "end": 2}]}]), "W102",
    ),
    "null text": (made.api_post(paragraphs=[{"name": "a1", "type": "P", "text": None, "markups": []}, {"name": "a2", "type": "P", "text": "la la", "markups": []}]), "W103"),
    "a NUL": (made.api_post(paragraphs=[{"name": "a1", "type": "P", "text": "la la\x00", "markups": []}]), "W109"),
    "another encoding": (made.export_post("Café", made.graf("la la é")).decode().encode("cp1252"), "W112"),
    "a cut file": (made.export_post("Boats", made.graf("la la " * 400))[:-900], "W120"),
}  # fmt: skip


@pytest.mark.parametrize("name", KEPT)
def test_odd_things_are_kept_with_a_warning(run: Run, here: Path, name: str) -> None:
    data, code = KEPT[name]
    made.tree(here, {"odd": data})
    ran = run("convert", "odd", "-o", "out", "--json")
    summary = json.loads(ran.out)
    assert (ran.code, summary["written"], summary["findings"]) == (0, 1, [])
    assert code in summary["warnings"]
    assert "la la" in next(iter(made.snapshot(here / "out").values())).decode()


def test_a_cyclic_reference_ends(run: Run, here: Path) -> None:
    state = {
        "ROOT_QUERY": {}, "Post:abcdefabcdef": {"id": "abcdefabcdef", "__typename": "Post", "title": "Ring", "creator": {"__ref": "User:1"},
        "content({})": {"bodyModel": {"__ref": "Body:1"}}}, "User:1": {"id": "1", "name": {"__ref": "User:1"}, "self": {"__ref": "User:1"}},
        "Body:1": {"paragraphs": [{"__ref": "Paragraph:1"}], "sections": [{"__ref": "Body:1"}]},
        "Paragraph:1": {"name": "a1", "type": "P", "text": "round", "markups": [{"__ref": "Paragraph:1"}], "iframe": {"__ref": "Paragraph:1"}},
    }  # fmt: skip
    made.tree(here, {"ring.html": STATE % json.dumps(state).encode()})
    ran = run("convert", "ring.html", "-o", "out", "-q")
    assert ran.code in (0, 32)
    assert "Traceback" not in ran.err


def test_a_folder_that_is_no_export(run: Run, here: Path) -> None:
    made.tree(here, {"photos/1.jpg": made.JPEG, "photos/notes.txt": b"words", "photos/deep/x.css": b"p {}"})
    ran = run("convert", "photos", "-o", "out")
    assert ran.code == 32
    assert ran.lines == [
        "fonds: photos: holds no post in any form of Medium's that fonds knows. docs/forms.md lists the forms."
    ]
    assert not (here / "out").exists()


def test_an_empty_folder_and_an_empty_zip(run: Run, here: Path) -> None:
    (here / "nothing").mkdir()
    made.tree(here, {"nothing.zip": made.zipped({})})
    for name in ("nothing", "nothing.zip"):
        ran = run("convert", name)
        assert (ran.code, len(ran.lines)) == (32, 1)


def test_a_folder_with_everything_in_it(run: Run, here: Path) -> None:
    """Bad files beside good ones: those that promise a post get a line, the rest is counted."""
    files = {f"in/{name}": data for name, (data, _, _) in LINES.items()}
    made.tree(
        here,
        files
        | {
            "in/good.json": GOOD,
            f"in/posts/{NAME}": EXPORT,
            f"in/posts/draft_x-{'ab' * 6}.html": b"<!DOCTYPE html><html>",
        },
    )
    ran = run("convert", "in", "-o", "out", "--json")
    summary = json.loads(ran.out)
    assert (summary["written"], ran.code) == (2, 36)
    assert len(made.snapshot(here / "out")) == 2
    failed = {Path(failure["origin"].partition("!")[0]).name for failure in summary["failures"]}
    assert failed == set(LINES) - {"words.txt", "other.json", "other.html", "fonds.md", "picture.html"} | {
        f"draft_x-{'ab' * 6}.html"
    }
    assert summary["others"] == {"fonds markdown": 1, "picture": 1, "unknown text": 3}


def _no_folder(here: Path) -> str:
    (here / "out").write_bytes(b"a file")
    return "out"


def _below_a_file(here: Path) -> str:
    (here / "file").write_bytes(b"a file")
    return "file/out"


def _read_only(here: Path) -> str:
    (here / "out").mkdir()
    (here / "out").chmod(0o500)
    return "out"


def _a_file_as_posts(here: Path) -> str:
    made.tree(here, {"out/posts": b"a file"})
    return "out"


@pytest.mark.parametrize("make", [_no_folder, _below_a_file, _read_only, _a_file_as_posts])
def test_an_output_that_cannot_be_written(run: Run, here: Path, make: Callable[[Path], str]) -> None:
    if make is _read_only and (os.name == "nt" or os.geteuid() == 0):
        pytest.skip("root may write everywhere")
    made.tree(here, {"in/a.json": GOOD})
    out = make(here)
    before = made.snapshot(here)
    ran = run("convert", "in", "-o", out, "-q")
    assert (ran.code, len(ran.lines)) == (128, 1), ran.err
    assert made.snapshot(here) == before


@pytest.mark.skipif(sys.platform == "win32", reason="limits of processes")
def test_a_disk_with_little_room(here: Path) -> None:
    """Files may have 30 kB: the small post is there, of the large one there is nothing."""
    large = made.export_post(
        "Large", made.graf("Boats and nets. " * 4000), post_id="bbbbbbbbbbbb", date="2017-05-31T11:05:50.178Z"
    )
    made.tree(here, {"in/1.json": GOOD, "in/2.html": large})
    script = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, 30_000)); sys.dont_write_bytecode = True\n"
        "from fonds.cli import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, "convert", "in", "-o", "out", "-q"],
        capture_output=True,
        check=False,
        text=True,
    )
    assert done.returncode == 128, done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert [name for name in made.snapshot(here / "out") if "600d600d600d" not in name] == []


def test_what_is_not_there(run: Run, here: Path) -> None:
    ran = run("convert", "gone.html", "gone/", "-o", "out")
    assert ran.code == 32
    assert [line.split(": ")[1] for line in ran.lines] == ["gone.html", "gone"]


def test_names_in_bytes_that_are_no_text(command: Run, here: Path) -> None:
    if sys.platform != "linux":
        pytest.skip("names are bytes on Linux")
    Path(os.fsdecode(os.fsencode(here) + b"/b\xff.json")).write_bytes(b'{"data": ')
    Path(os.fsdecode(os.fsencode(here) + b"/g\xfe.json")).write_bytes(GOOD)
    ran = command("convert", ".", "-o", "out", "--json")
    assert (ran.code, len(json.loads(ran.out)["failures"])) == (36, 1)
    assert "\ufffd" in ran.err


def _marks(count: int) -> list[Mapping[str, object]]:
    return [{"type": "STRONG", "start": n % 90, "end": n % 90 + 9, "href": None} for n in range(count)]


LARGE: dict[str, Callable[[], bytes]] = {
    "a paragraph of 8 MB": lambda: made.api_post(paragraphs=[{"name": "a1", "type": "P", "text": "boat " * (8 << 18), "markups": []}]),
    "an export of 8 MB": lambda: made.export_post("Large", made.graf("boats & nets " * 600_000)),
    "100,000 marks": lambda: made.api_post(paragraphs=[{"name": "a1", "type": "P", "text": "boats " * 20, "markups": _marks(100_000)}]),
    "100,000 paragraphs": lambda: made.api_post(paragraphs=[{"name": f"{n:x}", "type": "P", "text": "boat", "markups": []} for n in range(100_000)]),
    "endless nesting": lambda: made.export_post("Deep", made.graf("<b>" * 100_000 + "x")),
    "20 MB of nothing": lambda: b"<" * (20 << 20),
    "20 MB of words": lambda: b"boat " * (4 << 20),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("name", LARGE)
def test_large_inputs_take_no_more_than_their_size(command: Run, here: Path, name: str) -> None:
    made.tree(here, {"large": LARGE[name]()})
    ran = command("convert", "large", "-o", "out", "-q")
    assert ran.code in (0, 32), ran.err
    assert len(ran.lines) <= 1
