"""``fonds status``."""

from __future__ import annotations

import click

from fonds.cli import common


@click.command("status")
@common.folder
@common.output_options
def command(*, folder: str | None, as_json: bool, quiet: bool, verbose: bool) -> None:
    """Say what an archive keeps.

    How many posts, versions and pictures are here, how many are known and not here, and when fonds last looked.
    """
    from fonds.archive.status import status
    from fonds.archive.store import Archive

    with Archive.open(common.the_archive(folder)) as archive:
        found = status(archive)
    if as_json:
        common.print_json(found)
        return
    if quiet:
        return

    def line(name: str, text: str) -> None:
        common.say(f"{name:<12}{text}")

    totals = found.totals
    line("archive", f"{found.title} ({found.archive})" if found.title else found.archive)
    line("sources", ", ".join(found.sources) or "none")
    kinds = ((totals.posts, "posts"), (totals.responses, "responses"), (totals.drafts, "drafts"))
    line("kept", ", ".join(f"{count:,} {word}" for count, word in kinds if count or word == "posts"))
    if totals.first:
        line("", f"published from {common.day(totals.first)} to {common.day(totals.latest)}")
    line(
        "",
        f"{totals.versions:,} versions, {totals.previews:,} posts only in part, {totals.gone:,} gone from Medium",
    )
    line(
        "pictures",
        f"{totals.assets:,} ({common.size(totals.asset_bytes)}), {totals.assets_missing:,} not to be had",
    )
    line("embeds", f"{totals.media:,}, {totals.media_missing:,} not to be had")
    line("captures", f"{totals.captures:,} ({common.size(totals.capture_bytes)})")
    missing = sum(totals.missing.values())
    line(
        "missing",
        f"{missing:,} ({common.counts(totals.missing)}); fonds missing lists them" if missing else "nothing",
    )
    line(
        "last run",
        f"{common.moment(found.sealed_at)}{'' if found.sealed else '; one since was cut off'}"
        if found.sealed_at
        else "none yet",
    )
    if verbose:
        for walk in found.walks:
            state = "to its end" if walk.complete else "not to its end"
            line("list", f"{walk.source}: {walk.seen:,} seen, {state}, {common.moment(walk.at)}")
        line("head", found.head)
