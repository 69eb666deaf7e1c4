"""What ``fonds claims`` and ``fonds events`` share: their options, and what those choose."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from fonds.cli import common

if TYPE_CHECKING:
    from fonds.ledger.chat import Ask, Heard
    from fonds.ledger.chat import Settings as ModelSettings
    from fonds.ledger.view import View, Wanted

F = TypeVar("F", bound=Callable[..., Any])

KINDS = ("killed", "injured", "missing", "rescued", "arrived", "detained", "deported", "displaced", "other")
STATES = ("new", "accepted", "edited", "rejected")
FORMATS = ("csv", "jsonl", "jsonld", "geojson")


def ledger_option(function: F) -> F:
    """Which ledger a command reads."""
    return click.option("-C", "--archive", metavar="DIR", type=click.Path(file_okay=False), envvar="FONDS_ARCHIVE", show_envvar=True, show_default="the one that this folder lies in", help="An archive, or the folder that extract -o wrote.", is_eager=True, callback=common.its_settings)(function)  # fmt: skip


def model_options(function: F) -> F:
    """Which language model is asked, if any."""
    for decorator in reversed((
        click.option("--model", metavar="NAME", default="", envvar="FONDS_MODEL", show_envvar=True, help="Ask this language model too, for claims that the rules did not find. Off unless named."),
        click.option("--model-url", metavar="URL", default="http://127.0.0.1:11434/v1", show_default=True, envvar="FONDS_MODEL_URL", show_envvar=True, help="OpenAI-compatible address of the model; a key is taken from FONDS_MODEL_KEY."),
        click.option("--prefer", type=click.Choice(("rules", "model")), default="rules", show_default=True, help="rules: the model adds to what they found. model: its reading takes the place of theirs in the sentences that it reads."),
    )):  # fmt: skip
        function = decorator(function)
    return function


def model_settings(model: str, url: str) -> ModelSettings:
    from fonds.ledger.chat import Settings

    return Settings(url=url, model=model, key=os.environ.get("FONDS_MODEL_KEY", ""))


@contextmanager
def asking(model: str, url: str, total: int = 0, *, quiet: bool = False) -> Iterator[Ask | None]:
    """What asks the model about ``total`` sentences (0: nobody knows), and shows how far it is; None when none was
    named."""
    if not model:
        yield None
        return
    from fonds.ledger.chat import asker

    ask, done = asker(model_settings(model, url)), 0

    def shown(texts: Sequence[str], section: str) -> list[Heard]:
        nonlocal done
        progress("ask", done, total)
        heard = ask(texts, section)
        done += len(texts)
        progress("ask", done, total)
        return heard

    with common.Progress(quiet=quiet) as progress:
        yield shown


def filters(function: F) -> F:
    """The options that choose claims and events."""
    for decorator in reversed((
        click.option("-k", "--kind", multiple=True, type=click.Choice(KINDS), help="Only this kind. May be given again."),
        click.option("--place", metavar="NAME", default="", help="Only this place; a country has its places with it."),
        click.option("--since", metavar="DATE", default="", help="From this day, month or year on: 2016-05-31, 2016-05, 2016."),
        click.option("--until", metavar="DATE", default="", help="Up to and with this day, month or year."),
        click.option("--source", metavar="NAME", default="", help="Only what this source is named for."),
        click.option("--party", metavar="NAME", default="", help="Only what this party is held responsible for."),
        click.option("--stance", type=click.Choice(["asserts", "denies", "attributes"]), default=None, help="Only claims that assert, deny or attribute."),
        click.option("--post", metavar="ID", default="", help="Only of this post."),
        click.option("--state", multiple=True, type=click.Choice(STATES), help="Only in this state of review. May be given again."),
        click.option("--all", "everything", is_flag=True, help="With plans and fears, repetitions, posts that stand twice, and what was rejected."),
    )):  # fmt: skip
        function = decorator(function)
    return function


def wanted(values: dict[str, Any]) -> Wanted:
    """The filter of a command's options. Raises UsageError for a date that is none."""
    import re

    from fonds.errors import UsageError
    from fonds.ledger.view import Wanted

    for name in ("since", "until"):
        if values[name] and not re.fullmatch(r"\d{4}(?:-\d\d(?:-\d\d)?)?", values[name]):
            raise UsageError(
                f"--{name} {values[name]!r} is no date", remedy="Write 2016-05-31, 2016-05 or 2016."
            )
    return Wanted(
        kind=tuple(values["kind"]),
        place=values["place"],
        since=values["since"],
        until=values["until"],
        source=values["source"],
        party=values["party"],
        stance=values["stance"] or "",
        post=values["post"],
        state=tuple(values["state"]),
        everything=values["everything"],
    )


FILTERS = ("kind", "place", "since", "until", "source", "party", "stance", "post", "state", "everything")


def view(archive: str | None) -> View:
    """What may be shown of the ledger in a folder."""
    from fonds.ledger.store import opened
    from fonds.ledger.view import View

    return View(opened(common.the_archive(archive)))


def write_out(text: str, output: str) -> None:
    """``text`` on standard output, or whole in a file."""
    data = text.encode("utf-8", "surrogatepass")
    if output == "-":
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    from fonds.archive.files import Batch, sync_folders

    path = Path(output).absolute()
    with Batch() as batch:
        batch.place(str(path), data)
    sync_folders([str(path.parent)])


def who(name: str) -> str:
    """Who decides: the name given, or the system's name for the user."""
    import getpass

    return name or getpass.getuser()


def now() -> str:
    """The time of a decision, ISO 8601 in UTC."""
    import datetime as dt

    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
