"""What a reader waits for and what is loaded for it, in Chromium from the disk, the network off.

    python benchmarks/site_waits.py [SITE] [--rounds 5]

Lines of figures: the first result after the first key on a page just opened; later keys; bytes for a query typed to
its end, its scripts and lines of text too; a post page without its pictures; its largest paint; how the wall of all
pictures scrolls. SITE is a built site; without one, 3,145 posts with 19,000 pictures are invented (site_made.py) and
built. Needs playwright and a chromium (FONDS_CHROMIUM names one). The least of the rounds stands beside the median:
another program on the machine only adds.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"]  # fmt: skip
QUERIES = (
    "harbor",
    "storms",
    "morning light",
    "ميناء",
    "والشرطة",
    "港",
    "luka",
    "vjetar",
    '"of the"',
    "fer -the",
    "mihov",
)
_BETWEEN = 90
"""Milliseconds that a quick typist takes from an answer to the next key."""
_TYPE = """query => new Promise(done => {
  const field = document.getElementById("fonds-q"), said = document.documentElement.dataset, before = said.searched;
  const began = performance.now();
  field.value = query; field.dispatchEvent(new InputEvent("input"));
  (function look() {
    if (said.searched !== before) done(performance.now() - began); else requestAnimationFrame(look);
  })();
})"""
_TOLD = """() => new Promise(done => (function look() {
  const said = document.documentElement.dataset;
  if (!document.querySelector("#fonds-results li") || said.told === said.searched) done(); else setTimeout(look, 20);
})())"""
_PAINT = """() => new Promise(done => { let last = 0;
  new PerformanceObserver(list => { for (const one of list.getEntries()) last = one.startTime; }).observe({ type: "largest-contentful-paint", buffered: true });
  setTimeout(() => done(last), 400); })"""
_SCROLL = """() => new Promise(done => {
  const gaps = [], tasks = []; let before = 0, nodes = 0;
  new PerformanceObserver(list => { for (const one of list.getEntries()) tasks.push(one.duration); }).observe({ type: "longtask" });
  document.documentElement.style.scrollBehavior = "auto";
  (function frame(now) {
    if (now && before) gaps.push(now - before);
    before = now;
    nodes = Math.max(nodes, document.querySelectorAll("#fonds-wall *").length);
    scrollBy(0, 240);
    if (gaps.length < 600 && scrollY + innerHeight < document.body.scrollHeight - 2) requestAnimationFrame(frame);
    else setTimeout(() => done({ gaps, tasks, nodes, down: scrollY, height: document.body.scrollHeight }), 200);
  })();
})"""


def told(name: str, values: Iterable[float], unit: str = "ms", bar: str = "") -> None:
    ordered = sorted(values)
    most = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
    print(
        f"{name:<40}{ordered[0]:8.0f} least {statistics.median(ordered):8.0f} median {most:8.0f} p95 "
        f"{ordered[-1]:8.0f} most  {unit}  {bar}"
    )


def sizes(urls: Iterable[str]) -> int:
    """Bytes of the files that were loaded."""
    return sum(Path(unquote(urlsplit(url).path)).stat().st_size for url in set(urls))


def search(browser: Any, site: Path) -> tuple[list[float], list[float], list[int]]:
    """Milliseconds to the first key's answer on a page just opened, to every later one, bytes for each query."""
    firsts: list[float] = []
    later: list[float] = []
    loads: list[int] = []
    for query in QUERIES:
        context = browser.new_context(offline=True)
        page = context.new_page()
        loaded: list[str] = []
        page.on("requestfinished", lambda request, loaded=loaded: loaded.append(request.url))
        page.goto((site / "search.html").as_uri())
        page.wait_for_timeout(300)
        begin = 2 if query.startswith('"') else 1  # a quotation mark alone asks for nothing
        for end in range(begin, len(query) + 1):
            took = float(page.evaluate(_TYPE, query[:end]))
            (firsts if end == begin else later).append(took)
            page.wait_for_timeout(_BETWEEN)
        page.wait_for_timeout(300)
        page.evaluate(_TOLD)
        scripts = [url for url in loaded if "/search/" in url or "/data/" in url or "/static/" in url]
        loads.append(sizes(url for url in scripts if url.endswith(".js")))
        context.close()
    return firsts, later, loads


def posts(browser: Any, site: Path) -> tuple[list[float], list[int]]:
    """Largest paints of some posts; bytes that each loads beside pictures."""
    paints, loads = [], []
    largest = sorted((site / "posts").glob("*.html"), key=lambda path: (path.stat().st_size, path.name))
    for post in [*largest[::300], largest[-1]]:
        context = browser.new_context(offline=True, viewport={"width": 1200, "height": 900})
        page = context.new_page()
        loaded: list[str] = []
        page.on("requestfinished", lambda request, loaded=loaded: loaded.append(request.url))
        page.goto(post.as_uri())
        paints.append(float(page.evaluate(_PAINT)))
        loads.append(sizes(url for url in loaded if "/assets/" not in url and "/thumbs/" not in url))
        context.close()
    return paints, loads


def wall(browser: Any, site: Path) -> dict[str, Any]:
    """Scrolls the wall of all pictures, 240 pixels a frame: frames' gaps, long tasks, elements."""
    context = browser.new_context(offline=True, viewport={"width": 1200, "height": 900})
    page = context.new_page()
    page.goto((site / "pictures" / "all.html").as_uri())
    page.wait_for_timeout(500)
    seen: dict[str, Any] = page.evaluate(_SCROLL)
    context.close()
    return seen


def measure(browser: Any, site: Path, rounds: int) -> None:
    firsts: list[float] = []
    later: list[float] = []
    loads: list[int] = []
    paints: list[float] = []
    pages: list[int] = []
    gaps: list[float] = []
    tasks: list[float] = []
    nodes = 0
    for _ in range(rounds):
        first, others, loaded = search(browser, site)
        firsts += first
        later += others
        loads = loaded
        more, pages = posts(browser, site)
        paints += more
        seen = wall(browser, site)
        gaps += seen["gaps"]
        tasks += seen["tasks"]
        nodes = max(nodes, seen["nodes"])
    told("first key, page just opened", firsts, bar="bar 300")
    told("later keys", later, bar="bar 50 (p95)")
    told("loaded for a query, all its keys", [size / 1000 for size in loads], "kB", "bar 400")
    told("a post page without its pictures", [size / 1000 for size in pages], "kB", "bar 60")
    told("largest paint of a post", paints, bar="bar 1000")
    told("frames of the wall while scrolling", gaps, bar="16.7 is every frame")
    slow = sum(gap > 50 for gap in gaps)
    print(f"{'':<40}{slow} of {len(gaps)} frames over 50 ms, {len(tasks)} long tasks (longest {max(tasks, default=0):.0f} ms), {nodes} elements at most")  # fmt: skip


def main() -> None:
    from playwright.sync_api import sync_playwright

    words = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=words)
    parser.add_argument("site", type=Path, nargs="?")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--posts", type=int, default=3145)
    parser.add_argument("--pictures", type=int, default=19_000)
    given = parser.parse_args()
    program = os.environ.get("FONDS_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    with tempfile.TemporaryDirectory() as place:
        site = given.site
        if site is None:
            import site_made
            import site_speed

            site = Path(place) / "out"
            site_made.make(Path(place) / "in", given.posts, given.pictures)
            site_speed.run(Path(place) / "in", site, jobs=2)
        print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
            measure(browser, site.resolve(), given.rounds)
            browser.close()


if __name__ == "__main__":
    main()
