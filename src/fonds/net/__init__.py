"""HTTP with manners: transport, pace, retry, whole bodies. Knows nothing of Medium."""

from __future__ import annotations
