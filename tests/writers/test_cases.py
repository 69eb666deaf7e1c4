"""Whole cases: a post as model JSON and the Markdown it must become, side by side in one file.

``tests/cases/fonds-*.md`` hold: a heading that says what the case shows, a ``~~~ json`` block with the
post (and ``"context"``, where links or anchors matter), a ``~~~ markdown`` block with the body. Run
with ``FONDS_ACCEPT=1`` to write what comes out into the files, then read the difference.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import msgspec
import pytest

from fonds.model import Post
from fonds.writers import write
from fonds.writers.check import check
from fonds.writers.context import Context, no_link
from judge import differences

CASES = sorted((Path(__file__).parent.parent / "cases").glob("fonds-*.md"))
BLOCK = re.compile(r"^~~~ (\w+)\n(.*?)^~~~$", re.M | re.S)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_case(path: Path) -> None:
    source = path.read_text("utf-8")
    parts = dict(BLOCK.findall(source))
    given = json.loads(parts["json"])
    links = given.pop("links", {})
    anchors = frozenset(given.pop("anchors", []))
    post = msgspec.convert({"title": "", **given}, Post)
    context = Context(link=links.get if links else no_link, anchors=anchors)
    text = write(post, context=context)
    body = text if given.get("title") else text.split("---\n", 2)[2].lstrip("\n")
    if os.environ.get("FONDS_ACCEPT"):
        path.write_text(source.replace(parts["markdown"], body), "utf-8")
    else:
        assert body == parts["markdown"]
    assert check(post, text, context=context) == []
    if not links and not anchors:
        assert differences(post, text) == []


def test_there_are_cases() -> None:
    assert len(CASES) >= 12
