"""Puts the pictures of a site where its pages find them: copies, small versions, or the archive's own files."""

from __future__ import annotations

import functools
import os
from collections.abc import Mapping, Sequence

from fonds import jobs as job
from fonds.site import pictures
from fonds.site.cards import Card
from fonds.site.frame import Plan, Summary
from fonds.site.holdings import Holdings
from fonds.site.source import Local
from fonds.site.state import State, Thumb
from fonds.site.views import Where, thumb_path
from fonds.site.work import chunks

_PICTURES = 64


class Placing:
    def __init__(self, plan: Plan, holdings: Holdings, state: State, summary: Summary) -> None:
        self._plan = plan
        self._holdings = holdings
        self._state = state
        self._summary = summary

    def place(self, cards: Sequence[Card], run: job.Runner) -> Where:
        """Puts the pictures where pages find them. Raises DiskError."""
        shown = pictures.locals_of(cards)
        base = self._linked()
        if not base:
            self._copy(shown, run)
        made = self._thumbnails(shown, run)
        link = os.path.relpath(base, self._plan.out).replace(os.sep, "/") if base else ""
        return Where(made, base, link)

    def _linked(self) -> str:
        """The archive in whose folder the site stands, when its pictures are linked to, else ""."""
        source = self._plan.source
        wanted = self._plan.settings.pictures
        root = source.folder.absolute()
        inside = source.kind == "archive" and self._plan.out.is_relative_to(root)
        return str(root) if wanted == "link" or (wanted == "auto" and inside) else ""

    def _copy(self, shown: Mapping[str, Local], run: job.Runner) -> None:
        tasks = []
        for place, local in shown.items():
            mark = pictures.mark_of(local)
            self._holdings.now.add(place)
            if not self._holdings.has(place, mark):
                tasks.append(pictures.Copy(local, mark))
        done = 0
        for made in run(functools.partial(pictures.copy, out=str(self._plan.out)), chunks(tasks, _PICTURES)):
            self._take(made)
            done += _PICTURES
            self._plan.progress("pictures", min(done, len(tasks)), len(tasks))

    def _thumbnails(self, shown: Mapping[str, Local], run: job.Runner) -> dict[str, Thumb]:
        """What small versions there are, after making those that are missing."""
        made = {
            place: thumb
            for place, thumb in self._state.thumbs().items()
            if self._is_made(place, thumb, shown)
        }
        if self._plan.settings.thumbnails:
            wanted = [
                local
                for place, local in shown.items()
                if place not in made and pictures.wants_thumbnail(local)
            ]
            done = 0
            for result in run(
                functools.partial(pictures.shrink, out=str(self._plan.out)), chunks(wanted, _PICTURES)
            ):
                self._take(result)
                for place, thumb in result.thumbs.items():
                    made[place] = thumb
                    self._state.put_thumb(place, thumb)
                    self._summary.thumbnails += bool(thumb.widths)
                done += len(result.thumbs)
                self._plan.progress("pictures", done, len(wanted))
                if self._plan.stop():
                    break
        for place, thumb in made.items():
            for width in thumb.widths:
                self._holdings.now.add(thumb_path(place, width))
        return made

    def _is_made(self, place: str, thumb: Thumb, shown: Mapping[str, Local]) -> bool:
        local = shown.get(place)
        if local is None or (local.size, local.stamp) != (thumb.size, thumb.stamp):
            return False
        mark = pictures.mark_of(local)
        return all(self._holdings.has(thumb_path(place, width), mark) for width in thumb.widths)

    def _take(self, made: pictures.Made) -> None:
        self._holdings.note(made.written, made.failures, made.folders)
        self._summary.written += len(made.written)
