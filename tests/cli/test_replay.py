"""``fonds replay``: it says where it serves, serves, and ends with Ctrl-C."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

from fonds.archive.store import Archive
from running import Run


def test_it_serves_until_it_is_stopped(tmp_path: Path) -> None:
    Archive.create(tmp_path / "a", ("@ana",)).close()
    words = [sys.executable, "-m", "fonds", "replay", str(tmp_path / "a"), "--port", "0"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            found = re.search(r"at (http://127\.0\.0\.1:\d+) ", process.stderr.readline())
            assert found is not None
            with urllib.request.urlopen(found[1], timeout=30) as response:
                assert b"0 posts" in response.read()
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=30)
        finally:
            process.kill()
    assert (process.returncode, out, err) == (0, "", "")


def test_what_cannot_be_served(run: Run, here: Path) -> None:
    nothing = run("replay", here, "--port", "0")
    assert nothing.code == 32
    assert len(nothing.lines) == 1
    Archive.create(here / "a").close()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ran = run("replay", here / "a", "--port", port)
    assert ran.code == 128
    assert f"the port {port} cannot be used" in ran.err
