"""The user's own cookies: read from text, matched by host, sent over https only, shown to nobody.

What a server sets is not kept: fonds shows what its user gave it and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

import msgspec

from fonds.errors import UnreadableError, UsageError

# RFC 6265, 4.1.1, with what browsers let through: no separators that would end a cookie or a header.
_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_VALUE = re.compile(r"[\x20-\x3a\x3c-\x7e\x80-\xff]*")
_DOMAIN = re.compile(r"(?i)[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9])?")
_HTTP_ONLY: Final = "#HttpOnly_"
_FIELDS: Final = 7
_IPV4 = re.compile(r"[0-9.]+")

KEYRING_SERVICE: Final = "fonds"


class Cookie(msgspec.Struct, frozen=True):
    """``domain`` is lower case without a leading dot; ``host_only`` keeps it from hosts below that.

    ``expires`` are UTC seconds, 0 for the end of a session (which for us never comes).
    """

    name: str
    value: str
    domain: str
    host_only: bool = False
    path: str = "/"
    secure: bool = True
    expires: int = 0

    def __repr__(self) -> str:
        return f"Cookie({self.name} for {self.domain})"

    def expired(self, now: int) -> bool:
        """``now``: UTC milliseconds."""
        return self.expires != 0 and self.expires * 1000 <= now

    def fits(self, host: str, path: str) -> bool:
        """Whether it is meant for a host name and a path (RFC 6265, 5.1.3 and 5.1.4)."""
        name = host.lower()
        below = not self.host_only and name.endswith("." + self.domain) and not _is_address(name)
        return (name == self.domain or below) and _path_fits(self.path, path)


class CookieJar:
    """Cookies that do not change. Nothing of it that is printed shows a value."""

    def __init__(self, cookies: Iterable[Cookie] = ()) -> None:
        # The last of a name, domain and path holds, as in a browser.
        self._cookies = {(cookie.domain, cookie.path, cookie.name): cookie for cookie in cookies}

    def __repr__(self) -> str:
        return f"CookieJar({len(self._cookies)} cookies for {', '.join(self.domains()) or 'nobody'})"

    def __len__(self) -> int:
        return len(self._cookies)

    def __or__(self, other: CookieJar) -> CookieJar:
        """Both; what ``other`` says holds."""
        return CookieJar([*self._cookies.values(), *other._cookies.values()])

    def domains(self) -> tuple[str, ...]:
        """Whom they are for, sorted."""
        return tuple(sorted({cookie.domain for cookie in self._cookies.values()}))

    def names(self, host: str) -> tuple[str, ...]:
        """Names of the cookies for a host, whatever their age, sorted."""
        return tuple(sorted({c.name for c in self._cookies.values() if c.fits(host, "/")}))

    def expired(self, now: int) -> tuple[Cookie, ...]:
        """Those whose time is over at ``now`` (UTC milliseconds): they are not sent."""
        return tuple(cookie for cookie in self._cookies.values() if cookie.expired(now))

    def header(self, host: str, path: str, *, now: int) -> str:
        """The Cookie header for a https request, longest paths first; "" for none."""
        fitting = [c for c in self._cookies.values() if c.fits(host, path) and not c.expired(now)]
        fitting.sort(key=lambda cookie: -len(cookie.path))
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in fitting)


def read(text: str, *, domain: str, origin: str = "") -> CookieJar:
    """Cookies from a Netscape file's text, or from the text of a Cookie header (then for ``domain`` and
    the hosts below it).

    ``origin`` names the file in errors. Raises ``UnreadableError``, which quotes no value.
    """
    lines = [line for line in text.lstrip("\ufeff").splitlines() if line.strip()]
    if any("\t" in line for line in lines) or all(line.startswith("#") for line in lines):
        return read_netscape(text, origin=origin)
    if len(lines) != 1:
        raise UnreadableError(
            "this is neither a cookies.txt nor one line of cookies",
            origin=origin,
            remedy="Export the cookies of your browser in Netscape format",
        )
    return read_header(lines[0], domain=domain, origin=origin)


def read_netscape(text: str, *, origin: str = "") -> CookieJar:
    """Cookies from the text of a ``cookies.txt`` (curl's, wget's and the browser add-ons' format)."""
    lines = text.lstrip("\ufeff").splitlines()
    found = (_netscape_line(line, number, origin) for number, line in enumerate(lines, 1))
    return CookieJar(cookie for cookie in found if cookie is not None)


def read_header(text: str, *, domain: str, origin: str = "") -> CookieJar:
    """Cookies from ``name=value; …``, with or without ``Cookie:`` before it, for a domain and below."""
    text = re.sub(r"(?i)^\s*cookie:", "", text).strip()
    cookies = []
    for number, pair in enumerate(text.split(";"), 1):
        name, is_pair, value = pair.strip().partition("=")
        if not name and not is_pair:
            continue
        if not is_pair or not _NAME.fullmatch(name) or not _VALUE.fullmatch(value):
            raise UnreadableError("not of the form name=value", origin=origin, where=f"cookie {number}")
        cookies.append(Cookie(name=name, value=value, domain=domain.lower().lstrip(".")))
    if not cookies:
        raise UnreadableError("there is no cookie in it", origin=origin)
    return CookieJar(cookies)


def from_keyring(domain: str) -> str:
    """The text that the system's keyring keeps for a domain under the service ``fonds``; "" for none.

    Raises ``UsageError`` when there is no keyring to ask.
    """
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError:
        raise UsageError(
            "the keyring cannot be asked: its library is not installed",
            remedy="pip install 'fonds[keyring]'",
        ) from None
    try:
        return keyring.get_password(KEYRING_SERVICE, domain) or ""
    except KeyringError as error:
        raise UsageError(f"the keyring does not answer ({type(error).__name__})") from None


def _netscape_line(line: str, number: int, origin: str) -> Cookie | None:
    if line.startswith(_HTTP_ONLY):
        line = line.removeprefix(_HTTP_ONLY)
    elif not line.strip() or line.startswith("#"):
        return None
    fields = line.split("\t")
    # Some writers leave the last tab out when the value is empty.
    if len(fields) == _FIELDS - 1:
        fields.append("")
    where = f"line {number}"
    if len(fields) != _FIELDS:
        reason = f"{_FIELDS} fields parted by tabs are expected, {len(fields)} found"
        raise UnreadableError(reason, origin=origin, where=where)
    domain, below, path, secure, expires, name, value = fields
    if not _DOMAIN.fullmatch(domain.removeprefix(".")):
        raise UnreadableError("the first field is no domain", origin=origin, where=where)
    if not _NAME.fullmatch(name) or not _VALUE.fullmatch(value):
        raise UnreadableError(
            "the cookie's name or value holds what no cookie may", origin=origin, where=where
        )
    return Cookie(
        name=name,
        value=value,
        domain=domain.lower().removeprefix("."),
        host_only=below.upper() == "FALSE" and not domain.startswith("."),
        path=path if path.startswith("/") else "/",
        secure=secure.upper() == "TRUE",
        expires=_seconds(expires, origin, where),
    )


def _seconds(text: str, origin: str, where: str) -> int:
    """Seconds since 1970; some writers add a fraction, and -1 or nothing for a session's cookie."""
    whole = text.strip().partition(".")[0]
    if not whole or whole.startswith("-"):
        return 0
    if not (whole.isascii() and whole.isdigit()):
        raise UnreadableError("the time of expiry is no number", origin=origin, where=where)
    return int(whole[:15])


def _is_address(host: str) -> bool:
    return ":" in host or _IPV4.fullmatch(host) is not None


def _path_fits(wanted: str, path: str) -> bool:
    return path == wanted or (path.startswith(wanted) and (wanted.endswith("/") or path[len(wanted)] == "/"))
