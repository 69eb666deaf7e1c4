#!/usr/bin/env python3
"""Writes docs/model.schema.json from fonds.model; with --check, exits 1 when the file is not current."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from fonds.model import MODEL_VERSION, json_schema

TARGET = Path(__file__).resolve().with_name("model.schema.json")


def schema() -> str:
    """The schema as text: sorted, so that equal models give equal bytes."""
    whole = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"fonds model {MODEL_VERSION}",
        **json_schema(),
    }
    return json.dumps(whole, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def main() -> int:
    if "--check" not in sys.argv[1:]:
        TARGET.write_text(schema(), encoding="utf-8")
        return 0
    current = TARGET.is_file() and TARGET.read_text(encoding="utf-8") == schema()
    if not current:
        sys.stderr.write(f"{TARGET.name} is not current: python docs/{Path(__file__).name}\n")
    return 0 if current else 1


if __name__ == "__main__":
    raise SystemExit(main())
