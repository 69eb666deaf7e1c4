"""What happened to an archive: the records of its journal. Frozen, typed, without behaviour.

A fact is written down once, as it was learned; the catalog is what they add up to. Times are UTC
milliseconds, 0 when unknown. Fields that have their default are left out of the JSON, and a field once
introduced never changes its meaning (docs/archive.md describes every one).
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

Via = Literal["list", "feed", "sitemap", "export", "import", "link", "cdx", "given", "response"]
"""How fonds came to know that a post exists: a list of a user or publication, a feed, a sitemap, an
account export, something else imported, a link in a kept post, the Wayback Machine's index, the user's
own word, the responses to a kept post."""

Reason = Literal["locked", "deleted", "suspended", "challenge", "failed", "unlisted", "never-asked"]
"""Why something known is not kept."""


class Origin(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where (a part of) a version came from: its form (``fonds.model.Form``), the address or file name,
    the capture that holds the bytes (``file#offset``), and their SHA-256."""

    form: str
    address: str = ""
    ref: str = ""
    sha256: str = ""


class _Event(msgspec.Struct, frozen=True, omit_defaults=True, tag_field="do"):
    pass


class Known(_Event, frozen=True, omit_defaults=True, tag="known"):
    """A post exists. ``edition`` is the time of its latest change as the source tells it; ``detail``
    says more about ``via`` (which list, which feed)."""

    post_id: str
    via: Via
    url: str = ""
    title: str = ""
    author: str = ""
    published_at: int = 0
    edition: int = 0
    detail: str = ""


class Versioned(_Event, frozen=True, omit_defaults=True, tag="versioned"):
    """A version of a post is kept in ``.fonds/posts/<id>/<number>.json``.

    Its Markdown is ``<folder>/<stem>.md``. ``preview``: the body ends at the paywall. ``size`` and
    ``sha256`` are those of the JSON file; ``origins`` say what it can be read from again. ``repaired``:
    the file was lost, and what its origins give today is not the same bytes.
    """

    post_id: str
    number: int
    captured_at: int
    edition: int = 0
    folder: str = "posts"
    stem: str = ""
    preview: bool = False
    title: str = ""
    url: str = ""
    author: str = ""
    published_at: int = 0
    size: int = 0
    sha256: str = ""
    origins: tuple[Origin, ...] = ()
    repaired: bool = False


class Absent(_Event, frozen=True, omit_defaults=True, tag="absent"):
    """A post was asked for and not got (or only its preview). A later full version clears it."""

    post_id: str
    reason: Reason
    detail: str = ""


class Same(_Event, frozen=True, omit_defaults=True, tag="same"):
    """A post was asked for and says what its latest version says. ``edition`` is what made fonds ask: it need
    not be asked for again because of it. Clears an Absent."""

    post_id: str
    edition: int = 0


class Settled(_Event, frozen=True, omit_defaults=True, tag="settled"):
    """Everything that a version refers to is here, or gone for good: it is not looked through again."""

    post_id: str
    number: int


class Gone(_Event, frozen=True, omit_defaults=True, tag="gone"):
    """A tombstone: a post that was there is no longer at Medium. What is kept stays."""

    post_id: str
    at_medium: int = 0
    reason: Reason = "deleted"
    detail: str = ""


class Back(_Event, frozen=True, omit_defaults=True, tag="back"):
    """A post that was gone is at Medium again."""

    post_id: str


class Moved(_Event, frozen=True, omit_defaults=True, tag="moved"):
    """A post has a new address; the old one stays known, for redirects.csv."""

    post_id: str
    old_url: str
    new_url: str


class Asset(_Event, frozen=True, omit_defaults=True, tag="asset"):
    """A picture (or other file) is kept under ``path``. ``key`` is Medium's image id or the address.

    One key may have several: a picture that changed is kept twice, the latest counts.
    """

    key: str
    path: str
    size: int
    sha256: str
    url: str = ""
    type: str = ""
    width: int = 0
    height: int = 0
    etag: str = ""
    post_id: str = ""


class AssetAbsent(_Event, frozen=True, omit_defaults=True, tag="asset-absent"):
    """A picture was asked for and not got. A later Asset of the same key clears it."""

    key: str
    reason: Reason
    url: str = ""
    detail: str = ""
    post_id: str = ""


class Media(_Event, frozen=True, omit_defaults=True, tag="media"):
    """What an embed stands for was found out: ``record`` is JSON, ``ref`` the capture it is from."""

    media_id: str
    record: str
    post_id: str = ""
    ref: str = ""


class MediaAbsent(_Event, frozen=True, omit_defaults=True, tag="media-absent"):
    """An embed was asked for and not got: it stays a link. A later Media clears it."""

    media_id: str
    reason: Reason
    detail: str = ""
    post_id: str = ""


class Facts(_Event, frozen=True, omit_defaults=True, tag="facts"):
    """Counts that change all the time and make no version. None: not told."""

    post_id: str
    claps: int | None = None
    responses: int | None = None
    seen_at: int = 0


class Walked(_Event, frozen=True, omit_defaults=True, tag="walked"):
    """How far a list was walked. ``complete``: to its true end; ``cursor``: where to go on; ``seen``:
    how many posts it has shown."""

    source: str
    complete: bool = False
    cursor: str = ""
    seen: int = 0


class Data(_Event, frozen=True, omit_defaults=True, tag="data"):
    """A file of an export that is no post (bookmarks, lists, …) is kept under ``path``."""

    kind: str
    path: str
    size: int
    sha256: str


class Kept(_Event, frozen=True, omit_defaults=True, tag="kept"):
    """The bytes of an imported file are in a capture: the same bytes are not kept twice."""

    sha256: str
    ref: str
    name: str = ""


class Captured(_Event, frozen=True, omit_defaults=True, tag="captured"):
    """A capture file was closed and will not change any more. ``file`` is its name in captures/."""

    file: str
    size: int
    sha256: str
    records: int = 0


class Wrote(_Event, frozen=True, omit_defaults=True, tag="wrote"):
    """A file that no other event speaks of has these bytes."""

    path: str
    size: int
    sha256: str


class Configured(_Event, frozen=True, omit_defaults=True, tag="configured"):
    """``fonds.toml`` as it was found or written, in full: it is small, and nothing else could give it
    back. ``by_hand``: the user changed it."""

    text: str
    by_hand: bool = False


class Removed(_Event, frozen=True, omit_defaults=True, tag="removed"):
    """A derived file is no longer made, and was taken away."""

    path: str


class Sealed(_Event, frozen=True, omit_defaults=True, tag="sealed"):
    """A run has ended. ``manifest`` is the SHA-256 of the manifest: with it the journal proves the
    manifest, and the manifest every file. ``catalog`` and ``catalog_size``: the catalog as it was then."""

    manifest: str
    files: int
    bytes: int
    catalog: str = ""
    catalog_size: int = 0


Event: TypeAlias = (
    Known | Versioned | Absent | Same | Settled | Gone | Back | Moved | Asset | AssetAbsent | Media | MediaAbsent | Facts
    | Walked | Data | Kept | Captured | Wrote | Configured | Removed | Sealed
)  # fmt: skip
