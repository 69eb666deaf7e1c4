"""Rules of the project itself: documentation that is complete and true, commands that exist, no stray paths."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from itertools import dropwhile
from pathlib import Path

import click
import msgspec
import pytest

import fonds
from fonds import errors, model
from fonds.cli import COMMANDS, cli
from fonds.model import Image, Mark, Paragraph, Post
from fonds.richtext import clean
from fonds.sources import sniff
from fonds.writers import FLAVOURS

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
PAGES = sorted([*DOCS.glob("*.md"), *ROOT.glob("*.md"), ROOT / "samples" / "README.md"])
_CODE = re.compile(r"\b([WE]\d{3})\b")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_FENCE = re.compile(r"^( *)```(\w*)\n(.*?)^ *```$", re.M | re.S)


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def files() -> list[Path]:
    """The project's own files: what git knows or would know, or everything where there is no git."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    try:
        listed = (
            subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode().split("\0")
        )
    except (OSError, subprocess.CalledProcessError):
        folders = ("src", "tests", "samples", "docs", "benchmarks", ".ci")
        found = [path for folder in folders for path in (ROOT / folder).rglob("*")] + list(ROOT.glob("*"))
        return [path for path in found if path.is_file() and "__pycache__" not in path.parts]
    return [ROOT / name for name in listed if name and (ROOT / name).is_file()]


def modules() -> list[Path]:
    return sorted((ROOT / "src").rglob("*.py"))


def blocks(path: Path, language: str) -> list[str]:
    """The fenced code of a language in a page, without its indentation."""
    return [
        re.sub(rf"^{found[1]}", "", found[3], flags=re.M)
        for found in _FENCE.finditer(text(path))
        if found[2] == language
    ]


# ------------------------------------------------------------------------------------------- documentation


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_in_the_documentation_lead_somewhere(page: Path) -> None:
    prose = _FENCE.sub("", text(page))
    for target in _LINK.findall(prose):
        if "://" in target or target.startswith("mailto:"):
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), f"{page.name}: {target}"
        if anchor:
            titles = re.findall(r"^#+ (.+)$", text(file), re.M)
            assert anchor in {re.sub(r"[^\w -]", "", title).lower().replace(" ", "-") for title in titles}, (
                target
            )


def test_every_page_of_the_documentation_is_in_its_index() -> None:
    index = text(DOCS / "README.md")
    missing = [
        path.name for path in DOCS.iterdir() if path.suffix in (".md", ".json") and path.name not in index
    ]
    assert missing in ([], ["README.md"])


def test_every_code_has_its_line_and_every_line_its_code() -> None:
    used = {code for path in modules() for code in _CODE.findall(text(path))}
    described = re.findall(r"^\| ([WE]\d{3}) \|", text(DOCS / "findings.md"), re.M)
    assert len(described) == len(set(described)), "a code has two lines"
    assert described == sorted(described, key=lambda code: (code[0] == "E", code)), (
        "the lines are in no order"
    )
    assert used - set(described) == set(), "codes that docs/findings.md does not list"
    assert set(described) - used == set(), "lines of docs/findings.md whose code is nowhere"


def test_every_exit_code_is_documented() -> None:
    listed = {int(code) for code in re.findall(r"^\| (\d+) \|", text(DOCS / "exit-codes.md"), re.M)}
    assert listed == {0, 1, 2, 4, 8, 16, 32, 64, 128, 130}
    kinds = [
        kind
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, errors.FondsError)
    ]
    assert {kind.exit_code for kind in kinds} <= listed
    used = {
        int(code)
        for path in modules()
        for code in re.findall(r"exit_code\s*(?::\s*int\s*)?=\s*(\d+)", text(path))
    }
    assert used <= listed


def test_every_form_and_kind_is_documented() -> None:
    page = text(DOCS / "forms.md")
    for form in sniff.POSTS:
        assert f"| `{form}` |" in page, form
    source = "".join(text(path) for path in modules())
    kinds = set(re.findall(r"Other\(\"([^\"]+)\"", source)) | set(
        re.findall(r"return \"([a-z]+ (?:page|text|markdown))\"", source)
    )
    assert kinds
    assert {kind for kind in kinds if kind not in page} == set()


def records() -> list[type[msgspec.Struct]]:
    found = [
        kind for kind in vars(model).values() if isinstance(kind, type) and issubclass(kind, msgspec.Struct)
    ]
    return [kind for kind in found if kind is not msgspec.Struct and not kind.__name__.startswith("_")]


@pytest.mark.parametrize("record", records(), ids=lambda record: record.__name__)
def test_every_record_and_field_is_in_the_page_on_the_model(record: type[msgspec.Struct]) -> None:
    page = text(DOCS / "model.md")
    if record is Post:
        lines = page.split("## Post")[1].split("## Blocks")[0]
    else:
        lines = next((line for line in page.splitlines() if re.search(rf"\| {record.__name__} \|", line)), "")
    assert lines, f"{record.__name__} is not there"
    missing = {field.name for field in msgspec.structs.fields(record) if f"`{field.name}`" not in lines}
    if record.__struct_config__.tag is not None:
        missing.discard("name")  # said once for all blocks
    assert missing == set()


def test_the_schema_is_current() -> None:
    done = subprocess.run(
        [sys.executable, str(DOCS / "make_schema.py"), "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_the_changelog_has_this_version() -> None:
    assert re.search(rf"^## {re.escape(fonds.__version__)}\b", text(ROOT / "CHANGELOG.md"), re.M)


def test_the_guide_names_every_flavour_and_front_matter_key() -> None:
    guide = text(DOCS / "guide.md")
    for flavour in FLAVOURS:
        assert f"`--flavour {flavour}`" in guide
    source = text(ROOT / "src" / "fonds" / "writers" / "front_matter.py")
    keys = (
        set(re.findall(r'found\["(\w+)"\]', source))
        | set(re.findall(r'^ +\("(\w+)", ', source, re.M))
        | {"title"}
    )
    assert len(keys) > 15
    assert {key for key in keys if f"`{key}`" not in guide} == set()


# ------------------------------------------------------------------------------------------- commands


def commands(page: Path) -> list[list[str]]:
    """The command lines that a page tells people to type."""
    lines = [line for block in blocks(page, "sh") for line in block.splitlines()]
    found = [
        shlex.split(line.partition(" #")[0]) for line in lines if line.strip() and not line.startswith("#")
    ]
    # What stands before a command sets its environment.
    return [list(dropwhile(lambda word: re.match(r"[A-Z_]+=", word), words)) for words in found]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_commands_in_the_documentation_exist(page: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", text(ROOT / "Makefile"), re.M))
    for words in commands(page):
        program = words[0].rpartition("/")[2]
        if program == "fonds":
            assert words[1] in COMMANDS, words
            command = cli.get_command(click.Context(cli), words[1])
            assert command is not None
            if isinstance(command, click.Group):
                command = command.get_command(click.Context(command), words[2])
                assert command is not None, words
            options = {name for option in command.params for name in (*option.opts, *option.secondary_opts)}
            assert {word for word in words[2:] if word.startswith("-") and word != "-"} <= options, words
        elif program == "make":
            assert set(words[1:]) <= targets, words
        else:
            assert program in {
                "pipx",
                "python3",
                "python",
                ".",
                "cd",
                "git",
                "mkdir",
                "cp",
                "systemctl",
                "docker",
            }, words
            if words[1:2] and words[1].endswith(".py"):
                assert (ROOT / words[1]).is_file(), words


def test_the_readme_has_a_path_for_newcomers_and_the_two_commands() -> None:
    told = commands(ROOT / "README.md")
    assert ["make", "demo"] in told
    assert ["make", "test"] in told
    assert any(words[:2] == ["fonds", "convert"] for words in told)


def test_the_readme_s_markdown_is_what_fonds_writes() -> None:
    quoted = "老板说：“今天的鱼最新鲜！”然后笑了。"
    start, end = quoted.index("“"), quoted.index("”") + 1
    caption = clean("Breakfast, every day [of the week]", [Mark("em", 11, 16)])
    post = Post(
        blocks=(
            Paragraph(content=clean(quoted, [Mark("strong", start, end)])),
            Image(id="1*8Yql.png", alt="A bowl of soup", caption=caption),
        )
    )
    written = fonds.write(post).partition("---\n\n")[2]
    assert blocks(ROOT / "README.md", "markdown") == [written]


def test_every_target_of_the_makefile_is_in_its_help() -> None:
    makefile = text(ROOT / "Makefile")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.M)) - {"help"}
    assert targets == set(re.findall(r'^\t@echo "make (\w+)', makefile, re.M))


def test_ci_ends_with_the_readme_s_test_command() -> None:
    script = text(ROOT / ".ci" / "run")
    assert "set -euo pipefail" in script
    assert script.rstrip().endswith("make test")
    assert script.index("make check") < script.index("make test")


# ------------------------------------------------------------------------------------------- the tree


def test_no_path_of_anybody_s_machine_is_in_the_project() -> None:
    # Put together, so that this file does not find itself.
    homes = "|".join(("work", "root", "home", "tmp", "opt", "Users"))
    pattern = re.compile(rf"(?<![\w./:-])/(?:{homes})/[\w.]")
    found = []
    for path in files():
        data = path.read_bytes()
        if b"\0" in data[:4096]:
            continue
        for number, line in enumerate(data.decode("utf-8", "replace").splitlines(), 1):
            if pattern.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}")
    assert found == []


def test_nothing_large_or_made_is_in_the_project() -> None:
    for path in files():
        assert path.stat().st_size < 1_000_000, path
        assert path.suffix not in (".pyc", ".whl", ".log", ".orig", ".rej"), path


@pytest.mark.parametrize("module", modules(), ids=lambda module: module.relative_to(ROOT / "src").as_posix())
def test_every_module_says_what_it_is_for(module: Path) -> None:
    first = text(module).lstrip()
    assert first.startswith('"""'), "a module begins with its docstring"


def test_the_licence_is_there() -> None:
    assert "Apache License" in text(ROOT / "LICENSE")
    assert 'license = "Apache-2.0"' in text(ROOT / "pyproject.toml")
