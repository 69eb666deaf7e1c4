"""``fonds pull`` and ``fonds render`` as their user runs them."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

import wire_faults as fault
from archive.pulling import SOURCE, derived, world
from fonds.archive.store import Archive
from running import Run
from standin import Standin


@pytest.fixture
def standin() -> Iterator[Standin]:
    with Standin(world(posts=12, pictures=12)).in_thread() as served:
        yield served


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "letter"
    Archive.create(root, (SOURCE,)).close()
    return root


def arguments(standin: Standin, root: Path, *more: str) -> list[str]:
    return ["pull", str(root), "--gateway", standin.url, "--rate", "1000", *more]


def test_a_pull_says_what_it_did(run: Run, standin: Standin, root: Path) -> None:
    ran = run(*arguments(standin, root))
    assert ran.code == 0, ran.err
    said = dict(line.split(maxsplit=1) for line in ran.out.splitlines())
    assert said["posts"] == "12 known, 12 of them since this pull"
    assert said["fetched"] == "12 new"
    assert said["files"] == "12 written"
    again = run(*arguments(standin, root))
    assert "nothing: all is here" in again.out


def test_json_is_alone_on_standard_output(run: Run, standin: Standin, root: Path) -> None:
    ran = run(*arguments(standin, root, "--json"))
    said = json.loads(ran.out)
    assert (said["new"], said["exit_code"]) == (12, 0)
    assert said["requests"] == len(standin.log)


def test_simulate_asks_nothing(run: Run, standin: Standin, root: Path) -> None:
    before = run("pull", str(root), "--simulate", "--gateway", standin.url)
    assert before.code == 0
    assert before.out.startswith(
        "list      the-quay-letter, to its end; feed https://medium.com/feed/the-quay-letter"
    )
    run(*arguments(standin, root, "--limit", "5"))
    standin.log.clear()
    kept = derived(root)
    after = run("pull", str(root), "--simulate", "--gateway", standin.url)
    assert after.out.count("\npost ") == 7
    assert standin.log == []
    assert derived(root) == kept


def test_the_pace_that_was_asked_for(run: Run, standin: Standin, root: Path) -> None:
    """Over any stretch of a host's requests, as the server saw them come. A request may be on its way for
    longer than the next one, on a machine that has other things to do: hence the tenth of a second."""
    rate = 20
    ran = run("pull", str(root), "--gateway", standin.url, "--rate", str(rate))
    assert ran.code == 0, ran.err
    for host in {one.host for one in standin.log}:
        times = [one.at for one in standin.asked(host)]
        for first, last in itertools.combinations(range(len(times)), 2):
            assert times[last] - times[first] >= (last - first) / rate - 0.1, host
        assert standin.wire.most_at_once(host) == 1
    assert len(standin.asked("miro.medium.com")) > 10


def test_retry_after_is_kept(run: Run, standin: Standin, root: Path) -> None:
    standin.faults.add(fault.status(429, retry_after=1), host="medium.com", nth=2)
    standin.faults.add(fault.status(429, retry_after=1), host="miro.medium.com", nth=3)
    ran = run(*arguments(standin, root))
    assert ran.code == 0, ran.err
    refusals = [one for one in standin.log if one.status == 429]
    assert len(refusals) == 2
    for refused in refusals:
        later = [one.at for one in standin.log if one.host == refused.host and one.at > refused.at]
        assert min(later) - refused.at >= 1.0


def test_a_lost_picture_is_asked_for_only_when_that_is_asked(run: Run, standin: Standin, root: Path) -> None:
    assert run(*arguments(standin, root)).code == 0
    kept = derived(root)
    picture = next(path for path in sorted((root / "assets").rglob("*")) if path.is_file())
    picture.unlink()
    standin.log.clear()
    asking = ["--gateway", standin.url, "--rate", "1000"]
    assert run("verify", str(root), "--repair", *asking).code == 64
    assert standin.log == []
    assert run("verify", str(root), "--repair", "--fetch", *asking).code == 0
    assert [one.host for one in standin.log] == ["miro.medium.com"]
    assert derived(root) == kept
    assert run("verify", str(root)).code == 0


def test_an_archive_s_own_settings_count_wherever_fonds_runs(
    run: Run, standin: Standin, root: Path, here: Path
) -> None:
    settings = root / "fonds.toml"
    archive = settings.read_text("utf-8")
    settings.write_text(f'{archive}\n[pull]\nlimit = 3\nrate = 1000\ngateway = "{standin.url}"\n', "utf-8")
    # Where this counted instead, nobody would answer: neither a wait nor the network.
    nobody = "http://127.0.0.1:9"
    (here / "fonds.toml").write_text(f'[pull]\nlimit = 1\nrate = 1000\ngateway = "{nobody}"\n', "utf-8")
    assert "3 new" in run("pull", str(root)).out
    assert "4 new" in run("pull", str(root), "--limit", "4").out
    settings.write_text(f"{archive}\n[pull]\nspeed = 3\n", "utf-8")
    ran = run("pull", str(root))
    assert (ran.code, len(ran.lines)) == (2, 1)
    assert str(settings) in ran.err
    assert "pull has no setting 'speed'" in ran.err
    settings.write_text("[archive", "utf-8")
    assert run("pull", str(root)).code == 32


@pytest.mark.parametrize(
    ("more", "code", "line"),
    [
        (("--cookies", "nowhere.txt"), 32, "nowhere.txt: cannot be read: no such file or directory"),
        (("--gateway", "ftp://x"), 2, "gateway"),
        (("--since", "yesterday"), 2, "--since"),
        (("--rate", "0"), 2, "--rate"),
    ],
)
def test_what_is_off_is_one_line(
    run: Run, standin: Standin, root: Path, more: tuple[str, ...], code: int, line: str
) -> None:
    ran = run(*arguments(standin, root), *more)
    assert ran.code == code, (ran.out, ran.err)
    assert line in ran.err
    assert standin.log == []


def test_cookies_that_have_expired_are_said_and_not_sent(
    run: Run, standin: Standin, root: Path, tmp_path: Path
) -> None:
    jar = tmp_path / "cookies.txt"
    jar.write_text(".medium.com\tTRUE\t/\tTRUE\t1000000000\tsid\tsecret-value\n")
    ran = run(*arguments(standin, root, "--cookies", str(jar)))
    assert ran.code == 16
    assert "cookies that have expired were not sent: sid" in ran.err
    assert "secret-value" not in ran.out + ran.err
    assert not any(one.header("Cookie") for one in standin.log)


def test_render_makes_again_what_is_lost(run: Run, standin: Standin, root: Path) -> None:
    run(*arguments(standin, root))
    before = derived(root)
    lost = next(path for path in before if path.startswith("posts/"))
    (root / lost).unlink()
    (root / "INDEX.md").unlink()
    ran = run("render", str(root))
    assert ran.code == 0, ran.err
    assert "1 written, 11 as they were" in ran.out
    assert derived(root) == before
    everything = run("render", str(root), "--all", "--json")
    assert json.loads(everything.out)["unchanged"] == 12
    assert derived(root) == before


def test_render_takes_no_archive_for_one(run: Run, tmp_path: Path) -> None:
    ran = run("render", str(tmp_path))
    assert ran.code == 32
    assert len(ran.lines) == 1
    assert "is not an archive" in ran.err
