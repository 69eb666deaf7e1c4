"""Text with marks as CommonMark inlines: exactly the author's characters.

A mark becomes a delimiter where the flanking rules (6.2) carry it in every version of the spec, and a
tag (``<strong>``, ``<em>``) where they do not: inside a word that punctuation ends, in most Chinese
and Japanese spans that end in punctuation, where delimiters of one character would touch or nest
ambiguously. Nothing is moved, and no space inserted.
"""

from __future__ import annotations

import re

from fonds.model import RichText
from fonds.writers.compose import Composer, Resolve
from fonds.writers.escape import Around, does_flank, escape, is_harmless, line_head, starts_plainly
from fonds.writers.spans import code_span, is_bare, link_end

# Of a link reference, with marks in its label (4.7).
_DEFINITION = re.compile(r"\[(?:[^\[\]\\]|\\.)*\]:", re.DOTALL)


def inline(
    rich: RichText,
    resolve: Resolve,
    *,
    line_break: str = "\\\n",
    line_start: bool = True,
    anchor: str = "",
) -> str:
    """One block's inlines. ``line_break`` is written for ``\\n``; ``line_start`` says that the text
    stands where a block could start (not so in a heading); ``anchor`` is put before everything."""
    if not anchor:
        simple = _simple(rich, resolve, line_start)
        if simple is not None:
            return simple
    if not rich.marks:
        if anchor:
            around = Around(before=">", starts=True, line_start=False, line_break=line_break)
            return anchor + escape(rich.text, around)
        if line_start:
            return escape(rich.text)
        return escape(rich.text, Around(line_start=False, line_break=line_break))
    composer = Composer(rich, resolve, line_break, line_start=line_start and not anchor)
    text = composer.compose()
    if line_start and not anchor and _DEFINITION.match(text):
        # The bracket of a link of ours cannot be escaped: then the code whose "]:" ends the label is a tag.
        return composer.with_code_tags() if composer.begins_with_link else "\\" + text
    return anchor + text


def _simple(rich: RichText, resolve: Resolve, line_start: bool) -> str | None:
    """The common block at once: nothing to escape, marks that neither touch nor nest. None otherwise."""
    text = rich.text
    marks = rich.marks
    if text[-1:] == "\xa0" and not (marks and marks[-1].end == len(text)):
        before = _simple(RichText(text[:-1], marks), resolve, line_start)
        return None if before is None else before + "&nbsp;"
    if not is_harmless(text) or text[-1:].isspace() or text[:1].isspace():
        return None
    broken = "\n" in text
    if broken and not (line_start and all(map(starts_plainly, text.split("\n")[1:]))):
        return None
    out: list[str] = []
    at = 0
    if line_start and not (marks and not marks[0].start) and not starts_plainly(text):
        at = line_head(text, out)
    if not marks:
        if at:
            text = "".join(out) + text[at:]
        return text.replace("\n", "\\\n") if broken else text
    if "](" in text or "_" in text or marks[0].start < at:
        return None
    length = len(text)
    for mark in marks:
        start, end = mark.start, mark.end
        if start < at or (start == at and out):  # nested, crossing or touching
            return None
        if start > at:
            out.append(text[at:start])
        inner = text[start:end]
        at = end
        if mark.kind == "link":
            href = resolve(mark.href) or mark.href
            if is_bare(inner, href, mark.title):
                out.append(f"<{href}>")
            elif inner[0] == "^" or "[" in inner or "]" in inner or text[start - 1 : start] == "!":
                return None
            else:
                out.append(f"[{inner}{link_end(href, mark.title)}")
        elif mark.kind == "code":
            out.append(code_span(inner))
        else:
            before = text[start - 1] if start else "\n"
            after = text[end] if end < length else "\n"
            if after == "\n" and broken:
                after = "\\"  # what stands before the line break
            opening = does_flank(before, inner[0], "*")
            closing = does_flank(inner[-1], after, "*")
            if not (opening.opens and closing.closes):
                return None
            delimiter = "**" if mark.kind == "strong" else "*"
            out.append(f"{delimiter}{inner}{delimiter}")
    if at < length:
        out.append(text[at:])
    result = "".join(out)
    return result.replace("\n", "\\\n") if broken else result
