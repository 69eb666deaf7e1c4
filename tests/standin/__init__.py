"""A stand-in for Medium: an invented world of posts, served at Medium's addresses (see server.py).

::

    async with Standin(World.generate(seed=1, posts=40)) as standin:
        settings = Settings(gateway=standin.url, rate=0)
        ...
        standin.world.edit(post_id)

As a process, with ``tests`` on the path: ``python -m standin --posts 3145 --pictures 19089``.
"""

from __future__ import annotations

from standin.server import Standin
from standin.world import World

__all__ = ["Standin", "World"]
