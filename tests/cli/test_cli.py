"""What every command does: help, version, quick starts, output for people and for machines."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest

import fonds
import made
from fonds import model
from fonds.cli import COMMANDS, common, reference
from running import Run

DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_help(run: Run, flag: str) -> None:
    ran = run(flag)
    assert ran.code == 0
    for name in COMMANDS:
        assert name in ran.out
        assert run(name, flag).code == 0
    assert run().code in (0, 2)


def test_version(run: Run) -> None:
    assert run("--version") == (0, f"fonds {fonds.__version__}\n", "")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_has_help(name: str) -> None:
    assert COMMANDS[name]
    for parameter in reference.parameters(name):
        if isinstance(parameter, click.Option):
            assert parameter.help, parameter.name


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_says_what_the_command_says(name: str) -> None:
    _, command = reference._found(name)
    assert command.get_short_help_str(200) == COMMANDS[name]


def test_the_reference_is_current() -> None:
    """If not: python -m fonds.cli.reference > docs/commands.md"""
    assert (DOCS / "commands.md").read_text("utf-8") == reference.reference()


def test_every_option_of_the_docs_pages_exists() -> None:
    known = {name for command in COMMANDS for option in reference.parameters(command) for name in option.opts}
    assert {"--json", "-o", "--assets", "-h"} <= known


def _modules(command: Run, *arguments: object) -> set[str]:
    code = f"import sys; sys.argv = ['fonds', *{[str(word) for word in arguments]!r}]\nfrom fonds.cli import main\ntry: main()\nexcept SystemExit: pass\nprint('\\n'.join(sys.modules), file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, text=True, timeout=60
    )
    return set(done.stderr.splitlines())


SLOW = {
    "rich",
    "yaml",
    "cmarkgfm",
    "selectolax",
    "tomllib",
    "tempfile",
    "zoneinfo",
    "concurrent.futures",
    "multiprocessing",
    "ctypes",
    "logging",
}


def test_help_loads_nothing_that_is_slow(command: Run) -> None:
    assert not _modules(command, "--help") & (SLOW | {"msgspec", "fonds.model"})


def test_converting_one_post_loads_only_what_it_needs(command: Run, here: Path) -> None:
    made.tree(here, {"a.json": made.api_post()})
    loaded = _modules(command, "convert", "a.json", "--no-check", "-q")
    assert not loaded & SLOW
    assert "fonds.sources.api" in loaded
    assert not loaded & {
        "fonds.sources.page",
        "fonds.sources.feed",
        "fonds.writers.check",
        "fonds.archive.zips",
    }


def test_converting_an_export_needs_no_parser(command: Run, here: Path) -> None:
    """What Medium wrote itself is read without one, and proven by cmark-gfm alone."""
    made.tree(here, {"2016-05-31_Boats-0123456789ab.html": made.export_post()})
    loaded = _modules(command, "convert", "2016-05-31_Boats-0123456789ab.html", "-q")
    assert loaded & SLOW == {"cmarkgfm"}
    assert not loaded & {"html", "fonds.sources.page_meta", "fonds.writers.check_items", "traceback"}


def test_importing_the_package_loads_nothing(command: Run) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import sys, fonds; print('msgspec' in sys.modules)"],
        capture_output=True,
        check=True,
        text=True,
    )
    assert done.stdout == "False\n"


def test_convert_for_people(run: Run, here: Path) -> None:
    made.tree(here / "export", made.export())
    ran = run("convert", "export")
    assert ran.code == 0
    assert ran.err == ""
    assert [line.split(maxsplit=1)[0] for line in ran.out.splitlines()] == [
        "posts",
        "responses",
        "drafts",
        "other",
        "proof",
        "files",
    ]
    assert "1 README, 1 bookmarks, 1 claps" in ran.out
    assert "no findings in 1 files" in ran.out
    assert "1 written in markdown" in ran.out
    assert "1 unchanged in markdown" in run("convert", "export").out


def test_quiet_says_only_what_failed(run: Run, here: Path) -> None:
    made.tree(here, {"a.json": made.api_post(), "b.json": b'{"data": '})
    assert run("convert", "a.json", "-q") == (0, "", "")
    ran = run("convert", "a.json", "b.json", "-q")
    assert (ran.code, ran.out, len(ran.lines)) == (36, "", 1)


def test_verbose_gives_places(run: Run, here: Path) -> None:
    made.tree(
        here,
        {"a.json": made.api_post(paragraphs=[{"name": "c0de", "type": "SONG", "text": "la", "markups": []}])},
    )
    assert "c0de" not in run("convert", "a.json").out
    assert "a.json, c0de" in run("convert", "a.json", "-v").out


def test_json_stands_alone_on_standard_output(run: Run, here: Path) -> None:
    made.tree(here, {"a.json": made.api_post(), "b.json": b'{"data": '})
    ran = run("convert", "a.json", "b.json", "--json")
    summary = json.loads(ran.out)
    assert (summary["posts"], summary["written"], summary["exit_code"]) == (1, 1, 36)
    assert summary["failures"][0]["origin"] == "b.json"
    assert "posts" in ran.err
    assert run("convert", "a.json", "--json", "-q").err == ""


def test_one_post_on_standard_output(run: Run, here: Path) -> None:
    made.tree(here, {"a.json": made.api_post("Mreže i čvorovi – 结")})
    ran = run("convert", "a.json", "-o", "-")
    assert ran.out == fonds.write(next(fonds.read("a.json")))
    assert ran.out.startswith('---\ntitle: "Mreže i čvorovi – 结"\n')
    assert (ran.code, ran.err) == (0, "")
    assert list(made.snapshot(here)) == ["a.json"]


def test_standard_output_is_for_one_thing(run: Run, here: Path) -> None:
    made.tree(here, {"a.json": made.api_post(), "b.json": made.api_post("Other", "bbbbbbbbbbbb")})
    assert run("convert", "a.json", "-o", "-", "--json").code == 2
    ran = run("convert", "a.json", "b.json", "-o", "-")
    assert (ran.code, ran.out) == (2, "")
    assert "there are 2 posts" in ran.err


def test_standard_input(command: Run, here: Path) -> None:
    ran = command("convert", "-", "-o", "-", stdin=made.api_post())
    assert ran.code == 0
    assert "Mend them while it rains." in ran.out
    assert command("convert", "-", stdin=made.zipped(made.export())).code == 0
    assert len(made.snapshot(here)) == 1


def test_lines_of_standard_output_are_the_same_everywhere(command: Run, here: Path) -> None:
    made.tree(here, {"a.json": made.api_post("Čvor")})
    usual = command("convert", "a.json", "-o", "-")
    plain = command(
        "convert",
        "a.json",
        "-o",
        "-",
        env={**os.environ, "LC_ALL": "C", "PYTHONIOENCODING": "ascii", "TZ": "Asia/Tokyo"},
    )
    assert usual.out == plain.out


def test_flavour_and_timezone(run: Run, here: Path) -> None:
    made.tree(here, {"a.json": made.api_post()})
    ran = run("convert", "a.json", "-o", "-", "--flavour", "zmedium", "--timezone", "Europe/London")
    assert "date: 2016-05-31T12:05:50.178+0100" in ran.out
    assert run("convert", "a.json", "--timezone", "Mars/Olympus").code == 2
    assert run("convert", "a.json", "--flavour", "klingon").code == 2
    assert not (here / "markdown").exists()


def test_assets(run: Run, here: Path) -> None:
    made.tree(
        here, {"in/a.html": made.export_post("Boats", made.figure("1*a.png")), "pictures/1*a.png": made.PNG}
    )
    ran = run("convert", "in/a.html", "--assets", "pictures")
    assert "1 copied" in ran.out
    assert "markdown/assets/0123456789ab/1-a.png" in made.snapshot(here)
    assert run("convert", "in/a.html", "--assets", "nowhere").code == 2


def test_inspect_for_people(run: Run, here: Path) -> None:
    made.tree(here, {"export.zip": made.zipped(made.export())})
    ran = run("inspect", "export.zip")
    assert ran.code == 0
    for words in (
        "2016-05-31",
        "0123456789ab",
        "Boats at the harbour",
        "1 export",
        "1 posts",
        "1 README",
        "3 personal",
    ):
        assert words in ran.out
    assert list(made.snapshot(here)) == ["export.zip"]


def test_inspect_for_machines(run: Run, here: Path) -> None:
    made.tree(here, {"a.zip": made.zipped(made.export()), "bad.json": b"{"})
    ran = run("inspect", "a.zip", "bad.json", "--json")
    lines = [json.loads(line) for line in ran.out.splitlines()]
    posts = [model.decode(json.dumps(line).encode()) for line in lines if "other" not in line]
    assert [post.title for post in posts] == ["Boats at the harbour"]
    assert sorted(line["other"]["kind"] for line in lines if "other" in line) == [
        "README",
        "bookmarks",
        "claps",
        "personal",
        "personal",
        "personal",
    ]
    assert (ran.code, len(ran.lines)) == (36, 1)


def test_no_color(command: Run, here: Path) -> None:
    made.tree(here, {"a.json": made.api_post()})
    for name in COMMANDS:
        assert (
            "\x1b["
            not in command(name, "a.json", env={**os.environ, "NO_COLOR": "1", "FORCE_COLOR": "1"}).out
        )


def test_completion(command: Run) -> None:
    ran = command(env={**os.environ, "_FONDS_COMPLETE": "bash_source"})
    assert "_fonds_completion" in ran.out
    words = command(
        env={
            **os.environ,
            "_FONDS_COMPLETE": "bash_complete",
            "COMP_WORDS": "fonds convert --fl",
            "COMP_CWORD": "2",
        }
    )
    assert words.out.strip() == "plain,--flavour"


def test_a_defect_says_how_to_report_it(command: Run, here: Path) -> None:
    code = "import sys, fonds.archive.convert as c\ndef broken(*a, **k): raise KeyError('boats')\nc.convert = broken\nfrom fonds.cli import main\nmain()"
    for flags, shown in (([], False), (["-v"], True)):
        done = subprocess.run(
            [sys.executable, "-c", code, "convert", "a.json", *flags],
            capture_output=True,
            check=False,
            text=True,
        )
        assert done.returncode == 1
        assert "defect of fonds" in done.stderr
        assert ("Traceback" in done.stderr) is shown


def _many(here: Path, count: int) -> None:
    body = [made.graf(f"Paragraph {number} about boats. " * 20, f"{number:04x}") for number in range(40)]
    made.tree(
        here / "in",
        {f"{n}.html": made.export_post(f"Title {n}", *body, post_id=f"{n:012x}") for n in range(count)},
    )


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize(("times", "jobs"), [(1, 1), (1, 2), (2, 1)])
def test_ctrl_c(here: Path, times: int, jobs: int) -> None:
    """What is written is whole, nothing else is there, and the same command goes on."""
    _many(here, 400)
    words = [sys.executable, "-m", "fonds", "convert", "in", "-j", str(jobs)]
    running = subprocess.Popen(words, stderr=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True)
    deadline = time.monotonic() + 30
    while not any((here / "markdown" / "posts").glob("*.md")) and time.monotonic() < deadline:
        time.sleep(0.005)
    for _ in range(times):
        running.send_signal(signal.SIGINT)
        time.sleep(0.001)
    _, err = running.communicate(timeout=30)
    assert running.returncode == 130, err
    assert b"Traceback" not in err
    written = made.snapshot(here / "markdown")
    assert len(written) > 0
    assert all(name.endswith(".md") and data.endswith(b"\n") for name, data in written.items())
    again = subprocess.run([*words, "--json"], capture_output=True, check=True)
    assert json.loads(again.stdout)["unchanged"] == len(written)
    assert len(made.snapshot(here / "markdown")) == 400


def test_the_first_ctrl_c_asks_and_the_second_ends(capfd: pytest.CaptureFixture[str]) -> None:
    before = signal.getsignal(signal.SIGINT)
    with common.Interrupt() as stop:
        assert not stop()
        signal.raise_signal(signal.SIGINT)
        assert stop()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before
    assert "Ctrl-C again stops at once" in capfd.readouterr().err


def _as_if_in(module: str, inner: Callable[[], object]) -> None:
    """``inner``, called from a function of ``module``."""
    space: dict[str, Any] = {"__name__": module}
    exec("def outer(inner):\n    inner()", space)
    space["outer"](inner)


def test_the_second_ctrl_c_waits_while_files_get_their_names() -> None:
    done = []

    def naming() -> None:
        signal.raise_signal(signal.SIGINT)
        done.append("named")

    with common.Interrupt():
        signal.raise_signal(signal.SIGINT)
        _as_if_in("fonds.archive.files", naming)
        assert done == ["named"]
        with pytest.raises(KeyboardInterrupt):
            time.sleep(10)


def test_a_third_ctrl_c_waits_for_nothing() -> None:
    with common.Interrupt():
        signal.raise_signal(signal.SIGINT)

        def twice() -> None:
            signal.raise_signal(signal.SIGINT)
            signal.raise_signal(signal.SIGINT)

        with pytest.raises(KeyboardInterrupt):
            _as_if_in("fonds.archive.store", twice)
        with contextlib.suppress(KeyboardInterrupt):
            time.sleep(0.1)  # what was still to come


def test_a_ctrl_c_that_python_cannot_raise_comes_once_more(here: Path) -> None:
    code = """if True:
        import signal, sys, time, weakref
        from fonds.cli import main
        import fonds.cli.selftest as command
        class Thing: pass
        def work(*_a, **_k):
            thing = Thing()
            held = weakref.ref(thing, lambda _r: signal.raise_signal(signal.SIGINT))
            del thing
            time.sleep(20)
        command.command.callback = work
        sys.argv = ["fonds", "selftest"]
        signal.signal(signal.SIGINT, signal.default_int_handler)
        main()
    """
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False, timeout=15)
    assert (done.returncode, done.stderr) == (130, b"\nfonds: stopped\n")


def test_lines_for_people_stay_lines(capsys: pytest.CaptureFixture[str]) -> None:
    common.say("a\nb\x1b[31mc\r")
    assert capsys.readouterr().out == "a\ufffdb\ufffd[31mc\ufffd\n"


def test_progress_only_on_terminals_and_only_when_it_takes_long(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal:
        def __init__(self, tty: bool) -> None:
            self.tty = tty

        def isatty(self) -> bool:
            return self.tty

    shown: list[str] = []

    class Bar:
        def start(self) -> None:
            shown.append("start")

        def stop(self) -> None:
            shown.append("stop")

        def add_task(self, name: str, total: int | None) -> int:
            shown.append(f"{name} {total}")
            return len(shown)

        def remove_task(self, _task: int) -> None:
            shown.append("next")

        def update(self, _task: int, completed: int) -> None:
            shown.append(str(completed))

    monkeypatch.setattr(common, "_bar", Bar)
    for tty, quiet, patience, expected in (
        (True, False, 60.0, []),
        (False, False, 0.0, []),
        (True, True, 0.0, []),
        (True, False, 0.0, ["start", "reading None", "1", "next", "writing 5", "2", "stop"]),
    ):
        monkeypatch.setattr(sys, "stderr", Terminal(tty))
        monkeypatch.setattr(common, "_PATIENCE", patience)
        shown.clear()
        with common.Progress(quiet=quiet) as progress:
            progress("read", 1, 0)
            progress("write", 2, 5)
        assert shown == expected


def test_the_real_bar_can_be_made() -> None:
    bar = common._bar()
    bar.add_task("reading", total=None)
    assert bar.console.stderr


def test_a_process_ends_with_its_code_and_all_it_had_to_say(command: Run, here: Path) -> None:
    """Whichever way it ends: at once, or (with a pool of processes) as usual."""
    made.tree(here / "export", made.export())
    for jobs in ("1", "2"):
        ran = command("convert", "export", "-o", f"out{jobs}", "-j", jobs)
        assert (ran.code, ran.err) == (0, "")
        assert f"1 written in out{jobs}" in ran.out
    assert command("convert", "nowhere").code == 32
    assert command("convert").code == 2


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device")
def test_output_that_cannot_be_written_is_no_success(here: Path) -> None:
    with open("/dev/full", "wb") as full:  # noqa: PTH123
        done = subprocess.run(
            [sys.executable, "-m", "fonds", "--version"], stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert done.returncode != 0
