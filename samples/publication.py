"""The Harbour Letter: an invented publication of an invented town. Every word in it is our own.

This is the one source of truth: ``make.py`` renders it into every form of Medium's. Together the posts hold
each type of paragraph, layout, mark and embed that Medium has, and what is hard about them.
"""

from __future__ import annotations

from urllib.parse import quote

from rendering.parts import (
    Card,
    Media,
    Para,
    Parent,
    Person,
    Picture,
    Post,
    Section,
    anchor,
    at,
    bq,
    card,
    code,
    em,
    frame,
    h2,
    h3,
    h4,
    img,
    link,
    mention,
    named,
    oli,
    p,
    pq,
    pre,
    section_caption,
    strong,
    uli,
)

AUTHOR = Person("a1f00d5ea001", "Mira Horvat", "mirahorvat", "Writes the Harbour Letter from Modra Luka.")
YUSUF = Person("b2c0ffee1002", "Yusuf Haddad", "yusuf.haddad")
WEN = Person("c3dec0de203", "Lin Wen", "linwen")
PEOPLE = (AUTHOR, YUSUF, WEN)

COLLECTION_ID = "5ea1b0a7c0de"
COLLECTION_NAME = "The Harbour Letter"
COLLECTION_SLUG = "the-harbour-letter"
COLLECTION_URL = f"https://medium.com/{COLLECTION_SLUG}"
EXPORTED = "February 3, 2026"

STYLE_ID = "1a0c4e5b7d21"
LIGHT_ID = "2b7d9f3c6e80"
SOUND_ID = "3c5e8a1b4f97"
TIDE_ID = "4d6f9b2c5a08"
ARABIC_ID = "5e7a0c3d6b19"
CHINESE_ID = "6f8b1d4e7c2a"
CROATIAN_ID = "70a9c2e5f8d"
DREDGER_ID = "81bad3f60e4c"
FERRY_ID = "92cbe4071f5d"
COUNCIL_ID = "a3dcf5182a6e"
RESPONSE_ID = "b4ed06293b7f"
DRAFT_ID = "c5fe173a4c80"
UNTITLED_ID = "d60f284b5d91"

STYLE_URL = f"{COLLECTION_URL}/how-we-write-this-letter-{STYLE_ID}"
TIDE_URL = f"{COLLECTION_URL}/tide-tables-in-forty-lines-{TIDE_ID}"
LIGHT_URL = f"{COLLECTION_URL}/the-lighthouse-picture-by-picture-{LIGHT_ID}"

FAMILY = "👨‍👩‍👧‍👦"
PILOT = "👩‍✈️"

# ---------------------------------------------------------------------------------------------- text and marks

STYLE = Post(
    id=STYLE_ID,
    title="How We Write This Letter",
    subtitle="Notes on type, for whoever sits at this desk next",
    slug="how-we-write-this-letter",
    description="Every Thursday at six the ferry brings the paper, and by seven the letter hangs on the…",
    language="en",
    created=1_551_680_000_000,
    published=1_551_722_415_093,
    latest=1_551_726_000_417,
    updated=1_719_990_000_222,
    version="0f1e2d3c4b5a",
    tags=(("writing", "Writing"), ("typography", "Typography"), ("small-towns", "Small Towns")),
    claps=214,
    responses=1,
    sections=(Section(0), Section(14)),
    body=named(
        STYLE_ID,
        (
            h4("From the desk", role="kicker"),
            h3("How We Write This Letter", role="title"),
            h4("Notes on type, for whoever sits at this desk next", role="subtitle"),
            p(
                "Every Thursday at six the ferry brings the paper, and by seven the letter hangs on the noticeboard.",
                strong("Thursday at six"),
                em("at six the ferry"),
                link("the noticeboard", "https://harbour.example/noticeboard"),
                cap=1,
            ),
            p(
                "Bold words stay bold, and not the blanks around them. Slanted ones too, even next to a comma, like this.",
                strong(" stay bold, "),
                em(" even next to a comma,"),
            ),
            p(
                "A submarine has two weights, anticlockwise two slants, and the lighthouse keeper’s name both at once.",
                strong("marine"),
                em("clock"),
                strong("lighthouse keeper"),
                em("keeper’s name both"),
            ),
            p(
                f"The pilot signs with {PILOT}⚓, the cook with 🧑🏽‍🍳 and a bill 💸, and both are read to the end.",
                at("STRONG", 23, 27),  # from inside the pilot to the end of the anchor
                strong("cook with"),
                at("EM", 63, 75),  # from the second half of the bill
            ),
            p(
                "Type tide --at 18:00 for the evening, tide `now` for the moment, and never tide --force.",
                code("tide --at 18:00"),
                strong("tide --at 18:00 for the evening"),
                code("tide `now`"),
                code("tide --force"),
                link("never tide --force", "https://harbour.example/why-not?flag=--force&lang=en"),
                em("tide --force", 0),
            ),
            p(
                "The harbour office timetable, printed every May, hangs beside the door of the old customs house.",
                link("harbour office timetable", "https://harbour.example/timetable_(summer)"),
                strong("office timetable, printed"),
                em("every May"),
                link(
                    "customs house", "https://harbour.example/houses/customs%20house", title="Built in 1886"
                ),
            ),
            p(
                "Some marks are wrong: one twice over the same word, one with nothing under it, one beyond the end.",
                strong("twice"),
                strong("twice"),
                strong("twice over"),
                at("EM", 40, 40),
                em("the end."),
                at("EM", 95, 400),
            ),
            p(
                "The café by the mole is called مقهى المرفأ, and its owner answers to שלום as well.",
                strong("مقهى المرفأ"),
                em("שלום"),
            ),
            p(
                "With thanks to Yusuf Haddad, who wrote in Arabic, and to Lin Wen.",
                mention(YUSUF),
                mention(WEN),
            ),
            p(
                "Three of our own: the tide tables, the lamp room and, further up on this page, the blanks. "
                "Write to us or read the small print.",
                link("the tide tables", f"{TIDE_URL}?source=friends_link"),
                link("the lamp room", f"https://medium.com/p/{LIGHT_ID}#{anchor(LIGHT_ID, 6)}"),
                link("the blanks", f"{STYLE_URL}#{anchor(STYLE_ID, 4)}"),
                link("Write to us", "mailto:letter@harbour.example"),
                link("the small print", "/policy/small-print"),
            ),
            p(
                "First the anchor,\nthen the rope,\n\nthen the silence.",
                em("First the anchor,\nthen the rope,"),
            ),
            h3("Quotations, lists and signs"),
            bq("A letter that nobody answers was still sent.", em("still sent")),
            bq("Who asked the sea?\nNobody.\nIt answered anyway."),
            pq("Write it as if the ferry could not wait."),
            uli("Wind, in knots, from the mole"),
            uli("Tide, see the tables", link("the tables", f"https://medium.com/p/{TIDE_ID}")),
            uli("Arrivals:\nthe ferry\nand whoever missed it", strong("Arrivals:")),
            p("In this order, and no other:"),
            oli("Read it aloud.", strong("aloud")),
            oli("Strike out what the reader knows."),
            oli("Sign it."),
            p(""),
            h4("Signs that Markdown would eat"),
            p("# is the sign on berth seven, not a heading"),
            p("- and + and * open no list here\n1986. was a year, 7) a berth"),
            p("> this way to the lamp room"),
            p(
                "*stars*, _lines_, __two lines__, ~~waves~~ and `ticks` are ink, and so is C:\\new\\tide_table_2."
            ),
            p(
                "[brackets](and more) or ![a picture] and [^1] and [x] stay as they are, like <b>tags</b> &amp; &copy;."
            ),
            p(
                "Stop!here is where the mark begins, a*b*c and 2*3*4 are sums.",
                link("here", "https://harbour.example/stop"),
            ),
            p("Berth\n===\nMole\n---\n***\n| left | right |"),
            p("    Four blanks in front, two behind  \nand a bare address: https://harbour.example/a_b_c"),
            p("$5 is the fare, :ferry: no sign, {{ neither }} and {% this %} nor that. Rest\u00a0here."),
        ),
    ),
)

# ---------------------------------------------------------------------------------------------- pictures

LIGHT = Post(
    id=LIGHT_ID,
    title="The Lighthouse, Picture by Picture",
    subtitle="Nine years of light — in eleven frames",
    slug="the-lighthouse-picture-by-picture",
    description="Nine years of light — in eleven frames",
    language="en",
    created=1_560_000_000_000,
    published=1_561_375_500_640,
    latest=1_561_375_500_640,
    updated=1_561_375_501_002,
    version="1a2b3c4d5e6f",
    tags=(("photography", "Photography"), ("lighthouse", "Lighthouse")),
    claps=87,
    sections=(Section(0), Section(11, Picture("lamp room at night", 160, 90, ".jpeg", "jpeg")), Section(14)),
    body=named(
        LIGHT_ID,
        (
            h3("The Lighthouse, Picture by Picture", role="title"),
            h4("Nine years of light — in eleven frames", role="subtitle"),
            img(
                Picture(
                    "lighthouse in the morning",
                    160,
                    107,
                    alt="A white lighthouse on a grey rock",
                    featured=True,
                ),
                "The lighthouse at half past five. Drawn by nobody in particular.",
                em("half past five"),
                link("nobody in particular", "https://harbour.example/artists"),
                layout="FULL_WIDTH",
            ),
            p("The keeper counts the ships; we count the keeper’s pictures."),
            img(Picture("the rock", 120, 80, ".jpeg", alt="The rock, from the sea"), layout="OUTSET_CENTER"),
            img(
                Picture(
                    "door",
                    64,
                    96,
                    ".jpg",
                    "jpeg",
                    prefix="0*",
                    alt='The door, with "1886" above it',
                    focus=(30, 72),
                ),
                "The door [locked] *on Sundays*.",
                layout="OUTSET_LEFT",
            ),
            img(
                Picture("lamp", 96, 64, ".gif", "gif", alt="The lamp, turning"),
                "Follow the lamp to the tide tables",
                strong("the lamp"),
                href=TIDE_URL,
            ),
            img(Picture("stairs from below", 90, 60), layout="OUTSET_ROW"),
            img(Picture("stairs from above", 60, 60), "Up, and down again", layout="OUTSET_ROW_CONTINUE"),
            p("Without an end to its name, and with a picture lent by somebody else:"),
            img(
                Picture("lent picture", 100, 66, "", prefix="0*", unsplash="QhXwMv0inVt"),
                "Photo by A. Passer-by on Unsplash",
                link(
                    "A. Passer-by",
                    "https://unsplash.com/@harbour-letter-passer-by?utm_source=medium&utm_medium=referral",
                ),
                link("Unsplash", "https://unsplash.com?utm_source=medium&utm_medium=referral"),
            ),
            h3("In the lamp room"),
            p("Nobody is allowed in here. We were in here."),
            section_caption("The lamp room, seen by a moth", em("moth")),
            img(Picture("north window", 80, 60), layout="OUTSET_ROW"),
            img(Picture("east window", 80, 60, alt="East"), layout="OUTSET_ROW_CONTINUE"),
            img(Picture("south window", 60, 60), layout="OUTSET_ROW_CONTINUE"),
            Para("IMG", None, name=None, picture=Picture("fog", 48, 32), layout="INSET_CENTER"),
            p("The last picture shows the fog. It has neither a name nor a caption."),
        ),
    ),
)

# ---------------------------------------------------------------------------------------------- embeds

YOUTUBE = Media(
    "0a1b2c3d4e5f60718293a4b5c6d7e8f9",
    "عبّارة الصباح تدخل الميناء || 06:30",
    "https://www.youtube.com/embed/hL_FerRy-01?feature=oembed",
    "https://www.youtube.com/watch?v=hL_FerRy-01",
    "https://i.ytimg.com/vi/hL_FerRy-01/hqdefault.jpg",
    "youtube",
    854,
    480,
)
VIMEO = Media(
    "1b2c3d4e5f60718293a4b5c6d7e8f90a",
    "Nets, drying",
    "https://player.vimeo.com/video/990000000001?app_id=122963",
    "https://vimeo.com/990000000001",
    "https://i.vimeocdn.com/video/990000000001_1280.jpg",
    "vimeo",
    1280,
    720,
)
SPOTIFY = Media(
    "2c3d4e5f60718293a4b5c6d7e8f90a1b",
    "Fog Horn in B Flat",
    "https://open.spotify.com/embed/track/0HarbourLetterSample0",
    "https://open.spotify.com/track/0HarbourLetterSample0",
    "https://i.scdn.co/image/harbour-letter-sample",
    "spotify",
    456,
    152,
)
SOUNDCLOUD = Media(
    "3d4e5f60718293a4b5c6d7e8f90a1b2c",
    "The quay at night",
    "https://w.soundcloud.com/player/?url=https%3A%2F%2Fapi.soundcloud.com%2Ftracks%2F990000000002&show_artwork=true",
    "https://soundcloud.com/harbour-letter/the-quay-at-night",
    "",
    "soundcloud",
    800,
    166,
)
CODEPEN = Media(
    "4e5f60718293a4b5c6d7e8f90a1b2c3d",
    "Waves in nine lines",
    "https://codepen.io/harbour-letter/embed/preview/hLwAvEs?height=600&slug-hash=hLwAvEs&default-tab=js,result",
    "https://codepen.io/harbour-letter/pen/hLwAvEs",
    "",
    "codepen",
    800,
    600,
)
GIST = Media(
    "5f60718293a4b5c6d7e8f90a1b2c3d4e", "tide.py", gist="harbour-letter/0ddba11000000000000000000badcafe"
)
TWEET = Media(
    "60718293a4b5c6d7e8f90a1b2c3d4e5f",
    "Modra Luka Port on Twitter",
    "",
    "https://twitter.com/modraluka_port/status/990000000000000003",
    "",
    "twitter",
    500,
    185,
    tweet="990000000000000003",
)
WIDGET = Media(
    "718293a4b5c6d7e8f90a1b2c3d4e5f60",
    "Water level, live",
    "https://tides.harbour.example/widget?station=7&unit=cm",
    "https://tides.harbour.example/station/7",
    "",
    "",
    700,
    300,
)
THUMBNAIL = Picture("card of the tide office", 64, 64, "", prefix="0*")

SOUND = Post(
    id=SOUND_ID,
    title="Sounds and Moving Pictures of the Quay",
    slug="sounds-and-moving-pictures-of-the-quay",
    description="What we heard and saw, and where it can be heard and seen.",
    language="en",
    created=1_580_000_000_000,
    published=1_580_373_000_128,
    latest=1_580_373_000_128,
    updated=1_580_373_000_777,
    version="2b3c4d5e6f70",
    tags=(("sound", "Sound"), ("video", "Video")),
    claps=31,
    body=named(
        SOUND_ID,
        (
            h3("Sounds and Moving Pictures of the Quay", role="title"),
            p("What we heard and saw, and where it can be heard and seen."),
            frame(YOUTUBE, "The morning ferry, filmed by Yusuf", em("morning ferry")),
            p("Nets do not dry faster when they are filmed:"),
            frame(VIMEO),
            p("The fog horn plays one note, and plays it well:"),
            frame(SPOTIFY),
            frame(SOUNDCLOUD, "Twelve minutes; nothing happens"),
            p("Waves and tides, for those who like to count:"),
            frame(CODEPEN),
            frame(GIST, "The file that our tables come from"),
            frame(TWEET),
            frame(WIDGET),
            h4("Read on"),
            card(
                Card(
                    "https://tides.harbour.example/office",
                    "The Tide Office [Modra Luka]",
                    "Tables, warnings & the *unofficial* history of our harbour.",
                    "tides.harbour.example",
                    "8293a4b5c6d7e8f90a1b2c3d4e5f6071",
                    THUMBNAIL,
                )
            ),
            card(
                Card(
                    "https://harbour.example/forms/lost-oar",
                    "Lost an oar?",
                    "Fill in the form.",
                    "harbour.example",
                    "93a4b5c6d7e8f90a1b2c3d4e5f607182",
                )
            ),
            card(
                Card(
                    LIGHT_URL,
                    "The Lighthouse, Picture by Picture",
                    "Nine years of light — in eleven frames",
                    "medium.com",
                    "a4b5c6d7e8f90a1b2c3d4e5f60718293",
                    Picture("lighthouse in the morning", 160, 107),
                )
            ),
        ),
    ),
)

# ---------------------------------------------------------------------------------------------- code

TIDE = Post(
    id=TIDE_ID,
    title="Tide Tables in Forty Lines",
    subtitle="From a notebook on the mole to a page for everyone",
    slug="tide-tables-in-forty-lines",
    description="From a notebook on the mole to a page for everyone",
    language="en",
    created=1_660_000_000_000,
    published=1_660_550_400_555,
    latest=1_660_550_400_555,
    updated=1_660_550_401_100,
    version="3c4d5e6f7081",
    tags=(("python", "Python"), ("open-data", "Open Data"), ("tides", "Tides")),
    claps=402,
    body=named(
        TIDE_ID,
        (
            h3("Tide Tables in Forty Lines", role="title"),
            h4("From a notebook on the mole to a page for everyone", role="subtitle"),
            p(
                "The notebook has three columns. So has tide.csv, and so has the type Reading.",
                code("tide.csv"),
                code("Reading"),
            ),
            pre(
                "from dataclasses import dataclass\n\n\n@dataclass\nclass Reading:\n    at: str  # '06:30'\n"
                '    level: int = 0  # centimetres; "n/a" is < 0 & counts as None',
                lang="python",
                mode="EXPLICIT",
            ),
            p("The page asks for it like this:"),
            pre(
                "const rows = await fetch(`/tides?day=${day}`)\n  .then((answer) => answer.json());",
                lang="javascript",
                mode="AUTO",
            ),
            p("And this is no language at all:"),
            pre("06:30   41 cm\n12:45  112 cm\n\n18:00   97 cm   <- the ferry", mode="DISABLED"),
            h4("The old way"),
            p("Before the editor knew code, every blank line ended a box:"),
            pre("#!/bin/sh\nset -eu"),
            pre(
                'for day in mon tue wed; do\n\tcurl -s "$BASE/$day" |\n\t\tsort -n   \ndone',
                strong("sort -n"),
                em("$day"),
            ),
            pre("# see the office", link("the office", "https://tides.harbour.example/office")),
            p(
                "Ticks in ticks, for those who write about writing: ``` opens a box, `` ` `` is one tick.",
                code("```"),
                code("`` ` ``"),
            ),
            pre("```text\nA box in a box\n```\n\n~~~\nand another\n~~~", lang="markdown", mode="EXPLICIT"),
            p("That makes forty lines, if one does not count the comments."),
        ),
    ),
)

# ---------------------------------------------------------------------------------------------- Arabic

ARABIC = Post(
    id=ARABIC_ID,
    title="رسائل من الميناء",
    subtitle="ما الذي يقوله البحر حين تصمت المدينة",
    slug="رسائل-من-الميناء",
    description="ما الذي يقوله البحر حين تصمت المدينة",
    language="ar",
    created=1_582_600_000_000,
    published=1_582_797_600_050,
    latest=1_582_797_600_050,
    updated=1_582_797_600_300,
    version="4d5e6f708192",
    tags=(("البحر", "البحر"), ("arabic", "Arabic")),
    claps=58,
    body=named(
        ARABIC_ID,
        (
            h3("رسائل من الميناء", role="title"),
            h4("ما الذي يقوله البحر حين تصمت المدينة", role="subtitle"),
            img(
                Picture("boats", 96, 64, ".jpeg", "jpeg", alt="قوارب الصيد عند الفجر"),
                "قوارب الصيد، الساعة 05:10",
            ),
            p(
                "في كل صباح يخرج الصيّادون قبل الفجر، ويعود أغلبهم قبل الظهر.",
                strong("قبل الفجر،"),
                em("أغلبهم"),
            ),
            p(
                "اسم العبّارة «Sveti Nikola»، وهي تسع 120 راكبًا و18 سيارة.",
                em("Sveti Nikola"),
                strong("120 راكبًا"),
            ),
            bq("البحر لا يردّ أحدًا، لكنه لا ينتظر أحدًا أيضًا.", strong("لا ينتظر")),
            h3("المواعيد"),
            uli("الذهاب: الساعة 06:30", strong("الذهاب:")),
            uli("الإياب: الساعة 18:45 (ما عدا الجمعة)", strong("الإياب:")),
            p(
                "يعرض الأمر tide --at 18:00 ارتفاع الماء بالسنتيمتر، وتجدونه في جداول المدّ والجزر.",
                code("tide --at 18:00"),
                link("جداول المدّ والجزر", TIDE_URL),
            ),
            p("كَتَبَ البحّارُ اسمَهُ على اللوح ثمّ مَحاه المطر.", at("STRONG", 0, 3), em("اسمَهُ")),
            pq("من يعرف الريح لا يخاف الموج."),
        ),
    ),
)

# ---------------------------------------------------------------------------------------------- Chinese

CHINESE = Post(
    id=CHINESE_ID,
    title="港口的早晨",
    subtitle="写给第一次来这里的人",
    slug="港口的早晨",
    description="清晨五点，渔船已经回来了。码头上全是人。",
    language="zh",
    created=1_610_000_000_000,
    published=1_610_421_000_900,
    latest=1_610_421_000_900,
    updated=1_610_421_001_000,
    version="5e6f708192a3",
    tags=(("旅行", "旅行"), ("harbour", "Harbour")),
    claps=66,
    body=named(
        CHINESE_ID,
        (
            h3("港口的早晨", role="title"),
            h4("写给第一次来这里的人", role="subtitle"),
            p("清晨五点，渔船已经回来了。码头上全是人。", strong("渔船已经回来了。")),
            p("老板说：“今天的鱼最新鲜！”然后笑了。", strong("“今天的鱼最新鲜！”"), em("然后")),
            p(
                "慢慢来，船（大约）六点半才开；时刻表在门口。",
                em("慢慢来，"),
                strong("（大约）"),
                link("时刻表", TIDE_URL),
            ),
            p(f"👩‍🍳在厨房，{FAMILY}在桌边，猫在窗台。", strong("厨房，"), at("STRONG", 12, 16), em("猫")),
            p("老板姓𠮷田，会说三种语言。", strong("𠮷田"), em("三种语言。")),
            h3("要点"),
            oli("先看风，再看云。", strong("先看风，")),
            oli("带现金。"),
            p("日本からのお客さんは「港の朝」と呼びます。", strong("「港の朝」"), em("呼びます。")),
            bq("潮水不等人。"),
            img(Picture("breakfast", 72, 54, alt="一碗鱼汤"), "早饭：鱼汤"),
        ),
    ),
)

# ---------------------------------------------------------------------------------------------- Croatian, of 2015

CROATIAN = Post(
    id=CROATIAN_ID,
    title="Bura: vjetar koji čisti nebo",
    subtitle="Što smo naučili u jednoj zimi",
    slug="bura-vjetar-koji-čisti-nebo",
    description="Što smo naučili u jednoj zimi",
    language="hr",
    created=1_427_000_000_000,
    published=1_428_229_800_731,
    latest=1_428_233_400_002,
    updated=1_428_233_400_002,
    version="6f708192a3b4",
    tags=(("vjetar", "Vjetar"), ("zima", "Zima")),
    claps=12,
    sections=(Section(0, Picture("bura over the quay", 160, 80, ".jpeg", "jpeg")), Section(3)),
    body=named(
        CROATIAN_ID,
        (
            h2("Bura: vjetar koji čisti nebo", role="title"),
            h4("Što smo naučili u jednoj zimi", role="subtitle"),
            section_caption("Pogled s rive, siječanj 2015."),
            p(
                "Bura ne najavljuje svoj dolazak. Prvo utihnu galebovi, onda zazvone jarboli, a tek onda krene ona.",
                strong("Prvo utihnu galebovi,"),
                em("onda zazvone jarboli,"),
                cap=1,
                cap_picture=Picture("initial B", 24, 24),
            ),
            h3("Znakovi"),
            uli("nebo je čisto kao staklo"),
            uli("more „kipi“, a valova nema", em("„kipi“")),
            uli("mačke spavaju u s\u030ckveru"),  # the caron stands apart (NFD), as some keyboards write it
            bq("Tko buru psuje, taj joj zna ime.", strong("zna ime")),
            p("Zapisao sam 17 dana bure; najjači udar bio je 184 km/h, 6. veljače.", strong("184 km/h")),
            pre("dan;udar\n05.02.;171\n06.02.;184"),
            pq("Kad bura stane, čuje se grad."),
        ),
    ),
)

# ---------------------------------------------------------------------------------------------- states of a post

DREDGER = Post(
    id=DREDGER_ID,
    title="What the Dredger Found",
    subtitle="A story for members, in seven paragraphs",
    slug="what-the-dredger-found",
    description="A story for members, in seven paragraphs",
    language="en",
    created=1_630_000_000_000,
    published=1_631_000_000_321,
    latest=1_631_000_000_321,
    updated=1_631_000_000_900,
    version="708192a3b4c5",
    tags=(("history", "History"),),
    claps=143,
    visibility="LOCKED",
    locked=True,
    preview=4,
    body=named(
        DREDGER_ID,
        (
            h3("What the Dredger Found", role="title"),
            h4("A story for members, in seven paragraphs", role="subtitle"),
            img(Picture("dredger", 96, 54), "The dredger, working"),
            p("In the second week of August the dredger stopped, and nobody on the quay could say why."),
            p(
                "It had found an anchor, older than the harbour and heavier than the crane.",
                strong("older than the harbour"),
            ),
            p("By evening there were three opinions about it, and by morning five."),
            p("It lies in front of the customs house now. Children sit on it. Nobody asks any more."),
        ),
    ),
)

_FERRY_OLD = named(
    FERRY_ID,
    (
        h3("Ferry Times for the Winter", role="title"),
        p("From 2 November the ferry leaves at these times:"),
        uli("06:30, on working days"),
        uli("18:00, every day"),
        p("On stormy days, listen for the horn."),
    ),
)
FERRY = Post(
    id=FERRY_ID,
    title="Ferry Times for the Winter (corrected)",
    slug="ferry-times-for-the-winter",
    description="From 2 November the ferry leaves at these times:",
    language="en",
    created=1_603_900_000_000,
    published=1_604_050_000_456,
    latest=1_604_480_400_789,
    updated=1_604_480_400_789,
    version="8192a3b4c5d6",
    tags=(("ferry", "Ferry"), ("timetable", "Timetable")),
    claps=9,
    body=named(
        FERRY_ID,
        (
            h3("Ferry Times for the Winter (corrected)", role="title"),
            p("From 2 November the ferry leaves at these times:"),
            uli("06:30, on working days"),
            uli("18:45, every day but Friday", strong("18:45")),
            p("On stormy days, listen for the horn."),
            p(
                "Corrected on 4 November: the evening ferry leaves at a quarter to seven.",
                em("Corrected on 4 November:"),
            ),
        ),
    ),
    previous=Post(
        id=FERRY_ID,
        title="Ferry Times for the Winter",
        slug="ferry-times-for-the-winter",
        description="From 2 November the ferry leaves at these times:",
        language="en",
        created=1_603_900_000_000,
        published=1_604_050_000_456,
        latest=1_604_050_000_456,
        updated=1_604_050_000_456,
        version="8192a3b4c5d5",
        tags=(("ferry", "Ferry"), ("timetable", "Timetable")),
        claps=2,
        body=_FERRY_OLD,
    ),
)

COUNCIL = Post(
    id=COUNCIL_ID,
    title="Notes for the Harbour Council",
    slug="notes-for-the-harbour-council",
    description="Only for those who have the link.",
    language="en",
    created=1_615_000_000_000,
    published=1_615_500_000_111,
    latest=1_615_500_000_111,
    updated=1_615_500_000_222,
    version="92a3b4c5d6e7",
    visibility="UNLISTED",
    body=named(
        COUNCIL_ID,
        (
            h3("Notes for the Harbour Council", role="title"),
            p(
                "Only for those who have the link. It has no picture, because the council has none.",
                em("Only"),
            ),
            oli("The third lamp on the mole is out again."),
            oli("The budget: 1,200 for paint, 0 for lamps."),
        ),
    ),
)

RESPONSE = Post(
    id=RESPONSE_ID,
    title="One more rule: the six o’clock ferry is late on most Thursdays, so write “when the ferry comes”.",
    slug="one-more-rule-the-six-oclock-ferry-is-late-on-most-thursdays",
    description="One more rule: the six o’clock ferry is late on most Thursdays…",
    language="en",
    created=1_552_000_000_000,
    published=1_552_050_000_606,
    latest=1_552_050_000_606,
    updated=1_552_050_000_606,
    version="a3b4c5d6e7f8",
    claps=3,
    parent=Parent(STYLE_ID, "How We Write This Letter", STYLE_URL),
    body=named(
        RESPONSE_ID,
        (
            p(
                "One more rule: the six o’clock ferry is late on most Thursdays, so write “when the ferry comes”.",
                em("most"),
            ),
        ),
    ),
)

DRAFT = Post(
    id=DRAFT_ID,
    title="On Fog Horns (unfinished)",
    subtitle="To be checked with the keeper",
    slug="",
    description="To be checked with the keeper",
    language="en",
    created=1_700_000_000_000,
    published=0,
    latest=0,
    updated=1_700_100_000_000,
    version="b4c5d6e7f809",
    draft=True,
    body=named(
        DRAFT_ID,
        (
            h3("On Fog Horns (unfinished)", role="title"),
            h4("To be checked with the keeper", role="subtitle"),
            p("TODO: ask when it last sounded. 2019? 2020?", strong("TODO:")),
            p(""),
        ),
    ),
)

UNTITLED = Post(
    id=UNTITLED_ID,
    title="",
    slug="",
    language="",
    created=1_700_200_000_000,
    published=0,
    latest=0,
    updated=1_700_200_000_000,
    version="c5d6e7f8091a",
    draft=True,
    body=named(UNTITLED_ID, (p(""),)),
)

POSTS = (
    STYLE,
    LIGHT,
    SOUND,
    TIDE,
    ARABIC,
    CHINESE,
    CROATIAN,
    DREDGER,
    FERRY,
    COUNCIL,
    RESPONSE,
    DRAFT,
    UNTITLED,
)


def url(post: Post) -> str:
    """Where the post is on Medium: responses and unlisted posts under the author, the rest in the publication."""
    if post.draft:
        return f"https://medium.com/p/{post.id}"
    if post.parent is not None or post.visibility == "UNLISTED":
        return f"https://medium.com/@{AUTHOR.username}/{quote(post.unique_slug)}"
    return f"{COLLECTION_URL}/{quote(post.unique_slug)}"


def in_collection(post: Post) -> bool:
    return not post.draft and post.parent is None and post.visibility != "UNLISTED"
