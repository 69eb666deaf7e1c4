"""A finding's input made small: what can be left out without the finding going away is left out."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from typing import Any

_PIECE = re.compile(rb"<[^<>]*>?|[^<\n]+|\n")


def minimise(data: bytes, still: Callable[[bytes], bool], seconds: float = 20.0) -> bytes:
    """The smallest input found within ``seconds`` for which ``still`` holds."""
    stop = time.monotonic() + seconds
    before = b""
    while data != before and time.monotonic() < stop:
        before = data
        data = _json(data, still, stop)
        data = _chunks(_PIECE.findall(data) or [data], still, stop)
        if len(data) < 4_000:
            data = _chunks([data[i : i + 1] for i in range(len(data))], still, stop)
    return data


def _chunks(pieces: list[bytes], still: Callable[[bytes], bool], stop: float) -> bytes:
    size = len(pieces) // 2
    while size:
        at = 0
        while at < len(pieces) and time.monotonic() < stop:
            shorter = pieces[:at] + pieces[at + size :]
            if still(b"".join(shorter)):
                pieces = shorter
            else:
                at += size
        size //= 2
    return b"".join(pieces)


def _json(data: bytes, still: Callable[[bytes], bool], stop: float) -> bytes:
    try:
        tree = json.loads(data)
    except (ValueError, RecursionError):
        return data
    if not isinstance(tree, (dict, list)):
        return data

    def dump() -> bytes:
        return json.dumps(tree, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")

    if not still(dump()):
        return data
    stack: list[Any] = [tree]
    while stack:
        node = stack.pop()
        for key in list(node) if isinstance(node, dict) else range(len(node) - 1, -1, -1):
            if time.monotonic() > stop:
                return dump()
            value = node.pop(key)
            if still(dump()):
                continue
            if isinstance(node, dict):
                node[key] = value
            else:
                node.insert(key, value)
            if isinstance(value, str) and len(value) > 1:
                node[key] = _shorter(value, node, key, lambda: still(dump()))
            elif isinstance(value, (dict, list)):
                stack.append(value)
    return dump()


def _shorter(value: str, node: Any, key: Any, holds: Callable[[], bool]) -> str:
    size = len(value) // 2
    while size:
        at = 0
        while at < len(value):
            node[key] = value[:at] + value[at + size :]
            if holds():
                value = node[key]
            else:
                at += size
        size //= 2
    return value
