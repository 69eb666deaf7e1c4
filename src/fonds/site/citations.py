"""How to cite a post: for people, in CSL-JSON and in BibTeX. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import msgspec

from fonds.site.cards import Card
from fonds.site.times import date, moment

_TEX = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "%": r"\%", "&": r"\&", "$": r"\$", "#": r"\#", "_": r"\_",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip
_SPECIAL = re.compile(r"[\\{}%&$#_~^]")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


class Citation(NamedTuple):
    """One post's: a line for people, and the same for programs."""

    text: str
    csl: str
    bibtex: str


def cite(card: Card, archive: str, url: str = "") -> Citation:
    """``archive`` is the site's title, ``url`` its address ("" where it has none)."""
    return Citation(_text(card, archive, url), _json(csl(card, archive, url)), bibtex(card, archive, url))


def _text(card: Card, archive: str, url: str) -> str:
    parts = [card.author, f"“{card.title}”", card.publication, date(card.at), card.address]
    kept = f"kept in “{archive}”" + (f", {url}{card.page}" if url else "")
    return f"{', '.join(part for part in (*parts, kept) if part)}."


def csl(card: Card, archive: str, url: str = "") -> dict[str, Any]:
    """One item of CSL-JSON (CSL 1.0.2 input schema)."""
    found: dict[str, Any] = {"id": card.ident, "type": "post-weblog", "title": card.title}
    if card.author:
        found["author"] = [{"literal": card.author}]
    if card.publication:
        found["container-title"] = card.publication
    when = moment(card.at)
    if when is not None:
        found["issued"] = {"date-parts": [[when.year, when.month, when.day]]}
    if card.lang and card.lang != "und":
        found["language"] = card.lang
    if card.address:
        found["URL"] = card.address
    found["archive"] = archive
    found["archive_location"] = f"{url}{card.page}" if url else card.page
    return found


def bibtex(card: Card, archive: str, url: str = "") -> str:
    """One entry, in braces throughout so that capitals stay."""
    fields = []
    if card.author:
        fields.append(("author", f"{{{_tex(card.author)}}}"))
    fields.append(("title", f"{{{_tex(card.title)}}}"))
    if card.publication:
        fields.append(("journal", _tex(card.publication)))
    when = moment(card.at)
    month = ""
    if when is not None:
        fields.append(("year", str(when.year)))
        fields.append(("day", str(when.day)))
        month = _MONTHS[when.month - 1]
    if card.address:
        fields.append(("url", _address(card.address)))
    fields.append(("note", f"Kept in {_tex(archive)}, {_tex(f'{url}{card.page}')}"))
    lines = [f"  {name} = {{{value}}}," for name, value in fields]
    if month:
        lines.append(f"  month = {month},")
    return "\n".join((f"@misc{{medium-{_key(card.ident)},", *lines, "}"))


def _key(ident: str) -> str:
    return re.sub(r"[^0-9A-Za-z-]", "", ident) or "post"


def _address(address: str) -> str:
    return re.sub(r"[\s{}\\]", lambda found: f"%{ord(found[0]):02X}", address)


def _tex(text: str) -> str:
    return _SPECIAL.sub(lambda found: _TEX[found[0]], " ".join(text.split()))


def _json(value: Mapping[str, Any]) -> str:
    """A line for each field."""
    lines = [
        f"  {msgspec.json.encode(name).decode()}: {msgspec.json.encode(one).decode()}"
        for name, one in value.items()
    ]
    return "{\n" + ",\n".join(lines) + "\n}"


def all_csl(cards: Iterable[Card], archive: str, url: str = "") -> bytes:
    """citations.json: one item a line, so that differences are readable."""
    items = [msgspec.json.encode(csl(card, archive, url)) for card in cards]
    return b"[\n" + b",\n".join(items) + b"\n]\n"


def all_bibtex(cards: Iterable[Card], archive: str, url: str = "") -> bytes:
    """citations.bib."""
    return ("\n\n".join(bibtex(card, archive, url) for card in cards) + "\n").encode("utf-8", "replace")
