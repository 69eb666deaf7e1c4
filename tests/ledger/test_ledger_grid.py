"""The rules on every combination of templates and word lists in ``grid.toml``. All sentences are invented."""

from __future__ import annotations

import itertools
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from fonds.ledger.claims import extract, is_event
from fonds.ledger.records import Claim, Mention

GRID = tomllib.loads(Path(__file__).with_name("grid.toml").read_text(encoding="utf-8"))
WORDS = {name: re.split(r";\s*", text.strip()) for name, text in GRID["words"].items()}
_MARK = re.compile(r"\{([^|{}]+)\|(\w+)(?:\|([^}]*))?\}|<([^<>]+)>|«([^«»]+)»")
_SLOT = re.compile(r"\$([a-z]+)\b")


class Wanted(NamedTuple):
    """A sentence without its marks, and what they say."""

    text: str
    figures: list[tuple[int, str, str, str | None]]
    source: str
    responsible: str
    denies: bool


def wanted(marked: str) -> Wanted:
    denies, marked = marked.startswith("!"), marked.removeprefix("!")
    text, figures, source, responsible, at = "", [], "", "", 0
    for mark in _MARK.finditer(marked):
        text += marked[at : mark.start()]
        figure, kind, bounds, says, did = mark.groups()
        if figure:
            figures.append((len(text), figure, kind, bounds))
        source, responsible = says or source, did or responsible
        text += figure or says or did
        at = mark.end()
    return Wanted(text + marked[at:], figures, source, responsible, denies)


def bounds(claim: Claim) -> str:
    if claim.low is None and claim.high is None:
        return "?"
    if claim.low == claim.high:
        return f"{claim.low}"
    return f"{'' if claim.low is None else claim.low}..{'' if claim.high is None else claim.high}"


def same(said: str, mention: Mention | None) -> bool:
    """The scoring's own measure: half the words of the shorter phrase."""
    one, two = (
        set(re.findall(r"\w+", text.lower())) - {"the", "a", "an"}
        for text in (said, mention.text if mention else "")
    )
    return one == two or (bool(one and two) and len(one & two) / min(len(one), len(two)) >= 0.5)


def wrong(marked: str) -> list[str]:
    """What the rules read otherwise than ``marked`` wants."""
    want = wanted(marked)
    claims = extract(want.text)
    told = [claim for claim in claims if claim.figure and is_event(claim) and claim.kind != "other"]
    out = []
    for start, figure, kind, bound in want.figures:
        found = next((c for c in told if c.start < start + len(figure) and start < c.end), None)
        if found is None or found.kind != kind:
            out.append(f"{figure}: {found.kind if found else 'nothing'}, not {kind}")
            continue
        if bound is not None and bounds(found) != bound:
            out.append(f"{figure}: bounds {bounds(found)}, not {bound}")
        for name in ("source", "responsible"):
            if not same(getattr(want, name), getattr(found, name)):
                out.append(f"{figure}: {name} {getattr(found, name)}")
    ends = [(start, start + len(figure)) for start, figure, _, _ in want.figures]
    out += [f"{c.figure}: {c.kind}" for c in told if not any(c.start < b and a < c.end for a, b in ends)]
    if any(claim.stance == "denies" for claim in claims) != want.denies:
        out.append("denial")
    return [f"{want.text} — {fault}" for fault in out]


def filled(template: str) -> Iterator[str]:
    names = list(dict.fromkeys(_SLOT.findall(template)))
    for words in itertools.product(*(WORDS[name] for name in names)):
        text = template
        for name, word in zip(names, words, strict=True):
            text = re.sub(rf"\${name}\b", word, text)
        yield text


@pytest.mark.parametrize("template", GRID["grid"]["templates"].strip().splitlines())
def test_a_template_with_every_word_is_read(template: str) -> None:
    assert [fault for marked in filled(template) for fault in wrong(marked)] == []


@pytest.mark.parametrize("name", list(GRID["sentences"]))
def test_sentences_are_read(name: str) -> None:
    assert [fault for marked in GRID["sentences"][name].strip().splitlines() for fault in wrong(marked)] == []


def test_the_grid_notices_what_is_wrong() -> None:
    assert wrong("{12|injured} people were killed.")
    assert wrong("12 people were killed.")
    assert wrong("At least {12|killed|12} people were killed.")
    assert wrong("{12|killed} people were killed, <the mayor> said by mistake.") or wrong(
        "{12|killed} people died, the mayor said."
    )
    assert wrong("!Rain fell.")
