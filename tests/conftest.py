"""Fixtures that every test may use."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# A busy machine is no failure: nothing is judged by the clock. With CI set (.ci/run sets it) the same examples are
# made every time, so that what turns red is the change; everywhere else they are new ones at each run.
# FONDS_EXAMPLES is for a long search.
settings.register_profile(
    "fonds",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    max_examples=int(os.environ.get("FONDS_EXAMPLES", "100")),
    derandomize=bool(os.environ.get("CI")),
    print_blob=True,
)
settings.load_profile("fonds")

ROOT = Path(__file__).resolve().parents[1]


def _corpus_root() -> Path:
    given = os.environ.get("FONDS_CORPUS")
    return Path(given) if given else ROOT.parent / "shared" / "corpus"


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder of real files beside the checkout, or the one that FONDS_CORPUS names."""
    folder = _corpus_root()
    if not (folder / "INDEX.tsv").is_file():
        pytest.skip(f"no corpus at {folder} (set FONDS_CORPUS): tests on real files are left out")
    return folder


@pytest.fixture(scope="session")
def seed(corpus: Path) -> Path:
    """The folder of the document that the project began with."""
    folder = corpus.parent / "seed"
    if not folder.is_dir():
        pytest.skip("no seed folder beside the corpus")
    return folder


@pytest.fixture(scope="session")
def samples() -> Path:
    """The invented publication in every form of Medium's (samples/)."""
    return ROOT / "samples"
