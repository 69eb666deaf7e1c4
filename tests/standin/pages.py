"""What Medium serves people: a post's page with its state, ``?format=json``, feeds, sitemaps, refusals."""

from __future__ import annotations

import html
import json
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

from standin import answers, body, things
from standin.model import Person, Post, Publication
from standin.world import World

Json = dict[str, Any]

_TYPES = {
    "P": 1, "H2": 2, "H3": 3, "IMG": 4, "BQ": 6, "PQ": 7, "PRE": 8, "ULI": 9, "OLI": 10, "IFRAME": 11, "H4": 13,
    "MIXTAPE_EMBED": 14,
}  # fmt: skip
_MARKS = {"STRONG": 1, "EM": 2, "A": 3, "CODE": 10}
_LAYOUTS = {None: 0, "INSET_CENTER": 1, "OUTSET_ROW": 6, "OUTSET_ROW_CONTINUE": 7}
_KEYED = {"User", "Collection", "ImageMetadata", "MediaResource", "Tag", "Paragraph", "Post"}


def stamp(time: int) -> str:
    return datetime.fromtimestamp(time / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


# -- refusals -----------------------------------------------------------------------------------------


def refusal(title: str, said: str) -> bytes:
    return (
        f'<!doctype html><html lang="en"><head><title>{title}</title></head><body><div id="root"><h1>{said}</h1>'
        "</div><script>window.__BUILD_ID__ = 1</script></body></html>"
    ).encode()


NOT_FOUND = refusal("Medium", "PAGE NOT FOUND</h1><p>404</p><p>Out of nothing, something.</p><h1>")
SUSPENDED = refusal(
    "Medium",
    "Error 410</h1><p>This account is under investigation or was found in violation of the Medium Rules.</p><h1>",
)
LOGIN = (
    b'<!doctype html><html><head><title>Sign in - Medium</title><link rel="canonical" '
    b'href="https://medium.com/m/signin"></head><body><h1>Welcome back.</h1></body></html>'
)


# -- a post's page ------------------------------------------------------------------------------------


def post_page(world: World, post: Post, *, reader: bool = False) -> bytes:
    """As since 2020: the state of a script, its objects by references."""
    locked = post.locked and not reader
    whole = plain(answers.facts(world, post, reader=reader))
    content = whole.pop("content")
    for name in ("viewerEdge", "threadedPostResponses"):
        whole.pop(name)
    whole['content({"postMeteringOptions":{"referrer":""}})'] = content
    state: Json = {"ROOT_QUERY": {"__typename": "Query", "viewer": None}}
    state["ROOT_QUERY"][f'postResult({{"id":"{post.id}"}})'] = {"__ref": f"Post:{post.id}"}
    _store(state, whole)
    title = html.escape(f"{post.title} | by {post.author.name} | Medium")
    words = "".join(
        f"<p>{html.escape(paragraph['text'] or '')}</p>" for paragraph in content["bodyModel"]["paragraphs"]
    )
    return (
        f'<!doctype html><html lang="en"><head><title data-rh="true">{title}</title>'
        f'<meta property="og:site_name" content="Medium"/><link rel="canonical" href="{world.url(post)}"/></head>'
        f'<body><div id="root"><article class="{"meteredContent" if locked else ""}"><h1>{html.escape(post.title)}</h1>'
        f"{words}</article></div><script>window.__APOLLO_STATE__ = {_script(state)}</script></body></html>"
    ).encode()


def profile_page(person: Person) -> bytes:
    state: Json = {"ROOT_QUERY": {"__typename": "Query"}, f"User:{person.id}": answers.user(person)}
    return _home(person.name, state)


def publication_page(home: Publication) -> bytes:
    state: Json = {"ROOT_QUERY": {"__typename": "Query"}, f"Collection:{home.id}": answers.collection(home)}
    return _home(home.name, state)


def _home(name: str, state: Json) -> bytes:
    return (
        f'<!doctype html><html><head><title>{html.escape(name)} – Medium</title></head><body><div id="root"></div>'
        f"<script>window.__APOLLO_STATE__ = {_script(state)}</script></body></html>"
    ).encode()


def _script(state: Json) -> str:
    return json.dumps(state, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\u002F")


def plain(value: Any) -> Any:
    """``value`` with what its functions return."""
    if callable(value):
        value = value() if not hasattr(value, "__wrapped__") else None
    if isinstance(value, dict):
        return {key: None if key == "threadedPostResponses" else plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list) else value


def _store(state: Json, value: Any) -> Any:
    """Every object with an id under its key, a reference in its place."""
    if isinstance(value, list):
        return [_store(state, item) for item in value]
    if not isinstance(value, dict):
        return value
    flat = {key: _store(state, item) for key, item in value.items()}
    kind = flat.get("__typename")
    if kind not in _KEYED or not flat.get("id"):
        return flat
    key = f"{kind}:{flat['id']}"
    state[key] = {**state.get(key, {}), **flat}
    return {"__ref": key}


# -- ?format=json ---------------------------------------------------------------------------------------


def post_json(world: World, post: Post, *, reader: bool = False) -> bytes:
    """Medium's old answer, with numbers for types."""
    locked = post.locked and not reader
    model = body.model(world, post, preview=locked)
    media = things.media_of(post)
    home = post.publication
    value: Json = {
        "id": post.id,
        "versionId": f"{post.id[:10]}{post.edits:02x}",
        "creatorId": post.author.id,
        "homeCollectionId": home.id if home is not None else "",
        "title": post.title,
        "detectedLanguage": answers.facts(world, post)["detectedLanguage"],
        "createdAt": post.published - 86_400_000,
        "updatedAt": post.updated,
        "firstPublishedAt": post.published,
        "latestPublishedAt": post.latest,
        "content": {
            "subtitle": "",
            "bodyModel": {
                "paragraphs": [_numbered(paragraph) for paragraph in model["paragraphs"]],
                "sections": [
                    {"name": each["name"], "startIndex": each["startIndex"]} for each in model["sections"]
                ],
            },
        },
        "virtuals": {
            "wordCount": body.word_count(world, post),
            "tags": [],
            "totalClapCount": post.claps,
            "isLockedPreviewOnly": locked,
        },
        "slug": post.slug,
        "uniqueSlug": post.unique_slug,
        "inResponseToPostId": post.parent.id if post.parent is not None else "",
        "visibility": 1 if post.unlisted else 2 if post.locked else 0,
        "mediumUrl": world.url(post),
        "isSubscriptionLocked": post.locked,
        "type": "Post",
    }
    references: Json = {
        "User": {
            post.author.id: {
                "userId": post.author.id,
                "name": post.author.name,
                "username": post.author.username,
                "type": "User",
            }
        }
    }
    if home is not None:
        references["Collection"] = {home.id: {"id": home.id, "name": home.name, "slug": home.slug}}
    if media is not None:
        references["MediaResource"] = {
            media.id: {
                "mediaResourceId": media.id,
                "href": media.href,
                "title": media.title,
                "iframeSrc": media.iframe_src,
                "iframeWidth": media.width,
                "iframeHeight": media.height,
            }
        }
    answer = {"success": True, "payload": {"value": value, "references": references}, "v": 3}
    return b"])}while(1);</x>" + json.dumps(answer, ensure_ascii=False).encode()


def _numbered(paragraph: Json) -> Json:
    found: Json = {"name": paragraph["name"], "type": _TYPES[paragraph["type"]], "text": paragraph["text"]}
    found["markups"] = [
        {"type": _MARKS[mark["type"]], "start": mark["start"], "end": mark["end"]}
        | (
            {"href": mark["href"] or "", "anchorType": 2 if mark["userId"] else 0}
            if mark["type"] == "A"
            else {}
        )
        | ({"userId": mark["userId"]} if mark["userId"] else {})
        for mark in paragraph["markups"]
    ]
    if paragraph["metadata"]:
        found |= {"metadata": paragraph["metadata"], "layout": _LAYOUTS[paragraph["layout"]]}
    if paragraph["iframe"]:
        found["iframe"] = {"mediaResourceId": paragraph["iframe"]["mediaResource"]["id"]}
    if paragraph["mixtapeMetadata"]:
        found["mixtapeMetadata"] = paragraph["mixtapeMetadata"]
    return found


# -- feeds and sitemaps -----------------------------------------------------------------------------------


def feed(world: World, posts: list[Post], title: str, link: str) -> bytes:
    """The ten newest posts with their bodies."""
    items = "".join(_item(world, post) for post in posts[:10])
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:atom="http://www.w3.org/2005/Atom" '
        f'version="2.0"><channel><title><![CDATA[{title}]]></title><link>{html.escape(link)}</link>{items}</channel></rss>'
    ).encode()


def _item(world: World, post: Post) -> str:
    address = world.url(post)
    when = format_datetime(datetime.fromtimestamp(post.published // 1000, UTC), usegmt=True)
    inner = "".join(_html(paragraph) for paragraph in body.model(world, post)["paragraphs"][1:])
    return (
        f"<item><title><![CDATA[{post.title}]]></title><link>{address}?source=rss------2</link>"
        f'<guid isPermaLink="false">https://medium.com/p/{post.id}</guid>'
        f"<dc:creator><![CDATA[{post.author.name}]]></dc:creator><pubDate>{when}</pubDate>"
        f"<atom:updated>{stamp(post.updated)}</atom:updated><content:encoded><![CDATA[{inner}]]></content:encoded></item>"
    )


def _html(paragraph: Json) -> str:
    words = html.escape(paragraph["text"] or "")
    match paragraph["type"]:
        case "IMG":
            source = f"https://cdn-images-1.medium.com/max/1024/{paragraph['metadata']['id']}"
            caption = f"<figcaption>{words}</figcaption>" if words else ""
            return f'<figure><img alt="" src="{source}" />{caption}</figure>'
        case "IFRAME":
            media = paragraph["iframe"]["mediaResource"]["id"]
            link = f"https://medium.com/media/{media}/href"
            return f'<iframe src="" width="0" height="0" frameborder="0" scrolling="no"><a href="{link}">{link}</a></iframe>'
        case "H3" | "H4" | "PRE" as kind:
            return f"<{kind.lower()}>{words}</{kind.lower()}>"
        case "BQ" | "PQ":
            return f"<blockquote>{words}</blockquote>"
        case "ULI":
            return f"<ul><li>{words}</li></ul>"
        case "OLI":
            return f"<ol><li>{words}</li></ol>"
        case _:
            return f"<p>{words}</p>"


def sitemap_index(addresses: list[str]) -> bytes:
    inner = "".join(f"<sitemap><loc>{html.escape(address)}</loc></sitemap>" for address in addresses)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{inner}</sitemapindex>'
    ).encode()


def sitemap(world: World, posts: list[Post]) -> bytes:
    inner = "".join(
        f"<url><loc>{html.escape(world.url(post))}</loc><lastmod>{stamp(post.latest)[:10]}</lastmod></url>"
        for post in posts
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{inner}</urlset>'
    ).encode()
