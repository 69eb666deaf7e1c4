"""Medium's forms in, model out: bytes → Post. Pure: no network, no clock, no disk.

One module a form, each with ``read(data, origin)``; ``fonds.sources.sniff`` tells which.
"""

from __future__ import annotations
