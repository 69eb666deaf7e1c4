"""Medium's addresses and answers: lists, posts, pictures, what posts refer to, challenge pages.

What is asked and how often is in docs/medium.md. Modules that build requests and read answers are pure;
those that ask take a ``fonds.net`` client. Nothing here touches the disk.
"""

from __future__ import annotations
