"""A pattern that is compiled late does what one does that is compiled at once."""

from __future__ import annotations

import re

from fonds.patterns import Seldom


def test_it_is_compiled_when_it_is_first_asked() -> None:
    broken = Seldom("(")  # no complaint yet
    try:
        broken.search("x")
    except re.error:
        return
    raise AssertionError("a broken pattern was compiled")


def test_all_methods_are_those_of_a_compiled_pattern() -> None:
    late, at_once, text = Seldom(r"(b)oat", re.I), re.compile(r"(b)oat", re.I), "Boats, a boat"
    assert late.findall(text) == at_once.findall(text) == ["B", "b"]
    assert late.split(text) == at_once.split(text)
    assert late.sub("ship", text) == at_once.sub("ship", text)
    assert [found.span() for found in late.finditer(text)] == [
        found.span() for found in at_once.finditer(text)
    ]
    for name in ("search", "match", "fullmatch"):
        found, wanted = getattr(late, name)(text), getattr(at_once, name)(text)
        assert (found and found.span()) == (wanted and wanted.span())
    assert Seldom(rb"\d").search(b"a1") is not None
