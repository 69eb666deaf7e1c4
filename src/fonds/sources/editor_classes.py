"""What the classes of Medium's editor HTML mean."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Literal

import msgspec

from fonds.model import Block, Code, Heading, Paragraph, Quote, RichText
from fonds.patterns import Seldom
from fonds.sources import facts

_CAPITAL = Seldom(r"(?<!^)([A-Z])")
_TYPES = frozenset(
    ["p", "h2", "h3", "h4", "blockquote", "pullquote", "pre", "li", "mixtapeEmbed", "sectionCaption"]
)
_BY_TAG = {"h1": "h2", "h5": "h4", "h6": "h4", "label": "sectionCaption"}
# What graf-- says besides the type.
_ADJECTIVE = Seldom(
    r"leading|trailing|first|last|empty|title|subtitle|kicker|layout\w+|hasDropCap\w*|startsWith\w+|iframe|figure"
)
# Pages until 2015 said postField--outsetCenterImage, all later ones graf--layoutOutsetCenter.
_LAYOUTS = {
    "graf--layoutInsetCenter": "INSET_CENTER",
    "graf--layoutInsetLeft": "INSET_LEFT",
    "graf--layoutOutsetCenter": "OUTSET_CENTER",
    "graf--layoutOutsetLeft": "OUTSET_LEFT",
    "graf--layoutFillWidth": "FULL_WIDTH",
    "graf--layoutOutsetRow": "OUTSET_ROW",
    "graf--layoutOutsetRowContinue": "OUTSET_ROW_CONTINUE",
    "graf--layoutCroppedHeightPreview": "CROPPED_HEIGHT_PREVIEW",
    "postField--insetCenterImage": "INSET_CENTER",
    "postField--insetLeftImage": "INSET_LEFT",
    "postField--outsetCenterImage": "OUTSET_CENTER",
    "postField--outsetLeftImage": "OUTSET_LEFT",
    "postField--fillWidthImage": "FULL_WIDTH",
}

_LEVELS = {"h2": 2, "h3": 3, "h4": 4}

Role = Literal["", "title", "subtitle", "kicker"]
_ROLES: tuple[Role, ...] = ("title", "subtitle", "kicker")


Make = Callable[[RichText, str], Block]
"""Makes a block of its text and name."""


class Graf(msgspec.Struct, frozen=True, gc=False):
    """What an element's tag and classes say. ``make`` makes its block, where no more is needed than its
    text: not so for items, link cards, and what fonds does not know."""

    type: str
    role: Role
    drop_cap: bool
    layout: str
    make: Make | None


@functools.lru_cache(maxsize=4096)  # Medium writes some hundred combinations
def graf(tag: str, classes: str) -> Graf:
    tokens = classes.split()
    named = [token[6:] for token in tokens if token.startswith("graf--")]
    kind = next((name for name in named if name in _TYPES), "")
    if not kind and tag == "div":
        kind = next((name for name in named if not _ADJECTIVE.fullmatch(name)), "")
    role: Role = next((role for role in _ROLES if role in named), "")
    drop_cap = any(name.startswith("hasDropCap") for name in named)
    # A picture in the column, the editor's default, has no class of its own.
    layout = next((_LAYOUTS[token] for token in tokens if token in _LAYOUTS), "INSET_CENTER")
    kind = kind or _BY_TAG.get(tag, tag)
    return Graf(kind, role, drop_cap, layout, _make(kind, role, drop_cap))


def _make(kind: str, role: Role, drop_cap: bool) -> Make | None:
    if kind == "pre":
        return lambda content, name: Code(content, name=name)
    if kind in _LEVELS:
        level = _LEVELS[kind]
        return lambda content, name: Heading(level, content, role, name=name)
    if kind in ("blockquote", "pullquote"):
        return lambda content, name: Quote(content, kind == "pullquote", name=name)
    if kind == "li":
        return None
    if role == "kicker":
        return lambda content, name: Heading(4, content, role, name=name)
    if kind == "p":
        if not role and not drop_cap:
            return lambda content, name: Paragraph(content, name=name)
        return lambda content, name: Paragraph(content, drop_cap, role=role, name=name)
    if kind == "sectionCaption":
        return lambda content, name: Paragraph(content, role="section-caption", name=name)
    return None


@functools.lru_cache(maxsize=1024)
def section_layout(classes: str) -> str:
    """A section's layout stands among its classes (section--bottomCenter, section-image--coverFade)."""
    image = text = ""
    for token in classes.split():
        kind, _, value = token.partition("--")
        if kind == "section-image":
            image = value
        elif kind == "section" and value.endswith(("Center", "Only", "Cover")):
            text = value
    return facts.section_layout(_graphql(image) or "NONE", _graphql(text) or "FLOW")


def _graphql(name: str) -> str:
    return _CAPITAL.sub(r"_\1", name).upper()
