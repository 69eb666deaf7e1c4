"""Every kind of page in Chromium, opened from the disk with the network off."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from site_browser import AXE, DESKTOP, PHONE, Seen, package
from site_looking import KINDS, page_of


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_asks_for_nothing_elsewhere_and_complains_of_nothing(
    site: Path, browser: Any, kind: str
) -> None:
    seen = Seen(browser)
    try:
        page = seen.open(page_of(site, kind), "?q=harbour" if kind == "search" else "")
        shift = seen.shift()
        page.wait_for_timeout(100)
        assert seen.said == []
        assert seen.failed == []
        assert [url for url in seen.asked if not url.startswith(site.as_uri() + "/")] == []
        assert shift == 0, seen.moved()
    finally:
        seen.close()


@pytest.mark.parametrize("kind", KINDS)
def test_a_small_phone_scrolls_one_way_only(site: Path, browser: Any, kind: str) -> None:
    seen = Seen(browser, viewport=PHONE)
    try:
        page = seen.open(page_of(site, kind))
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        assert seen.shift() == 0
    finally:
        seen.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_page_is_accessible(site: Path, browser: Any, kind: str, scheme: str) -> None:
    script = package(AXE) / "axe.min.js"
    seen = Seen(browser, color_scheme=scheme, bypass_csp=True)
    try:
        page = seen.open(page_of(site, kind), "?q=harbour" if kind == "search" else "")
        page.wait_for_timeout(150)
        for details in page.query_selector_all("details"):
            details.evaluate("node => { node.open = true; }")
        page.add_script_tag(path=str(script))
        found = page.evaluate("() => axe.run(document, { resultTypes: ['violations'] })")
        violations = [
            f"{one['id']}: {node['html'][:160]} ({node['failureSummary'][:200]})"
            for one in found["violations"]
            for node in one["nodes"][:3]
        ]
        assert violations == []
    finally:
        seen.close()


def test_a_page_is_read_without_javascript(site: Path, browser: Any) -> None:
    for kind in KINDS:
        seen = Seen(browser, java_script_enabled=False)
        try:
            seen.page.goto(page_of(site, kind).as_uri())
            words = seen.page.inner_text("main")
            assert len(words.split()) > 3, kind
            assert seen.failed == []
        finally:
            seen.close()


def test_a_picture_opens_over_the_page(site: Path, browser: Any) -> None:
    seen = Seen(browser)
    try:
        page = seen.open(page_of(site, "pictures of a month"))
        page.click("a.zoom >> nth=0")
        assert page.is_visible("dialog.light img")
        first = page.get_attribute("dialog.light img", "src")
        assert "The Lighthouse" in page.inner_text("dialog.light figcaption")
        page.keyboard.press("ArrowRight")
        assert page.get_attribute("dialog.light img", "src") != first
        page.keyboard.press("Escape")
        assert not page.is_visible("dialog.light img")
        assert seen.said == []
    finally:
        seen.close()


def test_keys_turn_pages_and_go_to_the_search(site: Path, browser: Any) -> None:
    seen = Seen(browser)
    try:
        page = seen.open(page_of(site, "post"))
        before = page.url
        page.keyboard.press("ArrowRight")
        page.wait_for_url(lambda url: url != before)
        page.keyboard.press("/")
        assert page.evaluate("document.activeElement.name") == "q"
        page.keyboard.type("harbour")
        page.keyboard.press("Enter")
        page.wait_for_selector("#fonds-results li")
        assert "search.html?q=harbour" in page.url
    finally:
        seen.close()


def test_the_colour_scheme_can_be_chosen_and_is_kept(site: Path, browser: Any) -> None:
    seen = Seen(browser, color_scheme="light")
    try:
        page = seen.open(page_of(site, "about"))
        page.click("#fonds-scheme")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(23, 24, 27)"
        seen.open(page_of(site, "home"))
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(23, 24, 27)"
    finally:
        seen.close()


def test_a_click_on_the_timeline_leads_to_the_posts(letters: tuple[Path, Path], browser: Any) -> None:
    seen = Seen(browser, viewport=DESKTOP)
    try:
        page = seen.open(letters[1] / "timeline.html")
        page.wait_for_selector("#fonds-plot canvas")
        page.select_option("select[name=unit]", "year")
        box = page.query_selector("#fonds-plot .u-over").bounding_box()
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] * 0.9)
        page.wait_for_url(lambda url: "/years/20" in url)
        assert seen.said == []
    finally:
        seen.close()


def test_the_wall_holds_only_what_is_in_sight(letters: tuple[Path, Path], browser: Any) -> None:
    seen = Seen(browser, viewport={"width": 700, "height": 600})
    try:
        page = seen.open(letters[1] / "pictures" / "all.html")
        page.wait_for_selector("#fonds-wall img")
        first = page.evaluate("document.querySelectorAll('#fonds-wall a').length")
        assert 0 < first < 120
        page.evaluate("scrollTo(0, document.body.scrollHeight)")
        page.wait_for_timeout(400)
        assert 0 < page.evaluate("document.querySelectorAll('#fonds-wall a').length") < 120
        page.click("#fonds-wall a >> nth=-1")
        assert page.is_visible("dialog.light img")
        assert seen.said == []
    finally:
        seen.close()
