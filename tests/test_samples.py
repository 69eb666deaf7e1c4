"""samples/: what is in the repository is what its script makes, and every form says what publication.py says."""

from __future__ import annotations

import shutil
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = ROOT / "samples"
sys.path.insert(0, str(SAMPLES))

import publication as pub  # noqa: E402
from fonds.model import (  # noqa: E402
    Block,
    Code,
    Embed,
    Heading,
    Image,
    ImageRow,
    LinkCard,
    ListItem,
    Mark,
    MarkKind,
    Other,
    Paragraph,
    Post,
    Quote,
    RichText,
    Section,
    Unknown,
)
from fonds.richtext import from_utf16  # noqa: E402
from fonds.sources import read, sniff  # noqa: E402
from fonds.writers import write  # noqa: E402
from fonds.writers.check import check  # noqa: E402
from fonds.writers.context import Context  # noqa: E402
from rendering import parts  # noqa: E402

MODELS = {post.id: post for post in pub.POSTS}
KINDS: dict[str, MarkKind] = {"STRONG": "strong", "EM": "em", "A": "link", "CODE": "code"}


# ------------------------------------------------------------------------------------------- the script


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(folder / "make.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd="/", encoding="utf-8")


def copy(tmp_path: Path) -> Path:
    return Path(
        shutil.copytree(
            SAMPLES, tmp_path / "samples", ignore=shutil.ignore_patterns("__pycache__", ".ruff_cache")
        )
    )


def test_the_files_are_what_the_script_makes() -> None:
    done = run(SAMPLES, "--check")
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_changed_missing_or_foreign_file_is_named(tmp_path: Path) -> None:
    folder = copy(tmp_path)
    (folder / "feed" / "rss.xml").write_text("changed", encoding="utf-8")
    (folder / "other" / "challenge.html").unlink()
    (folder / "pages" / "foreign.html").write_text("foreign", encoding="utf-8")
    done = run(folder, "--check")
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        "missing: other/challenge.html",
        "not made by make.py: pages/foreign.html",
        "differs: feed/rss.xml",
    ]


def test_the_script_writes_what_it_checks(tmp_path: Path) -> None:
    folder = copy(tmp_path)
    shutil.rmtree(folder / "export")
    (folder / "pages" / "foreign.html").write_text("foreign", encoding="utf-8")
    assert run(folder).returncode == 0
    assert run(folder, "--check").returncode == 0


def test_the_script_needs_the_standard_library_only() -> None:
    code = "import sys; sys.argv = ['make.py', '--check']; import runpy; runpy.run_path(r'%s', run_name='__main__')"
    command = [sys.executable, "-I", "-S", "-c", code % (SAMPLES / "make.py")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, encoding="utf-8")
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_samples_are_small_and_their_names_stand_on_every_file_system() -> None:
    made = ("__pycache__", ".ruff_cache")
    files = [path for path in SAMPLES.rglob("*") if path.is_file() and not set(made) & set(path.parts)]
    assert sum(path.stat().st_size for path in files) < 1_500_000
    for path in files:
        assert not set(path.name) & set('<>:"\\|?*'), path
        assert not path.name.endswith((".", " ")), path


def test_the_zip_is_the_folder() -> None:
    folder = SAMPLES / "export"
    with zipfile.ZipFile(SAMPLES / "export.zip") as archive:
        assert archive.testzip() is None
        inside = {name: archive.read(name) for name in archive.namelist()}
    assert inside == {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


# ------------------------------------------------------------------------------------------- what is in it

ALL_TYPES = {
    "P", "H2", "H3", "H4", "IMG", "BQ", "PQ", "PRE", "ULI", "OLI", "IFRAME", "MIXTAPE_EMBED", "SECTION_CAPTION",
}  # fmt: skip
ALL_LAYOUTS = {
    "INSET_CENTER", "OUTSET_CENTER", "OUTSET_LEFT", "FULL_WIDTH", "OUTSET_ROW", "OUTSET_ROW_CONTINUE",
}  # fmt: skip


def paragraphs() -> list[parts.Para]:
    return [para for post in pub.POSTS for para in post.body]


def test_the_publication_holds_everything_that_medium_has() -> None:
    paras = paragraphs()
    marks = [mark for para in paras for mark in para.marks]
    assert {para.kind for para in paras} == ALL_TYPES
    assert {para.layout for para in paras} - {""} == ALL_LAYOUTS
    assert {mark.kind for mark in marks} == {"STRONG", "EM", "A", "CODE"}
    assert any(mark.user for mark in marks)
    assert {para.mode for para in paras if para.kind == "PRE"} == {"", "AUTO", "EXPLICIT", "DISABLED"}
    assert {para.role for para in paras} == {"", "title", "subtitle", "kicker"}
    assert any(para.text is None for para in paras)
    assert any(para.name is None for para in paras)
    assert any(para.drop_cap for para in paras)
    assert any(para.drop_cap_picture for para in paras)
    assert any(section.cover for post in pub.POSTS for section in post.sections)
    media = [para.media for para in paras if para.media]
    assert {what.schema for what in media} >= {
        "youtube",
        "vimeo",
        "spotify",
        "soundcloud",
        "codepen",
        "twitter",
        "",
    }
    cards = [para.card for para in paras if para.card]
    assert {card.thumbnail is None for card in cards} == {True, False}
    assert {post.visibility for post in pub.POSTS} == {"PUBLIC", "UNLISTED", "LOCKED"}
    assert {post.language for post in pub.POSTS} >= {"en", "ar", "zh", "hr"}
    assert any(post.draft and not post.title for post in pub.POSTS)
    assert any(post.parent for post in pub.POSTS)
    assert any(post.previous for post in pub.POSTS)
    assert any(post.image is None and post.visibility == "UNLISTED" for post in pub.POSTS)


def bounds(mark: parts.Mark, text: str) -> tuple[int, int]:
    return max(mark.start, 0), min(mark.end, parts.units(text))


def test_the_marks_are_as_hard_as_medium_s() -> None:
    crossing = split = outside = empty = blank = pair = 0
    for para in paragraphs():
        text = para.text or ""
        raw = text.encode("utf-16-le")
        for mark in para.marks:
            outside += mark.end > parts.units(text)
            empty += mark.start == mark.end
            start, end = bounds(mark, text)
            words = raw[2 * start : 2 * end].decode("utf-16-le", "surrogatepass")
            blank += words != words.strip() and mark.kind in ("STRONG", "EM")
            pair += any("\ud800" <= char <= "\udfff" for char in words)
            split += "\u200d" in words[:1] + words[-1:]
            crossing += any(mark.start < other.start < mark.end < other.end for other in para.marks)
    assert min(crossing, split, outside, empty, blank, pair) > 0


# ------------------------------------------------------------------------------------------- pictures


def size(data: bytes) -> tuple[int, int]:
    """Width and height from a picture's own header."""
    if data.startswith(b"\x89PNG"):
        width, height = struct.unpack(">II", data[16:24])
    elif data.startswith(b"GIF8"):
        width, height = struct.unpack("<HH", data[6:10])
    else:
        frame = data.index(b"\xff\xc0")
        height, width = struct.unpack(">HH", data[frame + 5 : frame + 9])
    return width, height


def test_every_picture_has_its_bytes_and_its_size() -> None:
    seen = set()
    for post in pub.POSTS:
        pictures = [para.picture for para in post.body] + [section.cover for section in post.sections]
        for picture in pictures:
            if picture is None:
                continue
            data = (SAMPLES / "assets" / post.id / picture.id.replace("*", "-")).read_bytes()
            assert sniff.picture(data[:64]) == picture.stored_as
            assert size(data) == (picture.width, picture.height)
            seen.add((picture.stored_as, picture.suffix))
    assert seen >= {
        ("png", ".png"),
        ("png", ".jpeg"),
        ("jpeg", ".jpeg"),
        ("jpeg", ".jpg"),
        ("gif", ".gif"),
        ("png", ""),
    }


# ------------------------------------------------------------------------------------------- every form

FOLDERS = {
    "export/posts": "export", "pages": "page", "json": "json", "graphql": "api", "feed": "feed", "dom": "dom",
    "zmedium": "zmedium",
}  # fmt: skip
NO_POSTS = {
    "json/profile.json": "listing",
    "other/challenge.html": "challenge page", "other/not-found.html": "not-found page",
}  # fmt: skip
LEGACY = {"2015-bura.html", "2017-bura.html", "2018-how-we-write-this-letter.html"}


def expected_form(path: str) -> str:
    if path in NO_POSTS:
        return NO_POSTS[path]
    if path.rpartition("/")[2] in LEGACY:
        return "legacy"
    if path.startswith("export/") and not path.startswith("export/posts/"):
        return "export-other"
    return next(form for folder, form in FOLDERS.items() if path.startswith(folder))


def paths() -> list[str]:
    folders = ("dom", "export", "feed", "graphql", "json", "other", "pages", "zmedium")
    found = (path for folder in folders for path in (SAMPLES / folder).rglob("*") if path.is_file())
    return sorted(path.relative_to(SAMPLES).as_posix() for path in found)


@pytest.mark.parametrize("path", paths())
def test_every_file_is_known_for_what_it_is(path: str) -> None:
    assert sniff.form((SAMPLES / path).read_bytes()) == expected_form(path)


def posts(path: str) -> Iterator[Post]:
    for found in read((SAMPLES / path).read_bytes(), path):
        if isinstance(found, Post):
            yield found


def test_what_is_no_post_is_named() -> None:
    for path, kind in {**NO_POSTS, "graphql/list.json": "listing"}.items():
        found = list(read((SAMPLES / path).read_bytes(), path))
        assert [(type(other), other.kind) for other in found if isinstance(other, Other)] == [
            (Other, kind)
        ], path


class Line(NamedTuple):
    """A paragraph as a reader sees it: what it is, its text with its marks."""

    kind: str
    text: str
    marks: tuple[tuple[str, int, int, str], ...] = ()


def line(kind: str, rich: RichText) -> Line:
    return Line(kind, rich.text, tuple((mark.kind, mark.start, mark.end, mark.href) for mark in rich.marks))


def rich(para: parts.Para) -> RichText:
    """The paragraph of publication.py with clean marks."""
    marks = []
    for mark in para.marks:
        href = f"https://medium.com/u/{mark.user}" if mark.user else mark.href
        marks.append(Mark(KINDS[mark.kind], mark.start, mark.end, href))
    return from_utf16(para.text or "", marks)


NAMES = {"MIXTAPE_EMBED": "card", "SECTION_CAPTION": "P", "IFRAME": "embed"}


def wanted(post: parts.Post, end: int | None = None) -> list[Line]:
    """The lines of a post as its author wrote them; section covers and pictures by their ids."""
    covers = {section.start: section.cover for section in post.sections if section.cover}
    result = []
    for index, para in enumerate(post.body[:end]):
        if index in covers:
            cover = covers[index]
            result.append(Line("cover", cover.id if cover else ""))
        if para.picture:
            result.append(Line("picture", para.picture.id))
        result.append(line(NAMES.get(para.kind, para.kind), rich(para)))
    return result


def lines(post: Post) -> list[Line]:
    return [entry for block in post.blocks for entry in of_block(block)]


def of_block(block: Block) -> Iterator[Line]:
    match block:
        case Section():
            if block.cover:
                yield Line("cover", block.cover.id)
        case ImageRow():
            for image in block.images:
                yield from of_block(image)
        case Image():
            yield Line("picture", block.id)
            yield line("IMG", block.caption)
        case Embed():
            yield line("embed", block.caption)
        case Heading():
            yield line(f"H{block.level}", block.content)
        case ListItem():
            yield line("OLI" if block.ordered else "ULI", block.content)
        case Quote():
            yield line("PQ" if block.pull else "BQ", block.content)
        case Code():
            yield line("PRE", block.content)
        case LinkCard():
            yield line("card", block.content)
        case Paragraph() | Unknown():
            yield line("P", block.content)


def source_of(path: str, post: Post) -> parts.Post:
    """The post of publication.py behind one that was read: its earlier version where the file holds that."""
    model = MODELS[post.id]
    if "first-version" in path:
        assert model.previous is not None
        return model.previous
    return model


LISTS = {"json/profile.json", "graphql/list.json"}
EXACT = [path for path in paths() if path.startswith(("export/posts", "pages", "json", "graphql"))]
EXACT = [path for path in EXACT if path not in LISTS]


def without_mentions(entries: list[Line]) -> list[Line]:
    """A mention's address is said by its user id in JSON and by its link in HTML: both are as good."""
    return [
        Line(
            kind,
            text,
            tuple(
                (mark, a, b, "mention" if not href or "/u/" in href else href) for mark, a, b, href in marks
            ),
        )
        for kind, text, marks in entries
    ]


@pytest.mark.parametrize("path", EXACT)
def test_the_exact_forms_say_what_the_author_wrote(path: str) -> None:
    found = list(posts(path))
    assert found
    for post in found:
        model = source_of(path, post)
        end = model.preview if "preview" in path else None
        assert without_mentions(lines(post)) == without_mentions(wanted(model, end)), path


KEPT_BY_EXPORTS = (
    "lang",
    "mode",
    "href",
    "alt",
    "focus_x",
    "width",
    "layout",
    "drop_cap",
    "pull",
    "role",
    "name",
)


def facts(block: Block, names: tuple[str, ...]) -> tuple[object, ...]:
    return tuple(getattr(block, name, None) for name in names)


@pytest.mark.parametrize("path", EXACT)
def test_the_facts_beside_the_text_are_the_same_in_all_exact_forms(path: str) -> None:
    """Languages of code, descriptions, links and layouts of pictures, roles, names: as in the export.

    Left out is what an export has no place for: embeds (their address is the frame's there) and a drop
    cap's picture."""
    for post in posts(path):
        if "first-version" in path:
            continue
        other = exported(MODELS[post.id])
        for block, same in zip(post.blocks, other.blocks, strict=False):
            if not isinstance(block, (Embed, ImageRow)):
                assert type(block) is type(same)
                assert facts(block, KEPT_BY_EXPORTS) == facts(same, KEPT_BY_EXPORTS), path


EMBEDS = {
    "youtube": "video", "vimeo": "video", "spotify": "audio", "soundcloud": "audio", "codepen": "code",
    "github-gist": "gist", "twitter": "tweet", "": "frame",
}  # fmt: skip


@pytest.mark.parametrize(
    ("path", "gist"),
    [(f"json/{pub.SOUND_ID}.json", True), ("pages/2020-sounds.html", False), ("export", True)],
)
def test_every_host_is_known(path: str, gist: bool) -> None:
    """A page's state says of a gist no more than its title: it is a frame there."""
    post = exported(pub.SOUND) if path == "export" else one(path)
    embeds = [block for block in post.blocks if isinstance(block, Embed)]
    wanted = {what: kind for what, kind in EMBEDS.items() if gist or what != "github-gist"}
    assert {embed.provider: embed.kind for embed in embeds} == wanted


@pytest.mark.parametrize("path", [path for path in paths() if expected_form(path) in sniff.POSTS])
def test_every_post_of_every_form_is_written_and_proven(path: str) -> None:
    for post in posts(path):
        assert check(post, write(post)) == [], f"{path}: {post.title}"


def typographic(text: str) -> str:
    """Without the blanks that a feed sets by itself."""
    return text.replace("\u200a", " ").replace("\u00a0", " ")


def plain(entries: list[Line]) -> list[tuple[str, str]]:
    return [(kind, typographic(text)) for kind, text, _ in entries if text]


QUOTES = {"PQ": "BQ", "H2": "H3"}
"""What a feed cannot tell apart."""


@pytest.mark.parametrize("path", [path for path in paths() if path.startswith("feed")])
def test_a_feed_says_the_same_but_for_what_feeds_leave_out(path: str) -> None:
    found = list(posts(path))
    assert found
    for post in found:
        model = MODELS[post.id]
        body = [
            para
            for para in model.body
            if para.role != "title" and para.kind not in ("IFRAME", "MIXTAPE_EMBED")
        ]
        texts = [
            (QUOTES.get(para.kind, para.kind), typographic(para.text or "")) for para in body if para.text
        ]
        texts = [(NAMES.get(kind, kind), text) for kind, text in texts]
        left = [
            entry for entry in plain(lines(post)) if entry[0] not in ("picture", "cover", "card", "embed")
        ]
        title = " ".join(model.title.split())
        got = [
            (QUOTES.get(kind, kind), text)
            for kind, text in left
            if kind == "PRE" or " ".join(text.split()) != title or kind == "P"
        ]
        assert got == texts, path


@pytest.mark.parametrize("path", [path for path in paths() if path.startswith("dom")])
def test_a_bare_page_says_the_same(path: str) -> None:
    for post in posts(path):
        model = MODELS[post.id]
        texts = [para.text for para in model.body if para.text]
        assert [text for kind, text, _ in lines(post) if kind not in ("picture", "cover") and text] == texts


def squeezed(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("path", [path for path in paths() if path.startswith("zmedium")])
def test_zmediumtomarkdown_s_files_keep_the_words(path: str) -> None:
    """It sets blanks round marks, merges code, and drops cards: the words of all else are there, in order."""
    found = list(posts(path))
    assert len(found) == 1
    model = next(model for model in pub.POSTS if model.id in path)
    kinds = ("IFRAME", "MIXTAPE_EMBED", "PRE")
    body = model.body[: model.preview or None] if "v4" in path else model.body
    words = [squeezed(para.text) for para in body if para.text and para.kind not in kinds]
    got = iter(squeezed(text) for _, text, _ in lines(found[0]))
    missing = [text for text in words if not any(text in other for other in got)]
    assert missing == []
    assert found[0].title == model.title


@pytest.mark.parametrize("path", [path for path in paths() if path.startswith("zmedium")])
def test_zmediumtomarkdown_s_files_come_out_as_they_went_in(path: str) -> None:
    """Read, and written again in their own generation and zone: the same bytes, line ends aside."""
    data = (SAMPLES / path).read_bytes().decode("utf-8").replace("\r\n", "\n")
    assert write(one(path), "zmedium", context=Context(timezone="")) == data


# ------------------------------------------------------------------------------------------- states


def one(path: str) -> Post:
    found = list(posts(path))
    assert len(found) == 1
    return found[0]


def exported(post: parts.Post) -> Post:
    return one(next(path for path in paths() if path.startswith("export/posts") and post.id in path))


def test_the_response_knows_its_parent_in_json_and_is_guessed_in_the_export() -> None:
    for path in (f"json/{pub.RESPONSE_ID}.json", f"graphql/{pub.RESPONSE_ID}.json"):
        response = one(path).response
        assert response is not None
        assert response.post_id == pub.STYLE_ID
        assert "heuristic" not in response.basis
    guessed = exported(pub.RESPONSE).response
    assert guessed is not None
    assert guessed.basis.startswith("heuristic")


STATES: list[tuple[str, parts.Post, Callable[[Post], bool]]] = [
    ("drafts are drafts", pub.DRAFT, lambda post: post.draft and post.first_published_at == 0),
    ("a draft may have no title", pub.UNTITLED, lambda post: post.draft and post.title == ""),
    ("published posts are not", pub.STYLE, lambda post: not post.draft and post.response is None),
    ("an export has no lock", pub.DREDGER, lambda post: not post.member_only and len(post.blocks) == 7),
]


@pytest.mark.parametrize(("what", "model", "holds"), STATES, ids=[state[0] for state in STATES])
def test_states_in_the_export(what: str, model: parts.Post, holds: Callable[[Post], bool]) -> None:
    assert holds(exported(model)), what


def test_the_locked_post_is_a_preview_in_the_page_and_whole_in_the_answer() -> None:
    page, whole = one("pages/2022-dredger-preview.html"), one(f"graphql/{pub.DREDGER_ID}.json")
    assert page.preview_only
    assert page.member_only
    assert whole.member_only
    assert not whole.preview_only
    assert len(page.blocks) == pub.DREDGER.preview < len(whole.blocks)


def test_the_edited_post_has_two_versions() -> None:
    first = one("pages/2020-ferry-first-version.html")
    second = next(post for post in posts("graphql/batch.json") if post.id == pub.FERRY_ID)
    assert first.id == second.id
    assert first.version_id != second.version_id
    assert first.latest_published_at < second.latest_published_at
    assert first.title != second.title


def test_the_unlisted_post_is_unlisted_and_has_no_picture() -> None:
    post = one(f"json/{pub.COUNCIL_ID}.json")
    assert post.visibility == "unlisted"
    assert post.image == ""


def test_metadata_is_the_same_wherever_it_is_given() -> None:
    for path in (f"json/{pub.TIDE_ID}.json", "pages/2026-tide-tables.html"):
        post, model = one(path), pub.TIDE
        assert post.first_published_at == model.published
        assert post.latest_published_at == model.latest
        assert [tag.slug for tag in post.tags] == [slug for slug, _ in model.tags]
        assert post.subtitle == model.subtitle
        assert (post.author.id, post.author.username) == (pub.AUTHOR.id, pub.AUTHOR.username)
        assert post.publication is not None
        assert post.publication.slug == pub.COLLECTION_SLUG
