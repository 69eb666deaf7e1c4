"""What is in there, counted."""

from __future__ import annotations

from pathlib import Path

import made
from fonds.archive.inspect import TITLES, Census, look


def census(*inputs: Path) -> Census:
    found = Census()
    for thing in look(inputs):
        found.add(thing)
    return found


def test_a_census(tmp_path: Path) -> None:
    body: list[dict[str, object]] = [
        {"name": "a1", "type": "H3", "text": "Nets and knots", "markups": []},
        {"name": "a2", "type": "P", "text": "bold and @ana", "markups": [
            {"type": "STRONG", "start": 0, "end": 4}, {"type": "A", "start": 9, "end": 13, "anchorType": "USER", "userId": "c0ffee"},
        ]},
        {"name": "a3", "type": "IFRAME", "text": "", "markups": [], "iframe": {"mediaResource": {
            "id": "m1", "title": "Boats", "iframeSrc": "https://www.youtube.com/embed/aqz-KE-bpKQ"}}},
        {"name": "a4", "type": "SONG", "text": "la", "markups": []},
    ]  # fmt: skip
    made.tree(
        tmp_path,
        {
            "a.json": made.api_post(paragraphs=body),
            "b.zip": made.zipped(made.export()),
            "c.json": b'{"data": ',
        },
    )
    found = census(tmp_path)
    assert found.forms == {"api": 1, "export": 1}
    assert found.kinds == {"posts": 2}
    assert found.blocks == {"heading": 2, "paragraph": 2, "embed": 1, "unknown": 1}
    assert found.marks == {"strong": 1, "mention": 1}
    assert found.embeds == {"youtube": 1}
    assert found.others == {"README": 1, "bookmarks": 1, "claps": 1, "personal": 3}
    assert {code: note.count for code, note in found.notes.items()} == {"W101": 1}
    assert [(title.date, title.id, title.kind, title.form) for title in found.titles] == [
        ("2016-05-31", "abcdef012345", "post", "api"), ("2016-05-31", "0123456789ab", "post", "export"),
    ]  # fmt: skip
    assert (len(found.failures), found.exit_code) == (1, 36)


def test_titles_are_few(tmp_path: Path) -> None:
    made.tree(tmp_path, {f"{n}.json": made.api_post(post_id=f"{n:012x}") for n in range(TITLES + 5)})
    found = census(tmp_path)
    assert (found.forms["api"], len(found.titles)) == (TITLES + 5, TITLES)
