"""Where a sentence goes on behind an aside, brackets or "and"."""

from __future__ import annotations

from fonds.ledger.asking import REACH, STOP, next_mark, predicate_starts
from fonds.ledger.lexicon import ADV, PERSON, REL, SUB
from fonds.ledger.reading import Reading, is_verb


def goes_on(reading: Reading, at: int) -> bool:
    """Behind "and": another verb of the same subject, or another noun beside it."""
    if at >= len(reading):
        return False
    held = reading.covers.get(at)
    if held is not None and at < reading.figures[held].last:
        return predicate_starts(reading, reading.figures[held].noun)
    return True


def goes_on_after(reading: Reading, at: int) -> bool:
    """ "were found and rescued": a second participle behind "and"."""
    low, tags = reading.words.low, reading.tags
    for index in range(at, min(len(low), at + 8)):
        if low[index] in ("after", "before") and low[index + 1 : index + 2] in (["being"], ["having"]):
            return True  # "were taken to the island after being rescued"
        if low[index] == "and" and index + 1 < len(low):
            nxt = index + 1
            while nxt < len(low) and reading.masks[nxt] & ADV and tags[nxt] is None:
                nxt += 1
            tag = tags[nxt] if nxt < len(low) else None
            return is_verb(tag) and tag is not None and tag.form == "past"
        if low[index] in STOP or low[index] == ",":
            return False
    return False


def behind_aside(reading: Reading, at: int) -> int:
    """Where the sentence goes on behind ", … ,", "( … )" or "— … —"; -1 when it does not."""
    low = reading.words.low
    if low[at] == "(":
        close = next_mark(reading, at, ")")
        return close + 1 if close >= 0 else -1
    if low[at] == ",":
        nxt = at + 1
        if nxt < len(low) and low[nxt] in ("they", "all", "who"):  # "130 people, they all drowned"
            return nxt + 1
        if nxt < len(low) and low[nxt] == "and":
            nxt += 1
        if predicate_starts(reading, nxt) and nxt not in reading.figure_at:
            return nxt
    close = next_mark(reading, at, low[at])
    while close >= 0 and close - at < REACH:
        if predicate_starts(reading, close + 1):
            return close + 1
        close = next_mark(reading, close, low[at])
    return _behind_open_aside(reading, at + 1)


_PARTS = frozenset({"including", "among", "amongst", "mostly", "mainly"})


def _behind_open_aside(reading: Reading, at: int) -> int:
    """Where the verb stands behind parts that no second comma closes: "six people, among them two babies died"."""
    low, masks = reading.low, reading.masks
    if low[at : at + 1] == [] or low[at] not in _PARTS:
        return -1
    for index in range(at + 1, min(len(low), at + 12)):
        if low[index] in STOP or low[index] == "," or masks[index] & (SUB | REL):
            return -1
        if masks[index - 1] & PERSON and predicate_starts(reading, index) and index not in reading.covers:
            return index
    return -1
