"""Which of a person's published texts answer another? Exports and feeds do not say; their shape does.

Medium makes a response's title of its first words, since its writer gave none; a story's title is a
heading, or at least a paragraph of its own. Judged on the corpus (docs/forms.md).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from fonds.model import Block, Embed, Heading, Image, ImageRow, Paragraph, Quote, Response
from fonds.patterns import Seldom

_MOST_WORDS = 60
"""Words of a response whose first sentence stands as a paragraph of its own, as a title would."""
_FAR = 10_000
"""Characters of a paragraph that can matter: far more than Medium takes for a title."""
_SENTENCE_END = Seldom(r"[.!?…。！？؟]['\"’”»)\]]*\Z")
_PERSONAL = re.compile(r"https?://(?:medium\.com/@[^/]+/|[\w-]+\.medium\.com/)")


def guess(title: str, blocks: Sequence[Block], address: str) -> Response | None:
    """A Response with the reason, when a published text looks like one; None for a story.

    ``address`` is the post's own: one in a publication is never a response's.
    """
    title = " ".join(title.split())
    if not title or (address and not _PERSONAL.match(address)):
        return None
    texts: list[str] = []
    for block in blocks:
        if isinstance(block, (Heading, Image, ImageRow, Embed)):
            return None
        if isinstance(block, (Paragraph, Quote)) and (text := " ".join(block.content.text[:_FAR].split())):
            texts.append(text)
    if not texts:
        return None
    first = texts[0]
    cut = title.rstrip("….").rstrip()
    if cut and len(first) > len(title) and first.startswith(cut):
        return Response("heuristic: the title is the beginning of the first paragraph")
    if first != title:
        return None
    if len(texts) == 1:
        return Response("heuristic: the title is all of the only paragraph")
    if _SENTENCE_END.search(first) and sum(map(len, map(str.split, texts))) <= _MOST_WORDS:
        return Response("heuristic: short, and the title is the sentence that it begins with")
    return None
