"""``fonds init``."""

from __future__ import annotations

from pathlib import Path

import click

from fonds.cli import common


@click.command("init")
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False))
@click.argument("sources", metavar="[SOURCE]...", nargs=-1)
@click.option(
    "--title", metavar="TEXT", default="", help="What people call it; shown in README.md and on the site."
)
@click.option("--list", "lists", metavar="FILE", multiple=True, type=click.Path(dir_okay=False), help="A file with more sources, one a line. May be given again.")  # fmt: skip
@common.output_options
def command(
    *,
    folder: str,
    sources: tuple[str, ...],
    title: str,
    lists: tuple[str, ...],
    as_json: bool,
    quiet: bool,
    verbose: bool,  # noqa: ARG001  every command has it
) -> None:
    """Make a new archive.

    DIR is its folder; it is made when it is not there.

    SOURCE is what pull is to keep: @user, user.medium.com, a publication (its slug, address or domain), or
    the address of a post. Sources can be added later in fonds.toml. An archive without any is for fonds
    import.
    """
    from fonds.archive.store import Archive
    from fonds.medium.sources import parse

    wanted = list(dict.fromkeys((*sources, *(word for name in lists for word in _listed(name)))))
    for word in wanted:
        parse(word)
    with Archive.create(Path(folder), wanted, title) as archive:
        config = archive.config
    if as_json:
        common.print_json({"archive": folder, "title": config.title, "sources": config.sources})
    elif not quiet:
        common.say(f"{'archive':<12}{folder}")
        common.say(
            f"{'sources':<12}{', '.join(config.sources) or 'none yet: name them in fonds.toml, or use fonds import'}"
        )
        if config.sources:
            common.say(f"{'next':<12}fonds pull {folder}")


def _listed(name: str) -> list[str]:
    """The words of a file of sources, as they stand there."""
    import re

    from fonds.errors import UnreadableError
    from fonds.medium.sources import parse_list

    try:
        text = Path(name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = (error.strerror or str(error)).lower() if isinstance(error, OSError) else "it is no UTF-8"
        raise UnreadableError(f"cannot be read: {reason}", origin=name) from None
    list(parse_list(text, name))  # names the line of what is no source
    words = (re.sub(r"(?:^|\s)#.*", "", line).strip() for line in text.removeprefix("\ufeff").splitlines())
    return [word for word in words if word]
