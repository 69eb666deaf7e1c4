"""Which language and direction has a text? From its script, and for Latin from its commonest words. Pure."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

Direction = Literal["ltr", "rtl"]

RTL = frozenset(
    {"ar", "arc", "ckb", "dv", "fa", "he", "iw", "ku-arab", "nqo", "ps", "sd", "syr", "ug", "ur", "yi"}
)
"""Languages written from right to left."""

NAMES = {
    "ar": "Arabic", "bg": "Bulgarian", "bn": "Bengali", "bs": "Bosnian", "ca": "Catalan", "ckb": "Sorani Kurdish",
    "cs": "Czech", "da": "Danish", "de": "German", "el": "Greek", "en": "English", "es": "Spanish", "et": "Estonian",
    "fa": "Persian", "fi": "Finnish", "fr": "French", "ga": "Irish", "he": "Hebrew", "hi": "Hindi", "hr": "Croatian",
    "hu": "Hungarian", "hy": "Armenian", "id": "Indonesian", "is": "Icelandic", "it": "Italian", "ja": "Japanese",
    "ka": "Georgian", "km": "Khmer", "ko": "Korean", "ku": "Kurdish", "lo": "Lao", "lt": "Lithuanian", "lv": "Latvian",
    "mk": "Macedonian", "ms": "Malay", "my": "Burmese", "nl": "Dutch", "no": "Norwegian", "pl": "Polish", "ps": "Pashto",
    "pt": "Portuguese", "ro": "Romanian", "ru": "Russian", "sk": "Slovak", "sl": "Slovenian", "sq": "Albanian",
    "sr": "Serbian", "sv": "Swedish", "sw": "Swahili", "ta": "Tamil", "th": "Thai", "tr": "Turkish", "uk": "Ukrainian",
    "ur": "Urdu", "vi": "Vietnamese", "zh": "Chinese", "und": "not known",
}  # fmt: skip

_RTL_LETTER = "\u0591-\u08ff\ufb1d-\ufdfd\ufe70-\ufefc"
_HAN = "\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003fffd"
_KANA = "\u3041-\u30ff\u31f0-\u31ff\uff66-\uff9f"
_HANGUL = "\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3"
_SCRIPTS = (
    ("he", re.compile("[\u0591-\u05f4\ufb1d-\ufb4f]")),
    ("ar", re.compile("[\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdfd\ufe70-\ufefc]")),
    ("ja", re.compile(f"[{_KANA}]")),
    ("zh", re.compile(f"[{_HAN}]")),
    ("ko", re.compile(f"[{_HANGUL}]")),
    ("ru", re.compile("[\u0400-\u052f]")),
    ("el", re.compile("[\u0370-\u03ff\u1f00-\u1fff]")),
    ("hy", re.compile("[\u0531-\u058f]")),
    ("ka", re.compile("[\u10a0-\u10ff]")),
    ("th", re.compile("[\u0e01-\u0e4e]")),
    ("hi", re.compile("[\u0900-\u097f]")),
    ("bn", re.compile("[\u0980-\u09ff]")),
    ("ta", re.compile("[\u0b80-\u0bff]")),
    ("km", re.compile("[\u1780-\u17d3]")),
    ("my", re.compile("[\u1000-\u109f]")),
)
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")
_PERSIAN = re.compile("[پچژگکی]")
_URDU = re.compile("[ٹڈڑںےہھ]")
_KURDISH = re.compile("[ڕڵۆێە]")
_UKRAINIAN = re.compile("[іїєґІЇЄҐ]")

# Words that stand in nearly every paragraph of a language and in few of others.
_WORDS = {
    "en": "the of and to in that is was for with are from have this were they",
    "hr": "je se na i da su u za od koji što nije kao ali bi smo",
    "de": "der die und das ist nicht ein eine mit den von zu auf sich dem auch",
    "fr": "le les des est une que dans pour qui pas sur avec du au sont cette",
    "es": "el los las que una por con para del es no se como más pero su",
    "it": "il che di è un una per non con sono della le gli del dei anche",
    "pt": "o que de não uma os em para com do da as mais foi dos é",
    "nl": "de het een van en dat niet is op te zijn met voor die ook aan",
    "pl": "w i na z nie się że jest do to o jak ale od są po",
    "sv": "och att det som en är på inte av för med den till ett om har",
    "tr": "ve bir bu için ile da de çok olarak olan gibi kadar daha ne var ki",
    "sq": "në e të dhe i një për me që nga është u si ka janë këtë",
    "ro": "și în de la cu care nu o pe din este a să mai sunt pentru",
    "hu": "a az és hogy nem is egy van volt meg ez de csak mint már ha",
}
_KNOWN = {word: lang for lang, words in _WORDS.items() for word in words.split()}
_SHARED = {
    word for words in _WORDS.values() for word in words.split()
    if sum(word in other.split() for other in _WORDS.values()) > 1
}  # fmt: skip
_WORD = re.compile(r"[^\W\d_]+")
_SAMPLE = 4000
_LEAST = 3


class Speech(NamedTuple):
    """A BCP 47 tag ("und" when nothing tells) and the direction it is written in."""

    lang: str
    dir: Direction = "ltr"


def speech(lang: str) -> Speech:
    """The direction of a language by its tag."""
    tag = lang.replace("_", "-")
    return Speech(tag, "rtl" if tag.lower() in RTL or tag.lower().partition("-")[0] in RTL else "ltr")


def name(lang: str) -> str:
    """A language in words, or its tag when it has no name here."""
    return NAMES.get(lang.lower(), NAMES.get(lang.lower().partition("-")[0], lang))


def of_script(text: str) -> Speech | None:
    """The language that a text's script tells, where most of its letters are not Latin; else None.

    Arabic letters that only Persian, Urdu or Kurdish have decide between those; Cyrillic is Russian unless it
    has Ukrainian letters, which is a guess that only fonts and voices depend on.
    """
    if text.isascii():
        return None
    sample = text[:_SAMPLE]
    counts = {lang: len(pattern.findall(sample)) for lang, pattern in _SCRIPTS}
    best = max(counts, key=lambda lang: counts[lang])
    if counts[best] <= len(_LATIN.findall(sample)) // 2:
        return None
    if best in ("zh", "ja"):  # a few kana are a quotation, many are Japanese
        return Speech("ja" if counts["ja"] * 8 > counts["zh"] else "zh")
    if best == "ar":
        if len(_KURDISH.findall(sample)) * 12 > counts["ar"]:
            return Speech("ckb", "rtl")
        if len(_URDU.findall(sample)) * 20 > counts["ar"]:
            return Speech("ur", "rtl")
        return Speech("fa" if len(_PERSIAN.findall(sample)) * 25 > counts["ar"] else "ar", "rtl")
    if best == "ru":
        return Speech("uk" if _UKRAINIAN.search(sample) else "ru")
    return speech(best)


def guess(text: str) -> str:
    """The language of a whole text, or "und"."""
    found = of_script(text)
    if found is not None:
        return found.lang
    votes: dict[str, int] = {}
    for word in _WORD.findall(text[: 4 * _SAMPLE].lower()):
        lang = _KNOWN.get(word)
        if lang is not None and word not in _SHARED:
            votes[lang] = votes.get(lang, 0) + 1
    if not votes:
        return "und"
    best = max(sorted(votes), key=lambda lang: votes[lang])
    return best if votes[best] >= _LEAST else "und"
