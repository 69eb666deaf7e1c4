"""Markdown as ZMediumToMarkdown wrote it: generations 1 and 2, generation 3 for Jekyll, and generation 4.

The tool mixes LF and CRLF, puts blanks round marks, and repeats every caption. So do these.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import NamedTuple

import publication as pub
from rendering.inline import runs
from rendering.parts import Mark, Media, Para, Post

_TOOL = "https://github.com/ZhgChgLi/ZMediumToMarkdown"
_ALL = re.compile(r"([*_`|\\{}\[\]()#+\-.!])")
_FEW = re.compile(r"([\\`*_\[\]])")
THUMBNAIL = "hqdefault.jpg"


class Generation(NamedTuple):
    number: int
    assets: str = "assets/"
    jekyll: bool = False
    hours: int = 0
    """Offset of the machine that converted, from UTC."""


FIRST = Generation(1, hours=1)
SECOND = Generation(2, "../assets/", hours=1)
THIRD = Generation(3, "/assets/", jekyll=True)
FOURTH = Generation(4)


def name(post: Post, generation: Generation) -> str:
    day = _time(post.published, generation)[:10]
    return f"{day}-{post.id}.md" if generation.jekyll else f"{day}-{post.unique_slug}.md"


def thumbnail(para: Para) -> str:
    """File name of a video's picture: the paragraph's name and what the host calls it."""
    return f"{para.name}_{THUMBNAIL}"


def markdown(post: Post, generation: Generation) -> str:
    out = [_front_matter(post, generation)]
    body = post.body[: post.preview or None]
    index = number = 0
    while index < len(body):
        para = body[index]
        number = number + 1 if para.kind == "OLI" else 0
        run = 1
        if para.kind == "PRE":
            while index + run < len(body) and body[index + run].kind == "PRE":
                run += 1
        following = body[index + run].kind if index + run < len(body) else ""
        block = _block(post, body[index : index + run], number, following, generation)
        out.append(block if block.endswith("\n") else block + "\n")
        index += run
    return "".join(out) + _footer(post, generation)


def _time(time: int, generation: Generation) -> str:
    zone = timezone(timedelta(hours=generation.hours)) if generation.hours else UTC
    whole, rest = divmod(time, 1000)
    moment = datetime.fromtimestamp(whole, zone)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{rest:03d}{moment:%z}"


def _front_matter(post: Post, generation: Generation) -> str:
    def quoted(value: str) -> str:
        """From the third generation on always, in the second where YAML would stumble."""
        needed = generation.number > 2 or (generation.number == 2 and ": " in value)
        return f'"{value}"' if needed else value

    home = pub.COLLECTION_NAME if pub.in_collection(post) else ""
    names = [shown for _, shown in post.tags] if generation.number > 2 else [slug for slug, _ in post.tags]
    tags = ",".join(f'"{tag}"' if generation.number > 2 else tag for tag in names)
    categories = f'["{home}"]' if generation.number > 3 else quoted(home)
    image = post.image
    lines = [
        "---\n",
        f"title: {quoted(post.title)}\n",
        f"author: {quoted(pub.AUTHOR.name)}\n",
        f"date: {_time(post.published, generation)}\n",
        f"last_modified_at: {_time(post.latest, generation)}\n",
        f"categories: {categories}\n",
        f"tags: [{tags}]\n",
        f"description: {quoted(post.description)}\n",
    ]
    if image:
        slash = "/" if generation.number > 3 else ""
        lines.append(f"image:\r\n  path: {slash}{generation.assets}{post.id}/{image.id}\r\n")
    if generation.number > 3 and post.preview:
        lines.append("lockedPreviewOnly: true\r\n")
    if generation.jekyll:
        lines.append("render_with_liquid: false\n")
    return "".join(lines) + "---\n\r\n"


def _footer(post: Post, generation: Generation) -> str:
    address = pub.url(post)
    blank = '{:target="_blank"}' if generation.jekyll else ""
    if generation.number > 3 and post.preview:
        return (
            f"\r\n\r\n\r\n**This [post]({address}) is behind Medium's paywall, View the full [post]({address}) on "
            f"Medium, converted by [ZMediumToMarkdown]({_TOOL}).**\r\n"
        )
    if generation.number < 3:
        return f"\r\n\r\n\r\n_Converted [Medium Post]({address}) by [ZMediumToMarkdown]({_TOOL})._\r\n"
    return (
        f"\r\n\r\n\r\n_[Post]({address}){blank} converted from Medium by "
        f"[ZMediumToMarkdown]({_TOOL}){blank}._\r\n"
    )


def _block(post: Post, paras: tuple[Para, ...], number: int, following: str, generation: Generation) -> str:
    para = paras[0]
    text = _inline(para, generation)
    if para.kind in ("H2", "H3", "H4"):
        return "#" * int(para.kind[1]) + f" {text}"
    if para.kind in ("BQ", "PQ"):
        lines = "".join(f"> {line} \r\n" for line in text.split("\n"))
        return f"\r\n\r\n{lines}\r\n\r\n\r\n"
    if para.kind in ("ULI", "OLI"):
        item = f"{number}. {text}" if number else f"- {text}"
        return item if following == para.kind else f"{item}\r\n\r\n"
    if para.kind == "PRE":
        code = "\n".join(each.text or "" for each in paras)
        return f"```{para.lang if len(paras) == 1 else ''}\n{code}\n```"
    if para.picture:
        below = f"{text}\r\n" if text else ""
        return f"\r\n\r\n![{text}]({generation.assets}{post.id}/{para.picture.id})\r\n\r\n{below}"
    if para.media:
        return _frame(post, para, para.media, generation)
    if para.card:
        return f"\r\n\r\n[![]()]({para.card.href})\r\n\r\n"
    return f"\n{text}"


def _frame(post: Post, para: Para, media: Media, generation: Generation) -> str:
    if media.schema == "youtube":
        picture = f"{generation.assets}{post.id}/{thumbnail(para)}"
        address = media.href.replace("https:", "http:")
        return f'\r\n\r\n[![{media.title}]({picture} "{media.title}")]({address})\r\n\r\n'
    if media.gist:
        return "```python\nprint(41, 112, 97)\n```"
    if media.tweet:
        banner = "■" * 14
        return (
            f"\r\n\r\n{banner} \r\n> **[Modra Luka Port](https://twitter.com/modraluka_port) @ Twitter Says:** \r\n\r\n"
            "> > High water at 12:45. Mind the steps. \r\n\r\n"
            f"> **Tweeted at [2020-01-30 07:00:00]({media.href}).** \r\n\r\n{banner} \r\n\r\n"
        )
    # The tool asks every other host for a picture of its page.
    picture = media.thumbnail or f"https://harbour.example/pictures/{media.id}.png"
    return f'\r\n\r\n[![{media.title}]({picture} "{media.title}")]({media.href})\r\n\r\n'


def _inline(para: Para, generation: Generation) -> str:
    """Marks with a blank on either side, whatever the author wrote there."""
    out = ""
    stack: list[Mark] = []
    for stretch, over in runs(para.text or "", para.marks):
        keep = 0
        while keep < min(len(stack), len(over)) and stack[keep] == over[keep]:
            keep += 1
        closed = len(stack) > keep
        while len(stack) > keep:
            out += _close(stack.pop(), generation)
        opened = over[keep:]
        lead = stretch[:1]
        if (closed or opened) and out and not out[-1].isspace() and not lead.isspace() and not stack:
            out += " "
        for mark in opened:
            out += {"STRONG": "**", "EM": "_", "CODE": "`", "A": "["}[mark.kind]
            stack.append(mark)
        inside_code = any(mark.kind == "CODE" for mark in over)
        out += stretch if inside_code else _escaped(stretch, generation)
    while stack:
        out += _close(stack.pop(), generation)
    return out


def _close(mark: Mark, generation: Generation) -> str:
    if mark.kind != "A":
        return {"STRONG": "**", "EM": "_", "CODE": "`"}[mark.kind]
    blank = '{:target="_blank"}' if generation.jekyll else ""
    return f"]({f'https://medium.com/u/{mark.user}' if mark.user else mark.href}){blank}"


def _escaped(text: str, generation: Generation) -> str:
    return (_FEW if generation.number > 3 else _ALL).sub(r"\\\1", text)
