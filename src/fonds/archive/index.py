"""The plain files around the posts: README.md, INDEX.md, redirects.csv. Pure: rows in, text out.

They are made again after every run, so they say nothing that depends on when it ran.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator
from urllib.parse import quote, urlsplit

import msgspec

from fonds.archive import naming

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


FOLDERS = ("posts", "responses", "drafts")
"""The folders in the order of the index."""


def ordered(rows: Iterable[Row]) -> list[Row]:
    """As the index shows them: by folder, the newest first; of one moment, by id."""
    return sorted(rows, key=lambda row: (FOLDERS.index(row.folder), -row.date, row.id))


def readme(rows: Iterable[Row], totals: Totals) -> str:
    """README.md: what this is, how much, of which years, where things are, how to check it."""
    kinds: Counter[str] = Counter()
    years: Counter[str] = Counter()
    previews = gone = 0
    for row in rows:
        kinds[row.folder] += 1
        years[_year(row.date)] += row.folder == "posts"
        previews += row.preview
        gone += row.gone
    years = +years
    lines = [f"# {_text(totals.title)}", ""]
    what = ", ".join(_text(source) for source in totals.sources)
    lines += [f"Everything kept of {what}." if what else "An archive of posts from Medium.", ""]
    lines += ["| what | how many |", "|---|---|"]
    lines += [f"| [{name}]({name}/) | {kinds[name]} |" for name in FOLDERS if kinds[name]]
    if totals.pictures:
        lines.append(
            f"| pictures and other files ([assets](assets/)) | {totals.pictures} ({_size(totals.picture_bytes)}) |"
        )
    if previews:
        lines.append(f"| of these only the beginning (locked) | {previews} |")
    if gone:
        lines.append(f"| of these gone from Medium | {gone} |")
    for reason, count in sorted(totals.missing.items()):
        lines.append(f"| known, and not here: {reason} | {count} |")
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


def index(rows: Iterable[Row], title: str) -> Iterator[str]:
    """INDEX.md, line by line: posts by year and month, the newest first; then responses and drafts. The rows
    come as they are ``ordered``."""
    yield f"# {_text(title)}\n"
    last = folder = ""
    for row in rows:
        if row.folder != folder:
            last, folder = "", row.folder
        heading = _heading(row, folder)
        if heading != last:
            year, _, month = heading.partition("/")
            if year != last.partition("/")[0]:
                yield f"\n## {year}\n"
            if month:
                yield f"\n### {month} {year}\n"
            yield "\n"
            last = heading
        yield f"{_entry(row)}\n"


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


def redirects(rows: Iterable[Row]) -> Iterator[str]:
    """redirects.csv, line by line: ``from,to``, RFC 4180 with LF: every old address, as it stood → the post's
    file. The rows come by id.

    ``from`` is the whole address; the short form ``https://medium.com/p/<id>`` stands there for each.
    An address that two posts claim leads to the one that has it now, else to the first by id.
    """
    now: dict[str, str] = {}
    once: dict[str, str] = {}
    short: dict[str, str] = {}
    for row in rows:
        for number, url in enumerate(row.urls):
            if _is_address(url):
                (once if number else now).setdefault(url, row.file)
        if naming.is_sound(row.id):
            short[f"https://medium.com/p/{row.id}"] = row.file
    for weaker in (once, short):
        for url, file in weaker.items():
            now.setdefault(url, file)
        weaker.clear()
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("from", "to"))
    for url in sorted(now):
        writer.writerow((url, now[url]))
        yield out.getvalue()
        out.seek(0)
        out.truncate()
    yield out.getvalue()


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
