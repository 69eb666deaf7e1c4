"""Settings from files: ``fonds.toml`` of this folder over the user's own. Both may be missing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from fonds.errors import UsageError

NAME = "fonds.toml"


def paths() -> tuple[Path, ...]:
    """The files that are read, the weaker first."""
    return Path(click.get_app_dir("fonds"), NAME), Path(NAME)


def load(command: str) -> dict[str, Any]:
    """Click's default map for ``command``: the table of its name in each file.

    Other tables are not looked at: an archive says more in its own fonds.toml. Raises UsageError for a
    file that is no TOML, and for a key that the command does not know.
    """
    merged: dict[str, Any] = {}
    for path in paths():
        if path.is_file():
            merged |= _table(path, command)
    return {command: merged}


def _table(path: Path, command: str) -> dict[str, Any]:
    import tomllib

    try:
        table = tomllib.loads(path.read_text(encoding="utf-8")).get(command, {})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"is no TOML: {error}", origin=str(path)) from None
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror}", origin=str(path)) from None
    known = _keys(command)
    if not isinstance(table, dict):
        raise UsageError(f"[{command}] is no table", origin=str(path))
    for key in table:
        if key.replace("-", "_") not in known:
            raise UsageError(
                f"{command} has no setting {key!r}",
                origin=str(path),
                where=f"[{command}]",
                remedy=f"Known: {', '.join(sorted(known))}.",
            )
    return {known[key.replace("-", "_")]: value for key, value in table.items()}


def _keys(command: str) -> dict[str, str]:
    """The long names of the command's options → the names of their parameters."""
    from fonds.cli import cli

    found = cli.get_command(click.Context(cli), command)
    keys: dict[str, str] = {}
    for parameter in found.params if found is not None else ():
        if isinstance(parameter, click.Option) and parameter.name:
            longest = max(parameter.opts, key=len)
            keys[longest.lstrip("-").replace("-", "_")] = parameter.name
    return keys
