"""How often each host may be asked: for ``fonds.net.settings.Settings.rates``, requests a second."""

from __future__ import annotations

from typing import Final

RATES: Final = {
    "web.archive.org": 0.4,  # its index allows about 24 a minute, on one connection
    "cdn.syndication.twitter.com": 1.0,
    "gist.github.com": 1.0,
    "gist.githubusercontent.com": 1.0,
    "miro.medium.com": 2.0,  # pictures come from a cache made for many at once
}
"""All others, Medium's pages and GraphQL among them, at the rate that the user sets."""
