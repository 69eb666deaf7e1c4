"""Sites that several tests look at."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("jinja2", reason="the site's extra is not installed")
pytest.importorskip("PIL", reason="the site's extra is not installed")

from fonds.site.build import build
from fonds.site.folder import Folder
from fonds.site.settings import Settings

FORMS = ("export", "graphql", "json", "pages", "zmedium")


@pytest.fixture(scope="session")
def site(samples: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample publication, all forms together, with drafts."""
    out = tmp_path_factory.mktemp("site") / "out"
    settings = Settings(title="The Harbour Letter", intro="Letters from Modra Luka.", drafts=True)
    summary = build(Folder([samples / form for form in FORMS]), out, settings=settings, jobs=1)
    assert [str(failure) for failure in summary.failures] == []
    return out
