"""An attempt that brought no whole answer: between the rooms of net only, never raised to a caller."""

from __future__ import annotations

from typing import Final

from fonds.net.messages import Headers


class Fault(Exception):
    """``kind`` is one of docs/net.md; ``again`` says whether a further attempt may help.

    ``status``, ``headers`` and ``part`` are those of the answer that broke off, if it came that far.
    """

    def __init__(
        self,
        kind: str,
        reason: str,
        *,
        again: bool = True,
        status: int = 0,
        headers: Headers = (),
        part: bytes = b"",
        offline: bool = False,
    ) -> None:
        super().__init__(reason)
        self.kind = kind
        self.reason = reason
        self.again = again
        self.status = status
        self.headers = headers
        self.part = part
        self.offline = offline


CONNECTION_KINDS: Final = frozenset({"dns", "connect"})
