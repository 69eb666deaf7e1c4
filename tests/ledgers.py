"""Invented posts and archives for the ledger's tests."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import msgspec

from fonds.model import Block, Embed, Heading, Image, Mark, Paragraph, Person, Post, Quote, RichText

DAY = 1_464_696_000_000
"""Noon of 2016-05-31, UTC."""


def text(words: str) -> RichText:
    return RichText(words)


def para(words: str, name: str = "") -> Paragraph:
    return Paragraph(name=name, content=text(words))


def bold(words: str) -> Paragraph:
    return Paragraph(content=RichText(words, (Mark("strong", 0, len(words)),)))


def head(words: str) -> Heading:
    return Heading(level=3, content=text(words))


def post(ident: str, title: str, blocks: Iterable[Block], *, days: int = 0, **more: object) -> Post:
    when = DAY + days * 86_400_000
    whole: dict[str, object] = {
        "id": ident, "title": title, "medium_url": f"https://medium.com/p/{ident}", "author": Person(name="The Digest"),
        "first_published_at": when, "blocks": (Heading(level=3, content=text(title), role="title"), *blocks), **more,
    }  # fmt: skip
    return Post(**whole)  # type: ignore[arg-type]


FIRST = post(
    "aaaa00000001",
    "Night over Idlib",
    (
        para("At least 23 people were killed in Idlib, according to the Observatory for the Rights of Man.", "p1"),
        para("The Turkish foreign ministry says the airstrikes killed more than 60 civilians in Idlib. Russia denied any involvement.", "p2"),
        head("GREECE"),
        para("54 people arrived on Lesvos on Monday. Among them were nine children."),
        Image(id="1*a.jpeg", caption=text("Two people drowned near Kos.")),
        para("Two people drowned near Kos."),
        Quote(content=text("“They took our phones and pushed back 12 of us,” Amir Invented, a father, told Alarm Phone.")),
        Embed(kind="tweet", author="Alarm Phone", content=text("45 people rescued off Samos!")),
        bold("FRANCE"),
        para("The 40 tents cost 300 euros. Next week 100 people will be deported from Calais."),
    ),
)  # fmt: skip
SECOND = post(
    "aaaa00000002",
    "The day after",
    (
        para("The White Helmets say that 31 people were killed in Idlib on Tuesday."),
        para("Since the beginning of the year 8,000 people have arrived on Lesvos."),
    ),
    days=1,
)
TWIN = msgspec.structs.replace(FIRST, id="bbbb00000001", first_published_at=DAY + 86_400_000)
FOREIGN = post(
    "cccc00000001",
    "Vijesti iz Zagreba",
    (
        para(
            "Policija je jučer zaustavila 12 ljudi na granici i vratila ih natrag preko rijeke bez ikakvog postupka."
        ),
    ),
    days=2,
)
ALL = (FIRST, SECOND, TWIN, FOREIGN)


def archive(folder: Path, posts: Iterable[Post] = ALL) -> Path:
    """An archive as fonds lays it out."""
    (folder / "fonds.toml").parent.mkdir(parents=True, exist_ok=True)
    for one in posts:
        version(folder, one)
    return folder


def version(folder: Path, one: Post, number: int = 1) -> None:
    at = folder / ".fonds" / "posts" / one.id
    at.mkdir(parents=True, exist_ok=True)
    (at / f"{number}.json").write_bytes(msgspec.json.encode({"number": number, "post": one}))
