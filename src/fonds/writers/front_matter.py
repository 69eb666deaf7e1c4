"""The front matter of the default flavour: YAML that 1.1 and 1.2 parsers read alike."""

from __future__ import annotations

import re
from datetime import date

from fonds.model import Post
from fonds.patterns import Seldom
from fonds.writers.context import Context

Value = str | bool | list[str]

# Quoted as JSON does, and what YAML 1.1 treats as a line break, a byte order mark or "not printable"
# (YAML 1.1, 5.1 and 5.4) as an escape, because within quotes it would be folded or refused.
_ESCAPED = Seldom('["\\\\\x00-\x1f\x7f-\xa0\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]')
_SHORT = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t"}
_EPOCH = date(1970, 1, 1).toordinal()


def rfc3339(milliseconds: int) -> str:
    """UTC milliseconds → ``2016-05-31T11:05:50.178Z``; "" for a time that no calendar holds."""
    days, rest = divmod(milliseconds, 86_400_000)
    try:
        day = date.fromordinal(_EPOCH + days).isoformat()
    except (OverflowError, ValueError):
        return ""
    minutes, rest = divmod(rest, 60_000)
    return f"{day}T{minutes // 60:02d}:{minutes % 60:02d}:{rest // 1000:02d}.{rest % 1000:03d}Z"


def values(post: Post, context: Context) -> dict[str, Value]:
    """Keys and values in their fixed order; a key stands there only when it says something."""
    found: dict[str, Value] = {"title": _line(post.title)}
    subtitle = _line(post.subtitle)
    description = _line(post.description)
    if subtitle:
        found["subtitle"] = subtitle
    if description and not _begins(subtitle, description):
        found["description"] = description
    if post.author.name:
        found["author"] = _line(post.author.name)
    if post.author.username:
        found["author_url"] = f"https://medium.com/@{post.author.username}"
    _times(post, found)
    if post.tags:
        found["tags"] = [tag.name or tag.slug for tag in post.tags]
    if post.image:
        found["image"] = context.image(post.image)
    _identity(post, found)
    _state(post, found)
    return found


def _times(post: Post, found: dict[str, Value]) -> None:
    date = post.first_published_at or post.created_at
    modified = post.latest_published_at or post.updated_at
    if date:
        found["date"] = rfc3339(date)
    if modified and modified != date:
        found["last_modified_at"] = rfc3339(modified)


def _identity(post: Post, found: dict[str, Value]) -> None:
    for key, text in (
        ("language", post.language),
        ("medium_id", post.id),
        ("medium_url", post.medium_url),
        ("canonical_url", "" if post.canonical_url == post.medium_url else post.canonical_url),
        ("publication", post.publication.name or post.publication.slug if post.publication else ""),
        ("license", post.license),
    ):
        if text:
            found[key] = _line(text)


def _state(post: Post, found: dict[str, Value]) -> None:
    for key, state in (
        ("member_only", post.member_only),
        ("preview_only", post.preview_only),
        ("unlisted", post.visibility == "unlisted"),
        ("draft", post.draft),
    ):
        if state:
            found[key] = True
    if post.response is not None:
        parent = post.response.url or (
            f"https://medium.com/p/{post.response.post_id}" if post.response.post_id else ""
        )
        found["in_response_to"] = parent or True


def render(post: Post, context: Context) -> str:
    """The block between (and with) the ``---`` lines, ending with a newline."""
    lines = ["---\n"]
    for key, value in values(post, context).items():
        if isinstance(value, bool):
            lines.append(f"{key}: true\n")
        elif isinstance(value, str):
            lines.append(f"{key}: {quote(value)}\n")
        else:
            lines.append(f"{key}: [{', '.join(map(quote, value))}]\n")
    lines.append("---\n")
    return "".join(lines)


def quote(text: str) -> str:
    """A double-quoted YAML scalar that is a JSON string too."""
    if text.isprintable() and '"' not in text and "\\" not in text:
        return f'"{text}"'
    return f'"{_ESCAPED.sub(_escape, text)}"'


def _escape(match: re.Match[str]) -> str:
    char = match[0]
    return _SHORT.get(char) or f"\\u{ord(char):04x}"


def _line(text: str) -> str:
    """One line: a title's line breaks are layout, and front matter is read line by line by many."""
    return (
        text if text.isprintable() and "  " not in text and text == text.strip() else " ".join(text.split())
    )


def _begins(subtitle: str, description: str) -> bool:
    """Whether the description is the subtitle, or its beginning cut with an ellipsis (Medium's preview)."""
    return bool(subtitle) and subtitle.startswith(description.removesuffix("…").rstrip())
