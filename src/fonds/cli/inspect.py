"""``fonds inspect``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from fonds.cli import common

if TYPE_CHECKING:
    from fonds.archive.inspect import Census


@click.command("inspect")
@common.inputs
@common.shared
@click.pass_context
def command(
    context: click.Context,
    *,
    inputs: tuple[str, ...],
    max_size: int,
    as_json: bool,
    quiet: bool,
    verbose: bool,
) -> None:
    """Say which form an input has and what is in it.

    Counts posts, blocks by kind, marks, embeds and notes. With --json, each line of standard output is a
    post as docs/model.md describes it, or {"other": …} for what is no post.
    """
    from fonds.archive.inspect import Census, look
    from fonds.archive.summary import Failure
    from fonds.model import Other

    census = Census()
    with common.Interrupt() as stop:
        for found in look(inputs, max_size=max_size << 20, stop=stop):
            census.add(found)
            if as_json and not isinstance(found, Failure):
                _print_line(found, other=isinstance(found, Other))
    common.report(census.failures, verbose=verbose)
    if not as_json and not quiet:
        _print_table(census, verbose=verbose)
    context.exit(130 if stop.asked else census.exit_code)


def _print_line(found: object, *, other: bool) -> None:
    import msgspec

    value = {"other": found} if other else found
    click.echo(msgspec.json.encode(value, order="sorted"))


def _print_table(census: Census, *, verbose: bool) -> None:
    import os
    import sys

    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    plain = "NO_COLOR" in os.environ  # for rich that means no colours; here it means no escapes at all
    console = Console(file=sys.stdout, highlight=False, color_system=None if plain else "auto")
    if census.titles:
        posts = Table("date", "id", "kind", "form", "title", box=None, pad_edge=False)
        for title in census.titles:
            posts.add_row(
                *(Text(_line(cell)) for cell in (title.date, title.id, title.kind, title.form, title.title))
            )
        console.print(posts)
        rest = sum(census.forms.values()) - len(census.titles)
        console.print(f"… and {rest} more\n" if rest else "")
    counts = Table("what", "how many", box=None, pad_edge=False)
    for name, found in (
        ("forms", census.forms),
        ("kinds", census.kinds),
        ("blocks", census.blocks),
        ("marks", census.marks),
        ("embeds", census.embeds),
        ("other files", census.others),
    ):
        if found:
            counts.add_row(name, Text(_line(common.counts(found))))
    console.print(counts)
    for code, note in sorted(census.notes.items()):
        common.say(common.warning(code, note))
        for place in note.places if verbose else ():
            common.say(f"  {place}")


def _line(text: str) -> str:
    return "".join(char if char.isprintable() else " " for char in text)
