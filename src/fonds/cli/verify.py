"""``fonds verify``."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final

import click

from fonds.cli import common

if TYPE_CHECKING:
    from fonds.archive.verify import Report
    from fonds.net.settings import Settings

_NOBODY: Final = contextlib.nullcontext(None)
_UNITS = {"s": 1, "m": 60, "h": 3600, "": 1}


class Duration(click.ParamType[float]):
    """Seconds, or with a unit: 90, 90s, 5m, 2h."""

    name = "duration"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        if isinstance(value, (int, float)):
            return float(value)
        found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([smh]?)", str(value).strip())
        if found is None:
            self.fail(f"{value!r} is no time: write 90s, 5m or 2h.", param, ctx)
        return float(found[1]) * _UNITS[found[2]]


@click.command("verify")
@common.folder
@click.option(
    "--fast", is_flag=True, help="Look at names, sizes and the journal alone; changed bytes go unseen."
)
@click.option("--incremental", is_flag=True, help="What was not checked for the longest time first, going on where the last check ended.")  # fmt: skip
@click.option("--time-limit", metavar="TIME", type=Duration(), envvar="FONDS_TIME_LIMIT", help="End after so long: 90s, 5m, 2h. Implies --incremental.")  # fmt: skip
@click.option(
    "--repair",
    is_flag=True,
    help="Make good what can be made good; what stands there is kept in .fonds/aside.",
)
@click.option("--fetch", is_flag=True, help="With --repair: ask for lost pictures at their addresses, too.")
@common.asking
@common.output_options
@click.pass_context
def command(
    context: click.Context,
    *,
    folder: str | None,
    fast: bool,
    incremental: bool,
    time_limit: float | None,
    repair: bool,
    fetch: bool,
    rate: float,
    picture_rate: float,
    gateway: str,
    as_json: bool,
    quiet: bool,
    verbose: bool,
) -> None:
    """Check every byte of an archive, and repair what can be repaired.

    Finds every file that is missing, extra, cut or changed, and names it with a code (docs/findings.md).
    Exit code 64 when something is found and not repaired.
    """
    from fonds.archive.verify import verify

    if fast and (incremental or time_limit is not None):
        raise click.UsageError("--fast reads no bytes: it is never incremental.", context)
    if fetch and not repair:
        raise click.UsageError("--fetch goes with --repair.", context)
    root = common.the_archive(folder)
    with common.Interrupt() as stop, common.Progress(quiet=quiet or as_json) as progress:
        report = verify(
            root,
            fast=fast,
            incremental=incremental or time_limit is not None,
            time_limit=time_limit,
            progress=progress,
            stop=stop,
        )
        if repair and report.findings and not report.interrupted:
            from fonds.archive import repair as repairing

            asking = _fetching(common.net_settings(rate, picture_rate, gateway)) if fetch else _NOBODY
            with asking as given:
                sources = repairing.Sources(fetch=given) if given is not None else repairing.Sources()
                report = repairing.repair(root, report, sources=sources, progress=progress)
    for finding in report.findings:
        if not quiet or not finding.repaired:
            common.say(f"fonds: {finding}", err=True)
    if as_json:
        common.print_json(report)
    elif not quiet:
        _print(report, repaired=repair, verbose=verbose)
    context.exit(report.exit_code)


@contextlib.contextmanager
def _fetching(settings: Settings) -> Iterator[Callable[[str], bytes | None]]:
    """Asks for one address at a time, as pull does."""
    import asyncio

    from fonds.net.client import Client
    from fonds.net.errors import FetchError
    from fonds.net.messages import Request

    with asyncio.Runner() as runner:
        client = Client(settings)
        runner.run(client.__aenter__())

        def fetch(address: str) -> bytes | None:
            try:
                return runner.run(client.fetch(Request(address))).body
            except FetchError as error:
                common.say(f"fonds: {error}", err=True)
                return None

        try:
            yield fetch
        finally:
            runner.run(client.__aexit__(None, None, None))


def _print(report: Report, *, repaired: bool, verbose: bool) -> None:
    def line(name: str, text: str) -> None:
        common.say(f"{name:<12}{text}")

    line("files", f"{report.listed:,} should be here")
    if report.mode != "fast":
        speed = f" in {report.seconds:.1f} s" if verbose else ""
        line("hashed", f"{report.files:,}, {common.size(report.bytes)}{speed}")
    if not report.complete:
        line("stopped", "before the end; --incremental goes on where it ended")
    elif report.mode == "incremental":
        line("round", f"complete: every file was checked since {common.moment(report.oldest)}")
    left = sum(1 for finding in report.findings if not finding.repaired)
    mended = len(report.findings) - left
    text = f"{left:,} findings (named above)" if left else "nothing"
    line("found", f"{text}, {mended:,} repaired" if mended else text)
    if left and not repaired:
        line("next", "fonds verify --repair makes good what can be made good")
