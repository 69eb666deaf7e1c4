"""Pages as HTML: valid to a validator that is not ours."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from site_browser import TOOLS, VALIDATOR, package
from site_looking import KINDS, page_of

RULES = {
    "extends": ["html-validate:standard", "html-validate:document", "html-validate:a11y"],
    "rules": {
        # Text is as its author wrote it: long titles, blanks at its ends, phone numbers.
        "long-title": "off",
        "no-trailing-whitespace": "off",
        "tel-non-breaking": "off",
        # Void elements and attributes are written as the standard's own examples are.
        "void-style": "error",
        "attr-quotes": ["error", {"style": "double"}],
        # The page's parts say what they are by their labels.
        "prefer-native-element": "off",
        "require-sri": "off",
    },
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_is_valid(site: Path, tmp_path: Path, kind: str) -> None:
    _validate([page_of(site, kind)], tmp_path)


def test_pages_of_an_invented_publication_are_valid(letters: tuple[Path, Path], tmp_path: Path) -> None:
    _validate(sorted((letters[1] / "posts").glob("*.html"))[::5], tmp_path)


def _validate(pages: list[Path], folder: Path) -> None:
    program = package(VALIDATOR) / "bin" / "html-validate.mjs"
    rules = folder / "rules.json"
    report = folder / "report.json"
    rules.write_text(json.dumps(RULES), "utf-8")
    done = subprocess.run(
        ["node", str(program), "--config", str(rules), "--formatter", f"json={report}", *map(str, pages)],
        capture_output=True,
        text=True,
        check=False,
        cwd=TOOLS,
        timeout=300,
    )
    assert report.is_file(), done.stderr
    found = [
        f"{Path(file['filePath']).name}:{message['line']}: {message['ruleId']}: {message['message']}"
        for file in json.loads(report.read_text("utf-8"))
        for message in file["messages"]
    ]
    assert found == []
