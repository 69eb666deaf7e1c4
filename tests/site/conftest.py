"""Sites that several tests look at, and the browser that opens them."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

pytest.importorskip("jinja2", reason="the site's extra is not installed")
pytest.importorskip("PIL", reason="the site's extra is not installed")

import site_browser
from fonds.site.build import build
from fonds.site.folder import Folder
from fonds.site.settings import Settings
from site_looking import FORMS, SETTINGS


@pytest.fixture(scope="session")
def site(samples: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample publication, all forms together, with drafts, as for a host."""
    out = tmp_path_factory.mktemp("site") / "out"
    summary = build(Folder([samples / form for form in FORMS]), out, settings=SETTINGS, jobs=1)
    assert [str(failure) for failure in summary.failures] == []
    return out


@pytest.fixture(scope="session")
def invented() -> ModuleType:
    """The maker of invented publications (benchmarks/site_made.py)."""
    path = Path(__file__).resolve().parents[2] / "benchmarks" / "site_made.py"
    found = importlib.util.spec_from_file_location("site_made", path)
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def letters(invented: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """An invented publication of 150 posts and 300 pictures in four languages: (posts, site)."""
    folder = tmp_path_factory.mktemp("letters")
    invented.make(folder / "in", 150, 300, seed=7)
    summary = build(Folder([folder / "in"]), folder / "out", settings=Settings(title="Letters"), jobs=1)
    assert [str(failure) for failure in summary.failures] == []
    return folder / "in", folder / "out"


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium, once for all tests; without one they are left out."""
    with site_browser.browser() as opened:
        yield opened
