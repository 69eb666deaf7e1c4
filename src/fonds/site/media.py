"""What Medium framed from other hosts, as it can be shown without asking them: picture, title, text, link. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fonds.model import Embed, LinkCard
from fonds.site.code import highlight
from fonds.site.inline import escape, inline, link, text
from fonds.site.times import date

if TYPE_CHECKING:
    from fonds.site.body import Shown, Surroundings

_KINDS = {
    "video": "Video",
    "audio": "Sound",
    "gist": "Code",
    "tweet": "Tweet",
    "code": "Code",
    "frame": "Embedded page",
}
_HOSTS = {
    "youtube": "YouTube", "vimeo": "Vimeo", "twitter": "Twitter", "github-gist": "GitHub Gist", "soundcloud": "SoundCloud",
    "spotify": "Spotify", "instagram": "Instagram", "codepen": "CodePen", "google-maps": "Google Maps",
    "google-docs": "Google Docs", "slideshare": "SlideShare", "dailymotion": "Dailymotion", "ted": "TED",
}  # fmt: skip
_SMALL = "(max-width: 46rem) 100vw, 44rem"


def embed(block: Embed, around: Surroundings, attributes: str) -> str:
    """A figure: thumbnail when it is kept, the text that came along, files of a gist, and the link."""
    from fonds.site.body import caption, pre, shown, speech_of, tag_of

    href = (
        block.href
        or block.iframe_src
        or (f"https://medium.com/media/{block.media_id}" if block.media_id else "")
    )
    kind = _KINDS.get(block.kind, "Embedded page")
    host = _HOSTS.get(block.provider, block.provider)
    parts: list[str] = []
    kept = _kept(block.thumbnail, around)
    title = " ".join(block.title.split())
    if kept is not None:
        tag = tag_of(kept, f"{kind}: {title}" if title else f"{kind}, its preview picture", sizes=_SMALL)
        parts.append(f'<div class="still">{link(tag, href, around.resolve)}</div>')
    if block.content.text.strip():
        speech, own = speech_of(block.content.text, around.speech)
        said = inline(block.content, around.resolve, speech)
        by = f"<footer>{text(block.author, around.speech)}</footer>" if block.author else ""
        parts.append(f"<blockquote{own}><p>{said}</p>{by}</blockquote>")
    for image in block.images:
        parts.append(f'<div class="still">{shown(image, around)}</div>')
    for file in block.files:
        name = text(file.name, around.speech) or "Code"
        named = link(name, file.url, around.resolve) if file.url else name
        code = file.text.removesuffix("\n")
        parts.append(f'<p class="file">{named}</p>')
        parts.append(pre(highlight(code, file.lang or _ending(file.name)), file.lang))
    label = f"{kind} ({host})" if host else kind
    speech, own = speech_of(title, around.speech)
    if block.author and not block.content:
        label = f"{label} by {block.author}"
    if block.published_at:
        label = f"{label}, {date(block.published_at)}"
    words = text(title, speech) if title else escape(href or label)
    parts.append(
        f'<p class="source"><span class="kind">{escape(label)}</span> <span{own}>{link(words, href, around.resolve)}</span></p>'
    )
    return f'<figure{attributes} class="embed {escape(block.kind)}">{"".join(parts)}{caption(block.caption, around)}</figure>'


def _ending(name: str) -> str:
    return name.rpartition(".")[2] if "." in name else ""


def _kept(ref: str, around: Surroundings) -> Shown | None:
    return around.pictures(ref) if ref else None


def card(block: LinkCard, around: Surroundings, attributes: str) -> str:
    """A link card: title (the link), description, host, and its picture where it is kept."""
    from fonds.site.body import speech_of, tag_of

    content = block.content.text
    title = block.title or content.partition("\n")[0] or block.href
    description = block.description
    speech, own = speech_of(content or title, around.speech)
    rest = _rest(content, (title, description, block.host)) if content else ""
    parts = [f'<p class="title">{link(text(title, speech), block.href, around.resolve)}</p>']
    if description:
        parts.append(f"<p>{text(description, speech)}</p>")
    if rest:
        parts.append(f"<p>{text(rest, speech)}</p>")
    if block.host:
        parts.append(f'<p class="host">{text(block.host, speech)}</p>')
    kept = _kept(block.thumbnail, around)
    still = f'<div class="still">{tag_of(kept, "", sizes="10rem")}</div>' if kept is not None else ""
    return f'<div{attributes} class="card"{own}><div class="words">{"".join(parts)}</div>{still}</div>'


def _rest(content: str, known: tuple[str, ...]) -> str:
    """What a card says beside title, description and host, so that no word of it is lost."""
    rest = content
    for part in known:
        if part:
            rest = rest.replace(part, "", 1)
    return " ".join(rest.split())
