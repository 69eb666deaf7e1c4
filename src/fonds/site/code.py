"""Code with its colours, made when the site is built. Pure; Pygments does the reading."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from fonds.site.inline import plain

if TYPE_CHECKING:
    from pygments.lexer import Lexer

LONGEST = 50_000
"""Characters that are coloured; lexers of some languages take longer than linear."""


def highlight(text: str, lang: str) -> str:
    """``text`` as HTML for ``<code>``: the same characters, in spans with Pygments' short class names.

    A language that is not known, and code without one, comes back escaped and plain.
    """
    lexer = _lexer("".join(lang.split()[:1]).lower()) if lang and len(text) <= LONGEST else None
    if lexer is None:
        return plain(text)
    tokens = list(lexer.get_tokens(text))
    if "".join(value for _, value in tokens) != text:  # a lexer that changes its input
        return plain(text)
    out: list[str] = []
    last, gathered = "", ""
    for kind, value in tokens:
        name = _short(kind)
        if name != last and gathered:
            out.append(_span(last, gathered))
            gathered = ""
        last = name
        gathered += value
    if gathered:
        out.append(_span(last, gathered))
    return "".join(out)


def _span(name: str, value: str) -> str:
    return f'<span class="{name}">{plain(value)}</span>' if name and not value.isspace() else plain(value)


# Fewer colours than Pygments knows: comment, string, number, keyword, name of a definition, operator.
_GROUPS = (
    ("Comment", "c"), ("Literal.String", "s"), ("Literal.Number", "m"), ("Keyword", "k"),
    ("Name.Function", "n"), ("Name.Class", "n"), ("Name.Tag", "k"), ("Name.Attribute", "n"), ("Name.Builtin", "b"),
    ("Name.Decorator", "b"), ("Generic.Deleted", "gd"), ("Generic.Inserted", "gi"), ("Generic.Heading", "n"),
)  # fmt: skip


@functools.cache
def _short(kind: object) -> str:
    name = str(kind).removeprefix("Token.")
    for prefix, short in _GROUPS:
        if name == prefix or name.startswith(prefix + "."):
            return short
    return ""


@functools.lru_cache(maxsize=64)
def _lexer(lang: str) -> Lexer | None:
    # Imported here: most posts have no code, and the register of lexers takes 60 ms to load.
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        return get_lexer_by_name(lang, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None
