"""What all forms' bodies have in common: picture rows, and the roles of the first paragraphs."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from fonds.model import Block, Heading, Image, ImageRow, Paragraph, Section

_ROW = "OUTSET_ROW"
_CONTINUE = "OUTSET_ROW_CONTINUE"


def arrange(blocks: Sequence[Block], title: str) -> tuple[tuple[Block, ...], str]:
    """(blocks with their rows joined and roles assigned, the subtitle's text or "").

    The first heading or paragraph whose text is ``title`` (white space aside) is the title, when no
    other text but a kicker stands before it; an H4 right behind it, pictures aside, is the subtitle.
    A role that the form itself gave stays. All forms pass through here, so that one post read from
    two forms gives the same blocks.
    """
    result = _join_rows(blocks)
    subtitle = _assign_roles(result, " ".join(title.split()))
    return tuple(result), subtitle


def _join_rows(blocks: Sequence[Block]) -> list[Block]:
    for block in blocks:
        if type(block) is Image and block.layout == _CONTINUE:
            break
    else:
        return list(blocks)
    result: list[Block] = []
    row: list[Image] = []
    for block in blocks:
        if type(block) is Image and row and block.layout == _CONTINUE:
            row.append(block)
            continue
        _close(row, result)
        row = []
        if type(block) is Image and block.layout in (_ROW, _CONTINUE):
            row.append(block)
        else:
            result.append(block)
    _close(row, result)
    return result


def _close(row: list[Image], result: list[Block]) -> None:
    if len(row) > 1:
        result.append(ImageRow(name=row[0].name, images=tuple(row)))
    else:
        result.extend(row)


def _assign_roles(blocks: list[Block], title: str) -> str:
    """Sets roles in place and returns the subtitle. Looks no further than the second text block."""
    after_title = False
    for index, block in enumerate(blocks):
        if isinstance(block, (Section, Image, ImageRow)):
            continue
        if not isinstance(block, (Heading, Paragraph)):
            break
        text = block.content.text
        if not text or text.isspace():
            continue
        if after_title:
            if block.role == "subtitle":
                return text
            if type(block) is Heading and block.level == 4 and not block.role:
                blocks[index] = msgspec.structs.replace(block, role="subtitle")
                return text
            break
        if block.role == "kicker":
            continue
        if block.role == "title":
            after_title = True
        elif title and not block.role and says(text, title):
            blocks[index] = msgspec.structs.replace(block, role="title")
            after_title = True
        elif (
            type(block) is Heading
            and block.level == 4
            and not block.role
            and _title_follows(blocks, index, title)
        ):
            blocks[index] = msgspec.structs.replace(block, role="kicker")
        else:
            break
    return ""


def _title_follows(blocks: Sequence[Block], index: int, title: str) -> bool:
    following = blocks[index + 1] if index + 1 < len(blocks) else None
    return (
        type(following) is Heading
        and following.level < 4
        and bool(title)
        and says(following.content.text, title)
    )


def says(text: str, title: str) -> bool:
    """Whether ``text`` is ``title`` but for white space. No more words of it are looked at than that
    takes, as a paragraph may have 100 MB."""
    words = title.split()
    return text.split(maxsplit=len(words)) == words
