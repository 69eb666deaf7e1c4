"""Inputs and outputs on the disk: getting bytes in, files out, and ``convert`` and ``inspect`` between.

Only this package and ``fonds.cli`` touch the disk; it knows sources and writers, and they do not know it.
"""

from __future__ import annotations
