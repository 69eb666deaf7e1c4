"""Rich text → HTML inlines: marks as elements, links that are safe, runs in another script named. Pure."""

from __future__ import annotations

import html
import re

from fonds.model import RichText
from fonds.richtext import Span, tree
from fonds.site.languages import Speech, of_script
from fonds.site.links import Resolve

_RTL = "\u0591-\u08ff\u200f\ufb1d-\ufdfd\ufe70-\ufefc"
_WIDE = "\u1100-\u11ff\u3005-\u3007\u3041-\u30ff\u3130-\u318f\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uff66-\uff9f"
_BETWEEN = "[\\s\\d.,:;!?()/«»“”\"'\u060c\u061b\u061f\u200c\u200d-]*"
_MIXED = re.compile(
    f"([{_RTL}](?:[{_RTL}\u200c\u200d]|{_BETWEEN}(?=[{_RTL}]))*)|([{_WIDE}](?:[{_WIDE}、，。：；！？「」『』]*[{_WIDE}])?)"
)
# Latin words inside right-to-left text keep their own order, with the signs between them.
_LATIN = re.compile("[A-Za-z\u00c0-\u024f](?:[\\w.@/:+#&%=?~,'’\u2013 -]*[\\w+#%/])?")
_WIDE_LANGS = frozenset({"zh", "ja", "ko"})


def escape(text: str) -> str:
    """Text for an element or a quoted attribute."""
    return html.escape(text).replace("\x00", "\ufffd")


def plain(text: str) -> str:
    """Text for an element alone."""
    return html.escape(text, quote=False).replace("\x00", "\ufffd")


def inline(rich: RichText, resolve: Resolve, speech: Speech) -> str:
    """``rich`` as HTML; a line break is ``<br>``. ``speech`` is that of the block around it."""
    if not rich.marks:
        return text(rich.text, speech)
    return _nodes(tree(rich), resolve, speech)


def text(words: str, speech: Speech) -> str:
    """Text without marks: escaped, line breaks kept, runs in another script in elements that say so."""
    if words.isascii() and speech.dir == "ltr":
        return _lines(plain(words))
    return _lines(_wrap(words, _LATIN if speech.dir == "rtl" else _MIXED, speech))


def _lines(escaped: str) -> str:
    return escaped.replace("\n", "<br>\n") if "\n" in escaped else escaped


def _wrap(words: str, pattern: re.Pattern[str], speech: Speech) -> str:
    out: list[str] = []
    at = 0
    for found in pattern.finditer(words):
        run = found[0]
        opening = _opening(run, speech)
        if not opening:
            continue
        out += [plain(words[at : found.start()]), opening, plain(run), "</bdi>"]
        at = found.end()
    out.append(plain(words[at:]))
    return "".join(out)


def _opening(run: str, speech: Speech) -> str:
    if speech.dir == "rtl":
        return '<bdi dir="ltr">' if " " in run or not run.isalnum() else ""
    other = of_script(run)
    if other is None or other.lang == speech.lang:
        return ""
    if other.dir == speech.dir and not (other.lang in _WIDE_LANGS and speech.lang not in _WIDE_LANGS):
        return ""
    return f'<bdi lang="{other.lang}" dir="rtl">' if other.dir == "rtl" else f'<bdi lang="{other.lang}">'


def _nodes(nodes: tuple[Span | str, ...], resolve: Resolve, speech: Speech) -> str:
    out: list[str] = []
    for node in nodes:
        if isinstance(node, str):
            out.append(text(node, speech))
            continue
        inner = _nodes(node.children, resolve, speech)
        mark = node.mark
        if mark.kind == "link":
            out.append(link(inner, mark.href, resolve, title=mark.title, person=bool(mark.user_id)))
        else:
            out.append(f"<{mark.kind}>{inner}</{mark.kind}>")
    return "".join(out)


def link(inner: str, href: str, resolve: Resolve, *, title: str = "", person: bool = False) -> str:
    """``inner`` (HTML) as a link to ``href``; what must not be a link is text that shows its address."""
    place = resolve(href)
    tip = f' title="{escape(title)}"' if title else ""
    if place.kind == "none":
        if not href or href.startswith("#"):
            return inner
        return f'<span class="no-link">{inner} <code class="address">{escape(href)}</code></span>'
    if place.kind == "own":
        return f'<a href="{escape(place.href)}"{tip}>{inner}</a>'
    named = ' class="person"' if person else ""
    return f'<a{named} href="{escape(place.href)}" rel="external noopener noreferrer"{tip}>{inner}</a>'
