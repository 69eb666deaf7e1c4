"""``fonds diff``."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from fonds.cli import common

if TYPE_CHECKING:
    from fonds.archive.differences import Change, Piece, Side

_AROUND = 80
"""Characters of what is the same that are shown beside what is not."""


@click.command("diff")
@click.argument("post")
@click.argument("a", metavar="[A", type=click.IntRange(1), required=False)
@click.argument("b", metavar="[B]]", type=click.IntRange(1), required=False)
@common.archive
@common.output_options
@click.pass_context
def command(
    context: click.Context,
    *,
    post: str,
    a: int | None,
    b: int | None,
    archive: str | None,
    as_json: bool,
    quiet: bool,
    verbose: bool,
) -> None:
    """Show what changed between two versions of a post, word by word.

    POST is its id, its address, its file's name, or the beginning of its slug; A and B are numbers of
    versions (fonds log): the last two when none is given, A and the last when one is. What is compared is
    the Markdown.
    """
    from fonds.archive.differences import differences
    from fonds.archive.lookup import find
    from fonds.archive.store import Archive

    with Archive.open(common.the_archive(archive)) as opened:
        row = find(opened, post)
        last = b or row.number
        first = a or last - 1
        if first < 1:
            raise click.UsageError(
                f"of {row.id} only one version is kept: there is nothing to compare.", context
            )
        found = differences(opened.version(row.id, first), opened.version(row.id, last))
    if as_json:
        common.print_json(found)
        return
    if not quiet:
        common.say(f"{row.title or row.id} ({row.id})")
        common.say(f"{_said(found.before)} → {_said(found.after)}")
    for change in found.changes:
        click.echo()
        click.echo(_shown(change, colours=_colours(), whole=verbose))
    if not found.changes and not quiet:
        what = f"; what differs is {', '.join(found.fields)}" if found.fields else ""
        common.say(f"the Markdown is the same{what}")


def _said(side: Side) -> str:
    edited = f", edited {common.moment(side.edition)}" if side.edition else ""
    return f"version {side.number} (kept {common.moment(side.captured_at)}{edited})"


def _colours() -> bool:
    return "NO_COLOR" not in os.environ and sys.stdout.isatty()


def _shown(change: Change, *, colours: bool, whole: bool) -> str:
    """One place, as ``git diff --word-diff`` shows it; in colours where they can be seen."""
    place = (
        f"line {change.line}"
        if change.line == change.new_line
        else f"line {change.line}, now {change.new_line}"
    )
    last = len(change.pieces) - 1
    text = "".join(
        _piece(piece, colours=colours, first=number == 0, last=number == last, whole=whole)
        for number, piece in enumerate(change.pieces)
    )
    return f"{place}\n{text}"


def _piece(piece: Piece, *, colours: bool, first: bool, last: bool, whole: bool) -> str:
    kind, text = piece
    text = "".join(char if char.isprintable() or char == "\n" else "\ufffd" for char in text)
    if kind == "same":
        return text if whole else _shortened(text, first=first, last=last)
    if colours:
        return click.style(text, fg="red" if kind == "removed" else "green", strikethrough=kind == "removed")
    return f"[-{text}-]" if kind == "removed" else f"{{+{text}+}}"


def _shortened(text: str, *, first: bool, last: bool) -> str:
    """What is the same, without its middle; at the beginning and end of a place only what is near."""
    before, after = (0 if first else _AROUND), (0 if last else _AROUND)
    if len(text) <= before + after + 20:
        return text
    begin = text[:before].rsplit(" ", 1)[0] if before else ""
    end = text[len(text) - after :].split(" ", 1)[-1] if after else ""
    return f"{begin} … {end}".strip(" ") if not (before and after) else f"{begin} … {end}"
