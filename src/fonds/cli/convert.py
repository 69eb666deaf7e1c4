"""``fonds convert``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from fonds.cli import common
from fonds.writers import FLAVOURS

if TYPE_CHECKING:
    from fonds.archive.summary import Summary

OUTPUT = "markdown"
"""The folder that is written to when none is named."""


@click.command("convert")
@common.inputs
@click.option("-o", "--output", metavar="DIR", default=OUTPUT, show_default=True, type=click.Path(allow_dash=True), envvar="FONDS_OUTPUT", show_envvar=True, help="Folder for posts/, responses/, drafts/ and assets/; - prints a single post.")  # fmt: skip
@click.option("--flavour", type=click.Choice(list(FLAVOURS)), default="fonds", show_default=True, envvar="FONDS_FLAVOUR", show_envvar=True, help="The kind of Markdown: fonds is CommonMark with front matter, zmedium that of ZMediumToMarkdown.")  # fmt: skip
@click.option("--check/--no-check", default=True, show_default=True, envvar="FONDS_CHECK", show_envvar=True, help="Parse every file again and compare it with the post.")  # fmt: skip
@click.option("--timezone", metavar="ZONE", default="", show_default="UTC, or the file's own", envvar="FONDS_TIMEZONE", show_envvar=True, help="IANA time zone for flavours with local times, such as Europe/London.")  # fmt: skip
@click.option("-j", "--jobs", metavar="N", type=click.IntRange(0), default=0, show_default="as many as processors", envvar="FONDS_JOBS", show_envvar=True, help="Number of processes; small inputs take one.")  # fmt: skip
@click.option("--assets", metavar="DIR", multiple=True, type=click.Path(exists=True, file_okay=False), envvar="FONDS_ASSETS", show_envvar=True, help="Folder of pictures already here, by image id or post id; assets/ beside the inputs is found by itself. May be given again.")  # fmt: skip
@common.shared
@click.pass_context
def command(
    context: click.Context,
    *,
    inputs: tuple[str, ...],
    output: str,
    flavour: str,
    check: bool,
    timezone: str,
    jobs: int,
    assets: tuple[str, ...],
    max_size: int,
    as_json: bool,
    quiet: bool,
    verbose: bool,
) -> None:
    """Turn anything Medium emitted into Markdown.

    INPUT is a file, a folder, a ZIP or - (standard input): an account export, saved pages of any year,
    ?format=json, GraphQL answers, feeds, or Markdown of ZMediumToMarkdown. The form is recognised by the
    content. What cannot be read is named, and the others are done.
    """
    if output == "-":
        if as_json:
            raise click.UsageError("--json and -o - both want standard output.", context)
        _print_one(
            context, inputs, flavour, timezone, check=check, max_size=max_size, quiet=quiet, verbose=verbose
        )
        return
    from fonds.archive.convert import convert
    from fonds.jobs import collect_rarely

    collect_rarely()
    with common.Interrupt() as stop, common.Progress(quiet=quiet or as_json) as progress:
        summary = convert(
            inputs,
            output,
            flavour=flavour,
            timezone=timezone,
            check=check,
            jobs=jobs or None,
            pictures=assets,
            max_size=max_size << 20,
            progress=progress,
            stop=stop,
        )
    common.report(summary.failures, verbose=verbose)
    common.report(summary.findings, verbose=verbose)
    if as_json:
        common.print_json(summary)
    if not quiet:
        _print_summary(summary, verbose=verbose, err=as_json)
    context.exit(summary.exit_code)


def _print_one(
    context: click.Context,
    inputs: tuple[str, ...],
    flavour: str,
    timezone: str,
    *,
    check: bool,
    max_size: int,
    quiet: bool,
    verbose: bool,
) -> None:
    from fonds.archive.convert import to_text

    text, summary = to_text(inputs, flavour=flavour, timezone=timezone, check=check, max_size=max_size << 20)
    # As bytes: what the post says must not depend on the locale, nor line ends on the system.
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode("utf-8"))
    sys.stdout.buffer.flush()
    common.report(summary.failures, verbose=verbose)
    common.report(summary.findings, verbose=verbose)
    if verbose and not quiet:
        _print_warnings(summary, verbose=True, err=True)
    context.exit(summary.exit_code)


def _print_summary(summary: Summary, *, verbose: bool, err: bool) -> None:
    def line(name: str, text: str) -> None:
        common.say(f"{name:<12}{text}", err=err)

    line("posts", str(summary.posts))
    line("responses", str(summary.responses))
    line("drafts", str(summary.drafts))
    if summary.duplicates:
        line("seen twice", f"{summary.duplicates} (the same in every word: kept once)")
    if summary.others:
        line("other files", f"{sum(summary.others.values())} ({common.counts(summary.others)})")
    pictures = summary.assets
    # The files of ZMediumToMarkdown name every picture as if it were here.
    away = "not here" if summary.flavour == "zmedium" else "linked at their address"
    if pictures.copied or pictures.unchanged:
        kept = f", {pictures.unchanged} already there" if pictures.unchanged else ""
        line("pictures", f"{pictures.copied} copied{kept}, {pictures.remote} {away}")
    elif pictures.remote:
        line("pictures", f"{pictures.remote} {away}")
    _print_warnings(summary, verbose=verbose, err=err)
    if summary.checked:
        line("proof", f"{len(summary.findings) or 'no'} findings in {summary.total} files")
    if summary.failures:
        line("failed", f"{len(summary.failures)} (named above)")
    if summary.interrupted:
        line("stopped", "before the end; the same command goes on")
    if summary.total:
        done = [
            f"{count} {word}"
            for count, word in (
                (summary.written, "written"),
                (summary.replaced, "replaced"),
                (summary.unchanged, "unchanged"),
            )
            if count
        ]
        line("files", f"{', '.join(done)} in {summary.out}")


def _print_warnings(summary: Summary, *, verbose: bool, err: bool) -> None:
    for code, warning in sorted(summary.warnings.items()):
        common.say(f"{'warning':<12}{common.warning(code, warning)}", err=err)
        for place in warning.places if verbose else ():
            common.say(f"{'':<12}  {place}", err=err)
