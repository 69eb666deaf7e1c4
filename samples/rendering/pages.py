"""Post pages: with Apollo state in three styles, and the two of the years before."""

from __future__ import annotations

import json
from typing import Any

import publication as pub
from rendering import dom, numbers
from rendering.editor import PAGE_2015, PAGE_2016, body
from rendering.export import stamp
from rendering.graphql import body_model, facts
from rendering.inline import escape
from rendering.parts import Post

Json = dict[str, Any]
_FLAGS: Json = {
    "__typename": "VariantFlag",
    "name": "allow_access",
    "valueType": {"__typename": "VariantFlagBoolean", "value": True},
}
_OWN = {"User", "Collection", "ImageMetadata", "MediaResource", "Tag", "Paragraph", "Post"}
"""Types that Apollo stores under a key of their own, ``Type:id``."""


def apollo(post: Post, arguments: str = "{}") -> str:
    """2020 to 2026: ``{"__ref": …}``. ``arguments`` are those of ``content(…)``, which vary."""
    preview = post.preview > 0
    state: Json = {"ROOT_QUERY": {"__typename": "Query", "viewer": None, "variantFlags": [_FLAGS]}}
    state["ROOT_QUERY"][f'postResult({{"id":"{post.id}"}})'] = {"__ref": f"Post:{post.id}"}
    _neighbour(state)
    _store_refs(state, _with_content(post, arguments, preview))
    return _document(post, state, end=post.preview or None)


def react_router(post: Post) -> str:
    """2026: another shell, "Medium" as a first title, and image metadata inside the paragraph."""
    state: Json = {"ROOT_QUERY": {"__typename": "Query", "viewer": None}}
    _neighbour(state)
    whole = _with_content(post, '{"postMeteringOptions":{"referrer":""}}', preview=False)
    _store_refs(state, whole, inline={"ImageMetadata"})
    title = escape(f"{post.title} | by {pub.AUTHOR.name} | {pub.COLLECTION_NAME} | Medium")
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charSet="utf-8"/><title>Medium</title>'
        f'<title>{title}</title>{dom.meta(post)}<link rel="modulepreload" href="https://cdn-client.medium.com/rr/entry.js"/>'
        f'</head><body><div id="root">{dom.article(post, year=2024)}</div>'
        '<script>window.__reactRouterContext = {"basename":"/","future":{},"ssr":true};</script>'
        f"<script>window.__APOLLO_STATE__ = {_script(state)}</script>"
        '<script type="module" async="">import "https://cdn-client.medium.com/rr/manifest.js";</script></body></html>'
    )


def apollo_2019(post: Post) -> str:
    """2019 and 2020: ``{"type": "id", …}``, every nested object a node of its own under a ``$`` key."""
    arguments = '{"postMeteringOptions":{}}'
    state: Json = {"ROOT_QUERY": {"viewer": None}}
    state["ROOT_QUERY"][f'postResult({{"id":"{post.id}"}})'] = _id(f"Post:{post.id}", "Post", generated=False)
    whole = _with_content(post, arguments, preview=False)
    _store_ids(state, f"Post:{post.id}", whole)
    return _document(post, state)


def _with_content(post: Post, arguments: str, preview: bool) -> Json:
    whole = facts(post)
    content = {
        "__typename": "PostContent",
        "isLockedPreviewOnly": preview,
        "validatedShareKey": "",
        "isCacheableContent": False,
        "bodyModel": body_model(post, preview=preview),
    }
    whole[f"content({arguments})"] = content
    return whole


def _neighbour(state: Json) -> None:
    """Another post that the page recommends: in the state, and without a body."""
    other = facts(pub.COUNCIL)
    chosen = ("__typename", "id", "title", "mediumUrl", "firstPublishedAt", "visibility")
    other = {key: other[key] for key in chosen}
    other["previewContent"] = {"__typename": "PreviewContent", "isFullContent": False}
    state[f"Post:{pub.COUNCIL_ID}"] = other


def _store_refs(state: Json, top: Json, inline: set[str] | None = None) -> None:
    kept = _OWN - (inline or set())

    def put(what: Any) -> Any:
        if isinstance(what, list):
            return [put(item) for item in what]
        if not isinstance(what, dict):
            return what
        flat = {key: put(item) for key, item in what.items()}
        kind = flat.get("__typename")
        if kind not in kept:
            return flat
        key = f"{kind}:{flat['id']}"
        state[key] = {**state.get(key, {}), **flat}
        return {"__ref": key}

    put(top)


def _id(key: str, kind: str, *, generated: bool) -> Json:
    return {"type": "id", "generated": generated, "id": key, "typename": kind}


def _store_ids(state: Json, key: str, node: Json) -> None:
    """``node`` under ``key``; what it holds goes under keys made of its path."""
    flat: Json = {}
    state[key] = flat
    for field, item in node.items():
        flat[field] = _child(state, key, field, item)


def _child(state: Json, key: str, path: str, item: Any) -> Any:
    if isinstance(item, list):
        return [_child(state, key, f"{path}.{number}", entry) for number, entry in enumerate(item)]
    if not isinstance(item, dict):
        return item
    kind = item["__typename"]
    if kind in _OWN and "id" in item:
        own = f"{kind}:{item['id']}"
        if own not in state or len(item) >= len(state[own]):
            _store_ids(state, own, item)
        return _id(own, kind, generated=False)
    # Paths through a list carry no dollar in front; Medium's state has both.
    made = (
        f"{key}.{path}"
        if key.startswith("$") or path.rsplit(".", maxsplit=1)[-1].isdigit()
        else f"${key}.{path}"
    )
    _store_ids(state, made, item)
    return _id(made, kind, generated=True)


def _script(state: Json) -> str:
    return json.dumps(state, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\u002F")


def _document(post: Post, state: Json, end: int | None = None) -> str:
    title = escape(f"{post.title} | by {pub.AUTHOR.name} | {pub.COLLECTION_NAME} | Medium")
    return (
        f'<!doctype html><html lang="en"><head><title data-rh="true">{title}</title>{dom.meta(post)}</head><body>'
        f'<div id="root">{dom.article(post, end=end)}</div>'
        '<script>window.__BUILD_ID__="main-20210101-000000-0000000000"</script>'
        '<script>window.__PRELOADED_STATE__ = {"config":{"nodeEnv":"production"},"session":{"xsrf":""}}</script>'
        f"<script>window.__APOLLO_STATE__ = {_script(state)}</script>"
        '<script src="https://cdn-client.medium.com/lite/static/js/main.0000.js"></script></body></html>'
    )


def obv_init(post: Post) -> str:
    """2016 to 2018: graf markup and, behind it, ``obvInit`` with the numbers; ``<`` is ``\\x3c`` there."""
    payload = numbers.payload(post)["payload"]
    data = json.dumps(payload, ensure_ascii=False, separators=(",", ":"))
    data = data.replace("<", "\\x3c").replace(">", "\\x3e")
    return (
        '<!DOCTYPE html><html xmlns:cc="http://creativecommons.org/ns#"><head prefix="og: http://ogp.me/ns#">'
        '<meta http-equiv="Content-Type" content="text/html; charset=utf-8">'
        f"<title>{escape(post.title)}</title>{_old_meta(post)}</head><body>"
        f'<article class="u-minHeight100vh postArticle postArticle--full" lang="{post.language}">{_old_header(post)}'
        f'<div class="postArticle-content js-postField js-notesSource js-trackedPost" data-post-id="{post.id}" '
        f'data-source="post_page">{body(post, PAGE_2016)}</div></article>'
        '<div class="loadingBar"></div><script>// <![CDATA[\n'
        'window["obvInit"] = function (opt_embedded) {window["obvInit"]["embedded"] = opt_embedded;}\n// ]]></script>'
        '<script>// <![CDATA[\nvar GLOBALS = {"baseUrl":"https://medium.com","currentUser":{"userId":"lo_000000000000"}}\n'
        f'// ]]></script><script>// <![CDATA[\nwindow["obvInit"]({data})\n// ]]></script></body></html>'
    )


def graf_only(post: Post) -> str:
    """2015, saved without its scripts: nothing but graf markup and the head."""
    return (
        '<!DOCTYPE html>\n<html>\n\n<head prefix="og: http://ogp.me/ns# fb: http://ogp.me/ns/fb#">'
        '<meta http-equiv="Content-Type" content="text/html; charset=utf-8"/>'
        f"<title>{escape(post.title)} — {pub.COLLECTION_NAME} — Medium</title>{_old_meta(post)}</head>"
        '<body itemscope itemtype="http://schema.org/Article" class=" postShowScreen">'
        '<article class="u-sizeViewHeightMin100 postArticle postArticle--full is-languageTier1" '
        f'lang="{post.language}" data-allow-notes="true"><section class="postWrapper postWrapper--contain">'
        '<div class="postWrapper-inner"><div class="postContent"><div class="postContent-inner">'
        f'<div class="notesSource"><div class="postField postField--body">{body(post, PAGE_2015)}</div></div>'
        "</div></div></div></section></article></body>\n\n</html>\n"
    )


def _old_meta(post: Post) -> str:
    address = pub.url(post)
    author = f"https://medium.com/@{pub.AUTHOR.username}"
    image = post.image
    picture = (
        f'<meta property="og:image" content="https://cdn-images-1.medium.com/max/1200/{image.id}">'
        if image
        else ""
    )
    return (
        f'<link rel="canonical" href="{address}"><meta name="title" content="{escape(post.title)}">'
        f'<meta name="description" content="{escape(post.description)}"><meta property="og:site_name" content="Medium">'
        f'<meta property="og:title" content="{escape(post.title)}"><meta property="og:url" content="{address}">{picture}'
        f'<meta property="og:description" content="{escape(post.description)}"><link rel="author" href="{author}">'
        f'<meta property="author" content="{pub.AUTHOR.name}"><meta property="og:type" content="article">'
        f'<meta property="article:author" content="{author}">'
        f'<meta property="article:published_time" content="{stamp(post.published)}">'
        f'<meta property="al:ios:url" content="medium://p/{post.id}">'
    )


def _old_header(post: Post) -> str:
    home = f"https://medium.com/@{pub.AUTHOR.username}?source=post_header_lockup"
    return (
        '<header class="container u-maxWidth740"><div class="postMetaHeader row">'
        f'<a class="link avatar" href="{home}" data-user-id="{pub.AUTHOR.id}">{pub.AUTHOR.name}</a>'
        f'<time datetime="{stamp(post.published)}"></time></div></header>'
    )
