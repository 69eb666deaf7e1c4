"""What else an account export holds: lists of bookmarks, claps, followers, and what is its owner's alone."""

from __future__ import annotations

import re

from fonds.errors import UnreadableError
from fonds.model import Other
from fonds.sources.export import NO_POST, REMEDY
from fonds.sources.inline_html import words

_FOLDERS = (
    "blocks|bookmarks|claps|highlights|interests|lists|notes|partner-program|pubs-following|topics-following|twitter"
    "|users-following"
)
_FOLDER = re.compile(rf"(?:^|[/\\!])({_FOLDERS})(?:[/\\]|__)[^/\\]*$")
# The words of the titles, which Medium writes in English whatever the language of the account.
_TITLES = (
    ("bookmarks", r"bookmarks, page"),
    ("claps", r"claps, page"),
    ("highlights", r"(?:quotes|highlights), page"),
    ("pubs-following", r"followed publications"),
    ("topics-following", r"followed topics"),
    ("users-following", r"followed (?:users|writers|people)|users .*follow"),
    ("blocks", r"blocked"),
    ("interests", r"has shown interest in"),
    ("twitter", r"twitter"),
    ("partner-program", r"partner program|earnings"),
    ("notes", r"notes, page"),
    ("README", r"^Archive for "),
)
_TITLE = tuple((kind, re.compile(pattern, re.I)) for kind, pattern in _TITLES)
_PERSONAL_TITLE = (
    ("sessions", re.compile(r"\bsessions\b|\bIPs\b|\bdevices\b", re.I)),
    ("profile", re.compile(r"is an editor or writer|\bprofile\b|\bmembership|\bcharges\b|\babout\b", re.I)),
)


_HEADINGS = re.compile(r"<(?:title|h1|h3)(?: [^<>]*)?>([^<]{1,300})", re.I)
_ENTRY = re.compile(r"<li[\s>]", re.I)


def other(text: str, origin: str) -> Other:
    """What a file without a post's body is: by its folder, else by its own words."""
    entries = len(_ENTRY.findall(text))
    if 'data-field="lists"' in text:
        return Other("lists", origin, count=entries)
    folder = _FOLDER.search(origin)
    if folder is not None:
        return Other(folder[1], origin, count=entries)
    titles = [words(title) for title in _HEADINGS.findall(text)]
    for kind, pattern in _TITLE:
        if any(map(pattern.search, titles)):
            return Other(kind, origin, count=0 if kind == "README" else entries)
    for which, pattern in _PERSONAL_TITLE:
        if any(map(pattern.search, titles)):
            return Other("personal", origin, which)
    raise UnreadableError(NO_POST, origin=origin, remedy=REMEDY)
