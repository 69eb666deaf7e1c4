"""The command line: thin over the library. Each command is a module, loaded when it is called."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from types import TracebackType
from typing import NoReturn

import click

from fonds import __version__
from fonds.cli import common, settings
from fonds.errors import FondsError

COMMANDS = {
    "convert": "Turn anything Medium emitted into Markdown.",
    "init": "Make a new archive.",
    "pull": "Fetch what is new or changed, politely, and write it down.",
    "render": "Make an archive's Markdown again from what it keeps, without the network.",
    "status": "Say what an archive keeps.",
    "missing": "List what is known to exist and is not here, and why.",
    "log": "Say what happened to a post.",
    "diff": "Show what changed between two versions of a post, word by word.",
    "show": "Print a post as Markdown.",
    "verify": "Check every byte of an archive, and repair what can be repaired.",
    "selftest": "Try out what an archive needs, on your own disk.",
    "inspect": "Say which form an input has and what is in it.",
    "replay": "Serve an archive on this machine as Medium would.",
    "import": "Bring exports, saved pages, feeds, WARCs and other archives into an archive.",
    "search": "Find words in everything an archive keeps.",
    "claims": "Who reported what figure, where and when, and who denies it.",
    "events": "Claims about one thing that happened: least and most reported, who says so, who denies it.",
    "site": "Make a site of it that opens with a double click.",
}
"""Name → what stands in the list of commands; the command is ``fonds.cli.<name>.command`` (``import_``
for ``import``, which is a word of Python's)."""

REPORT = "This is a defect of fonds: please report it with the line above (and with what -v adds to it)."


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        import importlib
        import keyword

        module = f"{cmd_name}_" if keyword.iskeyword(cmd_name) else cmd_name
        found: click.Command = importlib.import_module(f"fonds.cli.{module}").command
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        # Without loading the commands.
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(
    cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(
    __version__,
    "--version",
    prog_name="fonds",
    message="%(prog)s %(version)s",
    help="Show the version and exit.",
)
@click.pass_context
def cli(context: click.Context) -> None:
    """Keep everything an author or a publication has published on Medium.

    Settings: the command line, then FONDS_… in the environment, then fonds.toml of the archive, or in
    this folder, then your own fonds.toml (docs/commands.md). Exit codes add up: docs/exit-codes.md.
    """
    if context.invoked_subcommand is not None and not context.resilient_parsing:
        context.default_map = settings.load(context.invoked_subcommand)


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Runs the command line and exits with its code."""
    sys.excepthook = _defect
    sys.unraisablehook = _unraisable
    try:
        code = cli.main(args=arguments, prog_name="fonds", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except FondsError as error:
        click.echo(f"fonds: {error}", err=True)
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("fonds: stopped", err=True)
        sys.exit(130)
    sys.exit(code if isinstance(code, int) else 0)


def _unraisable(found: sys.UnraisableHookArgs) -> None:
    """Ctrl-C in a place where Python can raise nothing (it cleans up there): it comes once more, a moment later."""
    if issubclass(found.exc_type, KeyboardInterrupt):
        common.interrupt_again()
    else:
        sys.__unraisablehook__(found)


def _defect(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """The last word on an exception that nothing expects; the exit code is then 1 by itself."""
    if any(argument in ("-v", "--verbose") for argument in sys.argv[1:]):
        sys.__excepthook__(kind, error, trace)
    click.echo(f"fonds: {kind.__name__}: {error}\n{REPORT}", err=True)
