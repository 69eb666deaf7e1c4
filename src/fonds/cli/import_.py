"""``fonds import``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from fonds.cli import common

if TYPE_CHECKING:
    from fonds.archive.accession import Imported
    from fonds.archive.derive import Derived

KINDS = ("bookmarks", "lists", "highlights", "claps", "notes")


def _kinds(context: click.Context, _option: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """The words of ``--with``, several of them in one or in several options."""
    kinds = tuple(
        dict.fromkeys(word.strip() for value in values for word in value.split(",") if word.strip())
    )
    for kind in kinds:
        if kind not in KINDS:
            raise click.BadParameter(f"{kind!r} is none of {', '.join(KINDS)}.", context)
    return kinds


@click.command("import")
@common.inputs
@common.archive
@click.option("--with", "kinds", metavar="KIND,...", multiple=True, callback=_kinds, envvar="FONDS_WITH", show_envvar=True, help="Keep these files of an account export as data: bookmarks, lists, highlights, claps, notes.")  # fmt: skip
@click.option("--own", is_flag=True, envvar="FONDS_OWN", show_envvar=True, help="Only posts of the archive's sources, where a post says whose it is.")  # fmt: skip
@click.option("--assets", metavar="DIR", multiple=True, type=click.Path(exists=True, file_okay=False), envvar="FONDS_ASSETS", show_envvar=True, help="Folder of pictures already here, by image id or post id; assets/ beside the inputs is found by itself. May be given again.")  # fmt: skip
@click.option("-j", "--jobs", metavar="N", type=click.IntRange(0), default=0, show_default="as many as processors", envvar="FONDS_JOBS", show_envvar=True, help="Processes that write the Markdown.")  # fmt: skip
@click.option("--check/--no-check", default=True, show_default=True, envvar="FONDS_CHECK", show_envvar=True, help="Parse every file that is written again and compare it with the post.")  # fmt: skip
@common.shared
@click.pass_context
def command(
    context: click.Context,
    *,
    inputs: tuple[str, ...],
    archive: str | None,
    kinds: tuple[str, ...],
    own: bool,
    assets: tuple[str, ...],
    jobs: int,
    check: bool,
    max_size: int,
    as_json: bool,
    quiet: bool,
    verbose: bool,
) -> None:
    """Bring exports, saved pages, feeds, WARCs and other archives into an archive.

    INPUT is what fonds convert takes (an account export as ZIP or folder, saved pages, JSON, GraphQL
    answers, feeds, an archive by ZMediumToMarkdown with its pictures), and WARC and WACZ files of any
    tool. What is here already is merged by the post's id: the best source for each part, whatever comes
    first. The Markdown is written at the end.
    """
    from fonds.archive.derive import derive
    from fonds.archive.importing import import_into
    from fonds.archive.store import Archive
    from fonds.jobs import collect_rarely

    collect_rarely()
    derived: Derived | None = None
    with (
        Archive.open(common.the_archive(archive), write=True, command="import") as opened,
        common.Interrupt() as stop,
        common.Progress(quiet=quiet or as_json) as progress,
    ):
        imported = import_into(
            opened,
            inputs,
            data=kinds,
            own=own,
            pictures=assets,
            max_size=max_size << 20,
            progress=progress,
            stop=stop,
        )
        if not imported.interrupted:
            derived = derive(opened, check=check, jobs=jobs or None, progress=progress, stop=stop)
        opened.seal()
    failures = [
        *imported.failures,
        *(derived.failures if derived else ()),
        *(derived.findings if derived else ()),
    ]
    common.report(failures, verbose=verbose)
    stopped = imported.interrupted or (derived is not None and derived.interrupted)
    code = 130 if stopped else imported.exit_code | (derived.exit_code if derived else 0)
    if as_json:
        common.print_json({"imported": imported, "derived": derived, "exit_code": code})
    if not quiet:
        _print(imported, derived, verbose=verbose, err=as_json)
    context.exit(code)


def _print(imported: Imported, derived: Derived | None, *, verbose: bool, err: bool) -> None:
    def line(name: str, text: str) -> None:
        common.say(f"{name:<12}{text}", err=err)

    def several(*parts: tuple[int, str]) -> str:
        return ", ".join(f"{count} {word}" for count, word in parts if count)

    line("read", f"{imported.files} files with posts")
    found = several((imported.new, "new"), (imported.changed, "that say more now"), (imported.unchanged, "that bring nothing new"))  # fmt: skip
    line("posts", found or "none")
    kinds = several((imported.posts, "posts"), (imported.responses, "responses"), (imported.drafts, "drafts"))
    if kinds:
        line("new", kinds)
    if imported.previews:
        line("in part", f"{imported.previews} (locked: the rest was not in what was read)")
    pictures = imported.pictures
    if pictures.taken or pictures.broken:
        line("pictures", several((pictures.taken, "taken in"), (pictures.there, "here already"), (pictures.broken, "that are none (named above)")))  # fmt: skip
    if imported.links:
        line("links", f"{imported.links} posts that are linked to and not here (fonds missing)")
    if imported.data:
        line("data", f"{common.counts(imported.data)} in data/")
    if imported.others:
        line("other files", f"{sum(imported.others.values())} ({common.counts(imported.others)})")
    if imported.private:
        line("taken out", f"{imported.private} private values (mail addresses, tokens) of saved pages")
    for code, warning in sorted(imported.warnings.items()):
        line("warning", common.warning(code, warning))
        for place in warning.places if verbose else ():
            common.say(f"{'':<12}  {place}", err=err)
    if imported.failures:
        line("failed", f"{len(imported.failures)} (named above)")
    if derived is not None:
        line("files", f"{derived.written} written, {derived.unchanged} as they were")
        if derived.findings:
            line("proof", f"{len(derived.findings)} findings (named above)")
    if imported.interrupted:
        line("stopped", "before the end; the same command goes on")
