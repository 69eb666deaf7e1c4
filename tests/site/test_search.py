"""The site's search, asked in Chromium: it finds what a plain scan of the texts finds, by the shared rules of folding."""

from __future__ import annotations

import json
import random
import re
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import fonds
from fonds.archive import folding
from fonds.model import Image, Post
from fonds.site.cards import block_text, images
from site_browser import Seen

CASES: dict[str, Any] = json.loads(
    (Path(__file__).resolve().parents[1] / "archive" / "folding_cases.json").read_text("utf-8")
)
_LANGUAGES = ("en", "ar", "hr", "zh")


@pytest.fixture(scope="module")
def asked(letters: tuple[Path, Path], browser: Any) -> Iterator[Any]:
    seen = Seen(browser)
    page = seen.open(letters[1] / "search.html")
    yield page
    assert seen.said == []
    assert seen.failed == []
    seen.close()


@pytest.fixture(scope="module")
def posts(letters: tuple[Path, Path]) -> list[Post]:
    return list(fonds.read(letters[0]))


def text_of(post: Post) -> str:
    """Everything of a post that is searched, in the plainest way."""
    words = [post.title, post.subtitle, *(block_text(block) for block in post.blocks)]
    for image in images(post):
        assert isinstance(image, Image)
        words += [image.caption.text, image.alt]
    words += [tag.name for tag in post.tags] + [post.author.name]
    return "\n".join(words)


def found(page: Any, query: str, filters: dict[str, str] | None = None) -> set[str]:
    """The ids of the posts that the site finds."""
    pages = page.evaluate("([query, filters]) => fonds.all(query, filters)", [query, filters or {}])
    assert len(pages) == len(set(pages))
    return {path.removesuffix(".html").rpartition("-")[2] for path in pages}


def holding(posts: list[Post], word: str) -> set[str]:
    """The ids of the posts that hold a word exactly as it is written: no folding, no index."""
    if re.search("[\u4e00-\u9fff]", word):
        return {post.id for post in posts if word in text_of(post)}
    whole = re.compile(rf"(?<!\w){re.escape(word)}(?!\w)")
    return {post.id for post in posts if whole.search(text_of(post))}


@pytest.mark.parametrize("lang", _LANGUAGES)
def test_every_exact_word_is_found_wherever_a_plain_scan_finds_it(
    asked: Any, posts: list[Post], lang: str
) -> None:
    rng = random.Random(lang)
    texts = [text_of(post) for post in posts if post.language == lang]
    words = sorted({word for text in texts for word in re.findall(r"\w+", text)})
    if lang == "zh":
        words = sorted(
            {word[at : at + rng.randint(1, 4)] for word in words if len(word) > 5 for at in (0, 2)}
        )
    missed = {}
    for word in rng.sample(words, min(60, len(words))):
        lost = holding(posts, word) - found(asked, word)
        if lost:
            missed[word] = lost
    assert missed == {}


@pytest.mark.parametrize("lang", _LANGUAGES)
def test_what_is_found_holds_the_word_by_the_rules(asked: Any, posts: list[Post], lang: str) -> None:
    rng = random.Random(lang + "2")
    texts = [text_of(post) for post in posts if post.language == lang]
    words = sorted({word for text in texts for word in re.findall(r"\w{2,5}", text)})
    for word in rng.sample(words, min(25, len(words))):
        terms = [want.term for want in folding.wanted(word)]
        for post in posts:
            if post.id not in found(asked, word):
                continue
            have = set(folding.terms(text_of(post)))
            loose = {other for term in have for other in (term, *folding.without_prefixes(term))}
            for want in folding.wanted(word):
                assert (
                    want.term in loose
                    or folding.bare(want.term) in loose
                    or (want.prefix and any(term.startswith(want.term) for term in have))
                ), (word, terms, post.id)


def test_phrases_beginnings_exclusion_and_filters(asked: Any, posts: list[Post]) -> None:
    english = next(post for post in posts if post.language == "en")
    words = re.findall(r"\w+", block_text(english.blocks[1]))[:4]
    phrase = " ".join(words)
    plain = {post.id for post in posts if re.search(rf"\b{phrase}\b", text_of(post), re.I)}
    assert english.id in found(asked, f'"{phrase}"') == plain
    backwards = " ".join(reversed(words))
    assert english.id not in found(asked, f'"{backwards}"')
    beginning = words[-1][:3]
    begun = {post.id for post in posts if re.search(rf"\b{beginning}", text_of(post), re.I)}
    assert begun <= found(asked, f"{beginning}*")
    both = found(asked, words[0])
    without = found(asked, f"{words[0]} -{words[1]}")
    assert without == both - found(asked, words[1])
    assert found(asked, "", {"language": "ar"}) == {post.id for post in posts if post.language == "ar"}
    assert found(asked, "", {"tag": "storms"}) == {
        post.id for post in posts if "storms" in {tag.slug for tag in post.tags}
    }
    assert found(asked, words[0], {"person": "ana"}) == {
        post.id for post in posts if post.author.username == "ana" and post.id in both
    }


def test_nothing_is_found_where_nothing_is(asked: Any) -> None:
    assert found(asked, "qqqxyzzy") == set()
    assert found(asked, '"') == set()
    assert found(asked, "-- ** \u200d") == set()
    assert found(asked, "<img src=x onerror=alert(1)>") == set()


# ------------------------------------------------------------------------------------------- the rules, in both languages


def test_the_cases_of_folding_hold_in_the_script(asked: Any) -> None:
    script = "async texts => { const fold = await fonds.folding(); return texts.map(fold.terms); }"
    texts = [case["text"] for case in CASES["terms"]]
    assert asked.evaluate(script, texts) == [case["terms"] for case in CASES["terms"]]
    script = "async terms => { const fold = await fonds.folding(); return terms.map(fold.bare); }"
    assert asked.evaluate(script, [case["term"] for case in CASES["bare"]]) == [
        case["bare"] for case in CASES["bare"]
    ]


def test_what_is_wanted_is_the_same_in_both(asked: Any) -> None:
    queries = [case["query"] for case in CASES["finds"]] + [
        "港",
        "港口",
        "a 港口的",
        "항구 b",
        "शब्द",
        "don't",
        "C++ 11",
        "",
    ]
    script = "async texts => { const fold = await fonds.folding(); return texts.map(fold.wanted); }"
    assert asked.evaluate(script, queries) == [
        [{"term": want.term, "prefix": want.prefix} for want in folding.wanted(query)] for query in queries
    ]


def test_every_character_folds_the_same_in_both(asked: Any) -> None:
    """Python and the browser may know different editions of Unicode: only what both know is compared."""
    known = [
        chr(code)
        for code in range(1, sys.maxunicode)
        if not 0xD800 <= code <= 0xDFFF and unicodedata.category(chr(code)) not in ("Cn", "Co")
    ]
    script = """async texts => { const fold = await fonds.folding();
      return texts.map(text => fold.terms(text).join("|")); }"""
    other = []
    for start in range(0, len(known), 20_000):
        texts = [f"x{char}y {char}" for char in known[start : start + 20_000]]
        answers = asked.evaluate(script, texts)
        other += [
            f"U+{ord(text[1]):04X} {unicodedata.name(text[1], '?')}: {'|'.join(folding.terms(text))} / {answer}"
            for text, answer in zip(texts, answers, strict=True)
            if "|".join(folding.terms(text)) != answer
        ]
    assert other == []


def test_typing_shows_the_newest_answer(asked: Any, posts: list[Post]) -> None:
    word = next(word for word in re.findall(r"\w+", posts[3].title) if len(word) > 4)
    asked.fill("#fonds-q", "")
    for letter in word:
        asked.keyboard.type(letter)
    asked.wait_for_function("() => document.querySelectorAll('#fonds-results li').length > 0")
    asked.wait_for_timeout(200)
    shown = {
        link.get_attribute("href").removesuffix(".html").rpartition("-")[2]
        for link in asked.query_selector_all("#fonds-results h2 a")
    }
    assert shown & holding(posts, word)
    assert asked.query_selector_all("#fonds-results mark")


def test_only_where_typing_rests_texts_are_loaded(
    letters: tuple[Path, Path], posts: list[Post], browser: Any
) -> None:
    word = max((word for post in posts for word in re.findall(r"[a-z]{4,}", post.title)), key=len)
    seen = Seen(browser)
    try:
        page = seen.open(letters[1] / "search.html")
        page.evaluate("() => fonds.ready()")
        typed = """word => { const field = document.getElementById("fonds-q");
          for (let end = 1; end <= word.length; end++) { field.value = word.slice(0, end); field.dispatchEvent(new InputEvent("input")); }
        }"""
        page.evaluate(typed, word)
        page.wait_for_selector("#fonds-results .words mark")
        assert 0 < len({url for url in seen.asked if "/search/d/" in url}) <= 10
        assert seen.said == []
    finally:
        seen.close()


def test_a_phrase_is_looked_for_further_when_asked(asked: Any, posts: list[Post]) -> None:
    english = next(post for post in posts if post.language == "en")
    phrase = " ".join(re.findall(r"\w+", block_text(english.blocks[1]))[:3])
    asked.fill("#fonds-q", f'"{phrase}"')
    asked.press("#fonds-q", "Enter")
    asked.wait_for_selector(f"#fonds-results a[href*='{english.id}']")
    assert phrase.split()[0].lower() in asked.inner_text("#fonds-results mark >> nth=0").lower()
