"""The proof: what was written, parsed again and compared with the model.

The Markdown goes through cmark-gfm (the C reference implementation), its HTML is read back into
blocks of text with marks, and these are compared with blocks made from the model. The two sides share
the model and nothing of the writer's text: a lost escape, a mark that did not take, a character more
or less, a block out of order is a finding. Codes are in docs/findings.md.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import _cffi_backend
import msgspec
from cmarkgfm.cmark import Options, _cmark

from fonds.model import Heading, Paragraph, Post, lead_blocks
from fonds.patterns import Seldom
from fonds.writers import check_html, front_matter
from fonds.writers.context import ALONE, Context

if TYPE_CHECKING:
    from fonds.writers.check_items import Item

_UNPRINTABLE = Seldom("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")  # YAML 1.1, 5.1 and 5.4


class Finding(msgspec.Struct, frozen=True):
    """A difference. ``where`` is the paragraph (its name, or ``block 12`` counted from 1)."""

    code: str
    message: str
    where: str = ""


@functools.cache
def _free() -> Callable[[object], object] | None:
    """The C library's ``free``, which cmark's own allocator gives memory back with; None where a process cannot
    be asked for it (Windows has a library for each compiler). By cffi, which is loaded: ctypes is not."""
    if sys.platform == "win32":
        return None
    pointer = _cffi_backend.new_pointer_type(_cffi_backend.new_void_type())
    kind = _cffi_backend.new_function_type((pointer,), _cffi_backend.new_void_type(), False)
    free: Callable[[object], object] = _cffi_backend.load_library(None, 0).load_function(kind, "free")
    return free


def html(body: str) -> str:
    """What cmark-gfm makes of Markdown, raw HTML included.

    As ``cmarkgfm.cmark.markdown_to_html``, which never gives back what cmark hands over to its caller: a run would
    hold every text that it has proven.
    """
    data = body.encode("utf-8")
    made = _cmark.lib.cmark_markdown_to_html(data, len(data), Options.CMARK_OPT_UNSAFE)
    try:
        return str(_cmark.ffi.string(made).decode("utf-8"))
    finally:
        free = _free()
        if free is not None:
            free(made)


def check(post: Post, text: str, *, context: Context = ALONE) -> list[Finding]:
    """The differences between ``post`` and ``text``, written from it in the default flavour."""
    head, body = _split(text)
    findings = _check_front_matter(post, head, context)
    rendered = html(body)
    if rendered == check_html.page(post, context):
        return findings
    # Imported here: nearly every file is what it should be to the letter.
    from fonds.writers.check_items import expect
    from fonds.writers.check_reader import read

    found = list(read(rendered))
    wanted = list(expect(post, context))
    if len(found) == len(wanted) and all(a[:3] == b[:3] for a, b in zip(found, wanted, strict=True)):
        return findings
    return findings + list(_compare(wanted, found))


def _split(text: str) -> tuple[str, str]:
    if not text.startswith("---\n"):
        return "", text
    stop = text.find("\n---\n", 3)
    return (text[4 : stop + 1], text[stop + 5 :]) if stop > 0 else ("", text)


def _check_front_matter(post: Post, head: str, context: Context) -> list[Finding]:
    """The front matter must be lines of ``key: JSON value``: what YAML 1.1 and 1.2 read alike (YAML 1.2,
    1.3 makes JSON its subset; the tests hold two YAML parsers against the writer)."""
    found: dict[str, Any] = {}
    for number, line in enumerate(head.split("\n")[:-1], 2):
        key, colon, value = line.partition(": ")
        try:
            found[key] = msgspec.json.decode(value)
        except msgspec.DecodeError:
            colon = ""
        if (
            not colon
            or not key.replace("_", "").isalnum()
            or not (value.isprintable() or _UNPRINTABLE.search(value) is None)
        ):
            return [Finding("E206", "front matter is not lines of key: value", f"line {number}")]
    wanted = front_matter.values(post, context)
    if found == wanted:
        return _check_lead(post, found)
    keys = [key for key in {**wanted, **found} if found.get(key) != wanted.get(key)]
    return [Finding("E206", "front matter differs", key) for key in keys]


def _check_lead(post: Post, found: dict[str, Any]) -> list[Finding]:
    """Title and subtitle that the body does not repeat must stand in the front matter, word for word."""
    result = []
    for key, index in zip(("title", "subtitle"), lead_blocks(post), strict=True):
        block = post.blocks[index] if index is not None else None
        if (
            isinstance(block, (Heading, Paragraph))
            and block.content.text.split() != str(found.get(key)).split()
        ):
            result.append(Finding("E206", f"{key} is not the paragraph it stands for", key))
    return result


def _compare(wanted: Sequence[Item], found: Sequence[Item]) -> Iterator[Finding]:
    """Findings up to the first block out of step: what follows it would only repeat it."""
    for number in range(max(len(wanted), len(found))):
        want = wanted[number] if number < len(wanted) else None
        got = found[number] if number < len(found) else None
        if want is None or got is None or (want.kind, want.detail) != (got.kind, got.detail):
            named = want.where if want else f"after {wanted[-1].where}" if wanted else ""
            yield Finding("E205", f"expected {_describe(want)}, found {_describe(got)}", named)
            return
        if want.runs != got.runs:
            yield _difference(want, got)


def _difference(want: Item, got: Item) -> Finding:
    text, other = ("".join(run.text for run in item.runs) for item in (want, got))
    if text != other:
        at = next(
            (n for n, (a, b) in enumerate(zip(text, other, strict=False)) if a != b),
            min(len(text), len(other)),
        )
        code = "E204" if want.kind == "pre" else "E201"
        return Finding(code, f"text differs at {at}: {_show(text, at)} became {_show(other, at)}", want.where)
    if [run.image for run in want.runs if run.image] != [run.image for run in got.runs if run.image]:
        return Finding("E207", "pictures or anchors differ", want.where)
    if [r[::2] for r in want.runs if r.href] != [r[::2] for r in got.runs if r.href]:
        return Finding("E203", f"links differ near {_show(text, 0)}", want.where)
    return Finding("E202", f"marks differ near {_show(text, 0)}", want.where)


def _show(text: str, at: int) -> str:
    return repr(text[max(at - 10, 0) : at + 20])


def _describe(item: Item | None) -> str:
    if item is None:
        return "nothing"
    return f"{item.kind} {item.detail} {_show(''.join(run.text for run in item.runs), 0)}".replace("  ", " ")
