"""The account export: Medium's ZIP of everything that belongs to one account."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import publication as pub
from rendering.editor import EXPORT, body
from rendering.inline import escape
from rendering.parts import Post

_HEAD = '<!DOCTYPE html><html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8">'
_STYLE = """<style>
      * {
        font-family: Georgia, Cambria, "Times New Roman", Times, serif;
      }
      html, body {
        margin: 0;
        padding: 0;
      }
      header,
      section[data-field=subtitle],
      section[data-field=description] {
        display: none;
      }
      </style>"""
OWNER = pub.AUTHOR.name


def files() -> dict[str, str]:
    """Path in the export → text."""
    result = {f"posts/{name(post)}": page(post) for post in pub.POSTS}
    return {**result, **_others()}


def stamp(time: int) -> str:
    """Milliseconds as RFC 3339 in UTC."""
    whole, rest = divmod(time, 1000)
    return datetime.fromtimestamp(whole, UTC).strftime("%Y-%m-%dT%H:%M:%S") + f".{rest:03d}Z"


def name(post: Post) -> str:
    """``<date>_<title>-<id>.html``: every UTF-16 unit that is no letter or digit of ASCII is a dash."""
    wide = post.title.encode("utf-16-le")
    units = [chr(int.from_bytes(wide[i : i + 2], "little")) for i in range(0, len(wide), 2)]
    title = "".join(unit if re.fullmatch("[A-Za-z0-9]", unit) else "-" for unit in units)[:100]
    start = "draft" if post.draft else stamp(post.published)[:10]
    return f"{start}_{title or 'post'}-{post.id}.html"


def page(post: Post) -> str:
    subtitle = post.subtitle or post.description
    summary = (
        f'<section data-field="subtitle" class="p-summary">\n{escape(subtitle)}\n</section>\n'
        if subtitle
        else ""
    )
    return (
        f"{_HEAD}<title>{escape(post.title)}</title>{_STYLE}</head><body>"
        f'<article class="h-entry">\n<header>\n<h1 class="p-name">{escape(post.title)}</h1>\n</header>\n{summary}'
        f'<section data-field="body" class="e-content">\n{body(post, EXPORT)}\n</section>\n'
        f"<footer>{_footer(post)}<p>Exported from "
        f'<a href="https://medium.com">Medium</a> on {pub.EXPORTED}.</p></footer></article></body></html>'
    )


def _footer(post: Post) -> str:
    address = f"https://medium.com/p/{post.id}"
    if post.draft:
        return f'<p><a href="{address}">View original.</a></p>'
    day = datetime.fromtimestamp(post.published // 1000, UTC)
    return (
        f'<p>By <a href="https://medium.com/@{pub.AUTHOR.username}" class="p-author h-card">{OWNER}</a> on '
        f'<a href="{address}"><time class="dt-published" datetime="{stamp(post.published)}">'
        f"{day:%B} {day.day}, {day.year}</time></a>.</p>"
        f'<p><a href="{pub.url(post)}" class="p-canonical">Canonical link</a></p>'
    )


def _listing(title: str, items: list[str], tag: str = "ul") -> str:
    rows = "".join(f"<li>{item}</li>" for item in items)
    heading = escape(title)
    return (
        f"{_HEAD}<title>{heading}</title>{_STYLE}</head><body><section><h3>{heading}</h3>"
        f"<{tag}>{rows}</{tag}></section></body></html>"
    )


def _cite(post: Post, when: str, liked: bool = False) -> str:
    kind = "h-cite u-like-of" if liked else "h-cite"
    return (
        f'<a class="{kind}" href="https://medium.com/p/{post.unique_slug}">{escape(post.title)}</a> '
        f'(<time class="dt-published">{when}</time>)'
    )


def _reading_list() -> str:
    rows = "".join(
        f'<li data-field="post"><a href="https://medium.com/p/{post.id}">{escape(post.title)}</a> </li>'
        for post in (pub.LIGHT, pub.TIDE)
    )
    # The list is closed by opening another: so Medium writes it.
    return (
        f'{_HEAD}{_STYLE}</head><body><article class="h-entry"><header><h1 class="p-name">Reading list</h1></header>'
        '<section data-field="name"><h2 class="p-summary">Reading list</h2></section>'
        f'<section data-field="lists"><ul>{rows}<ul></section><footer><p>By '
        f'<a href="https://medium.com/@{pub.AUTHOR.username}" class="p-author h-card">{pub.AUTHOR.username}</a> on '
        '<time class="dt-published" datetime="2021-07-19T13:10:36.626Z">July 19, 2021</time>.</p>'
        f'<p><a href="https://medium.com/@{pub.AUTHOR.username}/list/predefined:{pub.AUTHOR.id}:READING_LIST">'
        f'Link to list</a></p><p>Exported from <a href="https://medium.com">Medium</a> on {pub.EXPORTED}.</p>'
        "</footer></article></body></html>"
    )


_FOLDERS = {
    "bookmarks": "Bookmarked Posts",
    "claps": "Posts you’ve clapped for",
    "highlights": "Posts you’ve highlighted",
    "interests": "Topics you’re interested in",
    "ips": "IP history",
    "lists": "Lists you’ve created",
    "posts": "Posts you’ve written",
    "profile": "Profile information",
    "pubs-following": "Publications you follow",
    "sessions": "Your active and inactive sessions",
    "topics-following": "Topics you follow",
    "users-following": "Users you follow",
}


def _readme() -> str:
    folders = "".join(
        f"<div><h4>/{folder}</h4><ul><li>{what}</li></ul></div>" for folder, what in _FOLDERS.items()
    )
    return (
        f'{_HEAD}<title>{OWNER}</title>{_STYLE}</head><body><section class="h-card"><h1>Archive for {OWNER}</h1>'
        f"<div><h3>Folder Structure</h3>{folders}</div></section></body></html>"
    )


def _others() -> dict[str, str]:
    """The rest of an export. What is personal in a real one is plainly invented here."""
    highlight = (
        '<time class="dt-published">2021-03-12 9:00 am</time> - <p name="0a1b" id="0a1b" class="graf graf--p">'
        '<span class="markup--highlight"  name="selection">Nobody on the quay could say why.</span></p>'
    )
    collection = f'<a href="{pub.COLLECTION_URL}">{pub.COLLECTION_NAME}</a>'
    writer = f'<a href="https://medium.com/@{pub.YUSUF.username}">{pub.YUSUF.name}</a>'
    session = (
        "Created at: 2026-01-02 8:00 am (IP 192.0.2.7, User agent: Invented Browser 1.0), "
        "Last seen at: 2026-02-03 8:00 am, Last seen location: Modra Luka"
    )
    profile = (
        f'{_HEAD}<title>{OWNER}’s profile</title>{_STYLE}</head><body><section class="h-card">'
        f'<h3 class="p-name">{OWNER}</h3><ul><li class="u-uid">User id: {pub.AUTHOR.id}</li>'
        '<li>Email address: <a class="u-email" href="mailto:nobody@harbour.example">nobody@harbour.example</a></li>'
        "</ul></section></body></html>"
    )
    writing = (
        f"{_HEAD}<title>Publications where {OWNER} is an editor or writer</title>{_STYLE}</head><body><section>"
        f"<h3>Publications where {OWNER} is an editor or writer</h3><h4>Editor</h4><ul><li>{collection}</li></ul>"
        "<h4>Writer</h4><ul></ul></section></body></html>"
    )
    following = "users-following/users-following-0001.html"
    return {
        "README.html": _readme(),
        "bookmarks/bookmarks-0001.html": _listing(
            f"{OWNER}’s bookmarks, page 1", [_cite(pub.DREDGER, "2021-09-8 7:15 am")]
        ),
        "claps/claps-0001.html": _listing(
            f"{OWNER}’s claps, page 1",
            ["+50 &mdash; " + _cite(pub.ARABIC, "2020-02-28 6:01 am", liked=True)],
        ).replace("<li>+", '<li class="h-entry">+'),
        "highlights/highlights-0001.html": _listing(f"{OWNER}’s quotes, page 1", [highlight]),
        "interests/publications.html": _listing(
            f"Publications {OWNER} has shown interest in", [collection], "ol"
        ),
        "interests/tags.html": _listing(
            f"Tags {OWNER} has shown interest in", ['<a href="https://medium.com/tag/tides">Tides</a>'], "ol"
        ),
        "interests/topics.html": _listing(
            f"Topics {OWNER} has shown interest in",
            ['<a href="https://medium.com/topic/travel">Travel</a>'],
            "ol",
        ),
        "interests/writers.html": _listing(f"Writers {OWNER} has shown interest in", [writer], "ol"),
        "ips/ips-0001.html": _listing(f"{OWNER}’s IPs, page 1", ["192.0.2.7 (2026-01-02 8:00 am)"]),
        f"lists/Reading-list-predefined_{pub.AUTHOR.id}_READING_LIST.html": _reading_list(),
        "profile/profile.html": profile,
        "profile/publications.html": writing,
        "pubs-following/pubs-following-0001.html": _listing(
            f"{OWNER} followed publications, page 1", [collection]
        ),
        "sessions/sessions-0001.html": _listing(f"{OWNER}’s sessions, page 1", [session]),
        "topics-following/topics-following-0001.html": _listing(f"{OWNER} followed topics, page 1", []),
        following: _listing(f"{OWNER}’s followed users, page 1", [writer]),
    }
