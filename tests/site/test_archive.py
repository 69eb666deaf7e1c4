"""A site of an archive: versions, tombstones, what is missing, pictures where they lie."""

from __future__ import annotations

from pathlib import Path

import pytest

from fonds.archive import events as e
from fonds.archive.store import Archive
from fonds.archive.versions import Version
from fonds.model import Heading, Image, Paragraph, Person, Post, RichText
from fonds.site.archive import ArchiveSource
from fonds.site.build import build
from fonds.site.opening import prepare
from fonds.site.settings import Settings
from site_looking import links, loaded, pages, parsed, target

ID = "abcdef012345"
PNG = (
    Path(__file__).resolve().parents[2] / "samples/assets/2b7d9f3c6e80/1-4Rjrp3bvT_Vkrk9QOdWAqn.png"
).read_bytes()
BEGUN = 1_464_692_750_178
DAY = 86_400_000


def post(
    text: str,
    *,
    edition: int = BEGUN,
    ident: str = ID,
    title: str = "Nets and knots",
    image: str = "1*net.png",
) -> Post:
    return Post(
        id=ident,
        title=title,
        slug="nets-and-knots",
        medium_url=f"https://medium.com/@ana/nets-and-knots-{ident}",
        author=Person("c0ffee00", "Ana", "ana"),
        first_published_at=BEGUN,
        latest_published_at=edition,
        language="en",
        blocks=(
            Heading(level=3, content=RichText(title)),
            Paragraph(name="b001", content=RichText(text)),
            Image(name="b002", id=image, alt="A net", width=1, height=1),
        ),
    )


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "archive"
    now = iter(range(BEGUN + DAY, BEGUN + 900 * DAY, DAY))
    with Archive.create(root, ("@ana",), "Ana's letters", clock=lambda: next(now)) as archive:
        for number, text in enumerate(("Mend them while it rains.", "Mend them while it snows and rains.")):
            found = post(text, edition=BEGUN + number * DAY)
            archive.add_version(
                Version(
                    id=ID, post=found, captured_at=BEGUN + number * DAY, edition=found.latest_published_at
                )
            )
            archive.commit()
        archive.put(f"assets/{ID}/1-net.png", PNG)
        archive.record(
            e.Asset("1*net.png", f"assets/{ID}/1-net.png", len(PNG), "0" * 64, type="image/png", width=1, height=1, post_id=ID),
            e.Known("0123456789ab", "list", "https://medium.com/p/0123456789ab", "A lost letter"),
            e.Absent("0123456789ab", "deleted", "404"),
            e.Gone(ID, reason="deleted"),
            e.Moved(ID, f"https://medium.com/@ana/old-title-{ID}", f"https://medium.com/@ana/nets-and-knots-{ID}"),
        )  # fmt: skip
    return root


def only(folder: Path, pattern: str) -> str:
    (found,) = folder.glob(pattern)
    return found.read_text("utf-8")


def test_everything_that_is_kept_of_a_post_is_shown(root: Path) -> None:
    source, out, settings = prepare([root])
    assert out == root / "site"
    summary = build(source, out, settings=settings, jobs=1)
    assert [str(failure) for failure in summary.failures] == []
    page = only(out, f"posts/*{ID}.html")
    assert "Mend them while it snows and rains." in page
    assert "Gone from Medium since" in page
    assert "2\u00a0versions" in page
    assert "SHA-256" in page
    assert "<title>Nets and knots · Ana&#39;s letters</title>" in page
    changes = only(out, f"versions/*{ID}.html")
    assert "<ins>snows and </ins>" in changes or "<ins>snows</ins>" in changes
    about = (out / "about.html").read_text("utf-8")
    assert "deleted at Medium before it was fetched" in about
    assert "A lost letter" in about
    assert f"/@ana/old-title-{ID} " in (out / "_redirects").read_text("utf-8")


def test_pictures_stay_where_they_lie(root: Path) -> None:
    source, out, settings = prepare([root])
    build(source, out, settings=settings, jobs=1)
    assert not (out / "assets").exists()
    for page in pages(out):
        for address in (*links(parsed(page)), *loaded(parsed(page))):
            file = target(page, address)
            assert file is None or file.is_file(), f"{page}: {address}"


def test_a_site_elsewhere_has_its_own_pictures(root: Path, tmp_path: Path) -> None:
    out = tmp_path / "elsewhere"
    build(ArchiveSource(root), out, settings=Settings(), jobs=1)
    assert (out / "assets" / ID / "1-net.png").read_bytes() == PNG


def test_a_new_version_makes_the_post_again_and_nothing_else_reads(root: Path) -> None:
    with Archive.open(root, write=True) as archive:
        other = post("Dry them.", ident="0a0b0c0d0e0f", title="Another")
        archive.add_version(Version(id=other.id, post=other, captured_at=BEGUN))
    source, out, settings = prepare([root])
    first = build(source, out, settings=settings, jobs=1)
    assert first.read == 2
    assert build(ArchiveSource(root), out, settings=settings, jobs=1).written == 0
    with Archive.open(root, write=True) as archive:
        archive.add_version(
            Version(id=ID, post=post("Sell them.", edition=BEGUN + 9 * DAY), captured_at=BEGUN + 9 * DAY)
        )
    again = build(ArchiveSource(root), out, settings=settings, jobs=1)
    assert again.read == 1
    assert 0 < again.written < first.written
    assert "Sell them." in only(out, f"posts/*{ID}.html")


def test_a_picture_that_came_later_is_shown(root: Path) -> None:
    with Archive.open(root, write=True) as archive:
        later = post("Look:", ident="0a0b0c0d0e0f", title="Later", image="1*later.png")
        archive.add_version(Version(id=later.id, post=later, captured_at=BEGUN))
    source, out, settings = prepare([root])
    build(source, out, settings=settings, jobs=1)
    assert "not kept here" in only(out, "posts/*0a0b0c0d0e0f.html")
    with Archive.open(root, write=True) as archive:
        archive.put("assets/0a0b0c0d0e0f/1-later.png", PNG)
        archive.record(
            e.Asset("1*later.png", "assets/0a0b0c0d0e0f/1-later.png", len(PNG), "1" * 64, width=1, height=1)
        )
    build(ArchiveSource(root), out, settings=settings, jobs=1)
    assert "not kept here" not in only(out, "posts/*0a0b0c0d0e0f.html")
