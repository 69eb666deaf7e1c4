"""What a reader waits for: the search's answers, what it loads, and a post's largest paint, in Chromium from the disk.

    python benchmarks/site_waits.py SITE [--rounds 5]

SITE is a built site (site_made.py, then fonds site build). Needs playwright and a chromium (FONDS_CHROMIUM names one).
The smallest of the rounds is told beside the median: another program on the machine only adds.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
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
_TYPE = """query => new Promise(done => {
  const field = document.getElementById("fonds-q"), before = document.documentElement.dataset.searched, began = performance.now();
  field.value = query; field.dispatchEvent(new InputEvent("input"));
  (function look() {
    if (document.documentElement.dataset.searched !== before) done(performance.now() - began); else requestAnimationFrame(look);
  })();
})"""
_PAINT = """() => new Promise(done => { let last = 0;
  new PerformanceObserver(list => { for (const one of list.getEntries()) last = one.startTime; }).observe({ type: "largest-contentful-paint", buffered: true });
  setTimeout(() => done(last), 400); })"""


def told(name: str, values: list[float], unit: str = "ms") -> None:
    ordered = sorted(values)
    most = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
    print(
        f"{name:<40}{ordered[0]:8.0f} least {statistics.median(ordered):8.0f} median {most:8.0f} p95  {unit}"
    )


def search(browser: Any, site: Path) -> tuple[float, list[float], list[int]]:
    """Milliseconds to the first key's answer on a page just opened, to every later one, bytes for each query."""
    first, later, sizes = 0.0, [], []
    for query in QUERIES:
        context = browser.new_context(offline=True)
        page = context.new_page()
        loaded: list[str] = []
        page.on("requestfinished", lambda request, loaded=loaded: loaded.append(request.url))
        page.goto((site / "search.html").as_uri())
        page.wait_for_timeout(300)
        before = len(loaded)
        for end in range(1, len(query) + 1):
            took = float(page.evaluate(_TYPE, query[:end]))
            if end == 1:
                first = max(first, took)
            else:
                later.append(took)
        paths = [Path(unquote(urlsplit(url).path)) for url in loaded[before:]]
        index = sum((site / "search" / name).stat().st_size for name in ("index.js", "rules.js"))
        sizes.append(index + sum(path.stat().st_size for path in paths))
        context.close()
    return first, later, sizes


def paint(browser: Any, site: Path) -> list[float]:
    found = []
    for post in sorted((site / "posts").glob("*.html"))[::200][:12]:
        context = browser.new_context(offline=True, viewport={"width": 1200, "height": 900})
        page = context.new_page()
        page.goto(post.as_uri())
        found.append(float(page.evaluate(_PAINT)))
        context.close()
    return found


def main() -> None:
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("site", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    site = given.site.resolve()
    program = os.environ.get("FONDS_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        firsts, later, sizes, paints = [], [], [], []
        for _ in range(given.rounds):
            first, others, loaded = search(browser, site)
            firsts.append(first)
            later += others
            sizes = loaded
            paints += paint(browser, site)
        told("first key, slowest of the queries", firsts)
        told("later keys", later)
        told("loaded for a query, all its keys", [size / 1000 for size in sizes], "kB")
        told("largest paint of a post", paints)
        browser.close()


if __name__ == "__main__":
    main()
