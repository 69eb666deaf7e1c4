"""Fetches what posts refer to: pictures in their original form, gists, tweets, what a frame shows.

Each host has a queue of its own and is asked one thing at a time; hosts are asked side by side. A thing
that is here already is not asked for again, and one that is gone for good is not either.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from fonds.archive import naming
from fonds.archive.events import Asset, AssetAbsent, Media, MediaAbsent, Reason
from fonds.medium import media, pictures, things
from fonds.medium.media import Found, Lost, Want
from fonds.medium.pictures import Missing, Picture
from fonds.medium.things import Frame, Gist
from fonds.net.errors import BlockedError

if TYPE_CHECKING:
    from fonds.archive.catalog import Catalog
    from fonds.archive.store import Archive
    from fonds.medium.things import Thing
    from fonds.model import Post
    from fonds.net.client import Client

_COMMIT_THINGS = 64
_COMMIT_BYTES = 32 << 20
"""What may be lost by a power cut, and so is asked for again: little; and one wait for the disk for many."""

_REASONS: dict[str, Reason] = {
    "gone": "deleted",
    "challenge": "challenge",
    "locked": "locked",
    "failed": "failed",
}
FINAL = frozenset({"deleted"})
"""Reasons for which a thing is not asked for again."""
AVATARS = "avatars"
"""The folder of assets/ for pictures that are no post's."""


def _name(want: Want) -> tuple[bool, str]:
    """Pictures and embeds are known by keys of their own."""
    return want.kind == "picture", want.key


class Queues:
    """What is wanted, by host, each thing once; ``post_id`` is the first post that wants it."""

    def __init__(self) -> None:
        self._seen: set[tuple[bool, str]] = set()
        self.hosts: dict[str, dict[str, tuple[Want, str]]] = {}

    def add(self, want: Want, post_id: str) -> None:
        name = _name(want)
        if name not in self._seen:
            self._seen.add(name)
            self.hosts.setdefault(urlsplit(want.url).hostname or "", {})[f"{want.kind}:{want.key}"] = (
                want,
                post_id,
            )

    def __len__(self) -> int:
        return sum(map(len, self.hosts.values()))


class Counts:
    """What came of them."""

    def __init__(self) -> None:
        self.pictures = self.embeds = self.changed = 0
        self.failures: list[AssetAbsent | MediaAbsent] = []
        self.blocked: list[BlockedError] = []


class Belongings:
    """``again``: pictures that are here are asked for once more, to see whether they have changed."""

    def __init__(
        self,
        archive: Archive,
        client: Client,
        *,
        again: bool,
        stop: Callable[[], bool],
        progress: Callable[[str, int, int], None],
    ) -> None:
        self._again = again
        self._archive = archive
        self._client = client
        self._stop = stop
        self._progress = progress
        self._staged = self._bytes = self._done = self._total = 0
        self._open: dict[tuple[bool, str], set[str]] = {}
        self._finished = False
        self.counts = Counts()

    async def fetch(
        self, wanted: Callable[[], Iterator[tuple[Post, str]]], more: Iterable[tuple[Want, str]] = ()
    ) -> None:
        """Everything that the posts of ``wanted`` (post, id) refer to, and ``more``. What is fetched may refer
        to more (a tweet's pictures), so embeds come first and the posts are asked twice.

        Raises ``OfflineError``; a host that blocks ends its own queue only.
        """
        for embeds in (True, False):
            queues = Queues()
            for post, post_id in wanted():
                full = media.fill(post, Known(self._archive))
                for want in media.wants(full):
                    if (want.kind != "picture") is embeds and self.lacks(want):
                        queues.add(want, post_id)
                        self._open.setdefault(_name(want), set()).add(post_id)
            for want, post_id in () if embeds else more:
                if self.lacks(want):
                    queues.add(want, post_id)
            await self._empty(queues)
        self._finished = not self._stop()

    def unsettled(self) -> set[str] | None:
        """The posts that refer to something which the next pull asks for again; None when this one did not
        come to its end."""
        return set().union(*self._open.values()) if self._finished else None

    def lacks(self, want: Want) -> bool:
        """Whether a thing is to be asked for."""
        return is_lacking(self._archive.catalog, want, again=self._again)

    async def _empty(self, queues: Queues) -> None:
        self._done, self._total = 0, len(queues)
        tasks = [asyncio.create_task(self._queue(list(queue.values()))) for queue in queues.hosts.values()]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self._archive.commit()

    async def _queue(self, queue: list[tuple[Want, str]]) -> None:
        """One host's things, one after the other."""
        for at, (want, post_id) in enumerate(queue):
            if self._stop():
                return
            try:
                outcome = await media.fetch(self._client, want)
            except BlockedError as error:
                self.counts.blocked.append(error)
                for other, owner in queue[at:]:
                    self._absent(other, owner, "challenge", error.reason)
                return
            self._keep(outcome, want, post_id)
            self._done += 1
            self._progress("pictures" if want.kind == "picture" else "embeds", self._done, self._total)
            if self._staged >= _COMMIT_THINGS or self._bytes >= _COMMIT_BYTES:
                self._archive.commit()
                self._staged = self._bytes = 0

    # -- keeping

    def _keep(self, outcome: media.Outcome, want: Want, post_id: str) -> None:
        self._staged += 1
        match outcome:
            case Picture():
                self._picture(outcome, post_id)
                self._open.pop(_name(want), None)
            case Found():
                self._thing(outcome, want, post_id)
            case Missing() | Lost():
                if isinstance(outcome, Missing) and outcome.broken and outcome.response is not None:
                    self._archive.capture(outcome.response)  # no picture, and all that there is of one
                self._absent(want, post_id, _REASONS.get(outcome.reason, "failed"), outcome.detail)

    def _thing(self, found: Found, want: Want, post_id: str) -> None:
        """What a host told. A part that may be had another day is noted as absent, behind what there is."""
        refs = [self._archive.capture(response) for response in found.responses]
        record = things.encode(found.thing).decode()
        self._archive.record(Media(want.key, record, post_id=post_id, ref=refs[-1] if refs else ""))
        self.counts.embeds += 1
        if isinstance(found.thing, (Gist, Frame)) and found.thing.again:
            lacking = found.thing.lacking
            detail = lacking if isinstance(lacking, str) else f"these files: {', '.join(lacking)}"
            self._absent(want, post_id, found.thing.again, detail)
        else:
            self._open.pop(_name(want), None)

    def _absent(self, want: Want, post_id: str, reason: Reason, detail: str) -> None:
        absent: AssetAbsent | MediaAbsent
        if want.kind == "picture":
            absent = AssetAbsent(want.key, reason, want.url, detail, post_id)
        else:
            absent = MediaAbsent(want.key, reason, detail, post_id)
        self._archive.record(absent)
        self.counts.failures.append(absent)
        if reason in FINAL:
            self._open.pop(_name(want), None)

    def _picture(self, picture: Picture, post_id: str) -> None:
        archive = self._archive
        before = list(archive.catalog.assets(picture.key))
        if any(row.sha256 == picture.sha256 for row in before):
            return  # asked for again, and the same
        if before:
            self.counts.changed += 1
        path = asset_path(
            picture.key, picture.type, before[0].post_id if before else post_id, len(before) + 1
        )
        archive.put(path, picture.data)
        archive.capture(picture.response, asset=path)
        archive.record(
            Asset(
                picture.key,
                path,
                len(picture.data),
                picture.sha256,
                picture.url,
                picture.type,
                picture.width,
                picture.height,
                picture.etag,
                post_id,
            )
        )
        self._bytes += len(picture.data)
        self.counts.pictures += 1


def is_lacking(catalog: Catalog, want: Want, *, again: bool = False) -> bool:
    """Whether a thing is neither here nor gone for good; ``again``: whether it is a picture that is here."""
    if want.kind == "picture":
        if catalog.asset(want.key) is not None:
            return again
        reason = absent.reason if (absent := catalog.asset_absent(want.key)) is not None else ""
    else:
        missing = catalog.media_absent(want.key)
        if catalog.media(want.key) is not None and missing is None:
            return False
        reason = missing.reason if missing is not None else ""
    return reason not in FINAL


def asset_path(key: str, extension: str, post_id: str, number: int = 1) -> str:
    """Where a picture is kept: in the folder of the first post that has it, under a name that is its own.

    ``key`` is Medium's image id, or an address, of which the last part is nobody's alone: its name gets
    eight digits of the address' SHA-256. ``number`` from 2 on is that of another picture under the key.
    """
    name = naming.image_name(key.partition("?")[0].rpartition("/")[2] or key, extension)
    stem, _, ending = name.rpartition(".")
    if "/" in key:
        stem = f"{stem[:80]}-{hashlib.sha256(key.encode()).hexdigest()[:8]}"
    if number > 1:
        stem = f"{stem}-{number}"
    return f"assets/{post_id or AVATARS}/{stem}.{ending}"


class Known(Mapping[str, "Thing"]):
    """Embed → what the archive knows to stand behind it. What is here only in part counts as unknown: a post
    that is filled with it would not want the rest."""

    def __init__(self, archive: Archive) -> None:
        self._catalog = archive.catalog

    def __getitem__(self, key: str) -> Thing:
        row = self._catalog.media(key)
        if row is None or self._catalog.media_absent(key) is not None:
            raise KeyError(key)
        return things.decode(row.record.encode())

    def __iter__(self) -> Iterator[str]:
        raise TypeError("is asked by key")

    def __len__(self) -> int:
        raise TypeError("is asked by key")


def avatar(image: str) -> Iterator[tuple[Want, str]]:
    """The picture of whose list it is."""
    if image:
        yield Want("picture", pictures.key(image), pictures.address(image)), ""


__all__ = ["AVATARS", "FINAL", "Belongings", "Counts", "Known", "Queues", "asset_path", "avatar"]
