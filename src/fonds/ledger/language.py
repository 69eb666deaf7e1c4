"""Which posts the rules do not read: told by script and by small words, without a model.

The rules read English. A post in another language holds no claim that they could find, and must not look like a
post without claims: it is listed as unread.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import NamedTuple

from fonds.ledger.lexicon import load

FEW = 8
"""Words below which a text's language cannot be told."""
SHARE = 0.18
"""Share of small words from which a text is English: running English has .35 to .5, Croatian, Italian, German or
French less than .06 (names and "in", "on", "a", "i" they share)."""

_WORD = re.compile(r"[^\W\d_]+")
_SCRIPTS = (
    ("ARABIC", "ar"), ("CYRILLIC", "cyrillic"), ("GREEK", "el"), ("HEBREW", "he"), ("CJK", "zh"),
    ("HIRAGANA", "ja"), ("KATAKANA", "ja"), ("HANGUL", "ko"), ("ETHIOPIC", "am"), ("DEVANAGARI", "hi"),
)  # fmt: skip


class Spoken(NamedTuple):
    """``unread`` names the language that is not read ("" for English, and for too few words to tell)."""

    words: int
    english: int
    unread: str


@cache
def _small(language: str) -> frozenset[str]:
    lexicon = load(language)
    names = (
        "be",
        "have",
        "modals",
        "determiners",
        "prepositions",
        "conjunctions",
        "relatives",
        "pronouns",
        "subordinators",
    )
    return frozenset(word for name in names for word in lexicon[name] if word.isalpha()) - {
        "a",
        "i",
        "in",
        "on",
        "me",
        "so",
        "as",
        "am",
        "an",
    }


def spoken(texts: list[str], language: str = "en") -> Spoken:
    """Judges a post by its paragraphs: a paragraph is read or unread, a post by where most of its words stand."""
    small = _small(language)
    total = english = 0
    other: dict[str, int] = {}
    for text in texts:
        words = _WORD.findall(text)
        if not words:
            continue
        total += len(words)
        name = _script(words)
        if name:
            other[name] = other.get(name, 0) + len(words)
        elif len(words) < FEW or sum(word.lower() in small for word in words) >= SHARE * len(words):
            english += len(words)
        else:
            other["other"] = other.get("other", 0) + len(words)
    foreign = sum(other.values())
    unread = max(sorted(other), key=lambda name: other[name]) if foreign > english else ""
    return Spoken(total, english, unread)


def _script(words: list[str]) -> str:
    """The language or script of words that are not in Latin letters, by the first letter of a few of them."""
    seen: dict[str, int] = {}
    for word in words[:: max(1, len(words) // 12)]:
        if word[0].isascii():
            name = ""
        else:
            label = unicodedata.name(word[0], "")
            name = next((short for script, short in _SCRIPTS if label.startswith(script)), "")
        seen[name] = seen.get(name, 0) + 1
    return max(sorted(seen), key=lambda name: seen[name])
