"""``fonds missing``."""

from __future__ import annotations

import click

from fonds.cli import common

REASONS = ("locked", "deleted", "suspended", "challenge", "failed", "unlisted", "never-asked")


@click.command("missing")
@common.folder
@click.option("--reason", "reasons", type=click.Choice(REASONS), multiple=True, help="Only what is missing for this reason. May be given again.")  # fmt: skip
@click.option("--all", "everything", is_flag=True, help="Pictures and embeds too, not only posts.")
@common.output_options
def command(
    *,
    folder: str | None,
    reasons: tuple[str, ...],
    everything: bool,
    as_json: bool,
    quiet: bool,
    verbose: bool,
) -> None:
    """List what is known to exist and is not here, and why.

    The reasons are explained in docs/pull.md. With -v, who knows of each post.
    """
    from fonds.archive.store import Archive

    with Archive.open(common.the_archive(folder)) as archive:
        catalog = archive.catalog
        wanted = set(reasons or REASONS)
        posts = [row for row in catalog.missing() if row.missing in wanted]
        assets = [row for row in catalog.assets_absent() if row.reason in wanted]
        media = [row for row in catalog.all_media_absent() if row.reason in wanted]
        via = (
            {row.id: sorted({known.via for known in catalog.known(row.id)}) for row in posts}
            if verbose or as_json
            else {}
        )
    if as_json:
        common.print_json(
            {
                "posts": [
                    {
                        "id": row.id, "reason": row.missing, "detail": row.absent_detail, "title": row.title, "url": row.url,
                        "published_at": row.published_at, "preview": bool(row.number), "via": via[row.id],
                    }
                    for row in posts
                ],
                "pictures": assets,
                "embeds": media,
            }
        )  # fmt: skip
        return
    for row in posts:
        known = f"  (from {', '.join(via[row.id])})" if verbose and via[row.id] else ""
        detail = f": {row.absent_detail}" if row.absent_detail else ""
        part = ", only its beginning is here" if row.number else ""
        common.say(
            f"{common.day(row.published_at) or 'no date':<12}{row.id:<14}{row.missing}{detail}{part}  {row.title or row.url}{known}"
        )
    if everything:
        for asset in assets:
            common.say(
                f"{'picture':<12}{asset.key}  {asset.reason}{f': {asset.detail}' if asset.detail else ''}"
            )
        for thing in media:
            common.say(
                f"{'embed':<12}{thing.media_id}  {thing.reason}{f': {thing.detail}' if thing.detail else ''}"
            )
    if not quiet:
        more = "" if everything or not (assets or media) else "; --all lists them"
        common.say(f"{len(posts):,} posts, {len(assets):,} pictures, {len(media):,} embeds{more}", err=True)
