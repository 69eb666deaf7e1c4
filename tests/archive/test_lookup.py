"""Which post is meant."""

from __future__ import annotations

from pathlib import Path

import pytest

import keeping
from fonds.archive import events as e
from fonds.archive.lookup import find
from fonds.archive.store import Archive
from fonds.errors import UsageError
from keeping import A, B, C, D

FIRST, SECOND = "boats-at-the-harbour", "boats-at-sea"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("lookup") / "kept"
    with Archive.create(root, clock=keeping.clock()) as archive:
        for ident, slug in ((A, FIRST), (B, SECOND), (C, "nets")):
            archive.add_version(keeping.version(keeping.post(ident, slug, slug=slug)))
        archive.record(e.Known(D, "list", title="Known, not kept"))
    return root


GIVEN = {
    A: A,
    f"  {A} ": A,
    f"https://medium.com/@ana/whatever-{B}?source=rss#a1b2": B,
    f"https://medium.com/p/{C}": C,
    f"https://blog.example.org/some-title-{C}": C,
    f"posts/2016-05-31-{FIRST}-{A}.md": A,
    f"2016-05-31-{FIRST}-{A}": A,
    f"{FIRST}-{A}.md": A,
    f"../kept/posts/2016-05-31-nets-{C}.md": C,
    "boats-at-the": A,
    "boats-at-s": B,
    "n": C,
    D: D,
}


@pytest.mark.parametrize("given", GIVEN)
def test_it_is_found(root: Path, given: str) -> None:
    with Archive.open(root) as archive:
        assert find(archive, given).id == GIVEN[given]


WRONG = {
    "boats": "several posts begin with 'boats'",
    "boats-at": f"Which of them? {SECOND}",
    "boots-at-see": f"Like it: {SECOND}",
    "harbour": f"Like it: {FIRST}",
    "zzz": "there is no post 'zzz'",
    "": "there is no post ''",
    "eeeeeeeeeeee": "there is no post",
    "https://medium.com/p/eeeeeeeeeeee": "there is no post",
    "100%": "there is no post",
    "'; DROP TABLE posts": "there is no post",
}


@pytest.mark.parametrize("given", WRONG)
def test_what_is_not_found_says_what_is_like_it(root: Path, given: str) -> None:
    with Archive.open(root) as archive, pytest.raises(UsageError) as caught:
        find(archive, given)
    assert WRONG[given] in str(caught.value)
    assert "\n" not in str(caught.value)
