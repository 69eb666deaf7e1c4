"""A stand-in as a process: prints its address, serves until it is told to stop."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import signal

from standin import Standin, World


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m standin", description=__doc__)
    parser.add_argument("--posts", type=int, default=40)
    parser.add_argument("--pictures", type=int, help="in all bodies together (default: six a post)")
    parser.add_argument("--authors", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--domain", default="", help="the publication's own")
    parser.add_argument("--locked", type=int, default=25, help="one post in so many is for members")
    parser.add_argument("--text-only", action="store_true")
    parser.add_argument("--whole-pages", action="store_true", help="no page of a list is short or empty")
    given = parser.parse_args()
    world = World.generate(
        given.seed,
        given.posts,
        pictures=given.pictures,
        authors=given.authors,
        domain=given.domain,
        locked=given.locked,
        text_only=given.text_only,
    )
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(Standin(world, port=given.port, short=not given.whole_pages)))


async def _serve(standin: Standin) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with standin:
        print(standin.url, flush=True)  # noqa: T201
        await stop.wait()


if __name__ == "__main__":
    main()
