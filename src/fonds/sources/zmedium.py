"""Markdown written by ZMediumToMarkdown, in all its generations → the model.

Such archives may be all that is left of what they hold. The form is known by the tool's last line, by
its front matter, or by its assets folders. ``Source.details`` keeps what the writer of the same form
needs to give the same bytes again (``fonds.writers.zmedium``): the generation, the offset of the dates,
and what the generation's rules do not explain, each in a few characters, never the text:

    generation          its name (``fonds.zmedium.rules.GENERATIONS``)
    utc_offset          of the dates (``+0100``); utc_offset_modified where that of the second differs
    assets, cover       folders of the pictures as body and front matter name them, where not the usual
    asset_folder        the folder in it, where it is not named after the post
    category_list, new_window, apart   "yes" or "no", where not as usual
    front_matter        the keys in their order, or "=" and the line, where not as usual; "absent"
    pin                 "true" for a post pinned to its author's page
    footer              converted, post, paywall, none (an empty line), absent; where not the usual
    end                 blank lines behind the last line; "cut" where the line has no end
    blank_lines, number, edits, code_inside, quote, alt, plain_alt, path, address, fence
                        lines ``<number of the block>=…``: see ``fonds.sources.zmedium_blocks.Body``
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from urllib.parse import unquote, urlsplit

from msgspec import structs

from fonds.model import (
    EMPTY,
    TEXT_BLOCKS,
    Block,
    Heading,
    Note,
    Other,
    Person,
    Post,
    Publication,
    Source,
    Tag,
)
from fonds.sources import zmedium_blocks, zmedium_front_matter
from fonds.sources.body import arrange
from fonds.sources.zmedium_file import File, cover, take_apart, yes
from fonds.zmedium.front_matter import fields, zones
from fonds.zmedium.rules import Kind

_USERNAME = re.compile(r"https://medium\.com/@([\w.-]+)/")
_POST_ID = re.compile(r"[0-9a-f]{8,13}")
_NAME = re.compile(r"(?:(\d{4}-\d\d-\d\d)-)?(?:(.*)-)?([0-9a-f]{8,13})\.(?:md|markdown|txt)", re.S)


def read(data: bytes, origin: str = "") -> Iterator[Post | Other]:
    """The post in ``data``, UTF-8 with any line ends. ``origin``'s file name may tell id and slug.

    Raises ``UnreadableError`` for what shows no sign of the tool.
    """
    text, notes = _decode(data)
    details: dict[str, str] = {}
    file = take_apart(text.split("\n"), origin, details)
    yield _post(file, origin, details, notes)


def _decode(data: bytes) -> tuple[str, list[Note]]:
    text = data.decode("utf-8", "replace").removeprefix("\ufeff")
    lost = text.count("\0") + text.count("\ufffd") - data.count(b"\xef\xbf\xbd")
    if lost:
        text = text.replace("\0", "\ufffd")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text, [Note("W109", f"{lost} places that no text can carry became U+FFFD")] if lost else []


def _post(file: File, origin: str, details: dict[str, str], notes: list[Note]) -> Post:
    """The post of a file. ``details`` and ``notes`` grow on the way."""
    values = file.front.values if file.front else {}
    url = file.footer.url if file.footer else ""
    post_id, slug = _identity(url, file.assets[1], origin)
    folder = file.assets[1] or post_id
    if folder != post_id:
        details["asset_folder"] = folder
    blocks = _blocks(file, folder, details, notes)
    title = _title(values, blocks)
    arranged, subtitle = arrange(blocks, title)
    date, modified = _times(values, details, notes)
    locked = _state(file, details, notes)
    category = values.get("categories", "")
    post = Post(
        id=post_id,
        title=title,
        subtitle=subtitle,
        description=values.get("description", ""),
        slug=slug,
        medium_url=url,
        author=Person(name=values.get("author", ""), username=_username(url)),
        publication=Publication(name=category) if category else None,
        first_published_at=date,
        latest_published_at=modified,
        tags=tuple(map(Tag, file.front.tags)) if file.front else (),
        visibility="locked" if locked else "",
        member_only=locked,
        preview_only=locked,
        image=cover(values.get("path", ""), file.generation, folder),
        people=_mentioned(arranged),
        blocks=arranged,
        source=Source("zmedium", origin, details),
    )
    _layout(post, file, details, notes)
    return structs.replace(post, notes=tuple(notes))


def _blocks(file: File, folder: str, details: dict[str, str], notes: list[Note]) -> tuple[Block, ...]:
    generation = file.generation
    above: Kind = "front matter" if file.front else "top"
    body = zmedium_blocks.read(file.body, generation, f"{generation.assets}/{folder}", above)
    if body.apart != generation.apart:
        details["apart"] = yes(body.apart)
    for name, where in body.traces.items():
        details[name] = "\n".join(f"{number}={value}" for number, value in where.items())
    notes += body.notes
    return body.blocks


def _state(file: File, details: dict[str, str], notes: list[Note]) -> bool:
    """Whether the post is locked; how the file ends, and whether the post is pinned, goes to ``details``."""
    values = file.front.values if file.front else {}
    paywall = file.footer is not None and file.footer.kind == "paywall"
    locked = paywall or values.get("lockedPreviewOnly") == "true"
    if locked:
        notes.append(Note("W108", "the body ends at the paywall: the file holds a preview"))
    expected = "paywall" if locked and file.generation.footer == "post" else file.generation.footer
    if file.ending != expected:
        details["footer"] = file.ending
    if values.get("pin") == "true":
        details["pin"] = "true"
    return locked


def _layout(post: Post, file: File, details: dict[str, str], notes: list[Note]) -> None:
    """What the front matter has of its own, to ``details``; W132 for what the tool does not write."""
    front = file.front
    if front is None:
        if file.generation.quoting != "none":
            details["front_matter"] = "absent"
        return
    usual = fields(post, file.generation, zones(details))
    if [*usual.values()] != [*front.lines]:
        keys = {line: key for key, line in usual.items()}
        details["front_matter"] = "\n".join(keys.get(line, f"={line}") for line in front.lines)
    if front.unknown:
        count = len(front.unknown)
        notes.append(Note("W132", f"front matter that ZMediumToMarkdown does not write: {count} lines"))


def _times(values: dict[str, str], details: dict[str, str], notes: list[Note]) -> tuple[int, int]:
    """(first published, last modified) in UTC milliseconds, 0 for what cannot be read (W133)."""
    found = []
    for key, name in (("date", "utc_offset"), ("last_modified_at", "utc_offset_modified")):
        read_time = zmedium_front_matter.time(values.get(key, ""))
        if read_time is None:
            if values.get(key):
                notes.append(Note("W133", f"a time that cannot be read: {values[key][:60]}", key))
            found.append(0)
            continue
        found.append(read_time[0])
        if read_time[1] != details.get("utc_offset"):
            details[name] = read_time[1]
    return found[0], found[1]


def _identity(url: str, folder: str, origin: str) -> tuple[str, str]:
    """(id, slug): of the post's address, else of its assets folder and file name."""
    try:
        last = unquote(urlsplit(url).path).rstrip("/").rpartition("/")[2]
    except ValueError:
        last = ""
    slug, _, post_id = last.rpartition("-")
    if _POST_ID.fullmatch(post_id):
        return post_id, slug
    name = _NAME.fullmatch(re.split(r"[/\\!]", origin)[-1])
    if _POST_ID.fullmatch(folder):
        return folder, (name[2] or "") if name and name[3] == folder else ""
    return (name[3], name[2] or "") if name else ("", "")


def _mentioned(blocks: Sequence[Block]) -> tuple[Person, ...]:
    """The users that the text mentions, by id and as the text names them."""
    found: dict[str, str] = {}
    for block in blocks:
        content = block.content if isinstance(block, TEXT_BLOCKS) else EMPTY
        for mark in content.marks:
            if mark.user_id:
                name = content.text[mark.start : mark.end].strip().removeprefix("@")
                found.setdefault(mark.user_id, name)
    return tuple(Person(user, name) for user, name in found.items())


def _username(url: str) -> str:
    found = _USERNAME.match(url)
    return found[1] if found else ""


def _title(values: dict[str, str], blocks: Sequence[Block]) -> str:
    """The front matter's title, or the first heading where there is none. The tool takes square brackets
    out of the former, so it is the heading that has the title when they differ in nothing else."""
    title = values.get("title", "")
    heading = next((block for block in blocks if isinstance(block, Heading)), None)
    if heading is None or (title and "[" not in heading.content.text):
        return title
    text = heading.content.text
    bare = text.replace("[", "").replace("]", "")
    return text if not title or " ".join(bare.split()) == " ".join(title.split()) else title
