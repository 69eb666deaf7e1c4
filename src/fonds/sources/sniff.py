"""Which form is this? By content, not by name.

Every test reads a bounded window at the beginning or the end, or is one search for a fixed byte
string, so a file of 100 MB costs milliseconds. What the words mean is in docs/forms.md.
"""

from __future__ import annotations

import codecs
import re

import msgspec

from fonds.patterns import Seldom

HEAD = 65_536
"""Bytes at the beginning that tell a form. An export's style sheet takes 1.5 kB, a page's scripts more."""
TAIL = 16_384

POSTS = frozenset({"export", "page", "legacy", "api", "json", "feed", "dom", "zmedium"})
"""The forms that hold posts, each read by the module of the same purpose."""

ZIP = (b"PK\x03\x04", b"PK\x05\x06")
"""What a ZIP begins with; the second is an empty one's (APPNOTE 4.3)."""

_SPACE = b" \t\r\n\x0b\x0c\x00"
_DOCUMENT = Seldom(rb"^\s*<(?:!doctype\s+html|html|head|body)\b", re.I | re.M)
_FEED = Seldom(rb"<(?:rss|feed|rdf:RDF)[\s>]")
# Possessive, so that a run of comments is read in one way only and never twice.
_LEAD = rb"(?:<\?[^>]{0,500}>|<!--.{0,2000}?-->|<!DOCTYPE[^>]{0,1000}>|\s+)*+"
_XML_LEAD = Seldom(_LEAD, re.S | re.I)
_TITLE = Seldom(rb"<title[^>]{0,200}>\s*([^<]{0,300})", re.I)

# The account export (docs/forms.md). Lists have the same article, without a body.
_USUAL = b"<!DOCTYPE html><html><head><meta http-equiv="
_POST = b'<article class="h-entry">'
_BODY = b'<section data-field="body"'
_ENTRY = Seldom(rb"<article\b[^>]{0,200}\bh-entry\b")
_BODY_FIELD = Seldom(rb"data-field=[\"']?body\b")
_LIST_FIELD = Seldom(rb"data-field=[\"']?lists\b")
_EXPORT_STYLES = (b"section[data-field=subtitle]", b".aspectRatioPlaceholder-fill {")
_EXPORT_TITLE = Seldom(
    rb"<(?:title|h3)>[^<]{0,200}(?:bookmarks|claps|quotes|blocked users|followed (?:topics|publications|users)"
    rb"|has shown interest in|Partner Program posts|sessions|IPs|suggested friends)[^<]{0,40}</", re.I
)  # fmt: skip

_GRAF = Seldom(rb"class=[\"']?graf\b")
_OBV = Seldom(rb"obvInit\"?\]?\(\s*\{\s*\"(\w+)\"")

# What a Cloudflare check looks like. The scripts under /cdn-cgi/challenge-platform/ are no sign: they
# stand in ordinary pages too.
_CHALLENGE_TITLE = Seldom(
    rb"just a moment|attention required|checking your browser|un momento|einen moment|un instant", re.I
)
_CHALLENGE = Seldom(
    rb"_cf_chl_opt|class=[\"']?cf-error-details|id=[\"']?cf-error-details|id=[\"']?challenge-form"
    rb"|cf-browser-verification|Enable JavaScript and cookies to continue"
)
_NOT_FOUND = Seldom(
    rb"PAGE NOT FOUND|Page not found|Out of nothing, something\.|deactivated or deleted (?:their|his|her) account"
    rb"|This (?:page|account|post|story) is unavailable|under investigation or was found in violation"
    rb"|Error 4(?:04|10)\b|410 Gone|404 Not Found", re.I
)  # fmt: skip
_NOT_FOUND_TITLE = Seldom(rb"not found|\b404\b|\b410\b", re.I)
_LOGIN_TITLE = Seldom(rb"^\s*(?:sign in|log ?in|sign up|welcome back|join medium)\b", re.I)
_LOGIN = Seldom(
    rb"(?:rel=[\"']?canonical|og:url)[\"']?[^>]{0,40}(?:href|content)=[\"']https://medium\.com/m/(?:signin|login)",
    re.I,
)
_OF_MEDIUM = Seldom(
    rb"miro\.medium\.com|cdn-images-\d\.medium\.com|cdn-client\.medium\.com|glyph\.medium\.com|com\.medium\.reader"
    rb"|og:site_name\"?[^>]{0,20}content=\"?Medium|data-testid=[\"']?(?:story|post|author)|medium-com:|>Medium</title"
)

_KEY = Seldom(rb"\{\s*\"((?:[^\"\\]|\\.){0,80})\"\s*:")
_PAYLOAD = Seldom(rb"\"payload\"\s*:\s*\{")
_VALUE = Seldom(rb"\"payload\"\s*:\s*\{(?:[^{}]|\{[^{}]*\}){0,50}?\"value\"\s*:\s*\{")
_STREAM = Seldom(rb"\"streamItems\"\s*:|\"userNavItemList\"\s*:")

_FRONT_KEY = Seldom(rb"^(title|author|date|last_modified_at|categories|tags|description|medium_id):", re.M)
_ZMEDIUM_TAIL = Seldom(rb"[Cc]onverted [^\n]{0,2000} by \[ZMediumToMarkdown\]\(")
_ZMEDIUM_ASSET = Seldom(rb"\]\((?:\.\./|/)?assets/[0-9a-f]{8,13}/")
_FONDS_KEY = Seldom(rb'^medium_id: "', re.M)

# Control characters that no text has (tab, line feed, vertical tab, form feed, return, escape do occur).
_CONTROL = bytes(range(9)) + bytes(range(14, 27)) + bytes(range(28, 32))

_CHARSET = Seldom(
    rb"<\?xml[^>]{0,100}encoding=[\"']([\w-]{1,30})|<meta[^>]{0,200}charset=[\"']?\s*([\w-]{1,30})", re.I
)


class Text(msgspec.Struct, frozen=True, gc=False):
    """``data`` is valid UTF-8 without a byte order mark. ``encoding`` names what it was read as when
    that was not UTF-8; ``replaced`` counts the places whose bytes no encoding explains (now U+FFFD)."""

    data: bytes
    encoding: str = ""
    replaced: int = 0


def form(data: bytes) -> str:
    """The name of the form of ``data``: its name, and where it lies, say nothing.

    One of POSTS, or: export-other, challenge page, not-found page, login page, listing, fonds
    markdown, zip, unknown text, picture, binary, empty. Text may be in any encoding that ``normalise``
    knows. Never raises.
    """
    if data.startswith(_USUAL) and (at := data.find(_POST, 0, 4096)) >= 0 and data.find(_BODY, at, 4096) >= 0:
        return "export"  # by far the most frequent, told in a microsecond
    data = _readable(data)
    head = data[:HEAD].lstrip(_SPACE)
    if not head:
        return "empty" if not data[HEAD:].strip(_SPACE) else "binary"
    if head[:4] in ZIP:
        return "zip"
    if picture(head):
        return "picture" if not head.startswith(b"<") else _svg(data, head)
    if _is_binary(head):
        return "binary"
    if head.startswith((b"{", b"[", b"])}")):
        return _json(data, head)
    lead = _XML_LEAD.match(head)
    rest = head[lead.end() :] if lead else head
    if _FEED.match(rest):
        return "feed"
    # A page begins with a tag, or with a line or two that whoever saved it did not mean to save.
    if head.startswith(b"<") or (not head.startswith(b"---") and _DOCUMENT.search(head[:4096])):
        return _html(data, head)
    return _markdown(data, head)


def opening(head: bytes) -> str:
    """``picture``, ``binary`` or ``zip`` when the first bytes of a file say that it is no text, else ""."""
    if head[:4] in ZIP:
        return "zip"
    if _utf16(head):
        return ""
    if picture(head) not in ("", "svg"):
        return "picture"
    return "binary" if _is_binary(head) else ""


def normalise(data: bytes) -> Text:
    """``data`` as UTF-8: byte order marks removed, UTF-16 and declared or likely encodings transcoded.

    Bytes that are not UTF-8 are read in the encoding that the head declares, or else as Windows-1252
    when not one sequence of them is UTF-8; otherwise each offending place becomes U+FFFD.
    """
    if data.isascii() and b"\x00" not in data[:4]:
        return Text(data)
    wide = _utf16(data)
    if wide:
        text = data.decode(wide, "replace")
        replaced = text.count("\ufffd")
        return Text(text.removeprefix("\ufeff").encode("utf-8", "replace"), wide, replaced)
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return _recover(data)
    return Text(data)


def _recover(data: bytes) -> Text:
    declared = _CHARSET.search(data[:4096])
    names = [(declared[1] or declared[2]).decode("ascii").lower()] if declared else []
    lenient = data.decode("utf-8", "replace")
    if not any(char > "\x7f" and char != "\ufffd" for char in lenient[:HEAD]):
        names.append("cp1252")
    for name in names:
        if name in ("utf-8", "utf8", "ascii", "us-ascii"):
            continue
        # The WHATWG encoding standard reads Latin-1 as Windows-1252, as every browser does.
        name = "cp1252" if name in ("iso-8859-1", "latin1", "latin-1", "windows-1252") else name
        try:
            if codecs.lookup(name).name.startswith(("utf-16", "utf-32", "utf-7")):
                continue
            return Text(data.decode(name).encode("utf-8", "replace"), name)
        except (LookupError, UnicodeError):
            continue
    replaced = lenient.count("\ufffd") - data.count(b"\xef\xbf\xbd")
    return Text(lenient.encode("utf-8"), "", replaced)


def _utf16(data: bytes) -> str:
    """The UTF-16 variant of ``data``: by its mark, or by its NULs where a file was saved without one."""
    if data[:2] == codecs.BOM_UTF16_LE and data[:4] != codecs.BOM_UTF32_LE:
        return "utf-16-le"
    if data[:2] == codecs.BOM_UTF16_BE:
        return "utf-16-be"
    head = data[:64]
    if len(head) < 8 or head.count(b"\x00") * 3 < len(head):
        return ""
    if not any(head[1::2]) and all(head[::2]):
        return "utf-16-le"
    if not any(head[::2]) and all(head[1::2]):
        return "utf-16-be"
    return ""


def _readable(data: bytes) -> bytes:
    """``data`` in an ASCII-compatible encoding, without its mark. Only UTF-16 costs anything."""
    wide = _utf16(data)
    if wide:
        return data.decode(wide, "replace").removeprefix("\ufeff").encode("utf-8", "replace")
    return data[3:] if data[:3] == codecs.BOM_UTF8 else data


def _is_binary(head: bytes) -> bool:
    sample = head[:4096]
    odd = len(sample) - len(sample.translate(None, _CONTROL))
    return odd * 20 > len(sample)  # a stray NUL in a text is the reader's business


def _json(data: bytes, head: bytes) -> str:
    key = _KEY.search(head[:4096])
    first = key[1] if key else b""
    if head.startswith(b"])}"):
        return _payload(data, head)
    if first in (b"success", b"payload") and _PAYLOAD.search(head):
        return _payload(data, head)
    if first in (b"data", b"errors", b"extensions"):
        return "api"
    if _PAYLOAD.search(head):
        return _payload(data, head)
    if b'"bodyModel"' in data or (b'"data"' in head and b'"post' in head):
        return "api"
    return "unknown text"


def _payload(data: bytes, head: bytes) -> str:
    if _VALUE.search(head):
        return "json"
    if _STREAM.search(head) or b'"streamItems"' in data:
        return "listing"
    return "json"


def _markdown(data: bytes, head: bytes) -> str:
    end = -1
    if head.startswith(b"---"):
        end = head.find(b"\n---", 3)
    front = head[: end + 1] if end > 0 else b""
    if front and _FONDS_KEY.search(front):
        return "fonds markdown"
    if (
        _ZMEDIUM_TAIL.search(data[-TAIL:])
        or _ZMEDIUM_ASSET.search(head)
        or _ZMEDIUM_ASSET.search(data[-TAIL:])
    ):
        return "zmedium"
    if {b"title", b"author", b"last_modified_at"} <= {found[1] for found in _FRONT_KEY.finditer(front)}:
        return "zmedium"
    return "unknown text"


def _html(data: bytes, head: bytes) -> str:
    if _is_entry(head):
        if _LIST_FIELD.search(head) and not _BODY_FIELD.search(head):
            return "export-other"
        return "export"
    if b"__APOLLO_STATE__" in data:
        return _apollo(data, head)
    found = _export_other(data, head) or _legacy(data)
    if found:
        return found
    article = b"<article" in data
    found = _wall(data, head, article=article)
    if found:
        return found
    if not (_OF_MEDIUM.search(data[: 16 * HEAD]) or _OF_MEDIUM.search(data[-HEAD:])):
        return "unknown text"
    return "dom" if article else "listing"


def _is_entry(window: bytes) -> bool:
    """Whether an article of an export begins in ``window``. The word is looked for first: the pattern
    alone would try every article of a long list."""
    return b"h-entry" in window and _ENTRY.search(window) is not None


def _export_other(data: bytes, head: bytes) -> str:
    """An export file that is no post: its style sheet, or (where somebody restyled it) its title."""
    if _is_entry(data[: 16 * HEAD]):  # a post or list behind a very long style sheet
        return "export" if not _LIST_FIELD.search(data[: 16 * HEAD]) else "export-other"
    styled = any(style in head for style in _EXPORT_STYLES)
    return "export-other" if styled or _EXPORT_TITLE.search(head) else ""


def _apollo(data: bytes, head: bytes) -> str:
    """A page with Medium's state: of a post when it holds a body, else what its title says."""
    article = b"<article" in data
    if b"content(" in data or (article and b'"bodyModel"' in data):
        return "page"
    return _wall(data, head, article=article) or "listing"


def _legacy(data: bytes) -> str:
    state = _OBV.search(data)
    if state:
        return "legacy" if state[1] == b"value" else "listing"
    return "legacy" if b"postArticle--full" in data or _GRAF.search(data) else ""


def _wall(data: bytes, head: bytes, *, article: bool) -> str:
    """A page that stands where a post should be, else "".

    With an ``article`` it is most likely a post, whatever its title is ("Sign in with …", "The 404
    page"): only a not-found page that recommends other posts has both, and its own two sentences.
    """
    if article:
        lost = b"PAGE NOT FOUND" in data and b"Out of nothing, something" in data
        return "not-found page" if lost else ""
    found = _TITLE.search(head)
    title = found[1] if found else b""
    if _CHALLENGE_TITLE.match(title) or _CHALLENGE.search(head):
        return "challenge page"
    if _LOGIN_TITLE.match(title) or _LOGIN.search(head):
        return "login page"
    if _NOT_FOUND_TITLE.search(title) or _NOT_FOUND.search(head) or b"PAGE NOT FOUND" in data:
        return "not-found page"
    return ""


# Magic numbers of the pictures that Medium serves or people keep. ISO 14496-12 for AVIF.
_PICTURES = (
    (Seldom(rb"\xff\xd8\xff"), "jpeg"),
    (Seldom(rb"\x89PNG\r\n\x1a\n"), "png"),
    (Seldom(rb"GIF8[79]a"), "gif"),
    (Seldom(rb"RIFF....WEBP", re.S), "webp"),
    (Seldom(rb"....ftyp(?:avif|avis)|....ftyp.{4}.{4,40}?avif", re.S), "avif"),
    (Seldom(rb"....ftyp(?:heic|heix|hevc|mif1)", re.S), "heic"),
    (Seldom(rb"BM....\x00\x00\x00\x00....[\x0c\x28\x34\x38\x40\x6c\x7c]\x00\x00\x00", re.S), "bmp"),
    (Seldom(rb"II\*\x00|MM\x00\*"), "tiff"),
    (Seldom(rb"\x00\x00\x01\x00[\x01-\xff]\x00.{2}[\x00\xff]?", re.S), "ico"),
    (Seldom(_LEAD + rb"<svg[\s/>]", re.S | re.I), "svg"),
)  # fmt: skip

_FIRST = tuple(bytes([first]) for first in b"\xff\x89GR\x00BIM<")
"""What those may begin with: nearly every text is past this at once."""


def picture(head: bytes) -> str:
    """The extension (``jpeg``, ``png``, …) of the picture that begins with ``head``, else "".

    ``head``: the first 64 bytes, for SVG the first 4,096. Extensions never come from a name.
    """
    if head[:1] not in _FIRST or (head[:1] == b"<" and b"<svg" not in head[:4096].lower()):
        return ""
    for pattern, extension in _PICTURES:
        if pattern.match(head):
            return extension
    return ""


def _svg(data: bytes, head: bytes) -> str:
    """An <svg> may be the first thing in a saved fragment of a page."""
    return "picture" if b"</svg>" in data[-256:] or b"<article" not in data else _html(data, head)
