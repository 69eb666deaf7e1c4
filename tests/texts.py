"""Texts and marks to try a writer with: many scripts, everything Markdown means something by.

``Generator`` is seeded and fast (tens of thousands of texts in seconds); the hypothesis strategies are
for finding and shrinking. All words are invented or the plainest ones of their language.
"""

from __future__ import annotations

import random

from hypothesis import strategies as st

from fonds.model import Mark, MarkKind, RichText
from fonds.richtext import from_utf16

_VOCABULARY = (
    "boat harbour the of Ana's rain-soaked e.g. 12 1. 2) 3.5 57% #tag C++ a_b __init__ x*y ** * _ ~ ~~ "
    "[1] ] [ (x) ](y) [z](w) ![ ! !! < > <b> </i> <!-- --> <http://a.b> a<b & &amp; &copy; &#42; \\ \\* \\\\ ` `` ``` "
    "| --- === - + # ## > 1) $ ^ : :-) “quoted” ‘so’ — – … « » ¿ ? . , ; foo.bar. (ends) …and "
    "čamac šuma žđć Đurđevac obitelj "
    "قارب البحر، «سفينة» مُدَرِّس؟ الميناء ١٢٣ "
    "קיץ שָׁלוֹם! (ים) "
    "港口 渔船。 “雨” 《海》 ，他说： "
    "港の船、「海」です。 ー・ カタカナ！ "
    "💸 👩‍❤️‍💋‍👩 🇭🇷 👍🏽 ⛵ 1️⃣ é 한국어"
)
WORDS = _VOCABULARY.split(" ")
GLUE = (" ", " ", " ", " ", "", "", "  ", "\n", "\n", "\u00a0", "\u3000", "\u200b", "\n\n", "\t")
HREFS = (
    "https://example.org/",
    "https://example.org/a_(b)_c?x=1&y=*2*",
    "http://example.org/(open",
    "mailto:ana@example.org",
    "#top",
    "/relative path/ä",
    "https://例え.jp/港",
    "https://example.org/&amp;?copy=&copy;\\x",
    "https://example.org/<y>",
)
KINDS: tuple[MarkKind, ...] = ("strong", "em", "code", "link")


class Generator:
    """Seeded random rich texts; each is what ``from_utf16`` makes of a text and arbitrary marks."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def text(self) -> str:
        choose = self.random.choice
        return "".join(choose(WORDS) + choose(GLUE) for _ in range(self.random.randint(1, 9))) + choose(WORDS)

    def marks(self, text: str) -> list[Mark]:
        units = len(text.encode("utf-16-le")) // 2
        marks = []
        for _ in range(self.random.choice((0, 0, 1, 1, 1, 2, 2, 3, 5))):
            kind = self.random.choice(KINDS)
            start = self.random.randint(-1, units)
            end = start + self.random.choice((0, 1, 2, 3, 5, 8, 13, 40))
            marks.append(Mark(kind, start, end, self.random.choice(HREFS) if kind == "link" else ""))
        return marks

    def rich(self) -> RichText:
        text = self.text()
        return from_utf16(text, self.marks(text))


SOUP = (
    *"**__ab .:\n``[]()<>!&;#-1~\\\"'|=+/x",
    *("\u2028", "\xa0", "…", "中", "。", "🎉", "www.", "http://", "&lt;", "^", "\t", "\u3000", "é"),
)
"""Single characters that mean something, for texts of nothing else."""


def soup(generator: random.Random) -> RichText:
    """A short text of delimiters, with up to three marks anywhere."""
    text = "".join(generator.choice(SOUP) for _ in range(generator.randint(1, 14)))
    marks = []
    for _ in range(generator.choice((0, 0, 0, 1, 1, 2, 3))):
        kind = generator.choice(KINDS)
        start = generator.randint(0, len(text))
        href = generator.choice(HREFS) if kind == "link" else ""
        marks.append(Mark(kind, start, start + generator.randint(1, 6), href))
    return from_utf16(text, marks)


texts = st.lists(
    st.one_of(st.sampled_from(WORDS), st.sampled_from(GLUE), st.characters(exclude_categories=["Cs", "Cc"])),
    max_size=12,
).map("".join)


@st.composite
def riches(draw: st.DrawFn) -> RichText:
    """Rich text from any text and up to six marks of any kind anywhere."""
    text = draw(texts)
    units = len(text.encode("utf-16-le")) // 2
    marks = draw(
        st.lists(
            st.builds(
                Mark,
                st.sampled_from(KINDS),
                st.integers(-2, units + 2),
                st.integers(-2, units + 2),
                st.sampled_from(HREFS),
            ),
            max_size=6,
        )
    )
    return from_utf16(text, [m if m.kind == "link" else Mark(m.kind, m.start, m.end) for m in marks])
