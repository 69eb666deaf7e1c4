#!/usr/bin/env python3
"""Makes everything in this folder from ``publication.py``: the same bytes in every run.

    python samples/make.py           write the files
    python samples/make.py --check   write nothing; exit 1 when a file differs, is missing or is too many

Needs Python 3.11 or newer and nothing else.
"""

from __future__ import annotations

import argparse
import io
import json
import shutil
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import publication as pub  # noqa: E402
from rendering import dom, export, feed, graphql, numbers, pages, pictures, zmedium  # noqa: E402
from rendering.parts import Picture, Post  # noqa: E402

MADE = ("assets", "dom", "export", "feed", "graphql", "json", "other", "pages", "zmedium")
"""Folders whose whole content is made here; beside them only ``export.zip``."""

_CHALLENGE = """<!DOCTYPE html><html lang="en-US"><head><title>Just a moment...</title>
<meta http-equiv="Content-Type" content="text/html; charset=UTF-8"><meta name="robots" content="noindex,nofollow">
<meta http-equiv="refresh" content="360"></head><body><div class="main-wrapper" role="main"><div class="main-content">
<noscript><span id="challenge-error-text">Enable JavaScript and cookies to continue</span></noscript></div></div>
<script>(function(){window._cf_chl_opt = {cvId: '3',cZone: 'medium.com',cType: 'managed',cRay: '0000000000000000'};
var a = document.createElement('script');a.src = '/cdn-cgi/challenge-platform/h/b/orchestrate/chl_page/v1';
document.getElementsByTagName('head')[0].appendChild(a);}());</script></body></html>
"""
_NOT_FOUND = """<!doctype html><html lang="en"><head><title data-rh="true">Medium</title>
<meta data-rh="true" charset="utf-8"><meta data-rh="true" property="og:site_name" content="Medium"></head><body>
<div id="root"><div class="a b c"><div class="d e"><h4 class="f">PAGE NOT FOUND</h4><h2 class="g">404</h2>
<h2 class="h">Out of nothing, something.</h2><p class="i">You can find (just about) anything on Medium.</p></div></div></div>
<script>window.__APOLLO_STATE__ = {"ROOT_QUERY":{"__typename":"Query","viewer":null,
"postResult({\\"id\\":\\"000000000000\\"})":{"__typename":"NotFound"}}}</script></body></html>
"""


def files() -> dict[str, bytes]:
    """Path under samples/ → bytes, for everything that is made."""
    texts = {f"export/{path}": text for path, text in export.files().items()}
    texts |= _pages() | _json() | _graphql() | _zmedium()
    texts |= {
        "feed/rss.xml": feed.rss(_newest()),
        "feed/atom.xml": feed.atom((pub.LIGHT, pub.CHINESE)),
        "dom/2022-how-we-write-this-letter.html": dom.page(pub.STYLE, year=2022),
        "dom/2024-the-lighthouse.html": dom.page(pub.LIGHT, year=2024),
        "other/challenge.html": _CHALLENGE,
        "other/not-found.html": _NOT_FOUND,
    }
    result = {path: text.encode() for path, text in texts.items()}
    result |= dict(_assets())
    inside = {
        path.removeprefix("export/"): data for path, data in result.items() if path.startswith("export/")
    }
    result["export.zip"] = _zip(inside)
    return result


def _newest() -> tuple[Post, ...]:
    """What a feed holds: the ten newest that are public, responses among them."""
    public = [post for post in pub.POSTS if not post.draft and post.visibility == "PUBLIC"]
    return tuple(sorted(public, key=lambda post: -post.published)[:10])


def _pages() -> dict[str, str]:
    assert pub.FERRY.previous is not None
    return {
        "pages/2015-bura.html": pages.graf_only(pub.CROATIAN),
        "pages/2017-bura.html": pages.obv_init(pub.CROATIAN),
        "pages/2018-how-we-write-this-letter.html": pages.obv_init(pub.STYLE),
        "pages/2020-arabic.html": pages.apollo_2019(pub.ARABIC),
        "pages/2020-sounds.html": pages.apollo_2019(pub.SOUND),
        "pages/2020-ferry-first-version.html": pages.apollo(pub.FERRY.previous, '{"postMeteringOptions":{}}'),
        "pages/2021-how-we-write-this-letter.html": pages.apollo(pub.STYLE),
        "pages/2022-dredger-preview.html": pages.apollo(
            pub.DREDGER, '{"postMeteringOptions":{"referrer":""}}'
        ),
        "pages/2026-the-lighthouse.html": pages.react_router(pub.LIGHT),
        "pages/2026-tide-tables.html": pages.react_router(pub.TIDE),
    }


def _json() -> dict[str, str]:
    def text(what: Any) -> str:
        return json.dumps(what, ensure_ascii=False, separators=(",", ":"))

    return {
        f"json/{pub.STYLE_ID}.json": numbers.PREFIX + text(numbers.payload(pub.STYLE)),
        f"json/{pub.RESPONSE_ID}.json": numbers.PREFIX + text(numbers.payload(pub.RESPONSE)),
        f"json/{pub.SOUND_ID}.json": text(numbers.payload(pub.SOUND)),
        f"json/{pub.TIDE_ID}.json": text(numbers.payload(pub.TIDE)),
        f"json/{pub.COUNCIL_ID}.json": text(numbers.payload(pub.COUNCIL)),
        "json/profile.json": numbers.PREFIX + text(numbers.profile((pub.TIDE, pub.CHINESE))),
    }


def _graphql() -> dict[str, str]:
    def text(what: Any) -> str:
        return json.dumps(what, ensure_ascii=False, indent=1) + "\n"

    batch = [graphql.answer(post, viewer=True) for post in (pub.TIDE, pub.CHINESE, pub.FERRY)]
    return {
        f"graphql/{pub.LIGHT_ID}.json": text(graphql.answer(pub.LIGHT)),
        f"graphql/{pub.ARABIC_ID}.json": text(graphql.answer(pub.ARABIC)),
        f"graphql/{pub.CROATIAN_ID}.json": text(graphql.answer(pub.CROATIAN)),
        f"graphql/{pub.DREDGER_ID}.json": text(graphql.answer(pub.DREDGER, viewer=True)),
        f"graphql/{pub.RESPONSE_ID}.json": text(graphql.answer(pub.RESPONSE)),
        "graphql/batch.json": text(batch),
        "graphql/dredger-preview.json": text(graphql.answer(pub.DREDGER, preview=True)),
        "graphql/list.json": text(graphql.listing((pub.TIDE, pub.CHINESE))),
    }


def _zmedium() -> dict[str, str]:
    wanted = {
        "v1": (zmedium.FIRST, (pub.ARABIC, pub.SOUND)),
        "v2": (zmedium.SECOND, (pub.CROATIAN,)),
        "v3-jekyll": (zmedium.THIRD, (pub.CROATIAN, pub.FERRY)),
        "v4": (zmedium.FOURTH, (pub.CHINESE, pub.DREDGER)),
    }
    return {
        f"zmedium/{folder}/{zmedium.name(post, generation)}": zmedium.markdown(post, generation)
        for folder, (generation, posts) in wanted.items()
        for post in posts
    }


def _assets() -> Iterator[tuple[str, bytes]]:
    """Every picture of every post, and the one video picture that ZMediumToMarkdown keeps beside them."""
    for post in pub.POSTS:
        kept = [section.cover for section in post.sections]
        for para in post.body:
            kept += [para.picture, para.drop_cap_picture, para.card.thumbnail if para.card else None]
            if para.media and para.media.schema == "youtube":
                yield (
                    f"assets/{post.id}/{zmedium.thumbnail(para)}",
                    pictures.draw(Picture("video", 96, 54, stored_as="jpeg")),
                )
        for picture in kept:
            if picture is not None:
                # Not "1*….png", as ZMediumToMarkdown names them: Windows has no star in a file's name.
                yield f"assets/{post.id}/{picture.id.replace('*', '-')}", pictures.draw(picture)


def _zip(inside: dict[str, bytes]) -> bytes:
    """Stored, not deflated: what zlib makes of the same bytes differs from version to version."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for path in sorted(inside):
            entry = zipfile.ZipInfo(path, date_time=(2026, 2, 3, 8, 0, 0))
            entry.external_attr = 0o644 << 16
            entry.create_system = 3
            archive.writestr(entry, inside[path])
    return buffer.getvalue()


def _present() -> set[str]:
    found = {"export.zip"} if (HERE / "export.zip").exists() else set()
    for folder in MADE:
        found |= {path.relative_to(HERE).as_posix() for path in (HERE / folder).rglob("*") if path.is_file()}
    return found


def check(wanted: dict[str, bytes]) -> list[str]:
    """One line for each file that is not what it should be."""
    present = _present()
    lines = [f"missing: {path}" for path in sorted(wanted.keys() - present)]
    lines += [f"not made by make.py: {path}" for path in sorted(present - wanted.keys())]
    lines += [
        f"differs: {path}"
        for path in sorted(wanted.keys() & present)
        if (HERE / path).read_bytes() != wanted[path]
    ]
    return lines


def write(wanted: dict[str, bytes]) -> None:
    for folder in MADE:
        shutil.rmtree(HERE / folder, ignore_errors=True)
    for path, data in wanted.items():
        target = HERE / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)


def main() -> int:
    parser = argparse.ArgumentParser(description="Makes the sample publication in every form of Medium's.")
    parser.add_argument(
        "--check", action="store_true", help="compare with the files that are here; write nothing"
    )
    wanted = files()
    if parser.parse_args().check:
        differences = check(wanted)
        print("\n".join(differences) if differences else f"{len(wanted)} files are what make.py makes")
        return 1 if differences else 0
    write(wanted)
    size = sum(len(data) for data in wanted.values())
    print(f"{len(wanted)} files, {size / 1024:.0f} KiB, in {HERE}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
