"""The examples as they are run: a pull and a commit, by hand and as the action does it, against the stand-in."""

from __future__ import annotations

import configparser
import gzip
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

import wire_faults as fault
from fonds.archive.store import Archive
from keeping import clock
from standin import Standin, World

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
FONDS = Path(sys.executable).with_name("fonds")
SCRIPT = EXAMPLES / "pull-and-commit.sh"

pytestmark = pytest.mark.skipif(
    shutil.which("git") is None or shutil.which("sh") is None or not FONDS.exists(),
    reason="needs sh, git and an installed fonds",
)


@pytest.fixture
def standin() -> Iterator[Standin]:
    with Standin(World.generate(1, 12, pictures=6)).in_thread() as served:
        yield served


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """An environment with nobody's settings; a global list of ignored files that would leave out half of an archive."""
    folder = tmp_path / "home"
    folder.mkdir()
    (folder / "ignored").write_text("*.sqlite\n*.gz\nassets/\n")
    (folder / ".gitconfig").write_text(
        f"[core]\nexcludesFile = {folder / 'ignored'}\nautocrlf = true\n[init]\ndefaultBranch = main\n"
    )
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "FONDS": str(FONDS),
        "TMPDIR": str(tmp_path),
        "GIT_CONFIG_NOSYSTEM": "1",
    }


@pytest.fixture
def archive(tmp_path: Path, home: dict[str, str], standin: Standin) -> Path:
    """A new archive in a repository, not at its top."""
    root = tmp_path / "repository" / "letters"
    with Archive.create(root, [f"@{standin.world.authors[0].username}"], clock=clock()):
        pass
    git(root.parent, home, "init", "--quiet")
    return root


def git(folder: Path, env: dict[str, str], *words: str) -> str:
    done = subprocess.run(["git", *words], cwd=folder, env=env, capture_output=True, text=True, check=True)
    return done.stdout


def sh(
    script: Path, *words: str, env: dict[str, str], cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", str(script), *words], env=env, cwd=cwd, capture_output=True, text=True, check=False
    )


def options(standin: Standin) -> list[str]:
    return ["--gateway", standin.url, "--rate", "1000", "--picture-rate", "1000"]


def listed(folder: Path, env: dict[str, str]) -> list[str]:
    return git(folder, env, "ls-files", "-z").split("\0")[:-1]


def commits(folder: Path, env: dict[str, str]) -> list[str]:
    return git(folder, env, "log", "--format=%an %s").splitlines()


def test_pull_and_commit(archive: Path, home: dict[str, str], standin: Standin, tmp_path: Path) -> None:
    first = sh(SCRIPT, str(archive), *options(standin), env=home)
    assert first.returncode == 0, first.stderr
    assert "new" in first.stdout
    assert len(commits(archive, home)) == 1
    assert commits(archive, home)[0].startswith("fonds fonds pull, ")
    assert "new" in git(archive, home, "log", "--format=%b")
    assert git(archive, home, "status", "--porcelain") == ""
    kept = listed(archive, home)
    assert {".fonds/journal.jsonl", ".fonds/catalog.sqlite", "fonds.toml", ".gitattributes"} <= set(kept)
    assert not {".fonds/lock", ".fonds/search.sqlite"} & set(kept)
    assert any(name.startswith("assets/") for name in kept)
    # Nothing new: no commit.
    again = sh(SCRIPT, str(archive), *options(standin), env=home)
    assert again.returncode == first.returncode
    assert len(commits(archive, home)) == 1
    # What was committed is the archive, byte for byte, wherever it is checked out.
    git(tmp_path, home, "clone", "--quiet", str(archive.parent), "copy")
    for name in kept:
        assert (tmp_path / "copy" / "letters" / name).read_bytes() == (archive / name).read_bytes(), name
    with Archive.open(tmp_path / "copy" / "letters", write=True) as copy:
        assert not copy.crashed
    # An edit at Medium: one more commit.
    post = next(post for post in standin.world.posts.values() if post.author is standin.world.authors[0])
    standin.world.edit(post.id)
    third = sh(SCRIPT, str(archive), *options(standin), env=home)
    assert third.returncode == first.returncode
    assert len(commits(archive, home)) == 2


def test_what_failed_is_told_and_the_rest_committed(
    archive: Path, home: dict[str, str], standin: Standin
) -> None:
    standin.faults.add(fault.html_instead(), host="miro.medium.com", times=2)
    ran = sh(SCRIPT, str(archive), *options(standin), env=home)
    assert ran.returncode == 4
    assert "pictures and embeds could not be had" in ran.stderr
    assert len(commits(archive, home)) == 1


def test_what_needs_somebody_is_not_committed(
    archive: Path, home: dict[str, str], standin: Standin, tmp_path: Path
) -> None:
    assert sh(SCRIPT, env=home).returncode != 0
    assert sh(SCRIPT, str(tmp_path / "home"), env=home).returncode == 2
    unknown = sh(SCRIPT, str(archive), "--no-such-option", env=home)
    assert unknown.returncode == 2
    (archive / "fonds.toml").write_text("# another program's\n")
    assert sh(SCRIPT, str(archive), *options(standin), env=home).returncode == 32
    assert git(archive, home, "rev-list", "--all") == ""


def test_push(archive: Path, home: dict[str, str], standin: Standin, tmp_path: Path) -> None:
    git(tmp_path, home, "init", "--quiet", "--bare", "remote")
    git(archive, home, "remote", "add", "origin", str(tmp_path / "remote"))
    git(archive, home, "config", "push.autoSetupRemote", "true")
    sh(SCRIPT, str(archive), *options(standin), env={**home, "PUSH": "1"})
    assert commits(tmp_path / "remote", home) == commits(archive, home)


def test_the_cookies_are_never_committed(archive: Path, home: dict[str, str], standin: Standin) -> None:
    sh(SCRIPT, str(archive), *options(standin), env={**home, "FONDS_COOKIES": "sid=5ec2e7; uid=n0b0dy"})
    for name in listed(archive, home):
        data = (archive / name).read_bytes()
        assert b"5ec2e7" not in (gzip.decompress(data) if name.endswith(".gz") else data), name


# -- the action ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def action() -> dict[str, Any]:
    found = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
    assert isinstance(found, dict)
    return found


def act(
    archive: Path, home: dict[str, str], standin: Standin, tmp_path: Path, **inputs: str
) -> tuple[int, dict[str, str]]:
    output = tmp_path / "output"
    output.write_text("")
    env = {
        **home, "SOURCE": str(ROOT), "ARCHIVE": str(archive), "OPTIONS": " ".join(options(standin)), "PUSH_INPUT": "false",
        "FONDS_COOKIES": "", "TOLERATE": "0", "GITHUB_OUTPUT": str(output), "RUNNER_TEMP": str(tmp_path), **inputs,
    }  # fmt: skip
    ran = sh(EXAMPLES / "action.sh", env=env)
    said = dict(line.split("=", 1) for line in output.read_text().splitlines())
    return ran.returncode, said


def test_the_action_s_script(archive: Path, home: dict[str, str], standin: Standin, tmp_path: Path) -> None:
    standin.faults.add(fault.html_instead(), host="miro.medium.com", times=4)
    code, said = act(archive, home, standin, tmp_path)
    assert (code, said["exit-code"]) == (4, "4")
    assert said["commit"] == git(archive, home, "rev-parse", "HEAD").strip()
    standin.faults.clear()
    standin.faults.add(fault.html_instead(), host="miro.medium.com", times=2)
    code, said = act(archive, home, standin, tmp_path, TOLERATE="12")
    assert (code, said["exit-code"]) == (0, "4")
    standin.faults.clear()
    assert act(archive, home, standin, tmp_path)[0] == 0
    code, said = act(archive, home, standin, tmp_path)
    assert (code, said) == (0, {"exit-code": "0"})
    # Options are words and nothing else.
    code, _ = act(archive, home, standin, tmp_path, OPTIONS="$(touch pwned) ; touch pwned")
    assert code == 2
    assert not list(tmp_path.rglob("pwned"))


def test_the_action_says_what_its_script_takes(action: dict[str, Any]) -> None:
    step = next(step for step in action["runs"]["steps"] if step.get("id") == "pull")
    script = (EXAMPLES / "action.sh").read_text("utf-8")
    for name in step["env"]:
        assert name in script, name
    used = set(re.findall(r"inputs\.([a-z-]+)", (ROOT / "action.yml").read_text("utf-8")))
    assert used == set(action["inputs"])
    assert all(of["description"] for of in (*action["inputs"].values(), *action["outputs"].values()))
    # An input in a script's text would be run as a part of it.
    assert all("${{" not in step.get("run", "") for step in action["runs"]["steps"])
    assert all(step["shell"] == "sh" for step in action["runs"]["steps"] if "run" in step)
    for name in action["outputs"]:
        assert f"{name}=" in script


def test_the_workflow_calls_the_action_as_it_is(action: dict[str, Any]) -> None:
    workflow = yaml.safe_load((EXAMPLES / "workflow.yml").read_text("utf-8"))
    (step,) = (step for step in workflow["jobs"]["pull"]["steps"] if "with" in step)
    assert set(step["with"]) <= set(action["inputs"])
    assert workflow["permissions"] == {"contents": "write"}


# -- timers, containers --------------------------------------------------------------------------------------


def test_timers_run_the_script_that_is_there() -> None:
    called = "examples/pull-and-commit.sh"
    assert SCRIPT.stat().st_mode & 0o111
    assert called in (EXAMPLES / "crontab").read_text("utf-8")
    service = configparser.ConfigParser(strict=False, interpolation=None)
    service.optionxform = str  # type: ignore[assignment,method-assign]
    service.read(EXAMPLES / "systemd" / "fonds-pull.service", "utf-8")
    assert called in service["Service"]["ExecStart"]
    timer = configparser.ConfigParser(strict=False, interpolation=None)
    timer.read(EXAMPLES / "systemd" / "fonds-pull.timer", "utf-8")
    assert timer["Install"]["WantedBy"] == "timers.target"


@pytest.mark.parametrize("shell", ["dash", "bash", "busybox"])
@pytest.mark.parametrize("name", ["pull-and-commit.sh", "action.sh"])
def test_every_shell_reads_the_scripts(name: str, shell: str) -> None:
    found = shutil.which(shell)
    if found is None:
        pytest.skip(f"no {shell}")
    words = [found, "sh"] if shell == "busybox" else [found]
    subprocess.run([*words, "-n", str(EXAMPLES / name)], check=True)


def test_the_container_copies_what_is_there() -> None:
    text = (ROOT / "Dockerfile").read_text("utf-8")
    for sources in re.findall(r"^COPY (?!--from)(.+) \S+$", text, re.M):
        for source in sources.split():
            assert (ROOT / source).exists(), source
    ignored = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    assert {"!pyproject.toml", "!README.md", "!LICENSE", "!src"} <= set(ignored)
    assert text.count("USER fonds") == 1
    assert ":latest" not in text
