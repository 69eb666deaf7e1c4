"""Small invented archives, for tests of what keeps them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from fonds.archive import events as e
from fonds.archive.store import Archive
from fonds.archive.versions import Origin, Version
from fonds.model import Paragraph, Person, Post, RichText, Source
from fonds.net.messages import Headers, Request, Response

NOW = 1_480_000_000_000
A, B, C, D = "aaaaaaaaaaaa", "bbbbbbbbbbbb", "cccccccccccc", "dddddddddddd"


def clock(start: int = NOW) -> Callable[[], int]:
    """A clock that goes on by a second each time it is asked."""
    now = start

    def tick() -> int:
        nonlocal now
        now += 1000
        return now

    return tick


def post(post_id: str = A, *text: str, title: str = "Boats", **fields: object) -> Post:
    blocks = tuple(
        Paragraph(content=RichText(words)) for words in text or ("Two boats came in before noon.",)
    )
    facts: dict[str, object] = {
        "first_published_at": 1_464_692_750_178,
        "slug": title.lower(),
        "author": Person("c0ffee00", "Ana", "ana"),
        "medium_url": f"https://medium.com/@ana/{title.lower()}-{post_id}",
        "source": Source("api", "somewhere"),
    }
    return Post(id=post_id, title=title, blocks=blocks, **{**facts, **fields})  # type: ignore[arg-type]


def version(post: Post, at: int = NOW, *, ref: str = "", edition: int = 0) -> Version:
    return Version(
        id=post.id, post=post, captured_at=at, edition=edition, origins=(Origin("api", post.medium_url, ref),)
    )


def response(
    url: str = "https://medium.com/p/x",
    body: bytes = b"<p>hello",
    *,
    headers: Headers = (),
    status: int = 200,
    at: int = NOW,
) -> Response:
    return Response(Request(url), url, status, headers or (("Content-Type", "text/html"),), body, body, at)


def asset(archive: Archive, post_id: str, name: str, data: bytes) -> str:
    """Puts a picture into the archive as pull does, and returns its path."""
    path = f"assets/{post_id}/{name}"
    url = f"https://miro.medium.com/v2/{name}"
    archive.put(path, data)
    archive.capture(response(url, data, headers=(("Content-Type", "image/png"),)), asset=path)
    archive.record(e.Asset(name.replace("-", "*", 1), path, len(data), hashlib.sha256(data).hexdigest(), url))
    return path


def small(root: Path, posts: int = 2) -> Path:
    """An archive with posts, versions, captures, pictures, pages, data and a history, sealed."""
    with Archive.create(root, ["@ana"], "Ana’s boats", clock=clock()) as archive:
        for number in range(posts):
            post_id = f"{number:012x}"
            one = post(post_id, f"Boat {number} came in.", title=f"Boat {number}")
            ref = archive.capture(response(one.medium_url, b"<html>" + one.title.encode() * 50))
            archive.record(e.Known(post_id, "list", one.medium_url, one.title, edition=1))
            archive.add_version(version(one, ref=ref))
            path = asset(
                archive, post_id, f"1-{post_id}.png", b"\x89PNG" + bytes(range(256)) + bytes([number])
            )
            archive.put(f"posts/{post_id}.md", f"# {one.title}\n\n![]({path})\n".encode())
            archive.commit()
        archive.record(
            e.Known(D, "feed", title="Not here"),
            e.Absent(D, "locked"),
            e.Walked("@ana", complete=True, seen=posts),
        )
        archive.put("README.md", b"# Ana\n")
        archive.put("data/bookmarks.json", b"[]\n")
        archive.commit()
    with Archive.open(root, write=True, clock=clock(NOW + 86_400_000)) as archive:
        changed = post("000000000000", "Boat 0 came in, and went.", title="Boat 0")
        archive.add_version(version(changed, NOW + 1))
        archive.record(e.Gone("000000000001"))
    return root
