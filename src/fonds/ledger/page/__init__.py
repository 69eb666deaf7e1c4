"""The ledger as static pages: timeline, map, tables, and the posts with their sentences marked.

Plain HTML, CSS and SVG: they work from the disk, without a network and without JavaScript. The same ledger gives
the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path
from urllib.parse import quote

from fonds.archive.files import Batch, ConflictError, make_folder, sync_folders
from fonds.archive.summary import Failure
from fonds.ledger import given
from fonds.ledger.page import map as maps
from fonds.ledger.page import posts, tables, timeline
from fonds.ledger.page.shell import LABELS, NAV_BEGINS, e, event_item, frame, post_link, some
from fonds.ledger.review import Entry
from fonds.ledger.rows import Event
from fonds.ledger.sentences import sentences
from fonds.ledger.view import View, Wanted, unread

MARK = ".fonds-claims-page"
"""Says that a folder holds pages of ours, which may be written over."""


IN_SITE = "claims"
"""The folder of the pages in a site."""


class InSite:
    """The post pages of a site that fonds made, by post id: the ledger's pages lead to them."""

    def __init__(self, folder: Path) -> None:
        self._paths: dict[str, str] = {}
        for kind in ("posts", "responses"):
            for path in sorted((folder / kind).glob("*.html")):
                self._paths[path.stem.rpartition("-")[2]] = f"{kind}/{path.name}"

    def link(self, post: str) -> str:
        """The post's page, seen from ``claims/posts/``; "" when the site has none."""
        path = self._paths.get(post, "")
        return f"../../{quote(path)}" if path else ""


def write(view: View, source: Path, folder: Path, site: Path | None = None) -> int:
    """Writes every page into ``folder``; returns how many. ``source`` is what the ledger was made from, ``site``
    a site of the same posts: the pages then lead to its posts.

    Pages of an earlier run are replaced. Raises ConflictError when the folder holds something else, DiskError.
    """
    if folder.is_dir() and any(folder.iterdir()) and not (folder / MARK).is_file():
        raise ConflictError(
            "holds files that are not a ledger's pages",
            origin=str(folder),
            remedy="Choose another folder with -o.",
        )
    count, folders = 0, set()
    make_folder(folder)
    with Batch() as batch:
        batch.place(str(folder / MARK), b"")
        for name, data in pages(view, source, InSite(site) if site is not None else None):
            path = folder / name
            if path.parent not in folders:
                make_folder(path.parent)
                folders.add(path.parent)
            batch.place(str(path), data)
            count += name.endswith(".html")
    sync_folders([str(folder), *(str(path) for path in folders)])
    return count


def pages(view: View, source: Path, site: InSite | None = None) -> Iterator[tuple[str, bytes]]:
    """Every file: (path, bytes)."""
    for name, data in _pages(view, source, site):
        if site is not None and name.endswith(".html"):
            home = f'{NAV_BEGINS}<a href="{"../" * (name.count("/") + 1)}index.html">← The site</a>'
            data = data.replace(NAV_BEGINS.encode(), home.encode(), 1)
        yield name, data


def _pages(view: View, source: Path, site: InSite | None) -> Iterator[tuple[str, bytes]]:
    entries = list(view.claims(Wanted()))
    events = view.events
    yield "style.css", files("fonds.ledger.page").joinpath("style.css").read_bytes()
    yield "index.html", _index(view, entries, events)
    yield from _years(timeline.Pages(events), view)
    for table in (tables.by_place(entries), tables.by_party(entries), tables.by_source(entries)):
        yield from tables.pages(table, view)
    yield "posts.html", _posts(view)
    yield "method.html", frame("How to read this", _METHOD, here="method.html")
    yield from _each_post(view, source, site)


def _index(view: View, entries: Sequence[Entry], events: Sequence[Event]) -> bytes:
    found = maps.spots(events)
    body = [
        f"<h2>Timeline</h2><p class=by>Events reported for each month, by kind. The bars count events, not people.</p>{timeline.svg(events, timeline.Pages(events))}"
    ]
    years = sorted({event.date[:4] for event in events if event.date})
    undated = (
        '<li><a href="events-undated.html">undated</a></li>'
        if any(not event.date for event in events)
        else ""
    )
    links = "".join(f'<li><a href="events-{year}.html">{year}</a></li>' for year in years)
    body.append(f"<p class=by>All events of a year:</p><ul class=years>{links}{undated}</ul>")
    body.append("<h2>Map</h2>")
    if found:
        window = maps.window(found)
        outside = [
            s
            for s in found
            if not (window.west <= s.longitude <= window.east and window.south <= s.latitude <= window.north)
        ]
        body.append(
            "<p class=by>A filled circle is a town, camp or island, a dashed one a country, region or sea; the larger, the more events were reported. Each leads to its claims.</p>"
        )
        body.append(maps.svg(found, window, "Map of reported events"))
        if outside:
            body.append(
                f"<div class=world><p class=by>Farther away: {some(len(outside), 'place')}.</p>{maps.svg(found, maps.WORLD, 'Map of the world', width=640, names=False)}</div>"
            )
        body.append(
            "<p class=by>Outlines: Natural Earth (public domain). Borders are shown as that map has them; positions are approximate.</p>"
        )
    else:
        body.append("<p>No event has a place that the register knows.</p>")
    twins = sum(1 for head in view.heads.values() if head.twin)
    not_read = len(unread(view.heads.values()))
    lead = f"{some(len(entries), 'claim')} in {some(len(view.heads), 'post')}, as reported there, and {some(len(events), 'event')} that they tell of. "
    if twins:
        lead += f"{some(twins, 'post')} {'stands' if twins == 1 else 'stand'} twice and {'counts' if twins == 1 else 'count'} once. "
    if not_read:
        was = "was" if not_read == 1 else "were"
        lead += (
            f'<a href="posts.html#unread">{some(not_read, "post")}</a> in other languages {was} not read. '
        )
    lead += "Nothing here is a finding of fact, and no figure is a sum."
    return frame("Who reported what, where and when", "".join(body), here="index.html", lead=lead)


def _years(where: timeline.Pages, view: View) -> Iterator[tuple[str, bytes]]:
    lead = (
        "Claims about one place, day and kind side by side: the least and the most that was reported, each "
        "leading to its sentence."
    )
    for year, held in where.years.items():
        months: dict[str, list[Event]] = {}
        for event in held:
            months.setdefault(event.date[:7], []).append(event)
        title = f"Events reported for {year}" if year != "undated" else "Events without a date"
        body = []
        for month in sorted(months):
            items = "".join(event_item(event, view) for event in months[month])
            if where.parted(year) and len(month) == 7:
                link = f'<a href="events-{month}.html">{e(month)}</a> ({some(len(months[month]), "event")})'
                body.append(f'<p id="m-{month}">{link}</p>')
                back = f'<p class=by><a href="events-{year}.html">All of {year}</a></p>'
                yield f"events-{month}.html", frame(f"Events reported for {month}", back + items, lead=lead)
            else:
                body.append(f'<h2 id="m-{month or "none"}">{e(month) or "Undated"}</h2>{items}')
        yield f"events-{year}.html", frame(title, "".join(body), lead=lead)


def _posts(view: View) -> bytes:
    rows = []
    for head in sorted(view.heads.values(), key=lambda head: (head.date, head.id)):
        if head.claims:
            twin = " <small class=by>(repeats another post)</small>" if head.twin else ""
            rows.append(
                f"<tr><td>{e(head.date)}</td><th scope=row>{post_link(head, head.id, '')}{twin}</th><td class=c>{head.claims}</td></tr>"
            )
    body = f"<div class=scroll><table><thead><tr><th>date</th><th>post</th><th class=c>claims</th></tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    not_read = unread(view.heads.values())
    if not_read:
        items = "".join(
            f"<li>{e(head.date)} {e(head.title or head.id)} <small class=by>({e(head.unread)})</small></li>"
            for head in not_read
        )
        these = "This post is" if len(not_read) == 1 else f"These {len(not_read):,} posts are"
        body += f"<h2 id=unread>Not read</h2><p>The rules read English. {these} in another language: unread, not empty.</p><ul>{items}</ul>"
    return frame("Posts", body, here="posts.html")


def _each_post(view: View, source: Path, site: InSite | None) -> Iterator[tuple[str, bytes]]:
    by_post: dict[str, list[Entry]] = {}
    for entry in view.entries:
        if entry.found and entry.state != "rejected":
            by_post.setdefault(entry.row.post, []).append(entry)
    done: set[str] = set()
    keys = {view.heads[post].key for post in by_post if post in view.heads}
    for one in given.sources(source, avoid=view.ledger.folder):
        if isinstance(one, Failure) or one.key not in keys:
            continue
        for found in given.posts(one):
            if isinstance(found, Failure) or found.id not in by_post or found.id in done:
                continue
            head = view.heads.get(found.id)
            if head is not None and head.key == one.key:
                done.add(found.id)
                yield (
                    f"posts/{found.id}.html",
                    posts.page(head, sentences(found.post), by_post[found.id], view, _site(site, found.id)),
                )
    for post in sorted(set(by_post) - done):
        head = view.heads.get(post)
        if head is not None:  # the post is gone: its sentences are all there is
            yield f"posts/{post}.html", posts.page(head, [], by_post[post], view, _site(site, post))


def _site(site: InSite | None, post: str) -> str:
    return site.link(post) if site is not None else ""


_METHOD = f"""
<p>A <strong>claim</strong> is one figure, one kind of harm or movement and one group of people in one sentence, exactly as a
post has it. The page says who is named for it and in which post it stands. It does not say that it is true.</p>
<p>An <strong>event</strong> puts claims about one place, day and kind side by side. It shows the least and the most that was
reported. Nothing is added up: not parts with wholes, not one event with another, not reports of one event.</p>
<p>The kinds are: {", ".join(label.lower() for label in LABELS.values())}. Where no source is named, the post itself reports.
What was taken from a heading or from the sentence before is marked so. Where a text names no day, the post's own day stands,
as “reported”.</p>
<p>The sentences were read by rules, not by people. About one figure in ten of texts that nobody had looked at was missed or
misread when this was measured, and sources and responsible parties more often. Read the sentence before you use a number.</p>
<p>Only places, organisations, states and armed actors are indexed. Persons are named where a sentence names them. Posts in
languages other than English are listed as unread.</p>
<p>If something should not stand here, the redaction list of the ledger withholds it from every page and export.</p>
"""
