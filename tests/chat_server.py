"""A language model's server of our own on loopback, which answers what a test says."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Fake(ThreadingHTTPServer):
    """Answers each call with what ``answer`` makes of it; keeps the calls."""

    answer: Callable[[dict[str, Any]], bytes]
    status = 200

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.calls: list[tuple[str, dict[str, str], dict[str, Any]]] = []
        self.answer = lambda _body: completion([])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"


class Handler(BaseHTTPRequestHandler):
    server: Fake

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.calls.append((self.path, dict(self.headers), body))
        data = self.server.answer(body)
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_args: object) -> None:
        pass


def completion(claims: list[dict[str, Any]], raw: str = "") -> bytes:
    content = raw or json.dumps({"claims": claims})
    return json.dumps({"choices": [{"message": {"role": "assistant", "content": content}}]}).encode()


def said(sentence: int, figure: str | None, kind: str = "killed", **more: Any) -> dict[str, Any]:
    return {"sentence": sentence, "figure": figure, "kind": kind, "stance": "asserts", "population": None, "place": None,
            "date": None, "source": None, "responsible": None, **more}  # fmt: skip


@contextmanager
def serving() -> Iterator[Fake]:
    with Fake() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()
