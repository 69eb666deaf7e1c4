"""Numbers in a sentence: where they stand and what they bound."""

from __future__ import annotations

from dataclasses import dataclass

from fonds.ledger.lexicon import Lexicon
from fonds.ledger.numerals import number, quantity_at, range_end, some_number, word_value
from fonds.ledger.records import Qualifier
from fonds.ledger.tokens import Words
from fonds.ledger.uncounted import is_day, is_phone, is_ratio, not_a_count

__all__ = ["Figure", "find", "number"]


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
        if found not in (None, "around"):  # "handed over at least 12": the nearest bound is the number's own
            if left > 2 and low[left - 1] == "of" and low[left - 2] in ("total", "group"):
                left -= 3 if low[left - 3] in lexicon["number_determiners"] else 2  # "a total of over 1,000"
            break
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
            elif (left > 1 and low[left - 1] == "of" and low[left - 2] in lexicon["group_words"]) or (
                left > 1 and low[left - 2 : left] == ["all", "of"]
            ):
                left -= 2
            elif left > 2 and low[left - 2 : left] == [",", "of"] and low[left - 3] in lexicon["group_words"]:
                left -= 3  # "the largest group, of 80 people, arrived"
            else:
                break
    if found is None and last < len(low):
        hit = lexicon.after.at(low, last)
        if hit is None and last + 1 < len(low):
            behind = low[last] in lexicon["persons"] and low[last + 1] != "plus"
            hit = lexicon.after.at(low, last + 1) if behind else None
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
            or (low == "few" and index + 1 < size and words.low[index + 1] in lexicon.scales)
            or ("-" in low and word_value(low, lexicon) is not None)
        )
        article = (
            low in ("a", "an", "half")
            and index + 1 < size
            and (words.low[index + 1] in lexicon.scales or low == "half")
        )
        if not (low[0].isdigit() or spelled_start or article or some_number(words, index, lexicon)):
            index += 1
            continue
        quantity = quantity_at(words, index, lexicon)
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


def _stands_for_a_noun(words: Words, at: int, lexicon: Lexicon) -> bool:
    """ "a long-term one": an adjective stands before it and no noun behind."""
    if not at or (
        at + 1 < len(words) and words.low[at + 1][0].isalpha() and not _small(words.low[at + 1], lexicon)
    ):
        return False
    if words.low[at + 1 : at + 2] == ["of"]:
        return False
    before = words.low[at - 1]
    return before[0].isalpha() and not _small(before, lexicon) and before not in lexicon.triggers.table


def _told_of_many(words: Words, last: int, lexicon: Lexicon) -> bool:
    """ "the fact that many civilians were killed": a clause of its own, unlike "that many"."""
    low = words.low
    told = any(
        word in lexicon["be"] or word in lexicon["have"] or word.endswith("ed")
        for word in low[last + 1 : last + 4]
    )
    return told and low[last] in lexicon["persons"]


def _names_things(words: Words, at: int, lexicon: Lexicon) -> bool:
    low = words.low[at : at + 3]
    first = next((word for word in low if word in lexicon["persons"] or word in lexicon["things"]), "")
    return low[:1] == ["most"] or (first in lexicon["things"] and first not in lexicon["persons"])


def _small(word: str, lexicon: Lexicon) -> bool:
    return word in lexicon.classes


def _counts_nothing(words: Words, first: int, last: int, lexicon: Lexicon) -> bool:
    """ "another one", "a long-term one", "one day", "how many", "that many": no count at all."""
    low = words.low
    before, behind = low[first - 1 : first], low[last : last + 1]
    if low[first] == "one":
        stands_for = last - first == 1 and (
            (
                first > 0
                and before[0] in lexicon["before_pronoun_one"]
                and not (
                    before == ["that"] and low[last] in lexicon["persons"]
                )  # "found that one person died"
            )
            or _stands_for_a_noun(words, first, lexicon)
        )
        stands_for = stands_for or (
            behind in (["carrying"], ["with"]) and low[first - 1 : first] in ([","], ["—"], ["–"])
        )
        of = low[last + 1 : last + 2] in (["them"], ["whom"], ["the"])
        if (
            behind == ["of"]
            and low[last + 1 : last + 2] == ["the"]
            and _names_things(words, last + 2, lexicon)
        ):
            return True  # "one of the most serious problems", "one of the occupied houses"
        return stands_for or (behind in (["another"], ["day"], ["of"]) and not of)
    if low[first] not in ("many", "several"):
        return False
    asked = before in (["as"], ["how"], ["so"], ["too"], ["not"]) or behind == ["as"]
    return asked or (before == ["that"] and not _told_of_many(words, last, lexicon))


def _figure(
    words: Words, index: int, quantity: tuple[int | float | None, int, bool], lexicon: Lexicon
) -> Figure | None:
    value, last, vague = quantity
    low, size = words.low, len(words)
    first = index
    upper: int | float | None = None
    if not vague:
        ranged = range_end(words, last, first, lexicon)
        if ranged and value is not None and ranged[0] > value:
            if not_a_count(words, first, last, lexicon, value) in ("money", "name", "date"):
                return None
            if is_day(words, ranged[1], ranged[0], lexicon):
                return None  # "between 2 and 8 February"
            upper, last = ranged
    if low[first][0].isdigit() and last - first == 1 and is_phone(words, first):
        return None
    if _counts_nothing(words, first, last, lexicon):
        return None
    if not_a_count(words, first, last, lexicon, value) or is_ratio(words, first, last, lexicon):
        return None
    percent = False
    start, end = words.starts[first], words.ends[last - 1]
    if last < size and (low[last] in ("%", "percent") or low[last : last + 2] == ["per", "cent"]):
        percent = True
        last += 2 if low[last] == "per" else 1
        end = words.ends[last - 1]
    if low[last : last + 1] == ["-"] and low[last + 1 : last + 2] in (["plus"], ["odd"]):
        last += 1  # "50-plus people"
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
