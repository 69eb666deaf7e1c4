"""Every real file: a post or named for what it is; proven, and judged by a second engine."""

from __future__ import annotations

from pathlib import Path

import pytest

from fonds.archive.proof import prove
from fonds.model import Other, Post
from fonds.sources import read
from fonds.writers import write
from fonds.writers.context import ALONE
from judge import differences

FORMS = ("apollo_html", "export_html", "format_json", "legacy_html", "listing", "rss", "zmedium_markdown")


def _posts(folder: Path) -> list[Post]:
    posts = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        found = list(read(path.read_bytes(), str(path.relative_to(folder.parent))))
        assert found, path
        for thing in found:
            if isinstance(thing, Other):
                assert thing.kind not in ("unknown text", "binary", "empty"), path
            else:
                posts.append(thing)
    return posts


@pytest.mark.corpus
@pytest.mark.parametrize("form", FORMS)
def test_every_real_file_says_exactly_what_its_post_says(corpus: Path, form: str) -> None:
    posts = _posts(corpus / form)
    assert bool(posts) is (form != "listing")
    for post in posts:
        text = write(post)
        assert prove(post, text, "fonds", ALONE) == [], post.source.origin
        assert differences(post, text) == [], post.source.origin
        assert prove(post, write(post, "zmedium"), "zmedium", ALONE) == [], post.source.origin
