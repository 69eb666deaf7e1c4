"""``fonds search``."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from fonds.cli import common

if TYPE_CHECKING:
    from fonds.archive.search import Hit, Results
    from fonds.archive.search_text import Snippet


@click.command("search", no_args_is_help=True)
@click.argument("query", nargs=-1)
@common.archive
@click.option("--after", metavar="DATE", default="", help="Published on this day (UTC), month or year, or later: 2016-05-31, 2016-05, 2016.")  # fmt: skip
@click.option("--before", metavar="DATE", default="", help="Published before this day, month or year.")
@click.option("--year", "years", metavar="YEAR", multiple=True, type=click.IntRange(1, 9999), help="Published in this year. May be given again.")  # fmt: skip
@click.option("--tag", "tags", metavar="TAG", multiple=True, help="With this tag; given again: with every one of them.")  # fmt: skip
@click.option("--author", metavar="NAME", default="", help="By this author: the user name, or words of the name.")  # fmt: skip
@click.option("--language", "languages", metavar="CODE", multiple=True, help="In this language, such as ar. May be given again.")  # fmt: skip
@click.option("--kind", "kinds", type=click.Choice(["post", "response", "draft"]), multiple=True, help="Only posts, responses or drafts. May be given again.")  # fmt: skip
@click.option("--sort", type=click.Choice(["best", "newest", "oldest"]), default="best", show_default=True, help="What comes first.")  # fmt: skip
@click.option("--limit", metavar="N", type=click.IntRange(0), default=20, show_default=True, envvar="FONDS_LIMIT_HITS", help="Show at most N posts.")  # fmt: skip
@common.output_options
def command(
    *,
    query: tuple[str, ...],
    archive: str | None,
    after: str,
    before: str,
    years: tuple[int, ...],
    tags: tuple[str, ...],
    author: str,
    languages: tuple[str, ...],
    kinds: tuple[str, ...],
    sort: str,
    limit: int,
    as_json: bool,
    quiet: bool,
    verbose: bool,
) -> None:
    """Find words in everything an archive keeps.

    QUERY is words that must all be there, "a phrase", the beginning of a word*, -without, this OR that.
    Case, accents and Arabic vowels make no difference. Put it in quotes, so that the shell leaves
    it as it is: fonds search 'hospital idlib -school'.
    """
    from fonds.archive.search import Filters, search
    from fonds.archive.store import Archive

    filters = Filters(after, before, years, tags, author, languages, kinds)  # type: ignore[arg-type]
    with (
        Archive.open(common.the_archive(archive)) as opened,
        common.Progress(quiet=quiet or as_json) as progress,
    ):
        words = " ".join(query)
        results = search(opened, words, filters, limit=limit, order=sort, progress=progress)  # type: ignore[arg-type]
    if as_json:
        common.print_json(results)
        return
    colours = _colours()
    for hit in results.hits:
        _print(hit, colours=colours)
    if not quiet:
        _print_summary(results, verbose=verbose)


def _print(hit: Hit, *, colours: bool) -> None:
    about = [part for part in (hit.author, hit.language, "" if hit.kind == "post" else hit.kind) if part]
    _line(
        f"{hit.date or 'no date':<12}{_marked(hit.title, colours=colours) or _clean(hit.id)}", colours=colours
    )
    _line(f"{'':<12}{_dim(_clean('  '.join((hit.path, *about))), colours=colours)}", colours=colours)
    for snippet in hit.snippets:
        before, behind = ("…" if cut else "" for cut in snippet.cut)
        _line(f"{'':<12}{before}{_marked(snippet, colours=colours)}{behind}", colours=colours)


def _line(line: str, *, colours: bool) -> None:
    click.echo(line, color=colours)


def _colours() -> bool:
    return "NO_COLOR" not in os.environ and sys.stdout.isatty()


def _print_summary(results: Results, *, verbose: bool) -> None:
    """On standard error, so that what was found can be piped on."""
    if results.ignored:
        common.say(
            f"not looked for, as there is no letter or digit in it: {' '.join(results.ignored)}", err=True
        )
    if not results.kept:
        common.say(
            "the search index could not be kept beside the archive: every search makes it again", err=True
        )
    elif verbose and results.updated:
        common.say(f"taken into the search index: {results.updated} posts", err=True)
    shown = len(results.hits)
    more = f", the first {shown} shown (--limit)" if shown < results.total else ""
    common.say(f"{results.total} found{more}", err=True)


def _marked(snippet: Snippet, *, colours: bool) -> str:
    """A snippet with its marks in colour, or in brackets where there is none."""
    parts: list[str] = []
    place = 0
    for start, end in snippet.marks:
        word = _clean(snippet.text[start:end])
        parts += [
            _clean(snippet.text[place:start]),
            click.style(word, fg="yellow", bold=True) if colours else f"[{word}]",
        ]
        place = end
    return "".join((*parts, _clean(snippet.text[place:])))


def _dim(text: str, *, colours: bool) -> str:
    return click.style(text, dim=True) if colours else text


def _clean(text: str) -> str:
    """``text`` without what moves a terminal's cursor or turns its lines round: the letters of the text
    tell its direction."""
    return "".join(
        char if char.isprintable() or char in "\u200c\u200d" else " " if char.isspace() else ""
        for char in text
    )
