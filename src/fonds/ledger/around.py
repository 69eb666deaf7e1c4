"""Claims of a whole post: each sentence read with what stands around it.

A sentence that does not say where, when or who said it may have been told just before. What is taken from
there is marked with its scope ("previous", "section", "tweet frame"), never passed off as the sentence's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from fonds.ledger.claims import Setting, extract, setting
from fonds.ledger.lexicon import load
from fonds.ledger.records import Claim, Context, Mention
from fonds.ledger.registers import only_place
from fonds.ledger.sentences import Sentence, sentences
from fonds.model import Post

MAX_PREVIOUS = 2_000
"""Code points of the sentence before that are read: the time for a sentence does not depend on its neighbour."""

NOTHING = Setting()

_LETTERS = re.compile(r"[^\W\d_]+")
_OPENS, _CLOSES = "“«„", "”»"


class Told(NamedTuple):
    """A sentence, the sentence before that its claims were read with ("" for none), and its claims."""

    sentence: Sentence
    previous: str
    claims: list[Claim]


def of_post(
    post: Post, post_date: str = "", language: str = "en", *, found: list[Sentence] | None = None
) -> Iterator[Told]:
    """Every sentence of ``post`` that holds a claim, in reading order. ``post_date`` is ISO 8601 or "".
    ``found`` are its sentences, where they were cut before.

    Code blocks are not read. Linear in the length of the post.
    """
    before: Sentence | None = None
    for sentence in sentences(post, language) if found is None else found:
        if sentence.kind == "code":
            continue
        told = _told(sentence, _neighbour(before, sentence), post_date, language)
        before = sentence
        if told.claims:
            yield told


def _neighbour(before: Sentence | None, sentence: Sentence) -> Sentence | None:
    """The sentence before, where it speaks of the same: within one block, or as the line that leads into a
    list, quotation or tweet ("The police said:")."""
    if before is None or before.section != sentence.section:
        return None
    if before.block == sentence.block and before.kind == sentence.kind:
        return before
    if before.kind == "body" and before.text.endswith(":") and before.block == sentence.block - 1:
        return before
    return None


def _told(sentence: Sentence, before: Sentence | None, post_date: str, language: str) -> Told:
    previous = before.text[:MAX_PREVIOUS] if before is not None else ""
    context = Context(
        post_date=post_date,
        section=sentence.region,
        previous=previous,
        frame=sentence.frame,
    )
    claims = extract(sentence.text, context, language)
    if claims:
        told = setting(previous, context, language) if previous else NOTHING
        claims = [_filled(claim, told, sentence, previous, language) for claim in claims]
    return Told(sentence, previous, claims)


def _filled(claim: Claim, before: Setting, sentence: Sentence, previous: str, language: str) -> Claim:
    """``claim`` with what it does not say itself and the sentence before does."""
    more: dict[str, object] = {}
    if claim.place is None or claim.place.scope == "section":
        # The sentence before is nearer than the heading above.
        if before.place is not None:
            more["place"] = before.place
    elif not claim.place.id:
        more["within"] = before.place or _heading(sentence)
    if claim.date is None and before.date is not None:
        more["date"] = before.date
    if (
        claim.source is None
        and before.speaker is not None
        and _goes_on_saying(sentence.text, previous, language)
    ):
        more["source"] = before.speaker
    if (
        claim.responsible is None
        and before.accused is not None
        and claim.kind in ("killed", "injured", "missing", "displaced")
        and _the_attack(sentence.text, language)
    ):
        more["responsible"] = before.accused
    return msgspec.structs.replace(claim, **more) if more else claim


def _heading(sentence: Sentence) -> Mention | None:
    found = only_place(sentence.region)
    return Mention(sentence.region, scope="section", id=found.name) if found else None


def _goes_on_saying(text: str, previous: str, language: str) -> bool:
    """The speaker of the sentence before still speaks: its quotation is open, it leads in with a colon, or a
    pronoun says on ("They added that …", "It also reports …")."""
    if previous.endswith(":"):
        return True
    for opens, closes in zip(_OPENS, _CLOSES + "”", strict=True):
        if previous.count(opens) > previous.count(closes):
            return True
    lexicon = load(language)
    words = [word.lower() for word in _LETTERS.findall(text[:200])[:8]]
    if not words or words[0] not in lexicon.speech["speaking_pronouns"]:
        return False
    return any(word in lexicon["speech_verbs"] for word in words[1:5])


def _the_attack(text: str, language: str) -> bool:
    """The sentence points back at an attack: "the airstrikes", "this attack"."""
    words = [word.lower() for word in _LETTERS.findall(text)]
    arms = load(language).speech["told_attacks"]
    return any(
        one in ("the", "this", "these", "that") and (two in arms or three in arms)
        for one, two, three in zip(words, words[1:], [*words[2:], ""], strict=False)
    )
