"""Small inputs in Medium's forms, made up: what the tests of intake, conversion and commands feed on."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360f8cfc000000301010018dd8db00000000049454e44ae426082"
)
JPEG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffd9")
GIF = b"GIF89a\x01\x00\x01\x00\x00\x00\x00;"

_STYLE = """<style>
      section[data-field=subtitle],
      section[data-field=description] {
        display: none;
      }
      </style>"""


def graf(text: str, name: str = "a1b2", kind: str = "p") -> str:
    """One paragraph of the editor's HTML; ``text`` may hold markup."""
    return f'<{kind} name="{name}" id="{name}" class="graf graf--{kind}">{text}</{kind}>'


def figure(image: str, name: str = "f1f2") -> str:
    return (
        f'<figure name="{name}" id="{name}" class="graf graf--figure"><img class="graf-image" data-image-id="{image}" '
        f'data-width="800" data-height="600" src="https://cdn-images-1.medium.com/max/800/{image}"></figure>'
    )


def export_post(
    title: str = "Boats at the harbour",
    *body: str,
    post_id: str = "0123456789ab",
    date: str = "2016-05-31T11:05:50.178Z",
    slug: str = "boats-at-the-harbour",
    draft: bool = False,
) -> bytes:
    """A post (or draft) as the account export holds it."""
    paragraphs = "".join(body) or graf("Two boats came in before noon, and nobody counted the third.")
    if draft:
        foot = f'<p>By <a href="https://medium.com/@ana" class="p-author h-card">Ana</a></p><p><a href="https://medium.com/p/{post_id}" class="p-canonical">Canonical link</a></p>'
    else:
        foot = (
            f'<p>By <a href="https://medium.com/@ana" class="p-author h-card">Ana</a> on <a href="https://medium.com/p/{post_id}">'
            f'<time class="dt-published" datetime="{date}">{date[:10]}</time></a>.</p>'
            f'<p><a href="https://medium.com/@ana/{slug}-{post_id}" class="p-canonical">Canonical link</a></p>'
        )
    return (
        '<!DOCTYPE html><html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8">'
        f'<title>{title}</title>{_STYLE}</head><body><article class="h-entry">\n<header>\n'
        f'<h1 class="p-name">{title}</h1>\n</header>\n<section data-field="subtitle" class="p-summary">\n</section>\n'
        '<section data-field="body" class="e-content">\n<section name="e5d2" class="section section--body section--first '
        'section--last"><div class="section-divider"><hr class="section-divider"></div><div class="section-content">'
        f'<div class="section-inner sectionLayout--insetColumn">{graf(title, "0001", "h3")}{paragraphs}</div></div></section>\n'
        f'</section>\n<footer>{foot}<p>Exported from <a href="https://medium.com">Medium</a> on June 3, 2024.</p></footer>'
        "</article></body></html>"
    ).encode()


def export_name(title: str, post_id: str, date: str = "2016-05-31") -> str:
    """The name that the export gives to a post's file."""
    return f"{date}_{title.replace(' ', '-')}-{post_id}.html"


def export_list(kind: str = "bookmarks", entries: int = 2) -> bytes:
    """A file of the export that is no post."""
    items = "".join(
        f'<li><a class="h-cite" href="https://medium.com/p/{number:012x}">Entry {number}</a></li>'
        for number in range(entries)
    )
    return (
        '<!DOCTYPE html><html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8">'
        f"<title>Ana’s {kind}, page 1</title>{_STYLE}</head><body><section><h3>Ana’s {kind}, page 1</h3>"
        f"<ul>{items}</ul></section></body></html>"
    ).encode()


SECRET = "203.0.113.77"
"""Stands in the personal files of ``export``: it must turn up nowhere."""


def export(posts: Mapping[str, bytes] | None = None) -> dict[str, bytes]:
    """Name → bytes of a whole account export."""
    given = posts if posts is not None else {"2016-05-31_Boats-0123456789ab.html": export_post()}
    return {
        "README.html": export_list()
        .replace(b"<h3>Ana\xe2\x80\x99s bookmarks, page 1</h3>", b"<h1>Archive for Ana</h1>")
        .replace(b"Ana\xe2\x80\x99s bookmarks, page 1", b"Ana"),
        "bookmarks/bookmarks-0001.html": export_list("bookmarks"),
        "claps/claps-0001.html": export_list("claps", 5),
        "ips/ips-0001.html": f"<html><title>IPs</title>{SECRET}</html>".encode(),
        "profile/profile.html": f"<html><title>Ana</title>ana@example.org {SECRET}</html>".encode(),
        "sessions/sessions-0001.html": f"<html><title>Sessions</title>{SECRET}</html>".encode(),
        **{f"posts/{name}": data for name, data in given.items()},
    }


def api_post(
    title: str = "Nets and knots",
    post_id: str = "abcdef012345",
    paragraphs: Iterable[Mapping[str, object]] = (),
) -> bytes:
    """A GraphQL answer with one post."""
    body = list(paragraphs) or [
        {"name": "b001", "type": "P", "text": "Mend them while it rains.", "markups": []}
    ]
    post = {
        "__typename": "Post", "id": post_id, "title": title, "uniqueSlug": f"nets-and-knots-{post_id}",
        "firstPublishedAt": 1464692750178, "creator": {"id": "c0ffee00", "name": "Ana", "username": "ana"},
        "content": {"bodyModel": {"paragraphs": body, "sections": []}},
    }  # fmt: skip
    return json.dumps({"data": {"post": post}}).encode()


CHALLENGE = (
    b'<!DOCTYPE html><html lang="en-US"><head><title>Just a moment...</title></head><body>'
    b"<script>window._cf_chl_opt={cvId:'3'};</script></body></html>"
)
NOT_FOUND = b"<!DOCTYPE html><html><head><title>Medium</title></head><body><h1>PAGE NOT FOUND</h1><p>404</p></body></html>"
LOGIN = b"<!DOCTYPE html><html><head><title>Sign in - Medium</title></head><body><form action=/m/signin></form></body></html>"


def tree(folder: Path, files: Mapping[str, bytes]) -> Path:
    """Writes ``files`` under ``folder`` and returns it."""
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


def zipped(
    files: Mapping[str, bytes] | Iterable[tuple[str, bytes]], method: int = zipfile.ZIP_DEFLATED
) -> bytes:
    """A ZIP of ``files``, whatever their names."""
    pairs = files.items() if isinstance(files, Mapping) else files
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, data in pairs:
            archive.writestr(zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0)), data, method)
    return target.getvalue()


def snapshot(folder: Path) -> dict[str, bytes]:
    """Every file under ``folder``, hidden ones included: name → bytes."""
    return {
        str(path.relative_to(folder)).replace("\\", "/"): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
