"""Medium's paragraph and markup JSON, and what all forms' bodies have in common."""

from __future__ import annotations
