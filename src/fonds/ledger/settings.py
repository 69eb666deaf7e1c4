"""Where and when: places and dates of a sentence, and dates resolved against the post's own."""

from __future__ import annotations

import bisect
import datetime as dt
import re
from collections.abc import Callable
from functools import cache
from typing import Any

from fonds.ledger import gazetteer, registers
from fonds.ledger.figures import Figure
from fonds.ledger.kinds import Hit
from fonds.ledger.lexicon import ADV, BE, DET, HAVE, MODAL, PREP, REL, SUB, TIME, VERB, read_data
from fonds.ledger.reading import Reading, is_verb
from fonds.ledger.records import Mention
from fonds.ledger.registers import Names, Place

DateSpan = tuple[int, int]
DATE_BEGINS = PREP | TIME | DET | SUB | ADV


@cache
def _dates(language: str) -> tuple[re.Pattern[str], dict[str, Any]]:
    data = read_data(language, "dates.toml")
    parts = []
    for pattern in data["patterns"]:
        for name in ("weekday", "month", "number", "unit"):
            pattern = pattern.replace("{" + name + "}", f"(?:{data[name]})")
        parts.append(pattern.replace(" ", r"\s"))
    return re.compile(
        r"(?<!\w)(?:" + "|".join(f"(?:{part})" for part in parts) + r")(?!\w)", re.IGNORECASE
    ), data


BEFORE = 8
"""Words that a date may begin before its first word of time ("in the first half of April")."""


def date_spans(reading: Reading) -> list[DateSpan]:
    """Start and end of every date as written, left to right. "may" the verb is no month.

    Only round words of time (months, days, "today") and numbers that look like years or dates is the
    pattern tried, so that a sentence without a date costs next to nothing.
    """
    pattern, _ = _dates(reading.lexicon.language)
    words, masks = reading.words, reading.masks
    out: list[DateSpan] = []
    done = 0
    for at, word in enumerate(words.low):
        if words.starts[at] < done:
            continue
        if not (masks[at] & TIME or (len(word) == 4 and word.isdigit()) or word in ("/", "recently")):
            continue
        if word in ("may", "march") and words.raw[at][0].islower():
            continue
        for back in range(max(0, at - BEFORE), at + 1):
            if words.starts[back] < done or not (
                masks[back] & DATE_BEGINS or word == "/" or words.low[back][0].isdigit()
            ):
                continue
            match = pattern.match(
                words.text, words.starts[back], min(len(words.text), words.starts[back] + 120)
            )
            if match and match.end() > words.starts[at]:
                out.append(match.span())
                done = match.end()
                break
    return out


def date_of(figure: Figure, spans: list[DateSpan], figures: list[Figure], index: int) -> DateSpan | None:
    """The date that belongs to a figure: the first behind it before the next figure, else the nearest before."""
    nxt = figures[index + 1].start if index + 1 < len(figures) else 1 << 60
    at = bisect.bisect_left(spans, (figure.end, 0))
    if at < len(spans) and spans[at][0] < nxt:
        return spans[at]
    if at:
        return spans[at - 1]
    return spans[at] if at < len(spans) else None


_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
_MONTH_WORD = re.compile(r"\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b", re.IGNORECASE)
_WEEKDAY_WORD = re.compile(r"\b(mon|tues|wednes|thurs|fri|satur|sun)day\b", re.IGNORECASE)


def _iso(year: int, month: int, day: int) -> str:
    try:
        return dt.date(year, month, day).isoformat()
    except ValueError:
        return ""


def _numeric(text: str, _post: dt.date) -> str:
    match = re.search(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4}|\d{2})", text)
    if match:
        year = int(match[3]) + (2000 if len(match[3]) == 2 else 0)
        return _iso(year, int(match[2]), int(match[1]))
    match = re.search(r"(\d{4})-(\d{2})-(\d{2})", text)
    return _iso(int(match[1]), int(match[2]), int(match[3])) if match else ""


def _month(text: str, post: dt.date) -> str:
    match = _MONTH_WORD.search(text)
    if not match:
        return ""
    month = _MONTHS.index(match[1].lower()) + 1
    given = re.search(r"\b(?:19|20)\d\d\b", text)
    year = int(given[0]) if given else post.year - (month > post.month)
    day = re.search(r"(?<!\d)(\d{1,2})(?:st|nd|rd|th)?(?!\d)", text)
    if day:
        found = _iso(year, month, int(day[1]))
        if found and not given and found > post.isoformat():
            found = _iso(year - 1, month, int(day[1]))
    else:
        found = f"{year:04}-{month:02}"
    if (
        found
        and re.search(r"\bsince\b|\bfrom\b", text, re.IGNORECASE)
        and len(_MONTH_WORD.findall(text)) == 1
    ):
        return f"{found}/{post.isoformat()}"
    return "" if len(_MONTH_WORD.findall(text)) > 1 else found


def _weekday(text: str, post: dt.date) -> str:
    match = _WEEKDAY_WORD.search(text)
    if not match:
        return ""
    back = (post.weekday() - _WEEKDAYS.index(match[1][:3].lower())) % 7
    return (post - dt.timedelta(days=back)).isoformat()


def _relative(text: str, post: dt.date) -> str:
    low = text.lower()
    month = post.replace(day=1)
    before = month - dt.timedelta(days=1)
    if "yest" in low or "last night" in low:
        return (post - dt.timedelta(days=1)).isoformat()
    if any(word in low for word in ("today", "tonight", "this morning", "this afternoon", "this evening")):
        return post.isoformat()
    if "last year" in low:
        return str(post.year - 1)
    if "this year" in low or "beginning of the year" in low:
        return f"{post.year}-01-01/{post.isoformat()}"
    if "last month" in low:
        return f"{before.year:04}-{before.month:02}"
    if "this month" in low:
        return f"{post.year:04}-{post.month:02}"
    if "last week" in low:
        monday = post - dt.timedelta(days=post.weekday() + 7)
        return f"{monday.isoformat()}/{(monday + dt.timedelta(days=6)).isoformat()}"
    if "24 hours" in low:
        return f"{(post - dt.timedelta(days=1)).isoformat()}/{post.isoformat()}"
    match = re.search(r"\b((?:19|20)\d\d)\b", low)
    if match:
        return f"{match[1]}-01-01/{post.isoformat()}" if low.startswith("since") else match[1]
    return ""


_READERS: tuple[Callable[[str, dt.date], str], ...] = (_numeric, _month, _weekday, _relative)


def resolve(text: str, post_date: str) -> str:
    """ISO 8601 of a date as written, seen from the post's own (``2016-05-31``): a day, month, year or
    interval; "" when it cannot be told. A weekday is the last such day, the post's own included."""
    try:
        post = dt.date.fromisoformat(post_date[:10])
    except ValueError:
        return ""
    for reader in _READERS:
        found = reader(text, post)
        if found:
            return found
    return ""


# ---- places -------------------------------------------------------------------------------------------------


def place_spans(reading: Reading, named: Names, country: str = "") -> list[tuple[int, int, Place | None]]:
    """Phrases that say where, as word spans, with the register's place where it knows one. ``country`` is that of
    the heading above: it tells towns of one name apart."""
    low = reading.words.low
    words = read_places(reading.lexicon.language)
    at_name = {n.first: n for n in named.values() if isinstance(n.entry, Place) and not n.adjective}
    organisations = {n.first for n in named.values() if not isinstance(n.entry, Place)}
    out: list[tuple[int, int, Place | None]] = []
    at = 0
    while at < len(low) - 1:
        begin = _place_begins(reading, at, at_name, words["prepositions"])
        if begin < 0:
            at += 1
            continue
        end, place, noun = _place_phrase(reading, begin, at_name, organisations, words)
        if place is None and not noun and low[at] in words["towns_behind"]:
            end, place = _town(reading, begin, named, country)
        if end > begin and (place is not None or noun):
            out.append((at if low[at] in words["keep"] else begin, end, place))
            at = end
        else:
            at += 1
    return out


def _place_begins(reading: Reading, at: int, at_name: Names, prepositions: frozenset[str]) -> int:
    """Where a phrase of place begins that word ``at`` opens: a preposition, "reached Samos", "Samos 12"; or -1."""
    low, tag = reading.words.low, reading.tags[at]
    if low[at] in prepositions:
        return at + 1
    moved = tag is not None and is_verb(tag) and tag.kind in ("arrived", "displaced", "deported")
    if moved and tag is not None and at + tag.length in at_name:
        return at + tag.length
    listed = at in at_name and (not at or low[at - 1] in (":", ",", "|", "/"))
    return at if listed and at_name[at].last in reading.figure_at else -1


def _place_phrase(
    reading: Reading, begin: int, at_name: Names, organisations: set[int], words: dict[str, frozenset[str]]
) -> tuple[int, Place | None, bool]:
    """Where the phrase ends, the place it names, and whether a word for a place ("camp", "harbour") is in it."""
    low = reading.words.low
    end, place, noun = begin, None, False
    limit = min(len(low), begin + 12)
    while end < limit and end not in organisations and not _ends_place(reading, begin, end, at_name, words):
        word, name = low[end], at_name.get(end)
        if name is not None and not (low[name.first] in words["ambiguous"] and end != begin):
            if place is None and isinstance(name.entry, Place):
                place = name.entry
            end = name.last
            continue
        plain = word[0].isalpha() and reading.words.raw[end][0].islower()
        small = word in words["nouns"] or word in ("of", "in", "and", "the")
        if place is not None and plain and not small:
            break
        noun = noun or word in words["nouns"] or (word.endswith("'s") and word[:-2] in words["nouns"])
        end += 1
    while end > begin and low[end - 1] in ("of", "in", "the", "and", "a"):
        end -= 1
    return end, place, noun


def _ends_place(
    reading: Reading, begin: int, at: int, at_name: Names, words: dict[str, frozenset[str]]
) -> bool:
    """The word at ``at`` is no part of the phrase of place that began at ``begin``."""
    low, masks, size = reading.words.low, reading.masks, len(reading.words)
    word, mask = low[at], masks[at]
    if at in reading.figure_at or not (word[0].isalnum() or word in "-’'"):
        return True
    if mask & (BE | HAVE | MODAL | SUB | REL | TIME) and not reading.words.raw[at][0].isupper():
        return True
    if (mask & TIME or word in ("late", "early", "mid")) and at not in at_name:
        return True
    if at > begin and mask & DET and not masks[at - 1] & PREP:
        return True
    if (mask & VERB and word not in words["nouns"]) or is_verb(reading.tags[at]):
        return True
    if mask & PREP and at > begin and word not in ("of", "in", "and"):
        return True
    if word == "in":
        article = low[at + 1 : at + 2] == ["the"] and low[at + 2 : at + 3] not in _WHEN
        if at + 1 >= size or not (at + 1 in at_name or article):
            return True
    return bool(mask & ADV and word != "back") or (word == "and" and at + 1 not in at_name)


def _town(reading: Reading, begin: int, named: Names, country: str) -> tuple[int, Place | None]:
    """Where a name with capitals that no register holds ends, and the gazetteer's town of that name."""
    raw, masks = reading.words.raw, reading.masks
    end = begin
    while (
        end < min(len(reading), begin + 3)
        and raw[end][:1].isupper()
        and not masks[end]
        and end not in reading.figure_at
    ):
        end += 1
    countries = {n.entry.country for n in named.values() if n.entry.country} | (
        {country} if country else set()
    )
    for last in range(end, begin, -1):
        town = gazetteer.find(reading.words.span(begin, last), frozenset(countries))
        if town is not None:
            return last, registers.of_town(town)
    return begin, None


_WHEN = (["past"], ["last"], ["previous"], ["first"], ["early"], ["coming"], ["next"], ["same"])


@cache
def read_places(language: str) -> dict[str, frozenset[str]]:
    """The word lists of ``places.toml``."""
    return {name: frozenset(text.split()) for name, text in read_data(language, "places.toml").items()}


def place_of(
    reading: Reading, figure: Figure, hit: Hit, spans: list[tuple[int, int, Place | None]]
) -> tuple[int, int, Place | None] | None:
    """The place of a figure: the first behind it before the next figure, else the nearest one before it."""
    index = reading.figure_at[figure.first]
    nxt = reading.figures[index + 1].first if index + 1 < len(reading.figures) else len(reading)
    begin = bisect.bisect_left(spans, figure.first, key=first_word)
    near = spans[max(0, begin - 4) : begin + 6]
    if hit.kind not in ("displaced", "deported", "rescued"):  # whom they come from is not where it happened
        near = [s for s in near if reading.low[s[0] - 1 : s[0]] != ["from"]]
    for span in near:  # "Lesvos 54, Chios 31"
        if span[1] == figure.left and span[2] is not None and figure.noun == figure.last:
            return span
    behind = [s for s in near if figure.first < s[0] < nxt]
    if behind:
        known = [s for s in behind if s[2] is not None]
        return known[0] if known and known[0][0] - behind[0][0] < 8 else behind[0]
    before = [s for s in near if s[1] <= figure.first]
    if before:
        return before[-1]
    return next((s for s in near if s[0] >= nxt), None)


def receiving_place(reading: Reading, figure: Figure, named: Names) -> tuple[int, int, Place | None] | None:
    """ "Greece received over 157,000", "Italy saw more than 55,000 arrive": where the subject is the place."""
    words = read_places(reading.lexicon.language)["receiving"]
    for at in range(figure.left - 1, max(0, figure.left - 6), -1):
        name = next((n for n in named.values() if n.last == at), None)
        if (
            name is not None
            and isinstance(name.entry, Place)
            and not name.adjective
            and reading.low[at] in words
        ):
            return name.first, name.last, name.entry
    return None


def first_word(span: tuple[int, int, Place | None]) -> int:
    return span[0]


def mention_of_place(reading: Reading, span: tuple[int, int, Place | None]) -> Mention:
    """The span as a Mention of the sentence."""
    first, end, place = span
    words = reading.words
    return Mention(
        words.span(first, end),
        words.starts[first],
        words.ends[end - 1],
        "sentence",
        place.name if place else "",
    )
