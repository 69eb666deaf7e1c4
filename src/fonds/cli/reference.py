"""The command reference, docs/commands.md, made from the commands themselves.

``python -m fonds.cli.reference > docs/commands.md`` writes it; a test holds it to the code.
"""

from __future__ import annotations

from collections.abc import Iterator

import click

from fonds.cli import COMMANDS, cli

_HEAD = """# Commands

Made by `python -m fonds.cli.reference`: do not edit by hand.

Everywhere: `-h` explains, `--json` puts machine output alone on standard output (people and progress on
standard error), `-q` is silent but for what failed, `-v` says more, `NO_COLOR` is heeded. The exit codes
of what happened add up: see [exit-codes.md](exit-codes.md).

## Settings

An option on the command line counts most; then its variable in the environment; then `fonds.toml` of the
archive that the command is about; then that of the current folder; then your own `fonds.toml`
(`~/.config/fonds/` on Linux, `~/Library/Application Support/fonds/` on macOS, `%APPDATA%\\fonds\\` on Windows). Each command has a table of its name, with its long options as keys:

```toml
[convert]
output = "markdown"
jobs = 2
assets = ["pictures"]
check = true
```

## Shell completion

| shell | line for its start-up file |
|---|---|
| bash | `eval "$(_FONDS_COMPLETE=bash_source fonds)"` |
| zsh | `eval "$(_FONDS_COMPLETE=zsh_source fonds)"` |
| fish | `_FONDS_COMPLETE=fish_source fonds \\| source` |
"""

_MORE = {
    "convert": "What is written, and what never is: [guide.md](guide.md).\n",
    "inspect": "Reads, and writes nothing. `--json` is described in [model.md](model.md).\n",
    "verify": "What is proven by what, and what can be repaired: [archive.md](archive.md); the codes: [findings.md](findings.md).\n",
    "status": "What lies in an archive: [archive.md](archive.md).\n",
    "missing": "The reasons: [pull.md](pull.md).\n",
    "site": "What a site holds, its settings, and how to change its look: [site.md](site.md).\n",
    "claims": "How claims are read and how far to trust them: [claims.md](claims.md); the files: [ledger.md](ledger.md).\n",
    "events": "What an event is: [ledger.md](ledger.md).\n",
}


def reference() -> str:
    """The whole page."""
    return "\n".join((_HEAD, *(_command(name) for name in COMMANDS))).rstrip() + "\n"


def parameters(name: str) -> Iterator[click.Parameter]:
    """The parameters of a command, ``--help`` included, in the order of its help; those of its own commands
    (``fonds claims list``) behind them."""
    context, command = _found(name)
    yield from command.get_params(context)
    if isinstance(command, click.Group):
        for below, context_below in _below(command, context):
            yield from below.get_params(context_below)


def _below(group: click.Group, context: click.Context) -> Iterator[tuple[click.Command, click.Context]]:
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if command is not None:
            yield command, click.Context(command, info_name=name, parent=context)


def _found(name: str) -> tuple[click.Context, click.Command]:
    above = click.Context(cli, info_name="fonds", **cli.context_settings)
    command = cli.get_command(above, name)
    if command is None:
        raise KeyError(name)
    return click.Context(command, info_name=name, parent=above), command


def _command(name: str) -> str:
    context, command = _found(name)
    lines = _described(command, context, "##")
    if isinstance(command, click.Group):
        for below, context_below in _below(command, context):
            lines += _described(below, context_below, "###")
    return "\n".join((*lines, _MORE.get(name, "")))


def _described(command: click.Command, context: click.Context, level: str) -> list[str]:
    usage = " ".join((context.command_path, *command.collect_usage_pieces(context)))
    lines = [f"{level} {context.command_path}", "", f"    {usage}", "", *_paragraphs(command.help or ""), ""]
    if isinstance(command, click.Group):
        return lines
    lines += ["| option | what it does | otherwise | variable |", "|---|---|---|---|"]
    lines += [_row(option) for option in command.get_params(context) if isinstance(option, click.Option)]
    return [*lines, ""]


def _paragraphs(text: str) -> list[str]:
    return [line.strip() for line in text.strip().splitlines()]


def _row(option: click.Option) -> str:
    names = ", ".join(f"`{name}`" for name in (*option.opts, *option.secondary_opts))
    if isinstance(option.type, click.Choice):
        names += " `" + "\\|".join(option.type.choices) + "`"
    elif option.metavar:
        names += f" `{option.metavar}`"
    variable = f"`{option.envvar}`" if isinstance(option.envvar, str) else ""
    return f"| {names} | {option.help} | {_default(option)} | {variable} |"


def _default(option: click.Option) -> str:
    if isinstance(option.show_default, str):
        return option.show_default
    if option.is_flag and option.secondary_opts:
        return f"`{(option.opts if option.default else option.secondary_opts)[0]}`"
    return f"`{option.default}`" if option.show_default else ""


if __name__ == "__main__":
    click.echo(reference(), nl=False)
