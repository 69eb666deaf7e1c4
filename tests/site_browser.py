"""Debian's chromium, driven by playwright, for pages opened from the disk with the network off.

Where there is no browser, the tests that need one say so and are left out. ``FONDS_CHROMIUM`` names another one.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
TOOLS = ROOT / ".browser"
"""Where packages for tests are installed when first needed; not part of the project."""
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
]  # fmt: skip
DESKTOP = {"width": 1200, "height": 900}
PHONE = {"width": 320, "height": 640}
AXE = "axe-core@4.14.1"
VALIDATOR = "html-validate@10.17.0"


def chromium() -> str:
    """The browser's path. Skips the test when there is none."""
    pytest.importorskip("playwright", reason="playwright is not installed: tests in a browser are left out")
    given = os.environ.get("FONDS_CHROMIUM")
    found = (
        given or shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    )
    if not found:
        pytest.skip(
            "no chromium (apt-get install chromium, or set FONDS_CHROMIUM): tests in a browser are left out"
        )
    return found


@contextmanager
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    path = chromium()
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=FLAGS)
        try:
            yield opened
        finally:
            opened.close()


class Seen:
    """A page that was opened from the disk: what it asked for, what it complained of."""

    def __init__(self, browser: Any, **options: Any) -> None:
        self.context = browser.new_context(offline=True, **{"viewport": DESKTOP, **options})
        self.page = self.context.new_page()
        self.asked: list[str] = []
        self.said: list[str] = []
        self.failed: list[str] = []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("requestfailed", lambda request: self.failed.append(request.url))
        self.page.on("console", lambda message: self.said.append(f"{message.type}: {message.text}"))
        self.page.on("pageerror", lambda error: self.said.append(f"error: {error}"))
        self.page.on("dialog", self._dialog)
        self.page.add_init_script(_SHIFTS)

    def _dialog(self, dialog: Any) -> None:
        self.said.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def open(self, file: Path, query: str = "") -> Any:
        self.page.goto(file.as_uri() + query)
        self.page.wait_for_load_state("load")
        return self.page

    def shift(self) -> float:
        """How much of the page moved while it loaded (CLS), scrolled to its end."""
        self.page.evaluate(
            "() => new Promise(done => { scrollTo(0, document.body.scrollHeight); setTimeout(done, 250); })"
        )
        return float(self.page.evaluate("() => window.shifted"))

    def moved(self) -> list[str]:
        """What moved, and when (milliseconds after the page was asked for)."""
        return [str(one) for one in self.page.evaluate("() => window.moved")]

    def close(self) -> None:
        self.context.close()


_SHIFTS = """
window.shifted = 0; window.largest = 0; window.moved = [];
new PerformanceObserver(list => { for (const e of list.getEntries()) if (!e.hadRecentInput) {
  window.shifted += e.value;
  for (const s of e.sources) window.moved.push((s.node?.className || s.node?.nodeName || "?") + " at " + Math.round(e.startTime));
} })
  .observe({ type: "layout-shift", buffered: true });
new PerformanceObserver(list => { for (const e of list.getEntries()) window.largest = e.startTime; })
  .observe({ type: "largest-contentful-paint", buffered: true });
"""


def package(name: str) -> Path:
    """The folder of a package from the npm registry, installed when first asked for. Skips without npm or network."""
    plain = name.rpartition("@")[0]
    folder = TOOLS / "node_modules" / plain
    if folder.is_dir():
        return folder
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip(f"no npm: {plain} cannot be installed, its checks are left out")
    TOOLS.mkdir(exist_ok=True)
    command = [
        npm,
        "install",
        "--prefix",
        str(TOOLS),
        "--no-save",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        AXE,
        VALIDATOR,
    ]
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=300)
    except (OSError, subprocess.SubprocessError):
        pytest.skip(f"{plain} cannot be installed (no network?), its checks are left out")
    return folder
