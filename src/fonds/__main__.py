"""``fonds`` and ``python -m fonds``: the command line as a process of its own."""

from __future__ import annotations

import gc
import os
import sys
from typing import NoReturn


def run() -> NoReturn:
    """Runs the command line, and ends the process as soon as it is done."""
    # Before anything is imported, for thousands of things come to stay. fonds.jobs says why so rarely.
    gc.set_threshold(50_000)
    from fonds.cli import main

    try:
        main()
    except SystemExit as done:
        _end(done)
        raise


def _end(done: SystemExit) -> None:
    """Ends the process without taking down every module and object first, which takes a tenth of a short
    run and changes nothing. Does nothing where something waits for the usual end: threads, a pool of
    processes, or output that cannot be written."""
    threads = sys.modules.get("threading")
    if "multiprocessing" in sys.modules or (threads is not None and threads.active_count() > 1):
        return
    if not isinstance(done.code, int) or sys.stdout is None or sys.stderr is None:
        return
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:
        return
    os._exit(done.code)


if __name__ == "__main__":
    run()
