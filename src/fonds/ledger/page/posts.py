"""A post as the ledger read it: its words, with the sentences that hold claims marked."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from urllib.parse import quote

from fonds.ledger import wording
from fonds.ledger.page.shell import LABELS, e, frame
from fonds.ledger.review import Entry
from fonds.ledger.rows import Head
from fonds.ledger.sentences import Sentence
from fonds.ledger.view import View

_TAGS = {"quote": "blockquote", "tweet": "blockquote", "card": "blockquote", "caption": "figcaption"}


def page(
    head: Head, every: Sequence[Sentence], entries: Sequence[Entry], view: View, site: str = ""
) -> bytes:
    """The page of one post. ``entries`` are its claims, ``every`` its sentences; ``site`` the address of the post
    in a site, "" when there is none."""
    by_number: dict[int, list[Entry]] = {}
    for entry in entries:
        by_number.setdefault(entry.row.sentence.number, []).append(entry)
    body = [_about(head, view, site)]
    numbered = list(enumerate(every))
    for _, group in itertools.groupby(numbered, key=lambda pair: pair[1].block):
        held = list(group)
        kind = held[0][1].kind
        first = " ".join(view.hide.text(s.text) for _, s in held)
        words = first if not any(n in by_number for n, _ in held) else None
        text = (
            e(words)
            if words is not None
            else " ".join(_sentence(s, by_number.get(n, []), view) for n, s in held)
        )
        if kind in ("heading", "subtitle"):
            body.append(f'<p class="section">{text}</p>')
        else:
            tag = _TAGS.get(kind, "p")
            body.append(f"<{tag}>{text}</{tag}>")
        notes = [_note(entry, site) for n, _ in held for entry in by_number.get(n, [])]
        if notes:
            body.append(f"<ul class=notes>{''.join(notes)}</ul>")
    title = head.title or head.id
    return frame(title, f"<article class=post>{''.join(body)}</article>", depth=1)


def _about(head: Head, view: View, site: str) -> str:
    parts = [e(head.author)] if head.author else []
    parts.append(e(head.date) or "no date")
    if site:
        parts.append(f'<a href="{e(site)}">the post in the site</a>')
    if head.url.startswith(("https://", "http://")):
        parts.append(f'<a href="{e(head.url)}" rel="noreferrer">the post at its own address</a>')
    line = f"<p class=by>{', '.join(parts)}. The post's words as they were read; sentences with claims are marked.</p>"
    twin = view.heads.get(head.twin)
    if head.twin:
        name = f'<a href="{e(head.twin)}.html">{e(twin.title if twin is not None else head.twin)}</a>'
        line += (
            f"<p class=by>This post repeats {name} under another id. Its claims are not counted again.</p>"
        )
    return line


def _sentence(sentence: Sentence, entries: Sequence[Entry], view: View) -> str:
    if not entries:
        return e(view.hide.text(sentence.text))
    text = entries[0].row.sentence.text
    out, at = [], 0
    spans = sorted({(x.row.claim.start, x.row.claim.end) for x in entries if x.row.claim.figure})
    for start, end in spans:
        if start < at or end > len(text):
            continue
        ids = "".join(f'<span id="c-{x.row.id}"></span>' for x in entries if x.row.claim.start == start)
        out.append(f"{e(text[at:start])}{ids}<b>{e(text[start:end])}</b>")
        at = end
    bare = "".join(f'<span id="c-{x.row.id}"></span>' for x in entries if not x.row.claim.figure)
    return f'<mark id="s-{entries[0].row.sentence.number}">{bare}{"".join(out)}{e(text[at:])}</mark>'


def _in_site(entry: Entry, site: str) -> str:
    """A link to the sentence in the site's page of the post: a text fragment marks it there, where the browser can
    (https://wicg.github.io/scroll-to-text-fragment/). What was redacted has no such link."""
    quote_ = entry.row.sentence.selector
    if not site or not (quote_.prefix or quote_.suffix):
        return ""
    words = quote(entry.row.sentence.text, safe="").replace("-", "%2D")
    return f'; <a href="{e(site)}#:~:text={e(words)}">in the site</a>'


def _note(entry: Entry, site: str) -> str:
    claim = entry.row.claim
    parts = [e(wording.title(entry))]
    for label, mention in (
        ("place", claim.place),
        ("date", claim.date),
        ("source", claim.source),
        ("held responsible", claim.responsible),
    ):
        if mention is not None:
            parts.append(f"{label}: {e(wording.mention(mention))}")
    if entry.row.repeats:
        parts.append("repeated here; counted once")
    if entry.corrected_by:
        parts.append("corrected by a later claim")
    if entry.state != "new":
        parts.append(f"{entry.state} on review")
    return f'<li class="k-{claim.kind}">{"; ".join(parts)} <small>({LABELS[claim.kind].lower()}, rule {e(claim.rule)})</small>{_in_site(entry, site)}</li>'
