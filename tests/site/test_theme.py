"""Settings and themes: what a user sets is there, and what cannot work is one line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from fonds.errors import FondsError, UsageError
from fonds.site.build import build
from fonds.site.folder import Folder
from fonds.site.opening import prepare
from fonds.site.settings import load, parse

MINE = """
[site]
title = "Harbour & Letters"
intro = "Ten <years>."
newest = 2
links = [{ name = "Office", href = "https://harbour.example/?a=1&b=2" }]
[site.colours]
accent = "#123456"
dark-accent = "#abcdef"
"""


@pytest.fixture
def posts(samples: Path, tmp_path: Path) -> Path:
    shutil.copytree(samples / "graphql", tmp_path / "in")
    return tmp_path / "in"


def make(posts: Path) -> Path:
    out = posts.parent / "out"
    build(Folder([posts]), out, settings=load(posts), jobs=1)
    return out


def test_settings_reach_the_pages(posts: Path) -> None:
    (posts / "fonds.toml").write_text(MINE, "utf-8")
    out = make(posts)
    home = (out / "index.html").read_text("utf-8")
    assert "Harbour &amp; Letters" in home
    assert "<p>Ten &lt;years&gt;.</p>" in home
    assert 'href="https://harbour.example/?a=1&amp;b=2"' in home
    assert home.count("<h3>") == 2
    colours = (out / "static" / "colours.css").read_text("utf-8")
    assert "--accent: #123456" in colours
    assert "--accent: #abcdef" in colours


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({"titel": "x"}, "titel"),
        ({"newest": 0}, "newest"),
        ({"newest": "many"}, "newest"),
        ({"colours": {"accent": "red; } body { background: url(//evil.example)"}}, "no colour"),
        ({"url": "javascript:1"}, "no address"),
        ({"pictures": "none"}, "pictures"),
        ([], "site"),
    ],
)
def test_settings_that_cannot_work_are_one_line(table: object, words: str) -> None:
    with pytest.raises(UsageError) as error:
        parse(table, "fonds.toml")
    assert words in str(error.value)
    assert "\n" not in str(error.value)
    assert str(error.value).startswith("fonds.toml")


def test_settings_beside_an_input_are_found_and_those_given_count_more(posts: Path) -> None:
    (posts / "fonds.toml").write_text(MINE, "utf-8")
    _, _, settings = prepare([posts], thumbnails=False, url="https://harbour.example/")
    assert (settings.title, settings.thumbnails, settings.url) == (
        "Harbour & Letters",
        False,
        "https://harbour.example/",
    )


def test_a_broken_fonds_toml_is_one_line(posts: Path) -> None:
    (posts / "fonds.toml").write_text("[site", "utf-8")
    with pytest.raises(FondsError, match="is no TOML"):
        prepare([posts])


def test_a_file_of_the_theme_takes_the_place_of_ours(posts: Path) -> None:
    first = make(posts)
    assert "<main" in (first / "about.html").read_text("utf-8")
    (posts / "theme").mkdir()
    (posts / "theme" / "about.html").write_text("<p>About {{ site.title }} & {{ 1 + 1 }}", "utf-8")
    (posts / "theme" / "style.css").write_text("body { color: teal }", "utf-8")
    (posts / "theme" / "own.js").write_text("1", "utf-8")
    out = make(posts)
    assert (out / "about.html").read_text("utf-8") == "<p>About The Harbour Letter & 2"
    assert (out / "static" / "style.css").read_text("utf-8") == "body { color: teal }"
    assert (out / "static" / "own.js").is_file()
    assert (out / "static" / "search.js").is_file()


@pytest.mark.parametrize(
    "template",
    [
        "{{ nothing_of_that_name }}",
        "{% if %}",
        "{% extends 'nothing.html' %}",
        "{{ site.title + 1 }}",
        "{{ ''.__class__.__mro__ }}",
        "{{ site.title.__class__.__base__.__subclasses__() }}",
        "{% include '../../../etc/passwd' %}",
    ],
)
def test_a_template_that_does_not_work_is_one_line_and_gets_nowhere(posts: Path, template: str) -> None:
    (posts / "theme").mkdir()
    (posts / "theme" / "about.html").write_text(template, "utf-8")
    with pytest.raises(UsageError, match="the template does not work"):
        make(posts)


def test_the_ledger_s_page_is_listed_when_it_is_there(posts: Path) -> None:
    out = make(posts)
    assert "claims/index.html" not in (out / "about.html").read_text("utf-8")
    (out / "claims").mkdir()
    (out / "claims" / "index.html").write_text("claims", "utf-8")
    make(posts)
    assert 'href="claims/index.html"' in (out / "about.html").read_text("utf-8")
    assert (out / "claims" / "index.html").read_text("utf-8") == "claims"
