"""Rules of people whom somebody kept out: entries prevented, attempts foiled, men stopped from crossing."""

from __future__ import annotations

from fonds.ledger.asking import QUOTE_MARKS, Hit, Hits, modality_at, noun_modality
from fonds.ledger.figures import Figure
from fonds.ledger.lexicon import ADV, BE
from fonds.ledger.reading import Reading


def prevented(reading: Reading, figure: Figure) -> int:
    """Entries that the police prevented are people pushed back (RULES)."""
    low = reading.words.low
    near = [*range(max(0, figure.left - 3), figure.left), *range(figure.noun, min(len(low), figure.noun + 3))]
    return next((at for at in near if low[at].startswith(("prevent", "stopp", "thwart", "foil"))), -1)


def hindered(reading: Reading, figure: Figure) -> Hit | None:
    """ "6,700 hindered attempts to cross the border", "thwarted 300 attempts": people kept out (RULES: pushed back)."""
    low = reading.words.low
    behind = low[figure.last : figure.last + 4]
    words = reading.lexicon["hindered"]
    tries = next((n for n, word in enumerate(behind) if word in ("attempt", "attempts")), -1)
    if tries < 0:
        return None
    crossing = {"cross", "enter", "crossing", "crossings", "border", "entry"}
    after = low[figure.last : figure.last + tries + 5]
    stopped = words & set(behind[:tries] + low[max(0, figure.left - 3) : figure.left])
    passive = figure.noun < len(low) and reading.masks[figure.noun] & BE
    if passive:  # "300 attempts to cross were thwarted"
        stopped |= words & set(low[figure.noun : figure.noun + 10])
    if not stopped or not crossing & set(after):
        return None
    verb = next((at for at in range(max(0, figure.left - 3), figure.left) if low[at] in words), -1)
    if verb >= 0:
        return Hit("deported", verb, modality_at(reading, verb) or "planned", rule="hindered", agent=True)
    return Hit("deported", figure.last + tries, noun_modality(reading, figure.left), rule="hindered")


def held_off(reading: Reading, figure: Figure, _hits: Hits) -> Hit | None:
    """ "prevented 270,000 people from entering", "stopped 40 men from crossing": people pushed back."""
    low = reading.words.low
    if low[figure.noun : figure.noun + 1] != ["from"]:
        return None
    to = figure.noun + 1
    while to < len(low) and (low[to] in QUOTE_MARKS or reading.masks[to] & ADV):
        to += 1  # "from “illegally” crossing"
    behind = reading.tags[to] if to < len(low) else None
    if not (behind is not None and behind.kind == "arrived") and low[to : to + 1] not in (
        ["crossing"],
        ["entering"],
        ["reaching"],
    ):
        return None
    for at in range(figure.left - 1, max(-1, figure.left - 4), -1):
        if low[at].startswith(("prevent", "stopp", "block", "hinder", "deterr", "thwart", "dissuad")):
            modality = modality_at(reading, at)
            return Hit("deported", at, modality, agent=True) if modality else None
    return None
