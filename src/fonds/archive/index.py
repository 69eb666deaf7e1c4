"""The plain files around the posts: README.md, INDEX.md, redirects.csv. Pure: rows in, text out.

They are made again after every run, so they say nothing that depends on when it ran.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Sequence
from urllib.parse import quote, urlsplit

import msgspec

from fonds.archive import naming

_FOLDERS = {"posts": "posts", "responses": "responses", "drafts": "drafts"}
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
# What Markdown may mean something by inside a link's text (CommonMark 6).
_SPECIAL = str.maketrans({char: f"\\{char}" for char in "\\`*_[]<>&|~"})


class Row(msgspec.Struct, frozen=True, gc=False):
    """One post as the index shows it. ``file`` is relative to the archive; ``date`` UTC milliseconds (0
    unknown); ``preview``: only the beginning is here; ``gone``: Medium has it no more; ``urls``: every
    address it had, the present one first."""

    id: str
    file: str
    folder: str
    title: str
    date: int
    author: str = ""
    preview: bool = False
    gone: bool = False
    urls: tuple[str, ...] = ()


class Totals(msgspec.Struct, frozen=True):
    """``missing``: how many posts are known and not here, by reason."""

    title: str
    sources: tuple[str, ...] = ()
    pictures: int = 0
    picture_bytes: int = 0
    missing: dict[str, int] = {}


def ordered(rows: Iterable[Row]) -> list[Row]:
    """The newest first; of one moment, by id."""
    return sorted(rows, key=lambda row: (-row.date, row.id))


def readme(rows: Sequence[Row], totals: Totals) -> str:
    """README.md: what this is, how much, of which years, where things are, how to check it."""
    kinds = Counter(row.folder for row in rows)
    lines = [f"# {_text(totals.title)}", ""]
    what = ", ".join(_text(source) for source in totals.sources)
    lines += [f"Everything kept of {what}." if what else "An archive of posts from Medium.", ""]
    lines += ["| what | how many |", "|---|---|"]
    lines += [f"| [{name}]({name}/) | {kinds[name]} |" for name in _FOLDERS if kinds[name]]
    if totals.pictures:
        lines.append(
            f"| pictures and other files ([assets](assets/)) | {totals.pictures} ({_size(totals.picture_bytes)}) |"
        )
    previews = sum(row.preview for row in rows)
    gone = sum(row.gone for row in rows)
    if previews:
        lines.append(f"| of these only the beginning (locked) | {previews} |")
    if gone:
        lines.append(f"| of these gone from Medium | {gone} |")
    for reason, count in sorted(totals.missing.items()):
        lines.append(f"| known, and not here: {reason} | {count} |")
    years = Counter(_year(row.date) for row in rows if row.folder == "posts")
    if years:
        lines += ["", "| year | posts |", "|---|---|"]
        lines += [
            f"| [{year}](INDEX.md#{_anchor(year)}) | {years[year]} |" for year in sorted(years, reverse=True)
        ]
    lines += ["", *_WHERE]
    return "\n".join(lines) + "\n"


_WHERE = (
    "## What is where",
    "",
    "- [INDEX.md](INDEX.md): every post by date.",
    "- `posts/`, `responses/`, `drafts/`: one Markdown file each, pictures in `assets/`.",
    "- `redirects.csv`: every address a post had at Medium, and its file here.",
    "- `.fonds/`: what these files are made from: Medium's own answers, every version of every post, and a",
    "  manifest with the size and the SHA-256 of each file.",
    "",
    "The files outside `.fonds` and `assets` are made by `fonds render` and can be made again at any time.",
    "`fonds verify` compares every byte with the manifest; `fonds missing` says what is known and not here.",
)


def index(rows: Sequence[Row], title: str) -> str:
    """INDEX.md: posts by year and month, the newest first; then responses and drafts."""
    lines = [f"# {_text(title)}"]
    for folder in _FOLDERS:
        chosen = ordered(row for row in rows if row.folder == folder)
        if not chosen:
            continue
        last = ""
        for row in chosen:
            heading = _heading(row, folder)
            if heading != last:
                year, _, month = heading.partition("/")
                if year != last.partition("/")[0]:
                    lines += ["", f"## {year}"]
                if month:
                    lines += ["", f"### {month} {year}"]
                lines.append("")
                last = heading
            lines.append(_entry(row))
    return "\n".join(lines) + "\n"


def _heading(row: Row, folder: str) -> str:
    if folder != "posts":
        return folder.capitalize()
    day = naming.date(row.date)
    return f"{day[:4]}/{_MONTHS[int(day[5:7]) - 1]}" if day else "Undated"


def _entry(row: Row) -> str:
    marks = [
        *([_text(row.author)] if row.author else []),
        *(["only the beginning"] if row.preview else []),
        *(["gone from Medium"] if row.gone else []),
    ]
    behind = f" ({', '.join(marks)})" if marks else ""
    day = naming.date(row.date)
    before = f"{day} " if day else ""
    return f"- {before}[{_text(row.title) or row.id}]({quote(row.file)}){behind}"


def redirects(rows: Iterable[Row]) -> str:
    """redirects.csv: ``from,to``, RFC 4180 with LF: every old address, as it stood → the post's file.

    ``from`` is the whole address; the short form ``https://medium.com/p/<id>`` stands there for each.
    An address that two posts claim leads to the one that has it now, else to the first by id.
    """
    places: dict[str, str] = {}
    chosen = sorted(rows, key=lambda row: row.id)
    for now in (True, False):
        for row in chosen:
            for url in row.urls[:1] if now else row.urls[1:]:
                if _is_address(url):
                    places.setdefault(url, row.file)
    for row in chosen:
        if naming.is_sound(row.id):
            places.setdefault(f"https://medium.com/p/{row.id}", row.file)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("from", "to"))
    writer.writerows(sorted(places.items()))
    return out.getvalue()


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def _text(text: str) -> str:
    return " ".join(text.translate(_SPECIAL).split())


def _year(date: int) -> str:
    return naming.date(date)[:4] or "Undated"


def _anchor(year: str) -> str:
    return year.lower()


def _size(count: int) -> str:
    """Bytes for people: ``3.8 GB`` (SI, as disks are sold)."""
    if count < 1000:
        return f"{count} bytes"
    size = float(count)
    for unit in ("kB", "MB", "GB"):
        size /= 1000
        if size < 1000 or unit == "GB":
            break
    return f"{size:.1f} {unit}"
