"""What a page that was saved while logged in tells of who saved it, taken out before it is kept. Pure.

Medium writes the reader's mail address and the token of their session into a page's scripts and into its
answers. Both are the values of JSON keys; an author's own words are inside JSON strings there, where quotes
are escaped, and are never touched.
"""

from __future__ import annotations

import re

_KEYS = rb"xsrfToken|xsrf|csrfToken|csrf|accessToken|refreshToken|sessionToken|authToken|email|emailAddress|ipAddress|phoneNumber"
_VALUE = re.compile(rb'(?<!\\)"(' + _KEYS + rb')"(\s*:\s*)"((?:[^"\\]|\\.)+)"')
_SCRIPT = re.compile(rb"(<script\b[^<>]*>)(.*?)(</script|\Z)", re.I | re.S)
_MENTIONED = (b"xsrf", b"csrf", b"oken", b"mail", b"ipAddress", b"phoneNumber")


def scrub(data: bytes) -> tuple[bytes, int]:
    """(``data`` with empty strings in the place of what is private, how many there were).

    Of HTML only the scripts are looked at, as a post may show such JSON.
    """
    if not any(word in data for word in _MENTIONED):
        return data, 0
    if data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"[", b"])}")):
        return _VALUE.subn(rb'"\1"\2""', data)
    count = 0

    def clean(found: re.Match[bytes]) -> bytes:
        nonlocal count
        script, number = _VALUE.subn(rb'"\1"\2""', found[2])
        count += number
        return found[1] + script + found[3]

    cleaned = _SCRIPT.sub(clean, data)
    return (cleaned, count) if count else (data, 0)
