"""Who says it: the speaker of a sentence or of one figure in it."""

from __future__ import annotations

import bisect
from dataclasses import dataclass

from fonds.ledger.figures import Figure
from fonds.ledger.lexicon import ADV, BE, DET, HAVE, MODAL, PREP, TIME
from fonds.ledger.phrases import REACH, Span, is_finite, names_somebody, noun_after, noun_before
from fonds.ledger.reading import QUOTES, Reading

MANY = 6
"""Speakers on either side of a figure that are looked at."""


@dataclass(slots=True)
class Speaker:
    """Words ``first``..``last`` name who says it; ``at`` is the word that says so (a verb, "according to").

    ``verb`` tells "X says …" from "according to X".
    """

    first: int
    last: int
    at: int
    verb: bool
    weak: bool = False
    """"Reports indicate" says nothing of who reports: it speaks only where nobody else does."""


_AFTER_REPORTS = frozenset(
    {"indicate", "indicates", "indicated", "suggest", "suggests", "suggested", "say", "said"}
)
_STATED = frozenset(
    ["that", ":", "“", '"', "the", "a", "it", "they", "he", "she", "there", "some", "more", "at"]
)


_ALSO_NOUNS = frozenset(
    ["reports", "report", "claims", "claim", "state", "shows", "show", "notes", "note", "estimates", "estimate",
     "counts", "states"]
)  # fmt: skip
_FINDING = frozenset({"found", "indicated", "admitted", "posted"})


def _is_speech(reading: Reading, at: int) -> bool:
    """The word at ``at``, one of speech, says something here: "reports" may be a noun, "found" a find."""
    low, masks, size = reading.words.low, reading.masks, len(reading.words)
    word = low[at]
    if _other_sense(reading, at):
        return False
    sure = _verb_or_noun(reading, at) if word in _ALSO_NOUNS else None
    if sure is not None:
        return sure
    subject = word in ("estimates", "reports", "claims", "report", "claim")
    if subject and at + 1 < size and masks[at + 1] & (BE | HAVE | MODAL):
        return False
    back = at - 1
    while back >= 0 and masks[back] & ADV:
        back -= 1
    if back >= 0 and masks[back] & BE and low[back] not in ("'s",) and not word.endswith("ing"):
        return False
    if word in ("recorded", "counted", "documented", "registered", "shared", "mentioned"):
        return _counts(reading, at)
    return not (word in ("told",) and back >= 0 and masks[back] & BE)


def _other_sense(reading: Reading, at: int) -> bool:
    """ "Islamic State", "claiming seven lives", "an attack blamed on the army": nobody says anything."""
    low = reading.words.low
    word, nxt = low[at], low[at + 1] if at + 1 < len(low) else ""
    if at in reading.in_name and not reading.masks[at] & BE and word in ("state", "states"):
        return True
    if word.startswith("claim") and "lives" in low[at + 1 : at + 7]:
        return True
    if word == "reports" and nxt in _AFTER_REPORTS:
        return True
    if word == "accused" and nxt == "of":  # "a group accused of trafficking"
        return True
    if word == "states" and nxt not in _STATED and not nxt[:1].isdigit():
        return True  # "urges member states to …"
    if word.startswith("blam") and nxt == "on":
        return True
    if word in _FINDING:  # "divers found 12 bodies"
        goes_on = nxt in ("that", "on", ":", ".", ",", "") or nxt in QUOTES
        return not goes_on and not (word == "admitted" and nxt == "responsibility")
    taken = nxt in ("responsibility", "asylum", "lives") or "lives" in low[at + 2 : at + 4]
    return word in ("claimed", "claims", "claim") and taken


def _verb_or_noun(reading: Reading, at: int) -> bool | None:
    """Whether a word that is a noun as well ("reports", "claims", "states") is the verb; None where both may be."""
    low = reading.words.low
    word, nxt = low[at], low[at + 1] if at + 1 < len(low) else ""
    before, mask = (low[at - 1], reading.masks[at - 1]) if at else ("", DET)
    if mask & (DET | PREP) and not (at > 1 and before in ("here",)):
        return False
    about = word == "reports" and nxt in ("of", "from", "on", "about")
    if about and before in ("first", "latest", "several", "many", "media", "of"):
        return False
    if word == "reports" and nxt in ("of", "about") and before in (",", ""):
        return False  # "On most days, reports about wrecks reach us"
    if word == "report" and nxt == "on" and at and before.endswith(("s", "media")):
        return True  # "media sources report on the killing of four"
    named = word in ("claims", "claim", "state", "states", "estimate", "report")
    return False if named and nxt in ("of", "'", "in", "on", "by") else None


def _counts(reading: Reading, at: int) -> bool:
    span = noun_before(reading, at)
    if span is None:
        return False
    words = set(reading.words.low[span[0] : span[1]])
    return not words & {"police", "guards", "guard", "countries"} and names_somebody(reading, span)


def speakers(reading: Reading) -> list[Speaker]:
    """Everyone the sentence names as saying something, in the order of the words that say so."""
    low, size = reading.words.low, len(reading.words)
    verbs = reading.lexicon["speech_verbs"]
    phrases = reading.lexicon.denials
    going_on = reading.lexicon["speech_progressive"]
    out: list[Speaker] = []
    at = 0
    while at < size:
        word = low[at]
        hit = phrases.at(low, at) if word in phrases.table else None
        if hit and hit[1] == "according":
            span = noun_after(reading, at + hit[0])
            if span and (names_somebody(reading, span) or word == "according"):
                out.append(Speaker(span[0], span[1], at, verb=False))
            at += hit[0]
            continue
        found = _told_by(reading, at, verbs, going_on)
        if found is not None:
            out.append(found)
        at += 1
    if any(not speaker.weak for speaker in out):
        out = [speaker for speaker in out if not speaker.weak]
    if not out:
        signed = _signed(reading) or _headed_by_data(reading) or _headed(reading)
        return [signed] if signed else []
    return out


def _told_by(reading: Reading, at: int, verbs: frozenset[str], going_on: frozenset[str]) -> Speaker | None:
    """The speaker whom the word at ``at`` names, by whatever way of telling it is."""
    low = reading.words.low
    word = low[at]
    span: Span | None = None
    if word in ("citing", "quoting"):  # the innermost speaks: "state media, citing a hospital director"
        span = noun_after(reading, at + 1)
        named = span is not None and names_somebody(reading, span)
        return Speaker(span[0], span[1], at, verb=False) if named and span else None
    if word in going_on and at > 1 and low[at - 1] == "as":
        span = _quoted(reading, at - 1)
    elif (word in going_on and at and reading.masks[at - 1] & BE) or (
        word in verbs and _is_speech(reading, at)
    ):
        span = _speaking(reading, at)
        data = reading.lexicon.speech["data_words"]
        weak = span is not None and (
            low[span[1] - 1] == "reports" or (word == "indicate" and bool(data & set(low[span[0] : span[1]])))
        )
        return Speaker(span[0], span[1], at, verb=True, weak=weak) if span else None
    elif word in going_on and at > 1 and "with" in low[max(0, at - 6) : at]:
        span = noun_before(reading, at)  # "with the United Nations confirming the toll"
        if span is not None and low[span[0] - 1] != "with":
            span = None
    elif word in reading.lexicon["survey_verbs"] and "who" in low[at + 1 : at + 30]:
        span = noun_before(reading, at)  # "the group interviewed 20 people who said …"
    elif word in ("released", "published", "received"):
        data = reading.lexicon.speech["data_words"]
        span = noun_before(reading, at) if any(w in data for w in low[at + 1 : at + 4]) else None
        if word == "received" and span is not None and names_somebody(reading, span):
            return Speaker(span[0], span[1], at, verb=True, weak=True)
    elif word in reading.lexicon.speech["putting_verbs"]:
        counts = reading.lexicon["count_nouns"]
        near = low[at + 1 : at + 10]
        span = noun_before(reading, at) if "at" in near and counts & set(near[:5]) else None
    if span is None or not names_somebody(reading, span):
        return None
    return Speaker(span[0], span[1], at, verb=True)


def _quoted(reading: Reading, as_: int) -> Span | None:
    """ "Reuters quoted a nurse as saying", "the governor was quoted by Reuters as saying": whose words they are."""
    low, masks = reading.words.low, reading.masks
    for at in range(as_ - 1, max(-1, as_ - 12), -1):
        if low[at] not in ("quoted", "cited", "quotes", "cites"):
            continue
        back = at - 1
        while back > 0 and masks[back] & ADV:
            back -= 1
        if back >= 0 and masks[back] & BE:
            return noun_before(reading, back)
        return noun_after(reading, at + 1)
    return None


def _headed(reading: Reading) -> Speaker | None:
    """ "Local media: 12 people killed": who reports stands before a colon at the beginning."""
    low = reading.words.low
    colon = low.index(":", 0, 7) if ":" in low[:7] else -1
    if colon < 1 or colon + 2 >= len(low) or low[colon - 1] not in reading.lexicon["speech_nouns"]:
        return None
    if any(
        is_finite(reading, at) or reading.tags[at] is not None or low[at][0].isdigit() for at in range(colon)
    ):
        return None
    people = reading.lexicon["persons"]  # "Syrian refugees: 12 people arrived" heads a list
    return (
        None
        if low[colon - 1] in people and low[colon - 1] not in _REPORTING
        else Speaker(0, colon, colon, verb=True)
    )


_REPORTING = frozenset(
    {"police", "officials", "doctors", "medics", "journalists", "activists", "residents", "locals", "lawyers"}
)


def _headed_by_data(reading: Reading) -> Speaker | None:
    """ "In UNHCR’s latest data, 19,590 people …": figures named at the beginning, up to a comma."""
    low = reading.words.low
    if low[:1] not in (["in"], ["per"], ["from"], ["by"]) or "," not in low[2:12]:
        return None
    end = low.index(",", 2)
    counts = reading.lexicon.speech["counting_words"]
    named = any(at in reading.in_name for at in range(1, end)) or low[1] in ("the", "its", "their")
    if named and counts & set(low[1:end]):
        return Speaker(1, end, 0, verb=False)
    return None


def _speaking(reading: Reading, at: int) -> Span | None:
    """The subject of a verb of saying: before it, or behind it where a quotation ends ("…,” said X, a Y")."""
    low = reading.words.low
    before = noun_before(reading, at)
    inverted = at > 0 and (low[at - 1] in QUOTES or low[at - 1] == ",")
    verbs = "inverted_verbs" if low[at - 1] == "," else "speech_verbs"
    if inverted and low[at] in reading.lexicon[verbs]:
        span = noun_after(reading, at + 1, apposition=True)
        if (
            span
            and names_somebody(reading, span)
            and (low[at - 1] in QUOTES or before is None or not names_somebody(reading, before))
        ):
            return span
    if before is None and at > 1 and low[at - 1] in ("it", "they"):
        before = _sentence_subject(reading, at - 1)
    if before is not None and names_somebody(reading, before):
        if low[at] in ("show", "shows", "showed", "suggest", "suggests", "suggested") and not any(
            w in reading.lexicon["speech_nouns"] for w in low[before[0] : before[1]]
        ):
            return None
        return before
    return None


def _sentence_subject(reading: Reading, pronoun: int) -> Span | None:
    """ "The army “repelled the attack”, it said": whom the pronoun behind a comma or quotation stands for."""
    if reading.words.low[pronoun - 1] != "," and reading.words.low[pronoun - 1] not in QUOTES:
        return None
    for at in range(1, min(pronoun, 12)):
        if reading.words.low[at] in QUOTES or is_finite(reading, at):
            span = noun_before(reading, at)
            return span if span is not None and span[0] < 2 else None
    return None


def _saying(speaker: Speaker) -> int:
    return speaker.at


def speaker_of(reading: Reading, figure: Figure, found: list[Speaker]) -> Speaker | None:
    """Whose figure it is: an aside of its own, the innermost speaker before it, or who speaks for the sentence."""
    low = reading.words.low
    if len(found) > MANY:
        middle = bisect.bisect_left(found, figure.first, key=_saying)
        found = found[max(0, middle - MANY) : middle + MANY]
    if not found:
        return None
    index = reading.figure_at[figure.first]
    near = reading.figures[max(0, index - 3) : index + 4]
    rest = []
    for speaker in found:
        if not speaker.verb and _is_aside(reading, speaker):
            own = any(f.noun <= speaker.at <= f.noun + 1 and f is figure for f in near)
            others = any(f.noun <= speaker.at <= f.noun + 1 and f is not figure for f in near)
            if own and figure is not reading.figures[0]:
                return speaker
            if others and len(reading.figures) > 1 and not own and low[speaker.at - 1] != ",":
                continue
        rest.append(speaker)
    cited = [s for s in rest if low[s.at] in ("citing", "quoting")]
    if cited:
        return cited[0]
    before = [s for s in rest if s.last <= figure.first and s.verb and s.at < figure.first]
    phrase = [s for s in rest if not s.verb and low[s.at] in ("according", "as", "based")]
    if before:
        inner = before[-1]
        if _behind_quotation(reading, inner, figure):
            return None
        later = [s for s in phrase if s.at > figure.first]
        return later[0] if later and not _reaches(reading, inner, figure) else inner
    if phrase:
        return phrase[0]
    after = [
        s
        for s in rest
        if s.verb
        and s.at > figure.first
        and not (s.first <= figure.first < s.last)
        and not _in_brackets(reading, figure, s)
        and low[s.at + 1 : s.at + 2] != ["that"]  # it speaks for what comes behind
        and not _told_before(reading, figure, s)
        and low[s.first - 1] != "but"  # "34 were taken on board, but survivors said that …"
    ]
    if after:
        return after[0]
    other = [s for s in rest if not s.verb]
    return other[0] if other else None


def _told_before(reading: Reading, figure: Figure, speaker: Speaker) -> bool:
    """The figure stands in a clause that only leads up to the speaker's: "After 130 people drowned, the Pope said"."""
    low = reading.words.low
    closing = all(
        not word[0].isalpha() or word in ("on", "in", "a", "statement") for word in low[speaker.at + 1 :][:8]
    )
    if closing or any(
        reading.masks[at] & TIME for at in range(speaker.at + 1, min(len(low), speaker.at + 3))
    ):
        return False  # "Although 65 were saved, it was the worst day, officials said": all of it
    leads = (at for at in range(min(8, figure.first)) if low[at] in _LEADING and at not in reading.covers)
    fronted = next(leads, -1)
    if fronted < 0 or "," in low[fronted : figure.first]:
        return False
    return "," in low[figure.last : speaker.first]


def _behind_quotation(reading: Reading, speaker: Speaker, figure: Figure) -> bool:
    """ "“…,” said a man in a warehouse where 550 people are held": the writer speaks on."""
    low = reading.low
    quoted = speaker.first > speaker.at > 0 and low[speaker.at - 1] in QUOTES
    return quoted and "where" in low[speaker.at : figure.first]


_LEADING = frozenset({"after", "when", "while", "as", "although", "since", "before", "following", "despite"})


def _in_brackets(reading: Reading, figure: Figure, speaker: Speaker) -> bool:
    """The speaker stands in brackets that open behind the figure."""
    between = reading.words.low[figure.last : speaker.at] if speaker.at - figure.last < 3 * REACH else []
    return between.count("(") > between.count(")")


def _signed(reading: Reading) -> Speaker | None:
    """A quotation with its speaker behind a dash: "… were killed — A. Name, resident of the town"."""
    low, raw, size = reading.words.low, reading.words.raw, len(reading.words)
    for at in range(size - 2, max(3, size - 6), -1):  # "… off Tripoli: official"
        if low[at] in (":", "-", "–", "—") and low[size - 1] in reading.lexicon["speech_nouns"]:
            return Speaker(at + 1, size, at, verb=True)
    for at in range(size - 2, max(0, size - 14), -1):
        if low[at] in ("—", "–") or (low[at] == "-" and raw[at + 1][0].isupper()):
            rest = range(at + 1, size)
            named = raw[at + 1][0].isupper() and not any(
                is_finite(reading, n) or raw[n][0].isdigit() for n in rest
            )
            end = size - 1 if low[size - 1] == "." else size
            if named and at > 3 and end - at > 2 and not reading.tags[at + 1]:
                return Speaker(at + 1, end, at, verb=True)
            return None
    return None


def _reaches(reading: Reading, speaker: Speaker, figure: Figure) -> bool:
    return ";" not in reading.words.low[speaker.at : figure.first]


def _is_aside(reading: Reading, speaker: Speaker) -> bool:
    """The attribution ends at a comma, and the sentence goes on."""
    low = reading.words.low
    return speaker.last < len(low) - 2 and low[speaker.last] in (",", ")")
