"""The way back: a post of the model in the words that Medium would use for it. Pure.

For ``fonds replay``, and for whoever wants to try a converter. ``fonds.sources`` reads what is written here
as the same post.
"""

from __future__ import annotations

from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]
