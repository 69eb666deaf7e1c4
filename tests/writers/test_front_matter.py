"""Front matter that YAML 1.1 and YAML 1.2 parsers read alike."""

from __future__ import annotations

import io

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from fonds.model import Person, Post, Tag
from fonds.writers.context import ALONE
from fonds.writers.front_matter import quote, render, rfc3339, values

TRAPS = [
    "no", "yes", "null", "~", "12:30", "0123", "1e3", "2020-01-01", "- a", "a: b", "#", "'", '"', "\\", "a\\nb",
    "{}", "[]", "!tag", "&anchor", "*alias", "%", "@", "`", "|", ">", "?", "\u2028", "\u0085", "\ufeff", "\x7f", "\x00",
    "💸", "قارب", "港口", " lead", "trail ", "\t", "a\tb",
]  # fmt: skip


def _both(text: str) -> list[object]:
    return [yaml.safe_load(text), YAML(typ="safe").load(io.StringIO(text))]


@pytest.mark.parametrize("value", TRAPS)
def test_every_string_comes_back_from_both(value: str) -> None:
    assert _both(f"title: {quote(value)}\n") == [{"title": value}] * 2


@given(st.text(st.characters(exclude_categories=["Cs"])))
@settings(max_examples=300, deadline=None, derandomize=True)
def test_any_string_comes_back_from_both(value: str) -> None:
    assert _both(f"title: {quote(value)}\n") == [{"title": value}] * 2


def test_the_whole_block_is_read_alike() -> None:
    post = Post(
        id="0a1b2c3d4e5f",
        title="no\nlines",
        author=Person(name="AYS: #1", username="ays"),
        first_published_at=1464692750178,
        tags=(Tag("a"), Tag("b", "B: c")),
        member_only=True,
    )
    block = render(post, ALONE).removeprefix("---\n").removesuffix("---\n")
    assert _both(block) == [dict(values(post, ALONE))] * 2


@pytest.mark.parametrize(
    ("milliseconds", "expected"),
    [
        (1464692750178, "2016-05-31T11:05:50.178Z"),
        (0, "1970-01-01T00:00:00.000Z"),
        (-1, "1969-12-31T23:59:59.999Z"),
        (10**18, ""),
        (-(10**15), ""),
    ],
)
def test_times(milliseconds: int, expected: str) -> None:
    assert rfc3339(milliseconds) == expected


@pytest.mark.parametrize(
    ("subtitle", "description", "kept"),
    [
        ("Ten boats in one night", "Ten boats in…", False),
        ("Ten boats", "Ten boats", False),
        ("", "Ten boats", True),
        ("Ten boats", "Eleven", True),
    ],
)
def test_a_description_that_repeats_the_subtitle_is_left_out(
    subtitle: str, description: str, kept: bool
) -> None:
    post = Post(title="t", subtitle=subtitle, description=description)
    assert ("description" in values(post, ALONE)) is kept
