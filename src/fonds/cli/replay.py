"""``fonds replay``."""

from __future__ import annotations

from pathlib import Path

import click

from fonds.cli import common


@click.command("replay")
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(file_okay=False))
@click.option("-p", "--port", metavar="N", type=click.IntRange(0, 65535), default=8462, show_default=True, envvar="FONDS_PORT", show_envvar=True, help="The port on this machine; 0 for any that is free.")  # fmt: skip
@click.option("-q", "--quiet", is_flag=True, envvar="FONDS_QUIET", help="Say nothing but what failed.")
def command(*, folder: str, port: int, quiet: bool) -> None:
    """Serve an archive on this machine as Medium would.

    Lists and posts in GraphQL, pages of posts, ?format=json, feeds, sitemaps, pictures, embeds: of what
    the archive DIR keeps. Who is asked is told by the Host header, or by the first part of the path
    (http://127.0.0.1:8462/medium.com/…). Another fonds pulls from it with --gateway. Ctrl-C ends it.
    """
    import asyncio
    import contextlib

    from fonds.archive.replay import Replay
    from fonds.archive.store import Archive
    from fonds.net.server import Server

    async def serve(archive: Archive) -> None:
        async with Server(Replay(archive), port=port) as server:
            if not quiet:
                common.say(f"serving {archive.root} at {server.url} (Ctrl-C ends it)", err=True)
            await asyncio.Event().wait()

    with Archive.open(Path(folder)) as archive, contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(archive))
