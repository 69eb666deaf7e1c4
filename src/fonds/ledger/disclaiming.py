"""What makes a word a denial: verbs that dispute a deed, deeds said not to have been done, nothing of the sort."""

from __future__ import annotations

from fonds.ledger.asking import STOP
from fonds.ledger.lexicon import ADV, BE, DET, HAVE, MODAL, REL, SUB
from fonds.ledger.reading import Reading

REACH = 9


def denied(reading: Reading, at: int) -> bool:
    """The verb at ``at`` disputes a deed and does not refuse a permit ("denied asylum", "was denied entry")."""
    low, masks = reading.words.low, reading.masks
    speech = reading.lexicon.speech
    back = at - 1
    while back >= 0 and masks[back] & ADV:
        back -= 1
    if low[at].endswith("ed") and back >= 0 and masks[back] & BE:
        return back > 0 and low[back - 1] == "which" and low[at] in ("denied", "disputed", "rejected")
    if (
        low[at].endswith("ed")
        and back >= 0
        and masks[back] & HAVE
        and back + 1 < at
        and low[back + 1] == "been"
    ):
        return False
    if back >= 0 and low[back] in ("nor", "or") and "neither" in low[max(0, back - 4) : back]:
        return False  # "has neither confirmed nor denied"
    behind = low[at + 1 : at + 1 + REACH]
    if low[at].startswith("refus"):  # "refused to accept the findings"
        accepting = behind[:1] == ["to"] and behind[1:2] in (["accept"], ["acknowledge"], ["admit"], ["take"])
        return accepting and bool(set(behind[2:]) & (_TOLD_OF | _TOLD | speech["harm_nouns"]))
    if behind[:1] == ["being"] and back >= 0 and low[back] in ("he", "she"):
        return False  # a person about themselves
    if "that" in behind[: 3 if low[at].startswith("den") else 2]:
        content = set(low[at + 1 : at + 2 * REACH])
        told = speech["harm_nouns"] | speech["harm_verbs"]
        happened = speech["happened"] if low[at].startswith("den") else frozenset[str]()
        bare = low[at].startswith("den") and behind[0] == "that" and behind[1:2] in ([], ["."], [","])
        befell = low[at].startswith("den") and any(
            tag is not None and tag.kind in ("killed", "injured", "detained", "displaced")
            for tag in reading.tags[at + 1 : at + 2 * REACH]
        )
        return bare or befell or bool(content & (told | happened))
    return _denies(reading, at) if low[at].startswith("den") else _rejects(reading, at)


def _denies(reading: Reading, at: int) -> bool:
    """What stands behind "denied" is a deed or an allegation, and no permit."""
    low, speech = reading.low, reading.lexicon.speech
    behind = low[at + 1 : at + 1 + REACH]
    if not behind or behind[0] in (".", ",", ";", "”", '"'):
        return True
    if behind[0] in ("this", "these", "them") and behind[1:2] in ([], ["."], [","]):
        return True
    if behind[:2] in (["what", "is"], ["what", "has"], ["what", "happened"], ["what", "was"]):
        return True  # "continue to deny what is happening"
    if behind[0] in ("these", "such", "the", "any") and behind[1:2] in (
        ["practices"], ["practice"], ["incident"], ["incidents"], ["events"], ["happenings"], ["abuses"],
    ):  # fmt: skip
        return True
    for word in behind[:4]:
        if word in speech["deny_objects"] or word in speech["harm_nouns"] or word in speech["harm_verbs"]:
            return behind[0] not in speech["not_deny_objects"] or behind[0] in ("it", "all")
        if word in speech["not_deny_objects"]:
            return False
    return behind[0].endswith("ing") and behind[0] != "nothing"


_TOLD_OF = frozenset(
    [
        "allegation",
        "allegations",
        "accusation",
        "accusations",
        "charges",
        "findings",
        "suggestion",
        "suggestions",
        "assertion",
        "assertions",
        "responsibility",
        "involvement",
        "wrongdoing",
    ]
)
_TOLD = frozenset({"claims", "claim", "reports", "report"})


def _rejects(reading: Reading, at: int) -> bool:
    """ "dismissed another in a long line of claims": what is told is the object, however long the way to it."""
    low = reading.low
    asylum = {"asylum", "protection", "for", "compensation"}
    for n in range(at + 1, min(len(low), at + 1 + REACH)):
        if low[n] in STOP or low[n] in (",", ".") or reading.masks[n] & (SUB | REL | BE | HAVE | MODAL):
            return False
        near = {*low[at + 1 : n], *low[n + 1 : n + 2]} & asylum
        if low[n] == "possibility":
            return bool(reading.lexicon.speech["harm_nouns"] & set(low[n + 1 : n + 1 + REACH]))
        if low[n] in _TOLD_OF or low[n] in _TOLD:
            return not near
        if low[n] in reading.lexicon.speech["told_things"] and "as" in low[n + 1 : n + 4]:
            return True  # "dismissed the footage as staged"
    return False


def waved_off(reading: Reading, at: int) -> bool:
    """ "rejects this", "dismissed them": a pronoun for what was told, and the clause is over."""
    low = reading.low
    ends = low[at + 2 : at + 3] in ([], ["."], [","], [";"], ["as"], ["and"], ["”"], ['"'])
    return low[at + 1 : at + 2] in (["this"], ["these"], ["them"], ["that"]) and ends


_EVEN_HEADS = frozenset({"chance", "possibility", "likelihood", "truth", "basis", "substance", "foundation"})
_SIGNS = frozenset({"sign", "signs", "trace", "traces", "marks", "indication", "indications"})
_RECORDS = frozenset({"record", "records", "knowledge", "information", "reports"})
_EVIDENCE = frozenset({"evidence", "proof"})


def nothing_of_it(reading: Reading, at: int) -> str:
    """ "zero chance of civilian casualties", "no signs of injuries", "not aware of such incidents": nothing of it.

    Answers "" for no denial, "even" where the words alone deny, and "party" where they deny if an accused speaks.
    """
    low, speech = reading.low, reading.lexicon.speech
    if low[at] in ("nobody", "none") or low[at : at + 2] == ["no", "one"]:
        return "party" if speech["wronged"] & set(low[at + 1 : at + 6]) else ""
    if low[at] not in ("no", "zero", "not", "never", "didn't"):
        return ""
    behind = low[at + 1 : at + 14]
    harm = (
        speech["harm_nouns"]
        | speech["told_things"]
        | {"casualties", "injuries", "injury", "wounds", "deaths"}
    )
    head = next((n for n, word in enumerate(behind[:3]) if word in speech["denial_heads"]), -1)
    if low[at] in ("no", "zero") and head >= 0:
        content = set(behind[head + 1 :])
        such = "such" in content or bool(content & harm)
        if behind[head] in _EVEN_HEADS:
            return "even" if such else ""
        if behind[head] in _EVIDENCE:
            told = speech["told_things"] | {
                "pushbacks",
                "pushback",
                "wrongdoing",
                "such",
                "abuse",
                "violence",
            }
            return "party" if content & told else ""
        if behind[head] in _RECORDS | _SIGNS:
            return "party" if such else ""
    if low[at] == "no" and (speech["harm_nouns"] - _MISHAPS) & set(behind[:2]):
        return "party" if {"taken", "occurred", "happened", "carried", "conducted"} & set(behind[1:6]) else ""
    breach = {"violation", "violations", "breach", "breaches", "wrongdoing", "misconduct", "irregularities"}
    if low[at] == "no" and breach & set(behind[:2]):
        found = {"found", "established", "concluded", "identified", "detected"}
        return "party" if found & ({*behind[:9]} | set(low[max(0, at - 6) : at])) else ""
    if low[at] == "not" and behind[:1] in (["a"], ["an"]) and set(behind[1:2]) & speech["harm_nouns"]:
        return "party"  # "a rescue mission and not a pushback"
    if low[at] in ("no", "not") and "conclusive" in behind[:3] and "evidence" in behind[:5]:
        return "party"  # "did not find conclusive evidence of pushbacks"
    if low[at] == "no" and behind[:1] == ["visible"]:
        return "party" if set(behind[1:3]) & {"injuries", "wounds", "signs", "marks"} else ""
    if low[at] in ("not", "never", "didn't") and set(behind[:2]) & speech["noting"]:
        return "party" if {"such", "any"} & set(behind[1:4]) and set(behind[2:8]) & (harm | _CASES) else ""
    return ""


_MISHAPS = frozenset({"death", "deaths", "explosion", "blast", "drowning", "ambush", "crime", "crimes"})
"""Of these "none occurred" is a report like another, and no denial."""

_CASES = frozenset({"incident", "incidents", "case", "cases", "complaint", "complaints", "event", "events"})


def denies_in_a_noun(reading: Reading, at: int) -> bool:
    """ "issued a denial of the reports": the denial is the object of a verb of giving out."""
    low = reading.low
    if "despite" in low[max(0, at - 6) : at] and low[at].startswith("denial"):
        return True  # "despite the ministry's denials"
    back = at - 1
    while back > 0 and (
        reading.masks[back] & (DET | ADV) or low[back] in ("strong", "firm", "swift", "formal")
    ):
        back -= 1
    return low[back] in reading.lexicon.speech["issuing"]


def not_done(reading: Reading, at: int) -> bool:
    """ "did not bomb", "never fired": a deed that the speaker says was not done."""
    low = reading.words.low
    if low[at] not in ("not", "never", "didn't", "n't"):
        return False
    if low[at] == "not" and (not at or low[at - 1] not in ("did", "had", "has", "have", "does", "do")):
        return False
    nxt = at + 1
    while nxt < len(low) and reading.masks[nxt] & (ADV | MODAL):
        nxt += 1
    if nxt >= len(low) or low[nxt] not in reading.lexicon.speech["harm_verbs"]:
        return False
    window = low[nxt : nxt + 10]
    nouns = reading.lexicon.speech["harm_nouns"]
    plain = low[nxt] not in (
        "carry",
        "carried",
        "use",
        "used",
        "open",
        "opened",
        "force",
        "forced",
        "conduct",
        "conducted",
        "return",
        "returned",
        "beat",
        "hit",
        "push",
        "pushed",
        "abandon",
        "strike",
    )
    return plain or any(
        word in nouns
        or word in ("force", "fire", "migrants", "refugees", "people", "combat", "anyone", "anybody", "back")
        for word in window
    )
