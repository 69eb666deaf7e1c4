"""A rendered page whose scripts are gone: random class names, structure is all there is."""

from __future__ import annotations

from urllib.parse import quote

import publication as pub
from rendering.export import stamp
from rendering.graphql import frame_address
from rendering.inline import Tags, escape, html
from rendering.parts import Mark, Para, Post

MIRO = "https://miro.medium.com"
_SEPARATOR = '<div class="o dy kz la hm lb" role="separator"><span class="lc gd"></span><span class="lc gd"></span></div>'
_COLUMN = '<div class="ia ib ic id ie">'


def page(post: Post, *, year: int) -> str:
    """``year`` 2022: ``/max/`` pictures; 2024: ``<picture>`` with ``/v2/resize:fit``, ``data-testid``."""
    title = escape(f"{post.title} | by {pub.AUTHOR.name} | {pub.COLLECTION_NAME} | Medium")
    return (
        f'<!doctype html><html lang="en"><head><title data-rh="true">{title}</title>{meta(post)}</head>'
        f'<body><div id="root"><div class="a b c"><nav class="l c"><a href="https://medium.com/">Homepage</a></nav>'
        f"{article(post, year=year)}{_below(post)}</div></div></body></html>"
    )


def meta(post: Post) -> str:
    """The head that rendered pages share."""
    image = post.image
    tags = [
        '<meta data-rh="true" charset="utf-8">',
        '<meta data-rh="true" property="og:site_name" content="Medium">',
        '<meta data-rh="true" property="og:type" content="article">',
        f'<meta data-rh="true" property="article:published_time" content="{stamp(post.published)}">',
        f'<meta data-rh="true" property="og:title" content="{escape(post.title)}">',
        f'<meta data-rh="true" property="al:android:url" content="medium://p/{post.id}">',
        f'<meta data-rh="true" name="description" content="{escape(post.description)}">',
        f'<meta data-rh="true" property="og:description" content="{escape(post.description)}">',
        f'<meta data-rh="true" property="og:url" content="{pub.url(post)}">',
        f'<meta data-rh="true" property="article:author" content="https://medium.com/@{pub.AUTHOR.username}">',
        f'<meta data-rh="true" name="author" content="{pub.AUTHOR.name}">',
        f'<meta data-rh="true" name="parsely-post-id" content="{post.id}">',
        f'<link data-rh="true" rel="author" href="https://medium.com/@{pub.AUTHOR.username}">',
        f'<link data-rh="true" rel="canonical" href="{pub.url(post)}">',
    ]
    if image:
        tags.append(f'<meta data-rh="true" property="og:image" content="{MIRO}/max/1200/{image.id}">')
    return "".join(tags)


def article(post: Post, *, year: int = 2022, end: int | None = None) -> str:
    """``<article>`` with the paragraphs before ``end``."""
    out = [f'<article><span class="l"></span><section><div><div class="gg as"></div>{_COLUMN}']
    starts = {section.start for section in post.sections[1:]}
    listed, row = "", False
    for index, para in enumerate(post.body[:end]):
        tag = {"ULI": "ul", "OLI": "ol"}.get(para.kind, "")
        if listed and listed != tag:
            out.append(f"</{listed}>")
            listed = ""
        continues = para.layout == "OUTSET_ROW_CONTINUE"
        if row and not continues:
            out.append("</div>")
            row = False
        if index in starts:
            out.append(f"</div>{_SEPARATOR}{_COLUMN}")
        if tag and not listed:
            out.append(f'<{tag} class="">')
            listed = tag
        if para.layout == "OUTSET_ROW":
            out.append('<div class="ab cb row">')
            row = True
        out.append(_para(para, year))
        if para.role == "title" and post.subtitle == "":
            out.append(_byline(post))
        if para.role == "subtitle":
            out.append(_byline(post))
    out.append(f"</{listed}>" if listed else "")
    out.append("</div>" if row else "")
    out.append("</div></div></section></article>")
    return "".join(out)


def _byline(post: Post) -> str:
    source = f"?source=post_page-----{post.id}--------------------------------"
    home = f"/@{pub.AUTHOR.username}{source}"
    return (
        f'<div class="gv"><div class="n gw"><div><a rel="noopener follow" href="{home}">'
        f'<img alt="{pub.AUTHOR.name}" class="s ha" src="{MIRO}/fit/c/96/96/1*avatar.png" width="48" height="48"></a></div>'
        f'<div class="hd"><a class="ck cl" rel="noopener follow" data-testid="authorName" href="{home}">{pub.AUTHOR.name}</a>'
        '<button class="ce b">Follow</button><span data-testid="storyReadTime">3 min read</span></div></div></div>'
    )


def _below(post: Post) -> str:
    tags = "".join(
        f'<li class="cn"><a href="/tag/{quote(slug)}">{escape(name)}</a></li>' for slug, name in post.tags
    )
    return (
        f'<div class="fq fr"><ul class="bd">{tags}</ul></div><div class="ru"><h2 class="bn">Get the Medium app</h2>'
        '<a href="https://medium.com/about?autoplay=1">About</a></div>'
    )


def _para(para: Para, year: int) -> str:
    text = html(para.text or "", para.marks, Tags(_open, _close))
    anchor = f' id="{para.name}"' if para.name else ""
    if para.role == "title":
        extra = ' data-testid="storyTitle"' if year >= 2024 else ""
        return f'<div class=""><h1{anchor} class="pw-post-title ff fg fh"{extra}>{text}</h1></div>'
    if para.role == "subtitle":
        return f'<div class=""><h2{anchor} class="pw-subtitle-paragraph ge ff">{text}</h2></div>'
    if para.role == "kicker":
        return f'<h2{anchor} class="pw-kicker ge">{text}</h2>'
    if para.kind in ("H2", "H3", "H4"):
        tag = "h2" if para.kind == "H4" else "h1"
        return f'<{tag}{anchor} class="lg ku ih bn">{text}</{tag}>'
    if para.kind in ("ULI", "OLI"):
        return f'<li{anchor} class="mj mk ih jr">{text}</li>'
    if para.kind in ("BQ", "PQ"):
        inner = f'<p{anchor} class="nt nu ih jr b">{text}</p>'
        return f'<blockquote class="{"nq nr ns" if para.kind == "BQ" else "oa"}">{inner}</blockquote>'
    if para.kind == "PRE":
        return f'<pre class="kn ko kp"><span{anchor} class="gi kt ku">{text}</span></pre>'
    if para.kind == "IMG":
        return _figure(para, text, year)
    if para.kind == "IFRAME":
        return _frame(para, text)
    if para.kind == "MIXTAPE_EMBED":
        return _card(para)
    cap = '<span class="l m n o">' + escape((para.text or "")[:1]) + "</span>" if para.drop_cap else ""
    if cap:
        text = cap + html(
            (para.text or "")[1:],
            [Mark(m.kind, m.start - 1, m.end - 1, m.href, m.user, m.title) for m in para.marks],
            Tags(_open, _close),
        )
    return f'<p{anchor} class="pw-post-body-paragraph jp jq ih">{text}</p>'


def _open(mark: Mark) -> str:
    if mark.kind == "A":
        if mark.user:
            address = f"https://medium.com/u/{mark.user}?source=post_page"
        else:
            address = escape(mark.href)
        return f'<a class="av co ng" href="{address}" rel="noopener ugc nofollow" target="_blank">'
    return {"STRONG": '<strong class="jr ii">', "EM": '<em class="my">', "CODE": '<code class="cw nv nw">'}[
        mark.kind
    ]


def _close(mark: Mark) -> str:
    return {"STRONG": "</strong>", "EM": "</em>", "CODE": "</code>", "A": "</a>"}[mark.kind]


def _figure(para: Para, caption: str, year: int) -> str:
    picture = para.picture
    assert picture is not None
    size = f'width="{picture.width}" height="{picture.height}"'
    alt = escape(picture.alt)
    if year >= 2024:
        source = f"{MIRO}/v2/resize:fit:640/format:webp/{picture.id} 640w"
        image = (
            f'<picture><source srcset="{source}" type="image/webp">'
            f'<source data-testid="og" srcset="{MIRO}/v2/resize:fit:1400/{picture.id} 1400w">'
            f'<img alt="{alt}" class="bh" {size} loading="lazy" src="{MIRO}/v2/resize:fit:1400/{picture.id}"></picture>'
        )
    else:
        image = f'<img alt="{alt}" class="cf jn" src="{MIRO}/max/1400/{picture.id}" {size} loading="lazy" role="presentation">'
    image = f'<div class="fn fo"><div role="button" tabindex="0" class="jj jk">{image}</div></div>'
    if para.href:
        image = f'<a href="{escape(para.href)}">{image}</a>'
    below = f'<figcaption class="as bs">{caption}</figcaption>' if caption else ""
    return f'<figure class="fr ft paragraph-image">{image}{below}</figure>'


def _frame(para: Para, caption: str) -> str:
    media = para.media
    assert media is not None
    below = f'<figcaption class="as bs">{caption}</figcaption>' if caption else ""
    address = frame_address(media) or f"/media/{media.id}"
    return (
        f'<figure class="ks kt"><div class="kx l"><div class="ky l"><iframe src="{escape(address)}" frameborder="0" '
        f'height="{media.height}" width="{media.width}" title="{escape(media.title)}" class="hd n" scrolling="auto">'
        f"</iframe></div></div>{below}</figure>"
    )


def _card(para: Para) -> str:
    what = para.card
    assert what is not None
    thumbnail = ""
    if what.thumbnail:
        address = f"{MIRO}/max/320/{what.thumbnail.id}"
        thumbnail = (
            f'<div class="oj l"><div class="ok l" style="background-image: url({address});"></div></div>'
        )
    return (
        f'<div class="nx ny nz"><a href="{escape(what.href)}" rel="noopener follow" target="_blank"><div class="ob o">'
        f'<div class="oc l"><h2 class="bn ih">{escape(what.title)}</h2><div class="od l"><h3 class="bn b">'
        f'{escape(what.description)}</h3></div><div class="oe l"><p class="bn b">{escape(what.host)}</p></div></div>'
        f"{thumbnail}</div></a></div>"
    )
