"""What a build is framed by: its folder, its state's file, its parts and policy, what it tells."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

import msgspec

import fonds
from fonds.archive import files, naming
from fonds.archive.summary import Failure
from fonds.errors import UsageError
from fonds.site import output
from fonds.site.cards import Card
from fonds.site.settings import Settings
from fonds.site.source import Source
from fonds.site.theme import Theme
from fonds.site.views import Part, Site

_HERE = Path(__file__).parent

PARTS = (
    Part("Home", "index.html"),
    Part("Years", "years/index.html"),
    Part("Tags", "tags/index.html"),
    Part("People", "people/index.html"),
    Part("Languages", "languages/index.html"),
    Part("Pictures", "pictures/index.html"),
    Part("Timeline", "timeline.html"),
    Part("Search", "search.html"),
    Part("About", "about.html"),
)
CLAIMS = Part("Claims", "claims/index.html")
"""Pages that fonds claims page --site puts there."""


class Progress(Protocol):
    """Told after each step: ``phase`` is read, pictures or write; ``total`` is 0 while it is unknown."""

    def __call__(self, phase: str, done: int, total: int) -> None: ...


class Summary(msgspec.Struct, kw_only=True):
    """What a build did."""

    out: str = ""
    posts: int = 0
    responses: int = 0
    drafts: int = 0
    pictures: int = 0
    read: int = 0
    """Units that were read: all of them in a first build, those that changed in the next."""
    thumbnails: int = 0
    files: int = 0
    written: int = 0
    removed: int = 0
    failures: list[Failure] = []
    interrupted: bool = False
    exit_code: int = 0

    def finish(self) -> None:
        code = 0
        for failed in self.failures:
            code |= failed.exit_code
        if code & 32 and self.posts + self.responses + self.drafts:
            code |= 4
        self.exit_code = 130 if self.interrupted else code


class Plan(NamedTuple):
    """What is asked of a build."""

    source: Source
    out: Path
    settings: Settings
    progress: Progress
    stop: Callable[[], bool]


def silent(phase: str, done: int, total: int) -> None:
    """No progress is shown."""


def never() -> bool:
    return False


def state_path(out: Path) -> Path:
    """The file beside a site in which its builds remember what they did."""
    return out.with_name(f".{out.name}.fonds-site.sqlite")


def claim(out: Path) -> None:
    """``out`` as the folder of a site. Raises UsageError when it holds something else."""
    try:
        names = os.listdir(out)  # noqa: PTH208
    except FileNotFoundError:
        names = []
    except OSError as error:
        files.fail(error, out)
    if names and output.MARKER not in names:
        raise UsageError(
            "is not empty and no site of fonds's",
            origin=str(out),
            remedy="Choose another folder with -o, or empty this one.",
        )
    files.make_folder(out)
    files.sweep(out)


def parts(out: Path) -> tuple[Part, ...]:
    """The ways in, the ledger's pages among them where they stand in the site."""
    return (*PARTS, CLAIMS) if (out / CLAIMS.path).is_file() else PARTS


def engine(theme: Theme, settings: Settings, out: Path) -> str:
    """Stands for everything but the posts: code, templates, settings, ways in."""
    found = hashlib.blake2b(digest_size=16)
    found.update(fonds.__version__.encode())
    for path in sorted(_HERE.rglob("*.py")):
        found.update(path.read_bytes())
    found.update(theme.mark().encode())
    # Thumbnails are looked for one by one: to make them later must not make everything again.
    found.update(msgspec.json.encode(msgspec.structs.replace(settings, thumbnails=True), order="sorted"))
    found.update(msgspec.json.encode(parts(out)))
    return found.hexdigest()


def commonest(cards: Sequence[Card]) -> str:
    """The publication, else the author, of most posts: what a site is called that nobody has named."""
    for names in ([card.publication for card in cards], [card.author for card in cards]):
        counts = Counter(name for name in names if name)
        name, count = max(counts.items(), key=lambda one: (one[1], one[0]), default=("", 0))
        if count * 2 > len(cards):
            return name
    return ""


def policy() -> str:
    """The Content-Security-Policy of every page. ``file:`` stands beside 'self', which browsers do not all take
    for the folder of a page that was opened with a double click; on a host it allows nothing."""
    own = "'self' file:"
    return f"default-src 'none'; script-src {own}; style-src {own}; img-src {own}; form-action {own}; base-uri 'none'"


def ordered(cards: Iterable[Card], settings: Settings) -> list[Card]:
    """Every post that the site shows, oldest first, undated ones before all; each with a name of its own."""
    found = [card for card in cards if _is_shown(card, settings)]
    found.sort(key=lambda card: (card.at, card.ident))
    names = naming.Names()
    result = []
    for card in found:
        name, taken = names.take(f"{card.kind}/{card.stem}", ".html")
        stem = name.removeprefix(f"{card.kind}/").removesuffix(".html")
        result.append(msgspec.structs.replace(card, stem=stem) if taken else card)
    return result


def _is_shown(card: Card, settings: Settings) -> bool:
    if card.kind == "drafts":
        return settings.drafts
    if card.kind == "responses" and not settings.responses:
        return False
    return settings.unlisted or not card.unlisted


def described(cards: Sequence[Card], settings: Settings, named: str, out: Path) -> Site:
    """What every page is told; ``named`` is the source's own title."""
    title = settings.title or named or commonest(cards) or "Archive"
    url = settings.url and settings.url.rstrip("/") + "/"
    return Site(title, settings.intro, settings.links, parts(out), policy(), fonds.__version__, url)
