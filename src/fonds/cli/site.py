"""``fonds site build`` and ``fonds site serve``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from fonds.cli import common

if TYPE_CHECKING:
    from fonds.site.build import Summary


@click.group("site")
def command() -> None:
    """Make a site of it that opens with a double click."""


@command.command("build")
@click.argument("inputs", metavar="[DIR]...", nargs=-1, type=click.Path())
@click.option("-o", "--output", metavar="OUT", default="", type=click.Path(file_okay=False), envvar="FONDS_SITE_OUTPUT", show_envvar=True, show_default="site, in the archive or in this folder", help="Folder of the site.")  # fmt: skip
@click.option("--thumbnails/--no-thumbnails", default=None, show_default="as fonds.toml says, else made", envvar="FONDS_SITE_THUMBNAILS", show_envvar=True, help="Make small versions of the pictures, once.")  # fmt: skip
@click.option("--url", metavar="URL", default="", envvar="FONDS_SITE_URL", show_envvar=True, show_default="that of fonds.toml", help="Where the site will be hosted: for the sitemap, feeds and redirect pages.")  # fmt: skip
@click.option("-j", "--jobs", metavar="N", type=click.IntRange(0), default=0, show_default="as many as processors", envvar="FONDS_JOBS", show_envvar=True, help="Number of processes; small sites take one.")  # fmt: skip
@click.option(
    "-v", "--verbose", is_flag=True, envvar="FONDS_VERBOSE", help="Say more: tracebacks of defects."
)
@click.option("-q", "--quiet", is_flag=True, envvar="FONDS_QUIET", help="Say nothing but what failed.")
@click.option("--json", "as_json", is_flag=True, envvar="FONDS_JSON", help="Machine output, alone on standard output.")  # fmt: skip
@click.pass_context
def build_command(
    context: click.Context,
    *,
    inputs: tuple[str, ...],
    output: str,
    thumbnails: bool | None,
    url: str,
    jobs: int,
    verbose: bool,
    quiet: bool,
    as_json: bool,
) -> None:
    """Make the site of an archive, or of anything that fonds reads.

    DIR is an archive or a folder, ZIP or file in a form of Medium's; without it, the current folder. A
    second run does only what changed. Title, intro, links and colours come from the table [site] of
    fonds.toml, templates and styles from the folder theme beside it.
    """
    from fonds.jobs import collect_rarely

    _need()
    from fonds.site.build import build
    from fonds.site.opening import prepare

    collect_rarely()
    source, out, settings = prepare(inputs or (".",), output, thumbnails=thumbnails, url=url)
    with common.Interrupt() as stop, common.Progress(quiet=quiet or as_json) as progress:
        summary = build(source, out, settings=settings, jobs=jobs or None, progress=progress, stop=stop)
    common.report(summary.failures, verbose=verbose)
    if as_json:
        import msgspec

        click.echo(msgspec.json.format(msgspec.json.encode(summary), indent=2).decode())
    if not quiet:
        _print(summary, err=as_json)
    context.exit(summary.exit_code)


@command.command("serve")
@click.argument("inputs", metavar="[DIR]...", nargs=-1, type=click.Path())
@click.option("-o", "--output", metavar="OUT", default="", type=click.Path(file_okay=False), envvar="FONDS_SITE_OUTPUT", show_envvar=True, show_default="site, in the archive or in this folder", help="Folder of the site.")  # fmt: skip
@click.option("--port", metavar="N", type=click.IntRange(0, 65535), default=8080, show_default=True, envvar="FONDS_SITE_PORT", show_envvar=True, help="Port on this machine; 0 takes any that is free.")  # fmt: skip
@click.option("--thumbnails/--no-thumbnails", default=None, show_default="as fonds.toml says, else made", envvar="FONDS_SITE_THUMBNAILS", show_envvar=True, help="Make small versions of the pictures, once.")  # fmt: skip
@click.option(
    "-v", "--verbose", is_flag=True, envvar="FONDS_VERBOSE", help="Say more: tracebacks of defects."
)
@click.option("-q", "--quiet", is_flag=True, envvar="FONDS_QUIET", help="Say nothing but what failed.")
def serve_command(
    *, inputs: tuple[str, ...], output: str, port: int, thumbnails: bool | None, verbose: bool, quiet: bool
) -> None:
    """Make the site, and show it on this machine alone.

    What DIR is: see fonds site build. The site is made again when posts, settings or theme change; load the
    page again to see it. Ctrl-C ends it.
    """
    from fonds.errors import FondsError

    _need()
    from fonds.site.build import build
    from fonds.site.opening import prepare
    from fonds.site.serve import Server

    given = inputs or (".",)

    def again() -> None:
        try:
            source, out, settings = prepare(given, output, thumbnails=thumbnails)
            summary = build(source, out, settings=settings)
        except FondsError as error:  # a template in the middle of being written: the site stays as it was
            common.say(f"fonds: {error}", err=True)
            return
        common.report(summary.failures, verbose=verbose)
        if not quiet:
            common.say(f"made again: {summary.written} files written, {summary.removed} removed", err=True)

    source, out, settings = prepare(given, output, thumbnails=thumbnails)
    with common.Progress(quiet=quiet) as progress:
        common.report(build(source, out, settings=settings, progress=progress).failures, verbose=verbose)
    server = Server(out, port=port, archive=source.folder if source.kind == "archive" else None)
    if not quiet:
        common.say(f"{server.address} shows {out}; Ctrl-C ends it", err=True)
    server.run(source, again)


def _need() -> None:
    """Raises UsageError where what the site is made with is not installed."""
    from importlib.util import find_spec

    from fonds.errors import UsageError

    missing = [name for name in ("jinja2", "PIL", "pygments") if find_spec(name) is None]
    if missing:
        raise UsageError(
            f"the site needs more than is installed ({', '.join(missing)})",
            remedy="Install it with: python -m pip install 'fonds[site]'.",
        )


def _print(summary: Summary, *, err: bool) -> None:
    def line(name: str, text: str) -> None:
        common.say(f"{name:<12}{text}", err=err)

    line("posts", str(summary.posts))
    if summary.responses:
        line("responses", str(summary.responses))
    if summary.drafts:
        line("drafts", str(summary.drafts))
    line("pictures", str(summary.pictures))
    if summary.thumbnails:
        line("thumbnails", f"{summary.thumbnails} made")
    if summary.failures:
        line("failed", f"{len(summary.failures)} (named above)")
    if summary.interrupted:
        line("stopped", "before the end; the same command goes on")
        return
    removed = f", {summary.removed} removed" if summary.removed else ""
    line("files", f"{summary.files} in {summary.out}, {summary.written} of them written now{removed}")
    line("open", str(Path(summary.out, "index.html")))
