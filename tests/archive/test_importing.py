"""Importing: the sample publication in every form, in any order, into one archive."""

from __future__ import annotations

import gzip
import io
import json
import random
import re
import shutil
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from fonds import model
from fonds.archive import events as e
from fonds.archive import journal, parse, versions
from fonds.archive.accession import Imported
from fonds.archive.derive import derive
from fonds.archive.importing import import_into
from fonds.archive.store import Archive
from fonds.errors import UsageError
from keeping import clock
from made import snapshot

SAMPLES = Path(__file__).parents[2] / "samples"
FOLDERS = ("export", "pages", "json", "graphql", "feed", "dom", "zmedium")
LIGHTHOUSE, DREDGER, ARABIC, LETTER = "2b7d9f3c6e80", "81bad3f60e4c", "5e7a0c3d6b19", "1a0c4e5b7d21"

pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
"""warcio leaves its temporary files to the collector."""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    with Archive.create(tmp_path / "kept", ["@mirahorvat"], clock=clock()):
        pass
    return tmp_path / "kept"


def bring(root: Path, *inputs: object, **options: Any) -> Imported:
    with Archive.open(root, write=True, clock=clock()) as archive:
        return import_into(archive, [str(one) for one in inputs], **options)


def contents(root: Path) -> dict[str, model.Post]:
    with Archive.open(root) as archive:
        return {version.id: versions.content(version.post) for version in archive.versions()}


def reasons(imported: Imported) -> list[str]:
    return [f"{failed.origin.rpartition('/')[2]}: {failed.reason}" for failed in imported.failures]


# -- every form ----------------------------------------------------------------------------------------------


def test_the_publication_in_every_form_is_one_archive(root: Path) -> None:
    imported = bring(root, *(SAMPLES / folder for folder in FOLDERS))
    assert imported.failures == []
    assert (imported.new, imported.posts, imported.responses, imported.drafts) == (13, 10, 1, 2)
    assert imported.previews == 0
    assert imported.exit_code == 0
    with Archive.open(root) as archive:
        for version in archive.versions():
            post = version.post
            assert post.draft or post.language, post.id
        dredger = archive.version(DREDGER)
        assert (dredger.post.visibility, dredger.post.preview_only, len(dredger.post.blocks)) == (
            "locked",
            False,
            7,
        )
        assert {row.via for row in archive.catalog.known(DREDGER)} == {"export", "import"}


def test_any_order_gives_the_same_content(root: Path, tmp_path: Path) -> None:
    expected: dict[str, model.Post] = {}
    chance = random.Random(3)
    for number in range(4):
        other = tmp_path / f"kept-{number}"
        with Archive.create(other, clock=clock()):
            pass
        for folder in chance.sample(FOLDERS, len(FOLDERS)):
            bring(other, SAMPLES / folder)
        found = contents(other)
        expected = expected or found
        assert found.keys() == expected.keys()
        for ident, post in found.items():
            assert post == expected[ident], ident


def test_the_same_again_changes_not_a_byte(root: Path) -> None:
    inputs = [SAMPLES / folder for folder in FOLDERS]
    bring(root, *inputs, data=["bookmarks"])
    before = snapshot(root)
    again = bring(root, *inputs, data=["bookmarks"])
    assert (again.new, again.changed) == (0, 0)
    assert snapshot(root) == before


def test_zip_folder_and_single_files_are_the_same(root: Path, tmp_path: Path) -> None:
    bring(root, SAMPLES / "export.zip")
    for number, inputs in enumerate(([SAMPLES / "export"], sorted((SAMPLES / "export" / "posts").iterdir()))):
        other = tmp_path / f"kept-{number}"
        with Archive.create(other, clock=clock()):
            pass
        bring(other, *inputs)
        assert contents(other) == contents(root)


def test_what_was_read_can_be_read_again(root: Path) -> None:
    bring(root, SAMPLES / "export.zip", SAMPLES / "graphql", SAMPLES / "feed" / "rss.xml")
    with Archive.open(root) as archive:
        refs = 0
        for version in archive.versions():
            for origin in version.origins:
                kept = archive.read_capture(origin.ref)
                assert kept.kind == "resource"
                assert kept.sha256 == origin.sha256
                read = [
                    found
                    for found in parse.posts(_item(kept.name, kept.body))
                    if isinstance(found, model.Post)
                ]
                assert version.id in {post.id for post in read}
                assert {post.source.form for post in read} == {origin.form}
                refs += 1
        assert refs > 20
        with (root / ".fonds/journal.jsonl").open("rb") as lines:
            kept_once = [line for line in lines if b'"do":"kept"' in line]
        assert len(kept_once) == len({json.loads(line)["sha256"] for line in kept_once})


def _item(name: str, data: bytes) -> Any:
    from fonds.archive.intake import Item

    return Item(name, data=data, size=len(data))


def test_reading_again_gives_what_is_there(root: Path) -> None:
    """An imported answer says nothing by what it leaves out: nobody knows what was asked."""
    from fonds.archive.reread import reread

    answer = {"data": {"post": {"__typename": "Post", "id": DREDGER, "title": "What the Dredger Found", "clapCount": 7, "license": "CC_40_BY", "viewerEdge": {"fullContent": {"bodyModel": {"paragraphs": [{"name": "a1b2", "type": "P", "text": "Sand. " * 900}]}}}}}}  # fmt: skip
    bring(
        root,
        SAMPLES / "pages" / "2022-dredger-preview.html",
        _file(root, "bare.json", json.dumps(answer).encode()),
    )
    before = contents(root)
    assert before[DREDGER].tags
    assert before[DREDGER].license == "CC_40_BY"
    bring(root, *(SAMPLES / folder for folder in FOLDERS))
    before = contents(root)
    with Archive.open(root, write=True, clock=clock()) as archive:
        assert reread(archive, progress=lambda _phase, _done, _total: None) == 0
    assert contents(root) == before


def test_no_path_of_this_machine_is_kept(root: Path, tmp_path: Path) -> None:
    for number, folder in enumerate(FOLDERS):
        shutil.copytree(SAMPLES / folder, tmp_path / "private" / f"here{number}" / folder)
    bring(root, *(tmp_path / "private" / f"here{number}" for number in range(len(FOLDERS))))
    for path, data in snapshot(root).items():
        assert b"private" not in data, path
        assert str(tmp_path).encode() not in data, path


# -- versions and facts --------------------------------------------------------------------------------------


def test_what_arrives_says_where_it_came_from(root: Path) -> None:
    bring(root, SAMPLES / "export.zip")
    bring(root, SAMPLES / "pages" / "2022-dredger-preview.html")
    with Archive.open(root) as archive:
        found = archive.version(DREDGER)
        assert found.number == 2
        assert [origin.form for origin in found.origins] == ["export", "page"]
        assert (found.fields["visibility"], found.fields["tags"], found.post.source.form) == (
            "page",
            "page",
            "export",
        )
        # The export tells its own day, at its foot.
        assert archive.version(DREDGER, 1).captured_at == 1_770_076_800_000


def test_an_older_export_does_not_undo_a_newer_one(root: Path, tmp_path: Path) -> None:
    (new,) = (SAMPLES / "export" / "posts").glob(f"*{DREDGER}.html")
    old = tmp_path / new.name
    text = new.read_text("utf-8")
    before = re.sub(r">Medium</a> on \w+ \d+, \d+\.", ">Medium</a> on March 3, 2023.", text)
    assert before != text
    old.write_text(before.replace("dredger", "digger"), "utf-8")
    for order in ([new, old], [old, new]):
        other = tmp_path / f"kept-{order[0] is new}"
        with Archive.create(other, clock=clock()):
            pass
        for path in order:
            bring(other, path)
        with Archive.open(other) as archive:
            assert "digger" not in str(archive.version(DREDGER).post.blocks)


def test_a_preview_alone_is_missing_as_locked(root: Path) -> None:
    imported = bring(root, SAMPLES / "pages" / "2022-dredger-preview.html")
    assert imported.previews == 1
    with Archive.open(root) as archive:
        assert [(row.id, row.missing) for row in archive.catalog.missing()] == [(DREDGER, "locked")]
    assert bring(root, SAMPLES / "export.zip").previews == 0
    with Archive.open(root) as archive:
        assert list(archive.catalog.missing()) == []


def test_links_to_own_posts_that_are_not_here(root: Path) -> None:
    text = (
        '<p>See <a href="https://medium.com/@una/tides-0a1b2c3d4e5f?source=x#ab12">this</a>, '
        '<a href="https://medium.com/@other/x-0a1b2c3d4e60">that</a> and <a href="https://medium.com/p/0a1b2c3d4e61">it</a></p>'
    )
    feed = _feed("https://medium.com/@una/boats-aaaaaaaaaaaa", text)
    assert bring(root, _file(root, "feed.xml", feed)).links == 1
    with Archive.open(root) as archive:
        (known,) = (row for row in archive.catalog.known() if row.via == "link")
        assert (known.post_id, known.url, known.detail) == (
            "0a1b2c3d4e5f",
            "https://medium.com/@una/tides-0a1b2c3d4e5f",
            "aaaaaaaaaaaa",
        )
        assert [row.missing for row in archive.catalog.missing()] == ["never-asked"]
    assert bring(root, _file(root, "feed.xml", feed)).links == 0


def test_a_moved_post_keeps_its_old_address(root: Path) -> None:
    bring(root, _file(root, "a.xml", _feed("https://medium.com/@una/boats-aaaaaaaaaaaa", "<p>One.</p>")))
    moved = _feed("https://medium.com/@una/ships-aaaaaaaaaaaa", "<p>Two.</p>", "2026-01-02T00:00:00Z")
    bring(root, _file(root, "b.xml", moved))
    with Archive.open(root) as archive:
        (move,) = archive.catalog.moves()
    assert (move.old_url, move.new_url) == (
        "https://medium.com/@una/boats-aaaaaaaaaaaa",
        "https://medium.com/@una/ships-aaaaaaaaaaaa",
    )


def _feed(link: str, html: str, updated: str = "2026-01-01T00:00:00Z") -> bytes:
    return (
        '<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:atom="http://www.w3.org/2005/Atom"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Stories by Una on Medium</title><link>https://medium.com/@una?source=rss-1a2b------2</link>'
        f"<item><title>Boats</title><link>{link}</link><guid>https://medium.com/p/{link[-12:]}</guid><dc:creator>Una</dc:creator>"
        f"<pubDate>Thu, 01 Jan 2026 00:00:00 GMT</pubDate><atom:updated>{updated}</atom:updated><content:encoded><![CDATA[{html}]]></content:encoded></item></channel></rss>"
    ).encode()


def _file(root: Path, name: str, data: bytes) -> Path:
    path = root.parent / name
    path.write_bytes(data)
    return path


# -- pictures ------------------------------------------------------------------------------------------------


def test_pictures_are_taken_in_under_names_of_the_archive_s(root: Path) -> None:
    imported = bring(root, SAMPLES / "zmedium", pictures=[SAMPLES / "assets"])
    assert imported.pictures.broken == 0
    with Archive.open(root) as archive:
        rows = list(archive.catalog.assets())
        assert len(rows) == imported.pictures.taken > 3
        for row in rows:
            data = (root / row.path).read_bytes()
            assert (row.size, row.width > 0, row.height > 0) == (len(data), True, True)
            assert not set(Path(row.path).name) & set('*:?"<>|')
        # A video's still, whose name in the other archive is that of its paragraph and of its file.
        (still,) = (row for row in rows if "hqdefault" in row.key)
        assert still.key == "https://i.ytimg.com/vi/hL_FerRy-01/hqdefault.jpg"
    with Archive.open(root, write=True, clock=clock()) as archive:
        derive(archive, jobs=1)
    text = (
        (root / "posts")
        .joinpath("2020-01-30-sounds-and-moving-pictures-of-the-quay-3c5e8a1b4f97.md")
        .read_text("utf-8")
    )
    assert f"../{still.path}" in text


def test_an_archive_of_the_other_tool_as_it_lies(root: Path, tmp_path: Path) -> None:
    there = tmp_path / "medium"
    shutil.copytree(SAMPLES / "zmedium" / "v4", there / "zmediumtomarkdown")
    for folder in (SAMPLES / "assets").iterdir():
        for picture in folder.iterdir():
            target = there / "assets" / folder.name / picture.name.replace("-", "*", 1)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(picture, target)
    broken = there / "assets" / DREDGER / "1*vFN92UgnHkQtBbbxa4ZhlS.png"
    whole = broken.read_bytes()
    for data, reason in ((whole[:-40], "breaks off"), (b"<html>Just a moment...</html>", "no picture (an HTML page)"), (b"", "no picture (empty)")):  # fmt: skip
        broken.write_bytes(data)
        imported = bring(root, there)
        assert len(imported.failures) == imported.pictures.broken == 1
        assert reason in imported.failures[0].reason
        assert imported.failures[0].origin.endswith("1*vFN92UgnHkQtBbbxa4ZhlS.png")
        assert imported.exit_code == 4
    broken.write_bytes(whole)
    assert bring(root, there).pictures.taken == 1
    again = bring(root, there)
    assert (again.pictures.taken, again.pictures.broken, again.exit_code) == (0, 0, 0)
    with Archive.open(root) as archive:
        asset = archive.catalog.asset("1*vFN92UgnHkQtBbbxa4ZhlS.png")
        assert asset is not None
        assert asset.path == f"assets/{DREDGER}/1-vFN92UgnHkQtBbbxa4ZhlS.png"


def test_pictures_that_came_are_not_asked_for(root: Path) -> None:
    from fonds.archive.belongings import is_lacking
    from fonds.medium import media

    bring(root, SAMPLES / "graphql", pictures=[SAMPLES / "assets"])
    with Archive.open(root) as archive:
        wants = [want for want in media.wants(archive.version(LIGHTHOUSE).post) if want.kind == "picture"]
        assert len(wants) > 5
        assert not [want for want in wants if is_lacking(archive.catalog, want)]


# -- an export's other files ---------------------------------------------------------------------------------


def test_other_files_of_an_export_are_kept_on_request(root: Path) -> None:
    imported = bring(root, SAMPLES / "export.zip", data=["bookmarks", "lists", "claps"])
    assert imported.data == {"bookmarks": 1, "claps": 1, "lists": 1}
    with Archive.open(root) as archive:
        rows = list(archive.catalog.data())
        assert [row.kind for row in rows] == ["bookmarks", "claps", "lists"]
        for row in rows:
            said = json.loads((root / row.path).read_bytes())
            assert said["kind"] == row.kind
            assert (
                archive.read_capture(archive.catalog.kept(said["sha256"])).name
                == f"export.zip!{row.kind}/{said['name']}"
            )
    assert not any("highlights" in path for path in snapshot(root))


def test_what_is_personal_is_never_kept(root: Path) -> None:
    bring(
        root,
        SAMPLES / "export.zip",
        SAMPLES / "export",
        data=["bookmarks", "lists", "highlights", "claps", "notes"],
    )
    with zipfile.ZipFile(SAMPLES / "export.zip") as archive:
        personal = [
            archive.read(name)
            for name in archive.namelist()
            if name.startswith(("profile/", "sessions/", "ips/"))
        ]
    assert len(personal) > 2
    with Archive.open(root) as archive:
        for row in archive.catalog.captures():
            from fonds.archive import captures

            for record in captures.records(root / ".fonds" / "captures" / row.file):
                assert record.body not in personal
                assert not any(word in record.name for word in ("profile", "sessions", "ips"))
    with pytest.raises(UsageError, match="'sessions'"):
        bring(root, SAMPLES / "export.zip", data=["sessions"])


def test_what_a_page_tells_of_its_reader_is_not_kept(root: Path) -> None:
    page = (SAMPLES / "pages" / "2018-how-we-write-this-letter.html").read_bytes()
    script = b'<script>GLOBALS = {"xsrfToken":"PHA0s1ZV4A","currentUser":{"email":"reader@mail.example"}}</script></head>'
    told = page.replace(b"</head>", script, 1)
    assert told != page
    imported = bring(root, _file(root, "page.html", told))
    assert (imported.private, imported.new) == (2, 1)
    with Archive.open(root) as archive:
        body = archive.read_capture(archive.version(LETTER).origins[0].ref).body
    assert b"reader@mail.example" not in body
    assert b"PHA0s1ZV4A" not in body


# -- WARC ----------------------------------------------------------------------------------------------------


def warc(answers: Iterable[tuple[str, bytes]]) -> bytes:
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True)
    for url, body in answers:
        http = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
        head = {"WARC-Date": "2022-03-04T05:06:07Z"}
        writer.write_record(writer.create_warc_record(url, "response", payload=io.BytesIO(body), http_headers=http, length=len(body), warc_headers_dict=head))  # fmt: skip
    return out.getvalue()


def recorded() -> list[tuple[str, bytes]]:
    found = [
        (f"https://medium.com/{path.stem}", path.read_bytes())
        for path in sorted((SAMPLES / "pages").iterdir())
    ]
    found += [
        ("https://medium.com/_/graphql", path.read_bytes())
        for path in sorted((SAMPLES / "graphql").iterdir())
    ]
    found += [("https://medium.com/feed/x", (SAMPLES / "feed" / "rss.xml").read_bytes())]
    found += [
        (f"https://medium.com/p/{path.stem}?format=json", path.read_bytes())
        for path in sorted((SAMPLES / "json").iterdir())
    ]
    return [
        *found,
        ("https://example.org/", b"<html>Another page</html>"),
        ("https://medium.com/x", (SAMPLES / "other" / "challenge.html").read_bytes()),
    ]


def test_a_warc_is_what_was_recorded_in_it(root: Path, tmp_path: Path) -> None:
    imported = bring(root, _file(root, "crawl.warc.gz", warc(recorded())))
    assert imported.failures == []
    assert imported.others["challenge page"] == 1
    other = tmp_path / "kept-2"
    with Archive.create(other, clock=clock()):
        pass
    bring(other, SAMPLES / "pages", SAMPLES / "graphql", SAMPLES / "feed" / "rss.xml", SAMPLES / "json")
    assert contents(root) == contents(other)
    with Archive.open(root) as archive:
        version = archive.version(LIGHTHOUSE)
        assert version.captured_at == 1_646_370_367_000
        assert {origin.address for origin in version.origins} == {"https://medium.com/_/graphql"} | {
            f"https://medium.com/{path.stem}" for path in (SAMPLES / "pages").glob("2026-the*")
        }
        assert archive.read_capture(version.origins[0].ref).name.startswith(
            "crawl.warc.gz!https://medium.com/"
        )


def _seen(imported: Imported) -> bool:
    """Whether three posts were found, and nothing new in them."""
    return (imported.unchanged, imported.new, imported.changed, imported.failures) == (3, 0, 0, [])


def test_warcs_in_folders_under_other_names_and_in_wacz(root: Path, tmp_path: Path) -> None:
    data = warc(recorded()[:3])
    folder = tmp_path / "crawls"
    folder.mkdir()
    (folder / "a.warc.gz").write_bytes(data)
    assert bring(root, folder).new == 2
    assert _seen(bring(root, _file(root, "odd-name.bin", data)))
    with zipfile.ZipFile(tmp_path / "a.wacz", "w") as archive:
        archive.writestr("archive/data.warc.gz", data)
        archive.writestr("pages/pages.jsonl", b"{}")
    assert _seen(bring(root, tmp_path / "a.wacz"))
    plain = gzip.decompress(data)
    assert _seen(bring(root, _file(root, "plain.dat", plain)))
    assert bring(root, folder / "a.warc.gz", max_size=1000).exit_code == 32


def test_a_warc_that_was_cut_off_is_named(root: Path) -> None:
    data = warc(recorded())
    imported = bring(root, _file(root, "crawl.warc.gz", data[: len(data) // 2]))
    assert imported.new > 0
    assert reasons(imported) == ["crawl.warc.gz: ends in the middle: the gzip data has no end"]
    assert imported.failures[0].where.startswith("byte ")
    assert imported.exit_code == 36


def test_an_archive_s_own_captures_bring_all_of_it(root: Path, tmp_path: Path) -> None:
    bring(root, SAMPLES / "export.zip", SAMPLES / "graphql")
    other = tmp_path / "kept-2"
    with Archive.create(other, clock=clock()):
        pass
    bring(other, root / ".fonds" / "captures")
    assert contents(other) == contents(root)


# -- whose posts ---------------------------------------------------------------------------------------------


def test_own_posts_only(root: Path) -> None:
    posts = [("aaaaaaaaaaaa", "https://medium.com/@mirahorvat/a-aaaaaaaaaaaa"), ("bbbbbbbbbbbb", "https://medium.com/@other/b-bbbbbbbbbbbb"), ("cccccccccccc", "https://mirahorvat.medium.com/c-cccccccccccc")]  # fmt: skip
    inputs = [_file(root, f"{ident}.xml", _feed(url, "<p>Words.</p>")) for ident, url in posts]
    imported = bring(root, *inputs, own=True)
    assert imported.others == {"post of others": 1}
    assert imported.failures == []
    assert set(contents(root)) == {"aaaaaaaaaaaa", "cccccccccccc"}
    assert bring(root, *inputs).new == 1


def test_own_needs_a_source(tmp_path: Path) -> None:
    with Archive.create(tmp_path / "kept", clock=clock()):
        pass
    with pytest.raises(UsageError, match="no source"):
        bring(tmp_path / "kept", SAMPLES / "export.zip", own=True)


# -- bad input -----------------------------------------------------------------------------------------------


def test_bad_inputs_are_named_and_the_others_done(root: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    imported = bring(
        root, SAMPLES / "export.zip", SAMPLES / "other" / "challenge.html", tmp_path / "nowhere", tmp_path / "empty",
        _file(root, "cut.zip", (SAMPLES / "export.zip").read_bytes()[:5000]), _file(root, "x.md", b"---\ntitle: x\n---\n"),
        SAMPLES / "json" / "profile.json",
    )  # fmt: skip
    assert imported.new == 13
    assert [failed.origin.rpartition("/")[2] for failed in imported.failures] == [
        "challenge.html", "nowhere", "cut.zip", "x.md", "empty", "profile.json",
    ]  # fmt: skip
    assert imported.exit_code == 36


def test_a_damaged_version_is_named_and_left(root: Path) -> None:
    bring(root, SAMPLES / "export.zip")
    path = root / ".fonds" / "posts" / DREDGER / "1.json"
    path.write_bytes(path.read_bytes()[:-9])
    imported = bring(root, SAMPLES / "graphql")
    assert reasons(imported) == ["1.json: was changed since it was kept"] * 2
    assert imported.exit_code == 64
    assert not (path.parent / "2.json").exists()


def test_stopped_and_taken_up(root: Path, tmp_path: Path) -> None:
    calls = iter(range(1000))
    imported = bring(root, SAMPLES / "export.zip", stop=lambda: next(calls) > 25)
    assert imported.interrupted
    assert imported.exit_code == 130
    assert 0 < imported.new < 13
    assert bring(root, SAMPLES / "export.zip").new == 13 - imported.new
    whole = tmp_path / "whole"
    with Archive.create(whole, clock=clock()):
        pass
    bring(whole, SAMPLES / "export.zip")
    assert contents(root) == contents(whole)


def test_posts_without_an_id_are_kept_once(root: Path) -> None:
    (draft,) = (SAMPLES / "export" / "posts").glob("draft_post-*")
    html = draft.read_bytes().replace(b"d60f284b5d91", b"")
    path = _file(root, "draft_post.html", html)
    assert bring(root, path).drafts == 1
    assert bring(root, path).unchanged == 1
    with Archive.open(root) as archive:
        (row,) = archive.catalog.posts()
        assert len(row.id) == 12
        assert list(archive.catalog.known()) == []


def test_the_journal_is_sound_after_everything(root: Path) -> None:
    bring(root, *(SAMPLES / folder for folder in FOLDERS), data=["bookmarks", "lists"])
    lines = list(journal.read(root / ".fonds/journal.jsonl"))
    assert isinstance(lines[-1].event, e.Sealed)
