"""What all pages share: the frame, links, and how a claim and an event are written down."""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Iterable

from fonds.ledger import wording
from fonds.ledger.review import Entry
from fonds.ledger.rows import Event, Figure, Head
from fonds.ledger.view import View

NAV = (
    ("index.html", "Map and timeline"),
    ("places.html", "Places"),
    ("parties.html", "Parties held responsible"),
    ("sources.html", "Sources"),
    ("posts.html", "Posts"),
    ("method.html", "How to read this"),
)
LABELS = {
    "killed": "Killed", "injured": "Injured", "missing": "Missing", "rescued": "Rescued", "arrived": "Arrived",
    "detained": "Detained", "deported": "Deported, pushed back", "displaced": "Displaced", "other": "Other",
}  # fmt: skip

e = html.escape


def slug(text: str) -> str:
    """A file name for ``text``: readable, plain ASCII, never two alike."""
    plain = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:40]
    return f"{plain or 'x'}-{hashlib.blake2b(text.encode('utf-8', 'replace'), digest_size=3).hexdigest()}"


NAV_BEGINS = '<nav aria-label="Ledger">'


def frame(title: str, body: str, *, depth: int = 0, here: str = "", lead: str = "") -> bytes:
    """A whole page. ``depth`` is how many folders deep it stands, ``here`` its name in the navigation."""
    up = "../" * depth
    links = "".join(
        f'<a href="{up}{name}"{" aria-current=page" if name == here else ""}>{e(label)}</a>'
        for name, label in NAV
    )
    intro = f'<p class="lead">{lead}</p>' if lead else ""
    page = f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{e(title)}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="{up}style.css">
</head>
<body>
<a class="skip" href="#main">To the content</a>
<header>{NAV_BEGINS}{links}</nav></header>
<main id="main">
<h1>{e(title)}</h1>
{intro}
{body}
</main>
<footer><p>Reported claims, not facts: each number is what a text says, and leads to its sentence. Figures must not be added up.
Made by fonds; <a href="{up}method.html">how it is read, and how often it errs</a>.</p></footer>
</body>
</html>
"""
    return page.encode("utf-8", "xmlcharrefreplace")


def some(number: int, noun: str) -> str:
    """ "1 post", "1,200 posts"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def claim_link(entry: Entry, text: str, up: str) -> str:
    """``text`` as a link to the marked sentence."""
    return f'<a class="n" href="{up}posts/{e(entry.row.post)}.html#c-{entry.row.id}">{e(text)}</a>'


def post_link(head: Head | None, ident: str, up: str) -> str:
    """The post's title, leading to its page here."""
    name = head.title if head is not None and head.title else ident
    return f'<a href="{up}posts/{e(ident)}.html">{e(name)}</a>'


def reported(entry: Entry, view: View, up: str) -> str:
    """ "reported by …, in …" """
    claim = entry.row.claim
    head = view.heads.get(entry.row.post)
    verb = "denied by" if claim.stance == "denies" else "reported by"
    if claim.source is not None:
        who = e(claim.source.text)
        if claim.source.scope != "sentence":
            who += f" <small>({wording.SCOPES[claim.source.scope]})</small>"
    else:
        who = (
            f"{e(head.author)} <small>(no other source named)</small>"
            if head is not None and head.author
            else "the post"
        )
    return f"{verb} {who}, in {post_link(head, entry.row.post, up)}, {e(entry.row.date) or 'no date'}"


def claim_item(entry: Entry, view: View, up: str, *, place: bool = True) -> str:
    """A claim as an item of a list: the number, who reports it, and always the sentence."""
    claim = entry.row.claim
    number = claim.figure or ("denial" if claim.stance == "denies" else "attribution")
    parts = [claim_link(entry, number, up)]
    if claim.population:
        parts.append(e(claim.population))
    parts.append(f'<span class="k k-{claim.kind}">{e(LABELS[claim.kind].lower())}</span>')
    if place and claim.place is not None:
        known = claim.place.id if claim.place.scope != "sentence" else claim.place.text
        parts.append(f"in {e(known)}")
    tags = []
    if claim.total:
        tags.append("sum to date")
    if claim.part_of is not None:
        tags.append("part of another figure")
    if claim.figure and claim.stance == "denies":
        tags.append("denied")
    if claim.responsible is not None and claim.stance != "denies":
        tags.append(f"held responsible there: {claim.responsible.text}")
    if entry.state != "new":
        tags.append(f"{entry.state} on review")
    more = "".join(f' <span class="t">{e(tag)}</span>' for tag in tags)
    return (
        f'<li><div>{" ".join(parts)}{more}</div><div class="by">{reported(entry, view, up)}</div>'
        f"<blockquote>{e(entry.row.sentence.text)}</blockquote></li>"
    )


def figure_links(figure: Figure, view: View, up: str) -> str:
    """Least and most of an event's figure; each end leads to its sentence."""
    shown = wording.ends(figure, view.by_id)
    text = (
        " to ".join(claim_link(entry, wording.as_said(entry.row.claim), up) for entry in shown) or "withheld"
    )
    return f"{text} {_people(figure)}"


def _people(figure: Figure) -> str:
    group = figure.population.removeprefix("% ")
    return f'{e(group)} <span class="k k-{figure.kind}">{e(LABELS[figure.kind].lower())}</span>'.strip()


def event_item(event: Event, view: View, up: str = "") -> str:
    """An event as a card: figures, who reports them, accused and denials, and the sentences behind it."""
    figures = "; ".join(figure_links(figure, view, up) for figure in event.figures)
    place = e(event.place) if event.place else "place not told"
    if event.latitude is not None:
        place = f'<a href="{up}place/{slug(event.place)}.html">{place}</a>'
    lines = [
        f'<div class="by">reported by {e(wording.event_sources(event))}, in {_posts(event, view, up)}</div>'
    ]
    if event.accused:
        lines.append(f'<div class="by">held responsible in these texts: {_parties(event.accused, up)}</div>')
    if event.denied:
        lines.append(
            f'<div class="denied">denied by {_parties(event.deniers, up) or "somebody named in the text"}</div>'
        )
    notes = []
    if any(figure.conflict for figure in event.figures):
        notes.append("two figures cannot both hold")
    elif any(figure.differ for figure in event.figures):
        notes.append("sources give different figures")
    if event.by_hand:
        notes.append("merged or split by hand")
    tags = "".join(f' <span class="t">{e(note)}</span>' for note in notes)
    entries = [view.by_id[claim] for claim in event.claims if claim in view.by_id]
    items = "".join(claim_item(entry, view, up) for entry in entries)
    many = f"{len(entries)} claims and their sentences" if len(entries) != 1 else "1 claim and its sentence"
    return (
        f'<article class="event" id="{e(event.id)}"><h3><time>{e(wording.when(event))}</time> {place}</h3>'
        f'<p class="fig">{figures}{tags}</p>{"".join(lines)}'
        f"<details{' open' if len(entries) <= 3 else ''}><summary>{many}</summary><ul class=claims>{items}</ul></details></article>"
    )


def _posts(event: Event, view: View, up: str) -> str:
    shown = [post_link(view.heads.get(post), post, up) for post in event.posts[:3]]
    more = f" and {len(event.posts) - 3} more posts" if len(event.posts) > 3 else ""
    return ", ".join(shown) + more


def _parties(names: Iterable[str], up: str) -> str:
    return ", ".join(f'<a href="{up}party/{slug(name)}.html">{e(name)}</a>' for name in names)
