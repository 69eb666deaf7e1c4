"""The rule of the verb whose subject the people counted are, and what it asks."""

from __future__ import annotations

from fonds.ledger.asking import (
    DASH,
    QUOTE_MARKS,
    REACH,
    STOP,
    Hit,
    Hits,
    left_word,
    modality_at,
    predicate_starts,
    stands_in_phrase,
)
from fonds.ledger.figures import Figure
from fonds.ledger.going_on import behind_aside, goes_on, goes_on_after
from fonds.ledger.lexicon import (
    ADV,
    BE,
    CONJ,
    DET,
    HAVE,
    MODAL,
    NEG,
    PASS,
    PERSON,
    PREP,
    PRON,
    REL,
    SUB,
    THING,
    TIME,
    VERB,
    Trigger,
)
from fonds.ledger.reading import Reading, is_verb
from fonds.ledger.subjects import loose, main_verb_follows, main_verb_of, second_participle, subject_of

MAX_ASIDES = 3
"""Asides (", … ,") that one predicate is looked for behind."""


def predicate_after(reading: Reading, figure: Figure, _hits: Hits) -> Hit | None:
    """The verb whose subject is the counted people: "58 people, including 11 children, have been killed"."""
    if reading.low[figure.first] == "many" and reading.low[figure.noun : figure.noun + 1] == ["who"]:
        return None  # "many who fled need help": nothing is counted
    in_phrase = stands_in_phrase(reading, figure)
    done_by = in_phrase and left_word(reading, figure) in ("by", "than")
    if (done_by and reading.low[figure.noun : figure.noun + 1] != ["who"]) or _out_of_which(reading, figure):
        return None
    if left_word(reading, figure).endswith("ing") and _CHARGED & set(
        reading.low[max(0, figure.left - 4) : figure.left]
    ):
        return None  # "men accused of smuggling 29 people have been jailed"
    index = reading.figure_at[figure.first]
    whole = index and left_word(reading, figure) == "of" and figure.left - reading.figures[index - 1].last < 3
    if whole and (who := _who_they_are(reading, figure)) is not None:
        return who
    hit = _Walk(reading, figure, in_phrase).told()
    if hit is not None and _told_of_the_whole(reading, figure, hit):
        return None
    calls = {"call", "calls", "message", "alert", "sos"}
    if (
        hit is not None
        and reading.low[hit.verb] == "received"
        and calls & set(reading.low[max(0, figure.left - 8) : figure.left])
    ):
        return None  # "a call from a boat containing 47 people was received"
    if hit is not None and hit.kind == "displaced" and _housed(reading, figure, hit.verb):
        return None
    if hit is not None and hit.kind == "missing" and _or_dead(reading, hit.verb):
        return Hit("killed", hit.verb, hit.modality)
    return hit


def _housed(reading: Reading, figure: Figure, at: int) -> bool:
    """ "home to 6,468 people seeking refuge": how many live there, and why."""
    tag = reading.tags[at]
    stock = reading.lexicon["stock_verbs"] & set(reading.low[max(0, figure.left - 3) : figure.left])
    return tag is not None and tag.form == "ing" and bool(stock)


def _or_dead(reading: Reading, at: int) -> bool:
    """ "went missing or drowned": the dead or missing are counted as dead (RULES)."""
    tag = reading.tags[at]
    behind = at + (tag.length if tag is not None else 1)
    other = reading.tags[behind + 1] if behind + 1 < len(reading) else None
    return reading.low[behind : behind + 1] == ["or"] and other is not None and other.kind == "killed"


_CHARGED = frozenset({"accused", "charged", "convicted", "suspected", "guilty"})


def _told_of_the_whole(reading: Reading, figure: Figure, hit: Hit) -> bool:
    """ "17 of the 38 people who arrived have tested positive": who arrived are the 38."""
    if (
        reading.low[figure.last : figure.last + 2] != ["of", "the"]
        or figure.last + 2 not in reading.figure_at
    ):
        return False
    return hit.verb in _tells_who(reading, reading.figures[reading.figure_at[figure.last + 2]])


def _who_they_are(reading: Reading, whole: Figure) -> Hit | None:
    """ "(three of the) 12 people arrested in the square": the participle's, not the main verb's."""
    at = next((n for n in _tells_who(reading, whole) if n < len(reading) and reading.tags[n] is not None), -1)
    tag = reading.tags[at] if at >= 0 else None
    if tag is None or not is_verb(tag) or tag.kind == "other" or tag.form != "past":
        return None
    modality = modality_at(reading, at)
    return Hit(tag.kind, at, modality) if modality else None


def _tells_who(reading: Reading, whole: Figure) -> range:
    """The words in which a participle or a relative clause tells who the counted people are."""
    low, at = reading.low, whole.noun
    if at >= len(low):
        return range(0)
    if low[at] in ("who", "that"):
        return range(at, at + 5)
    while at + 1 < len(low) and reading.masks[at] & ADV and reading.tags[at] is None:
        at += 1  # "the 35 men violently arrested"
    tag = reading.tags[at]
    participle = tag is not None and tag.form == "past" and tag.role == "transitive"
    return range(at, at + 1) if participle else range(0)


_LOOSE = ("as", "after", "since", "before")
"""Subordinators that the walk goes past: "12 people as of Monday were killed"."""


class _Walk:
    """The way from the counted noun to its predicate, word by word.

    ``found`` is what a relative clause or a participle told on the way ("who had fled … were arrested"), and at
    the end the answer. Each step says whether the walk is over.
    """

    def __init__(self, reading: Reading, figure: Figure, in_phrase: bool) -> None:
        self.reading, self.figure, self.in_phrase = reading, figure, in_phrase
        self.low, self.masks, self.tags = reading.low, reading.masks, reading.tags
        self.end = min(len(reading), figure.noun + REACH)
        self.found: Hit | None = None
        self.asides = self.unknown = self.verbs = 0
        self.clause = self.aux = False  # clause: behind "as", "after" another subject may stand
        self.at = self.first = figure.noun
        while self.first < self.end and self.masks[self.first] & ADV and self.tags[self.first] is None:
            self.first += 1  # "allegedly pushed back"
        left = self.low[self.first : self.first + 1] == ["left"] and self.first + 1 < self.end
        if left and self.tags[self.first + 1] is not None:  # "with 5,000 left injured"
            self.at = self.first = self.first + 1
            self.aux = True
        # "12 people trying to reach Europe drowned"
        self.relative = self.first < self.end and self.low[self.first].endswith("ing")

    def told(self) -> Hit | None:
        while self.at < self.end:
            if self.at in self.reading.figure_at:
                over = self._other_figure()
            elif self.low[self.at : self.at + 2] == ["on", "board"]:
                over, self.at = False, self.at + 2
            elif _is_noun(self.reading, self.at):
                over, self.at = False, self.at + 1
            elif self.low[self.at] == "survived" and _journey(self.reading, self.at + 1):
                over = self._answer(Hit("arrived", self.at))
            elif (tag := self.tags[self.at]) is not None:
                over = self._trigger(tag)
            else:
                over = self._word()
            if over:
                break
        return self.found

    def _answer(self, hit: Hit | None) -> bool:
        self.found = hit
        return True

    def _other_figure(self) -> bool:
        other = self.reading.figures[self.reading.figure_at[self.at]]
        self.at = other.noun
        return not (
            other is self.figure
            or predicate_starts(self.reading, other.noun)
            or stands_in_phrase(self.reading, other)
            or left_word(self.reading, other) == "including"
        )

    def _trigger(self, tag: Trigger) -> bool:
        at = self.at
        if is_verb(tag):
            if (self.aux or self.relative or not self.in_phrase or at == self.first) and self._verb(at, tag):
                return True
        elif tag.role == "state":
            headline = not self.verbs and not self.asides and not self.in_phrase and not self.relative
            alone = not any(n in self.reading.figure_at for n in range(self.first, at))
            bare = alone and not self.masks[at - 1] & (PREP | DET | CONJ)
            linked = (
                self.aux
                or at <= self.first + 1
                or self.low[at - 1] in self.reading.lexicon["passthrough"]
                or (
                    headline and bare and at - self.first < 8 and tag.kind in ("missing", "killed", "injured")
                )  # "9 children under the age of 14 missing in …"
            )
            if linked:
                return self._answer(Hit(tag.kind, at, modality_at(self.reading, at) or "planned"))
        self.at += tag.length
        self.aux = False
        return False

    def _verb(self, at: int, tag: Trigger) -> bool:
        hit = subject_of(self.reading, at, tag, self.aux)
        past = tag.form == "past" and not self.aux
        if self.clause and past and at > self.first and not self.masks[at - 1] & (PRON | ADV | HAVE):
            return True  # "97 people in distress as water entered their boat"
        if hit is None:
            return not self.relative
        if self.found is not None:
            finite = self.aux or (tag.form == "past" and loose(self.tags[self.found.verb]))
            return self._answer(hit if finite and hit.kind != "other" else self.found)
        behind = at + tag.length
        if hit.kind == "other":
            main = None if self.aux else main_verb_of(self.reading, behind, hit)
            return self._answer(main or second_participle(self.reading, at + 1) or hit)
        if past and tag.role == "transitive":
            return self._answer(main_verb_of(self.reading, behind, hit) or hit)
        self.found = hit
        if not (self.relative and main_verb_follows(self.reading, behind)):
            return True
        self.relative = False
        return False

    def _word(self) -> bool:
        word, mask = self.low[self.at], self.masks[self.at]
        if word == "," and (names := _names_listed(self.reading, self.at)):
            self.at = names
            return False
        if word in (",", "(") or word in DASH:
            self.asides += 1
            self.at = behind_aside(self.reading, self.at) if self.asides <= MAX_ASIDES else -1
            self.relative = self.relative or (self.at > 0 and self.low[self.at - 1] == "who")
            return self.at < 0
        if word == "then" and self.aux:  # "who were then picked up"
            self.at += 1
            return False
        if word in STOP or (mask & SUB and not mask & REL and word not in _LOOSE):
            return True
        self.clause = self.clause or word in _LOOSE
        if mask & REL:
            if self.low[self.at + 1 : self.at + 2] in (["we"], ["i"], ["you"]):
                return True  # "information which we receive"
            self.relative = True
        elif mask & NEG and word != "no":
            return True
        elif word in ("do", "did", "does") and self._base_follows():
            pass  # "did arrive"
        elif mask & (BE | HAVE):
            self.aux = True
        elif mask & CONJ:
            if self.found is not None or not goes_on(self.reading, self.at + 1):
                return True
        elif mask & (PASS | ADV | MODAL | PREP | TIME | DET) or word in QUOTE_MARKS:
            pass
        elif self._content(word, mask):
            return True
        self.at += 1
        over = self.in_phrase and not self.relative and self.at > self.first + 1 and not self.aux
        return over and not _who_follows(self.reading, self.at)

    def _base_follows(self) -> bool:
        tag = self.tags[self.at + 1] if self.at + 1 < self.end else None
        return tag is not None and tag.form == "base"

    def _content(self, word: str, mask: int) -> bool:
        """A verb that tells nothing, or a word that no list holds."""
        at, lexicon = self.at, self.reading.lexicon
        if word in lexicon["journey_verbs"] and _journey(self.reading, at + 1):
            modality = modality_at(self.reading, at)
            return self._answer(Hit("arrived", at, modality) if modality else self.found)
        if word == "moved" and "from" in self.low[at + 1 : at + 4]:
            return self._answer(Hit("displaced", at, modality_at(self.reading, at) or "planned"))
        if word in lexicon["motion_verbs"]:
            self.aux = False
        elif mask & VERB and not mask & (PERSON | THING):
            self.verbs += 1
            if self.relative and self.verbs <= 2:
                self.aux = False
            elif not (self.aux and goes_on_after(self.reading, at + 1)):
                return True
        else:
            self.unknown += 1
            if self.unknown > 14:
                return True
            if self.aux and not mask and not word.endswith("ly"):
                self.aux = self.masks[at - 1] & PREP == 0 and word.endswith("ed")
        return False


def _names_listed(reading: Reading, at: int) -> int:
    """Where ", Palestine, Cameroon, and Somalia" ends behind "36 people from Iraq"; 0 where no such list goes on."""
    low, raw = reading.low, reading.words.raw
    if not raw[at - 1][0].isupper() or not {"from", "in", "of"} & set(low[max(0, at - 3) : at]):
        return 0
    end = at
    while end + 1 < len(low) and low[end] == "," and raw[end + 1][0].isupper():
        end += 2
    if low[end : end + 1] == [","] and low[end + 1 : end + 2] == ["and"]:
        end += 1
    listed = low[end : end + 1] == ["and"] and end + 1 < len(low) and raw[end + 1][0].isupper()
    return end + 2 if listed and end > at else 0


def _who_follows(reading: Reading, at: int) -> bool:
    """ "with 32 people near the border who were later …": a relative clause stands behind a phrase of place."""
    for index in range(at, min(len(reading), at + 4)):
        if reading.low[index] in ("who", "whom"):
            return True
        if reading.tags[index] is not None or reading.masks[index] & (BE | HAVE | VERB | PERSON | SUB):
            return False
        if not reading.low[index][0].isalpha():
            return False
    return False


def _journey(reading: Reading, at: int) -> bool:
    """ "(made) the treacherous journey": an article, and a word for the way within a few."""
    low = reading.words.low
    return (
        bool(low[at : at + 1])
        and bool(reading.masks[at] & DET)
        and bool(reading.lexicon["journeys"] & set(low[at : at + 5]))
    )


def _out_of_which(reading: Reading, figure: Figure) -> bool:
    """The whole of another number: "12 of the 80 passengers survived"."""
    index = reading.figure_at[figure.first]
    if not index or left_word(reading, figure) != "of":
        return False
    whole = reading.figures[index - 1]
    if reading.low[whole.last] == "out" and reading.low[figure.noun : figure.noun + 1] == ["who"]:
        return False  # "31 out of 57 people who arrived"
    if _tells_who(reading, figure) and reading.low[whole.first] != "one":
        return False  # "two of the 27 people deported"
    one = reading.words.low[whole.first : whole.last] == ["one"]  # "one of the 49 people still missing"
    return not one and figure.left - whole.last in (1, 2)


def _is_noun(reading: Reading, at: int) -> bool:
    """A word that could be a verb and stands behind an article: "on a bus", "at the attack"."""
    tag, mask = reading.tags[at], reading.masks[at]
    before = reading.masks[at - 1] if at else 0
    base = tag is not None and is_verb(tag) and tag.form == "base"
    if base and at and reading.low[at - 1].endswith(("'s", "s'")):
        return True  # "the no man's land"
    if base and before & PREP and reading.words.low[at - 1] != "to":
        return True  # "by land"
    plain = tag is None and bool(mask & VERB) and not reading.words.low[at].endswith(("ing", "ed"))
    if plain and at and reading.words.low[at - 1] in ("of", "in", "without"):
        return True  # "the march of hope", "in need"
    return (base or (tag is None and bool(mask & VERB))) and bool(before & DET) and not before & (REL | PRON)
