"""The generations of ZMediumToMarkdown, the blank lines between its blocks, and its last line.

The names are ours. v0 (May 2022) had no front matter and escaped nothing; v1 escapes everything and
ends with "_Converted [Medium Post](…)"; v2 is v1 with front matter quoted where a value holds ": " and
assets beside the folder of the posts; v3 (gem 2.3 to 3.2) quotes all front matter and ends with
"_[Post](…) converted from Medium"; v4 (gem 3.3 and later) escapes little. A Jekyll variant of each keeps
its assets under the site's root.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal, NamedTuple

from fonds.model import Post

TOOL = "https://github.com/ZhgChgLi/ZMediumToMarkdown"
NEW_WINDOW = '{:target="_blank"}'


class Generation(NamedTuple):
    """``quoting``: which front matter values stand in quotes (``none``: there is no front matter).
    ``escapes``: which characters get a backslash. ``angles``: what becomes of ``<`` and ``>``.
    ``assets`` and ``cover``: the folder of the pictures as the body and the front matter name it.
    ``new_window``: links carry kramdown's attribute list that opens one. ``early``: pictures have a
    title, quotes no blank lines of their own. ``apart``: behind a block quote stands one blank line more
    than behind a pull quote; where it does not, nothing tells them apart."""

    name: str
    quoting: Literal["none", "never", "colon", "always"]
    escapes: Literal["none", "all", "few"]
    angles: Literal["raw", "backslash", "entity"] = "raw"
    assets: str = "assets"
    cover: str = "assets"
    category_list: bool = False
    new_window: bool = False
    jekyll: bool = False
    footer: Literal["converted", "post"] = "post"
    early: bool = False
    apart: bool = True


_V1 = Generation("v1", "never", "all", footer="converted", apart=False)
_V3 = Generation("v3", "always", "all", "backslash", cover="/assets")
_V4 = _V3._replace(name="v4", escapes="few", category_list=True)


def _jekyll(one: Generation, *, new_window: bool) -> Generation:
    return one._replace(
        name=f"{one.name}-jekyll",
        angles="entity",
        assets="/assets",
        cover="/assets",
        new_window=new_window,
        jekyll=True,
        apart=True,
    )


GENERATIONS = {
    one.name: one
    for one in (
        Generation("v0", "none", "none", footer="converted", early=True),
        _V1,
        _V1._replace(name="v2", quoting="colon", assets="../assets", cover="../assets"),
        _V3,
        _V4,
        _jekyll(_V1, new_window=False),
        _jekyll(_V3, new_window=True),
        _jekyll(_V4, new_window=True),
    )
}
DEFAULT = "v1"


def own(generation: Generation, details: Mapping[str, str]) -> Generation:
    """``generation`` with what one file has of its own (``fonds.sources.zmedium`` names the details)."""
    return generation._replace(
        assets=details.get("assets", generation.assets),
        cover=details.get("cover", generation.cover),
        category_list=_yes(details.get("category_list"), generation.category_list),
        new_window=_yes(details.get("new_window"), generation.new_window),
        apart=_yes(details.get("apart"), generation.apart),
    )


def own_details(post: Post) -> Mapping[str, str]:
    """What the reader of this form noted; nothing for a post of another form."""
    return post.source.details if post.source.form == "zmedium" else {}


def _yes(word: str | None, otherwise: bool) -> bool:
    return otherwise if word is None else word == "yes"


Kind = Literal[
    "top", "front matter", "heading", "paragraph", "bullet", "number", "early quote", "quote", "pull", "code",
    "picture", "captioned", "linked", "tweet", "frame", "empty", "end",
]  # fmt: skip
"""What blank lines depend on. ``top`` is the beginning of a file without front matter; ``picture`` has no
caption, ``linked`` is a picture within a link (embed or card), ``frame`` an HTML line, ``empty`` an empty
paragraph, ``end`` the tool's last line."""

_ABOVE: dict[Kind, int] = {
    "paragraph": 1, "empty": 1, "quote": 2, "pull": 2, "picture": 2, "captioned": 2, "linked": 2, "tweet": 2,
    "end": 3,
}  # fmt: skip
_BELOW: dict[Kind, int] = {
    "front matter": 1, "quote": 3, "pull": 3, "picture": 1, "linked": 1, "tweet": 1,
}  # fmt: skip
_LISTS = frozenset({"bullet", "number", "early quote"})


def blank_lines(before: Kind, after: Kind, generation: Generation) -> int:
    """Blank lines between the last line of a block and the first of the next.

    A list or a quote is followed by a blank paragraph when something else comes ("to keep the Markdown
    correct", the tool says); at the end of the post it is not.
    """
    apart = before in _LISTS or (before == "quote" and generation.apart)
    extra = apart and after not in (before, "end")
    return _BELOW.get(before, 0) + _ABOVE.get(after, 0) + extra


_FOOTER = re.compile(
    r"_Converted \[Medium Post\]\((?P<converted>.*?)\) by \[ZMediumToMarkdown\]\([^)]*\)\._"
    r"|_\[Post\]\((?P<post>.*?)\)(?:\{:[^}]*\})? converted from Medium by \[ZMediumToMarkdown\]\([^)]*\)"
    r"(?:\{:[^}]*\})?\._"
    r"|\*\*This \[post\]\((?P<paywall>.*?)\)(?:\{:[^}]*\})? is behind Medium's paywall, .{0,4000}"
    r"\[ZMediumToMarkdown\]\([^)]*\)(?:\{:[^}]*\})?\.\*\*"
)


class Footer(NamedTuple):
    """The tool's last line. ``kind`` is converted, post or paywall; "none" stands for an empty line."""

    kind: str
    url: str


def read_footer(line: str) -> Footer | None:
    """The footer that ``line`` is, if it is one."""
    if "ZMediumToMarkdown" not in line or len(line) > 20_000:
        return None
    found = _FOOTER.fullmatch(line.rstrip())
    return Footer(str(found.lastgroup), found[str(found.lastgroup)]) if found else None


def write_footer(kind: str, url: str, generation: Generation) -> str:
    """The last line for a post at ``url``, in the words of ``kind``."""
    window = NEW_WINDOW if generation.new_window else ""
    tool = f"[ZMediumToMarkdown]({TOOL}){window}"
    if kind == "converted":
        return f"_Converted [Medium Post]({url}) by {tool}._"
    if kind == "post":
        return f"_[Post]({url}){window} converted from Medium by {tool}._"
    if kind == "paywall":
        return (
            f"**This [post]({url}){window} is behind Medium's paywall, View the full [post]({url}){window}"
            f" on Medium, converted by {tool}.**"
        )
    return ""
