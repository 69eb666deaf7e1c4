"""Invented sentences in four languages, the same for the same numbers. Nobody wrote them before."""

from __future__ import annotations

import random
from dataclasses import dataclass


@dataclass(frozen=True)
class Language:
    code: str
    subjects: tuple[str, ...]
    verbs: tuple[str, ...]
    things: tuple[str, ...]
    places: tuple[str, ...]
    joint: str = " "
    """What stands between words."""
    end: str = ". "


ENGLISH = Language(
    "en",
    ("The pilot", "Our neighbour", "The night ferry", "A nurse", "The harbour office", "Every volunteer", "An old clerk"),
    ("counted", "carried", "mended", "watched", "wrote down", "asked for", "forgot", "brought back", "painted"),
    ("forty lanterns", "the blue ledger", "a crate of lemons", "two letters", "the tide table", "wet blankets", "seven bicycles", "a brass key", "the long rope"),
    ("by the north quay", "behind the customs house", "under the bridge", "before sunrise", "at the last stop", "near the salt pans", "on Thursday"),
)  # fmt: skip
CROATIAN = Language(
    "hr",
    ("Stari ribar", "Naša susjeda", "Noćni trajekt", "Medicinska sestra", "Lučka kapetanija", "Svaki volonter"),
    ("donosi", "čuva", "popravlja", "broji", "zaboravlja", "oslikava", "traži"),
    ("četrdeset fenjera", "plavu knjigu", "sanduk limuna", "dva pisma", "mokre pokrivače", "mjedeni ključ", "žutu čamčicu"),
    ("kraj sjevernog gata", "iza carinarnice", "ispod mosta", "prije zore", "na zadnjoj stanici", "četvrtkom"),
)  # fmt: skip
ARABIC = Language(
    "ar",
    ("البحّار القديم", "جارتنا", "عبّارة الليل", "الممرّضة", "مكتب الميناء", "كلّ متطوّع"),
    ("يحمل", "يعدّ", "يُصلح", "يكتب عن", "ينتظر", "يرسم"),
    ("أربعين فانوسًا", "الدفتر الأزرق", "صندوق ليمون", "رسالتين", "جدول المدّ", "مفتاحًا نحاسيًّا"),
    ("قرب الرصيف الشمالي", "خلف دار الجمارك", "تحت الجسر", "قبل الفجر", "يوم الخميس"),
)  # fmt: skip
CHINESE = Language(
    "zh",
    ("老水手", "我们的邻居", "夜班渡船", "护士", "港务局", "每位志愿者"),
    ("数着", "搬来", "修好了", "记下", "等待", "画出"),
    ("四十盏灯笼", "蓝色账本", "一箱柠檬", "两封信", "潮汐表", "一把铜钥匙", "湿毛毯"),
    ("在北码头", "在海关楼后面", "在桥下", "天亮之前", "星期四"),
    joint="",
    end="。",
)
LANGUAGES = (ENGLISH, ENGLISH, ARABIC, ENGLISH, CROATIAN, ENGLISH, CHINESE, ENGLISH)

CODE = (
    ("python", "def tide(hour: int) -> float:\n    return 1.2 + 0.4 * (hour % 12)\n\nprint(tide({n}))"),
    ("sql", "select quay, count(*)\nfrom boats\nwhere length > {n}\ngroup by quay;"),
    ("bash", 'for lamp in $(seq {n}); do\n  echo "lamp `date` $lamp"\ndone'),
)


def sentence(language: Language, chance: random.Random) -> str:
    """One sentence, its end included."""
    words = (
        _one(language.subjects, chance),
        _one(language.verbs, chance),
        _one(language.things, chance),
        _one(language.places, chance),
    )
    return language.joint.join(words) + language.end


def paragraph(language: Language, chance: random.Random, sentences: int) -> str:
    return "".join(sentence(language, chance) for _ in range(sentences)).strip()


def title(language: Language, chance: random.Random, number: int) -> str:
    """A title that no other post has."""
    words = language.joint.join(
        (_one(language.subjects, chance), _one(language.verbs, chance), _one(language.things, chance))
    )
    return f"{words} ({number})" if language.joint else f"{words}（{number}）"


def slug(text: str) -> str:
    """As Medium makes one: lower case, what is not a letter or digit becomes a hyphen; scripts stay."""
    kept = "".join(char.lower() if char.isalnum() else "-" for char in text)
    return "-".join(part for part in kept.split("-") if part)[:80]


def _one(words: tuple[str, ...], chance: random.Random) -> str:
    return words[int(chance.random() * len(words))]
