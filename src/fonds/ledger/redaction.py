"""The redaction list: names that must not leave the ledger. It reaches every list, export and page.

``redact.txt`` in the ledger's folder: one a line; ``#`` begins a comment. ``post:<id>`` and ``claim:<id>``
withhold a whole post or claim; anything else is a name or phrase that is replaced, in any case, by BLOCK.
"""

from __future__ import annotations

import re
from pathlib import Path

import msgspec

from fonds.archive.files import disk_error
from fonds.ledger.records import Claim, Mention
from fonds.ledger.rows import Head, Row
from fonds.ledger.sentences import Selector

NAME = "redact.txt"
BLOCK = "[redacted]"


class Redaction:
    """What is withheld. Without a list it changes nothing."""

    def __init__(self, lines: list[str]) -> None:
        kept = [" ".join(line.split()) for line in lines]
        kept = [line for line in kept if line and not line.startswith("#")]
        self.posts = frozenset(line[5:].strip() for line in kept if line.startswith("post:"))
        self.claims = frozenset(line[6:].strip() for line in kept if line.startswith("claim:"))
        phrases = [line for line in kept if not line.startswith(("post:", "claim:"))]
        phrases.sort(key=lambda line: -len(line))
        joined = "|".join(r"\s+".join(map(re.escape, phrase.split(" "))) for phrase in phrases)
        self._pattern = re.compile(rf"(?<!\w)(?:{joined})(?!\w)", re.IGNORECASE) if joined else None

    def text(self, text: str) -> str:
        """``text`` without the names of the list."""
        return self._pattern.sub(BLOCK, text) if self._pattern is not None else text

    def touches(self, text: str) -> bool:
        """Whether ``text`` holds a name of the list."""
        return self._pattern is not None and self._pattern.search(text) is not None

    def row(self, row: Row) -> Row | None:
        """``row`` as it may be shown, or None when it is withheld.

        A sentence that was redacted can no longer be found by its words: its selector keeps what is left of
        them, and its offsets still point at the place.
        """
        if row.post in self.posts or row.id in self.claims:
            return None
        if self._pattern is None:
            return row
        place, claim = row.sentence, row.claim
        selector = place.selector
        shown = msgspec.structs.replace(
            place,
            text=self.text(place.text),
            section=self.text(place.section),
            region=self.text(place.region),
            frame=self.text(place.frame),
            previous=self.text(place.previous),
            selector=self._selector(selector, place.text),
        )
        claim = self._claim(claim)
        if shown.text != place.text:
            claim = self._moved(claim, place.text)
        return msgspec.structs.replace(row, sentence=shown, claim=claim)

    def _moved(self, claim: Claim, text: str) -> Claim:
        """``claim`` with its offsets in the redacted sentence."""
        if claim.start < 0:
            return claim
        start = len(self.text(text[: claim.start]))
        changed: dict[str, object] = {"start": start, "end": start + len(claim.figure)}
        for name in ("place", "within", "date", "source", "responsible"):
            mention: Mention | None = getattr(claim, name)
            if mention is not None and mention.start >= 0:
                at = len(self.text(text[: mention.start]))
                changed[name] = msgspec.structs.replace(mention, start=at, end=at + len(mention.text))
        if claim.part_of is not None:
            changed["part_of"] = len(self.text(text[: claim.part_of]))
        return msgspec.structs.replace(claim, **changed)

    def _selector(self, selector: Selector, text: str) -> Selector:
        around = selector.prefix + selector.exact + selector.suffix
        if not self.touches(around):
            return selector
        # Prefix and suffix may cut a name in two, which no pattern finds: they go altogether.
        return Selector(self.text(text))

    def _claim(self, claim: Claim) -> Claim:
        changed: dict[str, object] = {}
        for name in ("place", "within", "date", "source", "responsible"):
            mention: Mention | None = getattr(claim, name)
            if mention is not None and self.touches(f"{mention.text}\n{mention.id}"):
                changed[name] = Mention(self.text(mention.text), mention.start, mention.end, mention.scope)
        if self.touches(claim.population):
            changed["population"] = self.text(claim.population)
        return msgspec.structs.replace(claim, **changed) if changed else claim

    def head(self, head: Head) -> Head | None:
        """``head`` as it may be shown, or None when the post is withheld."""
        if head.id in self.posts:
            return None
        if self._pattern is None:
            return head
        address = re.sub(r"[-_/.]+", " ", head.url)
        return msgspec.structs.replace(
            head,
            title=self.text(head.title),
            author=self.text(head.author),
            # An address tells the title: it is left out where it would tell a name.
            url="" if self.touches(address) else head.url,
        )


NOTHING = Redaction([])


def load(folder: Path) -> Redaction:
    """The list in ``folder``; an empty one when there is none. Raises DiskError."""
    path = folder / NAME
    try:
        return Redaction(path.read_text(encoding="utf-8-sig").splitlines())
    except FileNotFoundError:
        return NOTHING
    except OSError as error:
        raise disk_error(error, path) from error
    except UnicodeDecodeError as error:
        from fonds.errors import UnreadableError

        raise UnreadableError(
            "is not UTF-8", origin=str(path), where=f"byte {error.start}", remedy="Save it as UTF-8."
        ) from None
