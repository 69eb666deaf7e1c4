"""Manners and limits of a client."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from fonds import __version__

MIB: Final = 1024 * 1024

USER_AGENT: Final = f"fonds/{__version__} (keeps an author's own posts)"


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Times are seconds, sizes bytes. The defaults are slow: fonds asks other people's servers."""

    user_agent: str = USER_AGENT
    """fonds says what it is: it forges no browser."""
    rate: float = 1.0
    """Requests a second that one host gets at most; 0 for no limit."""
    rates: Mapping[str, float] = {}
    """Other rates, by host name (``miro.medium.com``) or, with a leading dot, by domain (``.medium.com``)."""
    connect_timeout: float = 20.0
    first_byte_timeout: float = 30.0
    """From the request to the end of the answer's headers, the connection included."""
    total_timeout: float = 120.0
    """One attempt, its body's last byte included, however it trickles in."""
    max_body: int = 256 * MIB
    """Of the bytes sent, and again of what gzip makes of them."""
    retries: int = 4
    """Further attempts after the first, for one address."""
    retry_base: float = 1.0
    retry_cap: float = 120.0
    """Before the n-th further attempt a random time between 0 and min(cap, base * 2ⁿ⁻¹) passes."""
    too_many_base: float = 15.0
    """The base after 429 and 503 without Retry-After; the whole host is left alone that long."""
    budget_ratio: float = 0.2
    budget_floor: int = 20
    budget_limit: int = 1000
    """Further attempts in the whole run: no more than floor + ratio * requests, and never more than limit."""
    max_wait: float = 300.0
    """The longest Retry-After that is waited for; beyond it the host is left alone and asked nothing."""
    max_redirects: int = 10
    gateway: str = ""
    """``http://127.0.0.1:port``: every request goes there, with its real Host and ``X-Forwarded-Proto``."""
    proxy: str = ""
    """``http://…``; proxies of the environment are used only by who puts them here."""

    def rate_of(self, host: str) -> float:
        """Requests a second for a host (``name`` or ``name:port``, lower case); the longest match decides."""
        name = host.partition(":")[0]
        if name in self.rates:
            return self.rates[name]
        within = [key for key in self.rates if key.startswith(".") and f".{name}".endswith(key)]
        return self.rates[max(within, key=len)] if within else self.rate
