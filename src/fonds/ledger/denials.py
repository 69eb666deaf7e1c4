"""Denials and admissions that need no figure: "Russia denies involvement", "ISIS claimed responsibility"."""

from __future__ import annotations

from dataclasses import dataclass

from fonds.ledger.asking import QUOTE_MARKS
from fonds.ledger.disclaiming import denied, denies_in_a_noun, not_done, nothing_of_it, waved_off
from fonds.ledger.lexicon import ADV, BE, DET, HAVE
from fonds.ledger.parties import is_party
from fonds.ledger.phrases import Span, names_somebody, noun_after, noun_before
from fonds.ledger.reading import Reading
from fonds.ledger.records import Kind, Stance
from fonds.ledger.registers import Names
from fonds.ledger.speakers import Speaker

REACH = 9
KIND_WINDOW = 60
_OFFICIALS = frozenset(
    {
        "minister",
        "ministry",
        "spokesman",
        "spokeswoman",
        "spokesperson",
        "ambassador",
        "president",
        "governor",
        "mayor",
        "official",
        "officials",
        "commissioner",
        "chief",
        "commander",
        "general",
        "consulate",
        "embassy",
    }
)


@dataclass(slots=True)
class Saying:
    """``at`` is the word that denies or admits; what stands behind it is what is denied."""

    stance: Stance
    kind: Kind
    at: int
    source: Span | None
    responsible: Span | None


def _has_a_voice(reading: Reading, at: int, source: Span | None, named: Names) -> bool:
    """Somebody denies: not "permission denied", not "deny from all"."""
    low = reading.words.low
    nxt = at + 1
    if nxt < len(low) and low[nxt] in QUOTE_MARKS:
        nxt += 1  # "“categorically denies” that …"
    if nxt < len(low) and low[nxt][0].isalpha():
        return True
    if any(reading.masks[n] & BE for n in range(max(0, at - 2), at)):
        return True  # "…, which was denied"
    if source is None:
        return False
    voices = reading.lexicon["speech_nouns"]
    words = set(low[source[0] : source[1]])
    return bool(words & voices) or any(n in named for n in range(*source)) or is_party(reading, source, named)


def _denied_by(reading: Reading, at: int) -> bool:
    """ "This claim has been denied by …": what was told is denied, in the passive."""
    low, masks = reading.words.low, reading.masks
    if "by" not in low[at + 1 : at + 8] or not low[at].endswith("ed") or not at:
        return False
    passive = masks[at - 1] & (BE | ADV) or low[at - 1].endswith("ly")
    attempted = low[at - 1] in ("attempt", "attempts")  # "a suicide attempt denied by the minister"
    if attempted and low[at + 1] == "by":
        return True
    if not passive or (low[at + 1] != "by" and set(low[at + 1 : low.index("by", at)]) & {"entry", "asylum"}):
        return False
    told = {
        "happenings",
        "practices",
        "incidents",
        "pushbacks",
        "claim",
        "claims",
        "allegation",
        "allegations",
        "accusation",
        "accusations",
        "report",
        "reports",
        "responsibility",
        "involvement",
    }
    return bool(told & set(low[max(0, at - 10) : at]))


def _kind(reading: Reading, at: int) -> Kind:
    """What is denied, by the words behind the denial, else of the sentence; killing where nothing tells."""
    for start in (at, 0):
        for word in reading.words.low[start : start + KIND_WINDOW]:
            if word.startswith(
                (
                    "pushback",
                    "push-back",
                    "pushed",
                    "pushing",
                    "expel",
                    "expul",
                    "deport",
                    "refoul",
                    "forced",
                    "returned",
                    "pullback",
                )
            ):
                return "deported"
            if word.startswith(("detain", "arrest", "abduct", "kidnap")):
                return "detained"
    return "killed"


def _accused(reading: Reading, at: int, source: Span | None, named: Names) -> Span | None:
    """Who is accused: a party in what is denied ("that the coast guard fired"), else the denier."""
    low = reading.words.low
    for index in range(at + 1, min(len(reading), at + 24)):
        if low[index] in (";", "but", "while", "as"):
            break
        if low[index] in ("that", "by"):
            span = noun_after(reading, index + 1)
            if span and is_party(reading, span, named):
                return span
            if span and low[index] == "that" and low[span[0]] in ("its", "their"):
                return span
    if source is not None and is_party(reading, source, named):
        words = set(reading.words.low[source[0] : source[1]])
        if not words & {"minister", "spokesman", "spokeswoman", "consulate", "embassy", "ambassador"}:
            return source
        for index in range(*source):
            if index in named:
                return named[index].first, named[index].last
    return None


def sayings(reading: Reading, named: Names, spoken: list[Speaker]) -> list[Saying]:
    """The denials and admissions of the sentence, in order."""
    low = reading.words.low
    lexicon = reading.lexicon
    speech = lexicon.speech
    out: list[Saying] = []
    for at, word in enumerate(low):
        if word in speech["deny_verbs"] and _denied_by(reading, at):
            by = low.index("by", at)
            out.append(Saying("denies", _kind(reading, at), at, noun_after(reading, by + 1), None))
            continue
        disputed = word in speech["deny_verbs"] and denied(reading, at)
        dismissed = not disputed and word in speech["deny_verbs"] and waved_off(reading, at)
        if dismissed or disputed:
            source = noun_before(reading, at)
            if dismissed and not (source and _armed(reading, source, named)):
                continue
            if _has_a_voice(reading, at, source, named):
                accused = _accused(reading, at, source, named)
                out.append(Saying("denies", _kind(reading, at), at, source, accused))
            continue
        if word in ("denial", "denials") and denies_in_a_noun(reading, at):
            source = noun_before(reading, _verb_before(reading, at))
            out.append(Saying("denies", _kind(reading, at), at, source, _accused(reading, at, source, named)))
            continue
        phrase = lexicon.denials.at(low, at) if word in lexicon.denials.table else None
        if phrase and phrase[1] == "deny_phrases":
            saying = _phrase_denial(reading, at, named, spoken)
            if saying is None and word in speech["false_words"]:  # "called the reports fake news"
                saying = _called_false(reading, at, named, spoken)
        elif phrase and phrase[1] == "responsible_phrases":
            saying = _admission(reading, at, named)
        elif word in speech["false_words"] or (
            word in speech["denial_heads"] and any(w.startswith("lack") for w in low[max(0, at - 3) : at])
        ):
            saying = _called_false(reading, at, named, spoken)
        elif word in ("true", "accurate") and "not" in low[max(0, at - 3) : at]:
            saying = _called_false(reading, at, named, spoken, at - 3)
        elif not_done(reading, at):
            saying = _said_not_done(reading, at, named, spoken)
        elif nothing := nothing_of_it(reading, at):
            saying = _said_nothing(reading, at, named, spoken, nothing)
        else:
            continue
        if saying is not None and not (
            out
            and out[-1].stance == saying.stance
            and saying.at - out[-1].at < 25
            and saying.source == out[-1].source
        ):
            out.append(saying)
    return out


def _phrase_denial(reading: Reading, at: int, named: Names, spoken: list[Speaker]) -> Saying | None:
    low = reading.words.low
    source: Span | None = None
    if (
        low[at] == "no"
        and at
        and low[at - 1]
        in reading.lexicon.speech["insist_verbs"] | {"claim", "had", "has", "takes", "bears", "bore"}
    ):
        source = noun_before(reading, at - 1)
    elif low[at] == "no":
        return None
    else:
        found = spoken
        never = low[at : at + 2] in (["never", "took"], ["never", "occurred"])
        harm = (
            reading.lexicon.speech["harm_nouns"] | reading.lexicon.speech["told_things"] | {"incident", "it"}
        )
        if not found or (never and not harm & set(low[max(0, at - 6) : at])):
            return None
        source = (found[0].first, found[0].last)
    if source is None:
        return None
    return Saying("denies", _kind(reading, at), at, source, _accused(reading, at, source, named))


_CIVIL = frozenset(
    {"government", "governments", "ministry", "ministries", "state", "authority", "authorities"}
)


def _armed(reading: Reading, source: Span, named: Names) -> bool:
    """A party that is no government: what a government rejects is as often a plan."""
    return is_party(reading, source, named) and not _CIVIL & set(reading.low[source[0] : source[1]])


def _verb_before(reading: Reading, noun: int) -> int:
    """The verb that gives out the denial named at ``noun``; without one, whose denial it is stands before it."""
    issuing = reading.lexicon.speech["issuing"]
    return next((at for at in range(noun - 1, -1, -1) if reading.low[at] in issuing), noun)


def _said_nothing(
    reading: Reading, at: int, named: Names, spoken: list[Speaker], strength: str
) -> Saying | None:
    """ "There were no signs of injuries, the police said": in the words of an accused, or strong enough by itself."""
    before = [s for s in spoken if s.at < at]
    speaker = before[-1] if before else next(iter(spoken), None)
    source = (speaker.first, speaker.last) if speaker is not None else noun_before(reading, at)
    if speaker is None:  # "rejected criticism, saying that nobody had been pushed back"
        verb = next((n for n in range(at) if reading.low[n] in reading.lexicon.speech["deny_verbs"]), 0)
        source = noun_before(reading, verb) if verb else source
    if strength != "even":
        words = set(reading.low[source[0] : source[1]]) if source else set()
        if source is None or not (is_party(reading, source, named) or words & _OFFICIALS):
            return None
    elif speaker is None and not {"said", "says"} & set(reading.low):
        return None
    return Saying("denies", _kind(reading, at), at, source, _accused(reading, at, source, named))


def _called_false(
    reading: Reading, at: int, named: Names, spoken: list[Speaker], negated: int = -1
) -> Saying | None:
    """ "called the accusations unfounded", "said the reports of shooting were untrue"."""
    low = reading.words.low
    behind_it = low[at + 1] if at + 1 < len(low) else ""
    if behind_it in (
        "positive",
        "positives",
        "negative",
        "negatives",
        "alarm",
        "in",
        "on",
        "at",
        "with",
        "ahead",
    ):
        return None  # "a false positive", "the page lies in the arena"
    told = reading.lexicon.speech["told_things"]
    behind = next((n for n in range(at - 1, max(-1, at - 12), -1) if low[n] in told), -1)
    if (
        behind < 0
        or "not" in low[behind : at if negated < 0 else max(behind, negated)]
        or ";" in low[behind:at]
    ):
        return None
    source: Span | None = None
    for n in range(behind - 1, max(-1, behind - 6), -1):
        if low[n] in ("called", "calls", "describes", "described", "branded", "labelled", "labeled"):
            source = noun_before(reading, n)
            break
    if source is None:
        near = [s for s in spoken if s.at < at]
        source = (near[-1].first, near[-1].last) if near else None
        if source is None and spoken:  # "“These allegations are false,” the minister said"
            said = (spoken[0].first, spoken[0].last)
            official = is_party(reading, said, named) or _OFFICIALS & set(low[said[0] : said[1]])
            source = said if official else None
    if source is None:
        return None
    return Saying("denies", _kind(reading, at), at, source, _accused(reading, at, source, named))


def _said_not_done(reading: Reading, at: int, named: Names, spoken: list[Speaker]) -> Saying | None:
    """A deed not done, in the words of a speaker who is (or speaks for) the accused."""
    low = reading.words.low
    found = [s for s in spoken if s.verb and abs(s.at - at) <= 2 * KIND_WINDOW]
    if not found:
        return None
    before = [s for s in found if s.at < at]
    speaker = before[-1] if before else found[0]
    source = (speaker.first, speaker.last)
    start = at - 1
    while (start >= 0 and reading.masks[start] & (HAVE | ADV)) or (
        start >= 0 and low[start] in ("did", "do", "does")
    ):
        start -= 1
    doer = noun_before(reading, start + 1)
    pronoun = start >= 0 and low[start] in ("it", "they", "we", "he", "she")
    if pronoun:
        words = set(low[source[0] : source[1]])
        if not (
            is_party(reading, source, named) or words & _OFFICIALS or any(n in named for n in range(*source))
        ):
            return None
        return Saying("denies", _kind(reading, at), at, source, _accused(reading, at, source, named))
    if doer is None:
        return None
    own = bool(set(low[doer[0] : doer[1]]) & {"its", "our", "their"})
    party = (
        is_party(reading, doer, named)
        or own
        or any(at in named and named[at].adjective for at in range(*doer))
    )
    official = _OFFICIALS & set(low[source[0] : source[1]])
    if not party or not (official or is_party(reading, source, named) or _same_side(doer, source, named)):
        return None
    return Saying("denies", _kind(reading, at), at, source, doer)


def _same_side(doer: Span, source: Span, named: Names) -> bool:
    def countries(span: Span) -> set[str]:
        return {named[at].entry.country for at in range(*span) if at in named and named[at].entry.country}

    return bool(countries(doer) & countries(source))


def _admission(reading: Reading, at: int, named: Names) -> Saying | None:
    source = noun_before(reading, at)
    if source is None or not (is_party(reading, source, named) or names_somebody(reading, source)):
        return None
    if reading.words.low[source[0]] in ("no", "nobody", "none", "neither") or (
        source[1] - source[0] == 1 and reading.masks[source[0]] & DET
    ):
        return None
    return Saying("attributes", _kind(reading, at), at, source, source)


def attributions(reading: Reading, named: Names, spoken: list[Speaker]) -> list[Saying]:
    """An accusation without a figure: "sources describe the planes that attacked the hospital as Russian"."""
    low = reading.words.low
    adjectives = {n.first: n for n in named.values() if n.adjective}
    speech = reading.lexicon.speech
    out: list[Saying] = []
    for speaker in spoken:
        if not speaker.verb or not low[speaker.at].startswith(("describ", "accus", "blam")):
            continue
        for at in range(speaker.at + 1, min(len(low), speaker.at + 20)):
            if (
                low[at] == "as"
                and at + 1 in adjectives
                and any(w in speech["attack_nouns"] for w in low[speaker.at : at])
            ):
                out.append(
                    Saying(
                        "attributes",
                        _kind(reading, speaker.at),
                        speaker.at,
                        (speaker.first, speaker.last),
                        (at + 1, adjectives[at + 1].last),
                    )
                )
                break
    return out
