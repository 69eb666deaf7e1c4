"""Flavour ``zmedium``: the post as ZMediumToMarkdown would have written it, line ends aside (LF).

For archives that the tool began. What it fetched from other hosts is not there to be fetched: a link
card keeps its text instead of its site's picture, a gist without its files becomes a link. And text that
the tool loses by a defect is not lost here: of a run of code paragraphs the last, of a gist the second
file, of an embed the caption.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from fonds.errors import UsageError
from fonds.model import (
    Block,
    Code,
    Embed,
    Heading,
    Image,
    ImageRow,
    LinkCard,
    ListItem,
    Paragraph,
    Post,
    Quote,
    RichText,
    Unknown,
)
from fonds.writers import zmedium_media as media
from fonds.zmedium import inline
from fonds.zmedium.edits import apply
from fonds.zmedium.front_matter import fields, zones
from fonds.zmedium.rules import (
    DEFAULT,
    GENERATIONS,
    Generation,
    Kind,
    blank_lines,
    own,
    own_details,
    write_footer,
)


def write(post: Post, *, timezone: str | None = None, generation: str = "") -> str:
    """``post`` as one file. ``timezone`` (an IANA name or ``+0100``) is that of the dates; without it a
    post that was read from this form keeps its own, any other gets UTC. ``generation`` is a name of
    ``fonds.zmedium.rules.GENERATIONS``; without it, that of the file the post was read from, else v1.

    A post read from this form and written in its own generation gives the same bytes, line ends aside.
    Raises UsageError for an unknown zone or generation.
    """
    details = own_details(post)
    name = generation or details.get("generation", DEFAULT)
    if name not in GENERATIONS:
        raise UsageError(f"there is no generation {name!r}", remedy=f"Known: {', '.join(GENERATIONS)}.")
    dates = zones(details, timezone)
    same = name == details.get("generation")
    rules = own(GENERATIONS[name], details) if same else GENERATIONS[name]
    usual = fields(post, rules, dates)
    traces = details if same else {}
    head = "" if rules.quoting == "none" else _front_matter(usual, traces)
    text = "".join((head, *_body(post, rules, traces), _ending(post, rules, traces)))
    end = traces.get("end", "")
    return text.removesuffix("\n") if end == "cut" else text + "\n" * _count(end, 0)


def _count(text: str, otherwise: int) -> int:
    """The number that ``text`` is; ``otherwise`` for what is none that a file has lines."""
    return int(text) if text.isdecimal() and len(text) < 9 else otherwise


def _front_matter(usual: Mapping[str, str], traces: Mapping[str, str]) -> str:
    layout = traces.get("front_matter")
    if layout == "absent":
        return ""
    keys = list(usual) if layout is None else layout.split("\n")
    lines = [key[1:] if key.startswith("=") else usual[key] for key in keys if key[:1] == "=" or key in usual]
    return "\n".join(("---", *lines, "---", ""))


def _ending(post: Post, rules: Generation, traces: Mapping[str, str]) -> str:
    kind = traces.get("footer")
    if kind is None:
        kind = "paywall" if post.preview_only and rules.footer == "post" else rules.footer
    if kind == "absent":
        return ""
    return write_footer(kind, post.medium_url or post.canonical_url, rules) + "\n"


class Unit(NamedTuple):
    """Lines that the tool writes at once. ``kind`` tells the blank lines around; ``number`` is that of
    the block they come from."""

    kind: Kind
    text: str
    number: int


def _body(post: Post, rules: Generation, traces: Mapping[str, str]) -> Iterator[str]:
    """Everything between the front matter and the last line."""
    gaps = _by_number(traces, "blank_lines")
    top = rules.quoting == "none" or traces.get("front_matter") == "absent"
    before: Kind = "top" if top else "front matter"
    for unit in (*_Body(post, rules, traces).units(), Unit("end", "", len(post.blocks))):
        usual = blank_lines(before, unit.kind, rules)
        yield "\n" * _count(gaps.get(unit.number, ""), usual)
        if unit.text:
            # A text that ends with a line break gets no other, as with Ruby's puts.
            yield unit.text if unit.text.endswith("\n") else f"{unit.text}\n"
        before = unit.kind


def _by_number(traces: Mapping[str, str], name: str) -> dict[int, str]:
    """Number of a block → what ``fonds.sources.zmedium`` found there."""
    pairs = (line.partition("=") for line in traces.get(name, "").split("\n"))
    return {_count(number, -1): value for number, _, value in pairs}


class _Body:
    """The blocks of one post as the tool's units."""

    def __init__(self, post: Post, rules: Generation, traces: Mapping[str, str]) -> None:
        self._post = post
        self._rules = rules
        # A post of this form has its runs of code merged already, and its frames are in the model.
        self._foreign = post.source.form != "zmedium"
        names = ("number", "edits", "code_inside", "quote", "alt", "plain_alt", "path", "address", "fence")
        self._traces = {name: _by_number(traces, name) for name in names}
        folder = own_details(post).get("asset_folder", post.id)
        self._folder = f"{rules.assets}/{folder}"
        self._count = 0

    def units(self) -> Iterator[Unit]:
        run: list[Code] = []
        for number, block in enumerate(self._post.blocks):
            if self._foreign and isinstance(block, Code):
                run.append(block)
                continue
            if run:
                yield self._code(run, number - 1)
                run = []
            self._count = self._count + 1 if isinstance(block, ListItem) and block.ordered else 0
            yield from self._units(block, number)
        if run:
            yield self._code(run, len(self._post.blocks) - 1)

    def _units(self, block: Block, number: int) -> Iterator[Unit]:
        """What becomes of one block. Of sections nothing does: the tool knows none."""
        if isinstance(block, Heading):
            level = "#" * min(max(block.level, 1), 4)
            yield Unit("heading", f"{level} {self._inline(block.content, number)}", number)
        elif isinstance(block, (Paragraph, Unknown)):
            text = self._inline(block.content, number)
            yield Unit("paragraph" if block.content else "empty", text, number)
        elif isinstance(block, ListItem):
            yield self._item(block, number)
        elif isinstance(block, Quote):
            yield self._quote(block, number)
        elif isinstance(block, Code):
            yield self._code([block], number)
        elif isinstance(block, Image):
            yield self._image(block, number)
        elif isinstance(block, ImageRow):
            yield from (self._image(image, number) for image in block.images)
        elif isinstance(block, Embed):
            address = self._traces["address"].get(number, "")
            frame = self._foreign or block.iframe_src != ""
            place = self._place(number)
            for kind, text in media.embed(block, self._rules, place, address, may_frame=frame):
                yield Unit(kind, text, number)
        elif isinstance(block, LinkCard):
            kind, content = media.card(block, self._rules)
            yield Unit(kind, content if isinstance(content, str) else self._inline(content, number), number)

    def _inline(self, rich: RichText, number: int) -> str:
        text = inline.write(rich, self._rules, code_inside=number in self._traces["code_inside"])
        edits = self._traces["edits"].get(number)
        return apply(text, edits) if edits else text

    def _item(self, block: ListItem, number: int) -> Unit:
        text = self._inline(block.content, number)
        if not block.ordered:
            return Unit("bullet", f"- {text}", number)
        return Unit("number", f"{self._traces['number'].get(number, self._count)}. {text}", number)

    def _quote(self, block: Quote, number: int) -> Unit:
        """A blank and two line ends behind every line, the line's own end before them."""
        if self._rules.early:
            return Unit("early quote", f"> {self._inline(block.content, number)}", number)
        lines = "".join(f"> {line} \n\n" for line in inline.each_line(self._inline(block.content, number)))
        if not lines:
            bare = number in self._traces["quote"]
            return Unit("quote", "> ", number) if bare else Unit("empty", "", number)
        lines = lines.removesuffix("\n\n")
        if number in self._traces["quote"]:
            lines = lines.removesuffix(" ")
        return Unit("pull" if block.pull else "quote", lines, number)

    def _code(self, run: list[Code], number: int) -> Unit:
        """One fence; a run of several paragraphs loses its language. The tool takes the last line end of
        a text away before it adds the one before the closing fence."""
        text = "\n".join(code.content.text for code in run)
        lang = run[0].lang if len(run) == 1 else ""
        fence = self._traces["fence"].get(number)
        lines = f"```{lang}\n{text}"
        if (self._foreign or not text) and fence != "blank":
            lines = lines.removesuffix("\n")
        return Unit("code", lines if fence == "open" else f"{lines}\n```", number)

    def _place(self, number: int) -> str:
        return self._traces["path"].get(number, f"{self._folder}/")

    def _image(self, block: Image, number: int) -> Unit:
        """The caption is the description, and stands below once more. Medium's own alternative text is
        not written: the tool does not know it."""
        path = f"{self._place(number)}{block.id}" if block.id else block.src
        caption = alt = self._inline(block.caption, number) if block.caption else ""
        if number in self._traces["alt"]:
            alt = apply(inline.plain(RichText(block.alt), self._rules), self._traces["edits"].get(number, ""))
        elif number in self._traces["plain_alt"] or self._rules.early:
            alt = inline.plain(block.caption, self._rules)
        title = block.title or (alt if self._rules.early else "")
        title = f' "{title}"' if title else ""
        picture = f"![{alt}]({path}{title})"
        if not caption:
            return Unit("picture", picture, number)
        return Unit("captioned", f"{picture}\n\n{caption}", number)
