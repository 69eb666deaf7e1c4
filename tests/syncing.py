"""A small synchronisation as pull does it, for tests that disturb it. The same run may be repeated."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keeping
import made
from fonds.archive import events as e
from fonds.archive import layout
from fonds.archive.store import Archive

POSTS = [f"{number:012x}" for number in range(3)]


def sync(root: Path) -> None:
    """What pull does: makes the archive when it is not there, keeps what it is not yet keeping, renders."""
    if not (root / layout.CONFIG).exists():
        Archive.create(root, ["@ana"], clock=keeping.clock()).close()
    with Archive.open(root, write=True, command="pull", clock=keeping.clock()) as archive:
        for number, post_id in enumerate(POSTS):
            one = keeping.post(post_id, f"Boat {number} came in.", title=f"Boat {number}")
            archive.record(e.Known(post_id, "list", one.medium_url, one.title))
            ref = archive.capture(keeping.response(one.medium_url, b"<html>" + bytes(2000)))
            archive.add_version(keeping.version(one, ref=ref))
            keeping.asset(archive, post_id, f"1-{number}.png", bytes([number]) * 3000)
            archive.commit()
        archive.record(e.Walked("@ana", complete=True, seen=3), e.Absent("eeeeeeeeeeee", "locked"))
        render(archive)


def edit(root: Path) -> None:
    """A later run: one post edited, one gone."""
    with Archive.open(root, write=True, command="pull", clock=keeping.clock(keeping.NOW + 10**6)) as archive:
        changed = keeping.post(POSTS[1], "Boat 1 came in, and went.", title="Boat 1")
        ref = archive.capture(keeping.response(changed.medium_url, b"<html>" + bytes(1000)))
        archive.add_version(keeping.version(changed, keeping.NOW + 5, ref=ref))
        keeping.asset(archive, POSTS[1], "1-new.png", b"new" * 1000)
        archive.record(e.Gone(POSTS[2]), e.Facts(POSTS[0], claps=3))
        archive.commit()
        render(archive)


def render(archive: Archive) -> None:
    for version in archive.versions():
        row = archive.catalog.post(version.id)
        assert row is not None
        archive.put(row.path, f"# {version.post.title}\n\n{version.number}\n".encode())
    archive.put("INDEX.md", f"{archive.catalog.totals().posts} posts\n".encode())


def tree(root: Path) -> dict[str, bytes]:
    """What people read, and the pictures."""
    return {name: data for name, data in made.snapshot(root).items() if not name.startswith(".fonds/")}


def contents(root: Path) -> dict[str, list[Any]]:
    """What the catalog says, but for the places and times at which it learned it."""
    with Archive.open(root) as archive:
        return {
            "posts": [
                (row.id, row.number, row.path, row.title, row.absent, row.claps, bool(row.gone_at))
                for row in archive.catalog.posts(all=True)
            ],
            "versions": [archive.version(row.post_id, row.number).post for row in archive.catalog.versions()],
            "known": [(row.post_id, row.via, row.url) for row in archive.catalog.known()],
            "assets": [(row.key, row.path, row.sha256) for row in archive.catalog.assets()],
            "walks": [(row.source, row.complete, row.seen) for row in archive.catalog.walks()],
            "history": [(row.post_id, row.what, row.detail) for row in archive.catalog.history()],
            "files": [
                file.path
                for file in archive.catalog.files()
                if not file.path.startswith((layout.CAPTURES, layout.CATALOG))
            ],
        }
