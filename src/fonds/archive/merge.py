"""What arrives twice is merged: the best source for each part, and a record of which source gave what. Pure.

A post comes in many forms, in any order, years apart. Four questions decide, each the same whichever
of two readings came first:

* **The body** is taken whole from one reading. A whole one wins over one that is cut, that over a preview,
  that over none; published over draft; then the newer edition; then, of one edition or when an edition is
  not told, the better form (RANK). What is merely the beginning of the other is taken for a preview that
  does not say so.
* **Facts** (tags, lock, language, publication, …) come from Medium's own records (FACTUAL) before all
  others, then from the newer reading, then from the better form. One at a time: a reading gives what it has.
* **Words about the text** (title, subtitle, description, picture) follow the edition, then the facts' rule.
* **Empty** takes the place of nothing, unless the reading surely says so.

What a winner lacks and a loser has of an embed (a gist's files, a tweet's text, titles, thumbnails) is kept.
Whatever is replaced stays in the version before.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final, TypeVar

import msgspec

from fonds.archive import naming, versions
from fonds.archive.merge_embeds import fill
from fonds.archive.versions import Origin, Version
from fonds.model import TEXT_BLOCKS, Block, Form, Note, Person, Post, Publication, Response

T = TypeVar("T")

RANK: Final[dict[str, int]] = {
    form: rank
    for rank, form in enumerate(
        ("zmedium", "dom", "feed", "legacy", "export", "page", "json", "api"), start=1
    )
}
"""How much of a post a form can carry: the export's body is exact, Medium's own records say more."""

FACTUAL: Final[frozenset[str]] = frozenset({"api", "json", "page", "legacy"})
"""Forms that hold Medium's own record of a post; the others were written for readers."""

BEHIND = "W151"
"""Code of the note on a body that is older than the facts beside it."""
SHORTER = "W152"
"""Code of the note on a body with less text than the one of the same edition that it replaces."""

_SAME = 1000
"""Milliseconds within which two times are one: some forms round them to seconds."""
_LESS = 200
"""Characters, and a tenth of the text, by which a body must be shorter to be called so."""

_FACTS = ("slug", "canonical_url", "created_at", "first_published_at", "tags", "language", "license", "word_count", "reading_time")  # fmt: skip
_WORDS = ("title", "subtitle", "description", "image", "version_id")
_CUT = frozenset({"W107", "W120"})
_OWN_NOTES = frozenset({BEHIND, SHORTER})


def edition(post: Post) -> int:
    """When what ``post`` says was last changed, as Medium tells it; 0 when it does not."""
    return post.latest_published_at or post.updated_at


def _told(post: Post) -> int:
    """The edition of a version that ``post`` makes: as a record of Medium's tells it. What was read from
    another form has none, so that a pull asks Medium for the post once."""
    return edition(post) if post.source.form in FACTUAL else 0


def is_behind(version: Version) -> bool:
    """Whether the body is of an older edition than the facts: of the newer one only a preview was read."""
    return any(note.code == BEHIND for note in version.post.notes)


def merge(
    current: Version | None,
    reading: Post,
    origin: Origin,
    captured_at: int,
    *,
    stated: Iterable[str] = (),
) -> Version | None:
    """The version that ``reading`` makes of ``current``, or None when it brings nothing new.

    ``captured_at`` is when the reading was captured (UTC milliseconds), 0 when nobody knows. ``stated`` names fields of Post
    that the reading is known to say even where they are empty (an answer to a query that asked for the
    tags, say). Counts and the pin change all the time: they come along, and make no version alone.
    """
    if current is None:
        return Version(
            id=naming.identity(reading),
            post=reading,
            captured_at=captured_at,
            edition=_told(reading),
            origins=(origin,),
        )
    merged = _Merge(current, reading, captured_at, frozenset(stated))
    post = merged.post()
    if _content(post) == _content(current.post) and merged.fields == current.fields:
        return None
    return Version(
        id=current.id,
        post=post,
        captured_at=max(captured_at, current.captured_at),
        edition=max(_told(reading), current.edition),
        fields=merged.fields,
        origins=tuple(dict.fromkeys((*current.origins, origin))),
    )


def _content(post: Post) -> Post:
    return msgspec.structs.replace(versions.content(post), pinned_at=0)


def _turn(one: int, other: int) -> int:
    """1 when ``one`` is the later time, -1 when it is the earlier, 0 when they are one or one is unknown."""
    if not one or not other or abs(one - other) < _SAME:
        return 0
    return 1 if one > other else -1


class _Merge:
    def __init__(self, current: Version, reading: Post, captured_at: int, stated: frozenset[str]) -> None:
        self.fields = dict(current.fields)
        self._current = current
        self._held = current.post
        self._reading = reading
        self._form: Form = reading.source.form
        self._stated = stated
        self._later = captured_at > current.captured_at
        self._edition = max(edition(self._held), current.edition)
        self._turn = _turn(edition(reading), self._edition)
        self._complete = self._form in FACTUAL and reading.visibility != ""
        """A record of Medium's that tells the lock tells all: what it leaves out is not there."""

    # -- who wins ---------------------------------------------------------------------------------------

    def _form_of(self, name: str) -> str:
        origins = self._current.origins
        return self._current.fields.get(name) or (origins[0].form if origins else self._held.source.form)

    def _is_better(self, held: str) -> bool:
        """By form; of one form, one that tells its edition, then the later capture. What is equal in all
        that stays, so that the same things again change nothing."""
        mine, its = RANK[self._form], RANK.get(held, 0)
        if mine != its:
            return mine > its
        if bool(edition(self._reading)) != bool(self._edition):
            return bool(edition(self._reading))
        return self._later

    def _wins_fact(self, name: str) -> bool:
        held = self._form_of(name)
        if (self._form in FACTUAL) != (held in FACTUAL):
            return self._form in FACTUAL
        turn = self._turn or _turn(self._reading.updated_at, self._held.updated_at)
        return turn > 0 if turn else self._is_better(held)

    def _wins_words(self, name: str) -> bool:
        return self._turn > 0 if self._turn else self._wins_fact(name)

    def _take(self, name: str) -> None:
        """Notes down that ``name`` is now the reading's."""
        first = self._current.origins[0].form if self._current.origins else ""
        if self._form == first:
            self.fields.pop(name, None)
        else:
            self.fields[name] = self._form

    def _pick(self, name: str, held: T, value: T, *, words: bool = False) -> T:
        """``value`` when it wins, else ``held``; an empty one only where the reading states it."""
        if not value and name not in self._stated:
            return held
        wins = self._wins_words(name) if words else self._wins_fact(name)
        if held and not wins:
            return held
        if held or value:
            self._take(name)
        return value

    # -- the merged post --------------------------------------------------------------------------------

    def post(self) -> Post:
        held, reading = self._held, self._reading
        changes: dict[str, Any] = {}
        for name in _FACTS:
            changes[name] = self._pick(name, getattr(held, name), getattr(reading, name))
        for name in _WORDS:
            changes[name] = self._pick(name, getattr(held, name), getattr(reading, name), words=True)
        changes |= self._body(changes) | self._lock() | self._counts()
        return msgspec.structs.replace(
            held,
            medium_url=self._address(),
            author=self._person(),
            publication=self._publication(),
            latest_published_at=self._latest(),
            updated_at=max(held.updated_at, reading.updated_at),
            draft=held.draft and not self._is_published(),
            response=self._response(),
            series=held.series or reading.series,
            shortform=held.shortform or reading.shortform,
            people=_people(*((reading, held) if changes["blocks"] is not held.blocks else (held, reading))),
            **changes,
        )

    def _latest(self) -> int:
        """When the newest edition was published. A feed calls that the time of its update."""
        latest = max(self._held.latest_published_at, self._reading.latest_published_at)
        told = edition(self._reading) if self._form not in FACTUAL else 0
        if all(origin.form not in FACTUAL for origin in self._current.origins):
            told = max(told, edition(self._held))
        return told if latest and _turn(told, latest) > 0 else latest

    def _is_published(self) -> bool:
        reading = self._reading
        known = reading.first_published_at or reading.latest_published_at or reading.visibility
        return bool(known) and not reading.draft

    def _address(self) -> str:
        """A full address before one that only names the id."""
        held, value = self._held.medium_url, self._reading.medium_url
        short = f"https://medium.com/p/{self._current.id}"
        if held and held != short and value == short:
            return held
        return self._pick("medium_url", "" if held == short and value else held, value) or held

    def _person(self) -> Person:
        held, value = self._held.author, self._reading.author
        if held.id and value.id and held.id != value.id:
            if not self._wins_fact("author.id"):
                return held
            held = Person()
        return Person(
            self._pick("author.id", held.id, value.id),
            self._pick("author.name", held.name, value.name),
            self._pick("author.username", held.username, value.username),
        )

    def _publication(self) -> Publication | None:
        held, value = self._held.publication, self._reading.publication
        told = self._held.visibility and self._form_of("visibility") in FACTUAL
        if value is None:
            if not (self._complete or "publication" in self._stated):
                return held
            # Nobody's silence so far is no form's word: who first says that it is in none is noted down.
            if (held is not None or told) and not self._wins_fact("publication"):
                return held
            self._take("publication")
            return None
        if held is None:
            # That it is in none is a fact too, when a record of Medium's said so.
            if told and not (self._form in FACTUAL and self._wins_fact("publication")):
                return None
            self._take("publication")
            held = Publication()
        elif _differ(held, value):
            if not self._wins_fact("publication"):
                return held
            held = Publication()
        if self._wins_fact("publication"):
            self._take("publication")
        return Publication(
            self._pick("publication.id", held.id, value.id),
            self._pick("publication.name", held.name, value.name),
            self._pick("publication.slug", held.slug, value.slug),
            self._pick("publication.domain", held.domain, value.domain),
        )

    def _lock(self) -> dict[str, Any]:
        """Visibility, lock and suspension hang together: they come from one reading."""
        held, reading = self._held, self._reading
        said = bool(reading.visibility or reading.member_only)
        if said and (not (held.visibility or held.member_only) or self._wins_fact("visibility")):
            self._take("visibility")
            held = reading
        return {
            "visibility": held.visibility,
            "member_only": held.member_only,
            "locked_source": held.locked_source,
            "suspended": held.suspended,
        }

    def _counts(self) -> dict[str, Any]:
        held, reading = self._held, self._reading
        new, old = (reading, held) if self._later else (held, reading)
        pinned = new if new.pinned_at or (new is reading and self._complete) else old
        return {
            "claps": old.claps if new.claps is None else new.claps,
            "responses": old.responses if new.responses is None else new.responses,
            "pinned_at": pinned.pinned_at,
        }

    def _response(self) -> Response | None:
        held, value = self._held.response, self._reading.response
        if value is None:
            # A fact replaces a guess, and so does the fact that there is no parent.
            if held is not None and _is_guess(held) and self._complete:
                self._take("response")
                return None
            return held
        if held is None:
            told = self._held.visibility and self._form_of("visibility") in FACTUAL
            if _is_guess(value) and told:
                return None
            self._take("response")
            return value
        if _is_guess(held) != _is_guess(value):
            wins = _is_guess(held)
        else:
            wins = self._wins_fact("response")
        if wins:
            self._take("response")
            held, value = value, held
        if held.post_id and held.post_id == value.post_id:
            title, url = held.title or value.title, held.url or value.url
            held = msgspec.structs.replace(held, title=title, url=url)
        return held

    # -- the body ---------------------------------------------------------------------------------------

    def _body(self, facts: dict[str, Any]) -> dict[str, Any]:
        """What comes with the body. ``facts`` are those merged before; an edition's subtitle goes with it."""
        held, reading = self._held, self._reading
        taken = self._takes_body()
        winner, loser = (reading, held) if taken else (held, reading)
        notes = [note for note in winner.notes if note.code not in _OWN_NOTES]
        one_edition = self._turn == 0
        blocks = fill(winner.blocks, loser.blocks) if one_edition else winner.blocks
        if taken:
            self._take("blocks")
            if self._turn > 0 and reading.blocks and not reading.preview_only:
                facts["subtitle"] = reading.subtitle
            if one_edition and _is_less(reading, held) and not held.draft:
                notes.append(_SHORTER_NOTE)
        behind = not taken and (is_behind(self._current) or (self._turn > 0 and bool(held.blocks)))
        if behind:
            notes.append(_BEHIND_NOTE)
        if blocks == held.blocks:
            blocks = held.blocks
        return {
            "blocks": blocks,
            "preview_only": winner.preview_only,
            "source": winner.source,
            "notes": tuple(notes),
            "subtitle": facts["subtitle"],
        }

    def _takes_body(self) -> bool:
        held, reading = self._held, self._reading
        if not reading.blocks:
            return False
        mine, its = _wholeness(reading), _wholeness(held)
        if mine != its:
            return mine > its
        if mine == _WHOLE:
            if held.draft != reading.draft:
                return held.draft and self._is_published()
            if self._turn > 0 and reading.member_only and _begins(held, reading):
                return False
        if is_behind(self._current) and self._turn == 0 and edition(reading):
            return True
        if self._turn:
            return self._turn > 0
        if mine != _WHOLE or _begins(held, reading) or _begins(reading, held):
            lengths = _length(reading), _length(held)
            if lengths[0] != lengths[1]:
                return lengths[0] > lengths[1]
        return self._is_better(self._form_of("blocks"))


_BEHIND_NOTE = Note(BEHIND, "the body is of an older edition: of the newer one only a part could be read")
_SHORTER_NOTE = Note(SHORTER, "this form has less text than the one of the version before")


def _differ(one: Publication, other: Publication) -> bool:
    """Whether they are surely two: by what both tell of id, domain, slug, in this order."""
    for mine, its in ((one.id, other.id), (one.domain, other.domain), (one.slug, other.slug)):
        if mine and its:
            return mine != its
    return False


def _is_guess(response: Response) -> bool:
    return response.basis.startswith("heuristic")


_NONE, _PREVIEW, _PART, _WHOLE = range(4)


def _wholeness(post: Post) -> int:
    if not post.blocks:
        return _NONE
    if post.preview_only:
        return _PREVIEW
    return _PART if any(note.code in _CUT for note in post.notes) else _WHOLE


_TYPOGRAPHY = re.compile(r"[\W_]+")


def _letters(post: Post) -> str:
    """The letters of the body; title and subtitle aside, which some forms leave out."""
    return _TYPOGRAPHY.sub("", "".join(_texts(post.blocks)))


def _texts(blocks: Sequence[Block]) -> Iterable[str]:
    for block in blocks:
        if isinstance(block, TEXT_BLOCKS) and getattr(block, "role", "") not in (
            "title",
            "subtitle",
            "kicker",
        ):
            yield block.content.text


def _length(post: Post) -> int:
    return len(_letters(post))


def _is_less(one: Post, other: Post) -> bool:
    """Whether the text of ``one`` is shorter than that of ``other`` by more than typography."""
    mine, its = sum(map(len, _texts(one.blocks))), sum(map(len, _texts(other.blocks)))
    return its - mine >= max(_LESS, its // 10)


def _begins(whole: Post, part: Post) -> bool:
    """Whether ``part`` is merely the beginning of ``whole``."""
    return _is_less(part, whole) and _letters(whole).startswith(_letters(part))


def _people(first: Post, second: Post) -> tuple[Person, ...]:
    """Whom the body of ``first`` mentions, named by both."""
    known = {person.id: person for person in second.people}
    people = []
    for person in first.people:
        other = known.get(person.id, person)
        people.append(Person(person.id, person.name or other.name, person.username or other.username))
    return tuple(people)
