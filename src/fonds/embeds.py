"""What an embedded thing is: the host and the id behind a frame's address.

Medium frames other hosts through Embedly (``cdn.embedly.com/widgets/media.html?src=…&url=…&image=…``)
or its own ``medium.com/media/<id>``. ``recognise`` unwraps the former and names what it finds. Pure;
nothing is asked of any host.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple
from urllib.parse import unquote, unquote_plus, urlsplit

import msgspec

from fonds.patterns import Seldom

Kind = Literal["video", "audio", "gist", "tweet", "code", "frame"]


class Target(NamedTuple):
    """``href`` is the page for people (https where the host speaks it), ``thumbnail`` a picture's
    address when one is known or the host's scheme gives it."""

    kind: Kind
    provider: str = ""
    provider_id: str = ""
    href: str = ""
    thumbnail: str = ""


class _Rule(msgspec.Struct, frozen=True, gc=False):
    hosts: str
    path: str
    kind: Kind
    provider: str
    href: str
    thumbnail: str = ""


# One line a host: the id is group 1 of ``path``, matched against path?query#fragment.
_RULES = (
    _Rule(
        r"(?:www\.|m\.)?youtube(?:-nocookie)?\.com",
        r"/(?:embed/|v/|shorts/|live/|watch\?(?:.*&)?v=)([\w-]{11})(?![\w-])",
        "video",
        "youtube",
        "https://www.youtube.com/watch?v={0}",
        "https://i.ytimg.com/vi/{0}/hqdefault.jpg",
    ),
    _Rule(
        r"youtu\.be", r"/([\w-]{11})(?![\w-])", "video", "youtube",
        "https://www.youtube.com/watch?v={0}", "https://i.ytimg.com/vi/{0}/hqdefault.jpg",
    ),
    _Rule(r"(?:www\.|player\.)?vimeo\.com", r"/(?:video/)?(\d+)", "video", "vimeo", "https://vimeo.com/{0}"),
    _Rule(
        r"(?:www\.)?dailymotion\.com", r"/(?:embed/)?video/(\w+)", "video", "dailymotion",
        "https://www.dailymotion.com/video/{0}",
    ),
    _Rule(
        r"(?:www\.)?facebook\.com", r"/[^?]*/videos/(?:[\w.]+/)?(\d+)", "video", "facebook",
        "https://www.facebook.com/watch/?v={0}",
    ),
    _Rule(r"(?:www\.)?ted\.com|embed\.ted\.com", r"/talks/([\w-]+)", "video", "ted", "https://www.ted.com/talks/{0}"),
    _Rule(r"(?:www\.|fast\.)?(?:wistia\.(?:com|net)|wi\.st)", r"/(?:embed/iframe|medias|embed)/(\w+)", "video", "wistia", "https://fast.wistia.net/embed/iframe/{0}"),
    _Rule(r"(?:www\.|embed\.)?twitch\.tv|player\.twitch\.tv", r"/(?:videos/|\?(?:.*&)?video=v?)(\d+)", "video", "twitch", "https://www.twitch.tv/videos/{0}"),
    _Rule(r"(?:www\.)?loom\.com", r"/(?:embed|share)/(\w+)", "video", "loom", "https://www.loom.com/share/{0}"),
    _Rule(r"giphy\.com|(?:www\.)?giphy\.com", r"/(?:embed|gifs)/(?:[\w-]*-)?(\w+)", "video", "giphy", "https://giphy.com/gifs/{0}"),
    _Rule(r"open\.spotify\.com|embed\.spotify\.com", r"/(?:embed(?:-podcast)?/)?((?:track|album|playlist|artist|episode|show)/\w+)", "audio", "spotify", "https://open.spotify.com/{0}"),
    _Rule(r"w\.soundcloud\.com", r"/player/?\?(?:.*&)?url=([^&]+)", "audio", "soundcloud", "{0}"),
    _Rule(r"(?:www\.)?soundcloud\.com", r"/([\w-]+/(?:sets/)?[\w-]+)", "audio", "soundcloud", "https://soundcloud.com/{0}"),
    _Rule(r"(?:www\.)?mixcloud\.com", r"/([\w-]+/[\w-]+)", "audio", "mixcloud", "https://www.mixcloud.com/{0}/"),
    _Rule(r"gist\.github\.com", r"/((?:[\w-]+/)?[0-9a-f]{5,40})(?:\.js|\.json|\.pibb)?", "gist", "github-gist", "https://gist.github.com/{0}"),
    _Rule(r"(?:www\.|mobile\.)?(?:twitter|x)\.com", r"/(?:[^/?#]+/status(?:es)?|i/web/status|i/status)/(\d+)", "tweet", "twitter", ""),
    _Rule(r"platform\.twitter\.com", r"/embed/[^?]*\?(?:.*&)?id=(\d+)", "tweet", "twitter", "https://twitter.com/i/web/status/{0}"),
    _Rule(r"codepen\.io", r"/([\w-]+/(?:embed/preview|embed|pen|details|full)/\w+)", "code", "codepen", ""),
    _Rule(r"codesandbox\.io", r"/(?:embed|s)/([\w-]+)", "code", "codesandbox", "https://codesandbox.io/s/{0}"),
    _Rule(r"jsfiddle\.net", r"/((?:\w+/)?\w{5,10})", "code", "jsfiddle", "https://jsfiddle.net/{0}/"),
    _Rule(r"(?:www\.)?repl\.it|replit\.com", r"/(@[\w-]+/[\w-]+)", "code", "replit", "https://replit.com/{0}"),
    _Rule(r"(?:www\.)?instagram\.com", r"/(?:p|reel|tv)/([\w-]+)", "frame", "instagram", "https://www.instagram.com/p/{0}/"),
    _Rule(r"(?:www\.)?slideshare\.net", r"/slideshow/embed_code/(?:key/)?(\w+)", "frame", "slideshare", ""),
    _Rule(r"speakerdeck\.com", r"/player/(\w+)", "frame", "speakerdeck", "https://speakerdeck.com/player/{0}"),
    _Rule(r"(?:www\.)?google\.[a-z.]+|maps\.google\.[a-z.]+", r"/maps/(?:embed|d)[^#]*[?&](?:mid|pb)=([^&]+)", "frame", "google-maps", ""),
    _Rule(r"docs\.google\.com", r"/(\w+/d/(?:e/)?[\w-]+)", "frame", "google-docs", "https://docs.google.com/{0}"),
    _Rule(r"(?:www\.)?datawrapper\.(?:de|dwcdn\.net)|datawrapper\.dwcdn\.net", r"/_?/?(\w{5})/", "frame", "datawrapper", "https://datawrapper.dwcdn.net/{0}/"),
    _Rule(r"(?:flo\.uri\.sh|public\.flourish\.studio)", r"/(visualisation/\d+|story/\d+)", "frame", "flourish", "https://public.flourish.studio/{0}/"),
)  # fmt: skip
_EMBEDLY = Seldom(r"https?://(?:[^/?#@]*\.)?embedly\.com(?=[/?#:]|$)", re.I)
_PARAMETER = Seldom(r"[?&](src|url|image)=([^&#]+)")
_DELIMITERS = (("%3A", ":"), ("%2F", "/"), ("%3F", "?"), ("%3D", "="), ("%26", "&"))


# Each compiled when first needed: most posts frame nothing, most others one thing of two or three hosts.
_PATTERNS = tuple((Seldom(rule.hosts, re.I), Seldom(rule.path), rule) for rule in _RULES)


def unwrap(address: str) -> tuple[str, str, str]:
    """(framed address, page for people, thumbnail) of an Embedly frame; (address, "", "") of any other."""
    absolute = _absolute(address)
    if not _EMBEDLY.match(absolute):
        return absolute, "", ""
    query: dict[str, str] = {}
    for name, value in _PARAMETER.findall(absolute):
        query.setdefault(name, value)
    inner = query.get("src") or query.get("url", "")
    return _absolute(_unquote(inner)), _unquote(query.get("url", "")), _unquote(query.get("image", ""))


def _unquote(text: str) -> str:
    """``unquote_plus``, several times faster where only the delimiters of an address are escaped."""
    for escape, character in _DELIMITERS:
        text = text.replace(escape, character)
    return unquote_plus(text) if "%" in text or "+" in text else text


def recognise(iframe_src: str, href: str = "", thumbnail: str = "") -> Target:
    """What stands behind a frame's address, a known page address, or both.

    Never raises: an address that says nothing gives kind ``frame`` with what was passed in.
    """
    framed, page, image = unwrap(iframe_src)
    page = href or page
    thumbnail = thumbnail or image
    for address in (framed, page):
        target = _match(address)
        if target is not None:
            return target._replace(
                href=target.href or _https(page or framed), thumbnail=thumbnail or target.thumbnail
            )
    return Target("frame", "", "", page or framed, thumbnail)


def _absolute(address: str) -> str:
    return "https:" + address if address.startswith("//") else address


def _https(address: str) -> str:
    return "https:" + address[5:] if address[:5].lower() == "http:" else address


def _match(address: str) -> Target | None:
    if not address:
        return None
    try:
        parts = urlsplit(_absolute(address))
        host = parts.hostname or ""
    except ValueError:
        return None
    rest = parts.path + ("?" + parts.query if parts.query else "")
    for host_pattern, path_pattern, rule in _PATTERNS:
        if host_pattern.fullmatch(host) and (found := path_pattern.match(rest)):
            thing = unquote(found[1])
            return Target(
                rule.kind, rule.provider, thing, rule.href.format(thing), rule.thumbnail.format(thing)
            )
    return None
