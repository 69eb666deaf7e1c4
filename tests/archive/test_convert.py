"""From inputs to files: layout, links between posts, proof, repetition, faults."""

from __future__ import annotations

import errno
import itertools
import os
import re
import sys
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import msgspec
import pytest

import fonds
import made
from fonds import sources, writers
from fonds.archive import convert as conversion
from fonds.archive import durable, files, render, spool
from fonds.archive.convert import convert, to_text
from fonds.archive.summary import Failure, Summary
from fonds.errors import UnreadableError, UsageError
from fonds.jobs import default_jobs
from fonds.model import Post
from fonds.writers.context import Context

A, B, C = "aaaaaaaaaaaa", "bbbbbbbbbbbb", "cccccccccccc"


def link(href: str, text: str = "there") -> str:
    return f'<a href="{href}" data-href="{href}" class="markup--anchor">{text}</a>'


def post(post_id: str, title: str, *body: str) -> tuple[str, bytes]:
    slug = title.lower().replace(" ", "-")
    return made.export_name(title, post_id), made.export_post(title, *body, post_id=post_id, slug=slug)


@pytest.fixture
def export(tmp_path: Path) -> Path:
    posts = dict([
        post(A, "First", made.graf(f"Read {link(f'https://medium.com/@ana/second-{B}?source=x#b2b2')}."), made.graf("Mine", "a1a1")),
        post(B, "Second", made.graf("Nothing here", "b1b1"), made.graf("The place", "b2b2")),
    ])  # fmt: skip
    posts[f"draft_Third-{C}.html"] = made.export_post(
        "Third",
        made.graf(
            f"{link(f'https://medium.com/p/{A}')} {link('#c9c9')} {link(f'https://medium.com/p/{A}#nope')}"
        ),
        made.graf("End", "c9c9"),
        post_id=C,
        draft=True,
    )
    return made.tree(tmp_path / "export", made.export(posts))


def texts(out: Path) -> dict[str, str]:
    return {name: data.decode() for name, data in made.snapshot(out).items()}


def test_the_layout(export: Path, tmp_path: Path) -> None:
    summary = convert([export], tmp_path / "out")
    assert sorted(made.snapshot(tmp_path / "out")) == [
        f"drafts/third-{C}.md", f"posts/2016-05-31-first-{A}.md", f"posts/2016-05-31-second-{B}.md",
    ]  # fmt: skip
    assert (summary.posts, summary.responses, summary.drafts, summary.written) == (2, 0, 1, 3)
    assert summary.others == {"README": 1, "bookmarks": 1, "claps": 1, "personal": 3}
    assert (summary.failures, summary.findings, summary.checked, summary.exit_code) == ([], [], True, 0)


def test_own_posts_link_to_each_other(export: Path, tmp_path: Path) -> None:
    convert([export], tmp_path / "out")
    text = texts(tmp_path / "out")
    assert f"(2016-05-31-second-{B}.md#b2b2)" in text[f"posts/2016-05-31-first-{A}.md"]
    assert '<a id="b2b2"></a>' in text[f"posts/2016-05-31-second-{B}.md"]
    assert "b1b1" not in text[f"posts/2016-05-31-second-{B}.md"]
    third = text[f"drafts/third-{C}.md"]
    assert (
        third.count(f"(../posts/2016-05-31-first-{A}.md)") == 2
    )  # a paragraph that is not there is no anchor
    assert "(#c9c9)" in third
    assert '<a id="c9c9"></a>' in third


def test_every_relative_link_leads_somewhere(export: Path, tmp_path: Path) -> None:
    convert([export], tmp_path / "out")
    count = 0
    for name, text in texts(tmp_path / "out").items():
        for target in re.findall(r"\]\(([^)\s]+)", text):
            if "://" not in target:
                place, _, anchor = target.partition("#")
                path = (tmp_path / "out" / name).parent / place if place else tmp_path / "out" / name
                assert not anchor or f'<a id="{anchor}"></a>' in path.read_text("utf-8")
                count += 1
    assert count == 4


def test_a_post_that_is_not_in_the_run_keeps_its_address(tmp_path: Path) -> None:
    name, data = post(A, "First", made.graf(link(f"https://medium.com/p/{B}#b2b2")))
    made.tree(tmp_path, {name: data})
    convert([tmp_path / name], tmp_path / "out")
    assert f"(https://medium.com/p/{B}#b2b2)" in next(iter(texts(tmp_path / "out").values()))


@pytest.mark.parametrize("jobs", [2, 3])
@pytest.mark.parametrize("chunk", [1, 48])
def test_any_number_of_processes_gives_the_same_bytes(
    export: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jobs: int, chunk: int
) -> None:
    monkeypatch.setattr(conversion, "_CHUNK_ITEMS", chunk)
    monkeypatch.setattr(conversion, "_TASKS", chunk)
    made.tree(
        export,
        {
            "posts/broken.json": b'{"data":',
            "posts/z.html": made.CHALLENGE,
            "copy.zip": made.zipped(made.export()),
        },
    )
    one = convert([export], tmp_path / "one")
    many = convert([export], tmp_path / "many", jobs=jobs)
    assert made.snapshot(tmp_path / "one") == made.snapshot(tmp_path / "many")
    many.out = one.out
    assert msgspec.json.encode(many) == msgspec.json.encode(one)


@pytest.mark.parametrize("objects", [0, 3000])
def test_posts_that_were_encoded_give_the_same_bytes(
    export: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, objects: int
) -> None:
    convert([export], tmp_path / "one")
    monkeypatch.setattr(spool, "OBJECTS", objects)
    convert([export], tmp_path / "two")
    assert made.snapshot(tmp_path / "one") == made.snapshot(tmp_path / "two")


def test_small_runs_take_one_process_by_themselves(export: Path, tmp_path: Path) -> None:
    assert convert([export], tmp_path / "out", jobs=None).posts == 2
    few, count = conversion._ahead(iter([Failure("one")]), None)
    assert (list(few), count) == ([Failure("one")], 1)
    many, count = conversion._ahead(iter([Failure("one")] * 2000), None)
    assert (len(list(many)), count) == (2000, default_jobs())
    assert conversion._ahead(iter([]), 3)[1] == 3


def test_the_same_command_again_changes_nothing(export: Path, tmp_path: Path) -> None:
    convert([export], tmp_path / "out")
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*")}
    summary = convert([export], tmp_path / "out")
    assert (summary.written, summary.replaced, summary.unchanged) == (0, 0, 3)
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*")} == before


def test_an_edited_post_replaces_its_file(export: Path, tmp_path: Path) -> None:
    convert([export], tmp_path / "out")
    name, data = post(A, "First", made.graf("Other words"))
    made.tree(export / "posts", {name: data})
    summary = convert([export], tmp_path / "out")
    # … and Second has nobody any more who links to its paragraph.
    assert (summary.replaced, summary.unchanged) == (2, 1)
    assert "Other words" in texts(tmp_path / "out")[f"posts/2016-05-31-first-{A}.md"]


def test_a_file_of_somebody_else_stays_and_the_others_are_written(export: Path, tmp_path: Path) -> None:
    mine = made.tree(tmp_path / "out", {f"posts/2016-05-31-first-{A}.md": b"my notes\n"})
    summary = convert([export], mine)
    assert made.snapshot(mine)[f"posts/2016-05-31-first-{A}.md"] == b"my notes\n"
    assert [failed.exit_code for failed in summary.failures] == [4]
    assert (summary.written, summary.exit_code) == (2, 4)


def test_the_output_may_lie_in_the_input(export: Path) -> None:
    first = convert([export], export / "markdown")
    again = convert([export], export / "markdown")
    assert (first.total, again.unchanged, again.failures) == (3, 3, [])


def test_two_copies_are_one_and_two_versions_are_two(export: Path, tmp_path: Path) -> None:
    made.tree(
        tmp_path,
        {
            "copy.zip": made.zipped(
                made.export(
                    dict(
                        [post(B, "Second", made.graf("Nothing here", "b1b1"), made.graf("The place", "b2b2"))]
                    )
                )
            )
        },
    )
    same = convert([export, tmp_path / "copy.zip"], tmp_path / "out")
    assert (same.duplicates, same.total, same.warnings) == (1, 3, {})
    name, data = post(B, "Second", made.graf("An older version"))
    made.tree(tmp_path, {f"old/{name}": data})
    both = convert([export, tmp_path / "old"], tmp_path / "both")
    assert (both.duplicates, both.total) == (0, 4)
    assert {code: kind.count for code, kind in both.warnings.items()} == {"W141": 1, "W142": 1}
    assert f"posts/2016-05-31-second-{B}-2.md" in made.snapshot(tmp_path / "both")


def test_a_post_links_to_its_own_version(tmp_path: Path) -> None:
    for number in (1, 2):
        own = link(f"https://medium.com/@ana/first-{A}#a{number}a{number}")
        name, data = post(A, "First", made.graf(f"{own} {number}"), made.graf("here", f"a{number}a{number}"))
        made.tree(tmp_path, {f"{number}/{name}": data})
    convert([tmp_path], tmp_path / "out")
    text = texts(tmp_path / "out")
    assert "(#a1a1)" in text[f"posts/2016-05-31-first-{A}.md"]
    assert "(#a2a2)" in text[f"posts/2016-05-31-first-{A}-2.md"]


def test_personal_data_reaches_nothing(export: Path, tmp_path: Path) -> None:
    opened: list[str] = []
    watching = False

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        if watching and event == "open":
            opened.append(str(arguments[0]))

    sys.addaudithook(watch)
    zipped = tmp_path / "export.zip"
    zipped.write_bytes(made.zipped(made.snapshot(export)))
    watching = True
    summary = convert([export], tmp_path / "out")
    both = convert([zipped], tmp_path / "out2")
    watching = False
    assert any("First" in path for path in opened)
    assert not [path for path in opened if re.search(r"[/\\](?:sessions|profile|ips)[/\\]", path)]
    everything = b"".join(made.snapshot(tmp_path / "out").values()) + msgspec.json.encode([summary, both])
    assert made.SECRET.encode() not in everything
    assert summary.others["personal"] == both.others["personal"] == 3


def test_a_defect_of_our_own_costs_one_post(
    export: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = writers.write

    def broken(post: Post, flavour: str, *, context: Context) -> str:
        if post.id == A:
            raise IndexError("list index out of range")
        return real(post, flavour, context=context)

    monkeypatch.setattr(render, "write", broken)
    summary = convert([export], tmp_path / "out")
    (failed,) = summary.failures
    assert failed.exit_code == 1
    assert "defect of fonds" in failed.remedy
    assert "IndexError" in failed.trace
    assert (summary.written, summary.exit_code) == (2, 1)


def test_a_defect_while_reading_costs_one_input(
    export: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = sources.read

    def broken(data: bytes, origin: str) -> Iterator[object]:
        yield from real(data, origin)
        if b"Second" in data:
            raise KeyError("second")

    monkeypatch.setattr(sources, "read", broken)
    summary = convert([export], tmp_path / "out")
    assert summary.total == 3
    assert [failed.exit_code for failed in summary.failures] == [1]


def test_a_finding_is_named_with_its_place(
    export: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        render, "write", lambda post, _flavour, *, context: f'---\ntitle: "x"\n---\n\n{post.id}\n'
    )
    summary = convert([export], tmp_path / "out")
    assert summary.exit_code == 64
    assert summary.findings
    assert all(
        re.match(r"E\d+ ", found.reason) and found.origin.endswith(".md") for found in summary.findings
    )
    assert convert([export], tmp_path / "out2", check=False).findings == []


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES])
def test_a_full_disk_ends_the_run_with_one_line(
    export: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    real = os.write
    calls = iter(range(100))

    def full(handle: int, data: bytes) -> int:
        if next(calls) == 1:
            real(handle, data[: len(data) // 2])
            raise OSError(number, os.strerror(number))
        return real(handle, data)

    whole = tmp_path / "whole"
    convert([export], whole)
    monkeypatch.setattr(os, "write", full)
    summary = convert([export], tmp_path / "out")
    (failed,) = summary.failures
    assert (failed.exit_code, summary.written, summary.exit_code) == (128, 1, 128)
    ((name, data),) = made.snapshot(tmp_path / "out").items()  # the one before it is there, and whole
    assert made.snapshot(whole)[name] == data


def test_what_the_disk_lost_is_not_there_and_not_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The fault is told while the next posts are written: those before it have their names, and are whole."""
    posts = dict(post(f"{number:012x}", f"Title {number}", made.graf("Boats")) for number in range(40))
    made.tree(tmp_path / "in", {f"posts/{name}": data for name, data in posts.items()})
    convert([tmp_path / "in"], tmp_path / "whole")
    told = iter([True])

    def failing_then(_handle: int) -> bool:
        if next(told, False):
            return True
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(durable, "_is_local", lambda _device: True)
    monkeypatch.setattr(durable, "_syncfs", failing_then)
    monkeypatch.setattr(files, "_OPEN", durable.FEW)
    summary = convert([tmp_path / "in"], tmp_path / "out")
    assert [found.exit_code for found in summary.failures] == [128]
    assert (summary.written, summary.exit_code) == (0, 128)
    there, whole = made.snapshot(tmp_path / "out"), made.snapshot(tmp_path / "whole")
    assert len(there) == durable.FEW
    assert there.items() <= whole.items()
    monkeypatch.undo()
    assert convert([tmp_path / "in"], tmp_path / "out").exit_code == 0
    assert made.snapshot(tmp_path / "out") == whole


def test_an_output_that_cannot_be_is_one_line(export: Path, tmp_path: Path) -> None:
    (tmp_path / "out").write_bytes(b"a file")
    summary = convert([export], tmp_path / "out")
    assert len(summary.failures) == 1
    assert summary.exit_code == 128
    assert (tmp_path / "out").read_bytes() == b"a file"


def test_nothing_to_write_makes_no_folder(tmp_path: Path) -> None:
    made.tree(tmp_path, {"in/a.txt": b"words"})
    summary = convert([tmp_path / "in"], tmp_path / "out")
    assert not (tmp_path / "out").exists()
    assert summary.total == 0


def test_stopping_ends_behind_the_item_in_hand(export: Path, tmp_path: Path) -> None:
    """Wherever it is asked: what is written is whole, and the same command goes on."""
    asked = itertools.count()
    whole = convert([export], tmp_path / "whole", stop=lambda: next(asked) < 0)
    counts = []
    for after in range(next(asked)):
        out = tmp_path / str(after)
        steps = itertools.count()
        summary = convert([export], out, stop=lambda steps=steps, after=after: next(steps) >= after)  # type: ignore[misc]
        assert (summary.interrupted, summary.exit_code) == (True, 130)
        written = made.snapshot(out) if out.exists() else {}
        assert len(written) == summary.written < whole.written
        counts.append(len(written))
        assert convert([export], out).unchanged == len(written)
        assert made.snapshot(out) == made.snapshot(tmp_path / "whole")
    assert set(counts) == {0, 1, 2}


def test_ctrl_c_leaves_no_temporary_file(
    export: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_handle: int) -> NoReturn:
        raise KeyboardInterrupt

    made.tree(tmp_path, {"out/posts/.keep": b""})
    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        convert([export], tmp_path / "out")
    assert list(made.snapshot(tmp_path / "out")) == ["posts/.keep"]


def test_progress_counts_both_passes(export: Path, tmp_path: Path) -> None:
    seen: list[tuple[str, int, int]] = []
    convert([export], tmp_path / "out", progress=lambda *step: seen.append(step))
    assert seen == [
        ("read", 1, 0),
        ("read", 2, 0),
        ("read", 3, 0),
        ("write", 1, 3),
        ("write", 2, 3),
        ("write", 3, 3),
    ]


@pytest.mark.parametrize(
    ("flavour", "zone"), [("klingon", ""), ("fonds", "Mars/Olympus"), ("zmedium", "+9900")]
)
def test_wrong_words(export: Path, tmp_path: Path, flavour: str, zone: str) -> None:
    with pytest.raises(UsageError):
        convert([export], tmp_path / "out", flavour=flavour, timezone=zone)


def test_local_dates_of_zmedium(tmp_path: Path) -> None:
    late = made.export_post(date="2016-05-31T23:30:00.000Z")
    made.tree(tmp_path, {"a.html": late})
    convert([tmp_path / "a.html"], tmp_path / "z", flavour="zmedium", timezone="Europe/Zagreb")
    convert([tmp_path / "a.html"], tmp_path / "f", timezone="Europe/Zagreb")
    assert next(iter(made.snapshot(tmp_path / "z"))).startswith("posts/2016-06-01-")
    assert next(iter(made.snapshot(tmp_path / "f"))).startswith("posts/2016-05-31-")


def test_one_post_as_text(tmp_path: Path) -> None:
    own = f"{link('#a1a1')} {link(f'https://medium.com/@ana/boats-at-the-harbour-{A}')}"
    made.tree(
        tmp_path, {"a.html": made.export_post("Boats", made.graf(own), made.graf("x", "a1a1"), post_id=A)}
    )
    text, summary = to_text([tmp_path / "a.html"])
    assert text.startswith('---\ntitle: "Boats"\n')
    assert "(#a1a1)" in text
    assert f"(https://medium.com/@ana/boats-at-the-harbour-{A})" in text
    assert (summary.exit_code, summary.findings) == (0, [])
    with pytest.raises(UsageError, match="there are 2 posts"):
        to_text([tmp_path / "a.html", made.tree(tmp_path / "x", {"b.json": made.api_post()})])
    text, summary = to_text([tmp_path / "gone.html"])
    assert (text, summary.exit_code) == ("", 32)


def test_the_front_door(export: Path, tmp_path: Path) -> None:
    posts = list(fonds.read(export))
    assert [found.title for found in posts] == ["First", "Second", "Third"]
    assert fonds.write(posts[1]).startswith('---\ntitle: "Second"\n')
    assert isinstance(fonds.convert([export], tmp_path / "out"), Summary)
    made.tree(export, {"posts/0.json": b'{"data": '})
    assert [found.title for found in fonds.read(export, strict=False)] == ["First", "Second", "Third"]
    with pytest.raises(UnreadableError, match=r"0\.json"):
        list(fonds.read(export))


def test_files_are_written_before_they_are_named(
    export: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []
    fsync, replace = os.fsync, os.replace

    def syncing(handle: int) -> None:
        steps.append("sync")
        fsync(handle)

    def renaming(source: str, target: str) -> None:
        steps.append("rename")
        replace(source, target)

    monkeypatch.setattr(os, "fsync", syncing)
    monkeypatch.setattr(os, "replace", renaming)
    convert([export], tmp_path / "out")
    assert steps[:6] == ["sync"] * 3 + ["rename"] * 3
    assert set(steps[6:]) == {"sync"}  # the folders


def _peak(folder: Path, out: Path) -> int:
    tracemalloc.start()
    convert([folder], out, check=False)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak


def test_memory_does_not_grow_with_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "OBJECTS", 1 << 18)
    monkeypatch.setattr(spool, "MEMORY", 1 << 18)
    body = [
        made.graf(f"Paragraph {number} about boats and nets. " * 5, f"{number:04x}") for number in range(60)
    ]
    for count in (30, 300):
        posts = dict(post(f"{number:012x}", f"Title {number}", *body) for number in range(count))
        made.tree(tmp_path / str(count), {f"posts/{name}": data for name, data in posts.items()})
    _peak(tmp_path / "30", tmp_path / "warm")
    small, large = _peak(tmp_path / "30", tmp_path / "out1"), _peak(tmp_path / "300", tmp_path / "out2")
    assert large - small < 270 * 4000  # an entry and its name: two thousand bytes or so for each post
