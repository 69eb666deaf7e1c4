"""What is looked for: words, "phrases", beginnings*, -exclusions and OR, as an expression of FTS5's. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from fonds.archive import folding
from fonds.archive.folding import Wanted

_PIECE = re.compile(r'\s*(-?)(?:["“„«「『]([^"”“»」』]*)(?:["”“»」』]|$)(\*?)|(\S+))')
"""A phrase in quotes of any kind (group 2; 3: its last word is a beginning), or a word (4)."""
_OR = ("OR", "|")

Sequences = tuple[tuple[Wanted, ...], ...]
"""Terms one behind the other; any of several will do (a word with and without Arabic prefixes)."""


class Query(NamedTuple):
    """Every one of ``groups`` must be there, by any of its sequences, and none of ``excluded``.
    ``ignored`` are the words of which nothing is left to be looked for (signs, emoji)."""

    groups: tuple[Sequences, ...] = ()
    excluded: Sequences = ()
    ignored: tuple[str, ...] = ()

    @property
    def sequences(self) -> Sequences:
        """All that may be found, for marking it."""
        return tuple(sequence for group in self.groups for sequence in group)


def parse(text: str) -> Query:
    """``text`` as people type it. OR binds the two beside it; without anything beside it is a word."""
    groups: list[Sequences] = []
    excluded: list[tuple[Wanted, ...]] = []
    ignored: list[str] = []
    joined = False
    pieces = list(_PIECE.finditer(text))
    for number, piece in enumerate(pieces):
        word = piece[4]
        if word in _OR and not piece[1] and groups and number + 1 < len(pieces) and not joined:
            joined = True
            continue
        sequences = _sequences(word.rstrip("*"), word.endswith("*"), False) if word else _sequences(piece[2], bool(piece[3]), True)  # fmt: skip
        if not sequences:
            ignored.append(piece[0].strip())
        elif piece[1]:
            excluded += sequences
        elif joined:
            groups[-1] += sequences
        else:
            groups.append(sequences)
        joined = False
    return Query(tuple(groups), tuple(excluded), tuple(ignored))


def _sequences(text: str, beginning: bool, quoted: bool) -> Sequences:
    """The sequences by which ``text`` is found."""
    wanted = folding.wanted(text)
    if not wanted:
        return ()
    if beginning:
        wanted[-1] = Wanted(wanted[-1].term, prefix=True)
    first = wanted[0]
    return tuple(
        (Wanted(term, first.prefix), *wanted[1:])
        for term in _forms(first.term, alone=len(wanted) == 1 and not quoted)
    )


def _forms(term: str, *, alone: bool) -> Iterable[str]:
    """``term`` with every Arabic prefix; a word that stands ``alone`` also without its article."""
    forms = [term, *folding.with_prefixes(term)]
    if alone and (bare := folding.bare(term)) != term:
        forms += [bare, *folding.with_prefixes(bare)]
    return dict.fromkeys(forms)


def expression(query: Query) -> str:
    """``query`` for MATCH; "" when it only excludes (see ``exclusion``)."""
    wanted = " AND ".join(f"({_any(group)})" for group in query.groups)
    if wanted and query.excluded:
        return f"({wanted}) NOT ({_any(query.excluded)})"
    return wanted


def exclusion(query: Query) -> str:
    """What must not be there, for MATCH."""
    return _any(query.excluded)


def _any(sequences: Sequences) -> str:
    # Terms have no quotes and no blanks in them (``folding.fold``), so that nothing needs an escape.
    return " OR ".join(
        f'"{" ".join(wanted.term for wanted in sequence)}"{" *" if sequence[-1].prefix else ""}'
        for sequence in sequences
    )


class Matcher:
    """Finds in a text what a query would find in it. ``groups``: how many different things it may find."""

    def __init__(self, query: Query) -> None:
        self.groups = len(query.groups)
        self._firsts = {sequence[0].term for sequence in query.sequences}
        self._by_first: dict[str, list[tuple[Wanted, ...]]] = {}
        self._beginnings: list[tuple[Wanted, ...]] = []
        for sequence in query.sequences:
            if sequence[0].prefix:
                self._beginnings.append(sequence)
            else:
                self._by_first.setdefault(sequence[0].term, []).append(sequence)

    def may_mark(self, text: str) -> bool:
        """Whether ``marks`` may find something: quick, and hardly ever wrong (``folding.flat``)."""
        flat = folding.flat(text)
        return any(term in flat for term in self._firsts)

    def marks(self, text: str) -> Iterator[tuple[int, int]]:
        """Ranges of ``text`` (code points) that were looked for, in order; they do not overlap."""
        terms = list(folding.located(text))
        end = 0
        for place, term in enumerate(terms):
            for sequence in (*self._by_first.get(term.term, ()), *self._beginnings):
                last = place + len(sequence) - 1
                if last < len(terms) and _matches(sequence, terms[place : last + 1]):
                    start, reach = max(term.start, end), _reach(sequence[-1], terms[last])
                    if reach > start:
                        yield start, reach
                        end = reach
                    break


def _matches(sequence: Sequence[Wanted], terms: Sequence[folding.Term]) -> bool:
    return all(
        term.term.startswith(wanted.term) if wanted.prefix else term.term == wanted.term
        for wanted, term in zip(sequence, terms, strict=True)
    )


def _reach(wanted: Wanted, term: folding.Term) -> int:
    """A pair that is wanted whole reaches over both its characters."""
    return term.end if wanted.prefix else term.reach
