"""One sentence as parallel lists of words: cheap to make, cheap to ask."""

from __future__ import annotations

import re
from dataclasses import dataclass

_TOKEN = re.compile(
    r"\d{1,3}(?:[ \u00a0\u202f\u2009]\d{3})+(?![\d.,]\d|\d)"  # 12 000, 1 234 567
    r"|\d+(?:[.,٫٬'’]\d+)*"  # 1,357  1.239  35,5  18.30
    r"|[^\W\d_]{2,}(?:\*[^\W\d_]{2,})?(?:[-‐‑][^\W\d_]+)*(?:['’][^\W\d_]+)?"  # forty-two  Russia’s  didn't  fata*lities
    r"|(?:[^\W\d_]\.){2,}"  # U.S.  a.m.
    r"|[^\W\d_]+(?:[-‐‑][^\W\d_]+)*(?:['’][^\W\d_]+)?"  # forty-two  Russia’s  didn't
    r"|(?!#[^\W\d_])[^\w\s]"  # a hash tag is a word
    r"|_",
)


_PLAIN = str.maketrans("’‑‐", "'--")
_STARRED = re.compile(r"(?<=[^\W\d_])\*(?=[^\W\d_])")
"""A star within a word ("fata*lities"), as writers hide words from a platform's filters."""


@dataclass(slots=True)
class Words:
    """``low`` are the words in lower case with a straight apostrophe and no star within, ``starts``/``ends`` code points."""

    text: str
    raw: list[str]
    low: list[str]
    starts: list[int]
    ends: list[int]

    def __len__(self) -> int:
        return len(self.raw)

    def span(self, first: int, last: int) -> str:
        """The text from word ``first`` up to, not including, word ``last``."""
        return self.text[self.starts[first] : self.ends[last - 1]]


def tokenize(text: str) -> Words:
    """Words, numbers and single marks of ``text``, in order. Linear in its length."""
    spans = [match.span() for match in _TOKEN.finditer(text)]
    raw = [text[start:end] for start, end in spans]
    starts = [span[0] for span in spans]
    ends = [span[1] for span in spans]
    plain = "\n".join(raw).lower().translate(_PLAIN)
    if "*" in plain:
        plain = _STARRED.sub("", plain)
    low = plain.split("\n") if raw else []
    return Words(text, raw, low, starts, ends)
