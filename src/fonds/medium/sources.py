"""What the user names → a typed source: an author, a publication, one post.

Pure. Whether the thing exists only Medium knows (``fonds.medium.lists``); here every word that cannot
be one of these is refused, with what to write instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NoReturn, TypeAlias
from urllib.parse import unquote, urlsplit

import msgspec

from fonds.errors import UsageError
from fonds.sources import addresses

MEDIUM = "medium.com"


class Author(msgspec.Struct, frozen=True, tag="author"):
    """``username`` without ``@``, or Medium's ``user_id`` where only that is known. ``host`` is the
    subdomain by which the user was named: a few of those belong to publications."""

    username: str = ""
    user_id: str = ""
    host: str = ""


class Publication(msgspec.Struct, frozen=True, tag="publication"):
    """By its slug under medium.com, or by the domain it lives on. A domain may be an author's too."""

    slug: str = ""
    domain: str = ""


class Single(msgspec.Struct, frozen=True, tag="post"):
    """One post. ``url`` as it was given, "" for a bare id."""

    post_id: str
    url: str = ""


Source: TypeAlias = Author | Publication | Single

_ID = re.compile(r"[0-9a-f]{8,13}")
_POST_ID = re.compile(r"(?=.*\d)[0-9a-f]{10,12}")
"""A bare word that is taken for a post: Medium's ids have 12 digits, a few 10 or 11."""
_USERNAME = re.compile(r"[\w.-]{1,60}")
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,99}")
_HOST = re.compile(r"(?=.{4,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{1,62}", re.I)
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*)://", re.I)

# Subdomains that are Medium's own, and no user's.
_OWN_HOSTS = frozenset({"www", "cdn-client", "miro", "glyph", "help", "policy", "status", "api", "link"})
# The first part of a path under medium.com that is neither a user nor a publication.
_NO_SLUGS = frozenset({
    "m", "me", "tag", "topic", "topics", "search", "membership", "about", "creators", "partner-program",
    "jobs-at-medium", "new-story", "explore-topics", "tags", "plans", "gift", "policy", "_",
})  # fmt: skip
_HINT = "Give @user, user.medium.com, a publication's slug or address, its domain, or the address of a post"


def parse(given: str) -> Source:
    """The source that ``given`` names: ``@user``, ``user.medium.com``, a slug, an address, a post's id.

    Raises ``UsageError`` naming what is wrong and what to write instead.
    """
    word = given.strip()
    if not word:
        _refuse(given, "names nothing")
    if any(map(str.isspace, word)):
        _refuse(word, "has a blank in it")
    if word.startswith("@"):
        return _author(word[1:], word)
    scheme = _SCHEME.match(word)
    if scheme is not None:
        if scheme[1].lower() not in ("http", "https"):
            _refuse(word, f"is no web address: {scheme[1]}")
        return _address(word, word)
    if _POST_ID.fullmatch(word):
        return Single(word)
    host = word.partition("/")[0].partition("?")[0]
    if "." in host:
        return _address("https://" + word, word)
    if "/" in word:
        return _under_medium("/" + word, "https://medium.com/" + word, word)
    return _publication(word, word)


def parse_list(text: str, origin: str) -> Iterator[Source]:
    """The sources of a file with one a line, ``#`` for remarks, each once.

    Raises ``UsageError`` naming ``origin`` and the line of the first that is none.
    """
    seen: set[Source] = set()
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        word = re.sub(r"(?:^|\s)#.*", "", line).strip()
        if not word:
            continue
        try:
            source = parse(word)
        except UsageError as error:
            raise UsageError(
                f"{error.origin}: {error.reason}", origin=origin, where=f"line {number}", remedy=error.remedy
            ) from None
        if source not in seen:
            seen.add(source)
            yield source


def name(source: Source) -> str:
    """How fonds writes a source, in its settings and messages; ``parse`` reads it back as the same."""
    if isinstance(source, Author):
        if source.host:
            return source.host
        return f"@{source.username}" if source.username else f"https://medium.com/u/{source.user_id}"
    if isinstance(source, Publication):
        return source.domain or source.slug
    return source.url or source.post_id


def home(source: Author | Publication) -> str:
    """The address of its page for people, without a slash at the end."""
    if isinstance(source, Author):
        if source.username:
            return f"https://medium.com/@{source.username}"
        return f"https://medium.com/u/{source.user_id}"
    return f"https://{source.domain}" if source.domain else f"https://medium.com/{source.slug}"


def site(source: Author | Publication) -> str:
    """The host whose sitemap and old captures are the source's own; "" when it has none."""
    if isinstance(source, Publication):
        return source.domain
    if source.host:
        return source.host
    # A subdomain cannot have what a user name may: underscores, and dots at its ends.
    return f"{source.username}.medium.com" if re.fullmatch(r"[a-z0-9-]+", source.username) else ""


# -- the parts ----------------------------------------------------------------------------------------


def _refuse(word: str, reason: str, remedy: str = _HINT) -> NoReturn:
    raise UsageError(reason, origin=re.sub(r"//[^/@]*@", "//", word) or "source", remedy=remedy)


def _author(username: str, word: str) -> Author:
    if not _USERNAME.fullmatch(username):
        _refuse(word, "is no user name of Medium's", "A user name has letters, digits, dots, - and _")
    return Author(username)


def _publication(slug: str, word: str) -> Publication:
    if slug in _NO_SLUGS:
        _refuse(word, "is a page of Medium's own")
    if not _SLUG.fullmatch(slug):
        _refuse(word, "is no publication's name in an address")
    return Publication(slug)


def _address(url: str, word: str) -> Source:
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
        host = host if host.isascii() else host.encode("idna").decode()
        port = parts.port
    except (ValueError, UnicodeError):
        _refuse(word, "is no address")
    if parts.username or parts.password or port not in (None, 80, 443):
        _refuse(word, "has a user name, a password or a port in it")
    if not _HOST.fullmatch(host):
        _refuse(word, "is no address")
    if host in (MEDIUM, "www." + MEDIUM):
        return _under_medium(parts.path, url, word)
    if (post := _post(url)) is not None:
        return post
    if host.endswith("." + MEDIUM):
        return _subdomain(host, parts.path, word)
    return _under_domain(host, parts.path, word)


def _steps(path: str) -> list[str]:
    return [unquote(step) for step in path.split("/") if step]


def _post(url: str) -> Single | None:
    target = addresses.target(url)
    if target is None or not target.post_id:
        return None
    return Single(target.post_id, url.partition("#")[0].partition("?")[0])


def _under_medium(path: str, url: str, word: str) -> Source:
    steps = _steps(path)
    if steps[:1] == ["feed"]:
        steps = steps[1:]
    if not steps:
        _refuse(word, "is all of Medium")
    first = steps[0]
    if first == "u" and len(steps) > 1 and _ID.fullmatch(steps[1]):
        return Author(user_id=steps[1])
    if (post := _post(url)) is not None:
        return post
    if first.startswith("@"):
        return _author(first[1:], word)
    if first == "p":
        _refuse(word, "names no post: its id is not one of Medium's")
    if len(steps) > 1 and steps[1] not in ("all", "latest", "archive", "about", "home", "followers"):
        _refuse(word, "is the address of a post without its id", "Copy it whole from the browser")
    return _publication(first, word)


def _subdomain(host: str, path: str, word: str) -> Source:
    label = host.removesuffix("." + MEDIUM)
    if label == "link":
        _refuse(word, "is a short link", "Open it, and give the address that it leads to")
    if label in _OWN_HOSTS or label.startswith("cdn-"):
        _refuse(word, "is a host of Medium's own")
    _only_home(path, word)
    return Author(label, host=host)


def _under_domain(host: str, path: str, word: str) -> Source:
    _only_home(path, word)
    return Publication(domain=host)


def _only_home(path: str, word: str) -> None:
    steps = _steps(path)
    if steps and steps[0] not in ("all", "latest", "archive", "about", "feed", "home"):
        _refuse(word, "is the address of a post without its id", "Copy it whole from the browser")
