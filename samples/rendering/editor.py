"""Medium's editor HTML (class="graf …"): the body of the account export and of pages up to 2018."""

from __future__ import annotations

import re
from typing import NamedTuple

from rendering.inline import Tags, escape, html
from rendering.parts import Mark, Media, Para, Picture, Post, Section

CDN = "https://cdn-images-1.medium.com"

_TAGS = {
    "P": "p",
    "H2": "h2",
    "H3": "h3",
    "H4": "h4",
    "BQ": "blockquote",
    "PQ": "blockquote",
    "ULI": "li",
    "OLI": "li",
}
_CLASSES = {
    "BQ": "blockquote",
    "PQ": "pullquote",
    "ULI": "li",
    "OLI": "li",
    "IMG": "figure",
    "IFRAME": "figure",
}
_CLASSES |= {"MIXTAPE_EMBED": "mixtapeEmbed", "SECTION_CAPTION": "sectionCaption"}
_LAYOUTS = {"OUTSET_CENTER": "OutsetCenter", "OUTSET_LEFT": "OutsetLeft", "FULL_WIDTH": "FillWidth"}
_LAYOUTS |= {"OUTSET_ROW": "OutsetRow", "OUTSET_ROW_CONTINUE": "OutsetRowContinue"}
_COLUMNS = {"OUTSET_CENTER": "outsetColumn", "FULL_WIDTH": "fullWidth"}
_KEYWORDS = re.compile(r"\b(from|import|class|const|await|let)\b")


class Era(NamedTuple):
    """What differs between the export (2017 on), the pages of 2016 to 2018 and those of 2015."""

    name: str
    slash: str = ""
    """Before the ``>`` of an empty element."""
    title_tag: str = ""
    """The element that titles are set in, where it is not their own."""
    frames: str = "src"
    """``src``: the framed host itself; ``media``: Medium's own ``/media/<id>``."""


EXPORT = Era("export")
PAGE_2016 = Era("2016", title_tag="h1", frames="media")
PAGE_2015 = Era("2015", slash="/", frames="media")


def body(post: Post, era: Era) -> str:
    """All sections of a post."""
    ends = [section.start for section in post.sections[1:]] + [len(post.body)]
    parts = []
    for number, (section, end) in enumerate(zip(post.sections, ends, strict=True)):
        edges = [" section--first"] * (number == 0) + [" section--last"] * (end == len(post.body))
        parts.append(_section(post, section, end, "".join(edges), era))
    return "".join(parts)


def _section(post: Post, section: Section, end: int, edges: str, era: Era) -> str:
    paras = post.body[section.start : end]
    name = f"{int(post.body[section.start].name or '0', 16) ^ 0x5555:04x}"
    caption = next((para for para in paras if para.kind == "SECTION_CAPTION"), None)
    inner = _columns([para for para in paras if para is not caption], paras, era)
    if era.name == "2015" and section.cover is None:
        layout = f'<div class="section-content">{inner.replace("sectionLayout--insetColumn", "layoutSingleColumn")}</div>'
        divider = '<div class="section-divider layoutSingleColumn"><hr class="section-divider"/></div>'
        return f'<section name="{name}" class="{edges or " "}">{divider}{layout}</section>'
    if section.cover is None:
        return (
            f'<section name="{name}" class="section section--body{edges}"><div class="section-divider">'
            f'<hr class="section-divider{era.slash}"></div><div class="section-content">{inner}</div></section>'
        )
    return _covered(section.cover, inner, caption, name=name, edges=edges, era=era)


def _covered(cover: Picture, inner: str, caption: Para | None, *, name: str, edges: str, era: Era) -> str:
    # Medium writes no blank between data-scroll and contenteditable here.
    above = ""
    if caption is not None:
        above = (
            '<div class="section-captionContent u-ignoreBlock"><div class="section-inner sectionLayout--caption">'
            f'<label name="{caption.name}" id="{caption.name}" data-default-value="Type caption for image (optional)" '
            f'class="graf graf--sectionCaption graf-after--p graf--trailing">{_text(caption, "sectionCaption", era)}'
            "</label></div></div>"
        )
    state = " is-aboveSectionCaption" if caption is not None else ""
    classes = (
        "section section--body section--bottomCenter section-image--aspectRatioViewport is-imageBackgrounded"
    )
    address = f"{CDN}/max/2000/{cover.id}"
    return (
        f'<section name="{name}" class="{classes} is-backgrounded is-darkBackgrounded u-imageSpectrum{edges}{state}">'
        '<div class="section-background u-width100pct u-absolute u-top0 u-cursorDefault u-bottom0" '
        f'data-scroll="aspect-ratio-viewport"contenteditable="false" data-image-id="{cover.id}" '
        f'data-width="{cover.width}" data-height="{cover.height}">'
        '<div class="section-backgroundImage u-absolute u-top0 u-left0 u-right0 u-backgroundCover u-bottom0" '
        f'style="background-image: url(&quot;{address}&quot;); background-position: 50% 50% !important;"></div>'
        '<div class="u-ignoreBlock u-absolute0 u-borderRadius3"></div><br></div>'
        '<div class="section-doubleWidthTable u-table u-ignoreBlock">'
        '<div class="section-contentCell u-tableCell u-verticalAlignTop u-ignoreBlock">'
        f'<div class="section-content">{inner}</div></div></div>{above}</section>'
    )


def _columns(paras: list[Para], section: tuple[Para, ...], era: Era) -> str:
    """Paragraphs in the columns that their layouts ask for: a row of pictures is a column of its own."""
    out: list[str] = []
    column, items, listed = "", [], ""
    row = 0

    def close() -> None:
        nonlocal items, listed
        if listed:
            items.append(f"</{listed}>")
            listed = ""
        if items:
            count = f' data-paragraph-count="{row}"' if column == "outsetRow" else ""
            out.append(f'<div class="section-inner sectionLayout--{column}"{count}>{"".join(items)}</div>')
        items = []

    for index, para in enumerate(paras):
        wanted = (
            "outsetRow" if para.layout.startswith("OUTSET_ROW") else _COLUMNS.get(para.layout, "insetColumn")
        )
        if wanted != column or para.layout == "OUTSET_ROW":
            close()
            column, row = wanted, 0
        row += 1
        tag = {"ULI": "ul", "OLI": "ol"}.get(para.kind, "")
        if listed != tag:
            if listed:
                items.append(f"</{listed}>")
            if tag:
                items.append(f'<{tag} class="postList">')
            listed = tag
        before = paras[index - 1] if index else None
        items.append(_para(para, before, last=para is section[-1], era=era))
    close()
    return "".join(out)


def _para(para: Para, before: Para | None, *, last: bool, era: Era) -> str:
    kind = _CLASSES.get(para.kind, para.kind.lower())
    attributes = _attributes(para, kind, before, last, era)
    if para.kind == "PRE":
        return _pre(para, attributes, era)
    if para.kind == "IMG":
        return f"<figure{attributes}>{_image(para, era)}{_figcaption(para, era)}</figure>"
    if para.kind == "IFRAME":
        return f"<figure{attributes}>{_frame(para, era)}{_figcaption(para, era)}</figure>"
    if para.kind == "MIXTAPE_EMBED":
        return f"<div{attributes}>{_card(para, era)}</div>"
    tag = era.title_tag if era.title_tag and para.role == "title" else _TAGS[para.kind]
    content = _text(para, kind, era) if para.text else f"<br{era.slash}>"
    return f"<{tag}{attributes}>{content}</{tag}>"


def _attributes(para: Para, kind: str, before: Para | None, last: bool, era: Era) -> str:
    naming = f' name="{para.name}" id="{para.name}"' if para.name else ""
    plain = era.name == "2015"
    classes = [f"graf--{kind}"] if plain else ["graf", f"graf--{'figure' if para.kind == 'IFRAME' else kind}"]
    if para.kind == "IFRAME":
        classes.append("graf--iframe")
    if para.drop_cap:
        classes += ["graf--hasDropCapModel", "graf--hasDropCap"]
    if para.text == "" and para.kind == "P":
        classes.append("graf--empty")
    if (para.text or "").startswith("“"):
        classes.append("graf--startsWithDoubleQuote")
    if para.layout in _LAYOUTS:
        old = {"FULL_WIDTH": "postField--fillWidthImage", "OUTSET_CENTER": "postField--outsetCenterImage"}
        classes.append(old.get(para.layout, "") if plain else f"graf--layout{_LAYOUTS[para.layout]}")
    if para.layout.startswith("OUTSET_ROW"):
        classes.append("is-partialWidth")
    if plain:
        classes += ["graf--first"] * (before is None) + ["pullquote"] * (para.kind == "PQ")
    else:
        classes.append(
            f"graf-after--{_CLASSES.get(before.kind, before.kind.lower())}" if before else "graf--leading"
        )
        classes += ["graf--trailing"] * last
        classes += [f"graf--{para.role}"] * (para.role != "")
    extra = ""
    if para.kind == "PRE" and para.mode:
        classes.append("graf--preV2")
        mode = {"DISABLED": "0", "AUTO": "1", "EXPLICIT": "2"}[para.mode]
        language = f' data-code-block-lang="{para.lang}"' if para.lang else ""
        extra = f' data-code-block-mode="{mode}" spellcheck="false"{language}'
    style = ' style="width: 50%;"' if para.layout.startswith("OUTSET_ROW") and not plain else ""
    return f'{extra}{naming} class="{" ".join(part for part in classes if part)}"{style}'


def _text(para: Para, kind: str, era: Era) -> str:
    text = para.text or ""
    tags = Tags(lambda mark: _open(mark, kind), _close, f"<br{era.slash}>")
    if not para.drop_cap:
        return html(text, para.marks, tags)
    cap = f'<span class="graf-dropCap">{escape(text[: para.drop_cap])}</span>'
    shifted = [
        Mark(
            mark.kind, mark.start - para.drop_cap, mark.end - para.drop_cap, mark.href, mark.user, mark.title
        )
        for mark in para.marks
    ]
    return cap + html(text[para.drop_cap :], shifted, tags)


def _open(mark: Mark, kind: str) -> str:
    if mark.kind == "STRONG":
        return f'<strong class="markup--strong markup--{kind}-strong">'
    if mark.kind == "EM":
        return f'<em class="markup--em markup--{kind}-em">'
    if mark.kind == "CODE":
        return f'<code class="markup--code markup--{kind}-code">'
    if mark.user:
        address = f"https://medium.com/u/{mark.user}"
        return (
            f'<a href="{address}" data-href="{address}" data-anchor-type="2" data-user-id="{mark.user}" '
            f'data-action-value="{mark.user}" data-action="show-user-card" data-action-type="hover" '
            f'class="markup--user markup--{kind}-user" target="_blank">'
        )
    address = escape(mark.href)
    title = f' title="{escape(mark.title)}"' if mark.title else ""
    relation = "" if mark.href.startswith("https://medium.com/") else ' rel="noopener"'
    tail = "" if kind == "mixtapeEmbed" else f'{relation} target="_blank"'
    return f'<a href="{address}" data-href="{address}" class="markup--anchor markup--{kind}-anchor"{title}{tail}>'


def _close(mark: Mark) -> str:
    return {"STRONG": "</strong>", "EM": "</em>", "CODE": "</code>", "A": "</a>"}[mark.kind]


def _pre(para: Para, attributes: str, era: Era) -> str:
    if not para.mode or era.name != "export":
        return f"<pre{attributes}>{_text(para, 'pre', era)}</pre>"
    pieces = []
    for number, piece in enumerate(_KEYWORDS.split(para.text or "")):
        words = escape(piece).replace("\n", "<br />")
        pieces.append(f'<span class="hljs-keyword">{words}</span>' if number % 2 else words)
    return f'<pre{attributes}><span class="pre--content">{"".join(pieces)}</span></pre>'


def _image(para: Para, era: Era) -> str:
    picture = para.picture
    assert picture is not None
    width = {"FULL_WIDTH": 2000, "OUTSET_CENTER": 1200}.get(para.layout, 800)
    attributes = f'data-image-id="{picture.id}" data-width="{picture.width}" data-height="{picture.height}"'
    if picture.focus:
        attributes += f' data-focus-x="{picture.focus[0]}" data-focus-y="{picture.focus[1]}"'
    if picture.unsplash:
        attributes += f' data-unsplash-photo-id="{picture.unsplash}"'
    if picture.featured:
        attributes += ' data-is-featured="true"'
    if picture.alt:
        attributes += f' alt="{escape(picture.alt)}"'
    image = f'<img class="graf-image" {attributes} src="{CDN}/max/{width}/{picture.id}"{era.slash}>'
    if para.href:
        address = escape(para.href)
        image = (
            f'<a href="{address}" data-href="{address}" class="graf-imageAnchor" data-action="image-link" '
            f'data-action-observe-only="true" target="_blank">{image}</a>'
        )
    if era.name == "export":
        return image
    ratio = f"{picture.height / picture.width * 100:.1f}%"
    fill = "aspect-ratio-fill" if era.name == "2015" else "aspectRatioPlaceholder-fill"
    return (
        f'<div class="aspectRatioPlaceholder is-locked" style="max-width: 700px;"><div class="{fill}" '
        f'style="padding-bottom: {ratio};"></div>{image}</div>'
    )


def _figcaption(para: Para, era: Era) -> str:
    if not para.text:
        return ""
    return f'<figcaption class="imageCaption">{_text(para, "figure", era)}</figcaption>'


def _frame(para: Para, era: Era) -> str:
    media = para.media
    assert media is not None
    if era.frames == "media":
        return (
            '<div class="aspectRatioPlaceholder is-locked"><div class="iframeContainer">'
            f'<IFRAME width="700" height="{_height(media)}" src="/media/{media.id}?postId=" '
            f'data-media-id="{media.id}" allowfullscreen frameborder="0"></IFRAME></div></div>'
        )
    if media.gist:
        return f'<script src="https://gist.github.com/{media.gist}.js"></script>'
    if media.tweet:
        return (
            f'<blockquote class="twitter-tweet"><a href="{media.href}"></a></blockquote>'
            '<script async src="https://platform.twitter.com/widgets.js" charset="utf-8"></script>'
        )
    size = f'width="700" height="{_height(media)}"'
    return f'<iframe src="{escape(media.src)}" {size} frameborder="0" scrolling="no"></iframe>'


def _height(media: Media) -> int:
    return round(700 * media.height / media.width) if media.width else 250


def _card(para: Para, era: Era) -> str:
    what = para.card
    assert what is not None
    text = _text(para, "mixtapeEmbed", era)
    address = escape(what.href)
    image = f'class="js-mixtapeImage mixtapeImage {"" if what.thumbnail else "mixtapeImage--empty "}u-ignoreBlock"'
    image += f' data-media-id="{what.media_id}"'
    if what.thumbnail:
        thumbnail = what.thumbnail.id
        image += (
            f' data-thumbnail-img-id="{thumbnail}" '
            f'style="background-image: url({CDN}/fit/c/160/160/{thumbnail});"'
        )
    return f'{text}<a href="{address}" {image}></a>'
