"""``fonds log``."""

from __future__ import annotations

import click

from fonds.cli import common


@click.command("log")
@click.argument("post")
@common.archive
@common.output_options
def command(*, post: str, archive: str | None, as_json: bool, quiet: bool, verbose: bool) -> None:
    """Say what happened to a post.

    POST is its id, its address, its file's name, or the beginning of its slug. Every version that is kept is
    listed, with the time at which Medium says it was changed, and when the post was gone, back or moved.
    """
    from fonds.archive.lookup import find
    from fonds.archive.store import Archive

    with Archive.open(common.the_archive(archive)) as opened:
        row = find(opened, post)
        history = list(opened.catalog.history(row.id))
        versions = {version.number: version for version in opened.catalog.versions(row.id)}
        known = list(opened.catalog.known(row.id))
        title = row.title
    if as_json:
        common.print_json(
            {
                "post": row,
                "path": row.path,
                "versions": list(versions.values()),
                "history": history,
                "known": known,
            }
        )
        return
    if not quiet:
        common.say(f"{title or row.url or row.id} ({row.id})")
        common.say(row.path or f"not here: {row.missing}")
    for entry in history:
        version = versions.get(entry.number)
        if entry.what == "versioned" and version is not None:
            edited = f", edited {common.moment(version.edition)}" if version.edition else ""
            kind = f", {entry.detail}" if entry.detail else ""
            text = f"version {version.number}{kind}{edited}: {version.title}"
        elif entry.what == "moved":
            text = f"moved from {entry.detail.replace(' ', ' to ', 1)}"
        else:
            text = f"{entry.what}{f': {entry.detail}' if entry.detail else ''}"
        common.say(f"{common.moment(entry.at):<22}{text}")
    for source in known if verbose else ():
        detail = f" {source.detail}" if source.detail else ""
        common.say(f"{common.moment(source.at):<22}known from {source.via}{detail}")
