"""Pictures, embeds, link cards and tweets in the body of a file by ZMediumToMarkdown."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from msgspec import structs

from fonds import embeds
from fonds.model import EMPTY, Block, Embed, Image, LinkCard, Mark, Note, RichText
from fonds.richtext import clean
from fonds.sources import zmedium_inline
from fonds.zmedium import inline, media
from fonds.zmedium.media import BANNER
from fonds.zmedium.rules import NEW_WINDOW, Generation, Kind

Traces = tuple[tuple[str, str], ...]

_TITLED = re.compile(r'(\S+) "(.*)"', re.S)
_NAMED = re.compile(r"([^_]+)_(.+)")
_FRAME = re.compile(
    r'<iframe class="embed-\w+" loading="lazy" src="([^"]*)" title="(.*)" frameborder="0" allow="[^"]*"'
    r" allowfullscreen ></iframe>"
)
_TWEET_HEAD = re.compile(
    r"> \*\*\[(.*)\]\(https://twitter\.com/([^()\s]*)\)(?:\{:[^}]*\})? @ Twitter Says:\*\* ?"
)
_TWEET_FOOT = re.compile(r"> \*\*Tweeted at \[([^\]]*)\]\(([^()\s]*)\)(?:\{:[^}]*\})?\.\*\* ?")
_TWEET_LINK = re.compile(r"\[([^\[\]\n]*)\]\((https?://[^()\s]*)\)")
_ENTITY = {"&amp;": "&", "&lt;": "<", "&gt;": ">"}
_ENTITIES = re.compile("&(?:amp|lt|gt);")
_NO_PATH = re.compile(r'["\n]')
_ESCAPED_END = re.compile(r"(?<!\\)(?:\\\\)*\\\Z")
_BRACKETS = re.compile(r"\\.|`[^`]*`|[\[\]]", re.S)
_IMAGE_ID = re.compile(r"\d\*[^/]+")
_ASSETS = re.compile(r"(?:[^/]*/)*assets/[^/]+")
_LONGEST = 64
"""Lines that a description may have, and places where its address may begin."""
_LONGEST_TWEET = 400
_NO_CAPTION = (EMPTY, "")
_OTHERWISE = Note("W131", "a picture or embed that ZMediumToMarkdown writes otherwise")


class Found(NamedTuple):
    """A block, how blank lines see it, the line behind it, and what the rules do not explain of it."""

    block: Block
    kind: Kind
    end: int
    traces: Traces = ()
    notes: tuple[Note, ...] = ()


def read(lines: Sequence[str], at: int, generation: Generation, folder: str) -> Found | None:
    """The picture, embed, card or tweet that begins in line ``at``, if one does."""
    line = lines[at]
    if line.startswith("!["):
        return _image(lines, at, generation, folder)
    if line.startswith("[!["):
        return _linked(lines, at, generation, folder)
    if line.startswith("<iframe "):
        return _frame(line, at, generation)
    return _tweet(lines, at, generation) if line.rstrip() == BANNER.rstrip() else None


def _image(lines: Sequence[str], at: int, generation: Generation, folder: str) -> Found | None:
    picture = _description(lines, at)
    if picture is None:
        return None
    block, traces, notes = _placed(picture.path, folder)
    if picture.title and not (generation.early and picture.title == picture.alt):
        block = structs.replace(block, title=picture.title)
    if not picture.alt:
        return Found(block, "picture", picture.end, traces, notes)
    if generation.early and not picture.title:
        notes = (*notes, _OTHERWISE)
    end = 0 if generation.early else _caption_end(lines, picture)
    if end:
        content = zmedium_inline.read(picture.alt, generation)
        found = Found(structs.replace(block, caption=content), "captioned", end, traces, notes)
        return _checked(found, picture.alt, content, generation)
    caption, raw = _marked_caption(lines, picture, generation)
    if caption:
        if not generation.early:
            traces = (*traces, ("plain_alt", ""))
        end = picture.end + 2 + raw.count("\n")
        found = Found(structs.replace(block, caption=caption), "captioned", end, traces, notes)
        return _checked(found, raw, caption, generation)
    plain = RichText(_plain(picture.alt, generation))
    block = structs.replace(block, alt=plain.text)
    found = Found(block, "picture", picture.end, (*traces, ("alt", "")), notes)
    if generation.early:
        return _as_written(found, inline.plain(plain, generation) == picture.alt)
    return _checked(found, picture.alt, plain, generation)


def _plain(alt: str, generation: Generation) -> str:
    """The words of a description. In v0 it is escaped though the text is not."""
    return zmedium_inline.unescape(alt) if generation.early else zmedium_inline.read(alt, generation).text


class _Picture(NamedTuple):
    alt: str
    path: str
    title: str
    end: int


def _description(lines: Sequence[str], at: int) -> _Picture | None:
    """``![…](…)`` in one line or, where the caption has line breaks, in several. The description is the
    caption with its links, so the address is what follows the first ``](`` that leaves it balanced."""
    text = ""
    for end in range(at, min(at + _LONGEST, len(lines))):
        line = lines[end]
        if not line:
            return None
        text = f"{text}\n{line}" if text else line
        if not line.endswith(")"):
            continue
        cut = text.rfind("](")
        alt, path = text[2:cut], text[cut + 2 : -1]
        titled = _TITLED.fullmatch(path)
        whole = cut >= 2 and (titled or not _NO_PATH.search(path)) and not _ESCAPED_END.search(alt[-64:])
        if whole and _balanced(alt):
            return (
                _Picture(alt, titled[1], titled[2], end + 1) if titled else _Picture(alt, path, "", end + 1)
            )
    return None


def _balanced(text: str) -> bool:
    depth = 0
    for found in _BRACKETS.finditer(text):
        if found[0] == "[":
            depth += 1
        elif found[0] == "]":
            depth -= 1
            if depth < 0:
                return False
    return depth == 0


def _caption_end(lines: Sequence[str], picture: _Picture) -> int:
    """The line behind the caption, which says the same as the description; 0 when none follows."""
    wanted = picture.alt.split("\n")
    end = picture.end + 1 + len(wanted)
    return end if all(wanted) and lines[picture.end : end] == ["", *wanted] else 0


def _marked_caption(lines: Sequence[str], picture: _Picture, generation: Generation) -> tuple[RichText, str]:
    """A caption with its marks below a description without them, as early versions wrote it: as text, and
    as it stands."""
    begin = picture.end + 1
    below = lines[begin : begin + picture.alt.count("\n") + 1]
    if lines[picture.end : begin] != [""] or not below or not all(below):
        return _NO_CAPTION
    raw = "\n".join(below)
    caption = zmedium_inline.read(raw, generation)
    return (caption, raw) if inline.plain(caption, generation) == picture.alt else _NO_CAPTION


def _checked(found: Found, raw: str, content: RichText, generation: Generation) -> Found:
    traces, note = zmedium_inline.check(raw, content, generation)
    return found._replace(traces=found.traces + traces, notes=found.notes + note)


def _as_written(found: Found, same: bool) -> Found:
    return found if same else found._replace(notes=(*found.notes, _OTHERWISE))


def _placed(path: str, folder: str) -> tuple[Image, Traces, tuple[Note, ...]]:
    """The picture that lies at ``path``: by its id, where the path has one, else by its address."""
    place, _, name = path.rpartition("/")
    if place == folder and name:
        return Image(id=name), (), ()
    if not path:
        return Image(), (), (Note("W111", "a picture without id and address"),)
    if _ASSETS.fullmatch(place) or ("medium.com/" in place and _IMAGE_ID.fullmatch(name)):
        return Image(id=name), (("path", f"{place}/"),), ()
    return Image(src=path), (), ()


def _linked(lines: Sequence[str], at: int, generation: Generation, folder: str) -> Found | None:
    """``[![title](picture "title")](address)``: an embed; without any title it is a link card. Titles
    are not escaped and may have line breaks, so the address is looked for from the end."""
    text = ""
    for end in range(at, min(at + _LONGEST, len(lines))):
        line = lines[end].removesuffix(NEW_WINDOW)
        if not line:
            return None
        text = f"{text}\n{line}" if text else line
        cut = text.rfind(")](")
        if cut < 0 or not line.endswith(")"):
            continue
        title, path = _untitled(text[3:cut])
        href = text[cut + 3 : -1]
        if _NO_PATH.search(path) or "\n" in href:
            return None
        if title and not (generation.early and "\n" in title):
            found = _embed(title, path, href, folder)._replace(end=end + 1)
        else:
            found = Found(_card(title, href, path), "linked", end + 1)
        rule = media.linked(title, path, href, generation)
        return _as_written(found, rule == "\n".join(lines[at : end + 1]))
    return None


def _untitled(text: str) -> tuple[str, str]:
    """(title, path) of ``title](path "title"`` or of ``title](path``."""
    cut = -1
    for _ in range(_LONGEST):
        cut = text.find("](", cut + 1)
        if cut < 0:
            break
        title, rest = text[:cut], text[cut + 2 :]
        if title and rest.endswith(f' "{title}"'):
            return title, rest[: -len(title) - 3]
    cut = text.rfind("](")
    return text[: max(cut, 0)], text[cut + 2 :]


def _embed(title: str, path: str, href: str, folder: str) -> Found:
    target = embeds.recognise("", href)
    traces: Traces = ()
    if target.href != href:
        insecure = target.href.startswith("https:") and href == "http:" + target.href[6:]
        traces = (("address", "http:" if insecure else href),)
    place, _, name = path.rpartition("/")
    named = _NAMED.fullmatch(name) if "://" not in path else None
    paragraph, thumbnail = named[1] if named else "", path
    if named and media.local_thumbnail(paragraph, target.thumbnail) == name:
        thumbnail = target.thumbnail
        if place != folder:
            traces = (*traces, ("path", f"{place}/" if place else ""))
    block = Embed(
        name=paragraph,
        kind=target.kind,
        href=target.href,
        title=title,
        provider=target.provider,
        provider_id=target.provider_id,
        thumbnail=thumbnail,
    )
    return Found(block, "linked", 0, traces)


def _card(text: str, href: str, thumbnail: str) -> LinkCard:
    """A link card; only v0 kept its text, title and description in lines of their own."""
    text = zmedium_inline.unescape(text)
    title, _, description = text.partition("\n")
    content = RichText(text)
    return LinkCard(href=href, title=title, description=description, thumbnail=thumbnail, content=content)


def card(content: RichText) -> LinkCard | None:
    """The link card that a paragraph is: where the tool had no picture for one it wrote the text, every
    word linked to one address, the title bold in a line of its own, the description italic below."""
    links = [mark for mark in content.marks if mark.kind == "link"]
    text = content.text
    title, line_break, rest = text.partition("\n")
    if len(links) != 2 or not line_break or links[0].href != links[1].href:
        return None
    begin = len(title) + 1
    strong = [(mark.start, mark.end) for mark in content.marks if mark.kind == "strong"]
    em = [mark for mark in content.marks if mark.kind == "em"]
    covered = (0, len(title.rstrip()))
    if (links[0].start, links[0].end) != covered or strong != [covered] or len(em) != 1:
        return None
    if (links[1].start, links[1].end) != (begin, len(text.rstrip())) or em[0].start != begin:
        return None
    return LinkCard(
        href=links[0].href,
        title=title.rstrip(),
        description=text[begin : em[0].end],
        host=rest[em[0].end - begin :].strip(),
        content=content,
    )


def _frame(line: str, at: int, generation: Generation) -> Found | None:
    """An HTML frame, as v4 writes players into Jekyll files."""
    found = _FRAME.fullmatch(line)
    if found is None:
        return None
    target = embeds.recognise(found[1])
    block = Embed(
        kind=target.kind,
        href=target.href,
        title=found[2],
        provider=target.provider,
        provider_id=target.provider_id,
        iframe_src=found[1],
        thumbnail=target.thumbnail,
    )
    return _as_written(Found(block, "frame", at + 1), media.frame(block, generation) == line)


def _tweet(lines: Sequence[str], at: int, generation: Generation) -> Found | None:
    head = _TWEET_HEAD.fullmatch(lines[at + 1]) if at + 4 < len(lines) else None
    if head is None or not lines[at + 3].startswith("> > "):
        return None
    for end in range(at + 4, min(at + _LONGEST_TWEET, len(lines))):
        foot = _TWEET_FOOT.fullmatch(lines[end])
        if foot and end + 2 < len(lines) and lines[end + 2].rstrip() == BANNER.rstrip():
            break
    else:
        return None
    text = "\n".join(lines[at + 3 : end - 1])[4:].removesuffix(" ")
    target = embeds.recognise("", foot[2])
    block = Embed(
        kind="tweet",
        href=foot[2],
        title=media.tweet_title(head[1], head[2], foot[1]),
        provider="twitter",
        provider_id=target.provider_id,
        author=head[1],
        content=_tweet_text(text),
    )
    same = media.tweet(block, generation) == "\n".join(lines[at : end + 3])
    return _as_written(Found(block, "tweet", end + 3), same)


def _tweet_text(raw: str) -> RichText:
    """A tweet as Twitter's interface gives it, with ``&``, ``<`` and ``>`` as entities, into which the
    tool put links and nothing else."""
    pieces: list[str] = []
    marks: list[Mark] = []
    length = at = 0
    for found in _TWEET_LINK.finditer(raw):
        before, label = _decoded(raw[at : found.start()]), _decoded(found[1])
        pieces += (before, label)
        length += len(before)
        marks.append(Mark("link", length, length + len(label), found[2]))
        length += len(label)
        at = found.end()
    pieces.append(_decoded(raw[at:]))
    return clean("".join(pieces), marks)


def _decoded(text: str) -> str:
    return _ENTITIES.sub(lambda found: _ENTITY[found[0]], text) if "&" in text else text
