"""Numbers as English writes them: digits, words, dozens, ranges."""

from __future__ import annotations

import re
import unicodedata

from fonds.ledger.lexicon import Lexicon
from fonds.ledger.tokens import Words

MAX_DIGITS = 15
"""A longer number is an identifier, not a count (and int() refuses a few thousand digits)."""

_THOUSANDS = re.compile(r"\d{1,3}(?:([.,٫٬'’ \u00a0\u202f\u2009])\d{3})(?:\1\d{3})*")
DASHES = "-–—‐‑"


def number(text: str) -> int | float | None:
    """The value of digits as written ("1.239", "٤٥", "35,5"), or None when it is no count."""
    if len(text) > 2 * MAX_DIGITS:
        return None
    plain = "".join(str(unicodedata.digit(c)) if c.isdigit() and not c.isascii() else c for c in text)
    digits = re.sub(r"\D", "", plain)
    if not digits or len(digits) > MAX_DIGITS:
        return None
    if plain.isdigit():
        return int(plain)
    if _THOUSANDS.fullmatch(plain) and not plain.startswith("0"):
        return int(digits)
    parts = re.split(r"[.,٫٬]", plain)
    if len(parts) == 2 and all(part.isdigit() for part in parts):
        return float(f"{parts[0]}.{parts[1]}")
    return int(digits) if len(parts) > 2 and all(len(part) == 3 for part in parts[1:]) else None


def word_value(word: str, lexicon: Lexicon) -> int | None:
    found = lexicon.numbers.get(word)
    if found is not None or "-" not in word:
        return found
    tens, _, ones = word.partition("-")
    a, b = lexicon.numbers.get(tens), lexicon.numbers.get(ones)
    if a is not None and ones in lexicon.scales:  # "nine-hundred"
        return a * lexicon.scales[ones]
    return a + b if a is not None and b is not None and a >= 20 and b < 10 else None


def _spelled(words: Words, index: int, lexicon: Lexicon) -> tuple[int, int] | None:
    """Value and end of a number in words that begins at ``index`` ("two hundred and six", "a dozen")."""
    low = words.low
    total, current, at, seen = 0, 0, index, False
    if low[at] in ("a", "an") and at + 1 < len(low) and low[at + 1] in lexicon.scales:
        current, at = 1, at + 1
    elif low[at] == "half" and low[at + 1 : at + 3] in (["a", "million"], ["a", "dozen"]):
        return lexicon.scales[low[at + 2]] // 2, at + 3
    while at < len(low):
        value = word_value(low[at], lexicon)
        if value is not None and (
            not seen or current % 100 == 0 or (current % 100 >= 20 and current % 10 == 0 and value < 10)
        ):
            current += value
        elif low[at] in lexicon.scales and (seen or current):
            scale = lexicon.scales[low[at]]
            if scale >= 1000:
                total, current = total + current * scale, 0
            else:
                current *= scale
        elif (
            low[at] == "and"
            and (current >= 100 or total)
            and at + 1 < len(low)
            and word_value(low[at + 1], lexicon)
        ):
            at += 1
            continue
        else:
            break
        seen, at = True, at + 1
    return (total + current, at) if seen else None


def glued(words: Words, index: int) -> bool:
    """No blank between word ``index`` and the next."""
    return index + 1 < len(words) and words.ends[index] == words.starts[index + 1]


def quantity_at(words: Words, index: int, lexicon: Lexicon) -> tuple[int | float | None, int, bool] | None:
    """Value, end and whether it is vague of the number that begins at ``index``."""
    low = words.low[index]
    size = len(words)
    if low[0].isdigit():
        value = number(words.raw[index])
        if value is None:
            return None
        end = index + 1
        scale = _suffix(words, end, lexicon)
        if scale:
            value, end = round(value * scale, 6), end + 1
        while end < size and words.low[end] in lexicon.scales and words.low[end] != "dozen":
            value = round(value * lexicon.scales[words.low[end]], 6)
            end += 1
        if isinstance(value, float) and value.is_integer() and end > index + 1:
            value = int(value)
        return value, end, False
    behind = some_number(words, index, lexicon)
    if behind:
        return None, behind, True
    if low == "few":  # "a few dozen"
        scaled = index + 1 < size and words.low[index + 1] in lexicon.scales
        return (None, index + 2, True) if scaled else None
    if low in lexicon.vague:
        end = index + 1
        while end + 1 < size and words.low[end] == "of" and words.low[end + 1] in lexicon.vague:
            end += 2
        return None, end, True
    spelled = _spelled(words, index, lexicon)
    return (spelled[0], spelled[1], False) if spelled else None


def some_number(words: Words, index: int, lexicon: Lexicon) -> int:
    """Where "a number", "a large number (of wounded people)" at ``index`` ends; 0 where it counts nobody."""
    low = words.low
    if low[index] not in ("a", "an"):
        return 0
    at = index + 1
    if at + 1 < len(low) and low[at].endswith("ly"):
        at += 1  # "an alarmingly high number"
    if at < len(low) and low[at] in lexicon["numberings"]:
        at += 1
    if low[at : at + 2] != ["number", "of"]:
        return 0
    counted = low[at + 2 : at + 5]
    told = any(word in lexicon["persons"] or word in lexicon["harmed"] for word in counted)
    events = (lexicon.triggers.at(low, n) for n in range(at + 2, min(len(low), at + 4)))
    told = told or any(hit is not None and hit[1].role in ("event", "people") for hit in events)
    return at + 1 if told else 0


def _suffix(words: Words, at: int, lexicon: Lexicon) -> int:
    """What a letter glued to digits multiplies them by ("12k", "1.5m people"), or 0. A bare "m" is a metre."""
    scale = lexicon.suffixes.get(words.low[at], 0) if at < len(words) else 0
    if not scale or not glued(words, at - 1):
        return 0
    behind = words.low[at + 1] if at + 1 < len(words) else ""
    counted = behind in lexicon["persons"] or behind in lexicon.triggers.table or behind in ("have", "were")
    return scale if counted or (scale == 1000 and words.low[at] == "k") else 0


def range_end(
    words: Words, quantity_end: int, first: int, lexicon: Lexicon
) -> tuple[int | float, int] | None:
    """The upper end of "4 to 6", "8or 11", "250–270", "between 90 and 100", "10-15"."""
    low, size = words.low, len(words)
    at = quantity_end
    if at + 1 >= size:
        return None
    link = low[at]
    before = low[first - 1] if first else ""
    if (
        link in ("to", "or")
        or (link in DASHES and glued(words, at - 1))
        or (link == "and" and before == "between")
    ):
        if link == "to" and before in ("from", "ratio"):
            return None
        nxt = quantity_at(words, at + 1, lexicon)
        if nxt and nxt[0] is not None and not nxt[2]:
            return nxt[0], nxt[1]
    return None
