"""Settings from files: ``fonds.toml`` of the archive, over that of this folder, over the user's own. Each may be
missing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from fonds.errors import UsageError

NAME = "fonds.toml"
OTHERS = frozenset({"site"})
"""Commands whose table is not of their options: [site] says what the site is called and how it looks."""


def paths() -> tuple[Path, ...]:
    """The files that are read, the weaker first."""
    return Path(click.get_app_dir("fonds"), NAME), Path(NAME)


def load(command: str) -> dict[str, Any]:
    """Click's default map for ``command``: the table of its name in each file.

    Other tables are not looked at: an archive says more in its own fonds.toml. Raises UsageError for a
    file that is no TOML, and for a key that the command does not know.
    """
    if command in OTHERS:
        return {}
    merged: dict[str, Any] = {}
    for path in paths():
        if path.is_file():
            merged |= _table(path, command)
    return {command: merged}


def of(root: Path, names: Sequence[str]) -> dict[str, Any]:
    """The settings that the archive at ``root`` has for the command of these ``names``; none when that is no
    archive, or when it is the current folder, whose file ``load`` has read. What is wrong with an archive's
    file as a whole is said where it is opened. Raises UsageError for a key that the command does not know."""
    from fonds.archive import config
    from fonds.errors import UnreadableError

    path = root / NAME
    try:
        if root.samefile(Path()) or not config.is_archive(path.read_bytes()):
            return {}
    except (OSError, UnreadableError):
        return {}
    table = _table(path, names[0])
    for name in names[1:]:
        table = table.get(name, {})
    return table


def _table(path: Path, command: str) -> dict[str, Any]:
    import tomllib

    try:
        table = tomllib.loads(path.read_text(encoding="utf-8")).get(command, {})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"is no TOML: {error}", origin=str(path)) from None
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror}", origin=str(path)) from None
    return _checked(_found(command), table, command, str(path))


def _found(command: str) -> click.Command | None:
    from fonds.cli import cli

    return cli.get_command(click.Context(cli), command)


def _checked(command: click.Command | None, table: Any, name: str, origin: str) -> dict[str, Any]:
    """The settings of a command under the names of its parameters; a group's commands have tables of their own
    (``[claims.extract]``)."""
    if not isinstance(table, dict):
        raise UsageError(f"[{name}] is no table", origin=origin)
    known = _keys(command)
    group = command if isinstance(command, click.Group) else None
    out: dict[str, Any] = {}
    for key, value in table.items():
        below = group.get_command(click.Context(group), key) if group is not None else None
        if below is not None:
            out[key] = _checked(below, value, f"{name}.{key}", origin)
        elif key.replace("-", "_") in known:
            out[known[key.replace("-", "_")]] = value
        else:
            names = sorted([*known, *(group.commands if group is not None else ())])
            raise UsageError(
                f"{name} has no setting {key!r}",
                origin=origin,
                where=f"[{name}]",
                remedy=f"Known: {', '.join(names)}.",
            )
    return out


def _keys(command: click.Command | None) -> dict[str, str]:
    """The long names of the command's options → the names of their parameters."""
    keys: dict[str, str] = {}
    for parameter in command.params if command is not None else ():
        if isinstance(parameter, click.Option) and parameter.name:
            longest = max(parameter.opts, key=len)
            keys[longest.lstrip("-").replace("-", "_")] = parameter.name
    return keys
