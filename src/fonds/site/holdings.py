"""The files of a site while it is built: what was written last time, what is to be there now."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from fonds.archive import files
from fonds.archive.summary import Failure
from fonds.site import output, sums
from fonds.site.frame import Summary
from fonds.site.output import File
from fonds.site.pages import Planned
from fonds.site.state import State, Written


class Holdings:
    """``engine`` stands for code, templates and settings: it is part of the mark of every page. What is written and
    removed is counted in ``summary`` and remembered in ``state``."""

    def __init__(self, out: Path, engine: str, state: State, summary: Summary) -> None:
        self._out = str(out)
        self._engine = engine
        self._state = state
        self._summary = summary
        self._before = state.files()
        self._known: dict[str, bytes | None] = {path: one.digest for path, one in self._before.items()}
        if not self._known:  # the state was lost: the site itself knows what fonds wrote
            self._known |= sums.read(out)
            self._known[sums.NAME] = None
        self._folders: set[str] = {str(out.parent), self._out}
        self.now: set[str] = set()
        """Every file of the site as it is to be."""

    def are_whole(self) -> bool:
        """Whether all that was written last time is there."""
        return all(self.has(path, written.mark) for path, written in self._before.items())

    def has(self, path: str, mark: str) -> bool:
        """Whether a file is as it is to be already: made from the same, and still of that size."""
        written = self._before.get(path)
        if written is None or written.mark != mark:
            return False
        try:
            return os.stat(f"{self._out}/{path}").st_size == written.size  # noqa: PTH116
        except OSError:
            return False

    def known(self, paths: Iterable[str]) -> dict[str, bytes | None]:
        """The digests of files as they were written last time (see ``output.write``)."""
        return {path: self._known[path] for path in paths if path in self._known}

    def write(self, planned: Iterable[Planned]) -> None:
        """Makes and writes the pages whose marks are new. Raises DiskError."""

        def made() -> Iterator[File]:
            for page in planned:
                mark = f"{page.mark}{self._engine}"
                self.now.add(page.path)
                if not self.has(page.path, mark):
                    yield File(page.path, page.make(), mark)

        self.take(output.write(self._out, made(), self._known))

    def take(self, result: output.Result) -> None:
        """Notes what was written elsewhere, in any process."""
        self.note(result.written, result.failures, result.folders)
        self._summary.written += result.changed

    def note(self, written: Mapping[str, Written], failures: Iterable[Failure], folders: set[str]) -> None:
        for path, one in written.items():
            self._state.put_file(path, one)
        self._summary.failures += failures
        self._folders |= folders

    def finish(self) -> None:
        """Removes what the site no longer has, lists what it has, and makes all of it durable. Raises DiskError."""
        gone = [path for path in self._known if path not in self.now and path != sums.NAME]
        self._summary.removed = len(output.remove(self._out, gone, self._known))
        for path in gone:
            self._state.drop_file(path)
        listed = sums.text(self._state.digests(), self.now)
        self.now.add(sums.NAME)
        self.take(output.write(self._out, [File(sums.NAME, listed, "")], self._known))
        files.sync_folders(self._folders)
        self._summary.files = len(self.now)
