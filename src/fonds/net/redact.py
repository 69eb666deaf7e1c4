"""What must not be read over a shoulder: header values and parts of addresses."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit, urlunsplit

REMOVED: Final = "[removed]"
"""Stands where a secret stood."""

SECRET_HEADERS: Final = frozenset(
    {"cookie", "set-cookie", "cookie2", "set-cookie2", "authorization", "proxy-authorization", "x-xsrf-token", "x-csrf-token"}
)  # fmt: skip
"""Lower-case names of headers whose values let others act as the user."""

# ``sk`` is Medium's friend link; the rest are names that hosts of embeds and storage use.
_SECRET_PARAMETER = re.compile(
    r"(?i)([?&;](?:sk|[\w.-]*(?:token|secret|signature|passw|session|api_?key|auth|credential)[\w.-]*)=)[^&;#]+"
)


def headers(pairs: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """The same headers, secrets replaced by ``REMOVED``."""
    return tuple((name, REMOVED if name.lower() in SECRET_HEADERS else value) for name, value in pairs)


def url(address: str) -> str:
    """An address for people: no user information, no secret values, no fragment. Never fails."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return REMOVED
    host = parts.netloc.rpartition("@")[2]
    bare = urlunsplit((parts.scheme, host, parts.path, parts.query, ""))
    return _SECRET_PARAMETER.sub(lambda match: match[1] + REMOVED, bare)
