"""``fonds claims``: read, list, review and export the claims of an archive."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fonds.cli import common
from fonds.cli.ledger_options import (
    FORMATS,
    asking,
    filters,
    ledger_option,
    model_options,
    model_settings,
    now,
    view,
    wanted,
    who,
    write_out,
)

if TYPE_CHECKING:
    from fonds.ledger.chat import Ask, Prefer
    from fonds.ledger.review import Entry
    from fonds.ledger.run import Summary
    from fonds.ledger.view import View

OUTPUT = "ledger"
"""Where the ledger of a plain folder is put when nothing else is said."""


@click.group("claims")
def command() -> None:
    """Who reported what figure, where and when, and who denies it.

    A claim is "reported in this post", never "true". Begin with: fonds claims extract
    """


@command.command("extract")
@click.argument("source", metavar="[INPUT]", default="", type=click.Path())
@click.option("-o", "--output", metavar="DIR", default="", show_default="in the archive; ledger for a plain folder", type=click.Path(), envvar="FONDS_LEDGER_OUTPUT", show_envvar=True, help="Folder of the ledger of a plain folder, or file for --sentences.")  # fmt: skip
@click.option("-j", "--jobs", metavar="N", type=click.IntRange(0), default=0, show_default="as many as processors", envvar="FONDS_JOBS", show_envvar=True, help="Number of processes; small inputs take one.")  # fmt: skip
@click.option("--again", is_flag=True, help="Read everything again, not only what is new or changed.")
@click.option("--sentences", metavar="FILE", default="", type=click.Path(allow_dash=True), help="Read JSON lines {sentence_id, text} instead, and write one line of claims for each.")  # fmt: skip
@model_options
@click.option(
    "-v", "--verbose", is_flag=True, envvar="FONDS_VERBOSE", help="Say more: tracebacks of defects."
)
@click.option("-q", "--quiet", is_flag=True, envvar="FONDS_QUIET", help="Say nothing but what failed.")
@click.option("--json", "as_json", is_flag=True, envvar="FONDS_JSON", help="Machine output, alone on standard output.")  # fmt: skip
@click.pass_context
def extract(
    context: click.Context,
    *,
    source: str,
    output: str,
    jobs: int,
    again: bool,
    sentences: str,
    model: str,
    model_url: str,
    prefer: Prefer,
    verbose: bool,
    quiet: bool,
    as_json: bool,
) -> None:
    """Read the claims of an archive, or of any file, folder or ZIP that fonds reads.

    Only what is new or changed since the last run is read. What people decided is kept.
    """
    if sentences:
        with asking(model, model_url, quiet=quiet) as ask:
            _sentences(sentences, output or "-", ask, prefer)
        return
    from fonds.errors import UsageError
    from fonds.jobs import collect_rarely
    from fonds.ledger import given, run
    from fonds.ledger.store import IN_ARCHIVE, Ledger

    path = Path(source) if source else common.the_archive(None)
    if not path.exists():
        raise UsageError("is not there", origin=source)
    inside = given.is_archive(path)
    if not source and not inside:
        raise UsageError("this folder is no archive", remedy="Name an archive, or a file or folder to read.")
    if inside and output:
        raise UsageError("the ledger of an archive stands in the archive", remedy="Leave out -o.")
    collect_rarely()
    ledger = Ledger(path / IN_ARCHIVE if inside else Path(output or OUTPUT))
    with common.Interrupt() as stop, common.Progress(quiet=quiet or as_json) as progress:
        summary = run.extract(path, ledger, jobs=jobs or None, again=again, progress=progress, stop=stop)
        if model and not summary.interrupted:
            from fonds.ledger import asked

            asked.ask_all(
                path, ledger, model_settings(model, model_url), prefer=prefer, progress=progress, stop=stop
            )
    common.report(summary.failures, verbose=verbose)
    if as_json:
        import msgspec

        click.echo(msgspec.json.format(msgspec.json.encode(summary), indent=2).decode())
    elif not quiet:
        _say_summary(summary, ledger.folder)
    context.exit(130 if summary.interrupted else summary.exit_code)


def _say_summary(summary: Summary, folder: Path) -> None:
    def line(name: str, text: str) -> None:
        common.say(f"{name:<12}{text}")

    line("posts", f"{summary.posts} ({summary.read} read now, {summary.kept} as before)")
    if summary.twins:
        line("stand twice", f"{summary.twins} (under a second id: their figures count once)")
    if summary.duplicates:
        line("seen twice", f"{summary.duplicates} (one post in two files: read once)")
    if summary.unread:
        line(
            "not read",
            f"{sum(summary.unread.values())} in other languages ({common.counts(summary.unread)}): fonds claims unread",
        )
    line("sentences", str(summary.sentences))
    line("claims", str(summary.claims))
    line("events", str(summary.events))
    line("ledger", str(folder))
    if summary.interrupted:
        line("stopped", "before the end; the same command goes on")


def _sentences(file: str, output: str, ask: Ask | None, prefer: Prefer) -> None:
    from fonds.archive.files import disk_error
    from fonds.errors import DiskError
    from fonds.ledger.files import extract_file

    def lines() -> Iterator[bytes]:
        if file == "-":
            yield from sys.stdin.buffer
            return
        try:
            with Path(file).open("rb") as handle:
                yield from handle
        except FileNotFoundError:
            raise DiskError("is not there", origin=file) from None
        except OSError as error:
            raise disk_error(error, file) from error

    name = "standard input" if file == "-" else file
    if output == "-":
        sys.stdout.flush()
        for line in extract_file(lines(), name, ask=ask, prefer=prefer):
            sys.stdout.buffer.write(line + b"\n")
        sys.stdout.buffer.flush()
    else:
        write_out(
            "".join(line.decode() + "\n" for line in extract_file(lines(), name, ask=ask, prefer=prefer)),
            output,
        )


@command.command("list")
@ledger_option
@filters
@click.option(
    "--json", "as_json", is_flag=True, envvar="FONDS_JSON", help="JSON lines, alone on standard output."
)
def list_claims(*, archive: str | None, as_json: bool, **values: Any) -> None:
    """List claims, each with its sentence."""
    shown = view(archive)
    found = list(shown.claims(wanted(values)))
    if as_json:
        from fonds.ledger.exporting import claims_jsonl

        write_out(claims_jsonl(found, shown), "-")
        return
    for entry in found:
        _say_claim(entry, shown)
    common.say(f"{len(found)} claims, as reported. Figures must not be added up.", err=True)


def _say_claim(entry: Entry, shown: View) -> None:
    from fonds.ledger import wording

    row, claim = entry.row, entry.row.claim
    head = shown.heads.get(row.post)
    state = (
        ""
        if entry.state == "new"
        else f"  [{entry.state}{', read otherwise since' if entry.changed else ''}]"
    )
    common.say(f"{row.id}  {row.date}  {wording.title(entry)}{state}")
    place = wording.mention(claim.place)
    if place:
        common.say(f"    place: {place}")
    common.say(f"    {wording.by(claim, head)}")
    if claim.responsible is not None:
        common.say(f"    held responsible there: {wording.mention(claim.responsible)}")
    common.say(f"    “{row.sentence.text}”")


@command.command("show")
@click.argument("claim")
@ledger_option
@click.option("--json", "as_json", is_flag=True, envvar="FONDS_JSON", help="Machine output, alone on standard output.")  # fmt: skip
def show(*, claim: str, archive: str | None, as_json: bool) -> None:
    """Show one claim with everything that is known about it. CLAIM is its id or the beginning of it."""
    from fonds.ledger.view import pick

    shown = view(archive)
    entry = pick(shown, claim)
    if as_json:
        from fonds.ledger.exporting import claims_jsonl

        write_out(claims_jsonl([entry], shown), "-")
        return
    for line in card(entry, shown):
        common.say(line)


def card(entry: Entry, shown: View) -> list[str]:
    """A claim with its context and all its fields, as lines for people."""
    from fonds.ledger import wording

    row, claim = entry.row, entry.row.claim
    head = shown.heads.get(row.post)
    section = f", under “{row.sentence.section}”" if row.sentence.section else ""
    lines = [
        f"{wording.title(entry)}",
        f"  {wording.by(claim, head)}, {row.date or 'no date'} ({row.sentence.kind}{section})",
        "",
    ]
    if row.sentence.previous:
        lines.append(f"  … {row.sentence.previous}")
    if row.sentence.frame:
        lines.append(f"  {row.sentence.frame}:")
    lines += [f"  » {row.sentence.text}", ""]
    fields = [
        ("kind", claim.kind), ("figure", claim.figure), ("bounds", wording.bounds(claim)), ("qualifier", claim.qualifier or ""),
        ("population", claim.population), ("place", wording.mention(claim.place)), ("within", wording.mention(claim.within)),
        ("date", wording.mention(claim.date)), ("source", wording.mention(claim.source)),
        ("responsible", wording.mention(claim.responsible)), ("stance", claim.stance), ("modality", claim.modality),
        ("total", "a sum to date" if claim.total else ""), ("rule", claim.rule),
        ("state", entry.state + (f" by {entry.by}, {entry.at}" if entry.by else "")),
        ("note", entry.note), ("corrects", entry.corrects), ("corrected by", entry.corrected_by),
        ("same as", shown.twin(row)), ("claim", row.id), ("post", f"{row.post} {head.url if head is not None else ''}".strip()),
    ]  # fmt: skip
    lines += [f"  {name:<13}{value}" for name, value in fields if value]
    if entry.changed:
        lines.append("  The rules read this sentence otherwise now than when it was decided on.")
    return lines


@command.command("review")
@ledger_option
@filters
@click.option("--as", "name", metavar="NAME", default="", show_default="your user name", envvar="FONDS_REVIEWER", show_envvar=True, help="Who decides, as it stands in the log.")  # fmt: skip
@click.option(
    "--changed", is_flag=True, help="Only claims that the rules read otherwise since somebody decided."
)
def review(*, archive: str | None, name: str, changed: bool, **values: Any) -> None:
    """Decide on claims, one key each. What is decided is appended to the ledger's log at once."""
    from fonds.cli import review_keys
    from fonds.ledger.redaction import NOTHING
    from fonds.ledger.store import opened
    from fonds.ledger.view import View

    # A reviewer must see the sentence as it stands: the redaction list is for what leaves the ledger.
    shown = View(opened(common.the_archive(archive)), NOTHING)
    asked = wanted(values)
    queue = [e for e in shown.claims(asked) if (e.changed if changed else asked.state or e.state == "new")]
    review_keys.run(shown, queue, who(name), now)


@command.command("correct")
@click.argument("later")
@click.argument("earlier")
@ledger_option
@click.option("--as", "name", metavar="NAME", default="", show_default="your user name", envvar="FONDS_REVIEWER", show_envvar=True, help="Who decides, as it stands in the log.")  # fmt: skip
@click.option("--note", default="", help="Why.")
def correct(*, later: str, earlier: str, archive: str | None, name: str, note: str) -> None:
    """Record that the claim LATER corrects the claim EARLIER. Both stay."""
    from fonds.errors import UsageError
    from fonds.ledger.rows import Decision
    from fonds.ledger.view import pick

    shown = view(archive)
    one, other = pick(shown, later), pick(shown, earlier)
    if one.row.id == other.row.id:
        raise UsageError("a claim does not correct itself")
    made = Decision(
        n=0,
        prev="",
        at=now(),
        by=who(name),
        claim=one.row.id,
        state="corrects",
        corrects=other.row.id,
        note=note,
    )
    shown.ledger.add_decision(made)
    common.say(f"{one.row.id} corrects {other.row.id}")


@command.command("export")
@click.argument("kind_of_file", metavar="FORMAT", type=click.Choice(FORMATS))
@ledger_option
@filters
@click.option("-o", "--output", metavar="FILE", default="-", show_default="standard output", type=click.Path(allow_dash=True), help="The file to write.")  # fmt: skip
def export(*, kind_of_file: str, archive: str | None, output: str, **values: Any) -> None:
    """Write claims as csv, jsonl, jsonld (schema.org, Web Annotation, PROV) or geojson."""
    from fonds.ledger import exporting

    shown = view(archive)
    write_out(exporting.CLAIMS[kind_of_file](shown.claims(wanted(values)), shown), output)


@command.command("unread")
@ledger_option
@click.option(
    "--json", "as_json", is_flag=True, envvar="FONDS_JSON", help="JSON lines, alone on standard output."
)
def unread(*, archive: str | None, as_json: bool) -> None:
    """List the posts in languages that the rules do not read. Unread is not empty."""
    import msgspec

    from fonds.ledger.view import unread as unread_of

    shown = view(archive)
    found = unread_of(shown.heads.values())
    for head in found:
        if as_json:
            line = {
                "id": head.id,
                "language": head.unread,
                "date": head.date,
                "title": head.title,
                "url": head.url,
                "words": head.words,
            }
            click.echo(msgspec.json.encode(line).decode())
        else:
            common.say(f"{head.id}  {head.date}  {head.unread:<9} {head.title}")
    if not as_json:
        common.say(f"{len(found)} of {len(shown.heads)} posts are in other languages", err=True)


@command.command("score")
@click.argument("gold", type=click.Path(allow_dash=True))
@click.option("--predicted", metavar="FILE", default="", type=click.Path(), help="Claims from elsewhere, one line a sentence, instead of the rules' own.")  # fmt: skip
@model_options
@click.option("--json", "as_json", is_flag=True, envvar="FONDS_JSON", help="Machine output, alone on standard output.")  # fmt: skip
def score(*, gold: str, predicted: str, model: str, model_url: str, prefer: Prefer, as_json: bool) -> None:
    """Measure the rules, or the rules and a language model, against sentences that you labelled.

    GOLD holds JSON lines: docs/claims.md.
    """
    import msgspec

    from fonds.errors import UsageError
    from fonds.ledger import scoring

    if predicted and model:
        raise UsageError(
            "--predicted and --model cannot both say what is measured", remedy="Give one of them."
        )
    rows = _rows(gold)
    given = _rows(predicted) if predicted else None
    with asking(model, model_url, len(scoring.texts_of(rows, gold)), quiet=as_json) as ask:
        result = scoring.score_file(rows, given, origin=gold, ask=ask, prefer=prefer)
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(result), indent=2).decode())
    else:
        click.echo(scoring.report(result))


def _rows(file: str) -> list[dict[str, Any]]:
    import msgspec

    from fonds.archive.files import disk_error
    from fonds.errors import DiskError, UnreadableError

    try:
        data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except FileNotFoundError:
        raise DiskError("is not there", origin=file) from None
    except OSError as error:
        raise disk_error(error, file) from error
    rows = []
    for number, line in enumerate(data.split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            rows.append(msgspec.json.decode(line, type=dict[str, Any]))
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise UnreadableError(
                f"is no JSON object: {error}", origin=file, where=f"line {number}"
            ) from None
    return rows


@command.command("page")
@ledger_option
@click.argument("source", metavar="[INPUT]", default="", type=click.Path())
@click.option("-o", "--output", metavar="DIR", default="", show_default="claims-page, or claims in the site", type=click.Path(file_okay=False), help="Folder to write; open its index.html.")  # fmt: skip
@click.option("--site", metavar="DIR", default="", type=click.Path(file_okay=False), help="A site that fonds site build made of the same posts: the pages go into its folder claims, and lead to its posts.")  # fmt: skip
def page(*, archive: str | None, source: str, output: str, site: str) -> None:
    """Write static pages: timeline, map and tables, each number leading to its sentence in its post.

    They work from the disk, without a network and without JavaScript. INPUT is what was read, where it is not
    the archive.
    """
    from fonds.errors import UsageError
    from fonds.ledger.page import IN_SITE, write

    shown = view(archive)
    if site and not Path(site, "index.html").is_file():
        raise UsageError("is no site", origin=site, remedy="Make it with fonds site build.")
    folder = Path(output) if output else Path(site, IN_SITE) if site else Path("claims-page")
    origin = Path(source) if source else common.the_archive(archive)
    written = write(shown, origin, folder, Path(site) if site else None)
    common.say(f"{written} pages in {folder}: open {folder / 'index.html'}")
