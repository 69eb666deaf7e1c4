"""Which posts are asked for: every state that a post can be in."""

from __future__ import annotations

from typing import Any

import pytest

from fonds.archive.plan import Standing, why

HERE = {"number": 1, "edition": 5}
CASES: dict[str, tuple[dict[str, Any], str, str]] = {
    # what is known: without cookies, with cookies
    "known and never asked for": ({}, "new", "new"),
    "known and said to be never asked for": ({"reason": "never-asked"}, "new", "new"),
    "here": (HERE, "", ""),
    "here, and a list tells the same edition": ({**HERE, "heard": 5}, "", ""),
    "here, and a list tells a newer edition": ({**HERE, "heard": 6}, "edited", "edited"),
    "here without an edition (an export), and a list tells one": ({"number": 1, "heard": 6}, "edited", "edited"),
    "only the beginning": ({**HERE, "preview": True}, "", "unlocked"),
    "the beginning of an older edition": ({**HERE, "preview": True, "heard": 6}, "edited", "edited"),
    "locked": ({"reason": "locked"}, "", "unlocked"),
    "locked, and a list says that it is no more": ({"reason": "locked", "listed": True, "free": True}, "unlocked", "unlocked"),
    "only the beginning of what is free now": ({**HERE, "preview": True, "listed": True, "free": True}, "unlocked", "unlocked"),
    "failed": ({"reason": "failed"}, "retry", "retry"),
    "a challenge stood in its place": ({"reason": "challenge"}, "retry", "retry"),
    "deleted": ({"reason": "deleted"}, "", ""),
    "deleted, and listed again": ({"reason": "deleted", "listed": True}, "retry", "retry"),
    "suspended": ({"reason": "suspended"}, "", ""),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_why(case: str) -> None:
    known, without, with_cookies = CASES[case]
    post = Standing("0123456789ab", **known)
    assert why(post, cookies=False) == without
    assert why(post, cookies=True) == with_cookies


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ({"date": 99}, ""),
        ({"date": 100}, "new"),
        ({}, "new"),
        ({"date": 5, "heard": 100}, "new"),
        ({"date": 5, "number": 1, "edition": 5, "heard": 99}, ""),
        ({"date": 5, "number": 1, "edition": 5, "heard": 100}, "edited"),
    ],
)
def test_since(known: dict[str, Any], expected: str) -> None:
    assert why(Standing("a", **known), cookies=False, since=100) == expected
