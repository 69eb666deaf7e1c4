"""``fonds pull``."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fonds.cli import common

if TYPE_CHECKING:
    from fonds.archive.summary import Failure
    from fonds.archive.sync import Pulled
    from fonds.net.cookies import CookieJar


@click.command("pull")
@common.folder
@click.option("-s", "--simulate", is_flag=True, help="Ask nothing: say what would be asked.")
@click.option("--since", metavar="DATE", type=click.DateTime(["%Y-%m-%d"]), envvar="FONDS_SINCE", help="Only posts published or edited on that day (UTC) or later.")  # fmt: skip
@click.option("--limit", metavar="N", type=click.IntRange(1), envvar="FONDS_LIMIT", help="Ask for the bodies of at most N posts.")  # fmt: skip
@click.option(
    "--full", is_flag=True, envvar="FONDS_FULL", help="Walk every list to its end, and the sitemaps."
)
@click.option("--old", is_flag=True, envvar="FONDS_OLD", help="Ask the Wayback Machine for addresses that Medium no longer lists.")  # fmt: skip
@click.option("--responses", is_flag=True, envvar="FONDS_RESPONSES", help="Keep what others answered to the posts, too.")  # fmt: skip
@click.option("--pictures-again", "again", is_flag=True, help="Ask for every picture once more; one that has changed is kept twice.")  # fmt: skip
@click.option("--cookies", metavar="FILE", type=click.Path(dir_okay=False), envvar="FONDS_COOKIES_FILE", show_envvar=True, help="Your own cookies of medium.com (Netscape format), for posts that you may read; or FONDS_COOKIES with 'sid=…; uid=…'.")  # fmt: skip
@click.option("--keyring", metavar="NAME", envvar="FONDS_KEYRING", show_envvar=True, help="Take the cookies from the system's keyring (service fonds, this name).")  # fmt: skip
@common.asking
@click.option("-j", "--jobs", metavar="N", type=click.IntRange(0), default=0, show_default="as many as processors", envvar="FONDS_JOBS", show_envvar=True, help="Processes that write the Markdown.")  # fmt: skip
@click.option("--check/--no-check", default=True, show_default=True, envvar="FONDS_CHECK", show_envvar=True, help="Parse every file again and compare it with the post.")  # fmt: skip
@common.output_options
@click.pass_context
def command(
    context: click.Context,
    *,
    folder: str | None,
    simulate: bool,
    since: datetime.datetime | None,
    limit: int | None,
    full: bool,
    old: bool,
    responses: bool,
    again: bool,
    cookies: str | None,
    keyring: str | None,
    rate: float,
    picture_rate: float,
    gateway: str,
    jobs: int,
    check: bool,
    as_json: bool,
    quiet: bool,
    verbose: bool,
) -> None:
    """Fetch what is new or changed, politely, and write it down.

    DIR is an archive (made by fonds init). It may be stopped at any time: the same command goes on. What
    Medium has no more stays here; what it shows only in part never replaces what is here whole.
    """
    from fonds.archive.store import Archive
    from fonds.archive.sync import Options, pull
    from fonds.net.client import Client

    options = Options(
        since=round(since.replace(tzinfo=datetime.UTC).timestamp() * 1000) if since else 0,
        limit=limit or 0,
        full=full,
        old=old,
        responses=responses,
        again=again,
        check=check,
        jobs=jobs or None,
    )
    if simulate:
        from fonds.archive.simulate import simulate as planned

        with Archive.open(common.the_archive(folder)) as archive:
            for line in planned(archive, options):
                common.say(line)
        return
    jar = _cookies(cookies, keyring)
    settings = common.net_settings(rate, picture_rate, gateway)
    with (
        Archive.open(common.the_archive(folder), write=True, command="pull") as archive,
        common.Interrupt() as stop,
        common.Progress(quiet=quiet or as_json) as progress,
    ):
        client = Client(settings, cookies=jar, on_wait=progress.wait)
        pulled = pull(archive, client, options, progress=progress, stop=stop, cookies=bool(jar))
        archive.seal()
    for failed in _expired(jar, archive.clock()):
        pulled.failures.append(failed)
        pulled.finish()
    common.report(pulled.failures, verbose=verbose)
    common.report(pulled.findings, verbose=verbose)
    if as_json:
        common.print_json(pulled)
    if not quiet:
        _print(pulled, err=as_json)
    context.exit(pulled.exit_code)


def _cookies(path: str | None, keyring: str | None) -> CookieJar:
    """The user's cookies: of a file, else of FONDS_COOKIES, else of the keyring. Values are said nowhere."""
    import os

    from fonds.net import cookies

    jar = cookies.CookieJar()
    if keyring:
        jar |= cookies.read(cookies.from_keyring(keyring), domain="medium.com", origin="the keyring")
    text = os.environ.get("FONDS_COOKIES", "")
    if text:
        jar |= cookies.read(text, domain="medium.com", origin="FONDS_COOKIES")
    if path:
        jar |= cookies.read(_text(path), domain="medium.com", origin=path)
    return jar


def _expired(jar: CookieJar, now: int) -> Iterator[Failure]:
    """That cookies are too old to be sent; ``now`` is UTC milliseconds."""
    from fonds.archive.summary import Failure

    names = sorted({cookie.name for cookie in jar.expired(now)})
    if names:
        yield Failure(
            f"cookies that have expired were not sent: {', '.join(names)}",
            remedy="Log in and export them again.",
            exit_code=16,
        )


def _text(path: str) -> str:
    from fonds.errors import UnreadableError

    try:
        return Path(path).read_text(encoding="utf-8-sig", errors="surrogateescape")
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise UnreadableError(f"cannot be read: {reason}", origin=path) from None


def _print(pulled: Pulled, *, err: bool) -> None:
    def line(name: str, text: str) -> None:
        common.say(f"{name:<12}{text}", err=err)

    line("posts", f"{pulled.known} known, {pulled.found} of them since this pull")
    parts = (
        (pulled.new, "new"), (pulled.edited, "edited"), (pulled.unchanged, "as they were"),
        (pulled.previews, "only in part (locked)"), (pulled.gone, "gone from Medium"), (pulled.failed, "failed"),
        (pulled.left, "left for the next pull"),
    )  # fmt: skip
    nothing = "nothing" if pulled.failures or pulled.interrupted else "nothing: all is here"
    line("fetched", ", ".join(f"{count} {word}" for count, word in parts if count) or nothing)
    if pulled.pictures or pulled.embeds or pulled.not_had:
        changed = f" ({pulled.pictures_changed} of them changed)" if pulled.pictures_changed else ""
        line(
            "with them",
            f"{pulled.pictures} pictures{changed}, {pulled.embeds} embeds, {pulled.not_had} not to be had",
        )
    line("files", f"{pulled.written} written")
    waited = f", waited {pulled.waited:.0f} s" if pulled.waited >= 1 else ""
    again = f", {pulled.retries} again" if pulled.retries else ""
    line("asked", f"{pulled.requests} requests{again}, {pulled.bytes / 1e6:.1f} MB{waited}")
    if pulled.failures:
        line("failed", f"{len(pulled.failures)} (named above); fonds missing says what is not here and why")
    if pulled.interrupted:
        line("stopped", "before the end; the same command goes on")
