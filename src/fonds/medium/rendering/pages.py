"""Pages: a post with its Apollo state, a profile, a publication, and those that say that nothing is there."""

from __future__ import annotations

import html as text
from typing import Any, Final

import msgspec

from fonds.medium.rendering import Json, facts, html
from fonds.model import Person, Post, Publication

NOT_FOUND: Final = (
    b'<!DOCTYPE html><html lang="en"><head><title>Medium</title></head><body><main><h4>PAGE NOT FOUND</h4>'
    b"<h1>404</h1><h2>Out of nothing, something.</h2></main></body></html>"
)
SUSPENDED: Final = (
    b'<!DOCTYPE html><html lang="en"><head><title>Medium</title></head><body><main><h1>410</h1>'
    b"<h2>User deactivated or account suspended</h2><p>This page is unavailable: the account is suspended.</p>"
    b"</main></body></html>"
)


def post(given: Post, *, claps: int | None = None, responses: int | None = None) -> bytes:
    """The page of a post, as since 2020: rendered, and with the state that it was rendered from."""
    node = facts.node(given, claps=claps, responses=responses)
    state = _State()
    content = facts.content(given)
    node = {key: value for key, value in node.items() if key not in ("content", "viewerEdge")}
    node['content({"postMeteringOptions":{"referrer":""}})'] = content
    asked = f'postResult({{"id":"{given.id}"}})'
    root = {"__typename": "Query", asked: state.keep(node)}
    for person in given.people:
        state.keep(facts.user(person))
    shown = f"<article><h1>{text.escape(given.title)}</h1><section>{html.blocks(given.blocks)}</section></article>"
    head = (
        f'<link rel="canonical" href="{text.escape(given.canonical_url or given.medium_url)}">'
        f'<meta property="og:title" content="{text.escape(given.title)}">'
        f'<meta property="og:url" content="{text.escape(given.medium_url)}">'
        f'<meta property="al:ios:url" content="medium://p/{given.id}">'
    )
    return _page(f"{given.title} | Medium", shown, state.script(root), head)


def profile(person: Person) -> bytes:
    state = _State()
    node = facts.user(person)
    root = {"__typename": "Query", f'userResult({{"username":"{person.username}"}})': state.keep(node)}
    return _page(f"{person.name} – Medium", f"<h2>{text.escape(person.name)}</h2>", state.script(root))


def publication(home: Publication) -> bytes:
    state = _State()
    node = facts.collection(home)
    root = {
        "__typename": "Query",
        f'collectionByDomainOrSlug({{"domainOrSlug":"{home.slug}"}})': state.keep(node),
    }
    return _page(f"{home.name} – Medium", f"<h2>{text.escape(home.name)}</h2>", state.script(root))


def media(title: str, frame: str, *, gist: str = "", width: int = 0, height: int = 0) -> bytes:
    """Medium's own page round an embed: the script of a gist, or a frame."""
    if gist:
        inner = f'<script src="{text.escape(gist)}.js" charset="utf-8"></script>'
    else:
        inner = f'<iframe src="{text.escape(frame)}" width="{width}" height="{height}"></iframe>'
    return f"<!DOCTYPE html><html><head><title>{text.escape(title)}</title></head><body>{inner}</body></html>".encode()


def _page(title: str, shown: str, script: str, head: str = "") -> bytes:
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{text.escape(title)}</title>{head}</head>'
        f'<body><div id="root">{shown}</div><script>{script}</script></body></html>'
    ).encode()


class _State:
    """Objects with an id stand under ``<type>:<id>`` and are referred to; others stand where they are."""

    def __init__(self) -> None:
        self._nodes: dict[str, Any] = {}

    def keep(self, node: Any) -> Any:
        """What stands in the place of ``node`` in the state."""
        if isinstance(node, list):
            return [self.keep(item) for item in node]
        if not isinstance(node, dict):
            return node
        kept = {key: self.keep(value) for key, value in node.items()}
        identity, kind = node.get("id"), node.get("__typename")
        if not identity or kind in _INLINE:
            return kept
        key = f"{kind}:{identity}"
        self._nodes[key] = {**self._nodes.get(key, {}), **kept}
        return {"__ref": key}

    def script(self, root: Json) -> str:
        """The statement that sets the state. No tag ends in it, whatever a post says."""
        state = {"ROOT_QUERY": root, **self._nodes}
        data = msgspec.json.encode(state).decode()
        for char in "<>\u2028\u2029":
            data = data.replace(char, f"\\u{ord(char):04x}")
        return f"window.__APOLLO_STATE__ = {data}"


_INLINE: Final = frozenset({"ImageMetadata", "MediaResource"})
"""Two places may show one picture (or frame) with another text or size, which one object could not hold."""
