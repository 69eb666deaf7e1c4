"""Medium's RSS, and the same as Atom: HTML without classes, and typographic blanks that nobody wrote."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import publication as pub
from rendering.editor import CDN
from rendering.export import stamp
from rendering.graphql import frame_address
from rendering.inline import Tags, escape, html
from rendering.parts import Mark, Para, Post

_BLOCKS = {
    "P": "p",
    "H2": "h3",
    "H3": "h3",
    "H4": "h4",
    "BQ": "blockquote",
    "PQ": "blockquote",
    "SECTION_CAPTION": "p",
}
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
HOME = f"{pub.COLLECTION_URL}?source=rss----{pub.COLLECTION_ID}---4"
DESCRIPTION = "A letter from Modra Luka, every Thursday. - Medium"


def rss(posts: tuple[Post, ...]) -> str:
    newest = max(post.latest for post in posts)
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:atom="http://www.w3.org/2005/Atom" '
        'version="2.0" xmlns:cc="http://cyber.law.harvard.edu/rss/creativeCommonsRssModule.html">\n'
        f"    <channel>\n        <title><![CDATA[{pub.COLLECTION_NAME} - Medium]]></title>\n"
        f"        <description><![CDATA[{DESCRIPTION}]]></description>\n        <link>{HOME}</link>\n"
        f"        <generator>Medium</generator>\n        <lastBuildDate>{_date(newest)}</lastBuildDate>\n"
        f'        <atom:link href="https://medium.com/feed/{pub.COLLECTION_SLUG}" rel="self" type="application/rss+xml"/>\n'
        "        <webMaster><![CDATA[yourfriends@medium.com]]></webMaster>\n"
        f"{''.join(_item(post) for post in posts)}    </channel>\n</rss>"
    )


def atom(posts: tuple[Post, ...]) -> str:
    newest = max(post.latest for post in posts)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n'
        f"  <title>{pub.COLLECTION_NAME} - Medium</title>\n  <id>{pub.COLLECTION_URL}</id>\n"
        f'  <link href="{pub.COLLECTION_URL}"/>\n  <generator>Medium</generator>\n'
        f"  <updated>{stamp(newest)}</updated>\n{''.join(_entry(post) for post in posts)}</feed>\n"
    )


def _item(post: Post) -> str:
    address = f"{pub.url(post)}?source=rss----{pub.COLLECTION_ID}---4"
    tags = "".join(f"            <category><![CDATA[{slug}]]></category>\n" for slug, _ in post.tags)
    return (
        f"        <item>\n            <title><![CDATA[{_typeset(post.title)}]]></title>\n            <link>{address}</link>\n"
        f'            <guid isPermaLink="false">https://medium.com/p/{post.id}</guid>\n{tags}'
        f"            <dc:creator><![CDATA[{pub.AUTHOR.name}]]></dc:creator>\n"
        f"            <pubDate>{_date(post.published)}</pubDate>\n"
        f"            <atom:updated>{stamp(post.latest)}</atom:updated>\n"
        f"            <content:encoded><![CDATA[{content(post)}{_tail(post)}]]></content:encoded>\n        </item>\n"
    )


def _entry(post: Post) -> str:
    tags = "".join(f'    <category term="{slug}"/>\n' for slug, _ in post.tags)
    return (
        f"  <entry>\n    <title>{escape(post.title)}</title>\n    <id>https://medium.com/p/{post.id}</id>\n"
        f'    <link href="{pub.url(post)}"/>\n{tags}    <author><name>{pub.AUTHOR.name}</name></author>\n'
        f"    <published>{stamp(post.published)}</published>\n    <updated>{stamp(post.latest)}</updated>\n"
        f'    <content type="html">{escape(content(post) + _tail(post))}</content>\n  </entry>\n'
    )


def _tail(post: Post) -> str:
    pixel = (
        f'<img src="https://medium.com/_/stat?event=post.clientViewed&referrerSource=full_rss&postId={post.id}" '
        'width="1" height="1" alt="">'
    )
    if not pub.in_collection(post):
        return pixel
    return (
        f'{pixel}<hr><p><a href="{pub.url(post)}">{_typeset(post.title)}</a> was originally published in '
        f'<a href="{pub.COLLECTION_URL}">{pub.COLLECTION_NAME}</a> on Medium, where people are continuing the '
        "conversation by highlighting and responding to this story.</p>"
    )


def content(post: Post) -> str:
    """The body: the title is left out, as it is the item's own; inline code loses its mark."""
    out: list[str] = []
    starts = {section.start for section in post.sections[1:]}
    listed = ""
    for index, para in enumerate(post.body):
        tag = {"ULI": "ul", "OLI": "ol"}.get(para.kind, "")
        if listed != tag:
            out += [f"</{listed}>"] * (listed != "") + [f"<{tag}>"] * (tag != "")
            listed = tag
        if index in starts:
            out.append("<hr>")
        if para.role != "title":
            out.append(_para(para))
    if listed:
        out.append(f"</{listed}>")
    return "".join(out)


def _para(para: Para) -> str:
    marks = [mark for mark in para.marks if mark.kind != "CODE"]
    if para.kind == "PRE":
        return f"<pre>{html(para.text or '', marks, Tags(_open, _close))}</pre>"
    text = html(_typeset(para.text or ""), marks, Tags(_open, _close))
    if para.kind in ("ULI", "OLI"):
        return f"<li>{text}</li>"
    if para.picture:
        image = f'<img alt="{escape(para.picture.alt)}" src="{CDN}/max/1024/{para.picture.id}" />'
        if para.href:
            image = f'<a href="{escape(para.href)}">{image}</a>'
        return f"<figure>{image}{f'<figcaption>{text}</figcaption>' if text else ''}</figure>"
    if para.media:
        known = f"https://medium.com/media/{para.media.id}/href"
        size = f'width="{para.media.width}" height="{para.media.height}"'
        address = escape(frame_address(para.media))
        return f'<iframe src="{address}" {size} frameborder="0" scrolling="no"><a href="{known}">{known}</a></iframe>'
    if para.card:
        return f'<a href="{escape(para.card.href)}">{escape(para.card.title)}</a>'
    tag = _BLOCKS[para.kind]
    return f"<{tag}>{text}</{tag}>" if text else ""


def _open(mark: Mark) -> str:
    if mark.kind == "A":
        return (
            f'<a href="https://medium.com/u/{mark.user}">' if mark.user else f'<a href="{escape(mark.href)}">'
        )
    return "<strong>" if mark.kind == "STRONG" else "<em>"


def _close(mark: Mark) -> str:
    return {"A": "</a>", "STRONG": "</strong>"}.get(mark.kind, "</em>")


def _typeset(text: str) -> str:
    """Hair spaces round a dash, and no short last word on a line of its own; lengths stay the same."""
    text = text.replace(" — ", "\u200a—\u200a")
    return re.sub(r"(?<=\S) (\S{1,9})$", "\u00a0\\1", text)


def _date(time: int) -> str:
    """RFC 822, whatever the locale."""
    day = datetime.fromtimestamp(time // 1000, UTC)
    name, month = _DAYS[day.weekday()], _MONTHS[day.month - 1]
    return f"{name}, {day.day:02d} {month} {day.year} {day:%H:%M:%S} GMT"
