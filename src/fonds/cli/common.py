"""What the commands share: options, lines for people, Ctrl-C, progress."""

from __future__ import annotations

import _thread
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from types import FrameType, TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

import click

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID

    from fonds.archive.summary import Failure, Warnings
    from fonds.net.settings import Settings

F = TypeVar("F", bound=Callable[..., Any])

_PATIENCE = 1.0
"""Seconds before a progress bar appears."""


def output_options(function: F) -> F:
    """The options that every command has."""
    for decorator in (
        click.option("-v", "--verbose", is_flag=True, envvar="FONDS_VERBOSE", help="Say more: places of warnings, tracebacks of defects."),
        click.option("-q", "--quiet", is_flag=True, envvar="FONDS_QUIET", help="Say nothing but what failed."),
        click.option("--json", "as_json", is_flag=True, envvar="FONDS_JSON", help="Machine output, alone on standard output."),
    ):  # fmt: skip
        function = decorator(function)
    return function


def shared(function: F) -> F:
    """The options that every command with inputs has."""
    for decorator in (
        output_options,
        click.option("--max-size", type=click.IntRange(1), default=512, show_default=True, metavar="MIB", envvar="FONDS_MAX_SIZE", show_envvar=True, help="The largest input that is read, in MiB."),
    ):  # fmt: skip
        function = decorator(function)
    return function


def archive(function: F) -> F:
    """The option that names the archive, of commands whose arguments are others (see ``the_archive``)."""
    return click.option(
        "-C", "--archive", metavar="DIR", type=click.Path(file_okay=False), envvar="FONDS_ARCHIVE", show_envvar=True,
        show_default="the one that this folder lies in", help="The archive.", is_eager=True, callback=its_settings,
    )(function)  # fmt: skip


def folder(function: F) -> F:
    """The argument that names the archive, of commands that have no other (see ``the_archive``)."""
    return click.argument(
        "folder", metavar="[DIR]", required=False, type=click.Path(file_okay=False), is_eager=True, callback=its_settings,
    )(function)  # fmt: skip


def its_settings(context: click.Context, _: click.Parameter, value: str | None) -> str | None:
    """Puts the settings of the archive's fonds.toml over those of the current folder's. An eager parameter's:
    the others take their defaults afterwards."""
    from fonds.cli import settings

    if not context.resilient_parsing:
        names = context.command_path.split()[1:]
        context.default_map = {**(context.default_map or {}), **settings.of(the_archive(value), names)}
    return value


def the_archive(given: str | None) -> Path:
    """The folder of the archive: the one given, else the nearest from the current folder upwards that has
    an archive's fonds.toml; the current folder when there is none."""
    if given:
        return Path(given)
    from fonds.archive import config, layout
    from fonds.errors import UnreadableError

    here = Path.cwd()
    for folder in (here, *here.parents):
        try:
            if config.is_archive((folder / layout.CONFIG).read_bytes()):
                return folder
        except (OSError, UnreadableError):
            continue
    return Path()


def asking(function: F) -> F:
    """The options of commands that ask servers (see ``net_settings``)."""
    for decorator in (
        click.option("--gateway", metavar="URL", default="", envvar="FONDS_GATEWAY", show_envvar=True, help="Send every request to this server instead, such as fonds replay."),
        click.option("--picture-rate", metavar="N", type=click.FloatRange(0, min_open=True), default=2.0, show_default=True, envvar="FONDS_PICTURE_RATE", show_envvar=True, help="Requests a second to miro.medium.com."),
        click.option("--rate", metavar="N", type=click.FloatRange(0, min_open=True), default=1.0, show_default=True, envvar="FONDS_RATE", show_envvar=True, help="Requests a second that a host gets at most; the picture host 2, the Wayback Machine 0.4 a second."),
    ):  # fmt: skip
        function = decorator(function)
    return function


def net_settings(rate: float, picture_rate: float, gateway: str) -> Settings:
    """How servers are asked: as the options say, and gently those that ask for it."""
    from fonds.medium.manners import RATES
    from fonds.net.settings import Settings

    rates = {} if gateway else {**RATES, "miro.medium.com": picture_rate}
    return Settings(rate=rate, rates=rates, gateway=gateway)


def inputs(function: F) -> F:
    """The INPUT… argument."""
    kind = click.Path(allow_dash=True)
    return click.argument("inputs", metavar="INPUT...", nargs=-1, required=True, type=kind)(function)


def say(line: str = "", *, err: bool = False) -> None:
    """One line for people. Control characters of file names neither break it nor colour it."""
    clean = line if line.isprintable() else "".join(char if char.isprintable() else "\ufffd" for char in line)
    click.echo(clean, err=err, color=False if "NO_COLOR" in os.environ else None)


def day(milliseconds: int) -> str:
    """``2016-05-31``, in UTC; "" for an unknown time."""
    return moment(milliseconds)[:10].strip() if milliseconds else ""


def moment(milliseconds: int) -> str:
    """``2016-05-31 11:05 UTC``; "unknown" for an unknown time, or one that no calendar holds."""
    from datetime import UTC, datetime, timedelta

    try:
        found = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)
    except OverflowError:
        milliseconds = 0
    return f"{found.year:04d}{found:-%m-%d %H:%M} UTC" if milliseconds else "unknown"


def size(count: int) -> str:
    """Bytes for people."""
    if count < 1000:
        return f"{count} bytes"
    power = min((len(str(count)) - 1) // 3, 3)
    return f"{count / 1000**power:.1f} {('', 'kB', 'MB', 'GB')[power]}"


def print_json(value: object) -> None:
    """A result on standard output, alone there."""
    import msgspec

    click.echo(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())


def report(failures: Iterable[Failure], *, verbose: bool) -> None:
    """Failures on standard error, one line each; tracebacks of defects with -v."""
    for failed in failures:
        say(f"fonds: {failed}", err=True)
        if verbose and failed.trace:
            click.echo(failed.trace, err=True)


def counts(found: dict[str, int]) -> str:
    """``3 claps, 1 list``-like: the most frequent first."""
    ranked = sorted(found.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{count} {name}" for name, count in ranked)


def warning(code: str, kind: Warnings) -> str:
    """A kind of warning in one line: its message is that of the first place."""
    return (
        f"{code} {kind.message}" if kind.count == 1 else f"{code}, {kind.count} times, as in: {kind.message}"
    )


class Interrupt:
    """The first Ctrl-C asks the work to end behind the item in hand; the second ends it at once, but not while
    files get their names or are taken away (``fonds.archive``): then as soon as that is done. A third does not wait."""

    def __init__(self) -> None:
        self.asked = False
        self._presses = 0
        self._is_old = False  # the signal that comes is a press put off, no new one
        self._before: Any = None

    def __call__(self) -> bool:
        return self.asked

    def __enter__(self) -> Self:
        self._before = signal.signal(signal.SIGINT, self._on_signal)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        signal.signal(signal.SIGINT, self._before)

    def _on_signal(self, _number: int, frame: FrameType | None) -> None:
        if self._is_old:
            self._is_old = False
        else:
            self._presses += 1
        if self._presses == 1:
            self.asked = True
            # Not click.echo: the signal may come while the stream's lock is held.
            os.write(2, b"\nfonds: finishing the post in hand; Ctrl-C again stops at once\n")
        elif self._presses == 2 and _in_critical_code(frame):
            threading.Timer(_MOMENT, self._put_off).start()
        else:
            raise KeyboardInterrupt

    def _put_off(self) -> None:
        self._is_old = True
        _interrupt()


_MOMENT = 0.01
"""Seconds until a Ctrl-C that was put off comes again."""
_CRITICAL = frozenset({"fonds.archive.files", "fonds.archive.store"})
"""Modules that an exception out of nowhere must not end: at the first line of an ``__exit__`` nothing would clean up."""


def _in_critical_code(frame: FrameType | None) -> bool:
    while frame is not None:
        if frame.f_globals.get("__name__") in _CRITICAL:
            return True
        frame = frame.f_back
    return False


def interrupt_again() -> None:
    """Ctrl-C once more, a moment later."""
    threading.Timer(_MOMENT, _interrupt).start()


def _interrupt() -> None:
    main_thread = threading.main_thread().ident
    if sys.platform == "win32" or main_thread is None:
        _thread.interrupt_main()
    else:
        signal.pthread_kill(main_thread, signal.SIGINT)  # a thread that sleeps wakes of this alone


class Progress:
    """A bar on standard error, only on a terminal and only for what takes longer than a second."""

    def __init__(self, *, quiet: bool) -> None:
        self._on = not quiet and sys.stderr.isatty()
        self._begin = time.monotonic()
        self._bar: Bar | None = None
        self._task: TaskID | None = None
        self._phase = ""

    def __call__(self, phase: str, done: int, total: int) -> None:
        if not self._on or time.monotonic() - self._begin < _PATIENCE:
            return
        if self._bar is None:
            self._bar = _bar()
            self._bar.start()
        if phase != self._phase or self._task is None:
            if self._task is not None:
                self._bar.remove_task(self._task)
            self._phase = phase
            self._task = self._bar.add_task(_PHASES.get(phase, phase), total=total or None)
        self._bar.update(self._task, completed=done)

    def wait(self, host: str, seconds: float, why: str) -> None:
        """Says why nothing moves, when that takes longer than the pace does."""
        if self._on and why != "pace" and seconds >= _PATIENCE:
            say(f"fonds: {host} is left alone for {seconds:.0f} s ({why})", err=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()


_PHASES = {
    "read": "reading", "write": "writing", "list": "listing", "editions": "looking for changes",
    "posts": "fetching posts", "embeds": "fetching embeds", "pictures": "fetching pictures", "render": "writing", "reread": "reading again",
    "index": "indexing", "verify": "verifying", "repair": "repairing", "ask": "asking the model",
}  # fmt: skip


def _bar() -> Bar:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )
