"""Pictures, frames and link cards as they stand in Medium's HTML: attributes in, blocks out."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import unquote

from fonds import embeds
from fonds.model import EMPTY, Block, Embed, Image, LinkCard, Mark, Paragraph, RichText
from fonds.patterns import Seldom
from fonds.sources.editor_classes import graf
from fonds.sources.inline_html import ANY_ATTRIBUTES, VOID, OddError, attributes, collapse, tags, unescape

# The last part of the path is the picture's id: miro.medium.com/v2/resize:fit:700/1*x.png,
# cdn-images-1.medium.com/max/800/1*x.png, and the cloudfront.net host of 2013-2015.
_STORED = Seldom(
    r"(?:https?:)?//(?:miro\.medium\.com|cdn-images-\d+\.medium\.com|d262ilb51hltx0\.cloudfront\.net)"
    r"/(?:[^?#]*/)?((?:[0-9]\*|[0-9]%2A|[^/?#]*\.(?:jpe?g|png|gif|webp))[^/?#]*|[^/?#]+)(?:[?#].*)?",
    re.I,
)
_MEDIA = Seldom(r"(?:(?:https?:)?//[\w.-]+)?/media/([0-9a-f]{6,64})(?=[/?#]|$)")

# The figure that nearly all pictures have.
_FIGURE = re.compile(r'figure name="([\w.-]*+)" id="[^"]*+" class="([^"&]*+)"(?: style="[^"]*+")?')
_PICTURE = re.compile(
    r'(<div class="aspectRatioPlaceholder [^"]*+"(?: style="[^"]*+")?>'
    r'<div class="aspectRatioPlaceholder-fill"(?: style="[^"]*+")?></div>)?'
    r'<img class="graf-image" data-image-id="([^"&]++)" data-width="(\d{1,7})" data-height="(\d{1,7})"'
    r'( data-is-featured="true")? src="[^"]*+">(?(1)</div>)'
    r'(?:<figcaption class="imageCaption"(?: style="[^"]*+")?>'
    r"([^<]*+(?:<(?!/?(?:figcaption|div|img|iframe)\b)[^<]*+)*+)</figcaption>)?",
    re.A,
)
_CAPTION = Seldom(rf"<figcaption{ANY_ATTRIBUTES} ?>([^<]*+(?:<(?!/?figcaption\b)[^<]*+)*+)</figcaption>")
_IN_FIGURES = frozenset(["div", "img", "a", "iframe", "script", "blockquote"])


def image_id(address: str) -> str:
    """Medium's id of the picture that ``address`` shows in any size, "" for a picture of another host."""
    found = _STORED.fullmatch(address)
    if found is None:
        return ""
    return unquote(found[1]) if "%" in found[1] else found[1]


def image(
    given: dict[str, str], *, name: str = "", caption: RichText = EMPTY, href: str = "", layout: str = ""
) -> Image:
    """The picture of an ``<img>`` (or of the ``<div>`` that loads it lazily) with attributes ``given``.

    ``data-width`` and ``data-height`` are the original's pixels; plain ``width`` and ``height`` are
    those of the copy shown, and say nothing.
    """
    src = given.get("src") or given.get("data-src") or ""
    identity = given.get("data-image-id") or image_id(src)
    return Image(
        id=identity,
        src="" if identity else src,
        alt=given.get("alt", ""),
        title=given.get("title", ""),
        caption=caption,
        href=href,
        width=pixels(given.get("data-width", "")),
        height=pixels(given.get("data-height", "")),
        focus_x=_per_cent(given.get("data-focus-x", "")),
        focus_y=_per_cent(given.get("data-focus-y", "")),
        layout=layout,
        featured=given.get("data-is-featured") == "true",
        unsplash_id=given.get("data-unsplash-photo-id", ""),
        name=name,
    )


def pixels(value: str) -> int:
    """A length in pixels, 0 for anything that is none."""
    whole = value.partition(".")[0]
    return int(whole) if whole.isascii() and whole.isdigit() and len(whole) < 8 else 0


def _per_cent(value: str) -> float | None:
    if not re.fullmatch(r"-?\d{1,9}(?:\.\d{1,20})?", value, re.A):
        return None
    return float(value)


def embed(
    src: str,
    *,
    href: str = "",
    given: dict[str, str] | None = None,
    name: str = "",
    caption: RichText = EMPTY,
    content: RichText = EMPTY,
    author: str = "",
) -> Embed:
    """The thing that a frame at ``src``, or a script or page at ``href``, shows.

    ``given`` are the attributes of the ``<iframe>``. A frame of Medium's own (``medium.com/media/<id>``)
    tells only its id.
    """
    given = given or {}
    media = _MEDIA.match(src) or _MEDIA.match(href)
    media_id = given.get("data-media-id") or (media[1] if media else "")
    thumbnail = given.get("data-thumbnail", "")
    if media is not None or not (src or href):
        address = f"https://medium.com/media/{media_id}" if media_id else ""
        target = embeds.Target("frame", href=address, thumbnail=thumbnail)
        src = address
    else:
        target = embeds.recognise(src, href, thumbnail)
    return Embed(
        kind=target.kind,
        href=target.href,
        title=given.get("title", ""),
        provider=target.provider,
        provider_id=target.provider_id,
        media_id=media_id,
        iframe_src=src,
        thumbnail=target.thumbnail,
        width=pixels(given.get("data-width") or given.get("width", "")),
        height=pixels(given.get("data-height") or given.get("height", "")),
        caption=caption,
        author=author,
        content=content,
        name=name,
    )


def card(
    content: RichText, *, href: str = "", thumbnail: str = "", media_id: str = "", name: str = ""
) -> LinkCard:
    """A link card from its text as Medium stores it: the title in strong, on a line of its own, then the
    description in em, and right behind it, without a break, the host."""
    text = content.text
    first: dict[str, Mark] = {}
    for mark in content.marks:
        first.setdefault(mark.kind, mark)
    strong, em, link = first.get("strong"), first.get("em"), first.get("link")
    title, _, rest = text.partition("\n")
    if strong is not None:
        title, rest = text[strong.start : strong.end], text[strong.end :]
    description = ""
    if em is not None:
        description, rest = text[em.start : em.end], text[em.end :]
    host = rest.strip()
    if not description and any(map(str.isspace, host)):  # no host has a blank in it: an edited card
        description, _, host = host.rpartition("\n")
        if any(map(str.isspace, host)) or "." not in host:
            description, host = rest, ""
    return LinkCard(
        href=href or (link.href if link else ""),
        title=title.strip(),
        description=description.strip(),
        host=host,
        thumbnail=thumbnail,
        media_id=media_id,
        content=content,
        name=name,
    )


def card_of(content: RichText, html: str, name: str) -> LinkCard:
    """The link card of a ``div.graf--mixtapeEmbed``: its text in one link, its picture in another."""
    last = html.rpartition("<a ")[2]
    given = attributes(" " + last) if "mixtapeImage" in last else {}
    return card(
        content,
        href=given.get("href", ""),
        thumbnail=given.get("data-thumbnail-img-id", ""),
        media_id=given.get("data-media-id", ""),
        name=name,
    )


class Figure:
    """What a ``<figure>`` holds. ``caption`` is HTML, ``href`` the page of a gist or tweet, ``link`` the
    link on the picture; ``pictures`` and ``frame`` are attributes of elements."""

    def __init__(self, name: str, classes: str, caption: str = "") -> None:
        self.name = name
        self.classes = classes
        self.caption = caption
        self.pictures: list[dict[str, str]] = []
        self.frame: dict[str, str] | None = None
        self.href = ""
        self.link = ""
        self.text = ""
        self.notes: list[tuple[str, str]] = []


def usual_picture(tag: str, inner: str, read: Callable[[str, str], RichText]) -> Image | None:
    """The picture of a figure as exports have nearly all of them, or None.

    ``tag`` is the text between ``<`` and ``>`` of the figure, ``inner`` what it holds; ``read`` makes text
    of the caption's HTML and the figure's name.
    """
    picture = _PICTURE.fullmatch(inner)
    opened = _FIGURE.fullmatch(tag) if picture is not None else None
    if picture is None or opened is None:
        return None
    _, identity, width, height, featured, html = picture.groups()
    name, classes = opened.groups()
    caption = read(html, name) if html else EMPTY
    layout, size = graf("figure", classes).layout, (int(width), int(height))
    return Image(
        identity, "", "", "", caption, "", *size, None, None, layout, featured is not None, name=name
    )


def figure(tag: str, inner: str, *, strict: bool = False) -> Figure:
    """Any figure. Raises OddError when ``strict`` (``fonds.sources.inline_html``)."""
    given = attributes(tag)
    result = Figure(given.get("name") or given.get("id", ""), given.get("class", ""))
    if (caption := _CAPTION.search(inner)) is not None:
        result.caption = caption[1]
        inner = inner[: caption.start()] + inner[caption.end() :]
    opened: list[str] = []
    pieces = tags(inner, strict=strict)
    for name, raw in zip(pieces[1::3], pieces[2::3], strict=True):
        if name[0] == "/":
            if opened[-1:] == [name[1:]]:
                opened.pop()
            elif strict:
                raise OddError(inner)
            continue
        if strict and (name not in _IN_FIGURES or opened[-1:] in (["script"], ["iframe"])):
            raise OddError(inner)
        _element(result, name, raw, opened)
        if name not in VOID:
            opened.append(name)
    result.text = collapse(unescape("".join(pieces[::3])))
    if strict and (opened or result.text):
        raise OddError(inner)
    return result


def _element(figure: Figure, name: str, raw: str, opened: list[str]) -> None:
    if name == "img" or (name == "div" and "data-image-id" in raw):
        figure.pictures.append(attributes(raw))
    elif name == "source":  # of a <picture>: the same in several sizes
        figure.pictures.append({"src": attributes(raw).get("srcset", "").partition(" ")[0]})
    elif name == "iframe":
        figure.frame = attributes(raw)
    elif name == "script":
        src = attributes(raw).get("src", "")
        if "gist.github.com" in src:
            figure.href = src
    elif name == "a":
        given = attributes(raw)
        href = given.get("data-href") or given.get("href", "")
        if "blockquote" in opened:
            figure.href = href
        else:
            figure.link = href


def blocks(figure: Figure, caption: RichText, layout: str) -> list[Block]:
    """The blocks of a figure, and in its ``notes`` (code, message) what is missing from it."""
    said = RichText(figure.text) if figure.text else EMPTY
    if figure.frame is not None or figure.href or "graf--iframe" in figure.classes:
        frame = figure.frame or {}
        src = frame.get("src") or frame.get("data-src") or ""
        found = embed(src, href=figure.href, given=frame, name=figure.name, caption=caption, content=said)
        if not found.href and not found.media_id:
            figure.notes.append(("W121", "an embed without an address"))
        return [found]
    pictures = _distinct(figure.pictures)
    if not pictures:
        figure.notes.append(("W111", "a picture without id and address"))
    first, *others = pictures or [{}]
    result: list[Block] = [image(first, name=figure.name, caption=caption, href=figure.link, layout=layout)]
    result += [image(picture, layout=layout) for picture in others]
    if said:
        figure.notes.append(("W110", "text in a figure, outside of its caption, was kept as a paragraph"))
        result.append(Paragraph(said))
    return result


def _distinct(pictures: list[dict[str, str]]) -> list[dict[str, str]]:
    """The attributes of each picture once: pages load one lazily through several elements, and one
    without an address (``<img>`` in ``<picture>``) may be what has the alternative text."""
    found: dict[str, dict[str, str]] = {}
    rest: dict[str, str] = {}
    for given in pictures:
        src = given.get("src") or given.get("data-src") or ""
        identity = given.get("data-image-id") or image_id(src) or src
        if identity:
            found[identity] = given | found.get(identity, {})
        else:
            rest = given | rest
    if len(found) == 1:
        return [rest | given for given in found.values()]
    return list(found.values())
