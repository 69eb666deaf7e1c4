"""What Medium's pages say about whoever is signed in: taken out before anything is kept. Pure.

The state in a page's scripts, and ``?format=json``, hold the reader's own e-mail addresses, account numbers at
other services, and tokens of the session. Their values become ""; the rest stays, byte for byte. Only scripts
and JSON are looked at: what a post's text says is its author's, in whatever words.
"""

from __future__ import annotations

import re

from msgspec.structs import replace

from fonds.net.messages import Response

KEYS = (
    "email", "subscriberEmail", "googleEmail", "partnerProgramEmail", "unverifiedEmail", "googleAccountId",
    "facebookAccountId", "facebookDisplayName", "twitterAccountId", "xsrfToken", "xsrf", "accessToken", "sessionToken",
)  # fmt: skip
"""Seen in pages of 2013–2026 (``currentUser``, ``session``, ``viewer``). ``publicEmail`` and ``supportEmail``
are a publication's and Medium's own, and stay."""

# Within a JSON string quotes are escaped, so that a text that says "email":"…" does not look like this.
_VALUE = re.compile(rb'"((?:%s)"\s*:\s*)"(?:[^"\\]|\\.)+"' % "|".join(KEYS).encode())
_SCRIPT = re.compile(rb"<script\b[^>]*>.*?</script>", re.S | re.I)
_JSON = re.compile(rb"\s*(?:\]\)\}while\(1\);</x>|[\[{])")


def scrub(data: bytes) -> bytes:
    """``data`` (a page or JSON of Medium's, UTF-8) without what is personal; anything else as it is."""
    if not any(key in data for key in _NEEDLES):
        return data
    if _JSON.match(data):
        return _blank(data)
    return _SCRIPT.sub(lambda found: _blank(found[0]), data)


_NEEDLES = tuple(f'"{key}"'.encode() for key in KEYS)


def _blank(data: bytes) -> bytes:
    return _VALUE.sub(rb'"\1""', data)


def without(response: Response) -> Response:
    """An answer without what is personal; then its body is no longer compressed."""
    body = scrub(response.body)
    if body == response.body:
        return response
    headers = tuple(
        pair for pair in response.headers if pair[0].lower() not in ("content-encoding", "content-length")
    )
    return replace(response, body=body, raw=body, headers=headers)
