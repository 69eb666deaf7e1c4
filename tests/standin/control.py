"""Ordering a stand-in about from outside its process: ``http://standin.test/…`` through the same port.

``curl -H 'Host: standin.test' "$URL/edit?post=…&words=…"``; every order answers JSON.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import wire
import wire_faults
from wire import Asked, Reply

if TYPE_CHECKING:
    from standin.server import Standin

Given = dict[str, str]


def handle(standin: Standin, asked: Asked) -> Reply:
    """What became of an order; 404 for one that nobody knows, 400 for one that cannot be done."""
    order = _ORDERS.get(asked.path.strip("/"))
    if order is None:
        return wire.as_json({"error": f"orders: {', '.join(sorted(_ORDERS))}"}, status=404)
    try:
        return wire.as_json(order(standin, dict(parse_qsl(asked.query))))
    except (KeyError, TypeError, ValueError, AttributeError, AssertionError) as error:
        return wire.as_json({"error": f"{type(error).__name__}: {error}"}, status=400)


def _posts(standin: Standin, _given: Given) -> Any:
    world = standin.world
    return [
        {"id": post.id, "url": world.url(post), "title": post.title, "author": post.author.username}
        for post in world.posts.values()
    ]


def _log(standin: Standin, given: Given) -> Any:
    rows = [
        {"host": one.host, "target": one.target, "method": one.method, "status": one.status, "fault": one.fault, "at": one.at}
        for one in standin.log
        if one.host != "standin.test"
    ]  # fmt: skip
    if given.get("clear"):
        standin.log.clear()
    return rows


def _fault(standin: Standin, given: Given) -> Any:
    make = getattr(wire_faults, given["name"])
    fault = make(**json.loads(given.get("with", "{}")))
    standin.faults.add(
        fault,
        host=given.get("host", "*"),
        path=given.get("path", "*"),
        nth=int(given.get("nth", 1)),
        times=int(given.get("times", 1)),
    )
    return fault.name


def _edit(standin: Standin, given: Given) -> Any:
    pictures = int(given.get("pictures", 0))
    post = standin.world.edit(
        given["post"], title=given.get("title", ""), words=given.get("words", ""), pictures=pictures
    )
    return post.latest


_ORDERS: dict[str, Callable[[Standin, Given], Any]] = {
    "posts": _posts,
    "log": _log,
    "fault": _fault,
    "clear": lambda standin, _given: standin.faults.clear(),
    "edit": _edit,
    "delete": lambda standin, given: standin.world.delete(given["post"]),
    "restore": lambda standin, given: standin.world.restore(given["post"]),
    "move": lambda standin, given: standin.world.move(given["post"], given["slug"]),
    "lock": lambda standin, given: standin.world.lock(given["post"], given.get("locked", "1") == "1"),
    "unlist": lambda standin, given: standin.world.unlist(given["post"]),
    "publish": lambda standin, given: standin.world.publish(pictures=int(given.get("pictures", 2))).id,
    "picture": lambda standin, given: standin.world.change_picture(given["key"]),
    "lose": lambda standin, given: standin.world.lost.add(given["key"]),
    "suspend": lambda standin, given: standin.world.suspend(given["user"], given.get("on", "1") == "1"),
    "publication": lambda standin, given: standin.world.move_publication(**given),
}
