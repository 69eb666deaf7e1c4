"""``fonds pull --simulate``: what a pull would ask, as far as that is known without asking."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fonds.archive.belongings import Known, is_lacking
from fonds.archive.plan import Standing, why
from fonds.medium import feeds, media, posts, sources
from fonds.medium.sources import Single

if TYPE_CHECKING:
    from fonds.archive.store import Archive
    from fonds.archive.sync import Options


def simulate(archive: Archive, options: Options) -> Iterator[str]:
    """Lines for people; nothing is asked and nothing written."""
    catalog = archive.catalog
    for given in archive.config.sources:
        source = sources.parse(given)
        if isinstance(source, Single):
            continue
        walked = catalog.walk(sources.name(source))
        how = "to its end" if options.full or walked is None or not walked.complete else "for what is new"
        yield f"list      {sources.name(source)}, {how}; feed {feeds.address(source) or '(none)'}"
    rows = list(catalog.posts(all=True))
    kept = [row for row in rows if row.number and not row.gone_at]
    if kept:
        requests = -(-len(kept) // posts.EDITIONS)
        yield f"editions  of up to {len(kept)} posts that no list tells of, in {requests} requests"
    wanted = [
        row
        for row in rows
        if why(
            Standing(
                row.id,
                row.number,
                row.edition,
                row.known_edition,
                bool(row.number and not row.full),
                row.absent,
                date=row.published_at,
            ),
            cookies=False,
            since=options.since,
        )
    ]
    for row in wanted[: options.limit or None]:
        yield f"post      {row.url or posts.address(row.id)}"
    for row in rows:
        if row.number and (options.again or row.settled != row.number):
            full = media.fill(archive.version(row.id).post, Known(archive))
            for want in media.wants(full):
                if is_lacking(catalog, want, again=options.again):
                    yield f"{want.kind:<10}{want.url}"
    yield f"in all    {len(wanted)} posts that are known, and whatever the lists tell of beyond them"
