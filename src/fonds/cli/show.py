"""``fonds show``."""

from __future__ import annotations

import sys

import click

from fonds.cli import common


@click.command("show")
@click.argument("post")
@click.option("--version", "number", metavar="N", type=click.IntRange(1), show_default="the latest", help="The version to show.")  # fmt: skip
@common.archive
@common.output_options
def command(
    *,
    post: str,
    number: int | None,
    archive: str | None,
    as_json: bool,
    quiet: bool,  # noqa: ARG001  every command has it
    verbose: bool,  # noqa: ARG001
) -> None:
    """Print a post as Markdown.

    POST is its id, its address, its file's name, or the beginning of its slug. Links and pictures lead to
    Medium, so that the text can stand anywhere. With --json: the version as it is kept, with its sources.
    """
    import fonds
    from fonds.archive import versions
    from fonds.archive.lookup import find
    from fonds.archive.store import Archive

    with Archive.open(common.the_archive(archive)) as opened:
        version = opened.version(find(opened, post).id, number)
    data = versions.encode(version) if as_json else fonds.write(version.post).encode("utf-8")
    # As bytes: what the post says must not depend on the locale, nor line ends on the system.
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()
