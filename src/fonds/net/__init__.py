"""HTTP with manners: transport, pace, retry, whole bodies. Knows nothing of Medium.

``Client`` asks, ``Settings`` are its manners, ``Request`` and ``Response`` what goes and comes,
``Verdict`` what the caller makes of an answer. Documented in docs/net.md.
"""

from __future__ import annotations
