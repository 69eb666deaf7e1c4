"""The ledger on the disk: derived files that are made again at will, and logs that only grow.

| file | what it is |
|---|---|
| ``posts.jsonl`` | derived: one Head a line |
| ``claims.jsonl`` | derived: one Row a line, in the order of the posts |
| ``events.jsonl`` | derived: one Event a line |
| ``review.jsonl`` | append-only: one Decision a line, chained by hash |
| ``overrides.jsonl`` | append-only: merges and splits of events, chained by hash |
| ``model.jsonl`` | append-only: a language model's raw answers, where one was asked |
| ``redact.txt`` | the user's own: names that must not leave the ledger |

Derived files get their names together, when their bytes are on the disk (``archive.files``); a log grows by
whole lines, synced. A torn last line of a log never happened.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar

import msgspec

from fonds.archive import files
from fonds.errors import DiskError, IntegrityError, UnreadableError, UsageError
from fonds.ledger.rows import LAYOUT, Decision, Event, Head, Override, Row

IN_ARCHIVE = Path(".fonds") / "ledger"
POSTS, CLAIMS, EVENTS, META = "posts.jsonl", "claims.jsonl", "events.jsonl", "ledger.json"
REVIEW, OVERRIDES, MODEL, README = "review.jsonl", "overrides.jsonl", "model.jsonl", "README.md"

T = TypeVar("T")

_README = """# A ledger of claims

Made by fonds. Every line of these files is a JSON object.

- `claims.jsonl`: what posts report: figure, kind, place, date, source, with the exact sentence. A claim is
  "reported in this post", never "true".
- `events.jsonl`: claims about one thing, with the least and the most reported. Figures are never added up.
- `posts.jsonl`: the posts that were read, and those that were not (`unread` names the language).
- `review.jsonl`, `overrides.jsonl`: what people decided. They only grow: do not edit them.
- `model.jsonl`: a language model's answers, where one was asked.
- `redact.txt`: yours to write: names, one a line, that must not leave this ledger.

`claims.jsonl`, `events.jsonl`, `posts.jsonl` and `ledger.json` are made again by `fonds claims extract`.
"""


class Meta(msgspec.Struct, frozen=True):
    """With what the derived files were made, and from what: another extractor reads everything again.

    ``empty`` are the inputs that gave no post of their own (no post, or one that another input holds too), with
    their marks.
    """

    layout: int
    extractor: str
    source: str
    empty: dict[str, str] = {}


class Ledger:
    """One ledger's folder. Nothing is read before it is asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    # ---- derived files --------------------------------------------------------------------------------------

    def exists(self) -> bool:
        return (self.folder / POSTS).is_file()

    def meta(self) -> Meta | None:
        """How the derived files were made, or None when there are none that this fonds can use."""
        data = self._bytes(META)
        if not data:
            return None
        try:
            found = msgspec.json.decode(data, type=Meta)
        except msgspec.DecodeError:
            return None  # derived: made again
        return found if found.layout == LAYOUT else None

    def heads(self) -> list[Head]:
        """The posts, in order. Raises UnreadableError naming the line."""
        return self._decoded(POSTS, Head)

    def raw_claims(self) -> bytes:
        """``claims.jsonl`` as it stands: ``Head.size`` tells where each post's lines end."""
        return self._bytes(CLAIMS)

    def rows(self) -> list[Row]:
        """The claims as the rules read them, in order."""
        return self._decoded(CLAIMS, Row)

    def events(self) -> list[Event]:
        return self._decoded(EVENTS, Event)

    def write(self, meta: Meta, heads: Iterable[Head], claims: bytes, events: Iterable[Event]) -> None:
        """Replaces the derived files together. Raises DiskError."""
        encode = msgspec.json.Encoder(order="deterministic").encode
        made = {
            CLAIMS: claims,
            POSTS: b"".join(encode(head) + b"\n" for head in heads),
            EVENTS: b"".join(encode(event) + b"\n" for event in events),
            README: _README.encode(),
            META: encode(meta) + b"\n",
        }
        self._replace({name: data for name, data in made.items() if self._bytes(name) != data})

    def write_events(self, events: Iterable[Event]) -> None:
        """Replaces ``events.jsonl`` alone. Raises DiskError."""
        encode = msgspec.json.Encoder(order="deterministic").encode
        self._replace({EVENTS: b"".join(encode(event) + b"\n" for event in events)})

    def _replace(self, made: dict[str, bytes]) -> None:
        files.make_folder(self.folder)
        files.sweep(self.folder)
        # The old files are ours and derived: they are moved over, which Batch leaves to who knows that.
        with files.Batch() as batch:
            for name, data in made.items():
                batch.place(str(self.folder / name), data)
        files.sync_folders([str(self.folder)])

    def _bytes(self, name: str) -> bytes:
        try:
            return (self.folder / name).read_bytes()
        except FileNotFoundError:
            return b""
        except OSError as error:
            raise files.disk_error(error, self.folder / name) from error

    def _decoded(self, name: str, kind: type[T]) -> list[T]:
        data = self._bytes(name)
        try:
            return msgspec.json.Decoder(kind).decode_lines(data)
        except msgspec.DecodeError as error:
            line = _broken(data, kind)
            raise UnreadableError(
                f"is damaged: {error}",
                origin=str(self.folder / name),
                where=f"line {line}",
                remedy="It is derived: remove it and run fonds claims extract again.",
            ) from None

    # ---- logs that only grow --------------------------------------------------------------------------------

    def decisions(self) -> list[Decision]:
        """The review log. Raises IntegrityError when a line was altered or taken out."""
        return self._log(REVIEW, Decision)[0]

    def overrides(self) -> list[Override]:
        """Merges and splits by hand. Raises IntegrityError when a line was altered or taken out."""
        return self._log(OVERRIDES, Override)[0]

    def add_decision(self, decision: Decision) -> Decision:
        """Appends to the review log, synced; ``n`` and ``prev`` are filled in. Raises DiskError."""
        held, prev, keep = self._log(REVIEW, Decision)
        whole = msgspec.structs.replace(decision, n=len(held) + 1, prev=prev)
        self._append(REVIEW, msgspec.json.encode(whole) + b"\n", keep)
        return whole

    def add_override(self, override: Override) -> Override:
        """Appends a merge or split. Raises DiskError."""
        held, prev, keep = self._log(OVERRIDES, Override)
        whole = msgspec.structs.replace(override, n=len(held) + 1, prev=prev)
        self._append(OVERRIDES, msgspec.json.encode(whole) + b"\n", keep)
        return whole

    def add_answer(self, line: bytes) -> None:
        """Appends a language model's answer (one line of JSON). Raises DiskError."""
        self._append(MODEL, line + b"\n", None)

    def answers(self) -> list[bytes]:
        """The language model's answers, whole lines only."""
        return [line for line in self._bytes(MODEL).split(b"\n")[:-1] if line]

    def _log(self, name: str, kind: type[T]) -> tuple[list[T], str, int]:
        """The entries, the hash of the last line, and how many bytes are whole lines."""
        data = self._bytes(name)
        keep = data.rfind(b"\n") + 1
        prev, out = "", []
        decoder = msgspec.json.Decoder(kind)
        for number, line in enumerate(data[:keep].splitlines(), 1):
            try:
                entry = decoder.decode(line)
            except msgspec.DecodeError as error:
                raise IntegrityError(
                    f"is damaged: {error}",
                    origin=str(self.folder / name),
                    where=f"line {number}",
                    remedy="Take it from a backup.",
                ) from None
            if getattr(entry, "prev", "") != prev or getattr(entry, "n", 0) != number:
                raise IntegrityError(
                    "does not follow the line before: a line was altered or taken out",
                    origin=str(self.folder / name),
                    where=f"line {number}",
                    remedy="Take it from a backup.",
                )
            prev = hashlib.sha256(line).hexdigest()
            out.append(entry)
        return out, prev, keep

    def _append(self, name: str, line: bytes, keep: int | None) -> None:
        path = self.folder / name
        try:
            with path.open("ab") as handle:
                if keep is not None and handle.tell() > keep:
                    handle.truncate(keep)  # a line that was torn by a crash
                handle.write(line)
                handle.flush()
                os.fsync(handle.fileno())
        except OSError as error:
            raise files.disk_error(error, path) from error

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """One writer at a time. Raises DiskError when another is at work. Where the system has no such locks
        (Windows), nothing is locked."""
        files.make_folder(self.folder)
        try:
            import fcntl
        except ImportError:
            yield
            return
        path = self.folder / "lock"
        try:
            handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        except OSError as error:
            raise files.disk_error(error, path) from error
        try:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise DiskError(
                    "another fonds is writing this ledger", origin=str(self.folder), remedy="Wait for it."
                ) from error
            yield
        finally:
            os.close(handle)


def _broken(data: bytes, kind: type[T]) -> int:
    decoder = msgspec.json.Decoder(kind)
    for number, line in enumerate(data.split(b"\n"), 1):
        try:
            if line.strip():
                decoder.decode(line)
        except msgspec.DecodeError:
            return number
    return 0


def opened(path: Path) -> Ledger:
    """The ledger of an archive, or the one in a folder. Raises UsageError when there is none."""
    for folder in (path / IN_ARCHIVE, path):
        ledger = Ledger(folder)
        if ledger.exists():
            return ledger
    raise UsageError(
        "holds no ledger",
        origin=str(path),
        remedy="Run fonds claims extract first, or name it with -C.",
    )
