"""Numbers that count no people: dates, times, ages, money, measures, telephone numbers, ratios."""

from __future__ import annotations

from fonds.ledger.lexicon import Lexicon
from fonds.ledger.numerals import DASHES, glued, word_value
from fonds.ledger.tokens import Words


def _is_month(words: Words, index: int, lexicon: Lexicon) -> bool:
    return words.raw[index][0].isupper() and words.low[index] in lexicon["months"]


def not_a_count(words: Words, first: int, last: int, lexicon: Lexicon, value: int | float | None) -> str:
    """Why the number at words ``first``..``last`` counts no people (date, time, money …), or "" """
    return (
        _glued_before(words, first)
        or _glued_after(words, last, lexicon)
        or _measured(words, first, last, lexicon, value)
    )


def _glued_before(words: Words, first: int) -> str:
    """What stands before the number without a blank: "13.30", "A-7", "#12", "3-4"."""
    low = words.low
    if not first or not glued(words, first - 1):
        return ""
    before = low[first - 1]
    chained = first > 1 and glued(words, first - 2)
    if chained and before in DASHES and low[first - 2][-1].isdigit():
        return "date"
    if before[-1].isalnum() or before in "@#_/\\=":
        return "name"
    if chained and before in DASHES and low[first - 2][-1].isalpha():
        return "name"
    return "time" if chained and before in ".:" and low[first - 2][-1].isdigit() else ""


def _glued_after(words: Words, last: int, lexicon: Lexicon) -> str:
    """What stands behind it without a blank: "12:30", "12th", "12-year-old"."""
    low = words.low
    if last >= len(words) or not glued(words, last - 1):
        return ""
    after = low[last]
    behind = low[last + 1] if last + 1 < len(words) and glued(words, last) else " "
    if after in ":/" and (behind[0].isdigit() or (after == "/" and behind in lexicon.numbers)):
        return "date"  # "a six/seven year old boy" too
    if after in lexicon["ordinals"] or after in "@_":
        return "ordinal"
    return "age" if after in DASHES and behind[0].isalpha() and behind not in ("plus", "odd") else ""


def _measured(words: Words, first: int, last: int, lexicon: Lexicon, value: int | float | None) -> str:
    """What the words round it make of it: money, a measure, a numbered name, a date."""
    low, size = words.low, len(words)
    before = low[first - 1] if first else ""
    after = low[last] if last < size else ""
    if before == "at" and isinstance(value, float) and words.raw[first][-3:-2] in (".", ":"):
        return "time"
    if before in ("and", "to", "or", "-", "–") and first > 2 and low[first - 3] in ("aged", "ages", "age"):
        return "age"  # "two men, aged 19 and 22"
    if low[max(0, first - 2) : first] in (["age", "of"], ["ages", "of"], ["aged", "only"], ["aged", "just"]):
        return "age"  # "900 children under the age of 14"
    marks = lexicon["currency_marks"]
    if before in marks or after in marks or before in ("eur", "usd", "gbp"):
        return "money"
    if after.endswith("-old") and after.removesuffix("-old") in lexicon["units"]:
        return "age"  # "a 4 year-old child"
    letter = after in ("m", "c", "h", "l", "g") and not (last < size and glued(words, last - 1))
    if after in lexicon["units"] and not letter:
        return "measure"
    if after in _BEFORE_UNITS and last + 1 < size and low[last + 1] in lexicon["units"]:
        return "measure"
    counted = after in lexicon["persons"] and before not in ("aged", "age")  # "on the same day 77 people"
    abbreviated = before == "." and first > 1 and low[first - 2] in ("no", "nr", "art")
    if (before in lexicon["numbered_names"] and not counted) or abbreviated:
        return "name"
    if _is_date(words, first, last, lexicon, value):
        return "date"
    return "aside" if before == "(" and after == ")" and not _among_brackets(words, first) else ""


def _among_brackets(words: Words, first: int) -> bool:
    """ "on Chios (225), Samos (61)": numbers in brackets behind names, one beside another."""
    low, raw = words.low, words.raw
    if first < 2 or not raw[first - 2][0].isupper():
        return False

    def bracketed(at: int) -> bool:
        return 1 < at < len(low) - 1 and low[at][0].isdigit() and low[at - 1] == "(" and low[at + 1] == ")"

    near = [at for at in range(max(0, first - 8), first + 9) if at != first and bracketed(at)]
    return any(raw[at - 2][0].isupper() for at in near)


_BEFORE_UNITS = frozenset(
    ["consecutive", "straight", "more", "additional", "full", "long", "square", "nautical", "and"]
)


def is_day(words: Words, last: int, value: int | float | None, lexicon: Lexicon) -> bool:
    """The number that ends at word ``last`` is a day, as a month stands behind it."""
    day = isinstance(value, int) and value <= 31
    return day and last < len(words) and _is_month(words, last, lexicon)


def _day(words: Words, at: int) -> int | None:
    plain = words.low[at] if at < len(words) else ""
    return int(plain) if plain.isdecimal() and len(plain) < 3 else None


def _is_date(words: Words, first: int, last: int, lexicon: Lexicon, value: int | float | None) -> bool:
    low, size = words.low, len(words)
    if last - first != 1 or not isinstance(value, int) or not words.raw[first].isdigit():
        return False
    after = low[last] if last < size else ""
    counted = after in lexicon["persons"] or (last < size and lexicon.triggers.at(low, last) is not None)
    if value <= 31:
        if after in ("and", "to", "or", "-", "–") and is_day(words, last + 2, _day(words, last + 1), lexicon):
            return True  # "on 3 and 4 May"
        if last < size and _is_month(words, last, lexicon):
            return True
        if after == "of" and last + 1 < size and _is_month(words, last + 1, lexicon):
            return True
        if first and _is_month(words, first - 1, lexicon) and not counted:
            return True
    if 1900 <= value <= 2100 and not counted and low[last : last + 2] != ["or", "so"]:
        before = low[first - 1] if first else ""
        if before in lexicon["ordinals"] and first > 1 and low[first - 2].isdecimal():
            return True  # "on June 7th 2020"
        if before in lexicon["before_year"] or before in lexicon["months"] or before in "(–—-/,'":
            return True
        if not after or not after[0].isalpha() or after in lexicon["prepositions"] or after in lexicon["be"]:
            return True
        return before == "the"
    return False


def is_phone(words: Words, first: int) -> bool:
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


def _counted_whole(word: str) -> bool:
    """A number that no ratio is told with: 54, not 10, 100 or 4."""
    return word.isdecimal() and int(word) > 12 and int(word) % 10 != 0


def is_ratio(words: Words, first: int, last: int, lexicon: Lexicon) -> bool:
    """One in four, two out of every three."""
    low = words.low
    if low[max(0, first - 2) : first] == ["for", "every"]:
        return True
    if last - first == 1 and ["for", "every"] in (
        [a, b] for a, b in zip(low[last : last + 6], low[last + 1 : last + 7], strict=False)
    ):
        return True  # "one person has died for every 20 who landed"
    head = low[last : last + 4]
    if head[:1] == ["in"] or head[:2] == ["out", "of"]:
        rest = head[1:] if head[0] == "in" else head[2:]
        rest = [word for word in rest if word not in ("every", "the", "just")]
        if head[:2] == ["out", "of"] and rest and _counted_whole(rest[0]):
            return False  # "37 out of 54 people who arrived"
        if rest and (rest[0][0].isdigit() or word_value(rest[0], lexicon)) and not _yearlike(rest[0]):
            return True
    at = first - 1
    if at >= 0 and low[at] in ("every", "the"):
        at -= 1
    back = at >= 1 and (low[at] == "in" or (low[at] == "of" and low[at - 1] == "out"))
    if back:
        head_at = at - (1 if low[at] == "in" else 2)
        if (
            head_at >= 0
            and not (low[at] == "of" and _counted_whole(low[first]))
            and (low[head_at] in lexicon.numbers or low[head_at].isdigit())
            and not _yearlike(words.raw[first])
        ):
            return True
    return False
