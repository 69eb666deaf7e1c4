"""Patterns that are compiled when they are first asked for.

Most runs meet one form and nothing odd. To compile what only other runs need would be a tenth of what a
command's start may take.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator
from typing import Any, AnyStr, Generic


class Seldom(Generic[AnyStr]):
    """A pattern for what seldom occurs. Each call costs a little more than that of a compiled one."""

    def __init__(self, source: AnyStr, flags: re.RegexFlag = re.NOFLAG) -> None:
        self._source: AnyStr = source
        self._flags = flags

    @functools.cached_property
    def compiled(self) -> re.Pattern[AnyStr]:
        return re.compile(self._source, self._flags)

    def search(self, text: AnyStr) -> re.Match[AnyStr] | None:
        return self.compiled.search(text)

    def match(self, text: AnyStr) -> re.Match[AnyStr] | None:
        return self.compiled.match(text)

    def fullmatch(self, text: AnyStr) -> re.Match[AnyStr] | None:
        return self.compiled.fullmatch(text)

    def sub(self, by: AnyStr | Callable[[re.Match[AnyStr]], AnyStr], text: AnyStr) -> AnyStr:
        return self.compiled.sub(by, text)

    def split(self, text: AnyStr) -> list[AnyStr | Any]:
        return self.compiled.split(text)

    def findall(self, text: AnyStr) -> list[Any]:
        return self.compiled.findall(text)

    def finditer(self, text: AnyStr) -> Iterator[re.Match[AnyStr]]:
        return self.compiled.finditer(text)
