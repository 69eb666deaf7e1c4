"""What the catalog answers: records, one for each kind of question."""

from __future__ import annotations

import msgspec


class PostRow(msgspec.Struct, frozen=True, gc=False):
    """What is known of a post. ``number`` is its latest version, 0 when none is kept; ``full`` the latest
    that is more than a preview, 0 when there is none. Its Markdown is ``path``.

    ``absent`` is the reason why it was not got when last asked for, "" when it was. ``gone_at``: when its
    tombstone was set, 0 when it is at Medium for all that is known. ``known_edition`` is the latest change
    that any source tells of: beyond ``edition``, the version here is not the newest.
    """

    id: str
    number: int
    full: int
    captured_at: int
    edition: int
    folder: str
    stem: str
    preview: bool
    title: str
    author: str
    url: str
    published_at: int
    gone_at: int
    gone_reason: str
    absent: str
    absent_detail: str
    absent_at: int
    claps: int | None
    responses: int | None
    seen_at: int
    known_at: int
    known_edition: int
    settled: int
    """The version of which everything that it refers to is here, or gone for good."""

    @property
    def path(self) -> str:
        """The Markdown file; "" when no version is kept."""
        return f"{self.folder}/{self.stem}.md" if self.number else ""

    @property
    def missing(self) -> str:
        """Why the post is not here in full, "" when it is."""
        if self.full:
            return ""
        if self.number:
            return self.absent or "locked"
        return self.gone_reason or self.absent or "never-asked"


class VersionRow(msgspec.Struct, frozen=True, gc=False):
    """A version that is kept. ``n`` is the journal's line that tells of it."""

    post_id: str
    number: int
    captured_at: int
    edition: int
    folder: str
    stem: str
    preview: bool
    title: str
    size: int
    sha256: str
    n: int


class KnownRow(msgspec.Struct, frozen=True, gc=False):
    """A source that knows of a post; ``at``: since when."""

    post_id: str
    via: str
    detail: str
    url: str
    title: str
    author: str
    published_at: int
    edition: int
    at: int


class HistoryRow(msgspec.Struct, frozen=True, gc=False):
    """Something that happened to a post: ``what`` is versioned, absent, gone, back or moved (``detail``:
    old and new address)."""

    n: int
    at: int
    post_id: str
    what: str
    detail: str
    number: int


class AssetRow(msgspec.Struct, frozen=True, gc=False):
    """A file that is kept for a key; of several with one key the last counts."""

    n: int
    key: str
    path: str
    size: int
    sha256: str
    url: str
    type: str
    width: int
    height: int
    etag: str
    post_id: str
    at: int


class AssetAbsentRow(msgspec.Struct, frozen=True, gc=False):
    key: str
    reason: str
    url: str
    detail: str
    post_id: str
    at: int


class MediaRow(msgspec.Struct, frozen=True, gc=False):
    media_id: str
    record: str
    post_id: str
    ref: str
    at: int


class MediaAbsentRow(msgspec.Struct, frozen=True, gc=False):
    media_id: str
    reason: str
    detail: str
    post_id: str
    at: int


class MoveRow(msgspec.Struct, frozen=True, gc=False):
    post_id: str
    old_url: str
    new_url: str
    at: int


class WalkRow(msgspec.Struct, frozen=True, gc=False):
    source: str
    complete: bool
    cursor: str
    seen: int
    at: int


class DataRow(msgspec.Struct, frozen=True, gc=False):
    path: str
    kind: str
    size: int
    sha256: str


class CaptureRow(msgspec.Struct, frozen=True, gc=False):
    file: str
    size: int
    sha256: str
    records: int


class Totals(msgspec.Struct, frozen=True, gc=False):
    """What an archive adds up to. Posts, responses and drafts are those kept, previews among them;
    ``missing`` counts by reason what is known and not here in full; ``first`` and ``latest`` are the
    times of the earliest and latest publication kept."""

    posts: int
    responses: int
    drafts: int
    previews: int
    gone: int
    versions: int
    known: int
    assets: int
    asset_bytes: int
    assets_missing: int
    media: int
    media_missing: int
    captures: int
    capture_bytes: int
    files: int
    first: int
    latest: int
    missing: dict[str, int]
