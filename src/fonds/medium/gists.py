"""A gist with every file of it, from its own host: an index as JSON, then each file as it is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

import msgspec

from fonds.errors import UnreadableError
from fonds.medium import judge
from fonds.medium.things import Again, Gist
from fonds.model import EmbedFile
from fonds.net.errors import BlockedError, FetchError, GoneError, OfflineError
from fonds.net.messages import Request, Response
from fonds.sources import sniff
from fonds.sources.decode import decode

if TYPE_CHECKING:
    from fonds.net.client import Client

_HOST = "https://gist.github.com/"
_ID = re.compile(r"(?:[\w-]{1,39}/)?[0-9a-f]{5,40}")
# In the rendered files of the index: the language of each, then the link to its bytes at that revision.
_MARK = re.compile(
    r'\btype-([\w+#.-]{1,40})|href="(https://gist\.github\.com/[^"\s]{1,500}/raw/[^"\s]{1,500})"'
)


class _IndexNode(msgspec.Struct, gc=False):
    description: str | None = None
    files: list[str | None] | None = None
    owner: str | None = None
    div: str | None = None


_INDEX = msgspec.json.Decoder(_IndexNode)


def address(gist: str) -> str:
    """Where the index of a gist (``user/id`` or ``id``) is; "" for what is none."""
    return f"{_HOST}{gist}.json" if _ID.fullmatch(gist) else ""


class _File(msgspec.Struct, frozen=True):
    name: str
    lang: str
    url: str


def read(data: bytes, url: str) -> tuple[Gist, list[_File]]:
    """The gist without its files, and where each of those is. Raises ``UnreadableError``."""
    node, _ = decode(data, _INDEX, url)
    page = url.removesuffix(".json")
    told: dict[str, _File] = {}
    lang = ""
    for found in _MARK.finditer(node.div or ""):
        if found[1]:
            lang = found[1].lower()
            continue
        if "/raw/" not in found[2]:
            continue
        name = unquote(found[2].rpartition("/")[2])
        told.setdefault(name, _File(name, "" if lang == "text" else lang, found[2]))
        lang = ""
    files = []
    for given in node.files or ():
        if given:
            files.append(told.get(given) or _File(given, "", f"{page}/raw/{quote(given)}"))
    return Gist(page, node.description or "", node.owner or page.removeprefix(_HOST).partition("/")[0]), files


async def fetch(client: Client, url: str, responses: list[Response]) -> Gist | str:
    """The gist whose index is at ``url``; what was answered is added to ``responses``. A reason in place
    of a gist that has no files. Raises the client's errors when the index cannot be had."""
    answer = await client.fetch(Request(url), judge.json)
    responses.append(answer)
    try:
        gist, named = read(answer.body, url)
    except UnreadableError as error:
        return f"its index cannot be read: {error.reason}"
    if not named:
        return "the gist has no files"
    files: list[EmbedFile] = []
    lacking: list[str] = []
    blocked = False
    again: Again = ""
    for file in named:
        text = None if blocked else await _text(client, file, responses)
        if isinstance(text, str):
            files.append(EmbedFile(file.name, file.lang, text, f"{gist.href}#{anchor(file.name)}"))
            continue
        blocked = blocked or text is BlockedError
        again = "challenge" if blocked else again if text is GoneError else "failed"
        lacking.append(file.name)
    return msgspec.structs.replace(gist, files=tuple(files), lacking=tuple(lacking), again=again)


async def _text(client: Client, file: _File, responses: list[Response]) -> str | type[FetchError]:
    """The text of a file, or the kind of error that stands in its way (GoneError too for what is no text)."""
    try:
        response = await client.fetch(Request(file.url), judge.text)
    except OfflineError:
        raise
    except FetchError as error:
        return next(kind for kind in (BlockedError, GoneError, FetchError) if isinstance(error, kind))
    responses.append(response)
    if sniff.opening(response.body[: sniff.HEAD]):
        return GoneError
    return sniff.normalise(response.body).data.decode().replace("\r\n", "\n")


def anchor(name: str) -> str:
    """The part of a gist's page that shows a file: ``file-tide-py`` for ``tide.py``."""
    return "file-" + re.sub(r"[^a-z0-9_]+", "-", name.lower()).strip("-")
