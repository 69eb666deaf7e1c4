"""Claims and events in words. Always "reported by … in …", never as a fact."""

from __future__ import annotations

from collections.abc import Mapping

from fonds.ledger.records import Claim, Mention
from fonds.ledger.review import Entry
from fonds.ledger.rows import Event, Figure, Head

SCOPES = {
    "previous": "from the sentence before",
    "section": "from the heading",
    "tweet frame": "from the tweet's frame",
}
NOUNS = {
    "killed": "killed", "injured": "injured", "missing": "missing", "rescued": "rescued", "arrived": "arrived",
    "detained": "detained", "deported": "deported or pushed back", "displaced": "displaced", "other": "(other)",
}  # fmt: skip


def number(value: int | float | None) -> str:
    """``1,357`` or ``2.5``; "" for none."""
    if value is None:
        return ""
    return f"{value:,}" if isinstance(value, int) or not float(value).is_integer() else f"{int(value):,}"


def bounds(claim: Claim) -> str:
    """What the words of a claim bound: "23 or more", "61 or more", "up to 20", "8 to 11", "unspecified"."""
    low, high = claim.low, claim.high
    if low is None and high is None:
        return "no number" if claim.figure else ""
    if high is None:
        return f"{number(low)} or more"
    if low is None:
        return f"up to {number(high)}"
    if low == high:
        return f"about {number(low)}" if claim.qualifier == "around" else number(low)
    return f"{number(low)} to {number(high)}"


def by(claim: Claim, head: Head | None) -> str:
    """ "reported by the UN, in “Title”": who says it, as far as the text says, and in which post."""
    post = head.author if head is not None and head.author else "the post"
    who = claim.source.text if claim.source is not None else post
    where = f"“{head.title}”" if head is not None and head.title else "this post"
    if claim.stance == "denies" and claim.figure == "":
        return f"denied by {who}, in {where}"
    if claim.source is None and head is not None and head.author:
        return f"reported by {who} (no other source named), in {where}"
    return f"reported by {who}, in {where}"


def mention(one: Mention | None) -> str:
    """The words, the register's name where it is another, and where they stand if not in the sentence."""
    if one is None:
        return ""
    if one.scope == "section" and one.id:  # a whole heading says too much
        return f"{one.id} ({SCOPES[one.scope]})"
    text = one.text
    if one.id and one.id != one.text:
        text += f" [{one.id}]"
    return f"{text} ({SCOPES[one.scope]})" if one.scope in SCOPES else text


def title(entry: Entry) -> str:
    """One line: figure, kind, people, place."""
    claim = entry.row.claim
    if not claim.figure:
        return f"{'denial' if claim.stance == 'denies' else 'attribution'} ({claim.kind})"
    people = f" {claim.population}" if claim.population else ""
    marks: list[str] = [claim.modality] if claim.modality != "reported" else []
    marks += ["sum to date"] if claim.total else []
    marks += ["denied"] if claim.stance == "denies" else []
    marks += ["part of another figure"] if claim.part_of is not None else []
    more = f" ({', '.join(marks)})" if marks else ""
    return f"{claim.figure}{people}: {NOUNS[claim.kind]}{more}"


AS_SAID = {
    "at least": "at least ", "around": "around ", "more than": "more than ", "up to": "up to ", "almost": "almost ",
}  # fmt: skip


def as_said(claim: Claim) -> str:
    """The number as the text has it, with its qualifier: "at least 23", "more than 60", "dozens"."""
    return f"{AS_SAID.get(claim.qualifier or '', '')}{claim.figure}"


def ends(one: Figure, by_id: Mapping[str, Entry]) -> list[Entry]:
    """The claims that name the least and the most of a figure: one when they are alike, none when all are hidden."""
    held = [by_id[claim] for claim in one.claims if claim in by_id]
    counted = [entry for entry in held if _numbers(entry)] or held
    if not counted:
        return []
    if not _numbers(counted[0]):
        return counted[:1]
    low = min(counted, key=lambda entry: min(_numbers(entry)))
    high = max(counted, key=lambda entry: max(_numbers(entry)))
    if low is high or as_said(low.row.claim) == as_said(high.row.claim):
        return [low]
    return [low, high]


def _numbers(entry: Entry) -> list[int | float]:
    return [n for n in (entry.row.claim.low, entry.row.claim.high) if n is not None]


def figure(one: Figure, by_id: Mapping[str, Entry]) -> str:
    """ "at least 23 to more than 60 killed": least and most, as reported."""
    text = " to ".join(as_said(entry.row.claim) for entry in ends(one, by_id)) or "withheld"
    return " ".join(part for part in (text, one.population.removeprefix("% "), NOUNS[one.kind]) if part)


def when(event: Event) -> str:
    """The event's day or days; "reported on …" where only the post's day is known."""
    if not event.date:
        return "day unknown"
    days = event.date if event.until in ("", event.date) else f"{event.date} to {event.until}"
    return days if event.basis == "said" else f"reported {days}"


def event_sources(event: Event) -> str:
    """Who reports it: names of the register, and how many others the sentences name."""
    parts = list(event.sources)
    if event.other_sources:
        parts.append(
            f"{event.other_sources} other source{'s' if event.other_sources > 1 else ''} named in the text"
        )
    return ", ".join(parts) or "the posts themselves"
