"""``fonds render``."""

from __future__ import annotations

import click

from fonds.cli import common


@click.command("render")
@common.folder
@click.option(
    "--all", "everything", is_flag=True, help="Make every file again, also where nothing has changed."
)
@click.option("--reread", is_flag=True, help="Read Medium's answers and the imported files again first, with this fonds: where it sees something else, a version is added.")  # fmt: skip
@click.option("--check/--no-check", default=True, show_default=True, envvar="FONDS_CHECK", show_envvar=True, help="Parse every file again and compare it with the post.")  # fmt: skip
@click.option("-j", "--jobs", metavar="N", type=click.IntRange(0), default=0, show_default="as many as processors", envvar="FONDS_JOBS", show_envvar=True, help="Number of processes; small archives take one.")  # fmt: skip
@common.output_options
@click.pass_context
def command(
    context: click.Context,
    *,
    folder: str | None,
    everything: bool,
    reread: bool,
    check: bool,
    jobs: int,
    as_json: bool,
    quiet: bool,
    verbose: bool,
) -> None:
    """Make an archive's Markdown again from what it keeps, without the network.

    Writes posts/, responses/, drafts/, README.md, INDEX.md and redirects.csv of the archive DIR. Only what
    has changed is written.
    """
    from fonds.archive import reread as rereading
    from fonds.archive.derive import derive
    from fonds.archive.store import Archive

    with (
        Archive.open(common.the_archive(folder), write=True, command="render") as archive,
        common.Interrupt() as stop,
        common.Progress(quiet=quiet or as_json) as progress,
    ):
        seen = rereading.reread(archive, progress=progress) if reread else 0
        derived = derive(
            archive, check=check, jobs=jobs or None, everything=everything, progress=progress, stop=stop
        )
        archive.seal()
    common.report(derived.failures, verbose=verbose)
    common.report(derived.findings, verbose=verbose)
    if as_json:
        common.print_json(derived)
    if not quiet:
        for name, text in (
            ("posts", str(derived.posts)),
            *([("read again", f"{seen} of them say something else now")] if reread else []),
            (
                "files",
                f"{derived.written} written, {derived.unchanged} as they were, {derived.removed} taken away",
            ),
            *([("proof", f"{len(derived.findings) or 'no'} findings")] if check else []),
            *([("failed", f"{len(derived.failures)} (named above)")] if derived.failures else []),
            *([("stopped", "before the end; the same command goes on")] if derived.interrupted else []),
        ):
            common.say(f"{name:<12}{text}", err=as_json)
    context.exit(derived.exit_code)
