"""Is an answer what was asked for? By its content: Medium says "not found" and "prove that you are no
robot" with any status, 200 among them.

One judge for each kind of thing that is asked. What stands where an answer should be is named here and
nowhere else, so no challenge, login or error page becomes a post, and no text a picture.
"""

from __future__ import annotations

import re

from fonds.net.judge import Verdict, by_status
from fonds.net.messages import Response
from fonds.sources import sniff

# The words of a suspended account's page, which comes with 410 and now and then with 404 or 200.
_SUSPENDED = re.compile(
    rb"under investigation or was found in violation|account (?:is |has been )?suspended|410 Gone", re.I
)

POST_FORMS = frozenset({"page", "legacy", "dom"})

_WALLS = {
    "challenge page": Verdict.BLOCKED,
    "login page": Verdict.DENIED,
    "not-found page": Verdict.GONE,
}
_GONE = (404, 410)
_HEAD = 4096
# What Cloudflare says in plain text, or in a page without the words that sniff knows. 1015 is too many
# requests, 1006-1020 a refusal by rule or address (Cloudflare's list of 1xxx errors).
_CLOUDFLARE = re.compile(rb"error code: 10(?:0[5-9]|1[0-9]|20)\b|<title>Access denied", re.I)
# How GraphQL servers say that it is too much: Medium's wording is not documented.
_TOO_MANY = re.compile(rb"RATE_?LIMITED|too many requests|rate limit|TOO_MANY_REQUESTS", re.I)
_SOME_DATA = re.compile(rb'"data"\s*:\s*\{\s*"\w+"\s*:\s*(?!null|\s)')
_LOGIN_WANTED = re.compile(rb"UNAUTHENTICATED|\"FORBIDDEN\"|not (?:logged in|authenticated|authorized)", re.I)


def wall(response: Response) -> Verdict | None:
    """What stands in the way, by header and content; None when nothing does. Never a status alone."""
    if "challenge" in response.header("cf-mitigated").lower():
        return Verdict.BLOCKED
    body = response.body
    head = body[:_HEAD].lstrip()
    if not head.startswith(b"<"):
        return Verdict.BLOCKED if response.status >= 400 and _CLOUDFLARE.search(head) else None
    found = _WALLS.get(sniff.form(body))
    if found is None and response.status >= 400 and _CLOUDFLARE.search(head):
        return Verdict.BLOCKED
    return found


def suspended(response: Response) -> bool:
    """Whether an answer that says that nothing is there means a suspended account."""
    return response.status == 410 or _SUSPENDED.search(response.body[: sniff.HEAD]) is not None


def graphql(response: Response) -> Verdict:
    """A GraphQL answer is any JSON with ``data`` or ``errors``, 400 included: what is wrong with a single
    operation is said in its own part."""
    body = response.body.lstrip()
    if body[:1] not in (b"{", b"["):
        return wall(response) or _refusal(response)
    if response.status == 429 or response.status >= 500:
        return by_status(response)
    if b'"errors"' in body and not _SOME_DATA.search(body):
        if _TOO_MANY.search(body[:_HEAD]):
            return Verdict.RETRY
        if response.status in (401, 403) or _LOGIN_WANTED.search(body[:_HEAD]):
            return Verdict.DENIED
    if response.status in (200, 400, 422) and (b'"data"' in body or b'"errors"' in body or body == b"[]"):
        return Verdict.OK
    return _refusal(response)


def post_page(response: Response) -> Verdict:
    """A post's page has a post in it. 404 and 410 are believed unless the page is a challenge."""
    found = wall(response)
    if found is not None:
        return found
    if response.status != 200:
        return _refusal(response)
    return Verdict.OK if sniff.form(response.body) in POST_FORMS else Verdict.BAD


def page(response: Response) -> Verdict:
    """Any page of Medium's: a profile, a publication, a media resource."""
    found = wall(response)
    if found is not None:
        return found
    if response.status != 200:
        return _refusal(response)
    return Verdict.OK if response.body.strip() else Verdict.BAD


def post_json(response: Response) -> Verdict:
    """``?format=json``: JSON with a payload. Where Medium no longer gives it, it gives a page."""
    found = wall(response)
    if found is not None:
        return found
    if response.status != 200:
        return _refusal(response)
    return Verdict.OK if sniff.form(response.body) == "json" else Verdict.BAD


def json(response: Response) -> Verdict:
    """JSON of another host's (a gist, a tweet, oEmbed)."""
    found = wall(response)
    if found is not None:
        return found
    if response.status != 200:
        return _refusal(response, one=True)
    return Verdict.OK if response.body.lstrip()[:1] in (b"{", b"[") else Verdict.BAD


def feed(response: Response) -> Verdict:
    """RSS or Atom."""
    found = wall(response)
    if found is not None:
        return found
    if response.status != 200:
        return _refusal(response)
    return Verdict.OK if sniff.form(response.body) == "feed" else Verdict.BAD


def text(response: Response) -> Verdict:
    """A file as it is (of a gist, of the Wayback Machine's index). Its words may be a page's: what it is sent as
    tells. Both hosts send plain text, and walls and errors are sent as pages or JSON."""
    kind = response.header("Content-Type").partition(";")[0].strip().lower()
    if response.status == 200 and kind not in ("text/html", "application/xhtml+xml", "application/json"):
        return Verdict.OK
    return wall(response) or (Verdict.BAD if response.status == 200 else _refusal(response, one=True))


def sitemap(response: Response) -> Verdict:
    """XML, gzipped or not: its reader says what is wrong with it."""
    if response.status == 200 and response.body[:2] == b"\x1f\x8b":
        return Verdict.OK
    found = wall(response)
    if found is not None:
        return found
    if response.status != 200:
        return _refusal(response)
    head = response.body[:_HEAD]
    return Verdict.OK if b"<urlset" in head or b"<sitemapindex" in head else Verdict.BAD


def picture(response: Response) -> Verdict:
    """A picture is what begins as one. HTML and JSON never do, whatever the header claims."""
    if response.status == 200 and sniff.picture(response.body[:_HEAD]):
        return Verdict.OK
    found = wall(response)
    if found is not None:
        return found
    return Verdict.BAD if response.status == 200 else _refusal(response, one=True)


def _refusal(response: Response, *, one: bool = False) -> Verdict:
    """The verdict on an answer that is not what was asked for and no wall that fonds knows. ``one``: a 403
    is about this one thing (stores of files say it of what they do not have), not about who asks."""
    if response.status in _GONE:
        return Verdict.GONE
    if response.status == 401:
        return Verdict.DENIED
    if response.status == 403:  # without a login page: refused, whoever asks
        return Verdict.DENIED if one else Verdict.BLOCKED
    found = by_status(response)
    return Verdict.BAD if found is Verdict.OK else found
