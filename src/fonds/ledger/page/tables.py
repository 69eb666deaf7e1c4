"""Tables by place, party and source, and a page of claims for each of their lines.

Only names of the registers are indexed: places, organisations, states, armed actors. A person's name stands in
the sentence that names them, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from fonds.ledger import events as clustering
from fonds.ledger import registers
from fonds.ledger.page.shell import LABELS, claim_item, e, frame, slug
from fonds.ledger.review import Entry
from fonds.ledger.view import View

SPLIT = 1_500
"""Claims above which a page is parted by years."""


class Table(NamedTuple):
    """One of the three tables: names to claims. ``file`` is its page, ``folder`` holds a page for each name."""

    file: str
    folder: str
    title: str
    lead: str
    column: str
    groups: dict[str, list[Entry]]
    others: int


def by_place(entries: Sequence[Entry]) -> Table:
    groups: dict[str, list[Entry]] = {}
    others = 0
    for entry in entries:
        place = clustering.known_place(entry.row.claim)
        if place is None:
            others += 1
        else:
            groups.setdefault(place.name, []).append(entry)
    lead = "Where the texts say it happened, as far as the register of places knows the name."
    return Table("places.html", "place", "Claims by place", lead, "place", groups, others)


def by_party(entries: Sequence[Entry]) -> Table:
    groups: dict[str, list[Entry]] = {}
    others = 0
    for entry in entries:
        mention = entry.row.claim.responsible
        if mention is None:
            continue
        names = [name for name in mention.id.split("; ") if name]
        others += not names
        for name in names:
            groups.setdefault(name, []).append(entry)
    lead = "Whom a text holds responsible. An accusation is somebody's: it stands with its source, and denials stand with it."
    return Table("parties.html", "party", "Parties held responsible", lead, "party", groups, others)


def by_source(entries: Sequence[Entry]) -> Table:
    groups: dict[str, list[Entry]] = {}
    others = 0
    for entry in entries:
        mention = entry.row.claim.source
        if mention is None:
            continue
        known = registers.entry(mention.id) if mention.id else None
        if known is None:
            others += 1
        else:
            groups.setdefault(known.name, []).append(entry)
    lead = "Who is named for a claim, in the sentence or just before it. Private persons and sources that the register does not know are not listed: they stand in their sentences."
    return Table("sources.html", "source", "Claims by source", lead, "source", groups, others)


def pages(table: Table, view: View) -> Iterator[tuple[str, bytes]]:
    """The table's own page and one for each name: (path, bytes)."""
    kinds = [
        kind
        for kind in LABELS
        if any(x.row.claim.kind == kind for held in table.groups.values() for x in held)
    ]
    head = "".join(f'<th class="c" scope="col">{e(LABELS[kind])}</th>' for kind in kinds)
    rows = []
    for name in sorted(table.groups, key=lambda name: (-len(table.groups[name]), name)):
        held = table.groups[name]
        cells = "".join(f'<td class="c">{_count(held, kind)}</td>' for kind in kinds)
        rows.append(
            f'<tr><th scope="row"><a href="{table.folder}/{slug(name)}.html">{e(name)}</a>{_kind(name)}</th>'
            f'<td class="c">{len(held)}</td>{cells}</tr>'
        )
        yield from _named(table, name, held, view)
    body = (
        f'<div class="scroll"><table><thead><tr><th scope="col">{e(table.column)}</th><th class="c" scope="col">claims</th>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
        if rows
        else "<p>None.</p>"
    )
    if table.others:
        body += f"<p class=by>{table.others:,} further claims name somebody or some place that the register does not know.</p>"
    body += "<p class=by>The cells count claims (how often something was reported), not people.</p>"
    yield table.file, frame(table.title, body, here=table.file, lead=e(table.lead))


def _kind(name: str) -> str:
    found = registers.entry(name)
    return f" <small class=by>{e(found.kind)}</small>" if found is not None else ""


def _count(held: Sequence[Entry], kind: str) -> str:
    count = sum(1 for entry in held if entry.row.claim.kind == kind)
    return str(count) if count else ""


def _named(table: Table, name: str, held: Sequence[Entry], view: View) -> Iterator[tuple[str, bytes]]:
    path = f"{table.folder}/{slug(name)}.html"
    if len(held) <= SPLIT:
        yield path, frame(name, _years(held, view), depth=1, lead=e(table.lead))
        return
    years: dict[str, list[Entry]] = {}
    for entry in held:
        years.setdefault(entry.row.date[:4] or "undated", []).append(entry)
    links = "".join(
        f'<li><a href="{slug(name)}-{year}.html">{year}</a> ({len(years[year])})</li>'
        for year in sorted(years)
    )
    yield path, frame(name, f"<ul class=years>{links}</ul>", depth=1, lead=e(table.lead))
    for year, part in years.items():
        title = f"{name}, {year}"
        yield (
            f"{table.folder}/{slug(name)}-{year}.html",
            frame(title, _years(part, view), depth=1, lead=e(table.lead)),
        )


def _years(held: Sequence[Entry], view: View) -> str:
    out: list[str] = []
    year: str | None = None
    for entry in held:
        if entry.row.date[:4] != year:
            year = entry.row.date[:4]
            out.append(f"{'</ul>' if out else ''}<h2>{e(year) or 'Undated'}</h2><ul class=claims>")
        out.append(claim_item(entry, view, "../"))
    return "".join(out) + ("</ul>" if out else "")
