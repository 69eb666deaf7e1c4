"""Text → the terms that search compares, the same for a post and for what is looked for. Pure.

A *term* is a word without what people leave out when they search: case, diacritics, Arabic harakat,
the forms of alef, yeh and hamza. Scripts that set no blanks between words (Chinese, Japanese, Korean
particles, Thai, Lao, Khmer, Burmese) are cut into pairs of neighbouring characters: a run of n gives n
terms, the pairs and its last character alone, so that a run that is looked for is found wherever it
stands, and a single character as the beginning of a term.

The rules are data (RANGES, LETTERS, DIGITS, PREFIXES), so that the site's script can hold the same ones;
``tests/archive/folding_cases.json`` says what must come of them in any language.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

FOLDING_VERSION = 1
"""Raised with every change of a rule: indexes made with other rules are made again."""

MAX_TERM = 64
"""Characters of a term; what a longer "word" (a data URL, a hash) has behind them is not searchable."""

SPACELESS = (
    (0x0E01, 0x0E3A), (0x0E40, 0x0E4E),  # Thai
    (0x0E81, 0x0ECE), (0x0EDC, 0x0EDF),  # Lao
    (0x1000, 0x103F), (0x1050, 0x108F),  # Burmese
    (0x1100, 0x11FF), (0x3130, 0x318F), (0xA960, 0xA97C), (0xAC00, 0xD7FB),  # Hangul
    (0x1780, 0x17D3),  # Khmer
    (0x3005, 0x3007), (0x3021, 0x3029), (0x3041, 0x3096), (0x3099, 0x309A), (0x309D, 0x309F),
    (0x30A1, 0x30FA), (0x30FC, 0x30FF), (0x3105, 0x312F), (0x31F0, 0x31FF), (0xFF66, 0xFF9F),
    (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFD),  # Han
)  # fmt: skip
"""Scripts without blanks between words (first and last code point of each range)."""

ATTACHED = (
    (0x0E31, 0x0E31), (0x0E34, 0x0E3A), (0x0E47, 0x0E4E), (0x0EB1, 0x0EB1), (0x0EB4, 0x0EBC), (0x0EC8, 0x0ECE),
    (0x102B, 0x103E), (0x1056, 0x1059), (0x105E, 0x1060), (0x1062, 0x1064), (0x1067, 0x106D), (0x1071, 0x1074),
    (0x1082, 0x108D), (0x108F, 0x108F), (0x1160, 0x11FF), (0x17B4, 0x17D3), (0x3099, 0x309A), (0xD7B0, 0xD7FB),
    (0xFF9E, 0xFF9F),
)  # fmt: skip
"""Of these, what belongs to the character before it: vowel signs, tones, voicing, jamo behind a first."""

MARKS = (
    (0x0300, 0x036F), (0x0483, 0x0487), (0x0591, 0x05BD), (0x05BF, 0x05BF), (0x05C1, 0x05C2), (0x05C4, 0x05C5),
    (0x05C7, 0x05C7), (0x0610, 0x061A), (0x0640, 0x0640), (0x064B, 0x065F), (0x0670, 0x0670), (0x06D6, 0x06DC),
    (0x06DF, 0x06E8), (0x06EA, 0x06ED), (0x08D3, 0x08E1), (0x08E3, 0x08FF), (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF),
    (0x20D0, 0x20FF), (0xFE00, 0xFE0F), (0xFE20, 0xFE2F),
)  # fmt: skip
"""Marks that a reader may leave out: diacritics, Hebrew points, Arabic harakat and tatweel."""

INVISIBLE = (
    (0x00AD, 0x00AD), (0x034F, 0x034F), (0x061C, 0x061C), (0x200D, 0x200F), (0x202A, 0x202E), (0x2060, 0x2064),
    (0x2066, 0x206F), (0xFEFF, 0xFEFF),
)  # fmt: skip
"""Soft hyphens, joiners and directions: not seen, so not a part of a word nor its end. The zero width
non-joiner (U+200C) is an end: Persian writes it where others set a blank."""

BESIDE_LETTERS = (
    (0x0900, 0x0963), (0x0966, 0x096F), (0x0971, 0x0DF3), (0x0F18, 0x0F19), (0x0F20, 0x0F39), (0x0F40, 0x0FBC),
    (0x1712, 0x1734), (0x1752, 0x1753), (0x1772, 0x1773), (0x180B, 0x180D), (0x1920, 0x193B), (0x1A17, 0x1A1B),
    (0x1A55, 0x1A7F), (0x1B00, 0x1B44), (0x1B80, 0x1BAD), (0x1BE6, 0x1BF3), (0x1C24, 0x1C37), (0xA8E0, 0xA8F1),
    (0xAA29, 0xAA36), (0xABE3, 0xABED),
)  # fmt: skip
"""Blocks (Indic and their neighbours) whose vowel signs are no letters to Unicode and parts of words."""

APART = ((0x02B9, 0x02BF),)
"""Letters to Unicode that stand for an apostrophe: words end there, as at any apostrophe."""

LETTERS = {
    # Latin, Greek and Cyrillic letters that no decomposition takes apart.
    "đ": "d", "ð": "d", "ł": "l", "ø": "o", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th", "ħ": "h", "ı": "i",
    "ŧ": "t", "ŋ": "n", "ĸ": "k", "ƒ": "f", "ɖ": "d", "ə": "e", "ς": "σ", "ґ": "г", "ѐ": "е", "ѝ": "и",
    # Arabic and Persian: one alef, one yeh, one kaf, one heh (hamza on a carrier is a mark and goes before).
    "ٱ": "ا", "ٲ": "ا", "ٳ": "ا", "ٵ": "ا", "ى": "ي", "ی": "ي", "ې": "ي", "ے": "ي", "ک": "ك", "ڪ": "ك",
    "ة": "ه", "ە": "ه", "ہ": "ه", "ھ": "ه", "ۃ": "ه", "ۀ": "ه",
}  # fmt: skip
"""What a letter becomes after decomposition, lower case and the loss of MARKS."""

DIGITS = (
    0x0660,
    0x06F0,
    0x0966,
    0x09E6,
    0x0A66,
    0x0AE6,
    0x0BE6,
    0x0C66,
    0x0CE6,
    0x0E50,
    0x0ED0,
    0x1040,
    0x17E0,
)
"""The zeros of other digits than 0 to 9: Arabic, Persian, Indic, Thai, Lao, Burmese, Khmer."""

_ARTICLE = "ال"
PREFIXES = tuple(
    and_ + to + the
    for and_ in ("", "و", "ف")
    for to, the in (
        ("", ""), ("", _ARTICLE), ("ب", ""), ("ب", _ARTICLE), ("ك", ""), ("ك", _ARTICLE), ("ل", ""), ("لل", ""),
    )
    if and_ + to + the
)  # fmt: skip
"""What Arabic writes together with the next word: and, so, in, as, for, the; لل is for + the."""

_STEM = 3
_STEM_AFTER_ARTICLE = 2
"""Letters that must be left of a word: one letter more where the prefix may as well be its root."""
# The letters of Arabic alone: a folded word of Persian or Urdu with one of its own has no Arabic prefix.
_ARABIC = re.compile("[\u0621-\u064a]+")


class Term(NamedTuple):
    """``term`` as it is compared; ``text[start:end]`` is its word. In a script without blanks that is the
    first character of the pair, and ``reach`` the end of the second."""

    term: str
    start: int
    end: int
    reach: int


class Wanted(NamedTuple):
    """A term that is looked for; ``prefix``: any term that begins with it will do."""

    term: str
    prefix: bool = False


def _class(*ranges: tuple[int, int]) -> str:
    """Ranges as the inside of a character class."""
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in ranges)


@functools.cache
def _token() -> re.Pattern[str]:
    """Group 1 is a run in a script without blanks; else the match is a word."""
    spaceless = _class(*SPACELESS)
    word = f"(?:[^\\W_{spaceless}{_class(*APART)}]|[{_class(*MARKS, *BESIDE_LETTERS)}])+"
    return re.compile(f"([{spaceless}]+)|{word}(?:[{_class(*INVISIBLE)}]+{word})*")


@functools.cache
def _cluster() -> re.Pattern[str]:
    return re.compile(f".[{_class(*ATTACHED)}]*", re.S)


@functools.cache
def _dropped() -> re.Pattern[str]:
    # ASCII that a decomposition brings in (a slash of ½) would cut a term in two.
    return re.compile(f"[{_class(*MARKS, *INVISIBLE, *APART)}\x00-/:-@\\[-`{{-\x7f\u00b7\u2044]")


@functools.cache
def _unseen() -> re.Pattern[str]:
    return re.compile(f"[{_class(*MARKS, *INVISIBLE)}]+")


@functools.cache
def _foldable() -> re.Pattern[str]:
    return re.compile(f"[{''.join(map(chr, _table()))}]")


@functools.cache
def _table() -> dict[int, str]:
    digits = {zero + digit: str(digit) for zero in DIGITS for digit in range(10)}
    return {**{ord(letter): to for letter, to in LETTERS.items()}, **digits}


_ASCII_WORDS = re.compile("[a-z0-9]+")


@functools.lru_cache(maxsize=1 << 16)
def fold(word: str) -> str:
    """One word (without blanks) as it is compared; "" when nothing is left of it."""
    if word.isascii():
        return word.lower()[:MAX_TERM]
    # A word of megabytes must cost no more than its beginning.
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", word[: 8 * MAX_TERM]).lower())
    text = _dropped().sub("", text).translate(_table())
    return unicodedata.normalize("NFC", text)[:MAX_TERM]


def flat(text: str) -> str:
    """``text`` folded as a whole, blanks and signs left in: nearly every term of it is a part of this, so
    that a text can be passed over quickly in which a term is not (½ and its like are the exceptions)."""
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).lower())
    text = _unseen().sub("", text)
    if _foldable().search(text):
        text = text.translate(_table())
    return unicodedata.normalize("NFC", text)


def terms(text: str) -> Iterator[str]:
    """The terms of ``text`` in their order, one a place."""
    if text.isascii():
        for word in _ASCII_WORDS.findall(text.lower()):
            yield word[:MAX_TERM]
        return
    for found in _token().finditer(text):
        run = found[1]
        if run is None:
            if term := fold(found[0]):
                yield term
        else:
            yield from _pairs(_characters(run))


def located(text: str) -> Iterator[Term]:
    """``terms`` with the places that they come from."""
    for found in _token().finditer(text):
        start = found.start()
        if found[1] is None:
            if term := fold(found[0]):
                yield Term(term, start, found.end(), found.end())
            continue
        places: list[tuple[str, int, int]] = []
        for cluster in _cluster().finditer(found[1]):
            if folded := fold(cluster[0]):
                places.append((folded, start + cluster.start(), start + cluster.end()))
        pairs = _pairs([folded for folded, _, _ in places])
        ends = [end for _, _, end in places]
        for pair, (_, begin, end), reach in zip(pairs, places, [*ends[1:], *ends[-1:]], strict=True):
            yield Term(pair, begin, end, reach)


def _characters(run: str) -> list[str]:
    return [folded for cluster in _cluster().findall(run) if (folded := fold(cluster))]


def _pairs(characters: list[str]) -> list[str]:
    return [one + two for one, two in zip(characters, [*characters[1:], ""], strict=True)]


def wanted(text: str) -> list[Wanted]:
    """The terms that stand one after the other wherever ``text`` stands.

    A run without blanks at the end of ``text`` may go on in the post, so that its last character is no
    term of its own; a single one is the beginning of any term.
    """
    found = [Wanted(term) for term in terms(text)]
    runs = [match for match in _token().finditer(text) if match[1] is None or _characters(match[1])]
    if not found or not runs or runs[-1][1] is None:
        return found
    return (
        [*found[:-1], Wanted(found[-1].term, prefix=True)]
        if len(_characters(runs[-1][1])) == 1
        else found[:-1]
    )


def without_prefixes(term: str) -> tuple[str, ...]:
    """What a term of a post may also be found by: the word behind each Arabic prefix that it can have."""
    if not _ARABIC.fullmatch(term):
        return ()
    return tuple(
        dict.fromkeys(
            term[len(prefix) :] for prefix in PREFIXES if _can_stand(prefix, term[len(prefix) :], term)
        )
    )


def with_prefixes(term: str) -> tuple[str, ...]:
    """The other way round: the terms of posts that ``term`` is to find beside itself."""
    if not _ARABIC.fullmatch(term):
        return ()
    return tuple(prefix + term for prefix in PREFIXES if _can_stand(prefix, term, prefix + term))


def bare(term: str) -> str:
    """``term`` without the article and what stands before it, when it surely has one: who looks for
    والشرطة is shown شرطة too. Single letters stay: they are the root of too many words."""
    if _ARABIC.fullmatch(term):
        for prefix in sorted(PREFIXES, key=len, reverse=True):
            if (
                prefix.endswith((_ARTICLE, "لل"))
                and len(term) - len(prefix) >= _STEM
                and term.startswith(prefix)
            ):
                return term[len(prefix) :]
    return term


def _can_stand(prefix: str, word: str, whole: str) -> bool:
    least = _STEM_AFTER_ARTICLE if prefix.endswith((_ARTICLE, "لل")) else _STEM
    return len(word) >= least and whole.startswith(prefix)
