"""``fonds events``: claims about one thing that happened, side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from fonds.cli import common
from fonds.cli.ledger_options import FORMATS, filters, ledger_option, now, view, wanted, who, write_out

if TYPE_CHECKING:
    from fonds.ledger.rows import Event
    from fonds.ledger.view import View


@click.group("events")
def command() -> None:
    """Claims about one thing that happened: least and most reported, who says so, who denies it.

    Made from the claims that fonds claims extract found. Figures are never added up.
    """


@command.command("list")
@ledger_option
@filters
@click.option(
    "--json", "as_json", is_flag=True, envvar="FONDS_JSON", help="JSON lines, alone on standard output."
)
def list_events(*, archive: str | None, as_json: bool, **values: Any) -> None:
    """List events, by day."""
    shown = view(archive)
    found = list(shown.chosen_events(wanted(values)))
    if as_json:
        from fonds.ledger.exporting import events_jsonl

        write_out(events_jsonl(found, shown), "-")
        return
    for event in found:
        _say_event(event, shown)
    common.say(f"{len(found)} events, as reported. Figures must not be added up.", err=True)


def _say_event(event: Event, shown: View) -> None:
    from fonds.ledger import wording

    what = ", ".join(wording.figure(figure, shown.by_id) for figure in event.figures) or event.kind
    common.say(f"{event.id}  {wording.when(event)}  {event.place or 'place unknown'}: {what}")
    line = f"    reported by {wording.event_sources(event)}, in {len(event.posts)} post{'s' if len(event.posts) > 1 else ''}"
    line += f"; accused: {', '.join(event.accused)}" if event.accused else ""
    line += f"; denied by {', '.join(event.deniers) or 'somebody'}" if event.denied else ""
    common.say(line)


@command.command("show")
@click.argument("event")
@ledger_option
@click.option("--json", "as_json", is_flag=True, envvar="FONDS_JSON", help="Machine output, alone on standard output.")  # fmt: skip
def show(*, event: str, archive: str | None, as_json: bool) -> None:
    """Show one event with the sentences it is made of. EVENT is its id, or that of a claim in it."""
    from fonds.ledger.view import pick_event

    shown = view(archive)
    found = pick_event(shown, event)
    if as_json:
        from fonds.ledger.exporting import events_jsonl

        write_out(events_jsonl([found], shown), "-")
        return
    _say_event(found, shown)
    _say_sentences(found, shown)


def _say_sentences(event: Event, shown: View) -> None:
    from fonds.ledger import wording

    for ident in event.claims:
        entry = shown.by_id.get(ident)
        if entry is None:
            continue
        common.say()
        common.say(f"  {ident}  {wording.title(entry)}")
        common.say(f"      {wording.by(entry.row.claim, shown.heads.get(entry.row.post))}, {entry.row.date}")
        common.say(f"      “{entry.row.sentence.text}”")


@command.command("merge")
@click.argument("events", nargs=-1, required=True)
@ledger_option
@click.option("--as", "name", metavar="NAME", default="", show_default="your user name", envvar="FONDS_REVIEWER", show_envvar=True, help="Who decides, as it stands in the log.")  # fmt: skip
@click.option("--note", default="", help="Why.")
def merge(*, events: tuple[str, ...], archive: str | None, name: str, note: str) -> None:
    """Take two or more EVENTS for one. It stays so in every later run."""
    from fonds.errors import UsageError
    from fonds.ledger.review import override
    from fonds.ledger.view import pick_event

    shown = view(archive)
    found = {event.id: event for event in (pick_event(shown, ident) for ident in events)}
    if len(found) < 2:
        raise UsageError("that is one event", remedy="Name two or more.")
    claims = [claim for event in found.values() for claim in event.claims]
    shown.ledger.add_override(override("merge", claims, by=who(name), at=now(), note=note))
    _settle(archive, claims[0])


@command.command("split")
@click.argument("event")
@click.argument("claims", nargs=-1, required=True)
@ledger_option
@click.option("--as", "name", metavar="NAME", default="", show_default="your user name", envvar="FONDS_REVIEWER", show_envvar=True, help="Who decides, as it stands in the log.")  # fmt: skip
@click.option("--note", default="", help="Why.")
def split(*, event: str, claims: tuple[str, ...], archive: str | None, name: str, note: str) -> None:
    """Take CLAIMS out of an EVENT, as an event of their own. It stays so in every later run."""
    from fonds.errors import UsageError
    from fonds.ledger.review import override
    from fonds.ledger.view import pick, pick_event

    shown = view(archive)
    found = pick_event(shown, event)
    leaving = {pick(shown, ident).row.id for ident in claims}
    if not leaving <= set(found.claims):
        raise UsageError(f"a claim is not in {found.id}", remedy=f"It holds: {', '.join(found.claims)}.")
    staying = [claim for claim in found.claims if claim not in leaving]
    if not staying:
        raise UsageError("nothing would stay", remedy="Leave at least one claim in the event.")
    shown.ledger.add_override(override("split", leaving, staying, by=who(name), at=now(), note=note))
    _settle(archive, sorted(leaving)[0])


def _settle(archive: str | None, claim: str) -> None:
    """Makes the events again, and shows the one that holds ``claim``."""
    from fonds.ledger.redaction import NOTHING
    from fonds.ledger.view import View, pick_event

    shown = view(archive)
    with shown.ledger.locked():
        shown.ledger.write_events(View(shown.ledger, NOTHING).events)
    _say_event(pick_event(shown, claim), shown)


@command.command("export")
@click.argument("kind_of_file", metavar="FORMAT", type=click.Choice(FORMATS))
@ledger_option
@filters
@click.option("-o", "--output", metavar="FILE", default="-", show_default="standard output", type=click.Path(allow_dash=True), help="The file to write.")  # fmt: skip
def export(*, kind_of_file: str, archive: str | None, output: str, **values: Any) -> None:
    """Write events as csv (a row for each figure), jsonl, jsonld or geojson."""
    from fonds.ledger import exporting

    shown = view(archive)
    write_out(exporting.EVENTS[kind_of_file](shown.chosen_events(wanted(values)), shown), output)
