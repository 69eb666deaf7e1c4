"""What a source on Medium can be instead of readable."""

from __future__ import annotations

from typing import Literal

from fonds.errors import FondsError

Kind = Literal["missing", "suspended", "moved", "unreadable"]


class SourceError(FondsError):
    """A user, publication or list that cannot be walked: it is not there, its account is suspended, it
    has moved (``moved_to`` is how fonds would name it now), or Medium's answer says nothing fonds knows."""

    exit_code = 4

    def __init__(
        self, kind: Kind, reason: str, *, origin: str, where: str = "", remedy: str = "", moved_to: str = ""
    ) -> None:
        super().__init__(reason, origin=origin, where=where, remedy=remedy)
        self.kind: Kind = kind
        self.moved_to = moved_to
