"""Every fault that a server can have, alone and mixed: the right word for it, nothing kept that is not what it
claims to be, and once it is over the archive that an undisturbed pull gives."""

from __future__ import annotations

import io
import random
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image

import wire_faults as fault
from archive.pulling import Puller, content, derived, world
from standin import Standin
from wire import Fault

NET = {"total_timeout": 1.5, "first_byte_timeout": 1.0, "max_body": 8 << 20, "max_wait": 3.0}

FAULTS: dict[str, Callable[[], Fault]] = {
    "short": lambda: fault.short(5),
    "cut": lambda: fault.cut(7),
    "cut rudely": lambda: fault.cut(7, rude=True),
    "longer": fault.longer,
    "two lengths": fault.two_lengths,
    "truncated gzip": fault.truncated_gzip,
    "bad check sum": fault.bad_crc,
    "garbage behind gzip": fault.gzip_garbage,
    "a bomb": fault.bomb,
    "reset before": lambda: fault.reset("before"),
    "reset in the headers": lambda: fault.reset("head"),
    "reset in the body": lambda: fault.reset("body"),
    "closed": fault.closed,
    "drip": lambda: fault.drip(0.2),
    "stall": fault.stall,
    "stall in the body": lambda: fault.stall(3),
    "not HTTP": fault.not_http,
    "bad chunk": fault.bad_chunk,
    "lying chunk": fault.lying_chunk,
    "no last chunk": fault.no_last_chunk,
    "429 in seconds": lambda: fault.status(429, retry_after=1),
    "429 as a date": lambda: fault.status(429, retry_after=2, as_date=True),
    "500": lambda: fault.status(500),
    "503": lambda: fault.status(503, retry_after=1),
    "challenge 403": lambda: fault.challenge(403),
    "challenge 200": lambda: fault.challenge(200),
    "HTML": fault.html_instead,
    "JSON": fault.json_instead,
}
PLACES = {
    "graphql": {"host": "medium.com", "path": "/_/graphql"},
    "pictures": {"host": "miro.medium.com"},
    "others": {"host": "*gist*"},
}


@pytest.fixture
def standin() -> Iterator[Standin]:
    with Standin(world(posts=24, pictures=24)).in_thread() as served:
        yield served


@pytest.fixture(scope="module")
def wanted(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, str], dict[str, object]]:
    with Standin(world(posts=24, pictures=24)).in_thread() as served:
        puller = Puller(served, tmp_path_factory.mktemp("wanted") / "archive")
        assert puller.pull().exit_code == 0
        return derived(puller.root), dict(content(puller.root))


def claims_are_true(puller: Puller) -> None:
    """What is kept is what it says it is: pictures decode to their size, posts have their own ids and whole
    bodies, gists their files."""
    with puller.archive() as archive:
        for asset in archive.catalog.assets():
            data = (puller.root / asset.path).read_bytes()
            picture = Image.open(io.BytesIO(data))
            picture.load()
            assert (picture.width, picture.height) == (asset.width, asset.height)
            assert len(data) == asset.size
        for row in archive.catalog.posts():
            post = archive.version(row.id).post
            assert post.id == row.id
            assert len(post.blocks) > 3
            assert not post.preview_only
        for media in archive.catalog.all_media():
            assert "Just a moment" not in media.record
            assert "Something went wrong" not in media.record


@pytest.mark.slow
@pytest.mark.parametrize("where", PLACES)
@pytest.mark.parametrize("what", FAULTS)
def test_alone(
    standin: Standin, tmp_path: Path, wanted: tuple[dict[str, str], dict[str, object]], what: str, where: str
) -> None:
    """Once, in the middle: it heals, or is named; the next pull ends it either way."""
    standin.faults.add(FAULTS[what](), nth=2, times=1, **PLACES[where])
    puller = Puller(standin, tmp_path / "archive")
    result = puller.pull(net=NET)
    assert [one.fault for one in standin.log if one.fault], "the fault was not met"
    claims_are_true(puller)
    with puller.archive() as archive:
        missing = Counter(row.missing for row in archive.catalog.missing())
        absent = Counter(row.reason for row in archive.catalog.assets_absent())
        absent += Counter(row.reason for row in archive.catalog.all_media_absent())
    if result.exit_code == 0:
        assert not missing
        assert set(absent) <= {"deleted"}
    else:
        assert result.exit_code & (8 if "challenge" in what else 4), result.failures
        assert result.failures
        assert set(missing) | set(absent) <= {"challenge", "failed", "never-asked", "locked"}
    standin.faults.clear()
    assert puller.pull().exit_code == 0
    assert (derived(puller.root), content(puller.root)) == wanted


@pytest.mark.parametrize("seed", range(4))
def test_mixed(
    standin: Standin, tmp_path: Path, wanted: tuple[dict[str, str], dict[str, object]], seed: int
) -> None:
    """A bad day: a tenth of all requests meet something. Pull until it is over; never is anything kept that is
    not what it claims."""
    chance = random.Random(seed)
    quick = sorted(
        set(FAULTS)
        - {"drip", "stall", "stall in the body", "a bomb", "429 in seconds", "429 as a date", "503"}
    )
    puller = Puller(standin, tmp_path / "archive")
    for _ in range(3):
        standin.faults.clear()
        for _ in range(14):
            standin.faults.add(
                FAULTS[chance.choice(quick)](), nth=chance.randrange(1, 90), times=chance.randrange(1, 4)
            )
        result = puller.pull(net=NET)
        assert result.exit_code & ~(4 | 8 | 16) == 0
        claims_are_true(puller)
    standin.faults.clear()
    assert puller.pull().exit_code == 0
    assert (derived(puller.root), content(puller.root)) == wanted
