"""Templates and static files: fonds' own, and those that a user puts over them, file by file.

``theme/post.html`` beside ``fonds.toml`` takes the place of fonds' ``post.html``; ``theme/style.css`` that of the
stylesheet. Templates of a theme run in Jinja's sandbox: an archive may come from anybody.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from fonds.archive import files
from fonds.errors import UsageError
from fonds.site.inline import plain
from fonds.site.settings import Colours

_HERE = Path(__file__).parent
_STATIC = _HERE / "static"
_TEMPLATES = _HERE / "templates"
FOLDER = "theme"
_FAULTS = (jinja2.TemplateError, TypeError, ValueError, LookupError, ArithmeticError, AttributeError)
"""What a template of somebody else's may raise; fonds' own raise those as defects."""


class Theme:
    """``folder`` is where ``theme/`` is looked for; None is fonds' own theme alone."""

    def __init__(self, folder: Path | None) -> None:
        own = folder / FOLDER if folder is not None else None
        self._own = own if own is not None and own.is_dir() else None
        loaders: list[jinja2.BaseLoader] = [jinja2.FileSystemLoader(_TEMPLATES)]
        if self._own is not None:
            loaders.insert(0, jinja2.FileSystemLoader(self._own))
        kind: type[jinja2.Environment] = (
            ImmutableSandboxedEnvironment if self._own is not None else jinja2.Environment
        )
        self._environment = kind(
            loader=jinja2.ChoiceLoader(loaders),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            auto_reload=False,
        )
        self._environment.filters["count"] = _count
        self._environment.filters["plain"] = _plain

    def render(self, template: str, **context: Any) -> bytes:
        """A page. Raises UsageError when a template of the user's does not work."""
        kinds = _FAULTS if self._own is not None else (jinja2.TemplateError,)
        try:
            return self._environment.get_template(template).render(context).encode("utf-8", "replace")
        except kinds as error:
            line = getattr(error, "lineno", None)
            raise UsageError(
                f"the template does not work: {error}",
                origin=str(getattr(error, "filename", None) or template),
                where=f"line {line}" if line else "",
                remedy="docs/site.md says what templates are given.",
            ) from error

    def static(self) -> Iterator[tuple[str, bytes]]:
        """(path below ``static/``, bytes) of every file that is no template, a user's over fonds' own. fonds' own
        are written without what only their readers need."""
        found = {path.name: path for path in sorted(_STATIC.iterdir()) if path.is_file()}
        if self._own is not None:
            for path in sorted(self._own.iterdir()):
                if path.is_file() and path.suffix != ".html" and not path.name.startswith("."):
                    found[path.name] = path
        for name in sorted(found):
            data = _read(found[name])
            yield f"static/{name}", _squeezed(name, data) if found[name].parent == _STATIC else data

    def mark(self) -> str:
        """Stands for every file of the theme."""
        found = hashlib.blake2b(digest_size=16)
        folders = [_TEMPLATES, _STATIC, *([self._own] if self._own is not None else [])]
        for folder in folders:
            for path in sorted(path for path in folder.rglob("*") if path.is_file()):
                found.update(f"{path.relative_to(folder)}\0".encode())
                found.update(hashlib.blake2b(_read(path)).digest())
        return found.hexdigest()


def _squeezed(name: str, data: bytes) -> bytes:
    """A stylesheet or script of fonds' own without comments and indentation: no string of theirs spans lines or
    holds a comment's signs."""
    if name.startswith("uplot"):
        return data
    text = data.decode()
    if name.endswith(".css"):
        text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
        text = re.sub(r" ?([{};]) ?", r"\1", re.sub(r"\s+", " ", text)).replace(": ", ":").replace(", ", ",")
        text = text.replace(";}", "}").replace("}", "}\n")
        text = text.strip() + "\n"
    elif name.endswith(".js"):
        text = re.sub(r"^\s*/\*.*?\*/$|^\s+|^\s*//.*$", "", text, flags=re.S | re.M)
        text = re.sub(r"\n\n+", "\n", text).lstrip()
    return text.encode()


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise files.disk_error(error, path) from error


def colours(chosen: Colours) -> bytes:
    """The stylesheet of the colours in fonds.toml, over those of the theme."""
    light = {"accent": chosen.accent, "back": chosen.background, "text": chosen.text}
    dark = {"accent": chosen.dark_accent, "back": chosen.dark_background, "text": chosen.dark_text}

    def rules(values: dict[str, str]) -> str:
        return " ".join(f"--{name}: {value};" for name, value in values.items() if value)

    lines = ["/* Colours of this site, from fonds.toml. */"]
    if any(light.values()):
        lines.append(f":root {{ {rules(light)} }}")
    if any(dark.values()):
        lines += [
            f"@media (prefers-color-scheme: dark) {{ :root:not([data-scheme=light]) {{ {rules(dark)} }} }}",
            f":root[data-scheme=dark] {{ {rules(dark)} }}",
        ]
    return ("\n".join(lines) + "\n").encode()


def _count(number: int, one: str, many: str = "") -> Markup:
    """``3 posts``; thousands are set off by a narrow blank."""
    word = one if number == 1 else many or one + "s"
    return Markup("{}\u00a0{}").format(thousands(number), word)


def _plain(text: str) -> Markup:
    """Text for an element alone: quotes are left as they are."""
    return Markup(plain(text))  # noqa: S704  escaped


def thousands(number: int) -> str:
    return f"{number:,}".replace(",", "\u202f")
