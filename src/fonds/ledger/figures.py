"""Numbers in a sentence: where they stand, what they bound, and which are no counts of people at all."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from fonds.ledger.lexicon import Lexicon
from fonds.ledger.records import Qualifier
from fonds.ledger.tokens import Words

MAX_DIGITS = 15
"""A longer number is an identifier, not a count (and int() refuses a few thousand digits)."""

_THOUSANDS = re.compile(r"\d{1,3}(?:([.,٫٬'’ \u00a0\u202f\u2009])\d{3})(?:\1\d{3})*")
_DASHES = "-–—‐‑"


@dataclass(slots=True)
class Figure:
    """A number as written. ``first``/``last`` are word indexes (last exclusive); ``left`` is where its
    qualifier and determiner begin; ``noun`` where the counted noun phrase ends."""

    first: int
    last: int
    start: int
    end: int
    low: int | float | None
    high: int | float | None
    qualifier: Qualifier
    left: int
    percent: bool = False
    noun: int = 0
    value: int | float | None = None


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


def _word_value(word: str, lexicon: Lexicon) -> int | None:
    found = lexicon.numbers.get(word)
    if found is not None or "-" not in word:
        return found
    tens, _, ones = word.partition("-")
    a, b = lexicon.numbers.get(tens), lexicon.numbers.get(ones)
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
        value = _word_value(low[at], lexicon)
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
            and _word_value(low[at + 1], lexicon)
        ):
            at += 1
            continue
        else:
            break
        seen, at = True, at + 1
    return (total + current, at) if seen else None


def _glued(words: Words, index: int) -> bool:
    """No blank between word ``index`` and the next."""
    return index + 1 < len(words) and words.ends[index] == words.starts[index + 1]


def _is_month(words: Words, index: int, lexicon: Lexicon) -> bool:
    return words.raw[index][0].isupper() and words.low[index] in lexicon["months"]


def not_a_count(words: Words, first: int, last: int, lexicon: Lexicon, value: int | float | None) -> str:
    """Why the number at words ``first``..``last`` counts no people (date, time, money …), or "" """
    low, size = words.low, len(words)
    before = low[first - 1] if first else ""
    after = low[last] if last < size else ""
    glued_before, glued_after = (
        first > 0 and _glued(words, first - 1),
        last < size and _glued(words, last - 1),
    )
    dashed = glued_before and before in _DASHES and first > 1 and _glued(words, first - 2)
    if dashed and low[first - 2][-1].isdigit():
        return "date"
    if glued_before and (before[-1].isalnum() or before in "@#_/\\="):
        return "name"
    if (
        glued_before
        and before in _DASHES
        and first > 1
        and _glued(words, first - 2)
        and low[first - 2][-1].isalpha()
    ):
        return "name"
    if (
        glued_before
        and before in ".:"
        and first > 1
        and _glued(words, first - 2)
        and low[first - 2][-1].isdigit()
    ):
        return "time"
    if (
        glued_after
        and after in ":/"
        and last + 1 < size
        and _glued(words, last)
        and low[last + 1][0].isdigit()
    ):
        return "date"
    if glued_after and (after in lexicon["ordinals"] or after in "@_"):
        return "ordinal"
    if (
        glued_after
        and after in _DASHES
        and last + 1 < size
        and _glued(words, last)
        and low[last + 1][0].isalpha()
    ):
        return "age"
    if (
        before in lexicon["currency_marks"]
        or after in lexicon["currency_marks"]
        or before in ("eur", "usd", "gbp")
    ):
        return "money"
    if after in lexicon["units"] and not (after in ("m", "c", "h", "l", "g") and not glued_after):
        return "measure"
    if after in (
        "consecutive",
        "straight",
        "more",
        "additional",
        "full",
        "long",
        "square",
        "nautical",
        "and",
    ) and (last + 1 < size and low[last + 1] in lexicon["units"]):
        return "measure"
    if before in lexicon["numbered_names"] or (
        before == "." and first > 1 and low[first - 2] in ("no", "nr", "art")
    ):
        return "name"
    if _is_date(words, first, last, lexicon, value):
        return "date"
    if before == "(" and after == ")":
        return "aside"
    return ""


def _is_date(words: Words, first: int, last: int, lexicon: Lexicon, value: int | float | None) -> bool:
    low, size = words.low, len(words)
    if last - first != 1 or not isinstance(value, int) or not words.raw[first].isdigit():
        return False
    after = low[last] if last < size else ""
    counted = after in lexicon["persons"] or (last < size and lexicon.triggers.at(low, last) is not None)
    if value <= 31:
        if last < size and _is_month(words, last, lexicon):
            return True
        if after == "of" and last + 1 < size and _is_month(words, last + 1, lexicon):
            return True
        if first and _is_month(words, first - 1, lexicon) and not counted:
            return True
    if 1900 <= value <= 2100 and not counted:
        before = low[first - 1] if first else ""
        if before in lexicon["before_year"] or before in lexicon["months"] or before in "(–—-/,'":
            return True
        if not after or not after[0].isalpha() or after in lexicon["prepositions"] or after in lexicon["be"]:
            return True
        return before == "the"
    return False


def _is_phone(words: Words, first: int) -> bool:
    """Digits among digits: a telephone number, a card number."""
    low, size = words.low, len(words)
    run = 1
    at = first
    while at > 0 and run < 4 and (low[at - 1][0].isdigit() or low[at - 1] in "+-()"):
        run += low[at - 1][0].isdigit()
        at -= 1
    at = first + 1
    while at < size and run < 4 and (low[at][0].isdigit() or low[at] in "-()"):
        run += low[at][0].isdigit()
        at += 1
    if run >= 3:
        return True
    plain = low[first]
    return plain.startswith("00") or (
        len(plain) > 6 and plain.isdigit() and (first == 0 or low[first - 1] != "of")
    )


def _yearlike(word: str) -> bool:
    return len(word) == 4 and word.startswith(("19", "20"))


def _ratio(words: Words, first: int, last: int, lexicon: Lexicon) -> bool:
    """One in four, two out of every three."""
    low = words.low
    head = low[last : last + 4]
    if head[:1] == ["in"] or head[:2] == ["out", "of"]:
        rest = head[1:] if head[0] == "in" else head[2:]
        rest = [word for word in rest if word not in ("every", "the", "just")]
        if rest and (rest[0][0].isdigit() or _word_value(rest[0], lexicon)) and not _yearlike(rest[0]):
            return True
    at = first - 1
    if at >= 0 and low[at] in ("every", "the"):
        at -= 1
    back = at >= 1 and (low[at] == "in" or (low[at] == "of" and low[at - 1] == "out"))
    if back:
        head_at = at - (1 if low[at] == "in" else 2)
        if (
            head_at >= 0
            and (low[head_at] in lexicon.numbers or low[head_at].isdigit())
            and not _yearlike(words.raw[first])
        ):
            return True
    return False


def _quantity(words: Words, index: int, lexicon: Lexicon) -> tuple[int | float | None, int, bool] | None:
    """Value, end and whether it is vague of the number that begins at ``index``."""
    low = words.low[index]
    size = len(words)
    if low[0].isdigit():
        value = number(words.raw[index])
        if value is None:
            return None
        end = index + 1
        while end < size and words.low[end] in lexicon.scales and words.low[end] != "dozen":
            value = round(value * lexicon.scales[words.low[end]], 6)
            end += 1
        if isinstance(value, float) and value.is_integer() and end > index + 1:
            value = int(value)
        return value, end, False
    if low in lexicon.vague:
        end = index + 1
        while end + 1 < size and words.low[end] == "of" and words.low[end + 1] in lexicon.vague:
            end += 2
        return None, end, True
    spelled = _spelled(words, index, lexicon)
    return (spelled[0], spelled[1], False) if spelled else None


def _range_end(
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
        or (link in _DASHES and _glued(words, at - 1))
        or (link == "and" and before == "between")
    ):
        if link == "to" and before in ("from", "ratio"):
            return None
        nxt = _quantity(words, at + 1, lexicon)
        if nxt and nxt[0] is not None and not nxt[2]:
            return nxt[0], nxt[1]
    return None


def _bounds(
    qualifier: Qualifier, value: int | float | None, upper: int | float | None
) -> tuple[int | float | None, int | float | None]:
    if value is None:
        return None, None
    if upper is not None:
        return value, upper
    if qualifier == "at least":
        return value, None
    if qualifier == "more than":
        return value + 1, None
    if qualifier in ("up to", "almost"):
        return None, value
    return value, value


def _qualify(words: Words, first: int, last: int, lexicon: Lexicon) -> tuple[Qualifier | None, int]:
    """The qualifier before or behind the number, and where the number's own words begin."""
    low = words.low
    left = first
    found: Qualifier | None = None
    for _ in range(3):
        sizes = (4, 3, 2, 1) if left and low[left - 1] in lexicon.qualifiers.ends else ()
        for size in sizes:
            at = left - size
            if at < 0:
                continue
            hit = lexicon.qualifiers.at(low, at)
            if hit and hit[0] == size:
                if not (found and hit[1] == "around"):
                    found = hit[1]
                left = at
                break
        else:
            if left and low[left - 1] in lexicon["number_determiners"]:
                left -= 1
            elif left > 1 and low[left - 1] == "of" and low[left - 2] in ("total", "minimum", "maximum"):
                left -= 2
            else:
                break
    if found is None and last < len(low):
        hit = lexicon.after.at(low, last)
        if hit is None and last + 1 < len(low):
            hit = lexicon.after.at(low, last + 1) if low[last] in lexicon["persons"] else None
        if hit:
            found = hit[1]
    return found, left


def find(words: Words, lexicon: Lexicon) -> list[Figure]:
    """Every number of the sentence that may count people, in order."""
    out: list[Figure] = []
    index, size = 0, len(words)
    while index < size:
        low = words.low[index]
        spelled_start = (
            low in lexicon.numbers
            or low in lexicon.vague
            or ("-" in low and _word_value(low, lexicon) is not None)
        )
        article = (
            low in ("a", "an", "half")
            and index + 1 < size
            and (words.low[index + 1] in lexicon.scales or low == "half")
        )
        if not (low[0].isdigit() or spelled_start or article):
            index += 1
            continue
        quantity = _quantity(words, index, lexicon)
        if quantity is None:
            index += 1
            continue
        figure = _figure(words, index, quantity, lexicon)
        if figure is not None:
            out.append(figure)
            index = figure.last
        else:
            index = quantity[1]
    return out


def _figure(
    words: Words, index: int, quantity: tuple[int | float | None, int, bool], lexicon: Lexicon
) -> Figure | None:
    value, last, vague = quantity
    low, size = words.low, len(words)
    first = index
    upper: int | float | None = None
    if not vague:
        ranged = _range_end(words, last, first, lexicon)
        if ranged and value is not None and ranged[0] > value:
            if not_a_count(words, first, last, lexicon, value) in ("money", "name", "date"):
                return None
            upper, last = ranged
    if low[first][0].isdigit() and last - first == 1 and _is_phone(words, first):
        return None
    if (
        low[first] == "one"
        and last - first == 1
        and first
        and low[first - 1] in lexicon["before_pronoun_one"]
    ):
        return None
    if (
        low[first] == "one"
        and low[last : last + 1] in (["another"], ["day"], ["of"])
        and low[last + 1 : last + 2] not in (["them"], ["whom"], ["the"])
    ):
        return None
    if low[first] in ("many", "several") and (
        low[first - 1 : first] in (["as"], ["how"], ["so"], ["too"], ["not"], ["that"])
        or low[last : last + 1] == ["as"]
    ):
        return None
    if not_a_count(words, first, last, lexicon, value) or _ratio(words, first, last, lexicon):
        return None
    percent = False
    start, end = words.starts[first], words.ends[last - 1]
    if last < size and (low[last] in ("%", "percent") or low[last : last + 2] == ["per", "cent"]):
        percent = True
        last += 2 if low[last] == "per" else 1
        end = words.ends[last - 1]
    qualifier, left = _qualify(words, first, last, lexicon)
    if first and low[first - 1] in "+>" and value is not None:
        qualifier, left, start = "more than", first - 1, words.starts[first - 1]
    elif last < size and low[last] == "+":
        qualifier = "more than"
    if vague:
        qualifier = "vague"
    elif upper is not None:
        qualifier = "between"
        left = min(left, first - 1) if first and low[first - 1] == "between" else left
    elif qualifier is None:
        qualifier = (
            "around" if low[first] in ("a", "half") and low[first + 1 : first + 2] != ["dozen"] else "exact"
        )
    bounds = _bounds(qualifier, value, upper)
    return Figure(first, last, start, end, bounds[0], bounds[1], qualifier, left, percent, last, value)
