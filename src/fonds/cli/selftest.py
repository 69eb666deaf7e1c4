"""``fonds selftest``."""

from __future__ import annotations

import click

from fonds.cli import common


@click.command("selftest")
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(file_okay=False, exists=True))
@common.output_options
@click.pass_context
def command(context: click.Context, *, folder: str, as_json: bool, quiet: bool, verbose: bool) -> None:
    """Try out what an archive needs, on your own disk.

    Makes a small archive in a scratch folder under DIR (the current folder when none is given), damages it,
    cuts runs off, and looks whether everything is found and mended. The folder is taken away at the end. Exit
    code 128 when the disk does not do what an archive counts on.
    """
    from fonds.archive.selftest import selftest

    results = []
    for result in selftest(folder):
        results.append(result)
        if not as_json and (not quiet or not result.ok):
            seconds = f"  ({result.seconds:.2f} s)" if verbose else ""
            common.say(
                f"{'ok' if result.ok else 'FAILED':<8}{result.name:<14}{result.seen}{seconds}",
                err=not result.ok,
            )
    ok = all(result.ok for result in results)
    code = 0 if ok else 128
    if as_json:
        common.print_json({"ok": ok, "checks": results, "exit_code": code})
    context.exit(code)
