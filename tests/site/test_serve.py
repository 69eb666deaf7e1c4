"""The site on loopback: its files and nothing else, for this machine alone, made again after a change."""

from __future__ import annotations

import http.client
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from fonds.site import serve
from fonds.site.folder import Folder
from fonds.site.serve import Server


@pytest.fixture
def server(site: Path, samples: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setattr(serve, "_EVERY", 0.05)
    folder = tmp_path / "in"
    shutil.copytree(samples / "graphql", folder)
    made: list[int] = []
    found = Server(site)
    found.made = made  # type: ignore[attr-defined]
    found.folder = folder  # type: ignore[attr-defined]
    thread = threading.Thread(target=found.run, args=(Folder([folder]), lambda: made.append(1)))
    thread.start()
    yield found
    found.stop()
    thread.join(20)
    assert not thread.is_alive()


def ask(server: Server, path: str, host: str | None = None) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection(server.address.split("/")[2], timeout=20)
    connection.putrequest("GET", path, skip_host=True)
    connection.putheader("Host", server.address.split("/")[2] if host is None else host)
    connection.endheaders()
    answer = connection.getresponse()
    return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()


def test_files_of_the_site_are_served(server: Server, site: Path) -> None:
    status, headers, body = ask(server, "/")
    assert (status, body) == (200, (site / "index.html").read_bytes())
    assert headers["x-content-type-options"] == "nosniff"
    assert ask(server, "/static/style.css")[0] == 200


@pytest.mark.parametrize(
    "path", ["/posts/", "/nothing.html", "/../conftest.py", "/%2e%2e/%2e%2e/etc/passwd", "/assets/../../x"]
)
def test_nothing_else_is(server: Server, path: str) -> None:
    assert ask(server, path)[0] == 404


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8080", "127.0.0.1.evil.example", "", "nobody", "x@evil.example"]
)
def test_other_names_of_this_machine_are_refused(server: Server, host: str) -> None:
    assert ask(server, "/", host)[0] == 403


def test_a_picture_that_is_opened_by_itself_runs_nothing(server: Server) -> None:
    assert "sandbox" in ask(server, "/static/icon.svg")[1]["content-security-policy"]


def test_a_change_is_seen(server: Server) -> None:
    time.sleep(0.3)
    assert server.made == []  # type: ignore[attr-defined]
    next(server.folder.iterdir()).unlink()  # type: ignore[attr-defined]
    for _ in range(200):
        if server.made:  # type: ignore[attr-defined]
            return
        time.sleep(0.05)
    pytest.fail("the change was not seen")
