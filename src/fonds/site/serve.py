"""The site on loopback, for those who want an address, and made again whenever something changes."""

from __future__ import annotations

import functools
import http.server
import threading
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from urllib.parse import unquote, urlsplit

from fonds.archive import files
from fonds.errors import FondsError
from fonds.site.source import Source

HOST = "127.0.0.1"
_EVERY = 2.0
"""Seconds between two looks at what the site is made from."""
_OURS = frozenset({"localhost", HOST})
# A picture that is opened by itself runs nothing, whatever is in it.
_SVG = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


class _Handler(http.server.SimpleHTTPRequestHandler):
    """Files below ``directory``; where the site links to the archive's pictures, those of ``archive`` too."""

    server_version = "fonds"
    sys_version = ""

    def __init__(self, *arguments: object, archive: Path | None, **named: object) -> None:
        self._archive = archive
        super().__init__(*arguments, **named)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        if self._is_ours():
            super().do_GET()

    def do_HEAD(self) -> None:
        if self._is_ours():
            super().do_HEAD()

    def _is_ours(self) -> bool:
        """Whether this machine was asked by its own name: another name is a page elsewhere that tries."""
        name = self.headers.get("Host", "").rpartition("@")[2]
        if urlsplit(f"//{name}").hostname in _OURS:
            return True
        self.send_error(HTTPStatus.FORBIDDEN, "Only for this machine")
        return False

    def translate_path(self, path: str) -> str:
        found = super().translate_path(path)
        if self._archive is not None and not Path(found).exists():
            parts = unquote(urlsplit(path).path).split("/")
            if len(parts) > 2 and parts[:2] == ["", "assets"] and not {"..", "."} & set(parts):
                return str(self._archive.joinpath(*parts[1:]))
        return found

    def list_directory(self, path: object) -> None:  # noqa: ARG002  http.server's signature
        self.send_error(HTTPStatus.NOT_FOUND, "Not here")

    def end_headers(self) -> None:
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cache-Control", "no-cache")
        if urlsplit(self.path).path.lower().endswith(".svg"):
            self.send_header("Content-Security-Policy", _SVG)
        super().end_headers()

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002  http.server's name for it
        """Nothing is said about each request."""


class Server:
    """The site in ``out`` at ``address``. Started by ``run``, which returns after ``stop``."""

    def __init__(self, out: Path, *, port: int = 0, archive: Path | None = None) -> None:
        handler = functools.partial(_Handler, directory=str(out), archive=archive)
        try:
            self._server = http.server.ThreadingHTTPServer((HOST, port), handler)
        except OSError as error:
            raise FondsError(
                f"port {port} cannot be had: {(error.strerror or str(error)).lower()}",
                remedy="Choose another with --port, or 0 for any that is free.",
            ) from error
        self._server.daemon_threads = True
        self._stopped = threading.Event()

    @property
    def address(self) -> str:
        return f"http://{HOST}:{self._server.server_address[1]}/"

    def run(self, source: Source, again: Callable[[], None]) -> None:
        """Serves until ``stop``; calls ``again`` (in this thread) after every change of what ``source`` reads."""
        thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        thread.start()
        try:
            before = pulse(source)
            while not self._stopped.wait(_EVERY):
                now = pulse(source)
                if now != before:
                    before = now
                    again()
        finally:
            self._server.shutdown()
            self._server.server_close()

    def stop(self) -> None:
        self._stopped.set()


def pulse(source: Source) -> tuple[object, ...]:
    """Changes when the posts, the theme or the settings may have changed."""
    found: list[object] = [source.pulse()]
    for path in [*sorted((source.folder / "theme").rglob("*")), source.folder / "fonds.toml"]:
        try:
            info = path.stat()
        except FileNotFoundError:
            continue
        except OSError as error:
            files.fail(error, path)
        found.append((str(path), info.st_size, info.st_mtime_ns))
    return tuple(found)
