"""Code spans, link destinations and titles (6.1 and 6.3 of the CommonMark spec)."""

from __future__ import annotations

import re
from urllib.parse import quote

from fonds.writers.escape import reference_ampersands

_TICKS = re.compile("`+")
# Without "%" and "xn--": markdown-it shows an autolink decoded.
_BARE = re.compile(r"https?://(?![^/]*xn--)[^\s<>\x00-\x20\x7f&\\%`]+\Z")
# The tick because it would close a code span that one before the link opens (6.1).
_UNSAFE_IN_ADDRESS = re.compile(r"[\x00-\x20\x7f\xa0\s`]")
_BACKSLASH = re.compile(r"\\(?![0-9A-Za-z])")
_AWKWARD = re.compile(r"[()\\<>&]")


def code_span(text: str) -> str:
    """Inline code (6.1): a fence longer than any run inside, padded where spaces or ticks touch it."""
    fence = "`"
    if "`" in text:
        runs = {len(run) for run in _TICKS.findall(text)}
        while len(fence) in runs:
            fence += "`"
    edge = text[0] == "`" or text[-1] == "`"
    spaces = text[0] == " " and text[-1] == " " and text.strip(" ") != ""
    return f"{fence} {text} {fence}" if edge or spaces else f"{fence}{text}{fence}"


def code_tag(text: str) -> str:
    """Inline code as HTML (6.6), where a span's brackets would mean something to the block (4.7): all but letters,
    digits and blanks as references (2.5)."""
    written = "".join(char if char.isalnum() or char == " " else f"&#{ord(char)};" for char in text)
    return f"<code>{written}</code>"


def attribute(text: str) -> str:
    """Text as the value of an HTML attribute (and nothing harmful anywhere else in HTML)."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace('"', "&quot;").replace("'", "&#x27;")


def address(href: str) -> str:
    """The address as it stands in the Markdown: what no address holds percent-encoded (RFC 3986)."""
    return _UNSAFE_IN_ADDRESS.sub(lambda match: quote(match[0]), href)


def destination(href: str) -> str:
    """A link destination (6.3): as it is, or in angle brackets where its parentheses do not balance."""
    if href.isascii() and href.isprintable() and not _needs_care(href):
        return href
    href = address(href)
    if not _AWKWARD.search(href):
        return href
    if "&" in href or "\\" in href:
        href = _escape_address(href)
    if "<" in href or ">" in href:
        href = href.replace("<", "\\<").replace(">", "\\>")
    if "(" in href or ")" in href:
        return href if _balanced(href) and href[0] != "<" else f"<{href}>"
    return href


def _needs_care(href: str) -> bool:
    return (
        " " in href
        or "`" in href
        or "&" in href
        or "(" in href
        or ")" in href
        or "<" in href
        or ">" in href
        or "\\" in href
    )


def _escape_address(href: str) -> str:
    """``&`` as a reference where it would begin one (cmark-gfm does not know ``\\&`` in addresses)."""
    return _BACKSLASH.sub(r"\\\\", reference_ampersands(href))


def _balanced(text: str) -> bool:
    depth = 0
    for char in text:
        if char == "(":
            depth += 1
            if depth > 30:  # 6.3: parsers may stop counting at 32
                return False
        elif char == ")":
            depth -= 1
            if depth < 0:
                return False
    return depth == 0


def link_title(title: str) -> str:
    if not title:
        return ""
    return f' "{quoted(" ".join(title.split()))}"'


def quoted(text: str) -> str:
    """What stands between the quotes of a link title (6.3). A backquote there would end a code span that
    one before the link opens."""
    line = reference_ampersands(text.replace("\\", "\\\\").replace('"', '\\"'))
    return line.replace("`", "&#96;")


def link_end(href: str, title: str) -> str:
    """What stands behind a link's text."""
    return f"]({destination(href)}{link_title(title)})"


def is_bare(text: object, href: str, title: str) -> bool:
    """Whether a link can be written as an autolink (6.5): its text is its address."""
    return text == href and not title and _BARE.match(href) is not None
