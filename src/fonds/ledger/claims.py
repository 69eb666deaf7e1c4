"""Claims of one sentence: the numbers and what they count, who says so, who is held to have done it, who denies."""

from __future__ import annotations

import bisect
import re

import msgspec

from fonds.ledger import doers, registers, settings, speakers
from fonds.ledger import lexicon as lexicons
from fonds.ledger.denials import Saying, attributions, sayings
from fonds.ledger.figures import Figure
from fonds.ledger.kinds import Hit, goes_back, is_rate, kind_of, rate_before
from fonds.ledger.lexicon import CONJ, DET
from fonds.ledger.reading import Reading, read
from fonds.ledger.records import NO_CONTEXT, Claim, Context, Mention
from fonds.ledger.registers import Organisation
from fonds.ledger.sharing import (
    share_at_least,
    share_backwards,
    share_out_of,
    without_breakdowns,
    without_names,
)

DENIED = 160
"""Code points behind a denial in which a figure is denied with it."""

_LETTERS = re.compile(r"[^\W\d_]+")
_DIGIT = re.compile(r"\d")
_TOTAL = re.compile(
    r"so far|since|this year|last year|toll|\btotal\b|brings?\b|bringing|from the beginning|to date|the number of|in (?:19|20)\d\d",
    re.IGNORECASE,
)


def _hits(reading: Reading, context: Context, language: str) -> list[Hit | None]:
    hits: list[Hit | None] = []
    for index, figure in enumerate(reading.figures):
        hit = kind_of(reading, figure, hits)
        if hit is None and context.previous and goes_back(reading, figure):
            hit = _from_before(context, language)
        if hit is not None and (is_rate(reading, figure.noun) or rate_before(reading, figure)):
            hit = None
        if (
            hit is not None
            and figure.qualifier == "vague"
            and figure.first
            and reading.low[figure.first - 1] == "so"
        ):
            hit = None
        hits.append(hit)
        if hit is not None and index:
            share_backwards(reading, hits, index)
            share_out_of(reading, hits, index)
        if hit is not None and hit.whole is None and index:
            share_at_least(reading, hits, index)
    return without_breakdowns(reading, hits)


def _from_before(context: Context, language: str) -> Hit | None:
    """The kind that the sentence before told: "Among them were nine journalists"."""
    told = [c for c in extract(context.previous, language=language) if c.figure and c.modality == "reported"]
    return Hit(told[0].kind, -1, rule="goes_back") if told else None


def _population(reading: Reading, index: int) -> str:
    figure = reading.figures[index]
    at = figure.last
    low = reading.low
    if at < len(low) and low[at] == "+":
        at += 1
    if low[at : at + 1] == ["of"]:
        at += 1
        while at < figure.noun and reading.masks[at] & DET and not reading.masks[at] & CONJ:
            at += 1
    if figure.noun <= at or reading.low[at] in ("them", "us", "whom", "which", "those", "these"):
        return ""
    return reading.words.span(at, figure.noun)


def _mention(reading: Reading, span: tuple[int, int], named: registers.Names) -> Mention:
    words = reading.words
    start, end = words.starts[span[0]], words.ends[span[1] - 1]
    found = next((named[at] for at in range(*span) if at in named and not named[at].adjective), None)
    return Mention(words.text[start:end], start, end, "sentence", found.entry.name if found else "")


def _party(reading: Reading, span: tuple[int, int], named: registers.Names) -> Mention:
    """As ``_mention``; "Russian" stands for Russia, and there may be several ("the Russian and Syrian governments")."""
    mention = _mention(reading, span, named)
    found = [named[at] for at in range(*span) if at in named]
    exact = [name for name in found if not name.adjective]
    names = dict.fromkeys(name.entry.name for name in exact or found)
    return msgspec.structs.replace(mention, id="; ".join(names))


class _Frame:
    """What the claims of one sentence share, looked up once and only when there is a claim."""

    def __init__(self, reading: Reading, context: Context) -> None:
        self.reading = reading
        self.context = context
        self.named = registers.names(reading.words)
        reading.in_name.update(at for name in self.named.values() for at in range(name.first, name.last))
        self.dates = settings.date_spans(reading)
        above = registers.only_place(context.section) if context.section else None
        self.places = settings.place_spans(reading, self.named, above.country if above is not None else "")
        self.speakers = speakers.speakers(reading)
        self.weapon = doers.modifier(reading, self.named)

    def date(self, span: tuple[int, int] | None) -> Mention | None:
        if span is None:
            return None
        text = self.reading.words.text[span[0] : span[1]]
        return Mention(text, span[0], span[1], "sentence", settings.resolve(text, self.context.post_date))

    def source(self, figure: Figure, hit: Hit) -> Mention | None:
        if hit.rule == "taken_up":  # "several men told us that the police had beaten them"
            own = [s for s in self.speakers if s.first <= figure.first < s.last and s.verb]
            if own and own[0].first >= figure.left:
                return _mention(self.reading, (own[0].first, own[0].last), self.named)
        speaker = speakers.speaker_of(self.reading, figure, self.speakers)
        if speaker is not None:
            return _mention(self.reading, (speaker.first, speaker.last), self.named)
        return self.headed() or self.framed()

    def headed(self) -> Mention | None:
        """ "Alarm Phone: 45 people rescued": who reports stands before a colon at the beginning."""
        name = self.named.get(0)
        low = self.reading.low
        if (
            name is None
            or low[name.last : name.last + 1] != [":"]
            or not isinstance(name.entry, Organisation)
        ):
            return None
        reports = name.entry.kind in ("monitor", "media", "ngo", "un", "rescue", "eu")
        return _mention(self.reading, (name.first, name.last), self.named) if reports else None

    def framed(self) -> Mention | None:
        return Mention(self.context.frame, scope="tweet frame") if self.context.frame else None

    def place(self, figure: Figure, hit: Hit) -> Mention | None:
        span = settings.place_of(self.reading, figure, hit, self.places)
        if span is not None:
            return settings.mention_of_place(self.reading, span)
        if hit.kind == "arrived":
            subject = settings.receiving_place(self.reading, figure, self.named)
            if subject is not None:
                return settings.mention_of_place(self.reading, subject)
        return self.section_place()

    def section_place(self) -> Mention | None:
        """The section's heading, where it is about one place that the register knows."""
        if not self.context.section:
            return None
        found = registers.only_place(self.context.section)
        return Mention(self.context.section, scope="section", id=found.name) if found else None


def _claim(frame: _Frame, index: int, hit: Hit) -> Claim:
    reading = frame.reading
    figure = reading.figures[index]
    text = reading.words.text
    date = frame.date(settings.date_of(figure, frame.dates, reading.figures, index))
    doer = doers.responsible_for(reading, figure, hit, frame.named, frame.weapon)
    if doer is None and hit.kind in ("detained", "deported"):
        doer = doers.speaks_of_itself(reading, speakers.speaker_of(reading, figure, frame.speakers))
    window = text[max(0, figure.start - 80) : figure.start] + " " + (date.text if date else "")
    return Claim(
        kind=hit.kind,
        figure=text[figure.start : figure.end],
        start=figure.start,
        end=figure.end,
        low=figure.low,
        high=figure.high,
        qualifier=figure.qualifier,
        population=_population(reading, index),
        part_of=reading.figures[hit.whole].start if hit.whole is not None else None,
        modality=hit.modality,
        total=bool(_TOTAL.search(window)),
        place=frame.place(figure, hit),
        date=date,
        source=frame.source(figure, hit),
        responsible=_party(reading, doer, frame.named) if doer else None,
        rule=hit.rule,
    )


def _same_doer(claims: list[Claim], reading: Reading, hits: list[Hit | None]) -> list[Claim]:
    """One deed, several figures: "five were killed and seven injured when Israel attacked", "killed five and took
    nine hostage". The doer of one is that of the other."""
    told = [(reading.figures[n], hit) for n, hit in enumerate(hits) if hit is not None]
    for n in range(len(claims) - 1):
        (one, first), (two, second) = told[n], told[n + 1]
        harmed = claims[n].kind in doers.DONE_TO and claims[n + 1].kind in doers.DONE_TO
        between = reading.low[one.noun : two.left]
        if not harmed or len(between) > 8 or ";" in between or not {"and", ","} & set(between):
            continue
        a, b = claims[n].responsible, claims[n + 1].responsible
        if (
            a is None
            and b is not None
            and b.start > two.start
            and first.rule == second.rule == "predicate_after"
        ):
            claims[n] = msgspec.structs.replace(claims[n], responsible=b)
            continue
        state = first.rule == "split_verb" and second.verb == two.noun and len(between) < 4
        if a is not None and b is None and state and "and" in between:
            claims[n + 1] = msgspec.structs.replace(
                claims[n + 1], responsible=a
            )  # "left six dead and ten wounded"
            continue
        chained = first.agent and second.agent and 0 < first.verb < second.verb
        if a is not None and chained and reading.low[second.verb - 1] in ("and", ","):
            claims[n + 1] = msgspec.structs.replace(claims[n + 1], responsible=a)
    return claims


def _said(frame: _Frame, saying: Saying) -> Claim:
    reading = frame.reading
    at = reading.words.starts[saying.at]
    later = bisect.bisect_left(frame.dates, (at, 0))
    date = frame.dates[min(later, len(frame.dates) - 1)] if frame.dates else None
    behind = bisect.bisect_left(frame.places, saying.at, key=settings.first_word)
    span = frame.places[behind if behind < len(frame.places) else 0] if frame.places else None
    return Claim(
        kind=saying.kind,
        stance=saying.stance,
        place=settings.mention_of_place(reading, span) if span else frame.section_place(),
        date=frame.date(date),
        source=_mention(reading, saying.source, frame.named) if saying.source else frame.framed(),
        responsible=_party(reading, saying.responsible, frame.named) if saying.responsible else None,
        rule="denial" if saying.stance == "denies" else "attribution",
    )


def _denied_figures(claims: list[Claim], frame: _Frame, said: list[Saying]) -> list[Claim]:
    """A figure behind a denial is denied with it ("denied the drowning of dozens …")."""
    starts = frame.reading.words.starts
    for saying in said:
        if saying.stance != "denies":
            continue
        begin, stop = starts[saying.at], _clause_end(frame.reading, saying.at)
        source = _mention(frame.reading, saying.source, frame.named) if saying.source else None
        accused = _party(frame.reading, saying.responsible, frame.named) if saying.responsible else None
        for n in range(bisect.bisect_left(claims, begin, key=_start), len(claims)):
            claim = claims[n]
            if claim.start >= min(stop, begin + DENIED):
                break
            claims[n] = msgspec.structs.replace(
                claim,
                stance="denies",
                source=source or claim.source,
                responsible=accused or claim.responsible,
            )
    return claims


def _start(claim: Claim) -> int:
    return claim.start


def _clause_end(reading: Reading, at: int) -> int:
    for index in range(at, min(len(reading), at + DENIED)):
        if reading.low[index] in (";", "but", "while", "although", "after", "."):
            return reading.words.starts[index]
    return len(reading.words.text)


def extract(sentence: str, context: Context = NO_CONTEXT, language: str = "en") -> list[Claim]:
    """The claims of ``sentence``, in the order of their figures; those without a figure come last.

    Never raises for any text; time is linear in its length. Numbers that count no people (dates, money,
    measures, rates, ages, aid …) give no claim; plans and fears give one whose ``modality`` says so.
    Raises FileNotFoundError when there are no word lists for ``language``.
    """
    lexicon = lexicons.load(language)
    folded = set(_LETTERS.findall(sentence.lower()))
    if folded.isdisjoint(lexicon.cue) and not _DIGIT.search(sentence):
        return []
    reading = read(sentence, lexicon)
    hits = _hits(reading, context, language) if reading.figures else []
    maybe_said = not folded.isdisjoint(lexicon.says_no)
    if not maybe_said and not any(hits):
        return []
    frame = _Frame(reading, context)
    hits = without_names(reading, hits, frame.named)
    said = sayings(reading, frame.named, frame.speakers) if maybe_said else []
    accused = (
        attributions(reading, frame.named, frame.speakers)
        if not folded.isdisjoint(lexicon.speech["described"])
        else []
    )
    claims = [_claim(frame, index, hit) for index, hit in enumerate(hits) if hit is not None]
    claims = _same_doer(claims, reading, hits)
    claims = _denied_figures(claims, frame, said)
    if not any(c.stance == "denies" for c in claims):
        claims += [_said(frame, saying) for saying in [*accused, *said]]
    return claims


def is_event(claim: Claim) -> bool:
    """Whether the claim tells something as happened: not planned, expected or (but for the missing) feared."""
    return claim.modality == "reported" or (claim.modality == "feared" and claim.kind == "missing")


class Setting(msgspec.Struct, frozen=True):
    """What a sentence tells about where, when, who says so and whose weapons, for the sentence behind it."""

    place: Mention | None = None
    date: Mention | None = None
    speaker: Mention | None = None
    accused: Mention | None = None


def setting(sentence: str, context: Context = NO_CONTEXT, language: str = "en") -> Setting:
    """Place, date, speaker and accused of ``sentence``, whether it holds a claim or not. Their scope is
    "previous": they are for the sentence behind it."""
    frame = _Frame(read(sentence, lexicons.load(language)), context)
    known = [span for span in frame.places if span[2] is not None]
    told = [s for s in frame.speakers if s.last > s.first]
    weapon = frame.weapon
    return Setting(
        place=_before(settings.mention_of_place(frame.reading, known[-1])) if known else None,
        date=_before(frame.date(frame.dates[-1])) if frame.dates else None,
        speaker=_before(_mention(frame.reading, (told[-1].first, told[-1].last), frame.named))
        if told
        else None,
        accused=_before(_party(frame.reading, weapon, frame.named)) if weapon else None,
    )


def _before(mention: Mention | None) -> Mention | None:
    return Mention(mention.text, scope="previous", id=mention.id) if mention is not None else None
