"""How fast ``fonds verify`` is, against bare SHA-256 over the same files, and how much memory it takes.

    python benchmarks/verify_speed.py [--rounds N] [--megabytes N]

An archive is made in a temporary folder: to each post six pictures of 200 kB, a version and a Markdown file
of 8 kB. Told is the share of the bare speed that is left.
"""

from __future__ import annotations

import hashlib
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import bench
from fonds.archive import events as e
from fonds.archive import layout
from fonds.archive.store import Archive
from fonds.archive.verify import verify
from fonds.archive.versions import Version
from fonds.model import Paragraph, Post, RichText

PICTURE = 200_000
PICTURES = 6
"""To a post: 19,089 to 3,145 in the archive that fonds was begun for."""
TEXT = 7_500
BUFFER = 1 << 20
BAR = 0.7
MEMORY = 150


def build(root: Path, posts: int) -> None:
    """The same bytes in every run, but no two pictures alike."""
    noise = hashlib.shake_256(b"fonds").digest(PICTURE)
    with Archive.create(root) as archive:
        for number in range(posts):
            post_id = f"{number:012x}"
            body = RichText("word " * (TEXT // 5))
            post = Post(
                id=post_id, title=f"Post {number}", slug=f"post-{number}", blocks=(Paragraph(content=body),)
            )
            archive.add_version(Version(id=post_id, post=post))
            archive.put(f"posts/post-{number}-{post_id}.md", f"# Post {number}\n\n{body.text}\n".encode())
            for which in range(PICTURES):
                data = (number * PICTURES + which).to_bytes(8, "big") + noise[8:]
                path = f"assets/{post_id}/1-{which}.jpeg"
                archive.put(path, data)
                digest = hashlib.sha256(data).hexdigest()
                archive.record(e.Asset(f"1*{number}-{which}.jpeg", path, len(data), digest))
            if number % 20 == 19:
                archive.commit()


def paths(root: Path) -> Iterator[str]:
    for entry in layout.walk(root):
        yield str(root / entry.path)


def bare(names: list[str]) -> int:
    """SHA-256 of every file, and nothing else."""
    buffer = bytearray(BUFFER)
    view = memoryview(buffer)
    total = 0
    for name in names:
        digest = hashlib.sha256()
        with open(name, "rb", buffering=0) as handle:  # noqa: PTH123  as verify does
            while count := handle.readinto(view):
                digest.update(view[:count])
                total += count
        digest.hexdigest()
    return total


def main() -> int:
    parser = bench.arguments(__doc__ or "", rounds=5)
    parser.add_argument("--megabytes", type=int, default=400, help="how large the archive is")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        root = Path(place) / "archive"
        build(root, max(given.megabytes * 1_000_000 // (PICTURES * PICTURE + 2 * TEXT), 10))
        names = list(paths(root))
        size = bare(names)
        report = verify(root)
        if report.findings:
            sys.exit(f"the archive is not whole: {report.findings[0]}")
        runs = {
            "bare SHA-256": lambda: bare(names),
            "verify": lambda: verify(root),
            "verify --fast": lambda: verify(root, fast=True),
        }
        seconds = bench.rounds(runs, given.rounds)
        _, peak = bench.measure([*bench.FONDS, "verify", str(root), "-q"])
    print(f"{bench.machine()}\n{len(names)} files, {size / 1e6:.0f} MB\n")
    plain = seconds["bare SHA-256"]
    rows = [
        (
            name,
            f"{bench.median(taken):.3f}",
            f"{size / bench.median(taken) / 1e6:.0f}",
            f"{bench.ratio(plain, taken):.2f}",
        )
        for name, taken in seconds.items()
    ]
    print(bench.table(("what", "processor s", "MB/s", "share of the bare speed"), rows))
    share = bench.ratio(plain, seconds["verify"])
    print(
        f"\nverify keeps {share:.0%} of the bare speed (bar: {BAR:.0%}), in {peak:.0f} MB at most (bar: {MEMORY} MB)"
    )
    return 0 if share >= BAR and peak <= MEMORY else 1


if __name__ == "__main__":
    sys.exit(main())
