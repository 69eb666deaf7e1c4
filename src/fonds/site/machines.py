"""What is there for machines: feeds, citations, the ways of old addresses; the theme's files. Text, no files."""

from __future__ import annotations

import functools
from collections.abc import Callable, Container, Iterator, Sequence
from urllib.parse import quote

import msgspec

import fonds
from fonds.site import citations, feeds, output, redirects
from fonds.site.cards import Card
from fonds.site.pages import Planned, faces, marked
from fonds.site.settings import Settings
from fonds.site.theme import Theme, colours
from fonds.site.views import Site


def plan(cards: Sequence[Card], site: Site, theme: Theme, taken: Container[str]) -> Iterator[Planned]:
    """Feeds, sitemap, citations, and what leads old addresses to their pages. ``taken``: the paths of pages."""
    public = [card for card in cards if card.kind != "drafts"]
    seen = marked(site, faces(public), [card.updated for card in public])
    title, url = site.title, site.url
    rules = redirects.rules(public)
    made: list[tuple[str, Callable[[], bytes]]] = [
        ("feed.xml", lambda: feeds.atom(cards, site)),
        ("feed.json", lambda: feeds.json_feed(cards, site)),
        ("citations.json", lambda: citations.all_csl(public, title, url)),
        ("citations.bib", lambda: citations.all_bibtex(public, title, url)),
        ("_redirects", lambda: redirects.netlify(rules, url)),
        (".htaccess", lambda: redirects.apache(rules, url)),
        ("redirects/nginx.conf", lambda: redirects.nginx(rules, url)),
    ]
    if url:
        made.append(("sitemap.xml", lambda: feeds.sitemap(public, site, [part.path for part in site.parts])))
    old = marked([(rule.old, rule.card.page) for rule in rules])
    for path, make in made:
        yield Planned(path, marked(seen, old), make)
    for rule in rules if url else ():
        path = redirects.page_path(rule)
        if redirects.fits(rule) and path not in taken:
            href = quote("../" * path.count("/") + rule.card.page)
            make = functools.partial(
                theme.render, "redirect.html", href=href, url=url + rule.card.page, title=rule.card.title
            )
            yield Planned(path, marked("redirect", href, url, rule.card.title), make)


def static(theme: Theme, settings: Settings) -> Iterator[Planned]:
    """The theme's files, the colours that were chosen, and the file that says that this is a site of fonds'."""
    for path, data in theme.static():
        yield Planned(path, output.digest(data).hex(), functools.partial(bytes, data))
    scheme = colours(settings.colours)
    yield Planned("static/colours.css", output.digest(scheme).hex(), lambda: scheme)
    marker = msgspec.json.encode({"made_by": "fonds", "version": fonds.__version__, "what": "site"}) + b"\n"
    yield Planned(output.MARKER, output.digest(marker).hex(), lambda: marker)
