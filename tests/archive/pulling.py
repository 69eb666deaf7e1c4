"""Pulls from the stand-in, and what an archive holds afterwards, for tests."""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fonds.archive.store import Archive
from fonds.archive.sync import Options, Pulled, pull
from fonds.net import cookies
from fonds.net.client import Client
from fonds.net.settings import Settings
from standin import Standin, World

SOURCE = "the-quay-letter"

# What says when something was learnt, and where its bytes stand in the captures: other in each run.
_OF_THE_RUN = {
    "at", "captured_at", "seen_at", "known_at", "absent_at", "gone_at", "ref", "n", "sha256", "size", "file", "records",
}  # fmt: skip
_TABLES = (
    "posts",
    "known",
    "versions",
    "stems",
    "assets",
    "assets_absent",
    "media",
    "media_absent",
    "walks",
    "moves",
)


def settings(standin: Standin, **more: Any) -> Settings:
    """Without pace, and not patient."""
    return Settings(
        **{"gateway": standin.url, "rate": 0.0, "retries": 2, "retry_base": 0.01, "retry_cap": 0.02, **more}
    )


class Puller:
    """An archive and the stand-in that it pulls from."""

    def __init__(self, standin: Standin, root: Path, *sources: str) -> None:
        self.standin = standin
        self.world = standin.world
        self.root = root
        Archive.create(root, sources or (SOURCE,)).close()

    def pull(
        self, *, session: bool = False, stop: Any = None, net: dict[str, Any] | None = None, **options: Any
    ) -> Pulled:
        """One pull, sealed. ``session``: with the cookies of a member. The log is that of this pull."""
        self.standin.log.clear()
        jar = cookies.read_header(f"sid={self.world.session}", domain="medium.com") if session else None
        client = Client(settings(self.standin, **net or {}), cookies=jar)
        with Archive.open(self.root, write=True) as archive:
            result = pull(
                archive,
                client,
                Options(**{"jobs": 1, **options}),
                cookies=session,
                stop=stop or (lambda: False),
            )
            archive.seal()
        return result

    @contextlib.contextmanager
    def archive(self) -> Iterator[Archive]:
        with Archive.open(self.root) as archive:
            yield archive

    def text(self, post_id: str) -> str:
        with self.archive() as archive:
            row = archive.catalog.post(post_id)
            assert row is not None
            return (self.root / row.path).read_text("utf-8")


def derived(root: Path) -> dict[str, str]:
    """Path → SHA-256 of everything outside .fonds but fonds.toml."""
    return {
        str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(root.rglob("*"))
        if path.is_file() and ".fonds" not in path.parts and path.name != "fonds.toml"
    }


def content(root: Path) -> dict[str, list[tuple[Any, ...]]]:
    """What the catalog says, without when it was learnt and where in the captures it stands."""
    found: dict[str, list[tuple[Any, ...]]] = {}
    db = sqlite3.connect(f"file:{root / '.fonds/catalog.sqlite'}?mode=ro", uri=True)
    try:
        for table in _TABLES:
            columns = [row[1] for row in db.execute(f"PRAGMA table_info({table})")]
            keep = [
                name for name in columns if name not in _OF_THE_RUN or (table, name) == ("assets", "sha256")
            ]
            found[table] = sorted(db.execute(f"SELECT {', '.join(keep)} FROM {table}"), key=repr)
    finally:
        db.close()
    return found


def world(**options: Any) -> World:
    """A small one: every kind of post that the stand-in has, few pictures."""
    return World.generate(**{"seed": 3, "posts": 40, "pictures": 60, "locked": 0, **options})
